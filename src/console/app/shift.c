/*
 * shift.c - the hand-over of a shift on this console: the summary, notes for who comes,
 * and the signatures of both; or the signature of who takes what somebody else gives.
 */
#include "console/app/forms.h"

#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"
#include "wire/handover.h"

static const char *const own_password = "your password", *const own_code = "your code";

static bool can_ask(struct app *a)
{
	if (!a->client || !a->greeted || model_lost(&a->model))
		app_say(a, ROLE_REFUSED, "no shift is handed over: the server is lost");
	else if (a->model.who.state != SESSION_ACTING)
		app_say(a, ROLE_REFUSED,
			"who only looks here hands no shift over: i: sign in");
	else
		return true;
	return false;
}

static void ask(struct app *a, enum wire_handover_act act)
{
	struct wire_handover m = { .act = (uint8_t)act };

	a->shift.req = m.req = client_next_req(a->client);
	a->shift.act = (uint8_t)act;
	a->shift.text[0] = a->shift.from[0] = '\0';
	a->shift.used = 0;
	a->shift.number = 0;
	wire_put_handover(client_out(a->client), &m);
}

/* What waits to be taken is looked for first. */
void hand_over(struct app *a, uint32_t key)
{
	(void)key;
	if (can_ask(a))
		ask(a, HANDOVER_WAITING);
}

bool shift_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	struct app_shift *h = &a->shift;
	size_t left = sizeof(h->text) - h->used;
	uint64_t number = 0;

	if (!h->req || req != h->req)
		return false;
	if (n < SHIFT_FIELDS)
		return true;
	for (const char *c = field[SHIFT_NUMBER]; *c >= '0' && *c <= '9'; c++)
		number = number * 10 + (uint64_t)(*c - '0');
	if (h->from[0] && number != h->number)
		return true; /* of another one: the oldest goes first */
	h->number = number;
	if (strcmp(field[SHIFT_SECTION], "from") == 0)
		snprintf(h->from, sizeof(h->from), "%s", field[SHIFT_TEXT]);
	else if (strlen(field[SHIFT_SECTION]) + strlen(field[SHIFT_TEXT]) + 4 < left)
		h->used += (size_t)snprintf(h->text + h->used, left, "%s: %s\n",
					    field[SHIFT_SECTION], field[SHIFT_TEXT]);
	return true;
}

/* --- the forms --------------------------------------------------------------------- */

static struct ui_form *open_with(struct app *a, enum form_kind kind, const char *title)
{
	struct ui_form *f = form_open(a, kind, title);

	snprintf(f->text, sizeof(f->text), "%s",
		 a->shift.text[0] ? a->shift.text
				  : "Nothing stands, nothing is overridden, nothing was "
				    "written.");
	return f;
}

/* Who has a password signs with it; else the session is known to be the person's. */
static void add_own(struct app *a, struct ui_form *f)
{
	if (!a->model.who.provable)
		return;
	form_add(f, own_password, true);
	form_add(f, own_code, true);
}

static void open_notes(struct app *a)
{
	struct ui_form *f = open_with(a, FORM_NOTES, "Hand over the shift");

	a->shift.notes[0] = '\0';
	form_add(f, "note", false);
	f->hint = "Enter adds a note for who comes; without one it goes on";
}

static void open_give(struct app *a)
{
	struct ui_form *f = form_open(a, FORM_GIVE, "Sign the hand-over");

	snprintf(
		f->text, sizeof(f->text),
		"%s hands the shift over. Who comes signs here, too; without a name it "
		"waits until somebody takes it with the key H on a console of their own.",
		a->model.who.name);
	add_own(a, f);
	form_add(f, "who comes", false);
	form_add(f, "password", true);
	form_add(f, "code, if any", true);
	f->hint = "Enter after the last line signs, Esc hands nothing over";
}

