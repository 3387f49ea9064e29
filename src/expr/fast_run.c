/* fast_run.c - the registers at work: one instruction, one row of a switch, and a way
 * out where the stack program would not give a number. */
#include "expr/fast_int.h"

#include <float.h>
#include <math.h>

/* Not NaN, not infinite: one compare that is never false in daily life. */
static inline bool is_number(double d)
{
	return fabs(d) <= DBL_MAX;
}

/* Rows of the switch: NUM leaves when there is no number, WHOLE when it overflows. */
#define NUM(value)                                                                       \
	r[in->to].d = (value);                                                           \
	if (!is_number(r[in->to].d))                                                     \
		return false;                                                            \
	break
#define WHOLE(builtin)                                                                   \
	if (builtin(r[in->a].i, r[in->b].i, &r[in->to].i))                               \
		return false;                                                            \
	break
#define TRUTH(test)                                                                      \
	r[in->to].i = (test);                                                            \
	break
/* No number leaves here too, before it is compared. */
#define LINE(compare)                                                                    \
	line = A * B + C;                                                                \
	if (!is_number(line))                                                            \
		return false;                                                            \
	TRUTH((line compare r[in->d].d) & r[in->e].i)
#define A  r[in->a].d
#define B  r[in->b].d
#define C  r[in->c].d
#define AI r[in->a].i
#define BI r[in->b].i
#define CI r[in->c].i

/* What is rarely met of whole numbers. */
static bool rare_whole(const struct fast_instr *in, union fast_reg *r)
{
	switch ((enum fast_op)in->op) {
	case FAST_REM_I:
		if (BI == 0)
			return false;
		TRUTH(BI == -1 ? 0 : AI % BI); /* INT64_MIN % -1 traps */
	case FAST_NEG_I:
		return !__builtin_sub_overflow((int64_t)0, AI, &r[in->to].i);
	case FAST_ABS_I:
		if (AI == INT64_MIN)
			return false;
		TRUTH(AI < 0 ? -AI : AI);
	case FAST_MIN_I:
		TRUTH(BI < AI ? BI : AI);
	case FAST_MAX_I:
		TRUTH(BI > AI ? BI : AI);
	default:
		return false;
	}
	return true;
}

/* What is rarely met of doubles. */
static bool rare(const struct fast_instr *in, union fast_reg *r)
{
	switch ((enum fast_op)in->op) {
	case FAST_REM_D:
		if (B == 0)
			return false;
		NUM(fmod(A, B));
	case FAST_ABS_D:
		NUM(fabs(A));
	case FAST_FLOOR:
		NUM(floor(A));
	case FAST_CEIL:
		NUM(ceil(A));
	case FAST_SQRT:
		if (!(A >= 0))
			return false;
		NUM(sqrt(A));
	case FAST_MIN_D: /* the first of equals stays, as in extreme() */
		NUM(B < A ? B : A);
	case FAST_MAX_D:
		NUM(B > A ? B : A);
	default:
		return rare_whole(in, r);
	}
	return true;
}

/* Comparisons of whole numbers and what is left of logic; kept out of run(), which
 * stays small enough for the processor's registers. */
static bool __attribute__((noinline))
whole(const struct fast_instr *in, union fast_reg *r)
{
	switch ((enum fast_op)in->op) {
	case FAST_EQ_I:
		TRUTH(AI == BI);
	case FAST_NE_I:
		TRUTH(AI != BI);
	case FAST_LT_I:
		TRUTH(AI < BI);
	case FAST_LE_I:
		TRUTH(AI <= BI);
	case FAST_GT_I:
		TRUTH(AI > BI);
	case FAST_GE_I:
		TRUTH(AI >= BI);
	case FAST_EQ_D:
		TRUTH(A == B);
	case FAST_NE_D:
		TRUTH(A != B);
	case FAST_TRUE_D:
		TRUTH(A != 0);
	case FAST_TRUE_I:
		TRUTH(AI != 0);
	case FAST_ADD_I:
		WHOLE(__builtin_add_overflow);
	case FAST_SUB_I:
		WHOLE(__builtin_sub_overflow);
	case FAST_MUL_I:
		WHOLE(__builtin_mul_overflow);
	default:
		return rare(in, r);
	}
	return true;
}

static inline void result(const struct expr_fast *f, struct value *out)
{
	const union fast_reg *r = &f->reg[f->result];

	if (f->type == VALUE_BOOL)
		*out = value_bool(r->i);
	else if (f->type == VALUE_DOUBLE)
		*out = value_double(r->d);
	else
		*out = value_int(r->i);
}

