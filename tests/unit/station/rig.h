/*
 * rig.h - a station on a bench: a fake clock, a store that obeys, drivers that answer at
 * once, sessions whose frames are kept. Everything happens in rig_step(); nothing runs
 * by itself but what the flags below say.
 */
#ifndef SG_TESTS_RIG_H
#define SG_TESTS_RIG_H

#include "support/test.h"

#include "access/hash_job.h"
#include "driver/proto.h"
#include "station/station_int.h"
#include "unit/station/rig_def.h"
#include "write/gate_int.h"

struct rig_write {
	uint32_t driver;
	struct driver_write m;
	char text[VALUE_STRING_MAX + 1];
};

enum { RIG_SERVICE = 900 }; /* the uid the server has; no operator's */

enum { RIG_SESSIONS = 3000 };

struct rig {
	struct station *st;
	struct actions out;
	struct now now;

	/* the store */
	bool hold_commits; /* answers wait for rig_answer() */
	bool fail_commits;
	bool no_hand_back;
	struct txn **held;
	size_t n_held;
	struct txn **stored; /* committed, in order */
	size_t n_stored;

	/* the drivers */
	bool mute_drivers; /* take records, answer nothing */
	bool mute_writes;  /* take commands, answer nothing */
	bool mute_reads;
	bool updates;          /* they say DRIVER_CAN_UPDATE; true */
	enum driver_sent sent; /* what becomes of a command on its way */
	enum write_outcome outcome;
	const char *outcome_text;
	double shown; /* what a read shows */
	quality shown_quality;
	bool shows_written; /* a read shows what was written last */
	struct rig_write *writes;
	size_t n_writes;
	size_t n_reads, n_configs, n_kills, n_starts, n_stops;
	uint64_t last_read; /* its number */
	uint32_t last_read_tag;
	uint32_t generation[8], instance[8];
	bool running[8];
	uint32_t credit;

	/* the sessions */
	const char *reason;                 /* of each SELECT; NULL = none */
	struct strbuf frames[RIG_SESSIONS]; /* by session number */
	bool closed[RIG_SESSIONS];
	uint64_t last_session;

	/* the pool */
	bool hold_hashes; /* jobs wait for rig_hashed() */
	struct hash_job **hashes;
	size_t n_waiting;
	size_t n_hashes; /* ever asked for */

	/* what the shell was asked */
	size_t n_reloads, n_audit_lists, n_backups, n_searches;
	uint64_t search_by;   /* who asked for the last one */
	struct strbuf search; /* the last one, as bytes */
	size_t n_sealings;    /* the seal's key shown or wiped, anchors checked or sent */
	size_t n_reports;
	struct strbuf report, report_areas;
	struct strbuf log;
	struct strbuf told; /* what ACT_NOTIFY said, one after the other */
	size_t n_told;
	bool stopped;
};

void rig_init(struct rig *r);
/* The same, with what an earlier process stored. */
void rig_init_from(struct rig *r, struct station_def *def,
		   const struct store_snapshot *snapshot);
void rig_release(struct rig *r);
/* A rig of its own for each test, as *state. */
int rig_setup(void **state);
int rig_setup_plant(void **state); /* the same, and its values are there */
int rig_teardown(void **state);
#define RIG_TEST(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)
void rig_step(struct rig *r, const struct event *ev);
/* Time passes; timers run when they are due. */
void rig_wait(struct rig *r, int64_t ms);
/* Answers the oldest transaction that is held. */
void rig_answer(struct rig *r, bool ok);
void rig_answer_all(struct rig *r, bool ok);

/* The oldest job of the pool is done; false when none waits. */
bool rig_hashed(struct rig *r);

uint32_t rig_tag(const struct rig *r, const char *name);
const struct sample *rig_value(const struct rig *r, const char *name);
/* As its driver would send it. */
void rig_sample(struct rig *r, const char *tag, struct value v, quality q);
void rig_number(struct rig *r, const char *tag, double v);
/* All device tags good: sp 40, auto true, level 2 ... */
void rig_plant(struct rig *r);
void rig_record(struct rig *r, uint32_t driver, const struct strbuf *record);
void rig_device(struct rig *r, const char *device, enum device_state state,
		const char *text);
void rig_outcome(struct rig *r, uint64_t request, enum write_outcome o, const char *text);
void rig_read_result(struct rig *r, const char *tag, uint64_t read, double v, quality q,
		     int64_t taken_ns);
void rig_driver_exits(struct rig *r, uint32_t driver, const char *why);
void rig_beats(struct rig *r); /* of all drivers */

