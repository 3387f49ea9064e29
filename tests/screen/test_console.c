/* test_console.c - the real console on a terminal, against a server the test holds. */
#include "support/test.h"

#include "screen/console_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/stall.h"

static void row_has(struct tty *t, int row, const char *text)
{
	assert_has(tty_row(t, row), text);
}

static void the_first_picture_has_header_banner_values_and_keys(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	row_has(r->t, 0, "Test works");
	row_has(r->t, 0, "ivan");
	row_has(r->t, 1, "no alarms");
	tty_expect(r->t, "50.0 %");
	row_has(r->t, 22, "a lasting notice");
	row_has(r->t, 23, "1Help 2Overview 3Alarms 4two");
	/* a tag the server does not know is no value */
	assert_has(tty_row(r->t, tty_find_row(r->t, " C ")), "?");
}

static void values_follow_and_marks_tell_quality(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	fake_value(r->f, "p.a", 61.3, 0);
	tty_expect(r->t, "61.3");
	fake_value(r->f, "p.a", 61.3, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	tty_expect_gone(r->t, "61.3");
	assert_has(tty_row(r->t, tty_find_row(r->t, " A ")), "?");
	assert_has(tty_row(r->t, tty_find_row(r->t, " A ")), "####");
	fake_value(r->f, "p.a", 44.4, QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	tty_expect(r->t, "44.4");
	assert_has(tty_row(r->t, tty_find_row(r->t, " A ")), "~");
	fake_value(r->f, "p.a", 45.0, QUALITY_SUBSTITUTED);
	tty_expect(r->t, "45.0");
	assert_has(tty_row(r->t, tty_find_row(r->t, " A ")), "S");
}

static void digits_and_F_keys_are_the_bar(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	tty_type(r->t, "4");
	tty_expect(r->t, "Second");
	tty_type(r->t, "\033OQ"); /* F2 */
	tty_expect_gone(r->t, "Second");
	tty_type(r->t, "\0333"); /* Esc and digit */
	tty_expect(r->t, "Alarms 0");
	tty_type(r->t, "0");
	tty_expect_gone(r->t, "Alarms 0");
	tty_type(r->t, "\033Os"); /* the keypad's 3 in application mode */
	tty_expect(r->t, "Alarms 0");
	tty_type(r->t, "?");
	tty_expect(r->t, "MARKS");
	tty_expect(r->t, "next unacknowledged");
	tty_type(r->t, "q");
	tty_expect(r->t, "Alarms 0");
}

static void Esc_and_q_never_leave(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	tty_type(r->t, "q");
	tty_expect(r->t, "this is the top");
	tty_type(r->t, "\033");
	pump_for(r->t, 200);
	tty_type(r->t, "q");
	pump_for(r->t, 200);
	assert_int_equal(tty_wait_exit(r->t, 0), -1);
	tty_type(r->t, "\021");
	tty_expect(r->t, "Leave the console?");
	tty_type(r->t, "x");
	tty_expect_gone(r->t, "Leave the console?");
	tty_type(r->t, "\021\r");
	assert_int_equal(tty_wait_exit(r->t, 3000), 0);
}

/* Whoever looks for the way out is told of it; what was said before stays. */
static void a_key_that_means_nothing_is_answered(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	tty_type(r->t, "Z");
	tty_expect(r->t, "no such key here; 1 lists the keys, Ctrl-Q leaves");
	tty_type(r->t, "3");
	tty_expect(r->t, "Alarms 0");
	tty_expect_gone(r->t, "no such key here");
	tty_type(r->t, "\003");
	tty_expect(r->t, "no such key here");
	tty_type(r->t, "qq");
	tty_expect(r->t, "this is the top");
	tty_type(r->t, "Z");
	pump_for(r->t, 200);
	assert_true(tty_shows(r->t, "this is the top"));
}

static void PR_14_a_silent_server_shows_within_3_s(void **state)
{
	struct rig *r = *state;
	r->t = fake_console_ready(r->f);
	fake_hang(r->f, true);
	struct stall_span start = stall_begin();
	tty_expect(r->t, "SERVER LOST");
	assert_in_range(stall_own_ms(&start), 0, 3600);
	/* nothing looks live */
	assert_has(tty_row(r->t, tty_find_row(r->t, " A ")), "~");
	tty_expect(r->t, "nothing on this screen is live");
	fake_hang(r->f, false);
	tty_expect(r->t, "server ok");
	tty_expect(r->t, "50.0 %");
	assert_null(strchr(tty_row(r->t, tty_find_row(r->t, " A ")), '~'));
}

static void a_cut_connection_is_joined_again_by_itself(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	fake_cut(r->f);
	tty_expect(r->t, "SERVER LOST");
	fake_expect(r->f, r->t, WIRE_HELLO, 2);
	tty_expect(r->t, "server ok");
	tty_expect(r->t, "the server is back");
	fake_value(r->f, "p.a", 12.5, 0);
	tty_expect(r->t, "12.5");
}

static void without_a_server_it_says_what_to_start_and_exits_3(void **state)
{
	struct rig *r = *state;
	char program[512];
	char *argv[] = { program, (char *)(uintptr_t) "--socket",
			 (char *)(uintptr_t) "/nonexistent/x.sock", NULL };

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	r->t = tty_start(argv, NULL, 80, 24);
	int status = tty_wait_exit(r->t, 5000);
	assert_int_equal(status >> 8, 3);
	tty_expect(r->t, "no station server at /nonexistent/x.sock");
}

/* --- alarms ---------------------------------------------------------------------- */

static void an_alarm_shows_in_the_banner_on_every_page(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	fake_alarm(r->f, "x.high", 2, 1, 0);
	tty_expect(r->t, "message of x.high");
	row_has(r->t, 1,
		"\xE2\x96\xB2"
		"2*");
	row_has(r->t, 0, "2 1/1");
	fake_alarm(r->f, "x.critical", 1, 1, 0);
	tty_expect(r->t, "message of x.critical");
	row_has(r->t, 1, "x.critical");
	tty_type(r->t, "1");
	tty_expect(r->t, "MARKS");
	row_has(r->t, 1, "x.critical");
	row_has(r->t, 2, "x.high");
}

static void AM_03_ack_names_the_occurrence_that_was_drawn(void **state)
{
	struct rig *r = *state;
	uint64_t first;
	struct wire_alarm_act ack;

	r->t = fake_console_ready(r->f);
	first = fake_alarm(r->f, "x.high", 2, 1, 0);
	tty_expect(r->t, "message of x.high");
	tty_type(r->t, "*");
	fake_expect(r->f, r->t, WIRE_ALARM_ACT, 1);
	ack = fake_last_ack(r->f);
	assert_string_equal(ack.alarm, "x.high");
	assert_int_equal(ack.occurrence, first);
	assert_true(ack.epoch > 0 && ack.version > 0);
	tty_expect(r->t, "x.high: acknowledged");
	row_has(r->t, 0, "2 0/1");
}

static void AL_04_an_older_occurrence_is_told_to_have_come_again(void **state)
{
	struct rig *r = *state;
	uint64_t first;

	r->t = fake_console_ready(r->f);
	first = fake_alarm(r->f, "x.high", 2, 1, 0);
	tty_expect(r->t, "message of x.high");
	/* it comes again while the console cannot hear of it */
	tty_type(r->t, "3");
	tty_expect(r->t, "Alarms 1");
	tty_type(r->t, "\033[B");
	tty_expect(r->t, "the cause");
	fake_hang(r->f, true);
	fake_alarm(r->f, "x.high", 2, 1, 0);
	tty_type(r->t, "a");
	tty_expect(r->t, "x.high: recording...");
	fake_hang(r->f, false);
	fake_expect(r->f, r->t, WIRE_ALARM_ACT, 1);
	assert_int_equal(fake_last_ack(r->f).occurrence, first);
	tty_expect(r->t, "it came again since and stays unacknowledged");
	row_has(r->t, 0, "2 1/1");
}

static void the_list_never_moves_under_the_cursor(void **state)
{
	struct rig *r = *state;
	int row;

	fake_alarm(r->f, "x.low", 4, 1, 0);
	fake_alarm(r->f, "x.medium", 3, 1, 0);
	r->t = fake_console_ready(r->f);
	tty_type(r->t, "3");
	tty_expect(r->t, "Alarms 2");
	tty_type(r->t, "\033[B\033[B");
	tty_expect(r->t, "the action");
	row = 5;
	row_has(r->t, row, "x.low");
	assert_true(tty_cell(r->t, 0, row).reverse || tty_cell(r->t, 30, row).reverse);
	fake_alarm(r->f, "x.critical", 1, 1, 0);
	tty_expect(r->t, "1 new: Home");
	row_has(r->t, row, "x.low");
	fake_alarm(r->f, "x.medium", 3, 0, 2);
	tty_expect(r->t, "gone");
	row_has(r->t, row, "x.low");
	tty_type(r->t, "a");
	fake_expect(r->f, r->t, WIRE_ALARM_ACT, 1);
	assert_string_equal(fake_last_ack(r->f).alarm, "x.low");
	tty_type(r->t, "\033[H");
	tty_expect_gone(r->t, "gone");
	row_has(r->t, 4, "x.critical");
}

static void a_list_that_differs_is_fetched_again_and_it_says_so(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	fake_expect(r->f, r->t, WIRE_ALARMS, 1);
	fake_alarm(r->f, "x.high", 2, 1, 0);
	tty_expect(r->t, "message of x.high");
	fake_wrong_hash(r->f);
	fake_expect(r->f, r->t, WIRE_ALARMS, 2);
	tty_expect(r->t, "the alarm list differed from the server's");
	row_has(r->t, 1, "x.high");
}

/* Rows of the list, below the banner, that name one of them. */
static size_t rows_on_the_glass(struct tty *t, const char *prefix)
{
	size_t n = 0;

	for (int row = 4; row < 22; row++)
		n += strstr(tty_row(t, row), prefix) != NULL;
	return n;
}

/* A frame may come in parts, its tabs before its last rows. */
enum { LIST_ROWS = 12 };

static bool list_is_full(struct tty *t, void *unused)
{
	(void)unused;
	return rows_on_the_glass(t, "many.") == LIST_ROWS;
}

static void AM_04_all_means_what_stands_on_the_glass(void **state)
{
	struct rig *r = *state;
	char name[32];

	r->t = fake_console_ready(r->f);
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "many.%02d", i);
		fake_alarm(r->f, name, 3, 1, 0);
	}
	tty_type(r->t, "3");
	tty_expect(r->t, "Alarms 40");
	assert_true(tty_wait(r->t, list_is_full, NULL, 10000));
	tty_type(r->t, "A");
	fake_expect(r->f, r->t, WIRE_ALARM_ACT, LIST_ROWS);
	tty_pump(r->t, 300);
	assert_int_equal(fake_count(r->f, WIRE_ALARM_ACT), LIST_ROWS);
	assert_true(list_is_full(r->t, NULL));
}

