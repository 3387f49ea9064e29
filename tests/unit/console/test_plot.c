/* test_plot.c - trends and sparklines cell by cell: what is drawn, in each tier, of what
 * was good, gone, stale or out of the scale. */
#include "support/test.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>

#include "console/widget/plot.h"
#include "unit/console/bench.h"

enum {
	STALE = QUALITY_MAKE(QUALITY_BAD, REASON_STALE),
	GONE = QUALITY_MAKE(QUALITY_BAD, REASON_COMM)
};

/* A past for each tag of the bench, newest last; a bucket of the window is a bucket of
 * this. */
struct past {
	struct bench b; /* first: the source's arg */
	struct trend_bucket v[4][400];
	size_t n[4];
	int64_t late; /* buckets that are not told yet */
	struct trend_about about;
	struct trend_ask asked;
};

static bool past_trend(void *arg, const struct trend_ask *ask, struct trend_bucket *out,
		       struct trend_about *about)
{
	struct past *p = arg;
	uint32_t tag = tag_of(&p->b, ask->tag);
	/* the end of a column of two slots, so that tests know where each slot lies */
	int64_t live = p->b.src.now.wall.ms / 1000 / ask->bucket_s & ~INT64_C(1);

	p->asked = *ask;
	*about = p->about;
	about->told_end = live - p->late;
	if (!about->refusal)
		about->refusal = "";
	for (size_t i = 0; i < ask->n; i++) {
		int64_t back = live - (ask->end - (int64_t)ask->n + (int64_t)i);

		out[i] = (struct trend_bucket){ 0 };
		if (back > p->late && back <= (int64_t)p->n[tag])
			out[i] = p->v[tag][p->n[tag] - (size_t)back];
	}
	return p->n[tag] > 0;
}

static void past_open(struct past *p, const char *body)
{
	memset(p, 0, sizeof(*p));
	bench_open(&p->b, body);
	p->b.src.trend = past_trend;
	p->b.src.now.wall.ms = INT64_C(1763776800000); /* 2025-11-22 02:00:00 UTC */
	setenv("TZ", "UTC", 1);
}

static void add(struct past *p, const char *tag, double lo, double hi, quality q, int n)
{
	uint32_t t = tag_of(&p->b, tag);
	bool bad = (q & 3u) == QUALITY_BAD;

	for (int i = 0; i < n; i++)
		p->v[t][p->n[t]++] = (struct trend_bucket){
			.known = true,
			.has_range = !bad,
			.has_last = true,
			.min = lo,
			.max = hi,
			.last = hi,
			.worst = q,
			.end = q,
		};
}

static void expect(struct past *p, enum glyph_tier tier, const char *const *rows)
{
	struct grid g;

	p->b.src.tier = tier;
	paint(&p->b, &g);
	glyph_to_tier(&g, tier);
	for (int row = 0; rows[row]; row++) {
		struct strbuf got = STRBUF_INIT;

		grid_row_text(&g, row, &got);
		if (strcmp(got.buf, rows[row]) != 0)
			fail_msg("row %d in tier %d\n got \"%s\"\nwant \"%s\"", row, tier,
				 got.buf, rows[row]);
		strbuf_release(&got);
	}
	grid_release(&g);
}

static enum role role_in(struct past *p, int col, int row)
{
	struct grid g;
	enum role r;

	paint(&p->b, &g);
	r = (enum role)grid_at(&g, col, row)->role;
	grid_release(&g);
	return r;
}

/* --- windows ------------------------------------------------------------------------ */

