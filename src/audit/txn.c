/* txn.c - building and releasing what is stored together. */
#include "audit/txn.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

struct txn *txn_new(uint64_t ticket, bool urgent)
{
	struct txn *t = xcalloc(1, sizeof(*t));

	t->ticket = ticket;
	t->urgent = urgent;
	return t;
}

struct txn_op *txn_add(struct txn *t, enum txn_kind kind, uint64_t id, const char *key)
{
	struct txn_op *op = GROW(&t->ops, &t->n);

	op->kind = kind;
	op->id = id;
	op->key = key ? xstrdup(key) : NULL;
	op->body = (struct strbuf)STRBUF_INIT;
	return op;
}

static void wipe(struct strbuf *secret)
{
	explicit_bzero(secret->buf, secret->cap);
}

void txn_free(struct txn *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++) {
		free(t->ops[i].key);
		if (t->ops[i].kind == TXN_ACCOUNT)
			wipe(&t->ops[i].body);
		strbuf_release(&t->ops[i].body);
	}
	free(t->ops);
	free(t);
}

static void writes_release(struct stored_write *w, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(w[i].tag);
		free(w[i].outcome);
		strbuf_release(&w[i].body);
	}
	free(w);
}

void store_snapshot_release(struct store_snapshot *s)
{
	for (size_t i = 0; i < s->n_alarms; i++) {
		free(s->alarms[i].name);
		strbuf_release(&s->alarms[i].record);
	}
	writes_release(s->writes, s->n_writes);
	writes_release(s->recent, s->n_recent);
	for (size_t i = 0; i < s->n_substitutions; i++) {
		free(s->substitutions[i].tag);
		strbuf_release(&s->substitutions[i].body);
	}
	for (size_t i = 0; i < s->n_accounts; i++) {
		free(s->accounts[i].name);
		wipe(&s->accounts[i].body);
		strbuf_release(&s->accounts[i].body);
	}
	free(s->accounts);
	free(s->notice);
	free(s->alarms);
	free(s->substitutions);
	*s = (struct store_snapshot){ 0 };
}
