/* cmd_render.c - `sightglass render`: paints a screen once, without a terminal. For
 * documents, reviews and golden tests; nothing foreign reaches the output raw. */
#include "cli/args.h"
#include "cli/remote.h"
#include "cli/render_frame.h"
#include "cli/render_remote.h"
#include "cli/render_source.h"
#include "cli/render_theme.h"
#include "cli/render_watch.h"
#include "cli/station_path.h"

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
	{ "size", "WxH", "columns and rows; what the screen needs when absent" },
	{ "text", NULL, "what stands in each cell (the default)" },
	{ "roles", NULL, "what each cell means: a letter a role, and a legend" },
	{ "ansi", NULL, "with colours, as ANSI text" },
	{ "color", "DEPTH", "mono, 8, 16, 256 (default) or rgb colours for --ansi" },
	{ "theme", "NAME", "dark, a theme of the station, or a file with one" },
	{ "tier", "TIER", "full (default), blocks, console, vt100 or ascii" },
	{ "glyphs", "TIER", "the same as --tier" },
	{ "frame", NULL, "the whole console around it: header, banner, bars" },
	{ "select", "FIELD", "as if the operator had selected this field" },
	{ "station", "FILE", "screens and tags from files instead of the server" },
	{ "values", "FILE", "values from a file: lines \"tag value [quality]\"" },
	{ "at", "TIME",
	  "as if it were that time: the same picture whenever it is asked for" },
	{ "watch", NULL, "go on: paint it anew when it is saved, mistakes below it" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_render;

enum output { AS_TEXT, AS_ROLES, AS_ANSI };

struct render {
	const char *id, *station, *values, *select, *theme;
	int cols, rows; /* 0 = what the screen needs */
	enum output as;
	bool frame;
	struct now now;
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

static bool usage(const char *sentence)
{
	remote_fail(CLI_USAGE, sentence);
	return false;
}

static bool parse_looks(const struct cli_args *a, struct render *r)
{
	const char *size = cli_arg(&cmd_render, a, "size");
	const char *depth = cli_arg(&cmd_render, a, "color");
	const char *tier = cli_arg(&cmd_render, a, "tier");

	tier = tier ? tier : cli_arg(&cmd_render, a, "glyphs");
	r->depth = THEME_256;
	if (size && !parse_size(size, r))
		return usage("--size is COLUMNSxROWS, 1x1 to 1000x1000");
	if (depth && !theme_depth_parse(depth, &r->depth))
		return usage("--color is mono, 8, 16, 256 or rgb");
	if (tier && !glyph_tier_parse(tier, &r->tier))
		return usage("--tier is full, blocks, console, vt100 or ascii");
	return true;
}

static bool parse_output(const struct cli_args *a, struct render *r)
{
	bool ansi = cli_arg(&cmd_render, a, "ansi") != NULL;
	bool roles = cli_arg(&cmd_render, a, "roles") != NULL;

	r->as = ansi ? AS_ANSI : roles ? AS_ROLES : AS_TEXT;
	if (ansi + roles + (cli_arg(&cmd_render, a, "text") != NULL) > 1)
		return usage("--text, --roles and --ansi exclude one another");
	return true;
}

static bool parse(const struct cli_args *a, struct render *r)
{
	*r = (struct render){
		.id = a->arg[0],
		.station = cli_arg(&cmd_render, a, "station"),
		.values = cli_arg(&cmd_render, a, "values"),
		.select = cli_arg(&cmd_render, a, "select"),
		.theme = cli_arg(&cmd_render, a, "theme"),
		.frame = cli_arg(&cmd_render, a, "frame") != NULL,
		.now = clock_now(),
	};
	if (r->values && !r->station && !cli_arg(&cmd_render, a, "watch"))
		return usage(
			"--values needs --station FILE, which says units and ranges");
	return parse_looks(a, r) && parse_output(a, r) &&
	       cli_arg_time(&cmd_render, a, "at", r->now.wall.ms, &r->now.wall.ms) ==
		       CLI_OK;
}

/* --- painting -------------------------------------------------------------------- */

static void print_grid(const struct grid *g, const struct render *r,
		       const struct theme *theme)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_init(&out,
		    (size_t)16 << 20); /* the largest grid, each cell its own look */
	if (r->as == AS_ANSI)
		theme_grid_ansi(g, theme, r->depth, &out);
	else if (r->as == AS_ROLES)
		theme_grid_roles(g, &out);
	for (int row = 0; row < g->rows && r->as == AS_TEXT; row++) {
		grid_row_text(g, row, &out);
		strbuf_addch(&out, '\n');
	}
	fwrite(out.buf, 1, out.len, stdout);
	strbuf_release(&out);
}

static int no_field(const struct screen *s, const char *field)
{
	const char **names = xreallocarray(NULL, s->n_items + 1, sizeof(*names));
	struct strbuf why = STRBUF_INIT;

	for (size_t i = 0; i < s->n_items; i++)
		names[i] = s->items[i].name;
	strbuf_setf(&why, "screen \"%s\" has no field \"%s\" to select", s->id, field);
	diag_suggest(&why, field, names, s->n_items);
	remote_fail(CLI_FAILED, why.buf);
	strbuf_release(&why);
	free(names);
	return CLI_FAILED;
}

static void paint_frame(const struct render *r, const struct screen *s,
			struct render_source *source, struct grid *g)
{
	const struct render_frame frame = { .screen = s,
					    .source = source,
					    .station = r->station ? "files" : "server",
					    .select = r->select,
					    .cols = r->cols,
					    .rows = r->rows };

	render_frame(&frame, g);
}

static void paint_picture(const struct render *r, const struct screen *s,
			  struct render_source *source, struct grid *g)
{
	struct picture_source src = render_source_picture(source);
	struct canvas canvas;

	if (r->cols)
		s = screen_for_size(s, r->cols, r->rows);
	grid_init(g, r->cols ? r->cols : s->cols, r->rows ? r->rows : s->rows);
	canvas = grid_canvas(g);
	picture_paint(&canvas, s, &src,
		      r->select ? picture_find(s, r->select) : PICTURE_NOTHING);
}

static int paint(const struct render *r, const struct screen *s,
		 struct render_source *source)
{
	struct theme theme;
	struct grid g;
	int code = render_theme(r->theme, source->set, &theme);

	if (code != CLI_OK)
		return code;
	if (r->select && picture_find(s, r->select) == PICTURE_NOTHING)
		return no_field(s, r->select);
	source->tier = r->tier;
	if (r->frame)
		paint_frame(r, s, source, &g);
	else
		paint_picture(r, s, source, &g);
	glyph_to_tier(&g, r->tier);
	print_grid(&g, r, &theme);
	grid_release(&g);
	return CLI_OK;
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
		remote_fail_diags(CLI_FAILED, &diags);
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
	const struct screen *s = screen_set_look(set, r->id, &diags);
	struct render_source source;
	int code = CLI_OK;

	if (!s) {
		struct strbuf why = STRBUF_INIT;

		remote_fail_diags(CLI_FAILED, &diags);
		strbuf_setf(&why, "%s has no screen \"%s\" that can be drawn", r->station,
			    r->id);
		code = remote_fail(CLI_FAILED, why.buf);
		strbuf_release(&why);
	} else {
		render_source_init(&source, s, r->now);
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
		remote_fail_diags(CLI_FAILED, &diags);
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
		render_source_init(&source, s, r->now);
		source.set = set;
		source.tier = r->tier;
		code = render_remote_fill(c, &source);
		if (code == CLI_OK)
			code = render_remote_past(c, &source, s, r->cols, r->rows);
		if (code == CLI_OK)
			code = paint(r, s, &source);
		render_source_release(&source);
	}
	screen_set_free(set);
	client_close(c);
	return code;
}

/* Its picture comes from the files, also where the server has an older one. */
static int watch(const struct render *r)
{
	char *station = cli_station_path(r->station);
	struct theme theme;
	struct preview_look look = {
		.station = station,
		.values = r->values,
		.id = r->id,
		.theme = &theme,
		.depth = r->depth,
		.tier = r->tier,
		.cols = r->cols,
		.rows = r->rows,
		.ansi = r->as == AS_ANSI,
	};
	int code = render_theme_of(r->theme, station, &theme);

	if (code == CLI_OK)
		code = render_watch(&look);
	free(station);
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
	if (cli_arg(&cmd_render, &a, "watch"))
		return watch(&r);
	return r.station ? from_files(&r) : from_server(&r);
}

const struct cli_command cmd_render = {
	.name = "render",
	.args = "SCREEN [--size WxH] [--text | --roles | --ansi] [--frame] [--tier TIER] "
		"[--theme NAME] [--values FILE --station FILE] [--watch]",
	.help = "paint a screen once, as text",
	.options = options,
	.run = run,
};
