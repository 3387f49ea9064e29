/*
 * bench_plant.c - what a plant looks like over time: many channels at a fixed period,
 * some of them dead, how old a value is when a console is told of it, and what it costs
 * that there are a hundred times as many tags.
 *
 * Times are taken at the slave: a scan begins there when register 0 is asked for, and is
 * out of time when that is a tenth of the period or more from where it belongs.
 */
#include "bench/bench.h"

#include <stdio.h>

#include "bench/driver_host.h"
#include "bench/server_rig.h"
#include "bench/station_bed.h"
#include "util/bytes.h"
#include "util/log.h"
#include "wire/client.h"

enum { CHANGES = 250 };

/* --- one of fifty is silent --- */

enum { CHANNELS = 50, BLOCKS = 10, BLOCK = 125, PERIOD_MS = 100 };

static const double settle_s = 1.2, look_s = 2;

struct counts {
	uint64_t scans, requests, off;
};

/* Of the places that answer. */
static struct counts count(const struct bare_slave *slave, int places, int silent_every)
{
	struct counts c = { 0 };

	for (int i = 0; i < places; i++) {
		const struct bare_place *p = &slave->shared->place[i];

		if (silent_every && i % silent_every == silent_every - 1)
			continue;
		c.scans += p->scans;
		c.requests += p->requests;
		c.off += p->off;
	}
	return c;
}

struct silent_bed {
	struct bare_slave slave;
	struct counts seen; /* in the last look */
};

/* Scans a second of the 49 that answer in both runs. */
static double look(struct silent_bed *b, int silent_every)
{
	const struct driver_host_plan plan = { .port = b->slave.port,
					       .devices = CHANNELS,
					       .registers = BLOCKS * BLOCK,
					       .scan_ms = PERIOD_MS };
	struct driver_host h;

	b->slave.shared->silent_every = silent_every;
	driver_host_start(&h, &plan);
	driver_host_run(&h, settle_s);
	struct counts before = count(&b->slave, CHANNELS, CHANNELS);
	double start = bench_seconds();
	driver_host_run(&h, look_s);
	struct counts after = count(&b->slave, CHANNELS, CHANNELS);
	double seconds = bench_seconds() - start;
	driver_host_stop(&h);
	b->seen.scans = after.scans - before.scans;
	b->seen.requests = after.requests - before.requests;
	return (double)b->seen.scans / seconds;
}

static double with_silent(void *arg)
{
	return look(arg, CHANNELS);
}

static double without_silent(void *arg)
{
	return look(arg, 0);
}

static void one_is_silent(void)
{
	static struct silent_bed b;
	struct bench_row row = { .name = "1 of 50 channels silent, the others",
				 .unit = "scans/s",
				 .against = "the same without it",
				 .goal = 0.99 };

	bare_slave_start_at(&b.slave, CHANNELS);
	bench_pair(&row, with_silent, without_silent, &b);
	/* those begun and not ended at either edge make up for each other */
	row = (struct bench_row){ .name = "of it, requests a scan",
				  .unit = "requests",
				  .against = "blocks",
				  .goal = 1.01,
				  .at_most = true };
	bench_known(&row, (double)b.seen.requests / (double)b.seen.scans, BLOCKS);
	bare_slave_stop(&b.slave);
}

/* --- plants: the real server and its driver --- */

struct plant {
	struct bare_slave slave;
	struct rig_station station;
	struct rig_server server;
};

static void plant_start(struct plant *p, const struct rig_plan *plan, int places,
			int silent_every)
{
	bare_slave_start_at(&p->slave, places);
	p->slave.shared->silent_every = silent_every;
	p->slave.shared->period_ns = (int64_t)plan->scan_ms * 1000000;
	rig_station_write(&p->station, plan, p->slave.port);
	rig_server_start(&p->server, &p->station);
	rig_server_wait_poll(&p->server, &p->slave, 0);
	rig_server_find_driver(&p->server);
}

static void plant_stop(struct plant *p)
{
	rig_server_stop(&p->server);
	rig_station_release(&p->station);
	bare_slave_stop(&p->slave);
}

