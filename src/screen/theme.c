/* theme.c - the dark theme: three tables, one row a role. */
#include "screen/theme.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

enum { GROUND = 233, BAR = 236, BOX = 235, SELECTED = 251 };

/* Few greys: every change of grey costs a dozen bytes on the line. */
static const struct theme_attr table_256[ROLE_COUNT] = {
	[ROLE_LABEL] = { 246, GROUND, false, false, false },
	[ROLE_PIPE] = { 240, GROUND, false, false, false },
	[ROLE_TITLE] = { 251, GROUND, false, false, false },
	[ROLE_VALUE] = { 255, GROUND, false, false, false },
	[ROLE_UNIT] = { 246, GROUND, false, false, false },
	[ROLE_SETPOINT] = { 152, GROUND, false, false, true },
	[ROLE_RUNNING] = { 255, GROUND, true, false, false },
	[ROLE_STOPPED] = { 244, GROUND, false, false, false },
	[ROLE_MOVING] = { 255, GROUND, false, false, false },
	[ROLE_FAULT] = { 231, 239, true, false, false },
	[ROLE_LIMIT] = { 246, GROUND, false, false, false },
	[ROLE_FILL] = { 240, GROUND, false, false, false },
	[ROLE_BAD] = { 170, GROUND, true, false, false },
	[ROLE_STALE] = { 242, GROUND, false, false, false },
	[ROLE_UNCERTAIN] = { 180, GROUND, false, false, false },
	[ROLE_MARK] = { 234, 250, false, false, false },
	[ROLE_ALARM_CRITICAL] = { 203, GROUND, true, false, false },
	[ROLE_ALARM_HIGH] = { 220, GROUND, true, false, false },
	[ROLE_ALARM_MEDIUM] = { 208, GROUND, true, false, false },
	[ROLE_ALARM_LOW] = { 111, GROUND, true, false, false },
	[ROLE_ALARM_DIAGNOSTIC] = { 73, GROUND, true, false, false },
	[ROLE_ALARM_CRITICAL_UNACK] = { 231, 160, true, false, false },
	[ROLE_ALARM_HIGH_UNACK] = { 16, 220, true, false, false },
	[ROLE_ALARM_MEDIUM_UNACK] = { 16, 208, true, false, false },
	[ROLE_ALARM_LOW_UNACK] = { 16, 111, true, false, false },
	[ROLE_ALARM_DIAGNOSTIC_UNACK] = { 16, 73, true, false, false },
	[ROLE_ALARM_TEXT] = { 255, GROUND, false, false, false },
	[ROLE_BAR] = { 251, BAR, false, false, false },
	[ROLE_KEY] = { 255, BAR, true, false, false },
	[ROLE_MESSAGE] = { 251, GROUND, false, false, false },
	[ROLE_REFUSED] = { 16, 220, true, false, false },
	[ROLE_DIALOG] = { 251, BOX, false, false, false },
	[ROLE_DIALOG_TITLE] = { 255, BOX, true, false, false },
	[ROLE_ENTRY] = { 152, BOX, false, false, true },
};

/* Eight colours: bold is bright where the terminal does so, and never the only sign.
 * No bold black: invisible on some consoles. */
