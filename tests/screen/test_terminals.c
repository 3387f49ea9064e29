/* test_terminals.c - the console on every terminal of the matrix: the same picture, every
 * key of the map, the cursor where the selection is; the mouse, pastes, sizes. */
#include "support/test.h"

#include "screen/console_rig.h"
#include "screen/escapes.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void only_ours(struct tty *t)
{
	size_t n, at;
	const char *bytes = tty_bytes(t, &n);

	if (!escapes_allowed(bytes, n, &at))
		fail_msg("byte %zu of %zu is not allowed: %.8s", at, n, bytes + at + 1);
}

/* --- the matrix ------------------------------------------------------------------ */

static const char *const c_locale[] = { "LC_ALL=C", NULL };

static const struct {
	const char *term;
	const char *const *env;
	const char *f1, *f4;                /* as this terminal sends them */
	const char *up, *down;              /* */
	const char *home, *end, *back_tab;  /* */
	const char *three, *divide, *enter; /* the keypad's, in application mode */
} kinds[] = {
	{ "xterm-256color", NULL, "\033OP", "\033OS", "\033[A", "\033[B", "\033[H",
	  "\033[F", "\033[Z", "\033Os", "\033Oo", "\033OM" },
	{ "xterm-256color", c_locale, "\033OP", "\033OS", "\033OA", "\033OB", "\033OH",
	  "\033OF", "\033[Z", "\033Os", "\033Oo", "\033OM" },
	{ "linux", NULL, "\033[[A", "\033[[D", "\033[A", "\033[B", "\033[1~", "\033[4~",
	  "\033\t", "\033Os", "\033OQ", "\033OM" },
	{ "vt100", NULL, "\033OP", "\033OS", "\033OA", "\033OB", "\033[1~", "\033[4~",
	  "\033[Z", "\033Os", "\033Oo", "\033OM" },
	{ "tmux-256color", NULL, "\033OP", "\033OS", "\033OA", "\033OB", "\033[1~",
	  "\033[4~", "\033[Z", "\033Os", "\033Oo", "\033OM" },
	{ "screen", NULL, "\033OP", "\033OS", "\033[A", "\033[B", "\033[1~", "\033[4~",
	  "\033[Z", "\033Os", "\033Oo", "\033OM" },
	{ "putty", NULL, "\033[11~", "\033[14~", "\033[A", "\033[B", "\033[1~", "\033[4~",
	  "\033[Z", "\033Os", "\033OQ", "\033OM" },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static struct tty *console_of(struct rig *r, size_t kind)
{
	struct fake_terminal at = { .term = kinds[kind].term, .env = kinds[kind].env };
	struct tty *t = fake_console_on(r->f, &at);

	tty_expect(t, "50.0");
	tty_expect(t, "server ok");
	return t;
}

static void done_with(struct rig *r)
{
	tty_type(r->t, "\033"); /* out of a dialog */
	pump_for(r->t, 100);
	tty_type(r->t, "\021");
	tty_expect(r->t, "Leave the console?");
	tty_type(r->t, "\r");
	assert_int_equal(tty_wait_exit(r->t, 3000), 0);
	only_ours(r->t);
	tty_free(r->t);
	r->t = NULL;
}

/* Letters and digits stand in the same cells whatever draws the lines and marks. */
static void the_same_picture_on_all_of_them(void **state)
{
	struct rig *r = *state;
	char first[24][81];

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (size_t i = 0; i < KINDS; i++) {
		r->t = console_of(r, i);
		tty_expect(r->t, "message of x.high");
		pump_for(r->t, 100); /* the whole frame */
		for (int row = 1; row < 24; row++) {
			for (int col = 0; col < 80; col++) {
				uint32_t cp = tty_cell(r->t, col, row).cp;
				bool text = cp > ' ' && cp < 0x7F &&
					    strchr("-|+<>^v#o*=:.", (int)cp) == NULL;
				char *was = &first[row][col];

				if (i == 0)
					*was = text ? (char)cp : ' ';
				else if ((*was != ' ' || text) &&
					 (char)(text ? cp : ' ') != *was) {
					tty_dump(r->t);
					fail_msg("%s: cell %d,%d was '%c'", kinds[i].term,
						 col, row, *was);
				}
			}
		}
		if (kinds[i].env) /* ASCII alone */
			for (int row = 0; row < 24; row++)
				for (int col = 0; col < 80; col++)
					assert_in_range(tty_cell(r->t, col, row).cp, ' ',
							'~');
		done_with(r);
	}
}

/* In "C" no library knows how wide a letter with marks or a degree sign is. */
static void a_sign_has_its_stand_in_where_the_locale_knows_no_signs(void **state)
{
	const struct fake_terminal at = { .term = "vt100", .env = c_locale };
	struct rig *r = *state;

	r->t = fake_console_on(r->f, &at);
	tty_expect(r->t, "50.0");
	fake_screen(r->f, "screen = { id = \"overview\"; title = \"K\303\274che\";\n"
			  "level = 1; size = [ 60, 3 ]; picture = \"\n"
			  " {p.a         } K\303\274che 20 \302\260C now\n\"; };\n");
	tty_expect(r->t, "Kuche 20");
	tty_expect(r->t, "C now");
	tty_expect_gone(r->t, "?che");
	done_with(r);
}

static void press(struct rig *r, const char *keys, const char *shows)
{
	tty_type(r->t, keys);
	tty_expect(r->t, shows);
}

static void every_key_of_the_map_on_all_of_them(void **state)
{
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (size_t i = 0; i < KINDS; i++) {
		r->t = console_of(r, i);
		press(r, kinds[i].f1, "MARKS");
		press(r, "2", "50.0");
		press(r, kinds[i].f4, "Second");
		press(r, "2", "gauge");
		press(r, kinds[i].three, "Alarms 1");
		press(r, kinds[i].down, "raised"); /* the selected alarm's detail */
		press(r, "2", "gauge");
		press(r, kinds[i].home, "p.a  50.0");
		press(r, kinds[i].down, "p.b  50.0");
		press(r, kinds[i].up, "p.a  50.0");
		press(r, kinds[i].end, "p.a  50.0 %");
		press(r, kinds[i].home, "p.a  50.0");
		press(r, kinds[i].enter, "Write p.a");
		press(r, "12\177\b3\033Ow\177", "3 ");
		press(r, "\033", "gauge");
		tty_expect_gone(r->t, "Write p.a");
		press(r, "\0334", "Second"); /* Esc and a digit */
		press(r, "\033Op", "gauge"); /* the keypad's 0: back */
		press(r, kinds[i].back_tab, "gauge");
		done_with(r);
	}
}

/* The keypad's "/" where PF2 is that key, and F2 where it is not. */
static void the_keypads_top_row_on_all_of_them(void **state)
{
	struct rig *r = *state;

	for (size_t i = 0; i < KINDS; i++) {
		r->t = console_of(r, i);
		press(r, "j", "searches");
		press(r, kinds[i].divide, "search for");
		press(r, "\033", "searches");
		done_with(r);
	}
}

static void only_ASCII_is_typed_where_the_locale_knows_no_more(void **state)
{
	struct rig *r = *state;

	r->t = console_of(r, 1);
	press(r, "\033[H\r", "Write p.a");
	press(r,
	      "1\xC3\xA9\x9B\xFF"
	      "2",
	      "12 ");
	done_with(r);
}

/* --- the cursor ------------------------------------------------------------------ */

struct place {
	const char *row_has, *at; /* in the row that has this, where that stands */
	int more;                 /* cells on from it */
};

static bool cursor_is_at(struct tty *t, void *arg)
{
	const struct place *p = arg;
	int col, row, there = p->more, in = tty_find_row(t, p->row_has);
	const char *line = in < 0 ? "" : tty_row(t, in), *found = strstr(line, p->at);

	if (!found || !tty_cursor(t, &col, &row))
		return false;
	for (const char *c = line; c < found; c++)
		there += ((unsigned char)*c & 0xC0) != 0x80; /* one cell each here */
	return col == there && row == in;
}

static void expect_cursor(struct rig *r, const char *row_has, const char *at, int more)
{
	struct place p = { row_has, at, more };
	int col, row;

	if (tty_wait(r->t, cursor_is_at, &p, 5000))
		return;
	tty_cursor(r->t, &col, &row);
	tty_dump(r->t);
	fail_msg("the cursor is at %d,%d, not at \"%s\"%+d", col, row, at, more);
}

/* Braille displays and readers follow the real cursor (it may be hidden: not here). */
static void the_cursor_rests_on_what_is_selected(void **state)
{
	struct rig *r = *state;
	int col, row;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	fake_alarm(r->f, "y.high", 2, 1, 0);
	for (size_t i = 0; i < KINDS; i++) {
		r->t = console_of(r, i);
		press(r, "\033[H", "p.a  50.0");
		expect_cursor(r, " A ", "50.0", -8);
		assert_true(tty_cursor(r->t, &col, &row));
		press(r, "\033[B", "p.b  50.0");
		expect_cursor(r, " B ", "50.0", -8);
		press(r, "3", "Alarms 2");
		pump_for(r->t, 80);
		press(r, "\033[B", "raised");
		expect_cursor(r, "active    x.high", "active", -14);
		press(r, "2", "gauge");
		press(r, "\033[H\r", "Write p.a");
		press(r, "42", "42 ");
		expect_cursor(r, "new ", "42", 2);
		done_with(r);
	}
}

/* On the boxes and pages beside the picture, too. */
static void the_cursor_rests_on_what_is_selected_on_every_page(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	press(r, "F", "Esc closes"); /* a faceplate */
	expect_cursor(r, "first ", "first", 8);
	press(r, "\t", "p.b  50.0");
	expect_cursor(r, "second ", "second", 8);
	press(r, "\033[5~", "p.a  50.0");
	expect_cursor(r, "first ", "first", 8);
	press(r, "\033", "gauge");
	tty_expect_gone(r->t, "Esc closes");
	press(r, "\033[Ht", "1 p.a"); /* pens of the trend */
	expect_cursor(r, "1 p.a", "1 p.a", 0);
	press(r, "t\033[B", "p.b  50.0");
	press(r, "t", "2 p.b");
	expect_cursor(r, "2 p.b", "2 p.b", 0);
	press(r, "\t", "1 p.a");
	expect_cursor(r, "1 p.a", "1 p.a", 0);
	press(r, "gov", "page    Overrides"); /* typing, then choosing */
	expect_cursor(r, "go to ov", "ov", 2);
	press(r, "\033[B", "go to ov");
	expect_cursor(r, "page    Overrides", "page", 0);
	press(r, "er", "go to over");
	expect_cursor(r, "go to over", "over", 4);
	press(r, "\033", "live");
	press(r, "2", "gauge");
	press(r, "v", "it is cleaned"); /* rows */
	pump_for(r->t, 80);
	press(r, "\033[B", "p.a: substituted");
	press(r, "\033[B", "z.high: shelved");
	expect_cursor(r, "shelved        z.high", "shelved", -1);
	press(r, "p", "2 connected");
	pump_for(r->t, 80);
	press(r, "\033[B", "(you)");
	expect_cursor(r, "ivan (you)", "ivan", -1);
	done_with(r);
}

/* --- the mouse ------------------------------------------------------------------- */

static const struct fake_terminal with_mouse = { .args = (const char *const[]){ "--mouse",
										NULL } };

static bool asked_for_mouse(struct tty *t)
{
	size_t n;
	const char *bytes = tty_bytes(t, &n);

	return memmem(bytes, n, "\033[?1000h", 8) != NULL;
}

static void click(struct rig *r, int col, int row, int button)
{
	char text[64];

	snprintf(text, sizeof(text), "\033[<%d;%d;%dM\033[<%d;%d;%dm", button, col + 1,
		 row + 1, button, col + 1, row + 1);
	tty_type(r->t, text);
}

static void the_mouse_is_off_unless_asked_for(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	assert_false(asked_for_mouse(r->t));
	done_with(r);
	assert_null(r->t);
}

static void a_click_selects_and_the_wheel_scrolls(void **state)
{
	struct rig *r = *state;
	size_t n;
	const char *bytes;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	fake_alarm(r->f, "y.high", 2, 1, 0);
	r->t = fake_console_on(r->f, &with_mouse);
	tty_expect(r->t, "server ok");
	tty_expect(r->t, "50.0");
	bytes = tty_bytes(r->t, &n);
	assert_non_null(memmem(bytes, n, "\033[?1000h\033[?1006h", 16));
	assert_null(memmem(bytes, n, "\033[?1002h", 8));
	assert_null(memmem(bytes, n, "\033[?1003h", 8));
	click(r, 24, tty_find_row(r->t, " B "), 0);
	tty_expect(r->t, "p.b  50.0");
	click(r, 24, tty_find_row(r->t, " A "), 2); /* another button */
	click(r, 2, 2, 0);                          /* nothing stands there */
	pump_for(r->t, 150);
	assert_true(tty_shows(r->t, "p.b  50.0"));
	press(r, "3", "Alarms 2");
	pump_for(r->t, 80);
	click(r, 30, 4, 0);
	tty_expect(r->t, "raised");
	tty_type(r->t, "\033[<65;30;5M");
	pump_for(r->t, 100);
	tty_type(r->t, "\033[<64;30;5M");
	done_with(r);
}

/* Over every cell of every page and dialog: the server hears of nothing. */
static void no_click_ever_acts(void **state)
{
	static const char *const pages[] = {
		"2",    "3", "d", "j", "1",       "2\033[H\r", "2\033[H\r55.5\r",
		"\021", "v", "p", "g", "2\033[Ht"
	};
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	r->t = fake_console_on(r->f, &with_mouse);
	tty_expect(r->t, "server ok");
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		unsigned selects, acts, confirms;

		tty_type(r->t, "\033");
		pump_for(r->t, 150);
		tty_type(r->t, pages[i]);
		pump_for(r->t, 700);
		selects = fake_count(r->f, WIRE_SELECT);
		acts = fake_count(r->f, WIRE_ALARM_ACT);
		confirms = fake_count(r->f, WIRE_CONFIRM);
		for (int row = 0; row < 24; row += 1)
			for (int col = 0; col < 80; col += 7)
				click(r, col, row, 0);
		tty_type(r->t, "\033[<64;9;9M\033[<65;9;9M\033[<0;9;9m");
		pump_for(r->t, 200);
		assert_int_equal(fake_count(r->f, WIRE_SELECT), selects);
		assert_int_equal(fake_count(r->f, WIRE_ALARM_ACT), acts);
		assert_int_equal(fake_count(r->f, WIRE_CONFIRM), confirms);
		assert_int_equal(tty_wait_exit(r->t, 0), -1);
	}
	only_ours(r->t);
}

