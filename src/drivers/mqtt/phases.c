/* phases.c - the way to a broker and back: wait, reach, connect, subscribe, listen; what
 * a lost connection means; and the topics of a reload on a connection that stands. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "drivers/mqtt/device_int.h"
#include "util/log.h"
#include "util/secret.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum {
	HELD_MS = 30000, /* a connection that held so long was a real one */
	TAKEN_LAST_MS = 60000,
	PASSWORD_MAX = 1024,
	TEXT_MAX = DRIVER_TEXT_MAX
};

const char mqtt_no_connection[] = "there is no connection to the broker";

/* --- telling the server --- */

static void post_state(struct mqtt_device *d, enum device_state state, const char *fmt,
		       ...) __attribute__((format(printf, 3, 4)));

static void post_state(struct mqtt_device *d, enum device_state state, const char *fmt,
		       ...)
{
	char text[TEXT_MAX + 1];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	driver_post_device_state(d->child, d->def, state, text);
}

/* A sample on its way to the server. A read wants what the device says now, so what
 * the broker kept does not answer it. */
static void take_sample(void *arg, const struct driver_tag *t,
			const struct driver_sample *s, bool retained)
{
	struct mqtt_device *d = arg;

	driver_post(d->child, t, s);
	if (!retained)
		requests_sample(&d->requests, t, s, quality_reason_text(s->quality));
}

static void mark_all_bad(struct mqtt_device *d)
{
	if (!d->marked_bad)
		driver_post_device_bad(d->child, d->def,
				       QUALITY_MAKE(QUALITY_BAD, REASON_COMM), d->now);
	d->marked_bad = true;
}

/* --- handlers: inside mqtt_connection_step(), lock held --- */

static void on_accepted(void *arg)
{
	struct mqtt_device *d = arg;

	mqtt_connection_subscribe(d->connection, d->topics);
}

static void on_subscribed(void *arg, size_t topic, bool ok, const char *reason)
{
	struct mqtt_device *d = arg;
	struct strbuf name = STRBUF_INIT;

	mqtt_topics_subscribed(d->topics, topic, ok, reason, d->now, take_sample, d);
	if (!ok) {
		const char *raw = mqtt_topics_name(d->topics, topic);
		utf8_clean(&name, raw, strlen(raw));
		log_warn("%s: the broker refused to send topic \"%s\": %s", d->def->name,
			 name.buf, reason);
	}
	strbuf_release(&name);
}

static void on_message(void *arg, const struct mqtt_message *m)
{
	struct mqtt_device *d = arg;

	mqtt_topics_message(d->topics, m, d->now, take_sample, d);
}

static void on_published(void *arg, int id, const char *refusal)
{
	struct mqtt_device *d = arg;
	struct pending_write *p = &d->requests.write;
	char text[TEXT_MAX + 1];

	if (!p->published || p->id != id)
		return;
	round_trips_add(&d->answers, (d->now.mono.ns - d->published_at.ns) / 1000,
			d->now.mono);
	d->stats.exceptions += refusal != NULL;
	snprintf(text, sizeof(text), "the broker refused the command: %s",
		 refusal ? refusal : "");
	if (refusal)
		requests_end_write(&d->requests, WRITE_REFUSED, text);
	else
		requests_end_write(&d->requests, WRITE_UNKNOWN,
				   "published and taken by the broker; the device has "
				   "not confirmed");
}

static const struct mqtt_handlers handlers = { on_accepted, on_subscribed, on_message,
					       on_published };

/* --- phases --- */

static void wait_ms(struct mqtt_device *d, int64_t ms)
{
	d->phase = PHASE_WAITING;
	d->until = mono_add_ms(d->now.mono, ms);
}

static int64_t wait_after_taking(struct mqtt_device *d)
{
	int64_t ms = d->taken_ms;

	d->taken_ms = ms * 2 < TAKEN_LAST_MS ? ms * 2 : TAKEN_LAST_MS;
	return ms;
}

/* MQTT 5 has a code for a take-over; many brokers just close. Once is an accident or a
 * restart. Twice in a row, with the broker there all the time, is somebody who uses our
 * client id: each of the two would throw out the other for ever (MQ-18). */
static bool is_taken_over(struct mqtt_device *d, enum mqtt_end end)
{
	if (end == MQTT_END_CLOSED)
		d->closings++;
	else if (end != MQTT_END_TAKEN_OVER)
		d->closings = 0;
	return end == MQTT_END_TAKEN_OVER || d->closings >= 2;
}

static void held_for_long(struct mqtt_device *d)
{
	backoff_reset(&d->backoff);
	d->taken_ms = MQTT_TAKEN_FIRST_MS;
	d->closings = 0;
}

/* Nothing of the connection survives: not a subscription, not a queued command. */
static void drop_connection(struct mqtt_device *d)
{
	mqtt_connection_close(d->connection, false);
	mqtt_reach_free(d->reach);
	d->connection = NULL;
	d->reach = NULL;
	d->settling = false;
	mqtt_topics_lost(d->topics);
	requests_fail_reads(&d->requests, mqtt_no_connection);
	if (d->requests.write.published)
		requests_end_write(&d->requests, WRITE_UNKNOWN,
				   "published, then the connection was lost; neither the "
				   "broker nor the device has confirmed");
}

