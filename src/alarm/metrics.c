/* metrics.c - journal rows in, one by one: what each alarm does and did. */
#include "alarm/metrics_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/area.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* --- made and released ----------------------------------------------------------- */

static bool period_is_good(const struct alarm_metrics_query *q, struct strbuf *why)
{
	if (q->from.ms < 0 || q->to.ms <= q->from.ms)
		strbuf_setf(why, "the period ends before it begins");
	else if (q->to.ms / DAY_MS - q->from.ms / DAY_MS > ALARM_METRICS_DAYS)
		strbuf_setf(why, "the period is longer than %d days: ask for less",
			    ALARM_METRICS_DAYS);
	else
		return true;
	return false;
}

static void begin(struct alarm_metrics *m, int64_t from, int64_t to)
{
	m->from = from;
	m->to = to;
	m->t = NEVER_MS;
	m->latest = NEVER_MS;
	m->texts = arena_new();
	m->by_name = strmap_new();
	m->operator_at = strmap_new();
}

/* Its period begins when there is no time left. */
struct alarm_metrics *alarm_metrics_new_standing(void)
{
	struct alarm_metrics *m = xcalloc(1, sizeof(*m));

	begin(m, INT64_MAX, INT64_MAX);
	return m;
}

struct alarm_metrics *alarm_metrics_new(const struct alarm_metrics_query *q,
					struct strbuf *why)
{
	if (!period_is_good(q, why))
		return NULL;
	struct alarm_metrics *m = xcalloc(1, sizeof(*m));
	int64_t length = q->to.ms - q->from.ms;

	begin(m, q->from.ms, q->to.ms);
	m->n_areas = q->n_areas;
	m->areas = xcalloc(q->n_areas, sizeof(*m->areas));
	for (size_t i = 0; i < q->n_areas; i++) {
		m->areas[i].area = arena_text(m->texts, q->areas[i].area);
		m->areas[i].in = q->areas[i].in;
	}
	m->class_name = q->class_name ? xstrdup(q->class_name) : NULL;
	m->n_windows = (uint32_t)((length - 1) / ALARM_METRICS_WINDOW_MS + 1);
	m->n_days = (uint32_t)((length - 1) / DAY_MS + 1);
	m->window = xcalloc(m->n_windows, sizeof(*m->window));
	m->stale = xcalloc(m->n_days, sizeof(*m->stale));
	m->r.from = q->from;
	m->r.to = q->to;
	return m;
}

void alarm_metrics_free(struct alarm_metrics *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n_actors; i++) {
		free(m->actors[i].cycles);
		free(m->actors[i].waiting);
	}
	free(m->areas);
	free(m->class_name);
	free(m->actors);
	free(m->operators);
	free(m->window);
	free(m->stale);
	strmap_free(m->by_name);
	strmap_free(m->operator_at);
	arena_free(m->texts);
	free(m);
}

/* --- which alarms ------------------------------------------------------------------ */

/* The longest that holds it decides: an area may be taken out of the one it lies in. */
static bool area_is_chosen(const struct alarm_metrics *m, const char *area)
{
	const struct alarm_area_choice *best = NULL;

	for (size_t i = 0; i < m->n_areas; i++) {
		const struct alarm_area_choice *c = &m->areas[i];

		if (area_holds(c->area, area) &&
		    (!best || strlen(c->area) > strlen(best->area)))
			best = c;
	}
	return m->n_areas == 0 || (best && best->in);
}

bool metrics_is_chosen(const struct alarm_metrics *m, const char *area,
		       const char *class_name)
{
	if (m->class_name && strcmp(m->class_name, class_name) != 0)
		return false;
	return area_is_chosen(m, area);
}

static bool is_counted(const struct alarm_metrics *m, const struct alarm_journal *row)
{
	return row->priority != ALARM_DIAGNOSTIC &&
	       metrics_is_chosen(m, row->area, row->class_name);
}

