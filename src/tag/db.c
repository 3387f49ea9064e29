/* db.c - the tags themselves: indexes, names, limits, dependents and the dirty list.
 * What a new sample does to a tag is in db_set.c. */
#include "tag/db.h"

#include <stdlib.h>
#include <string.h>

#include "tag/db_int.h"
#include "util/xalloc.h"

/* Thirty years: keeps the sums far from overflow. */
static const int64_t limit_ms_max = 1000000000000;

static const struct sample gone = { .quality = QUALITY_MAKE(QUALITY_BAD, REASON_CONFIG) };

static const char *name_of(const void *owner, uint32_t tag)
{
	const struct tag_db *db = owner;

	if (tag >= db->count)
		return "";
	if (tag < db->n_copied && db->copied[tag])
		return db->copied[tag];
	return db->name_of(db->owner, tag);
}

void tag_db_set_owner(struct tag_db *db,
		      const char *(*fn)(const void *owner, uint32_t tag),
		      const void *owner)
{
	db->name_of = fn;
	db->owner = owner;
}

struct tag_db *tag_db_new(void)
{
	struct tag_db *db = xcalloc(1, sizeof(*db));

	db->names.name_of = name_of;
	db->texts = arena_new();
	db->last_good = xcalloc(1, sizeof(*db->last_good));
	return db;
}

static void extra_empty(struct tag_extra *x)
{
	free(x->text);
	free(x->depends[TAG_DEP_EXPRESSION].v);
	free(x->depends[TAG_DEP_ALARM].v);
	*x = (struct tag_extra){ .next = 0 };
}

/* What it had apart is another's to take. */
static void cold_release(struct tag_db *db, uint32_t tag)
{
	struct tag_packed *cold = tag_db_packed(db, tag);

	if (cold->extra) {
		struct tag_extra *x = tag_db_extra_at(db, cold->extra - 1);

		extra_empty(x);
		x->next = db->unused_extra;
		db->unused_extra = cold->extra;
	}
	*cold = (struct tag_packed){ .limits = 0 };
}

void tag_db_free(struct tag_db *db)
{
	if (!db)
		return;
	names_release(&db->names);
	for (uint32_t i = 0; i < db->n_extras; i++)
		extra_empty(tag_db_extra_at(db, i));
	for (size_t i = 0; i < db->n_extra_blocks; i++)
		free(db->extras[i]);
	free(db->extras);
	free(db->limits);
	free(db->limits_slot);
	for (size_t i = 0; i < db->n_blocks; i++)
		free(db->blocks[i]);
	free(db->blocks);
	free(db->copied);
	arena_free(db->texts);
	heap_release(&db->deadlines);
	free(db->wheel.pieces);
	free(db->wheel.tick);
	free(db->dirty);
	free(db->drained);
	free(db->last_good);
	free(db->odd);
	free(db);
}

static uint32_t new_extra(struct tag_db *db)
{
	uint32_t number = db->unused_extra;

	if (number) {
		struct tag_extra *x = tag_db_extra_at(db, number - 1);

		db->unused_extra = x->next;
		x->next = 0;
		return number;
	}
	if (db->n_extras % TAG_BLOCK == 0) {
		struct tag_extra **block = GROW(&db->extras, &db->n_extra_blocks);

		*block = xcalloc(TAG_BLOCK, sizeof(**block));
	}
	return ++db->n_extras;
}

struct tag_extra *tag_db_extra(struct tag_db *db, uint32_t tag)
{
	struct tag_packed *cold = tag_db_packed(db, tag);

	if (!cold->extra)
		cold->extra = new_extra(db);
	return tag_db_extra_at(db, cold->extra - 1);
}

static void make_room(struct tag_db *db)
{
	size_t room = (db->n_blocks + 1) * TAG_BLOCK;

	if (db->count % TAG_BLOCK != 0)
		return;
	struct tag_block **block = GROW(&db->blocks, &db->n_blocks);

	*block = xcalloc_aligned(TAG_ROW_SIZE, sizeof(**block));
	db->dirty = xreallocarray(db->dirty, room, sizeof(db->dirty[0]));
	db->drained = xreallocarray(db->drained, room, sizeof(db->drained[0]));
	db->odd = xreallocarray(db->odd, room / 64, sizeof(db->odd[0]));
	memset(&db->odd[(room - TAG_BLOCK) / 64], 0, TAG_BLOCK / 8);
	heap_reserve(&db->deadlines, (uint32_t)room);
	db->wheel.pieces =
		xreallocarray(db->wheel.pieces, room / WHEEL_PIECE + WHEEL_SLOTS + 2,
			      sizeof(struct wheel_piece));
	db->wheel.tick = xreallocarray(db->wheel.tick, room, sizeof(uint16_t));
}

