/* doubts.c - settling a write in doubt: who looked at the device says what was found. */
#include <stdio.h>
#include <string.h>

#include "console/app/forms.h"
#include "console/view/changes.h"
#include "console/view/rows_view.h"
#include "util/num.h"

void settle_doubt(struct app *a, uint32_t key)
{
	const struct ui_rows *u = &a->ui.doubts;
	const struct report_line *l = NULL;
	struct ui_form *f;
	char title[96];

	(void)key;
	if (u->selected >= 0 && (size_t)u->selected < u->n)
		l = rows_find(&rows_doubts, &a->model.doubts, u->row[u->selected].key);
	if (!l) {
		app_say(a, ROLE_MESSAGE, "select a row first: arrows");
		return;
	}
	snprintf(title, sizeof(title), "Settle write %s", l->field[DOUBT_F_REQUEST]);
	f = form_open(a, FORM_SETTLE, title);
	snprintf(f->text, sizeof(f->text), "%s \xe2\x86\x92 %s, by %s\n%s",
		 l->field[DOUBT_F_TAG], l->field[DOUBT_F_WANTED], l->field[DOUBT_F_WHO],
		 l->field[DOUBT_F_TEXT]);
	form_add(f, "What was found", false);
	f->hint = "Enter takes it off the list; nothing is sent";
}

/* "Settle write 812" */
static uint64_t request_of(const struct ui_form *f)
{
	static const char before[] = "Settle write ";
	int64_t v;

	return num_parse_int(f->title + strlen(before), 1, INT64_MAX, &v) ? (uint64_t)v
									  : 0;
}

void settle_done(struct app *a)
{
	struct ui_form *f = &a->ui.form;
	const char *text = f->field[0].entry.text;

	if (text[strspn(text, " ")] == '\0')
		form_note(f, true, "say what was found at the device");
	else if (!a->client || model_lost(&a->model))
		form_note(f, true, "the server is not there");
	else
		form_ask(f,
			 client_request(a->client, WIRE_SETTLE, request_of(f), 0, text));
}

void settle_answered(struct app *a, const struct wire_reply *m)
{
	if (m->status != WIRE_OK) {
		form_note(&a->ui.form, true, m->text);
		return;
	}
	app_say(a, ROLE_MESSAGE, "write %llu is settled",
		(unsigned long long)request_of(&a->ui.form));
	form_close(a);
	a->rows_asked = (struct mono){ 0 };
}
