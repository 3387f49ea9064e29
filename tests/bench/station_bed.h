/*
 * station_bed.h - the station itself without server, driver or disk: the bench plays its
 * driver, commits at once what it wants stored, and moves its clock.
 *
 * One thread; the program ends when the station asks for what no bench expects.
 */
#ifndef SG_TESTS_BENCH_STATION_BED_H
#define SG_TESTS_BENCH_STATION_BED_H

#include "bench/server_rig.h"
#include "driver/proto.h"
#include "station/station.h"

enum { STEPS_DEEP = 256 };

struct station_bed {
	struct station *st;
	struct now now;
	uint32_t driver, instance, generation;
	bool configured;
	uint32_t *ids; /* of the tags, as the driver was told */
	size_t n_ids;
	/* What goes to a session; NULL = nowhere. */
	void (*send)(void *arg, uint64_t session, const struct strbuf *bytes);
	void *arg;
	struct actions lists[STEPS_DEEP];
	unsigned depth;
};

/* Loads the plan's station and configures its one driver; every device is connected. send
 * and arg are set before. */
void station_bed_open(struct station_bed *b, const struct rig_plan *plan);
void station_bed_close(struct station_bed *b);
void station_bed_step(struct station_bed *b, const struct event *ev);
/* A record of the driver. */
void station_bed_say(struct station_bed *b, const struct strbuf *record);
/* Time passes. */
void station_bed_wait(struct station_bed *b, int64_t ms);

#endif
