/* test_station_changes.c - change sets in a whole station: who may, what stops them, and
 * what a session that rests or ends leaves unsent. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/changes.h"

enum { REQ = 40, LINES = 3 };

static int setup(void **state)
{
	struct rig *r = calloc(1, sizeof(*r));

	rig_init(r);
	rig_plant(r);
	r->shows_written = true;
	*state = r;
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, rig_teardown)

static struct wire_change_set set_told(const struct rig *r, uint64_t session)
{
	struct wire_change_set m = { .phase = 0 };
	const uint8_t *p;
	size_t n;

	if (rig_last(r, session, WIRE_CHANGE_SET, &p, &n))
		assert_true(wire_get_change_set(p, n, &m));
	return m;
}

static struct wire_change_set ask(struct rig *r, uint64_t who)
{
	static struct wire_change lines[LINES];
	static const char *const tags[LINES] = { "a.sp", "a.step_sp", "a.mode" };
	static const double values[LINES] = { 45, 21, 2 };
	struct wire_changes m = { .req = REQ, .n = LINES, .lines = lines };
	struct strbuf w = STRBUF_INIT;

	for (size_t i = 0; i < LINES; i++) {
		lines[i] = (struct wire_change){ .value = value_double(values[i]) };
		snprintf(lines[i].tag, sizeof(lines[i].tag), "%s", tags[i]);
	}
	snprintf(m.title, sizeof(m.title), "night");
	wire_put_changes(&w, &m);
	rig_frame(r, who, &w);
	strbuf_release(&w);
	return set_told(r, who);
}

static void sign(struct rig *r, uint64_t who)
{
	struct wire_change_set s = ask(r, who);

	assert_int_equal(s.phase, SET_SELECTED);
	rig_request(r, who, WIRE_CONFIRM, REQ + 1, s.token, "");
}

static void WR_30_a_set_goes_through_the_station(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	sign(r, ivan);
	rig_wait(r, 1500);
	assert_int_equal(set_told(r, ivan).phase, SET_ENDED);
	assert_int_equal(set_told(r, ivan).n_done, LINES);
	assert_int_equal(r->n_writes, LINES);
	assert_int_equal(r->writes[0].m.tag, rig_tag(r, "a.sp"));
	assert_int_equal(r->writes[2].m.tag, rig_tag(r, "a.mode"));
	assert_int_equal(rig_audits(r, AUDIT_INTENT, &a), LINES);
	assert_has(a.detail, "line 3 of 3");
	assert_int_equal(rig_audits(r, AUDIT_CHANGES, &a), 1);
	assert_string_equal(a.subject, "night");
	assert_string_equal(a.actor, "ivan");
	assert_int_equal(rig_audits(r, AUDIT_CHANGES_END, &a), 1);
	assert_string_equal(a.result, "complete");
	/* and who comes later may ask */
	rig_request(r, ivan, WIRE_CHANGE_SETS, REQ + 5, 0, "");
	assert_string_equal(rig_reply(r, ivan, REQ + 5, NULL), "1");
}

static void WR_24_who_may_not_write_one_of_them_signs_none(void **state)
{
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);
	struct audit_record a;

	assert_int_equal(ask(r, vera).phase, SET_REFUSED);
	assert_has(set_told(r, vera).text, "3 of 3 cannot be written");
	assert_int_equal(rig_audits(r, AUDIT_REFUSED, &a), 1);
	assert_int_equal(r->n_writes, 0);
}

static void WR_30_a_session_that_is_locked_sends_no_further_line(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->mute_writes = true; /* the first one waits for its outcome */
	sign(r, ivan);
	assert_int_equal(r->n_writes, 1);
	rig_request(r, ivan, WIRE_LOCK, REQ + 2, 0, "");
	rig_outcome(r, r->writes[0].m.request, WRITE_ACCEPTED, "");
	r->mute_writes = false;
	rig_wait(r, 1500);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(set_told(r, ivan).phase, SET_ENDED);
	assert_int_equal(set_told(r, ivan).n_done, 1);
}

static void WR_30_a_session_that_ends_sends_no_further_line(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	r->mute_writes = true;
	sign(r, ivan);
	rig_close(r, ivan);
	rig_outcome(r, r->writes[0].m.request, WRITE_ACCEPTED, "");
	r->mute_writes = false;
	rig_wait(r, 1500);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(rig_audits(r, AUDIT_CHANGES_END, &a), 1);
	assert_has(a.detail, "1 of 3 done, 2 not sent: the session ended");
	assert_true(write_gate_idle(r->st->gate));
}

static void WR_18_a_link_that_comes_back_sends_nothing_of_it(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->mute_writes = true;
	sign(r, ivan);
	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	rig_outcome(r, r->writes[0].m.request, WRITE_UNKNOWN, "no answer");
	r->mute_reads = true;
	rig_wait(r, 8000);
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	rig_plant(r);
	rig_wait(r, 2000);
	assert_int_equal(r->n_writes, 1);
	assert_int_equal(set_told(r, ivan).phase, SET_ENDED);
	assert_int_equal(set_told(r, ivan).n_unknown, 1);
	assert_int_equal(write_gate_doubt_count(r->st->gate), 1);
}

static void WR_20_what_cannot_be_recorded_is_not_sent(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_change_set s = ask(r, ivan);

	r->fail_commits = true;
	rig_request(r, ivan, WIRE_CONFIRM, REQ + 1, s.token, "");
	rig_wait(r, 500);
	assert_int_equal(r->n_writes, 0);
	assert_int_equal(set_told(r, ivan).phase, SET_ENDED);
	assert_has(set_told(r, ivan).text, "0 of 3 done, 3 not sent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_30_a_set_goes_through_the_station),
		T(WR_24_who_may_not_write_one_of_them_signs_none),
		T(WR_30_a_session_that_is_locked_sends_no_further_line),
		T(WR_30_a_session_that_ends_sends_no_further_line),
		T(WR_18_a_link_that_comes_back_sends_nothing_of_it),
		T(WR_20_what_cannot_be_recorded_is_not_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
