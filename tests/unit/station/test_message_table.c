/*
 * test_message_table.c - each message number x each set of rights x each state of a
 * session, and each act that belongs to an area x inside and outside of it (SEC-03).
 *
 * What is expected is written here by hand, not taken from the server's table. A payload
 * that is cut short tells them apart without a handler doing anything: who may say it is
 * sent away for the malformed message, who may not is refused before anybody reads it.
 */
#include "unit/station/rig.h"

#include <stdio.h>
#include <string.h>

#include "wire/who.h"

enum { TYPES = 100, SETS = 1 << RIGHT_COUNT };

/* In which states it is heard: View only, Acting, Idle, Locked, Notice. */
struct heard {
	const char *states;
	enum right right;
};

#define LOOKS(right)                                                                     \
	{                                                                                \
		"VAILN", RIGHT_##right                                                   \
	}
#define ACTS(right)                                                                      \
	{                                                                                \
		"VA", RIGHT_##right                                                      \
	}

static const struct heard heard[] = {
	[1] = LOOKS(VIEW),             /* HELLO */
	[2] = LOOKS(VIEW),             /* GET */
	[3] = LOOKS(VIEW),             /* SUBSCRIBE */
	[4] = LOOKS(VIEW),             /* UNSUBSCRIBE */
	[5] = LOOKS(VIEW),             /* SCREENS */
	[6] = LOOKS(VIEW),             /* SCREEN_GET */
	[7] = LOOKS(VIEW),             /* ALARMS */
	[8] = ACTS(VIEW),              /* ALARM_ACT: asks itself, in the alarm's area */
	[9] = ACTS(VIEW),              /* SELECT: asks itself, in the tag's area */
	[10] = ACTS(VIEW),             /* CONFIRM: of what was selected here */
	[11] = LOOKS(VIEW),            /* CANCEL: giving up is always heard */
	[12] = ACTS(OPERATE),          /* SETTLE */
	[13] = ACTS(OPERATE),          /* SUBSTITUTE: asks again in the tag's area */
	[20] = LOOKS(VIEW),            /* STATUS */
	[21] = ACTS(ENGINEER),         /* RELOAD */
	[22] = ACTS(AUDIT),            /* AUDIT: nobody reads it on a locked console */
	[23] = LOOKS(VIEW),            /* WHERE */
	[24] = LOOKS(VIEW),            /* EXPLAIN */
	[25] = ACTS(ADMIN),            /* BACKUP */
	[26] = LOOKS(VIEW),            /* TAGS */
	[27] = LOOKS(VIEW),            /* IN_DOUBT */
	[28] = LOOKS(VIEW),            /* DEVICES */
	[29] = LOOKS(VIEW),            /* SUBSTITUTED */
	[30] = LOOKS(VIEW),            /* JOURNAL */
	[31] = LOOKS(VIEW),            /* REPORT */
	[32] = LOOKS(VIEW),            /* TREND */
	[33] = LOOKS(VIEW),            /* PLACE */
	[34] = LOOKS(VIEW),            /* PEOPLE */
	[35] = LOOKS(VIEW),            /* OVERRIDES */
	[36] = ACTS(ACKNOWLEDGE),      /* SILENCE */
	[37] = ACTS(VIEW),             /* APPROVE: asks itself, for the waiting write */
	[38] = LOOKS(VIEW),            /* APPROVALS */
	[39] = ACTS(VIEW),             /* CHANGES: asks itself, for each tag */
	[40] = LOOKS(VIEW),            /* CHANGE_SETS */
	[41] = LOOKS(VIEW),            /* RECIPES */
	[42] = LOOKS(VIEW),            /* CHANGES_LOOK: nothing is taken */
	[43] = { "VAIL", RIGHT_VIEW }, /* SIGN_IN: the notice of use comes first */
	[44] = LOOKS(VIEW),            /* SIGN_OUT */
	[45] = ACTS(VIEW),             /* USER: asks itself, admin or the owner */
	[46] = ACTS(VIEW),             /* USERS: asks itself, admin or audit */
	[47] = LOOKS(VIEW),            /* LOCK */
	[48] = LOOKS(VIEW),            /* ACCEPT */
	[49] = ACTS(ADMIN),            /* TERMINATE */
	[50] = ACTS(VIEW),             /* HANDOVER: asks itself who may act */
	[52] = ACTS(ADMIN),            /* SEAL: keys, acceptance */
	[53] = ACTS(AUDIT),            /* SIGN: an export */
	[54] = LOOKS(VIEW),            /* CONFIG */
	[55] = ACTS(AUDIT),            /* AUDIT_SEARCH */
	[TYPES - 1] = { NULL, RIGHT_COUNT },
};

