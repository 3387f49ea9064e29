/* test_station_flood.c - floods and nuisances, live: told, on system tags
 * and in the journal, and never a reason to hide anything. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"
#include "wire/flood.h"

enum { MANY = 20, HOUR = 3600 * 1000 };

/* A crowd on the same tag, every hundredth critical. */
static struct station_def *crowd_of(int n)
{
	struct station_def *d = rig_station(RIG_SAME);
	char name[32];

	for (int i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "crowd.n%05d", i);
		struct alarm_def *a = station_def_add_alarm(d, name);

		a->type = alarm_type_find("high");
		a->tag = station_def_text(d, "a.level");
		a->limit = 5.5;
		a->area = station_def_text(d, i % 2 ? "odd" : "even");
		a->message = "message";
		a->priority = i % 100 ? ALARM_LOW : ALARM_CRITICAL;
	}
	return d;
}

/* With a.level above 5.5: MANY in areas x.y (5), z (15), two of them critical, one
 * diagnostic, and a.level.high and e.high. */
static struct station_def *many_alarms(void)
{
	struct station_def *d = rig_station(RIG_SAME);
	char name[32];

	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many.n%02d", i);
		struct alarm_def *a = station_def_add_alarm(d, name);

		a->type = alarm_type_find("high");
		a->tag = station_def_text(d, "a.level");
		a->limit = 5.5;
		a->area = station_def_text(d, i < 5 ? "x.y" : "z");
		a->message = "message";
		a->priority = i == 3 || i == 7 ? ALARM_CRITICAL
			      : i == 9         ? ALARM_DIAGNOSTIC
					       : ALARM_LOW;
	}
	return d;
}

static int setup(void **state)
{
	static const struct store_snapshot nothing = { .next_request = 1,
						       .next_occurrence = 1 };
	struct rig *r = calloc(1, sizeof(*r));

	rig_init_from(r, many_alarms(), &nothing);
	rig_plant(r);
	*state = r;
	return 0;
}

/* Time passes, and the drivers say that they live. */
static void live(struct rig *r, int64_t ms)
{
	for (; ms > 0; ms -= 500) {
		rig_beats(r);
		rig_wait(r, ms < 500 ? ms : 500);
	}
}

static uint64_t watch(struct rig *r)
{
	uint64_t session = rig_open(r, RIG_IVAN);

	rig_request(r, session, WIRE_ALARMS, 1, 1, "");
	return session;
}

static bool flood_of(const struct rig *r, uint64_t session, struct wire_flood *m)
{
	const uint8_t *p;
	size_t n;

	return rig_last(r, session, WIRE_FLOOD, &p, &n) && wire_get_flood(p, n, m);
}

static int64_t tag(const struct rig *r, const char *name)
{
	const struct sample *s = rig_value(r, name);

	return s->value.type == VALUE_BOOL ? s->value.u.b : s->value.u.i;
}

static void AL_01_a_flood_is_told_with_its_areas_and_criticals(void **state)
{
	struct rig *r = *state;
	uint64_t session = watch(r);
	struct wire_flood m;

	assert_false(flood_of(r, session, &m));
	rig_number(r, "a.level", 6);
	assert_true(flood_of(r, session, &m)); /* as it started, with eleven */
	assert_int_equal(m.on, 1);
	assert_int_equal(m.total, 11);
	live(r, 1600); /* and then each second */
	assert_true(flood_of(r, session, &m));
	assert_int_equal(m.total, 21); /* not the diagnostic one */
	assert_int_equal(m.rate, 21);
	assert_int_equal(m.n[0], 2);
	assert_int_equal(m.n[1], 2);
	assert_int_equal(m.n[2], 0);
	assert_int_equal(m.n[3], 17);
	assert_int_equal(m.n_areas, 4);
	assert_string_equal(m.areas[0].area, "z");
	assert_int_equal(m.areas[0].n[0], 1);
	assert_int_equal(m.areas[0].n[3], 13);
	assert_string_equal(m.areas[1].area, "x.y");
	assert_int_equal(m.areas[1].n[3], 4);
	assert_int_equal(m.elsewhere, 0);
	assert_int_equal(m.criticals, 2);
	assert_int_equal(m.n_criticals, 2);
	assert_string_equal(m.critical[0], "many.n03");
	assert_string_equal(m.critical[1], "many.n07");
	rig_forget(r, session);
	live(r, 5000);
	assert_false(flood_of(r, session, &m)); /* nothing new to say */
	rig_request(r, session, WIRE_ALARMS, 2, 1, "");
	assert_true(flood_of(r, session, &m)); /* who begins the list now is told */
	assert_int_equal(m.on, 1);
}

