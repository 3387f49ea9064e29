/*
 * test_session_life.c - looking, acting, idle, locked: when a session changes, what it is
 * told, what becomes of what it holds, and what the record says. On a fake clock.
 */
#include "unit/station/rig_people.h"

#include <string.h>

#include "wire/people.h"
#include "wire/who.h"

enum { MINUTE = 60000, HOUR = 60 * MINUTE };

/* The definition is the rig's own: the test sets what access.cfg would. */
static struct access_sessions *limits(struct rig *r)
{
	return &r->st->def->access.sessions;
}

static struct wire_who who_of(const struct rig *r, uint64_t session)
{
	struct wire_who m = { 0 };
	const uint8_t *p;
	size_t n;

	assert_true(rig_last(r, session, WIRE_WHO, &p, &n));
	assert_true(wire_get_who(p, n, &m));
	return m;
}

static void press(struct rig *r, uint64_t session, uint32_t idle_s)
{
	struct wire_place m = { .req = 5, .idle_s = idle_s, .page = "Alarms" };
	struct strbuf w = STRBUF_INIT;

	wire_put_place(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

static void a_session_is_told_who_it_is_when_it_comes(void **state)
{
	struct rig *r = *state;
	struct wire_who ivan = who_of(r, rig_open(r, RIG_IVAN));
	struct wire_who vera = who_of(r, rig_open(r, RIG_VERA));

	assert_int_equal(ivan.state, SESSION_ACTING);
	assert_string_equal(ivan.name, "ivan");
	assert_string_equal(ivan.user, "ivan");
	assert_true(ivan.rights & 1u << RIGHT_OPERATE);
	assert_string_equal(ivan.why, "");
	assert_int_equal(vera.state, SESSION_VIEWING);
	assert_false(vera.rights & 1u << RIGHT_OPERATE);
}

static void SEC_12_without_a_key_a_session_falls_back_to_looking(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	struct audit_record record;
	struct wire_who who;

	rig_plant(r);
	limits(r)->idle_ms = 15 * MINUTE;
	rig_wait(r, 15 * MINUTE - 1000);
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
	rig_wait(r, 1000);
	who = who_of(r, ivan);
	assert_int_equal(who.state, SESSION_IDLE);
	assert_int_equal(who.rights, 1u << RIGHT_VIEW);
	assert_string_equal(who.name, "ivan");
	assert_string_equal(who.why, "no key for 15 min");
	assert_false(r->closed[ivan]);
	assert_int_equal(who_of(r, vera).state, SESSION_VIEWING);
	assert_int_equal(rig_audits(r, AUDIT_IDLE, &record), 1);
	assert_string_equal(record.subject, "ivan");
	assert_string_equal(record.result, "idle");
	assert_string_equal(record.detail, "no key for 15 min");
	rig_number(r, "a.level", 6);
	assert_true(rig_count(r, rig_watch(r, RIG_SAM), WIRE_ALARM_ROW) > 0);
}

static void SEC_12_keys_and_acts_keep_a_session_acting(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	rig_plant(r);
	limits(r)->idle_ms = 10 * MINUTE;
	rig_wait(r, 9 * MINUTE);
	press(r, ivan, 0); /* a key */
	rig_wait(r, 9 * MINUTE);
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
	rig_select(r, ivan, 7, "a.sp", value_double(45)); /* an act */
	rig_wait(r, 9 * MINUTE);
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
	press(r, ivan, 9 * 60 + 30); /* another page by itself is no key */
	rig_request(r, ivan, WIRE_PEOPLE, 8, 0, ""); /* nor is a question */
	rig_wait(r, MINUTE - 1); /* what was pressed before the act counts no more */
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
	rig_wait(r, 1);
	assert_int_equal(who_of(r, ivan).state, SESSION_IDLE);
}

static void SEC_12_what_was_selected_is_void_and_recorded(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), eng = rig_open(r, RIG_ENG), token;
	struct audit_record record;

	rig_plant(r);
	limits(r)->idle_ms = 10000;
	token = rig_token(r, ivan, "a.sp", value_double(45));
	assert_true(token != 0);
	assert_true(write_gate_leased(r->st->gate, rig_tag(r, "a.sp")));
	rig_wait(r, 10000);
	assert_int_equal(who_of(r, ivan).state, SESSION_IDLE);
	assert_false(write_gate_leased(r->st->gate, rig_tag(r, "a.sp")));
	assert_int_equal(rig_audits(r, AUDIT_CANCEL, &record), 1);
	assert_string_equal(record.subject, "a.sp");
	assert_string_equal(record.detail, "no key for 10 s");
	rig_confirm(r, ivan, 9, token);
	assert_has(rig_reply(r, ivan, 9, NULL), "only looks now");
	assert_int_equal(r->n_writes, 0);
	(void)eng;
}

static void SEC_12_too_long_after_the_proof_it_only_looks(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	limits(r)->absolute_ms = 2 * HOUR;
	for (int i = 0; i < 23; i++) {
		rig_wait(r, 5 * MINUTE);
		press(r, ivan, 0);
	}
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
	rig_wait(r, 5 * MINUTE);
	assert_int_equal(who_of(r, ivan).state, SESSION_IDLE);
	assert_string_equal(who_of(r, ivan).why, "2 h since ivan was proven");
}

static void WR_24_a_locked_session_sees_alarms_and_does_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_watch(r, RIG_IVAN);
	struct wire_alarm_row row;
	struct audit_record record;
	struct wire_who who;

	rig_plant(r);
	rig_request(r, ivan, WIRE_LOCK, 3, 0, "");
	assert_has(rig_reply(r, ivan, 3, NULL), "locked");
	who = who_of(r, ivan);
	assert_int_equal(who.state, SESSION_LOCKED);
	assert_string_equal(who.why, "locked by ivan");
	assert_int_equal(rig_audits(r, AUDIT_LOCK, &record), 1);
	rig_number(r, "a.level", 6);
	row = rig_row(r, ivan, "a.level.high");
	assert_int_equal(row.state, ALARM_S_UNACK);
	assert_has(rig_act(r, ivan, "a.level.high", rig_act_ack(r, ivan, "a.level.high")),
		   "this session is locked (locked by ivan)");
	assert_int_equal(rig_row(r, ivan, "a.level.high").state, ALARM_S_UNACK);
	rig_select(r, ivan, 7, "a.sp", value_double(45));
	assert_has(rig_reply(r, ivan, 7, NULL), "this session is locked");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &record), 2);
	assert_string_equal(record.subject, "select");
	assert_has(record.detail, "this session is locked");
	/* a second lock is no second record, and giving up is always heard */
	rig_request(r, ivan, WIRE_LOCK, 4, 0, "");
	assert_int_equal(rig_audits(r, AUDIT_LOCK, NULL), 1);
	rig_request(r, ivan, WIRE_CANCEL, 5, 99, "");
	assert_has(rig_reply(r, ivan, 5, NULL), "nothing is selected");
}

