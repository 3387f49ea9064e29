/* test_chatter.c - marks of alarms that are a nuisance: when they begin and end. */
#include "support/test.h"

#include <stdlib.h>

#include "alarm/chatter.h"

static struct alarm_chatter *chatter;

static int make(void **state)
{
	(void)state;
	chatter = alarm_chatter_new();
	alarm_chatter_reserve(chatter, 4);
	return 0;
}

static int drop(void **state)
{
	(void)state;
	alarm_chatter_free(chatter);
	return 0;
}

static struct mono at(double seconds)
{
	return (struct mono){ (int64_t)(seconds * 1e9) };
}

static void nobody_is_due(double seconds)
{
	uint32_t alarm;

	assert_false(alarm_chatter_due(chatter, at(seconds), &alarm));
}

static void is_due(double seconds, uint32_t want, uint8_t marks)
{
	uint32_t alarm = 99;

	assert_true(alarm_chatter_due(chatter, at(seconds), &alarm));
	assert_int_equal(alarm, want);
	assert_int_equal(alarm_chatter_marks(chatter, alarm), marks);
}

/* Comes at t and goes 20 s later: not fleeting. */
static uint8_t come(double t)
{
	uint8_t marks = alarm_chatter_come(chatter, 1, at(t));

	alarm_chatter_go(chatter, 1, at(t + 20));
	return marks;
}

static void AM_11_three_times_within_a_minute_is_chattering(void **state)
{
	(void)state;
	assert_int_equal(come(100), 0);
	assert_int_equal(come(130), 0);
	assert_int_equal(come(160), 0); /* 60 s after the first: not within */
	assert_int_equal(come(189.999), ALARM_CHATTERING);
	assert_int_equal(alarm_chatter_count(chatter, ALARM_CHATTERING), 1);
	nobody_is_due(189.999 + 599.9);
	is_due(189.999 + 600, 1, 0);
	assert_int_equal(alarm_chatter_count(chatter, ALARM_CHATTERING), 0);
	nobody_is_due(1e6);
}

static void AL_02_twenty_times_a_second_is_one_mark(void **state)
{
	int changes = 0;
	uint8_t was = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) { /* 100 s at 20 Hz */
		uint8_t marks = alarm_chatter_come(chatter, 2, at(i * 0.05));

		changes += marks != was;
		was = marks;
		marks = alarm_chatter_go(chatter, 2, at(i * 0.05 + 0.025));
		changes += marks != was;
		was = marks;
	}
	assert_int_equal(was, ALARM_CHATTERING | ALARM_FLEETING);
	assert_int_equal(changes, 2); /* each mark once: its row is told twice */
	is_due(1999 * 0.05 + 600, 2, ALARM_FLEETING);
	is_due(1999 * 0.05 + 0.025 + 3600, 2, 0);
}

static void AM_11_fleeting_is_short_and_by_itself(void **state)
{
	(void)state;
	alarm_chatter_come(chatter, 0, at(0));
	assert_int_equal(alarm_chatter_go(chatter, 0, at(9.999)), ALARM_FLEETING);
	alarm_chatter_come(chatter, 0, at(1000));
	assert_int_equal(alarm_chatter_go(chatter, 0, at(1010)), 0); /* it stayed */
	alarm_chatter_come(chatter, 0, at(2000));
	alarm_chatter_ack(chatter, 0);
	assert_int_equal(alarm_chatter_go(chatter, 0, at(2001)), 0); /* somebody acted */
	assert_int_equal(alarm_chatter_go(chatter, 0, at(2002)), 0); /* it is gone */
}

