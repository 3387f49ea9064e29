/*
 * station_int.h - inside of station/: the one object all parts work on, and what they
 * call of each other. Each part owns its fields; the comment names it.
 *
 * A step: due timers, then the event, then whatever values changed is carried through
 * expressions and alarms, then what was gathered leaves (journal batch, frames).
 */
#ifndef SG_STATION_STATION_INT_H
#define SG_STATION_STATION_INT_H

#include "access/access.h"
#include "alarm/engine.h"
#include "driver/proto.h"
#include "expr/expr.h"
#include "station/alarm_watch.h"
#include "station/notify.h"
#include "station/sign_in.h"
#include "station/station.h"
#include "station/trend_ring.h"
#include "tag/db.h"
#include "util/heap.h"
#include "wire/device.h"
#include "wire/msg.h"
#include "wire/who.h"
#include "write/gate.h"

#define NO_DEVICE UINT32_MAX

struct session;

/* --- records.c: transactions under way --- */

/* id and what as given to station_commit. */
typedef void (*stored_fn)(struct station *s, uint32_t what, uint64_t id, bool ok,
			  const char *why);

struct ticket {
	uint64_t ticket;
	stored_fn fn; /* NULL = nobody waits */
	uint32_t what;
	uint64_t id;
	bool keep; /* when it fails and is handed back: stored later */
	bool probe;
	uint32_t tries; /* how often it failed before */
};

struct kept { /* failed, to be stored when the store works again */
	struct txn *txn;
	uint32_t tries;
};

struct bucket { /* how often something may happen */
	int64_t tokens_milli;
	struct mono at;
};

enum { COMERS = 32 };

struct comer { /* comers.c: how often a Unix user opens sessions */
	bool known;
	uint32_t uid, unsaid;
	struct bucket comings;
};

/* --- tags --- */

struct watch; /* watches.c */

struct tag_watched { /* a watch that holds a tag, and where in it */
	struct watch *watch;
	uint32_t at;
};

struct tag_rare {                  /* what few tags have */
	struct expr *expression;   /* owned */
	struct write_point *point; /* owned; NULL unless writable */
	struct expr *permissive;   /* owned */
	char *refusal;             /* what its driver said of it; owned or NULL */
	struct tag_watched *watched;
	size_t n_watched;
	struct tag_outside *outside; /* outside.c; owned; NULL = not watched */
	struct trend_pen *pen;       /* trends.c; owned; NULL = its past is not kept */
	uint16_t level;              /* of an expression: 1 + the highest operand's */
	bool pending;                /* its expression waits to be evaluated */
};

struct trend_place { /* trends.c */
	uint32_t tag;
	bool shown; /* on a screen */
	struct mono asked;
};

enum { REVISION_MAX = 0x0FFFFFFF };

/* By tag index, beside the row of the database. There may be a million. */
struct tag_live {
	const struct tag_def *def; /* NULL = removed */
	/* Never NULL; tag_rare_none, which is nobody's to change, or owned. */
	const struct tag_rare *rare;
	uint32_t revision : 28; /* of the station that last changed it */
	uint32_t type : 3;      /* enum value_type, as in def, which is far away */
	bool untold : 1;        /* its driver takes it for another one still */
	uint32_t device;        /* NO_DEVICE unless it has one */
	uint32_t since;         /* its driver's generation that made it what it is */
	quality unmasked;       /* while it is bad(heartbeat): what it would be */
	quality counted;        /* as its device's counts know it */
};

extern const struct tag_rare tag_rare_none;
/* To be changed: its own from now on. Stays where it is until tag_rare_tidy(). */
struct tag_rare *tag_rare(struct tag_live *t);
/* Nothing is in it any more: it goes. */
void tag_rare_tidy(struct tag_live *t);
void tag_refuse(struct tag_live *t, const char *text); /* copied; NULL = not refused */

enum alarm_count { /* alarm_counts.c */
		   ALARM_COUNT_ACTIVE,
		   ALARM_COUNT_UNACKED,
		   ALARM_COUNT_SHELVED,
		   ALARM_COUNT_SUPPRESSED,
		   ALARM_COUNT_OUT_OF_SERVICE,
		   ALARM_COUNT_UNCONFIRMED,
		   ALARM_COUNTS
};

/* Of a dependent of a tag's expressions: not a tag but a rule of suppress.c. */
#define SUPPRESS_RULE 0x80000000u

