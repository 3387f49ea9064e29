/*
 * test_kill.c - `kill -9` of the server, a driver, a command or a console at random
 * moments while acknowledgements and writes are under way: nothing shown as done is
 * lost, nothing is sent twice.
 *
 * FAULT_SEED repeats a run (its moments, not the machine's scheduling); FAULT_RUNS makes
 * it shorter or longer. SIGHTGLASS_SOAK: several runs, each with a plant of its own.
 */
#include "support/test.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kill_rig.h"
#include "kill_verdict.h"
#include "support/tty.h"
#include "util/clock.h"

enum { RUNS = 200, SOAK_RUNS = 3, MOMENT_MS = 60, DRIVER_MS = 20000, STEP_MS = 15 };

enum victim { SERVER, MODBUS, MQTT, COMMAND, CONSOLE, VICTIMS };

struct chance {
	uint64_t state;
};

static uint64_t roll(struct chance *c, uint64_t below)
{
	c->state ^= c->state << 13;
	c->state ^= c->state >> 7;
	c->state ^= c->state << 17;
	return c->state % below;
}

struct run {
	struct kill_rig *rig;
	struct chance chance;
	size_t killed[VICTIMS];
	char acked[256][64]; /* alarms a console's glass showed as acknowledged */
	size_t n_acked;
};

/* --- victims ------------------------------------------------------------------------ */
static enum victim choose(struct run *r)
{
	/* servers most: a driver killed twice in a row is started again ever later */
	static const enum victim urn[] = { SERVER, SERVER, SERVER,  SERVER,  MODBUS,
					   MODBUS, MQTT,   COMMAND, COMMAND, CONSOLE };

	return urn[roll(&r->chance, sizeof(urn) / sizeof(urn[0]))];
}

static void kill_driver(struct run *r, const char *name)
{
	struct mono deadline = mono_add_ms(clock_mono(), DRIVER_MS);
	pid_t old = demo_find_process(&r->rig->own, name);

	if (old == 0)
		return; /* it is being started again */
	kill(old, SIGKILL);
	for (pid_t now = old; now == old || now == 0;) {
		if (mono_reached(clock_mono(), deadline))
			fail_msg("%s was not started again", name);
		poll(NULL, 0, STEP_MS);
		now = demo_find_process(&r->rig->own, name);
	}
}

static void kill_commands(const struct run *r)
{
	for (size_t i = 0; i < r->rig->n_jobs; i++)
		if (r->rig->job[i].pid > 0)
			kill(r->rig->job[i].pid, SIGKILL);
}