static int64_t sane_ms(int64_t ms)
{
	if (ms < 0)
		return 0;
	return ms < limit_ms_max ? ms : limit_ms_max;
}

static uint64_t hash_of(const struct tag_limits *l)
{
	uint64_t word, h = 0x9E3779B97F4A7C15u;

	for (size_t i = 0; i + sizeof(word) <= sizeof(*l); i += sizeof(word)) {
		memcpy(&word, (const char *)l + i, sizeof(word));
		h = (h ^ word) * 0xBF58476D1CE4E5B9u;
		h ^= h >> 29;
	}
	return h;
}

/* Where these limits stand in the table, or the empty slot where they belong. */
static uint32_t *slot_of(const struct tag_db *db, const struct tag_limits *l)
{
	size_t at = hash_of(l) & (db->n_slots - 1);

	while (db->limits_slot[at] &&
	       memcmp(&db->limits[db->limits_slot[at] - 1], l, sizeof(*l)) != 0)
		at = (at + 1) & (db->n_slots - 1);
	return &db->limits_slot[at];
}

static void grow_slots(struct tag_db *db)
{
	if (db->n_limits * 2 < db->n_slots)
		return;
	db->n_slots = db->n_slots ? db->n_slots * 2 : 16;
	free(db->limits_slot);
	db->limits_slot = xcalloc(db->n_slots, sizeof(db->limits_slot[0]));
	for (size_t i = 0; i < db->n_limits; i++)
		*slot_of(db, &db->limits[i]) = (uint32_t)i + 1;
}

/* Member by member: what lies between them would make equal ones differ. */
static uint32_t share(struct tag_db *db, const struct tag_limits *limits)
{
	struct tag_limits plain;
	uint32_t *slot;

	memset(&plain, 0, sizeof(plain));
	plain.stale_ms = sane_ms(limits->stale_ms);
	plain.frozen_ms = sane_ms(limits->frozen_ms);
	plain.deadband = limits->deadband;
	plain.has_range = limits->has_range;
	plain.lo = limits->lo;
	plain.hi = limits->hi;
	if (db->n_limits &&
	    memcmp(&plain, &db->limits[db->last_limits], sizeof(plain)) == 0)
		return (uint32_t)db->last_limits; /* as the tag before */
	grow_slots(db);
	slot = slot_of(db, &plain);
	if (!*slot) {
		struct tag_limits *one = GROW(&db->limits, &db->n_limits);

		memcpy(one, &plain, sizeof(plain));
		*slot = (uint32_t)db->n_limits;
	}
	db->last_limits = *slot - 1;
	return (uint32_t)db->last_limits;
}

static void take_limits(struct tag_db *db, uint32_t tag, struct tag_row *row,
			const struct tag_limits *limits)
{
	unsigned flags = row->flags & ~(unsigned)ROW_LIMITS;
	tag_db_packed(db, tag)->limits = share(db, limits);

	const struct tag_cold cold = tag_db_cold(db, tag);

	if (cold.limits->stale_ms)
		flags |= ROW_AGES;
	if (cold.limits->frozen_ms)
		flags |= ROW_FREEZES;
	else
		flags &= ~(unsigned)ROW_FROZEN;
	if (limits->has_range)
		flags |= ROW_RANGE;
	if (limits->deadband > 0)
		flags |= ROW_DEADBAND;
	if (flags & (ROW_FREEZES | ROW_DEADBAND))
		tag_db_extra(db, tag);
	row->flags = (uint16_t)flags;
}

