/* proof.c - signatures, seals and notes, held against the record. */
#include "audit/proof.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

/* EPOCHS_MAX: forty years of a checkpoint a minute; a hostile number costs no more. */
enum { TIME_SLACK_MS = 2000, EPOCHS_MAX = 20000000 };

void audit_proof_begin(struct audit_proof *p)
{
	*p = (struct audit_proof){ .text = STRBUF_INIT };
}

void audit_proof_release(struct audit_proof *p)
{
	strbuf_release(&p->text);
	explicit_bzero(&p->seal, sizeof(p->seal));
}

bool audit_proof_know(struct audit_proof *p, const char *fingerprint)
{
	char *to;
	size_t digits = 0;

	if (p->n_known == PROOF_KEYS_MAX)
		return false;
	to = p->known[p->n_known];
	for (; *fingerprint; fingerprint++) {
		if (*fingerprint == ' ')
			continue;
		if (!isxdigit((unsigned char)*fingerprint) || digits == 32)
			return false;
		if (digits && digits % 4 == 0)
			*to++ = ' ';
		*to++ = (char)tolower((unsigned char)*fingerprint);
		digits++;
	}
	*to = '\0';
	p->n_known += digits == 32;
	return digits == 32;
}

static bool is_known(const struct audit_proof *p, const uint8_t key[SIGN_PUBLIC_SIZE])
{
	char fingerprint[KEY_FINGERPRINT_SIZE];

	audit_key_fingerprint(key, fingerprint);
	for (size_t i = 0; i < p->n_known; i++)
		if (strcmp(p->known[i], fingerprint) == 0)
			return true;
	return false;
}

/* --- statements -------------------------------------------------------------------- */

/* May this key sign here? */
static bool check_key(struct audit_proof *p, const struct audit_statement *s,
		      enum audit_kind kind, struct strbuf *why)
{
	char fingerprint[KEY_FINGERPRINT_SIZE];

	audit_key_fingerprint(s->key, fingerprint);
	if (p->has_key && memcmp(p->key, s->key, SIGN_PUBLIC_SIZE) == 0)
		return true;
	if (is_known(p, s->key))
		return true;
	if (p->has_key) {
		strbuf_setf(why,
			    "it is signed by the key %s, which is unknown: the key "
			    "before did not hand over to it",
			    fingerprint);
		return false;
	}
	if (p->n_known) {
		strbuf_setf(why, "it is signed by the key %s, which is none of the known",
			    fingerprint);
		return false;
	}
	if (kind == AUDIT_KEYS || p->from_middle)
		return true; /* the first one: to be compared by its fingerprint */
	strbuf_setf(why, "it is signed before any key is on record");
	return false;
}

/* Is it about the record before it? */
static bool check_place(const struct audit_statement *s,
			const struct audit_proof_row *row, struct strbuf *why)
{
	const struct audit_head *before = row->before;

	if (strcmp(s->what, audit_kind_name(row->numbers->kind)) == 0 &&
	    memcmp(s->at.chain_id, before->chain_id, AUDIT_CHAIN_ID_SIZE) == 0 &&
	    s->at.seq == before->seq &&
	    memcmp(s->at.hash, before->hash, AUDIT_HASH_SIZE) == 0)
		return true;
	strbuf_setf(why,
		    "its statement is not about the record before it, but about record "
		    "%" PRIu64,
		    s->at.seq);
	return false;
}

/* Does it follow the statement before it? */
static bool check_previous(const struct audit_proof *p, const struct audit_statement *s,
			   struct strbuf *why)
{
	if (!p->has_statement && p->from_middle)
		return true;
	if (!p->has_statement && s->previous.seq != 0)
		strbuf_setf(why, "its statement names one before it, and there was none");
	else if (p->has_statement &&
		 (s->previous.seq != p->last.seq ||
		  memcmp(s->previous.hash, p->last.hash, AUDIT_HASH_SIZE) != 0))
		strbuf_setf(why,
			    "its statement names record %" PRIu64
			    " as the one before, which was record %" PRIu64,
			    s->previous.seq, p->last.seq);
	else if (s->rows != p->since)
		strbuf_setf(why,
			    "its statement counts %" PRIu64
			    " records since the last one; there are %" PRIu64,
			    s->rows, p->since);
	else
		return true;
	return false;
}

static bool check_words(const struct audit_proof *p, const struct audit_statement *s,
			const struct audit_proof_row *row, struct strbuf *why)
{
	if (!check_place(s, row, why) || !check_previous(p, s, why))
		return false;
	if (!p->has_seal || s->epoch == p->seal.epoch || row->numbers->kind == AUDIT_KEYS)
		return true;
	strbuf_setf(why,
		    "its statement names epoch %" PRIu64 " of the seal, where %" PRIu64
		    " is due",
		    s->epoch, p->seal.epoch);
	return false;
}

