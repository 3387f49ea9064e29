/* test_widgets_more.c - modes, buttons, groups, tables, ways, clocks, upright scales:
 * what they say of a value that is not good, and of what they stand for. */
#include "support/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/glyph.h"
#include "unit/console/bench.h"
#include "util/strbuf.h"

/* Rows of the picture, trailing blanks cut, joined by newlines. */
static void shows_rows(struct bench *b, enum glyph_tier tier, const char *want)
{
	struct strbuf all = STRBUF_INIT, row = STRBUF_INIT;
	struct grid g;

	paint(b, &g);
	glyph_to_tier(&g, tier);
	for (int i = 0; i < g.rows; i++) {
		strbuf_clear(&row);
		grid_row_text(&g, i, &row);
		strbuf_addf(&all, "%s%s", i ? "\n" : "", row.buf);
	}
	assert_string_equal(all.buf, want);
	strbuf_release(&all);
	strbuf_release(&row);
	grid_release(&g);
}

#define MODE_SCREEN                                                                      \
	"size = [ 8, 1 ]; picture = \"\n{t     }\n\"; fields = { t = { type = "          \
	"\"mode\"; choices = ( { value = 0; text = \"MAN\"; }, { value = 1; text = "     \
	"\"AUTO\"; }, { value = 2; text = \"CAS\"; } ); }; };"

static void a_mode_is_a_word(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, MODE_SCREEN);
	set_number(&b, "t", 1, 0);
	shows(&b, "  AUTO");
	assert_int_equal(role_at(&b, 2, 0), ROLE_VALUE);
	b.meta[0].writable = true;
	assert_int_equal(role_at(&b, 2, 0), ROLE_SETPOINT);
	set_number(&b, "t", 7, 0); /* no such mode: never the word of another */
	shows(&b, "  7.00");
	assert_int_equal(role_at(&b, 2, 0), ROLE_UNCERTAIN);
	bench_close(&b);
}

static void HM_14_a_mode_that_is_not_good_is_no_word(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, MODE_SCREEN);
	set_number(&b, "t", 1, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows(&b, "? ####");
	assert_int_equal(role_at(&b, 2, 0), ROLE_BAD);
	set_number(&b, "t", 1, QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	shows(&b, "~ AUTO");
	assert_int_equal(role_at(&b, 2, 0), ROLE_STALE);
	set_number(&b, "t", 1, QUALITY_SUBSTITUTED);
	shows(&b, "S AUTO");
	assert_int_equal(role_at(&b, 2, 0), ROLE_UNCERTAIN);
	bench_close(&b);
}

static void a_mode_of_texts_and_of_true_or_false(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "size = [ 8, 1 ]; picture = \"\n{t:mode}\n\"; fields = { t = { "
		       "choices = ( { value = \"A\"; text = \"AUTO\"; }, { value = "
		       "\"M\"; text = \"MAN\"; } ); }; };");
	b.meta[0].type = VALUE_STRING;
	b.live[0].sample.value = value_string("M");
	shows(&b, "  MAN");
	b.live[0].sample.value = value_string("X");
	shows(&b, "  X");
	bench_close(&b);
	bench_open(&b, "size = [ 8, 1 ]; picture = \"\n{t:mode}\n\"; fields = { t = { "
		       "choices = ( { value = false; text = \"MAN\"; }, { value = true; "
		       "text = \"AUTO\"; } ); }; };");
	b.live[0].sample.value = value_bool(true);
	shows(&b, "  AUTO");
	b.live[0].sample.value = value_bool(false);
	shows(&b, "  MAN");
	bench_close(&b);
}

static void a_button_says_when_its_tag_does_not_answer(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "size = [ 10, 1 ]; picture = \"\n{go      }\n\"; fields = { go = { "
		   "type = \"button\"; text = \"START\"; write = \"t\"; value = 1; "
		   "}; };");
	set_number(&b, "t", 0, 0);
	shows(&b, " [START]");
	assert_int_equal(role_at(&b, 1, 0), ROLE_SETPOINT);
	set_number(&b, "t", 0, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows(&b, "?[START]");
	assert_int_equal(role_at(&b, 1, 0), ROLE_BAD);
	set_number(&b, "t", 0, 0);
	b.src.lost = true;
	shows(&b, "~[START]");
	assert_int_equal(role_at(&b, 1, 0), ROLE_STALE);
	bench_close(&b);
}

