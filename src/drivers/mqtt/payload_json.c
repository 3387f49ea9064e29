/* payload_json.c - the value stands somewhere in a JSON document, at a pointer. */
#include "drivers/mqtt/payload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "drivers/mqtt/pointer.h"
#include "util/strbuf.h"
#include "util/when.h"

/* Doubled keys have two meanings, so they have none; text behind the document, 1e999
 * and NaN are refused by the parser itself, as are 2,048 levels. */
static void *parse(const char *bytes, size_t n, struct strbuf *why)
{
	json_error_t error;
	json_t *doc =
		json_loadb(bytes, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);

	if (!doc)
		strbuf_setf(why, "the message is not JSON: %s (byte %d)", error.text,
			    error.position);
	return doc;
}

static void release(void *parsed)
{
	json_decref(parsed);
}

static const json_t *resolve(const json_t *at, const char *path)
{
	char token[POINTER_TOKEN_MAX + 1];
	size_t index;

	while (at && (path = pointer_next(path, token)) != NULL) {
		if (json_is_object(at))
			at = json_object_get(at, token);
		else if (json_is_array(at) && pointer_index(token, &index))
			at = json_array_get(at, index);
		else
			at = NULL;
	}
	return at;
}

static const char *kind(const json_t *v)
{
	static const char *const names[] = { "an object",      "an array", "text",
					     "a whole number", "a number", "true",
					     "false",          "null" };
	size_t i = (size_t)json_typeof(v);

	return i < sizeof(names) / sizeof(names[0]) ? names[i] : "something else";
}

static bool read_bool(const json_t *v, struct payload_value *out)
{
	bool one = json_is_integer(v) && json_integer_value(v) == 1;
	bool zero = json_is_integer(v) && json_integer_value(v) == 0;

	if (json_is_string(v)) {
		struct strbuf ignored = STRBUF_INIT;
		bool fits = payload_from_text(json_string_value(v), VALUE_BOOL, out,
					      &ignored);
		strbuf_release(&ignored);
		return fits;
	}
	out->value = value_bool(one || json_is_true(v));
	return one || zero || json_is_boolean(v);
}

static bool read_int(const json_t *v, struct payload_value *out)
{
	double d = json_real_value(v);

	out->value = value_int(json_integer_value(v));
	if (json_is_integer(v))
		return true;
	if (!json_is_real(v) || d != floor(d) || fabs(d) > 9007199254740992.0)
		return false;
	out->value.u.i = (int64_t)d;
	return true;
}

static bool read_double(const json_t *v, struct payload_value *out)
{
	out->value = value_double(json_number_value(v));
	return json_is_number(v);
}

static bool read_string(const json_t *v, struct payload_value *out)
{
	size_t n = json_string_length(v);

	if (!json_is_string(v) || n > VALUE_STRING_MAX)
		return false;
	memcpy(out->text, json_string_value(v), n + 1);
	out->value = value_string(out->text);
	return true;
}

static bool read_as(const json_t *v, enum value_type type, struct payload_value *out)
{
	switch (type) {
	case VALUE_BOOL:
		return read_bool(v, out);
	case VALUE_INT:
		return read_int(v, out);
	case VALUE_DOUBLE:
		return read_double(v, out);
	case VALUE_STRING:
		return read_string(v, out);
	case VALUE_NONE:
		break;
	}
	if (json_is_boolean(v))
		return read_bool(v, out);
	return json_is_number(v) ? read_double(v, out) : read_string(v, out);
}

static bool read_json(const void *parsed, const char *path, enum value_type type,
		      struct payload_value *out, struct strbuf *why)
{
	const json_t *v = resolve(parsed, path);

	out->reason = REASON_FORMAT;
	if (!v) {
		strbuf_setf(why, "the document has nothing at \"%s\"", path);
		return false;
	}
	if (json_is_null(v)) { /* what devices send for "no measurement" */
		out->reason = REASON_SENSOR;
		strbuf_setf(why, "\"%s\" is null", path);
		return false;
	}
	if (read_as(v, type, out))
		return true;
	if (json_is_string(v) && json_string_length(v) > VALUE_STRING_MAX)
		strbuf_setf(why, "\"%s\" is text of %zu bytes; the limit is %d", path,
			    json_string_length(v), VALUE_STRING_MAX);
	else
		strbuf_setf(why, "\"%s\" is %s, not a value of type %s", path, kind(v),
			    type == VALUE_NONE ? "bool, double or string"
					       : value_type_name(type));
	return false;
}

static bool read_time(const void *parsed, const char *path, int64_t *ms,
		      struct strbuf *why)
{
	const json_t *v = resolve(parsed, path);

	if (v && json_is_number(v) && when_from_number(json_number_value(v), ms))
		return true;
	if (v && json_is_string(v) && when_from_text(json_string_value(v), ms))
		return true;
	if (v)
		strbuf_setf(why, "\"%s\" is %s that cannot be read as a time", path,
			    kind(v));
	else
		strbuf_setf(why, "the document has no time at \"%s\"", path);
	return false;
}

static void add_text(const char *text, struct strbuf *out)
{
	json_t *string = json_string(text);
	char *quoted = string ? json_dumps(string, JSON_ENCODE_ANY) : NULL;

	strbuf_adds(out, quoted ? quoted : "null"); /* not UTF-8: cannot be said */
	free(quoted);
	json_decref(string);
}

/* Numbers as people and simple parsers read them: 40 and 0.1, not 4e1. */
static void add_scalar(const struct value *v, struct strbuf *out)
{
	char text[64];

	if (v->type == VALUE_STRING) {
		add_text(v->u.s, out);
		return;
	}
	value_format(v, -1, text, sizeof(text));
	if (v->type == VALUE_NONE || (v->type == VALUE_DOUBLE && !isfinite(v->u.d)))
		strbuf_adds(out, "null");
	else
		strbuf_adds(out, text);
}

/* {"a":{"b":1.5}} for /a/b; the bare value for the empty pointer. */
static void write_json(const char *path, const struct value *v, struct strbuf *out)
{
	char token[POINTER_TOKEN_MAX + 1];
	size_t depth = 0;

	while ((path = pointer_next(path, token)) != NULL) {
		strbuf_addch(out, '{');
		add_text(token, out);
		strbuf_addch(out, ':');
		depth++;
	}
	add_scalar(v, out);
	while (depth-- > 0)
		strbuf_addch(out, '}');
}

const struct payload_format payload_json = {
	.name = "json",
	.help = "a JSON document; json:/pointer says where the value stands (RFC 6901)",
	.check = pointer_valid,
	.parse = parse,
	.release = release,
	.read = read_json,
	.read_time = read_time,
	.write = write_json,
};
