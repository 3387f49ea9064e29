/* lines.c - the ways of the box-drawing block, a hexadecimal digit a glyph. */
#include "screen/lines.h"

/* U+2500 .. U+257F: 1 up, 2 right, 4 down, 8 left; diagonals lead nowhere. */
static const char ways[] = "AA55AA55AA556666"
			   "CCCC333399997777"
			   "7777DDDDDDDDEEEE"
			   "EEEEBBBBBBBBFFFF"
			   "FFFFFFFFFFFFAA55"
			   "A5666CCC33399977"
			   "7DDDEEEBBBFFF6C9"
			   "300081248124A5A5";

unsigned line_ways(uint32_t cp)
{
	if (cp >= 0x2500 && cp <= 0x257F) {
		char digit = ways[cp - 0x2500];

		return (unsigned)(digit <= '9' ? digit - '0' : digit - 'A' + 10);
	}
	return cp == '-' || cp == '=' ? LINE_LEFT | LINE_RIGHT
	       : cp == '|'            ? LINE_UP | LINE_DOWN
	       : cp == '+'            ? LINE_UP | LINE_DOWN | LINE_LEFT | LINE_RIGHT
				      : 0;
}

static bool is_double(uint32_t cp)
{
	return cp >= 0x2550 && cp <= 0x256C;
}

/* Blocks and shades fill areas. */
static bool is_pattern(uint32_t cp)
{
	return cp >= 0x2580 && cp <= 0x2595;
}

/* The straight line of one of two glyphs, or the one that fits their corners. */
static uint32_t straight(uint32_t a, uint32_t b, unsigned along, uint32_t light,
			 uint32_t twice)
{
	if (line_ways(a) == along)
		return a;
	if (line_ways(b) == along)
		return b;
	if (a < 0x80 && b < 0x80) /* drawn with + and blanks */
		return along & LINE_LEFT ? '-' : '|';
	return is_double(a) || is_double(b) ? twice : light;
}

uint32_t line_between(uint32_t left, uint32_t right)
{
	if (line_ways(left) & LINE_RIGHT || line_ways(right) & LINE_LEFT)
		return straight(left, right, LINE_LEFT | LINE_RIGHT, 0x2500, 0x2550);
	return is_pattern(left) ? left : ' ';
}

uint32_t line_below(uint32_t upper, uint32_t lower)
{
	if (line_ways(upper) & LINE_DOWN || line_ways(lower) & LINE_UP)
		return straight(upper, lower, LINE_UP | LINE_DOWN, 0x2502, 0x2551);
	return is_pattern(upper) ? upper : ' ';
}