/* --- pastes ---------------------------------------------------------------------- */

/* Brings the write dialog to its offer: one Enter from sending. */
static void to_the_offer(struct rig *r)
{
	press(r, "\033[H\r", "Write p.a");
	press(r, "55.5\r", "Enter");
	tty_expect(r->t, "55.5");
	pump_for(r->t, 600); /* armed */
}

static void SEC_17_a_paste_never_confirms(void **state)
{
	static const char *const pastes[] = {
		"\033[200~\r\033[201~",
		"\033[200~Y\r\r\033[201~",
		"\033[200~\033\r\033[A\r\033[201~",
		"\033[200~x\033[201~\r\rY\r",
		"\033[200~x\r\r", /* its end mark got lost */
	};
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof(pastes) / sizeof(pastes[0]); i++) {
		r->t = fake_console_ready(r->f);
		to_the_offer(r);
		tty_type(r->t, pastes[i]);
		tty_expect(r->t, "aste");
		pump_for(r->t, 200);
		assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
		tty_free(r->t);
		r->t = NULL;
	}
}

static void SEC_17_a_megabyte_pasted_is_refused_and_the_plant_stays_in_sight(void **state)
{
	enum { SIZE = 1 << 20 };
	struct rig *r = *state;
	char *text = malloc(SIZE + 16);
	unsigned selects;

	r->t = fake_console_ready(r->f);
	press(r, "\033[H\r", "Write p.a");
	selects = fake_count(r->f, WIRE_SELECT);
	memset(text, '\r', SIZE);
	memcpy(text, "\033[200~5\r", 8);
	tty_type_all(r->t, text, SIZE / 2);
	/* in the middle of it the values go on */
	fake_value(r->f, "p.b", 61.5, 0);
	tty_expect(r->t, "61.5");
	memcpy(text + SIZE, "\033[201~", 7);
	tty_type_all(r->t, text + SIZE / 2, SIZE / 2 + 6);
	tty_expect(r->t, "aste");
	assert_int_equal(fake_count(r->f, WIRE_SELECT), selects);
	free(text);
	pump_for(r->t, 200); /* what comes sooner would still belong to it */
	press(r, "\033", "gauge");
	tty_expect_gone(r->t, "Write p.a");
	done_with(r);
}

