/* engine.c - the alarms: how they come and go, and what can be asked of them. When a
 * condition comes and goes is decided in condition.c. */
#include "alarm/engine.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/engine_int.h"
#include "util/intern.h"
#include "util/xalloc.h"

static const char *name_of(const void *owner, uint32_t alarm)
{
	const struct alarm_engine *e = owner;

	return e->blocks[alarm / ALARM_ROWS][alarm % ALARM_ROWS].def->name;
}

struct alarm_engine *alarm_engine_new(uint64_t next_occurrence)
{
	struct alarm_engine *e = xcalloc(1, sizeof(*e));

	e->names.name_of = name_of;
	e->next_occurrence = next_occurrence ? next_occurrence : 1;
	return e;
}

static size_t aligned(size_t n)
{
	return (n + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
}

/* The memory of its type and its counter. */
static struct alarm_rare *rare_new(const struct alarm_def *d)
{
	size_t memory = d->type->memory ? aligned(d->type->memory(d)) : 0;
	int64_t times = alarm_more(d)->times;
	size_t count = times > 0 ? alarm_count_size(times) : 0;
	struct alarm_rare *rare = xcalloc(1, sizeof(*rare) + memory + count);

	if (memory)
		rare->memory = rare->data;
	if (count)
		rare->count = (struct alarm_count *)((char *)rare->data + memory);
	return rare;
}

static void forget(struct alarm *a)
{
	free(a->rare);
	a->rare = NULL;
	a->blind = false;
}

/* All that the alarm will ever need to remember. */
static void begin_anew(struct alarm *a)
{
	forget(a);
	a->limit = NAN;
	if (a->def->type->memory || alarm_more(a->def)->times > 0)
		a->rare = rare_new(a->def);
}

void alarm_engine_free(struct alarm_engine *e)
{
	union alarm_slip *slip;

	if (!e)
		return;
	for (size_t i = 0; i < e->n; i++) {
		struct alarm *a = &e->blocks[i / ALARM_ROWS][i % ALARM_ROWS];

		free(a->rare);
		alarm_extra_drop(e, a);
	}
	while ((slip = e->spare)) {
		e->spare = slip->next;
		free(slip);
	}
	for (size_t i = 0; i < e->n_blocks; i++)
		free(e->blocks[i]);
	free(e->blocks);
	for (int k = 0; k < ALARM_T_COUNT; k++)
		heap_release(&e->timers[k]);
	free(e->waiting);
	names_release(&e->names);
	free(e);
}

static struct alarm *next_row(struct alarm_engine *e)
{
	size_t bytes = ALARM_ROWS * sizeof(struct alarm);

	if (e->n == e->n_blocks * ALARM_ROWS)
		*GROW(&e->blocks, &e->n_blocks) =
			xcalloc_aligned(_Alignof(struct alarm), bytes);
	return &e->blocks[e->n / ALARM_ROWS][e->n % ALARM_ROWS];
}

uint32_t alarm_engine_add(struct alarm_engine *e, const struct alarm_def *def)
{
	struct alarm *a;

	if (alarm_engine_find(e, def->name) != UINT32_MAX)
		return UINT32_MAX;
	a = next_row(e);
	a->index = (uint32_t)e->n++;
	a->def = def;
	a->name_hash = alarm_name_hash(def->name);
	a->record.value = NAN;
	a->record.acked_by = "";
	names_add(&e->names, e, a->index);
	begin_anew(a);
	return a->index;
}

void alarm_engine_redefine(struct alarm_engine *e, uint32_t alarm,
			   const struct alarm_def *def, struct now now)
{
	struct alarm *a = alarm_engine_at(e, alarm);

	if (!a)
		return;
	a->def = def;
	begin_anew(a);
	alarm_timer_stop(e, a, ALARM_T_LOOK);
	alarm_engine_settle(e, a);
	alarm_realarm_from(e, a, now);
}

void alarm_engine_rebind(struct alarm_engine *e, uint32_t alarm,
			 const struct alarm_def *def)
{
	struct alarm *a = alarm_engine_at(e, alarm);

	if (a)
		a->def = def;
}

void alarm_engine_remove(struct alarm_engine *e, uint32_t alarm, struct now now,
			 alarm_sink sink, void *arg)
{
	static const struct alarm_cue cue = { .event = ALARM_E_REMOVE,
					      .cause = ALARM_BY_CONFIG };
	struct alarm *a = alarm_engine_at(e, alarm);
	struct alarm_outlet out = { now, sink, arg };

	if (!a)
		return;
	for (int k = 0; k < ALARM_T_COUNT; k++)
		alarm_timer_stop(e, a, (enum alarm_timer)k);
	if (alarm_record_is_retained(&a->record)) {
		struct alarm_change c = alarm_change_begin(a);

		a->record.unconfirmed = 0;
		alarm_extra_drop(e, a);
		alarm_change_end(e, a, &c, &cue, &out);
	}
	alarm_extra_drop(e, a);
	names_remove(&e->names, e, a->def->name);
	forget(a);
	a->def = NULL;
}

void alarm_engine_restore(struct alarm_engine *e, uint32_t alarm,
			  const struct alarm_record *r, struct now now)
{
	struct alarm *a = alarm_engine_at(e, alarm);

	if (!a)
		return;
	e->hash -= alarm_contribution(a);
	alarm_extra_drop(e, a);
	a->record = *r;
	a->record.extra = NULL;
	a->record.acked_by = r->acked_by && r->acked_by[0] ? intern(r->acked_by) : "";
	if (r->extra)
		*alarm_extra_edit(e, a) = *r->extra;
	alarm_extra_trim(e, a);
	e->hash += alarm_contribution(a);
	if (r->occurrence >= e->next_occurrence)
		e->next_occurrence = r->occurrence + 1;
	alarm_engine_settle(e, a);
	alarm_realarm_from(e, a, now);
	if (alarm_record_flags(r) & ALARM_F_SHELVED)
		alarm_timer_set(e, a, ALARM_T_SHELF, alarm_shelf_deadline(r->extra, now));
	else
		alarm_timer_stop(e, a, ALARM_T_SHELF);
}

void alarm_engine_ask_before(struct alarm_engine *e, alarm_gate gate, void *arg)
{
	e->gate = gate;
	e->gate_arg = arg;
}

void alarm_engine_mark(struct alarm_engine *e, uint32_t alarm, enum alarm_first_out mark)
{
	struct alarm *a = alarm_engine_at(e, alarm);

	if (a)
		a->record.first_out = (uint8_t)mark;
}

/* --- questions --------------------------------------------------------------------- */

uint32_t alarm_engine_find(const struct alarm_engine *e, const char *name)
{
	uint32_t alarm;

	return names_find(&e->names, e, name, &alarm) ? alarm : UINT32_MAX;
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

	return a ? a->limit : NAN;
}

uint64_t alarm_engine_hash(const struct alarm_engine *e)
{
	return e->hash;
}
