/* test_engine.c - the life of an alarm, transition by transition (ISA-18.2 numbers),
 * its delays, its occurrences and what survives a restart. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "alarm/states.h"
#include "unit/alarm/bed.h"
#include "util/strbuf.h"

static void T01_a_condition_that_comes_raises_an_occurrence(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 4.9, 0);
	bed_expect(b, "");
	bed_sample(b, 20, 5.0, 0);
	const struct alarm_transition *t = &b->log[0];

	assert_int_equal(t->alarm, 0);
	assert_int_equal(t->source_time.ms, 20);
	assert_int_equal(t->record.raised.ms, 1000020);
	assert_int_equal(t->record.changed.ms, 1000020);
	assert_int_equal(t->record.acked.ms, 0);
	assert_double(t->record.value, 5.0, 0);
	assert_string_equal(t->by, "");
	bed_expect(b, " normal>unacknowledged#1");
	bed_sample(b, 30, 5.5, 0); /* still the same occurrence */
	bed_expect(b, "");
	assert_double(bed_record(b)->value, 5.0, 0);
}

static void T02_an_acknowledgement_names_its_operator(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 5, 0);
	assert_int_equal(bed_ack(b, 50, 1), ALARM_ACT_OK);
	assert_string_equal(b->log[1].by, "ivan");
	assert_string_equal(bed_record(b)->acked_by, "ivan");
	assert_int_equal(bed_record(b)->acked.ms, 1000050);
	assert_int_equal(bed_record(b)->raised.ms, 1000010);
	bed_expect(b, " normal>unacknowledged#1,"
		      " unacknowledged>acknowledged#1 by operator");
}

static void T03_one_that_cleared_unseen_waits_for_its_acknowledgement(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 5, 0);
	bed_sample(b, 20, 4.95, 0); /* inside the deadband */
	bed_expect(b, " normal>unacknowledged#1");
	bed_sample(b, 30, 4.89, 0);
	bed_expect(b, " unacknowledged>returned#1");
	assert_double(bed_record(b)->value, 4.89, 0);
}

static void T04_one_that_was_seen_goes_when_it_clears(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 5, 0);
	bed_ack(b, 20, 1);
	bed_forget(b);
	bed_sample(b, 30, 0, 0);
	bed_expect(b, " acknowledged>normal#1");
	assert_string_equal(bed_record(b)->acked_by, "ivan");
}

static void T05_acknowledging_a_returned_alarm_closes_it(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 5, 0);
	bed_sample(b, 20, 0, 0);
	assert_int_equal(bed_ack(b, 30, 1), ALARM_ACT_OK);
	bed_expect(b, " normal>unacknowledged#1, unacknowledged>returned#1,"
		      " returned>normal#1 by operator");
	assert_int_equal(alarm_engine_hash(b->engine), 0);
}

static void T06_one_that_comes_again_is_a_new_occurrence(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 5, 0);
	bed_sample(b, 20, 0, 0);
	bed_forget(b);
	bed_sample(b, 30, 6, 0);
	assert_int_equal(bed_record(b)->raised.ms, 1000030);
	bed_expect(b, " returned>unacknowledged#2");
}

static void T20_a_bad_source_neither_raises_nor_clears(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 9, COMM);
	bed_sample(b, 15, 9, QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE));
	bed_expect(b, "");
	bed_sample(b, 20, 5, 0);
	bed_sample(b, 30, 0, COMM);
	bed_expect(b, " normal>unacknowledged#1,"
		      " unacknowledged>unacknowledged#1 by system source bad");
	bed_sample(b, 40, 0, SENSOR); /* told once */
	bed_expect(b, "");
	bed_sample(b, 50, 7, 0);
	bed_expect(b, " unacknowledged>unacknowledged#1 by system");
	assert_double(bed_record(b)->value, 7, 0);
	bed_sample(b, 60, 0, 0);
	bed_sample(b, 70, 0, COMM); /* returned: nothing is held any more */
	bed_expect(b, " unacknowledged>returned#1");
}

