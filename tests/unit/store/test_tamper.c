/* test_tamper.c - hands on the file: the verifier and the start name what was done. */
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "audit/hash.h"
#include "rig.h"

enum { RECORDS = 4 };

/* Changes one byte of a column, verifies, changes it back. */
static void flip(sqlite3 *db, const char *path, const char *column, int seq, size_t at,
		 size_t n)
{
	char want[64];
	sqlite3_blob *blob;
	uint8_t byte;

	for (int again = 0; again < 2; again++) {
		assert_int_equal(
			sqlite3_blob_open(db, "main", "audit", column, seq, 1, &blob),
			SQLITE_OK);
		assert_int_equal(sqlite3_blob_bytes(blob), n);
		assert_int_equal(sqlite3_blob_read(blob, &byte, 1, (int)at), SQLITE_OK);
		byte ^= (uint8_t)(1u << at % 8);
		assert_int_equal(sqlite3_blob_write(blob, &byte, 1, (int)at), SQLITE_OK);
		sqlite3_blob_close(blob);
		struct audit_verdict v = rig_verify(path);
		assert_int_equal(v.good, again == 1);
		if (again)
			return;
		assert_int_equal(v.first_bad, seq);
		snprintf(want, sizeof(want), "record %d: its hash does not match", seq);
		assert_has(v.text, want);
	}
}

static size_t length_of(sqlite3 *db, const char *column, int seq)
{
	sqlite3_blob *blob;

	assert_int_equal(sqlite3_blob_open(db, "main", "audit", column, seq, 0, &blob),
			 SQLITE_OK);
	size_t n = (size_t)sqlite3_blob_bytes(blob);
	sqlite3_blob_close(blob);
	return n;
}

/* The verifier reads the file alone, so the attacker's tool leaves WAL mode first. */
static void plain_file(const char *path)
{
	rig_drop_guards(path);
	rig_sql(path, "PRAGMA journal_mode=DELETE");
}

static void AU_01_every_byte_of_every_column_is_held(void **state)
{
	static const char *const columns[] = { "body", "hash" };
	char *path = rig_chain(test_tmpdir(), RECORDS);
	sqlite3 *db;

	(void)state;
	plain_file(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (int seq = 1; seq <= RECORDS; seq++)
		for (size_t c = 0; c < 2; c++) {
			size_t n = length_of(db, columns[c], seq);
			for (size_t at = 0; at < n; at++)
				flip(db, path, columns[c], seq, at, n);
		}
	sqlite3_close(db);
	free(path);
}

/* Attack with SQL on a fresh chain of RECORDS; the verdict must begin with text. */
static const struct {
	const char *name, *sql;
	uint64_t first_bad;
	const char *text;
} attacks[] = {
	{ "AU_01 number", "UPDATE audit SET seq = 9 WHERE seq = 4", 4,
	  "gap at 4: record 4 is missing, the next is record 9" },
	{ "AU_01 longer",
	  "UPDATE audit SET body = CAST(body || x'00' AS BLOB) WHERE seq = 2", 2,
	  "record 2: its hash does not match" },
	{ "AU_01 emptied", "UPDATE audit SET body = x'' WHERE seq = 2", 2,
	  "record 2: its hash does not match" },
	{ "AU_01 short hash", "UPDATE audit SET hash = x'00' WHERE seq = 2", 2,
	  "record 2: its hash does not match" },
	{ "AU_02 middle", "DELETE FROM audit WHERE seq = 2", 2,
	  "gap at 2: record 2 is missing, the next is record 3" },
	{ "AU_02 first", "DELETE FROM audit WHERE seq = 1", 1,
	  "gap at 1: record 1 is missing, the next is record 2" },
	{ "AU_02 closed up",
	  "DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2",
	  2, "record 2: its hash does not match" },
	{ "AU_04 swapped",
	  "UPDATE audit SET seq = -2 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = "
	  "3;"
	  "UPDATE audit SET seq = 3 WHERE seq = -2",
	  2, "record 2: its hash does not match" },
	{ "AU_04 doubled",
	  "INSERT INTO audit SELECT 5, body, hash, seal FROM audit WHERE seq = 4", 5,
	  "record 5: its hash does not match" },
	{ "AU_04 before the first",
	  "INSERT INTO audit SELECT 0, body, hash, seal FROM audit WHERE seq = 4", 1,
	  "record 1: a column is not of its type" },
	{ "AU_10 chain id",
	  "UPDATE meta SET value = x'00112233445566778899aabbccddeeff' "
	  "WHERE key = 'chain_id'",
	  1,
	  "record 1: its hash does not match its body, its predecessor and the chain "
	  "id" },
	{ "AU_15 huge", "UPDATE audit SET body = zeroblob(900000) WHERE seq = 3", 3,
	  "record 3: its body of 900000 bytes is longer than any record" },
	{ "AU_15 huger", "UPDATE audit SET body = zeroblob(3000000) WHERE seq = 3", 3,
	  "record 3: " },
};

static void AU_02_AU_04_rows_taken_doubled_or_moved_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
		char *path = rig_chain(test_tmpdir(), RECORDS);
		plain_file(path);
		rig_sql(path, attacks[i].sql);
		struct audit_verdict v = rig_verify(path);
		if (v.good || v.first_bad != attacks[i].first_bad)
			fail_msg("%s: %s", attacks[i].name, v.text);
		assert_has(v.text, attacks[i].text);
		free(path);
	}
}

