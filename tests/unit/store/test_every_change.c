/*
 * test_every_change.c - every change of a byte, every deletion, swap and truncation of a
 * log of 500 records is found (AU-01 to AU-04).
 *
 * There are thirty million of them, so most are judged by the short form: the verifier's
 * own step, from its state before the first row that differs, with the rows as they are
 * then. That this says what "audit verify" of the changed file says, word for word, is
 * shown with thousands of changes of all kinds that are made to the file itself.
 *
 * Each byte of each row gets all its 255 other values, in every run. Of the bytes of the
 * file a part is changed, another one each run (SIGHTGLASS_SEED=n repeats it); with
 * SIGHTGLASS_SOAK (make soak) each of them.
 */
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "long_record.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SLOWER = 10 };
#else
enum { SLOWER = 1 };
#endif

enum {
	RECORDS = MANY - 10, /* with the statements among them 500 */
	VALUES = 255 / SLOWER,
	CHANGES = 3000 / SLOWER,
	FILE_BYTES = 9000 / SLOWER
};

static bool soak(void)
{
	return getenv("SIGHTGLASS_SOAK") != NULL;
}

static void seed(void)
{
	const char *given = getenv("SIGHTGLASS_SEED");
	unsigned n = given ? (unsigned)strtoul(given, NULL, 10) : (unsigned)time(NULL);

	srandom(n);
	print_message("# SIGHTGLASS_SEED=%u\n", n);
}

static size_t any(size_t below)
{
	return (size_t)random() % below;
}

/* --- every byte of every row ------------------------------------------------------- */

/* The verifier's step, which leaves its state alone when it finds something. */
static bool is_told(struct audit_walk *w, const struct audit_walk_row *row, uint64_t at)
{
	bool goes_on = audit_walk_row(w, row);
	bool told = !goes_on && !w->v.good && w->v.first_bad == at;

	w->v.good = true;
	w->v.first_bad = 0;
	return told;
}

/* n of a byte's 255 other values, begun anywhere. */
static size_t change_byte(struct audit_walk *w, const struct audit_walk_row *row,
			  uint8_t *byte, unsigned n)
{
	const uint8_t was = *byte;
	unsigned first = (unsigned)any(255);

	for (unsigned k = 0; k < n; k++) {
		*byte = was ^ (uint8_t)(1 + (first + k) % 255);
		if (!is_told(w, row, w->v.head.seq + 1))
			fail_msg("record %d: a byte that was %u passes as %u",
				 (int)w->v.head.seq + 1, was, *byte);
	}
	*byte = was;
	return n;
}

/* Number, body, hash and seal: there is no other column. */
static size_t change_row(struct memory *m, size_t i, unsigned n)
{
	struct audit_walk w = m->before[i];
	struct audit_walk_row row = m->row[i];
	uint8_t *p = (uint8_t *)(uintptr_t)row.body, *seq = (uint8_t *)&row.seq;
	size_t size = row.n + AUDIT_HASH_SIZE + AUDIT_SEAL_SIZE, changes = 0;

	w.proof = NULL; /* the chain alone has to tell it */
	for (size_t at = 0; at < size; at++)
		changes += change_byte(&w, &row, p + at, n);
	for (size_t at = 0; at < sizeof(row.seq); at++)
		changes += change_byte(&w, &row, seq + at, 255);
	assert_true(audit_walk_row(&w, &m->row[i])); /* unchanged it passes */
	return changes;
}

static void AU_01_every_byte_of_every_row_is_held(void **state)
{
	struct memory *m = remember(RECORDS);
	unsigned n = soak() ? 255 : VALUES;
	size_t changes = 0;

	(void)state;
	seed();
	assert_int_equal(m->n, MANY);
	for (size_t i = 0; i < m->n; i++)
		changes += change_row(m, i, n);
	print_message("# %zu changes in the bytes of %zu records, all told\n", changes,
		      m->n);
	forget(m);
}

static void cut_column(struct memory *m, size_t i, size_t *n_of, struct audit_walk_row *r)
{
	const size_t whole = *n_of;
	struct audit_walk w = m->before[i];

	w.proof = NULL;
	for (*n_of = 0; *n_of < whole; (*n_of)++)
		if (!is_told(&w, r, i + 1))
			fail_msg("record %zu: cut to %zu of %zu bytes", i + 1, *n_of,
				 whole);
}

static void AU_01_every_cut_of_every_column_is_told(void **state)
{
	struct memory *m = remember(RECORDS);

	(void)state;
	for (size_t i = 0; i < m->n; i++) {
		struct audit_walk_row row = m->row[i];
		cut_column(m, i, &row.n, &row);
		cut_column(m, i, &row.hash_n, &row);
		cut_column(m, i, &row.seal_n, &row);
	}
	forget(m);
}

/* --- every row --------------------------------------------------------------------- */

