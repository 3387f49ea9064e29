/*
 * acts.c - what a person does to an alarm: done when stored, never before (design 7.4,
 * AL-11).
 *
 * The alarm's record after the act, its journal rows and its audit record are one
 * transaction. The process may go on while it is under way; then the state that was
 * stored is not the newest, and a second transaction with the right one has to be stored
 * before anybody is told. So a crash at any moment finds each act that was shown.
 */
#include "station/acts_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum {
	REASON_MAX = 127,
	SHELVED_MAX = 1000,
};
static const int64_t duration_most_ms = INT64_C(366) * 86400 * 1000;

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why);

/* One at a time an alarm: what two of them stored would overwrite each other. */
static const struct act *find_pending(const struct station *s, uint32_t alarm)
{
	for (size_t i = 0; i < s->n_acts; i++)
		if (s->acts[i]->alarm == alarm)
			return s->acts[i];
	return NULL;
}

/* --- storing ---------------------------------------------------------------------- */

struct storing {
	struct station *s;
	struct txn *txn;
	const struct act *act;
	uint64_t occurrence;
	struct strbuf record; /* as after the last transition */
};

static void store_transition(void *storing, const struct alarm_transition *t)
{
	struct storing *to = storing;

	station_journal_from(to->s, to->txn, t, to->act->from);
	strbuf_clear(&to->record);
	alarm_record_put(&to->record, &t->record);
	to->occurrence = t->record.occurrence;
}

/* What the engine will make of it: the same rows, the same record. */
static void put_transitions(struct station *s, struct txn *t, struct act *p)
{
	struct storing to = { s, t, p, 0, STRBUF_INIT };
	size_t at = t->n;

	txn_add(t, TXN_ALARM, 0, alarm_engine_def(s->alarms, p->alarm)->name);
	alarm_engine_act_preview(s->alarms, p->alarm, &p->what, p->at, store_transition,
				 &to);
	t->ops[at].id = p->occurrence = to.occurrence;
	t->ops[at].body = to.record;
	p->puts = ++s->alarm[p->alarm].puts;
}

static void take_occurrence(void *occurrence, const struct alarm_transition *t)
{
	*(uint64_t *)occurrence = t->record.occurrence;
}

/* What ends a hiding may begin an occurrence; its number may have gone to another alarm
 * while the record was on its way. */
static bool is_numbered_alike(const struct station *s, const struct act *p)
{
	uint64_t occurrence = p->occurrence;

	alarm_engine_act_preview(s->alarms, p->alarm, &p->what, p->at, take_occurrence,
				 &occurrence);
	return occurrence == p->occurrence;
}

static void say_detail(const struct act *p, bool newer, char *out, size_t size)
{
	char until[CLOCK_ISO_SIZE];

	if (p->what.event == ALARM_E_SHELVE) {
		clock_iso_utc(p->what.until, until);
		snprintf(out, size, "%s %s",
			 p->what.shelf == ALARM_SHELF_ONE_SHOT ? "once, until" : "until",
			 until);
	} else if (p->kind->names_occurrence) {
		snprintf(out, size, "occurrence %" PRIu64 "%s%s", p->what.occurrence,
			 p->what.older ? " and those before it" : "",
			 newer ? "; it came again since" : "");
	} else {
		out[0] = '\0';
	}
}

static void put_audit(struct station *s, struct txn *t, const struct session *who,
		      const struct act *p, bool newer)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, p->alarm);
	char detail[128];
	struct audit_record r = {
		.kind = p->kind->audit,
		.subject = d->name,
		.area = d->area,
		.reason = p->text,
		.result = newer ? "acknowledged, came again since" : p->kind->result,
		.detail = detail,
	};

	station_describe(&r, who);
	say_detail(p, newer, detail, sizeof(detail));
	station_audit(s, t, &r);
}

static void show_recording(struct station *s, uint32_t alarm, bool on)
{
	s->alarm[alarm].recording = on;
	if (alarm_engine_def(s->alarms, alarm))
		station_tell_alarm(s, alarm);
}

