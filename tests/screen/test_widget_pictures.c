/* test_widget_pictures.c - every widget in every state of its value, on every kind of
 * terminal: a file a widget and tier, the states below each other with their names.
 * SIGHTGLASS_GOLDEN=write writes them anew; read the difference before you commit it.
 * What must hold of all of them is asserted besides. */
#include "support/test.h"

#include "screen/golden_file.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/glyph.h"
#include "unit/console/bench.h"

#define BAD(reason)       QUALITY_MAKE(QUALITY_BAD, reason)
#define UNCERTAIN(reason) QUALITY_MAKE(QUALITY_UNCERTAIN, reason)

static const char long_text[] = "a text that is longer than any field of it";

static const struct state {
	const char *name;
	double value; /* of 0 to 6; NaN: none */
	quality q;
	uint8_t alarm;
	bool unacked, disabled, lost;
	const char *text;
} states[] = {
	{ "good", .value = 3 },
	{ "critical waits", .value = 5.8, .alarm = 1, .unacked = true },
	{ "high waits", .value = 5.2, .alarm = 2, .unacked = true },
	{ "medium waits", .value = 3, .alarm = 3, .unacked = true },
	{ "low waits", .value = 3, .alarm = 4, .unacked = true },
	{ "diagnostic waits", .value = 3, .alarm = 5, .unacked = true },
	{ "critical seen", .value = 5.8, .alarm = 1 },
	{ "high seen", .value = 5.2, .alarm = 2 },
	{ "medium seen", .value = 3, .alarm = 3 },
	{ "low seen", .value = 3, .alarm = 4 },
	{ "diagnostic seen", .value = 3, .alarm = 5 },
	{ "bad", .value = 3, .q = BAD(REASON_COMM) },
	{ "bad, high waits", .value = 3, .q = BAD(REASON_COMM), .alarm = 2,
	  .unacked = true },
	{ "stale", .value = 3, .q = BAD(REASON_STALE) },
	{ "uncertain", .value = 3, .q = UNCERTAIN(REASON_RANGE) },
	{ "substituted", .value = 3, .q = QUALITY_SUBSTITUTED },
	{ "simulated", .value = 3, .q = QUALITY_SIMULATED },
	{ "shelved", .value = 5.2, .disabled = true },
	{ "above the range", .value = 9 },
	{ "below the range", .value = -2 },
	{ "no value yet", .value = NAN, .q = BAD(REASON_NO_VALUE) },
	{ "number too wide", .value = 123456789012.0 },
	{ "text too long", .text = long_text },
	{ "server lost", .value = 3, .lost = true },
};

enum { STATES = sizeof(states) / sizeof(states[0]), NAME_COLS = 18 };

