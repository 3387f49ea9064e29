/* overlap.c - mistakes that only show between two tags of a device: numbers that share
 * registers in a way no device can mean. */
#include "drivers/modbus/overlap.h"

#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/convert.h"
#include "util/sort.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { LOOKED_AT = 64 }; /* neighbours of one tag: hundreds of bits share a register */

struct span {
	const struct driver_told *told;
	struct mb_address at;
};

static int by_place(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->at.area != y->at.area)
		return x->at.area < y->at.area ? -1 : 1;
	if (x->at.first != y->at.first)
		return x->at.first < y->at.first ? -1 : 1;
	return x->told->tag.id < y->told->tag.id ? -1 : x->told->tag.id > y->told->tag.id;
}

static uint32_t end_of(const struct mb_address *a)
{
	return a->first + a->count;
}

static bool same_texts(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* A number written by one name is the same number by the other. */
static bool same_meaning(const struct mb_address *a, const struct mb_address *b)
{
	return a->first == b->first && a->count == b->count && a->kind == b->kind &&
	       a->bits == b->bits && a->swap_words == b->swap_words &&
	       a->swap_bytes == b->swap_bytes && a->scale == b->scale &&
	       a->offset == b->offset && a->factor.used == b->factor.used &&
	       a->factor.area == b->factor.area && a->factor.first == b->factor.first &&
	       same_texts(a->texts, b->texts);
}

static void name_place(const struct mb_address *a, uint32_t base, struct strbuf *out)
{
	strbuf_addf(out, "%s:%u", mb_area_name(a->area), a->first + base);
	if (a->count > 1)
		strbuf_addf(out, "-%u", end_of(a) - 1 + base);
}

/* Both write, and what one writes changes what the other means. Bits and bytes are
 * written by themselves and may be parts of a whole that is written too; so may coils. */
static bool writes_collide(const struct span *a, const struct span *b)
{
	if (!a->told->tag.writable || !b->told->tag.writable ||
	    mb_area_is_bits(a->at.area))
		return false;
	return !mb_is_part(&a->at) && !mb_is_part(&b->at) &&
	       !same_meaning(&a->at, &b->at);
}

/* a begins first. A value may be a part of another one, but no two of them share only
 * some registers. */
static bool straddles(const struct span *a, const struct span *b)
{
	return b->at.first > a->at.first && end_of(&b->at) > end_of(&a->at) &&
	       !mb_area_is_bits(a->at.area);
}

static void judge(const struct span *a, const struct span *b, uint32_t base,
		  struct strbuf *why)
{
	const struct span *later = a->told->tag.id > b->told->tag.id ? a : b;
	const struct span *earlier = later == a ? b : a;

	strbuf_clear(why);
	if (straddles(a, b)) {
		name_place(&later->at, base, why);
		strbuf_addf(why, " overlaps a part of tag \"%s\" (", earlier->told->name);
		name_place(&earlier->at, base, why);
		strbuf_adds(why, "); correct one address or type");
	} else if (writes_collide(a, b)) {
		name_place(&later->at, base, why);
		strbuf_addf(why,
			    " is written by tag \"%s\" too, with another type, order or "
			    "scale; leave write out of one of them",
			    earlier->told->name);
	}
}

void mb_check_tags(const struct driver_device *d, const struct driver_told *const *tags,
		   size_t n,
		   void (*say)(void *arg, const struct driver_told *t, const char *why),
		   void *arg)
{
	struct mb_device_settings set;
	struct strbuf why = STRBUF_INIT;
	struct span *v = xcalloc(n, sizeof(*v));

	mb_device_settings_parse(d, &set, &why);
	for (size_t i = 0; i < n; i++) {
		v[i].told = tags[i];
		mb_address_parse(&tags[i]->tag.settings, set.address_base, &v[i].at,
				 &why);
	}
	sort_unless_sorted(v, n, sizeof(*v), by_place);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = i + 1;
		     j < n && j <= i + LOOKED_AT && v[j].at.area == v[i].at.area &&
		     v[j].at.first < end_of(&v[i].at);
		     j++) {
			judge(&v[i], &v[j], set.address_base, &why);
			if (why.len)
				say(arg,
				    v[i].told->tag.id > v[j].told->tag.id ? v[i].told
									  : v[j].told,
				    why.buf);
		}
	}
	free(v);
	strbuf_release(&why);
}
