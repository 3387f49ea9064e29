/*
 * test_kill_acts.c - `kill -9` of the server while people shelve, suppress, comment and
 * take alarms out of service: each act that was answered as done is there afterwards,
 * with who and why (T19).
 *
 * FAULT_SEED repeats a run's moments; FAULT_RUNS makes it shorter or longer.
 */
#include "support/test.h"

#include <jansson.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kill_rig.h"
#include "util/clock.h"

enum { RUNS = 40, EACH = 3, COMMANDS = 3 };
enum { CALM = 3, LONGEST_NS = 60000000 };

/* An alarm of the test's own that nobody else acts on. */
static void name_alarm(char *out, size_t size, size_t i)
{
	snprintf(out, size, "kill.%zu.a%03zu", i / KILL_ALARMS, i % KILL_ALARMS);
}

static json_t *list_now(struct kill_rig *r)
{
	char *text = KILL_ASK(r, NULL, "alarms", "--all", "--json"), *rest = text, *line;
	json_t *all = json_object();

	while ((line = strsep(&rest, "\n")) != NULL) {
		json_t *o = *line == '{' ? json_loads(line, 0, NULL) : NULL;

		if (o)
			json_object_set_new(
				all, json_string_value(json_object_get(o, "alarm")), o);
	}
	free(text);
	return all;
}

static const char *said(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

/* What its command printed as done must show; what it did not know may. */
static bool is_kept(const json_t *list, const struct kill_job *j, const char *command)
{
	const json_t *row = json_object_get(list, j->alarm);
	const char *flag = strcmp(command, "shelve") == 0     ? "shelved"
			   : strcmp(command, "suppress") == 0 ? "suppressed"
							      : "out_of_service";

	return row && json_is_true(json_object_get(row, flag)) &&
	       strcmp(said(row, "hidden_reason"), j->text) == 0 &&
	       said(row, "hidden_by")[0];
}

/* The moment of a kill is one of those in which the commands are at work, however fast
 * the machine: the first runs are let finish, the quickest of them tells how long. */
static void until_a_moment(struct kill_rig *r, int64_t run, unsigned *seed, int64_t *took)
{
	struct mono begin = clock_mono();

	if (run < CALM) {
		kill_rig_wait_jobs(r);
		int64_t ns = clock_mono().ns - begin.ns;
		*took = ns < *took ? ns : *took;
		return;
	}
	ppoll(NULL, 0, &(struct timespec){ .tv_nsec = rand_r(seed) % (2 * *took) }, NULL);
}

static void T19_what_people_did_survives_kills_at_random_moments(void **state)
{
	static const char *const commands[COMMANDS] = { "shelve", "suppress",
							"out-of-service" };
	unsigned seed = (unsigned)test_number("FAULT_SEED", clock_mono().ns & 0xFFFFFF);
	int64_t runs = test_number("FAULT_RUNS", RUNS);
	struct kill_rig *r = kill_rig_up();
	size_t done = 0, unknown = 0, kept = 0;
	int64_t took = LONGEST_NS;
	char alarm[64];
	json_t *list;

	(void)state;
	printf("# FAULT_SEED=%u FAULT_RUNS=%lld\n", seed, (long long)runs);
	for (int64_t i = 0; i < runs && i < RUNS; i++) {
		kill_rig_wait_serving(r);
		for (size_t k = 0; k < EACH; k++) {
			name_alarm(alarm, sizeof(alarm), (size_t)i * EACH + k);
			kill_rig_act(r, commands[(size_t)(i + (int64_t)k) % COMMANDS],
				     alarm);
		}
		until_a_moment(r, i, &seed, &took);
		kill_rig_kill_server(r);
		kill_rig_start_server(r);
	}
	kill_rig_wait_serving(r);
	kill_rig_wait_jobs(r);
	kill_rig_kill_server(r); /* what is true now must be true of the disk */
	kill_rig_start_server(r);
	kill_rig_wait_serving(r);
	list = list_now(r);
	for (size_t i = 0; i < r->n_jobs; i++) {
		const struct kill_job *j = &r->job[i];
		const char *command = commands[(i / EACH + i % EACH) % COMMANDS];
		bool there = is_kept(list, j, command);

		if (j->code == 0 && !there) {
			char *text = kill_rig_said(j);

			fail_msg("%s of %s was answered \"%s\" and is not there", command,
				 j->alarm, text);
		}
		done += j->code == 0;
		unknown += j->code != 0;
		kept += there;
	}
	printf("# %zu acts: %zu answered as done, %zu not; %zu are there\n", r->n_jobs,
	       done, unknown, kept);
	assert_true(done > 0 && unknown > 0 && kept >= done);
	json_decref(list);
	kill_rig_down(r);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(T19_what_people_did_survives_kills_at_random_moments),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
