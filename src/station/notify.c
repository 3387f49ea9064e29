/* notify.c - who is told of a transition, and of an alarm that nobody acknowledges. */
#include "station/notify.h"

#include <stdlib.h>
#include <string.h>

#include "station/notify_text.h"
#include "station/station_int.h"
#include "util/area.h"
#include "util/xalloc.h"

enum { SEVERITY_NO_NEWS = 6 }; /* RFC 5424: informational */

/* --- does it concern them? --------------------------------------------------------- */

static bool in_areas(const struct notify_def *d, const char *area)
{
	for (size_t i = 0; i < d->n_areas; i++)
		if (area_holds(d->areas[i], area))
			return true;
	return d->n_areas == 0;
}

static bool in_classes(const struct notify_def *d, const char *name)
{
	for (size_t i = 0; i < d->n_classes; i++)
		if (strcmp(d->classes[i], name) == 0)
			return true;
	return d->n_classes == 0;
}

static bool concerns(const struct notify_def *d, const struct alarm_def *a)
{
	return a->priority <= d->priority && in_areas(d, a->area) &&
	       in_classes(d, alarm_life(a)->class_name);
}

/* It is to be seen and heard as new from now on. */
static bool is_announced(const struct alarm_transition *t)
{
	return t->to == ALARM_S_UNACK && t->from != ALARM_S_UNACK &&
	       !(alarm_record_flags(&t->record) & ALARM_F_HIDDEN);
}

/* What a hidden alarm does by itself concerns nobody outside but the log. */
static bool is_wanted(const struct notify_def *d, const struct alarm_transition *t)
{
	if (d->events)
		return d->events >> t->event & 1;
	return d->kind == NOTIFY_SYSLOG || is_announced(t);
}

/* --- telling ----------------------------------------------------------------------- */

static void publish(struct station *s, const struct notify_def *d, uint32_t alarm,
		    const struct alarm_record *r)
{
	uint32_t device = station_device_find(s, d->device);
	struct driver_publish m = { .retain = true };
	struct strbuf topic = STRBUF_INIT, payload = STRBUF_INIT, bytes = STRBUF_INIT;

	if (device == NO_DEVICE || !s->devices[device].connected ||
	    !s->drivers[s->devices[device].driver].can_publish)
		return; /* it is told everything when it connects */
	m.device = device;
	notify_put_topic(&topic, s, d, alarm);
	if (r)
		notify_put_state(&payload, s, alarm, r);
	m.topic = topic.buf;
	m.payload = payload.buf;
	m.len = payload.len;
	driver_put_publish(&bytes, &m);
	driver_send(s, s->devices[device].driver, &bytes);
	strbuf_release(&topic);
	strbuf_release(&payload);
	strbuf_release(&bytes);
}

static void tell(struct station *s, uint32_t target, const struct alarm_transition *t,
		 int64_t waited_ms)
{
	const struct notify_def *d = &s->def->notify[target];
	struct action *a = station_emit(s, ACT_NOTIFY);

	a->num = target;
	a->num2 = (uint64_t)notify_severity(s, t);
	if (d->kind == NOTIFY_SYSLOG)
		notify_put_syslog(&a->bytes, s, t, waited_ms);
	else
		notify_put_event(&a->bytes, s, t, waited_ms);
}

/* --- waiting for an acknowledgement ------------------------------------------------- */

static uint32_t new_wait(struct station *s)
{
	struct notifier *n = &s->notifier;
	uint32_t at = n->free;

	if (at != UINT32_MAX) {
		n->free = n->waits[at].next_free;
		return at;
	}
	if (n->n_waits == NOTIFY_WAITS_MAX) {
		if (!n->full)
			station_log(
				s, LOG_L_WARN,
				"more than %d alarms wait for an acknowledgement: nobody "
				"will be told of the others",
				NOTIFY_WAITS_MAX);
		n->full = true;
		return UINT32_MAX;
	}
	if (n->n_waits % 64 == 0)
		n->waits = xreallocarray(n->waits, n->n_waits + 64, sizeof(*n->waits));
	heap_reserve(&n->due, n->n_waits + 1);
	return n->n_waits++;
}

static void wait_for(struct station *s, uint32_t alarm, uint32_t target,
		     uint64_t occurrence, struct mono until)
{
	uint32_t at = new_wait(s);

	if (at == UINT32_MAX)
		return;
	s->notifier.waits[at] = (struct notify_wait){
		.alarm = alarm, .target = target, .occurrence = occurrence, .used = true
	};
	heap_set(&s->notifier.due, at, until);
}

static void end_wait(struct notifier *n, uint32_t at)
{
	heap_remove(&n->due, at);
	n->waits[at].used = false;
	n->waits[at].next_free = n->free;
	n->free = at;
	n->full = false;
}

/* Still unacknowledged, the same occurrence, and nothing hides it. */
static bool still_waits(const struct alarm_record *r, const struct notify_wait *w)
{
	return r && r->occurrence == w->occurrence &&
	       (r->state == ALARM_S_UNACK || r->state == ALARM_S_LTUNK ||
		r->state == ALARM_S_RTNUN);
}

static void waited(struct station *s, uint32_t at)
{
	struct notify_wait w = s->notifier.waits[at];
	const struct alarm_record *r = alarm_engine_record(s->alarms, w.alarm);
	const struct notify_def *d = &s->def->notify[w.target];
	struct alarm_transition t = { .alarm = w.alarm };

	if (!still_waits(r, &w)) {
		end_wait(&s->notifier, at);
		return;
	}
	if (!(alarm_record_flags(r) & ALARM_F_HIDDEN)) {
		t.from = t.to = r->state;
		t.event = ALARM_E_COME;
		t.occurrence = r->occurrence;
		t.record = *r;
		t.source_time = r->raised;
		tell(s, w.target, &t, s->now.wall.ms - r->raised.ms);
	}
	s->notifier.waits[at].told = true;
	if (d->repeat_ms)
		heap_set(&s->notifier.due, at, mono_add_ms(s->now.mono, d->repeat_ms));
	else
		end_wait(&s->notifier, at);
}

