/* test_demo_pictures.c - the demo's screens as an operator sees them, calm and upset:
 * text and roles held against tests/golden. SIGHTGLASS_GOLDEN=write writes them anew;
 * look at the difference before you commit it. */
#include "support/test.h"

#include "screen/demo_rig.h"
#include "screen/golden_file.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/render_source.h"
#include "screen/lint.h"

/* What an 80x24 terminal shows of it. */
static void paint(const char *id, const char *values, struct grid *g)
{
	demo_paint(
		&(struct demo_look){ .id = id, .values = values, .cols = 80, .rows = 19 },
		g);
}

/* What terminals of 80x24, 100x30 and 160x48 leave for the picture. */
static const struct {
	const char *name;
	int cols, rows;
} sizes[] = { { "80x24", 80, 19 }, { "100x30", 100, 25 }, { "160x48", 160, 43 } };

static void each_screen_looks_as_it_did_in_every_size(void **state)
{
	static const char *const moods[] = { "calm", "upset" };

	(void)state;
	for (size_t i = 0; demo_ids[i / 6]; i++) {
		struct demo_look look = { .id = demo_ids[i / 6],
					  .values = moods[i % 2],
					  .cols = sizes[i / 2 % 3].cols,
					  .rows = sizes[i / 2 % 3].rows };
		char name[64];
		struct grid g;

		snprintf(name, sizeof(name), "%s.%s.%s", look.id, look.values,
			 sizes[i / 2 % 3].name);
		demo_paint(&look, &g);
		golden(name, &g);
		grid_release(&g);
	}
}

static void a_small_terminal_and_no_values_look_as_they_did(void **state)
{
	struct grid g;

	(void)state;
	demo_paint(&(struct demo_look){ .id = "network",
					.values = "upset",
					.select = "z2q",
					.cols = 40,
					.rows = 8 },
		   &g);
	golden("network.upset.40x8", &g);
	grid_release(&g);
	paint("reservoir", NULL, &g);
	golden("reservoir.no-values", &g);
	grid_release(&g);
}

/* What differs between calm and upset must differ in text, not only in role. */
static void HM_03_an_upset_shows_without_colour(void **state)
{
	(void)state;
	for (size_t i = 0; demo_ids[i]; i++) {
		struct grid calm, upset;
		int marks = 0;

		paint(demo_ids[i], "calm", &calm);
		paint(demo_ids[i], "upset", &upset);
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
	assert_int_equal(demo_set()->n, 7);
	for (size_t i = 0; demo_ids[i]; i++) {
		const struct screen *s = screen_set_find(demo_set(), demo_ids[i]);
		bool top = strcmp(s->id, "overview") == 0;
		bool support = strcmp(s->id, "support") == 0;

		assert_int_equal(s->level, top ? 1 : support ? 4 : 2);
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
	int64_t tag = station_def_tag(demo_station(), name);

	if (tag < 0)
		return NULL;
	n->meta = render_meta(demo_station(), &demo_station()->tags[tag], n->limits);
	return &n->meta;
}

static void the_demos_screens_are_free_of_mistakes(void **state)
{
	static struct tag_names n;
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen_lookup lookup = { .arg = &n, .tag = find_meta, .names = n.v };

	(void)state;
	screen_set_lint(demo_set(), &lookup, &diags);
	demo_fail_on(&diags);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_demos_screens_are_free_of_mistakes),
		cmocka_unit_test(each_screen_looks_as_it_did_in_every_size),
		cmocka_unit_test(a_small_terminal_and_no_values_look_as_they_did),
		cmocka_unit_test(HM_03_an_upset_shows_without_colour),
		cmocka_unit_test(HM_08_each_screen_has_its_level_and_way_up),
	};

	setlocale(LC_ALL, "C.UTF-8");
	setenv("TZ", "UTC0", 1);
	return cmocka_run_group_tests(tests, demo_rig, demo_rig_free);
}
