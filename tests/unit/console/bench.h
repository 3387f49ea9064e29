/*
 * bench.h - a screen with a few tags and values set by hand, for the tests of widgets.
 */
#ifndef SG_TESTS_UNIT_CONSOLE_BENCH_H
#define SG_TESTS_UNIT_CONSOLE_BENCH_H

#include "support/test.h"

#include <string.h>

#include "console/view/picture.h"
#include "console/widget/draw.h"
#include "console/widget/widget.h"
#include "screen/glyph.h"
#include "util/strbuf.h"
#include "util/utf8.h"

static const struct tag_limit limits[] = {
	{ 5.5, true, 1 }, { 5.0, true, 2 }, { 1.0, false, 2 }, { 0.5, false, 1 }
};

/* One tag, "t", with its setpoint "sp", and a pump "p"; a source that shows them. */
struct bench {
	struct tag_meta meta[8];
	struct tag_live live[8];
	struct screen_set *set;
	const struct screen *screen;
	struct picture_source src;
	struct picture_alarm alarms[8];
	size_t n_alarms;
};

static inline const struct tag_meta *bench_meta(void *arg, uint32_t tag)
{
	struct bench *b = arg;

	return tag < 8 && b->meta[tag].name ? &b->meta[tag] : NULL;
}

static inline const struct tag_live *bench_live(void *arg, uint32_t tag)
{
	return &((struct bench *)arg)->live[tag];
}

static inline size_t bench_alarms(void *arg, const char *area, struct picture_alarm *out,
				  size_t max)
{
	struct bench *b = arg;

	(void)area;
	for (size_t i = 0; i < b->n_alarms && i < max; i++)
		out[i] = b->alarms[i];
	return b->n_alarms;
}

static inline const char *bench_area(void *arg, const char *id)
{
	(void)arg;
	return strcmp(id, "nowhere") != 0 ? id : NULL;
}

static inline void set_number(struct bench *b, const char *tag, double v, quality q)
{
	for (size_t i = 0; i < b->screen->n_tags; i++)
		if (strcmp(b->screen->tags[i], tag) == 0)
			b->live[i].sample =
				(struct sample){ value_double(v), q, { 1000000 }, { 0 } };
}

static inline uint32_t tag_of(const struct bench *b, const char *name)
{
	for (size_t i = 0; i < b->screen->n_tags; i++)
		if (strcmp(b->screen->tags[i], name) == 0)
			return (uint32_t)i;
	fail_msg("the screen shows no tag %s", name);
	return 0;
}

static inline void bench_open(struct bench *b, const char *body)
{
	static const char symbols[] = "symbols = { pump = ( { when = \".trip\"; text = "
				      "\"x TRIP\"; role = \"fault\"; "
				      "}, { when = \".running\"; text = \"● run\"; role "
				      "= \"running\"; }, { text = "
				      "\"○ stop\"; role = \"stopped\"; } ); };\n";
	struct strbuf text = STRBUF_INIT;
	struct diag_list diags = DIAG_LIST_INIT;

	*b = (struct bench){ 0 };
	strbuf_addf(&text, "%sscreen = { id = \"s\"; title = \"S\"; level = 1; %s };\n",
		    symbols, body);
	const struct screen_file file = { "s.cfg", text.buf };

	b->set = screen_set_load(&file, 1, &diags);
	if (diags.n) {
		strbuf_clear(&text);
		diag_format(&diags.v[0], &text);
		fail_msg("%s", text.buf);
	}
	strbuf_release(&text);
	diag_list_release(&diags);
	b->screen = screen_set_find(b->set, "s");
	assert_true(b->screen->n_tags <= 8);
	for (size_t i = 0; i < b->screen->n_tags; i++)
		b->meta[i] = (struct tag_meta){
			.name = b->screen->tags[i],
			.unit = "m",
			.description = "Level of the tank",
			.area = "intake",
			.type = VALUE_DOUBLE,
			.has_range = true,
			.hi = 6,
			.decimals = 2,
			.limits = limits,
			.n_limits = 4,
		};
	b->src = (struct picture_source){ .arg = b,
					  .meta = bench_meta,
					  .live = bench_live,
					  .alarms = bench_alarms,
					  .screen_area = bench_area };
	b->src.now.wall.ms = 1000000 + 75000;
}

static inline void bench_close(struct bench *b)
{
	screen_set_free(b->set);
}

static inline void paint(struct bench *b, struct grid *g)
{
	grid_init(g, b->screen->cols, b->screen->rows);
	const struct canvas c = grid_canvas(g);

	picture_paint(&c, b->screen, &b->src, PICTURE_NOTHING);
}

/* The first row, painted now, in the tier. */
static inline void shows_in(struct bench *b, enum glyph_tier tier, const char *want)
{
	struct strbuf text = STRBUF_INIT;
	struct grid g;

	paint(b, &g);
	glyph_to_tier(&g, tier);
	grid_row_text(&g, 0, &text);
	assert_string_equal(text.buf, want);
	strbuf_release(&text);
	grid_release(&g);
}

static inline void shows(struct bench *b, const char *want)
{
	shows_in(b, GLYPHS_FULL, want);
}

static inline enum role role_at(struct bench *b, int col, int row)
{
	struct grid g;
	enum role r;

	paint(b, &g);
	r = (enum role)grid_at(&g, col, row)->role;
	grid_release(&g);
	return r;
}

#endif
