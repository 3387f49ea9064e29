/* rig_acts.c - what the rig does to alarms, and what the store has of them. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"
#include "util/xalloc.h"

const char *rig_act(struct rig *r, uint64_t session, const char *alarm,
		    struct wire_alarm_act m)
{
	static uint32_t last_req = 20000;
	const struct session *who = session_find(r->st, session);
	struct strbuf w = STRBUF_INIT;

	assert_non_null(who);
	if (!m.req)
		m.req = ++last_req;
	if (!m.epoch) {
		m.epoch = who->epoch;
		m.version = who->version;
	}
	snprintf(m.alarm, sizeof(m.alarm), "%s", alarm);
	wire_put_alarm_act(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	return rig_reply(r, session, m.req, NULL);
}

static void keep_newest(struct store_snapshot *to, const struct txn_op *op)
{
	struct stored_alarm *a = NULL;

	for (size_t i = 0; i < to->n_alarms && !a; i++)
		if (strcmp(to->alarms[i].name, op->key) == 0)
			a = &to->alarms[i];
	if (!a && op->kind == TXN_ALARM_GONE)
		return;
	if (!a) {
		a = GROW(&to->alarms, &to->n_alarms);
		a->name = xstrdup(op->key);
		a->record = (struct strbuf)STRBUF_INIT;
	}
	strbuf_clear(&a->record);
	strbuf_add(&a->record, op->body.buf, op->body.len);
	if (op->id >= to->next_occurrence)
		to->next_occurrence = op->id + 1;
	if (op->kind == TXN_ALARM)
		return;
	free(a->name);
	strbuf_release(&a->record);
	*a = to->alarms[--to->n_alarms];
}

struct store_snapshot rig_stored_alarms(const struct rig *r)
{
	struct store_snapshot s = { .next_request = 1, .next_occurrence = 1 };

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++)
			if (r->stored[i]->ops[k].kind == TXN_ALARM ||
			    r->stored[i]->ops[k].kind == TXN_ALARM_GONE)
				keep_newest(&s, &r->stored[i]->ops[k]);
	return s;
}

size_t rig_journal(const struct rig *r, const char *alarm, enum alarm_event event,
		   struct alarm_journal *last)
{
	static struct strbuf texts = STRBUF_INIT, other = STRBUF_INIT;
	struct alarm_journal row;
	size_t n = 0;

	for (size_t i = 0; i < r->n_stored; i++)
		for (size_t k = 0; k < r->stored[i]->n; k++) {
			const struct txn_op *op = &r->stored[i]->ops[k];

			if (op->kind != TXN_JOURNAL || strcmp(op->key, alarm) != 0)
				continue;
			assert_true(alarm_journal_get(op->body.buf, op->body.len, &row,
						      &other));
			if (event != ALARM_E_COUNT && row.event != event)
				continue;
			n++;
			if (last)
				assert_true(alarm_journal_get(op->body.buf, op->body.len,
							      last, &texts));
		}
	return n;
}

void rig_reload(struct rig *r, enum rig_change change, bool dry_run, uint64_t session,
		uint32_t req)
{
	struct event ev = { .kind = EV_RELOADED };
	struct diag_list none = DIAG_LIST_INIT;

	ev.u.reloaded.session = session;
	ev.u.reloaded.req = req;
	ev.u.reloaded.dry_run = dry_run;
	ev.u.reloaded.def = rig_station(change);
	ev.u.reloaded.diags = &none;
	rig_step(r, &ev);
}

struct wire_alarm_act rig_act_of(enum alarm_event event, const char *text)
{
	struct wire_alarm_act m = { .event = (uint8_t)event };

	snprintf(m.text, sizeof(m.text), "%s", text);
	return m;
}

struct wire_alarm_act rig_act_shelve(int64_t ms)
{
	struct wire_alarm_act m = rig_act_of(ALARM_E_SHELVE, "sensor is being cleaned");

	m.shelf = ALARM_SHELF_TIMED;
	m.duration_ms = ms;
	return m;
}

struct wire_alarm_act rig_act_ack(const struct rig *r, uint64_t session,
				  const char *alarm)
{
	struct wire_alarm_act m = rig_act_of(ALARM_E_ACK, "");

	m.occurrence = rig_row(r, session, alarm).occurrence;
	return m;
}

uint64_t rig_watch(struct rig *r, uint32_t uid)
{
	uint64_t session = rig_open(r, uid);

	rig_request(r, session, WIRE_ALARMS, 1, 1, "");
	return session;
}

struct wire_alarm_row rig_row(const struct rig *r, uint64_t session, const char *alarm)
{
	struct wire_alarm_row row;

	assert_true(rig_alarm_row(r, session, alarm, &row));
	return row;
}

uint32_t rig_alarm(const struct rig *r, const char *alarm)
{
	return alarm_engine_find(r->st->alarms, alarm);
}

uint8_t rig_flags(const struct rig *r, const char *alarm)
{
	return alarm_record_flags(
		alarm_engine_record(r->st->alarms, rig_alarm(r, alarm)));
}

int64_t rig_counted(struct rig *r, const char *what)
{
	char name[64];

	rig_wait(r, 600); /* counted at each beat */
	snprintf(name, sizeof(name), "system.alarms.%s", what);
	return rig_value(r, name)->value.u.i;
}

struct rig *rig_restart(const struct rig *r, enum rig_change change)
{
	struct rig *next = calloc(1, sizeof(*next));
	struct store_snapshot s = rig_stored_alarms(r);

	assert_non_null(next);
	rig_init_from(next, rig_station(change), &s);
	store_snapshot_release(&s);
	return next;
}

void rig_stop(struct rig *r)
{
	rig_release(r);
	free(r);
}

void rig_confirm(struct rig *r, uint64_t session, uint32_t req, uint64_t token)
{
	rig_request(r, session, WIRE_CONFIRM, req, token, "");
}

struct wire_write_done rig_settled(struct rig *r, uint64_t session, uint32_t req)
{
	struct wire_write_done m;

	assert_true(rig_done(r, session, req, &m));
	return m;
}

const char *rig_select_refusal(struct rig *r, uint64_t session, const char *tag,
			       struct value v)
{
	enum wire_status status = WIRE_OK;
	const char *text;

	assert_int_equal(rig_token(r, session, tag, v), 0);
	text = rig_reply(r, session, 500, &status);
	assert_int_equal(status, WIRE_REFUSED);
	rig_forget(r, session);
	return text;
}
