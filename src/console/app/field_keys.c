/* field_keys.c - the digits of the bar, writing at once, and copying what is selected. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/view/picture.h"

/* Which of all screens the digit is, on the bar's present page. */
void go_screen(struct app *a, uint32_t key)
{
	size_t n;
	const struct screen *const *order = model_screen_order(&a->model, &n);
	size_t at = a->ui.bar_page * UI_SCREEN_KEYS + key - '0' - UI_FIRST_SCREEN_KEY;

	a->ui.bar_page = 0;
	if (at < n)
		show_screen(a, order[at]->id, true);
	else
		app_say(a, ROLE_MESSAGE, "no screen has the key %c", (char)key);
}

void more_screens(struct app *a, uint32_t key)
{
	size_t n, bars;

	(void)key;
	model_screen_order(&a->model, &n);
	bars = (n + UI_SCREEN_KEYS - 1) / UI_SCREEN_KEYS;
	if (bars < 2)
		app_say(a, ROLE_MESSAGE, "all screens stand in the bar already");
	else
		a->ui.bar_page = (a->ui.bar_page + 1) % bars;
}

/* --- the selected field ------------------------------------------------------------- */

void write_item(struct app *a, uint32_t key)
{
	struct focus f = app_focus(a);
	struct picture_target t;

	(void)key;
	if (!f.s || *f.selected == PICTURE_NOTHING) {
		app_say(a, ROLE_MESSAGE, "select a value first: arrows or Tab");
		return;
	}
	t = picture_target(f.s, &f.src, *f.selected);
	write_target(a, &t);
}

static void alarm_text(const struct wire_alarm_row *r, struct strbuf *out)
{
	char at[CLOCK_LOCAL_SIZE];

	clock_local((struct wall){ r->raised_ms }, at);
	strbuf_addf(out, "%s  %d  %s  %s", at, r->priority, r->name, r->message);
}

/* One plain line; into the clipboard only where that was allowed: the terminal's owner
 * decides what a station may put there. */
void copy_item(struct app *a, uint32_t key)
{
	struct focus f = app_focus(a);
	const struct drawn_alarm *d = &a->ui.drawn.selected;
	const struct wire_alarm_row *r =
		d->there ? model_alarm_find(&a->model, d->name) : NULL;
	struct strbuf text = STRBUF_INIT;

	(void)key;
	if (a->ui.page == UI_ALARMS && r)
		alarm_text(r, &text);
	else if (a->ui.page == UI_PICTURE && f.s)
		picture_describe(f.s, &f.src, *f.selected, &text);
	if (!text.len)
		app_say(a, ROLE_MESSAGE, "select something first: arrows or Tab");
	else if (a->may_copy && term_copy(a->term, text.buf))
		app_say(a, ROLE_MESSAGE, "copied: %s", text.buf);
	else
		app_say(a, ROLE_MESSAGE, "%s", text.buf);
	strbuf_release(&text);
}
