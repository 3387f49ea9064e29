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

	snprintf(shim, sizeof(shim), "%s/../test/shims/fail_alloc.so",
		 getenv("SIGHTGLASS_BIN"));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PR_04_a_station_is_read_whole_or_not_at_all),
		cmocka_unit_test(PR_04_what_was_told_outlives_any_failed_allocation),
	};

	setenv("LC_ALL", "C.UTF-8", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
