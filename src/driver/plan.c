/* plan.c - sorting ranges and closing a block when the next one does not fit. */
#include "driver/plan.h"

#include <stdbool.h>
#include <stdlib.h>

#include "util/sort.h"
#include "util/xalloc.h"

static int by_place(const void *a, const void *b)
{
	const struct plan_range *x = a, *y = b;

	if (x->area != y->area)
		return x->area < y->area ? -1 : 1;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->count != y->count)
		return x->count < y->count ? -1 : 1;
	return x->item < y->item ? -1 : x->item > y->item;
}

static uint32_t end_of(const struct plan_range *r)
{
	return r->first + r->count;
}

struct holes {
	const struct plan_hole *v;
	size_t n;
};

/* A hole that the cells first .. end touch, or a seam inside them. */
static bool is_whole(const struct holes *holes, uint32_t area, uint32_t first,
		     uint32_t end)
{
	for (size_t i = 0; i < holes->n; i++) {
		const struct plan_hole *h = &holes->v[i];
		bool inside = h->count ? h->first < end && h->first + h->count > first
				       : h->first > first && h->first < end;

		if (h->area == area && inside)
			return false;
	}
	return true;
}

static bool fits(const struct plan_block *b, const struct plan_range *r,
		 const struct plan_limits *limits, const struct holes *holes)
{
	uint32_t end = b->first + b->count;

	if (r->area != b->area || r->first > end + limits->max_gap)
		return false;
	if (end_of(r) <= end) /* with a hole in it only the very same cells */
		return is_whole(holes, b->area, b->first, end) ||
		       (r->first == b->first && end_of(r) == end);
	return end_of(r) - b->first <= limits->max_count &&
	       is_whole(holes, b->area, b->first, end_of(r));
}

static struct plan_block start(const struct plan_range *ranges, size_t at)
{
	return (struct plan_block){ ranges[at].area, ranges[at].first, ranges[at].count,
				    at, 1 };
}

static void extend(struct plan_block *b, const struct plan_range *r)
{
	if (end_of(r) > b->first + b->count)
		b->count = end_of(r) - b->first;
	b->ranges++;
}

struct plan_block *plan_build(struct plan_range *ranges, size_t n,
			      const struct plan_limits *limits,
			      const struct plan_hole *holes, size_t n_holes,
			      size_t *n_blocks)
{
	struct holes known = { holes, n_holes };
	struct plan_block *v = NULL;

	*n_blocks = 0;
	if (n)
		sort_unless_sorted(ranges, n, sizeof(*ranges), by_place);
	for (size_t i = 0; i < n; i++) {
		struct plan_block *last = *n_blocks ? &v[*n_blocks - 1] : NULL;

		if (last && fits(last, &ranges[i], &limits[ranges[i].area], &known)) {
			extend(last, &ranges[i]);
		} else {
			struct plan_block *fresh = GROW(&v, n_blocks);
			*fresh = start(ranges, i);
		}
	}
	return v;
}

/* Where the second half begins, as an index into ranges. */
static size_t cut_of(const struct plan_range *ranges, const struct plan_block *b)
{
	size_t cut = b->range + b->ranges / 2;
	uint32_t widest = 0, end = end_of(&ranges[b->range]);

	for (size_t i = b->range + 1; i < b->range + b->ranges; i++) {
		if (ranges[i].first > end && ranges[i].first - end > widest) {
			widest = ranges[i].first - end;
			cut = i;
		}
		if (end_of(&ranges[i]) > end)
			end = end_of(&ranges[i]);
	}
	return cut;
}

static struct plan_block tight(const struct plan_range *ranges, size_t from, size_t to)
{
	struct plan_block b = start(ranges, from);

	for (size_t i = from + 1; i < to; i++)
		extend(&b, &ranges[i]);
	return b;
}

void plan_split(const struct plan_range *ranges, const struct plan_block *block,
		struct plan_block out[2])
{
	size_t cut = cut_of(ranges, block);

	out[0] = tight(ranges, block->range, cut);
	out[1] = tight(ranges, cut, block->range + block->ranges);
}

struct plan_hole plan_between(const struct plan_block *left,
			      const struct plan_block *right)
{
	uint32_t end = left->first + left->count;

	if (end < right->first)
		return (struct plan_hole){ left->area, end, right->first - end };
	return (struct plan_hole){ left->area, right->first, 0 };
}