static const struct shown {
	const char *name, *body;
} shown[] = {
	{ "alarms", "size = [ 30, 3 ]; picture = \"\n\"; zones = \"\n"
		    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n\"; "
		    "widgets = { A = { type = \"alarms\"; }; };" },
	{ "bar", "size = [ 12, 1 ]; picture = \"\n{t:bar     }\n\";" },
	{ "bar-upright", "size = [ 4, 6 ]; picture = \"\n\"; zones = \"\nBB\nBB\nBB\nBB\n"
			 "BB\n\"; widgets = { B = { type = \"bar\"; tag = \"t\"; }; };" },
	{ "button", "size = [ 12, 1 ]; picture = \"\n{go       }\n\"; fields = { go = { "
		    "type = \"button\"; text = \"START\"; write = \"t\"; value = 1; }; "
		    "};" },
	{ "clock", "size = [ 12, 1 ]; picture = \"\n{c:clock }\n\";" },
	{ "desc", "size = [ 14, 1 ]; picture = \"\n{t:desc    }\n\";" },
	{ "gauge", "size = [ 21, 1 ]; picture = \"\n{t:gauge          }\n\"; fields = { "
		   "t = { setpoint = \"sp\"; }; };" },
	{ "gauge-upright",
	  "size = [ 3, 8 ]; picture = \"\n\"; zones = \"\nG\nG\nG\nG\nG\nG\nG\n\"; "
	  "widgets "
	  "= { G = { type = \"gauge\"; tag = \"t\"; setpoint = \"sp\"; }; };" },
	{ "group",
	  "size = [ 18, 4 ]; picture = \"\n\n  {t         }\n\"; zones = \"\n"
	  "GGGGGGGGGGGGGGGG\nG              G\nGGGGGGGGGGGGGGGG\n\"; widgets = { "
	  "G = { type = \"group\"; text = \"Tank\"; }; };" },
	{ "mode", "size = [ 10, 1 ]; picture = \"\n{t:mode  }\n\"; fields = { t = { "
		  "choices = ( { value = 3; text = \"AUTO\"; }, { value = 0; text = "
		  "\"MAN\"; } ); }; };" },
	{ "nav", "size = [ 12, 1 ]; picture = \"\n{intake:nav}\n\";" },
	{ "setpoint", "size = [ 14, 1 ]; picture = \"\n{t:setpoint  }\n\";" },
	{ "sp", "size = [ 14, 1 ]; picture = \"\n{t:sp        }\n\";" },
	{ "state",
	  "size = [ 12, 1 ]; picture = \"\n{p        }\n\"; fields = { p = { use "
	  "= \"pump\"; }; };" },
	{ "table",
	  "size = [ 24, 3 ]; picture = \"\n\"; zones = \"\n"
	  "TTTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTTTT\n\"; widgets = { T = { "
	  "type = \"table\"; rows = ( \"p\" ); columns = ( { tag = \".\"; use = "
	  "\"pump\"; text = \"STATE\"; }, { tag = \"level\"; text = \"LEVEL "
	  "m\"; } ); }; };" },
	{ "tank",
	  "size = [ 10, 6 ]; picture = \"\n\"; zones = \"\nTTTTTTTT\nTTTTTTTT\n"
	  "TTTTTTTT\nTTTTTTTT\nTTTTTTTT\n\"; widgets = { T = { type = \"tank\"; tag "
	  "= \"t\"; setpoint = \"sp\"; }; };" },
	{ "text",
	  "size = [ 14, 3 ]; picture = \"\n\"; zones = \"\nXXXXXXXXXXXX\n"
	  "XXXXXXXXXXXX\n\"; widgets = { X = { type = \"text\"; text = \"Words of "
	  "an engineer\"; }; };" },
	{ "time", "size = [ 10, 1 ]; picture = \"\n{t:time}\n\";" },
	{ "unit", "size = [ 10, 1 ]; picture = \"\n{t:unit}\n\";" },
	{ "value", "size = [ 14, 1 ]; picture = \"\n{t         }\n\";" },
};

enum { SHOWN = sizeof(shown) / sizeof(shown[0]) };

static void set_tag(struct bench *b, size_t i, const struct state *s)
{
	const char *name = b->screen->tags[i];
	struct tag_live *live = &b->live[i];

	*live = (struct tag_live){ .sample = { .source_time = { 1000000 } } };
	if (strcmp(name, "sp") == 0) { /* the scale's setpoint stays what it is */
		live->sample.value = value_double(4);
		return;
	}
	live->sample.quality = s->q;
	live->alarm = s->alarm;
	live->unacked = s->unacked;
	live->disabled = s->disabled;
	if (strstr(name, ".trip"))
		live->sample.value = value_bool(false);
	else if (s->text)
		live->sample.value = value_string(s->text);
	else if (!isnan(s->value))
		live->sample.value = value_double(s->value);
	b->meta[i].writable = strstr(name, "_sp") != NULL;
}

static void set_state(struct bench *b, const struct state *s)
{
	for (size_t i = 0; i < b->screen->n_tags; i++)
		set_tag(b, i, s);
	b->src.lost = s->lost;
	b->n_alarms = s->alarm ? 1 : 0;
	b->alarms[0] = (struct picture_alarm){ .name = "t.high",
					       .message = "Level too high",
					       .priority = s->alarm,
					       .active = true,
					       .unacked = s->unacked,
					       .raised = { 1000000 } };
}

