/* chaos_slave.c - a Modbus TCP slave that misbehaves on command, byte by byte.
 *
 * Prints "PORT n". A register holds its own address until it is set, so a value stored
 * under another address shows. Registers 9000 to 9003 all hold the number of the request
 * that reads them. Lines on standard input, each answered by one line:
 *
 *   mode NAME [ARG [FUNCTION [TIMES]]]  misbehave: for one function (0 = all), a number
 *                                       of times (0 = for ever)
 *   set AREA ADDRESS VALUE              AREA: coil discrete input holding
 *   get AREA ADDRESS
 *   stats                               "requests R writes W connections C open O
 *                                       odd M"; M times it has misbehaved
 *                                       (swap: two connections get each other's replies)
 *   down | up                           stop listening and cut all, listen again
 *
 * With the argument "any" it is reached at all of 127.0.0.0/8, so that it can stand for
 * hundreds of devices.
 *
 * One thread a connection. Own code, no library: it must be able to send anything. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CELLS = 65536, ADU = 260, OPEN_MAX = 1024, COUNTER = 9000 };
enum area { COIL, DISCRETE, INPUT, HOLDING, AREAS };

struct frame {
	uint8_t b[2 * ADU + 64];
	size_t n;
};

struct plan {         /* how to send it */
	size_t cut;   /* send no more than this */
	int step_ms;  /* one byte each, 0 = at once */
	int delay_ms; /* before the first */
	char end;     /* after it: 's' silence, 'f' FIN, 'r' RST, 0 = go on */
	int copies;
};

