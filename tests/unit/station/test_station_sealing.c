/* test_station_sealing.c - when a checkpoint is due, what goes with a critical write, and
 * what a station refuses while its record is not believed. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <string.h>

#include "util/xalloc.h"

static size_t ops_of(const struct txn *t, enum txn_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->ops[i].kind == kind;
	return n;
}

static size_t checkpoints(const struct rig *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_stored; i++)
		n += ops_of(r->stored[i], TXN_CHECKPOINT);
	return n;
}

static void write_once(struct rig *r, bool critical)
{
	uint64_t ivan = rig_open(r, RIG_IVAN), token;
	uint32_t tag = tag_db_find(r->st->db, "a.sp");
	static struct tag_write w; /* as long as the definition that points to it */

	w = *r->st->tags[tag].def->write;
	w.critical = critical;
	((struct tag_def *)(uintptr_t)r->st->tags[tag].def)->write = &w;
	token = rig_token(r, ivan, "a.sp", value_double(45));
	rig_confirm(r, ivan, 7, token);
	assert_int_equal(rig_settled(r, ivan, 7).outcome, WRITE_ACCEPTED);
}

/* The checkpoint is in the transaction of the intent: before anything is sent. */
static void WR_19_the_record_is_signed_before_a_critical_write(void **state)
{
	struct rig *r = *state;
	bool seen = false;

	write_once(r, true);
	for (size_t i = 0; i < r->n_stored; i++)
		if (ops_of(r->stored[i], TXN_INTENT)) {
			assert_int_equal(ops_of(r->stored[i], TXN_CHECKPOINT), 1);
			assert_int_equal(r->stored[i]->ops[r->stored[i]->n - 1].kind,
					 TXN_CHECKPOINT);
			seen = true;
		}
	assert_true(seen);
	assert_int_equal(r->n_writes, 1);
}

static void another_write_waits_for_no_checkpoint(void **state)
{
	struct rig *r = *state;

	write_once(r, false);
	assert_int_equal(checkpoints(r), 0);
}

/* Each minute, if there is anything new. */
static void a_checkpoint_is_due_a_minute_after_a_record(void **state)
{
	struct rig *r = *state;
	size_t before;

	rig_wait(r, 61000);
	before = checkpoints(r);
	assert_true(before >= 1);
	rig_wait(r, 300000);
	assert_int_equal(checkpoints(r), before); /* nothing happened */
	rig_open(r, RIG_IVAN);
	rig_wait(r, 61000);
	assert_int_equal(checkpoints(r), before + 1);
}

static void tell(struct rig *r, const char *distrust)
{
	struct record_state is = { 0 };
	struct event ev = { .kind = EV_RECORD };

	snprintf(is.distrust, sizeof(is.distrust), "%s", distrust);
	ev.u.record_state = &is;
	rig_step(r, &ev);
}

static void AU_07_nothing_is_done_while_the_record_is_not_believed(void **state)
{
	struct rig *r = *state;
	uint64_t ivan = rig_open(r, RIG_IVAN);
	struct audit_record a;

	tell(r, "its end was cut off");
	assert_int_equal(rig_audits(r, AUDIT_DISTRUST, &a), 1);
	assert_string_equal(a.detail, "its end was cut off");
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		   "the record is not believed");
	assert_has(rig_select_refusal(r, ivan, "a.sp", value_double(45)),
		   "its end was cut off");
	assert_int_equal(r->n_writes, 0);
	rig_request(r, ivan, WIRE_GET, 9, 0, "a.sp"); /* looking goes on */
	assert_int_equal(rig_count(r, ivan, WIRE_TAG_STATE), 1);
	tell(r, "");
	assert_true(rig_token(r, ivan, "a.sp", value_double(45)) != 0);
}

static void anchored(struct rig *r, uint64_t seq)
{
	struct record_state is = { .anchor_seq = seq };
	struct event ev = { .kind = EV_RECORD };

	snprintf(is.anchor, sizeof(is.anchor), "anchor of %u", (unsigned)seq);
	ev.u.record_state = &is;
	rig_step(r, &ev);
}

static void comes_back(struct rig *r, const char *anchor)
{
	struct sample sample = { .value = value_string(anchor) };

	sealing_echo(r->st, &sample);
}

static uint64_t not_anchored(struct rig *r)
{
	rig_wait(r, 1100); /* the tag follows each second */
	return (uint64_t)rig_value(r, "system.audit.not_anchored")->value.u.i;
}

/* What was sent to a broker counts only when the broker hands it out. */
static void AU_13_an_anchor_counts_when_the_broker_has_it(void **state)
{
	struct rig *r = *state;

	r->st->def->audit.device = xstrdup("plc");
	anchored(r, 10);
	assert_int_equal(not_anchored(r), r->st->sealing.head);
	comes_back(r, "anchor of 10");
	assert_int_equal(not_anchored(r), r->st->sealing.head - 10);
	anchored(r, 25);
	comes_back(r, "anchor of 10");
	assert_int_equal(not_anchored(r), r->st->sealing.head - 10);
	comes_back(r, "anchor of 25");
	assert_int_equal(not_anchored(r), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(WR_19_the_record_is_signed_before_a_critical_write),
		RIG_TEST(another_write_waits_for_no_checkpoint),
		RIG_TEST(a_checkpoint_is_due_a_minute_after_a_record),
		RIG_TEST(AU_07_nothing_is_done_while_the_record_is_not_believed),
		RIG_TEST(AU_13_an_anchor_counts_when_the_broker_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
