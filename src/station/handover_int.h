/*
 * handover_int.h - inside of handover.c and handover_*.c: shifts on their way from one
 * person to the next. Owned by the station, as s->shifts.
 *
 * Whatever is asked of others meanwhile (a proof, a search of the record, a commit)
 * carries the number of the shift, and its answer finds the shift by that alone.
 */
#ifndef SG_STATION_HANDOVER_INT_H
#define SG_STATION_HANDOVER_INT_H

#include "station/sign_in.h"
#include "station/station_int.h"
#include "wire/audit.h"
#include "wire/handover.h"

enum {
	SHIFTS_MAX = 16,
	SHIFT_OFFER_MS = 30 * 60 * 1000, /* so long it waits to be taken */
	SHIFT_HOURS = 12,                /* without a hand-over before it */
	SHIFT_LINES = 60,                /* of one section; the others are counted */
	SHIFT_WRITES = 500               /* that are read for it */
};

enum shift_phase {
	SHIFT_OWN,     /* who goes is being proven */
	SHIFT_NEXT,    /* who comes is, in the same session */
	SHIFT_BEFORE,  /* the hand-over before is looked up: the shift began then */
	SHIFT_RECORD,  /* its writes are */
	SHIFT_OFFERED, /* it waits to be taken */
	SHIFT_TAKING,  /* who takes it is being proven */
	SHIFT_STORING
};

/* How each of them signed. */
#define SHIFT_BY_PASSWORD "password"
#define SHIFT_BY_SESSION  "own session"

struct shift_line {
	const char *section; /* literal */
	char *text;          /* owned */
};

struct shift {
	uint64_t number;
	enum shift_phase phase;
	bool draft;              /* to be looked at only */
	uint64_t session, taker; /* taker 0: who comes signs in the same session */
	uint64_t turn;           /* of session, when it began */
	uint32_t req, taker_req;
	char from[64], to[64];
	const char *from_how, *to_how; /* how each of them signed; literals */
	char id[32];                   /* in the record: "20261122-143005" */
	int64_t since_ms;
	struct mono until;       /* OFFERED */
	struct wire_handover *m; /* as it came; owned; secrets go once they are used */
	struct shift_line *lines;
	size_t n, more_writes;
};

/* --- handover_shifts.c ----------------------------------------------------------- */
struct shift *shift_new(struct station *s, struct session *who,
			const struct wire_handover *m);
/* That one, if it is in this phase; NULL. */
struct shift *shift_find(const struct station *s, uint64_t number,
			 enum shift_phase phase);
/* It is over, come what came of it. */
void shift_drop(struct station *s, struct shift *h);
void shift_forget_secrets(struct shift *h);
/* Nobody takes it, for now: it waits again. */
void shift_offer_again(struct shift *h);
void shift_note_offer(struct station *s, const struct shift *h, const char *result,
		      const char *detail);
/* Nobody takes it any more: recorded, told to all, dropped. */
void shift_end_offer(struct station *s, struct shift *h, const char *result,
		     const char *why);
void shift_refuse(struct station *s, struct session *who, uint32_t req, const char *why);
/* Whoever asked for it hears why it comes to nothing. */
void shift_fail(struct station *s, struct shift *h, const char *why);

/* --- handover_record.c ----------------------------------------------------------- */
/* All signatures that are due here are there: what the shift wrote is looked up. */
void shift_ask_record(struct station *s, struct shift *h, struct session *who);
void shift_add_kind(struct wire_audit_search *m, enum audit_kind kind);
/* Searches the record for a client. */
void shift_search(struct station *s, struct session *who,
		  const struct wire_audit_search *m);

/* --- handover_sign.c ------------------------------------------------------------- */
/* Who goes signs, then who comes if that is here; or who comes, elsewhere. */
void shift_sign_goes(struct station *s, struct shift *h, struct session *who);
void shift_sign_takes(struct station *s, struct shift *h, struct session *who,
		      const struct wire_handover *m);
/* Of these purposes. */
void shift_goes_proved(struct station *s, const struct proof *p);
void shift_comes_proved(struct station *s, const struct proof *p);
void shift_takes_proved(struct station *s, const struct proof *p);

/* --- handover_store.c ------------------------------------------------------------ */
/* Both have signed: stored whole, and then the shift is the other's. */
void shift_taken(struct station *s, struct shift *h, const char *how);

/* --- handover_summary.c ---------------------------------------------------------- */
/* A line of the summary. */
void shift_add(struct shift *h, const char *section, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Everything of now: alarms, overrides, writes in doubt, devices, notes. */
void shift_summarise(struct station *s, struct shift *h);
/* A write of the shift, as a row of the record; what is none is passed over. */
void shift_add_write(struct shift *h, char *const *field, size_t n);
/* When the record says that a shift began; 0 = this row does not say it. */
int64_t shift_row_ms(char *const *field, size_t n);
/* Who goes, then its lines: as rows of an answer. */
void shift_rows(struct station *s, struct session *to, uint32_t req,
		const struct shift *h);
/* All of it as audit records. */
void shift_record(struct station *s, struct txn *t, const struct session *who,
		  const struct shift *h);

#endif
