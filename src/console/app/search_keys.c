/*
 * search_keys.c - keys of the pages that are searched and read backwards, the alarm
 * journal and the audit: arrows ask for older ones at the end, / takes words, Home asks
 * anew.
 */
#include "console/app/app_int.h"
#include "console/app/entry.h"

struct searched {
	struct ui_search *u;
	size_t n;
	void (*ask)(struct app *a, bool further);
};

/* What stands on the glass; false when it is no such page. */
static bool shown(struct app *a, struct searched *s)
{
	if (a->ui.page == UI_JOURNAL)
		*s = (struct searched){ &a->ui.journal, a->model.journal.n, ask_journal };
	else if (a->ui.page == UI_AUDIT)
		*s = (struct searched){ &a->ui.audit, a->model.audit.n, ask_audit };
	else
		return false;
	return true;
}

void refresh_search(struct app *a, uint32_t key)
{
	struct searched s;

	(void)key;
	if (!shown(a, &s))
		return;
	s.u->selected = s.u->top = 0;
	s.ask(a, false);
}

void move_search(struct app *a, uint32_t key)
{
	size_t page = a->ui.drawn.list_rows;
	size_t step = key == TERM_KEY_UP || key == TERM_KEY_DOWN ? 1 : page;
	struct searched s;

	if (!shown(a, &s))
		return;
	if (key == TERM_KEY_UP || key == TERM_KEY_PAGE_UP)
		s.u->selected -= s.u->selected < step ? s.u->selected : step;
	else if (key == TERM_KEY_END)
		s.u->selected = s.n ? s.n - 1 : 0;
	else
		s.u->selected += step;
	if (s.u->selected + 1 >= s.n)
		s.u->selected = s.n ? s.n - 1 : 0;
	if (s.u->selected + page >= s.n)
		s.ask(a, true);
}

void begin_search(struct app *a, uint32_t key)
{
	struct searched s;

	(void)key;
	if (shown(a, &s))
		s.u->typing = true;
}

void search_click(struct app *a, int row)
{
	struct searched s;

	if (shown(a, &s) && s.u->top + (size_t)row < s.n)
		s.u->selected = s.u->top + (size_t)row;
}

bool search_is_typing(struct app *a)
{
	struct searched s;

	return shown(a, &s) && s.u->typing;
}

bool search_key(struct app *a, uint32_t key)
{
	struct searched s;

	if (!shown(a, &s) || !s.u->typing)
		return false;
	if (key == TERM_KEY_ESC) {
		s.u->typing = false;
	} else if (key == TERM_KEY_ENTER) {
		s.u->typing = false;
		refresh_search(a, key);
	} else if (entry_key(&s.u->words, key, UI_WORDS_MAX) && s.u->words.note) {
		app_say(a, ROLE_REFUSED, "%s", s.u->words.note);
	}
	return true;
}
