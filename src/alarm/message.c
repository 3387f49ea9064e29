/* message.c - walking a message part by part, and filling it in. */
#include "alarm/message.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

static const struct {
	const char *word;
	enum alarm_part_kind kind;
	bool names_tag; /* "tag:NAME" */
} places[] = {
	{ "value", ALARM_PART_VALUE, false },   { "limit", ALARM_PART_LIMIT, false },
	{ "unit", ALARM_PART_UNIT, false },     { "area", ALARM_PART_AREA, false },
	{ "name", ALARM_PART_NAME, false },     { "tag:", ALARM_PART_TAG, true },
	{ "unit:", ALARM_PART_TAG_UNIT, true },
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

static int column_of(const char *message, const char *at)
{
	int column = 1;

	for (const char *p = message; p < at; p++)
		column += ((unsigned char)*p & 0xC0) != 0x80;
	return column;
}

static bool find_place(const char *text, size_t n, struct alarm_part *part)
{
	for (size_t i = 0; i < PLACES; i++) {
		size_t len = strlen(places[i].word);

		if (n < len || strncmp(text, places[i].word, len) != 0 ||
		    (places[i].names_tag ? n == len : n != len))
			continue;
		part->kind = places[i].kind;
		part->text = text + len;
		part->len = n - len;
		return true;
	}
	return false;
}

static bool mistake(const char **at, struct strbuf *why, const char *sentence)
{
	strbuf_setf(why, "%s", sentence);
	*at = NULL;
	return false;
}

static bool unknown_place(const char **at, const char *text, size_t n, struct strbuf *why)
{
	strbuf_setf(why, "there is no place {%.*s}; there are", (int)(n > 40 ? 40 : n),
		    text);
	for (size_t i = 0; why && i < PLACES; i++)
		strbuf_addf(why, "%s {%s%s}", i ? "," : "", places[i].word,
			    places[i].names_tag ? "NAME" : "");
	*at = NULL;
	return false;
}

/* p stands on a brace. */
static bool next_place(const char **at, const char *p, struct alarm_part *part,
		       struct strbuf *why)
{
	const char *end;

	if (p[1] == p[0]) { /* doubled */
		*part = (struct alarm_part){ ALARM_PART_TEXT, p, 1, part->column };
		*at = p + 2;
		return true;
	}
	if (*p == '}')
		return mistake(at, why, "a } without its {; write }} for a brace itself");
	end = strpbrk(p + 1, "{}");
	if (!end || *end == '{')
		return mistake(at, why, "a { without its }; write {{ for a brace itself");
	if (!find_place(p + 1, (size_t)(end - p - 1), part))
		return unknown_place(at, p + 1, (size_t)(end - p - 1), why);
	*at = end + 1;
	return true;
}

bool alarm_message_next(const char *message, const char **at, struct alarm_part *part,
			struct strbuf *why)
{
	const char *p = *at;
	size_t n;

	if (!p || !*p)
		return false;
	*part = (struct alarm_part){ .kind = ALARM_PART_TEXT, .text = p };
	part->column = column_of(message, p);
	if (*p == '{' || *p == '}')
		return next_place(at, p, part, why);
	n = strcspn(p, "{}");
	part->len = n;
	*at = p + n;
	return true;
}

bool alarm_message_has_places(const char *message)
{
	return message[strcspn(message, "{}")] != '\0';
}

/* Back to a whole character. */
static void cut(struct strbuf *out, size_t max)
{
	size_t n = out->len < max ? out->len : max;

	while (n < out->len && n > 0 && ((unsigned char)out->buf[n] & 0xC0) == 0x80)
		n--;
	if (n < out->len) {
		out->len = n;
		out->buf[n] = '\0';
	}
}

void alarm_message_fill(const char *message, alarm_part_fn fn, void *arg,
			struct strbuf *out)
{
	struct strbuf raw = STRBUF_INIT;
	const char *at = message;
	struct alarm_part part;

	while (alarm_message_next(message, &at, &part, NULL)) {
		if (part.kind == ALARM_PART_TEXT)
			strbuf_add(&raw, part.text, part.len);
		else
			fn(arg, &part, &raw);
	}
	strbuf_clear(out);
	utf8_clean(out, at ? raw.buf : message, at ? raw.len : strlen(message));
	cut(out, ALARM_MESSAGE_MAX);
	strbuf_release(&raw);
}
