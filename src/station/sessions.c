/*
 * sessions.c - who is connected: admission, greeting, beats, limits and goodbyes.
 *
 * A session that was told goodbye is dead at once: nothing it sends is read, what it held
 * is free, and the object goes at the end of the step.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { STRANGERS_PER_S = 1, STRANGERS_BURST = 5 };

struct session *session_find(const struct station *s, uint64_t id)
{
	for (size_t i = 0; i < s->n_sessions; i++)
		if (s->sessions[i]->id == id && !s->sessions[i]->closing)
			return s->sessions[i];
	return NULL;
}

static size_t count(const struct station *s, uint32_t uid, bool everyone)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_sessions; i++)
		n += !s->sessions[i]->closing && (everyone || s->sessions[i]->uid == uid);
	return n;
}

/* What it held becomes free; why is for the audit. */
static void end(struct station *s, struct session *who, const char *why)
{
	who->closing = true;
	write_gate_session_closed(s->gate, who->id, s->now);
	handover_session_gone(s, who->id);
	session_values_release(s, who);
	who->alarms_on = false;
	if (who->greeted && !s->stopped)
		station_note_going(s, who, why);
}

static void __attribute__((format(printf, 4, 0)))
goodbye(struct station *s, struct session *who, bool stay_away, const char *fmt,
	va_list ap)
{
	char text[WIRE_TEXT_MAX + 1];

	if (who->closing)
		return;
	vsnprintf(text, sizeof(text), fmt, ap);
	strbuf_clear(&s->frame);
	wire_put_goodbye(&s->frame, stay_away, text);
	station_send(s, who, &s->frame);
	station_emit(s, ACT_SESSION_CLOSE)->session = who->id;
	end(s, who, text);
}

void session_goodbye(struct station *s, struct session *who, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	goodbye(s, who, false, fmt, ap);
	va_end(ap);
}

void session_dismiss(struct station *s, struct session *who, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	goodbye(s, who, true, fmt, ap);
	va_end(ap);
}

void sessions_sweep(struct station *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (who->closing)
			free(who);
		else
			s->sessions[kept++] = who;
	}
	s->n_sessions = kept;
}

void sessions_release(struct station *s)
{
	for (size_t i = 0; i < s->n_sessions; i++) {
		session_values_release(s, s->sessions[i]);
		free(s->sessions[i]);
	}
	free(s->sessions);
	watches_release(s);
}

/* --- admission ------------------------------------------------------------------- */

/* Before any data (SEC-01); the record is rate-limited. */
static void turn_away(struct station *s, struct session *who)
{
	char detail[160];

	if (bucket_take(&s->strangers, s->now.mono, STRANGERS_PER_S, STRANGERS_BURST)) {
		snprintf(detail, sizeof(detail),
			 "connection of %s (uid %" PRIu32 ") refused: no operator of "
			 "this station",
			 who->user, who->uid);
		station_note_refusal(s, who, "session", NULL, detail);
	}
	session_goodbye(s, who,
			"%s is no operator of this station: ask for an entry in its "
			"access file",
			who->user);
}

void sessions_open(struct station *s, const struct event *ev)
{
	struct session *who = xcalloc(1, sizeof(*who));
	size_t all = count(s, 0, true), own = count(s, ev->u.open.uid, false), most;
	bool acts;

	who->id = ev->u.open.session;
	who->uid = ev->u.open.uid;
	who->pid = ev->u.open.pid;
	who->due = mono_add_ms(s->now.mono, WIRE_HELLO_LIMIT_MS);
	snprintf(who->user, sizeof(who->user), "%s", ev->u.open.unix_user);
	snprintf(who->from, sizeof(who->from), "pid %" PRIu32, who->pid);
	*GROW(&s->sessions, &s->n_sessions) = who;
	session_resolve(s, who);
	who->serves = !who->grant.admitted && station_is_service(s, who->uid);
	acts = who->serves || access_acts(&who->full);
	most = acts ? SESSIONS_MAX : SESSIONS_MAX - SESSIONS_TO_ACT;
	if (!who->grant.admitted && !who->serves)
		turn_away(s, who);
	else if (s->stopping)
		session_goodbye(s, who, "the server is stopping");
	else if (all >= most)
		session_goodbye(s, who,
				"%zu sessions are open already: that is the "
				"limit of this server%s",
				all, acts ? "" : " for who only looks");
	else if (own >= SESSIONS_PER_UID)
		session_goodbye(s, who,
				"%d sessions of %s are open already: that is "
				"the limit for one user",
				SESSIONS_PER_UID, who->user);
	else if (access_acts(&who->full) &&
		 !session_person_fits(s, who, who->name, &s->why))
		session_goodbye(s, who, "%s", s->why.buf);
}

