/*
 * device_view.c - every device: does it answer, how well, and what went wrong last. A
 * table, and the selected device in words; all of it from one answer of the server, with
 * its age: an answer that does not come is not hidden.
 */
#include "console/view/parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	DETAIL_MIN = 6,   /* rows */
	LIST_MIN = 4,     /* rows of the table that stay */
	DETAIL_FROM = 13, /* a smaller canvas shows the table only */
	NAME_COL = 2,
	NAME_MIN = 14,
	LABEL_CELLS = 14,
	NUMBERS_FROM = 72, /* columns; a narrower table leaves the figures out */
	OLD_MS = 5000      /* an answer older than this is no news */
};

/* --- the table ---------------------------------------------------------------------- */

struct figure {
	const char *head;
	int cells;
	void (*text)(const struct wire_device *d, char *out, size_t size);
};

static void tags_text(const struct wire_device *d, char *out, size_t size)
{
	snprintf(out, size, "%" PRIu32, d->tags);
}

static void bad_text(const struct wire_device *d, char *out, size_t size)
{
	snprintf(out, size, "%" PRIu32, d->tags_bad);
}

static void rate_text(const struct wire_device *d, char *out, size_t size)
{
	if (d->has_stats)
		num_format(d->per_second, 1, out, size);
	else
		snprintf(out, size, "-");
}

/* Milliseconds; "-" where nothing was measured yet. */
static void ms_text(const struct wire_device *d, uint32_t us, char *out, size_t size)
{
	if (d->has_stats && d->max_us)
		num_format(us / 1000.0, us < 10000 ? 2 : us < 100000 ? 1 : 0, out, size);
	else
		snprintf(out, size, "-");
}

static void p50_text(const struct wire_device *d, char *out, size_t size)
{
	ms_text(d, d->p50_us, out, size);
}

static void p99_text(const struct wire_device *d, char *out, size_t size)
{
	ms_text(d, d->p99_us, out, size);
}

static void late_text(const struct wire_device *d, char *out, size_t size)
{
	uint64_t n = 0;

	for (size_t i = 0; i < d->n_classes; i++)
		n += d->classes[i].late + d->classes[i].skipped;
	if (d->n_classes)
		snprintf(out, size, "%" PRIu64, n);
	else
		snprintf(out, size, "-");
}

static const struct figure figures[] = {
	{ "TAGS", 5, tags_text },  { "BAD", 5, bad_text },    { "REQ/s", 7, rate_text },
	{ "P50 ms", 7, p50_text }, { "P99 ms", 7, p99_text }, { "LATE", 6, late_text },
};

enum { FIGURES = sizeof(figures) / sizeof(figures[0]), STATE_CELLS = 13 };

static int figures_cells(const struct canvas *c)
{
	int cells = 0;

	for (size_t i = 0; c->cols >= NUMBERS_FROM && i < FIGURES; i++)
		cells += 1 + figures[i].cells;
	return cells;
}

static int state_col(const struct canvas *c)
{
	int col = c->cols - figures_cells(c) - STATE_CELLS;

	if (c->cols < NUMBERS_FROM)
		return NAME_COL + NAME_MIN + 2;
	return col > NAME_COL + 40 ? NAME_COL + 40 : col;
}

static void head_paint(const struct canvas *c)
{
	int col = state_col(c) + STATE_CELLS;

	canvas_text(c, NAME_COL, 0, "DEVICE", ROLE_UNIT);
	canvas_text(c, state_col(c), 0, "STATE", ROLE_UNIT);
	for (size_t i = 0; c->cols >= NUMBERS_FROM && i < FIGURES; i++) {
		canvas_number(c, col + 1, 0, figures[i].cells, figures[i].head,
			      ROLE_UNIT);
		col += 1 + figures[i].cells;
	}
}

/* As values of that quality look; no colour of an alarm: these are no process alarms. */
static enum role device_role(const struct wire_device *d, bool live)
{
	if (!live)
		return ROLE_STALE;
	if (d->link != WIRE_LINK_UP || d->ne107 == WIRE_NE107_FAILURE)
		return ROLE_BAD;
	if (d->ne107 == WIRE_NE107_OUT_OF_SPEC)
		return ROLE_UNCERTAIN;
	return d->ne107 == WIRE_NE107_OK ? ROLE_VALUE : ROLE_MARK;
}

