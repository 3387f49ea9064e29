/* cross_alarms.c - what alarms say of tags: that they exist, fit, and can be reached. */
#include "station/load_alarms_int.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "expr/expr.h"
#include "station/cross_int.h"
#include "util/strmap.h"
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
			const struct alarm_note *p, const struct tag_def *t)
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
		       const struct alarm_note *p, const struct tag_def *t)
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
			     const struct alarm_note *p)
{
	struct strbuf where = STRBUF_INIT;
	struct expr *e = expr_compile(alarm_more(a)->expression, NULL, NULL, NULL);

	strbuf_addf(&where, "expression of alarm \"%s\"", a->name);
	cross_condition(l, alarm_more(a)->expression, &p->tag, where.buf);
	strbuf_release(&where);
	int64_t first = e && expr_operand_count(e)
				? station_def_tag(l->d, expr_operand_name(e, 0))
				: -1;
	if (first >= 0 && !a->area)
		a->area = l->d->tags[first].area;
	expr_free(e);
}

static void check_tag(struct loader *l, struct alarm_def *a, const struct alarm_note *p)
{
	struct strbuf where = STRBUF_INIT;
	int64_t tag = station_def_tag(l->d, a->tag);

	if (tag < 0) {
		strbuf_addf(&where, "alarm \"%s\"", a->name);
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
			 const struct alarm_note *p)
{
	const char *name = p->more ? p->more->second : NULL;
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

struct areas { /* those that tags are in or files speak of, and all that hold them */
	struct strmap *known;
	const char **names;
	size_t n;
};

/* The name and each part of the path to it. */
static void add_area(struct loader *l, struct areas *areas, const char *name)
{
	char path[TAG_NAME_MAX + 1];
	size_t n = strlen(name);

	if (n > TAG_NAME_MAX || strmap_has(areas->known, name))
		return;
	memcpy(path, name, n + 1);
	for (char *dot = path; dot; dot = strrchr(path, '.')) {
		const char *kept;

		if (dot > path)
			*dot = '\0';
		if (strmap_has(areas->known, path))
			return;
		kept = station_def_text(l->d, path);
		strmap_put(areas->known, kept, 1);
		*GROW(&areas->names, &areas->n) = kept;
	}
}

static void areas_open(struct loader *l, struct areas *areas)
{
	size_t n;
	const char **of_tags = load_areas(l, &n);

	*areas = (struct areas){ .known = strmap_new() };
	for (size_t i = 0; i < n; i++)
		add_area(l, areas, of_tags[i]);
	for (size_t i = 0; i < l->n_areas; i++)
		if (strcmp(l->areas[i].name, "*") != 0)
			add_area(l, areas, l->areas[i].name);
	free(of_tags);
}

static void areas_close(struct areas *areas)
{
	strmap_free(areas->known);
	free(areas->names);
}

/* Reports a name that is no area. */
static void check_area(struct loader *l, const struct areas *areas, const char *area,
		       const struct loc *at, const char *where)
{
	struct strbuf near = STRBUF_INIT;

	if (strmap_has(areas->known, area))
		return;
	diag_suggest(&near, area, areas->names, areas->n);
	if (near.len || !l->d->tags_incomplete)
		load_error(l, at, "unknown-area",
			   "%s names the area \"%s\", which no tag is in%s", where, area,
			   near.buf);
	strbuf_release(&near);
}

/* A list of areas is meant to be whole: a tag in none of them has its area misspelt, or
 * the list misses one. Each such area once. */
static void check_tag_areas(struct loader *l)
{
	struct strmap *said = strmap_new();
	const char **names = xcalloc(l->n_areas + 1, sizeof(*names));

	for (size_t i = 0; i < l->n_areas; i++)
		names[i] = l->areas[i].name;
	for (size_t i = 0; l->n_areas && i < l->d->n_tags; i++) {
		const struct tag_def *t = &l->d->tags[i];
		struct strbuf near = STRBUF_INIT;

		if (t->kind == TAG_SYSTEM || strncmp(t->name, "system.", 7) == 0 ||
		    strmap_has(said, t->area) || load_area_find(l, t->area))
			continue;
		const struct loc at = tag_loc(t);
		strmap_put(said, t->area, 1);
		diag_suggest(&near, t->area, names, l->n_areas);
		load_warn(
			l, &at, "undeclared-area",
			"tag \"%s\" is in the area \"%s\", which is not among areas = ( "
			")%s",
			t->name, t->area, near.buf);
		strbuf_release(&near);
	}
	free(names);
	strmap_free(said);
}

/* --- limits of one tag ----------------------------------------------------------- */

/* The lowest high limit and the highest low limit seen on a tag. */
struct limits {
	const struct alarm_def *high, *low;
	const struct alarm_note *high_at, *low_at;
};

static void note_limit(struct limits *m, const struct alarm_def *a,
		       const struct alarm_note *p)
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
			note_limit(&all[tag], a, &l->alarm_notes[i]);
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

static void check_own_area(struct loader *l, const struct areas *areas,
			   const struct alarm_def *a, const struct alarm_note *n)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_addf(&where, "alarm \"%s\"", a->name);
	check_area(l, areas, a->area, &n->area, where.buf);
	strbuf_release(&where);
}

static void cross_alarm(struct loader *l, const struct areas *areas, struct alarm_def *a,
			struct alarm_note *n)
{
	a->more = n->more; /* until cross_life() */
	if (a->area && !strmap_has(areas->known, a->area))
		check_own_area(l, areas, a, n);
	if (a->tag)
		check_tag(l, a, n);
	else if (alarm_more(a)->expression)
		check_expression(l, a, n);
	check_second(l, a, n);
	if (!a->area)
		a->area = load_area_of(l, a->name);
	cross_life(l, a, n);
	cross_message(l, a, n);
}

void cross_alarms(struct loader *l)
{
	struct areas areas;

	areas_open(l, &areas);
	cross_areas(l);
	check_tag_areas(l);
	for (size_t i = 0; i < l->d->n_alarms; i++)
		cross_alarm(l, &areas, &l->d->alarms[i], &l->alarm_notes[i]);
	areas_close(&areas);
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
		char *role = xstrndup(op->roles[i], strcspn(op->roles[i], "@"));
		struct strbuf near = STRBUF_INIT;
		bool known = false;
		for (size_t k = 0; k < d->n_roles; k++)
			known |= strcmp(names[k], role) == 0;
		diag_suggest(&near, role, names, d->n_roles);
		if (!known)
			load_error(l, &at, "unknown-role",
				   "operator \"%s\" has the unknown role \"%s\"%s",
				   op->name, role, near.buf);
		strbuf_release(&near);
		free(role);
	}
	free(names);
}

