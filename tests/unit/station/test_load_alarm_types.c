/* test_load_alarm_types.c - what the loader takes and refuses of alarm types that have
 * settings of their own or a second tag. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "files.h"
#include "station/def.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define ALARM(text)                                                                      \
	"alarms = ( { name = \"a.al\"; priority = \"low\"; message = \"m\"; " text " } " \
	");"

/* Every file but the one with the alarms. */
static const struct {
	const char *name, *text;
} rest[] = {
	{ "s.cfg", "station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		   "tags = \"tags.cfg\";\nalarms = \"alarms.cfg\";\n"
		   "access = \"access.cfg\";\n" },
	{ "devices.cfg", "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n" },
	{ "tags.cfg",
	  "tags = ( { name = \"a.level\"; device = \"plc\"; address = "
	  "\"input:0:float32\"; unit = \"m\"; },\n { name = \"a.top\"; device = "
	  "\"plc\"; address = \"input:2:float32\"; unit = \"cm\"; },\n { name = "
	  "\"a.run\"; device = \"plc\"; address = \"discrete:0\"; } );\n" },
	{ "access.cfg", "operators = ();\nroles = ();\n" },
};

/* Loads the station with these alarms; lines gets what was said. */
static struct station_def *load(const char *alarms, struct strbuf *lines)
{
	char *dir = xstrdup(test_tmpdir());
	struct station_def *d;

	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		files_put(dir, rest[i].name, rest[i].text);
	files_put(dir, "alarms.cfg", alarms);
	d = files_load(dir, lines);
	free(dir);
	return d;
}

/* What the types with settings of their own and a second tag are told. */
static void AM_08_each_alarm_type_says_what_it_misses(void **state)
{
	static const struct {
		const char *alarm, *want;
	} row[] = {
		{ ALARM("type = \"high\"; tag = \"a.level\"; limit = \"a.tpo\";"),
		  "limit of alarm \"a.al\" names the unknown tag \"a.tpo\" (did you mean "
		  "\"a.top\"?)" },
		{ ALARM("type = \"high\"; tag = \"a.level\"; limit = \"a.level\";"),
		  "limit of alarm \"a.al\" is the tag it watches" },
		{ ALARM("type = \"high\"; tag = \"a.level\"; limit = \"a.run\";"),
		  "limit of alarm \"a.al\" is the tag \"a.run\", which is bool; it must "
		  "be a number" },
		{ ALARM("type = \"high\"; tag = \"a.level\"; limit = \"a.top\";"),
		  "warning: limit of alarm \"a.al\" is in \"cm\", but \"a.level\" is in "
		  "\"m\"" },
		{ ALARM("type = \"high\"; tag = \"a.level\"; limit = true;"),
		  "limit of alarm \"a.al\" must be a number or the name of a tag" },
		{ ALARM("type = \"high\"; tag = \"a.level\"; limit = 3; limit_max = 5;"),
		  "limit_min and limit_max are for a limit that is a tag" },
		{ ALARM("type = \"deviation\"; tag = \"a.level\"; setpoint = 4;"),
		  "say how far from the setpoint is too far: plus, minus or both" },
		{ ALARM("type = \"deviation\"; tag = \"a.level\"; plus = 1;"),
		  "alarm \"a.al\" of type deviation has no setpoint; add it" },
		{ ALARM("type = \"deviation\"; tag = \"a.level\"; plus = 0; setpoint = "
			"1;"),
		  "plus of alarm \"a.al\" is 0; it must be above 0" },
		{ ALARM("type = \"deviation\"; tag = \"a.run\"; plus = 1; setpoint = 1;"),
		  "alarm \"a.al\" of type deviation watches \"a.run\", which is bool; it "
		  "judges numbers only" },
		{ ALARM("type = \"rate\"; tag = \"a.level\"; limit = 1; window_s = 60;"),
		  "alarm \"a.al\" of type rate has no per; add it" },
		{ ALARM("type = \"rate\"; tag = \"a.level\"; limit = \"a.top\"; per = "
			"\"s\"; window_s = 60;"),
		  "limit of alarm \"a.al\" must be a number" },
		{ ALARM("type = \"rate\"; tag = \"a.level\"; limit = 1; per = \"day\"; "
			"window_s = 60;"),
		  "per of alarm \"a.al\" is \"day\"; it can be s, min, h" },
		{ ALARM("type = \"mismatch\"; tag = \"a.run\"; command = \"a.runn\"; "
			"travel_s = 5;"),
		  "command of alarm \"a.al\" names the unknown tag \"a.runn\" (did you "
		  "mean \"a.run\"?)" },
		{ ALARM("type = \"mismatch\"; tag = \"a.run\"; command = \"a.level\"; "
			"travel_s = 5;"),
		  "alarm \"a.al\" of type mismatch compares states, but \"a.level\" is "
		  "double; for measurements use type deviation" },
		{ ALARM("type = \"frozen\"; tag = \"a.level\";"),
		  "alarm \"a.al\" of type frozen has no after_s; add it" },
		{ ALARM("type = \"stale\"; tag = \"a.level\"; after_s = 5; limit = 3;"),
		  "alarm \"a.al\" of type stale does not use limit; remove it" },
		{ ALARM("type = \"stale\"; tag = \"a.level\"; after_s = 5; times = 3;"),
		  "alarm \"a.al\" has times without within_s; it counts with both" },
		{ ALARM("type = \"count\"; tag = \"a.level\"; times = 3; within_s = 60;"),
		  "alarm \"a.al\" of type count watches \"a.level\", which is double; "
		  "only "
		  "true/false tags have a state" },
		{ ALARM("type = \"count\"; tag = \"a.run\"; times = 3;"),
		  "alarm \"a.al\" of type count has no within_s; add it" },
		{ ALARM("type = \"high\"; tag = \"a.level\"; limit = 3; times = 3;"),
		  "alarm \"a.al\" has times without within_s; it counts with both" },
		{ ALARM("type = \"statistical\"; tag = \"a.level\"; sigmas = 3; window_s "
			"= "
			"60; min_samples = 5;"),
		  "min_samples of alarm \"a.al\" is 5; allowed is 8 to 64" },
	};

	struct strbuf lines = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		station_def_free(load(row[i].alarm, &lines));
		assert_has(lines.buf, row[i].want);
	}
	strbuf_release(&lines);
}

