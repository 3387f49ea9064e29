/* device.c - one Modbus unit: its transactions, whether its connection is believed, and
 * what it is said to be. */
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/channel.h"
#include "drivers/modbus/convert.h"
#include "drivers/modbus/frame.h"
#include "util/log.h"
#include "util/xalloc.h"

void mb_device_init(struct mb_device *d, struct mb_channel *c,
		    const struct driver_device *def, const struct mb_device_settings *set,
		    struct mb_tally *tally)
{
	d->channel = c;
	d->def = def;
	d->set = *set;
	d->tally = tally;
	d->lane = c->lane;
	d->suspect = true;
	d->state = DEVICE_CONNECTING;
	backoff_init(&d->backoff, (uint64_t)clock_mono().ns + def->id);
}

void mb_device_release(struct mb_device *d)
{
	for (int r = 0; r < MB_RATES; r++) {
		free(d->scans[r].factors);
		free(d->scans[r].ranges);
		mb_blocks_free(d->scans[r].blocks, d->scans[r].n_blocks);
	}
	free(d->tags);
	free(d->waiting);
	mb_codecs_release(&d->codecs);
	free(d->stranger);
	if (d->tally)
		mb_tally_leave(d->tally);
}

/* --- state --- */

static void post_bad(struct mb_device *d, struct now now)
{
	struct driver_sample s = {
		.quality = (quality)QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
		.source_ms = now.wall.ms,
		.mono_ns = now.mono.ns,
	};

	for (size_t i = 0; i < d->n_tags; i++)
		driver_post_scanned(d->channel->child, d->tags[i].def, &s, 0);
	for (int r = 0; r < MB_RATES; r++)
		for (size_t i = 0; i < d->scans[r].n_blocks; i++)
			mb_image_forget(&d->scans[r].blocks[i].image);
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
	d->retry_at = mono_add_ms(now.mono, backoff_next_ms(&d->backoff));
	d->state = DEVICE_FAILED;
	post_bad(d, now);
	mb_scan_lost(d, now.mono);
	mb_tally_state(d->tally, d->lane, d->state, text.buf);
	strbuf_release(&text);
}

/* The first block that is refused, in words; how many there are. */
static size_t say_refused(const struct mb_device *d, struct strbuf *text)
{
	size_t refused = 0;

	for (int r = 0; r < MB_RATES; r++) {
		const struct mb_scan *s = &d->scans[r];

		for (size_t i = 0; i < s->n_blocks; i++) {
			const struct mb_block *b = &s->blocks[i];

			if (!b->exception || refused++)
				continue;
			strbuf_addf(text, "; %s:%u",
				    mb_area_name((enum mb_area)b->b.area), b->b.first);
			if (b->b.count > 1)
				strbuf_addf(text, "-%u", b->b.first + b->b.count - 1);
			strbuf_addf(text, " answers exception %u (%s)", b->exception,
				    exception_name(b->exception));
		}
	}
	return refused;
}

static uint64_t mix(uint64_t sum, uint64_t v)
{
	return (sum ^ v) * UINT64_C(0x100000001B3);
}

/* All that the sentence below is made of. */
static uint64_t sum_of_works(const struct mb_device *d)
{
	uint64_t sum = mix(UINT64_C(0xCBF29CE484222325), (uintptr_t)d->def);

	sum = mix(mix(sum, (uintptr_t)d->tally),
		  mb_link_duplicates(d->channel->link) != 0);
	for (int r = 0; r < MB_RATES; r++)
		for (size_t i = 0; i < d->scans[r].n_blocks; i++) {
			const struct mb_block *b = &d->scans[r].blocks[i];

			if (b->exception)
				sum = mix(mix(mix(sum, b->exception), b->b.first),
					  (uint64_t)b->b.area << 32 | b->b.count);
		}
	return sum;
}

void mb_device_works(struct mb_device *d)
{
	const struct mb_endpoint *to = &d->channel->endpoint;
	struct strbuf text = STRBUF_INIT;
	uint64_t sum = sum_of_works(d);

	if (d->state == DEVICE_CONNECTED && d->said == sum)
		return; /* after each scan the same: not worth the words */
	d->said = sum;
	strbuf_adds(&text, "connected to ");
	mb_endpoint_name(to, &text);
	strbuf_addf(&text, " unit %u", d->set.unit);
	size_t refused = say_refused(d, &text);
	if (refused > 1)
		strbuf_addf(&text, " and %zu more blocks answer exceptions", refused - 1);
	if (d->stranger)
		strbuf_addf(&text,
			    "; it says that it is \"%s\", not \"%s\": nothing is written "
			    "to it",
			    d->stranger, d->set.identity_is);
	if (mb_link_duplicates(d->channel->link))
		strbuf_adds(&text, "; it sent some replies twice");
	backoff_reset(&d->backoff);
	d->state = DEVICE_CONNECTED;
	mb_tally_state(d->tally, d->lane, d->state, text.buf);
	strbuf_release(&text);
}

/* --- transactions --- */

