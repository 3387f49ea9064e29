/* tcp.c - the proxy's connections: a thread each. */
#include "peers/chaos/proxy.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/listen.h"

enum { REQUEST_REST_MAX = 254 };

static bool send_all(int fd, const uint8_t *p, size_t n)
{
	return send(fd, p, n, MSG_NOSIGNAL) == (ssize_t)n;
}

static bool receive_request(int fd, struct chaos_frame *q)
{
	if (recv(fd, q->b, CHAOS_HEAD, MSG_WAITALL) != CHAOS_HEAD)
		return false;
	size_t rest = chaos_u16(q->b + 4);
	q->n = CHAOS_HEAD + rest;
	return rest >= 6 && rest <= REQUEST_REST_MAX &&
	       recv(fd, q->b + CHAOS_HEAD, rest, MSG_WAITALL) == (ssize_t)rest;
}

static void reset_on_close(int fd)
{
	struct linger hard = { 1, 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
}

static void *serve(void *arg)
{
	struct chaos_transaction t = { .serial = false };
	struct chaos_upstream up = { -1 };
	int fd = (int)(intptr_t)arg;

	while (receive_request(fd, &t.request) && chaos_transact(&up, &t) &&
	       chaos_deliver(fd, &t, send_all))
		continue;
	if (t.out.end == 'r')
		reset_on_close(fd);
	close(fd);
	if (up.fd >= 0)
		close(up.fd);
	return NULL;
}

unsigned chaos_listen(void)
{
	/* 127.0.0.0/8, and nothing from outside matters to a test */
	return listen_and_serve(INADDR_ANY, serve);
}
