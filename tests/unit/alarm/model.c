/* model.c - see model.h. Nothing of src/alarm/ is called but the hash of one row and the
 * defaults of a definition. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "unit/alarm/model.h"

/* --- the table ------------------------------------------------------------------ */

/* when: p nothing special, u not latching, l latching, a goes by itself, v nothing hides
 * it any more, - always */
static const struct row {
	const char *id, *from;
	enum alarm_event event;
	char when, to;
} table[] = {
	{ "T01", "A", ALARM_E_COME, '-', 'B' },
	{ "T02", "B", ALARM_E_ACK, '-', 'C' },
	{ "T03", "B", ALARM_E_GO, 'p', 'D' },
	{ "T04", "C", ALARM_E_GO, 'u', 'A' },
	{ "T05", "D", ALARM_E_ACK, '-', 'A' },
	{ "T06", "D", ALARM_E_COME, '-', 'B' },
	{ "T07", "B", ALARM_E_GO, 'l', 'E' },
	{ "T08", "C", ALARM_E_GO, 'l', 'F' },
	{ "T09", "E", ALARM_E_ACK, '-', 'F' },
	{ "T10", "F", ALARM_E_RESET, '-', 'A' },
	{ "T12", "EF", ALARM_E_COME, '-', 'B' },
	{ "T13", "C", ALARM_E_REALARM, '-', 'B' },
	{ "T14", "B", ALARM_E_GO, 'a', 'A' },
	{ "T16", "C", ALARM_E_SHELF_EXPIRED, 'v', 'B' },
	{ "T16", "D", ALARM_E_SHELF_EXPIRED, 'v', 'A' },
	{ "T17", "C", ALARM_E_UNSUPPRESS, 'v', 'B' },
	{ "T17", "D", ALARM_E_UNSUPPRESS, 'v', 'A' },
	{ "T18", "C", ALARM_E_IN_SERVICE, 'v', 'B' },
	{ "T18", "D", ALARM_E_IN_SERVICE, 'v', 'A' },
	{ "T21", "ABCDEF", ALARM_E_REMOVE, '-', 'A' },
	/* the rest stays where it is */
	{ "T15", "ABCDEF", ALARM_E_SHELVE, '-', 0 },
	{ "T16", "ABCDEF", ALARM_E_UNSHELVE, '-', 0 },
	{ "T16", "ABCDEF", ALARM_E_SHELF_EXPIRED, '-', 0 },
	{ "T17", "ABCDEF", ALARM_E_SUPPRESS, '-', 0 },
	{ "T17", "ABCDEF", ALARM_E_UNSUPPRESS, '-', 0 },
	{ "T18", "ABCDEF", ALARM_E_OUT_OF_SERVICE, '-', 0 },
	{ "T18", "ABCDEF", ALARM_E_IN_SERVICE, '-', 0 },
	{ "T20", "ABCDEF", ALARM_E_SOURCE_BAD, '-', 0 },
	{ "T20", "ABCDEF", ALARM_E_SOURCE_GOOD, '-', 0 },
	{ "T20", "ABCDEF", ALARM_E_BLIND, '-', 0 },
	{ "T20", "ABCDEF", ALARM_E_JUDGED_AGAIN, '-', 0 },
	{ "", "ABCDEF", ALARM_E_CONFIRM, '-', 0 },
	{ "", "ABCDEF", ALARM_E_COMMENT, '-', 0 },
};

static bool is_active(const struct model_alarm *a)
{
	return a->state == 'B' || a->state == 'C';
}

static bool is_hidden(const struct model_alarm *a)
{
	return a->shelf || a->suppressed || a->out;
}

static bool holds(const struct model_alarm *a, char when)
{
	const struct alarm_life *life = alarm_life(a->def);

	switch (when) {
	case 'p':
		return !life->latching && !life->no_ack;
	case 'u':
		return !life->latching;
	case 'l':
		return life->latching;
	case 'a':
		return !life->latching && life->no_ack;
	case 'v':
		return !is_hidden(a);
	default:
		return true;
	}
}

static const struct row *row_of(const struct model_alarm *a, enum alarm_event event)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].event == event && strchr(table[i].from, a->state) &&
		    holds(a, table[i].when))
			return &table[i];
	return NULL;
}

/* --- what is seen --------------------------------------------------------------- */

