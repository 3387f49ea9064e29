/*
 * account_acts.c - what is done to accounts: added, given a password, codes, roles,
 * disabled, enabled, removed.
 *
 * An admin does it to others, never to himself; a person changes the own password and
 * codes by proving the old ones. The first admin is made by the server's own user, who
 * may also give the last admin a new password, and nothing else. The last admin cannot
 * be taken away. Every act, done or refused, is a record; no record has a secret.
 *
 * may it be? - is it the owner? (proofs.c) - a hash (the pool) - stored - in force.
 */
#include "station/identity_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/utf8.h"
#include "util/xalloc.h"

enum { ACTS_MAX = 16, ROLES_TEXT = 600 };

struct act_row { /* by enum wire_user_act */
	enum audit_kind kind;
	const char *done;   /* "NAME DONE" */
	bool needs_account; /* it must be there */
	bool by_owner;      /* or by who proves to be the owner */
	bool lessens;       /* must not be done to the last admin */
};

static const struct act_row act_rows[WIRE_USER_ACTS] = {
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

static struct user_act *find(const struct station *s, uint64_t id)
{
	for (size_t i = 0; i < s->identity->n_acts; i++)
		if (s->identity->acts[i]->id == id)
			return s->identity->acts[i];
	return NULL;
}

static struct user_act *find_asked(const struct station *s, uint64_t session,
				   uint32_t req)
{
	for (size_t i = 0; i < s->identity->n_acts; i++)
		if (s->identity->acts[i]->session == session &&
		    s->identity->acts[i]->m.req == req)
			return s->identity->acts[i];
	return NULL;
}

void user_act_free(struct user_act *act)
{
	account_release(&act->next);
	explicit_bzero(act, sizeof(*act));
	free(act);
}

static void end(struct station *s, struct user_act *act)
{
	struct identity *id = s->identity;
	size_t i = 0;

	while (id->acts[i] != act)
		i++;
	id->acts[i] = id->acts[--id->n_acts];
	user_act_free(act);
}

/* Tells, records and forgets. */
static void __attribute__((format(printf, 3, 4)))
refuse(struct station *s, struct user_act *act, const char *fmt, ...)
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
	end(s, act);
}

/* --- may it be? ------------------------------------------------------------------ */

static bool is_bootstrap(const struct station *s, const struct session *who)
{
	return station_is_service(s, who->uid) && accounts_admins(s) == 0;
}

/* What the server's own user may do to get a station its first admin, or the last one
 * back who has forgotten the password. */
static bool service_may(const struct station *s, const struct session *who,
			const struct user_act *act)
{
	const struct known *k = known_find(s, act->m.name);

	if (!station_is_service(s, who->uid))
		return false;
	if (act->m.act == WIRE_USER_PASSWORD)
		return k && known_is_last_admin(s, k);
	return act->m.act == WIRE_USER_ADD && is_bootstrap(s, who);
}

/* NULL: it may. */
static const char *forbids(const struct station *s, const struct session *who,
			   const struct user_act *act)
{
	bool own = strcmp(act->m.name, who->name) == 0;

	if (service_may(s, who, act))
		return NULL;
	if (!access_everywhere(&who->grant, RIGHT_ADMIN))
		return "the right \"admin\" for the whole station is needed to change "
		       "accounts";
	/* who has none yet may have a password of his own: it changes no right */
	if (own && !(act->m.act == WIRE_USER_ADD && !act->m.roles[0]))
		return act_rows[act->m.act].by_owner
			       ? "this is your own account: give your password"
			       : "nobody changes the own rights: ask another admin";
	return NULL;
}

static bool leaves_an_admin(const struct station *s, const struct user_act *act,
			    const struct known *k)
{
	if (!act_rows[act->m.act].lessens || !known_is_last_admin(s, k) ||
	    accounts_file_has_admin(s))
		return true;
	return act->m.act == WIRE_USER_ROLES && account_is_admin(s, &act->next);
}

/* --- the change, on a copy ------------------------------------------------------- */

static void roles_of(const struct account *a, char *out, size_t size)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < a->who.n_roles; i++)
		strbuf_addf(&text, "%s%s", i ? "," : "", a->who.roles[i]);
	snprintf(out, size, "%s", text.buf);
	strbuf_release(&text);
}

static bool take_new(struct station *s, struct user_act *act, const struct hash_job *job,
		     struct strbuf *why)
{
	struct account *a = &act->next;

	a->who.name = xstrdup(act->m.name);
	snprintf(a->full_name, sizeof(a->full_name), "%s", act->m.full_name);
	snprintf(a->hash, sizeof(a->hash), "%s", job ? job->made : ACCOUNT_PAM);
	a->created_ms = a->password_ms = s->now.wall.ms;
	a->must_change = job && act->to_be_changed;
	/* an operator of access.cfg has its roles there */
	if (access_find_operator(&s->def->access, act->m.name))
		return true;
	return account_take_roles(a, &s->def->access, act->m.roles, why);
}

