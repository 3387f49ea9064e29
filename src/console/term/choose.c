/* choose.c - tables of terminal names, and the rules that read them. */
#include "console/term/choose.h"

#include <stddef.h>
#include <string.h>

/* Names that begin with one of the prefixes; NULL ends them. */
static bool starts_with(const char *name, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (strncmp(name, *prefixes, strlen(*prefixes)) == 0)
			return true;
	return false;
}

bool choose_knows_frames(const char *name)
{
	static const char *const known[] = { "xterm",     "tmux",        "foot", "kitty",
					     "alacritty", "ms-terminal", NULL };

	return starts_with(name, known);
}

bool choose_takes_attributes_back(const char *name)
{
	static const char *const known[] = { "linux", "putty", "screen", "rxvt", NULL };

	return choose_knows_frames(name) || starts_with(name, known);
}

/* Real ones on serial lines, and what calls itself so: no UTF-8 there, whatever the
 * locale says. */
bool choose_is_serial(const char *name)
{
	static const char *const serial[] = { "vt1", "vt2", "vt3", "vt4", "vt5", NULL };

	return starts_with(name, serial) && strcmp(name, "vt52") != 0;
}

enum glyph_tier choose_glyphs(const struct term_facts *f, int asked)
{
	static const char *const console[] = { "linux", "con", NULL };
	static const char *const poor[] = { "vt52", "dumb", "ansi", NULL };

	if (asked >= 0)
		return (enum glyph_tier)asked;
	if (choose_is_serial(f->name))
		return GLYPHS_VT100;
	if (!f->is_utf8 || starts_with(f->name, poor))
		return GLYPHS_ASCII;
	return starts_with(f->name, console) ? GLYPHS_CONSOLE : GLYPHS_FULL;
}

bool choose_dec(const struct term_facts *f, enum glyph_tier tier)
{
	return tier == GLYPHS_VT100 && (choose_is_serial(f->name) || !f->is_utf8);
}

bool choose_direct(const struct term_facts *f)
{
	return f->colours > 256;
}

/* The best the terminal has. rgb where colours are given directly; else only on demand,
 * by our own writing (squeeze.h): 256 says the same in fewer bytes. */
static enum theme_depth best_depth(const struct term_facts *f, bool rgb_asked)
{
	if (choose_direct(f) ||
	    (rgb_asked && f->colours == 256 && choose_takes_attributes_back(f->name)))
		return THEME_RGB;
	return f->colours >= 256  ? THEME_256
	       : f->colours >= 16 ? THEME_16
	       : f->colours >= 8  ? THEME_8
				  : THEME_MONO;
}

enum theme_depth choose_depth(const struct term_facts *f, int asked)
{
	enum theme_depth best = best_depth(f, asked == THEME_RGB);

	if (asked < 0)
		return f->no_color ? THEME_MONO : best;
	if (choose_direct(f) && asked > THEME_8)
		return THEME_RGB; /* its palette is eight colours and all others */
	return (int)best < asked ? best : (enum theme_depth)asked;
}
