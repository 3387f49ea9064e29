/* test_tour.c - an operator's hour at the console of the real demonstration: real server,
 * drivers, plant and broker, a terminal of 80x24 read by libvterm. */
#include "support/test.h"

#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen/console_rig.h"
#include "screen/tour_rig.h"
#include "support/demo.h"
#include "support/stall.h"
#include "support/tty.h"

#define ESC       "\033"
#define DOWN      "\033[B"
#define PAGE_DOWN "\033[6~"
#define CTRL_Q    "\021"
#define RUBOUT    "\177"

enum {
	HEADER = 0,
	BANNER = 1,
	MESSAGE = 22,
	BAR = 23,
	FIELDS_MAX = 90,
	STEP_MS = 2000,
	LOSS_MS = 3600
};

/* From field to field until the message line names the tag. */
static void select_tag(struct tty *t, const char *tag)
{
	struct tour_wish w = { MESSAGE, tag };

	for (int i = 0; i < FIELDS_MAX; i++) {
		tty_type(t, PAGE_DOWN);
		if (tty_wait(t, tour_row_shows, &w, 150))
			return;
	}
	tty_dump(t);
	fail_msg("no way led to %s", tag);
}

static void trip_and_acknowledge(struct tty *t, struct tty *other)
{
	tour_expect_in_row(t, BANNER, "no alarms");
	tour_fault("trip", "P101");
	tour_expect_in_row(t, BANNER, "Well pump P101 tripped");
	tour_expect_in_row(t, BANNER, "2*");
	tour_expect_in_row(t, HEADER, "2 1/1");
	tty_expect(t, "x TRIP");
	tty_type(t, "3");
	tty_expect(t, "Alarms 1 ");
	tty_type(t, DOWN);
	tty_expect(t, "a acknowledges");
	assert_true(tty_cell(t, 30, 4).reverse);
	tty_type(t, "a");
	tty_expect(t, "intake.p101.trip: acknowledged");
	tour_expect_in_row(t, HEADER, "2 0/1");
	tty_expect(t, "acked");
	/* and whoever else looks sees it at once */
	tour_expect_in_row(other, HEADER, "2 0/1");
	assert_null(strstr(tty_row(other, BANNER), "*"));
	tty_type(t, "0");
}

static void be_refused(struct tty *t)
{
	tty_type(t, "4");
	tour_expect_in_row(t, HEADER, "Raw water");
	tour_expect_in_row(t, MESSAGE, "> Raw water intake"); /* where it has room */
	select_tag(t, "intake.p101.speed_sp");
	tty_type(t, "\r");
	tty_expect(t, "Write intake.p101.speed_sp");
	tty_expect(t, "0.0 to 100.0 %");
	tty_type(t, "150\r");
	tty_expect(t, "150 % is above the limit of 100 %");
	/* a tripped pump is in manual, and the permissive names its operand */
	tty_type(t, RUBOUT RUBOUT RUBOUT "65\r");
	tty_expect(t, "intake.p101.auto must be true and good");
	tty_expect(t, "intake.p101.auto = false (good)");
	tty_type(t, ESC);
	tty_expect(t, "nothing was changed");
}

static void write_one(struct tty *t)
{
	char out[20000];

	select_tag(t, "intake.p102.speed_sp");
	tty_type(t, "\r");
	tty_expect(t, "Write intake.p102.speed_sp");
	tty_type(t, "55\r");
	tty_expect(t, "\xE2\x86\x92 55.0 %");
	tty_expect(t, "Enter or Y sends it");
	tty_type(t, "\r");
	tty_expect(t, "accepted 55.0 %");
	tty_expect(t, "the device shows 55.0 %");
	tty_type(t, "\r");
	tty_expect_gone(t, "Write intake.p102.speed_sp");
	tour_expect_in_row(t, MESSAGE, "intake.p102.speed_sp  55.0 %  good");
	assert_double(demo_number(tour_demo, "intake.p102.speed_sp"), 55.0, 0.01);
	assert_int_equal(DEMO_RUN(tour_demo, out, "audit", "list"), 0);
	assert_has(out, "intake.p102.speed_sp");
	assert_has(out, "refused");
}

