/*
 * sim_console.c - two consoles with people at them: they select, think, confirm, look at
 * the alarm list and acknowledge. They mirror the list and compare hashes.
 */
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

#include "alarm/states.h"
#include "unit/station/rig_def.h"

static void deliver_frame(struct world *w, struct delivery *d)
{
	struct event ev = { .kind = EV_SESSION_FRAME };

	ev.u.frame.session = d->num;
	if (wire_frame_next((const uint8_t *)d->bytes.buf, d->bytes.len, &ev.u.frame.type,
			    &ev.u.frame.payload, &ev.u.frame.len) > 0)
		sim_step(w, &ev);
}

struct strbuf *console_send(struct world *w, uint32_t console)
{
	struct sim_console *me = &w->consoles[console];
	struct delivery *d = sim_in_order(w, (int64_t)sim_random(w, MS(3)), &me->out_at,
					  deliver_frame);

	d->life = w->life;
	d->num = me->session;
	return &d->bytes;
}

/* --- connection ------------------------------------------------------------------ */

static void connect_now(struct world *w, struct delivery *d)
{
	struct sim_console *me = &w->consoles[d->who];
	struct event ev = { .kind = EV_SESSION_OPEN };
	struct wire_hello hello = { .version = WIRE_VERSION };
	struct wire_request list = { .req = 1, .num = 1 };

	if (me->session || !w->life)
		return;
	me->session = ++w->last_session;
	strbuf_clear(&me->in);
	me->waiting = false;
	me->token = 0;
	me->n_rows = 0;
	me->ack_req = me->doubt_req = me->settle_req = 0;
	me->epoch = 0;
	me->asked = 0;
	ev.u.open.session = me->session;
	ev.u.open.uid = d->who ? RIG_MARA : RIG_IVAN;
	ev.u.open.pid = 100 + d->who;
	snprintf(ev.u.open.unix_user, sizeof(ev.u.open.unix_user), "%s",
		 rig_user(ev.u.open.uid));
	sim_step(w, &ev);
	wire_put_hello(console_send(w, d->who), &hello);
	wire_put_request(console_send(w, d->who), WIRE_ALARMS, &list);
	doubts_ask(w, d->who);
	acts_begin(w, d->who);
}

static void select_something(struct world *w, struct delivery *d);

void console_connect(struct world *w, uint32_t console)
{
	console_speak(w, console, connect_now, MS(1));
	console_speak(w, console, select_something,
		      MS(1500) + (int64_t)sim_random(w, MS(800)));
}

/* An action of the person; it finds the connection as it then is. */
void console_speak(struct world *w, uint32_t console,
		   void (*what)(struct world *w, struct delivery *d), int64_t delay_ns)
{
	struct delivery *d = sim_later(w, delay_ns, what);

	d->life = w->life;
	d->who = console;
}

void console_closed(struct world *w, uint64_t session)
{
	for (uint32_t i = 0; i < SIM_CONSOLES; i++) {
		if (w->consoles[i].session != session)
			continue;
		w->consoles[i].session = 0;
		if (!w->calm)
			console_connect(w, i);
	}
}

static void session_closed(struct world *w, struct delivery *d)
{
	struct event ev = { .kind = EV_SESSION_CLOSED };

	ev.u.session.session = d->num;
	snprintf(ev.u.session.why, sizeof(ev.u.session.why), "the peer went away");
	sim_step(w, &ev);
}

void console_dies(struct world *w, uint32_t console)
{
	struct sim_console *me = &w->consoles[console];
	struct delivery *d;

	if (!me->session)
		return;
	d = sim_in_order(w, 0, &me->out_at, session_closed);
	d->life = w->life;
	d->num = me->session;
	console_closed(w, me->session);
}

void consoles_vanish(struct world *w)
{
	for (uint32_t i = 0; i < SIM_CONSOLES; i++) {
		w->consoles[i].session = 0;
		w->consoles[i].waiting = false;
	}
}

/* --- writing --------------------------------------------------------------------- */

