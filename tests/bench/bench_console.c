/*
 * bench_console.c - one real console behind the real server: how soon a key and a change
 * are on the glass, what a picture on a slow line takes, what it costs to keep 200 values
 * fresh.
 */
#include "bench/bench.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/demo_rig.h"
#include "bench/glass.h"
#include "bench/server_rig.h"
#include "util/xalloc.h"

enum {
	KEYS = 150,
	CHANGES = 60,
	SETTLE_MS = 1500,
	KEY_WAIT_MS = 1000,
	CHANGE_WAIT_MS = 2000,
	TICK_BYTES = 100, /* the clock's frame is shorter, one of 60 values longer */
	BIG_TAGS = 200,
	BIG_COLS = 160,
	BIG_ROWS = 50,
	COST_S = 10,
	SERIAL = 960 /* bytes a second of 9600 baud */
};

struct bed {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
};

/* Twenty-five lines of eight values, in place of the rig's screen. */
static void draw_big(const struct rig_station *s)
{
	char *path = xasprintf("%s/screens/overview.cfg", s->dir), name[64];
	FILE *f = fopen(path, "we");

	if (!f)
		bench_die("cannot write %s", path);
	fprintf(f, "screen = {\n\tid = \"overview\"; title = \"Bench\"; level = 2;\n"
		   "\tsize = [ 160, 25 ];\n\tpicture = \"\n");
	for (unsigned i = 0; i < BIG_TAGS; i++)
		fprintf(f, "%sP%03u {f%-3u       }%s", i % 8 ? " " : "", i, i,
			i % 8 == 7 ? "\n" : "");
	fprintf(f, "\";\n\tfields = {\n");
	for (unsigned i = 0; i < BIG_TAGS; i++)
		fprintf(f, "\t\tf%u = { tag = \"%s\"; };\n", i, rig_tag_name(i, name));
	fprintf(f, "\t};\n};\n");
	fclose(f);
	free(path);
}

static void begin(struct bed *b, const struct rig_plan *plan, bool big)
{
	uint64_t before;

	bare_slave_start(&b->slave);
	rig_station_write(&b->station, plan, b->slave.port);
	if (big)
		draw_big(&b->station);
	before = b->slave.shared->requests;
	rig_server_start(&b->server, &b->station);
	rig_server_wait_poll(&b->server, &b->slave, before);
	bench_pause(1500); /* values are there */
}

static void end(struct bed *b)
{
	rig_server_stop(&b->server);
	rig_station_release(&b->station);
	bare_slave_stop(&b->slave);
}

/* --- keys --------------------------------------------------------------------------- */

/* Milliseconds from a key to what it paints, at an odd moment. */
static double press(struct glass *g, const char *key, uint64_t *seed)
{
	double began, took;

	bench_pause(30 + (int)(bench_random(seed) % 60));
	glass_read(g, 1, 0); /* a tick that came meanwhile */
	began = bench_seconds();
	glass_type(g, key);
	took = glass_painted(g, began, 1, KEY_WAIT_MS);
	glass_read(g, 2, 1); /* the rest of the frame */
	return took < 0 ? KEY_WAIT_MS : took * 1000;
}

static void keys(struct bed *b)
{
	static double ours[KEYS], bare[KEYS];
	struct bench_row row = { .name = "key to painted, p50",
				 .unit = "ms",
				 .against = "a bare curses echo",
				 .goal = 2,
				 .at_most = true };
	static const char *const arrows[2] = { "\033OB", "\033OA" }; /* down, up */
	uint64_t seed = 88172645463325252u;
	struct glass g, echo;

	glass_fork(&echo, bare_echo, "xterm-256color");
	glass_console(&g, b->station.socket, &glass_kinds[0], 80, 24, NULL);
	glass_read(&g, SETTLE_MS, 0);
	glass_read(&echo, 300, 0);
	for (int i = 0; i < KEYS; i++) { /* by turns: the machine is the same to both */
		bare[i] = press(&echo, "x", &seed);
		ours[i] = press(&g, arrows[i % 2], &seed);
	}
	glass_close(&g);
	glass_close(&echo);
	bench_known(&row, bench_percentile(ours, KEYS, 0.5),
		    bench_percentile(bare, KEYS, 0.5));
	row.name = "key to painted, p99";
	row.against = "goal";
	row.goal = 1;
	bench_known(&row, bench_percentile(ours, KEYS, 0.99), 20);
	row.against = "a bare curses echo, p99";
	row.goal = 0;
	bench_known(&row, bench_percentile(ours, KEYS, 0.99),
		    bench_percentile(bare, KEYS, 0.99));
}

/* --- changes ------------------------------------------------------------------------ */

/* The moment the slave has given the new registers to the server. */
static double change(struct bed *b)
{
	struct bare_slave_shared *s = b->slave.shared;
	uint64_t reads;

	s->offset = (uint16_t)(s->offset + 1111);
	for (reads = s->reads; s->reads == reads;)
		bench_pause(1);
	return bench_seconds();
}