static void T21_removing_an_alarm_closes_it_in_the_journal(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 5, 0);
	bed_sample(b, 15, 5, COMM);
	bed_forget(b);
	alarm_engine_remove(b->engine, 0, bed_now(20), bed_sink, b);
	assert_int_equal(b->log[0].record.changed.ms, 1000020);
	bed_expect(b, " unacknowledged>normal#1 by configuration");
	assert_null(alarm_engine_def(b->engine, 0));
	assert_null(alarm_engine_record(b->engine, 0));
	assert_int_equal(alarm_engine_find(b->engine, b->def_name), UINT32_MAX);
	assert_int_equal(alarm_engine_hash(b->engine), 0);
	assert_int_equal(bed_ack(b, 30, 1), ALARM_ACT_UNKNOWN);
	bed_sample(b, 40, 9, 0);
	alarm_engine_remove(b->engine, 0, bed_now(50), bed_sink, b);
	bed_expect(b, "");
	assert_int_equal(alarm_engine_add(b->engine, &b->def), 1); /* never 0 again */
	assert_int_equal(alarm_engine_count(b->engine), 2);
}

static void T21_removing_a_normal_alarm_says_nothing(void **state)
{
	struct bed *b = *state;

	b->def.on_delay_ms = 100;
	bed_redefine(b);
	bed_sample(b, 10, 9, 0);
	alarm_engine_remove(b->engine, 0, bed_now(20), bed_sink, b);
	bed_tick(b, 1000); /* the delay went with it */
	bed_expect(b, "");
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, INT64_MAX);
}

static void every_transition_not_in_the_table_changes_nothing(void **state)
{
	static const struct alarm_life plain, latching = { .latching = true },
					      alone = { .no_ack = true };
	static const struct {
		enum alarm_state from;
		enum alarm_event event;
		const char *id; /* "" = none */
		enum alarm_state to;
		const struct alarm_life *life; /* NULL = any */
	} want[] = {
		{ ALARM_S_NORMAL, ALARM_E_COME, "T01", ALARM_S_UNACK, NULL },
		{ ALARM_S_UNACK, ALARM_E_ACK, "T02", ALARM_S_ACKED, NULL },
		{ ALARM_S_UNACK, ALARM_E_GO, "T03", ALARM_S_RTNUN, &plain },
		{ ALARM_S_UNACK, ALARM_E_GO, "T07", ALARM_S_LTUNK, &latching },
		{ ALARM_S_UNACK, ALARM_E_GO, "T14", ALARM_S_NORMAL, &alone },
		{ ALARM_S_ACKED, ALARM_E_GO, "T04", ALARM_S_NORMAL, &plain },
		{ ALARM_S_ACKED, ALARM_E_GO, "T08", ALARM_S_LTACK, &latching },
		{ ALARM_S_ACKED, ALARM_E_GO, "T04", ALARM_S_NORMAL, &alone },
		{ ALARM_S_ACKED, ALARM_E_REALARM, "T13", ALARM_S_UNACK, NULL },
		{ ALARM_S_ACKED, ALARM_E_SHELF_EXPIRED, "T16", ALARM_S_UNACK, NULL },
		{ ALARM_S_ACKED, ALARM_E_UNSUPPRESS, "T17", ALARM_S_UNACK, NULL },
		{ ALARM_S_ACKED, ALARM_E_IN_SERVICE, "T18", ALARM_S_UNACK, NULL },
		{ ALARM_S_RTNUN, ALARM_E_ACK, "T05", ALARM_S_NORMAL, NULL },
		{ ALARM_S_RTNUN, ALARM_E_COME, "T06", ALARM_S_UNACK, NULL },
		{ ALARM_S_RTNUN, ALARM_E_SHELF_EXPIRED, "T16", ALARM_S_NORMAL, NULL },
		{ ALARM_S_RTNUN, ALARM_E_UNSUPPRESS, "T17", ALARM_S_NORMAL, NULL },
		{ ALARM_S_RTNUN, ALARM_E_IN_SERVICE, "T18", ALARM_S_NORMAL, NULL },
		{ ALARM_S_LTUNK, ALARM_E_ACK, "T09", ALARM_S_LTACK, NULL },
		{ ALARM_S_LTUNK, ALARM_E_COME, "T12", ALARM_S_UNACK, NULL },
		{ ALARM_S_LTACK, ALARM_E_RESET, "T10", ALARM_S_NORMAL, NULL },
		{ ALARM_S_LTACK, ALARM_E_COME, "T12", ALARM_S_UNACK, NULL },
	};
	static const struct alarm_life *const lives[] = { &plain, &latching, &alone };

	(void)state;
	for (int n = 0; n < 3 * ALARM_S_COUNT * ALARM_E_COUNT; n++) {
		const struct alarm_life *life = lives[n % 3];
		enum alarm_state s = (enum alarm_state)(n / 3 % ALARM_S_COUNT);
		enum alarm_event e = (enum alarm_event)(n / 3 / ALARM_S_COUNT);
		const struct alarm_rule *rule = alarm_rule(s, e, life);
		const char *id = e == ALARM_E_REMOVE ? "T21" : "";
		enum alarm_state to = ALARM_S_NORMAL;

		for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
			if (want[i].from != s || want[i].event != e ||
			    (want[i].life && want[i].life != life))
				continue;
			id = want[i].id;
			to = want[i].to;
		}
		assert_string_equal(rule ? rule->id : "", id);
		assert_true(!rule || rule->next == to);
	}
	assert_string_equal(alarm_state_name((enum alarm_state)17), "unknown");
	assert_string_equal(alarm_event_name((enum alarm_event)99), "unknown");
}

