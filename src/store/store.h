/*
 * store.h - station.db: the only home of sqlite3.h. WAL, synchronous=FULL, schema
 * version and migrations, STRICT tables, mode 0600.
 *
 *   meta(key, value)  chain id, schema version
 *   audit(seq, body, hash, seal)      append-only, hash chain (audit/chain.h)
 *   alarm(name, record)
 *   journal(seq, body, hash)          append-only, a hash chain of its own
 *   writes(request, tag, body, outcome, settled)
 *   account(name, body)               hashes and secrets of codes: never told
 *
 * Blocking; one thread owns an open store (server/store_thread.c).
 */
#ifndef SG_STORE_STORE_H
#define SG_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm/journal.h"
#include "audit/anchor.h"
#include "audit/chain.h"
#include "audit/proof.h"
#include "audit/record.h"
#include "audit/seal.h"
#include "audit/txn.h"
#include "audit/walk.h"
#include "util/err.h"

struct store;
struct strbuf;

/* Opens or makes dir (mode 0700, the caller's own) and dir/station.db. A newer schema or
 * a foreign file is refused with a sentence and nothing is changed. A damaged chain is
 * opened and not believed: store_distrust(); when the file itself is damaged nothing can
 * be read or stored, but the caller goes on. Holds dir/lock against a second server
 * (PR-16). */
enum sg_err store_open(const char *dir, struct store **out, struct strbuf *why);
void store_close(struct store *s);
enum sg_err store_load(struct store *s, struct store_snapshot *out, struct strbuf *why);

/* Applies n transactions as ONE commit; all or none. SG_EREFUSED (a request number that
 * was used, an outcome without its intent) and SG_ELIMIT (a body too large) are the fault
 * of one of them, SG_EIO is not. On failure the database is as
 * before; after an I/O error the store closes, opens again and compares its tail with
 * the last acknowledged hash before it takes anything more. With a reserve journal it
 * goes there instead, and so does all that follows until store_mend() has merged it. */
enum sg_err store_commit(struct store *s, struct txn *const *txns, size_t n,
			 struct strbuf *why);

/* --- the reserve journal (reserve.h, merge.c) ---
 *
 * What was recorded in it is merged into station.db in its order, in one transaction,
 * once: by store_mend() as soon as the file can be written again, or by the next
 * store_open(). A reserve that does not go with the file is set aside, never merged.
 */

/* Makes one of about so many bytes if there is none (reserve.h). Without it nothing
 * changes but that a failure of station.db is final. */
enum sg_err store_make_reserve(struct store *s, size_t bytes, struct strbuf *why);
struct store_reserve {
	bool there;       /* there is one */
	bool in_use;      /* records go to it */
	uint64_t rows;    /* in it */
	unsigned percent; /* of it that is used */
	const char *why;  /* in use: what was wrong with station.db; borrowed */
};
struct store_reserve store_reserve_state(const struct store *s);
/* In use: tries whether the file can be written again, and merges. SG_OK: it is not in
 * use any more. */
enum sg_err store_mend(struct store *s, struct strbuf *why);

/* Newest first, seq < before (0 = no bound), at most count. fn's body is borrowed; seal
 * is NULL for a record that is not sealed. */
typedef bool (*store_audit_fn)(void *arg, uint64_t seq, const void *body, size_t n,
			       const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal);
enum sg_err store_audit_list(struct store *s, uint64_t before, uint32_t count,
			     store_audit_fn fn, void *arg, struct strbuf *why);
const struct audit_head *store_head(const struct store *s);

/* --- the seal of the record (docs/audit.md) ---------------------------------------- */

struct store_seal_options {
	const char *build;  /* "0.1.0" */
	const char *folder; /* a second place for anchors; NULL or "" = none */
	uint8_t boot_id[AUDIT_BOOT_ID_SIZE];
};
/* store_open() of a record that is sealed and signed. Makes the keys at the first start;
 * holds them, and what was anchored, against the record at every other. Without it
 * TXN_CHECKPOINT is a record like any other. */
enum sg_err store_open_sealed(const char *dir, const struct store_seal_options *o,
			      struct store **out, struct strbuf *why);
