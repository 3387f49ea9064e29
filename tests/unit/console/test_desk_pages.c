/* test_desk_pages.c - going, finding, overrides, people, and what waits: an operator's
 * keys, and the frames that follow them. */
#include "unit/console/desk.h"

#include <locale.h>

#include "wire/people.h"

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

static void load(struct desk *d, const struct screen_file *files, size_t n)
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

static void open_screens(struct desk *d)
{
	desk_open(d);
	load(d, screens, SCREENS);
}

static const char *shown(const struct desk *d)
{
	return d->a->model.shown->id;
}

/* The tag of the selected field. */
static const char *selected_tag(const struct desk *d)
{
	const struct screen *s = model_picture(&d->a->model);

	assert_true(d->a->ui.selected != PICTURE_NOTHING);
	return s->tags[s->items[d->a->ui.selected].tag];
}

static uint32_t last_req(struct desk *d, enum wire_type type, struct wire_request *m)
{
	struct strbuf last = STRBUF_INIT;
	struct wire_request own;

	m = m ? m : &own;
	assert_true(desk_asked(d, type, &last) > 0);
	assert_true(wire_get_request((const uint8_t *)last.buf, last.len, m));
	strbuf_release(&last);
	return m->req;
}

/* --- going -------------------------------------------------------------------------- */

#define TAG(name, text) name, "double", "m", "area", "", text
enum { TAG_FIELDS = 6 };

static void HM_09_tags_come_from_the_server_and_lead_to_their_screen(void **state)
{
	const char *const rows[] = { TAG("well.level", "Level of the well"),
				     TAG("well.sp", "Setpoint") };
	struct wire_request m;
	struct desk d;
	uint32_t req;

	(void)state;
	open_screens(&d);
	desk_type(&d, "gwel");
	assert_int_equal(d.a->ui.page, UI_GOTO);
	req = last_req(&d, WIRE_TAGS, &m);
	/* one question at a time: the first letter's is out, the others wait */
	assert_string_equal(m.text, "w");
	assert_int_equal(m.num, 2);
	desk_answer(&d, req, rows, TAG_FIELDS, 1, "1 tags fit");
	req = last_req(&d, WIRE_TAGS, &m);
	assert_string_equal(m.text, "wel");
	desk_answer(&d, req, rows, TAG_FIELDS, 2, "2 tags fit");
	assert_int_equal(desk_asked(&d, WIRE_TAGS, NULL), 0);
	desk_shows(&d, "Level of the well");
	desk_type(&d, "l.level");
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(d.a->ui.page, UI_PICTURE);
	assert_string_equal(shown(&d), "intake");
	assert_string_equal(selected_tag(&d), "well.level");
	desk_close(&d);
}

static void a_tag_on_no_screen_opens_its_faceplate(void **state)
{
	const char *const rows[] = { TAG("spare.level", "Nobody shows it") };
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "gspare");
	desk_answer(&d, last_req(&d, WIRE_TAGS, NULL), rows, TAG_FIELDS, 1, "1 tags fit");
	desk_key(&d, TERM_KEY_ENTER);
	assert_non_null(d.a->model.plate);
	assert_string_equal(d.a->model.plate->tags[0], "spare.level");
	assert_has(desk_message(&d), "spare.level stands on no screen");
	desk_close(&d);
}

static void HM_09_screens_pages_and_alarms_are_in_the_same_list(void **state)
{
	struct wire_alarm_row r = desk_row("filter.dp.high", 2, ALARM_S_UNACK, 1, 5);
	struct desk d;

	(void)state;
	open_screens(&d);
	snprintf(r.screen, sizeof(r.screen), "filters");
	snprintf(r.tag, sizeof(r.tag), "filter.dp");
	desk_tell(&d, r);
	desk_type(&d, "gfil");
	/* the screen's own name fits best */
	assert_true(desk_find(&d, "screen  filters") >= 0);
	assert_true(desk_find(&d, "screen  filters") < desk_find(&d, "alarm"));
	desk_key(&d, TERM_KEY_ENTER);
	assert_string_equal(shown(&d), "filters");
	desk_type(&d, "2gdp.high");
	desk_key(&d, TERM_KEY_ENTER);
	assert_string_equal(shown(&d), "filters");
	assert_string_equal(selected_tag(&d), "filter.dp");
	desk_type(&d, "gover sub");
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(d.a->ui.page, UI_OVERRIDES);
	desk_close(&d);
}

