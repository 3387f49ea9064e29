/*
 * test_clocks.c - clocks that jump under a running station (tests/shims/step_clock.c),
 * and one that counts from elsewhere (a time namespace), with the real server, a real
 * broker and the command line.
 */
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "integration/mqtt_client.h"
#include "integration/own_station.h"
#include "support/broker.h"
#include "support/preload.h"
#include "util/clock.h"
#include "wire/client.h"
#include "wire/who.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

enum { SOON_MS = 20000, OUT = 1 << 18, MINUTE_S = 60, HOUR_S = 3600, DAY_S = 86400 };

static struct own_station own;
static struct broker broker;
static struct mqtt_client *plant;
static int64_t *step; /* real clock, clock that counts on in sleep; ns */
static char out[OUT], steps[300];

#define SAY(code, ...) assert_int_equal(DEMO_RUN(&own.as, out, __VA_ARGS__), code)

/* --- the station ------------------------------------------------------------------- */

static void preload_clock(void *arg)
{
	(void)arg;
	preload_shim("step_clock");
	setenv("STEP_CLOCK", steps, 1);
}

static void map_steps(void)
{
	int fd;

	snprintf(steps, sizeof(steps), "%s/steps", own.dir);
	fd = open(steps, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0 && ftruncate(fd, 2 * sizeof(*step)) == 0);
	step = mmap(NULL, 2 * sizeof(*step), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_true(step != MAP_FAILED);
	close(fd);
}

/* A value from a broker, and an alarm on it. */
static int make(void **state)
{
	char text[400];

	(void)state;
	own_station_make(&own);
	broker_start(&broker, NULL);
	snprintf(text, sizeof(text),
		 "devices = ( { name = \"bus\"; driver = \"mqtt\"; endpoint = "
		 "\"mqtt://127.0.0.1:%d\"; } );\n",
		 broker.port);
	own_station_put(&own, "devices.cfg", text);
	own_station_put(&own, "tags.cfg",
			"tags = ( { name = \"a.t\"; device = \"bus\"; topic = \"t\"; "
			"type = \"double\"; stale_s = 600; } );\n");
	own_station_put(&own, "alarms.cfg",
			"alarms = ( { name = \"a.high\"; type = \"high\"; tag = \"a.t\"; "
			"limit = 5; priority = \"high\"; message = \"High\"; } );\n");
	snprintf(text, sizeof(text),
		 "allow_root = true;\nroles = ( { name = \"all\"; rights = ( \"view\", "
		 "\"operate\", \"shelve\", \"audit\", \"admin\" ); } );\noperators = ( { "
		 "name = \"eng\"; unix_user = \"%.64s\"; roles = ( \"all\" ); } );\n",
		 getpwuid(getuid())->pw_name);
	own_station_put(&own, "access.cfg", text);
	map_steps();
	own.prepare = preload_clock;
	plant = mqtt_client_new(broker.port, "plant");
	return 0;
}

static int leave(void **state)
{
	(void)state;
	if (own.pid)
		own_station_stop(&own);
	mqtt_client_free(plant);
	broker_stop(&broker);
	munmap(step, 2 * sizeof(*step));
	return 0;
}

/* It counts from here on: the driver may still be on its way to the broker. */
static void value_is_good(const char *value)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);

	for (;;) {
		mqtt_client_say(plant, "t", value);
		SAY(0, "get", "a.t", "--json");
		if (strstr(out, value) && strstr(out, "\"good\""))
			return;
		if (mono_reached(clock_mono(), deadline))
			fail_msg("a.t never was a good %s: %s", value, out);
		poll(NULL, 0, 50); /* between two looks */
	}
}

static void begin(void)
{
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	value_is_good("7");
}

/* --- a session that acts -------------------------------------------------------------
 */

static struct client *join(void)
{
	struct strbuf why = STRBUF_INIT;
	struct client *c = client_open(own.as.socket, "test", &why);

	if (!c)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return c;
}

/* Until the server says that it is in that state. */
static struct wire_who who_until(struct client *c, enum session_state state)
{
	struct mono deadline = mono_add_ms(clock_mono(), SOON_MS);
	struct strbuf why = STRBUF_INIT;
	struct wire_who who = { 0 };
	struct client_frame f;

	while (!mono_reached(clock_mono(), deadline)) {
		if (client_next(c, 100, &f, &why) == SG_OK && f.type == WIRE_WHO &&
		    wire_get_who(f.payload, f.len, &who) && who.state == state) {
			strbuf_release(&why);
			return who;
		}
	}
	fail_msg("the session never was \"%s\"", session_state_name(state));
	return who;
}

