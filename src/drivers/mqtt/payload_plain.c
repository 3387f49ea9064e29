/* payload_plain.c - the whole message is the value, as text: 12.5, true, AUTO. */
#include "drivers/mqtt/payload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { SHOWN_MAX = 40, NUMBER_MAX = 64 };

static const struct {
	const char *word;
	bool value;
} bool_words[] = {
	{ "true", true }, { "false", false }, { "on", true }, { "off", false },
	{ "yes", true },  { "no", false },    { "1", true },  { "0", false },
};

static bool read_bool(const char *text, struct payload_value *out)
{
	for (size_t i = 0; i < sizeof(bool_words) / sizeof(bool_words[0]); i++) {
		if (strcasecmp(text, bool_words[i].word) == 0) {
			out->value = value_bool(bool_words[i].value);
			return true;
		}
	}
	return false;
}

static bool read_int(const char *text, struct payload_value *out)
{
	double d;

	out->value = value_int(0);
	if (num_parse_int(text, INT64_MIN, INT64_MAX, &out->value.u.i))
		return true;
	/* 5.0 is whole; what a double cannot hold exactly is not trusted */
	if (strlen(text) > NUMBER_MAX || !num_parse_double(text, &d) || d != floor(d) ||
	    fabs(d) > 9007199254740992.0)
		return false;
	out->value.u.i = (int64_t)d;
	return true;
}

static bool read_double(const char *text, struct payload_value *out)
{
	out->value = value_double(0);
	return strlen(text) <= NUMBER_MAX && num_parse_double(text, &out->value.u.d);
}

static bool read_string(const char *text, struct payload_value *out, struct strbuf *why)
{
	size_t n = strlen(text);

	if (n > VALUE_STRING_MAX) {
		strbuf_setf(why, "text of %zu bytes; the limit is %d", n,
			    VALUE_STRING_MAX);
		return false;
	}
	memcpy(out->text, text, n + 1);
	out->value = value_string(out->text);
	return true;
}

static bool read_anything(const char *text, struct payload_value *out, struct strbuf *why)
{
	if (read_double(text, out))
		return true;
	return read_bool(text, out) || read_string(text, out, why);
}

bool payload_from_text(const char *text, enum value_type type, struct payload_value *out,
		       struct strbuf *why)
{
	bool fits = false;

	strbuf_clear(why);
	out->reason = REASON_FORMAT;
	switch (type) {
	case VALUE_BOOL:
		fits = read_bool(text, out);
		break;
	case VALUE_INT:
		fits = read_int(text, out);
		break;
	case VALUE_DOUBLE:
		fits = read_double(text, out);
		break;
	case VALUE_STRING:
		fits = read_string(text, out, why);
		break;
	case VALUE_NONE:
		fits = read_anything(text, out, why);
		break;
	}
	if (!fits && why->len == 0) {
		strbuf_setf(why, "\"");
		utf8_clean(why, text, SHOWN_MAX);
		strbuf_addf(why, "\" is not a value of type %s", value_type_name(type));
	}
	return fits;
}

static bool check(const char *path, struct strbuf *why)
{
	if (!path[0])
		return true;
	strbuf_setf(why,
		    "payload \"plain\" takes no path: the whole message is the value");
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The text without blanks around it; people publish with echo. */
static void *parse(const char *bytes, size_t n, struct strbuf *why)
{
	if (memchr(bytes, '\0', n) || !utf8_valid(bytes, n)) {
		strbuf_setf(why, "the message is not UTF-8 text");
		return NULL;
	}
	while (n && is_blank(bytes[0])) {
		bytes++;
		n--;
	}
	while (n && is_blank(bytes[n - 1]))
		n--;
	return xstrndup(bytes, n);
}

static bool read_plain(const void *parsed, const char *path, enum value_type type,
		       struct payload_value *out, struct strbuf *why)
{
	(void)path;
	return payload_from_text(parsed, type, out, why);
}

static void write_plain(const char *path, const struct value *v, struct strbuf *out)
{
	char text[VALUE_STRING_MAX + 1];

	(void)path;
	value_format(v, -1, text, sizeof(text));
	strbuf_adds(out, text);
}

const struct payload_format payload_plain = {
	.name = "plain",
	.help = "the whole message is the value: 12.5, true, on, AUTO",
	.check = check,
	.parse = parse,
	.release = free,
	.read = read_plain,
	.write = write_plain,
};