/* --- delays ----------------------------------------------------------------------- */

static void an_on_delay_must_be_lived_through(void **state)
{
	struct bed *b = *state;

	b->def.on_delay_ms = 2000;
	bed_redefine(b);
	bed_sample(b, 0, 5.2, 0);
	assert_int_equal(alarm_engine_next_deadline(b->engine).ns, 2000 * 1000000LL);
	bed_sample(b, 1000, 5.8, 0);
	bed_tick(b, 1999);
	bed_expect(b, "");
	bed_tick(b, 2000);
	assert_double(b->log[0].record.value, 5.2, 0); /* what began it */
	assert_int_equal(b->log[0].source_time.ms, 0);
	assert_int_equal(b->log[0].record.raised.ms, 1002000);
	bed_expect(b, " normal>unacknowledged#1");

	bed_sample(b, 3000, 0, 0);
	bed_ack(b, 3001, 1);
	bed_forget(b);
	bed_sample(b, 4000, 6, 0);
	bed_sample(b, 5999, 4.8, 0); /* gone a moment before */
	bed_tick(b, 6000);
	bed_expect(b, "");
	bed_sample(b, 6000, 6, 0); /* the delay begins again, whole */
	bed_tick(b, 7999);
	bed_expect(b, "");
	bed_tick(b, 8000);
	bed_expect(b, " normal>unacknowledged#2");
}

static void an_on_delay_goes_on_inside_the_deadband(void **state)
{
	struct bed *b = *state;

	b->def.on_delay_ms = 1000;
	bed_redefine(b);
	bed_sample(b, 0, 5.0, 0);
	bed_sample(b, 500, 4.95, 0);
	bed_tick(b, 1000);
	bed_expect(b, " normal>unacknowledged#1");
}

static void an_off_delay_must_be_lived_through(void **state)
{
	struct bed *b = *state;

	b->def.off_delay_ms = 1000;
	bed_redefine(b);
	bed_sample(b, 0, 6, 0);
	bed_sample(b, 100, 0, 0);
	bed_sample(b, 900, 5, 0); /* back again: it never left */
	bed_tick(b, 5000);
	bed_expect(b, " normal>unacknowledged#1");
	bed_sample(b, 6000, 1, 0);
	bed_ack(b, 6500, 1); /* acknowledging does not touch the delay */
	bed_tick(b, 6999);
	bed_forget(b);
	bed_tick(b, 7000);
	bed_expect(b, " acknowledged>normal#1");
}

static void a_timer_goes_before_a_sample_of_its_time(void **state)
{
	struct bed *b = *state;
	struct sample clear = { .value = value_double(0) };

	b->def.on_delay_ms = 1000;
	bed_redefine(b);
	bed_sample(b, 0, 6, 0);
	/* even if the caller forgot to tick */
	alarm_engine_judge(b->engine, 0, &clear, NULL, bed_now(1000), NULL, bed_sink, b);
	bed_expect(b, " normal>unacknowledged#1, unacknowledged>returned#1");
}

