/* seal.c - statements and seals of the record while it is written. */
#include "store/seal.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/hash.h"
#include "audit/record.h"
#include "audit/statement.h"
#include "audit/txn.h"
#include "store/rows.h"
#include "store/seal_int.h"
#include "store/store_int.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

size_t seal_append(struct store_tail *next, const void *body, size_t n,
		   uint8_t seal[AUDIT_SEAL_SIZE])
{
	uint8_t inner[AUDIT_HASH_SIZE];

	if (!next->seal.on) {
		audit_chain_append(&next->head, body, n);
		return 0;
	}
	audit_chain_inner(&next->head, body, n, inner);
	seal_row(&next->seal.key, inner, seal);
	audit_chain_close(&next->head, inner, seal);
	next->seal.since++;
	return AUDIT_SEAL_SIZE;
}

bool seal_is_due(const struct store_tail *next)
{
	return next->seal.on && next->seal.since >= SEAL_ROWS_MAX;
}

void seal_moved(struct store_tail *next, int64_t wall_ms)
{
	next->seal.last = next->head;
	next->seal.last_ms = wall_ms;
	next->seal.since = 0;
	seal_next(&next->seal.key);
}

/* --- statements -------------------------------------------------------------------- */

/* What a statement of the keys says more: the key after it, and where sealing begins. */
static void more_of_keys(const struct store_seal *seal, const char *text,
			 const struct sign_keys *key, bool begins, struct strbuf *out)
{
	char hex[HASH_HEX_SIZE];
	uint8_t id[SEAL_ID_SIZE];

	hash_hex(key->public, SIGN_PUBLIC_SIZE, hex);
	strbuf_addf(out, "new=%s", hex);
	if (begins) {
		seal_id(&seal->first, id);
		hash_hex(id, sizeof(id), hex);
		strbuf_addf(out, " seal=%s", hex);
	}
	strbuf_addf(out, " build=%s text=%.300s", seal->build, text);
}

/* A new pair, in a file of its own until the record has it. */
static enum sg_err hand_over(struct store *s, struct store_tail *next, struct strbuf *why)
{
	sign_make_keys(&s->seal->next);
	enum sg_err err =
		keys_write_sign(s->seal->dir, KEYS_SIGN_NEW, &s->seal->next, why);
	next->seal.handed = err == SG_OK;
	return err;
}

/* Only what is in the record is signed to be exported: "to=SEQ:HASH". */
static enum sg_err check_export(struct store *s, const struct store_tail *next,
				const char *more, struct strbuf *why)
{
	const char *p = strstr(more, " to=");
	char hex[HASH_HEX_SIZE];
	uint8_t want[AUDIT_HASH_SIZE], hash[AUDIT_HASH_SIZE];
	uint64_t seq = 0;

	p = p && audit_statement_number(more, "to", &seq) ? strchr(p, ':') : NULL;
	if (p && strlen(p + 1) >= HASH_HEX_SIZE - 1) {
		snprintf(hex, sizeof(hex), "%s", p + 1);
		if (hash_unhex(hex, want, sizeof(want)) == 0 && seq <= next->head.seq &&
		    rows_hash(s->db, seq, hash, NULL) == SG_OK &&
		    memcmp(hash, want, sizeof(hash)) == 0)
			return SG_OK;
	}
	strbuf_setf(why, "what is to be signed is not in the record");
	return SG_EREFUSED;
}

static enum sg_err more_of(struct store *s, struct store_tail *next,
			   const struct audit_record *r, bool begins, struct strbuf *more,
			   struct strbuf *why)
{
	enum sg_err err = SG_OK;

	if (r->kind == AUDIT_KEYS) {
		if (!begins)
			err = hand_over(s, next, why);
		if (err == SG_OK)
			more_of_keys(s->seal, r->detail,
				     begins ? &s->seal->sign : &s->seal->next, begins,
				     more);
		return err;
	}
	if (r->kind == AUDIT_EXPORT)
		err = check_export(s, next, r->detail, why);
	strbuf_adds(more, r->detail);
	return err;
}

static void fill(struct audit_statement *st, const struct store_tail *next,
		 const struct audit_record *r)
{
	*st = (struct audit_statement){
		.at = next->head,
		.rows = next->seal.since,
		.epoch = next->seal.key.epoch,
		.journal = next->journal,
		.previous = next->seal.last,
		.wall_ms = r->wall_ms,
	};
	snprintf(st->what, sizeof(st->what), "%s", audit_kind_name(r->kind));
	snprintf(st->config, sizeof(st->config), "%s",
		 r->manifest[0] ? r->manifest : r->config);
}

