/* test_plates.c - faceplates as an operator uses them, at the console of the real
 * demonstration: opened, walked, written through, its trend seen, closed; at the full
 * size and a quarter of it. And a letter that a screen gives a meaning, on a station of
 * its own.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/own_station.h"
#include "screen/tour_rig.h"

#define SP "intake.p102.speed_sp"

enum { SMALL_COLS = 40, SMALL_ROWS = 12, STEPS_MAX = 20, STEP_MS = 400 };

struct size {
	int cols, rows;
};

static void expect_in_message(struct tty *t, struct size at, const char *text)
{
	tour_expect_in_row(t, at.rows - 2, text);
}

/* Onto the pump's flow, which opens the pump. */
static void open_pump(struct tty *t, struct size at)
{
	tty_type(t, "g");
	tty_expect(t, " Go to");
	tty_type(t, "p102 flow");
	tty_expect(t, "intake.p102.flow");
	tty_type(t, "\r");
	expect_in_message(t, at, "intake.p102.flow");
	tty_type(t, "\r");
	tty_expect(t, "P102 pump");
	/* banner, message and keys stay in sight */
	assert_has(tty_row(t, 1), "no alarms");
	assert_has(tty_row(t, at.rows - 1), "1He");
}

static void walk_to_setpoint(struct tty *t, struct size at)
{
	struct tour_wish w = { at.rows - 2, SP };
	int col, row;

	for (int i = 0; i < STEPS_MAX; i++) {
		tty_type(t, "\t");
		if (!tty_wait(t, tour_row_shows, &w, STEP_MS))
			continue;
		/* the real cursor stands there, inside the box */
		assert_true(tty_cursor(t, &col, &row));
		assert_in_range(row, 2, at.rows - 3);
		assert_has(tty_row(t, row), "setpoint");
		return;
	}
	tty_dump(t);
	fail_msg("Tab never led to " SP);
}

static void write_through_it(struct tty *t, struct size at, const char *value)
{
	char text[80];

	tty_type(t, "\r");
	tty_expect(t, "Write " SP);
	tty_type(t, value);
	tty_type(t, "\r");
	tty_expect(t, "Enter or Y sends it");
	tty_type(t, "\r");
	snprintf(text, sizeof(text), "device shows %s.0 %%", value);
	tty_expect(t, text);
	tty_type(t, "\r");
	tty_expect_gone(t, "Write " SP);
	/* the box is there still, and shows what was read back */
	tty_expect(t, "P102 pump");
	snprintf(text, sizeof(text), SP "  %s.0 %%  good", value);
	expect_in_message(t, at, text);
	assert_double(demo_number(tour_demo, SP), strtod(value, NULL), 0.01);
}

static void see_its_trend(struct tty *t, struct size at)
{
	tty_type(t, "t");
	tty_expect(t, "Trend");
	tty_expect(t, "1 intake.p102.s");
	tty_expect_gone(t, "P102 pump");
	tty_type(t, "0");
	tty_expect(t, "P102 pump"); /* back where it was asked for */
	expect_in_message(t, at, SP);
}

static void use_the_faceplate(struct size at, const char *value)
{
	struct tty *t = tour_console();

	tty_resize(t, at.cols, at.rows);
	tour_expect_in_row(t, at.rows - 1, "1He");
	open_pump(t, at);
	walk_to_setpoint(t, at);
	write_through_it(t, at, value);
	see_its_trend(t, at);
	tty_type(t, "\033");
	tty_expect_gone(t, "P102 pump");
	/* what it was opened from is selected still */
	tty_type(t, "\014");
	tty_type(t, "\r");
	tty_expect(t, "P102 pump");
	tty_free(t);
}

static void a_pump_is_run_from_its_faceplate(void **state)
{
	(void)state;
	use_the_faceplate((struct size){ TOUR_COLS, TOUR_ROWS }, "57");
}

static void a_pump_is_run_from_its_faceplate_on_a_small_terminal(void **state)
{
	(void)state;
	use_the_faceplate((struct size){ SMALL_COLS, SMALL_ROWS }, "63");
}

/* --- a screen's own letters -------------------------------------------------------- */

static const char screens_text[] =
	"templates = { box = { parameters = [ \"P\" ]; title = \"Box of $(P)\"; size = [ "
	"40, 3 ]; picture = \"\n"
	" one  {one      }\n"
	" two  {two      }\n"
	"\"; fields = { one = { tag = \"$(P).one\"; }; two = { tag = \"$(P).two\"; }; }; "
	"}; "
	"};\n"
	"screen = { id = \"top\"; title = \"The top\"; level = 1; size = [ 60, 4 ];\n"
	"keys = { F = \"box(P=x)\"; l = \"low\"; }; picture = \"\n"
	" here {x.one    } {low:nav  }\n"
	"\"; };\n";
