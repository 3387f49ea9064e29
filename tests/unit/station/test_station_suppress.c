/* test_station_suppress.c - suppression by design: expressions, lost communication,
 * first-out and exclusive groups. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"

static uint64_t begin(struct rig *r)
{
	uint64_t session = rig_open(r, RIG_SAM);

	rig_request(r, session, WIRE_ALARMS, 1, 1, "");
	rig_reload(r, RIG_HIDING, false, 0, 0);
	return session;
}

static const struct alarm_record *record_of(const struct rig *r, const char *alarm)
{
	return alarm_engine_record(r->st->alarms,
				   alarm_engine_find(r->st->alarms, alarm));
}

static uint8_t bits_of(const struct rig *r, const char *alarm)
{
	const struct alarm_record *rec = record_of(r, alarm);

	return rec->extra ? rec->extra->suppressed : 0;
}

static void bad(struct rig *r, const char *tag)
{
	rig_sample(r, tag, (struct value){ 0 }, QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
}

static void ack(struct rig *r, uint64_t who, const char *alarm)
{
	struct wire_alarm_act m = { .event = ALARM_E_ACK,
				    .occurrence = record_of(r, alarm)->occurrence };

	assert_string_equal(rig_act(r, who, alarm, m), "acknowledged");
}

static size_t annunciated(const struct rig *r, const char *alarm)
{
	struct alarm_journal row;
	struct strbuf texts = STRBUF_INIT;
	size_t n = 0;

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct txn_op *op = &r->stored[i]->ops[k];

			if (op->kind != TXN_JOURNAL || strcmp(op->key, alarm) != 0)
				continue;
			assert_true(alarm_journal_get(op->body.buf, op->body.len, &row,
						      &texts));
			n += alarm_journal_is_annunciated(&row);
		}
	strbuf_release(&texts);
	return n;
}

/* --- expressions ---------------------------------------------------------------- */

static void T17_an_expression_suppresses_and_says_why(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);
	struct alarm_journal j;

	rig_sample(r, "a.mode", value_int(2), 0);
	assert_int_equal(bits_of(r, "a.quiet"), ALARM_SUP_EXPRESSION);
	assert_int_equal(rig_row(r, sam, "a.quiet").flags, ALARM_F_SUPPRESSED);
	assert_string_equal(rig_row(r, sam, "a.quiet").hidden_reason,
			    "a.mode == 2 || b.sp > 9");
	assert_int_equal(rig_journal(r, "a.quiet", ALARM_E_SUPPRESS, &j), 1);
	assert_int_equal(j.cause, ALARM_BY_LOGIC);
	rig_number(r, "a.level", 6);
	assert_int_equal(record_of(r, "a.quiet")->state, ALARM_S_UNACK); /* AM-01 */
	assert_int_equal(annunciated(r, "a.quiet"), 0);
	rig_sample(r, "a.mode", value_int(1), 0);
	assert_int_equal(rig_row(r, sam, "a.quiet").flags, 0);
	assert_int_equal(rig_row(r, sam, "a.quiet").state, ALARM_S_UNACK);
	assert_int_equal(rig_journal(r, "a.quiet", ALARM_E_UNSUPPRESS, NULL), 1);
	/* its other operand is watched as well */
	rig_number(r, "b.sp", 9.5);
	assert_int_equal(bits_of(r, "a.quiet"), ALARM_SUP_EXPRESSION);
}

/* Condition and suppression change in one step: nobody is rung for nothing. */
static void T17_what_begins_hides_before_and_what_ends_shows_after(void **state)
{
	struct rig *r = *state;
	struct driver_sample both[2];
	struct strbuf w = STRBUF_INIT;
	uint32_t driver;

	begin(r);
	driver = driver_of_tag(r->st, rig_tag(r, "a.mode"));
	for (int i = 0; i < 2; i++) {
		both[0] = (struct driver_sample){ .tag = rig_tag(r, "a.level"),
						  .source_ms = r->now.wall.ms,
						  .mono_ns = r->now.mono.ns,
						  .value = value_double(i ? 2 : 6) };
		both[1] = (struct driver_sample){ .tag = rig_tag(r, "a.mode"),
						  .source_ms = r->now.wall.ms,
						  .mono_ns = r->now.mono.ns,
						  .value = value_int(i ? 1 : 2) };
		strbuf_clear(&w);
		driver_put_samples(&w, r->generation[driver], both, 2);
		rig_record(r, driver, &w);
		assert_int_equal(record_of(r, "a.quiet")->state,
				 i ? ALARM_S_NORMAL : ALARM_S_UNACK);
	}
	strbuf_release(&w);
	assert_int_equal(annunciated(r, "a.quiet"), 0);
	assert_int_equal(bits_of(r, "a.quiet"), 0);
}

