/* topics.c - which tags read from which topic, over subscriptions and reloads. */
#include "drivers/mqtt/topics_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

static size_t topic_index(struct mqtt_topics *ts, const char *name)
{
	int64_t i;

	if (strmap_get(ts->by_name, name, &i))
		return (size_t)i;
	struct topic_row *row = GROW(&ts->topics, &ts->n_topics);
	row->name = name;
	strmap_put(ts->by_name, name, (int64_t)ts->n_topics - 1);
	return ts->n_topics - 1;
}

static void add_tag(struct mqtt_topics *ts, const struct driver_tag *t)
{
	struct mqtt_tag_settings s;

	if (!mqtt_tag_parse(t, &s, NULL)) /* was refused before; never run */
		return;
	struct tag_row *row = GROW(&ts->tags, &ts->n_tags);
	row->def = t;
	row->fresh = true;
	row->s = s;
	row->topic = topic_index(ts, s.topic);
	struct topic_row *topic = &ts->topics[row->topic];
	size_t *slot = GROW(&topic->tags, &topic->n_tags);
	*slot = ts->n_tags - 1;
	topic->own = topic->own || s.own;
}

struct mqtt_topics *mqtt_topics_of(const struct driver_tag *const *tags, size_t n)
{
	struct mqtt_topics *ts = xcalloc(1, sizeof(*ts));

	ts->by_name = strmap_new();
	for (size_t i = 0; i < n; i++)
		add_tag(ts, tags[i]);
	return ts;
}

struct mqtt_topics *mqtt_topics_new(const struct driver_device *d)
{
	size_t n;
	const struct driver_tag *const *tags = driver_device_tags(d, &n);

	return mqtt_topics_of(tags, n);
}

void mqtt_topics_free(struct mqtt_topics *ts)
{
	if (!ts)
		return;
	for (size_t i = 0; i < ts->n_topics; i++)
		free(ts->topics[i].tags);
	strmap_free(ts->by_name);
	free(ts->topics);
	free(ts->tags);
	free(ts);
}

/* --- a reload -------------------------------------------------------------------- */

static void inherit_tag(struct tag_row *row, const struct tag_row *from)
{
	row->heard = from->heard;
	row->silent = from->silent;
	row->fresh = from->fresh;
	memcpy(row->decision, from->decision, sizeof(row->decision));
}

static void inherit_topic(struct topic_row *topic, const struct topic_row *from)
{
	struct topic_row own = *topic;

	*topic = *from;
	topic->name = own.name;
	topic->tags = own.tags;
	topic->n_tags = own.n_tags;
	topic->own = own.own;
}

static bool has_fresh(const struct mqtt_topics *ts, const struct topic_row *topic)
{
	for (size_t i = 0; i < topic->n_tags; i++)
		if (ts->tags[topic->tags[i]].fresh)
			return true;
	return false;
}

void mqtt_topics_take_over(struct mqtt_topics *ts, const struct mqtt_topics *from)
{
	int64_t at;

	for (size_t i = 0, k = 0; i < ts->n_tags; i++) {
		while (k < from->n_tags && from->tags[k].def->id < ts->tags[i].def->id)
			k++;
		if (k < from->n_tags &&
		    driver_tag_same_source(from->tags[k].def, ts->tags[i].def))
			inherit_tag(&ts->tags[i], &from->tags[k]);
	}
	for (size_t i = 0; i < ts->n_topics; i++) {
		if (strmap_get(from->by_name, ts->topics[i].name, &at))
			inherit_topic(&ts->topics[i], &from->topics[at]);
		ts->refused += ts->topics[i].refused;
		ts->topics[i].again |=
			ts->topics[i].subscribed && has_fresh(ts, &ts->topics[i]);
	}
	ts->foreign = from->foreign;
	ts->messages = from->messages;
	ts->unreadable = from->unreadable;
	memcpy(ts->last_error, from->last_error, sizeof(ts->last_error));
	ts->last_error_at = from->last_error_at;
}