static void lose_the_server(struct tty *t)
{
	pid_t server = demo_find_process(tour_demo, "sightglassd");
	struct stall_span start;

	/* hung: the connection stands, nothing comes */
	kill(server, SIGSTOP);
	start = stall_begin();
	tty_expect(t, "SERVER LOST");
	assert_in_range(stall_own_ms(&start), 0, LOSS_MS);
	tty_type(t, "\r");
	tty_expect(t, "intake.p102.speed_sp cannot be written: the server is lost");
	kill(server, SIGCONT);
	tty_expect(t, "server ok");
	/* killed */
	kill(server, SIGKILL);
	start = stall_begin();
	tty_expect(t, "SERVER LOST");
	assert_in_range(stall_own_ms(&start), 0, LOSS_MS);
	/* no value looks alive */
	assert_has(tty_row(t, tty_find_row(t, "TANK T101") + 5), "~");
	demo_wait_process(tour_demo, "sightglassd", server);
	tty_expect(t, "the server is back");
	tour_expect_in_row(t, HEADER, "server ok");
	/* what was shown as done is still done */
	tour_expect_in_row(t, MESSAGE, "intake.p102.speed_sp  55.0 %  good");
	tty_type(t, "3");
	tty_expect(t, "arrows select");
	assert_has(tty_row(t, tty_find_row(t, "acked")), "intake.p101.trip");
}

static void tour_trip_acknowledge_refused_write_and_a_lost_server(void **state)
{
	struct tty *t = tour_console(), *other = tour_console();

	(void)state;
	trip_and_acknowledge(t, other);
	tty_free(other);
	be_refused(t);
	write_one(t);
	lose_the_server(t);
	tty_type(t, CTRL_Q);
	tty_expect(t, "Leave the console?");
	tty_type(t, "\r");
	assert_int_equal(tty_wait_exit(t, 5000), 0);
	tty_free(t);
	tour_fault("reset", "P101");
}

static bool a_line_has(char *text, const char *one, const char *other)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		if (strstr(line, one) && strstr(line, other))
			return true;
	return false;
}

/* Its operator had selected a setpoint: nobody else could write it while the console
 * lived, everybody can at once when it is gone, and the record says that it went. */
static void PR_03_a_killed_console_gives_back_what_it_held(void **state)
{
	struct tty *t = tour_console();
	char out[20000], pid[40];

	(void)state;
	tty_type(t, "4");
	tour_expect_in_row(t, HEADER, "Raw water");
	tour_expect_in_row(t, MESSAGE, "> Raw water intake"); /* where it has room */
	select_tag(t, "intake.p102.speed_sp");
	tty_type(t, "\r");
	tty_expect(t, "Write intake.p102.speed_sp");
	tty_type(t, "57\r");
	tty_expect(t, "Enter or Y sends it");
	assert_int_equal(
		DEMO_RUN(tour_demo, out, "set", "intake.p102.speed_sp", "58", "--yes"),
		1);
	assert_has(out, "has intake.p102.speed_sp selected for writing");
	kill(tty_pid(t), SIGKILL);
	DEMO_UNTIL(tour_demo, "the device shows 58.0 %", 3000, "set",
		   "intake.p102.speed_sp", "58", "--yes");
	snprintf(pid, sizeof(pid), "(pid %d, ", (int)tty_pid(t));
	assert_int_equal(DEMO_RUN(tour_demo, out, "audit", "list", "--count", "30"), 0);
	assert_true(a_line_has(out, "signed out", pid));
	tty_free(t);
}

/* "T201?" reads as a name: between a label and a mark there is a blank. */
static void expect_marks_apart(struct tty *t)
{
	for (int row = BANNER + 2; row < MESSAGE; row++) {
		const char *text = tty_row(t, row);

		for (size_t i = 1; text[i]; i++) {
			if (text[i] != '?' || !isalnum((unsigned char)text[i - 1]))
				continue;
			tty_dump(t);
			fail_msg("a mark touches its label: %s", text);
		}
	}
}

static bool is_of_plc2(struct tty *t, void *arg)
{
	(void)arg;
	return tty_shows(t, "plc2  modbus");
}

/* Under load other devices are not well, too: their scans come late. */
static void tab_to_plc2(struct tty *t)
{
	int n = 0;

	do
		tty_type(t, "\t");
	while (!tty_wait(t, is_of_plc2, NULL, 3000) && ++n < 3);
}

