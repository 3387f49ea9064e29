/* overrides_view.c - everything that is not as the plant would have it: who did it, since
 * when, until when and why (HM-17). */
#include "console/view/rows_view.h"

#include <stdio.h>
#include <string.h>

#include "util/strbuf.h"
#include "wire/people.h"

enum { KINDS_MAX = 12 }; /* twice what a server of today says */

static void kind_text(char *const *f, const struct frame_input *in, char *out,
		      size_t size)
{
	(void)in;
	snprintf(out, size, "%s", f[OVERRIDE_KIND]);
}

static void what_text(char *const *f, const struct frame_input *in, char *out,
		      size_t size)
{
	(void)in;
	snprintf(out, size, "%s", f[OVERRIDE_WHAT]);
}

static void is_text(char *const *f, const struct frame_input *in, char *out, size_t size)
{
	(void)in;
	snprintf(out, size, "%s", f[OVERRIDE_IS]);
}

static void since_text(char *const *f, const struct frame_input *in, char *out,
		       size_t size)
{
	rows_time_text(f[OVERRIDE_SINCE], in->now, out, size);
}

static void until_text(char *const *f, const struct frame_input *in, char *out,
		       size_t size)
{
	rows_time_text(f[OVERRIDE_UNTIL], in->now, out, size);
}

static void why_text(char *const *f, const struct frame_input *in, char *out, size_t size)
{
	(void)in;
	snprintf(out, size, "%s%s%s", f[OVERRIDE_BY], f[OVERRIDE_BY][0] ? ": " : "",
		 f[OVERRIDE_REASON]);
}

static const struct rows_column columns[] = {
	{ "what", 14, 16, 0, kind_text },
	{ "of", 30, 40, 0, what_text },
	{ "shows", 16, 22, 130, is_text },
	{ "since", 11, 11, 92, since_text },
	{ "until", 11, 11, 110, until_text },
	{ "who and why", 0, 0, 40, why_text },
	{ NULL, 0, 0, 0, NULL },
};

static void key(char *const *f, char *out, size_t size)
{
	snprintf(out, size, "%s %s", f[OVERRIDE_KIND], f[OVERRIDE_WHAT]);
}

/* A row of this page is no alarm: what nobody can see stands out, the rest is quiet. */
static enum role role(char *const *f)
{
	return strcmp(f[OVERRIDE_KIND], "blind") == 0 ? ROLE_VALUE : ROLE_LABEL;
}

struct tally {
	const char *kind;
	size_t n;
};

static size_t count_kinds(const struct model_rows *r, struct tally *kinds)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		const char *kind = r->v[i].field[OVERRIDE_KIND];
		size_t at = 0;

		while (at < n && strcmp(kinds[at].kind, kind) != 0)
			at++;
		if (at == n && n < KINDS_MAX)
			kinds[n++] = (struct tally){ .kind = kind };
		if (at < n)
			kinds[at].n++;
	}
	return n;
}

/* "3 substituted, 1 shelved": each kind there is, in the order it comes. */
static void title(const struct model_rows *r, const struct frame_input *in,
		  struct strbuf *out)
{
	struct tally kinds[KINDS_MAX];
	size_t n = count_kinds(r, kinds);

	(void)in;
	strbuf_addf(out, "Overrides %zu", r->n);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(out, "%s%zu %s", i ? ", " : ": ", kinds[i].n, kinds[i].kind);
	if (strstr(r->text, "more"))
		strbuf_addf(out, " (%s)", r->text);
}

static int detail(const struct canvas *c, int row, char *const *f,
		  const struct frame_input *in)
{
	struct strbuf text = STRBUF_INIT;
	char since[32], until[32];
	int rows;

	rows_time_text(f[OVERRIDE_SINCE], in->now, since, sizeof(since));
	rows_time_text(f[OVERRIDE_UNTIL], in->now, until, sizeof(until));
	strbuf_addf(&text, "%s: %s", f[OVERRIDE_WHAT], f[OVERRIDE_KIND]);
	if (since[0])
		strbuf_addf(&text, " since %s", since);
	if (until[0])
		strbuf_addf(&text, ", until %s", until);
	if (f[OVERRIDE_BY][0])
		strbuf_addf(&text, ", by %s", f[OVERRIDE_BY]);
	if (f[OVERRIDE_AREA][0])
		strbuf_addf(&text, ", area %s", f[OVERRIDE_AREA]);
	rows = wrap_paint(c, 0, row, c->cols, text.buf, ROLE_TITLE);
	if (f[OVERRIDE_IS][0])
		rows += wrap_paint(c, 0, row + rows, c->cols, f[OVERRIDE_IS], ROLE_LABEL);
	if (f[OVERRIDE_REASON][0])
		rows += wrap_paint(c, 0, row + rows, c->cols, f[OVERRIDE_REASON],
				   ROLE_LABEL);
	strbuf_release(&text);
	return rows;
}

const struct rows_page rows_overrides = {
	.fields = OVERRIDE_FIELDS,
	.column = columns,
	.none = "nothing is substituted, simulated, shelved, suppressed, out of service "
		"or "
		"blind",
	.key = key,
	.role = role,
	.title = title,
	.detail = detail,
};
