/* recheck.c - the whole record, read again beside the running server: from its first row
 * on, in pieces that hold up nobody. What somebody accepted (a signed statement) is not
 * told again: behind it the walk goes on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/accept.h"
#include "store/db.h"
#include "store/rows.h"
#include "store/schema.h"
#include "store/store.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum phase { WALK_AUDIT, LOOK_FOR_ACCEPTANCE, WALK_JOURNAL, DONE };

struct store_recheck {
	struct db *db;
	enum phase phase;
	struct audit_proof proof;
	struct audit_walk audit, journal;
	struct acceptance accepted;
	struct audit_verdict verdict;
};

struct store_recheck *store_recheck_open(const char *dir, struct strbuf *why)
{
	struct store_recheck *r = xcalloc(1, sizeof(*r));
	char *path = xasprintf("%s/station.db", dir);
	struct audit_head start = { 0 };

	if (db_open(path, DB_READ, &r->db, why) == SG_OK &&
	    schema_chain_id(r->db, path, start.chain_id, why) == SG_OK) {
		acceptance_key(&r->accepted, dir);
		audit_proof_begin(&r->proof);
		audit_walk_begin(&r->audit, &start, NULL);
		r->audit.proof = &r->proof;
		audit_chain_of_journal(start.chain_id, start.chain_id);
		audit_walk_begin(&r->journal, &start, NULL);
		r->journal.any_body = true;
	} else {
		db_close(r->db);
		free(r);
		r = NULL;
	}
	free(path);
	return r;
}

void store_recheck_close(struct store_recheck *r)
{
	if (!r)
		return;
	audit_proof_release(&r->proof);
	db_close(r->db);
	free(r);
}

const struct audit_verdict *store_recheck_verdict(const struct store_recheck *r)
{
	return &r->verdict;
}

/* --- acceptances ------------------------------------------------------------------- */

/* Behind the acceptance everything is held to the same rules again. */
static void go_on_behind(struct store_recheck *r)
{
	struct audit_head start = r->accepted.head;

	memcpy(start.chain_id, r->audit.v.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	audit_proof_release(&r->proof);
	audit_proof_begin(&r->proof);
	r->proof.from_middle = r->proof.is_sealed = true;
	r->proof.has_key = r->proof.has_statement = true;
	r->proof.last = start;
	memcpy(r->proof.key, r->accepted.by, SIGN_PUBLIC_SIZE);
	audit_walk_begin(&r->audit, &start, NULL);
	r->audit.proof = &r->proof;
	r->phase = WALK_AUDIT;
}

static enum sg_err step_look(struct store_recheck *r, uint64_t n, struct strbuf *why)
{
	uint64_t before = r->accepted.looked_at;
	enum sg_err err = acceptance_find(r->db, &r->accepted, n, why);

	if (r->accepted.found)
		go_on_behind(r);
	else if (err != SG_OK || r->accepted.looked_at - before < n)
		r->phase = DONE; /* nobody accepted it; nor can more be read */
	return SG_OK;
}

/* --- the walks --------------------------------------------------------------------- */

static enum sg_err step_audit(struct store_recheck *r, uint64_t n, struct strbuf *why)
{
	bool more = false;
	enum sg_err err = rows_walk(r->db, SCHEMA_AUDIT, &r->audit, n, &more, why);

	if (err != SG_OK || more)
		return err;
	if (r->audit.v.good)
		audit_walk_end(&r->audit);
	r->verdict = r->audit.v;
	r->accepted.looked_at = r->audit.v.head.seq;
	r->phase = r->audit.v.good ? WALK_JOURNAL : LOOK_FOR_ACCEPTANCE;
	if (r->proof.has_key && r->accepted.n_keys < 2)
		memcpy(r->accepted.key[r->accepted.n_keys++], r->proof.key,
		       SIGN_PUBLIC_SIZE);
	return SG_OK;
}

static enum sg_err step_journal(struct store_recheck *r, uint64_t n, struct strbuf *why)
{
	bool more = false;
	enum sg_err err = rows_walk(r->db, SCHEMA_JOURNAL, &r->journal, n, &more, why);

	if (err != SG_OK || more)
		return err;
	if (!r->journal.v.good && r->journal.v.first_bad <= r->accepted.journal.seq &&
	    r->journal.v.head.seq < r->accepted.journal.seq) {
		memcpy(r->accepted.journal.chain_id, r->journal.v.head.chain_id,
		       AUDIT_CHAIN_ID_SIZE);
		audit_walk_begin(&r->journal, &r->accepted.journal, NULL);
		r->journal.any_body = true;
		return SG_OK;
	}
	if (!r->journal.v.good) {
		r->verdict = r->journal.v;
		snprintf(r->verdict.text, sizeof(r->verdict.text),
			 "alarm journal: %.480s", r->journal.v.text);
	}
	r->phase = DONE;
	return SG_OK;
}

enum sg_err store_recheck_step(struct store_recheck *r, uint64_t n, bool *done,
			       struct strbuf *why)
{
	enum sg_err err = SG_OK;

	if (r->phase == WALK_AUDIT)
		err = step_audit(r, n, why);
	else if (r->phase == LOOK_FOR_ACCEPTANCE)
		err = step_look(r, n, why);
	else if (r->phase == WALK_JOURNAL)
		err = step_journal(r, n, why);
	*done = r->phase == DONE;
	return err;
}
