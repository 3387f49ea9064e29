/*
 * dialogs.c - writing a value as the operator meets it: type, see what the server would
 * do, confirm with a key pressed alone, and read what became of it.
 *
 * Everything is bound to the tag the dialog was opened on and to the token that stood on
 * the glass. A lost session voids it.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"

enum { CTRL_E = 'E' - '@' };

/* enum write_outcome of driver/proto.h, which is no business of a console's */
enum { OUTCOME_ACCEPTED = 0, OUTCOME_UNKNOWN = 3 };

static struct dialog *open_dialog(struct app *a)
{
	return &a->ui.dialog;
}

static void close_dialog(struct app *a)
{
	*open_dialog(a) = (struct dialog){ .stage = DIALOG_CLOSED };
}

void dialog_begin(struct app *a, const char *tag)
{
	struct dialog *d = open_dialog(a);

	if (model_lost(&a->model)) {
		app_say(a, ROLE_REFUSED, "%s cannot be written: the server is lost", tag);
		return;
	}
	close_dialog(a);
	d->stage = DIALOG_ENTRY;
	snprintf(d->tag, sizeof(d->tag), "%s", tag);
	a->ui.message.text[0] = '\0';
}

void dialog_note(struct dialog *d, bool refused, const char *text)
{
	d->refused = refused;
	snprintf(d->note, sizeof(d->note), "%s", text);
}

/* --- typing ---------------------------------------------------------------------- */

/* A tag's own words are the server's to understand. */
static bool parse(const struct model_tag *t, const char *text, struct value *v,
		  struct strbuf *why)
{
	double number;

	if (!tag_words_value(t->info.words, text, &number))
		return value_parse_operator(text, (enum value_type)t->info.type, v, why);
	*v = value_string(text);
	return true;
}

void dialog_ask(struct app *a)
{
	static struct wire_select m;
	struct dialog *d = open_dialog(a);
	const struct model_tag *t = model_tag_find(&a->model, d->tag);
	struct strbuf why = STRBUF_INIT;

	m = (struct wire_select){ 0 };
	if (!t || !t->told || model_lost(&a->model) || !a->client) {
		dialog_note(d, true, "the server is not there");
	} else if (d->entry.text[0] == '\0') {
		dialog_note(d, true, "type a value first");
	} else if (!parse(t, d->entry.text, &m.value, &why)) {
		dialog_note(d, true, why.buf);
	} else if (dialog_wants_reason(d, t)) {
		d->stage = DIALOG_REASON;
		d->note[0] = '\0';
	} else {
		m.req = d->req = client_next_req(a->client);
		snprintf(m.tag, sizeof(m.tag), "%s", d->tag);
		snprintf(m.reason, sizeof(m.reason), "%s", d->reason.text);
		wire_put_select(client_out(a->client), &m);
		d->asked = a->now.mono;
		d->stage = DIALOG_ASKING;
		d->note[0] = '\0';
	}
	strbuf_release(&why);
}

/* Not now, but with others: it goes to what is staged. */
static void stage_value(struct app *a)
{
	struct dialog *d = open_dialog(a);
	const struct model_tag *t = model_tag_find(&a->model, d->tag);
	struct strbuf why = STRBUF_INIT;
	struct value v;

	if (d->stage == DIALOG_CHOICE)
		entry_set(&d->entry, d->choice[d->chosen].value);
	if (!t || !t->told)
		dialog_note(d, true, "the server is not there");
	else if (d->entry.text[0] == '\0')
		dialog_note(d, true, "type a value first");
	else if (!parse(t, d->entry.text, &v, &why))
		dialog_note(d, true, why.buf);
	else if (changes_stage(a, d->tag, &v))
		close_dialog(a);
	strbuf_release(&why);
}

static void value_key(struct app *a, uint32_t key)
{
	struct dialog *d = open_dialog(a);

	if (key == TERM_KEY_ENTER)
		dialog_ask(a);
	else if (dialog_nudge(a, key))
		d->note[0] = '\0';
	else if (entry_key(&d->entry, key, UI_VALUE_MAX))
		dialog_note(d, d->entry.note != NULL, d->entry.note ? d->entry.note : "");
}

/* --- the offer ------------------------------------------------------------------- */

static void cancel(struct app *a)
{
	struct dialog *d = open_dialog(a);

	if (d->offer.token && (d->stage == DIALOG_OFFER || d->stage == DIALOG_SECOND) &&
	    a->client && a->greeted)
		client_request(a->client, WIRE_CANCEL, d->offer.token, 0, "");
	app_say(a, ROLE_MESSAGE, "%s: nothing was changed", d->tag);
	close_dialog(a);
}

