/* line.c - the proxy's serial lines: a pseudo terminal and a thread each. A request
 * becomes one in the TCP form on the way to the slave, its reply a frame with a check sum
 * again. */
#include "peers/chaos/proxy.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum { READ_REQUEST = 8, REST_MS = 50 };

struct line {
	int fd, hold; /* hold: the other end, so that the line lives while nobody has it
		       */
	uint8_t q[CHAOS_ADU];
	size_t n;
	unsigned transaction;
};

static bool write_all(int fd, const uint8_t *p, size_t n)
{
	return write(fd, p, n) == (ssize_t)n;
}

static void as_request(struct line *l, struct chaos_frame *out)
{
	size_t body = READ_REQUEST - 2;

	memset(out->b, 0, CHAOS_HEAD);
	chaos_put16(out->b, ++l->transaction);
	chaos_put16(out->b + 4, (unsigned)body);
	memcpy(out->b + CHAOS_HEAD, l->q, body);
	out->n = CHAOS_HEAD + body;
}

static void obey(struct line *l, struct chaos_upstream *up, struct chaos_transaction *t)
{
	unsigned crc = chaos_crc(l->q, READ_REQUEST - 2);

	if (l->q[READ_REQUEST - 2] != (crc & 255) || l->q[READ_REQUEST - 1] != crc >> 8)
		return;
	as_request(l, &t->request);
	if (chaos_transact(up, t))
		chaos_deliver(l->fd, t, write_all);
}

/* Reads only: 8 bytes each. What is left of one after a moment is noise. */
static void *serve(void *arg)
{
	struct line *l = arg;
	struct chaos_transaction t = { .serial = true };
	struct chaos_upstream up = { -1 };

	for (;;) {
		struct pollfd p = { .fd = l->fd, .events = POLLIN };

		if (poll(&p, 1, l->n ? REST_MS : -1) == 0)
			l->n = 0;
		ssize_t k = p.revents ? read(l->fd, l->q + l->n, READ_REQUEST - l->n) : 0;
		if (k < 0 && errno != EAGAIN && errno != EINTR && errno != EIO)
			return NULL;
		l->n += k > 0 ? (size_t)k : 0;
		if (l->n < READ_REQUEST)
			continue;
		obey(l, &up, &t);
		l->n = 0;
	}
}

bool chaos_open_line(const char *path)
{
	struct line *l = calloc(1, sizeof(*l));
	struct termios shape;
	pthread_t t;

	if (!l)
		return false;
	l->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->fd < 0 || grantpt(l->fd) != 0 || unlockpt(l->fd) != 0)
		return false;
	char name[100];
	if (ptsname_r(l->fd, name, sizeof(name)) != 0)
		return false;
	l->hold = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (l->hold < 0 || tcgetattr(l->hold, &shape) != 0)
		return false;
	cfmakeraw(&shape);
	tcsetattr(l->hold, TCSANOW, &shape);
	unlink(path);
	if (symlink(name, path) != 0 || pthread_create(&t, NULL, serve, l) != 0)
		return false;
	pthread_detach(t);
	return true;
}
