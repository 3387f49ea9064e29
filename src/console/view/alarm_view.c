/*
 * alarm_view.c - the alarm list and its shelves: selected by identity, and it never moves
 * under the cursor. With a row selected the order stands still: what came meanwhile is
 * counted in the title, what went away stays in place as "gone".
 */
#include "console/view/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	TITLE_ROWS = 1,  /* and one more in a flood */
	DETAIL_ROWS = 6, /* and more when its texts need them ... */
	LIST_ROWS = 8,   /* up to half, or all but these */
	MARK_CELLS = 3,
	DETAIL_FROM_ROWS = 13, /* a smaller canvas shows the list only */
	NAME_CELLS = 26,
	NAME_CELLS_WIDE = 44, /* from this many columns on */
	WIDE_COLS = 130,
	STATE_COL = 14,
	NAME_COL = 24
};

static bool fits(const struct ui_filter *f, const struct wire_alarm_row *r)
{
	const char *const texts[] = { r->name, r->message, r->area, r->tag };

	return ui_filter_holds(f, texts, sizeof(texts) / sizeof(texts[0]));
}

/* False: the names are of just that already. */
static bool is_other(struct ui_list *l, const struct model *m, const struct ui_filter *f)
{
	struct ui_list_of *of = &l->of;

	if (of->taken && of->changes == m->list_changes && of->shelf == l->shelf &&
	    of->flood == m->flood.on && strcmp(of->words, f->words.text) == 0)
		return false;
	of->taken = true;
	of->changes = m->list_changes;
	of->shelf = l->shelf;
	of->flood = m->flood.on;
	snprintf(of->words, sizeof(of->words), "%s", f->words.text);
	return true;
}

/* Taken while nobody has a row selected. */
void alarm_list_take(struct ui_list *l, const struct model *m, const struct ui_filter *f)
{
	const struct wire_alarm_row **rows;
	size_t n;

	if (!is_other(l, m, f))
		return;
	rows = xcalloc(m->list.n + 1, sizeof(*rows));
	n = model_shelf_order(m, l->shelf, NULL, rows, m->list.n);
	l->names = xreallocarray(l->names, n + 1, sizeof(*l->names));
	l->n = 0;
	for (size_t i = 0; i < n; i++)
		if (fits(f, rows[i]))
			snprintf(l->names[l->n++], sizeof(*l->names), "%s",
				 rows[i]->name);
	free(rows);
}

/* A row that stands on the list's shelf now. */
static const struct wire_alarm_row *row_of(const struct ui_list *l, const struct model *m,
					   const char *name)
{
	const struct wire_alarm_row *r = model_alarm_find(m, name);

	return r && alarm_row_shelf(r) == l->shelf ? r : NULL;
}

/* Of the list's shelf, and what the filter leaves. */
static size_t count_fitting(const struct ui_list *l, const struct model *m,
			    const struct ui_filter *f)
{
	size_t n = 0;

	for (size_t i = 0; i < m->list.n; i++)
		n += alarm_row_shelf(&m->list.rows[i]) == l->shelf &&
		     fits(f, &m->list.rows[i]);
	return n;
}

static size_t count_new(const struct ui_list *l, const struct model *m,
			const struct ui_filter *f)
{
	size_t there = 0;

	for (size_t i = 0; i < l->n; i++)
		there += row_of(l, m, l->names[i]) != NULL;
	return count_fitting(l, m, f) - there;
}

/* The four lists with their counts: AM-06. */
static void tabs_paint(const struct canvas *c, const struct frame_input *in)
{
	static const char *const names[SHELVES] = {
		[SHELF_LIST] = "Alarms",
		[SHELF_SHELVED] = "Shelved",
		[SHELF_SUPPRESSED] = "Suppressed",
		[SHELF_OUT] = "Out of service",
	};
	int col = 0;

	for (int i = 0; i < SHELVES; i++) {
		char text[40];
		int cells, room = c->cols - col;

		snprintf(text, sizeof(text), " %s %zu ", names[i],
			 model_shelf_count(in->m, (enum model_shelf)i));
		cells = (int)strlen(text);
		if (room <= 0)
			return;
		canvas_text_fit(c, col, 0, cells < room ? cells : room, text, ROLE_TITLE);
		if (in->ui->list.shelf == (enum model_shelf)i)
			canvas_select(c, col, 0, cells < room ? cells : room);
		col += cells + 1;
	}
}

