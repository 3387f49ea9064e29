/* sim_check.c - what must hold at every moment of every run, whatever went wrong. */
#include "sim/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/station_int.h"
#include "util/xalloc.h"
#include "write/gate_int.h"

void sim_broken(const struct world *w, const char *rule, uint64_t request)
{
	print_message("# SIM_SEED=%" PRIu64 ": %s (request %" PRIu64 ")\n", w->seed, rule,
		      request);
	fail();
}

/* A command leaves: its intent is stored, and it leaves for the first time ever. */
void check_handed_over(struct world *w, const struct action *a)
{
	const struct fake_write *stored;
	struct driver_record_view v;
	struct driver_write m;
	char text[VALUE_STRING_MAX + 1];

	assert_true(driver_record_next((const uint8_t *)a->bytes.buf, a->bytes.len, &v) ==
		    (int64_t)a->bytes.len);
	assert_int_equal(v.type, DR_WRITE);
	assert_true(driver_get_write(&v, &m, text));
	assert_true(m.request < SIM_REQUESTS);
	stored = fake_store_write(&w->store, m.request);
	HOLDS(w, stored, "a send without a durable intent", m.request);
	HOLDS(w, stored->outcome[0] == '\0', "a send after its outcome", m.request);
	HOLDS(w, ++w->handed[m.request] == 1, "a second send", m.request);
	HOLDS(w, m.deadline_ns > w->now.mono.ns, "a send after its deadline", m.request);
	check_approved(w, m.request, stored->tag);
	check_line_handed_over(w, m.request);
	w->sends++;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* An outcome is shown: it is stored, or it says that it is not. */
static void check_done(struct world *w, const uint8_t *p, size_t n)
{
	const struct fake_write *stored;
	struct wire_write_done m;

	assert_true(wire_get_write_done(p, n, &m));
	assert_true(m.request < SIM_REQUESTS);
	stored = fake_store_write(&w->store, m.request);
	if (begins(m.text, "not recorded, not sent")) {
		HOLDS(w, m.outcome == WRITE_NOT_SENT && !w->handed[m.request],
		      "not recorded, yet sent", m.request);
		return;
	}
	HOLDS(w, stored, "an outcome shown of what has no intent", m.request);
	if (strstr(m.text, "could not be recorded (")) {
		HOLDS(w,
		      m.in_doubt == !strstr(m.text, "settled by a person") &&
			      (m.in_doubt || stored->settled) &&
			      m.outcome == WRITE_UNKNOWN,
		      "an unrecorded outcome not in doubt", m.request);
	} else {
		HOLDS(w,
		      strcmp(stored->outcome,
			     write_outcome_name((enum write_outcome)m.outcome)) == 0,
		      "an outcome shown before its record", m.request);
		/* a settlement is known once the store has answered, not before */
		HOLDS(w,
		      m.outcome != WRITE_UNKNOWN ||
			      (m.in_doubt ? !w->answered[m.request].settled
					  : stored->settled),
		      "unknown, and said otherwise than stored", m.request);
	}
	HOLDS(w, m.outcome != WRITE_NOT_SENT || w->acted[m.request] == 0,
	      "not sent, but the plant acted", m.request);
	HOLDS(w, m.outcome != WRITE_REFUSED || w->acted[m.request] == 0,
	      "refused, but the plant acted", m.request);
	HOLDS(w, m.outcome != WRITE_ACCEPTED || w->acted[m.request] == 1,
	      "accepted, but the plant did not act once", m.request);
	HOLDS(w, !w->was_shown[m.request] || w->shown[m.request] == m.outcome,
	      "two outcomes of one write", m.request);
	w->was_shown[m.request] = true;
	w->shown[m.request] = (enum write_outcome)m.outcome;
	w->ends++;
}

/* A number of before, also of before a restart, must never select something else. */
static void check_selected(struct world *w, const uint8_t *p, size_t n)
{
	struct wire_selected m;

	assert_true(wire_get_selected(p, n, &m));
	for (size_t i = 0; i < w->n_tokens; i++)
		HOLDS(w, w->tokens[i] != m.token, "a token given twice", m.token);
	*GROW(&w->tokens, &w->n_tokens) = m.token;
}

static void check_step(struct world *w, uint64_t session, const uint8_t *p, size_t n)
{
	struct write_gate *g = w->st->gate;
	struct wire_write_step m;

	assert_true(wire_get_write_step(p, n, &m));
	for (size_t i = 0; m.stage == WRITE_STAGE_OUTCOME && i < g->n_ops; i++) {
		const struct write_op *op = g->ops[i];
		const struct fake_write *stored =
			fake_store_write(&w->store, op->request);

		if (op->who.session != session || op->req != m.req || !op->request)
			continue;
		HOLDS(w, stored && stored->outcome[0],
		      "an outcome shown step by step before its record", op->request);
	}
}

/* Is the acknowledgement in the store, and has nothing put the alarm back? */
static void check_ack(const struct world *w, const struct sim_ack *a)
{
	const struct fake_alarm *stored = fake_store_alarm(&w->store, a->alarm);
	struct alarm_stored got;
	const struct alarm_record *r = &got.record;
	bool recorded = false, waits;

	for (size_t i = 0; i < w->store.n_audit && !recorded; i++)
		recorded = w->store.audit[i].kind == AUDIT_ACK &&
			   strcmp(w->store.audit[i].subject, a->alarm) == 0 &&
			   strtoull(w->store.audit[i].detail + strlen("occurrence "),
				    NULL, 10) == a->occurrence;
	HOLDS(w, recorded, "an acknowledgement shown without a record", a->occurrence);
	if (!stored)
		return; /* removed by a reload since */
	assert_true(alarm_record_get(stored->record.buf, stored->record.len, &got));
	waits = r->occurrence == a->occurrence &&
		(r->state == ALARM_S_UNACK || r->state == ALARM_S_RTNUN);
	for (uint8_t i = 0; i < alarm_record_n_older(r); i++)
		waits = waits || r->extra->older[i].occurrence == a->occurrence;
	HOLDS(w, !waits, "an acknowledgement shown and lost", a->occurrence);
}

static void check_reply(struct world *w, uint64_t session, const uint8_t *p, size_t n)
{
	struct wire_reply m;

	assert_true(wire_get_reply(p, n, &m));
	check_doubt_reply(w, session, &m);
	check_act_reply(w, session, &m);
	for (uint32_t i = 0; i < SIM_CONSOLES; i++) {
		struct sim_ack *a;

		if (w->acking_session[i] != session || w->consoles[i].ack_req != m.req ||
		    m.status != WIRE_OK)
			continue;
		a = GROW(&w->acks, &w->n_acks);
		snprintf(a->alarm, sizeof(a->alarm), "%s", w->acking[i]);
		a->occurrence = w->acking_occurrence[i];
		w->acks_shown++;
		check_ack(w, a);
	}
}

void check_frames(struct world *w, const struct action *a)
{
	const uint8_t *p = (const uint8_t *)a->bytes.buf, *payload;
	size_t at = 0, len;
	uint16_t type;
	int64_t n;

	while ((n = wire_frame_next(p + at, a->bytes.len - at, &type, &payload, &len)) >
	       0) {
		at += (size_t)n;
		if (type == WIRE_WRITE_DONE)
			check_done(w, payload, len);
		else if (type == WIRE_CHANGE_LINE)
			check_change_line(w, payload, len);
		else if (type == WIRE_SELECTED)
			check_selected(w, payload, len);
		else if (type == WIRE_WRITE_STEP)
			check_step(w, a->session, payload, len);
		else if (type == WIRE_REPLY)
			check_reply(w, a->session, payload, len);
		else if (type == WIRE_ROW)
			check_doubt_row(w, a->session, payload, len);
	}
	assert_true(at == a->bytes.len);
}

/* --- the end of a run ------------------------------------------------------------ */

static size_t count_audits(const struct world *w, enum audit_kind kind, uint64_t request,
			   size_t *first)
{
	size_t n = 0;

	for (size_t i = w->store.n_audit; i-- > 0;) {
		if (w->store.audit[i].kind != kind ||
		    w->store.audit[i].request != request)
			continue;
		*first = i;
		n++;
	}
	return n;
}

static void check_write(const struct world *w, const struct fake_write *f)
{
	size_t intent = SIZE_MAX, outcome = SIZE_MAX, readback = SIZE_MAX;

	HOLDS(w, f->settled || in_doubt(w, f->request), "in doubt, but on no list",
	      f->request);
	HOLDS(w,
	      strcmp(f->outcome, "unknown") != 0 || f->settled != in_doubt(w, f->request),
	      "in doubt here, settled there", f->request);
	HOLDS(w, count_audits(w, AUDIT_INTENT, f->request, &intent) == 1,
	      "not one intent on record", f->request);
	if (!f->outcome[0]) { /* could not be stored (WR-21): that is what it waits for */
		HOLDS(w, !w->hands_back, "an intent that never got an outcome",
		      f->request);
		return;
	}
	HOLDS(w, count_audits(w, AUDIT_OUTCOME, f->request, &outcome) >= 1,
	      "no outcome on record", f->request);
	HOLDS(w, intent < outcome, "an outcome on record before its intent", f->request);
	if (count_audits(w, AUDIT_READBACK, f->request, &readback))
		HOLDS(w, intent < readback, "a read-back on record before its intent",
		      f->request);
	if (strcmp(f->outcome, "not sent") == 0)
		HOLDS(w, !w->acted[f->request], "not sent on record, but it acted",
		      f->request);
}

static void check_no_strangers(const struct world *w)
{
	for (uint64_t r = 1; r < SIM_REQUESTS; r++) {
		HOLDS(w, w->handed[r] <= 1, "sent twice", r);
		HOLDS(w, w->acted[r] <= 1, "the plant acted twice", r);
		HOLDS(w, !w->acted[r] || w->handed[r], "acted, never sent", r);
	}
}

/* What a crash now would find is what everybody sees now. */
static void check_alarms(const struct world *w)
{
	for (uint32_t i = 0; w->hands_back && i < w->st->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(w->st->alarms, i);
		const struct alarm_record *live = alarm_engine_record(w->st->alarms, i);
		const struct fake_alarm *stored =
			d ? fake_store_alarm(&w->store, d->name) : NULL;
		struct alarm_stored got;

		if (!d || !live->occurrence)
			continue;
		HOLDS(w, stored, "an alarm that was never stored", live->occurrence);
		assert_true(
			alarm_record_get(stored->record.buf, stored->record.len, &got));
		HOLDS(w,
		      got.record.occurrence == live->occurrence &&
			      got.record.state == live->state &&
			      alarm_record_flags(&got.record) ==
				      alarm_record_flags(live) &&
			      alarm_record_n_older(&got.record) ==
				      alarm_record_n_older(live),
		      "an alarm stored otherwise than shown", live->occurrence);
	}
}

static void check_mirror(const struct world *w, const struct sim_console *c)
{
	uint64_t hash = 0;

	for (size_t i = 0; i < c->n_rows; i++)
		hash += alarm_row_hash(c->rows[i].name, c->rows[i].occurrence,
				       c->rows[i].state, c->rows[i].flags,
				       c->rows[i].n_older);
	HOLDS(w, !c->session || hash == alarm_engine_hash(w->st->alarms),
	      "a console with another alarm list", c->session);
}

void check_end(struct world *w)
{
	HOLDS(w, w->st, "no server runs in the end", 0);
	HOLDS(w, write_gate_idle(w->st->gate), "a write that never ends", 0);
	HOLDS(w, w->st->recording, "records are not stored again", 0);
	HOLDS(w, w->st->n_acts == 0, "an acknowledgement that never ends", 0);
	HOLDS(w, w->st->n_backlog == 0 && w->st->n_tickets == 0,
	      "transactions that were forgotten", 0);
	for (size_t i = 0; i < w->store.n_writes; i++)
		(is_set(&w->store.writes[i]) ? check_set_row
					     : check_write)(w, &w->store.writes[i]);
	for (size_t i = 0; i < w->n_acks; i++)
		check_ack(w, &w->acks[i]);
	check_no_strangers(w);
	check_alarms(w);
	check_acts(w);
	for (uint32_t i = 0; i < SIM_CONSOLES; i++)
		check_mirror(w, &w->consoles[i]);
	for (uint32_t i = 0; i < SIM_CONSOLES; i++)
		HOLDS(w, !w->consoles[i].session || !w->consoles[i].waiting,
		      "a console that waits for ever", i);
}
