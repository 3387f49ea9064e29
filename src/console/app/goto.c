/*
 * goto.c - the go-to list: screens, pages and alarms are known here, tags are asked of
 * the server, one question at a time; the answer to the newest words wins. What comes
 * while somebody selects stands behind what is there.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/app/entry.h"
#include "console/view/picture.h"
#include "util/fuzzy.h"

enum { TAGS_ASKED = UI_PLACES_MAX / 2 };

static const struct {
	const char *title, *text;
	void (*go)(struct app *a, uint32_t key);
} pages[] = {
	{ "Alarms", "the alarm list and its shelves", go_alarms },
	{ "Staged changes", "setpoints that are signed together; recipes", go_changes },
	{ "In doubt", "writes of which nobody knows what became", go_doubts },
	{ "Overrides", "substituted, simulated, hidden, blind", go_overrides },
	{ "People", "who else is here", go_people },
	{ "Devices", "connections, round trips, refusals", go_devices },
	{ "Journal", "what happened to alarms", go_journal },
	{ "Audit", "who did what", go_audit },
	{ "Figures", "of the alarm system", go_report },
	{ "Trend", "the pens over time", go_trend },
	{ "Help", "keys and marks", go_help },
};
enum { PAGES = sizeof(pages) / sizeof(pages[0]) };

/* --- what there is ------------------------------------------------------------------ */

static struct ui_place place_of(enum ui_place_kind kind, const char *name,
				const char *text)
{
	struct ui_place p = { .kind = kind };

	snprintf(p.name, sizeof(p.name), "%s", name);
	snprintf(p.text, sizeof(p.text), "%.159s", text);
	return p;
}

static bool same(const struct ui_place *a, const struct ui_place *b)
{
	return a->kind == b->kind && strcmp(a->name, b->name) == 0;
}

static bool is_there(const struct ui_goto *g, const struct ui_place *p)
{
	for (size_t i = 0; i < g->n; i++)
		if (same(&g->found[i], p))
			return true;
	return false;
}

/* Among what was found: by how well it fits, or last while somebody selects. */
static void add(struct ui_goto *g, struct ui_place p, bool last)
{
	size_t at = g->n;

	if (p.score == 0 || is_there(g, &p))
		return;
	while (!last && at > 0 && g->found[at - 1].score < p.score)
		at--;
	if (at == UI_PLACES_MAX)
		return;
	g->n += g->n < UI_PLACES_MAX;
	memmove(g->found + at + 1, g->found + at, (g->n - at - 1) * sizeof(p));
	g->found[at] = p;
}

static void add_screens(struct app *a)
{
	const struct screen_set *set = a->model.screens;
	struct ui_goto *g = &a->ui.go;

	for (size_t i = 0; set && i < set->n; i++) {
		struct ui_place p =
			place_of(PLACE_SCREEN, set->v[i]->id, set->v[i]->title);

		p.score = fuzzy_score(g->words.text, p.name, p.text);
		p.score += p.score ? 3 : 0; /* of equals first */
		add(g, p, false);
	}
}

static void add_known(struct app *a)
{
	struct ui_goto *g = &a->ui.go;

	add_screens(a);
	for (size_t i = 0; i < PAGES; i++) {
		struct ui_place p = place_of(PLACE_PAGE, pages[i].title, pages[i].text);

		p.score = fuzzy_score(g->words.text, p.name, p.text);
		p.score += p.score ? 2 : 0;
		add(g, p, false);
	}
	for (size_t i = 0; i < a->model.list.n; i++) {
		const struct wire_alarm_row *r = &a->model.list.rows[i];
		struct ui_place p = place_of(PLACE_ALARM, r->name, r->message);

		p.score = fuzzy_score(g->words.text, p.name, p.text);
		p.score += p.score ? 1 : 0;
		add(g, p, false);
	}
}

/* --- tags, from the server ---------------------------------------------------------- */

static void ask_tags(struct app *a)
{
	struct ui_goto *g = &a->ui.go;

	if (a->goto_req || !a->client || model_lost(&a->model))
		return;
	a->goto_again = false;
	if (entry_is_blank(&g->words))
		return;
	a->goto_req = client_request(a->client, WIRE_TAGS, 2, TAGS_ASKED, g->words.text);
}

