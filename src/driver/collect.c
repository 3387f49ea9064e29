/* collect.c - the main thread empties what the others posted, as far as credit and room
 * allow, and says that all of them are alive. */
#include <stdio.h>
#include <string.h>

#include "driver/child_int.h"

enum {
	SAMPLE_ROW = 32,
	SAMPLES_HEAD = 4 + 4 + 4 /* type and flags, generation, count */
};

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
