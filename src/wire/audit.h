/*
 * audit.h - searching the audit record over the console protocol: AUDIT_SEARCH asks for a
 * page, a ROW a record answers (audit/row.h), then REPLY with "17 records" or "17
 * records; more behind 4711": a search looks at so many records at a time, and goes on
 * from the number it got to (before or after it), though it found none.
 *
 * Pure bytes; any thread.
 */
#ifndef SG_WIRE_AUDIT_H
#define SG_WIRE_AUDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum { WIRE_AUDIT_SEARCH_MAX = 500, WIRE_AUDIT_KINDS = 4 };

/* The first fields of a row, for who only shows it: enum audit_column (audit/text.h). */
enum wire_audit_field {
	WIRE_AUDIT_SEQ,
	WIRE_AUDIT_TIME, /* ISO 8601, UTC */
	WIRE_AUDIT_KIND,
	WIRE_AUDIT_ACTOR,
	WIRE_AUDIT_SUBJECT,
	WIRE_AUDIT_OLD,
	WIRE_AUDIT_NEW,
	WIRE_AUDIT_UNIT,
	WIRE_AUDIT_RESULT,
	WIRE_AUDIT_DETAIL,
	WIRE_AUDIT_SESSION,
	WIRE_AUDIT_REQUEST,
	WIRE_AUDIT_FROM,
	WIRE_AUDIT_REASON,
	WIRE_AUDIT_QUALITY,
	WIRE_AUDIT_AREA,
	WIRE_AUDIT_PERSON,
	WIRE_AUDIT_APPROVER,
	WIRE_AUDIT_FIELDS
};

/* All that is given must hold; 0 and "" = any. */
struct wire_audit_search {
	uint32_t req;
	uint64_t after, before; /* numbers of records: > after, < before */
	int64_t from_ms, to_ms; /* UTC: at >= from, < to */
	/* enum audit_kind k: bit k % 64 of kinds[k / 64]; none = any */
	uint64_t kinds[WIRE_AUDIT_KINDS];
	uint16_t count;       /* 1..WIRE_AUDIT_SEARCH_MAX */
	uint8_t oldest_first; /* 0 or 1 */
	char by[64];          /* actor, person or approver */
	char subject[128];    /* tag, alarm, file */
	char area[64];        /* and all that lies in it */
	char text[256];       /* words, all of which must occur; case does not matter */
};

void wire_put_audit_search(struct strbuf *w, const struct wire_audit_search *m);
bool wire_get_audit_search(const uint8_t *p, size_t n, struct wire_audit_search *m);

/* The number in a REPLY's text from which a search goes on; 0 = that was all. */
uint64_t wire_audit_goes_on(const char *reply);

#endif