static void AM_08_settings_of_a_type_reach_its_alarm(void **state)
{
	static const char text[] =
		"alarms = ( { name = \"a.al\"; priority = \"low\"; message = "
		"\"m\"; type = \"rate\"; tag = \"a.level\"; limit = 2; per = "
		"\"min\"; window_s = 60; direction = \"down\"; deadband = 0.5; "
		"times = 2; within_s = 600; }, { name = \"a.hi\"; priority = "
		"\"low\"; message = \"m\"; type = \"high\"; tag = \"a.level\"; "
		"limit = \"a.top\"; limit_min = 1; limit_max = 9; } );\n";
	struct strbuf lines = STRBUF_INIT;
	struct station_def *d = load(text, &lines);
	const struct alarm_def *a = &d->alarms[station_def_alarm(d, "a.al")];
	const struct alarm_def *high = &d->alarms[station_def_alarm(d, "a.hi")];

	(void)state;
	assert_int_equal(a->more->per_ms, 60000);
	assert_int_equal(a->more->window_ms, 60000);
	assert_int_equal(a->more->direction, ALARM_DOWN);
	assert_int_equal(a->more->times, 2);
	assert_int_equal(a->more->within_ms, 600000);
	assert_double(a->limit, 2, 0);
	assert_double(a->deadband, 0.5, 0);
	assert_string_equal(high->more->second, "a.top");
	assert_double(high->more->limit_min, 1, 0);
	assert_double(high->more->limit_max, 9, 0);
	station_def_free(d);
	strbuf_release(&lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_08_each_alarm_type_says_what_it_misses),
		cmocka_unit_test(AM_08_settings_of_a_type_reach_its_alarm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
