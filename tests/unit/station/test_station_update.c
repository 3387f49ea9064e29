/* test_station_update.c - a reload told to a driver that keeps what is the same: what it
 * said before it heard of it holds on for whatever did not change, and for nothing else.
 */
#include "unit/station/rig.h"

#include <stdio.h>
#include <string.h>

/* A sample of plc1's driver as it was numbered then. */
static void say(struct rig *r, uint32_t generation, uint32_t tag, double v)
{
	struct driver_sample s = { .tag = tag,
				   .value = value_double(v),
				   .source_ms = r->now.wall.ms,
				   .mono_ns = r->now.mono.ns };
	struct strbuf w = STRBUF_INIT;

	driver_put_samples(&w, generation, &s, 1);
	rig_record(r, 0, &w);
	strbuf_release(&w);
}

static void ready(struct rig *r)
{
	struct strbuf w = STRBUF_INIT;

	driver_put_config_ready(&w, r->generation[0]);
	rig_record(r, 0, &w);
	strbuf_release(&w);
}

static double number(struct rig *r, const char *tag)
{
	return rig_value(r, tag)->value.u.d;
}

/* The reload is under way: sent, not yet taken. */
static void begin(struct rig *r, enum rig_change change)
{
	r->mute_drivers = true;
	rig_reload(r, change, false, 0, 0);
	r->mute_drivers = false;
}

static void CF_08_samples_on_their_way_hold_for_what_is_unchanged(void **state)
{
	struct rig *r = *state;
	uint32_t before = r->generation[0];

	begin(r, RIG_ADDRESS);
	assert_int_equal(r->generation[0], before + 1);
	say(r, before, rig_tag(r, "a.level"), 3.25);
	assert_double(number(r, "a.level"), 3.25, 0);
	say(r, before, rig_tag(r, "a.sp"), 77); /* of the old register */
	assert_int_equal(quality_reason(rig_value(r, "a.sp")->quality), REASON_NO_VALUE);
	say(r, before + 1, rig_tag(r, "a.sp"), 51);
	assert_double(number(r, "a.sp"), 51, 0);
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
	say(r, before, rig_tag(r, "a.sp"), 77);
	assert_double(number(r, "a.sp"), 51, 0);
	ready(r);
	assert_int_equal(r->n_kills, 0);
	/* and also after it was taken: the socket is slow */
	say(r, before, rig_tag(r, "a.level"), 3.5);
	assert_double(number(r, "a.level"), 3.5, 0);
}

static void CF_09_late_samples_of_a_removed_tag_hurt_nobody(void **state)
{
	struct rig *r = *state;
	uint32_t before = r->generation[0], gone = rig_tag(r, "a.level");

	begin(r, RIG_NO_LEVEL);
	say(r, before, gone, 9);
	ready(r);
	say(r, before, gone, 9);
	assert_int_equal(r->n_kills, 0);
	say(r, r->generation[0], gone, 9); /* it knows better by now */
	assert_int_equal(r->n_kills, 1);
}

static void a_second_reload_waits_for_the_first_to_be_taken(void **state)
{
	struct rig *r = *state;
	size_t configs = r->n_configs;
	uint32_t level = rig_tag(r, "a.level"), first;

	begin(r, RIG_ADDRESS);
	first = r->generation[0];
	begin(r, RIG_NO_LEVEL); /* a.sp has its old address again */
	assert_int_equal(r->n_configs, configs + 1);
	/* the driver has taken the first one only: its a.sp is another register, and it
	 * still has the level */
	say(r, first, rig_tag(r, "a.sp"), 51);
	assert_int_equal(quality_reason(rig_value(r, "a.sp")->quality), REASON_NO_VALUE);
	say(r, first, level, 9);
	assert_int_equal(r->n_kills, 0);
	ready(r);
	assert_int_equal(r->n_configs, configs + 2);
	say(r, first, rig_tag(r, "a.sp"), 51);
	assert_int_equal(quality_reason(rig_value(r, "a.sp")->quality), REASON_NO_VALUE);
	say(r, r->generation[0], rig_tag(r, "a.sp"), 52);
	assert_double(number(r, "a.sp"), 52, 0);
}

