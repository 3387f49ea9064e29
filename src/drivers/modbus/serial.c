/* serial.c - opening a serial line and waiting for its silence; see the header. */
#include "drivers/modbus/serial.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>

#include "util/strbuf.h"

ssize_t serial_read(int fd, void *buf, size_t n)
{
	return syscall(SYS_read, fd, buf, n);
}

ssize_t serial_write(int fd, const void *buf, size_t n)
{
	return syscall(SYS_write, fd, buf, n);
}

static const struct {
	uint32_t baud;
	speed_t code;
} speeds[] = {
	{ 1200, B1200 },   { 2400, B2400 },     { 4800, B4800 },
	{ 9600, B9600 },   { 19200, B19200 },   { 38400, B38400 },
	{ 57600, B57600 }, { 115200, B115200 }, { 230400, B230400 },
};

static speed_t speed_of(uint32_t baud)
{
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].baud == baud)
			return speeds[i].code;
	return B0;
}

/* A pseudo terminal has no parity, which the C library calls invalid. */
static bool is_pseudo(int fd)
{
	enum { PTS_MAJOR = 136, PTS_MAJORS = 8 };
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       major(st.st_rdev) >= PTS_MAJOR &&
	       major(st.st_rdev) < PTS_MAJOR + PTS_MAJORS;
}

static bool set_line(int fd, const struct termios *t)
{
	return tcsetattr(fd, TCSANOW, t) == 0 || (errno == EINVAL && is_pseudo(fd));
}

/* "" or what the system says. */
static const char *shape(int fd, const struct mb_serial *line)
{
	struct termios t, got;
	speed_t speed = speed_of(line->baud);

	if (tcgetattr(fd, &t) != 0)
		return errno == ENOTTY ? "it is no serial line" : strerrordesc_np(errno);
	cfmakeraw(&t);
	/* no HUPCL: a line closed and opened again must not reset what hangs on it */
	t.c_cflag &= (tcflag_t) ~(HUPCL | CSTOPB | PARENB | PARODD | CRTSCTS);
	t.c_cflag |= CLOCAL | CREAD;
	if (line->stop == 2)
		t.c_cflag |= CSTOPB;
	if (line->parity != 'N')
		t.c_cflag |= PARENB;
	if (line->parity == 'O')
		t.c_cflag |= PARODD;
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	cfsetispeed(&t, speed);
	cfsetospeed(&t, speed);
	if (!set_line(fd, &t) || tcgetattr(fd, &got) != 0)
		return strerrordesc_np(errno);
	/* a driver keeps silent about a speed it cannot make */
	return cfgetospeed(&got) == speed ? "" : "it does not know this baud rate";
}

static const char *drive_rs485(int fd)
{
	struct serial_rs485 mode = { .flags = SER_RS485_ENABLED | SER_RS485_RTS_ON_SEND };

	return ioctl(fd, TIOCSRS485, &mode) == 0
		       ? ""
		       : "its kernel driver has no RS-485 mode (leave rs485 out when the "
			 "adapter switches by itself)";
}

static const char *prepare(int fd, const struct mb_serial *line)
{
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		return "another program or device entry is using it";
	ioctl(fd, TIOCEXCL);
	const char *fault = shape(fd, line);
	return fault[0] || !line->rs485 ? fault : drive_rs485(fd);
}

int serial_open(const struct mb_endpoint *to, struct strbuf *why)
{
	int fd = open(to->host, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	const char *fault = fd < 0 ? strerrordesc_np(errno) : prepare(fd, &to->line);

	if (!fault[0]) {
		tcflush(fd, TCIOFLUSH);
		return fd;
	}
	strbuf_setf(why, "cannot open %s: %s", to->host, fault);
	if (fd >= 0)
		close(fd);
	return -1;
}

void serial_close(int fd)
{
	tcflush(fd, TCIOFLUSH);
	close(fd);
}

int64_t serial_gap_us(const struct mb_serial *line)
{
	enum { FIXED_US = 1750, FIXED_FROM = 19200, BITS = 11 };

	if (line->baud > FIXED_FROM)
		return FIXED_US;
	return INT64_C(3500000) * BITS / line->baud + 1;
}

/* Throws away what waits: how many bytes, or -1 when the line is gone. Not for ever: who
 * talks all the time is found out by the silence that never comes. */
static ssize_t drain(int fd)
{
	enum { ROUNDS = 64 };
	uint8_t waste[256];
	ssize_t k = 0, n = 0;

	for (int i = 0; i < ROUNDS && (k = serial_read(fd, waste, sizeof(waste))) > 0;
	     i++)
		n += k;
	return k > 0 || (k < 0 && (errno == EAGAIN || errno == EINTR)) ? n : -1;
}

bool serial_silence(const struct net_waiter *w, int fd, int64_t us, int64_t since_us,
		    struct mono deadline, bool *heard)
{
	int64_t left_us = since_us < us ? us - since_us : 0;

	for (;;) {
		ssize_t waste = drain(fd);
		struct mono now = clock_mono();
		struct mono quiet = { now.ns + (waste ? us : left_us) * 1000 };

		*heard |= waste > 0;
		if (waste < 0 || quiet.ns > deadline.ns)
			return false;
		enum net_result r = net_wait(w, fd, POLLIN, quiet, true);
		if (r != NET_READY)
			return r == NET_TIMEOUT;
	}
}
