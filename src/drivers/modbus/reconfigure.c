/*
 * reconfigure.c - a configuration becomes what runs, at the start from nothing, at a
 * reload with as little change as it takes: a channel that is still wanted keeps its
 * thread and its connection; on it a device that is the same goes on untouched, one that
 * changed gets a new plan, and with the same unit keeps what is known of the device.
 *
 * The main thread works out what each channel shall run and hands it over; the channel
 * takes it over between two scans (adopt.c), so that no transaction is cut.
 * A line or an endpoint never has two owners: who has to go has gone before somebody new
 * comes.
 */
#include "drivers/modbus/reconfigure_int.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static bool is_same_line(const struct mb_endpoint *a, const struct mb_endpoint *b)
{
	const struct mb_serial *x = &a->line, *y = &b->line;

	return !a->serial || (x->baud == y->baud && x->parity == y->parity &&
			      x->stop == y->stop && x->rs485 == y->rs485 &&
			      x->echo == y->echo && x->turnaround_ms == y->turnaround_ms);
}

static struct mb_channel *channel_at(const struct mb_running *r,
				     const struct mb_endpoint *to, uint32_t lane)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->channels[i]->lane == lane &&
		    mb_endpoint_same(&r->channels[i]->endpoint, to))
			return r->channels[i];
	return NULL;
}

/* Channels that run go on for whoever fits them as they are. */
static void settle_in(struct mb_running *r, struct mb_wish *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct mb_endpoint *to = &v[i].set->endpoint;
		struct mb_channel *c = channel_at(r, to, v[i].lane);

		if (c && c->started && is_same_line(&c->endpoint, to))
			v[i].channel = c;
	}
}

static bool is_wanted(const struct mb_channel *c, const struct mb_wish *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i].channel == c)
			return true;
	return false;
}

static void forget_routes(struct mb_running *r, const struct mb_channel *c)
{
	for (size_t i = 0; i < r->n_routes; i++)
		if (r->routes[i].channel == c)
			r->routes[i].channel = NULL;
}

/* All are told before one is waited for. */
static void end_unwanted(struct mb_running *r, const struct mb_wish *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->n; i++)
		if (!is_wanted(r->channels[i], v, n))
			mb_channel_quit(r->channels[i]);
	for (size_t i = 0; i < r->n; i++) {
		if (is_wanted(r->channels[i], v, n)) {
			r->channels[kept++] = r->channels[i];
			continue;
		}
		forget_routes(r, r->channels[i]);
		mb_channel_free(r->channels[i]);
	}
	r->n = kept;
}

static void refuse(struct mb_running *r, const struct driver_device *def, const char *why)
{
	driver_post_device_bad(r->child, def,
			       (quality)QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
			       clock_now());
	driver_post_device_state(r->child, def, DEVICE_FAILED, why);
}

/* Where there is no channel yet: a new one, started later, or none. */
static void find_channel(struct mb_running *r, struct mb_wish *w)
{
	const struct mb_endpoint *to = &w->set->endpoint;
	struct mb_channel *c = channel_at(r, to, w->lane);

	if (w->channel)
		return;
	if (c && !is_same_line(&c->endpoint, to)) {
		refuse(r, w->def,
		       "another device names this serial line with other settings: "
		       "give all its units the same endpoint");
		return;
	}
	if (!c)
		c = mb_channel_new(r->child, to, w->lane);
	if (!c) {
		refuse(r, w->def, "this process can open no more channels");
		return;
	}
	if (c != channel_at(r, to, w->lane))
		*GROW(&r->channels, &r->n) = c;
	w->channel = c;
}

static void say_connecting(struct mb_running *r, const struct mb_wish *w)
{
	driver_post_device_state(r->child, w->def, DEVICE_CONNECTING, "connecting");
}

/* The wish's share of the device's tally; all its lanes have the same one. */
static struct mb_tally *take_tally(struct mb_running *r, struct mb_wish *w)
{
	struct mb_wish *first = w - w->lane;

	if (!w->tally) {
		struct mb_tally *t =
			mb_tally_new(r->child, w->def, w->set, w->set->connections);
		for (uint32_t i = 0; i < w->set->connections; i++)
			first[i].tally = t;
	}
	w->joined = true;
	return w->tally;
}

/* Lanes that did not come to be. */
static void return_tallies(struct mb_wishes *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].tally && !w->v[i].joined)
			mb_tally_leave(w->v[i].tally);
}

static void add_tags(struct mb_device *d, const struct mb_wish *w)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(w->def, &n);

	for (size_t i = 0; i < n; i++)
		if (!w->lane_of || w->lane_of[i] == w->lane)
			mb_device_add_tag(d, tags[i]);
	mb_device_plan(d);
}

static void begin(struct mb_running *r, struct mb_channel *c, struct mb_wish *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].channel != c)
			continue;
		add_tags(mb_channel_add(c, v[i].def, v[i].set, take_tally(r, &v[i])),
			 &v[i]);
		say_connecting(r, &v[i]);
	}
	c->n_told = c->n_devices;
	mb_channel_start(c);
}

static bool runs_here(const struct mb_running *r, const struct mb_wish *w)
{
	for (size_t i = 0; i < r->n_routes; i++)
		if (r->routes[i].device == w->def->id && r->routes[i].lane == w->lane)
			return r->routes[i].channel == w->channel;
	return false;
}

/* True when the channel has to know. */
static bool add_place(struct mb_running *r, struct mb_update *u, struct mb_wish *w)
{
	bool here = runs_here(r, w);
	struct mb_place *p = GROW(&u->places, &u->n);

	p->id = w->def->id;
	p->fresh = !here || driver_device_change(w->def) != DRIVER_KEPT;
	if (!p->fresh)
		return false;
	mb_device_init(&p->device, w->channel, w->def, w->set, take_tally(r, w));
	add_tags(&p->device, w);
	if (!here)
		say_connecting(r, w);
	return true;
}

static void go_on(struct mb_running *r, struct mb_channel *c, struct mb_wish *v, size_t n,
		  uint32_t generation)
{
	struct mb_update *u = xcalloc(1, sizeof(*u));
	bool changed = false;

	for (size_t i = 0; i < n; i++)
		if (v[i].channel == c)
			changed |= add_place(r, u, &v[i]);
	if (changed || u->n != c->n_told) {
		mb_update_submit(c, u, generation);
		return;
	}
	mb_update_free(u);
	mb_channel_say_adopted(c, generation);
}

/* --- the driver's functions ------------------------------------------------------ */

void mb_reconfigure(void *running, const struct driver_config *config)
{
	struct mb_running *r = running;
	struct mb_wishes w = mb_wishes_make(config);
	size_t before;

	settle_in(r, w.v, w.n);
	end_unwanted(r, w.v, w.n);
	before = r->n;
	for (size_t i = 0; i < w.n; i++)
		find_channel(r, &w.v[i]);
	for (size_t i = 0; i < before; i++)
		go_on(r, r->channels[i], w.v, w.n, config->generation);
	for (size_t i = before; i < r->n; i++)
		begin(r, r->channels[i], w.v, w.n);
	return_tallies(&w);
	mb_routes_make(r, w.v, w.n);
	mb_wishes_free(&w);
}

void *mb_configure(struct driver_child *child, const struct driver_config *config)
{
	struct mb_running *r = xcalloc(1, sizeof(*r));

	r->child = child;
	mb_reconfigure(r, config);
	return r;
}

void mb_stop(void *running)
{
	struct mb_running *r = running;

	end_unwanted(r, NULL, 0);
	free(r->channels);
	mb_routes_free(r);
	free(r);
}
