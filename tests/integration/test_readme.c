/* test_readme.c - what README.md tells a newcomer to type works as printed: the tour on a
 * real demonstration, and "your own PLC" against a slave nobody of this project wrote. */
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "integration/driver_harness.h"
#include "integration/script.h"
#include "support/demo.h"
#include "util/clock.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { WAIT_MS = 20000 };

static struct demo *d;

static char *fetch(const char *kind, int nth)
{
	char *text = script_of_readme(kind, nth);

	if (!text)
		fail_msg("README.md has no block %d of \"%s\"", nth, kind);
	return text;
}

/* from, once, becomes to; the text is replaced. */
static void put(char **text, const char *from, const char *to)
{
	char *at = strstr(*text, from), *done;

	if (!at)
		fail_msg("README.md no longer says \"%s\"", from);
	done = xasprintf("%.*s%s%s", (int)(at - *text), *text, to, at + strlen(from));
	free(*text);
	*text = done;
}

static void begins_with_the_line_that_brings_git_and_make(void **state)
{
	char *first = fetch("setup", 0), *second = fetch("setup", 1);
	char *makefile = test_read_file(test_top("Makefile"));

	(void)state;
	assert_string_equal(first,
			    "sudo apt-get update && sudo apt-get install -y git make\n");
	assert_has(second, "make demo ");
	assert_has(second, "make test ");
	assert_has(makefile, "\ndemo: deps\n");
	assert_has(makefile, "\ntest: deps deps-test\n");
	free(first);
	free(second);
	free(makefile);
}

static void each_link_leads_somewhere(void **state)
{
	char *text = test_read_file(test_top("README.md"));
	struct stat st;
	int links = 0;

	(void)state;
	for (char *p = text; (p = strstr(p, "](")); links++) {
		p += 2;
		char *path = xstrndup(p, strcspn(p, ")"));
		if (stat(test_top(path), &st) < 0)
			fail_msg("README.md leads to %s, which is not there", path);
		free(path);
	}
	assert_true(links > 3);
	free(text);
}

static void tour_trips_a_pump_writes_and_survives_a_killed_server(void **state)
{
	char *text = fetch("demo", 0), *out = script_run(text);
	char pid[24], answer[4096];

	(void)state;
	assert_has(out, "P101 has failed");
	free(text);
	free(out);
	DEMO_UNTIL(d, "Well pump P101 tripped", WAIT_MS, "alarms");
	assert_int_equal(DEMO_RUN(d, answer, "ack", "intake.p101.trip"), 0);

	text = fetch("demo", 1);
	out = script_run(text);
	assert_has(out, "150 % is above the limit of 100 %");
	assert_has(out, "accepted 60.0 %");
	assert_has(out, "the device shows 60.0 %");
	assert_has(out, "refused ");
	assert_has(out, ": good\n"); /* audit verify */
	assert_has(out, "0-1, read with function 4");
	assert_has(out, "intake.p101.speed_sp");
	assert_has(out, "shelved until 2");
	assert_has(out, ": works on it"); /* alarms --all */
	free(text);
	free(out);

	pid_t before = demo_find_process(d, "sightglassd");
	text = fetch("demo", 2);
	snprintf(pid, sizeof(pid), "%d", before);
	put(&text, "$(pidof sightglassd)", pid); /* others may run on this machine */
	free(script_run(text));
	free(text);
	demo_wait_process(d, "sightglassd", before);
	DEMO_UNTIL(d, "acknowledged by", WAIT_MS, "alarms");
	DEMO_UNTIL(d, " good ", WAIT_MS, "get", "intake.flow");
	assert_int_equal(DEMO_RUN(d, answer, "audit", "verify"), 0);

	text = fetch("demo", 3);
	out = script_run(text);
	assert_has(out, "P101 is mended");
	free(text);
	free(out);
}

static int start_demo(void **state)
{
	(void)state;
	/* other demonstrations of this user are not to be found */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	d = demo_up();
	return 0;
}

static int stop_demo(void **state)
{
	(void)state;
	demo_down(d);
	return 0;
}

/* --- one's own PLC --- */

static struct peer slave;
static char top[256]; /* where a reader would stand */

