/* reserve_entry.c - what an entry of the reserve journal holds: the place where it took
 * over, or a group of transactions as they were handed over. */
#include "store/reserve_entry.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audit/record.h"
#include "util/bytes.h"
#include "util/strbuf.h"

enum { IS_BEGIN = 'B', IS_GROUP = 'G', KEY_MAX = 4096 };

static void put_head(struct strbuf *w, const struct audit_head *h)
{
	bytes_put_u64(w, h->seq);
	strbuf_add(w, h->hash, AUDIT_HASH_SIZE);
}

static void put_tail(struct strbuf *w, const struct store_tail *t)
{
	put_head(w, &t->head);
	put_head(w, &t->journal);
	bytes_put_u64(w, t->request);
	bytes_put_u64(w, t->occurrence);
}

static void get_head(struct bytes_reader *r, struct audit_head *h)
{
	h->seq = bytes_u64(r);
	const uint8_t *hash = bytes_raw(r, AUDIT_HASH_SIZE);
	if (hash)
		memcpy(h->hash, hash, AUDIT_HASH_SIZE);
}

static void get_tail(struct bytes_reader *r, struct store_tail *t)
{
	get_head(r, &t->head);
	get_head(r, &t->journal);
	t->request = bytes_u64(r);
	t->occurrence = bytes_u64(r);
}

void reserve_put_begin(struct strbuf *w, const struct reserve_begin *b)
{
	bytes_put_u8(w, IS_BEGIN);
	strbuf_add(w, b->chain_id, AUDIT_CHAIN_ID_SIZE);
	put_tail(w, &b->base);
	bytes_put_u8(w, b->has_maybe);
	put_tail(w, &b->maybe);
}

bool reserve_get_begin(const void *payload, size_t n, struct reserve_begin *b)
{
	struct bytes_reader r = bytes_reader(payload, n);
	bool is_begin = bytes_u8(&r) == IS_BEGIN;
	const uint8_t *id = bytes_raw(&r, AUDIT_CHAIN_ID_SIZE);

	if (id)
		memcpy(b->chain_id, id, AUDIT_CHAIN_ID_SIZE);
	get_tail(&r, &b->base);
	b->has_maybe = bytes_u8(&r);
	get_tail(&r, &b->maybe);
	return is_begin && bytes_done(&r);
}

static void put_op(struct strbuf *w, const struct txn_op *op)
{
	bytes_put_u8(w, (uint8_t)op->kind);
	bytes_put_u64(w, op->id);
	bytes_put_i64(w, op->wall_ms);
	bytes_put_u8(w, op->settled);
	bytes_put_u8(w, op->key != NULL);
	bytes_put_str(w, op->key);
	bytes_put_blob(w, op->body.buf, op->body.len);
}

void reserve_put_group(struct strbuf *w, struct txn *const *txns, size_t n)
{
	bytes_put_u8(w, IS_GROUP);
	bytes_put_u32(w, (uint32_t)n);
	for (size_t i = 0; i < n; i++) {
		bytes_put_u32(w, (uint32_t)txns[i]->n);
		for (size_t k = 0; k < txns[i]->n; k++)
			put_op(w, &txns[i]->ops[k]);
	}
}

static void get_op(struct bytes_reader *r, struct txn *t)
{
	enum txn_kind kind = (enum txn_kind)bytes_u8(r);
	uint64_t id = bytes_u64(r);
	int64_t wall_ms = bytes_i64(r);
	bool settled = bytes_u8(r), has_key = bytes_u8(r);
	char *key = bytes_strdup(r, KEY_MAX);
	struct txn_op *op = txn_add(t, kind, id, has_key ? key : NULL);
	size_t n = 0;
	const uint8_t *body = bytes_blob(r, &n);

	op->wall_ms = wall_ms;
	op->settled = settled;
	if (body)
		strbuf_add(&op->body, body, n);
	free(key);
}

enum sg_err reserve_each_txn(const void *payload, size_t n, reserve_txn_fn fn, void *arg,
			     struct strbuf *why)
{
	struct bytes_reader r = bytes_reader(payload, n);
	enum sg_err err = SG_OK;

	if (bytes_u8(&r) != IS_GROUP)
		r.failed = true;
	uint32_t txns = bytes_u32(&r);
	for (uint32_t i = 0; i < txns && err == SG_OK && !r.failed; i++) {
		struct txn *t = txn_new(0, false);
		uint32_t ops = bytes_u32(&r);
		for (uint32_t k = 0; k < ops && !r.failed; k++)
			get_op(&r, t);
		if (!r.failed)
			err = fn(arg, t, why);
		txn_free(t);
	}
	if (err != SG_OK || bytes_done(&r))
		return err;
	strbuf_setf(why, "the reserve journal holds an entry that cannot be read");
	return SG_EREFUSED;
}

static void raise_to(uint64_t *highest, uint64_t id)
{
	if (id > *highest)
		*highest = id;
}

enum sg_err reserve_use_numbers(const struct txn_op *op, struct store_tail *ahead,
				struct strbuf *why)
{
	enum sg_err err = store_check_op(op, why);

	if (err != SG_OK)
		return err;
	if (op->kind == TXN_INTENT && op->id <= ahead->request) {
		strbuf_setf(why, "write request %" PRIu64 " was used before", op->id);
		return SG_EREFUSED;
	}
	if ((op->kind == TXN_OUTCOME || op->kind == TXN_SETTLE) &&
	    op->id > ahead->request) {
		strbuf_setf(why, "write request %" PRIu64 " has no intent on record",
			    op->id);
		return SG_EREFUSED;
	}
	if (op->kind == TXN_INTENT)
		raise_to(&ahead->request, op->id);
	else if (op->kind == TXN_AUDIT)
		raise_to(&ahead->request,
			 audit_record_request(op->body.buf, op->body.len));
	else if (op->kind == TXN_JOURNAL)
		raise_to(&ahead->occurrence, op->id);
	return SG_OK;
}
