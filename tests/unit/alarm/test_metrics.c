/* test_metrics.c - each figure from a journal small enough to count by hand. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit/alarm/journal_rows.h"
#include "util/strbuf.h"

#define S   *INT64_C(1000)
#define MIN *INT64_C(60000)
#define H   *INT64_C(3600000)
#define DAY *INT64_C(86400000)

enum { ROWS_MAX = 512 };

static struct alarm_journal rows[ROWS_MAX];
static size_t n_rows;
static struct alarm_metrics_result r;
static struct alarm_metrics *metrics;

static int fresh(void **state)
{
	(void)state;
	n_rows = 0;
	metrics = NULL;
	return 0;
}

static int drop(void **state)
{
	(void)state;
	alarm_metrics_free(metrics);
	return 0;
}

static struct alarm_journal *add(int64_t ms, const char *alarm, enum alarm_event event,
				 enum alarm_state from, enum alarm_state to,
				 uint64_t occurrence)
{
	assert_true(n_rows < ROWS_MAX);
	rows[n_rows] = row_of(ms, alarm, event, from, to, occurrence);
	return &rows[n_rows++];
}

static struct alarm_journal *come(int64_t ms, const char *alarm, uint64_t occurrence)
{
	return add(ms, alarm, ALARM_E_COME, ALARM_S_NORMAL, ALARM_S_UNACK, occurrence);
}

static struct alarm_journal *ack(int64_t ms, const char *alarm, uint64_t occurrence)
{
	return add(ms, alarm, ALARM_E_ACK, ALARM_S_UNACK, ALARM_S_ACKED, occurrence);
}

/* After an ack. */
static struct alarm_journal *go(int64_t ms, const char *alarm, uint64_t occurrence)
{
	return add(ms, alarm, ALARM_E_GO, ALARM_S_ACKED, ALARM_S_NORMAL, occurrence);
}

static struct alarm_journal *go_unacked(int64_t ms, const char *alarm,
					uint64_t occurrence)
{
	return add(ms, alarm, ALARM_E_GO, ALARM_S_UNACK, ALARM_S_RTNUN, occurrence);
}

static void compute(int64_t from, int64_t to)
{
	alarm_metrics_free(metrics);
	metrics = metrics_of(rows, n_rows, from, to, &r);
}

/* --- rates ---------------------------------------------------------------------- */

/* Twelve in the first minute, then one each 100 s of the second hour but the last 5. */
static void AM_11_rates_windows_and_hours(void **state)
{
	static char name[43][16];

	(void)state;
	for (int i = 0; i < 43; i++) {
		snprintf(name[i], sizeof(name[i]), "a%d", i);
		come(i < 12 ? i S : 1 H + (i - 12) * 100 S, name[i], 1 + (uint64_t)i);
	}
	compute(0, 2 H);
	assert_int_equal(r.rows, 43);
	assert_int_equal(r.annunciated, 43);
	assert_double(r.per_10min, 43.0 / 12, 1e-12);
	assert_double(r.per_hour, 21.5, 1e-12);
	assert_double(r.per_day, 516.0, 1e-9);
	assert_int_equal(r.hours, 2);
	assert_int_equal(r.hours_over, 1); /* 31, and 12 */
	assert_int_equal(r.windows, 12);
	assert_int_equal(r.windows_over, 1);
	assert_int_equal(r.max_window, 12);
	assert_int_equal(r.max_10min, 12);
	assert_double(r.day_peak, 12.0, 0.0);
	/* five windows of none, five of six, one of one, one of twelve */
	assert_int_equal(r.in_band[0], 6);
	assert_int_equal(r.in_band[1], 0);
	assert_int_equal(r.in_band[2], 5);
	assert_int_equal(r.in_band[3], 1);
	assert_int_equal(r.n_top, 10);
	assert_double(r.top_share, 10.0 / 43, 1e-12);
	assert_string_equal(r.top[0].name, "a0"); /* all once: by name */
	assert_string_equal(r.top[1].name, "a1");
	assert_string_equal(r.top[2].name, "a10");
}

