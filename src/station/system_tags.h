/*
 * system_tags.h - the server's own tags: one row each, usable and alarmable like any
 * other. The shell measures, the station stores.
 *
 * A device D adds: system.D.connected (bool), a tag system.D.x for each row of
 * device_tags, and the alarm system.D.comm (priority high, type "state" on connected).
 */
#ifndef SG_STATION_SYSTEM_TAGS_H
#define SG_STATION_SYSTEM_TAGS_H

#include "tag/value.h"

enum system_tag {
	SYSTEM_SCAN_LATE,        /* system.scan_late: late scans of all drivers */
	SYSTEM_LOOP_LATENESS_MS, /* system.loop_lateness_ms: worst of the last second */
	SYSTEM_AUDIT_LAG_MS,   /* system.audit_lag_ms: age of the oldest commit waiting */
	SYSTEM_DISK_FREE_MB,   /* system.disk_free_mb: under the state folder */
	SYSTEM_DISK_USED,      /* system.disk_used_pct: of what the server may use */
	SYSTEM_RECORDING,      /* system.recording: records are stored, somewhere */
	SYSTEM_RESERVE_IN_USE, /* system.reserve_in_use: in the reserve journal */
	SYSTEM_RESERVE_USED,   /* system.reserve_used_pct */
	SYSTEM_NOT_ANCHORED,   /* system.audit.not_anchored: records nobody else has */
	SYSTEM_RECORD_BELIEVED, /* system.audit.believed */
	SYSTEM_SESSIONS,        /* system.sessions */
	SYSTEM_DRIVER_RESTARTS, /* system.driver_restarts: since start */
	SYSTEM_CLOCK_SYNCED,    /* system.clock_synced: adjtimex says so */
	SYSTEM_IN_DOUBT,        /* system.writes_in_doubt */
	SYSTEM_OVERWRITTEN,     /* system.samples_overwritten: for want of credit */
	SYSTEM_SUBSTITUTED,     /* system.values_substituted: by hand */
	SYSTEM_ALARMS_ACTIVE,   /* system.alarms.active: and not hidden */
	SYSTEM_ALARMS_UNACKED,
	SYSTEM_ALARMS_SHELVED,
	SYSTEM_ALARMS_SUPPRESSED,
	SYSTEM_ALARMS_OUT_OF_SERVICE,
	SYSTEM_ALARMS_UNCONFIRMED,
	SYSTEM_ALARMS_RATE, /* system.alarms.rate_10min: alarm_watch.h has these four */
	SYSTEM_ALARMS_FLOOD,
	SYSTEM_ALARMS_CHATTERING,
	SYSTEM_ALARMS_STALE,
	SYSTEM_TAG_COUNT
};

struct system_tag_row {
	const char *name; /* "system.scan_late" */
	enum value_type type;
	const char *unit;
	const char *description;
};

extern const struct system_tag_row system_tags[SYSTEM_TAG_COUNT];

/* What its driver counts of one device: the last part of system.D.x. */
enum device_tag {
	DEVICE_TAG_LATE,
	DEVICE_TAG_SKIPPED,
	DEVICE_TAG_ROUND_TRIP,
	DEVICE_TAG_REQUESTS,
	DEVICE_TAG_ERRORS,
	DEVICE_TAG_STATUS,
	DEVICE_TAG_COUNT
};

extern const struct system_tag_row device_tags[DEVICE_TAG_COUNT];

#endif
