/*
 * txn.h - what has to be stored together or not at all: the contract between the
 * pure station and whatever keeps station.db (store/ in life, tests/sim in tests).
 *
 * The station hands over a transaction with a ticket and goes on; the store answers
 * committed or failed, in the order of the tickets. An acknowledgement, its alarm
 * state, its journal row and its audit record are one transaction (design 8).
 */
#ifndef SG_AUDIT_TXN_H
#define SG_AUDIT_TXN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audit/anchor.h"
#include "util/strbuf.h"

enum txn_kind {
	TXN_AUDIT,      /* body: audit record; the store gives it the next seq and hash */
	TXN_ALARM,      /* key: alarm name; body: alarm_record_put(); replaces */
	TXN_ALARM_GONE, /* key: alarm name; forgets its state */
	TXN_JOURNAL, /* key: alarm name; id: occurrence; wall_ms; body: journal fields */
	TXN_INTENT,  /* id: write request (must be new, or the transaction fails); key:
			tag;  body: write/record */
	TXN_OUTCOME, /* id: write request; key: outcome word; settled says if it is closed
		      */
	TXN_SETTLE,  /* id: write request leaves the in-doubt list */
	TXN_SUBSTITUTION,      /* key: tag; body: value, by whom, since when; replaces */
	TXN_SUBSTITUTION_GONE, /* key: tag; forgets it */
	TXN_ACCOUNT,      /* key: name; body: account_put(), secret: wiped; replaces */
	TXN_ACCOUNT_GONE, /* key: name */
	/* body: audit record of a kind that is a statement (audit/statement.h), its
	 * detail what it says more; the store completes and signs it. A checkpoint
	 * without a new record before it is left out. */
	TXN_CHECKPOINT
};

struct txn_op {
	enum txn_kind kind;
	uint64_t id;
	int64_t wall_ms;
	bool settled;
	char *key;          /* owned; NULL when unused */
	struct strbuf body; /* owned */
};

struct txn {
	uint64_t ticket;
	bool urgent; /* an operator waits: commit now; else batch for up to 50 ms */
	struct txn_op *ops;
	size_t n;
};

struct txn *txn_new(uint64_t ticket, bool urgent);
struct txn_op *txn_add(struct txn *t, enum txn_kind kind, uint64_t id, const char *key);
void txn_free(struct txn *t);

enum { RECORD_DISTRUST_SIZE = 512 };

/* What the record is worth now, and what others can have of it. */
struct record_state {
	uint64_t anchor_seq; /* of the newest anchor; 0 = none */
	char anchor[ANCHOR_TEXT_SIZE], code[ANCHOR_CODE_SIZE];
	bool has_folder, folder_failed; /* the second folder for anchors */
	bool key_here; /* the seal's first key has not been taken away yet */
	char distrust[RECORD_DISTRUST_SIZE]; /* "" = it is believed */
};

/* What a start finds in station.db. Everything owned; released with
 * store_snapshot_release. */
struct stored_alarm {
	char *name;
	struct strbuf record;
};

struct stored_write { /* an intent, and what is known of its outcome */
	uint64_t request;
	char *tag;
	char *outcome; /* NULL = none was stored */
	struct strbuf body;
};

struct stored_substitution {
	char *tag;
	struct strbuf body;
};

struct stored_account { /* its body is secret: wiped when released */
	char *name;
	struct strbuf body;
};

struct store_snapshot {
	struct stored_account *accounts;
	size_t n_accounts;
	struct stored_substitution *substitutions;
	size_t n_substitutions;
	struct stored_alarm *alarms;
	size_t n_alarms;
	struct stored_write *writes;
	size_t n_writes;
	struct stored_write *recent; /* the last ones, settled or not; the oldest first */
	size_t n_recent;
	uint64_t next_request;    /* never used before */
	uint64_t next_occurrence; /* never used before */
	uint64_t audit_seq;
	char *notice; /* what the store did with records it had kept; NULL = nothing */
	char distrust[RECORD_DISTRUST_SIZE]; /* why the record is not believed; "" = it is
					      */
};

void store_snapshot_release(struct store_snapshot *s);

#endif
