/* test_faceplate.c - the box of one object: what Enter opens, what stands in it and
 * where, what its keys do, and that nothing of it outlives what it was about. */
#include "support/test.h"

#include <locale.h>

#include "console/view/parts.h"
#include "unit/console/desk.h"

static const char file_text[] =
	"templates = { pump = { parameters = [ \"P\" ]; title = \"Pump $(P)\"; size = [ "
	"30, 6 ]; picture = \"\n"
	" {v         }\n"
	" {m         }\n"
	" {go        }\n"
	" {back:nav  }\n"
	"\"; fields = { v = { tag = \"$(P).sp\"; }; m = { type = \"mode\"; tag = "
	"\"$(P).mode\"; choices = ( { value = 0; text = \"MAN\"; }, { value = 1; text = "
	"\"AUTO\"; } ); }; go = { type = \"button\"; text = \"START\"; write = "
	"\"$(P).cmd\"; value = 1; needs = \"a supervisor\"; }; back = { to = \"s\"; }; "
	"}; "
	"}; };\n"
	"screen = { id = \"s\"; title = \"Screen\"; level = 2; up = \"s\"; size = [ 40, "
	"10 "
	"];\n"
	"picture = \"\n"
	" {state     }  {plain     }\n"
	" {set:setpoint }\n"
	" {s:nav }\n"
	"\"; fields = { state = { tag = \"a.speed\"; opens = \"pump(P=a)\"; }; plain = { "
	"tag "
	"= \"a.flow\"; }; set = { tag = \"a.sp\"; }; }; };\n";

static struct desk desk;

static void tell(const char *tag, uint32_t index, enum value_type type, bool writable,
		 struct value v)
{
	struct wire_tag_info info = { .tag = index,
				      .type = (uint8_t)type,
				      .decimals = 1,
				      .has_range = 1,
				      .hi = 100,
				      .writable = writable };
	struct wire_value value = { .tag = index, .value = v };

	snprintf(info.name, sizeof(info.name), "%s", tag);
	snprintf(info.unit, sizeof(info.unit), "%s", "%");
	model_tag_info(&desk.a->model, &info);
	model_value(&desk.a->model, &value);
}

static void tell_all(void)
{
	tell("a.speed", 1, VALUE_DOUBLE, false, value_double(50));
	tell("a.flow", 2, VALUE_DOUBLE, false, value_double(20));
	tell("a.sp", 3, VALUE_DOUBLE, true, value_double(60));
	tell("a.mode", 4, VALUE_INT, true, value_int(1));
	tell("a.cmd", 5, VALUE_BOOL, true, value_bool(false));
}

static void take_screens(const char *text)
{
	const struct screen_file file = { "s.cfg", text };
	struct strbuf why = STRBUF_INIT;

	model_screens(&desk.a->model, &file, 1, &why);
	assert_string_equal(why.buf, "");
	strbuf_release(&why);
}

