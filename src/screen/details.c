/* details.c - settings that are more than a text: choices, values, lists of tags. */
#include "screen/details.h"

#include <stdlib.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { CHOICES_MAX = 16, GROUP_TAGS_MAX = 200 };

static const struct cfg_row choice_rows[] = {
	{ .name = "value",
	  .kind = CFG_K_SCALAR,
	  .flags = CFG_REQUIRED,
	  .help = "as an operator would type it" },
	{ .name = "text",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "the word for it" },
	{ 0 },
};

/* A number, true, false or a text with its macros replaced; NULL with a sentence. Owned.
 */
static char *scalar_text(struct screen_build *b, const struct cfg_node *node,
			 const char *what)
{
	struct strbuf text = STRBUF_INIT;
	const char *s;

	if (cfg_as_text(node)) {
		s = scope_text(&b->scope, node);
		return s ? xstrdup(s) : NULL;
	}
	if (cfg_scalar_text(node, &text))
		return strbuf_detach(&text);
	strbuf_release(&text);
	scope_error_at(&b->scope, node, "wrong-kind",
		       "%s must be a number, true, false or a text", what);
	return NULL;
}

static void set_value(struct screen_build *b, struct screen_item *item,
		      const struct cfg_node *node)
{
	free(item->value);
	item->value = scalar_text(b, node, "`value`");
}

static void set_confirm(struct screen_build *b, struct screen_item *item,
			const struct cfg_node *node)
{
	bool yes = false;

	if (!cfg_as_bool(node, &yes))
		scope_error_at(&b->scope, node, "wrong-kind",
			       "`confirm` of \"%s\" must be true or false", item->name);
	else if (!yes)
		scope_error_at(&b->scope, node, "one-step-write",
			       "button \"%s\" writes, and a write is always asked twice: "
			       "`confirm` cannot be false",
			       item->name);
}

static void add_choice(struct screen_build *b, struct screen_item *item,
		       const struct cfg_node *node)
{
	struct screen_choice choice = { 0 }, *kept;
	const char *text;

	if (cfg_type(node) != CFG_GROUP) {
		scope_error_at(&b->scope, node, "wrong-kind",
			       "a choice must be a group { value = 0; text = \"MAN\"; }");
		return;
	}
	if (!cfg_check(node, "a choice", choice_rows, false, b->scope.diags))
		return;
	choice.value = scalar_text(b, cfg_get(node, "value"), "`value`");
	text = scope_text(&b->scope, cfg_get(node, "text"));
	choice.text = text ? xstrdup(text) : NULL;
	if (!choice.value || !choice.text) {
		free(choice.value);
		free(choice.text);
		return;
	}
	kept = GROW(&item->choices, &item->n_choices);
	*kept = choice;
}

static void set_choices(struct screen_build *b, struct screen_item *item,
			const struct cfg_node *node)
{
	if (cfg_type(node) != CFG_LIST || cfg_count(node) < 2 ||
	    cfg_count(node) > CHOICES_MAX) {
		scope_error_at(
			&b->scope, node, "choices",
			"`choices` of \"%s\" must be a list of 2 to %d groups: ( { "
			"value = 0; text = \"MAN\"; }, ... )",
			item->name, CHOICES_MAX);
		return;
	}
	for (size_t i = 0; i < cfg_count(node); i++)
		add_choice(b, item, cfg_at(node, i));
}

static void add_tag(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *node)
{
	const char *text = cfg_as_text(node) ? scope_text(&b->scope, node) : NULL;
	uint32_t tag, *kept;

	if (!cfg_as_text(node))
		scope_error_at(
			&b->scope, node, "wrong-kind",
			"`tags` of \"%s\" must be a list of tags: ( \"a\", \"b\" )",
			item->name);
	if (!text)
		return;
	tag = build_named_tag(b, place_of(item, node), text);
	if (tag == SCREEN_NO_TAG)
		return;
	kept = GROW(&item->tags, &item->n_tags);
	*kept = tag;
}

static void set_tags(struct screen_build *b, struct screen_item *item,
		     const struct cfg_node *node)
{
	size_t n = cfg_count(node);

	if (cfg_as_text(node)) {
		add_tag(b, item, node); /* one alone may do without the brackets */
	} else if (cfg_type(node) == CFG_GROUP || n < 1 || n > GROUP_TAGS_MAX) {
		scope_error_at(&b->scope, node, "wrong-kind",
			       "`tags` of \"%s\" must be a list of 1 to %d tags: ( "
			       "\"a\", \"b\" )",
			       item->name, GROUP_TAGS_MAX);
	} else {
		for (size_t i = 0; i < n; i++)
			add_tag(b, item, cfg_at(node, i));
	}
}

static const struct {
	enum screen_slot slot;
	void (*set)(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *node); /* NULL: table.c reads it */
} rows[] = {
	{ SLOT_CHOICES, set_choices }, { SLOT_VALUE, set_value },
	{ SLOT_CONFIRM, set_confirm }, { SLOT_TAGS, set_tags },
	{ SLOT_ROWS, NULL },           { SLOT_COLUMNS, NULL },
};

bool detail_apply(struct screen_build *b, struct screen_item *item, enum screen_slot slot,
		  const struct cfg_node *node)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].slot != slot)
			continue;
		if (rows[i].set)
			rows[i].set(b, item, node);
		return true;
	}
	return false;
}

/* --- what holds without an entry -------------------------------------------------- */

uint32_t detail_companion(struct screen_build *b, struct place at, const char *name)
{
	char *companion = xasprintf("%s_sp", name);
	uint32_t tag = build_named_tag(b, at, companion);

	free(companion);
	return tag;
}

/* The tag a field has by its name: itself, or what the kind makes of it. */
static uint32_t tag_by_name(struct screen_build *b, const struct screen_item *item)
{
	struct place at = place_of(item, NULL);

	for (const struct screen_setting *s = item->kind->settings; s->name; s++)
		if (s->slot == SLOT_COMPANION)
			return detail_companion(b, at, item->name);
	return build_named_tag(b, at, item->name);
}

void details_finish(struct screen_build *b, struct screen_item *item,
		    const struct cfg_node *entry)
{
	struct place at = place_of(item, entry);

	if (item->kind->needs_tag && item->tag == SCREEN_NO_TAG && !item->is_zone)
		item->tag = tag_by_name(b, item);
	else if (item->kind->needs_tag && item->tag == SCREEN_NO_TAG &&
		 !(entry && cfg_get(entry, "tag"))) /* a wrong one is reported */
		BUILD_ERROR(b, at, "missing-setting", "widget %s is a %s and needs `tag`",
			    item->name, item->kind->name);
	if (item->kind->enter == ENTER_SCREEN && !item->is_zone && !item->to)
		item->to = xstrdup(item->name);
}

static void free_texts(char **texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(texts[i]);
	free(texts);
}

void details_release(struct screen_item *item)
{
	for (size_t i = 0; i < item->n_choices; i++) {
		free(item->choices[i].value);
		free(item->choices[i].text);
	}
	free(item->choices);
	free(item->value);
	free(item->needs);
	free(item->tags);
	free_texts(item->headings, item->n_headings);
	free_texts(item->row_names, item->n_row_names);
}