/* --- jumps -----------------------------------------------------------------------------
 */

static void move(int64_t *clock, int64_t seconds)
{
	__atomic_fetch_add(clock, seconds * 1000000000, __ATOMIC_SEQ_CST);
}

/* The lid was closed: what was true before may not be any more, and who sat there may be
 * somebody else. */
static void ST_13_after_a_sleep_sessions_are_locked_and_no_value_counts(void **state)
{
	struct client *c;

	(void)state;
	begin();
	c = join();
	who_until(c, SESSION_ACTING);
	move(&step[1], 20 * MINUTE_S);
	assert_has(who_until(c, SESSION_LOCKED).why, "the machine slept for 20 min");
	SAY(0, "get", "a.t", "--json");
	assert_has(out, "stale");
	assert_null(strstr(out, "\"good\""));
	DEMO_UNTIL(&own.as, "resumed", SOON_MS, "audit", "list");
	value_is_good("8"); /* what comes now counts */
	client_close(c);
}

/* The real clock is set by hand: nothing that counts time notices, and it is recorded. */
static void ST_12_ST_13_a_step_of_the_real_clock_harms_nothing(void **state)
{
	struct client *c;

	(void)state;
	begin();
	c = join();
	who_until(c, SESSION_ACTING);
	SAY(0, "shelve", "a.high", "--for", "30m", "--reason", "test");
	move(&step[0], -HOUR_S);
	DEMO_UNTIL(&own.as, "stepped", SOON_MS, "audit", "list");
	SAY(0, "get", "a.t", "--json");
	assert_has(out, "\"good\"");
	move(&step[0], DAY_S);
	value_is_good("8");
	SAY(0, "alarms", "--all");
	assert_has(out, "shelved"); /* a day on the wall is no half an hour of time */
	SAY(0, "audit", "verify");
	SAY(0, "sessions", "--json");
	assert_null(strstr(out, "locked"));
	client_close(c);
}

/* --- a time namespace ------------------------------------------------------------------
 */

static const char *no_namespace; /* why there is none here */

static bool put_offsets(void)
{
	static const char text[] = "monotonic 3456000 0\nboottime 3456000 0\n"; /* 40 d */
	int fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	bool good = fd >= 0 && write(fd, text, sizeof(text) - 1) == sizeof(text) - 1;

	if (fd >= 0)
		close(fd);
	return good;
}

/* This very process moves, and the server it becomes. */
static bool enter_namespace(void)
{
	int fd;
	bool good;

	if (unshare(CLONE_NEWTIME) < 0 || !put_offsets())
		return false;
	fd = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	good = fd >= 0 && setns(fd, CLONE_NEWTIME) == 0;
	if (fd >= 0)
		close(fd);
	return good;
}

static void elsewhere(void *arg)
{
	(void)arg;
	if (!enter_namespace())
		_exit(126);
}

static bool can_enter(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(enter_namespace() ? 0 : errno);
	waitpid(pid, &status, 0);
	if (status)
		no_namespace = strerror(WEXITSTATUS(status));
	return status == 0;
}

/* Monotonic clocks count from wherever they like: only differences within one life of
 * the server mean anything. */
static void ST_13_a_monotonic_clock_from_elsewhere_harms_nothing(void **state)
{
	struct client *c;

	(void)state;
	if (!can_enter()) {
		print_message("no time namespace here: %s\n", no_namespace);
		skip();
	}
	begin();
	SAY(0, "shelve", "a.high", "--for", "30m", "--reason", "test");
	assert_int_equal(own_station_stop(&own), 0);
	own.prepare = elsewhere; /* 40 days ahead */
	begin();
	SAY(0, "alarms", "--all");
	assert_has(out, "shelved");
	c = join();
	who_until(c, SESSION_ACTING);
	SAY(0, "audit", "list", "--count", "500");
	assert_null(strstr(out, "resumed"));
	assert_null(strstr(out, "stepped"));
	client_close(c);
	assert_int_equal(own_station_stop(&own), 0);
	own.prepare = preload_clock; /* and 40 days back */
	begin();
	SAY(0, "alarms", "--all");
	assert_has(out, "shelved");
	SAY(0, "audit", "verify");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, leave)
	const struct CMUnitTest tests[] = {
		TEST(ST_13_after_a_sleep_sessions_are_locked_and_no_value_counts),
		TEST(ST_12_ST_13_a_step_of_the_real_clock_harms_nothing),
		TEST(ST_13_a_monotonic_clock_from_elsewhere_harms_nothing),
	};

	return cmocka_run_group_tests_name("clocks", tests, NULL, NULL);
}
