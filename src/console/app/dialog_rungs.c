/*
 * dialog_rungs.c - what some tags ask for on the way to a write: a reason, what is shown
 * typed again, a second person. The server judges all of it; here it is only asked for.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"

/* --- why ---------------------------------------------------------------------------- */

bool dialog_wants_reason(const struct dialog *d, const struct model_tag *t)
{
	bool blind = t->info.wants & WIRE_WANTS_BLIND && t->has_value &&
		     !quality_is_interlock_grade(t->live.sample.quality);

	return (t->info.wants & WIRE_WANTS_REASON || blind) && entry_is_blank(&d->reason);
}

void dialog_reason_key(struct app *a, uint32_t key)
{
	struct dialog *d = &a->ui.dialog;

	if (key == TERM_KEY_ENTER && entry_is_blank(&d->reason))
		dialog_note(d, true, "it is not written without a reason: type why");
	else if (key == TERM_KEY_ENTER)
		dialog_ask(a);
	else if (entry_key(&d->reason, key, UI_REASON_MAX))
		dialog_note(d, d->reason.note != NULL,
			    d->reason.note ? d->reason.note : "");
}

/* --- what is shown, typed ---------------------------------------------------------- */

bool dialog_challenge_key(struct app *a, uint32_t key)
{
	struct dialog *d = &a->ui.dialog;

	if (key == TERM_KEY_ENTER && strcmp(d->typed.text, d->offer.challenge) == 0)
		return false;
	if (key == TERM_KEY_ENTER)
		dialog_note(d, true,
			    d->typed.text[0]
				    ? "that is not what is shown: type it exactly"
				    : "type what is shown first");
	else if (entry_key(&d->typed, key, UI_VALUE_MAX))
		dialog_note(d, d->typed.note != NULL, d->typed.note ? d->typed.note : "");
	return true;
}

/* --- the second person ------------------------------------------------------------- */

void dialog_asked(struct app *a, const struct wire_approval *m)
{
	struct dialog *d = &a->ui.dialog;

	if (d->stage != DIALOG_WRITING && d->stage != DIALOG_SECOND)
		return;
	if (m->state == WIRE_APPROVAL_OPEN) {
		d->stage = DIALOG_SECOND;
		d->expires = mono_add_ms(a->now.mono, m->left_ms);
		d->typed = (struct entry){ 0 };
		d->n_steps = 0;
		snprintf(d->asked_names, sizeof(d->asked_names), "%s", m->says);
	} else if (m->state == WIRE_APPROVAL_GIVEN) {
		d->stage = DIALOG_WRITING;
		d->asked = a->now.mono;
	}
}

/* Only where the site allows it, and only by the whole word. */
void dialog_second_key(struct app *a, uint32_t key)
{
	struct dialog *d = &a->ui.dialog;

	if (!(d->offer.wants & WIRE_ALONE_ALLOWED))
		return;
	if (key == TERM_KEY_ENTER && strcmp(d->typed.text, "alone") != 0)
		dialog_note(d, true, "type the word alone, or wait");
	else if (key == TERM_KEY_ENTER && entry_is_blank(&d->reason))
		dialog_note(d, true,
			    "that needs a reason: take it back with Esc and give one");
	else if (key == TERM_KEY_ENTER && a->alone && a->client)
		dialog_confirm(a, true);
	else if (entry_key(&d->typed, key, UI_VALUE_MAX))
		dialog_note(d, d->typed.note != NULL, d->typed.note ? d->typed.note : "");
}
