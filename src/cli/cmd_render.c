/* cmd_render.c - `sightglass render`: paints a screen once, without a terminal. For
 * documents, reviews and golden tests; nothing foreign reaches the output raw. */
#include "cli/args.h"
#include "cli/remote.h"
#include "cli/render_remote.h"
#include "cli/render_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "console/view/picture.h"
#include "screen/glyph.h"
#include "screen/theme.h"
#include "station/pictures.h"
#include "util/num.h"
#include "util/xalloc.h"

static const struct cli_option options[] = {
	{ "size", "WxH", "columns and rows; the screen's own when absent" },
	{ "ansi", NULL, "with colours, as ANSI text" },
	{ "color", "DEPTH", "mono, 8 or 256 (default) colours for --ansi" },
	{ "glyphs", "TIER", "full (default), blocks, console, vt100 or ascii" },
	{ "select", "FIELD", "as if the operator had selected this field" },
	{ "station", "FILE", "screens and tags from files instead of the server" },
	{ "values", "FILE", "values from a file: lines \"tag value [quality]\"" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_render;

struct render {
	const char *id, *station, *values, *select;
	int cols, rows; /* 0 = the screen's own */
	bool ansi;
	enum theme_depth depth;
	enum glyph_tier tier;
};

/* --- arguments ------------------------------------------------------------------- */

static bool parse_size(const char *text, struct render *r)
{
	const char *x = strchr(text, 'x');
	char *cols = x ? xstrndup(text, (size_t)(x - text)) : xstrdup("");
	int64_t w = 0, h = 0;
	bool ok = x && num_parse_int(cols, 1, GRID_MAX, &w) &&
		  num_parse_int(x + 1, 1, GRID_MAX, &h);

	free(cols);
	r->cols = (int)w;
	r->rows = (int)h;
	return ok;
}

static bool parse_looks(const struct cli_args *a, struct render *r)
{
	const char *size = cli_arg(&cmd_render, a, "size");
	const char *depth = cli_arg(&cmd_render, a, "color");
	const char *tier = cli_arg(&cmd_render, a, "glyphs");

	r->depth = THEME_256;
	if (size && !parse_size(size, r)) {
		remote_fail(CLI_USAGE, "--size is COLUMNSxROWS, 1x1 to 1000x1000");
		return false;
	}
	if (depth && !theme_depth_parse(depth, &r->depth)) {
		remote_fail(CLI_USAGE, "--color is mono, 8 or 256");
		return false;
	}
	if (tier && !glyph_tier_parse(tier, &r->tier)) {
		remote_fail(CLI_USAGE,
			    "--glyphs is full, blocks, console, vt100 or ascii");
		return false;
	}
	return true;
}

static bool parse(const struct cli_args *a, struct render *r)
{
	*r = (struct render){
		.id = a->arg[0],
		.station = cli_arg(&cmd_render, a, "station"),
		.values = cli_arg(&cmd_render, a, "values"),
		.select = cli_arg(&cmd_render, a, "select"),
		.ansi = cli_arg(&cmd_render, a, "ansi") != NULL,
	};
	if (r->values && !r->station) {
		remote_fail(CLI_USAGE,
			    "--values needs --station FILE, which says units and ranges");
		return false;
	}
	return parse_looks(a, r);
}

/* --- painting -------------------------------------------------------------------- */

static void print_grid(const struct grid *g, const struct render *r)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_init(&out,
		    (size_t)16 << 20); /* the largest grid, each cell its own look */
	if (r->ansi) {
		theme_grid_ansi(g, theme_dark(), r->depth, &out);
	} else {
		for (int row = 0; row < g->rows; row++) {
			grid_row_text(g, row, &out);
			strbuf_addch(&out, '\n');
		}
	}
	fwrite(out.buf, 1, out.len, stdout);
	strbuf_release(&out);
}

static int paint(const struct render *r, const struct screen *s,
		 struct render_source *source)
{
	struct picture_source src;
	struct canvas canvas;
	struct grid g;
	int selected;

	if (r->cols)
		s = screen_for_size(s, r->cols, r->rows);
	selected = r->select ? picture_find(s, r->select) : PICTURE_NOTHING;
	if (r->select && selected == PICTURE_NOTHING) {
		struct strbuf why = STRBUF_INIT;

		strbuf_setf(&why, "screen \"%s\" has no field \"%s\" to select", s->id,
			    r->select);
		remote_fail(CLI_FAILED, why.buf);
		strbuf_release(&why);
		return CLI_FAILED;
	}
	source->tier = r->tier;
	src = render_source_picture(source);
	grid_init(&g, r->cols ? r->cols : s->cols, r->rows ? r->rows : s->rows);
	canvas = grid_canvas(&g);
	picture_paint(&canvas, s, &src, selected);
	glyph_to_tier(&g, r->tier);
	print_grid(&g, r);
	grid_release(&g);
	return CLI_OK;
}

static void print_diags(const struct diag_list *diags)
{
	struct strbuf line = STRBUF_INIT;

	for (size_t i = 0; i < diags->n; i++) {
		strbuf_clear(&line);
		diag_format(&diags->v[i], &line);
		remote_fail(CLI_FAILED, line.buf);
	}
	strbuf_release(&line);
}

/* --- from files ------------------------------------------------------------------ */

static int read_values(const struct render *r, const struct station_def *d,
		       struct render_source *source)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf why = STRBUF_INIT, sentence = STRBUF_INIT;
	char *text = NULL;
	size_t len;
	int code = CLI_OK;

	if (!cfg_file_read_path(r->values, &text, &len, &why)) {
		strbuf_addf(&sentence, "the values file %s: %s", r->values, why.buf);
		code = remote_fail(CLI_FAILED, sentence.buf);
	} else {
		render_source_values(source, r->values, text, d, &diags);
		print_diags(&diags);
		code = diags.errors ? CLI_FAILED : CLI_OK;
	}
	free(text);
	diag_list_release(&diags);
	strbuf_release(&sentence);
	strbuf_release(&why);
	return code;
}

