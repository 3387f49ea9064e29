/* mqtt_client.c - see the header. */
#include "support/test.h"

#include "mqtt_client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mosquitto.h>

#include "util/xalloc.h"

enum { WAIT_S = 10 };

struct mqtt_client {
	struct mosquitto *m;
	pthread_mutex_t lock;
	pthread_cond_t news;
	bool connected, subscribed, leaving;
	int taken; /* id of the last publish the broker took */
	uint64_t count, kicked;
	char last[512];
};

static void on_connect(struct mosquitto *m, void *arg, int rc)
{
	struct mqtt_client *c = arg;

	(void)m;
	pthread_mutex_lock(&c->lock);
	c->connected = rc == 0;
	pthread_cond_broadcast(&c->news);
	pthread_mutex_unlock(&c->lock);
}

static void on_disconnect(struct mosquitto *m, void *arg, int rc)
{
	struct mqtt_client *c = arg;

	(void)m, (void)rc;
	pthread_mutex_lock(&c->lock);
	c->connected = false;
	c->kicked += !c->leaving;
	pthread_mutex_unlock(&c->lock);
}

static void on_publish(struct mosquitto *m, void *arg, int id)
{
	struct mqtt_client *c = arg;

	(void)m;
	pthread_mutex_lock(&c->lock);
	c->taken = id;
	pthread_cond_broadcast(&c->news);
	pthread_mutex_unlock(&c->lock);
}

static void on_subscribe(struct mosquitto *m, void *arg, int id, int n, const int *qos)
{
	struct mqtt_client *c = arg;

	(void)m, (void)id, (void)n, (void)qos;
	pthread_mutex_lock(&c->lock);
	c->subscribed = true;
	pthread_cond_broadcast(&c->news);
	pthread_mutex_unlock(&c->lock);
}

static void on_message(struct mosquitto *m, void *arg,
		       const struct mosquitto_message *msg)
{
	struct mqtt_client *c = arg;

	(void)m;
	pthread_mutex_lock(&c->lock);
	c->count++;
	snprintf(c->last, sizeof(c->last), "%.*s", msg->payloadlen,
		 msg->payloadlen ? (const char *)msg->payload : "");
	pthread_cond_broadcast(&c->news);
	pthread_mutex_unlock(&c->lock);
}

/* Lock held. */
static void wait_for_news(struct mqtt_client *c, const struct timespec *limit,
			  const char *what)
{
	if (pthread_cond_timedwait(&c->news, &c->lock, limit) != 0) {
		pthread_mutex_unlock(&c->lock);
		fail_msg("the test's MQTT client waited in vain for %s", what);
	}
}

static struct timespec deadline(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += WAIT_S;
	return t;
}

struct mqtt_client *mqtt_client_new(int port, const char *id)
{
	struct mqtt_client *c = xcalloc(1, sizeof(*c));
	struct timespec limit = deadline();

	mosquitto_lib_init();
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->news, NULL);
	c->m = mosquitto_new(id, true, c);
	assert_non_null(c->m);
	mosquitto_int_option(c->m, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
	mosquitto_reconnect_delay_set(c->m, 1, 1, false);
	mosquitto_connect_callback_set(c->m, on_connect);
	mosquitto_disconnect_callback_set(c->m, on_disconnect);
	mosquitto_publish_callback_set(c->m, on_publish);
	mosquitto_subscribe_callback_set(c->m, on_subscribe);
	mosquitto_message_callback_set(c->m, on_message);
	if (mosquitto_connect(c->m, "127.0.0.1", port, 60) != 0 ||
	    mosquitto_loop_start(c->m) != 0)
		fail_msg("the test's MQTT client cannot connect to port %d", port);
	pthread_mutex_lock(&c->lock);
	while (!c->connected)
		wait_for_news(c, &limit, "its connection");
	pthread_mutex_unlock(&c->lock);
	return c;
}

void mqtt_client_free(struct mqtt_client *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->leaving = true;
	pthread_mutex_unlock(&c->lock);
	mosquitto_disconnect(c->m);
	mosquitto_loop_stop(c->m, false);
	mosquitto_destroy(c->m);
	pthread_cond_destroy(&c->news);
	pthread_mutex_destroy(&c->lock);
	free(c);
	mosquitto_lib_cleanup();
}

void mqtt_client_publish(struct mqtt_client *c, const char *topic, const void *payload,
			 size_t n, int qos, bool retain)
{
	struct timespec limit = deadline();
	int id = 0;

	if (mosquitto_publish(c->m, &id, topic, (int)n, payload, qos, retain) != 0)
		fail_msg("cannot publish on %s", topic);
	pthread_mutex_lock(&c->lock);
	while (c->taken != id)
		wait_for_news(c, &limit, "the broker to take a message");
	pthread_mutex_unlock(&c->lock);
}

void mqtt_client_say(struct mqtt_client *c, const char *topic, const char *payload)
{
	mqtt_client_publish(c, topic, payload, strlen(payload), 1, false);
}

void mqtt_client_keep(struct mqtt_client *c, const char *topic, const char *payload)
{
	mqtt_client_publish(c, topic, payload, strlen(payload), 1, true);
}

void mqtt_client_subscribe(struct mqtt_client *c, const char *filter)
{
	struct timespec limit = deadline();

	pthread_mutex_lock(&c->lock);
	c->subscribed = false;
	pthread_mutex_unlock(&c->lock);
	if (mosquitto_subscribe(c->m, NULL, filter, 1) != 0)
		fail_msg("cannot subscribe %s", filter);
	pthread_mutex_lock(&c->lock);
	while (!c->subscribed)
		wait_for_news(c, &limit, "its subscription");
	pthread_mutex_unlock(&c->lock);
}

uint64_t mqtt_client_count(struct mqtt_client *c)
{
	pthread_mutex_lock(&c->lock);
	uint64_t n = c->count;
	pthread_mutex_unlock(&c->lock);
	return n;
}

void mqtt_client_wait(struct mqtt_client *c, uint64_t n, char *last, size_t size)
{
	struct timespec limit = deadline();

	pthread_mutex_lock(&c->lock);
	while (c->count < n)
		wait_for_news(c, &limit, "messages");
	if (last)
		snprintf(last, size, "%s", c->last);
	pthread_mutex_unlock(&c->lock);
}

uint64_t mqtt_client_kicked(struct mqtt_client *c)
{
	pthread_mutex_lock(&c->lock);
	uint64_t n = c->kicked;
	pthread_mutex_unlock(&c->lock);
	return n;
}
