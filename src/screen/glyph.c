/* glyph.c - the glyph table: one row a character that may be drawn, with its stand-in on
 * each poorer kind of terminal. */
#include "screen/glyph.h"

#include <string.h>

#include "screen/grid.h"
#include "util/utf8.h"

enum row_kind {
	SIGN, /* stands in text */
	LINE, /* lines, arrows and blocks: drawn in the role of pipes */
	PLOT  /* only our own plots draw with it, no author */
};

/* What each tier has instead, from the console on; 0 = the glyph itself. The console's
 * column was read from Debian's fonts Lat15-*16 and Uni2-*16 (console-setup-linux): both
 * draw every weight of line alike, and have no part of a block. */
struct glyph_row {
	uint32_t first, last; /* code points that share their stand-ins */
	uint16_t instead[GLYPHS_TIER_COUNT - GLYPHS_CONSOLE];
	enum row_kind kind;
};

/* Sorted. Latin, Greek and Cyrillic letters of labels are added below the signs that
 * need a stand-in of their own; braille is worked out (braille_in_tier). */
static const struct glyph_row table[] = {
	/* console, vt100, ascii */
	{ 0x00B0, 0x00B0, { 0, 0, 'o' }, SIGN }, /* degree */
	{ 0x00B1, 0x00B1, { 0, 0, '~' }, SIGN }, /* plus-minus */
	{ 0x00B2, 0x00B2, { 0, '2', '2' }, SIGN },
	{ 0x00B3, 0x00B3, { 0, '3', '3' }, SIGN },
	{ 0x00B5, 0x00B5, { 0, 'u', 'u' }, SIGN }, /* micro */
	{ 0x00B7, 0x00B7, { 0, 0, '.' }, SIGN },
	{ 0x00B9, 0x00B9, { 0, '1', '1' }, SIGN },
	{ 0x00D7, 0x00D7, { 0, 'x', 'x' }, SIGN },
	{ 0x0394, 0x0394, { 'd', 'd', 'd' }, SIGN }, /* Delta */
	{ 0x03A9, 0x03A9, { 'O', 'O', 'O' }, SIGN }, /* Omega */
	{ 0x03BC, 0x03BC, { 0, 'u', 'u' }, SIGN },   /* mu */
	{ 0x2013, 0x2014, { 0, '-', '-' }, SIGN },
	{ 0x2026, 0x2026, { 0, '.', '.' }, SIGN },
	{ 0x2030, 0x2030, { 0, '%', '%' }, SIGN },
	{ 0x2080, 0x2080, { '0', '0', '0' }, SIGN }, /* subscripts of formulas */
	{ 0x2081, 0x2081, { '1', '1', '1' }, SIGN },
	{ 0x2082, 0x2082, { '2', '2', '2' }, SIGN },
	{ 0x2083, 0x2083, { '3', '3', '3' }, SIGN },
	{ 0x2084, 0x2084, { '4', '4', '4' }, SIGN },
	{ 0x2190, 0x2190, { 0, '<', '<' }, LINE },
	{ 0x2191, 0x2191, { 0, '^', '^' }, LINE },
	{ 0x2192, 0x2192, { 0, '>', '>' }, LINE },
	{ 0x2193, 0x2193, { 0, 'v', 'v' }, LINE },
	{ 0x23BA, 0x23BA, { 0x00AF, 0, '"' }, PLOT }, /* scan lines 1, 3, 7, 9 */
	{ 0x23BB, 0x23BB, { 0x2500, 0, '-' }, PLOT },
	{ 0x23BC, 0x23BC, { 0x2500, 0, '-' }, PLOT },
	{ 0x23BD, 0x23BD, { '_', 0, '_' }, PLOT },
	{ 0x2500, 0x2500, { 0, 0, '-' }, LINE },
	{ 0x2501, 0x2501, { 0, 0x2500, '-' }, LINE },
	{ 0x2502, 0x2502, { 0, 0, '|' }, LINE },
	{ 0x2503, 0x2503, { 0, 0x2502, '|' }, LINE },
	{ 0x2504, 0x2505, { 0, 0x2500, '-' }, LINE },
	{ 0x2506, 0x2507, { 0, 0x2502, '|' }, LINE },
	{ 0x2508, 0x2509, { 0, 0x2500, '-' }, LINE },
	{ 0x250A, 0x250B, { 0, 0x2502, '|' }, LINE },
	{ 0x250C, 0x250C, { 0, 0, '+' }, LINE },
	{ 0x250D, 0x250F, { 0, 0x250C, '+' }, LINE },
	{ 0x2510, 0x2510, { 0, 0, '+' }, LINE },
	{ 0x2511, 0x2513, { 0, 0x2510, '+' }, LINE },
	{ 0x2514, 0x2514, { 0, 0, '+' }, LINE },
	{ 0x2515, 0x2517, { 0, 0x2514, '+' }, LINE },
	{ 0x2518, 0x2518, { 0, 0, '+' }, LINE },
	{ 0x2519, 0x251B, { 0, 0x2518, '+' }, LINE },
	{ 0x251C, 0x251C, { 0, 0, '+' }, LINE },
	{ 0x251D, 0x2523, { 0, 0x251C, '+' }, LINE },
	{ 0x2524, 0x2524, { 0, 0, '+' }, LINE },
	{ 0x2525, 0x252B, { 0, 0x2524, '+' }, LINE },
	{ 0x252C, 0x252C, { 0, 0, '+' }, LINE },
	{ 0x252D, 0x2533, { 0, 0x252C, '+' }, LINE },
	{ 0x2534, 0x2534, { 0, 0, '+' }, LINE },
	{ 0x2535, 0x253B, { 0, 0x2534, '+' }, LINE },
	{ 0x253C, 0x253C, { 0, 0, '+' }, LINE },
	{ 0x253D, 0x254B, { 0, 0x253C, '+' }, LINE },
	{ 0x254C, 0x254D, { 0, 0x2500, '-' }, LINE },
	{ 0x254E, 0x254F, { 0, 0x2502, '|' }, LINE },
	/* drawn like 0x2500 on the console */
	{ 0x2550, 0x2550, { '=', '=', '=' }, LINE },
	{ 0x2551, 0x2551, { 0, 0x2502, '|' }, LINE },
	{ 0x2552, 0x2554, { 0, 0x250C, '+' }, LINE },
	{ 0x2555, 0x2557, { 0, 0x2510, '+' }, LINE },
	{ 0x2558, 0x255A, { 0, 0x2514, '+' }, LINE },
	{ 0x255B, 0x255D, { 0, 0x2518, '+' }, LINE },
	{ 0x255E, 0x2560, { 0, 0x251C, '+' }, LINE },
	{ 0x2561, 0x2563, { 0, 0x2524, '+' }, LINE },
	{ 0x2564, 0x2566, { 0, 0x252C, '+' }, LINE },
	{ 0x2567, 0x2569, { 0, 0x2534, '+' }, LINE },
	{ 0x256A, 0x256C, { 0, 0x253C, '+' }, LINE },
	{ 0x256D, 0x256D, { 0, 0x250C, '.' }, LINE }, /* rounded corners */
	{ 0x256E, 0x256E, { 0, 0x2510, '.' }, LINE },
	{ 0x256F, 0x256F, { 0, 0x2518, '\'' }, LINE },
	{ 0x2570, 0x2570, { 0, 0x2514, '\'' }, LINE },
	{ 0x2571, 0x2571, { '/', '/', '/' }, LINE },
	{ 0x2572, 0x2572, { '\\', '\\', '\\' }, LINE },
	{ 0x2573, 0x2573, { 'X', 'X', 'X' }, LINE },
	{ 0x2574, 0x2574, { 0, 0x2500, '-' }, LINE },
	{ 0x2575, 0x2575, { 0, 0x2502, '|' }, LINE },
	{ 0x2576, 0x2576, { 0, 0x2500, '-' }, LINE },
	{ 0x2577, 0x2577, { 0, 0x2502, '|' }, LINE },
	{ 0x2578, 0x2578, { 0, 0x2500, '-' }, LINE },
	{ 0x2579, 0x2579, { 0, 0x2502, '|' }, LINE },
	{ 0x257A, 0x257A, { 0, 0x2500, '-' }, LINE },
	{ 0x257B, 0x257B, { 0, 0x2502, '|' }, LINE },
	{ 0x257C, 0x257C, { 0, 0x2500, '-' }, LINE },
	{ 0x257D, 0x257D, { 0, 0x2502, '|' }, LINE },
	{ 0x257E, 0x257E, { 0, 0x2500, '-' }, LINE },
	{ 0x257F, 0x257F, { 0, 0x2502, '|' }, LINE },
	{ 0x2580, 0x2580, { 0x00AF, '"', '"' }, LINE }, /* parts of a block */
	{ 0x2581, 0x2583, { '_', '_', '_' }, LINE },
	{ 0x2584, 0x2586, { 0x2592, '=', '=' }, LINE },
	{ 0x2587, 0x2587, { 0x2588, '#', '#' }, LINE },
	{ 0x2588, 0x2588, { 0, '#', '#' }, LINE },
	{ 0x2589, 0x258A, { 0x2588, '#', '#' }, LINE },
	{ 0x258B, 0x258D, { 0x2592, '=', '=' }, LINE },
	{ 0x258E, 0x258F, { ' ', ' ', ' ' }, LINE },
	{ 0x2590, 0x2590, { 0x2502, 0x2502, '|' }, LINE },
	{ 0x2591, 0x2591, { 0, '.', '.' }, LINE },
	{ 0x2592, 0x2592, { 0, 0, ':' }, LINE },
	{ 0x2593, 0x2593, { 0x2592, 0x2592, '#' }, LINE },
	{ 0x2594, 0x2594, { 0x00AF, 0x23BA, '"' }, LINE },
	{ 0x2595, 0x2595, { 0x2502, 0x2502, '|' }, LINE },
	{ 0x2596, 0x2597, { '_', '.', '.' }, LINE }, /* quadrants */
	{ 0x2598, 0x2598, { 0x00AF, '\'', '\'' }, LINE },
	{ 0x2599, 0x2599, { 0x2588, '#', '#' }, LINE },
	{ 0x259A, 0x259A, { 0x2592, '\\', '\\' }, LINE },
	{ 0x259B, 0x259C, { 0x2588, '#', '#' }, LINE },
	{ 0x259D, 0x259D, { 0x00AF, '\'', '\'' }, LINE },
	{ 0x259E, 0x259E, { 0x2592, '/', '/' }, LINE },
	{ 0x259F, 0x259F, { 0x2588, '#', '#' }, LINE },
	{ 0x25A0, 0x25A0, { 0, '#', '#' }, SIGN },
	{ 0x25A1, 0x25A1, { 'n', 'n', 'n' }, SIGN },
	{ 0x25AA, 0x25AA, { 0x25A0, '#', '#' }, SIGN },
	{ 0x25B2, 0x25B2, { 0, '^', '^' }, LINE },
	{ 0x25B3, 0x25B3, { '^', '^', '^' }, LINE },
	{ 0x25B6, 0x25B6, { 0, '>', '>' }, LINE },
	{ 0x25B7, 0x25B7, { '>', '>', '>' }, LINE },
	{ 0x25BC, 0x25BC, { 0, 'v', 'v' }, LINE },
	{ 0x25BD, 0x25BD, { '~', '~', '~' }, LINE },
	{ 0x25C0, 0x25C0, { 0, '<', '<' }, LINE },
	{ 0x25C1, 0x25C1, { '<', '<', '<' }, LINE },
	{ 0x25C6, 0x25C6, { '*', 0, '*' }, SIGN },
	{ 0x25C7, 0x25C7, { 'd', 'd', 'd' }, SIGN }, /* diagnostic */
	{ 0x25CB, 0x25CB, { 'o', '-', '-' }, SIGN },
	/* running is also a word, low also a digit */
	{ 0x25CF, 0x25CF, { 0, 'o', 'o' }, SIGN },
	{ 0x25D0, 0x25D1, { '*', '*', '*' }, SIGN },
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

/* A letter without its marks, as people spell it where they have none: U+00C0 to
 * U+017F. Other alphabets have no such thing. */
static uint32_t bare_letter(uint32_t cp)
{
	static const char bare[] =
		"AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTsaaaaaaaceeeeiiiidnooooo/ouuuuyty"
		"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLl"
		"NnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

	_Static_assert(sizeof(bare) - 1 == 0x180 - 0xC0, "a letter for each");
	return cp >= 0xC0 && cp < 0x180 ? (unsigned char)bare[cp - 0xC0] : '?';
}

uint32_t glyph_alarm(int priority)
{
	static const uint32_t shape[] = { GLYPH_ALARM_CRITICAL, GLYPH_ALARM_HIGH,
					  GLYPH_ALARM_MEDIUM, GLYPH_ALARM_LOW,
					  GLYPH_ALARM_DIAGNOSTIC };

	return priority >= 1 && priority <= GLYPH_PRIORITIES ? shape[priority - 1] : '!';
}

/* --- braille --------------------------------------------------------------------- */

enum { BRAILLE_FIRST = 0x2800, BRAILLE_LAST = 0x28FF, BRAILLE_ROWS = 4 };

static uint32_t quadrant_of(uint32_t dots)
{
	static const uint16_t quadrants[16] = { ' ',    0x2598, 0x259D, 0x2580,
						0x2596, 0x258C, 0x259E, 0x259B,
						0x2597, 0x259A, 0x2590, 0x259C,
						0x2584, 0x2599, 0x259F, 0x2588 };
	unsigned at = (dots & 0x03 ? 1u : 0) | (dots & 0x18 ? 2u : 0) |
		      (dots & 0x44 ? 4u : 0) | (dots & 0xA0 ? 8u : 0);

	return quadrants[at];
}

/* A thin line at the height of the dots, upright when they fill the cell. */
static uint32_t stroke_of(uint32_t dots, enum glyph_tier tier)
{
	static const uint8_t row_dots[BRAILLE_ROWS] = { 0x09, 0x12, 0x24, 0xC0 };
	static const struct {
		uint16_t upright,
			at[2 * BRAILLE_ROWS - 1]; /* from the top, in half rows */
	} strokes[GLYPHS_TIER_COUNT] = {
		[GLYPHS_CONSOLE] = { 0x2502,
				     { 0xAF, 0xAF, 0x2500, 0x2500, 0x2500, '_', '_' } },
		[GLYPHS_VT100] = { 0x2502,
				   { 0x23BA, 0x23BB, 0x23BB, 0x2500, 0x23BC, 0x23BC,
				     0x23BD } },
		[GLYPHS_ASCII] = { '|', { '"', '"', '-', '-', '-', '_', '_' } },
	};
	int top = 0, low = BRAILLE_ROWS - 1;

	if (!dots)
		return ' ';
	while (!(dots & row_dots[top]))
		top++;
	while (!(dots & row_dots[low]))
		low--;
	return low - top > 1 ? strokes[tier].upright : strokes[tier].at[top + low];
}

static uint32_t braille_in_tier(uint32_t cp, enum glyph_tier tier)
{
	return tier == GLYPHS_BLOCKS ? quadrant_of(cp - BRAILLE_FIRST)
				     : stroke_of(cp - BRAILLE_FIRST, tier);
}

/* --- tiers ------------------------------------------------------------------------ */

uint32_t glyph_in_tier(uint32_t cp, enum glyph_tier tier)
{
	const struct glyph_row *row;
	uint32_t instead;

	if (tier == GLYPHS_FULL || cp < 0x7F)
		return cp;
	if (cp >= BRAILLE_FIRST && cp <= BRAILLE_LAST)
		return braille_in_tier(cp, tier);
	row = find(cp);
	if (!row) /* letters: a console of that language has them */
		return tier < GLYPHS_VT100 ? cp : bare_letter(cp);
	if (tier < GLYPHS_CONSOLE)
		return cp;
	instead = row->instead[tier - GLYPHS_CONSOLE];
	return instead ? instead : cp;
}

bool glyph_known(uint32_t cp)
{
	const struct glyph_row *row = find(cp);

	return (cp >= 0x20 && cp < 0x7F) || (row && row->kind != PLOT) ||
	       (is_letter(cp) && utf8_width(cp) == 1);
}

bool glyph_is_line(uint32_t cp)
{
	const struct glyph_row *row = find(cp);

	return row && row->kind == LINE;
}

char glyph_dec(uint32_t cp)
{
	static const struct {
		uint16_t cp;
		char name;
	} set[] = {
		{ 0x00B0, 'f' }, { 0x00B1, 'g' }, { 0x00B7, '~' }, { 0x23BA, 'o' },
		{ 0x23BB, 'p' }, { 0x23BC, 'r' }, { 0x23BD, 's' }, { 0x2500, 'q' },
		{ 0x2502, 'x' }, { 0x250C, 'l' }, { 0x2510, 'k' }, { 0x2514, 'm' },
		{ 0x2518, 'j' }, { 0x251C, 't' }, { 0x2524, 'u' }, { 0x252C, 'w' },
		{ 0x2534, 'v' }, { 0x253C, 'n' }, { 0x2592, 'a' }, { 0x25C6, '`' },
	};

	for (size_t i = 0; i < sizeof(set) / sizeof(set[0]); i++)
		if (set[i].cp == cp)
			return set[i].name;
	return 0;
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

static const char *const tier_names[GLYPHS_TIER_COUNT] = { "full", "blocks", "console",
							   "vt100", "ascii" };

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

const char *glyph_tier_name(enum glyph_tier tier)
{
	return (unsigned)tier < GLYPHS_TIER_COUNT ? tier_names[tier] : "?";
}
