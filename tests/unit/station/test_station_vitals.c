/* test_station_vitals.c - devices that tell by a heartbeat that their program runs, and
 * by an uptime that it is still the same run. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/vitals.h"
#include "util/xalloc.h"

static int setup(void **state)
{
	static const struct store_snapshot nothing = { .next_occurrence = 1,
						       .next_request = 1 };
	struct rig *r = calloc(1, sizeof(*r));

	rig_init_from(r, rig_station(RIG_VITALS), &nothing);
	rig_plant(r);
	*state = r;
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, rig_teardown)

static enum quality_reason reason(const struct rig *r, const char *tag)
{
	return quality_reason(rig_value(r, tag)->quality);
}

static bool good(const struct rig *r, const char *tag)
{
	return quality_is_good(rig_value(r, tag)->quality);
}

static void beat(struct rig *r, int64_t n)
{
	rig_sample(r, "a.beat", value_int(n), 0);
}

static void uptime(struct rig *r, int64_t n)
{
	rig_sample(r, "a.uptime", value_int(n), 0);
}

/* Everything is read each half second; the heartbeat says n or, from there on, counts. */
static void read_for(struct rig *r, int64_t ms, int64_t n, int step)
{
	for (int64_t t = 0; t < ms; t += 500, n += step) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_plant(r);
		beat(r, n);
	}
}

static int alarm_state(struct rig *r, uint64_t who, const char *name)
{
	struct wire_alarm_row row;

	return rig_alarm_row(r, who, name, &row) ? row.state : -1;
}

/* The device says who may write to it; the tag that says so is free. */
static void WR_16_a_device_that_names_another_station_is_not_written(void **state)
{
	struct rig *r = *state;
	struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };
	struct station_def *def = rig_station(RIG_VITALS);
	struct wire_write_done d;
	uint64_t ivan;

	free(def->devices[0].restart);
	def->devices[0].restart = NULL;
	def->devices[0].owner = xstrdup("a.uptime");
	def->devices[0].owner_id = 7;
	rig_release(r);
	rig_init_from(r, def, &nothing);
	read_for(r, 1000, 1, 1);
	ivan = rig_open(r, RIG_IVAN);
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		   "who may write to plc1 is not known");
	uptime(r, 9);
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		   "plc1 belongs to station 9 (a.uptime), this one is 7");
	uptime(r, 7);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));
	assert_true(token != 0);
	/* it changes hands between the confirm and the sending */
	r->hold_commits = true;
	rig_confirm(r, ivan, 7, token);
	uptime(r, 9);
	r->hold_commits = false;
	rig_answer_all(r, true);
	d = rig_settled(r, ivan, 7);
	assert_int_equal(d.outcome, WRITE_NOT_SENT);
	assert_has(d.text, "belongs to station 9");
	assert_int_equal(r->n_writes, 0);
}

static void PLC_24_a_heartbeat_that_stands_still_makes_the_device_bad(void **state)
{
	struct rig *r = *state;
	struct audit_record last;
	uint64_t who = rig_open(r, RIG_IVAN);

	rig_request(r, who, WIRE_ALARMS, 1, 1, "");
	read_for(r, 8000, 1, 1);
	assert_true(good(r, "a.level") &&
		    rig_value(r, "system.plc1.heartbeat")->value.u.b);
	read_for(r, 4500, 16, 0); /* the last beat was the first of these at the latest */
	assert_true(good(r, "a.level"));
	read_for(r, 1000, 16, 0);
	assert_int_equal(rig_value(r, "a.level")->quality,
			 QUALITY_MAKE(QUALITY_BAD, REASON_HEARTBEAT));
	assert_double(rig_value(r, "a.level")->value.u.d, 2, 0); /* the last, marked */
	assert_true(good(r, "a.beat") && good(r, "b.sp") && good(r, "c.sp"));
	assert_int_equal(reason(r, "e.sum"), REASON_OPERAND);
	assert_false(rig_value(r, "system.plc1.heartbeat")->value.u.b);
	assert_true(rig_value(r, "system.plc1.connected")->value.u.b);
	assert_int_equal(rig_value(r, "system.plc1.status")->value.u.i,
			 WIRE_NE107_FAILURE);
	assert_int_equal(alarm_state(r, who, "system.plc1.heartbeat"), ALARM_S_UNACK);
	assert_has(r->log.buf, "its heartbeat a.beat has not moved for 5000 ms");
	assert_int_equal(rig_audits(r, AUDIT_DEVICE, &last), 1);
	assert_string_equal(last.result, "heartbeat lost");
	read_for(r, 3000, 16, 0); /* reads go on to succeed */
	rig_number(r, "a.level", 3);
	assert_int_equal(reason(r, "a.level"), REASON_HEARTBEAT);
	beat(r, 17);
	assert_true(good(r, "a.level")); /* what came meanwhile, at once */
	assert_double(rig_value(r, "a.level")->value.u.d, 3, 0);
	assert_true(rig_value(r, "system.plc1.heartbeat")->value.u.b);
	assert_int_equal(alarm_state(r, who, "system.plc1.heartbeat"), ALARM_S_RTNUN);
	assert_int_equal(rig_audits(r, AUDIT_DEVICE, &last), 2);
	read_for(r, 8000, 18, 1);
	assert_true(good(r, "a.level"));
}

