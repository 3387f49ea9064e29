/* test_station_substitute.c - a person's value in the place of a measured one: recorded
 * first, marked, judged by alarms, kept, and taken back. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup_plant, rig_teardown)

enum { REQ = 40 };

static void say(struct rig *r, uint64_t who, const char *tag, struct value v,
		const char *reason, bool end)
{
	struct wire_substitute m = { .req = REQ, .end = end, .value = v };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	snprintf(m.reason, sizeof(m.reason), "%s", reason);
	rig_forget(r, who);
	wire_put_substitute(&w, &m);
	rig_frame(r, who, &w);
	strbuf_release(&w);
}

static enum wire_status status_of(struct rig *r, uint64_t who)
{
	enum wire_status status = WIRE_UNKNOWN;

	rig_reply(r, who, REQ, &status);
	return status;
}

static void hold(struct rig *r, uint64_t who, const char *tag, double v)
{
	say(r, who, tag, value_double(v), "sensor is being cleaned", false);
	assert_int_equal(status_of(r, who), WIRE_OK);
}

static void let_go(struct rig *r, uint64_t who, const char *tag)
{
	say(r, who, tag, (struct value){ 0 }, "", true);
	assert_int_equal(status_of(r, who), WIRE_OK);
}

static void expect(struct rig *r, const char *tag, double v, quality q)
{
	assert_double(rig_value(r, tag)->value.u.d, v, 0);
	assert_int_equal(rig_value(r, tag)->quality, q);
}

static void a_substituted_value_is_flagged_and_its_source_waits(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);
	struct audit_record a;

	hold(r, who, "a.level", 3.25);
	expect(r, "a.level", 3.25, QUALITY_SUBSTITUTED);
	assert_has(rig_reply(r, who, REQ, NULL), "a.level is 3.25 now, substituted");
	assert_int_equal(rig_audits(r, AUDIT_SUBSTITUTE, &a), 1);
	assert_string_equal(a.subject, "a.level");
	assert_string_equal(a.new_value, "3.25");
	assert_string_equal(a.old_value, "2");
	assert_string_equal(a.reason, "sensor is being cleaned");
	assert_string_equal(a.actor, "ivan");
	rig_number(r, "a.level", 4.5); /* the source goes on */
	expect(r, "a.level", 3.25, QUALITY_SUBSTITUTED);
	let_go(r, who, "a.level");
	expect(r, "a.level", 4.5, 0);
	assert_has(rig_reply(r, who, REQ, NULL), "a.level shows its source again");
	assert_int_equal(rig_audits(r, AUDIT_SUBSTITUTE_END, &a), 1);
	assert_string_equal(a.new_value, "4.5");
	rig_number(r, "a.level", 4.6);
	expect(r, "a.level", 4.6, 0);
}

static void nothing_happens_before_it_is_recorded(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);

	r->hold_commits = true;
	say(r, who, "a.level", value_double(3), "cleaning", false);
	expect(r, "a.level", 2, 0);
	assert_string_equal(rig_reply(r, who, REQ, NULL), "");
	say(r, who, "a.level", value_double(4), "me too", false);
	assert_has(rig_reply(r, who, REQ, NULL), "ivan does it just now");
	rig_answer_all(r, true);
	expect(r, "a.level", 3, QUALITY_SUBSTITUTED);
	say(r, who, "a.level", (struct value){ 0 }, "", true);
	expect(r, "a.level", 3, QUALITY_SUBSTITUTED);
	rig_answer_all(r, false); /* the end could not be stored: it holds on */
	expect(r, "a.level", 3, QUALITY_SUBSTITUTED);
	assert_int_equal(status_of(r, who), WIRE_FAILED);
	assert_has(rig_reply(r, who, REQ, NULL), "not recorded");
}

static void a_store_that_fails_substitutes_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);

	r->fail_commits = true;
	say(r, who, "a.level", value_double(3), "cleaning", false);
	expect(r, "a.level", 2, 0);
	assert_int_equal(status_of(r, who), WIRE_FAILED);
	say(r, who, "a.level", value_double(3), "cleaning", false);
	assert_has(rig_reply(r, who, REQ, NULL), "cannot store records now");
}

static void alarms_and_expressions_follow_it_and_interlocks_do_not(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);
	uint32_t high = alarm_engine_find(r->st->alarms, "a.level.high");

	hold(r, who, "a.level", 50);
	assert_int_equal(alarm_engine_record(r->st->alarms, high)->state, ALARM_S_UNACK);
	assert_double(rig_value(r, "e.sum")->value.u.d, 100, 0);
	assert_true(rig_value(r, "e.sum")->quality & QUALITY_SUBSTITUTED);
	let_go(r, who, "a.level");
	assert_int_equal(alarm_engine_record(r->st->alarms, high)->state, ALARM_S_RTNUN);
	assert_int_equal(rig_value(r, "e.sum")->quality, 0);
	/* a.auto permits a.sp: as a substituted true it does not */
	say(r, who, "a.auto", value_bool(true), "switch is broken", false);
	assert_int_equal(status_of(r, who), WIRE_OK);
	assert_int_equal(rig_token(r, who, "a.sp", value_double(41)), 0);
}

