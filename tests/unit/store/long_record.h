/*
 * long_record.h - a log of some five hundred records, as it lies in a file and in memory,
 * with the verifier's state before each of its rows: who changes a row need not have all
 * the rows before it judged again.
 */
#ifndef SG_TESTS_STORE_LONG_RECORD_H
#define SG_TESTS_STORE_LONG_RECORD_H

#include "seal_rig.h"

enum { MANY = 500 };

struct memory {
	char *path; /* the file; SQL may change it */
	struct audit_walk_row row[MANY + 2];
	struct audit_walk before[MANY + 2];
	struct audit_proof proof[MANY + 2];
	size_t n;
	struct audit_noted noted; /* its end */
};

/* Body, hash and seal of a row lie one behind the other, in memory of its own. */
static inline bool keep_row(void *arg, uint64_t seq, const void *body, size_t n,
			    const uint8_t hash[AUDIT_HASH_SIZE], const uint8_t *seal)
{
	struct memory *m = arg;
	uint8_t *p = xmalloc(n + AUDIT_HASH_SIZE + AUDIT_SEAL_SIZE);

	memcpy(p, body, n);
	memcpy(p + n, hash, AUDIT_HASH_SIZE);
	assert_non_null(seal);
	memcpy(p + n + AUDIT_HASH_SIZE, seal, AUDIT_SEAL_SIZE);
	m->row[seq - 1] = (struct audit_walk_row){ .seq = seq,
						   .body = p,
						   .n = n,
						   .hash = p + n,
						   .hash_n = AUDIT_HASH_SIZE,
						   .seal = p + n + AUDIT_HASH_SIZE,
						   .seal_n = AUDIT_SEAL_SIZE };
	m->n++;
	return true;
}

static inline void walk_once(struct memory *m, const struct audit_head *start)
{
	struct audit_proof p;

	audit_proof_begin(&p);
	p.noted = &m->noted;
	p.n_noted = 1;
	audit_walk_begin(&m->before[0], start, NULL);
	for (size_t i = 0; i <= m->n; i++) {
		m->proof[i] = p;
		m->proof[i].text = (struct strbuf)STRBUF_INIT;
		if (i == m->n)
			break;
		struct audit_walk w = m->before[i];
		w.proof = &p;
		if (!audit_walk_row(&w, &m->row[i]))
			fail_msg("%s", w.v.text);
		m->before[i + 1] = w;
	}
	audit_proof_release(&p);
}

/* With a statement after every fifty. */
static inline struct memory *remember(unsigned records_n)
{
	struct memory *m = xcalloc(1, sizeof(*m));
	const char *dir = fresh();
	struct store *s = sealed(dir);
	struct audit_head start = { 0 };

	for (unsigned i = 0; i < records_n; i++) {
		assert_int_equal(rig_commit_audit(s, i, NULL), SG_OK);
		if (i % 50 == 49)
			checkpoint(s);
	}
	assert_int_equal(store_audit_list(s, 0, 10000, keep_row, m, NULL), SG_OK);
	start = *store_head(s);
	m->noted = (struct audit_noted){ .seq = start.seq, .has_hash = true };
	memcpy(m->noted.hash, start.hash, AUDIT_HASH_SIZE);
	start.seq = 0;
	memset(start.hash, 0, sizeof(start.hash));
	store_close(s);
	m->path = for_tools(dir);
	walk_once(m, &start);
	return m;
}

static inline void forget(struct memory *m)
{
	for (size_t i = 0; i < m->n; i++)
		free((void *)(uintptr_t)m->row[i].body);
	free(m->path);
	free(m);
}

/* What the verifier says when it goes on from row at with these rows instead. What comes
 * before at is as it was, and so is its verdict. */
static inline struct audit_verdict
verdict_from(struct memory *m, size_t at, const struct audit_walk_row *rows, size_t n)
{
	struct audit_walk w = m->before[at];
	struct audit_proof p = m->proof[at];

	w.proof = &p;
	for (size_t i = 0; i < n && audit_walk_row(&w, &rows[i]); i++)
		;
	audit_walk_end(&w);
	audit_proof_release(&p);
	return w.v;
}

/* The same, and it has to say that record first_bad is bad. */
static inline void judged(struct memory *m, size_t at, const struct audit_walk_row *rows,
			  size_t n, uint64_t first_bad)
{
	struct audit_verdict v = verdict_from(m, at, rows, n);

	if (v.good || v.first_bad != first_bad)
		fail_msg("from row %zu: %s", at + 1, v.text);
}

#endif
