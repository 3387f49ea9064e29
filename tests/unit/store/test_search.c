/* test_search.c - searching the journal: the same rows as a naive filter finds, page by
 * page, whatever the index knows by then, and whatever somebody types. */
#include "support/test.h"

#include <ctype.h>
#include <stdatomic.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "rig.h"
#include "support/journal_rows.h"

enum { ROWS = 6000 };

/* --- a naive filter ---------------------------------------------------------------- */

struct copy {
	struct alarm_journal row;
	struct strbuf body, texts;
};

static void keep(struct copy *c, const struct alarm_journal *row, uint64_t seq)
{
	c->body = c->texts = (struct strbuf)STRBUF_INIT;
	alarm_journal_put(&c->body, row);
	assert_true(alarm_journal_get(c->body.buf, c->body.len, &c->row, &c->texts));
	c->row.seq = seq;
}

/* The words of a text, one after the other, each ended by a NUL, in small letters. */
static size_t words_of(const char *s, char *out, const char **v, size_t max)
{
	size_t n = 0;

	while (*s) {
		while (*s && !isalnum((unsigned char)*s))
			s++;
		if (!*s || n == max)
			break;
		v[n++] = out;
		while (isalnum((unsigned char)*s))
			*out++ = (char)tolower((unsigned char)*s++);
		*out++ = '\0';
	}
	return n;
}

static bool phrase_in(const char *text, const char *phrase, bool begins)
{
	char room[2][512];
	const char *t[64], *p[64];
	size_t nt = words_of(text, room[0], t, 64), np = words_of(phrase, room[1], p, 64);

	for (size_t i = 0; np > 0 && i + np <= nt; i++) {
		size_t k = 0;
		while (k < np &&
		       (begins && k == np - 1 ? strncmp(t[i + k], p[k], strlen(p[k])) == 0
					      : strcmp(t[i + k], p[k]) == 0))
			k++;
		if (k == np)
			return true;
	}
	return false;
}

static bool says(const struct alarm_journal *row, const char *phrase, bool begins)
{
	const char *const all[] = { row->alarm, row->message, row->text,
				    row->by,    row->area,    row->tag };

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (phrase_in(all[i], phrase, begins))
			return true;
	return false;
}

/* What a random question is made of: its text is these two. */
struct question {
	struct store_search ask;
	const char *phrase[2];
	bool begins[2];
	char text[128], alarm[64], tag[64];
};

static bool is_name(const char *want, const char *is)
{
	return !want || strcmp(want, is) == 0;
}

static bool in_area(const char *want, const char *is)
{
	size_t n = want ? strlen(want) : 0;

	return !n || strcmp(is, want) == 0 || (strncmp(is, want, n) == 0 && is[n] == '.');
}

static bool in_time(const struct store_search *a, int64_t ms)
{
	return (!a->from.ms || ms >= a->from.ms) && (!a->to.ms || ms < a->to.ms);
}

static bool wanted(const struct question *q, const struct alarm_journal *row)
{
	const struct store_search *a = &q->ask;

	for (size_t i = 0; i < 2; i++)
		if (q->phrase[i] && !says(row, q->phrase[i], q->begins[i]))
			return false;
	return in_time(a, row->at.ms) &&
	       (!a->priorities || (a->priorities & 1u << row->priority)) &&
	       (!a->events || (a->events & 1u << row->event)) &&
	       is_name(a->alarm, row->alarm) && is_name(a->tag, row->tag) &&
	       is_name(a->by, row->by) && in_area(a->area, row->area);
}

static bool flip(struct journal_rows *j, uint64_t n)
{
	return journal_random(j, n) == 0;
}

static void add_phrase(struct question *q, size_t i, struct journal_rows *j,
		       const struct alarm_journal *sample)
{
	size_t at = strlen(q->text);

	if (flip(j, 3)) {
		q->phrase[i] = sample->alarm; /* several words by themselves */
		snprintf(q->text + at, sizeof(q->text) - at, "%s ", sample->alarm);
	} else if (flip(j, 2)) {
		q->phrase[i] = "Tank T";
		snprintf(q->text + at, sizeof(q->text) - at, "\"TANK t\" ");
	} else {
		q->phrase[i] = journal_word(j);
		q->begins[i] = flip(j, 2);
		snprintf(q->text + at, sizeof(q->text) - at, "%s%s ", q->phrase[i],
			 q->begins[i] ? "*" : "");
	}
}

