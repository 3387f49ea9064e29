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

#include "bench/station_bed.h"
#include "util/log.h"
#include "util/xalloc.h"
#include "wire/msg.h"

enum { TAGS = 1000, CONSOLES = 50, ROUNDS = 60, FRAME = 64, FRAMES_A_SEND = 16 };

struct bed {
	struct station_bed bed;
	size_t n; /* consoles that are attached */
	int ours[CONSOLES], theirs[CONSOLES];
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

static void to_console(void *arg, uint64_t session, const struct strbuf *bytes)
{
	struct bed *b = arg;

	send_all(b->ours[session - 1], bytes->buf, bytes->len);
}

/* --- consoles --- */

static void frame(struct bed *b, uint64_t session, const struct strbuf *w)
{
	struct event ev = { .kind = EV_SESSION_FRAME };

	ev.u.frame.session = session;
	if (wire_frame_next((const uint8_t *)w->buf, w->len, &ev.u.frame.type,
			    &ev.u.frame.payload, &ev.u.frame.len) <= 0)
		bench_die("a frame of the bench is broken");
	station_bed_step(&b->bed, &ev);
}

static void attach(struct bed *b)
{
	const struct wire_hello hello = { .version = WIRE_VERSION, .program = "console" };
	struct event ev = { .kind = EV_SESSION_OPEN };
	struct strbuf w = STRBUF_INIT;
	char *names[TAGS], name[64];

	ev.u.open.session = ++b->n;
	snprintf(ev.u.open.unix_user, sizeof(ev.u.open.unix_user), "root");
	station_bed_step(&b->bed, &ev);
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
	struct station_bed *bed = &b->bed;
	const struct driver_beat beat = { .generation = bed->generation,
					  .scans = b->round };
	struct strbuf w = STRBUF_INIT;

	bed->now.mono.ns += 50000000;
	bed->now.wall.ms += 50;
	b->round++;
	for (uint32_t i = 0; i < TAGS; i++)
		v[i] = (struct driver_sample){
			.tag = bed->ids[i],
			.source_ms = bed->now.wall.ms,
			.mono_ns = bed->now.mono.ns,
			.value = value_double((double)(b->round * 7 + i % 100) / 10)
		};
	driver_put_beat(&w, &beat);
	station_bed_say(bed, &w);
	strbuf_clear(&w);
	driver_put_samples(&w, bed->generation, v, TAGS);
	station_bed_say(bed, &w);
	station_bed_wait(bed, 110);
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

	b->bed.send = to_console;
	b->bed.arg = b;
	station_bed_open(&b->bed, &plan);
	for (size_t i = 0; i < CONSOLES; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
			bench_die("no more sockets");
		b->ours[i] = pair[0];
		b->theirs[i] = pair[1];
	}
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
	if (pthread_create(&thread, NULL, reader, &b) != 0)
		bench_die("no more threads");
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
	station_bed_close(&b.bed);
	return 0;
}
