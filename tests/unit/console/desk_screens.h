/*
 * desk_screens.h - a desk with three small screens: an overview, an intake with three
 * fields and a filter; and a dialog open on one of them.
 */
#ifndef SG_TESTS_UNIT_CONSOLE_DESK_SCREENS_H
#define SG_TESTS_UNIT_CONSOLE_DESK_SCREENS_H

#include "unit/console/desk.h"

enum { HEADER = 0, BANNER = 1, BODY = 3, MESSAGE = 22, BAR = 23 };

#define SCREEN(id, level, title, body)                                                   \
	"screen = { id = \"" id "\"; title = \"" title "\"; level = " level "; " body    \
	" };\n"

static const struct screen_file screens[] = {
	{ "a", SCREEN("overview", "1", "Water works",
		      "size = [ 40, 4 ]; picture = \"\n"
		      " {well.flow   }\n\n\n\";") },
	{ "b", SCREEN("intake", "2", "Raw water",
		      "up = \"overview\"; size = [ 40, 4 ]; "
		      "picture = \"\n {well.flow   }\n"
		      " {well.sp   }\n {well.level   }\n\";") },
	{ "c", SCREEN("filters", "2", "Filters",
		      "up = \"overview\"; size = [ 40, 4 ]; "
		      "picture = \"\n {filter.dp   }\n\n\n\";") },
};
enum { SCREENS = sizeof(screens) / sizeof(screens[0]) };

static inline void load(struct desk *d, const struct screen_file *files, size_t n)
{
	struct strbuf why = STRBUF_INIT;

	model_screens(&d->a->model, files, n, &why);
	assert_string_equal(why.buf, "");
	strbuf_release(&why);
	snprintf(d->a->model.welcome.station, sizeof(d->a->model.welcome.station),
		 "Works");
	show_screen(d->a, "overview", false);
	desk_paint(d);
	desk_asked(d, WIRE_SUBSCRIBE, NULL);
}

static inline void open_screens(struct desk *d)
{
	desk_open(d);
	load(d, screens, SCREENS);
}

static inline const char *shown(const struct desk *d)
{
	return d->a->model.shown->id;
}

/* The tag of the selected field. */
static inline const char *selected_tag(const struct desk *d)
{
	const struct screen *s = model_picture(&d->a->model);

	assert_true(d->a->ui.selected != PICTURE_NOTHING);
	return s->tags[s->items[d->a->ui.selected].tag];
}

/* A tag that may be written, with its dialog open. */
static inline void open_dialog_of(struct desk *d, const char *tag)
{
	struct wire_tag_info info = {
		.tag = 7, .type = VALUE_DOUBLE, .writable = 1, .decimals = 1
	};

	open_screens(d);
	desk_type(d, "5");
	snprintf(info.name, sizeof(info.name), "%s", tag);
	model_tag_info(&d->a->model, &info);
	d->a->ui.selected = screen_item_of(model_picture(&d->a->model), tag);
	desk_type(d, "w");
	assert_int_equal(d->a->ui.dialog.stage, DIALOG_ENTRY);
}

#endif
