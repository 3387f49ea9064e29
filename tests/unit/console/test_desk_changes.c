/* test_desk_changes.c - staged changes at the console: shown beside the plant, signed
 * once by a key alone, followed to their end; and writes in doubt, settled with a reason.
 */
#include "unit/console/desk_screens.h"

#include <locale.h>

#include "console/view/changes.h"

enum { STAGED = 3 };

static const char *const tags[STAGED] = { "well.sp", "filter.sp", "dose.sp" };

static uint32_t asked(struct desk *d, enum wire_type type, struct wire_changes *m)
{
	struct strbuf last = STRBUF_INIT;

	assert_true(desk_asked(d, type, &last) > 0);
	assert_true(wire_get_changes((const uint8_t *)last.buf, last.len, m));
	strbuf_release(&last);
	return m->req;
}

static uint32_t req_of(struct desk *d, enum wire_type type, struct wire_request *m)
{
	struct strbuf last = STRBUF_INIT;

	assert_true(desk_asked(d, type, &last) > 0);
	assert_true(wire_get_request((const uint8_t *)last.buf, last.len, m));
	strbuf_release(&last);
	return m->req;
}

static void put_line(struct strbuf *w, uint32_t req, size_t at, const char *tag,
		     enum wire_change_state state, bool same, const char *text)
{
	struct wire_change_line l = { .req = req,
				      .at = (uint16_t)at,
				      .state = (uint8_t)state,
				      .same = same,
				      .has_range = 1,
				      .hi = 100 };

	snprintf(l.tag, sizeof(l.tag), "%s", tag);
	snprintf(l.unit, sizeof(l.unit), "%%");
	snprintf(l.old_value, sizeof(l.old_value), same ? "55.0" : "40.0");
	snprintf(l.new_value, sizeof(l.new_value), "55.0");
	snprintf(l.text, sizeof(l.text), "%s", text);
	wire_put_change_line(w, &l);
}

static void put_set(struct strbuf *w, uint32_t req, enum wire_set_phase phase, size_t n,
		    size_t done, const char *text)
{
	struct wire_change_set s = { .req = req,
				     .phase = (uint8_t)phase,
				     .n = (uint16_t)n,
				     .n_done = (uint16_t)done };

	s.token = phase == SET_SELECTED ? 77 : 0;
	s.request = phase == SET_RUNNING || phase == SET_ENDED ? 812 : 0;
	snprintf(s.text, sizeof(s.text), "%s", text);
	wire_put_change_set(w, &s);
}

static void hear(struct desk *d, struct strbuf *w)
{
	desk_hear(d, w);
	strbuf_clear(w);
	desk_paint(d);
}

static void turn(struct desk *d, int64_t ms)
{
	desk_pass(d, ms);
	changes_turn(d->a);
	desk_paint(d);
}

/* Three are staged, the page is open and the server has said what it thinks of them. */
static void open_staged(struct desk *d, enum wire_change_state second)
{
	struct value v = value_double(55);
	struct strbuf w = STRBUF_INIT;
	struct wire_changes m;

	open_screens(d);
	snprintf(d->a->model.who.name, sizeof(d->a->model.who.name), "ivan");
	for (size_t i = 0; i < STAGED; i++)
		assert_true(changes_stage(d->a, tags[i], &v));
	desk_type(d, "E");
	turn(d, 10);
	asked(d, WIRE_CHANGES_LOOK, &m);
	assert_int_equal(m.n, STAGED);
	put_line(&w, m.req, 0, tags[0], CHANGE_READY, false, "");
	put_line(&w, m.req, 1, tags[1], second, second == CHANGE_READY,
		 second == CHANGE_BARRED ? "55 % is above the limit of 50 %" : "");
	put_line(&w, m.req, 2, tags[2], CHANGE_READY, false, "");
	put_set(&w, m.req, SET_LOOKED, STAGED, 0, "");
	wire_changes_release(&m);
	hear(d, &w);
	turn(d, 10);
	strbuf_release(&w);
}

static void what_is_staged_stands_beside_what_is(void **state)
{
	static const struct {
		int cols, rows;
	} sizes[] = { { 80, 24 }, { 160, 48 } };
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_READY);
	for (size_t i = 0; i < 2; i++) {
		desk_resize(&d, sizes[i].cols, sizes[i].rows);
		desk_shows(&d, "Staged 3, 2 differ: w signs");
		int row = desk_find(&d, "well.sp");

		assert_has(desk_line(&d, row), "40.0");
		assert_has(desk_line(&d, row), "55.0");
		assert_has(desk_line(&d, row), "ready");
		assert_has(desk_line(&d, desk_find(&d, "filter.sp")), "as wanted");
	}
	/* a wide terminal has room for limits and who it was */
	assert_has(desk_line(&d, desk_find(&d, "well.sp")), "0 to 100");
	assert_has(desk_line(&d, desk_find(&d, "well.sp")), "ivan");
	assert_int_equal(desk_asked(&d, WIRE_CHANGES, NULL), 0);
	desk_close(&d);
}

