/* test_console_write.c - the setpoint dialog: nothing is sent but what an operator saw
 * whole and confirmed with a key of its own. */
#include "support/test.h"

#include "screen/console_rig.h"

#include <string.h>

static void open_dialog(struct rig *r)
{
	tty_type(r->t, "\033[B");
	tty_expect(r->t, "p.a  50.0 %  good");
	tty_type(r->t, "\r");
	tty_expect(r->t, "Write p.a");
}

static void to_offer(struct rig *r)
{
	open_dialog(r);
	tty_type(r->t, "55.5\r");
	tty_expect(r->t, "Enter or Y sends it");
}

static void the_dialog_names_the_tag_its_value_and_limits(void **state)
{
	struct rig *r = *state;

	open_dialog(r);
	tty_expect(r->t, "a test value");
	tty_expect(r->t, "50.0 %  good");
	tty_expect(r->t, "0.0 to 100.0 %");
	/* the value moves while it stands there */
	fake_value(r->f, "p.a", 51.5, 0);
	tty_expect(r->t, "51.5 %  good");
}

static void a_write_goes_select_offer_confirm_outcome(void **state)
{
	struct rig *r = *state;

	to_offer(r);
	assert_string_equal(fake_last_select(r->f).tag, "p.a");
	assert_double(fake_last_select(r->f).value.u.d, 55.5, 0);
	tty_expect(r->t, "p.a: 50.0 \xE2\x86\x92 55.5 %");
	tty_expect(r->t, "limits 0 to 100 %, on plc9");
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
	tty_type(r->t, "\r");
	fake_expect(r->f, r->t, WIRE_CONFIRM, 1);
	tty_expect(r->t, "sent to plc9");
	tty_expect(r->t, "write 9: plc9 accepted 55.5 %");
	tty_type(r->t, "\r");
	tty_expect_gone(r->t, "Write p.a");
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 1);
}

static void Y_confirms_too_and_other_keys_do_not(void **state)
{
	struct rig *r = *state;

	to_offer(r);
	tty_type(r->t, "x");
	tty_expect(r->t, "wait...");
	tty_expect(r->t, "Enter or Y sends it");
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
	tty_type(r->t, "Y");
	fake_expect(r->f, r->t, WIRE_CONFIRM, 1);
}

static void Esc_changes_nothing_at_any_point(void **state)
{
	struct rig *r = *state;

	open_dialog(r);
	tty_type(r->t, "55.5\033");
	tty_expect(r->t, "p.a: nothing was changed");
	assert_int_equal(fake_count(r->f, WIRE_SELECT), 0);
	tty_type(r->t, "\r");
	tty_expect(r->t, "Write p.a");
	tty_type(r->t, "55.5\r");
	tty_expect(r->t, "Enter or Y sends it");
	tty_type(r->t, "\033");
	fake_expect(r->f, r->t, WIRE_CANCEL, 1);
	tty_expect_gone(r->t, "Write p.a");
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
}

static void a_refusal_is_shown_with_its_reason_and_can_be_corrected(void **state)
{
	struct rig *r = *state;

	fake_refuse(r->f, "150 is above the limit 100 of p.a");
	open_dialog(r);
	tty_type(r->t, "150\r");
	tty_expect(r->t, "150 is above the limit 100 of p.a");
	fake_refuse(r->f, NULL);
	tty_type(r->t, "\177\177\1775\r");
	fake_expect(r->f, r->t, WIRE_SELECT, 2);
	assert_double(fake_last_select(r->f).value.u.d, 5.0, 0);
}

static void WR_11_what_can_be_read_two_ways_is_not_sent(void **state)
{
	static const char *const wrong[] = { "1e3", "5,5", "007", "--1", "0x10", "" };
	struct rig *r = *state;

	open_dialog(r);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		tty_type(r->t, wrong[i]);
		tty_type(r->t, "\r");
		pump_for(r->t, 60);
		for (size_t k = 0; k < strlen(wrong[i]); k++)
			tty_type(r->t, "\177");
	}
	tty_type(r->t, "\r");
	tty_expect(r->t, "type a value first");
	assert_int_equal(fake_count(r->f, WIRE_SELECT), 0);
}

