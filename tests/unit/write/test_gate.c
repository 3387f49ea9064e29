/* test_gate.c - the gate by itself, against a host that only takes notes. */
#include "support/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "write/gate_int.h"

enum { TAGS = 3 };

static struct bench {
	struct write_gate *gate;
	struct tag_def defs[TAGS];
	struct tag_write writes[TAGS];
	struct tag_numbers numbers[TAGS];
	struct write_point points[TAGS];
	struct sample samples[TAGS];
	bool recording, reachable;
	struct {
		enum write_commit what;
		uint64_t id;
	} commits[400];
	size_t n_commits;
	uint64_t sent[400];
	size_t n_sent;
	uint64_t reads;
	size_t refusals, doubts, marks;
	char why[400]; /* the last refusal */
	struct strbuf frames;
	struct now now;
} b;

static const struct write_point *at(void *arg, uint32_t tag)
{
	(void)arg;
	return tag < TAGS ? &b.points[tag] : NULL;
}

static const struct write_point *find(void *arg, const char *tag)
{
	for (uint32_t i = 0; i < TAGS; i++)
		if (strcmp(b.defs[i].name, tag) == 0)
			return at(arg, i);
	return NULL;
}

static const struct sample *sample(void *arg, uint32_t tag)
{
	(void)arg;
	return &b.samples[tag];
}

static bool reachable(void *arg, const struct write_point *p, struct strbuf *why)
{
	(void)arg;
	(void)p;
	if (!b.reachable)
		strbuf_setf(why, "the link is down");
	return b.reachable;
}

static bool recording(void *arg)
{
	(void)arg;
	return b.recording;
}

static struct txn *new_txn(void *arg, bool urgent)
{
	(void)arg;
	return txn_new(0, urgent);
}

static void audit(void *arg, struct txn *t, struct audit_record *r, struct now now)
{
	(void)arg;
	(void)now;
	audit_record_put(&txn_add(t, TXN_AUDIT, 0, NULL)->body, r);
}

static void commit(void *arg, struct txn *t, enum write_commit what, uint64_t id)
{
	(void)arg;
	assert_true(b.n_commits < 400);
	b.commits[b.n_commits].what = what;
	b.commits[b.n_commits++].id = id;
	txn_free(t);
}

static void refused(void *arg, struct audit_record *r, struct now now)
{
	(void)arg;
	(void)now;
	snprintf(b.why, sizeof(b.why), "%s", r->detail);
	b.refusals++;
}

static void send_write(void *arg, const struct write_point *p, uint64_t request,
		       const struct value *v, struct mono deadline)
{
	(void)arg;
	(void)p;
	(void)v;
	(void)deadline;
	b.sent[b.n_sent++] = request;
}

static uint64_t send_read(void *arg, uint32_t tag, struct mono deadline)
{
	(void)arg;
	(void)tag;
	(void)deadline;
	return b.reachable ? ++b.reads : 0;
}

static void tell(void *arg, uint64_t session, const struct strbuf *frames)
{
	(void)arg;
	(void)session;
	strbuf_add(&b.frames, frames->buf, frames->len);
}

static void mark(void *arg, uint32_t tag)
{
	(void)arg;
	(void)tag;
	b.marks++;
}

static void doubts(void *arg)
{
	(void)arg;
	b.doubts++;
}

static const struct write_host host = {
	/* what the gate asks */
	.reachable = reachable,
	.recording = recording,
	.sample = sample,
	.at = at,
	.find = find,
	/* what it has done */
	.doubts = doubts,
	.mark = mark,
	.tell = tell,
	.read = send_read,
	.send = send_write,
	/* what it has recorded */
	.refused = refused,
	.commit = commit,
	.audit = audit,
	.txn = new_txn,
};