/* All states below each other, with their names on the left. */
static void paint_states(struct bench *b, enum glyph_tier tier, struct grid *g)
{
	int rows = b->screen->rows;
	struct canvas all;

	grid_init(g, NAME_COLS + b->screen->cols, rows * STATES);
	all = grid_canvas(g);
	b->src.tier = tier;
	for (int i = 0; i < STATES; i++) {
		struct canvas c =
			canvas_sub(&all, NAME_COLS, i * rows, b->screen->cols, rows);

		set_state(b, &states[i]);
		canvas_text(&all, 0, i * rows, states[i].name, ROLE_LABEL);
		picture_paint(&c, b->screen, &b->src, PICTURE_NOTHING);
	}
	glyph_to_tier(g, tier);
}

static void each_widget_looks_as_it_did_in_every_state(void **state)
{
	struct bench b;
	struct grid g;
	char name[64];

	(void)state;
	for (size_t i = 0; i < SHOWN; i++) {
		bench_open(&b, shown[i].body);
		for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++) {
			paint_states(&b, (enum glyph_tier)tier, &g);
			snprintf(name, sizeof(name), "widget.%s.%s", shown[i].name,
				 glyph_tier_name((enum glyph_tier)tier));
			golden(name, &g);
			grid_release(&g);
		}
		bench_close(&b);
	}
}

/* --- what holds of all of them ------------------------------------------------------ */

static const struct state *state_named(const char *name)
{
	for (int i = 0; i < STATES; i++)
		if (strcmp(states[i].name, name) == 0)
			return &states[i];
	fail_msg("no state \"%s\"", name);
	return NULL;
}

static void paint_state(struct bench *b, const char *name, struct grid *g)
{
	set_state(b, state_named(name));
	b->src.tier = GLYPHS_FULL;
	paint(b, g);
}

/* Only what is abnormal may have a colour: all else has roles that are grey, or pale. */
static void HM_02_a_calm_widget_has_no_role_of_alarm_or_quality(void **state)
{
	struct bench b;
	struct grid g;

	(void)state;
	for (size_t i = 0; i < SHOWN; i++) {
		bench_open(&b, shown[i].body);
		paint_state(&b, "good", &g);
		for (int k = 0; k < g.cols * g.rows; k++)
			if (g.cells[k].role >= ROLE_AUTHOR_END)
				fail_msg("%s: a calm cell of role %s", shown[i].name,
					 role_name((enum role)g.cells[k].role));
		grid_release(&g);
		bench_close(&b);
	}
}

static bool same_cells(const struct grid *a, const struct grid *b)
{
	return memcmp(a->cells, b->cells,
		      (size_t)a->cols * (size_t)a->rows * sizeof(*a->cells)) == 0;
}

/* These say nothing of a value: fixed words, the way, the list, the clock, the time. */
static bool shows_value(const char *name)
{
	static const char *const others[] = { "alarms", "clock", "desc", "nav",
					      "text",   "time",  "unit", NULL };

	for (size_t i = 0; others[i]; i++)
		if (strcmp(name, others[i]) == 0)
			return false;
	return true;
}

static void HM_14_nothing_that_is_not_good_looks_like_what_is(void **state)
{
	static const char *const wrong[] = { "bad",         "stale",       "uncertain",
					     "substituted", "simulated",   "no value yet",
					     "server lost", "medium waits" };
	struct grid good, g;
	struct bench b;

	(void)state;
	for (size_t i = 0; i < SHOWN; i++) {
		if (!shows_value(shown[i].name) ||
		    strncmp(shown[i].name, "bar", 3) == 0 ||
		    strcmp(shown[i].name, "tank") == 0)
			continue;
		bench_open(&b, shown[i].body);
		paint_state(&b, "good", &good);
		for (size_t k = 0; k < sizeof(wrong) / sizeof(wrong[0]); k++) {
			paint_state(&b, wrong[k], &g);
			if (same_cells(&good, &g))
				fail_msg("%s looks the same good and %s", shown[i].name,
					 wrong[k]);
			grid_release(&g);
		}
		grid_release(&good);
		bench_close(&b);
	}
}

