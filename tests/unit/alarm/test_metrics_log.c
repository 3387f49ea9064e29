/*
 * test_metrics_log.c - an alarm log of another system, replayed: each of its alarms is a
 * discrete one here, its starts and ends are values of a tag, and what the engine makes
 * of them goes through the metrics.
 *
 * A log line is alarm_id,device_id,start,end in seconds, by start. A source that reports
 * anew before its old alarm ended ends the old one there. The small log is counted by
 * hand. The large one is not ours to keep: SIGHTGLASS_MATERIAL names the folder that has
 * alarms/wireless_18types_55nodes.csv.gz, else it is looked for beside the project, and
 * its counts are those of the README that came with it.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alarm/engine.h"
#include "unit/alarm/journal_rows.h"
#include "util/num.h"
#include "util/xalloc.h"

enum { SOURCES_MAX = 4096, TYPES_MAX = 64, DEVICES_MAX = 64, LATER_MAX = 4096 };

struct event {
	int64_t type, device, start, end;
};

struct source { /* a type of alarm on a device */
	struct alarm_def def;
	char name[32];
	size_t present; /* number of its event that stands; 0 = none */
};

struct replay {
	struct event *events;
	size_t n;
	struct alarm_engine *engine;
	struct source *sources; /* by alarm index */
	uint32_t at[TYPES_MAX][DEVICES_MAX];
	uint32_t n_sources;
	size_t later[LATER_MAX]; /* events that have not ended yet */
	size_t n_later;
	int64_t second;
	struct alarm_metrics *metrics;
	struct alarm_metrics_result r;
};

static struct replay replay;

/* --- reading -------------------------------------------------------------------- */

static void read_line(char *line)
{
	int64_t v[4];
	char *save = NULL;

	for (int i = 0; i < 4; i++) {
		char *word = strtok_r(i ? NULL : line, ",\n", &save);

		assert_non_null(word);
		assert_true(num_parse_int(word, 0, 1 << 30, &v[i]));
	}
	assert_true(v[0] < TYPES_MAX && v[1] < DEVICES_MAX && v[2] <= v[3]);
	assert_true(replay.n == 0 || replay.events[replay.n - 1].start <= v[2]);
	struct event *e = GROW(&replay.events, &replay.n);

	*e = (struct event){ v[0], v[1], v[2], v[3] };
}

static void read_log(FILE *f)
{
	char line[256];

	assert_non_null(fgets(line, sizeof(line), f));
	assert_has(line, "alarm_id,device_id,start_timestamp,end_timestamp");
	while (fgets(line, sizeof(line), f))
		read_line(line);
}

/* --- the engine in between ------------------------------------------------------ */

static void to_metrics(void *unused, const struct alarm_transition *t)
{
	const struct source *s = &replay.sources[t->alarm];
	struct alarm_journal row =
		row_of(0, s->name, ALARM_E_COME, t->from, t->to, t->occurrence);

	(void)unused;
	row.at.ms = replay.second * 1000;
	row.cause = t->cause;
	row.event = t->event;
	alarm_metrics_row(replay.metrics, &row);
}

static void set(uint32_t alarm, bool present, int64_t second)
{
	struct now now = { { second * 1000000000 }, { second * 1000 } };
	struct sample s = { .value = value_bool(present),
			    .source_time = now.wall,
			    .taken = now.mono };

	replay.second = second;
	alarm_engine_judge(replay.engine, alarm, &s, NULL, now, NULL, to_metrics, NULL);
}

static uint32_t source_of(const struct event *e)
{
	uint32_t *at = &replay.at[e->type][e->device];

	if (*at == 0) {
		struct source *s = &replay.sources[replay.n_sources];

		assert_true(replay.n_sources < SOURCES_MAX);
		snprintf(s->name, sizeof(s->name), "node%d.alarm%d", (int)e->device,
			 (int)e->type);
		s->def = (struct alarm_def){ .name = s->name,
					     .type = alarm_type_find("state"),
					     .state = true,
					     .priority = ALARM_LOW };
		assert_int_equal(alarm_engine_add(replay.engine, &s->def),
				 replay.n_sources);
		*at = ++replay.n_sources;
		set(*at - 1, false, e->start);
	}
	return *at - 1;
}

