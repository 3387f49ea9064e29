/* def.c - life cycle of definitions, packed settings, and the grammar of tag names. */
#include "tag/def.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/xalloc.h"

const struct tag_numbers tag_numbers_none = { .has_range = false };
const struct tag_write tag_write_none = { .right = "operate", .readback_ms = 3000 };

/* Before each name: how long it and its value are, so that no walk reads the texts. */
struct lengths {
	uint16_t name, value;
};

static struct lengths lengths_at(const struct settings *s, uint32_t at)
{
	struct lengths n;

	memcpy(&n, s->text + at, sizeof(n));
	return n;
}

bool settings_next(const struct settings *s, uint32_t *at, struct setting *one)
{
	if (*at >= s->len)
		return false;
	struct lengths n = lengths_at(s, *at);

	one->name = s->text + *at + sizeof(n);
	one->value = one->name + n.name + 1;
	*at += (uint32_t)sizeof(n) + n.name + n.value + 2u;
	return true;
}

const char *settings_get(const struct settings *s, const char *name)
{
	size_t len = s->len ? strlen(name) : 0;
	struct lengths n;

	for (uint32_t at = 0; at < s->len;
	     at += (uint32_t)sizeof(n) + n.name + n.value + 2u) {
		const char *here = s->text + at + sizeof(n);

		n = lengths_at(s, at);
		if (n.name == len && memcmp(here, name, len) == 0)
			return here + len + 1;
	}
	return NULL;
}

bool settings_same(const struct settings *a, const struct settings *b)
{
	return a->len == b->len && (!a->len || memcmp(a->text, b->text, a->len) == 0);
}

void settings_add_bytes(struct settings *s, const char *name, size_t name_len,
			const char *value, size_t value_len)
{
	struct lengths n;
	char *p;

	if (name_len > UINT16_MAX)
		name_len = UINT16_MAX; /* no driver has one of that name */
	if (value_len > UINT16_MAX)
		value_len = UINT16_MAX; /* records are limited to that */
	n = (struct lengths){ (uint16_t)name_len, (uint16_t)value_len };
	s->text = xrealloc(s->text, s->len + sizeof(n) + name_len + value_len + 2);
	p = memcpy(s->text + s->len, &n, sizeof(n));
	p += sizeof(n);
	memcpy(p, name, name_len);
	p[name_len] = '\0';
	p += name_len + 1;
	memcpy(p, value, value_len);
	p[value_len] = '\0';
	s->len += (uint32_t)(sizeof(n) + name_len + value_len + 2);
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

void settings_settle(struct settings *s, struct arena *a)
{
	char *own = s->text;

	if (!own)
		return;
	s->text = arena_bytes(a, own, s->len);
	free(own);
}

void device_def_release(struct device_def *d)
{
	free(d->name);
	free(d->driver);
	free(d->heartbeat);
	free(d->restart);
	settings_release(&d->settings);
	*d = (struct device_def){ 0 };
}

bool tag_name_valid(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > TAG_NAME_MAX || name[0] == '.' || name[n - 1] == '.')
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") == n &&
	       !strstr(name, "..");
}
