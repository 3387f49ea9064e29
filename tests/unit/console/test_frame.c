/* test_frame.c - the frame at every size, and the model behind it: alarm log and order.
 */
#include "support/test.h"

#include "console/view/frame.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "console/view/picture.h"
#include "util/strbuf.h"

static const struct ui_key no_keys[] = { { "1", "help", 7 }, { NULL, NULL, 0 } };

static struct wire_alarm_row row(const char *name, int priority, enum alarm_state state,
				 uint64_t occurrence, int64_t raised)
{
	struct wire_alarm_row r = { .epoch = 1,
				    .occurrence = occurrence,
				    .priority = (uint8_t)priority,
				    .state = (uint8_t)state,
				    .raised_ms = raised };

	snprintf(r.name, sizeof(r.name), "%s", name);
	snprintf(r.message, sizeof(r.message), "message of %s", name);
	return r;
}

static bool tell(struct model *m, struct wire_alarm_row r, uint64_t version)
{
	r.version = version;
	return model_alarm_row(m, &r);
}

/* An empty list of epoch 1, in sync. */
static void begin(struct model *m)
{
	struct wire_alarm_sync sync = { .epoch = 1 };

	model_init(m);
	m->link = LINK_UP;
	model_alarm_reset(m, 1);
	assert_true(model_alarm_sync(m, &sync));
}

static void the_order_is_unacknowledged_then_priority_then_newest(void **state)
{
	static const char *const expected[] = { "crit", "newer", "older", "acked" };
	const struct wire_alarm_row *rows[8];
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("acked", 1, ALARM_S_ACKED, 1, 50), 1));
	assert_true(tell(&m, row("older", 3, ALARM_S_UNACK, 2, 10), 2));
	assert_true(tell(&m, row("newer", 3, ALARM_S_RTNUN, 3, 20), 3));
	assert_true(tell(&m, row("crit", 1, ALARM_S_UNACK, 4, 5), 4));
	assert_int_equal(model_alarm_order(&m, NULL, rows, 8), 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(rows[i]->name, expected[i]);
	assert_int_equal(model_alarm_count(&m, 3).unacked, 2);
	assert_int_equal(model_alarm_count(&m, 3).active, 1);
	assert_int_equal(model_alarm_count(&m, 0).active, 3);
	model_release(&m);
}

static void a_missing_row_and_a_wrong_hash_are_noticed(void **state)
{
	struct wire_alarm_sync sync = { .epoch = 1, .version = 1 };
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 1));
	sync.hash = alarm_row_hash("a", 1, ALARM_S_UNACK);
	assert_true(model_alarm_sync(&m, &sync));
	sync.hash++;
	assert_false(model_alarm_sync(&m, &sync));
	assert_false(tell(&m, row("b", 1, ALARM_S_UNACK, 2, 1), 3));
	/* an older epoch says nothing any more */
	struct wire_alarm_row old = row("c", 1, ALARM_S_UNACK, 3, 1);
	old.epoch = 0;
	old.version = 9;
	assert_true(model_alarm_row(&m, &old));
	assert_null(model_alarm_find(&m, "c"));
	model_release(&m);
}

static void a_row_that_became_normal_leaves_the_list(void **state)
{
	struct model m;

	(void)state;
	begin(&m);
	for (uint64_t i = 1; i <= 3; i++) {
		char name[2] = { (char)('a' + (int)i), 0 };
		assert_true(tell(&m, row(name, 1, ALARM_S_UNACK, i, 1), i));
	}
	assert_true(tell(&m, row("b", 1, ALARM_S_NORMAL, 1, 1), 4));
	assert_null(model_alarm_find(&m, "b"));
	assert_non_null(model_alarm_find(&m, "d"));
	assert_int_equal(m.list.n, 2);
	model_release(&m);
}

static void the_shown_list_stays_until_the_new_one_is_whole(void **state)
{
	struct wire_alarm_sync sync = { .epoch = 2 };
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 1));
	model_alarm_reset(&m, 2);
	assert_non_null(model_alarm_find(&m, "a"));
	assert_true(model_alarm_sync(&m, &sync));
	assert_null(model_alarm_find(&m, "a"));
	model_release(&m);
}

