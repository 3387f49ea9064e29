/*
 * bench_fanout.c - 1,000 values that all changed, from a driver's record to the sockets
 * of 1 and of 50 consoles that show them: the station itself with sockets behind it,
 * against a program that encodes the values once and sends them in batches of sixteen.
 *
 * CPU of the sending thread. What a value costs before it meets a console (taking the
 * record in) is measured with no console and taken off.
 */
#include "bench/bench.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/server_rig.h"
#include "driver/proto.h"
#include "station/station.h"
#include "util/diag.h"
#include "util/log.h"
#include "util/xalloc.h"
#include "wire/msg.h"

enum {
	TAGS = 1000,
	CONSOLES = 50,
	ROUNDS = 60,
	FRAME = 64,
	FRAMES_A_SEND = 16,
	STEPS_DEEP = 256
};

struct bed {
	struct station *st;
	struct now now;
	uint32_t driver, instance, generation;
	bool configured;
	uint32_t ids[TAGS]; /* of the tags, as the driver was told */
	size_t n_ids;
	size_t n; /* consoles that are attached */
	int ours[CONSOLES], theirs[CONSOLES];
	struct actions lists[STEPS_DEEP];
	unsigned depth;
	uint64_t round;
	double base; /* CPU seconds a round without a console */
};

/* --- the other ends: somebody reads --- */

static void *reader(void *arg)
{
	static char sink[1 << 20];
	struct bed *b = arg;
	struct pollfd p[CONSOLES];

	for (size_t i = 0; i < CONSOLES; i++)
		p[i] = (struct pollfd){ .fd = b->theirs[i], .events = POLLIN };
	while (poll(p, CONSOLES, -1) > 0)
		for (size_t i = 0; i < CONSOLES; i++)
			if (p[i].revents && read(p[i].fd, sink, sizeof(sink)) <= 0)
				return NULL;
	return NULL;
}

static void send_all(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			bench_die("a console is gone");
		p += k;
		n -= (size_t)k;
	}
}

/* --- carrying what the station asks for --- */

static void step(struct bed *b, const struct event *ev);

static void say(struct bed *b, const struct strbuf *record)
{
	struct event ev = { .kind = EV_DRIVER_RECORD };

	ev.u.record.driver = b->driver;
	ev.u.record.instance = b->instance;
	ev.u.record.bytes = (const uint8_t *)record->buf;
	ev.u.record.len = record->len;
	step(b, &ev);
}

static void start_driver(struct bed *b, const struct action *a)
{
	const struct driver_hello hello = { .version = DRIVER_PROTO_VERSION };
	struct event ev = { .kind = EV_DRIVER_STARTED };
	struct strbuf w = STRBUF_INIT;

	b->driver = ev.u.driver.driver = a->driver;
	b->instance = ev.u.driver.instance = a->instance;
	step(b, &ev);
	driver_put_hello(&w, &hello);
	say(b, &w);
	strbuf_release(&w);
}

static void take_tag(struct bed *b, const struct driver_record_view *r)
{
	struct driver_tag t;

	if (b->n_ids == TAGS || !driver_get_config_tag(r, &t))
		bench_die("a tag of the configuration cannot be read");
	b->ids[b->n_ids++] = t.id;
	driver_tag_release(&t);
}

static void hear(struct bed *b, const struct action *a)
{
	struct driver_record_view r;
	struct strbuf w = STRBUF_INIT;
	int64_t n;

	for (size_t at = 0; (n = driver_record_next((const uint8_t *)a->bytes.buf + at,
						    a->bytes.len - at, &r)) > 0;
	     at += (size_t)n) {
		if (r.type == DR_CONFIG_TAG)
			take_tag(b, &r);
		if (r.type != DR_CONFIG_END || !driver_get_u32(&r, &b->generation))
			continue;
		struct driver_device_state up = { .generation = b->generation,
						  .state = DEVICE_CONNECTED };

		driver_put_config_ready(&w, b->generation);
		say(b, &w);
		strbuf_clear(&w);
		driver_put_device_state(&w, &up);
		say(b, &w);
		b->configured = true;
	}
	strbuf_release(&w);
}

