/* post.c - what waits to be sent to the server: the newest sample a tag, the newest
 * state a device, and all answers. Any thread fills it, the main thread empties it;
 * nobody ever waits here for the server. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/child_int.h"
#include "util/log.h"
#include "util/xalloc.h"

enum {
	SAMPLE_ROW = 32,
	SAMPLES_HEAD = 4 + 4 + 4, /* type and flags, generation, count */
	SERVER_SEES_MS = 1000,    /* the longest the server goes without a sample */
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

/* Under the lock. One wake-up is enough until the main thread has looked. */
static void wake(struct driver_child *c)
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
		wake(c);
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

/* --- devices and answers --- */

void driver_post_device_state(struct driver_child *c, const struct driver_device *d,
			      enum device_state state, const char *text)
{
	struct device_item *item = item_of_device(d);
	bool news;

	pthread_mutex_lock(&c->lock);
	news = !item->known || item->state != state || strcmp(item->text, text) != 0;
	if (news && !item->gone) {
		item->state = state;
		snprintf(item->text, sizeof(item->text), "%s", text);
		item->known = item->waiting = true;
		wake(c);
	}
	pthread_mutex_unlock(&c->lock);
}

void driver_post_stats(struct driver_child *c, const struct driver_device *d,
		       const struct device_stats *stats)
{
	struct device_item *item = item_of_device(d);

	pthread_mutex_lock(&c->lock);
	if (!item->stats)
		item->stats = xmalloc(sizeof(*item->stats));
	*item->stats = *stats;
	item->stats_waiting = true; /* nobody is woken: the next beat is soon enough */
	pthread_mutex_unlock(&c->lock);
}

void driver_post_read_result(struct driver_child *c, const struct driver_read *r,
			     const struct driver_sample *s, const char *text)
{
	struct driver_read_result m = { .generation = r->generation,
					.request = r->request };

	if (s)
		m.sample = *s;
	else
		m.sample.quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
	m.sample.tag = r->tag;
	snprintf(m.text, sizeof(m.text), "%s", text ? text : "");
	pthread_mutex_lock(&c->lock);
	driver_put_read_result(&c->control, &m);
	wake(c);
	pthread_mutex_unlock(&c->lock);
}

void post_outcome(struct driver_child *c, const struct driver_write *w,
		  enum write_outcome outcome, const char *text)
{
	struct driver_write_outcome m = { .generation = w->generation,
					  .request = w->request,
					  .outcome = (uint8_t)outcome };

	snprintf(m.text, sizeof(m.text), "%s", text ? text : "");
	pthread_mutex_lock(&c->lock);
	driver_put_write_outcome(&c->control, &m);
	wake(c);
	pthread_mutex_unlock(&c->lock);
}

/* Ends the device's write; false when this one was not outstanding. */
static bool write_ends(struct driver_child *c, const struct driver_write *w)
{
	bool ours = false;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n_writes && !ours; i++) {
		if (c->writes[i].request != w->request)
			continue;
		c->writes[i] = c->writes[--c->n_writes];
		ours = true;
	}
	pthread_mutex_unlock(&c->lock);
	return ours;
}

void driver_post_write_outcome(struct driver_child *c, const struct driver_write *w,
			       enum write_outcome outcome, const char *text)
{
	if (write_ends(c, w))
		post_outcome(c, w, outcome, text);
	else
		log_error("a second outcome for write %llu was dropped",
			  (unsigned long long)w->request);
}

bool post_write_begins(struct driver_child *c, const struct driver_tag *t,
		       const struct driver_write *w)
{
	bool busy = false;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->n_writes; i++)
		busy |= c->writes[i].device == t->device;
	if (!busy)
		*GROW(&c->writes, &c->n_writes) =
			(struct write_in_hand){ w->request, w->generation, t->device };
	pthread_mutex_unlock(&c->lock);
	return !busy;
}

void post_abandon_writes(struct driver_child *c)
{
	while (c->n_writes) {
		const struct write_in_hand *last = &c->writes[--c->n_writes];
		struct driver_write w = { .generation = last->generation,
					  .request = last->request };

		post_outcome(c, &w, WRITE_UNKNOWN,
			     "the driver was stopped before the device had answered");
	}
}

void driver_post_explain(struct driver_child *c, const struct driver_explain *e,
			 const char *text)
{
	char *copy = xstrdup(text);
	struct driver_explain_result m = { e->generation, e->request, copy };

	pthread_mutex_lock(&c->lock);
	driver_put_explain_result(&c->control, &m);
	wake(c);
	pthread_mutex_unlock(&c->lock);
	free(copy);
}