static void changes(struct bed *b)
{
	static double ms[CHANGES];
	struct bench_row row = { .name = "change in the server to painted, p50",
				 .unit = "ms",
				 .against = "goal",
				 .goal = 1,
				 .at_most = true };
	uint64_t seed = 362436069;
	struct glass g;

	glass_console(&g, b->station.socket, &glass_kinds[0], 80, 24, NULL);
	glass_read(&g, SETTLE_MS, 0);
	for (int i = 0; i < CHANGES; i++) {
		double began, took;

		bench_pause(150 + (int)(bench_random(&seed) % 100));
		glass_read(&g, 1, 0);
		began = change(b);
		took = glass_painted(&g, began, TICK_BYTES, CHANGE_WAIT_MS);
		ms[i] = took < 0 ? CHANGE_WAIT_MS : took * 1000;
		glass_read(&g, 300, 100);
	}
	glass_close(&g);
	row.goal = 0;
	bench_known(&row, bench_percentile(ms, CHANGES, 0.5), 150);
	row.name = "change in the server to painted, p99";
	row.goal = 1;
	bench_known(&row, bench_percentile(ms, CHANGES, 0.99), 150);
}

/* --- what it costs ------------------------------------------------------------------ */

static void cost(void)
{
	const struct rig_plan plan = { .tags = BIG_TAGS, .scan_ms = 1000 };
	struct bench_row row = { .name = "console, 200 tags a second: CPU",
				 .unit = "of a core",
				 .against = "goal",
				 .goal = 1,
				 .at_most = true };
	double cpu[BENCH_PAIRS], bytes[BENCH_PAIRS];
	struct bed b;
	struct glass g;

	begin(&b, &plan, true);
	b.slave.shared->changing = 100; /* every register from answer to answer */
	glass_console(&g, b.station.socket, &glass_kinds[0], BIG_COLS, BIG_ROWS, NULL);
	glass_read(&g, 2 * SETTLE_MS, 0);
	for (int i = 0; i < BENCH_PAIRS; i++) {
		double before = bench_cpu_of(g.pid);

		bytes[i] = (double)glass_read(&g, COST_S * 1000 / BENCH_PAIRS, 0) /
			   (COST_S / BENCH_PAIRS);
		cpu[i] = (bench_cpu_of(g.pid) - before) / (COST_S / BENCH_PAIRS);
	}
	bench_known(&row, bench_median(cpu, BENCH_PAIRS), 0.01);
	row.name = "console, 200 tags a second: memory";
	row.unit = "MB";
	bench_known(&row, bench_pss_kb(g.pid) / 1024, 10);
	row.name = "console, 200 tags a second: bytes";
	row.unit = "bytes/s";
	row.against = "60 values at the ceiling, times 200 / 60";
	row.goal = 0;
	bench_known(&row, bench_median(bytes, BENCH_PAIRS), 3000);
	glass_close(&g);
	end(&b);
}

/* --- a slow line, and pictures that are called up ---------------------------------- */

/* Keys of screens of the demonstration, and a word that only the bar has then: the last
 * row, which is drawn last. */
static const struct {
	const char *key, *last;
} screens[] = { { "5", "filters" }, { "7", "network" }, { "2", "Overview" } };
enum { N_SCREENS = sizeof(screens) / sizeof(screens[0]), LATE_MS = 8000 };

/* Median of the seconds from a key to the last row; the glass is quiet before. */
static double called_up(struct glass *g)
{
	double took[N_SCREENS];

	for (size_t i = 0; i < N_SCREENS; i++) {
		double began;

		glass_read(g, SETTLE_MS, 0);
		began = bench_seconds();
		glass_type(g, screens[i].key);
		took[i] = glass_shows(g, began, screens[i].last, LATE_MS);
		if (took[i] < 0)
			bench_die("screen %s never came", screens[i].key);
	}
	return bench_median(took, N_SCREENS);
}

static void call_ups(void)
{
	struct bench_row row = { .name = "first picture at 9600 baud, vt100",
				 .unit = "s",
				 .against = "goal",
				 .goal = 1,
				 .at_most = true };
	static struct demo_rig demo;
	double first[N_SCREENS];
	struct glass g;

	demo_rig_start(&demo);
	bench_pause(3000);
	for (size_t i = 0; i < N_SCREENS; i++) {
		double began = bench_seconds();

		glass_console(&g, demo.socket, &glass_kinds[1], 80, 24, NULL);
		g.bytes_a_second = SERIAL;
		first[i] = glass_shows(&g, began, "^Q", LATE_MS);
		if (i + 1 < N_SCREENS)
			glass_close(&g);
	}
	bench_known(&row, bench_median(first, N_SCREENS), 2);
	row.name = "a screen called up at 9600 baud, vt100";
	bench_known(&row, called_up(&g), 2);
	glass_close(&g);
	glass_console(&g, demo.socket, &glass_kinds[0], 80, 24, NULL);
	row.name = "a screen called up, this machine";
	bench_known(&row, called_up(&g), 0.2);
	glass_close(&g);
	demo_rig_stop(&demo);
}

int main(void)
{
	const struct rig_plan plan = { .tags = RIG_FIELDS, .scan_ms = 100 };
	static struct bed b;

	begin(&b, &plan, false);
	keys(&b);
	changes(&b);
	end(&b);
	cost();
	call_ups();
	return bench_end();
}
