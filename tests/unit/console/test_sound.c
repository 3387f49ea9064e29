/* test_sound.c - the bell under a clock that the test turns: how often it rings for what
 * stands, who silences it, and what ends the silence. */
#include "support/test.h"

#include "desk.h"

/* A frame came at this moment: how often it rang. */
static size_t frame_rings(struct desk *d)
{
	sound_turn(d->a);
	return desk_rings(d);
}

/* Rings at each step of a second, in so many seconds. */
static size_t rings_in(struct desk *d, int seconds)
{
	size_t n = 0;

	for (int i = 0; i < seconds; i++) {
		desk_pass(d, 1000);
		n += frame_rings(d);
	}
	return n;
}

static void each_priority_has_its_pattern(void **state)
{
	/* for what comes, and for what stands in the minute after it */
	static const struct {
		int priority;
		size_t first, later;
	} patterns[] = { { ALARM_CRITICAL, 3, 36 },
			 { ALARM_HIGH, 2, 12 },
			 { ALARM_MEDIUM, 1, 2 },
			 { ALARM_LOW, 1, 0 },
			 { ALARM_DIAGNOSTIC, 0, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct desk d;

		desk_open(&d);
		assert_int_equal(rings_in(&d, 60), 0);
		desk_tell(&d, desk_row("a", patterns[i].priority, ALARM_S_UNACK, 1, 1));
		assert_int_equal(frame_rings(&d), patterns[i].first);
		assert_int_equal(rings_in(&d, 60), patterns[i].later);
		desk_close(&d);
	}
}

static void the_deadline_wakes_the_console_when_it_is_to_ring(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	assert_true(sound_deadline(d.a).ns == INT64_MAX);
	desk_tell(&d, desk_row("a", ALARM_HIGH, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 2);
	assert_int_equal(mono_ms_between(d.a->now.mono, sound_deadline(d.a)), 10000);
	desk_pass(&d, 9999);
	assert_int_equal(frame_rings(&d), 0);
	desk_pass(&d, 1);
	assert_int_equal(frame_rings(&d), 2);
	assert_int_equal(mono_ms_between(d.a->now.mono, sound_deadline(d.a)), 10000);
	/* nothing rings any more: no need to wake up for it */
	desk_tell(&d, desk_row("a", ALARM_HIGH, ALARM_S_ACKED, 1, 1));
	desk_pass(&d, 10000);
	assert_int_equal(frame_rings(&d), 0);
	assert_true(sound_deadline(d.a).ns == INT64_MAX);
	desk_close(&d);
}

static void the_most_urgent_sets_the_pattern(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("low", ALARM_LOW, ALARM_S_UNACK, 1, 1));
	desk_tell(&d, desk_row("crit", ALARM_CRITICAL, ALARM_S_UNACK, 1, 1));
	desk_tell(&d, desk_row("high", ALARM_HIGH, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 3);
	desk_tell(&d, desk_row("crit", ALARM_CRITICAL, ALARM_S_ACKED, 1, 1));
	assert_int_equal(rings_in(&d, 5), 2);
	assert_int_equal(rings_in(&d, 10), 2);
	desk_close(&d);
}

static void AL_12_a_shower_of_alarms_rings_now_and_then(void **state)
{
	struct desk d;
	size_t n = 0;

	(void)state;
	desk_open(&d);
	for (int i = 0; i < 40; i++) { /* ten a second, for four seconds but one frame */
		char name[16];

		snprintf(name, sizeof(name), "a%d", i);
		desk_tell(&d, desk_row(name, ALARM_MEDIUM, ALARM_S_UNACK, 1, 1));
		n += frame_rings(&d);
		desk_pass(&d, 100);
	}
	assert_int_equal(n, 1);
	desk_tell(&d, desk_row("last", ALARM_MEDIUM, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 1);
	desk_close(&d);
}

/* One that came right after another rings too: at once when it is more urgent. */
static void AL_12_what_comes_in_a_shower_is_heard_too(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("low", ALARM_LOW, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 1);
	desk_pass(&d, 1000);
	desk_tell(&d, desk_row("crit", ALARM_CRITICAL, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 3);
	desk_close(&d);
	desk_open(&d);
	desk_tell(&d, desk_row("low", ALARM_LOW, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 1);
	desk_pass(&d, 1000);
	desk_tell(&d, desk_row("low.2", ALARM_LOW, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 0);
	assert_int_equal(mono_ms_between(d.a->now.mono, sound_deadline(d.a)),
			 BELL_MS - 1000);
	assert_int_equal(rings_in(&d, 60), 1);
	desk_close(&d);
}

static void AM_02_silence_acknowledges_nothing_and_the_next_alarm_ends_it(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("a", ALARM_HIGH, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 2);
	desk_pass(&d, 5000);
	desk_key(&d, 's');
	assert_true(d.a->ui.silenced);
	assert_has(desk_message(&d), "nothing is acknowledged");
	assert_int_equal(desk_sent(&d), 0);
	assert_int_equal(rings_in(&d, 1200), 0);
	assert_int_equal(model_alarm_count(&d.a->model, 0).unacked, 1);
	/* the same alarm, told again, is not another one */
	desk_tell(&d, desk_row("a", ALARM_HIGH, ALARM_S_UNACK, 1, 1));
	assert_int_equal(rings_in(&d, 60), 0);
	desk_tell(&d, desk_row("b", ALARM_LOW, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 2); /* for the worst that stands */
	assert_false(d.a->ui.silenced);
	assert_int_equal(rings_in(&d, 60), 12);
	desk_close(&d);
}

static void AM_02_a_critical_alarm_nags_after_a_quarter_of_an_hour(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("a", ALARM_CRITICAL, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 3);
	desk_key(&d, 's');
	assert_int_equal(rings_in(&d, 15 * 60 - 1), 0);
	assert_true(d.a->ui.silenced);
	assert_int_equal(rings_in(&d, 5), 3);
	assert_false(d.a->ui.silenced);
	assert_int_equal(rings_in(&d, 60), 36);
	desk_key(&d, 's'); /* a quarter of an hour from this, not from the first */
	assert_int_equal(rings_in(&d, 15 * 60 - 1), 0);
	desk_close(&d);
}

static void sound_off_and_once(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	d.a->sound.off = true;
	desk_tell(&d, desk_row("a", ALARM_CRITICAL, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d) + rings_in(&d, 1200), 0);
	assert_true(sound_deadline(d.a).ns == INT64_MAX);
	desk_close(&d);
	desk_open(&d);
	d.a->sound.once = true;
	desk_tell(&d, desk_row("a", ALARM_CRITICAL, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 3);
	assert_int_equal(rings_in(&d, 1200), 0);
	desk_tell(&d, desk_row("b", ALARM_HIGH, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 3);
	desk_close(&d);
}

/* Rings neither when it comes nor as long as it stands. */
static void expect_silent(struct wire_alarm_row r)
{
	struct desk d;

	desk_open(&d);
	desk_tell(&d, r);
	assert_int_equal(frame_rings(&d), 0);
	/* nor when something else makes the console look at what stands */
	desk_tell(&d, desk_row("other", ALARM_LOW, ALARM_S_UNACK, 1, 1));
	assert_int_equal(frame_rings(&d), 1);
	d.a->sound.next = mono_add_ms(d.a->now.mono, 5000);
	assert_int_equal(rings_in(&d, 60), 1);
	desk_close(&d);
}

static void what_is_hidden_silent_or_seen_rings_no_bell(void **state)
{
	static const unsigned flags[] = { ALARM_F_SHELVED, ALARM_F_SUPPRESSED,
					  ALARM_F_OUT_OF_SERVICE };
	struct wire_alarm_row r = desk_row("a", ALARM_CRITICAL, ALARM_S_UNACK, 1, 1);

	(void)state;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		r.flags = (uint8_t)flags[i];
		expect_silent(r);
	}
	r.flags = 0;
	r.superseded = 1;
	expect_silent(r);
	r.superseded = 0;
	r.life = WIRE_LIFE_SILENT;
	expect_silent(r);
	r.life = 0;
	r.state = ALARM_S_RTNUN;
	expect_silent(r);
	r.state = ALARM_S_ACKED;
	expect_silent(r);
}

/* Back from its shelf with its condition present, it is as if it came anew. */
static void what_comes_back_rings(void **state)
{
	struct wire_alarm_row r = desk_row("a", ALARM_HIGH, ALARM_S_UNACK, 1, 1);
	struct desk d;

	(void)state;
	desk_open(&d);
	r.flags = ALARM_F_SHELVED;
	desk_tell(&d, r);
	assert_int_equal(rings_in(&d, 60), 0);
	r.flags = 0;
	desk_tell(&d, r);
	assert_int_equal(frame_rings(&d), 2);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_priority_has_its_pattern),
		cmocka_unit_test(the_deadline_wakes_the_console_when_it_is_to_ring),
		cmocka_unit_test(the_most_urgent_sets_the_pattern),
		cmocka_unit_test(AL_12_a_shower_of_alarms_rings_now_and_then),
		cmocka_unit_test(AL_12_what_comes_in_a_shower_is_heard_too),
		cmocka_unit_test(
			AM_02_silence_acknowledges_nothing_and_the_next_alarm_ends_it),
		cmocka_unit_test(AM_02_a_critical_alarm_nags_after_a_quarter_of_an_hour),
		cmocka_unit_test(sound_off_and_once),
		cmocka_unit_test(what_is_hidden_silent_or_seen_rings_no_bell),
		cmocka_unit_test(what_comes_back_rings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