/* --- silence ----------------------------------------------------------------------- */

static void tell_silence(struct station *s, uint32_t target, const char *by)
{
	struct action *a = station_emit(s, ACT_NOTIFY);

	a->num = target;
	a->num2 = SEVERITY_NO_NEWS;
	notify_put_silence(&a->bytes, s, by);
}

size_t notify_silence(struct station *s, const char *by)
{
	struct notifier *n = &s->notifier;
	size_t horns = 0;

	for (uint32_t i = 0; i < n->n_waits; i++)
		if (n->waits[i].used && n->waits[i].told &&
		    s->def->notify[n->waits[i].target].horn)
			end_wait(n, i);
	for (uint32_t i = 0; i < s->def->n_notify; i++) {
		if (!s->def->notify[i].horn)
			continue;
		tell_silence(s, i, by);
		horns++;
	}
	return horns;
}

/* --- what happens ------------------------------------------------------------------- */

void notify_transition(struct station *s, const struct alarm_transition *t)
{
	const struct alarm_def *a = alarm_engine_def(s->alarms, t->alarm);

	for (uint32_t i = 0; i < s->def->n_notify; i++) {
		const struct notify_def *d = &s->def->notify[i];

		if (!a || !concerns(d, a))
			continue;
		if (d->kind == NOTIFY_MQTT)
			publish(s, d, t->alarm,
				t->event == ALARM_E_REMOVE ? NULL : &t->record);
		else if (d->after_ms && is_announced(t))
			wait_for(s, t->alarm, i, t->record.occurrence,
				 mono_add_ms(s->now.mono, d->after_ms));
		else if (!d->after_ms && is_wanted(d, t))
			tell(s, i, t, 0);
	}
}

static void wait_again(struct station *s, uint32_t target, uint32_t alarm)
{
	const struct notify_def *d = &s->def->notify[target];
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);
	const struct alarm_def *a = alarm_engine_def(s->alarms, alarm);
	int64_t left;

	if (!r || !a || r->state != ALARM_S_UNACK || !concerns(d, a))
		return;
	left = d->after_ms - (s->now.wall.ms - r->raised.ms);
	wait_for(s, alarm, target, r->occurrence,
		 mono_add_ms(s->now.mono, left > 0 ? left : 0));
}

static void forget_all(struct notifier *n)
{
	for (uint32_t i = 0; i < n->n_waits; i++)
		if (n->waits[i].used)
			end_wait(n, i);
}

void notify_apply(struct station *s)
{
	struct notifier *n = &s->notifier;

	forget_all(n);
	n->n_targets = (uint32_t)s->def->n_notify;
	n->next_state =
		xreallocarray(n->next_state, n->n_targets + 1, sizeof(*n->next_state));
	for (uint32_t i = 0; i < n->n_targets; i++) {
		const struct notify_def *d = &s->def->notify[i];

		n->next_state[i] = d->kind == NOTIFY_MQTT ? 0 : UINT32_MAX;
		for (uint32_t alarm = 0; d->after_ms && alarm < s->n_alarms; alarm++)
			wait_again(s, i, alarm);
	}
	n->states_due = s->now.mono;
}

/* --- the whole state for a broker --------------------------------------------------- */

void notify_connected(struct station *s, uint32_t device)
{
	for (uint32_t i = 0; i < s->notifier.n_targets; i++) {
		const struct notify_def *d = &s->def->notify[i];

		if (d->kind != NOTIFY_MQTT ||
		    strcmp(d->device, s->devices[device].name) != 0)
			continue;
		s->notifier.next_state[i] = 0;
		s->notifier.states_due = s->now.mono;
	}
}

/* Some more alarms; true while there are others. One that never came has no state. */
static bool tell_states(struct station *s, uint32_t target)
{
	const struct notify_def *d = &s->def->notify[target];
	uint32_t *next = &s->notifier.next_state[target];

	for (int n = 0; *next < s->n_alarms && n < NOTIFY_STATES_AT_ONCE; ++*next) {
		const struct alarm_record *r = alarm_engine_record(s->alarms, *next);
		const struct alarm_def *a = alarm_engine_def(s->alarms, *next);

		if (!r || !a || !concerns(d, a) ||
		    (r->occurrence == 0 && !alarm_record_is_retained(r)))
			continue;
		publish(s, d, *next, r);
		n++;
	}
	if (*next < s->n_alarms)
		return true;
	*next = UINT32_MAX;
	return false;
}

void notify_tick(struct station *s)
{
	struct notifier *n = &s->notifier;
	bool more = false;
	uint32_t at;

	while (heap_due(&n->due, s->now.mono, &at))
		waited(s, at);
	if (!mono_reached(s->now.mono, n->states_due))
		return;
	for (uint32_t i = 0; i < n->n_targets; i++)
		if (n->next_state[i] != UINT32_MAX)
			more |= tell_states(s, i);
	n->states_due = more ? mono_add_ms(s->now.mono, NOTIFY_STATES_MS) : MONO_NEVER;
}

struct mono notify_deadline(const struct station *s)
{
	return mono_earlier(heap_next(&s->notifier.due), s->notifier.states_due);
}

void notify_release(struct station *s)
{
	free(s->notifier.waits);
	free(s->notifier.next_state);
	heap_release(&s->notifier.due);
}
