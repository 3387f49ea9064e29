/* sign_in.c - the notice of use; signing in, out and back in on this console. */
#include "console/app/forms.h"

#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"
#include "wire/accounts.h"

enum { NAME, PASSWORD, CODE, FRESH, AGAIN };

static bool can_ask(struct app *a)
{
	if (a->client && a->greeted && !model_lost(&a->model))
		return true;
	app_say(a, ROLE_REFUSED, "nobody can sign in: the server is lost");
	return false;
}

/* --- the notice of use -------------------------------------------------------------- */

static void open_notice(struct app *a)
{
	struct ui_form *f = form_open(a, FORM_NOTICE, "Notice of use");

	snprintf(f->text, sizeof(f->text), "%s", a->model.notice);
	f->hint = "Enter accepts it, which is recorded; Esc looks only";
}

bool notice_frame(struct app *a, const uint8_t *p, size_t n)
{
	if (!wire_get_use_notice(p, n, a->model.notice, sizeof(a->model.notice)))
		return false;
	open_notice(a);
	return true;
}

void notice_done(struct app *a)
{
	if (can_ask(a))
		form_ask(&a->ui.form, client_request(a->client, WIRE_ACCEPT, 0, 0, ""));
}

void notice_answered(struct app *a, const struct wire_reply *m)
{
	form_close(a);
	if (m->status != WIRE_OK)
		app_say(a, ROLE_REFUSED, "the notice: %s", m->text);
}

/* --- signing in -------------------------------------------------------------------- */

static void say_why(const struct wire_who *w, char *out, size_t size)
{
	if (session_state_rests((enum session_state)w->state) && !w->provable &&
	    !w->person)
		snprintf(out, size,
			 "%s: %s. %s has no password at this station: leave (Ctrl-Q) and "
			 "come again, or sign in as somebody who has one.",
			 session_state_name((enum session_state)w->state), w->why,
			 w->name);
	else if (session_state_rests((enum session_state)w->state))
		snprintf(out, size, "%s: %s. Prove that you are %s, or sign in.",
			 session_state_name((enum session_state)w->state), w->why,
			 w->name);
	else if (w->person)
		snprintf(out, size,
			 "%s is signed in here. Enter without a name signs out.",
			 w->name);
	else
		snprintf(out, size, "This is the account %s. Who are you?", w->name);
}

void sign_in(struct app *a, uint32_t key)
{
	const struct wire_who *w = &a->model.who;
	struct ui_form *f;

	(void)key;
	if (!can_ask(a))
		return;
	if (w->state == SESSION_NOTICE) {
		open_notice(a);
		return;
	}
	f = form_open(a, FORM_SIGN_IN, model_rests(&a->model) ? "Act again" : "Sign in");
	say_why(w, f->text, sizeof(f->text));
	form_add(f, "name", false);
	form_add(f, "password", true);
	form_add(f, "code, if any", true);
	f->hint = "Enter after the code signs in, Esc changes nothing";
	if (model_rests(&a->model) && (w->provable || w->person)) {
		entry_set(&f->field[NAME].entry, w->name);
		f->at = PASSWORD;
	}
}

static void sign_out(struct app *a)
{
	form_close(a);
	talk_expect(a, client_request(a->client, WIRE_SIGN_OUT, 0, 0, ""), WIRE_SIGN_OUT,
		    "sign out");
}

/* A new password is typed twice: nobody saw the first. */
static bool fresh_fits(struct ui_form *f)
{
	if (f->n <= AGAIN)
		return true;
	if (!f->field[FRESH].entry.text[0])
		form_note(f, true, "type the new password");
	else if (strcmp(f->field[FRESH].entry.text, f->field[AGAIN].entry.text) != 0)
		form_note(f, true, "the new passwords are not the same");
	else
		return true;
	f->at = FRESH;
	wire_wipe(&f->field[AGAIN].entry, sizeof(f->field[AGAIN].entry));
	return false;
}

void sign_in_done(struct app *a)
{
	struct ui_form *f = &a->ui.form;
	struct wire_sign_in m = { .req = 0 };

	if (!can_ask(a))
		return;
	if (entry_is_blank(&f->field[NAME].entry) && a->model.who.person) {
		sign_out(a);
		return;
	}
	if (entry_is_blank(&f->field[NAME].entry)) {
		f->at = NAME;
		form_note(f, true, "type your name");
		return;
	}
	if (!fresh_fits(f))
		return;
	f->req = m.req = client_next_req(a->client);
	snprintf(m.name, sizeof(m.name), "%.63s", f->field[NAME].entry.text);
	snprintf(m.password, sizeof(m.password), "%s", f->field[PASSWORD].entry.text);
	snprintf(m.code, sizeof(m.code), "%.15s", f->field[CODE].entry.text);
	if (f->n > AGAIN)
		snprintf(m.new_password, sizeof(m.new_password), "%s",
			 f->field[FRESH].entry.text);
	wire_put_sign_in(client_out(a->client), &m);
	wire_wipe(&m, sizeof(m));
	form_ask(f, f->req);
}

static void ask_fresh(struct ui_form *f, const char *why)
{
	if (f->n <= AGAIN) {
		form_add(f, "new password", true);
		form_add(f, "once more", true);
	}
	f->at = FRESH;
	form_note(f, true, why);
}

void sign_in_answered(struct app *a, const struct wire_reply *m)
{
	struct ui_form *f = &a->ui.form;

	if (m->status == WIRE_OK) {
		form_close(a);
		app_say(a, ROLE_MESSAGE, "%s", m->text);
	} else if (m->status == WIRE_UNKNOWN) {
		ask_fresh(f, m->text);
	} else {
		form_wipe_secrets(f);
		form_note(f, true, m->text);
	}
}
