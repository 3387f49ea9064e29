/* main.c - chaos: a proxy between a Modbus client and a slave that spoils replies.
 *
 *   chaos SEED PERCENT TIMEOUT_MS SLAVE_PORT [LINE...]
 *
 * Prints "SEED n PORT n": it listens there on every address of the machine's loop, and a
 * client that comes on another address of it is another connection. Each LINE is a path
 * under which a serial line is made; its frames go to the same slave. PERCENT of the
 * transactions get one of the faults of fault.c; TIMEOUT_MS is the client's, late means
 * later. Lines on standard input:
 *
 *   stats   "asked N bits N words N faulted N collateral N KIND N KIND N ..."
 *   calm    no more faults; "ok"
 *
 * asked counts requests, bits and words those that read them. collateral are transactions
 * that only carried another's reply along. Ends with its standard input. */
#include "peers/chaos/proxy.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct held {
	struct chaos_frame bytes;
	bool first;
};

struct unit {
	uint64_t asked;
	struct held held; /* bytes.n = 0: nothing */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* everything below */
static struct unit units[256];
static uint64_t count[CHAOS_KINDS_MAX];
static uint64_t asked, bits, words, faulted, collateral;
static uint64_t seed;
static unsigned percent;
static int64_t timeout_ms;
static uint16_t slave_port;

int64_t chaos_timeout_ms(void)
{
	return timeout_ms;
}

static void nap_us(int64_t us)
{
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	ppoll(NULL, 0, &ts, NULL);
}

/* --- the slave --- */

static bool reach_slave(struct chaos_upstream *up)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(slave_port) };
	struct linger hard = { 1, 0 }; /* leaves no port behind in TIME_WAIT */
	int one = 1;

	if (up->fd >= 0)
		return true;
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	up->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(up->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(up->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	if (connect(up->fd, (struct sockaddr *)&a, sizeof(a)) == 0)
		return true;
	close(up->fd);
	up->fd = -1;
	return false;
}

static bool ask_slave(struct chaos_upstream *up, struct chaos_transaction *t)
{
	uint8_t *r = t->reply.b;

	if (!reach_slave(up) ||
	    send(up->fd, t->ask.b, t->ask.n, MSG_NOSIGNAL) != (ssize_t)t->ask.n ||
	    recv(up->fd, r, CHAOS_HEAD, MSG_WAITALL) != CHAOS_HEAD)
		return false;
	size_t rest = chaos_u16(r + 4);
	if (rest > CHAOS_ADU - CHAOS_HEAD ||
	    recv(up->fd, r + CHAOS_HEAD, rest, MSG_WAITALL) != (ssize_t)rest)
		return false;
	t->reply.n = CHAOS_HEAD + rest;
	return true;
}

/* --- a transaction --- */

static void count_request(const struct chaos_transaction *t)
{
	asked++;
	if (t->request.b[7] <= 2)
		bits++;
	else
		words++;
}

/* A request that finds a reply held back gets that one too, and no fault of its own. */
static const struct chaos_fault *choose(struct chaos_transaction *t, struct held *held)
{
	struct unit *u = &units[t->request.b[6]];
	const struct chaos_fault *f = NULL;

	pthread_mutex_lock(&lock);
	count_request(t);
	t->random = seed ^ (uint64_t)t->request.b[6] << 56 ^ u->asked++ << 16;
	*held = u->held;
	u->held.bytes.n = 0;
	if (held->bytes.n)
		collateral++;
	else
		f = chaos_choose(t, percent);
	if (f) {
		faulted++;
		count[f - chaos_faults]++;
	}
	pthread_mutex_unlock(&lock);
	return f;
}

static void append(struct chaos_frame *to, const struct chaos_frame *more)
{
	memcpy(to->b + to->n, more->b, more->n);
	to->n += more->n;
}

static void add_held(struct chaos_transaction *t, const struct held *held)
{
	struct chaos_frame own = t->out.bytes;

	if (held->first) {
		t->out.bytes = held->bytes;
		append(&t->out.bytes, &own);
	} else {
		append(&t->out.bytes, &held->bytes);
	}
}

static void hold_back(struct chaos_transaction *t)
{
	struct unit *u = &units[t->request.b[6]];

	pthread_mutex_lock(&lock);
	u->held = (struct held){ t->out.bytes, t->out.hold_first };
	pthread_mutex_unlock(&lock);
	t->out.bytes.n = 0;
}

bool chaos_transact(struct chaos_upstream *up, struct chaos_transaction *t)
{
	struct held held;

	t->timeout_ms = timeout_ms;
	t->out = (struct chaos_delivery){ .end = 0 };
	t->ask = t->request;
	const struct chaos_fault *f = choose(t, &held);
	if (f && f->ask)
		f->ask(t);
	if (!ask_slave(up, t))
		return false;
	if (f && f->alter)
		f->alter(t);
	chaos_seal(t, &t->out.bytes);
	if (f && f->deliver)
		f->deliver(t);
	if (held.bytes.n)
		add_held(t, &held);
	if (t->out.hold)
		hold_back(t);
	return true;
}

bool chaos_deliver(int fd, struct chaos_transaction *t, chaos_send send_bytes)
{
	const struct chaos_delivery *d = &t->out;
	const uint8_t *p = d->bytes.b;

	nap_us((int64_t)d->delay_ms * 1000);
	if (d->step_us == 0 && d->bytes.n && !send_bytes(fd, p, d->bytes.n))
		return false;
	for (size_t i = 0; d->step_us && i < d->bytes.n; i++) {
		if (!send_bytes(fd, p + i, 1))
			return false;
		nap_us(d->step_us);
	}
	return d->end == 0;
}

/* --- commands --- */

static void say_stats(void)
{
	pthread_mutex_lock(&lock);
	printf("asked %" PRIu64 " bits %" PRIu64 " words %" PRIu64 " faulted %" PRIu64
	       " collateral %" PRIu64,
	       asked, bits, words, faulted, collateral);
	for (size_t i = 0; chaos_faults[i].name; i++)
		printf(" %s %" PRIu64, chaos_faults[i].name, count[i]);
	pthread_mutex_unlock(&lock);
	putchar('\n');
}

static void obey(const char *line)
{
	if (strncmp(line, "stats", 5) == 0) {
		say_stats();
	} else if (strncmp(line, "calm", 4) == 0) {
		pthread_mutex_lock(&lock);
		percent = 0;
		pthread_mutex_unlock(&lock);
		puts("ok");
	} else {
		puts("what?");
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char line[100];

	signal(SIGPIPE, SIG_IGN);
	if (argc < 5)
		return 2;
	seed = strtoull(argv[1], NULL, 10);
	percent = (unsigned)strtoul(argv[2], NULL, 10);
	timeout_ms = strtol(argv[3], NULL, 10);
	slave_port = (uint16_t)strtoul(argv[4], NULL, 10);
	unsigned port = chaos_listen();
	if (port == 0)
		return 1;
	for (int i = 5; i < argc; i++)
		if (!chaos_open_line(argv[i]))
			return 1;
	printf("SEED %" PRIu64 " PORT %u\n", seed, port);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		obey(line);
	return 0;
}