static void AU_03_a_cut_end_needs_a_noted_head(void **state)
{
	char *path = rig_chain(test_tmpdir(), RECORDS);
	struct strbuf why = STRBUF_INIT;
	struct audit_verdict before = rig_verify(path), v;
	char hash[HASH_HEX_SIZE];

	(void)state;
	hash_hex(before.head.hash, AUDIT_HASH_SIZE, hash);
	assert_has(before.text, hash); /* every good verdict prints the head to note */
	plain_file(path);
	rig_sql(path, "DELETE FROM audit WHERE seq > 2");
	v = rig_verify(path);
	assert_true(v.good); /* the chain alone cannot know */
	assert_int_equal(v.head.seq, 2);
	assert_int_equal(store_verify(path, &before.head, &v, &why), SG_OK);
	assert_false(v.good);
	assert_has(v.text, "the chain ends at record 2, shorter than what was noted "
			   "(record 4)");
	free(path);
	strbuf_release(&why);
}

static void AU_09_there_are_no_columns_beside_the_body(void **state)
{
	static const char *const sql[] = {
		"ALTER TABLE audit ADD COLUMN actor TEXT DEFAULT 'nobody'",
		"ALTER TABLE audit RENAME TO old; CREATE TABLE audit(seq, body, hash);"
		"INSERT INTO audit SELECT seq, body, hash FROM old",
		"ALTER TABLE audit DROP COLUMN seal",
		"ALTER TABLE audit RENAME TO old;"
		"CREATE VIEW audit AS SELECT seq, body, hash FROM old",
		"DROP TABLE audit",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++) {
		char *path = rig_chain(test_tmpdir(), RECORDS);
		plain_file(path);
		rig_sql(path, sql[i]);
		assert_has(rig_verify(path).text,
			   "its table \"audit\" is not as Sightglass makes it");
		free(path);
	}
}

static void AU_10_a_record_of_another_station_does_not_fit(void **state)
{
	char *ours = rig_chain(test_tmpdir(), RECORDS);
	char *theirs = rig_chain(test_tmpdir(), RECORDS);
	char *sql = xasprintf("ATTACH '%s' AS them; DELETE FROM audit WHERE seq = 3;"
			      "INSERT INTO audit SELECT * FROM them.audit WHERE seq = 3",
			      theirs);

	(void)state;
	plain_file(ours);
	rig_sql(ours, sql);
	struct audit_verdict v = rig_verify(ours);
	assert_int_equal(v.first_bad, 3);
	assert_has(v.text, "and the chain id");
	free(sql);
	free(ours);
	free(theirs);
}