static const struct theme_attr table_8[ROLE_COUNT] = {
	[ROLE_LABEL] = { 7, 0, false, false, false },
	[ROLE_PIPE] = { 7, 0, false, false, false },
	[ROLE_TITLE] = { 7, 0, true, false, false },
	[ROLE_VALUE] = { 7, 0, true, false, false },
	[ROLE_UNIT] = { 7, 0, false, false, false },
	[ROLE_SETPOINT] = { 7, 0, true, false, true },
	[ROLE_RUNNING] = { 7, 0, true, false, false },
	[ROLE_STOPPED] = { 7, 0, false, false, false },
	[ROLE_MOVING] = { 7, 0, true, false, false },
	[ROLE_FAULT] = { 7, 0, true, true, false },
	[ROLE_LIMIT] = { 7, 0, false, false, false },
	[ROLE_FILL] = { 7, 0, false, false, false },
	[ROLE_BAD] = { 5, 0, true, false, false },
	[ROLE_STALE] = { 7, 0, false, false, false },
	[ROLE_UNCERTAIN] = { 3, 0, false, false, false },
	[ROLE_MARK] = { 7, 0, false, true, false },
	[ROLE_ALARM_CRITICAL] = { 1, 0, true, false, false },
	[ROLE_ALARM_HIGH] = { 3, 0, true, false, false },
	[ROLE_ALARM_MEDIUM] = { 3, 0, false, false, false },
	[ROLE_ALARM_LOW] = { 6, 0, false, false, false },
	[ROLE_ALARM_DIAGNOSTIC] = { 7, 0, false, false, false },
	[ROLE_ALARM_CRITICAL_UNACK] = { 7, 1, true, false, false },
	[ROLE_ALARM_HIGH_UNACK] = { 0, 3, false, false, false },
	[ROLE_ALARM_MEDIUM_UNACK] = { 0, 3, false, false, false },
	[ROLE_ALARM_LOW_UNACK] = { 0, 6, false, false, false },
	[ROLE_ALARM_DIAGNOSTIC_UNACK] = { 0, 7, false, false, false },
	[ROLE_ALARM_TEXT] = { 7, 0, false, false, false },
	[ROLE_BAR] = { 0, 7, false, false, false },
	[ROLE_KEY] = { 0, 7, false, false, true },
	[ROLE_MESSAGE] = { 7, 0, false, false, false },
	[ROLE_REFUSED] = { 0, 3, false, false, false },
	[ROLE_DIALOG] = { 7, 0, false, false, false },
	[ROLE_DIALOG_TITLE] = { 7, 0, true, false, false },
	[ROLE_ENTRY] = { 7, 0, true, false, true },
};

/* Mono: reverse for what must be seen now, bold for what is in use, underline for what
 * a person may set. */
static const struct theme_attr table_mono[ROLE_COUNT] = {
	[ROLE_LABEL] = { -1, -1, false, false, false },
	[ROLE_PIPE] = { -1, -1, false, false, false },
	[ROLE_TITLE] = { -1, -1, true, false, false },
	[ROLE_VALUE] = { -1, -1, true, false, false },
	[ROLE_UNIT] = { -1, -1, false, false, false },
	[ROLE_SETPOINT] = { -1, -1, true, false, true },
	[ROLE_RUNNING] = { -1, -1, true, false, false },
	[ROLE_STOPPED] = { -1, -1, false, false, false },
	[ROLE_MOVING] = { -1, -1, true, false, false },
	[ROLE_FAULT] = { -1, -1, true, true, false },
	[ROLE_LIMIT] = { -1, -1, false, false, false },
	[ROLE_FILL] = { -1, -1, false, false, false },
	[ROLE_BAD] = { -1, -1, false, true, false },
	[ROLE_STALE] = { -1, -1, false, false, false },
	[ROLE_UNCERTAIN] = { -1, -1, false, false, false },
	[ROLE_MARK] = { -1, -1, false, true, false },
	[ROLE_ALARM_CRITICAL] = { -1, -1, true, false, false },
	[ROLE_ALARM_HIGH] = { -1, -1, true, false, false },
	[ROLE_ALARM_MEDIUM] = { -1, -1, true, false, false },
	[ROLE_ALARM_LOW] = { -1, -1, true, false, false },
	[ROLE_ALARM_DIAGNOSTIC] = { -1, -1, true, false, false },
	[ROLE_ALARM_CRITICAL_UNACK] = { -1, -1, true, true, false },
	[ROLE_ALARM_HIGH_UNACK] = { -1, -1, true, true, false },
	[ROLE_ALARM_MEDIUM_UNACK] = { -1, -1, true, true, false },
	[ROLE_ALARM_LOW_UNACK] = { -1, -1, true, true, false },
	[ROLE_ALARM_DIAGNOSTIC_UNACK] = { -1, -1, true, true, false },
	[ROLE_ALARM_TEXT] = { -1, -1, true, false, false },
	[ROLE_BAR] = { -1, -1, false, true, false },
	[ROLE_KEY] = { -1, -1, true, true, false },
	[ROLE_MESSAGE] = { -1, -1, false, false, false },
	[ROLE_REFUSED] = { -1, -1, true, true, false },
	[ROLE_DIALOG] = { -1, -1, false, false, false },
	[ROLE_DIALOG_TITLE] = { -1, -1, true, false, false },
	[ROLE_ENTRY] = { -1, -1, true, false, true },
};

