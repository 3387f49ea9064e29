/* tally.c - adding up over the connections of a device. */
#include "drivers/modbus/tally.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { PUBLISH_MS = 1000 };

struct lane {
	enum device_state state;
	char text[DRIVER_TEXT_MAX + 1];
	uint32_t requests[MB_RATES];
	size_t holes;
	char *list;
};

struct mb_tally {
	struct driver_child *child;
	const struct driver_device *def; /* borrowed */
	pthread_mutex_t lock;            /* everything below */
	uint32_t members;
	struct device_stats stats;
	struct class_stats rate[MB_RATES];
	bool has_rate[MB_RATES];
	struct round_trips trips;
	struct mono posted;
	bool moved; /* since posted */
	enum device_state shown;
	size_t n_lanes;
	struct lane lane[];
};

struct mb_tally *mb_tally_new(struct driver_child *child, const struct driver_device *def,
			      const struct mb_device_settings *set, uint32_t lanes)
{
	struct mb_tally *t = xcalloc(1, sizeof(*t) + lanes * sizeof(t->lane[0]));

	t->child = child;
	t->def = def;
	t->members = lanes;
	t->n_lanes = lanes;
	t->moved = true;
	t->shown = DEVICE_CONNECTING;
	for (int r = 0; r < MB_RATES; r++) {
		struct class_stats *c = &t->rate[r];

		t->has_rate[r] = set->has_rate[r];
		snprintf(c->name, sizeof(c->name), "%s", mb_rate_name((enum mb_rate)r));
		c->period_ms = (uint32_t)set->scan_ms[r];
	}
	for (uint32_t i = 0; i < lanes; i++)
		t->lane[i].state = DEVICE_CONNECTING;
	pthread_mutex_init(&t->lock, NULL);
	return t;
}

void mb_tally_leave(struct mb_tally *t)
{
	pthread_mutex_lock(&t->lock);
	bool last = --t->members == 0;
	pthread_mutex_unlock(&t->lock);
	if (!last)
		return;
	for (size_t i = 0; i < t->n_lanes; i++)
		free(t->lane[i].list);
	pthread_mutex_destroy(&t->lock);
	free(t);
}

/* --- counting --- */

static struct device_stats *open_stats(struct mb_tally *t)
{
	pthread_mutex_lock(&t->lock);
	t->moved = true;
	return &t->stats;
}

void mb_tally_connected(struct mb_tally *t)
{
	open_stats(t)->connects++;
	pthread_mutex_unlock(&t->lock);
}

void mb_tally_request(struct mb_tally *t, const struct mb_request *rq,
		      const struct mb_reply *reply, int64_t us, uint64_t duplicates)
{
	struct mono now = clock_mono();
	struct device_stats *s = open_stats(t);

	s->requests += reply->byte_left;
	s->writes += reply->byte_left && rq->is_write;
	s->refused[REFUSED_DUPLICATE] += duplicates;
	s->refused[REFUSED_UNASKED] += reply->discarded;
	if (reply->result == MB_FAILED) {
		s->timeouts += reply->timed_out;
		if (reply->is_refused)
			s->refused[reply->refused]++;
	} else {
		s->exceptions += reply->result == MB_REFUSED;
		round_trips_add(&t->trips, us, now);
	}
	pthread_mutex_unlock(&t->lock);
}

void mb_tally_plan(struct mb_tally *t, uint32_t lane, enum mb_rate rate, size_t requests)
{
	open_stats(t);
	t->lane[lane].requests[rate] = (uint32_t)requests;
	t->rate[rate].requests = 0;
	for (size_t i = 0; i < t->n_lanes; i++)
		t->rate[rate].requests += t->lane[i].requests[rate];
	pthread_mutex_unlock(&t->lock);
}

void mb_tally_scan(struct mb_tally *t, uint32_t lane, enum mb_rate rate, bool late)
{
	if (lane != 0)
		return;
	open_stats(t);
	t->rate[rate].done++;
	t->rate[rate].late += late;
	pthread_mutex_unlock(&t->lock);
}

void mb_tally_skipped(struct mb_tally *t, uint32_t lane, enum mb_rate rate, uint64_t n)
{
	if (lane != 0 || n == 0)
		return;
	open_stats(t);
	t->rate[rate].skipped += n;
	pthread_mutex_unlock(&t->lock);
}

/* --- holes --- */

void mb_tally_holes(struct mb_tally *t, uint32_t lane, size_t n, const char *list)
{
	struct strbuf all = STRBUF_INIT;
	struct device_stats *s = open_stats(t);

	free(t->lane[lane].list);
	t->lane[lane].list = xstrdup(list);
	t->lane[lane].holes = n;
	s->holes = 0;
	for (size_t i = 0; i < t->n_lanes; i++) {
		const struct lane *l = &t->lane[i];

		s->holes += (uint32_t)l->holes;
		if (l->holes)
			strbuf_addf(&all, "%s%s", all.len ? ", " : "", l->list);
	}
	snprintf(s->hole_list, sizeof(s->hole_list), "%s", all.buf);
	pthread_mutex_unlock(&t->lock);
	strbuf_release(&all);
}

/* --- the state --- */

/* The lane that speaks for all: one that failed, else one that still tries, else the
 * first. */
static size_t spokesman(const struct mb_tally *t)
{
	size_t found = 0;

	for (size_t i = 0; i < t->n_lanes; i++) {
		if (t->lane[i].state == DEVICE_FAILED)
			return i;
		if (t->lane[i].state == DEVICE_CONNECTING)
			found = i;
	}
	return found;
}

void mb_tally_state(struct mb_tally *t, uint32_t lane, enum device_state state,
		    const char *text)
{
	struct strbuf said = STRBUF_INIT;

	pthread_mutex_lock(&t->lock);
	t->lane[lane].state = state;
	snprintf(t->lane[lane].text, sizeof(t->lane[lane].text), "%s", text);
	size_t who = spokesman(t);
	const struct lane *l = &t->lane[who];
	bool changed = l->state != t->shown;
	t->shown = state = l->state;
	if (t->n_lanes > 1 && state == DEVICE_FAILED)
		strbuf_addf(&said, "connection %zu of %zu: ", who + 1, t->n_lanes);
	strbuf_adds(&said, l->text);
	/* under the lock: two lanes must not post their states in the wrong order */
	driver_post_device_state(t->child, t->def, state, said.buf);
	pthread_mutex_unlock(&t->lock);
	if (changed && state == DEVICE_FAILED)
		log_warn("%s: %s", t->def->name, said.buf);
	else if (changed)
		log_info("%s: %s", t->def->name, said.buf);
	strbuf_release(&said);
}

/* --- publishing --- */

static void gather(struct mb_tally *t, struct mono now, struct device_stats *out)
{
	*out = t->stats;
	for (int r = 0; r < MB_RATES; r++)
		if (t->has_rate[r])
			out->classes[out->n_classes++] = t->rate[r];
	round_trips_sum_up(&t->trips, now, out);
}

void mb_tally_publish(struct mb_tally *t, struct mono now)
{
	struct device_stats out;

	pthread_mutex_lock(&t->lock);
	bool due = t->moved && mono_ms_between(t->posted, now) >= PUBLISH_MS;
	if (due) {
		gather(t, now, &out);
		t->posted = now;
		t->moved = false;
	}
	pthread_mutex_unlock(&t->lock);
	if (due)
		driver_post_stats(t->child, t->def, &out);
}
