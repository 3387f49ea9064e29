/* scan.c - one scan of a device: its block reads, and what the answers mean for the
 * quality of its tags. */
#include <stdio.h>
#include <string.h>

#include "drivers/modbus/channel.h"
#include "drivers/modbus/convert.h"
#include "drivers/modbus/frame.h"
#include "util/xalloc.h"

enum {
	REFUSED_RETRY_MS = 60000, /* some devices refuse addresses only while they boot */
	ILLEGAL_ADDRESS = 2
};

/* --- answers --- */

/* Samples of one rate on their way to the server. */
struct delivery {
	struct mb_device *d;
	struct mb_scan *scan;
	struct now now;
	bool refresh; /* also what is no news */
	size_t n;
	struct driver_scanned v[64];
};

static void begin(struct delivery *to, struct mb_device *d, struct mb_scan *s,
		  bool refresh)
{
	to->d = d;
	to->scan = s;
	to->now = clock_now();
	to->refresh = refresh;
	to->n = 0;
}

static void deliver(struct delivery *to)
{
	if (to->n)
		driver_post_reply(to->d->channel->child, to->v, to->n,
				  to->d->set.scan_ms[to->scan->rate], to->refresh);
	to->n = 0;
}

static void post(struct delivery *to, const struct mb_tag *t, quality q,
		 const struct value *v)
{
	struct driver_scanned *s = &to->v[to->n++];

	s->tag = t->def;
	s->sample = (struct driver_sample){ .quality = q,
					    .source_ms = to->now.wall.ms,
					    .mono_ns = to->now.mono.ns };
	if (v)
		s->sample.value = *v;
	/* the text of a string is gone when its caller returns */
	if (to->n == sizeof(to->v) / sizeof(to->v[0]) ||
	    s->sample.value.type == VALUE_STRING)
		deliver(to);
}

/* The value as of these cells; with a scale register that has not been read yet in this
 * scan it waits for it. A factor that has just changed may be newer than the value when
 * they come in two replies (PLC-20). */
static void post_cells(struct delivery *to, const struct mb_tag *t, const uint16_t *cells,
		       bool same_reply)
{
	const struct mb_codec *c = mb_tag_codec(to->d, t);
	const struct mb_factor_state *f =
		c->at.factor.used ? &to->scan->factors[c->factor] : NULL;
	char text[VALUE_STRING_MAX + 1];
	struct mb_address at;
	struct value v = { 0 };
	quality q = 0;

	if (f && !f->known && !f->refused) {
		struct mb_waiting *w = &to->d->waiting[t - to->d->tags];

		memcpy(w->cells, cells, c->at.count * sizeof(*cells));
		w->waits = true;
		return;
	}
	if (f)
		q = f->refused ? (quality)QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE)
			       : mb_address_resolve(&c->at, f->value, &at);
	if (quality_is_good(q))
		q = mb_decode(f ? &at : &c->at, t->def->type, cells, text, &v);
	if (f && f->moved && !same_reply && quality_is_good(q))
		q = (quality)QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE);
	post(to, t, q, &v);
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
static void take_factors(struct mb_device *d, struct mb_scan *s, const struct mb_block *b,
			 const uint16_t *cells)
{
	for (size_t i = b->b.range; i < b->b.range + b->b.ranges; i++)
		if (s->ranges[i].item >= d->n_tags)
			take_factor(&s->factors[s->ranges[i].item - d->n_tags],
				    cells_of(b, &s->ranges[i], cells));
}

static bool lies_in(const struct mb_block *b, const struct mb_factor *f)
{
	return f->used && (uint32_t)f->area == b->b.area && f->first >= b->b.first &&
	       f->first < b->b.first + b->b.count;
}

/* A block that was refused: its tags have no value. */
static void post_refused(struct mb_device *d, struct mb_scan *s, struct mb_block *b)
{
	struct delivery to;

	mb_image_forget(&b->image);
	if (s->n_factors)
		take_factors(d, s, b, NULL);
	begin(&to, d, s, false);
	for (size_t i = b->b.range; i < b->b.range + b->b.ranges; i++)
		if (s->ranges[i].item < d->n_tags)
			post(&to, &d->tags[s->ranges[i].item],
			     (quality)QUALITY_MAKE(QUALITY_BAD, REASON_DEVICE), NULL);
	deliver(&to);
}

/* Whether the tag of r has something to say. Most stand still, and there are many: its
 * own row is not looked at for that, unless a scale register could have moved it. */
