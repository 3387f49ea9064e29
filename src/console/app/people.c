/* people.c - where this console is, told to the others; and who else is at the value that
 * is typed or selected here. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/view/parts.h"
#include "console/view/picture.h"
#include "wire/people.h"

enum {
	HOLDER_MS = 2000, /* who holds a value is asked for anew */
	PLACE_MS = 10000, /* a key is told no oftener */
	PAGE_BYTES = 63   /* of its title are told */
};

/* --- our own place ------------------------------------------------------------------ */

/* What stands behind help and the go-to list is where one is. */
static enum ui_page page_of(const struct ui *ui)
{
	return ui->page == UI_HELP   ? ui->help_of
	       : ui->page == UI_GOTO ? ui->go.from
				     : ui->page;
}

static const char *field_now(const struct app *a)
{
	enum dialog_stage stage = a->ui.dialog.stage;

	return stage != DIALOG_CLOSED && stage < DIALOG_RESULT ? a->ui.dialog.tag : "";
}

static struct wire_place place_now(const struct app *a, const char *page)
{
	struct wire_place m = { .idle_s = 0 };
	int64_t idle = mono_ms_between(a->pressed, a->now.mono) / 1000;

	m.idle_s = idle > 0 ? (uint32_t)idle : 0;
	snprintf(m.page, sizeof(m.page), "%.*s", PAGE_BYTES, page);
	snprintf(m.field, sizeof(m.field), "%s", field_now(a));
	return m;
}

/* Of a terminal that takes nothing any more (a closed lid, a lost line, ^S on its way):
 * what stands on it is old, and others have to know that nobody sees the alarms there. */
static const char *page_shown(const struct app *a)
{
	return term_is_stalled(a->term, a->now.mono)
		       ? "stalled terminal"
		       : ui_page_title(&a->model, page_of(&a->ui));
}

static void place_turn(struct app *a)
{
	const char *page = page_shown(a);
	struct wire_place m;
	bool moved, pressed;

	if (!a->client || !a->greeted || model_lost(&a->model))
		return;
	if (!a->pressed.ns) /* somebody has just opened it */
		a->pressed = a->now.mono;
	moved = strncmp(page, a->place.page, PAGE_BYTES) != 0 ||
		strcmp(field_now(a), a->place.field) != 0 || !a->place_told.ns;
	pressed = a->pressed.ns > a->place_told.ns &&
		  mono_reached(a->now.mono, mono_add_ms(a->place_told, PLACE_MS));
	if (!moved && !pressed)
		return;
	m = place_now(a, page);
	m.req = client_next_req(a->client);
	wire_put_place(client_out(a->client), &m);
	a->place = m;
	a->place_told = a->now.mono;
}

/* --- who holds a value ------------------------------------------------------------- */

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

/* --- what the server says ---------------------------------------------------------- */

bool people_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	if (!a->holder_req || req != a->holder_req)
		return false;
	if (n >= PEOPLE_FIELDS)
		holder_row(a, field);
	return true;
}

bool people_reply(struct app *a, const struct wire_reply *m)
{
	if (!a->holder_req || m->req != a->holder_req)
		return false;
	a->holder_req = 0;
	holder_reply(a);
	return true;
}

void people_turn(struct app *a)
{
	place_turn(a);
	holder_turn(a);
}

void people_forget(struct app *a)
{
	a->holder_req = 0;
	a->place_told = a->holder_asked = (struct mono){ 0 };
}
