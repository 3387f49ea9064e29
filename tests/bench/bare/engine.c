/* engine.c - a tag is 64 bytes, an update four compares: what the memory allows. */
#include "bench/bare/bare.h"

#include <math.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { AHEAD = 16 };

struct row {
	double value;
	int64_t ns;
	double limit[4]; /* lolo lo hi hihi */
	float deadband, hysteresis;
	uint32_t state;
	bool dirty;
};

struct bare_engine {
	struct row *rows;
	uint32_t *dirty;
	size_t n_dirty;
};

struct bare_engine *bare_engine_new(uint32_t tags)
{
	struct bare_engine *e = xcalloc(1, sizeof(*e));

	e->rows = xcalloc_aligned(64, tags * sizeof(struct row));
	e->dirty = xcalloc(tags, sizeof(*e->dirty));
	for (uint32_t i = 0; i < tags; i++)
		e->rows[i] =
			(struct row){ .limit = { 5, 10, 90, 95 }, .hysteresis = 1.0F };
	return e;
}

static uint32_t judge(const struct row *r, double v)
{
	double h = (double)r->hysteresis;

	return (uint32_t)(v <= r->limit[0] + (r->state & 1 ? h : 0)) |
	       (uint32_t)(v <= r->limit[1] + (r->state & 2 ? h : 0)) << 1 |
	       (uint32_t)(v >= r->limit[2] - (r->state & 4 ? h : 0)) << 2 |
	       (uint32_t)(v >= r->limit[3] - (r->state & 8 ? h : 0)) << 3;
}

uint64_t bare_engine_run(struct bare_engine *e, const struct bare_update *u, size_t n)
{
	uint64_t changes = 0;

	for (size_t i = 0; i < n; i++) {
		struct row *r = &e->rows[u[i].id];

		if (i + AHEAD < n)
			__builtin_prefetch(&e->rows[u[i + AHEAD].id], 1);
		uint32_t state = judge(r, u[i].value);

		changes += state != r->state;
		r->state = state;
		if (fabs(u[i].value - r->value) > (double)r->deadband && !r->dirty) {
			r->dirty = true;
			e->dirty[e->n_dirty++] = u[i].id;
		}
		r->value = u[i].value;
		r->ns = u[i].ns;
	}
	for (size_t i = 0; i < e->n_dirty; i++)
		e->rows[e->dirty[i]].dirty = false;
	changes += e->n_dirty;
	e->n_dirty = 0;
	return changes;
}

void bare_engine_free(struct bare_engine *e)
{
	free(e->rows);
	free(e->dirty);
	free(e);
}
