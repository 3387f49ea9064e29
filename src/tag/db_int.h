/*
 * db_int.h - how the tag database lies in memory; for db.c and db_set.c only.
 *
 * A tag is a hot row, one cache line that an update touches, a cold part that it touches
 * only when the tag asks for more (range, deadband, frozen), and an extra part that only
 * those have. Both live in
 * blocks that never move, so a borrowed sample survives the adding of tags.
 */
#ifndef SG_TAG_DB_INT_H
#define SG_TAG_DB_INT_H

#include "tag/db.h"
#include "util/arena.h"
#include "util/heap.h"
#include "util/names.h"

enum tag_row_flag {
	ROW_ALIVE = 1 << 0,
	ROW_DIRTY = 1 << 1,
	ROW_HAS_BAND = 1 << 2,  /* u.band means something */
	ROW_GOOD_KEPT = 1 << 3, /* u.good does, and good_kind: never both */
	ROW_FROZEN = 1 << 4,
	ROW_ARMED = 1 << 9,    /* it has a deadline */
	ROW_WHEELED = 1 << 10, /* stands in the wheel */
	ROW_FEEDS = 1 << 11,   /* it has dependents: << kind */
	/* what its limits ask for */
	ROW_AGES = 1 << 5,
	ROW_FREEZES = 1 << 6,
	ROW_RANGE = 1 << 7,
	ROW_DEADBAND = 1 << 8,
	ROW_LIMITS = ROW_AGES | ROW_FREEZES | ROW_RANGE | ROW_DEADBAND
};

struct tag_band {
	double lo, hi;
};

/* The last good sample, while the newest is not good: no alarm is judged then, and the
 * quiet band gives up its place. */
struct tag_kept {
	int64_t bits; /* of the value */
	struct wall source_time;
};

struct tag_row {
	struct sample sample;
	union {
		struct tag_band band;
		struct tag_kept good;
	} u;
	uint32_t clock_steps; /* how often the wall clock had been set when it came */
	uint16_t flags;
	uint8_t came;      /* its quality class as it came, before our own judgement */
	uint8_t good_kind; /* of u.good: type, and flags of quality in the upper half */
};

enum { TAG_ROW_SIZE = 64, TAG_BLOCK = 256 };
_Static_assert(sizeof(struct tag_row) == TAG_ROW_SIZE, "one cache line a tag");

struct tag_depends {
	uint32_t *v;
	size_t n;
};

/* What not every tag has: deadband, frozen limit, dependents, texts. */
struct tag_extra {
	double reported;   /* the number last marked dirty: the deadband's origin */
	struct mono moved; /* since when the value has been the same */
	char (*text)[VALUE_STRING_MAX + 1]; /* two: the newest and the last good */
	struct tag_depends depends[2];
	uint32_t next; /* of one that no tag has: the next such, number + 1 */
};

struct tag_packed {
	uint32_t limits; /* place in db->limits: shared by all that are alike */
	uint32_t extra;  /* its number + 1; 0 while it needs none */
};

struct tag_cold { /* where that leads; until tags are added or given limits */
	const struct tag_limits *limits;
	struct tag_extra *extra;
};

struct tag_block {
	_Alignas(TAG_ROW_SIZE) struct tag_row rows[TAG_BLOCK];
	struct tag_packed cold[TAG_BLOCK];
};

/*
 * Deadlines far away wait in a wheel, a list a quarter of a second; nearly all of them
 * have moved on when their list comes due, and go to a later one in O(1). What is really
 * due within its list goes to the heap, which knows the exact order.
 *
 * A list is a chain of pieces, so that the rows of a whole piece can be fetched at once.
 * Only the first piece of a chain is not full: there are never more than that of all
 * tags, one a list, and the one in hand.
 */
enum { WHEEL_SLOTS = 512, WHEEL_TICK_MS = 250, WHEEL_PIECE = 30 };

struct wheel_piece {
	uint32_t next; /* piece + 1 */
	uint32_t n;
	uint32_t tags[WHEEL_PIECE];
};

struct tag_wheel {
	uint32_t slot[WHEEL_SLOTS]; /* first piece + 1 */
	struct wheel_piece *pieces;
	uint32_t n_pieces, unused; /* ever taken; of them not in a list: first + 1 */
	uint16_t *tick;            /* of a tag: its list, modulo WHEEL_SLOTS */
	int64_t now;               /* lists up to this one have been looked at */
};

struct tag_db {
	struct tag_block **blocks;
	size_t n_blocks;
	uint32_t count;
	uint32_t clock_steps;
	const char *(*name_of)(const void *owner, uint32_t tag);
	const void *owner;
	const char **copied; /* names, by tag, in texts; NULL: the owner knows */
	size_t n_copied;
	struct names names;
	uint32_t named;      /* the first so many stood in it before they were added */
	struct arena *texts; /* names that were copied */
	struct tag_limits *limits; /* each once */
	size_t n_limits;
	uint32_t *limits_slot; /* an open table of them: place + 1 */
	size_t n_slots, last_limits;
	struct tag_extra **extras; /* blocks of TAG_BLOCK, which do not move */
	size_t n_extra_blocks;
	uint32_t n_extras, unused_extra; /* ever taken; of them free: number + 1 */
	struct heap deadlines;           /* lazy: never later than the true deadline */
	struct tag_wheel wheel;          /* the same */
	uint32_t n_armed;                /* tags that have a deadline */
	uint32_t *dirty, *drained;
	size_t n_dirty;
	struct sample *last_good; /* what tag_db_last_good() hands out */
	uint64_t *odd;            /* a bit a tag: what tag_db_next_odd() finds */
};

/* NULL when there is no such tag (any more). */
static inline struct tag_row *tag_db_row(const struct tag_db *db, uint32_t tag)
{
	if (tag >= db->count)
		return NULL;
	struct tag_row *row = &db->blocks[tag / TAG_BLOCK]->rows[tag % TAG_BLOCK];

	return row->flags & ROW_ALIVE ? row : NULL;
}

static inline struct tag_packed *tag_db_packed(const struct tag_db *db, uint32_t tag)
{
	return &db->blocks[tag / TAG_BLOCK]->cold[tag % TAG_BLOCK];
}

static inline struct tag_extra *tag_db_extra_at(const struct tag_db *db, uint32_t number)
{
	return &db->extras[number / TAG_BLOCK][number % TAG_BLOCK];
}

static inline struct tag_cold tag_db_cold(const struct tag_db *db, uint32_t tag)
{
	const struct tag_packed *at = tag_db_packed(db, tag);

	return (struct tag_cold){ &db->limits[at->limits],
				  at->extra ? tag_db_extra_at(db, at->extra - 1) : NULL };
}

/* What tag_db_next_odd() finds. */
static inline void tag_db_note_odd(struct tag_db *db, uint32_t tag, quality q)
{
	const uint64_t bit = (uint64_t)1 << tag % 64;

	if (quality_class(q) == QUALITY_BAD || q & QUALITY_SIMULATED)
		db->odd[tag / 64] |= bit;
	else
		db->odd[tag / 64] &= ~bit;
}

/* The value of u.good, while ROW_GOOD_KEPT. */
struct value tag_row_kept(const struct tag_row *row);

struct tag_extra *tag_db_extra(struct tag_db *db, uint32_t tag); /* made when new */

/* Puts the tag's next deadline into the heap where it is earlier than what stands
 * there; a later one is found out when the early one fires. */
void tag_db_arm(struct tag_db *db, uint32_t tag);

#endif
