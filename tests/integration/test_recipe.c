/*
 * test_recipe.c - change sets against the running demonstration: recipes saved, compared,
 * applied; a device that stops answering in the middle; a server killed in the middle;
 * and a setpoint that another program changes at the PLC.
 */
#include "support/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "script.h"
#include "station_rig.h"

enum { SOON_MS = 30000 };

static const char *path_of(const char *name)
{
	static char path[4][400];
	static unsigned at;
	char *p = path[at++ % 4];

	snprintf(p, sizeof(path[0]), "%s/%s", test_tmpdir(), name);
	return p;
}

static const char *file(const char *name, const char *text)
{
	const char *path = path_of(name);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	return path;
}

#define HEAD "recipe = { name = \"test\"; };\nchanges = (\n"

static void the_station_offers_its_recipes(void **state)
{
	(void)state;
	const char *list = STATION_SAY(demo, 0, "recipe", "list");
	assert_has(list, "night");
	assert_has(list, "day");
	assert_has(list, "recipes/night.cfg");
}

static void mistakes_are_said_with_file_and_line(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "recipe = {\n", "bad.cfg:" },
		{ "changes = ( { tag = \"a\"; value = 1; } );\n",
		  "bad.cfg:1: a recipe needs recipe" },
		{ HEAD "{ tag = \"a.b\"; valeu = 1; } );\n", "bad.cfg:2:" },
		{ HEAD
		  "{ tag = \"a.b\"; value = 1; },\n{ tag = \"a.b\"; value = 2; } );\n",
		  "a.b is in this recipe twice; the first stands in line 3" },
		{ HEAD ");\n", "a recipe has 1 to 100 changes, this one has 0" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *path = file("bad.cfg", rows[i].text);
		const char *said =
			STATION_SAY(demo, 1, "recipe", "check", path, "--offline");

		assert_has(said, "bad.cfg:");
		if (i != 1 && i != 2)
			assert_has(said, rows[i].says);
	}
}

static void what_the_plant_has_against_it_is_said_with_file_and_line(void **state)
{
	const char *path =
		file("against.cfg", HEAD
		     "{ tag = \"no.such\"; value = 1.0; },\n"
		     "{ tag = \"network.pressure_sp\"; value = 9.0; },\n"
		     "{ tag = \"intake.t101.level\"; value = 3.0; },\n"
		     "{ tag = \"filter.f1.head_loss_sp\"; value = 1.7; unit = \"bar\"; } "
		     ");\n");

	(void)state;
	const char *said = STATION_SAY(demo, 1, "recipe", "check", path);
	assert_has(said, "against.cfg:3: no.such: there is no tag named \"no.such\"");
	assert_has(said, "against.cfg:4: network.pressure_sp: 9 bar is above the limit");
	assert_has(said, "against.cfg:5: intake.t101.level: intake.t101.level cannot be "
			 "written");
	assert_has(said, "against.cfg:6: filter.f1.head_loss_sp: the file says \"bar\", "
			 "the plant has \"m\"");
	STATION_SAY(demo, 1, "recipe", "apply", path, "--yes");
	assert_has(STATION_SAY(demo, 0, "audit", "list"), "sign-in");
}

/* The reason is said at the signature: looking asks for none. */
static void a_recipe_with_what_takes_a_reason_can_be_looked_at(void **state)
{
	const char *path = file("chlorine.cfg",
				HEAD "{ tag = \"dosing.cl2_sp\"; value = 0.7; } );\n");

	(void)state;
	STATION_SAY(demo, 0, "recipe", "check", path);
	assert_has(STATION_SAY(demo, 1, "recipe", "apply", path, "--yes"),
		   "not written without a reason");
	/* and a second person, whom nobody is asked for here */
	assert_has(STATION_SAY(demo, 1, "recipe", "apply", path, "--yes", "--reason",
			       "residual is low"),
		   "second person");
}

