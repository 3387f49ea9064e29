/* keybar.c - the last row: digit = F-key = place. On a narrow terminal the way out first
 * loses its name, then what help names too loses its place; only then names give way,
 * evenly. */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

enum { NAME_MAX_CELLS = 12, NAME_MIN_CELLS = 1 };

struct bar_key {
	char key[12];
	const char *name;
	bool here;
};

static void put(struct bar_key *keys, size_t *n, const char *key, const char *name,
		bool here)
{
	struct bar_key *k = &keys[(*n)++];

	snprintf(k->key, sizeof(k->key), "%s", key);
	k->name = name;
	k->here = here;
}

static void put_screens(const struct frame_input *in, struct bar_key *keys, size_t *n)
{
	size_t screens;
	const struct screen *const *order = model_screen_order(in->m, &screens);
	size_t at = in->ui->bar_page * UI_SCREEN_KEYS;
	bool picture = in->ui->page == UI_PICTURE;
	char digit[2] = "4";

	for (size_t i = 0; i < UI_SCREEN_KEYS && at + i < screens; i++) {
		digit[0] = (char)('0' + UI_FIRST_SCREEN_KEY + (int)i);
		put(keys, n, digit, order[at + i]->id,
		    picture && in->m->shown == order[at + i]);
	}
	if (screens > UI_SCREEN_KEYS)
		put(keys, n, ".", "More", false);
}

static size_t place_keys(const struct frame_input *in, struct bar_key *keys)
{
	const struct screen *top = model_overview(in->m);
	enum ui_page page = in->ui->page;
	size_t n = 0;

	put(keys, &n, "1", "Help", page == UI_HELP);
	put(keys, &n, "2", "Overview", page == UI_PICTURE && top && in->m->shown == top);
	put(keys, &n, "3", "Alarms", page == UI_ALARMS);
	put_screens(in, keys, &n);
	put(keys, &n, "0", "Back", false);
	if (page == UI_ALARMS)
		put(keys, &n, "a", "Ack", false);
	if (page == UI_CHANGES) {
		put(keys, &n, "w", "Sign", false);
		put(keys, &n, "o", "Recipe", false);
		put(keys, &n, "x", "Away", false);
	}
	if (page == UI_DOUBTS)
		put(keys, &n, "Enter ", "Settle", false);
	if (model_rests(in->m))
		put(keys, &n, "i", "Sign in", false);
	put(keys, &n, "g", "Go to", false);
	put(keys, &n, "/", "Find", false);
	put(keys, &n, "j", "Journal", page == UI_JOURNAL);
	put(keys, &n, "J", "Audit", page == UI_AUDIT);
	put(keys, &n, "f", "Figures", page == UI_REPORT);
	put(keys, &n, "v", "Overrides", page == UI_OVERRIDES);
	put(keys, &n, "p", "People", page == UI_PEOPLE);
	put(keys, &n, "d", "Devices", page == UI_DEVICES);
	put(keys, &n, "^Q", "Leave", false);
	return n;
}

/* While words are typed the digits are letters: what holds then stands there. */
static size_t typing_keys(const struct frame_input *in, struct bar_key *keys)
{
	const struct ui *ui = in->ui;
	bool list = ui->page != UI_PICTURE;
	size_t n = 0;

	if (ui->page == UI_GOTO) {
		put(keys, &n, "Enter ", "goes there", false);
		put(keys, &n, "up down ", "select", false);
		put(keys, &n, "Esc ", "stays here", false);
	} else if (ui->filter.typing) {
		put(keys, &n, "Enter ", list ? "keeps it" : "takes it", false);
		put(keys, &n, list ? "down " : "Tab ",
		    list ? "into the list" : "the next", false);
		put(keys, &n, "Esc ", "forgets it", false);
	} else if ((ui->page == UI_JOURNAL && ui->journal.typing) ||
		   (ui->page == UI_AUDIT && ui->audit.typing)) {
		put(keys, &n, "Enter ", "searches", false);
		put(keys, &n, "Esc ", "does not", false);
	}
	return n;
}

static size_t act_keys(const struct frame_input *in, struct bar_key *keys)
{
	size_t n = 0;

	if (!in->ui->act.open)
		return 0;
	put(keys, &n, "Enter ", "does it", false);
	put(keys, &n, "Esc ", "changes nothing", false);
	return n;
}

static size_t approval_keys(const struct frame_input *in, struct bar_key *keys)
{
	size_t n = 0;

	put(keys, &n, "arrows ", "choose", false);
	if (in->ui->approvals.most > 0)
		put(keys, &n, "PgDn ", "reads on", false);
	put(keys, &n, "Enter ", in->ui->approvals.why ? "declines" : "answers so", false);
	put(keys, &n, "Esc ", "answers nothing", false);
	return n;
}

