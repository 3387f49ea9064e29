/* preview.c - reading the files, asking for values, and one picture of both. */
#include "cli/preview.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/files_seen.h"
#include "cli/preview_mistakes.h"
#include "cli/render_remote.h"
#include "cli/render_source.h"
#include "config/file.h"
#include "console/view/picture.h"
#include "station/pictures.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { VALUES_MS = 1000, RETRY_MS = 5000, MISTAKE_SHARE = 3, STATUS_ROWS = 1 };

/* A station and its screens as they were read at one time. */
struct reading {
	struct station_def *d;
	struct screen_set *set;
};

struct preview {
	struct preview_look look;
	struct reading now;   /* as the files are; d may be NULL */
	struct reading shown; /* the last that has the screen */
	struct diag_list diags;
	uint64_t seen;
	bool read;
	struct client *client; /* NULL: no server */
	struct mono ask_at;
};

struct preview *preview_new(const struct preview_look *look)
{
	struct preview *p = xcalloc(1, sizeof(*p));

	p->look = *look;
	return p;
}

static void reading_release(struct reading *r)
{
	screen_set_free(r->set);
	station_def_free(r->d);
	*r = (struct reading){ 0 };
}

void preview_free(struct preview *p)
{
	bool same = p->shown.d == p->now.d;

	reading_release(&p->now);
	if (!same)
		reading_release(&p->shown);
	diag_list_release(&p->diags);
	client_close(p->client);
	free(p);
}

/* --- the files ---------------------------------------------------------------------- */

static const struct screen *shown_screen(const struct preview *p)
{
	return p->shown.set ? screen_set_find(p->shown.set, p->look.id) : NULL;
}

/* Takes the new reading; the one before goes unless it has the last good picture. */
static void take(struct preview *p, struct reading r)
{
	bool good = r.set && screen_set_find(r.set, p->look.id);

	if (p->now.d && p->now.d != p->shown.d)
		reading_release(&p->now);
	if (good && p->shown.d)
		reading_release(&p->shown);
	p->now = r;
	if (good)
		p->shown = r;
}

static void read_files(struct preview *p)
{
	struct diag_list ignored = DIAG_LIST_INIT;
	struct reading r = { 0 };

	diag_list_release(&p->diags);
	r.d = station_load_partial(p->look.station, &p->diags);
	if (r.d) {
		r.set = station_parse_screens(r.d, &ignored);
		station_check_screens(r.d, false, &p->diags);
	}
	diag_sort(&p->diags);
	diag_list_release(&ignored);
	take(p, r);
}

bool preview_look(struct preview *p)
{
	uint64_t seen = files_seen(p->look.station, p->look.values, p->now.d);

	if (p->read && seen == p->seen)
		return false;
	read_files(p);
	/* what changed while it was read is read once more */
	p->read = seen == files_seen(p->look.station, p->look.values, p->now.d);
	p->seen = seen;
	return true;
}

bool preview_is_wrong(const struct preview *p)
{
	const char *path = mistakes_path(p->now.d, p->now.set, p->look.id);

	if (!p->now.set || !screen_set_find(p->now.set, p->look.id))
		return true;
	for (size_t i = 0; i < p->diags.n; i++)
		if (p->diags.v[i].severity == DIAG_ERROR &&
		    strcmp(p->diags.v[i].file, path) == 0)
			return true;
	return false;
}

/* --- values ------------------------------------------------------------------------- */

bool preview_values(struct preview *p, struct now now)
{
	struct strbuf why = STRBUF_INIT;

	if (p->look.values || !mono_reached(now.mono, p->ask_at))
		return false;
	if (!p->client)
		p->client = client_open(cli_socket, "cli render", &why);
	p->ask_at = mono_add_ms(now.mono, p->client ? VALUES_MS : RETRY_MS);
	strbuf_release(&why);
	return p->client != NULL;
}

static void from_file(const struct preview *p, struct render_source *source,
		      struct diag_list *diags)
{
	struct strbuf why = STRBUF_INIT;
	char *text = NULL;
	size_t len;