static int setup(void **state)
{
	static char names[TAGS][8] = { "t.one", "t.two", "t.text" };
	static char area[] = "t", unit[] = "bar";

	(void)state;
	b = (struct bench){ .recording = true,
			    .reachable = true,
			    .frames = STRBUF_INIT,
			    .now = { { 1000000000 }, { 1700000000000 } } };
	for (uint32_t i = 0; i < TAGS; i++) {
		b.writes[i] = (struct tag_write){ .allowed = true, .readback_ms = 1000 };
		b.defs[i] = (struct tag_def){
			.name = names[i],
			.area = area,
			.unit = unit,
			.kind = TAG_DEVICE,
			.type = i == 2 ? VALUE_STRING : VALUE_DOUBLE,
			.write = &b.writes[i],
			.numbers = &b.numbers[i],
		};
		b.points[i] = (struct write_point){
			.tag = i, .device = i, .device_name = "dev", .def = &b.defs[i]
		};
		b.samples[i].value = i == 2 ? value_string("old") : value_double(1);
		b.samples[i].taken = b.now.mono;
	}
	b.gate = write_gate_new(&host, 1, b.now);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	write_gate_free(b.gate);
	strbuf_release(&b.frames);
	return 0;
}

static const struct access_grant all = { .name = "ivan",
					 .rights = 0xFF,
					 .n_posts = 1,
					 .posts = { { 0xFF, NULL } },
					 .admitted = true };
static const struct write_party ivan = { .session = 1,
					 .uid = 1000,
					 .actor = "ivan",
					 .name = "ivan",
					 .roles = "op",
					 .from = "pts/1",
					 .grant = &all };

static uint64_t select_it(const char *tag, struct value v)
{
	struct wire_select m = { .req = 5, .value = v };

	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	write_gate_select(b.gate, &ivan, &m, b.now);
	return b.gate->last_token;
}

/* Answers the last commit that waits for an answer. */
static void stored(bool ok)
{
	for (size_t i = b.n_commits; i-- > 0;) {
		if (b.commits[i].what == WRITE_COMMIT_NOTE)
			continue;
		write_gate_committed(b.gate, b.commits[i].what, b.commits[i].id, ok, "no",
				     b.now);
		return;
	}
	fail();
}

static void confirm(uint32_t req, uint64_t token)
{
	struct wire_request m = { .req = req, .num = token };

	write_gate_confirm(b.gate, &ivan, &m, b.now);
}

static void read_back(struct value v)
{
	struct sample s = { .value = v };

	b.now.mono.ns += 1000000;
	s.taken = b.now.mono;
	write_gate_read_result(b.gate, b.reads, &s, "", b.now);
}

static void a_whole_write(const char *tag, struct value v)
{
	confirm(6, select_it(tag, v));
	stored(true);
	write_gate_outcome(b.gate, b.sent[b.n_sent - 1], WRITE_ACCEPTED, "", b.now);
	stored(true);
	read_back(v);
	stored(true);
	assert_true(write_gate_idle(b.gate));
}

static void WR_01_only_the_answer_to_its_intent_sends(void **state)
{
	uint64_t token = select_it("t.one", value_double(2));

	(void)state;
	assert_int_equal(b.n_sent, 0);
	confirm(6, token);
	assert_int_equal(b.n_sent, 0);
	/* answers that are not its own, or come twice, send nothing */
	write_gate_committed(b.gate, WRITE_COMMIT_OUTCOME, 1, true, "", b.now);
	write_gate_committed(b.gate, WRITE_COMMIT_INTENT, 99, true, "", b.now);
	write_gate_committed(b.gate, WRITE_COMMIT_NOTE, 1, true, "", b.now);
	assert_int_equal(b.n_sent, 0);
	write_gate_committed(b.gate, WRITE_COMMIT_INTENT, 1, true, "", b.now);
	assert_int_equal(b.n_sent, 1);
	write_gate_committed(b.gate, WRITE_COMMIT_INTENT, 1, true, "", b.now);
	confirm(6, token);
	confirm(7, token);
	assert_int_equal(b.n_sent, 1);
}

/* The account was disabled, the shift handed over: while the disk was busy. */
static void SEC_28_who_acts_no_more_sends_nothing_that_is_being_stored(void **state)
{
	(void)state;
	confirm(6, select_it("t.one", value_double(2)));
	write_gate_session_rests(b.gate, 1, "the account ivan is disabled", b.now);
	stored(true);
	assert_int_equal(b.n_sent, 0);
	stored(true);
	assert_true(write_gate_idle(b.gate));
	a_whole_write("t.one", value_double(2)); /* the next one is a new one */
	assert_int_equal(b.n_sent, 1);
}

