/*
 * account_acts.c - what is done to accounts, from the message to the store: added, given
 * a password, codes, roles, disabled, enabled, removed. Every act, done or refused, is a
 * record; no record has a secret.
 *
 * may it be? (account_may.c) - is it the owner? (proofs.c) - a hash (the pool) - the
 * change (account_changes.c) - stored, in force (account_store.c).
 */
#include "station/account_acts_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

const struct act_row act_rows[WIRE_USER_ACTS] = {
	[WIRE_USER_ADD] = { AUDIT_USER_ADD, "is added", false, false, false },
	[WIRE_USER_PASSWORD] = { AUDIT_USER_PASSWORD, "has a new password", true, true,
				 false },
	[WIRE_USER_TOTP] = { AUDIT_USER_TOTP, "draws new codes", true, true, false },
	[WIRE_USER_TOTP_CONFIRM] = { AUDIT_USER_TOTP, "is asked for codes from now on",
				     true, true, false },
	[WIRE_USER_TOTP_OFF] = { AUDIT_USER_TOTP, "is no longer asked for codes", true,
				 true, false },
	[WIRE_USER_ROLES] = { AUDIT_USER_ROLES, "has other roles", true, false, true },
	[WIRE_USER_DISABLE] = { AUDIT_USER_DISABLE, "is disabled", true, false, true },
	[WIRE_USER_ENABLE] = { AUDIT_USER_ENABLE, "is enabled", true, false, false },
	[WIRE_USER_REMOVE] = { AUDIT_USER_REMOVE, "is removed", true, false, true },
};

/* --- an act is kept until it is stored or refused -------------------------------- */

struct user_act *user_act_find(const struct station *s, uint64_t id)
{
	for (size_t i = 0; i < s->identity->n_acts; i++)
		if (s->identity->acts[i]->id == id)
			return s->identity->acts[i];
	return NULL;
}

void user_act_free(struct user_act *act)
{
	account_release(&act->next);
	explicit_bzero(act, sizeof(*act));
	free(act);
}

void user_act_end(struct station *s, struct user_act *act)
{
	struct identity *id = s->identity;
	size_t i = 0;

	while (id->acts[i] != act)
		i++;
	id->acts[i] = id->acts[--id->n_acts];
	user_act_free(act);
}

/* Tells, records and forgets. */
void user_act_refuse(struct station *s, struct user_act *act, const char *fmt, ...)
{
	struct session *who = session_find(s, act->session);
	struct audit_record r = {
		.kind = act_rows[act->m.act].kind,
		.subject = known_find(s, act->m.name) ? act->m.name : "(unknown name)",
		.result = "refused",
	};
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (who) {
		r.detail = text;
		station_describe(&r, who);
		station_refused_record(s, who, &r);
		station_reply(s, who, act->m.req, WIRE_REFUSED, "%s", text);
	}
	user_act_end(s, act);
}

static bool name_is_being_added(const struct station *s, const struct user_act *act)
{
	for (size_t i = 0; i < s->identity->n_acts; i++) {
		const struct user_act *other = s->identity->acts[i];

		if (other != act && other->is_storing &&
		    strcmp(other->m.name, act->m.name) == 0)
			return true;
	}
	return false;
}

static void refuse_name(struct station *s, struct user_act *act, bool is_there)
{
	const char *name = act->m.name;

	if (is_there)
		user_act_refuse(s, act, "there is an account %s already", name);
	else if (access_find_operator(&s->def->access, name))
		user_act_refuse(s, act,
				"%s has no account but stands in access.cfg: change that "
				"file, and reload",
				name);
	else
		user_act_refuse(s, act, "no account %s", name);
}

/* Everything is asked again: a hash takes its time, and much may have changed. */
static void change(struct station *s, struct user_act *act, const struct hash_job *job)
{
	const struct act_row *row = &act_rows[act->m.act];
	struct known *k = known_find(s, act->m.name);
	struct strbuf why = STRBUF_INIT;

	const char *forbidden = account_act_forbidden(s, act);

	if (forbidden) {
		user_act_refuse(s, act, "%s", forbidden);
	} else if (row->needs_account != (k != NULL)) {
		refuse_name(s, act, k != NULL);
	} else if ((k && k->changing) || name_is_being_added(s, act)) {
		user_act_refuse(s, act,
				"this account is being changed: try again in a moment");
	} else {
		if (k)
			account_copy(&act->next, &k->a);
		if (!account_act_take(s, act, job, &why))
			user_act_refuse(s, act, "%s", why.buf);
		else if (k && !account_act_leaves_an_admin(s, act, k))
			user_act_refuse(
				s, act,
				"%s is the last admin: give somebody else that right "
				"first",
				act->m.name);
		else if (act->first_admin && !account_is_admin(s, &act->next))
			user_act_refuse(
				s, act,
				"the first account needs a role with the right admin, "
				"everywhere");
		else
			account_act_store(s, act, k);
	}
	strbuf_release(&why);
}

