/* test_alarms.c - the order of the alarm list and its counts, and what keys and dialog do
 * to an alarm: always to the row that was drawn. */
#include "support/test.h"

#include <locale.h>

#include "desk.h"

/* --- order and counts -------------------------------------------------------------- */

static void expect_order(struct desk *d, enum model_shelf shelf, const char *expected)
{
	const struct wire_alarm_row *rows[32];
	size_t n = model_shelf_order(&d->a->model, shelf, NULL, rows, 32);
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < n; i++)
		strbuf_addf(&text, "%s%s", i ? " " : "", rows[i]->name);
	assert_string_equal(text.buf, expected);
	strbuf_release(&text);
}

static struct wire_alarm_row of_group(const char *name, int priority,
				      enum wire_first_out role, int64_t raised_ms)
{
	struct wire_alarm_row r = desk_row(name, priority, ALARM_S_UNACK, 1, raised_ms);

	r.first_out = (uint8_t)role;
	snprintf(r.group, sizeof(r.group), "wells");
	return r;
}

static void followers_stand_behind_their_first_and_criticals_do_not(void **state)
{
	struct wire_alarm_row other = of_group("other", 2, WIRE_FOLLOWER, 95);
	struct desk d;

	(void)state;
	desk_open(&d);
	snprintf(other.group, sizeof(other.group), "pumps");
	desk_tell(&d, of_group("late", 2, WIRE_FOLLOWER, 90));
	desk_tell(&d, of_group("later", 2, WIRE_FOLLOWER, 92));
	desk_tell(&d, of_group("worst", 1, WIRE_FOLLOWER, 80));
	desk_tell(&d, of_group("cause", 3, WIRE_FIRST, 10));
	desk_tell(&d, desk_row("alone", 3, ALARM_S_UNACK, 1, 5));
	desk_tell(&d, other);
	/* where the most urgent follower stands; then these, newest first; one of another
	 * group stays where it is */
	expect_order(&d, SHELF_LIST, "worst other cause later late alone");
	desk_tell(&d, of_group("cause", 2, WIRE_FIRST, 99));
	expect_order(&d, SHELF_LIST, "worst cause later late other alone");
	desk_close(&d);
}

/* With the first on a shelf nobody takes what stands above for the cause. */
static void a_branch_is_drawn_only_below_its_first(void **state)
{
	struct wire_alarm_row cause = of_group("cause", 2, WIRE_FIRST, 99);
	struct desk d;
	int row;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("else", 2, ALARM_S_UNACK, 1, 100));
	desk_tell(&d, cause);
	desk_tell(&d, of_group("late", 2, WIRE_FOLLOWER, 98));
	desk_tell(&d, of_group("worst", 1, WIRE_FOLLOWER, 97));
	desk_resize(&d, 100, 24);
	row = desk_find(&d, "cause                      FIRST: message of cause");
	assert_true(row > 0);
	assert_has(desk_line(&d, row + 1), "\xe2\x94\x94 message of late");
	assert_has(desk_line(&d, 4), " message of worst (after cause)");
	cause.flags = ALARM_F_SHELVED;
	desk_tell(&d, cause);
	desk_paint(&d);
	assert_has(desk_line(&d, 6), " message of late (after cause)");
	assert_int_equal(desk_find(&d, "\xe2\x94\x94 message"), -1);
	desk_close(&d);
}

static void criticals_are_pinned_in_a_flood(void **state)
{
	struct wire_alarm_row old = desk_row("crit.worse", 1, ALARM_S_ACKED, 1, 2);
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("crit.acked", 1, ALARM_S_ACKED, 1, 1));
	desk_tell(&d, desk_row("crit.gone", 1, ALARM_S_RTNUN, 1, 3));
	desk_tell(&d, desk_row("high.new", 2, ALARM_S_UNACK, 1, 9));
	old.superseded = 1;
	desk_tell(&d, old);
	expect_order(&d, SHELF_LIST, "crit.gone high.new crit.acked crit.worse");
	d.a->model.flood.on = 1;
	expect_order(&d, SHELF_LIST, "crit.acked crit.gone high.new crit.worse");
	desk_close(&d);
}

