/* test_widgets.c - every widget in every state of a value: what is not good never looks
 * like what is. */
#include "support/test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/glyph.h"
#include "unit/console/bench.h"
#include "util/strbuf.h"

#define VALUE_SCREEN "size = [ 16, 1 ]; picture = \"\n{t             }\n\";"

static void a_good_value_is_right_aligned_with_a_dim_unit(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	set_number(&b, "t", 4.2, 0);
	shows(&b, "          4.20 m");
	assert_int_equal(role_at(&b, 10, 0), ROLE_VALUE);
	assert_int_equal(role_at(&b, 15, 0), ROLE_UNIT);
	b.meta[0].writable = true;
	assert_int_equal(role_at(&b, 10, 0), ROLE_SETPOINT);
	assert_int_equal(role_at(&b, 9, 0),
			 ROLE_LABEL); /* the blanks are not underlined */
	bench_close(&b);
}

static void HM_14_every_quality_has_its_own_look(void **state)
{
	static const struct {
		quality q;
		const char *want;
		enum role role;
	} looks[] = {
		{ 0, "          4.20 m", ROLE_VALUE },
		{ QUALITY_MAKE(QUALITY_BAD, REASON_COMM), "?         #### m", ROLE_BAD },
		{ QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE), "?         #### m",
		  ROLE_BAD },
		{ QUALITY_MAKE(QUALITY_BAD, REASON_STALE), "~75s      4.20 m",
		  ROLE_STALE },
		{ QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE), "u         4.20 m",
		  ROLE_UNCERTAIN },
		{ QUALITY_SUBSTITUTED, "S         4.20 m", ROLE_UNCERTAIN },
		{ QUALITY_SIMULATED, "T         4.20 m", ROLE_UNCERTAIN },
		{ QUALITY_RETAINED, "          4.20 m", ROLE_VALUE },
		{ 0xFFFF, "?         #### m",
		  ROLE_BAD }, /* no version of ours writes it */
	};
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		set_number(&b, "t", 4.2, looks[i].q);
		shows(&b, looks[i].want);
		assert_int_equal(role_at(&b, 11, 0), looks[i].role);
	}
	bench_close(&b);
}

