/*
 * demo_rig.h - the demonstration's screens painted from its files and a values file of
 * tests/golden, at a time that stands still.
 */
#ifndef SG_TESTS_SCREEN_DEMO_RIG_H
#define SG_TESTS_SCREEN_DEMO_RIG_H

#include "console/view/picture.h"
#include "screen/glyph.h"
#include "screen/screen.h"
#include "station/def.h"

/* cmocka group fixtures. */
int demo_rig(void **state);
int demo_rig_free(void **state);

/* While the fixture stands; borrowed. */
const struct station_def *demo_station(void);
const struct screen_set *demo_set(void);
/* The ids, NULL-terminated. */
extern const char *const demo_ids[];

struct demo_look {
	const char *id;
	const char *values; /* "calm", "upset", or NULL: nothing is known yet */
	int cols, rows;
	const char *select; /* a field, or NULL */
	enum glyph_tier tier;
	bool frame; /* the whole console around it */
};
/* Fills g, which the caller releases. */
void demo_paint(const struct demo_look *look, struct grid *g);

void demo_fail_on(const struct diag_list *diags);

#endif
