/* settings.c - what an entry says of an item: a setter a slot, and what holds without. */
#include "screen/details.h"

#include <stdlib.h>

#include "config/cfg.h"
#include "expr/expr.h"
#include "screen/role_words.h"
#include "util/strbuf.h"
#include "util/when.h"
#include "util/xalloc.h"

/* --- symbols ---------------------------------------------------------------------- */

static void add_state(struct screen_build *b, struct screen_item *item,
		      const struct symbol_state *from)
{
	struct screen_state state = { .role = from->role }, *kept;
	struct strbuf why = STRBUF_INIT;
	int column = 1;

	if (from->when) {
		state.when = expr_compile(cfg_as_text(from->when), item->prefix, &why,
					  &column);
		if (!state.when) { /* proved before with a short prefix: too long now */
			struct place at = place_of(item, NULL);

			BUILD_ERROR(b, at, "expression", "%s", why.buf);
			strbuf_release(&why);
			return;
		}
		for (size_t i = 0; i < expr_operand_count(state.when); i++)
			expr_bind(state.when, i,
				  build_tag(b, expr_operand_name(state.when, i)));
	}
	strbuf_release(&why);
	state.text = xstrdup(from->text);
	kept = GROW(&item->states, &item->n_states);
	*kept = state;
}

void settings_use_symbol(struct screen_build *b, struct screen_item *item,
			 const struct cfg_node *node, const char *text)
{
	const struct symbol *symbol =
		symbol_find(&b->parts->lib->symbols, text, b->owner);
	struct place at = place_of(item, node);
	struct strbuf hint = STRBUF_INIT;

	if (!symbol) {
		symbol_suggest(&b->parts->lib->symbols, text, &hint);
		BUILD_ERROR(b, at, "unknown-symbol", "there is no symbol \"%s\"%s", text,
			    hint.buf);
		strbuf_release(&hint);
		return;
	}
	item->prefix = item->prefix ? item->prefix : build_full_name(b, at, item->name);
	for (size_t i = 0; item->prefix && i < symbol->n_states; i++)
		add_state(b, item, &symbol->states[i]);
}

/* --- settings --------------------------------------------------------------------- */

static void set_role(struct screen_build *b, struct screen_item *item, struct place at,
		     const char *text)
{
	struct strbuf why = STRBUF_INIT;
	const char *id;

	if (role_parse_author(text, &item->role))
		return;
	id = role_refusal(text, &why);
	BUILD_ERROR(b, at, id, "%s", why.buf);
	strbuf_release(&why);
}

static void replace(char **where, const char *text)
{
	free(*where);
	*where = xstrdup(text);
}

/* A setting being applied: text is NULL for those that are no text. */
struct applied {
	struct screen_build *b;
	struct screen_item *item;
	const struct screen_setting *row;
	const struct cfg_node *node;
	struct place at;
	const char *text;
};

static void set_tag(const struct applied *s)
{
	s->item->tag = build_named_tag(s->b, s->at, s->text);
}

static void set_companion(const struct applied *s)
{
	s->item->tag = detail_companion(s->b, s->at, s->text);
}

static void set_needs(const struct applied *s)
{
	replace(&s->item->needs, s->text);
}

static void set_setpoint(const struct applied *s)
{
	s->item->setpoint = build_named_tag(s->b, s->at, s->text);
}

static void set_base(const struct applied *s)
{
	free(s->item->prefix);
	s->item->prefix = build_full_name(s->b, s->at, s->text);
}

static void set_screen(const struct applied *s)
{
	replace(&s->item->to, s->text);
}

static void set_text(const struct applied *s)
{
	replace(&s->item->text, s->text);
}

static void set_area(const struct applied *s)
{
	replace(&s->item->area, s->text);
}

static void set_role_of(const struct applied *s)
{
	set_role(s->b, s->item, s->at, s->text);
}

/* A window that a trend can show: what the server keeps is 25 hours. */
static void set_span(const struct applied *s)
{
	const int64_t shortest = 60 * 1000, longest = 24 * 60 * 60 * 1000;

	if (!when_span(s->text, &s->item->span_ms) || s->item->span_ms < shortest ||
	    s->item->span_ms > longest)
		BUILD_ERROR(s->b, s->at, "span",
			    "\"%s\" is no span of a trend: 1m to 1d, such as 15m, 2h, 8h",
			    s->text);
}

static void set_call(const struct applied *s)
{
	struct strbuf why = STRBUF_INIT;

	if (template_call_check(&s->b->parts->lib->templates, s->text, &why))
		replace(&s->item->opens, s->text);
	else
		BUILD_ERROR(s->b, s->at, "faceplate", "`%s` of \"%s\": %s", s->row->name,
			    s->item->name, why.buf);
	strbuf_release(&why);
}

