/*
 * test_write_schedules.c - ten thousand seeded schedules of the write path: every kind of
 * fault in every phase of a write, with random delays around it.
 *
 *   SIM_SEED=n  run that one schedule only     SIM_RUNS=n  so many schedules
 */
#include "support/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { RUNS = 2310 }; /* the full number is for the plain build */
#else
enum { RUNS = 20328 }; /* 88 for each cell */
#endif

static const char *const fault_names[] = {
#define X(name, text) [FAULT_##name] = text,
	SIM_FAULTS(X)
#undef X
};

static const char *const phase_names[] = {
#define X(name, text) [PHASE_##name] = text,
	SIM_PHASES(X)
#undef X
};

static uint64_t from_env(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

static void print_matrix(const struct sim_totals *t)
{
	print_message("# matrix %-22s", "fault \\ phase");
	for (int p = 0; p < PHASE_COUNT; p++)
		print_message(" %8s", phase_names[p]);
	print_message("\n");
	for (int f = 0; f < FAULT_COUNT; f++) {
		print_message("# matrix %-22s", fault_names[f]);
		for (int p = 0; p < PHASE_COUNT; p++)
			print_message(" %8zu", t->matrix[f][p]);
		print_message("\n");
	}
}

static void run(uint64_t seed, struct sim_totals *t)
{
	uint64_t cell = seed % (FAULT_COUNT * PHASE_COUNT);

	world_run(seed, (enum sim_fault)(cell / PHASE_COUNT),
		  (enum sim_phase)(cell % PHASE_COUNT), t);
}

static void every_cell_was_hit(const struct sim_totals *t)
{
	for (int f = 0; f < FAULT_COUNT; f++)
		for (int p = 0; p < PHASE_COUNT; p++)
			if (t->matrix[f][p] == 0) {
				print_message("# never: %s while %s\n", fault_names[f],
					      phase_names[p]);
				fail();
			}
}

static void WR_19_no_schedule_sends_twice_or_without_a_durable_intent(void **state)
{
	uint64_t first = from_env("SIM_SEED", 1), runs = from_env("SIM_RUNS", RUNS);
	bool one = getenv("SIM_SEED") && !getenv("SIM_RUNS");
	static struct sim_totals t;

	(void)state;
	t = (struct sim_totals){ 0 };
	print_message("# SIM_SEED=%" PRIu64 " SIM_RUNS=%" PRIu64 "\n", first,
		      one ? 1 : runs);
	for (uint64_t i = 0; i < (one ? 1 : runs); i++)
		run(first + i, &t);
	print_matrix(&t);
	print_message(
		"# %zu runs, %zu servers, %zu steps, %zu commands sent, %zu answers "
		"(%zu accepted, %zu refused, %zu not sent, %zu unknown), "
		"%zu acknowledgements, %zu other acts on alarms, %zu rows of writes in "
		"doubt, %zu settled\n",
		t.runs, t.lives, t.steps, t.sends, t.ends, t.outcomes[0], t.outcomes[1],
		t.outcomes[2], t.outcomes[3], t.acks, t.acts, t.doubts, t.settled);
	if (runs >= 4 * FAULT_COUNT * PHASE_COUNT && !one) {
		every_cell_was_hit(&t);
		assert_true(t.doubts > 0 && t.settled > 0 && t.acts > runs / 4);
	}
}

static void the_same_seed_is_the_same_run(void **state)
{
	static struct sim_totals a, b;

	(void)state;
	a = b = (struct sim_totals){ 0 };
	for (uint64_t seed = 1; seed <= 20; seed++) {
		run(seed * 97, &a);
		run(seed * 97, &b);
		assert_memory_equal(&a, &b, sizeof(a));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_is_the_same_run),
		cmocka_unit_test(
			WR_19_no_schedule_sends_twice_or_without_a_durable_intent),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