void sessions_closed(struct station *s, const struct event *ev)
{
	struct session *who = session_find(s, ev->u.session.session);

	if (who)
		end(s, who, ev->u.session.why);
}

/* --- greeting -------------------------------------------------------------------- */

static void welcome(struct station *s, struct session *who)
{
	struct wire_welcome m = {
		.version = WIRE_VERSION,
		.session = who->id,
		.rights = who->grant.rights,
	};

	snprintf(m.station, sizeof(m.station), "%s", s->def->name);
	snprintf(m.station_text, sizeof(m.station_text), "%s",
		 s->def->description ? s->def->description : "");
	snprintf(m.operator_name, sizeof(m.operator_name), "%s", who->name);
	snprintf(m.roles, sizeof(m.roles), "%s", who->roles);
	snprintf(m.server, sizeof(m.server), "%s", s->options.server);
	if (who->uid == 0 && s->def->access.allow_root)
		snprintf(m.notice, sizeof(m.notice),
			 "root may act here (allow_root): for a demonstration only");
	else if (s->def->unvouched)
		snprintf(m.notice, sizeof(m.notice), "%s", s->def->unvouched);
	strbuf_clear(&s->frame);
	wire_put_welcome(&s->frame, &m);
	station_send(s, who, &s->frame);
}

void sessions_hello(struct station *s, struct session *who, const struct wire_hello *m)
{
	if (who->greeted) {
		session_goodbye(s, who, "a second HELLO is a mistake");
		return;
	}
	if (m->version != WIRE_VERSION) {
		session_goodbye(s, who,
				"this server speaks version %d of the console "
				"protocol, you speak %" PRIu32 ": install the same "
				"release on both sides",
				WIRE_VERSION, m->version);
		return;
	}
	if (who->serves && strcmp(m->program, "cli user") != 0) {
		turn_away(s, who);
		return;
	}
	who->greeted = true;
	who->greeted_at = who->pressed_at = s->now;
	who->due = MONO_NEVER;
	snprintf(who->program, sizeof(who->program), "%s", m->program);
	snprintf(who->from, sizeof(who->from), "%s (pid %" PRIu32 ", %s)",
		 m->place[0] ? m->place : "no terminal", who->pid, m->program);
	welcome(s, who);
	session_begins(s, who);
	station_note_coming(s, who);
	if (who->serves) /* it sees nothing of the plant */
		return;
	station_tell_kept(s, who);
}

/* The names of a new definition, and who may stay under it. */
static void regrant(struct station *s, struct session *who)
{
	uint32_t rights = who->full.rights;
	char roles[sizeof(who->roles)];

	snprintf(roles, sizeof(roles), "%s", who->roles);
	session_resolve(s, who);
	/* who was somebody else a moment ago proves anew who he is (SEC-12) */
	if (who->greeted &&
	    (rights != who->full.rights || strcmp(roles, who->roles) != 0))
		session_fall_idle(s, who, "what %s may do was changed", who->name);
	if (who->greeted)
		session_tell_who(s, who);
}

