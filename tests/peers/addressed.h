/*
 * addressed.h - what the registers of the self-addressed test slave hold.
 *
 * Each says whose it is: unit, area and address, and when it was read (the how many-th
 * request its unit answered), so that a value which ends up under another tag, comes of
 * another unit, or is older than one already seen is known by looking at it. Shared by
 * the slave (addressed.c) and the test that looks. Registers come in groups of 128, of
 * which 120 are used: 24 numbers of 64 bits, then 24 of 16.
 *
 *   64 bits   unit 8 | area 8 | address 16 | request 32
 *   16 bits   unit 6 | input 1 | odd group 1 | address 5 | request 3
 *
 * 16 bits cannot say all: groups 256 registers apart look alike, and nothing here reads
 * two such groups.
 */
#ifndef SG_TESTS_PEERS_ADDRESSED_H
#define SG_TESTS_PEERS_ADDRESSED_H

#include <stdbool.h>
#include <stdint.h>

enum {
	ADDRESSED_GROUP = 128, /* registers */
	ADDRESSED_LONGS = 24,  /* of four registers each, first in a group */
	ADDRESSED_SHORTS = 24,
	ADDRESSED_USED = 4 * ADDRESSED_LONGS + ADDRESSED_SHORTS, /* registers */
	ADDRESSED_TURN = 7, /* the bits of a 16-bit number that tell the request */
	ADDRESSED_VALUES = ADDRESSED_LONGS + ADDRESSED_SHORTS,
	ADDRESSED_UNITS = 64, /* 1 to 63 tell themselves apart */
	AREA_COIL = 1,        /* areas go by the function that reads them */
	AREA_DISCRETE = 2,
	AREA_HOLDING = 3,
	AREA_INPUT = 4
};

/* Without the request: the lowest 32 bits are 0. */
static inline uint64_t addressed_long(unsigned unit, unsigned area, unsigned at)
{
	return (uint64_t)unit << 56 | (uint64_t)area << 48 | (uint64_t)at << 32;
}

/* Without the request: the lowest 3 bits are 0. */
static inline uint16_t addressed_short(unsigned unit, unsigned area, unsigned at)
{
	return (uint16_t)((unit & 63) << 10 | (area == AREA_INPUT ? 512u : 0u) |
			  (at / ADDRESSED_GROUP & 1) << 8 | (at & 31) << 3);
}

static inline uint16_t addressed_word(unsigned unit, unsigned area, unsigned at,
				      uint32_t request)
{
	if (at % ADDRESSED_GROUP >= 4 * ADDRESSED_LONGS)
		return (uint16_t)(addressed_short(unit, area, at) |
				  (request & ADDRESSED_TURN));
	uint64_t whole = addressed_long(unit, area, at & ~3u) | request;
	return (uint16_t)(whole >> 16 * (3 - at % 4));
}

/* One bit cannot say much; sixteen in a row can. */
static inline bool addressed_bit(unsigned unit, unsigned area, unsigned at)
{
	uint32_t mixed = (unit * 8 + area) * 65536 + at;

	mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6Du;
	mixed = (mixed ^ mixed >> 12) * 0x297A2D39u;
	return mixed >> 15 & 1;
}

#endif
