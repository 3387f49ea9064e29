/*
 * check.c - what a write must pass, one row a check, in the order an operator should
 * hear of it. Each refusal names the numbers it is about.
 */
#include "write/change_set_int.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "expr/expr.h"
#include "write/coerce.h"

struct check {
	struct write_gate *g;
	struct write_op *op;
	const struct write_point *p;
	const struct access_grant *grant;
	const struct sample *present;
	enum write_moment moment;
	struct now now;
};

static bool check_right(struct check *c, struct strbuf *why)
{
	const char *name = c->p->def->write->right;
	enum right right = RIGHT_OPERATE;

	if (name && !right_parse(name, &right)) {
		strbuf_setf(why, "the tag asks for an unknown right \"%s\"", name);
		return false;
	}
	if (c->grant && access_allows(c->grant, right, c->p->def->area))
		return true;
	if (c->grant)
		access_explain(c->grant, right, c->p->def->area, why);
	else
		strbuf_setf(why, "nobody is signed in");
	return false;
}

static bool check_writable(struct check *c, struct strbuf *why)
{
	if (c->p->def->kind == TAG_DEVICE && c->p->def->write->allowed)
		return true;
	strbuf_setf(why, "%s cannot be written: its definition has no write group",
		    c->op->tag_name);
	return false;
}

static bool not_a_word(struct check *c, struct strbuf *why)
{
	char typed[VALUE_STRING_MAX + 1];

	value_format(&c->op->new_value.v, -1, typed, sizeof(typed));
	strbuf_setf(why, "%s takes ", c->op->tag_name);
	tag_words_list(c->p->def->write->words, why);
	strbuf_addf(why, ", not \"%s\"", typed);
	return false;
}

static bool check_type(struct check *c, struct strbuf *why)
{
	struct value v;
	double number;

	if (!tag_words_take(c->p->def->write->words, c->p->def->type,
			    &c->op->new_value.v))
		return not_a_word(c, why);
	if (!value_coerce(&c->op->new_value.v, c->p->def->type, &v)) {
		strbuf_setf(why, "%s takes a value of type %s, not %s", c->op->tag_name,
			    value_type_name(c->p->def->type),
			    value_type_name(c->op->new_value.v.type));
		return false;
	}
	if (value_number(&v, &number) && !isfinite(number)) {
		strbuf_setf(why, "%s takes finite numbers only", c->op->tag_name);
		return false;
	}
	c->op->new_value.v = v;
	return true;
}

static bool check_range(struct check *c, struct strbuf *why)
{
	const struct tag_def *d = c->p->def;
	double v;

	if (!d->numbers->has_range || !value_number(&c->op->new_value.v, &v) ||
	    (v >= d->numbers->lo && v <= d->numbers->hi))
		return true;
	strbuf_clear(why);
	write_add_exact(why, v, d->unit);
	strbuf_addf(why, " is %s the limit of ", v > d->numbers->hi ? "above" : "below");
	write_add_exact(why, v > d->numbers->hi ? d->numbers->hi : d->numbers->lo,
			d->unit);
	strbuf_addf(why, ": %s takes ", d->name);
	write_add_exact(why, d->numbers->lo, "");
	strbuf_adds(why, " to ");
	write_add_exact(why, d->numbers->hi, d->unit);
	return false;
}

static bool check_suits(struct check *c, struct strbuf *why)
{
	const struct write_host *h = c->g->host;
	double v;

	return !h->suits || !value_number(&c->op->new_value.v, &v) ||
	       h->suits(h->arg, c->p, v, why);
}

static bool check_permissive(struct check *c, struct strbuf *why)
{
	const struct write_host *h = c->g->host;
	struct sample result;

	if (!c->p->permissive)
		return true;
	result = expr_eval(c->p->permissive, h->sample, h->arg);
	if (expr_is_true(&result))
		return true;
	strbuf_setf(why, "not permitted: %s must be true and good; now ",
		    expr_text(c->p->permissive));
	expr_explain(c->p->permissive, h->sample, h->arg, why);
	return false;
}