static struct tty *open_console(const struct run *r)
{
	char program[4096];
	char *argv[] = { program, (char[]){ "--socket" },
			 (char *)(uintptr_t)r->rig->own.socket, NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	struct tty *t = tty_start(argv, env, 100, 30);
	tty_expect(t, "1Help");
	return t;
}

/* "kill.0.a017: acknowledged" */
static void note_ack(struct run *r, struct tty *t)
{
	int row = tty_find_row(t, ": acknowledged");
	const char *text = row >= 0 ? tty_row(t, row) : "";

	text += strspn(text, " ");
	if (text[0] && r->n_acked < sizeof(r->acked) / sizeof(r->acked[0]))
		snprintf(r->acked[r->n_acked++], sizeof(r->acked[0]), "%.*s",
			 (int)strcspn(text, ":"), text);
}

static void kill_console(struct run *r)
{
	struct tty *t = open_console(r);

	tty_type(t, "*"); /* the first alarm of the banner */
	tty_pump(t, (int)roll(&r->chance, 3 * MOMENT_MS));
	note_ack(r, t);
	kill(tty_pid(t), SIGKILL);
	tty_wait_exit(t, DRIVER_MS);
	tty_free(t);
}

static void kill_one(struct run *r, enum victim v)
{
	r->killed[v]++;
	switch (v) {
	case SERVER:
		kill_rig_kill_server(r->rig);
		kill_rig_start_server(r->rig);
		unknown_is_in_doubt_from_the_start(r->rig);
		break;
	case MODBUS:
		kill_driver(r, "sightglass-modbus");
		break;
	case MQTT:
		kill_driver(r, "sightglass-mqtt");
		break;
	case COMMAND:
		kill_commands(r);
		break;
	default:
		kill_console(r);
		break;
	}
}

/* --- the run ------------------------------------------------------------------------ */
static void one_moment(struct run *r)
{
	kill_rig_wait_serving(r->rig);
	kill_rig_reap(r->rig);
	kill_rig_ack(r->rig);
	/* a plant that does not answer at once holds a write where it is in doubt */
	pid_t plant = roll(&r->chance, 3) == 0
			      ? demo_find_process(r->rig->demo, "plantsim")
			      : 0;
	if (plant)
		kill(plant, SIGSTOP);
	kill_rig_set(r->rig, roll(&r->chance, KILL_TAGS));
	poll(NULL, 0, (int)roll(&r->chance, MOMENT_MS)); /* the random moment */
	kill_one(r, choose(r));
	if (plant)
		kill(plant, SIGCONT);
}

static void judge(struct run *r)
{
	struct evidence e;

	evidence_take(r->rig, &e);
	size_t acks = acks_shown_are_recorded(r->rig, &e);
	size_t states = acks_recorded_are_in_the_alarm_state(&e);
	size_t accepted = writes_shown_are_recorded(r->rig, &e);
	size_t intents = intents_have_one_outcome(&e);
	size_t doubts = unknown_outcomes_are_in_doubt(&e);
	size_t arrived = arrivals_are_intended_and_single(r->rig, &e);
	printf("# killed: server %zu, modbus %zu, mqtt %zu, commands %zu, console %zu\n",
	       r->killed[SERVER], r->killed[MODBUS], r->killed[MQTT], r->killed[COMMAND],
	       r->killed[CONSOLE]);
	printf("# commands %zu: %zu acks shown as done (and %zu by consoles) of %zu "
	       "recorded; %zu intents, %zu "
	       "shown as accepted, %zu arrived, %zu in doubt; %zu records\n",
	       r->rig->n_jobs, acks, r->n_acked, states, intents, accepted, arrived,
	       doubts, e.n);
	for (size_t i = 0; i < r->n_acked; i++)
		if (!ack_is_recorded(&e, r->acked[i]))
			fail_msg("a console showed %s as acknowledged and it is not in "
				 "the audit",
				 r->acked[i]);
	/* the run must have tried what it claims to prove */
	assert_true(acks > 0 && accepted > 0 && doubts > 0 && arrived >= accepted);
	evidence_release(&e);
}

static void run_once(int64_t seed)
{
	static struct run r;
	int64_t runs = test_number("FAULT_RUNS", RUNS);

	r = (struct run){ 0 };
	printf("# FAULT_SEED=%lld FAULT_RUNS=%lld\n", (long long)seed, (long long)runs);
	r.chance.state = (uint64_t)seed | 1;
	r.rig = kill_rig_up();
	for (int64_t i = 0; i < runs; i++)
		one_moment(&r);
	kill_rig_wait_serving(r.rig);
	kill_rig_wait_jobs(r.rig);
	kill_rig_kill_server(r.rig); /* what is true now must be true of the disk */
	kill_rig_start_server(r.rig);
	kill_rig_wait_serving(r.rig);
	judge(&r);
	kill_rig_down(r.rig);
}

static void
WR_19_kills_at_random_moments_lose_nothing_and_send_nothing_twice(void **state)
{
	int64_t seed = test_number("FAULT_SEED", (int64_t)clock_mono().ns);
	int runs = getenv("SIGHTGLASS_SOAK") ? SOAK_RUNS : 1;

	(void)state;
	for (int i = 0; i < runs; i++)
		run_once(seed + i);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(
		WR_19_kills_at_random_moments_lose_nothing_and_send_nothing_twice),
};

int main(void)
{
	/* records and temporary folders of this test must not mix with a person's */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	setenv("TMPDIR", getenv("XDG_RUNTIME_DIR"), 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
