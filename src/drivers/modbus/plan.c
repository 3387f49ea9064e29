/* plan.c - which registers a device is asked for together, at which rate, and over which
 * of its connections. */
#include <stdlib.h>

#include "drivers/modbus/channel.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* --- tags --- */

/* What passed check_tag parses. */
static enum mb_rate parse_tag(const struct driver_tag *def,
			      const struct mb_device_settings *set, struct mb_address *at)
{
	struct strbuf why = STRBUF_INIT;
	enum mb_rate rate = MB_NORMAL;

	mb_address_parse(&def->settings, set->address_base, at, &why);
	mb_rate_parse(&def->settings, &rate, &why);
	strbuf_release(&why);
	return rate;
}

void mb_device_add_tag(struct mb_device *d, const struct driver_tag *def)
{
	struct mb_tag *tag = GROW(&d->tags, &d->n_tags);

	struct mb_address at;
	enum mb_rate rate = parse_tag(def, &d->set, &at);

	*tag = (struct mb_tag){ def, at.first, mb_codecs_add(&d->codecs, &at, rate) };
}

static void add_range(struct mb_scan *s, enum mb_area area, uint32_t first,
		      uint32_t count, size_t item)
{
	struct plan_range *r = GROW(&s->ranges, &s->n_ranges);

	*r = plan_range(area, first, count, (uint32_t)item);
}

/* Several tags share a scale register. */
static size_t factor_for(struct mb_scan *s, const struct mb_factor *at)
{
	size_t i = 0;

	while (i < s->n_factors &&
	       (s->factors[i].at.area != at->area || s->factors[i].at.first != at->first))
		i++;
	if (i == s->n_factors) {
		struct mb_factor_state *f = GROW(&s->factors, &s->n_factors);
		f->at = *at;
	}
	return i;
}

static void add_ranges(struct mb_device *d)
{
	bool factors = false;

	for (size_t i = 0; i < d->n_tags; i++) {
		const struct mb_tag *t = &d->tags[i];
		const struct mb_codec *c = mb_tag_codec(d, t);

		add_range(&d->scans[c->rate], c->at.area, t->first, c->at.count, i);
	}
	for (size_t i = 0; i < d->codecs.n; i++) {
		struct mb_codec *c = &d->codecs.v[i];

		if (!c->at.factor.used)
			continue;
		c->factor = (uint32_t)factor_for(&d->scans[c->rate], &c->at.factor);
		factors = true;
	}
	if (factors)
		d->waiting = xcalloc(d->n_tags, sizeof(*d->waiting));
	for (int r = 0; r < MB_RATES; r++) {
		struct mb_scan *s = &d->scans[r];

		for (size_t i = 0; i < s->n_factors; i++)
			add_range(s, s->factors[i].at.area, s->factors[i].at.first, 1,
				  d->n_tags + i);
	}
}

/* --- blocks --- */

void mb_blocks_free(struct mb_block *blocks, size_t n)
{
	for (size_t i = 0; i < n; i++)
		mb_image_release(&blocks[i].image);
	free(blocks);
}

/* A block that stays as it was keeps what is known of it. */
static void inherit(struct mb_block *fresh, const struct mb_block *old, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (old[i].b.area != fresh->b.area || old[i].b.first != fresh->b.first ||
		    old[i].b.count != fresh->b.count)
			continue;
		fresh->exception = old[i].exception;
		fresh->retry_at = old[i].retry_at;
		return;
	}
}

void mb_scan_plan(struct mb_device *d, struct mb_scan *s)
{
	struct mb_block *old = s->blocks;
	size_t n, n_old = s->n_blocks;
	struct plan_block *blocks = plan_build(s->ranges, s->n_ranges, d->set.limits,
					       d->holes.at, d->holes.n, &n);

	s->blocks = NULL;
	s->n_blocks = 0;
	for (size_t i = 0; i < n; i++) {
		struct mb_block *b = GROW(&s->blocks, &s->n_blocks);

		b->b = blocks[i];
		inherit(b, old, n_old);
	}
	mb_blocks_free(old, n_old);
	free(blocks);
	mb_tally_plan(d->tally, d->lane, s->rate, s->n_blocks);
}

/* No tag comes any more: what was taken for more goes back. */
static void fit(struct mb_device *d)
{
	mb_codecs_settle(&d->codecs);
	d->tags = xreallocarray(d->tags, d->n_tags, sizeof(*d->tags));
	for (int r = 0; r < MB_RATES; r++) {
		struct mb_scan *s = &d->scans[r];

		if (s->n_ranges)
			s->ranges =
				xreallocarray(s->ranges, s->n_ranges, sizeof(*s->ranges));
	}
}

void mb_device_plan(struct mb_device *d)
{
	struct mono now = clock_mono();

	add_ranges(d);
	fit(d);
	for (size_t i = 0; i < d->set.n_holes; i++)
		d->holes.at[d->holes.n++] = d->set.holes[i];
	d->holes.named = d->holes.n;
	for (int r = 0; r < MB_RATES; r++) {
		struct mb_scan *s = &d->scans[r];
		uint64_t place = (uint64_t)d->def->id * MB_RATES + (uint64_t)r;

		s->rate = (enum mb_rate)r;
		mb_scan_plan(d, s);
		schedule_init(&s->when, d->set.scan_ms[r], schedule_share(place), now);
	}
}

void mb_device_plan_on(struct mb_device *d, const struct mb_device *from)
{
	mb_holes_inherit(d, from);
	for (int r = 0; r < MB_RATES; r++) {
		struct mb_scan *s = &d->scans[r];
		const struct mb_scan *old = &from->scans[r];

		mb_scan_plan(d, s);
		for (size_t i = 0; i < s->n_blocks; i++)
			inherit(&s->blocks[i], old->blocks, old->n_blocks);
		if (old->n_blocks && old->when.period_ns == s->when.period_ns)
			s->when = old->when;
	}
}

/* --- lanes --- */

void mb_deal_tags(const struct driver_tag *const *tags, size_t n,
		  const struct mb_device_settings *set, uint32_t *lane)
{
	struct plan_range *ranges[MB_RATES] = { NULL };
	size_t n_ranges[MB_RATES] = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct mb_address at;
		enum mb_rate rate = parse_tag(tags[i], set, &at);
		struct plan_range *r = GROW(&ranges[rate], &n_ranges[rate]);

		*r = plan_range(at.area, at.first, at.count, (uint32_t)i);
	}
	for (int rate = 0; rate < MB_RATES; rate++) {
		struct plan_range *v = ranges[rate];
		size_t n_blocks;
		struct plan_block *b = plan_build(v, n_ranges[rate], set->limits,
						  set->holes, set->n_holes, &n_blocks);

		for (size_t i = 0; i < n_blocks; i++)
			for (size_t k = b[i].range; k < b[i].range + b[i].ranges; k++)
				lane[v[k].item] = (uint32_t)(i % set->connections);
		free(b);
		free(v);
	}
}
