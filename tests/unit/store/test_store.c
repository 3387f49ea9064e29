/* test_store.c - station.db in life: commits, starts, locks, schemas, backups. */
#include "support/test.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"
#include "store/schema.h"
#include "util/clock.h"

static void put(struct txn *t, enum txn_kind kind, uint64_t id, const char *key,
		const char *body)
{
	strbuf_adds(&txn_add(t, kind, id, key)->body, body);
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void what_was_committed_is_found_at_the_next_start(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = rig_open(dir);
	struct store_snapshot snap;
	struct txn *t = txn_new(1, true);

	(void)state;
	put(t, TXN_ALARM, 0, "b.high", "state of b");
	put(t, TXN_ALARM, 0, "a.high", "old state of a");
	put(t, TXN_ALARM, 0, "a.high", "state of a");
	put(t, TXN_ALARM, 0, "gone.low", "x");
	put(t, TXN_ALARM_GONE, 0, "gone.low", "");
	put(t, TXN_JOURNAL, 77, "a.high", "came");
	put(t, TXN_INTENT, 5, "pump.sp", "body of 5");
	put(t, TXN_INTENT, 6, "pump.sp", "body of 6");
	put(t, TXN_INTENT, 7, "pump.sp", "body of 7");
	put(t, TXN_OUTCOME, 6, "unknown", "");
	put(t, TXN_OUTCOME, 7, "accepted", "");
	t->ops[10].settled = true;
	rig_audit(t, 9, "a select of a request that never became an intent");
	assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	store_close(s);

	s = rig_open(dir);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_int_equal(snap.n_alarms, 2);
	assert_string_equal(snap.alarms[0].name, "a.high");
	assert_string_equal(snap.alarms[0].record.buf, "state of a");
	assert_string_equal(snap.alarms[1].record.buf, "state of b");
	assert_int_equal(snap.n_writes, 2);
	assert_int_equal(snap.writes[0].request, 5);
	assert_null(snap.writes[0].outcome);
	assert_string_equal(snap.writes[0].body.buf, "body of 5");
	assert_int_equal(snap.writes[1].request, 6);
	assert_string_equal(snap.writes[1].outcome, "unknown");
	assert_string_equal(snap.writes[1].tag, "pump.sp");
	assert_int_equal(snap.next_request, 10);
	assert_int_equal(snap.next_occurrence, 78);
	assert_int_equal(snap.audit_seq, 1);
	store_snapshot_release(&snap);

	t = txn_new(2, true);
	put(t, TXN_SETTLE, 5, NULL, "");
	put(t, TXN_OUTCOME, 6, "unknown", "");
	t->ops[1].settled = true;
	assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_int_equal(snap.n_writes, 0);
	store_snapshot_release(&snap);
	store_close(s);
}

static void a_refused_transaction_leaves_nothing_behind(void **state)
{
	static const struct {
		enum txn_kind kind;
		uint64_t id;
		const char *key, *why;
	} bad[] = {
		{ TXN_INTENT, 1, "pump.sp", "write request 1 was used before" },
		{ TXN_INTENT, 0, "pump.sp", "an intent without a name or number" },
		{ TXN_INTENT, 2, NULL, "an intent without a name or number" },
		{ TXN_INTENT, UINT64_MAX, "pump.sp", "without a name or number" },
		{ TXN_OUTCOME, 99, "accepted",
		  "write request 99 has no intent on record" },
		{ TXN_SETTLE, 99, NULL, "write request 99 has no intent on record" },
		{ TXN_ALARM, 0, NULL, "an alarm's state without a name or number" },
		{ (enum txn_kind)40, 0, NULL, "no kind of operation has the number 40" },
	};
	struct store *s = rig_open(test_tmpdir());
	struct strbuf why = STRBUF_INIT;
	struct store_snapshot snap;
	struct txn *t = txn_new(1, true);

	(void)state;
	put(t, TXN_INTENT, 1, "pump.sp", "");
	assert_int_equal(rig_commit(s, t, &why), SG_OK);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		t = txn_new(2, true);
		rig_audit(t, 500, "must not stay");
		put(t, TXN_ALARM, 0, "must.not.stay", "x");
		put(t, TXN_JOURNAL, 500, "must.not.stay", "x");
		put(t, bad[i].kind, bad[i].id, bad[i].key, "");
		assert_int_equal(rig_commit(s, t, &why), SG_EREFUSED);
		assert_has(why.buf, bad[i].why);
	}
	assert_int_equal(store_head(s)->seq, 0);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_int_equal(snap.n_alarms, 0);
	assert_int_equal(snap.next_request, 2);
	assert_int_equal(snap.next_occurrence, 1);
	store_snapshot_release(&snap);
	assert_int_equal(rig_commit_audit(s, 1, &why), SG_OK); /* and it goes on */
	store_close(s);
	strbuf_release(&why);
}

