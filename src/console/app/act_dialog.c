/* act_dialog.c - acts that go on record with a reason: typed here, then sent, bound to
 * the row on which the dialog was opened. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "console/app/entry.h"

/* Half an hour if the alarm allows it, else less, else once. */
static size_t first_period(int64_t max_s)
{
	enum { HALF_AN_HOUR = 1 };
	size_t once = 0;
	int64_t s;

	for (size_t at = HALF_AN_HOUR + 1; at-- > 0;)
		if (ui_act_period(at, &s) && s <= max_s)
			return at;
	while (ui_act_period(once, &s) && s)
		once++;
	return once;
}

static void open_act(struct app *a, enum alarm_event event)
{
	struct ui_act *act = &a->ui.act;
	const struct drawn_alarm *d = &a->ui.drawn.selected;
	const struct wire_alarm_row *r =
		d->there ? model_alarm_find(&a->model, d->name) : NULL;

	a->ui.message.text[0] = '\0';
	if (!r) {
		app_say(a, ROLE_MESSAGE, "select an alarm first: arrows or Tab");
		return;
	}
	if (event == ALARM_E_SHELVE && r->shelve_max_s == 0) {
		app_say(a, ROLE_REFUSED, "%s may not be shelved", r->name);
		return;
	}
	*act = (struct ui_act){ .open = true,
				.event = (uint8_t)event,
				.target = *d,
				.max_s = r->shelve_max_s,
				.period = first_period(r->shelve_max_s) };
}

void shelve(struct app *a, uint32_t key)
{
	(void)key;
	open_act(a, ALARM_E_SHELVE);
}

void out_of_service(struct app *a, uint32_t key)
{
	(void)key;
	open_act(a, ALARM_E_OUT_OF_SERVICE);
}

void suppress(struct app *a, uint32_t key)
{
	(void)key;
	open_act(a, ALARM_E_SUPPRESS);
}

void comment(struct app *a, uint32_t key)
{
	(void)key;
	open_act(a, ALARM_E_COMMENT);
}

/* Periods that are longer than the alarm allows are stepped over; once has none. */
static void step_period(struct ui_act *act, int step)
{
	int64_t s;

	for (int at = (int)act->period + step; at >= 0 && ui_act_period((size_t)at, &s);
	     at += step)
		if (s <= act->max_s) {
			act->period = (size_t)at;
			return;
		}
}

static void send(struct app *a)
{
	struct ui_act *act = &a->ui.act;
	struct wire_alarm_act m = { .event = act->event };
	int64_t seconds = 0;

	if (ui_act_needs_reason(act->event) && entry_is_blank(&act->entry)) {
		snprintf(act->note, sizeof(act->note), "%s",
			 act->event == ALARM_E_COMMENT ? "type the comment first"
						       : "a reason is needed: type it");
		return;
	}
	if (act->event == ALARM_E_SHELVE) {
		ui_act_period(act->period, &seconds);
		m.shelf = seconds ? ALARM_SHELF_TIMED : ALARM_SHELF_ONE_SHOT;
		m.duration_ms = (seconds ? seconds : act->max_s) * 1000;
	}
	snprintf(m.text, sizeof(m.text), "%s", act->entry.text);
	act->open = false;
	alarm_act(a, &act->target, &m);
}

bool act_dialog_key(struct app *a, uint32_t key)
{
	struct ui_act *act = &a->ui.act;

	if (!act->open)
		return false;
	act->note[0] = '\0';
	if (key == TERM_KEY_ESC)
		act->open = false;
	else if (key == TERM_KEY_ENTER)
		send(a);
	else if (key == TERM_KEY_UP || key == TERM_KEY_DOWN)
		step_period(act, key == TERM_KEY_UP ? 1 : -1);
	else if (entry_key(&act->entry, key, UI_REASON_MAX) && act->entry.note)
		snprintf(act->note, sizeof(act->note), "%s", act->entry.note);
	return true;
}
