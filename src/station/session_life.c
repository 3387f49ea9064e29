/*
 * session_life.c - the life of a session: looking, acting, idle, locked.
 *
 * A session acts as long as somebody is at it. Without a key for a while, or too long
 * after its person was proven, it falls back to looking; a key or the clock locks it. In
 * both its picture and its alarms stay, what it has selected is void, and its grant is
 * cut down to looking, so that no handler has to ask for the state. Each change is a
 * record and a WHO frame. Keys count as PLACE tells them, and so does every act.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "station/sign_in.h"
#include "wire/who.h"

static bool rests(const struct session *who)
{
	return session_state_rests(who->state);
}

/* What counts of the grant in this state. */
static void mask(struct session *who)
{
	who->grant = who->full;
	if (rests(who))
		access_only_looks(&who->grant);
}

static enum session_state awake(const struct session *who)
{
	return who->notice_due           ? SESSION_NOTICE
	       : access_acts(&who->full) ? SESSION_ACTING
					 : SESSION_VIEWING;
}

void session_granted(struct session *who, const struct access_grant *grant)
{
	who->full = *grant;
	if (!rests(who))
		who->state = awake(who);
	mask(who);
}

void session_tell_who(struct station *s, struct session *who)
{
	struct wire_who m = { .state = (uint8_t)who->state, .rights = who->grant.rights };

	m.person = who->person[0] != '\0';
	m.provable = station_can_prove(s, who->name);
	snprintf(m.name, sizeof(m.name), "%s", who->name);
	snprintf(m.roles, sizeof(m.roles), "%s", who->roles);
	snprintf(m.user, sizeof(m.user), "%s", who->user);
	snprintf(m.why, sizeof(m.why), "%s", rests(who) ? who->rests_why : "");
	strbuf_clear(&s->frame);
	wire_put_who(&s->frame, &m);
	station_send(s, who, &s->frame);
	if (who->greeted && who->state == SESSION_ACTING)
		station_tell_approvals(s, who); /* somebody waits for one like him */
}

static void tell_notice(struct station *s, struct session *who)
{
	strbuf_clear(&s->frame);
	wire_put_use_notice(&s->frame, s->def->access.sessions.notice);
	station_send(s, who, &s->frame);
}

void session_begins(struct station *s, struct session *who)
{
	who->active_at = who->proven_at = s->now.mono;
	/* the server's own user is no person: it only makes accounts */
	who->notice_due = s->def->access.sessions.notice && !who->serves;
	who->state = awake(who);
	mask(who);
	session_tell_who(s, who);
	if (who->notice_due)
		tell_notice(s, who);
}

void session_active(struct session *who, struct mono at)
{
	if (at.ns > who->active_at.ns)
		who->active_at = at;
}

void session_proven(struct station *s, struct session *who)
{
	bool rested = rests(who);

	who->state = awake(who);
	who->rests_why[0] = '\0';
	who->proven_at = who->active_at = s->now.mono;
	mask(who);
	if (rested)
		station_note(s, who, AUDIT_RESUME, who->name, "acts again", "");
}

static void rest(struct station *s, struct session *who, enum session_state state,
		 enum audit_kind kind, const char *why)
{
	snprintf(who->rests_why, sizeof(who->rests_why), "%s", why);
	who->state = state;
	mask(who);
	write_gate_session_rests(s->gate, who->id, why, s->now);
	station_note(s, who, kind, who->name, session_state_name(state), why);
	session_tell_who(s, who);
}

