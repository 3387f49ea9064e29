/* out.c - see the header. */
#include "console/term/out.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

/* At this speed and above a frame takes no time that matters. */
enum { FAST_BAUD = 38400, BITS_A_BYTE = 10, REST_MAX = 16 << 20, BITE = 64 };

static const struct {
	speed_t code;
	int baud;
} speeds[] = { { B300, 300 },   { B600, 600 },   { B1200, 1200 },  { B2400, 2400 },
	       { B4800, 4800 }, { B9600, 9600 }, { B19200, 19200 } };

static int baud_of_modes(void)
{
	struct termios m;

	if (tcgetattr(STDOUT_FILENO, &m) < 0)
		return 0;
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].code == cfgetospeed(&m))
			return speeds[i].baud;
	return 0;
}

/* Opened anew, by name or as the controlling terminal. */
static int open_again(void)
{
	char name[PATH_MAX];
	int fd = -1;

	if (ttyname_r(STDOUT_FILENO, name, sizeof(name)) == 0)
		fd = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	/* somebody else's terminal (su): only where it is the one we sit at */
	if (fd < 0 && tcgetsid(STDOUT_FILENO) == getsid(0))
		fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	return fd;
}

void out_init(struct out *o, int fd, int baud)
{
	*o = (struct out){ .fd = fd };
	strbuf_init(&o->rest, REST_MAX);
	if (baud > 0 && baud < FAST_BAUD)
		o->rate = baud / BITS_A_BYTE;
}

void out_init_terminal(struct out *o, int baud)
{
	int fd = open_again();

	out_init(o, STDOUT_FILENO, baud > 0 ? baud : baud_of_modes());
	o->shared = fd < 0;
	if (fd >= 0) {
		dup2(fd, STDOUT_FILENO);
		close(fd);
	}
}

void out_release(struct out *o)
{
	strbuf_release(&o->rest);
}

bool out_is_slow(const struct out *o)
{
	return o->rate > 0;
}

bool out_has_unsent(const struct out *o)
{
	return o->taken < o->rest.len;
}

bool out_is_stalled(const struct out *o, struct mono now)
{
	return o->stuck.ns && mono_ms_between(o->stuck, now) >= OUT_STALL_MS;
}

/* The line was given n bytes more. */
static void charge(struct out *o, size_t n, struct mono now)
{
	struct mono from = mono_reached(now, o->clear) ? now : o->clear;

	if (o->rate)
		o->clear = mono_add_ms(from, (int64_t)n * 1000 / o->rate);
}

static bool writable(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	return poll(&p, 1, 0) > 0;
}

/* What the terminal takes at once; < 0: it is gone. */
static ssize_t put(const struct out *o, const char *bytes, size_t n)
{
	size_t done = 0;

	while (done < n && (!o->shared || writable(o->fd))) {
		size_t bite = o->shared && n - done > BITE ? BITE : n - done;
		ssize_t taken = write(o->fd, bytes + done, bite);

		if (taken >= 0)
			done += (size_t)taken;
		else if (errno == EAGAIN)
			break;
		else if (errno != EINTR)
			return -1;
	}
	return (ssize_t)done;
}

static void note_stall(struct out *o, size_t taken, struct mono now)
{
	bool unsent = out_has_unsent(o);

	if (unsent && taken == 0) {
		if (!o->stuck.ns)
			o->stuck = now;
		return;
	}
	if (o->stuck.ns && mono_ms_between(o->stuck, now) >= OUT_STALL_MS)
		o->stalled_ms = mono_ms_between(o->stuck, now);
	o->stuck = unsent ? now : (struct mono){ 0 };
}

enum sg_err out_push(struct out *o, struct mono now)
{
	ssize_t n = put(o, o->rest.buf + o->taken, o->rest.len - o->taken);

	if (n < 0)
		return SG_EIO;
	charge(o, (size_t)n, now);
	o->taken += (size_t)n;
	note_stall(o, (size_t)n, now);
	if (!out_has_unsent(o)) {
		strbuf_clear(&o->rest);
		o->taken = 0;
	}
	return SG_OK;
}

enum sg_err out_send(struct out *o, const char *bytes, size_t n, struct mono now)
{
	strbuf_add(&o->rest, bytes, n);
	return out_push(o, now);
}

void out_forget(struct out *o)
{
	strbuf_clear(&o->rest);
	o->taken = 0;
	o->stuck = (struct mono){ 0 };
}

struct mono out_free_at(const struct out *o)
{
	const struct mono never = { INT64_MAX };

	return out_has_unsent(o) ? never : o->clear;
}
