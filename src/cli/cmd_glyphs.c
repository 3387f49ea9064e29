/* cmd_glyphs.c - `sightglass glyphs`: a page to look at. What a terminal can draw depends
 * on its font, which nobody can be asked for but the person in front of it. */
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "console/term/env.h"
#include "console/term/facts.h"
#include "screen/glyph.h"
#include "screen/grid.h"
#include "screen/theme.h"
#include "util/strbuf.h"

extern const struct cli_command cmd_glyphs;

/* dec: letters of the line drawing set. */
static const struct {
	enum glyph_tier tier;
	bool dec;
	const char *sample, *ask;
} samples[] = {
	{ GLYPHS_FULL, false, "⠁⠃⠇⡇⡏⡟⡿⣿  ⠉⠒⠤⣀",
	  "1 to 8 dots, two wide and four high, then a falling line?" },
	{ GLYPHS_BLOCKS, false, "▘▝▗▖  ▁▂▃▄▅▆▇█  █▉▊▋▌▍▎▏",
	  "four quarters, stairs that rise, a bar that gets narrow?" },
	{ GLYPHS_CONSOLE, false, "▲▼▶  ■●  ░▒█  ┌─┬─┐",
	  "three arrows, a square, a disc, three shades, joined lines?" },
	{ GLYPHS_VT100, true, "lqwqk `a",
	  "joined lines, a diamond, a shade, no letters?" },
	{ GLYPHS_ASCII, false, "# ^ v o d  +-+-+", "this always works" },
};

static void print_facts(const struct term_facts *f)
{
	enum glyph_tier tier = choose_glyphs(f, CHOOSE_BY_TERM);

	printf("TERM is %s, the locale %s UTF-8: a console takes the %s glyphs and %s "
	       "colours.\n\n",
	       f->name, f->is_utf8 ? "has" : "has no", glyph_tier_name(tier),
	       theme_depth_name(choose_depth(f, CHOOSE_BY_TERM)));
}

static void print_samples(bool is_utf8)
{
	puts("Take the first of these that shows what its question says, whole and "
	     "without"
	     "\nempty boxes, and name it: sightglass --glyphs NAME.\n");
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		if (!is_utf8 && samples[i].tier < GLYPHS_VT100)
			continue;
		printf(samples[i].dec ? "  %-8s  \033(0%s\033(B\n" : "  %-8s  %s\n",
		       glyph_tier_name(samples[i].tier), samples[i].sample);
		printf("            %s\n\n", samples[i].ask);
	}
}

/* One row: the five priorities, unacknowledged and acknowledged, and what is calm. */
static void paint_roles(const struct canvas *c)
{
	int col = 0;

	for (int p = 1; p <= GLYPH_PRIORITIES; p++) {
		int role = ROLE_ALARM_CRITICAL_UNACK + p - 1;

		canvas_put(c, col, 0, glyph_alarm(p), (enum role)role);
		canvas_put(c, col + 1, 0, (uint32_t)('0' + p), (enum role)role);
		role += ROLE_ALARM_CRITICAL - ROLE_ALARM_CRITICAL_UNACK;
		canvas_put(c, col + 3, 0, glyph_alarm(p), (enum role)role);
		canvas_put(c, col + 4, 0, (uint32_t)('0' + p), (enum role)role);
		col += 6;
	}
	col += canvas_text(c, col, 0, "12.5", ROLE_VALUE) + 1;
	col += canvas_text(c, col, 0, "m3/h", ROLE_UNIT) + 1;
	col += canvas_text(c, col, 0, "14.0", ROLE_SETPOINT) + 1;
	col += canvas_text(c, col, 0, "~9.8", ROLE_STALE) + 1;
	canvas_text(c, col, 0, "####", ROLE_BAD);
}

static void print_colours(enum glyph_tier tier)
{
	struct strbuf line = STRBUF_INIT;
	struct canvas c;
	struct grid g;

	puts("Colours, the alarms by priority, unacknowledged and acknowledged; take the "
	     "last"
	     "\nwhose signs differ and can be read: sightglass --color NAME.\n");
	grid_init(&g, 56, 1);
	c = grid_canvas(&g);
	for (int d = 0; d < THEME_DEPTH_COUNT; d++) {
		grid_clear(&g, ROLE_LABEL);
		paint_roles(&c);
		glyph_to_tier(&g, tier);
		strbuf_clear(&line);
		theme_grid_ansi(&g, theme_dark(), (enum theme_depth)d, &line);
		printf("  %-8s  %s", theme_depth_name((enum theme_depth)d), line.buf);
	}
	grid_release(&g);
	strbuf_release(&line);
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	struct strbuf why = STRBUF_INIT;
	struct term_facts f;
	enum glyph_tier tier;
	int code = cli_args_parse(&cmd_glyphs, argc, argv, 0, 0, &a);

	if (code >= 0)
		return code;
	if (!term_env_scrub(&why) || !facts_read(&f, &why)) {
		fprintf(stderr, "sightglass: %s\n", why.buf);
		strbuf_release(&why);
		return CLI_FAILED;
	}
	tier = choose_glyphs(&f, CHOOSE_BY_TERM);
	print_facts(&f);
	print_samples(f.is_utf8);
	/* the DEC set would have to be switched to, sign by sign */
	print_colours(tier == GLYPHS_VT100 ? GLYPHS_ASCII : tier);
	strbuf_release(&why);
	return CLI_OK;
}

const struct cli_command cmd_glyphs = {
	.name = "glyphs",
	.args = "",
	.help = "show what this terminal can draw, to choose --glyphs and --color",
	.run = run,
};
