/* test_widgets_any.c - whatever is shown at whatever size: nothing leaves its box,
 * nothing foreign gets through, and the tables of kinds and widgets belong together. */
#include "support/test.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "unit/console/bench.h"

static void every_kind_has_a_widget_and_every_widget_a_kind(void **state)
{
	size_t n = 0;

	(void)state;
	for (; screen_kinds[n]; n++) {
		const struct widget_class *w = widget_class_of(screen_kinds[n]);

		assert_non_null(w);
		assert_ptr_equal(w, widget_classes[n]); /* same order */
		assert_non_null(w->draw);
		assert_true(w->abnormal || !screen_kinds[n]->status_cell);
	}
	assert_null(widget_classes[n]);
}

#define SOME_KINDS                                                                       \
	"size = [ 60, 12 ]; picture = \"\n"                                              \
	"{t              } {t:gauge        } {t:bar   } {t:desc }\n"                     \
	"{t:unit} {sp:setpoint     } {p       } {filters:nav  }\n"                       \
	"\n\n{t:spark           }\n"                                                     \
	"\"; zones = \"\n\n\nTTTTTTTT AAAAAAAAAAAAAAAAAAAAAAAAA XXXXXXXXX "              \
	"GGGGGGGGGGGG\n"                                                                 \
	"TTTTTTTT AAAAAAAAAAAAAAAAAAAAAAAAA XXXXXXXXX GGGGGGGGGGGG\n\n"                  \
	"PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP SSSSSSSSSS QQQQQQQQQQQQ\n"                       \
	"PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP SSSSSSSSSS QQQQQQQQQQQQ\n"                       \
	"PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP\nPPPPPPPPPPPPPPPPPPPPPPPPPPPPPP\n"               \
	"PPPPPPPPPPPPPPPPPPPPPPPPPPPPPP\n\"; "                                           \
	"fields = { p = { use = \"pump\"; }; }; widgets = { T = { type = \"tank\"; "     \
	"tag = \"t\"; setpoint = \"sp\"; }; A = { type = \"alarms\"; }; "                \
	"X = { type = \"text\"; text = \"some words\"; }; "                              \
	"G = { type = \"gauge\"; tag = \"t\"; }; "                                       \
	"P = { type = \"trend\"; pens = ( \"t\", \"sp\", \"q\" ); setpoint = \"sp\"; "   \
	"}; "                                                                            \
	"S = { type = \"spark\"; tag = \"t\"; }; "                                       \
	"Q = { type = \"trend\"; pens = \"t\"; span = \"1d\"; }; };"

/* The others: what is more than one tag, and what stands upright. */
#define OTHER_KINDS                                                                      \
	"size = [ 60, 12 ]; picture = \"\n"                                              \
	"{m             } {go         } {now:clock     } {t:sp      }\n"                 \
	"{t:time} {t:time           }\n\n\n  {t        }\n\"; zones = \"\n\n\n\n"        \
	"GGGGGGGGGGGGGG BB VVVV TTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"                          \
	"G            G BB VVVV TTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"                          \
	"GGGGGGGGGGGGGG BB VVVV TTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"                          \
	"               BB VVVV\n               BB VVVV\nAAAAAAAAAAAA\n\"; "             \
	"fields = { m = { type = \"mode\"; tag = \"t\"; choices = ( { value = 0; text "  \
	"= \"MAN\"; }, { value = true; text = \"AUTO\"; } ); }; go = { type = "          \
	"\"button\"; write = \"t_sp\"; value = 1; text = \"START\"; needs = \"a "        \
	"supervisor\"; }; }; "                                                           \
	"widgets = { G = { type = \"group\"; text = \"Tank\"; }; "                       \
	"A = { type = \"group\"; area = \"intake\"; tags = \"t\"; to = \"s\"; }; "       \
	"B = { type = \"bar\"; tag = \"t\"; }; "                                         \
	"V = { type = \"gauge\"; tag = \"t\"; setpoint = \"t_sp\"; }; "                  \
	"T = { type = \"table\"; rows = ( \"p\", \"t\" ); columns = ( { tag = \".\"; "   \
	"use = \"pump\"; }, { tag = \"_sp\"; decimals = 3; } ); }; };"

static const char *const all_kinds[] = { SOME_KINDS, OTHER_KINDS };
enum { SCREENS = sizeof(all_kinds) / sizeof(all_kinds[0]) };

static void every_kind_is_drawn_by_these_tests(void **state)
{
	struct bench b[SCREENS];

	(void)state;
	for (int i = 0; i < SCREENS; i++)
		bench_open(&b[i], all_kinds[i]);
	for (size_t k = 0; screen_kinds[k]; k++) {
		bool drawn = false;

		for (int i = 0; i < SCREENS; i++)
			for (size_t n = 0; n < b[i].screen->n_items; n++)
				drawn |= b[i].screen->items[n].kind == screen_kinds[k];
		if (!drawn)
			fail_msg("no %s is drawn: add it to one of the screens",
				 screen_kinds[k]->name);
	}
	for (int i = 0; i < SCREENS; i++)
		bench_close(&b[i]);
}

