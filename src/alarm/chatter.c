/* chatter.c - marks of alarms that are a nuisance, and when each mark ends or begins. */
#include "alarm/chatter.h"

#include <stdlib.h>
#include <string.h>

#include "util/heap.h"
#include "util/xalloc.h"

enum { MARKS = 3 };

struct one {
	struct mono came[ALARM_CHATTER_TIMES - 1]; /* the last ones, newest first */
	struct mono active;                        /* since when */
	struct mono quiet[2]; /* when CHATTERING and FLEETING end by themselves */
	uint8_t n_came, marks;
	bool is_active, acked;
	uint32_t next_spare;
};

/* Most alarms never come: only those that did have one. */
struct alarm_chatter {
	uint32_t *place; /* of an alarm: where its one is, + 1; 0 = it has none */
	uint32_t n;
	struct one *v;
	size_t n_ones;
	uint32_t spare; /* the first one that nobody has, + 1; 0 = none */
	uint32_t count[MARKS];
	struct heap due; /* by alarm: the next time its marks change by themselves */
};

static const struct {
	uint8_t bit;
	int64_t hold_ms;
} holds[2] = {
	{ ALARM_CHATTERING, ALARM_CHATTER_HOLD_MS },
	{ ALARM_FLEETING, ALARM_FLEETING_HOLD_MS },
};

struct alarm_chatter *alarm_chatter_new(void)
{
	return xcalloc(1, sizeof(struct alarm_chatter));
}

void alarm_chatter_free(struct alarm_chatter *c)
{
	if (!c)
		return;
	heap_release(&c->due);
	free(c->place);
	free(c->v);
	free(c);
}

void alarm_chatter_reserve(struct alarm_chatter *c, uint32_t n)
{
	uint32_t room = c->n ? c->n : 64;

	if (n <= c->n)
		return;
	while (room < n)
		room = room > UINT32_MAX / 2 ? UINT32_MAX : room * 2;
	/* fresh zeros: no page of alarms that never came is touched */
	uint32_t *place = xcalloc(room, sizeof(*place));
	if (c->n)
		memcpy(place, c->place, c->n * sizeof(*place));
	free(c->place);
	c->place = place;
	c->n = room;
	heap_reserve_few(&c->due, c->n, (uint32_t)c->n_ones);
}

/* NULL when it never came. */
static struct one *find(const struct alarm_chatter *c, uint32_t alarm)
{
	return alarm < c->n && c->place[alarm] ? &c->v[c->place[alarm] - 1] : NULL;
}

static struct one *find_or_make(struct alarm_chatter *c, uint32_t alarm)
{
	struct one *o = find(c, alarm);

	if (o)
		return o;
	if (c->spare) {
		c->place[alarm] = c->spare;
		c->spare = c->v[c->spare - 1].next_spare;
	} else {
		GROW(&c->v, &c->n_ones);
		c->place[alarm] = (uint32_t)c->n_ones;
		heap_reserve_few(&c->due, c->n, (uint32_t)c->n_ones);
	}
	o = find(c, alarm);
	*o = (struct one){ 0 };
	return o;
}

static void set_marks(struct alarm_chatter *c, struct one *o, uint8_t marks)
{
	for (int i = 0; i < MARKS; i++)
		c->count[i] += (uint32_t)(marks >> i & 1) - (uint32_t)(o->marks >> i & 1);
	o->marks = marks;
}

/* The earliest time at which something of it changes though nothing happens. */
static void set_deadline(struct alarm_chatter *c, uint32_t alarm)
{
	const struct one *o = find(c, alarm);
	struct mono at = MONO_NEVER;

	for (int i = 0; i < 2; i++)
		if (o->marks & holds[i].bit && o->quiet[i].ns < at.ns)
			at = o->quiet[i];
	if (o->is_active && !(o->marks & ALARM_STALE)) {
		struct mono stale = mono_add_ms(o->active, ALARM_STALE_MS);

		stale.ns++; /* more than 24 h */
		at = mono_earlier(stale, at);
	}
	if (at.ns == MONO_NEVER.ns)
		heap_remove(&c->due, alarm);
	else
		heap_set(&c->due, alarm, at);
}