void session_fall_idle(struct station *s, struct session *who, const char *fmt, ...)
{
	char why[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	if (who->state == SESSION_ACTING)
		rest(s, who, SESSION_IDLE, AUDIT_IDLE, why);
}

void session_lock(struct station *s, struct session *who, const char *fmt, ...)
{
	char why[128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	who->turn++; /* a proof that is under way unlocks nothing */
	if (who->state != SESSION_LOCKED)
		rest(s, who, SESSION_LOCKED, AUDIT_LOCK, why);
}

void query_lock(struct station *s, struct session *who, const struct wire_request *m)
{
	session_lock(s, who, "locked by %s", who->name);
	station_reply(s, who, m->req, WIRE_OK,
		      "locked: alarms are seen and heard, nothing can be done here");
}

void query_accept(struct station *s, struct session *who, const struct wire_request *m)
{
	const char *text = s->def->access.sessions.notice;

	if (!who->notice_due) {
		station_reply(s, who, m->req, WIRE_OK, "there is nothing to accept");
		return;
	}
	who->notice_due = false;
	if (who->state == SESSION_NOTICE) {
		who->state = awake(who);
		mask(who);
	}
	session_active(who, s->now.mono);
	station_note(s, who, AUDIT_NOTICE, who->name, "accepted", text ? text : "");
	session_tell_who(s, who);
	station_reply(s, who, m->req, WIRE_OK, "accepted");
}

/* --- from outside ---------------------------------------------------------------- */

bool session_person_fits(struct station *s, const struct session *who, const char *name,
			 struct strbuf *why)
{
	uint32_t most = s->def->access.sessions.per_person, n = 0;

	for (size_t i = 0; most && i < s->n_sessions; i++) {
		const struct session *other = s->sessions[i];

		n += other != who && !other->closing && access_acts(&other->full) &&
		     strcmp(other->name, name) == 0;
	}
	if (!most || n < most)
		return true;
	strbuf_setf(why,
		    "%" PRIu32 " sessions of %s are open already: that is the limit for "
		    "one person (per_person in the access file)",
		    n, name);
	return false;
}

static void note_terminated(struct station *s, const struct session *by,
			    const struct session *who, const char *reason)
{
	struct txn *t = txn_new(0, false);
	char detail[AUDIT_TEXT_MAX];
	struct audit_record r = { .kind = AUDIT_TERMINATE,
				  .subject = who->name,
				  .result = "ended",
				  .reason = reason,
				  .detail = detail };

	snprintf(detail, sizeof(detail), "session %" PRIu64 " of %s from %s", who->id,
		 who->user, who->from);
	station_describe(&r, by);
	station_audit(s, t, &r);
	station_commit(s, t, true, NULL, 0, 0);
}

void query_terminate(struct station *s, struct session *who, const struct wire_request *m)
{
	struct session *victim = session_find(s, m->num);
	char name[64];

	if (!victim || !victim->greeted) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "there is no session %" PRIu64 ": see sightglass sessions",
			      m->num);
		return;
	}
	if (!m->text[0]) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "a reason is missing: it is told to %s and recorded",
			      victim->name);
		return;
	}
	snprintf(name, sizeof(name), "%s", victim->name);
	note_terminated(s, who, victim, m->text);
	if (victim != who)
		session_dismiss(s, victim, "%s has ended this session: %s", who->name,
				m->text);
	station_reply(s, who, m->req, WIRE_OK, "session %" PRIu64 " of %s is ended",
		      m->num, name);
	if (victim == who)
		session_dismiss(s, victim, "ended by yourself: %s", m->text);
}

void session_explain_rest(const struct session *who, struct strbuf *why)
{
	if (who->state == SESSION_LOCKED)
		strbuf_setf(why, "this session is locked (%s): unlock it before you act",
			    who->rests_why);
	else if (who->state == SESSION_NOTICE)
		strbuf_setf(why, "the notice of use is not accepted yet: a console shows "
				 "it, a command accepts it with --accept-notice");
	else
		strbuf_setf(why,
			    "this session only looks now (%s): prove who you are before "
			    "you act",
			    who->rests_why);
}

/* --- time ------------------------------------------------------------------------ */

static struct mono after(struct mono since, int64_t ms)
{
	return ms ? mono_add_ms(since, ms) : MONO_NEVER;
}

static struct mono idle_due(const struct access_sessions *d, const struct session *who)
{
	return who->state == SESSION_ACTING ? after(who->active_at, d->idle_ms)
					    : MONO_NEVER;
}

static struct mono absolute_due(const struct access_sessions *d,
				const struct session *who)
{
	return who->state == SESSION_ACTING ? after(who->proven_at, d->absolute_ms)
					    : MONO_NEVER;
}

/* Who only looks may lock, too; time locks what could act. */
static struct mono lock_due(const struct access_sessions *d, const struct session *who)
{
	return who->state == SESSION_ACTING || who->state == SESSION_IDLE
		       ? after(who->active_at, d->lock_ms)
		       : MONO_NEVER;
}

static void one_tick(struct station *s, struct session *who)
{
	const struct access_sessions *d = &s->def->access.sessions;
	char time[CLOCK_SPAN_SIZE];

	if (mono_reached(s->now.mono, lock_due(d, who))) {
		clock_span(d->lock_ms, time);
		session_lock(s, who, "no key for %s", time);
	} else if (mono_reached(s->now.mono, idle_due(d, who))) {
		clock_span(d->idle_ms, time);
		session_fall_idle(s, who, "no key for %s", time);
	} else if (mono_reached(s->now.mono, absolute_due(d, who))) {
		clock_span(d->absolute_ms, time);
		session_fall_idle(s, who, "%s since %s was proven", time, who->name);
	}
}

void sessions_lock_all(struct station *s, const char *why)
{
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (who->greeted && !who->closing &&
		    (who->state == SESSION_ACTING || who->state == SESSION_IDLE))
			session_lock(s, who, "%s", why);
	}
}

void sessions_life_tick(struct station *s)
{
	for (size_t i = 0; i < s->n_sessions; i++)
		if (s->sessions[i]->greeted && !s->sessions[i]->closing)
			one_tick(s, s->sessions[i]);
}

struct mono session_life_deadline(const struct station *s, const struct session *who)
{
	const struct access_sessions *d = &s->def->access.sessions;

	if (!who->greeted || who->closing)
		return MONO_NEVER;
	return mono_earlier(idle_due(d, who),
			    mono_earlier(absolute_due(d, who), lock_due(d, who)));
}