static void a_line_is_edited_and_taken_away(void **state)
{
	struct wire_changes m;
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_READY);
	desk_key(&d, TERM_KEY_DOWN);
	desk_key(&d, TERM_KEY_ENTER);
	desk_shows(&d, "New value");
	desk_type(&d, "x");
	desk_key(&d, TERM_KEY_ENTER);
	desk_shows(&d, "New value"); /* no number: it stays */
	for (int i = 0; i < 3; i++)
		desk_key(&d, TERM_KEY_BACKSPACE);
	desk_type(&d, "33");
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(d.a->ui.form.kind, FORM_CLOSED);
	turn(&d, 10);
	asked(&d, WIRE_CHANGES_LOOK, &m);
	assert_double(m.lines[0].value.u.d, 33, 0);
	wire_changes_release(&m);
	desk_type(&d, "x");
	assert_int_equal(d.a->changes.n, 2);
	assert_string_equal(d.a->changes.line[0].tag, "filter.sp");
	desk_type(&d, "X");
	assert_int_equal(d.a->changes.n, 0);
	desk_shows(&d, "nothing is staged");
	desk_close(&d);
}

static void a_value_that_is_typed_is_staged_instead(void **state)
{
	enum { CTRL_E = 'E' - '@' };
	struct desk d;

	(void)state;
	open_dialog_of(&d, "well.sp");
	desk_key(&d, CTRL_E);
	desk_shows(&d, "type a value first");
	desk_type(&d, "42");
	desk_key(&d, CTRL_E);
	assert_int_equal(d.a->ui.dialog.stage, DIALOG_CLOSED);
	assert_int_equal(desk_asked(&d, WIRE_SELECT, NULL), 0);
	assert_int_equal(d.a->changes.n, 1);
	assert_double(d.a->changes.line[0].value.u.d, 42, 0);
	assert_has(desk_message(&d), "well.sp = 42 is staged, nothing is written");
	desk_close(&d);
}

static void a_line_that_is_barred_is_not_signed(void **state)
{
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_BARRED);
	desk_type(&d, "w");
	assert_int_equal(d.a->ui.form.kind, FORM_CLOSED);
	assert_has(desk_message(&d), "a line cannot be written");
	desk_key(&d, TERM_KEY_DOWN);
	desk_key(&d, TERM_KEY_DOWN);
	desk_shows(&d, "55 % is above the limit of 50 %");
	assert_int_equal(desk_asked(&d, WIRE_CHANGES, NULL), 0);
	desk_close(&d);
}

/* Reason typed, asked, offered; returns the number of the offer. */
static void offered(struct desk *d, struct strbuf *w)
{
	struct wire_changes m;

	desk_type(d, "w");
	desk_shows(d, "2 of 3 staged changes differ");
	desk_type(d, "night");
	desk_key(d, TERM_KEY_ENTER);
	asked(d, WIRE_CHANGES, &m);
	assert_int_equal(m.n, 2); /* what is there already is not sent */
	assert_string_equal(m.lines[1].tag, "dose.sp");
	assert_string_equal(m.reason, "night");
	put_line(w, m.req, 0, tags[0], CHANGE_READY, false, "");
	put_line(w, m.req, 1, tags[2], CHANGE_READY, false, "");
	put_set(w, m.req, SET_SELECTED, 2, 0, "");
	wire_changes_release(&m);
	hear(d, w);
	desk_shows(d, "Sign and send 2 changes, in this order");
	desk_shows(d, "dose.sp: 40.0");
}

static uint32_t signed_by(struct desk *d)
{
	struct wire_request m;

	desk_pass(d, UI_ARM_MS);
	d->a->alone = true;
	desk_key(d, TERM_KEY_ENTER);
	req_of(d, WIRE_CONFIRM, &m);
	assert_int_equal(m.num, 77);
	return m.req;
}