static bool has_news(const struct mb_device *d, const struct mb_scan *s,
		     const struct mb_block *b, const struct plan_range *r,
		     const uint16_t *cells)
{
	return mb_image_moved(&b->image, cells, r->first - b->b.first, r->count) ||
	       (s->n_factors && mb_tag_codec(d, &d->tags[r->item])->at.factor.used);
}

static void post_block(struct mb_device *d, struct mb_scan *s, struct mb_block *b,
		       const uint16_t *cells)
{
	struct delivery to;
	struct mono now = clock_mono();
	enum mb_news news = mb_image_compare(&b->image, cells, b->b.count,
					     d->set.scan_ms[s->rate], now);

	if (s->n_factors)
		take_factors(d, s, b, cells);
	else if (news == MB_NEWS_NONE)
		return;
	begin(&to, d, s, news == MB_NEWS_ALL);
	for (size_t i = b->b.range; i < b->b.range + b->b.ranges; i++) {
		const struct plan_range *r = &s->ranges[i];

		if (r->item >= d->n_tags ||
		    (news != MB_NEWS_ALL && !has_news(d, s, b, r, cells)))
			continue;
		const struct mb_tag *t = &d->tags[r->item];
		post_cells(&to, t, cells + (r->first - b->b.first),
			   lies_in(b, &mb_tag_codec(d, t)->at.factor));
	}
	deliver(&to);
	mb_image_keep(&b->image, cells, b->b.count, news, now);
}

/* The end of a scan: who waited for a factor has it now, or the device was too busy to
 * say it, and the old value ages. */
static void post_waiting(struct mb_device *d, struct mb_scan *s, bool whole)
{
	struct delivery to;

	if (s->n_factors == 0)
		return;
	begin(&to, d, s, false);
	for (size_t i = 0; i < d->n_tags; i++) {
		struct mb_waiting *w = &d->waiting[i];

		if (!w->waits || mb_tag_codec(d, &d->tags[i])->rate != s->rate)
			continue;
		if (whole)
			post_cells(&to, &d->tags[i], w->cells, false);
		w->waits = false;
	}
	deliver(&to);
	for (size_t i = 0; i < s->n_factors; i++)
		s->factors[i].known = s->factors[i].refused = false;
}

/* --- looking for what a device refuses --- */

static void split_block(struct mb_scan *s, size_t i)
{
	struct plan_block half[2];

	plan_split(s->ranges, &s->blocks[i].b, half);
	mb_image_release(&s->blocks[i].image);
	GROW(&s->blocks, &s->n_blocks);
	memmove(&s->blocks[i + 2], &s->blocks[i + 1],
		(s->n_blocks - i - 2) * sizeof(s->blocks[0]));
	s->blocks[i] = (struct mb_block){ .b = half[0], .half = MB_LEFT };
	s->blocks[i + 1] = (struct mb_block){ .b = half[1], .half = MB_RIGHT };
	s->learning = true;
}

/* Both halves of a refused block are read: it was what lies between them. Each half was
 * read as a whole, else the reason may lie in it as well. */
static void learn_between(struct mb_device *d, struct mb_scan *s, size_t i)
{
	struct mb_block *b = &s->blocks[i];

	if (b->half == MB_LEFT)
		s->blocks[i + 1].left_read = true;
	if (b->half == MB_RIGHT && b->left_read) {
		struct plan_hole hole = plan_between(&s->blocks[i - 1].b, &b->b);

		mb_holes_learn(d, &hole, ILLEGAL_ADDRESS);
	}
	b->half = MB_WHOLE;
}

/* After a whole scan in which blocks were cut: what is still refused is a hole, and all
 * around it is read together again. */
static void learn(struct mb_device *d, struct mb_scan *s)
{
	bool room = true;

	for (size_t i = 0; i < s->n_blocks; i++) {
		const struct mb_block *b = &s->blocks[i];
		const struct plan_hole hole = { b->b.area, b->b.first, b->b.count };

		if (exception_is_address(b->exception))
			room &= mb_holes_learn(d, &hole, b->exception);
	}
	if (room)
		mb_scan_plan(d, s);
	else
		mb_tally_plan(d->tally, d->lane, s->rate, s->n_blocks);
	s->learning = false;
}

/* Only what the device refused turns bad. A refused address is looked for by halving
 * the block. True when block i is another one now and is to be read again. */
