/* lint.c - the table of rules that screens are held against, and going through it. */
#include "screen/lint_int.h"

#include <stdarg.h>
#include <stdio.h>

#include "util/strmap.h"

const struct screen_rule screen_rules[] = {
	/* tags */
	{ "unknown-tag", DIAG_ERROR, "each tag shown, marked or read by a symbol exists",
	  rule_unknown_tag, NULL },
	{ "unknown-pen", DIAG_ERROR, "each tag that a letter shows the trend of exists",
	  NULL, rule_unknown_pen },
	{ "no-range", DIAG_ERROR, "what is drawn on a scale has a range", rule_no_range,
	  NULL },
	{ "not-a-number", DIAG_ERROR, "what is drawn on a scale is a number",
	  rule_not_a_number, NULL },
	{ "short-past", DIAG_WARNING,
	  "a sparkline on level 2 looks back an hour at least", rule_short_past, NULL },
	{ "not-writable", DIAG_ERROR, "what offers to write leads to a tag with `write`",
	  rule_not_writable, NULL },
	{ "value-fits", DIAG_ERROR,
	  "a button or a choice writes a value its tag can take", rule_value_fits, NULL },
	{ "write-on-overview", DIAG_ERROR, "nothing on level 1 can be written",
	  rule_write_on_overview, NULL },
	{ "write-twice", DIAG_WARNING, "a tag is written from one place of a screen",
	  NULL, rule_write_twice },
	{ "needless-precision", DIAG_WARNING,
	  "no value has more decimals than its instrument can tell apart",
	  rule_needless_precision, NULL },
	{ "unit-hidden", DIAG_WARNING,
	  "a number without its unit stands under a heading that names it",
	  rule_unit_hidden, NULL },
	{ "unknown-area", DIAG_ERROR, "an alarm list names an area of the station",
	  rule_unknown_area, NULL },
	{ "unknown-area", DIAG_ERROR, "a screen's area is one of the station", NULL,
	  rule_unknown_area_of_screen },
	/* looks */
	{ "narrow", DIAG_ERROR, "a field holds whatever its tag may show", rule_narrow,
	  NULL },
	{ "glyph", DIAG_ERROR, "words hold characters of the glyph table only",
	  rule_glyph, NULL },
	{ "symbol-open", DIAG_WARNING, "a symbol always shows something",
	  rule_symbol_open, NULL },
	{ "touch", DIAG_WARNING, "a blank stands before a mark and after a number",
	  rule_touch, NULL },
	{ "zone-hides", DIAG_WARNING, "nothing is drawn where a widget will be",
	  rule_zone_hides, NULL },
	{ "density", DIAG_WARNING, "level 1 shows at most 60 live fields on 80x19", NULL,
	  rule_density },
	{ "pipes", DIAG_WARNING, "lines take at most a fifth of a picture", NULL,
	  rule_pipes },
	{ "glyph-tier", DIAG_WARNING, "every character has a stand-in on every terminal",
	  NULL, rule_glyph_tier },
	{ "glyph-stand-in", DIAG_NOTE, "what stands there on a poorer terminal", NULL,
	  rule_glyph_stand_in },
	/* ways */
	{ "unknown-screen", DIAG_ERROR, "a way leads to a screen that exists",
	  rule_leads_nowhere, NULL },
	{ "unknown-screen", DIAG_ERROR,
	  "a letter of `keys` leads to a screen that exists", NULL,
	  rule_key_leads_nowhere },
	{ "unknown-screen", DIAG_ERROR, "`up` names a screen that exists", NULL,
	  rule_unknown_up },
	{ "no-up", DIAG_ERROR, "every screen below level 1 says what is above it", NULL,
	  rule_no_up },
	{ "up-level", DIAG_ERROR, "`up` leads to a level above", NULL, rule_up_level },
	{ "up-cycle", DIAG_ERROR, "`up` ends at an overview", NULL, rule_up_cycle },
	{ "unreachable", DIAG_WARNING, "a way from an overview leads to every screen",
	  NULL, rule_unreachable },
	{ "far", DIAG_WARNING, "two keys lead from anywhere to every unit", NULL,
	  rule_far },
	{ NULL, DIAG_ERROR, NULL, NULL, NULL },
};

