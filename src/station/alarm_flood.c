/*
 * alarm_flood.c - an alarm flood: noticed as it starts, told to the consoles as counts by
 * area and priority with its critical alarms by name, put into the journal with its end.
 * Every alarm of it is journaled and shown as ever.
 */
#include "station/alarm_watch.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"
#include "station/station_int.h"
#include "wire/flood.h"

#define FLOOD_NAME "system.alarms.flood"

_Static_assert((int)WIRE_PRIORITIES == ALARM_LOW, "one count a priority that rings");

static int64_t second_of(const struct station *s)
{
	return s->now.mono.ns / 1000000000;
}

/* --- the digest ----------------------------------------------------------------- */

static struct flood_area *area_of(struct flood_digest *g, const char *area)
{
	char name[sizeof(g->areas[0].area)];

	snprintf(name, sizeof(name), "%s", area);
	for (size_t i = 0; i < g->n_areas; i++)
		if (strcmp(g->areas[i].area, name) == 0)
			return &g->areas[i];
	if (g->n_areas == FLOOD_AREAS)
		return NULL;
	memcpy(g->areas[g->n_areas].area, name, sizeof(name));
	return &g->areas[g->n_areas++];
}

static void pin(struct flood_digest *g, uint32_t alarm)
{
	for (uint32_t i = 0; i < g->n_critical; i++)
		if (g->critical[i] == alarm)
			return;
	if (g->n_critical < FLOOD_CRITICALS)
		g->critical[g->n_critical++] = alarm;
}

static void count(struct station *s, uint32_t alarm)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);
	struct flood_digest *g = &s->alarm_watch->digest;

	if (!d || d->priority > ALARM_LOW) /* removed meanwhile */
		return;
	struct flood_area *area = area_of(g, d->area);

	g->n[d->priority - ALARM_CRITICAL]++;
	if (area)
		area->n[d->priority - ALARM_CRITICAL]++;
	else
		g->elsewhere++;
	if (d->priority == ALARM_CRITICAL)
		pin(g, alarm);
	s->alarm_watch->changed = true;
}

static uint64_t sum(const uint32_t n[4])
{
	return (uint64_t)n[0] + n[1] + n[2] + n[3];
}

static int fullest_first(const void *pa, const void *pb)
{
	const struct flood_area *a = pa, *b = pb;

	if (sum(a->n) != sum(b->n))
		return sum(a->n) > sum(b->n) ? -1 : 1;
	return strcmp(a->area, b->area);
}

/* --- telling it ----------------------------------------------------------------- */

static void fill_areas(const struct flood_digest *g, struct wire_flood *m)
{
	struct flood_area sorted[FLOOD_AREAS];

	memcpy(sorted, g->areas, sizeof(sorted));
	qsort(sorted, g->n_areas, sizeof(sorted[0]), fullest_first);
	m->elsewhere = g->elsewhere;
	for (size_t i = 0; i < g->n_areas; i++) {
		if (i >= WIRE_FLOOD_AREAS) {
			m->elsewhere += sum(sorted[i].n);
			continue;
		}
		struct wire_flood_area *to = &m->areas[m->n_areas++];

		memcpy(to->area, sorted[i].area, sizeof(to->area));
		memcpy(to->n, sorted[i].n, sizeof(to->n));
	}
}

static void fill(const struct station *s, struct wire_flood *m)
{
	const struct alarm_watch *w = s->alarm_watch;
	const struct flood_digest *g = &w->digest;

	*m = (struct wire_flood){ .on = w->flood.on,
				  .since_ms = g->since.ms,
				  .until_ms = g->until.ms,
				  .rate = w->flood.n,
				  .peak = w->flood.on ? w->flood.peak : g->peak,
				  .total = w->flood.on ? w->flood.total : g->total,
				  .criticals = g->n_critical };
	memcpy(m->n, g->n, sizeof(m->n));
	fill_areas(g, m);
	for (uint32_t i = 0; i < g->n_critical; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, g->critical[i]);

		if (d && m->n_criticals < WIRE_FLOOD_CRITICALS)
			snprintf(m->critical[m->n_criticals++], sizeof(m->critical[0]),
				 "%s", d->name);
	}
}

static void put(struct station *s)
{
	struct wire_flood m;

	fill(s, &m);
	strbuf_clear(&s->frame);
	wire_put_flood(&s->frame, &m);
}

