/*
 * chatter.h - which alarms are a nuisance now: chattering, fleeting, stale.
 *
 *   chattering  came 3 times within 60 s; for 10 min after it last did
 *   fleeting    cleared by itself, without an acknowledgement, in less than 10 s;
 *               until it came and stayed longer, at most an hour
 *   stale       active without a break for more than 24 h
 *
 * What the alarm does counts, shelved and suppressed ones too: a mark never hides or
 * changes anything. Time is the monotonic clock. Fixed memory for each alarm that ever
 * came, O(1) an event but for the deadline of its mark, which is O(log n). Pure.
 */
#ifndef SG_ALARM_CHATTER_H
#define SG_ALARM_CHATTER_H

#include <stdbool.h>
#include <stdint.h>

#include "util/clock.h"

enum { /* bits */
       ALARM_CHATTERING = 1,
       ALARM_FLEETING = 2,
       ALARM_STALE = 4
};

enum {
	ALARM_CHATTER_TIMES = 3,
	ALARM_CHATTER_MS = 60 * 1000,
	ALARM_CHATTER_HOLD_MS = 10 * 60 * 1000,
	ALARM_FLEETING_MS = 10 * 1000,
	ALARM_FLEETING_HOLD_MS = 60 * 60 * 1000,
	ALARM_STALE_MS = 24 * 60 * 60 * 1000
};

struct alarm_chatter;

struct alarm_chatter *alarm_chatter_new(void);
void alarm_chatter_free(struct alarm_chatter *c); /* NULL is allowed */
/* Alarms 0 .. n - 1 may be named. */
void alarm_chatter_reserve(struct alarm_chatter *c, uint32_t n);

/* Each returns the alarm's marks afterwards. */
uint8_t alarm_chatter_come(struct alarm_chatter *c, uint32_t alarm, struct mono now);
uint8_t alarm_chatter_go(struct alarm_chatter *c, uint32_t alarm, struct mono now);
void alarm_chatter_ack(struct alarm_chatter *c, uint32_t alarm);
/* It is active since that long, as found at a start. */
uint8_t alarm_chatter_restore(struct alarm_chatter *c, uint32_t alarm, int64_t active_ms,
			      struct mono now);
void alarm_chatter_remove(struct alarm_chatter *c, uint32_t alarm);
uint8_t alarm_chatter_marks(const struct alarm_chatter *c, uint32_t alarm);

/* The next alarm whose marks changed because time passed: each is named once. */
bool alarm_chatter_due(struct alarm_chatter *c, struct mono now, uint32_t *alarm);
struct mono alarm_chatter_next_deadline(const struct alarm_chatter *c);
/* How many alarms have the mark (one bit). */
uint32_t alarm_chatter_count(const struct alarm_chatter *c, uint8_t mark);

#endif