static void time_locks_what_acts_and_what_is_idle(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);

	limits(r)->idle_ms = 10 * MINUTE;
	limits(r)->lock_ms = 30 * MINUTE;
	rig_wait(r, 30 * MINUTE - 1);
	assert_int_equal(who_of(r, ivan).state, SESSION_IDLE);
	rig_wait(r, 1);
	assert_int_equal(who_of(r, ivan).state, SESSION_LOCKED);
	assert_string_equal(who_of(r, ivan).why, "no key for 30 min");
	assert_int_equal(who_of(r, vera).state, SESSION_VIEWING);
}

static void a_reload_wakes_nobody(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), eng = rig_open(r, RIG_ENG);

	rig_plant(r);
	rig_request(r, ivan, WIRE_LOCK, 3, 0, "");
	rig_reload(r, RIG_RANGE, false, eng, 4);
	assert_int_equal(who_of(r, ivan).state, SESSION_LOCKED);
	assert_int_equal(who_of(r, ivan).rights, 1u << RIGHT_VIEW);
	rig_select(r, ivan, 7, "a.sp", value_double(45));
	assert_has(rig_reply(r, ivan, 7, NULL), "this session is locked");
}

static void SEC_12_who_may_do_something_else_now_proves_anew_who_he_is(void **state)
{
	struct rig *r = *state;
	struct access_def *d = &r->st->def->access;
	uint64_t ivan, eng, token;

	for (size_t i = 0; i < d->n_roles; i++) /* until the reload below */
		if (strcmp(d->roles[i].name, "operator") == 0)
			d->roles[i].rights |= 1u << RIGHT_APPROVE;
	ivan = rig_open(r, RIG_IVAN);
	eng = rig_open(r, RIG_ENG);
	rig_plant(r);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	assert_true(token != 0);
	rig_reload(r, RIG_SAME, false, eng, 3);
	assert_int_equal(who_of(r, ivan).state, SESSION_IDLE);
	assert_string_equal(who_of(r, ivan).why, "what ivan may do was changed");
	assert_int_equal(who_of(r, eng).state, SESSION_ACTING);
	assert_false(write_gate_leased(r->st->gate, rig_tag(r, "a.sp")));
	assert_false(r->closed[ivan]);
}

