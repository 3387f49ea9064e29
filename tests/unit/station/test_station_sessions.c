/* test_station_sessions.c - admission, rights of every message, limits, slow consoles. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/states.h"
#include "util/bytes.h"
#include "wire/accounts.h"
#include "wire/audit.h"
#include "wire/changes.h"
#include "wire/handover.h"
#include "wire/journal.h"
#include "wire/people.h"
#include "wire/report.h"
#include "wire/trend.h"

static void SEC_01_who_is_not_listed_is_closed_before_any_data(void **state)
{
	struct rig *r = *state;
	uint64_t stranger = rig_open_only(r, 4000);
	const uint8_t *payload;
	size_t len;

	assert_true(r->closed[stranger]);
	assert_has(rig_goodbye(r, stranger), "stranger is no operator of this station");
	assert_false(rig_last(r, stranger, WIRE_WELCOME, &payload, &len));
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 1);
	rig_request(r, stranger, WIRE_GET, 1, 0, "a.sp");
	assert_false(rig_last(r, stranger, WIRE_TAG_STATE, &payload, &len));
	for (int i = 0; i < 30; i++)
		rig_open_only(r, 4000);
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 5); /* a flood is not */
}

/* Users of the machine who open what they may keep nobody from the plant. */
static void SEC_01_who_only_looks_takes_no_place_of_who_acts(void **state)
{
	struct rig *r = *state;
	size_t refused = 0, acting = 0;

	r->st->def->access.unlisted_view = true;
	for (uint32_t i = 0; i < SESSIONS_MAX; i++) {
		uint64_t one = rig_open_only(r, 4000 + i / 40);

		refused += r->closed[one];
		if (r->closed[one])
			assert_has(rig_goodbye(r, one), "for who only looks");
	}
	assert_int_equal(refused, SESSIONS_TO_ACT);
	for (size_t i = 0; i < SESSIONS_TO_ACT; i++)
		acting += !r->closed[rig_open_only(r, i % 2 ? RIG_IVAN : RIG_ENG)];
	assert_int_equal(acting, SESSIONS_TO_ACT);
	assert_true(r->closed[rig_open_only(r, RIG_IVAN)]);
}

static void SEC_01_unlisted_users_may_look_when_the_station_says_so(void **state)
{
	struct rig *r = *state;
	struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };
	struct station_def *def = rig_station(RIG_SAME);
	const uint8_t *payload;
	uint64_t stranger;
	size_t len;

	def->access.unlisted_view = true;
	rig_release(r);
	rig_init_from(r, def, &nothing);
	rig_plant(r);
	stranger = rig_open(r, 4000);
	rig_request(r, stranger, WIRE_GET, 1, 0, "a.sp");
	assert_true(rig_last(r, stranger, WIRE_TAG_STATE, &payload, &len));
	assert_int_equal(rig_token(r, stranger, "a.sp", value_double(45)), 0);
	assert_has(rig_reply(r, stranger, 500, NULL), "may look only");
}

/* Coming and going as fast as it can: counted, and told. */
static void AU_14_who_comes_and_goes_in_a_flood_is_counted_not_recorded(void **state)
{
	struct rig *r = *state;
	struct audit_record a;
	enum { FLOOD = 2000 };

	for (int i = 0; i < FLOOD; i++)
		rig_close(r, rig_open(r, RIG_IVAN));
	size_t in = rig_audits(r, AUDIT_SIGN_IN, NULL);
	assert_in_range(in, 300, 310);
	assert_int_equal(rig_audits(r, AUDIT_SIGN_OUT, NULL), in);
	/* others are recorded as ever */
	rig_close(r, rig_open(r, RIG_OLEG));
	assert_int_equal(rig_audits(r, AUDIT_SIGN_IN, &a), in + 1);
	assert_string_equal(a.actor, "oleg");
	rig_wait(r, 2000);
	rig_close(r, rig_open(r, RIG_IVAN));
	assert_int_equal(rig_audits(r, AUDIT_SIGN_IN, &a), in + 2);
	char said[80];
	snprintf(said, sizeof(said), "and %zu sessions before it", FLOOD - in);
	assert_has(a.detail, said);
}