static void cells_are_safe(const struct grid *g)
{
	for (int row = 0; row < g->rows; row++) {
		for (int col = 0; col < g->cols; col++) {
			const struct cell *cell = grid_at(g, col, row);

			assert_true(cell->cp == 0 || utf8_is_safe(cell->cp));
			assert_true(cell->role < ROLE_COUNT);
		}
	}
}

static unsigned rnd(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 8) % n;
}

static unsigned past_seed = 1;

/* A past in which anything may stand. */
static bool any_past(void *arg, const struct trend_ask *ask, struct trend_bucket *out,
		     struct trend_about *about)
{
	static const double numbers[] = { 0, 3.3, -1e9, 1e38, -1e308, 6.0, 5.5, 1e308 };

	(void)arg;
	*about = (struct trend_about){
		.told_end = ask->end - (int64_t)rnd(&past_seed, 3),
		.began_ms = (int64_t)rnd(&past_seed, 2000000),
		.from_restart = rnd(&past_seed, 2),
		.refusal = rnd(&past_seed, 2) ? "\033[31mno" : "",
	};
	for (size_t i = 0; i < ask->n; i++) {
		double a = numbers[rnd(&past_seed, 8)], b = numbers[rnd(&past_seed, 8)];

		out[i] = (struct trend_bucket){
			.known = rnd(&past_seed, 4) != 0,
			.has_range = rnd(&past_seed, 4) != 0,
			.has_last = rnd(&past_seed, 4) != 0,
			.min = a < b ? a : b,
			.max = a < b ? b : a,
			.last = numbers[rnd(&past_seed, 8)],
			.worst = (quality)rnd(&past_seed, 65536),
			.end = rnd(&past_seed, 2)
				       ? QUALITY_MAKE(QUALITY_BAD, REASON_STALE)
				       : (quality)rnd(&past_seed, 65536),
		};
	}
	return rnd(&past_seed, 8) != 0;
}

static void show_evil(size_t screen, const char *evil, unsigned e)
{
	struct strbuf text = STRBUF_INIT;
	struct bench b;
	struct grid g;

	bench_open(&b, all_kinds[screen]);
	b.src.trend = any_past;
	for (size_t i = 0; i < b.screen->n_tags; i++) {
		b.meta[i].unit = b.meta[i].description = b.meta[i].area = evil;
		b.live[i].sample.value = e % 3 ? value_string(evil) : value_double(1.0);
		b.live[i].alarm = (uint8_t)(e % 5);
	}
	b.n_alarms = 2;
	b.alarms[0] =
		(struct picture_alarm){ evil, evil, 200, true, true, { INT64_MAX } };
	b.alarms[1] = b.alarms[0];
	b.alarms[1].priority = 0;
	paint(&b, &g);
	cells_are_safe(&g);
	for (size_t i = 0; i < b.screen->n_items; i++) /* the message line cleans it */
		picture_describe(b.screen, &b.src, (int)i, &text);
	strbuf_release(&text);
	grid_release(&g);
	bench_close(&b);
}

static void SEC_15_hostile_text_in_every_field_is_made_visible(void **state)
{
	static const char *const evil[] = {
		"\033[2J\033]0;x\a\033P1;1|q\033\\",
		"\xc2\x9b"
		"31m\xc2\x9d",
		"\r\n\t\b\x7f",
		"\xe2\x80\xae\xe2\x81\xa6\xef\xbb\xbf",
		"\xff\xc0\x80\xed\xa0\x80",
		"a\xcc\x81\xcc\x82\xcc\x83\xcc\x84",
		"\xe6\xb0\xb4\xe6\xb0\xb4\xe6\xb0\xb4",
	};

	(void)state;
	for (size_t e = 0; e < SCREENS * (sizeof(evil) / sizeof(evil[0])); e++) {
		show_evil(e % SCREENS, evil[e / SCREENS], (unsigned)e);
	}
}

static struct sample random_sample(unsigned *seed)
{
	static const double numbers[] = { 0,        3.3, -1e9,    1e38,   -1e308, NAN,
					  INFINITY, 6.0, 5.99999, 1e-300, -0.0,   5.5 };
	struct sample s = { .quality = (quality)rnd(seed, 65536),
			    .source_time = { (int64_t)rnd(seed, 1000000) - 10 } };

	if (rnd(seed, 2))
		s.quality = (quality)(rnd(seed, 2) ? 0 : QUALITY_MAKE(2, rnd(seed, 13)));
	switch (rnd(seed, 5)) {
	case 0:
		s.value = value_bool(rnd(seed, 2));
		break;
	case 1:
		s.value = value_int((int64_t)rnd(seed, 1000) * INT64_C(9000000000000));
		break;
	case 2:
		s.value = value_string("AUTO \033[31m");
		break;
	case 3:
		break;
	default:
		s.value = value_double(numbers[rnd(seed, 12)]);
	}
	return s;
}

