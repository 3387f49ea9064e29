/* post.c - what waits to be sent to the server: the newest sample a tag, and who waits
 * for whom. Any thread fills it, the main thread empties it (collect.c); nobody ever
 * waits here for the server. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/child_int.h"
#include "util/xalloc.h"

enum {
	SERVER_SEES_MS = 1000, /* the longest the server goes without a sample */
	CONTROL_MAX = 64 << 20
};

void post_init(struct driver_child *c)
{
	pthread_mutexattr_t attr;

	/* held for so short a time that who finds it taken had better look again */
	pthread_mutexattr_init(&attr);
	pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ADAPTIVE_NP);
	pthread_mutex_init(&c->lock, &attr);
	pthread_mutexattr_destroy(&attr);
	strbuf_init(&c->control, CONTROL_MAX);
	c->last = &c->first;
}

/* What waits of a tag that is gone waits on for who reads the same source now, and else
 * no more. Under the lock. */
static void drop_gone(struct driver_child *c)
{
	struct tag_item **at = &c->first;

	while (*at) {
		struct tag_item *item = *at, *heir = item_heir(item);

		if (!item->gone) {
			at = &item->next;
			continue;
		}
		*at = item->next;
		if (!heir)
			continue;
		heir->waiting = true;
		heir->next = *at;
		*at = heir;
		at = &heir->next;
	}
	c->last = at;
}

struct driver_config *post_configure(struct driver_child *c, struct driver_config *fresh)
{
	bool update = c->ops->reconfigure && c->running;
	struct config_update u = config_compare(c->config, fresh, update);

	pthread_mutex_lock(&c->lock);
	config_switch(&u);
	drop_gone(c);
	c->config = fresh;
	if (!update)
		c->credit = 0; /* it ends when the work begins anew */
	pthread_mutex_unlock(&c->lock);
	return config_tidy(&u);
}

void post_retire(struct driver_child *c, struct driver_config *remains,
		 uint32_t generation)
{
	struct retired *r;

	if (!remains)
		return;
	r = xcalloc(1, sizeof(*r));
	*r = (struct retired){ c->retired, generation, remains };
	c->retired = r;
}

/* The oldest generation that some thread may still work by. */
static uint32_t oldest_in_use(struct driver_child *c)
{
	uint32_t oldest = UINT32_MAX;

	pthread_mutex_lock(&c->lock);
	for (struct driver_channel *ch = c->channels; ch; ch = ch->next) {
		uint32_t adopted = atomic_load(&ch->adopted);

		oldest = adopted < oldest ? adopted : oldest;
	}
	pthread_mutex_unlock(&c->lock);
	return oldest;
}

void post_reclaim(struct driver_child *c)
{
	uint32_t oldest = c->retired ? oldest_in_use(c) : 0;
	struct retired **at = &c->retired;

	while (*at) {
		struct retired *r = *at;

		if (r->generation > oldest) {
			at = &r->next;
			continue;
		}
		*at = r->next;
		driver_config_free(r->remains);
		free(r);
	}
}

void post_release(struct driver_child *c)
{
	post_reclaim(c);
	driver_config_free(c->config);
	free(c->writes);
	strbuf_release(&c->control);
	pthread_mutex_destroy(&c->lock);
}

void post_wake(struct driver_child *c)
{
	uint64_t one = 1;

	if (c->woken)
		return;
	c->woken = true;
	if (write(c->wake, &one, sizeof(one)) != sizeof(one))
		c->woken = false; /* the next post tries again */
}

/* --- samples --- */

static void put_waiting(struct driver_child *c, struct tag_item *item,
			const struct driver_sample *s)
{
	item_keep(item, s);
	if (item->waiting) {
		c->overwritten++;
		return;
	}
	item->waiting = true;
	item->next = NULL;
	*c->last = item;
	c->last = &item->next;
	if (c->credit && c->asleep)
		post_wake(c);
}

/* Whom a handle means today; NULL = nobody. Under the lock. */
static struct tag_item *today(const struct driver_tag *t)
{
	struct tag_item *item = item_of_tag(t);

	while (item && item->gone)
		item = item_heir(item);
	return item;
}

