/* test_rungs.c - what the dialogs ask for on the way to a write: a reason, what is shown
 * typed, a second person; and what a habit, a flood or a paste does there: nothing. */
#include "support/test.h"

#include <locale.h>

#include "console/app/entry.h"
#include "console/view/parts.h"
#include "unit/console/desk.h"
#include "unit/console/desk_screens.h"

static struct desk desk;

static struct dialog *dialog(void)
{
	return &desk.a->ui.dialog;
}

/* well.sp with what a write of it asks for, its dialog open. */
static void open_with(uint16_t wants, const char *words)
{
	struct wire_tag_info info = { .tag = 7,
				      .type = VALUE_DOUBLE,
				      .writable = 1,
				      .decimals = 1,
				      .wants = wants };
	struct wire_value v = { .tag = 7, .value = value_double(1) };

	open_screens(&desk);
	desk_type(&desk, "5");
	snprintf(info.name, sizeof(info.name), "well.sp");
	snprintf(info.words, sizeof(info.words), "%s", words);
	model_tag_info(&desk.a->model, &info);
	model_value(&desk.a->model, &v);
	desk.a->ui.selected = screen_item_of(model_picture(&desk.a->model), "well.sp");
	desk_type(&desk, "w");
}

static int teardown(void **state)
{
	(void)state;
	desk_close(&desk);
	return 0;
}

static void turn(void)
{
	for (int i = 0; i < 3; i++) { /* drawn, then armed */
		desk_paint(&desk);
		dialog_turn(desk.a);
		approval_turn(desk.a);
		desk_pass(&desk, UI_ARM_MS + 1);
	}
	dialog_turn(desk.a);
	approval_turn(desk.a);
	desk.a->alone = true;
	desk_paint(&desk);
}

static void offer(uint16_t wants, const char *challenge)
{
	struct wire_selected m = {
		.req = dialog()->req, .token = 77, .expires_ms = 15000, .wants = wants
	};

	snprintf(m.tag, sizeof(m.tag), "well.sp");
	snprintf(m.old_value, sizeof(m.old_value), "1.0");
	snprintf(m.new_value, sizeof(m.new_value), "2.0");
	snprintf(m.challenge, sizeof(m.challenge), "%s", challenge);
	dialog_selected(desk.a, &m);
	turn();
}

static struct wire_request last_of(enum wire_type type, unsigned want)
{
	struct strbuf payload = STRBUF_INIT;
	struct wire_request m = { 0 };

	assert_int_equal(desk_asked(&desk, type, &payload), want);
	if (want)
		assert_true(
			wire_get_request((const uint8_t *)payload.buf, payload.len, &m));
	strbuf_release(&payload);
	return m;
}

static void a_reason_is_asked_for_before_the_server_is(void **state)
{
	struct strbuf payload = STRBUF_INIT;
	struct wire_select m;

	(void)state;
	open_with(WIRE_WANTS_REASON, "");
	desk_type(&desk, "2");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(dialog()->stage, DIALOG_REASON);
	desk_shows(&desk, "it goes on record");
	desk_key(&desk, TERM_KEY_ENTER);
	desk_shows(&desk, "it is not written without a reason: type why");
	desk_type(&desk, "  ");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(dialog()->stage, DIALOG_REASON);
	assert_int_equal(desk_asked(&desk, WIRE_SELECT, NULL), 0);
	desk_type(&desk, "the lab");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(desk_asked(&desk, WIRE_SELECT, &payload), 1);
	assert_true(wire_get_select((const uint8_t *)payload.buf, payload.len, &m));
	assert_string_equal(m.reason, "  the lab");
	strbuf_release(&payload);
}

static void a_bad_value_asks_for_a_reason_where_it_may_be_written_blind(void **state)
{
	struct wire_value v = { .tag = 7,
				.quality = QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR),
				.value = value_double(1) };

	(void)state;
	open_with(WIRE_WANTS_BLIND, "");
	model_value(&desk.a->model, &v);
	desk_type(&desk, "2");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_int_equal(dialog()->stage, DIALOG_REASON);
}

