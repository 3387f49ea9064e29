/*
 * cross_tags.c - what tags say of devices and of each other: sources, operands, cycles,
 * and the types that follow.
 */
#include "station/load_int.h"

#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "station/cross_int.h"
#include "util/xalloc.h"

/* --- expressions, of tags and of alarms ------------------------------------------ */

/* where names the place in sentences: "permissive of \"x\"". All report what is wrong. */
static struct expr *cross_compile(struct loader *l, const char *text,
				  const struct loc *at, const char *where)
{
	struct strbuf why = STRBUF_INIT;
	int column = 0;
	struct expr *e = expr_compile(text, NULL, &why, &column);

	if (!e) {
		struct loc here = *at;
		here.column += column > 0 ? column - 1 : 0;
		load_error(l, &here, "expression", "%s: %s", where, why.buf);
	}
	strbuf_release(&why);
	return e;
}

/* Binds operands to tag indexes; false when one is unknown. */
static bool cross_bind(struct loader *l, struct expr *e, const struct loc *at,
		       const char *where)
{
	bool all = true;

	for (size_t i = 0; i < expr_operand_count(e); i++) {
		const char *name = expr_operand_name(e, i);
		int64_t tag = station_def_tag(l->d, name);
		struct loc here = *at;

		expr_bind(e, i, tag < 0 ? UINT32_MAX : (uint32_t)tag);
		if (tag >= 0)
			continue;
		all = false;
		here.column += expr_operand_column(e, i) - 1;
		load_unknown_tag(l, &here, where, name);
	}
	return all;
}

static enum value_type type_of(void *arg, uint32_t id)
{
	const struct loader *l = arg;

	return id < l->d->n_tags ? l->d->tags[id].type : VALUE_NONE;
}

static bool cross_infer(struct loader *l, const struct expr *e, const struct loc *at,
			const char *where, enum value_type *type)
{
	struct strbuf why = STRBUF_INIT;
	int column = 0;
	bool fine = expr_infer(e, type_of, l, type, &why, &column);

	if (!fine) {
		struct loc here = *at;
		here.column += column > 0 ? column - 1 : 0;
		load_error(l, &here, "expression", "%s: %s", where, why.buf);
	}
	strbuf_release(&why);
	return fine;
}

void cross_condition(struct loader *l, const char *text, const struct loc *at,
		     const char *where)
{
	struct expr *e = cross_compile(l, text, at, where);
	enum value_type type;

	if (e && cross_bind(l, e, at, where) && cross_infer(l, e, at, where, &type) &&
	    type != VALUE_NONE && type != VALUE_BOOL)
		load_error(l, at, "not-a-condition",
			   "%s gives a %s; a condition must be true or false: compare it "
			   "with something",
			   where, type == VALUE_STRING ? "text" : "number");
	expr_free(e);
}

/* --- order of expressions -------------------------------------------------------- */

enum { CHAIN_MAX = 500 };

struct chain { /* the expressions being inferred, outermost first */
	uint32_t tag[CHAIN_MAX];
	size_t n;
};

static void report_cycle(struct loader *l, const struct chain *c, uint32_t tag)
{
	struct strbuf text = STRBUF_INIT;
	size_t from = 0;

	while (from < c->n && c->tag[from] != tag)
		from++;
	for (size_t i = from; i < c->n && i < from + 8; i++)
		strbuf_addf(&text, "%s -> ", l->d->tags[c->tag[i]].name);
	strbuf_adds(&text, l->d->tags[tag].name);
	load_error(l, &l->tag_notes[tag].place->expression, "cyclic-expression",
		   "tag \"%s\" depends on itself: %s", l->d->tags[tag].name, text.buf);
	strbuf_release(&text);
}

static void infer_tag(struct loader *l, struct chain *c, uint32_t tag);

static void infer_operands(struct loader *l, struct chain *c, const struct expr *e)
{
	for (size_t i = 0; i < expr_operand_count(e); i++)
		if (expr_operand_id(e, i) != UINT32_MAX)
			infer_tag(l, c, expr_operand_id(e, i));
}

