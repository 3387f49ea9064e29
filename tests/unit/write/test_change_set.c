/* test_change_set.c - twenty setpoints signed once: what becomes of each when something
 * goes wrong at the seventh. */
#include "support/test.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "write/change_set_int.h"

enum { TAGS = 20, NOTES = 600 };

static struct bench {
	struct write_gate *gate;
	struct tag_def defs[TAGS];
	struct tag_write writes[TAGS];
	struct tag_numbers numbers[TAGS];
	struct write_point points[TAGS];
	struct sample samples[TAGS];
	char names[TAGS][16];
	bool recording, reachable, gone;
	const char *somebody; /* who signed in at the session since */
	size_t n_offers;
	struct wire_approval approval;
	struct wire_notice notice;
	struct txn *last; /* with an answer owed */
	enum write_commit what;
	uint64_t id;
	struct {
		enum audit_kind kind;
		uint64_t request;
		char subject[64], result[64], detail[300];
	} notes[NOTES];
	size_t n_notes;
	struct stored_write row; /* of the set, as a store would have it */
	char progress[96];
	bool row_settled;
	uint64_t sent[100];
	uint32_t sent_tag[100];
	size_t n_sent;
	uint64_t reads;
	size_t refusals;
	/* as told */
	struct wire_change_line lines[WIRE_CHANGES_MAX];
	struct wire_change_set set;
	size_t n_lines, n_sets;
	struct wire_reply reply;
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
		if (strcmp(b.names[i], tag) == 0)
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

static bool party(void *arg, uint64_t session, struct write_party *out)
{
	(void)arg;
	(void)session;
	*out = ivan;
	if (b.somebody)
		out->name = b.somebody;
	return !b.gone;
}

static void approvers(void *arg, const char *area, uint64_t session, const char *name,
		      const struct strbuf *frames, struct strbuf *names)
{
	(void)arg;
	(void)area;
	(void)session;
	(void)name;
	b.n_offers += frames != NULL;
	if (names)
		strbuf_adds(names, "vera");
}

static struct txn *new_txn(void *arg, bool urgent)
{
	(void)arg;
	return txn_new(0, urgent);
}

static void audit(void *arg, struct txn *t, struct audit_record *r, struct now now)
{
	(void)arg;
	(void)t;
	(void)now;
	assert_true(b.n_notes < NOTES);
	b.notes[b.n_notes].kind = r->kind;
	b.notes[b.n_notes].request = r->request;
	snprintf(b.notes[b.n_notes].subject, 64, "%s", r->subject ? r->subject : "");
	snprintf(b.notes[b.n_notes].result, 64, "%s", r->result ? r->result : "");
	snprintf(b.notes[b.n_notes].detail, 300, "%s", r->detail ? r->detail : "");
	b.n_notes++;
}

/* The row of the set among the stored intents, as the store keeps it. */
static void keep_row(const struct txn *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct txn_op *op = &t->ops[i];

		if (op->kind == TXN_INTENT && strcmp(op->key, WRITE_SET_KEY) == 0) {
			assert_null(b.row.tag); /* once */
			b.row.tag = (char *)(uintptr_t)WRITE_SET_KEY;
			b.row.request = op->id;
			strbuf_add(&b.row.body, op->body.buf, op->body.len);
		} else if (op->kind == TXN_OUTCOME && b.row.tag &&
			   op->id == b.row.request) {
			snprintf(b.progress, sizeof(b.progress), "%s", op->key);
			b.row_settled = op->settled;
		}
	}
}

static void commit(void *arg, struct txn *t, enum write_commit what, uint64_t id)
{
	(void)arg;
	if (what == WRITE_COMMIT_NOTE) {
		keep_row(t);
		txn_free(t);
		return;
	}
	assert_null(b.last); /* one line at a time */
	b.last = t;
	b.what = what;
	b.id = id;
}

static void refused(void *arg, struct audit_record *r, struct now now)
{
	(void)arg;
	(void)r;
	(void)now;
	b.refusals++;
}

static void send_write(void *arg, const struct write_point *p, uint64_t request,
		       const struct value *v, struct mono deadline)
{
	(void)arg;
	(void)v;
	(void)deadline;
	b.sent_tag[b.n_sent] = p->tag;
	b.sent[b.n_sent++] = request;
}

static uint64_t send_read(void *arg, uint32_t tag, struct mono deadline)
{
	(void)arg;
	(void)tag;
	(void)deadline;
	return ++b.reads;
}