static void hashed(struct station *s, uint64_t what, struct hash_job *job)
{
	struct user_act *act = user_act_find(s, what);

	if (!act)
		return;
	if (job->ok)
		change(s, act, job);
	else
		user_act_refuse(s, act, "%s", job->why);
}

static bool needs_hash(const struct user_act *act)
{
	return act->m.act == WIRE_USER_PASSWORD ||
	       (act->m.act == WIRE_USER_ADD && !(act->m.flags & WIRE_USER_PAM));
}

static void hash(struct station *s, struct user_act *act, enum hash_task task)
{
	struct password_cost cost = identity_cost(s);
	struct hash_job *job = hash_job_new(task, &cost);

	snprintf(job->password, sizeof(job->password), "%s", act->m.new_password);
	explicit_bzero(act->m.new_password, sizeof(act->m.new_password));
	identity_hash(s, job, hashed, act->id);
}

/* Whoever it is may do it. */
static void go_on(struct station *s, struct user_act *act)
{
	struct strbuf why = STRBUF_INIT;

	if (act->m.act == WIRE_USER_TOTP)
		hash(s, act, HASH_RANDOM);
	else if (!needs_hash(act))
		change(s, act, NULL);
	else if (!password_fits(&s->def->access.passwords, act->m.name, s->def->name,
				act->m.new_password, &why))
		user_act_refuse(s, act, "%s", why.buf);
	else if (act->is_owner && strcmp(act->m.new_password, act->m.password) == 0)
		user_act_refuse(s, act, "that is the password you have");
	else
		hash(s, act, HASH_MAKE);
	strbuf_release(&why);
}

/* --- is it the owner? ------------------------------------------------------------ */

void user_act_proved(struct station *s, const struct proof *p)
{
	struct user_act *act = user_act_find(s, p->number);

	if (!act)
		return;
	if (!p->ok) {
		user_act_refuse(s, act, "%s", p->why);
	} else {
		act->is_owner = true;
		act->to_be_changed = false;
		go_on(s, act);
	}
}

static void ask_owner(struct station *s, struct session *who, struct user_act *act)
{
	station_prove(s, who,
		      &(struct proof_ask){ .purpose = PROOF_ACCOUNT,
					   .number = act->id,
					   .req = act->m.req,
					   .name = act->m.name,
					   .password = act->m.password,
					   .code = act->m.code });
}

/* --- messages -------------------------------------------------------------------- */

static void begin(struct station *s, struct session *who, struct user_act *act)
{
	/* who signs in proves it, whoever may set a password without */
	bool by_owner =
		act->signs_in || (act_rows[act->m.act].by_owner && act->m.password[0]);
	struct strbuf text = STRBUF_INIT;
	const char *why = account_act_stops(s, who, act, by_owner, &text);

	act->first_admin = act->m.act == WIRE_USER_ADD && account_is_bootstrap(s, who) &&
			   !access_everywhere(&who->grant, RIGHT_ADMIN);
	/* the first admin has typed it who will use it */
	act->to_be_changed = !act->first_admin && strcmp(act->m.name, who->name) != 0 &&
			     !(act->m.flags & WIRE_USER_LASTING);
	if (why)
		user_act_refuse(s, act, "%s", why);
	else if (by_owner)
		ask_owner(s, who, act);
	else
		go_on(s, act);
	strbuf_release(&text);
}

static struct user_act *keep(struct station *s, const struct session *who,
			     const struct wire_user *m)
{
	struct user_act *act = xcalloc(1, sizeof(*act));

	act->id = ++s->identity->last_id;
	act->session = who->id;
	act->m = *m;
	*GROW(&s->identity->acts, &s->identity->n_acts) = act;
	return act;
}

bool on_user(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct wire_user m;
	bool ok = wire_get_user(p, n, &m);

	if (ok)
		begin(s, who, keep(s, who, &m));
	wire_wipe(&m, sizeof(m));
	return ok;
}

void accounts_sign_in_anew(struct station *s, struct session *who,
			   const struct wire_sign_in *m)
{
	struct wire_user u = { .req = m->req, .act = WIRE_USER_PASSWORD };
	struct user_act *act;

	snprintf(u.name, sizeof(u.name), "%s", m->name);
	snprintf(u.password, sizeof(u.password), "%s", m->password);
	snprintf(u.code, sizeof(u.code), "%s", m->code);
	snprintf(u.new_password, sizeof(u.new_password), "%s", m->new_password);
	act = keep(s, who, &u);
	act->signs_in = true;
	act->turn = who->turn;
	explicit_bzero(&u, sizeof(u));
	begin(s, who, act);
}
