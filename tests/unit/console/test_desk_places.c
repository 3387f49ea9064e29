/* test_desk_places.c - what belongs to a place: what was said of it, the way to it where
 * the header has no room, the bar of the narrowest terminal, a picture of it kept. */
#include "support/test.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "console/app/options.h"
#include "unit/console/desk_screens.h"

static void what_was_said_of_a_place_ends_with_it(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	app_say(d.a, ROLE_MESSAGE, "no value is selected here");
	desk_type(&d, "l"); /* no key of ours: the place stays */
	assert_string_equal(desk_message(&d), "no value is selected here");
	desk_type(&d, "3");
	assert_string_equal(desk_message(&d), "");
	app_say(d.a, ROLE_REFUSED, "the server refused it");
	desk_type(&d, "2");
	assert_string_equal(desk_message(&d), "the server refused it");
	desk_close(&d);
}

static void what_a_key_says_of_the_place_it_leads_to_stays(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "5");
	d.a->ui.selected = screen_item_of(model_picture(&d.a->model), "well.flow");
	desk_type(&d, "t");
	assert_int_equal(d.a->ui.page, UI_TREND);
	assert_string_equal(desk_message(&d), "pen 1: well.flow");
	desk_close(&d);
}

static void a_screens_letter_shows_its_trend_and_no_other_pen(void **state)
{
	static const struct screen_file with_key = {
		"a", SCREEN("overview", "1", "Water works",
			    "size = [ 40, 4 ]; keys = { T = ( \"well.flow\", \"well.sp\" "
			    "); }; picture = \"\n {well.flow   }\n\n\n\";")
	};
	struct desk d;

	(void)state;
	desk_open(&d);
	load(&d, &with_key, 1);
	trend_open(d.a, "another");
	desk_type(&d, "0T");
	assert_int_equal(d.a->ui.page, UI_TREND);
	assert_int_equal(d.a->ui.trend.n_pens, 2);
	assert_int_equal(d.a->ui.trend.selected, 0);
	assert_string_equal(d.a->ui.trend.pens[0], "well.flow");
	assert_string_equal(d.a->ui.trend.pens[1], "well.sp");
	desk_type(&d, "0");
	assert_int_equal(d.a->ui.page, UI_PICTURE);
	desk_close(&d);
}

static void the_way_is_told_beside_a_lasting_notice(void **state)
{
	struct model *m;
	struct desk d;

	(void)state;
	open_screens(&d);
	m = &d.a->model;
	snprintf(m->welcome.notice, sizeof(m->welcome.notice), "root may act here");
	snprintf(m->welcome.station, sizeof(m->welcome.station),
		 "A station whose name no header holds");
	desk_paint(&d);
	desk_paint(&d);
	assert_string_equal(desk_line(&d, MESSAGE),
			    "A station whose name no header holds > Water "
			    "works   root may act here");
	snprintf(m->welcome.station, sizeof(m->welcome.station), "W");
	desk_paint(&d);
	desk_paint(&d);
	assert_string_equal(desk_line(&d, MESSAGE), "root may act here");
	desk_close(&d);
}

static void at_40_columns_the_bar_has_the_way_back(void **state)
{
	static char texts[6][200];
	struct screen_file files[7] = { screens[0] };
	struct desk d;

	(void)state;
	for (int i = 0; i < 6; i++) {
		snprintf(texts[i], sizeof(texts[i]),
			 SCREEN("reservoir%d", "2", "R",
				"size = [ 40, 4 ]; picture = \"\n\n\n\n\";"),
			 i);
		files[i + 1] = (struct screen_file){ texts[i], texts[i] };
	}
	desk_open(&d);
	load(&d, files, 7);
	desk_resize(&d, 40, 24);
	for (const char *key = "1234567890"; *key; key++)
		assert_non_null(strchr(desk_line(&d, BAR), *key));
	desk_close(&d);
}

/* The names of the list are kept from frame to frame: all that may change them does. */
static void the_alarm_list_is_of_this_frame(void **state)
{
	struct wire_alarm_row r = desk_row("a.high", 2, ALARM_S_UNACK, 1, 5);
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "3");
	desk_tell(&d, r);
	desk_paint(&d);
	desk_shows(&d, "message of a.high");
	desk_tell(&d, desk_row("b.high", 1, ALARM_S_UNACK, 2, 6));
	desk_paint(&d);
	assert_int_equal(d.a->ui.list.n, 2);
	assert_string_equal(d.a->ui.list.names[0], "b.high");
	desk_type(&d, "/a.");
	assert_int_equal(d.a->ui.list.n, 1);
	desk_key(&d, TERM_KEY_ESC);
	assert_int_equal(d.a->ui.list.n, 2);
	desk_key(&d, TERM_KEY_RIGHT); /* the shelved ones */
	assert_int_equal(d.a->ui.list.n, 0);
	desk_key(&d, TERM_KEY_LEFT);
	r.flags = ALARM_F_SHELVED;
	desk_tell(&d, r);
	desk_paint(&d);
	assert_int_equal(d.a->ui.list.n, 1);
	d.a->model.flood = (struct wire_flood){ .on = true };
	desk_paint(&d);
	assert_true(d.a->ui.list.of.flood);
	desk_close(&d);
}