static int setup(void **state)
{
	(void)state;
	desk_open(&desk);
	take_screens(file_text);
	show_screen(desk.a, "s", false);
	tell_all();
	desk_paint(&desk);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static void select_item(const char *name)
{
	desk.a->ui.selected = picture_find(model_picture(&desk.a->model), name);
	assert_true(desk.a->ui.selected >= 0);
}

static void open_pump(void)
{
	select_item("state");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_non_null(desk.a->model.plate);
	tell_all();
	desk_paint(&desk);
}

static struct wire_select last_select(unsigned want)
{
	static struct wire_select m;
	struct strbuf payload = STRBUF_INIT;

	assert_int_equal(desk_asked(&desk, WIRE_SELECT, &payload), want);
	m = (struct wire_select){ 0 };
	if (want)
		assert_true(
			wire_get_select((const uint8_t *)payload.buf, payload.len, &m));
	strbuf_release(&payload);
	return m;
}

static void offer(void)
{
	struct wire_selected m = { .req = desk.a->ui.dialog.req,
				   .token = 77,
				   .expires_ms = 15000 };

	snprintf(m.tag, sizeof(m.tag), "%s", desk.a->ui.dialog.tag);
	snprintf(m.old_value, sizeof(m.old_value), "off");
	snprintf(m.new_value, sizeof(m.new_value), "on");
	dialog_selected(desk.a, &m);
	for (int i = 0; i < 3; i++) { /* drawn, then armed */
		desk_paint(&desk);
		dialog_turn(desk.a);
		desk_pass(&desk, UI_ARM_MS + 1);
		dialog_turn(desk.a);
	}
	desk_paint(&desk);
	assert_true(desk.a->ui.dialog.armed);
	desk.a->alone = true;
}

/* --- the box ------------------------------------------------------------------------ */

static void Enter_opens_the_faceplate_and_subscribes_it(void **state)
{
	struct wire_subscribe m;
	struct strbuf payload = STRBUF_INIT;

	(void)state;
	desk_asked(&desk, WIRE_SUBSCRIBE, NULL);
	select_item("state");
	desk_key(&desk, TERM_KEY_ENTER);
	desk_shows(&desk, "Pump a");
	assert_int_equal(desk_asked(&desk, WIRE_SUBSCRIBE, &payload), 1);
	assert_true(wire_get_subscribe((const uint8_t *)payload.buf, payload.len, &m));
	assert_int_equal(m.view, VIEW_FACEPLATE);
	assert_int_equal(m.n, 3);
	assert_string_equal(m.names[0], "a.sp");
	wire_subscribe_release(&m);
	strbuf_release(&payload);
	tell_all();
	desk_paint(&desk);
	desk_shows(&desk, "60.0 %");
	desk_shows(&desk, "AUTO");
	desk_shows(&desk, "[START]");
}

static void what_has_no_faceplate_gets_that_of_its_tag(void **state)
{
	(void)state;
	select_item("plain");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_non_null(desk.a->model.plate);
	assert_string_equal(desk.a->model.plate->id, "tag(T=a.flow)");
	desk_shows(&desk, "\xe2\x94\x8c\xe2\x94\x80 a.flow");
}

static void it_stands_at_the_lower_right_and_covers_no_bar(void **state)
{
	const int sizes[][2] = { { 80, 24 }, { 40, 12 }, { 40, 8 }, { 200, 60 } };
	struct desk *d = &desk;

	(void)state;
	open_pump();
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		int cols = sizes[i][0], rows = sizes[i][1];
		const struct drawn_area *at = &d->a->ui.drawn.plate;

		desk_resize(d, cols, rows);
		assert_non_null(strstr(desk_line(d, 0), "Screen")); /* the header */
		assert_true(at->row > 3 || rows < 12); /* banner: rows 1 and 2 */
		assert_true(at->row >= 4);
		assert_true(at->row + at->rows <= rows - 3); /* border, message, keys */
		assert_true(at->col + at->cols <= cols - 1);
		assert_non_null(strstr(desk_line(d, rows - 1), "1Hel"));
		if (cols >= 80 && rows >= 24) {
			assert_int_equal(at->col + at->cols, cols - 1);
			assert_int_equal(at->row + at->rows, rows - 3);
			assert_int_equal(at->cols, 30);
			assert_int_equal(at->rows, 6);
		}
	}
}

static void on_a_small_terminal_it_follows_the_selection(void **state)
{
	(void)state;
	open_pump();
	desk_resize(&desk, 40, 9); /* two rows of it */
	desk_shows(&desk, "60.0 %");
	assert_int_equal(desk_find(&desk, "[START]"), -1);
	desk_key(&desk, TERM_KEY_TAB);
	desk_key(&desk, TERM_KEY_TAB);
	desk_shows(&desk, "[START]");
	assert_true(desk.a->grid.cursor_row > 3);
}

static void keys_walk_it_and_leave_the_picture_alone(void **state)
{
	const struct screen *s;

	(void)state;
	open_pump();
	s = desk.a->model.plate;
	int behind = desk.a->ui.selected;

	assert_string_equal(s->items[desk.a->ui.plate_selected].name, "v");
	desk_key(&desk, TERM_KEY_TAB);
	assert_string_equal(s->items[desk.a->ui.plate_selected].name, "m");
	desk_key(&desk, TERM_KEY_DOWN);
	assert_string_equal(s->items[desk.a->ui.plate_selected].name, "go");
	desk_key(&desk, TERM_KEY_UP);
	desk_key(&desk, TERM_KEY_UP);
	assert_string_equal(s->items[desk.a->ui.plate_selected].name, "v");
	/* the message line speaks of what is selected here */
	desk_shows(&desk, "a.sp  60.0 %  good");
	assert_int_equal(desk.a->ui.selected, behind);
	desk_key(&desk, TERM_KEY_ESC);
	assert_null(desk.a->model.plate);
	assert_int_equal(desk.a->ui.page, UI_PICTURE);
	assert_int_equal(desk.a->ui.selected, behind);
	assert_int_equal(desk_asked(&desk, WIRE_UNSUBSCRIBE, NULL), 1);
}

static void a_way_out_of_it_goes_to_the_screen(void **state)
{
	(void)state;
	open_pump();
	desk.a->ui.plate_selected = picture_find(desk.a->model.plate, "back");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_null(desk.a->model.plate);
	assert_string_equal(desk.a->model.shown->id, "s");
}