/* --- devices and drivers --- */

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

struct explain {
	uint64_t id;
	uint64_t session;
	uint32_t req, tag, driver;
	struct mono due;
};

/* --- sessions --- */

struct view {
	uint32_t number;
	struct watch *watch;
};

struct session {
	uint64_t id;
	uint32_t uid, pid;
	char user[64], from[192], program[32];
	struct access_grant grant; /* what counts now: full, unless it rests */
	char name[64], roles[128];
	char person[64]; /* sign_in.h: signed in on top of the peer; "" = nobody */
	uint64_t turn;   /* moves on with each other person and each lock */
	bool greeted;
	bool serves;     /* the server's own user, no operator: accounts only */
	bool closing;    /* goodbye was said: it is dead to us */
	struct mono due; /* hello limit, later the age limit of its queue */
	size_t queued;
	/* session_life.c */
	struct access_grant full; /* of its person */
	enum session_state state;
	bool notice_due;       /* the notice of use is not accepted yet */
	char rests_why[128];   /* idle and locked only */
	struct mono active_at; /* its last key or act */
	struct mono proven_at; /* its person */
	/* people.c: as it says itself */
	struct now greeted_at, pressed_at; /* pressed: its last key */
	bool has_place;
	char page[64], field[TAG_NAME_MAX + 1];
	/* session_values.c */
	struct view *views;
	size_t n_views;
	/* session_alarms.c */
	bool alarms_on, alarms_dropped;
	uint64_t epoch, version;
	uint64_t snapshot_seq; /* row_seq and version when the snapshot was sent */
	uint64_t snapshot_version;
	/* messages.c, records.c */
	struct bucket requests, alarm_acts, refusals;
	uint32_t refusals_unsaid;
	bool unnoted;     /* comers.c: its coming is not on record, nor its going */
	uint32_t lookups; /* lists and backups it waits for */
};

/* sealing.c: what is known of the record, and of who else has its anchors */
struct sealing {
	struct mono due, retry, hold;
	bool connected, read_back; /* the broker: what it keeps was seen */
	uint32_t echo_tag;
	uint64_t head, mqtt_seq, syslog_seq, folder_seq;
	struct record_state state;
	char checked[256]; /* what the check of the whole record said; "" = it runs */
};

struct station {
	/* station.c */
	struct station_def *def; /* owned */
	struct station_options options;
	struct now now;      /* of this step */
	struct actions *out; /* of this step */
	char config[17];     /* hash, hex, first 16 digits */
	/* control.c: over all files, screens too */
	uint8_t manifest_hash[HASH_SIZE];
	char manifest[HASH_HEX_SIZE];
	uint32_t revision; /* of the station; 1 = as started */
	bool clock_known, clock_synced;
	bool stopping, said_stop, stopped;
	struct mono stop_by, beat_due, sync_due;
	struct strbuf frame, text, why; /* scratch */

	/* records.c */
	uint64_t last_ticket;
	struct ticket *tickets;
	size_t n_tickets, cap_tickets;
	struct txn *batch; /* gathered in this step */
	struct kept *backlog;
	size_t n_backlog;
	bool recording, probing;
	uint64_t unrecorded; /* lost for good */
	struct {
		bool there, in_use;
		uint64_t rows;
		unsigned percent;
	} reserve; /* of the store, as it told last */
	struct mono probe_due;

	struct sealing sealing;

	/* apply.c */
	struct tag_db *db;
	struct tag_live *tags;
	size_t n_tags;
	uint16_t levels; /* highest level of an expression */
	uint32_t **level;
	size_t *n_level; /* expressions that wait, by level */
	size_t n_pending;
	uint32_t *reworded; /* while a definition is applied: tags that it changed */
	size_t n_reworded;
	struct write_point scratch_point;
	uint32_t *touched; /* tags that changed in this step, for their alarms */
	size_t n_touched, cap_touched;

	/* alarms.c, acts.c */
	struct alarm_engine *alarms;
	struct alarm_watch *alarm_watch; /* alarm_watch.h; owned */
	struct alarm_live *alarm;
	size_t n_alarms;
	unsigned alarm_counts[ALARM_COUNTS];
	struct act **acts; /* being stored */
	size_t n_acts;
	uint64_t last_act;
	struct acted *acted; /* a ring: who did what last */
	uint64_t n_acted;
	struct suppress *suppress;
	uint64_t row_seq;    /* rows of the alarm list ever told */
	uint64_t last_epoch; /* unique over restarts */