/* A command of an older configuration may mean another register by now. */
static bool still_means_the_same(struct driver_child *c, const struct driver_write *w)
{
	uint32_t generation = atomic_load(&c->generation);
	const struct driver_tag *t;
	bool same;

	if (w->generation == generation)
		return true;
	if (w->generation > generation || w->generation < atomic_load(&c->oldest))
		return false;
	pthread_mutex_lock(&c->lock);
	t = driver_config_tag(c->config, w->tag);
	same = t && t->since <= w->generation;
	pthread_mutex_unlock(&c->lock);
	return same;
}

const char *driver_write_refusal(struct driver_child *c, const struct driver_write *w)
{
	if (!still_means_the_same(c, w))
		return "the configuration changed before the command could be sent";
	if (mono_reached(clock_mono(), (struct mono){ w->deadline_ns }))
		return "its deadline passed before the command could be sent";
	return NULL;
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

/* --- the main thread empties it --- */

void post_credit(struct driver_child *c, uint32_t samples)
{
	pthread_mutex_lock(&c->lock);
	c->credit += samples;
	pthread_mutex_unlock(&c->lock);
}

static void collect_states(struct driver_child *c, struct strbuf *out)
{
	for (size_t i = 0; i < c->config->n_devices; i++) {
		struct device_item *item = item_of_device(c->config->devices[i]);
		struct driver_device_state m = { .generation = c->config->generation,
						 .device = item->def.id,
						 .state = (uint8_t)item->state };

		if (!item->waiting)
			continue;
		item->waiting = false;
		snprintf(m.text, sizeof(m.text), "%s", item->text);
		driver_put_device_state(out, &m);
	}
}

static void collect_stats(struct driver_child *c, struct strbuf *out, size_t soft_max)
{
	for (size_t i = 0; i < c->config->n_devices && out->len < soft_max; i++) {
		struct device_item *item = item_of_device(c->config->devices[i]);

		if (!item->stats_waiting)
			continue;
		item->stats_waiting = false;
		driver_put_stats(out, c->config->generation, item->def.id, item->stats);
	}
}

static size_t bytes_of(const struct driver_sample *s)
{
	return SAMPLE_ROW + (s->value.type == VALUE_STRING ? strlen(s->value.u.s) : 0);
}

/* One record with as many samples as credit, count and size allow: one at least, the
 * caller has seen to that. Under the lock, which is let go meanwhile. */
static void collect_samples(struct driver_child *c, struct strbuf *out)
{
	static struct driver_sample batch[DRIVER_SAMPLES_MAX]; /* main thread only */
	size_t n = 0, bytes = SAMPLES_HEAD;
	bool texts = false;

	while (c->first && c->credit && n < DRIVER_SAMPLES_MAX) {
		struct tag_item *item = c->first;

		batch[n] = item_sample(item);
		bytes += bytes_of(&batch[n]);
		if (bytes > DRIVER_RECORD_MAX)
			break;
		texts |= item->type == VALUE_STRING;
		n++;
		item->waiting = false;
		c->first = item->next;
		c->credit--;
	}
	if (!c->first)
		c->last = &c->first;
	/* a text lies in its item: only numbers can be put down while others post */
	if (!texts)
		pthread_mutex_unlock(&c->lock);
	driver_put_samples(out, c->config->generation, batch, n);
	if (!texts)
		pthread_mutex_lock(&c->lock);
}

bool post_collect(struct driver_child *c, struct strbuf *out, size_t soft_max)
{
	bool soon = false;

	pthread_mutex_lock(&c->lock);
	c->woken = false;
	strbuf_add(out, c->control.buf, c->control.len);
	strbuf_clear(&c->control);
	if (c->config) {
		collect_states(c, out);
		collect_stats(c, out, soft_max);
	}
	while (c->first && c->credit && out->len < soft_max) {
		collect_samples(c, out);
		soon = true;
	}
	/* without credit or room the server's next word is what to wait for */
	c->asleep = !soon && out->len < soft_max;
	pthread_mutex_unlock(&c->lock);
	return soon;
}

void post_beat(struct driver_child *c, struct strbuf *out, struct mono now)
{
	struct driver_beat m = { .generation = atomic_load(&c->generation),
				 .scans = atomic_load(&c->scans),
				 .late_scans = atomic_load(&c->late_scans) };
	int64_t stuck = 0;

	pthread_mutex_lock(&c->lock);
	m.overwritten = c->overwritten;
	for (struct driver_channel *ch = c->channels; ch; ch = ch->next) {
		struct mono at = { atomic_load(&ch->progress_ns) };
		int64_t age = mono_ms_between(at, now);

		stuck = age > stuck ? age : stuck;
	}
	pthread_mutex_unlock(&c->lock);
	m.stuck_ms = (uint32_t)(stuck < UINT32_MAX ? stuck : UINT32_MAX);
	driver_put_beat(out, &m);
}