/* Those without a setter are no text, or wait until all others are known. */
static void (*const setters[])(const struct applied *s) = {
	[SLOT_TAG] = set_tag,      [SLOT_SETPOINT] = set_setpoint,
	[SLOT_BASE] = set_base,    [SLOT_SCREEN] = set_screen,
	[SLOT_TEXT] = set_text,    [SLOT_AREA] = set_area,
	[SLOT_ROLE] = set_role_of, [SLOT_CALL] = set_call,
	[SLOT_UNIT] = NULL,        [SLOT_SYMBOL] = NULL,
	[SLOT_PENS] = NULL,        [SLOT_SPAN] = set_span,
	[SLOT_NEEDS] = set_needs,  [SLOT_COMPANION] = set_companion,
};

void settings_opens(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *node)
{
	static const struct screen_setting row = { .name = "opens", .slot = SLOT_CALL };
	struct applied s = { b, item, &row, node, place_of(item, node), NULL };

	s.text = cfg_as_text(node) ? scope_text(&b->scope, node) : NULL;
	if (s.text)
		set_call(&s);
}

static void add_pen(const struct applied *s, const struct cfg_node *node)
{
	const char *raw = node ? cfg_as_text(node) : NULL;
	const char *text = raw && raw[0] ? scope_text(&s->b->scope, node) : NULL;
	uint32_t tag, *pen;

	if (!raw || !raw[0])
		scope_error_at(
			&s->b->scope, node, "wrong-kind",
			"`pens` of \"%s\" must be a list of tags: ( \"a\", \"b\" )",
			s->item->name);
	if (!text)
		return;
	tag = build_named_tag(s->b, place_of(s->item, node), text);
	for (size_t i = 0; tag != SCREEN_NO_TAG && i < s->item->n_pens; i++)
		if (s->item->pens[i] == tag) {
			scope_error_at(&s->b->scope, node, "pen-twice",
				       "\"%s\" is a pen of this trend already", text);
			return;
		}
	if (tag == SCREEN_NO_TAG)
		return;
	pen = GROW(&s->item->pens, &s->item->n_pens);
	*pen = tag;
}

/* `pens = ( "a", "b" )`; one alone may do without the brackets. */
static void apply_pens(const struct applied *s)
{
	size_t n = cfg_count(s->node);

	if (cfg_as_text(s->node)) {
		add_pen(s, s->node);
	} else if (cfg_type(s->node) == CFG_GROUP || n < 1 || n > SCREEN_PENS_MAX) {
		scope_error_at(
			&s->b->scope, s->node, "pens",
			"`pens` of \"%s\" must name 1 to %d tags: ( \"a\", \"b\" )",
			s->item->name, SCREEN_PENS_MAX);
	} else {
		for (size_t i = 0; i < n; i++)
			add_pen(s, cfg_at(s->node, i));
	}
}

static void apply_text(struct applied *s)
{
	const char *raw = cfg_as_text(s->node);

	if (raw && raw[0])
		s->text = scope_text(&s->b->scope, s->node);
	if (!raw || !raw[0] || (s->text && !s->text[0]))
		scope_error_at(&s->b->scope, s->node, "wrong-kind",
			       "`%s` of \"%s\" must be a text that is not empty",
			       s->row->name, s->item->name);
	else if (s->text && setters[s->row->slot])
		setters[s->row->slot](s);
}

static void apply_bool(struct applied *s)
{
	if (!cfg_as_bool(s->node, &s->item->show_unit))
		scope_error_at(&s->b->scope, s->node, "wrong-kind",
			       "`%s` of \"%s\" must be true or false", s->row->name,
			       s->item->name);
}

static void apply_setting(struct screen_build *b, struct screen_item *item,
			  const struct screen_setting *row, const struct cfg_node *entry)
{
	const struct cfg_node *node = entry ? cfg_get(entry, row->name) : NULL;
	struct applied s = {
		b, item, row, node, place_of(item, node ? node : entry), NULL
	};

	if (!node && row->required)
		BUILD_ERROR(b, s.at, "missing-setting",
			    "\"%s\" is a %s and needs `%s`: %s", item->name,
			    item->kind->name, row->name, row->help);
	else if (node && row->slot == SLOT_UNIT)
		apply_bool(&s);
	else if (node && row->slot == SLOT_PENS)
		apply_pens(&s);
	else if (node && !detail_apply(b, item, row->slot, node))
		apply_text(&s);
}

void settings_apply(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *entry)
{
	const char *symbol = NULL;
	const struct cfg_node *node = NULL;

	for (const struct screen_setting *s = item->kind->settings; s->name; s++) {
		apply_setting(b, item, s, entry);
		if (s->slot == SLOT_SYMBOL && entry)
			node = cfg_get(entry, s->name);
	}
	if (node && cfg_as_text(node))
		symbol = scope_text(&b->scope, node);
	if (symbol)
		settings_use_symbol(b, item, node, symbol);
	details_finish(b, item, entry);
}
