/* test_load_alarm_life.c - how alarms live as their files say: classes, areas, groups,
 * suppression by design and messages with values. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "station/def.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define HIGH(name, more)                                                                 \
	"{ name = \"" name "\"; type = \"high\"; tag = \"a.level\"; limit = 5; message " \
	"= \"m\"; action = \"a\"; consequence = \"c\"; " more " }"

/* Every file but the one with the alarms. */
static const struct {
	const char *name, *text;
} rest[] = {
	{ "s.cfg", "station = { name = \"t\"; };\ndevices = \"devices.cfg\";\n"
		   "tags = \"tags.cfg\";\nalarms = \"alarms\";\n"
		   "access = \"access.cfg\";\n" },
	{ "devices.cfg", "devices = ( { name = \"plc\"; driver = \"modbus\"; } );\n" },
	{ "tags.cfg",
	  "tags = ( { name = \"a.level\"; device = \"plc\"; address = "
	  "\"input:0:float32\"; "
	  "unit = \"m\"; range = ( 0, 8 ); decimals = 2; },\n"
	  " { name = \"a.flow\"; device = \"plc\"; address = \"input:2:float32\"; },\n"
	  " { name = \"a.run\"; device = \"plc\"; address = \"discrete:0\"; },\n"
	  " { name = \"a.step\"; device = \"plc\"; address = \"input:6:uint16\"; },\n"
	  " { name = \"a.word\"; device = \"plc\"; type = \"string\"; address = "
	  "\"input:8:string4\"; },\n"
	  " { name = \"b.deep\"; device = \"plc\"; address = \"input:9:float32\"; area = "
	  "\"a.pit\"; } );\n" },
	{ "access.cfg",
	  "operators = ( { name = \"o\"; unix_user = \"o\"; roles = \"r\"; areas = ( "
	  "\"a\" ); } );\nroles = ( { name = \"r\"; rights = ( \"view\", "
	  "\"acknowledge\", \"operate\" ); } );\n" },
};

static void put(const char *dir, const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	test_write_file(path, text);
}

/* Loads the station with these files of alarms; lines gets what was said. */
static struct station_def *load(const char *one, const char *two, struct strbuf *lines)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char *dir = xstrdup(test_tmpdir()), path[512];
	struct strbuf line = STRBUF_INIT;
	struct station_def *d;

	for (size_t i = 0; i < sizeof(rest) / sizeof(rest[0]); i++)
		put(dir, rest[i].name, rest[i].text);
	put(dir, "alarms/a.cfg", one);
	if (two)
		put(dir, "alarms/b.cfg", two);
	snprintf(path, sizeof(path), "%s/s.cfg", dir);
	d = station_load(path, &diags);
	strbuf_clear(lines);
	for (size_t i = 0; i < diags.n; i++) {
		strbuf_clear(&line);
		diag_format(&diags.v[i], &line);
		strbuf_addf(lines, "%s\n", line.buf);
	}
	assert_int_equal(d == NULL, diags.errors > 0);
	strbuf_release(&line);
	diag_list_release(&diags);
	free(dir);
	return d;
}

static struct station_def *load_good(const char *one, const char *two)
{
	struct strbuf lines = STRBUF_INIT;
	struct station_def *d = load(one, two, &lines);

	assert_string_equal(lines.buf, "");
	strbuf_release(&lines);
	return d;
}

static void assert_says(const char *alarms, const char *want)
{
	struct strbuf lines = STRBUF_INIT;

	station_def_free(load(alarms, NULL, &lines));
	assert_has(lines.buf, want);
	strbuf_release(&lines);
}

static const struct alarm_def *alarm(const struct station_def *d, const char *name)
{
	int64_t at = station_def_alarm(d, name);

	assert_true(at >= 0);
	return &d->alarms[at];
}

/* four alarms, and what each says for itself */
#define OWN                                                                              \
	HIGH("a.own", "class = \"safety\"; priority = \"low\"; on_delay_s = 3; owner = " \
		      "\"me\"; deadband = 0.5;")
#define SAFE  HIGH("a.safe", "class = \"safety\";")
#define PLAIN HIGH("a.plain", "")
#define PIT   HIGH("a.pit", "area = \"a.pit\";")

static const char alarms_and_areas[] =
	"areas = (\n"
	"{ name = \"a\"; class = \"plain\";\n"
	"owner = \"works\"; position = \"desk 1\"; },\n"
	"{ name = \"a.pit\"; owner = \"pit crew\"; } );\n"
	"alarms = ( " OWN ",\n" SAFE ",\n" PLAIN ",\n" PIT " );";