static void a_lost_device_changes_nothing_until_the_end(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);

	hold(r, who, "a.level", 3);
	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	expect(r, "a.level", 3, QUALITY_SUBSTITUTED);
	rig_wait(r, 10000); /* what a person typed grows not stale */
	expect(r, "a.level", 3, QUALITY_SUBSTITUTED);
	let_go(r, who, "a.level");
	assert_int_equal(quality_class(rig_value(r, "a.level")->quality), QUALITY_BAD);
	assert_false(rig_value(r, "a.level")->quality & QUALITY_SUBSTITUTED);
}

static void an_old_source_value_grows_stale_after_the_end(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);

	hold(r, who, "a.level", 3);
	for (int i = 0; i < 10; i++) {
		rig_wait(r, 1000);
		rig_beats(r);
	}
	let_go(r, who, "a.level");
	rig_wait(r, 10);
	assert_int_equal(quality_reason(rig_value(r, "a.level")->quality), REASON_STALE);
}

static void what_cannot_be_is_refused_with_a_sentence(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	static const struct {
		const char *tag;
		struct value v;
		const char *reason, *says;
		bool end;
	} row[] = {
		{ "a.levle", { VALUE_DOUBLE, { .d = 1 } }, "x", "did you mean", false },
		{ "a.level", { VALUE_DOUBLE, { .d = 1 } }, "", "needs a reason", false },
		{ "a.level",
		  { VALUE_DOUBLE, { .d = 1 } },
		  "  ",
		  "needs a reason",
		  false },
		{ "a.auto", { VALUE_DOUBLE, { .d = 1.5 } }, "x", "type bool", false },
		{ "a.level",
		  { VALUE_STRING, { .s = "high" } },
		  "x",
		  "type double",
		  false },
		{ "a.level", { VALUE_NONE, { 0 } }, "x", "type double", false },
		{ "a.level", { VALUE_DOUBLE, { .d = 1.0 / 0.0 } }, "x", "finite", false },
		{ "a.sp",
		  { VALUE_DOUBLE, { .d = 150 } },
		  "x",
		  "150 is outside the range of a.sp: 0 to 100 %",
		  false },
		{ "system.sessions",
		  { VALUE_INT, { .i = 1 } },
		  "x",
		  "the server's own",
		  false },
		{ "a.level", { VALUE_NONE, { 0 } }, "x", "is not substituted", true },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		say(r, who, row[i].tag, row[i].v, row[i].reason, row[i].end);
		assert_has(rig_reply(r, who, REQ, NULL), row[i].says);
		assert_int_equal(status_of(r, who), WIRE_REFUSED);
	}
	say(r, vera, "a.level", value_double(3), "x", false); /* she only looks */
	assert_int_equal(status_of(r, vera), WIRE_REFUSED);
	assert_has(rig_reply(r, vera, REQ, NULL), "operate");
	assert_true(rig_audits(r, AUDIT_REFUSED, NULL) > 0);
	assert_int_equal(rig_audits(r, AUDIT_SUBSTITUTE, NULL), 0);
	expect(r, "a.level", 2, 0);
}

static struct store_snapshot after(const struct rig *r)
{
	struct store_snapshot snap = { .next_request = 100, .next_occurrence = 100 };

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct txn_op *op = &r->stored[i]->ops[k];
			struct stored_substitution *to;

			if (op->kind != TXN_SUBSTITUTION)
				continue;
			to = xgrow(&snap.substitutions, &snap.n_substitutions,
				   sizeof(*snap.substitutions));
			to->tag = strdup(op->key);
			to->body = (struct strbuf)STRBUF_INIT;
			strbuf_add(&to->body, op->body.buf, op->body.len);
		}
	return snap;
}

static void it_is_held_over_a_restart(void **state)
{
	struct rig *r = *state, *next = calloc(1, sizeof(*next));
	uint64_t who = rig_open(r, RIG_IVAN);
	struct store_snapshot snap;

	hold(r, who, "a.level", 3.5);
	say(r, who, "a.text", value_string("by hand"), "display is dark", false);
	snap = after(r);
	rig_init_from(next, rig_station(RIG_SAME), &snap);
	expect(next, "a.level", 3.5, QUALITY_SUBSTITUTED);
	assert_string_equal(rig_value(next, "a.text")->value.u.s, "by hand");
	rig_number(next, "a.level", 4);
	expect(next, "a.level", 3.5, QUALITY_SUBSTITUTED);
	who = rig_open(next, RIG_IVAN);
	let_go(next, who, "a.level");
	expect(next, "a.level", 4, 0);
	assert_true(rig_stored_ops(next, TXN_SUBSTITUTION_GONE) == 1);
	rig_release(next);
	free(next);
	store_snapshot_release(&snap);
}