static void WR_30_a_recipe_is_saved_compared_and_applied(void **state)
{
	const char *saved = path_of("saved.cfg");
	const char *night =
		file("night.cfg", HEAD
		     "{ tag = \"network.pressure_sp\"; value = 3.9; unit = \"bar\"; },\n"
		     "{ tag = \"intake.v101.position_sp\"; value = 70.0; unit = \"%\"; } "
		     ");\n");

	(void)state;
	assert_has(STATION_SAY(demo, 0, "recipe", "save", saved, "network.pressure_sp",
			       "intake.v101.position_sp", "--description", "as it was"),
		   "2 values saved");
	assert_has(STATION_SAY(demo, 1, "recipe", "save", saved, "network.pressure_sp"),
		   "is there already: give --force");
	assert_has(STATION_SAY(demo, 0, "recipe", "compare", saved), "2 of 2 as in");
	assert_has(STATION_SAY(demo, 5, "recipe", "compare", night), "differs");
	const char *done = STATION_SAY(demo, 0, "recipe", "apply", night, "--yes",
				       "--reason", "less demand");
	assert_has(done, "line 1 of 2: network.pressure_sp 4.20");
	assert_has(done, "2 of 2 done");
	DEMO_UNTIL(demo, "2 of 2 as in", SOON_MS, "recipe", "compare", night);
	assert_has(STATION_SAY(demo, 0, "recipe", "apply", night, "--yes"),
		   "nothing to do");
	assert_has(STATION_SAY(demo, 0, "recipe", "status"), "2 of 2 done");
	const char *record = STATION_SAY(demo, 0, "audit", "list");
	assert_has(station_line(record, "  changes  "), "signed");
	assert_has(station_line(record, "  changes-end"), "2 of 2 done");
	assert_has(station_line(record, "line 2 of 2: plc1 accepted 70.0 %"),
		   "reason: less demand");
	STATION_SAY(demo, 0, "recipe", "apply", saved, "--yes");
	assert_has(STATION_SAY(demo, 0, "audit", "verify"), "good");
}

static void WR_30_a_device_that_falls_silent_stops_the_set(void **state)
{
	const char *path =
		file("silent.cfg",
		     HEAD "{ tag = \"network.pressure_sp\"; value = 4.0; },\n"
			  "{ tag = \"intake.v101.position_sp\"; value = 75.0; },\n"
			  "{ tag = \"reservoir.v301.position_sp\"; value = 90.0; } );\n");
	char out[STATION_OUT];

	(void)state;
	/* fresh values still, when it is signed: the driver learns of it at the write */
	station_fault(demo, "plc1", "silent", NULL);
	int code = DEMO_RUN(demo, out, "recipe", "apply", path, "--yes");
	assert_true(code == 4 || code == 1);
	if (code == 4) {
		assert_has(out, "1 of 3 done, 1 not sent, 1 unknown");
		assert_has(STATION_SAY(demo, 0, "in-doubt"), "intake.v101.position_sp");
	}
	station_fault(demo, "clear", NULL, NULL);
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "intake.v101.position_sp");
	/* in any case: what is behind the line was never written */
	assert_double(demo_number(demo, "reservoir.v301.position_sp"), 100, 0.01);
}

static bool has(const char *path, const char *text)
{
	char buf[4096] = "";
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(buf, 1, sizeof(buf) - 1, f) : 0;

	if (f)
		fclose(f);
	buf[n] = '\0';
	return strstr(buf, text) != NULL;
}