static void the_bell_rings_for_a_new_occurrence_only(void **state)
{
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 1));
	assert_true(m.bell);
	m.bell = false;
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 2));
	assert_false(m.bell);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 2, 1), 3));
	assert_true(m.bell);
	model_release(&m);
}

static const char screen_text[] =
	"screen = { id = \"overview\"; title = \"Works\"; level = 1;\n"
	"size = [ 30, 4 ];\npicture = \"\n A {p.a         }\n\";\n};\n";

static void show(struct model *m)
{
	struct screen_file file = { "screens/overview.cfg", screen_text };
	struct strbuf why = STRBUF_INIT;

	model_screens(m, &file, 1, &why);
	assert_string_equal(why.buf, "");
	model_view(m, model_overview(m));
	strbuf_release(&why);
}

static bool frame_has(const struct grid *g, const char *text)
{
	struct strbuf line = STRBUF_INIT;
	bool found = false;

	for (int r = 0; r < g->rows && !found; r++) {
		strbuf_clear(&line);
		grid_row_text(g, r, &line);
		found = strstr(line.buf, text) != NULL;
	}
	strbuf_release(&line);
	return found;
}

static void PR_13_at_every_size_the_worst_alarm_is_there(void **state)
{
	struct ui ui = { .selected = 0, .keys = no_keys, .list = { .selected = -1 } };
	struct model m;
	struct grid g;

	(void)state;
	begin(&m);
	show(&m);
	assert_true(tell(&m, row("crit", 1, ALARM_S_UNACK, 1, 1), 1));
	m.has_beat = true;
	m.beat.recording = 1;
	for (int cols = 1; cols <= 300; cols += cols < 90 ? 1 : 30) {
		for (int rows = 1; rows <= 100; rows += rows < 30 ? 1 : 20) {
			struct frame_input in = { .m = &m, .ui = &ui };
			ui.page = (enum ui_page)((cols + rows) % 3);
			ui.dialog.stage = (enum dialog_stage)((cols * 7 + rows) % 7);
			grid_init(&g, cols, rows);
			frame_paint(&g, &in);
			/* shape of critical: first cell of the banner, or of all */
			bool full = cols >= FRAME_MIN_COLS && rows >= FRAME_MIN_ROWS;
			assert_int_equal(grid_at(&g, 0, full ? 1 : 0)->cp, 0x25A0);
			grid_release(&g);
		}
	}
	free(ui.list.names);
	model_release(&m);
}

static void values_of_a_former_view_are_never_shown(void **state)
{
	struct ui ui = { .selected = PICTURE_NOTHING,
			 .keys = no_keys,
			 .list = { .selected = -1 } };
	struct wire_tag_info info = { .tag = 3, .type = VALUE_DOUBLE, .decimals = 1 };
	struct wire_value v = { .tag = 3, .value = value_double(42.5) };
	struct model m;
	struct grid g;

	(void)state;
	begin(&m);
	show(&m);
	snprintf(info.name, sizeof(info.name), "p.a");
	model_tag_info(&m, &info);
	assert_false(model_view_complete(&m));
	model_value(&m, &v);
	assert_true(model_view_complete(&m));
	struct frame_input in = { .m = &m, .ui = &ui };
	grid_init(&g, 80, 24);
	frame_paint(&g, &in);
	assert_true(frame_has(&g, "42.5"));
	model_view(&m, m.shown);
	frame_paint(&g, &in);
	assert_false(frame_has(&g, "42.5"));
	/* and an index of the old connection means nothing on the new one */
	model_value(&m, &v);
	frame_paint(&g, &in);
	assert_false(frame_has(&g, "42.5"));
	grid_release(&g);
	model_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_is_unacknowledged_then_priority_then_newest),
		cmocka_unit_test(a_missing_row_and_a_wrong_hash_are_noticed),
		cmocka_unit_test(a_row_that_became_normal_leaves_the_list),
		cmocka_unit_test(the_shown_list_stays_until_the_new_one_is_whole),
		cmocka_unit_test(the_bell_rings_for_a_new_occurrence_only),
		cmocka_unit_test(PR_13_at_every_size_the_worst_alarm_is_there),
		cmocka_unit_test(values_of_a_former_view_are_never_shown),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
