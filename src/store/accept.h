/*
 * accept.h - what somebody accepted of a damaged record: a statement (AUDIT_ACCEPTED),
 * signed by a key of this machine. Behind it the record is held to the same rules again;
 * an auditor's verifier goes on naming what lies before it.
 */
#ifndef SG_STORE_ACCEPT_H
#define SG_STORE_ACCEPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/chain.h"
#include "audit/sign.h"
#include "util/err.h"

struct db;
struct strbuf;

struct acceptance {
	/* Asked: whose signature is believed; looked at up to here. */
	uint8_t key[2][SIGN_PUBLIC_SIZE];
	size_t n_keys;
	uint64_t looked_at;
	/* Found. */
	bool found;
	struct audit_head head;    /* the statement's record; chain id is unused */
	struct audit_head journal; /* as it was then; chain id is unused */
	uint8_t by[SIGN_PUBLIC_SIZE];
};

/* The key in dir is believed; false when there is none. */
bool acceptance_key(struct acceptance *a, const char *dir);
/* Looks at the next max records behind a->looked_at. */
enum sg_err acceptance_find(struct db *db, struct acceptance *a, uint64_t max,
			    struct strbuf *why);

#endif
