/* hooks.c - the program's send, recv, write, read and select: during a transaction of
 * this thread they lead libmodbus into the wrapper, otherwise to the system. */
#include <errno.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/socket.h>

#include "drivers/modbus/link_int.h"
#include "drivers/modbus/serial.h"

static _Thread_local struct exchange *current;

void hooks_serve(struct exchange *x)
{
	current = x;
}

static bool is_ours(int fd)
{
	return current && fd == LINK_HANDLE;
}

ssize_t mb_hook_send(int fd, const void *buf, size_t n, int flags)
{
	if (!is_ours(fd))
		return sendto(fd, buf, n, flags, NULL, 0);
	return exchange_send(current, buf, n);
}

ssize_t mb_hook_write(int fd, const void *buf, size_t n)
{
	if (!is_ours(fd))
		return serial_write(fd, buf, n);
	return exchange_send(current, buf, n);
}

ssize_t mb_hook_recv(int fd, void *buf, size_t n, int flags)
{
	if (!is_ours(fd))
		return recvfrom(fd, buf, n, flags, NULL, NULL);
	return exchange_hand_over(current, buf, n);
}

ssize_t mb_hook_read(int fd, void *buf, size_t n)
{
	if (!is_ours(fd))
		return serial_read(fd, buf, n);
	return exchange_hand_over(current, buf, n);
}

int mb_hook_select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *timeout)
{
	struct exchange *x = current;

	if (!x || !r || LINK_HANDLE >= n || !FD_ISSET(LINK_HANDLE, r)) {
		struct timespec ts = { 0 };

		if (timeout)
			ts = (struct timespec){ timeout->tv_sec,
						timeout->tv_usec * 1000 };
		return pselect(n, r, w, e, timeout ? &ts : NULL, NULL);
	}
	exchange_fetch(x);
	if (!x->broken)
		return 1;
	errno = ECANCELED;
	return -1;
}