/* --- answers to queries ---------------------------------------------------------- */

static void SEC_19_answers_of_the_terminal_are_no_keys(void **state)
{
	static const char answers[] = "\033[?62;1;6c\033[24;80R\033]lA3A\033\\\033["
				      "0n\033P>|A*a3\033\\\033[8;24;80t"
				      "\033]11;rgb:0/0/0\a\033[>0;276;0c\033[?2026;2$y";
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (size_t i = 0; i < KINDS; i++) {
		r->t = console_of(r, i);
		press(r, "3", "Alarms 1");
		tty_type(r->t, answers);
		pump_for(r->t, 100);
		assert_true(tty_shows(r->t, "Alarms 1"));
		/* and torn, as a slow line does */
		for (size_t k = 0; k < sizeof(answers) - 1; k += 3) {
			char part[4] = { 0 };

			memcpy(part, answers + k,
			       k + 3 < sizeof(answers) ? 3 : sizeof(answers) - 1 - k);
			tty_type(r->t, part);
			tty_pump(r->t, 1);
		}
		/* an Esc of it may have come alone and gone back; nothing else has */
		pump_for(r->t, 150);
		assert_int_equal(fake_count(r->f, WIRE_ALARM_ACT), 0);
		done_with(r);
	}
}

/* --- sizes ----------------------------------------------------------------------- */