/* Windows begin with the period; "any 10 minutes" do not. */
static void AM_11_any_ten_minutes_are_not_a_window(void **state)
{
	(void)state;
	for (int i = 0; i < 6; i++)
		come(8 MIN + i S, "early", 1 + (uint64_t)i);
	for (int i = 0; i < 7; i++)
		come(12 MIN + i S, "late", 10 + (uint64_t)i);
	compute(0, 1 H);
	assert_int_equal(r.max_window, 7);
	assert_int_equal(r.max_10min, 13);
	compute(2 MIN, 1 H + 2 MIN); /* windows 2-12, 12-22 */
	assert_int_equal(r.max_window, 7);
	compute(5 MIN, 1 H + 5 MIN);
	assert_int_equal(r.max_window, 13);
	assert_int_equal(r.max_10min, 13);
}

static void AM_11_floods_and_what_follows_their_start(void **state)
{
	(void)state;
	/* a quiet alarm, then a trip: 11 with the quiet one at 60 s, 20 in all */
	come(0, "quiet", 1);
	for (int i = 0; i < 19; i++)
		come(51 S + i S, "trip", 2 + (uint64_t)i); /* 51 .. 69 */
	compute(0, 100 MIN);
	assert_int_equal(r.floods, 1);
	assert_int_equal(r.n_largest, 1);
	assert_int_equal(r.largest[0].since, row_time(60 S) / 1000);
	/* at 60 s the tenth of the trip; at 665 the one of 65 leaves: 66 .. 69 are left
	 */
	assert_int_equal(r.largest[0].until, row_time(665 S) / 1000);
	assert_int_equal(r.flood_ms, 605 S);
	assert_int_equal(r.flood_longest_ms, 605 S);
	assert_int_equal(r.largest[0].total, 20);
	assert_int_equal(r.largest[0].peak, 20);
	assert_int_equal(r.upset_peak, 10); /* 60 .. 69 */
	compute(5 MIN, 100 MIN);            /* its end lies in the period */
	assert_int_equal(r.floods, 1);
	assert_int_equal(r.flood_ms, 365 S);
	assert_int_equal(r.annunciated, 0);
	assert_int_equal(r.upset_peak, 0);
	compute(0, 70 S); /* it is on at the end */
	assert_int_equal(r.flood_ms, 10 S);
	compute(665 S, 100 MIN);
	assert_int_equal(r.floods, 0);
}

/* --- nuisances ------------------------------------------------------------------ */

static void AM_11_chattering_and_fleeting_by_the_definition(void **state)
{
	uint64_t o = 1;

	(void)state;
	for (int i = 0; i < 5; i++, o++) { /* each 25 s, for 5 s: 3 of them make three */
		come(i * 25 S, "chatters", o);
		go_unacked(i * 25 S + 5 S, "chatters", o);
	}
	for (int i = 0; i < 3; i++, o++) { /* each 30 s: three in 60 s, not within */
		come(i * 30 S, "just not", o);
		go_unacked(i * 30 S + 10 S, "just not", o);
	}
	come(400 S, "acted on", o);
	ack(402 S, "acted on", o);
	go(403 S, "acted on", o++);
	compute(0, 1 H);
	assert_int_equal(r.chattering, 1);
	assert_int_equal(r.n_chatter, 3);
	assert_int_equal(r.fleeting, 1);
	assert_int_equal(r.n_fleeting, 5);
	assert_string_equal(r.top[0].name, "chatters");
	assert_int_equal(r.top[0].n_chatter, 3);
	assert_int_equal(r.top[0].n_fleeting, 5);
	assert_int_equal(r.top[1].n_fleeting, 0);
	compute(60 S, 1 H); /* the comings before the period are known */
	assert_int_equal(r.n_chatter, 2);
}

