/*
 * gate.h - the one gate through which every operator write goes (design 7.1).
 *
 *   select  checks -> token bound to session, tag, definition, old and new value; 15 s
 *   confirm what was shown is typed where the tag asks for it; everything again, and the
 *           old value must not have moved
 *   approve where the tag asks for it, another person on another session sees the same
 *           text and says yes within 60 s; then everything again
 *   intent  stored durably, or nothing is sent
 *   send    once, with a deadline; checked a last time right before
 *   outcome accepted, refused, not sent (provably), or unknown; stored, then shown
 *   read-back  a fresh read until it matches or the tag's time is over
 *
 * There is no queue, no retry and no replay: a write_op reaches WRITE_SENT exactly once,
 * from the answer to its own intent, and nothing that was stored can become a write_op.
 * What is not known to have ended stays on the in-doubt list until a person settles it.
 *
 * Pure: time is an argument, effects leave through struct write_host, which must not
 * call back into the gate. Main loop only.
 */
#ifndef SG_WRITE_GATE_H
#define SG_WRITE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "access/access.h"
#include "audit/record.h"
#include "audit/txn.h"
#include "driver/proto.h"
#include "tag/def.h"
#include "tag/sample.h"
#include "util/clock.h"
#include "wire/approval.h"
#include "wire/msg.h"
#include "write/record.h"

struct expr;
struct strbuf;
struct write_gate;

enum {
	WRITE_SELECT_MS = 15000,
	WRITE_APPROVE_MS = 60000,  /* from confirm: for the second person; a set's
				      lines give him more (change_set.h) */
	WRITE_SEND_MS = 2000,      /* from confirm or approval: no byte may leave later */
	WRITE_ANSWER_MS = 5000,    /* from sending: then the outcome is unknown */
	WRITE_READ_MS = 1000,      /* one read of a read-back */
	WRITE_READ_EVERY_MS = 250, /* between two of them */
	WRITE_UNKNOWN_READ_MS = 3000, /* at least so long after an unknown outcome */
	WRITE_REPLAYS_MAX = 4,
	WRITE_FINISHED_MAX = 64 /* ended writes kept to answer replayed confirms */
};

/* A person at a session, as the kernel and access.cfg know them. */
struct write_party {
	uint64_t session;
	uint32_t uid;
	const char *actor; /* passwd name */
	const char *name;  /* operator's name */
	const char *roles;
	const char *from; /* terminal, peer */
	const struct access_grant *grant;
};

/* What can be written: a tag with what guards it. */
struct write_point {
	uint32_t tag;      /* index */
	uint32_t revision; /* of its definition: another one voids selects */
	uint32_t device;   /* one outstanding write each */
	uint32_t driver;
	const char *device_name;
	const struct tag_def *def;
	const struct expr *permissive; /* NULL = none; operands bound to tag indexes */
};

/* What a transaction handed to commit() was for; 0 needs no answer. */
enum write_commit {
	WRITE_COMMIT_NOTE,
	WRITE_COMMIT_INTENT,
	WRITE_COMMIT_OUTCOME,
	WRITE_COMMIT_VERDICT,
	WRITE_COMMIT_SETTLE
};

/* What a second person said yes to that is no write: a value by hand in the place of the
 * tag's own. Everything borrowed. */
struct write_grant {
	uint64_t session; /* who asked, in his request req */
	uint32_t req;
	const char *tag, *reason;
	const struct value *value;
	const char *approver;
};

struct write_host {
	void *arg;
	/* NULL when there is no such tag. Borrowed until the next reload. */
	const struct write_point *(*find)(void *arg, const char *tag);
	const struct write_point *(*at)(void *arg, uint32_t tag);
	const struct sample *(*sample)(void *arg, uint32_t tag);
	/* May a command or a read go to the tag's device now? Else why not. */
	bool (*reachable)(void *arg, const struct write_point *p, struct strbuf *why);
	bool (*recording)(void *arg); /* does the store take records? */
	/* May this number be written, as far as others depend on it (limits of alarms)?
	 * Else why not. NULL = nobody depends on anything. */
	bool (*suits)(void *arg, const struct write_point *p, double v,
		      struct strbuf *why);
	/* The device took the value, or may have: records what that changes for others.
	 * r describes the write and is the callee's to change. NULL = nothing. */
	void (*changes)(void *arg, struct txn *t, const struct write_point *p,
			struct audit_record *r, struct now now);

