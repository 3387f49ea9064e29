/* fast_run.c - the fast program at work: first one look at all operands, then one
 * function an instruction, each of which goes on to the next; and a way out where the
 * stack program would not give a number. */
#include "expr/fast_int.h"

#include <math.h>
#include <string.h>

/* --- instructions ----------------------------------------------------------------- */

/* Not NaN, not infinite: their bits without the sign are the highest. */
static inline bool is_number(double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	return bits << 1 < (uint64_t)0x7ff << 53;
}

/* The arguments, as the instruction takes them. */
#define D(n) (*(const double *)in->arg[n])
#define I(n) (*(const int64_t *)in->arg[n])
#define B(n) (*(const bool *)in->arg[n])
#define K(n) in->k[n]

#define INSTRUCTION(name)                                                                \
	static void name(const struct expr *e, struct sample *out,                       \
			 const struct fast_instr *in)

/* On to the next instruction, by a jump; without a number the stack program decides. */
#define NEXT_IF(ok)                                                                      \
	if (__builtin_expect(ok, true))                                                  \
		in[1].run(e, out, in + 1);                                               \
	else                                                                             \
		expr_eval_stack(e, out)

#define DONE_IF(ok)                                                                      \
	if (!__builtin_expect(ok, true))                                                 \
	expr_eval_stack(e, out)

/* Each instruction is made twice: for a register, and as the last one, for the result.
 * set gives v its value; the instruction counts if ok. */