struct mode {
	const char *name;
	void (*act)(long arg, const struct frame *request, struct frame *reply,
		    struct plan *plan);
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* everything below */
static uint16_t cells[AREAS][CELLS];
static unsigned most = 65535; /* no register takes more by function 23 */
static const struct mode *mode;
static long mode_arg, mode_function, mode_times;
static long requests, writes, connections, misbehaved;
static int open_fds[OPEN_MAX];
static int listener = -1;
static uint16_t port;
static in_addr_t bound = INADDR_LOOPBACK;

static const char *const area_names[AREAS] = { "coil", "discrete", "input", "holding" };

static unsigned u16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* --- an honest slave --- */

static void finish(struct frame *r, size_t n)
{
	r->n = n;
	put16(r->b + 4, (unsigned)(n - 6));
}

static void exception(struct frame *r, long code)
{
	r->b[7] |= 0x80;
	r->b[8] = (uint8_t)code;
	finish(r, 9);
}

static uint16_t cell(enum area a, unsigned at)
{
	if (at >= COUNTER && at < COUNTER + 4)
		return (uint16_t)requests;
	return cells[a][at];
}

static void answer_read(const uint8_t *q, struct frame *r)
{
	static const enum area of[] = { 0, COIL, DISCRETE, HOLDING, INPUT };
	unsigned first = u16(q + 8), count = u16(q + 10);
	enum area a = of[q[7]];

	if (first + count > CELLS || count == 0) {
		exception(r, 2);
		return;
	}
	unsigned bytes = q[7] <= 2 ? (count + 7) / 8 : count * 2;
	r->b[8] = (uint8_t)bytes;
	memset(r->b + 9, 0, bytes);
	for (unsigned i = 0; i < count; i++) {
		if (q[7] > 2)
			put16(r->b + 9 + 2 * i, cell(a, first + i));
		else if (cells[a][first + i])
			r->b[9 + i / 8] = (uint8_t)(r->b[9 + i / 8] | 1 << i % 8);
	}
	finish(r, 9 + bytes);
}

static void answer_write(const struct frame *q, struct frame *r)
{
	unsigned first = u16(q->b + 8), value = u16(q->b + 10);

	writes++;
	if (q->b[7] == 15) {
		for (unsigned i = 0; i < value; i++)
			cells[COIL][first + i] = q->b[13 + i / 8] >> i % 8 & 1;
	} else if (q->b[7] == 5)
		cells[COIL][first] = value == 0xFF00;
	else if (q->b[7] == 6)
		cells[HOLDING][first] = (uint16_t)value;
	else if (q->b[7] == 22)
		cells[HOLDING][first] = (uint16_t)((cells[HOLDING][first] & value) |
						   (u16(q->b + 12) & ~value));
	else
		for (unsigned i = 0; i < value && 13 + 2 * i + 1 < q->n; i++)
			cells[HOLDING][first + i] =
				(uint16_t)u16(q->b + 13 + 2 * (size_t)i);
	memcpy(r->b, q->b, 14);
	finish(r, q->b[7] == 22 ? 14 : 12);
}

/* 23: what is to be read stands first, what is to be written behind it. */
static void answer_both(const struct frame *q, struct frame *r)
{
	unsigned first = u16(q->b + 12), count = u16(q->b + 14);

	writes++;
	for (unsigned i = 0; i < count && 17 + 2 * i + 1 < q->n; i++) {
		unsigned v = u16(q->b + 17 + 2 * (size_t)i);

		cells[HOLDING][first + i] = (uint16_t)(v > most ? most : v);
	}
	uint8_t as_read[12];
	memcpy(as_read, q->b, sizeof(as_read));
	as_read[7] = 3;
	answer_read(as_read, r);
}

static void answer(const struct frame *q, struct frame *r)
{
	memcpy(r->b, q->b, 8);
	switch (q->b[7]) {
	case 1:
	case 2:
	case 3:
	case 4:
		answer_read(q->b, r);
		break;
	case 5:
	case 6:
	case 15:
	case 16:
	case 22:
		answer_write(q, r);
		break;
	case 23:
		answer_both(q, r);
		break;
	default:
		exception(r, 1);
	}
}

/* --- misbehaviour: a row each --- */

#define MODE(name)                                                                       \
	static void name(long arg, const struct frame *q, struct frame *r,               \
			 struct plan *plan)

MODE(do_silent)
{
	(void)arg, (void)q, (void)plan;
	r->n = 0;
}
MODE(do_late)
{
	(void)q, (void)r;
	plan->delay_ms = (int)arg;
}
MODE(do_tid)
{
	(void)q, (void)plan;
	put16(r->b, u16(r->b) + (unsigned)arg);
}
MODE(do_unit)
{
	(void)q, (void)plan;
	r->b[6] = (uint8_t)(r->b[6] + arg);
}
MODE(do_function)
{
	(void)q, (void)plan;
	r->b[7] = (uint8_t)arg;
}
MODE(do_exception)
{
	(void)q, (void)plan;
	exception(r, arg);
}
MODE(do_foreign_exception) /* for another function than was asked */
{
	(void)plan;
	exception(r, arg);
	r->b[7] = (uint8_t)((q->b[7] ^ 1) | 0x80);
}
MODE(do_hole) /* no address arg */
{
	unsigned first = u16(q->b + 8),
		 count = q->b[7] == 5 || q->b[7] == 6 ? 1 : u16(q->b + 10);
	(void)plan;
	if (first <= (unsigned)arg && (unsigned)arg < first + count)
		exception(r, 2);
}
MODE(do_seam) /* nothing is read across arg */
{
	unsigned first = u16(q->b + 8), count = u16(q->b + 10);

	(void)plan;
	if (q->b[7] <= 4 && first < (unsigned)arg && (unsigned)arg < first + count)
		exception(r, 2);
}
MODE(do_deaf) /* units from arg on are not there */
{
	(void)plan;
	if (q->b[6] >= arg)
		r->n = 0;
}
MODE(do_gateway) /* units from arg on: the gateway says that they do not answer */
{
	(void)plan;
	if (q->b[6] >= arg)
		exception(r, 11);
}
MODE(do_swap) /* done when the reply is sent */
{
	(void)arg, (void)q, (void)r, (void)plan;
}
MODE(do_clamp)
{
	(void)q, (void)r, (void)plan;
	most = (unsigned)arg;
}
MODE(do_cut)
{
	(void)q, (void)r;
	plan->cut = (size_t)arg;
	plan->end = 's';
}
MODE(do_cut_fin)
{
	(void)q, (void)r;
	plan->cut = (size_t)arg;
	plan->end = 'f';
}
MODE(do_cut_rst)
{
	(void)q, (void)r;
	plan->cut = (size_t)arg;
	plan->end = 'r';
}
MODE(do_trickle)
{
	(void)q, (void)r;
	plan->step_ms = (int)arg;
}
MODE(do_bytecount)
{
	(void)q, (void)plan;
	r->b[8] = (uint8_t)arg;
}
MODE(do_longer) /* arg more data bytes, all lengths agreeing with it */
{
	(void)q, (void)plan;
	memset(r->b + r->n, 0xEE, (size_t)arg);
	r->b[8] = (uint8_t)(r->b[8] + arg);
	finish(r, r->n + (size_t)arg);
}
MODE(do_length)
{
	(void)q, (void)plan;
	put16(r->b + 4, (unsigned)arg);
}
MODE(do_protocol)
{
	(void)q, (void)plan;
	put16(r->b + 2, (unsigned)arg);
}
MODE(do_echo_address)
{
	(void)q, (void)plan;
	put16(r->b + 8, u16(r->b + 8) + (unsigned)arg);
}
MODE(do_echo_value)
{
	(void)q, (void)plan;
	put16(r->b + 10, u16(r->b + 10) + (unsigned)arg);
}
MODE(do_double)
{
	(void)arg, (void)q, (void)r;
	plan->copies = 2;
}
MODE(do_unasked) /* a late reply to nothing, before the real one */
{
	struct frame real = *r;

	(void)q, (void)plan;
	put16(r->b, u16(r->b) - (unsigned)arg);
	memcpy(r->b + r->n, real.b, real.n);
	r->n += real.n;
}
MODE(do_close_after) /* a good reply, then goodbye */
{
	(void)arg, (void)q, (void)r;
	plan->end = 'f';
}

static const struct mode modes[] = {
	{ "silent", do_silent },
	{ "late", do_late },
	{ "tid", do_tid },
	{ "unit", do_unit },
	{ "function", do_function },
	{ "exception", do_exception },
	{ "foreign", do_foreign_exception },
	{ "hole", do_hole },
	{ "seam", do_seam },
	{ "deaf", do_deaf },
	{ "gateway", do_gateway },
	{ "clamp", do_clamp },
	{ "swap", do_swap },
	{ "cut", do_cut },
	{ "cutfin", do_cut_fin },
	{ "cutrst", do_cut_rst },
	{ "trickle", do_trickle },
	{ "bytecount", do_bytecount },
	{ "longer", do_longer },
	{ "length", do_length },
	{ "protocol", do_protocol },
	{ "echoaddress", do_echo_address },
	{ "echovalue", do_echo_value },
	{ "double", do_double },
	{ "unasked", do_unasked },
	{ "closeafter", do_close_after },
	{ NULL, NULL },
};

/* --- connections --- */

static void nap(int ms)
{
	poll(NULL, 0, ms);
}

static bool send_all(int fd, const uint8_t *p, size_t n, int step_ms)
{
	for (size_t at = 0; at < n;) {
		size_t want = step_ms ? 1 : n - at;
		ssize_t k = send(fd, p + at, want, MSG_NOSIGNAL);

		if (k <= 0)
			return false;
		at += (size_t)k;
		if (step_ms && at < n)
			nap(step_ms);
	}
	return true;
}

static void reset_on_close(int fd)
{
	struct linger hard = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

/* False: the connection is to end. */
static bool send_reply(int fd, const struct frame *r, const struct plan *p)
{
	size_t n = r->n < p->cut ? r->n : p->cut;

	if (p->delay_ms)
		nap(p->delay_ms);
	for (int i = 0; i < p->copies; i++)
		if (!send_all(fd, r->b, n, p->step_ms))
			return false;
	if (p->end == 'r')
		reset_on_close(fd);
	return p->end == 0 || p->end == 's';
}

static bool receive(int fd, uint8_t *p, size_t n)
{
	while (n) {
		ssize_t k = recv(fd, p, n, 0);

		if (k <= 0)
			return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

/* Answers under the lock, with the mode of the moment. */
static void think(const struct frame *q, struct frame *r, struct plan *plan)
{
	pthread_mutex_lock(&lock);
	requests++;
	bool odd = mode && mode->act && (mode_function == 0 || mode_function == q->b[7]);
	answer(q, r);
	if (odd)
		mode->act(mode_arg, q, r, plan);
	misbehaved += odd;
	if (odd && mode_times && --mode_times == 0)
		mode = NULL;
	pthread_mutex_unlock(&lock);
}

/* --- swap: the first of two replies waits for the other, then each goes the wrong way */

enum { SWAP_WAIT_MS = 100 };

static pthread_cond_t swapped = PTHREAD_COND_INITIALIZER;
static struct frame *waiting_reply; /* of a thread that waits under the lock */

static void swap_replies(struct frame *mine)
{
	struct timespec end;

	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_nsec += SWAP_WAIT_MS * 1000000L;
	end.tv_sec += end.tv_nsec / 1000000000L;
	end.tv_nsec %= 1000000000L;
	pthread_mutex_lock(&lock);
	if (waiting_reply) {
		struct frame other = *waiting_reply;

		*waiting_reply = *mine;
		*mine = other;
		waiting_reply = NULL;
		pthread_cond_signal(&swapped);
	} else {
		waiting_reply = mine;
		while (waiting_reply == mine &&
		       pthread_cond_timedwait(&swapped, &lock, &end) == 0)
			continue;
		if (waiting_reply == mine)
			waiting_reply = NULL; /* nobody came: the right way */
	}
	pthread_mutex_unlock(&lock);
}

static bool is_swapping(void)
{
	pthread_mutex_lock(&lock);
	bool yes = mode && strcmp(mode->name, "swap") == 0;
	pthread_mutex_unlock(&lock);
	return yes;
}

/* "close K": read only K bytes of the request, then cut the line. */
static long close_after_bytes(void)
{
	pthread_mutex_lock(&lock);
	long k = mode && strcmp(mode->name, "close") == 0 ? mode_arg : -1;
	pthread_mutex_unlock(&lock);
	return k;
}

static void forget(int fd)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < OPEN_MAX; i++)
		if (open_fds[i] == fd)
			open_fds[i] = -1;
	close(fd);
	pthread_mutex_unlock(&lock);
}

static bool serve_one(int fd)
{
	struct frame q = { .n = 0 }, r = { .n = 0 };
	struct plan plan = { .cut = SIZE_MAX, .copies = 1 };
	struct pollfd p = { .fd = fd, .events = POLLIN };

	poll(&p, 1, -1); /* the mode that counts is the one when a request comes */
	long k = close_after_bytes();
	if (k >= 0) {
		receive(fd, q.b, (size_t)k);
		reset_on_close(fd);
		return false;
	}
	if (!receive(fd, q.b, 6) || u16(q.b + 4) < 6 || u16(q.b + 4) > 254 ||
	    !receive(fd, q.b + 6, u16(q.b + 4)))
		return false;
	q.n = 6 + u16(q.b + 4);
	think(&q, &r, &plan);
	if (is_swapping())
		swap_replies(&r);
	return send_reply(fd, &r, &plan);
}

static void *serve(void *arg)
{
	int fd = (int)(intptr_t)arg;

	while (serve_one(fd))
		continue;
	forget(fd);
	return NULL;
}

static void remember(int fd)
{
	pthread_mutex_lock(&lock);
	connections++;
	for (size_t i = 0; i < OPEN_MAX; i++) {
		if (open_fds[i] < 0) {
			open_fds[i] = fd;
			break;
		}
	}
	pthread_mutex_unlock(&lock);
}

static void *accept_all(void *arg)
{
	int fd, one = 1, at = (int)(intptr_t)arg;
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);
	pthread_t t;

	while ((fd = accept(at, (struct sockaddr *)&peer, &len)) >= 0) {
		if (ntohl(peer.sin_addr.s_addr) >> 24 != 127) {
			close(fd);
			continue;
		}
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		remember(fd);
		if (pthread_create(&t, NULL, serve, (void *)(intptr_t)fd) == 0)
			pthread_detach(t);
	}
	close(at);
	return NULL;
}

static bool go_up(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
	socklen_t len = sizeof(a);
	pthread_t t;
	int one = 1;

	a.sin_addr.s_addr = htonl(bound);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(listener, 1024) != 0 ||
	    getsockname(listener, (struct sockaddr *)&a, &len) != 0)
		return false;
	port = ntohs(a.sin_port);
	if (pthread_create(&t, NULL, accept_all, (void *)(intptr_t)listener) != 0)
		return false;
	pthread_detach(t);
	return true;
}