static void a_bad_quality_mark_goes_before_the_alarm_mark(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	b.live[0].alarm = 2;
	set_number(&b, "t", 4.2, 0);
	shows(&b, "▲         4.20 m");
	assert_int_equal(role_at(&b, 0, 0), ROLE_ALARM_HIGH);
	b.live[0].unacked = true;
	assert_int_equal(role_at(&b, 0, 0), ROLE_ALARM_HIGH_UNACK);
	set_number(&b, "t", 4.2, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows(&b, "?▲        #### m");
	set_number(&b, "t", 4.2, QUALITY_SUBSTITUTED);
	shows(&b, "▲S        4.20 m");
	b.live[0].disabled = true;
	shows(&b, "▲Sx       4.20 m");
	b.live[0].alarm = 0;
	set_number(&b, "t", 4.2, 0);
	shows(&b, "x         4.20 m");
	bench_close(&b);
}

static void HM_03_alarm_marks_are_shapes(void **state)
{
	static const char *const want[] = { "■", "▲", "▼", "●", "◇" };
	static const char *const ascii[] = { "#", "^", "v", "o", "d" };
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	set_number(&b, "t", 4.2, 0);
	for (int p = 1; p <= GLYPH_PRIORITIES; p++) {
		char line[64];

		b.live[0].alarm = (uint8_t)p;
		snprintf(line, sizeof(line), "%s         4.20 m", want[p - 1]);
		shows(&b, line);
		snprintf(line, sizeof(line), "%s         4.20 m", ascii[p - 1]);
		shows_in(&b, GLYPHS_ASCII, line);
		assert_int_equal(role_at(&b, 0, 0), ROLE_ALARM_CRITICAL + p - 1);
	}
	bench_close(&b);
}

static void HM_15_nothing_is_live_once_the_server_is_lost(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	set_number(&b, "t", 4.2, 0);
	b.src.lost = true;
	shows(&b, "~75s      4.20 m");
	set_number(&b, "t", 4.2, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows(&b, "?         #### m");
	bench_close(&b);
}

static void numbers_that_are_none_or_do_not_fit_are_never_shown(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	set_number(&b, "t", NAN, 0);
	shows(&b, "?         #### m");
	set_number(&b, "t", INFINITY, 0);
	shows(&b, "?         #### m");
	set_number(&b, "t", 1e38, 0);
	shows(&b, " ###############");
	set_number(&b, "t", -0.0001, 0);
	shows(&b, "          0.00 m");
	set_number(&b, "t", 12345678901.25, 0); /* without its unit it fits */
	shows(&b, "  12345678901.25");
	b.live[0].sample.value = (struct value){ 0 };
	shows(&b, "?         #### m");
	bench_close(&b);
}

static void texts_and_bools_are_values_too(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	b.meta[0].unit = "";
	b.meta[0].type = VALUE_STRING;
	b.live[0].sample.value = value_string("AUTO");
	shows(&b, " AUTO");
	b.live[0].sample.value = value_string("a text that is much too long");
	shows(&b, " a text that is>");
	b.meta[0].type = VALUE_BOOL;
	b.live[0].sample.value = value_bool(true);
	shows(&b, "            true");
	b.live[0].sample.value = value_int(-42);
	shows(&b, "             -42");
	bench_close(&b);
}

static void an_unknown_tag_is_bad(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, VALUE_SCREEN);
	b.meta[0].name = NULL;
	shows(&b, "?           ####");
	bench_close(&b);
}

static void the_age_of_a_stale_value_has_one_unit(void **state)
{
	static const struct {
		int64_t s;
		const char *want;
	} ages[] = { { 0, "0s" },      { 119, "119s" },         { 120, "2m" },
		     { 7199, "119m" }, { 7200, "2h" },          { 172800, "2d" },
		     { -5, "" },       { 10000000000, "9999d" } };
	char age[16];

	(void)state;
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		struct sample s = { .source_time = { 1000 } };
		struct now now = { .wall = { 1000 + ages[i].s * 1000 } };

		draw_age(&s, now, age);
		if (now.wall.ms > 0)
			assert_string_equal(age, ages[i].want);
		s.source_time.ms = 0;
		draw_age(&s, now, age);
		assert_string_equal(age, "");
	}
}

/* --- gauge, bar, tank -------------------------------------------------------------- */

#define GAUGE_SCREEN                                                                     \
	"size = [ 25, 1 ]; picture = \"\n{g:gauge                }\n\"; fields = { g = " \
	"{ "                                                                             \
	"tag = \"t\"; setpoint = \"sp\"; }; };"

static void HM_05_a_gauge_shows_the_value_in_its_context(void **state)
{
	static const struct {
		double v;
		quality q;
		const char *want, *ascii;
	} steps[] = {
		{ 3.0, 0, "──┤─┤═══┴═══▼═══════├─├──", "--+-+===+===v=======+-+--" },
		{ 0.0, 0, "▼─┤─┤═══┴═══════════├─├──", "v-+-+===+===========+-+--" },
		{ 6.0, 0, "──┤─┤═══┴═══════════├─├─▼", "--+-+===+===========+-+-v" },
		{ 6.1, 0, "──┤─┤═══┴═══════════├─├─▶", "--+-+===+===========+-+->" },
		{ -9.0, 0, "◀─┤─┤═══┴═══════════├─├──", "<-+-+===+===========+-+--" },
		{ 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
		  "──┤─┤═══┴═══════════├─├──", NULL },
		{ 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_STALE),
		  "──┤─┤═══┴═══▽═══════├─├──", "--+-+===+===~=======+-+--" },
		{ 3.0, QUALITY_SIMULATED, "──┤─┤═══┴═══▽═══════├─├──", NULL },
		{ NAN, 0, "──┤─┤═══┴═══════════├─├──", NULL },
	};
	struct bench b;

	(void)state;
	bench_open(&b, GAUGE_SCREEN);
	set_number(&b, "sp", 2.0, 0);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		set_number(&b, "t", steps[i].v, steps[i].q);
		shows(&b, steps[i].want);
		if (steps[i].ascii)
			shows_in(&b, GLYPHS_ASCII, steps[i].ascii);
	}
	b.meta[tag_of(&b, "t")].n_limits = 0;
	set_number(&b, "t", 3.0, 0);
	shows(&b, "────────┴───▼────────────");
	b.meta[tag_of(&b, "t")].has_range = false;
	shows(&b, "no range");
	bench_close(&b);
}

