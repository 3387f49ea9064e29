/*
 * test_backtest.c - `sightglass backtest`, the real program over recordings whose alarms
 * are known: by hand, and by a few lines that judge a limit with a deadband themselves.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/script.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define BEGIN 1795348800LL /* 2026-11-22T12:00:00Z */

static char *dir; /* as long as the program runs */

static void put(const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", dir, name);

	test_write_file(path, text);
	free(path);
}

static int a_station(void **state)
{
	(void)state;
	dir = xstrdup(test_tmpdir());
	put("st/station.cfg", "station = { name = \"s\"; };\n"
			      "devices = \"devices.cfg\"; tags = \"tags.cfg\";\n"
			      "access = \"access.cfg\"; alarms = \"alarms.cfg\";\n");
	put("st/devices.cfg", "devices = ({ name = \"p\"; driver = \"modbus\";\n"
			      "  endpoint = \"tcp://127.0.0.1:1\"; });\n");
	put("st/access.cfg", "unlisted = \"view\"; roles = (); operators = ();\n");
	put("st/tags.cfg",
	    "tags = (\n"
	    " { name = \"a.level\"; device = \"p\"; address = \"hr:0\"; "
	    "type = \"double\";\n"
	    "   unit = \"m\"; decimals = 2; },\n"
	    " { name = \"a.run\"; device = \"p\"; address = \"co:0\"; "
	    "type = \"bool\"; },\n"
	    " { name = \"a.other\"; device = \"p\"; address = \"hr:4\"; "
	    "type = \"double\"; },\n"
	    " { name = \"a.twice\"; expression = \"a.level * 2\"; },\n"
	    " { name = \"a.more\"; expression = \"a.other + 1\"; },\n"
	    " { name = \"a.deep\"; expression = \"a.more + a.level\"; });\n");
	put("st/alarms.cfg",
	    "alarms = (\n"
	    " { name = \"a.level.hi\"; type = \"high\"; tag = \"a.level\"; limit = 5.0;\n"
	    "   deadband = 1.0; priority = \"medium\"; message = \"Level high\"; },\n"
	    " { name = \"a.twice.hi\"; type = \"high\"; tag = \"a.twice\"; limit = "
	    "11.0;\n"
	    "   on_delay_s = 10; priority = \"low\"; message = \"Twice high\"; },\n"
	    " { name = \"a.stopped\"; type = \"state\"; tag = \"a.run\"; state = false;\n"
	    "   priority = \"high\"; message = \"Stopped\"; consequence = \"c\";\n"
	    "   action = \"a\"; },\n"
	    " { name = \"a.other.lo\"; type = \"low\"; tag = \"a.other\"; limit = 1;\n"
	    "   priority = \"low\"; message = \"Other low\"; },\n"
	    " { name = \"a.other.bad\"; type = \"bad_quality\"; tag = \"a.other\";\n"
	    "   priority = \"low\"; message = \"Other bad\"; },\n"
	    " { name = \"a.deep.hi\"; type = \"high\"; tag = \"a.deep\"; limit = 1;\n"
	    "   priority = \"low\"; message = \"Deep high\"; },\n"
	    " { name = \"a.sum.hi\"; type = \"expression\"; area = \"a\";\n"
	    "   expression = \"if_bad(a.other, 9) + a.level > 3\";\n"
	    "   priority = \"low\"; message = \"Sum high\"; },\n"
	    " { name = \"a.full\"; type = \"high\"; tag = \"system.disk_free_mb\"; limit "
	    "= 90;\n"
	    "   priority = \"low\"; message = \"Full\"; });\n");
	return 0;
}

static char *backtest(const char *data, const char *options)
{
	char *text = xasprintf("TZ=UTC sightglass backtest --station %s/st/station.cfg "
			       "--data %s/%s %s; echo \"exit $?\"",
			       dir, dir, data, options);
	char *out = script_run(text);

	free(text);
	return out;
}

/* A row each second. */
static void put_levels(const char *name, const double *level, size_t n)
{
	struct strbuf csv;

	strbuf_init(&csv, 16 << 20);
	strbuf_adds(&csv, "time,a.level\n");
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&csv, "%lld,%.3f\n", BEGIN + (long long)i, level[i]);
	put(name, csv.buf);
	strbuf_release(&csv);
}

/* --- by hand ----------------------------------------------------------------------- */