#define MAKE(name, kind, member, set, ok)                                                \
	INSTRUCTION(name)                                                                \
	{                                                                                \
		__typeof__(in->to->member) v;                                            \
                                                                                         \
		set;                                                                     \
		in->to->member = v;                                                      \
		NEXT_IF(ok);                                                             \
	}                                                                                \
	INSTRUCTION(name##_last)                                                         \
	{                                                                                \
		__typeof__(in->to->member) v;                                            \
                                                                                         \
		set;                                                                     \
		out->value.type = kind;                                                  \
		out->value.u.member = v;                                                 \
		DONE_IF(ok);                                                             \
	}

/* An argument that is no number makes a result that is none. */
#define NUM(name, get) MAKE(name, VALUE_DOUBLE, d, v = (get), is_number(v))
/* The same where the second argument may be none and the result one. */
#define NUM2(name, get)                                                                  \
	MAKE(name, VALUE_DOUBLE, d, v = (get), is_number(v) & is_number(D(1)))
#define WHOLE(name, get) MAKE(name, VALUE_INT, i, v = (get), true)
/* Whole numbers overflow into "no number", never around. */
#define OVERFLOWING(name, builtin, a, b)                                                 \
	MAKE(name, VALUE_INT, i, bool lost = builtin(a, b, &v), !lost)
#define TRUTH(name, get) MAKE(name, VALUE_BOOL, b, v = (get), true)

/* No number on either side has no difference that is a number; that of two far apart is
 * none either, and goes the slow way for nothing. */
#define COMPARE(name, compare, also)                                                     \
	MAKE(name, VALUE_BOOL, b, v = (D(0) compare D(1)) & (also),                      \
	     is_number(D(0) - D(1)))
/* Constants are numbers. */
#define LIMIT(name, value, compare, limit, also)                                         \
	MAKE(name, VALUE_BOOL, b, const double l = (value);                              \
	     v = (l compare(limit)) & (also), is_number(l))

NUM(to_d, (double)I(0))
NUM(add_d, D(0) + D(1))
NUM(sub_d, D(0) - D(1))
NUM(mul_d, D(0) * D(1))
NUM(mul_k, D(0) * K(0))
NUM(mul_add_d, D(0) * D(1) + D(2))
NUM(mul_add_k, D(0) * K(0) + D(1))
NUM(neg_d, -D(0))
NUM(abs_d, fabs(D(0)))
NUM(floor_d, floor(D(0)))
NUM(ceil_d, ceil(D(0)))
NUM(sqrt_d, sqrt(D(0)))  /* of a negative one: no number */
NUM2(div_d, D(0) / D(1)) /* by 0 gives no number */
NUM2(rem_d, fmod(D(0), D(1)))
/* The first of equals stays, as in extreme() of functions.c. */
MAKE(min_d, VALUE_DOUBLE, d, v = D(1) < D(0) ? D(1) : D(0),
     is_number(D(0)) & is_number(D(1)))
MAKE(max_d, VALUE_DOUBLE, d, v = D(1) > D(0) ? D(1) : D(0),
     is_number(D(0)) & is_number(D(1)))
MAKE(select_d, VALUE_DOUBLE, d, v = B(0) ? D(1) : D(2), is_number(D(1)) & is_number(D(2)))

WHOLE(from_b, B(0))
WHOLE(min_i, I(1) < I(0) ? I(1) : I(0))
WHOLE(max_i, I(1) > I(0) ? I(1) : I(0))
WHOLE(select_i, B(0) ? I(1) : I(2))
OVERFLOWING(add_i, __builtin_add_overflow, I(0), I(1))
OVERFLOWING(sub_i, __builtin_sub_overflow, I(0), I(1))
OVERFLOWING(mul_i, __builtin_mul_overflow, I(0), I(1))
OVERFLOWING(neg_i, __builtin_sub_overflow, (int64_t)0, I(0))
/* INT64_MIN % -1 traps. */
MAKE(rem_i, VALUE_INT, i, v = I(1) == 0 || I(1) == -1 ? 0 : I(0) % I(1), I(1) != 0)
MAKE(abs_i, VALUE_INT, i, v = I(0) < 0 && I(0) != INT64_MIN ? -I(0) : I(0), v >= 0)

TRUTH(eq_i, I(0) == I(1))
TRUTH(ne_i, I(0) != I(1))
TRUTH(lt_i, I(0) < I(1))
TRUTH(le_i, I(0) <= I(1))
TRUTH(gt_i, I(0) > I(1))
TRUTH(ge_i, I(0) >= I(1))
TRUTH(true_i, I(0) != 0)
TRUTH(not_b, !B(0))
TRUTH(and_b, B(0) & B(1))
TRUTH(or_b, B(0) | B(1))
TRUTH(select_b, B(0) ? B(1) : B(2))
MAKE(true_d, VALUE_BOOL, b, v = D(0) != 0, is_number(D(0)))

COMPARE(eq_d, ==, true)
COMPARE(ne_d, !=, true)
COMPARE(lt_d, <, true)
COMPARE(le_d, <=, true)
COMPARE(gt_d, >, true)
COMPARE(ge_d, >=, true)
COMPARE(lt_and_d, <, B(2))
COMPARE(le_and_d, <=, B(2))
COMPARE(gt_and_d, >, B(2))
COMPARE(ge_and_d, >=, B(2))
LIMIT(lt_k, D(0), <, K(0), true)
LIMIT(le_k, D(0), <=, K(0), true)
LIMIT(gt_k, D(0), >, K(0), true)
LIMIT(ge_k, D(0), >=, K(0), true)
LIMIT(lt_and_k, D(0), <, K(0), B(1))
LIMIT(le_and_k, D(0), <=, K(0), B(1))
LIMIT(gt_and_k, D(0), >, K(0), B(1))
LIMIT(ge_and_k, D(0), >=, K(0), B(1))
LIMIT(line_lt_k, D(0) * K(0) + D(1), <, K(1), true)
LIMIT(line_le_k, D(0) * K(0) + D(1), <=, K(1), true)
LIMIT(line_gt_k, D(0) * K(0) + D(1), >, K(1), true)
LIMIT(line_ge_k, D(0) * K(0) + D(1), >=, K(1), true)
LIMIT(line_lt_and_k, D(0) * K(0) + D(1), <, K(1), B(2))
LIMIT(line_le_and_k, D(0) * K(0) + D(1), <=, K(1), B(2))
LIMIT(line_gt_and_k, D(0) * K(0) + D(1), >, K(1), B(2))
LIMIT(line_ge_and_k, D(0) * K(0) + D(1), >=, K(1), B(2))

/* The result itself. */
NUM(copy_d, D(0))
WHOLE(copy_i, I(0))
TRUTH(copy_b, B(0))

/* Says only whether it is a number. */
INSTRUCTION(finite_d)
{
	NEXT_IF(is_number(D(0)));
}

#define ROW(op, name) [op] = { name, name##_last }

const struct fast_runs fast_runs[] = {
	[FAST_FINITE] = { finite_d, NULL },
	ROW(FAST_TO_D, to_d),
	ROW(FAST_FROM_B, from_b),
	ROW(FAST_ADD_D, add_d),
	ROW(FAST_SUB_D, sub_d),
	ROW(FAST_MUL_D, mul_d),
	ROW(FAST_MUL_K, mul_k),
	ROW(FAST_DIV_D, div_d),
	ROW(FAST_REM_D, rem_d),
	ROW(FAST_MUL_ADD_D, mul_add_d),
	ROW(FAST_MUL_ADD_K, mul_add_k),
	ROW(FAST_ADD_I, add_i),
	ROW(FAST_SUB_I, sub_i),
	ROW(FAST_MUL_I, mul_i),
	ROW(FAST_REM_I, rem_i),
	ROW(FAST_NEG_D, neg_d),
	ROW(FAST_NEG_I, neg_i),
	ROW(FAST_ABS_D, abs_d),
	ROW(FAST_ABS_I, abs_i),
	ROW(FAST_FLOOR_D, floor_d),
	ROW(FAST_CEIL_D, ceil_d),
	ROW(FAST_SQRT_D, sqrt_d),
	ROW(FAST_MIN_D, min_d),
	ROW(FAST_MAX_D, max_d),
	ROW(FAST_MIN_I, min_i),
	ROW(FAST_MAX_I, max_i),
	ROW(FAST_EQ_D, eq_d),
	ROW(FAST_NE_D, ne_d),
	ROW(FAST_LT_D, lt_d),
	ROW(FAST_LE_D, le_d),
	ROW(FAST_GT_D, gt_d),
	ROW(FAST_GE_D, ge_d),
	ROW(FAST_EQ_I, eq_i),
	ROW(FAST_NE_I, ne_i),
	ROW(FAST_LT_I, lt_i),
	ROW(FAST_LE_I, le_i),
	ROW(FAST_GT_I, gt_i),
	ROW(FAST_GE_I, ge_i),
	ROW(FAST_LT_K, lt_k),
	ROW(FAST_LE_K, le_k),
	ROW(FAST_GT_K, gt_k),
	ROW(FAST_GE_K, ge_k),
	ROW(FAST_LT_AND_D, lt_and_d),
	ROW(FAST_LE_AND_D, le_and_d),
	ROW(FAST_GT_AND_D, gt_and_d),
	ROW(FAST_GE_AND_D, ge_and_d),
	ROW(FAST_LT_AND_K, lt_and_k),
	ROW(FAST_LE_AND_K, le_and_k),
	ROW(FAST_GT_AND_K, gt_and_k),
	ROW(FAST_GE_AND_K, ge_and_k),
	ROW(FAST_LINE_LT_K, line_lt_k),
	ROW(FAST_LINE_LE_K, line_le_k),
	ROW(FAST_LINE_GT_K, line_gt_k),
	ROW(FAST_LINE_GE_K, line_ge_k),
	ROW(FAST_LINE_LT_AND_K, line_lt_and_k),
	ROW(FAST_LINE_LE_AND_K, line_le_and_k),
	ROW(FAST_LINE_GT_AND_K, line_gt_and_k),
	ROW(FAST_LINE_GE_AND_K, line_ge_and_k),
	ROW(FAST_TRUE_D, true_d),
	ROW(FAST_TRUE_I, true_i),
	ROW(FAST_NOT_B, not_b),
	ROW(FAST_AND_B, and_b),
	ROW(FAST_OR_B, or_b),
	ROW(FAST_SELECT_D, select_d),
	ROW(FAST_SELECT_I, select_i),
	ROW(FAST_SELECT_B, select_b),
	ROW(FAST_COPY_D, copy_d),
	ROW(FAST_COPY_I, copy_i),
	ROW(FAST_COPY_B, copy_b),
};

/* --- an evaluation ---------------------------------------------------------------- */

/* Qualities of operands of which none is bad, merged as eval.c merges them one by one. */
static quality merged(unsigned seen)
{
	quality q = (quality)(seen & QUALITY_FLAGS);

	if (quality_class((quality)seen) == QUALITY_UNCERTAIN)
		q = (quality)(q | QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_OPERAND));
	return q;
}

