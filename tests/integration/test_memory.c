/*
 * test_memory.c - memory that is not there: whichever allocation fails, a program ends
 * with a sentence or goes on whole, and what a server has told as done is there when it
 * starts again.
 */
#include "support/test.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "own_station.h"
#include "util/clock.h"

enum { SOON_MS = 20000, READS = 260, LIVES = 16, VALUES = 6, FIRST = 60 };

#define SENTENCE ": out of memory: it ends here; what was recorded stays"

static struct own_station own;
static char out[1 << 18];

static bool can_preload(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	print_message("malloc belongs to the sanitizer here\n");
	return false;
#else
	return true;
#endif
}

/* --- the shim ----------------------------------------------------------------------- */

struct failing {
	unsigned long at; /* 0 = only count */
	bool on;
};

static void preload(void *arg)
{
	const struct failing *f = arg;
	char shim[4096], at[24];

	snprintf(shim, sizeof(shim), "%s", test_program("../test/shims/fail_alloc.so"));
	snprintf(at, sizeof(at), "%lu", f->at);
	setenv("LD_PRELOAD", shim, 1);
	setenv("FAIL_ALLOC_AT", at, 1);
	setenv("FAIL_ALLOC_IN", "sightglassd", 1);
	if (f->on)
		setenv("FAIL_ALLOC_ON", "1", 1);
}

/* What the shim counted in the run that wrote this log. */
static unsigned long counted(const char *log)
{
	const char *said = strstr(log, "allocations: ");

	assert_non_null(said);
	return strtoul(said + strlen("allocations: "), NULL, 10);
}

static char *take_log(void)
{
	char *log = own_station_log(&own);

	unlink(own.log);
	return log;
}

static void write_station(void)
{
	own_station_make(&own);
	own_station_put(&own, "devices.cfg",
			"devices = ( { name = \"plc\"; driver = \"modbus\"; endpoint = "
			"\"tcp://127.0.0.1:1\"; } );\n");
	own_station_put(&own, "tags.cfg",
			"tags = ( { name = \"a.v\"; device = \"plc\"; address = "
			"\"holding:0\"; range = ( 0, 100 ); },\n{ name = \"a.w\"; "
			"expression = \"a.v * 2\"; } );\n");
	own_station_put(
		&own, "alarms.cfg",
		"alarms = ( { name = \"a.v.high\"; type = \"high\"; tag = \"a.v\"; "
		"limit = 50; priority = \"low\"; message = \"High\"; } );\n");
}

/* --- reading ------------------------------------------------------------------------ */

static int read_station(struct failing *f, char **log)
{
	own.prepare = preload;
	own.arg = f;
	own_station_start(&own, "--check");
	int code = own_station_await_end(&own, SOON_MS);
	*log = take_log();
	return code;
}

/* Half a station that passes for a whole one would be the worst. */
static void PR_04_a_station_is_read_whole_or_not_at_all(void **state)
{
	struct failing f = { 0, false };
	unsigned long all, died = 0;
	char *log;

	(void)state;
	if (!can_preload())
		return;
	write_station();
	assert_int_equal(read_station(&f, &log), 0);
	all = counted(log);
	free(log);
	assert_true(all > READS);
	for (unsigned long i = 0; i < READS; i++) {
		f = (struct failing){ 1 + all * i / READS, i % 2 };
		int code = read_station(&f, &log);

		if (code == 128 + SIGABRT && strstr(log, "sightglassd" SENTENCE))
			died++;
		else if (code != 0 || !strstr(log, "allocations: "))
			fail_msg("allocation %lu%s: %d\n%s", f.at,
				 f.on ? " and all behind it" : "", code, log);
		free(log);
	}
	print_message("%lu of %d ended with the sentence\n", died, READS);
	assert_true(died > READS * 9 / 10);
}

/* --- running ------------------------------------------------------------------------ */

/* Values that a person puts there, each recorded before it is told. Returns the last
 * that was told, 0 = none. */
static int tell_values(void)
{
	int told = 0;

	for (int v = FIRST; v < FIRST + VALUES; v++) {
		char text[16];

		snprintf(text, sizeof(text), "%d", v);
		if (DEMO_RUN(&own.as, out, "substitute", "a.v", text, "--reason", "t") !=
		    0)
			break;
		told = v;
		DEMO_RUN(&own.as, out, "alarms");
		DEMO_RUN(&own.as, out, "ack", "a.v.high");
		DEMO_RUN(&own.as, out, "reload");
	}
	return told;
}

static bool is_up(void)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	siginfo_t ended = { 0 };

	while (access(own.as.socket, F_OK) < 0) {
		waitid(P_PID, (id_t)own.pid, &ended, WEXITED | WNOHANG | WNOWAIT);
		if (ended.si_pid == own.pid)
			return false;
		if (mono_reached(clock_mono(), deadline))
			fail_msg("the server neither comes up nor ends");
		poll(NULL, 0, 5); /* between two looks */
	}
	return true;
}

