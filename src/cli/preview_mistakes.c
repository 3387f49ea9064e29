/* preview_mistakes.c - a mistake is a sentence, the line it stands in, and a pointer. */
#include "cli/preview_mistakes.h"

#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

/* --- which file --------------------------------------------------------------------- */

const char *mistakes_path(const struct station_def *d, const struct screen_set *set,
			  const char *id)
{
	const struct screen *s = set ? screen_set_find(set, id) : NULL;

	if (s)
		return s->path;
	for (size_t i = 0; d && i < d->n_screens; i++)
		if (screen_text_has_id(d->screens[i].text, id))
			return d->screens[i].path;
	return "";
}

/* --- which lines -------------------------------------------------------------------- */

static bool is_here(const struct mistakes *m, const struct diag *d)
{
	return m->path[0] && strcmp(d->file, m->path) == 0;
}

static const char *text_of(const struct mistakes *m, const struct diag *d)
{
	for (size_t i = 0; m->d && i < m->d->n_screens; i++)
		if (strcmp(m->d->screens[i].path, d->file) == 0)
			return m->d->screens[i].text;
	return NULL;
}

/* The line of the text, cleaned; owned, or NULL. */
static char *source_line(const char *text, int line)
{
	struct strbuf clean = STRBUF_INIT;
	char *raw;

	for (int n = 1; text && n < line; n++) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	if (!text || line < 1)
		return NULL;
	raw = xstrndup(text, strcspn(text, "\n"));
	for (char *tab = raw; (tab = strchr(tab, '\t')); tab++)
		*tab = ' '; /* columns count characters */
	utf8_clean(&clean, raw, strlen(raw));
	free(raw);
	return strbuf_detach(&clean);
}

static int rows_of(const struct mistakes *m, const struct diag *d)
{
	char *line = source_line(text_of(m, d), d->line);
	int rows = !line ? 1 : d->column > 0 ? 3 : 2;

	free(line);
	return rows;
}

static size_t elsewhere(const struct mistakes *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->diags->n; i++)
		n += !is_here(m, &m->diags->v[i]);
	return n;
}

int mistakes_rows(const struct mistakes *m, int most)
{
	int rows = elsewhere(m) > 0;

	for (size_t i = 0; i < m->diags->n && rows < most; i++)
		if (is_here(m, &m->diags->v[i]))
			rows += rows_of(m, &m->diags->v[i]);
	return rows < most ? rows : most;
}

/* --- painting ----------------------------------------------------------------------- */

/* From the cell on that keeps the place in view. */
static void paint_source(const struct canvas *c, int row, const char *line, int column)
{
	int skip = column > c->cols - 8 ? column - c->cols / 2 : 0;
	const char *at = line;
	size_t left = strlen(line), used;
	uint32_t cp;

	for (int i = 0; i < skip && left && (used = utf8_decode(at, left, &cp)); i++) {
		at += used;
		left -= used;
	}
	canvas_text_fit(c, 2, row, c->cols - 2, at, ROLE_VALUE);
	if (column > 0)
		canvas_put(c, 1 + column - skip, row + 1, '^', ROLE_REFUSED);
}

static int paint_one(const struct mistakes *m, const struct canvas *c, int row,
		     const struct diag *d)
{
	struct strbuf text = STRBUF_INIT;
	char *line = source_line(text_of(m, d), d->line);
	const char *short_path = strrchr(d->file, '/');
	struct diag shown = *d;

	shown.file = short_path ? (char *)short_path + 1 : d->file;
	diag_format(&shown, &text);
	canvas_text_fit(c, 0, row, c->cols, text.buf,
			d->severity == DIAG_ERROR ? ROLE_REFUSED : ROLE_MESSAGE);
	if (line)
		paint_source(c, row + 1, line, d->column);
	free(line);
	strbuf_release(&text);
	return rows_of(m, d);
}

void mistakes_paint(const struct mistakes *m, const struct canvas *c)
{
	size_t others = elsewhere(m);
	int row = 0, most = c->rows - (others > 0);
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < m->diags->n && row < most; i++) {
		const struct canvas part = canvas_sub(c, 0, 0, c->cols, most);

		if (is_here(m, &m->diags->v[i]))
			row += paint_one(m, &part, row, &m->diags->v[i]);
	}
	strbuf_addf(&text, "%zu more in other files: `sightglass check` says what",
		    others);
	if (others)
		canvas_text_fit(c, 0, c->rows - 1, c->cols, text.buf, ROLE_LABEL);
	strbuf_release(&text);
}
