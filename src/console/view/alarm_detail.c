/* alarm_detail.c - the selected alarm in words: what to do first, then why, then all that
 * is known of it. */
#include "console/view/parts.h"

#include <math.h>
#include <stdio.h>

#include "alarm/engine.h"
#include "util/strbuf.h"

enum { LABEL_CELLS = 13 };

static void facts_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	char at[CLOCK_LOCAL_SIZE];

	strbuf_addf(out, "%s  %s", r->name, r->type);
	if (isfinite(r->limit))
		strbuf_addf(out, " %g %s", r->limit, r->unit);
	if (isfinite(r->limit) && isfinite(r->value))
		strbuf_addf(out, ", was %g %s", r->value, r->unit);
	if (r->raised_ms) { /* what is suppressed may never have been */
		clock_local((struct wall){ r->raised_ms }, at);
		strbuf_addf(out, "  raised %s", at);
	}
	if (r->acked_by[0] && r->acked_ms)
		strbuf_addf(out, "  acknowledged by %s", r->acked_by);
	if (r->source_bad)
		strbuf_adds(out, "  its source is bad now");
}

static int line_paint(const struct canvas *c, int row, const char *label,
		      const char *text)
{
	if (!text[0])
		return row;
	canvas_text(c, 0, row, label, ROLE_UNIT);
	return row +
	       wrap_paint(c, LABEL_CELLS, row, c->cols - LABEL_CELLS, text, ROLE_LABEL);
}

static void hidden_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	static const struct {
		uint8_t bit;
		const char *text;
	} why[] = { { ALARM_SUP_EXPRESSION, "its expression is true" },
		    { ALARM_SUP_FIRST_OUT, "it follows the first of its group" },
		    { ALARM_SUP_PARENT, "what it watches is not reached" },
		    { ALARM_SUP_MANUAL, "by hand" } };
	char at[CLOCK_LOCAL_SIZE];

	if (r->hidden_since_ms) {
		clock_local((struct wall){ r->hidden_since_ms }, at);
		strbuf_addf(out, "since %s", at);
	}
	if (r->hidden_by[0])
		strbuf_addf(out, " by %s", r->hidden_by);
	if (r->hidden_reason[0])
		strbuf_addf(out, ": %s", r->hidden_reason);
	for (size_t i = 0; i < sizeof(why) / sizeof(why[0]); i++)
		if (r->suppressed & why[i].bit)
			strbuf_addf(out, "; %s", why[i].text);
	if (r->shelf_until_ms) {
		clock_local((struct wall){ r->shelf_until_ms }, at);
		strbuf_addf(out, "; shelved until %s", at);
	}
}

/* Those that came before it and wait, too. */
static void older_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	char at[CLOCK_LOCAL_SIZE];

	for (size_t i = 0; i < r->n_older && i < WIRE_OLDER_MAX; i++) {
		clock_local_hms((struct wall){ r->older[i].raised_ms }, at);
		strbuf_addf(out, "%s%s", i ? ", " : "", at);
	}
}

static void comment_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	char at[CLOCK_LOCAL_SIZE];

	if (!r->comment_ms)
		return;
	clock_local((struct wall){ r->comment_ms }, at);
	strbuf_addf(out, "%s (%s, %s)", r->comment, r->comment_by, at);
}

static void owner_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	strbuf_adds(out, r->area);
	if (r->class_name[0])
		strbuf_addf(out, ", class %s", r->class_name);
	if (r->owner[0])
		strbuf_addf(out, ", owner %s", r->owner);
	if (r->reviewed[0])
		strbuf_addf(out, ", reviewed %s", r->reviewed);
	if (r->group[0])
		strbuf_addf(out, ", group %s", r->group);
}

/* The keys that do something to it now. */
static void keys_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	enum model_shelf shelf = alarm_row_shelf(r);

	if (r->respond_within_s > 0)
		strbuf_addf(out, "respond within %lld min  ",
			    (long long)((r->respond_within_s + 59) / 60));
	if (alarm_row_unacked(r))
		strbuf_adds(out, "a acknowledges  ");
	if (r->flags & ALARM_F_UNCONFIRMED)
		strbuf_adds(out, "k confirms  ");
	if (r->state == ALARM_S_LTACK)
		strbuf_adds(out, "r resets  ");
	if (shelf == SHELF_LIST && r->shelve_max_s)
		strbuf_adds(out, "h shelves  ");
	if (shelf == SHELF_SHELVED || shelf == SHELF_OUT ||
	    (r->suppressed & ALARM_SUP_MANUAL))
		strbuf_adds(out, "u brings it back  ");
	strbuf_adds(out, "c comments  j its journal  ");
	if (r->screen[0])
		strbuf_adds(out, "Enter its screen");
}

int alarm_detail_paint(const struct canvas *c, const struct wire_alarm_row *r)
{
	static const struct {
		const char *label;
		void (*text)(const struct wire_alarm_row *r, struct strbuf *out);
	} lines[] = { { "hidden", hidden_text },
		      { "also waiting", older_text },
		      { "comment", comment_text },
		      { "area", owner_text } };
	struct strbuf text = STRBUF_INIT;
	int row = 1;

	for (int col = 0; col < c->cols; col++)
		canvas_put(c, col, 0, 0x2500, ROLE_PIPE);
	facts_text(r, &text);
	canvas_text_fit(c, 0, row++, c->cols, text.buf, ROLE_TITLE);
	row = line_paint(c, row, "action", r->action);
	row = line_paint(c, row, "cause", r->cause);
	row = line_paint(c, row, "consequence", r->consequence);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		strbuf_clear(&text);
		lines[i].text(r, &text);
		row = line_paint(c, row, lines[i].label, text.len ? text.buf : "");
	}
	strbuf_clear(&text);
	keys_text(r, &text);
	row += wrap_paint(c, 0, row, c->cols, text.buf, ROLE_UNIT);
	strbuf_release(&text);
	return row;
}