struct actor *metrics_new_actor(struct alarm_metrics *m, const char *name)
{
	if (m->n_actors == ALARM_METRICS_ALARMS) {
		m->r.too_many = true;
		return NULL;
	}
	strmap_put(m->by_name, name, (int64_t)m->n_actors);
	struct actor *a = GROW(&m->actors, &m->n_actors);

	a->pub.name = arena_text(m->texts, name);
	a->since = a->came = a->gone = a->seen_since = NEVER_MS;
	a->last = (struct alarm_cycle){ -1, -1, (double)NAN, (double)NAN };
	return a;
}

/* NULL when it need not be known: never counted, or too many. */
static struct actor *actor_of(struct alarm_metrics *m, const struct alarm_journal *row)
{
	int64_t at;

	if (strmap_get(m->by_name, row->alarm, &at))
		return &m->actors[at];
	return is_counted(m, row) ? metrics_new_actor(m, row->alarm) : NULL;
}

/* What it is called may change with each configuration: the newest holds. */
static void describe(struct alarm_metrics *m, struct actor *a,
		     const struct alarm_journal *row)
{
	a->mixed |= a->pub.area && (strcmp(a->pub.area, row->area) != 0 ||
				    strcmp(a->class_name, row->class_name) != 0);
	if (!a->class_name || strcmp(a->class_name, row->class_name) != 0)
		a->class_name = arena_keep(m->texts, row->class_name);
	if (!a->pub.area || strcmp(a->pub.area, row->area) != 0)
		a->pub.area = arena_keep(m->texts, row->area);
	if (!a->pub.type || strcmp(a->pub.type, row->type) != 0)
		a->pub.type = arena_keep(m->texts, row->type);
	if (!a->pub.unit || strcmp(a->pub.unit, row->unit) != 0)
		a->pub.unit = arena_keep(m->texts, row->unit);
	a->pub.priority = row->priority;
}

/* --- what waits for an acknowledgement ---------------------------------------------- */

static void forget(struct actor *a, uint32_t i)
{
	memmove(a->waiting + i, a->waiting + i + 1,
		(a->n_waiting - i - 1) * sizeof(*a->waiting));
	a->n_waiting--;
}

static void await(struct actor *a, uint64_t occurrence, int64_t t)
{
	if (!a->waiting)
		a->waiting = xcalloc(WAITING_MAX, sizeof(*a->waiting));
	for (uint32_t i = 0; i < a->n_waiting; i++)
		if (a->waiting[i].occurrence == occurrence)
			return; /* the same, seen again: it waits since the first time */
	if (a->n_waiting == WAITING_MAX)
		forget(a, 0);
	a->waiting[a->n_waiting++] = (struct waiting){ occurrence, t };
}

/* Nobody waits for it any more; NEVER_MS when nobody did. */
static int64_t waited_since(struct actor *a, uint64_t occurrence)
{
	for (uint32_t i = 0; i < a->n_waiting; i++) {
		int64_t since = a->waiting[i].since;

		if (a->waiting[i].occurrence != occurrence)
			continue;
		forget(a, i);
		return since;
	}
	return NEVER_MS;
}

static void count_operator(struct alarm_metrics *m, const char *name)
{
	int64_t at;

	m->r.acks++;
	if (!strmap_get(m->operator_at, name, &at)) {
		if (m->n_operators == OPERATORS_KNOWN) {
			m->r.other_acks++;
			return;
		}
		at = (int64_t)m->n_operators;
		strmap_put(m->operator_at, name, at);
		struct alarm_operator_count *o = GROW(&m->operators, &m->n_operators);

		o->name = arena_text(m->texts, name);
	}
	m->operators[at].n++;
}

static void acknowledged(struct alarm_metrics *m, struct actor *a,
			 const struct alarm_journal *row)
{
	int64_t since = waited_since(a, row->occurrence);
	bool in = metrics_in_period(m, row->at.ms);

	if (row->occurrence == a->occurrence)
		a->acted = true;
	if (in && since != NEVER_MS)
		alarm_spread_add(&m->ack, row->at.ms - since);
	if (in && row->cause == ALARM_BY_OPERATOR)
		count_operator(m, row->by);
}