static const char classes[] =
	"classes = (\n"
	"{ name = \"safety\"; priority = \"critical\"; latching = true;\n"
	"shelvable = false; on_delay_s = 1.5; deadband_percent = 2.5;\n"
	"realarm_s = 900; highly_managed = true; confirm = true;\n"
	"respond_within_s = 60; },\n"
	"{ name = \"plain\"; priority = \"medium\"; annunciate = false;\n"
	"ack_required = false; shelve_max_s = 60; } );";

static void AM_07_the_nearest_word_counts_alarm_then_class_then_area(void **state)
{
	/* the classes stand in a file that is read later than the alarms */
	struct station_def *d = load_good(alarms_and_areas, classes);
	const struct alarm_def *own = alarm(d, "a.own"), *safe = alarm(d, "a.safe");
	const struct alarm_def *plain = alarm(d, "a.plain"), *pit = alarm(d, "a.pit");

	(void)state;
	assert_int_equal(own->priority, ALARM_LOW);
	assert_int_equal(own->on_delay_ms, 3000);
	assert_double(own->deadband, 0.5, 0);
	assert_string_equal(alarm_more(own)->owner, "me");
	assert_true(alarm_life(own)->latching);
	assert_int_equal(safe->priority, ALARM_CRITICAL);
	assert_int_equal(safe->on_delay_ms, 1500);
	assert_double(safe->deadband, 0.2, 1e-12); /* 2.5 % of 8 m */
	assert_int_equal(safe->respond_within_s, 60);
	assert_int_equal(alarm_life(safe)->shelve_max_ms, 0);
	assert_int_equal(alarm_life(safe)->realarm_ms, 900000);
	assert_true(alarm_life(safe)->highly_managed && alarm_life(safe)->confirm);
	assert_string_equal(alarm_life(safe)->class_name, "safety");
	assert_ptr_equal(safe->life, own->life); /* alike: kept once */
	assert_string_equal(alarm_more(safe)->owner, "works");
	assert_string_equal(alarm_life(plain)->class_name, "plain");
	assert_true(alarm_life(plain)->silent && alarm_life(plain)->no_ack);
	assert_int_equal(alarm_life(plain)->shelve_max_ms, 60000);
	assert_string_equal(alarm_more(pit)->owner, "pit crew");
	assert_string_equal(station_def_area(d, "a.pit.deeper")->position, "desk 1");
	assert_string_equal(station_def_area(d, "a.pit.deeper")->owner, "pit crew");
	assert_null(station_def_area(d, "apart"));
	station_def_free(d);
}

static void
AM_01_without_a_word_an_alarm_is_acknowledged_sounded_and_shelvable(void **state)
{
	struct station_def *d =
		load_good("alarms = ( " HIGH("a.al", "priority = \"low\";") " );", NULL);
	const struct alarm_life *life = alarm_life(alarm(d, "a.al"));

	(void)state;
	assert_false(life->latching || life->no_ack || life->confirm || life->silent ||
		     life->highly_managed);
	assert_int_equal(life->realarm_ms, 0);
	assert_int_equal(life->shelve_max_ms, 8 * 3600 * 1000);
	assert_string_equal(life->class_name, "");
	assert_null(alarm(d, "a.al")->more);
	station_def_free(d);
}

static const char *suppression(const struct station_def *d, const char *name)
{
	const char *text = alarm_more(alarm(d, name))->suppress_when;

	return text ? text : "";
}

