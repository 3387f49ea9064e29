/* test_seal.c - the sealed and signed record: what goes on over starts and crashes, and
 * what a start does not believe. */
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "seal_rig.h"

/* --- what is written --------------------------------------------------------------- */

static void a_new_record_begins_with_its_keys_and_is_sealed_and_signed(void **state)
{
	struct seal_paper paper;
	const char *dir = a_record(5, &paper);
	char *path = rig_path(dir);
	struct asked a;
	struct strbuf told = STRBUF_INIT;

	(void)state;
	assert_int_equal(paper.from, 1);
	audit_proof_begin(&a.proof);
	a.proof.papers = &paper;
	a.proof.n_papers = 1;
	ask(path, &a);
	assert_true(a.v[0].good);
	assert_int_equal(a.v[0].records, 7); /* keys, five, checkpoint */
	assert_int_equal(a.proof.statements, 2);
	assert_int_equal(a.proof.sealed, 7);
	assert_int_equal(a.proof.proved, 7);
	audit_proof_tell(&a.proof, &told);
	assert_has(told.buf, "signed: 2 statements, the last is record 7");
	assert_has(told.buf, "seals: 7 of 7 sealed records proved with the seal key");
	audit_proof_release(&a.proof);
	strbuf_release(&told);
	free(path);
}

static void key_files_are_for_their_owner_alone(void **state)
{
	static const char *const names[] = { KEYS_SIGN, KEYS_SEAL, KEYS_FIRST };
	const char *dir = a_record(1, NULL);
	struct stat st;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *path = xasprintf("%s/%s", dir, names[i]);
		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0400);
		free(path);
	}
}

static void a_checkpoint_without_anything_new_is_left_out(void **state)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);

	(void)state;
	records(s, 1);
	checkpoint(s);
	uint64_t seq = store_head(s)->seq;
	checkpoint(s);
	checkpoint(s);
	assert_int_equal(store_head(s)->seq, seq);
	store_close(s);
}

static void after_a_thousand_records_one_is_signed_by_itself(void **state)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);
	char *path = rig_path(dir);
	struct asked a;

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		struct txn *t = txn_new(1, true);
		for (unsigned k = 0; k < 500; k++)
			rig_audit(t, 0, "many");
		assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	}
	assert_int_equal(store_head(s)->seq, 1 + 2500 + 2);
	store_close(s);
	audit_proof_begin(&a.proof);
	ask(path, &a);
	assert_true(a.v[0].good);
	assert_int_equal(a.proof.statements, 3);
	assert_int_equal(a.proof.since, 500);
	audit_proof_release(&a.proof);
	free(path);
}

/* The seal's key is written behind the commit: what a crash loses of it is made again. */
static void a_crash_between_the_record_and_its_key_file_costs_nothing(void **state)
{
	struct seal_paper paper;
	const char *dir = a_record(3, &paper);
	char *path = rig_path(dir), *key = xasprintf("%s/%s", dir, KEYS_SEAL);
	char *old = test_read_file(key);
	struct asked a;

	(void)state;
	struct store *s = sealed(dir);
	for (int i = 0; i < 5; i++) {
		records(s, 2);
		checkpoint(s);
	}
	records(s, 2);
	store_close(s);
	assert_int_equal(unlink(key), 0);
	test_write_file(key, old); /* as it was five checkpoints ago */
	s = sealed(dir);
	assert_string_equal(store_distrust(s), "");
	records(s, 2);
	checkpoint(s);
	store_close(s);
	audit_proof_begin(&a.proof);
	a.proof.papers = &paper;
	a.proof.n_papers = 1;
	ask(path, &a);
	assert_true(a.v[0].good);
	assert_int_equal(a.proof.proved, a.v[0].records);
	audit_proof_release(&a.proof);
	free(old);
	free(key);
	free(path);
}

static void a_commit_that_is_refused_moves_no_key(void **state)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);
	struct asked a;

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct txn *t = txn_new(1, true);
		for (unsigned k = 0; k < 1100; k++)
			rig_audit(t, 0, "refused");
		txn_add(t, TXN_OUTCOME, 99, "accepted"); /* without an intent */
		assert_int_equal(rig_commit(s, t, NULL), SG_EREFUSED);
		records(s, 1);
		checkpoint(s);
	}
	store_close(s);
	char *path = rig_path(dir);
	audit_proof_begin(&a.proof);
	expect_good(path, &a);
	free(path);
}

