/*
 * test_report_cli.c - `sightglass report` of a day whose journal is known row by row:
 * asked of a server and of a copy of its database, both say the same.
 */
#include "support/test.h"

#include <jansson.h>
#include <math.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "alarm/journal.h"
#include "own_station.h"
#include "store/store.h"
#include "util/when.h"

enum { SOON_MS = 20000, MIN_MS = 60 * 1000 };

static struct own_station own;
static int64_t day_ms; /* 2026-03-01T00:00Z */
static char copy[300];

/* --- the day -------------------------------------------------------------------- */

static struct txn *txn;

static struct alarm_journal *row(int64_t ms, const char *alarm, enum alarm_event event,
				 enum alarm_state from, enum alarm_state to, uint64_t o)
{
	static struct alarm_journal r;

	r = (struct alarm_journal){ .occurrence = o,
				    .at = { day_ms + ms },
				    .source_time = { day_ms + ms },
				    .clock_synced = true,
				    .event = event,
				    .from = from,
				    .to = to,
				    .priority = ALARM_LOW,
				    .value = 5.4,
				    .limit = 5.5,
				    .alarm = alarm,
				    .tag = alarm,
				    .area = "intake.wells",
				    .unit = "m",
				    .type = "high",
				    .message = "message" };
	return &r;
}

static void put(const struct alarm_journal *r)
{
	struct txn_op *op = txn_add(txn, TXN_JOURNAL, r->occurrence, r->alarm);

	op->wall_ms = r->at.ms;
	alarm_journal_put(&op->body, r);
}

/* From the day before: "old" stands. At 6:00 "chatters" comes 12 times, each 20 s for 4
 * s; ivan acknowledges its last. At 12:00 "dosing.stop" (critical) comes for a minute. */
static void write_day(void)
{
	uint64_t o = 2;

	put(row(-30 * MIN_MS, "old", ALARM_E_COME, ALARM_S_NORMAL, ALARM_S_UNACK, 1));
	for (int i = 0; i < 12; i++, o++) {
		int64_t t = 360 * MIN_MS + i * 20000;

		put(row(t, "chatters", ALARM_E_COME, ALARM_S_NORMAL, ALARM_S_UNACK, o));
		put(row(t + 4000, "chatters", ALARM_E_GO, ALARM_S_UNACK, ALARM_S_RTNUN,
			o));
	}
	struct alarm_journal *ack = row(365 * MIN_MS, "chatters", ALARM_E_ACK,
					ALARM_S_RTNUN, ALARM_S_NORMAL, o - 1);
	ack->cause = ALARM_BY_OPERATOR;
	ack->by = "ivan";
	put(ack);
	struct alarm_journal *stop = row(720 * MIN_MS, "dosing.stop", ALARM_E_COME,
					 ALARM_S_NORMAL, ALARM_S_UNACK, o);
	stop->priority = ALARM_CRITICAL;
	stop->area = "dosing";
	put(stop);
	stop = row(721 * MIN_MS, "dosing.stop", ALARM_E_GO, ALARM_S_UNACK, ALARM_S_RTNUN,
		   o);
	stop->priority = ALARM_CRITICAL;
	stop->area = "dosing";
	put(stop);
}

static void write_state(void)
{
	struct strbuf why = STRBUF_INIT;
	struct store *store;
	char dir[300];

	snprintf(dir, sizeof(dir), "%s/state", own.dir);
	txn = txn_new(1, false);
	write_day();
	assert_int_equal(store_open(dir, &store, &why), SG_OK);
	assert_int_equal(store_commit(store, &txn, 1, &why), SG_OK);
	store_close(store);
	txn_free(txn);
	strbuf_release(&why);
}

/* Besides who runs the test: an operator who has the wells. */
static void write_access(void)
{
	char text[600];

	snprintf(text, sizeof(text),
		 "unlisted = \"refuse\"; allow_root = true;\n"
		 "roles = ( { name = \"all\"; rights = ( \"view\", \"admin\" ); } );\n"
		 "operators = ( { name = \"eng\"; unix_user = \"%.64s\"; roles = ( "
		 "\"all\" ); }, { name = \"wells\"; unix_user = \"nobody\"; roles = ( "
		 "\"all\" ); areas = ( \"intake.wells\" ); } );\n",
		 getpwuid(getuid())->pw_name);
	own_station_put(&own, "access.cfg", text);
	own_station_put(&own, "tags.cfg",
			"tags = ( { name = \"intake.wells.two\"; expression = \"1 + 1\"; "
			"area = \"intake.wells\"; } );\n");
}

