/*
 * acks.c - acknowledgements: done when stored, never before (design 7.4, AL-11).
 *
 * The record after the acknowledgement, its journal row and its audit record are one
 * transaction. The process may go on while it is under way; then the state that was
 * stored is not the newest, and a second transaction with the right one has to be stored
 * before anybody is told. So a crash at any moment finds each acknowledgement that was
 * shown.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/xalloc.h"

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why);

/* One at a time an alarm: what two of them stored would overwrite each other. */
static const struct ack *find_pending(const struct station *s, uint32_t alarm)
{
	for (size_t i = 0; i < s->n_acks; i++)
		if (s->acks[i].alarm == alarm)
			return &s->acks[i];
	return NULL;
}

static struct alarm_act act_of(const struct ack *a)
{
	return (struct alarm_act){ .event = ALARM_E_ACK,
				   .occurrence = a->occurrence,
				   .by = a->by };
}

/* The alarm's record as it is when t is stored, whatever of before was not. */
static void put_newest(struct station *s, struct txn *t, struct ack *a,
		       const struct alarm_record *r)
{
	station_put_alarm(s, t, a->alarm, r);
	a->puts = s->alarm[a->alarm].puts;
}

struct forecast {
	struct station *s;
	struct txn *t;
	struct ack *a;
};

static void put_transition(void *forecast, const struct alarm_transition *tr)
{
	struct forecast *f = forecast;

	put_newest(f->s, f->t, f->a, &tr->record);
	station_journal(f->s, f->t, tr);
}

/* What the engine will make of it, into t. */
static enum alarm_act_result predict(struct station *s, struct txn *t, struct ack *a)
{
	struct forecast f = { s, t, a };
	struct alarm_act act = act_of(a);

	return alarm_engine_act_preview(s->alarms, a->alarm, &act, a->at, put_transition,
					&f);
}

static void put_audit(struct station *s, struct txn *t, const struct session *who,
		      const struct ack *a, bool newer)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, a->alarm);
	char occurrence[64];
	struct audit_record r = {
		.kind = AUDIT_ACK,
		.uid = who->uid,
		.actor = who->user,
		.roles = who->roles,
		.session = who->id,
		.from = who->from,
		.subject = d->name,
		.area = d->area,
		.result = newer ? "acknowledged, came again since" : "acknowledged",
		.detail = occurrence,
	};

	snprintf(occurrence, sizeof(occurrence), "occurrence %" PRIu64, a->occurrence);
	station_audit(s, t, &r);
}

static void show_recording(struct station *s, uint32_t alarm, bool on)
{
	s->alarm[alarm].recording = on;
	if (alarm_engine_def(s->alarms, alarm))
		station_tell_alarm(s, alarm);
}

static void begin(struct station *s, struct session *who, const struct wire_alarm_act *m,
		  uint32_t alarm, bool newer)
{
	struct ack *a = GROW(&s->acks, &s->n_acks);
	struct txn *t = txn_new(0, true);

	a->id = ++s->last_ack;
	a->alarm = alarm;
	a->occurrence = m->occurrence;
	a->session = who->id;
	a->req = m->req;
	a->at = s->now;
	snprintf(a->by, sizeof(a->by), "%s", who->name);
	station_flush_batch(s); /* before its record is counted */
	predict(s, t, a);
	put_audit(s, t, who, a, newer);
	show_recording(s, alarm, true);
	station_commit(s, t, false, stored, 0, s->last_ack);
}

/* --- checks ---------------------------------------------------------------------- */

static bool list_is_known(const struct session *who, const struct wire_alarm_act *m,
			  struct strbuf *why)
{
	if (!who->alarms_on)
		strbuf_setf(why, "look at the alarm list first: an acknowledgement "
				 "names what was seen");
	else if (m->epoch != who->epoch)
		strbuf_setf(why, "the alarm list was sent anew since it was drawn: "
				 "look again");
	else if (m->version > who->version)
		strbuf_setf(why, "no such version of the alarm list was ever sent");
	else
		return true;
	return false;
}

/* Was the occurrence in the list when that version of it was drawn? (AL-05) */
static bool was_seen(const struct station *s, const struct session *who,
		     const struct wire_alarm_act *m, uint32_t alarm)
{
	uint64_t seq = who->snapshot_seq;

	if (m->version > who->snapshot_version)
		seq += m->version - who->snapshot_version;
	return s->alarm[alarm].first_row <= seq;
}

static void say_not_needed(struct station *s, uint32_t alarm, uint64_t occurrence,
			   struct strbuf *why)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);
	char at[CLOCK_LOCAL_SIZE];

	if (r->occurrence != occurrence || r->acked.ms == 0) {
		strbuf_setf(why, "it needs no acknowledgement any more");
		return;
	}
	clock_local_hms(r->acked, at);
	strbuf_setf(why, "%s has acknowledged it already, at %s", r->acked_by, at);
}

