/* order.c - the order of the screens, from the ways that the overview draws. */
#include "screen/order.h"

enum { LEVEL_SUPPORT = 4 }; /* not for a shift: no digit, but a way and the go-to list */

const char *screen_item_way(const struct screen_item *item)
{
	/* a way without `to` has its name there; a frame leads somewhere only with it */
	return item->kind->enter == ENTER_SCREEN ? item->to : NULL;
}

const struct screen *screen_set_overview(const struct screen_set *set)
{
	const struct screen *first = NULL;

	for (size_t i = 0; set && i < set->n; i++)
		if (!first || set->v[i]->level < first->level)
			first = set->v[i];
	return first;
}

static void add_once(const struct screen *s, const struct screen **out, size_t max,
		     size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		if (out[i] == s)
			return;
	if (s->level < LEVEL_SUPPORT && *n < max)
		out[(*n)++] = s;
}

size_t screen_set_order(const struct screen_set *set, const struct screen **out,
			size_t max)
{
	const struct screen *top = screen_set_overview(set);
	size_t n = 0;

	for (size_t i = 0; top && i < top->n_items; i++) {
		const char *to = screen_item_way(&top->items[i]);
		const struct screen *s = to ? screen_set_find(set, to) : NULL;

		if (s && s != top)
			add_once(s, out, max, &n);
	}
	for (size_t i = 0; top && i < set->n; i++)
		if (set->v[i] != top)
			add_once(set->v[i], out, max, &n);
	return n;
}