void mqtt_phase_failed(struct mqtt_device *d, enum mqtt_end end, const char *why)
{
	if (d->phase == PHASE_UP && mono_ms_between(d->since, d->now.mono) >= HELD_MS)
		held_for_long(d);
	mark_all_bad(d);
	drop_connection(d);
	if (end == MQTT_END_VERSION)
		d->version5 = !d->version5;
	if (is_taken_over(d, end)) {
		post_state(d, DEVICE_FAILED,
			   "%s:%d: %sanother client took our client id \"%s\": give each "
			   "client an id of its own",
			   d->s.host, d->s.port,
			   end == MQTT_END_TAKEN_OVER
				   ? ""
				   : "the broker closes each connection soon; probably ",
			   d->s.client_id);
		wait_ms(d, wait_after_taking(d));
		return;
	}
	post_state(d, DEVICE_FAILED, "%s:%d: %s", d->s.host, d->s.port, why);
	wait_ms(d, backoff_next_ms(&d->backoff));
}

static void connect_to(struct mqtt_device *d, const char *address, struct strbuf *why)
{
	char password[PASSWORD_MAX] = "";
	struct mqtt_options o = { .address = address,
				  .port = d->s.port,
				  .client_id = d->s.client_id,
				  .keepalive_s = d->s.keepalive_s,
				  .username = d->s.username,
				  .password = d->s.password_file ? password : NULL,
				  .version5 = d->version5 };

	if (!d->s.password_file || secret_read(d->s.password_file, "password_file",
					       password, sizeof(password), why))
		d->connection = mqtt_connection_open(&o, &handlers, d, d->now, why);
	explicit_bzero(password, sizeof(password));
	if (d->connection)
		d->phase = PHASE_CONNECTING;
	else
		mqtt_phase_failed(d, MQTT_END_LOST, why->buf);
}

static void start_reaching(struct mqtt_device *d)
{
	if (!mono_reached(d->now.mono, d->until))
		return;
	if (!d->marked_bad)
		post_state(d, DEVICE_CONNECTING, "connecting to %s:%d", d->s.host,
			   d->s.port);
	d->reach = mqtt_reach_start(d->s.host, d->s.port, d->now.mono);
	d->phase = PHASE_REACHING;
}

static void step_reaching(struct mqtt_device *d)
{
	struct strbuf why = STRBUF_INIT;
	char address[REACH_ADDRESS_SIZE];

	switch (mqtt_reach_step(d->reach, d->now.mono, address, &why)) {
	case REACH_RUNNING:
		break;
	case REACH_FAILED:
		mqtt_phase_failed(d, MQTT_END_LOST, why.buf);
		break;
	case REACH_FOUND:
		mqtt_reach_free(d->reach);
		d->reach = NULL;
		connect_to(d, address, &why);
		break;
	}
	strbuf_release(&why);
}

static void say_up(struct mqtt_device *d)
{
	size_t refused = mqtt_topics_refused(d->topics);

	mqtt_topics_ready(d->topics, d->now, take_sample, d);
	if (refused)
		post_state(d, DEVICE_CONNECTED,
			   "connected to %s:%d; %zu of %zu topics refused by the broker",
			   d->s.host, d->s.port, refused, mqtt_topics_count(d->topics));
	else
		post_state(d, DEVICE_CONNECTED, "connected to %s:%d, %zu topics",
			   d->s.host, d->s.port, mqtt_topics_count(d->topics));
}

static void came_up(struct mqtt_device *d)
{
	d->phase = PHASE_UP;
	d->since = d->now.mono;
	d->stats.connects++;
	d->marked_bad = false;
	say_up(d);
}

static void step_connection(struct mqtt_device *d, short revents)
{
	struct strbuf why = STRBUF_INIT;
	enum mqtt_end end = mqtt_connection_step(d->connection, revents, d->now, &why);

	if (end != MQTT_END_NONE)
		mqtt_phase_failed(d, end, why.buf);
	else if (d->phase == PHASE_CONNECTING &&
		 mqtt_connection_all_subscribed(d->connection))
		came_up(d);
	else if (d->settling && mqtt_connection_settled(d->connection)) {
		d->settling = false;
		say_up(d);
	}
	strbuf_release(&why);
}

/* --- a reload --- */

static const struct driver_tag *tag_by_id(void *topics, uint32_t tag)
{
	return mqtt_topics_by_id(topics, tag);
}

/* What fails here ends the connection with its next step. */
static void subscribe_differences(struct mqtt_device *d, const struct mqtt_topics *was)
{
	if (mqtt_connection_unsubscribe(d->connection, was, d->topics))
		mqtt_connection_subscribe(d->connection, d->topics);
	d->settling = true;
}

void mqtt_phase_adopt(struct mqtt_device *d)
{
	struct mqtt_topics *was = d->topics;

	if (!d->next_topics || (d->connection && !mqtt_connection_settled(d->connection)))
		return;
	d->topics = d->next_topics;
	d->next_topics = NULL;
	mqtt_topics_take_over(d->topics, was);
	requests_follow(&d->requests, tag_by_id, d->topics);
	if (d->phase == PHASE_UP)
		subscribe_differences(d, was);
	else if (d->marked_bad) /* those that came */
		driver_post_device_bad(d->child, d->def,
				       QUALITY_MAKE(QUALITY_BAD, REASON_COMM), d->now);
	mqtt_topics_free(was);
	driver_channel_adopted(d->channel, d->told);
}

void mqtt_phase_step(struct mqtt_device *d, short revents)
{
	switch (d->phase) {
	case PHASE_WAITING:
		start_reaching(d);
		break;
	case PHASE_REACHING:
		step_reaching(d);
		break;
	case PHASE_CONNECTING:
	case PHASE_UP:
		step_connection(d, revents);
		break;
	}
}
