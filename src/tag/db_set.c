/* db_set.c - what a new sample, a lost source or passing time does to a tag. */
#include "tag/db_int.h"

#include <math.h>
#include <string.h>

#include "util/xalloc.h"

static void set_quality(struct sample *s, enum quality_class cls, enum quality_reason why)
{
	s->quality = (quality)(QUALITY_MAKE(cls, why) | (s->quality & QUALITY_FLAGS));
}

/* A value that cannot be believed goes; a reason the source gave itself is better than
 * ours. */
static void spoil(struct sample *s, enum quality_reason why)
{
	s->value = (struct value){ 0 };
	if (quality_class(s->quality) != QUALITY_BAD)
		set_quality(s, QUALITY_BAD, why);
}

static void judge_value(struct sample *s)
{
	switch (s->value.type) {
	case VALUE_BOOL:
	case VALUE_INT:
		return;
	case VALUE_DOUBLE:
		if (!isfinite(s->value.u.d))
			spoil(s, REASON_SENSOR);
		else if (s->value.u.d == 0)
			s->value.u.d = 0; /* no minus zero (PLC-17) */
		return;
	case VALUE_STRING:
		if (!s->value.u.s ||
		    strnlen(s->value.u.s, VALUE_STRING_MAX + 1) > VALUE_STRING_MAX)
			spoil(s, REASON_FORMAT);
		return;
	case VALUE_NONE:
		spoil(s, REASON_NO_VALUE);
		return;
	}
	spoil(s, REASON_FORMAT);
}

static void judge(const struct tag_row *row, struct tag_cold cold, struct sample *s)
{
	double v;

	if (!quality_is_valid(s->quality))
		set_quality(s, QUALITY_BAD, REASON_FORMAT);
	judge_value(s);
	if (row->flags & ROW_RANGE && quality_is_good(s->quality) &&
	    value_number(&s->value, &v) && (v < cold.limits->lo || v > cold.limits->hi))
		set_quality(s, QUALITY_UNCERTAIN, REASON_RANGE);
}

/* MQ-05. Times are compared only where both can be believed and mean the same clock. */
static bool is_out_of_order(const struct tag_db *db, const struct tag_row *row,
			    const struct sample *s)
{
	const quality beyond_compare = QUALITY_CLOCK | QUALITY_SUBSTITUTED;

	return row->flags & ROW_AGES && s->source_time.ms < row->sample.source_time.ms &&
	       quality_class(s->quality) == row->came &&
	       row->clock_steps == db->clock_steps &&
	       !((s->quality | row->sample.quality) & beyond_compare);
}

static bool left_band(const struct tag_row *row, const struct sample *s, double v)
{
	return row->flags & ROW_HAS_BAND && quality_is_good(s->quality) &&
	       !(v >= row->u.band.lo && v <= row->u.band.hi);
}

/* Is the difference worth telling? moved: the value is not exactly the same. */
static bool is_news(const struct tag_row *row, struct tag_cold cold,
		    const struct sample *s, bool moved)
{
	double v;

	if (s->quality != row->sample.quality || s->value.type != row->sample.value.type)
		return true;
	if (!moved || !(row->flags & ROW_DEADBAND) || !value_number(&s->value, &v))
		return moved;
	return fabs(v - cold.extra->reported) >= cold.limits->deadband ||
	       left_band(row, s, v);
}

struct value tag_row_kept(const struct tag_row *row)
{
	struct value v = { .type = (enum value_type)(row->good_kind & 0x0F) };

	_Static_assert(sizeof(v.u) == sizeof(row->u.good.bits), "kept as its bits");
	memcpy(&v.u, &row->u.good.bits, sizeof(v.u));
	return v;
}

/* What a person typed is no measured value to remember. */
static bool is_genuine(quality q)
{
	return quality_is_good(q) && !(q & QUALITY_SUBSTITUTED);
}

static void keep_good(struct tag_row *row, const struct sample *good)
{
	memcpy(&row->u.good.bits, &good->value.u, sizeof(good->value.u));
	row->u.good.source_time = good->source_time;
	row->good_kind = (uint8_t)((unsigned)good->value.type |
				   (good->quality & QUALITY_FLAGS) >> 4);
	row->flags &= (uint16_t)~ROW_HAS_BAND;
	row->flags |= ROW_GOOD_KEPT;
}