static double cpu_of(const struct plant *p)
{
	return bench_cpu_of(p->server.pid) + bench_cpu_of(p->server.driver);
}

/* How many of the scans there ought to be began in time. */
static void punctual(const char *name, unsigned devices, unsigned tags, int silent_every,
		     double seconds, double cpu_goal)
{
	const struct rig_plan plan = { .tags = devices * tags,
				       .scan_ms = 1000,
				       .tags_a_device = tags,
				       .apart = true };
	const unsigned living =
		devices - (silent_every ? devices / (unsigned)silent_every : 0);
	static struct plant p;
	char text[100];
	struct bench_row row = { .name = name,
				 .unit = "of scans in time",
				 .against = "all of them",
				 .goal = 0.999 };

	plant_start(&p, &plan, (int)devices, silent_every);
	p.slave.shared->changing = 2;
	bench_pause(4000);
	struct counts before = count(&p.slave, (int)devices, silent_every);
	double start = bench_seconds(), cpu = cpu_of(&p);
	bench_pause((int)(seconds * 1000));
	double took = bench_seconds() - start;
	cpu = (cpu_of(&p) - cpu) / took;
	struct counts after = count(&p.slave, (int)devices, silent_every);
	plant_stop(&p);
	double due = took * living, off = (double)(after.off - before.off);
	double done = (double)(after.scans - before.scans);
	bench_known(&row, ((done < due ? done : due) - off) / due, 1);
	snprintf(text, sizeof(text), "%s: CPU", name);
	row = (struct bench_row){ .name = text,
				  .unit = "of a core",
				  .against = "goal",
				  .goal = 1,
				  .at_most = true };
	if (cpu_goal > 0)
		bench_known(&row, cpu, cpu_goal);
}

/* --- age --- */

/* Waits until the first tag's value is v; false after two seconds. */
static bool told(struct client *c, double v)
{
	double end = bench_seconds() + 2, got;
	char text[VALUE_STRING_MAX + 1];
	struct client_frame f;
	struct wire_value one;

	while (bench_seconds() < end) {
		if (client_next(c, 100, &f, NULL) != SG_OK || f.type != WIRE_VALUES)
			continue;
		struct bytes_reader r = bytes_reader(f.payload, f.len);

		while (wire_next_value(&r, &one, text))
			if (value_number(&one.value, &got) && got > v - 0.01 &&
			    got < v + 0.01)
				return true;
	}
	return false;
}

static void age(void)
{
	enum { SCAN_MS = 100, GRACE_MS = 20 };
	const struct rig_plan plan = { .tags = 2000, .limits = 4, .scan_ms = SCAN_MS };
	static struct plant p;
	static double ms[CHANGES];
	struct strbuf why = STRBUF_INIT;
	char name[64];
	const char *const names[] = { rig_tag_name(0, name) };
	uint64_t seed = 88172645463325252;
	struct bench_row row = { .name = "register changed to subscriber told, p50",
				 .unit = "ms",
				 .against = "scan + 20 ms" };

	plant_start(&p, &plan, 1, 0);
	struct client *c = client_open(p.station.socket, "bench", &why);
	if (!c)
		bench_die("%s", why.buf);
	wire_put_subscribe(client_out(c), 1, names, 1);
	if (client_flush(c, NULL) != SG_OK || !told(c, 0))
		bench_die("the first value does not come");
	for (unsigned i = 0; i < CHANGES; i++) {
		bench_pause((int)(bench_random(&seed) % SCAN_MS));
		double start = bench_seconds();

		p.slave.shared->offset = (uint16_t)(i + 1);
		if (!told(c, 0.1 * (i + 1)))
			bench_die("a change is not told");
		ms[i] = (bench_seconds() - start) * 1000;
	}
	client_close(c);
	plant_stop(&p);
	bench_known(&row, bench_percentile(ms, CHANGES, 0.5), SCAN_MS + GRACE_MS);
	row.name = "register changed to subscriber told, p99";
	row.goal = 1;
	row.at_most = true;
	bench_known(&row, bench_percentile(ms, CHANGES, 0.99), SCAN_MS + GRACE_MS);
}

