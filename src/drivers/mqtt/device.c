/* device.c - the thread behind one broker, and what the main thread asks of it. */
#include "drivers/mqtt/device.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "drivers/mqtt/device_int.h"
#include "util/log.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	STEP_MS = 200, /* longest wait: a channel must show progress */
	STATS_EACH_MS = 1000,
	NOTICES_MS = 5, /* until more of them may go */
	STACK_BYTES = 2 << 20
};

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
	if (d->phase == PHASE_UP && d->notices.first)
		ms = NOTICES_MS;
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
	mqtt_phase_adopt(d);
	mqtt_phase_step(d, revents);
	if (d->phase != PHASE_UP)
		requests_fail_reads(&d->requests, mqtt_no_connection);
	requests_expire(&d->requests, d->now.mono);
	mqtt_publish_step(d);
	mqtt_publish_notices(d);
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
				      const struct driver_device *def)
{
	struct mqtt_device *d = xcalloc(1, sizeof(*d));

	d->child = child;
	d->def = def;
	mqtt_device_parse(def, &d->s, NULL); /* was accepted before */
	d->topics = mqtt_topics_new(def);
	d->requests.child = child;
	d->version5 = true;
	d->taken_ms = MQTT_TAKEN_FIRST_MS;
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

void mqtt_device_update(struct mqtt_device *d, uint32_t generation)
{
	struct mqtt_topics *topics = mqtt_topics_new(d->def);

	pthread_mutex_lock(&d->lock);
	mqtt_topics_free(d->next_topics);
	d->next_topics = topics;
	d->told = generation;
	pthread_mutex_unlock(&d->lock);
	wake(d);
}

void mqtt_device_go_on(struct mqtt_device *d, uint32_t generation)
{
	pthread_mutex_lock(&d->lock);
	d->told = generation;
	if (!d->next_topics)
		driver_channel_adopted(d->channel, generation);
	pthread_mutex_unlock(&d->lock);
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

void mqtt_device_publish(struct mqtt_device *d, const struct driver_publish *m)
{
	pthread_mutex_lock(&d->lock);
	if (!notices_add(&d->notices, m) && !d->notices_lost) {
		d->notices_lost = true;
		log_warn("%s: the broker takes messages too slowly: some that tell of "
			 "alarms are lost",
			 d->def->name);
	}
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
	notices_drop(&d->notices);
	if (d->requests.write.published)
		requests_end_write(&d->requests, WRITE_UNKNOWN,
				   "published, then the driver was stopped");
	requests_end_write(&d->requests, WRITE_NOT_SENT,
			   "nothing was published: the driver was stopped");
	driver_channel_close(d->channel);
	mqtt_topics_free(d->topics);
	mqtt_topics_free(d->next_topics);
	pthread_mutex_destroy(&d->lock);
	close(d->wake);
	free(d);
}