static void HM_09_the_last_places_stand_by_number(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "54");
	desk_type(&d, "g");
	desk_shows(&d, "1      screen  filters");
	desk_shows(&d, "2      screen  intake");
	desk_shows(&d, "3      screen  overview");
	desk_type(&d, "2");
	assert_string_equal(shown(&d), "intake");
	/* behind a letter a digit is one of the name */
	desk_type(&d, "gx2");
	assert_string_equal(d.a->ui.go.words.text, "x2");
	assert_int_equal(d.a->ui.page, UI_GOTO);
	desk_key(&d, TERM_KEY_ESC);
	assert_int_equal(d.a->ui.page, UI_PICTURE);
	assert_string_equal(shown(&d), "intake");
	desk_close(&d);
}

static void what_comes_late_moves_nothing_under_the_cursor(void **state)
{
	const char *const rows[] = { TAG("wa", "one"), TAG("w", "the best fit") };
	struct desk d;
	uint32_t req;

	(void)state;
	open_screens(&d);
	desk_type(&d, "gw");
	req = last_req(&d, WIRE_TAGS, NULL);
	desk_key(&d, TERM_KEY_DOWN);
	struct ui_place before = d.a->ui.go.found[d.a->ui.go.selected];
	size_t at = d.a->ui.go.selected;
	desk_answer(&d, req, rows, TAG_FIELDS, 2, "2 tags fit");
	assert_int_equal(d.a->ui.go.selected, at);
	assert_string_equal(d.a->ui.go.found[at].name, before.name);
	desk_shows(&d, "the best fit"); /* it is there, behind */
	desk_close(&d);
}

static void an_answer_to_nobody_any_more_is_no_place(void **state)
{
	const char *const rows[] = { TAG("well.level", "Level") };
	struct desk d;
	uint32_t req;

	(void)state;
	open_screens(&d);
	desk_type(&d, "gwel");
	req = last_req(&d, WIRE_TAGS, NULL);
	desk_type(&d, "xyz"); /* fits nothing */
	desk_answer(&d, req, rows, TAG_FIELDS, 1, "1 tags fit");
	assert_int_equal(d.a->ui.go.n, 0);
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(d.a->ui.page, UI_GOTO);
	desk_shows(&d, "nothing fits \"welxyz\"");
	desk_close(&d);
}

static void HM_09_twelve_screens_are_two_keys_away(void **state)
{
	enum { N = 13 };
	struct strbuf text[N];
	struct screen_file files[N];
	char path[N][8];
	struct desk d;

	(void)state;
	desk_open(&d);
	for (int i = 0; i < N; i++) {
		text[i] = (struct strbuf)STRBUF_INIT;
		snprintf(path[i], sizeof(path[i]), "f%02d", i);
		strbuf_addf(&text[i],
			    "screen = { id = \"%s\"; title = \"S%02d\"; level = %d; %s"
			    "size = [ 30, 4 ]; picture = \"\n\n\"; };\n",
			    i ? path[i] : "overview", i, i ? 2 : 1,
			    i ? "up = \"overview\"; " : "");
		files[i] = (struct screen_file){ path[i], text[i].buf };
	}
	load(&d, files, N);
	for (int i = 1; i < N; i++) {
		char keys[3] = { '.', (char)('4' + (i - 1) % 6), '\0' };

		desk_type(&d, "2");
		desk_type(&d, i <= 6 ? keys + 1 : keys);
		assert_string_equal(shown(&d), path[i]);
	}
	desk_type(&d, "2.");
	assert_has(desk_line(&d, BAR), "4f07 5f08 6f09 7f10 8f11 9f12 .More");
	desk_type(&d, ".");
	assert_has(desk_line(&d, BAR), "4f01");
	for (int i = 0; i < N; i++)
		strbuf_release(&text[i]);
	desk_close(&d);
}