	/* drivers.c */
	struct device_live *devices;
	uint32_t *def_device; /* of the devices of def: their places in devices */
	size_t n_devices;
	struct driver_live *drivers;
	size_t n_drivers;
	uint64_t last_read;
	uint32_t restarts;
	struct driver_sample_batch *samples; /* scratch */

	/* vitals.c */
	struct heap heartbeats; /* by device: when its next one is overdue */

	/* substitute.c */
	struct substitution **substitutions;
	size_t n_substitutions;
	struct substituting **substituting; /* being recorded */
	size_t n_substituting;
	uint64_t last_substituting;

	/* writes.c */
	struct write_host host;
	struct write_gate *gate;

	/* sessions.c, queries.c */
	struct session **sessions;
	size_t n_sessions;
	struct session *chosen[SESSIONS_MAX]; /* scratch: receivers of the same bytes */

	/* sign_in.c, proofs.c, accounts.c */
	struct identity *identity; /* identity_int.h; owned */

	/* watches.c */
	struct watch **watches;
	size_t n_watches;
	struct comer comers[COMERS];
	struct bucket strangers; /* records about peers that are not admitted */
	struct explain *explains;
	size_t n_explains;
	uint64_t last_explain;
	uint32_t lookups; /* of all sessions, also of those that went since */
	uint32_t reloads; /* that sessions asked for and that run or wait */

	/* handover.c */
	struct shift **shifts; /* owned */
	size_t n_shifts;
	uint64_t last_shift;
	int64_t last_shift_s; /* of the name of the last one */

	/* system.c */
	uint32_t system_tag[SYSTEM_TAG_COUNT];

	/* trends.c */
	struct trend_place *pens;
	size_t n_pens, n_pens_shown, pens_left_out;
	struct wire_trend_data *trend_data; /* scratch; NULL before it is needed */

	/* outside.c */
	uint32_t *outside; /* tags that show another value since a moment */
	size_t n_outside;
	struct outside_told *outside_says; /* scratch; NULL before it is needed */
	struct bucket outside_told;
	struct mono outside_hold; /* nothing is told before */

	struct notifier notifier; /* notify.h */
	uint64_t screens_revision;
};