static void AL_08_delays_do_not_see_the_wall_clock(void **state)
{
	struct bed *b = *state;
	struct now n = bed_now(0);
	struct sample s = { .value = value_double(6) };

	b->def.on_delay_ms = 1000;
	bed_redefine(b);
	alarm_engine_judge(b->engine, 0, &s, NULL, n, NULL, bed_sink, b);
	n.wall.ms += 3600000; /* someone set the clock an hour ahead */
	n.mono.ns += 999 * 1000000;
	alarm_engine_tick(b->engine, n, bed_sink, b);
	bed_expect(b, "");
	n.wall.ms -= 7200000; /* and back */
	n.mono.ns += 1000000;
	alarm_engine_tick(b->engine, n, bed_sink, b);
	assert_int_equal(b->log[0].record.raised.ms, n.wall.ms);
	bed_expect(b, " normal>unacknowledged#1");
}

static void AL_09_an_active_alarm_stays_when_its_source_is_lost(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 0, 6, 0);
	bed_ack(b, 1, 1);
	bed_sample(b, 2, 0, COMM);
	assert_int_equal(bed_record(b)->state, ALARM_S_ACKED);
	assert_true(bed_record(b)->source_bad);
	assert_int_equal(bed_record(b)->quality, COMM);
	assert_double(bed_record(b)->value, 6, 0); /* what it was when it was good */
	bed_forget(b);
	bed_sample(b, 3, 0, 0); /* good again and clear: one transition, not two */
	bed_expect(b, " acknowledged>normal#1");
}

static void AL_09_an_acknowledgement_keeps_the_mark(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 0, 6, 0);
	bed_sample(b, 2, 0, COMM);
	assert_int_equal(bed_ack(b, 3, 1), ALARM_ACT_OK);
	bed_expect(b, " normal>unacknowledged#1,"
		      " unacknowledged>unacknowledged#1 by system source bad,"
		      " unacknowledged>acknowledged#1 by operator source bad");
}

static void AL_09_a_bad_source_stops_delays_and_a_good_one_restarts_them(void **state)
{
	struct bed *b = *state;

	b->def.on_delay_ms = b->def.off_delay_ms = 1000;
	bed_redefine(b);
	bed_sample(b, 0, 6, 0);
	bed_sample(b, 500, 6, COMM);
	bed_tick(b, 5000);
	bed_expect(b, "");
	bed_sample(b, 6000, 6, 0);
	bed_tick(b, 6999);
	bed_expect(b, "");
	bed_tick(b, 7000);
	bed_expect(b, " normal>unacknowledged#1");

	bed_sample(b, 8000, 0, 0);
	bed_sample(b, 8500, 0, COMM);
	bed_tick(b, 20000);
	bed_expect(b, " unacknowledged>unacknowledged#1 by system source bad");
	bed_sample(b, 21000, 0, 0);
	bed_expect(b, " unacknowledged>unacknowledged#1 by system");
	bed_tick(b, 22000);
	bed_expect(b, " unacknowledged>returned#1");
}

static void AL_10_a_number_that_is_none_is_not_normal(void **state)
{
	struct bed *b = *state;
	struct alarm_def bad = { .name = (char[]){ "level.bad" },
				 .type = alarm_type_find("bad_quality") };
	struct sample s = { .value = value_double(NAN) };

	bed_sample(b, 0, 6, 0);
	bed_forget(b);
	bed_sample(b, 1, NAN, 0); /* compares false with everything, and clears nothing */
	bed_expect(b, " unacknowledged>unacknowledged#1 by system source bad");
	uint32_t i = alarm_engine_add(b->engine, &bad);

	alarm_engine_judge(b->engine, i, &s, NULL, bed_now(2), NULL, bed_sink, b);
	assert_true(isnan(b->log[0].record.value));
	bed_expect(b, " normal>unacknowledged#2");
	alarm_engine_remove(b->engine, i, bed_now(3), bed_sink, b);
}

static void a_substituted_value_runs_alarms(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 0, 6, QUALITY_SUBSTITUTED);
	assert_int_equal(bed_record(b)->quality, QUALITY_SUBSTITUTED);
	bed_sample(b, 1, 0, QUALITY_SUBSTITUTED);
	bed_expect(b, " normal>unacknowledged#1, unacknowledged>returned#1");
}

/* --- acknowledgement --------------------------------------------------------------- */