/* One life with memory failing; then another without. */
static void live_and_come_back(struct failing *f)
{
	char shown[64];
	int told = 0, code;

	own.prepare = preload;
	own.arg = f;
	own_station_start(&own, NULL);
	if (is_up())
		told = tell_values();
	code = own_station_stop(&own);
	char *log = take_log();
	if (code != 0 && (code != 128 + SIGABRT || !strstr(log, "sightglassd" SENTENCE)))
		fail_msg("allocation %lu%s: %d\n%s", f->at,
			 f->on ? " and all behind it" : "", code, log);
	free(log);
	unlink(own.as.socket);
	own.prepare = NULL;
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "a.v", SOON_MS, "get", "a.v");
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "verify"), 0);
	assert_int_equal(DEMO_RUN(&own.as, out, "get", "a.v"), 0);
	snprintf(shown, sizeof(shown), "a.v  %d  good [substituted]", told);
	/* what was under way when it died may hold, too: nobody was told either way */
	if (told && !strstr(out, shown)) {
		snprintf(shown, sizeof(shown), "a.v  %d  good [substituted]", told + 1);
		assert_has(out, shown);
	}
	assert_int_equal(own_station_stop(&own), 0);
	unlink(own.log);
}

static void PR_04_what_was_told_outlives_any_failed_allocation(void **state)
{
	struct failing f = { 0, false };
	unsigned long all, begin;
	char *log;

	(void)state;
	if (!can_preload())
		return;
	write_station();
	assert_int_equal(read_station(&f, &log), 0);
	begin = counted(log);
	free(log);
	own_station_start(&own, NULL);
	assert_true(is_up());
	assert_int_equal(tell_values(), FIRST + VALUES - 1);
	assert_int_equal(own_station_stop(&own), 0);
	log = take_log();
	all = counted(log);
	free(log);
	assert_true(all > begin + LIVES);
	for (unsigned long i = 0; i < LIVES; i++) {
		f = (struct failing){ begin + (all - begin) * i / LIVES, i % 2 };
		write_station();
		live_and_come_back(&f);
	}
}

/* --- limits ------------------------------------------------------------------------- */

static void copy_program(const char *from, const char *to)
{
	static char bytes[64 << 20];
	FILE *f = fopen(from, "re"), *t = fopen(to, "we");

	assert_non_null(f);
	assert_non_null(t);
	size_t n = fread(bytes, 1, sizeof(bytes), f);
	assert_true(n > 0 && n < sizeof(bytes));
	assert_int_equal(fwrite(bytes, 1, n, t), n);
	fclose(f);
	assert_int_equal(fclose(t), 0);
	assert_int_equal(chmod(to, 0755), 0);
}

/* A folder of programs in which there is a driver "hog". */
static const char *programs_with_hog(void)
{
	static const char *const from[] = { "sightglassd", "sightglass-modbus",
					    "../test/peers/hog_driver" };
	static const char *const to[] = { "sightglassd", "sightglass-modbus",
					  "sightglass-hog" };
	static char dir[256];
	char a[4096], b[600];

	snprintf(dir, sizeof(dir), "%s", test_tmpdir());
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		snprintf(a, sizeof(a), "%s/%s", getenv("SIGHTGLASS_BIN"), from[i]);
		snprintf(b, sizeof(b), "%s/%s", dir, to[i]);
		copy_program(a, b);
	}
	return dir;
}

static long oom_score_of(pid_t pid)
{
	char path[64], text[32] = "";

	snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", (int)pid);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(text, sizeof(text), f));
	fclose(f);
	return strtol(text, NULL, 10);
}

static void PR_05_a_driver_is_ended_before_the_server(void **state)
{
	(void)state;
	write_station();
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "plc", SOON_MS, "browse"); /* those that checked are gone */
	pid_t driver = demo_wait_process(&own.as, "sightglass-modb", 0);
	long server = oom_score_of(own.pid);
	assert_int_equal(oom_score_of(driver), server + 500 > 1000 ? 1000 : server + 500);
	assert_int_equal(own_station_stop(&own), 0);
}

/* --- a group with a limit --- */

static char group[300];

static bool put_into(const char *dir, const char *file, const char *text)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	FILE *f = fopen(path, "we");
	bool ok = f && fputs(text, f) >= 0;
	if (f)
		ok = fclose(f) == 0 && ok;
	return ok;
}

/* True when this machine lets us make one, of either kind. */
static bool make_group(const char *limit)
{
	static const struct {
		const char *top, *limit;
	} kinds[] = {
		{ "/sys/fs/cgroup/memory", "memory.limit_in_bytes" },
		{ "/sys/fs/cgroup", "memory.max" },
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		snprintf(group, sizeof(group), "%s/sightglass-test-%d", kinds[i].top,
			 (int)getpid());
		if (mkdir(group, 0755) == 0 && put_into(group, kinds[i].limit, limit)) {
			put_into(group, "memory.swap.max", "0");
			return true;
		}
		rmdir(group);
	}
	return false;
}

static void join_group(void *arg)
{
	char pid[24];

	(void)arg;
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (!put_into(group, "cgroup.procs", pid))
		_exit(126);
}