static void AU_02_every_deleted_record_is_told(void **state)
{
	struct memory *m = remember(RECORDS);

	(void)state;
	for (size_t i = 0; i + 1 < m->n; i++) {
		struct audit_walk_row closed = m->row[i + 1];
		judged(m, i, &m->row[i + 1], 1, i + 1); /* a gap */
		closed.seq = i + 1;
		judged(m, i, &closed, 1, i + 1); /* closed up */
	}
	judged(m, m->n - 1, NULL, 0, m->n);
	forget(m);
}

static void AU_03_every_cut_is_told_by_an_anchor(void **state)
{
	struct memory *m = remember(RECORDS);

	(void)state;
	for (size_t n = 0; n < m->n; n++)
		judged(m, n, NULL, 0, n + 1);
	forget(m);
}

/* Record k in the place of record i, all of it or a column; and rows i to k taken out. */
static void change_places(struct memory *m, size_t i, size_t k)
{
	struct audit_walk_row a = m->row[i], b = m->row[k], mixed = a;
	struct audit_walk w = m->before[i];

	w.proof = NULL;
	bool told = is_told(&w, &b, i + 1);
	b.seq = a.seq;
	told = told && is_told(&w, &b, i + 1);
	mixed.body = b.body;
	mixed.n = b.n;
	told = told && is_told(&w, &mixed, i + 1);
	mixed = a;
	mixed.hash = b.hash;
	told = told && is_told(&w, &mixed, i + 1);
	mixed = a;
	mixed.seal = b.seal;
	told = told && is_told(&w, &mixed, i + 1);
	mixed = b;
	mixed.body = a.body;
	mixed.n = a.n;
	told = told && is_told(&w, &mixed, i + 1);
	if (!told)
		fail_msg("record %zu passes in the place of record %zu", k + 1, i + 1);
}

static void AU_04_every_two_records_that_change_places_are_told(void **state)
{
	struct memory *m = remember(RECORDS);

	(void)state;
	for (size_t i = 0; i < m->n; i++)
		for (size_t k = i + 1; k < m->n; k++)
			change_places(m, i, k);
	for (size_t i = 1; i < m->n; i++) { /* a double */
		struct audit_walk_row one = m->row[i - 1];
		judged(m, i, &one, 1, i + 1);
		one.seq = i + 1;
		judged(m, i, &one, 1, i + 1);
	}
	forget(m);
}

/* --- the same, made to the file ---------------------------------------------------- */

/* One or two rows that are others, or are gone; or all from a row on are gone. */
struct change {
	const char *kind;
	size_t at[2], n;
	struct audit_walk_row row[2];
	bool gone[2];
	size_t cut; /* rows that are left; 0 = all */
	uint8_t *byte, by;
};

static struct change change_one(struct memory *m, const char *kind)
{
	struct change c = { .kind = kind, .n = 1 };

	c.at[0] = any(m->n);
	c.row[0] = m->row[c.at[0]];
	return c;
}

static struct change some_byte(struct memory *m)
{
	struct change c = change_one(m, "byte");
	size_t size = c.row[0].n + AUDIT_HASH_SIZE + AUDIT_SEAL_SIZE;

	c.byte = (uint8_t *)(uintptr_t)c.row[0].body + any(size);
	c.by = (uint8_t)(1 + any(255));
	return c;
}

static struct change some_cut_column(struct memory *m)
{
	struct change c = change_one(m, "cut column");
	size_t *n_of[] = { &c.row[0].n, &c.row[0].hash_n };
	size_t *n = n_of[any(2)];

	*n = any(*n);
	return c;
}

static struct change some_deletion(struct memory *m)
{
	struct change c = change_one(m, "deletion");

	c.gone[0] = true;
	return c;
}

static struct change some_swap(struct memory *m)
{
	struct change c = change_one(m, "swap");
	size_t column = any(4);

	do {
		c.at[1] = any(m->n);
	} while (c.at[1] == c.at[0]);
	c.n = 2;
	c.row[1] = m->row[c.at[1]];
	for (size_t i = 0; i < 2; i++) {
		const struct audit_walk_row *other = &m->row[c.at[1 - i]];
		uint64_t seq = c.row[i].seq;
		if (column == 0)
			c.row[i] = *other;
		c.row[i].seq = seq;
		if (column == 1) {
			c.row[i].body = other->body;
			c.row[i].n = other->n;
		} else if (column == 2) {
			c.row[i].hash = other->hash;
		} else if (column == 3) {
			c.row[i].seal = other->seal;
		}
	}
	return c;
}

static struct change some_truncation(struct memory *m)
{
	return (struct change){ .kind = "truncation", .cut = 1 + any(m->n - 1) };
}

