/* test_entry.c - the one line that is typed: what may stand in it, and where the cursor
 * is; and how it is shown in a field that is too narrow. */
#include "support/test.h"

#include "console/app/entry.h"
#include "console/term/term.h"
#include "console/view/parts.h"
#include "util/strbuf.h"

#include <locale.h>
#include <string.h>

enum { ROOM = 20 };

static void type(struct entry *e, const char *text)
{
	for (; *text; text++)
		assert_true(entry_key(e, (uint32_t)(unsigned char)*text, ROOM));
}

static void text_is_typed_and_corrected_at_the_cursor(void **state)
{
	struct entry e = { 0 };

	(void)state;
	type(&e, "12.4");
	entry_key(&e, TERM_KEY_LEFT, ROOM);
	entry_key(&e, TERM_KEY_BACKSPACE, ROOM);
	assert_string_equal(e.text, "124");
	type(&e, "x");
	assert_string_equal(e.text, "12x4");
	entry_key(&e, TERM_KEY_HOME, ROOM);
	entry_key(&e, TERM_KEY_DELETE, ROOM);
	entry_key(&e, TERM_KEY_LEFT, ROOM); /* there is nothing further left */
	entry_key(&e, TERM_KEY_BACKSPACE, ROOM);
	assert_string_equal(e.text, "2x4");
	entry_key(&e, TERM_KEY_RIGHT, ROOM);
	entry_key(&e, TERM_KEY_DELETE, ROOM);
	assert_string_equal(e.text, "24");
	entry_key(&e, TERM_KEY_END, ROOM);
	entry_key(&e, TERM_KEY_RIGHT, ROOM);
	entry_key(&e, TERM_KEY_DELETE, ROOM);
	type(&e, "!");
	assert_string_equal(e.text, "24!");
}

static void characters_of_several_bytes_stay_whole(void **state)
{
	struct entry e = { 0 };

	(void)state;
	entry_key(&e, 0xE4, ROOM);   /* two bytes, one cell */
	entry_key(&e, 0x6C34, ROOM); /* three bytes, two cells */
	entry_key(&e, 'z', ROOM);
	assert_string_equal(e.text, "\xc3\xa4\xe6\xb0\xb4z");
	entry_key(&e, TERM_KEY_LEFT, ROOM);
	entry_key(&e, TERM_KEY_BACKSPACE, ROOM);
	assert_string_equal(e.text, "\xc3\xa4z");
	entry_key(&e, TERM_KEY_HOME, ROOM);
	entry_key(&e, TERM_KEY_RIGHT, ROOM);
	assert_int_equal(e.at, 2);
	entry_key(&e, TERM_KEY_HOME, ROOM);
	entry_key(&e, TERM_KEY_DELETE, ROOM);
	assert_string_equal(e.text, "z");
}

static void SEC_29_what_cannot_be_seen_is_not_typed(void **state)
{
	static const uint32_t refused[] = { 0x07,   0x7F,   0x9B,   0xAD,   0x300,
					    0x200B, 0x202E, 0xFEFF, 0xD800, 0xE000 };
	struct entry e = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_true(entry_key(&e, refused[i], ROOM));
		assert_string_equal(e.note, "this character cannot be typed here");
		assert_string_equal(e.text, "");
	}
	type(&e, "a");
	assert_null(e.note);
}

static void SEC_17_a_paste_types_nothing(void **state)
{
	struct entry e = { 0 };

	(void)state;
	type(&e, "a");
	assert_true(entry_key(&e, TERM_KEY_PASTE, ROOM));
	assert_string_equal(e.note, "pasted text is refused: type it");
	assert_string_equal(e.text, "a");
}

static void no_more_is_typed_than_fits(void **state)
{
	struct entry e = { 0 };

	(void)state;
	for (int i = 0; i < ROOM - 1; i++)
		type(&e, "x");
	entry_key(&e, 0xE4, ROOM); /* half of it would fit */
	assert_string_equal(e.note, "no longer text fits");
	assert_int_equal(strlen(e.text), ROOM - 1);
	type(&e, "y");
	entry_key(&e, 'z', ROOM);
	assert_int_equal(strlen(e.text), ROOM);
	for (int i = 0; i < 2 * ENTRY_MAX; i++)
		entry_key(&e, 'w', 10 * ENTRY_MAX);
	assert_int_equal(strlen(e.text), ENTRY_MAX);
}

static void the_owner_gets_its_keys(void **state)
{
	static const uint32_t keys[] = { TERM_KEY_ENTER, TERM_KEY_ESC, TERM_KEY_UP,
					 TERM_KEY_DOWN,  TERM_KEY_TAB, TERM_KEY_F1 };
	struct entry e = { 0 };

	(void)state;
	type(&e, " ");
	assert_true(entry_is_blank(&e));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		assert_false(entry_key(&e, keys[i], ROOM));
	assert_string_equal(e.text, " ");
	type(&e, "b");
	assert_false(entry_is_blank(&e));
	entry_set(&e, "begun");
	type(&e, "!");
	assert_string_equal(e.text, "begun!");
	entry_set(&e, NULL);
	assert_string_equal(e.text, "");
}

/* The row as it is shown, 6 cells wide, with the cursor's column. */
static int shown(const struct entry *e, const char *expected)
{
	struct grid g;
	struct canvas all, box;
	struct strbuf row = STRBUF_INIT;
	int col;

	grid_init(&g, 20, 1);
	all = grid_canvas(&g);
	box = canvas_sub(&all, 3, 0, 6, 1);
	g.cursor_col = -1;
	entry_paint(&box, e, true);
	grid_row_text(&g, 0, &row);
	assert_string_equal(row.buf, expected);
	assert_int_equal(grid_at(&g, 3, 0)->role, ROLE_ENTRY);
	assert_int_equal(grid_at(&g, 9, 0)->role, ROLE_LABEL);
	col = g.cursor_col;
	strbuf_release(&row);
	grid_release(&g);
	return col;
}

static void a_narrow_field_shows_the_part_at_the_cursor(void **state)
{
	struct entry e = { 0 };

	(void)state;
	assert_int_equal(shown(&e, ""), 3);
	type(&e, "12345");
	assert_int_equal(shown(&e, "   12345"), 8);
	type(&e, "678");
	assert_int_equal(shown(&e, "   45678"), 8);
	entry_key(&e, TERM_KEY_HOME, ROOM);
	assert_int_equal(shown(&e, "   123456"), 3);
	entry_set(&e, NULL);
	for (int i = 0; i < 4; i++)
		entry_key(&e, 0x6C34, ROOM); /* each takes two cells */
	assert_int_equal(shown(&e, "   \xe6\xb0\xb4\xe6\xb0\xb4"), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_is_typed_and_corrected_at_the_cursor),
		cmocka_unit_test(characters_of_several_bytes_stay_whole),
		cmocka_unit_test(SEC_29_what_cannot_be_seen_is_not_typed),
		cmocka_unit_test(SEC_17_a_paste_types_nothing),
		cmocka_unit_test(no_more_is_typed_than_fits),
		cmocka_unit_test(the_owner_gets_its_keys),
		cmocka_unit_test(a_narrow_field_shows_the_part_at_the_cursor),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
