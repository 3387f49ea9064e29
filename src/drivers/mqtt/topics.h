/*
 * topics.h - which tags read from which topic, and what a message makes of them: the
 * decision from bytes to value, quality and time, with its explanation.
 *
 * Pure: time is an argument, samples go to a function. Owned and used by one device;
 * its lock guards it. The configuration it borrows outlives it.
 */
#ifndef SG_DRIVERS_MQTT_TOPICS_H
#define SG_DRIVERS_MQTT_TOPICS_H

#include <stdbool.h>
#include <stddef.h>

#include "driver/child.h"
#include "drivers/mqtt/settings.h"

enum { TOPICS_SHOWN_MAX = 240, TOPICS_CLOCK_LIMIT_MS = 86400000 };

struct mqtt_topics;
struct strbuf;

struct mqtt_message {
	const char *topic;
	const char *payload; /* NULL when len is 0 */
	size_t len;
	bool retained; /* from the broker's memory */
};

/* All tags of one device, or those given (by id). Owned. */
struct mqtt_topics *mqtt_topics_new(const struct driver_device *d);
struct mqtt_topics *mqtt_topics_of(const struct driver_tag *const *tags, size_t n);
void mqtt_topics_free(struct mqtt_topics *ts); /* NULL is allowed */

/* After a reload: what is known of tags and topics that both have goes over to ts, as do
 * the counts. Both are of the same device and by tag id; from may be freed then. */
void mqtt_topics_take_over(struct mqtt_topics *ts, const struct mqtt_topics *from);
/* To be subscribed on a connection that stands: nobody asked for it yet, or it has a tag
 * that came since; subscribing again brings what the broker keeps. */
bool mqtt_topics_wants(const struct mqtt_topics *ts, size_t topic);
bool mqtt_topics_has(const struct mqtt_topics *ts, const char *name);
/* The handle of today; NULL when the tag is not one of ours. */
const struct driver_tag *mqtt_topics_by_id(const struct mqtt_topics *ts, uint32_t tag);

/* The topics to subscribe, each once; borrowed. */
size_t mqtt_topics_count(const struct mqtt_topics *ts);
/* A tag wants to see what we publish on it. */
bool mqtt_topics_own(const struct mqtt_topics *ts, size_t topic);
const char *mqtt_topics_name(const struct mqtt_topics *ts, size_t topic);
/* NULL when the tag is not one of ours. */
const struct mqtt_tag_settings *mqtt_topics_tag(const struct mqtt_topics *ts,
						const struct driver_tag *t);

typedef void (*mqtt_topics_sink)(void *arg, const struct driver_tag *t,
				 const struct driver_sample *s, bool retained);

/* A message: one sample for each tag of its topic (what the broker sends once more for
 * tags that came later only for these); of a topic that nobody asked for (MQ-09) nothing
 * but a count. */
void mqtt_topics_message(struct mqtt_topics *ts, const struct mqtt_message *m,
			 struct now now, mqtt_topics_sink sink, void *arg);
/* The broker's answer to a subscription. Not accepted: its tags are bad(config). */
void mqtt_topics_subscribed(struct mqtt_topics *ts, size_t topic, bool accepted,
			    const char *reason, struct now now, mqtt_topics_sink sink,
			    void *arg);
/* All subscriptions are answered: what is accepted and not heard yet is bad(no_value)
 * and no longer bad(comm). */
void mqtt_topics_ready(struct mqtt_topics *ts, struct now now, mqtt_topics_sink sink,
		       void *arg);
/* The connection is gone: nothing is subscribed or heard. */
void mqtt_topics_lost(struct mqtt_topics *ts);
size_t mqtt_topics_refused(const struct mqtt_topics *ts);
size_t mqtt_topics_foreign(const struct mqtt_topics *ts);
/* Fills messages, parse_errors and the last error: a message counts once, however many
 * tags read from it. */
void mqtt_topics_count_up(const struct mqtt_topics *ts, struct device_stats *out);

/* topic, last message, path, decision: a few lines, cleaned. */
void mqtt_topics_explain(const struct mqtt_topics *ts, const struct driver_tag *t,
			 struct strbuf *out);

#endif