static struct change some_change(struct memory *m)
{
	static struct change (*const kinds[])(struct memory *) = {
		some_byte,       some_byte, some_byte,       some_byte,
		some_cut_column, some_swap, some_truncation, some_deletion,
	};

	return kinds[any(sizeof(kinds) / sizeof(kinds[0]))](m);
}

static void put_row(sqlite3_stmt *put, size_t at, const struct audit_walk_row *row)
{
	sqlite3_bind_int64(put, 1, (int64_t)at + 1);
	sqlite3_bind_blob(put, 2, row->n ? row->body : "", (int)row->n, SQLITE_STATIC);
	sqlite3_bind_blob(put, 3, row->hash_n ? row->hash : "", (int)row->hash_n,
			  SQLITE_STATIC);
	sqlite3_bind_blob(put, 4, row->seal, (int)row->seal_n, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(put), SQLITE_DONE);
	sqlite3_reset(put);
}

static void run(sqlite3 *db, const char *sql)
{
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* Row first and those up to last. */
static void take_out(sqlite3 *db, size_t first, size_t last)
{
	char sql[100];

	snprintf(sql, sizeof(sql), "DELETE FROM audit WHERE seq BETWEEN %zu AND %zu",
		 first + 1, last + 1);
	run(db, sql);
}

static void into_the_file(struct memory *m, sqlite3 *db, sqlite3_stmt *put,
			  const struct change *c, bool back)
{
	run(db, "BEGIN");
	for (size_t i = 0; i < c->n; i++) {
		if (c->gone[i] && !back)
			take_out(db, c->at[i], c->at[i]);
		else
			put_row(put, c->at[i], back ? &m->row[c->at[i]] : &c->row[i]);
	}
	if (c->cut && !back)
		take_out(db, c->cut, m->n);
	for (size_t i = c->cut; c->cut && back && i < m->n; i++)
		put_row(put, i, &m->row[i]);
	run(db, "COMMIT");
}

/* All rows from the first that differs on, as the file has them now. */
static struct audit_verdict short_form(struct memory *m, const struct change *c)
{
	static struct audit_walk_row rows[MANY + 2];
	size_t first = c->cut, n = 0;

	if (c->n)
		first = c->n == 2 && c->at[1] < c->at[0] ? c->at[1] : c->at[0];
	for (size_t i = first; i < (c->cut ? c->cut : m->n); i++) {
		const struct audit_walk_row *row = &m->row[i];
		bool gone = false;
		for (size_t k = 0; k < c->n; k++) {
			if (c->at[k] != i)
				continue;
			row = &c->row[k];
			gone = c->gone[k];
		}
		if (!gone)
			rows[n++] = *row;
	}
	return verdict_from(m, first, rows, n);
}

static void ask_file(struct memory *m, struct asked *a)
{
	audit_proof_begin(&a->proof);
	a->proof.noted = &m->noted;
	a->proof.n_noted = 1;
}

static void compare(struct memory *m, sqlite3 *db, sqlite3_stmt *put, struct change *c)
{
	struct asked a;

	if (c->byte)
		*c->byte ^= c->by;
	into_the_file(m, db, put, c, false);
	ask_file(m, &a);
	ask(m->path, &a);
	struct audit_verdict v = short_form(m, c);
	if (v.good || a.v[0].good || v.first_bad != a.v[0].first_bad ||
	    strcmp(v.text, a.v[0].text) != 0)
		fail_msg("%s: the file: %s; the short form: %s", c->kind, a.v[0].text,
			 v.text);
	audit_proof_release(&a.proof);
	if (c->byte)
		*c->byte ^= c->by;
	into_the_file(m, db, put, c, true);
}

static void AU_01_the_short_form_says_what_verify_says_of_the_file(void **state)
{
	struct memory *m = remember(RECORDS);
	sqlite3 *db;
	sqlite3_stmt *put;
	struct asked a;

	(void)state;
	seed();
	assert_int_equal(sqlite3_open(m->path, &db), SQLITE_OK);
	run(db, "PRAGMA synchronous=OFF; PRAGMA journal_mode=MEMORY");
	assert_int_equal(
		sqlite3_prepare_v2(db, "INSERT OR REPLACE INTO audit VALUES(?, ?, ?, ?)",
				   -1, &put, NULL),
		SQLITE_OK);
	for (int i = 0; i < CHANGES; i++) {
		struct change c = some_change(m);
		compare(m, db, put, &c);
	}
	sqlite3_finalize(put);
	sqlite3_close(db);
	ask_file(m, &a);
	expect_good(m->path, &a); /* all was put back */
	print_message("# %d changes of the file, the verdicts are the same\n", CHANGES);
	forget(m);
}

/* --- every byte of the file -------------------------------------------------------- */

/* A hash of all columns of all rows, as any SQLite reads them. */
static void digest(const char *path, uint8_t out[HASH_SIZE])
{
	char *uri = xasprintf("file:%s?immutable=1", path);
	struct hash_state h;
	sqlite3_stmt *q;
	sqlite3 *db;

	hash_init(&h);
	assert_int_equal(
		sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db,
					    "SELECT seq, body, hash, seal FROM audit "
					    "ORDER BY seq",
					    -1, &q, NULL),
			 SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW)
		for (int i = 0; i < 4; i++) {
			const void *p = sqlite3_column_blob(q, i);
			size_t n = (size_t)sqlite3_column_bytes(q, i);
			hash_update_u64(&h, (uint64_t)sqlite3_column_type(q, i));
			hash_update_u64(&h, n);
			hash_update(&h, p, n);
		}
	hash_final(&h, out);
	sqlite3_finalize(q);
	sqlite3_close(db);
	free(uri);
}