static void tell(void *arg, uint64_t session, const struct strbuf *frames)
{
	const uint8_t *p;
	struct wire_change_line line;
	size_t len, n = 0;
	uint16_t type;
	int64_t used;

	(void)arg;
	(void)session;
	while ((used = wire_frame_next((const uint8_t *)frames->buf + n, frames->len - n,
				       &type, &p, &len)) > 0) {
		n += (size_t)used;
		if (type == WIRE_CHANGE_LINE) {
			assert_true(wire_get_change_line(p, len, &line));
			b.lines[line.at] = line;
			b.n_lines++;
		} else if (type == WIRE_CHANGE_SET) {
			assert_true(wire_get_change_set(p, len, &b.set));
			b.n_sets++;
		} else if (type == WIRE_APPROVAL) {
			assert_true(wire_get_approval(p, len, &b.approval));
		} else if (type == WIRE_NOTICE) {
			assert_true(wire_get_notice(p, len, &b.notice));
		} else if (type == WIRE_REPLY) {
			assert_true(wire_get_reply(p, len, &b.reply));
		} else {
			fail(); /* nothing that speaks of a single write */
		}
	}
}

static void mark(void *arg, uint32_t tag)
{
	(void)arg;
	(void)tag;
}

static void doubts(void *arg)
{
	(void)arg;
}

static const struct write_host host = {
	.at = at,
	.find = find,
	.sample = sample,
	.reachable = reachable,
	.recording = recording,
	.party = party,
	.approvers = approvers,
	.txn = new_txn,
	.audit = audit,
	.commit = commit,
	.refused = refused,
	.send = send_write,
	.read = send_read,
	.tell = tell,
	.mark = mark,
	.doubts = doubts,
};

static int setup(void **state)
{
	(void)state;
	b = (struct bench){ .recording = true,
			    .reachable = true,
			    .row = { .body = STRBUF_INIT },
			    .now = { { 1000000000 }, { 1700000000000 } } };
	for (uint32_t i = 0; i < TAGS; i++) {
		snprintf(b.names[i], sizeof(b.names[i]), "t.sp%02u", i + 1);
		b.writes[i] = (struct tag_write){ .allowed = true, .readback_ms = 1000 };
		b.numbers[i] = (struct tag_numbers){ .has_range = true, .hi = 100 };
		b.defs[i] = (struct tag_def){ .name = b.names[i],
					      .area = "t",
					      .unit = "%",
					      .description = "",
					      .kind = TAG_DEVICE,
					      .type = VALUE_DOUBLE,
					      .decimals = 1,
					      .write = &b.writes[i],
					      .numbers = &b.numbers[i] };
		b.points[i] = (struct write_point){
			.tag = i, .device = i % 3, .device_name = "plc", .def = &b.defs[i]
		};
		b.samples[i].value = value_double(10);
		b.samples[i].taken = b.now.mono;
	}
	b.gate = write_gate_new(&host, 1, b.now);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	write_gate_free(b.gate);
	txn_free(b.last);
	strbuf_release(&b.row.body);
	return 0;
}

/* All twenty, from 10 to 20 %; look asks only. */
static void ask(bool look)
{
	static struct wire_change lines[TAGS];
	struct wire_changes m = { .req = 5, .look = look, .n = TAGS, .lines = lines };

	for (uint32_t i = 0; i < TAGS; i++) {
		lines[i] = (struct wire_change){ .value = value_double(20) };
		snprintf(lines[i].tag, sizeof(lines[i].tag), "%s", b.names[i]);
	}
	snprintf(m.title, sizeof(m.title), "night");
	snprintf(m.reason, sizeof(m.reason), "less demand");
	write_gate_select_set(b.gate, &ivan, &m, b.now);
}

static void confirm_as(const struct write_party *who, uint32_t req, uint64_t token)
{
	struct wire_request m = { .req = req, .num = token };

	write_gate_confirm(b.gate, who, &m, b.now);
}

static void sign(void)
{
	ask(false);
	assert_int_equal(b.set.phase, SET_SELECTED);
	confirm_as(&ivan, 6, b.set.token);
}

static void tick(void)
{
	b.now.mono.ns += 1000000;
	write_gate_tick(b.gate, b.now);
}

static void stored(bool ok)
{
	struct txn *t = b.last;

	assert_non_null(t);
	b.last = NULL;
	if (ok)
		keep_row(t);
	txn_free(t);
	b.now.mono.ns += 1000000;
	write_gate_committed(b.gate, b.what, b.id, ok, "disk full", b.now);
}