/* Its name is in the table, or known to who is asked for it. */
static uint32_t add(struct tag_db *db, const char *name, const struct tag_limits *limits)
{
	uint32_t tag = db->count;

	make_room(db);
	db->count++;
	struct tag_row *row = &db->blocks[tag / TAG_BLOCK]->rows[tag % TAG_BLOCK];

	row->sample.quality = QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE);
	row->came = QUALITY_BAD;
	row->flags = ROW_ALIVE;
	tag_db_note_odd(db, tag, row->sample.quality);
	take_limits(db, tag, row, limits);
	if (tag >= db->named)
		names_add_hashed(&db->names, tag, names_hash(name));
	return tag;
}

void tag_db_take_names(struct tag_db *db, struct names *names)
{
	struct names taken = *names;

	*names = (struct names){ .name_of = taken.name_of };
	taken.name_of = name_of;
	names_release(&db->names);
	db->names = taken;
	db->named = taken.n;
}

uint32_t tag_db_add(struct tag_db *db, const char *name, const struct tag_limits *limits)
{
	if (db->count == TAG_NONE || tag_db_find(db, name) != TAG_NONE)
		return TAG_NONE;
	while (db->n_copied <= db->count) {
		const char **one = GROW(&db->copied, &db->n_copied);

		*one = NULL;
	}
	db->copied[db->count] = arena_text(db->texts, name);
	return add(db, name, limits);
}

uint32_t tag_db_add_borrowed(struct tag_db *db, const char *name,
			     const struct tag_limits *limits)
{
	if (db->count == TAG_NONE)
		return TAG_NONE;
	if (db->count >= db->named && tag_db_find(db, name) != TAG_NONE)
		return TAG_NONE;
	return add(db, name, limits);
}

void tag_db_limits(struct tag_db *db, uint32_t tag, const struct tag_limits *limits)
{
	struct tag_row *row = tag_db_row(db, tag);

	if (!row)
		return;
	const unsigned before = row->flags;

	take_limits(db, tag, row, limits);
	if (row->flags & ROW_FREEZES && !(before & ROW_FREEZES))
		tag_db_extra(db, tag)->moved = row->sample.taken; /* nobody watched */
	if (row->flags & ROW_DEADBAND && !(before & ROW_DEADBAND))
		value_number(&row->sample.value, &tag_db_extra(db, tag)->reported);
	tag_db_arm(db, tag);
}

void tag_db_remove(struct tag_db *db, uint32_t tag)
{
	struct tag_row *row = tag_db_row(db, tag);

	if (!row)
		return;
	names_remove(&db->names, db, name_of(db, tag));
	heap_remove(&db->deadlines, tag);
	cold_release(db, tag);
	row->sample = gone;
	tag_db_note_odd(db, tag, QUALITY_GOOD); /* it is none any more */
	db->n_armed -= (row->flags & ROW_ARMED) != 0;
	row->flags &= ROW_DIRTY | ROW_WHEELED; /* it may stand in these lists */
}

uint32_t tag_db_find(const struct tag_db *db, const char *name)
{
	uint32_t tag;

	return names_find(&db->names, db, name, &tag) ? tag : TAG_NONE;
}

const char *tag_db_name(const struct tag_db *db, uint32_t tag)
{
	return tag_db_row(db, tag) ? name_of(db, tag) : NULL;
}

uint32_t tag_db_count(const struct tag_db *db)
{
	return db->count;
}

const struct sample *tag_db_get(const struct tag_db *db, uint32_t tag)
{
	const struct tag_row *row = tag_db_row(db, tag);

	return row ? &row->sample : &gone;
}

uint32_t tag_db_next_odd(const struct tag_db *db, uint32_t from)
{
	for (uint32_t tag = from; tag < db->count; tag = (tag / 64 + 1) * 64) {
		uint64_t word = db->odd[tag / 64] >> tag % 64;

		if (word)
			return tag + (uint32_t)__builtin_ctzll(word);
	}
	return TAG_NONE;
}

const struct sample *tag_db_last_good(const struct tag_db *db, uint32_t tag)
{
	const struct tag_row *row = tag_db_row(db, tag);

	if (!row)
		return NULL;
	if (quality_is_good(row->sample.quality) &&
	    !(row->sample.quality & QUALITY_SUBSTITUTED))
		return &row->sample;
	if (!(row->flags & ROW_GOOD_KEPT))
		return NULL;
	*db->last_good = (struct sample){
		.value = tag_row_kept(row),
		.quality = (quality)((row->good_kind & 0xF0u) << 4),
		.source_time = row->u.good.source_time,
		.taken = row->sample.taken,
	};
	return db->last_good;
}

