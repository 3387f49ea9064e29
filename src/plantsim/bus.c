/* bus.c - see bus.h. */
#include "plantsim/bus.h"

#include <jansson.h>
#include <math.h>
#include <mosquitto.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

#define KEEP_ALIVE_S 10
#define RETRY_MS     300
#define PERIOD_MS    1000

struct bus {
	struct plant *plant; /* borrowed */
	struct mosquitto *m;
	char *host;
	int port;
	bool dialled, connected;
	struct mono retry_at, publish_at;
	struct wall wall; /* of this turn */
	unsigned second;
};

static void subscribe_all(struct bus *b)
{
	for (size_t i = 0; i < map_count; i++)
		if (map_rows[i].set_topic)
			mosquitto_subscribe(b->m, NULL, map_rows[i].set_topic, 0);
}

static void on_connect(struct mosquitto *m, void *arg, int rc)
{
	struct bus *b = arg;

	(void)m;
	if (rc != 0)
		return;
	b->connected = true;
	log_info("connected to the broker at %s:%d", b->host, b->port);
	subscribe_all(b);
}

static void on_disconnect(struct mosquitto *m, void *arg, int rc)
{
	struct bus *b = arg;

	(void)m, (void)rc;
	if (b->connected)
		log_warn("the broker at %s:%d is gone; trying again", b->host, b->port);
	b->connected = b->dialled = false;
}

/* --- publishing --------------------------------------------------------------- */
static void add_json(struct strbuf *out, const struct map_row *row, double v)
{
	char number[32];

	num_format(v, 3, number, sizeof(number));
	strbuf_addf(out, "%s\"%s\": %s", out->len ? ", " : "", row->key,
		    row->field != FIELD_BOOL ? number
		    : v != 0.0               ? "true"
					     : "false");
}

static void make_payload(const struct bus *b, size_t first, size_t end,
			 struct strbuf *out)
{
	const struct map_row *row = &map_rows[first];
	double v = plant_read(b->plant, first);

	if (row->coding == MAP_PLAIN) {
		strbuf_addf(out, "%.0f", v);
		return;
	}
	if (row->coding == MAP_MODE) {
		strbuf_adds(out, v != 0.0 ? "AUTO" : "MANUAL");
		return;
	}
	struct strbuf body = STRBUF_INIT;
	for (size_t i = first; i < end; i++)
		add_json(&body, &map_rows[i], plant_read(b->plant, i));
	if (row->with_ts)
		strbuf_addf(&body, ", \"ts\": %lld", (long long)b->wall.ms);
	strbuf_addf(out, "{%s}", body.buf);
	strbuf_release(&body);
}

/* Rows first .. end share one topic. */
static void publish_topic(struct bus *b, size_t first, size_t end)
{
	struct strbuf payload = STRBUF_INIT;

	make_payload(b, first, end, &payload);
	mosquitto_publish(b->m, NULL, map_rows[first].topic, (int)payload.len,
			  payload.buf, 0, false);
	strbuf_release(&payload);
}

static size_t topic_end(size_t first)
{
	size_t end = first + 1;

	while (end < map_count && map_rows[end].topic &&
	       strcmp(map_rows[end].topic, map_rows[first].topic) == 0)
		end++;
	return end;
}

static void publish_due(struct bus *b)
{
	for (size_t i = 0, end; i < map_count; i = end) {
		end = i + 1;
		if (!map_rows[i].topic)
			continue;
		end = topic_end(i);
		if (b->second % (unsigned)map_rows[i].period_s == 0)
			publish_topic(b, i, end);
	}
	b->second++;
}

/* --- obeying ------------------------------------------------------------------ */
static bool payload_number(const struct mosquitto_message *msg, const char *key,
			   double *out)
{
	json_error_t err;
	if (!msg->payload) /* empty: libmosquitto gives no pointer at all */
		return false;
	json_t *root = json_loadb(msg->payload, (size_t)msg->payloadlen, 0, &err);
	const json_t *v = json_object_get(root, key);
	bool is_number = json_is_number(v);

	if (is_number)
		*out = json_number_value(v);
	json_decref(root);
	return is_number;
}

static void on_message(struct mosquitto *m, void *arg,
		       const struct mosquitto_message *msg)
{
	struct bus *b = arg;
	double v;

	(void)m;
	for (size_t i = 0; i < map_count; i++) {
		const struct map_row *row = &map_rows[i];
		if (!row->set_topic || strcmp(row->set_topic, msg->topic) != 0)
			continue;
		if (!payload_number(msg, row->key, &v) || !plant_request(b->plant, i, v))
			log_warn("%s: payload ignored", row->set_topic);
		publish_topic(b, i, topic_end(i)); /* the value that now stands */
		return;
	}
}

/* --- life --------------------------------------------------------------------- */
struct bus *bus_open(struct plant *plant, const char *host, int port, struct strbuf *why)
{
	struct bus *b = xcalloc(1, sizeof(*b));

	mosquitto_lib_init();
	b->m = mosquitto_new(NULL, true, b);
	if (!b->m) {
		strbuf_setf(why, "libmosquitto cannot make a client");
		free(b);
		return NULL;
	}
	b->plant = plant;
	b->host = xstrdup(host);
	b->port = port;
	mosquitto_connect_callback_set(b->m, on_connect);
	mosquitto_disconnect_callback_set(b->m, on_disconnect);
	mosquitto_message_callback_set(b->m, on_message);
	return b;
}

void bus_close(struct bus *b)
{
	if (!b)
		return;
	mosquitto_destroy(b->m);
	mosquitto_lib_cleanup();
	free(b->host);
	free(b);
}

void bus_watch(const struct bus *b, struct poller *p)
{
	if (!b)
		return;
	int events = POLLIN | (mosquitto_want_write(b->m) ? POLLOUT : 0);
	poller_add(p, mosquitto_socket(b->m), (short)events);
}

void bus_handle(struct bus *b, const struct poller *p)
{
	if (!b)
		return;
	short got = poller_got(p, mosquitto_socket(b->m));
	if (got & (POLLIN | POLLHUP | POLLERR))
		mosquitto_loop_read(b->m, 1);
	if (got & POLLOUT)
		mosquitto_loop_write(b->m, 1);
}

void bus_tick(struct bus *b, struct now now)
{
	if (!b)
		return;
	b->wall = now.wall;
	if (mosquitto_socket(b->m) < 0)
		b->connected = b->dialled = false;
	if (!b->dialled && mono_reached(now.mono, b->retry_at)) {
		b->dialled = mosquitto_connect_async(b->m, b->host, b->port,
						     KEEP_ALIVE_S) == MOSQ_ERR_SUCCESS;
		b->retry_at = mono_add_ms(now.mono, RETRY_MS);
	}
	if (b->dialled)
		mosquitto_loop_misc(b->m);
	if (b->connected && mono_reached(now.mono, b->publish_at)) {
		publish_due(b);
		b->publish_at = mono_add_ms(now.mono, PERIOD_MS);
	}
}

bool bus_connected(const struct bus *b)
{
	return b && b->connected;
}