static void committed(struct bed *b, struct action *a)
{
	struct event ev = { .kind = EV_COMMITTED };

	ev.u.committed.ticket = a->txn->ticket;
	ev.u.committed.ok = true;
	txn_free(a->txn);
	a->txn = NULL;
	step(b, &ev);
}

static void carry(struct bed *b, struct action *a)
{
	if (a->kind == ACT_SESSION_SEND)
		send_all(b->ours[a->session - 1], a->bytes.buf, a->bytes.len);
	else if (a->kind == ACT_SESSIONS_SEND)
		for (size_t i = 0; i < a->n_sessions; i++)
			send_all(b->ours[a->sessions[i] - 1], a->bytes.buf, a->bytes.len);
	else if (a->kind == ACT_COMMIT)
		committed(b, a);
	else if (a->kind == ACT_DRIVER_SEND)
		hear(b, a);
	else if (a->kind == ACT_DRIVER_START)
		start_driver(b, a);
	else if (a->kind == ACT_LOG)
		fprintf(stderr, "fan-out: %s\n", a->name);
	else if (a->kind == ACT_SESSION_CLOSE || a->kind == ACT_DRIVER_KILL)
		bench_die("the station cut %s",
			  a->kind == ACT_DRIVER_KILL ? "the driver" : "a console");
}

static void carry_all(struct bed *b, struct actions *list)
{
	for (size_t i = 0; i < list->n; i++)
		carry(b, &list->v[i]);
	actions_clear(list);
}

/* A step within a step has a list of its own; memory is kept, as the server keeps it. */
static void step(struct bed *b, const struct event *ev)
{
	struct actions *out = &b->lists[b->depth++];

	if (b->depth > STEPS_DEEP)
		bench_die("steps within steps");
	station_step(b->st, ev, b->now, out);
	carry_all(b, out);
	b->depth--;
}

/* --- consoles --- */

static void frame(struct bed *b, uint64_t session, const struct strbuf *w)
{
	struct event ev = { .kind = EV_SESSION_FRAME };

	ev.u.frame.session = session;
	if (wire_frame_next((const uint8_t *)w->buf, w->len, &ev.u.frame.type,
			    &ev.u.frame.payload, &ev.u.frame.len) <= 0)
		bench_die("a frame of the bench is broken");
	step(b, &ev);
}

static void attach(struct bed *b)
{
	const struct wire_hello hello = { .version = WIRE_VERSION, .program = "console" };
	struct event ev = { .kind = EV_SESSION_OPEN };
	struct strbuf w = STRBUF_INIT;
	char *names[TAGS], name[64];

	ev.u.open.session = ++b->n;
	snprintf(ev.u.open.unix_user, sizeof(ev.u.open.unix_user), "root");
	step(b, &ev);
	wire_put_hello(&w, &hello);
	frame(b, b->n, &w);
	strbuf_clear(&w);
	for (unsigned i = 0; i < TAGS; i++)
		names[i] = xstrdup(rig_tag_name(i, name));
	wire_put_subscribe(&w, 1, (const char *const *)names, TAGS);
	frame(b, b->n, &w);
	for (unsigned i = 0; i < TAGS; i++)
		free(names[i]);
	strbuf_release(&w);
}

/* --- a tenth of a second of the plant --- */

static void one_round(struct bed *b)
{
	static struct driver_sample v[TAGS];
	const struct driver_beat beat = { .generation = b->generation,
					  .scans = b->round };
	struct strbuf w = STRBUF_INIT;

	b->now.mono.ns += 50000000;
	b->now.wall.ms += 50;
	b->round++;
	for (uint32_t i = 0; i < TAGS; i++)
		v[i] = (struct driver_sample){
			.tag = b->ids[i],
			.source_ms = b->now.wall.ms,
			.mono_ns = b->now.mono.ns,
			.value = value_double((double)(b->round * 7 + i % 100) / 10)
		};
	driver_put_beat(&w, &beat);
	say(b, &w);
	strbuf_clear(&w);
	driver_put_samples(&w, b->generation, v, TAGS);
	say(b, &w);
	b->now.mono.ns += 110000000;
	b->now.wall.ms += 110;
	step(b, &(struct event){ .kind = EV_TIME });
	strbuf_release(&w);
}