static void the_notice_of_use_comes_before_any_act(void **state)
{
	struct rig *r = *state;
	char text[2048] = "";
	struct audit_record record;
	uint64_t ivan, vera;
	const uint8_t *p;
	size_t n;

	rig_plant(r);
	limits(r)->notice =
		strdup("For authorised persons only. Everything is recorded.");
	ivan = rig_open(r, RIG_IVAN);
	vera = rig_open(r, RIG_VERA);
	assert_int_equal(who_of(r, ivan).state, SESSION_NOTICE);
	assert_int_equal(who_of(r, ivan).rights, 1u << RIGHT_VIEW);
	assert_true(rig_last(r, ivan, WIRE_USE_NOTICE, &p, &n));
	assert_true(wire_get_use_notice(p, n, text, sizeof(text)));
	assert_has(text, "authorised persons");
	rig_select(r, ivan, 7, "a.sp", value_double(45));
	assert_has(rig_reply(r, ivan, 7, NULL), "notice of use is not accepted");
	rig_request(r, ivan, WIRE_ACCEPT, 9, 0, "");
	assert_string_equal(rig_reply(r, ivan, 9, NULL), "accepted");
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
	assert_int_equal(rig_audits(r, AUDIT_NOTICE, &record), 1);
	assert_string_equal(record.subject, "ivan");
	assert_has(record.detail, "authorised persons");
	assert_true(rig_token(r, ivan, "a.sp", value_double(45)) != 0);
	rig_request(r, ivan, WIRE_ACCEPT, 10, 0, "");
	assert_int_equal(rig_audits(r, AUDIT_NOTICE, NULL), 1);
	rig_request(r, vera, WIRE_ACCEPT, 9, 0, "");
	assert_int_equal(who_of(r, vera).state, SESSION_VIEWING);
}

static void the_end_of_a_lock_does_not_stand_for_the_notice(void **state)
{
	struct rig *r = *state;
	uint64_t vera;

	limits(r)->notice = strdup("For authorised persons only.");
	vera = rig_open(r, RIG_VERA);
	assert_has(rig_sign_in(r, vera, 1, "maria", RIG_PASSWORD, ""),
		   "notice of use is not accepted");
	rig_request(r, vera, WIRE_LOCK, 2, 0, "");
	assert_has(rig_sign_in(r, vera, 3, "maria", RIG_PASSWORD, ""), "signed in");
	assert_int_equal(who_of(r, vera).state, SESSION_NOTICE);
	assert_int_equal(who_of(r, vera).rights, 1u << RIGHT_VIEW);
	rig_request(r, vera, WIRE_ACCEPT, 4, 0, "");
	assert_int_equal(who_of(r, vera).state, SESSION_ACTING);
}