static void with_a_silent_device_80_columns_hold_everything(void **state)
{
	static const char *const titles[] = { "Raw water", "Filters", "Clear-wat",
					      "Network", "Chlorine" };
	struct tty *t = tour_console();
	char out[1000], key[2] = "4";

	(void)state;
	tour_fault("plc2", "silent");
	tour_expect_in_row(t, HEADER, "1/3 DEVICES DOWN");
	assert_int_equal(DEMO_RUN(tour_demo, out, "status"), 0);
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++, key[0]++) {
		tty_type(t, key);
		tour_expect_in_row(t, HEADER, titles[i]);
		/* who sits here is on every screen */
		const char *user = getenv("USER") ? getenv("USER") : "root";

		assert_has(tty_row(t, HEADER), user);
		assert_has(tty_row(t, BAR), "6reservoir 7network 8dosing 0Back ^Q");
		pump_for(t, 300);
		expect_marks_apart(t);
	}
	tty_expect(t, "T201 ? #### m");
	tty_type(t, "3");
	tty_expect(t, "arrows select");
	assert_string_equal(tty_row(t, BAR), "1Help 2Overview 3Alarms 4intake 5filters "
					     "6reservoir 7network 8dosing 0Back aAck");
	/* why, in words, one key away */
	tty_type(t, "d");
	tty_expect(t, "F plc2");
	assert_has(tty_row(t, tty_find_row(t, "F plc2")), "not connected");
	tab_to_plc2(t);
	tty_expect(t, "failure: its values are not valid");
	tty_expect(t, "no reply within");
	tour_fault("plc2", "on");
	tty_expect_gone(t, "not connected");
	tty_free(t);
}

/* --- a flood ---------------------------------------------------------------------- */

enum { FLOOD_LINE = 4, LIST_TOP = 5, FLOOD_MS = 60000 };

/* The mains fail and six motors trip: thirteen alarms within half a minute. What the
 * operator needs is on the glass: how many, what is critical, what came first. */
static void AL_01_a_blackout_is_a_flood_that_can_be_read(void **state)
{
	struct tour_wish flood = { FLOOD_LINE, "FLOOD since" };
	struct tour_wish full = { BANNER + 1, "FIRST: Mains supply failed" };
	struct tty *t = tour_console();
	int first, followers = 0;

	(void)state;
	tour_fault("trip", "BLACKOUT");
	tty_type(t, "3");
	if (!tty_wait(t, tour_row_shows, &flood, FLOOD_MS) ||
	    !tty_wait(t, tour_row_shows, &full, FLOOD_MS)) {
		tty_dump(t);
		fail_msg("no flood is on the glass");
	}
	tty_expect(t, "\xe2\x94\x94 Hardly any raw water");
	assert_has(tty_row(t, FLOOD_LINE), "in 10 min, network ");
	/* the banner holds the criticals: what came first is one of them */
	assert_has(tty_row(t, BANNER), "No pressure in the network");
	assert_has(tty_row(t, BANNER + 1), "in 10 min +");
	/* criticals on top, then the consequences of the first in their own order */
	assert_has(tty_row(t, LIST_TOP), "1*");
	assert_has(tty_row(t, LIST_TOP + 1), "1*");
	for (first = LIST_TOP; first < MESSAGE; first++)
		if (strstr(tty_row(t, first), "FIRST: Mains supply failed"))
			break;
	assert_true(first <= LIST_TOP + 1);
	for (int row = LIST_TOP; row < MESSAGE; row++) {
		bool follows = strstr(tty_row(t, row), "\xe2\x94\x94 ");

		assert_true(!follows || row > first);
		followers += follows;
	}
	assert_true(followers >= 7);
	tour_fault("clear", NULL);
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tour_trip_acknowledge_refused_write_and_a_lost_server),
		cmocka_unit_test(PR_03_a_killed_console_gives_back_what_it_held),
		cmocka_unit_test(with_a_silent_device_80_columns_hold_everything),
		cmocka_unit_test(AL_01_a_blackout_is_a_flood_that_can_be_read),
	};

	return cmocka_run_group_tests(tests, tour_open, tour_close);
}
