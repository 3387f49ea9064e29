/* test_migrate.c - the journal of schema 2 becomes a chain: every row, in order, with
 * what stood beside it; and a step that is killed leaves the old file or the new one. */
#include "support/test.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"
#include "store/schema.h"
#include "util/bytes.h"

static const char *self; /* argv[0] */

/* A body as version 1 had it. */
static void old_body(struct strbuf *w, unsigned n)
{
	char message[32];

	strbuf_clear(w);
	snprintf(message, sizeof(message), "message %u", n);
	bytes_put_u8(w, 1);
	bytes_put_u8(w, n % 2 ? 0 : 1);
	bytes_put_u8(w, n % 2 ? 1 : 2);
	bytes_put_u8(w, n % 2 ? ALARM_BY_PROCESS : ALARM_BY_OPERATOR);
	bytes_put_u8(w, ALARM_HIGH);
	bytes_put_u16(w, 0);
	bytes_put_f64(w, n);
	bytes_put_f64(w, 5);
	bytes_put_i64(w, 1000 + n);
	bytes_put_i64(w, 2000 + n);
	bytes_put_str(w, n % 2 ? "" : "ivan");
	bytes_put_str(w, "tank.level");
	bytes_put_str(w, "intake");
	bytes_put_str(w, "m");
	bytes_put_str(w, "high");
	bytes_put_str(w, message);
	bytes_put_str(w, "0011");
}

/* A file of schema 2 with n rows in its journal; row `broken` cannot be read (0 = none).
 */
static char *old_file(const char *dir, unsigned n, unsigned broken)
{
	char *path = rig_chain(dir, 3);
	struct strbuf body = STRBUF_INIT;
	sqlite3_stmt *q = NULL;
	sqlite3 *db = NULL;

	rig_to_schema_2(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "INSERT INTO journal VALUES (?1, 'tank.hi', "
					    "?2, ?3, ?4)",
					    -1, &q, NULL),
			 SQLITE_OK);
	for (unsigned i = 1; i <= n; i++) {
		old_body(&body, i);
		if (i == broken)
			body.len = 9;
		sqlite3_bind_int64(q, 1, i);
		sqlite3_bind_int64(q, 2, 100 + i);
		sqlite3_bind_int64(q, 3, 2000 + i);
		sqlite3_bind_blob(q, 4, body.buf, (int)body.len, SQLITE_STATIC);
		assert_int_equal(sqlite3_step(q), SQLITE_DONE);
		sqlite3_reset(q);
	}
	sqlite3_finalize(q);
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(db);
	strbuf_release(&body);
	return path;
}

struct seen {
	unsigned n, broken, unreadable;
};

static bool check_row(void *arg, const struct alarm_journal *row)
{
	struct seen *seen = arg;
	char message[32];
	unsigned n = ++seen->n;

	assert_int_equal(row->seq, n);
	assert_int_equal(row->occurrence, 100 + n);
	assert_int_equal(row->at.ms, 2000 + n);
	assert_string_equal(row->alarm, "tank.hi");
	if (n == seen->broken) {
		assert_string_equal(row->text, "this row could not be read when the "
					       "journal became a chain");
		seen->unreadable++;
		return true;
	}
	snprintf(message, sizeof(message), "message %u", n);
	assert_string_equal(row->message, message);
	assert_int_equal(row->event, n % 2 ? ALARM_E_COME : ALARM_E_ACK);
	assert_string_equal(row->by, n % 2 ? "" : "ivan");
	assert_true(row->value == n && row->limit == 5);
	assert_int_equal(row->source_time.ms, 1000 + n);
	assert_string_equal(row->config, "0011");
	return true;
}

static void check_new(const char *dir, const char *path, unsigned n, unsigned broken)
{
	const struct wall any = { 0 };
	struct store_reader *r = NULL;
	struct seen seen = { .broken = broken };
	struct audit_verdict v[STORE_CHAINS];
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir);

	assert_int_equal(store_reader_open(dir, &r, &why), SG_OK);
	assert_int_equal(store_journal_walk(r, any, any, check_row, &seen, &why), SG_OK);
	assert_int_equal(seen.n, n);
	assert_int_equal(seen.unreadable, broken ? 1 : 0);
	store_reader_close(r);
	store_close(s);
	assert_int_equal(store_verify_all(path, &(struct store_question){ 0 }, v, &why),
			 SG_OK);
	assert_true(v[0].good);
	assert_int_equal(v[0].records, 3);
	assert_true(v[1].good);
	assert_int_equal(v[1].records, n);
	strbuf_release(&why);
}

static void AM_10_an_older_journal_becomes_a_chain_row_by_row(void **state)
{
	enum { ROWS = 30000 };
	const char *dir = test_tmpdir();
	char *path = old_file(dir, ROWS, 77);
	struct audit_verdict v[STORE_CHAINS];
	struct strbuf why = STRBUF_INIT;
	struct store_snapshot snap;
	struct store *s;

	(void)state;
	assert_int_equal(store_verify_all(path, &(struct store_question){ 0 }, v, &why),
			 SG_OK);
	assert_true(v[0].good && v[1].good);
	assert_has(v[1].text, "not chained: it was written by an older Sightglass");
	check_new(dir, path, ROWS, 77);
	check_new(dir, path, ROWS, 77); /* and a second start changes nothing */

	s = rig_open(dir);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_int_equal(snap.audit_seq, 3);
	store_snapshot_release(&snap);
	store_close(s);
	free(path);
	strbuf_release(&why);
}

static void an_empty_journal_becomes_an_empty_chain(void **state)
{
	const char *dir = test_tmpdir();
	char *path = old_file(dir, 0, 0);

	(void)state;
	check_new(dir, path, 0, 0);
	free(path);
}