static void a_window_is_hardly_longer_than_its_span(void **state)
{
	static const int64_t spans_s[] = {
		60, 300, 900, 3600, 7200, 14400, 28800, 86400
	};

	(void)state;
	for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++)
		for (int cols = 1; cols <= 300; cols++)
			for (size_t i = 0; i < 8; i++) {
				struct plot_window w = plot_window(
					cols, spans_s[i] * 1000, (enum glyph_tier)tier);
				int64_t length = (int64_t)w.bucket_s * w.n;

				assert_in_range(w.n, 1, PLOT_SLOTS_MAX);
				assert_true(length >= spans_s[i]);
				if (cols >= 20 && cols <= 160)
					assert_true(length <=
						    spans_s[i] * 5 / 4 + 60 * w.n / 4);
				/* what goes back further than the seconds do */
				assert_true(length <= 4200 || w.bucket_s % 60 == 0);
				assert_in_range(plot_slot_col(&w, 0), 0, cols - 1);
				assert_in_range(plot_slot_col(&w, w.n - 1), 0, cols - 1);
			}
}

static void PR_08_a_window_moves_by_whole_columns_only(void **state)
{
	struct plot_window w = plot_window(68, 3600 * 1000, GLYPHS_FULL);
	int64_t before = 0;
	int moves = 0;

	(void)state;
	assert_int_equal(w.step, 2);
	assert_int_equal(w.bucket_s, 27);
	for (int64_t s = 0; s < 540; s++) {
		struct now now = { .wall = { (1763776800 + s) * 1000 } };
		int64_t end = plot_live_end(&w, now);

		assert_int_equal(end % 2, 0);
		assert_true(end * 27 * 1000 <= now.wall.ms);
		moves += before && end != before;
		assert_true(!before || end == before || end == before + 2);
		before = end;
	}
	assert_int_equal(moves, 10); /* a column each 54 s */
}

/* A quarter of 136 slots, so that what comes has room for a quarter of an hour. */
static void PR_08_on_a_slow_line_the_window_jumps_by_quarters(void **state)
{
	struct plot_window w = plot_window(68, 3600 * 1000, GLYPHS_FULL), narrow;
	int64_t before = 0;
	int moves = 0;

	(void)state;
	plot_jump_by_quarters(&w);
	assert_int_equal(w.n, 136);
	assert_int_equal(w.jump, 34);
	for (int64_t s = 0; s < 2 * 34 * 27; s++) {
		struct now now = { .wall = { (1763776800 + s) * 1000 } };
		int64_t end = plot_live_end(&w, now), newest = plot_newest_end(&w, now);

		assert_int_equal(end % 34, 0);
		assert_true(end >= newest && end < newest + 34);
		assert_true(!before || end == before || end == before + 34);
		moves += before && end != before;
		before = end;
	}
	assert_int_equal(moves, 2);
	narrow = plot_window(3, 60 * 1000, GLYPHS_ASCII); /* no quarter to jump by */
	plot_jump_by_quarters(&narrow);
	assert_int_equal(narrow.jump, 0);
}

static void the_window_waits_for_what_it_moves_to(void **state)
{
	struct past p;
	struct grid g;
	int64_t live;

	(void)state;
	past_open(&p, "size = [ 12, 1 ]; picture = \"\n{t:spark   }\n\";");
	add(&p, "t", 3, 3, 0, 40);
	p.b.src.now.wall.ms += 1000;
	live = p.b.src.now.wall.ms / 1000 / 300;
	paint(&p.b, &g);
	grid_release(&g);
	assert_int_equal(p.asked.end, live);
	p.late = 1;
	paint(&p.b, &g);
	grid_release(&g);
	assert_int_equal(p.asked.end, live - 1);
	p.late = 2; /* too late: the hole is shown */
	paint(&p.b, &g);
	grid_release(&g);
	assert_int_equal(p.asked.end, live);
	bench_close(&p.b);
}

/* --- sparklines --------------------------------------------------------------------- */

#define SPARK "size = [ 12, 1 ]; picture = \"\n{t:spark   }\n\";"

