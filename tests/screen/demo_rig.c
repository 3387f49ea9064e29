/* demo_rig.c - see the header. */
#include "support/test.h"

#include "screen/demo_rig.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/render_frame.h"
#include "cli/render_source.h"
#include "station/pictures.h"
#include "util/strbuf.h"

const char *const demo_ids[] = { "dosing",   "filters",   "intake",  "network",
				 "overview", "reservoir", "support", NULL };

static struct station_def *station;
static struct screen_set *set;

void demo_fail_on(const struct diag_list *diags)
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

int demo_rig(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;

	(void)state;
	station = station_load(test_top("config/sightglass.cfg"), &diags);
	demo_fail_on(&diags);
	assert_non_null(station);
	set = station_parse_screens(station, &diags);
	demo_fail_on(&diags);
	return 0;
}

int demo_rig_free(void **state)
{
	(void)state;
	screen_set_free(set);
	station_def_free(station);
	return 0;
}

const struct station_def *demo_station(void)
{
	return station;
}

const struct screen_set *demo_set(void)
{
	return set;
}

static void read_values(struct render_source *source, const char *values)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char path[64], *text;

	snprintf(path, sizeof(path), "tests/golden/%s.values", values);
	text = test_read_file(test_top(path));
	render_source_values(source, path, text, station, &diags);
	demo_fail_on(&diags);
	free(text);
}

static void paint_frame(const struct demo_look *look, const struct screen *s,
			struct render_source *source, struct grid *g)
{
	const struct render_frame frame = { .screen = s,
					    .source = source,
					    .station = "works",
					    .select = look->select,
					    .cols = look->cols,
					    .rows = look->rows };

	render_frame(&frame, g);
}

static void paint_picture(const struct demo_look *look, const struct screen *s,
			  struct render_source *source, struct grid *g)
{
	const struct picture_source src = render_source_picture(source);
	struct canvas c;

	grid_init(g, look->cols, look->rows);
	c = grid_canvas(g);
	picture_paint(&c, screen_for_size(s, look->cols, look->rows), &src,
		      look->select ? picture_find(s, look->select) : PICTURE_NOTHING);
}

void demo_paint(const struct demo_look *look, struct grid *g)
{
	const struct now now = { .mono = { 1000000000000 }, .wall = { 1763776800000 } };
	const struct screen *s = screen_set_find(set, look->id);
	struct render_source source;

	assert_non_null(s);
	render_source_init(&source, s, now);
	source.set = set;
	source.tier = look->tier;
	render_source_station(&source, station);
	if (look->values)
		read_values(&source, look->values);
	if (look->frame)
		paint_frame(look, s, &source, g);
	else
		paint_picture(look, s, &source, g);
	glyph_to_tier(g, look->tier);
	render_source_release(&source);
}