static void a_heartbeat_that_was_never_seen_is_missed_too(void **state)
{
	struct rig *r = *state;

	for (int i = 0; i < 11; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_plant(r);
	}
	assert_int_equal(reason(r, "a.level"), REASON_HEARTBEAT);
	beat(r, 1);
	assert_int_equal(reason(r, "a.level"), REASON_HEARTBEAT);
	beat(r, 2);
	assert_true(good(r, "a.level"));
}

static void a_bad_heartbeat_does_not_move(void **state)
{
	struct rig *r = *state;

	beat(r, 1);
	for (int i = 0; i < 12; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_plant(r);
		rig_sample(r, "a.beat", value_int(i),
			   QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	}
	assert_int_equal(reason(r, "a.level"), REASON_HEARTBEAT);
}

static void what_a_person_typed_or_was_bad_keeps_its_quality(void **state)
{
	struct rig *r = *state;

	read_for(r, 1000, 1, 1);
	rig_sample(r, "a.level", value_double(9), QUALITY_SUBSTITUTED);
	rig_sample(r, "a.mode", (struct value){ 0 },
		   QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	for (int i = 0; i < 12; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_number(r, "a.sp", 40);
		rig_sample(r, "a.mode", (struct value){ 0 },
			   QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	}
	assert_int_equal(reason(r, "a.sp"), REASON_HEARTBEAT);
	assert_int_equal(rig_value(r, "a.level")->quality, QUALITY_SUBSTITUTED);
	assert_int_equal(reason(r, "a.mode"), REASON_DEVICE);
	beat(r, 99);
	assert_true(good(r, "a.sp"));
	assert_int_equal(reason(r, "a.mode"), REASON_DEVICE);
}

/* Nothing is missed while the device does not answer, and an answer alone is no beat. */
static void a_lost_connection_is_not_a_lost_heartbeat(void **state)
{
	struct rig *r = *state;

	read_for(r, 2000, 1, 1);
	rig_device(r, "plc1", DEVICE_FAILED, "no reply");
	for (int i = 0; i < 20; i++) {
		rig_wait(r, 500);
		rig_beats(r);
	}
	assert_int_equal(reason(r, "a.level"), REASON_COMM);
	assert_int_equal(reason(r, "system.plc1.heartbeat"), REASON_COMM);
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	read_for(r, 4500, 4, 0);
	assert_true(good(r, "a.level")); /* it has its time anew */
	read_for(r, 1000, 4, 0);
	assert_int_equal(reason(r, "a.level"), REASON_HEARTBEAT);
	rig_device(r, "plc1", DEVICE_FAILED, "no reply");
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	rig_plant(r);
	assert_int_equal(reason(r, "a.level"),
			 REASON_HEARTBEAT); /* and is not believed */
	beat(r, 5);
	assert_true(good(r, "a.level"));
}

static void a_reload_that_drops_the_heartbeat_gives_the_values_back(void **state)
{
	struct rig *r = *state;

	read_for(r, 6500, 1, 0);
	assert_int_equal(reason(r, "a.level"), REASON_HEARTBEAT);
	rig_reload(r, RIG_SAME, false, rig_open(r, RIG_ENG), 5);
	assert_true(good(r, "a.level"));
	for (int i = 0; i < 20; i++) {
		rig_wait(r, 500);
		rig_beats(r);
		rig_plant(r);
	}
	assert_true(good(r, "a.level"));
	rig_reload(r, RIG_VITALS, false, rig_open(r, RIG_ENG), 6);
	read_for(r, 6500, 1, 0);
	assert_int_equal(reason(r, "a.level"), REASON_HEARTBEAT);
}

static void PLC_21_a_restart_voids_what_was_selected_and_is_on_record(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), token;
	struct audit_record last;
	enum wire_status status;

	uptime(r, 86400);
	read_for(r, 1000, 1, 1);
	token = rig_token(r, ivan, "a.sp", value_double(50));
	assert_true(token != 0);
	rig_wait(r, 100);
	uptime(r, 3);
	assert_int_equal(rig_value(r, "system.plc1.restarts")->value.u.i, 1);
	assert_has(r->log.buf, "plc1 has restarted: a.uptime went from 86400 to 3");
	assert_int_equal(rig_audits(r, AUDIT_DEVICE, &last), 1);
	assert_string_equal(last.result, "restarted");
	assert_int_equal(rig_audits(r, AUDIT_CANCEL, &last), 1);
	assert_has(last.detail, "the device has restarted");
	rig_request(r, ivan, WIRE_CONFIRM, 7, token, "");
	rig_reply(r, ivan, 7, &status);
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(r->n_writes, 0); /* and nothing is written back by itself */
	/* what was read before says nothing any more */
	assert_int_equal(rig_value(r, "a.level")->quality,
			 QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RESTART));
	assert_true(good(r, "a.uptime") && good(r, "b.sp"));
	rig_wait(r, 100);
	rig_plant(r);
	assert_true(good(r, "a.level"));
	uptime(r, 4);
	assert_int_equal(rig_value(r, "system.plc1.restarts")->value.u.i, 1);
}

static void PLC_21_a_command_not_yet_sent_dies_with_the_restart(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done m;

	uptime(r, 500);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(50));
	r->hold_commits = true;
	rig_request(r, ivan, WIRE_CONFIRM, 7, token, ""); /* its intent is being stored */
	rig_wait(r, 100);
	uptime(r, 2);
	rig_plant(r);
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_int_equal(r->n_writes, 0);
	assert_true(rig_done(r, ivan, 7, &m));
	assert_int_equal(m.outcome, WRITE_NOT_SENT);
	assert_has(m.text, "plc1 has restarted meanwhile");
}