static void AL_04_an_ack_of_an_older_occurrence_leaves_the_newer_alone(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 6, 0);
	bed_sample(b, 20, 0, 0);
	bed_sample(b, 30, 6, 0); /* it came again between drawing and key press (AM-03) */
	bed_forget(b);
	assert_int_equal(bed_ack(b, 40, 1), ALARM_ACT_NEWER);
	bed_expect(b, " returned>normal#1 by operator");
	assert_int_equal(bed_record(b)->state, ALARM_S_UNACK);
	assert_int_equal(bed_record(b)->acked.ms, 0);
	assert_int_equal(bed_ack(b, 50, 2), ALARM_ACT_OK);
	assert_int_equal(bed_ack(b, 60, 1), ALARM_ACT_NOT_NEEDED);
}

static void AL_04_it_may_come_again_while_the_ack_is_being_stored(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 6, 0);
	bed_sample(b, 20, 0, 0);
	assert_int_equal(alarm_engine_act_check(b->engine, 0,
						&(struct alarm_act){ .event = ALARM_E_ACK,
								     .occurrence = 1 },
						bed_now(25)),
			 ALARM_ACT_OK);
	bed_sample(b, 30, 6, 0); /* before the commit came back */
	assert_int_equal(bed_ack(b, 40, 1), ALARM_ACT_NEWER);
	assert_int_equal(bed_record(b)->state, ALARM_S_UNACK);
}

static void AL_03_the_second_of_two_acks_learns_who_was_first(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 10, 6, 0);
	bed_ack(b, 20, 1);
	bed_forget(b);
	assert_int_equal(bed_act(b, 21,
				 &(struct alarm_act){ .event = ALARM_E_ACK,
						      .occurrence = 1,
						      .by = "petra" }),
			 ALARM_ACT_NOT_NEEDED);
	assert_string_equal(bed_record(b)->acked_by, "ivan");
	bed_expect(b, "");
}

static void an_ack_of_what_never_was_is_unknown(void **state)
{
	struct bed *b = *state;

	assert_int_equal(bed_ack(b, 5, 0), ALARM_ACT_UNKNOWN);
	assert_int_equal(bed_ack(b, 5, 1), ALARM_ACT_UNKNOWN);
	bed_sample(b, 10, 6, 0);
	assert_int_equal(bed_ack(b, 20, 0), ALARM_ACT_UNKNOWN);
	assert_int_equal(bed_ack(b, 20, 2), ALARM_ACT_UNKNOWN);
	assert_int_equal(alarm_engine_act_check(b->engine, 77,
						&(struct alarm_act){ .event = ALARM_E_ACK,
								     .occurrence = 1 },
						bed_now(20)),
			 ALARM_ACT_UNKNOWN);
	assert_int_equal(bed_record(b)->state, ALARM_S_UNACK);
}

static void an_operators_name_of_any_length_is_held(void **state)
{
	struct bed *b = *state;
	char name[300];

	memset(name, 'n', sizeof(name));
	name[299] = '\0';
	bed_sample(b, 10, 6, 0);
	bed_act(b, 20,
		&(struct alarm_act){ .event = ALARM_E_ACK, .occurrence = 1, .by = name });
	assert_int_equal(strlen(bed_record(b)->acked_by), 63);
}

/* --- restart and reload ---------------------------------------------------------- */

static void AL_06_a_restart_keeps_every_state_exactly(void **state)
{
	struct bed *b = *state;

	bed_restart(b, 0); /* normal */
	bed_sample(b, 10, 6, 0);
	bed_restart(b, 0); /* unacknowledged */
	bed_sample(b, 20, 7, 0);
	bed_expect(b, ""); /* still present: it stays as it is */
	bed_sample(b, 25, 7, COMM);
	bed_restart(b, 0); /* with its mark */
	bed_sample(b, 26, 7, COMM);
	bed_expect(b, "");
	bed_ack(b, 30, 1);
	bed_restart(b, 0); /* acknowledged */
	assert_string_equal(bed_record(b)->acked_by, "ivan");
	bed_sample(b, 40, 4.95, 0);
	bed_expect(b, " acknowledged>acknowledged#1 by system"); /* deadband holds it */
	bed_restart(b, 0);
	bed_sample(b, 50, 4, 0); /* it cleared while nobody looked */
	bed_expect(b, " acknowledged>normal#1");
	bed_sample(b, 60, 6, 0);
	bed_sample(b, 70, 0, 0);
	bed_restart(b, 0); /* returned */
	bed_sample(b, 80, 0, 0);
	bed_expect(b, "");
	bed_sample(b, 90, 6, 0);
	bed_expect(b, " returned>unacknowledged#3"); /* ids go on from the stored one */
}

