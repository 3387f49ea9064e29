/* say.c - lines: "name: value unit, quality, alarm". Said once, and again only when it
 * reads otherwise. */
#include "console/plain/plain_int.h"

#include <langinfo.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/def.h"
#include "alarm/engine.h"
#include "console/view/picture.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { SAID_MAX = 2000 };

/* Where the terminal knows ASCII alone, one "?" a character. */
static void to_ascii(struct strbuf *text)
{
	size_t to = 0;

	for (size_t i = 0; i < text->len; i++)
		if ((text->buf[i] & 0xC0) != 0x80)
			text->buf[to++] =
				(unsigned char)text->buf[i] < 0x80 ? text->buf[i] : '?';
	text->len = to;
	text->buf[to] = '\0';
}

static void print_line(const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, SAID_MAX);
	if (clean.len && strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		to_ascii(&clean);
	puts(clean.buf);
	fflush(stdout);
	strbuf_release(&clean);
}

void say(const char *fmt, ...)
{
	char text[SAID_MAX + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_line(text);
}

/* --- values ---------------------------------------------------------------------- */

static void add_quality(struct strbuf *out, quality q)
{
	char flags[64];

	strbuf_addf(out, ", %s", quality_class_name(q));
	if (quality_reason(q) != REASON_NONE)
		strbuf_addf(out, ": %s", quality_reason_text(q));
	quality_flags_text(q, flags, sizeof(flags));
	if (flags[0])
		strbuf_addf(out, ", %s", flags);
}

/* A value that is bad is none; an old one is said to be old by its quality. */
static void add_value(struct strbuf *out, const struct sample *s, int decimals,
		      const char *unit)
{
	char text[VALUE_STRING_MAX + 1];

	if (quality_class(s->quality) == QUALITY_BAD &&
	    quality_reason(s->quality) != REASON_STALE) {
		strbuf_adds(out, "no value");
		return;
	}
	value_format(&s->value, decimals, text, sizeof(text));
	strbuf_addf(out, "%s%s%s", text, unit[0] ? " " : "", unit);
}

static void add_alarm(struct strbuf *out, const struct tag_live *live)
{
	if (live->alarm)
		strbuf_addf(out, ", alarm %s%s",
			    alarm_priority_name((enum alarm_priority)live->alarm),
			    live->unacked ? ", unacknowledged" : "");
	if (live->disabled)
		strbuf_adds(out, ", an alarm of it is hidden");
}

static const char *choice_of(const struct screen_item *item, const struct tag_view *v)
{
	char text[VALUE_STRING_MAX + 1];

	value_format(&v->live.sample.value, v->meta->decimals, text, sizeof(text));
	for (size_t i = 0; i < item->n_choices; i++)
		if (strcmp(item->choices[i].value, text) == 0)
			return item->choices[i].text;
	return NULL;
}

static void describe_tag(const struct screen_item *item, const struct tag_view *v,
			 const char *name, struct strbuf *out)
{
	const char *choice = choice_of(item, v);

	strbuf_addf(out, "%s", name);
	if (v->meta->description[0])
		strbuf_addf(out, " (%s)", v->meta->description);
	strbuf_adds(out, ": ");
	add_value(out, &v->live.sample, v->meta->decimals, v->meta->unit);
	if (choice && quality_class(v->live.sample.quality) != QUALITY_BAD)
		strbuf_addf(out, " %s", choice);
	add_quality(out, v->live.sample.quality);
	add_alarm(out, &v->live);
}

/* What a widget says in words stands in its cells. */
static void add_cells(struct strbuf *out, const struct grid *g,
		      const struct screen_item *item)
{
	for (int row = 0; row < item->rows; row++) {
		size_t from = out->len, end = out->len;

		for (int col = row == 0 && item->kind->status_cell; col < item->cols;
		     col++) {
			const struct cell *cell =
				grid_at(g, item->col + col, item->row + row);
			char bytes[4];

			if (!cell || cell->cp == 0 ||
			    (cell->cp == ' ' && out->len == from))
				continue;
			strbuf_add(out, bytes, utf8_encode(cell->cp, bytes));
			if (cell->cp != ' ')
				end = out->len;
		}
		out->len = end;
		out->buf[end] = '\0';
		if (row + 1 < item->rows && end > from)
			strbuf_addch(out, ' ');
	}
}

/* The mark of the status cell, in a word. */
static const char *mark_of(const struct grid *g, const struct screen_item *item)
{
	const struct cell *cell = grid_at(g, item->col, item->row);

	if (!item->kind->status_cell || !cell || cell->cp == ' ')
		return "";
	switch (cell->cp) {
	case '?':
		return ", bad";
	case '~':
		return ", stale";
	case 'u':
		return ", uncertain";
	case 'S':
		return ", substituted";
	case 'T':
		return ", test";
	case 'x':
		return ", an alarm of it is hidden";
	default:
		return ", alarm";
	}
}

/* Already said by an item before this one: a gauge stands beside its value. */
static bool said_before(const struct screen *s, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (s->items[i].tag == s->items[at].tag)
			return true;
	return false;
}

/* "" = nothing that is to be said. */
static void describe(const struct screen *s, const struct picture_source *src,
		     const struct grid *g, size_t at, struct strbuf *out)
{
	const struct screen_item *item = &s->items[at];
	struct picture_target t = picture_target(s, src, (int)at);

	strbuf_clear(out);
	if (t.to) {
		strbuf_addf(out, "leads to screen %s", t.to);
	} else if (item->tag != SCREEN_NO_TAG) {
		struct tag_view v = picture_tag(src, item->tag);

		if (!said_before(s, at))
			describe_tag(item, &v, s->tags[item->tag], out);
	} else if (item->prefix && item->n_states) {
		strbuf_addf(out, "%s: ", item->prefix);
		add_cells(out, g, item);
		strbuf_adds(out, mark_of(g, item));
	}
}

void say_forget(struct plain *p)
{
	for (size_t i = 0; i < p->n_told; i++)
		free(p->told[i]);
	free(p->told);
	p->told = NULL;
	p->n_told = 0;
}

/* Numbered by the drawing it is: the one the screen was drawn in. */
static const struct screen *drawing(const struct plain *p)
{
	return p->model.shown;
}

/* Says the items that read otherwise than before; returns how many. */
static size_t say_items(struct plain *p)
{
	const struct screen *s = drawing(p);
	struct picture_source src = model_source(&p->model, p->now);
	struct strbuf line = STRBUF_INIT;
	struct canvas c;
	struct grid g;
	size_t n = 0;

	grid_init(&g, s->cols, s->rows);
	c = grid_canvas(&g);
	picture_paint(&c, s, &src, PICTURE_NOTHING);
	if (!p->told) {
		p->told = xcalloc(s->n_items + 1, sizeof(*p->told));
		p->n_told = s->n_items;
	}
	for (size_t i = 0; i < s->n_items && i < p->n_told; i++) {
		describe(s, &src, &g, i, &line);
		if (!line.len || (p->told[i] && strcmp(p->told[i], line.buf) == 0))
			continue;
		print_line(line.buf);
		free(p->told[i]);
		p->told[i] = xstrdup(line.buf);
		n++;
	}
	grid_release(&g);
	strbuf_release(&line);
	return n;
}

void say_screen(struct plain *p)
{
	const struct screen *s = drawing(p);

	say_forget(p);
	if (!s) {
		say("this station has no screen to show");
		return;
	}
	say("screen %s: %s", s->id, s->title);
	say_items(p);
}

void say_changes(struct plain *p, bool nothing_too)
{
	if (!drawing(p))
		return;
	if (say_items(p) == 0 && nothing_too)
		say("nothing has changed");
}

void say_tag(const struct wire_tag_state *m)
{
	struct strbuf line = STRBUF_INIT;
	struct sample s = { .quality = m->now.quality, .value = m->now.value };

	strbuf_addf(&line, "%s", m->info.name);
	if (m->info.description[0])
		strbuf_addf(&line, " (%s)", m->info.description);
	strbuf_adds(&line, ": ");
	add_value(&line, &s, m->info.decimals, m->info.unit);
	add_quality(&line, m->now.quality);
	print_line(line.buf);
	strbuf_release(&line);
}

/* --- alarms ---------------------------------------------------------------------- */

/* Its number; a new one gets the next. 0 = there is no room for one more. */
static size_t number_of(struct plain *p, const char *name)
{
	struct said_alarm *a;

	for (size_t i = 0; i < p->n_alarms; i++)
		if (strcmp(p->alarms[i].name, name) == 0)
			return i + 1;
	if (p->n_alarms == PLAIN_ALARMS_MAX)
		return 0;
	a = GROW(&p->alarms, &p->n_alarms);
	*a = (struct said_alarm){ .state = ALARM_S_NORMAL };
	snprintf(a->name, sizeof(a->name), "%s", name);
	return p->n_alarms;
}

static void note(struct said_alarm *a, const struct wire_alarm_row *r)
{
	a->occurrence = r->occurrence;
	a->epoch = r->epoch;
	a->version = r->version;
	a->state = r->state;
}

static void print_alarm(size_t number, const struct wire_alarm_row *r, const char *what)
{
	struct strbuf line = STRBUF_INIT;
	char at[CLOCK_LOCAL_SIZE];

	clock_local_hms((struct wall){ r->raised_ms }, at);
	strbuf_addf(&line, "%s%s alarm %zu: %s: %s, %s", what,
		    alarm_priority_name((enum alarm_priority)r->priority), number,
		    r->name, r->message, alarm_state_name((enum alarm_state)r->state));
	if (isfinite(r->value))
		strbuf_addf(&line, ", at %g%s%s", r->value, r->unit[0] ? " " : "",
			    r->unit);
	strbuf_addf(&line, ", since %s", at);
	print_line(line.buf);
	strbuf_release(&line);
}

void say_alarm(struct plain *p, const struct wire_alarm_row *r)
{
	struct said_alarm *a;
	size_t number;

	if (!p->alarms_said || alarm_row_shelf(r) != SHELF_LIST)
		return;
	number = number_of(p, r->name);
	if (!number)
		return;
	a = &p->alarms[number - 1];
	if (a->occurrence == r->occurrence && a->state == r->state) {
		a->epoch = r->epoch; /* it reads the same: only the list moved on */
		a->version = r->version;
		return;
	}
	if (r->state == ALARM_S_NORMAL)
		say("over: %s alarm %zu: %s",
		    alarm_priority_name((enum alarm_priority)r->priority), number,
		    r->name);
	else
		print_alarm(number, r, a->occurrence == r->occurrence ? "" : "new: ");
	note(a, r);
}

void say_alarms(struct plain *p)
{
	size_t n = model_alarm_order(&p->model, NULL, NULL, 0);
	const struct wire_alarm_row **rows = xcalloc(n + 1, sizeof(*rows));

	model_alarm_order(&p->model, NULL, rows, n);
	if (n == 0)
		say("no alarms");
	else
		say("%zu alarm%s", n, n == 1 ? "" : "s");
	for (size_t i = 0; i < n; i++) {
		size_t number = number_of(p, rows[i]->name);

		if (!number)
			continue;
		print_alarm(number, rows[i], "");
		note(&p->alarms[number - 1], rows[i]);
	}
	p->alarms_said = true;
	free(rows);
}
