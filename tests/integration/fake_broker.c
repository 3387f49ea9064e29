/* fake_broker.c - see the header. */
#include "support/test.h"

#include "fake_broker.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/xalloc.h"

enum { PACKET_MAX = 65536, TYPES = 16 };

struct fake_broker {
	struct fake_ways ways;
	int listener, port, client;
	bool version5;
	pthread_t thread;
	atomic_bool stopping;
	atomic_uint seen[TYPES];
	uint8_t packet[PACKET_MAX];
};

static void send_bytes(struct fake_broker *b, const uint8_t *p, size_t n)
{
	while (n > 0) {
		ssize_t sent = send(b->client, p, n, MSG_NOSIGNAL);
		if (sent <= 0)
			return;
		p += sent;
		n -= (size_t)sent;
	}
}

/* False at the end of the connection or of the test. */
static bool receive(struct fake_broker *b, uint8_t *p, size_t n)
{
	while (n > 0) {
		struct pollfd fd = { .fd = b->client, .events = POLLIN };
		if (atomic_load(&b->stopping))
			return false;
		if (poll(&fd, 1, 20) <= 0)
			continue;
		ssize_t got = recv(b->client, p, n, 0);
		if (got <= 0)
			return false;
		p += got;
		n -= (size_t)got;
	}
	return true;
}

static bool on_connect(struct fake_broker *b)
{
	uint8_t v5[] = { 0x20, 3, 0, (uint8_t)b->ways.connack, 0 };
	uint8_t v311[] = { 0x20, 2, 0, (uint8_t)b->ways.connack };

	b->version5 = b->packet[6] == 5;
	if (b->ways.mute)
		return true;
	if (b->version5 && b->ways.only_v311) {
		v311[3] = 1; /* unacceptable protocol version */
		send_bytes(b, v311, sizeof(v311));
		return false;
	}
	if (b->version5)
		send_bytes(b, v5, sizeof(v5));
	else
		send_bytes(b, v311, sizeof(v311));
	return b->ways.connack == 0;
}

static void send_boast(struct fake_broker *b)
{
	static const uint8_t rest[] = { 0, 3, 'b', 'i', 'g', 'x', 'x', 'x', 'x' };
	uint8_t head[5] = { 0x30 };
	size_t n = 1;
	uint32_t length = b->ways.boast;

	do {
		head[n] = (uint8_t)(length % 128);
		length /= 128;
		head[n] |= length ? 0x80 : 0;
		n++;
	} while (length && n < sizeof(head));
	send_bytes(b, head, n);
	send_bytes(b, rest, sizeof(rest));
}

static bool on_subscribe(struct fake_broker *b, size_t n)
{
	uint8_t out[128] = { 0x90, 0, b->packet[0], b->packet[1] };
	size_t len = 4, at = 2, topics = 0;

	if (b->version5) {
		at += 1u + b->packet[at]; /* properties: short ones only */
		out[len++] = 0;
	}
	for (; at + 3 <= n && topics < 100; topics++) {
		at += 3u + ((size_t)b->packet[at] << 8 | b->packet[at + 1]);
		if (!b->ways.suback_empty)
			out[len++] = b->ways.suback_refuse && topics == 0
					     ? (b->version5 ? 0x87 : 0x80)
					     : 1;
	}
	out[1] = (uint8_t)(len - 2);
	send_bytes(b, out, len);
	if (b->ways.boast)
		send_boast(b);
	return !b->ways.hang_up;
}

static bool on_publish(struct fake_broker *b, uint8_t head)
{
	size_t topic = (size_t)b->packet[0] << 8 | b->packet[1];
	uint8_t v5[] = { 0x40, 4, b->packet[topic + 2], b->packet[topic + 3], 0x87, 0 };
	uint8_t ok[] = { 0x40, 2, b->packet[topic + 2], b->packet[topic + 3] };

	if ((head >> 1 & 3) == 0 || b->ways.puback_never)
		return true;
	if (b->ways.puback_refuse)
		send_bytes(b, v5, sizeof(v5));
	else
		send_bytes(b, ok, sizeof(ok));
	return true;
}

static bool on_packet(struct fake_broker *b, uint8_t head, size_t n)
{
	static const uint8_t pong[] = { 0xd0, 0 };
	int type = head >> 4;

	atomic_fetch_add(&b->seen[type], 1);
	switch (type) {
	case 1:
		return on_connect(b);
	case 3:
		return on_publish(b, head);
	case 8:
		return on_subscribe(b, n);
	case 12:
		send_bytes(b, pong, sizeof(pong));
		return true;
	case 14:
		return false;
	default:
		return true;
	}
}

static void serve_client(struct fake_broker *b)
{
	for (;;) {
		uint8_t head, byte = 0x80;
		size_t n = 0;
		if (!receive(b, &head, 1))
			return;
		for (int shift = 0; byte & 0x80; shift += 7) {
			if (!receive(b, &byte, 1))
				return;
			n |= (size_t)(byte & 127) << shift;
		}
		if (n > PACKET_MAX || !receive(b, b->packet, n) || !on_packet(b, head, n))
			return;
	}
}

static void *serve(void *arg)
{
	struct fake_broker *b = arg;

	while (!atomic_load(&b->stopping)) {
		struct pollfd fd = { .fd = b->listener, .events = POLLIN };
		if (poll(&fd, 1, 20) <= 0)
			continue;
		b->client = accept(b->listener, NULL, NULL);
		if (b->client < 0)
			continue;
		serve_client(b);
		close(b->client);
	}
	return NULL;
}

struct fake_broker *fake_broker_start(const struct fake_ways *ways)
{
	struct fake_broker *b = xcalloc(1, sizeof(*b));
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(a);

	b->ways = *ways;
	b->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (b->listener < 0 || bind(b->listener, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    listen(b->listener, 8) < 0 ||
	    getsockname(b->listener, (struct sockaddr *)&a, &len) < 0)
		fail_msg("the fake broker cannot listen: %s", strerror(errno));
	b->port = ntohs(a.sin_port);
	if (pthread_create(&b->thread, NULL, serve, b) != 0)
		fail_msg("the fake broker has no thread");
	return b;
}

void fake_broker_stop(struct fake_broker *b)
{
	atomic_store(&b->stopping, true);
	pthread_join(b->thread, NULL);
	close(b->listener);
	free(b);
}

int fake_broker_port(const struct fake_broker *b)
{
	return b->port;
}

unsigned fake_broker_seen(struct fake_broker *b, int type)
{
	return atomic_load(&b->seen[type]);
}
