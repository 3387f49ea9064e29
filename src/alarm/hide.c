/* hide.c - the flags that hide an alarm while its core runs on: shelf, suppression, out
 * of service; what acts and logic do to them. */
#include "alarm/engine_int.h"

struct mono alarm_shelf_deadline(const struct alarm_extra *x, struct now now)
{
	int64_t left = x->shelf_until.ms - now.wall.ms;
	int64_t whole = x->shelf_until.ms - x->shelf_since.ms;

	/* a wall clock that was put back must not make a shelf longer than it was */
	return mono_add_ms(now.mono, left < 0 ? 0 : left < whole ? left : whole);
}

void alarm_unshelve(struct alarm_engine *e, struct alarm *a, const struct alarm_cue *cue,
		    const struct alarm_outlet *out)
{
	struct alarm_change c = alarm_change_begin(a);
	struct alarm_extra *x = alarm_extra_edit(e, a);

	x->shelf = ALARM_SHELF_NONE;
	x->shelf_since = x->shelf_until = (struct wall){ 0 };
	x->shelf_by[0] = x->shelf_reason[0] = '\0';
	alarm_timer_stop(e, a, ALARM_T_SHELF);
	alarm_change_end(e, a, &c, cue, out);
}

/* Who set the newest bit is named; a person stands before logic. */
static void suppress_begin(struct alarm_extra *x, uint8_t bits,
			   const struct alarm_cue *cue, struct wall now)
{
	bool by_hand = x->suppressed & ALARM_SUP_MANUAL;

	if (!x->suppressed)
		x->suppressed_since = now;
	x->suppressed |= bits;
	if (by_hand)
		return;
	alarm_text(x->suppressed_by, sizeof(x->suppressed_by), cue->by);
	alarm_text(x->suppressed_reason, sizeof(x->suppressed_reason), cue->text);
}

static void suppress_end(struct alarm_extra *x, uint8_t bits)
{
	x->suppressed &= (uint8_t)~bits;
	if (!x->suppressed)
		x->suppressed_since = (struct wall){ 0 };
	if (!x->suppressed || bits & ALARM_SUP_MANUAL)
		x->suppressed_by[0] = x->suppressed_reason[0] = '\0';
}

void alarm_suppress_bits(struct alarm_engine *e, struct alarm *a, uint8_t bits,
			 const struct alarm_cue *cue, const struct alarm_outlet *out)
{
	struct alarm_change c = alarm_change_begin(a);
	struct alarm_extra *x = alarm_extra_edit(e, a);

	if (cue->event == ALARM_E_SUPPRESS)
		suppress_begin(x, bits, cue, out->now.wall);
	else
		suppress_end(x, bits);
	alarm_change_end(e, a, &c, cue, out);
}

void alarm_hide_before(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_outlet *out)
{
	char reason[128] = "";
	const struct alarm_cue cue = { .event = ALARM_E_SUPPRESS,
				       .cause = ALARM_BY_LOGIC,
				       .text = reason };
	uint8_t has = a->record.extra ? a->record.extra->suppressed : 0, bits;

	if (!e->gate)
		return;
	bits = e->gate(e->gate_arg, a->index, reason, sizeof(reason));
	bits &= ALARM_SUP_LOGIC & (uint8_t)~has;
	if (bits)
		alarm_suppress_bits(e, a, bits, &cue, out);
}

void alarm_engine_suppress(struct alarm_engine *e, uint32_t alarm, uint8_t bits_to_set,
			   uint8_t bits_to_clear, const char *reason, struct now now,
			   alarm_sink sink, void *arg)
{
	struct alarm *a = alarm_engine_at(e, alarm);
	struct alarm_outlet out = { now, sink, arg };
	struct alarm_cue cue = { .event = ALARM_E_SUPPRESS,
				 .cause = ALARM_BY_LOGIC,
				 .text = reason };
	uint8_t has, set, clear;

	if (!a)
		return;
	has = a->record.extra ? a->record.extra->suppressed : 0;
	set = bits_to_set & ALARM_SUP_LOGIC & (uint8_t)~has;
	clear = bits_to_clear & ALARM_SUP_LOGIC & (has | set);
	if (set)
		alarm_suppress_bits(e, a, set, &cue, &out);
	cue.event = ALARM_E_UNSUPPRESS;
	cue.text = NULL;
	if (clear)
		alarm_suppress_bits(e, a, clear, &cue, &out);
}