static size_t form_keys(const struct frame_input *in, struct bar_key *keys)
{
	const struct ui_form *f = &in->ui->form;
	size_t n = 0;

	put(keys, &n, "Enter ",
	    f->kind == FORM_NOTICE     ? "accepts it"
	    : f->kind == FORM_NOTES    ? "adds it, or goes on"
	    : f->n && f->at + 1 < f->n ? "the next"
				       : "does it",
	    false);
	if (f->n > 1)
		put(keys, &n, "Tab ", "the next", false);
	if (f->more || f->top > 0)
		put(keys, &n, "PgDn ", "reads on", false);
	put(keys, &n, "Esc ", "changes nothing", false);
	return n;
}

static size_t dialog_keys(const struct frame_input *in, struct bar_key *keys)
{
	static const char *const enter[] = {
		[DIALOG_ENTRY] = "asks the server", [DIALOG_CHOICE] = "asks the server",
		[DIALOG_OFFER] = "or Y sends",      [DIALOG_RESULT] = "closes",
		[DIALOG_LEAVE] = "leaves",          [DIALOG_REASON] = "asks the server",
	};
	enum dialog_stage stage = in->ui->dialog.stage;
	size_t n = 0;

	if (stage == DIALOG_OFFER && in->ui->dialog.offer.challenge[0])
		put(keys, &n, "Enter ", "sends what is typed", false);
	else if (stage == DIALOG_OFFER && in->ui->dialog.button[0])
		put(keys, &n, "Y ", "sends", false);
	else if (stage <= DIALOG_LEAVE && enter[stage] &&
		 (stage != DIALOG_OFFER || in->ui->dialog.armed))
		put(keys, &n, "Enter ", enter[stage], false);
	if (stage == DIALOG_ENTRY || stage == DIALOG_CHOICE)
		put(keys, &n, "^E ", "stages it", false);
	if (stage == DIALOG_WRITING)
		put(keys, &n, "Esc ", "hides this; the write goes on", false);
	else if (stage == DIALOG_SECOND)
		put(keys, &n, "Esc ", "takes it back", false);
	else if (stage != DIALOG_RESULT)
		put(keys, &n, "Esc ", "changes nothing", false);
	return n;
}

static int bar_cells(const struct bar_key *keys, size_t n, int name_max)
{
	int cells = 0;

	for (size_t i = 0; i < n; i++) {
		int name = utf8_cells(keys[i].name);

		cells += (int)strlen(keys[i].key) + (name < name_max ? name : name_max);
		cells += i + 1 < n;
	}
	return cells;
}

static size_t drop(struct bar_key *keys, size_t n, const char *key)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(keys[i].key, key) != 0)
			keys[left++] = keys[i];
	return left;
}

/* Keys that are not digits, from the least needed on: what help names, too. The way out
 * loses its name before the last of them lose their places. */
static size_t give_way(struct bar_key *keys, size_t n, int cols)
{
	static const char *const least[] = { "J", "f",  "p", "j", "v",
					     "d", NULL, "/", "g", "^Q" };

	for (size_t g = 0; g < sizeof(least) / sizeof(least[0]); g++) {
		if (bar_cells(keys, n, NAME_MAX_CELLS) <= cols)
			break;
		if (least[g])
			n = drop(keys, n, least[g]);
		else
			keys[n - 1].name = "";
	}
	return n;
}

/* What holds now, when it is not the places. */
static size_t own_keys(const struct frame_input *in, struct bar_key *keys)
{
	size_t n;

	if (in->ui->dialog.stage != DIALOG_CLOSED)
		return dialog_keys(in, keys);
	if (in->ui->approvals.open)
		return approval_keys(in, keys);
	if (in->ui->form.kind != FORM_CLOSED)
		return form_keys(in, keys);
	n = act_keys(in, keys);
	return n ? n : typing_keys(in, keys);
}

void keybar_paint(const struct canvas *c, const struct frame_input *in)
{
	struct bar_key keys[UI_KEYS_MAX];
	size_t n = own_keys(in, keys);
	bool own = n > 0 || in->ui->dialog.stage != DIALOG_CLOSED;
	int widest = own ? 40 : NAME_MAX_CELLS, col = 0;

	canvas_fill(c, ' ', ROLE_BAR);
	if (!own)
		n = give_way(keys, place_keys(in, keys), c->cols);
	while (widest > NAME_MIN_CELLS && bar_cells(keys, n, widest) > c->cols)
		widest--;
	for (size_t i = 0; i < n; i++) {
		int cells = utf8_cells(keys[i].name), start = col;

		cells = cells < widest ? cells : widest;
		col += canvas_text(c, col, 0, keys[i].key, ROLE_KEY);
		if (cells > 0) {
			struct canvas name = canvas_sub(c, col, 0, cells, 1);

			canvas_text(&name, 0, 0, keys[i].name, ROLE_BAR);
		}
		col += cells;
		if (keys[i].here)
			canvas_select(c, start, 0, col - start);
		col += own ? 3 : 1;
	}
}