unsigned model_flags(const struct model_alarm *a)
{
	return (a->shelf ? 1u : 0) + (a->suppressed ? 2u : 0) + (a->out ? 4u : 0) +
	       (a->unconfirmed ? 8u : 0);
}

bool model_retained(const struct model_alarm *a)
{
	return a->state != 'A' || a->n_older || model_flags(a);
}

uint64_t model_hash(const struct model *m)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		const struct model_alarm *a = &m->alarm[i];

		if (a->def && model_retained(a))
			sum += alarm_row_hash(a->def->name, a->occurrence,
					      (enum alarm_state)(a->state - 'A'),
					      (uint8_t)model_flags(a),
					      (uint8_t)a->n_older);
	}
	return sum;
}

static void set_text(char out[MODEL_TEXT], const char *text)
{
	snprintf(out, MODEL_TEXT, "%s", text ? text : "");
}

/* An event on its way to be seen: by whom, why, and of which sample. */
struct happening {
	enum alarm_event event;
	enum alarm_cause cause;
	const char *by, *text;
	bool sampled;
	struct model_sample sample;
	double limit;
};

static void see(struct model *m, uint32_t i, const struct happening *h, char from,
		char to, uint64_t occurrence, const char *rule, struct model_time now)
{
	struct model_seen *s = &m->seen[m->n_seen++];

	assert_true(m->n_seen < MODEL_SEEN);
	s->alarm = i;
	s->event = h->event;
	s->cause = h->cause;
	s->from = from;
	s->to = to;
	s->occurrence = occurrence;
	s->rule = rule;
	s->source_time = h->sampled ? h->sample.source_time : now.wall;
	set_text(s->by, h->by);
	set_text(s->text, h->text);
	s->after = m->alarm[i];
}

/* An older occurrence ends, acknowledged or shed. */
static void end_older(struct model *m, uint32_t i, int at, const struct happening *h,
		      struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];
	uint64_t occurrence = a->older[at].occurrence;

	for (int k = at; k + 1 < a->n_older; k++)
		a->older[k] = a->older[k + 1];
	a->n_older--;
	if (h->event == ALARM_E_ACK && alarm_life(a->def)->confirm &&
	    a->unconfirmed < occurrence)
		a->unconfirmed = occurrence;
	see(m, i, h, 'D', 'A', occurrence, h->event == ALARM_E_ACK ? "T05" : "", now);
}

static void keep_older(struct model *m, uint32_t i, struct model_time now)
{
	static const struct happening shed = { .event = ALARM_E_OLDER_SHED,
					       .cause = ALARM_BY_SYSTEM,
					       .text = "8 newer ones wait" };
	struct model_alarm *a = &m->alarm[i];

	if (a->n_older == ALARM_OLDER_MAX && m->forgets_to_shed)
		return;
	if (a->n_older == ALARM_OLDER_MAX)
		end_older(m, i, 0, &shed, now);
	a->older[a->n_older].occurrence = a->occurrence;
	a->older[a->n_older].raised = a->raised;
	a->older[a->n_older].returned = a->changed;
	a->n_older++;
}

/* --- an event ------------------------------------------------------------------- */

static void new_occurrence(struct model *m, struct model_alarm *a, bool came,
			   int64_t wall)
{
	a->occurrence = m->next_occurrence++;
	a->acked = 0;
	a->acked_by[0] = '\0';
	a->realarms = came ? 0 : a->realarms + 1;
	if (came)
		a->raised = wall;
}

/* The re-alarm counts from the acknowledgement, as long as it stays acknowledged. */
static void restart_realarm(struct model_alarm *a, struct model_time now)
{
	int64_t after = alarm_life(a->def)->realarm_ms;

	a->realarm_due = a->state == 'C' && after > 0 ? now.mono + after : MODEL_NEVER;
}

static void move(struct model *m, uint32_t i, const struct row *row,
		 const struct happening *h, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	if (row->to == 'B') /* every way to B begins one */
		new_occurrence(m, a, h->event == ALARM_E_COME, now.wall);
	if (h->event == ALARM_E_ACK) {
		a->acked = now.wall;
		set_text(a->acked_by, h->by);
		if (alarm_life(a->def)->confirm)
			a->unconfirmed = a->occurrence;
	}
	if (h->sampled) {
		a->value = h->sample.value;
		a->quality = h->sample.quality;
		a->limit = h->limit;
	}
	a->state = row->to;
	a->changed = now.wall;
	if (!is_active(a))
		a->source_bad = false;
	restart_realarm(a, now);
}