/* Enter upon Enter sends nothing: something has to be typed, and exactly that. */
static void SEC_18_a_challenge_is_typed_and_nothing_else_sends(void **state)
{
	struct wire_request m;

	(void)state;
	open_with(WIRE_WANTS_CHALLENGE, "");
	desk_type(&desk, "2");
	desk_key(&desk, TERM_KEY_ENTER);
	offer(WIRE_WANTS_CHALLENGE, "2.0");
	desk_shows(&desk, "type 2.0 and Enter");
	desk_key(&desk, TERM_KEY_ENTER);
	desk_key(&desk, TERM_KEY_ENTER);
	desk_shows(&desk, "type what is shown first");
	desk_type(&desk, "y");
	desk_key(&desk, TERM_KEY_ENTER);
	desk_shows(&desk, "that is not what is shown: type it exactly");
	last_of(WIRE_CONFIRM, 0);
	desk_key(&desk, TERM_KEY_BACKSPACE);
	desk_type(&desk, "2.0");
	turn();
	desk_key(&desk, TERM_KEY_ENTER);
	m = last_of(WIRE_CONFIRM, 1);
	assert_string_equal(m.text, "2.0");
	assert_true(m.num == 77);
	assert_true(m.num2 == 0);
}

static void words_are_offered_and_shown(void **state)
{
	(void)state;
	open_with(0, "0=off\n1=automatic\n7=by hand");
	assert_int_equal(dialog()->stage, DIALOG_CHOICE);
	desk_shows(&desk, "automatic   good");
	desk_shows(&desk, "off, automatic or by hand");
	desk_shows(&desk, "well.sp  automatic  good"); /* and on the glass */
	desk_shows(&desk, "> 2 automatic");
	desk_key(&desk, TERM_KEY_DOWN);
	desk_shows(&desk, "> 3 by hand");
	desk_key(&desk, TERM_KEY_ENTER);
	assert_string_equal(dialog()->entry.text, "7");
	assert_int_equal(desk_asked(&desk, WIRE_SELECT, NULL), 1);
}

/* --- one's own, waiting ------------------------------------------------------------ */

static void tell_approval(enum wire_approval_state state, bool yours, const char *says)
{
	struct wire_approval m = {
		.approval = 104, .state = (uint8_t)state, .yours = yours, .left_ms = 60000
	};
	struct strbuf w = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "well.sp");
	snprintf(m.text, sizeof(m.text), "well.sp: 1.0 \xe2\x86\x92 2.0, on plc");
	snprintf(m.reason, sizeof(m.reason), "the lab");
	snprintf(m.asker, sizeof(m.asker), "ivan");
	snprintf(m.from, sizeof(m.from), "/dev/pts/3");
	snprintf(m.says, sizeof(m.says), "%s", says);
	wire_put_approval(&w, &m);
	desk_hear(&desk, &w);
	strbuf_release(&w);
	desk_paint(&desk);
}

static void wait_for_second(uint16_t more)
{
	open_with(WIRE_WANTS_APPROVAL, "");
	desk_type(&desk, "2");
	desk_key(&desk, TERM_KEY_ENTER);
	offer(WIRE_WANTS_APPROVAL | more, "");
	desk_shows(&desk, "a second person is asked before it is sent");
	desk_type(&desk, "y");
	last_of(WIRE_CONFIRM, 1);
	tell_approval(WIRE_APPROVAL_OPEN, true, "maria, otto");
}

static void who_is_asked_and_for_how_long_stands_there(void **state)
{
	struct wire_request m;

	(void)state;
	wait_for_second(0);
	desk_shows(&desk, "maria, otto");
	desk_shows(&desk, "waits for the second person, 60 s more");
	desk_pass(&desk, 20000);
	desk_paint(&desk);
	desk_shows(&desk, "40 s more");
	desk_type(&desk, "y"); /* nothing here sends */
	desk_key(&desk, TERM_KEY_ENTER);
	last_of(WIRE_CONFIRM, 0);
	desk_key(&desk, TERM_KEY_ESC);
	m = last_of(WIRE_CANCEL, 1);
	assert_true(m.num == 77);
	assert_int_equal(dialog()->stage, DIALOG_CLOSED);
}

static void a_no_stands_there_until_it_was_read(void **state)
{
	struct wire_reply no = { .status = WIRE_REFUSED, .text = "maria declined: no" };

	(void)state;
	wait_for_second(0);
	no.req = dialog()->req;
	tell_approval(WIRE_APPROVAL_DECLINED, true, "maria declined: no");
	assert_true(dialog_reply(desk.a, &no));
	desk_paint(&desk);
	assert_int_equal(dialog()->stage, DIALOG_RESULT);
	desk_shows(&desk, "maria declined: no");
}

