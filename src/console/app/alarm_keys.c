/* alarm_keys.c - what keys do on the page of alarms. Whatever is done to an alarm is
 * bound to the row as it was drawn: its occurrence, and the version of the list (AM-03).
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "console/view/picture.h"

/* --- selecting --------------------------------------------------------------------- */

static void select_row(struct app *a, long at)
{
	struct ui_list *l = &a->ui.list;

	a->ui.message.text[0] = '\0';
	if (l->n == 0)
		return;
	if (at >= (long)l->n)
		at = (long)l->n - 1;
	l->selected = at < 0 ? 0 : (int)at;
}

void move_alarm(struct app *a, uint32_t key)
{
	struct ui_list *l = &a->ui.list;
	long page = (long)a->ui.drawn.list_rows, at = l->selected;

	switch (key) {
	case TERM_KEY_UP:
		select_row(a, at - 1);
		break;
	case TERM_KEY_DOWN:
		select_row(a, at + 1);
		break;
	case TERM_KEY_PAGE_UP:
		select_row(a, at - page);
		break;
	case TERM_KEY_PAGE_DOWN:
		select_row(a, at + page);
		break;
	case TERM_KEY_END:
		select_row(a, (long)l->n - 1);
		break;
	default:
		break;
	}
}

/* Home lets go: the next frame takes the live order again. */
void newest_first(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.message.text[0] = '\0';
	a->ui.list.selected = -1;
}

/* The next that waits for acknowledgement. */
void next_unacked(struct app *a, uint32_t key)
{
	struct ui_list *l = &a->ui.list;

	(void)key;
	for (size_t i = 1; i <= l->n; i++) {
		size_t at = ((size_t)(l->selected + 1) + i - 1) % l->n;
		const struct wire_alarm_row *r =
			model_alarm_find(&a->model, l->names[at]);

		if (r && alarm_row_unacked(r)) {
			select_row(a, (long)at);
			return;
		}
	}
	app_say(a, ROLE_MESSAGE, "no alarm waits for acknowledgement");
}

void other_shelf(struct app *a, uint32_t key)
{
	struct ui_list *l = &a->ui.list;
	int step = key == TERM_KEY_LEFT ? SHELVES - 1 : 1;

	a->ui.message.text[0] = '\0';
	l->shelf = (enum model_shelf)(((int)l->shelf + step) % SHELVES);
	l->selected = -1;
	l->top = 0;
}

/* The row as it is now, of what was drawn; says what is missing. */
static const struct wire_alarm_row *chosen(struct app *a)
{
	const struct drawn_alarm *d = &a->ui.drawn.selected;
	const struct wire_alarm_row *r =
		d->there ? model_alarm_find(&a->model, d->name) : NULL;

	if (!r)
		app_say(a, ROLE_MESSAGE, "select an alarm first: arrows or Tab");
	return r;
}

int screen_item_of(const struct screen *s, const char *tag)
{
	int found = PICTURE_NOTHING;

	for (size_t i = 0; i < s->n_items; i++) {
		const struct screen_item *item = &s->items[i];
		size_t n = item->prefix ? strlen(item->prefix) : 0;

		if (item->tag != SCREEN_NO_TAG && strcmp(s->tags[item->tag], tag) == 0)
			return (int)i;
		if (found == PICTURE_NOTHING && n && strncmp(tag, item->prefix, n) == 0 &&
		    tag[n] == '.')
			found = (int)i;
	}
	return found;
}

void alarm_show(struct app *a, const char *name)
{
	const struct wire_alarm_row *r = model_alarm_find(&a->model, name);
	struct ui_list *l = &a->ui.list;

	go_alarms(a, 0);
	if (!r)
		return;
	l->shelf = alarm_row_shelf(r);
	alarm_list_take(l, &a->model, &a->ui.filter);
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->names[i], name) == 0)
			l->selected = (int)i;
}

/* The screen of the alarm, with what it is about selected. */
void enter_alarm(struct app *a, uint32_t key)
{
	const struct wire_alarm_row *r = chosen(a);
	char tag[128];

	(void)key;
	if (!r)
		return;
	if (!r->screen[0]) {
		app_say(a, ROLE_MESSAGE, "%s names no screen", r->name);
		return;
	}
	snprintf(tag, sizeof(tag), "%s", r->tag);
	show_screen(a, r->screen, true);
	if (a->model.shown && tag[0])
		a->ui.selected = screen_item_of(model_picture(&a->model), tag);
}

