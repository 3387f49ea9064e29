/* test_desk_tour.c - operators at the consoles of the real demonstration: one hand on the
 * numeric keypad, two of them at one value, and what is overridden. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/tour_rig.h"

/* The keypad in application mode, as terminals send it. */
#define KP(c)    "\033O" c
#define KP_0     KP("p")
#define KP_3     KP("s")
#define KP_4     KP("t")
#define KP_5     KP("u")
#define KP_7     KP("w")
#define KP_DOT   KP("n")
#define KP_STAR  KP("j")
#define KP_SLASH KP("o")
#define KP_ENTER KP("M")
#define KP_DOWN  "\033OB"
#define KP_NEXT  "\033[6~"
#define SP       "intake.p102.speed_sp"

enum { HEADER = 0, BANNER = 1, MESSAGE = 22, BAR = 23, FIELDS_MAX = 80 };

/* PgDn of the keypad walks over all fields in the order they are drawn. */
static void walk_to(struct tty *t, const char *tag)
{
	for (int i = 0; i < FIELDS_MAX && !strstr(tty_row(t, MESSAGE), tag); i++) {
		tty_type(t, KP_NEXT);
		tty_pump(t, 120);
	}
	tour_expect_in_row(t, MESSAGE, tag);
}

static void HM_09_the_keypad_alone_runs_the_plant(void **state)
{
	struct tty *t = tour_console();

	(void)state;
	tty_type(t, KP_4);
	tour_expect_in_row(t, HEADER, "Raw water");
	tty_type(t, KP_SLASH KP("q") KP_0 KP("r")); /* "/102" */
	tty_expect(t, "P102");
	tour_expect_in_row(t, BAR, "takes it");
	tty_type(t, KP_ENTER);
	tour_expect_in_row(t, BAR, "4intake");
	walk_to(t, SP);
	/* a value, asked, sent, and its outcome */
	tty_type(t, KP_ENTER);
	tty_expect(t, "Write " SP);
	tty_type(t, KP_5 KP_7 KP_DOT KP_5 KP_ENTER);
	tty_expect(t, "57.5 %");
	tty_expect(t, "Enter or Y sends it");
	tty_type(t, KP_ENTER);
	tty_expect(t, "Enter closes");
	tty_type(t, KP_ENTER);
	tty_expect_gone(t, "Write " SP);
	/* back is one key */
	tty_type(t, KP_0);
	tour_expect_in_row(t, BAR, "4intake");
	/* an alarm: acknowledged from anywhere, its screen one key from the list */
	tour_fault("trip", "P101");
	tour_expect_in_row(t, BANNER, "P101 tripped");
	tty_type(t, KP_STAR);
	tour_expect_in_row(t, HEADER, "2 0/1");
	tty_type(t, KP_3);
	tty_expect(t, "Alarms 1 ");
	tty_type(t, KP_DOWN);
	tty_expect(t, "Start P102; send a fitter");
	tty_type(t, KP_ENTER);
	tour_expect_in_row(t, HEADER, "Raw water");
	tour_expect_in_row(t, MESSAGE, "intake.p101");
	tour_fault("reset", "P101");
	tty_free(t);
}

/* The setpoint, by the go-to list. */
static void go_to_the_setpoint(struct tty *t)
{
	tty_type(t, "gp102 speed_sp");
	tty_expect(t, "Speed setpoint");
	tty_type(t, "\r");
	tour_expect_in_row(t, MESSAGE, SP);
}

static void WR_15_two_operators_see_each_other(void **state)
{
	struct tty *one = tour_console(), *two = tour_console();

	(void)state;
	go_to_the_setpoint(one);
	tour_expect_in_row(one, HEADER, "Raw water");
	tty_type(one, "w");
	tty_expect(one, "Write " SP);
	tty_type(two, "p");
	tty_expect(two, "2 connected, 1 about to write");
	tty_expect(two, "editing " SP);
	tty_expect(two, "(you)");
	go_to_the_setpoint(two);
	tty_type(two, "w");
	tty_expect(two, "is typing a value for it, too");
	tty_type(one, "58\r");
	tty_expect(one, "Enter or Y sends it");
	tty_expect(two, "is about to write it");
	tty_type(one, "\033");
	tty_expect_gone(one, "Write " SP);
	tty_expect_gone(two, "is about to write it");
	tty_free(two);
	tty_expect(one, SP);
	tty_type(one, "p");
	tty_expect(one, "1 connected");
	tty_free(one);
}

static void HM_17_an_override_is_counted_listed_and_found(void **state)
{
	struct tty *t = tour_console();
	char out[8000];

	(void)state;
	assert_int_equal(DEMO_RUN(tour_demo, out, "substitute", "intake.t101.level",
				  "3.2", "--reason", "sensor is being cleaned"),
			 0);
	tour_expect_in_row(t, HEADER, "ovr1");
	tty_type(t, "v");
	tty_expect(t, "Overrides 1: 1 substituted");
	tty_expect(t, "sensor is being cleaned");
	tty_type(t, "\033[B\r");
	tour_expect_in_row(t, HEADER, "Raw water");
	tour_expect_in_row(t, MESSAGE, "intake.t101.level");
	assert_int_equal(DEMO_RUN(tour_demo, out, "overrides"), 0);
	assert_has(out, "substituted  intake.t101.level");
	assert_has(out, "sensor is being cleaned");
	assert_int_equal(DEMO_RUN(tour_demo, out, "overrides", "--json"), 0);
	assert_has(out, "\"is\":\"3.20 m\"");
	assert_int_equal(DEMO_RUN(tour_demo, out, "people", "--json"), 0);
	assert_has(out, "\"program\":\"console\"");
	assert_has(out, "\"page\":\"Raw water intake\"");
	assert_int_equal(DEMO_RUN(tour_demo, out, "people"), 0);
	assert_has(out, "(you)");
	assert_int_equal(
		DEMO_RUN(tour_demo, out, "substitute", "intake.t101.level", "--end"), 0);
	tty_type(t, "v");
	tty_expect(t, "Overrides 0");
	assert_int_equal(DEMO_RUN(tour_demo, out, "overrides"), 0);
	assert_has(out, "nothing is overridden");
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_09_the_keypad_alone_runs_the_plant),
		cmocka_unit_test(WR_15_two_operators_see_each_other),
		cmocka_unit_test(HM_17_an_override_is_counted_listed_and_found),
	};

	return cmocka_run_group_tests(tests, tour_open, tour_close);
}