static void AM_11_stale_is_more_than_a_day(void **state)
{
	const double day = 24 * 3600;

	(void)state;
	alarm_chatter_come(chatter, 3, at(50));
	nobody_is_due(50 + day);
	is_due(50 + day + 0.001, 3, ALARM_STALE);
	assert_int_equal(alarm_chatter_count(chatter, ALARM_STALE), 1);
	nobody_is_due(50 + 9 * day);
	assert_int_equal(alarm_chatter_come(chatter, 3, at(60 + day)), ALARM_STALE);
	assert_int_equal(alarm_chatter_go(chatter, 3, at(70 + day)), 0);
	assert_int_equal(alarm_chatter_count(chatter, ALARM_STALE), 0);
}

static void AL_06_what_was_active_before_a_restart_gets_stale_in_time(void **state)
{
	const int64_t hour = 3600 * 1000;

	(void)state;
	assert_int_equal(alarm_chatter_restore(chatter, 0, 20 * hour, at(10)), 0);
	assert_int_equal(alarm_chatter_restore(chatter, 1, 25 * hour, at(10)),
			 ALARM_STALE);
	/* its clock was set back meanwhile: as if it came now */
	assert_int_equal(alarm_chatter_restore(chatter, 2, -hour, at(10)), 0);
	nobody_is_due(10 + 4 * 3600);
	is_due(10 + 4 * 3600 + 1, 0, ALARM_STALE);
	nobody_is_due(10 + 24 * 3600);
	is_due(11 + 24 * 3600, 2, ALARM_STALE);
}

static void AM_11_a_removed_alarm_has_no_marks(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		alarm_chatter_come(chatter, 1, at(i));
	assert_int_equal(alarm_chatter_marks(chatter, 1), ALARM_CHATTERING);
	alarm_chatter_remove(chatter, 1);
	assert_int_equal(alarm_chatter_marks(chatter, 1), 0);
	assert_int_equal(alarm_chatter_count(chatter, ALARM_CHATTERING), 0);
	nobody_is_due(1e7);
	assert_int_equal(alarm_chatter_next_deadline(chatter).ns, INT64_MAX);
	assert_int_equal(alarm_chatter_marks(chatter, 12345), 0);
	alarm_chatter_reserve(chatter, 1000);
	assert_int_equal(alarm_chatter_come(chatter, 999, at(5)), 0);
}

/* Only those that ever came have a memory, and who is removed leaves it to another. */
static void AM_11_a_memory_that_was_left_remembers_nothing(void **state)
{
	(void)state;
	alarm_chatter_ack(chatter, 3); /* it never came */
	assert_int_equal(alarm_chatter_go(chatter, 3, at(0)), 0);
	alarm_chatter_remove(chatter, 3);
	for (uint32_t i = 0; i < 3; i++)
		for (int n = 0; n < 3; n++)
			alarm_chatter_come(chatter, i, at(n));
	assert_int_equal(alarm_chatter_count(chatter, ALARM_CHATTERING), 3);
	alarm_chatter_remove(chatter, 0);
	alarm_chatter_remove(chatter, 2);
	alarm_chatter_reserve(chatter, 200);
	for (uint32_t i = 100; i < 103; i++) {
		assert_int_equal(alarm_chatter_come(chatter, i, at(2.5)), 0);
		assert_int_equal(alarm_chatter_come(chatter, i, at(3)), 0);
		assert_int_equal(alarm_chatter_come(chatter, i, at(4)), ALARM_CHATTERING);
	}
	assert_int_equal(alarm_chatter_marks(chatter, 1), ALARM_CHATTERING);
	assert_int_equal(alarm_chatter_count(chatter, ALARM_CHATTERING), 4);
	assert_int_equal(alarm_chatter_marks(chatter, 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(AM_11_three_times_within_a_minute_is_chattering),
		TEST(AL_02_twenty_times_a_second_is_one_mark),
		TEST(AM_11_fleeting_is_short_and_by_itself),
		TEST(AM_11_stale_is_more_than_a_day),
		TEST(AL_06_what_was_active_before_a_restart_gets_stale_in_time),
		TEST(AM_11_a_removed_alarm_has_no_marks),
		TEST(AM_11_a_memory_that_was_left_remembers_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