static void AM_09_superseded_and_diagnostics_come_last(void **state)
{
	struct wire_alarm_row high = desk_row("level.hi", 1, ALARM_S_UNACK, 1, 50);
	struct desk d;

	(void)state;
	desk_open(&d);
	high.superseded = 1;
	desk_tell(&d, high);
	desk_tell(&d, desk_row("diag", ALARM_DIAGNOSTIC, ALARM_S_UNACK, 1, 60));
	desk_tell(&d, desk_row("low", ALARM_LOW, ALARM_S_ACKED, 1, 1));
	expect_order(&d, SHELF_LIST, "low level.hi diag");
	/* the worse limit counts for both, a diagnostic for itself */
	assert_int_equal(model_alarm_count(&d.a->model, 1).active, 0);
	assert_int_equal(model_alarm_count(&d.a->model, 1).unacked, 0);
	assert_int_equal(model_alarm_count(&d.a->model, ALARM_DIAGNOSTIC).active, 1);
	assert_int_equal(model_alarm_count(&d.a->model, 0).active, 2);
	desk_close(&d);
}

static struct wire_alarm_row hidden(const char *name, unsigned flags, int64_t until_ms)
{
	struct wire_alarm_row r = desk_row(name, 2, ALARM_S_UNACK, 1, 10);

	r.flags = (uint8_t)flags;
	r.shelf = flags & ALARM_F_SHELVED ? ALARM_SHELF_TIMED : 0;
	r.shelf_until_ms = until_ms;
	r.hidden_since_ms = DESK_WALL_MS - 1000;
	return r;
}

static void AM_06_shelves_are_sorted_by_their_end_and_counted(void **state)
{
	const unsigned shelved = ALARM_F_SHELVED, sup = ALARM_F_SUPPRESSED,
		       out = ALARM_F_OUT_OF_SERVICE;
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, hidden("b", shelved, DESK_WALL_MS + 9000000));
	desk_tell(&d, hidden("a", shelved, DESK_WALL_MS + 5000000));
	desk_tell(&d, hidden("endless", shelved, 0));
	/* hidden in several ways: out of service before suppressed before shelved */
	desk_tell(&d, hidden("both", shelved | sup, DESK_WALL_MS + 1));
	desk_tell(&d, hidden("all", shelved | sup | out, DESK_WALL_MS + 1));
	expect_order(&d, SHELF_LIST, "");
	expect_order(&d, SHELF_SHELVED, "a b endless");
	expect_order(&d, SHELF_SUPPRESSED, "both");
	expect_order(&d, SHELF_OUT, "all");
	assert_int_equal(model_shelf_count(&d.a->model, SHELF_SHELVED), 3);
	assert_int_equal(model_alarm_count(&d.a->model, 0).active, 0);
	desk_paint(&d);
	assert_has(desk_line(&d, 3), "Alarms 0");
	assert_has(desk_line(&d, 3), "Shelved 3");
	assert_has(desk_line(&d, 3), "Suppressed 1");
	assert_has(desk_line(&d, 3), "Out of service 1");
	desk_close(&d);
}

/* --- acknowledging ----------------------------------------------------------------- */

static void AM_03_what_was_drawn_is_acknowledged_and_nothing_newer(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("one", 1, ALARM_S_UNACK, 7, 10));
	desk_paint(&d);
	desk_key(&d, TERM_KEY_DOWN);
	/* it comes again, behind the back of the one who looks at the older */
	desk_tell(&d, desk_row("one", 1, ALARM_S_UNACK, 8, 20));
	act_key(d.a, 'a');
	assert_int_equal(desk_sent(&d), 1);
	assert_string_equal(d.sent[0].alarm, "one");
	assert_int_equal(d.sent[0].event, ALARM_E_ACK);
	assert_int_equal(d.sent[0].occurrence, 7);
	assert_int_equal(d.sent[0].epoch, 1);
	assert_int_equal(d.sent[0].version, 1);
	desk_paint(&d);
	act_key(d.a, 'a');
	assert_int_equal(desk_sent(&d), 1);
	assert_int_equal(d.sent[0].occurrence, 8);
	desk_close(&d);
}

