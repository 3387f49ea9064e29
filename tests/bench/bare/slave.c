/*
 * slave.c - a Modbus slave that does nothing but answer: one process, poll(), every unit
 * id, functions 1 to 6, 15 and 16. The register's value is its number, plus what the
 * bench adds; what was written is kept.
 */
#include "bench/bare/bare.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

enum { CONNECTIONS = 256, REQUEST_MAX = 260, BUFFER = 8192 };

struct connection {
	uint8_t in[BUFFER];
	size_t n;
};

static uint16_t registers[65536];
static struct connection connections[CONNECTIONS];

static uint16_t get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static size_t answer_registers(struct bare_slave_shared *s, const uint8_t *in,
			       uint8_t *out)
{
	unsigned first = get16(in + 8), count = get16(in + 10);
	unsigned moving = (unsigned)s->changing * count, tick = (unsigned)s->reads++;

	out[8] = (uint8_t)(2 * count);
	for (unsigned i = 0; i < count; i++) {
		unsigned v = registers[(first + i) & 0xFFFF] + s->offset;

		if (i * 100 < moving)
			v += tick;
		put16(out + 9 + 2 * i, v);
	}
	return 9 + 2 * (size_t)count;
}

static size_t answer_bits(struct bare_slave_shared *s, const uint8_t *in, uint8_t *out)
{
	size_t bytes = (get16(in + 10) + 7U) / 8;

	s->reads++;
	out[8] = (uint8_t)bytes;
	memset(out + 9, 0x55, bytes);
	return 9 + bytes;
}

static size_t answer_write(struct bare_slave_shared *s, const uint8_t *in, uint8_t *out)
{
	s->writes++;
	if (in[7] == 6)
		registers[get16(in + 8)] = get16(in + 10);
	for (unsigned i = 0; in[7] == 16 && i < get16(in + 10); i++)
		registers[(get16(in + 8) + i) & 0xFFFF] = get16(in + 13 + 2 * i);
	memcpy(out + 8, in + 8, 4);
	return 12;
}

static size_t answer(struct bare_slave_shared *s, const uint8_t *in, uint8_t *out)
{
	size_t n;

	s->requests++;
	memcpy(out, in, 8);
	if (in[7] <= 2)
		n = answer_bits(s, in, out);
	else if (in[7] <= 4)
		n = answer_registers(s, in, out);
	else
		n = answer_write(s, in, out);
	put16(out + 4, (unsigned)(n - 6));
	return n;
}

/* False when it has gone. */
static bool serve(struct bare_slave_shared *s, int fd, struct connection *c)
{
	uint8_t out[REQUEST_MAX * (BUFFER / 12)];
	size_t at = 0, n_out = 0;
	ssize_t n = recv(fd, c->in + c->n, sizeof(c->in) - c->n, 0);

	if (n <= 0)
		return false;
	c->n += (size_t)n;
	while (c->n - at >= 12) {
		size_t whole = 6 + (size_t)get16(c->in + at + 4);

		if (c->n - at < whole)
			break;
		n_out += answer(s, c->in + at, out + n_out);
		at += whole;
	}
	memmove(c->in, c->in + at, c->n - at);
	c->n -= at;
	return n_out == 0 || send(fd, out, n_out, MSG_NOSIGNAL) == (ssize_t)n_out;
}

static void take_connection(struct pollfd *p, int *n)
{
	int fd = accept4(p[0].fd, NULL, NULL, SOCK_CLOEXEC), one = 1;

	if (fd < 0)
		return;
	if (*n >= CONNECTIONS) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	connections[*n].n = 0;
	p[(*n)++] = (struct pollfd){ .fd = fd, .events = POLLIN };
}

__attribute__((noreturn)) static void run(int listener, struct bare_slave_shared *s)
{
	static struct pollfd p[CONNECTIONS];
	int n = 1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	p[0] = (struct pollfd){ .fd = listener, .events = POLLIN };
	for (;;) {
		poll(p, (nfds_t)n, -1);
		for (int i = n - 1; i > 0; i--) {
			if (!p[i].revents || serve(s, p[i].fd, &connections[i]))
				continue;
			close(p[i].fd);
			p[i] = p[--n];
			connections[i] = connections[n];
		}
		if (p[0].revents) {
			take_connection(p, &n);
			s->connections++;
		}
	}
}

void bare_slave_start(struct bare_slave *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->shared = mmap(NULL, sizeof(*s->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->shared == MAP_FAILED || fd < 0 ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(fd, 128) < 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		bench_die("cannot start a slave");
	for (unsigned i = 0; i < 65536; i++)
		registers[i] = (uint16_t)(i % 100);
	s->port = ntohs(at.sin_port);
	s->pid = fork();
	if (s->pid == 0)
		run(fd, s->shared);
	close(fd);
}

void bare_slave_stop(struct bare_slave *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s->shared, sizeof(*s->shared));
}