static void AL_01_every_alarm_of_a_flood_is_shown_and_journaled(void **state)
{
	struct rig *r = *state;
	uint64_t session = watch(r);
	struct alarm_journal row;
	struct wire_alarm_row shown;
	char name[32];

	rig_number(r, "a.level", 6);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "many.n%02d", i);
		assert_int_equal(rig_journal(r, name, ALARM_E_COUNT, &row), 1);
		assert_int_equal(row.event, ALARM_E_COME);
		assert_true(rig_alarm_row(r, session, name, &shown));
		assert_int_equal(shown.state, ALARM_S_UNACK);
		assert_int_equal(shown.flags, 0);
	}
}

static void AL_01_ten_thousand_at_once_are_told_and_journaled_in_order(void **state)
{
	static const struct store_snapshot nothing = { .next_request = 1,
						       .next_occurrence = 1 };
	struct rig *r = *state;
	struct wire_flood m;
	uint64_t last = 0;
	size_t n = 0;

	rig_release(r);
	rig_init_from(r, crowd_of(10000), &nothing);
	rig_plant(r);
	uint64_t session = watch(r);
	rig_forget(r, session);
	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct txn_op *op = &r->stored[i]->ops[k];

			if (op->kind != TXN_JOURNAL || op->id == 0)
				continue; /* id 0: the flood's own row */
			assert_true(op->id > last);
			last = op->id;
			n++;
		}
	assert_int_equal(n, 10002); /* with a.level.high and e.high */
	assert_int_equal(rig_count(r, session, WIRE_ALARM_ROW), 10002);
	assert_int_equal(rig_count(r, session, WIRE_FLOOD), 1); /* not one an alarm */
	live(r, 2000);
	assert_true(flood_of(r, session, &m));
	assert_int_equal(m.total, 10002);
	assert_int_equal(m.n[0], 100);
	assert_int_equal(m.criticals, FLOOD_CRITICALS);
	assert_int_equal(m.n_criticals, WIRE_FLOOD_CRITICALS);
	assert_int_equal(m.areas[0].n[0] + m.areas[0].n[3], 5000);
}

static void AM_11_a_flood_has_its_begin_and_end_in_the_journal(void **state)
{
	struct rig *r = *state;
	uint64_t session = watch(r);
	struct alarm_journal row;
	struct wire_flood m;

	rig_number(r, "a.level", 6);
	assert_int_equal(rig_journal(r, "system.alarms.flood", ALARM_E_COUNT, &row), 1);
	assert_int_equal(row.event, ALARM_E_COME);
	assert_int_equal(row.cause, ALARM_BY_SYSTEM);
	assert_false(alarm_journal_is_annunciated(&row));
	assert_string_equal(row.message, "alarm flood: 11 alarms in 10 minutes");
	rig_number(r, "a.level", 2);
	for (int i = 0; i < 599; i++)
		live(r, 1000);
	assert_int_equal(rig_journal(r, "system.alarms.flood", ALARM_E_COUNT, &row), 1);
	assert_int_equal(tag(r, "system.alarms.flood"), 1);
	live(r, 2000);
	assert_int_equal(rig_journal(r, "system.alarms.flood", ALARM_E_COUNT, &row), 2);
	assert_int_equal(row.event, ALARM_E_GO);
	assert_string_equal(row.message,
			    "alarm flood over after 10 min 0 s: 21 alarms, at most 21 in "
			    "10 minutes; most in z 14, x.y 5, a 1");
	assert_true(flood_of(r, session, &m));
	assert_int_equal(m.on, 0);
	assert_int_equal(m.total, 21);
	assert_int_equal(m.peak, 21);
	assert_true(m.until_ms - m.since_ms >= 600000);
	assert_int_equal(tag(r, "system.alarms.flood"), 0);
}

