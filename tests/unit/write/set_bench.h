/*
 * set_bench.h - the gate with twenty setpoints on three devices, and one person who signs
 * them together. A host that only takes notes, and keeps the row of the set as a store
 * would. Included by one test program each.
 */
#ifndef SG_TESTS_SET_BENCH_H
#define SG_TESTS_SET_BENCH_H

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
	struct {
		char who[64], why[300];
	} refusal;
	const char *somebody; /* who signed in at the session since */
	size_t n_offers;
	struct wire_approval approval;
	struct wire_approval_line offered[WIRE_CHANGES_MAX]; /* to the second person */
	size_t n_offered;
	struct wire_notice notice;
	struct txn *last; /* with an answer owed */
	enum write_commit what;
	uint64_t id;
	struct {
		enum audit_kind kind;
		uint64_t request;
		char subject[64], result[64], detail[AUDIT_TEXT_MAX];
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

static inline const struct write_point *at(void *arg, uint32_t tag)
{
	(void)arg;
	return tag < TAGS ? &b.points[tag] : NULL;
}

static inline const struct write_point *find(void *arg, const char *tag)
{
	for (uint32_t i = 0; i < TAGS; i++)
		if (strcmp(b.names[i], tag) == 0)
			return at(arg, i);
	return NULL;
}

static inline const struct sample *sample(void *arg, uint32_t tag)
{
	(void)arg;
	return &b.samples[tag];
}

static inline bool reachable(void *arg, const struct write_point *p, struct strbuf *why)
{
	(void)arg;
	(void)p;
	if (!b.reachable)
		strbuf_setf(why, "the link is down");
	return b.reachable;
}

static inline bool recording(void *arg)
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

static inline bool party(void *arg, uint64_t session, struct write_party *out)
{
	(void)arg;
	(void)session;
	*out = ivan;
	if (b.somebody)
		out->name = b.somebody;
	return !b.gone;
}

static inline void hear_lines(const struct strbuf *frames)
{
	const uint8_t *p;
	size_t len, n = 0;
	uint16_t type;
	int64_t used;

	b.n_offered = 0;
	while ((used = wire_frame_next((const uint8_t *)frames->buf + n, frames->len - n,
				       &type, &p, &len)) > 0) {
		n += (size_t)used;
		if (type != WIRE_APPROVAL_LINE)
			continue;
		assert_true(wire_get_approval_line(p, len, &b.offered[b.n_offered]));
		assert_int_equal(b.offered[b.n_offered].at, b.n_offered);
		b.n_offered++;
	}
}

static inline void approvers(void *arg, const char *area, uint64_t session,
			     const char *name, const struct strbuf *frames,
			     struct strbuf *names)
{
	(void)arg;
	(void)area;
	(void)session;
	(void)name;
	b.n_offers += frames != NULL;
	if (frames)
		hear_lines(frames);
	if (names)
		strbuf_adds(names, "vera");
}

static inline struct txn *new_txn(void *arg, bool urgent)
{
	(void)arg;
	return txn_new(0, urgent);
}

static inline void audit(void *arg, struct txn *t, struct audit_record *r, struct now now)
{
	(void)arg;
	(void)t;
	(void)now;
	assert_true(b.n_notes < NOTES);
	b.notes[b.n_notes].kind = r->kind;
	b.notes[b.n_notes].request = r->request;
	snprintf(b.notes[b.n_notes].subject, 64, "%s", r->subject ? r->subject : "");
	snprintf(b.notes[b.n_notes].result, 64, "%s", r->result ? r->result : "");
	snprintf(b.notes[b.n_notes].detail, AUDIT_TEXT_MAX, "%s",
		 r->detail ? r->detail : "");
	b.n_notes++;
}

/* The row of the set among the stored intents, as the store keeps it. */
static inline void keep_row(const struct txn *t)
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

static inline void commit(void *arg, struct txn *t, enum write_commit what, uint64_t id)
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

static inline void refused(void *arg, struct audit_record *r, struct now now)
{
	(void)arg;
	(void)now;
	snprintf(b.refusal.who, sizeof(b.refusal.who), "%s", r->person);
	snprintf(b.refusal.why, sizeof(b.refusal.why), "%s", r->detail);
	b.refusals++;
}

static inline void send_write(void *arg, const struct write_point *p, uint64_t request,
			      const struct value *v, struct mono deadline)
{
	(void)arg;
	(void)v;
	(void)deadline;
	b.sent_tag[b.n_sent] = p->tag;
	b.sent[b.n_sent++] = request;
}

static inline uint64_t send_read(void *arg, uint32_t tag, struct mono deadline)
{
	(void)arg;
	(void)tag;
	(void)deadline;
	return ++b.reads;
}

static inline void tell(void *arg, uint64_t session, const struct strbuf *frames)
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

static inline void mark(void *arg, uint32_t tag)
{
	(void)arg;
	(void)tag;
}

static inline void doubts(void *arg)
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

static inline int setup(void **state)
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

static inline int teardown(void **state)
{
	(void)state;
	write_gate_free(b.gate);
	txn_free(b.last);
	strbuf_release(&b.row.body);
	return 0;
}

/* All twenty, from 10 to 20 %; look asks only. */
static inline void ask(bool look)
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

static inline void confirm_as(const struct write_party *who, uint32_t req, uint64_t token)
{
	struct wire_request m = { .req = req, .num = token };

	write_gate_confirm(b.gate, who, &m, b.now);
}

static inline void sign(void)
{
	ask(false);
	assert_int_equal(b.set.phase, SET_SELECTED);
	confirm_as(&ivan, 6, b.set.token);
}

static inline void tick(void)
{
	b.now.mono.ns += 1000000;
	write_gate_tick(b.gate, b.now);
}

static inline void stored(bool ok)
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

static inline void answer(enum write_outcome o)
{
	write_gate_outcome(b.gate, b.sent[b.n_sent - 1], o, "of the device", b.now);
	stored(true);
}

static inline void shows(double v)
{
	struct sample s = { .value = value_double(v) };

	b.now.mono.ns += 1000000;
	s.taken = b.now.mono;
	write_gate_read_result(b.gate, b.reads, &s, "", b.now);
}

/* The line whose turn it is, to its end. */
static inline void one_line(void)
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

static inline void to_the_seventh(void)
{
	sign();
	for (int i = 0; i < 6; i++)
		one_line();
	assert_int_equal(b.n_sent, 6);
}

static inline size_t notes(enum audit_kind kind, const char *result)
{
	size_t n = 0;

	for (size_t i = 0; i < b.n_notes; i++)
		n += b.notes[i].kind == kind && strcmp(b.notes[i].result, result) == 0;
	return n;
}

/* Six done, the seventh as given, and nothing of what is behind it ever left. */
static inline void stopped_at_the_seventh(enum wire_change_state seventh, size_t sent)
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

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