static void SEC_17_a_paste_never_confirms(void **state)
{
	struct rig *r = *state;
	char flood[4097];

	to_offer(r);
	tty_type(r->t, "\033[200~y\r\ry\033[201~");
	tty_expect(r->t, "pasted text is refused");
	/* the end mark inside, and more behind it */
	tty_type(r->t, "\033[200~a\033[201~\ry\ry");
	pump_for(r->t, 100);
	/* without marks: many keys at once are no decision */
	memset(flood, '\r', sizeof(flood) - 1);
	flood[sizeof(flood) - 1] = '\0';
	tty_type(r->t, flood);
	tty_type(r->t, "yyyyyyyyyyyyyyyyyyyy\r");
	pump_for(r->t, 400);
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
	/* nor does a paste fill the entry */
	tty_type(r->t, "\033");
	tty_expect_gone(r->t, "Write p.a");
	tty_type(r->t, "\r");
	tty_expect(r->t, "Write p.a");
	tty_type(r->t, "\033[200~77\r\033[201~");
	tty_expect(r->t, "pasted text is refused: type it");
	assert_int_equal(fake_count(r->f, WIRE_SELECT), 1);
	assert_false(tty_shows(r->t, "77"));
}

static void SEC_18_what_was_typed_ahead_does_not_confirm(void **state)
{
	struct rig *r = *state;

	fake_hold(r->f);
	open_dialog(r);
	tty_type(r->t, "55.5\r");
	tty_expect(r->t, "asking the server...");
	tty_type(r->t, "\ry\r");
	fake_grant(r->f);
	tty_type(r->t, "y");
	tty_expect(r->t, "Enter or Y sends it");
	pump_for(r->t, 300);
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
	tty_type(r->t, "\r");
	fake_expect(r->f, r->t, WIRE_CONFIRM, 1);
}

static void an_offer_that_cannot_be_seen_cannot_be_confirmed(void **state)
{
	struct rig *r = *state;

	to_offer(r);
	tty_resize(r->t, 30, 6);
	tty_expect(r->t, "too small");
	tty_type(r->t, "\r");
	pump_for(r->t, 400);
	tty_type(r->t, "y");
	pump_for(r->t, 400);
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
	tty_resize(r->t, 80, 24);
	tty_expect(r->t, "Enter or Y sends it");
	tty_type(r->t, "\r");
	fake_expect(r->f, r->t, WIRE_CONFIRM, 1);
}

static void a_lost_server_voids_the_dialog_and_says_what_is_known(void **state)
{
	struct rig *r = *state;

	to_offer(r);
	fake_cut(r->f);
	tty_expect(r->t, "p.a: nothing was sent, the server was lost");
	tty_expect_gone(r->t, "Write p.a");
	tty_type(r->t, "\r");
	fake_expect(r->f, r->t, WIRE_HELLO, 2);
	assert_int_equal(fake_count(r->f, WIRE_CONFIRM), 0);
}

static void SEC_29_invisible_characters_cannot_be_typed(void **state)
{
	struct rig *r = *state;

	open_dialog(r);
	tty_type(r->t, "\xE2\x80\xAE"
		       "5"); /* right-to-left override */
	tty_expect(r->t, "5");
	tty_type(r->t, "\r");
	fake_expect(r->f, r->t, WIRE_SELECT, 1);
	assert_double(fake_last_select(r->f).value.u.d, 5.0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_READY_RIG(the_dialog_names_the_tag_its_value_and_limits),
		ON_READY_RIG(a_write_goes_select_offer_confirm_outcome),
		ON_READY_RIG(Y_confirms_too_and_other_keys_do_not),
		ON_READY_RIG(Esc_changes_nothing_at_any_point),
		ON_READY_RIG(a_refusal_is_shown_with_its_reason_and_can_be_corrected),
		ON_READY_RIG(WR_11_what_can_be_read_two_ways_is_not_sent),
		ON_READY_RIG(SEC_17_a_paste_never_confirms),
		ON_READY_RIG(SEC_18_what_was_typed_ahead_does_not_confirm),
		ON_READY_RIG(an_offer_that_cannot_be_seen_cannot_be_confirmed),
		ON_READY_RIG(a_lost_server_voids_the_dialog_and_says_what_is_known),
		ON_READY_RIG(SEC_29_invisible_characters_cannot_be_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