static void the_journal_is_that_of_the_server_under_the_recorded_clock(void **state)
{
	char *out;

	(void)state;
	put("hand.csv",
	    "time,a.level,a.run,nobody\n"
	    "2026-11-22T12:00:00Z,4.9,1,x\n"
	    "2026-11-22T12:00:10Z,5.6,,x\n"  /* comes; twice 11.2: delay runs */
	    "2026-11-22T12:00:15Z,bad,,x\n"  /* held: the delay is over */
	    "2026-11-22T12:00:30Z,5.7,,x\n"  /* delay anew, due at :40 */
	    "2026-11-22T12:05:00Z,4.1,0,x\n" /* within the deadband */
	    "2026-11-22T12:06:00Z,3.9,1,x\n");
	out = backtest("hand.csv", "");
	assert_has(out,
		   "  2026-11-22 12:00:10.000 +0000  medium    came         a.level.hi  "
		   "5.6 m (limit 5)  Level high\n"
		   "  2026-11-22 12:00:15.000 +0000  medium    source bad   a.level.hi");
	assert_has(out,
		   "  2026-11-22 12:00:40.000 +0000  low       came         "
		   "a.twice.hi  11.4 (limit 11)  Twice high\n"
		   "  2026-11-22 12:05:00.000 +0000  high      came         a.stopped "
		   " 0  Stopped\n");
	assert_has(out, "  2026-11-22 12:06:00.000 +0000  medium    cleared      "
			"a.level.hi  3.9 m (limit 5)  Level high\n");
	assert_has(out, "a.level.hi     1   0:05:50  0:05:50\n");
	assert_has(out, "a.stopped      1   0:01:00  0:01:00\n");
	assert_has(out, "no tag of a device:\n  nobody\n");
	assert_has(out, "nothing of these tags:\n  a.other.lo (a.other), a.other.bad (");
	assert_has(out, "a.deep.hi");
	assert_has(out, "a.sum.hi");
	assert_has(out, "(system.disk_free_mb)");
	assert_has(out, "alarms of the server's own (system.*)");
	assert_null(strstr(out, "Sum high"));  /* if_bad() would have let it come */
	assert_null(strstr(out, "Other bad")); /* it is not judged, so it does not come */
	assert_has(out,
		   "6 rows from 2026-11-22 12:00:00.000 +0000 to 2026-11-22 12:06:00");
	assert_has(out, "exit 0");
	free(out);
}

static void a_period_begins_in_the_state_that_was(void **state)
{
	char *out = backtest("hand.csv",
			     "--from '2026-11-22 12:01' --to 2026-11-22T12:06:00Z");

	(void)state;
	assert_has(out, ": 1 row from");
	assert_null(strstr(out, "Level high"));
	assert_has(out, "a.level.hi     0   0:05:00  0:05:00\n");
	free(out);
}

static void a_change_is_compared_with_what_is(void **state)
{
	char *out = backtest("hand.csv", "--change alarm.a.level.hi.deadband=0.5,"
					 "alarm.a.twice.hi.on_delay_s=300");

	(void)state;
	assert_has(out,
		   "+ 2026-11-22 12:05:00.000 +0000  medium    cleared      a.level.hi");
	assert_has(out,
		   "- 2026-11-22 12:06:00.000 +0000  medium    cleared      a.level.hi");
	assert_has(out,
		   "- 2026-11-22 12:00:40.000 +0000  low       came         a.twice.hi");
	assert_has(out,
		   "  2026-11-22 12:00:10.000 +0000  medium    came         a.level.hi");
	assert_has(out,
		   "a.level.hi     1   0:05:50  0:05:50        1   0:04:50  0:04:50\n");
	assert_has(out, "deadband of a.level.hi: 0.5\n");
	free(out);
}

/* Three alarms in the six minutes and a millisecond of the recording; with the longer
 * delay two. Nobody acts, so nothing is said of people. */
static void AM_11_the_figures_are_those_of_a_report(void **state)
{
	char *out = backtest("hand.csv", "--no-journal --json --change "
					 "alarm.a.twice.hi.on_delay_s=300");

	(void)state;
	assert_has(out, "{\"kind\":\"figure\",\"id\":\"annunciated\",\"unit\":null,"
			"\"before\":3.0,\"verdict\":null,\"after\":2.0,"
			"\"verdict_after\":null}\n");
	assert_has(out, "\"id\":\"max_10min\",\"unit\":null,\"before\":3.0,"
			"\"verdict\":\"ok\",\"after\":2.0,\"verdict_after\":\"ok\"}\n");
	assert_null(strstr(out, "ack_mean"));
	assert_has(out, "{\"kind\":\"period\",\"from\":\"2026-11-22T12:00:00.000Z\","
			"\"to\":\"2026-11-22T12:06:00.000Z\",\"rows\":6,\"not_judged\":"
			"[{\"alarm\":\"a.other.lo\",\"missing\":[\"a.other\"]},");
	assert_has(out, "\"not_judged_system\":7,\"not_a_tag\":[\"nobody\"]}");
	free(out);
	out = backtest("hand.csv", "--json");
	assert_has(out, "{\"kind\":\"journal\",\"in\":\"both\",\"time\":"
			"\"2026-11-22T12:05:00.000Z\",\"alarm\":\"a.stopped\","
			"\"event\":\"came\",\"from\":\"normal\",\"to\":"
			"\"unacknowledged\",\"priority\":\"high\",\"value\":0.0,"
			"\"limit\":null,\"unit\":null,\"message\":\"Stopped\"}\n");
	free(out);
	out = backtest("hand.csv", "--no-journal");
	assert_has(out, "figure                        ");
	assert_has(out, "Most in any 10 min            ");
	assert_has(out, "at most 10");
	free(out);
}

