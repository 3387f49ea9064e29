/*
 * count.h - an alarm that comes only when its condition came so many times within a time.
 *
 * Between the type's verdicts and the engine: what goes in is whether the condition is
 * present, what comes out whether the alarm's is. The times of the last N comings are
 * kept, and no more. A condition that was present when it was first seen did not come.
 */
#ifndef SG_ALARM_COUNT_H
#define SG_ALARM_COUNT_H

#include "alarm/type.h"

struct alarm_count {
	bool known, was; /* the type's last verdict */
	uint32_t n, next;
	struct mono begun; /* the counting */
	struct mono came[];
};

size_t alarm_count_size(int64_t times);
/* inner: what the type says of l, whose was is the alarm's own again; l->due may come
 * nearer. */
enum alarm_verdict alarm_count_judge(struct alarm_count *c, const struct alarm_def *d,
				     enum alarm_verdict inner, struct alarm_look *l);

#endif
