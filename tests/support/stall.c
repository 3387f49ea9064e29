/* stall.c - a heartbeat that measures when the machine stood still; see the header. */
#include "support/stall.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { BEAT_NS = 5000000, NS_PER_MS = 1000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* everything below */
static int64_t beat_ns, stalled_ns;
static int beating;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What the time since the last beat holds of a stall. */
static int64_t late_ns(int64_t now)
{
	int64_t late = now - beat_ns - BEAT_NS;

	return late > (int64_t)STALL_MS * NS_PER_MS ? late : 0;
}

static void *beat(void *arg)
{
	for (;;) {
		poll(NULL, 0, BEAT_NS / NS_PER_MS);
		pthread_mutex_lock(&lock);
		int64_t now = now_ns();

		stalled_ns += late_ns(now);
		beat_ns = now;
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

/* Also what is being lost right now: who asks may have been let run first. */
static struct stall_span so_far(void)
{
	pthread_mutex_lock(&lock);
	int64_t now = now_ns();
	struct stall_span s = { now, stalled_ns + late_ns(now) };

	pthread_mutex_unlock(&lock);
	return s;
}

struct stall_span stall_begin(void)
{
	pthread_t t;

	if (!beating) {
		beating = 1;
		beat_ns = now_ns();
		if (pthread_create(&t, NULL, beat, NULL) != 0)
			abort();
		pthread_detach(t);
	}
	return so_far();
}

int64_t stall_whole_ms(const struct stall_span *s)
{
	return (so_far().begun_ns - s->begun_ns) / NS_PER_MS;
}

int64_t stall_lost_ms(const struct stall_span *s)
{
	return (so_far().stalled_ns - s->stalled_ns + NS_PER_MS - 1) / NS_PER_MS;
}

int64_t stall_own_ms(const struct stall_span *s)
{
	struct stall_span now = so_far();
	int64_t stalled = now.stalled_ns - s->stalled_ns;
	int64_t own = now.begun_ns - s->begun_ns - stalled;

	/* of a stall that had begun before the span all is taken off */
	return own > 0 ? own / NS_PER_MS : 0;
}
