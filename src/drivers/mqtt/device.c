/* device.c - the thread behind one broker: waits, connects, listens, publishes. */
#include "drivers/mqtt/device.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "driver/backoff.h"
#include "drivers/mqtt/connection.h"
#include "drivers/mqtt/reach.h"
#include "drivers/mqtt/requests.h"
#include "drivers/mqtt/settings.h"
#include "drivers/mqtt/topics.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum {
	STEP_MS = 200,   /* longest wait: a channel must show progress */
	HELD_MS = 30000, /* a connection that held so long was a real one */
	STATS_EACH_MS = 1000,
	TAKEN_FIRST_MS = 10000, /* after somebody took our client id */
	TAKEN_LAST_MS = 60000,
	PASSWORD_MAX = 1024,
	STACK_BYTES = 2 << 20,
	TEXT_MAX = DRIVER_TEXT_MAX
};

static const char no_connection[] = "there is no connection to the broker";

enum phase { PHASE_WAITING, PHASE_REACHING, PHASE_CONNECTING, PHASE_UP };

struct mqtt_device {
	struct driver_child *child;
	const struct driver_device *def;
	struct mqtt_device_settings s;
	pthread_t thread;
	int wake; /* eventfd */

	pthread_mutex_t lock; /* topics, requests, stopping */
	struct mqtt_topics *topics;
	struct requests requests;
	bool stopping;

	/* the thread's own */
	struct driver_channel *channel;
	enum phase phase;
	struct mono until; /* WAITING: when to try again */
	struct mono since; /* UP: since when */
	struct backoff backoff;
	int64_t taken_ms; /* next wait after a take-over */
	int closings;     /* in a row: the broker took us, then closed without a word */
	bool version5;    /* what to try next */
	bool marked_bad;  /* all tags are bad(comm) already */
	struct mqtt_reach *reach;
	struct mqtt_connection *connection;
	struct now now;
	struct device_stats stats;  /* what is not counted by topics */
	struct round_trips answers; /* of the broker to published commands */
	struct mono published_at, stats_due;
};

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
	d->taken_ms = TAKEN_FIRST_MS;
	d->closings = 0;
}

/* Nothing of the connection survives: not a subscription, not a queued command. */
static void drop_connection(struct mqtt_device *d)
{
	mqtt_connection_close(d->connection, false);
	mqtt_reach_free(d->reach);
	d->connection = NULL;
	d->reach = NULL;
	mqtt_topics_lost(d->topics);
	requests_fail_reads(&d->requests, no_connection);
	if (d->requests.write.published)
		requests_end_write(&d->requests, WRITE_UNKNOWN,
				   "published, then the connection was lost; neither the "
				   "broker nor the device has confirmed");
}

/* No connection any more, or still none. Lock held. */
static void failed(struct mqtt_device *d, enum mqtt_end end, const char *why)
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

static bool read_password(const struct mqtt_device *d, char password[PASSWORD_MAX],
			  struct strbuf *why)
{
	FILE *f = fopen(d->s.password_file, "re");
	bool got = f && fgets(password, PASSWORD_MAX, f);

	if (!got)
		strbuf_setf(why, "password_file %s cannot be read: %s",
			    d->s.password_file, f ? "it is empty" : strerror(errno));
	else
		password[strcspn(password, "\r\n")] = '\0';
	if (f)
		fclose(f);
	return got;
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

	if (!d->s.password_file || read_password(d, password, why))
		d->connection = mqtt_connection_open(&o, &handlers, d, d->now, why);
	explicit_bzero(password, sizeof(password));
	if (d->connection)
		d->phase = PHASE_CONNECTING;
	else
		failed(d, MQTT_END_LOST, why->buf);
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
		failed(d, MQTT_END_LOST, why.buf);
		break;
	case REACH_FOUND:
		mqtt_reach_free(d->reach);
		d->reach = NULL;
		connect_to(d, address, &why);
		break;
	}
	strbuf_release(&why);
}

