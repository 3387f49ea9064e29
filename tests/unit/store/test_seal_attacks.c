/* test_seal_attacks.c - every attack on a sealed record is answered with what was done.
 */
#include "support/test.h"

#include <unistd.h>

#include "long_record.h"

/* --- an attacker who can compute --------------------------------------------------- */

/* Writes every record from seq on anew, as a chain that fits; the text of record seq is
 * another one. keys: signs what are statements (NULL = they stay as they are); seal: the
 * key of every row from there on, moved on behind statements (NULL = seals of zeros). */
struct forger {
	sqlite3 *db;
	struct audit_head head;
	const struct sign_keys *sign;
	struct seal_key *seal;
	struct audit_head last;
	uint64_t since;
};

static void forge_statement(struct forger *f, struct strbuf *body)
{
	struct strbuf text = STRBUF_INIT, said = STRBUF_INIT;
	struct audit_statement st;
	struct audit_record r;
	char signature[STATEMENT_SIGNATURE_SIZE];

	assert_true(audit_record_get(body->buf, body->len, &r, &text));
	if (audit_kind_is_statement(r.kind) && f->sign) {
		assert_true(audit_statement_get(r.detail, &st));
		st.at = f->head;
		st.previous = f->last;
		st.rows = f->since;
		memcpy(st.key, f->sign->public, SIGN_PUBLIC_SIZE);
		audit_statement_put(&said, &st);
		audit_statement_sign(f->sign, said.buf, signature);
		r.detail = said.buf;
		r.result = signature;
		strbuf_clear(body);
		audit_record_put(body, &r);
	}
	strbuf_release(&text);
	strbuf_release(&said);
}

static void forge_row(struct forger *f, uint64_t seq, struct strbuf *body)
{
	uint8_t inner[AUDIT_HASH_SIZE], seal[AUDIT_SEAL_SIZE] = { 0 };
	sqlite3_stmt *q;
	struct audit_record r;

	forge_statement(f, body);
	assert_true(audit_record_is_sound(body->buf, body->len, &r));
	audit_chain_inner(&f->head, body->buf, body->len, inner);
	if (f->seal)
		seal_row(f->seal, inner, seal);
	audit_chain_close(&f->head, inner, seal);
	f->since++;
	if (audit_kind_is_statement(r.kind)) {
		f->last = f->head;
		f->since = 0;
		if (f->seal)
			seal_next(f->seal);
	}
	assert_int_equal(sqlite3_prepare_v2(f->db,
					    "UPDATE audit SET body = ?2, hash = ?3, seal "
					    "= ?4 WHERE seq = ?1",
					    -1, &q, NULL),
			 SQLITE_OK);
	sqlite3_bind_int64(q, 1, (int64_t)seq);
	sqlite3_bind_blob(q, 2, body->buf, (int)body->len, SQLITE_STATIC);
	sqlite3_bind_blob(q, 3, f->head.hash, AUDIT_HASH_SIZE, SQLITE_STATIC);
	sqlite3_bind_blob(q, 4, seal, sizeof(seal), SQLITE_STATIC);
	assert_int_equal(sqlite3_step(q), SQLITE_DONE);
	sqlite3_finalize(q);
}

static bool row_at(sqlite3 *db, uint64_t seq, struct strbuf *body,
		   struct audit_head *head)
{
	sqlite3_stmt *q;

	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT body, hash FROM audit WHERE seq = ?1",
					    -1, &q, NULL),
			 SQLITE_OK);
	sqlite3_bind_int64(q, 1, (int64_t)seq);
	bool there = sqlite3_step(q) == SQLITE_ROW;
	if (there) {
		strbuf_clear(body);
		strbuf_add(body, sqlite3_column_blob(q, 0),
			   (size_t)sqlite3_column_bytes(q, 0));
		memcpy(head->hash, sqlite3_column_blob(q, 1), AUDIT_HASH_SIZE);
		head->seq = seq;
	}
	sqlite3_finalize(q);
	return there;
}

/* Record seq says something else, and everything after it fits. */
static void forge(const char *dir, uint64_t seq, const struct sign_keys *sign,
		  struct seal_key *seal)
{
	char *path = for_tools(dir);
	struct forger f = { .sign = sign, .seal = seal };
	struct strbuf body = STRBUF_INIT, text = STRBUF_INIT;
	struct audit_head head = { 0 };
	struct audit_verdict good = rig_verify(path);
	struct audit_record r;