/* Why the record is not believed: a sentence; "" = it is. It stays until a statement
 * AUDIT_ACCEPTED was committed, also over a restart. */
const char *store_distrust(const struct store *s);
void store_set_distrust(struct store *s, const char *why);

/* No anchor is told while the record is not believed: what others have is the proof. */
void store_record_state(const struct store *s, struct record_state *out);
enum store_fit {
	STORE_FITS,
	STORE_CONTRADICTS, /* why says how */
	STORE_FOREIGN,     /* the same, and no key of ours signed it */
	STORE_NO_ANCHOR
};
/* What somebody else kept. */
enum store_fit store_check_anchor(struct store *s, const char *text, struct strbuf *why);

/* k_0 as long as it is here: SG_ENOENT once it was wiped. Wipe out afterwards. */
enum sg_err store_seal_key(struct store *s, char out[SEAL_PAPER_SIZE],
			   struct strbuf *why);
enum sg_err store_seal_key_wipe(struct store *s, struct strbuf *why);

/* The whole record, in pieces beside a running server, oldest first. One thread. */
struct store_recheck;
struct store_recheck *store_recheck_open(const char *dir, struct strbuf *why);
/* At most n records; *done once the verdict is there. What was accepted (AUDIT_ACCEPTED,
 * signed) is not told again. */
enum sg_err store_recheck_step(struct store_recheck *r, uint64_t n, bool *done,
			       struct strbuf *why);
const struct audit_verdict *store_recheck_verdict(const struct store_recheck *r);
void store_recheck_close(struct store_recheck *r);

/* A consistent copy under load (SQLite's backup); path must not exist; mode 0600. It
 * appears under its name only when it is whole and on the disk. */
enum sg_err store_backup(struct store *s, const char *path, struct strbuf *why);

/* The same piece by piece, so that commits can go on between: they are in the copy too.
 * _end gives up an unfinished one without a trace; it frees b in any case. */
struct store_backup;
struct store_backup *store_backup_start(struct store *s, const char *path,
					struct strbuf *why);
enum sg_err store_backup_step(struct store_backup *b, bool *done, struct strbuf *why);
enum sg_err store_backup_end(struct store_backup *b, struct strbuf *why);

/* Walks the whole chain of a copy; neither file nor folder is changed. A file whose
 * server is running is refused. noted (may be NULL): a head that must be in it. An error
 * means that there is no verdict; what is wrong with the chain is the verdict's text. */
enum sg_err store_verify(const char *path, const struct audit_head *noted,
			 struct audit_verdict *v, struct strbuf *why);
/* The same of both its chains: v[0] the audit, v[1] the journal. */
enum { STORE_CHAINS = 2 };
struct store_question {
	const struct audit_head *noted, *noted_journal; /* borrowed; NULL = none */
	struct audit_proof *proof; /* begun by the caller; NULL = one of its own */
	int64_t since_ms; /* only records from then on, behind the statement before; 0 =
			     all */
};
enum sg_err store_verify_all(const char *path, const struct store_question *ask,
			     struct audit_verdict v[STORE_CHAINS], struct strbuf *why);

/* --- reading the journal beside the store ------------------------------------------- */

/*
 * A reader has connections of its own, which only read station.db, so that no search ever
 * holds up a commit; what it searches by is an index in dir/search.db, made of the
 * journal and thrown away and made again when it does not fit it. One thread at a time;
 * any thread but one that must not wait. No read transaction lasts longer than a piece
 * (ST-09).
 */
struct store_reader;

/* What rows are wanted: all that is given must hold. Texts are borrowed; NULL = any. */
struct store_search {
	struct wall from, to;   /* at >= from and < to; 0 = open */
	uint64_t after, before; /* seq > after, < before; 0 = open */
	const char *area;       /* it, and all below it ("intake" has "intake.well") */
	const char *tag, *alarm, *by;
	uint8_t priorities; /* bit 1 << enum alarm_priority; 0 = any */
	uint32_t events;    /* bit 1 << enum alarm_event; 0 = any */
	const char *text;   /* words, all of which must occur; "a phrase"; begin* */
	bool oldest_first;
	uint32_t count; /* at most so many */
};

