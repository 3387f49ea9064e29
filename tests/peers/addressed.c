/* addressed.c - the self-addressed test slave: Modbus TCP on raw sockets, units 1 to 63,
 * whose registers say whose they are (addressed.h). It is honest: the chaos proxy before
 * it does the rest. Prints "PORT n"; ends with its standard input. No code of ours that
 * frames Modbus is in it, so that a fault there cannot hide here. */
#include "peers/addressed.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/listen.h"

enum { ADU = 260, HEAD = 6 };

static _Atomic uint32_t requests[256]; /* by unit */

static unsigned u16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static size_t refuse(uint8_t *r, uint8_t code)
{
	r[7] |= 0x80;
	r[8] = code;
	return 9;
}

static void put_words(uint8_t *r, const uint8_t *q, uint32_t request)
{
	unsigned first = u16(q + 8), count = u16(q + 10);

	for (unsigned i = 0; i < count; i++)
		put16(r + 9 + 2 * i, addressed_word(q[6], q[7], first + i, request));
}

static void put_bits(uint8_t *r, const uint8_t *q)
{
	unsigned first = u16(q + 8), count = u16(q + 10);

	for (unsigned i = 0; i < count; i++)
		if (addressed_bit(q[6], q[7], first + i))
			r[9 + i / 8] = (uint8_t)(r[9 + i / 8] | 1 << i % 8);
}

/* The size of the reply; r is cleared. */
static size_t answer(const uint8_t *q, uint8_t *r)
{
	unsigned count = u16(q + 10);
	bool bits = q[7] <= AREA_DISCRETE;
	unsigned bytes = bits ? (count + 7) / 8 : 2 * count;
	uint32_t request = ++requests[q[6]];

	memcpy(r, q, 8);
	if (q[7] < AREA_COIL || q[7] > AREA_INPUT)
		return refuse(r, 1);
	if (count == 0 || bytes > 250 || u16(q + 8) + count > 65536)
		return refuse(r, 2);
	if (q[6] == 0 || q[6] >= ADDRESSED_UNITS)
		return refuse(r, 11);
	r[8] = (uint8_t)bytes;
	if (bits)
		put_bits(r, q);
	else
		put_words(r, q, request);
	return 9 + bytes;
}

static bool receive(int fd, uint8_t *p, size_t n)
{
	return recv(fd, p, n, MSG_WAITALL) == (ssize_t)n;
}

static void *serve(void *arg)
{
	int fd = (int)(intptr_t)arg;
	uint8_t q[ADU];

	while (receive(fd, q, HEAD) && u16(q + 4) == 6 && receive(fd, q + HEAD, 6)) {
		uint8_t r[ADU] = { 0 };
		size_t n = answer(q, r);

		put16(r + 4, (unsigned)n - HEAD);
		if (send(fd, r, n, MSG_NOSIGNAL) != (ssize_t)n)
			break;
	}
	close(fd);
	return NULL;
}

int main(void)
{
	unsigned port;

	signal(SIGPIPE, SIG_IGN);
	port = listen_and_serve(INADDR_LOOPBACK, serve);
	if (!port)
		return 1;
	printf("PORT %u\n", port);
	fflush(stdout);
	while (getchar() != EOF)
		continue;
	return 0;
}