static void T20_a_bad_operand_neither_suppresses_nor_ends_it(void **state)
{
	struct rig *r = *state;

	begin(r);
	rig_sample(r, "a.mode", value_int(2), /* perhaps it is */
		   QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_SENSOR));
	assert_int_equal(bits_of(r, "a.quiet"), 0);
	bad(r, "a.mode");
	assert_int_equal(bits_of(r, "a.quiet"), 0);
	rig_number(r, "b.sp", 9.5); /* true, but the other operand is bad */
	assert_int_equal(bits_of(r, "a.quiet"), 0);
	rig_sample(r, "a.mode", value_int(2), 0);
	assert_int_equal(bits_of(r, "a.quiet"), ALARM_SUP_EXPRESSION);
	bad(r, "a.mode");
	rig_number(r, "b.sp", 1);
	assert_int_equal(bits_of(r, "a.quiet"), ALARM_SUP_EXPRESSION);
	rig_sample(r, "a.mode", value_int(1), 0);
	assert_int_equal(bits_of(r, "a.quiet"), 0);
}

static void T17_logic_and_a_person_each_end_their_own(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);
	struct wire_alarm_act m = { .event = ALARM_E_SUPPRESS, .text = "by hand" };

	rig_sample(r, "a.mode", value_int(2), 0);
	rig_act(r, sam, "a.quiet", m);
	assert_string_equal(rig_row(r, sam, "a.quiet").hidden_by, "sam");
	assert_string_equal(rig_row(r, sam, "a.quiet").hidden_reason, "by hand");
	rig_sample(r, "a.mode", value_int(1), 0);
	assert_int_equal(bits_of(r, "a.quiet"), ALARM_SUP_MANUAL);
	rig_sample(r, "a.mode", value_int(2), 0);
	m.event = ALARM_E_UNSUPPRESS;
	assert_has(rig_act(r, sam, "a.quiet", m), "it stays hidden by something else");
	assert_int_equal(bits_of(r, "a.quiet"), ALARM_SUP_EXPRESSION);
	assert_string_equal(rig_row(r, sam, "a.quiet").hidden_reason,
			    "a.mode == 2 || b.sp > 9");
	assert_string_equal(rig_row(r, sam, "a.quiet").hidden_by, "");
}

static void T19_suppression_is_decided_anew_after_a_restart(void **state)
{
	struct rig *r = *state, *next;

	begin(r);
	rig_sample(r, "a.mode", value_int(2), 0);
	next = rig_restart(r, RIG_HIDING);
	assert_int_equal(bits_of(next, "a.quiet"), ALARM_SUP_EXPRESSION); /* not known */
	rig_plant(next);
	assert_int_equal(bits_of(next, "a.quiet"), 0); /* a.mode is 1 there */
	rig_stop(next);
	next = rig_restart(r, RIG_SAME); /* without the alarm: closed */
	rig_stop(next);
}

static void CF_09_a_rule_that_a_reload_takes_away_suppresses_no_more(void **state)
{
	struct rig *r = *state;

	begin(r);
	rig_sample(r, "a.mode", value_int(2), 0);
	rig_reload(r, RIG_HIDING, false, 0, 0);
	assert_int_equal(bits_of(r, "a.quiet"), ALARM_SUP_EXPRESSION);
	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	assert_int_equal(bits_of(r, "a.level.bad"), ALARM_SUP_PARENT);
	rig_reload(r, RIG_HIDING, false, 0, 0);
	assert_int_equal(bits_of(r, "a.level.bad"), ALARM_SUP_PARENT);
	rig_reload(r, RIG_HIDING_BARE, false, 0, 0);
	assert_int_equal(bits_of(r, "a.quiet"), 0);
}

/* --- lost communication --------------------------------------------------------- */

