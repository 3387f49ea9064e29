/*
 * files_seen.h - whether any file of a station is another one than a moment ago.
 */
#ifndef SG_CLI_FILES_SEEN_H
#define SG_CLI_FILES_SEEN_H

#include <stdint.h>

#include "station/def.h"

/* A number that changes with name, size, time and inode of the station file, the values
 * file (or NULL), every file of d, and the folders of its screens. d may be NULL. */
uint64_t files_seen(const char *station, const char *values, const struct station_def *d);

#endif