static bool somebody_has(const struct access_def *d, enum right right)
{
	for (size_t i = 0; i < d->n_operators; i++)
		for (size_t k = 0; k < d->operators[i].n_roles; k++)
			if (access_role_rights(d, d->operators[i].roles[k], NULL) >>
				    right &
			    1u)
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

	areas_open(l, &areas);
	for (size_t i = 0; i < l->d->access.n_operators; i++) {
		const struct access_operator *op = &l->d->access.operators[i];
		struct loc at = { op->file, op->line, 0 };
		struct strbuf where = STRBUF_INIT;

		strbuf_addf(&where, "operator \"%s\"", op->name);
		check_roles(l, op);
		for (size_t k = 0; k < op->n_areas; k++)
			check_area(l, &areas, op->areas[k], &at, where.buf);
		for (size_t k = 0; k < op->n_roles; k++)
			if (strchr(op->roles[k], '@'))
				check_area(l, &areas, strchr(op->roles[k], '@') + 1, &at,
					   where.buf);
		if (op->n_areas + op->n_roles > ACCESS_POSTS_MAX)
			load_error(l, &at, "too-many-areas",
				   "operator \"%s\" has more than %d areas and roles: "
				   "give an area that holds several",
				   op->name, ACCESS_POSTS_MAX);
		strbuf_release(&where);
	}
	areas_close(&areas);
	check_somebody(l);
}