static void make_question(struct question *q, struct journal_rows *j,
			  const struct copy *rows, size_t n)
{
	static const char *const areas[] = { "intake",  "filter",       "filter.f1",
					     "network", "intake.well2", "nowhere",
					     "inta" };
	static const char *const people[] = { "ivan", "o'neill", "nobody" };
	const struct alarm_journal *sample = &rows[journal_random(j, n)].row;

	*q = (struct question){ .ask = { .count = 1 + (uint32_t)journal_random(j, 40),
					 .oldest_first = flip(j, 2) } };
	if (flip(j, 3))
		q->ask.from.ms = rows[journal_random(j, n)].row.at.ms;
	if (flip(j, 3))
		q->ask.to.ms = rows[journal_random(j, n)].row.at.ms;
	if (flip(j, 3))
		q->ask.area = areas[journal_random(j, 7)];
	if (flip(j, 6))
		q->ask.by = people[journal_random(j, 3)];
	if (flip(j, 6))
		q->ask.tag = sample->tag;
	if (flip(j, 6))
		q->ask.alarm = sample->alarm;
	if (flip(j, 4))
		q->ask.priorities = (uint8_t)(2u << journal_random(j, 5) |
					      2u << journal_random(j, 5));
	if (flip(j, 4))
		q->ask.events = 1u << journal_random(j, 10) | 1u << journal_random(j, 10);
	for (size_t i = 0; i < 2; i++)
		if (flip(j, 4))
			add_phrase(q, i, j, sample);
	if (q->text[0])
		q->ask.text = q->text;
}

/* --- pages against the naive answer --------------------------------------------- */

struct got {
	uint64_t seq[ROWS];
	size_t n;
};

static bool take(void *arg, const struct store_journal_row *row)
{
	struct got *g = arg;

	assert_true(row->is_sound);
	assert_true(g->n < ROWS);
	g->seq[g->n++] = row->row.seq;
	return true;
}

/* All pages of a question, to the last one. */
static void all_pages(struct store_reader *r, const struct store_search *ask,
		      struct got *g)
{
	struct strbuf why = STRBUF_INIT;
	struct store_search page = *ask;
	size_t before;

	g->n = 0;
	do {
		before = g->n;
		if (store_journal_search(r, &page, take, g, &why) != SG_OK)
			fail_msg("%s", why.buf);
		assert_true(g->n - before <= ask->count);
		if (g->n > 0 && ask->oldest_first)
			page.after = g->seq[g->n - 1];
		else if (g->n > 0)
			page.before = g->seq[g->n - 1];
	} while (g->n - before == ask->count);
	strbuf_release(&why);
}

static void compare(struct store_reader *r, const struct question *q,
		    const struct copy *rows, size_t n, uint64_t seed)
{
	struct got *g = xcalloc(1, sizeof(*g));
	size_t found = 0;

	all_pages(r, &q->ask, g);
	for (size_t i = 0; i < n; i++) {
		const struct copy *c = &rows[q->ask.oldest_first ? i : n - 1 - i];
		if (!wanted(q, &c->row))
			continue;
		if (found >= g->n || g->seq[found] != c->row.seq)
			fail_msg("seed %llu: row %llu is missing (area %s, text \"%s\")",
				 (unsigned long long)seed, (unsigned long long)c->row.seq,
				 q->ask.area ? q->ask.area : "any", q->text);
		found++;
	}
	assert_int_equal(found, g->n);
	free(g);
}

struct bed {
	struct store *store;
	struct store_reader *reader;
	struct journal_rows gen;
	struct copy *rows;
	size_t n;
	char dir[256];
};