static void select_something(struct world *w, struct delivery *d)
{
	static const char *const tags[] = { "a.sp", "a.sp", "c.sp", "b.sp", "a.mode" };
	static const double most[] = { 100, 100, 5, 10, 3 };
	struct sim_console *me = &w->consoles[d->who];
	size_t i = sim_random(w, 5);
	struct wire_select m = { 0 };

	if (!me->session || me->waiting || w->calm || me->writes_left <= 0)
		return;
	if (d->who == 0 && me->writes_left == 3)
		i = w->when == PHASE_APPROVAL ? 3 /* two persons */
		    : w->seed % 3 == 0        ? 2
					      : 0; /* modbus or mqtt */
	me->writes_left--;
	me->waiting = true;
	me->confirmed = false; /* what comes for the one before ends nothing */
	me->token = 0;
	if (d->who == 1 && w->seed % 2) {
		sets_begin(w, d->who);
		return;
	}
	me->select_req = m.req = 1000 + ++me->last_req;
	snprintf(m.tag, sizeof(m.tag), "%s", tags[i]);
	m.value = value_int((int64_t)sim_random(w, (uint64_t)most[i] + 1));
	wire_put_select(console_send(w, d->who), &m);
	if (d->who == 0)
		sim_phase(w, PHASE_SELECT);
}

static void confirm_it(struct world *w, struct delivery *d)
{
	struct sim_console *me = &w->consoles[d->who];
	struct wire_request m = { .num = me->token };

	if (!me->session || !me->token)
		return;
	me->confirm_req = m.req = 2000 + ++me->last_req;
	me->confirmed = true;
	me->last_token = me->token;
	me->confirms++;
	wire_put_request(console_send(w, d->who), WIRE_CONFIRM, &m);
	if (d->who == 0)
		sim_phase(w, PHASE_CONFIRM);
	if (sim_random(w, 6) == 0)
		wire_put_request(console_send(w, d->who), WIRE_CONFIRM, &m);
}

/* The same frame again, on whatever connection there is: also after a restart. */
void console_confirms_again(struct world *w, uint32_t console)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_request m = { .req = me->confirm_req, .num = me->last_token };

	if (!me->session || !me->last_token)
		return;
	wire_put_request(console_send(w, console), WIRE_CONFIRM, &m);
	m.req = 3000 + ++me->last_req;
	wire_put_request(console_send(w, console), WIRE_CONFIRM, &m);
}

static void on_selected(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_selected m;

	assert_true(wire_get_selected(p, n, &m));
	if (m.req != me->select_req)
		return;
	me->token = m.token;
	if (console == 0)
		sim_phase(w, PHASE_SELECTED);
	console_speak(w, console, confirm_it, MS(1) + (int64_t)sim_random(w, MS(400)));
}

static void write_ended(struct world *w, uint32_t console)
{
	struct sim_console *me = &w->consoles[console];

	me->waiting = false;
	me->ends++;
	doubts_ask(w, console);
	console_speak(w, console, select_something,
		      MS(300) + (int64_t)sim_random(w, MS(1500)));
}

static void on_done(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct wire_write_done m;

	assert_true(wire_get_write_done(p, n, &m));
	if (m.req != w->consoles[console].confirm_req || !w->consoles[console].confirmed)
		return;
	if (console == 0)
		sim_phase(w, PHASE_DONE);
	write_ended(w, console);
}

/* A set instead of one write: it is confirmed in the same way. */
static void on_set(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	uint64_t before = w->consoles[console].token;

	if (sets_hear(w, console, p, n))
		write_ended(w, console);
	else if (w->consoles[console].token != before)
		console_speak(w, console, confirm_it,
			      MS(1) + (int64_t)sim_random(w, MS(400)));
}

/* --- acknowledging --------------------------------------------------------------- */

static void acknowledge(struct world *w, struct delivery *d)
{
	struct sim_console *me = &w->consoles[d->who];
	struct wire_alarm_act m = { .event = ALARM_E_ACK,
				    .epoch = me->epoch,
				    .version = me->version };

	if (!me->session || me->ack_req || w->calm)
		return;
	for (size_t i = 0; i < me->n_rows; i++) {
		if (me->rows[i].state != ALARM_S_UNACK &&
		    me->rows[i].state != ALARM_S_RTNUN)
			continue;
		m.req = me->ack_req = 5000 + ++me->last_req;
		m.occurrence = me->rows[i].occurrence;
		snprintf(m.alarm, sizeof(m.alarm), "%s", me->rows[i].name);
		snprintf(w->acking[d->who], sizeof(w->acking[0]), "%s", m.alarm);
		w->acking_occurrence[d->who] = m.occurrence;
		w->acking_session[d->who] = me->session;
		wire_put_alarm_act(console_send(w, d->who), &m);
		return;
	}
}

