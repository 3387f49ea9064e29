/* accept.c - the search for an acceptance behind damage. */
#include "store/accept.h"

#include <stdlib.h>
#include <string.h>

#include "audit/statement.h"
#include "store/keys.h"
#include "store/rows.h"
#include "util/strbuf.h"

bool acceptance_key(struct acceptance *a, const char *dir)
{
	struct sign_keys k;
	bool good = keys_read_sign(dir, KEYS_SIGN, &k) == KEYS_GOOD;

	if (good)
		memcpy(a->key[a->n_keys++], k.public, SIGN_PUBLIC_SIZE);
	explicit_bzero(&k, sizeof(k));
	return good;
}

static bool is_believed(const struct acceptance *a, const uint8_t key[SIGN_PUBLIC_SIZE])
{
	for (size_t i = 0; i < a->n_keys; i++)
		if (memcmp(a->key[i], key, SIGN_PUBLIC_SIZE) == 0)
			return true;
	return false;
}

static bool look(void *arg, const struct audit_walk_row *row)
{
	struct acceptance *a = arg;
	struct strbuf text = STRBUF_INIT;
	struct audit_statement st;
	struct audit_record r;

	a->looked_at = row->seq;
	if (!audit_record_is_sound(row->body, row->n, &r) || r.kind != AUDIT_ACCEPTED ||
	    row->hash_n != AUDIT_HASH_SIZE)
		return true;
	if (audit_record_get(row->body, row->n, &r, &text) &&
	    audit_statement_get(r.detail, &st) && is_believed(a, st.key) &&
	    audit_statement_signed(st.key, r.detail, r.result)) {
		a->found = true;
		a->head.seq = row->seq;
		memcpy(a->head.hash, row->hash, AUDIT_HASH_SIZE);
		a->journal = st.journal;
		memcpy(a->by, st.key, SIGN_PUBLIC_SIZE);
	}
	strbuf_release(&text);
	return !a->found;
}

enum sg_err acceptance_find(struct db *db, struct acceptance *a, uint64_t max,
			    struct strbuf *why)
{
	a->found = false;
	return rows_on(db, a->looked_at, max, look, a, why);
}
