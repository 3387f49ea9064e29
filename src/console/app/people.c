/*
 * people.c - where this console is, told to the others; who else is at the value that is
 * typed or selected here; and the pages of people and of overrides, kept fresh while
 * they stand there.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/view/parts.h"
#include "console/view/picture.h"
#include "console/view/rows_view.h"
#include "wire/people.h"

enum {
	ROWS_MS = 2000,   /* a page of rows is asked for anew */
	HOLDER_MS = 2000, /* and who holds a value */
	PLACE_MS = 10000  /* a key is told no oftener */
};

/* --- our own place ------------------------------------------------------------------ */

/* What stands behind help and the go-to list is where one is. */
static enum ui_page page_of(const struct ui *ui)
{
	return ui->page == UI_HELP   ? ui->help_of
	       : ui->page == UI_GOTO ? ui->go.from
				     : ui->page;
}

static struct wire_place place_now(const struct app *a)
{
	struct wire_place m = { .idle_s = 0 };
	int64_t idle = mono_ms_between(a->pressed, a->now.mono) / 1000;

	m.idle_s = idle > 0 ? (uint32_t)idle : 0;
	snprintf(m.page, sizeof(m.page), "%.63s",
		 ui_page_title(&a->model, page_of(&a->ui)));
	if (a->ui.dialog.stage != DIALOG_CLOSED && a->ui.dialog.stage < DIALOG_RESULT)
		snprintf(m.field, sizeof(m.field), "%s", a->ui.dialog.tag);
	return m;
}

static void place_turn(struct app *a)
{
	struct wire_place m;
	bool moved, pressed;

	if (!a->client || !a->greeted || model_lost(&a->model))
		return;
	if (!a->pressed.ns) /* somebody has just opened it */
		a->pressed = a->now.mono;
	m = place_now(a);
	moved = strcmp(m.page, a->place.page) != 0 ||
		strcmp(m.field, a->place.field) != 0 || !a->place_told.ns;
	pressed = a->pressed.ns > a->place_told.ns &&
		  mono_reached(a->now.mono, mono_add_ms(a->place_told, PLACE_MS));
	if (!moved && !pressed)
		return;
	m.req = client_next_req(a->client);
	wire_put_place(client_out(a->client), &m);
	a->place = m;
	a->place_told = a->now.mono;
}

/* --- who holds a value ---------------------------------------------------------------
 */

/* The value that is being written here, or that is selected and held by somebody. */
static const char *asked_for(struct app *a)
{
	struct focus f = app_focus(a);
	struct picture_target target;
	const struct model_tag *t;

	if (a->ui.dialog.stage == DIALOG_ENTRY || a->ui.dialog.stage == DIALOG_CHOICE ||
	    a->ui.dialog.stage == DIALOG_ASKING)
		return a->ui.dialog.tag;
	if (a->ui.dialog.stage != DIALOG_CLOSED || a->ui.page != UI_PICTURE || !f.s ||
	    *f.selected == PICTURE_NOTHING)
		return NULL;
	target = picture_target(f.s, &f.src, *f.selected);
	t = target.tag ? model_tag_find(&a->model, target.tag) : NULL;
	return t && t->leased ? target.tag : NULL;
}

static void holder_turn(struct app *a)
{
	struct ui_holder *h = &a->ui.holder;
	const char *tag = asked_for(a);

	if (!tag || strcmp(tag, h->tag) != 0) {
		*h = (struct ui_holder){ 0 };
		a->holder_asked = (struct mono){ 0 };
	}
	if (!tag || a->holder_req || !a->client || model_lost(&a->model) ||
	    (a->holder_asked.ns &&
	     !mono_reached(a->now.mono, mono_add_ms(a->holder_asked, HOLDER_MS))))
		return;
	snprintf(h->tag, sizeof(h->tag), "%s", tag);
	a->holder_asked = a->now.mono;
	a->holder_found = (struct ui_holder){ 0 };
	a->holder_req = client_request(a->client, WIRE_PEOPLE, 0, 0, tag);
}

static void holder_row(struct app *a, char *const *field)
{
	struct ui_holder *h = &a->holder_found;
	bool writing = strcmp(field[PEOPLE_DOES], "writing") == 0;

	if (field[PEOPLE_YOU][0] || (h->name[0] && !writing))
		return;
	snprintf(h->tag, sizeof(h->tag), "%s", field[PEOPLE_FIELD]);
	snprintf(h->name, sizeof(h->name), "%s", field[PEOPLE_NAME]);
	h->writing = writing;
}

static void holder_reply(struct app *a)
{
	struct ui_holder *h = &a->ui.holder;

	h->name[0] = '\0';
	if (strcmp(h->tag, a->holder_found.tag) == 0)
		*h = a->holder_found;
	a->dirty = true;
}

/* --- the pages -----------------------------------------------------------------------
 */

