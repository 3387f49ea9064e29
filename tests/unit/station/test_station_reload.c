/* test_station_reload.c - a new definition under a running station. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void CF_07_a_broken_definition_changes_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);
	struct event ev = { .kind = EV_RELOADED };
	struct diag_list diags = DIAG_LIST_INIT;
	const struct station_def *before = r->st->def;
	struct wire_row row;
	const uint8_t *payload;
	size_t len;

	rig_request(r, eng, WIRE_RELOAD, 9, 0, "");
	assert_int_equal(r->n_reloads, 1);
	diag_add(&diags, DIAG_ERROR, "tags/a.cfg", 14, 3, "unknown-tag",
		 "unknown tag \"a.xp\"");
	ev.u.reloaded.session = eng;
	ev.u.reloaded.req = 9;
	ev.u.reloaded.diags = &diags;
	rig_step(r, &ev);
	assert_ptr_equal(r->st->def, before);
	assert_has(rig_reply(r, eng, 9, NULL), "1 errors: the station stays as it was");
	assert_true(rig_last(r, eng, WIRE_ROW, &payload, &len));
	assert_true(wire_get_row(payload, len, &row));
	assert_has(row.field[0], "tags/a.cfg:14:3: error: unknown tag \"a.xp\"");
	wire_row_release(&row);
	assert_int_equal(rig_audits(r, AUDIT_RELOAD, NULL), 1);
	assert_double(rig_value(r, "a.sp")->value.u.d, 40, 0);
	diag_list_release(&diags);
}

static bool notice(struct rig *r, uint64_t session, struct wire_notice *m)
{
	const uint8_t *payload;
	size_t len;

	return rig_last(r, session, WIRE_NOTICE, &payload, &len) &&
	       wire_get_notice(payload, len, m);
}

/* Whoever asked is told by the reply; every other engineer by a notice. */
static void CF_07_every_engineer_hears_of_a_broken_definition(void **state)
{
	struct rig *r = *state;
	uint64_t asked = rig_open(r, RIG_ENG), other = rig_open(r, RIG_ENG);
	uint64_t ivan = rig_open(r, RIG_IVAN), mute = rig_open_only(r, RIG_ENG);
	struct event ev = { .kind = EV_RELOADED };
	struct diag_list diags = DIAG_LIST_INIT;
	static struct wire_notice m;

	diag_add(&diags, DIAG_WARNING, "tags/a.cfg", 2, 1, "odd", "odd");
	diag_add(&diags, DIAG_ERROR, "tags/a.cfg", 14, 3, "unknown-tag",
		 "unknown tag \"a.xp\"");
	ev.u.reloaded.session = asked;
	ev.u.reloaded.req = 9;
	ev.u.reloaded.diags = &diags;
	ev.u.reloaded.dry_run = true;
	rig_step(r, &ev);
	assert_int_equal(rig_count(r, other, WIRE_NOTICE), 0); /* nothing happened */
	ev.u.reloaded.dry_run = false;
	rig_step(r, &ev);
	assert_int_equal(rig_count(r, asked, WIRE_NOTICE), 0);
	assert_int_equal(rig_count(r, ivan, WIRE_NOTICE), 0);
	assert_int_equal(rig_count(r, mute, WIRE_NOTICE), 0); /* has not greeted */
	assert_true(notice(r, other, &m));
	assert_int_equal(m.refused, 1);
	assert_string_equal(m.text, "reload by eng refused: tags/a.cfg:14:3: error: "
				    "unknown tag \"a.xp\" [unknown-tag]; 1 errors: the "
				    "station stays as it was");
	assert_has(r->log.buf, "1 errors: the station stays as it was");
	ev.u.reloaded.session = 0; /* SIGHUP */
	rig_step(r, &ev);
	assert_true(notice(r, asked, &m));
	assert_has(m.text, "reload by a signal refused: tags/a.cfg:14:3");
	assert_int_equal(rig_audits(r, AUDIT_RELOAD, NULL), 2);
	diag_list_release(&diags);
}

