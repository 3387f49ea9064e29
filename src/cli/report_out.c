/* report_out.c - a report as CSV and JSON; report_text.c has it for people. */
#include "cli/report_out.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/csv_out.h"
#include "cli/json_out.h"
#include "cli/remote.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { FIELDS_MAX = 10 };

/* How JSON has a field; CSV has it as the server wrote it. */
enum how {
	WORDS,
	NUMBER,
	TIME,  /* in milliseconds; its name there has no _ms */
	TARGET /* "at most 1": a rule, and the number it is about */
};

struct field {
	const char *name;
	enum how how;
};

/* What the fields after the first are called. */
static const struct kind {
	const char *name, *list; /* of a row; in JSON of all of them */
	struct field fields[FIELDS_MAX];
} kinds[] = {
	{ "about", "about", { { "what", WORDS }, { "text", WORDS } } },
	{ "kpi",
	  "figures",
	  { { "id", WORDS },
	    { "name", WORDS },
	    { "value", NUMBER },
	    { "unit", WORDS },
	    { "target", TARGET },
	    { "limit", NUMBER },
	    { "verdict", WORDS },
	    { "source", WORDS } } },
	{ "alarm",
	  "alarms",
	  { { "name", WORDS },
	    { "area", WORDS },
	    { "priority", WORDS },
	    { "annunciated", NUMBER },
	    { "share_percent", NUMBER },
	    { "chattered", NUMBER },
	    { "fleeting", NUMBER },
	    { "hidden_by_hand", NUMBER },
	    { "longest_ms", NUMBER } } },
	{ "operator",
	  "operators",
	  { { "name", WORDS }, { "acknowledgements", NUMBER } } },
	{ "flood",
	  "floods",
	  { { "begin_ms", TIME },
	    { "end_ms", TIME },
	    { "alarms", NUMBER },
	    { "most_in_10min", NUMBER } } },
	{ "proposal",
	  "proposals",
	  { { "alarm", WORDS },
	    { "setting", WORDS },
	    { "value", NUMBER },
	    { "text", WORDS } } },
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

static size_t fields_of(const struct kind *k)
{
	size_t n = 0;

	while (n < FIELDS_MAX && k->fields[n].name)
		n++;
	return n;
}

/* The field after the first; "" when the server says less. */
static const char *field_of(const struct report_row *row, size_t i)
{
	return i + 1 < row->n ? row->field[i + 1] : "";
}

/* --- CSV: each kind of row with a heading of its own ---------------------------- */

static void csv_head(const struct kind *k, struct strbuf *line)
{
	csv_text(line, "row");
	for (size_t i = 0; i < fields_of(k); i++)
		csv_text(line, k->fields[i].name);
	csv_end(line);
}

static void csv_row(const struct kind *k, const struct report_row *row,
		    struct strbuf *line)
{
	csv_text(line, k->name);
	for (size_t i = 0; i < fields_of(k); i++)
		csv_text(line, field_of(row, i));
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

static json_t *number_of(const char *text)
{
	double v;

	if (!num_parse_double(text, &v))
		return json_null();
	if (!strchr(text, '.'))
		return json_integer((json_int_t)v);
	return json_real(v);
}

static void add_number(json_t *o, const char *name, const char *text)
{
	json_object_set_new(o, name, number_of(text));
}

static void add_words(json_t *o, const char *name, const char *text)
{
	json_object_set_new(o, name, json_words(text));
}

static void add_time(json_t *o, const char *name, const char *text)
{
	char plain[32];
	double ms;

	snprintf(plain, sizeof(plain), "%.*s", (int)(strlen(name) - strlen("_ms")), name);
	json_object_set_new(o, plain,
			    num_parse_double(text, &ms) ? json_time((int64_t)ms)
							: json_null());
}

/* "at most 1" is a rule and a target. */
static void add_target(json_t *o, const char *name, const char *text)
{
	const char *number = strrchr(text, ' ');
	char rule[32];

	snprintf(rule, sizeof(rule), "%.*s", number ? (int)(number - text) : 0, text);
	add_words(o, "rule", rule);
	add_number(o, name, number ? number + 1 : text);
}

static json_t *json_row(const struct kind *k, const struct report_row *row)
{
	static void (*const add[])(json_t *, const char *, const char *) = {
		[WORDS] = add_words,
		[NUMBER] = add_number,
		[TIME] = add_time,
		[TARGET] = add_target,
	};
	json_t *o = json_object();

	for (size_t i = 0; i < fields_of(k); i++)
		add[k->fields[i].how](o, k->fields[i].name, field_of(row, i));
	return o;
}

/* "rows before": a number, rows_before. Times come as ISO 8601 in UTC. */
static void add_about(json_t *o, const char *what, const char *text)
{
	char name[32];

	snprintf(name, sizeof(name), "%s", what);
	for (char *p = name; *p; p++)
		if (*p == ' ')
			*p = '_';
	(strncmp(name, "rows", 4) == 0 ? add_number : add_words)(o, name, text);
}

void report_print_json(const struct report *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "scope", json_words(r->scope));
	for (size_t i = 0; i < r->n; i++)
		if (is_of(&r->v[i], &kinds[0]) && r->v[i].n >= 3)
			add_about(o, r->v[i].field[1], r->v[i].field[2]);
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