	assert_int_equal(sqlite3_open(path, &f.db), SQLITE_OK);
	memcpy(f.head.chain_id, good.head.chain_id, AUDIT_CHAIN_ID_SIZE);
	for (uint64_t at = 1; row_at(f.db, at, &body, &head); at++) {
		if (at < seq) {
			memcpy(f.head.hash, head.hash, AUDIT_HASH_SIZE);
			f.head.seq = at;
			f.since++;
			assert_true(audit_record_is_sound(body.buf, body.len, &r));
			if (audit_kind_is_statement(r.kind)) {
				f.last = f.head;
				f.since = 0;
			}
			continue;
		}
		if (at == seq) {
			assert_true(audit_record_get(body.buf, body.len, &r, &text));
			r.new_value = "54321";
			strbuf_clear(&body);
			audit_record_put(&body, &r);
		}
		forge_row(&f, at, &body);
	}
	sqlite3_close(f.db);
	strbuf_release(&body);
	strbuf_release(&text);
	free(path);
}

static void AU_05_a_chain_computed_anew_fails_at_its_next_statement(void **state)
{
	const char *dir = a_record(6, NULL);
	char *path = rig_path(dir);
	struct asked a;

	(void)state;
	forge(dir, 4, NULL, NULL);
	audit_proof_begin(&a.proof);
	expect(path, &a, 8, "record 8: its statement is not about the record before it");
	free(path);
}

/* With the signing key of today but without k_0: the chain and the signatures fit, and
 * the seals of what was there before the break-in do not. */
static void AU_06_with_todays_keys_older_records_cannot_be_sealed_anew(void **state)
{
	struct seal_paper paper;
	const char *dir = a_record(6, &paper);
	char *path = rig_path(dir), *text, *key_file = xasprintf("%s/%s", dir, KEYS_SEAL);
	struct sign_keys sign;
	struct seal_state today;
	struct asked a;
	int fd;

	(void)state;
	text = test_read_file(key_file);
	assert_non_null(text);
	assert_int_equal(keys_read_sign(dir, KEYS_SIGN, &sign), KEYS_GOOD);
	assert_int_equal(keys_open_seal(dir, &fd, &today), KEYS_GOOD);
	close(fd);
	forge(dir, 4, &sign, &today.key);
	audit_proof_begin(&a.proof);
	ask(path, &a); /* without k_0 nobody can know */
	assert_true(a.v[0].good);
	audit_proof_release(&a.proof);

	audit_proof_begin(&a.proof);
	a.proof.papers = &paper;
	a.proof.n_papers = 1;
	expect(path, &a, 4, "record 4: its seal is wrong");
	free(text);
	free(key_file);
	free(path);
}

static void AU_11_a_statement_by_another_key_is_told(void **state)
{
	const char *dir = a_record(6, NULL);
	char *path = rig_path(dir);
	struct sign_keys mine;
	struct asked a;

	(void)state;
	sign_make_keys(&mine);
	forge(dir, 4, &mine, NULL);
	audit_proof_begin(&a.proof);
	expect(path, &a, 8, "which is unknown: the key before did not hand over to it");
	free(path);
}

/* It names our key, and cannot sign with it. */
static void AU_11_a_signature_that_our_key_did_not_make_is_told(void **state)
{
	const char *dir = a_record(6, NULL);
	char *path = rig_path(dir);
	struct sign_keys ours, mine;
	struct asked a;

	(void)state;
	assert_int_equal(keys_read_sign(dir, KEYS_SIGN, &ours), KEYS_GOOD);
	sign_make_keys(&mine);
	memcpy(mine.public, ours.public, SIGN_PUBLIC_SIZE);
	forge(dir, 4, &mine, NULL);
	audit_proof_begin(&a.proof);
	expect(path, &a, 8, "record 8: its signature is wrong");
	free(path);
}

/* From the first record on, with keys of the attacker's: only who knows the right key's
 * fingerprint can tell. */
static void
AU_11_a_record_with_other_keys_from_the_start_needs_a_fingerprint(void **state)
{
	const char *dir = a_record(3, NULL), *other = a_record(3, NULL);
	char *path = rig_path(dir), fingerprint[KEY_FINGERPRINT_SIZE];
	struct sign_keys ours, theirs;
	struct asked a;

	(void)state;
	assert_int_equal(keys_read_sign(dir, KEYS_SIGN, &ours), KEYS_GOOD);
	assert_int_equal(keys_read_sign(other, KEYS_SIGN, &theirs), KEYS_GOOD);
	audit_key_fingerprint(ours.public, fingerprint);
	audit_proof_begin(&a.proof);
	assert_true(audit_proof_know(&a.proof, fingerprint));
	expect_good(path, &a);
	audit_key_fingerprint(theirs.public, fingerprint);
	audit_proof_begin(&a.proof);
	assert_true(audit_proof_know(&a.proof, fingerprint));
	expect(path, &a, 1, "which is none of the known");
	free(path);
}