static void the_setpoint_of_a_tag_has_its_name(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "size = [ 16, 1 ]; picture = \"\n{t:sp          }\n\";");
	assert_int_equal(b.screen->n_tags, 1);
	assert_string_equal(b.screen->tags[0], "t_sp");
	set_number(&b, "t_sp", 4.2, 0);
	shows(&b, "          4.20 m");
	assert_int_equal(role_at(&b, 10, 0), ROLE_SETPOINT);
	bench_close(&b);
	bench_open(&b, "size = [ 16, 1 ]; picture = \"\n{t:sp          }\n\"; fields = "
		       "{ t = { setpoint = \"other\"; }; };");
	assert_string_equal(b.screen->tags[0], "other");
	bench_close(&b);
}

static void a_time_is_that_of_the_source(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "size = [ 24, 3 ]; picture = \"\n{t:time            }\n{t:time "
		       "}\n{u:time}\n\";");
	set_number(&b, "t", 1, 0); /* source: second 1000, now: 1075 */
	shows_rows(&b, GLYPHS_FULL, " 1970-01-01 00:16:40\n 00:16:40\n       -");
	b.src.now.wall.ms += INT64_C(3) * 86400000;
	shows_rows(&b, GLYPHS_FULL, " 1970-01-01 00:16:40\n       3d\n       -");
	b.src.lost = true;
	assert_int_equal(role_at(&b, 8, 1), ROLE_STALE);
	bench_close(&b);
}

static void a_clock_of_a_silent_server_is_marked(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "size = [ 22, 2 ]; picture = \"\n{now:clock}\n"
		       "{now:clock          }\n\";");
	shows_rows(&b, GLYPHS_FULL, "00:17:55\n1970-01-01 00:17:55");
	assert_int_equal(role_at(&b, 0, 0), ROLE_VALUE);
	b.src.lost = true;
	shows_rows(&b, GLYPHS_FULL, "00:17:55  ~\n1970-01-01 00:17:55 ~");
	assert_int_equal(role_at(&b, 0, 0), ROLE_STALE);
	bench_close(&b);
}

#define GROUP_SCREEN                                                                     \
	"size = [ 20, 3 ]; picture = \"\n\n  {t         }\n\"; zones = \"\n"             \
	"GGGGGGGGGGGGGGGG\nG              G\nGGGGGGGGGGGGGGGG\n\"; widgets = { G = { "   \
	"type = \"group\"; text = \"Tank\"; "

static void a_group_has_the_worst_mark_of_what_is_inside(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, GROUP_SCREEN "}; };");
	set_number(&b, "t", 4.2, 0);
	shows_rows(&b, GLYPHS_FULL,
		   "┌── Tank ──────┐\n│       4.20 m │\n└──────────────┘");
	assert_int_equal(role_at(&b, 2, 0), ROLE_PIPE);
	b.live[0].alarm = 2;
	b.live[0].unacked = true;
	shows_rows(&b, GLYPHS_FULL,
		   "┌─▲ Tank ──────┐\n│ ▲     4.20 m │\n└──────────────┘");
	assert_int_equal(role_at(&b, 2, 0), ROLE_ALARM_HIGH_UNACK);
	assert_int_equal(role_at(&b, 1, 0), ROLE_PIPE); /* nothing else of it */
	set_number(&b, "t", 4.2, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows_rows(&b, GLYPHS_ASCII,
		   "+-? Tank ------+\n| ?^    #### m |\n"
		   "+--------------+");
	/* Tab stops at the field, not at its frame as well */
	assert_int_equal(picture_next_abnormal(b.screen, &b.src, PICTURE_NOTHING), 1);
	bench_close(&b);
}

