/* report_out.c - a report as CSV and JSON; report_text.c has it for people. */
#include "cli/report_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/csv_out.h"
#include "cli/remote.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { FIELDS_MAX = 10 };

/* What the fields after the first are called; a name with # is a number. */
static const struct kind {
	const char *name, *list; /* of a row; in JSON of all of them */
	const char *fields[FIELDS_MAX];
} kinds[] = {
	{ "about", "about", { "what", "text" } },
	{ "kpi",
	  "figures",
	  { "id", "name", "#value", "unit", "target", "limit", "verdict", "source" } },
	{ "alarm",
	  "alarms",
	  { "name", "area", "priority", "#annunciated", "#share_percent", "#chattered",
	    "#fleeting", "#hidden_by_hand", "#longest_ms" } },
	{ "operator", "operators", { "name", "#acknowledgements" } },
	{ "flood", "floods", { "#begin_ms", "#end_ms", "#alarms", "#most_in_10min" } },
	{ "proposal", "proposals", { "alarm", "setting", "#value", "text" } },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

void report_add(void *report, const char *const *fields, size_t n)
{
	struct report *r = report;
	struct report_row *row = GROW(&r->v, &r->n);

	row->n = n;
	row->field = xcalloc(n, sizeof(*row->field));
	for (size_t i = 0; i < n; i++)
		row->field[i] = xstrdup(fields[i]);
}

void report_release(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		for (size_t k = 0; k < r->v[i].n; k++)
			free(r->v[i].field[k]);
		free(r->v[i].field);
	}
	free(r->v);
	*r = (struct report){ 0 };
}

/* A server that knows more than we do is passed over. */
static bool is_of(const struct report_row *row, const struct kind *k)
{
	return row->n > 0 && strcmp(row->field[0], k->name) == 0;
}

static const char *plain_name(const char *name)
{
	return name[0] == '#' ? name + 1 : name;
}

/* --- CSV: each kind of row with a heading of its own ---------------------------- */

static void csv_head(const struct kind *k, struct strbuf *line)
{
	csv_text(line, "row");
	for (size_t i = 0; i < FIELDS_MAX && k->fields[i]; i++)
		csv_text(line, plain_name(k->fields[i]));
	csv_end(line);
}

static void csv_row(const struct kind *k, const struct report_row *row,
		    struct strbuf *line)
{
	csv_text(line, k->name);
	for (size_t i = 0; i < FIELDS_MAX && k->fields[i]; i++)
		csv_text(line, i + 1 < row->n ? row->field[i + 1] : "");
	csv_end(line);
}

void report_print_csv(const struct report *r)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t k = 0; k < KINDS; k++) {
		size_t found = 0;

		for (size_t i = 0; i < r->n; i++) {
			if (!is_of(&r->v[i], &kinds[k]))
				continue;
			if (found++ == 0)
				csv_head(&kinds[k], &out);
			csv_row(&kinds[k], &r->v[i], &out);
		}
	}
	fputs(out.buf, stdout);
	strbuf_release(&out);
}

/* --- JSON ----------------------------------------------------------------------- */

static json_t *json_value(const char *name, const char *text)
{
	double v;

	if (name[0] != '#')
		return remote_json_text(text);
	if (!num_parse_double(text, &v))
		return json_null();
	if (!strchr(text, '.'))
		return json_integer((json_int_t)v);
	return json_real(v);
}

static json_t *json_row(const struct kind *k, const struct report_row *row)
{
	json_t *o = json_object();

	for (size_t i = 0; i < FIELDS_MAX && k->fields[i]; i++)
		json_object_set_new(o, plain_name(k->fields[i]),
				    json_value(k->fields[i],
					       i + 1 < row->n ? row->field[i + 1] : ""));
	return o;
}

void report_print_json(const struct report *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "scope", remote_json_text(r->scope));
	for (size_t i = 0; i < r->n; i++)
		if (is_of(&r->v[i], &kinds[0]) && r->v[i].n >= 3)
			json_object_set_new(o, r->v[i].field[1],
					    remote_json_text(r->v[i].field[2]));
	for (size_t k = 1; k < KINDS; k++) {
		json_t *list = json_array();

		for (size_t i = 0; i < r->n; i++)
			if (is_of(&r->v[i], &kinds[k]))
				json_array_append_new(list,
						      json_row(&kinds[k], &r->v[i]));
		if (json_array_size(list) > 0)
			json_object_set_new(o, kinds[k].list, list);
		else
			json_decref(list);
	}
	remote_print_json(o);
}
