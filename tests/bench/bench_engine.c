/*
 * bench_engine.c - updates a CPU second: 100 k tags, four limits each, in random order
 * and in the batches of a driver, through the database, its dirty list, the quiet bands
 * and the alarm engine, against arrays with four compares.
 */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "alarm/type.h"
#include "bench/bare/bare.h"
#include "tag/db.h"
#include "util/xalloc.h"

enum { LIMITS = 4, UPDATES = 1 << 22, BATCH = 1500, AT_ONCE = 32 };

static struct alarm_def defs[LIMITS] = {
	{ .limit = 5, .deadband = 1, .priority = ALARM_HIGH },
	{ .limit = 10, .deadband = 1, .priority = ALARM_LOW },
	{ .limit = 90, .deadband = 1, .priority = ALARM_LOW },
	{ .limit = 95, .deadband = 1, .priority = ALARM_HIGH },
};

struct engine {
	struct tag_db *db;
	struct alarm_engine *alarms;
	struct bare_engine *bare;
	struct bare_update *updates;
	uint32_t *touched;
	struct now now;
	uint64_t transitions, judged, changes;
};

static void add_tag(struct engine *e, uint32_t i)
{
	const struct tag_limits limits = { .stale_ms = 3000 };
	char name[64];
	uint32_t tag;

	snprintf(name, sizeof(name), "area%u.unit%u.sensor.pv", i / 1000, i % 1000);
	tag = tag_db_add(e->db, name, &limits);
	for (int k = 0; k < LIMITS; k++) {
		struct alarm_def *d = xcalloc(1, sizeof(*d)); /* lives with the process */

		*d = defs[k];
		d->type = alarm_type_find(k < LIMITS / 2 ? "low" : "high");
		d->name = xasprintf("%s.l%d", name, k);
		tag_db_depend(e->db, tag, TAG_DEP_ALARM, alarm_engine_add(e->alarms, d));
	}
}

/* Values wander; one in a hundred leaves its band. */
static void make_updates(struct engine *e, uint32_t tags)
{
	uint64_t seed = 88172645463325252;

	e->updates = xcalloc(UPDATES, sizeof(*e->updates));
	for (size_t i = 0; i < UPDATES; i++) {
		uint64_t r = bench_random(&seed);

		e->updates[i].id = (uint32_t)(r % tags);
		e->updates[i].value = 20 + (double)(r >> 40) / (1 << 24) * 60;
		if ((r >> 20) % 100 == 0)
			e->updates[i].value = 97;
	}
}

static void on_transition(void *arg, const struct alarm_transition *t)
{
	struct engine *e = arg;

	(void)t;
	e->transitions++;
}

/* As station_judge() does. */
static void judge(struct engine *e, uint32_t tag)
{
	struct alarm_band all = ALARM_BAND_ALL, one;
	const uint32_t *on;
	size_t n;

	if (tag_db_in_band(e->db, tag))
		return;
	e->judged++;
	on = tag_db_dependents(e->db, tag, TAG_DEP_ALARM, &n);
	for (size_t i = 0; i < n; i++) {
		alarm_engine_judge(e->alarms, on[i], tag_db_get(e->db, tag), NULL, e->now,
				   &one, on_transition, e);
		alarm_band_meet(&all, &one);
	}
	tag_db_set_band(e->db, tag, all.lo, all.hi);
}

/* As the station does: what left its band, several at once (station/values.c). */
static void ask_ahead(const struct engine *e, uint32_t tag, int step)
{
	const uint32_t *on;
	size_t n;

	if (step < TAG_DB_DEPENDS_STEPS) {
		tag_db_prefetch_dependents(e->db, tag, TAG_DEP_ALARM, step);
		return;
	}
	on = tag_db_dependents(e->db, tag, TAG_DEP_ALARM, &n);
	for (size_t i = 0; i < n; i++)
		alarm_engine_prefetch(e->alarms, on[i], step - TAG_DB_DEPENDS_STEPS);
}

static void judge_all(struct engine *e, const uint32_t *dirty, size_t n)
{
	const int steps = TAG_DB_DEPENDS_STEPS + ALARM_PREFETCH_STEPS;
	uint32_t *touched = e->touched;

	memcpy(touched, dirty, n * sizeof(*dirty));
	n = tag_db_outside(e->db, touched, n);
	for (size_t at = 0, end; at < n; at = end) {
		end = at + AT_ONCE < n ? at + AT_ONCE : n;
		for (int step = 0; step < steps; step++)
			for (size_t i = at; i < end; i++)
				ask_ahead(e, touched[i], step);
		for (size_t i = at; i < end; i++)
			judge(e, touched[i]);
	}
}

static void run_batch(struct engine *e, const struct bare_update *u, size_t n)
{
	const uint32_t *dirty;

	e->now.mono.ns += 1000000;
	e->now.wall.ms++;
	tag_db_expire(e->db, e->now.mono);
	for (size_t i = 0; i < n; i++) {
		struct sample s = { .value = value_double(u[i].value),
				    .source_time = e->now.wall,
				    .taken = e->now.mono };

		if (i + TAG_DB_AHEAD < n) /* as the station does with a record */
			tag_db_prefetch(e->db, u[i + TAG_DB_AHEAD].id);
		tag_db_set(e->db, u[i].id, &s);
	}
	dirty = tag_db_drain(e->db, &n);
	judge_all(e, dirty, n);
}

static double ours(void *arg)
{
	struct engine *e = arg;
	double start = bench_cpu();

	for (size_t i = 0; i < UPDATES; i += BATCH)
		run_batch(e, e->updates + i, UPDATES - i < BATCH ? UPDATES - i : BATCH);
	return UPDATES / (bench_cpu() - start);
}

static double bare(void *arg)
{
	struct engine *e = arg;
	double start = bench_cpu();

	for (size_t i = 0; i < UPDATES; i += BATCH)
		e->changes += bare_engine_run(e->bare, e->updates + i,
					      UPDATES - i < BATCH ? UPDATES - i : BATCH);
	return UPDATES / (bench_cpu() - start);
}

static void run(uint32_t tags, const char *name, const char *scale)
{
	struct engine e = { .now = { { 1000000000 }, { 1700000000000 } } };
	const struct bench_row row = { .name = name,
				       .unit = "updates/s",
				       .against = "bare loop, equal arrays",
				       .scale = scale,
				       .goal = 0.2 };

	e.db = tag_db_new();
	e.alarms = alarm_engine_new(1);
	e.bare = bare_engine_new(tags);
	for (uint32_t i = 0; i < tags; i++)
		add_tag(&e, i);
	make_updates(&e, tags);
	e.touched = xcalloc(tags, sizeof(*e.touched));
	ours(&e); /* every tag has a value and a band */
	e.judged = 0;
	bench_pair(&row, ours, bare, &e);
	fprintf(stderr, "%s: %.1f %% of updates judged, %.1f %% transitions\n", name,
		100.0 * (double)e.judged / (BENCH_PAIRS * (double)UPDATES),
		100.0 * (double)e.transitions / (6 * (double)UPDATES));
	tag_db_free(e.db);
	alarm_engine_free(e.alarms);
	bare_engine_free(e.bare);
	free(e.updates);
	free(e.touched);
}

int main(void)
{
	run(1000, "tag engine, 1 k tags, 4 limits", NULL);
	run(100000, "tag engine, 100 k tags, 4 limits", "99 M");
	run(1000000, "tag engine, 1 M tags, 4 limits", "59 M");
	return 0;
}
