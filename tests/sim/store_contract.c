/* store_contract.c - the promises, one after the other on a growing store. */
#include "support/test.h"

#include "sim/store_contract.h"

#include <string.h>

#include "audit/record.h"

static void add_audit(struct txn *t, enum audit_kind kind, uint64_t request)
{
	struct audit_record r = {
		.kind = kind, .actor = "ivan", .subject = "a.sp", .request = request
	};

	audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body, &r);
}

static void add_body(struct txn *t, enum txn_kind kind, uint64_t id, const char *key,
		     const char *body)
{
	struct txn_op *op = txn_add(t, kind, id, key);

	strbuf_add(&op->body, body, strlen(body));
}

static void add_outcome(struct txn *t, uint64_t id, const char *word, bool settled)
{
	txn_add(t, TXN_OUTCOME, id, word)->settled = settled;
}

static bool commit_one(const struct store_under_test *s, struct txn *t)
{
	struct txn *one[1] = { t };
	bool ok = s->commit(s->arg, one, 1);

	txn_free(t);
	return ok;
}

static const struct stored_write *find_write(const struct store_snapshot *snap,
					     uint64_t request)
{
	for (size_t i = 0; i < snap->n_writes; i++)
		if (snap->writes[i].request == request)
			return &snap->writes[i];
	return NULL;
}

static const struct stored_alarm *find_alarm(const struct store_snapshot *snap,
					     const char *name)
{
	for (size_t i = 0; i < snap->n_alarms; i++)
		if (strcmp(snap->alarms[i].name, name) == 0)
			return &snap->alarms[i];
	return NULL;
}

static void begins_empty(const struct store_under_test *s)
{
	struct store_snapshot snap = { 0 };

	s->load(s->arg, &snap);
	assert_int_equal(snap.n_writes, 0);
	assert_int_equal(snap.n_alarms, 0);
	assert_true(snap.next_request >= 1);
	assert_true(snap.next_occurrence >= 1);
	assert_int_equal(snap.audit_seq, 0);
	store_snapshot_release(&snap);
}

static void an_intent_is_open_until_it_is_settled(const struct store_under_test *s)
{
	struct store_snapshot snap = { 0 };
	const struct stored_write *w;
	struct txn *t = txn_new(1, true);

	add_body(t, TXN_INTENT, 10, "a.sp", "body of ten");
	add_audit(t, AUDIT_INTENT, 10);
	assert_true(commit_one(s, t));
	s->reopen(s->arg);
	s->load(s->arg, &snap);
	assert_int_equal(snap.n_writes, 1);
	w = find_write(&snap, 10);
	assert_non_null(w);
	assert_null(w->outcome);
	assert_string_equal(w->tag, "a.sp");
	assert_int_equal(w->body.len, 11);
	assert_memory_equal(w->body.buf, "body of ten", 11);
	assert_true(snap.next_request > 10);
	assert_int_equal(snap.audit_seq, 1);
	store_snapshot_release(&snap);

	t = txn_new(2, true);
	add_outcome(t, 10, "unknown", false);
	assert_true(commit_one(s, t));
	s->load(s->arg, &snap);
	w = find_write(&snap, 10);
	assert_non_null(w);
	assert_string_equal(w->outcome, "unknown");
	store_snapshot_release(&snap);

	t = txn_new(3, true);
	txn_add(t, TXN_SETTLE, 10, NULL);
	assert_true(commit_one(s, t));
	s->reopen(s->arg);
	s->load(s->arg, &snap);
	assert_int_equal(snap.n_writes, 0);
	assert_true(snap.next_request > 10); /* never again */
	store_snapshot_release(&snap);
}

static void a_settled_outcome_closes_it(const struct store_under_test *s)
{
	struct store_snapshot snap = { 0 };
	struct txn *t = txn_new(4, true), *group[2];

	add_body(t, TXN_INTENT, 11, "a.sp", "b");
	group[0] = t;
	group[1] = txn_new(5, true);
	add_outcome(group[1], 11, "accepted", true);
	assert_true(s->commit(s->arg, group, 2)); /* in order, in one commit */
	txn_free(group[0]);
	txn_free(group[1]);
	s->load(s->arg, &snap);
	assert_int_equal(snap.n_writes, 0);
	store_snapshot_release(&snap);
}