/* k_0 of what is sealed from here on, if somebody has it: the newest that begins not
 * later, moved on to the epoch. */
static void find_seal(struct audit_proof *p, const struct audit_proof_row *row,
		      uint64_t epoch)
{
	const struct seal_paper *best = NULL;

	for (size_t i = 0; i < p->n_papers; i++) {
		const struct seal_paper *paper = &p->papers[i];
		if (paper->from <= row->after->seq &&
		    memcmp(paper->chain_id, row->after->chain_id, AUDIT_CHAIN_ID_SIZE) ==
			    0 &&
		    (!best || paper->from > best->from))
			best = paper;
	}
	p->has_seal = best && epoch <= row->after->seq && epoch <= EPOCHS_MAX;
	if (!p->has_seal)
		return;
	p->seal = best->key;
	while (p->seal.epoch < epoch)
		seal_next(&p->seal);
}

static bool take_keys(struct audit_proof *p, const struct audit_statement *s,
		      const struct audit_proof_row *row, struct strbuf *why)
{
	uint8_t id[SEAL_ID_SIZE], own[SEAL_ID_SIZE];

	if (!audit_statement_hex(s->more, "new", p->key, SIGN_PUBLIC_SIZE)) {
		strbuf_setf(why, "it names no new key");
		return false;
	}
	p->keys++;
	if (!audit_statement_hex(s->more, "seal", id, SEAL_ID_SIZE))
		return true; /* the seal goes on */
	find_seal(p, row, 0);
	if (!p->has_seal)
		return true;
	seal_id(&p->seal, own);
	if (memcmp(id, own, SEAL_ID_SIZE) != 0) {
		strbuf_setf(why, "the record is sealed from here on, but not by the seal "
				 "key that was given for it");
		return false;
	}
	return true;
}

/* The record is a statement; afterwards the keys are those that it leaves. */
static bool statement(struct audit_proof *p, const struct audit_proof_row *row,
		      struct strbuf *why)
{
	struct audit_statement s;
	struct audit_record r;

	if (!audit_record_get(row->body, row->n, &r, &p->text) ||
	    !audit_statement_get(r.detail, &s)) {
		strbuf_setf(why, "its statement is malformed");
		return false;
	}
	if (!check_words(p, &s, row, why) || !check_key(p, &s, r.kind, why))
		return false;
	if (!audit_statement_signed(s.key, r.detail, r.result)) {
		strbuf_setf(why, "its signature is wrong");
		return false;
	}
	memcpy(p->key, s.key, SIGN_PUBLIC_SIZE);
	p->has_key = true;
	if (!p->has_statement && p->from_middle && r.kind != AUDIT_KEYS)
		find_seal(p, row, s.epoch);
	if (r.kind == AUDIT_KEYS && !take_keys(p, &s, row, why))
		return false;
	p->statements++;
	p->journal = s.journal;
	p->last_ms = s.wall_ms;
	return true;
}

/* --- seals ------------------------------------------------------------------------- */

static bool check_seal(struct audit_proof *p, const struct audit_proof_row *row,
		       struct strbuf *why)
{
	uint8_t seal[AUDIT_SEAL_SIZE];

	if (!row->seal) {
		if (p->is_sealed)
			strbuf_setf(why, "it has no seal, as the records before it have");
		return !p->is_sealed;
	}
	if (!p->is_sealed && !p->from_middle && row->numbers->kind != AUDIT_KEYS) {
		strbuf_setf(why, "it is sealed before any keys are on record");
		return false;
	}
	p->is_sealed = true;
	p->sealed++;
	if (!p->has_seal)
		return true;
	seal_row(&p->seal, row->inner, seal);
	if (memcmp(seal, row->seal, AUDIT_SEAL_SIZE) != 0) {
		strbuf_setf(why, "its seal is wrong: it, or a record before it, was "
				 "written anew");
		return false;
	}
	p->proved++;
	return true;
}

/* --- notes ------------------------------------------------------------------------- */

static bool same_as_noted(const struct audit_noted *noted, const struct audit_head *head)
{
	char code[ANCHOR_CODE_SIZE];

	if (noted->has_hash)
		return memcmp(noted->hash, head->hash, AUDIT_HASH_SIZE) == 0;
	audit_anchor_code(head->hash, code);
	return strcmp(noted->code, code) == 0;
}

static int by_seq(const void *a, const void *b)
{
	const struct audit_noted *x = a, *y = b;

	return (x->seq > y->seq) - (x->seq < y->seq);
}

void audit_noted_sort(struct audit_noted *noted, size_t n)
{
	if (n)
		qsort(noted, n, sizeof(*noted), by_seq);
}