/* A copy of text in the buffer that the last good value does not need. */
static const char *hold_text(struct tag_db *db, uint32_t tag, const struct tag_row *row,
			     const char *text)
{
	struct tag_extra *x = tag_db_extra(db, tag);
	struct value kept = tag_row_kept(row);

	if (!x->text)
		x->text = xcalloc(2, sizeof(x->text[0]));
	bool first_taken = row->flags & ROW_GOOD_KEPT && kept.type == VALUE_STRING &&
			   kept.u.s == x->text[0];
	char *room = x->text[first_taken];

	memmove(room, text, strlen(text) + 1); /* text may be this tag's own */
	return room;
}

static void mark_dirty(struct tag_db *db, uint32_t tag, struct tag_row *row)
{
	if (row->flags & ROW_DEADBAND)
		value_number(&row->sample.value, &tag_db_cold(db, tag).extra->reported);
	if (row->flags & ROW_DIRTY)
		return;
	row->flags |= ROW_DIRTY;
	db->dirty[db->n_dirty++] = tag;
}

/* Puts a judged sample in place of the old one. */
static bool replace(struct tag_db *db, uint32_t tag, struct tag_row *row,
		    const struct sample *s, bool moved)
{
	struct tag_cold cold = tag_db_cold(db, tag);
	const struct sample old = row->sample;
	bool news = is_news(row, cold, s, moved);

	if (is_genuine(s->quality))
		row->flags &= (uint16_t)~ROW_GOOD_KEPT;
	else if (is_genuine(old.quality))
		keep_good(row, &old);
	if (row->flags & ROW_FREEZES && !(row->flags & ROW_FROZEN) &&
	    (moved || !quality_is_good(old.quality)))
		cold.extra->moved = s->taken;
	row->sample = *s;
	if (s->value.type == VALUE_STRING)
		row->sample.value.u.s = hold_text(db, tag, row, s->value.u.s);
	if (s->quality != old.quality)
		tag_db_note_odd(db, tag, s->quality);
	if (s->quality != old.quality || s->taken.ns < old.taken.ns)
		tag_db_arm(db, tag); /* else the deadline can only have moved away */
	if (news)
		mark_dirty(db, tag, row);
	return news;
}

void tag_db_prefetch(const struct tag_db *db, uint32_t tag)
{
	if (tag / TAG_BLOCK >= db->n_blocks)
		return;
	__builtin_prefetch(&db->blocks[tag / TAG_BLOCK]->rows[tag % TAG_BLOCK], 1);
}

/* A good number after a good one of a tag without special wishes, as nearly all are: for
 * these the rest of tag_db_set() comes down to this. */
static bool is_everyday(const struct tag_row *row, const struct sample *s)
{
	const unsigned special =
		ROW_RANGE | ROW_DEADBAND | ROW_FREEZES | ROW_FROZEN | ROW_GOOD_KEPT;

	return !(s->quality | row->sample.quality) && s->value.type == VALUE_DOUBLE &&
	       row->sample.value.type == VALUE_DOUBLE && !(row->flags & special) &&
	       isfinite(s->value.u.d) && s->taken.ns >= row->sample.taken.ns;
}

static bool set_everyday(struct tag_db *db, uint32_t tag, struct tag_row *row,
			 const struct sample *s)
{
	double v = s->value.u.d + 0.0; /* no minus zero (PLC-17) */
	bool moved = v != row->sample.value.u.d;

	row->sample.value.u.d = v;
	row->sample.source_time = s->source_time;
	row->sample.taken = s->taken;
	row->came = QUALITY_GOOD;
	row->clock_steps = db->clock_steps;
	if (moved && !(row->flags & ROW_DIRTY)) {
		row->flags |= ROW_DIRTY;
		db->dirty[db->n_dirty++] = tag;
	}
	return moved;
}

bool tag_db_set(struct tag_db *db, uint32_t tag, const struct sample *s)
{
	struct tag_row *row = tag_db_row(db, tag);

	if (!row || is_out_of_order(db, row, s))
		return false;
	if (is_everyday(row, s))
		return set_everyday(db, tag, row, s);
	struct sample next = *s;
	bool moved;

	judge(row, tag_db_cold(db, tag), &next);
	moved = !value_equal(&next.value, &row->sample.value);
	if (row->flags & ROW_FROZEN && !moved && quality_is_good(next.quality))
		set_quality(&next, QUALITY_BAD, REASON_FROZEN);
	else
		row->flags &= (uint16_t)~ROW_FROZEN;
	row->came = (uint8_t)quality_class(s->quality);
	row->clock_steps = db->clock_steps;
	return replace(db, tag, row, &next, moved);
}

