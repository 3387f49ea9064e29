/*
 * messages.c - what a session may say: ONE table of type, right and handler. A message
 * that is not in it, or does not decode, ends the session.
 */
#include "station/station_int.h"

#include <stdio.h>

#include "util/bytes.h"
#include "write/change_set.h"

enum { ACTS_PER_S = 20, ACTS_BURST = 40 };
/* A screen full of alarms is acknowledged at one key. */
enum { ALARM_ACTS_PER_S = 100, ALARM_ACTS_BURST = 300 };

_Static_assert((int)WIRE_RIGHT_ENGINEER == (int)RIGHT_ENGINEER, "one number, two names");

static bool on_hello(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct wire_hello m;

	if (!wire_get_hello(p, n, &m))
		return false;
	sessions_hello(s, who, &m);
	return true;
}

static bool on_subscribe(struct station *s, struct session *who, const uint8_t *p,
			 size_t n)
{
	struct wire_subscribe m;

	if (!wire_get_subscribe(p, n, &m))
		return false;
	session_subscribe(s, who, &m);
	wire_subscribe_release(&m);
	return true;
}

static bool on_alarm_act(struct station *s, struct session *who, const uint8_t *p,
			 size_t n)
{
	struct wire_alarm_act m;

	if (!wire_get_alarm_act(p, n, &m))
		return false;
	station_alarm_act(s, who, &m);
	return true;
}

static bool on_select(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct write_party party = station_party(who);
	struct wire_select m;

	if (!wire_get_select(p, n, &m))
		return false;
	write_gate_select(s->gate, &party, &m, s->now);
	return true;
}

static bool on_changes(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct write_party party = station_party(who);
	struct wire_changes m;

	if (!wire_get_changes(p, n, &m))
		return false;
	write_gate_select_set(s->gate, &party, &m, s->now);
	wire_changes_release(&m);
	return true;
}

static bool on_changes_look(struct station *s, struct session *who, const uint8_t *p,
			    size_t n)
{
	struct write_party party = station_party(who);
	struct wire_changes m;

	if (!wire_get_changes(p, n, &m))
		return false;
	m.look = true;
	write_gate_select_set(s->gate, &party, &m, s->now);
	wire_changes_release(&m);
	return true;
}

static void on_change_sets(struct station *s, struct session *who,
			   const struct wire_request *m)
{
	write_gate_tell_sets(s->gate, who->id, m->req, m->num);
}

static bool on_substitute(struct station *s, struct session *who, const uint8_t *p,
			  size_t n)
{
	struct wire_substitute m;

	if (!wire_get_substitute(p, n, &m))
		return false;
	station_substitute(s, who, &m);
	return true;
}

static void on_confirm(struct station *s, struct session *who,
		       const struct wire_request *m)
{
	struct write_party party = station_party(who);

	write_gate_confirm(s->gate, &party, m, s->now);
}

static void on_approve(struct station *s, struct session *who,
		       const struct wire_request *m)
{
	struct write_party party = station_party(who);

	write_gate_approve(s->gate, &party, m, s->now);
}

static void on_cancel(struct station *s, struct session *who,
		      const struct wire_request *m)
{
	struct write_party party = station_party(who);

	write_gate_cancel(s->gate, &party, m->req, m->num, s->now);
}

static void on_settle(struct station *s, struct session *who,
		      const struct wire_request *m)
{
	struct write_party party = station_party(who);

	write_gate_settle(s->gate, &party, m->req, m->num, m->text, s->now);
}

static void on_unsubscribe(struct station *s, struct session *who,
			   const struct wire_request *m)
{
	session_unsubscribe(s, who, (uint32_t)m->num);
}

/* A sounder has to be silent at once, whatever the store does; it is recorded, and told
 * to everybody who works here. No alarm is acknowledged by it. */
static void on_silence(struct station *s, struct session *who,
		       const struct wire_request *m)
{
	size_t horns = notify_silence(s, who->name);

	if (!horns) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "this station has no horn: no notify says horn = true");
		return;
	}
	station_note(s, who, AUDIT_SILENCE, "horn", "silenced",
		     "until the next alarm; nothing is acknowledged");
	strbuf_setf(&s->text, "%s has silenced the horn until the next alarm", who->name);
	strbuf_clear(&s->frame);
	wire_put_notice(&s->frame, false, s->text.buf);
	sessions_broadcast(s, &s->frame);
	station_reply(s, who, m->req, WIRE_OK,
		      "the horn is silent until the next alarm; nothing is acknowledged");
}

static void on_alarms(struct station *s, struct session *who,
		      const struct wire_request *m)
{
	if (m->num)
		session_alarms_start(s, who);
	else
		who->alarms_on = false;
}

/* Who rests sees and hears everything, and lets go of what it holds. What acts is heard
 * where somebody may act; the right then says whether this one may. */
