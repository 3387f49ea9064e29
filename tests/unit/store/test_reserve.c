/* test_reserve.c - the reserve journal in the place of a station.db that cannot be
 * written, and back again: nothing acknowledged is lost, nothing is in twice. */
#include "support/test.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bad_disk.h"
#include "rig.h"
#include "store/reserve.h"

static const unsigned all = UINT_MAX;

enum { SMALL = 64 << 10 };

static struct store *open_with(const char *dir, size_t bytes)
{
	struct strbuf why = STRBUF_INIT;
	struct store *s = rig_open(dir);

	if (store_make_reserve(s, bytes, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return s;
}

static struct store *open_with_reserve(const char *dir)
{
	return open_with(dir, SMALL);
}

struct seen {
	unsigned n;
	char first[40], last[40];
	unsigned order; /* of "number N": how often not the one before plus one */
	unsigned before;
};

/* Newest first. */
static bool see(void *arg, uint64_t seq, const void *body, size_t n,
		const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct seen *seen = arg;
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;
	unsigned number = 0;

	(void)seq, (void)seal;
	(void)hash;
	assert_true(audit_record_get(body, n, &r, &text));
	if (seen->n++ == 0)
		snprintf(seen->last, sizeof(seen->last), "%s", r.detail);
	snprintf(seen->first, sizeof(seen->first), "%s", r.detail);
	if (sscanf(r.detail, "number %u", &number) == 1) {
		seen->order += seen->before && number + 1 != seen->before;
		seen->before = number;
	}
	strbuf_release(&text);
	return true;
}

static struct seen look(struct store *s)
{
	struct seen seen = { 0 };

	assert_int_equal(store_audit_list(s, 0, UINT_MAX, see, &seen, NULL), SG_OK);
	return seen;
}

static void expect_whole(const char *dir, uint64_t records)
{
	char *path = rig_path(dir);
	struct audit_verdict v = rig_verify(path);

	if (!v.good)
		print_message("# %s\n", v.text);
	assert_true(v.good);
	assert_int_equal(v.records, records);
	free(path);
}

/* Numbers 1..n are there, in order, once each. */
static void expect_numbers(const char *dir, unsigned n)
{
	struct store *s = rig_open(dir);
	struct seen seen = look(s);

	assert_int_equal(seen.n, n);
	assert_int_equal(seen.order, 0);
	assert_string_equal(seen.first, "number 1");
	store_close(s);
	expect_whole(dir, n);
}

/* --- taking over and back ---------------------------------------------------------- */

static void takes_over(const char *dir, struct bad_plan plan)
{
	struct store *s = open_with_reserve(dir);

	for (unsigned i = 1; i <= 5; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	bad_disk_plan(plan);
	for (unsigned i = 6; i <= 12; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	assert_true(store_reserve_state(s).in_use);
	assert_int_equal(store_reserve_state(s).rows, 7);
	assert_true(store_reserve_state(s).why[0] != '\0');
	assert_int_not_equal(store_mend(s, NULL), SG_OK); /* it is broken still */
	assert_true(store_reserve_state(s).in_use);
	bad_disk_heal();
	assert_int_equal(store_mend(s, NULL), SG_OK);
	assert_false(store_reserve_state(s).in_use);
	assert_int_equal(store_reserve_state(s).rows, 0);
	for (unsigned i = 13; i <= 15; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	assert_int_equal(look(s).n, 15);
	store_close(s);
	expect_numbers(dir, 15);
}

static void ST_02_a_full_disk_is_bridged_by_the_reserve(void **state)
{
	(void)state;
	takes_over(test_tmpdir(), (struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
}

static void ST_03_a_failing_disk_is_bridged_by_the_reserve(void **state)
{
	(void)state;
	takes_over(test_tmpdir(), (struct bad_plan){ BAD_EIO, BAD_WRITE, 1, all });
	takes_over(test_tmpdir(), (struct bad_plan){ BAD_EIO, BAD_SYNC, 1, all });
	takes_over(test_tmpdir(), (struct bad_plan){ BAD_SHORT, BAD_WRITE, 1, all });
	takes_over(test_tmpdir(),
		   (struct bad_plan){ BAD_EIO, BAD_SYNC | BAD_OPEN, 1, all });
}

static void ST_11_a_disk_that_became_read_only_is_bridged_by_the_reserve(void **state)
{
	(void)state;
	takes_over(test_tmpdir(),
		   (struct bad_plan){ BAD_RO, BAD_WRITE | BAD_TRUNCATE, 1, all });
}

static void put(struct txn *t, enum txn_kind kind, uint64_t id, const char *key,
		const char *body)
{
	strbuf_adds(&txn_add(t, kind, id, key)->body, body);
}

/* Every kind of operation goes through it and comes out as it went in. */
static void ST_02_states_intents_and_outcomes_come_through_the_reserve(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = open_with_reserve(dir);
	struct store_snapshot snap;
	struct strbuf why = STRBUF_INIT;
	struct txn *t = txn_new(1, true);

	(void)state;
	put(t, TXN_INTENT, 1, "a.sp", "before");
	put(t, TXN_ALARM, 0, "a.high", "old");
	put(t, TXN_ALARM, 0, "b.high", "goes");
	put(t, TXN_SUBSTITUTION, 0, "a.level", "1.5");
	assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
	t = txn_new(2, true);
	put(t, TXN_INTENT, 2, "b.sp", "in the reserve");
	put(t, TXN_ALARM, 0, "a.high", "new");
	txn_add(t, TXN_ALARM_GONE, 0, "b.high");
	txn_add(t, TXN_SUBSTITUTION_GONE, 0, "a.level");
	put(t, TXN_JOURNAL, 41, "a.high", "row");
	assert_int_equal(rig_commit(s, t, &why), SG_OK);
	t = txn_new(3, true);
	txn_add(t, TXN_OUTCOME, 1, "accepted")->settled = true;
	txn_add(t, TXN_OUTCOME, 2, "unknown");
	assert_int_equal(rig_commit(s, t, &why), SG_OK);
	/* the numbers of before and of the reserve are taken */
	for (uint64_t id = 1; id <= 2; id++) {
		t = txn_new(4, true);
		put(t, TXN_INTENT, id, "c.sp", "again");
		assert_int_equal(rig_commit(s, t, &why), SG_EREFUSED);
	}
	t = txn_new(5, true);
	txn_add(t, TXN_SETTLE, 99, NULL);
	assert_int_equal(rig_commit(s, t, &why), SG_EREFUSED);
	bad_disk_heal();
	assert_int_equal(store_mend(s, NULL), SG_OK);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_int_equal(snap.n_writes, 1);
	assert_int_equal(snap.writes[0].request, 2);
	assert_string_equal(snap.writes[0].tag, "b.sp");
	assert_string_equal(snap.writes[0].outcome, "unknown");
	assert_string_equal(snap.writes[0].body.buf, "in the reserve");
	assert_int_equal(snap.n_alarms, 1);
	assert_string_equal(snap.alarms[0].record.buf, "new");
	assert_int_equal(snap.n_substitutions, 0);
	assert_int_equal(snap.next_request, 3);
	assert_int_equal(snap.next_occurrence, 42);
	store_snapshot_release(&snap);
	store_close(s);
	strbuf_release(&why);
}

/* The server ends while the disk is full, and starts while it is full. */
static void ST_02_a_start_on_a_full_disk_knows_what_the_reserve_holds(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = open_with_reserve(dir);
	struct store_snapshot snap;
	struct txn *t;

	(void)state;
	for (unsigned i = 1; i <= 3; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
	t = txn_new(4, true);
	put(t, TXN_INTENT, 7, "a.sp", "body");
	rig_audit(t, 7, "number 4");
	assert_int_equal(rig_commit(s, t, NULL), SG_OK);
	store_close(s);

	s = rig_open(dir);
	assert_true(store_reserve_state(s).in_use);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_int_equal(snap.n_writes, 1);
	assert_int_equal(snap.writes[0].request, 7);
	assert_int_equal(snap.next_request, 8);
	assert_int_equal(snap.audit_seq, 4);
	store_snapshot_release(&snap);
	t = txn_new(5, true);
	put(t, TXN_INTENT, 7, "a.sp", "body");
	assert_int_equal(rig_commit(s, t, NULL), SG_EREFUSED);
	assert_int_equal(rig_commit_audit(s, 5, NULL), SG_OK);
	store_close(s);

	bad_disk_heal();
	s = rig_open(dir);
	assert_false(store_reserve_state(s).in_use);
	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	assert_non_null(snap.notice);
	assert_non_null(strstr(snap.notice, "merged"));
	assert_int_equal(snap.n_writes, 1);
	store_snapshot_release(&snap);
	store_close(s);
	expect_numbers(dir, 5);
}

/* --- full, damaged, of another file ------------------------------------------------ */

static void ST_02_when_both_are_full_nothing_is_acknowledged(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = rig_open(dir);
	struct strbuf why = STRBUF_INIT;
	unsigned n = 0;

	(void)state;
	assert_int_equal(store_make_reserve(s, RESERVE_BYTES_LEAST, NULL), SG_OK);
	bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
	while (rig_commit_audit(s, n + 1, &why) == SG_OK)
		n++;
	assert_true(n > 10);
	assert_non_null(strstr(why.buf, "the disk is full"));
	assert_non_null(strstr(why.buf, "nor the reserve journal"));
	assert_int_equal(store_reserve_state(s).rows, n);
	assert_true(store_reserve_state(s).percent >= 95);
	bad_disk_heal();
	assert_int_equal(store_mend(s, NULL), SG_OK);
	assert_int_equal(store_reserve_state(s).percent, 0);
	store_close(s);
	expect_numbers(dir, n);
	strbuf_release(&why);
}

static void ST_02_the_reserve_holds_ten_thousand_rows(void **state)
{
	const char *dir = test_tmpdir();
	struct store *s = open_with(dir, RESERVE_BYTES);
	struct strbuf long_text = STRBUF_INIT;
	unsigned n = 0;

	(void)state;
	for (int i = 0; i < 900; i++)
		strbuf_addch(&long_text, 'x');
	bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
	for (;; n++) {
		struct txn *t = txn_new(n, true);
		rig_audit(t, 0, long_text.buf);
		if (rig_commit(s, t, NULL) != SG_OK)
			break;
	}
	assert_true(n >= 10000);
	bad_disk_heal();
	assert_int_equal(store_mend(s, NULL), SG_OK);
	store_close(s);
	expect_whole(dir, n);
	strbuf_release(&long_text);
}

static void ST_03_a_reserve_whose_writes_fail_acknowledges_nothing(void **state)
{
	static const enum bad_how hows[] = { BAD_EIO, BAD_FULL, BAD_SHORT };

	(void)state;
	for (size_t h = 0; h < sizeof(hows) / sizeof(hows[0]); h++) {
		const char *dir = test_tmpdir();
		struct store *s = open_with_reserve(dir);
		unsigned n = 0;
		bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
		for (; n < 3; n++)
			assert_int_equal(rig_commit_audit(s, n + 1, NULL), SG_OK);
		bad_disk_plan(
			(struct bad_plan){ hows[h], BAD_WRITE | BAD_RESERVE, 1, all });
		assert_int_equal(rig_commit_audit(s, n + 1, NULL), SG_EIO);
		assert_int_equal(rig_commit_audit(s, n + 1, NULL), SG_EIO);
		/* only the file: the reserve is looked at again, and goes on */
		bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
		for (; n < 6; n++)
			assert_int_equal(rig_commit_audit(s, n + 1, NULL), SG_OK);
		bad_disk_heal();
		store_close(s);
		expect_numbers(dir, n);
	}
}

static void flip_byte(const char *path, off_t at)
{
	unsigned char c;
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(pread(fd, &c, 1, at), 1);
	c ^= 0x40;
	assert_int_equal(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

/* n records in the file, m in the reserve; closed. */
static char *leave_reserve(const char *dir, unsigned n, unsigned m)
{
	struct store *s = open_with_reserve(dir);

	for (unsigned i = 1; i <= n; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
	for (unsigned i = n + 1; i <= n + m; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	store_close(s);
	bad_disk_heal();
	return xasprintf("%s/reserve.journal", dir);
}

static char *notice_of_start(const char *dir)
{
	struct store *s = rig_open(dir);
	struct store_snapshot snap;

	assert_int_equal(store_load(s, &snap, NULL), SG_OK);
	char *text = xstrdup(snap.notice ? snap.notice : "");
	store_snapshot_release(&snap);
	store_close(s);
	return text;
}

static void a_damaged_entry_ends_what_is_merged_and_the_rest_is_kept(void **state)
{
	const char *dir = test_tmpdir();
	char *path = leave_reserve(dir, 3, 6);

	(void)state;
	/* block 2 is the begin, 3... the six groups; in the middle of the fourth */
	flip_byte(path, 6 * RESERVE_BLOCK + 100);
	char *said = notice_of_start(dir);
	assert_non_null(strstr(said, "set aside"));
	expect_numbers(dir, 6);
	assert_int_equal(access(path, F_OK), -1);
	free(said);
	free(path);
}

static void a_torn_last_entry_is_none(void **state)
{
	const char *dir = test_tmpdir();
	char *path = leave_reserve(dir, 3, 4);

	(void)state;
	flip_byte(path, 6 * RESERVE_BLOCK + 100);
	char *said = notice_of_start(dir);
	assert_non_null(strstr(said, "merged"));
	expect_numbers(dir, 6);
	free(said);
	free(path);
}

static void AU_07_a_reserve_of_another_file_is_set_aside_not_merged(void **state)
{
	const char *dir = test_tmpdir();
	char *path = rig_path(dir), *old = xasprintf("%s/old.db", dir);
	struct store *s = rig_open(dir);

	(void)state;
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	assert_int_equal(store_backup(s, old, NULL), SG_OK);
	store_close(s);
	char *reserve = xasprintf("%s/reserve.journal", dir);
	s = open_with_reserve(dir);
	assert_int_equal(rig_commit_audit(s, 2, NULL), SG_OK);
	bad_disk_plan((struct bad_plan){ BAD_FULL, BAD_WRITE, 1, all });
	assert_int_equal(rig_commit_audit(s, 3, NULL), SG_OK);
	store_close(s);
	bad_disk_heal();
	char *log = xasprintf("%s-wal", path);
	assert_int_equal(unlink(log), 0);
	free(log);
	assert_int_equal(rename(old, path), 0); /* yesterday's */
	char *said = notice_of_start(dir);
	assert_non_null(strstr(said, "set aside"));
	assert_non_null(strstr(said, "took over at record 2"));
	expect_numbers(dir, 1);
	free(said);
	free(reserve);
	free(old);
	free(path);
}

static void AU_08_a_replaced_file_gets_no_reserve(void **state)
{
	const char *dir = test_tmpdir();
	char *path = rig_path(dir);
	struct store *s = open_with_reserve(dir);
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_int_equal(rig_commit_audit(s, 1, NULL), SG_OK);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rig_commit_audit(s, 2, &why), SG_EIO);
	assert_false(store_reserve_state(s).in_use);
	store_close(s);
	strbuf_release(&why);
	free(path);
}

static void ST_10_a_locked_file_is_no_case_for_the_reserve(void **state)
{
	const char *dir = test_tmpdir();
	char *path = rig_path(dir);
	struct store *s = open_with_reserve(dir);
	struct strbuf why = STRBUF_INIT;
	sqlite3 *tool = NULL;

	(void)state;
	assert_int_equal(sqlite3_open(path, &tool), SQLITE_OK);
	assert_int_equal(sqlite3_exec(tool, "BEGIN IMMEDIATE", NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(rig_commit_audit(s, 1, &why), SG_EIO);
	assert_non_null(strstr(why.buf, "another program holds it locked"));
	assert_false(store_reserve_state(s).in_use);
	sqlite3_close(tool);
	assert_int_equal(rig_commit_audit(s, 1, &why), SG_OK);
	store_close(s);
	expect_numbers(dir, 1);
	strbuf_release(&why);
	free(path);
}

static void files_are_private_and_made_once(void **state)
{
	const char *dir = test_tmpdir();
	char *path = xasprintf("%s/reserve.journal", dir);
	struct store *s = open_with_reserve(dir);
	struct stat st;

	(void)state;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(st.st_size, SMALL);
	assert_true(st.st_blocks * 512 >= SMALL); /* its room is taken */
	ino_t first = st.st_ino;
	store_close(s);
	s = open_with_reserve(dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_ino, first);
	store_close(s);
	free(path);
}

/* --- every failing operation ------------------------------------------------------- */

/* Commits until told to stop, with a mend after each; counts what was acknowledged. */
static unsigned work(struct store *s, unsigned n)
{
	unsigned done = (unsigned)store_head(s)->seq;

	for (unsigned i = 0; i < n; i++)
		if (rig_commit_audit(s, done + 1, NULL) == SG_OK)
			done++;
	store_mend(s, NULL);
	return done;
}

/* One operation fails, the n-th for each n; then two, three, and all from there on. */
static void ST_03_each_write_and_sync_may_fail_and_nothing_is_lost(void **state)
{
	static const enum bad_how hows[] = { BAD_EIO, BAD_FULL, BAD_SHORT };
	static const unsigned counts[] = { 1, 2, 5, UINT_MAX };
	unsigned runs = 0;

	(void)state;
	for (size_t h = 0; h < 3; h++)
		for (size_t c = 0; c < 4; c++)
			for (unsigned from = 1; from <= 24; from++) {
				const char *dir = test_tmpdir();
				struct store *s = open_with_reserve(dir);
				bad_disk_plan((struct bad_plan){ hows[h], BAD_ALL, from,
								 counts[c] });
				unsigned done = work(s, 8);
				if (bad_disk_ops() < from)
					from = 1000; /* it was not reached: enough */
				bad_disk_heal();
				store_mend(s, NULL);
				store_close(s);
				s = rig_open(dir);
				struct seen seen = look(s);
				/* what failed may be there, what was told is */
				if (seen.n < done)
					fail_msg("%u acknowledged, %u there", done,
						 seen.n);
				store_close(s);
				expect_whole(dir, seen.n);
				runs++;
			}
	print_message("# %u runs with failing operations\n", runs);
}

/* --- power ------------------------------------------------------------------------- */

/* Records go to the file, to the reserve, and into the file again; *done counts what was
 * acknowledged before the power went. */
static void live(struct store *s, unsigned *done)
{
	static const unsigned until[] = { 3, 8, 11, 14, 16 };

	for (size_t part = 0; part < 5 && !bad_disk_is_dark(); part++) {
		bad_disk_plan(part % 2 ? (struct bad_plan){ BAD_FULL, BAD_WRITE, 2, all }
				       : (struct bad_plan){ 0 });
		store_mend(s, NULL);
		for (unsigned n = *done + 1; n <= until[part]; n++)
			if (rig_commit_audit(s, n, NULL) == SG_OK && !bad_disk_is_dark())
				*done = n;
	}
	bad_disk_heal();
	store_mend(s, NULL);
}

/* All that was acknowledged is there, in order, once; the one that was under way may be.
 */
static void check_disk(const char *dir, unsigned done, unsigned cut, unsigned image)
{
	struct strbuf why = STRBUF_INIT;
	struct store *s = NULL;

	if (store_open(dir, &s, &why) != SG_OK)
		fail_msg("power cut at %u, disk %u: %s", cut, image, why.buf);
	struct seen seen = look(s);
	if (seen.n < done || seen.n > done + 1 || seen.order)
		fail_msg("power cut at %u, disk %u: %u acknowledged, %u there, %u out "
			 "of order",
			 cut, image, done, seen.n, seen.order);
	store_close(s);
	expect_whole(dir, seen.n);
	strbuf_release(&why);
}

static unsigned cut_power(unsigned cut, unsigned images, uint64_t *seed)
{
	const char *dir = test_tmpdir();
	struct store *s = open_with_reserve(dir);
	unsigned done = 0;

	bad_disk_record(dir);
	bad_disk_cut_power_at(cut);
	live(s, &done);
	bool dark = bad_disk_is_dark();
	for (unsigned i = 0; i < images; i++) {
		const char *after = test_tmpdir();
		bad_disk_image(after,
			       i == 0   ? BAD_IMAGE_SURE
			       : i == 1 ? BAD_IMAGE_ALL
					: BAD_IMAGE_ANY,
			       seed);
		struct bad_plan none = { 0 };
		bad_disk_plan(none);
		bad_disk_sleep(true);
		check_disk(after, done, cut, i);
		bad_disk_sleep(false);
	}
	bad_disk_sleep(true);
	store_close(s);
	bad_disk_sleep(false);
	bad_disk_forget();
	return dark ? done : UINT_MAX;
}

static void
ST_04_ST_05_power_cuts_while_the_reserve_is_used_and_merged_lose_nothing(void **state)
{
	bool soak = getenv("SIGHTGLASS_SOAK") != NULL;
	unsigned images = soak ? 40 : 5, cuts = 0;
	uint64_t seed = 88172645463325252u;

	(void)state;
	for (unsigned cut = 1; cut_power(cut, images, &seed) != UINT_MAX; cut++)
		cuts++;
	assert_true(cuts >= 50);
	print_message("# power cut at each of %u operations, %u disks each: 0 records "
		      "lost, 0 twice\n",
		      cuts, images);
}

/* A disk that says it has written what it has not keeps no promise of ours: after a power
 * cut records are missing, the rest is whole, and a head noted elsewhere shows it. */
static void ST_06_a_disk_that_lies_is_found_out_by_what_was_noted(void **state)
{
	const char *dir = test_tmpdir(), *after = test_tmpdir();
	char *path = rig_path(after);
	struct store *s = rig_open(dir);
	struct strbuf why = STRBUF_INIT;
	struct audit_verdict v;
	uint64_t seed = 1;

	(void)state;
	bad_disk_record(dir);
	for (unsigned i = 1; i <= 5; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	bad_disk_plan((struct bad_plan){ BAD_LIE, BAD_SYNC, 1, all });
	for (unsigned i = 6; i <= 9; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
	struct audit_head noted = *store_head(s);
	bad_disk_image(after, BAD_IMAGE_SURE, &seed);
	store_close(s);
	bad_disk_forget();
	bad_disk_heal();
	expect_numbers(after, 5);
	assert_int_equal(store_verify(path, &noted, &v, &why), SG_OK);
	assert_false(v.good);
	assert_non_null(strstr(v.text, "shorter than what was noted"));
	strbuf_release(&why);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ST_02_a_full_disk_is_bridged_by_the_reserve),
		cmocka_unit_test(ST_03_a_failing_disk_is_bridged_by_the_reserve),
		cmocka_unit_test(
			ST_11_a_disk_that_became_read_only_is_bridged_by_the_reserve),
		cmocka_unit_test(
			ST_02_states_intents_and_outcomes_come_through_the_reserve),
		cmocka_unit_test(
			ST_02_a_start_on_a_full_disk_knows_what_the_reserve_holds),
		cmocka_unit_test(ST_02_when_both_are_full_nothing_is_acknowledged),
		cmocka_unit_test(ST_02_the_reserve_holds_ten_thousand_rows),
		cmocka_unit_test(ST_03_a_reserve_whose_writes_fail_acknowledges_nothing),
		cmocka_unit_test(
			a_damaged_entry_ends_what_is_merged_and_the_rest_is_kept),
		cmocka_unit_test(a_torn_last_entry_is_none),
		cmocka_unit_test(AU_07_a_reserve_of_another_file_is_set_aside_not_merged),
		cmocka_unit_test(AU_08_a_replaced_file_gets_no_reserve),
		cmocka_unit_test(ST_10_a_locked_file_is_no_case_for_the_reserve),
		cmocka_unit_test(files_are_private_and_made_once),
		cmocka_unit_test(ST_06_a_disk_that_lies_is_found_out_by_what_was_noted),
		cmocka_unit_test(ST_03_each_write_and_sync_may_fail_and_nothing_is_lost),
		cmocka_unit_test(
			ST_04_ST_05_power_cuts_while_the_reserve_is_used_and_merged_lose_nothing),
	};

	rig_begin();
	bad_disk_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
