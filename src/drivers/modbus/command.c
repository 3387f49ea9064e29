/* command.c - what the server asks of a device: one write, a fresh read, an explanation.
 *
 * Nothing is kept for later but a READ, which does no harm: a write runs at once on a
 * live connection or is answered "not sent". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/channel.h"
#include "drivers/modbus/convert.h"
#include "drivers/modbus/frame.h"
#include "util/num.h"

enum { READ_RETRY_MS = 250 };

/* --- write --- */

struct gate {
	struct driver_child *child;
	const struct driver_write *write;
};

static const char *ask_again(void *arg)
{
	const struct gate *g = arg;

	return driver_write_refusal(g->child, g->write);
}

static void finish_write(struct command *c, enum write_outcome outcome, const char *text)
{
	driver_post_write_outcome(c->channel->child, &c->write, outcome, text);
}

/* 5 says the device is at work on it, 11 that a gateway has passed it on and heard
 * nothing: neither says that nothing happened. */
static enum write_outcome outcome_of_exception(uint8_t code)
{
	return code == 5 || code == 11 ? WRITE_UNKNOWN : WRITE_REFUSED;
}

enum { ILLEGAL_FUNCTION = 1 };

static const char no_mask_write[] = "the device cannot write a part of a register "
				    "(exception 1 to function 22); give "
				    "the device bit_write = \"read_modify_write\" if "
				    "nobody else changes this register";
static const char no_write_and_read[] = "the device cannot write and read registers at "
					"once (exception 1 to function 23); leave fc23 "
					"out";

/* NULL: the exception speaks for itself. */
static const char *missing_function(const struct mb_request *rq, uint8_t exception)
{
	if (exception != ILLEGAL_FUNCTION)
		return NULL;
	if (rq->mask)
		return no_mask_write;
	return rq->read ? no_write_and_read : NULL;
}

/* What the device held right after a write by function 23 is news at once; when it is
 * not what was written, the outcome says so. */
static void take_read_back(struct command *c, const struct mb_request *rq,
			   const struct mb_address *at, struct strbuf *why)
{
	struct now now = clock_now();
	struct driver_sample s = { .source_ms = now.wall.ms, .mono_ns = now.mono.ns };
	char text[VALUE_STRING_MAX + 1], shown[VALUE_STRING_MAX + 1];

	s.quality = mb_decode(at, c->tag->def->type, rq->read, text, &s.value);
	mb_scan_forget(c->device, c->tag);
	driver_post(c->channel->child, c->tag->def, &s);
	if (memcmp(rq->read, rq->write, rq->count * sizeof(*rq->read)) == 0)
		return;
	value_format(&s.value, -1, shown, sizeof(shown));
	strbuf_setf(why, "the device held %s right after the write", shown);
}

static void conclude_write(struct command *c, const struct mb_request *rq,
			   const struct mb_address *at)
{
	const struct mb_reply *reply = &c->device->channel->reply;
	struct strbuf text = STRBUF_INIT;
	const char *missing;

	switch (reply->result) {
	case MB_ANSWERED:
		if (rq->read)
			take_read_back(c, rq, at, &text);
		finish_write(c, WRITE_ACCEPTED, text.buf);
		break;
	case MB_REFUSED:
		missing = missing_function(rq, reply->exception);
		strbuf_addf(&text, "the device answered exception %u (%s)",
			    reply->exception, exception_name(reply->exception));
		finish_write(c,
			     missing ? WRITE_REFUSED
				     : outcome_of_exception(reply->exception),
			     missing ? missing : text.buf);
		break;
	case MB_FAILED:
		finish_write(c, reply->byte_left ? WRITE_UNKNOWN : WRITE_NOT_SENT,
			     reply->why.buf);
		if (!reply->held)
			mb_device_fail(c->device, reply->why.buf);
		break;
	}
	strbuf_release(&text);
}

static bool value_is_allowed(const struct driver_tag *t, const struct value *v,
			     struct strbuf *why)
{
	double d;

	if (!t->has_range || v->type == VALUE_BOOL || !value_number(v, &d) ||
	    (d >= t->numbers->lo && d <= t->numbers->hi))
		return true;
	strbuf_setf(why, "%g is outside of %g to %g", d, t->numbers->lo, t->numbers->hi);
	return false;
}

/* NULL, or why nothing can be sent at all. */
static const char *not_connected(struct mb_device *d)
{
	if (d->state != DEVICE_CONNECTED || !mb_link_is_up(d->channel->link))
		return "the device is not connected";
	if (d->suspect && !mb_device_ready(d, false))
		return "the device stopped answering just before";
	if (d->stranger)
		return "the device is not the one it was (identity): when it was "
		       "exchanged "
		       "on purpose, correct identity_is and reload";
	return NULL;
}

/* NULL, or why the value cannot be made into registers. A scale register is read right
 * before: it is part of what the number means. */
