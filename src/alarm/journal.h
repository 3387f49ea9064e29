/*
 * journal.h - one row of the alarm journal (AM-10): what happened to which alarm, as
 * bytes for the store and back.
 *
 * A body of version 2 says everything but its number in the journal; the bytes stored are
 * the bytes hashed (audit/chain.h). Bodies of version 1, of databases before schema 3,
 * are still read: they name neither alarm nor occurrence (the caller knows them from the
 * columns beside), nor event, place, text or class. Pure.
 */
#ifndef SG_ALARM_JOURNAL_H
#define SG_ALARM_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm/def.h"
#include "alarm/engine.h"
#include "tag/quality.h"
#include "util/clock.h"

struct strbuf;

enum {
	ALARM_JOURNAL_TEXT_MAX = 1000, /* bytes; what is longer is cut when it is put */
	ALARM_JOURNAL_BODY_MAX = 14000,
	ALARM_JOURNAL_STATES = ALARM_S_COUNT, /* what a body may name */
	ALARM_JOURNAL_CAUSES = 6
};

/* Strings are borrowed; NULL counts as "" and is never handed out. Text is UTF-8 as it
 * was, cleaned when it is shown. */
struct alarm_journal {
	uint64_t seq; /* its number in the journal; not in the body */
	uint64_t occurrence;
	struct wall at;          /* when the server noted it */
	struct wall source_time; /* of the value that brought it */
	bool clock_synced;
	enum alarm_event event;
	enum alarm_state from, to;
	enum alarm_cause cause;
	enum alarm_priority priority; /* at that time */
	quality quality;
	uint8_t flags;       /* after it: alarm_record_flags() */
	double value, limit; /* NaN = none */
	struct wall until;   /* of a shelf; 0 = none */
	uint64_t request;    /* write request it belongs to; 0 = none */
	const char *rule;    /* "T01"; "" = none */
	const char *alarm, *tag, *area, *unit, *type, *class_name, *message;
	const char *by, *place; /* operator and console; "" = nobody */
	const char *text;       /* reason or comment */
	const char *config;     /* revision of the configuration */
};

void alarm_journal_put(struct strbuf *w, const struct alarm_journal *row);
/* False when the body is malformed. The texts of row point into texts, which is cleared
 * first and owned by the caller; seq is left 0. */
bool alarm_journal_get(const void *p, size_t n, struct alarm_journal *row,
		       struct strbuf *texts);

/* It came to be seen and heard as a new alarm: what rates of alarms count. */
bool alarm_journal_is_annunciated(const struct alarm_journal *row);

/* "process", "operator", "system", "configuration", "logic", "timer" */
const char *alarm_cause_name(enum alarm_cause c);
/* The event of a name as alarm_event_name() says it; false when there is none. */
bool alarm_event_parse(const char *name, enum alarm_event *out);

#endif
