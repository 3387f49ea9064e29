/* main.c - sightglass-modbus; it defines send, recv, write, read and select itself, which
 * libmodbus resolves to, so that each byte passes the strict wrapper (link.h). */
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include "drivers/modbus/driver.h"
#include "drivers/modbus/link.h"
#include "drivers/modbus/tool.h"

ssize_t send(int fd, const void *buf, size_t n, int flags)
{
	return mb_hook_send(fd, buf, n, flags);
}

ssize_t recv(int fd, void *buf, size_t n, int flags)
{
	return mb_hook_recv(fd, buf, n, flags);
}

ssize_t write(int fd, const void *buf, size_t n)
{
	return mb_hook_write(fd, buf, n);
}

ssize_t read(int fd, void *buf, size_t n)
{
	return mb_hook_read(fd, buf, n);
}

int select(int n, fd_set *restrict r, fd_set *restrict w, fd_set *restrict e,
	   struct timeval *restrict timeout)
{
	return mb_hook_select(n, r, w, e, timeout);
}

enum { DESCRIPTORS = 16384 }; /* three a channel: thousands of channels */

/* The usual soft limit of 1024 is there for programs that use select(). */
static void allow_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= DESCRIPTORS)
		return;
	limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
	setrlimit(RLIMIT_NOFILE, &limit); /* what it refuses, connecting will say */
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--tool") == 0)
		return mb_tool_main(argc - 2, argv + 2);
	allow_descriptors();
	return driver_main(argc, argv, &driver_modbus);
}