static void what_is_asked_wrongly_is_told_with_what_to_do(void **state)
{
	static const char *const row[][3] = {
		{ "hand.csv", "--change alarm.a.levle.hi.limit=4",
		  "there is no alarm \"a.levle.hi\" (did you mean \"a.level.hi\"?)" },
		{ "hand.csv", "--change a.level.hi.limit=4",
		  "write \"alarm.NAME.SETTING=VALUE\"" },
		{ "hand.csv", "--change alarm.a.level.hi.limti=4", "limti" },
		{ "hand.csv", "--change alarm.a.level.hi.deadband=-1", "deadband" },
		{ "hand.csv", "--from yesterday", "--from \"yesterday\" is no time" },
		{ "hand.csv", "--from 2027-01-01", "no row lies in the period" },
		{ "none.csv", "", "none.csv: error: No such file" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *out = backtest(row[i][0], row[i][1]);
		assert_has(out, row[i][2]);
		assert_null(strstr(out, "exit 0"));
		free(out);
	}
}

static void mistakes_in_a_recording_have_a_line_and_fail_the_run(void **state)
{
	char *out;

	(void)state;
	put("wrong.csv", "time,a.level,a.run\n"
			 "2026-11-22T12:00:00Z,1,maybe\n"
			 "2026-11-22T11:00:00Z,1,1\n"
			 "noon,1,1\n"
			 "2026-11-22T12:00:01Z,1\n"
			 "2026-11-22T12:00:02Z,1.5x,1\n");
	out = backtest("wrong.csv", "");
	assert_has(out,
		   "wrong.csv:2:24: error: \"maybe\" is no value of a.run, which is of "
		   "type bool");
	assert_has(out, "wrong.csv:3:1: error: \"2026-11-22T11:00:00Z\" lies before");
	assert_has(out, "wrong.csv:4:1: error: \"noon\" is no time");
	assert_has(out, "wrong.csv:5:1: error: the row has 2 cells");
	assert_has(out, "wrong.csv:6:22: error: \"1.5x\" is no value of a.level");
	assert_has(out, "exit 1");
	free(out);
}

/* --- against a few lines of our own ------------------------------------------------ */

enum { SECONDS = 400000 }; /* some 7 MB: more than one piece of the file */

static uint64_t seed = 2026;

static double wander(double level)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	level += (double)(seed >> 40) / (1 << 24) - 0.5;
	level = level < 0 ? 0 : level > 10 ? 10 : level;
	return round(level * 1000) / 1000;
}

#define COMPARED "--change alarm.a.twice.hi.on_delay_s=0 --json "

/* How often the alarm did that, as the program tells; static storage. */
static const char *asked(const char *event)
{
	static char kept[64];
	char *options = xasprintf(
		COMPARED "| grep -c '\"alarm\":\"a.level.hi\",\"event\":\"%s\"'", event);
	char *out = backtest("long.csv", options);

	snprintf(kept, sizeof(kept), "%s", out);
	free(options);
	free(out);
	return kept;
}

static void a_long_recording_has_the_alarms_that_its_values_say(void **state)
{
	double *level = xcalloc(SECONDS, sizeof(*level));
	size_t came = 0, cleared = 0;
	bool on = false;
	char *out, *again;

	(void)state;
	level[0] = 3;
	for (size_t i = 1; i < SECONDS; i++)
		level[i] = wander(level[i - 1]);
	put_levels("long.csv", level, SECONDS);
	for (size_t i = 0; i < SECONDS; i++) {
		bool was = on;

		on = level[i] >= (on ? 4.0 : 5.0);
		came += on && !was;
		cleared += was && !on;
	}
	free(level);
	assert_true(came > 1000);
	out = xasprintf("%zu\nexit 0\n", came);
	assert_string_equal(asked("came"), out);
	free(out);
	out = xasprintf("%zu\nexit 0\n", cleared);
	assert_string_equal(asked("cleared"), out);
	free(out);
	out = backtest("long.csv", COMPARED "| sha256sum");
	again = backtest("long.csv", COMPARED "| sha256sum");
	assert_string_equal(out, again);
	free(out);
	free(again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_journal_is_that_of_the_server_under_the_recorded_clock),
		cmocka_unit_test(a_period_begins_in_the_state_that_was),
		cmocka_unit_test(a_change_is_compared_with_what_is),
		cmocka_unit_test(AM_11_the_figures_are_those_of_a_report),
		cmocka_unit_test(what_is_asked_wrongly_is_told_with_what_to_do),
		cmocka_unit_test(mistakes_in_a_recording_have_a_line_and_fail_the_run),
		cmocka_unit_test(a_long_recording_has_the_alarms_that_its_values_say),
	};

	return cmocka_run_group_tests(tests, a_station, NULL);
}