static void AU_11_a_key_is_handed_over_by_the_one_before(void **state)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);
	char *path = rig_path(dir);
	struct sign_keys before, after;
	struct asked a;

	(void)state;
	assert_int_equal(keys_read_sign(dir, KEYS_SIGN, &before), KEYS_GOOD);
	records(s, 3);
	assert_int_equal(state_it(s, AUDIT_KEYS, "the engineer left", NULL), SG_OK);
	assert_int_equal(keys_read_sign(dir, KEYS_SIGN, &after), KEYS_GOOD);
	assert_memory_not_equal(before.public, after.public, SIGN_PUBLIC_SIZE);
	records(s, 3);
	checkpoint(s);
	store_close(s);
	s = sealed(dir);
	assert_string_equal(store_distrust(s), "");
	store_close(s);
	audit_proof_begin(&a.proof);
	ask(path, &a);
	assert_true(a.v[0].good);
	assert_int_equal(a.proof.keys, 2);
	audit_proof_release(&a.proof);
	free(path);
}

static void AU_11_a_lost_key_is_replaced_and_never_passes_unseen(void **state)
{
	const char *dir = a_record(3, NULL);
	char *path = rig_path(dir), *key = xasprintf("%s/%s", dir, KEYS_SIGN);
	char fingerprint[2][KEY_FINGERPRINT_SIZE];
	struct sign_keys k;
	struct asked a;

	(void)state;
	assert_int_equal(keys_read_sign(dir, KEYS_SIGN, &k), KEYS_GOOD);
	audit_key_fingerprint(k.public, fingerprint[0]);
	assert_int_equal(unlink(key), 0);
	struct store *s = sealed(dir);
	assert_has(store_distrust(s), "sign.key is gone");
	records(s, 1);
	checkpoint(s);
	store_close(s);
	assert_int_equal(keys_read_sign(dir, KEYS_SIGN, &k), KEYS_GOOD);
	audit_key_fingerprint(k.public, fingerprint[1]);
	audit_proof_begin(&a.proof);
	expect(path, &a, 6, "which is unknown");
	audit_proof_begin(&a.proof); /* who vouches for both of them */
	assert_true(audit_proof_know(&a.proof, fingerprint[0]));
	assert_true(audit_proof_know(&a.proof, fingerprint[1]));
	expect_good(path, &a);
	free(key);
	free(path);
}

static void AU_05_statements_that_were_taken_out_are_missed(void **state)
{
	struct memory *m = remember(3);
	struct audit_walk w = m->before[m->n];
	struct audit_proof p = m->proof[m->n];
	struct strbuf body = STRBUF_INIT;
	struct audit_record r = { .kind = AUDIT_INTENT, .actor = "mallory" };
	uint8_t seal[AUDIT_SEAL_SIZE] = { 0 }, inner[AUDIT_HASH_SIZE];
	unsigned n = 0;

	(void)state;
	w.proof = &p;
	p.n_noted = 0;
	audit_record_put(&body, &r);
	for (bool ok = true; ok; n++) {
		struct audit_head next = w.v.head;
		audit_chain_inner(&next, body.buf, body.len, inner);
		audit_chain_close(&next, inner, seal);
		ok = audit_walk_row(
			&w, &(struct audit_walk_row){ .seq = next.seq,
						      .body = body.buf,
						      .n = body.len,
						      .hash = next.hash,
						      .hash_n = AUDIT_HASH_SIZE,
						      .seal = seal,
						      .seal_n = AUDIT_SEAL_SIZE });
		assert_true(n < 2000);
	}
	assert_true(n <= SEAL_ROWS_MAX + 1);
	assert_has(w.v.text, "checkpoints were taken out");
	audit_proof_release(&p);
	strbuf_release(&body);
	forget(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AU_05_a_chain_computed_anew_fails_at_its_next_statement),
		cmocka_unit_test(AU_05_statements_that_were_taken_out_are_missed),
		cmocka_unit_test(
			AU_06_with_todays_keys_older_records_cannot_be_sealed_anew),
		cmocka_unit_test(AU_11_a_statement_by_another_key_is_told),
		cmocka_unit_test(AU_11_a_signature_that_our_key_did_not_make_is_told),
		cmocka_unit_test(
			AU_11_a_record_with_other_keys_from_the_start_needs_a_fingerprint),
		cmocka_unit_test(AU_11_a_key_is_handed_over_by_the_one_before),
		cmocka_unit_test(AU_11_a_lost_key_is_replaced_and_never_passes_unseen),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