static void AM_11_stale_by_day_also_through_the_whole_period(void **state)
{
	(void)state;
	come(0, "stays", 1);        /* for ever */
	come(1 DAY, "two days", 2); /* stale in day 2 (from its 24 h on) and 3 */
	ack(1 DAY + 1 H, "two days", 2);
	go(3 DAY + 6 H, "two days", 2);
	come(4 DAY, "a day", 3);
	ack(4 DAY, "a day", 3);
	go(5 DAY, "a day", 3); /* 24 h, not more */
	compute(0, 5 DAY);
	assert_int_equal(r.stale, 2);
	assert_int_equal(r.stale_day, 2);
	assert_int_equal(r.stale_end, 1);
	compute(3 DAY + 6 H, 5 DAY); /* one stood throughout, without a row */
	assert_int_equal(r.stale, 1);
	assert_int_equal(r.stale_day, 1);
	assert_int_equal(r.annunciated, 1);
	compute(0, 1 DAY);
	assert_int_equal(r.stale, 0);
	compute(1 DAY, 1 DAY + 1); /* "stays" has just begun to be stale */
	assert_int_equal(r.stale, 1);
}

static void AM_11_a_shelved_alarm_is_not_seen_as_stale(void **state)
{
	struct alarm_journal *row;

	(void)state;
	come(0, "a", 1);
	row = add(1 H, "a", ALARM_E_SHELVE, ALARM_S_UNACK, ALARM_S_UNACK, 1);
	row->flags = ALARM_F_SHELVED;
	row = add(30 H, "a", ALARM_E_UNSHELVE, ALARM_S_UNACK, ALARM_S_UNACK, 1);
	compute(0, 29 H);
	assert_int_equal(r.stale, 0);
	compute(0, 31 H); /* since it came, not since it is seen again */
	assert_int_equal(r.stale, 1);
	assert_int_equal(r.stale_end, 1);
}

/* --- levels over time ----------------------------------------------------------- */

static void AM_11_levels_are_weighed_by_time(void **state)
{
	struct alarm_journal *row;

	(void)state;
	come(-1 H, "before", 1); /* stands when the period begins */
	ack(-30 MIN, "before", 1);
	come(10 MIN, "b", 2);
	row = add(20 MIN, "before", ALARM_E_SHELVE, ALARM_S_ACKED, ALARM_S_ACKED, 1);
	row->flags = ALARM_F_SHELVED;
	go_unacked(30 MIN, "b", 2);
	row = add(40 MIN, "c", ALARM_E_SUPPRESS, ALARM_S_NORMAL, ALARM_S_NORMAL, 0);
	row->flags = ALARM_F_SUPPRESSED;
	row = add(45 MIN, "c", ALARM_E_COME, ALARM_S_NORMAL, ALARM_S_UNACK, 3);
	row->flags = ALARM_F_SUPPRESSED;
	row = add(50 MIN, "d", ALARM_E_OUT_OF_SERVICE, ALARM_S_NORMAL, ALARM_S_NORMAL, 0);
	row->flags = ALARM_F_OUT_OF_SERVICE | ALARM_F_SHELVED;
	compute(0, 1 H);
	/* standing: 1 for 10 min, 2 for 10, 1 for 10, then none */
	assert_double(r.gauge[ALARM_G_STANDING].mean, 40.0 / 60, 1e-9);
	assert_int_equal(r.gauge[ALARM_G_STANDING].max, 2);
	assert_int_equal(r.gauge[ALARM_G_STANDING].end, 0);
	assert_double(r.gauge[ALARM_G_SHELVED].mean, (40.0 + 10) / 60, 1e-9);
	assert_int_equal(r.gauge[ALARM_G_SHELVED].max, 2);
	assert_double(r.gauge[ALARM_G_SUPPRESSED].mean, 20.0 / 60, 1e-9);
	assert_double(r.gauge[ALARM_G_OUT_OF_SERVICE].mean, 10.0 / 60, 1e-9);
	assert_int_equal(r.gauge[ALARM_G_OUT_OF_SERVICE].end, 1);
	assert_int_equal(r.annunciated, 1); /* b: c came hidden */
	assert_int_equal(r.unacked_end, 1);
	assert_int_equal(r.rows, 6);
	assert_int_equal(r.rows_before, 2);
}