/* Takes p. */
static void begin(struct station *s, const struct session *who, struct act *p, bool newer)
{
	struct txn *t = txn_new(0, true);

	p->id = ++s->last_act;
	*GROW(&s->acts, &s->n_acts) = p;
	station_flush_batch(s); /* before its record is counted */
	put_transitions(s, t, p);
	put_audit(s, t, who, p, newer);
	show_recording(s, p->alarm, true);
	station_commit(s, t, false, stored, 0, p->id);
}

/* --- checks ---------------------------------------------------------------------- */

static bool list_is_known(const struct session *who, const struct wire_alarm_act *m,
			  struct strbuf *why)
{
	if (!who->alarms_on)
		strbuf_setf(why, "look at the alarm list first: an act names what was "
				 "seen");
	else if (m->epoch != who->epoch)
		strbuf_setf(why, "the alarm list was sent anew since it was drawn: "
				 "look again");
	else if (m->version > who->version)
		strbuf_setf(why, "no such version of the alarm list was ever sent");
	else
		return true;
	return false;
}

/* The rows of all that had been told when that version of this list was drawn. */
static uint64_t rows_seen(const struct session *who, const struct wire_alarm_act *m)
{
	uint64_t seq = who->snapshot_seq;

	if (m->version > who->snapshot_version)
		seq += m->version - who->snapshot_version;
	return seq;
}

/* Was the occurrence in the list when that version of it was drawn? (AL-05) */
static bool was_seen(const struct station *s, const struct session *who,
		     const struct wire_alarm_act *m, const struct act *p,
		     struct strbuf *why)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, p->alarm);

	if (!p->kind->names_occurrence || r->occurrence != p->what.occurrence ||
	    s->alarm[p->alarm].first_row <= rows_seen(who, m))
		return true;
	strbuf_setf(why, "it came after the list that was drawn: look again");
	return false;
}

/* Did somebody else change what this would replace since it was drawn? */
static bool is_alone(const struct station *s, const struct session *who,
		     const struct wire_alarm_act *m, const struct act *p,
		     struct strbuf *why)
{
	const struct acted *last = act_last(s, p->alarm, ALARM_E_COUNT);
	char at[CLOCK_LOCAL_SIZE];

	if (!p->kind->replaces || !last || last->session == who->id ||
	    s->alarm[p->alarm].acted_row <= rows_seen(who, m))
		return true;
	clock_local_hms(last->at, at);
	strbuf_setf(why, "%s %s it at %s, after the list that was drawn: look again",
		    last->by, act_kind_find((uint8_t)last->event)->did, at);
	return false;
}

static bool has_room(const struct station *s, const struct act *p, struct strbuf *why)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, p->alarm);

	if (p->what.event != ALARM_E_SHELVE ||
	    s->alarm_counts[ALARM_COUNT_SHELVED] < SHELVED_MAX ||
	    alarm_record_flags(r) & ALARM_F_SHELVED)
		return true;
	strbuf_setf(why, "%d alarms are shelved already: end some first", SHELVED_MAX);
	return false;
}

static bool is_possible(struct station *s, struct session *who,
			const struct wire_alarm_act *m, const struct act *p,
			struct strbuf *why)
{
	const struct act *pending = find_pending(s, p->alarm);

	if (!list_is_known(who, m, why))
		return false;
	if (!s->recording)
		strbuf_setf(why, "the server cannot store records now: %s",
			    p->kind->stays);
	else if (pending)
		strbuf_setf(why, "%s %s it just now", pending->by, pending->kind->doing);
	else
		return was_seen(s, who, m, p, why) && is_alone(s, who, m, p, why) &&
		       has_room(s, p, why);
	return false;
}

/* Once without a time: for as long as it may. */
static int64_t shelf_ms(const struct station *s, const struct wire_alarm_act *m,
			const struct act *p)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, p->alarm);
	int64_t most = alarm_life(d)->shelve_max_ms;

	if (m->shelf == ALARM_SHELF_ONE_SHOT && m->duration_ms == 0)
		return most > 0 ? most : 1; /* the engine says that it may not */
	return m->duration_ms;
}

static bool take_shelf(const struct station *s, const struct wire_alarm_act *m,
		       struct act *p, struct strbuf *why)
{
	int64_t duration = shelf_ms(s, m, p);