static const char low_text[] = "screen = { id = \"low\"; title = \"The low one\"; level "
			       "= 2; up = \"top\"; size = "
			       "[ 60, 4 ]; picture = \"\n"
			       " there {x.two    }\n"
			       "\"; };\n";

static const char trend_text[] =
	"templates = { past = { parameters = [ \"P\" ]; title = \"Past of $(P)\"; size = "
	"[ 40, 6 ]; picture = \"\n"
	" one  {one      }\n"
	"\"; zones = \"\n\n"
	" TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
	" TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
	" TTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
	"\"; fields = { one = { tag = \"$(P).one\"; }; }; widgets = { T = { type = "
	"\"trend\"; pens = ( \"$(P).one\", \"$(P).two\" ); }; }; }; };\n"
	"screen = { id = \"low\"; title = \"The low one\"; level = 2; up = \"top\";\n"
	"size = [ 60, 4 ]; keys = { T = \"past(P=x)\"; }; picture = \"\n"
	" there {x.two    }\n"
	"\"; };\n";

static struct tty *console_of(struct own_station *o)
{
	char program[512];
	char *argv[] = { program, (char[]){ "--socket" }, o->as.socket, NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };
	struct tty *t;

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	t = tty_start(argv, env, TOUR_COLS, TOUR_ROWS);
	tty_expect(t, "server ok");
	tty_expect(t, "The top");
	tty_expect(t, "41.0");
	return t;
}

static void put_station(struct own_station *o, const char *low)
{
	own_station_make(o);
	own_station_put(
		o, "sightglass.cfg",
		"station = { name = \"own\"; }; devices = \"devices.cfg\"; tags = "
		"\"tags.cfg\"; access = \"access.cfg\"; alarms = \"alarms.cfg\"; "
		"screens = \"screens\";\n");
	own_station_put(
		o, "tags.cfg",
		"tags = ( { name = \"x.one\"; expression = \"41.0\"; decimals = 1; },\n"
		"{ name = \"x.two\"; expression = \"x.one + 1\"; decimals = 1; } );\n");
	own_station_put(o, "screens/top.cfg", screens_text);
	own_station_put(o, "screens/low.cfg", low);
	own_station_start(o, NULL);
	DEMO_UNTIL(&o->as, "41", 20000, "get", "x.one");
}

static void a_letter_of_the_screen_opens_a_faceplate_or_leads_on(void **state)
{
	struct own_station o;
	struct tty *t;

	(void)state;
	put_station(&o, low_text);
	t = console_of(&o);
	tty_type(t, "F");
	tty_expect(t, "Box of x");
	tty_expect(t, "42.0");
	tty_type(t, "\t");
	tour_expect_in_row(t, TOUR_ROWS - 2, "x.two  42.0");
	tty_type(t, "\033");
	tty_expect_gone(t, "Box of x");
	tty_type(t, "l");
	tour_expect_in_row(t, 0, "The low one");
	tty_expect(t, "42.0");
	/* here they mean nothing: what follows is all that happens */
	tty_type(t, "lF");
	tty_expect_read(t);
	tty_type(t, "\033[H");
	tour_expect_in_row(t, TOUR_ROWS - 2, "x.two  42.0");
	tour_expect_in_row(t, 0, "The low one");
	assert_false(tty_shows(t, "Box of x"));
	tty_type(t, "0");
	tour_expect_in_row(t, 0, "The top");
	tty_free(t);
	assert_int_equal(own_station_stop(&o), 0);
}

/* A trend is selected as any other thing: its pens, and no others, come to the page. */
static void a_trend_of_a_faceplate_opens_with_its_pens(void **state)
{
	struct own_station o;
	struct tty *t;

	(void)state;
	put_station(&o, trend_text);
	t = console_of(&o);
	tty_type(t, "lT");
	tour_expect_in_row(t, 0, "The low one");
	tty_expect(t, "Past of x");
	tty_type(t, "\033[4~");
	tour_expect_in_row(t, TOUR_ROWS - 2, "opens the trend of x.one, x.two");
	tty_type(t, "\r");
	tour_expect_in_row(t, 0, "Trend");
	tty_expect(t, "1 x.one");
	tty_expect(t, "2 x.two");
	tty_free(t);
	assert_int_equal(own_station_stop(&o), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pump_is_run_from_its_faceplate),
		cmocka_unit_test(a_pump_is_run_from_its_faceplate_on_a_small_terminal),
		cmocka_unit_test(a_letter_of_the_screen_opens_a_faceplate_or_leads_on),
		cmocka_unit_test(a_trend_of_a_faceplate_opens_with_its_pens),
	};

	return cmocka_run_group_tests(tests, tour_open, tour_close);
}
