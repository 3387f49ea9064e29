/*
 * net.h - waiting that can be interrupted, name look-ups and connects that end in time.
 *
 * Every wait of a channel thread passes net_wait(): it ends at its deadline, notices
 * at once that the driver is to stop, and reports progress while it lasts.
 */
#ifndef SG_DRIVERS_MODBUS_NET_H
#define SG_DRIVERS_MODBUS_NET_H

#include <stdatomic.h>
#include <stdbool.h>

#include "drivers/modbus/address.h"
#include "util/clock.h"

struct driver_channel;

struct net_waiter {
	int quit_fd; /* an eventfd, readable once the channel is to stop */
	struct driver_channel *channel; /* NULL when nobody watches over it (tool.h) */
	_Atomic bool quitting;          /* the same for who does not wait */
};

enum net_result { NET_READY, NET_TIMEOUT, NET_QUIT };

/* Waits for events on fd (-1 = only for time). quit_matters false: a command is on the
 * wire, its answer is worth waiting for; then NET_QUIT is not returned. */
enum net_result net_wait(const struct net_waiter *w, int fd, short events,
			 struct mono deadline, bool quit_matters);
bool net_is_quitting(const struct net_waiter *w);
/* Whoever waits stops, now and from now on. Any thread; false when the eventfd failed. */
bool net_quit(struct net_waiter *w);
void net_progress(const struct net_waiter *w);

enum { NET_BLOCK_MS = 100 };
/* From now on a plain recv() of a connected socket waits NET_BLOCK_MS at most and then
 * gives EAGAIN. False: the system refuses, nothing has changed. */
bool net_let_block(int fd);

/* A connected, non-blocking, close-on-exec socket, or -1 with a sentence in why. */
int net_connect(const struct net_waiter *w, const struct mb_endpoint *to,
		struct mono deadline, struct strbuf *why);

#endif