static void a_group_of_tags_or_of_an_area_shows_their_worst(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, GROUP_SCREEN "tags = ( \"a\", \"b\" ); }; };");
	set_number(&b, "t", 4.2, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	set_number(&b, "a", 1, 0);
	set_number(&b, "b", 1, 0);
	assert_int_equal(role_at(&b, 2, 0), ROLE_PIPE); /* t is none of them */
	b.live[tag_of(&b, "a")].alarm = 3;
	b.live[tag_of(&b, "b")].alarm = 1;
	assert_int_equal(role_at(&b, 2, 0), ROLE_ALARM_CRITICAL);
	assert_int_equal(picture_next_abnormal(b.screen, &b.src, PICTURE_NOTHING), 0);
	bench_close(&b);
	bench_open(&b, GROUP_SCREEN "area = \"intake\"; }; };");
	assert_int_equal(role_at(&b, 2, 0), ROLE_PIPE);
	b.n_alarms = 1;
	b.alarms[0] = (struct picture_alarm){ "a", "m", 4, true, false, { 0 } };
	assert_int_equal(role_at(&b, 2, 0), ROLE_ALARM_LOW);
	bench_close(&b);
}

static void a_click_inside_a_frame_finds_what_stands_there(void **state)
{
	struct canvas c;
	struct bench b;
	struct grid g;

	(void)state;
	bench_open(&b, GROUP_SCREEN "}; };");
	grid_init(&g, 20, 3);
	c = grid_canvas(&g);
	assert_int_equal(picture_at(&c, b.screen, PICTURE_NOTHING, 5, 1), 1);
	assert_int_equal(picture_at(&c, b.screen, PICTURE_NOTHING, 5, 0), 0);
	assert_int_equal(picture_at(&c, b.screen, PICTURE_NOTHING, 18, 1),
			 PICTURE_NOTHING);
	/* selected is the title only */
	picture_paint(&c, b.screen, &b.src, 0);
	assert_int_equal(grid_at(&g, 4, 0)->selected, 1);
	assert_int_equal(grid_at(&g, 4, 1)->selected, 0);
	grid_release(&g);
	bench_close(&b);
}

static void a_table_is_made_of_fields(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "size = [ 30, 3 ]; picture = \"\n\n\"; zones = \"\n"
		   "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		   "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n\"; widgets = { T = { type = "
		   "\"table\"; rows = ( \"p\", { name = \"q\"; text = \"Two\"; } ); "
		   "columns = ( { tag = \".\"; use = \"pump\"; text = \"STATE\"; }, { "
		   "tag = \"speed\"; text = \"SPEED m\"; decimals = 1; width = 10; } ); "
		   "}; };");
	set_number(&b, "p.trip", 0, 0);
	set_number(&b, "p.running", 1, 0);
	set_number(&b, "p.speed", 61.25, 0);
	set_number(&b, "q.trip", 1, 0);
	set_number(&b, "q.running", 0, 0);
	set_number(&b, "q.speed", 0, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows_rows(&b, GLYPHS_FULL,
		   "     STATE       SPEED m\np    ● run          61.2\nTwo  x TRIP   ?  "
		   "   ####");
	assert_int_equal(role_at(&b, 17, 0), ROLE_TITLE);
	assert_int_equal(role_at(&b, 5, 2), ROLE_FAULT);
	/* each cell is a stop and says its tag */
	int at = picture_next_abnormal(b.screen, &b.src, PICTURE_NOTHING);
	struct picture_target t = picture_target(b.screen, &b.src, at);

	assert_string_equal(t.tag, "q.speed");
	bench_close(&b);
}

#define UPRIGHT_SCREEN                                                                   \
	"size = [ 6, 7 ]; picture = \"\n\n\"; zones = \"\nG BBB\nG BBB\nG BBB\nG BBB\n"  \
	"G BBB\nG BBB\nG BBB\n\"; widgets = { G = { type = \"gauge\"; tag = \"t\"; "     \
	"setpoint = \"sp\"; }; B = { type = \"bar\"; tag = \"t\"; }; };"

