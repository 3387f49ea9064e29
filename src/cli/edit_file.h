/*
 * edit_file.h - the file behind a screen's id; for a screen that is not there yet a new
 * file to begin with.
 */
#ifndef SG_CLI_EDIT_FILE_H
#define SG_CLI_EDIT_FILE_H

struct strbuf;
struct station_def;

/* The path of the file that holds screen id, owned. When there is none, one is written:
 * a small screen that can be drawn, with tags of the area of that name. NULL with a
 * sentence in why. */
char *edit_file(const struct station_def *d, const char *id, struct strbuf *why);

#endif
