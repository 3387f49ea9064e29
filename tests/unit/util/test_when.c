/* test_when.c - times as people and recordings write them, in a zone that changes its
 * clocks. What devices send is tested with the MQTT payloads. */
#include "support/test.h"

#include <stdlib.h>
#include <time.h>

#include "util/when.h"

enum { DAY = 86400000 };
#define NOON 1795348800000LL /* 2026-11-22 12:00 UTC, 13:00 in Berlin */

static int in_berlin(void **state)
{
	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return 0;
}

static void a_time_without_a_zone_is_one_of_this_machine(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "2026-11-22T13:00:00", NOON },
		{ "2026-11-22 13:00", NOON },
		{ "2026-11-22", NOON - 13 * 3600000LL },
		{ "2026-11-22T13:00:00.250", NOON + 250 },
		{ "2026-11-22T12:00:00Z", NOON },
		{ "2026-11-22T14:00:00+02:00", NOON },
		{ "2026-07-01 12:00", 1782900000000LL }, /* summer: two hours */
		{ "1795348800", NOON },
		{ "1795348800000", NOON },
		/* 02:30 comes twice that night: the first one */
		{ "2026-10-25 02:30", 1792888200000LL },
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(when_from_local(good[i].text, &ms));
		assert_int_equal(ms, good[i].ms);
	}
}

static void what_cannot_be_read_in_one_way_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"2026-13-01",
		"2026-02-29",
		"22.11.2026",
		"2026-11-22T",
		"2026-11-22T25:00:00",
		"2026-11-22 13:0",
		"2026-11-22 13:00.5",
		"tomorrow",
		"2026-11-22 13:00Z",
		"2026-11-22x",
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (when_from_local(bad[i], &ms))
			fail_msg("\"%s\" was read as %lld", bad[i], (long long)ms);
	/* the clocks went from 02:00 to 03:00 */
	assert_false(when_from_local("2026-03-29 02:30", &ms));
}

static void people_say_how_long_ago_or_when_today(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} good[] = {
		{ "now", NOON },
		{ "30m", NOON - 1800000 },
		{ "8h", NOON - 28800000 },
		{ "7d", NOON - 7LL * DAY },
		{ "2w", NOON - 14LL * DAY },
		{ "90s", NOON - 90000 },
		{ "09:05", NOON - 13 * 3600000LL + (9 * 60 + 5) * 60000 },
		{ "2026-11-22", NOON - 13 * 3600000LL },
	};
	static const char *const bad[] = {
		"h", "-8h", "8 h", "8y", "1234567d", "9:05", ""
	};
	int64_t ms;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(when_from_person(good[i].text, NOON, &ms));
		assert_int_equal(ms, good[i].ms);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(when_from_person(bad[i], NOON, &ms));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_without_a_zone_is_one_of_this_machine),
		cmocka_unit_test(what_cannot_be_read_in_one_way_is_refused),
		cmocka_unit_test(people_say_how_long_ago_or_when_today),
	};

	return cmocka_run_group_tests(tests, in_berlin, NULL);
}
