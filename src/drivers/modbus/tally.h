/*
 * tally.h - what all connections to one device count and say together.
 *
 * A device with several connections is scanned by several threads (lanes), but it has
 * one state, one set of statistics and one list of holes. Any thread; it locks itself
 * and holds the lock for additions only.
 */
#ifndef SG_DRIVERS_MODBUS_TALLY_H
#define SG_DRIVERS_MODBUS_TALLY_H

#include "driver/child.h"
#include "driver/schedule.h"
#include "driver/stats.h"
#include "drivers/modbus/link.h"
#include "drivers/modbus/settings.h"

struct mb_tally;

/* Owned by its lanes: the last mb_tally_leave() frees it. */
struct mb_tally *mb_tally_new(struct driver_child *child, const struct driver_device *def,
			      const struct mb_device_settings *set, uint32_t lanes);
void mb_tally_leave(struct mb_tally *t);

void mb_tally_connected(struct mb_tally *t);
/* One request and what became of it, after us microseconds. duplicates: dropped on the
 * way. */
void mb_tally_request(struct mb_tally *t, const struct mb_request *rq,
		      const struct mb_reply *reply, int64_t us, uint64_t duplicates);
/* Requests one scan of this rate takes on this lane. */
void mb_tally_plan(struct mb_tally *t, uint32_t lane, enum mb_rate rate, size_t requests);
/* Scans are counted by lane 0, which has its part of every rate. */
void mb_tally_scan(struct mb_tally *t, uint32_t lane, enum mb_rate rate, bool late);
void mb_tally_skipped(struct mb_tally *t, uint32_t lane, enum mb_rate rate, uint64_t n);
/* list: "holding:10-12 (exception 2), ..."; copied. */
void mb_tally_holes(struct mb_tally *t, uint32_t lane, size_t n, const char *list);
/* Posts what all lanes are together: failed as soon as one is. */
void mb_tally_state(struct mb_tally *t, uint32_t lane, enum device_state state,
		    const char *text);
/* Posts the statistics when a second has passed since. */
void mb_tally_publish(struct mb_tally *t, struct mono now);

#endif