static void came_up(struct mqtt_device *d)
{
	size_t refused = mqtt_topics_refused(d->topics);

	d->phase = PHASE_UP;
	d->since = d->now.mono;
	d->stats.connects++;
	d->marked_bad = false;
	mqtt_topics_ready(d->topics, d->now, take_sample, d);
	if (refused)
		post_state(d, DEVICE_CONNECTED,
			   "connected to %s:%d; %zu of %zu topics refused by the broker",
			   d->s.host, d->s.port, refused, mqtt_topics_count(d->topics));
	else
		post_state(d, DEVICE_CONNECTED, "connected to %s:%d, %zu topics",
			   d->s.host, d->s.port, mqtt_topics_count(d->topics));
}

static void step_connection(struct mqtt_device *d, short revents)
{
	struct strbuf why = STRBUF_INIT;
	enum mqtt_end end = mqtt_connection_step(d->connection, revents, d->now, &why);

	if (end != MQTT_END_NONE)
		failed(d, end, why.buf);
	else if (d->phase == PHASE_CONNECTING &&
		 mqtt_connection_all_subscribed(d->connection))
		came_up(d);
	strbuf_release(&why);
}

/* --- commands --- */

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
		failed(d, MQTT_END_LOST, why.buf);
		break;
	}
	strbuf_release(&payload);
	strbuf_release(&why);
}

/* Lock held. Here, on the thread that owns the connection, and nowhere else is decided
 * whether a command may leave. */
static void step_write(struct mqtt_device *d)
{
	struct pending_write *p = &d->requests.write;
	const char *refusal;
	char text[TEXT_MAX + 1];

	if (!p->waiting)
		return;
	refusal = driver_write_refusal(d->child, &p->w);
	if (!refusal && d->phase != PHASE_UP)
		refusal = no_connection;
	if (!refusal)
		refusal = mqtt_connection_doubt(d->connection, d->now);
	if (!refusal) {
		publish(d, mqtt_topics_tag(d->topics, p->tag));
		return;
	}
	snprintf(text, sizeof(text), "nothing was published: %s", refusal);
	requests_end_write(&d->requests, WRITE_NOT_SENT, text);
}

/* --- the thread --- */

static void post_stats(struct mqtt_device *d)
{
	if (!mono_reached(d->now.mono, d->stats_due))
		return;
	d->stats_due = mono_add_ms(d->now.mono, STATS_EACH_MS);
	mqtt_topics_count_up(d->topics, &d->stats);
	round_trips_sum_up(&d->answers, d->now.mono, &d->stats);
	driver_post_stats(d->child, d->def, &d->stats);
}

static int wait_limit(struct mqtt_device *d)
{
	int64_t ms = STEP_MS, next, left;

	pthread_mutex_lock(&d->lock);
	next = requests_next_deadline(&d->requests);
	pthread_mutex_unlock(&d->lock);
	if (d->phase == PHASE_WAITING && d->until.ns < next)
		next = d->until.ns;
	if (next != INT64_MAX) {
		left = (next - clock_mono().ns) / 1000000 + 1;
		ms = left < ms ? left : ms;
	}
	return ms > 0 ? (int)ms : 0;
}

/* Waits for the socket, a wake-up or time. Returns the socket's events. */
static short wait_for_news(struct mqtt_device *d)
{
	struct pollfd fds[2] = { { .fd = d->wake, .events = POLLIN }, { .fd = -1 } };
	uint64_t count;

	if (d->connection) {
		fds[1].fd = mqtt_connection_fd(d->connection);
		fds[1].events = mqtt_connection_events(d->connection);
	} else if (d->reach) {
		fds[1].fd = mqtt_reach_fd(d->reach);
		fds[1].events = POLLOUT;
	}
	if (poll(fds, 2, wait_limit(d)) <= 0)
		return 0;
	if ((fds[0].revents & POLLIN) && read(d->wake, &count, sizeof(count)) < 0)
		log_warn("%s: wake-up: %s", d->def->name, strerror(errno));
	return fds[1].revents;
}

static void step(struct mqtt_device *d, short revents)
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
	if (d->phase != PHASE_UP)
		requests_fail_reads(&d->requests, no_connection);
	requests_expire(&d->requests, d->now.mono);
	step_write(d);
}