/* --- finding ------------------------------------------------------------------------ */

static void AL_05_a_filter_is_in_sight_and_ends_with_the_page(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_tell(&d, desk_row("tk1.high", 1, ALARM_S_UNACK, 1, 5));
	desk_tell(&d, desk_row("tk1.low", 2, ALARM_S_UNACK, 2, 6));
	desk_tell(&d, desk_row("pump.trip", 2, ALARM_S_UNACK, 3, 7));
	desk_type(&d, "3/TK1");
	desk_shows(&d, "2 of 3");
	desk_key(&d, TERM_KEY_ENTER);
	desk_shows(&d, "2 of 3, filter \"TK1\"");
	assert_int_equal(d.a->ui.list.n, 2);
	/* nothing that is not on the glass is acknowledged */
	desk_type(&d, "A");
	assert_int_equal(desk_sent(&d), 2);
	/* what comes meanwhile and does not fit is not counted as new */
	desk_key(&d, TERM_KEY_DOWN);
	desk_tell(&d, desk_row("other", 1, ALARM_S_UNACK, 4, 8));
	desk_paint(&d);
	assert_int_equal(desk_find(&d, "new: Home"), -1);
	desk_key(&d, TERM_KEY_ESC); /* the filter first */
	assert_int_equal(d.a->ui.list.n, 4);
	assert_int_equal(desk_find(&d, "filter \""), -1);
	desk_type(&d, "/pump");
	desk_key(&d, TERM_KEY_ENTER);
	desk_type(&d, "23");
	assert_int_equal(d.a->ui.list.n, 4);
	assert_int_equal(desk_find(&d, "filter \""), -1);
	desk_close(&d);
}

static void a_field_is_found_by_name_tag_or_description(void **state)
{
	struct wire_tag_info info = { .tag = 7, .type = VALUE_DOUBLE };
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "5");
	snprintf(info.name, sizeof(info.name), "well.sp");
	snprintf(info.description, sizeof(info.description), "Wanted by the dispatcher");
	model_tag_info(&d.a->model, &info);
	desk_type(&d, "/level");
	assert_string_equal(selected_tag(&d), "well.level");
	/* what is typed is in sight, with the cursor behind it */
	assert_has(desk_line(&d, MESSAGE), "find level ");
	assert_has(desk_line(&d, MESSAGE), "well.level");
	assert_int_equal(d.a->grid.cursor_row, MESSAGE);
	assert_int_equal(d.a->grid.cursor_col, 10);
	desk_key(&d, TERM_KEY_ESC);
	desk_type(&d, "/dispatch");
	assert_string_equal(selected_tag(&d), "well.sp");
	desk_key(&d, TERM_KEY_ENTER);
	assert_false(d.a->ui.filter.typing);
	/* all three fit, the shortest best: Tab goes on, and round */
	desk_type(&d, "/well");
	assert_string_equal(selected_tag(&d), "well.sp");
	desk_key(&d, TERM_KEY_TAB);
	assert_string_equal(selected_tag(&d), "well.level");
	desk_key(&d, TERM_KEY_TAB);
	assert_string_equal(selected_tag(&d), "well.flow");
	desk_key(&d, TERM_KEY_ENTER);
	desk_type(&d, "/nothing");
	desk_shows(&d, "no field fits");
	desk_close(&d);
}