static void bodies_have_a_largest_size(void **state)
{
	struct store *s = rig_open(test_tmpdir());
	struct strbuf why = STRBUF_INIT;
	char *big = xcalloc(1, 70000);

	(void)state;
	struct txn *t = txn_new(1, true);
	strbuf_add(&txn_add(t, TXN_AUDIT, 0, NULL)->body, big, AUDIT_BODY_MAX + 1);
	assert_int_equal(rig_commit(s, t, &why), SG_ELIMIT);
	assert_has(why.buf, "an audit record of 14001 bytes is longer than 14000");
	t = txn_new(1, true);
	strbuf_add(&txn_add(t, TXN_ALARM, 0, "a.b")->body, big, 70000);
	assert_int_equal(rig_commit(s, t, &why), SG_ELIMIT);
	assert_has(why.buf, "an alarm's state of 70000 bytes is longer than 65536");
	t = txn_new(1, true);
	strbuf_add(&txn_add(t, TXN_AUDIT, 0, NULL)->body, big, AUDIT_BODY_MAX);
	assert_int_equal(rig_commit(s, t, &why), SG_OK);
	store_close(s);
	strbuf_release(&why);
	free(big);
}

struct seen {
	uint64_t seq[20];
	size_t n, stop_after;
};

static bool see(void *arg, uint64_t seq, const void *body, size_t n,
		const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct seen *s = arg;
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;
	char want[32];

	(void)seal;
	(void)hash;
	assert_true(audit_record_get(body, n, &r, &text));
	snprintf(want, sizeof(want), "number %u", (unsigned)seq);
	assert_string_equal(r.detail, want);
	strbuf_release(&text);
	s->seq[s->n++] = seq;
	return s->n < s->stop_after;
}

static void records_are_listed_newest_first_and_in_pages(void **state)
{
	const char *dir = test_tmpdir();
	struct seen a = { .stop_after = 99 }, b = a, c = a, d = { .stop_after = 2 };

	(void)state;
	free(rig_chain(dir, 9));
	struct store *s = rig_open(dir);
	store_audit_list(s, 0, 4, see, &a, NULL);
	assert_int_equal(a.n, 4);
	assert_int_equal(a.seq[0], 9);
	assert_int_equal(a.seq[3], 6);
	store_audit_list(s, 6, 100, see, &b, NULL);
	assert_int_equal(b.n, 5);
	assert_int_equal(b.seq[0], 5);
	assert_int_equal(b.seq[4], 1);
	store_audit_list(s, 1, 100, see, &c, NULL);
	assert_int_equal(c.n, 0);
	store_audit_list(s, 0, 100, see, &d, NULL);
	assert_int_equal(d.n, 2);
	store_close(s);
}

static void PR_16_a_second_server_on_the_folder_is_refused(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir), *second = NULL;
	char want[64];

	(void)state;
	assert_int_equal(store_open(dir, &second, &why), SG_EREFUSED);
	snprintf(want, sizeof(want),
		 "another server (process %d) runs on the state folder", (int)getpid());
	assert_has(why.buf, want);
	assert_null(second);
	store_close(s);
	s = rig_open(dir); /* the lock goes with its holder */
	store_close(s);
	strbuf_release(&why);
}

static void the_lock_of_a_killed_server_is_free(void **state)
{
	const char *dir = test_tmpdir();
	int up[2];
	char c;

	(void)state;
	assert_int_equal(pipe(up), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct store *s = NULL;
		bool ok = store_open(dir, &s, NULL) == SG_OK && write(up[1], "x", 1) == 1;
		for (;;)
			ok ? (void)pause() : _exit(1);
	}
	assert_int_equal(read(up[0], &c, 1), 1);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	store_close(rig_open(dir));
	close(up[0]);
	close(up[1]);
}

static const char *rig_file(const char *dir, const char *name, char out[256])
{
	snprintf(out, 256, "%s/%s", dir, name);
	return out;
}

