/* test_picture.c - the viewport, the way the selection moves, and what Enter is about. */
#include "support/test.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "console/view/picture.h"
#include "util/strbuf.h"

/*           0         1         2         3
 *           0123456789012345678901234567890123456789 */
static const char file_text[] =
	"symbols = { pump = ( { when = \".running\"; text = \"● run\"; }, { text = "
	"\"○ stop\"; } ); };\n"
	"screen = { id = \"s\"; title = \"S\"; level = 2; up = \"top\"; size = [ 40, 6 "
	"];\n"
	"prefix = \"a.\"; picture = \"\n"
	" LEFT       MIDDLE            RIGHT\n"
	" {p1    }   {x1     }         {x2     }\n"
	" plain      {x1:gauge   }\n"
	"            {sp     }         {x3     }\n"
	"\n"
	" {top:nav  }                  {x4     }\n"
	"\"; fields = { p1 = { use = \"pump\"; }; }; };\n";

static struct tag_meta meta[16];
static struct tag_live live[16];
static struct screen_set *set;
static const struct screen *s;

static const struct tag_meta *get_meta(void *arg, uint32_t tag)
{
	(void)arg;
	return &meta[tag];
}

static const struct tag_live *get_live(void *arg, uint32_t tag)
{
	(void)arg;
	return &live[tag];
}

static struct picture_source source(void)
{
	return (struct picture_source){ .meta = get_meta, .live = get_live };
}

static int setup(void **state)
{
	const struct screen_file file = { "s.cfg", file_text };
	struct diag_list diags = DIAG_LIST_INIT;

	(void)state;
	set = screen_set_load(&file, 1, &diags);
	assert_int_equal(diags.n, 0);
	s = screen_set_find(set, "s");
	for (size_t i = 0; i < s->n_tags; i++) {
		meta[i] =
			(struct tag_meta){ .name = s->tags[i],
					   .unit = "m",
					   .description = "Thing",
					   .area = "a",
					   .type = VALUE_DOUBLE,
					   .has_range = true,
					   .hi = 10,
					   .decimals = 1,
					   .writable = strstr(s->tags[i], "sp") != NULL };
		live[i] = (struct tag_live){ .sample = { .value = value_double(5) } };
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	screen_set_free(set);
	return 0;
}

static int item(const char *name)
{
	int i = picture_find(s, name);

	assert_true(i >= 0);
	return i;
}

static void painted(int cols, int rows, int selected, struct grid *g)
{
	const struct picture_source src = source();

	grid_init(g, cols, rows);
	const struct canvas c = grid_canvas(g);

	picture_paint(&c, s, &src, selected);
}

static void row_is(const struct grid *g, int row, const char *want)
{
	struct strbuf text = STRBUF_INIT;

	grid_row_text(g, row, &text);
	assert_string_equal(text.buf, want);
	strbuf_release(&text);
}

static void a_larger_canvas_shows_the_screen_at_the_top_left(void **state)
{
	struct grid g;

	(void)state;
	painted(60, 10, PICTURE_NOTHING, &g);
	row_is(&g, 0, " LEFT       MIDDLE            RIGHT");
	row_is(&g, 1, "  ● run         5.0 m             5.0 m");
	row_is(&g, 9, "");
	assert_int_equal(g.cursor_col, -1);
	grid_release(&g);
}

static void a_smaller_canvas_follows_the_selection(void **state)
{
	struct grid g;

	(void)state;
	painted(20, 3, PICTURE_NOTHING, &g);
	row_is(&g, 0, " LEFT       MIDDLE");
	grid_release(&g);
	painted(20, 3, item("x4"), &g);
	row_is(&g, 2, "              5.0 m");
	assert_int_equal(g.cursor_col, 10);
	assert_int_equal(g.cursor_row, 2);
	assert_true(grid_at(&g, 10, 2)->selected);
	assert_true(grid_at(&g, 18, 2)->selected);
	assert_false(grid_at(&g, 19, 2)->selected);
	assert_false(grid_at(&g, 9, 2)->selected);
	grid_release(&g);
	painted(1, 1, item("x4"), &g);
	assert_int_equal(g.cursor_col, 0);
	grid_release(&g);
}

/* A gauge at the edge is cut, not squeezed: its scale stays true. */
static void a_cut_gauge_keeps_its_scale(void **state)
{
	struct grid whole, part;

	(void)state;
	painted(40, 6, PICTURE_NOTHING, &whole);
	painted(18, 6, PICTURE_NOTHING, &part);
	for (int col = 12; col < 18; col++)
		assert_int_equal(grid_at(&part, col, 2)->cp, grid_at(&whole, col, 2)->cp);
	grid_release(&whole);
	grid_release(&part);
}

static void next_and_previous_go_round_in_drawing_order(void **state)
{
	static const char *const order[] = { "p1", "x1", "x2", "sp", "x3", "top", "x4" };
	int at = PICTURE_NOTHING;

	(void)state;
	for (int i = 0; i < 15; i++) {
		at = picture_move(s, at, PICTURE_NEXT);
		assert_string_equal(s->items[at].name, order[i % 7]);
		assert_string_not_equal(s->items[at].kind->name, "gauge");
	}
	for (int i = 0; i < 15; i++)
		at = picture_move(s, at, PICTURE_PREVIOUS);
	assert_string_equal(s->items[at].name, "x4");
	assert_int_equal(picture_move(s, at, PICTURE_FIRST), item("p1"));
	assert_int_equal(picture_move(s, PICTURE_NOTHING, PICTURE_PREVIOUS), item("x4"));
	assert_int_equal(picture_move(s, 999, PICTURE_DOWN), item("p1"));
}

static void arrows_go_by_position(void **state)
{
	(void)state;
	assert_int_equal(picture_move(s, item("x2"), PICTURE_DOWN), item("x3"));
	assert_int_equal(picture_move(s, item("x3"), PICTURE_DOWN), item("x4"));
	assert_int_equal(picture_move(s, item("x4"), PICTURE_DOWN), item("x4"));
	assert_int_equal(picture_move(s, item("x4"), PICTURE_LEFT), item("top"));
	assert_int_equal(picture_move(s, item("top"), PICTURE_UP), item("p1"));
	assert_int_equal(picture_move(s, item("x1"), PICTURE_DOWN), item("sp"));
	assert_int_equal(picture_move(s, item("x1"), PICTURE_RIGHT), item("x2"));
	assert_int_equal(picture_move(s, item("p1"), PICTURE_LEFT), item("p1"));
}

static void the_next_abnormal_field_is_found(void **state)
{
	const struct picture_source src = source();

	(void)state;
	assert_int_equal(picture_next_abnormal(s, &src, PICTURE_NOTHING),
			 PICTURE_NOTHING);
	live[s->items[item("x3")].tag].alarm = 2;
	live[s->items[item("x1")].tag].sample.quality =
		QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
	assert_int_equal(picture_next_abnormal(s, &src, PICTURE_NOTHING), item("x1"));
	assert_int_equal(picture_next_abnormal(s, &src, item("x1")), item("x3"));
	assert_int_equal(picture_next_abnormal(s, &src, item("x3")), item("x1"));
}

static void a_target_says_what_enter_is_about(void **state)
{
	const struct picture_source src = source();
	struct picture_target t = picture_target(s, &src, item("sp"));

	(void)state;
	assert_string_equal(t.tag, "a.sp");
	assert_true(t.writable);
	assert_null(t.to);
	t = picture_target(s, &src, item("x1"));
	assert_false(t.writable);
	t = picture_target(s, &src, item("top"));
	assert_string_equal(t.to, "top");
	assert_null(t.tag);
	t = picture_target(s, &src, item("p1"));
	assert_null(t.tag);
	assert_int_equal(t.tag_index, SCREEN_NO_TAG);
	t = picture_target(s, &src, PICTURE_NOTHING);
	assert_null(t.item);
}

static void a_cell_knows_its_item(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, 20, 3);
	const struct canvas c = grid_canvas(&g);

	assert_int_equal(picture_at(&c, s, PICTURE_NOTHING, 3, 1), item("p1"));
	assert_int_equal(picture_at(&c, s, PICTURE_NOTHING, 3, 0), PICTURE_NOTHING);
	assert_int_equal(picture_at(&c, s, item("x4"), 12, 2), item("x4"));
	grid_release(&g);
}