static void T17_a_lost_device_is_one_alarm_and_not_one_a_value(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);

	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	assert_int_equal(rig_row(r, sam, "system.plc1.comm").state, ALARM_S_UNACK);
	assert_int_equal(record_of(r, "a.level.bad")->state, ALARM_S_UNACK);
	assert_int_equal(bits_of(r, "a.level.bad"), ALARM_SUP_PARENT);
	assert_string_equal(rig_row(r, sam, "a.level.bad").hidden_reason,
			    "communication with plc1 is lost");
	assert_int_equal(annunciated(r, "a.level.bad"), 0);
	assert_int_equal(bits_of(r, "b.sp.bad"), 0); /* of another device */
	/* it answers again: hidden until the value is told, and then over in silence */
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	assert_int_equal(bits_of(r, "a.level.bad"), ALARM_SUP_PARENT);
	rig_number(r, "a.level", 2);
	assert_int_equal(bits_of(r, "a.level.bad"), 0);
	assert_int_equal(record_of(r, "a.level.bad")->state, ALARM_S_NORMAL);
	assert_int_equal(annunciated(r, "a.level.bad"), 0);
}

static void T17_a_value_that_stays_bad_shows_soon_after_its_device_is_back(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);

	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	bad(r, "a.level");
	assert_int_equal(bits_of(r, "a.level.bad"), ALARM_SUP_PARENT);
	for (int i = 0; i < 11; i++) {
		rig_wait(r, 1000);
		rig_beats(r);
	}
	assert_int_equal(bits_of(r, "a.level.bad"), 0);
	assert_int_equal(rig_row(r, sam, "a.level.bad").state, ALARM_S_UNACK);
}

static void T17_a_start_rings_for_no_value_that_is_only_awaited(void **state)
{
	struct rig *r = *state, *next;
	uint64_t sam;

	next = rig_restart(r, RIG_HIDING);
	sam = rig_open(next, RIG_SAM);
	rig_request(next, sam, WIRE_ALARMS, 1, 1, "");
	assert_int_equal(record_of(next, "a.level.bad")->state, ALARM_S_UNACK);
	assert_int_equal(bits_of(next, "a.level.bad"), ALARM_SUP_PARENT);
	assert_string_equal(rig_row(next, sam, "a.level.bad").hidden_reason,
			    "the values of plc1 are awaited");
	rig_plant(next);
	assert_int_equal(bits_of(next, "a.level.bad"), 0);
	assert_int_equal(record_of(next, "a.level.bad")->state, ALARM_S_NORMAL);
	assert_int_equal(annunciated(next, "a.level.bad"), 0);
	bad(next, "a.level");
	assert_int_equal(annunciated(next, "a.level.bad"), 1);
	rig_stop(next);
}

static void T17_a_bad_value_of_a_device_that_answers_is_not_hidden(void **state)
{
	struct rig *r = *state;

	begin(r);
	bad(r, "a.level");
	assert_int_equal(record_of(r, "a.level.bad")->state, ALARM_S_UNACK);
	assert_int_equal(bits_of(r, "a.level.bad"), 0);
	assert_int_equal(annunciated(r, "a.level.bad"), 1);
}

/* --- first out ------------------------------------------------------------------ */

static void T17_the_first_of_a_group_is_marked_and_others_follow(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);

	rig_number(r, "a.step_sp", 60);
	assert_int_equal(rig_row(r, sam, "a.trip.two").first_out, WIRE_FIRST);
	assert_string_equal(rig_row(r, sam, "a.trip.two").group, "trip");
	rig_number(r, "a.level", 6);
	rig_number(r, "a.sp", 60);
	assert_int_equal(rig_row(r, sam, "a.trip.one").first_out, WIRE_FOLLOWER);
	assert_int_equal(rig_row(r, sam, "a.trip.three").first_out, WIRE_FOLLOWER);
	assert_int_equal(bits_of(r, "a.trip.one"), 0); /* the group only marks */
	assert_int_equal(annunciated(r, "a.trip.one"), 1);
	/* an acknowledgement changes nothing; it stands until it is normal */
	ack(r, sam, "a.trip.two");
	assert_int_equal(rig_row(r, sam, "a.trip.two").first_out, WIRE_FIRST);
	rig_number(r, "a.level", 2);
	rig_number(r, "a.level", 6);
	assert_int_equal(rig_row(r, sam, "a.trip.one").first_out, WIRE_FOLLOWER);
	rig_number(r, "a.step_sp", 20);
	assert_int_equal(rig_row(r, sam, "a.trip.two").first_out, 0);
	/* what comes now is the first of the next trip */
	rig_number(r, "a.level", 2);
	rig_number(r, "a.level", 6);
	assert_int_equal(rig_row(r, sam, "a.trip.one").first_out, WIRE_FIRST);
	assert_int_equal(rig_row(r, sam, "a.trip.three").first_out, WIRE_FOLLOWER);
}

