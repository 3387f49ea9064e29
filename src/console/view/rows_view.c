/*
 * rows_view.c - a page of rows that the server tells again and again: overrides, people.
 * Selected by identity, and it never moves under the cursor: with a row selected the
 * order stands, what came meanwhile is counted in the title, what went away stays as
 * "gone".
 */
#include "console/view/rows_view.h"

#include <stdio.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

enum { DETAIL_FROM_ROWS = 12, DETAIL_MIN = 4, LIST_MIN = 5 };

const struct report_line *rows_find(const struct rows_page *p, const struct model_rows *r,
				    const char *key)
{
	char is[UI_ROW_KEY_MAX];

	for (size_t i = 0; i < r->n; i++) {
		p->key(r->v[i].field, is, sizeof(is));
		if (strcmp(is, key) == 0)
			return &r->v[i];
	}
	return NULL;
}

static bool fits(const struct rows_page *p, const struct ui_filter *f,
		 const struct report_line *l)
{
	return ui_filter_holds(f, (const char *const *)l->field, p->fields);
}

static size_t count_fitting(const struct rows_page *p, const struct ui_filter *f,
			    const struct model_rows *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += fits(p, f, &r->v[i]);
	return n;
}

static void take_order(const struct rows_page *p, const struct frame_input *in,
		       const struct model_rows *r, struct ui_rows *u)
{
	u->row = xreallocarray(u->row, r->n + 1, sizeof(*u->row));
	u->n = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct ui_row *row = &u->row[u->n];

		if (!fits(p, &in->ui->filter, &r->v[i]))
			continue;
		p->key(r->v[i].field, row->key, sizeof(row->key));
		row->line = (int)i;
		u->n++;
	}
	u->answer = r->answer;
}

/* Where the rows of an order that stands are in a new answer. Once an answer, not once a
 * frame: thousands against thousands. */
static void find_again(const struct rows_page *p, const struct model_rows *r,
		       struct ui_rows *u)
{
	struct strmap *lines;
	char key[UI_ROW_KEY_MAX];
	int64_t line;

	if (u->answer == r->answer)
		return;
	lines = strmap_new();
	for (size_t i = r->n; i-- > 0;) { /* of equals the first, as rows_find */
		p->key(r->v[i].field, key, sizeof(key));
		strmap_put(lines, key, (int64_t)i);
	}
	for (size_t i = 0; i < u->n; i++)
		u->row[i].line = strmap_get(lines, u->row[i].key, &line) ? (int)line : -1;
	strmap_free(lines);
	u->answer = r->answer;
}

static const struct report_line *line_of(const struct model_rows *r,
					 const struct ui_rows *u, size_t i)
{
	return u->row[i].line < 0 ? NULL : &r->v[u->row[i].line];
}

static void keep_in_sight(struct ui_rows *u, size_t rows)
{
	size_t at = u->selected < 0 ? 0 : (size_t)u->selected;

	if (u->selected < 0)
		u->top = 0;
	if (rows && at >= u->top + rows)
		u->top = at - rows + 1;
	if (at < u->top)
		u->top = at;
}

/* --- cells -------------------------------------------------------------------------- */

void rows_time_text(const char *ms, struct now now, char *out, size_t size)
{
	char at[CLOCK_LOCAL_SIZE], today[CLOCK_LOCAL_SIZE];
	int64_t when;

	out[0] = '\0';
	if (!num_parse_int(ms, 1, INT64_MAX, &when))
		return;
	clock_local((struct wall){ when }, at);
	clock_local(now.wall, today);
	if (strncmp(at, today, 10) == 0)
		snprintf(out, size, "%.8s", at + 11);
	else
		snprintf(out, size, "%.11s", at + 5);
}

/* The columns that a width has room for: those with from <= it; the last takes the rest.
 */
static void cells_paint(const struct canvas *c, int row, const struct rows_page *p,
			char *const *field, const struct frame_input *in, enum role role)
{
	char text[WIRE_TEXT_MAX + 1];
	int col = 1;

	for (const struct rows_column *k = p->column; k->head; k++) {
		bool last = !k[1].head;
		int cells = last                   ? c->cols - col
			    : c->cols >= ROWS_WIDE ? k->wide
						   : k->cells;

		if (c->cols < k->from || cells <= 0)
			continue;
		snprintf(text, sizeof(text), "%s", k->head);
		if (field)
			k->text(field, in, text, sizeof(text));
		canvas_text_fit(c, col, row, cells, text, field ? role : ROLE_UNIT);
		col += cells + 1;
	}
}

