/* walk.c - the verifier's judgement of one record after the other. */
#include "audit/walk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/hash.h"
#include "audit/record.h"
#include "util/strbuf.h"

void audit_walk_begin(struct audit_walk *w, const struct audit_head *start,
		      const struct audit_head *noted)
{
	*w = (struct audit_walk){ .noted = noted };
	w->v.head = *start;
	w->v.good = true;
}

static bool bad(struct audit_walk *w, uint64_t seq, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool bad(struct audit_walk *w, uint64_t seq, const char *fmt, ...)
{
	va_list ap;

	w->v.good = false;
	w->v.first_bad = seq;
	va_start(ap, fmt);
	vsnprintf(w->v.text, sizeof(w->v.text), fmt, ap);
	va_end(ap);
	return false;
}

static bool check_place(struct audit_walk *w, uint64_t seq)
{
	uint64_t due = w->v.head.seq + 1;

	if (seq == due)
		return true;
	if (seq > due)
		return bad(w, due,
			   "gap at %" PRIu64 ": record %" PRIu64
			   " is missing, the next is "
			   "record %" PRIu64,
			   due, due, seq);
	return bad(w, due, "record %" PRIu64 " stands where record %" PRIu64 " is due",
		   seq, due);
}

static bool check_noted(struct audit_walk *w)
{
	const struct audit_head *noted = w->noted;

	if (!noted || noted->seq != w->v.head.seq ||
	    memcmp(noted->hash, w->v.head.hash, AUDIT_HASH_SIZE) == 0)
		return true;
	return bad(w, noted->seq,
		   "record %" PRIu64
		   ": its hash is not the one that was noted: the record "
		   "or one before it was replaced",
		   noted->seq);
}

static bool is_proved(struct audit_walk *w, const struct audit_walk_row *row,
		      const uint8_t *inner, const struct audit_head *next)
{
	struct strbuf why = STRBUF_INIT;
	struct audit_record r;
	bool ok = audit_record_is_sound(row->body, row->n, &r);

	if (!ok)
		return bad(w, row->seq, "record %" PRIu64 ": its body is malformed",
			   row->seq);
	if (!w->proof)
		return true;
	ok = audit_proof_next(w->proof,
			      &(struct audit_proof_row){
				      .body = row->body,
				      .n = row->n,
				      .inner = inner,
				      .seal = inner ? row->seal : NULL,
				      .numbers = &r,
				      .before = &w->v.head,
				      .after = next,
			      },
			      &why);
	if (!ok)
		bad(w, row->seq, "record %" PRIu64 ": %s", row->seq, why.buf);
	strbuf_release(&why);
	return ok;
}

/* The record after head; inner is filled when it is sealed. */
static void step(const struct audit_walk_row *row, uint8_t inner[AUDIT_HASH_SIZE],
		 struct audit_head *head)
{
	if (!row->seal_n) {
		audit_chain_append(head, row->body, row->n);
		return;
	}
	audit_chain_inner(head, row->body, row->n, inner);
	audit_chain_close(head, inner, row->seal);
}

bool audit_walk_row(struct audit_walk *w, const struct audit_walk_row *row)
{
	struct audit_head next = w->v.head;
	uint8_t inner[AUDIT_HASH_SIZE];
	uint64_t seq = row->seq;

	if (!w->v.good || !check_place(w, seq))
		return false;
	if (row->n > AUDIT_BODY_MAX)
		return bad(w, seq,
			   "record %" PRIu64 ": its body of %zu bytes is longer than any "
			   "record",
			   seq, row->n);
	if (row->seal_n != 0 && row->seal_n != AUDIT_SEAL_SIZE)
		return bad(w, seq, "record %" PRIu64 ": its seal is malformed", seq);
	step(row, inner, &next);
	if (row->hash_n != AUDIT_HASH_SIZE ||
	    memcmp(next.hash, row->hash, AUDIT_HASH_SIZE) != 0)
		return bad(w, seq,
			   "record %" PRIu64 ": its hash does not match its body, its "
			   "predecessor and the chain id",
			   seq);
	if (!w->any_body && !is_proved(w, row, row->seal_n ? inner : NULL, &next))
		return false;
	w->v.head = next;
	w->v.records++;
	return check_noted(w);
}

bool audit_walk_next(struct audit_walk *w, uint64_t seq, const void *body, size_t n,
		     const uint8_t *hash, size_t hash_n)
{
	return audit_walk_row(w, &(struct audit_walk_row){ .seq = seq,
							   .body = body,
							   .n = n,
							   .hash = hash,
							   .hash_n = hash_n });
}

void audit_walk_bad(struct audit_walk *w, const char *why)
{
	if (w->v.good)
		bad(w, w->v.head.seq + 1, "record %" PRIu64 ": %s", w->v.head.seq + 1,
		    why);
}

void audit_walk_end(struct audit_walk *w)
{
	struct audit_verdict *v = &w->v;
	char hash[HASH_HEX_SIZE];

	if (!v->good)
		return;
	if (w->noted && w->noted->seq > v->head.seq) {
		bad(w, v->head.seq + 1,
		    "the chain ends at record %" PRIu64 ", shorter than what was noted "
		    "(record %" PRIu64
		    "): its end was cut off or an older copy put in place",
		    v->head.seq, w->noted->seq);
		return;
	}
	struct strbuf why = STRBUF_INIT;
	if (w->proof && !audit_proof_end(w->proof, &v->head, &why))
		bad(w, v->head.seq + 1, "%s", why.buf);
	strbuf_release(&why);
	if (!v->good)
		return;
	hash_hex(v->head.hash, AUDIT_HASH_SIZE, hash);
	snprintf(v->text, sizeof(v->text),
		 "%" PRIu64 " records, head %" PRIu64 " %s: good", v->records,
		 v->head.seq, hash);
}
