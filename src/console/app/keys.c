/*
 * keys.c - one table: key, where it holds, what it does, its line of help. The same on
 * every screen; digits, F-keys and the bar are one thing.
 */
#include "console/app/app_int.h"

#include <stdio.h>
#include <string.h>

#include "console/view/parts.h"
#include "console/view/picture.h"
#include "screen/keys.h"

enum {
	P = 1u << UI_PICTURE,
	A = 1u << UI_ALARMS,
	H = 1u << UI_HELP,
	D = 1u << UI_DEVICES,
	J = 1u << UI_JOURNAL | 1u << UI_AUDIT,
	F = 1u << UI_REPORT,
	V = 1u << UI_OVERRIDES,
	W = 1u << UI_PEOPLE,
	G = 1u << UI_GOTO,
	T = 1u << UI_TREND,
	E = 1u << UI_CHANGES,
	X = 1u << UI_DOUBTS,
	ALL = P | A | H | D | J | F | V | W | T | E | X,

	CTRL_L = 'L' - '@',
	CTRL_Q = 'Q' - '@',
	CTRL_Z = 'Z' - '@',
	HELP_PAGE = 10
};

/* --- places ---------------------------------------------------------------------- */

static void remember_place(struct app *a)
{
	struct ui *ui = &a->ui;

	if (!a->model.shown)
		return;
	if (ui->n_history &&
	    strcmp(ui->history[ui->n_history - 1], a->model.shown->id) == 0)
		return;
	if (ui->n_history == UI_HISTORY)
		memmove(ui->history, ui->history + 1,
			--ui->n_history * sizeof(ui->history[0]));
	snprintf(ui->history[ui->n_history++], sizeof(ui->history[0]), "%s",
		 a->model.shown->id);
}

void show_screen(struct app *a, const char *id, bool remember)
{
	const struct screen *s =
		a->model.screens ? screen_set_find(a->model.screens, id) : NULL;

	if (!s && id[0])
		app_say(a, ROLE_REFUSED, "there is no screen \"%s\"", id);
	if (!s && a->model.shown)
		return;
	plate_close(a);
	if (remember && s != a->model.shown)
		remember_place(a);
	a->ui.page = UI_PICTURE;
	if (s)
		goto_note(a, PLACE_SCREEN, s->id, s->title);
	if (s == a->model.shown && a->model.glass[GLASS_SHOWN].screen)
		return;
	a->ui.selected = PICTURE_NOTHING;
	model_view(&a->model, s);
	talk_subscribe(a);
	/* a frame of question marks would only flash by */
	a->hold_until = mono_add_ms(a->now.mono, HOLD_MS);
}

static void open_page(struct app *a, enum ui_page page)
{
	a->ui.filter = (struct ui_filter){ 0 };
	if (page == UI_HELP && a->ui.page != UI_HELP) {
		a->ui.help_of = a->ui.page;
		help_notice(&a->ui, &a->grid);
		a->ui.help_top = 0;
	}
	if (page == UI_ALARMS) {
		a->ui.list.selected = -1;
		a->ui.list.shelf = SHELF_LIST;
	}
	a->ui.page = page;
}

void go_help(struct app *a, uint32_t key)
{
	(void)key;
	open_page(a, a->ui.page == UI_HELP ? a->ui.help_of : UI_HELP);
}

static void go_overview(struct app *a, uint32_t key)
{
	(void)key;
	if (model_overview(&a->model))
		show_screen(a, model_overview(&a->model)->id, true);
	a->ui.page = UI_PICTURE;
}

void go_alarms(struct app *a, uint32_t key)
{
	(void)key;
	open_page(a, UI_ALARMS);
}

static void go_up(struct app *a)
{
	const struct screen *s = a->model.shown;

	if (s && s->up[0])
		show_screen(a, s->up, false);
	else
		app_say(a, ROLE_MESSAGE, "this is the top; Ctrl-Q leaves the console");
}

