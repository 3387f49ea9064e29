/*
 * readback.c - what the device itself shows after the outcome. Only a read that was
 * asked for and taken after the outcome counts (WR-08); a device that ramps is asked
 * again until it matches or the tag's readback_ms are over.
 */
#include "write/gate_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

double write_tolerance(const struct tag_def *def)
{
	return def->write->tolerance > 0.0 ? def->write->tolerance
					   : def->numbers->deadband;
}

bool write_matches(const struct value *want, const struct value *got, double tolerance)
{
	/* a device with 32-bit floats keeps 47.3 as 47.29999924 */
	static const double float_error = 1e-6;
	double a, b;

	if (want->type == VALUE_STRING || got->type == VALUE_STRING)
		return value_equal(want, got);
	if (!value_number(want, &a) || !value_number(got, &b))
		return false;
	return fabs(a - b) <= tolerance + float_error * fmax(fabs(a), fabs(b));
}

/* A pulse keeps no value: what it did shows elsewhere, if anywhere. */
static bool plan_feedback(struct write_gate *g, struct write_op *op,
			  const struct tag_write *w, struct strbuf *why)
{
	const struct write_point *p = g->host->find(g->host->arg, w->feedback);

	if (!p || p->def->kind != TAG_DEVICE) {
		strbuf_setf(why, "its feedback %s is no tag of a device", w->feedback);
		return false;
	}
	op->read_tag = p->tag;
	op->read_revision = p->revision;
	op->read_ms = w->feedback_ms;
	op->of_feedback = true;
	op->expected = w->feedback_value;
	snprintf(op->read_name, sizeof(op->read_name), "%s", w->feedback);
	return true;
}

bool write_plan_readback(struct write_gate *g, struct write_op *op,
			 const struct write_point *p, struct strbuf *why)
{
	const struct tag_write *w = p->def->write;

	op->read_tag = p->tag;
	op->read_revision = p->revision;
	op->read_ms = w->readback_ms;
	op->no_read_back = w->pulse && !w->feedback;
	return !w->pulse || !w->feedback || plan_feedback(g, op, w, why);
}

/* In the tag's own words, or in those of what shows its effect. */
static void show_read(struct write_gate *g, const struct write_op *op,
		      const struct value *v, char *out, size_t size)
{
	const struct write_point *p = g->host->at(g->host->arg, op->read_tag);
	char word[TAG_WORD_MAX + 1], text[300];
	struct value typed = *v;
	double number;

	if (!op->of_feedback || !p) {
		write_show(op, v, out, size);
		return;
	}
	if (p->def->type == VALUE_BOOL && value_number(v, &number))
		typed = value_bool(number != 0);
	if (value_number(v, &number) &&
	    tag_words_text(p->def->write->words, number, word))
		snprintf(text, sizeof(text), "%s", word);
	else
		value_format(&typed, (int)p->def->decimals, text, sizeof(text));
	snprintf(out, size, "%s%s%s", text, p->def->unit[0] ? " " : "", p->def->unit);
}

static struct value expected(const struct write_op *op)
{
	return op->of_feedback ? value_double(op->expected) : op->new_value.v;
}

/* A match settles what was in doubt; but not of a pulse, whose effect may have been there
 * before. */
static bool settles(const struct write_op *op)
{
	return op->in_doubt && op->verdict == VERDICT_MATCH && !op->of_feedback;
}

static void set_verdict(struct write_gate *g, struct write_op *op, enum write_verdict v,
			const char *text, struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, true);
	size_t n = strlen(op->text);

	snprintf(op->text + n, sizeof(op->text) - n, "; %s", text);
	op->phase = WRITE_VERDICT;
	op->due = MONO_NEVER;
	op->read = 0;
	op->verdict = v;
	if (settles(op))
		txn_add(t, TXN_SETTLE, op->request, NULL);
	write_note(g, t, AUDIT_READBACK, op, write_verdict_name(v), text, now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_VERDICT, op->request);
}

static const char *shower(const struct write_op *op)
{
	return op->read_name[0] ? op->read_name : "the device";
}

static void verdict_match(struct write_gate *g, struct write_op *op,
			  const struct value *got, struct now now)
{
	char value[320], text[460];

	show_read(g, op, got, value, sizeof(value));
	snprintf(text, sizeof(text), "%s shows %s", shower(op), value);
	set_verdict(g, op, VERDICT_MATCH, text, now);
}

void write_end_readback(struct write_gate *g, struct write_op *op, struct now now)
{
	struct value wanted = expected(op);
	char value[320], text[860];

	if (op->seen_mismatch) {
		show_read(g, op, &wanted, value, sizeof(value));
		snprintf(text, sizeof(text), "%s shows %s instead of %s", shower(op),
			 op->seen, value);
		set_verdict(g, op, VERDICT_MISMATCH, text, now);
		return;
	}
	snprintf(text, sizeof(text), "%s could not be read back (%s)",
		 op->read_name[0] ? op->read_name : "its value",
		 op->seen[0] ? op->seen : "no answer");
	set_verdict(g, op, VERDICT_UNREADABLE, text, now);
}

/* What its address shows now is not what was written to, or nobody may ask any more. */
static const char *cannot_read_back(const struct write_op *op,
				    const struct write_point *p)
{
	if (!p)
		return "a reload removed the tag";
	if (p->revision != op->read_revision)
		return "a reload changed the tag meanwhile";
	return op->stopping ? "the server is stopping" : NULL;
}

