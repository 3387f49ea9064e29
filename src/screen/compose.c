/* compose.c - a screen from its group in a file: its heads and its drawing; and a
 * template as a screen of its own, which is a faceplate. */
#include "screen/compose.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/build.h"
#include "screen/keys.h"
#include "screen/schema.h"
#include "util/strbuf.h"
#include "util/strmap.h"
#include "util/xalloc.h"

enum { VARIANTS_MAX = 8 };

/* --- life --------------------------------------------------------------------------- */

static void release_heads(struct screen *s)
{
	for (size_t i = 0; i < s->n_tags; i++)
		free(s->tags[i]);
	for (size_t i = 0; i < s->n_variants; i++)
		screen_free(s->variants[i]);
	for (size_t i = 0; i < s->n_keys; i++) {
		free(s->keys[i].to);
		free(s->keys[i].pens);
	}
	free(s->variants);
	free(s->keys);
	free(s->tags);
	free(s->path);
	free(s->id);
	free(s->title);
	free(s->up);
	free(s->area);
	free(s->prefix);
}

void screen_free(struct screen *s)
{
	if (!s)
		return;
	screen_free(s->grown);
	if (s->layout)
		layout_release(s->layout);
	free(s->layout);
	free(s->items);
	free(s->cells);
	if (!s->base)
		release_heads(s);
	free(s);
}

/* A drawing of its own that has everything else from base. */
static struct screen *drawing_of(const struct screen *base)
{
	struct screen *s = xcalloc(1, sizeof(*s));

	*s = *base;
	s->base = base;
	s->cells = NULL;
	s->items = NULL;
	s->n_items = 0;
	s->layout = NULL;
	s->variants = NULL;
	s->n_variants = 0;
	s->grown = NULL;
	return s;
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

bool screen_id_valid(const char *id)
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
	if (!screen_id_valid(s->id))
		cfg_error(cfg_get(group, "id"), diags, "screen-id",
			  "\"%s\" is no screen id: a lower-case letter, then letters, "
			  "digits, - and _, at most %d",
			  s->id, SCREEN_ID_MAX);
}

/* --- the drawing ------------------------------------------------------------------- */

/* Fills the layout of a drawing and draws it in its own size. */
static void compose(struct screen_build *b, const struct cfg_node *group,
		    struct screen *drawing)
{
	drawing->layout = xcalloc(1, sizeof(*drawing->layout));
	b->box = drawing->layout;
	drawing->picture_line = cfg_value_line(cfg_get(group, "picture")) + 1;
	if (!build_size(&b->scope, group, &b->box->cols, &b->box->rows))
		return;
	build_drawing(b, group);
	layout_draw(b->box, b->box->cols, b->box->rows, drawing);
}

static void compose_variant(struct screen_build *b, const struct cfg_node *group)
{
	struct screen *s = b->parts->s, *v = drawing_of(s), **kept;
	struct screen_build inner = { .parts = b->parts,
				      .scope = { .diags = b->scope.diags },
				      .owner = b->owner,
				      .names = "",
				      .prefix = b->prefix,
				      .screen = b };

	scope_inherit(&inner.scope, &b->scope);
	v->size_line = line_of(group, "size");
	compose(&inner, group, v);
	if (inner.used) /* else it has no size */
		entries_check(&inner);
	build_release(&inner);
	kept = GROW(&s->variants, &s->n_variants);
	*kept = v;
}

static void compose_variants(struct screen_build *b, const struct cfg_node *list)
{
	size_t n = list ? cfg_count(list) : 0;

	if (list && (cfg_type(list) != CFG_LIST || n > VARIANTS_MAX)) {
		scope_error_at(
			&b->scope, list, "variants",
			"`variants` must be a list of at most %d drawings: ( { size "
			"= [ 160, 43 ]; picture = \"...\"; }, ... )",
			VARIANTS_MAX);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const struct cfg_node *group = cfg_at(list, i);

		if (cfg_type(group) != CFG_GROUP)
			scope_error_at(&b->scope, group, "wrong-kind",
				       "a variant must be a group { }");
		else if (cfg_check(group, "a variant", screen_variant_rows, false,
				   b->scope.diags))
			compose_variant(b, group);
	}
}

/* Two drawings of one size would fight for it. */
static void check_sizes(struct screen_build *b)
{
	const struct screen *s = b->parts->s;

	for (size_t i = 0; i < s->n_variants; i++)
		for (size_t k = 0; k <= i; k++) {
			const struct screen *other = k ? s->variants[k - 1] : s;

			if (s->variants[i]->cols == other->cols &&
			    s->variants[i]->rows == other->rows)
				scope_error(
					&b->scope, s->path, s->variants[i]->size_line, 0,
					"variants",
					"there is a drawing of %dx%d already, in line "
					"%d",
					other->cols, other->rows, other->size_line);
		}
}

static void may_grow(struct screen *s)
{
	if (s->layout->across.last >= s->layout->across.first ||
	    s->layout->down.last >= s->layout->down.first)
		s->grown = drawing_of(s->base ? s->base : s);
}

/* All drawings are known, and with them the tags they share. */
static void share_tags(struct screen *s)
{
	for (size_t i = 0; i < s->n_variants; i++) {
		s->variants[i]->tags = s->tags;
		s->variants[i]->n_tags = s->n_tags;
		may_grow(s->variants[i]);
	}
	may_grow(s);
}

static void compose_all(struct screen_build *b, const struct cfg_node *group)
{
	struct screen *s = b->parts->s;

	compose(b, group, s);
	if (!b->used) /* it has no size */
		return;
	compose_variants(b, cfg_get(group, "variants"));
	entries_check(b);
	check_sizes(b);
	keys_read(b, cfg_get(group, "keys"));
	share_tags(s);
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
	compose_all(&b, group);
	build_release(&b);
	strmap_free(parts.tags);
	if (diags->errors == errors)
		return parts.s;
	screen_free(parts.s);
	return NULL;
}

/* --- a faceplate ------------------------------------------------------------------- */

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
		compose(&b, t->group, parts.s);
		if (b.used)
			entries_check(&b);
		if (b.used)
			share_tags(parts.s);
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
