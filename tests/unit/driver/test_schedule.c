/* test_schedule.c - fixed times: nothing drifts, nothing is queued, all is counted. */
#include "support/test.h"

#include "driver/schedule.h"

static struct mono at_ms(int64_t ms)
{
	return (struct mono){ ms * 1000000 };
}

static int64_t ms_of(struct mono t)
{
	return t.ns / 1000000;
}

static void assert_start(struct schedule *s, int64_t now_ms, uint64_t skipped, bool late,
			 int64_t next_ms)
{
	struct scan_start got = schedule_start(s, at_ms(now_ms));

	assert_int_equal(got.skipped, skipped);
	assert_int_equal(got.late, late);
	assert_int_equal(ms_of(s->due), next_ms);
}

static void the_first_scan_is_at_once_and_the_next_in_its_place(void **state)
{
	struct schedule s;

	(void)state;
	schedule_init(&s, 1000, 0.25, at_ms(5100));
	assert_int_equal(ms_of(s.due), 5100);
	assert_start(&s, 5100, 0, false, 6250); /* 5250 is too near */
	assert_start(&s, 6250, 0, false, 7250);
	/* the same places again after a restart */
	schedule_init(&s, 1000, 0.25, at_ms(8700));
	assert_start(&s, 8700, 0, false, 9250);
}

static void late_scans_do_not_move_the_next_one(void **state)
{
	struct schedule s;

	(void)state;
	schedule_init(&s, 1000, 0, at_ms(0));
	assert_start(&s, 0, 0, false, 1000);
	assert_start(&s, 1100, 0, false, 2000); /* a tenth is not late */
	assert_start(&s, 2101, 0, true, 3000);
	assert_start(&s, 3999, 0, true, 4000);
	assert_start(&s, 4000, 0, false, 5000);
}

static void what_cannot_start_in_time_is_skipped_and_counted(void **state)
{
	struct schedule s;

	(void)state;
	schedule_init(&s, 1000, 0, at_ms(0));
	assert_start(&s, 0, 0, false, 1000);
	assert_start(&s, 2000, 1, false, 3000); /* 1000 is lost, 2000 is on time */
	assert_start(&s, 3500, 0, true, 4000);
	assert_start(&s, 9050, 5, false, 10000); /* 4000 .. 8000 are lost */
}

static void what_is_lost_meanwhile_is_counted_once(void **state)
{
	struct schedule s;

	(void)state;
	schedule_init(&s, 1000, 0, at_ms(0));
	assert_int_equal(schedule_lose(&s, at_ms(9000)), 0); /* never begun */
	assert_start(&s, 9000, 0, false, 10000);
	assert_int_equal(schedule_lose(&s, at_ms(9500)), 0);
	assert_int_equal(schedule_lose(&s, at_ms(12999)), 2); /* 10000 and 11000 */
	assert_int_equal(schedule_lose(&s, at_ms(12999)), 0);
	assert_start(&s, 13050, 1, false, 14000);
}

/* Whatever the delays: scans and skipped ones add up to the time that passed. */
static void no_scan_is_lost_from_the_count(void **state)
{
	struct schedule s;
	uint64_t done = 0, skipped = 0, random = 12345;
	int64_t now = 0;

	(void)state;
	schedule_init(&s, 100, 0, at_ms(0));
	schedule_start(&s, at_ms(0));
	for (int i = 0; i < 10000; i++) {
		random = random * 6364136223846793005 + 1442695040888963407;
		now = ms_of(s.due) + (int64_t)(random >> 33) % 350;
		skipped += schedule_start(&s, at_ms(now)).skipped;
		done++;
		assert_true(ms_of(s.due) > now && ms_of(s.due) <= now + 100);
	}
	assert_int_equal(done + skipped, (uint64_t)(now / 100));
}

static void without_a_period_it_goes_on_at_once(void **state)
{
	struct schedule s;

	(void)state;
	schedule_init(&s, 0, 0.7, at_ms(10));
	assert_start(&s, 10, 0, false, 10);
	assert_start(&s, 900, 0, false, 900);
}

/* 200 devices at one period: no tenth of it holds more than a few too many. */
static void phases_are_spread(void **state)
{
	size_t tenth[10] = { 0 };

	(void)state;
	for (uint64_t i = 0; i < 200; i++) {
		double share = schedule_share(i);

		assert_true(share >= 0 && share < 1);
		tenth[(size_t)(share * 10)]++;
	}
	for (size_t i = 0; i < 10; i++)
		assert_in_range(tenth[i], 18, 22);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_scan_is_at_once_and_the_next_in_its_place),
		cmocka_unit_test(late_scans_do_not_move_the_next_one),
		cmocka_unit_test(what_cannot_start_in_time_is_skipped_and_counted),
		cmocka_unit_test(what_is_lost_meanwhile_is_counted_once),
		cmocka_unit_test(no_scan_is_lost_from_the_count),
		cmocka_unit_test(without_a_period_it_goes_on_at_once),
		cmocka_unit_test(phases_are_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
