/* engine.c - the alarms, their state changes and their acknowledgement. When a
 * condition comes and goes is decided in condition.c. */
#include "alarm/engine.h"

#include <stdio.h>
#include <stdlib.h>

#include "alarm/engine_int.h"
#include "util/strmap.h"
#include "util/xalloc.h"

struct alarm_engine *alarm_engine_new(uint64_t next_occurrence)
{
	struct alarm_engine *e = xcalloc(1, sizeof(*e));

	e->names = strmap_new();
	e->next_occurrence = next_occurrence ? next_occurrence : 1;
	return e;
}

static void forget(struct alarm *a)
{
	free(a->memory);
	free(a->count);
	a->memory = NULL;
	a->count = NULL;
	a->blind = false;
}

/* All that the alarm will ever need to remember. */
static void begin_anew(struct alarm *a)
{
	const struct alarm_type *type = a->def->type;
	int64_t times = alarm_more(a->def)->times;

	forget(a);
	if (type->memory)
		a->memory = xcalloc(1, type->memory(a->def));
	if (times > 0)
		a->count = xcalloc(1, alarm_count_size(times));
}

void alarm_engine_free(struct alarm_engine *e)
{
	if (!e)
		return;
	strmap_free(e->names);
	for (size_t i = 0; i < e->n; i++)
		forget(&e->alarms[i]);
	heap_release(&e->delays);
	heap_release(&e->looks);
	free(e->alarms);
	free(e);
}

struct alarm *alarm_engine_at(const struct alarm_engine *e, uint32_t alarm)
{
	return alarm < e->n && e->alarms[alarm].def ? &e->alarms[alarm] : NULL;
}

static uint32_t index_of(const struct alarm_engine *e, const struct alarm *a)
{
	return (uint32_t)(a - e->alarms);
}

uint32_t alarm_engine_add(struct alarm_engine *e, const struct alarm_def *def)
{
	if (strmap_has(e->names, def->name))
		return UINT32_MAX;
	uint32_t alarm = (uint32_t)e->n;
	struct alarm *a = GROW(&e->alarms, &e->n);

	heap_reserve(&e->delays, alarm + 1);
	heap_reserve(&e->looks, alarm + 1);
	strmap_put(e->names, def->name, alarm);
	a->def = def;
	a->name_hash = alarm_name_hash(def->name);
	a->record.value = NAN;
	a->trigger.limit = NAN;
	begin_anew(a);
	return alarm;
}

void alarm_engine_settle(struct alarm_engine *e, struct alarm *a)
{
	heap_remove(&e->delays, index_of(e, a));
	a->present = alarm_state_is_active(a->record.state);
}

void alarm_engine_redefine(struct alarm_engine *e, uint32_t alarm,
			   const struct alarm_def *def)
{
	struct alarm *a = alarm_engine_at(e, alarm);

	if (!a)
		return;
	a->def = def;
	a->trigger.limit = NAN;
	begin_anew(a);
	heap_remove(&e->looks, alarm);
	alarm_engine_settle(e, a);
}

void alarm_engine_rebind(struct alarm_engine *e, uint32_t alarm,
			 const struct alarm_def *def)
{
	struct alarm *a = alarm_engine_at(e, alarm);

	if (a)
		a->def = def;
}

/* --- state ------------------------------------------------------------------------ */

static uint64_t contribution(const struct alarm *a)
{
	const struct alarm_record *r = &a->record;

	if (r->state == ALARM_S_NORMAL)
		return 0;
	return alarm_row_hash_of(a->name_hash, r->occurrence, r->state);
}

static void hand_out(const struct alarm_engine *e, const struct alarm *a,
		     enum alarm_state from, enum alarm_cause cause,
		     struct wall source_time, const char *by,
		     const struct alarm_outlet *out)
{
	struct alarm_transition t = {
		.alarm = index_of(e, a),
		.from = from,
		.to = a->record.state,
		.cause = cause,
		.record = a->record,
		.limit = a->trigger.limit,
		.source_time = source_time,
		.blind = a->blind,
	};

	if (by[0]) /* mostly it was the process */
		snprintf(t.by, sizeof(t.by), "%s", by);
	out->sink(out->arg, &t);
}

static void begin_occurrence(struct alarm_engine *e, struct alarm_record *r,
			     struct wall when)
{
	r->occurrence = e->next_occurrence++;
	r->raised = when;
	r->acked = (struct wall){ 0 };
	r->acked_by[0] = '\0';
}

