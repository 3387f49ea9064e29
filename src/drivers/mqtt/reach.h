/*
 * reach.h - finds the address at which a broker can be reached, without ever blocking.
 *
 * libmosquitto resolves names and connects blocking (with MQTT 5 properties there is no
 * other way), which would stop the driver's beats for minutes at a dead host. So a name
 * is resolved on a thread of its own and each address is tried with a connection of our
 * own first; the library then connects to one that has just answered.
 *
 * One thread owns it; only the resolver thread lives longer, and frees itself.
 */
#ifndef SG_DRIVERS_MQTT_REACH_H
#define SG_DRIVERS_MQTT_REACH_H

#include "util/clock.h"

struct mqtt_reach;
struct strbuf;

enum { REACH_ADDRESS_SIZE = 64, REACH_LIMIT_MS = 5000, REACH_ONE_MS = 2500 };

enum reach_state { REACH_RUNNING, REACH_FOUND, REACH_FAILED };

struct mqtt_reach *mqtt_reach_start(const char *host, int port, struct mono now);
void mqtt_reach_free(struct mqtt_reach *r); /* NULL is allowed; also in the middle */
/* For poll(): POLLOUT; -1 when there is nothing to wait for but time. */
int mqtt_reach_fd(const struct mqtt_reach *r);
/* Moves on. FOUND: the numeric address. FAILED: a sentence in why. */
enum reach_state mqtt_reach_step(struct mqtt_reach *r, struct mono now,
				 char address[REACH_ADDRESS_SIZE], struct strbuf *why);

#endif
