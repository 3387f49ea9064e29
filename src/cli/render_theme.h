/*
 * render_theme.h - which theme `sightglass render` paints in.
 */
#ifndef SG_CLI_RENDER_THEME_H
#define SG_CLI_RENDER_THEME_H

#include "screen/screen.h"
#include "screen/theme.h"

/* name: NULL = the station's default; with a dot or slash it is a file. Returns an exit
 * code, after a sentence on standard error when it is not CLI_OK. */
int render_theme(const char *name, const struct screen_set *set, struct theme *out);
/* The same with the themes that stand in the files of a station. */
int render_theme_of(const char *name, const char *station, struct theme *out);

#endif
