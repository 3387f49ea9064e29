/*
 * station.h - tags, expressions, alarms, writes and sessions as one pure machine.
 *
 *   station_step(station, event, now, actions)
 *
 * No I/O, no thread, no clock: events go in with the time, actions come out, and the
 * shell (server/) or the seeded scheduler (tests/sim) carries them. At equal times
 * due timers run before the event. The same station runs under backtest and replay.
 */
#ifndef SG_STATION_STATION_H
#define SG_STATION_STATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/record.h"
#include "audit/txn.h"
#include "station/def.h"
#include "station/system_tags.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/strbuf.h"

struct hash_job;
struct station;

enum {
	/* Session output (design 7.2): above HIGH no VALUES are sent, newest wins on the
	 * way down; above HARD the alarm log is dropped and begins again with a new
	 * epoch; above HIGH for AGE_MS the client is cut with a reason. */
	SESSION_HIGH = 64 * 1024,
	SESSION_HARD = 512 * 1024,
	SESSION_AGE_MS = 10000,
	SESSIONS_MAX = 200,
	SESSIONS_TO_ACT = 20, /* the last of them: for who may do more than look */
	SESSIONS_PER_UID = 50,
	SESSION_VALUES_MS = 15, /* values are sent no oftener, newest-wins */
	SESSION_SETTLE_MS = 2,  /* what came together leaves together */
	CREDIT_WINDOW = 16384   /* samples granted to a driver ahead */
};

enum event_kind {
	EV_TIME,           /* nothing happened: only let due timers run */
	EV_DRIVER_STARTED, /* a process for ACT_DRIVER_START runs */
	EV_DRIVER_RECORD,  /* one whole record of it (driver/proto.h) */
	EV_DRIVER_SENT,    /* what became of an ACT_DRIVER_SEND with want_result */
	EV_DRIVER_EXITED,  /* gone, or could not be started */
	EV_COMMITTED,      /* tickets in order */
	EV_RECORD,         /* what the record is worth, and its newest anchor */
	EV_CHECKED,        /* the whole record was read again */
	EV_RESERVE,        /* the store's reserve journal took over, or was merged */
	EV_SESSION_OPEN,
	EV_SESSION_FRAME,
	EV_SESSION_QUEUE, /* its unsent bytes changed mark */
	EV_SESSION_CLOSED,
	EV_SYSTEM,   /* a system tag was measured */
	EV_RELOADED, /* a new definition, or the diagnostics of a broken one */
	EV_SCREENS,  /* screen files changed on disk */
	/* the shell's answer to ACT_AUDIT_LIST, ACT_JOURNAL, ACT_REPORT, ACT_BACKUP */
	EV_ANSWER,
	EV_HASHED,     /* a job of ACT_HASH is done */
	EV_CLOCK_STEP, /* wall clock moved against the monotonic one */
	EV_SLEPT,      /* the machine was suspended: nothing ran meanwhile */
	EV_STOP        /* SIGTERM: say goodbye, record it; stopped when committed */
};

enum driver_sent { DRIVER_SENT_ALL, DRIVER_SENT_NOTHING, DRIVER_SENT_PART };

struct event {
	enum event_kind kind;
	union {
		struct {
			uint32_t driver, instance;
			char why[256]; /* EXITED: in words */
		} driver;
		struct {
			uint32_t driver, instance;
			const uint8_t
				*bytes; /* the whole record with its header; borrowed */
			size_t len;
		} record;
		struct {
			uint32_t driver, instance;
			uint64_t mark; /* as in the action */
			enum driver_sent result;
		} sent;
		struct {
			uint64_t ticket;
			bool ok;
			uint64_t head; /* number of the newest record; 0 = not known */
			char why[256];
			struct txn *back; /* not ok: the same again, taken; NULL when
					     the carrier cannot hand it back */
		} committed;
		struct {
			bool there;       /* there is one */
			bool in_use;      /* records go to it */
			uint64_t rows;    /* in it */
			unsigned percent; /* of it that is used */
			char why[256];    /* in use: what is wrong with station.db */
		} reserve;
		struct {
			uint64_t session; /* never used again */
			uint32_t uid, pid;
			char unix_user[64]; /* passwd name, or "uid-1234" */
		} open;
		struct {
			uint64_t session;
			uint16_t type;          /* enum wire_type */
			const uint8_t *payload; /* borrowed */
			size_t len;
		} frame;
		struct {
			uint64_t session;
			size_t queued; /* bytes */
			char why[128]; /* CLOSED */
		} session;
		struct {
			enum system_tag tag;
			struct value value; /* number or bool */
		} system;
		struct {
			uint64_t session; /* 0 = SIGHUP */
			uint32_t req;
			bool dry_run;
			struct station_def *def;       /* taken; NULL when broken */
			const struct diag_list *diags; /* borrowed */
		} reloaded;
		struct {
			struct station_file *files; /* taken, with n */
			size_t n;
		} screens;
		struct {
			uint64_t session;
			uint32_t req;
			const struct strbuf
				*frames; /* ROWs and REPLY, ready made; borrowed */
			bool secret;     /* a key is in them */
		} answer;
		struct {
			struct hash_job *job; /* the carrier's, who wipes it */
		} hashed;
		struct {
			int64_t step_ms; /* SLEPT: how long it slept */
			bool synced;
		} clock;
		const struct record_state *record_state; /* RECORD; borrowed */
		struct {
			bool good;
			char text[256];
		} checked;
	} u;
};

