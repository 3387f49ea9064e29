/* changes_view.c - what is staged: the plant's value beside the one that shall be, and
 * what the server says to it; and the writes of which nobody knows what became. */
#include "console/view/changes.h"

#include <stdio.h>
#include <string.h>

#include "console/view/rows_view.h"
#include "util/strbuf.h"

#define CELL(name, at)                                                                   \
	static void name(char *const *f, const struct frame_input *in, char *out,        \
			 size_t size)                                                    \
	{                                                                                \
		(void)in;                                                                \
		snprintf(out, size, "%s", f[at]);                                        \
	}

CELL(tag_text, CHANGE_F_TAG)
CELL(now_text, CHANGE_F_NOW)
CELL(new_text, CHANGE_F_NEW)
CELL(unit_text, CHANGE_F_UNIT)
CELL(limits_text, CHANGE_F_LIMITS)
CELL(state_text, CHANGE_F_STATE)
CELL(who_text, CHANGE_F_WHO)
CELL(why_text, CHANGE_F_TEXT)

static const struct rows_column change_columns[] = {
	{ "tag", 28, 36, 0, tag_text },
	{ "now", 10, 14, 0, now_text },
	{ "new", 10, 14, 0, new_text },
	{ "unit", 6, 8, 50, unit_text },
	{ "limits", 14, 14, 96, limits_text },
	{ "state", 10, 10, 0, state_text },
	{ "staged by", 12, 14, 120, who_text },
	{ "", 0, 0, 96, why_text },
	{ NULL, 0, 0, 0, NULL },
};

static void change_key(char *const *f, char *out, size_t size)
{
	snprintf(out, size, "%s", f[CHANGE_F_TAG]);
}

static enum role change_role(char *const *f)
{
	return f[CHANGE_F_WELL][0] == '1' ? ROLE_VALUE : ROLE_REFUSED;
}

static void change_title(const struct model_rows *r, const struct frame_input *in,
			 struct strbuf *out)
{
	(void)in;
	strbuf_adds(out, r->text);
}

static int change_detail(const struct canvas *c, int row, char *const *f,
			 const struct frame_input *in)
{
	struct strbuf text = STRBUF_INIT;
	int rows;

	(void)in;
	strbuf_addf(&text, "%s: %s \xe2\x86\x92 %s %s", f[CHANGE_F_TAG], f[CHANGE_F_NOW],
		    f[CHANGE_F_NEW], f[CHANGE_F_UNIT]);
	if (f[CHANGE_F_LIMITS][0])
		strbuf_addf(&text, ", limits %s", f[CHANGE_F_LIMITS]);
	strbuf_addf(&text, ", staged by %s", f[CHANGE_F_WHO]);
	rows = wrap_paint(c, 0, row, c->cols, text.buf, ROLE_TITLE);
	strbuf_setf(&text, "%s%s%s", f[CHANGE_F_STATE], f[CHANGE_F_TEXT][0] ? ": " : "",
		    f[CHANGE_F_TEXT]);
	rows += wrap_paint(c, 0, row + rows, c->cols, text.buf, change_role(f));
	strbuf_release(&text);
	return rows;
}

const struct rows_page rows_changes = {
	.fields = CHANGE_FIELDS,
	.column = change_columns,
	.none = "nothing is staged: Ctrl-E while a value is typed stages it, o takes a "
		"recipe",
	.key = change_key,
	.role = change_role,
	.title = change_title,
	.detail = change_detail,
};

/* --- in doubt ---------------------------------------------------------------------- */

CELL(request_text, DOUBT_F_REQUEST)
CELL(doubt_tag_text, DOUBT_F_TAG)
CELL(wanted_text, DOUBT_F_WANTED)
CELL(doubt_who_text, DOUBT_F_WHO)
CELL(doubt_text, DOUBT_F_TEXT)

static void when_text(char *const *f, const struct frame_input *in, char *out,
		      size_t size)
{
	rows_time_text(f[DOUBT_F_WHEN], in->now, out, size);
}

static const struct rows_column doubt_columns[] = {
	{ "write", 7, 8, 0, request_text },
	{ "tag", 26, 36, 0, doubt_tag_text },
	{ "wanted", 12, 16, 0, wanted_text },
	{ "when", 11, 11, 60, when_text },
	{ "by", 10, 14, 72, doubt_who_text },
	{ "what is known", 0, 0, 84, doubt_text },
	{ NULL, 0, 0, 0, NULL },
};

static void doubt_key(char *const *f, char *out, size_t size)
{
	snprintf(out, size, "%s", f[DOUBT_F_REQUEST]);
}

static enum role doubt_role(char *const *f)
{
	(void)f;
	return ROLE_REFUSED;
}

static void doubt_title(const struct model_rows *r, const struct frame_input *in,
			struct strbuf *out)
{
	(void)in;
	strbuf_addf(out,
		    "In doubt %zu: look at the device, then settle each with a reason",
		    r->n);
}

static int doubt_detail(const struct canvas *c, int row, char *const *f,
			const struct frame_input *in)
{
	struct strbuf text = STRBUF_INIT;
	char when[32];
	int rows;

	rows_time_text(f[DOUBT_F_WHEN], in->now, when, sizeof(when));
	strbuf_addf(&text, "write %s: %s \xe2\x86\x92 %s, by %s at %s",
		    f[DOUBT_F_REQUEST], f[DOUBT_F_TAG], f[DOUBT_F_WANTED], f[DOUBT_F_WHO],
		    when);
	rows = wrap_paint(c, 0, row, c->cols, text.buf, ROLE_TITLE);
	rows += wrap_paint(c, 0, row + rows, c->cols, f[DOUBT_F_TEXT], ROLE_LABEL);
	rows += wrap_paint(c, 0, row + rows, c->cols,
			   "Enter settles it; nothing is sent again by that", ROLE_UNIT);
	strbuf_release(&text);
	return rows;
}

const struct rows_page rows_doubts = {
	.fields = DOUBT_FIELDS,
	.column = doubt_columns,
	.none = "no write is in doubt",
	.key = doubt_key,
	.role = doubt_role,
	.title = doubt_title,
	.detail = doubt_detail,
};
