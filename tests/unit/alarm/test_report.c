/* test_report.c - verdicts of figures, proposals from how an alarm behaved, and all of it
 * as rows. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/kpi.h"
#include "alarm/proposal.h"
#include "alarm/report.h"
#include "unit/alarm/journal_rows.h"
#include "util/strbuf.h"

enum { ROWS_MAX = 256 };

static struct alarm_journal rows[ROWS_MAX];
static size_t n_rows;
static struct strbuf out = STRBUF_INIT;
static struct alarm_metrics *metrics;
static struct alarm_metrics_result r;

static int fresh(void **state)
{
	(void)state;
	n_rows = 0;
	metrics = NULL;
	strbuf_clear(&out);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	alarm_metrics_free(metrics);
	strbuf_release(&out);
	return 0;
}

static void put(void *arg, const char *const *fields, size_t n)
{
	(void)arg;
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&out, "%s%s", i ? "|" : "", fields[i]);
	strbuf_adds(&out, "\n");
}

/* Comes at ms for on_ms, and clears by itself at that value of a limit of 5.5. */
static void blip(const char *alarm, int64_t ms, int64_t on_ms, double value)
{
	uint64_t o = 1 + n_rows;

	assert_true(n_rows + 2 <= ROWS_MAX);
	rows[n_rows++] = row_of(ms, alarm, ALARM_E_COME, ALARM_S_RTNUN, ALARM_S_UNACK, o);
	rows[n_rows] =
		row_of(ms + on_ms, alarm, ALARM_E_GO, ALARM_S_UNACK, ALARM_S_RTNUN, o);
	rows[n_rows - 1].unit = rows[n_rows].unit = "m";
	rows[n_rows].value = value;
	rows[n_rows++].limit = 5.5;
}

static void report(int64_t to_ms)
{
	metrics = metrics_of(rows, n_rows, 0, to_ms, &r);
	alarm_report_rows(&r, put, NULL);
	alarm_report_proposals(metrics, put, NULL);
}

static const struct alarm_kpi *kpi(const char *id)
{
	for (const struct alarm_kpi *k = alarm_kpis; k->id; k++)
		if (strcmp(k->id, id) == 0)
			return k;
	fail_msg("no kpi %s", id);
	return NULL;
}