static void random_tags(struct bench *b, unsigned *seed)
{
	for (size_t i = 0; i < b->screen->n_tags; i++) {
		b->live[i].sample = random_sample(seed);
		b->live[i].alarm = (uint8_t)rnd(seed, 7);
		b->live[i].unacked = rnd(seed, 2);
		b->live[i].disabled = rnd(seed, 2);
		b->meta[i].has_range = rnd(seed, 4) != 0;
		b->meta[i].lo = rnd(seed, 8) ? 0 : NAN;
		b->meta[i].hi = rnd(seed, 8) ? 6 : -1e308;
		b->meta[i].decimals = (int)rnd(seed, 10);
		b->meta[i].n_limits = rnd(seed, 5);
	}
}

enum { OUTSIDE = 0x2593 };

/* A canvas of that size in a grid with a border that nobody may touch. */
static struct canvas bordered(struct grid *g, int cols, int rows)
{
	struct canvas all;

	grid_init(g, cols + 2, rows + 2);
	all = grid_canvas(g);
	canvas_fill(&all, OUTSIDE, ROLE_KEY);
	return canvas_sub(&all, 1, 1, cols, rows);
}

static void border_is_whole(const struct grid *g)
{
	cells_are_safe(g);
	for (int i = 0; i < g->cols; i++) {
		assert_int_equal(grid_at(g, i, 0)->cp, OUTSIDE);
		assert_int_equal(grid_at(g, i, g->rows - 1)->cp, OUTSIDE);
	}
	for (int i = 0; i < g->rows; i++) {
		assert_int_equal(grid_at(g, 0, i)->cp, OUTSIDE);
		assert_int_equal(grid_at(g, g->cols - 1, i)->cp, OUTSIDE);
	}
}

static void random_source(struct bench *b, unsigned *seed)
{
	random_tags(b, seed);
	b->src.lost = rnd(seed, 4) == 0;
	b->src.tier = (enum glyph_tier)rnd(seed, GLYPHS_TIER_COUNT);
	b->src.now.wall.ms = (int64_t)rnd(seed, 2000000);
	b->n_alarms = rnd(seed, 3);
	for (size_t i = 0; i < b->n_alarms; i++)
		b->alarms[i] = (struct picture_alarm){ .name = "a",
						       .message = "something",
						       .priority = (uint8_t)rnd(seed, 8),
						       .active = rnd(seed, 2),
						       .unacked = rnd(seed, 2) };
}

/* Random sizes and values: nothing is drawn outside the canvas it was given. */
static void any_size_and_any_value_stay_inside(void **state)
{
	unsigned seed = 1;
	struct bench b;

	(void)state;
	for (int screen = 0; screen < SCREENS; screen++) {
		bench_open(&b, all_kinds[screen]);
		b.src.trend = any_past;
		for (int round = 0; round < 2500; round++) {
			int cols = 1 + (int)rnd(&seed, 300),
			    rows = 1 + (int)rnd(&seed, 100);
			int selected = (int)rnd(&seed, 24) - 2;
			struct canvas c;
			struct grid g;

			random_source(&b, &seed);
			c = bordered(&g, cols, rows);
			picture_paint(&c, b.screen, &b.src, selected);
			border_is_whole(&g);
			grid_release(&g);
		}
		bench_close(&b);
	}
}

/* Each widget alone in a box of any size, from one cell on: drawn, nothing beside it. */
static void every_widget_stays_in_a_box_of_any_size(void **state)
{
	unsigned seed = 7;
	struct bench b;

	(void)state;
	for (int screen = 0; screen < SCREENS; screen++) {
		bench_open(&b, all_kinds[screen]);
		b.src.trend = any_past;
		for (int round = 0; round < 6000; round++) {
			const struct screen_item *item =
				&b.screen->items[rnd(&seed, (unsigned)b.screen->n_items)];
			int cols = 1 + (int)rnd(&seed, round % 2 ? 4 : 40);
			int rows = 1 + (int)rnd(&seed, round % 3 ? 3 : 12);
			struct widget_draw d = { .screen = b.screen,
						 .item = item,
						 .src = &b.src };
			struct grid g;

			random_source(&b, &seed);
			d.c = bordered(&g, cols, rows);
			widget_class_of(item->kind)->draw(&d);
			border_is_whole(&g);
			grid_release(&g);
		}
		bench_close(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_a_widget_and_every_widget_a_kind),
		cmocka_unit_test(SEC_15_hostile_text_in_every_field_is_made_visible),
		cmocka_unit_test(every_kind_is_drawn_by_these_tests),
		cmocka_unit_test(every_widget_stays_in_a_box_of_any_size),
		cmocka_unit_test(any_size_and_any_value_stay_inside),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