/* --- painted anew by time ---------------------------------------------------------- */

static bool repaint_asked(struct desk *d, const char *minutes)
{
	struct console_start start = { .app = d->a };
	char option[] = "--repaint", value[16], program[] = "sightglass";
	char *argv[] = { program, option, value };
	struct strbuf why = STRBUF_INIT;
	bool ok;

	snprintf(value, sizeof(value), "%s", minutes);
	ok = options_parse(&start, 3, argv, &why);
	assert_true(ok == (why.len == 0));
	strbuf_release(&why);
	return ok;
}

static bool is_painted_whole(struct desk *d, int64_t after_ms)
{
	desk_pass(d, after_ms);
	d->a->repaint = false;
	repaint_by_time(d->a);
	return d->a->repaint;
}

static void every_cell_is_painted_anew_as_often_as_was_asked_for(void **state)
{
	struct desk d;

	(void)state;
	open_screens(&d);
	d.a->last_whole = d.a->now.mono;
	assert_false(is_painted_whole(&d, 3600 * 1000)); /* never by itself */
	assert_false(repaint_asked(&d, "often"));
	assert_false(repaint_asked(&d, "1441"));
	assert_false(repaint_asked(&d, "-1"));
	assert_true(repaint_asked(&d, "2"));
	d.a->last_whole = d.a->now.mono;
	assert_false(is_painted_whole(&d, 119999));
	assert_true(is_painted_whole(&d, 1));
	d.a->last_whole = d.a->now.mono; /* Ctrl-L counts, too */
	assert_false(is_painted_whole(&d, 119999));
	assert_true(repaint_asked(&d, "0"));
	assert_false(is_painted_whole(&d, 3600 * 1000));
	desk_close(&d);
}

/* --- pictures kept ------------------------------------------------------------------ */

static void give_file(struct desk *d, const char *path)
{
	struct strbuf why = STRBUF_INIT;

	d->a->pictures = path;
	d->a->pictures_fd = pictures_open(path, &why);
	assert_string_equal(why.buf, "");
	strbuf_release(&why);
}

static void a_picture_is_kept_where_the_command_line_said(void **state)
{
	char path[300], *text;
	struct stat st;
	struct desk d;

	(void)state;
	snprintf(path, sizeof(path), "%s/pictures.txt", test_tmpdir());
	open_screens(&d);
	desk_type(&d, "P");
	assert_has(desk_message(&d), "--pictures FILE");
	give_file(&d, path);
	desk_type(&d, "P");
	assert_has(desk_message(&d), path);
	desk_type(&d, "P");
	text = test_read_file(path);
	assert_has(text, "  Works  \n");
	assert_has(text, " Works > Water works");
	assert_has(strstr(text, "1Help") + 1, "1Help"); /* both of them, whole */
	assert_null(strchr(text, '\033'));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	close(d.a->pictures_fd);
	free(text);
	desk_close(&d);
}

static void pictures_go_into_a_plain_file_and_through_no_link(void **state)
{
	char path[300], link_path[320];
	struct strbuf why = STRBUF_INIT;

	(void)state;
	snprintf(path, sizeof(path), "%s/target", test_tmpdir());
	snprintf(link_path, sizeof(link_path), "%s/link", test_tmpdir());
	test_write_file(path, "");
	assert_int_equal(symlink(path, link_path), 0);
	assert_int_equal(pictures_open(link_path, &why), -1);
	assert_has(why.buf, "cannot write pictures into ");
	strbuf_clear(&why);
	assert_int_equal(pictures_open("/dev/null", &why), -1);
	assert_has(why.buf, "it is not a plain file");
	strbuf_clear(&why);
	assert_int_equal(pictures_open("/nowhere/x", &why), -1);
	assert_has(why.buf, "No such file");
	strbuf_release(&why);
}

static void a_picture_that_has_no_room_is_said(void **state)
{
	char path[300];
	struct stat st;
	struct desk d;

	(void)state;
	snprintf(path, sizeof(path), "%s/full.txt", test_tmpdir());
	open_screens(&d);
	give_file(&d, path);
	assert_int_equal(truncate(path, 16 << 20), 0);
	desk_type(&d, "P");
	assert_has(desk_message(&d), "is not in ");
	assert_has(desk_message(&d), "it is full (16 MB)");
	assert_int_equal(d.a->ui.message.role, ROLE_REFUSED);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 16 << 20);
	close(d.a->pictures_fd);
	desk_close(&d);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_said_of_a_place_ends_with_it),
		cmocka_unit_test(what_a_key_says_of_the_place_it_leads_to_stays),
		cmocka_unit_test(a_screens_letter_shows_its_trend_and_no_other_pen),
		cmocka_unit_test(the_way_is_told_beside_a_lasting_notice),
		cmocka_unit_test(at_40_columns_the_bar_has_the_way_back),
		cmocka_unit_test(the_alarm_list_is_of_this_frame),
		cmocka_unit_test(every_cell_is_painted_anew_as_often_as_was_asked_for),
		cmocka_unit_test(a_picture_is_kept_where_the_command_line_said),
		cmocka_unit_test(pictures_go_into_a_plain_file_and_through_no_link),
		cmocka_unit_test(a_picture_that_has_no_room_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