enum { STORE_SEARCH_WORDS = 32, STORE_SEARCH_TEXT = 1000, STORE_AREA_DEPTH = 16 };

struct store_journal_row {
	struct alarm_journal row; /* its seq is there even when is_sound is not */
	bool is_sound;            /* false: the body cannot be read */
	const void *body;
	size_t n;
	const uint8_t *hash; /* AUDIT_HASH_SIZE */
};
/* All of it borrowed for the call; false to stop. */
typedef bool (*store_row_fn)(void *arg, const struct store_journal_row *row);
typedef bool (*store_journal_fn)(void *arg, const struct alarm_journal *row);

/* dir's station.db must have been opened by store_open before. */
enum sg_err store_reader_open(const char *dir, struct store_reader **out,
			      struct strbuf *why);
/* The same for who only walks: it has no index, opens no second file, and cannot search
 * by text. There may be many of them beside the one with the index. */
enum sg_err store_walker_open(const char *dir, struct store_reader **out,
			      struct strbuf *why);
void store_reader_close(struct store_reader *r); /* NULL is allowed */
/* Asked now and then during long work, from its thread: true gives it up (SG_ELIMIT).
 */
void store_reader_stop_when(struct store_reader *r, bool (*stop)(void *arg), void *arg);
/* Rows are told in the order asked for. SG_EREFUSED: what is asked makes no sense, or the
 * text index is still being made; why says so. */
enum sg_err store_journal_search(struct store_reader *r, const struct store_search *ask,
				 store_row_fn fn, void *arg, struct strbuf *why);
/* All rows with from <= at < to (0 = open), in the order of their numbers; one that
 * cannot be read is left out. */
enum sg_err store_journal_walk(struct store_reader *r, struct wall from, struct wall to,
			       store_journal_fn fn, void *arg, struct strbuf *why);
/* m, which is fresh, is given what its period needs: what stood before it as the index
 * has kept it, then the rows from there on that lie before its end. Without an index all
 * rows from the first on; the figures are the same. */
struct alarm_metrics;
enum sg_err store_journal_figures(struct store_reader *r, struct alarm_metrics *m,
				  struct strbuf *why);
/* --- and the audit record, by a reader too ----------------------------------------- */

enum {
	STORE_AUDIT_KINDS = 4, /* 64 kinds each */
	STORE_AUDIT_LOOKS =
		100000 /* records that one search looks at: about half a second */
};

/* All that is given must hold. Texts are borrowed; NULL = any. */
struct store_audit_ask {
	uint64_t after, before;            /* seq > after, < before; 0 = open */
	struct wall from, to;              /* at >= from and < to; 0 = open */
	uint64_t kinds[STORE_AUDIT_KINDS]; /* bit k % 64 of [k / 64]; none = any */
	const char *by, *subject, *area;
	const char *text; /* words, all of which must occur somewhere in the record */
	bool oldest_first;
	uint32_t count; /* at most so many */
};

struct store_audit_found {
	uint32_t n;
	bool more;        /* go on from reached */
	uint64_t reached; /* the last record that was looked at */
};

/* A record whose body cannot be read is told whatever was asked. fn: false to stop before
 * its record. */
enum sg_err store_audit_search(struct store_reader *r, const struct store_audit_ask *ask,
			       store_audit_fn fn, void *arg,
			       struct store_audit_found *found, struct strbuf *why);
/* Id of the audit's chain. */
const uint8_t *store_reader_audit_chain(const struct store_reader *r);

/* store_journal_walk() of a copy, without a server: all its rows. File and folder are not
 * changed; a file that is in use is refused. */
enum sg_err store_copy_walk(const char *path, store_journal_fn fn, void *arg,
			    struct strbuf *why);
/* Takes at most max rows into the index; *left (may be NULL) = rows that are not in it
 * yet. */
enum sg_err store_reader_index(struct store_reader *r, uint64_t max, uint64_t *left,
			       struct strbuf *why);
/* False: its file was moved, deleted or replaced; open it again. */
bool store_reader_is_current(const struct store_reader *r);
/* Id of the journal's chain. */
const uint8_t *store_reader_chain(const struct store_reader *r);

#endif