static void commit_rows(struct bed *b, size_t n)
{
	for (size_t i = 0; i < n;) {
		struct txn *t = txn_new(1, false);
		for (size_t k = 0; k < 100 && i < n; k++, i++) {
			const struct alarm_journal *row = journal_next(&b->gen);
			struct txn_op *op =
				txn_add(t, TXN_JOURNAL, row->occurrence, row->alarm);
			alarm_journal_put(&op->body, row);
			keep(&b->rows[b->n], row, b->n + 1);
			b->n++;
		}
		assert_int_equal(rig_commit(b->store, t, NULL), SG_OK);
	}
}

static struct store_reader *open_reader(const char *dir)
{
	struct strbuf why = STRBUF_INIT;
	struct store_reader *r = NULL;

	if (store_reader_open(dir, &r, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return r;
}

static int setup(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));

	snprintf(b->dir, sizeof(b->dir), "%s", test_tmpdir());
	b->store = rig_open(b->dir);
	b->reader = open_reader(b->dir);
	b->rows = xcalloc(ROWS, sizeof(*b->rows));
	b->gen.seed = 42;
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bed *b = *state;

	store_reader_close(b->reader);
	store_close(b->store);
	for (size_t i = 0; i < b->n; i++) {
		strbuf_release(&b->rows[i].body);
		strbuf_release(&b->rows[i].texts);
	}
	free(b->rows);
	free(b);
	return 0;
}

