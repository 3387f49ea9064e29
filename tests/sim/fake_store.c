/* fake_store.c - applies transactions to arrays; checks a group before it touches any. */
#include "sim/fake_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

void fake_store_release(struct fake_store *s)
{
	for (size_t i = 0; i < s->n_alarms; i++)
		strbuf_release(&s->alarms[i].record);
	for (size_t i = 0; i < s->n_writes; i++)
		strbuf_release(&s->writes[i].body);
	for (size_t i = 0; i < s->n_substitutions; i++)
		strbuf_release(&s->substitutions[i].body);
	for (size_t i = 0; i < s->n_accounts; i++)
		strbuf_release(&s->accounts[i].body);
	free(s->accounts);
	free(s->substitutions);
	free(s->audit);
	free(s->alarms);
	free(s->writes);
	*s = (struct fake_store){ 0 };
}

const struct fake_write *fake_store_write(const struct fake_store *s, uint64_t request)
{
	for (size_t i = 0; i < s->n_writes; i++)
		if (s->writes[i].request == request)
			return &s->writes[i];
	return NULL;
}

const struct fake_alarm *fake_store_alarm(const struct fake_store *s, const char *name)
{
	for (size_t i = 0; i < s->n_alarms; i++)
		if (strcmp(s->alarms[i].name, name) == 0)
			return &s->alarms[i];
	return NULL;
}

/* --- one operation each ---------------------------------------------------------- */

static void put_audit(struct fake_store *s, const struct txn_op *op)
{
	struct fake_audit *a = GROW(&s->audit, &s->n_audit);
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;

	if (!audit_record_get(op->body.buf, op->body.len, &r, &text))
		abort(); /* the station must never hand over one that cannot be read */
	a->kind = r.kind;
	a->request = r.request;
	if (r.request > s->last_request)
		s->last_request = r.request;
	snprintf(a->subject, sizeof(a->subject), "%.63s", r.subject);
	snprintf(a->result, sizeof(a->result), "%.63s", r.result);
	snprintf(a->detail, sizeof(a->detail), "%.63s", r.detail);
	snprintf(a->person, sizeof(a->person), "%.31s", r.person);
	snprintf(a->approver, sizeof(a->approver), "%.31s", r.approver);
	snprintf(a->reason, sizeof(a->reason), "%.63s", r.reason);
	strbuf_release(&text);
}

static void put_alarm(struct fake_store *s, const struct txn_op *op)
{
	struct fake_alarm *a = NULL;

	for (size_t i = 0; i < s->n_alarms && !a; i++)
		if (strcmp(s->alarms[i].name, op->key) == 0)
			a = &s->alarms[i];
	if (!a) {
		a = GROW(&s->alarms, &s->n_alarms);
		snprintf(a->name, sizeof(a->name), "%s", op->key);
		a->record = (struct strbuf)STRBUF_INIT;
	}
	strbuf_clear(&a->record);
	strbuf_add(&a->record, op->body.buf, op->body.len);
}

static void put_gone(struct fake_store *s, const struct txn_op *op)
{
	for (size_t i = 0; i < s->n_alarms; i++) {
		if (strcmp(s->alarms[i].name, op->key) != 0)
			continue;
		strbuf_release(&s->alarms[i].record);
		s->alarms[i] = s->alarms[--s->n_alarms];
		return;
	}
}

static struct fake_substitution *named(struct fake_substitution *v, size_t n,
				       const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(v[i].tag, name) == 0)
			return &v[i];
	return NULL;
}

static struct fake_substitution *substitution(struct fake_store *s, const char *tag)
{
	return named(s->substitutions, s->n_substitutions, tag);
}

static void put_substitution(struct fake_store *s, const struct txn_op *op)
{
	struct fake_substitution *v = substitution(s, op->key);

	if (!v) {
		v = GROW(&s->substitutions, &s->n_substitutions);
		snprintf(v->tag, sizeof(v->tag), "%s", op->key);
		v->body = (struct strbuf)STRBUF_INIT;
	}
	strbuf_clear(&v->body);
	strbuf_add(&v->body, op->body.buf, op->body.len);
}

static void put_substitution_gone(struct fake_store *s, const struct txn_op *op)
{
	struct fake_substitution *v = substitution(s, op->key);

	if (!v)
		return;
	strbuf_release(&v->body);
	*v = s->substitutions[--s->n_substitutions];
}

static void put_account(struct fake_store *s, const struct txn_op *op)
{
	struct fake_substitution *v = named(s->accounts, s->n_accounts, op->key);

	if (!v) {
		v = GROW(&s->accounts, &s->n_accounts);
		snprintf(v->tag, sizeof(v->tag), "%s", op->key);
		v->body = (struct strbuf)STRBUF_INIT;
	}
	strbuf_clear(&v->body);
	strbuf_add(&v->body, op->body.buf, op->body.len);
}

static void put_account_gone(struct fake_store *s, const struct txn_op *op)
{
	struct fake_substitution *v = named(s->accounts, s->n_accounts, op->key);

	if (!v)
		return;
	strbuf_release(&v->body);
	*v = s->accounts[--s->n_accounts];
}