/* --- the same changes on a hundred times the tags --- */

enum { CHANGES_A_SECOND = 1000, ROUNDS_A_SECOND = 10, SECONDS = 30 };

/* A tenth of a second: a hundred values move, which belong to tags far apart. */
static void one_round(struct station_bed *b, uint64_t round, uint32_t values)
{
	static struct driver_sample v[CHANGES_A_SECOND];
	const struct driver_beat beat = { .generation = b->generation, .scans = round };
	size_t apart = b->n_ids / CHANGES_A_SECOND;
	struct strbuf w = STRBUF_INIT;

	for (uint32_t i = 0; i < values; i++) {
		size_t at = (round * values + i) % CHANGES_A_SECOND * apart;

		v[i] = (struct driver_sample){ .tag = b->ids[at],
					       .source_ms = b->now.wall.ms,
					       .mono_ns = b->now.mono.ns,
					       .value = value_double((double)round) };
	}
	driver_put_beat(&w, &beat);
	driver_put_samples(&w, b->generation, v, values);
	for (size_t at = 0; at < w.len;) {
		struct driver_record_view r;
		int64_t n =
			driver_record_next((const uint8_t *)w.buf + at, w.len - at, &r);
		struct strbuf one = STRBUF_INIT;

		strbuf_add(&one, w.buf + at, (size_t)n);
		station_bed_say(b, &one);
		strbuf_release(&one);
		at += (size_t)n;
	}
	station_bed_wait(b, 1000 / ROUNDS_A_SECOND);
	strbuf_release(&w);
}

/* CPU us a second of the plant's time, of a driver that reports what changes. */
static double second_of(struct station_bed *b, uint64_t *round)
{
	double start = bench_cpu_thread();

	for (int i = 0; i < SECONDS * ROUNDS_A_SECOND; i++)
		one_round(b, ++*round, CHANGES_A_SECOND / ROUNDS_A_SECOND);
	return (bench_cpu_thread() - start) / SECONDS * 1e6;
}

static void growth(void)
{
	static struct station_bed many, few;
	const struct rig_plan plan = { .tags = 100000, .limits = 4, .scan_ms = 1000 };
	struct rig_plan small = plan;
	const struct bench_row row = { .name = "engine, 100 k tags, 1 k changes/s",
				       .unit = "us CPU/s",
				       .against = "the same changes on 1 k tags",
				       .goal = 1.2,
				       .at_most = true };
	double ours[BENCH_PAIRS], peer[BENCH_PAIRS];
	uint64_t round = 0;

	small.tags = 1000;
	station_bed_open(&many, &plan);
	station_bed_open(&few, &small);
	second_of(&many, &round); /* what never spoke has grown old by now */
	second_of(&few, &round);
	for (int i = 0; i < BENCH_PAIRS; i++) {
		ours[i] = second_of(&many, &round);
		peer[i] = second_of(&few, &round);
	}
	bench_compare(&row, ours, peer, BENCH_PAIRS);
	station_bed_close(&many);
	station_bed_close(&few);
}

/* The same through real programs that ask each tag each second: what polling costs. */
static void polled(void)
{
	const struct rig_plan plan = { .tags = 100000, .limits = 4, .scan_ms = 1000 };
	static struct plant p;
	struct bench_row row = { .name = "100 k tags polled each second, 1 % moving: CPU",
				 .unit = "of a core",
				 .against = "Neuron, 100 k tags/s" };

	plant_start(&p, &plan, 1, 0);
	p.slave.shared->changing = 1;
	bench_pause(4000);
	double start = bench_seconds(), cpu = cpu_of(&p);
	bench_pause(5000);
	cpu = (cpu_of(&p) - cpu) / (bench_seconds() - start);
	plant_stop(&p);
	bench_known(&row, cpu, 0.13);
}

int main(void)
{
	log_open("bench", LOG_L_ERROR);
	one_is_silent();
	punctual("200 devices x 200 tags x 1 s", 200, 200, 0, 10, 0.25);
	punctual("500 channels, half of them dead, x 20 tags x 1 s", 500, 20, 2, 10, 0);
	age();
	growth();
	polled();
	return 0;
}
