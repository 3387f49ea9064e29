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

#define ALL_KINDS                                                                        \
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
	struct bench b;
	struct grid g;

	(void)state;
	bench_open(&b, ALL_KINDS);
	b.src.trend = any_past;
	for (size_t e = 0; e < sizeof(evil) / sizeof(evil[0]); e++) {
		for (size_t i = 0; i < b.screen->n_tags; i++) {
			b.meta[i].unit = b.meta[i].description = b.meta[i].area = evil[e];
			b.live[i].sample.value =
				e % 2 ? value_string(evil[e]) : value_double(1.0);
			b.live[i].alarm = (uint8_t)(e % 5);
		}
		b.n_alarms = 2;
		b.alarms[0] = (struct picture_alarm){ evil[e], evil[e], 200,
						      true,    true,    { INT64_MAX } };
		b.alarms[1] = b.alarms[0];
		b.alarms[1].priority = 0;
		paint(&b, &g);
		cells_are_safe(&g);
		grid_release(&g);
	}
	bench_close(&b);
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

/* Random sizes and values: nothing is drawn outside the canvas it was given. */
static void any_size_and_any_value_stay_inside(void **state)
{
	unsigned seed = 1;
	struct bench b;

	(void)state;
	bench_open(&b, ALL_KINDS);
	b.src.trend = any_past;
	for (int round = 0; round < 4000; round++) {
		int cols = 1 + (int)rnd(&seed, 300), rows = 1 + (int)rnd(&seed, 100);
		int selected = (int)rnd(&seed, 20) - 2;
		struct canvas all, c;
		struct grid g;

		random_tags(&b, &seed);
		b.src.lost = rnd(&seed, 4) == 0;
		b.src.tier = (enum glyph_tier)rnd(&seed, GLYPHS_TIER_COUNT);
		b.src.now.wall.ms = (int64_t)rnd(&seed, 2000000);
		grid_init(&g, cols + 2, rows + 2);
		all = grid_canvas(&g);
		canvas_fill(&all, 0x2593, ROLE_KEY);
		c = canvas_sub(&all, 1, 1, cols, rows);
		picture_paint(&c, b.screen, &b.src, selected);
		cells_are_safe(&g);
		for (int i = 0; i < cols + 2; i++) {
			assert_int_equal(grid_at(&g, i, 0)->cp, 0x2593);
			assert_int_equal(grid_at(&g, i, rows + 1)->cp, 0x2593);
		}
		for (int i = 0; i < rows + 2; i++) {
			assert_int_equal(grid_at(&g, 0, i)->cp, 0x2593);
			assert_int_equal(grid_at(&g, cols + 1, i)->cp, 0x2593);
		}
		grid_release(&g);
	}
	bench_close(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_has_a_widget_and_every_widget_a_kind),
		cmocka_unit_test(SEC_15_hostile_text_in_every_field_is_made_visible),
		cmocka_unit_test(any_size_and_any_value_stay_inside),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