static void a_setpoint_that_is_not_good_is_not_marked(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, GAUGE_SCREEN);
	set_number(&b, "t", 3.0, 0);
	set_number(&b, "sp", 2.0, QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	shows(&b, "──┤─┤═══════▼═══════├─├──");
	bench_close(&b);
}

static void a_pointer_in_alarm_takes_the_alarms_role(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, GAUGE_SCREEN);
	set_number(&b, "t", 3.0, 0);
	assert_int_equal(role_at(&b, 12, 0), ROLE_VALUE);
	b.live[tag_of(&b, "t")].alarm = 1;
	assert_int_equal(role_at(&b, 12, 0), ROLE_ALARM_CRITICAL);
	set_number(&b, "t", 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	assert_int_equal(role_at(&b, 12, 0), ROLE_STALE);
	bench_close(&b);
}

static void a_bar_fills_in_eighths(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, "size = [ 8, 1 ]; picture = \"\n{t:bar }\n\";");
	set_number(&b, "t", 3.0, 0);
	shows(&b, "████────");
	shows_in(&b, GLYPHS_ASCII, "####----");
	set_number(&b, "t", 3.1, 0); /* 33 of 64 */
	shows(&b, "████▏───");
	set_number(&b, "t", 9.0, 0);
	shows(&b, "████████");
	set_number(&b, "t", -1.0, 0);
	shows(&b, "────────");
	set_number(&b, "t", 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	shows(&b, "░░░░────");
	set_number(&b, "t", 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows(&b, "────?───");
	bench_close(&b);
}

#define TANK_SCREEN                                                                      \
	"size = [ 6, 6 ]; picture = \"\n\n\"; zones = "                                  \
	"\"\nTTTTTT\nTTTTTT\nTTTTTT\nTTTTTT\n"                                           \
	"TTTTTT\nTTTTTT\n\"; widgets = { T = { type = \"tank\"; tag = \"t\"; setpoint "  \
	"= "                                                                             \
	"\"sp\"; }; };"

static void tank_rows(struct bench *b, const char *const want[6])
{
	struct strbuf text = STRBUF_INIT;
	struct grid g;

	paint(b, &g);
	for (int row = 0; row < 6; row++) {
		strbuf_clear(&text);
		grid_row_text(&g, row, &text);
		assert_string_equal(text.buf, want[row]);
	}
	strbuf_release(&text);
	grid_release(&g);
}

static void a_tank_fills_to_its_level_with_limits_on_the_wall(void **state)
{
	static const char *const half[] = {
		"     ◀", "", "", "██████", "█████◀", "█████◀"
	};
	static const char *const more[] = { "     ◀", "",       "▄▄▄▄▄▄",
					    "▶█████", "█████◀", "█████◀" };
	static const char *const full[] = { "█████◀", "██████", "██████",
					    "██████", "█████◀", "█████◀" };
	static const char *const stale[] = { "     ◀", "",       "",
					     "░░░~░░", "░░░░░◀", "░░░░░◀" };
	static const char *const bad[] = { "     ◀", "", "", "   ?", "     ◀", "     ◀" };
	struct bench b;

	(void)state;
	bench_open(&b, TANK_SCREEN);
	set_number(&b, "t", 3.0, 0);
	tank_rows(&b, half);
	set_number(&b, "t", 3.5, 0);
	set_number(&b, "sp", 2.5, 0);
	tank_rows(&b, more);
	set_number(&b, "sp", 2.5, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	set_number(&b, "t", 60, 0);
	tank_rows(&b, full);
	set_number(&b, "t", 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	tank_rows(&b, stale);
	set_number(&b, "t", 3.0, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	tank_rows(&b, bad);
	bench_close(&b);
}

static void a_passed_limit_of_a_tank_stands_out(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, TANK_SCREEN);
	set_number(&b, "t", 5.8, 0);
	assert_int_equal(role_at(&b, 5, 0), ROLE_LIMIT); /* not in alarm: a delay runs */
	b.live[tag_of(&b, "t")].alarm = 1;
	b.live[tag_of(&b, "t")].unacked = true;
	assert_int_equal(role_at(&b, 5, 0), ROLE_ALARM_CRITICAL_UNACK);
	assert_int_equal(role_at(&b, 5, 5), ROLE_LIMIT);
	bench_close(&b);
}

/* --- state -------------------------------------------------------------------------- */

#define STATE_SCREEN                                                                     \
	"size = [ 9, 1 ]; picture = \"\n{p      }\n\"; fields = { p = { use = "          \
	"\"pump\"; }; };"

static void set_bool(struct bench *b, const char *tag, bool v, quality q)
{
	b->live[tag_of(b, tag)].sample =
		(struct sample){ value_bool(v), q, { 1000000 }, { 0 } };
}

static void HM_07_a_state_is_shape_word_and_brightness(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, STATE_SCREEN);
	set_bool(&b, "p.trip", false, 0);
	set_bool(&b, "p.running", true, 0);
	shows(&b, " ● run");
	assert_int_equal(role_at(&b, 3, 0), ROLE_RUNNING);
	set_bool(&b, "p.running", false, 0);
	shows(&b, " ○ stop");
	shows_in(&b, GLYPHS_ASCII, " - stop");
	assert_int_equal(role_at(&b, 3, 0), ROLE_STOPPED);
	set_bool(&b, "p.trip", true, 0);
	shows(&b, " x TRIP");
	b.live[tag_of(&b, "p.trip")].alarm = 1;
	b.live[tag_of(&b, "p.trip")].unacked = true;
	shows(&b, "■x TRIP");
	assert_int_equal(role_at(&b, 0, 0), ROLE_ALARM_CRITICAL_UNACK);
	bench_close(&b);
}

static void a_state_is_not_claimed_from_a_bad_operand(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b, STATE_SCREEN);
	set_bool(&b, "p.trip", false, 0);
	set_bool(&b, "p.running", true, QUALITY_MAKE(QUALITY_BAD, REASON_COMM));
	shows(&b, "? comm");
	assert_int_equal(role_at(&b, 2, 0), ROLE_BAD);
	/* the first state does not need the bad one */
	set_bool(&b, "p.trip", true, 0);
	shows(&b, " x TRIP");
	/* stale: the last known state, dimmed */
	set_bool(&b, "p.trip", false, 0);
	set_bool(&b, "p.running", true, QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	shows(&b, "~● run");
	assert_int_equal(role_at(&b, 3, 0), ROLE_STALE);
	set_bool(&b, "p.running", true, QUALITY_SIMULATED);
	shows(&b, "T● run");
	assert_int_equal(role_at(&b, 3, 0), ROLE_UNCERTAIN);
	set_bool(&b, "p.running", true, 0);
	b.src.lost = true;
	shows(&b, "~● run");
	bench_close(&b);
}

/* --- nav, text, alarms, desc, unit ----------------------------------------------- */

static void nav_reads_as_something_to_press(void **state)
{
	struct bench b;

	(void)state;
	bench_open(
		&b,
		"size = [ 30, 1 ]; picture = \"\n{filters:nav }{x       }\n\"; fields = "
		"{ x = { type = \"nav\"; to = \"nowhere\"; text = \"Gone\"; }; };");
	shows(&b, "[>filters]    [?Gone]");
	bench_close(&b);
}

static void texts_break_at_blanks(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct bench b;
	struct grid g;

	(void)state;
	bench_open(
		&b,
		"size = [ 12, 3 ]; picture = \"\n\n\"; zones = \"\nAAAAAAAAAAAA\n"
		"AAAAAAAAAAAA\nAAAAAAAAAAAA\n\"; widgets = { A = { type = \"text\"; "
		"text = \"Open V-101 before the pump starts\"; role = \"title\"; }; };");
	paint(&b, &g);
	for (int row = 0; row < 3; row++) {
		grid_row_text(&g, row, &text);
		strbuf_addch(&text, '|');
	}
	assert_string_equal(text.buf, "Open V-101|before the|pump starts|");
	assert_int_equal(grid_at(&g, 0, 0)->role, ROLE_TITLE);
	grid_release(&g);
	strbuf_release(&text);
	bench_close(&b);
}

static void the_alarm_list_says_what_it_leaves_out(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct bench b;
	struct grid g;

	(void)state;
	bench_open(&b,
		   "size = [ 30, 2 ]; picture = \"\n\n\"; zones = \"\n"
		   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\"; "
		   "widgets = { A = { type = \"alarms\"; }; };");
	shows(&b, "no alarms");
	b.n_alarms = 3;
	b.alarms[0] = (struct picture_alarm){ "a",  "Raw water tank high", 1, true,
					      true, { 36000000 } };
	b.alarms[1] = (struct picture_alarm){ "b", "B", 2, true, false, { 0 } };
	paint(&b, &g);
	for (int row = 0; row < 2; row++) {
		grid_row_text(&g, row, &text);
		strbuf_addch(&text, '|');
	}
	assert_string_equal(text.buf, "■1* 10:00 Raw water tank high|and 2 more|");
	grid_release(&g);
	b.n_alarms = 2;
	paint(&b, &g);
	strbuf_clear(&text);
	grid_row_text(&g, 1, &text);
	assert_string_equal(text.buf, "▲2  00:00 B");
	grid_release(&g);
	strbuf_release(&text);
	bench_close(&b);
}

static void description_and_unit_are_views(void **state)
{
	struct bench b;

	(void)state;
	bench_open(&b,
		   "size = [ 30, 1 ]; picture = \"\n{t:desc            } {t:unit}\n\";");
	shows(&b, "Level of the tank    m");
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_value_is_right_aligned_with_a_dim_unit),
		cmocka_unit_test(HM_14_every_quality_has_its_own_look),
		cmocka_unit_test(a_bad_quality_mark_goes_before_the_alarm_mark),
		cmocka_unit_test(HM_03_alarm_marks_are_shapes),
		cmocka_unit_test(HM_15_nothing_is_live_once_the_server_is_lost),
		cmocka_unit_test(numbers_that_are_none_or_do_not_fit_are_never_shown),
		cmocka_unit_test(texts_and_bools_are_values_too),
		cmocka_unit_test(an_unknown_tag_is_bad),
		cmocka_unit_test(the_age_of_a_stale_value_has_one_unit),
		cmocka_unit_test(HM_05_a_gauge_shows_the_value_in_its_context),
		cmocka_unit_test(a_setpoint_that_is_not_good_is_not_marked),
		cmocka_unit_test(a_pointer_in_alarm_takes_the_alarms_role),
		cmocka_unit_test(a_bar_fills_in_eighths),
		cmocka_unit_test(a_tank_fills_to_its_level_with_limits_on_the_wall),
		cmocka_unit_test(a_passed_limit_of_a_tank_stands_out),
		cmocka_unit_test(HM_07_a_state_is_shape_word_and_brightness),
		cmocka_unit_test(a_state_is_not_claimed_from_a_bad_operand),
		cmocka_unit_test(nav_reads_as_something_to_press),
		cmocka_unit_test(texts_break_at_blanks),
		cmocka_unit_test(the_alarm_list_says_what_it_leaves_out),
		cmocka_unit_test(description_and_unit_are_views),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
