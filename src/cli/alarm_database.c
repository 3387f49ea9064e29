/* alarm_database.c - a row an attribute; text, CSV and JSON are three ways to walk it. */
#include "cli/alarm_database.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

/* One attribute of one alarm: a text, a number (NaN = it has none) or yes and no. */
struct cell {
	enum { CELL_TEXT, CELL_NUMBER, CELL_BOOL } kind;
	const char *text;
	double number;
	bool yes;
};

struct look {
	const struct station_def *d;
	const struct alarm_def *a;
	const struct alarm_more *more;
	const struct alarm_life *life;
	const struct area_def *area;
	const struct tag_def *tag; /* NULL = none */
};

static struct cell text(const char *t)
{
	return (struct cell){ .kind = CELL_TEXT, .text = t ? t : "" };
}

static struct cell number(double v)
{
	return (struct cell){ .kind = CELL_NUMBER, .number = isfinite(v) ? v : NAN };
}

static struct cell yes(bool v)
{
	return (struct cell){ .kind = CELL_BOOL, .yes = v };
}

/* 0 is nothing said. */
static struct cell some(double v)
{
	return number(v != 0 ? v : NAN);
}

static bool is_second(const struct look *k, const char *word)
{
	return k->a->type->second && strcmp(k->a->type->second, word) == 0;
}

static bool in(const char *const *list, const char *name)
{
	while (list && *list && strcmp(*list, name) != 0)
		list++;
	return list && *list;
}

static bool has_limit(const struct look *k)
{
	return k->a->type->needs_limit || in(k->a->type->needs, "limit");
}

static struct cell limit(const struct look *k)
{
	if (is_second(k, "limit") && k->more->second)
		return text(k->more->second);
	return number(has_limit(k) ? k->a->limit : NAN);
}

static struct cell setpoint(const struct look *k)
{
	if (!is_second(k, "setpoint"))
		return number(NAN);
	return k->more->second ? text(k->more->second) : number(k->more->setpoint);
}

static struct cell state(const struct look *k)
{
	return strcmp(k->a->type->name, "state") == 0 ? yes(k->a->state) : text("");
}

#define GET(name, expression)                                                            \
	static struct cell name(const struct look *k)                                    \
	{                                                                                \
		return expression;                                                       \
	}

GET(get_name, text(k->a->name))
GET(get_type, text(k->a->type->name))
GET(get_tag, text(k->a->tag))
GET(get_expression, text(k->more->expression))
GET(get_unit, text(k->tag ? k->tag->unit : ""))
GET(get_limit_min, number(k->more->limit_min))
GET(get_limit_max, number(k->more->limit_max))
GET(get_plus, number(k->more->plus))
GET(get_minus, number(k->more->minus))
GET(get_command, text(is_second(k, "command") ? k->more->second : ""))
GET(get_deadband, number(k->a->deadband))
GET(get_on_delay, number(k->a->on_delay_ms / 1000.0))
GET(get_off_delay, number(k->a->off_delay_ms / 1000.0))
GET(get_window, some((double)k->more->window_ms / 1000))
GET(get_after, some((double)k->more->after_ms / 1000))
GET(get_travel, some((double)k->more->travel_ms / 1000))
GET(get_times, some((double)k->more->times))
GET(get_within, some((double)k->more->within_ms / 1000))
GET(get_priority, text(alarm_priority_name(k->a->priority)))
GET(get_class, text(k->life->class_name))
GET(get_area, text(k->a->area))
GET(get_owner, text(k->more->owner ? k->more->owner : k->area ? k->area->owner : ""))
GET(get_position, text(k->area ? k->area->position : ""))
GET(get_message, text(k->a->message))
GET(get_consequence, text(k->a->consequence))
GET(get_cause, text(k->a->cause))
GET(get_action, text(k->a->action))
GET(get_respond, some(k->a->respond_within_s))
GET(get_screen, text(k->a->screen))
GET(get_latching, yes(k->life->latching))
GET(get_ack, yes(!k->life->no_ack))
GET(get_confirm, yes(k->life->confirm))
GET(get_annunciate, yes(!k->life->silent))
GET(get_realarm, some((double)k->life->realarm_ms / 1000))
GET(get_shelvable, yes(k->life->shelve_max_ms > 0))
GET(get_shelve_max, some((double)k->life->shelve_max_ms / 1000))
GET(get_managed, yes(k->life->highly_managed))
GET(get_suppress, text(k->more->suppress_when))
GET(get_first_out, text(k->more->first_out))
GET(get_followers, text(!k->more->first_out        ? ""
			: k->more->first_out_hides ? "suppressed"
						   : "marked"))
