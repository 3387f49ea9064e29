/*
 * replay_blind.h - which tags an alarm would need that nobody recorded.
 *
 * Pure; called before the replay with the columns of the recording, and after it with
 * what had a value at all.
 */
#ifndef SG_STATION_REPLAY_BLIND_H
#define SG_STATION_REPLAY_BLIND_H

#include "station/replay.h"

struct blind_world {
	void *arg;
	const struct tag_def *(*find)(void *arg, const char *name); /* NULL = unknown */
	bool (*has)(void *arg, const struct tag_def *t);            /* of no expression */
};

/* True when it lacks some tag: then it has been told, with all of them by name. */
bool blind_alarm(const struct blind_world *world, const struct alarm_def *d,
		 replay_blind_fn fn, void *arg);

#endif
