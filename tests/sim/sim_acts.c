/*
 * sim_acts.c - the people at the consoles comment, shelve and unshelve alarms, both of
 * them the same ones; and what the record owes them: an act that was answered as done is
 * in the store at that moment, and in the end the alarms are as the record says.
 *
 * Only alarms that no reload removes are taken, and shelves outlast every run
 * and the hour by which the clock is set.
 */
#include "sim/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "station/station_int.h"

static const char *const alarms[] = { "system.plc1.comm", "system.bus.comm" };
enum { ALARMS = 2, LONG_MS = 8 * 3600000 };

static void act(struct world *w, struct delivery *d)
{
	static const enum alarm_event events[] = { ALARM_E_COMMENT, ALARM_E_SHELVE,
						   ALARM_E_UNSHELVE };
	struct sim_console *me = &w->consoles[d->who];
	struct wire_alarm_act m = { .epoch = me->epoch,
				    .version = me->version,
				    .shelf = ALARM_SHELF_TIMED,
				    .duration_ms = LONG_MS };

	if (!me->session || me->act_req || !me->epoch || w->calm)
		return;
	m.req = me->act_req = 9000 + ++me->last_req;
	m.event = (uint8_t)events[sim_random(w, 3)];
	snprintf(m.alarm, sizeof(m.alarm), "%s", alarms[sim_random(w, ALARMS)]);
	snprintf(m.text, sizeof(m.text), "act %" PRIu64, ++w->last_act);
	w->acting[d->who] = m;
	w->acting_session[d->who] = me->session;
	wire_put_alarm_act(console_send(w, d->who), &m);
}

void acts_begin(struct world *w, uint32_t console)
{
	w->consoles[console].act_req = 0;
	console_speak(w, console, act, MS(200) + (int64_t)sim_random(w, MS(1200)));
}

bool acts_read(struct world *w, uint32_t console, const struct wire_reply *m)
{
	struct sim_console *me = &w->consoles[console];

	if (m->req != me->act_req)
		return false;
	me->act_req = 0;
	console_speak(w, console, act, MS(50) + (int64_t)sim_random(w, MS(1500)));
	return true;
}

/* --- what must hold ------------------------------------------------------------- */

static enum audit_kind kind_of(uint8_t event)
{
	if (event == ALARM_E_COMMENT)
		return AUDIT_ALARM_COMMENT;
	return event == ALARM_E_SHELVE ? AUDIT_SHELVE : AUDIT_UNSHELVE;
}

static bool is_recorded(const struct world *w, const struct wire_alarm_act *m)
{
	for (size_t i = w->store.n_audit; i-- > 0;)
		if (w->store.audit[i].kind == kind_of(m->event) &&
		    strcmp(w->store.audit[i].reason, m->text) == 0 &&
		    strcmp(w->store.audit[i].subject, m->alarm) == 0)
			return true;
	return false;
}

static void stored_alarm(const struct world *w, const char *alarm,
			 struct alarm_stored *got)
{
	const struct fake_alarm *a = fake_store_alarm(&w->store, alarm);

	assert_non_null(a);
	assert_true(alarm_record_get(a->record.buf, a->record.len, got));
}

/* Does the alarm show the act? */
static bool shows(const struct alarm_record *r, uint8_t event, const char *text)
{
	const struct alarm_extra *x = r->extra;

	if (event == ALARM_E_UNSHELVE)
		return !(alarm_record_flags(r) & ALARM_F_SHELVED);
	if (event == ALARM_E_COMMENT)
		return x && strcmp(x->comment, text) == 0;
	return x && x->shelf == ALARM_SHELF_TIMED && strcmp(x->shelf_reason, text) == 0;
}

void check_act_reply(struct world *w, uint64_t session, const struct wire_reply *m)
{
	for (uint32_t i = 0; i < SIM_CONSOLES; i++) {
		const struct wire_alarm_act *asked = &w->acting[i];
		struct alarm_stored got;
		uint32_t alarm;

		if (w->acting_session[i] != session || asked->req != m->req ||
		    m->status != WIRE_OK)
			continue;
		alarm = alarm_engine_find(w->st->alarms, asked->alarm);
		stored_alarm(w, asked->alarm, &got);
		HOLDS(w, is_recorded(w, asked), "an act answered without a record",
		      m->req);
		HOLDS(w, shows(&got.record, asked->event, asked->text),
		      "an act answered before it was stored", m->req);
		HOLDS(w,
		      shows(alarm_engine_record(w->st->alarms, alarm), asked->event,
			    asked->text),
		      "an act answered before it took effect", m->req);
		w->acts_shown++;
	}
}

/* It was stored at first, and then it could not be: that is on record, too. */
static bool came_to_nothing(const struct world *w, size_t at)
{
	for (size_t i = at + 1; i < w->store.n_audit; i++)
		if (strcmp(w->store.audit[i].result, "without effect") == 0 &&
		    strcmp(w->store.audit[i].reason, w->store.audit[at].reason) == 0)
			return true;
	return false;
}

/* The last record of the kinds about the alarm says how it is. */
static void check_last(const struct world *w, const char *alarm, bool comments)
{
	const struct alarm_record *live = alarm_engine_record(
		w->st->alarms, alarm_engine_find(w->st->alarms, alarm));
	struct alarm_stored got;

	for (size_t i = w->store.n_audit; i-- > 0;) {
		const struct fake_audit *a = &w->store.audit[i];
		bool is_comment = a->kind == AUDIT_ALARM_COMMENT;
		uint8_t event = is_comment                ? ALARM_E_COMMENT
				: a->kind == AUDIT_SHELVE ? ALARM_E_SHELVE
							  : ALARM_E_UNSHELVE;

		if (strcmp(a->subject, alarm) != 0 || is_comment != comments ||
		    (!is_comment && a->kind != AUDIT_SHELVE &&
		     a->kind != AUDIT_UNSHELVE) ||
		    strcmp(a->result, "without effect") == 0 || came_to_nothing(w, i))
			continue;
		stored_alarm(w, alarm, &got);
		HOLDS(w, shows(&got.record, event, a->reason),
		      "an act on record that the store forgot", i);
		HOLDS(w, shows(live, event, a->reason),
		      "an act on record that the server forgot", i);
		return;
	}
}

void check_acts(const struct world *w)
{
	for (size_t i = 0; w->hands_back && i < ALARMS; i++) {
		check_last(w, alarms[i], true);
		check_last(w, alarms[i], false);
	}
}
