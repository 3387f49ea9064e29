/* theme.c - the dark theme, one row a role and depth, and how a cell comes to look. */
#include "screen/theme.h"

#include <string.h>

#include "screen/vision.h"

enum {
	PLAIN = 0,
	BOLD = THEME_BOLD,
	REVERSE = THEME_REVERSE,
	UNDERLINE = THEME_UNDERLINE
};
enum { GROUND = 233, BAR = 236, BOX = 235, SELECTED = 251 };

static const struct theme dark = {
	.name = "dark",
	.rgb_from_256 = true,
	/* Mono: reverse for what must be seen now, bold for what is in use, underline
	 * for what a person may set. */
	.attr[THEME_MONO] = {
		[ROLE_LABEL] = { -1, -1, PLAIN },
		[ROLE_PIPE] = { -1, -1, PLAIN },
		[ROLE_TITLE] = { -1, -1, BOLD },
		[ROLE_VALUE] = { -1, -1, BOLD },
		[ROLE_UNIT] = { -1, -1, PLAIN },
		[ROLE_SETPOINT] = { -1, -1, BOLD | UNDERLINE },
		[ROLE_RUNNING] = { -1, -1, BOLD },
		[ROLE_STOPPED] = { -1, -1, PLAIN },
		[ROLE_MOVING] = { -1, -1, BOLD },
		[ROLE_FAULT] = { -1, -1, BOLD | REVERSE },
		[ROLE_LIMIT] = { -1, -1, PLAIN },
		[ROLE_FILL] = { -1, -1, PLAIN },
		[ROLE_BAD] = { -1, -1, REVERSE },
		[ROLE_STALE] = { -1, -1, PLAIN },
		[ROLE_UNCERTAIN] = { -1, -1, PLAIN },
		[ROLE_MARK] = { -1, -1, REVERSE },
		[ROLE_ALARM_CRITICAL] = { -1, -1, BOLD },
		[ROLE_ALARM_HIGH] = { -1, -1, BOLD },
		[ROLE_ALARM_MEDIUM] = { -1, -1, BOLD },
		[ROLE_ALARM_LOW] = { -1, -1, BOLD },
		[ROLE_ALARM_DIAGNOSTIC] = { -1, -1, BOLD },
		[ROLE_ALARM_CRITICAL_UNACK] = { -1, -1, BOLD | REVERSE },
		[ROLE_ALARM_HIGH_UNACK] = { -1, -1, BOLD | REVERSE },
		[ROLE_ALARM_MEDIUM_UNACK] = { -1, -1, BOLD | REVERSE },
		[ROLE_ALARM_LOW_UNACK] = { -1, -1, BOLD | REVERSE },
		[ROLE_ALARM_DIAGNOSTIC_UNACK] = { -1, -1, BOLD | REVERSE },
		[ROLE_ALARM_TEXT] = { -1, -1, BOLD },
		[ROLE_BAR] = { -1, -1, REVERSE },
		[ROLE_KEY] = { -1, -1, BOLD | REVERSE },
		[ROLE_MESSAGE] = { -1, -1, PLAIN },
		[ROLE_REFUSED] = { -1, -1, BOLD | REVERSE },
		[ROLE_DIALOG] = { -1, -1, PLAIN },
		[ROLE_DIALOG_TITLE] = { -1, -1, BOLD },
		[ROLE_ENTRY] = { -1, -1, BOLD | UNDERLINE },
		[THEME_SELECTION] = { -1, -1, REVERSE | UNDERLINE },
	},
	/* Eight colours: bold is bright where the terminal does so, and never the only
	 * sign. No bold black: invisible on some consoles. */
	.attr[THEME_8] = {
		[ROLE_LABEL] = { 7, 0, PLAIN },
		[ROLE_PIPE] = { 7, 0, PLAIN },
		[ROLE_TITLE] = { 7, 0, BOLD },
		[ROLE_VALUE] = { 7, 0, BOLD },
		[ROLE_UNIT] = { 7, 0, PLAIN },
		[ROLE_SETPOINT] = { 7, 0, BOLD | UNDERLINE },
		[ROLE_RUNNING] = { 7, 0, BOLD },
		[ROLE_STOPPED] = { 7, 0, PLAIN },
		[ROLE_MOVING] = { 7, 0, BOLD },
		[ROLE_FAULT] = { 7, 0, BOLD | REVERSE },
		[ROLE_LIMIT] = { 7, 0, PLAIN },
		[ROLE_FILL] = { 7, 0, PLAIN },
		[ROLE_BAD] = { 5, 0, BOLD },
		[ROLE_STALE] = { 7, 0, PLAIN },
		[ROLE_UNCERTAIN] = { 5, 0, PLAIN },
		[ROLE_MARK] = { 7, 0, REVERSE },
		[ROLE_ALARM_CRITICAL] = { 1, 0, BOLD },
		[ROLE_ALARM_HIGH] = { 3, 0, BOLD },
		[ROLE_ALARM_MEDIUM] = { 3, 0, PLAIN },
		[ROLE_ALARM_LOW] = { 6, 0, PLAIN },
		[ROLE_ALARM_DIAGNOSTIC] = { 7, 0, PLAIN },
		[ROLE_ALARM_CRITICAL_UNACK] = { 7, 1, BOLD },
		[ROLE_ALARM_HIGH_UNACK] = { 0, 3, PLAIN },
		[ROLE_ALARM_MEDIUM_UNACK] = { 0, 3, UNDERLINE },
		[ROLE_ALARM_LOW_UNACK] = { 0, 6, PLAIN },
		[ROLE_ALARM_DIAGNOSTIC_UNACK] = { 0, 7, PLAIN },
		[ROLE_ALARM_TEXT] = { 7, 0, PLAIN },
		[ROLE_BAR] = { 0, 7, PLAIN },
		[ROLE_KEY] = { 0, 7, UNDERLINE },
		[ROLE_MESSAGE] = { 7, 0, PLAIN },
		[ROLE_REFUSED] = { 0, 7, PLAIN },
		[ROLE_DIALOG] = { 7, 0, PLAIN },
		[ROLE_DIALOG_TITLE] = { 7, 0, BOLD },
		[ROLE_ENTRY] = { 7, 0, BOLD | UNDERLINE },
		[THEME_SELECTION] = { 7, 0, REVERSE },
	},
	/* Sixteen: bright colours of their own. Never colour 8 on black: some palettes
	 * have it darker still. */
	.attr[THEME_16] = {
		[ROLE_LABEL] = { 7, 0, PLAIN },
		[ROLE_PIPE] = { 7, 0, PLAIN },
		[ROLE_TITLE] = { 15, 0, PLAIN },
		[ROLE_VALUE] = { 15, 0, PLAIN },
		[ROLE_UNIT] = { 7, 0, PLAIN },
		[ROLE_SETPOINT] = { 15, 0, UNDERLINE },
		[ROLE_RUNNING] = { 15, 0, BOLD },
		[ROLE_STOPPED] = { 7, 0, PLAIN },
		[ROLE_MOVING] = { 15, 0, PLAIN },
		[ROLE_FAULT] = { 15, 0, BOLD | REVERSE },
		[ROLE_LIMIT] = { 7, 0, PLAIN },
		[ROLE_FILL] = { 7, 0, PLAIN },
		[ROLE_BAD] = { 13, 0, BOLD },
		[ROLE_STALE] = { 7, 0, PLAIN },
		[ROLE_UNCERTAIN] = { 5, 0, PLAIN },
		[ROLE_MARK] = { 7, 0, REVERSE },
		[ROLE_ALARM_CRITICAL] = { 9, 0, BOLD },
		[ROLE_ALARM_HIGH] = { 11, 0, BOLD },
		[ROLE_ALARM_MEDIUM] = { 3, 0, BOLD },
		[ROLE_ALARM_LOW] = { 14, 0, BOLD },
		[ROLE_ALARM_DIAGNOSTIC] = { 6, 0, BOLD },
		[ROLE_ALARM_CRITICAL_UNACK] = { 15, 1, BOLD },
		[ROLE_ALARM_HIGH_UNACK] = { 0, 11, PLAIN },
		[ROLE_ALARM_MEDIUM_UNACK] = { 0, 3, PLAIN },
		[ROLE_ALARM_LOW_UNACK] = { 0, 14, PLAIN },
		[ROLE_ALARM_DIAGNOSTIC_UNACK] = { 0, 6, PLAIN },
		[ROLE_ALARM_TEXT] = { 7, 0, PLAIN },
		[ROLE_BAR] = { 0, 7, PLAIN },
		[ROLE_KEY] = { 0, 7, UNDERLINE },
		[ROLE_MESSAGE] = { 7, 0, PLAIN },
		[ROLE_REFUSED] = { 0, 7, PLAIN },
		[ROLE_DIALOG] = { 7, 0, PLAIN },
		[ROLE_DIALOG_TITLE] = { 15, 0, PLAIN },
		[ROLE_ENTRY] = { 15, 0, UNDERLINE },
		[THEME_SELECTION] = { 15, 0, REVERSE },
	},
	/* Few greys: every change of grey costs a dozen bytes on the line. */
	.attr[THEME_256] = {
		[ROLE_LABEL] = { 246, GROUND, PLAIN },
		[ROLE_PIPE] = { 240, GROUND, PLAIN },
		[ROLE_TITLE] = { 251, GROUND, PLAIN },
		[ROLE_VALUE] = { 255, GROUND, PLAIN },
		[ROLE_UNIT] = { 246, GROUND, PLAIN },
		[ROLE_SETPOINT] = { 152, GROUND, UNDERLINE },
		[ROLE_RUNNING] = { 255, GROUND, BOLD },
		[ROLE_STOPPED] = { 244, GROUND, PLAIN },
		[ROLE_MOVING] = { 255, GROUND, PLAIN },
		[ROLE_FAULT] = { 231, 239, BOLD },
		[ROLE_LIMIT] = { 246, GROUND, PLAIN },
		[ROLE_FILL] = { 240, GROUND, PLAIN },
		[ROLE_BAD] = { 170, GROUND, BOLD },
		[ROLE_STALE] = { 242, GROUND, PLAIN },
		[ROLE_UNCERTAIN] = { 180, GROUND, PLAIN },
		[ROLE_MARK] = { 234, 250, PLAIN },
		[ROLE_ALARM_CRITICAL] = { 203, GROUND, BOLD },
		[ROLE_ALARM_HIGH] = { 220, GROUND, BOLD },
		[ROLE_ALARM_MEDIUM] = { 208, GROUND, BOLD },
		[ROLE_ALARM_LOW] = { 111, GROUND, BOLD },
		[ROLE_ALARM_DIAGNOSTIC] = { 73, GROUND, BOLD },
		[ROLE_ALARM_CRITICAL_UNACK] = { 231, 160, BOLD },
		[ROLE_ALARM_HIGH_UNACK] = { 16, 220, BOLD },
		[ROLE_ALARM_MEDIUM_UNACK] = { 16, 208, BOLD },
		[ROLE_ALARM_LOW_UNACK] = { 16, 111, BOLD },
		[ROLE_ALARM_DIAGNOSTIC_UNACK] = { 16, 73, BOLD },
		[ROLE_ALARM_TEXT] = { 255, GROUND, PLAIN },
		[ROLE_BAR] = { 251, BAR, PLAIN },
		[ROLE_KEY] = { 255, BAR, BOLD },
		[ROLE_MESSAGE] = { 251, GROUND, PLAIN },
		[ROLE_REFUSED] = { 16, 255, BOLD },
		[ROLE_DIALOG] = { 251, BOX, PLAIN },
		[ROLE_DIALOG_TITLE] = { 255, BOX, BOLD },
		[ROLE_ENTRY] = { 152, BOX, UNDERLINE },
		[THEME_SELECTION] = { SELECTED, GROUND, REVERSE },
	},
};

