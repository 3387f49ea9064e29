/* test_trend_bytes.c - what a trend costs a slow line, by the real console on a real
 * terminal: the window moves by whole columns, and a past that did not change is not sent
 * again. And the page of trends as it is there. */
#include "support/test.h"

#include "screen/console_rig.h"

#include <stdio.h>
#include <stdlib.h>
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
	IDLE_CEILING = 60,    /* bytes a second; the clock's tick is 40 at most */
	SCROLL_CEILING = 600, /* a column of a wave, each second */
	SLOW_LOOKS = 9,
	SLOW_CEILING = 150,       /* a second, the clock's tick among them */
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

static int by_size(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/* The second in which the window jumps is one of many: what the others cost. */
static void HM_06_on_a_slow_line_a_wave_costs_its_own_column_alone(void **state)
{
	static const char *const args[] = { "--baud", "9600", NULL };
	static const struct fake_terminal line = { .args = args };
	struct rig *r = *state;
	size_t seconds[SLOW_LOOKS];

	r->t = fake_console_on(r->f, &line);
	tty_expect(r->t, "server ok");
	fake_screen(r->f, SCREEN("p.wave", "1m"));
	tty_expect(r->t, "p.wave");
	tty_expect_gone(r->t, "no past yet");
	pump_for(r->t, 1500);
	for (int i = 0; i < SLOW_LOOKS; i++) {
		size_t before = bytes(r);

		pump_for(r->t, 1000);
		seconds[i] = bytes(r) - before;
	}
	qsort(seconds, SLOW_LOOKS, sizeof(seconds[0]), by_size);
	print_message("a column on a slow line: %zu bytes, a jump %zu\n",
		      seconds[SLOW_LOOKS / 2], seconds[SLOW_LOOKS - 1]);
	assert_true(seconds[SLOW_LOOKS / 2] < SLOW_CEILING);
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

static bool is_reverse(struct rig *r, const char *text)
{
	int row = tty_find_row(r->t, text);
	const char *line = row < 0 ? "" : tty_row(r->t, row);

	/* the row is full: the words stand at its end */
	return row >= 0 && strstr(line, text) && tty_cell(r->t, 77, row).reverse;
}

static void HM_18_the_page_of_trends_on_a_real_terminal(void **state)
{
	struct rig *r = *state;

	tty_type(r->t, "\x1b[C"); /* the first field: p.a */
	tty_type(r->t, "t");
	tty_expect(r->t, "Trend  1h");
	tty_expect(r->t, "1 p.a");
	tty_expect(r->t, "live");
	tty_type(r->t, "\x1b[D"); /* the ruler: what one looks at stands still */
	tty_expect(r->t, "ruler 2");
	tty_expect(r->t, "HISTORY");
	pump_for(r->t, 200);
	assert_true(is_reverse(r, "HISTORY"));
	tty_type(r->t, "m");
	tty_type(r->t, "\x1b[D");
	tty_expect(r->t, "between: 0:0");
	tty_expect(r->t, "average 50.0");
	tty_type(r->t, "v");
	tty_expect(r->t, "1 min");
	tty_expect(r->t, "1 last");
	tty_type(r->t, "v\x1b[F"); /* End */
	tty_expect_gone(r->t, "HISTORY");
	tty_expect_gone(r->t, "ruler");
	tty_type(r->t, "0");
	tty_expect(r->t, "gauge");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_READY_RIG(HM_06_a_day_that_stands_there_costs_the_clock_alone),
		ON_READY_RIG(HM_06_a_column_of_a_line_is_all_that_a_moving_window_costs),
		ON_READY_RIG(HM_06_a_flat_line_that_moves_is_not_sent_again),
		ON_READY_RIG(HM_18_the_page_of_trends_on_a_real_terminal),
		ON_RIG(HM_06_on_a_slow_line_a_wave_costs_its_own_column_alone),
		ON_READY_RIG(PR_08_without_a_trend_on_the_glass_nothing_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