/* Nobody can see what would change: who does it all the same has to be somebody, and
 * says why. */
static bool check_blind(struct check *c, struct strbuf *why)
{
	const char *name = c->p->def->write->blind_right;
	enum right right = RIGHT_ENGINEER;

	if (c->moment == WRITE_AT_SEND)
		return true; /* that was judged, and the person is not here */
	if ((name && !right_parse(name, &right)) || !c->grant ||
	    !access_allows(c->grant, right, c->p->def->area)) {
		strbuf_addf(why, "; to write it all the same takes the right \"%s\"",
			    right_name(right));
		return false;
	}
	if (write_text_blank(c->op->reason)) {
		strbuf_adds(why, "; to write it all the same takes a reason");
		return false;
	}
	return true;
}

static bool check_present(struct check *c, struct strbuf *why)
{
	char flags[64];
	quality q = c->present->quality;

	if (quality_is_interlock_grade(q))
		return true;
	quality_flags_text(q, flags, sizeof(flags));
	strbuf_setf(why, "the present value of %s is not good (%s", c->op->tag_name,
		    quality_is_good(q) ? flags : quality_class_name(q));
	if (quality_reason(q))
		strbuf_addf(why, ": %s", quality_reason_text(q));
	strbuf_adds(why, "): nobody can see what would change");
	return c->p->def->write->blind && check_blind(c, why);
}

static bool check_moved(struct check *c, struct strbuf *why)
{
	const struct value *was = &c->op->old_value.v, *is = &c->present->value;
	char before[320], after[320];
	double a, b;

	if (c->p->def->write->pulse ||
	    (c->p->def->write->blind && !quality_is_interlock_grade(c->present->quality)))
		return true; /* it shows nothing that a person decided on */
	if (value_number(was, &a) && value_number(is, &b) && was->type != VALUE_BOOL) {
		if (fabs(a - b) <= c->p->def->write->select_tolerance ||
		    (isnan(a) && isnan(b)))
			return true;
	} else if (value_equal(was, is)) {
		return true;
	}
	write_show(c->op, was, before, sizeof(before));
	write_show(c->op, is, after, sizeof(after));
	strbuf_setf(why, "%s was %s, now %s: look again", c->op->tag_name, before, after);
	return false;
}

static bool say_no_base(struct check *c, struct strbuf *why)
{
	strbuf_setf(why,
		    "the present value of %s is not good (%s) and none was commanded, so "
		    "the step cannot be judged",
		    c->op->tag_name, quality_class_name(c->present->quality));
	return false;
}

static bool check_step(struct check *c, struct strbuf *why)
{
	double step = c->p->def->write->max_step, to;
	struct write_base from = write_base_of(c->g, c->op->tag, c->present);
	size_t far = 0;

	if (!(step > 0.0) || c->p->def->write->pulse ||
	    !value_number(&c->op->new_value.v, &to))
		return true;
	if (!from.n)
		return say_no_base(c, why);
	/* 0.1 + 0.2 typed as 0.3 is a step of 0.1 to a person */
	while (far < from.n && fabs(to - from.v[far]) <= step * (1.0 + 1e-9))
		far++;
	if (far == from.n)
		return true;
	strbuf_setf(why, "a step of ");
	write_add_exact(why, fabs(to - from.v[far]), c->p->def->unit);
	strbuf_adds(why, " is more than the allowed ");
	write_add_exact(why, step, c->p->def->unit);
	strbuf_adds(why, far ? ": before " : from.commanded ? ": commanded " : ": now ");
	write_add_exact(why, from.v[far], c->p->def->unit);
	if (from.commanded)
		strbuf_adds(why, far ? ", and nobody knows whether it was changed since"
				     : ", and not shown since");
	return false;
}

static bool check_interval(struct check *c, struct strbuf *why)
{
	return write_interval_over(c->g, c->op, c->p->def->write->min_interval_ms, c->now,
				   why);
}

static bool check_change(struct check *c, struct strbuf *why)
{
	return write_change_fits(c->g, c->op, c->p->def, c->present, c->now, why);
}