	if (p->what.event != ALARM_E_SHELVE)
		return true;
	if (m->shelf != ALARM_SHELF_TIMED && m->shelf != ALARM_SHELF_ONE_SHOT)
		strbuf_setf(why, "there is no kind %u of a shelf", m->shelf);
	else if (duration <= 0)
		strbuf_setf(why, "a shelf needs a time after which it ends");
	else
		p->what.shelf = (enum alarm_shelf)m->shelf;
	if (duration > duration_most_ms)
		duration = duration_most_ms; /* no sum of it overflows */
	p->what.until.ms = s->now.wall.ms + duration;
	return p->what.shelf != ALARM_SHELF_NONE;
}

static bool take_text(const struct wire_alarm_act *m, struct act *p, struct strbuf *why)
{
	bool blank = m->text[strspn(m->text, " ")] == '\0';

	if (!p->kind->comments && strlen(m->text) > REASON_MAX) {
		strbuf_setf(why, "a reason has %d bytes at most", REASON_MAX);
		return false;
	}
	snprintf(p->text, sizeof(p->text), "%s", blank ? "" : m->text);
	return true;
}

/* Owned; what the person asks for, not yet looked at. */
static struct act *new_act(const struct station *s, const struct session *who,
			   const struct wire_alarm_act *m, const struct act_kind *kind,
			   uint32_t alarm)
{
	struct act *p = xcalloc(1, sizeof(*p));

	p->session = who->id;
	p->req = m->req;
	p->alarm = alarm;
	p->kind = kind;
	p->at = s->now;
	p->what = (struct alarm_act){ .event = kind->event,
				      .occurrence = m->occurrence,
				      .older = m->older,
				      .by = p->by,
				      .text = p->text };
	snprintf(p->by, sizeof(p->by), "%s", who->name);
	snprintf(p->from, sizeof(p->from), "%s", who->from);
	return p;
}

/* Takes p. */
static void consider(struct station *s, struct session *who,
		     const struct wire_alarm_act *m, struct act *p)
{
	enum alarm_act_result r = ALARM_ACT_UNKNOWN;

	strbuf_clear(&s->why);
	if (take_text(m, p, &s->why) && take_shelf(s, m, p, &s->why) &&
	    is_possible(s, who, m, p, &s->why)) {
		r = alarm_engine_act_check(s->alarms, p->alarm, &p->what, p->at);
		if (!alarm_act_works(r))
			act_explain(s, p, r, &s->why);
	}
	if (alarm_act_works(r)) {
		begin(s, who, p, r == ALARM_ACT_NEWER);
		return;
	}
	station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
	free(p);
}

void station_alarm_act(struct station *s, struct session *who,
		       const struct wire_alarm_act *m)
{
	const struct act_kind *kind = act_kind_find(m->event);
	uint32_t alarm = alarm_engine_find(s->alarms, m->alarm);
	const char *area;

	if (!kind) {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "nobody can do %u to an alarm: it is no act of this server",
			      m->event);
		return;
	}
	if (alarm == UINT32_MAX) {
		station_reply(s, who, m->req, WIRE_REFUSED, "there is no alarm named %s",
			      m->alarm);
		return;
	}
	area = alarm_engine_def(s->alarms, alarm)->area;
	strbuf_clear(&s->why);
	if (!access_allows(&who->grant, kind->right, area)) {
		access_explain(&who->grant, kind->right, area, &s->why);
		station_note_refusal(s, who, m->alarm, area, s->why.buf);
		station_reply(s, who, m->req, WIRE_REFUSED, "%s", s->why.buf);
		return;
	}
	consider(s, who, m, new_act(s, who, m, kind, alarm));
}

/* --- the store has answered ------------------------------------------------------ */

static struct act *take(struct station *s, size_t i)
{
	struct act *p = s->acts[i];

	memmove(s->acts + i, s->acts + i + 1, (s->n_acts - i - 1) * sizeof(*s->acts));
	s->n_acts--;
	return p;
}

/* The process went on after the stored record was made: what is stored is not the newest
 * state, so a crash now could show the alarm as if nobody had done anything. The newest
 * one has to be stored, too, before anybody is told. */
