/*
 * reconfigure.c - a configuration becomes what runs, at the start from nothing, at a
 * reload with as little change as it takes: a channel that is still wanted keeps its
 * thread and its connection; on it a device that is the same goes on untouched, one that
 * changed gets a new plan, and with the same unit keeps what is known of the device.
 *
 * The main thread works out what each channel shall run and hands it over; the channel
 * takes it over between two scans (mb_channel_adopt), so that no transaction is cut.
 * A line or an endpoint never has two owners: who has to go has gone before somebody new
 * comes.
 */
#include "drivers/modbus/reconfigure.h"

#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

struct mb_place {
	uint32_t id; /* of the device */
	bool fresh;  /* else: as the channel has it */
	struct mb_device device;
};

struct mb_update {
	struct mb_place *places;
	size_t n;
};

void mb_update_free(struct mb_update *u)
{
	if (!u)
		return;
	for (size_t i = 0; i < u->n; i++)
		if (u->places[i].fresh)
			mb_device_release(&u->places[i].device);
	free(u->places);
	free(u);
}

/* --- the channel's half ---------------------------------------------------------- */

static struct mb_device *find_device(struct mb_channel *c, uint32_t id)
{
	for (size_t i = 0; i < c->n_devices; i++)
		if (c->devices[i].def && c->devices[i].def->id == id)
			return &c->devices[i];
	return NULL;
}

/* What it counts goes on in the same place, unless its settings changed with it. */
static void inherit_tally(struct mb_device *d, struct mb_device *from)
{
	struct mb_tally *own = d->tally;

	if (d->def != from->def)
		return;
	d->tally = from->tally;
	from->tally = own;
}

/* The same unit on the same connection: it need not prove itself anew, its next scan
 * comes when it would have come, and what it refused it goes on refusing. */
static void inherit(struct mb_device *d, struct mb_device *from)
{
	if (d->set.unit != from->set.unit)
		return;
	d->state = from->state;
	d->suspect = from->suspect || d->set.identity_is; /* it may be another now */
	d->failures = from->failures;
	d->backoff = from->backoff;
	d->retry_at = from->retry_at;
	inherit_tally(d, from);
	mb_device_plan_on(d, from);
}

static struct mb_device take_place(struct mb_channel *c, struct mb_place *p)
{
	struct mb_device *old = find_device(c, p->id);
	struct mb_device d = p->fresh || !old ? p->device : *old;

	if (p->fresh && old)
		inherit(&d, old);
	else if (old)
		*old = (struct mb_device){ 0 }; /* moved */
	p->fresh = false;
	return d;
}

static struct mb_update *take_update(struct mb_channel *c)
{
	struct mb_update *u;

	pthread_mutex_lock(&c->lock);
	u = c->update;
	c->update = NULL;
	c->adopting = u != NULL;
	pthread_mutex_unlock(&c->lock);
	return u;
}

/* The handles of before are not used any more, unless the next update is here. */
static void has_adopted(struct mb_channel *c)
{
	pthread_mutex_lock(&c->lock);
	c->adopting = false;
	if (!c->update)
		driver_channel_adopted(c->progress, c->told);
	pthread_mutex_unlock(&c->lock);
}

void mb_channel_adopt(struct mb_channel *c)
{
	struct mb_update *u = take_update(c);
	struct mb_device *devices;

	if (!u)
		return;
	devices = xcalloc(u->n, sizeof(*devices));
	for (size_t i = 0; i < u->n; i++)
		devices[i] = take_place(c, &u->places[i]);
	for (size_t i = 0; i < c->n_devices; i++)
		mb_device_release(&c->devices[i]);
	free(c->devices);
	c->devices = devices;
	c->n_devices = u->n;
	has_adopted(c);
	mb_update_free(u);
}

/* --- the main thread's half ------------------------------------------------------ */

/* An update that was not taken over yet is part of the one that replaces it. */
static void merge_older(struct mb_update *u, struct mb_update *older)
{
	for (size_t i = 0; older && i < u->n; i++) {
		struct mb_place *p = &u->places[i];

		for (size_t k = 0; k < older->n && !p->fresh; k++) {
			if (!older->places[k].fresh || older->places[k].id != p->id)
				continue;
			*p = older->places[k];
			older->places[k].fresh = false;
		}
	}
	mb_update_free(older);
}