/* --- comings and goings --------------------------------------------------------- */

static void keep_cycle(struct actor *a)
{
	if (!a->cycles) {
		a->cycles = xcalloc(1, sizeof(*a->cycles));
		a->pub.cycles = a->cycles;
	}
	struct alarm_cycles *c = a->cycles;
	uint32_t at =
		a->cycle_kept ? (c->next + ALARM_CYCLES - 1) % ALARM_CYCLES : c->next;

	c->v[at] = a->last;
	if (a->cycle_kept)
		return;
	a->cycle_kept = true;
	c->next = (c->next + 1) % ALARM_CYCLES;
	if (c->n < ALARM_CYCLES)
		c->n++;
}

/* It came for the third time within 60 s. */
static bool makes_three(struct actor *a, int64_t t)
{
	if (a->n_before > 0 && t < a->before[0])
		a->n_before = 0; /* the clock was set back */
	bool three = a->n_before == ALARM_CHATTER_TIMES - 1 &&
		     t - a->before[ALARM_CHATTER_TIMES - 2] < ALARM_CHATTER_MS;

	memmove(a->before + 1, a->before, sizeof(a->before) - sizeof(a->before[0]));
	a->before[0] = t;
	if (a->n_before < ALARM_CHATTER_TIMES - 1)
		a->n_before++;
	return three;
}

static void came(struct alarm_metrics *m, struct actor *a, int64_t t)
{
	bool chatters = a->heard && makes_three(a, t);

	if (a->gone != NEVER_MS && t >= a->gone && a->last.on_ms >= 0) {
		a->last.off_ms = t - a->gone;
		if (a->cycle_kept)
			keep_cycle(a);
	}
	if (chatters && metrics_in_period(m, t)) {
		a->pub.n_chatter++;
		if (a->last.off_ms >= 0)
			keep_cycle(a);
	}
	a->came = t;
	a->acted = false;
}

/* Its condition is gone; latched or not. */
static void cleared(struct alarm_metrics *m, struct actor *a,
		    const struct alarm_journal *row)
{
	int64_t took = row->at.ms - a->came;

	a->gone = row->at.ms;
	a->cycle_kept = false;
	a->last = (struct alarm_cycle){ -1, -1, row->value, row->limit };
	if (a->came == NEVER_MS || !a->heard)
		return;
	if (metrics_in_period(m, row->at.ms))
		alarm_spread_add(&m->clear, took);
	if (took < 0)
		return; /* the clock was set back: nobody knows how long */
	a->last.on_ms = took;
	if (took < ALARM_FLEETING_MS && !a->acted && metrics_in_period(m, row->at.ms)) {
		a->pub.n_fleeting++;
		keep_cycle(a);
	}
}

static void note_recent(struct alarm_metrics *m, const struct actor *a)
{
	m->recent[m->n_recent++ % ALARM_FLOOD_OVER] =
		(struct metrics_recent){ m->flood.second,
					 a ? (uint32_t)(a - m->actors) : UINT32_MAX };
}

/* a may be NULL: one of too many alarms still counts in the rates. */
static void annunciated(struct alarm_metrics *m, struct actor *a,
			const struct alarm_journal *row)
{
	int64_t t = row->at.ms;
	bool in = metrics_in_period(m, t), starts = alarm_flood_come(&m->flood);

	note_recent(m, a);
	if (a)
		await(a, row->occurrence, t);
	if (!in)
		return;
	m->r.annunciated++;
	m->r.by_priority[row->priority]++;
	m->window[(t - m->from) / ALARM_METRICS_WINDOW_MS]++;
	if (m->flood.n > m->r.max_10min)
		m->r.max_10min = m->flood.n;
	if (starts) {
		m->upset_until = m->flood.second + ALARM_FLOOD_WINDOW_S;
		m->upset_n = 0;
	}
	if (m->flood.second < m->upset_until && ++m->upset_n > m->r.upset_peak)
		m->r.upset_peak = m->upset_n;
	if (a)
		a->pub.n++;
}

