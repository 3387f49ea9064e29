/* connection.c - libmosquitto by its external-loop calls, one handle a connection. */
#include "drivers/mqtt/connection.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	READS_A_STEP = 32,     /* packets read before others get their turn */
	SUBSCRIBE_TOPICS = 64, /* in one SUBSCRIBE packet */
	SUBSCRIBE_BYTES = 32768,
	SUBSCRIBE_QOS = 1,
	PACKET_MAX = PAYLOAD_MAX + MQTT_TOPIC_MAX + 1024
};

struct subscription { /* one SUBSCRIBE packet */
	int id;
	size_t topics[SUBSCRIBE_TOPICS], n;
	bool answered;
};

struct mqtt_connection {
	struct mosquitto *m;
	struct mqtt_handlers handlers;
	void *arg;
	bool version5, accepted;
	int keepalive_s;
	struct mono begun, heard; /* heard: anything read from the broker */
	struct subscription *subs;
	size_t n_subs, n_answered;
	struct mono subscribed_at;
	struct now now; /* of the running step */
	/* set by callbacks */
	enum mqtt_end end;
	struct strbuf end_text;
};

void mqtt_library_open(void)
{
	mosquitto_lib_init();
}

void mqtt_library_close(void)
{
	mosquitto_lib_cleanup();
}

static void ended(struct mqtt_connection *c, enum mqtt_end end, const char *text)
{
	if (c->end != MQTT_END_NONE) /* the first reason is the true one */
		return;
	c->end = end;
	strbuf_setf(&c->end_text, "%s", text);
}

/* --- callbacks of the library --- */

static void refuse_connection(struct mqtt_connection *c, int rc)
{
	bool version = rc == MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION ||
		       rc == CONNACK_REFUSED_PROTOCOL_VERSION;

	ended(c, version ? MQTT_END_VERSION : MQTT_END_REFUSED, "");
	strbuf_setf(&c->end_text, "the broker refused the connection: %s",
		    c->version5 ? mosquitto_reason_string(rc)
				: mosquitto_connack_string(rc));
}

static void on_connect(struct mosquitto *m, void *arg, int rc, int flags,
		       const mosquitto_property *properties)
{
	struct mqtt_connection *c = arg;
	uint16_t seconds;

	(void)m, (void)flags;
	if (rc != 0) {
		refuse_connection(c, rc);
		return;
	}
	if (mosquitto_property_read_int16(properties, MQTT_PROP_SERVER_KEEP_ALIVE,
					  &seconds, false) &&
	    seconds > 0)
		c->keepalive_s = seconds;
	c->accepted = true;
	c->handlers.accepted(c->arg);
}

static void on_disconnect(struct mosquitto *m, void *arg, int rc,
			  const mosquitto_property *properties)
{
	struct mqtt_connection *c = arg;

	(void)m, (void)properties;
	if (rc == MQTT_RC_SESSION_TAKEN_OVER) {
		ended(c, MQTT_END_TAKEN_OVER, "another client took our client id");
	} else if (rc >= 0x80) {
		ended(c, MQTT_END_LOST, "");
		strbuf_setf(&c->end_text, "the broker ended the connection: %s",
			    mosquitto_reason_string(rc));
	}
	/* library codes are worded where they are returned */
}

static void on_message(struct mosquitto *m, void *arg,
		       const struct mosquitto_message *msg)
{
	struct mqtt_connection *c = arg;
	struct mqtt_message out = { .topic = msg->topic,
				    .payload = msg->payloadlen > 0 ? msg->payload : NULL,
				    .len = msg->payloadlen > 0 ? (size_t)msg->payloadlen
							       : 0,
				    .retained = msg->retain };

	(void)m;
	c->handlers.message(c->arg, &out);
}

static void on_subscribe(struct mosquitto *m, void *arg, int id, int n,
			 const int *granted)
{
	struct mqtt_connection *c = arg;

	(void)m;
	for (size_t i = 0; i < c->n_subs; i++) {
		struct subscription *s = &c->subs[i];
		if (s->id != id || s->answered)
			continue;
		s->answered = true;
		c->n_answered++;
		for (size_t k = 0; k < s->n; k++) {
			bool told = k < (size_t)(n > 0 ? n : 0);
			bool ok = told && granted[k] >= 0 && granted[k] <= 2;
			c->handlers.subscribed(
				c->arg, s->topics[k], ok,
				ok     ? ""
				: told ? c->version5 ? mosquitto_reason_string(granted[k])
						     : "not authorised"
				       : "the broker's answer does not mention it");
		}
		return;
	}
}

