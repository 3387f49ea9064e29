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
	pthread_mutex_init(&c->lock, NULL);
	strbuf_init(&c->control, CONTROL_MAX);
}

static void free_slots(struct driver_child *c)
{
	for (size_t i = 0; i < c->n_slots; i++)
		free(c->slots[i].last.text);
	free(c->slots);
	free(c->queue);
	free(c->rows);
	c->slots = NULL;
	c->queue = NULL;
	c->rows = NULL;
	c->n_slots = c->n_rows = c->head = c->waiting = 0;
}

void post_configure(struct driver_child *c, const struct driver_config *config)
{
	pthread_mutex_lock(&c->lock);
	free_slots(c);
	c->slots = xcalloc(config->n_tags, sizeof(*c->slots));
	c->queue = xcalloc(config->n_tags, sizeof(*c->queue));
	c->rows = xcalloc(config->n_devices, sizeof(*c->rows));
	c->n_slots = config->n_tags;
	c->n_rows = config->n_devices;
	c->credit = 0; /* it ends with its generation */
	pthread_mutex_unlock(&c->lock);
}

void post_release(struct driver_child *c)
{
	free_slots(c);
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

static void keep(struct shown *dst, const struct driver_sample *s)
{
	dst->s = *s;
	if (s->value.type != VALUE_STRING)
		return;
	if (!dst->text)
		dst->text = xmalloc(VALUE_STRING_MAX + 1);
	snprintf(dst->text, VALUE_STRING_MAX + 1, "%s", s->value.u.s);
	dst->s.value.u.s = dst->text;
}

static void put_waiting(struct driver_child *c, size_t at, const struct driver_sample *s)
{
	struct slot *slot = &c->slots[at];

	keep(&slot->last, s);
	slot->last.s.tag = c->config->tags[at].id;
	slot->posted = true;
	if (slot->waiting) {
		c->overwritten++;
		return;
	}
	slot->waiting = true;
	c->queue[(c->head + c->waiting++) % c->n_slots] = (uint32_t)at;
	if (c->credit)
		wake(c);
}

static size_t slot_of(const struct driver_child *c, const struct driver_tag *t)
{
	return (size_t)(t - c->config->tags);
}

void driver_post(struct driver_child *c, const struct driver_tag *t,
		 const struct driver_sample *s)
{
	pthread_mutex_lock(&c->lock);
	put_waiting(c, slot_of(c, t), s);
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

static bool is_news(const struct slot *slot, const struct driver_sample *s,
		    double deadband, int64_t period_ms)
{
	const struct driver_sample *last = &slot->last.s;

	if (!slot->posted || last->quality != s->quality)
		return true;
	if (moved(&last->value, &s->value, deadband))
		return true;
	return (s->mono_ns - last->mono_ns) / 1000000 + period_ms > SERVER_SEES_MS;
}

void driver_post_scanned(struct driver_child *c, const struct driver_tag *t,
			 const struct driver_sample *s, int64_t period_ms)
{
	size_t at = slot_of(c, t);

	pthread_mutex_lock(&c->lock);
	if (is_news(&c->slots[at], s, t->deadband, period_ms))
		put_waiting(c, at, s);
	pthread_mutex_unlock(&c->lock);
}

void driver_post_device_bad(struct driver_child *c, const struct driver_device *d,
			    quality q, struct now now)
{
	struct driver_sample s = { .quality = q,
				   .source_ms = now.wall.ms,
				   .mono_ns = now.mono.ns };

	for (size_t i = 0; i < c->config->n_tags; i++)
		if (c->config->tags[i].device == d->id)
			driver_post_scanned(c, &c->config->tags[i], &s, 0);
}

/* --- devices and answers --- */

void driver_post_device_state(struct driver_child *c, const struct driver_device *d,
			      enum device_state state, const char *text)
{
	struct device_row *row = &c->rows[d - c->config->devices];

	pthread_mutex_lock(&c->lock);
	if (!row->known || row->state != state || strcmp(row->text, text) != 0) {
		row->state = state;
		snprintf(row->text, sizeof(row->text), "%s", text);
		row->known = row->waiting = true;
		wake(c);
	}
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

static struct device_row *row_of_tag(struct driver_child *c, uint32_t tag_id)
{
	const struct driver_tag *t = driver_config_tag(c->config, tag_id);
	const struct driver_device *d =
		t ? driver_config_device(c->config, t->device) : NULL;

	return d ? &c->rows[d - c->config->devices] : NULL;
}

/* Ends the device's write; false when this one was not outstanding. */
static bool write_ends(struct driver_child *c, const struct driver_write *w)
{
	struct device_row *row = row_of_tag(c, w->tag);
	bool ours = false;

	pthread_mutex_lock(&c->lock);
	if (row && row->writing && row->write_request == w->request) {
		row->writing = false;
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
	struct device_row *row = row_of_tag(c, t->id);
	bool begun = false;

	pthread_mutex_lock(&c->lock);
	if (row && !row->writing) {
		row->writing = begun = true;
		row->write_request = w->request;
		row->write_generation = w->generation;
	}
	pthread_mutex_unlock(&c->lock);
	return begun;
}

void post_abandon_writes(struct driver_child *c)
{
	for (size_t i = 0; i < c->n_rows; i++) {
		struct device_row *row = &c->rows[i];
		struct driver_write w = { .generation = row->write_generation,
					  .request = row->write_request };

		if (!row->writing)
			continue;
		row->writing = false;
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

const char *driver_write_refusal(const struct driver_child *c,
				 const struct driver_write *w)
{
	if (atomic_load(&c->generation) != w->generation)
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
	for (size_t i = 0; i < c->n_rows; i++) {
		struct device_row *row = &c->rows[i];
		struct driver_device_state m = { .generation = c->config->generation,
						 .device = c->config->devices[i].id,
						 .state = (uint8_t)row->state };

		if (!row->waiting)
			continue;
		row->waiting = false;
		snprintf(m.text, sizeof(m.text), "%s", row->text);
		driver_put_device_state(out, &m);
	}
}

static size_t bytes_of(const struct driver_sample *s)
{
	return SAMPLE_ROW + (s->value.type == VALUE_STRING ? strlen(s->value.u.s) : 0);
}

/* One record with as many samples as credit, count and size allow. */
static void collect_samples(struct driver_child *c, struct strbuf *out)
{
	static struct driver_sample batch[DRIVER_SAMPLES_MAX]; /* main thread only */
	size_t n = 0, bytes = SAMPLES_HEAD;

	while (c->waiting && c->credit && n < DRIVER_SAMPLES_MAX) {
		struct slot *slot = &c->slots[c->queue[c->head]];

		bytes += bytes_of(&slot->last.s);
		if (bytes > DRIVER_RECORD_MAX)
			break;
		batch[n++] = slot->last.s;
		slot->waiting = false;
		c->head = (c->head + 1) % c->n_slots;
		c->waiting--;
		c->credit--;
	}
	if (n)
		driver_put_samples(out, c->config->generation, batch, n);
}

void post_collect(struct driver_child *c, struct strbuf *out, size_t soft_max)
{
	pthread_mutex_lock(&c->lock);
	c->woken = false;
	strbuf_add(out, c->control.buf, c->control.len);
	strbuf_clear(&c->control);
	if (c->config)
		collect_states(c, out);
	while (c->waiting && c->credit && out->len < soft_max)
		collect_samples(c, out);
	pthread_mutex_unlock(&c->lock);
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