/* How many the kernel has ended in the group for want of memory. */
static long ended_by_kernel(void)
{
	static const char *const files[] = { "memory.oom_control", "memory.events" };
	char path[400], line[100];
	long n = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", group, files[i]);
		FILE *f = fopen(path, "re");
		while (f && fgets(line, sizeof(line), f))
			if (strncmp(line, "oom_kill ", 9) == 0)
				n = strtol(line + 9, NULL, 10);
		if (f)
			fclose(f);
	}
	return n;
}

static void await_kernel(void)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	while (ended_by_kernel() < 2) { /* and once more when it was started again */
		if (mono_reached(clock_mono(), deadline))
			fail_msg("the kernel has ended nobody for want of memory");
		poll(NULL, 0, 20); /* between two looks */
	}
}

static void PR_05_a_driver_that_eats_all_memory_costs_only_itself(void **state)
{
	(void)state;
	write_station();
	if (!can_preload() || !make_group("160M")) {
		print_message("no group with a limit of memory can be made here\n");
		return;
	}
	own_station_put(&own, "devices.cfg",
			"devices = ( { name = \"plc\"; driver = \"modbus\"; endpoint = "
			"\"tcp://127.0.0.1:1\"; },\n{ name = \"fat\"; driver = \"hog\"; "
			"endpoint = \"tcp://127.0.0.1:2\"; } );\n");
	own.bin = programs_with_hog();
	own.prepare = join_group;
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "plc", SOON_MS, "browse");
	pid_t driver = demo_wait_process(&own.as, "sightglass-modb", 0);
	await_kernel();
	assert_int_equal(demo_find_process(&own.as, "sightglass-modb"), driver);
	assert_int_equal(
		DEMO_RUN(&own.as, out, "substitute", "a.v", "60", "--reason", "t"), 0);
	assert_int_equal(DEMO_RUN(&own.as, out, "get", "a.w"), 0);
	assert_has(out, "120");
	assert_int_equal(own_station_stop(&own), 0);
	assert_int_equal(rmdir(group), 0);
}

/* --- a limit of the process --- */

enum { DATA_LIMIT = 200 << 20, MANY = 600000 };

static void limit_data(void *arg)
{
	struct rlimit limit = { DATA_LIMIT, DATA_LIMIT };

	(void)arg;
	if (setrlimit(RLIMIT_DATA, &limit) < 0)
		_exit(126);
}

static void write_many(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/many.csv", own.dir);
	FILE *f = fopen(path, "we");
	assert_non_null(f);
	fputs("name,device,address,unit,description\n", f);
	for (int i = 0; i < MANY; i++)
		fprintf(f, "b.t%06d,plc,holding:%d,m3/h,number %d of very many\n", i,
			i % 65536, i);
	assert_int_equal(fclose(f), 0);
}

static void
PR_05_a_reload_beyond_the_limit_ends_with_a_sentence_and_loses_nothing(void **state)
{
	(void)state;
	if (!can_preload())
		return;
	write_station();
	write_many();
	own.prepare = limit_data;
	own_station_start(&own, NULL);
	assert_true(is_up());
	assert_int_equal(
		DEMO_RUN(&own.as, out, "substitute", "a.v", "61", "--reason", "t"), 0);
	own_station_put(
		&own, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; tags_csv = \"many.csv\"; access = \"access.cfg\"; "
		"alarms = \"alarms.cfg\";\n");
	DEMO_RUN(&own.as, out, "reload");
	assert_int_equal(own_station_await_end(&own, SOON_MS), 128 + SIGABRT);
	char *log = take_log();
	assert_has(log, "sightglassd" SENTENCE);
	free(log);
	own_station_put(&own, "many.csv", "name,device,address\n");
	unlink(own.as.socket);
	own_station_start(&own, NULL); /* the same limit is enough for what it had */
	DEMO_UNTIL(&own.as, "61  good [substituted]", SOON_MS, "get", "a.v");
	assert_int_equal(DEMO_RUN(&own.as, out, "audit", "verify"), 0);
	assert_int_equal(own_station_stop(&own), 0);
}

/* --- the unit ----------------------------------------------------------------------- */

static void PR_05_the_service_survives_what_its_drivers_do(void **state)
{
	char *unit = test_read_file(test_top("packaging/systemd/sightglassd.service"));

	(void)state;
	/* else systemd ends the server for a driver that the kernel has ended */
	assert_has(unit, "\nOOMPolicy=continue\n");
	assert_has(unit, "\nOOMScoreAdjust=-500\n");
	assert_has(unit, "\nRestart=always\n");
	free(unit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PR_04_a_station_is_read_whole_or_not_at_all),
		cmocka_unit_test(PR_04_what_was_told_outlives_any_failed_allocation),
		cmocka_unit_test(PR_05_a_driver_is_ended_before_the_server),
		cmocka_unit_test(PR_05_a_driver_that_eats_all_memory_costs_only_itself),
		cmocka_unit_test(
			PR_05_a_reload_beyond_the_limit_ends_with_a_sentence_and_loses_nothing),
		cmocka_unit_test(PR_05_the_service_survives_what_its_drivers_do),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
