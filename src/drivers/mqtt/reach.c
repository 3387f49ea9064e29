/* reach.c - name to address to a connection that answers. */
#include "drivers/mqtt/reach.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

enum { ADDRESSES_MAX = 8, PORT_TEXT = 8, STACK_BYTES = 512 << 10 };

/* Shared by the asker and the resolver thread; the last one frees it. */
struct lookup {
	char *host, port[PORT_TEXT];
	struct addrinfo *found;
	int error;
	atomic_bool done;
	atomic_int users;
};

struct mqtt_reach {
	struct lookup *lookup;
	struct mono begun, tried;
	const struct addrinfo *trying; /* the address of fd */
	size_t tries;
	int fd; /* -1: none */
	int last_error;
};

static void lookup_drop(struct lookup *l)
{
	if (atomic_fetch_sub(&l->users, 1) > 1)
		return;
	if (l->found)
		freeaddrinfo(l->found);
	free(l->host);
	free(l);
}

static void resolve(struct lookup *l, int flags)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICSERV | flags };

	l->error = getaddrinfo(l->host, l->port, &hints, &l->found);
}

static void *resolver(void *arg)
{
	struct lookup *l = arg;

	resolve(l, AI_ADDRCONFIG);
	atomic_store(&l->done, true);
	lookup_drop(l);
	return NULL;
}

static void resolve_on_a_thread(struct lookup *l)
{
	pthread_attr_t attr;
	pthread_t thread;

	atomic_fetch_add(&l->users, 1);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	if (pthread_create(&thread, &attr, resolver, l) != 0) {
		l->error = EAI_AGAIN;
		atomic_store(&l->done, true);
		lookup_drop(l);
	}
	pthread_attr_destroy(&attr);
}

struct mqtt_reach *mqtt_reach_start(const char *host, int port, struct mono now)
{
	struct mqtt_reach *r = xcalloc(1, sizeof(*r));
	struct lookup *l = xcalloc(1, sizeof(*l));

	*r = (struct mqtt_reach){ .lookup = l, .begun = now, .tried = now, .fd = -1 };
	l->host = xstrdup(host);
	snprintf(l->port, sizeof(l->port), "%d", port);
	atomic_init(&l->users, 1);
	resolve(l, AI_NUMERICHOST); /* never asks anybody */
	if (l->error == 0)
		atomic_store(&l->done, true);
	else
		resolve_on_a_thread(l);
	return r;
}

static void drop_fd(struct mqtt_reach *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

void mqtt_reach_free(struct mqtt_reach *r)
{
	if (!r)
		return;
	drop_fd(r);
	lookup_drop(r->lookup);
	free(r);
}

int mqtt_reach_fd(const struct mqtt_reach *r)
{
	return r->fd;
}

static enum reach_state failed(struct mqtt_reach *r, struct strbuf *why, const char *what)
{
	drop_fd(r);
	strbuf_setf(why, "%s", what);
	return REACH_FAILED;
}

/* Begins with the next address. False when there is none left. */
static bool try_next(struct mqtt_reach *r, struct mono now)
{
	drop_fd(r);
	r->trying = r->trying ? r->trying->ai_next : r->lookup->found;
	if (!r->trying || ++r->tries > ADDRESSES_MAX)
		return false;
	r->tried = now;
	r->fd = socket(r->trying->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
		       0);
	if (r->fd >= 0 && connect(r->fd, r->trying->ai_addr, r->trying->ai_addrlen) < 0 &&
	    errno != EINPROGRESS) {
		r->last_error = errno;
		drop_fd(r);
	} else if (r->fd < 0) {
		r->last_error = errno;
	}
	return true;
}

/* 1: connected, 0: not yet, -1: failed. */
static int probe(struct mqtt_reach *r)
{
	struct pollfd p = { .fd = r->fd, .events = POLLOUT };
	socklen_t len = sizeof(r->last_error);

	if (r->fd < 0)
		return -1;
	if (poll(&p, 1, 0) == 0)
		return 0;
	if (getsockopt(r->fd, SOL_SOCKET, SO_ERROR, &r->last_error, &len) < 0)
		r->last_error = errno;
	return r->last_error == 0 ? 1 : -1;
}

static enum reach_state found(struct mqtt_reach *r, char address[REACH_ADDRESS_SIZE],
			      struct strbuf *why)
{
	drop_fd(r);
	int rc = getnameinfo(r->trying->ai_addr, r->trying->ai_addrlen, address,
			     REACH_ADDRESS_SIZE, NULL, 0, NI_NUMERICHOST);
	return rc == 0 ? REACH_FOUND : failed(r, why, gai_strerror(rc));
}

/* Moves from address to address until one answers or takes its time. */
static enum reach_state try_addresses(struct mqtt_reach *r, struct mono now, bool late,
				      char address[REACH_ADDRESS_SIZE],
				      struct strbuf *why)
{
	for (;;) {
		int got = probe(r);
		if (got > 0)
			return found(r, address, why);
		if (got == 0 && !late && mono_ms_between(r->tried, now) < REACH_ONE_MS)
			return REACH_RUNNING;
		if (got == 0)
			r->last_error = ETIMEDOUT;
		if (late || !try_next(r, now))
			return failed(r, why, strerror(r->last_error));
	}
}

enum reach_state mqtt_reach_step(struct mqtt_reach *r, struct mono now,
				 char address[REACH_ADDRESS_SIZE], struct strbuf *why)
{
	bool late = mono_ms_between(r->begun, now) >= REACH_LIMIT_MS;

	if (!atomic_load(&r->lookup->done))
		return late ? failed(r, why,
				     "the host's name cannot be looked up: no "
				     "answer from the name server")
			    : REACH_RUNNING;
	if (r->lookup->error != 0)
		return failed(r, why, gai_strerror(r->lookup->error));
	if (!r->trying && !try_next(r, now))
		return failed(r, why, "the host has no address");
	return try_addresses(r, now, late, address, why);
}