static void AL_12_a_flood_of_alarms_rings_one_pattern(void **state)
{
	struct rig *r = *state;
	char name[32];

	r->t = fake_console_ready(r->f);
	for (int i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "flood.%d", i);
		fake_alarm(r->f, name, 1 + i % 4, 1, 0);
		tty_pump(r->t, 1);
	}
	tty_expect(r->t, "+198 more");
	assert_int_equal(tty_bells(r->t), 3); /* of a critical one */
}

/* --- screens and bytes ----------------------------------------------------------- */

static void
a_changed_screen_keeps_the_selection_and_a_broken_one_its_picture(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	tty_type(r->t, "\033[B");
	tty_expect(r->t, "p.a  50.0 %  good");
	fake_screen(r->f,
		    "screen = { id = \"overview\"; title = \"Changed\"; level = 1;\n"
		    "size = [ 60, 6 ];\npicture = \"\n NEW {p.b    }\n"
		    " A {p.a         }\n\";\n};\n");
	tty_expect(r->t, "Changed");
	tty_expect(r->t, "p.a  50.0 %  good");
	fake_screen(r->f, "screen = { id = \"overview\"; title = \"Broken\"; level = 1;\n"
			  "size = [ 60, 6 ];\npicture = \"\n NEW {p.b    \n\";\n};\n");
	tty_expect(r->t, "the older picture is kept: screens/overview.cfg:4:6");
	tty_expect(r->t, "Changed");
}

