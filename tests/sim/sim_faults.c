/* sim_faults.c - what goes wrong, one row a kind. */
#include "sim/world.h"

#include "unit/station/rig_def.h"

/* The driver of the first write of console 0. */
static uint32_t target(const struct world *w)
{
	return w->when != PHASE_APPROVAL && w->seed % 3 == 0 ? 1 : 0;
}

static struct sim_driver *driver(struct world *w)
{
	return &w->drivers[target(w)];
}

static void reload(struct world *w)
{
	struct event ev = { .kind = EV_RELOADED };
	struct diag_list none = DIAG_LIST_INIT;

	w->change = (int)sim_random(w, RIG_NO_IVAN); /* ivan stays */
	ev.u.reloaded.def = sim_station(w->change);
	ev.u.reloaded.diags = &none;
	sim_step(w, &ev);
}

static void set_queue(struct world *w, struct delivery *d)
{
	struct event ev = { .kind = EV_SESSION_QUEUE };

	ev.u.session.session = d->num;
	ev.u.session.queued = (size_t)d->result;
	if (ev.u.session.session)
		sim_step(w, &ev);
}

static void fill_queue(struct world *w)
{
	uint64_t session = w->consoles[0].session;
	struct delivery *d = sim_later(w, 0, set_queue), *later;

	d->num = session;
	d->result = sim_random(w, 2) ? SESSION_HIGH + 1 : SESSION_HARD + 1;
	later = sim_later(w, MS(500) + (int64_t)sim_random(w, MS(12000)), set_queue);
	later->num = session;
}

static void step_clock(struct world *w)
{
	struct event ev = { .kind = EV_CLOCK_STEP };

	ev.u.clock.step_ms = sim_random(w, 2) ? 3600000 : -3600000;
	w->now.wall.ms += ev.u.clock.step_ms;
	sim_step(w, &ev);
}

static void device_returns(struct world *w, struct delivery *d)
{
	driver_device(w, d->who, true);
}

static void device_goes(struct world *w, uint32_t driver)
{
	struct delivery *d;

	driver_device(w, driver, false);
	d = sim_later(w, MS(200) + (int64_t)sim_random(w, MS(4000)), device_returns);
	d->who = driver;
}

static void nothing(struct world *w)
{
	(void)w;
}

static void dies(struct world *w)
{
	driver_dies(w, target(w), "ended by signal 11");
}

static void hangs(struct world *w)
{
	driver(w)->hung = true;
}

static void garbage(struct world *w)
{
	driver_garbage(w, target(w));
}

static void slow(struct world *w)
{
	driver(w)->slow = true;
}

static void reply_lost(struct world *w)
{
	driver(w)->lose_reply = true;
}

static void refuses(struct world *w)
{
	driver(w)->refuse = true;
}

static void clamps(struct world *w)
{
	driver(w)->clamp = true;
}

static void device_down(struct world *w)
{
	device_goes(w, target(w));
}

static void send_nothing(struct world *w)
{
	w->next_sent = DRIVER_SENT_NOTHING;
}

static void send_part(struct world *w)
{
	w->next_sent = DRIVER_SENT_PART;
}

static void commits_fail(struct world *w)
{
	w->failing_commits = 1 + (int)sim_random(w, 6);
}

static void reserve(struct world *w, bool in_use)
{
	struct event ev = { .kind = EV_RESERVE };

	ev.u.reserve.there = true;
	ev.u.reserve.in_use = in_use;
	ev.u.reserve.percent = in_use ? 1 + (unsigned)sim_random(w, 99) : 0;
	sim_step(w, &ev);
}

static void reserve_is_merged(struct world *w, struct delivery *d)
{
	(void)d;
	reserve(w, false);
}

/* station.db cannot be written; its reserve can, so nothing else is different. */
static void reserve_takes_over(struct world *w)
{
	reserve(w, true);
	sim_later(w, (int64_t)sim_random(w, MS(4000)), reserve_is_merged);
}

static void commits_slow(struct world *w)
{
	w->store_slow_until = w->now.mono.ns + (int64_t)sim_random(w, MS(4000));
}

static void session_dies(struct world *w)
{
	console_dies(w, 0);
}

static void confirm_again(struct world *w)
{
	console_confirms_again(w, 0);
}

static void moved(struct world *w)
{
	plant_set(w, target(w) ? "c.sp" : "a.sp", (double)sim_random(w, 5));
}

static void stop(struct world *w)
{
	sim_step(w, &(struct event){ .kind = EV_STOP });
}

void sim_go_wrong(struct world *w, enum sim_fault fault)
{
	static void (*const rows[FAULT_COUNT])(struct world * w) = {
		[FAULT_NONE] = nothing,
		[FAULT_DRIVER_DIES] = dies,
		[FAULT_DRIVER_HANGS] = hangs,
		[FAULT_DRIVER_GARBAGE] = garbage,
		[FAULT_DRIVER_SLOW] = slow,
		[FAULT_REPLY_LOST] = reply_lost,
		[FAULT_REFUSES] = refuses,
		[FAULT_CLAMPS] = clamps,
		[FAULT_DEVICE_DOWN] = device_down,
		[FAULT_SEND_NOTHING] = send_nothing,
		[FAULT_SEND_PART] = send_part,
		[FAULT_COMMIT_FAILS] = commits_fail,
		[FAULT_RESERVE] = reserve_takes_over,
		[FAULT_COMMIT_SLOW] = commits_slow,
		[FAULT_SESSION_DIES] = session_dies,
		[FAULT_CONFIRM_AGAIN] = confirm_again,
		[FAULT_QUEUE_FULL] = fill_queue,
		[FAULT_RELOAD] = reload,
		[FAULT_MOVED] = moved,
		[FAULT_CLOCK] = step_clock,
		[FAULT_CRASH] = sim_crash,
		[FAULT_STOP] = stop,
	};

	rows[fault](w);
}