/* In the order in which they end; those that end together by their number. */
static bool next_end(int64_t upto, size_t *event)
{
	size_t best = replay.n_later;

	for (size_t i = 0; i < replay.n_later; i++) {
		const struct event *e = &replay.events[replay.later[i] - 1];

		if (e->end <= upto &&
		    (best == replay.n_later ||
		     e->end < replay.events[replay.later[best] - 1].end))
			best = i;
	}
	if (best == replay.n_later)
		return false;
	*event = replay.later[best];
	replay.n_later--;
	memmove(replay.later + best, replay.later + best + 1,
		(replay.n_later - best) * sizeof(replay.later[0]));
	return true;
}

static void end_until(int64_t upto)
{
	size_t event;

	while (next_end(upto, &event)) {
		const struct event *e = &replay.events[event - 1];
		uint32_t alarm = source_of(e);

		if (replay.sources[alarm].present != event)
			continue; /* it was reported anew */
		set(alarm, false, e->end);
		replay.sources[alarm].present = 0;
	}
}

static void start(size_t event)
{
	const struct event *e = &replay.events[event - 1];
	uint32_t alarm = source_of(e);

	if (replay.sources[alarm].present)
		set(alarm, false, e->start);
	set(alarm, true, e->start);
	replay.sources[alarm].present = event;
	assert_true(replay.n_later < LATER_MAX);
	replay.later[replay.n_later++] = event;
}

/* From the first start, to and with the last end. */
static void run(void)
{
	struct alarm_metrics_query q = { .from = { replay.events[0].start * 1000 } };

	for (size_t i = 0; i < replay.n; i++)
		if (q.to.ms < (replay.events[i].end + 1) * 1000)
			q.to.ms = (replay.events[i].end + 1) * 1000;
	replay.metrics = alarm_metrics_new(&q, NULL);
	replay.engine = alarm_engine_new(1);
	replay.sources = xcalloc(SOURCES_MAX, sizeof(*replay.sources));
	for (size_t i = 1; i <= replay.n; i++) {
		end_until(replay.events[i - 1].start);
		start(i);
	}
	end_until(INT64_MAX);
	alarm_metrics_end(replay.metrics, &replay.r);
}

static int fresh(void **state)
{
	(void)state;
	memset(&replay, 0, sizeof(replay));
	return 0;
}

static int release(void **state)
{
	(void)state;
	alarm_metrics_free(replay.metrics);
	alarm_engine_free(replay.engine);
	free(replay.sources);
	free(replay.events);
	return 0;
}

static int64_t longest_ms(void)
{
	struct alarm_actor a;
	int64_t longest = 0;

	for (size_t i = 0; alarm_metrics_actor(replay.metrics, i, &a); i++)
		longest = a.longest_ms > longest ? a.longest_ms : longest;
	return longest;
}

static int types_seen(void)
{
	int n = 0;

	for (int t = 0; t < TYPES_MAX; t++) {
		bool seen = false;

		for (int d = 0; d < DEVICES_MAX; d++)
			seen = seen || replay.at[t][d];
		n += seen;
	}
	return n;
}

static int devices_seen(void)
{
	int n = 0;

	for (int d = 0; d < DEVICES_MAX; d++) {
		bool seen = false;

		for (int t = 0; t < TYPES_MAX; t++)
			seen = seen || replay.at[t][d];
		n += seen;
	}
	return n;
}

/* --- by hand -------------------------------------------------------------------- */

/* Windows from 1000 s on: 2, 3, then 11. The nine of type 9 come each 3 s for 2 s. One is
 * reported anew at 1650, one ends as it starts. */
static const char small_log[] = "alarm_id,device_id,start_timestamp,end_timestamp\n"
				"7,2,1000,200000\n"
				"3,1,1000,1100\n"
				"3,1,1600,1700\n"
				"5,1,1610,1610\n"
				"3,1,1650,1800\n"
				"9,3,2200,2202\n"
				"9,3,2203,2205\n"
				"9,3,2206,2208\n"
				"9,3,2209,2211\n"
				"9,3,2212,2214\n"
				"9,3,2215,2217\n"
				"9,3,2218,2220\n"
				"9,3,2221,2223\n"
				"9,3,2224,2226\n"
				"4,4,2300,2400\n"
				"4,4,2500,2600\n";