static bool run(struct expr_fast *f, struct value *out)
{
	union fast_reg *r = f->reg;
	double line;

	for (const struct fast_instr *in = f->code, *end = f->end; in < end; in++) {
		switch ((enum fast_op)in->op) {
		case FAST_LINE_LT_AND:
			LINE(<);
		case FAST_LINE_LE_AND:
			LINE(<=);
		case FAST_LINE_GT_AND:
			LINE(>);
		case FAST_LINE_GE_AND:
			LINE(>=);
		case FAST_MUL_ADD_D:
			NUM(A * B + C);
		case FAST_ADD_D:
			NUM(A + B);
		case FAST_SUB_D:
			NUM(A - B);
		case FAST_MUL_D:
			NUM(A * B);
		case FAST_DIV_D: /* by 0 gives no number */
			NUM(A / B);
		case FAST_LT_D:
			TRUTH(A < B);
		case FAST_LE_D:
			TRUTH(A <= B);
		case FAST_GT_D:
			TRUTH(A > B);
		case FAST_GE_D:
			TRUTH(A >= B);
		case FAST_LT_AND:
			TRUTH((A < B) & CI);
		case FAST_LE_AND:
			TRUTH((A <= B) & CI);
		case FAST_GT_AND:
			TRUTH((A > B) & CI);
		case FAST_GE_AND:
			TRUTH((A >= B) & CI);
		case FAST_AND:
			TRUTH(AI & BI);
		case FAST_OR:
			TRUTH(AI | BI);
		case FAST_NOT:
			TRUTH(AI ^ 1);
		case FAST_NEG_D:
			NUM(-A);
		case FAST_SELECT:
			r[in->to] = AI ? r[in->b] : r[in->c];
			break;
		case FAST_TO_D:
			NUM((double)AI);
		default:
			if (!whole(in, r))
				return false;
		}
	}
	result(f, out);
	return true;
}

/* The bits of infinity without the sign; those of NaN are above. */
static const uint64_t no_number = (uint64_t)0x7ff << 53;

/* Operands into their registers; what is remarkable of them adds up in the result: the
 * lower half their qualities, the upper half how their types differ. */
static inline unsigned load(struct expr_fast *f, expr_get get, void *arg,
			    struct sample *out)
{
	int64_t source = INT64_MAX, taken = INT64_MAX;
	unsigned seen = 0;
	const struct fast_operand *o = f->operands;

	for (size_t i = 0; i < f->n_operands; i++) {
		const struct sample *s = get(arg, o[i].id);
		int64_t bits = s->value.u.i;

		seen |= s->quality | ((unsigned)s->value.type ^ o[i].type) << 16;
		if (o[i].type == VALUE_DOUBLE)
			seen |= (uint64_t)bits << 1 >= no_number ? QUALITY_BAD : 0;
		else if (s->value.type == VALUE_BOOL) /* another type may hold any bits */
			bits = s->value.u.b;
		f->reg[i].i = bits;
		source = s->source_time.ms < source ? s->source_time.ms : source;
		taken = s->taken.ns < taken ? s->taken.ns : taken;
	}
	out->source_time.ms = source == INT64_MAX ? 0 : source;
	out->taken.ns = taken == INT64_MAX ? 0 : taken;
	return seen;
}

/* Qualities of operands of which none is bad, merged as eval.c merges them one by one. */
static quality merged(unsigned seen)
{
	quality q = (quality)(seen & QUALITY_FLAGS);

	if (quality_class((quality)seen) == QUALITY_UNCERTAIN)
		q = (quality)(q | QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_OPERAND));
	return q;
}

static bool is_everyday(const struct expr_fast *f, unsigned seen)
{
	return !(seen >> 16) && !(seen & QUALITY_BAD) && !f->strict;
}

void expr_eval_to(const struct expr *e, expr_get get, void *arg, struct sample *out)
{
	struct expr_fast *f = e->fast;
	unsigned seen;

	if (!f || !f->learned)
		goto stack;
	seen = load(f, get, arg, out);
	if (seen && !is_everyday(f, seen))
		goto stack;
	if (!run(f, &out->value)) {
		expr_eval_stack(e, get, arg, out);
		return;
	}
	out->quality = seen ? merged(seen) : 0;
	return;
stack:
	if (f)
		fast_learn(f, e, get, arg);
	expr_eval_stack(e, get, arg, out);
}