enum sg_err seal_statement(struct store *s, struct store_tail *next,
			   const struct txn_op *op, struct strbuf *out,
			   struct strbuf *why)
{
	struct strbuf text = STRBUF_INIT, said = STRBUF_INIT, more = STRBUF_INIT;
	char signature[STATEMENT_SIGNATURE_SIZE];
	struct audit_statement st;
	struct audit_record r;
	enum sg_err err = SG_EREFUSED;
	const struct sign_keys *by = next->seal.handed ? &s->seal->next : &s->seal->sign;

	if (!audit_record_get(op->body.buf, op->body.len, &r, &text) ||
	    !audit_kind_is_statement(r.kind))
		strbuf_setf(why, "a statement of the record is malformed");
	else if (r.kind == AUDIT_CHECKPOINT && next->seal.since == 0)
		err = SG_ENOENT;
	else
		err = more_of(s, next, &r, op->key && strcmp(op->key, "begin") == 0,
			      &more, why);
	if (err == SG_OK) {
		fill(&st, next, &r);
		memcpy(st.key, by->public, SIGN_PUBLIC_SIZE);
		st.more = more.len ? more.buf : "";
		audit_statement_put(&said, &st);
		audit_statement_sign(by, said.buf, signature);
		r.detail = said.buf;
		r.result = signature;
		audit_record_put(out, &r);
		next->seal.accepted = next->seal.accepted || r.kind == AUDIT_ACCEPTED;
	}
	strbuf_release(&text);
	strbuf_release(&said);
	strbuf_release(&more);
	return err;
}

void seal_due_body(const void *body, size_t n, struct strbuf *out)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_record was, r = { .kind = AUDIT_CHECKPOINT, .actor = "system" };

	if (audit_record_get(body, n, &was, &text)) {
		r.wall_ms = was.wall_ms;
		r.mono_ns = was.mono_ns;
		r.clock_synced = was.clock_synced;
		memcpy(r.boot_id, was.boot_id, sizeof(r.boot_id));
		r.config = was.config;
		r.manifest = was.manifest;
	}
	r.uid = UINT32_MAX;
	audit_record_put(out, &r);
	strbuf_release(&text);
}

/* --- after a commit ---------------------------------------------------------------- */

static void finish_hand_over(struct store *s)
{
	struct strbuf why = STRBUF_INIT;

	s->seal->sign = s->seal->next;
	explicit_bzero(&s->seal->next, sizeof(s->seal->next));
	s->tail.seal.handed = false;
	if (keys_write_sign(s->seal->dir, KEYS_SIGN, &s->seal->sign, &why) == SG_OK)
		keys_wipe(s->seal->dir, KEYS_SIGN_NEW, NULL);
	else
		log_error("%s: the record goes on with the key in %s", why.buf,
			  KEYS_SIGN_NEW);
	strbuf_release(&why);
}

static void finish_acceptance(struct store *s)
{
	char *path = xasprintf("%s/%s", s->seal->dir, KEYS_DISTRUST);

	s->tail.seal.accepted = false;
	s->distrust[0] = '\0';
	unlink(path);
	free(path);
}

static void put_key(struct store *s)
{
	struct seal_state state = { .since = s->tail.seal.last.seq,
				    .key = s->tail.seal.key };

	memcpy(state.chain_id, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	s->seal->file_since = state.since;
	if (s->seal->fd < 0 || !keys_put_seal(s->seal->fd, &state))
		log_warn("%s/%s could not be written: an older seal key is still in it",
			 s->seal->dir, KEYS_SEAL);
	explicit_bzero(&state, sizeof(state));
}

void seal_settle(struct store *s)
{
	if (!s->seal || !s->tail.seal.on)
		return;
	if (s->tail.seal.handed)
		finish_hand_over(s);
	if (s->tail.seal.accepted)
		finish_acceptance(s);
	if (s->tail.seal.last.seq == s->seal->file_since)
		return;
	put_key(s);
	if (!s->distrust[0]) /* what others have of it is the proof: it stays */
		seal_anchor(s);
}

void seal_distrust(struct store *s, const char *why)
{
	struct strbuf failed = STRBUF_INIT;

	if (s->distrust[0])
		return;
	snprintf(s->distrust, sizeof(s->distrust), "%s", why);
	log_error("the audit record is not believed: %s", s->distrust);
	if (s->seal &&
	    keys_write_text(s->seal->dir, KEYS_DISTRUST, s->distrust, &failed) != SG_OK)
		log_error("%s", failed.buf);
	strbuf_release(&failed);
}

void seal_free(struct store *s)
{
	if (!s->seal)
		return;
	if (s->seal->fd >= 0)
		close(s->seal->fd);
	free(s->seal->dir);
	free(s->seal->folder);
	explicit_bzero(s->seal, sizeof(*s->seal));
	free(s->seal);
	s->seal = NULL;
}