	struct txn *(*txn)(void *arg, bool urgent);
	/* Adds the record to t after filling in times, boot, config and system actor. */
	void (*audit)(void *arg, struct txn *t, struct audit_record *r, struct now now);
	/* Takes t; the answer comes to write_gate_committed(what, id). */
	void (*commit)(void *arg, struct txn *t, enum write_commit what, uint64_t id);
	/* A refusal to record, rate-limited by the host (WR-27). */
	void (*refused)(void *arg, struct audit_record *r, struct now now);

	/* Once. Failure to hand it over comes to write_gate_not_handed(). */
	void (*send)(void *arg, const struct write_point *p, uint64_t request,
		     const struct value *v, struct mono deadline);
	/* Asks the device itself; answer to write_gate_read_result(). 0 = cannot now. */
	uint64_t (*read)(void *arg, uint32_t tag, struct mono deadline);

	/* The person of a session as he is now; false: nobody is there any more. */
	bool (*party)(void *arg, uint64_t session, struct write_party *out);
	/* Everybody who may approve in the area, but not the session and the person that
	 * ask: tells them the frames and adds their names, each where not NULL. */
	void (*approvers)(void *arg, const char *area, uint64_t session, const char *name,
			  const struct strbuf *frames, struct strbuf *names);
	/* It is to be judged again, and done. NULL = nothing is asked for that way. */
	void (*granted)(void *arg, const struct write_grant *grant);
	/* May one do without the second person in an emergency? NULL = no. */
	bool (*alone)(void *arg);
	void (*notice)(void *arg, const char *text); /* to everybody */

	void (*tell)(void *arg, uint64_t session, const struct strbuf *frames);
	void (*mark)(void *arg, uint32_t tag); /* its lease came or went */
	void (*doubts)(void *arg);             /* the in-doubt list changed */
};

/* host is borrowed and must outlive the gate. */
struct write_gate *write_gate_new(const struct write_host *host, uint64_t next_request,
				  struct now now);
void write_gate_free(struct write_gate *g);

/* --- what people do --- */
void write_gate_select(struct write_gate *g, const struct write_party *p,
		       const struct wire_select *m, struct now now);
/* A CONFIRM: token, what was typed, alone or not. */
void write_gate_confirm(struct write_gate *g, const struct write_party *p,
			const struct wire_request *m, struct now now);
/* An APPROVE: yes or no to what p was shown under this number. */
void write_gate_approve(struct write_gate *g, const struct write_party *p,
			const struct wire_request *m, struct now now);
/* party would put v, judged by the caller, in the place of the tag's value by hand: asks
 * the second person. host->granted() follows, or a REPLY to req that says why not. False:
 * it cannot be asked now; why says so. */
bool write_gate_ask_by_hand(struct write_gate *g, const struct write_party *party,
			    const struct write_point *p, const struct value *v,
			    const char *reason, uint32_t req, struct now now,
			    struct strbuf *why);
/* Who comes later hears of what waits for him. */
void write_gate_greet(struct write_gate *g, const struct write_party *p, struct now now);
void write_gate_cancel(struct write_gate *g, const struct write_party *p, uint32_t req,
		       uint64_t token, struct now now);
void write_gate_settle(struct write_gate *g, const struct write_party *p, uint32_t req,
		       uint64_t request, const char *note, struct now now);
/* Nobody acts there any more: what it has selected is void, and why. */
void write_gate_session_rests(struct write_gate *g, uint64_t session, const char *why,
			      struct now now);
/* Its select is freed; a write under way goes on, but an unsent one is dropped. */
void write_gate_session_closed(struct write_gate *g, uint64_t session, struct now now);

/* --- what the world answers --- */
void write_gate_committed(struct write_gate *g, enum write_commit what, uint64_t id,
			  bool ok, const char *why, struct now now);