static void open_take(struct app *a)
{
	char title[96];
	struct ui_form *f;

	snprintf(title, sizeof(title), "Take the shift over from %.40s", a->shift.from);
	f = open_with(a, FORM_TAKE, title);
	add_own(a, f);
	f->hint = "Enter signs and takes it over, Esc leaves it";
}

static void open_back(struct app *a)
{
	struct ui_form *f = open_with(a, FORM_BACK, "Your shift waits to be taken over");

	f->hint = "Enter takes it back, Esc lets it wait";
}

bool shift_reply(struct app *a, const struct wire_reply *m)
{
	struct app_shift *h = &a->shift;

	if (!h->req || m->req != h->req)
		return false;
	h->req = 0;
	a->dirty = true;
	if (m->status != WIRE_OK)
		app_say(a, ROLE_REFUSED, "hand-over: %s", m->text);
	else if (h->act == HANDOVER_DRAFT)
		open_notes(a);
	else if (!h->from[0])
		ask(a, HANDOVER_DRAFT);
	else if (strcmp(h->from, a->model.who.name) == 0)
		open_back(a);
	else
		open_take(a);
	return true;
}

void shift_forget(struct app *a)
{
	a->shift.req = 0;
}

/* --- what is typed ----------------------------------------------------------------- */

/* A note stands in the summary as soon as it is typed. */
void notes_done(struct app *a)
{
	struct ui_form *f = &a->ui.form;
	struct entry *e = &f->field[0].entry;
	size_t text = strlen(f->text), notes = strlen(a->shift.notes);

	if (entry_is_blank(e)) {
		open_give(a);
		return;
	}
	if (strlen(e->text) + 8 > sizeof(f->text) - text ||
	    strlen(e->text) + 2 > sizeof(a->shift.notes) - notes) {
		form_note(f, true, "no more notes fit");
		return;
	}
	snprintf(f->text + text, sizeof(f->text) - text, "note: %s\n", e->text);
	snprintf(a->shift.notes + notes, sizeof(a->shift.notes) - notes, "%s\n", e->text);
	f->top = FORM_TEXT_MAX; /* painting holds it to the last rows */
	entry_set(e, NULL);
}

static const char *typed(const struct ui_form *f, const char *label)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->field[i].label, label) == 0)
			return f->field[i].entry.text;
	return "";
}

static void send(struct app *a, struct wire_handover *m)
{
	struct ui_form *f = &a->ui.form;

	m->req = client_next_req(a->client);
	snprintf(m->own_password, sizeof(m->own_password), "%s", typed(f, own_password));
	snprintf(m->own_code, sizeof(m->own_code), "%.15s", typed(f, own_code));
	wire_put_handover(client_out(a->client), m);
	form_ask(f, m->req);
	wire_wipe(m, sizeof(*m));
}

void give_done(struct app *a)
{
	const struct ui_form *f = &a->ui.form;
	struct wire_handover m = { .act = HANDOVER_GIVE };

	if (!can_ask(a))
		return;
	snprintf(m.name, sizeof(m.name), "%.63s", typed(f, "who comes"));
	snprintf(m.password, sizeof(m.password), "%s", typed(f, "password"));
	snprintf(m.code, sizeof(m.code), "%.15s", typed(f, "code, if any"));
	snprintf(m.notes, sizeof(m.notes), "%s", a->shift.notes);
	send(a, &m);
}

void take_done(struct app *a)
{
	struct wire_handover m = { .act = HANDOVER_TAKE, .number = a->shift.number };

	if (can_ask(a))
		send(a, &m);
}

void back_done(struct app *a)
{
	struct wire_handover m = { .act = HANDOVER_WITHDRAW };

	if (can_ask(a))
		send(a, &m);
}

void shift_answered(struct app *a, const struct wire_reply *m)
{
	struct ui_form *f = &a->ui.form;

	if (m->status == WIRE_OK) {
		form_close(a);
		app_say(a, ROLE_MESSAGE, "%s", m->text);
		return;
	}
	form_wipe_secrets(f);
	form_note(f, true, m->text);
}