bool tag_db_set_quality(struct tag_db *db, uint32_t tag, quality q, struct now now)
{
	struct tag_row *row = tag_db_row(db, tag);

	if (!row)
		return false;
	struct sample next = row->sample;

	next.quality = q;
	if (quality_class(q) != QUALITY_BAD)
		next.taken = now.mono;
	judge(row, tag_db_cold(db, tag), &next);
	row->flags &= (uint16_t)~ROW_FROZEN;
	row->came = (uint8_t)quality_class(q);
	return replace(db, tag, row, &next, false);
}

/* --- passing time ---------------------------------------------------------------- */

static struct mono stale_at(const struct tag_row *row, struct tag_cold cold)
{
	bool alive = quality_class(row->sample.quality) != QUALITY_BAD ||
		     row->flags & ROW_FROZEN;

	if (!alive || !(row->flags & ROW_AGES) ||
	    row->sample.quality & QUALITY_SUBSTITUTED)
		return MONO_NEVER;
	return mono_add_ms(row->sample.taken, cold.limits->stale_ms);
}

static struct mono frozen_at(const struct tag_row *row, struct tag_cold cold)
{
	if (!quality_is_good(row->sample.quality) || !(row->flags & ROW_FREEZES) ||
	    row->sample.quality & QUALITY_SUBSTITUTED)
		return MONO_NEVER;
	return mono_add_ms(cold.extra->moved, cold.limits->frozen_ms);
}

static struct mono deadline(const struct tag_row *row, struct tag_cold cold)
{
	return mono_earlier(stale_at(row, cold), frozen_at(row, cold));
}

static int64_t tick_of(struct mono at)
{
	return at.ns / ((int64_t)WHEEL_TICK_MS * 1000000);
}

static void give_back(struct tag_wheel *w, uint32_t piece)
{
	w->pieces[piece].next = w->unused;
	w->unused = piece + 1;
}

static uint32_t take_piece(struct tag_wheel *w)
{
	uint32_t piece = w->unused ? w->unused - 1 : w->n_pieces++;

	if (w->unused)
		w->unused = w->pieces[piece].next;
	return piece;
}

static void wheel_put(struct tag_wheel *w, uint32_t *slot, uint32_t tag)
{
	if (!*slot || w->pieces[*slot - 1].n == WHEEL_PIECE) {
		uint32_t piece = take_piece(w);

		w->pieces[piece].next = *slot;
		w->pieces[piece].n = 0;
		*slot = piece + 1;
	}
	struct wheel_piece *first = &w->pieces[*slot - 1];

	first->tags[first->n++] = tag;
}

/* To the list of its deadline, or into the heap when that has been looked at. */
static void wait_for(struct tag_db *db, uint32_t tag, struct mono at)
{
	struct tag_row *row = &db->blocks[tag / TAG_BLOCK]->rows[tag % TAG_BLOCK];
	struct tag_wheel *w = &db->wheel;
	int64_t tick = tick_of(at);

	if (tick <= w->now) {
		heap_set(&db->deadlines, tag, at);
		return;
	}
	if (tick >= w->now + WHEEL_SLOTS)
		tick = w->now + WHEEL_SLOTS - 1; /* looked at again on the way */
	row->flags |= ROW_WHEELED;
	w->tick[tag] = (uint16_t)(tick % WHEEL_SLOTS);
	wheel_put(w, &w->slot[tick % WHEEL_SLOTS], tag);
}

/* Of a tag that stands in the wheel: when its list comes due. */
static int64_t list_of(const struct tag_wheel *w, uint32_t tag)
{
	return w->now + ((w->tick[tag] - w->now) & (WHEEL_SLOTS - 1));
}

/* Something looks at it no later than at. */
static bool is_awaited(const struct tag_db *db, const struct tag_row *row, uint32_t tag,
		       struct mono at)
{
	if (heap_deadline(&db->deadlines, tag).ns <= at.ns)
		return true;
	return row->flags & ROW_WHEELED && list_of(&db->wheel, tag) <= tick_of(at);
}