/* Another type, a bad operand, or one that is not quite good; times are set. */
static void __attribute__((noinline))
unusual(const struct expr *e, struct sample *out, struct expr_fast *f)
{
	unsigned seen = 0, differs = 0;

	for (size_t i = 0; i < f->n_operands; i++) {
		seen |= f->operands[i].at->quality;
		differs |= f->operands[i].at->value.type ^ f->operands[i].type;
	}
	if (differs || seen & QUALITY_BAD || f->strict) {
		fast_learn(f, e);
		expr_eval_stack(e, out);
	} else {
		out->quality = merged(seen);
		f->code->run(e, out, f->code);
	}
}

static inline int64_t older(int64_t a, int64_t b)
{
	return b < a ? b : a;
}

/* Qualities, types and times of all operands in one pass; nothing to see, nearly always,
 * is one branch. n is a constant where this is made part of a function below. */
static inline void __attribute__((always_inline))
begin(const struct expr *e, struct sample *out, struct expr_fast *f, size_t n,
      bool packed)
{
	const struct fast_operand *o = f->operands;
	int64_t oldest = o->at->source_time.ms;
	unsigned seen, types;

#pragma GCC unroll 4
	for (size_t i = 1; i < n; i++)
		oldest = older(oldest, o[i].at->source_time.ms);
	out->source_time.ms = oldest;
	oldest = o->at->taken.ns;
#pragma GCC unroll 4
	for (size_t i = 1; i < n; i++)
		oldest = older(oldest, o[i].at->taken.ns);
	out->taken.ns = oldest;
	seen = o->at->quality;
	types = o->at->value.type ^ (packed ? f->types : o->type);
#pragma GCC unroll 4
	for (size_t i = 1; i < n; i++) {
		seen |= o[i].at->quality;
		if (packed)
			types ^= o[i].at->value.type << 4 * i;
		else
			types |= o[i].at->value.type ^ o[i].type;
	}
	out->quality = 0;
	if (__builtin_expect((seen | types) == 0, true))
		f->code->run(e, out, f->code);
	else
		unusual(e, out, f);
}

#define BEGIN(name, n)                                                                   \
	static void name(const struct expr *e, struct sample *out, struct expr_fast *f)  \
	{                                                                                \
		begin(e, out, f, n, true);                                               \
	}

BEGIN(begin_1, 1)
BEGIN(begin_2, 2)
BEGIN(begin_3, 3)
BEGIN(begin_4, 4)

static void begin_many(const struct expr *e, struct sample *out, struct expr_fast *f)
{
	begin(e, out, f, f->n_operands, false);
}

static void begin_unlearned(const struct expr *e, struct sample *out, struct expr_fast *f)
{
	fast_learn(f, e);
	expr_eval_stack(e, out);
}

fast_begin fast_begins(size_t n_operands)
{
	static const fast_begin begins[] = { begin_unlearned, begin_1, begin_2, begin_3,
					     begin_4 };

	return n_operands < sizeof(begins) / sizeof(begins[0]) ? begins[n_operands]
							       : begin_many;
}

void expr_eval_bound(const struct expr *e, struct sample *out)
{
	e->fast->begin(e, out, e->fast);
}