static void rows_paint(const struct canvas *c, const struct frame_input *in,
		       const struct rows_page *p, const struct model_rows *r,
		       const struct ui_rows *u)
{
	bool live = model_rows_live(in->m, r, in->now);

	for (int i = 0; i < c->rows && u->top + (size_t)i < u->n; i++) {
		const struct report_line *l = line_of(r, u, u->top + (size_t)i);

		if (l) {
			cells_paint(c, i, p, l->field, in,
				    live ? p->role(l->field) : ROLE_STALE);
		} else {
			canvas_text(c, 1, i, "gone", ROLE_UNIT);
			canvas_text_fit(c, 8, i, c->cols - 8,
					u->row[u->top + (size_t)i].key, ROLE_UNIT);
		}
		if ((int)u->top + i != u->selected)
			continue;
		canvas_select(c, 0, i, c->cols);
		c->grid->cursor_col = c->col;
		c->grid->cursor_row = c->row + i;
	}
}

/* --- the page ----------------------------------------------------------------------- */

static void title_paint(const struct canvas *c, const struct frame_input *in,
			const struct rows_page *p, const struct model_rows *r,
			const struct ui_rows *u)
{
	size_t came = 0, known = 0;
	struct strbuf text = STRBUF_INIT;
	char at[CLOCK_LOCAL_SIZE], right[64] = "";

	for (size_t i = 0; u->selected >= 0 && i < u->n; i++)
		known += u->row[i].line >= 0;
	if (u->selected >= 0)
		came = count_fitting(p, &in->ui->filter, r) - known;
	if (r->refusal[0])
		strbuf_adds(&text, r->refusal);
	else if (!r->told)
		strbuf_adds(&text, "asking the server...");
	else
		p->title(r, in, &text);
	canvas_text_fit(c, 0, 0, c->cols, text.buf,
			r->refusal[0] ? ROLE_REFUSED : ROLE_TITLE);
	strbuf_release(&text);
	clock_local_hms((struct wall){ r->at_ms }, at);
	if (r->told && !model_rows_live(in->m, r, in->now))
		snprintf(right, sizeof(right), " as of %s: not live ", at);
	else if (came)
		snprintf(right, sizeof(right), " %zu new: Home ", came);
	if (right[0])
		canvas_text(c, c->cols - (int)strlen(right), 0, right, ROLE_REFUSED);
}

static int detail_rows(const struct canvas *c, const struct frame_input *in,
		       const struct rows_page *p, const struct report_line *l)
{
	struct canvas none = canvas_sub(c, 0, 0, c->cols, 0);
	int need, most = c->rows - LIST_MIN;

	if (!l || c->rows < DETAIL_FROM_ROWS)
		return 0;
	need = 1 + p->detail(&none, 1, l->field, in);
	need = need < most ? need : most;
	return need > DETAIL_MIN ? need : DETAIL_MIN;
}

static void detail_paint(const struct canvas *c, const struct frame_input *in,
			 const struct rows_page *p, const struct report_line *l)
{
	for (int col = 0; col < c->cols; col++)
		canvas_put(c, col, 0, 0x2500, ROLE_PIPE);
	p->detail(c, 1, l->field, in);
}

void rows_view_paint(const struct canvas *c, const struct frame_input *in,
		     const struct rows_page *p, const struct model_rows *r,
		     struct ui_rows *u)
{
	const struct report_line *l;
	int head = 1, detail, rows;

	if (u->selected < 0)
		take_order(p, in, r, u);
	find_again(p, r, u);
	l = u->selected >= 0 && (size_t)u->selected < u->n
		    ? line_of(r, u, (size_t)u->selected)
		    : NULL;
	title_paint(c, in, p, r, u);
	head += filter_paint(c, 1, &in->ui->filter, count_fitting(p, &in->ui->filter, r),
			     r->n);
	if (r->n)
		cells_paint(c, head++, p, NULL, in, ROLE_UNIT);
	detail = detail_rows(c, in, p, l);
	rows = c->rows - head - detail;
	struct canvas list = canvas_sub(c, 0, head, c->cols, rows > 0 ? rows : 0);
	struct canvas low = canvas_sub(c, 0, c->rows - detail, c->cols, detail);

	in->ui->drawn.list_rows = rows > 0 ? (size_t)rows : 0;
	keep_in_sight(u, in->ui->drawn.list_rows);
	rows_paint(&list, in, p, r, u);
	in->ui->drawn.list = drawn_area(&list);
	if (detail)
		detail_paint(&low, in, p, l);
	if (r->told && r->n == 0 && !r->refusal[0])
		canvas_text(c, 1, head + 1, p->none, ROLE_UNIT);
}