static void WR_30_one_signature_and_a_table_of_what_became_of_each(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct desk d;
	uint32_t req;

	(void)state;
	open_staged(&d, CHANGE_READY);
	offered(&d, &w);
	req = signed_by(&d);
	put_line(&w, req, 0, tags[0], CHANGE_ACTIVE, false, "");
	put_set(&w, req, SET_RUNNING, 2, 0, "");
	hear(&d, &w);
	turn(&d, 10);
	desk_shows(&d, "Change set 812 is being written");
	put_line(&w, req, 0, tags[0], CHANGE_DONE, false, "plc accepted");
	put_line(&w, req, 1, tags[2], CHANGE_UNKNOWN, false, "no answer");
	put_set(&w, req, SET_ENDED, 2, 1, "1 of 2 done, 0 not sent, 1 unknown");
	hear(&d, &w);
	turn(&d, 10);
	desk_shows(&d, "Change set 812: 1 of 2 done");
	assert_has(desk_line(&d, desk_find(&d, "well.sp")), "done");
	assert_has(desk_line(&d, desk_find(&d, "dose.sp")), "unknown");
	/* what is not done stays staged */
	desk_type(&d, "w");
	assert_int_equal(d.a->changes.n, 2);
	strbuf_release(&w);
	desk_close(&d);
}

/* One more line than there was. */
static void add_line(struct ui_form *f)
{
	size_t n = strlen(f->text);

	snprintf(f->text + n, sizeof(f->text) - n, "x.sp: 1 -> 2\n");
}

static void SEC_17_SEC_18_only_a_key_alone_and_late_enough_signs(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_READY);
	offered(&d, &w);
	d.a->alone = true;
	desk_key(&d, TERM_KEY_ENTER); /* typed for the frame before */
	assert_int_equal(desk_asked(&d, WIRE_CONFIRM, NULL), 0);
	desk_pass(&d, UI_ARM_MS);
	d.a->alone = false;
	desk_key(&d, TERM_KEY_ENTER); /* among others */
	assert_int_equal(desk_asked(&d, WIRE_CONFIRM, NULL), 0);
	desk_shows(&d, "press Enter once more, alone");
	signed_by(&d);
	strbuf_release(&w);
	desk_close(&d);
}

static void SEC_18_what_was_not_on_the_glass_is_not_signed(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_READY);
	offered(&d, &w);
	for (int i = 0; i < 60; i++)
		add_line(&d.a->ui.form);
	desk_paint(&d);
	desk_pass(&d, UI_ARM_MS);
	d.a->alone = true;
	desk_key(&d, TERM_KEY_ENTER);
	assert_int_equal(desk_asked(&d, WIRE_CONFIRM, NULL), 0);
	desk_shows(&d, "there are more lines: PgDn reads on");
	for (int i = 0; i < 20; i++)
		desk_key(&d, TERM_KEY_PAGE_DOWN);
	signed_by(&d);
	strbuf_release(&w);
	desk_close(&d);
}

static void escape_gives_back_what_the_server_holds(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct wire_request m;
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_READY);
	offered(&d, &w);
	desk_key(&d, TERM_KEY_ESC);
	req_of(&d, WIRE_CANCEL, &m);
	assert_int_equal(m.num, 77);
	assert_int_equal(d.a->changes.n, STAGED);
	assert_int_equal(d.a->ui.form.kind, FORM_CLOSED);
	strbuf_release(&w);
	desk_close(&d);
}

static void what_a_tag_wants_typed_is_typed_and_sent(void **state)
{
	struct wire_change_set s = { .phase = SET_SELECTED, .n = 2, .token = 77 };
	struct strbuf w = STRBUF_INIT;
	struct wire_request m;
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_READY);
	offered(&d, &w);
	s.req = d.a->changes.sign_req;
	snprintf(s.challenge, sizeof(s.challenge), "4711");
	wire_put_change_set(&w, &s);
	hear(&d, &w);
	desk_shows(&d, "Type 4711");
	desk_type(&d, "4711");
	desk_pass(&d, UI_ARM_MS);
	d.a->alone = true;
	desk_key(&d, TERM_KEY_ENTER);
	req_of(&d, WIRE_CONFIRM, &m);
	assert_string_equal(m.text, "4711");
	strbuf_release(&w);
	desk_close(&d);
}

static void WR_30_a_console_that_lost_the_server_asks_what_became_of_it(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct wire_request m;
	struct desk d;
	uint32_t req;

	(void)state;
	open_staged(&d, CHANGE_READY);
	offered(&d, &w);
	req = signed_by(&d);
	put_set(&w, req, SET_RUNNING, 2, 0, "");
	hear(&d, &w);
	d.a->model.link = LINK_DOWN;
	talk_forget(d.a);
	turn(&d, 10);
	desk_shows(&d, "the server was lost while it ran");
	assert_has(desk_line(&d, desk_find(&d, "dose.sp")), "not known");
	assert_int_equal(desk_asked(&d, WIRE_CHANGE_SETS, NULL), 0);
	d.a->model.link = LINK_UP;
	turn(&d, 10);
	req = req_of(&d, WIRE_CHANGE_SETS, &m);
	assert_int_equal(m.num, 812);
	put_line(&w, req, 0, tags[0], CHANGE_DONE, false, "");
	put_line(&w, req, 1, tags[2], CHANGE_NOT_SENT, false, "");
	put_set(&w, req, SET_ENDED, 2, 1, "1 of 2 done, 1 not sent");
	hear(&d, &w);
	turn(&d, 10);
	assert_has(desk_line(&d, desk_find(&d, "dose.sp")), "not sent");
	strbuf_release(&w);
	desk_close(&d);
}

