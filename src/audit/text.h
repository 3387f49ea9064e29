/*
 * text.h - audit records for people: named columns and one line, both cleaned, so that
 * nothing a peer once sent can play with the terminal of who reads it (SEC-24). Pure.
 */
#ifndef SG_AUDIT_TEXT_H
#define SG_AUDIT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/record.h"

struct strbuf;

enum audit_column {
	AUDIT_COL_SEQ,
	AUDIT_COL_TIME, /* ISO 8601, UTC */
	AUDIT_COL_KIND,
	AUDIT_COL_ACTOR,
	AUDIT_COL_SUBJECT,
	AUDIT_COL_OLD,
	AUDIT_COL_NEW,
	AUDIT_COL_UNIT,
	AUDIT_COL_RESULT,
	AUDIT_COL_DETAIL,
	AUDIT_COL_SESSION, /* "" = none */
	AUDIT_COL_REQUEST, /* "" = none */
	AUDIT_COL_FROM,
	AUDIT_COL_REASON,
	AUDIT_COL_QUALITY,
	AUDIT_COL_AREA,
	AUDIT_COL_PERSON, /* as signed in; the actor is the Unix account */
	AUDIT_COL_APPROVER,
	AUDIT_COLUMNS
};

enum { AUDIT_COLUMN_MAX = 2000 }; /* bytes; cleaning may make a text longer than it was */

/* "seq", "time" ...: heads of tables and names in JSON. */
extern const char *const audit_column_names[AUDIT_COLUMNS];

struct audit_columns {
	char *v[AUDIT_COLUMNS]; /* owned, never NULL: audit_columns_release */
};

/* False when the body is malformed: the columns then hold seq and say so. */
bool audit_columns_make(struct audit_columns *c, uint64_t seq, const void *body,
			size_t n);
void audit_columns_release(struct audit_columns *c);

/* Appends "17  2026-11-22 10:05:03 +0100  intent  ivan  intake.p101.speed_sp  40 -> 45 %
 * ...", without newline; only what the record says. Time is the machine's zone. */
void audit_line(struct strbuf *out, uint64_t seq, const struct audit_record *r);

#endif