static void tell_all(struct station *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (who->alarms_on && !who->alarms_dropped && who->queued <= SESSION_HIGH)
			s->chosen[n++] = who;
	}
	s->alarm_watch->changed = false;
	s->alarm_watch->told = s->now.mono;
	if (!n)
		return;
	put(s);
	station_send_each(s, s->chosen, n, &s->frame);
}

void alarm_flood_tell(struct station *s, struct session *who)
{
	if (!s->alarm_watch->flood.on)
		return;
	put(s);
	station_send(s, who, &s->frame);
}

/* --- its begin and its end ------------------------------------------------------ */

/* A row of its own: no alarm stands for it, nobody has to acknowledge it. */
static void journal(struct station *s, enum alarm_event event, double n, const char *text)
{
	bool begins = event == ALARM_E_COME;
	const struct alarm_journal row = {
		.at = s->now.wall,
		.source_time = s->now.wall,
		.clock_synced = s->clock_synced,
		.event = event,
		.from = begins ? ALARM_S_NORMAL : ALARM_S_ACKED,
		.to = begins ? ALARM_S_ACKED : ALARM_S_NORMAL,
		.cause = ALARM_BY_SYSTEM,
		.priority = ALARM_DIAGNOSTIC,
		.value = n,
		.limit = ALARM_FLOOD_OVER,
		.alarm = FLOOD_NAME,
		.tag = FLOOD_NAME,
		.area = "system",
		.type = "flood",
		.message = text,
		.config = s->config,
	};
	struct txn_op *op = txn_add(station_batch(s), TXN_JOURNAL, 0, FLOOD_NAME);

	op->wall_ms = s->now.wall.ms;
	alarm_journal_put(&op->body, &row);
	station_log(s, LOG_L_WARN, "%s", text);
}

static void begin(struct station *s)
{
	struct alarm_watch *w = s->alarm_watch;
	char text[128];

	w->digest = (struct flood_digest){ .since = s->now.wall };
	for (size_t i = 0; i <= ALARM_FLOOD_OVER; i++) {
		const struct flood_recent *r =
			&w->recent[(w->next_recent + i) % (ALARM_FLOOD_OVER + 1)];

		if (r->second > w->flood.second - ALARM_FLOOD_WINDOW_S)
			count(s, r->alarm);
	}
	snprintf(text, sizeof(text), "alarm flood: %" PRIu32 " alarms in 10 minutes",
		 w->flood.n);
	journal(s, ALARM_E_COME, w->flood.n, text);
	tell_all(s);
}

static void end(struct station *s, const struct alarm_flood_end *e)
{
	struct flood_digest *g = &s->alarm_watch->digest;
	int64_t lasted = e->until - e->since;
	char text[512];
	int n;

	g->until = s->now.wall;
	g->total = e->total;
	g->peak = e->peak;
	qsort(g->areas, g->n_areas, sizeof(g->areas[0]), fullest_first);
	n = snprintf(text, sizeof(text),
		     "alarm flood over after %" PRId64 " min %" PRId64 " s: %" PRIu64
		     " alarms, at most %" PRIu32 " in 10 minutes",
		     lasted / 60, lasted % 60, e->total, e->peak);
	for (size_t i = 0; i < g->n_areas && i < 3; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s %s %" PRIu64,
			      i ? "," : "; most in", g->areas[i].area,
			      sum(g->areas[i].n));
	journal(s, ALARM_E_GO, (double)e->total, text);
	tell_all(s);
}

static void pass(struct station *s)
{
	struct alarm_flood_end e;

	if (alarm_flood_pass(&s->alarm_watch->flood, second_of(s), &e))
		end(s, &e);
}

void alarm_flood_announced(struct station *s, const struct alarm_transition *t)
{
	struct alarm_watch *w = s->alarm_watch;

	pass(s);
	w->recent[w->next_recent] = (struct flood_recent){ t->alarm, second_of(s) };
	w->next_recent = (w->next_recent + 1) % (ALARM_FLOOD_OVER + 1);
	if (alarm_flood_come(&w->flood))
		begin(s);
	else if (w->flood.on)
		count(s, t->alarm);
}

void alarm_flood_beat(struct station *s)
{
	struct alarm_watch *w = s->alarm_watch;

	pass(s);
	if (w->flood.on && w->changed &&
	    mono_ms_between(w->told, s->now.mono) >= FLOOD_TOLD_MS)
		tell_all(s);
}