static void WR_01_many_replays_are_answered_or_refused(void **state)
{
	uint64_t token = select_it("t.one", value_double(2));

	(void)state;
	confirm(6, token);
	for (uint32_t req = 10; req < 10 + WRITE_REPLAYS_MAX + 3; req++)
		confirm(req, token);
	assert_int_equal(b.refusals, 3);
	stored(true);
	assert_int_equal(b.n_sent, 1);
}

static void ended_writes_are_forgotten_in_the_end(void **state)
{
	uint64_t first = 0;

	(void)state;
	for (int i = 0; i < WRITE_FINISHED_MAX + 5; i++) {
		b.n_commits = 0;
		a_whole_write("t.one", value_double(2));
		first = first ? first : b.gate->last_token;
	}
	assert_true(b.gate->n_ops <= WRITE_FINISHED_MAX + 1);
	b.refusals = 0;
	confirm(9, first);
	assert_int_equal(b.refusals, 1);
	assert_int_equal(b.n_sent, WRITE_FINISHED_MAX + 5);
}

static void a_text_goes_the_same_way(void **state)
{
	struct wire_write_done m;
	struct wire_selected sel;
	const uint8_t *p;
	uint16_t type;
	size_t len, n = 0;
	int64_t used;

	(void)state;
	a_whole_write("t.text", value_string("open"));
	while ((used = wire_frame_next((const uint8_t *)b.frames.buf + n,
				       b.frames.len - n, &type, &p, &len)) > 0) {
		n += (size_t)used;
		if (type == WIRE_SELECTED)
			assert_true(wire_get_selected(p, len, &sel));
	}
	assert_string_equal(sel.old_value, "old");
	assert_string_equal(sel.new_value, "open");
	assert_int_equal(type, WIRE_WRITE_DONE);
	assert_true(wire_get_write_done(p, len, &m));
	assert_has(m.text, "dev accepted open bar; the device shows open bar");
}

static void what_is_in_doubt_keeps_its_texts_when_another_one_goes(void **state)
{
	static const char *const words[] = { "one", "two", "three" };

	(void)state;
	for (int i = 0; i < 3; i++) {
		uint64_t token = select_it("t.text", value_string(words[i]));

		confirm(6, token);
		stored(true);
		write_gate_outcome(b.gate, b.sent[b.n_sent - 1], WRITE_UNKNOWN, "lost",
				   b.now);
		stored(true);
		b.now.mono = mono_add_ms(b.now.mono, WRITE_UNKNOWN_READ_MS + 1);
		write_gate_tick(b.gate, b.now);
		stored(true);
	}
	assert_int_equal(write_gate_doubt_count(b.gate), 3);
	write_gate_settle(b.gate, &ivan, 8, 1, "seen", b.now);
	stored(true);
	assert_int_equal(write_gate_doubt_count(b.gate), 2);
	assert_string_equal(write_gate_doubt(b.gate, 0)->record.new_value.u.s, "two");
	assert_string_equal(write_gate_doubt(b.gate, 1)->record.new_value.u.s, "three");
	assert_string_equal(write_gate_doubt(b.gate, 1)->record.old_value.u.s, "old");
	assert_null(write_gate_doubt(b.gate, 2));
}

static void a_settlement_that_is_not_stored_did_not_happen(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct stored_write w = { .request = 7, .body = body };

	(void)state;
	w.tag = (char *)(uintptr_t) "t.one";
	write_gate_restore(b.gate, &w,
			   b.now); /* an unreadable body is no reason to lose it */
	assert_int_equal(write_gate_doubt_count(b.gate), 1);
	assert_string_equal(write_gate_doubt(b.gate, 0)->record.tag, "t.one");
	write_gate_settle(b.gate, &ivan, 8, 7, "", b.now);
	write_gate_settle(b.gate, &ivan, 9, 7, "", b.now); /* somebody does it now */
	assert_int_equal(b.refusals, 1);
	stored(false);
	assert_int_equal(write_gate_doubt_count(b.gate), 1);
	assert_int_equal(b.n_sent, 0);
}