static bool take_password(struct station *s, struct user_act *act,
			  const struct hash_job *job, struct strbuf *why)
{
	if (act->is_owner && strcmp(act->next.hash, ACCOUNT_PAM) == 0) {
		strbuf_setf(why, "the password of %s is PAM's: change it there",
			    act->m.name);
		return false;
	}
	snprintf(act->next.hash, sizeof(act->next.hash), "%s", job->made);
	act->next.password_ms = s->now.wall.ms;
	act->next.must_change = act->to_be_changed;
	act->next.failures = 0;
	return true;
}

/* Only kept aside; a code that fits switches it on. */
static bool take_secret(struct station *s, struct user_act *act,
			const struct hash_job *job, struct strbuf *why)
{
	struct known *k = known_find(s, act->m.name);

	(void)why;
	k->enrolling = act->session;
	memcpy(k->new_totp, job->secret, sizeof(k->new_totp));
	return true;
}

static bool take_confirm(struct station *s, struct user_act *act,
			 const struct hash_job *job, struct strbuf *why)
{
	struct known *k = known_find(s, act->m.name);
	int64_t step = totp_accept(k->new_totp, act->m.code, s->now.wall.ms / 1000, 0);

	(void)job;
	if (step < 0) {
		strbuf_setf(why, "that code does not fit: look at the clocks of this "
				 "machine and of the one that draws the codes");
		return false;
	}
	memcpy(act->next.totp, k->new_totp, sizeof(act->next.totp));
	act->next.has_totp = true;
	act->next.last_step = step;
	return true;
}

static bool take_totp_off(struct station *s, struct user_act *act,
			  const struct hash_job *job, struct strbuf *why)
{
	(void)s;
	(void)job;
	(void)why;
	explicit_bzero(act->next.totp, sizeof(act->next.totp));
	act->next.has_totp = false;
	return true;
}

static bool take_roles(struct station *s, struct user_act *act,
		       const struct hash_job *job, struct strbuf *why)
{
	(void)job;
	if (access_find_operator(&s->def->access, act->m.name)) {
		strbuf_setf(why, "the roles of %s stand in access.cfg: change them there",
			    act->m.name);
		return false;
	}
	return account_take_roles(&act->next, &s->def->access, act->m.roles, why);
}

static bool take_disable(struct station *s, struct user_act *act,
			 const struct hash_job *job, struct strbuf *why)
{
	(void)s;
	(void)job;
	(void)why;
	act->next.disabled = act->m.act == WIRE_USER_DISABLE;
	act->next.failures = 0;
	return true;
}

static bool take_remove(struct station *s, struct user_act *act,
			const struct hash_job *job, struct strbuf *why)
{
	(void)s;
	(void)act;
	(void)job;
	(void)why;
	return true;
}

static bool (*const takes[WIRE_USER_ACTS])(struct station *s, struct user_act *act,
					   const struct hash_job *job,
					   struct strbuf *why) = {
	[WIRE_USER_ADD] = take_new,           [WIRE_USER_PASSWORD] = take_password,
	[WIRE_USER_TOTP] = take_secret,       [WIRE_USER_TOTP_CONFIRM] = take_confirm,
	[WIRE_USER_TOTP_OFF] = take_totp_off, [WIRE_USER_ROLES] = take_roles,
	[WIRE_USER_DISABLE] = take_disable,   [WIRE_USER_ENABLE] = take_disable,
	[WIRE_USER_REMOVE] = take_remove,
};

/* --- in force -------------------------------------------------------------------- */

/* Whoever has signed in with a password that somebody else has just replaced. */
static void take_persons_off(struct station *s, const char *name, const char *why)
{
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (who->closing || strcmp(who->person, name) != 0)
			continue;
		session_person_off(s, who, why);
		session_tell_who(s, who);
	}
}

static void replace(struct station *s, struct known *k, struct user_act *act)
{
	struct account was = k->a;

	k->a = act->next;
	act->next = (struct account){ 0 };
	k->failing.failures = k->a.failures;
	if (act->m.act == WIRE_USER_TOTP_CONFIRM) {
		k->enrolling = 0;
		explicit_bzero(k->new_totp, sizeof(k->new_totp));
	}
	if (act->m.act == WIRE_USER_PASSWORD && !act->is_owner)
		take_persons_off(s, k->a.who.name, "the password was replaced");
	sessions_regrant(s); /* grants look into the account that was */
	account_release(&was);
}

