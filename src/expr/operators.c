/* operators.c - the operators, one row each. */
#include "expr/program.h"

#include <math.h>

#include "expr/math.h"

static bool truth(const struct value *v, bool *out)
{
	double d;

	if (!math_double(v, &d))
		return false;
	*out = d != 0;
	return true;
}

static bool apply_or(const struct value *arg, size_t n, struct value *out)
{
	bool a, b;

	(void)n;
	if (!truth(&arg[0], &a) || !truth(&arg[1], &b))
		return false;
	*out = value_bool(a || b);
	return true;
}

static bool apply_and(const struct value *arg, size_t n, struct value *out)
{
	bool a, b;

	(void)n;
	if (!truth(&arg[0], &a) || !truth(&arg[1], &b))
		return false;
	*out = value_bool(a && b);
	return true;
}

static bool apply_not(const struct value *arg, size_t n, struct value *out)
{
	bool a;

	(void)n;
	if (!truth(&arg[0], &a))
		return false;
	*out = value_bool(!a);
	return true;
}

#define COMPARISON(name, test)                                                           \
	static bool name(const struct value *arg, size_t n, struct value *out)           \
	{                                                                                \
		int order;                                                               \
                                                                                         \
		(void)n;                                                                 \
		if (!math_compare(&arg[0], &arg[1], &order))                             \
			return false;                                                    \
		*out = value_bool(order test 0);                                         \
		return true;                                                             \
	}

COMPARISON(apply_equal, ==)
COMPARISON(apply_unequal, !=)
COMPARISON(apply_less, <)
COMPARISON(apply_less_equal, <=)
COMPARISON(apply_greater, >)
COMPARISON(apply_greater_equal, >=)

/* Whole numbers overflow into "no result", never around. */
#define ARITHMETIC(name, builtin, op)                                                    \
	static bool name(const struct value *arg, size_t n, struct value *out)           \
	{                                                                                \
		double a, b;                                                             \
		long i;                                                                  \
                                                                                         \
		if (math_whole(arg, n)) {                                                \
			if (builtin(math_int(&arg[0]), math_int(&arg[1]), &i))           \
				return false;                                            \
			*out = value_int(i);                                             \
			return true;                                                     \
		}                                                                        \
		return math_double(&arg[0], &a) && math_double(&arg[1], &b) &&           \
		       math_result(a op b, out);                                         \
	}

ARITHMETIC(apply_add, __builtin_saddl_overflow, +)
ARITHMETIC(apply_subtract, __builtin_ssubl_overflow, -)
ARITHMETIC(apply_multiply, __builtin_smull_overflow, *)

static bool apply_divide(const struct value *arg, size_t n, struct value *out)
{
	double a, b;

	(void)n;
	return math_double(&arg[0], &a) && math_double(&arg[1], &b) && b != 0 &&
	       math_result(a / b, out);
}

static bool apply_remainder(const struct value *arg, size_t n, struct value *out)
{
	double a, b;

	if (!math_double(&arg[0], &a) || !math_double(&arg[1], &b) || b == 0)
		return false;
	if (!math_whole(arg, n))
		return math_result(fmod(a, b), out);
	int64_t divisor = math_int(&arg[1]);
	/* INT64_MIN % -1 traps on this processor */
	*out = value_int(divisor == -1 ? 0 : math_int(&arg[0]) % divisor);
	return true;
}

static bool apply_negate(const struct value *arg, size_t n, struct value *out)
{
	double a;

	if (math_whole(arg, n)) {
		*out = value_int(0);
		return !__builtin_sub_overflow((int64_t)0, math_int(&arg[0]), &out->u.i);
	}
	return math_double(&arg[0], &a) && math_result(-a, out);
}

/* Both branches widen to a common number type, so that the result never changes its
 * type when the condition turns. */
static bool apply_select(const struct value *arg, size_t n, struct value *out)
{
	const struct value *other;
	bool condition;
	double d;

	(void)n;
	if (!truth(&arg[0], &condition))
		return false;
	*out = condition ? arg[1] : arg[2];
	other = condition ? &arg[2] : &arg[1];
	if (out->type == other->type)
		return true;
	if (!math_double(out, &d) || other->type == VALUE_STRING)
		return false;
	if (out->type == VALUE_DOUBLE || other->type == VALUE_DOUBLE)
		*out = value_double(d);
	else
		*out = value_int(math_int(out));
	return true;
}

#define NUMBERS2  .min_args = 2, .max_args = 2, .takes = TAKES_NUMBERS
#define COMPARES2 .min_args = 2, .max_args = 2, .takes = TAKES_ALIKE, .gives = GIVES_BOOL

const struct expr_row expr_binary[] = {
	{ "||", "a || b: true when one of them is; both must be good", NUMBERS2,
	  .gives = GIVES_BOOL, .apply = apply_or },
	{ "&&", "a && b: true when both are; both must be good", NUMBERS2,
	  .gives = GIVES_BOOL, .apply = apply_and },
	{ "==", "a == b: equal", COMPARES2, .apply = apply_equal },
	{ "!=", "a != b: not equal", COMPARES2, .apply = apply_unequal },
	{ "<", "a < b: less", COMPARES2, .apply = apply_less },
	{ "<=", "a <= b: less or equal", COMPARES2, .apply = apply_less_equal },
	{ ">", "a > b: greater", COMPARES2, .apply = apply_greater },
	{ ">=", "a >= b: greater or equal", COMPARES2, .apply = apply_greater_equal },
	{ "+", "a + b: sum; exact for whole numbers", NUMBERS2, .gives = GIVES_ARITH,
	  .apply = apply_add },
	{ "-", "a - b: difference; exact for whole numbers", NUMBERS2,
	  .gives = GIVES_ARITH, .apply = apply_subtract },
	{ "*", "a * b: product; exact for whole numbers", NUMBERS2, .gives = GIVES_ARITH,
	  .apply = apply_multiply },
	{ "/", "a / b: quotient, always decimal; bad when b is 0", NUMBERS2,
	  .gives = GIVES_DOUBLE, .apply = apply_divide },
	{ "%", "a % b: remainder with the sign of a; bad when b is 0", NUMBERS2,
	  .gives = GIVES_ARITH, .apply = apply_remainder },
	{ NULL },
};

const struct expr_row expr_unary[] = {
	{ "!", "!a: true when a is false or 0", 1, 1, TAKES_NUMBERS, GIVES_BOOL,
	  apply_not, NULL },
	{ "-", "-a: the negative", 1, 1, TAKES_NUMBERS, GIVES_ARITH, apply_negate, NULL },
	{ NULL },
};

const struct expr_row expr_select = {
	.name = "?:",
	.help = "c ? a : b: a while c is true, else b; all three must be good",
	.min_args = 3,
	.max_args = 3,
	.takes = TAKES_SELECT,
	.gives = GIVES_COMMON,
	.apply = apply_select,
};
