/*
 * bus.h - the chlorine skid, the turbidity meters and the loggers on MQTT: publishes
 * what map.h names and obeys its set topics. Any broker, reconnecting for ever.
 *
 * libmosquitto by its external loop: no thread. Thread: the one of the loop.
 */
#ifndef SG_PLANTSIM_BUS_H
#define SG_PLANTSIM_BUS_H

#include <stdbool.h>

#include "plantsim/plant.h"
#include "plantsim/poller.h"
#include "util/clock.h"

struct bus;
struct strbuf;

/* Owned; NULL and a sentence in why when the library cannot start. */
struct bus *bus_open(struct plant *plant, const char *host, int port, struct strbuf *why);
void bus_close(struct bus *b); /* NULL is allowed */
void bus_watch(const struct bus *b, struct poller *p);
void bus_handle(struct bus *b, const struct poller *p);
/* Connects when it is time, publishes once a second. */
void bus_tick(struct bus *b, struct now now);
bool bus_connected(const struct bus *b);

#endif