static void row_paint(const struct canvas *c, int row, const struct wire_device *d,
		      bool live)
{
	enum role role = device_role(d, live), quiet = live ? ROLE_LABEL : ROLE_STALE;
	char letter = wire_ne107_letter((enum wire_ne107)d->ne107), text[32];
	int state = state_col(c), col = state + STATE_CELLS;

	if (letter != ' ')
		canvas_put(c, 0, row, (unsigned char)letter, role);
	canvas_text_fit(c, NAME_COL, row, state - NAME_COL - 1, d->name,
			live ? ROLE_VALUE : ROLE_STALE);
	canvas_text_fit(c, state, row, STATE_CELLS,
			wire_link_name((enum wire_link)d->link),
			d->link == WIRE_LINK_UP ? quiet : role);
	for (size_t i = 0; c->cols >= NUMBERS_FROM && i < FIGURES; i++) {
		figures[i].text(d, text, sizeof(text));
		canvas_number(c, col + 1, row, figures[i].cells, text, quiet);
		col += 1 + figures[i].cells;
	}
}

/* --- one device in words ------------------------------------------------------------ */

struct words {
	const struct canvas *c;
	int row;
	struct strbuf text;
};

/* Text of w over as many rows as it takes. */
static void say(struct words *w, const char *label, enum role role)
{
	int used;

	canvas_text(w->c, 0, w->row, label, ROLE_UNIT);
	used = wrap_paint(w->c, LABEL_CELLS, w->row, w->c->cols - LABEL_CELLS,
			  w->text.buf, role);
	w->row += used ? used : 1;
	strbuf_clear(&w->text);
}

static void add_time(struct strbuf *out, int64_t at_ms)
{
	char at[CLOCK_LOCAL_SIZE];

	clock_local((struct wall){ at_ms }, at);
	strbuf_adds(out, at);
}

/* What the status is worth to somebody who reads the values. */
static const char *ne107_meaning(enum wire_ne107 status)
{
	switch (status) {
	case WIRE_NE107_OK:
		break;
	case WIRE_NE107_MAINTENANCE:
		return ": its values are right, but it reconnected or refused addresses";
	case WIRE_NE107_OUT_OF_SPEC:
		return ": errors or late scans within the last minute";
	case WIRE_NE107_FUNCTION:
		return ": somebody substitutes its values by hand";
	case WIRE_NE107_FAILURE:
		return ": its values are not valid";
	}
	return "";
}

static void say_state(struct words *w, const struct wire_device *d, enum role role)
{
	strbuf_adds(&w->text, wire_link_name((enum wire_link)d->link));
	if (d->since_ms) {
		strbuf_adds(&w->text, " since ");
		add_time(&w->text, d->since_ms);
	}
	if (d->text[0])
		strbuf_addf(&w->text, ": %s", d->text);
	say(w, "state", role);
	strbuf_adds(&w->text, wire_ne107_name((enum wire_ne107)d->ne107));
	strbuf_adds(&w->text, ne107_meaning((enum wire_ne107)d->ne107));
	say(w, "NE 107", role);
	strbuf_addf(&w->text, "%" PRIu32 ", %" PRIu32 " bad", d->tags, d->tags_bad);
	if (d->tags_by_hand)
		strbuf_addf(&w->text, ", %" PRIu32 " substituted by hand",
			    d->tags_by_hand);
	say(w, "tags", ROLE_LABEL);
}

static void say_last_error(struct words *w, const struct wire_device *d)
{
	if (d->last_error[0]) {
		add_time(&w->text, d->last_error_ms);
		strbuf_addf(&w->text, "  %s", d->last_error);
	} else {
		strbuf_adds(&w->text, "none since the server started");
	}
	say(w, "last error", ROLE_LABEL);
}

