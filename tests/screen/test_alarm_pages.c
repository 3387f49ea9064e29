/* test_alarm_pages.c - an operator works with alarms at the console of the real
 * demonstration: shelves, comments, reads the journal and the figures. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/tour_rig.h"

#define ESC    "\033"
#define UP     "\033[A"
#define DOWN   "\033[B"
#define RIGHT  "\033[C"
#define LEFT   "\033[D"
#define RUBOUT "\177"
#define TRIP   "intake.p101.trip"

enum { HEADER = 0, BANNER = 1, TABS = 3, MESSAGE = 22 };

/* The list with its first alarm, which is the trip, selected. */
static struct tty *on_the_trip(void)
{
	struct tty *t = tour_console();

	tty_type(t, "3");
	tty_expect(t, "Alarms 1 ");
	tty_expect(t, "FIRST: Well pump P101 tripped");
	tty_type(t, DOWN);
	tty_expect(t, "Start P102; send a fitter");
	return t;
}

/* The first to come is marked, and what follows from it is not in the way. */
static void AM_05_a_shelf_needs_a_reason_and_a_time_and_tells_both(void **state)
{
	struct tty *t;

	(void)state;
	tour_fault("trip", "P101");
	t = on_the_trip();
	tty_type(t, "h");
	tty_expect(t, "Shelve " TRIP);
	tty_expect(t, "30 min");
	tty_type(t, "\r");
	tty_expect(t, "a reason is needed: type it");
	tty_type(t, UP);
	tty_expect(t, "1 h  up and down");
	tty_type(t, "being mendxx" RUBOUT RUBOUT "ed\r");
	tty_expect_gone(t, "Shelve " TRIP);
	tour_expect_in_row(t, TABS, "Shelved 1");
	tour_expect_in_row(t, BANNER, "no alarms");
	tour_expect_in_row(t, HEADER, "ovr"); /* AM-06: on every screen */
	tty_type(t, "2");
	tour_expect_in_row(t, HEADER, "ovr");
	tty_type(t, "3");
	tour_expect_in_row(t, TABS, "Shelved 1");
	tty_type(t, RIGHT);
	tty_expect(t, "being mended");
	tty_expect(t, "1:00 h");
	tty_type(t, DOWN);
	tty_expect(t, "u brings it back");
	tty_expect(t, "being mended; shelved");
	tty_type(t, "u");
	tour_expect_in_row(t, TABS, "Shelved 0");
	tour_expect_in_row(t, BANNER, "Well pump P101 tripped");
	tty_free(t);
}

static void a_comment_and_an_acknowledgement_are_in_its_journal(void **state)
{
	struct tty *t = on_the_trip();

	(void)state;
	tty_type(t, "cfitter is on the way\r");
	tty_expect(t, "fitter is on the way (");
	tty_type(t, "A");
	tty_expect(t, "acked");
	tty_type(t, "j");
	tty_expect(t, "of " TRIP);
	tty_expect(t, "acknowledged");
	tty_expect(t, "unshelved");
	tty_expect(t, "being mended");
	tty_type(t, DOWN DOWN);
	tty_expect(t, "occurrence");
	tty_type(t, "/fitter\r");
	tty_expect(t, "1 row of " TRIP " with \"fitter\"");
	tty_type(t, "J/fitter\r");
	tty_expect(t, "1 record with \"fitter\"");
	tty_type(t, "0");
	tty_type(t, "3");
	tour_expect_in_row(t, TABS, "Alarms 1");
	tty_free(t);
}

static void AM_11_the_figures_stand_beside_their_targets(void **state)
{
	struct tty *t = tour_console();

	(void)state;
	tty_type(t, "f");
	tty_expect(t, "the last 24 hours");
	tty_expect(t, "Alarms per 10 min, mean");
	tty_expect(t, "at most 1");
	tty_type(t, LEFT);
	tty_expect(t, "the last 8 hours");
	tty_type(t, "\033[F"); /* End */
	tty_expect(t, "most frequent alarms");
	tty_expect(t, TRIP);
	tty_free(t);
}

static bool rang_again(struct tty *t, void *arg)
{
	return tty_bells(t) > *(size_t *)arg;
}

/* Silencing is one console's own and acknowledges nothing. */
static void AM_02_silence_is_no_acknowledgement(void **state)
{
	struct tty *t, *other = tour_console();
	size_t before, heard;

	(void)state;
	tour_fault("reset", "P101");
	tour_expect_in_row(other, BANNER, "no alarms");
	tour_fault("trip", "P101");
	t = on_the_trip();
	tty_type(t, "s");
	tty_expect(t, "nothing is acknowledged");
	before = tty_bells(t);
	heard = tty_bells(other);
	/* the other one goes on ringing for what stands; this one does not */
	assert_true(tty_wait(other, rang_again, &heard, TOUR_SOON_MS));
	tty_pump(t, 100);
	assert_int_equal(tty_bells(t), before);
	tour_expect_in_row(t, HEADER, "2 1/1");
	tty_type(t, "a");
	tty_expect(t, "acked");
	tty_free(t);
	tty_free(other);
}

/* From the alarm to the screen it is about, with its field under the cursor. */
static void one_key_leads_to_the_cause(void **state)
{
	struct tty *t = on_the_trip();

	(void)state;
	tty_type(t, "\r");
	tour_expect_in_row(t, HEADER, "Raw water"); /* cut: an override takes room */
	tour_expect_in_row(t, MESSAGE, "intake.p101 ");
	tty_free(t);
	tour_fault("reset", "P101");
}

/* Both well pumps trip, one after the other: which was first, what follows from it, and
 * how many there were. */
static void an_upset_says_what_was_first_and_what_follows(void **state)
{
	struct tty *t = tour_console();
	int first, second, flow;

	(void)state;
	tty_type(t, "3");
	tour_expect_in_row(t, BANNER, "no alarms");
	tour_fault("trip", "WELLS");
	tty_expect(t, "\xe2\x94\x94 Well pump P10");
	tty_expect(t, "\xe2\x94\x94 Hardly any raw water");
	tty_expect(t, "in 10 min");
	for (first = TABS; !strstr(tty_row(t, first), "FIRST: Well pump P10"); first++)
		assert_true(first < MESSAGE); /* in the list, not in the banner */
	second = tty_find_row(t, "\xe2\x94\x94 Well pump P10");
	flow = tty_find_row(t, "\xe2\x94\x94 Hardly any raw water");
	assert_true(first < second && second < flow);
	tty_free(t);
	tour_fault("reset", "WELLS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_05_a_shelf_needs_a_reason_and_a_time_and_tells_both),
		cmocka_unit_test(a_comment_and_an_acknowledgement_are_in_its_journal),
		cmocka_unit_test(AM_11_the_figures_stand_beside_their_targets),
		cmocka_unit_test(AM_02_silence_is_no_acknowledgement),
		cmocka_unit_test(one_key_leads_to_the_cause),
		cmocka_unit_test(an_upset_says_what_was_first_and_what_follows),
	};

	return cmocka_run_group_tests(tests, tour_open, tour_close);
}
