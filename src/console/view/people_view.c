/* people_view.c - who else is at the station, from where, what they look at, and which
 * value they are about to write. */
#include "console/view/rows_view.h"

#include <stdio.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "wire/people.h"

enum { LONG_IDLE_S = 15 * 60 };

static void name_text(char *const *f, const struct frame_input *in, char *out,
		      size_t size)
{
	(void)in;
	snprintf(out, size, "%s%s", f[PEOPLE_NAME], f[PEOPLE_YOU][0] ? " (you)" : "");
}

static void roles_text(char *const *f, const struct frame_input *in, char *out,
		       size_t size)
{
	(void)in;
	snprintf(out, size, "%s", f[PEOPLE_ROLES]);
}

static void page_text(char *const *f, const struct frame_input *in, char *out,
		      size_t size)
{
	(void)in;
	snprintf(out, size, "%s", f[PEOPLE_PAGE][0] ? f[PEOPLE_PAGE] : f[PEOPLE_PROGRAM]);
}

static void idle_text(char *const *f, const struct frame_input *in, char *out,
		      size_t size)
{
	int64_t s;

	(void)in;
	out[0] = '\0';
	if (!num_parse_int(f[PEOPLE_IDLE], 0, INT64_MAX, &s))
		return;
	if (s < 60)
		snprintf(out, size, "now");
	else if (s < 3600)
		snprintf(out, size, "%d min", (int)(s / 60));
	else
		snprintf(out, size, "%lld:%02d h", (long long)(s / 3600),
			 (int)(s / 60 % 60));
}

static void since_text(char *const *f, const struct frame_input *in, char *out,
		       size_t size)
{
	rows_time_text(f[PEOPLE_SINCE], in->now, out, size);
}

static bool acts(char *const *f)
{
	return strcmp(f[PEOPLE_STATE], "acting") == 0;
}

/* What they write goes before where they sit: it concerns others. */
static void does_text(char *const *f, const struct frame_input *in, char *out,
		      size_t size)
{
	(void)in;
	if (f[PEOPLE_FIELD][0])
		snprintf(out, size, "%s %s", f[PEOPLE_DOES], f[PEOPLE_FIELD]);
	else
		snprintf(out, size, "%s%s%s", acts(f) ? "" : f[PEOPLE_STATE],
			 acts(f) ? "" : ", ", f[PEOPLE_FROM]);
}

static const struct rows_column columns[] = {
	{ "who", 14, 20, 0, name_text },
	{ "role", 16, 24, 90, roles_text },
	{ "looks at", 18, 28, 0, page_text },
	{ "idle", 8, 8, 50, idle_text },
	{ "since", 11, 11, 100, since_text },
	{ "does, or sits at", 0, 0, 40, does_text },
	{ NULL, 0, 0, 0, NULL },
};

static void key(char *const *f, char *out, size_t size)
{
	snprintf(out, size, "%s of %s", f[PEOPLE_SESSION], f[PEOPLE_NAME]);
}

static enum role role(char *const *f)
{
	int64_t s;

	if (f[PEOPLE_FIELD][0])
		return ROLE_VALUE;
	return num_parse_int(f[PEOPLE_IDLE], LONG_IDLE_S, INT64_MAX, &s) ? ROLE_UNIT
									 : ROLE_LABEL;
}

static void title(const struct model_rows *r, const struct frame_input *in,
		  struct strbuf *out)
{
	size_t writing = 0;

	(void)in;
	for (size_t i = 0; i < r->n; i++)
		writing += r->v[i].field[PEOPLE_FIELD][0] != '\0';
	strbuf_addf(out, "%zu connected", r->n);
	if (writing)
		strbuf_addf(out, ", %zu about to write", writing);
}

static int detail(const struct canvas *c, int row, char *const *f,
		  const struct frame_input *in)
{
	struct strbuf text = STRBUF_INIT;
	char since[32], idle[32];
	int rows;

	rows_time_text(f[PEOPLE_SINCE], in->now, since, sizeof(since));
	idle_text(f, in, idle, sizeof(idle));
	strbuf_addf(&text, "%s, Unix user %s (%s)", f[PEOPLE_NAME], f[PEOPLE_USER],
		    f[PEOPLE_ROLES][0] ? f[PEOPLE_ROLES] : "no role");
	rows = wrap_paint(c, 0, row, c->cols, text.buf, ROLE_TITLE);
	strbuf_setf(&text, "connected since %s%s%s; session %s", since,
		    idle[0] ? ", last key: " : "", idle, f[PEOPLE_SESSION]);
	rows += wrap_paint(c, 0, row + rows, c->cols, text.buf, ROLE_LABEL);
	strbuf_setf(&text, "from %s, as its program says", f[PEOPLE_FROM]);
	rows += wrap_paint(c, 0, row + rows, c->cols, text.buf, ROLE_LABEL);
	if (f[PEOPLE_FIELD][0]) {
		strbuf_setf(&text, "%s %s", f[PEOPLE_DOES], f[PEOPLE_FIELD]);
		rows += wrap_paint(c, 0, row + rows, c->cols, text.buf, ROLE_VALUE);
	}
	strbuf_release(&text);
	return rows;
}

const struct rows_page rows_people = {
	.fields = PEOPLE_FIELDS,
	.column = columns,
	.none = "nobody is connected",
	.key = key,
	.role = role,
	.title = title,
	.detail = detail,
};
