/*
 * test_kill_points.c - `kill -9` of the server at each system call with which it stores,
 * sends or receives something, while a write and an acknowledgement are under way: at
 * every fdatasync, every write of the file, every record of a driver's or a console's
 * protocol (WR-19). strace strikes; nothing in the server is made for it.
 *
 * SIGHTGLASS_SOAK: every point, five times over; else each of them in turns.
 */
#include "support/test.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "kill_rig.h"
#include "kill_verdict.h"
#include "util/clock.h"

enum { STRUCK_MS = 1500, PASSES = 5, STRIDE = 4 };

/* A write through the server takes fewer of each than this. */
static const struct {
	const char *call;
	unsigned upto;
} points[] = {
	{ "fdatasync", 10 },
	{ "pwrite64", 20 },
	{ "write", 40 },
	{ "read", 40 },
};

struct tally {
	size_t struck, missed, acks, accepted, doubts, arrived, records;
};

/* False when there is no strace that can do it. */
static bool kill_at(struct kill_rig *r, const char *call, unsigned n, struct tally *t)
{
	char what[64];
	pid_t tracer;

	snprintf(what, sizeof(what), "%s:signal=KILL:when=%u", call, n);
	kill_rig_wait_serving(r);
	kill_rig_reap(r);
	if (!kill_rig_trap(r, what, &tracer))
		return false;
	kill_rig_set(r, n);
	kill_rig_ack(r);
	if (kill_rig_wait_trap(r, tracer, STRUCK_MS))
		t->struck++;
	else
		t->missed++;
	kill_rig_start_server(r);
	return true;
}

static void judge(struct kill_rig *r, struct tally *t)
{
	struct evidence e;

	kill_rig_wait_serving(r);
	kill_rig_wait_jobs(r);
	kill_rig_kill_server(r); /* what is true now must be true of the disk */
	kill_rig_start_server(r);
	kill_rig_wait_serving(r);
	evidence_take(r, &e);
	t->acks += acks_shown_are_recorded(r, &e);
	acks_recorded_are_in_the_alarm_state(&e);
	t->accepted += writes_shown_are_recorded(r, &e);
	intents_have_one_outcome(&e);
	t->doubts += unknown_outcomes_are_in_doubt(&e);
	t->arrived += arrivals_are_intended_and_single(r, &e);
	t->records += e.n;
	evidence_release(&e);
}

static bool one_pass(unsigned first, unsigned stride, struct tally *t)
{
	struct kill_rig *r = kill_rig_up();
	bool works = true;

	for (size_t i = 0; works && i < sizeof(points) / sizeof(points[0]); i++)
		for (unsigned n = first; works && n <= points[i].upto; n += stride)
			works = kill_at(r, points[i].call, n, t);
	if (works)
		judge(r, t);
	kill_rig_down(r);
	return works;
}

static void
WR_19_ST_03_kills_at_every_sync_and_every_record_lose_nothing_and_send_once(void **state)
{
	bool soak = getenv("SIGHTGLASS_SOAK") != NULL;
	unsigned passes = soak ? PASSES : 1, stride = soak ? 1 : STRIDE;
	struct tally t = { 0 };

	(void)state;
	for (unsigned i = 0; i < passes; i++)
		if (!one_pass(soak ? 1 : 1 + (unsigned)clock_mono().ns % STRIDE, stride,
			      &t)) {
			print_message(
				"# skipped: strace may not trace the server here\n");
			skip();
		}
	print_message("# %zu kills at a point (%zu not reached): %zu acks and %zu writes "
		      "shown as done, %zu arrived, %zu in doubt, %zu records; 0 lost, 0 "
		      "sent twice\n",
		      t.struck, t.missed, t.acks, t.accepted, t.arrived, t.doubts,
		      t.records);
	assert_true(t.struck > t.missed);
	assert_true(t.arrived >= t.accepted && t.records > 0);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(
		WR_19_ST_03_kills_at_every_sync_and_every_record_lose_nothing_and_send_once),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
