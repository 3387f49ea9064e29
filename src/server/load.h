/*
 * load.h - the station's files read, checked, and put before the driver programs: what
 * server start, --check and reload have in common. Blocking; any thread.
 */
#ifndef SG_SERVER_LOAD_H
#define SG_SERVER_LOAD_H

#include <stdbool.h>

#include "station/def.h"

/* The files alone, and only if nobody else can write to them. NULL when there is at least
 * one error in diags; else owned by the caller. */
struct station_def *load_trusted(const char *path, struct diag_list *diags);
/* The same, put before the drivers' programs. */
struct station_def *load_checked(const char *path, struct diag_list *diags);
/* For its screens alone; NULL only if the station file is unreadable. A screen that
 * others may change has a mistake and no text. with_tags: they are held against those of
 * the files. */
struct signed_policy;
struct station_def *load_for_screens(const char *path, bool with_tags,
				     const struct signed_policy *policy,
				     struct diag_list *diags);

#endif
