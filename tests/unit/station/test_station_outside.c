/* test_station_outside.c - a setpoint changed at the device itself: on record, told to
 * who may see it; and all that only looks like it. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STANDS = 3000 };

/* Time in which the drivers live. */
static void pass(struct rig *r, int64_t ms)
{
	for (; ms > 0; ms -= 500) {
		rig_wait(r, ms < 500 ? ms : 500);
		rig_beats(r);
	}
}

static int setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	rig_init(r);
	rig_plant(r);
	pass(r, 2 * STANDS);
	rig_plant(r); /* fresh */
	*state = r;
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, rig_teardown)

static size_t on_record(const struct rig *r, struct audit_record *last)
{
	return rig_audits(r, AUDIT_OUTSIDE, last);
}

static const char *notice(const struct rig *r, uint64_t session)
{
	static struct wire_notice m;
	const uint8_t *p;
	size_t n;

	if (!rig_last(r, session, WIRE_NOTICE, &p, &n))
		return "";
	assert_true(wire_get_notice(p, n, &m));
	assert_int_equal(m.refused, 0);
	return m.text;
}

static void stands(struct rig *r, const char *tag, double v, int64_t ms)
{
	rig_number(r, tag, v);
	pass(r, ms);
}

static void WR_31_a_change_at_the_panel_is_recorded_and_told(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), oleg = rig_open(r, RIG_OLEG);
	struct audit_record a;

	stands(r, "a.sp", 55, STANDS - 500);
	assert_int_equal(on_record(r, &a), 0);
	pass(r, 1000);
	assert_int_equal(on_record(r, &a), 1);
	assert_string_equal(a.subject, "a.sp");
	assert_string_equal(a.actor, "system");
	assert_string_equal(a.old_value, "40");
	assert_string_equal(a.new_value, "55");
	assert_string_equal(a.result, "changed outside");
	assert_has(a.detail, "a.sp was changed outside Sightglass: 40");
	assert_has(notice(r, ivan), "a.sp was changed outside Sightglass: 40");
	assert_string_equal(notice(r, oleg), ""); /* he has area b only */
	pass(r, 60000);
	assert_int_equal(on_record(r, &a), 1);
}

static void WR_31_our_own_write_is_not_reported(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	r->shows_written = true;
	rig_confirm(r, ivan, 6, rig_token(r, ivan, "a.sp", value_double(70)));
	assert_int_equal(rig_settled(r, ivan, 6).verdict, VERDICT_MATCH);
	rig_number(r, "a.sp", 70);
	pass(r, 4 * STANDS);
	assert_int_equal(on_record(r, &a), 0);
	stands(r, "a.sp", 71, 2 * STANDS);
	assert_int_equal(on_record(r, &a), 1);
	assert_string_equal(a.old_value, "70");
}

/* The device shows it before its driver has told the outcome. */
static void WR_31_nor_is_it_while_it_is_under_way(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	r->mute_writes = true;
	rig_confirm(r, ivan, 6, rig_token(r, ivan, "a.sp", value_double(70)));
	assert_int_equal(r->n_writes, 1);
	stands(r, "a.sp", 70, STANDS + 1000);
	assert_int_equal(on_record(r, &a), 0);
	rig_number(r, "a.sp", 70);
	pass(r, 10 * STANDS); /* unknown by now, and it stands */
	rig_number(r, "a.sp", 70);
	pass(r, 2 * STANDS);
	assert_int_equal(on_record(r, &a), 0);
}

static void WR_31_a_refused_write_hides_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	r->outcome = WRITE_REFUSED;
	rig_confirm(r, ivan, 6, rig_token(r, ivan, "a.sp", value_double(70)));
	rig_settled(r, ivan, 6);
	stands(r, "a.sp", 40, 2 * STANDS);
	stands(r, "a.sp", 30, 2 * STANDS);
	assert_int_equal(on_record(r, &a), 1);
	assert_string_equal(a.old_value, "40");
}

static void WR_31_a_start_reports_nothing(void **state)
{
	struct rig *r = *state, *next;
	struct audit_record a;

	stands(r, "a.sp", 40, STANDS);
	next = rig_restart(r, RIG_SAME);
	rig_plant(next);
	stands(next, "a.sp", 55, 3 * STANDS);
	/* what stood at the start was seen for no time at all, so 55 is where it begins
	 */
	assert_int_equal(on_record(next, &a), 0);
	stands(next, "a.sp", 60, 3 * STANDS);
	assert_int_equal(on_record(next, &a), 1);
	rig_stop(next);
}