static const char *prepare_write(struct command *c, struct mb_address *at,
				 uint16_t *cells, struct strbuf *why)
{
	struct mb_device *d = c->device;
	const struct mb_reply *reply = &d->channel->reply;
	const struct mb_factor *f = &c->at.factor;
	uint16_t factor = 0;

	const char *fault = not_connected(d);
	if (fault)
		return fault;
	if (!value_is_allowed(c->tag->def, &c->write.value, why))
		return why->buf;
	if (f->used && !mb_device_read(d, f->area, f->first, 1, &factor))
		return "the device stopped answering just before";
	if (f->used && reply->result != MB_ANSWERED)
		return "the device refuses to say its scale register";
	if (!quality_is_good(mb_address_resolve(&c->at, factor, at)))
		return "the device's scale register holds no power of ten";
	return mb_encode(at, &c->write.value, cells, why) ? NULL : why->buf;
}

/* One bit or byte of a register: by its mask, so that what the device does to the rest
 * meanwhile stays; or, where the engineer chose so, the register as it just was with the
 * part changed, which undoes such a change. */
static const char *prepare_part(struct command *c, struct mb_request *rq, uint16_t *cells)
{
	struct mb_device *d = c->device;
	const struct mb_reply *reply = &d->channel->reply;
	uint16_t mask, now;

	rq->first += mb_part_place(&c->at, &mask);
	rq->count = 1;
	rq->read = NULL;
	if (c->at.bit >= 0)
		cells[0] = cells[0] ? mask : 0;
	if (!d->set.read_modify_write) {
		rq->mask = mask;
		return NULL;
	}
	if (!mb_device_read(d, rq->area, rq->first, 1, &now))
		return "the device stopped answering just before";
	if (reply->result != MB_ANSWERED)
		return "the device refuses to say what the register holds";
	cells[0] = (uint16_t)((now & ~mask) | cells[0]);
	return NULL;
}

static void run_write(struct command *c)
{
	struct mb_device *d = c->device;
	struct mb_address at = c->at; /* with its factor, once that is known */
	struct gate gate = { d->channel->child, &c->write };
	struct strbuf why = STRBUF_INIT;
	uint16_t cells[MB_MAX_REGISTERS] = { 0 }, after[MB_MAX_BITS];
	bool with_read = d->set.write_and_read && at.area == MB_HOLDING;
	struct mb_request rq = { .unit = d->set.unit,
				 .area = at.area,
				 .is_write = true,
				 .first = at.first,
				 .count = at.count,
				 .write = cells,
				 .read = with_read ? after : NULL,
				 .timeout_ms = d->set.timeout_ms,
				 .gate = ask_again,
				 .gate_arg = &gate };

	const char *fault = prepare_write(c, &at, cells, &why);
	if (!fault && mb_is_part(&at))
		fault = prepare_part(c, &rq, cells);
	if (fault) {
		finish_write(c, WRITE_NOT_SENT, fault);
	} else {
		mb_device_transact(d, &rq);
		conclude_write(c, &rq, &at);
	}
	strbuf_release(&why);
}

/* --- read --- */

static void finish_read(struct command *c, const struct driver_sample *s,
			const char *text)
{
	driver_post_read_result(c->channel->child, &c->read, s, text);
}

struct answer {
	uint16_t cells[MB_MAX_BITS];
	uint16_t factor; /* what the scale register holds */
	char text[VALUE_STRING_MAX + 1];
};

static quality decode(const struct command *c, struct answer *a, struct value *v)
{
	struct mb_address at;
	quality q = mb_address_resolve(&c->at, a->factor, &at);

	*v = (struct value){ 0 };
	return quality_is_good(q)
		       ? mb_decode(&at, c->tag->def->type, a->cells, a->text, v)
		       : q;
}

static void answer_read(struct command *c, struct answer *a)
{
	const struct mb_reply *reply = &c->device->channel->reply;
	struct now now = clock_now();
	struct driver_sample s = { .source_ms = now.wall.ms, .mono_ns = now.mono.ns };
	char text[DRIVER_TEXT_MAX + 1] = "";

	if (reply->result == MB_ANSWERED) {
		s.quality = decode(c, a, &s.value);
	} else {
		s.quality = (quality)QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE);
		snprintf(text, sizeof(text), "the device answered exception %u (%s)",
			 reply->exception, exception_name(reply->exception));
	}
	finish_read(c, &s, text);
}

/* The scale register, then the value; the last answer is in the channel's reply. */
static bool read_both(struct command *c, struct answer *a)
{
	const struct mb_address *at = &c->at;
	struct mb_device *d = c->device;

	if (at->factor.used) {
		if (!mb_device_read(d, at->factor.area, at->factor.first, 1, &a->factor))
			return false;
		if (d->channel->reply.result != MB_ANSWERED)
			return true;
	}
	return mb_device_read(d, at->area, at->first, at->count, a->cells);
}

static bool read_tag(struct command *c, struct answer *a)
{
	struct mb_device *d = c->device;
	bool was_down = d->state != DEVICE_CONNECTED;

	a->factor = 0;
	if (!mb_device_ready(d, true) || !read_both(c, a))
		return false;
	if (was_down)
		d->retry_at =
			clock_mono(); /* it lives: poll it now, not after the back-off */
	return true;
}

