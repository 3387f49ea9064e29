/*
 * sign_in.c - persons on sessions: signing in on top of the connection's own user, off
 * again, and what a session may do as definition and accounts are now.
 */
#include "station/identity_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- who is on a session --------------------------------------------------------- */

/* What an operator of access.cfg may do stands there, whatever the account says. */
static struct access_grant grant_of_person(const struct station *s, const struct known *k,
					   uint32_t uid)
{
	const struct access_def *d = &s->def->access;
	const struct access_operator *op = access_find_operator(d, k->a.who.name);

	return access_resolve_operator(d, op ? op : &k->a.who, uid);
}

static const struct known *person_of(const struct station *s, const struct session *who)
{
	const struct known *k = who->person[0] ? known_find(s, who->person) : NULL;

	return k && !k->a.disabled ? k : NULL;
}

/* Whoever is disabled is it under every name of his. */
static bool is_barred(const struct station *s, const struct access_grant *g)
{
	const struct known *k = g->op ? known_find(s, g->op->name) : NULL;

	return k && k->a.disabled;
}

bool session_is_barred(const struct station *s, const struct session *who)
{
	return !who->person[0] && is_barred(s, &who->full);
}

void session_resolve(struct station *s, struct session *who)
{
	const struct known *k = person_of(s, who);
	struct access_grant grant;

	if (k) {
		grant = grant_of_person(s, k, who->uid);
	} else {
		grant = access_resolve(&s->def->access, who->user, who->uid);
		if (is_barred(s, &grant))
			grant.admitted = false;
	}
	session_granted(who, &grant);
	snprintf(who->name, sizeof(who->name), "%s", grant.name ? grant.name : who->user);
	access_role_names(&grant, who->roles, sizeof(who->roles));
}

void session_set_person(struct station *s, struct session *who, const char *name)
{
	write_gate_session_rests(s->gate, who->id, "another person is at this session",
				 s->now);
	snprintf(who->person, sizeof(who->person), "%s", name);
	who->turn++;
	session_resolve(s, who);
	who->serves = !who->full.admitted && station_is_service(s, who->uid);
	/* nothing is left that could fall idle */
	if (who->state == SESSION_IDLE && !access_acts(&who->full))
		who->state = SESSION_VIEWING;
}

void session_person_off(struct station *s, struct session *who, const char *why)
{
	if (!who->person[0])
		return;
	station_note(s, who, AUDIT_PERSON_OFF, who->person, "signed out", why);
	session_set_person(s, who, "");
}

bool session_lost_person(struct station *s, struct session *who)
{
	char text[160];

	if (!who->person[0] || person_of(s, who))
		return false;
	snprintf(text, sizeof(text), "the account %s is disabled or gone", who->person);
	session_person_off(s, who, text);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, true, text);
	station_send(s, who, &s->frame);
	return true;
}

bool station_can_prove(const struct station *s, const char *name)
{
	const struct known *k = known_find(s, name);

	return k && !k->a.disabled && k->a.hash[0];
}

bool station_person_acts(const struct station *s, const char *name, uint32_t uid)
{
	const struct known *k = known_find(s, name);
	struct access_grant g;

	if (!k || k->a.disabled)
		return false;
	g = grant_of_person(s, k, uid);
	return access_acts(&g);
}

bool station_is_service(const struct station *s, uint32_t uid)
{
	return s->options.has_service_uid && s->options.service_uid == uid;
}

/* --- messages -------------------------------------------------------------------- */

bool session_takes(struct station *s, const struct session *who, const char *name,
		   struct strbuf *why)
{
	const struct known *k = known_find(s, name);
	struct access_grant g;

	if (!k || k->a.disabled) {
		strbuf_setf(why, "the account %s is disabled or gone", name);
		return false;
	}
	g = grant_of_person(s, k, who->uid);
	if (!g.admitted) {
		strbuf_setf(why, "%s has no role that may look: ask an admin", name);
		return false;
	}
	return !access_acts(&g) || session_person_fits(s, who, name, why);
}

static void refuse(struct station *s, struct session *who, uint32_t req, const char *why)
{
	station_note_refusal(s, who, "sign-in", NULL, why);
	station_reply(s, who, req, WIRE_REFUSED, "%s", why);
}

static void put_on(struct station *s, struct session *who, uint32_t req, const char *name)
{
	session_person_off(s, who, "somebody else signed in");
	session_set_person(s, who, name);
	session_proven(s, who);
	session_tell_who(s, who);
	station_note(s, who, AUDIT_PERSON_ON, who->person, "signed in", who->program);
	station_reply(s, who, req, WIRE_OK, "signed in as %s (%s)", who->name,
		      who->roles);
}

void session_sign_in(struct station *s, struct session *who, uint32_t req,
		     const char *name)
{
	struct strbuf why = STRBUF_INIT;

	if (session_takes(s, who, name, &why))
		put_on(s, who, req, name);
	else
		refuse(s, who, req, why.buf);
	strbuf_release(&why);
}

void session_sign_in_since(struct station *s, struct session *who, uint32_t req,
			   const char *name, uint64_t turn)
{
	if (who->turn == turn)
		session_sign_in(s, who, req, name);
	else
		refuse(s, who, req,
		       "this session was locked or changed hands meanwhile: sign in "
		       "again");
}

void signed_in(struct station *s, const struct proof *p)
{
	struct session *who = session_find(s, p->session);

	if (!who)
		return;
	if (p->ok)
		session_sign_in_since(s, who, p->req, p->name, p->number);
	else
		station_reply(s, who, p->req,
			      p->must_change ? WIRE_UNKNOWN : WIRE_REFUSED, "%s", p->why);
}

bool on_sign_in(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct wire_sign_in m;
	bool ok = wire_get_sign_in(p, n, &m);

	if (ok && !m.name[0])
		station_reply(s, who, m.req, WIRE_REFUSED, "sign in as whom?");
	else if (ok && m.new_password[0])
		accounts_sign_in_anew(s, who, &m);
	else if (ok)
		station_prove(s, who,
			      &(struct proof_ask){ .purpose = PROOF_SIGN_IN,
						   .number = who->turn,
						   .req = m.req,
						   .name = m.name,
						   .password = m.password,
						   .code = m.code });
	wire_wipe(&m, sizeof(m));
	return ok;
}

void on_sign_out(struct station *s, struct session *who, const struct wire_request *m)
{
	if (!who->person[0]) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "nobody has signed in here on top of %s", who->name);
		return;
	}
	session_person_off(s, who, "by hand");
	session_tell_who(s, who);
	station_reply(s, who, m->req, WIRE_OK, "signed out; this is %s again", who->name);
}