static void devices_and_help_are_narrowed_too(void **state)
{
	static const char *const names[] = { "plc1", "plc2", "bus" };
	struct desk d;

	(void)state;
	open_screens(&d);
	model_device_begin(&d.a->model);
	for (size_t i = 0; i < 3; i++) {
		struct wire_device one = { .link = WIRE_LINK_UP };

		snprintf(one.name, sizeof(one.name), "%s", names[i]);
		model_device(&d.a->model, &one);
	}
	model_device_end(&d.a->model, d.a->now, "");
	desk_type(&d, "d/bus");
	desk_shows(&d, "1 of 3");
	assert_int_equal(desk_find(&d, "plc1"), -1);
	desk_key(&d, TERM_KEY_DOWN); /* into the list, with its first row */
	assert_string_equal(d.a->ui.devices.selected, "bus");
	desk_type(&d, "21/acknowledge");
	desk_shows(&d, "alarm above");
	assert_int_equal(desk_find(&d, "silence this console"), -1);
	desk_close(&d);
}

/* --- overrides and people ----------------------------------------------------------- */

#define OVERRIDE(kind, what, by, reason) kind, what, "a", "3.5 m", by, "5000", "", reason

static void HM_17_overrides_stand_on_one_page_and_still(void **state)
{
	const char *const rows[] = {
		OVERRIDE("substituted", "a.level", "ivan", "being cleaned"),
		OVERRIDE("shelved", "a.high", "sam", "noise"),
		OVERRIDE("blind", "plc9", "", "no answer"),
	};
	struct desk d;
	uint32_t req;

	(void)state;
	open_screens(&d);
	desk_type(&d, "v");
	desk_shows(&d, "asking the server");
	req = last_req(&d, WIRE_OVERRIDES, NULL);
	desk_answer(&d, req, rows, OVERRIDE_FIELDS, 3, "3");
	desk_shows(&d, "Overrides 3: 1 substituted, 1 shelved, 1 blind");
	desk_shows(&d, "ivan: being cleaned");
	desk_key(&d, TERM_KEY_DOWN);
	desk_key(&d, TERM_KEY_DOWN);
	desk_shows(&d, "a.high: shelved since");
	int row = desk_find(&d, "a.high");
	/* the first is gone, another is new: the selected one stays where it is */
	desk_pass(&d, 2500);
	people_turn(d.a);
	req = last_req(&d, WIRE_OVERRIDES, NULL);
	const char *const later[] = {
		OVERRIDE("substituted", "a.new", "ivan", "x"),
		OVERRIDE("shelved", "a.high", "sam", "noise"),
		OVERRIDE("blind", "plc9", "", "no answer"),
	};
	desk_answer(&d, req, later, OVERRIDE_FIELDS, 3, "3");
	assert_int_equal(desk_find(&d, "a.high"), row);
	desk_shows(&d, "gone");
	desk_shows(&d, "1 new: Home");
	desk_key(&d, TERM_KEY_HOME);
	desk_shows(&d, "a.new");
	assert_int_equal(desk_find(&d, "gone"), -1);
	desk_type(&d, "/plc");
	desk_shows(&d, "1 of 3");
	desk_close(&d);
}

static void HM_17_an_answer_that_does_not_come_is_not_hidden(void **state)
{
	const char *const rows[] = { OVERRIDE("shelved", "a.high", "sam", "noise") };
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "v");
	desk_answer(&d, last_req(&d, WIRE_OVERRIDES, NULL), rows, OVERRIDE_FIELDS, 1,
		    "1");
	assert_int_equal(desk_find(&d, "not live"), -1);
	desk_pass(&d, 8000);
	desk_paint(&d);
	desk_shows(&d, ": not live");
	desk_close(&d);
}

static void HM_17_their_number_is_in_the_header(void **state)
{
	struct wire_beat beat = { .recording = 1, .substituted = 2, .simulated = 1 };
	struct wire_alarm_row r = desk_row("x", 2, ALARM_S_NORMAL, 1, 5);
	struct desk d;

	(void)state;
	open_screens(&d);
	assert_null(strstr(desk_line(&d, HEADER), "ovr"));
	r.flags = ALARM_F_SHELVED;
	desk_tell(&d, r);
	d.a->model.beat = beat;
	d.a->model.has_beat = true;
	desk_paint(&d);
	assert_has(desk_line(&d, HEADER), "ovr4 server ok");
	desk_resize(&d, 160, 48);
	assert_has(desk_line(&d, HEADER), "sub2 sim1 shv1 server ok");
	desk_close(&d);
}