static void say_round_trip(struct words *w, const struct wire_device *d)
{
	const struct {
		const char *name;
		uint32_t us;
	} parts[] = { { "p50", d->p50_us },
		      { "p95", d->p95_us },
		      { "p99", d->p99_us },
		      { "longest", d->max_us } };
	char text[32];

	if (!d->max_us)
		return;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		ms_text(d, parts[i].us, text, sizeof(text));
		strbuf_addf(&w->text, "%s%s %s ms", i ? ", " : "", parts[i].name, text);
	}
	say(w, "round trip", ROLE_LABEL);
}

static void say_scans(struct words *w, const struct wire_device *d)
{
	for (size_t i = 0; i < d->n_classes; i++) {
		const struct wire_scan_class *s = &d->classes[i];

		strbuf_addf(&w->text,
			    "%s%severy %" PRIu32 " ms in %" PRIu32 " request%s: %" PRIu64
			    " done, %" PRIu64 " late, %" PRIu64 " skipped",
			    s->name, s->name[0] ? " " : "", s->period_ms, s->requests,
			    s->requests == 1 ? "" : "s", s->done, s->late, s->skipped);
		say(w, i ? "" : "scans", ROLE_LABEL);
	}
}

static void say_requests(struct words *w, const struct wire_device *d)
{
	if (d->requests || d->n_classes) {
		strbuf_addf(&w->text,
			    "%" PRIu64 ", of them %" PRIu64 " writes; %" PRIu64
			    " refused by the device, %" PRIu64
			    " without an answer; %" PRIu64 " connection%s",
			    d->requests, d->writes, d->exceptions, d->timeouts,
			    d->connects, d->connects == 1 ? "" : "s");
		say(w, "requests", ROLE_LABEL);
	}
	if (d->messages || d->parse_errors) {
		strbuf_addf(&w->text,
			    "%" PRIu64 ", of them %" PRIu64 " that could not be read",
			    d->messages, d->parse_errors);
		say(w, "messages", ROLE_LABEL);
	}
}

static void say_refused(struct words *w, const struct wire_device *d)
{
	for (size_t i = 0; i < d->n_refused; i++)
		strbuf_addf(&w->text, "%s%s %" PRIu64, i ? ", " : "", d->refused[i].name,
			    d->refused[i].n);
	if (d->n_refused)
		say(w, "not believed", ROLE_UNCERTAIN);
	if (d->n_holes) {
		strbuf_addf(&w->text, "%s", d->holes);
		say(w, "left out", ROLE_LABEL);
	}
}

/* Returns the rows it takes, even beyond the canvas. */
static int detail_paint(const struct canvas *c, const struct wire_device *d, bool live)
{
	struct words w = { .c = c, .row = 1, .text = STRBUF_INIT };
	enum role role = device_role(d, live);

	for (int col = 0; col < c->cols; col++)
		canvas_put(c, col, 0, 0x2500, ROLE_PIPE);
	strbuf_addf(&w.text, "%s  %s  %s", d->name, d->driver, d->where);
	w.row += wrap_paint(c, 0, w.row, c->cols, w.text.buf, ROLE_TITLE);
	strbuf_clear(&w.text);
	say_state(&w, d, role == ROLE_VALUE || role == ROLE_MARK ? ROLE_LABEL : role);
	say_last_error(&w, d);
	say_round_trip(&w, d);
	say_scans(&w, d);
	say_requests(&w, d);
	say_refused(&w, d);
	strbuf_release(&w.text);
	return w.row;
}

static int detail_rows(const struct canvas *c, const struct wire_device *d, bool live)
{
	struct canvas none = canvas_sub(c, 0, 0, c->cols, 0);
	int need = d ? detail_paint(&none, d, live) : 0, most = c->rows - 2 - LIST_MIN;

	if (!d || c->rows < DETAIL_FROM)
		return 0;
	need = need < most ? need : most;
	return need > DETAIL_MIN ? need : DETAIL_MIN;
}

/* --- the page ---------------------------------------------------------------------- */

static bool is_live(const struct frame_input *in)
{
	const struct model_devices *all = &in->m->devices;

	return !model_lost(in->m) && all->told &&
	       mono_ms_between(all->at, in->now.mono) < OLD_MS;
}