void dialog_selected(struct app *a, const struct wire_selected *m)
{
	struct dialog *d = open_dialog(a);

	if (d->stage != DIALOG_ASKING || m->req != d->req) {
		/* nobody waits for it any more: give it back at once */
		client_request(a->client, WIRE_CANCEL, m->token, 0, "");
		return;
	}
	d->offer = *m;
	d->typed = (struct entry){ 0 };
	d->stage = DIALOG_OFFER;
	d->armed = false;
	d->arm_at = MONO_NEVER;
	d->expires = mono_add_ms(a->now.mono, m->expires_ms);
	term_flush_input(a->term); /* typed for another frame (SEC-18) */
}

void dialog_confirm(struct app *a, bool alone)
{
	struct dialog *d = open_dialog(a);

	d->req = client_request(a->client, WIRE_CONFIRM, d->offer.token, alone,
				alone ? "" : d->typed.text);
	d->stage = DIALOG_WRITING;
	d->asked = a->now.mono;
	d->n_steps = 0;
	d->note[0] = '\0';
}

/* What is shown was typed, the answer was moved to yes, or Y. */
static bool means_yes(const struct dialog *d, uint32_t key)
{
	bool typed = d->offer.challenge[0] != '\0';

	if (key == TERM_KEY_ENTER)
		return typed || !d->button[0] || d->yes;
	return !typed && (key == 'y' || key == 'Y');
}

/* It stood on the glass, whole, and one key was pressed alone. */
static bool is_decided(const struct app *a)
{
	const struct dialog *d = &a->ui.dialog;

	return d->armed && a->alone && a->ui.drawn.offer == d->offer.token &&
	       !model_lost(&a->model) && a->client;
}

static void offer_key(struct app *a, uint32_t key)
{
	struct dialog *d = open_dialog(a);
	bool yes = means_yes(d, key);

	if (d->offer.challenge[0] ? dialog_challenge_key(a, key)
				  : dialog_answer_key(a, key))
		return;
	if (key == TERM_KEY_ENTER && !yes) {
		cancel(a);
		return;
	}
	if (yes && is_decided(a)) {
		dialog_confirm(a, false);
		return;
	}
	/* a key among others is no decision: a paste or a flood never confirms (SEC-17)
	 */
	d->armed = false;
	d->arm_at = mono_add_ms(a->now.mono, UI_ARM_MS);
	term_flush_input(a->term);
}

void dialog_turn(struct app *a)
{
	struct dialog *d = open_dialog(a);

	if (d->stage != DIALOG_OFFER)
		return;
	if (mono_reached(a->now.mono, d->expires)) {
		app_say(a, ROLE_REFUSED, "%s: not confirmed in time, nothing was changed",
			d->tag);
		close_dialog(a);
		a->dirty = true;
	} else if (a->ui.drawn.offer != d->offer.token) {
		d->armed = false;
		d->arm_at = MONO_NEVER;
	} else if (d->arm_at.ns == INT64_MAX) {
		d->arm_at = mono_add_ms(a->now.mono, UI_ARM_MS);
		term_flush_input(a->term);
	} else if (!d->armed && mono_reached(a->now.mono, d->arm_at)) {
		d->armed = true;
		a->dirty = true;
	}
}

struct mono dialog_deadline(const struct app *a)
{
	const struct dialog *d = &a->ui.dialog;

	if (d->stage != DIALOG_OFFER)
		return MONO_NEVER;
	return !d->armed && d->arm_at.ns < d->expires.ns ? d->arm_at : d->expires;
}

/* --- what became of it ----------------------------------------------------------- */

void dialog_step(struct app *a, const struct wire_write_step *m)
{
	struct dialog *d = open_dialog(a);

	if (d->stage != DIALOG_WRITING || m->req != d->req || d->n_steps >= UI_STEPS)
		return;
	snprintf(d->step[d->n_steps++], sizeof(d->step[0]), "%.150s", m->text);
}

static bool went_well(const struct wire_write_done *m)
{
	return !m->in_doubt && m->verdict != VERDICT_MISMATCH &&
	       m->verdict != VERDICT_UNREADABLE &&
	       (m->outcome == OUTCOME_ACCEPTED ||
		(m->outcome == OUTCOME_UNKNOWN && m->verdict == VERDICT_MATCH));
}

