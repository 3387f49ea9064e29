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

static const struct screen_setting spark_settings[] = {
	{ "tag", SLOT_TAG, false, "the tag, when the field is not named after it" },
	{ "span", SLOT_SPAN, false, "how far it looks back: 1h if absent, 1m to 1d" },
	{ 0 },
};

static const struct screen_setting trend_settings[] = {
	{ "pens", SLOT_PENS, true, "1 to 8 tags: ( \"p201.flow\", \"p201.speed\" )" },
	{ "span", SLOT_SPAN, false, "how far it looks back: 1h if absent, 1m to 1d" },
	{ "setpoint", SLOT_SETPOINT, false,
	  "the tag whose value is a line on the scale of the first pen" },
	{ 0 },
};

static const struct screen_setting none_settings[] = {
	{ 0 },
};

static const struct screen_setting sp_settings[] = {
	{ "tag", SLOT_COMPANION, false,
	  "the tag whose setpoint it is, when the field is not named after it" },
	{ "setpoint", SLOT_TAG, false,
	  "the setpoint; the tag's name with _sp if absent" },
	{ "show_unit", SLOT_UNIT, false, "false leaves the unit to a column heading" },
	{ 0 },
};

static const struct screen_setting mode_settings[] = {
	{ "tag", SLOT_TAG, false, "the tag, when the field is not named after it" },
	{ "choices", SLOT_CHOICES, false,
	  "( { value = 0; text = \"MAN\"; }, ... ): its words; Enter offers them" },
	{ "opens", SLOT_CALL, false,
	  "the faceplate that Enter shows; w offers the choice then" },
	{ 0 },
};

static const struct screen_setting button_settings[] = {
	{ "text", SLOT_TEXT, false, "what it says; the field's name if absent" },
	{ "write", SLOT_TAG, true, "the tag it writes" },
	{ "value", SLOT_VALUE, true, "what it writes" },
	{ "confirm", SLOT_CONFIRM, false,
	  "true, as ever: a write is always asked twice" },
	{ "needs", SLOT_NEEDS, false,
	  "who may press it, for the message line; the server decides" },
	{ 0 },
};

static const struct screen_setting group_settings[] = {
	{ "text", SLOT_TEXT, false, "the title; the zone's letter if absent" },
	{ "area", SLOT_AREA, false, "the mark is the worst alarm of this area, too" },
	{ "tags", SLOT_TAGS, false,
	  "the mark is the worst of these; of what stands inside if absent" },
	{ "to", SLOT_SCREEN, false, "the screen that Enter goes to" },
	{ "opens", SLOT_CALL, false, "the faceplate that Enter shows, as unit(u=f1)" },
	{ 0 },
};

static const struct screen_setting table_settings[] = {
	{ "rows", SLOT_ROWS, true,
	  "( \"p101\", { name = \"p102\"; text = \"P-102\"; } )" },
	{ "columns", SLOT_COLUMNS, true,
	  "( { tag = \"speed\"; text = \"SPEED\"; width = 9; decimals = 1; } ): tag is "
	  "put "
	  "behind the name of the row" },
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
	.upright_rows = 3,
	.settings = tag_settings,
};

static const struct screen_kind button = {
	.name = "button",
	.help = "writes one value: Enter asks, and a second key sends",
	.in_field = true,
	.status_cell = true,
	.selectable = true,
	.needs_write = true,
	.enter = ENTER_BUTTON,
	.min_cols = 4,
	.settings = button_settings,
};

static const struct screen_kind clock_kind = {
	.name = "clock",
	.help = "the server's time; with the date where there is room for it",
	.in_field = true,
	.in_zone = true,
	.min_cols = 5,
	.settings = none_settings,
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
	.upright_rows = 4,
	.settings = gauge_settings,
};

static const struct screen_kind group = {
	.name = "group",
	.help = "a frame with a title and the worst mark of what belongs to it",
	.in_zone = true,
	.selectable = true,
	.draws_frame = true,
	.lists_alarms = true,
	.enter = ENTER_SCREEN,
	.min_cols = 5,
	.settings = group_settings,
};

static const struct screen_kind mode = {
	.name = "mode",
	.help = "the word for a value, such as AUTO: Enter opens the choice",
	.in_field = true,
	.status_cell = true,
	.selectable = true,
	.needs_tag = true,
	.enter = ENTER_CHOICE,
	.min_cols = 3,
	.settings = mode_settings,
};

static const struct screen_kind nav = {
	.name = "nav",
	.help = "the way to another screen: Enter goes there",
	.in_field = true,
	.selectable = true,
	.lists_alarms = true,
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

static const struct screen_kind sp = {
	.name = "sp",
	.help = "the setpoint that belongs to a tag: Enter opens the entry",
	.in_field = true,
	.status_cell = true,
	.selectable = true,
	.needs_tag = true,
	.needs_write = true,
	.shows_value = true,
	.enter = ENTER_VALUE,
	.min_cols = 2,
	.settings = sp_settings,
};

static const struct screen_kind spark = {
	.name = "spark",
	.help = "the past of a tag in one row",
	.in_field = true,
	.in_zone = true,
	.needs_tag = true,
	.needs_range = true,
	.shows_past = true,
	.min_cols = 4,
	.settings = spark_settings,
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

static const struct screen_kind table = {
	.name = "table",
	.help = "a row a thing and a column a tag of it, each cell a field",
	.in_zone = true,
	.holds_cells = true,
	.min_cols = 6,
	.settings = table_settings,
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

static const struct screen_kind time_kind = {
	.name = "time",
	.help = "when the value was measured: the time of day, or its age",
	.in_field = true,
	.needs_tag = true,
	.min_cols = 4,
	.settings = tag_settings,
};

static const struct screen_kind trend = {
	.name = "trend",
	.help = "values over time: Enter opens them on the trend page",
	.in_zone = true,
	.selectable = true,
	.enter = ENTER_PENS,
	.shows_past = true,
	.min_cols = 12,
	.settings = trend_settings,
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
	&alarms, &bar,  &button,    &clock_kind, &desc,  &gauge, &group,
	&mode,   &nav,  &setpoint,  &sp,         &spark, &state, &table,
	&tank,   &text, &time_kind, &trend,      &unit,  &value, NULL,
};

bool screen_kind_upright(const struct screen_kind *kind, int cols, int rows)
{
	return kind->upright_rows && rows >= kind->upright_rows && cols <= 2 * rows;
}

const struct screen_kind *screen_kind_find(const char *name)
{
	for (size_t i = 0; screen_kinds[i]; i++)
		if (strcmp(screen_kinds[i]->name, name) == 0)
			return screen_kinds[i];
	return NULL;
}