static bool check_reason(struct check *c, struct strbuf *why)
{
	if (!c->p->def->write->reason || !write_text_blank(c->op->reason))
		return true;
	strbuf_setf(why, "%s is not written without a reason: say why", c->op->tag_name);
	return false;
}

static bool check_reachable(struct check *c, struct strbuf *why)
{
	return c->g->host->reachable(c->g->host->arg, c->p, why);
}

/* What begins now might be sent and never get its outcome. */
static bool check_running(struct check *c, struct strbuf *why)
{
	if (!c->g->stopping)
		return true;
	strbuf_setf(why, "the server is stopping");
	return false;
}

static bool check_recording(struct check *c, struct strbuf *why)
{
	if (c->g->host->recording(c->g->host->arg))
		return true;
	strbuf_setf(why, "the server cannot store records now, so nothing is sent");
	return false;
}

const struct write_op *write_holder(const struct write_gate *g, uint32_t tag,
				    const struct write_op *but)
{
	for (size_t i = 0; i < g->n_ops; i++)
		if (g->ops[i]->tag == tag && g->ops[i] != but &&
		    g->ops[i]->phase != WRITE_FINISHED)
			return g->ops[i];
	return NULL;
}

static bool check_lease(struct check *c, struct strbuf *why)
{
	const struct write_op *held = write_holder(c->g, c->op->tag, c->op);
	int64_t left;

	if (!held)
		return true;
	if (held->phase == WRITE_APPROVAL) {
		strbuf_setf(why, "%s waits for a second person to approve a write to %s",
			    held->who.name, c->op->tag_name);
		return false;
	}
	if (held->phase != WRITE_SELECTED) {
		strbuf_setf(why, "a write to %s by %s is still under way",
			    c->op->tag_name, held->who.name);
		return false;
	}
	left = mono_ms_between(c->now.mono, held->set ? held->set->due : held->due);
	strbuf_setf(why,
		    "%s has %s selected for writing (%s), for %" PRId64 " more seconds",
		    held->who.name, c->op->tag_name, held->who.from, (left + 999) / 1000);
	return false;
}

/* A device has one command at a time; it is free again when the outcome is known. */
const struct write_op *write_in_hand(const struct write_gate *g,
				     const struct write_op *but)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		const struct write_op *o = g->ops[i];

		if (o != but && o->device == but->device && o->phase >= WRITE_INTENT &&
		    o->phase <= WRITE_OUTCOME)
			return o;
	}
	return NULL;
}

/* A line of a change set waits for that before its turn. */
static bool check_device_free(struct check *c, struct strbuf *why)
{
	const struct write_op *o = c->op->set ? NULL : write_in_hand(c->g, c->op);

	if (!o)
		return true;
	strbuf_setf(why,
		    "%s still has a command in hand (%s, by %s): select "
		    "again when it has ended",
		    c->op->device_name, o->tag_name, o->who.name);
	return false;
}

static const struct {
	unsigned moments;
	bool (*fn)(struct check *c, struct strbuf *why);
} checks[] = {
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_running },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_right },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_writable },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_type },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_range },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM | WRITE_AT_SEND, check_suits },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM | WRITE_AT_SEND, check_reachable },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM | WRITE_AT_SEND, check_present },
	{ WRITE_AT_CONFIRM | WRITE_AT_SEND, check_moved },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_step },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_interval },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_change },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM | WRITE_AT_SEND, check_permissive },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_reason },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_lease },
	{ WRITE_AT_CONFIRM, check_device_free },
	{ WRITE_AT_SELECT | WRITE_AT_CONFIRM, check_recording },
};

bool write_check(struct write_gate *g, struct write_op *op, const struct write_point *p,
		 const struct access_grant *grant, enum write_moment moment,
		 struct now now, struct strbuf *why)
{
	struct check c = {
		.g = g,
		.op = op,
		.p = p,
		.grant = grant,
		.present = g->host->sample(g->host->arg, p->tag),
		.moment = moment,
		.now = now,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		strbuf_clear(why);
		if (checks[i].moments & (unsigned)moment && !checks[i].fn(&c, why))
			return false;
	}
	return true;
}