/* Each number a client may use has a line, also those that nobody understands. */
_Static_assert(sizeof(heard) / sizeof(heard[0]) == TYPES, "a line for each number");
/* Another right or another state makes this test wrong: it has to be looked at. */
_Static_assert(RIGHT_COUNT == 8, "each right is in SETS");
_Static_assert(SESSION_STATES == 5, "each state is in letters");

static const struct {
	enum session_state state;
	char letter;
} letters[SESSION_STATES] = {
	{ SESSION_VIEWING, 'V' }, { SESSION_ACTING, 'A' }, { SESSION_IDLE, 'I' },
	{ SESSION_LOCKED, 'L' },  { SESSION_NOTICE, 'N' },
};

/* A session that has these rights, in an area or everywhere, in that state. */
static uint64_t session_with(struct rig *r, uint32_t rights, const char *area,
			     enum session_state state)
{
	uint64_t id = rig_open(r, RIG_IVAN);
	struct session *who = session_find(r->st, id);
	struct access_grant g = who->full;

	g.rights = rights;
	g.n_posts = 1;
	g.posts[0] = (struct access_post){ .rights = rights, .area = area };
	who->state = state;
	session_granted(who, &g);
	who->state = state; /* acting is not VIEWING because nothing may be done */
	return id;
}

/* What a thousand sessions left behind is of no interest. */
static void forget(struct rig *r, uint64_t session)
{
	if (!r->closed[session])
		rig_close(r, session);
	rig_forget(r, session);
	r->closed[session] = false;
	r->last_session = 0;
	memset(r->st->comers, 0, sizeof(r->st->comers)); /* it is no flood (AU-14) */
	for (size_t i = 0; i < r->n_stored; i++)
		txn_free(r->stored[i]);
	r->n_stored = 0;
}

static bool may(const struct heard *h, uint32_t rights, char letter)
{
	bool awake = letter == 'V' || letter == 'A';
	uint32_t counts = awake ? rights : rights & 1u << RIGHT_VIEW;

	return strchr(h->states, letter) && (counts & 1u << h->right);
}

static void cut_short(struct rig *r, uint64_t session, uint16_t type)
{
	static const uint8_t req[] = { 77, 0, 0, 0 };
	struct event ev = { .kind = EV_SESSION_FRAME };

	ev.u.frame.session = session;
	ev.u.frame.type = type;
	ev.u.frame.payload = req;
	ev.u.frame.len = sizeof(req);
	rig_step(r, &ev);
}

static void judge(struct rig *r, uint64_t session, uint16_t type, bool expected)
{
	enum wire_status status = WIRE_OK;
	const char *text = rig_reply(r, session, 77, &status);

	if (!heard[type].states) {
		assert_has(rig_goodbye(r, session), "is not known to this server");
	} else if (expected) {
		assert_has(rig_goodbye(r, session), "a malformed \"");
		assert_string_equal(text, "");
	} else {
		assert_false(r->closed[session]);
		assert_int_equal(status, WIRE_REFUSED);
		assert_true(strlen(text) > 10);
		assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 1);
	}
}

static void SEC_03_each_message_with_each_set_of_rights_in_each_state(void **state)
{
	struct rig *r = *state;
	size_t known = 0, cases = 0;

	for (uint16_t type = 0; type < TYPES; type++) {
		const struct heard *h = &heard[type];

		known += h->states != NULL;
		assert_int_equal(station_message(type) != NULL, h->states != NULL);
		for (uint32_t rights = 0; rights < SETS; rights++)
			for (size_t i = 0; i < SESSION_STATES; i++, cases++) {
				uint64_t id =
					session_with(r, rights, NULL, letters[i].state);

				cut_short(r, id, type);
				judge(r, id, type,
				      h->states && may(h, rights, letters[i].letter));
				forget(r, id);
			}
	}
	assert_int_equal(cases, TYPES * SETS * SESSION_STATES);
	for (const struct message *m = station_messages; m->type; m++)
		known--;
	assert_int_equal(known, 0);
}

