/* update.c - what of a new configuration is what ran before: whoever is the same keeps
 * its handle, and with it its thread's place, its connection and what it has posted. */
#include <stdlib.h>
#include <string.h>

#include "driver/child_int.h"
#include "util/xalloc.h"

/* --- comparing ------------------------------------------------------------------- */

static bool same_number(double a, double b)
{
	return !(a < b) && !(a > b);
}

static bool same_device(const struct driver_device *a, const struct driver_device *b)
{
	return strcmp(a->name, b->name) == 0 && settings_same(&a->settings, &b->settings);
}

static bool same_numbers(const struct driver_tag *a, const struct driver_tag *b)
{
	static const struct driver_numbers none = { .deadband = 0 };
	const struct driver_numbers *x = a->numbers ? a->numbers : &none;
	const struct driver_numbers *y = b->numbers ? b->numbers : &none;

	return same_number(x->deadband, y->deadband) && a->has_range == b->has_range &&
	       (!a->has_range ||
		(same_number(x->lo, y->lo) && same_number(x->hi, y->hi)));
}

bool driver_tag_same_source(const struct driver_tag *a, const struct driver_tag *b)
{
	return a->id == b->id && a->device == b->device && a->type == b->type &&
	       settings_same(&a->settings, &b->settings);
}

static bool same_tag(const struct driver_tag *a, const struct driver_tag *b)
{
	return driver_tag_same_source(a, b) && a->writable == b->writable &&
	       same_numbers(a, b);
}

static void compare_devices(struct config_update *u)
{
	for (size_t i = 0; i < u->is->n_devices; i++) {
		size_t at = config_device_at(u->was, u->is->devices[i]->id);

		if (at != SIZE_MAX && same_device(u->was->devices[at], u->is->devices[i]))
			u->device_was[i] = at;
	}
}

/* What a tag's settings mean may depend on its device: of a new device all are new. One
 * with another range or deadband only is a new one, too, but its values go on. */
static void compare_tags(struct config_update *u)
{
	for (size_t i = 0; i < u->is->n_tags; i++) {
		const struct driver_tag *t = u->is->tags[i];
		size_t device = config_device_at(u->is, t->device);
		size_t at = config_tag_at(u->was, t->id);

		if (at == SIZE_MAX || device == SIZE_MAX ||
		    u->device_was[device] == SIZE_MAX)
			continue;
		if (same_tag(u->was->tags[at], t))
			u->tag_was[i] = at;
		else if (driver_tag_same_source(u->was->tags[at], t))
			u->heir_was[i] = at;
	}
}

/* Where the device stands in what is new. Tags of one device mostly follow each other. */
static size_t place_of(const struct config_update *u, uint32_t device, size_t last)
{
	if (last < u->is->n_devices && u->is->devices[last]->id == device)
		return last;
	return config_device_at(u->is, device);
}

static void list_tags(struct config_update *u)
{
	size_t *room = xcalloc(u->is->n_devices, sizeof(*room));
	size_t d = 0;

	for (size_t i = 0; i < u->is->n_tags; i++) {
		d = place_of(u, u->is->tags[i]->device, d);
		if (d != SIZE_MAX)
			room[d]++;
	}
	for (d = 0; d < u->is->n_devices; d++)
		if (room[d])
			u->lists[d] = xcalloc(room[d], sizeof(*u->lists[d]));
	for (size_t i = 0; i < u->is->n_tags; i++) {
		size_t at = u->tag_was[i];

		d = place_of(u, u->is->tags[i]->device, d);
		if (d != SIZE_MAX)
			u->lists[d][u->n_lists[d]++] =
				at == SIZE_MAX ? u->is->tags[i] : u->was->tags[at];
	}
	free(room);
}

static size_t *places(size_t n)
{
	size_t *v = xcalloc(n, sizeof(*v));

	for (size_t i = 0; i < n; i++)
		v[i] = SIZE_MAX;
	return v;
}

struct config_update config_compare(struct driver_config *was, struct driver_config *is,
				    bool keep)
{
	struct config_update u = { .was = was, .is = is };

	u.device_was = places(is->n_devices);
	u.tag_was = places(is->n_tags);
	u.heir_was = places(is->n_tags);
	u.lists = xcalloc(is->n_devices, sizeof(*u.lists));
	u.n_lists = xcalloc(is->n_devices, sizeof(*u.n_lists));
	if (keep && was) {
		compare_devices(&u);
		compare_tags(&u);
	}
	list_tags(&u);
	return u;
}

