/* codec.c - the table of codecs and how one is found again. */
#include "drivers/modbus/codec.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* The same bits: a codec may be shared only where nothing at all differs. */
static uint64_t bits_of(double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	return bits;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool same_factor(const struct mb_factor *a, const struct mb_factor *b)
{
	return a->used == b->used &&
	       (!a->used || (a->area == b->area && a->first == b->first &&
			     a->swap_bytes == b->swap_bytes));
}

static bool same_number(const struct mb_address *a, const struct mb_address *b)
{
	return bits_of(a->scale) == bits_of(b->scale) &&
	       bits_of(a->offset) == bits_of(b->offset) && a->scaled == b->scaled &&
	       a->has_marker == b->has_marker && a->marker == b->marker &&
	       a->bit == b->bit && a->bits == b->bits && a->shift == b->shift;
}

static bool same(const struct mb_address *a, const struct mb_address *b)
{
	return a->area == b->area && a->kind == b->kind && a->count == b->count &&
	       a->swap_words == b->swap_words && a->swap_bytes == b->swap_bytes &&
	       same_number(a, b) && same_factor(&a->factor, &b->factor) &&
	       same_text(a->type, b->type) && same_text(a->order, b->order) &&
	       same_text(a->texts, b->texts);
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9E3779B97F4A7C15u;
	return h ^ (h >> 29);
}

static uint64_t hash_of(const struct mb_address *a, enum mb_rate rate)
{
	uint64_t h = mix((uint64_t)a->area << 8 | (uint64_t)a->kind, (uint64_t)rate);

	h = mix(h, (uint64_t)a->count << 32 | (uint32_t)a->bit);
	h = mix(h, (uint64_t)a->bits << 8 | a->shift);
	h = mix(h, bits_of(a->scale));
	h = mix(h, bits_of(a->offset));
	h = mix(h, a->marker);
	return mix(h, a->factor.used ? 1 + (uint64_t)a->factor.first : 0);
}

/* Its slot, or the free one where it belongs. */
static uint32_t *slot_of(const struct mb_codecs *c, const struct mb_address *at,
			 enum mb_rate rate)
{
	size_t mask = c->n_slots - 1, i = (size_t)hash_of(at, rate) & mask;

	for (; c->slots[i]; i = (i + 1) & mask) {
		const struct mb_codec *one = &c->v[c->slots[i] - 1];

		if (one->rate == rate && same(&one->at, at))
			break;
	}
	return &c->slots[i];
}

/* At most half of the slots are taken. */
static void make_room(struct mb_codecs *c)
{
	size_t n = c->n_slots ? c->n_slots : 16;

	while (n < 2 * (c->n + 1))
		n *= 2;
	if (n == c->n_slots)
		return;
	free(c->slots);
	c->slots = xcalloc(n, sizeof(*c->slots));
	c->n_slots = n;
	for (size_t i = 0; i < c->n; i++)
		*slot_of(c, &c->v[i].at, c->v[i].rate) = (uint32_t)i + 1;
}

uint32_t mb_codecs_add(struct mb_codecs *c, const struct mb_address *at,
		       enum mb_rate rate)
{
	uint32_t *slot;

	make_room(c);
	slot = slot_of(c, at, rate);
	if (!*slot) {
		struct mb_codec *one = GROW(&c->v, &c->n);

		*one = (struct mb_codec){ .at = *at, .rate = rate };
		one->at.first = 0;
		*slot = (uint32_t)c->n;
	}
	return *slot - 1;
}

void mb_codecs_settle(struct mb_codecs *c)
{
	free(c->slots);
	c->slots = NULL;
	c->n_slots = 0;
}

void mb_codecs_release(struct mb_codecs *c)
{
	mb_codecs_settle(c);
	free(c->v);
	*c = (struct mb_codecs){ 0 };
}