/* What SQLite does not read is no part of the record: free pages, the ends of pages,
 * numbers of its header. True: told, or the file is none any more. */
static bool file_is_told(struct memory *m, const uint8_t rows[HASH_SIZE], long at)
{
	struct store_question q = { 0 };
	uint8_t now[HASH_SIZE];
	struct asked a;

	ask_file(m, &a);
	q.proof = &a.proof;
	enum sg_err err = store_verify_all(m->path, &q, a.v, NULL);
	audit_proof_release(&a.proof);
	if (err != SG_OK || !a.v[0].good)
		return true;
	digest(m->path, now);
	if (memcmp(now, rows, HASH_SIZE) != 0)
		fail_msg("byte %ld: the rows are others, and verify says: %s", at,
			 a.v[0].text);
	return false;
}

static void AU_01_every_byte_of_the_file_is_told_or_is_no_change(void **state)
{
	struct memory *m = remember(RECORDS);
	size_t told = 0, nothing = 0, step;
	uint8_t rows[HASH_SIZE];
	struct stat st;

	(void)state;
	seed();
	digest(m->path, rows);
	assert_int_equal(stat(m->path, &st), 0);
	step = soak() ? 1 : 1 + (size_t)st.st_size / FILE_BYTES;
	int fd = open(m->path, O_RDWR | O_CLOEXEC);
	for (long at = (long)any(step); at < st.st_size; at += (long)step) {
		uint8_t was, is;
		assert_int_equal(pread(fd, &was, 1, at), 1);
		is = was ^ (uint8_t)(1 + any(255));
		assert_int_equal(pwrite(fd, &is, 1, at), 1);
		if (file_is_told(m, rows, at))
			told++;
		else
			nothing++;
		assert_int_equal(pwrite(fd, &was, 1, at), 1);
	}
	close(fd);
	assert_true(told > nothing);
	print_message("# every %zuth byte of %ld: %zu told, %zu change no row\n", step,
		      (long)st.st_size, told, nothing);
	forget(m);
}

static uint8_t *whole_file(int fd, size_t n)
{
	uint8_t *p = xmalloc(n);

	assert_int_equal(pread(fd, p, n, 0), (ssize_t)n);
	return p;
}

/* A file that ends early: at the end of each page, and within them. */
static void AU_01_every_cut_file_is_told(void **state)
{
	struct memory *m = remember(RECORDS);
	size_t told = 0, nothing = 0, page = 4096;
	uint8_t rows[HASH_SIZE];
	struct stat st;

	(void)state;
	seed();
	digest(m->path, rows);
	assert_int_equal(stat(m->path, &st), 0);
	int fd = open(m->path, O_RDWR | O_CLOEXEC);
	uint8_t *all = whole_file(fd, (size_t)st.st_size);
	for (size_t i = 0; i < 2 * (size_t)st.st_size / page; i++) {
		size_t end = i / 2 * page + (i % 2 ? 1 + any(page - 1) : 0);
		assert_int_equal(ftruncate(fd, (off_t)end), 0);
		if (file_is_told(m, rows, (long)end))
			told++;
		else
			nothing++;
		assert_int_equal(pwrite(fd, all, (size_t)st.st_size, 0), st.st_size);
	}
	close(fd);
	assert_true(told > nothing);
	print_message("# %zu cuts of the file told, %zu change no row\n", told, nothing);
	free(all);
	forget(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AU_01_every_byte_of_every_row_is_held),
		cmocka_unit_test(AU_01_every_cut_of_every_column_is_told),
		cmocka_unit_test(AU_02_every_deleted_record_is_told),
		cmocka_unit_test(AU_03_every_cut_is_told_by_an_anchor),
		cmocka_unit_test(AU_04_every_two_records_that_change_places_are_told),
		cmocka_unit_test(AU_01_the_short_form_says_what_verify_says_of_the_file),
		cmocka_unit_test(AU_01_every_byte_of_the_file_is_told_or_is_no_change),
		cmocka_unit_test(AU_01_every_cut_file_is_told),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