/* --- switching ------------------------------------------------------------------- */

static bool same_list(const struct device_item *d, struct driver_tag **list, size_t n)
{
	return d->n_tags == n &&
	       (n == 0 || memcmp(d->tags, list, n * sizeof(*list)) == 0);
}

static void switch_device(struct config_update *u, size_t i)
{
	size_t at = u->device_was[i];
	struct device_item *item;

	if (at != SIZE_MAX) { /* the copy that nobody has seen takes its place in was */
		struct driver_device *copy = u->is->devices[i];

		u->is->devices[i] = u->was->devices[at];
		u->was->devices[at] = copy;
		item_of_device(copy)->gone = false;
	}
	item = item_of_device(u->is->devices[i]);
	item->gone = false;
	if (at != SIZE_MAX)
		item->change = same_list(item, u->lists[i], u->n_lists[i])
				       ? DRIVER_KEPT
				       : DRIVER_TAGS_CHANGED;
	if (!item->slice)
		free(item->tags);
	item->tags = u->lists[i];
	item->n_tags = u->n_lists[i];
	item->slice = false;
}

/* Tags that follow each other by number, as they mostly do, need no list of their own. */
static void share_list(struct driver_config *c, struct device_item *item)
{
	size_t n = item->n_tags, at = n ? config_tag_at(c, item->tags[0]->id) : SIZE_MAX;

	if (at == SIZE_MAX || n > c->n_tags - at ||
	    memcmp(c->tags + at, item->tags, n * sizeof(*item->tags)) != 0)
		return;
	free(item->tags);
	item->tags = c->tags + at;
	item->slice = true;
}

/* What waits of it goes over; the rest of what it knew means nothing from now on. */
static void leave_to(struct tag_item *item, struct tag_item *heir)
{
	if (item->waiting)
		item_hand_over(item, heir);
	item->left_to = true;
	item->s.heir = heir;
}

static void switch_tag(struct config_update *u, size_t i)
{
	struct driver_tag *copy = u->is->tags[i];
	size_t at = u->tag_was[i], heir = u->heir_was[i];

	if (heir != SIZE_MAX)
		leave_to(item_of_tag(u->was->tags[heir]), item_of_tag(copy));
	if (at == SIZE_MAX)
		return;
	u->is->tags[i] = u->was->tags[at];
	u->was->tags[at] = copy;
	item_of_tag(copy)->gone = false;
	item_of_tag(u->is->tags[i])->gone = false;
}

void config_switch(struct config_update *u)
{
	for (size_t i = 0; u->was && i < u->was->n_devices; i++)
		item_of_device(u->was->devices[i])->gone = true;
	for (size_t i = 0; u->was && i < u->was->n_tags; i++)
		item_of_tag(u->was->tags[i])->gone = true;
	for (size_t i = 0; i < u->is->n_devices; i++)
		switch_device(u, i);
	for (size_t i = 0; i < u->is->n_tags; i++)
		switch_tag(u, i);
	for (size_t i = 0; i < u->is->n_devices; i++)
		share_list(u->is, item_of_device(u->is->devices[i]));
}

/* Only what is gone stays in c; the copies that came for nothing are freed. */
static void keep_gone(struct driver_config *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_devices; i++)
		if (item_of_device(c->devices[i])->gone)
			c->devices[n++] = c->devices[i];
		else
			item_free_device(c->devices[i]);
	c->n_devices = n;
	n = 0;
	for (size_t i = 0; i < c->n_tags; i++)
		if (item_of_tag(c->tags[i])->gone)
			c->tags[n++] = c->tags[i];
		else
			item_free_tag(c->tags[i]);
	c->n_tags = n;
}

struct driver_config *config_tidy(struct config_update *u)
{
	struct driver_config *remains = u->was;

	free(u->device_was);
	free(u->tag_was);
	free(u->heir_was);
	free(u->lists);
	free(u->n_lists);
	if (!remains)
		return NULL;
	keep_gone(remains);
	if (remains->n_devices || remains->n_tags)
		return remains;
	driver_config_free(remains);
	return NULL;
}