static void AM_11_a_period_without_rows_shows_what_stands(void **state)
{
	(void)state;
	come(0, "a", 1);
	come(1 S, "b", 2);
	compute(1 H, 2 H);
	assert_int_equal(r.rows, 0);
	assert_int_equal(r.annunciated, 0);
	assert_double(r.per_10min, 0.0, 0.0);
	assert_true(isnan(r.top_share));
	assert_true(isnan(r.to_ack.mean_ms));
	assert_double(r.gauge[ALARM_G_STANDING].mean, 2.0, 0.0);
	assert_int_equal(r.gauge[ALARM_G_STANDING].max, 2);
	assert_int_equal(r.unacked_end, 2);
	compute(-2 H, -1 H); /* before the journal begins */
	assert_int_equal(r.gauge[ALARM_G_STANDING].max, 0);
	assert_int_equal(r.rows + r.rows_before, 0);
}

/* --- people --------------------------------------------------------------------- */

static void AM_11_times_to_acknowledge_and_to_clear(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++) { /* after 1 .. 20 s; clear 30 s after they came */
		uint64_t o = 1 + (uint64_t)i;

		come(i MIN, "a", o);
		ack(i MIN + (i + 1) S, "a", o)->by = i < 15 ? "anna" : "ivan";
		go(i MIN + 30 S, "a", o);
	}
	compute(0, 1 H);
	assert_int_equal(r.to_ack.n, 20);
	assert_double(r.to_ack.mean_ms, 10500.0, 1e-9);
	assert_double(r.to_ack.p95_ms, 19000.0, 190.0);
	assert_int_equal(r.to_clear.n, 20);
	assert_double(r.to_clear.mean_ms, 30000.0, 1e-9);
	assert_int_equal(r.acks, 20);
	assert_int_equal(r.n_operators, 2);
	assert_string_equal(r.operators[0].name, "anna");
	assert_int_equal(r.operators[0].n, 15);
	assert_int_equal(r.operators[1].n, 5);
	assert_int_equal(r.unacked_end, 0);
}

static void AL_04_an_older_occurrence_has_its_own_time(void **state)
{
	(void)state;
	come(0, "a", 1);
	go_unacked(10 S, "a", 1);
	add(20 S, "a", ALARM_E_COME, ALARM_S_RTNUN, ALARM_S_UNACK, 2);
	add(30 S, "a", ALARM_E_ACK, ALARM_S_RTNUN, ALARM_S_NORMAL, 1);
	compute(0, 40 S);
	assert_int_equal(r.to_ack.n, 1);
	assert_double(r.to_ack.mean_ms, 30000.0, 0.0);
	assert_int_equal(r.unacked_end, 1);
	assert_int_equal(r.gauge[ALARM_G_STANDING].end, 1); /* the newer one stands */
	ack(50 S, "a", 2);
	compute(0, 1 MIN);
	assert_double(r.to_ack.mean_ms, 30000.0, 0.0); /* 30 s and 30 s */
	assert_int_equal(r.unacked_end, 0);
}

static void AM_11_what_a_person_hides_is_counted_and_needs_a_reason(void **state)
{
	struct alarm_journal *row;

	(void)state;
	for (int i = 0; i < 3; i++) {
		row = add(i S, "a", ALARM_E_SHELVE, ALARM_S_NORMAL, ALARM_S_NORMAL, 0);
		row->flags = ALARM_F_SHELVED;
		row->cause = ALARM_BY_OPERATOR;
		row->by = i == 1 ? "" : "ivan";
		row->text = i == 2 ? "" : "sensor under repair";
	}
	row = add(9 S, "b", ALARM_E_SUPPRESS, ALARM_S_NORMAL, ALARM_S_NORMAL, 0);
	row->flags = ALARM_F_SUPPRESSED;
	row->cause = ALARM_BY_LOGIC;
	compute(0, 1 MIN);
	assert_int_equal(r.hidden_by_hand, 3);
	assert_int_equal(r.unauthorised, 2);
}