static const struct theme_attr *const tables[THEME_DEPTH_COUNT] = {
	[THEME_MONO] = table_mono,
	[THEME_8] = table_8,
	[THEME_256] = table_256,
};

struct theme_attr theme_attr(enum theme_depth depth, enum role role, bool selected)
{
	struct theme_attr a = tables[depth][(unsigned)role < ROLE_COUNT ? role : 0];

	if (!selected)
		return a;
	/* one even bar, whatever greys lie under it; an alarm keeps its colour */
	if (depth == THEME_256 && !theme_is_saturated(a.fg) && !theme_is_saturated(a.bg))
		a.fg = SELECTED, a.bg = GROUND;
	a.reverse = !a.reverse;
	return a;
}

uint32_t theme_rgb(int colour)
{
	static const uint32_t base[16] = { 0x000000, 0xCD0000, 0x00CD00, 0xCDCD00,
					   0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
					   0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00,
					   0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF };
	static const uint32_t step[6] = { 0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF };
	uint32_t grey;

	if (colour < 0 || colour > 255)
		return 0;
	if (colour < 16)
		return base[colour];
	if (colour < 232) {
		int n = colour - 16;

		return step[n / 36] << 16 | step[n / 6 % 6] << 8 | step[n % 6];
	}
	grey = (uint32_t)(8 + (colour - 232) * 10);
	return grey << 16 | grey << 8 | grey;
}

bool theme_is_saturated(int colour)
{
	uint32_t rgb = theme_rgb(colour);
	uint32_t r = rgb >> 16, g = rgb >> 8 & 0xFF, b = rgb & 0xFF;
	uint32_t hi = r > g ? r : g, lo = r < g ? r : g;

	if (colour < 0)
		return false;
	hi = hi > b ? hi : b;
	lo = lo < b ? lo : b;
	return (hi - lo) * 100 > hi * 25; /* HSV saturation above 25 % */
}

bool theme_depth_parse(const char *name, enum theme_depth *out)
{
	static const char *const names[THEME_DEPTH_COUNT] = { "mono", "8", "256" };

	for (int i = 0; i < THEME_DEPTH_COUNT; i++) {
		if (strcmp(name, names[i]) == 0) {
			*out = (enum theme_depth)i;
			return true;
		}
	}
	return false;
}

static void put_colour(struct strbuf *out, enum theme_depth depth, int base, int colour)
{
	if (depth == THEME_8)
		strbuf_addf(out, ";%d", base + colour);
	else if (depth == THEME_256)
		strbuf_addf(out, ";%d;5;%d", base + 8, colour);
}

static void put_attr(struct strbuf *out, enum theme_depth depth, struct theme_attr a)
{
	strbuf_adds(out, "\033[0");
	strbuf_adds(out, a.bold ? ";1" : "");
	strbuf_adds(out, a.underline ? ";4" : "");
	strbuf_adds(out, a.reverse ? ";7" : "");
	put_colour(out, depth, 30, a.fg);
	put_colour(out, depth, 40, a.bg);
	strbuf_addch(out, 'm');
}

static void put_row(const struct cell *cell, int n, enum theme_depth depth,
		    struct strbuf *out)
{
	int role = -1, selected = 0;
	char bytes[4];

	for (int i = 0; i < n; i++) {
		if (cell[i].cp == 0)
			continue;
		if (cell[i].role != role || cell[i].selected != selected) {
			role = cell[i].role;
			selected = cell[i].selected;
			put_attr(out, depth,
				 theme_attr(depth, (enum role)role, selected));
		}
		strbuf_add(out, bytes, utf8_encode(cell[i].cp, bytes));
	}
	strbuf_adds(out, "\033[0m\n");
}

void theme_grid_ansi(const struct grid *g, enum theme_depth depth, struct strbuf *out)
{
	for (int row = 0; row < g->rows; row++)
		put_row(grid_at(g, 0, row), g->cols, depth, out);
}
