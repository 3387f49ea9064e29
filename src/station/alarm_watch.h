/*
 * alarm_watch.h - how the alarms as a whole are doing now: their rate, floods, nuisances.
 * Fed with every transition; O(1) each, but for a mark's deadline.
 *
 * It looks on: nothing here hides, delays or changes an alarm. A flood is of the whole
 * station; its digest says which areas.
 */
#ifndef SG_STATION_ALARM_WATCH_H
#define SG_STATION_ALARM_WATCH_H

#include "alarm/chatter.h"
#include "alarm/engine.h"
#include "alarm/flood.h"

struct station;
struct session;

enum {
	FLOOD_AREAS = 64, /* told apart; WIRE_FLOOD_AREAS of them are told */
	FLOOD_CRITICALS = 64,
	FLOOD_TOLD_MS = 1000
};

struct flood_area {
	char area[64];
	uint32_t n[4]; /* by priority */
};

struct flood_recent { /* announced, before it is a flood */
	uint32_t alarm;
	int64_t second;
};

/* What came in the present or last flood. */
struct flood_digest {
	struct wall since, until; /* until 0: it lasts, or there was none */
	uint64_t total;
	uint32_t peak;
	uint32_t n[4];
	struct flood_area areas[FLOOD_AREAS];
	size_t n_areas;
	uint64_t elsewhere;
	uint32_t critical[FLOOD_CRITICALS]; /* alarms, each once */
	uint32_t n_critical;
};

struct alarm_watch {
	struct alarm_chatter *chatter;
	struct alarm_flood flood;
	struct flood_recent recent[ALARM_FLOOD_OVER + 1];
	size_t next_recent;
	struct flood_digest digest;
	bool changed; /* since the digest was told */
	struct mono told;
};

/* alarm_watch.c */
struct alarm_watch *alarm_watch_new(void);
void alarm_watch_free(struct alarm_watch *w); /* NULL is allowed */
/* After each change of the configuration. */
void alarm_watch_apply(struct station *s);
/* Once, when alarms have been restored and before anything judges them. */
void alarm_watch_start(struct station *s);
void alarm_watch_transition(struct station *s, const struct alarm_transition *t);
uint8_t alarm_watch_habits(const struct station *s,
			   uint32_t alarm); /* ALARM_CHATTERING */
void alarm_watch_tick(struct station *s);
struct mono alarm_watch_deadline(const struct station *s);
void alarm_watch_show(struct station *s); /* into the system tags: at each beat */

/* alarm_flood.c */
void alarm_flood_announced(struct station *s, const struct alarm_transition *t);
void alarm_flood_beat(struct station *s);
/* A session begins the list: in a flood it is told so. */
void alarm_flood_tell(struct station *s, struct session *who);

#endif