static bool store_again(struct station *s, struct act *p)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, p->alarm);
	struct txn *t;

	station_flush_batch(s);
	if (!r || (s->alarm[p->alarm].puts == p->puts && is_numbered_alike(s, p)))
		return false;
	t = txn_new(0, true);
	if (alarm_act_works(
		    alarm_engine_act_check(s->alarms, p->alarm, &p->what, p->at))) {
		put_transitions(s, t, p);
	} else {
		station_put_alarm(s, t, p->alarm, r); /* it has no effect any more */
		p->puts = s->alarm[p->alarm].puts;
	}
	station_commit(s, t, false, stored, 1, p->id);
	return true;
}

/* It has no effect after all: the record says so, and the newest state is stored over
 * the one with it. */
static void put_without_effect(struct station *s, const struct act *p, const char *why)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, p->alarm);
	struct audit_record a = { .kind = p->kind->audit,
				  .subject = d->name,
				  .area = d->area,
				  .reason = p->text,
				  .result = "without effect",
				  .detail = why };
	struct txn *t = txn_new(0, false);

	station_describe(&a, session_find(s, p->session));
	station_put_alarm(s, t, p->alarm, alarm_engine_record(s->alarms, p->alarm));
	station_audit(s, t, &a);
	station_commit(s, t, true, NULL, 0, 0);
}

static void failed(struct station *s, const struct act *p, bool has_row, const char *why)
{
	show_recording(s, p->alarm, false);
	if (has_row && alarm_engine_def(s->alarms, p->alarm))
		put_without_effect(s, p, why);
	station_reply(s, session_find(s, p->session), p->req, WIRE_FAILED,
		      "not recorded, %s: %s%s", p->kind->stays, why,
		      has_row ? " (the journal has a first row of it)" : "");
}

/* It was stored, but the alarm has become such that it means nothing: on record, too. */
static void came_to_nothing(struct station *s, const struct act *p,
			    enum alarm_act_result r)
{
	struct session *who = session_find(s, p->session);

	if (!alarm_engine_def(s->alarms, p->alarm)) {
		station_reply(s, who, p->req, WIRE_OK,
			      "%s; a reload removed the alarm since", p->kind->result);
		return;
	}
	if (r == ALARM_ACT_NOT_NEEDED && p->what.event == ALARM_E_ACK) {
		station_reply(s, who, p->req, WIRE_OK,
			      "acknowledged; it has ended since");
		return;
	}
	strbuf_clear(&s->why);
	act_explain(s, p, r, &s->why);
	put_without_effect(s, p, s->why.buf);
	station_reply(s, who, p->req, WIRE_FAILED, "recorded, but without effect: %s",
		      s->why.buf);
}

static void take_effect(struct station *s, const struct act *p)
{
	enum alarm_act_result r = alarm_engine_act_apply(s->alarms, p->alarm, &p->what,
							 p->at, station_alarm_sink, s);

	if (r != ALARM_ACT_OK)
		show_recording(s, p->alarm, false);
	if (!alarm_act_works(r)) {
		came_to_nothing(s, p, r);
		return;
	}
	act_remember(s, p);
	s->alarm[p->alarm].acted_row = s->row_seq;
	strbuf_clear(&s->text);
	act_say_done(s, p, r, &s->text);
	station_reply(s, session_find(s, p->session), p->req, WIRE_OK, "%s", s->text.buf);
}

static void stored(struct station *s, uint32_t what, uint64_t id, bool ok,
		   const char *why)
{
	struct act *p;
	size_t i = 0;

	while (i < s->n_acts && s->acts[i]->id != id)
		i++;
	if (i == s->n_acts || (ok && store_again(s, s->acts[i])))
		return;
	p = take(s, i);
	s->alarm[p->alarm].recording = false;
	if (ok)
		take_effect(s, p);
	else
		failed(s, p, what != 0, why);
	free(p);
}

void station_acts_release(struct station *s)
{
	for (size_t i = 0; i < s->n_acts; i++)
		free(s->acts[i]);
	free(s->acts);
	free(s->acted);
}
