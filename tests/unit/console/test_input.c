/* test_input.c - bytes of many terminals into keys; what is none becomes none. */
#include "support/test.h"

#include "console/term/input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/term/term.h"

enum { ESCAPE_MS = 25, KEYS_MAX = 64 };

static struct mono at(int64_t ms)
{
	return (struct mono){ (1000000 + ms) * 1000000 };
}

struct typed {
	uint32_t keys[KEYS_MAX];
	size_t n;
};

static void take(struct input *in, struct mono now, struct typed *t)
{
	uint32_t key;

	while ((key = input_key(in, now)) != TERM_KEY_NONE) {
		assert_true(t->n < KEYS_MAX);
		t->keys[t->n++] = key;
	}
}

/* In pieces of `piece` bytes, gap_ms apart; then long silence. */
static struct typed type(struct input *in, const char *bytes, size_t n, size_t piece,
			 int64_t gap_ms)
{
	struct typed t = { .n = 0 };
	int64_t ms = 0;

	for (size_t i = 0; i < n; i += piece) {
		size_t part = n - i < piece ? n - i : piece;

		input_feed(in, bytes + i, part, at(ms));
		take(in, at(ms), &t);
		ms += gap_ms;
		take(in, at(ms), &t); /* as the deadline would have it */
	}
	for (int i = 0; i < 8; i++)
		take(in, at(ms += 2000), &t);
	return t;
}

static void expect(const struct typed *t, const uint32_t *keys, size_t n,
		   const char *bytes)
{
	bool same = t->n == n && (!n || memcmp(t->keys, keys, n * sizeof(*keys)) == 0);

	if (same)
		return;
	print_error("\"%s\":", bytes);
	for (size_t i = 0; i < t->n; i++)
		print_error(" %X", t->keys[i]);
	print_error("\n");
	fail();
}

#define F(n) (TERM_KEY_F1 + (n)-1)

static const struct {
	const char *bytes;
	uint32_t key;
} map[] = {
	/* digits, as they are and from the keypad in application mode */
	{ "0", '0' },
	{ "1", '1' },
	{ "9", '9' },
	{ "\033Op", '0' },
	{ "\033Oq", '1' },
	{ "\033Or", '2' },
	{ "\033Os", '3' },
	{ "\033Ot", '4' },
	{ "\033Ou", '5' },
	{ "\033Ov", '6' },
	{ "\033Ow", '7' },
	{ "\033Ox", '8' },
	{ "\033Oy", '9' },
	{ "\033On", '.' },
	{ "\033Oj", '*' },
	{ "\033Ok", '+' },
	{ "\033Ol", '+' },
	{ "\033Om", '-' },
	{ "\033Oo", '/' },
	{ "\033OX", '=' },
	{ "\033OM", TERM_KEY_ENTER },
	/* F-keys: xterm, PuTTY and VT220, the Linux console, Esc and a digit */
	{ "\033OP", F(1) },
	{ "\033OQ", F(2) },
	{ "\033OR", F(3) },
	{ "\033OS", F(4) },
	{ "\033[11~", F(1) },
	{ "\033[12~", F(2) },
	{ "\033[13~", F(3) },
	{ "\033[14~", F(4) },
	{ "\033[15~", F(5) },
	{ "\033[17~", F(6) },
	{ "\033[18~", F(7) },
	{ "\033[19~", F(8) },
	{ "\033[20~", F(9) },
	{ "\033[21~", F(10) },
	{ "\033[23~", F(11) },
	{ "\033[24~", F(12) },
	{ "\033[[A", F(1) },
	{ "\033[[B", F(2) },
	{ "\033[[C", F(3) },
	{ "\033[[D", F(4) },
	{ "\033[[E", F(5) },
	{ "\0331", F(1) },
	{ "\0339", F(9) },
	{ "\0330", F(10) },
	/* arrows in both modes */
	{ "\033[A", TERM_KEY_UP },
	{ "\033[B", TERM_KEY_DOWN },
	{ "\033[C", TERM_KEY_RIGHT },
	{ "\033[D", TERM_KEY_LEFT },
	{ "\033OA", TERM_KEY_UP },
	{ "\033OB", TERM_KEY_DOWN },
	{ "\033OC", TERM_KEY_RIGHT },
	{ "\033OD", TERM_KEY_LEFT },
	/* Home and End of xterm, VT220, rxvt */
	{ "\033[H", TERM_KEY_HOME },
	{ "\033OH", TERM_KEY_HOME },
	{ "\033[1~", TERM_KEY_HOME },
	{ "\033[7~", TERM_KEY_HOME },
	{ "\033[F", TERM_KEY_END },
	{ "\033OF", TERM_KEY_END },
	{ "\033[4~", TERM_KEY_END },
	{ "\033[8~", TERM_KEY_END },
	{ "\033[5~", TERM_KEY_PAGE_UP },
	{ "\033[6~", TERM_KEY_PAGE_DOWN },
	{ "\033[3~", TERM_KEY_DELETE },
	/* the rest of the keyboard */
	{ "\r", TERM_KEY_ENTER },
	{ "\n", TERM_KEY_ENTER },
	{ "\t", TERM_KEY_TAB },
	{ "\033[Z", TERM_KEY_BACK_TAB },
	{ "\033\t", TERM_KEY_BACK_TAB },
	{ "\177", TERM_KEY_BACKSPACE },
	{ "\b", TERM_KEY_BACKSPACE },
	{ "\033", TERM_KEY_ESC },
	{ "a", 'a' },
	{ "\014", '\014' },
	{ "\032", '\032' },
	{ "\xC3\xA9", 0xE9 },
	{ "\xE2\x82\xAC", 0x20AC },
};