static void on_publish(struct mosquitto *m, void *arg, int id, int rc,
		       const mosquitto_property *properties)
{
	struct mqtt_connection *c = arg;

	(void)m, (void)properties;
	c->handlers.published(c->arg, id,
			      rc >= 0x80 ? mosquitto_reason_string(rc) : NULL);
}

/* --- opening --- */

static void set_socket_options(int fd, int keepalive_s)
{
	struct linger drop = { .l_onoff = 1, .l_linger = 0 };
	unsigned int limit_ms = (unsigned int)keepalive_s * 1500u;

	/* best effort: without these the keep-alive still ends a dead connection */
	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &drop, sizeof(drop));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit_ms, sizeof(limit_ms));
}

static bool prepare(struct mqtt_connection *c, const struct mqtt_options *o)
{
	int version = o->version5 ? MQTT_PROTOCOL_V5 : MQTT_PROTOCOL_V311;

	mosquitto_connect_v5_callback_set(c->m, on_connect);
	mosquitto_disconnect_v5_callback_set(c->m, on_disconnect);
	mosquitto_message_callback_set(c->m, on_message);
	mosquitto_subscribe_callback_set(c->m, on_subscribe);
	mosquitto_publish_v5_callback_set(c->m, on_publish);
	return mosquitto_int_option(c->m, MOSQ_OPT_PROTOCOL_VERSION, version) == 0 &&
	       mosquitto_int_option(c->m, MOSQ_OPT_TCP_NODELAY, 1) == 0 &&
	       (!o->username ||
		mosquitto_username_pw_set(c->m, o->username, o->password) == 0);
}

/* Connects to an address that has just answered (reach.h). MQTT 5: a broker must not
 * send us what we would drop anyway (MQ-06). */