static void a_malformed_body_with_a_right_hash_is_told(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = rig_open(dir);
	char *path = rig_path(dir);

	(void)state;
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	struct txn *t = txn_new(1, true);
	strbuf_adds(&txn_add(t, TXN_AUDIT, 0, NULL)->body, "no record");
	assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	store_close(s);
	assert_has(rig_verify(path).text, "record 2: its body is malformed");
	free(path);
}

static void a_verifier_names_what_is_no_station_file(void **state)
{
	const char *dir = test_tmpdir();
	char *path = xasprintf("%s/x", dir);

	(void)state;
	assert_has(rig_verify(path).text, "cannot read");
	assert_has(rig_verify(dir).text, "is not a plain file");
	test_write_file(path, "");
	assert_has(rig_verify(path).text, "is empty: there is no audit record in it");
	test_write_file(path, "short");
	assert_has(rig_verify(path).text, "is not an SQLite database");
	free(path);
}

static void a_running_servers_file_is_not_verified_under_its_hands(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = rig_open(dir);
	char *path = rig_path(dir);

	(void)state;
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	assert_has(rig_verify(path).text, "a server is writing");
	store_close(s);
	assert_true(rig_verify(path).good);
	free(path);
}

/* After kill -9 the newest records are in the log beside the file; looking at them
 * changes neither. */
static void what_a_killed_server_left_in_its_log_is_verified_too(void **state)
{
	const char *dir = test_tmpdir();
	char *path = rig_path(dir), *wal = xasprintf("%s-wal", path);
	struct stat before, after;
	int status;

	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		struct store *s = NULL;
		if (store_open(dir, &s, NULL) != SG_OK)
			_exit(1);
		for (unsigned i = 1; i <= 3; i++)
			if (rig_commit_audit(s, i, NULL) != SG_OK)
				_exit(1);
		_exit(0); /* without closing */
	}
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	assert_int_equal(stat(wal, &before), 0);
	assert_true(before.st_size > 0);
	struct audit_verdict v = rig_verify(path);
	assert_true(v.good);
	assert_int_equal(v.records, 3);
	assert_int_equal(stat(wal, &after), 0);
	assert_int_equal(before.st_size, after.st_size);
	assert_true(before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
	free(path);
	free(wal);
}

/* It is recorded on behind the damage, and not believed. */
static void ST_07_a_start_on_damaged_records_names_the_first(void **state)
{
	const char *dir = test_tmpdir();
	char *path = rig_chain(dir, RECORDS);

	(void)state;
	plain_file(path);
	rig_sql(path,
		"UPDATE audit SET body = CAST(body || x'00' AS BLOB) WHERE seq = 3");
	struct store *s = rig_open(dir);
	assert_has(store_distrust(s),
		   "the audit record is damaged: record 3: its hash does not match");
	assert_int_equal(rig_commit_audit(s, 5, NULL), SG_OK);
	store_close(s);
	struct audit_verdict v = rig_verify(path);
	assert_int_equal(v.first_bad, 3);
	free(path);
}

/* What SQLite cannot read cannot be added to: nothing is recorded, and the caller, who
 * watches a plant, goes on. */
static void ST_07_a_start_on_a_damaged_file_goes_on_without_recording(void **state)
{
	const char *dir = test_tmpdir();
	char *path = rig_chain(dir, RECORDS);
	struct store_snapshot snap;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	plain_file(path);
	int fd = open(path, O_RDWR | O_CLOEXEC);
	for (long at = 100; at < 200; at++) { /* the schema's own page */
		uint8_t junk = 0xA5;
		assert_int_equal(pwrite(fd, &junk, 1, at), 1);
	}
	close(fd);
	struct store *s = rig_open(dir);
	assert_has(store_distrust(s), "the file is damaged");
	assert_has(store_distrust(s), "Nothing can be recorded");
	assert_int_equal(store_load(s, &snap, &why), SG_OK);
	assert_has(snap.distrust, "the file is damaged");
	store_snapshot_release(&snap);
	assert_int_not_equal(rig_commit_audit(s, 5, &why), SG_OK);
	store_close(s);
	free(path);
	strbuf_release(&why);
}