bool goto_row(struct app *a, uint32_t req, char *const *field, size_t n)
{
	struct ui_goto *g = &a->ui.go;
	struct ui_place p;

	if (!a->goto_req || req != a->goto_req)
		return false;
	if (n < 6 || a->ui.page != UI_GOTO)
		return true;
	/* by the words as they are now: an answer to older ones is no more than a start
	 */
	p = place_of(PLACE_TAG, field[0], field[5]);
	p.score = fuzzy_score(g->words.text, field[0], field[5]);
	add(g, p, g->moved);
	return true;
}

bool goto_reply(struct app *a, const struct wire_reply *m)
{
	unsigned long long fit = 0;

	if (!a->goto_req || m->req != a->goto_req)
		return false;
	a->goto_req = 0;
	if (m->status == WIRE_OK && sscanf(m->text, "%llu", &fit) == 1)
		a->ui.go.fit = (size_t)fit;
	if (a->goto_again && a->ui.page == UI_GOTO)
		ask_tags(a);
	return true;
}

/* The tags that were told for fewer letters and still fit stay until the new answer. */
static void keep_tags(struct ui_goto *g)
{
	static struct ui_place was[UI_PLACES_MAX];
	size_t n = g->n;

	memcpy(was, g->found, n * sizeof(*was));
	g->n = 0;
	for (size_t i = 0; i < n; i++) {
		was[i].score = fuzzy_score(g->words.text, was[i].name, was[i].text);
		if (was[i].kind == PLACE_TAG)
			add(g, was[i], false);
	}
}

static void search(struct app *a)
{
	struct ui_goto *g = &a->ui.go;

	g->selected = g->top = g->fit = 0;
	g->moved = false;
	keep_tags(g);
	if (entry_is_blank(&g->words))
		return;
	add_known(a);
	a->goto_again = true;
	ask_tags(a);
}

/* --- going -------------------------------------------------------------------------- */

void goto_note(struct app *a, enum ui_place_kind kind, const char *name, const char *text)
{
	struct ui_goto *g = &a->ui.go;
	struct ui_place p = place_of(kind, name, text);
	size_t at = 0;

	while (at < g->n_last && !same(&g->last[at], &p))
		at++;
	if (at == UI_LAST_PLACES)
		at--;
	else if (at == g->n_last)
		g->n_last++;
	memmove(g->last + 1, g->last, at * sizeof(p));
	g->last[0] = p;
}

/* The field that shows the tag; else, where symbols count, the one it belongs to. */
static int field_of(const struct screen *s, const char *tag, bool exactly)
{
	int at = screen_item_of(s, tag);

	if (at != PICTURE_NOTHING && exactly &&
	    (s->items[at].tag == SCREEN_NO_TAG ||
	     strcmp(s->tags[s->items[at].tag], tag) != 0))
		return PICTURE_NOTHING;
	return at;
}

/* What is shown already, then in the order of the digits, then the overview. */
static const struct screen *screen_of(struct app *a, const char *tag, bool exactly)
{
	const struct model *m = &a->model;
	const struct screen *top = model_overview(m);
	size_t n;
	const struct screen *const *order = model_screen_order(m, &n);

	if (m->shown && m->shown != top &&
	    field_of(m->shown, tag, exactly) != PICTURE_NOTHING)
		return m->shown;
	for (size_t i = 0; i < n; i++)
		if (field_of(order[i], tag, exactly) != PICTURE_NOTHING)
			return order[i];
	return top && field_of(top, tag, exactly) != PICTURE_NOTHING ? top : NULL;
}

bool show_tag(struct app *a, const char *tag)
{
	const struct screen *s = screen_of(a, tag, true);

	if (!s)
		s = screen_of(a, tag, false);
	if (!s)
		return false;
	show_screen(a, s->id, true);
	if (a->model.shown)
		a->ui.selected = field_of(model_picture(&a->model), tag, false);
	return true;
}

