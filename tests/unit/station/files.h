/*
 * files.h - small stations as files, for what is tested of the loader.
 */
#ifndef SG_TESTS_STATION_FILES_H
#define SG_TESTS_STATION_FILES_H

#include "station/def.h"

struct strbuf;

/* Writes dir/name unless text is NULL; returns its path, in static storage. */
const char *files_put(const char *dir, const char *name, const char *text);
/* Loads dir/s.cfg; lines gets what was said, sorted, without the folder. Fails the test
 * unless there is a station exactly when there is no error. */
struct station_def *files_load(const char *dir, struct strbuf *lines);
/* Fails the test with what was said when anything was. */
struct station_def *files_load_good(const char *dir);
/* Fails the test when there is no such tag. */
const struct tag_def *files_tag(const struct station_def *d, const char *name);

#endif