static void happen(struct model *m, uint32_t i, const struct happening *h,
		   struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];
	char from = a->state;
	const struct row *row = row_of(a, h->event);

	assert_non_null(row);
	if (h->event == ALARM_E_COME && (from == 'D' || from == 'E'))
		keep_older(m, i, now);
	if (row->to)
		move(m, i, row, h, now);
	see(m, i, h, from, a->state, a->occurrence, row->id, now);
}

static void clear_shelf(struct model_alarm *a)
{
	a->shelf = 0;
	a->shelf_since = a->shelf_until = 0;
	a->shelf_by[0] = a->shelf_reason[0] = '\0';
	a->shelf_due = MODEL_NEVER;
}

/* The condition came or went, its delay is over. */
static void process(struct model *m, uint32_t i, const struct model_sample *s,
		    double limit, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];
	struct happening h = { .event = is_active(a) ? ALARM_E_GO : ALARM_E_COME,
			       .cause = ALARM_BY_PROCESS,
			       .sampled = true,
			       .sample = *s,
			       .limit = limit };

	a->delay_due = MODEL_NEVER;
	if (h.event == ALARM_E_COME && a->hushed)
		model_suppress(m, i, ALARM_SUP_FIRST_OUT, 0, "came first", now);
	happen(m, i, &h, now);
	if (h.event == ALARM_E_GO && a->shelf == ALARM_SHELF_ONE_SHOT) {
		clear_shelf(a);
		h.event = ALARM_E_UNSHELVE;
		happen(m, i, &h, now);
	}
}

/* --- time ----------------------------------------------------------------------- */

static void fire(struct model *m, uint32_t i, int kind, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];
	struct happening h = { .cause = ALARM_BY_TIMER };

	if (kind == 0) {
		struct model_sample waiting = a->waiting;

		process(m, i, &waiting, a->waiting_limit, now);
	} else if (kind == 1) {
		clear_shelf(a);
		h.event = ALARM_E_SHELF_EXPIRED;
		happen(m, i, &h, now);
	} else {
		h.event = ALARM_E_REALARM;
		happen(m, i, &h, now);
	}
}

static int64_t due_of(const struct model_alarm *a, int kind)
{
	return kind == 0 ? a->delay_due : kind == 1 ? a->shelf_due : a->realarm_due;
}

/* The first of all that is due, again and again; only: one alarm, or UINT32_MAX. */
static void run_timers(struct model *m, uint32_t only, struct model_time now)
{
	for (;;) {
		int64_t first = MODEL_NEVER;
		uint32_t alarm = 0;
		int what = 0;

		for (int kind = 0; kind < 3; kind++) {
			for (uint32_t i = 0; i < m->n; i++) {
				if (!m->alarm[i].def ||
				    (only != UINT32_MAX && only != i) ||
				    due_of(&m->alarm[i], kind) >= first)
					continue;
				first = due_of(&m->alarm[i], kind);
				alarm = i;
				what = kind;
			}
		}
		if (first > now.mono)
			return;
		fire(m, alarm, what, now);
	}
}

void model_tick(struct model *m, struct model_time now)
{
	run_timers(m, UINT32_MAX, now);
}

int64_t model_next_deadline(const struct model *m)
{
	int64_t first = MODEL_NEVER;

	for (uint32_t i = 0; i < m->n; i++)
		for (int kind = 0; m->alarm[i].def && kind < 3; kind++)
			if (due_of(&m->alarm[i], kind) < first)
				first = due_of(&m->alarm[i], kind);
	return first;
}

/* --- samples -------------------------------------------------------------------- */

static bool usable(const struct model_sample *s)
{
	return quality_is_good(s->quality) && isfinite(s->value);
}

static bool limit_of(const struct alarm_def *d, const struct model_sample *second,
		     double *limit)
{
	*limit = d->limit;
	if (!alarm_more(d)->second)
		return true;
	*limit = second->value;
	return usable(second) && second->value >= alarm_more(d)->limit_min &&
	       second->value <= alarm_more(d)->limit_max;
}

