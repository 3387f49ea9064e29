/*
 * notify.h - alarms on their way out of the control room: which transition is told to
 * whom, what waits for an acknowledgement, and the words.
 *
 * A program or syslog hears of an event once; whether it arrived is the shell's business
 * (ACT_NOTIFY). A broker holds the state of each alarm as a retained message: it is told
 * of each transition, and of everything anew when its device connects. Whoever waits
 * longer than after_s for an acknowledgement of an alarm that nothing hides is told, too.
 */
#ifndef SG_STATION_NOTIFY_H
#define SG_STATION_NOTIFY_H

#include "alarm/engine.h"
#include "util/heap.h"

struct station;

enum {
	NOTIFY_WAITS_MAX = 20000, /* alarms that wait for an acknowledgement, by target */
	NOTIFY_STATES_AT_ONCE = 100,
	NOTIFY_STATES_MS = 50
};

struct notify_wait { /* one alarm that has to be acknowledged before its deadline */
	uint32_t alarm, target;
	uint64_t occurrence;
	uint32_t next_free;
	bool used;
	bool told; /* at least once */
};

struct notifier {
	struct notify_wait *waits;
	uint32_t n_waits, free; /* free: first of the list; UINT32_MAX = none */
	struct heap due;        /* by wait */
	uint32_t *next_state;   /* by target: the next alarm a broker is told of */
	uint32_t n_targets;
	struct mono states_due;
	bool full; /* said once that no more can wait */
};

/* After a definition was applied, and once when stored alarms are there: alarms that are
 * unacknowledged now wait from when they came. */
void notify_apply(struct station *s);
void notify_transition(struct station *s, const struct alarm_transition *t);
void notify_connected(struct station *s, uint32_t device);
/* Somebody silences the horns: what they have told of already they tell no more, until
 * it comes again; what they have not is untouched. Each hears of it once. Returns how
 * many horns there are. */
size_t notify_silence(struct station *s, const char *by);
void notify_tick(struct station *s);
struct mono notify_deadline(const struct station *s);
void notify_release(struct station *s);

#endif
