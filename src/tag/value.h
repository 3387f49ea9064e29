/*
 * value.h - one typed value, and a value with its quality and its times.
 */
#ifndef SG_TAG_VALUE_H
#define SG_TAG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes_reader;
struct strbuf;

enum value_type { VALUE_NONE, VALUE_BOOL, VALUE_INT, VALUE_DOUBLE, VALUE_STRING };

enum { VALUE_STRING_MAX = 255 }; /* bytes; longer text is refused where it enters */

struct value {
	enum value_type type;
	union {
		bool b;
		int64_t i;
		double d;
		const char *s; /* borrowed; who hands the value over says how long */
	} u;
};

static inline struct value value_bool(bool b)
{
	return (struct value){ VALUE_BOOL, { .b = b } };
}

static inline struct value value_int(int64_t i)
{
	return (struct value){ VALUE_INT, { .i = i } };
}

static inline struct value value_double(double d)
{
	return (struct value){ VALUE_DOUBLE, { .d = d } };
}

static inline struct value value_string(const char *s)
{
	return (struct value){ VALUE_STRING, { .s = s } };
}

/* bool 0/1, int and double as a double; false for none and string. */
bool value_number(const struct value *v, double *out);
/* Same type and same content; NaN equals NaN here. */
bool value_equal(const struct value *a, const struct value *b);
/* "bool", "int64", "double", "string", "none" */
const char *value_type_name(enum value_type type);
bool value_type_parse(const char *name, enum value_type *out);
/* "true"/"false", integers, fixed decimals (exact when decimals < 0), the string as it
 * is. */
void value_format(const struct value *v, int decimals, char *out, size_t size);
/* An operator's text as a value of that type: "1"/"0"/"true"/"false"/"on"/"off" for
 * bool, num.h's grammar for numbers. A string value borrows text. */
bool value_parse_operator(const char *text, enum value_type type, struct value *out,
			  struct strbuf *why);

/* Wire form shared by all our protocols: u8 type, then 8 bytes or a string. */
void value_put(struct strbuf *w, const struct value *v);
/* Strings go into text[VALUE_STRING_MAX + 1], which the value borrows. */
struct value value_get(struct bytes_reader *r, char text[VALUE_STRING_MAX + 1]);

#endif
