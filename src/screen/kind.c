/* kind.c - the table of kinds; rows say what may be written, never how it is drawn. */
#include "screen/kind.h"

#include <string.h>

static const struct screen_setting value_settings[] = {
	{ "tag", SLOT_TAG, false, "the tag, when the field is not named after it" },
	{ "show_unit", SLOT_UNIT, false, "false leaves the unit to a column heading" },
	{ "opens", SLOT_CALL, false,
	  "the faceplate that Enter shows, as pump(p=intake.p101)" },
	{ 0 },
};

static const struct screen_setting gauge_settings[] = {
	{ "tag", SLOT_TAG, false, "the tag, when the field is not named after it" },
	{ "setpoint", SLOT_SETPOINT, false,
	  "the tag whose value is marked on the scale" },
	{ 0 },
};

static const struct screen_setting tag_settings[] = {
	{ "tag", SLOT_TAG, false, "the tag, when the field is not named after it" },
	{ 0 },
};

static const struct screen_setting state_settings[] = {
	{ "use", SLOT_SYMBOL, true, "the symbol whose states are shown" },
	{ "tag", SLOT_BASE, false,
	  "what operands with a leading dot hang on; the field's name if absent" },
	{ "write", SLOT_TAG, false, "the tag that Enter offers to write" },
	{ "opens", SLOT_CALL, false,
	  "the faceplate that Enter shows, as pump(p=intake.p101)" },
	{ 0 },
};

static const struct screen_setting tank_settings[] = {
	{ "tag", SLOT_TAG, true, "the level" },
	{ "setpoint", SLOT_SETPOINT, false, "the tag whose value is marked on the wall" },
	{ 0 },
};

static const struct screen_setting nav_settings[] = {
	{ "to", SLOT_SCREEN, false, "the screen to go to; the field's name if absent" },
	{ "text", SLOT_TEXT, false, "what it says; the screen's id if absent" },
	{ 0 },
};

static const struct screen_setting alarms_settings[] = {
	{ "area", SLOT_AREA, false, "only this area; the screen's own if absent" },
	{ 0 },
};

static const struct screen_setting text_settings[] = {
	{ "text", SLOT_TEXT, true, "the words; broken at blanks to fit the zone" },
	{ "role", SLOT_ROLE, false, "how they look: label, title, limit ..." },
	{ 0 },
};

static const struct screen_kind alarms = {
	.name = "alarms",
	.help = "the highest alarms of an area, as many as fit",
	.in_zone = true,
	.lists_alarms = true,
	.min_cols = 12,
	.settings = alarms_settings,
};

static const struct screen_kind bar = {
	.name = "bar",
	.help = "a plain bar over the tag's range",
	.in_field = true,
	.in_zone = true,
	.needs_tag = true,
	.needs_range = true,
	.min_cols = 3,
	.settings = tag_settings,
};

static const struct screen_kind desc = {
	.name = "desc",
	.help = "the tag's description",
	.in_field = true,
	.needs_tag = true,
	.min_cols = 1,
	.settings = tag_settings,
};

static const struct screen_kind gauge = {
	.name = "gauge",
	.help = "the value on its range, with limits, normal band and setpoint",
	.in_field = true,
	.in_zone = true,
	.needs_tag = true,
	.needs_range = true,
	.min_cols = 9,
	.settings = gauge_settings,
};

static const struct screen_kind nav = {
	.name = "nav",
	.help = "the way to another screen: Enter goes there",
	.in_field = true,
	.selectable = true,
	.enter = ENTER_SCREEN,
	.min_cols = 4,
	.settings = nav_settings,
};

static const struct screen_kind setpoint = {
	.name = "setpoint",
	.help = "a value the operator may set: Enter opens the entry",
	.in_field = true,
	.status_cell = true,
	.selectable = true,
	.needs_tag = true,
	.needs_write = true,
	.shows_value = true,
	.enter = ENTER_VALUE,
	.min_cols = 2,
	.settings = value_settings,
};

static const struct screen_kind state = {
	.name = "state",
	.help = "a word and a shape for a state, from a symbol's expressions",
	.in_field = true,
	.status_cell = true,
	.selectable = true,
	.needs_write = true,
	.enter = ENTER_VALUE,
	.min_cols = 3,
	.settings = state_settings,
};

static const struct screen_kind tank = {
	.name = "tank",
	.help = "a level filling its zone, with the limits on the right edge",
	.in_zone = true,
	.needs_tag = true,
	.needs_range = true,
	.min_cols = 2,
	.settings = tank_settings,
};

static const struct screen_kind text = {
	.name = "text",
	.help = "fixed words in a zone",
	.in_zone = true,
	.min_cols = 1,
	.settings = text_settings,
};

static const struct screen_kind unit = {
	.name = "unit",
	.help = "the tag's unit",
	.in_field = true,
	.needs_tag = true,
	.min_cols = 1,
	.settings = tag_settings,
};

static const struct screen_kind value = {
	.name = "value",
	.help = "the value with its unit; a setpoint when the tag may be written",
	.in_field = true,
	.status_cell = true,
	.selectable = true,
	.needs_tag = true,
	.shows_value = true,
	.enter = ENTER_VALUE,
	.min_cols = 2,
	.settings = value_settings,
};

const struct screen_kind *const screen_kinds[] = {
	&alarms, &bar,  &desc, &gauge, &nav,   &setpoint,
	&state,  &tank, &text, &unit,  &value, NULL,
};

const struct screen_kind *screen_kind_find(const char *name)
{
	for (size_t i = 0; screen_kinds[i]; i++)
		if (strcmp(screen_kinds[i]->name, name) == 0)
			return screen_kinds[i];
	return NULL;
}