/* CPU seconds a round. */
static double rounds(struct bed *b)
{
	double start = bench_cpu_thread();

	for (int i = 0; i < ROUNDS; i++)
		one_round(b);
	return (bench_cpu_thread() - start) / ROUNDS;
}

static double ours(void *arg)
{
	struct bed *b = arg;

	return (double)(TAGS * b->n) / (rounds(b) - b->base);
}

static double bare(void *arg)
{
	static char frames[TAGS * FRAME];
	struct bed *b = arg;
	double start = bench_cpu_thread();

	for (int i = 0; i < ROUNDS; i++) {
		b->round++;
		for (size_t k = 0; k < TAGS; k++)
			memcpy(frames + k * FRAME, &b->round, sizeof(b->round));
		for (size_t at = 0; at < sizeof(frames); at += FRAME * FRAMES_A_SEND) {
			size_t left = sizeof(frames) - at;

			for (size_t c = 0; c < b->n; c++)
				send_all(b->ours[c], frames + at,
					 left < FRAME * FRAMES_A_SEND
						 ? left
						 : FRAME * FRAMES_A_SEND);
		}
	}
	return (double)(TAGS * b->n) * ROUNDS / (bench_cpu_thread() - start);
}

static void begin(struct bed *b)
{
	const struct rig_plan plan = { .tags = TAGS, .limits = 4, .scan_ms = 1000 };
	const struct station_options options = { .server = "bench" };
	const struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };
	struct diag_list diags = { 0 };
	struct rig_station files;
	struct actions out = { 0 };
	struct station_def *def;

	rig_station_write(&files, &plan, 1502);
	def = station_load(files.config, &diags);
	if (!def)
		bench_die("the bench's own station has mistakes");
	b->now = (struct now){ { 5000000000 }, { 1700000000000 } };
	b->st = station_new(def, &nothing, &options, b->now, &out);
	carry_all(b, &out);
	actions_release(&out);
	for (size_t i = 0; i < CONSOLES; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			bench_die("no more sockets");
		b->ours[i] = pair[0];
		b->theirs[i] = pair[1];
	}
	rig_station_release(&files);
	diag_list_release(&diags);
}

int main(void)
{
	struct bench_row row = { .name = "values to 1 console",
				 .unit = "values/CPU s",
				 .against = "bare sends of 16 x 64 bytes",
				 .scale = "5.5 M",
				 .goal = 0.5 };
	static struct bed b;
	double one[BENCH_PAIRS], fifty[BENCH_PAIRS];
	pthread_t thread;

	log_open("bench", LOG_L_ERROR);
	begin(&b);
	if (!b.configured || b.n_ids != TAGS ||
	    pthread_create(&thread, NULL, reader, &b) != 0)
		bench_die("the station did not configure its driver");
	rounds(&b);
	b.base = rounds(&b);
	attach(&b);
	rounds(&b);
	bench_pair(&row, ours, bare, &b);
	for (int i = 0; i < BENCH_PAIRS; i++)
		one[i] = rounds(&b) * 1e6;
	while (b.n < CONSOLES)
		attach(&b);
	row.name = "values to 50 consoles";
	row.scale = "10 M";
	bench_pair(&row, ours, bare, &b);
	for (int i = 0; i < BENCH_PAIRS; i++)
		fifty[i] = rounds(&b) * 1e6;
	row = (struct bench_row){ .name = "1,000 values to 50 consoles, all of it",
				  .unit = "us CPU",
				  .against = "the same to 1 console",
				  .goal = 5,
				  .at_most = true };
	bench_compare(&row, fifty, one, BENCH_PAIRS);
	for (size_t i = 0; i < CONSOLES; i++)
		close(b.ours[i]);
	pthread_join(thread, NULL);
	station_free(b.st);
	for (size_t i = 0; i < STEPS_DEEP; i++)
		actions_release(&b.lists[i]);
	return 0;
}