enum action_kind {
	ACT_DRIVER_START, /* run sightglass-NAME; answer STARTED or EXITED */
	ACT_DRIVER_SEND,  /* bytes at once; want_result: tell what left */
	ACT_DRIVER_KILL,  /* SIGKILL; answer EXITED */
	ACT_COMMIT,
	ACT_SESSION_SEND,
	ACT_SESSIONS_SEND, /* the same bytes to each of sessions */
	ACT_SESSION_CLOSE, /* after what was sent has left, or 1 s */
	ACT_RELOAD,        /* load the files off the loop; answer RELOADED */
	ACT_AUDIT_LIST,    /* read audit records; answer ANSWER */
	ACT_AUDIT_SEARCH,  /* search them as bytes (AUDIT_SEARCH) say; answer ANSWER */
	ACT_JOURNAL, /* search the journal as bytes (wire_journal) say; answer ANSWER */
	/* figures of the alarm system as bytes (a REPORT frame) say; name: areas, a line
	 * each, "+" or "-" before it; answer ANSWER */
	ACT_REPORT,
	ACT_BACKUP,
	ACT_SEAL_KEY,     /* num: 0 shows it, 1 wipes it; answer ANSWER */
	ACT_ANCHOR_CHECK, /* name: an anchor, bytes: where it was; answer RECORD */
	ACT_SYSLOG,       /* name: where, num: facility, num2: severity, bytes */
	ACT_NOTIFY, /* num: target of the definition, num2: severity; bytes: what to tell
		     */
	ACT_HASH,   /* run the job off the loop, one at a time; answer HASHED */
	ACT_LOG,
	ACT_STOPPED /* everything is recorded: the process may end */
};

struct action {
	enum action_kind kind;
	uint32_t driver, instance;
	uint64_t session;
	uint64_t *sessions; /* of SESSIONS_SEND; owned, its memory is kept */
	size_t n_sessions, cap_sessions;
	uint32_t req;
	uint64_t mark; /* of a driver send */
	bool want_result;
	bool dry_run;
	uint64_t num, num2; /* AUDIT_LIST: before, count */
	enum log_level level;
	char *name;            /* driver name, path, log text; owned */
	struct strbuf bytes;   /* owned */
	bool secret;           /* a key is in bytes: they are wiped */
	struct txn *txn;       /* owned: the carrier takes it */
	struct hash_job *hash; /* likewise */
};

/* A reusable list: actions_clear keeps the memory. */
struct actions {
	struct action *v;
	size_t n, cap;
};

void actions_clear(struct actions *a);
void actions_release(struct actions *a);

struct station_options {
	uint8_t boot_id[AUDIT_BOOT_ID_SIZE];
	const char *server;   /* "sightglassd 0.1.0"; borrowed for ever */
	bool has_service_uid; /* whose uid the server has may make the first admin */
	uint32_t service_uid;
	bool cheap_hashes; /* for tests only */
	bool has_pam;
	const char *file;  /* the station file as the server calls it; the same */
	const char *walls; /* what holds the server (wall/); the same; NULL = unknown */
};

/* def is taken, snapshot borrowed during the call. Intents without an outcome become
 * unknown (restart) in its first transaction. Emits the first actions (driver starts). */
struct station *station_new(struct station_def *def,
			    const struct store_snapshot *snapshot,
			    const struct station_options *options, struct now now,
			    struct actions *out);
void station_free(struct station *s);
void station_step(struct station *s, const struct event *ev, struct now now,
		  struct actions *out);
/* When the next EV_TIME is due; ns INT64_MAX = never. */
struct mono station_next_deadline(const struct station *s);

/* For tests and the shell's status. Borrowed. */
const struct station_def *station_current_def(const struct station *s);
struct tag_db;
const struct tag_db *station_tags(const struct station *s);

#endif
