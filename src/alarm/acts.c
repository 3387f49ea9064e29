/* acts.c - what people do to alarms: may it be, what would it do, do it. One row an
 * act; a preview runs the same functions over a copy of the alarm. */
#include <string.h>

#include "alarm/engine_int.h"

/* --- which occurrences an acknowledgement means ------------------------------------- */

static bool means_present(const struct alarm *a, const struct alarm_act *act)
{
	return act->occurrence == a->record.occurrence &&
	       alarm_state_waits(a->record.state);
}

static bool means_older(const struct alarm_older *o, const struct alarm_act *act)
{
	return o->occurrence == act->occurrence ||
	       (act->older && o->occurrence < act->occurrence);
}

/* Does one wait that came after what was seen? */
static bool newer_waits(const struct alarm *a, const struct alarm_act *act)
{
	const struct alarm_record *r = &a->record;

	if (alarm_state_waits(r->state) && r->occurrence > act->occurrence)
		return true;
	for (uint8_t i = 0; i < alarm_record_n_older(r); i++)
		if (r->extra->older[i].occurrence > act->occurrence)
			return true;
	return false;
}

static bool names_none(const struct alarm *a, const struct alarm_act *act)
{
	return act->occurrence == 0 || act->occurrence > a->record.occurrence;
}

/* --- may it be? -------------------------------------------------------------------- */

static enum alarm_act_result check_ack(const struct alarm *a, const struct alarm_act *act,
				       struct now now)
{
	bool any = means_present(a, act);

	(void)now;
	if (names_none(a, act))
		return ALARM_ACT_UNKNOWN;
	for (uint8_t i = 0; i < alarm_record_n_older(&a->record); i++)
		any = any || means_older(&a->record.extra->older[i], act);
	if (!any)
		return ALARM_ACT_NOT_NEEDED;
	return newer_waits(a, act) ? ALARM_ACT_NEWER : ALARM_ACT_OK;
}

static enum alarm_act_result check_reset(const struct alarm *a,
					 const struct alarm_act *act, struct now now)
{
	enum alarm_state s = a->record.state;

	(void)act;
	(void)now;
	if (s == ALARM_S_NORMAL || s == ALARM_S_RTNUN)
		return ALARM_ACT_NOT_NEEDED;
	if (alarm_state_is_active(s) || a->present)
		return ALARM_ACT_STANDING;
	return s == ALARM_S_LTUNK ? ALARM_ACT_ACK_FIRST : ALARM_ACT_OK;
}

static enum alarm_act_result check_confirm(const struct alarm *a,
					   const struct alarm_act *act, struct now now)
{
	(void)now;
	if (names_none(a, act))
		return ALARM_ACT_UNKNOWN;
	if (!a->record.unconfirmed)
		return ALARM_ACT_NOT_ALLOWED;
	/* acknowledged since it was drawn: that one nobody has seen to */
	return act->occurrence < a->record.unconfirmed ? ALARM_ACT_NOT_NEEDED
						       : ALARM_ACT_OK;
}

static enum alarm_act_result check_comment(const struct alarm *a,
					   const struct alarm_act *act, struct now now)
{
	(void)a;
	(void)act;
	(void)now;
	return ALARM_ACT_OK;
}

static enum alarm_act_result check_shelve(const struct alarm *a,
					  const struct alarm_act *act, struct now now)
{
	int64_t max_ms = alarm_life(a->def)->shelve_max_ms;

	if (max_ms <= 0 ||
	    (act->shelf != ALARM_SHELF_TIMED && act->shelf != ALARM_SHELF_ONE_SHOT))
		return ALARM_ACT_NOT_ALLOWED;
	if (act->until.ms <= now.wall.ms)
		return ALARM_ACT_NOT_NEEDED; /* it would be over */
	return act->until.ms - now.wall.ms > max_ms ? ALARM_ACT_TOO_LONG : ALARM_ACT_OK;
}

static enum alarm_act_result needed_if(bool needed)
{
	return needed ? ALARM_ACT_OK : ALARM_ACT_NOT_NEEDED;
}

static enum alarm_act_result check_unshelve(const struct alarm *a,
					    const struct alarm_act *act, struct now now)
{
	(void)act;
	(void)now;
	return needed_if(alarm_record_flags(&a->record) & ALARM_F_SHELVED);
}

static bool by_hand(const struct alarm *a)
{
	return a->record.extra && a->record.extra->suppressed & ALARM_SUP_MANUAL;
}