static void CF_09_a_reload_tells_what_became_of_the_rows(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);

	rig_number(r, "a.level", 6);
	rig_number(r, "a.step_sp", 60);
	assert_int_equal(rig_row(r, sam, "a.trip.two").first_out, WIRE_FOLLOWER);
	rig_reload(r, RIG_UNGROUPED, false, 0, 0);
	assert_int_equal(rig_row(r, sam, "a.trip.two").first_out, 0);
	assert_string_equal(rig_row(r, sam, "a.trip.two").group, "");
	rig_reload(r, RIG_HIDING, false, 0, 0);
	assert_int_equal(rig_row(r, sam, "a.trip.two").first_out, WIRE_FOLLOWER);
	assert_int_equal(rig_row(r, sam, "a.trip.one").first_out, WIRE_FIRST);
}

static void T17_followers_are_suppressed_where_the_group_says_so(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);

	rig_number(r, "a.level", 7.5);
	assert_int_equal(rig_row(r, sam, "a.hush.one").first_out, WIRE_FIRST);
	assert_int_equal(bits_of(r, "a.hush.one"), 0);
	assert_int_equal(bits_of(r, "a.hush.two"), ALARM_SUP_FIRST_OUT);
	assert_string_equal(rig_row(r, sam, "a.hush.two").hidden_reason,
			    "follows the first of hush");
	rig_number(r, "a.step_sp", 60);
	assert_int_equal(rig_row(r, sam, "a.hush.two").first_out, WIRE_FOLLOWER);
	assert_int_equal(annunciated(r, "a.hush.two"), 0);
	rig_number(r, "a.level", 2);
	assert_int_equal(bits_of(r, "a.hush.two"), ALARM_SUP_FIRST_OUT); /* unacked */
	ack(r, sam, "a.hush.one");
	assert_int_equal(bits_of(r, "a.hush.two"), 0);
	assert_int_equal(rig_row(r, sam, "a.hush.two").state, ALARM_S_UNACK);
}

static void T19_marks_live_through_a_restart(void **state)
{
	struct rig *r = *state, *next;
	uint64_t sam = begin(r);

	r->now.wall.ms += 60000;
	rig_number(r, "a.step_sp", 60);
	/* the clock was set back: the oldest by it is not the first */
	r->now.wall.ms -= 5000;
	rig_number(r, "a.level", 7.5);
	assert_int_equal(rig_row(r, sam, "a.trip.two").first_out, WIRE_FIRST);
	next = rig_restart(r, RIG_HIDING);
	sam = rig_open(next, RIG_SAM);
	rig_request(next, sam, WIRE_ALARMS, 1, 1, "");
	assert_int_equal(rig_row(next, sam, "a.trip.two").first_out, WIRE_FIRST);
	assert_int_equal(rig_row(next, sam, "a.trip.one").first_out, WIRE_FOLLOWER);
	assert_int_equal(rig_row(next, sam, "a.hush.two").first_out, WIRE_FIRST);
	rig_stop(next);
}

static void T19_followers_stay_followers_when_their_first_had_left(void **state)
{
	struct rig *r = *state, *next;
	uint64_t sam = begin(r);

	rig_number(r, "a.step_sp", 60);
	rig_number(r, "a.level", 6);
	ack(r, sam, "a.trip.two");
	rig_number(r, "a.step_sp", 20);
	assert_int_equal(rig_row(r, sam, "a.trip.one").first_out, WIRE_FOLLOWER);
	next = rig_restart(r, RIG_HIDING);
	sam = rig_open(next, RIG_SAM);
	rig_request(next, sam, WIRE_ALARMS, 1, 1, "");
	assert_int_equal(rig_row(next, sam, "a.trip.one").first_out, WIRE_FOLLOWER);
	rig_sample(next, "a.level", value_double(6), 0); /* the driver tells it anew */
	assert_int_equal(rig_row(next, sam, "a.trip.one").first_out, WIRE_FOLLOWER);
	rig_number(next, "a.step_sp", 60);
	assert_int_equal(rig_row(next, sam, "a.trip.two").first_out, WIRE_FIRST);
	rig_stop(next);
}

