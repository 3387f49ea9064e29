/* net.c - connects and waits of a channel thread; see the header. */
#include "drivers/modbus/net.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "driver/child.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { SLICE_MS = 200 };

bool net_is_quitting(const struct net_waiter *w)
{
	return atomic_load_explicit(&w->quitting, memory_order_acquire);
}

bool net_quit(struct net_waiter *w)
{
	uint64_t one = 1;

	atomic_store(&w->quitting, true);
	return write(w->quit_fd, &one, sizeof(one)) == sizeof(one);
}

void net_progress(const struct net_waiter *w)
{
	if (w->channel)
		driver_channel_progress(w->channel);
}

bool net_let_block(int fd)
{
	const struct timeval slice = { .tv_usec = NET_BLOCK_MS * 1000 };
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 &&
	       setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &slice, sizeof(slice)) == 0 &&
	       fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

static int slice_of(struct mono deadline)
{
	int64_t left_ns = deadline.ns - clock_mono().ns;

	if (left_ns <= 0)
		return 0;
	int64_t ms = left_ns / 1000000 + 1;
	return ms < SLICE_MS ? (int)ms : SLICE_MS;
}

enum net_result net_wait(const struct net_waiter *w, int fd, short events,
			 struct mono deadline, bool quit_matters)
{
	struct pollfd p[2] = { { .fd = fd, .events = events },
			       { .fd = quit_matters ? w->quit_fd : -1,
				 .events = POLLIN } };

	for (;;) {
		net_progress(w);
		int n = poll(p, 2, slice_of(deadline));
		if (n > 0 && p[1].revents)
			return NET_QUIT;
		/* past the deadline even a ready socket is too late: bytes that
		 * trickle must not stretch a transaction (PLC-05) */
		if (mono_reached(clock_mono(), deadline))
			return NET_TIMEOUT;
		if (n > 0)
			return NET_READY;
		if (n < 0 && errno != EINTR)
			return NET_READY; /* the call that follows will say why */
	}
}

/* --- name look-ups: getaddrinfo knows no deadline, so it gets a thread of its own --- */

struct lookup {
	pthread_mutex_t lock;
	struct mb_endpoint to;
	int done_fd; /* eventfd of the waiting thread, -1 once it gave up */
	int rc;
	struct addrinfo *found;
	bool abandoned, finished;
};

static int look_up(const struct mb_endpoint *to, int flags, struct addrinfo **found)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
				  .ai_socktype = SOCK_STREAM,
				  .ai_flags = AI_NUMERICSERV | flags };
	char port[8];

	snprintf(port, sizeof(port), "%u", to->port);
	return getaddrinfo(to->host, port, &hints, found);
}

static void lookup_free(struct lookup *l)
{
	if (l->found)
		freeaddrinfo(l->found);
	pthread_mutex_destroy(&l->lock);
	close(l->done_fd);
	free(l);
}

static void *lookup_thread(void *arg)
{
	struct lookup *l = arg;
	struct addrinfo *found = NULL;
	int rc = look_up(&l->to, 0, &found);
	uint64_t one = 1;

	pthread_mutex_lock(&l->lock);
	l->rc = rc;
	l->found = found;
	l->finished = true;
	bool mine = l->abandoned;
	if (!mine && write(l->done_fd, &one, sizeof(one)) < 0)
		l->rc = EAI_SYSTEM; /* the waiter runs into its deadline */
	pthread_mutex_unlock(&l->lock);
	if (mine)
		lookup_free(l);
	return NULL;
}

/* Waits for the thread; takes its result or leaves it the clean-up. */
static int lookup_wait(struct lookup *l, const struct net_waiter *w, struct mono deadline,
		       struct addrinfo **found)
{
	int rc = EAI_AGAIN;

	net_wait(w, l->done_fd, POLLIN, deadline, true);
	pthread_mutex_lock(&l->lock);
	bool finished = l->finished;
	if (finished) {
		rc = l->rc;
		*found = l->found;
		l->found = NULL;
	} else {
		l->abandoned = true;
	}
	pthread_mutex_unlock(&l->lock);
	if (finished)
		lookup_free(l);
	return rc;
}

static int resolve(const struct net_waiter *w, const struct mb_endpoint *to,
		   struct mono deadline, struct addrinfo **found)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (look_up(to, AI_NUMERICHOST, found) == 0)
		return 0;
	struct lookup *l = xcalloc(1, sizeof(*l));
	l->to = *to;
	l->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&l->lock, NULL);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	int rc = l->done_fd < 0 ? EAGAIN
				: pthread_create(&thread, &attr, lookup_thread, l);
	pthread_attr_destroy(&attr);
	if (rc != 0) {
		lookup_free(l);
		return EAI_AGAIN;
	}
	return lookup_wait(l, w, deadline, found);
}

/* --- connecting --- */

static const char *wait_word(enum net_result r)
{
	return r == NET_QUIT ? "the driver is stopping" : "no answer in time";
}

/* Ends a non-blocking connect; "" on success. */
static const char *finish_connect(const struct net_waiter *w, int fd,
				  struct mono deadline)
{
	int error = 0;
	socklen_t len = sizeof(error);
	enum net_result r = net_wait(w, fd, POLLOUT, deadline, true);

	if (r != NET_READY)
		return wait_word(r);
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	return error ? strerrordesc_np(error) : "";
}

static const char *try_address(const struct net_waiter *w, const struct addrinfo *ai,
			       struct mono deadline, int *out)
{
	int one = 1;
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			IPPROTO_TCP);

	if (fd < 0)
		return strerrordesc_np(errno);
	const char *fault = "";
	if (connect(fd, ai->ai_addr, ai->ai_addrlen) < 0)
		fault = errno == EINPROGRESS ? finish_connect(w, fd, deadline)
					     : strerrordesc_np(errno);
	if (fault[0]) {
		close(fd);
		return fault;
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	*out = fd;
	return "";
}

int net_connect(const struct net_waiter *w, const struct mb_endpoint *to,
		struct mono deadline, struct strbuf *why)
{
	struct addrinfo *found = NULL;
	const char *fault = "";
	int fd = -1, rc = resolve(w, to, deadline, &found);

	if (rc != 0) {
		strbuf_setf(why, "cannot look up \"%s\": %s", to->host, gai_strerror(rc));
		return -1;
	}
	for (const struct addrinfo *ai = found; ai && fd < 0; ai = ai->ai_next)
		fault = try_address(w, ai, deadline, &fd);
	freeaddrinfo(found);
	if (fd < 0)
		strbuf_setf(why, "cannot connect to %s port %u: %s", to->host, to->port,
			    fault);
	return fd;
}
