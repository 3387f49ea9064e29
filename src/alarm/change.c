/* change.c - the one place where an alarm changes: the core by its table, what it has
 * beside it, its part of the hash, and the transition that says so. */
#include "alarm/engine_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/intern.h"
#include "util/xalloc.h"

void alarm_text(char *out, size_t size, const char *text)
{
	size_t n = text ? strnlen(text, size) : 0;

	if (n == size) /* the last character must not be half a one */
		for (n--; n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80;)
			n--;
	if (n)
		memcpy(out, text, n);
	out[n] = '\0';
}

/* --- extras ------------------------------------------------------------------------ */

struct alarm_extra *alarm_extra_edit(struct alarm_engine *e, struct alarm *a)
{
	union alarm_slip *slip = e->spare;

	if (a->record.extra)
		return (struct alarm_extra *)a->record.extra;
	if (slip)
		e->spare = slip->next;
	else
		slip = xmalloc(sizeof(*slip));
	slip->extra = (struct alarm_extra){ 0 };
	a->record.extra = &slip->extra;
	return &slip->extra;
}

void alarm_extra_drop(struct alarm_engine *e, struct alarm *a)
{
	union alarm_slip *slip = (union alarm_slip *)a->record.extra;

	if (!slip)
		return;
	slip->next = e->spare;
	e->spare = slip;
	a->record.extra = NULL;
}

void alarm_extra_trim(struct alarm_engine *e, struct alarm *a)
{
	const struct alarm_extra *x = a->record.extra;

	if (x && !x->shelf && !x->suppressed && !x->out_of_service && !x->n_older &&
	    !x->commented.ms)
		alarm_extra_drop(e, a);
}

/* --- the list ---------------------------------------------------------------------- */

uint8_t alarm_record_flags(const struct alarm_record *r)
{
	const struct alarm_extra *x = r->extra;
	unsigned flags = r->unconfirmed ? ALARM_F_UNCONFIRMED : 0;

	if (x && x->shelf)
		flags |= ALARM_F_SHELVED;
	if (x && x->suppressed)
		flags |= ALARM_F_SUPPRESSED;
	if (x && x->out_of_service)
		flags |= ALARM_F_OUT_OF_SERVICE;
	return (uint8_t)flags;
}

uint8_t alarm_record_n_older(const struct alarm_record *r)
{
	return r->extra ? r->extra->n_older : 0;
}

bool alarm_record_is_retained(const struct alarm_record *r)
{
	return r->state != ALARM_S_NORMAL || alarm_record_n_older(r) ||
	       alarm_record_flags(r);
}

uint64_t alarm_contribution(const struct alarm *a)
{
	const struct alarm_record *r = &a->record;

	if (!alarm_record_is_retained(r))
		return 0;
	return alarm_row_hash_of(a->name_hash, r->occurrence, r->state,
				 alarm_record_flags(r), alarm_record_n_older(r));
}

/* --- changes ----------------------------------------------------------------------- */

static void hand_out(const struct alarm *a, const struct alarm_change *c,
		     const struct alarm_cue *cue, const char *rule,
		     const struct alarm_outlet *out)
{
	struct alarm_transition t; /* every member is set: its texts are long */

	t.alarm = a->index;
	t.event = cue->event;
	t.from = cue->older ? ALARM_S_RTNUN : c->from;
	t.to = cue->older ? ALARM_S_NORMAL : a->record.state;
	t.occurrence = cue->older ? cue->older : a->record.occurrence;
	t.cause = cue->cause;
	t.rule = rule;
	t.record = a->record;
	t.limit = a->limit;
	t.blind = a->blind;
	t.source_time = cue->trigger ? cue->trigger->source_time : out->now.wall;
	alarm_text(t.by, sizeof(t.by), cue->by);
	alarm_text(t.text, sizeof(t.text), cue->text);
	out->sink(out->arg, &t);
}

/* A trial's names are gone with it. */
static const char *keep_name(struct alarm_engine *e, const char *by)
{
	alarm_text(e->by, sizeof(e->by), by);
	return e->trial ? e->by : intern(e->by);
}

static void begin_occurrence(struct alarm_engine *e, struct alarm_record *r,
			     const struct alarm_rule *rule, struct wall when)
{
	r->occurrence = e->next_occurrence++;
	r->acked = (struct wall){ 0 };
	r->acked_by = "";
	if (!rule->is_same) {
		r->raised = when;
		r->realarms = 0;
	} else if (r->realarms < UINT16_MAX) {
		r->realarms++;
	}
}

