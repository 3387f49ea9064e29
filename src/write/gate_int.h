/*
 * gate_int.h - inside of write/: one operator write from select to verdict.
 *
 *   phase      leaves by                                     to
 *   SELECTED   confirm / cancel, expiry, reload, new select  INTENT, APPROVAL / FINISHED
 *   APPROVAL   a second person / cancel, expiry, reload      INTENT / FINISHED
 *   INTENT     the intent's commit                           SENT / OUTCOME / FINISHED
 *   SENT       outcome, driver gone, answer limit            OUTCOME
 *   OUTCOME    the outcome's commit                          READBACK / FINISHED
 *   READBACK   match, or its time is over                    VERDICT
 *   VERDICT    the verdict's commit                          FINISHED
 *
 * Each phase is entered once and in this order: that is why nothing is sent twice.
 */
#ifndef SG_WRITE_GATE_INT_H
#define SG_WRITE_GATE_INT_H

#include "tag/words.h"
#include "util/strbuf.h"
#include "write/gate.h"

enum write_phase {
	WRITE_SELECTED = 1,
	WRITE_APPROVAL,
	WRITE_INTENT,
	WRITE_SENT,
	WRITE_OUTCOME,
	WRITE_READBACK,
	WRITE_VERDICT,
	WRITE_FINISHED
};

struct write_who { /* a party that outlives its session */
	uint64_t session;
	uint32_t uid;
	char actor[64], name[64], roles[128], from[192];
};

struct write_text_value {
	struct value v; /* a string borrows text */
	char text[VALUE_STRING_MAX + 1];
};

struct write_op {
	enum write_phase phase;
	uint64_t token, request;
	uint32_t req, replays[WRITE_REPLAYS_MAX];
	unsigned n_replays;
	struct write_who who;
	bool session_gone, rests, stopping, restarted;

	uint32_t tag, revision, device, driver;
	char tag_name[TAG_NAME_MAX + 1], area[TAG_NAME_MAX + 1], unit[32];
	char device_name[DEVICE_NAME_MAX + 1], reason[256];
	int decimals;
	struct write_text_value old_value, new_value;
	quality old_quality;
	char words[TAG_WORDS_TEXT_MAX + 1]; /* of its values; "" = none */
	double scale, offset;               /* what its driver makes of a raw number */

	/* challenge.c, approve.c */
	unsigned wants; /* bits of enum wire_wants */
	char challenge[304];
	uint64_t approval; /* its number; 0 = nobody was asked */
	char offer[800];   /* the sentence that both of them see */
	struct write_who approver;
	bool alone; /* in an emergency */

	struct mono due;       /* of the phase; INT64_MAX = none */
	struct mono send_by;   /* no byte leaves later */
	struct mono sent_at;   /* handed over */
	struct mono answer_at; /* when the outcome came: a fresh read is newer */
	struct mono read_end;  /* of the read-back as a whole */
	/* what is read back, and what it should show: of a pulse, its feedback */
	bool no_read_back;
	uint32_t read_tag, read_revision;
	bool of_feedback; /* expected: of another tag; else the new value */
	double expected;
	char read_name[TAG_NAME_MAX + 1]; /* "" = the tag itself */
	int64_t read_ms;
	uint64_t read; /* under way */

	enum write_outcome outcome;
	enum write_verdict verdict;
	bool in_doubt;
	bool echoed;        /* the device's own value came by itself and matches */
	char text[768];     /* what the operator is told at the end */
	char seen[300];     /* last value or complaint of the read-back */
	bool seen_mismatch; /* seen is a value */

	struct write_set *set; /* whose line it is; NULL = written by itself, or over */
	size_t line;
	bool by_hand; /* no write: a substitution that is asked for */
	bool of_set;  /* it was one: the set says how it ended */
};

struct write_sent { /* for max_step, min_interval_ms and max_change */
	uint32_t tag;
	uint64_t request;
	struct mono at, answered;
	enum write_outcome outcome; /* unknown until it is known */
	bool has_from, has_to;
	double from; /* what it was before */
	double to;   /* what was commanded */
};

