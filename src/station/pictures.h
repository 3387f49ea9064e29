/*
 * pictures.h - a station's definition as screens see it: for the linter, and for whoever
 * paints without a server. Pure; any thread.
 */
#ifndef SG_STATION_PICTURES_H
#define SG_STATION_PICTURES_H

#include "screen/meta.h"
#include "screen/screen.h"
#include "station/def.h"

/* The station's screens; owned, never NULL. Mistakes go to diags. */
struct screen_set *station_parse_screens(const struct station_def *d,
					 struct diag_list *diags);
/* What a picture may know of t, its texts borrowed; no limits yet. */
struct tag_meta station_tag_meta(const struct tag_def *t);

#endif