/* Of what nothing can be said, whose quality tells why. */
static quality blamed(const struct model_sample *s, const struct model_sample *second)
{
	if (!second || !quality_is_good(s->quality))
		return s->quality;
	return quality_is_good(second->quality)
		       ? QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE)
		       : second->quality;
}

static void unknown(struct model *m, uint32_t i, const struct model_sample *s,
		    const struct model_sample *second, struct model_time now)
{
	struct happening h = { .cause = ALARM_BY_SYSTEM, .sampled = true, .sample = *s };
	struct model_alarm *a = &m->alarm[i];
	quality why = blamed(s, second);

	a->delay_due = MODEL_NEVER;
	a->present = is_active(a);
	if (second && quality_is_good(s->quality) &&
	    quality_reason(why) != REASON_NO_VALUE && !a->blind) {
		a->blind = true;
		if (!is_active(a)) {
			a->quality = why;
			h.event = ALARM_E_BLIND;
			happen(m, i, &h, now);
		}
	}
	if (is_active(a) && !a->source_bad) {
		a->source_bad = true;
		a->quality = why;
		h.event = ALARM_E_SOURCE_BAD;
		happen(m, i, &h, now);
	}
}

/* True when state and condition disagreed and the state changed. */
static bool follow(struct model *m, uint32_t i, const struct model_sample *s,
		   double limit, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];
	int64_t delay = a->present ? a->def->on_delay_ms : a->def->off_delay_ms;

	if (a->present == is_active(a)) {
		a->delay_due = MODEL_NEVER;
		return false;
	}
	if (a->delay_due != MODEL_NEVER)
		return false;
	if (delay == 0) {
		process(m, i, s, limit, now);
		return true;
	}
	a->delay_due = now.mono + delay;
	a->waiting = *s;
	a->waiting_limit = limit;
	return false;
}

static void known(struct model *m, uint32_t i, const struct model_sample *s, double limit,
		  struct model_time now)
{
	struct happening h = { .cause = ALARM_BY_SYSTEM, .sampled = true, .sample = *s };
	struct model_alarm *a = &m->alarm[i];
	double from = a->present ? limit - a->def->deadband : limit;
	bool was_bad = a->source_bad;

	if (a->blind) {
		a->blind = false;
		if (!is_active(a)) {
			a->quality = s->quality;
			h.event = ALARM_E_JUDGED_AGAIN;
			happen(m, i, &h, now);
		}
	}
	a->present = s->value >= from;
	a->source_bad = false;
	if (follow(m, i, s, limit, now) || !was_bad)
		return;
	a->value = s->value;
	a->quality = s->quality;
	a->limit = limit;
	h.event = ALARM_E_SOURCE_GOOD;
	happen(m, i, &h, now);
}

void model_judge(struct model *m, uint32_t i, const struct model_sample *s,
		 const struct model_sample *second, struct model_time now)
{
	double limit;

	run_timers(m, i, now);
	if (usable(s) && limit_of(m->alarm[i].def, second, &limit))
		known(m, i, s, limit, now);
	else
		unknown(m, i, s, second, now);
}

/* --- people --------------------------------------------------------------------- */

static bool waits(const struct model_alarm *a)
{
	return a->state == 'B' || a->state == 'D' || a->state == 'E';
}

static enum alarm_act_result acknowledge(struct model *m, uint32_t i,
					 const struct alarm_act *act,
					 const struct happening *h, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];
	bool this_one = waits(a) && a->occurrence == act->occurrence, did = this_one;

	if (act->occurrence == 0 || act->occurrence > a->occurrence)
		return ALARM_ACT_UNKNOWN;
	for (int k = 0; k < a->n_older;) {
		uint64_t it = a->older[k].occurrence;

		if (it != act->occurrence && !(act->older && it < act->occurrence)) {
			k++;
			continue;
		}
		end_older(m, i, k, h, now);
		did = true;
	}
	if (this_one)
		happen(m, i, h, now);
	if (!did)
		return ALARM_ACT_NOT_NEEDED;
	for (int k = 0; k < a->n_older; k++)
		if (a->older[k].occurrence > act->occurrence)
			return ALARM_ACT_NEWER;
	return waits(a) && a->occurrence > act->occurrence ? ALARM_ACT_NEWER
							   : ALARM_ACT_OK;
}