GET(get_exclusive, text(k->more->exclusive))
GET(get_reviewed, text(k->more->reviewed))
GET(get_approved, text(k->more->approved_by))
GET(get_system, yes(k->a->system))
GET(get_file, text(k->a->loc.file))
GET(get_line, number(k->a->loc.line))

static const struct attribute {
	const char *name;
	struct cell (*get)(const struct look *k);
} attributes[] = {
	{ "name", get_name },
	{ "type", get_type },
	{ "tag", get_tag },
	{ "expression", get_expression },
	{ "limit", limit },
	{ "limit_min", get_limit_min },
	{ "limit_max", get_limit_max },
	{ "unit", get_unit },
	{ "setpoint", setpoint },
	{ "plus", get_plus },
	{ "minus", get_minus },
	{ "command", get_command },
	{ "state", state },
	{ "deadband", get_deadband },
	{ "on_delay_s", get_on_delay },
	{ "off_delay_s", get_off_delay },
	{ "window_s", get_window },
	{ "after_s", get_after },
	{ "travel_s", get_travel },
	{ "times", get_times },
	{ "within_s", get_within },
	{ "priority", get_priority },
	{ "class", get_class },
	{ "area", get_area },
	{ "owner", get_owner },
	{ "position", get_position },
	{ "message", get_message },
	{ "consequence", get_consequence },
	{ "cause", get_cause },
	{ "action", get_action },
	{ "respond_within_s", get_respond },
	{ "screen", get_screen },
	{ "latching", get_latching },
	{ "ack_required", get_ack },
	{ "confirm", get_confirm },
	{ "annunciate", get_annunciate },
	{ "realarm_s", get_realarm },
	{ "shelvable", get_shelvable },
	{ "shelve_max_s", get_shelve_max },
	{ "highly_managed", get_managed },
	{ "suppress_when", get_suppress },
	{ "first_out", get_first_out },
	{ "followers", get_followers },
	{ "exclusive", get_exclusive },
	{ "reviewed", get_reviewed },
	{ "approved_by", get_approved },
	{ "system", get_system },
	{ "file", get_file },
	{ "line", get_line },
};

enum { ATTRIBUTES = sizeof(attributes) / sizeof(attributes[0]), NAME_CELLS = 18 };

/* What an attribute holds, as a person reads it; "" = nothing. */
static void put_cell(const struct cell *c, struct strbuf *out)
{
	char shown[64];

	if (c->kind == CELL_TEXT) {
		strbuf_adds(out, c->text);
	} else if (c->kind == CELL_BOOL) {
		strbuf_adds(out, c->yes ? "true" : "false");
	} else if (!isnan(c->number)) {
		num_format_exact(c->number, shown, sizeof(shown));
		strbuf_adds(out, shown);
	}
}

/* --- text -------------------------------------------------------------------------- */

static void print_text(const struct look *k)
{
	struct strbuf value = STRBUF_INIT, clean = STRBUF_INIT;

	for (size_t i = 0; i < ATTRIBUTES; i++) {
		struct cell c = attributes[i].get(k);

		strbuf_clear(&value);
		put_cell(&c, &value);
		if (!value.len)
			continue;
		strbuf_clear(&clean);
		utf8_clean(&clean, value.buf, value.len);
		if (i == 0)
			printf("%s\n", clean.buf);
		else
			printf("    %-*s %s\n", NAME_CELLS, attributes[i].name,
			       clean.buf);
	}
	putchar('\n');
	strbuf_release(&value);
	strbuf_release(&clean);
}

