/* def.c - life cycle of definitions, packed settings, and the grammar of tag names. */
#include "tag/def.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/intern.h"
#include "util/words.h"
#include "util/xalloc.h"

const struct tag_numbers tag_numbers_none = { .has_range = false };
const struct tag_write tag_write_none = {
	.right = "operate",
	.blind_right = "engineer",
	.readback_ms = WRITE_READBACK_DEFAULT_MS,
	.max_change_ms = WRITE_CHANGE_DEFAULT_MS,
	.feedback_ms = WRITE_FEEDBACK_DEFAULT_MS,
	.feedback_value = 1,
};

/*
 * Packed: a byte that is the name's number, or 0, the name's length, the name and a NUL
 * where it has none; the value's length; the value and a NUL. A length is a byte, or 255
 * and two bytes. Equal settings are equal bytes: who has a number once has it for ever.
 */
enum { IN_FULL = 0, LONG = 255, ROOM_FIRST = 64 };

static const char *get_length(const char *p, size_t *n)
{
	uint16_t two;

	*n = (uint8_t)*p++;
	if (*n < LONG)
		return p;
	memcpy(&two, p, sizeof(two));
	*n = two;
	return p + sizeof(two);
}

static size_t size_of_length(size_t n)
{
	return n < LONG ? 1 : 1 + sizeof(uint16_t);
}

static char *put_length(char *p, size_t n)
{
	const uint16_t two = (uint16_t)n;

	*p++ = (char)(n < LONG ? n : LONG);
	return n < LONG ? p : (char *)memcpy(p, &two, sizeof(two)) + sizeof(two);
}

static char *put_text(char *p, const char *text, size_t n)
{
	memcpy(p, text, n);
	p[n] = '\0';
	return p + n + 1;
}

/* What begins at p; the place behind it. */
static const char *read_one(const char *p, struct setting *one)
{
	const uint8_t number = (uint8_t)*p++;

	one->word = number;
	size_t n;

	if (number == IN_FULL) {
		one->name = get_length(p, &n);
		p = one->name + n + 1;
	} else {
		one->name = word_text(number);
	}
	one->value = get_length(p, &one->value_len);
	return one->value + one->value_len + 1;
}

bool settings_next(const struct settings *s, uint32_t *at, struct setting *one)
{
	if (*at >= s->len)
		return false;
	*at = (uint32_t)(read_one(s->text + *at, one) - s->text);
	return true;
}

const char *settings_get(const struct settings *s, const char *name)
{
	struct setting one;

	for (uint32_t at = 0; settings_next(s, &at, &one);)
		if (one.name[0] == name[0] && strcmp(one.name, name) == 0)
			return one.value;
	return NULL;
}

bool settings_same(const struct settings *a, const struct settings *b)
{
	return a->len == b->len && (!a->len || memcmp(a->text, b->text, a->len) == 0);
}

/* What so many bytes are taken as: the room is not kept beside them. */
static size_t room_for(size_t len)
{
	size_t room = ROOM_FIRST;

	while (room < len)
		room *= 2;
	return room;
}

void settings_add_bytes(struct settings *s, const char *name, size_t name_len,
			const char *value, size_t value_len)
{
	if (name_len > UINT16_MAX)
		name_len = UINT16_MAX; /* no driver has one of that name */
	if (value_len > UINT16_MAX)
		value_len = UINT16_MAX; /* records are limited to that */
	const uint8_t number = word_number(name, name_len);
	size_t more = 1 + size_of_length(value_len) + value_len + 1;

	if (number == IN_FULL)
		more += size_of_length(name_len) + name_len + 1;
	if (!s->len || room_for(s->len + more) != room_for(s->len))
		s->text = xrealloc(s->text, room_for(s->len + more));
	char *p = s->text + s->len;
	*p++ = (char)number;
	if (number == IN_FULL)
		p = put_text(put_length(p, name_len), name, name_len);
	put_text(put_length(p, value_len), value, value_len);
	s->len += (uint32_t)more;
	s->n++;
}

void settings_add(struct settings *s, const char *name, const char *value)
{
	settings_add_bytes(s, name, strlen(name), value, strlen(value));
}

void settings_release(struct settings *s)
{
	free(s->text);
	*s = (struct settings){ 0 };
}

struct settings settings_keep(const struct settings *s, struct arena *a)
{
	struct settings kept = { NULL, s->len, s->n };

	if (s->len)
		kept.text = arena_bytes(a, s->text, s->len);
	return kept;
}

void tag_set_expression(struct tag_def *t, const char *text)
{
	t->kind = TAG_EXPRESSION;
	t->settings = (struct settings){ .text = (char *)(uintptr_t)text };
}

struct loc tag_loc(const struct tag_def *t)
{
	return (struct loc){ intern_text(t->file), t->line, t->column };
}

void tag_set_loc(struct tag_def *t, const struct loc *at, uint16_t file)
{
	t->line = at->line;
	t->file = file;
	t->column = at->column > 0 && at->column <= UINT16_MAX ? (uint16_t)at->column : 0;
}

void device_def_release(struct device_def *d)
{
	free(d->name);
	free(d->driver);
	free(d->owner);
	free(d->heartbeat);
	free(d->restart);
	settings_release(&d->settings);
	*d = (struct device_def){ 0 };
}

bool tag_name_valid(const char *name)
{
	size_t n = 0;
	char before = '.'; /* no part is empty */

	for (; name[n]; before = name[n++]) {
		const char c = name[n];
		const bool letter =
			(c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';

		if (n == TAG_NAME_MAX || (!letter && (c != '.' || before == '.')))
			return false;
	}
	return before != '.';
}