struct write_gate {
	const struct write_host *host;
	uint64_t next_request, last_token;
	struct write_op **ops; /* in order of their selects */
	size_t n_ops;
	size_t n_finished;
	bool stopping;           /* nothing new begins */
	struct write_sent *sent; /* in order */
	size_t n_sent;
	uint64_t last_approval;
	struct write_doubt *doubts;
	size_t n_doubts;
	struct write_set **sets; /* change_set.h; in order of their selects */
	size_t n_sets;
	struct strbuf frame, why; /* scratch */
};

/* gate.c */
struct write_op *write_op_new(struct write_gate *g);
struct write_op *write_op_by_token(struct write_gate *g, uint64_t token);
struct write_op *write_op_by_request(struct write_gate *g, uint64_t request);
/* The end of op: it stays as FINISHED for a while. Its lease is gone. */
void write_op_finish(struct write_gate *g, struct write_op *op);
/* The same, and everyone who asked is told WRITE_DONE. */
void write_op_end(struct write_gate *g, struct write_op *op);
void write_value_set(struct write_text_value *to, const struct value *v);

/* check.c */
enum write_moment { WRITE_AT_SELECT = 1, WRITE_AT_CONFIRM = 2, WRITE_AT_SEND = 4 };
/* All checks of the moment in order; on the first that fails why holds its sentence.
 * Brings op->new_value into the tag's type. grant may be NULL at send. */
bool write_check(struct write_gate *g, struct write_op *op, const struct write_point *p,
		 const struct access_grant *grant, enum write_moment moment,
		 struct now now, struct strbuf *why);
/* Another op that holds the tag, or NULL. */
const struct write_op *write_holder(const struct write_gate *g, uint32_t tag,
				    const struct write_op *but);
/* Another op whose command but's device has still to answer, or NULL. */
const struct write_op *write_in_hand(const struct write_gate *g,
				     const struct write_op *but);

/* rate.c */
void write_remember_sent(struct write_gate *g, const struct write_op *op, struct now now);
void write_remember_outcome(struct write_gate *g, const struct write_op *op,
			    struct now now);

/* What the tag may hold, as far as anybody knows: the value it showed, or where it has
 * shown none since, the one that was commanded last; after an unknown outcome both. */
struct write_base {
	size_t n; /* 0 = nobody knows */
	double v[2];
	bool commanded; /* not shown since */
};
struct write_base write_base_of(const struct write_gate *g, uint32_t tag,
				const struct sample *present);
bool write_interval_over(const struct write_gate *g, const struct write_op *op,
			 int64_t need_ms, struct now now, struct strbuf *why);
bool write_change_fits(const struct write_gate *g, const struct write_op *op,
		       const struct tag_def *def, const struct sample *present,
		       struct now now, struct strbuf *why);
/* "40.05 %": as exact as needed to see why. */
void write_add_exact(struct strbuf *out, double v, const char *unit);

/* challenge.c */
/* Once the op has its token and its values: what confirm will want. */
void write_set_challenge(struct write_gate *g, struct write_op *op,
			 const struct write_point *p);
unsigned write_digits_of(uint64_t token);
/* False with a sentence that can be gone on with. */
bool write_typed_as_shown(const char *shown, const char *typed, struct strbuf *why);
bool write_challenge_met(const struct write_op *op, const char *typed,
			 struct strbuf *why);
bool write_text_blank(const char *text);

/* approve.c */
/* How long it waits for its answer: longer where there is more to read. */
int64_t write_approve_ms(const struct write_op *op);
/* Over all that the second person is shown of it. */
uint64_t write_offer_seal(const struct write_op *op);
void write_ask_approval(struct write_gate *g, struct write_op *op, struct now now);
/* What waited ends without a command; why is told to both sides and recorded. */
void write_approval_over(struct write_gate *g, struct write_op *op,
			 enum wire_approval_state state, const char *why, struct now now);
bool write_may_go_alone(struct write_gate *g, const struct write_op *op,
			struct strbuf *why);
void write_go_alone(struct write_gate *g, struct write_op *op,
		    const struct write_point *p, struct now now);
void write_tell_approver(struct write_gate *g, const struct write_op *op);