static void HM_06_a_spark_shows_an_hour_in_every_tier(void **state)
{
	static const char *const want[GLYPHS_TIER_COUNT][2] = {
		{ "▁▁▃▃▅▅▆▇█▁▁▁" }, { "▁▁▃▃▅▅▆▇█▁▁▁" }, { "__─────¯¯___" },
		{ "⎽⎽⎼⎼──⎻⎻⎺⎽⎽⎽" }, { "__-----^^___" },
	};
	struct past p;

	(void)state;
	past_open(&p, SPARK);
	for (int i = 0; i < 12; i++) {
		static const double v[] = {
			0, 0, 1.5, 1.5, 3, 3.5, 4, 5, 6, 0, 0.3, 0.1
		};

		add(&p, "t", v[i], v[i], 0, 1);
	}
	for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++)
		expect(&p, (enum glyph_tier)tier, want[tier]);
	assert_int_equal(p.asked.bucket_s, 300);
	assert_int_equal(p.asked.n, 12);
	bench_close(&p.b);
}

static void HM_14_a_gap_in_a_spark_is_blank_behind_its_mark(void **state)
{
	/* what nobody recorded is blank, too, and has no mark */
	static const char *const want[] = { "  ▅▅▅?  ▅▅▅▅", NULL };
	struct past p;

	(void)state;
	past_open(&p, SPARK);
	add(&p, "t", 3, 3, 0, 3);
	add(&p, "t", 3, 3, GONE, 3);
	add(&p, "t", 3, 3, 0, 4);
	expect(&p, GLYPHS_FULL, want);
	assert_int_equal(role_in(&p, 5, 0), ROLE_BAD);
	bench_close(&p.b);
}

static void HM_06_a_spike_in_a_spark_is_not_lost(void **state)
{
	static const char *const want[] = { "▅▅▅▅█▅▅▁▅▅▅▅", NULL };
	struct past p;

	(void)state;
	past_open(&p, SPARK);
	add(&p, "t", 3, 3, 0, 4);
	add(&p, "t", 3, 6, 0, 1);
	p.v[0][4].last = 3;
	add(&p, "t", 3, 3, 0, 2);
	add(&p, "t", 0, 3, 0, 1);
	add(&p, "t", 3, 3, 0, 4);
	expect(&p, GLYPHS_FULL, want);
	bench_close(&p.b);
}

/* --- trends ------------------------------------------------------------------------- */

#define TREND(pens)                                                                      \
	"size = [ 30, 5 ]; picture = \"\n\n\n\n\n\n\"; zones = \"\n"                     \
	"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"               \
	"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"               \
	"TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n\"; widgets = { T = { type = \"trend\"; "       \
	"span = \"1h\"; pens = " pens "; }; };"

static void HM_06_a_trend_has_scale_times_name_and_value(void **state)
{
	/* 28 columns of 2 slots of 65 s: the hour, on a scale of 0 to 6 */
	static const char *const full[] = {
		"t 3.00 m", "6┤", " │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒", "0┤", NULL,
	};
	struct past p;

	(void)state;
	past_open(&p, TREND("( \"t\" )"));
	p.b.meta[0].n_limits = 0;
	set_number(&p.b, "t", 3, 0);
	add(&p, "t", 3, 3, 0, 80);
	expect(&p, GLYPHS_FULL, full);
	bench_close(&p.b);
}

