/* listen.c - a listening socket and a thread a connection. */
#include "support/listen.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUEUE = 1024 };

struct listener {
	int fd;
	void *(*serve)(void *fd);
};

static void *accept_all(void *arg)
{
	const struct listener *l = arg;
	int fd, one = 1;
	pthread_t t;

	while ((fd = accept(l->fd, NULL, NULL)) >= 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		if (pthread_create(&t, NULL, l->serve, (void *)(intptr_t)fd) == 0)
			pthread_detach(t);
		else
			close(fd);
	}
	return NULL;
}

unsigned listen_and_serve(uint32_t address, void *(*serve)(void *fd))
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr = { htonl(address) } };
	struct listener *l = malloc(sizeof(*l)); /* as long as the peer */
	socklen_t len = sizeof(a);
	pthread_t t;

	if (!l)
		return 0;
	*l = (struct listener){ socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), serve };
	if (bind(l->fd, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(l->fd, QUEUE) != 0 ||
	    getsockname(l->fd, (struct sockaddr *)&a, &len) != 0 ||
	    pthread_create(&t, NULL, accept_all, l) != 0) {
		close(l->fd);
		free(l);
		return 0;
	}
	pthread_detach(t);
	return ntohs(a.sin_port);
}
