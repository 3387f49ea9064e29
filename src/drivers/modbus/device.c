/* device.c - one Modbus unit: its settings, its block reads, and what its answers mean
 * for the quality of its tags. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/channel.h"
#include "drivers/modbus/convert.h"
#include "drivers/modbus/frame.h"
#include "util/log.h"
#include "util/num.h"
#include "util/xalloc.h"

enum {
	SCAN_MS = 1000,
	TIMEOUT_MS = 1000,
	MAX_GAP = 10,
	REFUSED_RETRY_MS = 60000 /* some devices refuse addresses only while they boot */
};

/* --- settings --- */

/* The schema has checked type and bounds. */
static int64_t int_setting(const struct settings *s, const char *name, int64_t otherwise)
{
	const char *text = settings_get(s, name);
	int64_t v;

	return text && num_parse_int(text, INT64_MIN, INT64_MAX, &v) ? v : otherwise;
}

static bool parse_bit_write(const struct settings *s, bool *out, struct strbuf *why)
{
	const char *text = settings_get(s, "bit_write");

	*out = text && strcmp(text, "read_modify_write") == 0;
	if (!text || *out || strcmp(text, "mask") == 0)
		return true;
	strbuf_setf(why, "bit_write = \"%.40s\" is not mask or read_modify_write", text);
	return false;
}

bool mb_device_settings_parse(const struct driver_device *d,
			      struct mb_device_settings *out, struct strbuf *why)
{
	const struct settings *s = &d->settings;
	const char *endpoint = settings_get(s, "endpoint");
	int64_t unit = int_setting(s, "unit", 1);
	uint32_t gap = (uint32_t)int_setting(s, "max_gap", MAX_GAP);
	struct plan_limits bits = { (uint32_t)int_setting(s, "max_bits", MB_MAX_BITS),
				    gap * 16 };
	struct plan_limits regs = {
		(uint32_t)int_setting(s, "max_registers", MB_MAX_REGISTERS), gap
	};

	*out = (struct mb_device_settings){
		.scan_ms = int_setting(s, "scan_ms", SCAN_MS),
		.timeout_ms = int_setting(s, "timeout_ms", TIMEOUT_MS),
		.address_base = (uint32_t)int_setting(s, "address_base", 0),
		.limits = { bits, bits, regs, regs },
	};
	if (unit < 1 || (unit > 247 && unit != 255)) {
		strbuf_setf(why, "unit = %lld is not 1 to 247 or 255 (0 would broadcast)",
			    (long long)unit);
		return false;
	}
	out->unit = (uint8_t)unit;
	if (!parse_bit_write(s, &out->read_modify_write, why) ||
	    !mb_endpoint_parse(endpoint ? endpoint : "", &out->endpoint, why))
		return false;
	if (out->endpoint.serial && unit == 255) {
		strbuf_setf(why, "unit = 255 is for TCP; on a serial line units are 1 to "
				 "247");
		return false;
	}
	return true;
}

/* --- plan --- */

static void add_tag(struct mb_device *d, const struct driver_tag *def)
{
	struct strbuf why = STRBUF_INIT;
	struct mb_tag *tag = GROW(&d->tags, &d->n_tags);

	tag->def = def;
	/* passed check_tag */
	mb_address_parse(&def->settings, d->set.address_base, &tag->at, &why);
	strbuf_release(&why);
}

static void add_range(struct mb_device *d, enum mb_area area, uint32_t first,
		      uint32_t count, size_t item)
{
	struct plan_range *r = GROW(&d->ranges, &d->n_ranges);

	*r = (struct plan_range){ area, first, count, (uint32_t)item };
}

/* Several tags share a scale register. */
static size_t factor_for(struct mb_device *d, const struct mb_factor *at)
{
	size_t i = 0;

	while (i < d->n_factors &&
	       (d->factors[i].at.area != at->area || d->factors[i].at.first != at->first))
		i++;
	if (i == d->n_factors) {
		struct mb_factor_state *f = GROW(&d->factors, &d->n_factors);
		f->at = *at;
	}
	return i;
}

static void add_ranges(struct mb_device *d)
{
	for (size_t i = 0; i < d->n_tags; i++) {
		struct mb_tag *t = &d->tags[i];

		add_range(d, t->at.area, t->at.first, t->at.count, i);
		if (t->at.factor.used)
			t->factor = factor_for(d, &t->at.factor);
	}
	for (size_t i = 0; i < d->n_factors; i++)
		add_range(d, d->factors[i].at.area, d->factors[i].at.first, 1,
			  d->n_tags + i);
}

