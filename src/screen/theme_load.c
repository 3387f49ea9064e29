/* theme_load.c - reads looks such as "16 on 220 bold", and fills in what is not said. */
#include "screen/theme_load.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/theme_judge.h"
#include "util/diag.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char *const group_names[THEME_DEPTH_COUNT] = { "mono", "colours8",
							    "colours16", "colours256",
							    "rgb" };

static const struct cfg_row theme_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what --theme calls it" },
	{ .name = "default",
	  .kind = CFG_K_BOOL,
	  .help = "for consoles that ask for none" },
	{ .name = "mono", .kind = CFG_K_GROUP, .help = "without colour" },
	{ .name = "colours8", .kind = CFG_K_GROUP, .help = "black .. white, 0 .. 7" },
	{ .name = "colours16",
	  .kind = CFG_K_GROUP,
	  .help = "and bright-black .. bright-white, 8 .. 15" },
	{ .name = "colours256", .kind = CFG_K_GROUP, .help = "0 .. 255" },
	{ .name = "rgb", .kind = CFG_K_GROUP, .help = "#rrggbb" },
	{ 0 },
};

static const char *const basic_colours[] = { "black", "red",     "green", "yellow",
					     "blue",  "magenta", "cyan",  "white" };

enum { WORDS_MAX = 8, BASIC = 8 };

struct reading {
	struct theme *out;
	struct theme_places *at;
	struct diag_list *diags;
	enum theme_depth depth;
	int32_t ground; /* of this depth */
	bool said[ROLE_COUNT + 1];
};

/* --- a colour ---------------------------------------------------------------------- */

static bool basic_colour(const char *word, bool with_bright, int32_t *out)
{
	bool bright = with_bright && strncmp(word, "bright-", 7) == 0;

	for (int i = 0; i < BASIC; i++) {
		if (strcmp(word + (bright ? 7 : 0), basic_colours[i]) != 0)
			continue;
		*out = i + (bright ? BASIC : 0);
		return true;
	}
	return false;
}

static bool rgb_colour(const char *word, int32_t *out)
{
	if (word[0] != '#' || strlen(word) != 7 ||
	    strspn(word + 1, "0123456789abcdefABCDEF") != 6)
		return false;
	*out = (int32_t)strtol(word + 1, NULL, 16);
	return true;
}

static bool colour_of(const struct reading *r, const char *word, int32_t *out)
{
	static const int colours[THEME_DEPTH_COUNT] = { 0, 8, 16, 256, 0 };
	int64_t n;

	if (strcmp(word, "ground") == 0) {
		*out = r->ground;
		return true;
	}
	if (r->depth == THEME_RGB)
		return rgb_colour(word, out);
	if (r->depth < THEME_256 && basic_colour(word, r->depth == THEME_16, out))
		return true;
	if (!num_parse_int(word, 0, colours[r->depth] - 1, &n))
		return false;
	*out = (int32_t)n;
	return true;
}

/* --- a look ------------------------------------------------------------------------ */

static const struct {
	const char *word;
	uint8_t style;
} style_words[] = { { "bold", THEME_BOLD },
		    { "reverse", THEME_REVERSE },
		    { "underline", THEME_UNDERLINE },
		    { "plain", 0 } };

enum { STYLE_WORDS = sizeof(style_words) / sizeof(style_words[0]) };

static bool style_of(const char *word, uint8_t *style)
{
	for (size_t i = 0; i < STYLE_WORDS; i++) {
		if (strcmp(word, style_words[i].word) != 0)
			continue;
		*style |= style_words[i].style;
		return true;
	}
	return false;
}

static size_t split(char *text, char *words[WORDS_MAX])
{
	char *save = NULL;
	size_t n = 0;

	for (char *w = strtok_r(text, " ", &save); w && n < WORDS_MAX;
	     w = strtok_r(NULL, " ", &save))
		words[n++] = w;
	return n;
}