/* What is done in a session that was not recorded names who did it all the same. */
static void AU_14_an_act_in_a_flood_is_recorded_with_who_did_it(void **state)
{
	struct rig *r = *state;
	struct audit_record a;
	uint64_t ivan = 0;

	for (int i = 0; i < 400; i++) {
		if (ivan)
			rig_close(r, ivan);
		ivan = rig_open(r, RIG_IVAN);
	}
	assert_int_equal(rig_token(r, ivan, "a.sp", value_double(45)), 0); /* too fast */
	rig_wait(r, 1000);
	assert_true(rig_token(r, ivan, "a.sp", value_double(45)) != 0);
	rig_audits(r, AUDIT_SELECT, &a);
	assert_string_equal(a.actor, "ivan");
	assert_true(a.session == ivan);
}

static void SEC_27_root_acts_only_where_allow_root_is_set(void **state)
{
	struct rig *r = *state;
	struct store_snapshot nothing = { .next_request = 1, .next_occurrence = 1 };

	for (int allowed = 0; allowed < 2; allowed++) {
		struct station_def *def = rig_station(RIG_SAME);
		struct wire_welcome m;
		const uint8_t *payload;
		size_t len;
		uint64_t root;

		free(def->access.operators[0].unix_user);
		def->access.operators[0].unix_user = strdup("root");
		def->access.allow_root = allowed;
		rig_release(r);
		rig_init_from(r, def, &nothing);
		rig_plant(r);
		root = rig_open(r, 0);
		assert_true(rig_last(r, root, WIRE_WELCOME, &payload, &len));
		assert_true(wire_get_welcome(payload, len, &m));
		assert_int_equal(rig_token(r, root, "a.sp", value_double(45)) != 0,
				 allowed);
		if (allowed)
			assert_has(m.notice, "root may act here");
		else
			assert_string_equal(m.notice, "");
	}
}

/* --- SEC-03: every message, every role, every area, every state of a session ----- */

struct expectation {
	uint16_t type;
	bool may[4];      /* ivan (a, b, c), oleg (b), vera (looks), eng (engineer) */
	bool needs_state; /* what it does depends on more than the right */
};

