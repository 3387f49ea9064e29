/* def.c - life cycle of definitions, packed settings, and the grammar of tag names. */
#include "tag/def.h"

#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/xalloc.h"

const struct tag_numbers tag_numbers_none = { .has_range = false };
const struct tag_write tag_write_none = { .right = "operate", .readback_ms = 3000 };

bool settings_next(const struct settings *s, uint32_t *at, struct setting *one)
{
	if (*at >= s->len)
		return false;
	one->name = s->text + *at;
	one->value = one->name + strlen(one->name) + 1;
	*at = (uint32_t)(one->value + strlen(one->value) + 1 - s->text);
	return true;
}

const char *settings_get(const struct settings *s, const char *name)
{
	struct setting one;

	for (uint32_t at = 0; settings_next(s, &at, &one);)
		if (strcmp(one.name, name) == 0)
			return one.value;
	return NULL;
}

bool settings_same(const struct settings *a, const struct settings *b)
{
	return a->len == b->len && (!a->len || memcmp(a->text, b->text, a->len) == 0);
}

void settings_add_bytes(struct settings *s, const char *name, size_t name_len,
			const char *value, size_t value_len)
{
	char *p;

	s->text = xrealloc(s->text, s->len + name_len + value_len + 2);
	p = s->text + s->len;
	memcpy(p, name, name_len);
	p[name_len] = '\0';
	p += name_len + 1;
	memcpy(p, value, value_len);
	p[value_len] = '\0';
	s->len += (uint32_t)(name_len + value_len + 2);
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