enum { MAP = sizeof(map) / sizeof(map[0]) };

static void every_key_of_the_map_arrives_whole_or_torn(void **state)
{
	(void)state;
	for (size_t i = 0; i < MAP; i++) {
		for (size_t piece = 1; piece <= 5; piece++) {
			struct input in;
			struct typed t;

			input_init(&in, true, ESCAPE_MS);
			t = type(&in, map[i].bytes, strlen(map[i].bytes), piece, 10);
			expect(&t, &map[i].key, 1, map[i].bytes);
		}
	}
}

/* On PuTTY and the Linux console F1 is another one. */
static void the_keypads_top_row_is_its_own_where_F1_is_elsewhere(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t key;
	} rows[] = {
		{ "\033OP", 0 }, { "\033OQ", '/' }, { "\033OR", '*' }, { "\033OS", '-' }
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct input in;
		struct typed t;

		input_init(&in, true, ESCAPE_MS);
		in.keypad_pf = true;
		t = type(&in, rows[i].bytes, 3, 3, 10);
		expect(&t, &rows[i].key, rows[i].key != 0, rows[i].bytes);
	}
}

static void a_terminals_own_sequence_goes_before_the_common_one(void **state)
{
	static const uint32_t keys[] = { TERM_KEY_END };
	struct input in;
	struct typed t;

	(void)state;
	input_init(&in, true, ESCAPE_MS);
	input_define(&in, "\033[H", TERM_KEY_END);
	input_define(&in, NULL, TERM_KEY_UP);
	input_define(&in, "x", TERM_KEY_UP); /* a character stays one */
	input_define(&in, "\033[123456789012345", TERM_KEY_UP);
	t = type(&in, "\033[H", 3, 1, 10);
	expect(&t, keys, 1, "own");
}