static const struct expectation expected[] = {
	{ WIRE_GET, { true, true, true, true }, false },
	{ WIRE_SUBSCRIBE, { true, true, true, true }, false },
	{ WIRE_UNSUBSCRIBE, { true, true, true, true }, false },
	{ WIRE_SCREENS, { true, true, true, true }, false },
	{ WIRE_SCREEN_GET, { true, true, true, true }, false },
	{ WIRE_ALARMS, { true, true, true, true }, false },
	{ WIRE_ALARM_ACT, { true, false, false, false }, false },
	{ WIRE_SELECT, { true, false, false, false }, false },
	{ WIRE_CONFIRM, { false, false, false, false }, true }, /* nothing selected */
	{ WIRE_CANCEL, { false, false, false, false }, true },
	{ WIRE_SETTLE, { true, true, false, false }, true },
	{ WIRE_STATUS, { true, true, true, true }, false },
	{ WIRE_RELOAD, { false, false, false, true }, false },
	{ WIRE_AUDIT, { false, false, false, true }, false },
	{ WIRE_WHERE, { true, true, true, true }, false },
	{ WIRE_EXPLAIN, { true, true, true, true }, false },
	{ WIRE_BACKUP, { false, false, false, true }, false },
	{ WIRE_TAGS, { true, true, true, true }, false },
	{ WIRE_IN_DOUBT, { true, true, true, true }, false },
	{ WIRE_DEVICES, { true, true, true, true }, false },
	{ WIRE_SUBSTITUTED, { true, true, true, true }, false },
	{ WIRE_SUBSTITUTE, { true, false, false, false }, false },
	{ WIRE_JOURNAL, { true, true, true, true }, false },
	{ WIRE_REPORT, { true, true, true, true }, false },
	{ WIRE_TREND, { true, true, true, true }, false },
	{ WIRE_SILENCE, { true, true, false, false }, true },
	{ WIRE_AUDIT_SEARCH, { false, false, false, true }, false },
	{ WIRE_CONFIG, { true, true, true, true }, false },
	{ WIRE_PLACE, { true, true, true, true }, false },
	{ WIRE_PEOPLE, { true, true, true, true }, false },
	{ WIRE_OVERRIDES, { true, true, true, true }, false },
	{ WIRE_RECIPES, { true, true, true, true }, false },
	{ WIRE_CHANGES_LOOK, { true, true, true, true }, false },
	{ WIRE_CHANGES, { true, true, true, true }, false },
	{ WIRE_CHANGE_SETS, { true, true, true, true }, false },
	{ WIRE_APPROVE, { false, false, false, false }, true }, /* nothing waits */
	{ WIRE_APPROVALS, { true, true, true, true }, false },
	{ WIRE_LOCK, { true, true, true, true }, false },
	{ WIRE_USER, { false, false, false, true }, false },
	{ WIRE_USERS, { false, false, false, true }, false },
	{ WIRE_SIGN_IN, { true, true, true, true }, false },
	{ WIRE_SIGN_OUT, { true, true, true, true }, false },
	{ WIRE_ACCEPT, { true, true, true, true }, false },
	{ WIRE_HANDOVER, { true, true, true, true }, true },
	{ WIRE_TERMINATE, { false, false, false, true }, true },
	{ WIRE_SEAL, { false, false, false, true }, false },
	{ WIRE_SIGN, { false, false, false, true }, true },
};

enum { EXPECTED = sizeof(expected) / sizeof(expected[0]) };

/* --- messages that are no plain request: each about area a ------------------------- */

static void put_subscribe(struct strbuf *w)
{
	const char *names[] = { "a.sp" };

	wire_put_subscribe(w, 1, names, 1);
}

static void put_journal(struct strbuf *w)
{
	wire_put_journal(w, &(struct wire_journal){ .req = 77, .count = 1 });
}

static void put_report(struct strbuf *w)
{
	wire_put_report(w,
			&(struct wire_report){ .req = 77, .kind = WIRE_REPORT_ALARMS });
}

static void put_trend(struct strbuf *w)
{
	struct wire_trend m = { .req = 77, .tag = "a.level", .bucket_s = 1, .count = 1 };

	wire_put_trend(w, &m);
}

static void put_search(struct strbuf *w)
{
	wire_put_audit_search(w, &(struct wire_audit_search){ .req = 77, .count = 1 });
}

static void put_handover(struct strbuf *w)
{
	wire_put_handover(w,
			  &(struct wire_handover){ .req = 77, .act = HANDOVER_WAITING });
}

static void put_set(struct strbuf *w, bool look)
{
	struct wire_change line = { .tag = "a.sp", .value = value_double(45) };
	struct wire_changes m = { .req = 77, .look = look, .n = 1, .lines = &line };

	wire_put_changes(w, &m);
}

static void put_changes(struct strbuf *w)
{
	put_set(w, false);
}

static void put_changes_look(struct strbuf *w)
{
	put_set(w, true);
}

static void put_user(struct strbuf *w)
{
	struct wire_user m = { .req = 77, .act = WIRE_USER_REMOVE, .name = "x" };

	wire_put_user(w, &m);
}

static void put_sign_in(struct strbuf *w)
{
	wire_put_sign_in(w, &(struct wire_sign_in){ .req = 77, .name = "nobody" });
}

static void put_place(struct strbuf *w)
{
	wire_put_place(w, &(struct wire_place){ .req = 77, .page = "Alarms" });
}