static void files_and_folder_are_private(void **state)
{
	char dir[128], path[256];
	mode_t before = umask(0);

	(void)state;
	snprintf(dir, sizeof(dir), "%s/deep/er", test_tmpdir());
	struct store *s = rig_open(dir);
	umask(before);
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	assert_int_equal(mode_of(dir), 0700);
	assert_int_equal(mode_of(rig_file(dir, "station.db", path)), 0600);
	assert_int_equal(mode_of(rig_file(dir, "station.db-wal", path)), 0600);
	assert_int_equal(mode_of(rig_file(dir, "station.db-shm", path)), 0600);
	assert_int_equal(mode_of(rig_file(dir, "lock", path)), 0600);
	store_close(s);
}

static void a_folder_open_to_others_is_refused(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	char path[128];

	(void)state;
	chmod(dir, 0750);
	assert_int_equal(store_open(dir, &s, &why), SG_EREFUSED);
	assert_has(why.buf, "is open to other users (mode 0750): chmod 700 ");
	assert_has(why.buf, dir);
	chmod(dir, 0700);
	snprintf(path, sizeof(path), "%s/file", dir);
	test_write_file(path, "");
	assert_int_equal(store_open(path, &s, &why), SG_EREFUSED);
	assert_has(why.buf, "is not a folder");
	snprintf(path, sizeof(path), "%s/file/below", dir);
	assert_int_equal(store_open(path, &s, &why), SG_EIO);
	assert_has(why.buf, "cannot make the state folder");
	assert_int_equal(store_open("", &s, &why), SG_ECONFIG);
	if (geteuid() == 0) {
		assert_int_equal(chown(dir, 12345, 12345), 0);
		assert_int_equal(store_open(dir, &s, &why), SG_EREFUSED);
		assert_has(why.buf, "belongs to user 12345");
		assert_int_equal(chown(dir, 0, 0), 0);
	}
	strbuf_release(&why);
}

static void a_link_or_pipe_in_place_of_the_file_is_refused(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	char *path = rig_path(dir), *victim = xasprintf("%s/victim", dir);

	(void)state;
	test_write_file(victim, "somebody else's\n");
	assert_int_equal(symlink(victim, path), 0);
	assert_int_equal(store_open(dir, &s, &why), SG_EREFUSED);
	assert_has(why.buf, "is not a plain file of the server's user");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(store_open(dir, &s, &why), SG_EREFUSED);
	unlink(path);
	free(victim);
	free(path);
	strbuf_release(&why);
}

static void assert_untouched(const char *path, const char *before, size_t n)
{
	struct stat st;
	char *after = test_read_file(path);

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal((size_t)st.st_size, n);
	assert_memory_equal(before, after, n);
	free(after);
}

static size_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (size_t)st.st_size;
}

static void ST_16_a_newer_schema_is_refused_and_unchanged(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	char *path = rig_chain(dir, 3), *before, told[96];

	(void)state;
	rig_sql(path, "PRAGMA user_version=99");
	snprintf(told, sizeof(told),
		 "was written by a newer Sightglass (schema 99, this one knows %d)",
		 SCHEMA_VERSION);
	before = test_read_file(path);
	size_t n = size_of(path);
	assert_int_equal(store_open(dir, &s, &why), SG_EREFUSED);
	assert_has(why.buf, told);
	assert_has(why.buf, "nothing was changed");
	assert_untouched(path, before, n);
	assert_has(rig_verify(path).text, "written by a newer Sightglass");
	free(before);
	free(path);
	strbuf_release(&why);
}

/* What the first version wrote: its records stay as they are, the new table is there. */
static void an_older_schema_becomes_the_newest_with_all_it_holds(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store_snapshot snap;
	struct store *s = NULL;
	char *path = rig_chain(dir, 3);
	struct txn *t = txn_new(1, true);

	(void)state;
	rig_to_schema_2(path);
	rig_sql(path, "DROP TABLE substitution; PRAGMA user_version=1");
	assert_true(rig_verify(path).good); /* a copy of it can still be proven */
	assert_int_equal(store_open(dir, &s, &why), SG_OK);
	assert_int_equal(store_load(s, &snap, &why), SG_OK);
	assert_int_equal(snap.audit_seq, 3);
	assert_int_equal(snap.n_substitutions, 0);
	store_snapshot_release(&snap);
	put(t, TXN_SUBSTITUTION, 0, "tank.level", "3.5");
	assert_int_equal(store_commit(s, &t, 1, &why), SG_OK);
	txn_free(t);
	store_close(s);
	assert_int_equal(store_open(dir, &s, &why), SG_OK);
	assert_int_equal(store_load(s, &snap, &why), SG_OK);
	assert_int_equal(snap.n_substitutions, 1);
	assert_string_equal(snap.substitutions[0].tag, "tank.level");
	assert_memory_equal(snap.substitutions[0].body.buf, "3.5", 3);
	store_snapshot_release(&snap);
	store_close(s);
	assert_true(rig_verify(path).good);
	free(path);
	strbuf_release(&why);
}