/* --- CSV --------------------------------------------------------------------------- */

/* A cell that a spreadsheet would take for a formula begins with a blank. */
static void put_csv(const char *s, struct strbuf *out)
{
	bool formula = s[0] && strchr("=+@", s[0]);
	bool quoted = formula || s[strcspn(s, ",\"\r\n")] || s[0] == ' ';

	strbuf_adds(out, quoted ? "\"" : "");
	strbuf_adds(out, formula ? " " : "");
	for (; *s; s++) {
		if (*s == '"')
			strbuf_addch(out, '"');
		strbuf_addch(out, *s);
	}
	strbuf_adds(out, quoted ? "\"" : "");
}

static void print_csv_head(void)
{
	for (size_t i = 0; i < ATTRIBUTES; i++)
		printf("%s%s", i ? "," : "", attributes[i].name);
	printf("\r\n");
}

static void print_csv(const struct look *k)
{
	struct strbuf line = STRBUF_INIT, value = STRBUF_INIT;

	for (size_t i = 0; i < ATTRIBUTES; i++) {
		struct cell c = attributes[i].get(k);

		strbuf_clear(&value);
		put_cell(&c, &value);
		if (i)
			strbuf_addch(&line, ',');
		put_csv(value.buf, &line);
	}
	printf("%s\r\n", line.buf);
	strbuf_release(&line);
	strbuf_release(&value);
}

/* --- JSON -------------------------------------------------------------------------- */

static json_t *cell_json(const struct cell *c)
{
	if (c->kind == CELL_BOOL)
		return json_boolean(c->yes);
	if (c->kind == CELL_TEXT)
		return c->text[0] ? json_string(c->text) : json_null();
	return isnan(c->number) ? json_null() : json_real(c->number);
}

static json_t *alarm_json(const struct look *k)
{
	json_t *o = json_object();

	for (size_t i = 0; i < ATTRIBUTES; i++) {
		struct cell c = attributes[i].get(k);

		json_object_set_new(o, attributes[i].name, cell_json(&c));
	}
	return o;
}

/* --- all of them -------------------------------------------------------------------- */

static int by_name(const void *x, const void *y)
{
	const struct alarm_def *const *a = x, *const *b = y;

	return strcmp((*a)->name, (*b)->name);
}

static struct look look_at(const struct station_def *d, const struct alarm_def *a)
{
	int64_t tag = a->tag ? station_def_tag(d, a->tag) : -1;

	return (struct look){ .d = d,
			      .a = a,
			      .more = alarm_more(a),
			      .life = alarm_life(a),
			      .area = station_def_area(d, a->area),
			      .tag = tag < 0 ? NULL : &d->tags[tag] };
}

void alarm_database_print(const struct station_def *d, enum database_form form)
{
	const struct alarm_def **sorted = xcalloc(d->n_alarms + 1, sizeof(*sorted));
	json_t *all = json_array();
	size_t n = 0;

	for (size_t i = 0; i < d->n_alarms; i++)
		if (d->alarms[i].type) /* else it is among the mistakes */
			sorted[n++] = &d->alarms[i];
	qsort(sorted, n, sizeof(*sorted), by_name);
	if (form == DATABASE_CSV)
		print_csv_head();
	for (size_t i = 0; i < n; i++) {
		struct look k = look_at(d, sorted[i]);

		if (form == DATABASE_JSON)
			json_array_append_new(all, alarm_json(&k));
		else
			(form == DATABASE_CSV ? print_csv : print_text)(&k);
	}
	if (form == DATABASE_JSON) {
		json_dumpf(all, stdout, JSON_INDENT(2));
		putchar('\n');
	}
	json_decref(all);
	free(sorted);
}