static void a_refused_set_says_why_and_stays_staged(void **state)
{
	struct strbuf w = STRBUF_INIT;
	struct desk d;

	(void)state;
	open_staged(&d, CHANGE_READY);
	offered(&d, &w);
	put_set(&w, d.a->changes.sign_req, SET_REFUSED, 2, 0, "well.sp: it moved");
	hear(&d, &w);
	assert_int_equal(d.a->ui.form.kind, FORM_CLOSED);
	assert_has(desk_message(&d), "well.sp: it moved");
	assert_int_equal(d.a->changes.n, STAGED);
	strbuf_release(&w);
	desk_close(&d);
}

static void a_recipe_of_the_station_is_staged(void **state)
{
	const char *const list[] = { "night", "recipes/night.cfg", "2", "Less demand",
				     "" };
	const char *const lines[] = { "well.sp", "40.5", "double", "%", "f", "1",
				      "mode",    "auto", "string", "",  "f", "2" };
	struct wire_request m;
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "Eo");
	assert_string_equal((req_of(&d, WIRE_RECIPES, &m), m.text), "");
	desk_answer(&d, m.req, list, 5, 1, "1");
	desk_shows(&d, "night  (2) Less demand");
	desk_key(&d, TERM_KEY_ENTER);
	assert_string_equal((req_of(&d, WIRE_RECIPES, &m), m.text), "night");
	desk_answer(&d, m.req, lines, 6, 2, "2");
	assert_int_equal(d.a->ui.form.kind, FORM_CLOSED);
	assert_int_equal(d.a->changes.n, 2);
	assert_double(d.a->changes.line[0].value.u.d, 40.5, 0);
	assert_string_equal(d.a->changes.line[1].value.u.s, "auto");
	turn(&d, 10);
	desk_shows(&d, "recipe night");
	desk_close(&d);
}

static void a_write_in_doubt_is_settled_with_what_was_found(void **state)
{
	const char *const rows[DOUBT_FIELDS] = { "812",     "well.sp",   "unknown",
						 "1000000", "no answer", "ivan",
						 "55.0 %" };
	struct wire_request m;
	struct desk d;

	(void)state;
	open_screens(&d);
	desk_type(&d, "D");
	rows_turn(d.a);
	desk_answer(&d, d.a->rows_req, rows, DOUBT_FIELDS, 1, "1 writes in doubt");
	desk_shows(&d, "In doubt 1");
	desk_key(&d, TERM_KEY_ENTER);
	assert_has(desk_message(&d), "select a row first");
	desk_key(&d, TERM_KEY_DOWN);
	desk_shows(&d, "nothing is sent again by that");
	desk_key(&d, TERM_KEY_ENTER);
	desk_key(&d, TERM_KEY_ENTER);
	desk_shows(&d, "say what was found at the device");
	desk_type(&d, "it runs at 40");
	desk_key(&d, TERM_KEY_ENTER);
	req_of(&d, WIRE_SETTLE, &m);
	assert_int_equal(m.num, 812);
	assert_string_equal(m.text, "it runs at 40");
	desk_answer(&d, m.req, NULL, 0, 0, "settled");
	assert_has(desk_message(&d), "write 812 is settled");
	assert_int_equal(d.a->ui.form.kind, FORM_CLOSED);
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_staged_stands_beside_what_is),
		cmocka_unit_test(a_line_is_edited_and_taken_away),
		cmocka_unit_test(a_value_that_is_typed_is_staged_instead),
		cmocka_unit_test(a_line_that_is_barred_is_not_signed),
		cmocka_unit_test(WR_30_one_signature_and_a_table_of_what_became_of_each),
		cmocka_unit_test(SEC_17_SEC_18_only_a_key_alone_and_late_enough_signs),
		cmocka_unit_test(SEC_18_what_was_not_on_the_glass_is_not_signed),
		cmocka_unit_test(escape_gives_back_what_the_server_holds),
		cmocka_unit_test(what_a_tag_wants_typed_is_typed_and_sent),
		cmocka_unit_test(
			WR_30_a_console_that_lost_the_server_asks_what_became_of_it),
		cmocka_unit_test(a_refused_set_says_why_and_stays_staged),
		cmocka_unit_test(a_recipe_of_the_station_is_staged),
		cmocka_unit_test(a_write_in_doubt_is_settled_with_what_was_found),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
