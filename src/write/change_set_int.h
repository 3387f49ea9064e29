/* change_set_int.h - inside of write/: a change set, and where the gate meets it. */
#ifndef SG_WRITE_CHANGE_SET_INT_H
#define SG_WRITE_CHANGE_SET_INT_H

#include "write/change_set.h"
#include "write/gate_int.h"

struct write_line {
	struct write_op *op; /* from the select to its end; NULL else */
	uint64_t request;
	enum wire_change_state state;
	bool same, has_range;
	double lo, hi;
	char tag[TAG_NAME_MAX + 1], unit[32], device[DEVICE_NAME_MAX + 1];
	char old_value[300], new_value[300]; /* as shown */
	char text[768];
};

struct write_set {
	enum wire_set_phase phase;
	uint64_t token, request;
	uint32_t req;
	struct write_who who;
	char title[64], reason[256];
	struct write_line *lines; /* owned */
	size_t n, at;             /* at: whose turn it is */
	bool stored;              /* its row is */
	bool stopped;             /* no line is begun any more */
	unsigned wants;           /* bits of enum wire_wants */
	char challenge[16];       /* "" = nothing is typed */
	struct write_who approver;
	struct mono due;      /* INT64_MAX = nothing is */
	struct mono wait_end; /* for a device that is busy */
	int64_t signed_ms;
	char text[768];
};

/* change_set.c; who confirms and cancels is who selected: the caller has looked */
struct write_set *write_set_by_token(struct write_gate *g, uint64_t token);
void write_sets_free(struct write_gate *g);
/* What the session has selected is given up; what runs, runs on. */
void write_sets_give_up(struct write_gate *g, uint64_t session, struct now now);
void write_set_confirm(struct write_gate *g, struct write_set *set,
		       const struct write_party *p, const struct wire_request *m,
		       struct now now);
void write_set_cancel(struct write_gate *g, struct write_set *set,
		      const struct write_party *p, uint32_t req, struct now now);
/* Nothing of it is written: every line's select is void. */
void write_set_void(struct write_gate *g, struct write_set *set, const char *why,
		    struct now now);

/* All lines again, for p; false: why not, in g->why and in the line. */
bool write_set_passes(struct write_gate *g, const struct write_set *set,
		      const struct write_party *p, struct now now);
/* May this person be the second one of every line that wants one? Else why not. */
bool write_set_may_approve(const struct write_set *set, const struct write_party *p,
			   struct strbuf *why);
/* A line as the second person reads it, whole. */
void write_set_line_text(const struct write_set *set, size_t at, char *out, size_t size);
/* op, a line of a set, carried its request for approval, which was given. */
void write_set_approved(struct write_gate *g, struct write_op *op, struct now now);

/* change_run.c */
void write_set_begin(struct write_gate *g, struct write_set *set, uint32_t req,
		     struct now now);
/* The intent of a line goes into t: the set's row, and how far it is, go with it. */
void write_set_in_intent(struct write_gate *g, struct txn *t, const struct write_op *op,
			 struct now now);
void write_set_in_outcome(struct txn *t, const struct write_op *op);
void write_set_intent_stored(struct write_op *op);
/* op has ended: its line keeps how. */
void write_set_op_finished(struct write_gate *g, struct write_op *op);
/* No further line is begun. */
void write_set_stop(struct write_set *set, const char *why);
void write_sets_tick(struct write_gate *g, struct now now);
struct mono write_sets_deadline(const struct write_gate *g);
bool write_sets_busy(const struct write_gate *g);

/* change_tell.c */
void write_set_tell_line(struct write_gate *g, const struct write_set *set, size_t at);
void write_set_tell(struct write_gate *g, const struct write_set *set);
void write_set_tell_all(struct write_gate *g, const struct write_set *set);
void write_set_note(struct write_gate *g, struct txn *t, enum audit_kind kind,
		    const struct write_set *set, const char *result, const char *detail,
		    struct now now);
void write_set_refuse(struct write_gate *g, const struct write_set *set, uint32_t req,
		      const char *why, struct now now);
size_t write_set_count(const struct write_set *set, enum wire_change_state state);
/* "change set 812, line 3 of 20" */
void write_set_place(const struct write_set *set, size_t at, char *out, size_t size);

/* change_record.c: the stored row of a set, and what a start makes of it. */
void write_set_put(struct strbuf *w, const struct write_set *set);
/* False: it is no set's. Fills what is empty; lines are owned by set then. */
bool write_set_get(const void *p, size_t n, struct write_set *set);
void write_set_restore(struct write_gate *g, const struct stored_write *w,
		       struct now now);

#endif
