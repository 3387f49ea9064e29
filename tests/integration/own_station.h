/*
 * own_station.h - a server on a small station of the test's own: files, start, end, and
 * the command line against it. It dies with the test.
 */
#ifndef SG_TESTS_OWN_STATION_H
#define SG_TESTS_OWN_STATION_H

#include <stddef.h>
#include <sys/types.h>

#include "support/demo.h"

struct own_station {
	char dir[256];
	pid_t pid;        /* 0 = not running */
	struct demo as;   /* for DEMO_RUN() and DEMO_UNTIL() */
	char log[300];    /* what the server said, of all its starts */
	const char *keys; /* --config-keys=FILE, NULL = none */
	const char *bin;  /* the server's folder, NULL = $SIGHTGLASS_BIN */
	/* Run in the server's process before the program; NULL allowed. */
	void (*prepare)(void *arg);
	void *arg;
};

/* A folder with sightglass.cfg (devices.cfg, tags.cfg, alarms.cfg, access.cfg) and
 * access.cfg, where who runs the test may do everything; the rest is empty. */
void own_station_make(struct own_station *o);
void own_station_put(struct own_station *o, const char *name, const char *text);
/* more: an argument for the server, NULL = none. */
void own_station_start(struct own_station *o, const char *more);
/* Waits; the exit code, or 128 + signal. Fails the test with its log after ms. */
int own_station_await_end(struct own_station *o, int ms);
int own_station_stop(struct own_station *o);        /* SIGTERM, then that */
char *own_station_log(const struct own_station *o); /* owned */

#endif
