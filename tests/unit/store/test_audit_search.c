/* test_audit_search.c - searching the audit record finds what a naive filter finds, page
 * by page, in both directions. */
#include "support/test.h"

#include <strings.h>

#include "rig.h"

enum { RECORDS = 1500, QUESTIONS = 300 };

static const char *const people[] = { "ivan", "maria", "anna" };
static const char *const tags[] = { "intake.p101.speed_sp", "dosing.cl2_sp",
				    "filter.f1" };
static const char *const areas[] = { "intake", "intake.wells", "dosing" };
static const char *const details[] = { "Too fast for the pump", "a step of 5 %",
				       "100% sure", "" };
static const enum audit_kind kinds[] = { AUDIT_SELECT, AUDIT_INTENT, AUDIT_REFUSED,
					 AUDIT_ACK };

struct bed {
	struct store *store;
	struct store_reader *reader;
	struct audit_record made[RECORDS];
	uint64_t base; /* number of the record before the first of ours */
	unsigned seed;
};

static unsigned any(struct bed *b, unsigned n)
{
	b->seed = b->seed * 1103515245u + 12345u;
	return (b->seed >> 16) % n;
}

static void make(struct bed *b, size_t i)
{
	b->made[i] = (struct audit_record){
		.kind = kinds[any(b, 4)],
		.wall_ms = 1000000 + (int64_t)i * 10 -
			   (int64_t)any(b, 500), /* clocks do that */
		.actor = people[any(b, 3)],
		.person = people[any(b, 3)],
		.approver = any(b, 5) ? "" : people[any(b, 3)],
		.subject = tags[any(b, 3)],
		.area = areas[any(b, 3)],
		.detail = details[any(b, 4)],
	};
}

