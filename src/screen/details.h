/*
 * details.h - the settings of an item that are more than one text, and what an item is
 * without them. Only for src/screen.
 */
#ifndef SG_SCREEN_DETAILS_H
#define SG_SCREEN_DETAILS_H

#include "screen/build.h"

/* True when the slot is one of these: then it was set, or its mistake was reported. */
bool detail_apply(struct screen_build *b, struct screen_item *item, enum screen_slot slot,
		  const struct cfg_node *node);
/* The setpoint that belongs to a tag, by its name. */
uint32_t detail_companion(struct screen_build *b, struct place at, const char *name);
/* After all settings: tag and target by the field's name. entry may be NULL. */
void details_finish(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *entry);
void details_release(struct screen_item *item);

/* table.c: the cells of the table that is the last item of b->box become items. */
void table_build(struct screen_build *b, const struct cfg_node *entry);

#endif
