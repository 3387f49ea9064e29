/*
 * find.c - "/": a list is narrowed to what is typed, live, and says so as long as it is;
 * on a picture the first field that fits is selected. A filter ends with its page.
 */
#include "console/app/app_int.h"

#include <string.h>

#include "console/app/entry.h"
#include "console/view/picture.h"
#include "util/fuzzy.h"

/* What is narrowed begins at its top, with nothing selected. */
static void list_anew(struct app *a)
{
	struct ui *ui = &a->ui;

	ui->list.selected = ui->overrides.selected = ui->people.selected = -1;
	ui->staged.selected = ui->doubts.selected = -1;
	ui->list.top = ui->overrides.top = ui->people.top = 0;
	ui->staged.top = ui->doubts.top = 0;
	ui->devices = (struct ui_devices){ 0 };
	ui->help_top = 0;
}

static bool was_on(struct ui_filter *f)
{
	bool on = f->typing || ui_filter_on(f);

	*f = (struct ui_filter){ 0 };
	return on;
}

bool find_forget(struct app *a)
{
	bool on = was_on(&a->ui.filter);

	if (on && a->ui.page != UI_PICTURE)
		list_anew(a);
	return on;
}

void find_begin(struct app *a, uint32_t key)
{
	(void)key;
	if (a->ui.page == UI_PICTURE && !a->model.shown)
		return;
	a->ui.message.text[0] = '\0';
	a->ui.filter.typing = true;
	if (a->ui.page == UI_PICTURE)
		plate_close(a); /* what is looked for lies behind it */
	if (a->ui.page == UI_PICTURE)
		entry_set(&a->ui.filter.words, NULL);
}

/* How well a field fits: its name, its tag, what is known of the tag. */
static int field_score(struct app *a, const struct screen *s, int at)
{
	struct picture_source src = model_source(&a->model, a->now);
	struct picture_target t = picture_target(s, &src, at);
	const struct model_tag *tag = t.tag ? model_tag_find(&a->model, t.tag) : NULL;
	const char *words = a->ui.filter.words.text;
	int name = fuzzy_score(words, t.item->name, t.to ? t.to : ""), other;

	other = t.tag ? fuzzy_score(words, t.tag, tag ? tag->info.description : "") : 0;
	return name > other ? name : other;
}

/* The best of them, or the next one behind from that fits, round the end. */
static void select_field(struct app *a, int from, bool next_one)
{
	const struct screen *s = model_picture(&a->model);
	int best = 0, found = PICTURE_NOTHING, at = from;

	for (size_t i = 0; s && i < s->n_items; i++) {
		int next = picture_move(s, at, PICTURE_NEXT), score;

		if (next == PICTURE_NOTHING)
			break;
		score = field_score(a, s, next);
		if (score > best) {
			best = score;
			found = next;
		}
		if (best && next_one)
			break;
		at = next;
	}
	if (best)
		a->ui.selected = found;
	else
		app_say(a, ROLE_MESSAGE, "no field fits \"%s\"", a->ui.filter.words.text);
}

static void look(struct app *a)
{
	struct ui_filter *f = &a->ui.filter;

	a->ui.message.text[0] = '\0';
	if (f->words.note)
		app_say(a, ROLE_REFUSED, "%s", f->words.note);
	else if (a->ui.page != UI_PICTURE)
		list_anew(a);
	else if (ui_filter_on(f))
		select_field(a, PICTURE_NOTHING, false);
}

/* Behind the words that fit several fields: the next one. */
static void next_field(struct app *a)
{
	if (a->ui.page == UI_PICTURE && ui_filter_on(&a->ui.filter))
		select_field(a, a->ui.selected, true);
}

bool find_key(struct app *a, uint32_t key)
{
	struct ui_filter *f = &a->ui.filter;

	if (!f->typing)
		return false;
	if (key == TERM_KEY_ESC) {
		find_forget(a);
	} else if (key == TERM_KEY_ENTER) {
		f->typing = false;
		if (a->ui.page == UI_PICTURE)
			was_on(f);
	} else if (key == TERM_KEY_DOWN || key == TERM_KEY_TAB) {
		if (a->ui.page != UI_PICTURE)
			return f->typing = false; /* into the list: the page's key */
		next_field(a);
	} else if (entry_key(&f->words, key, UI_WORDS_MAX)) {
		look(a);
	}
	return true;
}
