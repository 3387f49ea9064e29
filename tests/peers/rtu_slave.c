/* rtu_slave.c - Modbus RTU slaves on a line that misbehaves on command.
 *
 * rtu_slave PATH: makes a pseudo terminal whose other end is found under PATH, and prints
 * "LINE PATH". Units 1 to 3 answer; a register holds its own address, plus 10000 for each
 * unit beyond 1, until it is set. Lines on standard input, each answered by one line:
 *
 *   mode NAME [ARG [FUNCTION [TIMES]]]  misbehave: for one function (0 = all), a number
 *                                       of times (0 = for ever)
 *   set ADDRESS VALUE | get ADDRESS     holding registers of unit 1
 *   echo 1|0                            the line gives back what it is sent
 *   lag MS                              each answer takes so long
 *   mask 1|0                            the slaves know function 22
 *   stats                               "requests R writes W early E"
 *   unplug | plug                       the line ends, and is back under the same path
 *
 * early counts requests that came without 1.5 ms of silence before them. One thread, so a
 * late answer holds up those after it, as in a slow device. Own code, no library. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"

enum { UNITS = 3, CELLS = 65536, ADU = 256, OWN_STEP = 10000, EARLY_US = 1500 };

struct frame {
	uint8_t b[2 * ADU];
	size_t n;
};

struct mode {
	const char *name;
	void (*act)(long arg, struct frame *reply);
};

static uint16_t cells[UNITS][CELLS];
static uint8_t coils[CELLS];
static const struct mode *mode;
static long mode_arg, mode_function, mode_times;
static long requests, writes, early;
static long lag_ms;
static bool echo, mask_write = true;
static int line = -1;
static int hold = -1; /* its other end: the line lives while nobody has it open */
static const char *path;
static struct mono last_byte;

static unsigned u16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static unsigned crc_of(const uint8_t *p, size_t n)
{
	unsigned crc = 0xFFFF;

	while (n--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc & 1 ? crc >> 1 ^ 0xA001 : crc >> 1;
	}
	return crc;
}

static void seal(struct frame *f)
{
	unsigned crc = crc_of(f->b, f->n);

	f->b[f->n++] = (uint8_t)crc;
	f->b[f->n++] = (uint8_t)(crc >> 8);
}

/* --- honest slaves --- */

static void refuse(struct frame *r, long code)
{
	r->b[1] |= 0x80;
	r->b[2] = (uint8_t)code;
	r->n = 3;
}

static void answer_read(const uint8_t *q, struct frame *r)
{
	unsigned first = u16(q + 2), count = u16(q + 4);
	bool bits = q[1] <= 2;
	unsigned bytes = bits ? (count + 7) / 8 : count * 2;

	if (first + count > CELLS || count == 0 || bytes > 250) {
		refuse(r, 2);
		return;
	}
	r->b[2] = (uint8_t)bytes;
	memset(r->b + 3, 0, bytes);
	for (unsigned i = 0; i < count; i++) {
		if (!bits)
			put16(r->b + 3 + 2 * i, cells[q[0] - 1][first + i]);
		else if (coils[first + i])
			r->b[3 + i / 8] = (uint8_t)(r->b[3 + i / 8] | 1 << i % 8);
	}
	r->n = 3 + bytes;
}

static void answer_write(const struct frame *q, struct frame *r)
{
	uint16_t *at = cells[q->b[0] - 1];
	unsigned first = u16(q->b + 2), value = u16(q->b + 4);

	writes++;
	if (q->b[1] == 5)
		coils[first] = value == 0xFF00;
	else if (q->b[1] == 6)
		at[first] = (uint16_t)value;
	else if (q->b[1] == 22)
		at[first] = (uint16_t)((at[first] & value) | (u16(q->b + 6) & ~value));
	else
		for (unsigned i = 0; i < value; i++)
			at[first + i] = (uint16_t)u16(q->b + 7 + 2 * (size_t)i);
	r->n = q->b[1] == 22 ? 8 : 6;
	memcpy(r->b, q->b, r->n);
}

static void answer(const struct frame *q, struct frame *r)
{
	memcpy(r->b, q->b, 2);
	if (q->b[1] >= 1 && q->b[1] <= 4)
		answer_read(q->b, r);
	else if (q->b[1] == 5 || q->b[1] == 6 || q->b[1] == 16 ||
		 (q->b[1] == 22 && mask_write))
		answer_write(q, r);
	else
		refuse(r, 1);
}

/* --- misbehaviour: before and after the check sum --- */

static void do_silent(long arg, struct frame *r)
{
	(void)arg;
	r->n = 0;
}

static void do_late(long arg, struct frame *r)
{
	(void)r;
	poll(NULL, 0, (int)arg);
}

static void do_unit(long arg, struct frame *r)
{
	r->b[0] = (uint8_t)arg;
	r->n -= 2;
	seal(r);
}

static void do_crc(long arg, struct frame *r)
{
	r->b[r->n - 1] ^= (uint8_t)arg;
}

static void do_flip(long arg, struct frame *r) /* one bit of the data */
{
	r->b[3] ^= (uint8_t)arg;
}

static void do_noise(long arg, struct frame *r) /* arg bytes before the frame */
{
	memmove(r->b + arg, r->b, r->n);
	memset(r->b, 0xA5, (size_t)arg);
	r->n += (size_t)arg;
}

static void do_cut(long arg, struct frame *r)
{
	r->n = (size_t)arg < r->n ? (size_t)arg : r->n;
}

static void do_exception(long arg, struct frame *r)
{
	refuse(r, arg);
	seal(r);
}

static void do_echo_value(long arg, struct frame *r)
{
	put16(r->b + 4, u16(r->b + 4) + (unsigned)arg);
	r->n -= 2;
	seal(r);
}