static const struct {
	uint16_t type;
	void (*put)(struct strbuf *w);
} putters[] = {
	{ WIRE_SUBSCRIBE, put_subscribe },
	{ WIRE_SELECT, rig_put_select },
	{ WIRE_SUBSTITUTE, rig_put_substitute },
	{ WIRE_JOURNAL, put_journal },
	{ WIRE_REPORT, put_report },
	{ WIRE_TREND, put_trend },
	{ WIRE_AUDIT_SEARCH, put_search },
	{ WIRE_HANDOVER, put_handover },
	{ WIRE_CHANGES, put_changes },
	{ WIRE_CHANGES_LOOK, put_changes_look },
	{ WIRE_USER, put_user },
	{ WIRE_SIGN_IN, put_sign_in },
	{ WIRE_PLACE, put_place },
};

static void put_alarm_act(struct rig *r, struct strbuf *w, uint64_t session)
{
	struct wire_alarm_act a = { .req = 77, .event = ALARM_E_ACK };
	struct wire_alarm_row row;

	if (rig_alarm_row(r, session, "a.level.high", &row)) {
		a.occurrence = row.occurrence;
		a.epoch = row.epoch;
		a.version = row.version;
	}
	snprintf(a.alarm, sizeof(a.alarm), "a.level.high");
	wire_put_alarm_act(w, &a);
}

static void put_request(struct strbuf *w, uint16_t type)
{
	static const uint16_t without[] = { WIRE_SCREEN_GET, WIRE_TAGS, WIRE_SCREENS,
					    WIRE_DEVICES };
	struct wire_request m = { .req = 77 };

	snprintf(m.text, sizeof(m.text), "%s",
		 type == WIRE_BACKUP ? "/tmp/x" : "a.level");
	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (type == without[i])
			m.text[0] = '\0';
	wire_put_request(w, (enum wire_type)type, &m);
}

static void put_message(struct rig *r, struct strbuf *w, uint16_t type, uint64_t session)
{
	for (size_t i = 0; i < sizeof(putters) / sizeof(putters[0]); i++)
		if (putters[i].type == type) {
			putters[i].put(w);
			return;
		}
	if (type == WIRE_ALARM_ACT)
		put_alarm_act(r, w, session);
	else
		put_request(w, type);
}

static bool was_refused(struct rig *r, uint64_t session)
{
	enum wire_status status = WIRE_OK;
	const char *text = rig_reply(r, session, 77, &status);

	return *text && status == WIRE_REFUSED &&
	       (strstr(text, "right") || strstr(text, "look only"));
}

static void SEC_03_each_message_asks_for_exactly_its_right(void **state)
{
	struct rig *r = *state;
	size_t rows = 0;

	for (const struct message *m = station_messages; m->type; m++)
		rows += m->type != WIRE_HELLO;
	assert_int_equal(rows, EXPECTED); /* a new message needs its line above */
	rig_number(r, "a.level", 6);
	for (size_t i = 0; i < EXPECTED; i++)
		for (uint32_t who = 0; who < 4; who++) {
			uint64_t session = rig_open(r, RIG_IVAN + who);
			struct strbuf w = STRBUF_INIT;

			rig_request(r, session, WIRE_ALARMS, 1, 1, "");
			put_message(r, &w, expected[i].type, session);
			rig_frame(r, session, &w);
			strbuf_release(&w);
			if (expected[i].needs_state)
				assert_int_equal(rig_count(r, session, WIRE_REPLY) > 0,
						 1);
			else
				assert_int_equal(was_refused(r, session),
						 !expected[i].may[who]);
			assert_false(r->closed[session]);
			rig_close(r, session);
			rig_forget(r, session);
			r->last_session = 1; /* numbers of the bench are few */
			memset(r->st->comers, 0, sizeof(r->st->comers)); /* AU-14 */
		}
}