static void AM_11_verdicts_at_and_beyond_target_and_limit(void **state)
{
	static const struct {
		const char *id;
		double value;
		const char *verdict;
	} want[] = {
		{ "per_10min", 0.0, "ok" },
		{ "per_10min", 1.0, "ok" }, /* at most */
		{ "per_10min", 1.01, "over target" },
		{ "per_10min", 2.0, "over target" },
		{ "per_10min", 2.01, "over limit" },
		{ "hours_over_30", 0.99, "ok" },
		{ "hours_over_30", 1.0, "over target" }, /* below */
		{ "max_10min", 10, "ok" },
		{ "max_10min", 11, "over target" },
		{ "upset_peak", 100, "over target" },
		{ "upset_peak", 101, "over limit" },
		{ "stale_day", 4, "ok" },
		{ "stale_day", 5, "over target" },
		{ "chattering", 1, "over target" },
		{ "low", 80, "ok" },
		{ "low", 79.9, "below target" },
		{ "critical", 1.1, "over target" },
		{ "standing", 9.9, "ok" },
		{ "standing", 10, "over target" },
		{ "shelved", 30, "over target" },
		{ "ack_mean", 1e9, "" }, /* told, not judged */
		{ "per_10min", (double)NAN, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(alarm_kpi_verdict(kpi(want[i].id), want[i].value),
				    want[i].verdict);
}

static void AM_11_every_figure_is_explained(void **state)
{
	char *page = test_read_file(test_top("docs/alarm-management.md"));
	char word[64];

	(void)state;
	for (const struct alarm_kpi *k = alarm_kpis; k->id; k++) {
		assert_true(k->name[0] && k->source[0]);
		assert_true((k->rule == KPI_TOLD) == (isnan(k->target) != 0));
		snprintf(word, sizeof(word), "`%s`", k->id);
		assert_has(page, word);
	}
	free(page);
}

static void AL_02_chattering_is_proposed_a_deadband_and_a_delay(void **state)
{
	(void)state;
	/* each 10 s for 6 s; clears 0.1 to 0.2 below its limit; 4 s until it comes again
	 */
	for (int i = 0; i < 12; i++)
		blip("level", i * 10000, 6000, i % 2 ? 5.4 : 5.3);
	report(3600000);
	/* 0.2 and a fifth more; 4 s and a fifth more; 6 s and a fifth more */
	assert_has(out.buf,
		   "proposal|level|deadband|0.24|deadband 0.24 m: it chattered 10 "
		   "times; when it cleared in its last 11 fast cycles its value "
		   "was up to 0.2 from the limit 5.5\n");
	assert_has(out.buf,
		   "proposal|level|off_delay_s|5|off-delay 5 s: it chattered 10 "
		   "times; in its last 11 fast cycles it came again 4.0 to 4.0 s "
		   "after it had cleared\n");
	assert_has(out.buf,
		   "proposal|level|on_delay_s|8|on-delay 8 s: 12 of 12 times it "
		   "cleared by itself, the last 12 short ones after 6.0 to 6.0 s");
	assert_has(out.buf, "proposal|level|shelve_h|1|shelve for an hour");
	/* proposed, and nothing else: all of it was annunciated */
	assert_int_equal(r.annunciated, 12);
	assert_int_equal(r.hidden_by_hand, 0);
}

static void AM_11_a_discrete_alarm_is_proposed_no_deadband(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		blip("door", i * 15000, 1000, 0);
		rows[n_rows - 1].limit = rows[n_rows - 1].value = (double)NAN;
	}
	report(3600000);
	assert_null(strstr(out.buf, "deadband"));
	assert_has(out.buf, "proposal|door|off_delay_s|17|"); /* 14 s and a fifth more */
}

static void AM_11_a_single_blip_is_no_habit(void **state)
{
	(void)state;
	blip("a", 0, 1000, 5.4);
	blip("a", 3600000, 1000, 5.4);
	report(7200000);
	assert_int_equal(r.n_fleeting, 2);
	assert_null(strstr(out.buf, "proposal"));
}

static void AM_11_a_stale_alarm_is_proposed_a_review(void **state)
{
	(void)state;
	rows[n_rows++] =
		row_of(0, "stuck", ALARM_E_COME, ALARM_S_NORMAL, ALARM_S_UNACK, 1);
	report(30 * INT64_C(3600000));
	assert_has(out.buf, "proposal|stuck|review||review: it stood for 30.0 h; ");
}

static void AL_13_too_many_on_the_shelf_are_over_target(void **state)
{
	static char names[31][16];

	(void)state;
	for (size_t i = 0; i < 31; i++) {
		snprintf(names[i], sizeof(names[i]), "a%zu", i);
		struct alarm_journal *row = &rows[n_rows++];

		*row = row_of(0, names[i], ALARM_E_SHELVE, ALARM_S_NORMAL, ALARM_S_NORMAL,
			      0);
		row->flags = ALARM_F_SHELVED;
		row->cause = ALARM_BY_OPERATOR;
		row->by = "ivan";
		row->text = i ? "sensor is being cleaned" : "";
	}
	report(3600000);
	assert_has(out.buf, "kpi|shelved|Shelved alarms, mean|31.0||below 30||over "
			    "target|EEMUA 191\n");
	assert_has(out.buf, "kpi|shelved_max|Shelved alarms, most|31|");
	assert_has(out.buf, "kpi|hidden_by_hand|Hidden by a person|31|");
	assert_has(out.buf, "kpi|unauthorised|Hidden without name or reason|1||at most "
			    "0||over target|");
}

static void AM_11_the_report_is_the_same_each_time(void **state)
{
	char *first;

	(void)state;
	for (int i = 0; i < 12; i++)
		blip(i % 3 ? "b" : "a", i * 10000, 6000, 5.4);
	report(3600000);
	assert_has(out.buf, "about|from|1970-01-02T01:00:00.000Z\n");
	assert_has(out.buf, "about|rows|24\n");
	assert_has(out.buf,
		   "kpi|per_10min|Alarms per 10 min, mean|2.00||at most 1|2|over target|"
		   "ISA-18.2, EEMUA 191\n");
	assert_has(out.buf,
		   "kpi|top_share|Share of the ten most frequent|100.0|%|at most "
		   "1|5|over limit|ISA-18.2\n");
	assert_has(out.buf, "kpi|ack_mean|Time to acknowledge, mean||s||||ours\n");
	assert_has(out.buf, "alarm|b|intake|low|8|66.7|");
	assert_has(out.buf, "flood|90100000|");
	first = strdup(out.buf);
	strbuf_clear(&out);
	alarm_metrics_free(metrics);
	report(3600000);
	assert_string_equal(out.buf, first);
	free(first);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(AM_11_verdicts_at_and_beyond_target_and_limit),
		TEST(AM_11_every_figure_is_explained),
		TEST(AL_02_chattering_is_proposed_a_deadband_and_a_delay),
		TEST(AM_11_a_discrete_alarm_is_proposed_no_deadband),
		TEST(AM_11_a_single_blip_is_no_habit),
		TEST(AM_11_a_stale_alarm_is_proposed_a_review),
		TEST(AL_13_too_many_on_the_shelf_are_over_target),
		TEST(AM_11_the_report_is_the_same_each_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