static void AM_11_the_rate_and_a_flood_are_on_system_tags(void **state)
{
	struct rig *r = *state;

	live(r, 1000);
	assert_int_equal(tag(r, "system.alarms.rate_10min"), 0);
	rig_number(r, "a.level", 6);
	live(r, 1000);
	assert_int_equal(tag(r, "system.alarms.rate_10min"), 21);
	assert_int_equal(tag(r, "system.alarms.flood"), 1);
	rig_number(r, "a.level", 2);
	live(r, 1000);
	live(r, 700000);
	assert_int_equal(tag(r, "system.alarms.rate_10min"), 0);
}

static void AL_02_a_chattering_alarm_is_marked_and_stays_in_sight(void **state)
{
	struct rig *r = *state;
	uint64_t session = watch(r);
	struct wire_alarm_row row;

	for (int i = 0; i < 3; i++) {
		rig_number(r, "a.level", 6);
		live(r, 1000);
		rig_number(r, "a.level", 2);
		live(r, 1000);
	}
	assert_true(rig_alarm_row(r, session, "many.n00", &row));
	assert_int_equal(row.habits, WIRE_HABIT_CHATTERING | WIRE_HABIT_FLEETING);
	assert_int_equal(row.state, ALARM_S_RTNUN);
	assert_int_equal(row.flags, 0);
	live(r, 1000);
	assert_int_equal(tag(r, "system.alarms.chattering"), r->st->n_alarms - 3);
	rig_forget(r, session);
	live(r, 600000); /* nothing happens, the mark goes: the row is told */
	assert_true(rig_alarm_row(r, session, "many.n00", &row));
	assert_int_equal(row.habits, WIRE_HABIT_FLEETING);
	assert_int_equal(tag(r, "system.alarms.chattering"), 0);
}

static void AL_06_stale_counts_on_over_a_restart(void **state)
{
	struct rig *r = *state;
	struct store_snapshot snapshot = { .next_request = 1, .next_occurrence = 9 };
	struct alarm_record rec = {
		.state = ALARM_S_ACKED, .occurrence = 8, .acked_by = "ivan", .value = 6
	};
	struct stored_alarm stored = { .name = strdup("many.n00"),
				       .record = STRBUF_INIT };
	struct wire_alarm_row row;

	rig_release(r);
	rec.raised.ms = rec.changed.ms = INT64_C(1700000000000) - 23 * HOUR;
	alarm_record_put(&stored.record, &rec);
	snapshot.alarms = &stored;
	snapshot.n_alarms = 1;
	rig_init_from(r, many_alarms(), &snapshot);
	rig_number(r, "a.level", 6);
	uint64_t session = watch(r);
	assert_true(rig_alarm_row(r, session, "many.n00", &row));
	assert_int_equal(row.habits, 0);
	rig_forget(r, session);
	for (int i = 0; i < 62; i++) {
		live(r, 60000);
		rig_number(r, "a.level", 6); /* it is fresh */
	}
	assert_true(rig_alarm_row(r, session, "many.n00", &row));
	assert_int_equal(row.habits, WIRE_HABIT_STALE);
	assert_int_equal(tag(r, "system.alarms.stale"), 1);
	free(stored.name);
	strbuf_release(&stored.record);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(AL_01_a_flood_is_told_with_its_areas_and_criticals),
		TEST(AL_01_every_alarm_of_a_flood_is_shown_and_journaled),
		TEST(AL_01_ten_thousand_at_once_are_told_and_journaled_in_order),
		TEST(AM_11_a_flood_has_its_begin_and_end_in_the_journal),
		TEST(AM_11_the_rate_and_a_flood_are_on_system_tags),
		TEST(AL_02_a_chattering_alarm_is_marked_and_stays_in_sight),
		TEST(AL_06_stale_counts_on_over_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