static void no_such_word(const struct reading *r, const struct cfg_node *node,
			 const char *word)
{
	static const char *const colours_of[THEME_DEPTH_COUNT] = {
		"there is no colour in mono",
		"a colour is 0 to 7 or black, red, green, yellow, blue, magenta, cyan, "
		"white",
		"a colour is 0 to 15, or black to white, or bright-black to bright-white",
		"a colour is 0 to 255", "a colour is #rrggbb"
	};
	const char *near[STYLE_WORDS + BASIC + 1] = { "ground" };
	struct strbuf hint = STRBUF_INIT;
	size_t n = 1;

	for (size_t i = 0; i < STYLE_WORDS; i++)
		near[n++] = style_words[i].word;
	for (int i = 0; i < BASIC && r->depth > THEME_MONO && r->depth < THEME_256; i++)
		near[n++] = basic_colours[i];
	diag_suggest(&hint, word, near, n);
	cfg_error(node, r->diags, "theme-look",
		  "\"%s\" is no part of a look%s; in %s %s, and a look is \"COLOUR on "
		  "COLOUR\" with bold, underline or reverse after it",
		  word, hint.buf, group_names[r->depth], colours_of[r->depth]);
	strbuf_release(&hint);
}

/* "FG", "FG on BG", styles after either; styles alone where there is no colour. */
static void read_words(struct reading *r, const struct cfg_node *node, char **word,
		       size_t n, struct theme_attr *a)
{
	size_t i = 0;

	*a = (struct theme_attr){ -1, -1, 0 };
	if (r->depth != THEME_MONO) {
		a->bg = r->ground;
		if (n == 0 || !colour_of(r, word[i++], &a->fg)) {
			no_such_word(r, node, n ? word[0] : "");
			return;
		}
		if (i + 1 < n && strcmp(word[i], "on") == 0) {
			if (!colour_of(r, word[i + 1], &a->bg))
				no_such_word(r, node, word[i + 1]);
			i += 2;
		}
	}
	for (; i < n; i++)
		if (!style_of(word[i], &a->style))
			no_such_word(r, node, word[i]);
}

static void read_look(struct reading *r, const struct cfg_node *node, int role)
{
	const char *text = cfg_as_text(node);
	char *words[WORDS_MAX], *copy;

	r->said[role] = true;
	r->at->line[r->depth][role] = cfg_line(node);
	if (!text) {
		cfg_error(node, r->diags, "theme-look",
			  "a look is a text, such as \"16 on 220 bold\"");
		return;
	}
	copy = xstrdup(text);
	read_words(r, node, words, split(copy, words), &r->out->attr[r->depth][role]);
	free(copy);
}

/* --- a group ----------------------------------------------------------------------- */

static int role_of(const char *name)
{
	if (strcmp(name, "selection") == 0)
		return THEME_SELECTION;
	for (int i = 0; i < ROLE_COUNT; i++)
		if (strcmp(name, role_name((enum role)i)) == 0)
			return i;
	return -1;
}

static void no_such_role(const struct reading *r, const struct cfg_node *node)
{
	const char *names[ROLE_COUNT + 2] = { "ground", "selection" };
	struct strbuf hint = STRBUF_INIT;

	for (int i = 0; i < ROLE_COUNT; i++)
		names[i + 2] = role_name((enum role)i);
	diag_suggest(&hint, cfg_name(node), names, ROLE_COUNT + 2);
	cfg_error(node, r->diags, "unknown-role", "there is no role \"%s\"%s",
		  cfg_name(node), hint.buf);
	strbuf_release(&hint);
}

static void read_looks(struct reading *r, const struct cfg_node *group)
{
	for (size_t i = 0; i < cfg_count(group); i++) {
		const struct cfg_node *node = cfg_at(group, i);
		int role = role_of(cfg_name(node));

		if (strcmp(cfg_name(node), "ground") == 0)
			continue;
		if (role < 0)
			no_such_role(r, node);
		else
			read_look(r, node, role);
	}
}