static void an_older_record_is_sealed_from_its_next_start_on(void **state)
{
	const char *dir = fresh();
	char *path = rig_chain(dir, 3), text[SEAL_PAPER_SIZE];
	struct seal_paper paper;
	struct asked a;

	(void)state;
	rig_sql(path, "ALTER TABLE audit DROP COLUMN seal; DROP TABLE account; PRAGMA "
		      "user_version=3");
	struct store *s = sealed(dir);
	assert_string_equal(store_distrust(s), "");
	records(s, 2);
	checkpoint(s);
	assert_int_equal(store_seal_key(s, text, NULL), SG_OK);
	assert_true(seal_paper_get(text, &paper));
	assert_int_equal(paper.from, 4);
	store_close(s);
	audit_proof_begin(&a.proof);
	a.proof.papers = &paper;
	a.proof.n_papers = 1;
	ask(path, &a);
	assert_true(a.v[0].good);
	assert_int_equal(a.v[0].records, 7);
	assert_int_equal(a.proof.proved, 4);
	audit_proof_release(&a.proof);
	free(path);
}

static void the_first_seal_key_is_shown_until_it_is_wiped(void **state)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);
	char one[SEAL_PAPER_SIZE], two[SEAL_PAPER_SIZE];
	struct record_state state_now;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_int_equal(store_seal_key(s, one, NULL), SG_OK);
	assert_int_equal(store_seal_key(s, two, NULL), SG_OK);
	assert_string_equal(one, two);
	store_record_state(s, &state_now);
	assert_true(state_now.key_here);
	assert_int_equal(store_seal_key_wipe(s, NULL), SG_OK);
	store_record_state(s, &state_now);
	assert_false(state_now.key_here);
	assert_int_equal(store_seal_key(s, two, &why), SG_ENOENT);
	assert_has(why.buf, "it was taken away");
	store_close(s);
	strbuf_release(&why);
}

/* --- a start on what is not the record --------------------------------------------- */

/* Starts, expects this distrust; recorded on; accepted; the next start believes it. */
static void starts_distrusted(const char *dir, const char *folder, const char *text)
{
	struct store *s = sealed_at(dir, folder);
	struct record_state now;

	if (!strstr(store_distrust(s), text))
		fail_msg("wanted \"%s\", got \"%s\"", text, store_distrust(s));
	records(s, 2);
	checkpoint(s);
	store_record_state(s, &now);
	assert_int_equal(now.anchor_seq, 0); /* what others have stays as it is */
	store_close(s);
	s = sealed_at(dir, folder); /* not forgotten by a restart */
	assert_has(store_distrust(s), text);
	assert_int_equal(state_it(s, AUDIT_ACCEPTED, "text=restored on purpose", NULL),
			 SG_OK);
	assert_string_equal(store_distrust(s), "");
	store_record_state(s, &now);
	assert_true(now.anchor_seq > 0);
	records(s, 1);
	store_close(s);
	s = sealed_at(dir, folder);
	assert_string_equal(store_distrust(s), "");
	store_close(s);
}

static void copy_to(const char *from, const char *to)
{
	char block[65536];
	ssize_t n;
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(in >= 0 && out >= 0);
	while ((n = read(in, block, sizeof(block))) > 0)
		assert_int_equal(write(out, block, (size_t)n), n);
	close(in);
	close(out);
}

/* What of the state folder there is; to = NULL: it is deleted. */
static void each_file(const char *from, const char *to)
{
	static const char *const names[] = { "station.db",     "station.db-wal",
					     "station.db-shm", KEYS_SIGN,
					     KEYS_SEAL,        KEYS_FIRST,
					     KEYS_ANCHOR };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *a = xasprintf("%s/%s", from, names[i]);
		char *b = to ? xasprintf("%s/%s", to, names[i]) : NULL;
		if (b)
			unlink(b);
		if (access(a, F_OK) == 0 && b)
			copy_to(a, b);
		else if (!b)
			unlink(a);
		free(a);
		free(b);
	}
}