/* Opens and greets; the session's number. */
uint64_t rig_open(struct rig *r, uint32_t uid);
uint64_t rig_open_only(struct rig *r, uint32_t uid);
void rig_close(struct rig *r, uint64_t session);
void rig_frame(struct rig *r, uint64_t session, const struct strbuf *frame);
void rig_request(struct rig *r, uint64_t session, enum wire_type type, uint32_t req,
		 uint64_t num, const char *text);
void rig_select(struct rig *r, uint64_t session, uint32_t req, const char *tag,
		struct value v);
void rig_ack(struct rig *r, uint64_t session, uint32_t req, const char *alarm,
	     uint64_t occurrence, uint64_t epoch, uint64_t version);
/* An act on the newest list the session has: number, epoch and version are filled in;
 * the reply so far. */
const char *rig_act(struct rig *r, uint64_t session, const char *alarm,
		    struct wire_alarm_act m);
/* Acts to give to it: any one; a timed shelf; of the occurrence that is shown. */
struct wire_alarm_act rig_act_of(enum alarm_event event, const char *text);
struct wire_alarm_act rig_act_shelve(int64_t ms);
struct wire_alarm_act rig_act_ack(const struct rig *r, uint64_t session,
				  const char *alarm);
/* A session that looks at the alarm list; the last row it was told of an alarm. */
uint64_t rig_watch(struct rig *r, uint32_t uid);
struct wire_alarm_row rig_row(const struct rig *r, uint64_t session, const char *alarm);
/* As the engine has it: index, flags. */
uint32_t rig_alarm(const struct rig *r, const char *alarm);
uint8_t rig_flags(const struct rig *r, const char *alarm);
/* Of system.alarms: waits until it is counted. */
int64_t rig_counted(struct rig *r, const char *what);
/* A second process on what the first one stored. To be freed with rig_stop(). */
struct rig *rig_restart(const struct rig *r, enum rig_change change);
void rig_stop(struct rig *r);
/* The alarms as a process would find them that starts now. To be released. */
struct store_snapshot rig_stored_alarms(const struct rig *r);
/* Journal rows of an alarm that were stored: how many; the last one of that event (any:
 * ALARM_E_COUNT) is given. Texts until the next call. */
struct alarm_journal;
size_t rig_journal(const struct rig *r, const char *alarm, enum alarm_event event,
		   struct alarm_journal *last);
/* Forgets what a session was told. */
void rig_forget(struct rig *r, uint64_t session);

/* The last frame of a type; false when there is none. Payload borrowed. */
bool rig_last(const struct rig *r, uint64_t session, enum wire_type type,
	      const uint8_t **payload, size_t *len);
size_t rig_count(const struct rig *r, uint64_t session, enum wire_type type);
/* Texts of the last such frame; "" when none came. */
const char *rig_reply(const struct rig *r, uint64_t session, uint32_t req,
		      enum wire_status *status);
const char *rig_goodbye(const struct rig *r, uint64_t session);
bool rig_done(const struct rig *r, uint64_t session, uint32_t req,
	      struct wire_write_done *m);
/* Selects; the token of the SELECTED answer, 0 when refused. */
uint64_t rig_token(struct rig *r, uint64_t session, const char *tag, struct value v);
/* The list a session was sent: the last row of an alarm and the sync. */
bool rig_alarm_row(const struct rig *r, uint64_t session, const char *alarm,
		   struct wire_alarm_row *row);
bool rig_sync(const struct rig *r, uint64_t session, struct wire_alarm_sync *m);

/* Committed audit records of a kind; the last one is given. Strings until the next call.
 */
size_t rig_audits(const struct rig *r, enum audit_kind kind, struct audit_record *last);
size_t rig_stored_ops(const struct rig *r, enum txn_kind kind);
/* Does the outcome that was stored last close its write? */
bool rig_outcome_settles(const struct rig *r);
void rig_reload(struct rig *r, enum rig_change change, bool dry_run, uint64_t session,
		uint32_t req);

/* CONFIRM with a token; its DONE; why a SELECT is refused (which it must be). */
void rig_confirm(struct rig *r, uint64_t session, uint32_t req, uint64_t token);
struct wire_write_done rig_settled(struct rig *r, uint64_t session, uint32_t req);
const char *rig_select_refusal(struct rig *r, uint64_t session, const char *tag,
			       struct value v);
/* So many bytes wait for the session unsent. */
void rig_queue(struct rig *r, uint64_t session, size_t bytes);
/* Request 77: 45 for a.sp; 3 in the place of a.level. */
void rig_put_select(struct strbuf *w);
void rig_put_substitute(struct strbuf *w);
#endif
