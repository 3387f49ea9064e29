/*
 * test_write_schedules.c - a hundred thousand seeded schedules of the write path: every
 * kind of fault in every phase of a write, with random delays around it. This program
 * runs itself once a processor, with "--part K OF", and adds up.
 *
 *   SIM_SEED=n  run that one schedule only     SIM_RUNS=n  so many schedules
 */
#include "support/test.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/world.h"

enum { CELLS = FAULT_COUNT * PHASE_COUNT, PARTS_MAX = 16, CELL_LEAST = 100 };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { RUNS = 10 * CELLS }; /* the full number is for the plain build */
#else
enum { RUNS = (100000 + CELLS - 1) / CELLS * CELLS };
#endif

static const char *self; /* argv[0] */

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

static void every_cell_was_hit(const struct sim_totals *t, uint64_t runs)
{
	size_t least = runs >= CELLS * (CELL_LEAST + CELL_LEAST / 5) ? CELL_LEAST : 1;

	for (int f = 0; f < FAULT_COUNT; f++)
		for (int p = 0; p < PHASE_COUNT; p++)
			if (t->matrix[f][p] < least)
				fail_msg("only %zu times: %s while %s", t->matrix[f][p],
					 fault_names[f], phase_names[p]);
}

/* --- parts ------------------------------------------------------------------------- */

/* All of sim_totals are counts. */
static void add_totals(struct sim_totals *t, const struct sim_totals *part)
{
	size_t *to = (size_t *)(void *)t;
	const size_t *from = (const size_t *)(const void *)part;

	for (size_t i = 0; i < sizeof(*t) / sizeof(size_t); i++)
		to[i] += from[i];
}

static void run_part(uint64_t first, uint64_t runs, uint64_t part, uint64_t of,
		     struct sim_totals *t)
{
	for (uint64_t i = part; i < runs; i += of)
		run(first + i, t);
}

static uint64_t first_seed(void)
{
	return from_env("SIM_SEED", 1);
}

static uint64_t how_many(void)
{
	bool one = getenv("SIM_SEED") && !getenv("SIM_RUNS");

	return one ? 1 : from_env("SIM_RUNS", RUNS);
}

static const char *part_path; /* where a part leaves its totals */
static uint64_t part_number, part_of;

static void one_part(void **state)
{
	static struct sim_totals t;

	(void)state;
	run_part(first_seed(), how_many(), part_number, part_of, &t);
	int fd = open(part_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, &t, sizeof(t)), sizeof(t));
	close(fd);
}

static pid_t start_part(const char *path, uint64_t k, uint64_t of)
{
	char number[24], parts[24], said[4200];
	pid_t pid;

	snprintf(number, sizeof(number), "%" PRIu64, k);
	snprintf(parts, sizeof(parts), "%" PRIu64, of);
	snprintf(said, sizeof(said), "%.4000s.said", path);
	pid = fork();
	if (pid == 0) {
		int out = open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
		execl(self, self, "--part", number, parts, path, (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void end_part(pid_t pid, const char *path, struct sim_totals *t)
{
	struct sim_totals part;
	char said[4200];
	int status, fd;

	snprintf(said, sizeof(said), "%.4000s.said", path);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		char *text = test_read_file(said);
		fail_msg("%s", text);
	}
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(read(fd, &part, sizeof(part)), sizeof(part));
	close(fd);
	add_totals(t, &part);
}

static void run_all(uint64_t runs, struct sim_totals *t)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t parts = processors < 1           ? 1
			 : processors > PARTS_MAX ? PARTS_MAX
						  : (uint64_t)processors;
	char path[PARTS_MAX][4100];
	pid_t pid[PARTS_MAX];

	if (runs < 100 || parts == 1) {
		run_part(first_seed(), runs, 0, 1, t);
		return;
	}
	for (uint64_t k = 0; k < parts; k++) {
		snprintf(path[k], sizeof(path[k]), "%s/totals", test_tmpdir());
		pid[k] = start_part(path[k], k, parts);
	}
	for (uint64_t k = 0; k < parts; k++)
		end_part(pid[k], path[k], t);
}

static void WR_19_no_schedule_sends_twice_or_without_a_durable_intent(void **state)
{
	static struct sim_totals t;
	uint64_t runs = how_many();

	(void)state;
	t = (struct sim_totals){ 0 };
	print_message("# SIM_SEED=%" PRIu64 " SIM_RUNS=%" PRIu64 "\n", first_seed(),
		      runs);
	run_all(runs, &t);
	print_matrix(&t);
	print_message(
		"# %zu runs, %zu servers, %zu steps, %zu commands sent, %zu answers "
		"(%zu accepted, %zu refused, %zu not sent, %zu unknown), "
		"%zu acknowledgements, %zu other acts on alarms, %zu rows of writes in "
		"doubt, %zu settled, %zu sent for two persons, %zu sent of %zu sets, of "
		"which %zu were done whole\n",
		t.runs, t.lives, t.steps, t.sends, t.ends, t.outcomes[0], t.outcomes[1],
		t.outcomes[2], t.outcomes[3], t.acks, t.acts, t.doubts, t.settled,
		t.approved, t.set_sends, t.sets_ended, t.sets_done);
	assert_int_equal(t.runs, runs);
	if (runs >= 4 * CELLS) {
		every_cell_was_hit(&t, runs);
		assert_true(t.approved > runs / 100);
		assert_true(t.sets_done > runs / 100 && t.sets_ended > t.sets_done);
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

int main(int argc, char **argv)
{
	const struct CMUnitTest part[] = { cmocka_unit_test(one_part) };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_seed_is_the_same_run),
		cmocka_unit_test(
			WR_19_no_schedule_sends_twice_or_without_a_durable_intent),
	};

	setvbuf(stdout, NULL, _IOLBF, 0);
	self = argv[0];
	if (argc == 5 && strcmp(argv[1], "--part") == 0) {
		part_number = strtoull(argv[2], NULL, 10);
		part_of = strtoull(argv[3], NULL, 10);
		part_path = argv[4];
		return cmocka_run_group_tests(part, NULL, NULL);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