static void tell_slave(const char *line)
{
	char answer[100];

	peer_tell(&slave, line);
	peer_line(&slave, answer, sizeof(answer));
	assert_string_equal(answer, "ok");
}

static int start_slave(void **state)
{
	char script[4096], line[100];
	const char *const argv[] = { "/usr/bin/python3", script, NULL };

	(void)state;
	snprintf(script, sizeof(script), "%s", test_top("tests/peers/pymodbus_slave.py"));
	slave = peer_start(argv);
	peer_line(&slave, line, sizeof(line));
	snprintf(top, sizeof(top), "%s", test_tmpdir());
	setenv("README_PORT", line + 5, 1);
	tell_slave("set ir 0 16448 0\n"); /* 3.0 as float32 */
	tell_slave("set hr 10 250\n");
	return 0;
}

static int stop_slave(void **state)
{
	(void)state;
	peer_stop(&slave);
	return 0;
}

/* The folder `mine` as the README makes it, with our slave's address. */
static void make_station(void)
{
	char *text = fetch("own-plc", 0);
	char *endpoint = xasprintf("tcp://127.0.0.1:%s", getenv("README_PORT"));
	char *script;

	put(&text, "tcp://192.0.2.10:502", endpoint);
	if (geteuid() == 0) /* as the README says of root */
		put(&text, "roles = (", "allow_root = true;\nroles = (");
	script = xasprintf("cd %s && %s", top, text);
	free(script_run(script));
	free(script);
	free(endpoint);
	free(text);
}

/* Its "check" and "run it" lines; the server becomes a child of the test. */
static struct peer start_server(void)
{
	char *text = fetch("own-plc", 1), *run = strstr(text, "sightglassd"), *script;
	char *check = xasprintf("cd %s/mine && %.*s", top, (int)(run - text), text);
	char *out = script_run(check);
	struct peer server;

	assert_has(out, "0 errors, 0 warnings");
	*strrchr(run, '&') = '\0';
	script =
		xasprintf("cd %s/mine && exec %s/%s", top, getenv("SIGHTGLASS_BIN"), run);
	server = peer_start((const char *const[]){ "/bin/sh", "-c", script, NULL });
	free(out);
	free(check);
	free(script);
	free(text);
	return server;
}

static void own_plc_is_read_and_written(void **state)
{
	struct mono deadline = mono_add_ms(clock_mono(), WAIT_MS);
	char *text = fetch("own-plc", 2), *script, *out = NULL, answer[100];

	(void)state;
	make_station();
	struct peer server = start_server();
	script = xasprintf("cd %s/mine && %s", top, text);
	do {
		free(out);
		out = script_run(script);
		if (mono_reached(clock_mono(), deadline))
			fail_msg("the station does not come up:\n%s", out);
	} while (!strstr(out, "3.0 m  good") && !strstr(out, "3 m  good"));
	free(out);
	out = script_run(script);
	assert_has(out, "plc1 accepted 50");
	assert_has(out, "the device shows 50");
	peer_tell(&slave, "get hr 10 1\n");
	peer_line(&slave, answer, sizeof(answer));
	assert_string_equal(answer, "500"); /* scale = 0.1 */
	peer_stop(&server);
	free(out);
	free(script);
	free(text);
}

static void own_plc_screen_can_be_painted(void **state)
{
	char *script =
		xasprintf("cd %s/mine && printf 'tank.level 3\\ntank.valve 50\\n' >v "
			  "&& sightglass render tank --station sightglass.cfg "
			  "--values v",
			  top);
	char *out = script_run(script);

	(void)state;
	assert_has(out, "level");
	assert_has(out, "m ");
	free(out);
	free(script);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_with_the_line_that_brings_git_and_make),
		cmocka_unit_test(each_link_leads_somewhere),
		cmocka_unit_test_setup_teardown(
			tour_trips_a_pump_writes_and_survives_a_killed_server, start_demo,
			stop_demo),
		cmocka_unit_test_setup_teardown(own_plc_is_read_and_written, start_slave,
						stop_slave),
		cmocka_unit_test(own_plc_screen_can_be_painted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