static int begin(struct mqtt_connection *c, const struct mqtt_options *o)
{
	mosquitto_property *properties = NULL;
	int rc = MOSQ_ERR_SUCCESS;

	if (o->version5)
		rc = mosquitto_property_add_int32(
			&properties, MQTT_PROP_MAXIMUM_PACKET_SIZE, PACKET_MAX);
	if (rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_connect_bind_v5(c->m, o->address, o->port, o->keepalive_s,
					       NULL, properties);
	mosquitto_property_free_all(&properties);
	return rc;
}

struct mqtt_connection *mqtt_connection_open(const struct mqtt_options *o,
					     const struct mqtt_handlers *handlers,
					     void *arg, struct now now,
					     struct strbuf *why)
{
	struct mqtt_connection *c = xcalloc(1, sizeof(*c));
	int rc = MOSQ_ERR_NOMEM;

	c->handlers = *handlers;
	c->arg = arg;
	c->version5 = o->version5;
	c->keepalive_s = o->keepalive_s;
	c->begun = c->heard = now.mono;
	strbuf_init(&c->end_text, 500);
	c->m = mosquitto_new(o->client_id, true, c);
	errno = 0;
	if (c->m && prepare(c, o))
		rc = begin(c, o);
	if (rc == MOSQ_ERR_SUCCESS) {
		set_socket_options(mosquitto_socket(c->m), o->keepalive_s);
		return c;
	}
	strbuf_setf(why, "%s",
		    rc == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(rc));
	mqtt_connection_close(c, false);
	return NULL;
}

void mqtt_connection_close(struct mqtt_connection *c, bool polite)
{
	struct linger keep = { 0 };

	if (!c)
		return;
	c->end = MQTT_END_LOST; /* callbacks from here on say nothing new */
	if (polite && c->m && mosquitto_socket(c->m) >= 0) {
		(void)setsockopt(mosquitto_socket(c->m), SOL_SOCKET, SO_LINGER, &keep,
				 sizeof(keep));
		mosquitto_disconnect(c->m);
	}
	mosquitto_destroy(c->m);
	strbuf_release(&c->end_text);
	free(c->subs);
	free(c);
}

/* --- running --- */

int mqtt_connection_fd(const struct mqtt_connection *c)
{
	return mosquitto_socket(c->m);
}

short mqtt_connection_events(const struct mqtt_connection *c)
{
	return mosquitto_want_write(c->m) ? POLLIN | POLLOUT : POLLIN;
}

static bool readable(const struct mqtt_connection *c)
{
	struct pollfd p = { .fd = mosquitto_socket(c->m), .events = POLLIN };

	return p.fd >= 0 && poll(&p, 1, 0) > 0;
}

/* A library code that ends the connection, in words. */
static void library_ended(struct mqtt_connection *c, int rc, int error)
{
	bool closed =
		rc == MOSQ_ERR_CONN_LOST || (rc == MOSQ_ERR_ERRNO && error == ECONNRESET);
	bool mute = rc == MOSQ_ERR_KEEPALIVE;
	const char *text = mosquitto_strerror(rc);

	if (mute)
		text = c->accepted ? "the broker does not answer"
				   : "the broker does not answer our CONNECT";
	else if (closed)
		text = "the broker closed the connection";
	else if (rc == MOSQ_ERR_ERRNO)
		text = strerror(error);
	else if (rc == MOSQ_ERR_PROTOCOL || rc == MOSQ_ERR_MALFORMED_PACKET)
		text = "the broker broke the MQTT protocol";
	else if (rc == MOSQ_ERR_NOMEM)
		text = "the broker sent a packet larger than this driver accepts";
	/* before CONNACK it is what an old broker does with a newer CONNECT: an answer
	 * that cannot be read, or none */
	if (!c->accepted && !mute)
		ended(c, MQTT_END_VERSION, text);
	else
		ended(c, closed ? MQTT_END_CLOSED : MQTT_END_LOST, text);
}

static void read_packets(struct mqtt_connection *c)
{
	for (int i = 0; i < READS_A_STEP && readable(c); i++) {
		c->heard = c->now.mono;
		errno = 0;
		int rc = mosquitto_loop_read(c->m, 1);
		if (rc != MOSQ_ERR_SUCCESS)
			library_ended(c, rc, errno);
		if (rc != MOSQ_ERR_SUCCESS || c->end != MQTT_END_NONE)
			return;
	}
}

bool mqtt_connection_settled(const struct mqtt_connection *c)
{
	return c->n_answered == c->n_subs;
}

static void check_time(struct mqtt_connection *c)
{
	struct mono now = c->now.mono;

	if (!c->accepted && mono_ms_between(c->begun, now) > MQTT_CONNECT_LIMIT_MS)
		ended(c, MQTT_END_LOST, "the broker does not answer our CONNECT");
	else if (mono_ms_between(c->heard, now) >= c->keepalive_s * 1500LL)
		ended(c, MQTT_END_LOST, "the broker does not answer");
	else if (!mqtt_connection_settled(c) &&
		 mono_ms_between(c->subscribed_at, now) > MQTT_SUBSCRIBE_LIMIT_MS)
		ended(c, MQTT_END_LOST, "the broker does not answer our subscriptions");
}

enum mqtt_end mqtt_connection_step(struct mqtt_connection *c, short revents,
				   struct now now, struct strbuf *why)
{
	int rc = MOSQ_ERR_SUCCESS;

	c->now = now;
	if (revents & (POLLIN | POLLHUP | POLLERR))
		read_packets(c);
	errno = 0;
	if (c->end == MQTT_END_NONE && (revents & POLLOUT))
		rc = mosquitto_loop_write(c->m, 1);
	if (c->end == MQTT_END_NONE && rc == MOSQ_ERR_SUCCESS)
		rc = mosquitto_loop_misc(c->m); /* pings */
	if (rc != MOSQ_ERR_SUCCESS)
		library_ended(c, rc, errno);
	if (mosquitto_socket(c->m) < 0)
		ended(c, c->accepted ? MQTT_END_CLOSED : MQTT_END_VERSION,
		      "the broker closed the connection");
	check_time(c);
	if (c->end != MQTT_END_NONE)
		strbuf_setf(why, "%s", c->end_text.buf);
	return c->end;
}

/* --- subscribing --- */

/* One packet with the wanted topics from *next on. */
static bool subscribe_some(struct mqtt_connection *c, const struct mqtt_topics *ts,
			   size_t *next)
{
	char *names[SUBSCRIBE_TOPICS];
	struct subscription one = { 0 };
	size_t bytes = 0, total = mqtt_topics_count(ts);
	bool own = false;

	for (; *next < total && one.n < SUBSCRIBE_TOPICS && bytes < SUBSCRIBE_BYTES;
	     ++*next) {
		if (!mqtt_topics_wants(ts, *next))
			continue;
		if (one.n && mqtt_topics_own(ts, *next) != own)
			break; /* a packet has one option for all its topics */
		own = mqtt_topics_own(ts, *next);
		/* the library's prototype lacks a const; it does not write */
		names[one.n] = (char *)(uintptr_t)mqtt_topics_name(ts, *next);
		bytes += strlen(names[one.n]) + 3;
		one.topics[one.n++] = *next;
	}
	if (one.n == 0)
		return true;
	if (mosquitto_subscribe_multiple(c->m, &one.id, (int)one.n, names, SUBSCRIBE_QOS,
					 c->version5 && !own ? MQTT_SUB_OPT_NO_LOCAL : 0,
					 NULL) != MOSQ_ERR_SUCCESS)
		return false;
	*GROW(&c->subs, &c->n_subs) = one;
	return true;
}

bool mqtt_connection_subscribe(struct mqtt_connection *c, const struct mqtt_topics *ts)
{
	size_t next = 0;

	if (mqtt_connection_settled(c)) { /* the answered ones are of no use any more */
		free(c->subs);
		c->subs = NULL;
		c->n_subs = c->n_answered = 0;
	}
	c->subscribed_at = c->now.mono;
	while (next < mqtt_topics_count(ts)) {
		if (!subscribe_some(c, ts, &next)) {
			ended(c, MQTT_END_LOST, "the subscriptions could not be sent");
			return false;
		}
	}
	return true;
}

bool mqtt_connection_unsubscribe(struct mqtt_connection *c, const struct mqtt_topics *was,
				 const struct mqtt_topics *is)
{
	for (size_t i = 0; i < mqtt_topics_count(was); i++) {
		const char *name = mqtt_topics_name(was, i);

		if (mqtt_topics_has(is, name))
			continue;
		if (mosquitto_unsubscribe(c->m, NULL, name) != MOSQ_ERR_SUCCESS) {
			ended(c, MQTT_END_LOST, "a topic could not be given back");
			return false;
		}
	}
	return true;
}

bool mqtt_connection_all_subscribed(const struct mqtt_connection *c)
{
	return c->accepted && mqtt_connection_settled(c);
}

/* --- publishing --- */

const char *mqtt_connection_doubt(const struct mqtt_connection *c, struct now now)
{
	if (!c->accepted || c->end != MQTT_END_NONE || mosquitto_socket(c->m) < 0)
		return "there is no connection to the broker";
	if (mosquitto_want_write(c->m))
		return "the connection to the broker is congested";
	if (mono_ms_between(c->heard, now.mono) > c->keepalive_s * 1000LL + 1000)
		return "the broker has been silent for longer than its keep-alive";
	return NULL;
}

/* Codes with which the library refuses before it touches the socket or its queue. */
static bool refused_at_once(int rc)
{
	static const int codes[] = { MOSQ_ERR_INVAL,
				     MOSQ_ERR_PAYLOAD_SIZE,
				     MOSQ_ERR_MALFORMED_UTF8,
				     MOSQ_ERR_QOS_NOT_SUPPORTED,
				     MOSQ_ERR_RETAIN_NOT_SUPPORTED,
				     MOSQ_ERR_OVERSIZE_PACKET,
				     MOSQ_ERR_NOT_SUPPORTED };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i] == rc)
			return true;
	return false;
}

enum mqtt_sent mqtt_connection_publish(struct mqtt_connection *c, const char *topic,
				       const struct strbuf *payload, int qos, bool retain,
				       unsigned expiry_s, int *id, struct strbuf *why)
{
	mosquitto_property *properties = NULL;

	if (c->version5 && expiry_s > 0)
		mosquitto_property_add_int32(&properties,
					     MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, expiry_s);
	errno = 0;
	int rc = mosquitto_publish_v5(c->m, id, topic, (int)payload->len, payload->buf,
				      qos, retain, properties);
	int error = errno;
	mosquitto_property_free_all(&properties);
	if (rc == MOSQ_ERR_SUCCESS)
		return MQTT_SENT;
	strbuf_setf(why, "%s",
		    rc == MOSQ_ERR_ERRNO ? strerror(error) : mosquitto_strerror(rc));
	return refused_at_once(rc) ? MQTT_NOT_SENT : MQTT_MAYBE;
}