static void AU_07_an_older_copy_in_the_place_of_the_record_is_told(void **state)
{
	const char *dir = a_record(3, NULL);
	char *path = rig_path(dir), *old = xasprintf("%s.old", path);

	(void)state;
	copy_to(path, old);
	struct store *s = sealed(dir);
	records(s, 3);
	checkpoint(s);
	store_close(s);
	assert_int_equal(rename(old, path), 0);
	starts_distrusted(dir, NULL,
			  "the record ends at 5, but record 9 was anchored on");
	free(path);
	free(old);
}

/* The seal key alone is enough to tell it, when the anchor was taken away too. */
static void AU_07_an_older_copy_is_told_by_the_seal_key(void **state)
{
	const char *dir = a_record(3, NULL);
	char *path = rig_path(dir), *old = xasprintf("%s.old", path);
	char *anchor = xasprintf("%s/%s", dir, KEYS_ANCHOR);

	(void)state;
	copy_to(path, old);
	struct store *s = sealed(dir);
	records(s, 3);
	checkpoint(s);
	store_close(s);
	assert_int_equal(rename(old, path), 0);
	assert_int_equal(unlink(anchor), 0);
	starts_distrusted(dir, NULL,
			  "the record ends at 5, but its seal key has come to record 9");
	free(anchor);
	free(path);
	free(old);
}

/* With the whole state folder put back, only a second folder knows. */
static void AU_07_an_older_state_folder_is_told_by_the_second_folder(void **state)
{
	const char *dir = fresh(), *folder = fresh(), *old = fresh();

	(void)state;
	struct store *s = sealed_at(dir, folder);
	records(s, 3);
	checkpoint(s);
	store_close(s);
	each_file(dir, old);
	s = sealed_at(dir, folder);
	records(s, 3);
	checkpoint(s);
	store_close(s);
	each_file(old, dir);
	starts_distrusted(dir, folder, "but record 9 was anchored on");
}

static void AU_08_a_deleted_record_is_never_silently_a_new_one(void **state)
{
	const char *dir = a_record(3, NULL);
	char *path = rig_path(dir);

	(void)state;
	assert_int_equal(unlink(path), 0);
	free(path);
	starts_distrusted(dir, NULL, "of another chain was anchored on");
}

static void AU_08_a_deleted_state_folder_is_told_by_the_second_folder(void **state)
{
	const char *dir = fresh(), *folder = fresh();

	(void)state;
	struct store *s = sealed_at(dir, folder);
	records(s, 3);
	checkpoint(s);
	store_close(s);
	each_file(dir, NULL);
	starts_distrusted(dir, folder, "of another chain was anchored on");
}

static void AU_03_a_tail_that_was_cut_behind_the_last_statement_is_told(void **state)
{
	const char *dir = a_record(3, NULL);
	char *path = rig_path(dir);

	(void)state;
	rig_drop_guards(path);
	rig_sql(path, "DELETE FROM audit WHERE seq > 3");
	starts_distrusted(dir, NULL, "was anchored on");
	free(path);
}

static void ST_07_damage_that_was_accepted_is_not_told_at_every_start(void **state)
{
	const char *dir = a_record(20, NULL);
	char *path = rig_path(dir);
	struct store_recheck *r;
	bool done = false;

	(void)state;
	rig_drop_guards(path);
	rig_sql(path,
		"UPDATE audit SET body = CAST(body || x'00' AS BLOB) WHERE seq = 9");
	starts_distrusted(dir, NULL, "record 9: its hash does not match");
	r = store_recheck_open(dir, NULL);
	for (int i = 0; i < 100 && !done; i++)
		assert_int_equal(store_recheck_step(r, 7, &done, NULL), SG_OK);
	assert_true(done);
	if (!store_recheck_verdict(r)->good)
		fail_msg("%s", store_recheck_verdict(r)->text);
	store_recheck_close(r);
	assert_int_equal(rig_verify(path).first_bad, 9); /* a verifier always says it */
	free(path);
}