static void a_selection_is_described_in_words(void **state)
{
	const struct picture_source src = source();
	struct strbuf text = STRBUF_INIT;

	(void)state;
	picture_describe(s, &src, item("x1"), &text);
	assert_string_equal(text.buf, "a.x1  5.0 m  good  Thing");
	live[s->items[item("x1")].tag].sample.quality =
		(quality)(QUALITY_MAKE(QUALITY_BAD, REASON_COMM) | QUALITY_RETAINED);
	strbuf_clear(&text);
	picture_describe(s, &src, item("x1"), &text);
	assert_string_equal(text.buf,
			    "a.x1  bad: the device does not answer (retained)  Thing");
	strbuf_clear(&text);
	picture_describe(s, &src, item("top"), &text);
	assert_string_equal(text.buf, "Enter goes to the screen \"top\"");
	strbuf_clear(&text);
	picture_describe(s, &src, item("p1"), &text);
	assert_string_equal(text.buf, "a.p1  ● run");
	strbuf_clear(&text);
	picture_describe(s, &src, PICTURE_NOTHING, &text);
	assert_string_equal(text.buf, "");
	strbuf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_larger_canvas_shows_the_screen_at_the_top_left, setup,
			teardown),
		cmocka_unit_test_setup_teardown(a_smaller_canvas_follows_the_selection,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_cut_gauge_keeps_its_scale, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			next_and_previous_go_round_in_drawing_order, setup, teardown),
		cmocka_unit_test_setup_teardown(arrows_go_by_position, setup, teardown),
		cmocka_unit_test_setup_teardown(the_next_abnormal_field_is_found, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_target_says_what_enter_is_about, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_cell_knows_its_item, setup, teardown),
		cmocka_unit_test_setup_teardown(a_selection_is_described_in_words, setup,
						teardown),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