static void do_double(long arg, struct frame *r)
{
	(void)arg;
	memcpy(r->b + r->n, r->b, r->n);
	r->n *= 2;
}

static const struct mode modes[] = {
	{ "silent", do_silent },
	{ "late", do_late },
	{ "unit", do_unit },
	{ "crc", do_crc },
	{ "flip", do_flip },
	{ "noise", do_noise },
	{ "cut", do_cut },
	{ "exception", do_exception },
	{ "echovalue", do_echo_value },
	{ "double", do_double },
	{ NULL, NULL },
};

/* --- the line --- */

static void send_all(const uint8_t *p, size_t n)
{
	/* before the write: who is not running for a while after it must not take the
	 * other side's silence for a short one */
	last_byte = clock_mono();
	if (write(line, p, n) != (ssize_t)n)
		fprintf(stderr, "rtu_slave: cannot write\n");
}

static size_t size_of_request(const struct frame *q)
{
	if (q->n < 2)
		return 0;
	if (q->b[1] == 15 || q->b[1] == 16)
		return q->n < 7 ? 0 : 9u + q->b[6];
	return q->b[1] == 22 ? 10 : 8;
}

static void obey_request(const struct frame *q)
{
	struct frame r = { .n = 0 };

	if (echo)
		send_all(q->b, q->n);
	if (q->b[0] < 1 || q->b[0] > UNITS ||
	    crc_of(q->b, q->n - 2) != (unsigned)(q->b[q->n - 1] << 8 | q->b[q->n - 2]))
		return;
	requests++;
	answer(q, &r);
	seal(&r);
	if (mode && (mode_function == 0 || mode_function == q->b[1])) {
		mode->act(mode_arg, &r);
		if (mode_times && --mode_times == 0)
			mode = NULL;
	}
	poll(NULL, 0, (int)lag_ms);
	if (r.n)
		send_all(r.b, r.n);
}

/* False when the line is gone. */
static bool hear(struct frame *q)
{
	struct mono now = clock_mono();

	if (q->n == 0 && now.ns - last_byte.ns < EARLY_US * 1000)
		early++;
	ssize_t k = read(line, q->b + q->n, ADU - q->n);
	if (k <= 0)
		return errno == EIO || errno == EAGAIN; /* nobody has it open */
	last_byte = now;
	q->n += (size_t)k;
	size_t size = size_of_request(q);
	if (size && q->n >= size) {
		q->n = size;
		obey_request(q);
		q->n = 0;
	}
	return true;
}

static bool plug(void)
{
	struct termios t;

	line = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (line < 0 || grantpt(line) != 0 || unlockpt(line) != 0)
		return false;
	hold = open(ptsname(line), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (hold < 0 || tcgetattr(hold, &t) != 0)
		return false;
	cfmakeraw(&t);
	tcsetattr(hold, TCSANOW, &t);
	unlink(path);
	return symlink(ptsname(line), path) == 0;
}

static void unplug(void)
{
	unlink(path);
	close(hold);
	close(line);
	line = hold = -1;
}

/* --- commands --- */

static bool set_mode(const char *name, long arg, long function, long times)
{
	const struct mode *m = modes;

	while (m->name && strcmp(m->name, name) != 0)
		m++;
	mode = m->name ? m : NULL;
	mode_arg = arg;
	mode_function = function;
	mode_times = times;
	return m->name || strcmp(name, "normal") == 0;
}

static void obey(const char *text)
{
	char word[32] = "", name[32] = "";
	long a = 0, b = 0, c = 0;

	sscanf(text, "%31s %31s %ld %ld %ld", word, name, &a, &b, &c);
	long first = strtol(name, NULL, 10);
	if (strcmp(word, "mode") == 0) {
		puts(set_mode(name, a, b, c) ? "ok" : "unknown mode");
	} else if (strcmp(word, "set") == 0) {
		printf("%u\n", cells[0][first & (CELLS - 1)] = (uint16_t)a);
	} else if (strcmp(word, "get") == 0) {
		printf("%u\n", cells[0][first & (CELLS - 1)]);
	} else if (strcmp(word, "echo") == 0) {
		echo = first != 0;
		puts("ok");
	} else if (strcmp(word, "lag") == 0) {
		lag_ms = first;
		puts("ok");
	} else if (strcmp(word, "mask") == 0) {
		mask_write = first != 0;
		puts("ok");
	} else if (strcmp(word, "stats") == 0) {
		printf("requests %ld writes %ld early %ld\n", requests, writes, early);
	} else if (strcmp(word, "unplug") == 0) {
		unplug();
		puts("ok");
	} else if (strcmp(word, "plug") == 0) {
		puts(plug() ? "ok" : "cannot make a line");
	} else {
		puts("what?");
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct frame q = { .n = 0 };
	char text[200];

	if (argc != 2)
		return 2;
	path = argv[1];
	for (unsigned u = 0; u < UNITS; u++)
		for (unsigned i = 0; i < CELLS; i++)
			cells[u][i] = (uint16_t)(i + u * OWN_STEP);
	if (!plug())
		return 1;
	printf("LINE %s\n", path);
	fflush(stdout);
	setvbuf(stdin, NULL, _IONBF, 0);
	for (;;) {
		struct pollfd p[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				       { .fd = line, .events = POLLIN } };

		/* what is left of a request after a moment is noise */
		if (poll(p, 2, q.n ? 50 : -1) == 0)
			q.n = 0;
		if (p[1].revents && !hear(&q))
			unplug();
		if (p[0].revents) {
			if (!fgets(text, sizeof(text), stdin))
				break;
			obey(text);
		}
	}
	unlink(path);
	return 0;
}