static void who_is_proven_again_acts_again(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record record;

	limits(r)->idle_ms = MINUTE;
	rig_wait(r, MINUTE);
	assert_int_equal(who_of(r, ivan).state, SESSION_IDLE);
	assert_int_equal(who_of(r, ivan).provable, 1);
	assert_has(rig_sign_in(r, ivan, 1, "ivan", "wrong", ""), "is wrong");
	assert_int_equal(who_of(r, ivan).state, SESSION_IDLE);
	assert_has(rig_sign_in(r, ivan, 2, "ivan", RIG_PASSWORD, ""),
		   "signed in as ivan");
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
	assert_int_equal(rig_audits(r, AUDIT_RESUME, &record), 1);
	assert_string_equal(record.subject, "ivan");
	rig_wait(r, MINUTE - 1);
	assert_int_equal(who_of(r, ivan).state, SESSION_ACTING);
}

static void an_administrator_ends_a_session_and_it_is_told_why(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), eng = rig_open(r, RIG_ENG), token;
	struct audit_record record;
	struct wire_goodbye bye;
	const uint8_t *p;
	size_t n;

	rig_plant(r);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	assert_true(token != 0);
	rig_request(r, ivan, WIRE_TERMINATE, 3, eng, "I may not");
	assert_has(rig_reply(r, ivan, 3, NULL), "no right \"admin\"");
	rig_request(r, eng, WIRE_TERMINATE, 3, ivan, "");
	assert_has(rig_reply(r, eng, 3, NULL), "a reason is missing");
	rig_request(r, eng, WIRE_TERMINATE, 4, 63, "nobody");
	assert_has(rig_reply(r, eng, 4, NULL), "there is no session 63");
	assert_false(r->closed[ivan]);
	rig_request(r, eng, WIRE_TERMINATE, 5, ivan, "left the control room");
	assert_string_equal(rig_reply(r, eng, 5, NULL), "session 1 of ivan is ended");
	assert_true(r->closed[ivan]);
	assert_string_equal(rig_goodbye(r, ivan),
			    "eng has ended this session: left the control room");
	assert_true(rig_last(r, ivan, WIRE_GOODBYE, &p, &n));
	assert_true(wire_get_goodbye(p, n, &bye));
	assert_int_equal(bye.stay_away, 1);
	assert_false(write_gate_leased(r->st->gate, rig_tag(r, "a.sp")));
	assert_int_equal(rig_audits(r, AUDIT_TERMINATE, &record), 1);
	assert_string_equal(record.actor, "eng");
	assert_string_equal(record.subject, "ivan");
	assert_string_equal(record.reason, "left the control room");
	assert_has(record.detail, "session 1 of ivan from");
}

static void one_person_has_so_many_sessions_that_may_act(void **state)
{
	struct rig *r = *state;
	uint64_t first, second, third;

	limits(r)->per_person = 2;
	first = rig_open(r, RIG_IVAN);
	second = rig_open(r, RIG_IVAN);
	third = rig_open_only(r, RIG_IVAN);
	assert_false(r->closed[first] || r->closed[second]);
	assert_true(r->closed[third]);
	assert_has(rig_goodbye(r, third), "2 sessions of ivan are open already");
	assert_false(r->closed[rig_open(r, RIG_OLEG)]);
	for (int i = 0; i < 4; i++) /* who only looks takes nobody's place */
		assert_false(r->closed[rig_open(r, RIG_VERA)]);
	rig_close(r, first);
	assert_false(r->closed[rig_open(r, RIG_IVAN)]);
}

