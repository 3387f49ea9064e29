/* def.c - life cycle of definitions, and the grammar of tag names. */
#include "tag/def.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

const char *settings_get(const struct settings *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->v[i].name, name) == 0)
			return s->v[i].value;
	return NULL;
}

void settings_add(struct settings *s, const char *name, const char *value)
{
	struct setting *one = GROW(&s->v, &s->n);

	one->name = xstrdup(name);
	one->value = xstrdup(value);
}

void settings_release(struct settings *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].name);
		free(s->v[i].value);
	}
	free(s->v);
	*s = (struct settings){ 0 };
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

void tag_def_release(struct tag_def *t)
{
	free(t->name);
	free(t->area);
	free(t->description);
	free(t->unit);
	free(t->expression);
	free(t->write.permissive);
	free(t->write.right);
	settings_release(&t->settings);
	*t = (struct tag_def){ 0 };
}

bool tag_name_valid(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > TAG_NAME_MAX || name[0] == '.' || name[n - 1] == '.')
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_.") == n &&
	       !strstr(name, "..");
}
