/* answers.c - what a driver says besides samples: the newest state and counts a device,
 * and the answers to requests, each once. Any thread; the main thread sends it
 * (collect.c), but for answers while it waits, which go at once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/child_int.h"
#include "util/log.h"
#include "util/xalloc.h"

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
		post_wake(c);
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

/* Under the lock: control has grown. */
static void answer(struct driver_child *c)
{
	if (!child_send_answers(c))
		post_wake(c);
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
	answer(c);
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
	answer(c);
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
	answer(c);
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
