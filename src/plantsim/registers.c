/* registers.c - see registers.h. */
#include "plantsim/registers.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

static uint16_t *registers_of(const modbus_mapping_t *image, const struct map_row *row)
{
	uint16_t *table = row->table == MAP_INPUT ? image->tab_input_registers
						  : image->tab_registers;
	return table + row->address;
}

static uint8_t *bit_of(const modbus_mapping_t *image, const struct map_row *row)
{
	uint8_t *table =
		row->table == MAP_DISCRETE ? image->tab_input_bits : image->tab_bits;
	return table + row->address;
}

static void put_words(uint16_t *r, uint64_t v, int words)
{
	for (int i = words - 1; i >= 0; i--, v >>= 16)
		r[i] = (uint16_t)v;
}

static void put_u32(uint16_t *r, uint32_t v, bool cdab)
{
	r[cdab ? 1 : 0] = (uint16_t)(v >> 16);
	r[cdab ? 0 : 1] = (uint16_t)v;
}

static uint32_t get_u32(const uint16_t *r, bool cdab)
{
	return (uint32_t)r[cdab ? 1 : 0] << 16 | r[cdab ? 0 : 1];
}

static double limited(double v, double lo, double hi)
{
	return fmin(fmax(v, lo), hi);
}

static void put_number(uint16_t *r, const struct map_row *row, double v)
{
	float f = (float)v;
	uint32_t u;
	uint64_t u64;

	switch (row->coding) {
	case MAP_U16:
		r[0] = (uint16_t)lround(limited(v, 0, UINT16_MAX));
		break;
	case MAP_I16:
		r[0] = (uint16_t)(int16_t)lround(limited(v, INT16_MIN, INT16_MAX));
		break;
	case MAP_U32:
	case MAP_U32_CDAB:
		u = (uint32_t)limited(v, 0, UINT32_MAX);
		put_u32(r, u, row->coding == MAP_U32_CDAB);
		break;
	case MAP_F32:
	case MAP_F32_CDAB:
		memcpy(&u, &f, sizeof(u));
		put_u32(r, u, row->coding == MAP_F32_CDAB);
		break;
	case MAP_F64:
		memcpy(&u64, &v, sizeof(u64));
		put_words(r, u64, 4);
		break;
	default:
		break;
	}
}

void registers_put(modbus_mapping_t *image, const struct map_row *row, double value)
{
	if (row->coding == MAP_BIT) {
		*bit_of(image, row) = value != 0.0;
		return;
	}
	uint16_t *r = registers_of(image, row);
	if (row->coding == MAP_REGISTER_BIT) {
		uint16_t mask = (uint16_t)(1U << row->bit);
		*r = (uint16_t)(value != 0.0 ? *r | mask : *r & ~mask);
		return;
	}
	put_number(r, row, row->scale > 0.0 ? value / row->scale : value);
}

double registers_get(const modbus_mapping_t *image, const struct map_row *row)
{
	if (row->coding == MAP_BIT)
		return *bit_of(image, row) ? 1.0 : 0.0;
	const uint16_t *r = registers_of(image, row);
	double scale = row->scale > 0.0 ? row->scale : 1.0;
	if (row->coding == MAP_U16)
		return r[0] * scale;
	uint32_t u = get_u32(r, row->coding == MAP_F32_CDAB);
	float f;
	memcpy(&f, &u, sizeof(f));
	return (double)f * scale;
}
