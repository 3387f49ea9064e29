/* adopt.c - a channel takes over what it shall run from now on: what is the same goes on
 * untouched, what changed inherits what is known of its unit. */
#include <stdlib.h>

#include "drivers/modbus/reconfigure_int.h"
#include "util/xalloc.h"

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

/* --- the main thread hands it over ------------------------------------------------ */

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

void mb_update_submit(struct mb_channel *c, struct mb_update *u, uint32_t generation)
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
void mb_channel_say_adopted(struct mb_channel *c, uint32_t generation)
{
	pthread_mutex_lock(&c->lock);
	c->told = generation;
	if (!c->update && !c->adopting)
		driver_channel_adopted(c->progress, generation);
	pthread_mutex_unlock(&c->lock);
}