/* --- what it outlives -------------------------------------------------------------- */

static void HM_15_a_lost_server_leaves_it_with_stale_values(void **state)
{
	(void)state;
	open_pump();
	desk.a->model.link = LINK_SILENT;
	desk_paint(&desk);
	desk_shows(&desk, "Pump a");
	desk_shows(&desk, "~");
	desk_shows(&desk, "~ AUTO");
	desk_shows(&desk, "~[START]");
	/* and the server that is back is asked for both */
	desk.a->model.link = LINK_UP;
	desk_asked(&desk, WIRE_SUBSCRIBE, NULL);
	model_forget_values(&desk.a->model);
	talk_subscribe(desk.a);
	desk_paint(&desk);
	desk_shows(&desk, "? ####");
	assert_int_equal(desk_asked(&desk, WIRE_SUBSCRIBE, NULL), 2);
}

static void values_of_a_closed_faceplate_are_forgotten(void **state)
{
	const struct model_tag *t;

	(void)state;
	open_pump();
	desk_key(&desk, TERM_KEY_ESC);
	t = model_tag_find(&desk.a->model, "a.mode");
	assert_false(t->has_value); /* nobody is told of it any more */
	t = model_tag_find(&desk.a->model, "a.sp");
	assert_true(t->has_value); /* the picture shows it, too */
}

static void a_changed_file_keeps_it_open_with_its_selection(void **state)
{
	struct plate_place place;

	(void)state;
	open_pump();
	desk_key(&desk, TERM_KEY_TAB);
	plate_keep(desk.a, &place);
	take_screens(file_text);
	assert_null(desk.a->model.plate); /* it was of the old files */
	show_screen(desk.a, "s", false);
	plate_again(desk.a, &place);
	assert_non_null(desk.a->model.plate);
	assert_string_equal(desk.a->model.plate->items[desk.a->ui.plate_selected].name,
			    "m");
}

static void one_that_is_gone_from_the_files_is_closed_with_a_word(void **state)
{
	struct plate_place place = { .call = "valve(P=a)" };

	(void)state;
	plate_again(desk.a, &place);
	assert_null(desk.a->model.plate);
	assert_non_null(strstr(desk_message(&desk), "no faceplate valve(P=a)"));
}

/* --- choices ----------------------------------------------------------------------- */

static void a_mode_offers_its_words_and_rests_on_the_present_one(void **state)
{
	struct wire_select m;

	(void)state;
	open_pump();
	desk_key(&desk, TERM_KEY_TAB);
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(desk.a->ui.dialog.stage, DIALOG_CHOICE);
	desk_shows(&desk, "Write a.mode");
	desk_shows(&desk, "  1 MAN");
	desk_shows(&desk, "> 2 AUTO");
	desk_key(&desk, TERM_KEY_UP);
	desk_shows(&desk, "> 1 MAN");
	last_select(0);
	desk_key(&desk, TERM_KEY_ENTER);
	m = last_select(1);
	assert_string_equal(m.tag, "a.mode");
	assert_int_equal(m.value.type, VALUE_INT);
	assert_int_equal(m.value.u.i, 0);
	offer();
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(desk_asked(&desk, WIRE_CONFIRM, NULL), 1);
}

static void a_refused_choice_can_be_made_anew(void **state)
{
	struct wire_reply no = { .status = WIRE_REFUSED, .text = "not in this state" };

	(void)state;
	open_pump();
	desk_key(&desk, TERM_KEY_TAB);
	desk_key(&desk, TERM_KEY_ENTER);
	desk_type(&desk, "1");
	desk_key(&desk, TERM_KEY_ENTER);
	no.req = desk.a->ui.dialog.req;
	assert_true(dialog_reply(desk.a, &no));
	desk_paint(&desk);
	assert_int_equal(desk.a->ui.dialog.stage, DIALOG_CHOICE);
	desk_shows(&desk, "not in this state");
	desk_key(&desk, TERM_KEY_ESC);
	assert_int_equal(desk.a->ui.dialog.stage, DIALOG_CLOSED);
	assert_non_null(desk.a->model.plate); /* the box stays */
}

/* --- buttons ----------------------------------------------------------------------- */

static void press(void)
{
	open_pump();
	desk.a->ui.plate_selected = picture_find(desk.a->model.plate, "go");
	desk_paint(&desk);
	desk_shows(&desk, "(for a supervisor)");
	desk_key(&desk, TERM_KEY_ENTER);
}