/* The line in hand waits for a device that says nothing: then the server is killed. */
static void WR_19_WR_30_a_killed_server_knows_what_it_never_began(void **state)
{
	const char *path = file("killed.cfg", HEAD
				"{ tag = \"network.pressure_sp\"; value = 4.1; },\n"
				"{ tag = \"intake.v101.position_sp\"; value = 65.0; },\n"
				"{ tag = \"reservoir.v301.position_sp\"; value = 80.0; } "
				");\n");
	const char *out = path_of("killed.out");
	const char *const args[] = { "recipe", "apply", path, "--yes", NULL };
	int64_t end = station_ms() + SOON_MS;
	pid_t server = demo_find_process(demo, "sightglassd");

	(void)state;
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json", "intake.v101.position_sp");
	station_fault(demo, "plc1", "silent", NULL);
	demo_launch(demo, out, args);
	while (!has(out, "line 2 of 3: intake.v101.position_sp") && station_ms() < end)
		station_pause();
	assert_true(has(out, "65.0 %: writing"));
	assert_int_equal(kill(server, SIGKILL), 0);
	demo_wait_process(demo, "sightglassd", server);
	station_fault(demo, "clear", NULL, NULL);
	DEMO_UNTIL(demo, "1 of 3 done, 1 not sent, 1 unknown", SOON_MS, "recipe",
		   "status");
	assert_has(STATION_SAY(demo, 0, "in-doubt"), "intake.v101.position_sp");
	assert_has(station_line(STATION_SAY(demo, 0, "audit", "list"), "  changes-end"),
		   "stopped (restart)");
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json",
		   "reservoir.v301.position_sp");
	assert_double(demo_number(demo, "reservoir.v301.position_sp"), 100, 0.01);
	assert_has(STATION_SAY(demo, 0, "audit", "verify"), "good");
}

static void WR_31_another_program_at_the_plc_is_noticed(void **state)
{
	char command[600];

	(void)state;
	DEMO_UNTIL(demo, "\"good\"", SOON_MS, "get", "--json",
		   "reservoir.v301.position_sp");
	snprintf(command, sizeof(command),
		 "p=$(sed -n 's/.*127.0.0.1:\\([0-9]*\\)\"; unit = 2.*/\\1/p' "
		 "%s/config/devices.cfg | head -1); sleep 4; "
		 "mbpoll -0 -1 -q -m tcp -p $p -a 2 -t 4 -r 0 127.0.0.1 930",
		 demo->dir);
	char *said = script_run(command);
	assert_has(said, "Written 1 references");
	free(said);
	DEMO_UNTIL(demo, "  outside ", SOON_MS, "audit", "list");
	const char *line =
		station_line(STATION_SAY(demo, 0, "audit", "list"), "  outside ");
	assert_has(line, "reservoir.v301.position_sp");
	assert_has(line, "93 %");
	assert_has(line, "was changed outside Sightglass");
}

static void WR_31_our_own_writes_are_not(void **state)
{
	const char *path =
		file("own.cfg", HEAD "{ tag = \"filter.f2.head_loss_sp\"; value = 1.9; } "
				     ");\n");

	(void)state;
	STATION_SAY(demo, 0, "recipe", "apply", path, "--yes");
	DEMO_UNTIL(demo, "1 of 1 as in", SOON_MS, "recipe", "compare", path);
	/* longer than it would take to be told */
	for (int64_t end = station_ms() + 5000; station_ms() < end;)
		station_pause();
	assert_string_equal(station_line(STATION_SAY(demo, 0, "audit", "list"),
					 "filter.f2.head_loss_sp was changed outside"),
			    "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_station_offers_its_recipes),
		cmocka_unit_test(mistakes_are_said_with_file_and_line),
		cmocka_unit_test(
			what_the_plant_has_against_it_is_said_with_file_and_line),
		cmocka_unit_test(a_recipe_with_what_takes_a_reason_can_be_looked_at),
		cmocka_unit_test(WR_30_a_recipe_is_saved_compared_and_applied),
		cmocka_unit_test(WR_30_a_device_that_falls_silent_stops_the_set),
		cmocka_unit_test(WR_19_WR_30_a_killed_server_knows_what_it_never_began),
		cmocka_unit_test(WR_31_another_program_at_the_plc_is_noticed),
		cmocka_unit_test(WR_31_our_own_writes_are_not),
	};

	return cmocka_run_group_tests(tests, station_open, station_close);
}
