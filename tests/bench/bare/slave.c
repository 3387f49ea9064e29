/*
 * slave.c - a Modbus slave that does nothing but answer: one process, epoll, every unit
 * id, functions 1 to 6, 15 and 16. The register's value is its number, plus what the
 * bench adds; what was written is kept.
 */
#include "bench/bare/bare.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench/bench.h"

enum { CONNECTIONS = 2048, REQUEST_MAX = 260, BUFFER = 8192 };

struct connection {
	struct bare_place *place; /* NULL: nobody */
	bool silent;
	uint8_t in[BUFFER];
	size_t n;
};

static uint16_t registers[65536];
static struct connection connections[CONNECTIONS]; /* by descriptor */

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

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static void count(struct bare_slave_shared *s, struct bare_place *p, const uint8_t *in)
{
	p->requests++;
	if (get16(in + 8) != 0 || in[7] > 4)
		return;
	if (s->period_ns) {
		int64_t now = now_ns(), off = now - p->began_ns - s->period_ns;

		if (p->began_ns && (off < 0 ? -off : off) >= s->period_ns / 10)
			p->off++;
		p->began_ns = now;
	}
	p->scans++;
}

/* False when it has gone. */
static bool serve(struct bare_slave_shared *s, int fd, struct connection *c)
{
	static uint8_t out[REQUEST_MAX * (BUFFER / 12)];
	size_t at = 0, n_out = 0;
	ssize_t n = recv(fd, c->in + c->n, sizeof(c->in) - c->n, 0);

	if (n <= 0)
		return false;
	c->n += (size_t)n;
	while (c->n - at >= 12) {
		size_t whole = 6 + (size_t)get16(c->in + at + 4);

		if (c->n - at < whole)
			break;
		count(s, c->place, c->in + at);
		if (!c->silent)
			n_out += answer(s, c->in + at, out + n_out);
		at += whole;
	}
	memmove(c->in, c->in + at, c->n - at);
	c->n -= at;
	return n_out == 0 || send(fd, out, n_out, MSG_NOSIGNAL) == (ssize_t)n_out;
}

static void take_connection(int epoll, int listener, struct bare_slave_shared *s,
			    int place)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC), one = 1;
	struct epoll_event on = { .events = EPOLLIN, .data.fd = fd };
	int every = s->silent_every;

	if (fd < 0)
		return;
	if (fd >= CONNECTIONS || epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &on) < 0) {
		close(fd);
		return;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	connections[fd].place = &s->place[place];
	connections[fd].silent = every && place % every == every - 1;
	connections[fd].n = 0;
	s->connections++;
}

/* The listeners have the descriptors first, first + 1, ... */
__attribute__((noreturn)) static void run(int first, int places,
					  struct bare_slave_shared *s)
{
	static struct epoll_event ready[64];
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < places; i++) {
		struct epoll_event on = { .events = EPOLLIN, .data.fd = first + i };

		epoll_ctl(epoll, EPOLL_CTL_ADD, first + i, &on);
	}
	for (;;) {
		int n = epoll_wait(epoll, ready, 64, -1);

		for (int i = 0; i < n; i++) {
			int fd = ready[i].data.fd;

			if (fd >= first && fd < first + places)
				take_connection(epoll, fd, s, fd - first);
			else if (!serve(s, fd, &connections[fd]))
				close(fd);
		}
	}
}

const char *bare_address(int place, char out[BARE_ADDRESS_SIZE])
{
	snprintf(out, BARE_ADDRESS_SIZE, "127.0.%d.%d", place / 200, place % 200 + 1);
	return out;
}

/* At this address and port (0: any, then it is set); the descriptor is fd from now on. */
static void listen_at(int place, int *port, int fd)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)*port) };
	socklen_t len = sizeof(at);
	char text[BARE_ADDRESS_SIZE];
	int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, bare_address(place, text), &at.sin_addr);
	if (made < 0 || bind(made, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    listen(made, 128) < 0 ||
	    getsockname(made, (struct sockaddr *)&at, &len) < 0 || dup2(made, fd) < 0)
		bench_die("cannot start a slave");
	if (made != fd)
		close(made);
	*port = ntohs(at.sin_port);
}

void bare_slave_start_at(struct bare_slave *s, int places)
{
	enum { FIRST = 400 }; /* beyond what the bench has open */

	struct rlimit files = { 0 };

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max < CONNECTIONS ? files.rlim_max : CONNECTIONS;
	setrlimit(RLIMIT_NOFILE, &files);
	s->shared = mmap(NULL, sizeof(*s->shared), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->shared == MAP_FAILED)
		bench_die("cannot start a slave");
	for (unsigned i = 0; i < 65536; i++)
		registers[i] = (uint16_t)(i % 100);
	s->port = 0;
	for (int i = 0; i < places; i++)
		listen_at(i, &s->port, FIRST + i);
	s->pid = fork();
	if (s->pid == 0)
		run(FIRST, places, s->shared);
	for (int i = 0; i < places; i++)
		close(FIRST + i);
}

void bare_slave_start(struct bare_slave *s)
{
	bare_slave_start_at(s, 1);
}

void bare_slave_stop(struct bare_slave *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s->shared, sizeof(*s->shared));
}