static void AM_11_what_comes_back_from_hiding_is_annunciated(void **state)
{
	struct alarm_journal *row;

	(void)state;
	row = come(0, "a", 1);
	row->flags = ALARM_F_SHELVED;
	add(10 MIN, "a", ALARM_E_SHELF_EXPIRED, ALARM_S_UNACK, ALARM_S_UNACK, 1);
	ack(10 MIN + 5 S, "a", 1);
	add(30 MIN, "a", ALARM_E_REALARM, ALARM_S_ACKED, ALARM_S_UNACK, 2);
	row = come(40 MIN, "told nobody", 3);
	row->priority = ALARM_DIAGNOSTIC;
	compute(0, 1 H);
	assert_int_equal(r.annunciated, 2);
	assert_double(r.to_ack.mean_ms, 5000.0, 0.0);
	assert_int_equal(r.by_priority[ALARM_LOW], 2);
	assert_int_equal(r.gauge[ALARM_G_STANDING].max, 1);
	assert_int_equal(r.chattering, 0);
}

/* --- which alarms --------------------------------------------------------------- */

static void count_of(const struct alarm_area_choice *areas, size_t n,
		     const char *class_name, uint64_t want)
{
	struct alarm_metrics_query q = { .from = { row_time(0) },
					 .to = { row_time(1 H) },
					 .areas = areas,
					 .n_areas = n,
					 .class_name = class_name };
	struct alarm_metrics *m = alarm_metrics_new(&q, NULL);

	for (size_t i = 0; i < n_rows; i++)
		alarm_metrics_row(m, &rows[i]);
	alarm_metrics_end(m, &r);
	assert_int_equal(r.annunciated, want);
	alarm_metrics_free(m);
}

static void AM_11_by_area_class_and_position(void **state)
{
	static const struct alarm_area_choice intake[] = { { "intake", true } },
					      two[] = { { "intake.well", true },
							{ "filter", true } },
					      part[] = { { "int", true } },
					      /* a position that has all but the wells */
		position[] = { { "*", true }, { "intake.well", false } };

	(void)state;
	come(1 S, "a", 1)->class_name = "safety";
	come(2 S, "b", 2)->area = "intake.well";
	come(3 S, "c", 3)->area = "intake2";
	come(4 S, "d", 4)->area = "filter.f1";
	rows[3].class_name = "safety";
	count_of(NULL, 0, NULL, 4);
	count_of(intake, 1, NULL, 2);
	count_of(two, 2, NULL, 2);
	count_of(part, 1, NULL, 0);
	count_of(position, 2, NULL, 3);
	count_of(NULL, 0, "safety", 2);
	count_of(intake, 1, "safety", 1);
	/* an alarm that a new configuration moved elsewhere is no longer ours */
	ack(10 S, "b", 2)->area = "filter";
	count_of(intake, 1, NULL, 2);
	assert_int_equal(r.gauge[ALARM_G_STANDING].end, 1);
}

/* --- what goes wrong ------------------------------------------------------------ */

static void AL_08_a_clock_set_back_makes_no_negative_time(void **state)
{
	uint64_t o = 1;

	(void)state;
	for (int i = 0; i < 12; i++)
		come(2 H + i S, "flood", o++);
	come(2 H + 12 S, "c", o++);
	ack(1 H, "flood", o - 2); /* an hour "before" it came */
	go(1 H + 1 S, "flood", o - 2);
	go_unacked(1 H + 1 S, "c", o - 1); /* nobody knows after how long */
	come(1 H + 2 S, "b", o);
	ack(1 H + 4 S, "b", o);
	compute(0, 3 H);
	assert_int_equal(r.annunciated, 14);
	assert_int_equal(r.max_10min, 13);
	assert_int_equal(r.floods, 1);
	assert_int_equal(r.flood_ms,
			 2 S); /* from 2:00:10, to the row that was set back */
	assert_int_equal(r.to_ack.n, 2);
	assert_double(r.to_ack.mean_ms, 1000.0, 1e-9); /* 0 and 2 s */
	assert_int_equal(r.n_fleeting, 0);
	assert_true(r.gauge[ALARM_G_STANDING].mean >= 0.0);
	assert_true(r.gauge[ALARM_G_STANDING].mean <= 3.0);
}

