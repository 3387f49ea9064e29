/*
 * replay.h - a station without devices, driven by recorded values under their own clock.
 *
 * Tags, expressions and alarms are those of the server, run by the same code; drivers,
 * sessions, writes and the store are not there. Time passes only as the recording says:
 * what falls due between two rows happens at its own moment. The same calls give the
 * same rows, always. Nobody acknowledges anything. A tag that the recording does not
 * hold has no value, and one whose values pause keeps the last: ages are not judged
 * (alarms of type "stale" judge them all the same).
 *
 * Pure; one thread.
 */
#ifndef SG_STATION_REPLAY_H
#define SG_STATION_REPLAY_H

#include <stdint.h>

#include "alarm/journal.h"
#include "station/def.h"
#include "tag/value.h"
#include "util/clock.h"

struct replay;

/* A journal row, in order; seq counts from 1. row and its texts are borrowed. */
typedef void (*replay_fn)(void *arg, const struct alarm_journal *row);

/* def is taken; it loses its devices. begin is the time of the first row. */
struct replay *replay_new(struct station_def *def, struct wall begin, replay_fn fn,
			  void *arg);
void replay_free(struct replay *r); /* NULL is allowed */

/* UINT32_MAX: there is none, or it is not read from a device (expressions are worked
 * out, system tags are not recorded). */
uint32_t replay_tag(const struct replay *r, const char *name);
enum value_type replay_type(const struct replay *r, uint32_t tag);

/* Goes on to the time of the next row, which is not before that of the last one. */
void replay_to(struct replay *r, struct wall at);
/* What the row holds, at its time: a good value, or VALUE_NONE for a bad one. */
void replay_set(struct replay *r, uint32_t tag, const struct value *v);
/* The row is complete: expressions and alarms follow. */
void replay_row(struct replay *r);

/* An alarm that cannot be judged, and the tags it would need: not read from a device
 * into the recording, or the server's own (system.*), which nobody records. Through
 * expressions down to what they are made of; sorted by name. Borrowed. */
struct replay_blind {
	const struct alarm_def *alarm;
	const char *const *tags;
	size_t n;
};
typedef void (*replay_blind_fn)(void *arg, const struct replay_blind *b);
/* Before replay_new(): takes out of def the alarms that need a tag which the recording
 * does not hold, and tells them: they do not run, for what an alarm says of a value that
 * is never there is no truth about the plant. The alarms
 * that the server adds for itself and its devices go untold; returns how many. */
typedef bool (*replay_has_fn)(void *arg, const char *tag);
size_t replay_leave_out(struct station_def *def, replay_has_fn has, replay_blind_fn fn,
			void *arg);
/* Of the others those with a tag that never had a value in the recording. */
void replay_unjudged(const struct replay *r, replay_blind_fn fn, void *arg);

#endif