static bool run_read(struct command *c)
{
	struct mono deadline = { c->read.deadline_ns };
	struct answer answer;

	if (!mono_reached(clock_mono(), deadline) && read_tag(c, &answer)) {
		answer_read(c, &answer);
		return true;
	}
	c->not_before = mono_add_ms(clock_mono(), READ_RETRY_MS);
	if (!mono_reached(c->not_before, deadline))
		return false;
	const struct strbuf *why = &c->device->channel->reply.why;
	finish_read(c, NULL, why->len ? why->buf : "the device does not answer");
	return true;
}

/* --- explain --- */

static void explain_address(const struct command *c, struct strbuf *out)
{
	static const int function[MB_AREAS] = { 1, 2, 4, 3 };
	const struct mb_address *at = &c->at;
	const struct mb_device *d = c->device;

	strbuf_addf(out, "device     %s: ", d->def->name);
	mb_endpoint_name(&d->channel->endpoint, out);
	strbuf_addf(out, ", unit %u\n", d->set.unit);
	strbuf_addf(out, "address    %s %u", mb_area_name(at->area), at->first);
	if (at->count > 1)
		strbuf_addf(out, "-%u", at->first + at->count - 1);
	strbuf_addf(out, ", read with function %d\n", function[at->area]);
}

static void explain_raw(const struct mb_address *at, const uint16_t *cells,
			struct strbuf *out)
{
	strbuf_adds(out, "raw       ");
	for (uint32_t i = 0; i < at->count; i++)
		strbuf_addf(out, mb_area_is_bits(at->area) ? " %u" : " 0x%04X", cells[i]);
	strbuf_addch(out, '\n');
	if (mb_area_is_bits(at->area))
		return;
	if (at->kind != MB_TEXT)
		strbuf_addf(out, "ordered    0x%0*llX (order %s)\n", (at->bits + 3) / 4,
			    (unsigned long long)mb_assemble(at, cells),
			    at->order[0] ? at->order : "abcd");
	strbuf_addf(out, "type       %s", at->type);
	if (at->bit >= 0)
		strbuf_addf(out, ", bit %d", at->bit);
	strbuf_addch(out, '\n');
}

static void explain_scaling(const struct mb_address *at, const struct answer *a,
			    struct strbuf *out)
{
	char scale[40], offset[40];

	if (at->texts)
		strbuf_addf(out, "texts      %s\n", at->texts);
	if (!at->scaled)
		return;
	num_format_exact(at->scale, scale, sizeof(scale));
	num_format_exact(at->offset, offset, sizeof(offset));
	strbuf_addf(out, "scaling    raw * %s", scale);
	if (at->factor.used)
		strbuf_addf(out, " * 10^(%s %u = 0x%04X)", mb_area_name(at->factor.area),
			    at->factor.first, a->factor);
	strbuf_addf(out, " + %s\n", offset);
}

static void explain_value(const struct command *c, struct answer *a, struct strbuf *out)
{
	char text[VALUE_STRING_MAX + 1];
	struct value v;
	quality q = decode(c, a, &v);

	value_format(&v, -1, text, sizeof(text));
	strbuf_addf(out, "value      %s\n", v.type == VALUE_NONE ? "none" : text);
	strbuf_addf(out, "quality    %s", quality_class_name(q));
	if (!quality_is_good(q))
		strbuf_addf(out, "(%s): %s", quality_reason_name(q),
			    quality_reason_text(q));
	if (mb_is_marker(&c->at, a->cells))
		strbuf_adds(out, "; the device marks it as not implemented");
	strbuf_addch(out, '\n');
}

static void run_explain(struct command *c)
{
	const struct mb_reply *reply = &c->device->channel->reply;
	struct strbuf out = STRBUF_INIT;
	struct answer answer;

	explain_address(c, &out);
	if (!read_tag(c, &answer)) {
		strbuf_addf(&out, "answer     %s\nquality    bad(comm)\n",
			    reply->why.buf);
	} else if (reply->result == MB_REFUSED) {
		strbuf_addf(&out,
			    "answer     exception %u (%s)\nquality    bad(device)\n",
			    reply->exception, exception_name(reply->exception));
	} else {
		explain_raw(&c->at, answer.cells, &out);
		explain_scaling(&c->at, &answer, &out);
		explain_value(c, &answer, &out);
	}
	driver_post_explain(c->channel->child, &c->explain, out.buf);
	strbuf_release(&out);
}

/* --- both --- */

bool mb_command_run(struct command *c)
{
	switch (c->kind) {
	case COMMAND_WRITE:
		run_write(c);
		return true;
	case COMMAND_READ:
		return run_read(c);
	case COMMAND_EXPLAIN:
		run_explain(c);
		return true;
	}
	return true;
}

void mb_command_abandon(struct command *c, const char *why)
{
	switch (c->kind) {
	case COMMAND_WRITE:
		finish_write(c, WRITE_NOT_SENT, why);
		break;
	case COMMAND_READ:
		finish_read(c, NULL, why);
		break;
	case COMMAND_EXPLAIN:
		driver_post_explain(c->channel->child, &c->explain, why);
		break;
	}
}