/* select.c */
void write_who_set(struct write_who *w, const struct write_party *p);
/* What is written, and what it shows now. */
void write_remember_point(struct write_op *op, const struct write_point *p,
			  const struct sample *present);
/* A person looks at one thing at a time: a new select gives up the older one. */
void write_give_up_older(struct write_gate *g, uint64_t session, struct now now);
/* The select is void, recorded as given up; nobody is told but those who wait for an
 * approval. */
void write_op_void(struct write_gate *g, struct write_op *op, const char *why,
		   struct now now);

/* send.c */
void write_begin_intent(struct write_gate *g, struct write_op *op,
			const struct write_point *p, struct now now);
void write_intent_stored(struct write_gate *g, struct write_op *op, bool ok,
			 const char *why, struct now now);
void write_set_outcome(struct write_gate *g, struct write_op *op, enum write_outcome o,
		       const char *text, struct now now);
void write_outcome_stored(struct write_gate *g, struct write_op *op, bool ok,
			  const char *why, struct now now);

/* select.c: why it ends here, to everyone who confirmed it. */
void write_refuse_all(struct write_gate *g, struct write_op *op, const char *why,
		      struct now now);

/* readback.c */
/* Of the select: what will be read back. False: why not. */
bool write_plan_readback(struct write_gate *g, struct write_op *op,
			 const struct write_point *p, struct strbuf *why);
void write_begin_readback(struct write_gate *g, struct write_op *op, struct now now);
void write_readback_tick(struct write_gate *g, struct write_op *op, struct now now);
void write_end_readback(struct write_gate *g, struct write_op *op, struct now now);
void write_verdict_stored(struct write_gate *g, struct write_op *op, bool ok,
			  const char *why, struct now now);
bool write_matches(const struct value *want, const struct value *got, double tolerance);

/* doubt.c */
void write_doubt_add(struct write_gate *g, const struct write_op *op, struct now now);
struct write_doubt *write_doubt_find(struct write_gate *g, uint64_t request);
void write_doubt_drop(struct write_gate *g, uint64_t request);
void write_doubt_tag_changed(struct write_gate *g, uint32_t tag);
bool write_doubt_read_result(struct write_gate *g, uint64_t read, const struct sample *s,
			     const char *text, struct now now);
void write_doubt_stored(struct write_gate *g, uint64_t request, bool ok, const char *why);

/* tell.c */
void write_tell_reply(struct write_gate *g, uint64_t session, uint32_t req,
		      enum wire_status status, const char *text);
void write_tell_selected(struct write_gate *g, const struct write_op *op,
			 const struct write_point *p);
/* The sentence of an offer, into op: "by hand " before it where it is no write. */
void write_set_offer(struct write_op *op, const struct write_point *p);
void write_tell_step(struct write_gate *g, const struct write_op *op,
		     enum write_stage stage, const char *text);
void write_tell_done(struct write_gate *g, const struct write_op *op, uint32_t req);
/* One record about op into t. */
void write_note(struct write_gate *g, struct txn *t, enum audit_kind kind,
		const struct write_op *op, const char *result, const char *detail,
		struct now now);
/* The same, of what somebody else did. */
void write_note_by(struct write_gate *g, struct txn *t, enum audit_kind kind,
		   const struct write_op *op, const struct write_who *by,
		   const char *result, const char *detail, struct now now);
/* A refusal: told to the session and recorded. */
/* What the write changes for others is recorded beside its outcome. */
void write_note_changes(struct write_gate *g, struct txn *t, const struct write_op *op,
			const char *result, struct now now);
void write_refuse(struct write_gate *g, const struct write_op *op, uint32_t req,
		  const char *why, struct now now);
/* "40.0", "automatic": with the tag's decimals, or exact where decimals < 0. */
void write_value_text(const struct write_op *op, const struct value *v, int decimals,
		      char *out, size_t size);
/* "40.0 %" with the tag's decimals. */
void write_show(const struct write_op *op, const struct value *v, char *out, size_t size);
void write_record_of(const struct write_op *op, double tolerance, struct now now,
		     struct write_record *r);

#endif
