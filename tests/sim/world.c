/* world.c - the clock, the queue of what is on its way, and what goes wrong when. */
#include "sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/station_int.h"
#include "unit/station/rig_def.h"
#include "util/xalloc.h"

enum { BUSY_MS = 9000, CALM_MS = 16000 };

uint64_t sim_random(struct world *w, uint64_t below)
{
	uint64_t z = (w->random += 0x9E3779B97F4A7C15u); /* splitmix64 */

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	z ^= z >> 31;
	return below ? z % below : 0;
}

/* --- the queue: a binary heap by (time, order of sending) ------------------------ */

static bool before(const struct delivery *a, const struct delivery *b)
{
	return a->at != b->at ? a->at < b->at : a->seq < b->seq;
}

static void push(struct world *w, struct delivery *d)
{
	size_t i = w->n_queue;

	if (w->n_queue == w->cap_queue) {
		w->cap_queue = w->cap_queue ? 2 * w->cap_queue : 256;
		w->queue = xreallocarray(w->queue, w->cap_queue, sizeof(*w->queue));
	}
	w->n_queue++;
	for (; i > 0 && before(d, w->queue[(i - 1) / 2]); i = (i - 1) / 2)
		w->queue[i] = w->queue[(i - 1) / 2];
	w->queue[i] = d;
}

static struct delivery *pop(struct world *w)
{
	struct delivery *top = w->queue[0], *last = w->queue[--w->n_queue];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < w->n_queue) {
		if (child + 1 < w->n_queue &&
		    before(w->queue[child + 1], w->queue[child]))
			child++;
		if (!before(w->queue[child], last))
			break;
		w->queue[i] = w->queue[child];
		i = child;
	}
	if (w->n_queue)
		w->queue[i] = last;
	return top;
}

static void release(struct delivery *d)
{
	txn_free(d->txn);
	strbuf_release(&d->bytes);
	free(d);
}

struct delivery *sim_later(struct world *w, int64_t delay_ns,
			   void (*fn)(struct world *w, struct delivery *d))
{
	struct delivery *d = xcalloc(1, sizeof(*d));

	d->at = w->now.mono.ns + delay_ns;
	d->seq = ++w->seq;
	d->fn = fn;
	d->life = w->life;
	strbuf_init(&d->bytes, 1 << 20);
	push(w, d);
	return d;
}

struct delivery *sim_in_order(struct world *w, int64_t delay_ns, int64_t *last,
			      void (*fn)(struct world *w, struct delivery *d))
{
	int64_t wait = *last - w->now.mono.ns;
	struct delivery *d = sim_later(w, wait > delay_ns ? wait : delay_ns, fn);

	*last = d->at;
	return d;
}

/* --- the store ------------------------------------------------------------------- */

static void committed(struct world *w, struct delivery *d)
{
	struct event ev = { .kind = EV_COMMITTED };

	ev.u.committed.ticket = d->num;
	ev.u.committed.ok = d->result != 0;
	if (!d->result)
		snprintf(ev.u.committed.why, sizeof(ev.u.committed.why),
			 "the disk is full");
	if (d->result) {
		doubts_stored(w, d->txn);
	} else if (w->hands_back) {
		ev.u.committed.back = d->txn;
		d->txn = NULL;
	}
	sim_step(w, &ev);
}

static void commit_now(struct world *w, struct delivery *d)
{
	struct txn *one[1] = { d->txn };
	bool ok = true;
	struct delivery *answer;

	if (w->failing_commits > 0) {
		w->failing_commits--;
		ok = false;
	} else if (!fake_store_commit(&w->store, one, 1)) {
		print_message("# SIM_SEED=%llu: the station broke a rule of the store\n",
			      (unsigned long long)w->seed);
		fail();
	}
	answer = sim_in_order(w, (int64_t)sim_random(w, MS(4)), &w->store_at, committed);
	answer->num = d->txn->ticket;
	answer->result = ok;
	answer->txn = d->txn;
	d->txn = NULL;
}

static bool has(const struct txn *t, enum txn_kind kind)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->ops[i].kind == kind)
			return true;
	return false;
}

static bool is_verdict(const struct txn *t)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_record r;
	bool is = false;

	for (size_t i = 0; i < t->n && !is; i++) {
		if (t->ops[i].kind != TXN_AUDIT)
			continue;
		strbuf_clear(&text);
		is = audit_record_get(t->ops[i].body.buf, t->ops[i].body.len, &r,
				      &text) &&
		     r.kind == AUDIT_READBACK;
	}
	strbuf_release(&text);
	return is;
}

static void hand_to_store(struct world *w, struct action *a)
{
	int64_t delay = (int64_t)sim_random(w, a->txn->urgent ? MS(8) : MS(50));
	struct delivery *d;

	if (w->now.mono.ns + delay < w->store_slow_until)
		delay = w->store_slow_until - w->now.mono.ns;
	d = sim_in_order(w, delay, &w->store_at, commit_now);
	d->txn = a->txn;
	a->txn = NULL;
	if (has(d->txn, TXN_INTENT))
		sim_phase(w, PHASE_INTENT);
	else if (has(d->txn, TXN_OUTCOME))
		sim_phase(w, PHASE_OUTCOME);
	else if (is_verdict(d->txn))
		sim_phase(w, PHASE_VERDICT);
}

