/*
 * order.h - which screen has which digit: one order for the console's keys and bar, and
 * for the rule that no unit is further than two keys away (HM-09). Pure.
 */
#ifndef SG_SCREEN_ORDER_H
#define SG_SCREEN_ORDER_H

#include <stddef.h>

#include "screen/screen.h"

enum { SCREEN_DIGITS = 6 }; /* digits 4 to 9 */

/* The screen of the highest level, the first by id of several; NULL of an empty set. */
const struct screen *screen_set_overview(const struct screen_set *set);
/* The others but those of level 4: in the order of the overview's ways, then by id.
 * Writes at most max, returns how many. */
size_t screen_set_order(const struct screen_set *set, const struct screen **out,
			size_t max);
/* Where an item leads: the id of a screen, or NULL when it is no way. */
const char *screen_item_way(const struct screen_item *item);

#endif