/* On a ground of its own nothing of the dark theme can be relied on. */
static void fill_in(struct reading *r, const struct cfg_node *group)
{
	struct theme_attr *attr = r->out->attr[r->depth];
	struct strbuf missing = STRBUF_INIT;

	for (int i = 0; i <= ROLE_COUNT; i++) {
		if (r->said[i])
			continue;
		attr[i] = attr[ROLE_LABEL];
		if (i == THEME_SELECTION)
			attr[i].style ^= THEME_REVERSE;
		else if (i == ROLE_LABEL || !theme_role_is_calm(i))
			strbuf_addf(&missing, "%s%s", missing.len ? ", " : "",
				    role_name((enum role)i));
	}
	if (missing.len)
		cfg_error(group, r->diags, "theme-role-missing",
			  "%s has a ground of its own and says nothing of %s",
			  group_names[r->depth], missing.buf);
	strbuf_release(&missing);
}

/* What looks not said begin with: the dark theme's, or those of a like depth. */
static void begin_with(struct theme *t, enum theme_depth depth)
{
	for (int i = 0; i <= ROLE_COUNT; i++)
		t->attr[depth][i] = theme_look(t, depth, i);
}

static void read_group(struct reading *r, const struct cfg_node *group)
{
	const struct cfg_node *ground = cfg_get(group, "ground");
	const char *text = cfg_as_text(ground);

	memset(r->said, 0, sizeof(r->said));
	begin_with(r->out, r->depth);
	r->at->depth_line[r->depth] = cfg_line(group);
	r->ground = r->out->attr[r->depth][ROLE_LABEL].bg;
	if (ground && (!text || r->depth == THEME_MONO || strcmp(text, "ground") == 0 ||
		       !colour_of(r, text, &r->ground))) {
		no_such_word(r, ground, text ? text : "ground");
		return;
	}
	read_looks(r, group);
	if (ground)
		fill_in(r, group);
	if (r->depth == THEME_RGB)
		r->out->rgb_from_256 = false;
}

/* --- a theme ----------------------------------------------------------------------- */

static void read_name(struct reading *r, const struct cfg_node *node)
{
	const char *name = cfg_as_text(node);
	size_t n = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-") : 0;

	if (name && islower((unsigned char)name[0]) && !name[n] && n <= THEME_NAME_MAX &&
	    strcmp(name, theme_dark()->name) != 0) {
		memcpy(r->out->name, name, n + 1);
		return;
	}
	cfg_error(
		node, r->diags, "theme-name",
		"\"%s\" cannot name a theme: a lower-case letter, then letters, digits, "
		"- and _, at most %d; \"dark\" is built in",
		name ? name : "", THEME_NAME_MAX);
}

bool theme_read(const struct cfg_node *group, struct theme *out, struct diag_list *diags)
{
	struct theme_places at = { .file = cfg_file(group) };
	struct reading r = { .out = out, .at = &at, .diags = diags };
	size_t before = diags->errors;

	if (!cfg_check(group, "theme", theme_rows, false, diags))
		return false;
	*out = *theme_dark();
	read_name(&r, cfg_get(group, "name"));
	cfg_as_bool(cfg_get(group, "default"), &out->is_default);
	for (int d = 0; d < THEME_DEPTH_COUNT; d++) {
		const struct cfg_node *looks = cfg_get(group, group_names[d]);

		r.depth = (enum theme_depth)d;
		if (looks)
			read_group(&r, looks);
		else if (d == THEME_16 && cfg_get(group, group_names[THEME_8]))
			memcpy(out->attr[d], out->attr[THEME_8], sizeof(out->attr[d]));
	}
	if (diags->errors == before) /* else it would be judged on what is not meant */
		theme_judge(out, &at, diags);
	return diags->errors == before;
}

bool theme_read_text(const char *text, size_t len, const char *shown, struct theme *out,
		     struct diag_list *diags)
{
	struct cfg *tree = cfg_parse(text, len, shown, diags);
	const struct cfg_node *group = tree ? cfg_get(cfg_root(tree), "theme") : NULL;
	bool ok = group && cfg_type(group) == CFG_GROUP && diags->errors == 0 &&
		  theme_read(group, out, diags);

	if (tree && !group)
		diag_add(diags, DIAG_ERROR, shown, 1, 0, "no-theme",
			 "there is no `theme = { ... };` in this file");
	cfg_free(tree);
	return ok;
}