static void answer(enum write_outcome o)
{
	write_gate_outcome(b.gate, b.sent[b.n_sent - 1], o, "of the device", b.now);
	stored(true);
}

static void shows(double v)
{
	struct sample s = { .value = value_double(v) };

	b.now.mono.ns += 1000000;
	s.taken = b.now.mono;
	write_gate_read_result(b.gate, b.reads, &s, "", b.now);
}

/* The line whose turn it is, to its end. */
static void one_line(void)
{
	size_t sent = b.n_sent;

	stored(true); /* the intent */
	assert_int_equal(b.n_sent, sent + 1);
	answer(WRITE_ACCEPTED);
	shows(20);
	stored(true); /* the verdict */
	b.samples[b.sent_tag[sent]].value = value_double(20);
	tick();
}

static void to_the_seventh(void)
{
	sign();
	for (int i = 0; i < 6; i++)
		one_line();
	assert_int_equal(b.n_sent, 6);
}

static size_t notes(enum audit_kind kind, const char *result)
{
	size_t n = 0;

	for (size_t i = 0; i < b.n_notes; i++)
		n += b.notes[i].kind == kind && strcmp(b.notes[i].result, result) == 0;
	return n;
}

/* Six done, the seventh as given, and nothing of what is behind it ever left. */
static void stopped_at_the_seventh(enum wire_change_state seventh, size_t sent)
{
	for (size_t i = 0; i < TAGS; i++)
		assert_int_equal(b.lines[i].state, i < 6    ? CHANGE_DONE
						   : i == 6 ? seventh
							    : CHANGE_NOT_SENT);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.set.n_done, 6);
	assert_int_equal(b.n_sent, sent);
	assert_true(write_gate_idle(b.gate));
	assert_int_equal(notes(AUDIT_CHANGES, "signed"), 1);
	assert_int_equal(notes(AUDIT_CHANGES_END, "stopped"), 1);
	assert_int_equal(notes(AUDIT_CANCEL, "void"), sent == 6 ? 14 : 13);
	assert_true(b.row_settled);
	for (int i = 0; i < 50; i++) { /* and none of it later */
		b.now.mono = mono_add_ms(b.now.mono, 1000);
		write_gate_tick(b.gate, b.now);
	}
	assert_int_equal(b.n_sent, sent);
}

static void WR_30_all_are_sent_in_order_each_after_the_one_before(void **state)
{
	(void)state;
	sign();
	assert_int_equal(b.set.phase, SET_RUNNING);
	for (size_t i = 0; i < TAGS; i++) {
		assert_int_equal(b.n_sent, i);
		assert_int_equal(b.lines[i].state, CHANGE_ACTIVE);
		one_line();
		assert_int_equal(b.sent_tag[i], i);
	}
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.set.n_done, TAGS);
	assert_string_equal(b.set.text, "20 of 20 done");
	assert_int_equal(notes(AUDIT_SELECT, "selected"), TAGS);
	assert_int_equal(notes(AUDIT_INTENT, "confirmed"), TAGS);
	assert_int_equal(notes(AUDIT_OUTCOME, "accepted"), TAGS);
	assert_int_equal(notes(AUDIT_READBACK, "match"), TAGS);
	assert_int_equal(notes(AUDIT_CHANGES_END, "complete"), 1);
	assert_true(b.row_settled);
	assert_true(write_gate_idle(b.gate));
}

static void WR_30_records_of_the_lines_name_the_set(void **state)
{
	uint64_t set;
	size_t i = 0;

	(void)state;
	sign();
	set = b.set.request;
	one_line();
	while (b.notes[i].kind != AUDIT_CHANGES)
		i++;
	assert_true(b.notes[i].request == set && set != 0);
	assert_string_equal(b.notes[i].subject, "night");
	assert_has(b.notes[i].detail, "t.sp01: 10.0 -> 20.0 %; t.sp02: 10.0 -> 20.0 %");
	while (b.notes[i].kind != AUDIT_INTENT)
		i++;
	assert_true(b.notes[i].request == set + 1);
	assert_string_equal(b.notes[i].detail, "change set 1, line 1 of 20");
	while (b.notes[i].kind != AUDIT_OUTCOME)
		i++;
	assert_has(b.notes[i].detail, "change set 1, line 1 of 20: plc accepted 20.0 %");
}

static void WR_30_the_seventh_is_refused_by_its_device(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_REFUSED);
	tick();
	stopped_at_the_seventh(CHANGE_DECLINED, 7);
	assert_has(b.set.text, "6 of 20 done, 13 not sent: line 7 (t.sp07): plc refused");
}