static void AM_04_all_that_stand_on_the_glass_and_no_other(void **state)
{
	struct wire_alarm_row away = hidden("shelved", ALARM_F_SHELVED, DESK_WALL_MS * 2);
	struct desk d;
	size_t shown;

	(void)state;
	desk_open(&d);
	for (int i = 0; i < 40; i++) {
		char name[16];

		snprintf(name, sizeof(name), "a%02d", i);
		desk_tell(&d, desk_row(name, 3, ALARM_S_UNACK, 1, 100 - i));
	}
	desk_tell(&d, desk_row("seen", 3, ALARM_S_ACKED, 1, 500));
	desk_tell(&d, away);
	desk_paint(&d);
	shown = d.a->ui.drawn.n_waiting;
	assert_true(shown > 5 && shown < 25);
	/* one more comes before the key is struck: it was not on the glass */
	desk_tell(&d, desk_row("new", 1, ALARM_S_UNACK, 1, 999));
	act_key(d.a, 'A');
	assert_int_equal(desk_sent(&d), shown);
	for (size_t i = 0; i < shown; i++) {
		char name[16];

		snprintf(name, sizeof(name), "a%02d", (int)i);
		assert_string_equal(d.sent[i].alarm, name);
	}
	/* nor those of a shelf, from another page */
	d.a->ui.page = UI_HELP;
	desk_paint(&d);
	act_key(d.a, 'A');
	assert_int_equal(desk_sent(&d), 0);
	desk_close(&d);
}

static void without_a_server_nothing_is_sent_and_it_says_so(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	desk_tell(&d, desk_row("one", 1, ALARM_S_UNACK, 7, 10));
	desk_paint(&d);
	desk_key(&d, TERM_KEY_DOWN);
	d.a->model.link = LINK_SILENT;
	desk_key(&d, 'a');
	assert_int_equal(desk_sent(&d), 0);
	assert_has(desk_message(&d), "nothing was done");
	desk_close(&d);
}

/* --- the dialog of an act ---------------------------------------------------------- */

static void select_one(struct desk *d, int64_t shelve_max_s)
{
	struct wire_alarm_row r = desk_row("one", 1, ALARM_S_UNACK, 7, 10);

	desk_open(d);
	r.shelve_max_s = shelve_max_s;
	desk_tell(d, r);
	desk_paint(d);
	desk_key(d, TERM_KEY_DOWN);
}

static void AM_05_a_shelf_has_a_reason_and_an_end(void **state)
{
	struct desk d;

	(void)state;
	select_one(&d, 4 * 3600);
	desk_key(&d, 'h');
	desk_shows(&d, "Shelve one");
	desk_shows(&d, "30 min");
	desk_key(&d, TERM_KEY_ENTER);
	desk_shows(&d, "a reason is needed: type it");
	desk_type(&d, "   ");
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(desk_sent(&d), 0);
	assert_true(d.a->ui.act.open);
	desk_type(&d, "being mended");
	for (int i = 0; i < 3; i++)
		desk_key(&d, TERM_KEY_UP);
	desk_shows(&d, "4 h");
	/* the alarm comes anew meanwhile: the act is bound to what was drawn */
	desk_tell(&d, desk_row("one", 1, ALARM_S_UNACK, 8, 20));
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(desk_sent(&d), 1);
	assert_int_equal(d.sent[0].event, ALARM_E_SHELVE);
	assert_int_equal(d.sent[0].shelf, ALARM_SHELF_TIMED);
	assert_int_equal(d.sent[0].duration_ms, 4 * 3600 * 1000);
	assert_int_equal(d.sent[0].occurrence, 7);
	assert_int_equal(d.sent[0].version, 1);
	assert_string_equal(d.sent[0].text, "   being mended");
	assert_false(d.a->ui.act.open);
	desk_close(&d);
}

