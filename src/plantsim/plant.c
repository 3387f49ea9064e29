/* plant.c - instruments over the model, and the rules of the PLCs for writes. */
#include "plantsim/plant.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define MEMORY 0.8 /* how much of an instrument's error the next reading keeps */

static void *field_of(struct model *m, size_t offset)
{
	return (char *)m + offset;
}

static double truth(const struct plant *p, size_t i)
{
	const struct map_row *row = &map_rows[i];
	const void *field = (const char *)&p->model + row->offset;

	if (row->field == FIELD_BOOL)
		return *(const bool *)field ? 1.0 : 0.0;
	if (row->field == FIELD_ENUM)
		return (double)*(const enum filter_state *)field;
	return *(const double *)field;
}

static void show(struct plant *p, size_t i)
{
	const struct map_row *row = &map_rows[i];
	double v = truth(p, i);

	if (p->frozen[i])
		return;
	/* what stands still reads zero: the meters cut off small values */
	if (v > 0.0)
		v = fmax(v + p->error[i] * (row->noise + row->blur * v), 0.0);
	p->shown[i] = v;
}

static void take_reading(struct plant *p)
{
	double fresh = sqrt(1.0 - MEMORY * MEMORY);

	for (size_t i = 0; i < map_count; i++)
		if (map_rows[i].noise > 0.0 || map_rows[i].blur > 0.0)
			p->error[i] = MEMORY * p->error[i] + fresh * prng_gauss(&p->rng);
}

static void show_all(struct plant *p)
{
	for (size_t i = 0; i < map_count; i++)
		show(p, i);
}

void plant_init(struct plant *p, uint64_t seed)
{
	assert(map_count <= PLANT_MAX_ROWS);
	memset(p, 0, sizeof(*p));
	model_init(&p->model, seed);
	p->rng.state = seed ^ 0x5167687467617373U;
	take_reading(p);
	p->next_s = 1.0;
	show_all(p);
}

void plant_advance(struct plant *p, double dt)
{
	model_advance(&p->model, dt);
	/* as many readings as seconds passed, however many calls they took */
	for (; p->next_s <= p->model.time_s + 1e-6; p->next_s += 1.0)
		take_reading(p);
	show_all(p);
}

double plant_read(const struct plant *p, size_t i)
{
	return p->shown[i];
}

bool plant_write(struct plant *p, size_t i, double value)
{
	const struct map_row *row = &map_rows[i];
	void *field = field_of(&p->model, row->offset);

	if (row->access != ACCESS_WRITE || !isfinite(value))
		return false;
	if (row->guarded && *(bool *)field_of(&p->model, row->guard) != row->guard_is)
		return false;
	if (row->device == MAP_BUS && (value < row->lo || value > row->hi))
		return false;
	value = fmin(fmax(value, row->lo), row->hi);
	if (row->field == FIELD_BOOL)
		*(bool *)field = value != 0.0;
	else
		*(double *)field = value;
	show_all(p);
	return true;
}

bool plant_request(struct plant *p, size_t i, double value)
{
	p->arrivals[i]++;
	p->kept[p->n_kept++ % PLANT_ARRIVALS] =
		(struct plant_arrival){ .row = i, .value = value };
	return plant_write(p, i, value);
}

void plant_freeze(struct plant *p, size_t i, bool frozen)
{
	p->frozen[i] = frozen;
	show(p, i);
}

void plant_restart(struct plant *p, enum map_device device)
{
	for (size_t i = 0; i < map_count; i++) {
		const struct map_row *row = &map_rows[i];
		void *field = field_of(&p->model, row->offset);
		if (row->device != device || row->access != ACCESS_WRITE)
			continue;
		if (row->field == FIELD_BOOL)
			*(bool *)field = row->restart != 0.0;
		else
			*(double *)field = row->restart;
	}
	show_all(p);
}

void plant_clear(struct plant *p)
{
	model_clear(&p->model);
	memset(p->frozen, 0, sizeof(p->frozen));
	show_all(p);
}