#define PERSON(session, name, page, idle, field, does, you)                              \
	session, name, "operator", name, "/dev/pts/3", "console", page, "5000", idle,    \
		field, does, you

static void who_is_here_and_who_writes_is_told(void **state)
{
	const char *const rows[] = {
		PERSON("1", "ivan", "Raw water", "7", "well.sp", "writing", ""),
		PERSON("2", "vera", "Alarms", "4000", "", "", "you"),
	};
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "p");
	desk_answer(&d, last_req(&d, WIRE_PEOPLE, NULL), rows, PEOPLE_FIELDS, 2, "2");
	desk_shows(&d, "2 connected, 1 about to write");
	desk_shows(&d, "writing well.sp");
	desk_shows(&d, "vera (you)");
	desk_shows(&d, "1:06 h");
	desk_key(&d, TERM_KEY_DOWN);
	desk_shows(&d, "ivan, Unix user ivan (operator)");
	desk_close(&d);
}

static struct wire_place told_place(struct desk *d)
{
	struct strbuf last = STRBUF_INIT;
	struct wire_place m = { 0 };

	people_turn(d->a);
	if (desk_asked(d, WIRE_PLACE, &last))
		assert_true(wire_get_place((const uint8_t *)last.buf, last.len, &m));
	strbuf_release(&last);
	return m;
}

static void our_place_is_told_when_it_changes_and_seldom_otherwise(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	assert_string_equal(told_place(&d).page, "Water works");
	assert_string_equal(told_place(&d).page, "");
	desk_type(&d, "3");
	assert_string_equal(told_place(&d).page, "Alarms");
	/* what stands before the page is where one is */
	desk_type(&d, "1");
	assert_string_equal(told_place(&d).page, "");
	desk_type(&d, "2g");
	assert_string_equal(told_place(&d).page, "Water works");
	for (int i = 0; i < 8; i++) {
		desk_pass(&d, 1000);
		desk_type(&d, "x");
		assert_string_equal(told_place(&d).page, "");
	}
	desk_pass(&d, 3000); /* a key, ten seconds later */
	assert_string_equal(told_place(&d).page, "Water works");
	desk_pass(&d, 60000);
	assert_string_equal(told_place(&d).page, "");
	desk_key(&d, TERM_KEY_ESC);
	desk_type(&d, "3");
	assert_int_equal(told_place(&d).idle_s, 0);
	desk_close(&d);
}

/* A tag that may be written, with its dialog open. */
static void open_dialog_of(struct desk *d, const char *tag)
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

static void WR_15_the_dialog_names_who_else_writes(void **state)
{
	const char *const rows[] = {
		PERSON("1", "oleg", "Raw water", "7", "well.sp", "editing", ""),
		PERSON("2", "vera", "Raw water", "0", "well.sp", "editing", "you"),
		PERSON("3", "ivan", "Raw water", "7", "well.sp", "writing", ""),
	};
	struct wire_request m;
	struct desk d;

	(void)state;
	open_dialog_of(&d, "well.sp");
	desk_asked(&d, WIRE_PEOPLE, NULL);
	people_turn(d.a);
	assert_true(last_req(&d, WIRE_PEOPLE, &m) > 0);
	assert_string_equal(m.text, "well.sp");
	desk_answer(&d, m.req, rows, PEOPLE_FIELDS, 1, "1");
	desk_shows(&d, "oleg is typing a value for it, too");
	desk_pass(&d, 2500);
	people_turn(d.a);
	last_req(&d, WIRE_PEOPLE, &m);
	desk_answer(&d, m.req, rows, PEOPLE_FIELDS, 3, "3");
	desk_shows(&d, "ivan is about to write it");
	desk_pass(&d, 2500);
	people_turn(d.a);
	last_req(&d, WIRE_PEOPLE, &m);
	desk_answer(&d, m.req, rows + PEOPLE_FIELDS, PEOPLE_FIELDS, 1, "1");
	assert_int_equal(desk_find(&d, "about to write it"), -1);
	desk_close(&d);
}