static void T17_plant_state_and_expression_become_one_suppression(void **state)
{
	struct station_def *d = load_good(
		"areas = ( { name = \"*\"; state = \"a.word\"; },\n"
		"{ name = \"a\"; state = \"a.step\"; states = { off = 0; wash = 7; }; "
		"suppress_in = \"off\"; },\n"
		"{ name = \"a.pit\"; state = \"a.run\"; states = ( \"rest\", \"work\" ); "
		"suppress_when = \"a.flow < 1\"; },\n{ name = \"c\"; } );\nalarms = "
		"( " HIGH("a.al", "priority = \"low\";") ",\n" HIGH(
			"a.both",
			"priority = \"low\"; suppress_when = \"!a.run\"; suppress_in "
			"= ( \"off\", \"wash\" );") ",\n" HIGH("a.never",
							       "priority = \"low\"; area "
							       "= \"a.pit\"; "
							       "suppress_when = "
							       "\"false\"; suppress_in = "
							       "();") ",\n" HIGH("a.pit",
										 "priorit"
										 "y = "
										 "\"low\""
										 "; area "
										 "= "
										 "\"a."
										 "pit\"; "
										 "suppres"
										 "s_in = "
										 "\"rest"
										 "\";") ",\n" HIGH("c.al",
												   "priority = \"low\"; area = \"c\"; suppress_in = ( \"IDLE\", "
												   "\"TEST\" );") " );",
		NULL);

	(void)state;
	assert_string_equal(suppression(d, "a.al"), "a.step == 0");
	assert_string_equal(suppression(d, "a.both"),
			    "if_bad(!a.run, false) || if_bad(a.step == 0 || a.step == 7, "
			    "false)");
	assert_string_equal(suppression(d, "a.never"), "false");
	assert_string_equal(suppression(d, "a.pit"),
			    "if_bad(a.flow < 1, false) || if_bad(a.run == 0, false)");
	assert_string_equal(suppression(d, "c.al"),
			    "a.word == \"IDLE\" || a.word == \"TEST\"");
	station_def_free(d);
}

static void AM_08_groups_say_whether_those_who_follow_are_suppressed(void **state)
{
	struct station_def *d = load_good(
		"groups = ( { name = \"hiding\"; followers = \"suppressed\"; },\n{ name "
		"= "
		"\"marking\"; } );\nalarms = ( " HIGH(
			"a.one",
			"priority = \"low\"; first_out = \"hiding\"; exclusive = "
			"\"levels\";") ",\n" HIGH("a.two",
						  "priority = \"low\"; first_out = "
						  "\"marking\"; reviewed = "
						  "\"2024-02-29\"; approved_by = \"K. "
						  "Lee\";") " );",
		NULL);
	const struct alarm_more *one = alarm_more(alarm(d, "a.one"));
	const struct alarm_more *two = alarm_more(alarm(d, "a.two"));

	(void)state;
	assert_string_equal(one->first_out, "hiding");
	assert_string_equal(one->exclusive, "levels");
	assert_true(one->first_out_hides);
	assert_false(two->first_out_hides);
	assert_string_equal(two->reviewed, "2024-02-29");
	assert_string_equal(two->approved_by, "K. Lee");
	station_def_free(d);
}

static void AM_02_a_horn_is_a_command_that_says_so(void **state)
{
	struct station_def *d =
		load_good("notify = ( { name = \"horn\"; command = ( \"/bin/true\" ); "
			  "horn = true; },\n"
			  "{ name = \"page\"; command = ( \"/bin/true\" ); } );\n"
			  "alarms = ( " HIGH("a.al", "priority = \"low\";") " );",
			  NULL);

	(void)state;
	assert_int_equal(d->n_notify, 2);
	assert_true(d->notify[0].horn);
	assert_false(d->notify[1].horn);
	station_def_free(d);
}

#define LOW       "priority = \"low\"; "
#define ONE(more) "alarms = ( " HIGH("a.al", more) " );"