enum {
	ALL = 1 << SESSION_VIEWING | 1 << SESSION_ACTING | 1 << SESSION_IDLE |
	      1 << SESSION_LOCKED | 1 << SESSION_NOTICE,
	KNOWING = ALL & ~(1 << SESSION_NOTICE), /* the notice of use comes first */
	AWAKE = 1 << SESSION_VIEWING | 1 << SESSION_ACTING
};

/* A select asks for the right the tag names (write/check.c): that is why looking is
 * enough here. Who may cancel or confirm is who selected. */
const struct message station_messages[] = {
	{ WIRE_HELLO, "hello", RIGHT_VIEW, false, ALL, NULL, on_hello },
	{ WIRE_GET, "get", RIGHT_VIEW, false, ALL, query_get, NULL },
	{ WIRE_SUBSCRIBE, "subscribe", RIGHT_VIEW, false, ALL, NULL, on_subscribe },
	{ WIRE_UNSUBSCRIBE, "unsubscribe", RIGHT_VIEW, false, ALL, on_unsubscribe, NULL },
	{ WIRE_SCREENS, "screens", RIGHT_VIEW, false, ALL, query_screens, NULL },
	{ WIRE_SCREEN_GET, "screen get", RIGHT_VIEW, false, ALL, query_screen_get, NULL },
	{ WIRE_ALARMS, "alarms", RIGHT_VIEW, false, ALL, on_alarms, NULL },
	{ WIRE_ALARM_ACT, "alarm act", RIGHT_VIEW, true, AWAKE, NULL, on_alarm_act },
	{ WIRE_SELECT, "select", RIGHT_VIEW, true, AWAKE, NULL, on_select },
	{ WIRE_CONFIRM, "confirm", RIGHT_VIEW, true, AWAKE, on_confirm, NULL },
	{ WIRE_CANCEL, "cancel", RIGHT_VIEW, true, ALL, on_cancel, NULL },
	{ WIRE_CHANGES, "changes", RIGHT_VIEW, true, AWAKE, NULL, on_changes },
	{ WIRE_CHANGE_SETS, "change sets", RIGHT_VIEW, false, ALL, on_change_sets, NULL },
	{ WIRE_RECIPES, "recipes", RIGHT_VIEW, false, ALL, query_recipes, NULL },
	{ WIRE_CHANGES_LOOK, "changes look", RIGHT_VIEW, false, ALL, NULL,
	  on_changes_look },
	{ WIRE_SETTLE, "settle", RIGHT_OPERATE, true, AWAKE, on_settle, NULL },
	{ WIRE_SUBSTITUTE, "substitute", RIGHT_OPERATE, true, AWAKE, NULL,
	  on_substitute },
	{ WIRE_STATUS, "status", RIGHT_VIEW, false, ALL, query_status, NULL },
	{ WIRE_RELOAD, "reload", RIGHT_ENGINEER, true, AWAKE, query_reload, NULL },
	{ WIRE_AUDIT, "audit", RIGHT_AUDIT, false, AWAKE, query_audit, NULL },
	{ WIRE_JOURNAL, "journal", RIGHT_VIEW, false, ALL, NULL, query_journal },
	{ WIRE_REPORT, "report", RIGHT_VIEW, false, ALL, NULL, query_report },
	{ WIRE_TREND, "trend", RIGHT_VIEW, false, ALL, NULL, query_trend },
	{ WIRE_WHERE, "where", RIGHT_VIEW, false, ALL, query_where, NULL },
	{ WIRE_EXPLAIN, "explain", RIGHT_VIEW, false, ALL, query_explain, NULL },
	{ WIRE_BACKUP, "backup", RIGHT_ADMIN, true, AWAKE, query_backup, NULL },
	{ WIRE_TAGS, "tags", RIGHT_VIEW, false, ALL, query_tags, NULL },
	{ WIRE_IN_DOUBT, "in doubt", RIGHT_VIEW, false, ALL, query_in_doubt, NULL },
	{ WIRE_SUBSTITUTED, "substituted", RIGHT_VIEW, false, ALL, query_substituted,
	  NULL },
	{ WIRE_DEVICES, "devices", RIGHT_VIEW, false, ALL, query_devices, NULL },
	{ WIRE_PLACE, "place", RIGHT_VIEW, false, ALL, NULL, session_place },
	{ WIRE_PEOPLE, "people", RIGHT_VIEW, false, ALL, query_people, NULL },
	{ WIRE_OVERRIDES, "overrides", RIGHT_VIEW, false, ALL, query_overrides, NULL },
	/* the right counts in the tag's area, and is asked for there */
	{ WIRE_APPROVE, "approve", RIGHT_VIEW, true, AWAKE, on_approve, NULL },
	{ WIRE_APPROVALS, "approvals", RIGHT_VIEW, false, ALL, query_approvals, NULL },
	{ WIRE_SILENCE, "silence", RIGHT_ACKNOWLEDGE, true, AWAKE, on_silence, NULL },
	{ WIRE_LOCK, "lock", RIGHT_VIEW, true, ALL, query_lock, NULL },
	{ WIRE_AUDIT_SEARCH, "audit search", RIGHT_AUDIT, false, AWAKE, NULL,
	  query_audit_search },
	{ WIRE_CONFIG, "config", RIGHT_VIEW, false, ALL, query_config, NULL },
	{ WIRE_SIGN_IN, "sign in", RIGHT_VIEW, true, KNOWING, NULL, on_sign_in },
	{ WIRE_USER, "user", RIGHT_VIEW, true, AWAKE, NULL, on_user },
	{ WIRE_USERS, "users", RIGHT_VIEW, false, AWAKE, query_users, NULL },
	{ WIRE_SIGN_OUT, "sign out", RIGHT_VIEW, true, ALL, on_sign_out, NULL },
	{ WIRE_ACCEPT, "accept", RIGHT_VIEW, true, ALL, query_accept, NULL },
	{ WIRE_HANDOVER, "hand-over", RIGHT_VIEW, true, AWAKE, NULL, on_handover },
	{ WIRE_TERMINATE, "terminate", RIGHT_ADMIN, true, AWAKE, query_terminate, NULL },
	{ WIRE_SEAL, "seal", RIGHT_ADMIN, true, AWAKE, query_seal, NULL },
	{ WIRE_SIGN, "sign an export", RIGHT_AUDIT, true, AWAKE, query_sign, NULL },
	{ 0, NULL, RIGHT_COUNT, false, 0, NULL, NULL },
};