static void hidden_by_hand(struct alarm_metrics *m, struct actor *a,
			   const struct alarm_journal *row)
{
	if (row->cause != ALARM_BY_OPERATOR || !metrics_in_period(m, row->at.ms))
		return;
	m->r.hidden_by_hand++;
	a->pub.n_hidden++;
	if (!row->by[0] || !row->text[0])
		m->r.unauthorised++;
}

static void happened(struct alarm_metrics *m, struct actor *a,
		     const struct alarm_journal *row, bool announced)
{
	switch (row->event) {
	case ALARM_E_COME:
		a->heard = announced;
		came(m, a, row->at.ms);
		break;
	case ALARM_E_GO:
		cleared(m, a, row);
		if (row->to == ALARM_S_NORMAL)
			waited_since(a, row->occurrence); /* it never has to be */
		break;
	case ALARM_E_ACK:
		acknowledged(m, a, row);
		break;
	case ALARM_E_OLDER_SHED:
		waited_since(a, row->occurrence);
		break;
	case ALARM_E_REMOVE:
		a->n_waiting = 0;
		break;
	case ALARM_E_SHELVE:
	case ALARM_E_SUPPRESS:
	case ALARM_E_OUT_OF_SERVICE:
		hidden_by_hand(m, a, row);
		break;
	default:
		break;
	}
}

/* What is said of an older occurrence does not touch the present one. */
static bool is_of_older(const struct actor *a, const struct alarm_journal *row)
{
	return (row->event == ALARM_E_ACK || row->event == ALARM_E_OLDER_SHED) &&
	       row->occurrence < a->occurrence;
}

static void set_state(struct alarm_metrics *m, struct actor *a,
		      const struct alarm_journal *row)
{
	bool active = row->to != ALARM_S_NORMAL && row->to != ALARM_S_RTNUN;
	int64_t t = row->at.ms;

	a->flags = row->flags & ALARM_F_HIDDEN;
	if (is_of_older(a, row))
		return;
	if (row->occurrence > a->occurrence)
		a->occurrence = row->occurrence;
	if (active && !a->active)
		a->since = t;
	if (!active && a->active && t >= m->from && t - a->since > a->pub.longest_ms)
		a->pub.longest_ms = t - a->since;
	a->active = active;
}

static void take(struct alarm_metrics *m, struct actor *a,
		 const struct alarm_journal *row)
{
	bool was_seen = metrics_is_seen(a);
	bool announced = alarm_journal_is_annunciated(row);

	metrics_weigh(m, a, -1);
	a->counted = is_counted(m, row);
	if (a->counted) {
		describe(m, a, row);
		happened(m, a, row, announced);
		if (announced)
			annunciated(m, a, row);
	}
	set_state(m, a, row);
	metrics_weigh(m, a, +1);
	if (was_seen && !metrics_is_seen(a))
		metrics_unseen(m, a, row->at.ms);
	else if (!was_seen && metrics_is_seen(a))
		a->seen_since = row->at.ms;
}

void alarm_metrics_row(struct alarm_metrics *m, const struct alarm_journal *row)
{
	if (row->at.ms < 0 || row->at.ms >= m->to)
		return;
	if (row->at.ms >= m->from)
		m->r.rows++;
	else
		m->r.rows_before++;
	if (row->at.ms > m->latest)
		m->latest = row->at.ms;
	metrics_pass(m, row->at.ms);
	struct actor *a = actor_of(m, row);

	if (a)
		take(m, a, row);
	else if (is_counted(m, row) && alarm_journal_is_annunciated(row))
		annunciated(m, NULL, row);
}