static void on_reply(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_reply m;

	assert_true(wire_get_reply(p, n, &m));
	if (acts_read(w, console, &m))
		return;
	if (m.req == me->ack_req) {
		me->ack_req = 0;
		console_speak(w, console, acknowledge, MS(200));
	} else if (m.req == me->select_req ||
		   (me->confirmed && m.req == me->confirm_req)) {
		write_ended(w, console);
	} else if (m.req == me->doubt_req) {
		doubts_read(w, console);
	}
}

static void on_reset(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_alarm_reset m;

	assert_true(wire_get_alarm_reset(p, n, &m));
	me->epoch = m.epoch;
	me->version = 0;
	me->n_rows = 0;
}

static void on_row(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_alarm_row m;
	size_t i = 0;

	assert_true(wire_get_alarm_row(p, n, &m));
	assert_true(m.epoch == me->epoch);
	assert_true(m.version == ++me->version); /* no gap */
	while (i < me->n_rows && strcmp(me->rows[i].name, m.name) != 0)
		i++;
	if (!wire_alarm_listed(&m)) {
		if (i < me->n_rows)
			me->rows[i] = me->rows[--me->n_rows];
		return;
	}
	assert_true(i < 16);
	if (i == me->n_rows)
		me->n_rows++;
	snprintf(me->rows[i].name, sizeof(me->rows[i].name), "%.63s", m.name);
	me->rows[i].occurrence = m.occurrence;
	me->rows[i].state = (enum alarm_state)m.state;
	me->rows[i].flags = m.flags;
	me->rows[i].n_older = m.n_older;
	if (m.state == ALARM_S_UNACK || m.state == ALARM_S_RTNUN)
		console_speak(w, console, acknowledge,
			      MS(50) + (int64_t)sim_random(w, MS(2000)));
}

static void on_sync(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_alarm_sync m;
	uint64_t hash = 0;

	assert_true(wire_get_alarm_sync(p, n, &m));
	assert_true(m.epoch == me->epoch && m.version == me->version);
	for (size_t i = 0; i < me->n_rows; i++)
		hash += alarm_row_hash(me->rows[i].name, me->rows[i].occurrence,
				       me->rows[i].state, me->rows[i].flags,
				       me->rows[i].n_older);
	assert_true(hash == m.hash);
}

/* --- what it hears --------------------------------------------------------------- */

static void take_frame(struct world *w, uint32_t console, uint16_t type, const uint8_t *p,
		       size_t n)
{
	static const struct {
		uint16_t type;
		void (*fn)(struct world *w, uint32_t console, const uint8_t *p, size_t n);
	} rows[] = {
		{ WIRE_SELECTED, on_selected },     { WIRE_WRITE_DONE, on_done },
		{ WIRE_REPLY, on_reply },           { WIRE_ALARM_RESET, on_reset },
		{ WIRE_ALARM_ROW, on_row },         { WIRE_ALARM_SYNC, on_sync },
		{ WIRE_CHANGE_SET, on_set },        { WIRE_ROW, doubts_row },
		{ WIRE_APPROVAL, approvals_frame },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].type == type)
			rows[i].fn(w, console, p, n);
}

static void deliver_to_console(struct world *w, struct delivery *d)
{
	const uint8_t *p = (const uint8_t *)d->bytes.buf, *payload;
	size_t at = 0, len;
	uint16_t type;
	int64_t n;

	while (w->consoles[d->who].session == d->num &&
	       (n = wire_frame_next(p + at, d->bytes.len - at, &type, &payload, &len)) >
		       0) {
		at += (size_t)n;
		take_frame(w, d->who, type, payload, len);
	}
}

void console_gets(struct world *w, const struct action *a)
{
	for (uint32_t i = 0; i < SIM_CONSOLES; i++) {
		struct sim_console *me = &w->consoles[i];
		struct delivery *d;

		if (me->session != a->session)
			continue;
		d = sim_in_order(w, (int64_t)sim_random(w, MS(5)), &me->in_at,
				 deliver_to_console);
		d->life = w->life;
		d->who = i;
		d->num = a->session;
		strbuf_add(&d->bytes, a->bytes.buf, a->bytes.len);
	}
}