static void a_changed_screen_or_a_lost_server_leaves_the_page_as_it_is(void **state)
{
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	r->t = fake_console_ready(r->f);
	tty_type(r->t, "3");
	tty_expect(r->t, "Alarms 1 ");
	fake_screen(r->f,
		    "screen = { id = \"overview\"; title = \"Changed\"; level = 1;\n"
		    "size = [ 60, 6 ];\npicture = \"\n NEW {p.b    }\n\";\n};\n");
	fake_expect(r->f, r->t, WIRE_SCREEN_GET, 2);
	pump_for(r->t, 200);
	row_has(r->t, 0, "Alarms");
	tty_expect(r->t, "Alarms 1 ");
	fake_cut(r->f);
	tty_expect(r->t, "the server is back");
	fake_expect(r->f, r->t, WIRE_SCREEN_GET, 3);
	pump_for(r->t, 200);
	row_has(r->t, 0, "Alarms");
	tty_type(r->t, "0");
	tty_expect(r->t, "Changed");
}

/* Each kind of terminal has its own way to say "bold off"; what is written in fewer
 * bytes must look the same on all. */
static void a_value_stands_out_on_every_kind_of_terminal(void **state)
{
	static const char *const kinds[] = { "xterm", "linux", "screen", "tmux",
					     "putty", "rxvt",  "vt100",  "vt220" };
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		r->t = fake_console(r->f, 80, 24, kinds[i], NULL);
		tty_expect(r->t, "50.0 %");
		int row = tty_find_row(r->t, " A ");
		const char *line = tty_row(r->t, row);
		int value = (int)(strstr(line, "50.0") - line);
		int label = (int)(strstr(line, " A ") - line) + 1;

		assert_true(tty_cell(r->t, value, row).bold);
		assert_true(tty_cell(r->t, value + 3, row).bold);
		assert_false(tty_cell(r->t, value + 5, row).bold); /* the unit */
		assert_false(tty_cell(r->t, label, row).bold);
		/* the mark of an alarm: on a ground of its own, or in reverse */
		struct tty_cell mark = tty_cell(r->t, 1, 1), plain = tty_cell(r->t, 6, 1);

		assert_true(mark.reverse || memcmp(mark.bg, plain.bg, 3) != 0);
		tty_free(r->t);
		r->t = NULL;
	}
}