static void HM_03_each_tier_draws_the_same_line_with_what_it_has(void **state)
{
	static const char *const want[GLYPHS_TIER_COUNT][6] = {
		{ "t 6.00 m", "6┤              ⢸⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉", " │              ⢸",
		  "0┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡸", NULL },
		{ "t 6.00 m", "6┤              ▐▀▀▀▀▀▀▀▀▀▀▀▀▀", " │              ▐",
		  "0┤▄▄▄▄▄▄▄▄▄▄▄▄▄▄▞", NULL },
		{ "t 6.00 m", "6┤              │¯¯¯¯¯¯¯¯¯¯¯¯¯", " │              │",
		  "0┤______________│", NULL },
		{ "t 6.00 m", "6┤              │⎺⎺⎺⎺⎺⎺⎺⎺⎺⎺⎺⎺⎺", " │              │",
		  "0┤⎽⎽⎽⎽⎽⎽⎽⎽⎽⎽⎽⎽⎽⎽│", NULL },
		{ "t 6.00 m", "6+              |^^^^^^^^^^^^^", " |              |",
		  "0+______________|", NULL },
	};
	struct past p;

	(void)state;
	for (int tier = 0; tier < GLYPHS_TIER_COUNT; tier++) {
		int each = tier <= GLYPHS_BLOCKS ? 2 : 1;

		past_open(&p, TREND("( \"t\" )"));
		p.b.meta[0].n_limits = 0;
		set_number(&p.b, "t", 6, 0);
		add(&p, "t", 0, 0, 0, 40 * each);
		add(&p, "t", 6, 6, 0, 14 * each);
		if (each == 2) /* the step falls into the middle of a column */
			p.v[0][p.n[0] - 28] = p.v[0][0];
		expect(&p, (enum glyph_tier)tier, want[tier]);
		bench_close(&p.b);
	}
}

static void HM_14_a_gap_is_blank_with_its_mark_under_it(void **state)
{
	static const char *const want[] = {
		"t 3.00 m", "6┤", " │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒    ⠒⠒⠒⠒", "0┤", NULL,
	};
	struct past p;
	struct grid g;

	(void)state;
	past_open(&p, TREND("( \"t\" )"));
	p.b.meta[0].n_limits = 0;
	set_number(&p.b, "t", 3, 0);
	add(&p, "t", 3, 3, 0, 60);
	add(&p, "t", 3, 3, GONE, 8);
	add(&p, "t", 3, 3, 0, 8);
	expect(&p, GLYPHS_FULL, want);
	paint(&p.b, &g);
	for (int col = 0; col < 30; col++) {
		const struct cell *cell = grid_at(&g, col, 4);
		bool gap = col >= 22 && col < 26;

		assert_int_equal(cell->cp == '?', gap); /* no clock time hides it */
		assert_int_equal(cell->role == ROLE_BAD, gap);
	}
	grid_release(&g);
	bench_close(&p.b);
}

static void HM_14_a_stale_tail_is_dotted_and_dim(void **state)
{
	static const char *const want[] = {
		"t ~3.00 m", "6┤", " │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠂⠂⠂⠂", "0┤", NULL,
	};
	struct past p;

	(void)state;
	past_open(&p, TREND("( \"t\" )"));
	p.b.meta[0].n_limits = 0;
	set_number(&p.b, "t", 3, STALE);
	add(&p, "t", 3, 3, 0, 60);
	add(&p, "t", 3, 3, STALE, 8);
	expect(&p, GLYPHS_FULL, want);
	assert_int_equal(role_in(&p, 27, 2), ROLE_STALE);
	assert_int_equal(role_in(&p, 24, 2), ROLE_VALUE);
	bench_close(&p.b);
}

static void PLC_21_the_start_of_the_server_is_marked(void **state)
{
	struct past p;
	struct grid g;
	int at = 0;

	(void)state;
	past_open(&p, TREND("( \"t\" )"));
	set_number(&p.b, "t", 3, 0);
	add(&p, "t", 3, 3, 0, 20);
	p.about.from_restart = true;
	p.about.began_ms = p.b.src.now.wall.ms - 20 * 65 * 1000;
	p.about.began_ms -= p.about.began_ms % 130000; /* a column begins there */
	paint(&p.b, &g);
	for (int col = 2; col < 30; col++)
		if (grid_at(&g, col, 4)->cp == 'R') {
			assert_int_equal(at, 0);
			at = col;
			assert_int_equal(grid_at(&g, col, 4)->role, ROLE_MARK);
		}
	assert_in_range(at, 18, 20);
	assert_int_equal(grid_at(&g, at - 2, 2)->cp, ' '); /* nothing before it */
	assert_int_not_equal(grid_at(&g, at + 2, 2)->cp, ' ');
	grid_release(&g);
	p.about.from_restart = false; /* the tag became a pen then: nothing was lost */
	paint(&p.b, &g);
	assert_int_not_equal(grid_at(&g, at, 4)->cp, 'R');
	grid_release(&g);
	bench_close(&p.b);
}