static void writes_and_credit_go_on_over_an_update(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), token;
	struct wire_write_done d;

	token = rig_token(r, ivan, "a.mode", value_int(1));
	assert_true(token != 0);
	r->credit = 0;
	begin(r, RIG_ADDRESS);
	rig_request(r, ivan, WIRE_CONFIRM, 7, token, "");
	assert_true(rig_done(r, ivan, 7, &d)); /* not even the select was lost */
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	ready(r);
	assert_int_equal(r->credit, 0);
}

static void an_update_that_is_never_taken_costs_the_driver_its_life(void **state)
{
	struct rig *r = *state;

	begin(r, RIG_ADDRESS);
	for (int i = 0; i < 5; i++) {
		rig_wait(r, 1900);
		assert_int_equal(r->n_kills, 0); /* bus, which beats not, has gone */
		rig_beats(r);
	}
	rig_wait(r, 10100);
	assert_has(r->log.buf, "driver modbus is killed: it did not take its "
			       "configuration in time");
}

static void a_driver_that_cannot_update_begins_anew(void **state)
{
	struct rig *r = *state;
	uint32_t before;

	r->updates = false;
	rig_driver_exits(r, 0, "ended by signal 9");
	rig_wait(r, 600);
	rig_plant(r);
	before = r->generation[0];
	r->credit = 0;
	begin(r, RIG_ADDRESS);
	say(r, before, rig_tag(r, "a.level"), 3.25);
	assert_true(number(r, "a.level") != 3.25); /* nothing of before holds */
	ready(r);
	assert_int_equal(r->credit, CREDIT_WINDOW);
}

static void CF_08_another_scan_time_costs_no_value(void **state)
{
	struct rig *r = *state;
	size_t configs = r->n_configs;

	rig_reload(r, RIG_SCAN, false, 0, 0);
	assert_int_equal(r->n_configs, configs + 1);
	assert_double(number(r, "a.sp"), 40, 0);
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
	assert_true(quality_is_good(rig_value(r, "a.auto")->quality));
}

static void CF_08_another_range_costs_no_value(void **state)
{
	struct rig *r = *state;
	size_t configs = r->n_configs;

	rig_reload(r, RIG_RANGE, false, 0, 0);
	assert_int_equal(r->n_configs, configs + 1); /* the driver checks ranges, too */
	assert_double(number(r, "a.sp"), 40, 0);
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	while ((text = strstr(text, what)) != NULL) {
		text += strlen(what);
		n++;
	}
	return n;
}

static void what_was_refused_before_is_no_news(void **state)
{
	struct rig *r = *state;
	struct driver_config_result m = { .item_kind = 1, .id = rig_tag(r, "a.mode") };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.text, sizeof(m.text), "no such register");
	for (int i = 0; i < 3; i++) {
		begin(r, i % 2 ? RIG_SAME : RIG_ADDRESS);
		m.generation = r->generation[0];
		strbuf_clear(&w);
		driver_put_config_result(&w, &m);
		rig_record(r, 0, &w);
		ready(r);
		assert_int_equal(quality_reason(rig_value(r, "a.mode")->quality),
				 REASON_CONFIG);
	}
	assert_int_equal(count(r->log.buf, "a.mode: no such register"), 1);
	strbuf_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(CF_08_samples_on_their_way_hold_for_what_is_unchanged),
		RIG_TEST(CF_09_late_samples_of_a_removed_tag_hurt_nobody),
		RIG_TEST(a_second_reload_waits_for_the_first_to_be_taken),
		RIG_TEST(writes_and_credit_go_on_over_an_update),
		RIG_TEST(an_update_that_is_never_taken_costs_the_driver_its_life),
		RIG_TEST(a_driver_that_cannot_update_begins_anew),
		RIG_TEST(CF_08_another_scan_time_costs_no_value),
		RIG_TEST(CF_08_another_range_costs_no_value),
		RIG_TEST(what_was_refused_before_is_no_news),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
