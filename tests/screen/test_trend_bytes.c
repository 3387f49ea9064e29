/* test_trend_bytes.c - what a trend costs a slow line, by the real console on a real
 * terminal: the window moves by whole columns, and a past that did not change is not sent
 * again (console.md 3.2, rule 8). */
#include "support/test.h"

#include "screen/console_rig.h"

#include <stdio.h>
#include <string.h>

/* 68 cells wide and 12 high: ten rows of lines, names above, times below. */
#define SCREEN(pen, span)                                                                \
	"screen = { id = \"overview\"; title = \"Test works\"; level = 1; size = [ 68, " \
	"12 ]; picture = \"\n\n\"; zones = \"\n" ROW ROW ROW ROW ROW ROW ROW ROW ROW ROW \
		ROW ROW "\"; widgets = { T = { type = \"trend\"; pens = \"" pen          \
	"\"; span = \"" span "\"; }; }; };\n"
#define ROW "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"

enum {
	LOOK_S = 6,
	IDLE_CEILING = 60,        /* bytes a second; the clock's tick is 40 at most */
	SCROLL_CEILING = 600,     /* a column of a wave, each second */
	FLAT_SCROLL_CEILING = 200 /* nothing but the clock times move */
};

static size_t bytes(const struct rig *r)
{
	size_t n;

	tty_bytes(r->t, &n);
	return n;
}

/* Bytes a second while the picture stands there. */
static double rate(struct rig *r, const char *screen, const char *shows)
{
	size_t before;

	fake_screen(r->f, screen);
	tty_expect(r->t, shows);
	tty_expect_gone(r->t, "no past yet");
	pump_for(r->t, 1500);
	before = bytes(r);
	pump_for(r->t, LOOK_S * 1000);
	return (double)(bytes(r) - before) / LOOK_S;
}

static void HM_06_a_day_that_stands_there_costs_the_clock_alone(void **state)
{
	struct rig *r = *state;
	unsigned asked;
	double got = rate(r, SCREEN("p.wave", "1d"), "p.wave");

	print_message("a day of a wave, 68x10: %.0f bytes a second\n", got);
	assert_true(got < IDLE_CEILING);
	asked = fake_count(r->f, WIRE_TREND);
	pump_for(r->t, 3000);
	assert_in_range(fake_count(r->f, WIRE_TREND) - asked, 0, 1);
}

static void HM_06_a_column_of_a_line_is_all_that_a_moving_window_costs(void **state)
{
	struct rig *r = *state;
	double got = rate(r, SCREEN("p.wave", "1m"), "p.wave");

	print_message("a column of a wave a second, 68x10: %.0f bytes a second\n", got);
	assert_true(got < SCROLL_CEILING);
	assert_in_range(fake_count(r->f, WIRE_TREND), LOOK_S, LOOK_S + 6);
}

static void HM_06_a_flat_line_that_moves_is_not_sent_again(void **state)
{
	struct rig *r = *state;
	double got = rate(r, SCREEN("p.flat", "1m"), "p.flat");

	print_message("a column of a flat line a second: %.0f bytes a second\n", got);
	assert_true(got < FLAT_SCROLL_CEILING);
}

static void PR_08_without_a_trend_on_the_glass_nothing_is_asked_for(void **state)
{
	struct rig *r = *state;
	unsigned asked;

	rate(r, SCREEN("p.wave", "1m"), "p.wave");
	tty_type(r->t, "5");
	tty_type(r->t, "3"); /* the alarm list stands there */
	tty_expect(r->t, "no alarms");
	pump_for(r->t, 3500);
	asked = fake_count(r->f, WIRE_TREND);
	pump_for(r->t, 3000);
	assert_int_equal(fake_count(r->f, WIRE_TREND), asked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_READY_RIG(HM_06_a_day_that_stands_there_costs_the_clock_alone),
		ON_READY_RIG(HM_06_a_column_of_a_line_is_all_that_a_moving_window_costs),
		ON_READY_RIG(HM_06_a_flat_line_that_moves_is_not_sent_again),
		ON_READY_RIG(PR_08_without_a_trend_on_the_glass_nothing_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