static enum alarm_act_result check_suppress(const struct alarm *a,
					    const struct alarm_act *act, struct now now)
{
	(void)now;
	return needed_if(by_hand(a) == (act->event == ALARM_E_UNSUPPRESS));
}

static enum alarm_act_result check_service(const struct alarm *a,
					   const struct alarm_act *act, struct now now)
{
	bool out = alarm_record_flags(&a->record) & ALARM_F_OUT_OF_SERVICE;

	(void)now;
	return needed_if(out == (act->event == ALARM_E_IN_SERVICE));
}

/* --- do it ------------------------------------------------------------------------- */

static struct alarm_cue cue_of(const struct alarm_act *act)
{
	return (struct alarm_cue){ .event = act->event,
				   .cause = ALARM_BY_OPERATOR,
				   .by = act->by,
				   .text = act->text };
}

static void owe(struct alarm *a, uint64_t occurrence)
{
	if (alarm_life(a->def)->confirm && occurrence > a->record.unconfirmed)
		a->record.unconfirmed = occurrence;
}

/* The i-th older one is acknowledged, and with that over. */
static void ack_older(struct alarm_engine *e, struct alarm *a,
		      const struct alarm_act *act, uint8_t i,
		      const struct alarm_outlet *out)
{
	struct alarm_change c = alarm_change_begin(a);
	struct alarm_extra *x = alarm_extra_edit(e, a);
	struct alarm_cue cue = cue_of(act);

	cue.older = x->older[i].occurrence;
	x->n_older--;
	memmove(x->older + i, x->older + i + 1, sizeof(x->older[0]) * (x->n_older - i));
	owe(a, cue.older);
	alarm_change_end(e, a, &c, &cue, out);
}

static void do_ack(struct alarm_engine *e, struct alarm *a, const struct alarm_act *act,
		   const struct alarm_outlet *out)
{
	bool present = means_present(a, act);
	struct alarm_cue cue = cue_of(act);
	struct alarm_change c;

	for (uint8_t i = 0; i < alarm_record_n_older(&a->record);) {
		if (means_older(&a->record.extra->older[i], act))
			ack_older(e, a, act, i, out);
		else
			i++;
	}
	if (!present)
		return;
	c = alarm_change_begin(a);
	owe(a, act->occurrence);
	alarm_change_end(e, a, &c, &cue, out);
}

static void do_reset(struct alarm_engine *e, struct alarm *a, const struct alarm_act *act,
		     const struct alarm_outlet *out)
{
	const struct alarm_cue cue = cue_of(act);

	alarm_engine_step(e, a, &cue, out);
}

static void do_confirm(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_act *act, const struct alarm_outlet *out)
{
	const struct alarm_cue cue = cue_of(act);
	struct alarm_change c = alarm_change_begin(a);

	a->record.unconfirmed = 0;
	alarm_change_end(e, a, &c, &cue, out);
}

static void do_comment(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_act *act, const struct alarm_outlet *out)
{
	const struct alarm_cue cue = cue_of(act);
	struct alarm_change c = alarm_change_begin(a);
	struct alarm_extra *x = alarm_extra_edit(e, a);

	x->commented = out->now.wall;
	alarm_text(x->comment_by, sizeof(x->comment_by), act->by);
	alarm_text(x->comment, sizeof(x->comment), act->text);
	alarm_change_end(e, a, &c, &cue, out);
}

static void do_shelve(struct alarm_engine *e, struct alarm *a,
		      const struct alarm_act *act, const struct alarm_outlet *out)
{
	const struct alarm_cue cue = cue_of(act);
	struct alarm_change c = alarm_change_begin(a);
	struct alarm_extra *x = alarm_extra_edit(e, a);

	x->shelf = act->shelf;
	x->shelf_since = out->now.wall;
	x->shelf_until = act->until;
	alarm_text(x->shelf_by, sizeof(x->shelf_by), act->by);
	alarm_text(x->shelf_reason, sizeof(x->shelf_reason), act->text);
	alarm_timer_set(e, a, ALARM_T_SHELF, alarm_shelf_deadline(x, out->now));
	alarm_change_end(e, a, &c, &cue, out);
}

static void do_unshelve(struct alarm_engine *e, struct alarm *a,
			const struct alarm_act *act, const struct alarm_outlet *out)
{
	const struct alarm_cue cue = cue_of(act);

	alarm_unshelve(e, a, &cue, out);
}