/* An arrow that comes in pieces: never letters of it; "A" would acknowledge a page. */
static void a_torn_sequence_never_becomes_letters(void **state)
{
	static const char *const torn[] = {
		"\033[A",      "\033OA",       "\033[1;5A", "\033[24;80R",
		"\033[?62;1c", "\033[<0;3;4A", "\033]lA\a", "\033P1A\033\\",
		"\033_A\a",    "\033^A\a",     "\033XA\a",
	};
	static const int64_t gaps[] = { 1, 24, 26, 100, 300, 499 };

	(void)state;
	for (size_t i = 0; i < sizeof(torn) / sizeof(torn[0]); i++) {
		for (size_t g = 0; g < sizeof(gaps) / sizeof(gaps[0]); g++) {
			struct input in;
			struct typed t;

			/* a string is given a second in all */
			if (gaps[g] > 100 && !strchr("[O", torn[i][1]))
				continue;
			input_init(&in, true, ESCAPE_MS);
			t = type(&in, torn[i], strlen(torn[i]), 1, gaps[g]);
			for (size_t k = 0; k < t.n; k++)
				assert_true(t.keys[k] == TERM_KEY_ESC ||
					    t.keys[k] == TERM_KEY_UP);
			assert_true(t.n <= 3);
		}
	}
}

static void SEC_19_answers_to_queries_are_no_keys(void **state)
{
	static const char *const answers[] = {
		"\033[?62;1;6;22c", /* DA */
		"\033[>41;354;0c",  /* secondary DA */
		"\033[24;80R",      /* where the cursor is */
		"\033[?24;80R",
		"\033[0n",                      /* DSR */
		"\033[8;24;80t",                /* the window's size */
		"\033]lset the valve A\033\\",  /* a title report */
		"\033]11;rgb:0000/0000/0000\a", /* a colour */
		"\033P>|XTerm(370)\033\\",      /* XTVERSION */
		"\033P1$r0m\033\\",
		"\033_Gi=31;OK\033\\",
		"\033^private\033\\",
		"\033Xstring\033\\",
		"\033[?2026;2$y", /* DECRQM */
		"\033[?1u",       /* kitty's keyboard */
		"\033[I",
		"\033[O",    /* focus */
		"\033[M !!", /* a mouse's oldest form */
		"\033[1;5A",
		"\033[5;2~",
		"\033[1;2P",
		"\033O5A", /* chords */
		"\033[2~",
		"\033[99~",
		"\033[E",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		for (size_t piece = 1; piece < 40; piece += 6) {
			struct input in;
			struct typed t;

			input_init(&in, true, ESCAPE_MS);
			t = type(&in, answers[i], strlen(answers[i]), piece, 5);
			expect(&t, NULL, 0, answers[i]);
		}
	}
}

static void Alt_and_a_letter_is_Esc_and_not_the_letter(void **state)
{
	static const uint32_t esc[] = { TERM_KEY_ESC }, both[] = { TERM_KEY_ESC, 'A' };
	struct input in;
	struct typed t;

	(void)state;
	input_init(&in, true, ESCAPE_MS);
	t = type(&in, "\033A", 2, 2, 10);
	expect(&t, esc, 1, "Alt-A");
	/* somebody who types them one after the other */
	input_init(&in, true, ESCAPE_MS);
	t = type(&in, "\033A", 2, 1, 200);
	expect(&t, both, 2, "Esc, A");
}