static void PR_13_a_storm_of_sizes_in_every_place(void **state)
{
	static const int sizes[][2] = { { 1, 1 },    { 500, 200 }, { 10, 3 }, { 40, 8 },
					{ 39, 8 },   { 40, 7 },    { 2, 50 }, { 200, 2 },
					{ 160, 48 }, { 80, 24 } };
	static const struct {
		const char *keys, *shows;
		const char *picks, *row,
			*at; /* then, and there the cursor is; NULL: none */
		int more;
	} places[] = {
		{ "2", "gauge", NULL, NULL, NULL, 0 },
		{ "2", "gauge", "\033[H", " A ", "50.0", -8 },
		{ "3", "Alarms 1", "\033[B", "active    x.high", "active", -14 },
		{ "1", "MARKS", NULL, NULL, NULL, 0 },
		{ "d", "evices", NULL, NULL, NULL, 0 },
		{ "j", "searches", NULL, NULL, NULL, 0 },
		{ "f", "igures", NULL, NULL, NULL, 0 },
		{ "2\033[H\r", "Write p.a", "5", "new ", "5 ", 1 },
		{ "v", "Overrides 2", "\033[B", "substituted    p.a", "subst", -1 },
		{ "p", " People", "\033[B", "ivan (you)", "ivan", -1 },
		{ "g", " Go to", "ov", "go to ov", "ov", 2 },
		{ "gov", " Go to", "\033[B", "page    Overrides", "page", 0 },
		{ "2\033[Ht", " Trend", "\t", "1 p.a", "1 p.a", 0 },
		{ "2F", "Esc closes", "\t", "second ", "second", 8 },
		{ "2", "gauge", NULL, NULL, NULL, 0 },
		{ "\021", "Leave the console?", NULL, NULL, NULL, 0 },
	};
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	r->t = fake_console_ready(r->f);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		tty_type(r->t, "\033");
		pump_for(r->t, 60);
		press(r, places[i].keys, places[i].shows);
		if (places[i].picks) {
			pump_for(r->t, 80); /* rows are selected where they stand */
			tty_type(r->t, places[i].picks);
			expect_cursor(r, places[i].row, places[i].at, places[i].more);
		}
		for (int k = 0; k < 200; k++) {
			tty_resize(r->t, sizes[k % 10][0], sizes[k % 10][1]);
			tty_pump(r->t, k % 40 == 0 ? 60 : 5);
		}
		tty_expect(r->t, places[i].shows);
		tty_expect(r->t, "message of x.high");
		if (places[i].picks)
			expect_cursor(r, places[i].row, places[i].at, places[i].more);
	}
	press(r, "x", "server ok");
	done_with(r);
}