/* --- acting ------------------------------------------------------------------------ */

void alarm_act(struct app *a, const struct drawn_alarm *d, struct wire_alarm_act *m)
{
	char text[160];

	if (model_lost(&a->model) || !a->client) {
		app_say(a, ROLE_REFUSED,
			"%s: nothing was done: the server cannot be reached", d->name);
		return;
	}
	m->occurrence = d->occurrence;
	m->epoch = d->epoch;
	m->version = d->version;
	m->req = client_next_req(a->client);
	snprintf(m->alarm, sizeof(m->alarm), "%s", d->name);
	wire_put_alarm_act(client_out(a->client), m);
	snprintf(text, sizeof(text), "%.127s", d->name);
	talk_expect(a, m->req, WIRE_ALARM_ACT, text);
	app_say(a, ROLE_MESSAGE, "%s: recording...", d->name);
}

static bool has_older(const struct app *a, const struct drawn_alarm *d)
{
	const struct wire_alarm_row *r = model_alarm_find(&a->model, d->name);

	return r && r->n_older;
}

/* What was drawn when the key was pressed, with the older ones that it showed, and
 * nothing newer (AM-03). */
static void acknowledge_drawn(struct app *a, const struct drawn_alarm *d)
{
	struct wire_alarm_act m = { .event = ALARM_E_ACK, .older = has_older(a, d) };

	alarm_act(a, d, &m);
}

void acknowledge(struct app *a, uint32_t key)
{
	(void)key;
	if (a->ui.page == UI_ALARMS && !a->ui.drawn.selected.there)
		app_say(a, ROLE_MESSAGE, "select an alarm first: arrows or Tab");
	else if (a->ui.page == UI_ALARMS)
		acknowledge_drawn(a, &a->ui.drawn.selected);
	else if (a->ui.drawn.banner.there)
		acknowledge_drawn(a, &a->ui.drawn.banner);
	else
		app_say(a, ROLE_MESSAGE, "no alarm waits for acknowledgement");
}

/* Only what stands on the glass: there is no blind acknowledgement of all (AM-04). */
void acknowledge_visible(struct app *a, uint32_t key)
{
	const struct drawn *d = &a->ui.drawn;

	(void)key;
	for (size_t i = 0; i < d->n_waiting; i++)
		acknowledge_drawn(a, &d->waiting[i]);
	if (d->n_waiting)
		app_say(a, ROLE_MESSAGE, "%zu alarm%s: recording...", d->n_waiting,
			d->n_waiting == 1 ? "" : "s");
	else
		app_say(a, ROLE_MESSAGE, "no alarm here waits for acknowledgement");
}

static void act_on_chosen(struct app *a, enum alarm_event event)
{
	struct wire_alarm_act m = { .event = (uint8_t)event };
	struct drawn_alarm d = a->ui.drawn.selected;
	const struct wire_alarm_row *r = chosen(a);

	if (!r)
		return;
	if (event == ALARM_E_CONFIRM)
		d.occurrence = r->unconfirmed; /* which may be older than what stands */
	alarm_act(a, &d, &m);
}

void confirm_alarm(struct app *a, uint32_t key)
{
	(void)key;
	act_on_chosen(a, ALARM_E_CONFIRM);
}

void reset_alarm(struct app *a, uint32_t key)
{
	(void)key;
	act_on_chosen(a, ALARM_E_RESET);
}

/* What hides it first ends first: the other reasons stay. */
void bring_back(struct app *a, uint32_t key)
{
	const struct wire_alarm_row *r = chosen(a);

	(void)key;
	if (!r)
		return;
	switch (alarm_row_shelf(r)) {
	case SHELF_SHELVED:
		act_on_chosen(a, ALARM_E_UNSHELVE);
		break;
	case SHELF_OUT:
		act_on_chosen(a, ALARM_E_IN_SERVICE);
		break;
	case SHELF_SUPPRESSED:
		if (r->suppressed & ALARM_SUP_MANUAL)
			act_on_chosen(a, ALARM_E_UNSUPPRESS);
		else
			app_say(a, ROLE_MESSAGE,
				"%s is suppressed by design: it is back when the reason "
				"ends",
				r->name);
		break;
	default:
		app_say(a, ROLE_MESSAGE, "%s is in the list", r->name);
		break;
	}
}