static void all_or_none(const struct store_under_test *s)
{
	struct store_snapshot before = { 0 }, after = { 0 };
	struct txn *group[2] = { txn_new(6, true), txn_new(7, true) };

	s->load(s->arg, &before);
	add_audit(group[0], AUDIT_REFUSED, 0);
	add_body(group[0], TXN_ALARM, 3, "x", "never");
	add_body(group[0], TXN_INTENT, 12, "a.sp", "b");
	add_audit(group[1], AUDIT_INTENT, 11);
	add_body(group[1], TXN_INTENT, 11, "a.sp", "a number used before");
	assert_false(s->commit(s->arg, group, 2));
	s->reopen(s->arg);
	s->load(s->arg, &after);
	assert_true(before.audit_seq == after.audit_seq);
	assert_null(find_alarm(&after, "x"));
	assert_null(find_write(&after, 12));
	store_snapshot_release(&before);
	store_snapshot_release(&after);
	txn_free(group[0]);
	txn_free(group[1]);
}

static void alarms_are_replaced_and_forgotten(const struct store_under_test *s)
{
	struct store_snapshot snap = { 0 };
	const struct stored_alarm *a;
	struct txn *t = txn_new(8, false);

	add_body(t, TXN_ALARM, 20, "a.high", "first");
	add_body(t, TXN_JOURNAL, 20, "a.high", "row");
	add_body(t, TXN_ALARM, 20, "a.high", "second");
	add_body(t, TXN_ALARM, 21, "b.high", "other");
	add_body(t, TXN_JOURNAL, 21, "b.high", "row");
	add_audit(t, AUDIT_ACK, 0);
	assert_true(commit_one(s, t));
	t = txn_new(9, false);
	txn_add(t, TXN_ALARM_GONE, 0, "b.high");
	txn_add(t, TXN_ALARM_GONE, 0, "never.was");
	assert_true(commit_one(s, t));
	s->reopen(s->arg);
	s->load(s->arg, &snap);
	a = find_alarm(&snap, "a.high");
	assert_non_null(a);
	assert_int_equal(a->record.len, 6);
	assert_memory_equal(a->record.buf, "second", 6);
	assert_null(find_alarm(&snap, "b.high"));
	assert_true(snap.next_occurrence > 21);
	store_snapshot_release(&snap);
}

static const struct stored_substitution *
find_substitution(const struct store_snapshot *snap, const char *tag)
{
	for (size_t i = 0; i < snap->n_substitutions; i++)
		if (strcmp(snap->substitutions[i].tag, tag) == 0)
			return &snap->substitutions[i];
	return NULL;
}

static void substitutions_are_replaced_and_forgotten(const struct store_under_test *s)
{
	struct store_snapshot snap = { 0 };
	const struct stored_substitution *v;
	struct txn *t = txn_new(10, true);

	add_body(t, TXN_SUBSTITUTION, 0, "a.level", "one");
	add_body(t, TXN_SUBSTITUTION, 0, "a.level", "other");
	add_body(t, TXN_SUBSTITUTION, 0, "b.level", "gone soon");
	add_audit(t, AUDIT_SUBSTITUTE, 0);
	assert_true(commit_one(s, t));
	t = txn_new(11, true);
	txn_add(t, TXN_SUBSTITUTION_GONE, 0, "b.level");
	txn_add(t, TXN_SUBSTITUTION_GONE, 0, "never.was");
	assert_true(commit_one(s, t));
	s->reopen(s->arg);
	s->load(s->arg, &snap);
	v = find_substitution(&snap, "a.level");
	assert_non_null(v);
	assert_int_equal(v->body.len, 5);
	assert_memory_equal(v->body.buf, "other", 5);
	assert_null(find_substitution(&snap, "b.level"));
	store_snapshot_release(&snap);
}

static void accounts_are_replaced_and_forgotten(const struct store_under_test *s)
{
	struct store_snapshot snap = { 0 };
	struct txn *t = txn_new(12, true);

	add_body(t, TXN_ACCOUNT, 0, "ada", "one");
	add_body(t, TXN_ACCOUNT, 0, "ada", "other");
	add_body(t, TXN_ACCOUNT, 0, "maria", "gone soon");
	add_audit(t, AUDIT_USER_ADD, 0);
	assert_true(commit_one(s, t));
	t = txn_new(13, true);
	txn_add(t, TXN_ACCOUNT_GONE, 0, "maria");
	txn_add(t, TXN_ACCOUNT_GONE, 0, "never was");
	assert_true(commit_one(s, t));
	s->reopen(s->arg);
	s->load(s->arg, &snap);
	assert_int_equal(snap.n_accounts, 1);
	assert_string_equal(snap.accounts[0].name, "ada");
	assert_int_equal(snap.accounts[0].body.len, 5);
	assert_memory_equal(snap.accounts[0].body.buf, "other", 5);
	store_snapshot_release(&snap);
}

void store_contract(const struct store_under_test *s)
{
	begins_empty(s);
	an_intent_is_open_until_it_is_settled(s);
	a_settled_outcome_closes_it(s);
	all_or_none(s);
	alarms_are_replaced_and_forgotten(s);
	substitutions_are_replaced_and_forgotten(s);
	accounts_are_replaced_and_forgotten(s);
}
