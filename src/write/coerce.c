/* coerce.c - exact conversions between value types, one row a wanted type. */
#include "write/coerce.h"

#include <math.h>

static bool to_bool(const struct value *v, struct value *out)
{
	double number;

	if (!value_number(v, &number) || (number != 0.0 && number != 1.0))
		return false;
	*out = value_bool(number != 0.0);
	return true;
}

static bool to_int(const struct value *v, struct value *out)
{
	if (v->type == VALUE_BOOL) {
		*out = value_int(v->u.b);
		return true;
	}
	/* 2^63 itself does not fit, every double below it that is whole does */
	if (v->type != VALUE_DOUBLE || v->u.d != trunc(v->u.d) ||
	    v->u.d < -9223372036854775808.0 || v->u.d >= 9223372036854775808.0)
		return false;
	*out = value_int((int64_t)v->u.d);
	return true;
}

static bool to_double(const struct value *v, struct value *out)
{
	double number;

	if (!value_number(v, &number))
		return false;
	*out = value_double(number);
	return true;
}

static bool to_itself(const struct value *v, struct value *out)
{
	(void)v;
	(void)out;
	return false; /* only a string is a string; the same type never comes here */
}

bool value_coerce(const struct value *v, enum value_type type, struct value *out)
{
	static bool (*const rows[])(const struct value *, struct value *) = {
		[VALUE_NONE] = to_itself,   [VALUE_BOOL] = to_bool,
		[VALUE_INT] = to_int,       [VALUE_DOUBLE] = to_double,
		[VALUE_STRING] = to_itself,
	};

	if (v->type == VALUE_NONE)
		return false;
	if (type == VALUE_NONE || v->type == type) {
		*out = *v;
		return true;
	}
	return rows[type](v, out);
}
