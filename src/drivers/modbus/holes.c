/* holes.c - what a device refuses to have read: learned from its exceptions, kept over
 * reconnects, said once in the log and always in the statistics. */
#include "drivers/modbus/channel.h"
#include "drivers/modbus/frame.h"
#include "util/log.h"
#include "util/strbuf.h"

static void name_hole(const struct mb_device *d, const struct plan_hole *h,
		      struct strbuf *out)
{
	uint32_t first = h->first + d->set.address_base;

	if (h->count == 0)
		strbuf_adds(out, "across ");
	strbuf_addf(out, "%s:%u", mb_area_name((enum mb_area)h->area), first);
	if (h->count > 1)
		strbuf_addf(out, "-%u", first + h->count - 1);
}

static void publish(struct mb_device *d)
{
	struct strbuf list = STRBUF_INIT;

	for (size_t i = d->holes.named; i < d->holes.n; i++) {
		if (i > d->holes.named)
			strbuf_adds(&list, ", ");
		name_hole(d, &d->holes.at[i], &list);
		strbuf_addf(&list, " (exception %u)", d->holes.exception[i]);
	}
	mb_tally_holes(d->tally, d->lane, d->holes.n - d->holes.named, list.buf);
	strbuf_release(&list);
}

static bool is_known(const struct mb_device *d, const struct plan_hole *h)
{
	for (size_t i = 0; i < d->holes.n; i++)
		if (d->holes.at[i].area == h->area && d->holes.at[i].first == h->first &&
		    d->holes.at[i].count == h->count)
			return true;
	return false;
}

bool mb_holes_know(const struct mb_device *d, const struct plan_block *b)
{
	const struct plan_hole h = { b->area, b->first, b->count };

	return is_known(d, &h);
}

bool mb_holes_learn(struct mb_device *d, const struct plan_hole *hole, uint8_t exception)
{
	struct strbuf name = STRBUF_INIT;

	if (is_known(d, hole))
		return true;
	if (d->holes.n - d->holes.named == MB_LEARNED_MAX)
		return false;
	d->holes.at[d->holes.n] = *hole;
	d->holes.exception[d->holes.n] = exception;
	d->holes.n++;
	name_hole(d, hole, &name);
	log_warn("%s: refuses reads %s%s (exception %u, %s); it is read around from now "
		 "on",
		 d->def->name, hole->count ? "of " : "", name.buf, exception,
		 exception_name(exception));
	strbuf_release(&name);
	publish(d);
	return true;
}

void mb_holes_inherit(struct mb_device *d, const struct mb_device *from)
{
	for (size_t i = from->holes.named; i < from->holes.n; i++) {
		if (is_known(d, &from->holes.at[i]))
			continue;
		d->holes.at[d->holes.n] = from->holes.at[i];
		d->holes.exception[d->holes.n] = from->holes.exception[i];
		d->holes.n++;
	}
	publish(d);
}

void mb_holes_forget(struct mb_device *d)
{
	if (d->holes.n == d->holes.named)
		return;
	log_info("%s: reads again what it refused; its holes are looked for anew",
		 d->def->name);
	d->holes.n = d->holes.named;
	publish(d);
}
