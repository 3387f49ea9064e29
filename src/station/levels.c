/*
 * levels.c - in which order expressions are evaluated: an expression stands one level
 * above the highest of its operands, so going up the levels evaluates each once.
 */
#include "station/station_int.h"

#include <stdlib.h>

#include "util/xalloc.h"

static uint16_t level_of(const struct station *s, const struct expr *e)
{
	uint16_t level = 0;

	for (size_t i = 0; i < expr_operand_count(e); i++) {
		uint32_t tag = expr_operand_id(e, i);

		if (tag != TAG_NONE && s->tags[tag].rare->expression &&
		    s->tags[tag].rare->level > level)
			level = s->tags[tag].rare->level;
	}
	return (uint16_t)(level + 1);
}

/* One pass over all expressions; true when a level rose. */
static bool raise(struct station *s)
{
	bool rose = false;

	for (uint32_t tag = 0; tag < s->n_tags; tag++) {
		struct tag_live *t = &s->tags[tag];
		uint16_t level;

		if (!t->rare->expression)
			continue;
		level = level_of(s, t->rare->expression);
		if (level > t->rare->level) {
			tag_rare(t)->level = level;
			rose = true;
		}
	}
	return rose;
}

static void make_room(struct station *s, uint16_t levels)
{
	size_t *count = xcalloc(levels + 1u, sizeof(*count));

	for (size_t i = 0; i < s->levels; i++)
		free(s->level[i]);
	free(s->level);
	free(s->n_level);
	s->levels = (uint16_t)(levels + 1);
	s->level = xcalloc(s->levels, sizeof(*s->level));
	s->n_level = xcalloc(s->levels, sizeof(*s->n_level));
	s->n_pending = 0;
	for (uint32_t tag = 0; tag < s->n_tags; tag++)
		if (s->tags[tag].rare->expression)
			count[s->tags[tag].rare->level]++;
	for (size_t i = 0; i < s->levels; i++)
		s->level[i] = xcalloc(count[i], sizeof(uint32_t));
	free(count);
}

/* The loader refuses circles; if one came through, its tags stay without a value. */
bool station_order_expressions(struct station *s)
{
	enum { LEVELS_MAX = 10000 };
	uint16_t highest = 0;
	int passes = 0;

	while (raise(s) && passes < LEVELS_MAX)
		passes++;
	for (uint32_t tag = 0; tag < s->n_tags; tag++) {
		struct tag_live *t = &s->tags[tag];

		if (t->rare->expression && passes == LEVELS_MAX &&
		    t->rare->level >= LEVELS_MAX) {
			expr_free(t->rare->expression);
			tag_rare(t)->expression = NULL;
			tag_rare(t)->level = 0;
			tag_rare_tidy(t);
		}
		if (t->rare->level > highest)
			highest = t->rare->level;
	}
	make_room(s, highest);
	return passes < LEVELS_MAX;
}
