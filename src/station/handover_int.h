/*
 * handover_int.h - inside of handover.c and handover_summary.c: shifts on their way from
 * one person to the next. Owned by the station, as s->shifts.
 */
#ifndef SG_STATION_HANDOVER_INT_H
#define SG_STATION_HANDOVER_INT_H

#include "station/sign_in.h"
#include "station/station_int.h"
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

struct shift_line {
	const char *section; /* literal */
	char *text;          /* owned */
};

struct shift {
	uint64_t number;
	enum shift_phase phase;
	bool draft;              /* to be looked at only */
	uint64_t session, taker; /* taker 0: who comes signs in the same session */
	uint32_t req, taker_req;
	char from[64], to[64];
	const char *from_how, *to_how; /* how each of them signed; literals */
	char id[32];                   /* in the record: "20261122-143005" */
	int64_t since_ms;
	struct mono until; /* OFFERED */
	struct wire_handover
		*m; /* as it came, owned; its secrets go once they are used */
	struct shift_line *lines;
	size_t n, more_writes;
};

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
