/*
 * station_int.h - inside of station/: the one object all parts work on, and what they
 * call of each other. Each part owns its fields; the comment names it. What belongs to
 * one side of it has a header of its own, included at the end: alarms, drivers, queries,
 * sessions.
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
/* The same of a key: no copy of it is left behind. frames stay the caller's to wipe. */
void station_send_secret(struct station *s, struct session *to,
			 const struct strbuf *frames);
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
void sealing_tags(struct station *s);
void sealing_tick(struct station *s);
struct mono sealing_deadline(const struct station *s);
void sealing_status(struct station *s, struct session *who, uint32_t req);
struct message;
bool sealing_refuses(const struct station *s, const struct message *m,
		     struct strbuf *why);
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
bool tag_def_same(const struct station_def *da, const struct tag_def *a,
		  const struct station_def *db, const struct tag_def *b);
/* Of what its driver is told of it. */
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

/* --- reload.c, screens.c --- */
void station_reloaded(struct station *s, const struct event *ev);
/* A NOTICE to every session with the right engineer; but may be NULL. */
void station_tell_engineers(struct station *s, const struct session *but, bool refused,
			    const char *text);
void station_screens(struct station *s, const struct event *ev);
/* A file with a mistake gives way to its older version that had none. */
void station_keep_screens(struct station *s, struct station_file *files, size_t n);
void station_tell_kept(struct station *s, struct session *who);

/* --- system.c --- */
void system_measured(struct station *s, const struct event *ev);
void system_find(struct station *s);  /* after apply: where its tags are */
void system_count(struct station *s); /* what the station itself knows */
void system_set_bool(struct station *s, uint32_t tag, bool v);
void system_set_int(struct station *s, uint32_t tag, int64_t v);

/* --- writes.c --- */
void station_writes_open(struct station *s, const struct store_snapshot *snapshot);
struct write_party station_party(const struct session *who);
void query_approvals(struct station *s, struct session *who,
		     const struct wire_request *m);
/* What waits for somebody like him: when he comes, or gets rights. */
void station_tell_approvals(struct station *s, const struct session *who);

/* --- trends.c --- */
/* After a definition or screens were applied: which tags' past is kept. */
void trends_apply(struct station *s);
/* A pen (tag_rare.pen) was given a sample; or changed without one. */
void trends_sample(struct station *s, uint32_t tag);
void trends_changed(struct station *s, uint32_t tag);
void trends_release(struct station *s);
bool query_trend(struct station *s, struct session *who, const uint8_t *p, size_t n);

#include "station/alarms_int.h"
#include "station/drivers_int.h"
#include "station/queries_int.h"
#include "station/sessions_int.h"

#endif