const struct theme *theme_dark(void)
{
	return &dark;
}

struct theme_attr theme_look(const struct theme *t, enum theme_depth depth, int role)
{
	bool from_256 = depth == THEME_RGB && t->rgb_from_256;
	struct theme_attr a = t->attr[from_256 ? THEME_256 : depth]
				     [role >= 0 && role <= THEME_SELECTION ? role : 0];

	if (from_256) {
		a.fg = (int32_t)vision_palette(a.fg);
		a.bg = (int32_t)vision_palette(a.bg);
	}
	return a;
}

/* Reverse alone is what alarms and bad values have there. */
static struct theme_attr select_mono(struct theme_attr a)
{
	a.style |= THEME_REVERSE | THEME_UNDERLINE;
	return a;
}

struct theme_attr theme_attr(const struct theme *t, enum theme_depth depth,
			     enum role role, bool selected)
{
	struct theme_attr a = theme_look(t, depth, (int)role);
	bool loud = theme_is_saturated(depth, a.fg) || theme_is_saturated(depth, a.bg);

	if (!selected)
		return a;
	if (depth == THEME_MONO)
		return select_mono(a);
	/* one even bar, whatever greys lie under it; an alarm keeps its colour */
	if (!loud && !(a.style & THEME_REVERSE)) {
		struct theme_attr bar = theme_look(t, depth, THEME_SELECTION);

		bar.style |= a.style;
		return bar;
	}
	a.style ^= THEME_REVERSE;
	return a;
}

uint32_t theme_rgb(enum theme_depth depth, int32_t colour)
{
	return depth == THEME_RGB ? (uint32_t)colour & 0xFFFFFF : vision_palette(colour);
}

bool theme_is_saturated(enum theme_depth depth, int32_t colour)
{
	return depth != THEME_MONO && vision_is_saturated(theme_rgb(depth, colour));
}

bool theme_role_is_calm(int role)
{
	return role < ROLE_BAD ||
	       (role > ROLE_ALARM_DIAGNOSTIC_UNACK && role != ROLE_REFUSED);
}

static const char *const depth_names[THEME_DEPTH_COUNT] = { "mono", "8", "16", "256",
							    "rgb" };

bool theme_depth_parse(const char *name, enum theme_depth *out)
{
	if (strcmp(name, "never") == 0)
		name = "mono";
	for (int i = 0; i < THEME_DEPTH_COUNT; i++) {
		if (strcmp(name, depth_names[i]) == 0) {
			*out = (enum theme_depth)i;
			return true;
		}
	}
	return false;
}

const char *theme_depth_name(enum theme_depth depth)
{
	return (unsigned)depth < THEME_DEPTH_COUNT ? depth_names[depth] : "?";
}