static void cut_all(void)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < OPEN_MAX; i++) {
		if (open_fds[i] >= 0) {
			reset_on_close(open_fds[i]);
			shutdown(open_fds[i], SHUT_RDWR);
		}
	}
	pthread_mutex_unlock(&lock);
}

/* --- commands --- */

static const struct mode mode_close = { "close", NULL };

static bool set_mode(const char *name, long arg, long function, long times)
{
	const struct mode *m = modes;

	while (m->name && strcmp(m->name, name) != 0)
		m++;
	bool is_close = strcmp(name, "close") == 0;
	bool known = m->name || is_close || strcmp(name, "normal") == 0;
	pthread_mutex_lock(&lock);
	mode = is_close ? &mode_close : m->name ? m : NULL;
	mode_arg = arg;
	mode_function = function;
	mode_times = times;
	pthread_mutex_unlock(&lock);
	return known;
}

static int area_of(const char *name)
{
	for (int a = 0; a < AREAS; a++)
		if (strcmp(name, area_names[a]) == 0)
			return a;
	return 0;
}

static void obey(const char *line)
{
	char word[32] = "", name[32] = "";
	long a = 0, b = 0, c = 0;
	int n = sscanf(line, "%31s %31s %ld %ld %ld", word, name, &a, &b, &c);

	if (strcmp(word, "mode") == 0) {
		puts(set_mode(name, a, b, c) ? "ok" : "unknown mode");
	} else if (strcmp(word, "stats") == 0) {
		int open_now = 0;
		pthread_mutex_lock(&lock);
		for (size_t i = 0; i < OPEN_MAX; i++)
			open_now += open_fds[i] >= 0;
		printf("requests %ld writes %ld connections %ld open %d odd %ld\n",
		       requests, writes, connections, open_now, misbehaved);
		pthread_mutex_unlock(&lock);
	} else if (strcmp(word, "down") == 0) {
		shutdown(listener, SHUT_RDWR);
		cut_all();
		puts("ok");
	} else if (strcmp(word, "up") == 0) {
		puts(go_up() ? "ok" : "cannot listen");
	} else if (n >= 3) {
		pthread_mutex_lock(&lock);
		uint16_t *at = &cells[area_of(name)][a & (CELLS - 1)];
		if (strcmp(word, "set") == 0)
			*at = (uint16_t)b;
		printf("%u\n", *at);
		pthread_mutex_unlock(&lock);
	} else {
		puts("what?");
	}
	fflush(stdout);
}

int main(int argc, char **argv)
{
	char line[200];

	if (argc > 1 && strcmp(argv[1], "any") == 0)
		bound = INADDR_ANY;
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < OPEN_MAX; i++)
		open_fds[i] = -1;
	for (unsigned i = 0; i < CELLS; i++) {
		cells[HOLDING][i] = (uint16_t)i;
		cells[INPUT][i] = (uint16_t)(i ^ 0x5555);
		cells[COIL][i] = i * 7 >> 2 & 1;
		cells[DISCRETE][i] = !cells[COIL][i];
	}
	if (!go_up())
		return 1;
	printf("PORT %u\n", port);
	fflush(stdout);
	while (fgets(line, sizeof(line), stdin))
		obey(line);
	return 0;
}
