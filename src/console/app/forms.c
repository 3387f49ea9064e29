/* forms.c - keys in a form, and the forms by what they are for. */
#include "console/app/forms.h"

#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"
#include "wire/accounts.h"

enum { PAGE_ROWS = 8 };

struct ui_form *form_open(struct app *a, enum form_kind kind, const char *title)
{
	struct ui_form *f = &a->ui.form;

	form_close(a);
	f->kind = kind;
	snprintf(f->title, sizeof(f->title), "%s", title);
	a->ui.message.text[0] = '\0';
	return f;
}

struct entry *form_add(struct ui_form *f, const char *label, bool secret)
{
	struct form_field *field = &f->field[f->n++];

	field->label = label;
	field->secret = secret;
	return &field->entry;
}

void form_close(struct app *a)
{
	wire_wipe(&a->ui.form, sizeof(a->ui.form));
}

void form_wipe_secrets(struct ui_form *f)
{
	for (size_t i = f->n; i-- > 0;)
		if (f->field[i].secret) {
			wire_wipe(&f->field[i].entry, sizeof(f->field[i].entry));
			f->at = i;
		}
}

void form_note(struct ui_form *f, bool refused, const char *text)
{
	f->refused = refused;
	snprintf(f->note, sizeof(f->note), "%s", text);
}

void form_ask(struct ui_form *f, uint32_t req)
{
	f->req = req;
	f->asked = true;
	f->note[0] = '\0';
}

/* What its last Enter does, and the answer to that. */
static const struct {
	void (*done)(struct app *a);
	void (*answered)(struct app *a, const struct wire_reply *m);
	void (*left)(struct app *a); /* Esc; NULL = nothing more */
} kinds[] = {
	[FORM_CLOSED] = { NULL, NULL, NULL },
	[FORM_NOTICE] = { notice_done, notice_answered, NULL },
	[FORM_SIGN_IN] = { sign_in_done, sign_in_answered, NULL },
	[FORM_NOTES] = { notes_done, NULL, NULL },
	[FORM_GIVE] = { give_done, shift_answered, NULL },
	[FORM_BACK] = { back_done, shift_answered, NULL },
	[FORM_TAKE] = { take_done, shift_answered, NULL },
	[FORM_CHANGE] = { change_done, NULL, NULL },
	[FORM_SIGN] = { sign_done, sign_answered, signed_left },
	[FORM_SIGNED] = { signed_done, NULL, signed_left },
	[FORM_RECIPE] = { recipe_done, recipe_answered, NULL },
	[FORM_SETTLE] = { settle_done, settle_answered, NULL },
};

static bool scroll(struct ui_form *f, uint32_t key)
{
	int step = key == TERM_KEY_PAGE_DOWN ? PAGE_ROWS
		   : key == TERM_KEY_PAGE_UP ? -PAGE_ROWS
					     : 0;

	if (f->n == 0)
		step = key == TERM_KEY_DOWN ? 1 : key == TERM_KEY_UP ? -1 : step;
	if (!step)
		return false;
	f->top = f->top + step > 0 ? f->top + step : 0; /* painting holds it */
	return true;
}

static bool move(struct ui_form *f, uint32_t key)
{
	if (f->n == 0)
		return false;
	if (key == TERM_KEY_TAB || key == TERM_KEY_DOWN)
		f->at = (f->at + 1) % f->n;
	else if (key == TERM_KEY_BACK_TAB || key == TERM_KEY_UP)
		f->at = (f->at + f->n - 1) % f->n;
	else
		return false;
	return true;
}

bool form_key(struct app *a, uint32_t key)
{
	struct ui_form *f = &a->ui.form;

	if (f->kind == FORM_CLOSED)
		return false;
	if (key == TERM_KEY_ESC) {
		if (kinds[f->kind].left)
			kinds[f->kind].left(a);
		form_close(a);
	} else if (f->asked || scroll(f, key) || move(f, key)) {
		return true;
	} else if (key == TERM_KEY_ENTER && f->at + 1 < f->n) {
		f->at++;
	} else if (key == TERM_KEY_ENTER) {
		f->note[0] = '\0';
		kinds[f->kind].done(a);
	} else if (f->n && entry_key(&f->field[f->at].entry, key, ENTRY_MAX)) {
		f->note[0] = '\0';
		if (f->field[f->at].entry.note)
			form_note(f, true, f->field[f->at].entry.note);
	}
	return true;
}

bool form_reply(struct app *a, const struct wire_reply *m)
{
	struct ui_form *f = &a->ui.form;

	if (f->kind == FORM_CLOSED || !f->asked || m->req != f->req)
		return false;
	f->asked = false;
	kinds[f->kind].answered(a, m);
	return true;
}

void form_void(struct app *a)
{
	if (a->ui.form.kind != FORM_CLOSED)
		form_close(a);
}