static void the_mouse_selects_and_scrolls_and_nothing_else(void **state)
{
	static const struct {
		const char *bytes;
		uint32_t key;
	} rows[] = {
		{ "\033[<0;12;5m", TERM_KEY_CLICK },
		{ "\033[<0;12;5M", 0 },
		{ "\033[<1;12;5m", 0 },
		{ "\033[<2;12;5m", 0 },
		{ "\033[<4;12;5m", 0 },
		{ "\033[<35;12;5M", 0 },
		{ "\033[<64;12;5M", TERM_KEY_WHEEL_UP },
		{ "\033[<65;12;5M", TERM_KEY_WHEEL_DOWN },
		{ "\033[<0;0;5m", 0 },
		{ "\033[<0;12m", 0 },
		{ "\033[<0;1;2;3m", 0 },
		{ "\033[<;;m", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct input in;
		struct typed t;

		input_init(&in, true, ESCAPE_MS);
		t = type(&in, rows[i].bytes, strlen(rows[i].bytes), 3, 5);
		expect(&t, &rows[i].key, rows[i].key != 0, rows[i].bytes);
		if (rows[i].key) {
			assert_int_equal(in.mouse.col, 11);
			assert_int_equal(in.mouse.row, 4);
		}
	}
}

/* --- pastes ---------------------------------------------------------------------- */

static struct typed paste(const char *text, size_t piece, int64_t gap)
{
	struct input in;

	input_init(&in, true, ESCAPE_MS);
	return type(&in, text, strlen(text), piece, gap);
}

static void SEC_17_a_paste_is_one_key_whatever_is_in_it(void **state)
{
	static const char *const texts[] = {
		"\033[200~5\r\033[201~",
		"\033[200~\033\033[A\033[200~\tY\r\r\033[201~",
		"\033[200~5\r\033[201~\rY\r5\r",    /* an end mark inside */
		"\033[200~a\033[201~b\033[201~Y\r", /* two of them */
		"\033[200~\033[201~",
	};
	static const uint32_t key[] = { TERM_KEY_PASTE };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		for (size_t piece = 1; piece < 30; piece += 4) {
			struct typed t = paste(texts[i], piece, 2);

			expect(&t, key, 1, texts[i]);
		}
	}
}

static void SEC_17_a_megabyte_is_one_key_at_any_speed(void **state)
{
	enum { SIZE = 1 << 20 };
	static char text[SIZE + 16];
	static const uint32_t key[] = { TERM_KEY_PASTE };

	(void)state;
	memset(text, '\r', SIZE);
	memcpy(text, "\033[200~", 6);
	memcpy(text + SIZE, "\033[201~", 7);
	for (int64_t gap = 0; gap <= 400; gap += 200) {
		struct typed t = paste(text, 1000, gap); /* up to seven minutes */

		expect(&t, key, 1, "a megabyte");
	}
}

/* The end mark got lost: the keyboard lives again after a second without a flow. */
static void SEC_17_a_lost_end_mark_freezes_nothing(void **state)
{
	struct typed t = { .n = 0 };
	struct input in;

	(void)state;
	input_init(&in, true, ESCAPE_MS);
	input_feed(&in, "\033[200~text\r", 11, at(0));
	take(&in, at(0), &t);
	assert_int_equal(t.n, 0);
	assert_int_equal(input_deadline(&in).ns, at(INPUT_PASTE_MS).ns);
	/* somebody types on, not knowing */
	for (int i = 1; i < 10; i++) {
		input_feed(&in, "3", 1, at(100 * i));
		take(&in, at(100 * i), &t);
	}
	assert_int_equal(t.n, 0);
	take(&in, at(INPUT_PASTE_MS), &t);
	assert_int_equal(t.n, 1);
	assert_int_equal(t.keys[0], TERM_KEY_PASTE);
	input_feed(&in, "3", 1, at(INPUT_PASTE_MS + 50));
	take(&in, at(INPUT_PASTE_MS + 50), &t);
	assert_int_equal(t.n, 2);
	assert_int_equal(t.keys[1], '3');
}

/* An unfinished string of somebody else's freezes nothing either. */
static void an_unfinished_string_ends_by_time(void **state)
{
	struct typed t = { .n = 0 };
	struct input in;

	(void)state;
	input_init(&in, true, ESCAPE_MS);
	input_feed(&in, "\033]0;title", 9, at(0));
	take(&in, at(0), &t);
	take(&in, at(INPUT_PASTE_MS), &t);
	assert_int_equal(t.n, 0);
	input_feed(&in, "3", 1, at(INPUT_PASTE_MS + 1));
	take(&in, at(INPUT_PASTE_MS + 1), &t);
	assert_int_equal(t.n, 1);
}