enum { COLS = 80, ROWS = 24, CLOCK_COL = 66, BLINK_COL = 2 };

/* What can be seen of a cell: of a blank its ground only. */
static bool seen_alike(const struct tty_cell *a, const struct tty_cell *b)
{
	bool blank = a->cp == ' ' && !a->reverse && !a->underline;

	return a->cp == b->cp && a->reverse == b->reverse &&
	       a->underline == b->underline && memcmp(a->bg, b->bg, 3) == 0 &&
	       (blank || (a->bold == b->bold && memcmp(a->fg, b->fg, 3) == 0));
}

/* Painted bit by bit, in as few bytes as may be: the same as painted anew. */
static void expect_whole(struct tty *t, const char *kind, const char *after)
{
	static struct tty_cell cells[ROWS][COLS];

	pump_for(t, 150);
	for (int row = 0; row < ROWS; row++)
		for (int col = 0; col < COLS; col++)
			cells[row][col] = tty_cell(t, col, row);
	tty_type(t, "\014"); /* Ctrl-L */
	pump_for(t, 150);
	for (int row = 0; row < ROWS; row++) {
		for (int col = 0; col < (row ? COLS : CLOCK_COL); col++) {
			struct tty_cell now = tty_cell(t, col, row);

			/* the marks of the banner blink in that cell */
			if (seen_alike(&cells[row][col], &now) ||
			    (col == BLINK_COL && (row == 1 || row == 2)))
				continue;
			tty_dump(t);
			fail_msg("%s after \"%s\": cell %d,%d was another one", kind,
				 after, col, row);
		}
	}
}