static void in_a_tall_zone_scales_stand_upright(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, UPRIGHT_SCREEN);
	set_number(&b, "t", 3.0, 0);
	set_number(&b, "sp", 4.0, 0);
	/* range 0 to 6, limits 0.5, 1.0, 5.0 and 5.5: a row a metre */
	shows_rows(&b, GLYPHS_FULL, "┴ ···\n┴ ···\n◁ ···\n▶ ▄▄▄\n│ ███\n┬ ███\n· ███");
	shows_rows(&b, GLYPHS_ASCII, "+ ...\n+ ...\n< ...\n> ===\n| ###\n+ ###\n. ###");
	set_number(&b, "t", 9.0, 0);
	assert_int_equal(role_at(&b, 0, 0), ROLE_VALUE);
	shows_rows(&b, GLYPHS_FULL, "↑ ███\n┴ ███\n◁ ███\n│ ███\n│ ███\n┬ ███\n· ███");
	set_number(&b, "t", -9.0, 0);
	shows_rows(&b, GLYPHS_FULL, "┴ ···\n┴ ···\n◁ ···\n│ ···\n│ ···\n┬ ···\n↓ ···");
	bench_close(&b);
}

static void HM_14_an_upright_scale_points_at_nothing_bad(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, UPRIGHT_SCREEN);
	set_number(&b, "t", 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows_rows(&b, GLYPHS_FULL, "┴ ···\n┴ ···\n│ ···\n│ ·?·\n│ ···\n┬ ···\n· ···");
	set_number(&b, "t", 3.0, QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE));
	shows_rows(&b, GLYPHS_FULL, "┴ ···\n┴ ···\n│ ···\n▽ ░░░\n│ ░░░\n┬ ░░░\n· ░░░");
	assert_int_equal(role_at(&b, 0, 3), ROLE_UNCERTAIN);
	b.src.lost = true;
	assert_int_equal(role_at(&b, 0, 3), ROLE_STALE);
	assert_int_equal(role_at(&b, 2, 6), ROLE_STALE);
	bench_close(&b);
}

static void a_nav_says_where_somebody_has_to_go(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "size = [ 20, 1 ]; picture = \"\n{filters:nav}\n\";");
	shows(&b, "[>filters]");
	b.n_alarms = 1;
	b.alarms[0] = (struct picture_alarm){
		.name = "a", .message = "m", .priority = 2, .active = true
	};
	shows(&b, "[>filters]"); /* seen, and known */
	b.alarms[0].unacked = true;
	shows(&b, "[▲filters]");
	assert_int_equal(role_at(&b, 1, 0), ROLE_ALARM_HIGH_UNACK);
	assert_int_equal(picture_next_abnormal(b.screen, &b.src, PICTURE_NOTHING), 0);
	b.alarms[0].unacked = false;
	assert_int_equal(picture_next_abnormal(b.screen, &b.src, PICTURE_NOTHING),
			 PICTURE_NOTHING);
	bench_close(&b);
	bench_open(&b, "size = [ 20, 1 ]; picture = \"\n{nowhere:nav}\n\";");
	shows(&b, "[?nowhere]");
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mode_is_a_word),
		cmocka_unit_test(HM_14_a_mode_that_is_not_good_is_no_word),
		cmocka_unit_test(a_mode_of_texts_and_of_true_or_false),
		cmocka_unit_test(a_button_says_when_its_tag_does_not_answer),
		cmocka_unit_test(the_setpoint_of_a_tag_has_its_name),
		cmocka_unit_test(a_time_is_that_of_the_source),
		cmocka_unit_test(a_clock_of_a_silent_server_is_marked),
		cmocka_unit_test(a_group_has_the_worst_mark_of_what_is_inside),
		cmocka_unit_test(a_group_of_tags_or_of_an_area_shows_their_worst),
		cmocka_unit_test(a_click_inside_a_frame_finds_what_stands_there),
		cmocka_unit_test(a_table_is_made_of_fields),
		cmocka_unit_test(in_a_tall_zone_scales_stand_upright),
		cmocka_unit_test(HM_14_an_upright_scale_points_at_nothing_bad),
		cmocka_unit_test(a_nav_says_where_somebody_has_to_go),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