/* --- what waits --------------------------------------------------------------------- */

static size_t cells_that_differ(const struct grid *a, const struct grid *b, int *col,
				int *row)
{
	size_t n = 0;

	for (int i = 0; i < a->cols * a->rows; i++) {
		if (memcmp(&a->cells[i], &b->cells[i], sizeof(a->cells[i])) == 0)
			continue;
		*col = i % a->cols;
		*row = i / a->cols;
		n++;
	}
	return n;
}

/* Half a second later: how many cells are others, and one of them. */
static size_t blink(struct desk *d, int *col, int *row)
{
	struct grid before;
	size_t n;

	d->a->now.wall.ms = DESK_WALL_MS; /* lit; the clock on the glass stays */
	desk_paint(d);
	grid_init(&before, d->a->grid.cols, d->a->grid.rows);
	memcpy(before.cells, d->a->grid.cells,
	       (size_t)(before.cols * before.rows) * sizeof(*before.cells));
	d->a->now.wall.ms += UI_BLINK_MS;
	desk_paint(d);
	n = cells_that_differ(&before, &d->a->grid, col, row);
	grid_release(&before);
	return n;
}

static void HM_04_only_what_waits_blinks_and_in_one_cell(void **state)
{
	struct desk d;
	int col = -1, row = -1;

	(void)state;
	open_screens(&d);
	assert_int_equal(blink(&d, &col, &row), 0);
	assert_false(d.a->ui.drawn.blinks);
	desk_tell(&d, desk_row("a", 1, ALARM_S_UNACK, 1, 5));
	assert_int_equal(blink(&d, &col, &row), 1);
	assert_int_equal(col, 2);
	assert_int_equal(row, BANNER);
	assert_true(d.a->ui.drawn.blinks);
	/* it stays what it is: a star, reversed or not */
	assert_int_equal(grid_at(&d.a->grid, 2, BANNER)->cp, '*');
	assert_int_equal(grid_at(&d.a->grid, 2, BANNER)->role, ROLE_ALARM_CRITICAL);
	assert_int_equal(grid_at(&d.a->grid, 1, BANNER)->role, ROLE_ALARM_CRITICAL_UNACK);
	desk_tell(&d, desk_row("a", 1, ALARM_S_ACKED, 1, 5));
	assert_int_equal(blink(&d, &col, &row), 0);
	assert_false(d.a->ui.drawn.blinks);
	desk_close(&d);
}

static void HM_04_it_can_be_off_and_a_dead_screen_does_not_blink(void **state)
{
	struct desk d;
	int col, row;

	(void)state;
	open_screens(&d);
	desk_tell(&d, desk_row("a", 1, ALARM_S_UNACK, 1, 5));
	d.a->ui.no_blink = true;
	assert_int_equal(blink(&d, &col, &row), 0);
	assert_int_equal(grid_at(&d.a->grid, 2, BANNER)->role, ROLE_ALARM_CRITICAL_UNACK);
	d.a->ui.no_blink = false;
	d.a->model.link = LINK_SILENT;
	assert_int_equal(blink(&d, &col, &row), 0);
	desk_close(&d);
}

static void HM_12_what_is_not_answered_is_said_to_be_pending(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_tell(&d, desk_row("a", 1, ALARM_S_UNACK, 1, 5));
	desk_paint(&d);
	desk_type(&d, "*");
	assert_string_equal(desk_message(&d), "a: recording...");
	desk_pass(&d, UI_PENDING_MS - 1);
	talk_pending_turn(d.a);
	assert_string_equal(desk_message(&d), "a: recording...");
	desk_pass(&d, 1);
	talk_pending_turn(d.a);
	assert_has(desk_message(&d), "a: pending");
	/* once: what comes later is not covered again and again */
	d.a->ui.message.text[0] = '\0';
	desk_pass(&d, 10000);
	talk_pending_turn(d.a);
	assert_string_equal(desk_message(&d), "");
	desk_close(&d);
}