static void go_alarm(struct app *a, const char *name)
{
	const struct wire_alarm_row *r = model_alarm_find(&a->model, name);
	char tag[128];

	if (!r) {
		app_say(a, ROLE_MESSAGE, "%s is not in the list any more", name);
		return;
	}
	snprintf(tag, sizeof(tag), "%s", r->tag);
	if (r->screen[0]) {
		show_screen(a, r->screen, true);
		if (a->model.shown && tag[0])
			a->ui.selected = screen_item_of(model_picture(&a->model), tag);
	} else if (!tag[0] || !show_tag(a, tag)) {
		go_alarms(a, 0);
		app_say(a, ROLE_MESSAGE, "%s names no screen", name);
	}
}

/* What stands on no screen has a faceplate still. */
void show_plate(struct app *a, const char *tag)
{
	char call[160];

	snprintf(call, sizeof(call), "tag(T=%s)", tag);
	if (plate_open(a, call))
		app_say(a, ROLE_MESSAGE, "%s stands on no screen: its faceplate", tag);
}

static void go_place(struct app *a, struct ui_place p)
{
	a->ui.page = a->ui.go.from;
	goto_note(a, p.kind, p.name, p.text);
	switch (p.kind) {
	case PLACE_SCREEN:
		show_screen(a, p.name, true);
		break;
	case PLACE_ALARM:
		go_alarm(a, p.name);
		break;
	case PLACE_TAG:
		if (!show_tag(a, p.name))
			show_plate(a, p.name);
		break;
	case PLACE_PAGE:
		for (size_t i = 0; i < PAGES; i++)
			if (strcmp(pages[i].title, p.name) == 0)
				pages[i].go(a, 0);
		break;
	}
}

void go_to(struct app *a, uint32_t key)
{
	struct ui_goto *g = &a->ui.go;

	(void)key;
	a->ui.message.text[0] = '\0';
	g->from = a->ui.page;
	entry_set(&g->words, NULL);
	g->n = g->selected = g->top = g->fit = 0;
	g->moved = false;
	a->ui.page = UI_GOTO;
}

static void move_place(struct ui_goto *g, uint32_t key, size_t page)
{
	size_t step = key == TERM_KEY_UP || key == TERM_KEY_DOWN ? 1 : page;

	g->moved = true;
	if (key == TERM_KEY_UP || key == TERM_KEY_PAGE_UP)
		g->selected -= g->selected < step ? g->selected : step;
	else
		g->selected += step;
	if (g->selected >= g->n)
		g->selected = g->n ? g->n - 1 : 0;
}

static bool moves(uint32_t key)
{
	return key == TERM_KEY_UP || key == TERM_KEY_DOWN || key == TERM_KEY_PAGE_UP ||
	       key == TERM_KEY_PAGE_DOWN;
}

static void goto_enter(struct app *a)
{
	struct ui_goto *g = &a->ui.go;

	if (!entry_is_blank(&g->words) && g->selected < g->n)
		go_place(a, g->found[g->selected]);
	else if (entry_is_blank(&g->words))
		app_say(a, ROLE_MESSAGE, "type a part of a name first");
	else
		app_say(a, ROLE_MESSAGE, "nothing fits \"%s\"", g->words.text);
}

bool goto_key(struct app *a, uint32_t key)
{
	struct ui_goto *g = &a->ui.go;

	if (a->ui.page != UI_GOTO)
		return false;
	a->ui.message.text[0] = '\0';
	if (key == TERM_KEY_ESC) {
		a->ui.page = g->from;
	} else if (key == TERM_KEY_ENTER) {
		goto_enter(a);
	} else if (moves(key)) {
		move_place(g, key, a->ui.drawn.list_rows);
	} else if (!g->words.text[0] && key >= '1' && key < '1' + g->n_last) {
		go_place(a, g->last[key - '1']);
	} else if (entry_key(&g->words, key, UI_WORDS_MAX)) {
		if (g->words.note)
			app_say(a, ROLE_REFUSED, "%s", g->words.note);
		else
			search(a);
	} else {
		return false; /* Ctrl-Q and the F-keys go their way */
	}
	return true;
}
