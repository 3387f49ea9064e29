/* cross_alarms.c - what alarms say of tags: that they exist, fit, and can be reached. */
#include "station/load_int.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "expr/expr.h"
#include "station/cross_int.h"
#include "util/xalloc.h"

static bool is_type(const struct alarm_def *a, const char *name)
{
	return a->type && strcmp(a->type->name, name) == 0;
}

/* --- kind of the tag ------------------------------------------------------------- */

static bool has_states(const struct tag_def *t)
{
	return t->type == VALUE_NONE || t->type == VALUE_BOOL || t->type == VALUE_INT;
}

static void say_no_states(struct loader *l, const struct alarm_def *a,
			  const struct loc *at, const struct tag_def *t)
{
	load_error(l, at, "wrong-alarm-type",
		   "alarm \"%s\" of type mismatch compares states, but \"%s\" is %s; for "
		   "measurements use type deviation",
		   a->name, t->name, value_type_name(t->type));
}

static void check_reach(struct loader *l, const struct alarm_def *a,
			const struct alarm_place *p, const struct tag_def *t)
{
	const struct tag_numbers *n = t->numbers;

	if (!a->type->needs_limit || alarm_more(a)->second || !n->has_range)
		return;
	if (a->limit < n->lo || a->limit > n->hi)
		load_warn(l, &p->limit, "limit-outside-range",
			  "limit of alarm \"%s\" lies outside the range %g to %g of "
			  "\"%s\": it can never be reached",
			  a->name, n->lo, n->hi, t->name);
}

static void check_kind(struct loader *l, const struct alarm_def *a,
		       const struct alarm_place *p, const struct tag_def *t)
{
	bool number = t->type == VALUE_INT || t->type == VALUE_DOUBLE;

	if (t->type == VALUE_NONE || !a->type)
		return;
	if ((is_type(a, "state") || is_type(a, "count")) && t->type != VALUE_BOOL)
		load_error(l, &p->tag, "wrong-alarm-type",
			   "alarm \"%s\" of type %s watches \"%s\", which is %s; only "
			   "true/false tags have a state",
			   a->name, a->type->name, t->name, value_type_name(t->type));
	else if (is_type(a, "mismatch") && !has_states(t))
		say_no_states(l, a, &p->tag, t);
	else if (a->type->needs_limit && !number)
		load_error(l, &p->tag, "wrong-alarm-type",
			   "alarm \"%s\" has a limit but \"%s\" is %s; only numbers have "
			   "limits",
			   a->name, t->name, value_type_name(t->type));
	else if (a->type->has_number && !number)
		load_error(
			l, &p->tag, "wrong-alarm-type",
			"alarm \"%s\" of type %s watches \"%s\", which is %s; it judges "
			"numbers only",
			a->name, a->type->name, t->name, value_type_name(t->type));
	else
		check_reach(l, a, p, t);
}

static void check_expression(struct loader *l, struct alarm_def *a,
			     const struct alarm_place *p)
{
	struct strbuf where = STRBUF_INIT;
	struct expr *e = expr_compile(a->expression, NULL, NULL, NULL);

	strbuf_addf(&where, "expression of alarm \"%s\"", a->name);
	cross_condition(l, a->expression, &p->tag, where.buf);
	strbuf_release(&where);
	int64_t first = e && expr_operand_count(e)
				? station_def_tag(l->d, expr_operand_name(e, 0))
				: -1;
	if (first >= 0 && !a->area)
		a->area = l->d->tags[first].area;
	expr_free(e);
}

static void check_tag(struct loader *l, struct alarm_def *a, const struct alarm_place *p)
{
	struct strbuf where = STRBUF_INIT;
	int64_t tag = station_def_tag(l->d, a->tag);

	strbuf_addf(&where, "alarm \"%s\"", a->name);
	if (tag < 0) {
		load_unknown_tag(l, &p->tag, where.buf, a->tag);
	} else {
		check_kind(l, a, p, &l->d->tags[tag]);
		if (!a->area)
			a->area = l->d->tags[tag].area;
	}
	strbuf_release(&where);
}