static void do_suppress(struct alarm_engine *e, struct alarm *a,
			const struct alarm_act *act, const struct alarm_outlet *out)
{
	const struct alarm_cue cue = cue_of(act);

	alarm_suppress_bits(e, a, ALARM_SUP_MANUAL, &cue, out);
}

static void do_service(struct alarm_engine *e, struct alarm *a,
		       const struct alarm_act *act, const struct alarm_outlet *out)
{
	const struct alarm_cue cue = cue_of(act);
	struct alarm_change c = alarm_change_begin(a);
	struct alarm_extra *x = alarm_extra_edit(e, a);
	bool leaves = act->event == ALARM_E_OUT_OF_SERVICE;

	x->out_of_service = leaves;
	x->out_since = leaves ? out->now.wall : (struct wall){ 0 };
	alarm_text(x->out_by, sizeof(x->out_by), leaves ? act->by : NULL);
	alarm_text(x->out_reason, sizeof(x->out_reason), leaves ? act->text : NULL);
	alarm_change_end(e, a, &c, &cue, out);
}

/* --- the acts ---------------------------------------------------------------------- */

static const struct deed {
	enum alarm_act_result (*check)(const struct alarm *a, const struct alarm_act *act,
				       struct now now);
	void (*perform)(struct alarm_engine *e, struct alarm *a,
			const struct alarm_act *act, const struct alarm_outlet *out);
	bool needs_text;
} deeds[ALARM_E_COUNT] = {
	[ALARM_E_ACK] = { check_ack, do_ack, false },
	[ALARM_E_RESET] = { check_reset, do_reset, false },
	[ALARM_E_CONFIRM] = { check_confirm, do_confirm, false },
	[ALARM_E_COMMENT] = { check_comment, do_comment, true },
	[ALARM_E_SHELVE] = { check_shelve, do_shelve, true },
	[ALARM_E_UNSHELVE] = { check_unshelve, do_unshelve, false },
	[ALARM_E_SUPPRESS] = { check_suppress, do_suppress, true },
	[ALARM_E_UNSUPPRESS] = { check_suppress, do_suppress, false },
	[ALARM_E_OUT_OF_SERVICE] = { check_service, do_service, true },
	[ALARM_E_IN_SERVICE] = { check_service, do_service, false },
};

enum alarm_act_result alarm_engine_act_check(const struct alarm_engine *e, uint32_t alarm,
					     const struct alarm_act *act, struct now now)
{
	const struct alarm *a = alarm_engine_at(e, alarm);
	enum alarm_act_result result;

	if (!a)
		return ALARM_ACT_UNKNOWN;
	if ((unsigned)act->event >= ALARM_E_COUNT || !deeds[act->event].check)
		return ALARM_ACT_NOT_ALLOWED; /* nothing that people do */
	result = deeds[act->event].check(a, act, now);
	if (result == ALARM_ACT_OK && deeds[act->event].needs_text &&
	    (!act->text || !act->text[0]))
		return ALARM_ACT_NO_REASON;
	return result;
}

enum alarm_act_result alarm_engine_act_apply(struct alarm_engine *e, uint32_t alarm,
					     const struct alarm_act *act, struct now now,
					     alarm_sink sink, void *arg)
{
	enum alarm_act_result result = alarm_engine_act_check(e, alarm, act, now);
	struct alarm_outlet out = { now, sink, arg };

	if (alarm_act_works(result))
		deeds[act->event].perform(e, alarm_engine_at(e, alarm), act, &out);
	return result;
}

enum alarm_act_result alarm_engine_act_preview(const struct alarm_engine *e,
					       uint32_t alarm,
					       const struct alarm_act *act,
					       struct now now, alarm_sink sink, void *arg)
{
	enum alarm_act_result result = alarm_engine_act_check(e, alarm, act, now);
	struct alarm_engine trial = { .trial = true,
				      .next_occurrence = e->next_occurrence };
	struct alarm_outlet out = { now, sink, arg };
	union alarm_slip slip = { .next = NULL };
	struct alarm copy;

	if (!alarm_act_works(result))
		return result;
	copy = *alarm_engine_at(e, alarm);
	if (copy.record.extra) {
		slip.extra = *copy.record.extra;
		copy.record.extra = &slip.extra;
	} else {
		trial.spare = &slip;
	}
	deeds[act->event].perform(&trial, &copy, act, &out);
	return result;
}