/* Below 80x24: banner and one window that follows the selection; below 40x8 the banner.
 */
static void PR_13_small_ones_show_the_alarm_first(void **state)
{
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	r->t = fake_console_ready(r->f);
	tty_resize(r->t, 40, 8);
	tty_expect(r->t, "message of x.high");
	assert_has(tty_row(r->t, 1), "2*");
	tty_type(r->t, "\033[H");
	tty_expect(r->t, "50.0");
	tty_type(r->t, "\033[C");
	tty_expect(r->t, "two");
	tty_resize(r->t, 39, 8);
	tty_expect(r->t, "message of x.high");
	tty_expect_gone(r->t, "two");
	tty_resize(r->t, 12, 1);
	tty_expect(r->t, "2*");
	tty_resize(r->t, 80, 24);
	tty_expect(r->t, "1Help 2Overview");
	done_with(r);
}

/* --- painting whole -------------------------------------------------------------- */

static bool wall_is_gone(struct tty *t, void *arg)
{
	(void)arg;
	return !tty_shows(t, "Broadcast");
}

/* Somebody wrote over the glass: Ctrl-L mends it. */
static void Ctrl_L_paints_every_cell(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	tty_overwrite(r->t, "\033[10;1HBroadcast message: maintenance at noon");
	assert_true(tty_shows(r->t, "Broadcast"));
	tty_type(r->t, "\014");
	assert_true(tty_wait(r->t, wall_is_gone, NULL, 2000));
	tty_expect(r->t, "50.0");
	done_with(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RIG(the_same_picture_on_all_of_them),
		ON_RIG(a_sign_has_its_stand_in_where_the_locale_knows_no_signs),
		ON_RIG(every_key_of_the_map_on_all_of_them),
		ON_RIG(the_keypads_top_row_on_all_of_them),
		ON_RIG(only_ASCII_is_typed_where_the_locale_knows_no_more),
		ON_RIG(the_cursor_rests_on_what_is_selected),
		ON_RIG(the_cursor_rests_on_what_is_selected_on_every_page),
		ON_RIG(the_mouse_is_off_unless_asked_for),
		ON_RIG(a_click_selects_and_the_wheel_scrolls),
		ON_RIG(no_click_ever_acts),
		ON_RIG(SEC_17_a_paste_never_confirms),
		ON_RIG(SEC_17_a_megabyte_pasted_is_refused_and_the_plant_stays_in_sight),
		ON_RIG(SEC_19_answers_of_the_terminal_are_no_keys),
		ON_RIG(PR_13_a_storm_of_sizes_in_every_place),
		ON_RIG(PR_13_small_ones_show_the_alarm_first),
		ON_RIG(Ctrl_L_paints_every_cell),
	};

	setlocale(LC_CTYPE, "C.UTF-8"); /* what is one cell wide is asked of it */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