static struct model_rows *rows_of(struct app *a)
{
	if (a->ui.page == UI_OVERRIDES)
		return &a->model.overrides;
	return a->ui.page == UI_PEOPLE ? &a->model.people : NULL;
}

static struct ui_rows *list_of(struct app *a)
{
	return a->ui.page == UI_OVERRIDES ? &a->ui.overrides : &a->ui.people;
}

static void rows_turn(struct app *a)
{
	struct model_rows *r = rows_of(a);
	/* a long list is not asked for each two seconds */
	int64_t every = r ? ROWS_MS + (int64_t)r->n * 5 : 0;

	if (!r || a->rows_req || !a->client || a->model.link != LINK_UP ||
	    (a->rows_asked.ns &&
	     !mono_reached(a->now.mono, mono_add_ms(a->rows_asked, every))))
		return;
	model_rows_begin(r, r == &a->model.people ? PEOPLE_FIELDS : OVERRIDE_FIELDS);
	a->rows_of = r;
	a->rows_asked = a->now.mono;
	a->rows_req = client_request(a->client,
				     r == &a->model.people ? WIRE_PEOPLE : WIRE_OVERRIDES,
				     0, 0, "");
}

static void open_rows(struct app *a, enum ui_page page)
{
	a->ui.page = page;
	list_of(a)->selected = -1;
	list_of(a)->top = 0;
	if (a->rows_req && a->rows_of != rows_of(a))
		a->rows_req = 0; /* nobody waits for the other page any more */
	a->rows_asked = (struct mono){ 0 };
	rows_turn(a);
}

void go_overrides(struct app *a, uint32_t key)
{
	(void)key;
	open_rows(a, UI_OVERRIDES);
}

void go_people(struct app *a, uint32_t key)
{
	(void)key;
	open_rows(a, UI_PEOPLE);
}

void move_list(struct app *a, uint32_t key)
{
	struct ui_rows *u = list_of(a);
	long page = (long)a->ui.drawn.list_rows, at = u->selected;

	a->ui.message.text[0] = '\0';
	if (key == TERM_KEY_HOME || u->n == 0) {
		u->selected = -1; /* lets go: new ones show */
		return;
	}
	at += key == TERM_KEY_UP        ? -1
	      : key == TERM_KEY_DOWN    ? 1
	      : key == TERM_KEY_PAGE_UP ? -page
	      : key == TERM_KEY_END     ? (long)u->n
					: page;
	if (at >= (long)u->n)
		at = (long)u->n - 1;
	u->selected = at < 0 ? 0 : (int)at;
}

void list_click(struct app *a, int row)
{
	struct ui_rows *u = list_of(a);

	if (u->top + (size_t)row < u->n)
		u->selected = (int)u->top + row;
}

/* The row that is selected now; NULL = none, or it is gone. */
static const struct report_line *chosen(struct app *a, const struct rows_page *page)
{
	const struct ui_rows *u = list_of(a);

	if (u->selected < 0 || (size_t)u->selected >= u->n)
		return NULL;
	return rows_find(page, rows_of(a), u->row[u->selected].key);
}

/* Where the override can be seen and ended: its alarm, its device, its tag. */
void enter_override(struct app *a, uint32_t key)
{
	const struct report_line *l = chosen(a, &rows_overrides);
	char name[128], kind[32];

	(void)key;
	if (!l) {
		app_say(a, ROLE_MESSAGE, "select a row first: arrows");
		return;
	}
	snprintf(name, sizeof(name), "%s", l->field[OVERRIDE_WHAT]);
	snprintf(kind, sizeof(kind), "%s", l->field[OVERRIDE_KIND]);
	if (model_alarm_find(&a->model, name))
		alarm_show(a, name);
	else if (strcmp(kind, "blind") == 0 &&
		 strncmp(l->field[OVERRIDE_IS], "device", 6) == 0)
		device_show(a, name);
	else if (!show_tag(a, name))
		show_plate(a, name);
}

/* --- what the server says ------------------------------------------------------------
 */

bool people_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	if (a->holder_req && req == a->holder_req) {
		if (n >= PEOPLE_FIELDS)
			holder_row(a, field);
		return true;
	}
	if (!a->rows_req || req != a->rows_req)
		return false;
	model_rows_add(a->rows_of, field, n);
	return true;
}

bool people_reply(struct app *a, const struct wire_reply *m)
{
	if (a->holder_req && m->req == a->holder_req) {
		a->holder_req = 0;
		holder_reply(a);
		return true;
	}
	if (!a->rows_req || m->req != a->rows_req)
		return false;
	a->rows_req = 0;
	model_rows_end(a->rows_of, a->now, m->status == WIRE_OK, m->text);
	a->dirty = true;
	return true;
}

void people_turn(struct app *a)
{
	place_turn(a);
	holder_turn(a);
	rows_turn(a);
}

void people_forget(struct app *a)
{
	a->rows_req = a->holder_req = 0;
	a->goto_req = 0;
	a->place_told = a->rows_asked = a->holder_asked = (struct mono){ 0 };
}
