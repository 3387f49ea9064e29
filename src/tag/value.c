/* value.c - comparing, printing, parsing and packing of one typed value. */
#include "tag/value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "util/bytes.h"
#include "util/num.h"
#include "util/strbuf.h"

static const char *const type_names[] = { "none", "bool", "int64", "double", "string" };

bool value_number(const struct value *v, double *out)
{
	switch (v->type) {
	case VALUE_BOOL:
		*out = v->u.b;
		return true;
	case VALUE_INT:
		*out = (double)v->u.i;
		return true;
	case VALUE_DOUBLE:
		*out = v->u.d;
		return true;
	case VALUE_NONE:
	case VALUE_STRING:
		break;
	}
	return false;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a->type != b->type)
		return false;
	switch (a->type) {
	case VALUE_NONE:
		return true;
	case VALUE_BOOL:
		return a->u.b == b->u.b;
	case VALUE_INT:
		return a->u.i == b->u.i;
	case VALUE_DOUBLE:
		return a->u.d == b->u.d || (isnan(a->u.d) && isnan(b->u.d));
	case VALUE_STRING:
		return strcmp(a->u.s, b->u.s) == 0;
	}
	return false;
}

const char *value_type_name(enum value_type type)
{
	return type <= VALUE_STRING ? type_names[type] : "none";
}

bool value_type_parse(const char *name, enum value_type *out)
{
	for (int t = VALUE_BOOL; t <= VALUE_STRING; t++) {
		if (strcmp(name, type_names[t]) == 0) {
			*out = (enum value_type)t;
			return true;
		}
	}
	return false;
}

void value_format(const struct value *v, int decimals, char *out, size_t size)
{
	switch (v->type) {
	case VALUE_NONE:
		snprintf(out, size, "%s", "");
		break;
	case VALUE_BOOL:
		snprintf(out, size, "%s", v->u.b ? "true" : "false");
		break;
	case VALUE_INT:
		snprintf(out, size, "%lld", (long long)v->u.i);
		break;
	case VALUE_DOUBLE:
		if (decimals < 0)
			num_format_exact(v->u.d, out, size);
		else
			num_format(v->u.d, decimals, out, size);
		break;
	case VALUE_STRING:
		snprintf(out, size, "%s", v->u.s);
		break;
	}
}

static bool parse_bool(const char *text, struct value *out)
{
	static const struct {
		const char *word;
		bool value;
	} words[] = { { "1", true },  { "true", true },   { "on", true },
		      { "0", false }, { "false", false }, { "off", false } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(text, words[i].word) == 0) {
			*out = value_bool(words[i].value);
			return true;
		}
	}
	return false;
}

bool value_parse_operator(const char *text, enum value_type type, struct value *out,
			  struct strbuf *why)
{
	double d;
	int64_t i;

	switch (type) {
	case VALUE_BOOL:
		if (parse_bool(text, out))
			return true;
		strbuf_setf(why, "\"%.40s\" is not accepted: type on or off", text);
		return false;
	case VALUE_INT:
		if (!num_parse_operator(text, &d, why))
			return false;
		if (!num_parse_int(text, INT64_MIN, INT64_MAX, &i)) {
			strbuf_setf(why, "\"%.40s\" is not a whole number", text);
			return false;
		}
		*out = value_int(i);
		return true;
	case VALUE_DOUBLE:
		if (!num_parse_operator(text, &d, why))
			return false;
		*out = value_double(d);
		return true;
	case VALUE_STRING:
		if (strlen(text) > VALUE_STRING_MAX) {
			strbuf_setf(why, "text is limited to %d bytes", VALUE_STRING_MAX);
			return false;
		}
		*out = value_string(text);
		return true;
	case VALUE_NONE:
		break;
	}
	strbuf_setf(why, "the tag has no type");
	return false;
}

static void put_double(struct strbuf *w, double d)
{
	uint8_t b[1 + sizeof(d)];
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	b[0] = VALUE_DOUBLE;
	bytes_le(b + 1, bits, sizeof(bits));
	strbuf_add(w, b, sizeof(b)); /* the usual kind: in one piece */
}

void value_put(struct strbuf *w, const struct value *v)
{
	if (v->type == VALUE_DOUBLE) {
		put_double(w, v->u.d);
		return;
	}
	bytes_put_u8(w, (uint8_t)v->type);
	switch (v->type) {
	case VALUE_NONE:
		break;
	case VALUE_BOOL:
		bytes_put_u8(w, v->u.b);
		break;
	case VALUE_INT:
		bytes_put_i64(w, v->u.i);
		break;
	case VALUE_DOUBLE: /* above */
		break;
	case VALUE_STRING:
		bytes_put_str(w, v->u.s);
		break;
	}
}

struct value value_get(struct bytes_reader *r, char text[VALUE_STRING_MAX + 1])
{
	uint8_t type = bytes_u8(r);

	switch (type) {
	case VALUE_BOOL:
		return value_bool(bytes_u8(r) != 0);
	case VALUE_INT:
		return value_int(bytes_i64(r));
	case VALUE_DOUBLE:
		return value_double(bytes_f64(r));
	case VALUE_STRING:
		bytes_str(r, text, VALUE_STRING_MAX + 1);
		return value_string(text);
	case VALUE_NONE:
		break;
	default:
		r->failed = true;
	}
	return (struct value){ 0 };
}