static void AL_06_delays_start_again_after_a_restart(void **state)
{
	struct bed *b = *state;

	bed_sample(b, 0, 6, 0);
	b->def.off_delay_ms = 1000;
	bed_redefine(b);
	bed_sample(b, 100, 0, 0);
	bed_restart(b, 0);
	bed_tick(b, 5000);
	bed_expect(b, "");
	bed_sample(b, 5000, 0, 0);
	bed_tick(b, 5999);
	bed_expect(b, "");
	bed_tick(b, 6000);
	bed_expect(b, " unacknowledged>returned#1");
}

static void AL_06_stored_bytes_that_are_damaged_are_refused(void **state)
{
	struct bed *b = *state;
	struct strbuf w = STRBUF_INIT;
	struct alarm_stored r;

	bed_sample(b, 0, 6, 0);
	alarm_record_put(&w, bed_record(b));
	assert_true(alarm_record_get(w.buf, w.len, &r));
	for (size_t n = 0; n < w.len; n++)
		assert_false(alarm_record_get(w.buf, n, &r)); /* cut anywhere */
	static const struct {
		size_t at;
		char byte;
	} damage[] = { { 0, 9 }, { 1, 6 }, { 1, -1 }, { 2, 2 }, { 3, 3 }, { 3, -1 } };

	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		char old = w.buf[damage[i].at];

		w.buf[damage[i].at] = damage[i].byte;
		assert_false(alarm_record_get(w.buf, w.len, &r));
		w.buf[damage[i].at] = old;
	}
	strbuf_addch(&w, 'x'); /* something left over */
	assert_false(alarm_record_get(w.buf, w.len, &r));
	strbuf_release(&w);
}

static void a_reload_keeps_the_state_and_takes_the_new_limit(void **state)
{
	struct bed *b = *state;
	struct alarm_def wider = b->def;

	bed_sample(b, 0, 6, 0);
	wider.limit = 10;
	wider.off_delay_ms = 500;
	alarm_engine_redefine(b->engine, 0, &wider, bed_now(0));
	bed_expect(b, " normal>unacknowledged#1");
	bed_sample(b, 10, 6, 0);
	bed_tick(b, 510);
	bed_expect(b, " unacknowledged>returned#1");
	wider.on_delay_ms = 300;
	bed_sample(b, 600, 11, 0);
	alarm_engine_redefine(b->engine, 0, &wider, bed_now(0));
	bed_tick(b, 5000);
	bed_expect(b, ""); /* the delay waits for the next sample */
	bed_sample(b, 5000, 11, 0);
	bed_tick(b, 5300);
	bed_expect(b, " returned>unacknowledged#2");
	bed_redefine(b);
}

static void names_are_found_and_never_doubled(void **state)
{
	struct bed *b = *state;
	struct alarm_def twin = b->def;

	assert_int_equal(alarm_engine_find(b->engine, b->def_name), 0);
	assert_int_equal(alarm_engine_find(b->engine, "nothing"), UINT32_MAX);
	assert_int_equal(alarm_engine_add(b->engine, &twin), UINT32_MAX);
	assert_int_equal(alarm_engine_count(b->engine), 1);
	assert_null(alarm_engine_def(b->engine, 1));
	assert_null(alarm_engine_record(b->engine, 1));
}