static void an_unsettled_one_is_read_again_at_each_connection(void **state)
{
	struct stored_write w = { .request = 7, .body = STRBUF_INIT };
	struct write_record r = { .tag = "t.one", .new_value = value_double(2) };
	struct sample bad = { .quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM) };

	(void)state;
	w.tag = (char *)(uintptr_t) "t.one";
	write_record_put(&w.body, &r);
	b.reachable = false;
	write_gate_restore(b.gate, &w, b.now);
	write_gate_device_up(b.gate, 0, b.now);
	assert_int_equal(b.reads, 0);
	b.reachable = true;
	write_gate_device_up(b.gate, 1, b.now); /* another device */
	assert_int_equal(b.reads, 0);
	write_gate_device_up(b.gate, 0, b.now);
	assert_int_equal(b.reads, 1);
	write_gate_read_result(b.gate, 1, &bad, "no answer", b.now);
	assert_has(write_gate_doubt(b.gate, 0)->text, "could not be read (no answer)");
	write_gate_device_up(b.gate, 0, b.now);
	read_back(value_double(2));
	assert_has(write_gate_doubt(b.gate, 0)->text, "the device shows 2");
	assert_int_equal(write_gate_doubt_count(b.gate), 1); /* a person settles it */
	assert_int_equal(b.n_sent, 0);
	strbuf_release(&w.body);
}

static void time_is_asked_for_only_where_something_waits(void **state)
{
	(void)state;
	assert_true(write_gate_next_deadline(b.gate).ns == INT64_MAX);
	select_it("t.one", value_double(2));
	assert_true(write_gate_next_deadline(b.gate).ns ==
		    mono_add_ms(b.now.mono, WRITE_SELECT_MS).ns);
	assert_true(write_gate_leased(b.gate, 0));
	assert_false(write_gate_leased(b.gate, 1));
	select_it("t.two", value_double(2)); /* one select a session */
	assert_false(write_gate_leased(b.gate, 0));
	assert_true(write_gate_leased(b.gate, 1));
}

/* --- how often and how far --------------------------------------------------------- */

/* Selects, to see whether it may, and gives up. */
static bool may_select(const char *tag, double v)
{
	size_t before = b.refusals;
	struct wire_select m = { .req = 5, .value = value_double(v) };

	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	write_gate_select(b.gate, &ivan, &m, b.now);
	if (b.refusals == before)
		write_gate_cancel(b.gate, &ivan, 6, b.gate->last_token, b.now);
	return b.refusals == before;
}

static void send_one(double v, enum write_outcome o)
{
	b.now.mono.ns += 1000000;
	confirm(6, select_it("t.one", value_double(v)));
	stored(true);
	write_gate_outcome(b.gate, b.sent[b.n_sent - 1], o, "", b.now);
	stored(true);
}

/* The device does not say what it holds: asked for, it is silent. */
static void nothing_is_read_back(void)
{
	b.now.mono = mono_add_ms(b.now.mono, 5000);
	write_gate_tick(b.gate, b.now);
	write_gate_read_result(b.gate, b.reads, NULL, "no answer", b.now);
	b.now.mono = mono_add_ms(b.now.mono, 5000);
	write_gate_tick(b.gate, b.now);
	stored(true);
	assert_true(write_gate_idle(b.gate));
}

static void WR_10_a_step_begins_where_the_last_command_left(void **state)
{
	(void)state;
	b.writes[0].max_step = 2;
	send_one(3, WRITE_ACCEPTED);
	nothing_is_read_back(); /* and the scan still shows 1 */
	assert_true(may_select("t.one", 5));
	assert_false(may_select("t.one", 0.5)); /* near what it was, far from 3 */
	assert_has(b.why, "a step of 2.5 bar is more than the allowed 2 bar: "
			  "commanded 3 bar, and not shown since");
	b.samples[0].quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
	b.writes[0].blind = true;
	b.samples[0].taken = mono_add_ms(b.now.mono, 1);
	select_it("t.one", value_double(5)); /* its reason is what is missing */
	assert_null(strstr(b.why, "step"));
	b.samples[0].quality = 0;
	b.samples[0].value = value_double(1);
	assert_true(may_select("t.one", 0.5)); /* the device has shown it */
	assert_false(may_select("t.one", 5));
	assert_has(b.why, ": now 1 bar");
}