static void hold(struct one *o, int i, struct mono now, uint8_t *marks)
{
	*marks |= holds[i].bit;
	o->quiet[i] = mono_add_ms(now, holds[i].hold_ms);
}

uint8_t alarm_chatter_come(struct alarm_chatter *c, uint32_t alarm, struct mono now)
{
	struct one *o = find_or_make(c, alarm);
	struct mono first = o->came[ALARM_CHATTER_TIMES - 2];
	uint8_t marks = o->marks;

	if (o->n_came == ALARM_CHATTER_TIMES - 1 &&
	    now.ns - first.ns < (int64_t)ALARM_CHATTER_MS * 1000000)
		hold(o, 0, now, &marks);
	memmove(o->came + 1, o->came, sizeof(o->came) - sizeof(o->came[0]));
	o->came[0] = now;
	if (o->n_came < ALARM_CHATTER_TIMES - 1)
		o->n_came++;
	if (!o->is_active)
		o->active = now;
	o->is_active = true;
	o->acked = false;
	set_marks(c, o, marks);
	set_deadline(c, alarm);
	return marks;
}

uint8_t alarm_chatter_go(struct alarm_chatter *c, uint32_t alarm, struct mono now)
{
	struct one *o = find(c, alarm);
	uint8_t marks;
	int64_t held;

	if (!o || !o->is_active)
		return o ? o->marks : 0;
	marks = o->marks & (uint8_t)~ALARM_STALE;
	held = now.ns - o->active.ns;
	if (held >= (int64_t)ALARM_FLEETING_MS * 1000000)
		marks &= (uint8_t)~ALARM_FLEETING;
	else if (!o->acked)
		hold(o, 1, now, &marks);
	o->is_active = false;
	set_marks(c, o, marks);
	set_deadline(c, alarm);
	return marks;
}

void alarm_chatter_ack(struct alarm_chatter *c, uint32_t alarm)
{
	struct one *o = find(c, alarm);

	if (o)
		o->acked = true;
}

uint8_t alarm_chatter_restore(struct alarm_chatter *c, uint32_t alarm, int64_t active_ms,
			      struct mono now)
{
	struct one *o = find_or_make(c, alarm);

	o->is_active = true;
	o->acked = true; /* whether it was is not known: no mark from that */
	o->active = mono_add_ms(now, active_ms > 0 ? -active_ms : 0);
	set_marks(c, o, active_ms > ALARM_STALE_MS ? ALARM_STALE : 0);
	set_deadline(c, alarm);
	return o->marks;
}

void alarm_chatter_remove(struct alarm_chatter *c, uint32_t alarm)
{
	struct one *o = find(c, alarm);

	if (!o)
		return;
	set_marks(c, o, 0);
	heap_remove(&c->due, alarm);
	o->next_spare = c->spare;
	c->spare = c->place[alarm];
	c->place[alarm] = 0;
}

uint8_t alarm_chatter_marks(const struct alarm_chatter *c, uint32_t alarm)
{
	const struct one *o = find(c, alarm);

	return o ? o->marks : 0;
}

bool alarm_chatter_due(struct alarm_chatter *c, struct mono now, uint32_t *alarm)
{
	if (!heap_due(&c->due, now, alarm))
		return false;
	struct one *o = find(c, *alarm);
	uint8_t marks = o->marks;

	for (int i = 0; i < 2; i++)
		if (marks & holds[i].bit && mono_reached(now, o->quiet[i]))
			marks &= (uint8_t)~holds[i].bit;
	if (o->is_active && now.ns > mono_add_ms(o->active, ALARM_STALE_MS).ns)
		marks |= ALARM_STALE;
	set_marks(c, o, marks);
	set_deadline(c, *alarm);
	return true;
}

struct mono alarm_chatter_next_deadline(const struct alarm_chatter *c)
{
	return heap_next(&c->due);
}

uint32_t alarm_chatter_count(const struct alarm_chatter *c, uint8_t mark)
{
	for (int i = 0; i < MARKS; i++)
		if (mark == 1 << i)
			return c->count[i];
	return 0;
}