static void on_every_terminal_the_glass_is_what_was_painted(void **state)
{
	static const char *const kinds[] = { "xterm-256color", "tmux-256color", "linux",
					     "putty",          "screen",        "vt100" };
	static const char *const keys[] = { "4",      "2",       "\t",     "3",
					    "\033[F", "\033[A",  "\033[H", "?",
					    "\033[B", "\033[6~", "?",      "2",
					    "\033[B" };
	struct rig *r = *state;
	char name[32];

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "list.%d", i);
		fake_alarm(r->f, name, 1 + i % 4, 1, 0);
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		r->t = fake_console(r->f, COLS, ROWS, kinds[i], NULL);
		tty_expect(r->t, "server ok");
		for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
			tty_type(r->t, keys[k]);
			expect_whole(r->t, kinds[i], keys[k]);
		}
		tty_free(r->t);
		r->t = NULL;
	}
}

static void an_idle_second_costs_little(void **state)
{
	struct rig *r = *state;
	size_t before, after;

	r->t = fake_console_ready(r->f);
	pump_for(r->t, 1200);
	tty_bytes(r->t, &before);
	pump_for(r->t, 4000);
	tty_bytes(r->t, &after);
	print_message("idle: %zu bytes a second\n", (after - before) / 4);
	assert_in_range(after - before, 1, 4 * 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RIG(the_first_picture_has_header_banner_values_and_keys),
		ON_RIG(values_follow_and_marks_tell_quality),
		ON_RIG(digits_and_F_keys_are_the_bar),
		ON_RIG(Esc_and_q_never_leave),
		ON_RIG(a_key_that_means_nothing_is_answered),
		ON_RIG(PR_14_a_silent_server_shows_within_3_s),
		ON_RIG(a_cut_connection_is_joined_again_by_itself),
		ON_RIG(without_a_server_it_says_what_to_start_and_exits_3),
		ON_RIG(an_alarm_shows_in_the_banner_on_every_page),
		ON_RIG(AM_03_ack_names_the_occurrence_that_was_drawn),
		ON_RIG(AL_04_an_older_occurrence_is_told_to_have_come_again),
		ON_RIG(the_list_never_moves_under_the_cursor),
		ON_RIG(a_list_that_differs_is_fetched_again_and_it_says_so),
		ON_RIG(AM_04_all_means_what_stands_on_the_glass),
		ON_RIG(AL_12_a_flood_of_alarms_rings_one_pattern),
		ON_RIG(a_changed_screen_keeps_the_selection_and_a_broken_one_its_picture),
		ON_RIG(a_changed_screen_or_a_lost_server_leaves_the_page_as_it_is),
		ON_RIG(a_value_stands_out_on_every_kind_of_terminal),
		ON_RIG(on_every_terminal_the_glass_is_what_was_painted),
		ON_RIG(an_idle_second_costs_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
