/* eval.c - runs a program; quality and times travel with every value. The everyday case
 * is answered by fast_run.c before. */
#include "expr/program.h"

#include <math.h>

static const quality bad_math = QUALITY_MAKE(QUALITY_BAD, REASON_MATH);

static int64_t older(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static quality load_quality(const struct sample *s)
{
	enum quality_class class = quality_class(s->quality);

	if (class == QUALITY_BAD || s->value.type == VALUE_NONE)
		return QUALITY_MAKE(QUALITY_BAD, REASON_OPERAND);
	if (s->value.type == VALUE_DOUBLE && !isfinite(s->value.u.d))
		return bad_math;
	return class == QUALITY_GOOD ? 0 : QUALITY_MAKE(class, REASON_OPERAND);
}

static struct expr_cell load(const struct sample *s)
{
	struct expr_cell c = { s->value, load_quality(s), s->source_time.ms,
			       s->taken.ns };

	c.quality = (quality)(c.quality | (s->quality & QUALITY_FLAGS));
	if (quality_class(c.quality) == QUALITY_BAD)
		c.value = (struct value){ 0 };
	return c;
}

static struct expr_cell constant(const struct value *v)
{
	return (struct expr_cell){ *v, 0, INT64_MAX, INT64_MAX };
}

/* Fills all of *out but the value. */
static void combine(const struct expr_cell *arg, size_t n, struct expr_cell *out)
{
	*out = (struct expr_cell){ .source_ms = INT64_MAX, .taken_ns = INT64_MAX };
	for (size_t i = 0; i < n; i++) {
		out->quality = quality_worst(out->quality, arg[i].quality);
		out->source_ms = older(out->source_ms, arg[i].source_ms);
		out->taken_ns = older(out->taken_ns, arg[i].taken_ns);
	}
}

static struct expr_cell call(const struct expr_row *row, const struct expr_cell *arg,
			     size_t n)
{
	struct value v[EXPR_ARGS_MAX];
	struct expr_cell out;

	combine(arg, n, &out);
	if (row->apply_quality) {
		row->apply_quality(arg, n, &out);
		return out;
	}
	if (quality_class(out.quality) == QUALITY_BAD)
		return out;
	for (size_t i = 0; i < n; i++)
		v[i] = arg[i].value;
	if (!row->apply(v, n, &out.value)) {
		out.value = (struct value){ 0 };
		out.quality = (quality)(bad_math | (out.quality & QUALITY_FLAGS));
	}
	return out;
}

void expr_eval_stack(const struct expr *e, struct sample *out)
{
	struct expr_cell stack[EXPR_STACK_MAX];
	size_t top = 0;

	stack[0] = (struct expr_cell){ .quality = bad_math };
	for (const struct expr_instr *in = e->code; in < e->code + e->n_code; in++) {
		switch ((enum expr_opcode)in->opcode) {
		case EXPR_PUSH:
			stack[top++] = constant(&e->constants[in->index]);
			break;
		case EXPR_LOAD:
			stack[top++] = load(e->operands[in->index].at);
			break;
		case EXPR_CALL:
			top -= in->argc;
			stack[top] = call(in->row, stack + top, in->argc);
			top++;
			break;
		}
	}
	const struct expr_cell *r = &stack[0];
	*out = (struct sample){
		.value = r->value,
		.quality = r->quality,
		.source_time = { e->n_operands ? r->source_ms : 0 },
		.taken = { e->n_operands ? r->taken_ns : 0 },
	};
}

void expr_eval_to(const struct expr *e, expr_get get, void *arg, struct sample *out)
{
	for (size_t i = 0; i < e->n_operands; i++) {
		struct expr_operand *o = &e->operands[i];

		if (o->at == &o->own)
			o->own = *get(arg, o->id);
	}
	expr_eval_bound(e, out);
}