static void alone_takes_the_whole_word(void **state)
{
	struct wire_request m;

	(void)state;
	wait_for_second(WIRE_ALONE_ALLOWED);
	entry_set(&dialog()->reason, "fire");
	desk_shows(&desk, "In an emergency: type alone and Enter");
	desk_type(&desk, "alon");
	desk_key(&desk, TERM_KEY_ENTER);
	desk_shows(&desk, "type the word alone, or wait");
	last_of(WIRE_CONFIRM, 0);
	desk_type(&desk, "e");
	desk_key(&desk, TERM_KEY_ENTER);
	m = last_of(WIRE_CONFIRM, 1);
	assert_true(m.num2 == 1);
}

/* --- somebody's -------------------------------------------------------------------- */

static void WR_25_an_approval_is_never_a_habit(void **state)
{
	struct wire_request m;

	(void)state;
	open_screens(&desk);
	tell_approval(WIRE_APPROVAL_OPEN, false, "");
	desk_shows(&desk, "e: ivan asks you to approve well.sp (60 s)");
	desk_type(&desk, "e");
	desk_shows(&desk, "Approve 104: well.sp");
	desk_shows(&desk, "> Not now");
	desk_key(&desk, TERM_KEY_RIGHT);
	desk_key(&desk, TERM_KEY_ENTER); /* before it stood there long enough */
	last_of(WIRE_APPROVE, 0);
	turn();
	desk.a->alone = false;
	desk_key(&desk, TERM_KEY_ENTER); /* among other keys */
	last_of(WIRE_APPROVE, 0);
	turn();
	desk_shows(&desk, "> Approve");
	desk_key(&desk, TERM_KEY_ENTER);
	m = last_of(WIRE_APPROVE, 1);
	assert_true(m.num == 104 && m.num2 == 1);
	tell_approval(WIRE_APPROVAL_GIVEN, false, "approved by maria");
	assert_int_equal(desk_find(&desk, "asks you to approve"), -1);
}

static void a_request_that_ends_closes_its_dialog(void **state)
{
	(void)state;
	open_screens(&desk);
	tell_approval(WIRE_APPROVAL_OPEN, false, "");
	desk_type(&desk, "e");
	turn();
	tell_approval(WIRE_APPROVAL_WITHDRAWN, false, "withdrawn by who asked");
	assert_int_equal(desk_find(&desk, "Approve 104"), -1);
	desk_shows(&desk, "withdrawn by who asked");
	tell_approval(WIRE_APPROVAL_OPEN, false, "");
	desk_pass(&desk, 60001);
	approval_turn(desk.a);
	desk_paint(&desk);
	assert_int_equal(desk_find(&desk, "asks you to approve"), -1);
	desk_type(&desk, "e");
	desk_shows(&desk, "nobody waits for an approval of yours");
}

static void a_no_carries_its_reason(void **state)
{
	struct wire_request m;

	(void)state;
	open_screens(&desk);
	tell_approval(WIRE_APPROVAL_OPEN, false, "");
	desk_type(&desk, "e");
	turn();
	desk_key(&desk, TERM_KEY_LEFT);
	desk_shows(&desk, "> Decline");
	desk_key(&desk, TERM_KEY_ENTER);
	desk_type(&desk, "not today");
	desk_key(&desk, TERM_KEY_ENTER);
	m = last_of(WIRE_APPROVE, 1);
	assert_true(m.num == 104 && m.num2 == 0);
	assert_string_equal(m.text, "not today");
}

/* --- of a change set -------------------------------------------------------------------
 */

enum { MANY = 100 };

static void tell_lines(size_t from, size_t to)
{
	struct wire_approval_line m = { .approval = 104 };
	struct strbuf w = STRBUF_INIT;

	for (size_t i = from; i < to; i++) {
		m.at = (uint16_t)i;
		snprintf(m.text, sizeof(m.text), "well.sp%03zu: 1.0 \xe2\x86\x92 2.0",
			 i + 1);
		wire_put_approval_line(&w, &m);
	}
	desk_hear(&desk, &w);
	strbuf_release(&w);
	desk_paint(&desk);
}

static void tell_set(void)
{
	struct wire_approval m = { .approval = 104,
				   .state = WIRE_APPROVAL_OPEN,
				   .left_ms = 160000,
				   .lines = MANY };
	struct strbuf w = STRBUF_INIT;

	snprintf(m.tag, sizeof(m.tag), "well.sp050");
	snprintf(m.text, sizeof(m.text), "change set night of 100");
	snprintf(m.asker, sizeof(m.asker), "ivan");
	wire_put_approval(&w, &m);
	desk_hear(&desk, &w);
	strbuf_release(&w);
}