/* Every step of both keys, for every cap. */
static void AM_05_no_period_is_longer_than_the_alarm_allows(void **state)
{
	static const int64_t caps[] = { 60, 600, 900, 3600, 86400, 8 * 3600 };

	(void)state;
	for (size_t i = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
		struct desk d;
		int64_t s = -1;

		select_one(&d, caps[i]);
		desk_key(&d, 'h');
		desk_type(&d, "x");
		for (int k = 0; k < 30; k++) {
			assert_non_null(ui_act_period(d.a->ui.act.period, &s));
			assert_true(s <= caps[i]);
			desk_key(&d, k < 12 ? TERM_KEY_UP : TERM_KEY_DOWN);
		}
		desk_key(&d, TERM_KEY_ENTER);
		assert_int_equal(desk_sent(&d), 1);
		assert_true(d.sent[0].duration_ms > 0);
		assert_true(d.sent[0].duration_ms <= caps[i] * 1000);
		desk_close(&d);
	}
}

static void AM_05_once_ends_with_the_cap_at_the_latest(void **state)
{
	struct desk d;

	(void)state;
	select_one(&d, 300); /* shorter than any period: once is what is left */
	desk_key(&d, 'h');
	desk_shows(&d, "once: until its condition goes");
	desk_type(&d, "test");
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(desk_sent(&d), 1);
	assert_int_equal(d.sent[0].shelf, ALARM_SHELF_ONE_SHOT);
	assert_int_equal(d.sent[0].duration_ms, 300 * 1000);
	desk_close(&d);
	select_one(&d, 0);
	desk_key(&d, 'h');
	assert_false(d.a->ui.act.open);
	assert_string_equal(desk_message(&d), "one may not be shelved");
	desk_close(&d);
}

static void each_act_sends_its_event_and_its_words(void **state)
{
	static const struct {
		uint32_t key;
		enum alarm_event event;
		const char *title;
	} acts[] = { { 'o', ALARM_E_OUT_OF_SERVICE, "Out of service: one" },
		     { 'x', ALARM_E_SUPPRESS, "Suppress one" },
		     { 'c', ALARM_E_COMMENT, "Comment one" } };

	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		struct desk d;

		select_one(&d, 0);
		desk_key(&d, acts[i].key);
		desk_shows(&d, acts[i].title);
		desk_key(&d, TERM_KEY_ENTER);
		assert_int_equal(desk_sent(&d), 0);
		desk_type(&d, "ad");
		desk_key(&d, TERM_KEY_BACKSPACE);
		desk_key(&d, 0xE9); /* e with an acute accent: two bytes */
		desk_key(&d, 0x202E);
		desk_shows(&d, "this character cannot be typed here");
		desk_key(&d, TERM_KEY_PASTE);
		desk_shows(&d, "pasted text is refused");
		desk_key(&d, TERM_KEY_ENTER);
		assert_int_equal(desk_sent(&d), 1);
		assert_int_equal(d.sent[0].event, acts[i].event);
		assert_string_equal(d.sent[0].text, "a\xC3\xA9");
		desk_close(&d);
	}
}

static void esc_leaves_the_dialog_and_changes_nothing(void **state)
{
	struct desk d;

	(void)state;
	select_one(&d, 3600);
	desk_key(&d, 'h');
	desk_type(&d, "a reason");
	desk_key(&d, TERM_KEY_ESC);
	assert_false(d.a->ui.act.open);
	assert_int_equal(desk_sent(&d), 0);
	desk_key(&d, 'h'); /* and nothing of it is left */
	assert_string_equal(d.a->ui.act.entry.text, "");
	desk_close(&d);
}

