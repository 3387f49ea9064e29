/*
 * poller.h - the descriptors of one turn of the loop: filled anew each turn, asked
 * afterwards by descriptor. Small numbers: a linear search is enough.
 */
#ifndef SG_PLANTSIM_POLLER_H
#define SG_PLANTSIM_POLLER_H

#include <poll.h>
#include <stddef.h>

enum { POLLER_MAX = 96 };

struct poller {
	struct pollfd v[POLLER_MAX];
	size_t n;
};

/* What does not fit is left out until a later turn. */
static inline void poller_add(struct poller *p, int fd, short events)
{
	if (fd >= 0 && p->n < POLLER_MAX)
		p->v[p->n++] = (struct pollfd){ .fd = fd, .events = events };
}

static inline short poller_got(const struct poller *p, int fd)
{
	for (size_t i = 0; fd >= 0 && i < p->n; i++)
		if (p->v[i].fd == fd)
			return p->v[i].revents;
	return 0;
}

#endif