static void go_back(struct app *a, uint32_t key)
{
	struct ui *ui = &a->ui;
	char id[SCREEN_ID_MAX + 1];

	(void)key;
	if (ui->page == UI_HELP) {
		ui->page = ui->help_of;
	} else if (ui->page == UI_JOURNAL && ui->journal.of[0]) {
		ui->page = UI_ALARMS; /* where its story was asked for */
	} else if (ui->page == UI_TREND) {
		ui->page = ui->trend.from;
	} else if (ui->page != UI_PICTURE) {
		ui->page = UI_PICTURE;
	} else if (ui->n_history) {
		snprintf(id, sizeof(id), "%s", ui->history[--ui->n_history]);
		show_screen(a, id, false);
	} else {
		go_up(a);
	}
}

/* What is selected in the list of a page; NULL = it has none. */
static int *selected_of(struct ui *ui)
{
	switch (ui->page) {
	case UI_ALARMS:
		return &ui->list.selected;
	case UI_OVERRIDES:
		return &ui->overrides.selected;
	case UI_PEOPLE:
		return &ui->people.selected;
	case UI_CHANGES:
		return &ui->staged.selected;
	case UI_DOUBTS:
		return &ui->doubts.selected;
	default:
		return NULL;
	}
}

/* Esc first lets go of what is selected. */
static void let_go(struct app *a, uint32_t key)
{
	struct ui *ui = &a->ui;
	int *selected = selected_of(ui);

	ui->message.text[0] = '\0';
	if (find_forget(a) || let_go_trend(a))
		return;
	if (ui->page == UI_PICTURE && ui->selected != PICTURE_NOTHING)
		ui->selected = PICTURE_NOTHING;
	else if (selected && *selected >= 0)
		*selected = -1;
	else if (ui->page == UI_DEVICES && ui->devices.selected[0])
		ui->devices.selected[0] = '\0';
	else
		go_back(a, key);
}

static void leave(struct app *a, uint32_t key)
{
	(void)key;
	a->ui.dialog.stage = DIALOG_LEAVE;
}

static void repaint(struct app *a, uint32_t key)
{
	(void)key;
	a->repaint = true;
}

/* --- the picture ----------------------------------------------------------------- */

static void move(struct app *a, uint32_t key)
{
	static const struct {
		uint32_t key;
		enum picture_move move;
	} moves[] = {
		{ TERM_KEY_UP, PICTURE_UP },
		{ TERM_KEY_DOWN, PICTURE_DOWN },
		{ TERM_KEY_LEFT, PICTURE_LEFT },
		{ TERM_KEY_RIGHT, PICTURE_RIGHT },
		{ TERM_KEY_HOME, PICTURE_FIRST },
		{ TERM_KEY_PAGE_DOWN, PICTURE_NEXT },
		{ TERM_KEY_END, PICTURE_PREVIOUS },
		{ TERM_KEY_PAGE_UP, PICTURE_PREVIOUS },
	};

	a->ui.message.text[0] = '\0';
	for (size_t i = 0; a->model.shown && i < sizeof(moves) / sizeof(moves[0]); i++)
		if (moves[i].key == key)
			a->ui.selected = picture_move(model_picture(&a->model),
						      a->ui.selected, moves[i].move);
}

static void next_abnormal(struct app *a, uint32_t key)
{
	struct picture_source src = model_source(&a->model, a->now);
	int found;

	(void)key;
	if (!a->model.shown)
		return;
	found = picture_next_abnormal(model_picture(&a->model), &src, a->ui.selected);
	a->ui.message.text[0] = '\0';
	if (found == PICTURE_NOTHING)
		app_say(a, ROLE_MESSAGE, "nothing on this screen is abnormal");
	else
		a->ui.selected = found;
}

static void scroll_help(struct app *a, uint32_t key)
{
	size_t *top = &a->ui.help_top;
	size_t step = key == TERM_KEY_UP || key == TERM_KEY_DOWN ? 1 : HELP_PAGE;

	/* painting holds it to what there is */
	if (key == TERM_KEY_HOME)
		*top = 0;
	else if (key == TERM_KEY_UP || key == TERM_KEY_PAGE_UP)
		*top -= *top < step ? *top : step;
	else
		*top += step;
}