static void AM_11_a_log_of_another_system_counted_by_hand(void **state)
{
	const struct alarm_metrics_result *r = &replay.r;
	FILE *f = fmemopen((void *)(uintptr_t)small_log, sizeof(small_log) - 1, "r");

	(void)state;
	read_log(f);
	fclose(f);
	run();
	assert_int_equal(r->annunciated, 16);
	assert_int_equal(types_seen(), 5);
	assert_int_equal(devices_seen(), 4);
	assert_int_equal(r->windows, 332); /* 199,001 s */
	assert_int_equal(r->max_window, 11);
	assert_int_equal(r->windows_over, 1);
	assert_int_equal(r->max_10min, 11);
	assert_int_equal(r->in_band[0], 329);
	assert_int_equal(r->in_band[1], 1);
	assert_int_equal(r->in_band[2], 1);
	assert_int_equal(r->in_band[3], 1);
	/* the eleventh in 600 s is that of 2500; at 2818 the seventh of nine leaves */
	assert_int_equal(r->floods, 1);
	assert_int_equal(r->largest[0].since, 2500);
	assert_int_equal(r->largest[0].until, 2818);
	assert_int_equal(longest_ms(), 199000 * INT64_C(1000));
	assert_int_equal(r->stale, 1);
	assert_int_equal(r->n_chatter, 7);
	assert_int_equal(r->chattering, 1);
	assert_int_equal(r->n_fleeting, 10);
	assert_int_equal(r->n_top, 5);
	assert_string_equal(r->top[0].name, "node3.alarm9");
	assert_int_equal(r->top[0].n, 9);
	assert_string_equal(r->top[1].name, "node1.alarm3");
	assert_int_equal(r->top[1].n, 3);
	/* 50 of the one that was reported anew */
	assert_double(r->to_clear.mean_ms,
		      1000.0 * (199000 + 100 + 50 + 0 + 150 + 9 * 2 + 100 + 100) / 16,
		      1e-6);
}

/* --- the large one -------------------------------------------------------------- */

static const char *material(void)
{
	static char path[4200];
	const char *folder = getenv("SIGHTGLASS_MATERIAL");

	snprintf(path, sizeof(path), "%s/alarms/wireless_18types_55nodes.csv.gz",
		 folder ? folder : test_top("../shared/material"));
	return access(path, R_OK) == 0 ? path : NULL;
}

static void read_gz(const char *path)
{
	int fds[2], status;

	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execlp("gzip", "gzip", "-dc", path, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	FILE *f = fdopen(fds[0], "r");
	read_log(f);
	fclose(f);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void AM_11_the_wireless_log_gives_the_counts_of_its_readme(void **state)
{
	const struct alarm_metrics_result *r = &replay.r;
	const char *path = material();

	(void)state;
	if (!path) {
		print_message("# the log is not here: name its folder in "
			      "SIGHTGLASS_MATERIAL\n");
		skip();
	}
	read_gz(path);
	run();
	print_message("# %d alarms, %d types, %d devices, %d sources; per 10 min %.3f, "
		      "max %u (any: %u); longest %.2f days; ten worst %.2f %%\n",
		      (int)r->annunciated, types_seen(), devices_seen(),
		      (int)replay.n_sources, r->per_10min, r->max_window, r->max_10min,
		      (double)longest_ms() / 86400e3, 100 * r->top_share);
	print_message("# floods %u, %.2f %% of the time; chattering %u (%d times), "
		      "fleeting %u (%d), stale %u; standing %.1f, most %u\n",
		      r->floods,
		      100.0 * (double)r->flood_ms / (double)(r->to.ms - r->from.ms),
		      r->chattering, (int)r->n_chatter, r->fleeting, (int)r->n_fleeting,
		      r->stale, r->gauge[ALARM_G_STANDING].mean,
		      r->gauge[ALARM_G_STANDING].max);
	assert_int_equal(r->annunciated, 34838);
	assert_int_equal(types_seen(), 18);
	assert_int_equal(devices_seen(), 55);
	assert_int_equal((r->to.ms - r->from.ms) / 86400000, 240); /* days */
	assert_double(r->per_10min, 1.0, 0.05);
	assert_int_equal(r->max_window, 33);
	assert_double((double)longest_ms() / 86400e3, 22.0, 0.5);
	assert_double(100 * r->top_share, 24.0, 0.5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			AM_11_a_log_of_another_system_counted_by_hand, fresh, release),
		cmocka_unit_test_setup_teardown(
			AM_11_the_wireless_log_gives_the_counts_of_its_readme, fresh,
			release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