static void PLC_21_a_restart_while_nobody_was_connected_is_noticed(void **state)
{
	struct rig *r = *state;

	uptime(r, 5000);
	rig_device(r, "plc1", DEVICE_FAILED, "no reply");
	rig_wait(r, 1000);
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	uptime(r, 12);
	assert_int_equal(rig_value(r, "system.plc1.restarts")->value.u.i, 1);
	rig_sample(r, "a.uptime", value_int(3), QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE));
	assert_int_equal(rig_value(r, "system.plc1.restarts")->value.u.i, 1);
}

/* --- one source, many tags ------------------------------------------------------- */

enum { MANY = 1000 };

/* On plc1. rate and stale_ms: as the tag says them, or NULL and 0. */
static void add_tag(struct station_def *d, const char *name, const char *rate,
		    int64_t stale_ms)
{
	const struct tag_numbers numbers = { .stale_ms = stale_ms };
	struct tag_def *t = station_def_add_tag(d, name);

	t->area = station_def_text(d, "m");
	t->type = VALUE_INT;
	t->kind = TAG_DEVICE;
	t->device = 0;
	t->numbers = station_def_numbers(d, &numbers);
	settings_add(&t->settings, "address", "holding:1");
	if (rate)
		settings_add(&t->settings, "scan", rate);
	struct settings own = t->settings;
	t->settings = settings_keep(&own, d->texts);
	settings_release(&own);
}

static void add_many(struct station_def *d)
{
	char name[20];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "m.t%d", i);
		add_tag(d, name, NULL, 0);
	}
}

static size_t journal_rows(const struct rig *r)
{
	return rig_stored_ops(r, TXN_JOURNAL);
}

static void PLC_01_a_source_with_a_thousand_tags_raises_one_alarm(void **state)
{
	struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };
	struct rig *r = calloc(1, sizeof(*r));
	struct station_def *d = rig_station(RIG_VITALS);
	char name[20];

	(void)state;
	add_many(d);
	rig_init_from(r, d, &nothing);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "m.t%d", i);
		rig_sample(r, name, value_int(i), 0);
	}
	size_t before = journal_rows(r);
	rig_device(r, "plc1", DEVICE_FAILED, "no reply within 1000 ms");
	rig_wait(r, 1000);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "m.t%d", i);
		assert_int_equal(reason(r, name), REASON_COMM);
	}
	assert_int_equal(journal_rows(r), before + 1);
	rig_device(r, "plc1", DEVICE_FAILED, "connection refused");
	rig_wait(r, 500);
	assert_int_equal(journal_rows(r), before + 1);
	rig_release(r);
	free(r);
}

/* --- how old a value may become ------------------------------------------------- */

static bool is_stale(const struct rig *r, const char *tag)
{
	return reason(r, tag) == REASON_STALE;
}

