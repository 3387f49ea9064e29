/* keybar.c - the last row: digit = F-key = place. On a narrow terminal the way out first
 * loses its name, then what help names too loses its place; only then names give way,
 * evenly. */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "util/utf8.h"

enum { SCREEN_KEYS = 6, FIRST_SCREEN_KEY = 4, NAME_MAX_CELLS = 12, NAME_MIN_CELLS = 3 };

struct bar_key {
	char key[8];
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

static size_t place_keys(const struct frame_input *in, struct bar_key *keys)
{
	const struct screen *order[SCREEN_KEYS], *top = model_overview(in->m);
	size_t n = 0, screens = model_screen_order(in->m, order, SCREEN_KEYS);
	bool picture = in->ui->page == UI_PICTURE;
	char digit[2] = "4";

	put(keys, &n, "1", "Help", in->ui->page == UI_HELP);
	put(keys, &n, "2", "Overview", picture && top && in->m->shown == top);
	put(keys, &n, "3", "Alarms", in->ui->page == UI_ALARMS);
	for (size_t i = 0; i < screens; i++) {
		digit[0] = (char)('0' + FIRST_SCREEN_KEY + (int)i);
		put(keys, &n, digit, order[i]->id, picture && in->m->shown == order[i]);
	}
	put(keys, &n, "0", "Back", false);
	if (in->ui->page == UI_ALARMS)
		put(keys, &n, "a", "Ack", false);
	put(keys, &n, "j", "Journal", in->ui->page == UI_JOURNAL);
	put(keys, &n, "f", "Figures", in->ui->page == UI_REPORT);
	put(keys, &n, "d", "Devices", in->ui->page == UI_DEVICES);
	put(keys, &n, "^Q", "Leave", false);
	return n;
}

static size_t dialog_keys(const struct frame_input *in, struct bar_key *keys)
{
	static const char *const enter[] = {
		[DIALOG_ENTRY] = "asks the server",
		[DIALOG_OFFER] = "or Y sends",
		[DIALOG_RESULT] = "closes",
		[DIALOG_LEAVE] = "leaves",
	};
	enum dialog_stage stage = in->ui->dialog.stage;
	size_t n = 0;

	if (stage <= DIALOG_LEAVE && enter[stage] &&
	    (stage != DIALOG_OFFER || in->ui->dialog.armed))
		put(keys, &n, "Enter ", enter[stage], false);
	if (stage == DIALOG_WRITING)
		put(keys, &n, "Esc ", "hides this; the write goes on", false);
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
 * loses its name before the devices lose their place. */
static size_t give_way(struct bar_key *keys, size_t n, int cols)
{
	static const char *const least[] = { "f", "j", NULL, "d", "^Q" };

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

void keybar_paint(const struct canvas *c, const struct frame_input *in)
{
	struct bar_key keys[UI_KEYS_MAX];
	size_t n = in->ui->dialog.stage != DIALOG_CLOSED ? dialog_keys(in, keys)
							 : place_keys(in, keys);
	bool dialog = in->ui->dialog.stage != DIALOG_CLOSED;
	int widest = dialog ? 40 : NAME_MAX_CELLS, col = 0;

	canvas_fill(c, ' ', ROLE_BAR);
	if (!dialog)
		n = give_way(keys, n, c->cols);
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
		col += dialog ? 3 : 1;
	}
}