static void what_was_typed_ahead_is_forgotten_but_a_paste_stays_one(void **state)
{
	struct typed t = { .n = 0 };
	struct input in;

	(void)state;
	input_init(&in, true, ESCAPE_MS);
	input_feed(&in, "\r\r\r", 3, at(0));
	input_flush(&in);
	take(&in, at(0), &t);
	assert_int_equal(t.n, 0);
	input_feed(&in, "\033[200~a", 7, at(1));
	take(&in, at(1), &t);
	input_flush(&in);
	input_feed(&in, "\r", 1, at(2));
	take(&in, at(2), &t);
	assert_int_equal(t.n, 0);
}

/* --- anything -------------------------------------------------------------------- */

static bool is_key(uint32_t key)
{
	return (key < 0x110000 && (key < 0x80 || key >= 0xA0)) ||
	       (key > TERM_KEY_FIRST && key < TERM_KEY_GONE);
}

/* Random bytes at random times: only keys come out, and never more than went in. */
static void anything_gives_keys_or_nothing(void **state)
{
	static const char pieces[] =
		"\033\033\033[[O]P_\\\a~<;;0123456789ABCDMmZpq\r\t\177\x9B"
		"\xC3\xA9\xE2\x82\xFF";
	unsigned seed = 20261122;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct typed t = { .n = 0 };
		struct input in;
		int64_t ms = 0;

		input_init(&in, round % 2, ESCAPE_MS);
		for (int i = 0; i < 40; i++) {
			char byte =
				pieces[(unsigned)rand_r(&seed) % (sizeof(pieces) - 1)];

			input_feed(&in, &byte, 1, at(ms));
			take(&in, at(ms), &t);
			ms += rand_r(&seed) % 8 ? 1 : rand_r(&seed) % 1200;
		}
		for (int i = 0; i < 8; i++)
			take(&in, at(ms += 2000), &t);
		assert_int_equal(in.n, 0); /* nothing stays for ever */
		assert_true(t.n <= 40);
		for (size_t i = 0; i < t.n; i++)
			assert_true(is_key(t.keys[i]));
	}
}

static void a_sequence_without_an_end_is_dropped_whole(void **state)
{
	static char text[3 * INPUT_BYTES];
	struct typed t = { .n = 0 };
	struct input in;

	(void)state;
	memset(text, '1', sizeof(text));
	memcpy(text, "\033[", 2);
	input_init(&in, true, ESCAPE_MS);
	for (size_t i = 0; i < sizeof(text);) {
		size_t part = input_room(&in);

		part = part > sizeof(text) - i ? sizeof(text) - i : part;
		assert_true(part > 0);
		input_feed(&in, text + i, part, at(0));
		take(&in, at(0), &t);
		i += part;
	}
	assert_int_equal(t.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_of_the_map_arrives_whole_or_torn),
		cmocka_unit_test(the_keypads_top_row_is_its_own_where_F1_is_elsewhere),
		cmocka_unit_test(a_terminals_own_sequence_goes_before_the_common_one),
		cmocka_unit_test(a_torn_sequence_never_becomes_letters),
		cmocka_unit_test(SEC_19_answers_to_queries_are_no_keys),
		cmocka_unit_test(Alt_and_a_letter_is_Esc_and_not_the_letter),
		cmocka_unit_test(the_mouse_selects_and_scrolls_and_nothing_else),
		cmocka_unit_test(SEC_17_a_paste_is_one_key_whatever_is_in_it),
		cmocka_unit_test(SEC_17_a_megabyte_is_one_key_at_any_speed),
		cmocka_unit_test(SEC_17_a_lost_end_mark_freezes_nothing),
		cmocka_unit_test(an_unfinished_string_ends_by_time),
		cmocka_unit_test(what_was_typed_ahead_is_forgotten_but_a_paste_stays_one),
		cmocka_unit_test(anything_gives_keys_or_nothing),
		cmocka_unit_test(a_sequence_without_an_end_is_dropped_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
