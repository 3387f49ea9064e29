/* test_desk_pages.c - going, finding, overrides, people: an operator's keys, and the
 * frames that follow them. */
#include "unit/console/desk_screens.h"

#include <locale.h>

#include "wire/people.h"

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
	char path[N][16];
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
	desk_key(&d, TERM_KEY_UP);
	desk_type(&d, "p");
	assert_string_equal(d.a->ui.filter.words.text, "");
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
	rows_turn(d.a);
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

/* A server of another kind may say less than a page reads: fields that are not there. */
static void SEC_15_rows_that_are_too_short_are_left_out(void **state)
{
	const char *const rows[] = { "shelved", "a.high", "a", "blind", "plc9", "b" };
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "v");
	desk_answer(&d, last_req(&d, WIRE_OVERRIDES, NULL), rows, 3, 2, "2");
	desk_shows(&d, "Overrides 0");
	desk_type(&d, "p");
	desk_answer(&d, last_req(&d, WIRE_PEOPLE, NULL), rows, 3, 2, "2");
	desk_shows(&d, "0 connected");
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
	assert_has(desk_line(&d, HEADER), "rec ovr4 server ok");
	desk_resize(&d, 160, 48);
	assert_has(desk_line(&d, HEADER),
		   "trends in memory  recording sub2 sim1 shv1 server ok");
	desk_close(&d);
}

#define PERSON(session, name, page, idle, field, does, you)                              \
	session, name, "operator", name, "/dev/pts/3", "console", page, "5000", idle,    \
		field, does, you, "acting"

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
	assert_int_equal(desk_find(&d, "typing a value"), -1); /* that is us */
	desk_close(&d);
}

/* --- any size, any text ------------------------------------------------------------- */

#define HOSTILE                                                                          \
	"\x1b]52;c;eHg=\a\xe2\x80\xae\x9b"                                               \
	"31m\r\n%n"

/* Every page with rows, all of whose texts are hostile. */
static void open_hostile(struct desk *d)
{
	const char *overrides[OVERRIDE_FIELDS], *people[PEOPLE_FIELDS];
	struct wire_alarm_row r = desk_row("a" HOSTILE, 2, ALARM_S_UNACK, 1, 5);

	for (size_t i = 0; i < OVERRIDE_FIELDS; i++)
		overrides[i] = HOSTILE;
	for (size_t i = 0; i < PEOPLE_FIELDS; i++)
		people[i] = HOSTILE;
	open_screens(d);
	snprintf(r.message, sizeof(r.message), "%s", HOSTILE);
	desk_tell(d, r);
	desk_type(d, "v");
	desk_answer(d, last_req(d, WIRE_OVERRIDES, NULL), overrides, OVERRIDE_FIELDS, 1,
		    HOSTILE);
	desk_key(d, TERM_KEY_DOWN);
	desk_type(d, "p");
	desk_answer(d, last_req(d, WIRE_PEOPLE, NULL), people, PEOPLE_FIELDS, 1, "1");
	desk_key(d, TERM_KEY_DOWN);
}

static void expect_safe(const struct desk *d)
{
	const struct grid *g = &d->a->grid;

	for (int i = 0; i < g->cols * g->rows; i++)
		assert_true(!g->cells[i].cp || utf8_is_safe(g->cells[i].cp));
}

static void SEC_15_no_page_draws_what_a_text_orders(void **state)
{
	static const int sizes[][2] = { { 80, 24 }, { 100, 30 }, { 160, 48 } };
	const char *const rows[] = { TAG("wel" HOSTILE, HOSTILE) };
	struct desk d;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		open_hostile(&d);
		desk_resize(&d, sizes[i][0], sizes[i][1]);
		expect_safe(&d);
		desk_type(&d, "v");
		expect_safe(&d);
		desk_type(&d, "gwel");
		desk_answer(&d, last_req(&d, WIRE_TAGS, NULL), rows, TAG_FIELDS, 1, "1");
		desk_shows(&d, "<U+001B>");
		expect_safe(&d);
		desk_key(&d, TERM_KEY_ENTER);
		expect_safe(&d);
		desk_close(&d);
	}
}

static void every_page_fits_every_size(void **state)
{
	static const char *const pages[] = { "v", "p", "gw", "1", "2/w", "d/x", "3/a" };
	struct desk d;

	(void)state;
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		open_hostile(&d);
		desk_type(&d, pages[i]);
		for (int rows = 1; rows < 40; rows += rows < 16 ? 1 : 7)
			for (int cols = 1; cols < 170; cols += cols < 90 ? 1 : 13) {
				desk_resize(&d, cols, rows);
				assert_true(d.a->grid.cursor_col < cols);
				assert_true(d.a->grid.cursor_row < rows);
			}
		desk_close(&d);
	}
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
		cmocka_unit_test(SEC_15_rows_that_are_too_short_are_left_out),
		cmocka_unit_test(HM_17_their_number_is_in_the_header),
		cmocka_unit_test(who_is_here_and_who_writes_is_told),
		cmocka_unit_test(our_place_is_told_when_it_changes_and_seldom_otherwise),
		cmocka_unit_test(WR_15_the_dialog_names_who_else_writes),
		cmocka_unit_test(SEC_15_no_page_draws_what_a_text_orders),
		cmocka_unit_test(every_page_fits_every_size),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