static void WR_30_the_seventh_shows_another_value(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_ACCEPTED);
	shows(12);
	b.now.mono = mono_add_ms(b.now.mono, 1001);
	write_gate_tick(b.gate, b.now);
	stored(true);
	tick();
	stopped_at_the_seventh(CHANGE_MISMATCH, 7);
}

static void WR_30_the_seventh_cannot_be_read_back(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_ACCEPTED);
	b.now.mono = mono_add_ms(b.now.mono, 1001);
	write_gate_tick(b.gate, b.now);
	stored(true);
	tick();
	stopped_at_the_seventh(CHANGE_UNREAD, 7);
}

static void WR_30_the_seventh_is_unknown_and_stays_in_doubt(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_ANSWER_MS + 1);
	write_gate_tick(b.gate, b.now);
	stored(true);
	assert_int_equal(b.lines[6].state, CHANGE_ACTIVE);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_UNKNOWN_READ_MS + 1);
	write_gate_tick(b.gate, b.now);
	stored(true);
	tick();
	stopped_at_the_seventh(CHANGE_UNKNOWN, 7);
	assert_int_equal(b.set.n_unknown, 1);
	assert_int_equal(write_gate_doubt_count(b.gate), 1);
	assert_has(b.set.text, "1 unknown");
}

static void WR_30_an_unknown_one_that_is_read_back_as_wanted_is_done(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	answer(WRITE_UNKNOWN);
	shows(20);
	stored(true);
	tick();
	assert_int_equal(b.lines[6].state, CHANGE_DONE);
	assert_int_equal(b.lines[7].state, CHANGE_ACTIVE);
	assert_int_equal(write_gate_doubt_count(b.gate), 0);
}

static void WR_30_the_seventh_cannot_be_recorded(void **state)
{
	(void)state;
	to_the_seventh();
	stored(false);
	tick();
	assert_int_equal(b.n_sent, 6);
	assert_int_equal(b.lines[6].state, CHANGE_NOT_SENT);
	assert_has(b.lines[6].text, "not recorded, not sent: disk full");
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.lines[7].state, CHANGE_NOT_SENT);
}

static void WR_12_a_line_that_moved_meanwhile_stops_the_set(void **state)
{
	(void)state;
	sign();
	for (int i = 0; i < 5; i++)
		one_line();
	b.samples[6].value = value_double(55);
	one_line();
	stopped_at_the_seventh(CHANGE_NOT_SENT, 6);
	assert_has(b.lines[6].text, "t.sp07 was 10.0 %, now 55.0 %: look again");
}

static void WR_17_a_link_that_goes_down_stops_the_set(void **state)
{
	(void)state;
	sign();
	for (int i = 0; i < 5; i++)
		one_line();
	stored(true);
	answer(WRITE_ACCEPTED);
	shows(20);
	b.reachable = false;
	stored(true);
	tick();
	tick();
	stopped_at_the_seventh(CHANGE_NOT_SENT, 6);
	assert_has(b.lines[6].text, "the link is down");
}

static void WR_30_a_session_that_ends_ends_its_set(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true); /* sent */
	b.gone = true;
	write_gate_session_closed(b.gate, 1, b.now);
	tick();
	assert_int_equal(b.set.phase, SET_RUNNING); /* the one in hand goes on */
	answer(WRITE_ACCEPTED);
	shows(20);
	stored(true);
	tick();
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.set.n_done, 7);
	assert_int_equal(b.n_sent, 7);
	assert_has(b.set.text, "the session ended");
	assert_int_equal(b.lines[7].state, CHANGE_NOT_SENT);
}

static void WR_30_a_right_that_is_taken_away_stops_the_set(void **state)
{
	(void)state;
	sign();
	one_line();
	b.gone = true;
	one_line();
	tick();
	assert_int_equal(b.n_sent, 2);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_has(b.set.text, "session ended");
}

static void WR_30_nobody_elses_sign_in_goes_on_with_the_set(void **state)
{
	(void)state;
	sign();
	one_line();
	b.somebody = "oleg";
	one_line();
	tick();
	assert_int_equal(b.n_sent, 2);
	assert_int_equal(b.set.phase, SET_ENDED);
}

/* --- what its tags ask for, all of it asks for ------------------------------------- */

static const struct access_grant vera_all = { .name = "vera",
					      .rights = 0xFF,
					      .n_posts = 1,
					      .posts = { { 0xFF, NULL } },
					      .admitted = true };