static void WR_25_every_line_of_a_set_is_read_before_a_yes(void **state)
{
	char seal[WIRE_APPROVAL_SEAL_SIZE], line[40];
	uint64_t of = wire_approval_seal(WIRE_APPROVAL_SEAL, "change set night of 100");
	struct wire_request m;
	int pages = 0;

	(void)state;
	open_screens(&desk);
	tell_set();
	tell_lines(0, MANY);
	desk_shows(&desk, "e: ivan asks you to approve a change set");
	desk_type(&desk, "e");
	turn();
	desk_shows(&desk, "well.sp001: 1.0");
	desk_key(&desk, TERM_KEY_RIGHT);
	desk_shows(&desk, "> Approve");
	desk_key(&desk, TERM_KEY_ENTER);
	last_of(WIRE_APPROVE, 0);
	desk_shows(&desk, "there are more lines: PgDn reads on");
	while (desk_find(&desk, "all 100 lines are read") == -1 && pages++ < MANY) {
		turn();
		desk_key(&desk, TERM_KEY_PAGE_DOWN);
		desk_paint(&desk);
	}
	desk_shows(&desk, "100  well.sp100: 1.0");
	turn();
	desk_key(&desk, TERM_KEY_ENTER);
	m = last_of(WIRE_APPROVE, 1);
	for (int i = 1; i <= MANY; i++) {
		snprintf(line, sizeof(line), "well.sp%03d: 1.0 \xe2\x86\x92 2.0", i);
		of = wire_approval_seal(of, line);
	}
	wire_approval_seal_text(of, seal);
	assert_true(m.num == 104 && m.num2 == 1);
	assert_string_equal(m.text, seal);
}

static void WR_25_a_line_that_did_not_come_is_not_approved(void **state)
{
	(void)state;
	open_screens(&desk);
	tell_set();
	tell_lines(0, 98);
	tell_lines(99, MANY); /* one is lost on the way */
	desk_type(&desk, "e");
	turn();
	desk_key(&desk, TERM_KEY_RIGHT);
	for (int i = 0; i < MANY; i++) {
		desk_key(&desk, TERM_KEY_DOWN);
		turn();
	}
	desk_key(&desk, TERM_KEY_ENTER);
	last_of(WIRE_APPROVE, 0);
	desk_shows(&desk, "its lines have not come yet");
}

/* A session that may not act any more answers nothing, and a lost one neither. */
static void a_lost_server_takes_the_requests_with_it(void **state)
{
	(void)state;
	open_screens(&desk);
	tell_approval(WIRE_APPROVAL_OPEN, false, "");
	approval_forget(desk.a);
	desk_type(&desk, "e");
	desk_shows(&desk, "nobody waits for an approval of yours");
}

static void the_dialogs_fit_where_they_stand(void **state)
{
	static const int sizes[][2] = { { 80, 24 }, { 160, 48 }, { 44, 14 }, { 20, 8 } };

	(void)state;
	open_screens(&desk);
	tell_approval(WIRE_APPROVAL_OPEN, false, "");
	desk_type(&desk, "e");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		desk_resize(&desk, sizes[i][0], sizes[i][1]);
		/* what does not stand there whole cannot be answered */
		if (desk_find(&desk, "Decline") < 0)
			assert_true(desk.a->ui.drawn.approval == 0);
	}
}

#define T(name) cmocka_unit_test_teardown(name, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_reason_is_asked_for_before_the_server_is),
		T(a_bad_value_asks_for_a_reason_where_it_may_be_written_blind),
		T(SEC_18_a_challenge_is_typed_and_nothing_else_sends),
		T(words_are_offered_and_shown),
		T(who_is_asked_and_for_how_long_stands_there),
		T(a_no_stands_there_until_it_was_read),
		T(alone_takes_the_whole_word),
		T(WR_25_an_approval_is_never_a_habit),
		T(a_request_that_ends_closes_its_dialog),
		T(a_no_carries_its_reason),
		T(WR_25_every_line_of_a_set_is_read_before_a_yes),
		T(WR_25_a_line_that_did_not_come_is_not_approved),
		T(a_lost_server_takes_the_requests_with_it),
		T(the_dialogs_fit_where_they_stand),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