static bool check_noted(struct audit_proof *p, const struct audit_head *head,
			struct strbuf *why)
{
	while (p->noted_at < p->n_noted && p->noted[p->noted_at].seq < head->seq)
		p->noted_at++;
	for (; p->noted_at < p->n_noted; p->noted_at++) {
		const struct audit_noted *noted = &p->noted[p->noted_at];

		if (noted->seq != head->seq)
			return true;
		p->compared++;
		if (!same_as_noted(noted, head)) {
			strbuf_setf(why, "its hash is not the one that was anchored: the "
					 "record or one before it was replaced");
			return false;
		}
		if (noted->has_key && p->has_key &&
		    memcmp(noted->key, p->key, SIGN_PUBLIC_SIZE) != 0 &&
		    !is_known(p, noted->key)) {
			strbuf_setf(why, "its anchor is signed by another key than the "
					 "record");
			return false;
		}
	}
	return true;
}

/* --- times ------------------------------------------------------------------------- */

/* A clock that was set back is no proof of a forgery, but nobody should overlook it. */
static void look_at_time(struct audit_proof *p, const struct audit_proof_row *row)
{
	int64_t by;

	/* a forged time may be anything */
	if (__builtin_sub_overflow(p->wall_ms, row->numbers->wall_ms, &by))
		by = p->wall_ms > 0 ? INT64_MAX : INT64_MIN;
	if (by > TIME_SLACK_MS && row->numbers->kind != AUDIT_CLOCK) {
		if (p->odd_times < PROOF_TIMES_TOLD) {
			p->odd[p->odd_times] = row->after->seq;
			p->odd_by_ms[p->odd_times] = by;
		}
		p->odd_times++;
	}
	p->wall_ms = row->numbers->wall_ms;
}

/* --- all of it --------------------------------------------------------------------- */

bool audit_proof_next(struct audit_proof *p, const struct audit_proof_row *row,
		      struct strbuf *why)
{
	bool is_statement = audit_kind_is_statement(row->numbers->kind);

	if (is_statement && !statement(p, row, why))
		return false;
	if (!check_seal(p, row, why))
		return false;
	if (is_statement) {
		p->has_statement = true;
		p->last = *row->after;
		p->since = 0;
		if (p->has_seal)
			seal_next(&p->seal);
	} else if (++p->since > SEAL_ROWS_MAX && p->is_sealed) {
		strbuf_setf(why,
			    "it is the %" PRIu64
			    "th without a signed checkpoint; there is one after %d at "
			    "the latest: checkpoints were taken out",
			    p->since, SEAL_ROWS_MAX);
		return false;
	}
	look_at_time(p, row);
	return check_noted(p, row->after, why);
}

bool audit_proof_end(struct audit_proof *p, const struct audit_head *head,
		     struct strbuf *why)
{
	for (size_t i = 0; i < p->n_noted; i++) {
		if (p->noted[i].seq <= head->seq)
			continue;
		strbuf_setf(why,
			    "the chain ends at record %" PRIu64
			    ", shorter than what was anchored (record %" PRIu64
			    "): its end was cut off or an older copy put in place",
			    head->seq, p->noted[i].seq);
		return false;
	}
	return true;
}

static void tell_statements(const struct audit_proof *p, struct strbuf *out)
{
	char time[CLOCK_ISO_SIZE], fingerprint[KEY_FINGERPRINT_SIZE];

	if (!p->has_statement) {
		strbuf_adds(out, "not signed: no checkpoint is in it\n");
		return;
	}
	clock_iso_utc((struct wall){ p->last_ms }, time);
	audit_key_fingerprint(p->key, fingerprint);
	strbuf_addf(out,
		    "signed: %" PRIu64 " statements, the last is record %" PRIu64
		    " of %s; %" PRIu64 " records after it are not signed yet\n",
		    p->statements, p->last.seq, time, p->since);
	strbuf_addf(out, "key: %s (compare it with the one noted at the installation)\n",
		    fingerprint);
}

static void tell_times(const struct audit_proof *p, struct strbuf *out)
{
	for (size_t i = 0; i < p->odd_times && i < PROOF_TIMES_TOLD; i++)
		strbuf_addf(out,
			    "time: record %" PRIu64 " is dated %" PRId64
			    " s before the record before it\n",
			    p->odd[i], p->odd_by_ms[i] / 1000);
	if (p->odd_times > PROOF_TIMES_TOLD)
		strbuf_addf(out, "time: and %" PRIu64 " more of them\n",
			    p->odd_times - PROOF_TIMES_TOLD);
}

void audit_proof_tell(const struct audit_proof *p, struct strbuf *out)
{
	tell_statements(p, out);
	if (p->n_papers)
		strbuf_addf(out,
			    "seals: %" PRIu64 " of %" PRIu64
			    " sealed records proved with the seal key\n",
			    p->proved, p->sealed);
	else if (p->is_sealed)
		strbuf_addf(out,
			    "seals: %" PRIu64
			    " records are sealed; give --seal-key FILE to prove them\n",
			    p->sealed);
	if (p->n_noted)
		strbuf_addf(out, "anchors: %" PRIu64 " compared\n", p->compared);
	tell_times(p, out);
}