static void a_long_reason_ends_where_it_must(void **state)
{
	struct desk d;

	(void)state;
	select_one(&d, 3600);
	desk_key(&d, 'c');
	for (int i = 0; i < UI_REASON_MAX; i++)
		desk_key(&d, 'y');
	assert_int_equal(strlen(d.a->ui.act.entry.text), UI_REASON_MAX);
	desk_key(&d, 'z');
	desk_shows(&d, "no longer text fits");
	assert_int_equal(strlen(d.a->ui.act.entry.text), UI_REASON_MAX);
	desk_close(&d);
}

static void what_hides_an_alarm_is_ended_by_its_own_event(void **state)
{
	static const struct {
		unsigned flags, suppressed;
		int rights; /* presses of the right arrow */
		int event;  /* 0 = none */
	} cases[] = { { ALARM_F_SHELVED, 0, 1, ALARM_E_UNSHELVE },
		      { ALARM_F_SUPPRESSED, ALARM_SUP_MANUAL, 2, ALARM_E_UNSUPPRESS },
		      { ALARM_F_SUPPRESSED, ALARM_SUP_PARENT, 2, 0 },
		      { ALARM_F_OUT_OF_SERVICE, 0, 3, ALARM_E_IN_SERVICE } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct wire_alarm_row r = hidden("one", cases[i].flags, DESK_WALL_MS * 2);
		struct desk d;

		desk_open(&d);
		r.suppressed = (uint8_t)cases[i].suppressed;
		desk_tell(&d, r);
		for (int k = 0; k < cases[i].rights; k++)
			desk_key(&d, TERM_KEY_RIGHT);
		desk_key(&d, TERM_KEY_DOWN);
		desk_key(&d, 'u');
		assert_int_equal(desk_sent(&d), cases[i].event ? 1 : 0);
		if (cases[i].event)
			assert_int_equal(d.sent[0].event, cases[i].event);
		else
			assert_has(desk_message(&d), "suppressed by design");
		desk_close(&d);
	}
}

/* --- shelves that end -------------------------------------------------------------- */

static void minute(struct desk *d)
{
	for (int i = 0; i < 60; i++) {
		desk_pass(d, 1000);
		shelves_turn(d->a);
	}
}

enum { MESSAGE_ROW = 22 };

static const char *warning(const struct desk *d)
{
	return d->a->ui.warning.text;
}

static void AM_05_the_end_of_a_shelf_is_announced_once(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	d.a->model.offset_ms = 3600000; /* ends are by the server's clock */
	desk_tell(&d, hidden("one", ALARM_F_SHELVED, DESK_WALL_MS + 3600000 + 420000));
	shelves_turn(d.a);
	minute(&d);
	assert_string_equal(warning(&d), "");
	minute(&d);
	assert_string_equal(warning(&d), "one is back from its shelf within 5 min");
	d.a->ui.warning.text[0] = '\0';
	for (int i = 0; i < 6; i++)
		minute(&d);
	assert_string_equal(warning(&d), "");
	/* another shelf of the same alarm is another warning */
	desk_tell(&d,
		  hidden("one", ALARM_F_SHELVED, d.a->now.wall.ms + 3600000 + 120000));
	shelves_turn(d.a);
	assert_string_equal(warning(&d), "one is back from its shelf within 2 min");
	desk_close(&d);
}