/* The first rings; who comes in the same step is hidden before it comes. */
static void T17_a_follower_of_the_same_step_is_never_annunciated(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);

	rig_number(r, "a.level", 7.5);
	assert_int_equal(annunciated(r, "a.hush.one"), 1);
	assert_int_equal(annunciated(r, "a.hush.three"), 0);
	assert_int_equal(record_of(r, "a.hush.three")->state, ALARM_S_UNACK);
	assert_int_equal(bits_of(r, "a.hush.three"), ALARM_SUP_FIRST_OUT);
	assert_int_equal(rig_row(r, sam, "a.hush.three").first_out, WIRE_FOLLOWER);
	ack(r, sam, "a.hush.one");
	rig_number(r, "a.level", 2);
	assert_int_equal(bits_of(r, "a.hush.three"), 0);
}

static void T17_followers_whose_delay_ends_in_the_same_tick_are_hidden(void **state)
{
	struct rig *r = *state;

	begin(r);
	rig_number(r, "a.step_sp", 60);
	rig_wait(r, 20);
	rig_number(r, "a.level", 7.5); /* its delay ends later */
	assert_int_equal(record_of(r, "a.late.one")->state, ALARM_S_NORMAL);
	r->now.mono = mono_add_ms(r->now.mono, 5000); /* nobody looked for a while */
	rig_wait(r, 1);
	assert_int_equal(record_of(r, "a.late.one")->state, ALARM_S_UNACK);
	assert_int_equal(record_of(r, "a.late.two")->state, ALARM_S_UNACK);
	assert_int_equal(annunciated(r, "a.late.two"), 1);
	assert_int_equal(annunciated(r, "a.late.one"), 0);
	assert_int_equal(record_of(r, "a.late.two")->first_out, ALARM_FIRST);
	assert_int_equal(record_of(r, "a.late.one")->first_out, ALARM_FOLLOWER);
}

/* --- exclusive ------------------------------------------------------------------ */

static void AM_09_the_worst_limit_supersedes_and_both_are_journaled(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);
	struct wire_alarm_act m = { .event = ALARM_E_OUT_OF_SERVICE, .text = "test" };

	rig_number(r, "a.level", 6.5);
	assert_int_equal(rig_row(r, sam, "a.x.high").superseded, 0);
	rig_number(r, "a.level", 8.5);
	assert_int_equal(rig_row(r, sam, "a.x.high").superseded, 1);
	assert_int_equal(rig_row(r, sam, "a.x.top").superseded, 0);
	assert_int_equal(rig_journal(r, "a.x.high", ALARM_E_COME, NULL), 1);
	assert_int_equal(rig_journal(r, "a.x.top", ALARM_E_COME, NULL), 1);
	/* one that is hidden supersedes nothing */
	rig_act(r, sam, "a.x.top", m);
	assert_int_equal(rig_row(r, sam, "a.x.high").superseded, 0);
	m.event = ALARM_E_IN_SERVICE;
	rig_act(r, sam, "a.x.top", m);
	assert_int_equal(rig_row(r, sam, "a.x.high").superseded, 1);
	rig_number(r, "a.level", 6.5);
	assert_int_equal(rig_row(r, sam, "a.x.high").superseded, 0);
}

static void AM_09_the_order_of_coming_does_not_matter(void **state)
{
	struct rig *r = *state;
	uint64_t sam = begin(r);

	rig_number(r, "a.level", 8.5); /* both in one step */
	assert_int_equal(rig_row(r, sam, "a.x.high").superseded, 1);
	assert_int_equal(rig_row(r, sam, "a.x.top").superseded, 0);
	rig_reload(r, RIG_SAME, false, 0, 0);
	rig_reload(r, RIG_HIDING, false, 0, 0);
	rig_number(r, "a.level", 8.6);
	assert_int_equal(rig_row(r, sam, "a.x.high").superseded, 1);
}