static void a_start_without_the_tag_ends_it_on_record(void **state)
{
	struct rig *r = *state, *next = calloc(1, sizeof(*next));
	uint64_t who = rig_open(r, RIG_IVAN);
	struct store_snapshot snap;
	struct audit_record a;

	hold(r, who, "a.level", 3.5);
	snap = after(r);
	rig_init_from(next, rig_station(RIG_NO_LEVEL), &snap);
	assert_int_equal(rig_audits(next, AUDIT_SUBSTITUTE_END, &a), 1);
	assert_string_equal(a.detail, "the tag is no longer configured");
	assert_int_equal(rig_stored_ops(next, TXN_SUBSTITUTION_GONE), 1);
	rig_release(next);
	free(next);
	store_snapshot_release(&snap);
}

static void it_outlives_a_reload_unless_its_tag_goes(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);

	hold(r, who, "a.level", 3.5);
	hold(r, who, "a.sp", 55);
	rig_reload(r, RIG_ADDRESS, false, 0, 0); /* a.sp reads another register now */
	expect(r, "a.level", 3.5, QUALITY_SUBSTITUTED);
	expect(r, "a.sp", 55, QUALITY_SUBSTITUTED);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	assert_int_equal(rig_audits(r, AUDIT_SUBSTITUTE_END, NULL), 1);
	assert_int_equal(rig_tag(r, "a.level"), TAG_NONE);
	rig_reload(r, RIG_SAME, false, 0, 0);
	assert_false(rig_value(r, "a.level")->quality & QUALITY_SUBSTITUTED);
}

static void a_reload_between_command_and_record_ends_it(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);

	r->hold_commits = true;
	say(r, who, "a.level", value_double(3), "cleaning", false);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	rig_answer_all(r, true);
	r->hold_commits = false;
	assert_has(rig_reply(r, who, REQ, NULL), "a reload removed or changed a.level");
	rig_wait(r, 100);
	rig_answer_all(r, true);
	/* nor does it come back with the tag, or with the next start */
	rig_reload(r, RIG_SAME, false, 0, 0);
	assert_false(rig_value(r, "a.level")->quality & QUALITY_SUBSTITUTED);
	assert_int_equal(rig_stored_ops(r, TXN_SUBSTITUTION_GONE), 1);
}

static void a_second_value_takes_the_place_of_the_first(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN);

	hold(r, who, "a.level", 3);
	rig_number(r, "a.level", 4);
	hold(r, who, "a.level", 3.5);
	expect(r, "a.level", 3.5, QUALITY_SUBSTITUTED);
	let_go(r, who, "a.level");
	expect(r, "a.level", 4, 0); /* the source, not the first one */
}

static void everybody_can_see_the_list_and_why(void **state)
{
	struct rig *r = *state;
	uint64_t who = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	const uint8_t *p;
	struct wire_row row;
	size_t n;

	hold(r, who, "a.level", 3.5);
	rig_number(r, "a.level", 4);
	rig_request(r, vera, WIRE_SUBSTITUTED, 5, 0, "");
	assert_true(rig_last(r, vera, WIRE_ROW, &p, &n));
	assert_true(wire_get_row(p, n, &row));
	assert_string_equal(row.field[0], "a.level");
	assert_string_equal(row.field[1], "3.5");
	assert_string_equal(row.field[3], "ivan");
	assert_string_equal(row.field[5], "sensor is being cleaned");
	assert_string_equal(row.field[6], "4");
	assert_string_equal(row.field[7], "good");
	wire_row_release(&row);
	assert_has(rig_reply(r, vera, 5, NULL), "1 values substituted");
	rig_wait(r, 600);
	assert_int_equal(rig_value(r, "system.values_substituted")->value.u.i, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_substituted_value_is_flagged_and_its_source_waits),
		T(nothing_happens_before_it_is_recorded),
		T(a_store_that_fails_substitutes_nothing),
		T(alarms_and_expressions_follow_it_and_interlocks_do_not),
		T(a_lost_device_changes_nothing_until_the_end),
		T(an_old_source_value_grows_stale_after_the_end),
		T(what_cannot_be_is_refused_with_a_sentence),
		T(it_is_held_over_a_restart),
		T(a_start_without_the_tag_ends_it_on_record),
		T(it_outlives_a_reload_unless_its_tag_goes),
		T(a_reload_between_command_and_record_ends_it),
		T(a_second_value_takes_the_place_of_the_first),
		T(everybody_can_see_the_list_and_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