/* --- areas ------------------------------------------------------------------------ */

#define PUT_ACT(name, number)                                                            \
	static void put_##name(struct strbuf *w)                                         \
	{                                                                                \
		struct wire_alarm_act m = { .req = 77,                                   \
					    .event = (number),                           \
					    .alarm = "a.level.high",                     \
					    .text = "test" };                            \
                                                                                         \
		wire_put_alarm_act(w, &m);                                               \
	}

PUT_ACT(ack, ALARM_E_ACK)
PUT_ACT(reset, ALARM_E_RESET)
PUT_ACT(confirm, ALARM_E_CONFIRM)
PUT_ACT(comment, ALARM_E_COMMENT)
PUT_ACT(shelve, ALARM_E_SHELVE)
PUT_ACT(unshelve, ALARM_E_UNSHELVE)
PUT_ACT(suppress, ALARM_E_SUPPRESS)
PUT_ACT(unsuppress, ALARM_E_UNSUPPRESS)
PUT_ACT(out, ALARM_E_OUT_OF_SERVICE)
PUT_ACT(in, ALARM_E_IN_SERVICE)

static const struct {
	enum right right;
	void (*put)(struct strbuf *w);
} in_area[] = {
	{ RIGHT_OPERATE, rig_put_select },  { RIGHT_OPERATE, rig_put_substitute },
	{ RIGHT_ACKNOWLEDGE, put_ack },     { RIGHT_ACKNOWLEDGE, put_reset },
	{ RIGHT_ACKNOWLEDGE, put_confirm }, { RIGHT_ACKNOWLEDGE, put_comment },
	{ RIGHT_SHELVE, put_shelve },       { RIGHT_SHELVE, put_unshelve },
	{ RIGHT_APPROVE, put_suppress },    { RIGHT_APPROVE, put_unsuppress },
	{ RIGHT_APPROVE, put_out },         { RIGHT_APPROVE, put_in },
};
enum { IN_AREA = sizeof(in_area) / sizeof(in_area[0]) };

/* Refused because of who asks, not of what it asks for. */
static bool was_barred(struct rig *r, uint64_t session)
{
	static const char *const words[] = {
		"no right \"",
		"but not in area",
		"this session",
		"notice of use",
	};
	enum wire_status status = WIRE_OK;
	const char *text = rig_reply(r, session, 77, &status);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (status == WIRE_REFUSED && strstr(text, words[i]))
			return true;
	return false;
}

static void one_in_area(struct rig *r, size_t act, uint32_t rights, const char *area,
			size_t i)
{
	uint64_t id = session_with(r, rights, area, letters[i].state);
	bool inside = !area || strcmp(area, "a") == 0;
	bool awake = letters[i].letter == 'V' || letters[i].letter == 'A';
	enum right first =
		in_area[act].put == rig_put_substitute ? RIGHT_OPERATE : RIGHT_VIEW;
	bool expected = awake && inside && (rights & 1u << first) &&
			(rights & 1u << in_area[act].right);
	struct strbuf w = STRBUF_INIT;

	in_area[act].put(&w);
	rig_frame(r, id, &w);
	strbuf_release(&w);
	if (was_barred(r, id) == expected)
		fail_msg("act %zu, rights %x, area %s, state %c: %s", act, rights,
			 area ? area : "all", letters[i].letter,
			 rig_reply(r, id, 77, NULL));
	if (!expected)
		assert_int_equal(rig_audits(r, AUDIT_REFUSED, NULL), 1);
	forget(r, id);
}

static void SEC_03_WR_24_each_act_of_an_area_inside_and_outside_of_it(void **state)
{
	static const char *const areas[] = { "a", "b", NULL };
	struct rig *r = *state;

	rig_plant(r);
	rig_number(r, "a.level", 6);
	for (size_t act = 0; act < IN_AREA; act++)
		for (uint32_t rights = 0; rights < SETS; rights++)
			for (size_t area = 0; area < 3; area++)
				for (size_t i = 0; i < SESSION_STATES; i++)
					one_in_area(r, act, rights, areas[area], i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(SEC_03_each_message_with_each_set_of_rights_in_each_state),
		RIG_TEST(SEC_03_WR_24_each_act_of_an_area_inside_and_outside_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