/* A server that was killed may have lost a clearing that nobody saw. */
static void AL_06_a_coming_without_a_going_before(void **state)
{
	(void)state;
	come(0, "a", 1);
	add(10 MIN, "a", ALARM_E_COME, ALARM_S_NORMAL, ALARM_S_UNACK, 2);
	go(20 MIN, "gone before it was known", 7);
	compute(0, 1 H);
	assert_int_equal(r.annunciated, 2);
	assert_int_equal(r.gauge[ALARM_G_STANDING].max, 1);
	assert_int_equal(r.to_clear.n, 0);
	assert_int_equal(r.unacked_end, 2);
}

static void AM_11_a_removed_alarm_stands_no_more(void **state)
{
	(void)state;
	come(0, "a", 1);
	add(30 MIN, "a", ALARM_E_REMOVE, ALARM_S_UNACK, ALARM_S_NORMAL, 1);
	compute(0, 1 H);
	assert_double(r.gauge[ALARM_G_STANDING].mean, 0.5, 1e-9);
	assert_int_equal(r.unacked_end, 0);
}

static void AM_11_a_period_that_cannot_be_is_refused(void **state)
{
	struct alarm_metrics_query q = { .from = { 5 DAY }, .to = { 5 DAY } };
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_null(alarm_metrics_new(&q, &why));
	assert_has(why.buf, "ends before it begins");
	q.to.ms = INT64_MAX;
	assert_null(alarm_metrics_new(&q, &why));
	assert_has(why.buf, "longer than 3660 days");
	q.from.ms = -1;
	q.to.ms = 10;
	assert_null(alarm_metrics_new(&q, &why));
	strbuf_release(&why);
}

static void AM_11_more_alarms_than_are_kept_still_count(void **state)
{
	struct alarm_metrics_query q = { .from = { row_time(0) },
					 .to = { row_time(1 H) } };
	struct alarm_metrics *m = alarm_metrics_new(&q, NULL);
	char name[24];

	(void)state;
	for (uint64_t i = 0; i < ALARM_METRICS_ALARMS + 5; i++) {
		struct alarm_journal row = row_of(1 S, name, ALARM_E_COME, ALARM_S_NORMAL,
						  ALARM_S_UNACK, i + 1);

		snprintf(name, sizeof(name), "alarm.%d", (int)i);
		alarm_metrics_row(m, &row);
	}
	alarm_metrics_end(m, &r);
	assert_true(r.too_many);
	assert_int_equal(r.annunciated, ALARM_METRICS_ALARMS + 5);
	assert_int_equal(r.max_10min, ALARM_METRICS_ALARMS + 5);
	assert_int_equal(r.gauge[ALARM_G_STANDING].end, ALARM_METRICS_ALARMS);
	alarm_metrics_free(m);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(AM_11_rates_windows_and_hours),
		TEST(AM_11_any_ten_minutes_are_not_a_window),
		TEST(AM_11_floods_and_what_follows_their_start),
		TEST(AM_11_chattering_and_fleeting_by_the_definition),
		TEST(AM_11_stale_by_day_also_through_the_whole_period),
		TEST(AM_11_a_shelved_alarm_is_not_seen_as_stale),
		TEST(AM_11_levels_are_weighed_by_time),
		TEST(AM_11_a_period_without_rows_shows_what_stands),
		TEST(AM_11_times_to_acknowledge_and_to_clear),
		TEST(AL_04_an_older_occurrence_has_its_own_time),
		TEST(AM_11_what_a_person_hides_is_counted_and_needs_a_reason),
		TEST(AM_11_what_comes_back_from_hiding_is_annunciated),
		TEST(AM_11_by_area_class_and_position),
		TEST(AL_08_a_clock_set_back_makes_no_negative_time),
		TEST(AL_06_a_coming_without_a_going_before),
		TEST(AM_11_a_removed_alarm_stands_no_more),
		TEST(AM_11_a_period_that_cannot_be_is_refused),
		TEST(AM_11_more_alarms_than_are_kept_still_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