static void AM_08_what_cannot_be_of_an_alarms_life_is_told_where_it_stands(void **state)
{
	static const char *const row[][2] = {
		{ ONE(""),
		  "a.cfg:1:12: error: alarm \"a.al\" has no priority; give it one, "
		  "or a class that has" },
		{ ONE(LOW "latching = true; ack_required = false;"),
		  "is latching but needs no acknowledgement" },
		{ ONE(LOW "confirm = true; ack_required = false;"),
		  "nobody would ever confirm it" },
		{ ONE(LOW "reviewed = \"2023-02-29\";"), "write the day as 2026-03-31" },
		{ ONE(LOW "reviewed = \"31.3.2026\";"), "[bad-date]" },
		{ "notify = ( { name = \"n\"; syslog = \"/dev/log\"; horn = true; } "
		  ");\n" ONE(LOW),
		  "horn means nothing here: it belongs to a command" },
		{ "classes = ( { name = \"safety\"; } );\n" ONE(LOW "class = \"safty\";"),
		  "names the unknown class \"safty\" (did you mean \"safety\"?)" },
		{ "groups = ( { name = \"trip\"; } );\n" ONE(LOW
							     "first_out = \"tripp\";"),
		  "is the group \"tripp\", which is not among groups = ( ) (did you mean "
		  "\"trip\"?)" },
		{ "areas = ( { name = \"a\"; class = \"none\"; } );\n" ONE(LOW),
		  "area \"a\" names the unknown class \"none\"" },
		{ "areas = ( { name = \"a\"; state = \"a.stp\"; } );\n" ONE(LOW),
		  "state of area \"a\" names the unknown tag \"a.stp\" (did you mean "
		  "\"a.step\"?)" },
		{ "areas = ( { name = \"a\"; state = \"a.flow\"; } );\n" ONE(LOW),
		  "which is a measurement" },
		{ "areas = ( { name = \"a\"; state = \"a.step\"; } );\n" ONE(LOW),
		  "say what its numbers mean" },
		{ "areas = ( { name = \"a\"; state = \"a.step\"; states = { off = \"x\"; "
		  "}; "
		  "} );\n" ONE(LOW),
		  "must be names with whole numbers" },
		{ "areas = ( { name = \"a\"; state = \"a.step\"; states = { off = 0; }; "
		  "} "
		  ");\n" ONE(LOW "suppress_in = \"of\";"),
		  "names the state \"of\", which area \"a\" does not have (did you mean "
		  "\"off\"?)" },
		{ ONE(LOW "suppress_in = \"off\";"), "names a state tag: add state" },
		{ ONE(LOW "suppress_when = \"a.rnu\";"),
		  "suppress_when of alarm \"a.al\" names the unknown tag \"a.rnu\"" },
		{ ONE(LOW "suppress_when = \"a.flow\";"), "[not-a-condition]" },
		{ "classes = ( { name = \"k\"; suppress_when = \"a.lvl > 1\"; } );\n" ONE(
			  LOW),
		  "suppress_when of class \"k\" names the unknown tag" },
		{ ONE(LOW "deadband = 1; deadband_percent = 2;"),
		  "has a deadband and a deadband_percent; keep one" },
		{ ONE(LOW "shelve_max_s = 9000000;"), "allowed is 1 to 2592000" },
		{ "classes = ( { name = \"k\"; }, { name = \"k\"; } );\n" ONE(LOW),
		  "class \"k\" is defined twice" },
		{ "areas = ( { name = \"A b\"; } );\n" ONE(LOW), "is no valid name" },
		{ "areas = ( { name = \"b\"; } );\n" ONE(LOW),
		  "is in the area \"a\", which is not among areas = ( )" },
		{ ONE(LOW "area = \"pit\";"), "names the area \"pit\", which no tag is "
					      "in (did you mean \"a.pit\"?)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_says(row[i][0], row[i][1]);
}

#define SAYS(message)                                                                    \
	"alarms = ( { name = \"a.al\"; type = \"high\"; tag = \"a.level\"; limit = 5; "  \
	"priority = \"low\"; message = \"" message "\"; } );"

static void AM_08_places_of_a_message_that_have_no_value_are_told(void **state)
{
	static const char *const row[][2] = {
		{ SAYS("Level {valeu}"), "a.cfg:1:107: error: message of alarm \"a.al\": "
					 "there is no place {valeu}; there are {value}, "
					 "{limit}," },
		{ SAYS("Level {value"), "a { without its }" },
		{ SAYS("Level value}"), "a } without its {" },
		{ SAYS("Level {tag:a.flwo}"),
		  "message of alarm \"a.al\" names the unknown "
		  "tag \"a.flwo\" (did you mean \"a.flow\"?)" },
		{ "alarms = ( { name = \"a.al\"; type = \"state\"; tag = \"a.run\"; "
		  "priority = \"low\"; message = \"{limit}\"; } );",
		  "type state crosses none" },
		{ "alarms = ( { name = \"a.al\"; type = \"expression\"; expression = "
		  "\"a.run\"; priority = \"low\"; message = \"{value}\"; } );",
		  "type expression has none: name the tag, as {tag:NAME}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_says(row[i][0], row[i][1]);
	station_def_free(load_good(SAYS("{{ {value} {unit} over {limit} in {area}, flow "
					"{tag:a.flow} {unit:a.flow} }}"),
				   NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			AM_07_the_nearest_word_counts_alarm_then_class_then_area),
		cmocka_unit_test(
			AM_01_without_a_word_an_alarm_is_acknowledged_sounded_and_shelvable),
		cmocka_unit_test(T17_plant_state_and_expression_become_one_suppression),
		cmocka_unit_test(
			AM_08_groups_say_whether_those_who_follow_are_suppressed),
		cmocka_unit_test(
			AM_08_what_cannot_be_of_an_alarms_life_is_told_where_it_stands),
		cmocka_unit_test(AM_02_a_horn_is_a_command_that_says_so),
		cmocka_unit_test(AM_08_places_of_a_message_that_have_no_value_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
