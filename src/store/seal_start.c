/* seal_start.c - what a start finds: does the record go on where its keys and its anchors
 * say it ended? If not, it is not believed until somebody has accepted it; it is recorded
 * on in any case, sealed anew where the old seal cannot go on. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/hash.h"
#include "audit/record.h"
#include "audit/statement.h"
#include "store/rows.h"
#include "store/seal_int.h"
#include "store/store.h"
#include "store/store_int.h"
#include "util/clock.h"
#include "util/locked.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { LOOK_BACK = SEAL_ROWS_MAX + 2, TEXT_KEPT = 320, STATEMENTS_BACK = 100000 };

/* The newest statement, and what it leaves. */
struct newest {
	bool found, any_sealed;
	uint64_t since; /* records after it; all there are, when there is none */
	struct audit_head head;
	int64_t wall_ms;
	uint64_t epoch, previous;
	uint8_t by[SIGN_PUBLIC_SIZE], key[SIGN_PUBLIC_SIZE];
	bool good;   /* its signature */
	bool begins; /* it is of keys that a new seal began with */
};

/* --- the newest statement ---------------------------------------------------------- */

static bool take_statement(const struct audit_walk_row *row, struct newest *n)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_statement st;
	struct audit_record r;
	uint8_t id[SEAL_ID_SIZE];
	bool ok = audit_record_get(row->body, row->n, &r, &text) &&
		  audit_kind_is_statement(r.kind) && row->hash_n == AUDIT_HASH_SIZE &&
		  audit_statement_get(r.detail, &st);

	if (ok) {
		n->found = true;
		n->head.seq = row->seq;
		memcpy(n->head.hash, row->hash, AUDIT_HASH_SIZE);
		memcpy(n->head.chain_id, st.at.chain_id, AUDIT_CHAIN_ID_SIZE);
		n->wall_ms = st.wall_ms;
		n->epoch = st.epoch;
		n->previous = st.previous.seq;
		memcpy(n->by, st.key, SIGN_PUBLIC_SIZE);
		memcpy(n->key, st.key, SIGN_PUBLIC_SIZE);
		n->good = audit_statement_signed(st.key, r.detail, r.result);
		if (r.kind == AUDIT_KEYS) {
			audit_statement_hex(st.more, "new", n->key, SIGN_PUBLIC_SIZE);
			n->begins =
				audit_statement_hex(st.more, "seal", id, SEAL_ID_SIZE);
		}
	}
	strbuf_release(&text);
	return ok;
}

static bool look(void *arg, const struct audit_walk_row *row)
{
	struct newest *n = arg;
	struct audit_record r;

	n->any_sealed = n->any_sealed || row->seal_n > 0;
	if (audit_record_is_sound(row->body, row->n, &r) &&
	    audit_kind_is_statement(r.kind) && take_statement(row, n))
		return false;
	n->since++;
	return true;
}

static enum sg_err find_newest(struct store *s, struct newest *n, struct strbuf *why)
{
	*n = (struct newest){ 0 };
	enum sg_err err = rows_back(s->db, 0, LOOK_BACK, look, n, why);
	if (err == SG_OK && !n->found && !n->any_sealed)
		n->since = s->tail.head.seq;
	return err;
}

static bool only(void *arg, const struct audit_walk_row *row)
{
	take_statement(row, arg);
	return false;
}

/* How many statements lie behind the one that seal.key has moved on behind: a crash can
 * only have lost the last steps of the key, and they can be made again. */
static bool count_steps(struct store *s, const struct newest *n, uint64_t since,
			uint64_t *steps)
{
	struct newest at = *n;

	for (*steps = 0; at.head.seq > since && *steps < STATEMENTS_BACK; ++*steps) {
		uint64_t previous = at.previous;
		at = (struct newest){ 0 };
		if (previous == since)
			at.head.seq = since;
		else if (rows_back(s->db, previous + 1, 1, only, &at, NULL) != SG_OK ||
			 !at.found || at.head.seq != previous)
			return false;
	}
	return at.head.seq == since;
}

/* --- keys -------------------------------------------------------------------------- */