static void submit(struct mb_channel *c, struct mb_update *u, uint32_t generation)
{
	pthread_mutex_lock(&c->lock);
	merge_older(u, c->update);
	c->update = u;
	c->told = generation;
	c->n_told = u->n; /* behind the lock it is the channel's */
	pthread_mutex_unlock(&c->lock);
	mb_channel_wake(c);
}

/* Nothing changes here: what it runs, or is about to run, is of this generation too. */
static void say_adopted(struct mb_channel *c, uint32_t generation)
{
	pthread_mutex_lock(&c->lock);
	c->told = generation;
	if (!c->update && !c->adopting)
		driver_channel_adopted(c->progress, generation);
	pthread_mutex_unlock(&c->lock);
}

static bool is_same_line(const struct mb_endpoint *a, const struct mb_endpoint *b)
{
	const struct mb_serial *x = &a->line, *y = &b->line;

	return !a->serial || (x->baud == y->baud && x->parity == y->parity &&
			      x->stop == y->stop && x->rs485 == y->rs485 &&
			      x->echo == y->echo && x->turnaround_ms == y->turnaround_ms);
}

/* One connection of a device of the new configuration, and where it shall run. */
struct wish {
	const struct driver_device *def;
	const struct mb_device_settings *set;
	uint32_t lane;
	struct mb_channel *channel;
	const uint32_t
		*lane_of; /* of each of the device's tags; NULL: all are this one's */
	struct mb_tally *tally; /* one membership of it, the device's once joined */
	bool joined;
};

struct wishes {
	struct wish *v;
	size_t n;
	struct mb_device_settings *sets; /* one a device */
	uint32_t **lanes;                /* one a device: NULL with one connection */
	size_t n_devices;
};

static uint32_t *deal(const struct driver_device *def,
		      const struct mb_device_settings *set)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(def, &n);
	uint32_t *lane_of;

	if (set->connections == 1)
		return NULL;
	lane_of = xcalloc(n, sizeof(*lane_of));
	mb_deal_tags(tags, n, set, lane_of);
	return lane_of;
}

static void add_wishes(struct wishes *w, const struct driver_device *def,
		       const struct mb_device_settings *set, const uint32_t *lane_of)
{
	for (uint32_t lane = 0; lane < set->connections; lane++) {
		struct wish *one = GROW(&w->v, &w->n);

		one->def = def;
		one->set = set;
		one->lane = lane;
		one->lane_of = lane_of;
	}
}

static struct wishes make_wishes(const struct driver_config *config)
{
	size_t n = config->n_devices;
	struct wishes w = { .n_devices = n };
	struct strbuf why = STRBUF_INIT;

	w.sets = xcalloc(n, sizeof(*w.sets));
	w.lanes = xcalloc(n, sizeof(uint32_t *));
	for (size_t i = 0; i < n; i++) {
		const struct driver_device *def = config->devices[i];

		/* passed check_device */
		mb_device_settings_parse(def, &w.sets[i], &why);
		w.lanes[i] = deal(def, &w.sets[i]);
		add_wishes(&w, def, &w.sets[i], w.lanes[i]);
	}
	strbuf_release(&why);
	return w;
}

static void free_wishes(struct wishes *w)
{
	for (size_t i = 0; i < w->n_devices; i++)
		free(w->lanes[i]);
	free(w->lanes);
	free(w->sets);
	free(w->v);
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
static void settle_in(struct mb_running *r, struct wish *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct mb_endpoint *to = &v[i].set->endpoint;
		struct mb_channel *c = channel_at(r, to, v[i].lane);

		if (c && c->started && is_same_line(&c->endpoint, to))
			v[i].channel = c;
	}
}

static bool is_wanted(const struct mb_channel *c, const struct wish *v, size_t n)
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
static void end_unwanted(struct mb_running *r, const struct wish *v, size_t n)
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
static void find_channel(struct mb_running *r, struct wish *w)
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