void sessions_regrant(struct station *s)
{
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (who->closing)
			continue;
		session_lost_person(s, who);
		regrant(s, who);
		if (!who->grant.admitted && !who->serves)
			session_goodbye(s, who,
					session_is_barred(s, who)
						? "the account of %s is disabled"
						: "a reload has taken %s off the "
						  "station's operators",
					who->user);
	}
}

/* --- time ------------------------------------------------------------------------ */

void sessions_broadcast(struct station *s, const struct strbuf *frames)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_sessions; i++)
		if (s->sessions[i]->greeted && !s->sessions[i]->closing)
			s->chosen[n++] = s->sessions[i];
	station_send_each(s, s->chosen, n, frames);
}

static void count_devices(const struct station *s, struct wire_beat *b)
{
	uint32_t simulated = 0;

	for (size_t i = 0; i < s->n_devices; i++) {
		if (!s->devices[i].def)
			continue;
		b->devices++;
		b->devices_down += !s->devices[i].connected;
		simulated += s->devices[i].n_simulated;
	}
	b->simulated = (uint16_t)(simulated < UINT16_MAX ? simulated : UINT16_MAX);
}

void sessions_beat(struct station *s)
{
	uint32_t rate = (uint32_t)s->alarm_watch->flood.n;
	struct wire_beat b = {
		.server_ms = s->now.wall.ms,
		.recording = station_recording(s),
		.sessions = (uint16_t)count(s, 0, true),
		.in_doubt = (uint16_t)write_gate_doubt_count(s->gate),
		.alarm_rate = (uint16_t)(rate < UINT16_MAX ? rate : UINT16_MAX),
	};

	count_devices(s, &b);
	b.substituted = (uint16_t)s->n_substitutions;
	sealing_beat(s, &b);
	strbuf_clear(&s->frame);
	wire_put_beat(&s->frame, &b);
	sessions_broadcast(s, &s->frame);
}

/* Design 7.2: values are held back above the high mark, the alarm log is dropped above
 * the hard mark, and who stays above the high mark for too long is cut. */
void sessions_queue(struct station *s, const struct event *ev)
{
	struct session *who = session_find(s, ev->u.session.session);

	if (!who)
		return;
	who->queued = ev->u.session.queued;
	if (who->queued <= SESSION_HIGH)
		who->due = who->greeted ? MONO_NEVER : who->due;
	else if (who->greeted && who->due.ns == INT64_MAX)
		who->due = mono_add_ms(s->now.mono, SESSION_AGE_MS);
	if (who->queued <= SESSION_HIGH)
		watches_caught_up(s, who);
	session_alarms_queue(s, who);
}

static void session_due(struct station *s, struct session *who)
{
	if (!who->greeted)
		session_goodbye(s, who, "no HELLO within %d s",
				WIRE_HELLO_LIMIT_MS / 1000);
	else
		session_goodbye(s, who,
				"this console takes data too slowly: it was "
				"behind for %d s",
				SESSION_AGE_MS / 1000);
}

void sessions_tick(struct station *s)
{
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (!who->closing && mono_reached(s->now.mono, who->due))
			session_due(s, who);
	}
	sessions_life_tick(s);
	handovers_tick(s);
	watches_tick(s);
	if (mono_reached(s->now.mono, s->beat_due)) {
		s->beat_due = mono_add_ms(s->now.mono, WIRE_BEAT_MS);
		sessions_beat(s);
	}
	if (mono_reached(s->now.mono, s->sync_due))
		station_sync_alarms(s);
}

struct mono sessions_deadline(const struct station *s)
{
	struct mono next = mono_earlier(s->beat_due, s->sync_due);

	for (size_t i = 0; i < s->n_sessions; i++)
		next = mono_earlier(
			next, mono_earlier(s->sessions[i]->due,
					   session_life_deadline(s, s->sessions[i])));
	next = mono_earlier(next, handovers_deadline(s));
	return mono_earlier(next, watches_deadline(s));
}