bool mqtt_topics_wants(const struct mqtt_topics *ts, size_t topic)
{
	const struct topic_row *row = &ts->topics[topic];

	return has_fresh(ts, row) || (!row->subscribed && !row->refused);
}

bool mqtt_topics_has(const struct mqtt_topics *ts, const char *name)
{
	return strmap_has(ts->by_name, name);
}

const struct driver_tag *mqtt_topics_by_id(const struct mqtt_topics *ts, uint32_t tag)
{
	for (size_t i = 0; i < ts->n_tags; i++)
		if (ts->tags[i].def->id == tag)
			return ts->tags[i].def;
	return NULL;
}

size_t mqtt_topics_count(const struct mqtt_topics *ts)
{
	return ts->n_topics;
}

bool mqtt_topics_own(const struct mqtt_topics *ts, size_t topic)
{
	return ts->topics[topic].own;
}

const char *mqtt_topics_name(const struct mqtt_topics *ts, size_t topic)
{
	return ts->topics[topic].name;
}

struct tag_row *topics_find_tag(const struct mqtt_topics *ts, const struct driver_tag *t)
{
	for (size_t i = 0; i < ts->n_tags; i++)
		if (ts->tags[i].def == t)
			return &ts->tags[i];
	return NULL;
}

const struct mqtt_tag_settings *mqtt_topics_tag(const struct mqtt_topics *ts,
						const struct driver_tag *t)
{
	const struct tag_row *row = topics_find_tag(ts, t);

	return row ? &row->s : NULL;
}

size_t mqtt_topics_refused(const struct mqtt_topics *ts)
{
	return ts->refused;
}

size_t mqtt_topics_foreign(const struct mqtt_topics *ts)
{
	return ts->foreign;
}

void topics_decide(struct tag_row *row, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(row->decision, sizeof(row->decision), fmt, ap);
	va_end(ap);
}

struct driver_sample topics_bad_sample(enum quality_reason reason, struct now now)
{
	return (struct driver_sample){ .quality = QUALITY_MAKE(QUALITY_BAD, reason),
				       .source_ms = now.wall.ms,
				       .mono_ns = now.mono.ns };
}

void mqtt_topics_subscribed(struct mqtt_topics *ts, size_t topic, bool accepted,
			    const char *reason, struct now now, mqtt_topics_sink sink,
			    void *arg)
{
	struct topic_row *row = &ts->topics[topic];
	struct driver_sample s = topics_bad_sample(REASON_CONFIG, now);

	ts->refused -= row->refused;
	row->subscribed = accepted;
	row->refused = !accepted;
	for (size_t k = 0; k < row->n_tags; k++)
		ts->tags[row->tags[k]].fresh = false;
	if (accepted)
		return;
	ts->refused++;
	snprintf(row->answer, sizeof(row->answer), "%s", reason);
	for (size_t k = 0; k < row->n_tags; k++) {
		struct tag_row *tag = &ts->tags[row->tags[k]];
		topics_decide(tag, "bad: the broker refused the subscription: %s",
			      reason);
		sink(arg, tag->def, &s, false);
	}
}

void mqtt_topics_ready(struct mqtt_topics *ts, struct now now, mqtt_topics_sink sink,
		       void *arg)
{
	struct driver_sample s = topics_bad_sample(REASON_NO_VALUE, now);

	for (size_t i = 0; i < ts->n_tags; i++) {
		struct tag_row *tag = &ts->tags[i];
		if (tag->heard || tag->silent || !ts->topics[tag->topic].subscribed)
			continue;
		tag->silent = true;
		topics_decide(tag,
			      "bad: nothing was published since the connection was made");
		sink(arg, tag->def, &s, false);
	}
}

void mqtt_topics_lost(struct mqtt_topics *ts)
{
	ts->refused = 0;
	for (size_t i = 0; i < ts->n_topics; i++)
		ts->topics[i].subscribed = ts->topics[i].refused = ts->topics[i].again =
			false;
	for (size_t i = 0; i < ts->n_tags; i++) {
		ts->tags[i].heard = ts->tags[i].silent = false;
		topics_decide(&ts->tags[i], "bad: there is no connection to the broker");
	}
}