static void ST_07_the_whole_record_is_read_again_in_pieces(void **state)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);
	char *path = rig_path(dir);

	(void)state;
	for (unsigned i = 0; i < 24; i++) {
		struct txn *t = txn_new(1, true);
		for (unsigned k = 0; k < 500; k++)
			rig_audit(t, 0, "many");
		assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	}
	store_close(s);
	rig_drop_guards(path);
	rig_sql(path,
		"UPDATE audit SET body = CAST(body || x'00' AS BLOB) WHERE seq = 5");
	s = sealed(dir); /* the start looks at the end of it only */
	assert_string_equal(store_distrust(s), "");
	struct store_recheck *r = store_recheck_open(dir, NULL);
	bool done = false;
	for (int i = 0; i < 1000 && !done; i++)
		assert_int_equal(store_recheck_step(r, 100, &done, NULL), SG_OK);
	assert_true(done);
	assert_false(store_recheck_verdict(r)->good);
	assert_int_equal(store_recheck_verdict(r)->first_bad, 5);
	store_recheck_close(r);
	store_close(s);
	free(path);
}

/* --- times, exports ---------------------------------------------------------------- */

static void AU_12_records_dated_back_are_listed(void **state)
{
	static const int64_t times[] = { 0, 1000, -3600000, -3599000, -3598000 };
	const char *dir = fresh();
	struct store *s = sealed(dir);
	char *path = rig_path(dir);
	struct strbuf told = STRBUF_INIT;
	struct asked a;

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct txn *t = txn_new(1, true);
		struct audit_record r = { .kind = AUDIT_INTENT,
					  .wall_ms = 4102444800000 + times[i],
					  .mono_ns = 1000000000 * (int64_t)i,
					  .actor = "ivan" };
		audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body, &r);
		assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	}
	store_close(s);
	audit_proof_begin(&a.proof);
	ask(path, &a);
	assert_true(a.v[0].good); /* the sequence stands; the clock did not */
	assert_int_equal(a.proof.odd_times, 1);
	audit_proof_tell(&a.proof, &told);
	assert_has(told.buf,
		   "time: record 4 is dated 3601 s before the record before it");
	audit_proof_release(&a.proof);
	strbuf_release(&told);
	free(path);
}

static void only_what_is_in_the_record_is_signed_for_an_export(void **state)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);
	struct strbuf why = STRBUF_INIT;
	char hash[HASH_HEX_SIZE], *more;

	(void)state;
	records(s, 3);
	hash_hex(store_head(s)->hash, AUDIT_HASH_SIZE, hash);
	more = xasprintf("from=1 to=4:%s digest=00", hash);
	assert_int_equal(state_it(s, AUDIT_EXPORT, more, &why), SG_OK);
	free(more);
	hash[3] ^= 1;
	more = xasprintf("from=1 to=4:%s digest=00", hash);
	assert_int_equal(state_it(s, AUDIT_EXPORT, more, &why), SG_EREFUSED);
	assert_has(why.buf, "what is to be signed is not in the record");
	free(more);
	store_close(s);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_new_record_begins_with_its_keys_and_is_sealed_and_signed),
		cmocka_unit_test(key_files_are_for_their_owner_alone),
		cmocka_unit_test(a_checkpoint_without_anything_new_is_left_out),
		cmocka_unit_test(after_a_thousand_records_one_is_signed_by_itself),
		cmocka_unit_test(
			a_crash_between_the_record_and_its_key_file_costs_nothing),
		cmocka_unit_test(a_commit_that_is_refused_moves_no_key),
		cmocka_unit_test(an_older_record_is_sealed_from_its_next_start_on),
		cmocka_unit_test(the_first_seal_key_is_shown_until_it_is_wiped),
		cmocka_unit_test(AU_07_an_older_copy_in_the_place_of_the_record_is_told),
		cmocka_unit_test(AU_07_an_older_copy_is_told_by_the_seal_key),
		cmocka_unit_test(
			AU_07_an_older_state_folder_is_told_by_the_second_folder),
		cmocka_unit_test(AU_08_a_deleted_record_is_never_silently_a_new_one),
		cmocka_unit_test(
			AU_08_a_deleted_state_folder_is_told_by_the_second_folder),
		cmocka_unit_test(
			AU_03_a_tail_that_was_cut_behind_the_last_statement_is_told),
		cmocka_unit_test(
			ST_07_damage_that_was_accepted_is_not_told_at_every_start),
		cmocka_unit_test(ST_07_the_whole_record_is_read_again_in_pieces),
		cmocka_unit_test(AU_12_records_dated_back_are_listed),
		cmocka_unit_test(only_what_is_in_the_record_is_signed_for_an_export),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