static void save_screen(struct rig *r, const char *text, const char *mistake)
{
	struct event ev = { .kind = EV_SCREENS };

	ev.u.screens.files = calloc(1, sizeof(*ev.u.screens.files));
	ev.u.screens.files[0].path = strdup("screens/a.cfg");
	ev.u.screens.files[0].text = strdup(text);
	ev.u.screens.files[0].len = strlen(text);
	ev.u.screens.files[0].mistake = mistake ? strdup(mistake) : NULL;
	ev.u.screens.n = 1;
	rig_step(r, &ev);
}

static void CF_07_every_engineer_hears_of_a_broken_screen(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG), ivan = rig_open(r, RIG_IVAN);
	static struct wire_notice m;

	save_screen(r, "good", NULL);
	assert_int_equal(rig_count(r, eng, WIRE_NOTICE), 0);
	save_screen(r, "bad", "screens/a.cfg:3: error: syntax");
	assert_true(notice(r, eng, &m));
	assert_string_equal(m.text, "screens/a.cfg:3: error: syntax; its older version "
				    "stays");
	assert_int_equal(rig_count(r, ivan, WIRE_NOTICE), 0);
	/* said once, also to who comes later; and that it is mended */
	rig_forget(r, eng);
	save_screen(r, "bad", "screens/a.cfg:3: error: syntax");
	assert_int_equal(rig_count(r, eng, WIRE_NOTICE), 0);
	eng = rig_open(r, RIG_ENG);
	assert_true(notice(r, eng, &m));
	assert_string_equal(m.text, "screens/a.cfg:3: error: syntax; its older version "
				    "stays");
	rig_forget(r, eng);
	save_screen(r, "good", NULL);
	assert_true(notice(r, eng, &m));
	assert_false(m.refused);
	assert_string_equal(m.text, "screens/a.cfg is right again and shown");
	rig_forget(r, eng);
	eng = rig_open(r, RIG_ENG);
	assert_int_equal(rig_count(r, eng, WIRE_NOTICE), 0);
}

