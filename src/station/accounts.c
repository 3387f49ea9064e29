/*
 * accounts.c - the accounts of station.db: found, changed, told.
 *
 * A change is made on a copy, stored with its record, and only then takes effect; while
 * it is stored nobody proves anything with the account. Sessions of whoever it concerns
 * follow in the same step (SEC-28).
 */
#include "station/identity_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/locked.h"
#include "util/xalloc.h"

enum { BODY_ROOM = 16384 };

struct identity *identity_new(void)
{
	return xcalloc(1, sizeof(struct identity));
}

/* --- accounts -------------------------------------------------------------------- */

struct known *known_find(const struct station *s, const char *name)
{
	size_t lo = 0, hi = s->identity->n_known;

	while (lo < hi) {
		size_t at = (lo + hi) / 2;
		struct known *k = s->identity->known[at];
		int c = strcmp(name, k->a.who.name);

		if (c == 0)
			return k;
		if (c < 0)
			hi = at;
		else
			lo = at + 1;
	}
	return NULL;
}

static void known_free(struct known *k)
{
	account_release(&k->a);
	locked_free(k, sizeof(*k));
}

/* Takes a. */
struct known *known_add(struct station *s, struct account *a)
{
	struct identity *id = s->identity;
	struct known *k = locked_alloc(sizeof(*k)); /* its hash and its secret */
	size_t at;

	k->a = *a;
	*a = (struct account){ 0 };
	GROW(&id->known, &id->n_known);
	for (at = id->n_known - 1;
	     at > 0 && strcmp(id->known[at - 1]->a.who.name, k->a.who.name) > 0; at--)
		id->known[at] = id->known[at - 1];
	id->known[at] = k;
	return k;
}

void known_remove(struct station *s, struct known *k)
{
	struct identity *id = s->identity;
	size_t at = 0;

	while (id->known[at] != k)
		at++;
	memmove(id->known + at, id->known + at + 1,
		(id->n_known - at - 1) * sizeof(*id->known));
	id->n_known--;
	sessions_regrant(s);
	known_free(k);
}

bool name_is_gone(const struct station *s, const char *name)
{
	for (size_t i = 0; i < s->identity->n_gone; i++)
		if (strcmp(s->identity->gone[i], name) == 0)
			return true;
	return false;
}

void name_goes(struct station *s, const char *name)
{
	if (!name_is_gone(s, name))
		*GROW(&s->identity->gone, &s->identity->n_gone) = xstrdup(name);
}

void account_copy(struct account *to, const struct account *from)
{
	*to = *from;
	to->who = (struct access_operator){ .name = xstrdup(from->who.name) };
	for (size_t i = 0; i < from->who.n_roles; i++)
		*GROW(&to->who.roles, &to->who.n_roles) = xstrdup(from->who.roles[i]);
}

/* Room at once: memory that grows leaves copies behind. */
void account_store(struct txn *t, const struct account *a)
{
	struct txn_op *op = txn_add(t, TXN_ACCOUNT, 0, a->who.name);

	strbuf_room(&op->body, BODY_ROOM);
	strbuf_clear(&op->body);
	account_put(&op->body, a);
}

void known_store(struct txn *t, const struct known *k)
{
	account_store(t, &k->a);
}

bool account_is_admin(const struct station *s, const struct account *a)
{
	const struct access_def *d = &s->def->access;
	const struct access_operator *op = access_find_operator(d, a->who.name);
	struct access_grant g = access_resolve_operator(d, op ? op : &a->who, UINT32_MAX);

	return !a->disabled && a->hash[0] && access_everywhere(&g, RIGHT_ADMIN);
}

bool known_is_admin(const struct station *s, const struct known *k)
{
	return account_is_admin(s, &k->a);
}

size_t accounts_admins(const struct station *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->identity->n_known; i++)
		n += known_is_admin(s, s->identity->known[i]);
	return n;
}

bool known_is_last_admin(const struct station *s, const struct known *k)
{
	return known_is_admin(s, k) && accounts_admins(s) == 1;
}

/* Somebody of access.cfg who may, whatever becomes of the accounts. */
bool accounts_file_has_admin(const struct station *s)
{
	const struct access_def *d = &s->def->access;

	for (size_t i = 0; i < d->n_operators; i++) {
		const struct known *k = known_find(s, d->operators[i].name);
		struct access_grant g =
			access_resolve_operator(d, &d->operators[i], UINT32_MAX);

		if (!(k && k->a.disabled) && access_everywhere(&g, RIGHT_ADMIN))
			return true;
	}
	return false;
}

void accounts_restore(struct station *s, const struct store_snapshot *snapshot)
{
	for (size_t i = 0; i < snapshot->n_accounts; i++) {
		const struct stored_account *one = &snapshot->accounts[i];
		struct account a;

		if (!account_get(one->body.buf, one->body.len, &a) ||
		    strcmp(a.who.name, one->name) != 0) {
			station_log(s, LOG_L_ERROR,
				    "the stored account %s is unreadable: nobody can "
				    "sign in with it",
				    one->name);
			account_release(&a);
			continue;
		}
		if (a.gone) {
			name_goes(s, a.who.name);
			account_release(&a);
		} else {
			identity_resume(s, known_add(s, &a));
		}
	}
}

void identity_free(struct identity *id)
{
	for (size_t i = 0; i < id->n_known; i++)
		known_free(id->known[i]);
	for (size_t i = 0; i < id->n_proving; i++) {
		explicit_bzero(id->proving[i], sizeof(*id->proving[i]));
		free(id->proving[i]);
	}
	for (size_t i = 0; i < id->n_acts; i++)
		user_act_free(id->acts[i]);
	for (size_t i = 0; i < id->n_gone; i++)
		free(id->gone[i]);
	free(id->gone);
	free(id->acts);
	free(id->known);
	free(id->proving);
	free(id->hashing);
	free(id);
}
