/*
 * render_watch.h - `sightglass render --watch`: a preview that is painted anew when a
 * file is saved or a value changes, until Ctrl-C, q or the end of its terminal.
 */
#ifndef SG_CLI_RENDER_WATCH_H
#define SG_CLI_RENDER_WATCH_H

#include "cli/preview.h"

/* Returns an exit code. look->ansi is set where the output is a terminal. */
int render_watch(const struct preview_look *look);

#endif