static int64_t version_of(const char *path)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int64_t v;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	v = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	return v;
}

static void ST_17_an_upgrade_that_is_killed_leaves_the_old_or_the_new(void **state)
{
	enum { ROWS = 4000, KILLS = 12 };
	const char *dir = test_tmpdir();
	char *path = old_file(dir, ROWS, 0);
	unsigned old = 0;

	(void)state;
	for (int i = 0; i < KILLS; i++) {
		struct timespec some = { 0, 2000000 + i * 2500000 };
		int status;
		pid_t pid = fork();
		if (pid == 0) {
			execl(self, self, "--open", dir, (char *)NULL);
			_exit(127);
		}
		ppoll(NULL, 0, &some, NULL);
		kill(pid, SIGKILL);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		int64_t version = version_of(path);
		assert_in_range(version, 2, SCHEMA_VERSION); /* each step is whole */
		old += version == 2;
	}
	print_message("# killed %d times, old %u times\n", KILLS, old);
	check_new(dir, path, ROWS, 0);
	free(path);
}

/* --- the chain --------------------------------------------------------------------- */

static void expect_bad(const char *path, const char *sql, uint64_t first_bad,
		       const char *text)
{
	struct audit_verdict v[STORE_CHAINS];
	struct strbuf why = STRBUF_INIT;

	rig_sql(path, sql);
	if (store_verify_all(path, &(struct store_question){ 0 }, v, &why) != SG_OK)
		fail_msg("%s", why.buf);
	assert_true(v[0].good); /* the audit beside it is another chain */
	assert_false(v[1].good);
	assert_int_equal(v[1].first_bad, first_bad);
	assert_has(v[1].text, text);
	strbuf_release(&why);
}

static char *chained(unsigned n)
{
	const char *dir = test_tmpdir();
	char *path = old_file(dir, n, 0);

	store_close(rig_open(dir));
	return path;
}

static void AM_10_a_changed_row_of_the_journal_is_named(void **state)
{
	static const struct {
		const char *sql;
		uint64_t first_bad;
		const char *text;
	} step[] = {
		{ "UPDATE journal SET body = CAST(replace(body, 'ivan', 'ivon') AS BLOB) "
		  "WHERE seq = 4",
		  4, "record 4: its hash does not match" },
		{ "DELETE FROM journal WHERE seq = 5", 5, "gap at 5" },
		{ "UPDATE journal SET body = (SELECT body FROM journal WHERE seq = 8), "
		  "hash = (SELECT hash FROM journal WHERE seq = 8) WHERE seq = 6",
		  6, "record 6" },
		{ "INSERT INTO journal SELECT 11, body, hash FROM journal WHERE seq = 10",
		  11, "record 11" },
		{ "UPDATE journal SET body = (SELECT body FROM audit WHERE seq = 1), "
		  "hash = (SELECT hash FROM audit WHERE seq = 1) WHERE seq = 1",
		  1, "record 1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		char *path = chained(10);
		rig_sql(path, "DROP TRIGGER journal_keeps; DROP TRIGGER journal_stays;");
		expect_bad(path, step[i].sql, step[i].first_bad, step[i].text);
		free(path);
	}
}

static void AM_10_a_cut_journal_is_told_by_a_head_that_was_noted(void **state)
{
	char *path = chained(10);
	struct audit_verdict v[STORE_CHAINS];
	struct audit_head noted;

	(void)state;
	assert_int_equal(store_verify_all(path, &(struct store_question){ 0 }, v, NULL),
			 SG_OK);
	noted = v[1].head;
	rig_sql(path, "DROP TRIGGER journal_keeps; DELETE FROM journal WHERE seq > 7");
	assert_int_equal(store_verify_all(path, &(struct store_question){ 0 }, v, NULL),
			 SG_OK);
	assert_true(v[1].good); /* a chain alone cannot show it */
	assert_int_equal(
		store_verify_all(path,
				 &(struct store_question){ .noted_journal = &noted }, v,
				 NULL),
		SG_OK);
	assert_false(v[1].good);
	assert_has(v[1].text, "shorter than what was noted");
	free(path);
}

static void AM_10_rows_are_never_changed_nor_deleted(void **state)
{
	static const char *const sql[] = {
		"DELETE FROM journal", "UPDATE journal SET seq = seq + 1",
		"REPLACE INTO journal VALUES (3, x'00', x'00')"
	};
	char *path = chained(5);
	sqlite3 *db = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, "PRAGMA recursive_triggers=ON", NULL, NULL, NULL);
	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++) {
		char *msg = NULL;
		assert_int_equal(sqlite3_exec(db, sql[i], NULL, NULL, &msg),
				 SQLITE_CONSTRAINT);
		assert_has(msg, "journal rows are never ");
		sqlite3_free(msg);
	}
	sqlite3_close(db);
	free(path);
}

static int open_it(const char *dir)
{
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;

	log_open("open", LOG_L_ERROR);
	return store_open(dir, &s, &why) == SG_OK ? 0 : 1;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AM_10_an_older_journal_becomes_a_chain_row_by_row),
		cmocka_unit_test(an_empty_journal_becomes_an_empty_chain),
		cmocka_unit_test(
			ST_17_an_upgrade_that_is_killed_leaves_the_old_or_the_new),
		cmocka_unit_test(AM_10_a_changed_row_of_the_journal_is_named),
		cmocka_unit_test(AM_10_a_cut_journal_is_told_by_a_head_that_was_noted),
		cmocka_unit_test(AM_10_rows_are_never_changed_nor_deleted),
	};

	if (argc == 3 && strcmp(argv[1], "--open") == 0)
		return open_it(argv[2]);
	self = argv[0];
	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