static uint64_t index_some(struct store_reader *r, uint64_t max)
{
	struct strbuf why = STRBUF_INIT;
	uint64_t left = 0;

	if (store_reader_index(r, max, &left, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return left;
}

static void AM_10_a_search_finds_what_a_naive_filter_finds(void **state)
{
	struct bed *b = *state;
	const char *given = getenv("SIGHTGLASS_SEED");
	uint64_t first = given ? strtoull(given, NULL, 10) : 1;
	struct question q;

	for (uint64_t seed = first; seed < first + 300; seed++) {
		struct journal_rows j = { .seed = seed };
		if (b->n + 20 <= ROWS)
			commit_rows(b, 20); /* the index never knows them all */
		if (seed % 3 == 0)
			index_some(b->reader, 35);
		make_question(&q, &j, b->rows, b->n);
		compare(b->reader, &q, b->rows, b->n, seed);
	}
}

static void a_page_in_the_middle_begins_and_ends_where_it_is_told(void **state)
{
	struct bed *b = *state;
	struct store_search ask = { .after = 1000, .before = 1011, .count = 500 };
	struct got *g = xcalloc(1, sizeof(*g));

	commit_rows(b, 3000);
	index_some(b->reader, 2000);
	assert_int_equal(store_journal_search(b->reader, &ask, take, g, NULL), SG_OK);
	assert_int_equal(g->n, 10);
	assert_int_equal(g->seq[0], 1010);
	assert_int_equal(g->seq[9], 1001);
	ask = (struct store_search){ .after = UINT64_MAX, .count = 5 };
	assert_int_equal(store_journal_search(b->reader, &ask, take, g, NULL), SG_OK);
	ask = (struct store_search){ .before = 1, .count = 5 };
	assert_int_equal(store_journal_search(b->reader, &ask, take, g, NULL), SG_OK);
	ask = (struct store_search){ .count = 0 };
	assert_int_equal(store_journal_search(b->reader, &ask, take, g, NULL), SG_OK);
	assert_int_equal(g->n, 10);
	free(g);
}

/* --- walks ------------------------------------------------------------------------- */

struct walked {
	const struct copy *rows;
	struct wall from, to;
	uint64_t last;
	size_t n, stop_after;
};

static bool walk_row(void *arg, const struct alarm_journal *row)
{
	struct walked *w = arg;

	assert_true(row->seq > w->last);
	assert_true(row->at.ms >= w->from.ms && (!w->to.ms || row->at.ms < w->to.ms));
	assert_string_equal(row->message, w->rows[row->seq - 1].row.message);
	w->last = row->seq;
	return ++w->n != w->stop_after;
}

static void AM_11_a_walk_hands_out_every_row_of_a_time_in_order(void **state)
{
	struct bed *b = *state;
	struct walked w = { .stop_after = 0 };

	commit_rows(b, 5000);
	index_some(b->reader, 3000);
	w.rows = b->rows;
	for (size_t i = 0; i < 40; i++) {
		size_t due = 0;
		w.from.ms = i % 5 ? b->rows[journal_random(&b->gen, b->n)].row.at.ms : 0;
		w.to.ms = i % 7 ? b->rows[journal_random(&b->gen, b->n)].row.at.ms : 0;
		for (size_t k = 0; k < b->n; k++)
			due += b->rows[k].row.at.ms >= w.from.ms &&
			       (!w.to.ms || b->rows[k].row.at.ms < w.to.ms);
		w.n = w.last = 0;
		assert_int_equal(
			store_journal_walk(b->reader, w.from, w.to, walk_row, &w, NULL),
			SG_OK);
		assert_int_equal(w.n, due);
	}
	w = (struct walked){ .rows = b->rows, .stop_after = 17 };
	store_journal_walk(b->reader, w.from, w.to, walk_row, &w, NULL);
	assert_int_equal(w.n, 17);
}

/* --- hostile and broken ------------------------------------------------------------ */

static bool count_row(void *arg, const struct store_journal_row *row)
{
	(void)row;
	++*(size_t *)arg;
	return true;
}

/* Nothing that is typed is a statement: it is found, or it is not, and a refusal speaks
 * our language. */
static void SEC_22_hostile_words_are_words(void **state)
{
	static const char *const text[] = {
		"\"",
		"\"\"",
		"\"\"\"",
		"'",
		"';--",
		"pump\"",
		"\"pump",
		"pump OR",
		"OR",
		"AND NOT",
		"NEAR(a b)",
		"k:p1",
		"k : e0",
		"{k} : e0",
		"a*b",
		"*",
		"**",
		"^pump",
		"pump +valve",
		"-pump",
		"(",
		")",
		"((((",
		"col:umn",
		"\xe2\x80\x94",
		"\xff\xfe",
		"\xe2\x80",
		"pump \xe2\x80\x94 valve",
		"a\tb\nc",
		"--",
		"/* */",
		"\\",
		"p1",
		"e0",
		";DROP TABLE journal",
		"%s%n",
	};
	struct bed *b = *state;
	struct strbuf why = STRBUF_INIT;
	struct store_search ask = { .count = 500 };
	size_t n, all = 0;

	commit_rows(b, 500);
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &all, NULL),
			 SG_OK);
	assert_int_equal(all, 500);
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		n = 0;
		ask.text = text[i];
		enum sg_err err =
			store_journal_search(b->reader, &ask, count_row, &n, &why);
		if (err == SG_OK) {
			assert_true(n < all); /* no text of these is in every row */
			continue;
		}
		assert_int_equal(err, SG_EREFUSED);
		assert_string_equal(why.buf, "the text to search for holds no letter and "
					     "no digit");
	}
	ask.text = "pump \xe2\x80\x94 tripped";
	n = 0;
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, &why),
			 SG_OK);
	/* the keys of a row are no words to find it by */
	static const char *const keys[] = { "p1", "e0", "k:p1" };
	for (size_t i = 0; i < 3; i++) {
		ask.text = keys[i];
		n = 0;
		assert_int_equal(
			store_journal_search(b->reader, &ask, count_row, &n, &why),
			SG_OK);
		assert_int_equal(n, 0);
	}
	strbuf_release(&why);
}

static void SEC_22_names_that_are_asked_for_are_data(void **state)
{
	static const char *const name[] = { "x\" OR k : \"p1", "' OR 1=1 --", "*", "%",
					    "intake\"" };
	struct bed *b = *state;
	size_t n = 0;

	commit_rows(b, 200);
	index_some(b->reader, 200);
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++) {
		struct store_search ask[] = {
			{ .alarm = name[i], .count = 9 },
			{ .tag = name[i], .count = 9 },
			{ .area = name[i], .count = 9 },
			{ .by = name[i], .count = 9 },
		};
		for (size_t k = 0; k < 4; k++)
			assert_int_equal(store_journal_search(b->reader, &ask[k],
							      count_row, &n, NULL),
					 SG_OK);
	}
	assert_int_equal(n, 0);
}