static void WR_10_after_an_unknown_outcome_both_values_count(void **state)
{
	(void)state;
	b.writes[0].max_step = 2;
	send_one(3, WRITE_UNKNOWN);
	nothing_is_read_back();
	assert_true(may_select("t.one", 2.5));
	assert_false(may_select("t.one", 4)); /* it may still stand at 1 */
	assert_has(b.why, "nobody knows whether it was changed since");
	assert_false(may_select("t.one", 0)); /* or at 3 */
}

static void WR_10_what_the_device_refused_is_no_step(void **state)
{
	(void)state;
	b.writes[0].max_step = 2;
	send_one(3, WRITE_REFUSED);
	assert_true(may_select("t.one", 0));
	assert_false(may_select("t.one", 4));
}

/* As the store hands it over; wall_ms: when it was confirmed. */
static void recall(uint64_t request, double from, double to, int64_t ago_ms,
		   const char *outcome)
{
	struct stored_write w = { .request = request,
				  .tag = (char *)(uintptr_t) "t.one",
				  .outcome = (char *)(uintptr_t)outcome,
				  .body = STRBUF_INIT };
	struct write_record r = { .tag = "t.one",
				  .wall_ms = b.now.wall.ms - ago_ms,
				  .old_value = value_double(from),
				  .new_value = value_double(to) };

	write_record_put(&w.body, &r);
	write_gate_recall(b.gate, &w, b.now);
	strbuf_release(&w.body);
}

static void WR_10_a_start_knows_what_was_sent_before_it(void **state)
{
	static const char *const outcomes[] = { "accepted", "refused", "unknown",
						"unknown (restart)", NULL };

	(void)state;
	b.writes[0].min_interval_ms = 60000;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		b.now.mono = mono_add_ms(b.now.mono, 100000);
		b.now.wall.ms += 100000;
		assert_true(may_select("t.one", 2));
		recall(i + 1, 1, 2, 59000, outcomes[i]);
		assert_false(may_select("t.one", 2));
		assert_has(b.why, "was written 59.0 s ago: 60.0 s must pass");
	}
	b.now.mono = mono_add_ms(b.now.mono, 1000);
	assert_true(may_select("t.one", 2));
	recall(20, 1, 2, 1000, "not sent"); /* as it was proven */
	assert_true(may_select("t.one", 2));
	recall(21, 1, 2, -5000, "accepted"); /* of a clock that went back */
	assert_false(may_select("t.one", 2));
	assert_has(b.why, "was written 0.0 s ago");
}

static void WR_10_a_start_knows_how_far_it_was_moved(void **state)
{
	(void)state;
	b.writes[0].max_change = 3;
	b.writes[0].max_change_ms = 60000;
	recall(1, -5, -4, 61000, "accepted"); /* that is over */
	recall(2, -1, 0, 50000, "accepted");
	recall(3, 0, 1, 10000, NULL);
	assert_true(may_select("t.one", 2));
	assert_false(may_select("t.one", 3));
	assert_has(b.why, "t.one was -1 within the last 60 s");
	b.now.mono = mono_add_ms(b.now.mono, 10000);
	assert_true(may_select("t.one", 3));
	assert_false(may_select("t.one", 4));
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_01_only_the_answer_to_its_intent_sends),
		T(SEC_28_who_acts_no_more_sends_nothing_that_is_being_stored),
		T(WR_01_many_replays_are_answered_or_refused),
		T(ended_writes_are_forgotten_in_the_end),
		T(a_text_goes_the_same_way),
		T(what_is_in_doubt_keeps_its_texts_when_another_one_goes),
		T(a_settlement_that_is_not_stored_did_not_happen),
		T(an_unsettled_one_is_read_again_at_each_connection),
		T(time_is_asked_for_only_where_something_waits),
		T(WR_10_a_step_begins_where_the_last_command_left),
		T(WR_10_after_an_unknown_outcome_both_values_count),
		T(WR_10_what_the_device_refused_is_no_step),
		T(WR_10_a_start_knows_what_was_sent_before_it),
		T(WR_10_a_start_knows_how_far_it_was_moved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