static void HM_12_the_dialog_counts_the_seconds_it_waits(void **state)
{
	struct desk d;

	(void)state;
	open_dialog_of(&d, "well.sp");
	desk_type(&d, "5");
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(d.a->ui.dialog.stage, DIALOG_ASKING);
	desk_shows(&d, "asking the server...");
	desk_pass(&d, UI_PENDING_MS + 1000);
	desk_paint(&d);
	desk_shows(&d, "pending for 3 s: no answer yet");
	desk_close(&d);
}

static void offer(struct desk *d)
{
	struct wire_selected m = { .req = d->a->ui.dialog.req,
				   .token = 99,
				   .expires_ms = 15000,
				   .tag = "well.sp",
				   .old_value = "4.0",
				   .new_value = "5.0" };
	struct strbuf w = STRBUF_INIT;

	wire_put_selected(&w, &m);
	desk_hear(d, &w);
	strbuf_release(&w);
	desk_paint(d);
	dialog_turn(d->a);
	desk_pass(d, UI_ARM_MS);
	dialog_turn(d->a);
	desk_paint(d);
	assert_true(d->a->ui.dialog.armed);
}

static void HM_18_every_key_but_the_one_that_is_named_does_nothing(void **state)
{
	static const uint32_t others[] = { ' ',         'n',         '0',
					   '1',         '*',         TERM_KEY_TAB,
					   TERM_KEY_UP, TERM_KEY_F1, TERM_KEY_PASTE,
					   TERM_KEY_ESC };
	struct desk d;

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		open_dialog_of(&d, "well.sp");
		desk_key(&d, TERM_KEY_ENTER); /* nothing typed: nothing asked */
		assert_int_equal(desk_asked(&d, WIRE_SELECT, NULL), 0);
		desk_type(&d, "5");
		desk_key(&d, TERM_KEY_ENTER);
		assert_int_equal(desk_asked(&d, WIRE_SELECT, NULL), 1);
		offer(&d);
		d.a->alone = true;
		desk_key(&d, others[i]);
		assert_int_equal(desk_asked(&d, WIRE_CONFIRM, NULL), 0);
		desk_key(&d, TERM_KEY_ESC);
		desk_key(&d, 'Q' - '@');
		assert_int_equal(d.a->ui.dialog.stage, DIALOG_LEAVE);
		desk_key(&d, others[i]);
		assert_false(d.a->leaving);
		assert_int_equal(d.a->ui.dialog.stage, DIALOG_CLOSED);
		desk_close(&d);
	}
}

static void HM_13_no_page_and_no_dialog_covers_the_banner(void **state)
{
	static const char *const keys[] = { "1", "3", "d",    "j", "f",   "v",
					    "p", "g", "gwel", "4", "3/x", "g\x1bv" };
	char banner[256];
	struct desk d;

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		open_screens(&d);
		d.a->ui.no_blink = true;
		desk_tell(&d, desk_row("a", 1, ALARM_S_UNACK, 1, 5));
		desk_paint(&d);
		snprintf(banner, sizeof(banner), "%s", desk_line(&d, BANNER));
		assert_has(banner, "message of a");
		desk_type(&d, keys[i]);
		assert_string_equal(desk_line(&d, BANNER), banner);
		desk_close(&d);
	}
	open_dialog_of(&d, "well.sp");
	d.a->ui.no_blink = true;
	desk_tell(&d, desk_row("a", 1, ALARM_S_UNACK, 1, 5));
	desk_paint(&d);
	assert_has(desk_line(&d, BANNER), "message of a");
	desk_shows(&d, "Write well.sp");
	desk_close(&d);
}

static void the_way_is_told_where_the_header_has_no_room(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "5");
	desk_resize(&d, 60, 24);
	assert_has(desk_line(&d, MESSAGE), "Works > Water works > Raw water");
	desk_resize(&d, 160, 24);
	assert_has(desk_line(&d, HEADER), " Works > Water works > Raw water ");
	assert_string_equal(desk_line(&d, MESSAGE), "");
	desk_close(&d);
}