static void SEC_18_a_button_pressed_twice_by_habit_sends_nothing(void **state)
{
	struct wire_select m;

	(void)state;
	press();
	m = last_select(1);
	assert_string_equal(m.tag, "a.cmd");
	assert_true(m.value.u.b);
	offer();
	desk_shows(&desk, "START: a.cmd");
	desk_shows(&desk, "> No");
	desk_key(&desk, TERM_KEY_ENTER); /* pressed twice, by habit */
	assert_int_equal(desk_asked(&desk, WIRE_CONFIRM, NULL), 0);
	assert_int_equal(desk.a->ui.dialog.stage, DIALOG_CLOSED);
}

static void a_button_sends_after_yes(void **state)
{
	(void)state;
	press();
	offer();
	desk_key(&desk, TERM_KEY_RIGHT);
	desk_shows(&desk, "> Yes, send it");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(desk_asked(&desk, WIRE_CONFIRM, NULL), 1);
}

static void a_button_that_is_refused_says_why_and_offers_nothing(void **state)
{
	struct wire_reply no = { .status = WIRE_REFUSED,
				 .text = "only a supervisor may" };

	(void)state;
	press();
	no.req = desk.a->ui.dialog.req;
	assert_true(dialog_reply(desk.a, &no));
	desk_paint(&desk);
	assert_int_equal(desk.a->ui.dialog.stage, DIALOG_RESULT);
	desk_shows(&desk, "only a supervisor may");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(desk.a->ui.dialog.stage, DIALOG_CLOSED);
	assert_int_equal(desk_asked(&desk, WIRE_CONFIRM, NULL), 0);
}

/* --- steps ------------------------------------------------------------------------- */

static void a_step_changes_what_is_typed_and_sends_nothing(void **state)
{
	(void)state;
	select_item("set");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(desk.a->ui.dialog.stage, DIALOG_ENTRY);
	desk_type(&desk, "55");
	desk_type(&desk, "+");
	assert_string_equal(desk.a->ui.dialog.entry.text, "55.1");
	desk_type(&desk, "--");
	assert_string_equal(desk.a->ui.dialog.entry.text, "54.9");
	last_select(0);
	desk_key(&desk, TERM_KEY_ENTER);
	assert_double(last_select(1).value.u.d, 54.9, 1e-9);
}

static void arrows_step_from_the_present_value_and_stop_at_the_range(void **state)
{
	(void)state;
	select_item("set");
	desk_key(&desk, TERM_KEY_ENTER);
	desk_key(&desk, TERM_KEY_UP);
	assert_string_equal(desk.a->ui.dialog.entry.text, "60.1");
	desk_key(&desk, TERM_KEY_ESC);
	tell("a.sp", 3, VALUE_DOUBLE, true, value_double(100));
	desk_key(&desk, TERM_KEY_ENTER);
	desk_key(&desk, TERM_KEY_UP);
	assert_string_equal(desk.a->ui.dialog.entry.text, "100.0");
	desk_key(&desk, TERM_KEY_ESC);
	/* alone a sign is a sign */
	desk_key(&desk, TERM_KEY_ENTER);
	desk_type(&desk, "-");
	assert_string_equal(desk.a->ui.dialog.entry.text, "-");
	desk_type(&desk, "-");
	assert_string_equal(desk.a->ui.dialog.entry.text, "--");
}

#define DESK_TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DESK_TEST(Enter_opens_the_faceplate_and_subscribes_it),
		DESK_TEST(what_has_no_faceplate_gets_that_of_its_tag),
		DESK_TEST(it_stands_at_the_lower_right_and_covers_no_bar),
		DESK_TEST(on_a_small_terminal_it_follows_the_selection),
		DESK_TEST(keys_walk_it_and_leave_the_picture_alone),
		DESK_TEST(a_way_out_of_it_goes_to_the_screen),
		DESK_TEST(HM_15_a_lost_server_leaves_it_with_stale_values),
		DESK_TEST(values_of_a_closed_faceplate_are_forgotten),
		DESK_TEST(a_changed_file_keeps_it_open_with_its_selection),
		DESK_TEST(one_that_is_gone_from_the_files_is_closed_with_a_word),
		DESK_TEST(a_mode_offers_its_words_and_rests_on_the_present_one),
		DESK_TEST(a_refused_choice_can_be_made_anew),
		DESK_TEST(SEC_18_a_button_pressed_twice_by_habit_sends_nothing),
		DESK_TEST(a_button_sends_after_yes),
		DESK_TEST(a_button_that_is_refused_says_why_and_offers_nothing),
		DESK_TEST(a_step_changes_what_is_typed_and_sends_nothing),
		DESK_TEST(arrows_step_from_the_present_value_and_stop_at_the_range),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
