/*
 * render_remote.h - a screen and its values asked of the running server, once.
 */
#ifndef SG_CLI_RENDER_REMOTE_H
#define SG_CLI_RENDER_REMOTE_H

#include "cli/render_source.h"
#include "wire/client.h"

/* Asks for all screen files and parses them. Returns an exit code (explained); on CLI_OK
 * *set holds the screen and is owned by the caller. */
int render_remote_screen(struct client *c, const char *id, struct screen_set **set);
/* Asks for each tag of the screen, and for the alarm list when the screen shows one. */
int render_remote_fill(struct client *c, struct render_source *r);
/* Asks for the past that the trends of s show in a size (0: its own): which it is shows
 * when it is painted. */
int render_remote_past(struct client *c, struct render_source *r, const struct screen *s,
		       int cols, int rows);

#endif