static int start(void **state)
{
	(void)state;
	assert_true(when_from_text("2026-03-01T00:00:00Z", &day_ms));
	own_station_make(&own);
	write_access();
	write_state();
	own_station_start(&own, NULL);
	DEMO_UNTIL(&own.as, "recording", SOON_MS, "status");
	snprintf(copy, sizeof(copy), "%s/state/copy.db", own.dir);
	char out[4096];
	assert_int_equal(DEMO_RUN(&own.as, out, "backup", copy), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	return own_station_stop(&own);
}

#define DAY "--from", "2026-03-01T00:00:00Z", "--to", "2026-03-02T00:00:00Z"

static char out[1 << 17];

static json_t *report(json_t **figures)
{
	json_t *o = json_loads(out, 0, NULL);

	assert_non_null(o);
	*figures = json_object_get(o, "figures");
	return o;
}

static json_t *figure(json_t *figures, const char *id)
{
	size_t i;
	json_t *f;

	json_array_foreach(figures, i,
			   f) if (strcmp(json_string_value(json_object_get(f, "id")),
					 id) == 0) return f;
	fail_msg("no figure %s", id);
	return NULL;
}

static void value_is(json_t *figures, const char *id, double want, const char *verdict)
{
	json_t *f = figure(figures, id);
	const char *is = json_string_value(json_object_get(f, "verdict"));

	assert_double(json_number_value(json_object_get(f, "value")), want, 0.006);
	assert_string_equal(is ? is : "", verdict);
}

static void AM_11_a_past_day_is_reported_from_its_journal(void **state)
{
	json_t *figures, *o;

	(void)state;
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", DAY, "--json"), 0);
	o = report(&figures);
	value_is(figures, "annunciated", 13, "");
	value_is(figures, "per_10min", 13.0 / 144, "ok");
	value_is(figures, "max_10min", 12, "over target");
	assert_string_equal(
		json_string_value(json_object_get(figure(figures, "max_10min"), "rule")),
		"at most");
	assert_int_equal(json_integer_value(
				 json_object_get(figure(figures, "max_10min"), "target")),
			 10);
	assert_string_equal(json_string_value(json_object_get(o, "from")),
			    "2026-03-01T00:00:00.000Z");
	assert_true(json_is_integer(json_object_get(o, "rows_before")));
	assert_true(json_is_null(json_object_get(o, "scope")));
	value_is(figures, "windows_over_10", 100.0 / 144, "ok");
	value_is(figures, "floods", 1, "");
	value_is(figures, "chattering", 1, "over target");
	value_is(figures, "chatter_times", 10, "");
	value_is(figures, "fleeting_times", 12, "");
	value_is(figures, "critical", 7.7, "over target");
	value_is(figures, "standing_max", 2, "");
	value_is(figures, "stale", 1, ""); /* "old", from 23:30 on */
	value_is(figures, "acks", 1, "");
	value_is(figures, "ack_mean", 80, ""); /* 6:03:40 to 6:05:00 */
	json_t *alarm = json_array_get(json_object_get(o, "alarms"), 0);
	assert_string_equal(json_string_value(json_object_get(alarm, "name")),
			    "chatters");
	assert_int_equal(json_integer_value(json_object_get(alarm, "annunciated")), 12);
	json_t *by = json_array_get(json_object_get(o, "operators"), 0);
	assert_string_equal(json_string_value(json_object_get(by, "name")), "ivan");
	assert_int_equal(json_array_size(json_object_get(o, "floods")), 1);
	json_t *flood = json_array_get(json_object_get(o, "floods"), 0);
	assert_int_equal(strncmp(json_string_value(json_object_get(flood, "begin")),
				 "2026-03-01T", 11),
			 0);
	json_decref(o);
}

static void AM_11_a_copy_says_the_same_without_a_server(void **state)
{
	static char again[sizeof(out)];

	(void)state;
	assert_int_equal(DEMO_RUN(&own.as, again, "report", "alarms", DAY, "--json"), 0);
	assert_int_equal(
		DEMO_RUN(&own.as, out, "report", "alarms", DAY, "--json", "--file", copy),
		0);
	assert_string_equal(out, again);
	assert_int_equal(DEMO_RUN(&own.as, again, "report", "proposals", DAY), 0);
	assert_int_equal(
		DEMO_RUN(&own.as, out, "report", "proposals", DAY, "--file", copy), 0);
	assert_string_equal(out, again);
	snprintf(again, sizeof(again), "%s/state/station.db", own.dir);
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", "--file", again), 1);
	assert_has(out, "is in use");
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", "--file", own.log),
			 1);
}