/* --- the table ------------------------------------------------------------------- */

static const struct key_row {
	uint32_t first, last; /* a range of keys */
	unsigned pages;
	void (*act)(struct app *a, uint32_t key);
	const char *name, *help; /* NULL: said by another row */
} rows[] = {
	{ TERM_KEY_LEFT, TERM_KEY_RIGHT, T, move_ruler, "left right", "the ruler" },
	{ TERM_KEY_UP, TERM_KEY_DOWN, T, next_pen, NULL, NULL },
	{ TERM_KEY_TAB, TERM_KEY_BACK_TAB, T, next_pen, "Tab  up down",
	  "the next pen; rows of the table" },
	{ TERM_KEY_PAGE_UP, TERM_KEY_PAGE_DOWN, T, pan_trend, "PgUp PgDn",
	  "half a window back, forth" },
	{ TERM_KEY_HOME, TERM_KEY_HOME, T, oldest_trend, "Home", "the oldest" },
	{ TERM_KEY_END, TERM_KEY_END, T, live_trend, "End", "live again" },
	{ '+', '+', T, zoom_trend, "+ -", "a shorter, a longer span" },
	{ '-', '-', T, zoom_trend, NULL, NULL },
	{ 'm', 'm', T, second_ruler, "m", "a second ruler: what lies between" },
	{ 'v', 'v', T, table_trend, "v", "the window as numbers" },
	{ 'x', 'x', T, drop_pen, "x", "take the selected pen away" },
	{ TERM_KEY_UP, TERM_KEY_RIGHT, P, move, "arrows", "select a field" },
	{ TERM_KEY_HOME, TERM_KEY_PAGE_DOWN, P, move, NULL, NULL },
	{ TERM_KEY_TAB, TERM_KEY_TAB, P, next_abnormal, "Tab", "next abnormal field" },
	{ TERM_KEY_ENTER, TERM_KEY_ENTER, P, enter_item, "Enter",
	  "write it, go there, or open its faceplate" },
	{ 0, 0, P, NULL, "in a box", "Tab and arrows walk it, Esc closes it" },
	{ TERM_KEY_UP, TERM_KEY_DOWN, A, move_alarm, "up down", "select an alarm" },
	{ TERM_KEY_LEFT, TERM_KEY_RIGHT, A, other_shelf, "left right",
	  "the list; shelved; suppressed; out of service" },
	{ TERM_KEY_END, TERM_KEY_PAGE_DOWN, A, move_alarm, "PgUp PgDn End",
	  "move further" },
	{ TERM_KEY_HOME, TERM_KEY_HOME, A, newest_first, "Home",
	  "let go, sort anew: new ones show" },
	{ TERM_KEY_TAB, TERM_KEY_TAB, A, next_unacked, "Tab", "next unacknowledged" },
	{ TERM_KEY_ENTER, TERM_KEY_ENTER, A, enter_alarm, "Enter",
	  "the screen of this alarm" },
	{ 'a', 'a', A, acknowledge, "a  *", "acknowledge the selected alarm" },
	{ '*', '*', P | A, acknowledge, NULL, NULL },
	{ 'A', 'A', A, acknowledge_visible, "A", "acknowledge all that stand here" },
	{ 'h', 'h', A, shelve, "h", "shelve it for a while" },
	{ 'u', 'u', A, bring_back, "u", "back from the shelf, suppression, service" },
	{ 'c', 'c', A, comment, "c", "comment it" },
	{ 'k', 'k', A, confirm_alarm, "k", "confirm what was done" },
	{ 'r', 'r', A, reset_alarm, "r", "reset a latched one" },
	{ 'o', 'o', A, out_of_service, "o", "take it out of service" },
	{ 'x', 'x', A, suppress, "x", "suppress it by hand" },
	{ 's', 's', ALL, silence, "s", "silence this console until the next alarm" },
	{ 'S', 'S', ALL, silence_horn, "S", "silence the horn of the control room, too" },
	{ 0, 0, P, NULL, "*", "acknowledge the first alarm above" },
	{ TERM_KEY_UP, TERM_KEY_PAGE_DOWN, H, scroll_help, "arrows", "scroll" },
	{ TERM_KEY_UP, TERM_KEY_PAGE_DOWN, D, move_device, "arrows", "select a device" },
	{ TERM_KEY_TAB, TERM_KEY_TAB, D, next_abnormal_device, "Tab",
	  "next device that is not well" },
	{ '1', '1', ALL, go_help, "1  F1  ?", "help: keys and marks" },
	{ '?', '?', ALL, go_help, NULL, NULL },
	{ '2', '2', ALL, go_overview, "2  F2", "the overview" },
	{ '3', '3', ALL, go_alarms, "3  F3", "the alarm list" },
	{ '4', '9', ALL, go_screen, "4 .. 9", "the screens named below" },
	{ '.', '.', ALL, more_screens, ".", "the next six screens, when there are more" },
	{ TERM_KEY_HOME, TERM_KEY_HOME, J, refresh_search, "Home", "ask anew" },
	{ TERM_KEY_UP, TERM_KEY_PAGE_DOWN, J, move_search, "arrows PgDn",
	  "further back" },
	{ '/', '/', J, begin_search, "/", "search for words" },
	{ '/', '/', P, find_begin, "/", "find a field: name, tag, description" },
	{ '/', '/', A | D | V | W | H | E | X, find_begin, "/",
	  "show only rows with these words" },
	{ TERM_KEY_UP, TERM_KEY_DOWN, V | W | E | X, move_rows, "arrows",
	  "select a row" },
	{ TERM_KEY_END, TERM_KEY_PAGE_DOWN, V | W | E | X, move_rows, NULL, NULL },
	{ TERM_KEY_HOME, TERM_KEY_HOME, V | W | E | X, move_rows, "Home",
	  "let go: new ones show" },
	{ TERM_KEY_ENTER, TERM_KEY_ENTER, V, enter_override, "Enter",
	  "where it stands, and can be ended" },
	{ TERM_KEY_ENTER, TERM_KEY_ENTER, E, edit_change, "Enter",
	  "another value for it" },
	{ 'w', 'w', E, sign_changes, "w", "sign them: all lines are shown first" },
	{ 'o', 'o', E, load_recipe, "o", "stage a recipe of the station" },
	{ 'x', 'x', E, drop_change, "x", "take it away; stop a set that runs" },
	{ 'X', 'X', E, clear_changes, "X", "take all of them away" },
	{ TERM_KEY_ENTER, TERM_KEY_ENTER, X, settle_doubt, "Enter",
	  "settle it, with what was found" },
	{ 0, 0, P, NULL, "Ctrl-E", "where a value is typed: stage it instead" },
	{ 'w', 'w', P, write_item, "w", "write the selected value" },
	{ 'g', 'g', ALL, go_to, "g", "go to: screens, tags, alarms, pages" },
	{ 'E', 'E', ALL, go_changes, "E", "staged changes: signed and sent together" },
	{ 'D', 'D', ALL, go_doubts, "D", "writes in doubt" },
	{ 'v', 'v', ALL, go_overrides, "v", "overrides: what is not as it should be" },
	{ 'p', 'p', ALL, go_people, "p", "people: who is here, who writes" },
	{ 'y', 'y', P | A, copy_item, "y", "copy the selected value or alarm" },
	{ TERM_KEY_LEFT, TERM_KEY_RIGHT, F, other_period, "left right",
	  "another period" },
	{ TERM_KEY_UP, TERM_KEY_PAGE_DOWN, F, scroll_report, "arrows", "scroll" },
	{ 't', 't', ALL, go_trend, "t", "trends; of what is selected" },
	{ 'j', 'j', ALL, go_journal, "j", "the alarm journal" },
	{ 'J', 'J', ALL, go_audit, "J", "the audit: who did what; of what is selected" },
	{ 'f', 'f', ALL, go_report, "f", "figures of the alarm system" },
	{ 'd', 'd', ALL, go_devices, "d", "the devices" },
	{ '0', '0', ALL, go_back, "0  q", "back" },
	{ 'q', 'q', ALL, go_back, NULL, NULL },
	{ TERM_KEY_ESC, TERM_KEY_ESC, ALL, let_go, "Esc", "let go, then back" },
	{ 'e', 'e', ALL, approval_open, "e", "approve or decline what others ask for" },
	{ 'i', 'i', ALL, sign_in, "i", "sign in, out, or act again" },
	{ 'H', 'H', ALL, hand_over, "H", "hand the shift over, or take it" },
	{ 'L', 'L', ALL, lock_session, "L", "lock this session; alarms go on" },
	{ 'P', 'P', ALL, print_picture, "P", "this picture into the file of --pictures" },
	{ CTRL_L, CTRL_L, ALL, repaint, "Ctrl-L", "paint the screen anew" },
	{ CTRL_Z, CTRL_Z, ALL, suspend, "Ctrl-Z", "back to the shell (engineers)" },
	{ CTRL_Q, CTRL_Q, ALL, leave, "Ctrl-Q Enter", "leave the console" },
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

const struct ui_key *app_key_help(void)
{
	static struct ui_key help[ROWS + 1];
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].name)
			help[n++] = (struct ui_key){ rows[i].name, rows[i].help,
						     rows[i].pages };
	help[n] = (struct ui_key){ NULL, NULL, 0 };
	return help;
}

