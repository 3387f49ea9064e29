/*
 * seal_rig.h - what the tests of the sealed record share: a record in one line, and the
 * verdict on it.
 */
#ifndef SG_TESTS_STORE_SEAL_RIG_H
#define SG_TESTS_STORE_SEAL_RIG_H

#include "audit/hash.h"
#include "audit/statement.h"
#include "rig.h"
#include "store/keys.h"

/* A folder of its own whose name stays good for some time. */
static inline const char *fresh(void)
{
	static char ring[8][128];
	static size_t at;

	at = (at + 1) % 8;
	snprintf(ring[at], sizeof(ring[at]), "%s", test_tmpdir());
	return ring[at];
}

static inline struct store *sealed_at(const char *dir, const char *folder)
{
	struct store_seal_options o = { .build = "test", .folder = folder };
	struct store *s = NULL;
	struct strbuf why = STRBUF_INIT;

	if (store_open_sealed(dir, &o, &s, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
	return s;
}

static inline struct store *sealed(const char *dir)
{
	return sealed_at(dir, NULL);
}

/* A statement of this kind; more: what it says more. */
static inline enum sg_err state_it(struct store *s, enum audit_kind kind,
				   const char *more, struct strbuf *why)
{
	struct txn *t = txn_new(1, true);
	struct audit_record r = { .kind = kind,
				  .wall_ms = 1763798709000,
				  .actor = "ivan",
				  .config = "0123456789abcdef",
				  .detail = more };

	audit_record_put(&txn_add(t, TXN_CHECKPOINT, 0, NULL)->body, &r);
	return rig_commit(s, t, why);
}

static inline void checkpoint(struct store *s)
{
	assert_int_equal(state_it(s, AUDIT_CHECKPOINT, "", NULL), SG_OK);
}

static inline void records(struct store *s, unsigned n)
{
	for (unsigned i = 1; i <= n; i++)
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
}

/* A folder with n records, signed at their end. Its seal's first key is kept in paper. */
static inline const char *a_record(unsigned n, struct seal_paper *paper)
{
	const char *dir = fresh();
	struct store *s = sealed(dir);
	char text[SEAL_PAPER_SIZE];

	assert_int_equal(store_seal_key(s, text, NULL), SG_OK);
	if (paper)
		assert_true(seal_paper_get(text, paper));
	records(s, n);
	checkpoint(s);
	store_close(s);
	return dir;
}

/* --- verdicts ---------------------------------------------------------------------- */

struct asked {
	struct audit_proof proof;
	struct audit_verdict v[STORE_CHAINS];
};

/* asked->proof may have been begun with what is to be asked. */
static inline void ask(const char *path, struct asked *a)
{
	struct strbuf why = STRBUF_INIT;
	struct store_question q = { .proof = &a->proof };

	if (store_verify_all(path, &q, a->v, &why) != SG_OK)
		fail_msg("%s", why.buf);
	strbuf_release(&why);
}

static inline void expect(const char *path, struct asked *a, uint64_t first_bad,
			  const char *text)
{
	ask(path, a);
	if (a->v[0].good || a->v[0].first_bad != first_bad || !strstr(a->v[0].text, text))
		fail_msg("wanted %d \"%s\", got: %s", (int)first_bad, text, a->v[0].text);
	audit_proof_release(&a->proof);
}

static inline void expect_good(const char *path, struct asked *a)
{
	ask(path, a);
	if (!a->v[0].good || !a->v[1].good)
		fail_msg("%s; %s", a->v[0].text, a->v[1].text);
	audit_proof_release(&a->proof);
}

static inline char *for_tools(const char *dir)
{
	char *path = rig_path(dir);

	rig_drop_guards(path);
	rig_sql(path, "PRAGMA journal_mode=DELETE");
	return path;
}

#endif