static void out_of_scale_says_so_at_the_edge(void **state)
{
	static const char *const want[] = {
		"t 3.00 m",
		"6┤                        ↑",
		" │⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⡗⠒⠒⠒",
		"0┤                        ↓",
		NULL,
	};
	struct past p;

	(void)state;
	past_open(&p, TREND("( \"t\" )"));
	p.b.meta[0].n_limits = 0;
	set_number(&p.b, "t", 3, 0);
	add(&p, "t", 3, 3, 0, 68);
	add(&p, "t", -40, 900, 0, 1);
	p.v[0][p.n[0] - 1].last = 3;
	add(&p, "t", 3, 3, 0, 7);
	p.b.src.tier = GLYPHS_FULL;
	(void)want;
	expect(&p, GLYPHS_FULL, want);
	bench_close(&p.b);
}

static void HM_03_the_selected_pen_lies_on_top_and_each_end_has_its_digit(void **state)
{
	static const char *const want[] = {
		"1 t 6.00 m  2 sp 0.00 m",
		"6┤             ⡏⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉1",
		" │             ⡇",
		"0┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⣀⡇⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀⡀2",
		NULL,
	};
	struct past p;
	struct grid g;

	(void)state;
	past_open(&p, TREND("( \"t\", \"sp\" )"));
	p.b.meta[0].n_limits = p.b.meta[1].n_limits = 0;
	set_number(&p.b, "t", 6, 0);
	set_number(&p.b, "sp", 0, 0);
	add(&p, "t", 0, 0, 0, 40);
	add(&p, "t", 6, 6, 0, 28);
	add(&p, "sp", 6, 6, 0, 40);
	add(&p, "sp", 0, 0, 0, 28);
	(void)want;
	paint(&p.b, &g);
	/* digits in the last column where the lines end */
	assert_int_equal(grid_at(&g, 29, 1)->cp, '1');
	assert_int_equal(grid_at(&g, 29, 3)->cp, '2');
	assert_int_equal(grid_at(&g, 29, 1)->role, ROLE_VALUE);
	assert_int_equal(grid_at(&g, 29, 3)->role, ROLE_LABEL);
	/* the first pen solid and bright, the second dotted and plain */
	assert_int_equal(grid_at(&g, 28, 1)->cp, 0x2809);
	assert_int_equal(grid_at(&g, 28, 1)->role, ROLE_VALUE);
	assert_int_equal(grid_at(&g, 28, 3)->role, ROLE_LABEL);
	assert_int_not_equal(grid_at(&g, 28, 3)->cp, 0x28C0);
	grid_release(&g);
	bench_close(&p.b);
}

static void HM_05_limits_and_setpoint_are_dim_lines_of_the_first_pen(void **state)
{
	static const struct tag_limit high[] = { { 6, true, 1 } };
	struct past p;
	struct grid g;

	(void)state;
	past_open(&p, "size = [ 30, 5 ]; picture = \"\n\n\n\n\n\n\"; zones = \"\n"
		      "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		      "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		      "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n\"; widgets = { T = { type = "
		      "\"trend\"; pens = \"t\"; setpoint = \"sp\"; }; };");
	p.b.meta[tag_of(&p.b, "t")].limits = high;
	p.b.meta[tag_of(&p.b, "t")].n_limits = 1;
	set_number(&p.b, "t", 3, 0);
	set_number(&p.b, "sp", 0, 0);
	add(&p, "t", 3, 3, 0, 60);
	paint(&p.b, &g);
	assert_int_equal(grid_at(&g, 2, 1)->cp, 0x00B7);
	assert_int_equal(grid_at(&g, 2, 1)->role, ROLE_LIMIT);
	assert_int_equal(grid_at(&g, 2, 3)->cp, GLYPH_TRACK);
	assert_int_equal(grid_at(&g, 2, 3)->role, ROLE_LIMIT);
	grid_release(&g);
	bench_close(&p.b);
}

