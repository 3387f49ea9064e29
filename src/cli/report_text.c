/* report_text.c - a report for people: figures beside their targets, then the worst. */
#include "cli/report_out.h"

#include <stdio.h>
#include <string.h>

#include "cli/columns.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/when.h"

enum { LINE_WIDTH = 100 };

static const struct report_row *next_of(const struct report *r, const char *kind,
					size_t least, size_t *at)
{
	while (*at < r->n) {
		const struct report_row *row = &r->v[(*at)++];

		if (row->n >= least && strcmp(row->field[0], kind) == 0)
			return row;
	}
	return NULL;
}

static const char *about(const struct report *r, const char *what)
{
	const struct report_row *row;
	size_t at = 0;

	while ((row = next_of(r, "about", 3, &at)))
		if (strcmp(row->field[1], what) == 0)
			return row->field[2];
	return "";
}

static void say(const struct strbuf *line)
{
	remote_print(line->buf);
	puts("");
}

/* Of an ISO time, which is shown as it is when it is none. */
static void local_time(const char *iso, char out[CLOCK_LOCAL_SIZE])
{
	int64_t ms;

	if (when_from_text(iso, &ms))
		clock_local((struct wall){ ms }, out);
	else
		snprintf(out, CLOCK_LOCAL_SIZE, "%.*s", CLOCK_LOCAL_SIZE - 1, iso);
}

static void head(const struct report *r)
{
	char from[CLOCK_LOCAL_SIZE], to[CLOCK_LOCAL_SIZE];
	struct strbuf line = STRBUF_INIT;

	local_time(about(r, "from"), from);
	local_time(about(r, "to"), to);
	strbuf_addf(&line, "Alarms from %s to %s", from, to);
	if (r->scope[0])
		strbuf_addf(&line, ", %s", r->scope);
	say(&line);
	strbuf_setf(&line, "%s rows of the journal, and %s before the period",
		    about(r, "rows"), about(r, "rows before"));
	say(&line);
	strbuf_setf(&line, "INCOMPLETE: %s", about(r, "incomplete"));
	if (about(r, "incomplete")[0])
		say(&line);
	strbuf_release(&line);
}

/* "3.25 %": a figure with its unit; "-" when there is nothing to say. */
static void add_value(struct columns *t, const char *value, const char *unit)
{
	if (!value[0])
		columns_add(t, "-");
	else
		columns_addf(t, "%s%s%s", value, unit[0] ? " " : "", unit);
}

static void figures(const struct report *r)
{
	static const struct column column[] = {
		{ "FIGURE", 44, false }, { "VALUE", 14, true },   { "TARGET", 12, false },
		{ "LIMIT", 6, true },    { "VERDICT", 0, false }, { NULL, 0, false },
	};
	const struct report_row *row;
	struct columns t;
	size_t at = 0;

	columns_begin(&t, column, "");
	while ((row = next_of(r, "kpi", 8, &at))) {
		columns_add(&t, row->field[2]);
		add_value(&t, row->field[3], row->field[4]);
		columns_add(&t, row->field[5]);
		columns_add(&t, row->field[6]);
		columns_add(&t, row->field[7]);
	}
	columns_print(&t);
	columns_release(&t);
}

static void alarms(const struct report *r)
{
	static const struct column column[] = {
		{ "MOST FREQUENT", 40, false }, { "AREA", 16, false },
		{ "PRIORITY", 10, false },      { "ALARMS", 8, true },
		{ "SHARE %", 7, true },         { "CHATTER", 7, true },
		{ "FLEETING", 8, true },        { NULL, 0, false },
	};
	const struct report_row *row;
	struct columns t;
	size_t at = 0, n = 0;

	columns_begin(&t, column, "");
	for (; (row = next_of(r, "alarm", 8, &at)); n++)
		for (size_t i = 1; i < 8; i++)
			columns_add(&t, row->field[i]);
	if (n) {
		puts("");
		columns_print(&t);
	}
	columns_release(&t);
}

static void operators(const struct report *r)
{
	static const struct column column[] = {
		{ "ACKNOWLEDGED BY", 40, false },
		{ "TIMES", 10, true },
		{ NULL, 0, false },
	};
	const struct report_row *row;
	struct columns t;
	size_t at = 0, n = 0;

	columns_begin(&t, column, "");
	for (; (row = next_of(r, "operator", 3, &at)); n++) {
		columns_add(&t, row->field[1][0] ? row->field[1] : "(nobody's name)");
		columns_add(&t, row->field[2]);
	}
	if (n) {
		puts("");
		columns_print(&t);
	}
	columns_release(&t);
}

static void add_time(struct columns *t, const char *ms)
{
	char text[CLOCK_LOCAL_SIZE] = "-";
	int64_t v;

	if (num_parse_int(ms, 0, INT64_MAX, &v))
		clock_local((struct wall){ v }, text);
	columns_add(t, text);
}

static void floods(const struct report *r)
{
	static const struct column column[] = {
		{ "LARGEST FLOODS", 26, false },
		{ "UNTIL", 26, false },
		{ "ALARMS", 8, true },
		{ "MOST IN 10 MIN", 14, true },
		{ NULL, 0, false },
	};
	const struct report_row *row;
	struct columns t;
	size_t at = 0, n = 0;

	columns_begin(&t, column, "");
	for (; (row = next_of(r, "flood", 5, &at)); n++) {
		add_time(&t, row->field[1]);
		add_time(&t, row->field[2]);
		columns_add(&t, row->field[3]);
		columns_add(&t, row->field[4]);
	}
	if (n) {
		puts("");
		columns_print(&t);
	}
	columns_release(&t);
}

static size_t proposals(const struct report *r)
{
	const struct report_row *row;
	struct strbuf line = STRBUF_INIT;
	char last[256] = "";
	size_t at = 0, n = 0;

	for (; (row = next_of(r, "proposal", 5, &at)); n++) {
		if (strcmp(last, row->field[1]) != 0) {
			if (n)
				puts("");
			strbuf_setf(&line, "%s", row->field[1]);
			say(&line);
		}
		snprintf(last, sizeof(last), "%s", row->field[1]);
		columns_wrap("  - ", row->field[4], 4, LINE_WIDTH);
	}
	strbuf_release(&line);
	return n;
}

/* A report of proposals has no figures. */
void report_print_text(const struct report *r)
{
	size_t at = 0;

	if (next_of(r, "kpi", 8, &at)) {
		head(r);
		puts("");
		figures(r);
		alarms(r);
		operators(r);
		floods(r);
	} else if (proposals(r) == 0) {
		puts("nothing to propose: no alarm chattered, was fleeting three times "
		     "or stale");
	}
}