static void flood_paint(const struct canvas *c, int row, const struct wire_flood *f)
{
	struct strbuf text = STRBUF_INIT;
	char since[CLOCK_LOCAL_SIZE];

	clock_local_hms((struct wall){ f->since_ms }, since);
	strbuf_addf(&text, "FLOOD since %s: %u in 10 min", since, f->rate);
	for (size_t i = 0; i < f->n_areas && i < 3; i++) {
		const struct wire_flood_area *a = &f->areas[i];

		strbuf_addf(&text, ", %s %u", a->area,
			    a->n[0] + a->n[1] + a->n[2] + a->n[3]);
	}
	if (f->criticals)
		strbuf_addf(&text, "; %u critical, on top", f->criticals);
	canvas_text_fit(c, 0, row, c->cols, text.buf, ROLE_REFUSED);
	strbuf_release(&text);
}

static int title_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct ui_list *l = &in->ui->list;
	size_t came = l->selected >= 0 ? count_new(l, in->m, &in->ui->filter) : 0;
	int rows = TITLE_ROWS;
	char text[160];

	tabs_paint(c, in);
	if (came) {
		snprintf(text, sizeof(text), " %zu new: Home ", came);
		canvas_text(c, c->cols - (int)strlen(text), 0, text, ROLE_REFUSED);
	}
	if (in->m->flood.on)
		flood_paint(c, rows++, &in->m->flood);
	return rows + filter_paint(c, rows, &in->ui->filter,
				   count_fitting(l, in->m, &in->ui->filter),
				   model_shelf_count(in->m, l->shelf));
}

static const char *state_word(const struct wire_alarm_row *r)
{
	if (r->recording)
		return "recording";
	switch ((enum alarm_state)r->state) {
	case ALARM_S_UNACK:
		return "active";
	case ALARM_S_ACKED:
		return "acked";
	case ALARM_S_RTNUN:
		return "returned";
	case ALARM_S_LTUNK:
	case ALARM_S_LTACK:
		return "latched";
	case ALARM_S_NORMAL:
		break;
	}
	return "normal";
}

static void span_text(int64_t ms, char *out, size_t size)
{
	int64_t min = (ms + 59999) / 60000;

	if (ms <= 0)
		snprintf(out, size, "now");
	else if (min < 60)
		snprintf(out, size, "%d min", (int)min);
	else
		snprintf(out, size, "%d:%02d h", (int)(min / 60), (int)(min % 60));
}

/* What stands where the list says "active": when it is back. */
static void shelf_text(const struct frame_input *in, const struct wire_alarm_row *r,
		       char *out, size_t size)
{
	char left[32];

	switch (alarm_row_shelf(r)) {
	case SHELF_SHELVED:
		span_text(r->shelf_until_ms - in->now.wall.ms - in->m->offset_ms, left,
			  sizeof(left));
		snprintf(out, size, "%s%s", r->shelf == ALARM_SHELF_ONE_SHOT ? "1x " : "",
			 left);
		break;
	case SHELF_SUPPRESSED:
		snprintf(out, size, "%s", alarm_row_active(r) ? "active" : "by design");
		break;
	default:
		snprintf(out, size, "%s", state_word(r));
		break;
	}
}

static bool is_soon(const struct frame_input *in, const struct wire_alarm_row *r)
{
	return alarm_row_back_soon(r, in->now.wall.ms + in->m->offset_ms);
}

static enum role state_role(const struct frame_input *in, const struct wire_alarm_row *r)
{
	if (is_soon(in, r))
		return ROLE_ALARM_TEXT;
	return alarm_row_active(r) && alarm_row_shelf(r) != SHELF_SHELVED ? ROLE_VALUE
									  : ROLE_UNIT;
}