static void say_connecting(struct mb_running *r, const struct wish *w)
{
	driver_post_device_state(r->child, w->def, DEVICE_CONNECTING, "connecting");
}

/* The wish's share of the device's tally; all its lanes have the same one. */
static struct mb_tally *take_tally(struct mb_running *r, struct wish *w)
{
	struct wish *first = w - w->lane;

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
static void return_tallies(struct wishes *w)
{
	for (size_t i = 0; i < w->n; i++)
		if (w->v[i].tally && !w->v[i].joined)
			mb_tally_leave(w->v[i].tally);
}

static void add_tags(struct mb_device *d, const struct wish *w)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(w->def, &n);

	for (size_t i = 0; i < n; i++)
		if (!w->lane_of || w->lane_of[i] == w->lane)
			mb_device_add_tag(d, tags[i]);
	mb_device_plan(d);
}

static void begin(struct mb_running *r, struct mb_channel *c, struct wish *v, size_t n)
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

static bool runs_here(const struct mb_running *r, const struct wish *w)
{
	for (size_t i = 0; i < r->n_routes; i++)
		if (r->routes[i].device == w->def->id && r->routes[i].lane == w->lane)
			return r->routes[i].channel == w->channel;
	return false;
}

/* True when the channel has to know. */
static bool add_place(struct mb_running *r, struct mb_update *u, struct wish *w)
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

static void go_on(struct mb_running *r, struct mb_channel *c, struct wish *v, size_t n,
		  uint32_t generation)
{
	struct mb_update *u = xcalloc(1, sizeof(*u));
	bool changed = false;

	for (size_t i = 0; i < n; i++)
		if (v[i].channel == c)
			changed |= add_place(r, u, &v[i]);
	if (changed || u->n != c->n_told) {
		submit(c, u, generation);
		return;
	}
	mb_update_free(u);
	say_adopted(c, generation);
}

/* --- who gets a request ---------------------------------------------------------- */

static void free_routes(struct mb_running *r)
{
	for (size_t i = 0; i < r->n_routes; i++)
		free(r->routes[i].tags);
	free(r->routes);
}

static void route_tags(struct mb_route *route, const struct wish *w)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(w->def, &n);

	if (!w->lane_of)
		return;
	route->tags = xcalloc(n, sizeof(*route->tags));
	for (size_t i = 0; i < n; i++)
		if (w->lane_of[i] == w->lane)
			route->tags[route->n_tags++] = tags[i]->id;
}

static void make_routes(struct mb_running *r, const struct wish *v, size_t n)
{
	free_routes(r);
	r->routes = xcalloc(n, sizeof(*r->routes));
	r->n_routes = n;
	for (size_t i = 0; i < n; i++) {
		r->routes[i] = (struct mb_route){ .device = v[i].def->id,
						  .lane = v[i].lane,
						  .channel = v[i].channel };
		route_tags(&r->routes[i], &v[i]);
	}
}

static int route_by_id(const void *key, const void *at)
{
	uint32_t id = *(const uint32_t *)key;
	const struct mb_route *r = at;

	return id < r->device ? -1 : id > r->device;
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static bool reads(const struct mb_route *route, uint32_t tag)
{
	return !route->tags ||
	       bsearch(&tag, route->tags, route->n_tags, sizeof(*route->tags), by_number);
}

struct mb_channel *mb_running_channel(const struct mb_running *r, uint32_t device,
				      uint32_t tag)
{
	const struct mb_route *at = NULL, *end = r->routes + r->n_routes;

	if (r->n_routes)
		at = bsearch(&device, r->routes, r->n_routes, sizeof(*at), route_by_id);
	if (!at)
		return NULL;
	at -= at->lane;
	for (; at < end && at->device == device; at++)
		if (reads(at, tag))
			return at->channel && at->channel->started ? at->channel : NULL;
	return NULL;
}

/* --- the driver's functions ------------------------------------------------------ */

void mb_reconfigure(void *running, const struct driver_config *config)
{
	struct mb_running *r = running;
	struct wishes w = make_wishes(config);
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
	make_routes(r, w.v, w.n);
	free_wishes(&w);
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
	free_routes(r);
	free(r);
}