/* --- actions.c --- */
/* A cleared action of that kind at the end of the list; bytes keep their memory. */
struct action *station_emit(struct station *s, enum action_kind kind);
void station_log(struct station *s, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Frames to one session, if it still listens. */
void station_send(struct station *s, struct session *to, const struct strbuf *frames);
/* The same frames to n sessions (at most SESSIONS_MAX) that still listen. */
void station_send_each(struct station *s, struct session *const *to, size_t n,
		       const struct strbuf *frames);
void station_reply(struct station *s, struct session *to, uint32_t req,
		   enum wire_status status, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
void station_row(struct station *s, struct session *to, uint32_t req,
		 const char *const *fields, size_t n);

/* --- records.c --- */
/* Fills in times, boot and configuration and adds the record. */
void station_audit(struct station *s, struct txn *t, struct audit_record *r);
/* Who it was: uid, name, roles, session, from where. NULL = the system. */
void station_describe(struct audit_record *r, const struct session *who);
/* A record of its own that nobody waits for. session NULL = the system. */
void station_note(struct station *s, const struct session *who, enum audit_kind kind,
		  const char *subject, const char *result, const char *detail);
/* As note, AUDIT_REFUSED, rate-limited. area may be NULL. */
void station_note_refusal(struct station *s, struct session *who, const char *subject,
			  const char *area, const char *detail);
void station_refused_record(struct station *s, struct session *who,
			    struct audit_record *r);
/* Takes t. keep: store it later when it fails now. */
void station_commit(struct station *s, struct txn *t, bool keep, stored_fn fn,
		    uint32_t what, uint64_t id);
/* Where process transitions of this step are gathered. */
struct txn *station_batch(struct station *s);
void station_flush_batch(struct station *s);
void station_committed(struct station *s, const struct event *ev);
/* The store's reserve journal. */
void station_reserve(struct station *s, const struct event *ev);
/* As the beat has it: enum wire_recording. */
uint8_t station_recording(const struct station *s);
void station_recording_tags(struct station *s);
void station_records_tick(struct station *s);
struct mono station_records_deadline(const struct station *s);
void station_records_release(struct station *s);
/* True when it may happen again: per second, in bursts. */
bool bucket_take(struct bucket *b, struct mono now, int per_second, int burst);

/* --- sealing.c --- */
void sealing_start(struct station *s, const struct store_snapshot *snapshot);
void sealing_started(struct station *s);
void sealing_apply(struct station *s);    /* after a definition was applied */
void sealing_recorded(struct station *s); /* a record was made */
/* t holds an intent for a tag of class critical: a checkpoint goes with it. */
void sealing_before_write(struct station *s, struct txn *t);
void sealing_stop(struct station *s);
void sealing_echo(struct station *s, const struct sample *sample);
void sealing_record(struct station *s, const struct event *ev);
void sealing_checked(struct station *s, const struct event *ev);
void sealing_head(struct station *s, uint64_t head);
void sealing_beat(const struct station *s, struct wire_beat *b);
uint64_t sealing_not_anchored(const struct station *s);
void sealing_tags(struct station *s);
void sealing_tick(struct station *s);
struct mono sealing_deadline(const struct station *s);
void sealing_status(struct station *s, struct session *who, uint32_t req);
struct message;
bool sealing_refuses(const struct station *s, const struct message *m,
		     struct strbuf *why);
void station_statement(struct station *s, struct txn *t, const struct session *who,
		       enum audit_kind kind, const char *reason, const char *detail);
void query_seal(struct station *s, struct session *who, const struct wire_request *m);
void query_sign(struct station *s, struct session *who, const struct wire_request *m);

/* --- apply.c, diff.c, levels.c --- */
const char *station_tag_name(const void *station, uint32_t tag); /* one that stands */
/* Makes def the station's: from nothing at start, or over the old one. */
void station_apply(struct station *s, struct station_def *def);
uint32_t station_device_find(const struct station *s, const char *name); /* NO_DEVICE */
bool station_order_expressions(struct station *s);
void station_tags_release(struct station *s);

/* What a definition changes, row by row: sign "+", "-" or "~". */
typedef void (*diff_fn)(void *arg, const char *sign, const char *kind, const char *name,
			const char *text);
void station_diff(const struct station_def *was, const struct station_def *is, diff_fn fn,
		  void *arg);
bool device_def_same(const struct device_def *a, const struct device_def *b);
/* The values of one are those of the other: at most the time between two differs. */
bool device_source_same(const struct device_def *a, const struct device_def *b);
/* drivers_part: only what the driver is told of it. */
bool tag_def_same(const struct station_def *da, const struct tag_def *a,
		  const struct station_def *db, const struct tag_def *b);
bool tag_def_same_for_driver(const struct tag_def *a, const struct tag_def *b);
/* On the same device: the same value. */
bool tag_source_same(const struct tag_def *a, const struct tag_def *b);
bool alarm_def_same(const struct alarm_def *a, const struct alarm_def *b);

/* --- values.c --- */
void station_set(struct station *s, uint32_t tag, const struct sample *sample);
void station_set_value(struct station *s, uint32_t tag, struct value v);
void station_set_quality(struct station *s, uint32_t tag, quality q);
void station_pend(struct station *s, uint32_t tag); /* evaluate its expression */
/* Carries all changes through expressions, alarms and views. */
void station_propagate(struct station *s);
const struct sample *station_sample(void *station, uint32_t tag); /* an expr_get */
/* Everything that hangs on the tag is judged anew: after a reload. */
void station_rejudge(struct station *s, uint32_t tag);

/* --- station.c --- */
/* What time alone does to tags and alarms: all of it that a replay of recorded values has
 * to see. Nothing of drivers, writes and sessions. */
void station_process_tick(struct station *s);
struct mono station_process_deadline(const struct station *s);

/* --- control.c --- */

void control_apply(struct station *s); /* other files run */
const char *control_vouched(const struct station *s);
void query_config(struct station *s, struct session *who, const struct wire_request *m);

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
/* Everything of it is lost: devices, tags, writes. why: "ended by signal 9". */
void drivers_lost(struct station *s, uint32_t driver, const char *why);
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
void query_substituted(struct station *s, struct session *who,
		       const struct wire_request *m);

/* --- people.c, overrides.c --- */
bool session_place(struct station *s, struct session *who, const uint8_t *p, size_t n);
void query_people(struct station *s, struct session *who, const struct wire_request *m);
void query_overrides(struct station *s, struct session *who,
		     const struct wire_request *m);

/* --- recipes.c --- */
void query_recipes(struct station *s, struct session *who, const struct wire_request *m);

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

/* --- writes.c --- */
void station_writes_open(struct station *s, const struct store_snapshot *snapshot);
struct write_party station_party(const struct session *who);
void query_approvals(struct station *s, struct session *who,
		     const struct wire_request *m);
/* What waits for somebody like him: when he comes, or gets rights. */
void station_tell_approvals(struct station *s, const struct session *who);

/* --- sessions.c --- */
struct session *session_find(const struct station *s, uint64_t id); /* not closing */
void sessions_open(struct station *s, const struct event *ev);
void sessions_closed(struct station *s, const struct event *ev);
void sessions_queue(struct station *s, const struct event *ev);
void sessions_hello(struct station *s, struct session *who, const struct wire_hello *m);
/* Says why, closes, frees what it held. */
void session_goodbye(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, and it is not to come back by itself. */
void session_dismiss(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void sessions_tick(struct station *s);
void sessions_beat(struct station *s);
struct mono sessions_deadline(const struct station *s);
/* After a reload: grants anew; who is no longer admitted goes. */
void sessions_regrant(struct station *s);
void sessions_broadcast(struct station *s, const struct strbuf *frames);
void sessions_release(struct station *s);
/* comers.c: the records of a session's beginning and end. */
void station_note_coming(struct station *s, struct session *who);
void station_note_going(struct station *s, const struct session *who, const char *why);
void sessions_sweep(struct station *s); /* frees those that are closing */

/* --- session_life.c --- */
/* The rights of its person, now or anew; they count unless it rests. */
void session_granted(struct session *who, const struct access_grant *grant);
/* Its person has just been proven, by the kernel or by a password: it acts if it may. */
void session_proven(struct station *s, struct session *who);
/* It has just been greeted: WHO, and the notice of use. */
void session_begins(struct station *s, struct session *who);
/* Nobody but the person that name may have more sessions that act; else why not. */
bool session_person_fits(struct station *s, const struct session *who, const char *name,
			 struct strbuf *why);
/* Somebody was at it then. */
void session_active(struct session *who, struct mono at);
/* It only looks, or is locked, from now on; what it has selected is void. */
void session_fall_idle(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void session_lock(struct station *s, struct session *who, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Why a session that rests may do nothing. */
void session_explain_rest(const struct session *who, struct strbuf *why);
/* WHO, after anything of it changed. */
void session_tell_who(struct station *s, struct session *who);
void query_lock(struct station *s, struct session *who, const struct wire_request *m);
void query_accept(struct station *s, struct session *who, const struct wire_request *m);
void query_terminate(struct station *s, struct session *who,
		     const struct wire_request *m);
/* Each session that could act, or could a while ago. */
void sessions_lock_all(struct station *s, const char *why);
void sessions_life_tick(struct station *s);
struct mono session_life_deadline(const struct station *s, const struct session *who);

/* --- handover.c --- */
bool on_handover(struct station *s, struct session *who, const uint8_t *p, size_t n);
/* An answer it has asked for itself; false: somebody else's. */
bool handover_answered(struct station *s, const struct event *ev);
void handover_session_gone(struct station *s, uint64_t session);
void handovers_tick(struct station *s);
struct mono handovers_deadline(const struct station *s);
void handovers_release(struct station *s);

/* session_values.c */
void session_subscribe(struct station *s, struct session *who,
		       const struct wire_subscribe *m);
void session_unsubscribe(struct station *s, struct session *who, uint32_t view);
void session_values_release(struct station *s, struct session *who);
void station_wire_value(const struct station *s, uint32_t tag, struct wire_value *v);
void station_tag_info(const struct station *s, uint32_t tag, const char *asked,
		      struct wire_tag_info *info);

/* watches.c */
/* Sorts tags, which stay the caller's; the watch is the station's. */
struct watch *watch_join(struct station *s, struct session *who, uint32_t *tags,
			 uint32_t n);
void watch_leave(struct station *s, struct session *who, struct watch *w);
void watch_touch(struct station *s, uint32_t tag); /* for all who look at it */
/* Every value of it: at once, or when the session has caught up. */
void watch_tell_all(struct station *s, struct session *who, struct watch *w);
void watches_caught_up(struct station *s, struct session *who);
void watches_tick(struct station *s);
struct mono watches_deadline(const struct station *s);
void watches_release(struct station *s);

/* trends.c */
/* After a definition or screens were applied: which tags' past is kept. */
void trends_apply(struct station *s);
/* A pen (tag_rare.pen) was given a sample; or changed without one. */
void trends_sample(struct station *s, uint32_t tag);
void trends_changed(struct station *s, uint32_t tag);
void trends_release(struct station *s);
bool query_trend(struct station *s, struct session *who, const uint8_t *p, size_t n);

/* session_alarms.c */
void session_alarms_start(struct station *s, struct session *who);
void session_alarms_queue(struct station *s, struct session *who);
void station_tell_alarm(struct station *s, uint32_t alarm); /* one row to all */
void station_sync_alarms(struct station *s);

/* --- messages.c --- */
struct message {
	uint16_t type; /* enum wire_type */
	const char *name;
	enum right right; /* asked for without an area; handlers ask for theirs */
	bool acts;        /* rate-limited, and its refusal is recorded */
	uint8_t states;   /* of a session in which it is heard: bit per session_state */
	/* exactly one of the two */
	void (*request)(struct station *s, struct session *who,
			const struct wire_request *m);
	bool (*raw)(struct station *s, struct session *who, const uint8_t *payload,
		    size_t n); /* false: malformed */
};
extern const struct message station_messages[]; /* ends with type 0 */
const struct message *station_message(uint16_t type);
void station_frame(struct station *s, const struct event *ev);

/* --- queries.c, where.c, explain.c, screens.c, reload.c, system.c --- */
void query_get(struct station *s, struct session *who, const struct wire_request *m);
void query_tags(struct station *s, struct session *who, const struct wire_request *m);
/* A row of TAGS: name, type, unit, area, "writable" or "", description. */
void query_tag_row(struct station *s, struct session *who, uint32_t req,
		   const struct tag_def *d);
/* TAGS with num 2: the tags that fit what was typed (find_tags.c). */
void query_find_tags(struct station *s, struct session *who,
		     const struct wire_request *m);
void query_status(struct station *s, struct session *who, const struct wire_request *m);
void query_where(struct station *s, struct session *who, const struct wire_request *m);
void query_explain(struct station *s, struct session *who, const struct wire_request *m);
void query_in_doubt(struct station *s, struct session *who, const struct wire_request *m);
void query_answered(struct station *s, const struct event *ev);
bool query_audit_search(struct station *s, struct session *who, const uint8_t *p,
			size_t n);
bool query_journal(struct station *s, struct session *who, const uint8_t *p, size_t n);
bool query_report(struct station *s, struct session *who, const uint8_t *p, size_t n);
/* Few look-ups may wait, of a session and of all; else it is refused. */
bool query_may_look_up(struct station *s, struct session *who, uint32_t req);
void query_audit(struct station *s, struct session *who, const struct wire_request *m);
void query_backup(struct station *s, struct session *who, const struct wire_request *m);
void query_reload(struct station *s, struct session *who, const struct wire_request *m);
void query_screens(struct station *s, struct session *who, const struct wire_request *m);
void query_screen_get(struct station *s, struct session *who,
		      const struct wire_request *m);
/* Replies "there is no tag named ..." and returns TAG_NONE when absent. */
uint32_t query_tag(struct station *s, struct session *who, const struct wire_request *m);
uint32_t query_tag_named(struct station *s, struct session *who, uint32_t req,
			 const char *name);
void explain_result(struct station *s, uint32_t driver,
		    const struct driver_explain_result *m);
void explains_tick(struct station *s);
struct mono explains_deadline(const struct station *s);
void station_reloaded(struct station *s, const struct event *ev);
/* A NOTICE to every session with the right engineer; but may be NULL. */
void station_tell_engineers(struct station *s, const struct session *but, bool refused,
			    const char *text);
void station_screens(struct station *s, const struct event *ev);
/* A file with a mistake gives way to its older version that had none. */
void station_keep_screens(struct station *s, struct station_file *files, size_t n);
void station_tell_kept(struct station *s, struct session *who);
void system_measured(struct station *s, const struct event *ev);
void system_find(struct station *s);  /* after apply: where its tags are */
void system_count(struct station *s); /* what the station itself knows */
void system_set_bool(struct station *s, uint32_t tag, bool v);
void system_set_int(struct station *s, uint32_t tag, int64_t v);

#include "station/alarms_int.h"

#endif