void driver_post(struct driver_child *c, const struct driver_tag *t,
		 const struct driver_sample *s)
{
	struct tag_item *item;

	pthread_mutex_lock(&c->lock);
	item = today(t);
	if (item)
		put_waiting(c, item, s);
	pthread_mutex_unlock(&c->lock);
}

static bool moved(const struct value *was, const struct value *is, double deadband)
{
	double a, b;

	if (was->type != is->type)
		return true;
	if (deadband > 0 && was->type != VALUE_BOOL && value_number(was, &a) &&
	    value_number(is, &b))
		return !(fabs(b - a) <= deadband);
	return !value_equal(was, is);
}

bool driver_refresh_due(struct mono posted, struct mono now, int64_t period_ms)
{
	return mono_ms_between(posted, now) + period_ms > SERVER_SEES_MS;
}

static bool is_news(const struct tag_item *item, const struct driver_sample *s,
		    int64_t period_ms)
{
	const struct driver_sample last = item_sample(item);

	if (!item->posted || last.quality != s->quality)
		return true;
	if (moved(&last.value, &s->value,
		  item->def.numbers ? item->def.numbers->deadband : 0))
		return true;
	return driver_refresh_due((struct mono){ last.mono_ns },
				  (struct mono){ s->mono_ns }, period_ms);
}

/* Under the lock. */
static void post_scanned(struct driver_child *c, struct tag_item *item,
			 const struct driver_sample *s, int64_t period_ms)
{
	if (item && is_news(item, s, period_ms))
		put_waiting(c, item, s);
}

void driver_post_scanned(struct driver_child *c, const struct driver_tag *t,
			 const struct driver_sample *s, int64_t period_ms)
{
	pthread_mutex_lock(&c->lock);
	post_scanned(c, today(t), s, period_ms);
	pthread_mutex_unlock(&c->lock);
}

void driver_post_reply(struct driver_child *c, const struct driver_scanned *v, size_t n,
		       int64_t period_ms, bool refresh)
{
	for (size_t i = 0; i < n; i++) /* they do not lie in the cache: all at once */
		item_prefetch(item_of_tag(v[i].tag));
	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < n; i++) {
		struct tag_item *item = today(v[i].tag);

		if (!refresh)
			post_scanned(c, item, &v[i].sample, period_ms);
		else if (item)
			put_waiting(c, item, &v[i].sample);
	}
	pthread_mutex_unlock(&c->lock);
}

void driver_post_device_bad(struct driver_child *c, const struct driver_device *d,
			    quality q, struct now now)
{
	struct device_item *item = item_of_device(d);
	struct driver_sample s = { .quality = q,
				   .source_ms = now.wall.ms,
				   .mono_ns = now.mono.ns };

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; !item->gone && i < item->n_tags; i++)
		post_scanned(c, today(item->tags[i]), &s, 0);
	pthread_mutex_unlock(&c->lock);
}

/* --- channels --- */

struct driver_channel *driver_channel_open(struct driver_child *c)
{
	struct driver_channel *ch = xcalloc(1, sizeof(*ch));

	ch->child = c;
	driver_channel_progress(ch);
	driver_channel_adopted(ch, atomic_load(&c->generation));
	pthread_mutex_lock(&c->lock);
	ch->next = c->channels;
	c->channels = ch;
	pthread_mutex_unlock(&c->lock);
	return ch;
}

void driver_channel_close(struct driver_channel *ch)
{
	struct driver_child *c = ch->child;

	pthread_mutex_lock(&c->lock);
	struct driver_channel **at = &c->channels;
	while (*at != ch)
		at = &(*at)->next;
	*at = ch->next;
	pthread_mutex_unlock(&c->lock);
	free(ch);
}

void driver_channel_progress(struct driver_channel *ch)
{
	atomic_store(&ch->progress_ns, clock_mono().ns);
}

/* The main thread is not woken for it: it looks at each beat. */
void driver_channel_adopted(struct driver_channel *ch, uint32_t generation)
{
	atomic_store(&ch->adopted, generation);
}

void driver_channel_scanned(struct driver_channel *ch, bool late)
{
	atomic_fetch_add(&ch->child->scans, 1);
	if (late)
		atomic_fetch_add(&ch->child->late_scans, 1);
}
