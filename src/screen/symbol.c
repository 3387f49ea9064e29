/* symbol.c - reads symbols and proves their expressions once, where they are written. */
#include "screen/symbol.h"

#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "expr/expr.h"
#include "screen/role_words.h"
#include "util/intern.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

static const struct cfg_row state_rows[] = {
	{ .name = "when",
	  .kind = CFG_K_TEXT,
	  .help = "expression; operands with a leading dot hang on the field's tag" },
	{ .name = "text",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "shape and word, as drawn" },
	{ .name = "role", .kind = CFG_K_TEXT, .help = "how it looks; default value" },
	{ 0 },
};

static void check_role(const struct cfg_node *node, enum role *role,
		       struct diag_list *diags)
{
	const char *text = cfg_as_text(node), *id;
	struct strbuf why = STRBUF_INIT;

	if (!text || role_parse_author(text, role))
		return;
	id = role_refusal(text, &why);
	cfg_error(node, diags, id, "%s", why.buf);
	strbuf_release(&why);
}

static void check_when(const struct cfg_node *when, struct diag_list *diags)
{
	struct strbuf why = STRBUF_INIT;
	int column = 1;
	struct expr *e = expr_compile(cfg_as_text(when), "x", &why, &column);

	if (!e)
		diag_add(diags, DIAG_ERROR, cfg_file(when), cfg_value_line(when),
			 cfg_value_column(when) + column, "expression", "%s", why.buf);
	expr_free(e);
	strbuf_release(&why);
}

static void read_state(struct symbol *s, const struct cfg_node *node, bool last,
		       struct diag_list *diags)
{
	struct symbol_state *state = GROW(&s->states, &s->n_states);

	state->when = cfg_get(node, "when");
	state->text = cfg_as_text(cfg_get(node, "text"));
	state->role = ROLE_VALUE;
	check_role(cfg_get(node, "role"), &state->role, diags);
	if (state->when)
		check_when(state->when, diags);
	if (!state->when && !last)
		cfg_error(node, diags, "symbol-order",
			  "a state without `when` always holds: those of symbol \"%s\" "
			  "behind it would never show",
			  s->name);
	if (!utf8_is_clean(state->text))
		cfg_error(cfg_get(node, "text"), diags, "glyph",
			  "the text of a state may hold visible characters only");
}

static void read_symbol(struct symbol_list *list, const struct cfg_node *node,
			const char *owner, bool shared, struct diag_list *diags)
{
	struct symbol s = { .name = cfg_name(node),
			    .file = cfg_file(node),
			    .owner = intern(owner),
			    .line = cfg_line(node),
			    .shared = shared };
	size_t errors = diags->errors, n = cfg_count(node);
	struct strbuf what = STRBUF_INIT;

	if (cfg_type(node) != CFG_LIST || n == 0 || n > SYMBOL_STATES_MAX) {
		cfg_error(node, diags, "symbol",
			  "symbol \"%s\" must be a list of 1 to %d states ( { when = "
			  "\"...\"; text = \"...\"; role = \"...\"; }, ... )",
			  s.name, SYMBOL_STATES_MAX);
		return;
	}
	strbuf_addf(&what, "a state of symbol \"%s\"", s.name);
	for (size_t i = 0; i < n; i++) {
		const struct cfg_node *state = cfg_at(node, i);

		if (cfg_type(state) != CFG_GROUP)
			cfg_error(state, diags, "symbol", "%s must be a group { }",
				  what.buf);
		else if (cfg_check(state, what.buf, state_rows, false, diags))
			read_state(&s, state, i + 1 == n, diags);
	}
	strbuf_release(&what);
	if (diags->errors == errors) {
		struct symbol *kept = GROW(&list->v, &list->n);

		*kept = s;
	} else {
		free(s.states);
	}
}

void symbols_read(struct symbol_list *list, const struct cfg_node *group,
		  const char *owner, bool shared, struct diag_list *diags)
{
	for (size_t i = 0; i < cfg_count(group); i++) {
		const struct cfg_node *node = cfg_at(group, i);
		const struct symbol *same = NULL;

		for (size_t k = 0; shared && k < list->n; k++)
			if (list->v[k].shared &&
			    strcmp(list->v[k].name, cfg_name(node)) == 0)
				same = &list->v[k];
		if (same)
			cfg_error(node, diags, "duplicate-symbol",
				  "symbol \"%s\" is already defined in %s:%d", same->name,
				  same->file, same->line);
		else
			read_symbol(list, node, owner, shared, diags);
	}
}

void symbols_release(struct symbol_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i].states);
	free(list->v);
	*list = (struct symbol_list){ 0 };
}

const struct symbol *symbol_find(const struct symbol_list *list, const char *name,
				 const char *owner)
{
	const struct symbol *found = NULL;

	for (size_t i = 0; i < list->n; i++) {
		if (strcmp(list->v[i].name, name) != 0)
			continue;
		if (strcmp(list->v[i].owner, owner) == 0)
			return &list->v[i];
		if (list->v[i].shared)
			found = &list->v[i];
	}
	return found;
}

void symbol_suggest(const struct symbol_list *list, const char *wrong, struct strbuf *out)
{
	const char **names = xreallocarray(NULL, list->n, sizeof(*names));

	for (size_t i = 0; i < list->n; i++)
		names[i] = list->v[i].name;
	diag_suggest(out, wrong, names, list->n);
	free(names);
}