static void settle_type(struct loader *l, struct tag_def *t, const struct tag_note *note)
{
	const struct tag_place *p = note->place;
	struct strbuf where = STRBUF_INIT;
	enum value_type got = VALUE_NONE;

	strbuf_addf(&where, "expression of \"%s\"", t->name);
	if (cross_infer(l, p->expr, &p->expression, where.buf, &got)) {
		bool number = got == VALUE_INT || got == VALUE_DOUBLE;
		bool wants = t->type == VALUE_INT || t->type == VALUE_DOUBLE;
		if (note->type_given && got != VALUE_NONE && got != t->type &&
		    !(number && wants))
			load_error(
				l, &p->expression, "type",
				"tag \"%s\" is declared %s but its expression gives %s",
				t->name, value_type_name(t->type), value_type_name(got));
		if (!note->type_given)
			t->type = got;
	}
	if (t->type == VALUE_NONE &&
	    (t->unit[0] || t->numbers->has_range || note->decimals_given))
		t->type = VALUE_DOUBLE;
	strbuf_release(&where);
}

static void infer_tag(struct loader *l, struct chain *c, uint32_t tag)
{
	struct tag_note *note = &l->tag_notes[tag];
	struct tag_place *p = note->place;

	if (!p || !p->expr || note->inferring == 2)
		return;
	if (note->inferring == 1) {
		report_cycle(l, c, tag);
		note->inferring = 2;
		return;
	}
	if (c->n == CHAIN_MAX) {
		load_error(l, &p->expression, "deep-expression",
			   "expressions depend on each other over more than %d steps",
			   CHAIN_MAX);
		note->inferring = 2;
		return;
	}
	note->inferring = 1;
	c->tag[c->n++] = tag;
	infer_operands(l, c, p->expr);
	c->n--;
	if (note->inferring == 1)
		settle_type(l, &l->d->tags[tag], note);
	note->inferring = 2;
}

/* --- one tag --------------------------------------------------------------------- */

static void check_device(struct loader *l, const struct tag_def *t,
			 const struct tag_place *p)
{
	const char **names = xcalloc(l->d->n_devices + 1, sizeof(*names));
	struct strbuf near = STRBUF_INIT;

	for (size_t i = 0; i < l->d->n_devices; i++)
		names[i] = l->d->devices[i].name;
	diag_suggest(&near, p->device_name, names, l->d->n_devices);
	if (near.len || !l->devices_incomplete)
		load_error(l, &p->device, "unknown-device",
			   "tag \"%s\" names the unknown device \"%s\"%s", t->name,
			   p->device_name, near.buf);
	strbuf_release(&near);
	free(names);
}

static void compile_tag(struct loader *l, struct tag_def *t, struct tag_place *p)
{
	struct strbuf where = STRBUF_INIT;

	strbuf_addf(&where, "expression of \"%s\"", t->name);
	p->expr = cross_compile(l, tag_expression(t), &p->expression, where.buf);
	if (p->expr)
		cross_bind(l, p->expr, &p->expression, where.buf);
	strbuf_release(&where);
}

enum {
	REPORT_MS = 1000
}; /* a driver that scans says at least so often what stands still */

/* An age limit that a value reaches between two reports makes it flicker. */
static void check_age_limit(struct loader *l, const struct tag_def *t)
{
	const struct device_def *d = &l->d->devices[t->device];

	if (!t->numbers->stale_ms)
		return;
	int64_t period = station_def_period_ms(l->d, t);
	int64_t least = (period > REPORT_MS ? period : REPORT_MS) * 3 / 2;
	bool scanned = d->scan_given || settings_get(&t->settings, "scan");

	if (!scanned || t->numbers->stale_ms >= least)
		return;
	const struct loc at = tag_loc(t);
	load_warn(l, &at, "short-age",
		  "stale_s of tag \"%s\" is %g, but a value that stands still is only "
		  "reported every %g s: make it at least %g",
		  t->name, (double)t->numbers->stale_ms / 1000,
		  (double)(period > REPORT_MS ? period : REPORT_MS) / 1000,
		  (double)least / 1000);
}

void cross_tags(struct loader *l)
{
	struct chain chain = { .n = 0 };

	for (size_t i = 0; i < l->d->n_tags; i++) {
		struct tag_place *p = l->tag_notes[i].place;
		if (l->d->tags[i].kind == TAG_EXPRESSION)
			compile_tag(l, &l->d->tags[i], p);
		else if (p && p->device_name)
			check_device(l, &l->d->tags[i], p);
	}
	for (size_t i = 0; i < l->d->n_tags; i++)
		infer_tag(l, &chain, (uint32_t)i);
	for (size_t i = 0; i < l->d->n_tags; i++) {
		struct tag_def *t = &l->d->tags[i];
		if (!l->tag_notes[i].decimals_given)
			t->decimals = t->type == VALUE_DOUBLE || t->type == VALUE_NONE;
		if (t->write->allowed)
			cross_write(l, t, l->tag_notes[i].place);
		if (t->kind == TAG_DEVICE && t->device >= 0)
			check_age_limit(l, t);
	}
}