/* The command did not go out whole. part: some of it did, and the host kills the driver.
 */
void write_gate_not_handed(struct write_gate *g, uint64_t request, bool part,
			   struct now now);
/* False when the command went to another driver: this one cannot know what became of it.
 */
bool write_gate_may_answer(struct write_gate *g, uint64_t request, uint32_t driver);
void write_gate_outcome(struct write_gate *g, uint64_t request, enum write_outcome o,
			const char *text, struct now now);
void write_gate_read_result(struct write_gate *g, uint64_t read, const struct sample *s,
			    const char *text, struct now now);
/* The tag's device spoke by itself; settles only what is unknown (MQTT). */
void write_gate_sample(struct write_gate *g, uint32_t tag, const struct sample *s,
		       struct now now);
/* Whatever it had in hand is unknown now, always. */
void write_gate_driver_gone(struct write_gate *g, uint32_t driver, const char *why,
			    struct now now);
/* A device answers (again): what is in doubt there is read. */
void write_gate_device_up(struct write_gate *g, uint32_t device, struct now now);
/* What is selected there is void and what was confirmed is not sent: the operator decided
 * on what the device showed before. */
void write_gate_device_restarted(struct write_gate *g, uint32_t device, struct now now);
/* A reload changes or removes the tag: its select is void, and it is not read back.
 * Before host->at() tells of the new one. */
void write_gate_tag_changed(struct write_gate *g, uint32_t tag, struct now now);
/* The server ends: nothing more is sent, what is out is unknown. */
void write_gate_stop(struct write_gate *g, struct now now);

void write_gate_tick(struct write_gate *g, struct now now);
struct mono write_gate_next_deadline(const struct write_gate *g); /* INT64_MAX: never */

bool write_gate_leased(const struct write_gate *g, uint32_t tag);
enum wire_lease write_gate_lease(const struct write_gate *g, uint32_t tag);
/* A command to the tag is on its way, or its device still has to show it. */
bool write_gate_in_hand(const struct write_gate *g, uint32_t tag);
/* A tag the session holds so; UINT32_MAX = none. */
uint32_t write_gate_held_by(const struct write_gate *g, uint64_t session);
/* Nothing selected and nothing under way. */
bool write_gate_idle(const struct write_gate *g);

/* Within it a value is the one that was written. */
double write_tolerance(const struct tag_def *def);

/* Bits of enum wire_wants: what a write of the point asks for; alone: the site allows
 * that in an emergency. */
unsigned write_wants(const struct write_point *p, bool alone);

/* --- what waits for a second person --- */
/* Walks them: *at is 0 before the first; false behind the last. why_not: why this person
 * may not answer it, "" when he may. */
bool write_gate_next_approval(const struct write_gate *g, size_t *at,
			      const struct write_party *p, struct now now,
			      struct wire_approval *m, struct strbuf *why_not);

/* The lines of one, as frames; nothing where it has none, or does not wait. */
void write_gate_put_approval_lines(const struct write_gate *g, uint64_t approval,
				   struct strbuf *frames);

/* --- what is in doubt --- */
struct write_doubt {
	uint64_t request;
	struct write_record record;
	char outcome[64];  /* "unknown (restart)" */
	char text[768];    /* the sentence, with what a read has shown since */
	uint64_t read;     /* under way; 0 = none */
	bool wants_read;   /* when its device is reachable again */
	uint64_t settling; /* session that settles it; 0 = nobody */
	uint32_t settle_req;
};

/* From the store, before anything else: an intent whose outcome is not known. */
void write_gate_restore(struct write_gate *g, const struct stored_write *w,
			struct now now);
/* Before write_gate_restore, the oldest first: a write of before, settled or not. It
 * counts for min_interval_s, max_change and max_step as if it had been sent here. */
void write_gate_recall(struct write_gate *g, const struct stored_write *w,
		       struct now now);
size_t write_gate_doubt_count(const struct write_gate *g);
const struct write_doubt *write_gate_doubt(const struct write_gate *g, size_t i);

#endif
