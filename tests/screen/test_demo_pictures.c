/* test_demo_pictures.c - the demo's screens as an operator sees them, calm and upset:
 * text and roles held against tests/golden. SIGHTGLASS_GOLDEN=write writes them anew;
 * look at the difference before you commit it. */
#include "support/test.h"

#include "screen/golden_file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render_source.h"
#include "console/view/picture.h"
#include "screen/glyph.h"
#include "screen/lint.h"
#include "screen/theme.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char *const ids[] = { "dosing",  "filters",  "intake",
				   "network", "overview", "reservoir" };
enum { N_SCREENS = sizeof(ids) / sizeof(ids[0]) };

static struct station_def *station;
static struct screen_set *set;

static void fail_on(const struct diag_list *diags)
{
	struct strbuf text = STRBUF_INIT;

	if (!diags->n)
		return;
	for (size_t i = 0; i < diags->n; i++) {
		diag_format(&diags->v[i], &text);
		strbuf_addch(&text, '\n');
	}
	fail_msg("%s", text.buf);
}

static int setup(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen_file *files;

	(void)state;
	station = station_load(test_top("config/sightglass.cfg"), &diags);
	fail_on(&diags);
	assert_non_null(station);
	files = xcalloc(station->n_screens, sizeof(*files));
	for (size_t i = 0; i < station->n_screens; i++)
		files[i] = (struct screen_file){ station->screens[i].path,
						 station->screens[i].text };
	set = screen_set_load(files, station->n_screens, &diags);
	free(files);
	fail_on(&diags);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	screen_set_free(set);
	station_def_free(station);
	return 0;
}

static void paint(const char *id, const char *values, int cols, int rows, int selected,
		  struct grid *g)
{
	const struct now now = { .mono = { 1000000000000 }, .wall = { 1763776800000 } };
	const struct screen *s = screen_set_find(set, id);
	struct diag_list diags = DIAG_LIST_INIT;
	struct render_source source;
	char path[64];

	assert_non_null(s);
	render_source_init(&source, s, now);
	source.set = set;
	render_source_station(&source, station);
	if (values) {
		snprintf(path, sizeof(path), "tests/golden/%s.values", values);
		char *text = test_read_file(test_top(path));

		render_source_values(&source, path, text, station, &diags);
		free(text);
	}
	fail_on(&diags);
	grid_init(g, cols, rows);
	const struct canvas c = grid_canvas(g);
	const struct picture_source src = render_source_picture(&source);

	picture_paint(&c, s, &src, selected);
	render_source_release(&source);
}

static void each_screen_looks_as_it_did(void **state)
{
	static const char *const moods[] = { "calm", "upset" };

	(void)state;
	for (size_t i = 0; i < N_SCREENS; i++) {
		for (size_t m = 0; m < 2; m++) {
			char name[64];
			struct grid g;

			snprintf(name, sizeof(name), "%s.%s", ids[i], moods[m]);
			paint(ids[i], moods[m], 80, 19, PICTURE_NOTHING, &g);
			golden(name, &g);
			grid_release(&g);
		}
	}
}

static void other_sizes_and_tiers_look_as_they_did(void **state)
{
	struct grid g;

	(void)state;
	paint("overview", "upset", 160, 43, PICTURE_NOTHING, &g);
	golden("overview.upset.160x43", &g);
	grid_release(&g);
	paint("network", "upset", 40, 8,
	      picture_find(screen_set_find(set, "network"), "z2q"), &g);
	golden("network.upset.40x8", &g);
	grid_release(&g);
	paint("intake", "upset", 80, 19, PICTURE_NOTHING, &g);
	glyph_to_tier(&g, GLYPHS_ASCII);
	golden("intake.upset.ascii", &g);
	grid_release(&g);
	paint("reservoir", NULL, 80, 19, PICTURE_NOTHING, &g);
	golden("reservoir.no-values", &g);
	grid_release(&g);
}

static int saturated_cells(const struct grid *g)
{
	int n = 0;

	for (int row = 0; row < g->rows; row++) {
		for (int col = 0; col < g->cols; col++) {
			const struct cell *cell = grid_at(g, col, row);
			struct theme_attr a = theme_attr(theme_dark(), THEME_256,
							 (enum role)cell->role, false);

			n += theme_is_saturated(THEME_256, a.fg) ||
			     theme_is_saturated(THEME_256, a.bg);
		}
	}
	return n;
}

static void HM_01_a_calm_plant_has_no_colour(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SCREENS; i++) {
		struct grid g;

		paint(ids[i], "calm", 80, 19, PICTURE_NOTHING, &g);
		assert_int_equal(saturated_cells(&g), 0);
		grid_release(&g);
		paint(ids[i], "upset", 80, 19, PICTURE_NOTHING, &g);
		assert_true(saturated_cells(&g) > 0);
		assert_true(saturated_cells(&g) < 160); /* and an upset one little */
		grid_release(&g);
	}
}

/* What differs between calm and upset must differ in text, not only in role. */
static void HM_03_an_upset_shows_without_colour(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SCREENS; i++) {
		struct grid calm, upset;
		int marks = 0;

		paint(ids[i], "calm", 80, 19, PICTURE_NOTHING, &calm);
		paint(ids[i], "upset", 80, 19, PICTURE_NOTHING, &upset);
		for (int row = 0; row < 19; row++) {
			for (int col = 0; col < 80; col++) {
				const struct cell *a = grid_at(&calm, col, row);
				const struct cell *b = grid_at(&upset, col, row);

				if (b->role < ROLE_BAD ||
				    b->role > ROLE_ALARM_DIAGNOSTIC_UNACK ||
				    a->role == b->role)
					continue;
				marks += a->cp != b->cp;
			}
		}
		assert_true(marks > 0);
		grid_release(&calm);
		grid_release(&upset);
	}
}

static void HM_08_each_screen_has_its_level_and_way_up(void **state)
{
	(void)state;
	assert_int_equal(set->n, N_SCREENS);
	for (size_t i = 0; i < N_SCREENS; i++) {
		const struct screen *s = screen_set_find(set, ids[i]);
		bool top = strcmp(s->id, "overview") == 0;

		assert_int_equal(s->level, top ? 1 : 2);
		assert_string_equal(s->up, top ? "" : "overview");
		assert_true(s->cols <= 80 && s->rows <= 19);
	}
}

struct tag_names {
	const char *v[1000];
	struct tag_meta meta;
	struct tag_limit limits[RENDER_LIMITS_MAX];
};

static const struct tag_meta *find_meta(void *arg, const char *name)
{
	struct tag_names *n = arg;
	int64_t tag = station_def_tag(station, name);

	if (tag < 0)
		return NULL;
	n->meta = render_meta(station, &station->tags[tag], n->limits);
	return &n->meta;
}

static void the_demos_screens_are_free_of_mistakes(void **state)
{
	static struct tag_names n;
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen_lookup lookup = { .arg = &n, .tag = find_meta, .names = n.v };

	(void)state;
	screen_set_lint(set, &lookup, &diags);
	fail_on(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demos_screens_are_free_of_mistakes),
		cmocka_unit_test(each_screen_looks_as_it_did),
		cmocka_unit_test(other_sizes_and_tiers_look_as_they_did),
		cmocka_unit_test(HM_01_a_calm_plant_has_no_colour),
		cmocka_unit_test(HM_03_an_upset_shows_without_colour),
		cmocka_unit_test(HM_08_each_screen_has_its_level_and_way_up),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, setup, teardown);
}