/* --- the server ------------------------------------------------------------------ */

static void start_server(struct world *w, struct delivery *d);

/* The store may still have done some of what it had, in order, but answers nobody. */
static void forget(struct world *w)
{
	size_t kept = 0, n = w->n_queue;
	struct delivery **all = xcalloc(n, sizeof(*all));
	bool store_goes_on = true;

	for (size_t i = 0; i < n; i++)
		all[i] = pop(w);
	for (size_t i = 0; i < n; i++) {
		struct delivery *d = all[i];

		if (d->fn == commit_now) {
			store_goes_on = store_goes_on && sim_random(w, 2);
			if (store_goes_on)
				fake_store_commit(&w->store, &d->txn, 1);
		}
		if (d->life == 0)
			all[kept++] = d;
		else
			release(d);
	}
	for (size_t i = 0; i < kept; i++)
		push(w, all[i]);
	free(all);
}

/* The process is gone between two instructions: what the store had not done is lost,
 * what it was doing is done or not. Its drivers die with it. */
static void end_server(struct world *w)
{
	station_free(w->st);
	w->st = NULL;
	w->life = 0;
	forget(w);
	drivers_vanish(w);
	consoles_vanish(w);
	w->store_at = w->store_slow_until = 0;
	w->failing_commits = 0;
	w->next_sent = DRIVER_SENT_ALL;
	sim_later(w, MS(50) + (int64_t)sim_random(w, MS(500)), start_server);
}

void sim_crash(struct world *w)
{
	if (w->st && w->life)
		w->life = UINT32_MAX; /* after this step */
}

static void session_gets(struct world *w, struct action one, uint64_t session)
{
	one.session = session;
	check_frames(w, &one);
	console_gets(w, &one);
}

static void sessions_get(struct world *w, const struct action *a)
{
	if (a->kind == ACT_SESSION_SEND)
		session_gets(w, *a, a->session);
	for (size_t i = 0; i < a->n_sessions; i++)
		session_gets(w, *a, a->sessions[i]);
}

static void record_leaves(struct world *w, struct action *a)
{
	if (a->want_result) {
		check_handed_over(w, a);
		sim_phase(w, PHASE_SENT);
	} else if (a->bytes.len > 6 && a->bytes.buf[4] == DR_READ) {
		sim_phase(w, PHASE_READBACK);
	}
	driver_gets(w, a);
}

static void carry(struct world *w, struct action *a)
{
	switch (a->kind) {
	case ACT_COMMIT:
		hand_to_store(w, a);
		break;
	case ACT_DRIVER_START:
		driver_asked_to_start(w, a);
		break;
	case ACT_DRIVER_SEND:
		record_leaves(w, a);
		break;
	case ACT_DRIVER_KILL:
		driver_asked_to_die(w, a);
		break;
	case ACT_SESSION_SEND:
	case ACT_SESSIONS_SEND:
		sessions_get(w, a);
		break;
	case ACT_SESSION_CLOSE:
		console_closed(w, a->session);
		break;
	case ACT_STOPPED:
		sim_crash(w);
		break;
	default: /* nothing answers: who waits for it has a limit */
		break;
	}
}

void sim_step(struct world *w, const struct event *ev)
{
	struct actions out = { 0 };

	if (!w->st || w->life == UINT32_MAX)
		return;
	w->steps++;
	out = w->actions; /* its memory is used again */
	w->actions = (struct actions){ 0 };
	station_step(w->st, ev, w->now, &out);
	for (size_t i = 0; i < out.n; i++)
		if (w->life != UINT32_MAX)
			carry(w, &out.v[i]);
	actions_clear(&out);
	actions_release(&w->actions);
	w->actions = out;
	check_doubts(w);
}

/* Also while what the start itself has to say is not stored yet. */
static void crash_again(struct world *w, struct delivery *d)
{
	(void)d;
	if (!w->calm)
		sim_crash(w);
}

static void start_server(struct world *w, struct delivery *d)
{
	struct station_options options = { .server = "sightglassd sim" };
	struct store_snapshot snapshot;
	struct actions out = { 0 };

	(void)d;
	fake_store_load(&w->store, &snapshot);
	doubts_loaded(w);
	w->life = ++w->lives;
	w->last_session = 0;
	w->st = station_new(sim_station(w->change), &snapshot, &options, w->now, &out);
	store_snapshot_release(&snapshot);
	for (size_t i = 0; i < out.n; i++)
		carry(w, &out.v[i]);
	actions_release(&out);
	check_doubts(w);
	for (uint32_t i = 0; i < SIM_CONSOLES; i++)
		console_connect(w, i);
	if (w->lives > 1 && sim_random(w, 4) == 0)
		sim_later(w, (int64_t)sim_random(w, MS(60)), crash_again);
}

/* --- when it goes wrong ---------------------------------------------------------- */

static void strike(struct world *w, struct delivery *d)
{
	(void)d;
	sim_go_wrong(w, w->fault);
}

