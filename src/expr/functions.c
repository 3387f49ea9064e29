/* functions.c - the functions, one row each; help and man page come from here. */
#include "expr/program.h"

#include <math.h>

#include "expr/math.h"

enum { ROUND_DECIMALS_MAX = 9 };

static bool apply_abs(const struct value *arg, size_t n, struct value *out)
{
	double a;

	if (math_whole(arg, n)) {
		int64_t i = math_int(&arg[0]);
		*out = value_int(i < 0 && i != INT64_MIN ? -i : i);
		return i != INT64_MIN;
	}
	return math_double(&arg[0], &a) && math_result(fabs(a), out);
}

/* The least (sign -1) or greatest (sign 1); a double when one of them is. */
static bool extreme(const struct value *arg, size_t n, int sign, struct value *out)
{
	const struct value *best = &arg[0];
	int order;
	double d;

	for (size_t i = 1; i < n; i++) {
		if (!math_compare(&arg[i], best, &order))
			return false;
		if (order == sign)
			best = &arg[i];
	}
	if (!math_double(best, &d))
		return false;
	*out = math_whole(arg, n) ? value_int(math_int(best)) : value_double(d);
	return true;
}

static bool apply_min(const struct value *arg, size_t n, struct value *out)
{
	return extreme(arg, n, -1, out);
}

static bool apply_max(const struct value *arg, size_t n, struct value *out)
{
	return extreme(arg, n, 1, out);
}

static bool apply_avg(const struct value *arg, size_t n, struct value *out)
{
	double sum = 0, a;

	for (size_t i = 0; i < n; i++) {
		if (!math_double(&arg[i], &a))
			return false;
		sum += a;
	}
	return math_result(sum / (double)n, out);
}

static bool apply_round(const struct value *arg, size_t n, struct value *out)
{
	double a, decimals = 0;

	if (!math_double(&arg[0], &a))
		return false;
	if (n == 2 && (!math_double(&arg[1], &decimals) || decimals != floor(decimals) ||
		       decimals < 0 || decimals > ROUND_DECIMALS_MAX))
		return false;
	if (math_whole(arg, 1)) {
		*out = value_int(math_int(&arg[0]));
		return true;
	}
	double scale = pow(10, decimals), scaled = a * scale;
	/* beyond 2^53 there is nothing behind the point to round */
	return math_result(fabs(scaled) < 9e15 ? round(scaled) / scale : a, out);
}

static bool whole_or(double (*fn)(double), const struct value *arg, struct value *out)
{
	double a;

	if (math_whole(arg, 1)) {
		*out = value_int(math_int(&arg[0]));
		return true;
	}
	return math_double(&arg[0], &a) && math_result(fn(a), out);
}

static bool apply_floor(const struct value *arg, size_t n, struct value *out)
{
	(void)n;
	return whole_or(floor, arg, out);
}

static bool apply_ceil(const struct value *arg, size_t n, struct value *out)
{
	(void)n;
	return whole_or(ceil, arg, out);
}

static bool apply_sqrt(const struct value *arg, size_t n, struct value *out)
{
	double a;

	(void)n;
	return math_double(&arg[0], &a) && a >= 0 && math_result(sqrt(a), out);
}

static bool is_bad(const struct expr_cell *c)
{
	return quality_class(c->quality) == QUALITY_BAD;
}

static void apply_if_bad(const struct expr_cell *arg, size_t n, struct expr_cell *out)
{
	const struct expr_cell *chosen = is_bad(&arg[0]) ? &arg[1] : &arg[0];

	(void)n;
	out->value = chosen->value;
	out->quality = chosen->quality;
}

static void apply_is_good(const struct expr_cell *arg, size_t n, struct expr_cell *out)
{
	(void)n;
	out->value = value_bool(quality_is_good(arg[0].quality));
	out->quality = (quality)(arg[0].quality & QUALITY_FLAGS);
}

static void apply_is_bad(const struct expr_cell *arg, size_t n, struct expr_cell *out)
{
	(void)n;
	out->value = value_bool(is_bad(&arg[0]));
	out->quality = (quality)(arg[0].quality & QUALITY_FLAGS);
}

const struct expr_row expr_functions[] = {
	{ "abs", "abs(x): x without its sign", 1, 1, TAKES_NUMBERS, GIVES_FIRST,
	  apply_abs, NULL },
	{ "avg", "avg(a, b, ...): the mean", 1, EXPR_ARGS_MAX, TAKES_NUMBERS,
	  GIVES_DOUBLE, apply_avg, NULL },
	{ "ceil", "ceil(x): the next whole number upwards", 1, 1, TAKES_NUMBERS,
	  GIVES_FIRST, apply_ceil, NULL },
	{ "floor", "floor(x): the next whole number downwards", 1, 1, TAKES_NUMBERS,
	  GIVES_FIRST, apply_floor, NULL },
	{ "if_bad", "if_bad(x, y): x, but y while x is bad", 2, 2, TAKES_ALIKE,
	  GIVES_SAME, NULL, apply_if_bad },
	{ "is_bad", "is_bad(x): true while x is bad; never bad itself", 1, 1, TAKES_ANY,
	  GIVES_BOOL, NULL, apply_is_bad },
	{ "is_good", "is_good(x): true while x is good; never bad itself", 1, 1,
	  TAKES_ANY, GIVES_BOOL, NULL, apply_is_good },
	{ "max", "max(a, b, ...): the greatest", 1, EXPR_ARGS_MAX, TAKES_NUMBERS,
	  GIVES_ARITH, apply_max, NULL },
	{ "min", "min(a, b, ...): the least", 1, EXPR_ARGS_MAX, TAKES_NUMBERS,
	  GIVES_ARITH, apply_min, NULL },
	{ "round",
	  "round(x) or round(x, n): rounded to n decimals, 0 to 9; half away from 0", 1,
	  2, TAKES_NUMBERS, GIVES_FIRST, apply_round, NULL },
	{ "sqrt", "sqrt(x): the square root; bad when x is negative", 1, 1, TAKES_NUMBERS,
	  GIVES_DOUBLE, apply_sqrt, NULL },
	{ NULL },
};

static size_t function_count(void)
{
	return sizeof(expr_functions) / sizeof(expr_functions[0]) - 1;
}

const char *expr_function_name(size_t i)
{
	return i < function_count() ? expr_functions[i].name : NULL;
}

const char *expr_function_help(size_t i)
{
	return i < function_count() ? expr_functions[i].help : NULL;
}