/* Of a reply to a read. */
static uint32_t data_bytes(enum mb_area area, uint32_t count)
{
	return mb_area_is_bits(area) ? (count + 7) / 8 : 2 * count;
}

enum mb_result mb_device_transact(struct mb_device *d, const struct mb_request *rq)
{
	struct mb_channel *c = d->channel;
	uint64_t duplicates = mb_link_duplicates(c->link);
	struct mono begun = clock_mono();
	enum mb_result r = mb_link_transact(c->link, rq, &c->reply);
	int64_t us = (clock_mono().ns - begun.ns) / 1000;

	mb_tally_request(d->tally, rq, &c->reply, us,
			 mb_link_duplicates(c->link) - duplicates);
	if (r == MB_FAILED && !c->reply.held)
		d->unanswered = rq->is_write ? 0 : data_bytes(rq->area, rq->count);
	return r;
}

static bool verify(struct mb_device *d);

/* A device may close an idle connection (PLC-27): that is no fault of a read, so it is
 * tried once more on a new one. */
static bool transact(struct mb_device *d, const struct mb_request *rq)
{
	struct mb_channel *c = d->channel;

	if (mb_device_transact(d, rq) != MB_FAILED)
		return true;
	if (!c->reply.closed_before)
		return false;
	return mb_channel_connect(c, d, true) && verify(d) &&
	       mb_device_transact(d, rq) != MB_FAILED;
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
 * a silence has another one than what was not answered (PLC-10). Up to eight bits have
 * but one size. */
static uint32_t telling_count(const struct mb_device *d, const struct plan_block *b)
{
	enum mb_area area = (enum mb_area)b->area;
	uint32_t bytes = data_bytes(area, b->count);

	if (!d->set.endpoint.serial || d->unanswered != bytes || b->count == 1)
		return b->count;
	if (!mb_area_is_bits(area))
		return b->count - 1;
	return bytes > 1 ? 8 * (bytes - 1) : b->count;
}

/* A block that has answered with values before, else any; NULL without a tag. */
static const struct plan_block *known_block(const struct mb_device *d)
{
	const struct plan_block *any = NULL;

	for (int r = 0; r < MB_RATES; r++) {
		for (size_t i = 0; i < d->scans[r].n_blocks; i++) {
			const struct mb_block *b = &d->scans[r].blocks[i];

			if (!b->exception)
				return &b->b;
			any = any ? any : &b->b;
		}
	}
	return any;
}

/* --- identity: a device that was exchanged may stand where it stood (PLC-22) --- */

static void note_identity(struct mb_device *d, const char *says)
{
	bool same = strcmp(says, d->set.identity_is) == 0;

	if (!same && (!d->stranger || strcmp(says, d->stranger) != 0))
		log_warn("%s: says that it is \"%s\", not \"%s\": nothing is written to "
			 "it until identity_is is corrected",
			 d->def->name, says, d->set.identity_is);
	if (same && d->stranger)
		log_info("%s: is \"%s\" again", d->def->name, says);
	free(d->stranger);
	d->stranger = same ? NULL : xstrdup(says);
}

/* Asked on each new connection. An answer that is no value is not the right one. */
static bool check_identity(struct mb_device *d)
{
	const struct mb_address *at = &d->set.identity;
	char text[VALUE_STRING_MAX + 1], says[VALUE_STRING_MAX + 1] = "";
	uint16_t cells[MB_MAX_BITS];
	struct value v = { 0 };

	if (!d->set.identity_is)
		return true;
	struct mb_request rq = { .unit = d->set.unit,
				 .area = at->area,
				 .first = at->first,
				 .count = at->count,
				 .read = cells,
				 .timeout_ms = d->set.timeout_ms };
	enum mb_result r = mb_device_transact(d, &rq);
	if (r == MB_FAILED)
		return false;
	if (r == MB_ANSWERED &&
	    quality_is_good(mb_decode(at, VALUE_NONE, cells, text, &v)))
		value_format(&v, -1, says, sizeof(says));
	note_identity(d, says);
	return true;
}

/* Read and thrown away: what a new connection says first is not yet believed (hazards
 * 5.3), and a gateway may say that the unit behind it does not answer. */
static bool verify(struct mb_device *d)
{
	const struct plan_block *b = known_block(d);
	struct mb_reply *reply = &d->channel->reply;
	uint16_t out[MB_MAX_BITS];

	if (!d->suspect || !b)
		return true;
	struct mb_request rq = { .unit = d->set.unit,
				 .area = (enum mb_area)b->area,
				 .first = b->first,
				 .count = telling_count(d, b),
				 .read = out,
				 .timeout_ms = d->set.timeout_ms };
	if (mb_device_transact(d, &rq) == MB_FAILED)
		return false;
	if (d->state == DEVICE_FAILED && reply->result == MB_REFUSED &&
	    exception_is_gateway(reply->exception)) {
		strbuf_setf(&reply->why, "the gateway answers exception %u (%s)",
			    reply->exception, exception_name(reply->exception));
		return false;
	}
	if (!check_identity(d))
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