bool app_key_taken(uint32_t key)
{
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].act && key >= rows[i].first && key <= rows[i].last)
			return true;
	return false;
}

/* A letter that the shown screen gives a meaning; others have none. */
static void screen_key(struct app *a, uint32_t key)
{
	const struct screen_key *k = a->ui.page == UI_PICTURE && a->model.shown
					     ? screen_key_find(a->model.shown, key)
					     : NULL;

	if (!k && a->ui.message.text[0] == '\0')
		app_say(a, ROLE_MESSAGE,
			"no such key here; 1 lists the keys, Ctrl-Q leaves");
	else if (k && k->n_pens)
		trend_of_key(a, k);
	else if (k && k->is_call)
		plate_open(a, k->to);
	else if (k)
		show_screen(a, k->to, true);
}

static uint32_t as_digit(uint32_t key)
{
	if (key >= TERM_KEY_F1 && key < TERM_KEY_F1 + 9)
		return '1' + (key - TERM_KEY_F1);
	return key == TERM_KEY_F1 + 9 ? '0' : key;
}

static void carry_out(struct app *a, uint32_t key)
{
	/* who has the keys while it is open; the first that is takes them */
	static bool (*const first[])(struct app * a, uint32_t key) = {
		form_key,   dialog_key, link_key, approval_key, act_dialog_key,
		search_key, goto_key,   find_key, plate_key,
	};

	if (key == CTRL_L) {
		a->repaint = true;
		return;
	}
	if (key == CTRL_Z) {
		suspend(a, key);
		return;
	}
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (first[i](a, key))
			return;
	key = as_digit(key);
	if (key == TERM_KEY_PASTE) {
		app_say(a, ROLE_REFUSED, "pasted text is refused: type it");
		return;
	}
	for (size_t i = 0; i < ROWS; i++)
		if (rows[i].act && key >= rows[i].first && key <= rows[i].last &&
		    (rows[i].pages & 1u << a->ui.page)) {
			rows[i].act(a, key);
			return;
		}
	screen_key(a, key);
}

/* A filter ends with what it was for, and so does what was said of it; a refusal is read
 * wherever one is. */
static void forget_place(struct app *a, struct mono said)
{
	struct ui_message *m = &a->ui.message;

	a->ui.filter = (struct ui_filter){ 0 };
	if (m->until.ns == said.ns && m->role != ROLE_REFUSED)
		m->text[0] = '\0';
}

void act_key(struct app *a, uint32_t key)
{
	const struct screen *shown = a->model.shown;
	enum ui_page page = a->ui.page;
	struct mono said = a->ui.message.until;

	if (mouse_key(a, key))
		return;
	a->dirty = true;
	a->pressed = a->now.mono;
	carry_out(a, key);
	if (a->ui.page != page || a->model.shown != shown)
		forget_place(a, said);
}