static void put_journal(struct fake_store *s, const struct txn_op *op)
{
	if (op->id > s->last_occurrence)
		s->last_occurrence = op->id;
}

static void put_intent(struct fake_store *s, const struct txn_op *op)
{
	struct fake_write *w = GROW(&s->writes, &s->n_writes);

	w->request = op->id;
	if (op->id > s->last_request)
		s->last_request = op->id;
	snprintf(w->tag, sizeof(w->tag), "%s", op->key);
	w->body = (struct strbuf)STRBUF_INIT;
	strbuf_add(&w->body, op->body.buf, op->body.len);
}

static struct fake_write *write_of(struct fake_store *s, uint64_t request)
{
	return (struct fake_write *)(uintptr_t)fake_store_write(s, request);
}

static void put_outcome(struct fake_store *s, const struct txn_op *op)
{
	struct fake_write *w = write_of(s, op->id);

	snprintf(w->outcome, sizeof(w->outcome), "%s", op->key);
	w->settled = op->settled;
}

static void put_settle(struct fake_store *s, const struct txn_op *op)
{
	write_of(s, op->id)->settled = true;
}

static void apply(struct fake_store *s, const struct txn_op *op)
{
	static void (*const rows[])(struct fake_store *, const struct txn_op *) = {
		[TXN_AUDIT] = put_audit,
		[TXN_ALARM] = put_alarm,
		[TXN_ALARM_GONE] = put_gone,
		[TXN_JOURNAL] = put_journal,
		[TXN_INTENT] = put_intent,
		[TXN_OUTCOME] = put_outcome,
		[TXN_SETTLE] = put_settle,
		[TXN_SUBSTITUTION] = put_substitution,
		[TXN_SUBSTITUTION_GONE] = put_substitution_gone,
		[TXN_CHECKPOINT] = put_audit, /* a record like any other here */
		[TXN_ACCOUNT] = put_account,
		[TXN_ACCOUNT_GONE] = put_account_gone,
	};

	rows[op->kind](s, op);
}

/* --- a group --------------------------------------------------------------------- */

static bool has_intent(const struct fake_store *s, struct txn *const *txns, size_t n,
		       const struct txn_op *before, uint64_t request)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < txns[i]->n; k++) {
			const struct txn_op *op = &txns[i]->ops[k];

			if (op == before)
				return fake_store_write(s, request) != NULL;
			if (op->kind == TXN_INTENT && op->id == request)
				return true;
		}
	return false;
}

static bool may(const struct fake_store *s, struct txn *const *txns, size_t n,
		const struct txn_op *op)
{
	if (op->kind == TXN_INTENT)
		return !has_intent(s, txns, n, op, op->id);
	if (op->kind == TXN_OUTCOME || op->kind == TXN_SETTLE)
		return has_intent(s, txns, n, op, op->id);
	return true;
}

bool fake_store_commit(struct fake_store *s, struct txn *const *txns, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < txns[i]->n; k++)
			if (!may(s, txns, n, &txns[i]->ops[k]))
				return false;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < txns[i]->n; k++)
			apply(s, &txns[i]->ops[k]);
	return true;
}

static void load_write(const struct fake_write *w, struct store_snapshot *out)
{
	struct stored_write *to = GROW(&out->writes, &out->n_writes);

	to->request = w->request;
	to->tag = xstrdup(w->tag);
	to->outcome = w->outcome[0] ? xstrdup(w->outcome) : NULL;
	to->body = (struct strbuf)STRBUF_INIT;
	strbuf_add(&to->body, w->body.buf, w->body.len);
}

void fake_store_load(const struct fake_store *s, struct store_snapshot *out)
{
	*out = (struct store_snapshot){
		.next_request = s->last_request + 1,
		.next_occurrence = s->last_occurrence + 1,
		.audit_seq = s->n_audit,
	};
	for (size_t i = 0; i < s->n_alarms; i++) {
		struct stored_alarm *to = GROW(&out->alarms, &out->n_alarms);

		to->name = xstrdup(s->alarms[i].name);
		to->record = (struct strbuf)STRBUF_INIT;
		strbuf_add(&to->record, s->alarms[i].record.buf, s->alarms[i].record.len);
	}
	for (size_t i = 0; i < s->n_substitutions; i++) {
		struct stored_substitution *to =
			GROW(&out->substitutions, &out->n_substitutions);

		to->tag = xstrdup(s->substitutions[i].tag);
		to->body = (struct strbuf)STRBUF_INIT;
		strbuf_add(&to->body, s->substitutions[i].body.buf,
			   s->substitutions[i].body.len);
	}
	for (size_t i = 0; i < s->n_accounts; i++) {
		struct stored_account *to = GROW(&out->accounts, &out->n_accounts);

		to->name = xstrdup(s->accounts[i].tag);
		to->body = (struct strbuf)STRBUF_INIT;
		strbuf_add(&to->body, s->accounts[i].body.buf, s->accounts[i].body.len);
	}
	for (size_t i = 0; i < s->n_writes; i++)
		if (!s->writes[i].settled)
			load_write(&s->writes[i], out);
}