/* A bar and a vessel show quality; alarms stand at the value beside them. */
static void HM_14_a_fill_that_is_not_good_is_no_full_block(void **state)
{
	static const char *const fills[] = { "bar", "bar-upright", "tank" };
	static const char *const wrong[] = { "bad",         "stale",     "uncertain",
					     "substituted", "simulated", "no value yet",
					     "server lost" };
	struct bench b;
	struct grid g;

	(void)state;
	for (size_t i = 0; i < SHOWN; i++) {
		for (size_t f = 0; f < 3; f++) {
			if (strcmp(shown[i].name, fills[f]) != 0)
				continue;
			bench_open(&b, shown[i].body);
			for (size_t k = 0; k < 7; k++) {
				paint_state(&b, wrong[k], &g);
				for (int c = 0; c < g.cols * g.rows; c++)
					assert_true(g.cells[c].cp != GLYPH_BLOCK);
				grid_release(&g);
			}
			bench_close(&b);
		}
	}
}

static void HM_03_an_alarm_is_a_shape_before_it_is_a_colour(void **state)
{
	static const char *const named[] = { "critical waits", "high waits",
					     "medium waits", "low waits",
					     "diagnostic waits" };
	static const char *const marked[] = { "button", "group", "mode",  "setpoint",
					      "sp",     "state", "value", NULL };
	struct bench b;
	struct grid g;

	(void)state;
	for (size_t i = 0; i < SHOWN; i++) {
		for (size_t m = 0; marked[m]; m++) {
			if (strcmp(shown[i].name, marked[m]) != 0)
				continue;
			bench_open(&b, shown[i].body);
			for (int p = 1; p <= GLYPH_PRIORITIES; p++) {
				int col = strcmp(marked[m], "group") == 0 ? 2 : 0;

				paint_state(&b, named[p - 1], &g);
				assert_int_equal(grid_at(&g, col, 0)->cp, glyph_alarm(p));
				assert_int_equal(grid_at(&g, col, 0)->role,
						 ROLE_ALARM_CRITICAL_UNACK + p - 1);
				grid_release(&g);
			}
			bench_close(&b);
		}
	}
}

static void a_poor_terminal_gets_what_it_can_draw(void **state)
{
	struct bench b;
	struct grid g;

	(void)state;
	for (size_t i = 0; i < SHOWN; i++) {
		bench_open(&b, shown[i].body);
		paint_states(&b, GLYPHS_ASCII, &g);
		for (int k = 0; k < g.cols * g.rows; k++)
			assert_true(g.cells[k].cp >= ' ' && g.cells[k].cp < 0x7F);
		grid_release(&g);
		bench_close(&b);
	}
}

static void a_number_that_does_not_fit_is_never_cut(void **state)
{
	static const char *const numbers[] = { "mode", "setpoint", "sp", "value", NULL };
	struct bench b;
	struct grid g;

	(void)state;
	for (size_t i = 0; i < SHOWN; i++) {
		for (size_t n = 0; numbers[n]; n++) {
			if (strcmp(shown[i].name, numbers[n]) != 0)
				continue;
			bench_open(&b, shown[i].body);
			paint_state(&b, "number too wide", &g);
			for (int c = 0; c < g.cols; c++) {
				uint32_t cp = grid_at(&g, c, 0)->cp;

				assert_true(cp == '#' || cp == ' ' || cp == 'm');
			}
			grid_release(&g);
			bench_close(&b);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_02_a_calm_widget_has_no_role_of_alarm_or_quality),
		cmocka_unit_test(HM_14_nothing_that_is_not_good_looks_like_what_is),
		cmocka_unit_test(HM_14_a_fill_that_is_not_good_is_no_full_block),
		cmocka_unit_test(HM_03_an_alarm_is_a_shape_before_it_is_a_colour),
		cmocka_unit_test(a_poor_terminal_gets_what_it_can_draw),
		cmocka_unit_test(a_number_that_does_not_fit_is_never_cut),
		cmocka_unit_test(each_widget_looks_as_it_did_in_every_state),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