/* What asks for somebody, and what soon does again, stands out (AM-05). */
static enum role text_role(const struct frame_input *in, const struct wire_alarm_row *r)
{
	return is_soon(in, r) || (alarm_row_active(r) && alarm_row_asks(r))
		       ? ROLE_ALARM_TEXT
		       : ROLE_LABEL;
}

/* It stands behind the first of its group, in the list. */
static bool is_branch(const struct wire_alarm_row *r, const struct wire_alarm_row *first)
{
	return first && alarm_row_shelf(r) == SHELF_LIST &&
	       alarm_row_shelf(first) == SHELF_LIST && r->priority != ALARM_CRITICAL;
}

/* The words behind the name. */
static void message_text(const struct model *m, const struct wire_alarm_row *r,
			 struct strbuf *out)
{
	bool listed = alarm_row_shelf(r) == SHELF_LIST;
	const struct wire_alarm_row *first = listed ? model_alarm_first(m, r) : NULL;

	if (listed && r->first_out == WIRE_FIRST)
		strbuf_adds(out, "FIRST: ");
	else if (is_branch(r, first))
		strbuf_adds(out, "\xe2\x94\x94 "); /* of what is above */
	if (!listed)
		strbuf_addf(out, "%s%s%s  ", r->hidden_by, r->hidden_by[0] ? ": " : "",
			    r->hidden_reason);
	strbuf_adds(out, r->message);
	if (first && !is_branch(r, first))
		strbuf_addf(out, " (after %s)", first->name);
	if (r->superseded)
		strbuf_adds(out, " (a worse limit stands)");
	if (r->n_older)
		strbuf_addf(out, " (+%u older)", r->n_older);
	if (r->habits & WIRE_HABIT_CHATTERING)
		strbuf_adds(out, " (chatters)");
	else if (r->habits & WIRE_HABIT_STALE)
		strbuf_adds(out, " (over a day)");
}

static void row_paint(const struct canvas *c, const struct frame_input *in, int row,
		      const char *name, const struct wire_alarm_row *r)
{
	char at[CLOCK_LOCAL_SIZE], state[48];
	int name_cells = c->cols >= WIDE_COLS ? NAME_CELLS_WIDE
			 : c->cols >= 76      ? NAME_CELLS
					      : 0;
	struct strbuf text = STRBUF_INIT;

	if (!r) {
		canvas_text(c, STATE_COL, row, "gone", ROLE_UNIT);
		canvas_text_fit(c, NAME_COL, row, c->cols - NAME_COL, name, ROLE_UNIT);
		return;
	}
	clock_local_hms((struct wall){ r->raised_ms ? r->raised_ms : r->hidden_since_ms },
			at);
	shelf_text(in, r, state, sizeof(state));
	message_text(in->m, r, &text);
	alarm_mark_paint(c, 0, row, r);
	canvas_text(c, 4, row, at, ROLE_UNIT);
	canvas_text_fit(c, STATE_COL, row, NAME_COL - STATE_COL - 1, state,
			state_role(in, r));
	if (name_cells)
		canvas_text_fit(c, NAME_COL, row, name_cells, name, ROLE_LABEL);
	canvas_text_fit(c, NAME_COL + name_cells + (name_cells ? 1 : 0), row,
			c->cols - NAME_COL - name_cells - (name_cells ? 1 : 0), text.buf,
			text_role(in, r));
	strbuf_release(&text);
}

static void keep_in_sight(struct ui_list *l, size_t rows)
{
	size_t selected = l->selected < 0 ? 0 : (size_t)l->selected;

	if (l->selected < 0)
		l->top = 0;
	if (rows && selected >= l->top + rows)
		l->top = selected - rows + 1;
	if (selected < l->top)
		l->top = selected;
}