static void AM_05_a_warning_waits_for_its_place_and_is_not_lost(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	for (int i = 0; i < 3; i++) {
		char name[16];

		snprintf(name, sizeof(name), "s%d", i);
		desk_tell(&d, hidden(name, ALARM_F_SHELVED,
				     DESK_WALL_MS + 200000 - i * 1000));
	}
	app_say(d.a, ROLE_REFUSED, "a refusal");
	shelves_turn(d.a);
	assert_string_equal(warning(&d), "");
	desk_pass(&d, REFUSAL_MS + 1);
	d.a->model.link = LINK_SILENT; /* what the list says is old */
	shelves_turn(d.a);
	assert_string_equal(warning(&d), "");
	d.a->model.link = LINK_UP;
	shelves_turn(d.a);
	desk_paint(&d);
	assert_has(desk_line(&d, MESSAGE_ROW),
		   "s2 and 2 more are back from their shelves within 5 min");
	assert_int_equal(grid_at(&d.a->grid, 0, MESSAGE_ROW)->role, ROLE_ALARM_TEXT);
	/* no key takes it away; an answer stands before it, and not for good */
	desk_key(&d, TERM_KEY_RIGHT);
	desk_key(&d, TERM_KEY_DOWN);
	desk_key(&d, TERM_KEY_ESC);
	assert_has(desk_line(&d, MESSAGE_ROW), "s2 and 2 more");
	desk_key(&d, 's');
	assert_has(desk_line(&d, MESSAGE_ROW), "this console is silent");
	desk_pass(&d, MESSAGE_MS);
	desk_paint(&d);
	assert_has(desk_line(&d, MESSAGE_ROW), "s2 and 2 more");
	desk_pass(&d, REFUSAL_MS);
	desk_paint(&d);
	assert_null(strstr(desk_line(&d, MESSAGE_ROW), "s2 and 2 more"));
	desk_close(&d);
}

static void AM_05_the_row_of_a_shelf_that_ends_stands_out(void **state)
{
	struct wire_alarm_row by_design = hidden("sup", ALARM_F_SUPPRESSED, 0);
	struct desk d;
	int late, soon;

	(void)state;
	desk_open(&d);
	desk_tell(&d, hidden("soon", ALARM_F_SHELVED, DESK_WALL_MS + MODEL_SOON_MS));
	desk_tell(&d, hidden("late", ALARM_F_SHELVED, DESK_WALL_MS + MODEL_SOON_MS + 1));
	desk_tell(&d, by_design);
	desk_key(&d, TERM_KEY_RIGHT);
	soon = desk_find(&d, "message of soon");
	late = desk_find(&d, "message of late");
	assert_int_equal(late, soon + 1);
	assert_has(desk_line(&d, soon), "5 min");
	assert_int_equal(grid_at(&d.a->grid, 14, soon)->role, ROLE_ALARM_TEXT);
	assert_int_equal(grid_at(&d.a->grid, 60, soon)->role, ROLE_ALARM_TEXT);
	assert_int_equal(grid_at(&d.a->grid, 14, late)->role, ROLE_UNIT);
	assert_int_equal(grid_at(&d.a->grid, 60, late)->role, ROLE_LABEL);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(followers_stand_behind_their_first_and_criticals_do_not),
		cmocka_unit_test(a_branch_is_drawn_only_below_its_first),
		cmocka_unit_test(criticals_are_pinned_in_a_flood),
		cmocka_unit_test(AM_09_superseded_and_diagnostics_come_last),
		cmocka_unit_test(AM_06_shelves_are_sorted_by_their_end_and_counted),
		cmocka_unit_test(AM_03_what_was_drawn_is_acknowledged_and_nothing_newer),
		cmocka_unit_test(AM_04_all_that_stand_on_the_glass_and_no_other),
		cmocka_unit_test(without_a_server_nothing_is_sent_and_it_says_so),
		cmocka_unit_test(AM_05_a_shelf_has_a_reason_and_an_end),
		cmocka_unit_test(AM_05_no_period_is_longer_than_the_alarm_allows),
		cmocka_unit_test(AM_05_once_ends_with_the_cap_at_the_latest),
		cmocka_unit_test(each_act_sends_its_event_and_its_words),
		cmocka_unit_test(esc_leaves_the_dialog_and_changes_nothing),
		cmocka_unit_test(a_long_reason_ends_where_it_must),
		cmocka_unit_test(what_hides_an_alarm_is_ended_by_its_own_event),
		cmocka_unit_test(AM_05_the_end_of_a_shelf_is_announced_once),
		cmocka_unit_test(AM_05_a_warning_waits_for_its_place_and_is_not_lost),
		cmocka_unit_test(AM_05_the_row_of_a_shelf_that_ends_stands_out),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