static void row_of_secret(struct station *s, struct session *who,
			  const struct user_act *act, const struct known *k)
{
	char base32[TOTP_BASE32_SIZE];
	struct strbuf uri = STRBUF_INIT;

	strbuf_room(&uri, 4096);
	totp_base32(k->new_totp, base32);
	totp_uri(&uri, s->def->name, k->a.who.name, k->new_totp);
	const char *fields[] = { base32, uri.buf };
	station_row(s, who, act->m.req, fields, 2);
	explicit_bzero(s->frame.buf, s->frame.len);
	explicit_bzero(uri.buf, uri.len);
	explicit_bzero(base32, sizeof(base32));
	strbuf_release(&uri);
}

static void in_force(struct station *s, struct user_act *act)
{
	struct session *who = session_find(s, act->session);
	struct known *k = known_find(s, act->m.name);

	if (act->m.act == WIRE_USER_ADD)
		known_add(s, &act->next);
	else if (k && act->m.act == WIRE_USER_REMOVE)
		known_remove(s, k);
	else if (k && act->m.act == WIRE_USER_TOTP && who)
		row_of_secret(s, who, act, k);
	else if (k)
		replace(s, k, act);
	if (who && act->signs_in && k && identity_lacks_code(s, k))
		station_reply(s, who, act->m.req, WIRE_REFUSED,
			      "the new password is stored; " IDENTITY_LACKS_CODE,
			      act->m.name);
	else if (who && act->signs_in)
		session_sign_in(s, who, act->m.req, act->m.name);
	else if (who)
		station_reply(s, who, act->m.req, WIRE_OK, "%s %s", act->m.name,
			      act_rows[act->m.act].done);
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why)
{
	struct user_act *act = find(s, id);
	struct known *k = act ? known_find(s, act->m.name) : NULL;

	(void)what;
	if (k)
		k->changing = false;
	if (!act)
		return;
	if (ok)
		in_force(s, act);
	else
		station_reply(s, session_find(s, act->session), act->m.req, WIRE_FAILED,
			      "it cannot be recorded (%s): nothing was changed", why);
	end(s, act);
}

static void record(struct station *s, struct txn *t, const struct user_act *act,
		   const struct known *k)
{
	char was[ROLES_TEXT] = "", is[ROLES_TEXT] = "";
	struct audit_record r = {
		.kind = act_rows[act->m.act].kind,
		.subject = act->m.name,
		.result = act->m.act == WIRE_USER_TOTP ? "begun" : "done",
		.detail = act_rows[act->m.act].done,
		.old_value = was,
		.new_value = is,
	};

	if (k && act->m.act == WIRE_USER_ROLES)
		roles_of(&k->a, was, sizeof(was));
	if (act->m.act == WIRE_USER_ROLES || act->m.act == WIRE_USER_ADD)
		roles_of(&act->next, is, sizeof(is));
	station_describe(&r, session_find(s, act->session));
	station_audit(s, t, &r);
}

