/* glyph.c - the glyph table: one row a character that may stand in a picture, with its
 * stand-in on an ASCII terminal. */
#include "screen/glyph.h"

#include <string.h>

#include "screen/grid.h"
#include "util/utf8.h"

struct glyph_row {
	uint32_t first, last; /* code points that share a stand-in */
	char ascii;
	bool line;
};

/* Sorted. Latin, Greek and Cyrillic letters of labels are added below the signs that
 * need a stand-in of their own. */
static const struct glyph_row table[] = {
	{ 0x00B0, 0x00B0, 'o', false }, /* degree */
	{ 0x00B1, 0x00B1, '~', false }, /* plus-minus */
	{ 0x00B2, 0x00B2, '2', false },
	{ 0x00B3, 0x00B3, '3', false },
	{ 0x00B5, 0x00B5, 'u', false }, /* micro */
	{ 0x00B7, 0x00B7, '.', false },
	{ 0x00B9, 0x00B9, '1', false },
	{ 0x00D7, 0x00D7, 'x', false },
	{ 0x0394, 0x0394, 'd', false }, /* Delta */
	{ 0x03A9, 0x03A9, 'O', false }, /* Omega */
	{ 0x03BC, 0x03BC, 'u', false }, /* mu */
	{ 0x2013, 0x2014, '-', false },
	{ 0x2026, 0x2026, '.', false },
	{ 0x2030, 0x2030, '%', false },
	{ 0x2080, 0x2080, '0', false }, /* subscripts of formulas */
	{ 0x2081, 0x2081, '1', false },
	{ 0x2082, 0x2082, '2', false },
	{ 0x2083, 0x2083, '3', false },
	{ 0x2084, 0x2084, '4', false },
	{ 0x2190, 0x2190, '<', true },
	{ 0x2191, 0x2191, '^', true },
	{ 0x2192, 0x2192, '>', true },
	{ 0x2193, 0x2193, 'v', true },
	{ 0x2500, 0x2501, '-', true },
	{ 0x2502, 0x2503, '|', true },
	{ 0x2504, 0x2505, '-', true },
	{ 0x2506, 0x2507, '|', true },
	{ 0x2508, 0x2509, '-', true },
	{ 0x250A, 0x250B, '|', true },
	{ 0x250C, 0x254B, '+', true },
	{ 0x254C, 0x254D, '-', true },
	{ 0x254E, 0x254F, '|', true },
	{ 0x2550, 0x2550, '=', true },
	{ 0x2551, 0x2551, '|', true },
	{ 0x2552, 0x256C, '+', true },
	{ 0x256D, 0x256E, '.', true }, /* rounded corners */
	{ 0x256F, 0x2570, '\'', true },
	{ 0x2571, 0x2571, '/', true },
	{ 0x2572, 0x2572, '\\', true },
	{ 0x2573, 0x2573, 'X', true },
	{ 0x2574, 0x2574, '-', true },
	{ 0x2575, 0x2575, '|', true },
	{ 0x2576, 0x2576, '-', true },
	{ 0x2577, 0x2577, '|', true },
	{ 0x2578, 0x2578, '-', true },
	{ 0x2579, 0x2579, '|', true },
	{ 0x257A, 0x257A, '-', true },
	{ 0x257B, 0x257B, '|', true },
	{ 0x257C, 0x257C, '-', true },
	{ 0x257D, 0x257D, '|', true },
	{ 0x257E, 0x257E, '-', true },
	{ 0x257F, 0x257F, '|', true },
	{ 0x2580, 0x2580, '"', true },
	{ 0x2581, 0x2583, '_', true },
	{ 0x2584, 0x2586, '=', true },
	{ 0x2587, 0x258A, '#', true },
	{ 0x258B, 0x258D, '=', true },
	{ 0x258E, 0x258F, ' ', true },
	{ 0x2590, 0x2590, '|', true },
	{ 0x2591, 0x2591, '.', true },
	{ 0x2592, 0x2592, ':', true },
	{ 0x2593, 0x2593, '#', true },
	{ 0x2594, 0x2594, '"', true },
	{ 0x2595, 0x2595, '|', true },
	{ 0x25A0, 0x25A0, '#', false },
	{ 0x25A1, 0x25A1, 'n', false },
	{ 0x25AA, 0x25AA, '#', false },
	{ 0x25B2, 0x25B2, '^', true },
	{ 0x25B3, 0x25B3, '^', true },
	{ 0x25B6, 0x25B6, '>', true },
	{ 0x25B7, 0x25B7, '>', true },
	{ 0x25BC, 0x25BC, 'v', true },
	{ 0x25BD, 0x25BD, '~', true },
	{ 0x25C0, 0x25C0, '<', true },
	{ 0x25C1, 0x25C1, '<', true },
	{ 0x25C6, 0x25C6, '*', false },
	{ 0x25C7, 0x25C7, 'd', false }, /* diagnostic */
	{ 0x25CB, 0x25CB, 'o', false },
	{ 0x25CF, 0x25CF, 'o', false }, /* running is also a word, low also a digit */
	{ 0x25D0, 0x25D1, '*', false },
};

enum { TABLE_SIZE = sizeof(table) / sizeof(table[0]) };

static const struct glyph_row *find(uint32_t cp)
{
	size_t lo = 0, hi = TABLE_SIZE;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (cp > table[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < TABLE_SIZE && cp >= table[lo].first ? &table[lo] : NULL;
}

/* Letters for labels in the language of the plant; ASCII has no stand-in for them. */
static bool is_letter(uint32_t cp)
{
	return (cp >= 0xC0 && cp <= 0x24F && cp != 0xD7 && cp != 0xF7) ||
	       (cp >= 0x386 && cp <= 0x481) || (cp >= 0x48A && cp <= 0x52F);
}

uint32_t glyph_alarm(int priority)
{
	static const uint32_t shape[] = { GLYPH_ALARM_CRITICAL, GLYPH_ALARM_HIGH,
					  GLYPH_ALARM_MEDIUM, GLYPH_ALARM_LOW,
					  GLYPH_ALARM_DIAGNOSTIC };

	return priority >= 1 && priority <= GLYPH_PRIORITIES ? shape[priority - 1] : '!';
}

uint32_t glyph_in_tier(uint32_t cp, enum glyph_tier tier)
{
	const struct glyph_row *row;

	if (tier == GLYPHS_FULL || cp < 0x7F)
		return cp;
	row = find(cp);
	return row ? (uint32_t)(unsigned char)row->ascii : '?';
}

bool glyph_known(uint32_t cp)
{
	return (cp >= 0x20 && cp < 0x7F) || find(cp) ||
	       (is_letter(cp) && utf8_width(cp) == 1);
}

bool glyph_is_line(uint32_t cp)
{
	const struct glyph_row *row = find(cp);

	return row && row->line;
}

void glyph_to_tier(struct grid *g, enum glyph_tier tier)
{
	size_t n = (size_t)g->cols * (size_t)g->rows;

	if (tier == GLYPHS_FULL)
		return;
	for (size_t i = 0; i < n; i++) /* the right half of a wide one turns blank */
		g->cells[i].cp =
			g->cells[i].cp ? glyph_in_tier(g->cells[i].cp, tier) : ' ';
}

static const char *const tier_names[GLYPHS_TIER_COUNT] = { "full", "ascii" };

bool glyph_tier_parse(const char *name, enum glyph_tier *out)
{
	for (int i = 0; i < GLYPHS_TIER_COUNT; i++) {
		if (strcmp(name, tier_names[i]) == 0) {
			*out = (enum glyph_tier)i;
			return true;
		}
	}
	return false;
}
