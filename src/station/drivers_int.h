/*
 * drivers_int.h - the plant's side of station_int.h, which includes it: devices, the
 * programs that talk with them, and what is noticed, withheld or stood in for on the way
 * of a value from a device into the station.
 */
#ifndef SG_STATION_DRIVERS_INT_H
#define SG_STATION_DRIVERS_INT_H

#include "station/station_int.h"

struct device_live {                  /* numbers are never used again */
	const struct device_def *def; /* NULL = removed */
	char *name;
	uint32_t driver;
	bool told;      /* its driver has said something of it */
	bool connected; /* as its driver says */
	bool changed;   /* by the reload under way */
	bool moved;     /* so much that its tags' values are of something else */
	bool untold;    /* as of a tag */
	uint32_t since;
	/* vitals.c; owned; NULL = nothing to watch. Here, because every sample asks for
	 * it and for the driver. */
	struct device_vitals *vitals;
	char text[DRIVER_TEXT_MAX + 1];
	char *refusal;
	uint32_t *tags; /* its tags, rebuilt at reload */
	size_t n_tags;
	uint32_t connected_tag;       /* TAG_NONE when absent */
	uint32_t parent;              /* suppress.c: number + 1, 0 = none */
	struct device_report *report; /* device_stats.c; owned; NULL = nothing yet */
	uint32_t n_spoken, n_bad, n_by_hand, n_simulated; /* of its tags, now */
};

enum driver_phase {
	DRIVER_OFF,      /* no device needs it */
	DRIVER_STARTING, /* asked for, not running yet */
	DRIVER_GREETING, /* runs, has not said hello */
	DRIVER_CONFIGURING,
	DRIVER_READY,
	DRIVER_DYING,  /* killed, its exit is awaited */
	DRIVER_WAITING /* for its next start */
};

enum { DRIVER_CONFIG_LIMIT_MS = 10000 }; /* without a beat */

struct driver_live {
	char *name;
	enum driver_phase phase;
	bool wanted;      /* some device needs it */
	bool reconfigure; /* its items changed while it was not ready for that */
	bool can_publish; /* takes messages of the station's own */
	bool can_update;  /* keeps what is the same over a configuration */
	bool updating;    /* READY, and a configuration is under way */
	bool last_call;   /* the last of the time it was allowed runs: see due */
	uint32_t instance, generation;
	struct mono due;   /* next start, last call, or limit */
	struct mono ready; /* since when */
	int64_t backoff_ms;
	uint32_t consumed;                        /* samples since the last credit */
	uint64_t late, overwritten;               /* as of its last beat */
	uint64_t late_before, overwritten_before; /* of instances that ended */
};

/* --- drivers.c, driver_in.c, driver_config.c --- */
void drivers_want(struct station *s); /* after apply: start, stop, reconfigure */
void drivers_tick(struct station *s);
struct mono drivers_deadline(const struct station *s);
void drivers_started(struct station *s, const struct event *ev);
void drivers_exited(struct station *s, const struct event *ev);
void drivers_record(struct station *s, const struct event *ev);
void drivers_sent(struct station *s, const struct event *ev);
void drivers_stop(struct station *s);
void drivers_configure(struct station *s, uint32_t driver);
/* From now d has so many ms for what is awaited of it. */
void drivers_allow(const struct station *s, struct driver_live *d, int64_t ms);
void drivers_kill(struct station *s, uint32_t driver, const char *why);
void driver_send(struct station *s, uint32_t driver, const struct strbuf *bytes);
void device_set_state(struct station *s, uint32_t device, enum device_state state,
		      const char *text);
uint32_t driver_of_tag(const struct station *s, uint32_t tag); /* UINT32_MAX: none */

/* --- device_stats.c --- */
/* After apply: where its tags are. */
void device_report_find(struct station *s, struct device_live *d);
/* Its state has changed: text says to what. */
void device_report_state(struct station *s, uint32_t device, const char *text);
void device_report_take(struct station *s, uint32_t device, const struct device_stats *v);
/* Its driver has told nothing by device: what it counts in all. */
void device_report_late(struct station *s, struct device_live *d, uint64_t late);
/* A tag's quality may be another one now. */
void device_report_tag(struct station *s, uint32_t tag);
/* Time passes: about once a second, for each device. */
void device_report_tick(struct station *s, struct device_live *d);
void query_devices(struct station *s, struct session *who, const struct wire_request *m);
/* TAGS with num 1: text names a device (device_tags.c). */
void query_device_tags(struct station *s, struct session *who,
		       const struct wire_request *m);
/* Replies "there is no device named ...". */
void device_unknown(struct station *s, struct session *who, const struct wire_request *m);

/* --- vitals.c --- */
/* After apply: whose heartbeat and uptime are to be watched. */
void vitals_apply(struct station *s);
/* A device's tag has a new sample, which may lose its quality here. */
void vitals_sample(struct station *s, uint32_t tag, struct sample *sample);
void vitals_state(struct station *s, uint32_t device); /* connected or not */
void vitals_tick(struct station *s);
struct mono vitals_deadline(const struct station *s);
bool device_heartbeat_lost(const struct device_live *d);
void vitals_release(struct station *s);

/* --- substitute.c, substitutions.c --- */
/* True: somebody's value stands in the place of this one, which is kept aside. Ask only
 * while there is one (s->n_substitutions). */
bool substitution_keeps(struct station *s, uint32_t tag, const struct sample *sample);
bool substitution_keeps_quality(struct station *s, uint32_t tag, quality q);
/* Who, since when, why; false when it is not substituted. */
bool substitution_explain(const struct station *s, uint32_t tag, struct strbuf *out);
void substitutions_restore(struct station *s, const struct store_snapshot *snapshot);
void substitutions_apply(struct station *s); /* after a reload */
void substitutions_free(struct station *s);
void station_substitute(struct station *s, struct session *who,
			const struct wire_substitute *m);
/* A second person said yes to one; struct write_host's granted(). */
void station_substitute_granted(void *arg, const struct write_grant *grant);
void query_substituted(struct station *s, struct session *who,
		       const struct wire_request *m);

/* --- outside.c --- */
/* After apply: which tags are watched. */
void outside_apply(struct station *s);
void outside_free(struct station *s);
/* A sample of a tag that is watched (tag_rare.outside), as its device gave it. writing:
 * the gate has something in hand. */
void outside_seen(struct station *s, uint32_t tag, const struct sample *sample,
		  bool writing);
/* A command goes out. */
void outside_written(struct station *s, uint32_t tag, const struct value *v);
/* It cannot be read, or it has started again. */
void outside_device(struct station *s, const struct device_live *d);
void outside_tick(struct station *s);
struct mono outside_due_at(const struct station *s);

#endif