static void acknowledged(struct alarm_engine *e, struct alarm *a,
			 const struct alarm_cue *cue, struct wall when)
{
	a->record.acked = when;
	a->record.acked_by = keep_name(e, cue->by);
}

/* The core goes where the table says. */
static void follow_rule(struct alarm_engine *e, struct alarm *a,
			const struct alarm_rule *rule, const struct alarm_cue *cue,
			const struct alarm_outlet *out)
{
	struct alarm_record *r = &a->record;

	r->state = rule->next;
	r->changed = out->now.wall;
	if (rule->is_new)
		begin_occurrence(e, r, rule, out->now.wall);
	if (cue->trigger) {
		r->value = cue->trigger->value;
		r->quality = cue->trigger->quality;
		a->limit = cue->trigger->limit;
	}
	if (cue->event == ALARM_E_ACK)
		acknowledged(e, a, cue, out->now.wall);
	if (!alarm_state_is_active(r->state))
		r->source_bad = false;
	alarm_realarm_from(e, a, out->now);
}

/* What the end of a flag does to the core waits until nothing hides the alarm. */
static const struct alarm_rule *rule_of(const struct alarm *a,
					const struct alarm_cue *cue)
{
	if (cue->older || (cue->event >= ALARM_E_SHELVE &&
			   alarm_record_flags(&a->record) & ALARM_F_HIDDEN))
		return NULL;
	return alarm_rule(a->record.state, cue->event, alarm_life(a->def));
}

struct alarm_change alarm_change_begin(const struct alarm *a)
{
	return (struct alarm_change){ a->record.state, alarm_contribution(a) };
}

void alarm_change_end(struct alarm_engine *e, struct alarm *a,
		      const struct alarm_change *c, const struct alarm_cue *cue,
		      const struct alarm_outlet *out)
{
	const struct alarm_rule *rule = rule_of(a, cue);

	if (rule)
		follow_rule(e, a, rule, cue, out);
	alarm_extra_trim(e, a);
	e->hash += alarm_contribution(a) - c->was;
	hand_out(a, c, cue, rule ? rule->id : alarm_event_rule(cue->event), out);
}

/* --- events of the core ------------------------------------------------------------ */

/* The oldest makes room. It is said: nobody acknowledged it. */
static void shed(struct alarm_engine *e, struct alarm *a, const struct alarm_outlet *out)
{
	struct alarm_change c = alarm_change_begin(a);
	struct alarm_extra *x = alarm_extra_edit(e, a);
	const struct alarm_cue cue = { .event = ALARM_E_OLDER_SHED,
				       .cause = ALARM_BY_SYSTEM,
				       .text = "8 newer ones wait",
				       .older = x->older[0].occurrence };

	memmove(x->older, x->older + 1, sizeof(x->older[0]) * --x->n_older);
	alarm_change_end(e, a, &c, &cue, out);
}

static void keep_older(struct alarm_engine *e, struct alarm *a)
{
	struct alarm_extra *x = alarm_extra_edit(e, a);

	x->older[x->n_older++] = (struct alarm_older){ .occurrence = a->record.occurrence,
						       .raised = a->record.raised,
						       .returned = a->record.changed };
}

void alarm_engine_step(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_cue *cue, const struct alarm_outlet *out)
{
	bool keep = cue->event == ALARM_E_COME && alarm_state_waits(a->record.state);
	struct alarm_change c;

	if (keep && alarm_record_n_older(&a->record) == ALARM_OLDER_MAX)
		shed(e, a, out);
	c = alarm_change_begin(a);
	if (keep)
		keep_older(e, a);
	alarm_change_end(e, a, &c, cue, out);
}

void alarm_engine_process(struct alarm_engine *e, struct alarm *a, enum alarm_event event,
			  const struct alarm_trigger *trigger,
			  const struct alarm_outlet *out)
{
	const struct alarm_cue cue = { .event = event,
				       .cause = ALARM_BY_PROCESS,
				       .trigger = trigger };
	const struct alarm_cue end = { .event = ALARM_E_UNSHELVE,
				       .cause = ALARM_BY_PROCESS,
				       .trigger = trigger };

	if (event == ALARM_E_COME)
		alarm_hide_before(e, a, out);
	alarm_engine_step(e, a, &cue, out);
	if (event == ALARM_E_GO && a->record.extra &&
	    a->record.extra->shelf == ALARM_SHELF_ONE_SHOT)
		alarm_unshelve(e, a, &end, out);
}

void alarm_engine_settle(struct alarm_engine *e, struct alarm *a)
{
	alarm_timer_stop(e, a, ALARM_T_DELAY);
	a->present = alarm_state_is_active(a->record.state);
}