/* --- the second tag ---------------------------------------------------------------- */

static void check_second_kind(struct loader *l, const struct alarm_def *a,
			      const struct loc *at, const struct tag_def *t)
{
	int64_t first = a->tag ? station_def_tag(l->d, a->tag) : -1;
	const struct tag_def *own = first >= 0 ? &l->d->tags[first] : NULL;

	if (own == t)
		load_error(l, at, "same-tag",
			   "%s of alarm \"%s\" is the tag it watches: it compares \"%s\" "
			   "with itself",
			   a->type->second, a->name, t->name);
	else if (is_type(a, "mismatch") && !has_states(t))
		say_no_states(l, a, at, t);
	else if (!is_type(a, "mismatch") && t->type != VALUE_NONE &&
		 t->type != VALUE_INT && t->type != VALUE_DOUBLE)
		load_error(l, at, "wrong-alarm-type",
			   "%s of alarm \"%s\" is the tag \"%s\", which is %s; it must "
			   "be a number",
			   a->type->second, a->name, t->name, value_type_name(t->type));
	else if (own && strcmp(own->unit, t->unit) != 0)
		load_warn(l, at, "unit-differs",
			  "%s of alarm \"%s\" is in \"%s\", but \"%s\" is in \"%s\"",
			  a->type->second, a->name, t->unit, own->name, own->unit);
}

static void check_second(struct loader *l, const struct alarm_def *a,
			 const struct alarm_place *p)
{
	const char *name = alarm_more(a)->second;
	struct strbuf where = STRBUF_INIT;
	int64_t tag = name ? station_def_tag(l->d, name) : -1;

	if (!name)
		return;
	strbuf_addf(&where, "%s of alarm \"%s\"", a->type->second, a->name);
	if (tag < 0)
		load_unknown_tag(l, &p->second, where.buf, name);
	else
		check_second_kind(l, a, &p->second, &l->d->tags[tag]);
	strbuf_release(&where);
}

/* --- areas ----------------------------------------------------------------------- */

struct areas {
	const char **names;
	size_t n;
};

/* Reports a name that is no tag's area. */
static void check_area(struct loader *l, const struct areas *areas, const char *area,
		       const struct loc *at, const char *where)
{
	struct strbuf near = STRBUF_INIT;
	bool known = false;

	for (size_t i = 0; i < areas->n; i++)
		known |= strcmp(areas->names[i], area) == 0;
	diag_suggest(&near, area, areas->names, areas->n);
	if (!known && (near.len || !l->d->tags_incomplete))
		load_error(l, at, "unknown-area",
			   "%s names the area \"%s\", which no tag is in%s", where, area,
			   near.buf);
	strbuf_release(&near);
}

/* --- limits of one tag ----------------------------------------------------------- */

/* The lowest high limit and the highest low limit seen on a tag. */
struct limits {
	const struct alarm_def *high, *low;
	const struct alarm_place *high_at, *low_at;
};

static void note_limit(struct limits *m, const struct alarm_def *a,
		       const struct alarm_place *p)
{
	if (alarm_more(a)->second)
		return; /* it moves */
	if (is_type(a, "high") && (!m->high || a->limit < m->high->limit)) {
		m->high = a;
		m->high_at = p;
	} else if (is_type(a, "low") && (!m->low || a->limit > m->low->limit)) {
		m->low = a;
		m->low_at = p;
	}
}