void mb_device_init(struct mb_device *d, struct mb_channel *c,
		    const struct driver_device *def, const struct mb_device_settings *set)
{
	d->channel = c;
	d->def = def;
	d->set = *set;
	d->suspect = true;
	d->state = DEVICE_CONNECTING;
	d->due = clock_mono();
	backoff_init(&d->backoff, (uint64_t)clock_mono().ns + def->id);
}

void mb_device_plan(struct mb_device *d)
{
	size_t n;

	const struct driver_tag *const *tags = driver_device_tags(d->def, &n);

	for (size_t i = 0; i < n; i++)
		add_tag(d, tags[i]);
	add_ranges(d);
	struct plan_block *blocks = plan_build(d->ranges, d->n_ranges, d->set.limits, &n);
	for (size_t i = 0; i < n; i++) {
		struct mb_block *b = GROW(&d->blocks, &d->n_blocks);
		b->b = blocks[i];
	}
	free(blocks);
}

void mb_device_release(struct mb_device *d)
{
	free(d->tags);
	free(d->factors);
	free(d->ranges);
	free(d->blocks);
}

/* --- state --- */

static void say_state(struct mb_device *d, enum device_state state, const char *text)
{
	if (state != d->state && state == DEVICE_FAILED)
		log_warn("%s: %s", d->def->name, text);
	else if (state != d->state)
		log_info("%s: %s", d->def->name, text);
	d->state = state;
	driver_post_device_state(d->channel->child, d->def, state, text);
}

void mb_device_fail(struct mb_device *d, const char *why)
{
	const struct mb_endpoint *to = &d->channel->endpoint;
	struct now now = clock_now();
	struct strbuf text = STRBUF_INIT;

	if (net_is_quitting(&d->channel->waiter))
		return; /* the driver ends, not the device */
	d->failures++;
	mb_endpoint_name(to, &text);
	strbuf_addf(&text, " unit %u: %s", d->set.unit, why);
	d->suspect = true;
	d->due = mono_add_ms(now.mono, backoff_next_ms(&d->backoff));
	driver_post_device_bad(d->channel->child, d->def,
			       (quality)QUALITY_MAKE(QUALITY_BAD, REASON_COMM), now);
	say_state(d, DEVICE_FAILED, text.buf);
	strbuf_release(&text);
}

/* Connected, and what is not as it should be nevertheless. */
static void say_connected(struct mb_device *d)
{
	const struct mb_endpoint *to = &d->channel->endpoint;
	struct strbuf text = STRBUF_INIT;
	size_t refused = 0;

	strbuf_adds(&text, "connected to ");
	mb_endpoint_name(to, &text);
	strbuf_addf(&text, " unit %u", d->set.unit);
	for (size_t i = 0; i < d->n_blocks; i++) {
		const struct mb_block *b = &d->blocks[i];

		if (!b->exception || refused++)
			continue;
		strbuf_addf(&text, "; %s:%u", mb_area_name((enum mb_area)b->b.area),
			    b->b.first);
		if (b->b.count > 1)
			strbuf_addf(&text, "-%u", b->b.first + b->b.count - 1);
		strbuf_addf(&text, " answers exception %u (%s)", b->exception,
			    exception_name(b->exception));
	}
	if (refused > 1)
		strbuf_addf(&text, " and %zu more blocks answer exceptions", refused - 1);
	if (mb_link_duplicates(d->channel->link))
		strbuf_adds(&text, "; it sent some replies twice");
	backoff_reset(&d->backoff);
	say_state(d, DEVICE_CONNECTED, text.buf);
	strbuf_release(&text);
}

/* --- transactions --- */

static bool verify(struct mb_device *d);

/* A device may close an idle connection (PLC-27): that is no fault of a read, so it is
 * tried once more on a new one. */
static bool transact(struct mb_device *d, const struct mb_request *rq)
{
	struct mb_channel *c = d->channel;

	if (mb_link_transact(c->link, rq, &c->reply) != MB_FAILED)
		return true;
	if (!c->reply.closed_before)
		return false;
	return mb_channel_connect(c, d, true) && verify(d) &&
	       mb_link_transact(c->link, rq, &c->reply) != MB_FAILED;
}