static const struct write_party vera = { .session = 9,
					 .uid = 1009,
					 .actor = "vera",
					 .name = "vera",
					 .roles = "sup",
					 .from = "pts/9",
					 .grant = &vera_all };

static void answer_as(const struct write_party *who, bool yes)
{
	struct wire_request m = { .req = 20, .num = b.approval.approval, .num2 = yes };

	b.reply = (struct wire_reply){ 0 };
	write_gate_approve(b.gate, who, &m, b.now);
}

static void ask_two(void)
{
	b.writes[11].approve = true;
	b.writes[12].approve = true;
	ask(false);
	assert_true(b.set.wants & WIRE_WANTS_APPROVAL);
	confirm_as(&ivan, 6, b.set.token);
	assert_int_equal(b.set.phase, SET_APPROVAL);
	assert_null(b.last);
	assert_int_equal(b.n_sent, 0);
}

static void WR_25_a_second_person_signs_the_whole_set(void **state)
{
	(void)state;
	ask_two();
	assert_int_equal(b.n_offers, 1);
	assert_has(b.approval.text, "change set night of 20: t.sp01: 10.0");
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_OK);
	for (int i = 0; i < TAGS; i++)
		one_line();
	assert_int_equal(b.set.n_done, TAGS);
	assert_has(b.notice.text, "of ivan, approved by you: 20 of 20 done");
	assert_int_equal(b.n_offers, 2); /* asked, and given */
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_int_equal(b.n_sent, TAGS);
}

static void WR_25_one_who_declines_ends_the_set(void **state)
{
	(void)state;
	ask_two();
	answer_as(&vera, false);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "vera declined");
	assert_null(b.last);
	assert_true(write_gate_idle(b.gate));
	assert_false(write_gate_leased(b.gate, 0));
}