static enum alarm_act_result confirm(struct model *m, uint32_t i,
				     const struct alarm_act *act,
				     const struct happening *h, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	if (act->occurrence == 0 || act->occurrence > a->occurrence)
		return ALARM_ACT_UNKNOWN;
	if (!a->unconfirmed)
		return ALARM_ACT_NOT_ALLOWED;
	if (act->occurrence < a->unconfirmed)
		return ALARM_ACT_NOT_NEEDED;
	a->unconfirmed = 0;
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result reset(struct model *m, uint32_t i, const struct happening *h,
				   struct model_time now)
{
	const struct model_alarm *a = &m->alarm[i];

	if (a->state == 'A' || a->state == 'D')
		return ALARM_ACT_NOT_NEEDED;
	if (is_active(a) || a->present)
		return ALARM_ACT_STANDING;
	if (a->state == 'E')
		return ALARM_ACT_ACK_FIRST;
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result shelve(struct model *m, uint32_t i,
				    const struct alarm_act *act,
				    const struct happening *h, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];
	int64_t longest = alarm_life(a->def)->shelve_max_ms;

	if (longest == 0 || act->shelf == ALARM_SHELF_NONE)
		return ALARM_ACT_NOT_ALLOWED;
	if (act->until.ms <= now.wall)
		return ALARM_ACT_NOT_NEEDED;
	if (act->until.ms > now.wall + longest)
		return ALARM_ACT_TOO_LONG;
	if (!act->text || !act->text[0])
		return ALARM_ACT_NO_REASON;
	a->shelf = (int)act->shelf;
	a->shelf_since = now.wall;
	a->shelf_until = act->until.ms;
	a->shelf_due = now.mono + (act->until.ms - now.wall);
	set_text(a->shelf_by, act->by);
	set_text(a->shelf_reason, act->text);
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result unshelve(struct model *m, uint32_t i,
				      const struct happening *h, struct model_time now)
{
	if (!m->alarm[i].shelf)
		return ALARM_ACT_NOT_NEEDED;
	clear_shelf(&m->alarm[i]);
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result suppress(struct model *m, uint32_t i,
				      const struct alarm_act *act,
				      const struct happening *h, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	if (a->suppressed & ALARM_SUP_MANUAL)
		return ALARM_ACT_NOT_NEEDED;
	if (!act->text || !act->text[0])
		return ALARM_ACT_NO_REASON;
	if (!a->suppressed)
		a->suppressed_since = now.wall;
	a->suppressed |= ALARM_SUP_MANUAL;
	set_text(a->suppressed_by, act->by);
	set_text(a->suppressed_reason, act->text);
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result unsuppress(struct model *m, uint32_t i,
					const struct happening *h, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	if (!(a->suppressed & ALARM_SUP_MANUAL))
		return ALARM_ACT_NOT_NEEDED;
	a->suppressed &= ~(unsigned)ALARM_SUP_MANUAL;
	a->suppressed_by[0] = a->suppressed_reason[0] = '\0';
	if (!a->suppressed)
		a->suppressed_since = 0;
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result leave_service(struct model *m, uint32_t i,
					   const struct alarm_act *act,
					   const struct happening *h,
					   struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	if (a->out)
		return ALARM_ACT_NOT_NEEDED;
	if (!act->text || !act->text[0])
		return ALARM_ACT_NO_REASON;
	a->out = true;
	a->out_since = now.wall;
	set_text(a->out_by, act->by);
	set_text(a->out_reason, act->text);
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result enter_service(struct model *m, uint32_t i,
					   const struct happening *h,
					   struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	if (!a->out)
		return ALARM_ACT_NOT_NEEDED;
	a->out = false;
	a->out_since = 0;
	a->out_by[0] = a->out_reason[0] = '\0';
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

static enum alarm_act_result comment(struct model *m, uint32_t i,
				     const struct alarm_act *act,
				     const struct happening *h, struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	if (!act->text || !act->text[0])
		return ALARM_ACT_NO_REASON;
	a->commented = now.wall;
	set_text(a->comment_by, act->by);
	set_text(a->comment, act->text);
	happen(m, i, h, now);
	return ALARM_ACT_OK;
}

enum alarm_act_result model_act(struct model *m, uint32_t i, const struct alarm_act *act,
				struct model_time now)
{
	struct happening h = { .event = act->event,
			       .cause = ALARM_BY_OPERATOR,
			       .by = act->by,
			       .text = act->text };

	switch (act->event) {
	case ALARM_E_ACK:
		return acknowledge(m, i, act, &h, now);
	case ALARM_E_CONFIRM:
		return confirm(m, i, act, &h, now);
	case ALARM_E_RESET:
		return reset(m, i, &h, now);
	case ALARM_E_COMMENT:
		return comment(m, i, act, &h, now);
	case ALARM_E_SHELVE:
		return shelve(m, i, act, &h, now);
	case ALARM_E_UNSHELVE:
		return unshelve(m, i, &h, now);
	case ALARM_E_SUPPRESS:
		return suppress(m, i, act, &h, now);
	case ALARM_E_UNSUPPRESS:
		return unsuppress(m, i, &h, now);
	case ALARM_E_OUT_OF_SERVICE:
		return leave_service(m, i, act, &h, now);
	case ALARM_E_IN_SERVICE:
		return enter_service(m, i, &h, now);
	default:
		return ALARM_ACT_NOT_ALLOWED;
	}
}

void model_suppress(struct model *m, uint32_t i, unsigned set, unsigned clear,
		    const char *reason, struct model_time now)
{
	struct happening h = { .cause = ALARM_BY_LOGIC };
	struct model_alarm *a = &m->alarm[i];

	set &= 7 & ~a->suppressed;
	if (set) {
		if (!a->suppressed)
			a->suppressed_since = now.wall;
		if (!(a->suppressed & ALARM_SUP_MANUAL)) {
			a->suppressed_by[0] = '\0';
			set_text(a->suppressed_reason, reason);
		}
		a->suppressed |= set;
		h.event = ALARM_E_SUPPRESS;
		h.text = reason;
		happen(m, i, &h, now);
	}
	clear &= 7 & a->suppressed;
	if (clear) {
		a->suppressed &= ~clear;
		if (!a->suppressed) {
			a->suppressed_since = 0;
			a->suppressed_by[0] = a->suppressed_reason[0] = '\0';
		}
		h.event = ALARM_E_UNSUPPRESS;
		h.text = NULL;
		happen(m, i, &h, now);
	}
}

/* --- configuration and restart -------------------------------------------------- */

void model_open(struct model *m, uint64_t next_occurrence)
{
	m->n = 0;
	m->n_seen = 0;
	m->next_occurrence = next_occurrence;
}

uint32_t model_add(struct model *m, const struct alarm_def *def)
{
	struct model_alarm *a = &m->alarm[m->n];

	assert_true(m->n < MODEL_ALARMS);
	*a = (struct model_alarm){ .def = def,
				   .state = 'A',
				   .value = NAN,
				   .limit = NAN,
				   .delay_due = MODEL_NEVER,
				   .shelf_due = MODEL_NEVER,
				   .realarm_due = MODEL_NEVER };
	return m->n++;
}

void model_redefine(struct model *m, uint32_t i, const struct alarm_def *def,
		    struct model_time now)
{
	struct model_alarm *a = &m->alarm[i];

	a->def = def;
	a->delay_due = MODEL_NEVER;
	a->present = is_active(a);
	a->blind = false;
	a->limit = NAN;
	restart_realarm(a, now);
}

void model_remove(struct model *m, uint32_t i, struct model_time now)
{
	static const struct happening h = { .event = ALARM_E_REMOVE,
					    .cause = ALARM_BY_CONFIG };
	struct model_alarm *a = &m->alarm[i];

	if (model_retained(a)) {
		clear_shelf(a);
		a->suppressed = 0;
		a->out = false;
		a->commented = 0;
		a->n_older = 0;
		a->unconfirmed = 0;
		happen(m, i, &h, now);
	}
	a->def = NULL;
}

void model_restart(struct model *m, struct model_time now)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->n; i++)
		if (m->alarm[i].def)
			m->alarm[n++] = m->alarm[i];
	m->n = n;
	for (uint32_t i = 0; i < n; i++) {
		struct model_alarm *a = &m->alarm[i];
		int64_t left = a->shelf_until - now.wall;
		int64_t whole = a->shelf_until - a->shelf_since;

		model_redefine(m, i, a->def, now);
		if (a->shelf && left < 0)
			a->shelf_due = now.mono;
		else if (a->shelf)
			a->shelf_due = now.mono + (left < whole ? left : whole);
	}
}