void dialog_done(struct app *a, const struct wire_write_done *m)
{
	struct dialog *d = open_dialog(a);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(&text, "write %llu: %s", (unsigned long long)m->request, m->text);
	if (m->in_doubt)
		strbuf_adds(&text, " (in doubt: see `sightglass in-doubt`)");
	if (d->stage == DIALOG_WRITING && m->req == d->req) {
		d->stage = DIALOG_RESULT;
		dialog_note(d, !went_well(m), text.buf);
	} else {
		app_say(a, went_well(m) ? ROLE_MESSAGE : ROLE_REFUSED, "%s", text.buf);
	}
	strbuf_release(&text);
}

bool dialog_reply(struct app *a, const struct wire_reply *m)
{
	struct dialog *d = open_dialog(a);

	if (m->req != d->req || (d->stage != DIALOG_ASKING &&
				 d->stage != DIALOG_WRITING && d->stage != DIALOG_SECOND))
		return false;
	if (m->status == WIRE_OK)
		return true; /* what counts comes by itself */
	dialog_note(d, true, m->text);
	/* refused before the offer: the entry can be corrected */
	d->stage = d->stage != DIALOG_ASKING || d->button[0] ? DIALOG_RESULT
		   : d->n_choices                            ? DIALOG_CHOICE
							     : DIALOG_ENTRY;
	return true;
}

void dialog_void(struct app *a)
{
	struct dialog *d = open_dialog(a);

	if (d->stage == DIALOG_WRITING)
		app_say(a, ROLE_REFUSED,
			"%s: the outcome is unknown, the server was lost: see "
			"`sightglass in-doubt`",
			d->tag);
	else if (d->stage != DIALOG_CLOSED && d->stage != DIALOG_RESULT &&
		 d->stage != DIALOG_LEAVE)
		app_say(a, ROLE_REFUSED, "%s: nothing was sent, the server was lost",
			d->tag);
	if (d->stage != DIALOG_RESULT && d->stage != DIALOG_LEAVE)
		close_dialog(a);
}

void dialog_rest(struct app *a)
{
	struct dialog *d = open_dialog(a);

	if (d->stage != DIALOG_CLOSED && d->stage < DIALOG_WRITING)
		close_dialog(a);
}

/* --- keys ------------------------------------------------------------------------ */

static void leave_key(struct app *a, uint32_t key)
{
	close_dialog(a);
	if (key == TERM_KEY_ENTER)
		a->leaving = true;
}

static void hide(struct app *a)
{
	app_say(a, ROLE_MESSAGE, "%s: the write goes on, its outcome will be told here",
		open_dialog(a)->tag);
	talk_expect(a, open_dialog(a)->req, WIRE_CONFIRM, open_dialog(a)->tag);
	close_dialog(a);
}

static void escape(struct app *a)
{
	if (open_dialog(a)->stage == DIALOG_WRITING)
		hide(a);
	else if (open_dialog(a)->stage == DIALOG_RESULT)
		close_dialog(a);
	else
		cancel(a);
}

static void stage_key(struct app *a, uint32_t key)
{
	struct dialog *d = open_dialog(a);

	if (key == CTRL_E && (d->stage == DIALOG_ENTRY || d->stage == DIALOG_CHOICE))
		stage_value(a);
	else if (d->stage == DIALOG_OFFER)
		offer_key(a, key);
	else if (d->stage == DIALOG_REASON)
		dialog_reason_key(a, key);
	else if (d->stage == DIALOG_SECOND)
		dialog_second_key(a, key);
	else if (d->stage == DIALOG_ENTRY)
		value_key(a, key);
	else if (d->stage == DIALOG_CHOICE)
		dialog_choice_key(a, key);
	else if (d->stage == DIALOG_RESULT && key == TERM_KEY_ENTER)
		close_dialog(a);
}

bool dialog_key(struct app *a, uint32_t key)
{
	struct dialog *d = open_dialog(a);

	if (d->stage == DIALOG_CLOSED)
		return false;
	if (d->stage == DIALOG_LEAVE) {
		leave_key(a, key);
		return true;
	}
	if (key == TERM_KEY_ESC) {
		escape(a);
		return true;
	}
	if (key == TERM_KEY_PASTE && d->stage != DIALOG_ENTRY &&
	    d->stage != DIALOG_REASON) {
		app_say(a, ROLE_REFUSED, "pasted text is refused");
		key = TERM_KEY_NONE;
	}
	stage_key(a, key);
	return true;
}