static void SEC_03_nothing_but_hello_before_the_greeting(void **state)
{
	struct rig *r = *state;

	for (size_t i = 0; i < EXPECTED; i++) {
		uint64_t session = rig_open_only(r, RIG_IVAN);
		struct strbuf w = STRBUF_INIT;

		put_message(r, &w, expected[i].type, session);
		rig_frame(r, session, &w);
		strbuf_release(&w);
		assert_string_equal(rig_goodbye(r, session), "HELLO must come first");
		assert_true(r->closed[session]);
	}
	assert_int_equal(rig_audits(r, AUDIT_SIGN_IN, NULL), 0);
}

static void SEC_04_a_frame_of_a_dead_session_is_not_read(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));

	rig_close(r, ivan);
	rig_forget(r, ivan);
	rig_request(r, ivan, WIRE_CONFIRM, 7, token, "");
	assert_int_equal(rig_count(r, ivan, WIRE_REPLY), 0);
	rig_open(r, RIG_IVAN);
	rig_request(r, r->last_session, WIRE_CONFIRM, 7, token, "");
	assert_has(rig_reply(r, r->last_session, 7, NULL), "another session");
	assert_int_equal(r->n_writes, 0);
}

static void SEC_05_unknown_and_malformed_messages_end_the_session(void **state)
{
	struct rig *r = *state;
	struct event ev = { .kind = EV_SESSION_FRAME };
	uint64_t session;

	for (uint16_t type = 0; type < 300; type++) {
		if (station_message(type))
			continue;
		session = rig_open(r, RIG_IVAN);
		ev.u.frame.session = session;
		ev.u.frame.type = type;
		ev.u.frame.payload = (const uint8_t *)"";
		ev.u.frame.len = 0;
		rig_step(r, &ev);
		assert_has(rig_goodbye(r, session), "is not known to this server");
		rig_forget(r, session);
		r->last_session = 1;
	}
	for (const struct message *m = station_messages; m->type; m++)
		for (size_t len = 0; len < 4; len++) {
			if (m->right != RIGHT_VIEW)
				continue; /* refused before it is read */
			rig_wait(r, 100); /* no flood of sessions */
			session = rig_open(r, RIG_IVAN);
			ev.u.frame.session = session;
			ev.u.frame.type = m->type;
			ev.u.frame.payload = (const uint8_t *)"\1\2\3\4";
			ev.u.frame.len = len;
			rig_step(r, &ev);
			assert_has(rig_goodbye(r, session), "malformed");
			rig_forget(r, session);
			r->last_session = 1;
		}
}

static void PR_07_sessions_are_limited_and_hello_has_two_seconds(void **state)
{
	struct rig *r = *state;
	uint64_t mute = rig_open_only(r, RIG_IVAN);
	uint64_t last;

	for (int i = 1; i < SESSIONS_PER_UID; i++)
		rig_open_only(r, RIG_IVAN);
	last = rig_open_only(r, RIG_IVAN);
	assert_has(rig_goodbye(r, last), "50 sessions of ivan are open already");
	last = rig_open(r, RIG_VERA);
	assert_false(r->closed[last]);
	rig_wait(r, 2100);
	assert_has(rig_goodbye(r, mute), "no HELLO within 2 s");
	assert_false(r->closed[last]);
	assert_int_equal(r->st->n_sessions, 1);
}

static void subscribe(struct rig *r, uint64_t session, const char *const *names, size_t n)
{
	struct strbuf w = STRBUF_INIT;

	wire_put_subscribe(&w, 1, names, n);
	rig_frame(r, session, &w);
	strbuf_release(&w);
}

static size_t count_values(const struct rig *r, uint64_t session, struct wire_value *last)
{
	const uint8_t *payload;
	static char text[VALUE_STRING_MAX + 1];
	struct bytes_reader b;
	size_t len, n = 0;

	if (!rig_last(r, session, WIRE_VALUES, &payload, &len))
		return 0;
	b = bytes_reader(payload, len);
	while (wire_next_value(&b, last, text))
		n++;
	return n;
}

