/*
 * forms.h - a form while it is filled in: fields, the way between them, what comes when
 * the last one is done. Inside console/app; view/form.c paints it.
 */
#ifndef SG_CONSOLE_APP_FORMS_H
#define SG_CONSOLE_APP_FORMS_H

#include "console/app/app_int.h"

/* Empty, with a title; what was typed in another one is wiped. */
struct ui_form *form_open(struct app *a, enum form_kind kind, const char *title);
struct entry *form_add(struct ui_form *f, const char *label, bool secret);
/* Wipes what was typed. */
void form_close(struct app *a);
/* The secrets only; the first of them is typed again. */
void form_wipe_secrets(struct ui_form *f);
void form_note(struct ui_form *f, bool refused, const char *text);
/* It waits for the answer to req. */
void form_ask(struct ui_form *f, uint32_t req);

#endif