/* Three scans of its own rate, three seconds at least, or what the tag says itself. */
static void PLC_01_a_value_may_be_three_scans_old(void **state)
{
	static const struct {
		const char *tag;
		int64_t stale_after_ms;
	} row[] = {
		{ "a.sp", 3000 },    { "b.sp", 15000 },  { "m.own", 12000 },
		{ "m.slow", 60000 }, { "m.fast", 3000 },
	};
	struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };
	struct rig *r = calloc(1, sizeof(*r));
	struct station_def *d = rig_station(RIG_SAME);

	(void)state;
	d->devices[0].scan_ms = 100;
	d->devices[1].scan_ms = 5000;
	settings_add(&d->devices[0].settings, "slow_ms", "20000");
	settings_add(&d->devices[0].settings, "fast_ms", "10");
	add_tag(d, "m.own", NULL, 12000);
	add_tag(d, "m.slow", "slow", 0);
	add_tag(d, "m.fast", "fast", 0);
	rig_init_from(r, d, &nothing);
	rig_plant(r);
	rig_sample(r, "m.own", value_int(1), 0);
	rig_sample(r, "m.slow", value_int(1), 0);
	rig_sample(r, "m.fast", value_int(1), 0);
	for (int64_t ms = 500; ms <= 61000; ms += 500) {
		rig_wait(r, 500);
		rig_beats(r);
		for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
			if (is_stale(r, row[i].tag) != (ms >= row[i].stale_after_ms))
				fail_msg("%s after %d ms", row[i].tag, (int)ms);
	}
	rig_release(r);
	free(r);
}

/* --- the rules, without a station ----------------------------------------------- */

static void an_uptime_that_ran_over_is_no_restart(void **state)
{
	static const struct {
		double was, is;
		bool fell;
	} row[] = {
		{ 100, 101, false },
		{ 100, 100, false },
		{ 100, 99, true },
		{ 86400, 0, true },
		{ 65535, 0, false },
		{ 65000, 400, false },
		{ 65000, 2000, true },      /* later than a 64th */
		{ 60000, 3, true },         /* sooner than that */
		{ 32767, 2, false },        /* a signed one */
		{ 4294967295.0, 5, false }, /* milliseconds: after 49.7 days */
		{ 4294967295.0, 1e8, true },
		{ 2147483647.0, 0, false },
		{ 5e9, 3, true },
		{ 65535, -1, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct sample s = { .value = value_double(row[i].was) };
		struct uptime u = { .known = false };
		double was = -1;

		assert_false(uptime_fell(&u, &s, &was));
		s.value = value_double(row[i].is);
		if (uptime_fell(&u, &s, &was) != row[i].fell)
			fail_msg("%.17g to %.17g", row[i].was, row[i].is);
		assert_double(was, row[i].was, 0);
	}
}

static void what_is_not_good_neither_beats_nor_counts(void **state)
{
	struct sample s = { .value = value_int(7) };
	struct heartbeat h = { .known = false };
	struct uptime u = { .known = false };
	double was;

	(void)state;
	assert_false(heartbeat_moved(&h, &s));
	assert_false(uptime_fell(&u, &s, &was));
	s.value = value_int(3);
	s.quality = QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE);
	assert_false(heartbeat_moved(&h, &s));
	assert_false(uptime_fell(&u, &s, &was));
	s.quality = 0;
	assert_true(heartbeat_moved(&h, &s));
	assert_true(uptime_fell(&u, &s, &was));
	s.value = value_string("x");
	assert_false(heartbeat_moved(&h, &s));
	assert_false(uptime_fell(&u, &s, &was));
	s.value = value_bool(true);
	assert_true(heartbeat_moved(&h, &s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_16_a_device_that_names_another_station_is_not_written),
		T(PLC_24_a_heartbeat_that_stands_still_makes_the_device_bad),
		T(a_heartbeat_that_was_never_seen_is_missed_too),
		T(a_bad_heartbeat_does_not_move),
		T(what_a_person_typed_or_was_bad_keeps_its_quality),
		T(a_lost_connection_is_not_a_lost_heartbeat),
		T(a_reload_that_drops_the_heartbeat_gives_the_values_back),
		T(PLC_21_a_restart_voids_what_was_selected_and_is_on_record),
		T(PLC_21_a_command_not_yet_sent_dies_with_the_restart),
		T(PLC_21_a_restart_while_nobody_was_connected_is_noticed),
		cmocka_unit_test(PLC_01_a_source_with_a_thousand_tags_raises_one_alarm),
		cmocka_unit_test(PLC_01_a_value_may_be_three_scans_old),
		cmocka_unit_test(an_uptime_that_ran_over_is_no_restart),
		cmocka_unit_test(what_is_not_good_neither_beats_nor_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