static void a_view_comes_whole_and_then_newest_wins(void **state)
{
	struct rig *r = *state;
	const char *names[] = { "a.sp", "a.nothing", "a.level" };
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_value v;

	subscribe(r, ivan, names, 3);
	assert_int_equal(rig_count(r, ivan, WIRE_TAG_INFO), 3);
	assert_int_equal(count_values(r, ivan, &v), 2);
	rig_forget(r, ivan);
	for (int i = 0; i < 100; i++)
		rig_number(r, "a.level", 3 + i / 1000.0);
	assert_int_equal(rig_count(r, ivan, WIRE_VALUES), 0); /* collected */
	rig_wait(r, 110);
	assert_int_equal(rig_count(r, ivan, WIRE_VALUES), 1);
	assert_int_equal(count_values(r, ivan, &v), 1);
	assert_double(v.value.u.d, 3.099, 1e-9);
	rig_request(r, ivan, WIRE_UNSUBSCRIBE, 3, 1, "");
	rig_forget(r, ivan);
	rig_number(r, "a.level", 4);
	rig_wait(r, 300);
	assert_int_equal(rig_count(r, ivan, WIRE_VALUES), 0);
}

static void a_lease_shows_to_everybody(void **state)
{
	struct rig *r = *state;
	const char *names[] = { "a.sp" };
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);
	struct wire_value v;

	subscribe(r, vera, names, 1);
	assert_true(rig_token(r, ivan, "a.sp", value_double(45)) != 0);
	rig_wait(r, 110);
	assert_int_equal(count_values(r, vera, &v), 1);
	assert_int_equal(v.leased, 1);
	rig_close(r, ivan);
	rig_wait(r, 110);
	count_values(r, vera, &v);
	assert_int_equal(v.leased, 0);
}

static void PR_08_a_slow_console_gets_the_newest_or_is_cut(void **state)
{
	struct rig *r = *state;
	const char *names[] = { "a.level" };
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_value v;

	subscribe(r, ivan, names, 1);
	rig_forget(r, ivan);
	rig_queue(r, ivan, SESSION_HIGH + 1);
	for (int i = 0; i < 20; i++) {
		rig_number(r, "a.level", 3 + i / 10.0);
		rig_wait(r, 300);
		rig_beats(r);
	}
	assert_int_equal(rig_count(r, ivan, WIRE_VALUES), 0);
	rig_queue(r, ivan, 10);
	rig_wait(r, 10);
	assert_int_equal(rig_count(r, ivan, WIRE_VALUES), 1);
	assert_int_equal(count_values(r, ivan, &v), 1);
	assert_double(v.value.u.d, 4.9, 1e-9);
	rig_queue(r, ivan, SESSION_HIGH + 1);
	rig_wait(r, 10100);
	assert_has(rig_goodbye(r, ivan), "takes data too slowly");
	assert_true(r->closed[ivan]);
}

static void PR_09_a_dropped_alarm_log_begins_again_with_a_new_epoch(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_alarm_sync before, after;
	struct wire_alarm_row row;

	rig_request(r, ivan, WIRE_ALARMS, 1, 1, "");
	assert_true(rig_sync(r, ivan, &before));
	rig_queue(r, ivan, SESSION_HARD + 1);
	rig_forget(r, ivan);
	rig_number(r, "a.level", 6);
	assert_int_equal(rig_count(r, ivan, WIRE_ALARM_ROW), 0);
	rig_queue(r, ivan, 0);
	assert_int_equal(rig_count(r, ivan, WIRE_ALARM_RESET), 1);
	assert_true(rig_sync(r, ivan, &after));
	assert_true(after.epoch > before.epoch);
	assert_true(rig_alarm_row(r, ivan, "a.level.high", &row));
	/* an acknowledgement of the list of before is refused */
	rig_ack(r, ivan, 5, row.name, row.occurrence, before.epoch, before.version);
	assert_has(rig_reply(r, ivan, 5, NULL), "sent anew since it was drawn");
}