const struct message *station_message(uint16_t type)
{
	for (const struct message *m = station_messages; m->type; m++)
		if (m->type == type)
			return m;
	return NULL;
}

/* Every client message that can be refused begins with its request number. */
static uint32_t req_of(const uint8_t *p, size_t n)
{
	struct bytes_reader r = bytes_reader(p, n);

	return bytes_u32(&r);
}

static bool is_patient(const struct station *s, struct session *who,
		       const struct message *m)
{
	if (m->type == WIRE_ALARM_ACT)
		return bucket_take(&who->alarm_acts, s->now.mono, ALARM_ACTS_PER_S,
				   ALARM_ACTS_BURST);
	return bucket_take(&who->requests, s->now.mono, ACTS_PER_S, ACTS_BURST);
}

/* The server's own user, who is no operator, is here for the accounts alone. */
static bool has_right(const struct session *who, const struct message *m)
{
	if (who->serves)
		return m->type == WIRE_HELLO || m->type == WIRE_SIGN_IN ||
		       m->type == WIRE_USER || m->type == WIRE_USERS;
	return access_allows(&who->grant, m->right, NULL);
}

static bool may(struct station *s, struct session *who, const struct message *m,
		uint32_t req)
{
	strbuf_clear(&s->why);
	if (!(m->states & 1u << who->state)) {
		session_explain_rest(who, &s->why);
		station_note_refusal(s, who, m->name, NULL, s->why.buf);
	} else if (!has_right(who, m)) {
		access_explain(&who->grant, m->right, NULL, &s->why);
		station_note_refusal(s, who, m->name, NULL, s->why.buf);
	} else if (sealing_refuses(s, m, &s->why)) {
		station_note_refusal(s, who, m->name, NULL, s->why.buf);
	} else if (m->acts && !is_patient(s, who, m)) {
		strbuf_setf(&s->why, "more than %d requests in a second: wait a moment",
			    m->type == WIRE_ALARM_ACT ? ALARM_ACTS_PER_S : ACTS_PER_S);
		station_note_refusal(s, who, m->name, NULL, s->why.buf);
	} else {
		return true;
	}
	station_reply(s, who, req, WIRE_REFUSED, "%s", s->why.buf);
	return false;
}

static bool carry_out(struct station *s, struct session *who, const struct message *m,
		      const struct event *ev)
{
	struct wire_request request;

	if (m->raw)
		return m->raw(s, who, ev->u.frame.payload, ev->u.frame.len);
	if (!wire_get_request(ev->u.frame.payload, ev->u.frame.len, &request))
		return false;
	m->request(s, who, &request);
	return true;
}

void station_frame(struct station *s, const struct event *ev)
{
	struct session *who = session_find(s, ev->u.frame.session);
	const struct message *m = station_message(ev->u.frame.type);

	if (!who)
		return;
	if (!m) {
		session_goodbye(s, who, "message %u is not known to this server",
				ev->u.frame.type);
		return;
	}
	if (!who->greeted && m->type != WIRE_HELLO) {
		session_goodbye(s, who, "HELLO must come first");
		return;
	}
	if (!may(s, who, m, req_of(ev->u.frame.payload, ev->u.frame.len)))
		return;
	if (m->acts)
		session_active(who, s->now.mono);
	if (!carry_out(s, who, m, ev))
		session_goodbye(s, who, "a malformed \"%s\" message", m->name);
}