static void a_text_of_64_KiB_is_refused_in_words(void **state)
{
	struct bed *b = *state;
	struct strbuf why = STRBUF_INIT, big = STRBUF_INIT;
	struct store_search ask = { .count = 5 };
	size_t n = 0;

	commit_rows(b, 100);
	while (big.len < 65536)
		strbuf_adds(&big, "pump ");
	ask.text = big.buf;
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, &why),
			 SG_EREFUSED);
	assert_string_equal(why.buf, "a text to search for has at most 1000 bytes");
	big.buf[5 * 33] = '\0';
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, &why),
			 SG_EREFUSED);
	assert_string_equal(why.buf, "a text to search for has at most 32 words");
	big.buf[5 * 32] = '\0';
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, &why),
			 SG_OK);
	strbuf_release(&why);
	strbuf_release(&big);
}

static void a_row_that_cannot_be_read_is_shown_to_who_wants_all(void **state)
{
	struct bed *b = *state;
	struct txn *t = txn_new(1, false);
	struct store_search ask = { .count = 10 };
	size_t n = 0;

	strbuf_adds(&txn_add(t, TXN_JOURNAL, 1, "a.high")->body, "no such body");
	assert_int_equal(rig_commit(b->store, t, NULL), SG_OK);
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, NULL),
			 SG_OK);
	assert_int_equal(n, 1);
	assert_int_equal(index_some(b->reader, 10), 0);
	ask.alarm = "a.high";
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, NULL),
			 SG_OK);
	ask = (struct store_search){ .text = "body", .count = 10 };
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, NULL),
			 SG_OK);
	assert_int_equal(n, 1);
}

static bool at_once(void *arg)
{
	++*(int *)arg;
	return true;
}

static void work_that_nobody_waits_for_is_given_up(void **state)
{
	struct bed *b = *state;
	struct strbuf why = STRBUF_INIT;
	struct store_search ask = { .area = "nowhere", .count = 10 };
	int asked = 0;
	size_t n = 0;

	commit_rows(b, 3000);
	store_reader_stop_when(b->reader, at_once, &asked);
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, &why),
			 SG_ELIMIT);
	assert_has(why.buf, "the search was given up");
	assert_true(asked > 0);
	ask.text = "pump";
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, &why),
			 SG_EREFUSED);
	assert_has(why.buf, "still being made (3000 rows to go)");
	store_reader_stop_when(b->reader, NULL, NULL);
	assert_int_equal(store_journal_search(b->reader, &ask, count_row, &n, &why),
			 SG_OK);
	strbuf_release(&why);
}

/* --- the index is only an index ----------------------------------------------------- */

