/*
 * screen_keep.h - what becomes of a screen file that was saved with a mistake in it: its
 * older version stays, and engineers are told where the mistake is until it is mended.
 * Pure; any thread that owns what it hands over.
 */
#ifndef SG_STATION_SCREEN_KEEP_H
#define SG_STATION_SCREEN_KEEP_H

#include <stdbool.h>

#include "station/def.h"

/* The file of that path, or NULL. */
const struct station_file *station_file_find(const struct station_file *files, size_t n,
					     const char *path);
bool station_file_same(const struct station_file *a, const struct station_file *b);
/* What keep_older needs of each; owned, station_files_free(). */
struct station_file *station_files_copy(const struct station_file *files, size_t n);

/* f has a mistake, or another file of the same save has one because of f: old stands in
 * its place, and f->kept says why. */
void station_file_keep(struct station_file *f, const struct station_file *old,
		       const char *why);

/* d's screens have been judged. A file with a mistake gives way to the older version that
 * had none. When a file has one that was not touched, what it shares with others was: the
 * library files that changed give way. A file of which there is no good version stays as
 * it is. old is borrowed. */
void station_keep_older(struct station_def *d, const struct station_file *old, size_t n);

#endif
