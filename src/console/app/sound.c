/*
 * sound.c - the bell: a new alarm rings once at its frame; as long as one that nobody has
 * acknowledged stands it rings again, the more urgent the sooner. Silencing is this
 * console's alone and no acknowledgement (AM-02): the next alarm ends it, and what is
 * critical rings again after a quarter of an hour.
 */
#include "console/app/app_int.h"

#include "alarm/engine.h"

enum { NAG_MS = 15 * 60 * 1000 };

/* By priority: how soon it rings again, and how often then; 0 = it does not. */
static const struct {
	int64_t every_ms;
	int times;
} patterns[] = { [ALARM_CRITICAL] = { 5000, 3 },
		 [ALARM_HIGH] = { 10000, 2 },
		 [ALARM_MEDIUM] = { 30000, 1 },
		 [ALARM_LOW] = { 0, 1 },
		 [ALARM_DIAGNOSTIC] = { 0, 0 } };

static bool sounds(const struct wire_alarm_row *r)
{
	return r->state == ALARM_S_UNACK && alarm_row_asks(r) &&
	       !(r->life & WIRE_LIFE_SILENT);
}

/* The most urgent that sounds; 0 = none. */
static int worst(const struct model *m)
{
	int found = 0;

	for (size_t i = 0; i < m->list.n; i++) {
		const struct wire_alarm_row *r = &m->list.rows[i];

		if (sounds(r) && (!found || r->priority < found))
			found = r->priority;
	}
	return found;
}

void silence(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.silenced = true;
	a->sound.silenced_at = a->now.mono;
	app_say(a, ROLE_MESSAGE,
		"this console is silent until the next alarm; nothing is acknowledged");
}

/* The horn is everybody's: the server is asked, and writes down who did it. */
void silence_horn(struct app *a, uint32_t key)
{
	silence(a, key);
	if (model_lost(&a->model) || !a->client) {
		app_say(a, ROLE_REFUSED, "the horn: the server cannot be reached");
		return;
	}
	talk_expect(a, client_request(a->client, WIRE_SILENCE, 0, 0, ""), WIRE_SILENCE,
		    "horn");
}

static void ring(struct app *a, int priority)
{
	for (int i = 0; i < patterns[priority].times; i++)
		term_bell(a->term);
	a->sound.rang = a->now.mono;
	a->sound.rang_for = priority;
}

static void plan(struct app *a, int priority)
{
	int64_t every = patterns[priority].every_ms;

	a->sound.next =
		every && !a->sound.once ? mono_add_ms(a->now.mono, every) : MONO_NEVER;
}

/* Rings a little later, not never: nothing else may ring for what has just come. */
static bool waits(struct app *a, int priority)
{
	struct mono until = mono_add_ms(a->sound.rang, BELL_MS);

	if (!a->sound.rang.ns || priority < a->sound.rang_for ||
	    mono_reached(a->now.mono, until))
		return false;
	if (!a->sound.next.ns || until.ns < a->sound.next.ns)
		a->sound.next = until;
	return true;
}

/* A new one rings at its frame, but a shower of them only now and then (AL-12), unless
 * one is more urgent than what rang. */
static void new_alarm(struct app *a, int priority)
{
	a->model.bell = false;
	a->ui.silenced = false;
	if (waits(a, priority))
		return;
	ring(a, priority);
	plan(a, priority);
}

static bool still_silenced(struct app *a, int priority)
{
	if (a->ui.silenced && priority == ALARM_CRITICAL &&
	    mono_reached(a->now.mono, mono_add_ms(a->sound.silenced_at, NAG_MS)))
		a->ui.silenced = false;
	return a->ui.silenced;
}

void sound_turn(struct app *a)
{
	bool due = a->sound.next.ns && mono_reached(a->now.mono, a->sound.next);
	int priority;

	if (a->sound.off || (!a->model.bell && !due))
		return;
	priority = worst(&a->model);
	if (!priority) {
		a->model.bell = false;
		a->sound.next = MONO_NEVER;
	} else if (a->model.bell) {
		new_alarm(a, priority);
	} else {
		if (!still_silenced(a, priority))
			ring(a, priority);
		plan(a, priority);
	}
}

struct mono sound_deadline(const struct app *a)
{
	const struct mono never = { INT64_MAX };

	return a->sound.off || !a->sound.next.ns ? never : a->sound.next;
}