static int up(void **state)
{
	struct bed *b = xcalloc(1, sizeof(*b));
	struct strbuf why = STRBUF_INIT;
	const char *dir = test_tmpdir();

	b->seed = 7;
	b->store = rig_open(dir);
	b->base = store_head(b->store)->seq;
	for (size_t i = 0; i < RECORDS; i += 100) {
		struct txn *t = txn_new(i + 1, true);
		for (size_t k = i; k < i + 100; k++) {
			make(b, k);
			audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body,
					 &b->made[k]);
		}
		assert_int_equal(rig_commit(b->store, t, &why), SG_OK);
	}
	if (store_walker_open(dir, &b->reader, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	*state = b;
	return 0;
}

static int down(void **state)
{
	struct bed *b = *state;

	store_reader_close(b->reader);
	store_close(b->store);
	free(b);
	return 0;
}

/* --- a naive filter ----------------------------------------------------------------- */

static bool within(const char *area, const char *of)
{
	return strcmp(area, of) == 0 ||
	       (strncmp(area, of, strlen(of)) == 0 && area[strlen(of)] == '.');
}

static bool is(const char *want, const char *text)
{
	return !want || strcmp(text, want) == 0;
}

static bool did(const struct audit_record *r, const char *who)
{
	return is(who, r->actor) || is(who, r->person) || is(who, r->approver);
}

static bool fits(const struct audit_record *r, const struct store_audit_ask *q)
{
	bool time = r->wall_ms >= q->from.ms && (!q->to.ms || r->wall_ms < q->to.ms);
	bool kind = !q->kinds[0] || q->kinds[0] & UINT64_C(1) << r->kind;
	bool text = !q->text || strcasestr(r->detail, q->text) ||
		    strcasestr(r->subject, q->text);

	return time && kind && text && did(r, q->by) && is(q->subject, r->subject) &&
	       (!q->area || within(r->area, q->area));
}

static struct store_audit_ask question(struct bed *b)
{
	static const char *const words[] = { "pump", "STEP", "100%", "cl2", "nowhere" };
	struct store_audit_ask q = { .count = 1 + any(b, 200),
				     .oldest_first = any(b, 2),
				     .by = any(b, 2) ? NULL : people[any(b, 3)],
				     .subject = any(b, 3) ? NULL : tags[any(b, 3)],
				     .area = any(b, 3) ? NULL : areas[any(b, 3)],
				     .text = any(b, 3) ? NULL : words[any(b, 5)] };

	if (any(b, 2))
		q.kinds[0] = UINT64_C(1) << kinds[any(b, 4)];
	if (any(b, 2))
		q.from.ms = 1000000 + (int64_t)any(b, RECORDS * 10);
	if (any(b, 2))
		q.to.ms = q.from.ms + 1 + (int64_t)any(b, RECORDS * 10);
	if (!any(b, 4)) /* what is there before ours is not of a kind that is made here */
		q.after = b->base + any(b, RECORDS);
	else
		q.after = b->base;
	if (!any(b, 4))
		q.before = b->base + 1 + any(b, RECORDS);
	return q;
}

/* --- pages -------------------------------------------------------------------------- */

struct found {
	uint64_t seq[RECORDS];
	size_t n;
};

static bool note(void *arg, uint64_t seq, const void *body, size_t n,
		 const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct found *f = arg;

	(void)body, (void)n, (void)hash, (void)seal;
	assert_true(f->n < RECORDS);
	f->seq[f->n++] = seq;
	return true;
}

static void all_pages(struct bed *b, struct store_audit_ask q, struct found *f)
{
	struct strbuf why = STRBUF_INIT;
	struct store_audit_found page = { .more = true };

	f->n = 0;
	while (page.more) {
		size_t before = f->n;
		assert_int_equal(store_audit_search(b->reader, &q, note, f, &page, &why),
				 SG_OK);
		assert_int_equal(page.n, f->n - before);
		assert_true(page.n <= q.count);
		if (q.oldest_first)
			q.after = page.reached;
		else
			q.before = page.reached;
	}
	strbuf_release(&why);
}

static void a_search_finds_what_a_naive_filter_finds(void **state)
{
	struct bed *b = *state;
	struct found f;

	for (int round = 0; round < QUESTIONS; round++) {
		struct store_audit_ask q = question(b);
		size_t at = 0;

		all_pages(b, q, &f);
		for (size_t k = 0; k < RECORDS; k++) {
			size_t i = q.oldest_first ? k : RECORDS - 1 - k;
			uint64_t seq = b->base + i + 1;
			if (seq <= q.after || (q.before && seq >= q.before) ||
			    !fits(&b->made[i], &q))
				continue;
			assert_true(at < f.n);
			assert_int_equal(f.seq[at++], seq);
		}
		assert_int_equal(at, f.n);
	}
}

/* fn that wants no more gets the same record first when the search goes on. */
static bool only_three(void *arg, uint64_t seq, const void *body, size_t n,
		       const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct found *f = arg;

	(void)body, (void)n, (void)hash, (void)seal;
	if (f->n % 4 == 3) {
		f->n++;
		return false;
	}
	f->seq[f->n++] = seq;
	return true;
}

static void a_full_page_loses_no_record(void **state)
{
	struct bed *b = *state;
	struct store_audit_ask q = { .after = b->base,
				     .oldest_first = true,
				     .count = 500 };
	struct store_audit_found page;
	struct strbuf why = STRBUF_INIT;
	struct found f = { .n = 0 };

	assert_int_equal(store_audit_search(b->reader, &q, only_three, &f, &page, &why),
			 SG_OK);
	assert_true(page.more);
	assert_int_equal(page.n, 3);
	assert_int_equal(page.reached, b->base + 3);
	q.after = page.reached;
	assert_int_equal(store_audit_search(b->reader, &q, only_three, &f, &page, &why),
			 SG_OK);
	assert_int_equal(f.seq[4], b->base + 4);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_search_finds_what_a_naive_filter_finds),
		cmocka_unit_test(a_full_page_loses_no_record),
	};

	rig_begin();
	return cmocka_run_group_tests(tests, up, down);
}