bool mb_device_read(struct mb_device *d, enum mb_area area, uint32_t first,
		    uint32_t count, uint16_t *out)
{
	struct mb_request rq = { .unit = d->set.unit,
				 .area = area,
				 .first = first,
				 .count = count,
				 .read = out,
				 .timeout_ms = d->set.timeout_ms };

	if (transact(d, &rq))
		return true;
	mb_device_fail(d, d->channel->reply.why.buf);
	return false;
}

/* On a serial line a late reply can only be known by its size: what is asked first after
 * a silence differs from what was not answered (PLC-10). */
static uint32_t telling_count(const struct mb_device *d, const struct plan_block *b)
{
	bool lost = mb_link_unanswered(d->channel->link) == b->count;

	return d->set.endpoint.serial && lost && b->count > 1 ? b->count - 1 : b->count;
}

/* A block that has answered with values before, else any: read and thrown away. What a
 * new connection says first is not yet believed (hazards 5.3). */
static bool verify(struct mb_device *d)
{
	uint16_t out[MB_MAX_BITS];
	size_t known = 0;

	if (!d->suspect || d->n_blocks == 0)
		return true;
	while (known + 1 < d->n_blocks && d->blocks[known].exception)
		known++;
	const struct plan_block *b = &d->blocks[known].b;
	struct mb_request rq = { .unit = d->set.unit,
				 .area = (enum mb_area)b->area,
				 .first = b->first,
				 .count = telling_count(d, b),
				 .read = out,
				 .timeout_ms = d->set.timeout_ms };
	struct mb_channel *c = d->channel;
	if (mb_link_transact(c->link, &rq, &c->reply) == MB_FAILED)
		return false;
	d->suspect = false;
	return true;
}

bool mb_device_ready(struct mb_device *d, bool force)
{
	if (!mb_channel_connect(d->channel, d, force))
		return false;
	if (verify(d))
		return true;
	mb_device_fail(d, d->channel->reply.why.buf);
	return false;
}

/* --- answers --- */

static void post(struct mb_device *d, const struct mb_tag *t, quality q,
		 const struct value *v)
{
	struct now now = clock_now();
	struct driver_sample s = { .quality = q,
				   .source_ms = now.wall.ms,
				   .mono_ns = now.mono.ns };

	if (v)
		s.value = *v;
	driver_post_scanned(d->channel->child, t->def, &s, d->set.scan_ms);
}

/* The value as of these cells; with a scale register that has not been read yet in this
 * scan it waits for it. A factor that has just changed may be newer than the value when
 * they come in two replies (PLC-20). */
static void post_cells(struct mb_device *d, struct mb_tag *t, const uint16_t *cells,
		       bool same_reply)
{
	const struct mb_factor_state *f =
		t->at.factor.used ? &d->factors[t->factor] : NULL;
	char text[VALUE_STRING_MAX + 1];
	struct mb_address at;
	struct value v = { 0 };

	if (f && !f->known && !f->refused) {
		memcpy(t->cells, cells, t->at.count * sizeof(*cells));
		t->waiting = true;
		return;
	}
	quality q = f && f->refused ? (quality)QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE)
				    : mb_address_resolve(&t->at, f ? f->value : 0, &at);
	if (quality_is_good(q))
		q = mb_decode(&at, t->def->type, cells, text, &v);
	if (f && f->moved && !same_reply && quality_is_good(q))
		q = (quality)QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE);
	post(d, t, q, &v);
}

static void take_factor(struct mb_factor_state *f, const uint16_t *cells)
{
	f->refused = cells == NULL;
	f->known = cells != NULL;
	if (!cells)
		return;
	f->moved = f->seen && f->value != cells[0];
	f->seen = true;
	f->value = cells[0];
}

static const uint16_t *cells_of(const struct mb_block *b, const struct plan_range *r,
				const uint16_t *cells)
{
	return cells ? cells + (r->first - b->b.first) : NULL;
}

/* Scale registers first: what they scale may lie in the same reply. */
static void take_factors(struct mb_device *d, const struct mb_block *b,
			 const uint16_t *cells)
{
	for (size_t i = b->b.range; i < b->b.range + b->b.ranges; i++)
		if (d->ranges[i].item >= d->n_tags)
			take_factor(&d->factors[d->ranges[i].item - d->n_tags],
				    cells_of(b, &d->ranges[i], cells));
}