/* --- counts --------------------------------------------------------------------- */

static void AM_06_counts_follow_each_transition(void **state)
{
	static const char *const names[] = { "active", "unacked", "suppressed", "shelved",
					     "out_of_service" };
	static const uint8_t flags[] = { 0, 0, ALARM_F_SUPPRESSED, ALARM_F_SHELVED,
					 ALARM_F_OUT_OF_SERVICE };
	struct rig *r = *state;
	uint64_t sam = begin(r);
	unsigned seed = 11;

	for (int step = 0; step < 300; step++) {
		int64_t want[5] = { 0 };
		char name[64];

		rig_number(r, "a.level", (double)(rand_r(&seed) % 100) / 10);
		rig_number(r, "a.step_sp", rand_r(&seed) % 80);
		rig_sample(r, "a.mode", value_int(rand_r(&seed) % 3), 0);
		if (step % 3 == 0 && record_of(r, "a.trip.one")->occurrence) {
			struct wire_alarm_act m = {
				.event = (uint8_t)(rand_r(&seed) % ALARM_E_COUNT),
				.shelf = 1,
				.duration_ms = 1000,
				.text = "x",
				.occurrence = record_of(r, "a.trip.one")->occurrence
			};
			rig_act(r, sam, "a.trip.one", m);
		}
		rig_wait(r, 501);
		rig_beats(r);
		rig_forget(r, sam);
		for (uint32_t i = 0; i < alarm_engine_count(r->st->alarms); i++) {
			const struct alarm_record *rec =
				alarm_engine_record(r->st->alarms, i);
			uint8_t f = rec ? alarm_record_flags(rec) : 0;

			if (!rec)
				continue;
			for (int k = 2; k < 5; k++)
				want[k] += (f & flags[k]) != 0;
			if (f & ALARM_F_HIDDEN)
				continue;
			want[0] += rec->state == ALARM_S_UNACK ||
				   rec->state == ALARM_S_ACKED;
			want[1] += rec->state == ALARM_S_UNACK ||
				   rec->state == ALARM_S_RTNUN ||
				   rec->state == ALARM_S_LTUNK ||
				   alarm_record_n_older(rec) > 0;
		}
		system_count(r->st);
		for (int k = 0; k < 5; k++) {
			snprintf(name, sizeof(name), "system.alarms.%s", names[k]);
			assert_int_equal(rig_value(r, name)->value.u.i, want[k]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(T17_an_expression_suppresses_and_says_why),
		RIG_TEST(T17_what_begins_hides_before_and_what_ends_shows_after),
		RIG_TEST(T20_a_bad_operand_neither_suppresses_nor_ends_it),
		RIG_TEST(T17_logic_and_a_person_each_end_their_own),
		RIG_TEST(T19_suppression_is_decided_anew_after_a_restart),
		RIG_TEST(CF_09_a_rule_that_a_reload_takes_away_suppresses_no_more),
		RIG_TEST(T17_a_lost_device_is_one_alarm_and_not_one_a_value),
		RIG_TEST(T17_a_value_that_stays_bad_shows_soon_after_its_device_is_back),
		RIG_TEST(T17_a_start_rings_for_no_value_that_is_only_awaited),
		RIG_TEST(T17_a_bad_value_of_a_device_that_answers_is_not_hidden),
		RIG_TEST(T17_the_first_of_a_group_is_marked_and_others_follow),
		RIG_TEST(CF_09_a_reload_tells_what_became_of_the_rows),
		RIG_TEST(T17_followers_are_suppressed_where_the_group_says_so),
		RIG_TEST(T19_marks_live_through_a_restart),
		RIG_TEST(T19_followers_stay_followers_when_their_first_had_left),
		RIG_TEST(T17_a_follower_of_the_same_step_is_never_annunciated),
		RIG_TEST(T17_followers_whose_delay_ends_in_the_same_tick_are_hidden),
		RIG_TEST(AM_09_the_worst_limit_supersedes_and_both_are_journaled),
		RIG_TEST(AM_09_the_order_of_coming_does_not_matter),
		RIG_TEST(AM_06_counts_follow_each_transition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
