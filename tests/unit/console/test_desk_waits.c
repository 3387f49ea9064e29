/* test_desk_waits.c - what waits for an operator or for the server: the mark that blinks,
 * what is pending, dialogs in which only the named key acts; and what every page keeps.
 */
#include "unit/console/desk_screens.h"

#include <locale.h>

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

static void what_the_banner_cuts_is_marked_as_cut(void **state)
{
	struct wire_alarm_row r = desk_row("intake.pressure.low", 2, ALARM_S_UNACK, 1, 5);
	struct desk d;

	(void)state;
	open_screens(&d);
	d.a->model.beat.alarm_rate = 7;
	desk_tell(&d, desk_row("a", 1, ALARM_S_UNACK, 2, 5));
	snprintf(r.message, sizeof(r.message), "Pressure behind the well pumps is low");
	desk_tell(&d, r);
	desk_paint(&d);
	assert_has(desk_line(&d, BANNER + 1), "is low  intake.pressure> 7 in 10 min");
	snprintf(r.message, sizeof(r.message),
		 "Pressure behind the well pumps is low, and this is a long message");
	r.occurrence = 2;
	desk_tell(&d, r);
	desk_paint(&d);
	assert_has(desk_line(&d, BANNER + 1), "> 7 in 10 min");
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_04_only_what_waits_blinks_and_in_one_cell),
		cmocka_unit_test(HM_04_it_can_be_off_and_a_dead_screen_does_not_blink),
		cmocka_unit_test(HM_12_what_is_not_answered_is_said_to_be_pending),
		cmocka_unit_test(HM_12_the_dialog_counts_the_seconds_it_waits),
		cmocka_unit_test(HM_18_every_key_but_the_one_that_is_named_does_nothing),
		cmocka_unit_test(HM_13_no_page_and_no_dialog_covers_the_banner),
		cmocka_unit_test(the_way_is_told_where_the_header_has_no_room),
		cmocka_unit_test(a_copy_goes_only_where_it_was_allowed),
		cmocka_unit_test(help_explains_first_what_is_on_the_glass),
		cmocka_unit_test(what_the_banner_cuts_is_marked_as_cut),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
