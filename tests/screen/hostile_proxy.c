/* hostile_proxy.c - see the header. */
#include "support/test.h"

#include "screen/hostile_proxy.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "screen/hostile_text.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wire/msg.h"
#include "wire/socket.h"

enum { STEP_MS = 10, RUN_MIN = 3 };

struct hostile_proxy {
	pthread_t thread;
	pthread_mutex_t lock;
	char server[sizeof(((struct sockaddr_un *)0)->sun_path)];
	int listener, console, station;
	bool stop;
	enum hostile_way way;
	uint64_t seed;
	unsigned per_mille;
	size_t changed;
	struct strbuf in; /* of the station: up to a whole frame */
};

static bool chance(struct hostile_proxy *p)
{
	return hostile_random(&p->seed) % 1000 < p->per_mille;
}

static void spoil_text(struct hostile_proxy *p, char *bytes, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t from = i;

		while (i < n && (unsigned char)bytes[i] >= ' ' && bytes[i] != 0x7F)
			i++;
		/* its last may be the length of the next text */
		if (i - from >= RUN_MIN && chance(p)) {
			hostile_fill(&p->seed, bytes + from, i - from - 1);
			p->changed++;
		}
		i += i == from;
	}
}

static void spoil_bytes(struct hostile_proxy *p, char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!chance(p))
			continue;
		bytes[i] = (char)hostile_random(&p->seed);
		p->changed++;
	}
}

static bool send_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t put = send(fd, bytes, n, MSG_NOSIGNAL);

		if (put <= 0)
			return false;
		bytes += put;
		n -= (size_t)put;
	}
	return true;
}

static void part(struct hostile_proxy *p)
{
	close(p->console);
	close(p->station);
	p->console = p->station = -1;
	strbuf_clear(&p->in);
}

/* Whole frames of the station, spoilt, to the console. */
static bool hand_on(struct hostile_proxy *p)
{
	size_t at = 0;
	bool ok = true;

	while (ok) {
		const uint8_t *payload;
		uint16_t type;
		size_t len;
		int64_t used = wire_frame_next((const uint8_t *)p->in.buf + at,
					       p->in.len - at, &type, &payload, &len);
		char *bytes = p->in.buf + ((const char *)payload - p->in.buf);

		if (used <= 0)
			break;
		if (p->way == HOSTILE_TEXT)
			spoil_text(p, bytes, len);
		else
			spoil_bytes(p, bytes, len);
		ok = send_all(p->console, p->in.buf + at, (size_t)used);
		at += (size_t)used;
	}
	memmove(p->in.buf, p->in.buf + at, p->in.len - at);
	p->in.len -= at;
	return ok;
}

static void join(struct hostile_proxy *p)
{
	int fd = accept(p->listener, NULL, NULL);
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	if (fd < 0)
		return;
	if (p->console >= 0)
		part(p);
	memcpy(to.sun_path, p->server, sizeof(to.sun_path));
	p->console = fd;
	p->station = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connect(p->station, (struct sockaddr *)&to, sizeof(to)) < 0)
		part(p);
}

static void carry(struct hostile_proxy *p, const struct pollfd *fds)
{
	char buf[65536];
	ssize_t n;

	if (fds[1].revents && p->console >= 0) {
		n = recv(p->console, buf, sizeof(buf), MSG_DONTWAIT);
		if (n == 0 || (n > 0 && !send_all(p->station, buf, (size_t)n)))
			part(p);
	}
	if (fds[2].revents && p->station >= 0) {
		n = recv(p->station, buf, sizeof(buf), MSG_DONTWAIT);
		if (n > 0)
			strbuf_add(&p->in, buf, (size_t)n);
		if (n == 0 || !hand_on(p))
			part(p);
	}
}

static void *serve(void *arg)
{
	struct hostile_proxy *p = arg;
	bool stop = false;

	while (!stop) {
		struct pollfd fds[3] = { { .fd = p->listener, .events = POLLIN },
					 { .fd = p->console, .events = POLLIN },
					 { .fd = p->station, .events = POLLIN } };

		poll(fds, 3, STEP_MS);
		pthread_mutex_lock(&p->lock);
		carry(p, fds);
		if (fds[0].revents)
			join(p);
		stop = p->stop;
		pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

struct hostile_proxy *hostile_proxy_start(const char *server, const char *path)
{
	struct hostile_proxy *p = xcalloc(1, sizeof(*p));
	struct strbuf why = STRBUF_INIT;

	p->console = p->station = -1;
	p->seed = 1;
	strbuf_init(&p->in, 1 << 20);
	snprintf(p->server, sizeof(p->server), "%s", server);
	p->listener = socket_listen(path, 0600, &why);
	if (p->listener < 0)
		fail_msg("%s", why.buf);
	pthread_mutex_init(&p->lock, NULL);
	pthread_create(&p->thread, NULL, serve, p);
	return p;
}

void hostile_proxy_stop(struct hostile_proxy *p)
{
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	if (p->console >= 0)
		part(p);
	close(p->listener);
	strbuf_release(&p->in);
	free(p);
}

void hostile_proxy_set(struct hostile_proxy *p, enum hostile_way way, uint64_t seed,
		       unsigned per_mille)
{
	pthread_mutex_lock(&p->lock);
	p->way = way;
	p->seed = seed;
	p->per_mille = per_mille;
	pthread_mutex_unlock(&p->lock);
}

size_t hostile_proxy_changed(struct hostile_proxy *p)
{
	size_t n;

	pthread_mutex_lock(&p->lock);
	n = p->changed;
	pthread_mutex_unlock(&p->lock);
	return n;
}
