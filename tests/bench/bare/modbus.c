/* modbus.c - a loop around libmodbus, and one around a bare socket. */
#include "bench/bare/bare.h"

#include <arpa/inet.h>
#include <errno.h>
#include <modbus.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/bench.h"

struct bare_modbus;

static modbus_t *ctx_of(struct bare_modbus *m)
{
	return (modbus_t *)m;
}

static struct bare_modbus *open_at(const char *address, int port)
{
	modbus_t *ctx = modbus_new_tcp(address, port);

	if (!ctx || modbus_set_slave(ctx, 1) < 0 || modbus_connect(ctx) < 0)
		bench_die("libmodbus cannot connect: %s", modbus_strerror(errno));
	return (struct bare_modbus *)ctx;
}

struct bare_modbus *bare_modbus_open(int port)
{
	return open_at("127.0.0.1", port);
}

void bare_modbus_read(struct bare_modbus *m, int first, int count)
{
	uint16_t v[MODBUS_MAX_READ_REGISTERS];

	if (modbus_read_input_registers(ctx_of(m), first, count, v) != count)
		bench_die("libmodbus cannot read: %s", modbus_strerror(errno));
}

void bare_modbus_write(struct bare_modbus *m, int at, uint16_t v)
{
	if (modbus_write_register(ctx_of(m), at, v) != 1)
		bench_die("libmodbus cannot write: %s", modbus_strerror(errno));
}

void bare_modbus_close(struct bare_modbus *m)
{
	modbus_close(ctx_of(m));
	modbus_free(ctx_of(m));
}

struct poller {
	pthread_t thread;
	struct bare_modbus *m;
	_Atomic bool *stop;
	int count;
	uint64_t reads;
};

static void *poll_on(void *arg)
{
	struct poller *p = arg;

	for (; !*p->stop; p->reads++)
		bare_modbus_read(p->m, 0, p->count);
	return NULL;
}

double bare_modbus_threads(int port, int places, int count, double seconds)
{
	struct poller *p = calloc((size_t)places, sizeof(*p));
	_Atomic bool stop = false;
	char text[BARE_ADDRESS_SIZE];
	uint64_t reads = 0;

	if (!p)
		bench_die("no memory");
	for (int i = 0; i < places; i++) {
		p[i].m = open_at(bare_address(i, text), port);
		p[i].stop = &stop;
		p[i].count = count;
	}
	double start = bench_seconds();
	for (int i = 0; i < places; i++)
		if (pthread_create(&p[i].thread, NULL, poll_on, &p[i]) != 0)
			bench_die("cannot start %d threads", places);
	bench_pause((int)(seconds * 1000));
	stop = true;
	double took = bench_seconds() - start;
	for (int i = 0; i < places; i++) {
		pthread_join(p[i].thread, NULL);
		reads += p[i].reads;
		bare_modbus_close(p[i].m);
	}
	free(p);
	return (double)reads / took;
}

double bare_ping_pong(int port, double seconds)
{
	static const uint8_t ask[12] = { 0, 1, 0, 0, 0, 6, 1, 4, 0, 0, 0, 125 };
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;
	double start = bench_seconds();
	uint8_t reply[300];
	unsigned n = 0;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		bench_die("cannot connect to the slave");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	while (bench_seconds() - start < seconds) {
		if (send(fd, ask, sizeof(ask), MSG_NOSIGNAL) != sizeof(ask) ||
		    recv(fd, reply, 259, MSG_WAITALL) != 259)
			bench_die("the slave is gone");
		n++;
	}
	close(fd);
	return n / (bench_seconds() - start);
}