	if (cfg_file_read_path(p->look.values, &text, &len, &why))
		render_source_values(source, p->look.values, text, p->shown.d, diags);
	else
		diag_add(diags, DIAG_ERROR, p->look.values, 0, 0, "values", "%s",
			 why.buf);
	free(text);
	strbuf_release(&why);
}

static void from_server(struct preview *p, struct render_source *source)
{
	if (!p->client || render_remote_fill(p->client, source) != CLI_NO_SERVER)
		return;
	client_close(p->client);
	p->client = NULL;
}

/* Rows of the picture on a glass of so many cells: what it does not need is left to the
 * mistakes, which stand right below it. */
static int picture_rows(const struct preview *p, int cols, int rows)
{
	const struct screen *s = shown_screen(p);
	int wanted = s ? screen_for_size(s, cols, rows)->rows : 0;

	if (p->look.rows)
		wanted = p->look.rows;
	return wanted < rows ? wanted : rows;
}

/* --- painting ----------------------------------------------------------------------- */

static void add_picture(struct preview *p, const struct canvas *c, struct now now)
{
	const struct screen *s = shown_screen(p);
	struct diag_list ignored = DIAG_LIST_INIT;
	struct render_source source;
	struct picture_source src;

	if (!s)
		return;
	render_source_init(&source, s, now);
	source.set = p->shown.set;
	render_source_station(&source, p->shown.d);
	if (p->look.values)
		from_file(p, &source, &ignored);
	else
		from_server(p, &source);
	src = render_source_picture(&source);
	picture_paint(c, screen_for_size(s, c->cols, c->rows), &src, PICTURE_NOTHING);
	render_source_release(&source);
	diag_list_release(&ignored);
}

static void add_status(const struct preview *p, const struct canvas *c)
{
	struct strbuf line = STRBUF_INIT;
	const struct screen *s = shown_screen(p);
	bool here = p->now.set && screen_set_find(p->now.set, p->look.id);

	strbuf_addf(&line, " %s  %s", p->look.id,
		    p->look.values ? "values from a file"
		    : p->client    ? "live values"
				   : "no server: no values");
	if (!here)
		strbuf_adds(&line,
			    s ? "  THE PICTURE IS AN OLDER ONE" : "  not drawn yet");
	else if (!preview_is_wrong(p))
		strbuf_adds(&line, "  no mistakes");
	canvas_fill(c, ' ', ROLE_BAR);
	canvas_text(c, 0, 0, line.buf, here ? ROLE_BAR : ROLE_REFUSED);
	strbuf_release(&line);
}

static void print(const struct preview *p, struct grid *g, struct strbuf *out)
{
	glyph_to_tier(g, p->look.tier);
	if (p->look.ansi) {
		theme_grid_ansi(g, p->look.theme, p->look.depth, out);
		return;
	}
	for (int row = 0; row < g->rows; row++) {
		grid_row_text(g, row, out);
		strbuf_addch(out, '\n');
	}
}

void preview_paint(struct preview *p, int cols, int rows, struct now now,
		   struct strbuf *out)
{
	const char *path = mistakes_path(p->now.d, p->now.set, p->look.id);
	const struct mistakes m = { &p->diags, p->now.d, path };
	int most = rows / MISTAKE_SHARE, below = mistakes_rows(&m, most), top;
	struct canvas all, part;
	struct grid g;

	grid_init(&g, cols, rows);
	all = grid_canvas(&g);
	top = rows - below - STATUS_ROWS;
	if (top >= 0) {
		int w = p->look.cols && p->look.cols < cols ? p->look.cols : cols;

		top = picture_rows(p, w, top);
		part = canvas_sub(&all, 0, 0, w, top);
		add_picture(p, &part, now);
		part = canvas_sub(&all, 0, top, cols, STATUS_ROWS);
		add_status(p, &part);
		top += STATUS_ROWS;
	}
	part = canvas_sub(&all, 0, top < 0 ? 0 : top, cols, below);
	mistakes_paint(&m, &part);
	print(p, &g, out);
	grid_release(&g);
}