static void AM_11_by_area_and_by_operator(void **state)
{
	json_t *figures, *o;

	(void)state;
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", DAY, "--json",
				  "--area", "dosing"),
			 0);
	o = report(&figures);
	value_is(figures, "annunciated", 1, "");
	value_is(figures, "stale", 0, "");
	assert_string_equal(json_string_value(json_object_get(o, "scope")),
			    "area dosing");
	json_decref(o);
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", DAY, "--json",
				  "--operator", "wells"),
			 0);
	o = report(&figures);
	value_is(figures, "annunciated", 12, "");
	json_decref(o);
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", DAY, "--json",
				  "--class", "none"),
			 0);
	o = report(&figures);
	value_is(figures, "annunciated", 0, "");
	json_decref(o);
}

static void AM_11_for_people_and_for_spreadsheets(void **state)
{
	(void)state;
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", DAY), 0);
	assert_has(out, "Alarms from 2026-03-0");
	assert_has(out, "FIGURE");
	assert_has(out, "Most in any 10 min");
	assert_has(out, "over target");
	assert_has(out, "MOST FREQUENT");
	assert_has(out, "ACKNOWLEDGED BY");
	assert_has(out, "LARGEST FLOODS");
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", DAY, "--csv"), 0);
	assert_has(out, "row,id,name,value,unit,target,limit,verdict,source\r\n");
	assert_has(out, "kpi,max_10min,Most in any 10 min,12,,at most 10,,over "
			"target,ISA-18.2\r\n");
	assert_has(out, "alarm,chatters,intake.wells,low,12,92.3,10,12,0,4000\r\n");
	assert_has(out, "operator,ivan,1\r\n");
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "proposals", DAY), 0);
	assert_has(out, "chatters\n");
	assert_has(out, "- deadband 0.12 m: it chattered 10 times");
	assert_has(out, "- off-delay 20 s: it chattered 10 times");
	assert_int_equal(
		DEMO_RUN(&own.as, out, "report", "proposals", DAY, "--area", "dosing"),
		0);
	assert_has(out, "nothing to propose");
}

static void AM_11_what_cannot_be_is_refused_with_sentences(void **state)
{
	(void)state;
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "weather"), 2);
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", "--csv", "--json"),
			 2);
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", "--from", "soon"), 2);
	assert_has(out, "no time; write");
	assert_int_equal(
		DEMO_RUN(&own.as, out, "report", "alarms", "--from", "1d", "--to", "2d"),
		2);
	assert_has(out, "ends before it begins");
	assert_int_equal(
		DEMO_RUN(&own.as, out, "report", "alarms", "--operator", "nobody"), 1);
	assert_has(out, "there is no operator named \"nobody\"");
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", "--position", "east"),
			 1);
	assert_has(out, "no area has the position \"east\"");
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", "--area", "a",
				  "--operator", "eng"),
			 1);
	assert_has(out, "name one of them");
	assert_int_equal(
		DEMO_RUN(&own.as, out, "report", "alarms", "--from", "1980-01-01"), 1);
	assert_has(out, "longer than 3660 days");
	assert_int_equal(DEMO_RUN(&own.as, out, "report", "alarms", "--file", copy,
				  "--operator", "eng"),
			 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_11_a_past_day_is_reported_from_its_journal),
		cmocka_unit_test(AM_11_a_copy_says_the_same_without_a_server),
		cmocka_unit_test(AM_11_by_area_and_by_operator),
		cmocka_unit_test(AM_11_for_people_and_for_spreadsheets),
		cmocka_unit_test(AM_11_what_cannot_be_is_refused_with_sentences),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
