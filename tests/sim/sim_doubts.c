/*
 * sim_doubts.c - the in-doubt list against the record. Whoever has read "unknown" in the
 * audit finds the write on the list, at every moment: also while a new server's first
 * transactions are not stored yet, and while somebody settles it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/world.h"
#include "station/station_int.h"
#include "write/gate.h"

enum { ASK_AGAIN_MS = 1500, SETTLE_MS = 2500 };

/* --- consoles that ask ----------------------------------------------------------- */

static void ask_again(struct world *w, struct delivery *d)
{
	if (w->consoles[d->who].session && !w->consoles[d->who].doubt_req)
		doubts_ask(w, d->who);
}

void doubts_ask(struct world *w, uint32_t console)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_request m = { 0 };

	if (!me->session || me->doubt_req)
		return;
	me->doubt_req = m.req = 7000 + ++me->last_req;
	me->doubt_rows = 0;
	me->doubt = 0;
	wire_put_request(console_send(w, console), WIRE_IN_DOUBT, &m);
}

static uint64_t row_request(const uint8_t *p, size_t n, uint32_t *req)
{
	struct wire_row row;
	uint64_t request;

	assert_true(wire_get_row(p, n, &row));
	assert_true(row.n == 7);
	*req = row.req;
	request = strtoull(row.field[0], NULL, 10);
	wire_row_release(&row);
	return request;
}

void doubts_row(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	uint32_t req;
	uint64_t request = row_request(p, n, &req);

	if (req == w->consoles[console].doubt_req)
		w->consoles[console].doubt = request;
}

static void settle_it(struct world *w, struct delivery *d)
{
	struct sim_console *me = &w->consoles[d->who];
	struct wire_request m = { .num = me->settling };

	if (!me->session || !me->settling || me->settle_req)
		return;
	me->settle_req = m.req = 8000 + ++me->last_req;
	snprintf(m.text, sizeof(m.text), "looked at it");
	wire_put_request(console_send(w, d->who), WIRE_SETTLE, &m);
}

void doubts_read(struct world *w, uint32_t console)
{
	struct sim_console *me = &w->consoles[console];

	me->doubt_req = 0;
	if (w->calm)
		return;
	if (me->doubt && sim_random(w, 4) == 0) {
		me->settling = me->doubt;
		me->settle_req = 0;
		console_speak(w, console, settle_it,
			      (int64_t)sim_random(w, MS(SETTLE_MS)));
	}
	console_speak(w, console, ask_again, (int64_t)sim_random(w, MS(ASK_AGAIN_MS)));
}

/* --- what the record shows ------------------------------------------------------- */

static void settle_on_record(struct world *w, uint64_t request)
{
	assert_true(request < SIM_REQUESTS);
	w->answered[request].settled = true;
}

static void outcome_on_record(struct world *w, uint64_t request, const char *outcome,
			      bool settled)
{
	assert_true(request < SIM_REQUESTS);
	w->answered[request].unknown = strncmp(outcome, "unknown", 7) == 0;
	w->answered[request].settled = settled;
}

/* A list of the audit is answered behind the commits before it, so it may show t now. */
void doubts_stored(struct world *w, const struct txn *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct txn_op *op = &t->ops[i];

		if (op->kind == TXN_OUTCOME)
			outcome_on_record(w, op->id, op->key, op->settled);
		else if (op->kind == TXN_SETTLE)
			settle_on_record(w, op->id);
	}
}

void doubts_loaded(struct world *w)
{
	for (size_t i = 0; i < w->store.n_writes; i++) {
		const struct fake_write *f = &w->store.writes[i];

		outcome_on_record(w, f->request, f->outcome, f->settled);
	}
}

/* --- what must hold -------------------------------------------------------------- */

bool in_doubt(const struct world *w, uint64_t request)
{
	for (size_t i = 0; i < write_gate_doubt_count(w->st->gate); i++)
		if (write_gate_doubt(w->st->gate, i)->request == request)
			return true;
	return false;
}

void check_doubts(struct world *w)
{
	for (size_t i = 0; i < w->store.n_writes; i++) {
		uint64_t r = w->store.writes[i].request;
		bool listed = in_doubt(w, r);

		HOLDS(w, listed || !w->answered[r].unknown || w->answered[r].settled,
		      "unknown on record, and on no list", r);
		HOLDS(w, !listed || !w->answered[r].unknown || !w->answered[r].settled,
		      "settled on record, and still on the list", r);
	}
	for (size_t i = 0; i < write_gate_doubt_count(w->st->gate); i++) {
		uint64_t r = write_gate_doubt(w->st->gate, i)->request;

		HOLDS(w, fake_store_write(&w->store, r), "in doubt without an intent", r);
		for (size_t k = 0; k < i; k++)
			HOLDS(w, write_gate_doubt(w->st->gate, k)->request != r,
			      "twice on the list", r);
	}
}

static struct sim_console *find(struct world *w, uint64_t session)
{
	for (uint32_t i = 0; i < SIM_CONSOLES; i++)
		if (w->consoles[i].session == session)
			return &w->consoles[i];
	return NULL;
}

void check_doubt_row(struct world *w, uint64_t session, const uint8_t *p, size_t n)
{
	struct sim_console *c = find(w, session);
	uint32_t req;
	uint64_t request = row_request(p, n, &req);

	if (!c || req != c->doubt_req)
		return;
	HOLDS(w, in_doubt(w, request), "a row of what is not in doubt", request);
	c->doubt_rows++;
	w->doubts_shown++;
}

void check_doubt_reply(struct world *w, uint64_t session, const struct wire_reply *m)
{
	struct sim_console *c = find(w, session);

	if (c && m->req == c->doubt_req && m->status == WIRE_OK)
		HOLDS(w, c->doubt_rows == write_gate_doubt_count(w->st->gate),
		      "a list of writes in doubt with gaps", c->doubt_rows);
	if (!c || m->req != c->settle_req || m->status != WIRE_OK)
		return;
	HOLDS(w, fake_store_write(&w->store, c->settling)->settled,
	      "settled, shown before its record", c->settling);
	HOLDS(w, !in_doubt(w, c->settling), "settled, and still in doubt", c->settling);
	w->settled++;
}
