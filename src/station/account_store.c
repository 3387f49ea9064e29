/*
 * account_store.c - a change of an account: stored with its record, then in force, at
 * once in every session it concerns (SEC-28).
 */
#include "station/account_acts_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ROLES_TEXT = 600 };

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
	strbuf_clear(&s->frame);
	strbuf_room(&s->frame, WIRE_FRAME_MAX); /* it shall not move: copies would stay */
	strbuf_clear(&s->frame);
	wire_put_row(&s->frame, act->m.req, fields, 2);
	station_send_secret(s, who, &s->frame);
	explicit_bzero(s->frame.buf, s->frame.len);
	explicit_bzero(uri.buf, uri.len);
	explicit_bzero(base32, sizeof(base32));
	strbuf_release(&uri);
}

static void take_away(struct station *s, struct known *k, const struct user_act *act)
{
	if (act->next.gone)
		name_goes(s, act->m.name);
	known_remove(s, k);
}

static void in_force(struct station *s, struct user_act *act)
{
	struct session *who = session_find(s, act->session);
	struct known *k = known_find(s, act->m.name);

	if (act->m.act == WIRE_USER_ADD)
		known_add(s, &act->next);
	else if (k && act->m.act == WIRE_USER_REMOVE)
		take_away(s, k, act);
	else if (k && act->m.act == WIRE_USER_TOTP && who)
		row_of_secret(s, who, act, k);
	else if (k)
		replace(s, k, act);
	if (who && act->signs_in && k && identity_lacks_code(s, k))
		station_reply(s, who, act->m.req, WIRE_REFUSED,
			      "the new password is stored; " IDENTITY_LACKS_CODE,
			      act->m.name);
	else if (who && act->signs_in)
		session_sign_in_since(s, who, act->m.req, act->m.name, act->turn);
	else if (who)
		station_reply(s, who, act->m.req, WIRE_OK, "%s %s", act->m.name,
			      act_rows[act->m.act].done);
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why)
{
	struct user_act *act = user_act_find(s, id);
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
	user_act_end(s, act);
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
		access_roles_text(&k->a.who, was, sizeof(was));
	if (act->m.act == WIRE_USER_ROLES || act->m.act == WIRE_USER_ADD)
		access_roles_text(&act->next.who, is, sizeof(is));
	station_describe(&r, session_find(s, act->session));
	station_audit(s, t, &r);
}

void account_act_store(struct station *s, struct user_act *act, struct known *k)
{
	struct txn *t = txn_new(0, true);

	if (act->m.act == WIRE_USER_REMOVE && !act->next.gone)
		txn_add(t, TXN_ACCOUNT_GONE, 0, act->m.name);
	else if (act->m.act != WIRE_USER_TOTP)
		account_store(t, &act->next);
	record(s, t, act, k);
	if (k)
		k->changing = true;
	act->is_storing = true;
	station_commit(s, t, false, stored, 0, act->id);
}