static int paint_station(const struct render *r, const struct station_def *d)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen_set *set = station_parse_screens(d, &diags);
	const struct screen *s = screen_set_find(set, r->id);
	struct render_source source;
	int code = CLI_OK;

	if (!s) {
		struct strbuf why = STRBUF_INIT;

		print_diags(&diags);
		strbuf_setf(&why, "%s has no screen \"%s\" that can be drawn", r->station,
			    r->id);
		code = remote_fail(CLI_FAILED, why.buf);
		strbuf_release(&why);
	} else {
		render_source_init(&source, s, clock_now());
		source.set = set;
		render_source_station(&source, d);
		if (r->values)
			code = read_values(r, d, &source);
		if (code == CLI_OK)
			code = paint(r, s, &source);
		render_source_release(&source);
	}
	screen_set_free(set);
	diag_list_release(&diags);
	return code;
}

static int from_files(const struct render *r)
{
	struct diag_list diags = DIAG_LIST_INIT;
	/* mistakes elsewhere in the station shall not keep a picture from being looked at
	 */
	struct station_def *d = station_load_partial(r->station, &diags);
	int code = CLI_FAILED;

	if (d)
		code = paint_station(r, d);
	else
		print_diags(&diags);
	station_def_free(d);
	diag_list_release(&diags);
	return code;
}

/* --- from the server ------------------------------------------------------------- */

static int from_server(const struct render *r)
{
	struct screen_set *set = NULL;
	struct render_source source;
	const struct screen *s;
	int code;
	struct client *c = remote_open("cli render", &code);

	if (!c)
		return code;
	code = render_remote_screen(c, r->id, &set);
	if (code == CLI_OK) {
		s = screen_set_find(set, r->id);
		render_source_init(&source, s, clock_now());
		source.set = set;
		code = render_remote_fill(c, &source);
		if (code == CLI_OK)
			code = paint(r, s, &source);
		render_source_release(&source);
	}
	screen_set_free(set);
	client_close(c);
	return code;
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	struct render r;
	int code = cli_args_parse(&cmd_render, argc, argv, 1, 1, &a);

	if (code >= 0)
		return code;
	if (!parse(&a, &r))
		return CLI_USAGE;
	return r.station ? from_files(&r) : from_server(&r);
}

const struct cli_command cmd_render = {
	.name = "render",
	.args = "SCREEN [--size WxH] [--ansi] [--values FILE --station FILE]",
	.help = "paint a screen once, as text",
	.options = options,
	.run = run,
};