static void clock_times_stand_where_they_belong(void **state)
{
	struct past p;
	struct grid g;
	struct strbuf axis = STRBUF_INIT;

	(void)state;
	past_open(&p, TREND("( \"t\" )"));
	add(&p, "t", 3, 3, 0, 60);
	paint(&p.b, &g);
	grid_row_text(&g, 4, &axis);
	/* the hour up to 02:00: a mark where the half hour begins, its time behind it */
	assert_has(axis.buf, "╵01:30");
	/* the column of 130 s, the thirteenth from the end, that 01:30 lies in */
	assert_int_equal(grid_at(&g, 2 + 28 - 13, 4)->cp, 0x2575);
	grid_release(&g);
	strbuf_release(&axis);
	p.b.src.now.wall.ms -= (2 * 3600 - 20 * 60) * 1000; /* 00:20 */
	strbuf_clear(&axis);
	paint(&p.b, &g);
	grid_row_text(&g, 4, &axis);
	assert_has(axis.buf, "╵11-22"); /* midnight says the day */
	grid_release(&g);
	strbuf_release(&axis);
	bench_close(&p.b);
}

static void a_trend_without_a_past_says_so(void **state)
{
	struct past p;
	struct grid g;
	struct strbuf row = STRBUF_INIT;

	(void)state;
	past_open(&p, TREND("( \"t\" )"));
	paint(&p.b, &g);
	grid_row_text(&g, 2, &row);
	assert_has(row.buf, "no past yet");
	grid_release(&g);
	strbuf_clear(&row);
	p.about.refusal = "all places are taken";
	paint(&p.b, &g);
	grid_row_text(&g, 2, &row);
	assert_has(row.buf, "all places are taken");
	grid_release(&g);
	strbuf_release(&row);
	p.b.src.trend = NULL; /* who shows pictures without a past */
	paint(&p.b, &g);
	grid_release(&g);
	bench_close(&p.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_window_is_hardly_longer_than_its_span),
		cmocka_unit_test(PR_08_a_window_moves_by_whole_columns_only),
		cmocka_unit_test(PR_08_on_a_slow_line_the_window_jumps_by_quarters),
		cmocka_unit_test(the_window_waits_for_what_it_moves_to),
		cmocka_unit_test(HM_06_a_spark_shows_an_hour_in_every_tier),
		cmocka_unit_test(HM_14_a_gap_in_a_spark_is_blank_behind_its_mark),
		cmocka_unit_test(HM_06_a_spike_in_a_spark_is_not_lost),
		cmocka_unit_test(HM_06_a_trend_has_scale_times_name_and_value),
		cmocka_unit_test(HM_03_each_tier_draws_the_same_line_with_what_it_has),
		cmocka_unit_test(HM_14_a_gap_is_blank_with_its_mark_under_it),
		cmocka_unit_test(HM_14_a_stale_tail_is_dotted_and_dim),
		cmocka_unit_test(PLC_21_the_start_of_the_server_is_marked),
		cmocka_unit_test(out_of_scale_says_so_at_the_edge),
		cmocka_unit_test(
			HM_03_the_selected_pen_lies_on_top_and_each_end_has_its_digit),
		cmocka_unit_test(
			HM_05_limits_and_setpoint_are_dim_lines_of_the_first_pen),
		cmocka_unit_test(clock_times_stand_where_they_belong),
		cmocka_unit_test(a_trend_without_a_past_says_so),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