static void title_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct model_devices *all = &in->m->devices;
	size_t unwell = 0;
	char text[300], how[40] = "all well", at[CLOCK_LOCAL_SIZE];

	for (size_t i = 0; i < all->n; i++)
		unwell += model_device_abnormal(&all->v[i]);
	if (unwell)
		snprintf(how, sizeof(how), "%zu not well", unwell);
	snprintf(text, sizeof(text), "%zu device%s, %s%s", all->n, all->n == 1 ? "" : "s",
		 how, all->n && !in->ui->devices.selected[0] ? "  -  arrows select" : "");
	if (all->refusal[0])
		snprintf(text, sizeof(text), "%s", all->refusal);
	else if (!all->told)
		snprintf(text, sizeof(text), "asking the server...");
	canvas_text_fit(c, 0, 0, c->cols, text,
			all->refusal[0] ? ROLE_REFUSED : ROLE_TITLE);
	if (!all->told || is_live(in))
		return;
	clock_local_hms((struct wall){ all->at_ms }, at);
	snprintf(text, sizeof(text), " as of %s: not live ", at);
	canvas_text(c, c->cols - (int)strlen(text), 0, text, ROLE_REFUSED);
}

size_t device_list(const struct model *m, const struct ui_filter *f,
		   const struct wire_device **out)
{
	size_t n = 0;

	for (size_t i = 0; i < m->devices.n; i++) {
		const struct wire_device *d = &m->devices.v[i];
		const char *const texts[] = { d->name, d->driver, d->where, d->text };

		if (ui_filter_holds(f, texts, sizeof(texts) / sizeof(texts[0])))
			out[n++] = d;
	}
	return n;
}

static size_t selected_at(const struct frame_input *in,
			  const struct wire_device *const *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(all[i]->name, in->ui->devices.selected) == 0)
			return i;
	return MODEL_NOT_FOUND;
}

static void keep_in_sight(struct ui_devices *u, size_t at, size_t n, size_t rows)
{
	if (at != MODEL_NOT_FOUND && at >= u->top + rows)
		u->top = at - rows + 1;
	if (at != MODEL_NOT_FOUND && at < u->top)
		u->top = at;
	if (u->top && u->top + rows > n)
		u->top = n > rows ? n - rows : 0;
}

static void rows_paint(const struct canvas *c, const struct frame_input *in,
		       const struct wire_device *const *all, size_t n, size_t at)
{
	size_t top = in->ui->devices.top;
	bool live = is_live(in);

	for (int i = 0; i < c->rows && top + (size_t)i < n; i++) {
		row_paint(c, i, all[top + (size_t)i], live);
		if (top + (size_t)i != at)
			continue;
		canvas_select(c, 1, i, c->cols - 1);
		c->grid->cursor_col = c->col;
		c->grid->cursor_row = c->row + i;
	}
}

void device_view_paint(const struct canvas *c, const struct frame_input *in)
{
	size_t all = in->m->devices.n, n, at;
	const struct wire_device **shown = xcalloc(all + 1, sizeof(*shown)), *d;
	int detail, rows, top = 1;

	n = device_list(in->m, &in->ui->filter, shown);
	at = selected_at(in, shown, n);
	d = at == MODEL_NOT_FOUND ? NULL : shown[at];
	title_paint(c, in);
	top += filter_paint(c, top, &in->ui->filter, n, all);
	struct canvas head = canvas_sub(c, 0, top++, c->cols, 1);
	detail = detail_rows(c, d, is_live(in));
	rows = c->rows - top - detail;
	struct canvas list = canvas_sub(c, 0, top, c->cols, rows);
	struct canvas low = canvas_sub(c, 0, c->rows - detail, c->cols, detail);

	in->ui->drawn.list_rows = rows > 0 ? (size_t)rows : 0;
	keep_in_sight(&in->ui->devices, at, n, in->ui->drawn.list_rows);
	if (all)
		head_paint(&head);
	rows_paint(&list, in, shown, n, at);
	in->ui->drawn.list = drawn_area(&list);
	if (detail)
		detail_paint(&low, d, is_live(in));
	free(shown);
}
