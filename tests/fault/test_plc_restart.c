/* test_plc_restart.c - a PLC whose program stops while its registers go on to answer, and
 * one that starts again: the real server, the real driver, a slave of ours. */
#include "support/test.h"

#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/modbus_rig.h"
#include "util/clock.h"

enum { LIMIT_MS = 20000, STEP_MS = 50 };

struct plant {
	struct peer slave, server;
	char socket[200], program[4096];
	long beat; /* what the PLC's program wrote last */
	char said[20000];
};

static void write_station(const char *dir, const char *endpoint)
{
	const struct passwd *pw = getpwuid(getuid());
	char path[300], text[1000];

	assert_non_null(pw);
	snprintf(path, sizeof(path), "%s/s.cfg", dir);
	test_write_file(path, "station = { name = \"t\"; };\ndevices = \"d.cfg\";\n"
			      "tags = \"t.cfg\";\nalarms = \"a.cfg\";\n"
			      "access = \"access.cfg\";\n");
	snprintf(path, sizeof(path), "%s/a.cfg", dir);
	test_write_file(path, "alarms = ();\n");
	snprintf(path, sizeof(path), "%s/d.cfg", dir);
	snprintf(text, sizeof(text),
		 "devices = ( { name = \"plc\"; driver = \"modbus\";\n"
		 "  endpoint = \"%s\"; scan_ms = 100; heartbeat = \"p.beat\";\n"
		 "  heartbeat_s = 1.5; restart = \"p.up\"; } );\n",
		 endpoint);
	test_write_file(path, text);
	snprintf(path, sizeof(path), "%s/t.cfg", dir);
	test_write_file(
		path,
		"tags = (\n"
		"  { name = \"p.beat\"; device = \"plc\"; address = \"holding:0\"; },\n"
		"  { name = \"p.up\"; device = \"plc\"; address = \"holding:1\"; },\n"
		"  { name = \"p.level\"; device = \"plc\"; address = \"holding:100\"; }\n"
		");\n");
	snprintf(path, sizeof(path), "%s/access.cfg", dir);
	snprintf(text, sizeof(text),
		 "allow_root = %s;\nroles = ( { name = \"all\";\n"
		 "  rights = ( \"view\", \"audit\" ); } );\noperators = ( { name = "
		 "\"o\";\n"
		 "  unix_user = \"%s\"; roles = ( \"all\" ); } );\n",
		 getuid() == 0 ? "true" : "false", pw->pw_name);
	test_write_file(path, text);
}

static struct peer start_server(struct plant *t, const char *dir)
{
	const char *bin = getenv("SIGHTGLASS_BIN");
	char server[4096], config[300], state[300];
	const char *const argv[] = { server, "--config", config,    "--state",
				     state,  "--socket", t->socket, "--socket-mode",
				     "0600", NULL };

	snprintf(server, sizeof(server), "%s", test_program("sightglassd"));
	snprintf(t->program, sizeof(t->program), "%s/sightglass",
		 bin ? bin : "build/bin");
	snprintf(config, sizeof(config), "%s/s.cfg", dir);
	snprintf(state, sizeof(state), "%s/state", dir);
	return peer_start(argv);
}

static void open_plant(struct plant *t)
{
	const char *dir = test_tmpdir();
	char endpoint[64];

	*t = (struct plant){ .beat = 1 };
	t->slave = slave_start(endpoint);
	snprintf(t->socket, sizeof(t->socket), "%s/sock", dir);
	write_station(dir, endpoint);
	t->server = start_server(t, dir);
}

static void close_plant(struct plant *t)
{
	peer_stop(&t->server);
	peer_stop(&t->slave);
}

/* What `sightglass a b c` says; static in t. */
static const char *ask(struct plant *t, const char *a, const char *b, const char *c)
{
	const char *const argv[] = { t->program, "--socket", t->socket, a, b, c, NULL };
	struct peer p = peer_start(argv);
	size_t n = 0;
	ssize_t k;

	while ((k = read(p.out, t->said + n, sizeof(t->said) - 1 - n)) > 0)
		n += (size_t)k;
	t->said[n] = '\0';
	peer_stop(&p);
	return t->said;
}

static void set(struct plant *t, int address, long value)
{
	char text[60];

	snprintf(text, sizeof(text), "set holding %d %ld", address, value);
	slave_tell(&t->slave, text);
}

/* Until the tag is said to be so; runs: the PLC's program moves its heartbeat. */
static void until(struct plant *t, bool runs, const char *tag, const char *words)
{
	struct mono end = mono_add_ms(clock_mono(), LIMIT_MS);

	while (!strstr(ask(t, "get", tag, "--json"), words)) {
		if (mono_reached(clock_mono(), end))
			fail_msg("%s never was %s:\n%s", tag, words, t->said);
		if (runs)
			set(t, 0, ++t->beat);
		poll(NULL, 0, STEP_MS);
	}
}

static const char dead[] = "heartbeat", fine[] = "\"good\"";

static void PLC_24_registers_of_a_dead_program_are_not_believed(void **state)
{
	struct plant t;

	(void)state;
	open_plant(&t);
	until(&t, true, "p.level", fine);
	until(&t, false, "p.level", dead);
	assert_has(ask(&t, "get", "p.level", "--json"), "\"bad\"");
	assert_has(ask(&t, "get", "p.beat", "--json"), fine); /* reads go on */
	assert_has(ask(&t, "get", "system.plc.connected", "--json"), "true");
	assert_has(ask(&t, "get", "system.plc.heartbeat", "--json"), "false");
	assert_has(ask(&t, "alarms", "--json", NULL), "system.plc.heartbeat");
	set(&t, 100, 4711);
	until(&t, true, "p.level", fine);
	until(&t, true, "p.level", "4711");
	assert_has(ask(&t, "audit", "list", "--json"), "heartbeat lost");
	close_plant(&t);
}

static void PLC_21_a_restart_is_on_record(void **state)
{
	struct plant t;

	(void)state;
	open_plant(&t);
	set(&t, 1, 5000);
	until(&t, true, "p.up", "5000");
	until(&t, true, "p.level", fine);
	slave_tell(&t.slave, "down");
	until(&t, false, "p.level", "\"bad\"");
	set(&t, 1, 7);
	set(&t, 100, 0); /* its registers are at their defaults */
	slave_tell(&t.slave, "up");
	until(&t, true, "p.up", "\"value\":7,");
	until(&t, true, "p.level", fine);
	assert_has(ask(&t, "get", "system.plc.restarts", "--json"), "1");
	assert_has(ask(&t, "audit", "list", "--json"), "p.up went from 5000 to 7");
	assert_int_equal(slave_stat(&t.slave, "writes "), 0); /* nothing is put back */
	close_plant(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(PLC_24_registers_of_a_dead_program_are_not_believed),
		cmocka_unit_test(PLC_21_a_restart_is_on_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