static void the_hash_tells_name_occurrence_and_state_apart(void **state)
{
	uint64_t h = alarm_row_hash("a", 1, ALARM_S_UNACK, 0, 0);

	(void)state;
	assert_int_equal(h, alarm_row_hash("a", 1, ALARM_S_UNACK, 0, 0));
	assert_true(h != alarm_row_hash("b", 1, ALARM_S_UNACK, 0, 0));
	assert_true(h != alarm_row_hash("a", 2, ALARM_S_UNACK, 0, 0));
	assert_true(h != alarm_row_hash("a", 256, ALARM_S_UNACK, 0, 0));
	assert_true(h != alarm_row_hash("a", 1, ALARM_S_ACKED, 0, 0));
	assert_true(h != alarm_row_hash("a", 1, ALARM_S_UNACK, ALARM_F_SHELVED, 0));
	assert_true(h != alarm_row_hash("a", 1, ALARM_S_UNACK, 0, 1));
	/* rows that trade places do not cancel out */
	assert_true(alarm_row_hash("a", 1, ALARM_S_UNACK, 0, 0) +
			    alarm_row_hash("b", 2, ALARM_S_UNACK, 0, 0) !=
		    alarm_row_hash("a", 2, ALARM_S_UNACK, 0, 0) +
			    alarm_row_hash("b", 1, ALARM_S_UNACK, 0, 0));
}

/* --- types that ask badly ------------------------------------------------------- */

/* Wants to be looked at again, and that before the present one. */
static enum alarm_verdict look_at_once(const struct alarm_def *d, struct alarm_look *l)
{
	(void)d;
	l->due = mono_add_ms(l->now, -1);
	return ALARM_CLEAR;
}

static void a_type_that_never_has_enough_holds_nobody_up(void **state)
{
	static const struct alarm_type impatient = { .name = "impatient",
						     .eval = look_at_once };
	struct alarm_def def = { .name = (char[]){ "a" }, .type = &impatient };
	struct bed *b = *state;
	struct sample s = { .value = value_double(1) };
	struct alarm_engine *e = alarm_engine_new(1);
	unsigned looks = 0;
	uint32_t alarm;

	alarm_engine_add(e, &def);
	for (int64_t ms = 0; ms <= 1000; ms++) {
		struct now now = { mono_add_ms((struct mono){ 0 }, ms), { ms } };

		if (ms == 0)
			alarm_engine_judge(e, 0, &s, NULL, now, NULL, bed_sink, b);
		while (looks < 100 && alarm_engine_look_due(e, now, &alarm)) {
			alarm_engine_judge(e, alarm, &s, NULL, now, NULL, bed_sink, b);
			looks++;
		}
	}
	assert_int_equal(looks, 10); /* it is looked at again, ten times a second */
	alarm_engine_free(e);
}

#define T(f) BED_TEST(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(T01_a_condition_that_comes_raises_an_occurrence),
		T(T02_an_acknowledgement_names_its_operator),
		T(T03_one_that_cleared_unseen_waits_for_its_acknowledgement),
		T(T04_one_that_was_seen_goes_when_it_clears),
		T(T05_acknowledging_a_returned_alarm_closes_it),
		T(T06_one_that_comes_again_is_a_new_occurrence),
		T(T20_a_bad_source_neither_raises_nor_clears),
		T(T21_removing_an_alarm_closes_it_in_the_journal),
		T(T21_removing_a_normal_alarm_says_nothing),
		T(every_transition_not_in_the_table_changes_nothing),
		T(an_on_delay_must_be_lived_through),
		T(an_on_delay_goes_on_inside_the_deadband),
		T(an_off_delay_must_be_lived_through),
		T(a_timer_goes_before_a_sample_of_its_time),
		T(AL_08_delays_do_not_see_the_wall_clock),
		T(AL_09_an_active_alarm_stays_when_its_source_is_lost),
		T(AL_09_an_acknowledgement_keeps_the_mark),
		T(AL_09_a_bad_source_stops_delays_and_a_good_one_restarts_them),
		T(AL_10_a_number_that_is_none_is_not_normal),
		T(a_substituted_value_runs_alarms),
		T(AL_04_an_ack_of_an_older_occurrence_leaves_the_newer_alone),
		T(AL_04_it_may_come_again_while_the_ack_is_being_stored),
		T(AL_03_the_second_of_two_acks_learns_who_was_first),
		T(an_ack_of_what_never_was_is_unknown),
		T(an_operators_name_of_any_length_is_held),
		T(AL_06_a_restart_keeps_every_state_exactly),
		T(AL_06_delays_start_again_after_a_restart),
		T(AL_06_stored_bytes_that_are_damaged_are_refused),
		T(a_reload_keeps_the_state_and_takes_the_new_limit),
		T(names_are_found_and_never_doubled),
		T(the_hash_tells_name_occurrence_and_state_apart),
		T(a_type_that_never_has_enough_holds_nobody_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