static bool take_exception(struct mb_device *d, struct mb_scan *s, size_t i,
			   uint8_t exception)
{
	struct mb_block *b = &s->blocks[i];
	bool known = mb_holes_know(d, &b->b);

	if (exception_is_address(exception) && b->b.ranges > 1 && !known) {
		split_block(s, i);
		return true;
	}
	b->exception = exception ? exception : UINT8_MAX;
	if (exception_is_busy(exception))
		return false; /* the old values age until it has time again */
	if (exception_is_address(exception)) {
		b->retry_at = mono_add_ms(clock_mono(), REFUSED_RETRY_MS);
		s->learning |= !known;
	}
	post_refused(d, s, b);
	return false;
}

static void take_values(struct mb_device *d, struct mb_scan *s, size_t i,
			const uint16_t *cells)
{
	struct mb_block *b = &s->blocks[i];

	if (b->exception && mb_holes_know(d, &b->b)) {
		mb_holes_forget(d);
		s->learning = true;
	}
	b->exception = 0;
	post_block(d, s, b, cells);
	if (b->half != MB_WHOLE)
		learn_between(d, s, i);
}

/* --- the scan --- */

/* False when the device has failed. */
static bool scan_block(struct mb_device *d, struct mb_scan *s, size_t i)
{
	uint16_t cells[MB_MAX_BITS];

	do {
		struct mb_block *b = &s->blocks[i];

		if (b->exception && !mono_reached(clock_mono(), b->retry_at)) {
			post_refused(d, s, b);
			return true;
		}
		if (!mb_device_read(d, (enum mb_area)b->b.area, b->b.first, b->b.count,
				    cells))
			return false;
		if (d->channel->reply.result == MB_ANSWERED) {
			take_values(d, s, i, cells);
			return true;
		}
	} while (take_exception(d, s, i, d->channel->reply.exception));
	return true;
}

/* Every single block was answered by the gateway in the unit's place: it is the unit
 * that is gone, and to ask it for each block would cost the others their time. */
static bool unit_is_gone(const struct mb_scan *s)
{
	for (size_t i = 0; i < s->n_blocks; i++)
		if (!exception_is_gateway(s->blocks[i].exception))
			return false;
	return s->n_blocks > 0;
}

static void fail_unit(struct mb_device *d, uint8_t exception)
{
	char text[80];

	snprintf(text, sizeof(text), "the gateway answers exception %u (%s)", exception,
		 exception_name(exception));
	mb_device_fail(d, text);
}

static bool scan_blocks(struct mb_device *d, struct mb_scan *s)
{
	uint64_t failures = d->failures;

	for (size_t i = 0; i < s->n_blocks; i++) {
		mb_channel_run_commands(d->channel, true);
		if (net_is_quitting(&d->channel->waiter) || d->failures != failures)
			return false;
		if (!mb_link_is_up(d->channel->link) && !mb_device_ready(d, true))
			return false; /* another unit's command cost the connection */
		if (!scan_block(d, s, i))
			return false;
	}
	if (!unit_is_gone(s))
		return true;
	fail_unit(d, s->blocks[0].exception);
	return false;
}

void mb_scan_forget(struct mb_device *d, const struct mb_tag *t)
{
	const struct mb_codec *c = mb_tag_codec(d, t);
	struct mb_scan *s = &d->scans[c->rate];

	for (size_t i = 0; i < s->n_blocks; i++) {
		struct mb_block *b = &s->blocks[i];

		if (b->b.area == (uint32_t)c->at.area && t->first >= b->b.first &&
		    t->first < b->b.first + b->b.count)
			mb_image_forget(&b->image);
	}
}

void mb_scan_lost(struct mb_device *d, struct mono now)
{
	for (int r = 0; r < MB_RATES; r++) {
		struct mb_scan *s = &d->scans[r];

		if (s->n_blocks)
			mb_tally_skipped(d->tally, d->lane, s->rate,
					 schedule_lose(&s->when, now));
	}
}

void mb_scan_run(struct mb_device *d, struct mb_scan *s)
{
	if (!mb_device_ready(d, false))
		return;
	struct scan_start start = schedule_start(&s->when, clock_mono());
	bool whole = scan_blocks(d, s);
	post_waiting(d, s, whole);
	mb_tally_skipped(d->tally, d->lane, s->rate, start.skipped + !whole);
	if (!whole)
		return;
	if (s->learning)
		learn(d, s);
	mb_device_works(d);
	mb_tally_scan(d->tally, d->lane, s->rate, start.late);
	driver_channel_scanned(d->channel->progress, start.late);
}