static void CF_08_another_limit_tag_is_a_changed_alarm(void **state)
{
	struct station_def *was = rig_station(RIG_TYPES), *now = rig_station(RIG_TYPES);
	int64_t top = station_def_alarm(was, "a.level.top");
	struct alarm_more more = *now->alarms[top].more;

	(void)state;
	now->alarms[top].more = &more;
	assert_true(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	more.limit_max = 8;
	assert_false(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	more.limit_max = 9;
	more.times = 2;
	assert_false(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	more.times = 0;
	assert_true(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	more.second = "c.sp";
	assert_false(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	now->alarms[top].more = NULL;
	assert_false(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	/* what suppresses it and how it lives are part of it, too */
	more = *was->alarms[top].more;
	now->alarms[top].more = &more;
	more.suppress_when = "a.auto";
	assert_false(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	more.suppress_when = NULL;
	struct alarm_life life = *alarm_life(&was->alarms[top]);
	now->alarms[top].life = &life;
	assert_true(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	life.latching = true;
	assert_false(alarm_def_same(&was->alarms[top], &now->alarms[top]));
	station_def_free(was);
	station_def_free(now);
}

static void CF_08_a_thousand_reloads_leave_values_and_drivers_alone(void **state)
{
	struct rig *r = *state;
	uint32_t tag = rig_tag(r, "a.sp");
	size_t configs = r->n_configs;

	rig_number(r, "a.level", 6);
	for (int i = 0; i < 1000; i++)
		rig_reload(r, i % 2 ? RIG_SAME : RIG_LIMIT, false, 0, 0);
	assert_int_equal(r->n_configs, configs); /* no driver heard of it */
	assert_int_equal(r->n_kills, 0);
	assert_int_equal(rig_tag(r, "a.sp"), tag);
	assert_int_equal(tag_db_count(r->st->db), r->st->n_tags);
	assert_double(rig_value(r, "a.sp")->value.u.d, 40, 0);
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
	assert_int_equal(alarm_engine_count(r->st->alarms), r->st->def->n_alarms);
}

static void expect_sum(struct rig *r, double level)
{
	rig_number(r, "a.level", level);
	assert_double(rig_value(r, "e.sum")->value.u.d, 2 * level, 0);
	assert_double(rig_value(r, "e.twice")->value.u.d, 2 * level + 1, 0);
	assert_true(quality_is_good(rig_value(r, "e.twice")->quality));
	const struct alarm_record *high = alarm_engine_record(
		r->st->alarms, alarm_engine_find(r->st->alarms, "e.high"));

	assert_int_equal(high->state == ALARM_S_UNACK, 2 * level + 1 > 12);
}

/* What they read lies elsewhere once it was gone and came back. */
static void CF_08_expressions_follow_their_operands_through_reloads(void **state)
{
	struct rig *r = *state;
	uint32_t level = rig_tag(r, "a.level");

	expect_sum(r, 2);
	for (int i = 0; i < 20; i++) {
		rig_reload(r, i % 2 ? RIG_SAME : RIG_NEW_TAG, false, 0, 0);
		assert_int_equal(rig_tag(r, "a.level"), level);
		expect_sum(r, i % 5);
		rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
		assert_int_equal(rig_tag(r, "e.sum"), TAG_NONE);
		rig_reload(r, RIG_SAME, false, 0, 0);
		assert_true(rig_tag(r, "a.level") > level);
		level = rig_tag(r, "a.level");
		rig_plant(r);
		expect_sum(r, i % 5 + 4); /* 5.5: the alarm comes and goes */
		expect_sum(r, 1);
	}
}

static void CF_08_an_unchanged_alarm_keeps_state_and_a_changed_one_is_judged(void **state)
{
	struct rig *r = *state;
	uint32_t high = alarm_engine_find(r->st->alarms, "a.level.high");

	rig_number(r, "a.level", 6);
	assert_int_equal(alarm_engine_record(r->st->alarms, high)->state, ALARM_S_UNACK);
	rig_reload(r, RIG_RANGE, false, 0, 0);
	assert_int_equal(alarm_engine_record(r->st->alarms, high)->state, ALARM_S_UNACK);
	rig_reload(r, RIG_LIMIT, false, 0, 0); /* 7.5: the level is below now */
	assert_int_equal(alarm_engine_record(r->st->alarms, high)->state, ALARM_S_RTNUN);
}

static const struct alarm_record *high_alarm(struct rig *r)
{
	return alarm_engine_record(r->st->alarms,
				   alarm_engine_find(r->st->alarms, "a.level.high"));
}

/* What it says now it said before: no transition, whatever else of it changed. */
static void CF_08_a_changed_alarm_makes_no_false_transition(void **state)
{
	struct rig *r = *state;
	size_t journal;
	uint64_t occurrence;

	rig_number(r, "a.level", 8);
	occurrence = high_alarm(r)->occurrence;
	journal = rig_stored_ops(r, TXN_JOURNAL);
	rig_reload(r, RIG_LIMIT, false, 0, 0); /* 8 is above 7.5, too */
	rig_reload(r, RIG_DELAY, false, 0, 0);
	rig_wait(r, 1000);
	rig_reload(r, RIG_SAME, false, 0, 0);
	rig_wait(r, 100);
	assert_int_equal(high_alarm(r)->state, ALARM_S_UNACK);
	assert_int_equal(high_alarm(r)->occurrence, occurrence);
	assert_int_equal(rig_stored_ops(r, TXN_JOURNAL), journal);
}

/* Its tag is another register from now on: until that has spoken nothing is judged. */
static void CF_08_an_alarm_waits_for_the_new_value_of_its_tag(void **state)
{
	struct rig *r = *state;
	size_t journal;

	rig_number(r, "a.level", 8);
	rig_reload(r, RIG_ENDPOINT, false, 0, 0);
	assert_int_equal(high_alarm(r)->state, ALARM_S_UNACK);
	assert_true(high_alarm(r)->source_bad);
	journal = rig_stored_ops(r, TXN_JOURNAL);
	rig_number(r, "a.level", 8.5);
	assert_int_equal(high_alarm(r)->state, ALARM_S_UNACK);
	assert_false(high_alarm(r)->source_bad);
	/* that it has a source again, and e.high, too */
	assert_int_equal(rig_stored_ops(r, TXN_JOURNAL), journal + 2);
}

static void CF_08_an_acknowledgement_outlives_reloads(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_alarm_sync sync;
	struct wire_alarm_row row;

	rig_request(r, ivan, WIRE_ALARMS, 1, 1, "");
	rig_number(r, "a.level", 8);
	assert_true(rig_alarm_row(r, ivan, "a.level.high", &row));
	assert_true(rig_sync(r, ivan, &sync));
	r->hold_commits = true;
	rig_ack(r, ivan, 3, "a.level.high", row.occurrence, sync.epoch, sync.version + 1);
	rig_reload(r, RIG_LIMIT, false, 0, 0); /* while it is being stored */
	r->hold_commits = false;
	rig_answer_all(r, true);
	assert_int_equal(high_alarm(r)->state, ALARM_S_ACKED);
	rig_reload(r, RIG_ADDRESS, false, 0, 0);
	rig_reload(r, RIG_SAME, false, 0, 0);
	assert_int_equal(high_alarm(r)->state, ALARM_S_ACKED);
	assert_string_equal(high_alarm(r)->acked_by, "ivan");
	assert_int_equal(high_alarm(r)->occurrence, row.occurrence);
}

static void CF_09_a_closed_alarm_has_its_reason_on_record(void **state)
{
	struct rig *r = *state;
	struct audit_record last;
	size_t before;

	rig_number(r, "a.level", 6); /* high, and e.high: 13 > 12 */
	before = rig_audits(r, AUDIT_RELOAD, NULL);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	/* two alarms and the reload itself */
	assert_int_equal(rig_audits(r, AUDIT_RELOAD, &last), before + 3);
	assert_has(r->log.buf,
		   "a.level.high is closed: a reload removed the tag a.level; "
		   "the alarm was unacknowledged");
	assert_has(r->log.buf, "e.high is closed: a reload removed the alarm; ");
	rig_reload(r, RIG_SAME, false, 0, 0);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0); /* none stands now */
	assert_int_equal(rig_audits(r, AUDIT_RELOAD, NULL), before + 5);
}

static void CF_09_a_removed_tag_closes_its_alarms_and_refuses_writes(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), token;
	uint32_t level = rig_tag(r, "a.level");
	struct wire_alarm_row row;

	rig_request(r, ivan, WIRE_ALARMS, 1, 1, "");
	rig_number(r, "a.level", 6);
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	assert_true(rig_alarm_row(r, ivan, "a.level.high", &row));
	assert_int_equal(row.state, ALARM_S_NORMAL);
	assert_int_equal(rig_stored_ops(r, TXN_ALARM_GONE), 2); /* and e.high */
	assert_int_equal(rig_tag(r, "a.level"), TAG_NONE);
	assert_int_equal(alarm_engine_find(r->st->alarms, "a.level.high"), UINT32_MAX);
	rig_plant(r);
	token = rig_token(r, ivan, "a.sp", value_double(45));
	rig_reload(r, RIG_NO_SP, false, 0, 0);
	rig_request(r, ivan, WIRE_CONFIRM, 7, token, "");
	assert_has(rig_reply(r, ivan, 7, NULL), "look again");
	assert_int_equal(r->n_writes, 0);
	/* numbers are never used again */
	rig_reload(r, RIG_SAME, false, 0, 0);
	assert_true(rig_tag(r, "a.level") > level);
	assert_int_equal(quality_reason(rig_value(r, "a.level")->quality),
			 REASON_NO_VALUE);
}

static void CF_09_a_write_under_way_ends_though_its_tag_is_gone(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->mute_writes = true;
	rig_request(r, ivan, WIRE_CONFIRM, 7,
		    rig_token(r, ivan, "a.sp", value_double(45)), "");
	rig_reload(r, RIG_NO_SP, false, 0, 0);
	rig_outcome(r, r->writes[0].m.request, WRITE_ACCEPTED, "");
	assert_true(rig_done(r, ivan, 7, &d));
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	assert_int_equal(d.verdict, VERDICT_UNREADABLE);
	assert_has(d.text, "a reload removed the tag");
}

/* The write went to the old register: what the new one shows is no verdict. */
static void CF_09_a_changed_tag_is_not_read_back(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct wire_write_done d;

	r->mute_reads = true;
	rig_request(r, ivan, WIRE_CONFIRM, 7,
		    rig_token(r, ivan, "a.sp", value_double(45)), "");
	assert_int_equal(r->n_reads, 1);
	rig_reload(r, RIG_ADDRESS, false, 0, 0);
	rig_read_result(r, "a.sp", r->last_read, 45, 0, r->now.mono.ns + 1);
	assert_true(rig_done(r, ivan, 7, &d));
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	assert_int_equal(d.verdict, VERDICT_UNREADABLE);
	assert_has(d.text, "a reload changed the tag meanwhile");
}

/* Time passes for drivers that live. */
static void live(struct rig *r, int64_t ms)
{
	for (int64_t at = 0; at < ms; at += 400) {
		rig_wait(r, 400);
		rig_beats(r);
	}
}

static const char *doubt_text(const struct rig *r)
{
	assert_int_equal(write_gate_doubt_count(r->st->gate), 1);
	return write_gate_doubt(r->st->gate, 0)->text;
}

/* A command to a.sp whose outcome and whose effect nobody knows. */
static void leave_in_doubt(struct rig *r)
{
	uint64_t ivan = rig_open(r, RIG_IVAN);

	r->outcome = WRITE_UNKNOWN;
	r->mute_reads = true;
	rig_request(r, ivan, WIRE_CONFIRM, 7,
		    rig_token(r, ivan, "a.sp", value_double(45)), "");
}

/* How often the device is asked when it comes back. */
static size_t reads_when_back(struct rig *r)
{
	size_t before = r->n_reads;

	assert_int_equal(r->n_kills, 0);
	rig_device(r, "plc1", DEVICE_FAILED, "no answer");
	rig_device(r, "plc1", DEVICE_CONNECTED, "");
	return r->n_reads - before;
}

static void CF_09_a_doubt_about_an_unchanged_tag_is_read_on(void **state)
{
	struct rig *r = *state;

	leave_in_doubt(r);
	live(r, 4000);
	rig_reload(r, RIG_LIMIT, false, 0, 0);
	assert_null(strstr(doubt_text(r), "a reload changed"));
	assert_int_equal(reads_when_back(r), 1);
}

static void CF_09_a_doubt_about_a_changed_tag_stays_and_is_not_read(void **state)
{
	struct rig *r = *state;

	leave_in_doubt(r);
	live(r, 4000);
	rig_reload(r, RIG_ADDRESS, false, 0, 0);
	rig_reload(r, RIG_SAME, false, 0, 0);
	assert_has(doubt_text(r), "a reload changed the tag since: read it no more");
	assert_int_equal(reads_when_back(r), 0);
}

static void CF_09_a_doubt_whose_tag_changes_while_it_is_read(void **state)
{
	struct rig *r = *state;

	leave_in_doubt(r);
	rig_reload(r, RIG_ADDRESS, false, 0, 0);
	live(r, 4000);
	assert_has(doubt_text(r), "a reload changed the tag meanwhile");
	assert_int_equal(reads_when_back(r), 0);
}

static void a_changed_address_configures_its_driver_and_forgets_the_value(void **state)
{
	struct rig *r = *state;
	size_t configs = r->n_configs;

	rig_reload(r, RIG_ADDRESS, false, 0, 0);
	assert_int_equal(r->n_configs, configs + 1);
	assert_int_equal(quality_reason(rig_value(r, "a.sp")->quality), REASON_NO_VALUE);
	assert_true(quality_is_good(rig_value(r, "a.auto")->quality)); /* untouched */
	assert_true(quality_is_good(rig_value(r, "c.sp")->quality));
	assert_int_equal(r->n_kills, 0);
}

static void a_changed_endpoint_forgets_all_values_of_the_device(void **state)
{
	struct rig *r = *state;

	rig_reload(r, RIG_ENDPOINT, false, 0, 0);
	assert_int_equal(quality_reason(rig_value(r, "a.auto")->quality),
			 REASON_NO_VALUE);
	assert_true(quality_is_good(rig_value(r, "b.sp")->quality)); /* plc2's */
	rig_plant(r);
	assert_true(quality_is_good(rig_value(r, "a.auto")->quality));
}

static void a_device_that_goes_takes_its_tags_and_its_alarm(void **state)
{
	struct rig *r = *state;

	rig_reload(r, RIG_NO_PLC2, false, 0, 0);
	assert_int_equal(rig_tag(r, "b.sp"), TAG_NONE);
	assert_int_equal(rig_tag(r, "system.plc2.connected"), TAG_NONE);
	assert_int_equal(alarm_engine_find(r->st->alarms, "system.plc2.comm"),
			 UINT32_MAX);
	assert_int_equal(r->n_kills, 0); /* plc1 still needs its driver */
	rig_plant(r);
	assert_true(quality_is_good(rig_value(r, "a.sp")->quality));
}

static void an_operator_who_is_taken_off_is_shown_the_door(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN), vera = rig_open(r, RIG_VERA);

	rig_reload(r, RIG_NO_IVAN, false, 0, 0);
	assert_has(rig_goodbye(r, ivan), "a reload has taken ivan off");
	assert_true(r->closed[ivan]);
	assert_false(r->closed[vera]);
	assert_int_equal(rig_count(r, vera, WIRE_STATION_CHANGED), 1);
}

static void a_dry_run_shows_and_changes_nothing(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);
	struct wire_row row;
	const uint8_t *payload;
	size_t len;

	rig_reload(r, RIG_RANGE, true, eng, 5);
	assert_has(rig_reply(r, eng, 5, NULL), "1 differences, nothing was changed");
	assert_true(rig_last(r, eng, WIRE_ROW, &payload, &len));
	assert_true(wire_get_row(payload, len, &row));
	assert_string_equal(row.field[0], "~");
	assert_string_equal(row.field[1], "tag");
	assert_string_equal(row.field[2], "a.sp");
	assert_string_equal(row.field[3], "range");
	wire_row_release(&row);
	assert_int_equal(rig_audits(r, AUDIT_RELOAD, NULL), 0);
	assert_int_equal(rig_count(r, eng, WIRE_STATION_CHANGED), 0);
	rig_reload(r, RIG_NEW_TAG, false, eng, 6);
	assert_has(rig_reply(r, eng, 6, NULL), "applied: 1 differences");
	assert_true(rig_tag(r, "a.extra") != TAG_NONE);
	assert_int_equal(rig_audits(r, AUDIT_RELOAD, NULL), 1);
}

static void every_kind_of_difference_is_named(void **state)
{
	struct rig *r = *state;
	uint64_t eng = rig_open(r, RIG_ENG);
	static const struct {
		enum rig_change change;
		const char *sign, *kind, *name, *text; /* of the last row */
	} rows[] = {
		{ RIG_ADDRESS, "~", "tag", "a.sp", "address or driver settings" },
		{ RIG_NO_SP, "-", "tag", "a.sp", "removed" },
		{ RIG_NEW_TAG, "+", "tag", "a.extra", "new" },
		{ RIG_ENDPOINT, "~", "device", "plc1", "settings" },
		{ RIG_NO_IVAN, "~", "access", "access", "operators, roles or settings" },
		{ RIG_LIMIT, "~", "alarm", "a.level.high", "limit" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wire_row row;
		const uint8_t *payload;
		size_t len;

		rig_reload(r, rows[i].change, true, eng, 5);
		assert_true(rig_last(r, eng, WIRE_ROW, &payload, &len));
		assert_true(wire_get_row(payload, len, &row));
		assert_string_equal(row.field[0], rows[i].sign);
		assert_string_equal(row.field[1], rows[i].kind);
		assert_string_equal(row.field[2], rows[i].name);
		assert_string_equal(row.field[3], rows[i].text);
		wire_row_release(&row);
	}
}

static void screens_change_without_voiding_anything(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	uint64_t token = rig_token(r, ivan, "a.sp", value_double(45));
	struct event ev = { .kind = EV_SCREENS };
	struct wire_screen_file file;
	struct wire_write_done d;
	const uint8_t *payload;
	size_t len;

	ev.u.screens.files = calloc(1, sizeof(*ev.u.screens.files));
	ev.u.screens.files[0].path = strdup("screens/a.cfg");
	ev.u.screens.files[0].text = strdup("prefix = \"a.\"; {sp } {level}");
	ev.u.screens.files[0].len = strlen(ev.u.screens.files[0].text);
	ev.u.screens.n = 1;
	rig_step(r, &ev);
	assert_int_equal(rig_count(r, ivan, WIRE_SCREENS_CHANGED), 1);
	rig_request(r, ivan, WIRE_SCREEN_GET, 3, 0, "");
	assert_true(rig_last(r, ivan, WIRE_SCREEN_FILE, &payload, &len));
	assert_true(wire_get_screen_file(payload, len, &file));
	assert_string_equal(file.path, "screens/a.cfg");
	assert_has(rig_reply(r, ivan, 3, NULL), "1 files");
	rig_request(r, ivan, WIRE_SCREEN_GET, 4, 0, "screens/b.cfg");
	assert_has(rig_reply(r, ivan, 4, NULL), "there is no screen file");
	rig_request(r, ivan, WIRE_CONFIRM, 7, token, "");
	assert_true(rig_done(r, ivan, 7, &d));
	assert_int_equal(d.outcome, WRITE_ACCEPTED);
	/* where finds it behind its prefix */
	rig_forget(r, ivan);
	rig_request(r, ivan, WIRE_WHERE, 8, 0, "a.level");
	assert_has(rig_reply(r, ivan, 8, NULL), "places");
	assert_int_equal(rig_count(r, ivan, WIRE_ROW), 4); /* def, e.sum, alarm, screen */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(CF_07_a_broken_definition_changes_nothing),
		RIG_TEST(CF_07_every_engineer_hears_of_a_broken_definition),
		RIG_TEST(CF_07_every_engineer_hears_of_a_broken_screen),
		RIG_TEST(CF_08_a_changed_alarm_makes_no_false_transition),
		RIG_TEST(CF_08_an_alarm_waits_for_the_new_value_of_its_tag),
		RIG_TEST(CF_08_an_acknowledgement_outlives_reloads),
		RIG_TEST(CF_09_a_closed_alarm_has_its_reason_on_record),
		RIG_TEST(CF_09_a_changed_tag_is_not_read_back),
		RIG_TEST(CF_09_a_doubt_about_an_unchanged_tag_is_read_on),
		RIG_TEST(CF_09_a_doubt_about_a_changed_tag_stays_and_is_not_read),
		RIG_TEST(CF_09_a_doubt_whose_tag_changes_while_it_is_read),
		RIG_TEST(CF_08_another_limit_tag_is_a_changed_alarm),
		RIG_TEST(CF_08_expressions_follow_their_operands_through_reloads),
		RIG_TEST(CF_08_a_thousand_reloads_leave_values_and_drivers_alone),
		RIG_TEST(
			CF_08_an_unchanged_alarm_keeps_state_and_a_changed_one_is_judged),
		RIG_TEST(CF_09_a_removed_tag_closes_its_alarms_and_refuses_writes),
		RIG_TEST(CF_09_a_write_under_way_ends_though_its_tag_is_gone),
		RIG_TEST(a_changed_address_configures_its_driver_and_forgets_the_value),
		RIG_TEST(a_changed_endpoint_forgets_all_values_of_the_device),
		RIG_TEST(a_device_that_goes_takes_its_tags_and_its_alarm),
		RIG_TEST(an_operator_who_is_taken_off_is_shown_the_door),
		RIG_TEST(a_dry_run_shows_and_changes_nothing),
		RIG_TEST(every_kind_of_difference_is_named),
		RIG_TEST(screens_change_without_voiding_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