static void a_foreign_file_is_refused_and_unchanged(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;
	char *path = rig_path(dir), *before;

	(void)state;
	rig_sql(path, "CREATE TABLE recipes(name); INSERT INTO recipes VALUES ('soup')");
	before = test_read_file(path);
	size_t n = size_of(path);
	assert_int_equal(store_open(dir, &s, &why), SG_EREFUSED);
	assert_has(why.buf, "is a database of another program: move it away");
	assert_untouched(path, before, n);
	free(before);

	test_write_file(path, "this is no database at all, only a text of some length. ");
	n = size_of(path);
	before = test_read_file(path);
	assert_int_equal(store_open(dir, &s, &why), SG_EIO);
	assert_has(why.buf, "the file is not an SQLite database");
	assert_untouched(path, before, n);
	free(before);
	free(path);
	strbuf_release(&why);
}

static void ST_10_a_locked_file_is_waited_for_only_so_long(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir);
	char *path = rig_path(dir);
	sqlite3 *tool;

	(void)state;
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	assert_int_equal(sqlite3_open(path, &tool), SQLITE_OK);
	assert_int_equal(sqlite3_exec(tool, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	struct mono start = clock_mono();
	assert_int_equal(rig_commit_audit(s, 2, &why), SG_EIO);
	assert_true(mono_ms_between(start, clock_mono()) < 5000);
	assert_has(why.buf, "another program holds it locked");
	sqlite3_exec(tool, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_close(tool);
	assert_int_equal(rig_commit_audit(s, 2, &why), SG_OK);
	assert_int_equal(store_head(s)->seq, 2);
	store_close(s);
	assert_true(rig_verify(path).good);
	free(path);
	strbuf_release(&why);
}

static void AU_08_a_file_deleted_in_use_stops_recording(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir);
	char *path = rig_path(dir), *aside = xasprintf("%s.aside", path);

	(void)state;
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	assert_int_equal(rename(path, aside), 0);
	assert_int_equal(rig_commit_audit(s, 2, &why), SG_EIO);
	assert_has(why.buf, "cannot be opened");
	assert_int_equal(access(path, F_OK), -1); /* never silently a new chain */
	assert_int_equal(rename(aside, path), 0);
	assert_int_equal(rig_commit_audit(s, 2, &why), SG_OK);
	store_close(s);
	assert_int_equal(rig_verify(path).records, 2);
	free(path);
	free(aside);
	strbuf_release(&why);
}

static void a_file_replaced_in_use_is_not_believed(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir);
	char *path = rig_path(dir), *copy = xasprintf("%s/copy", dir);

	(void)state;
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	assert_int_equal(store_backup(s, copy, &why), SG_OK);
	assert_int_equal(rig_commit_audit(s, 2, NULL), SG_OK);
	assert_int_equal(rename(copy, path), 0);
	char *wal = xasprintf("%s-wal", path);
	unlink(wal);
	assert_int_equal(rig_commit_audit(s, 3, &why), SG_EIO);
	assert_has(why.buf,
		   "ends at record 1, but record 2 was acknowledged last: nothing "
		   "more is recorded");
	assert_int_equal(rig_commit_audit(s, 3, &why), SG_EIO);
	store_close(s);
	free(wal);
	free(path);
	free(copy);
	strbuf_release(&why);
}