static void WR_31_a_reconnection_reports_nothing_when_it_is_the_same(void **state)
{
	struct rig *r = *state;
	struct audit_record a;

	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	pass(r, 30000);
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	stands(r, "a.sp", 0, STANDS); /* its program is not ready yet */
	stands(r, "a.sp", 40, 20 * STANDS);
	assert_int_equal(on_record(r, &a), 0);
}

static void WR_31_what_changed_meanwhile_is_told_as_that(void **state)
{
	struct rig *r = *state;
	struct audit_record a;

	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	pass(r, 30000);
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	stands(r, "a.sp", 50, 4 * STANDS);
	assert_int_equal(on_record(r, &a), 1);
	assert_has(a.detail, "(while its device was away)");
}

static void WR_31_a_substitution_is_not_the_device(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_substitute m = { .req = 9, .value = value_double(77) };
	struct audit_record a;
	struct strbuf w = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "a.sp");
	snprintf(m.reason, sizeof(m.reason), "test");
	wire_put_substitute(&w, &m);
	rig_frame(r, ivan, &w);
	stands(r, "a.sp", 40, 3 * STANDS);
	assert_double(rig_value(r, "a.sp")->value.u.d, 77, 0);
	m.end = 1;
	m.value = (struct value){ 0 };
	strbuf_clear(&w);
	wire_put_substitute(&w, &m);
	rig_frame(r, ivan, &w);
	stands(r, "a.sp", 40, 3 * STANDS);
	assert_double(rig_value(r, "a.sp")->value.u.d, 40, 0);
	assert_int_equal(on_record(r, &a), 0);
	strbuf_release(&w);
}

/* But who turns the knob behind a substituted value is seen. */
static void WR_31_behind_a_substitution_it_is_seen(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_substitute m = { .req = 9, .value = value_double(77) };
	struct audit_record a;
	struct strbuf w = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "a.sp");
	snprintf(m.reason, sizeof(m.reason), "test");
	wire_put_substitute(&w, &m);
	rig_frame(r, ivan, &w);
	strbuf_release(&w);
	stands(r, "a.sp", 45, 3 * STANDS);
	assert_int_equal(on_record(r, &a), 1);
	assert_string_equal(a.new_value, "45");
}

static void WR_31_a_reload_that_moves_the_tag_reports_nothing(void **state)
{
	struct rig *r = *state;
	struct audit_record a;

	rig_reload(r, RIG_ADDRESS, false, 0, 0);
	stands(r, "a.sp", 12, 4 * STANDS);
	assert_int_equal(on_record(r, &a), 0);
	stands(r, "a.sp", 13, 4 * STANDS);
	assert_int_equal(on_record(r, &a), 1);
}

static void WR_31_a_reload_of_other_things_forgets_nothing(void **state)
{
	struct rig *r = *state;
	struct audit_record a;

	rig_number(r, "a.sp", 55);
	rig_reload(r, RIG_LIMIT, false, 0, 0);
	pass(r, 2 * STANDS);
	assert_int_equal(on_record(r, &a), 1);
}

static void WR_31_many_at_once_are_one_line_on_the_glass(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	rig_number(r, "a.sp", 55);
	rig_number(r, "b.sp", 7);
	rig_number(r, "a.step_sp", 33);
	pass(r, 2 * STANDS);
	assert_int_equal(on_record(r, &a), 3);
	assert_int_equal(rig_count(r, ivan, WIRE_NOTICE), 1);
	assert_has(notice(r, ivan), "; and 2 more: see the audit");
}

static void WR_31_what_cannot_be_written_is_not_watched(void **state)
{
	struct rig *r = *state;
	struct audit_record a;

	stands(r, "a.level", 4, 3 * STANDS);
	assert_int_equal(on_record(r, &a), 0);
	assert_null(r->st->tags[rig_tag(r, "a.level")].rare->outside);
	assert_non_null(r->st->tags[rig_tag(r, "a.sp")].rare->outside);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_31_a_change_at_the_panel_is_recorded_and_told),
		T(WR_31_our_own_write_is_not_reported),
		T(WR_31_nor_is_it_while_it_is_under_way),
		T(WR_31_a_refused_write_hides_nothing),
		T(WR_31_a_start_reports_nothing),
		T(WR_31_a_reconnection_reports_nothing_when_it_is_the_same),
		T(WR_31_what_changed_meanwhile_is_told_as_that),
		T(WR_31_a_substitution_is_not_the_device),
		T(WR_31_behind_a_substitution_it_is_seen),
		T(WR_31_a_reload_that_moves_the_tag_reports_nothing),
		T(WR_31_a_reload_of_other_things_forgets_nothing),
		T(WR_31_many_at_once_are_one_line_on_the_glass),
		T(WR_31_what_cannot_be_written_is_not_watched),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