static void note_drawn(struct drawn_alarm *d, const struct model *m,
		       const struct wire_alarm_row *r)
{
	*d = (struct drawn_alarm){ .there = true,
				   .occurrence = r->occurrence,
				   .epoch = m->list.epoch,
				   .version = m->list.version };
	snprintf(d->name, sizeof(d->name), "%s", r->name);
}

static void note_waiting(struct drawn *d, const struct model *m,
			 const struct wire_alarm_row *r)
{
	if (alarm_row_unacked(r) && d->n_waiting < UI_WAITING_MAX)
		note_drawn(&d->waiting[d->n_waiting++], m, r);
}

static void rows_paint(const struct canvas *c, const struct frame_input *in)
{
	struct ui_list *l = &in->ui->list;

	for (int i = 0; i < c->rows && l->top + (size_t)i < l->n; i++) {
		const char *name = l->names[l->top + (size_t)i];
		const struct wire_alarm_row *r = row_of(l, in->m, name);

		row_paint(c, in, i, name, r);
		if (r)
			note_waiting(&in->ui->drawn, in->m, r);
		if ((int)l->top + i != l->selected)
			continue;
		canvas_select(c, MARK_CELLS, i, c->cols - MARK_CELLS);
		c->grid->cursor_col = c->col;
		c->grid->cursor_row = c->row + i;
		if (r)
			note_drawn(&in->ui->drawn.selected, in->m, r);
	}
}

static const struct wire_alarm_row *selected_row(const struct frame_input *in)
{
	const struct ui_list *l = &in->ui->list;

	return l->selected >= 0 && (size_t)l->selected < l->n
		       ? row_of(l, in->m, l->names[l->selected])
		       : NULL;
}

/* What the operator is to do is never cut while there is room. */
static int detail_rows(const struct canvas *c, const struct wire_alarm_row *r)
{
	struct canvas none = canvas_sub(c, 0, 0, c->cols, 0);
	int need = r ? alarm_detail_paint(&none, r) : 0;
	int half = c->rows / 2, most = c->rows - LIST_ROWS;

	most = most > half ? most : half;
	if (c->rows < DETAIL_FROM_ROWS)
		return 0;
	if (need > most)
		need = most;
	return need > DETAIL_ROWS ? need : DETAIL_ROWS;
}

static void say_empty(const struct canvas *c, const struct frame_input *in, int row)
{
	static const char *const empty[SHELVES] = {
		[SHELF_LIST] = "no alarm is active or waits for acknowledgement",
		[SHELF_SHELVED] = "nothing is shelved",
		[SHELF_SUPPRESSED] = "nothing is suppressed",
		[SHELF_OUT] = "nothing is out of service",
	};

	if (in->m->has_list && in->ui->list.n == 0 && !ui_filter_on(&in->ui->filter))
		canvas_text(c, 0, row, empty[in->ui->list.shelf], ROLE_UNIT);
}

void alarm_view_paint(const struct canvas *c, const struct frame_input *in)
{
	struct ui_list *l = &in->ui->list;
	struct drawn *drawn = &in->ui->drawn;
	const struct wire_alarm_row *r = selected_row(in);
	int detail = detail_rows(c, r), title = title_paint(c, in);
	int rows = c->rows - title - detail;
	struct canvas list = canvas_sub(c, 0, title, c->cols, rows);
	struct canvas low = canvas_sub(c, 0, c->rows - detail, c->cols, detail);

	drawn->selected.there = false;
	drawn->n_waiting = 0;
	drawn->list_rows = rows > 0 ? (size_t)rows : 0;
	if (l->selected < 0)
		alarm_list_take(l, in->m, &in->ui->filter);
	keep_in_sight(l, drawn->list_rows);
	rows_paint(&list, in);
	in->ui->drawn.list = drawn_area(&list);
	if (detail && r)
		alarm_detail_paint(&low, r);
	else if (detail && l->n)
		canvas_text(&low, 0, detail - 1,
			    "arrows select; left and right: the lists", ROLE_UNIT);
	say_empty(c, in, title + 1);
}
