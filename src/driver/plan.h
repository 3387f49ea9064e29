/*
 * plan.h - merges what many tags want into few block reads.
 *
 * A request for 125 registers costs a device what one register costs, so neighbours
 * are read together as long as a block stays within the protocol's limit and the gap
 * between them is small. A range is never cut: a 32-bit value arrives whole, in one
 * reply (PLC-20). Pure.
 */
#ifndef SG_DRIVER_PLAN_H
#define SG_DRIVER_PLAN_H

#include <stddef.h>
#include <stdint.h>

/* Eight bytes: there is one a tag. */
struct plan_range {
	uint32_t area : 4; /* blocks never span areas; index into the limits */
	uint32_t first : 16, count : 12; /* cells (registers or bits) */
	uint32_t item;                   /* the caller's */
};

static inline struct plan_range plan_range(uint32_t area, uint32_t first, uint32_t count,
					   uint32_t item)
{
	return (struct plan_range){ area & 0xF, first & 0xFFFF, count & 0xFFF, item };
}

struct plan_limits {
	uint32_t max_count; /* cells in one block, >= any range's count */
	uint32_t max_gap;   /* unwanted cells read along to save a request */
};

/* Cells a device does not let anybody read: no block touches them but to read a range
 * that itself lies there. count 0: a seam; no block begins before first and goes on past
 * it. */
struct plan_hole {
	uint32_t area, first, count;
};

struct plan_block {
	uint32_t area, first, count;
	size_t range, ranges; /* ranges[range .. range + ranges) lie in it */
};

/* Sorts ranges by area and place and returns the blocks, owned; *n_blocks is 0 and the
 * result NULL for no ranges. limits: one an area. */
struct plan_block *plan_build(struct plan_range *ranges, size_t n,
			      const struct plan_limits *limits,
			      const struct plan_hole *holes, size_t n_holes,
			      size_t *n_blocks);

/* A block of two or more ranges becomes two: cut at its widest gap, or in the middle
 * where there is none. Used to find the address a device refuses. */
void plan_split(const struct plan_range *ranges, const struct plan_block *block,
		struct plan_block out[2]);
/* What lies between two blocks of which each is read and both at once are not: the cells
 * between them, or the seam where they meet. */
struct plan_hole plan_between(const struct plan_block *left,
			      const struct plan_block *right);

#endif
