/*
 * station_path.h - which station file is meant: the one named, the one in the folder
 * named, or config/sightglass.cfg.
 */
#ifndef SG_CLI_STATION_PATH_H
#define SG_CLI_STATION_PATH_H

/* given: a file, a folder, or NULL. Owned. */
char *cli_station_path(const char *given);

#endif