static void put_byte(int fd, long at, uint8_t xor)
{
	uint8_t b;

	assert_int_equal(pread(fd, &b, 1, at), 1);
	b ^= xor;
	assert_int_equal(pwrite(fd, &b, 1, at), 1);
}

/* Every bit pattern of damage: an answer, never a crash; and a record that is not told as
 * bad is exactly as it was written (the head then matches). */
static void AU_15_flipped_bytes_anywhere_never_crash_nor_pass_unseen(void **state)
{
	const char *dir = test_tmpdir();
	char *path = rig_chain(dir, RECORDS);
	struct audit_verdict good = rig_verify(path), v;
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	struct stat st;

	(void)state;
	plain_file(path);
	assert_int_equal(stat(path, &st), 0);
	srand(7);
	for (long at = 0; at < st.st_size; at += 1 + rand() % 16) {
		uint8_t bits = (uint8_t)(1 + rand() % 255);
		int fd = open(path, O_RDWR | O_CLOEXEC);
		put_byte(fd, at, bits);
		close(fd);
		if (store_verify(path, NULL, &v, &why) == SG_OK && v.good) {
			assert_true(v.records <= good.records);
			if (v.records == good.records)
				assert_memory_equal(v.head.hash, good.head.hash,
						    AUDIT_HASH_SIZE);
		}
		if (at % 8 == 0 && store_open(dir, &s, &why) == SG_OK) {
			store_close(s); /* it may have been put in order: begin anew */
			free(path);
			dir = test_tmpdir();
			path = rig_chain(dir, RECORDS);
			plain_file(path);
			good = rig_verify(path);
			continue;
		}
		fd = open(path, O_RDWR | O_CLOEXEC);
		put_byte(fd, at, bits);
		close(fd);
	}
	free(path);
	strbuf_release(&why);
}

static void AU_15_random_files_are_answered_quickly(void **state)
{
	char *path = rig_chain(test_tmpdir(), RECORDS);
	struct strbuf why = STRBUF_INIT;
	struct audit_verdict v;
	struct stat st;
	time_t start = time(NULL);

	(void)state;
	plain_file(path);
	char *whole = test_read_file(path);
	assert_int_equal(stat(path, &st), 0);
	size_t n = (size_t)st.st_size;
	char *copy = xmalloc(n);
	srand(11);
	for (int i = 0; i < 800; i++) {
		memcpy(copy, whole, n);
		for (int k = rand() % 400; k >= 0; k--)
			copy[(size_t)rand() % n] = (char)rand();
		if (i % 3) /* a good head lets the damage reach the pages */
			memcpy(copy, whole, 100);
		size_t keep = i % 5 ? n : (size_t)rand() % n;
		FILE *f = fopen(path, "we");
		assert_int_equal(fwrite(copy, 1, keep, f), keep);
		fclose(f);
		store_verify(path, NULL, &v, &why);
	}
	assert_true(time(NULL) - start < 60);
	free(copy);
	free(whole);
	free(path);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AU_01_every_byte_of_every_column_is_held),
		cmocka_unit_test(AU_02_AU_04_rows_taken_doubled_or_moved_are_named),
		cmocka_unit_test(AU_03_a_cut_end_needs_a_noted_head),
		cmocka_unit_test(AU_09_there_are_no_columns_beside_the_body),
		cmocka_unit_test(AU_10_a_record_of_another_station_does_not_fit),
		cmocka_unit_test(a_malformed_body_with_a_right_hash_is_told),
		cmocka_unit_test(a_verifier_names_what_is_no_station_file),
		cmocka_unit_test(a_running_servers_file_is_not_verified_under_its_hands),
		cmocka_unit_test(what_a_killed_server_left_in_its_log_is_verified_too),
		cmocka_unit_test(
			ST_07_a_start_on_a_damaged_file_goes_on_without_recording),
		cmocka_unit_test(ST_07_a_start_on_damaged_records_names_the_first),
		cmocka_unit_test(
			AU_15_flipped_bytes_anywhere_never_crash_nor_pass_unseen),
		cmocka_unit_test(AU_15_random_files_are_answered_quickly),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