static bool lies_in(const struct mb_block *b, const struct mb_factor *f)
{
	return f->used && (uint32_t)f->area == b->b.area && f->first >= b->b.first &&
	       f->first < b->b.first + b->b.count;
}

static void post_block(struct mb_device *d, const struct mb_block *b,
		       const uint16_t *cells)
{
	take_factors(d, b, cells);
	for (size_t i = b->b.range; i < b->b.range + b->b.ranges; i++) {
		const struct plan_range *r = &d->ranges[i];

		if (r->item >= d->n_tags)
			continue;
		struct mb_tag *t = &d->tags[r->item];
		if (cells)
			post_cells(d, t, cells_of(b, r, cells),
				   lies_in(b, &t->at.factor));
		else
			post(d, t, (quality)QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE),
			     NULL);
	}
}

/* The end of a scan: who waited for a factor has it now, or the device was too busy to
 * say it, and the old value ages. */
static void post_waiting(struct mb_device *d, bool whole)
{
	for (size_t i = 0; d->n_factors && i < d->n_tags; i++) {
		struct mb_tag *t = &d->tags[i];

		if (t->waiting && whole)
			post_cells(d, t, t->cells, false);
		t->waiting = false;
	}
	for (size_t i = 0; i < d->n_factors; i++)
		d->factors[i].known = d->factors[i].refused = false;
}

static void split_block(struct mb_device *d, size_t i)
{
	struct plan_block half[2];

	plan_split(d->ranges, &d->blocks[i].b, half);
	GROW(&d->blocks, &d->n_blocks);
	memmove(&d->blocks[i + 2], &d->blocks[i + 1],
		(d->n_blocks - i - 2) * sizeof(d->blocks[0]));
	d->blocks[i] = (struct mb_block){ .b = half[0] };
	d->blocks[i + 1] = (struct mb_block){ .b = half[1] };
}

/* Only what the device refused turns bad. A refused address is looked for by halving
 * the block; where it is stays known until the next configuration. True when block i is
 * another one now and is to be read again. */
static bool take_exception(struct mb_device *d, size_t i, uint8_t exception)
{
	struct mb_block *b = &d->blocks[i];

	if (exception_is_address(exception) && b->b.ranges > 1) {
		split_block(d, i);
		return true;
	}
	b->exception = exception ? exception : UINT8_MAX;
	if (exception_is_busy(exception))
		return false; /* the old values age until it has time again */
	if (exception_is_address(exception))
		b->retry_at = mono_add_ms(clock_mono(), REFUSED_RETRY_MS);
	post_block(d, b, NULL);
	return false;
}

/* False when the device has failed. */
static bool scan_block(struct mb_device *d, size_t i)
{
	uint16_t cells[MB_MAX_BITS];

	do {
		struct mb_block *b = &d->blocks[i];

		if (b->exception && !mono_reached(clock_mono(), b->retry_at)) {
			post_block(d, b, NULL);
			return true;
		}
		if (!mb_device_read(d, (enum mb_area)b->b.area, b->b.first, b->b.count,
				    cells))
			return false;
		if (d->channel->reply.result == MB_ANSWERED) {
			b->exception = 0;
			post_block(d, b, cells);
			return true;
		}
	} while (take_exception(d, i, d->channel->reply.exception));
	return true;
}

static bool scan_blocks(struct mb_device *d)
{
	uint64_t failures = d->failures;

	for (size_t i = 0; i < d->n_blocks; i++) {
		mb_channel_run_commands(d->channel, true);
		if (net_is_quitting(&d->channel->waiter) || d->failures != failures)
			return false;
		if (!mb_link_is_up(d->channel->link) && !mb_device_ready(d, true))
			return false; /* another unit's command cost the connection */
		if (!scan_block(d, i))
			return false;
	}
	return true;
}

void mb_device_scan(struct mb_device *d)
{
	struct mono now = clock_mono();
	bool late = d->state == DEVICE_CONNECTED &&
		    mono_ms_between(d->due, now) > d->set.scan_ms / 10;

	if (!mb_device_ready(d, false))
		return;
	bool whole = scan_blocks(d);
	post_waiting(d, whole);
	if (!whole)
		return;
	say_connected(d);
	driver_channel_scanned(d->channel->progress, late);
	d->due = mono_add_ms(d->due, d->set.scan_ms);
	if (mono_reached(now, d->due)) /* never catch up: the next one from here */
		d->due = mono_add_ms(now, d->set.scan_ms);
}
