/* items.c - the devices and tags a driver runs: where they lie, what was last posted of
 * them, and finding one by its number. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/child_int.h"
#include "util/xalloc.h"

/* --- memory ---------------------------------------------------------------------- */

/* Of this size a piece goes back to the system the moment it is freed, and what is not
 * used of the last one costs nothing. */
enum { SHELF_SIZE = 256 << 10, ALIGN = 8 };

struct item_shelf {
	uint32_t used, live; /* bytes; items */
	bool open;           /* more may come */
	_Alignas(ALIGN) char bytes[SHELF_SIZE];
};

void item_shelf_done(struct item_shelf *on)
{
	if (!on)
		return;
	on->open = false;
	if (!on->live)
		free(on);
}

/* Zeroed. */
static struct tag_item *shelve(struct item_shelf **on, size_t size)
{
	struct item_shelf *s = *on;

	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!s || size > SHELF_SIZE - s->used) {
		item_shelf_done(s);
		s = *on = xcalloc(1, sizeof(*s));
		s->open = true;
	}
	struct tag_item *item = (void *)(s->bytes + s->used);

	s->used += (uint32_t)size;
	s->live++;
	item->shelf = (uint32_t)((char *)item - (char *)s);
	return item;
}

static void free_memory(struct tag_item *item)
{
	struct item_shelf *s;

	if (!item->shelf) {
		free(item);
		return;
	}
	s = (void *)((char *)item - item->shelf);
	if (--s->live == 0 && !s->open)
		free(s);
}

/* --- one item -------------------------------------------------------------------- */

/* There may be a hundred thousand: numbers and settings stand behind the item, in the
 * same piece of memory, and the name, which only the checks ask for, is gone. */
struct driver_tag *item_new_tag(const struct driver_tag *told, uint32_t generation,
				struct item_shelf **on)
{
	size_t numbers = told->numbers ? sizeof(*told->numbers) : 0;
	size_t size = sizeof(struct tag_item) + numbers + told->settings.len;
	struct tag_item *item =
		on && size < SHELF_SIZE ? shelve(on, size) : xcalloc(1, size);
	char *behind = (char *)(item + 1);

	item->def = *told;
	item->def.since = generation;
	if (numbers)
		item->def.numbers = memcpy(behind, told->numbers, numbers);
	if (told->settings.len)
		item->def.settings.text =
			memcpy(behind + numbers, told->settings.text, told->settings.len);
	return &item->def;
}

struct driver_device *item_new_device(const struct driver_device *taken)
{
	struct device_item *item = xcalloc(1, sizeof(*item));

	item->def = *taken;
	item->change = DRIVER_NEW;
	return &item->def;
}

struct device_item *item_of_device(const struct driver_device *d)
{
	return (struct device_item *)(uintptr_t)d;
}

void item_free_tag(struct driver_tag *t)
{
	struct tag_item *item = item_of_tag(t);

	if (item->type == VALUE_STRING)
		free(item->u.text);
	free_memory(item);
}

void item_free_device(struct driver_device *d)
{
	struct device_item *item = item_of_device(d);

	driver_device_release(d);
	free(item->stats);
	if (!item->slice)
		free(item->tags);
	free(item);
}

void driver_config_free(struct driver_config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n_devices; i++)
		item_free_device(c->devices[i]);
	for (size_t i = 0; i < c->n_tags; i++)
		item_free_tag(c->tags[i]);
	free(c->devices);
	free(c->tags);
	free(c);
}

/* --- what was last posted of it --------------------------------------------------- */

static void drop_text(struct tag_item *item)
{
	if (item->type == VALUE_STRING)
		free(item->u.text);
	item->type = VALUE_NONE;
}

void item_keep(struct tag_item *item, const struct driver_sample *s)
{
	item->s.source_ms = s->source_ms;
	item->mono_ns = s->mono_ns;
	item->quality = s->quality;
	item->posted = true;
	if (s->value.type == VALUE_STRING) { /* room for the longest one, once */
		if (item->type != VALUE_STRING)
			item->u.text = xmalloc(VALUE_STRING_MAX + 1);
		snprintf(item->u.text, VALUE_STRING_MAX + 1, "%s", s->value.u.s);
	} else {
		drop_text(item);
		memcpy(&item->u.bits, &s->value.u, sizeof(item->u.bits));
	}
	item->type = (uint8_t)s->value.type;
}

void item_hand_over(struct tag_item *from, struct tag_item *to)
{
	drop_text(to);
	to->s.source_ms = from->s.source_ms;
	to->mono_ns = from->mono_ns;
	to->u = from->u;
	to->quality = from->quality;
	to->type = from->type;
	to->posted = from->posted;
	from->type = VALUE_NONE; /* its text is not its own any more */
	from->posted = false;
}

struct tag_item *item_heir(const struct tag_item *item)
{
	return item->left_to ? item->s.heir : NULL;
}

/* --- looking up ------------------------------------------------------------------- */

static int device_by_id(const void *key, const void *at)
{
	uint32_t id = *(const uint32_t *)key;
	const struct driver_device *d = *(struct driver_device *const *)at;

	return id < d->id ? -1 : id > d->id;
}

static int tag_by_id(const void *key, const void *at)
{
	uint32_t id = *(const uint32_t *)key;
	const struct driver_tag *t = *(struct driver_tag *const *)at;

	return id < t->id ? -1 : id > t->id;
}

size_t config_device_at(const struct driver_config *c, uint32_t id)
{
	struct driver_device **at = NULL;

	if (c && c->n_devices)
		at = bsearch(&id, c->devices, c->n_devices, sizeof(*at), device_by_id);
	return at ? (size_t)(at - c->devices) : SIZE_MAX;
}

size_t config_tag_at(const struct driver_config *c, uint32_t id)
{
	struct driver_tag **at = NULL;

	if (c && c->n_tags)
		at = bsearch(&id, c->tags, c->n_tags, sizeof(*at), tag_by_id);
	return at ? (size_t)(at - c->tags) : SIZE_MAX;
}

const struct driver_device *driver_config_device(const struct driver_config *c,
						 uint32_t id)
{
	size_t at = config_device_at(c, id);

	return at == SIZE_MAX ? NULL : c->devices[at];
}

const struct driver_tag *driver_config_tag(const struct driver_config *c, uint32_t id)
{
	size_t at = config_tag_at(c, id);

	return at == SIZE_MAX ? NULL : c->tags[at];
}

const struct driver_tag *const *driver_device_tags(const struct driver_device *d,
						   size_t *n)
{
	const struct device_item *item = item_of_device(d);

	*n = item->n_tags;
	return (const struct driver_tag *const *)item->tags;
}

enum driver_change driver_device_change(const struct driver_device *d)
{
	return item_of_device(d)->change;
}
