/*
 * audit_page.h - records of the audit as the server hands them out (audit/row.h):
 * fetching a page of them, and printing each for people, spreadsheets and scripts.
 */
#ifndef SG_CLI_AUDIT_PAGE_H
#define SG_CLI_AUDIT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/chain.h"
#include "util/strbuf.h"
#include "wire/client.h"

struct audit_page_record {
	struct audit_head head; /* its seq, its hash, its chain */
	uint8_t seal[AUDIT_SEAL_SIZE];
	size_t seal_n; /* 0 = it is not sealed */
	struct strbuf body;
	struct strbuf why; /* what was wrong with its row; "" = nothing */
};

struct audit_page {
	struct audit_page_record *v; /* as they came */
	size_t n;
};

/* Adds the rows that answer req to p. Returns an exit code; a failure is told. */
int audit_page_fetch(struct client *c, uint32_t req, struct audit_page *p,
		     struct wire_reply *reply);
/* The newest count records older than before (0 = of all). */
int audit_page_before(struct client *c, uint64_t before, uint64_t count,
		      struct audit_page *p);
void audit_page_release(struct audit_page *p);

enum audit_print { AUDIT_PRINT_TEXT, AUDIT_PRINT_JSON, AUDIT_PRINT_CSV };
void audit_page_print_head(void); /* of CSV */
/* Returns an exit code: a row that contradicts itself is named, not shown. */
int audit_page_print(const struct audit_page_record *r, enum audit_print as);

#endif
