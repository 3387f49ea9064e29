/* rows_keys.c - the pages of rows, overrides and people: asked for anew while they stand
 * there, and what keys do on them. */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/view/changes.h"
#include "console/view/rows_view.h"

enum {
	ROWS_MS = 2000,
	ROW_MS = 5
}; /* asked for anew: so often, and the longer the rarer */

/* --- asking ------------------------------------------------------------------------ */

/* What fills a page; type 0: the page itself does (changes.c). */
static const struct list {
	enum ui_page page;
	enum wire_type type;
	size_t fields;
	size_t model, ui; /* where its rows are */
} lists[] = {
	{ UI_OVERRIDES, WIRE_OVERRIDES, OVERRIDE_FIELDS,
	  offsetof(struct model, overrides), offsetof(struct ui, overrides) },
	{ UI_PEOPLE, WIRE_PEOPLE, PEOPLE_FIELDS, offsetof(struct model, people),
	  offsetof(struct ui, people) },
	{ UI_DOUBTS, WIRE_IN_DOUBT, DOUBT_FIELDS, offsetof(struct model, doubts),
	  offsetof(struct ui, doubts) },
	{ UI_CHANGES, 0, 0, offsetof(struct model, staged), offsetof(struct ui, staged) },
};

static const struct list *list_of(const struct app *a)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i].page == a->ui.page)
			return &lists[i];
	return NULL;
}

static struct model_rows *rows_of(struct app *a)
{
	const struct list *l = list_of(a);

	return l ? (struct model_rows *)(void *)((char *)&a->model + l->model) : NULL;
}

static struct ui_rows *ui_rows_of(struct app *a)
{
	const struct list *l = list_of(a);

	return l ? (struct ui_rows *)(void *)((char *)&a->ui + l->ui) : &a->ui.people;
}

void rows_turn(struct app *a)
{
	const struct list *l = list_of(a);
	struct model_rows *r = l && l->type ? rows_of(a) : NULL;
	/* a long list is not asked for each two seconds */
	int64_t every = r ? ROWS_MS + (int64_t)r->n * ROW_MS : 0;

	if (!r || a->rows_req || !a->client || a->model.link != LINK_UP ||
	    (a->rows_asked.ns &&
	     !mono_reached(a->now.mono, mono_add_ms(a->rows_asked, every))))
		return;
	model_rows_begin(r, l->fields);
	a->rows_of = r;
	a->rows_asked = a->now.mono;
	a->rows_req = client_request(a->client, l->type, 0, 0, "");
}

static void open_rows(struct app *a, enum ui_page page)
{
	a->ui.page = page;
	ui_rows_of(a)->selected = -1;
	ui_rows_of(a)->top = 0;
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

void go_doubts(struct app *a, uint32_t key)
{
	(void)key;
	open_rows(a, UI_DOUBTS);
}

/* --- keys -------------------------------------------------------------------------- */

void move_rows(struct app *a, uint32_t key)
{
	struct ui_rows *u = ui_rows_of(a);
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

void rows_click(struct app *a, int row)
{
	struct ui_rows *u = ui_rows_of(a);

	if (u->top + (size_t)row < u->n)
		u->selected = (int)u->top + row;
}

/* The row that is selected now; NULL = none, or it is gone. */
static const struct report_line *chosen(struct app *a, const struct rows_page *page)
{
	const struct ui_rows *u = ui_rows_of(a);

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

/* --- what the server says ---------------------------------------------------------- */

bool rows_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	if (!a->rows_req || req != a->rows_req)
		return false;
	model_rows_add(a->rows_of, field, n);
	return true;
}

bool rows_reply(struct app *a, const struct wire_reply *m)
{
	if (!a->rows_req || m->req != a->rows_req)
		return false;
	a->rows_req = 0;
	model_rows_end(a->rows_of, a->now, m->status == WIRE_OK, m->text);
	a->dirty = true;
	return true;
}

void rows_forget(struct app *a)
{
	a->rows_req = 0;
	a->rows_asked = (struct mono){ 0 };
}