static void a_backup_is_whole_private_and_never_replaces(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir);
	char *copy = xasprintf("%s/copy.db", dir), *beside = xasprintf("%s-wal", copy);

	(void)state;
	for (unsigned i = 1; i <= 20; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	assert_int_equal(store_backup(s, copy, &why), SG_OK);
	assert_int_equal(mode_of(copy), 0600);
	assert_int_equal(access(beside, F_OK), -1);
	struct audit_verdict v = rig_verify(copy);
	assert_true(v.good);
	assert_int_equal(v.records, 20);
	assert_memory_equal(v.head.hash, store_head(s)->hash, AUDIT_HASH_SIZE);
	assert_int_equal(store_backup(s, copy, &why), SG_EIO);
	assert_has(why.buf, "exists already: nothing was copied");
	assert_int_equal(store_backup(s, "copy.db", &why), SG_EIO);
	assert_has(why.buf, "name the copy by its full path");
	assert_int_equal(store_backup(s, "/nonexistent/x/copy.db", &why), SG_EIO);
	assert_has(why.buf, "cannot make /nonexistent/x/copy.db");
	store_close(s);
	free(copy);
	free(beside);
	strbuf_release(&why);
}

static void a_backup_takes_commits_made_while_it_runs(void **state)
{
	const char *dir = test_tmpdir();
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir);
	char *copy = xasprintf("%s/copy.db", dir), *big = xmalloc(60000);
	struct store_backup *b;
	bool done = false;
	unsigned steps = 0;

	(void)state;
	memset(big, 'x', 60000);
	for (int i = 0; i < 60; i++) { /* several steps of 1 MiB */
		struct txn *t = txn_new(1, false);
		char name[16];
		snprintf(name, sizeof(name), "a.n%d", i);
		strbuf_add(&txn_add(t, TXN_ALARM, 0, name)->body, big, 60000);
		assert_int_equal(rig_commit(s, t, &why), SG_OK);
	}
	b = store_backup_start(s, copy, &why);
	assert_non_null(b);
	while (!done) {
		assert_int_equal(store_backup_step(b, &done, &why), SG_OK);
		if (!done)
			assert_int_equal(rig_commit_audit(s, ++steps, &why), SG_OK);
	}
	assert_int_equal(store_backup_end(b, &why), SG_OK);
	assert_true(steps >= 2);
	assert_int_equal(rig_verify(copy).records, steps);
	unlink(copy);

	b = store_backup_start(s, copy, &why); /* given up: no trace */
	assert_int_equal(store_backup_step(b, &done, &why), SG_OK);
	assert_false(done);
	assert_int_equal(store_backup_end(b, &why), SG_EIO);
	assert_int_equal(access(copy, F_OK), -1);
	store_close(s);
	free(copy);
	free(big);
	strbuf_release(&why);
}

static void the_rules_of_the_file_keep_tools_from_changing_records(void **state)
{
	char *path = rig_chain(test_tmpdir(), 3);
	sqlite3 *tool;

	(void)state;
	assert_int_equal(sqlite3_open(path, &tool), SQLITE_OK);
	assert_int_equal(sqlite3_exec(tool, "DELETE FROM audit", NULL, NULL, NULL),
			 SQLITE_CONSTRAINT);
	assert_has(sqlite3_errmsg(tool), "audit records are never deleted");
	assert_int_equal(
		sqlite3_exec(tool, "UPDATE audit SET body = x'00'", NULL, NULL, NULL),
		SQLITE_CONSTRAINT);
	sqlite3_close(tool);
	assert_true(rig_verify(path).good);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_committed_is_found_at_the_next_start),
		cmocka_unit_test(a_refused_transaction_leaves_nothing_behind),
		cmocka_unit_test(bodies_have_a_largest_size),
		cmocka_unit_test(records_are_listed_newest_first_and_in_pages),
		cmocka_unit_test(PR_16_a_second_server_on_the_folder_is_refused),
		cmocka_unit_test(the_lock_of_a_killed_server_is_free),
		cmocka_unit_test(files_and_folder_are_private),
		cmocka_unit_test(a_folder_open_to_others_is_refused),
		cmocka_unit_test(a_link_or_pipe_in_place_of_the_file_is_refused),
		cmocka_unit_test(ST_16_a_newer_schema_is_refused_and_unchanged),
		cmocka_unit_test(an_older_schema_becomes_the_newest_with_all_it_holds),
		cmocka_unit_test(a_foreign_file_is_refused_and_unchanged),
		cmocka_unit_test(ST_10_a_locked_file_is_waited_for_only_so_long),
		cmocka_unit_test(AU_08_a_file_deleted_in_use_stops_recording),
		cmocka_unit_test(a_file_replaced_in_use_is_not_believed),
		cmocka_unit_test(a_backup_is_whole_private_and_never_replaces),
		cmocka_unit_test(a_backup_takes_commits_made_while_it_runs),
		cmocka_unit_test(the_rules_of_the_file_keep_tools_from_changing_records),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
