/*
 * wall_rig.h - what the tests of the walls share: a port that listens, a device at it,
 * and waiting for what the server's log says.
 */
#ifndef SG_TESTS_WALL_RIG_H
#define SG_TESTS_WALL_RIG_H

#include <stdbool.h>
#include <stdint.h>

#include "own_station.h"

enum { WALL_SOON_MS = 20000 };

/* A sanitizer's program has none (wall_policy_default): says so. */
bool walls_are_built_in(void);
/* On a free port of this machine; nobody answers. */
int wall_listen(uint16_t *port);
/* Waits until the log holds text; the log, owned. Fails the test with its end. */
char *wall_log_until(struct own_station *own, const char *text);
/* A Modbus device there, and a tag of it. */
void wall_modbus_at(struct own_station *own, int port);

#endif