bool alarm_engine_step(struct alarm_engine *e, struct alarm *a, enum alarm_event event,
		       const char *by, const struct alarm_outlet *out)
{
	struct alarm_record *r = &a->record;
	const struct alarm_rule *rule = alarm_rule(r->state, event);
	enum alarm_state from = r->state;
	struct wall source_time = out->now.wall;

	if (!rule)
		return false;
	e->hash -= contribution(a);
	r->state = rule->next;
	r->changed = out->now.wall;
	if (rule->is_new)
		begin_occurrence(e, r, out->now.wall);
	if (rule->cause == ALARM_BY_PROCESS) {
		r->value = a->trigger.value;
		r->quality = a->trigger.quality;
		source_time = a->trigger.source_time;
	} else if (rule->cause == ALARM_BY_OPERATOR) {
		r->acked = out->now.wall;
		snprintf(r->acked_by, sizeof(r->acked_by), "%s", by);
	}
	if (!alarm_state_is_active(r->state))
		r->source_bad = false;
	e->hash += contribution(a);
	hand_out(e, a, from, rule->cause, source_time, by, out);
	return true;
}

void alarm_engine_note(const struct alarm_engine *e, const struct alarm *a,
		       const struct alarm_outlet *out)
{
	hand_out(e, a, a->record.state, ALARM_BY_SYSTEM, a->trigger.source_time, "", out);
}

void alarm_engine_remove(struct alarm_engine *e, uint32_t alarm, struct now now,
			 alarm_sink sink, void *arg)
{
	struct alarm *a = alarm_engine_at(e, alarm);
	struct alarm_outlet out = { now, sink, arg };

	if (!a)
		return;
	heap_remove(&e->delays, alarm);
	heap_remove(&e->looks, alarm);
	alarm_engine_step(e, a, ALARM_E_REMOVE, "", &out);
	strmap_del(e->names, a->def->name);
	forget(a);
	a->def = NULL;
}

void alarm_engine_restore(struct alarm_engine *e, uint32_t alarm,
			  const struct alarm_record *r)
{
	struct alarm *a = alarm_engine_at(e, alarm);

	if (!a)
		return;
	e->hash -= contribution(a);
	a->record = *r;
	e->hash += contribution(a);
	alarm_engine_settle(e, a);
	if (r->occurrence >= e->next_occurrence)
		e->next_occurrence = r->occurrence + 1;
}

/* --- questions --------------------------------------------------------------------- */

uint32_t alarm_engine_find(const struct alarm_engine *e, const char *name)
{
	int64_t alarm;

	return strmap_get(e->names, name, &alarm) ? (uint32_t)alarm : UINT32_MAX;
}

uint32_t alarm_engine_count(const struct alarm_engine *e)
{
	return (uint32_t)e->n;
}

const struct alarm_def *alarm_engine_def(const struct alarm_engine *e, uint32_t alarm)
{
	const struct alarm *a = alarm_engine_at(e, alarm);

	return a ? a->def : NULL;
}

const struct alarm_record *alarm_engine_record(const struct alarm_engine *e,
					       uint32_t alarm)
{
	const struct alarm *a = alarm_engine_at(e, alarm);

	return a ? &a->record : NULL;
}

double alarm_engine_limit(const struct alarm_engine *e, uint32_t alarm)
{
	const struct alarm *a = alarm_engine_at(e, alarm);

	return a ? a->trigger.limit : NAN;
}

uint64_t alarm_engine_hash(const struct alarm_engine *e)
{
	return e->hash;
}

/* --- acknowledgement ------------------------------------------------------------- */

enum alarm_ack_result alarm_engine_ack_check(const struct alarm_engine *e, uint32_t alarm,
					     uint64_t occurrence)
{
	const struct alarm *a = alarm_engine_at(e, alarm);

	if (!a || !occurrence || occurrence > a->record.occurrence)
		return ALARM_ACK_UNKNOWN;
	if (!alarm_rule(a->record.state, ALARM_E_ACK))
		return ALARM_ACK_NOT_NEEDED;
	return occurrence == a->record.occurrence ? ALARM_ACK_OK : ALARM_ACK_NEWER;
}

enum alarm_ack_result alarm_engine_ack_apply(struct alarm_engine *e, uint32_t alarm,
					     uint64_t occurrence, const char *by,
					     struct now now, alarm_sink sink, void *arg)
{
	enum alarm_ack_result result = alarm_engine_ack_check(e, alarm, occurrence);
	struct alarm_outlet out = { now, sink, arg };

	if (result == ALARM_ACK_OK)
		alarm_engine_step(e, &e->alarms[alarm], ALARM_E_ACK, by, &out);
	return result;
}