static void *device_thread(void *arg)
{
	struct mqtt_device *d = arg;
	bool stopping = false;

	while (!stopping) {
		short revents = wait_for_news(d);
		pthread_mutex_lock(&d->lock);
		d->now = clock_now();
		stopping = d->stopping;
		if (!stopping) {
			step(d, revents);
			post_stats(d);
		}
		pthread_mutex_unlock(&d->lock);
		driver_channel_progress(d->channel);
	}
	mqtt_connection_close(d->connection, true);
	mqtt_reach_free(d->reach);
	return NULL;
}

static void wake(struct mqtt_device *d)
{
	uint64_t one = 1;

	if (write(d->wake, &one, sizeof(one)) < 0)
		log_warn("%s: wake-up: %s", d->def->name, strerror(errno));
}

/* A modest stack: the memory limit (main.c) counts it whole. 2,048 levels of JSON fit. */
static bool start_thread(struct mqtt_device *d)
{
	pthread_attr_t attr;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	int rc = pthread_create(&d->thread, &attr, device_thread, d);
	pthread_attr_destroy(&attr);
	errno = rc;
	return rc == 0;
}

struct mqtt_device *mqtt_device_start(struct driver_child *child,
				      const struct driver_config *config,
				      const struct driver_device *def)
{
	struct mqtt_device *d = xcalloc(1, sizeof(*d));

	d->child = child;
	d->def = def;
	mqtt_device_parse(def, &d->s, NULL); /* was accepted before */
	d->topics = mqtt_topics_new(config, def->id);
	d->requests.child = child;
	d->version5 = true;
	d->taken_ms = TAKEN_FIRST_MS;
	d->now = clock_now();
	d->until = d->now.mono;
	backoff_init(&d->backoff, (uint64_t)d->now.mono.ns ^ def->id);
	pthread_mutex_init(&d->lock, NULL);
	d->channel = driver_channel_open(child);
	d->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->wake < 0 || !start_thread(d)) {
		log_error("%s: cannot start its thread: %s", def->name, strerror(errno));
		abort(); /* the server starts the driver again */
	}
	return d;
}

void mqtt_device_read(struct mqtt_device *d, const struct driver_tag *t,
		      const struct driver_read *r)
{
	pthread_mutex_lock(&d->lock);
	requests_add_read(&d->requests, t, r);
	pthread_mutex_unlock(&d->lock);
	wake(d);
}

void mqtt_device_write(struct mqtt_device *d, const struct driver_tag *t,
		       const struct driver_write *w)
{
	pthread_mutex_lock(&d->lock);
	requests_add_write(&d->requests, t, w);
	pthread_mutex_unlock(&d->lock);
	wake(d);
}

void mqtt_device_explain(struct mqtt_device *d, const struct driver_tag *t,
			 const struct driver_explain *e)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "broker   %s:%d as \"%s\"\n", d->s.host, d->s.port,
		    d->s.client_id);
	pthread_mutex_lock(&d->lock);
	mqtt_topics_explain(d->topics, t, &text);
	pthread_mutex_unlock(&d->lock);
	driver_post_explain(d->child, e, text.buf);
	strbuf_release(&text);
}

void mqtt_device_ask_stop(struct mqtt_device *d)
{
	pthread_mutex_lock(&d->lock);
	d->stopping = true;
	pthread_mutex_unlock(&d->lock);
	wake(d);
}

void mqtt_device_stop(struct mqtt_device *d)
{
	mqtt_device_ask_stop(d);
	pthread_join(d->thread, NULL);
	requests_fail_reads(&d->requests, "the driver was stopped");
	if (d->requests.write.published)
		requests_end_write(&d->requests, WRITE_UNKNOWN,
				   "published, then the driver was stopped");
	requests_end_write(&d->requests, WRITE_NOT_SENT,
			   "nothing was published: the driver was stopped");
	driver_channel_close(d->channel);
	mqtt_topics_free(d->topics);
	pthread_mutex_destroy(&d->lock);
	close(d->wake);
	free(d);
}
