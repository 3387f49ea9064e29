/* test_station_limits.c - limits that are tags, when an operator moves one. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <string.h>

static void confirm(struct rig *r, uint64_t session, uint32_t req, uint64_t token)
{
	rig_request(r, session, WIRE_CONFIRM, req, token, "");
}

/* A station whose alarm a.level.top (b.sp, 1 to 9) has a tag as its limit. */
static uint64_t begin(struct rig *r)
{
	rig_reload(r, RIG_TYPES, false, 0, 0);
	rig_number(r, "b.sp", 5);
	return rig_open(r, RIG_OLEG);
}

static void AM_07_a_limit_moves_within_the_bounds_of_its_alarm_only(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = begin(r);
	enum wire_status status = WIRE_OK;

	assert_int_equal(rig_token(r, oleg, "b.sp", value_double(9.5)), 0);
	assert_string_equal(
		rig_reply(r, oleg, 500, &status),
		"b.sp is the limit of the alarm a.level.top, which takes none "
		"above 9: 9.5 is refused");
	assert_int_equal(status, WIRE_REFUSED);
	rig_forget(r, oleg);
	assert_int_equal(rig_token(r, oleg, "b.sp", value_double(0.5)), 0);
	assert_has(rig_reply(r, oleg, 500, NULL), "takes none below 1: 0.5 is refused");
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 2);
	rig_forget(r, oleg);
	assert_true(rig_token(r, oleg, "b.sp", value_double(9)) != 0);
}

static void AM_07_a_moved_limit_is_on_record_with_its_alarm(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = begin(r);
	struct audit_record a;

	confirm(r, oleg, 7, rig_token(r, oleg, "b.sp", value_double(7)));
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_LIMIT, &a), 1);
	assert_string_equal(a.subject, "a.level.top");
	assert_string_equal(a.area, "a");
	assert_string_equal(a.old_value, "5");
	assert_string_equal(a.new_value, "7");
	assert_string_equal(a.actor, "oleg");
	assert_string_equal(a.result, "accepted");
	assert_has(a.detail, "limit of alarm a.level.top: 5 -> 7");
	assert_true(a.request != 0); /* names the write whose records stand beside */
}

static void AM_07_a_write_that_no_alarm_depends_on_records_no_limit(void **state)
{
	struct rig *r = *state;
	uint64_t ivan;

	begin(r);
	ivan = rig_open(r, RIG_IVAN);
	confirm(r, ivan, 8, rig_token(r, ivan, "a.sp", value_double(45)));
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_LIMIT, NULL), 0);
}

static void AM_07_a_limit_that_was_not_sent_is_not_recorded_as_moved(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = begin(r);

	r->outcome = WRITE_REFUSED;
	r->outcome_text = "no";
	confirm(r, oleg, 7, rig_token(r, oleg, "b.sp", value_double(7)));
	assert_int_equal(rig_audits(r, AUDIT_OUTCOME, NULL), 1);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_LIMIT, NULL), 0);
}

static void substitute(struct rig *r, uint64_t session, uint32_t req, double v)
{
	struct wire_substitute m = { .req = req, .value = value_double(v) };
	struct strbuf frame = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "b.sp");
	snprintf(m.reason, sizeof(m.reason), "its card is out");
	wire_put_substitute(&frame, &m);
	rig_frame(r, session, &frame);
	strbuf_release(&frame);
}

static void AM_07_a_substituted_limit_has_the_same_bounds_and_record(void **state)
{
	struct rig *r = *state;
	uint64_t oleg = begin(r);
	enum wire_status status = WIRE_OK;
	struct audit_record a;

	substitute(r, oleg, 3, 9.5);
	assert_has(rig_reply(r, oleg, 3, &status), "takes none above 9: 9.5 is refused");
	assert_int_equal(status, WIRE_REFUSED);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_LIMIT, NULL), 0);
	substitute(r, oleg, 4, 8);
	rig_reply(r, oleg, 4, &status);
	assert_int_equal(status, WIRE_OK);
	assert_int_equal(rig_audits(r, AUDIT_ALARM_LIMIT, &a), 1);
	assert_string_equal(a.subject, "a.level.top");
	assert_string_equal(a.new_value, "8");
	assert_string_equal(a.result, "substituted");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(AM_07_a_limit_moves_within_the_bounds_of_its_alarm_only),
		RIG_TEST(AM_07_a_moved_limit_is_on_record_with_its_alarm),
		RIG_TEST(AM_07_a_write_that_no_alarm_depends_on_records_no_limit),
		RIG_TEST(AM_07_a_limit_that_was_not_sent_is_not_recorded_as_moved),
		RIG_TEST(AM_07_a_substituted_limit_has_the_same_bounds_and_record),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
