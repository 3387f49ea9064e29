/*
 * journal.h - searching the alarm journal over the console protocol: JOURNAL asks for a
 * page, a JOURNAL_ROW a row answers, then REPLY. A page may hold fewer rows than were
 * asked for though there are more: go on behind its last one (before or after its
 * number). The reply's text ends with "; more" or not: "17 rows", "17 rows; more".
 *
 * A row's body is what the store keeps (alarm/journal.h reads it), so that who likes to
 * can prove it: hash is over the row before (audit/chain.h), chain names the chain.
 * Pure bytes; any thread.
 */
#ifndef SG_WIRE_JOURNAL_H
#define SG_WIRE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

enum { WIRE_JOURNAL_MAX = 500, WIRE_JOURNAL_HASH = 32, WIRE_JOURNAL_CHAIN = 16 };

/* All that is given must hold; 0 and "" = any. */
struct wire_journal {
	uint32_t req;
	uint64_t after, before; /* numbers of rows: > after, < before */
	int64_t from_ms, to_ms; /* UTC: at >= from, < to */
	uint32_t events;        /* bit 1 << enum alarm_event */
	uint16_t count;         /* 1..WIRE_JOURNAL_MAX */
	uint8_t priorities;     /* bit 1 << enum alarm_priority */
	uint8_t oldest_first;   /* 0 or 1 */
	char area[64];          /* and all that lies in it */
	char tag[128], alarm[128];
	char by[64];
	char text[256]; /* words, all of which must occur; "a phrase"; begin* */
};

struct wire_journal_row {
	uint32_t req;
	uint64_t seq;
	uint8_t hash[WIRE_JOURNAL_HASH];
	uint8_t chain[WIRE_JOURNAL_CHAIN];
	const uint8_t *body; /* borrowed from the frame */
	size_t n;
};

void wire_put_journal(struct strbuf *w, const struct wire_journal *m);
bool wire_get_journal(const uint8_t *p, size_t n, struct wire_journal *m);
void wire_put_journal_row(struct strbuf *w, const struct wire_journal_row *m);
bool wire_get_journal_row(const uint8_t *p, size_t n, struct wire_journal_row *m);

#endif