static void store(struct station *s, struct user_act *act, struct known *k)
{
	struct txn *t = txn_new(0, true);

	if (act->m.act == WIRE_USER_REMOVE)
		txn_add(t, TXN_ACCOUNT_GONE, 0, act->m.name);
	else if (act->m.act != WIRE_USER_TOTP)
		account_store(t, &act->next);
	record(s, t, act, k);
	if (k)
		k->changing = true;
	act->is_storing = true;
	station_commit(s, t, false, stored, 0, act->id);
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

/* NULL: who asked for it may still do it. */
static const char *forbids_now(const struct station *s, const struct user_act *act)
{
	const struct session *who = session_find(s, act->session);

	if (act->is_owner || act->m.act == WIRE_USER_TOTP_CONFIRM)
		return NULL;
	return who ? forbids(s, who, act) : "who asked for it has left";
}

/* Everything is asked again: a hash takes its time, and much may have changed. */
static void change(struct station *s, struct user_act *act, const struct hash_job *job)
{
	const struct act_row *row = &act_rows[act->m.act];
	struct known *k = known_find(s, act->m.name);
	struct strbuf why = STRBUF_INIT;

	const char *forbidden = forbids_now(s, act);

	if (forbidden) {
		refuse(s, act, "%s", forbidden);
	} else if (row->needs_account != (k != NULL)) {
		refuse(s, act, k ? "there is an account %s already" : "no account %s",
		       act->m.name);
	} else if ((k && k->changing) || name_is_being_added(s, act)) {
		refuse(s, act, "this account is being changed: try again in a moment");
	} else {
		if (k)
			account_copy(&act->next, &k->a);
		if (!takes[act->m.act](s, act, job, &why))
			refuse(s, act, "%s", why.buf);
		else if (k && !leaves_an_admin(s, act, k))
			refuse(s, act,
			       "%s is the last admin: give somebody else that right "
			       "first",
			       act->m.name);
		else if (act->first_admin && !account_is_admin(s, &act->next))
			refuse(s, act,
			       "the first account needs a role with the right admin, "
			       "everywhere");
		else
			store(s, act, k);
	}
	strbuf_release(&why);
}

static void hashed(struct station *s, uint64_t what, struct hash_job *job)
{
	struct user_act *act = find(s, what);

	if (!act)
		return;
	if (job->ok)
		change(s, act, job);
	else
		refuse(s, act, "%s", job->why);
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
		refuse(s, act, "%s", why.buf);
	else if (act->is_owner && strcmp(act->m.new_password, act->m.password) == 0)
		refuse(s, act, "that is the password you have");
	else
		hash(s, act, HASH_MAKE);
	strbuf_release(&why);
}

/* --- is it the owner? ------------------------------------------------------------ */

static void proved(struct station *s, uint64_t session, uint32_t req,
		   const struct proof *p)
{
	struct user_act *act = find_asked(s, session, req);

	if (!act)
		return;
	if (!p->ok) {
		refuse(s, act, "%s", p->why);
	} else if (strcmp(p->name, act->m.name) != 0) {
		refuse(s, act, "that was the password of another account");
	} else {
		act->is_owner = true;
		act->to_be_changed = false;
		go_on(s, act);
	}
}

static void ask_owner(struct station *s, struct session *who, struct user_act *act)
{
	struct asked_proof ask = {
		.req = act->m.req,
		.name = act->m.name,
		.password = act->m.password,
		.code = act->m.code,
		.may_change = true,
	};

	identity_prove(s, who, &ask, proved);
}

/* --- messages -------------------------------------------------------------------- */

static const char *is_malformed(const struct station *s, const struct user_act *act)
{
	if (s->stopping || !s->recording)
		return "nothing can be recorded now: nothing is changed";
	if (!act->m.name[0])
		return "whose account?";
	if (s->identity->n_acts > ACTS_MAX)
		return "too many changes at once: try again in a moment";
	if (!utf8_valid(act->m.full_name, strlen(act->m.full_name)))
		return "the full name is no text";
	if ((act->m.flags & WIRE_USER_PAM) && !s->options.has_pam)
		return "this server is built without PAM";
	return NULL;
}

/* NULL: it may go on. text is scratch. */
static const char *stops(struct station *s, const struct session *who,
			 const struct user_act *act, bool by_owner, struct strbuf *text)
{
	const struct known *k = known_find(s, act->m.name);
	const char *why = is_malformed(s, act);

	if (why)
		return why;
	if (act->m.act == WIRE_USER_ADD && !account_name_fits(act->m.name, text))
		return text->buf;
	if (act->m.act == WIRE_USER_TOTP_CONFIRM)
		return k && k->enrolling == who->id ? NULL : "begin again: user totp";
	return by_owner ? NULL : forbids(s, who, act);
}

static void begin(struct station *s, struct session *who, struct user_act *act)
{
	/* who signs in proves it, whoever may set a password without */
	bool by_owner =
		act->signs_in || (act_rows[act->m.act].by_owner && act->m.password[0]);
	struct strbuf text = STRBUF_INIT;
	const char *why = stops(s, who, act, by_owner, &text);

	act->first_admin = act->m.act == WIRE_USER_ADD && is_bootstrap(s, who) &&
			   !access_everywhere(&who->grant, RIGHT_ADMIN);
	/* the first admin has typed it who will use it */
	act->to_be_changed = !act->first_admin && strcmp(act->m.name, who->name) != 0 &&
			     !(act->m.flags & WIRE_USER_LASTING);
	if (why)
		refuse(s, act, "%s", why);
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

	if (ok && find_asked(s, who->id, m.req))
		ok = false; /* a number is used once */
	if (ok)
		begin(s, who, keep(s, who, &m));
	wire_wipe(&m, sizeof(m));
	return ok;
}

bool accounts_sign_in_anew(struct station *s, struct session *who,
			   const struct wire_sign_in *m)
{
	struct wire_user u = { .req = m->req, .act = WIRE_USER_PASSWORD };
	struct user_act *act;

	/* the answer of one proof must not reach another act */
	if (find_asked(s, who->id, m->req))
		return false;
	snprintf(u.name, sizeof(u.name), "%s", m->name);
	snprintf(u.password, sizeof(u.password), "%s", m->password);
	snprintf(u.code, sizeof(u.code), "%s", m->code);
	snprintf(u.new_password, sizeof(u.new_password), "%s", m->new_password);
	act = keep(s, who, &u);
	act->signs_in = true;
	explicit_bzero(&u, sizeof(u));
	begin(s, who, act);
	return true;
}