static void SEC_04_a_token_of_before_the_lock_is_worth_nothing_after_it(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), eng = rig_open(r, RIG_ENG), token;
	struct strbuf old = STRBUF_INIT;
	struct wire_request m = { .req = 9 };

	rig_plant(r);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	assert_true(token != 0);
	m.num = token;
	wire_put_request(&old, WIRE_CONFIRM, &m);
	rig_request(r, ivan, WIRE_LOCK, 3, 0, "");
	rig_frame(r, ivan, &old);
	assert_has(rig_reply(r, ivan, 9, NULL), "this session is locked");
	r->st->now = r->now;
	r->st->out = &r->out;
	session_find(r->st, ivan)->state = SESSION_ACTING; /* as after a proof */
	session_granted(session_find(r->st, ivan), &session_find(r->st, ivan)->full);
	rig_forget(r, ivan);
	rig_frame(r, ivan, &old); /* the same frame, replayed */
	assert_string_equal(rig_reply(r, ivan, 9, NULL), "locked by ivan");
	rig_frame(r, eng, &old); /* and from somewhere else */
	assert_has(rig_reply(r, eng, 9, NULL), "another session");
	/* numbers may wrap and come twice: an answer carries them, nothing hangs on them
	 */
	m.req = UINT32_MAX;
	m.num = UINT64_MAX;
	strbuf_clear(&old);
	wire_put_request(&old, WIRE_CONFIRM, &m);
	rig_frame(r, ivan, &old);
	assert_has(rig_reply(r, ivan, UINT32_MAX, NULL), "nothing is selected");
	assert_int_equal(r->n_writes, 0);
	strbuf_release(&old);
}

static void SEC_04_a_replayed_confirm_writes_once(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), token;

	rig_plant(r);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	for (uint32_t i = 0; i < 5; i++)
		rig_confirm(r, ivan, 9 + i, token);
	assert_int_equal(r->n_writes, 1);
}

static void ST_13_after_a_sleep_sessions_are_locked_and_no_value_counts(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA), token;
	struct event ev = { .kind = EV_SLEPT };
	struct audit_record record;

	rig_plant(r);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	assert_true(token != 0);
	ev.u.clock.step_ms = 20 * MINUTE;
	rig_step(r, &ev);
	assert_int_equal(who_of(r, ivan).state, SESSION_LOCKED);
	assert_string_equal(who_of(r, ivan).why, "the machine slept for 20 min");
	assert_int_equal(who_of(r, vera).state, SESSION_VIEWING);
	assert_int_equal(quality_class(rig_value(r, "a.level")->quality), QUALITY_BAD);
	assert_int_equal(quality_reason(rig_value(r, "a.level")->quality), REASON_STALE);
	assert_int_equal(quality_class(rig_value(r, "e.sum")->quality), QUALITY_BAD);
	assert_false(write_gate_leased(r->st->gate, rig_tag(r, "a.sp")));
	assert_int_equal(rig_audits(r, AUDIT_CLOCK, &record), 1);
	assert_string_equal(record.result, "resumed");
	rig_number(r, "a.level", 3);
	assert_true(quality_is_good(rig_value(r, "a.level")->quality));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(a_session_is_told_who_it_is_when_it_comes),
		RIG_TEST(SEC_12_without_a_key_a_session_falls_back_to_looking),
		RIG_TEST(SEC_12_keys_and_acts_keep_a_session_acting),
		RIG_TEST(SEC_12_what_was_selected_is_void_and_recorded),
		RIG_TEST(SEC_12_too_long_after_the_proof_it_only_looks),
		RIG_TEST(WR_24_a_locked_session_sees_alarms_and_does_nothing),
		RIG_TEST(time_locks_what_acts_and_what_is_idle),
		RIG_TEST(a_reload_wakes_nobody),
		RIG_TEST(SEC_12_who_may_do_something_else_now_proves_anew_who_he_is),
		RIG_TEST(SEC_04_a_token_of_before_the_lock_is_worth_nothing_after_it),
		RIG_TEST(SEC_04_a_replayed_confirm_writes_once),
		RIG_TEST(ST_13_after_a_sleep_sessions_are_locked_and_no_value_counts),
		RIG_TEST(the_notice_of_use_comes_before_any_act),
		PEOPLE_TEST(the_end_of_a_lock_does_not_stand_for_the_notice),
		PEOPLE_TEST(who_is_proven_again_acts_again),
		RIG_TEST(an_administrator_ends_a_session_and_it_is_told_why),
		RIG_TEST(one_person_has_so_many_sessions_that_may_act),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