/* A second thing that goes wrong, at any time, in one run of three. */
static void strike_again(struct world *w, struct delivery *d)
{
	(void)d;
	if (w->st && w->life && !w->calm)
		sim_go_wrong(w, (enum sim_fault)sim_random(w, FAULT_COUNT));
}

/* Half of the faults strike at once (after this step), the others a little later. */
void sim_phase(struct world *w, enum sim_phase phase)
{
	if (phase != w->when || w->injected || w->calm)
		return;
	w->injected = true;
	sim_later(w, sim_random(w, 2) ? 0 : (int64_t)sim_random(w, MS(30)), strike);
}

/* A process of its own: the level goes up and down, so alarms come and go. */
static void plant_moves(struct world *w, struct delivery *d)
{
	struct delivery *next;

	(void)d;
	if (w->calm)
		return;
	plant_set(w, "a.level", 3.0 + (double)sim_random(w, 50) / 10.0);
	next = sim_later(w, MS(700) + (int64_t)sim_random(w, MS(1500)), plant_moves);
	next->life = 0;
	if (sim_random(w, 12) == 0) /* a second thing goes wrong */
		console_confirms_again(w, (uint32_t)sim_random(w, SIM_CONSOLES));
}

static void begin_idle(struct world *w, struct delivery *d)
{
	(void)d;
	sim_phase(w, PHASE_IDLE);
}

/* --- a run ------------------------------------------------------------------------- */

static void run_until(struct world *w, int64_t end_ns)
{
	struct event tick = { .kind = EV_TIME };

	for (;;) {
		int64_t due = w->st ? station_next_deadline(w->st).ns : INT64_MAX;
		int64_t next = w->n_queue ? w->queue[0]->at : INT64_MAX;
		int64_t at = due < next ? due : next;
		struct delivery *d;

		if (at > end_ns)
			break;
		if (at > w->now.mono.ns) {
			w->now.wall.ms += (at - w->now.mono.ns) / 1000000;
			w->now.mono.ns = at;
		}
		if (due < next) {
			sim_step(w, &tick);
		} else {
			d = pop(w);
			if (d->life == 0 || d->life == w->life)
				d->fn(w, d);
			release(d);
		}
		if (w->life == UINT32_MAX)
			end_server(w);
	}
	w->now.mono.ns = end_ns;
}

static void calm_down(struct world *w)
{
	w->calm = true;
	w->failing_commits = 0;
	w->store_slow_until = 0;
	w->next_sent = DRIVER_SENT_ALL;
	for (uint32_t i = 0; i < SIM_DRIVERS; i++) {
		struct sim_driver *d = &w->drivers[i];

		d->lose_reply = d->slow = d->refuse = d->clamp = false;
		if (d->down)
			driver_device(w, i, true);
	}
}

static void add_up(const struct world *w, struct sim_totals *t)
{
	t->runs++;
	t->steps += w->steps;
	t->sends += w->sends;
	t->ends += w->ends;
	t->acks += w->acks_shown;
	t->acts += w->acts_shown;
	t->doubts += w->doubts_shown;
	t->settled += w->settled;
	t->approved += w->approved;
	t->set_sends += w->set_sends;
	t->sets_ended += w->sets_ended;
	t->sets_done += w->sets_done;
	t->lives += w->lives;
	for (size_t i = 0; i < SIM_REQUESTS; i++)
		if (w->was_shown[i])
			t->outcomes[w->shown[i]]++;
	if (w->injected)
		t->matrix[w->fault][w->when]++;
}

void world_run(uint64_t seed, enum sim_fault fault, enum sim_phase when,
	       struct sim_totals *t)
{
	struct world w = {
		.seed = seed,
		.random = seed * 0x2545F4914F6CDD1Du + 1,
		.now = { { 1000000000 }, { 1700000000000 } },
		.fault = fault,
		.when = when,
	};
	int64_t start = w.now.mono.ns;
	struct delivery *d;

	w.hands_back = sim_random(&w, 4) != 0;
	for (uint32_t i = 0; i < SIM_CONSOLES; i++) {
		w.consoles[i].writes_left = 3;
		strbuf_init(&w.consoles[i].in, 1 << 20);
	}
	plant_init(&w);
	d = sim_later(&w, 0, start_server);
	d->life = 0;
	d = sim_later(&w, MS(1000) + (int64_t)sim_random(&w, MS(800)), begin_idle);
	d->life = 0;
	d = sim_later(&w, MS(900), plant_moves);
	d->life = 0;
	if (sim_random(&w, 3) == 0) {
		d = sim_later(&w, MS(1500) + (int64_t)sim_random(&w, MS(6000)),
			      strike_again);
		d->life = 0;
	}
	run_until(&w, start + MS(BUSY_MS));
	calm_down(&w);
	run_until(&w, start + MS(BUSY_MS + CALM_MS));
	check_end(&w);
	add_up(&w, t);
	station_free(w.st);
	while (w.n_queue)
		release(pop(&w));
	free(w.queue);
	free(w.acks);
	free(w.tokens);
	actions_release(&w.actions);
	fake_store_release(&w.store);
}
