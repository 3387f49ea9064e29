/* math.c - numbers of mixed types, exact where both are whole. */
#include "expr/math.h"

#include <math.h>
#include <string.h>

bool math_whole(const struct value *arg, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (arg[i].type != VALUE_BOOL && arg[i].type != VALUE_INT)
			return false;
	return true;
}

int64_t math_int(const struct value *v)
{
	return v->type == VALUE_BOOL ? v->u.b : v->u.i;
}

bool math_double(const struct value *v, double *out)
{
	return value_number(v, out);
}

bool math_result(double d, struct value *out)
{
	*out = value_double(d);
	return isfinite(d);
}

bool math_compare(const struct value *a, const struct value *b, int *order)
{
	double x, y;

	if (a->type == VALUE_STRING && b->type == VALUE_STRING) {
		int c = strcmp(a->u.s, b->u.s);
		*order = (c > 0) - (c < 0);
		return true;
	}
	if (math_whole(a, 1) && math_whole(b, 1)) {
		int64_t i = math_int(a), k = math_int(b);
		*order = (i > k) - (i < k);
		return true;
	}
	if (!math_double(a, &x) || !math_double(b, &y))
		return false;
	*order = (x > y) - (x < y);
	return true;
}