static size_t found(struct store_reader *r, const char *text)
{
	struct store_search ask = { .text = text, .count = 500 };
	struct strbuf why = STRBUF_INIT;
	size_t n = 0;

	if (store_journal_search(r, &ask, count_row, &n, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return n;
}

/* Few words are asked one by one, many as FTS5 does it; a row of this moment counts. */
static void AM_10_the_beginning_of_many_words_finds_them_all(void **state)
{
	struct bed *b = *state;

	for (unsigned i = 0; i < 600; i++) {
		struct txn *t = txn_new(1, false);
		struct alarm_journal row = *journal_next(&b->gen);
		char message[32];

		snprintf(message, sizeof(message), "Xq%03u \xc3\x84rger", i);
		row.message = message;
		alarm_journal_put(
			&txn_add(t, TXN_JOURNAL, row.occurrence, row.alarm)->body, &row);
		assert_int_equal(rig_commit(b->store, t, NULL), SG_OK);
		if (i == 99)
			assert_int_equal(found(b->reader, "xQ*"), 100);
	}
	assert_int_equal(found(b->reader, "xq5*"), 100);
	assert_int_equal(found(b->reader, "xq12*"), 10);
	assert_int_equal(found(b->reader, "xq*"), 500); /* the most that it asks for */
	assert_int_equal(found(b->reader, "\xc3\xa4rg*"), 500);
	assert_int_equal(found(b->reader, "arge* xq00*"), 10);
	assert_int_equal(found(b->reader, "xq7*"), 0);
	assert_int_equal(found(b->reader, "xq012-ar*"), 1);
}

static void spoil(const char *path, long at)
{
	FILE *f = fopen(path, "r+b");
	char junk[4096];

	assert_non_null(f);
	memset(junk, 0xA5, sizeof(junk));
	fseek(f, at, SEEK_SET);
	fwrite(junk, 1, sizeof(junk), f);
	fclose(f);
}

static void ST_08_a_broken_or_lost_index_is_made_again(void **state)
{
	struct bed *b = *state;
	char *path = xasprintf("%s/search.db", b->dir);
	size_t due;

	commit_rows(b, 1500);
	due = found(b->reader, "pump");
	assert_true(due > 0);
	for (long at = 0; at < 12; at++) {
		store_reader_close(b->reader);
		if (at == 11)
			unlink(path);
		else
			spoil(path, at * 4096);
		b->reader = open_reader(b->dir);
		/* what it did not see at once, a search may have to tell first */
		struct store_search ask = { .text = "pump", .count = 500 };
		struct strbuf why = STRBUF_INIT;
		size_t n = 0;
		if (store_journal_search(b->reader, &ask, count_row, &n, &why) != SG_OK)
			assert_string_equal(why.buf,
					    "the journal's index cannot be read: it is "
					    "made anew; try again soon");
		strbuf_release(&why);
		index_some(b->reader, 5000);
	}
	assert_int_equal(found(b->reader, "pump"), due);
	free(path);
}

static void copy_file(const char *from, const char *to)
{
	FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
	int c;

	assert_true(in && out);
	while ((c = getc(in)) != EOF)
		putc(c, out);
	fclose(in);
	fclose(out);
}

static void ST_18_an_index_of_another_journal_is_not_believed(void **state)
{
	struct bed *b = *state;
	char *path = xasprintf("%s/search.db", b->dir), *db = rig_path(b->dir);
	char *copy = xasprintf("%s/old.db", b->dir), *wal = xasprintf("%s-wal", db);
	char *today = xasprintf("%s/today.db", b->dir);
	struct strbuf why = STRBUF_INIT;
	size_t due, all;

	commit_rows(b, 300);
	assert_int_equal(store_backup(b->store, copy, &why), SG_OK);
	due = found(b->reader, "pump");
	commit_rows(b, 300);
	found(b->reader, "pump");
	/* yesterday's copy is put back; the index is today's */
	store_reader_close(b->reader);
	copy_file(path, today);
	store_close(b->store);
	unlink(wal);
	assert_int_equal(rename(copy, db), 0);
	b->store = rig_open(b->dir);
	b->reader = open_reader(b->dir);
	assert_int_equal(found(b->reader, "pump"), due);
	/* a journal that went on otherwise is another one, however long it is */
	store_reader_close(b->reader);
	assert_int_equal(rename(today, path), 0);
	commit_rows(b, 400);
	b->reader = open_reader(b->dir);
	assert_true(found(b->reader, "pump") > due);
	all = found(b->reader, "pump");
	store_reader_close(b->reader);
	unlink(path);
	b->reader = open_reader(b->dir);
	assert_int_equal(found(b->reader, "pump"), all);
	free(path);
	free(today);
	free(db);
	free(copy);
	free(wal);
	strbuf_release(&why);
}

#define T(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(AM_10_a_search_finds_what_a_naive_filter_finds),
		T(a_page_in_the_middle_begins_and_ends_where_it_is_told),
		T(AM_11_a_walk_hands_out_every_row_of_a_time_in_order),
		T(SEC_22_hostile_words_are_words),
		T(SEC_22_names_that_are_asked_for_are_data),
		T(a_text_of_64_KiB_is_refused_in_words),
		T(a_row_that_cannot_be_read_is_shown_to_who_wants_all),
		T(work_that_nobody_waits_for_is_given_up),
		T(AM_10_the_beginning_of_many_words_finds_them_all),
		T(ST_08_a_broken_or_lost_index_is_made_again),
		T(ST_18_an_index_of_another_journal_is_not_believed),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
