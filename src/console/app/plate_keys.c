/*
 * plate_keys.c - what Enter is about, and the faceplate: opened on an object, walked with
 * Tab and arrows, closed by Esc. It has a view of its own, so the picture behind it goes
 * on; nothing in it writes but through the dialogs.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

struct focus app_focus(struct app *a)
{
	if (a->model.plate && a->ui.page == UI_PICTURE)
		return (struct focus){ a->model.plate,
				       model_plate_source(&a->model, a->now),
				       &a->ui.plate_selected };
	return (struct focus){ model_picture(&a->model), model_source(&a->model, a->now),
			       &a->ui.selected };
}

/* --- open and close ---------------------------------------------------------------- */

void plate_subscribe(struct app *a)
{
	const struct screen *s = a->model.plate;

	if (!a->client || !a->greeted || (!s && !a->plate_told))
		return;
	a->plate_told = s != NULL;
	if (!s) {
		client_request(a->client, WIRE_UNSUBSCRIBE, VIEW_FACEPLATE, 0, "");
		return;
	}
	wire_put_subscribe(client_out(a->client), VIEW_FACEPLATE,
			   (const char *const *)s->tags, s->n_tags);
}

bool plate_open(struct app *a, const char *call)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen *plate = NULL;

	if (a->model.screens)
		plate = screen_faceplate(a->model.screens, call, &diags);
	if (!plate)
		app_say(a, ROLE_REFUSED, "no faceplate %s: %s", call,
			diags.n ? diags.v[0].text : "the screens are not here yet");
	diag_list_release(&diags);
	if (!plate)
		return false;
	model_plate(&a->model, plate);
	a->ui.page = UI_PICTURE;
	a->ui.plate_selected = picture_move(plate, PICTURE_NOTHING, PICTURE_FIRST);
	plate_subscribe(a);
	/* a box of question marks would only flash by */
	a->hold_until = mono_add_ms(a->now.mono, HOLD_MS);
	return true;
}

void plate_close(struct app *a)
{
	if (!a->model.plate)
		return;
	model_plate(&a->model, NULL);
	plate_subscribe(a);
}

void plate_keep(struct app *a, struct plate_place *place)
{
	const struct screen *s = a->model.plate;

	*place = (struct plate_place){ 0 };
	if (!s)
		return;
	snprintf(place->call, sizeof(place->call), "%s", s->id);
	if (a->ui.plate_selected >= 0 && (size_t)a->ui.plate_selected < s->n_items)
		snprintf(place->item, sizeof(place->item), "%s",
			 s->items[a->ui.plate_selected].name);
}

void plate_again(struct app *a, const struct plate_place *place)
{
	enum ui_page page = a->ui.page;
	int found;

	if (!place->call[0] || !a->model.shown || !plate_open(a, place->call))
		return;
	a->ui.page = page;
	found = picture_find(a->model.plate, place->item);
	if (found != PICTURE_NOTHING)
		a->ui.plate_selected = found;
}

/* --- what Enter and w are about ---------------------------------------------------- */

void write_target(struct app *a, const struct picture_target *t)
{
	if (t->item && t->item->kind->enter == ENTER_BUTTON)
		dialog_press(a, t->tag, t->item);
	else if (!t->tag || !t->writable)
		app_say(a, ROLE_MESSAGE, "%s is not writable",
			t->tag ? t->tag : t->item->name);
	else if (t->item->kind->enter == ENTER_CHOICE)
		dialog_choose(a, t->tag, t->item);
	else
		dialog_open(a, t->tag);
}

/* Is it something Enter writes? A button always: the server says why not. */
static bool is_write(const struct picture_target *t)
{
	enum screen_enter enter = t->item->kind->enter;

	return t->tag &&
	       (enter == ENTER_BUTTON ||
		(t->writable && (enter == ENTER_VALUE || enter == ENTER_CHOICE)));
}

/* The faceplate of a tag that has no other; not of one that is open already. */
static void open_tag(struct app *a, const struct focus *f, const struct picture_target *t)
{
	struct strbuf text = STRBUF_INIT;

	if (t->tag)
		strbuf_addf(&text, "tag(T=%s)", t->tag);
	if (t->tag && strcmp(f->s->id, text.buf) != 0) {
		plate_open(a, text.buf);
	} else {
		strbuf_clear(&text);
		picture_describe(f->s, &f->src, *f->selected, &text);
		app_say(a, ROLE_MESSAGE, "%s", text.buf);
	}
	strbuf_release(&text);
}

void enter_item(struct app *a, uint32_t key)
{
	struct focus f = app_focus(a);
	struct picture_target t;

	(void)key;
	if (!f.s || *f.selected == PICTURE_NOTHING) {
		app_say(a, ROLE_MESSAGE, "select something first: arrows or Tab");
		return;
	}
	t = picture_target(f.s, &f.src, *f.selected);
	if (trend_of_selected(a))
		return;
	if (t.to)
		show_screen(a, t.to, true);
	else if (t.item->opens)
		plate_open(a, t.item->opens);
	else if (is_write(&t))
		write_target(a, &t);
	else
		open_tag(a, &f, &t);
}

/* --- keys while it is open --------------------------------------------------------- */

static void go(struct app *a, enum picture_move move)
{
	a->ui.message.text[0] = '\0';
	a->ui.plate_selected = picture_move(a->model.plate, a->ui.plate_selected, move);
}

static void next(struct app *a, uint32_t key)
{
	(void)key;
	go(a, PICTURE_NEXT);
}

static void previous(struct app *a, uint32_t key)
{
	(void)key;
	go(a, PICTURE_PREVIOUS);
}

static void move(struct app *a, uint32_t key)
{
	go(a, key == TERM_KEY_UP     ? PICTURE_UP
	      : key == TERM_KEY_DOWN ? PICTURE_DOWN
	      : key == TERM_KEY_LEFT ? PICTURE_LEFT
				     : PICTURE_RIGHT);
}

static void close_it(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.message.text[0] = '\0';
	plate_close(a);
}

static const struct {
	uint32_t key;
	void (*act)(struct app *a, uint32_t key);
} rows[] = {
	{ TERM_KEY_TAB, next },
	{ TERM_KEY_PAGE_DOWN, next },
	{ TERM_KEY_PAGE_UP, previous },
	{ TERM_KEY_END, previous },
	{ TERM_KEY_UP, move },
	{ TERM_KEY_DOWN, move },
	{ TERM_KEY_LEFT, move },
	{ TERM_KEY_RIGHT, move },
	{ TERM_KEY_ENTER, enter_item },
	{ TERM_KEY_ESC, close_it },
	{ '0', close_it },
	{ 'q', close_it },
	{ TERM_KEY_F1 + 9, close_it },
};

bool plate_key(struct app *a, uint32_t key)
{
	if (!a->model.plate || a->ui.page != UI_PICTURE)
		return false;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].key != key)
			continue;
		rows[i].act(a, key);
		return true;
	}
	return false;
}