static void PR_14_the_heart_beats_each_half_second(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_beat b;
	const uint8_t *payload;
	size_t len;

	rig_wait(r, 600);
	rig_forget(r, ivan);
	rig_beats(r);
	rig_wait(r, 1500);
	assert_int_equal(rig_count(r, ivan, WIRE_BEAT), 3);
	assert_true(rig_last(r, ivan, WIRE_BEAT, &payload, &len));
	assert_true(wire_get_beat(payload, len, &b));
	assert_int_equal(b.recording, 1);
	assert_int_equal(b.sessions, 1);
	assert_int_equal(b.devices, 3);
	assert_int_equal(b.devices_down, 0);
	r->fail_commits = true;
	rig_close(r, rig_open(r, RIG_VERA));
	assert_true(rig_last(r, ivan, WIRE_BEAT, &payload, &len)); /* at once */
	assert_true(wire_get_beat(payload, len, &b));
	assert_int_equal(b.recording, 0);
}

static void PR_18_another_version_is_refused_politely(void **state)
{
	struct rig *r = *state;
	uint64_t session = rig_open_only(r, RIG_IVAN);
	struct wire_hello m = { .version = 9 };
	struct strbuf w = STRBUF_INIT;

	wire_put_hello(&w, &m);
	rig_frame(r, session, &w);
	strbuf_release(&w);
	assert_has(rig_goodbye(r, session), "speaks version 3 of the console protocol, "
					    "you speak 9");
}

static void signing_in_and_out_is_recorded(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	rig_close(r, ivan);
	assert_int_equal(rig_audits(r, AUDIT_SIGN_IN, &a), 1);
	assert_string_equal(a.actor, "ivan");
	assert_has(a.from, "pts/7 (pid 4711, test)");
	assert_int_equal(rig_audits(r, AUDIT_SIGN_OUT, &a), 1);
	assert_has(a.detail, "the peer went away");
	rig_close(r, rig_open_only(r, RIG_IVAN)); /* never greeted: nothing to say */
	assert_int_equal(rig_audits(r, AUDIT_SIGN_OUT, NULL), 1);
}

static void every_message_has_a_name_and_one_handler(void **state)
{
	(void)state;
	for (const struct message *m = station_messages; m->type; m++) {
		assert_true(m->name && *m->name);
		assert_true((m->request != NULL) != (m->raw != NULL));
		assert_true((unsigned)m->right < RIGHT_COUNT);
		assert_true(station_message(m->type) == m); /* once */
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(SEC_01_who_is_not_listed_is_closed_before_any_data),
		RIG_TEST(AU_14_who_comes_and_goes_in_a_flood_is_counted_not_recorded),
		RIG_TEST(AU_14_an_act_in_a_flood_is_recorded_with_who_did_it),
		RIG_TEST(SEC_01_who_only_looks_takes_no_place_of_who_acts),
		RIG_TEST(SEC_01_unlisted_users_may_look_when_the_station_says_so),
		RIG_TEST(SEC_03_each_message_asks_for_exactly_its_right),
		RIG_TEST(SEC_03_nothing_but_hello_before_the_greeting),
		RIG_TEST(SEC_04_a_frame_of_a_dead_session_is_not_read),
		RIG_TEST(SEC_05_unknown_and_malformed_messages_end_the_session),
		RIG_TEST(SEC_27_root_acts_only_where_allow_root_is_set),
		RIG_TEST(PR_07_sessions_are_limited_and_hello_has_two_seconds),
		RIG_TEST(PR_08_a_slow_console_gets_the_newest_or_is_cut),
		RIG_TEST(PR_09_a_dropped_alarm_log_begins_again_with_a_new_epoch),
		RIG_TEST(PR_14_the_heart_beats_each_half_second),
		RIG_TEST(PR_18_another_version_is_refused_politely),
		RIG_TEST(a_view_comes_whole_and_then_newest_wins),
		RIG_TEST(a_lease_shows_to_everybody),
		RIG_TEST(signing_in_and_out_is_recorded),
		RIG_TEST(every_message_has_a_name_and_one_handler),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