void tag_db_clock_stepped(struct tag_db *db)
{
	db->clock_steps++;
}

const uint32_t *tag_db_drain(struct tag_db *db, size_t *n)
{
	uint32_t *list = db->dirty;

	for (size_t i = 0; i < db->n_dirty; i++) {
		uint32_t tag = list[i];

		db->blocks[tag / TAG_BLOCK]->rows[tag % TAG_BLOCK].flags &=
			(uint16_t)~ROW_DIRTY;
	}
	*n = db->n_dirty;
	db->n_dirty = 0;
	db->dirty = db->drained;
	db->drained = list;
	return list;
}

void tag_db_depend(struct tag_db *db, uint32_t tag, int kind, uint32_t dependent)
{
	struct tag_row *row = tag_db_row(db, tag);

	if (!row)
		return;
	struct tag_depends *d = &tag_db_extra(db, tag)->depends[kind];
	uint32_t *one = GROW(&d->v, &d->n);

	*one = dependent;
	row->flags |= (uint16_t)(ROW_FEEDS << kind);
}

const uint32_t *tag_db_dependents(const struct tag_db *db, uint32_t tag, int kind,
				  size_t *n)
{
	const struct tag_row *row = tag_db_row(db, tag);

	*n = 0;
	if (!row || !(row->flags & ROW_FEEDS << kind)) /* seen without what is cold */
		return NULL;
	const struct tag_depends *d = &tag_db_cold(db, tag).extra->depends[kind];

	*n = d->n;
	return d->v;
}

void tag_db_prefetch_dependents(const struct tag_db *db, uint32_t tag, int kind, int step)
{
	if (!tag_db_row(db, tag))
		return;
	const struct tag_packed *cold = tag_db_packed(db, tag);

	if (step == 0)
		__builtin_prefetch(cold);
	else if (!cold->extra)
		return;
	else if (step == 1)
		__builtin_prefetch(&tag_db_extra_at(db, cold->extra - 1)->depends[kind]);
	else
		__builtin_prefetch(tag_db_extra_at(db, cold->extra - 1)->depends[kind].v);
}

void tag_db_clear_depends(struct tag_db *db)
{
	for (uint32_t tag = 0; tag < db->count; tag++) {
		struct tag_extra *x = tag_db_cold(db, tag).extra;
		struct tag_row *row = tag_db_row(db, tag);

		if (!x || !row)
			continue;
		x->depends[TAG_DEP_EXPRESSION].n = 0;
		x->depends[TAG_DEP_ALARM].n = 0;
		row->flags &= (uint16_t) ~(ROW_FEEDS << TAG_DEP_EXPRESSION |
					   ROW_FEEDS << TAG_DEP_ALARM);
	}
}

void tag_db_set_band(struct tag_db *db, uint32_t tag, double lo, double hi)
{
	struct tag_row *row = tag_db_row(db, tag);

	if (!row || row->flags & ROW_GOOD_KEPT) /* judged anew when it is good again */
		return;
	row->u.band = (struct tag_band){ lo, hi };
	row->flags &= (uint16_t)~ROW_HAS_BAND;
	if (lo <= hi) /* false for NaN as well */
		row->flags |= ROW_HAS_BAND;
}

static bool in_band(const struct tag_row *row)
{
	double v;

	if (!(row->flags & ROW_HAS_BAND) || !quality_is_good(row->sample.quality))
		return false;
	if (row->sample.value.type == VALUE_DOUBLE) /* mostly; without a call */
		v = row->sample.value.u.d;
	else if (!value_number(&row->sample.value, &v))
		return false;
	return v >= row->u.band.lo && v <= row->u.band.hi;
}

bool tag_db_in_band(const struct tag_db *db, uint32_t tag)
{
	const struct tag_row *row = tag_db_row(db, tag);

	return row && in_band(row);
}

size_t tag_db_outside(const struct tag_db *db, uint32_t *tags, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		const struct tag_row *row = tag_db_row(db, tags[i]);

		if (!row || !in_band(row))
			tags[kept++] = tags[i];
	}
	return kept;
}
