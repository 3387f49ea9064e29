/*
 * journal_rows.h - pages of the alarm journal from the server, and its rows as text, CSV
 * and JSON lines.
 */
#ifndef SG_CLI_JOURNAL_ROWS_H
#define SG_CLI_JOURNAL_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "alarm/journal.h"
#include "audit/chain.h"
#include "audit/walk.h"
#include "util/strbuf.h"
#include "wire/client.h"
#include "wire/journal.h"

struct journal_page_row {
	struct audit_head head; /* its number, hash and chain */
	struct strbuf body, texts;
	struct alarm_journal row;
	bool is_sound;
};

struct journal_page {
	struct journal_page_row *v; /* in the order asked for */
	size_t n;
	bool more;
};

/* Asks for one page. Returns an exit code; a failure was told. */
int journal_page_fetch(struct client *c, const struct wire_journal *ask,
		       struct journal_page *p);
void journal_page_release(struct journal_page *p);

void journal_print_text(const struct journal_page_row *r);
void journal_print_json(const struct journal_page_row *r);
void journal_print_csv_head(void);
void journal_print_csv(const struct journal_page_row *r);

/* Walks the journal of a running server from its first row to its last: the chain of
 * the audit's id. Returns an exit code; v is the verdict. */
int journal_verify(struct client *c, const uint8_t audit_chain[AUDIT_CHAIN_ID_SIZE],
		   const struct audit_head *noted, struct audit_verdict *v);

#endif
