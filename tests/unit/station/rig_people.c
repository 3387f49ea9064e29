/* rig_people.c - accounts for the bench, and the messages of signing in. */
#include "unit/station/rig_people.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

const uint8_t rig_totp_secret[TOTP_SECRET_SIZE] = { 1,  2,  3,  4,  5,  6,  7,
						    8,  9,  10, 11, 12, 13, 14,
						    15, 16, 17, 18, 19, 20 };

static void add_account(struct store_snapshot *snap, const char *name,
			const char *const *roles, const char *hash, bool codes)
{
	struct stored_account *to = GROW(&snap->accounts, &snap->n_accounts);
	struct account a = { .has_totp = codes, .created_ms = 1, .password_ms = 1 };

	a.who.name = xstrdup(name);
	for (; *roles; roles++)
		*GROW(&a.who.roles, &a.who.n_roles) = xstrdup(*roles);
	snprintf(a.hash, sizeof(a.hash), "%s", hash);
	if (codes)
		memcpy(a.totp, rig_totp_secret, sizeof(a.totp));
	to->name = xstrdup(name);
	to->body = (struct strbuf)STRBUF_INIT;
	account_put(&to->body, &a);
	account_release(&a);
}

int rig_people_setup(void **state)
{
	static const char *const maria[] = { "operator@a", "supervisor@b", NULL };
	static const char *const ada[] = { "engineer", NULL };
	static const char *const lena[] = { "operator", NULL };
	static const char *const ivan[] = { NULL };
	struct store_snapshot snap = { .next_request = 1, .next_occurrence = 1 };
	struct rig *r = xcalloc(1, sizeof(*r));
	struct password_cost cost = { .kib = 64, .passes = 1 };
	char hash[PASSWORD_HASH_SIZE];

	assert_true(password_hash(RIG_PASSWORD, &cost, hash));
	add_account(&snap, "ada", ada, hash, false);
	add_account(&snap, "ivan", ivan, hash, false);
	add_account(&snap, "lena", lena, hash, true);
	add_account(&snap, "maria", maria, hash, false);
	rig_init_from(r, rig_station(RIG_SAME), &snap);
	store_snapshot_release(&snap);
	rig_plant(r);
	*state = r;
	return 0;
}

const char *rig_sign_in(struct rig *r, uint64_t session, uint32_t req, const char *name,
			const char *password, const char *code)
{
	struct wire_sign_in m = { .req = req };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.name, sizeof(m.name), "%s", name);
	snprintf(m.password, sizeof(m.password), "%s", password);
	snprintf(m.code, sizeof(m.code), "%s", code);
	wire_put_sign_in(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	return rig_reply(r, session, req, NULL);
}

const char *rig_user_act(struct rig *r, uint64_t session, const struct wire_user *m,
			 enum wire_status *status)
{
	struct strbuf w = STRBUF_INIT;

	wire_put_user(&w, m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	return rig_reply(r, session, m->req, status);
}

const char *rig_code(const struct rig *r, int steps)
{
	static char code[TOTP_DIGITS + 1];

	assert_true(totp_code(rig_totp_secret,
			      r->now.wall.ms / 1000 / TOTP_STEP_S + steps, code));
	return code;
}

struct rig *rig_people_restart(const struct rig *r)
{
	struct store_snapshot snap = { .next_request = 1, .next_occurrence = 1 };
	struct rig *next = xcalloc(1, sizeof(*next));

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct txn_op *op = &r->stored[i]->ops[k];
			struct stored_account *to = NULL;

			for (size_t n = 0; n < snap.n_accounts; n++)
				if (op->key &&
				    strcmp(snap.accounts[n].name, op->key) == 0)
					to = &snap.accounts[n];
			if (op->kind == TXN_ACCOUNT && !to) {
				to = GROW(&snap.accounts, &snap.n_accounts);
				to->name = xstrdup(op->key);
				to->body = (struct strbuf)STRBUF_INIT;
			}
			if (op->kind == TXN_ACCOUNT) {
				strbuf_clear(&to->body);
				strbuf_add(&to->body, op->body.buf, op->body.len);
			} else if (op->kind == TXN_ACCOUNT_GONE && to) {
				free(to->name);
				strbuf_release(&to->body);
				*to = snap.accounts[--snap.n_accounts];
			}
		}
	rig_init_from(next, rig_station(RIG_SAME), &snap);
	store_snapshot_release(&snap);
	next->now.wall = r->now.wall; /* its monotonic clock begins anew */
	return next;
}

const struct session *rig_session(const struct rig *r, uint64_t session)
{
	return session_find(r->st, session);
}

uint64_t rig_on_the_glass(struct rig *r, const char *name)
{
	uint64_t vera = rig_open(r, RIG_VERA);

	assert_has(rig_sign_in(r, vera, 1, name, RIG_PASSWORD, ""), "signed in");
	return vera;
}