static void WR_25_nobody_approves_his_own_set_or_late_or_from_elsewhere(void **state)
{
	struct write_party again = ivan, far = vera;
	struct access_grant elsewhere = vera_all;

	(void)state;
	elsewhere.posts[0].area = "u";
	far.grant = &elsewhere;
	ask_two();
	answer_as(&ivan, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	again.session = 8;
	answer_as(&again, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	answer_as(&far, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_int_equal(b.set.phase, SET_APPROVAL);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_APPROVE_MS);
	write_gate_tick(b.gate, b.now);
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_null(b.last);
	assert_int_equal(b.n_sent, 0);
}

/* In the area of one line is not in that of all. */
static void WR_25_the_second_person_needs_each_area(void **state)
{
	struct access_grant only = vera_all;
	struct write_party there = vera;

	(void)state;
	b.defs[12].area = "u";
	only.posts[0].area = "t";
	there.grant = &only;
	ask_two();
	answer_as(&there, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_int_equal(b.set.phase, SET_APPROVAL);
	answer_as(&vera, true);
	assert_int_equal(b.set.phase, SET_RUNNING);
}

static void WR_25_what_moved_while_he_thought_ends_the_set(void **state)
{
	(void)state;
	ask_two();
	b.samples[3].value = value_double(11);
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "t.sp04 was 10.0 %, now 11.0 %");
	assert_null(b.last);
}

static void WR_25_withdrawn_by_who_asked(void **state)
{
	uint64_t token;

	(void)state;
	ask_two();
	token = b.gate->sets[0]->token;
	write_gate_cancel(b.gate, &ivan, 7, token, b.now);
	assert_int_equal(b.reply.status, WIRE_OK);
	answer_as(&vera, true);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_null(b.last);
	assert_true(write_gate_idle(b.gate));
}

static void WR_30_what_one_tag_wants_typed_is_typed_for_all(void **state)
{
	struct wire_request m = { .req = 6 };

	(void)state;
	b.writes[4].challenge = "value";
	ask(false);
	assert_int_equal(strlen(b.set.challenge), 4);
	m.num = b.set.token;
	snprintf(m.text, sizeof(m.text), "%s", b.set.challenge);
	write_gate_confirm(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_RUNNING);
	write_gate_cancel(b.gate, &ivan, 7, m.num, b.now);
	one_line();
	tick();
	ask(false);
	m.num = b.set.token;
	snprintf(m.text, sizeof(m.text), "0000");
	write_gate_confirm(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "\"0000\" was typed, not");
	assert_null(b.last);
}

static void WR_30_what_one_tag_wants_a_reason_for_bars_a_set_without(void **state)
{
	struct wire_change line = { .tag = "t.sp05", .value = value_double(3) };
	struct wire_changes m = { .req = 3, .n = 1, .lines = &line };

	(void)state;
	b.writes[4].reason = true;
	write_gate_select_set(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "is not written without a reason");
	assert_true(b.set.wants & WIRE_WANTS_REASON);
}

static void WR_26_a_reload_of_one_line_stops_the_set_at_once(void **state)
{
	(void)state;
	to_the_seventh();
	write_gate_tag_changed(b.gate, 15, b.now);
	one_line();
	assert_int_equal(b.n_sent, 7);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_int_equal(b.lines[7].state, CHANGE_NOT_SENT);
	assert_has(b.set.text, "the station was reloaded");
}

static void WR_30_the_operator_may_stop_it(void **state)
{
	uint64_t token;

	(void)state;
	ask(false);
	token = b.set.token;
	confirm_as(&ivan, 6, token);
	one_line();
	write_gate_cancel(b.gate, &ivan, 7, token, b.now);
	assert_int_equal(b.reply.status, WIRE_OK);
	one_line();
	assert_int_equal(b.n_sent, 2);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_has(b.set.text, "2 of 20 done, 18 not sent: the operator stopped it");
}

static void WR_30_the_server_stops_in_the_middle(void **state)
{
	(void)state;
	to_the_seventh();
	stored(true);
	write_gate_stop(b.gate, b.now);
	stored(true); /* unknown: nobody waited for the answer */
	stored(true); /* it was not read back */
	tick();
	stopped_at_the_seventh(CHANGE_UNKNOWN, 7);
}

static void restart(void)
{
	write_gate_free(b.gate);
	b.n_notes = 0;
	b.row.outcome = b.progress;
	b.gate = write_gate_new(&host, 100, b.now);
	write_gate_restore(b.gate, &b.row, b.now);
}

static void WR_19_a_killed_server_says_what_it_never_began(void **state)
{
	uint64_t set;

	(void)state;
	to_the_seventh();
	set = b.set.request;
	stored(true); /* the seventh is sent, and then nobody is there */
	restart();
	assert_true(b.row_settled);
	assert_int_equal(notes(AUDIT_CHANGES_END, "stopped (restart)"), 1);
	assert_has(b.notes[0].detail, "6 of 20 done, 13 not sent, 1 unknown");
	write_gate_tell_sets(b.gate, 1, 9, set);
	for (size_t i = 0; i < TAGS; i++)
		assert_int_equal(b.lines[i].state, i < 6    ? CHANGE_DONE
						   : i == 6 ? CHANGE_UNKNOWN
							    : CHANGE_NOT_SENT);
	assert_string_equal(b.lines[6].tag, "t.sp07");
	assert_string_equal(b.lines[6].new_value, "20.0");
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_string_equal(b.set.who, "ivan");
	tick();
	assert_int_equal(b.n_sent, 7); /* it never goes on */
	assert_true(write_gate_idle(b.gate));
}

static void WR_19_killed_between_two_lines(void **state)
{
	(void)state;
	to_the_seventh(); /* its intent is not stored */
	txn_free(b.last);
	b.last = NULL;
	restart();
	write_gate_tell_sets(b.gate, 1, 9, b.row.request);
	assert_int_equal(b.lines[4].state, CHANGE_DONE);
	assert_int_equal(b.lines[5].state, CHANGE_UNREAD); /* nothing says more */
	assert_int_equal(b.lines[6].state, CHANGE_NOT_SENT);
	assert_int_equal(write_gate_doubt_count(b.gate), 0);
}

static void WR_30_a_set_that_cannot_all_be_written_is_not_begun(void **state)
{
	(void)state;
	b.numbers[6].hi = 15;
	b.writes[8].allowed = false;
	ask(false);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_int_equal(b.set.token, 0);
	assert_has(b.set.text, "2 of 20 cannot be written; t.sp07: 20 % is above");
	assert_int_equal(b.lines[6].state, CHANGE_BARRED);
	assert_int_equal(b.lines[5].state, CHANGE_READY);
	assert_int_equal(b.refusals, 1);
	assert_false(write_gate_leased(b.gate, 0));
	assert_true(write_gate_idle(b.gate));
}

static void a_look_takes_nothing(void **state)
{
	(void)state;
	b.samples[3].value = value_double(20);
	ask(true);
	assert_int_equal(b.set.phase, SET_LOOKED);
	assert_int_equal(b.n_lines, TAGS);
	assert_true(b.lines[3].same);
	assert_false(b.lines[4].same);
	assert_string_equal(b.lines[4].old_value, "10.0");
	assert_false(write_gate_leased(b.gate, 0));
	assert_int_equal(b.n_notes, 0);
	assert_int_equal(b.refusals, 0);
}

static void the_same_tag_twice_is_refused(void **state)
{
	struct wire_change lines[2] = { { .tag = "t.sp01", .value = value_double(1) },
					{ .tag = "t.sp01", .value = value_double(2) } };
	struct wire_changes m = { .req = 5, .n = 2, .lines = lines };

	(void)state;
	write_gate_select_set(b.gate, &ivan, &m, b.now);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "t.sp01 is in the set twice");
}

static void WR_14_a_set_that_nobody_confirms_is_void(void **state)
{
	uint64_t token;

	(void)state;
	ask(false);
	token = b.set.token;
	assert_int_equal(b.set.expires_ms, 35000);
	assert_true(write_gate_leased(b.gate, 19));
	b.now.mono = mono_add_ms(b.now.mono, 34999);
	write_gate_tick(b.gate, b.now);
	assert_int_equal(b.set.phase, SET_SELECTED);
	tick();
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_false(write_gate_leased(b.gate, 19));
	confirm_as(&ivan, 6, token);
	assert_null(b.last);
	assert_int_equal(b.set.req, 6);
	assert_has(b.set.text, "expired");
}

static void WR_12_a_value_that_moved_before_the_confirm_refuses_it_all(void **state)
{
	(void)state;
	ask(false);
	b.samples[12].value = value_double(11);
	confirm_as(&ivan, 6, b.set.token);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_null(b.last);
	assert_int_equal(b.lines[12].state, CHANGE_BARRED);
	assert_has(b.set.text, "nothing was sent; t.sp13: t.sp13 was 10.0 %");
	assert_false(write_gate_leased(b.gate, 0));
}

static void WR_01_a_confirm_twice_sends_once(void **state)
{
	uint64_t token;

	(void)state;
	ask(false);
	token = b.set.token;
	confirm_as(&ivan, 6, token);
	confirm_as(&ivan, 6, token);
	confirm_as(&ivan, 7, token);
	assert_int_equal(b.refusals, 1); /* the second number; the first is a repeat */
	for (int i = 0; i < TAGS; i++)
		one_line();
	confirm_as(&ivan, 8, token);
	assert_int_equal(b.set.req, 8);
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_null(b.last);
	assert_int_equal(b.n_sent, TAGS);
}

static void WR_23_a_stolen_token_confirms_nothing(void **state)
{
	struct write_party oleg = ivan;
	uint64_t token;

	(void)state;
	oleg.session = 2;
	ask(false);
	token = b.set.token;
	confirm_as(&oleg, 6, token);
	assert_null(b.last);
	assert_has(b.reply.text, "belongs to another session");
	write_gate_cancel(b.gate, &oleg, 7, token, b.now);
	assert_int_equal(b.refusals, 2);
	assert_true(write_gate_leased(b.gate, 0));
	/* nor is there a number of one of its lines */
	for (uint64_t other = 0; other < 50; other++)
		confirm_as(&ivan, 8, token - 25 + other + (other >= 25));
	assert_null(b.last);
	assert_int_equal(b.set.phase, SET_SELECTED);
}

static void WR_15_a_line_that_somebody_else_holds_bars_the_set(void **state)
{
	struct write_party oleg = ivan;
	struct wire_change line = { .tag = "t.sp05", .value = value_double(3) };
	struct wire_changes m = { .req = 3, .n = 1, .lines = &line };

	(void)state;
	oleg.session = 2;
	oleg.name = "oleg";
	write_gate_select_set(b.gate, &oleg, &m, b.now);
	assert_int_equal(b.set.phase, SET_SELECTED);
	ask(false);
	assert_int_equal(b.set.phase, SET_REFUSED);
	assert_has(b.set.text, "oleg has t.sp05 selected");
}

static void a_new_select_gives_up_a_set_but_not_one_that_runs(void **state)
{
	uint64_t first;

	(void)state;
	ask(false);
	first = b.set.token;
	ask(false);
	assert_int_equal(b.set.phase, SET_SELECTED);
	assert_true(b.set.token != first);
	confirm_as(&ivan, 6, b.set.token);
	one_line();
	ask(true);
	ask(false); /* its tags are held by the one that runs */
	assert_int_equal(b.set.phase, SET_REFUSED);
	one_line();
	assert_int_equal(b.n_sent, 2);
}

static void WR_30_a_busy_device_is_waited_for_and_not_for_ever(void **state)
{
	struct write_op *other;

	(void)state;
	other = write_op_new(b.gate);
	other->phase = WRITE_SENT;
	other->device = 1;
	other->tag = 99;
	sign();
	one_line(); /* device 0 */
	assert_null(b.last);
	b.now.mono = mono_add_ms(b.now.mono, WRITE_SET_WAIT_MS);
	write_gate_tick(b.gate, b.now);
	assert_null(b.last);
	other->phase = WRITE_READBACK;
	b.now.mono = mono_add_ms(b.now.mono, WRITE_SET_WAIT_MS);
	write_gate_tick(b.gate, b.now);
	one_line();
	one_line(); /* device 2, 0, and then 1 again */
	other->phase = WRITE_SENT;
	one_line();
	assert_null(b.last);
	for (int i = 0; i <= WRITE_ANSWER_MS / WRITE_SET_WAIT_MS; i++) {
		b.now.mono = mono_add_ms(b.now.mono, WRITE_SET_WAIT_MS);
		write_gate_tick(b.gate, b.now);
	}
	tick();
	assert_int_equal(b.set.phase, SET_ENDED);
	assert_has(b.set.text, "plc still has a command in hand");
	write_op_finish(b.gate, other);
}

static void WR_30_the_last_sets_can_be_asked_for(void **state)
{
	(void)state;
	for (int i = 0; i < WRITE_SETS_KEPT + 3; i++) {
		sign();
		stored(false);
		tick();
		assert_int_equal(b.set.phase, SET_ENDED);
	}
	b.n_sets = 0;
	write_gate_tell_sets(b.gate, 1, 9, 0);
	assert_int_equal(b.n_sets, WRITE_SETS_KEPT);
	assert_int_equal(b.reply.req, 9);
	write_gate_tell_sets(b.gate, 1, 10, 1);
	assert_int_equal(b.reply.status, WIRE_REFUSED);
	assert_has(b.reply.text, "change set 1 is not among the last ones");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_30_all_are_sent_in_order_each_after_the_one_before),
		T(WR_30_records_of_the_lines_name_the_set),
		T(WR_30_the_seventh_is_refused_by_its_device),
		T(WR_30_the_seventh_shows_another_value),
		T(WR_30_the_seventh_cannot_be_read_back),
		T(WR_30_the_seventh_is_unknown_and_stays_in_doubt),
		T(WR_30_an_unknown_one_that_is_read_back_as_wanted_is_done),
		T(WR_30_the_seventh_cannot_be_recorded),
		T(WR_12_a_line_that_moved_meanwhile_stops_the_set),
		T(WR_17_a_link_that_goes_down_stops_the_set),
		T(WR_30_a_session_that_ends_ends_its_set),
		T(WR_30_a_right_that_is_taken_away_stops_the_set),
		T(WR_30_nobody_elses_sign_in_goes_on_with_the_set),
		T(WR_25_a_second_person_signs_the_whole_set),
		T(WR_25_one_who_declines_ends_the_set),
		T(WR_25_nobody_approves_his_own_set_or_late_or_from_elsewhere),
		T(WR_25_the_second_person_needs_each_area),
		T(WR_25_what_moved_while_he_thought_ends_the_set),
		T(WR_25_withdrawn_by_who_asked),
		T(WR_30_what_one_tag_wants_typed_is_typed_for_all),
		T(WR_30_what_one_tag_wants_a_reason_for_bars_a_set_without),
		T(WR_26_a_reload_of_one_line_stops_the_set_at_once),
		T(WR_30_the_operator_may_stop_it),
		T(WR_30_the_server_stops_in_the_middle),
		T(WR_19_a_killed_server_says_what_it_never_began),
		T(WR_19_killed_between_two_lines),
		T(WR_30_a_set_that_cannot_all_be_written_is_not_begun),
		T(a_look_takes_nothing),
		T(the_same_tag_twice_is_refused),
		T(WR_14_a_set_that_nobody_confirms_is_void),
		T(WR_12_a_value_that_moved_before_the_confirm_refuses_it_all),
		T(WR_01_a_confirm_twice_sends_once),
		T(WR_23_a_stolen_token_confirms_nothing),
		T(WR_15_a_line_that_somebody_else_holds_bars_the_set),
		T(a_new_select_gives_up_a_set_but_not_one_that_runs),
		T(WR_30_a_busy_device_is_waited_for_and_not_for_ever),
		T(WR_30_the_last_sets_can_be_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