static bool __attribute__((format(printf, 2, 3)))
doubt(struct store *s, const char *fmt, ...)
{
	char text[TEXT_KEPT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	seal_distrust(s, text);
	return false;
}

/* The pair whose public key the record names; also one that was just handed over to. */
static bool find_sign(struct store *s, const struct newest *n)
{
	struct store_seal *seal = s->seal;
	enum keys_found found = keys_read_sign(seal->dir, KEYS_SIGN, &seal->sign);

	if (!n->found && found == KEYS_GOOD)
		return true;
	if (!n->found && found == KEYS_NONE) {
		sign_make_keys(&seal->sign);
		return false;
	}
	if (found == KEYS_GOOD &&
	    memcmp(seal->sign.public, n->key, SIGN_PUBLIC_SIZE) == 0)
		return true;
	if (n->found &&
	    keys_read_sign(seal->dir, KEYS_SIGN_NEW, &seal->sign) == KEYS_GOOD &&
	    memcmp(seal->sign.public, n->key, SIGN_PUBLIC_SIZE) == 0)
		return keys_write_sign(seal->dir, KEYS_SIGN, &seal->sign, NULL) == SG_OK;
	doubt(s,
	      "the key in %s/%s is %s: the record is signed by another one, and nobody "
	      "handed over to a new one",
	      seal->dir, KEYS_SIGN,
	      found == KEYS_NONE  ? "gone"
	      : found == KEYS_BAD ? "damaged"
				  : "another one");
	sign_make_keys(&seal->sign);
	return false;
}

/* The seal goes on where seal.key says. False: it has to begin anew. */
static bool go_on(struct store *s, const struct newest *n)
{
	struct seal_state state = { 0 };
	uint64_t steps = 0;
	enum keys_found found = keys_open_seal(s->seal->dir, &s->seal->fd, &state);

	if (!n->found && !n->any_sealed && found == KEYS_NONE)
		return false; /* a record of an older Sightglass, or a new one */
	if (found != KEYS_GOOD)
		return doubt(s, "the seal key in %s/%s is %s", s->seal->dir, KEYS_SEAL,
			     found == KEYS_NONE ? "gone" : "damaged");
	if (memcmp(state.chain_id, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE) != 0)
		return doubt(s,
			     "the seal key in %s/%s is of another chain: the file was "
			     "deleted or replaced, and this record began anew",
			     s->seal->dir, KEYS_SEAL);
	if (!n->found && state.since == s->tail.head.seq && state.key.epoch == 0)
		return false; /* interrupted while it began: once more */
	if (!n->found)
		return doubt(s, "the record has no signed checkpoint at its end, as it "
				"had before: it was replaced");
	if (state.since > n->head.seq)
		return doubt(s,
			     "the record ends at %" PRIu64
			     ", but its seal key has come to record %" PRIu64
			     ": its end was cut off, or an older copy was put in its "
			     "place",
			     s->tail.head.seq, state.since);
	if (!count_steps(s, n, state.since, &steps))
		return doubt(s, "the seal key and the record do not fit together");
	while (steps-- > 0)
		seal_next(&state.key);
	if (state.key.epoch != n->epoch + 1)
		return doubt(s, "the seal key and the record do not fit together");
	s->seal->file_since = state.since; /* it is written when it lags behind */
	s->tail.seal.key = state.key;
	s->tail.seal.on = true;
	explicit_bzero(&state, sizeof(state));
	return true;
}

/* The records after the newest statement: sealed by the key as it is, chained to it. */
static void check_after(struct store *s, const struct newest *n)
{
	struct audit_proof p;
	struct audit_walk w;
	struct strbuf why = STRBUF_INIT;

	audit_proof_begin(&p);
	p.from_middle = p.is_sealed = p.has_key = p.has_statement = p.has_seal = true;
	memcpy(p.key, n->key, SIGN_PUBLIC_SIZE);
	p.last = n->head;
	p.seal = s->tail.seal.key;
	audit_walk_begin(&w, &n->head, NULL);
	w.proof = &p;
	if (rows_walk(s->db, SCHEMA_AUDIT, &w, 0, NULL, &why) != SG_OK)
		doubt(s, "%s", why.buf);
	else if (!w.v.good)
		doubt(s, "%s", w.v.text);
	audit_proof_release(&p);
	strbuf_release(&why);
}

/* --- a seal begins ----------------------------------------------------------------- */

static enum sg_err put_first(struct store *s, struct strbuf *why)
{
	struct seal_paper paper = { .from = s->tail.head.seq + 1, .key = s->seal->first };
	char text[SEAL_PAPER_SIZE];

	memcpy(paper.chain_id, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	seal_paper_put(&paper, text);
	enum sg_err err = keys_wipe(s->seal->dir, KEYS_FIRST, why);
	if (err == SG_OK)
		err = keys_write_text(s->seal->dir, KEYS_FIRST, text, why);
	explicit_bzero(&paper, sizeof(paper));
	explicit_bzero(text, sizeof(text));
	return err;
}

/* The keys are on the disk before the record names them. */
static enum sg_err make_files(struct store *s, bool has_sign, struct strbuf *why)
{
	struct seal_state state = { .since = s->tail.head.seq };
	enum sg_err err = SG_OK;

	seal_make(&s->seal->first);
	state.key = s->seal->first;
	memcpy(state.chain_id, s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	if (!has_sign)
		err = keys_write_sign(s->seal->dir, KEYS_SIGN, &s->seal->sign, why);
	if (err == SG_OK)
		err = put_first(s, why);
	if (err == SG_OK)
		err = keys_make_seal(s->seal->dir, &s->seal->fd, &state, why);
	explicit_bzero(&state, sizeof(state));
	return err;
}

static enum sg_err record_keys(struct store *s, bool has_sign, bool is_first,
			       struct strbuf *why)
{
	struct txn *t = txn_new(0, true), *one[1] = { t };
	struct now now = clock_now();
	char fingerprint[KEY_FINGERPRINT_SIZE], chain[2 * AUDIT_CHAIN_ID_SIZE + 1];
	struct audit_record r = {
		.kind = AUDIT_KEYS,
		.wall_ms = now.wall.ms,
		.mono_ns = now.mono.ns,
		.uid = UINT32_MAX,
		.actor = "system",
		.subject = chain,
		.new_value = fingerprint,
	};

	hash_hex(s->tail.head.chain_id, AUDIT_CHAIN_ID_SIZE, chain);
	audit_key_fingerprint(s->seal->sign.public, fingerprint);
	memcpy(r.boot_id, s->seal->boot_id, sizeof(r.boot_id));
	r.detail = is_first   ? "the first keys of this record"
		   : has_sign ? "a new seal begins"
			      : "new keys: the old ones cannot be used";
	audit_record_put(&txn_add(t, TXN_CHECKPOINT, 0, "begin")->body, &r);
	enum sg_err err = store_commit(s, one, 1, why);
	txn_free(t);
	return err;
}

static enum sg_err begin(struct store *s, const struct newest *n, bool has_sign,
			 struct strbuf *why)
{
	if (s->seal->fd >= 0)
		close(s->seal->fd);
	s->seal->fd = -1;
	enum sg_err err = make_files(s, has_sign, why);
	if (err != SG_OK)
		return err;
	s->tail.seal.on = true;
	s->tail.seal.key = s->seal->first;
	s->seal->file_since = s->tail.head.seq;
	s->seal->first_is_here = true;
	err = record_keys(s, has_sign, !n->found && !n->any_sealed, why);
	explicit_bzero(&s->seal->first, sizeof(s->seal->first));
	if (err != SG_OK)
		s->tail.seal.on = false;
	return err;
}

/* --- the start --------------------------------------------------------------------- */

static void remember_distrust(struct store *s)
{
	char text[RECORD_DISTRUST_SIZE];

	if (!s->distrust[0] &&
	    keys_read_text(s->seal->dir, KEYS_DISTRUST, text, sizeof(text)) && text[0])
		snprintf(s->distrust, sizeof(s->distrust), "%s", text);
	else if (s->distrust[0])
		keys_write_text(s->seal->dir, KEYS_DISTRUST, s->distrust, NULL);
}

static void look_for_first(struct store *s)
{
	char text[SEAL_PAPER_SIZE];

	s->seal->first_is_here =
		keys_read_text(s->seal->dir, KEYS_FIRST, text, sizeof(text)) && text[0];
	explicit_bzero(text, sizeof(text));
}

static enum sg_err start(struct store *s, struct strbuf *why)
{
	struct newest n;
	enum sg_err err = find_newest(s, &n, why);

	if (err != SG_OK)
		return err;
	bool has_sign = find_sign(s, &n);
	seal_check_anchors(s);
	s->tail.seal.last = n.head;
	s->tail.seal.last_ms = n.wall_ms;
	s->tail.seal.since = n.since;
	s->seal->file_since = n.head.seq;
	if (n.found && !n.good)
		doubt(s, "record %" PRIu64 ": its signature is wrong", n.head.seq);
	if (!go_on(s, &n) || !has_sign)
		return begin(s, &n, has_sign, why);
	check_after(s, &n);
	seal_settle(s);
	look_for_first(s);
	return SG_OK;
}

enum sg_err seal_start(struct store *s, const struct store_seal_options *o,
		       struct strbuf *why)
{
	const char *slash = strrchr(s->path, '/');

	s->seal = xcalloc(1, sizeof(*s->seal));
	locked_keep(s->seal, sizeof(*s->seal)); /* the keys that sign */
	s->seal->fd = -1;
	s->seal->dir = xstrndup(s->path, (size_t)(slash - s->path));
	s->seal->folder = o->folder && o->folder[0] ? xstrdup(o->folder) : NULL;
	snprintf(s->seal->build, sizeof(s->seal->build), "%s", o->build);
	memcpy(s->seal->boot_id, o->boot_id, sizeof(s->seal->boot_id));
	remember_distrust(s);
	return s->db ? start(s, why) : SG_OK;
}

const char *store_distrust(const struct store *s)
{
	return s->distrust;
}

void store_set_distrust(struct store *s, const char *why)
{
	seal_distrust(s, why);
}

/* --- k_0 --------------------------------------------------------------------------- */

enum sg_err store_seal_key(struct store *s, char out[SEAL_PAPER_SIZE], struct strbuf *why)
{
	if (s->seal && keys_read_text(s->seal->dir, KEYS_FIRST, out, SEAL_PAPER_SIZE) &&
	    out[0])
		return SG_OK;
	strbuf_setf(why, "the first seal key is not on this machine any more: it was "
			 "taken away");
	return SG_ENOENT;
}

enum sg_err store_seal_key_wipe(struct store *s, struct strbuf *why)
{
	enum sg_err err = keys_wipe(s->seal->dir, KEYS_FIRST, why);

	s->seal->first_is_here = s->seal->first_is_here && err != SG_OK;
	return err;
}