void tag_db_arm(struct tag_db *db, uint32_t tag)
{
	struct tag_row *row = tag_db_row(db, tag);
	struct mono at = deadline(row, tag_db_cold(db, tag));
	bool armed = at.ns != INT64_MAX;

	if (armed != ((row->flags & ROW_ARMED) != 0)) {
		row->flags ^= ROW_ARMED;
		db->n_armed += armed ? 1u : UINT32_MAX;
	}
	if (!armed)
		heap_remove(&db->deadlines, tag);
	else if (is_awaited(db, row, tag, at))
		return;
	else if (row->flags & ROW_WHEELED) /* in a later list: that finds out */
		heap_set(&db->deadlines, tag, at);
	else
		wait_for(db, tag, at);
}

/* All that look_again() needs of these tags, while none of it is in the cache. */
static void fetch(const struct tag_db *db, const struct wheel_piece *piece)
{
	for (uint32_t i = 0; i < piece->n; i++) {
		uint32_t tag = piece->tags[i];

		tag_db_prefetch(db, tag);
		__builtin_prefetch(tag_db_packed(db, tag));
		if (db->deadlines.n) /* else nobody looks there */
			__builtin_prefetch(&db->deadlines.place[tag]);
		__builtin_prefetch(&db->wheel.tick[tag], 1);
	}
}

static void look_again(struct tag_db *db, uint32_t tag)
{
	db->blocks[tag / TAG_BLOCK]->rows[tag % TAG_BLOCK].flags &=
		(uint16_t)~ROW_WHEELED;
	const struct tag_row *row = tag_db_row(db, tag);
	struct mono due = row ? deadline(row, tag_db_cold(db, tag)) : MONO_NEVER;

	if (due.ns != INT64_MAX && heap_deadline(&db->deadlines, tag).ns > due.ns)
		wait_for(db, tag, due);
}

/* The list of one tick comes due: who has moved on goes to a later one. */
static void turn(struct tag_db *db, int64_t tick)
{
	struct tag_wheel *w = &db->wheel;
	uint32_t *slot = &w->slot[tick % WHEEL_SLOTS], at = *slot;

	*slot = 0;
	while (at) {
		const struct wheel_piece piece = w->pieces[at - 1];

		give_back(w, at - 1);
		fetch(db, &piece);
		for (uint32_t i = 0; i < piece.n; i++)
			look_again(db, piece.tags[i]);
		at = piece.next;
	}
}

static void turn_to(struct tag_db *db, struct mono now)
{
	struct tag_wheel *w = &db->wheel;
	int64_t until = tick_of(now);

	if (until - w->now > WHEEL_SLOTS) /* all of them, once */
		w->now = until - WHEEL_SLOTS;
	while (w->now < until) {
		w->now++;
		turn(db, w->now);
	}
}

static void overdue(struct tag_db *db, uint32_t tag, struct mono now)
{
	struct tag_row *row = tag_db_row(db, tag);
	struct sample next = row->sample;

	if (mono_reached(now, stale_at(row, tag_db_cold(db, tag)))) {
		set_quality(&next, QUALITY_BAD, REASON_STALE);
		row->flags &= (uint16_t)~ROW_FROZEN;
		row->came = QUALITY_BAD; /* so that even an older sample is welcome */
	} else {
		set_quality(&next, QUALITY_BAD, REASON_FROZEN);
		row->flags |= ROW_FROZEN;
	}
	replace(db, tag, row, &next, false);
}

void tag_db_expire(struct tag_db *db, struct mono now)
{
	uint32_t tag;

	turn_to(db, now);
	while (heap_due(&db->deadlines, now, &tag)) {
		struct tag_row *row = tag_db_row(db, tag);
		struct mono at = deadline(row, tag_db_cold(db, tag));

		if (at.ns <= heap_deadline(&db->deadlines, tag).ns) {
			overdue(db, tag, at);
			continue;
		}
		heap_remove(&db->deadlines, tag); /* samples came meanwhile */
		if (!is_awaited(db, row, tag, at))
			wait_for(db, tag, at);
	}
}

/* The start of the earliest list that is not empty. */
static struct mono wheel_next(const struct tag_wheel *w)
{
	for (int64_t tick = w->now + 1; tick < w->now + WHEEL_SLOTS; tick++)
		if (w->slot[tick % WHEEL_SLOTS])
			return (struct mono){ tick * WHEEL_TICK_MS * 1000000 };
	return MONO_NEVER;
}

struct mono tag_db_next_deadline(const struct tag_db *db)
{
	if (!db->n_armed)
		return MONO_NEVER;
	return mono_earlier(heap_next(&db->deadlines), wheel_next(&db->wheel));
}