/* --- shared ------------------------------------------------------------------------ */

void screen_say(struct screen_lint *l, int line, int column, const char *fmt, ...)
{
	char text[900];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* an item of a placed template is drawn in another file, and placed by this one
	 */
	diag_add(l->diags, l->rule->severity, l->item ? l->item->file : l->s->path, line,
		 column, l->rule->id, "%s%s%s%s", text,
		 l->item && l->item->via ? " (" : "",
		 l->item && l->item->via ? l->item->via : "",
		 l->item && l->item->via ? ")" : "");
}

const struct tag_meta *screen_lint_tag(const struct screen_lint *l, uint32_t tag)
{
	return tag == SCREEN_NO_TAG ? NULL
				    : l->lookup->tag(l->lookup->arg, l->s->tags[tag]);
}

bool screen_item_writes(const struct screen_lint *l, const struct screen_item *item)
{
	const struct tag_meta *meta = screen_lint_tag(l, item->tag);

	return meta && meta->writable && item->kind->selectable;
}

/* --- going through ----------------------------------------------------------------- */

/* The rules of items, on a drawing that is not the first of its screen. */
static void hold_items(struct screen_lint *l, const struct screen_rule *rule)
{
	l->rule = rule;
	for (size_t i = 0; rule->item && i < l->s->n_items; i++) {
		l->item = &l->s->items[i];
		rule->item(l, l->item);
	}
	l->item = NULL;
}

static void hold_against(struct screen_lint *l, const struct screen_rule *rule)
{
	l->rule = rule;
	if (rule->screen)
		rule->screen(l);
	hold_items(l, rule);
}

static bool is_asked(const struct screen_lint *l, const struct screen_rule *rule)
{
	return rule->severity != DIAG_NOTE || l->lookup->notes;
}

static void lint_drawing(struct screen_lint l, const struct screen *s)
{
	l.s = s;
	for (const struct screen_rule *r = screen_rules; r->id; r++)
		if (is_asked(&l, r))
			hold_items(&l, r);
}

/* A faceplate is judged once, with the arguments of each call of it. */
static void lint_plate(const struct screen_lint *l, const char *call, struct strmap *seen)
{
	struct screen *plate;

	if (strmap_has(seen, call))
		return;
	strmap_put(seen, call, 1);
	plate = screen_faceplate(l->set, call, l->diags);
	if (plate)
		lint_drawing(*l, plate);
	screen_free(plate);
}

static void lint_plates(const struct screen_lint *l, const struct screen *s,
			struct strmap *seen)
{
	for (size_t i = 0; i < s->n_items; i++)
		if (s->items[i].opens)
			lint_plate(l, s->items[i].opens, seen);
	for (size_t i = 0; i < s->n_keys && !s->base; i++)
		if (s->keys[i].is_call)
			lint_plate(l, s->keys[i].to, seen);
}

void screen_set_lint(const struct screen_set *set, const struct screen_lookup *lookup,
		     struct diag_list *diags)
{
	struct strmap *seen = strmap_new();

	for (size_t i = 0; i < set->n; i++) {
		const struct screen *s = set->v[i];
		struct screen_lint l = { set, s, NULL, lookup, NULL, diags };

		for (const struct screen_rule *r = screen_rules; r->id; r++)
			if (is_asked(&l, r))
				hold_against(&l, r);
		lint_plates(&l, s, seen);
		for (size_t k = 0; k < s->n_variants; k++) {
			lint_drawing(l, s->variants[k]);
			lint_plates(&l, s->variants[k], seen);
		}
	}
	strmap_free(seen);
}