static void a_copy_goes_only_where_it_was_allowed(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_tell(&d, desk_row("a", 1, ALARM_S_UNACK, 1, 5));
	desk_type(&d, "3");
	desk_key(&d, TERM_KEY_DOWN);
	desk_type(&d, "y");
	assert_has(desk_message(&d), "a  message of a");
	assert_int_equal(d.term.frame.len, 0);
	d.a->may_copy = true;
	desk_type(&d, "y");
	assert_has(desk_message(&d), "copied: ");
	assert_memory_equal(d.term.frame.buf, "\033]52;c;", 7);
	assert_int_equal(d.term.frame.buf[d.term.frame.len - 1], '\a');
	for (size_t i = 7; i + 1 < d.term.frame.len; i++)
		assert_true(d.term.frame.buf[i] > ' ' && d.term.frame.buf[i] < 127);
	desk_close(&d);
}

static void help_explains_first_what_is_on_the_glass(void **state)
{
	struct desk d;
	int now, others;

	(void)state;
	open_screens(&d);
	desk_resize(&d, 100, 40);
	desk_tell(&d, desk_row("a", 3, ALARM_S_UNACK, 1, 5));
	desk_paint(&d);
	desk_type(&d, "1");
	now = desk_find(&d, "MARKS ON THIS PAGE NOW");
	others = desk_find(&d, "OTHER MARKS");
	assert_true(now >= 0 && now < others);
	assert_true(desk_find(&d, "medium; *") > now);
	assert_true(desk_find(&d, "medium; *") < others);
	assert_true(desk_find(&d, "critical; *") > others);
	assert_true(desk_find(&d, "substituted by hand") > others);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			HM_09_tags_come_from_the_server_and_lead_to_their_screen),
		cmocka_unit_test(a_tag_on_no_screen_opens_its_faceplate),
		cmocka_unit_test(HM_09_screens_pages_and_alarms_are_in_the_same_list),
		cmocka_unit_test(HM_09_the_last_places_stand_by_number),
		cmocka_unit_test(what_comes_late_moves_nothing_under_the_cursor),
		cmocka_unit_test(an_answer_to_nobody_any_more_is_no_place),
		cmocka_unit_test(HM_09_twelve_screens_are_two_keys_away),
		cmocka_unit_test(AL_05_a_filter_is_in_sight_and_ends_with_the_page),
		cmocka_unit_test(a_field_is_found_by_name_tag_or_description),
		cmocka_unit_test(devices_and_help_are_narrowed_too),
		cmocka_unit_test(HM_17_overrides_stand_on_one_page_and_still),
		cmocka_unit_test(HM_17_an_answer_that_does_not_come_is_not_hidden),
		cmocka_unit_test(HM_17_their_number_is_in_the_header),
		cmocka_unit_test(who_is_here_and_who_writes_is_told),
		cmocka_unit_test(our_place_is_told_when_it_changes_and_seldom_otherwise),
		cmocka_unit_test(WR_15_the_dialog_names_who_else_writes),
		cmocka_unit_test(HM_04_only_what_waits_blinks_and_in_one_cell),
		cmocka_unit_test(HM_04_it_can_be_off_and_a_dead_screen_does_not_blink),
		cmocka_unit_test(HM_12_what_is_not_answered_is_said_to_be_pending),
		cmocka_unit_test(HM_12_the_dialog_counts_the_seconds_it_waits),
		cmocka_unit_test(HM_18_every_key_but_the_one_that_is_named_does_nothing),
		cmocka_unit_test(HM_13_no_page_and_no_dialog_covers_the_banner),
		cmocka_unit_test(the_way_is_told_where_the_header_has_no_room),
		cmocka_unit_test(a_copy_goes_only_where_it_was_allowed),
		cmocka_unit_test(help_explains_first_what_is_on_the_glass),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
