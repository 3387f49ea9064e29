/*
 * test_trend.c - the past of a tag through the real server: kept from its start for what
 * a screen shows, for others from the first asking on, and lost with the server.
 */
#include "support/test.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "own_station.h"

enum { SOON_MS = 10000 };

static struct own_station station;

static int open_station(void **state)
{
	char path[300];

	(void)state;
	own_station_make(&station);
	snprintf(path, sizeof(path), "%s/screens", station.dir);
	mkdir(path, 0755);
	own_station_put(&station, "sightglass.cfg",
			"station = { name = \"trends\"; };\ndevices = \"devices.cfg\";\n"
			"tags = \"tags.cfg\";\nalarms = \"alarms.cfg\";\naccess = "
			"\"access.cfg\";\nscreens = \"screens\";\n");
	own_station_put(
		&station, "tags.cfg",
		"tags = ( { name = \"calc.two\"; expression = "
		"\"system.sessions * 0 + 2.5\"; range = ( 0, 10 ); decimals = 1; }, "
		"{ name = \"calc.three\"; expression = \"calc.two + 0.5\"; range = "
		"( 0, 10 ); } );\n");
	own_station_put(
		&station, "screens/overview.cfg",
		"screen = { id = \"overview\"; title = \"T\"; level = 1; size = [ "
		"40, 6 ]; picture = \"\n\n\"; zones = \"\n"
		"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n\"; widgets = { T = { "
		"type = \"trend\"; pens = \"calc.two\"; span = \"1m\"; }; }; };\n");
	own_station_start(&station, NULL);
	return 0;
}

static int close_station(void **state)
{
	(void)state;
	own_station_stop(&station);
	return 0;
}

/* The last line of what was printed, as JSON; owned. */
static json_t *last_line(const char *text)
{
	const char *at = text + strlen(text);
	json_t *v;

	while (at > text && at[-1] == '\n')
		at--;
	while (at > text && at[-1] != '\n')
		at--;
	v = json_loads(at, JSON_DISABLE_EOF_CHECK, NULL);
	assert_non_null(v);
	return v;
}

static char out[65536];

static void HM_06_the_server_keeps_what_a_screen_shows(void **state)
{
	json_t *v;

	(void)state;
	/* in its first second nothing was known yet, then it was good */
	DEMO_UNTIL(&station.as, "\"quality\":\"good\"", SOON_MS, "trend", "--json",
		   "--span", "3s", "--points", "3", "calc.two");
	DEMO_RUN(&station.as, out, "trend", "--json", "--span", "3s", "--points", "3",
		 "calc.two");
	v = last_line(out);
	assert_double(json_real_value(json_object_get(v, "min")), 2.5, 0);
	assert_double(json_real_value(json_object_get(v, "max")), 2.5, 0);
	assert_string_equal(json_string_value(json_object_get(v, "quality")), "good");
	assert_int_equal(json_integer_value(json_object_get(v, "seconds")), 1);
	json_decref(v);
	/* an hour ago there was no server */
	DEMO_RUN(&station.as, out, "trend", "--csv", "--span", "1h", "calc.two");
	assert_has(out, "from,min,max,last,samples,quality\r\n");
	assert_has(out, ",,,,0,not recorded\r\n");
	assert_int_equal(DEMO_RUN(&station.as, out, "trend", "calc.two"), 0);
	assert_has(out, "samples  quality");
}

static void HM_06_whoever_renders_the_screen_sees_it(void **state)
{
	(void)state;
	/* where the server began, not a minute ago */
	DEMO_UNTIL(&station.as, "R", SOON_MS, "render", "overview", "--tier", "ascii");
	assert_int_equal(
		DEMO_RUN(&station.as, out, "render", "overview", "--tier", "ascii"), 0);
	assert_null(strstr(out, "no past yet"));
	assert_has(out, "calc.two 2.5");
}

static void others_are_kept_from_the_first_asking_on(void **state)
{
	(void)state;
	assert_int_equal(DEMO_RUN(&station.as, out, "trend", "--json", "--span", "2s",
				  "--points", "2", "calc.three"),
			 0);
	assert_has(out, "not recorded");
	DEMO_UNTIL(&station.as, "\"last\":3", SOON_MS, "trend", "--json", "--span", "2s",
		   "--points", "2", "calc.three");
	DEMO_RUN(&station.as, out, "status");
	assert_has(out, "trends kept");
}

static void mistakes_are_explained(void **state)
{
	(void)state;
	assert_int_equal(DEMO_RUN(&station.as, out, "trend", "calc.tow"), 1);
	assert_has(out,
		   "there is no tag named \"calc.tow\" (did you mean \"calc.two\"?)");
	assert_int_equal(DEMO_RUN(&station.as, out, "trend", "calc.two", "--span", "9y"),
			 2);
	assert_has(out, "1s to 25h");
	assert_int_equal(DEMO_RUN(&station.as, out, "trend", "calc.two", "--points", "0"),
			 2);
	assert_has(out, "1 to 1500");
}

static void PR_04_a_restart_begins_anew_and_says_so(void **state)
{
	json_t *v;

	(void)state;
	assert_int_equal(own_station_stop(&station), 0);
	own_station_start(&station, NULL);
	DEMO_UNTIL(&station.as, "\"last\":2.5", SOON_MS, "trend", "--json", "--span",
		   "3s", "--points", "3", "calc.two");
	DEMO_RUN(&station.as, out, "trend", "--json", "--span", "70m", "--points", "70",
		 "calc.two");
	*strchr(out, '\n') = '\0'; /* the oldest */
	v = last_line(out);
	assert_string_equal(json_string_value(json_object_get(v, "quality")),
			    "not recorded");
	json_decref(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_06_the_server_keeps_what_a_screen_shows),
		cmocka_unit_test(HM_06_whoever_renders_the_screen_sees_it),
		cmocka_unit_test(others_are_kept_from_the_first_asking_on),
		cmocka_unit_test(mistakes_are_explained),
		cmocka_unit_test(PR_04_a_restart_begins_anew_and_says_so),
	};

	return cmocka_run_group_tests(tests, open_station, close_station);
}
