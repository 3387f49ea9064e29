/* compose.c - a screen from its group in a file: its heads and its drawing; and a
 * template as a screen of its own, which is a faceplate. */
#include "screen/compose.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/build.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

static const struct cfg_row screen_rows[] = {
	{ .name = "id",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "its name in links, alarms and commands" },
	{ .name = "title",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what the operator reads" },
	{ .name = "level",
	  .kind = CFG_K_INT,
	  .flags = CFG_REQUIRED,
	  .lo = 1,
	  .hi = 4,
	  .help = "1 overview, 2 unit, 3 detail, 4 support" },
	{ .name = "up", .kind = CFG_K_TEXT, .help = "the screen above; not on level 1" },
	{ .name = "area", .kind = CFG_K_TEXT, .help = "whose alarms belong here" },
	{ .name = "size",
	  .kind = CFG_K_ANY,
	  .flags = CFG_REQUIRED,
	  .help = "[ columns, rows ] of the picture" },
	{ .name = "prefix",
	  .kind = CFG_K_TEXT0,
	  .help = "put before each tag name; a leading / leaves it aside" },
	{ .name = "picture",
	  .kind = CFG_K_TEXT0,
	  .flags = CFG_REQUIRED,
	  .help = "the drawing, one row of text a row of cells" },
	{ .name = "zones",
	  .kind = CFG_K_TEXT0,
	  .help = "the same grid: one letter a rectangle, one rectangle a widget" },
	{ .name = "macros",
	  .kind = CFG_K_GROUP,
	  .help = "texts for $(NAME) on this screen" },
	{ .name = "fields",
	  .kind = CFG_K_GROUP,
	  .help = "what differs from the default" },
	{ .name = "widgets", .kind = CFG_K_GROUP, .help = "one a letter of the zones" },
	{ .name = "grow",
	  .kind = CFG_K_GROUP,
	  .help = "the bands that stretch on a larger terminal" },
	{ .name = "variants",
	  .kind = CFG_K_ANY,
	  .help = "drawings for other sizes (not yet active)" },
	{ .name = "keys",
	  .kind = CFG_K_GROUP,
	  .help = "letters of this screen (not yet active)" },
	{ .name = "place",
	  .kind = CFG_K_ANY,
	  .help = "instances of templates: ( { use; at; args; }, ... )" },
	{ 0 },
};

/* --- life --------------------------------------------------------------------------- */

void screen_free(struct screen *s)
{
	if (!s)
		return;
	if (s->layout)
		layout_release(s->layout);
	free(s->layout);
	for (size_t i = 0; i < s->n_tags; i++)
		free(s->tags[i]);
	free(s->items);
	free(s->tags);
	free(s->cells);
	free(s->path);
	free(s->id);
	free(s->title);
	free(s->up);
	free(s->area);
	free(s->prefix);
	free(s);
}

/* --- heads -------------------------------------------------------------------------- */

static char *text_of(const struct cfg_node *group, const char *name)
{
	const char *text = cfg_as_text(cfg_get(group, name));

	return xstrdup(text ? text : "");
}

static int line_of(const struct cfg_node *group, const char *name)
{
	const struct cfg_node *node = cfg_get(group, name);

	return node ? cfg_value_line(node) : cfg_line(group);
}

static bool id_valid(const char *id)
{
	size_t n = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	return islower((unsigned char)id[0]) && !id[n] && n <= SCREEN_ID_MAX;
}

static void read_heads(const struct cfg_node *group, struct screen *s,
		       struct diag_list *diags)
{
	int64_t level = 1;

	cfg_as_int(cfg_get(group, "level"), &level);
	s->level = (int)level;
	s->id = text_of(group, "id");
	s->title = text_of(group, "title");
	s->up = text_of(group, "up");
	s->area = text_of(group, "area");
	s->prefix = text_of(group, "prefix");
	s->line = cfg_line(group);
	s->id_line = line_of(group, "id");
	s->up_line = line_of(group, "up");
	s->level_line = line_of(group, "level");
	s->size_line = line_of(group, "size");
	if (!id_valid(s->id))
		cfg_error(cfg_get(group, "id"), diags, "screen-id",
			  "\"%s\" is no screen id: a lower-case letter, then letters, "
			  "digits, - and _, at most %d",
			  s->id, SCREEN_ID_MAX);
}

/* --- the drawing ----------------------------------------------------------------------
 */

/* Fills the layout of b's screen and draws it in its own size. */
static void compose(struct screen_build *b, const struct cfg_node *group)
{
	struct screen *s = b->parts->s;

	s->layout = xcalloc(1, sizeof(*s->layout));
	b->box = s->layout;
	s->picture_line = cfg_value_line(cfg_get(group, "picture")) + 1;
	if (!build_size(&b->scope, group, &b->box->cols, &b->box->rows))
		return;
	build_drawing(b, group);
	entries_check(b);
	layout_draw(b->box, b->box->cols, b->box->rows, s);
}

/* Macros of the screen before those of the site. */
static void give_macros(struct screen_build *b, const struct cfg_node *group)
{
	const struct cfg_node *macros = cfg_get(group, "macros");

	if (macros)
		scope_give_group(&b->scope, &b->parts->lib->site, macros);
	scope_inherit(&b->scope, &b->parts->lib->site);
}

struct screen *compose_screen(const struct cfg_node *group, const char *path,
			      const struct library *lib, struct diag_list *diags)
{
	size_t errors = diags->errors;
	struct screen_parts parts = { .lib = lib };
	struct screen_build b = {
		.parts = &parts, .scope = { .diags = diags }, .owner = path, .names = ""
	};

	if (!cfg_check(group, "screen", screen_rows, false, diags))
		return NULL;
	parts.s = xcalloc(1, sizeof(*parts.s));
	parts.s->path = xstrdup(path);
	parts.tags = strmap_new();
	give_macros(&b, group);
	read_heads(group, parts.s, diags);
	b.prefix = parts.s->prefix;
	compose(&b, group);
	build_release(&b);
	strmap_free(parts.tags);
	if (diags->errors == errors)
		return parts.s;
	screen_free(parts.s);
	return NULL;
}

/* --- a faceplate
 * ------------------------------------------------------------------------ */

static void face_heads(struct screen_build *b, const struct template *t, const char *call)
{
	const struct cfg_node *title = cfg_get(t->group, "title");
	const struct cfg_node *prefix = cfg_get(t->group, "prefix");
	const char *heading = title ? scope_text(&b->scope, title) : t->name;
	const char *front = prefix ? scope_text(&b->scope, prefix) : "";
	struct screen *s = b->parts->s;

	s->path = xstrdup(cfg_file(t->group));
	s->id = xstrdup(call);
	s->title = xstrdup(heading ? heading : t->name);
	s->up = xstrdup("");
	s->area = xstrdup("");
	s->prefix = xstrdup(front ? front : "");
	s->level = 3;
	s->line = s->id_line = s->up_line = s->level_line = cfg_line(t->group);
	s->size_line = line_of(t->group, "size");
	b->prefix = s->prefix;
}

struct screen *compose_faceplate(const struct template *t,
				 const struct template_call *call, const char *text,
				 const struct library *lib, struct diag_list *diags)
{
	size_t errors = diags->errors;
	struct screen_parts parts = { .lib = lib };
	struct screen_build b = { .parts = &parts,
				  .scope = { .diags = diags },
				  .owner = t->owner,
				  .names = "",
				  .template = t };
	struct strbuf why = STRBUF_INIT;

	parts.s = xcalloc(1, sizeof(*parts.s));
	parts.tags = strmap_new();
	b.scope.via = xasprintf("faceplate \"%s\"", text);
	if (template_give(t, call->args, call->n_args, &b.scope, &why)) {
		b.n_own = b.scope.n_args;
		scope_inherit(&b.scope, &lib->site);
		face_heads(&b, t, text);
		compose(&b, t->group);
	} else {
		diag_add(diags, DIAG_ERROR, cfg_file(t->group), cfg_line(t->group), 0,
			 "argument", "%s (faceplate \"%s\")", why.buf, text);
	}
	strbuf_release(&why);
	build_release(&b);
	strmap_free(parts.tags);
	if (diags->errors == errors)
		return parts.s;
	screen_free(parts.s);
	return NULL;
}