static void check_crossed(struct loader *l)
{
	struct limits *all = xcalloc(l->d->n_tags + 1, sizeof(*all));

	for (size_t i = 0; i < l->d->n_alarms; i++) {
		const struct alarm_def *a = &l->d->alarms[i];
		int64_t tag = a->tag ? station_def_tag(l->d, a->tag) : -1;
		if (tag >= 0)
			note_limit(&all[tag], a, &l->alarm_places[i]);
	}
	for (size_t i = 0; i < l->d->n_tags; i++) {
		const struct limits *m = &all[i];
		if (m->high && m->low && m->high->limit <= m->low->limit)
			load_error(l, &m->high_at->limit, "crossed-limits",
				   "high limit %g of alarm \"%s\" is not above low limit "
				   "%g of alarm \"%s\"",
				   m->high->limit, m->high->name, m->low->limit,
				   m->low->name);
	}
	free(all);
}

void cross_alarms(struct loader *l)
{
	struct areas areas;

	areas.names = load_areas(l, &areas.n);
	for (size_t i = 0; i < l->d->n_alarms; i++) {
		struct alarm_def *a = &l->d->alarms[i];
		const struct alarm_place *p = &l->alarm_places[i];
		struct strbuf where = STRBUF_INIT;

		strbuf_addf(&where, "alarm \"%s\"", a->name);
		if (a->area)
			check_area(l, &areas, a->area, &p->area, where.buf);
		if (a->tag)
			check_tag(l, a, p);
		else if (a->expression)
			check_expression(l, a, p);
		check_second(l, a, p);
		if (!a->area)
			a->area = load_area_of(l, a->name);
		strbuf_release(&where);
	}
	free(areas.names);
	check_crossed(l);
}

/* --- access ---------------------------------------------------------------------- */

static void check_roles(struct loader *l, const struct access_operator *op)
{
	const struct access_def *d = &l->d->access;
	const char **names = xcalloc(d->n_roles + 1, sizeof(*names));
	struct loc at = { op->file, op->line, 0 };

	for (size_t i = 0; i < d->n_roles; i++)
		names[i] = d->roles[i].name;
	for (size_t i = 0; i < op->n_roles; i++) {
		struct strbuf near = STRBUF_INIT;
		bool known = false;
		for (size_t k = 0; k < d->n_roles; k++)
			known |= strcmp(names[k], op->roles[i]) == 0;
		diag_suggest(&near, op->roles[i], names, d->n_roles);
		if (!known)
			load_error(l, &at, "unknown-role",
				   "operator \"%s\" has the unknown role \"%s\"%s",
				   op->name, op->roles[i], near.buf);
		strbuf_release(&near);
	}
	free(names);
}

static bool somebody_has(const struct access_def *d, enum right right)
{
	for (size_t i = 0; i < d->n_operators; i++)
		for (size_t k = 0; k < d->operators[i].n_roles; k++)
			for (size_t r = 0; r < d->n_roles; r++)
				if ((d->roles[r].rights >> right & 1u) &&
				    strcmp(d->roles[r].name, d->operators[i].roles[k]) ==
					    0)
					return true;
	return false;
}

static void check_somebody(struct loader *l)
{
	const struct access_def *d = &l->d->access;
	struct loc at = { d->n_operators ? d->operators[0].file : "", 1, 0 };

	if (!d->n_operators)
		return;
	if (!somebody_has(d, RIGHT_ACKNOWLEDGE))
		load_warn(l, &at, "nobody-may",
			  "no operator has the right \"acknowledge\": alarms will stand "
			  "for ever");
	if (!somebody_has(d, RIGHT_OPERATE))
		load_warn(
			l, &at, "nobody-may",
			"no operator has the right \"operate\": nothing can be written");
}

void cross_access(struct loader *l)
{
	struct areas areas;

	areas.names = load_areas(l, &areas.n);
	for (size_t i = 0; i < l->d->access.n_operators; i++) {
		const struct access_operator *op = &l->d->access.operators[i];
		struct loc at = { op->file, op->line, 0 };
		struct strbuf where = STRBUF_INIT;

		strbuf_addf(&where, "operator \"%s\"", op->name);
		check_roles(l, op);
		for (size_t k = 0; k < op->n_areas; k++)
			check_area(l, &areas, op->areas[k], &at, where.buf);
		strbuf_release(&where);
	}
	free(areas.names);
	check_somebody(l);
}