/* ALARM_ACT_OK or _NEWER when it may begin; else why holds the sentence. */
static enum alarm_act_result may_ack(struct station *s, struct session *who,
				     const struct wire_alarm_act *m, uint32_t alarm,
				     struct strbuf *why)
{
	const struct ack *pending = find_pending(s, alarm);
	const struct alarm_act act = { .event = ALARM_E_ACK,
				       .occurrence = m->occurrence };
	enum alarm_act_result r = alarm_engine_act_check(s->alarms, alarm, &act, s->now);

	if (!list_is_known(who, m, why)) {
		r = ALARM_ACT_UNKNOWN;
	} else if (!s->recording) {
		strbuf_setf(why, "the server cannot store records now: it stays "
				 "unacknowledged");
		r = ALARM_ACT_UNKNOWN;
	} else if (pending) {
		strbuf_setf(why, "%s acknowledges it just now", pending->by);
		r = ALARM_ACT_UNKNOWN;
	} else if (r == ALARM_ACT_UNKNOWN) {
		strbuf_setf(why, "there is no such occurrence of %s", m->alarm);
	} else if (r == ALARM_ACT_NOT_NEEDED) {
		say_not_needed(s, alarm, m->occurrence, why);
	} else if (r == ALARM_ACT_OK && !was_seen(s, who, m, alarm)) {
		strbuf_setf(why, "it came after the list that was drawn: look again");
		r = ALARM_ACT_UNKNOWN;
	}
	return r;
}

void station_ack(struct station *s, struct session *who, const struct wire_alarm_act *m)
{
	uint32_t alarm = alarm_engine_find(s->alarms, m->alarm);
	enum alarm_act_result r;
	const char *area;

	if (m->event != ALARM_E_ACK) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "this server knows no alarm event %u", m->event);
		return;
	}
	if (alarm == UINT32_MAX) {
		station_reply(s, who, m->req, WIRE_REFUSED, "there is no alarm named %s",
			      m->alarm);
		return;
	}
	area = alarm_engine_def(s->alarms, alarm)->area;
	strbuf_clear(&s->why);
	if (!access_allows(&who->grant, RIGHT_ACKNOWLEDGE, area)) {
		access_explain(&who->grant, RIGHT_ACKNOWLEDGE, area, &s->why);
		station_note_refusal(s, who, m->alarm, area, s->why.buf);
		station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
		return;
	}
	r = may_ack(s, who, m, alarm, &s->why);
	if (r == ALARM_ACT_OK || r == ALARM_ACT_NEWER)
		begin(s, who, m, alarm, r == ALARM_ACT_NEWER);
	else
		station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
}

/* --- the store has answered ------------------------------------------------------ */

static struct ack take(struct station *s, size_t i)
{
	struct ack a = s->acks[i];

	memmove(s->acks + i, s->acks + i + 1, (s->n_acks - i - 1) * sizeof(*s->acks));
	s->n_acks--;
	return a;
}

/* The process went on after the stored record was made: what is stored is not the newest
 * state, so a crash now could show the alarm as if nobody had acknowledged it. The newest
 * one has to be stored, too, before anybody is told. */
static bool store_again(struct station *s, struct ack *a)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, a->alarm);
	struct txn *t;

	station_flush_batch(s);
	if (!r || s->alarm[a->alarm].puts == a->puts)
		return false;
	t = txn_new(0, true);
	if (!alarm_act_works(predict(s, t, a)))
		put_newest(s, t, a, r); /* it was shed, or removed and made anew */
	station_commit(s, t, false, stored, 1, a->id);
	return true;
}

static void tell_done(struct station *s, const struct ack *a, enum alarm_act_result r)
{
	struct session *who = session_find(s, a->session);

	if (r == ALARM_ACT_OK)
		station_reply(s, who, a->req, WIRE_OK, "acknowledged");
	else if (r == ALARM_ACT_NEWER)
		station_reply(s, who, a->req, WIRE_OK,
			      "what you saw is acknowledged; it came again since and "
			      "stays unacknowledged");
	else
		station_reply(s, who, a->req, WIRE_OK,
			      "acknowledged; a reload removed the alarm since");
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why)
{
	struct ack a;
	struct alarm_act act;
	size_t i = 0;
	enum alarm_act_result r;

	while (i < s->n_acks && s->acks[i].id != id)
		i++;
	if (i == s->n_acks || (ok && store_again(s, &s->acks[i])))
		return;
	a = take(s, i);
	s->alarm[a.alarm].recording = false;
	if (!ok) {
		show_recording(s, a.alarm, false);
		station_reply(s, session_find(s, a.session), a.req, WIRE_FAILED,
			      "not recorded, it stays unacknowledged: %s%s", why,
			      what ? " (the journal has a first row of it)" : "");
		return;
	}
	act = act_of(&a);
	r = alarm_engine_act_apply(s->alarms, a.alarm, &act, a.at, station_alarm_sink, s);
	if (!alarm_act_works(r))
		show_recording(s, a.alarm, false);
	tell_done(s, &a, r);
}
