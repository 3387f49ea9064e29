/* publish.c - commands of the server as messages, at once or never. */
#include <stdio.h>
#include <stdlib.h>

#include "drivers/mqtt/device_int.h"
#include "util/strbuf.h"

enum { TEXT_MAX = DRIVER_TEXT_MAX, NOTICES_AT_ONCE = 20, NOTICE_QOS = 1 };

/* Seconds after which a broker may forget the command: the gate has stopped waiting. A
 * retained command is meant to stay. */
static unsigned expiry_s(const struct mqtt_device *d, const struct driver_write *w,
			 const struct mqtt_tag_settings *s)
{
	int64_t left = w->deadline_ns - d->now.mono.ns;

	if (s->write_retain)
		return 0;
	return left < 1000000000 ? 1u : (unsigned)(left / 1000000000 + 1);
}

static void publish(struct mqtt_device *d, const struct mqtt_tag_settings *s)
{
	struct pending_write *p = &d->requests.write;
	struct strbuf payload, why = STRBUF_INIT;
	char text[TEXT_MAX + 1];

	strbuf_init(&payload, PAYLOAD_COMMAND_MAX);
	s->write_format->write(s->write_path, &p->w.value, &payload);
	switch (mqtt_connection_publish(d->connection, s->write_topic, &payload,
					s->write_qos, s->write_retain,
					expiry_s(d, &p->w, s), &p->id, &why)) {
	case MQTT_SENT:
		p->waiting = false;
		p->published = true;
		d->published_at = d->now.mono;
		d->stats.writes++;
		d->stats.requests++;
		if (s->write_qos == 0)
			requests_end_write(&d->requests, WRITE_UNKNOWN,
					   "published; the device has not confirmed");
		break;
	case MQTT_NOT_SENT:
		snprintf(text, sizeof(text), "nothing was published: %s", why.buf);
		requests_end_write(&d->requests, WRITE_NOT_SENT, text);
		break;
	case MQTT_MAYBE:
		snprintf(text, sizeof(text), "publishing failed in the middle: %s",
			 why.buf);
		requests_end_write(&d->requests, WRITE_UNKNOWN, text);
		mqtt_phase_failed(d, MQTT_END_LOST, why.buf);
		break;
	}
	strbuf_release(&payload);
	strbuf_release(&why);
}

void mqtt_publish_step(struct mqtt_device *d)
{
	struct pending_write *p = &d->requests.write;
	const char *refusal;
	char text[TEXT_MAX + 1];

	if (!p->waiting)
		return;
	refusal = driver_write_refusal(d->child, &p->w);
	if (!refusal && d->phase != PHASE_UP)
		refusal = mqtt_no_connection;
	if (!refusal)
		refusal = mqtt_connection_doubt(d->connection, d->now);
	if (!refusal && d->next_topics)
		return; /* its tag is one of those: a moment */
	if (!refusal) {
		publish(d, mqtt_topics_tag(d->topics, p->tag));
		return;
	}
	snprintf(text, sizeof(text), "nothing was published: %s", refusal);
	requests_end_write(&d->requests, WRITE_NOT_SENT, text);
}

static bool publish_notice(struct mqtt_device *d, struct notice *n)
{
	struct strbuf payload, why = STRBUF_INIT;
	enum mqtt_sent sent;
	int id;

	strbuf_init(&payload, DRIVER_PAYLOAD_MAX + 1);
	strbuf_add(&payload, n->payload, n->len);
	sent = mqtt_connection_publish(d->connection, n->topic, &payload, NOTICE_QOS,
				       n->retain, 0, &id, &why);
	d->stats.requests += sent == MQTT_SENT;
	if (sent == MQTT_MAYBE)
		mqtt_phase_failed(d, MQTT_END_LOST, why.buf);
	strbuf_release(&payload);
	strbuf_release(&why);
	free(n);
	return sent != MQTT_MAYBE;
}

void mqtt_publish_notices(struct mqtt_device *d)
{
	if (d->phase != PHASE_UP) {
		notices_drop(&d->notices);
		d->notices_lost = false;
		return;
	}
	for (int n = 0; n < NOTICES_AT_ONCE && d->notices.first; n++)
		if (mqtt_connection_doubt(d->connection, d->now) ||
		    !publish_notice(d, notices_take(&d->notices)))
			return;
}
