/*
 * sim_approvals.c - b.sp takes two persons: one asks, the other answers late, says no, or
 * nothing at all, and who asked takes it back in the end. No send without that yes, and
 * it is on record with the intent.
 */
#include "sim/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "station/def.h"
#include "unit/station/rig_def.h"
#include "wire/approval.h"

static const char two_persons[] = "b.sp";

struct station_def *sim_station(int change)
{
	struct station_def *d = rig_station((enum rig_change)change);
	int64_t at = station_def_tag(d, two_persons);

	if (at >= 0) {
		struct tag_write write = *d->tags[at].write;

		write.approve = true;
		d->tags[at].write = station_def_write(d, &write);
	}
	return d;
}

/* One in six says no; a number that stands for nothing is tried, too. */
static void answer(struct world *w, struct delivery *d)
{
	struct sim_console *me = &w->consoles[d->who];
	struct wire_request m = { .req = 7000 + ++me->last_req, .num = me->asked };

	if (!me->session || !me->asked)
		return;
	m.num2 = sim_random(w, 6) != 0;
	wire_put_request(console_send(w, d->who), WIRE_APPROVE, &m);
	m.req = 7000 + ++me->last_req;
	if (sim_random(w, 4) == 0)
		wire_put_request(console_send(w, d->who), WIRE_APPROVE, &m);
	m.num += 1 + sim_random(w, 3);
	if (sim_random(w, 4) == 0)
		wire_put_request(console_send(w, d->who), WIRE_APPROVE, &m);
}

static void take_back(struct world *w, struct delivery *d)
{
	struct sim_console *me = &w->consoles[d->who];
	struct wire_request m = { .req = 8000 + ++me->last_req, .num = me->last_token };

	if (me->session && me->last_token)
		wire_put_request(console_send(w, d->who), WIRE_CANCEL, &m);
}

/* He may not: that is asked of the server as well. */
static void answer_himself(struct world *w, struct delivery *d)
{
	struct sim_console *me = &w->consoles[d->who];
	struct wire_request m = { .req = 9000 + ++me->last_req,
				  .num = d->num,
				  .num2 = 1 };

	if (me->session)
		wire_put_request(console_send(w, d->who), WIRE_APPROVE, &m);
}

static void own(struct world *w, uint32_t console, const struct wire_approval *m)
{
	struct delivery *d;

	if (console == 0)
		sim_phase(w, PHASE_APPROVAL);
	d = sim_later(w, (int64_t)sim_random(w, MS(300)), answer_himself);
	d->life = w->life;
	d->who = console;
	d->num = m->approval;
	console_speak(w, console, take_back, MS(2500) + (int64_t)sim_random(w, MS(1500)));
}

void approvals_frame(struct world *w, uint32_t console, const uint8_t *p, size_t n)
{
	struct sim_console *me = &w->consoles[console];
	struct wire_approval m;

	assert_true(wire_get_approval(p, n, &m));
	if (m.state != WIRE_APPROVAL_OPEN) {
		me->asked = me->asked == m.approval ? 0 : me->asked;
	} else if (m.yours) {
		own(w, console, &m);
	} else {
		me->asked = m.approval;
		if (sim_random(w, 8))
			console_speak(w, console, answer,
				      MS(20) + (int64_t)sim_random(w, MS(2200)));
	}
}

/* The intent that stands in the store names who else wanted it. */
void check_approved(struct world *w, uint64_t request, const char *tag)
{
	const struct fake_audit *a = NULL;

	if (strcmp(tag, two_persons) != 0)
		return;
	for (size_t i = 0; i < w->store.n_audit && !a; i++)
		if (w->store.audit[i].kind == AUDIT_INTENT &&
		    w->store.audit[i].request == request)
			a = &w->store.audit[i];
	HOLDS(w, a && strcmp(a->person, "ivan") == 0, "asked by who may not be", request);
	HOLDS(w, strcmp(a->approver, "mara") == 0, "a send without its second person",
	      request);
	w->approved++;
}