static bool end_unread(struct write_gate *g, struct write_op *op, struct now now)
{
	const char *why = cannot_read_back(op, g->host->at(g->host->arg, op->read_tag));

	if (!why)
		return false;
	op->seen_mismatch = false;
	snprintf(op->seen, sizeof(op->seen), "%s", why);
	write_end_readback(g, op, now);
	return true;
}

void write_begin_readback(struct write_gate *g, struct write_op *op, struct now now)
{
	int64_t window = op->read_ms;

	op->phase = WRITE_READBACK;
	if (op->outcome == WRITE_UNKNOWN && window < WRITE_UNKNOWN_READ_MS)
		window = WRITE_UNKNOWN_READ_MS; /* a driver may have to start again */
	if (window < WRITE_READ_MS)
		window = WRITE_READ_MS;
	op->read_end = mono_add_ms(now.mono, window);
	if (op->echoed) {
		verdict_match(g, op, &op->new_value.v, now);
		return;
	}
	write_readback_tick(g, op, now);
}

void write_readback_tick(struct write_gate *g, struct write_op *op, struct now now)
{
	struct mono by = mono_earlier(op->read_end, mono_add_ms(now.mono, WRITE_READ_MS));

	if (end_unread(g, op, now))
		return;
	if (mono_reached(now.mono, op->read_end)) {
		write_end_readback(g, op, now);
		return;
	}
	op->read = g->host->read(g->host->arg, op->read_tag, by);
	if (op->read)
		op->due = by;
	else
		op->due = mono_earlier(op->read_end,
				       mono_add_ms(now.mono, WRITE_READ_EVERY_MS));
}

static void read_again(struct write_op *op, struct now now)
{
	op->read = 0;
	op->due = mono_earlier(op->read_end, mono_add_ms(now.mono, WRITE_READ_EVERY_MS));
}

static void op_read_result(struct write_gate *g, struct write_op *op,
			   const struct sample *s, const char *text, struct now now)
{
	const struct write_point *p = g->host->at(g->host->arg, op->read_tag);
	double tolerance = p ? write_tolerance(p->def) : 0.0;
	struct value wanted = expected(op);

	if (end_unread(g, op, now))
		return;
	if (s->taken.ns <= op->answer_at.ns) {
		read_again(op, now); /* older than the outcome: it shows nothing */
	} else if (!quality_is_interlock_grade(s->quality)) {
		op->seen_mismatch = false;
		snprintf(op->seen, sizeof(op->seen), "%s",
			 text[0] ? text : quality_reason_text(s->quality));
		read_again(op, now);
	} else if (write_matches(&wanted, &s->value, tolerance)) {
		verdict_match(g, op, &s->value, now);
	} else {
		op->seen_mismatch = true;
		show_read(g, op, &s->value, op->seen, sizeof(op->seen));
		read_again(op, now);
	}
}

void write_gate_read_result(struct write_gate *g, uint64_t read, const struct sample *s,
			    const char *text, struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];

		if (op->read != read || op->phase != WRITE_READBACK)
			continue;
		op_read_result(g, op, s, text, now);
		return;
	}
	write_doubt_read_result(g, read, s, text, now);
}

static bool is_echo(const struct write_gate *g, const struct write_op *op, uint32_t tag,
		    const struct sample *s)
{
	const struct write_point *p = g->host->at(g->host->arg, tag);

	return op->tag == tag && !op->of_feedback && !op->no_read_back &&
	       op->outcome == WRITE_UNKNOWN && !op->echoed &&
	       (op->phase == WRITE_OUTCOME || op->phase == WRITE_READBACK) &&
	       s->taken.ns > op->sent_at.ns && quality_is_interlock_grade(s->quality) &&
	       p && p->revision == op->revision &&
	       write_matches(&op->new_value.v, &s->value, write_tolerance(p->def));
}

void write_gate_sample(struct write_gate *g, uint32_t tag, const struct sample *s,
		       struct now now)
{
	for (size_t i = 0; i < g->n_ops; i++) {
		struct write_op *op = g->ops[i];

		if (!is_echo(g, op, tag, s))
			continue;
		op->echoed = true;
		if (op->phase == WRITE_READBACK)
			verdict_match(g, op, &s->value, now);
	}
}

/* The record is owed, but what was not settled then must not be settled by storing it
 * late: it stays in doubt, here as there. */
static void verdict_lost(struct write_gate *g, struct write_op *op, const char *why,
			 struct now now)
{
	struct txn *t = g->host->txn(g->host->arg, false);
	size_t n = strlen(op->text);

	write_note(g, t, AUDIT_READBACK, op, write_verdict_name(op->verdict), op->text,
		   now);
	g->host->commit(g->host->arg, t, WRITE_COMMIT_NOTE, 0);
	snprintf(op->text + n, sizeof(op->text) - n,
		 " (the read-back could not be recorded: %s)", why);
}

/* Later, that is: its address must still be the one that was written to. */
static bool may_be_read(const struct write_gate *g, const struct write_op *op)
{
	const struct write_point *p = g->host->at(g->host->arg, op->tag);

	return !op->of_feedback && p && p->revision == op->revision;
}

void write_verdict_stored(struct write_gate *g, struct write_op *op, bool ok,
			  const char *why, struct now now)
{
	struct write_doubt *d;

	if (!ok) {
		verdict_lost(g, op, why, now);
	} else if (settles(op)) {
		op->in_doubt = false;
		write_doubt_drop(g, op->request);
	}
	if (op->in_doubt && (d = write_doubt_find(g, op->request))) {
		snprintf(d->text, sizeof(d->text), "%s", op->text);
		d->wants_read = op->verdict == VERDICT_UNREADABLE && may_be_read(g, op);
	}
	write_op_end(g, op);
}
