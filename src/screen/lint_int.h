/*
 * lint_int.h - what the files of the linter share. Nobody else includes it.
 *
 * A rule is a row of the table in lint.c: an id, a sentence for the style guide and one
 * function. What the function says carries the row's id and severity, so that the two
 * cannot drift apart.
 */
#ifndef SG_SCREEN_LINT_INT_H
#define SG_SCREEN_LINT_INT_H

#include "screen/lint.h"

struct strbuf;

struct screen_lint {
	const struct screen_set *set;
	const struct screen *s;         /* the one looked at */
	const struct screen_item *item; /* being judged, or NULL */
	const struct screen_lookup *lookup;
	const struct screen_rule *rule;
	struct diag_list *diags;
};

void screen_say(struct screen_lint *l, int line, int column, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
#define SAY_ITEM(l, item, ...) screen_say((l), (item)->line, (item)->column, __VA_ARGS__)

/* The tag of that index of the screen, or NULL; says nothing. */
const struct tag_meta *screen_lint_tag(const struct screen_lint *l, uint32_t tag);
/* What Enter on it may write: its own tag, when that is writable. */
bool screen_item_writes(const struct screen_lint *l, const struct screen_item *item);

/* --- lint_tags.c: fields against the station's tags --- */
void rule_unknown_tag(struct screen_lint *l, const struct screen_item *item);
void rule_unknown_pen(struct screen_lint *l);
void rule_no_range(struct screen_lint *l, const struct screen_item *item);
void rule_not_a_number(struct screen_lint *l, const struct screen_item *item);
void rule_short_past(struct screen_lint *l, const struct screen_item *item);
void rule_not_writable(struct screen_lint *l, const struct screen_item *item);
void rule_value_fits(struct screen_lint *l, const struct screen_item *item);
void rule_write_on_overview(struct screen_lint *l, const struct screen_item *item);
void rule_needless_precision(struct screen_lint *l, const struct screen_item *item);
void rule_unit_hidden(struct screen_lint *l, const struct screen_item *item);
void rule_unknown_area(struct screen_lint *l, const struct screen_item *item);
void rule_unknown_area_of_screen(struct screen_lint *l);
void rule_write_twice(struct screen_lint *l);

/* --- lint_look.c: widths, what touches what, glyphs, how full it is --- */
void rule_narrow(struct screen_lint *l, const struct screen_item *item);
void rule_glyph(struct screen_lint *l, const struct screen_item *item);
void rule_symbol_open(struct screen_lint *l, const struct screen_item *item);
void rule_touch(struct screen_lint *l, const struct screen_item *item);
void rule_zone_hides(struct screen_lint *l, const struct screen_item *item);
void rule_density(struct screen_lint *l);
void rule_pipes(struct screen_lint *l);
void rule_glyph_tier(struct screen_lint *l);
void rule_glyph_stand_in(struct screen_lint *l);

/* --- lint_ways.c: screens and the ways between them --- */
void rule_leads_nowhere(struct screen_lint *l, const struct screen_item *item);
void rule_key_leads_nowhere(struct screen_lint *l);
void rule_unknown_up(struct screen_lint *l);
void rule_no_up(struct screen_lint *l);
void rule_up_level(struct screen_lint *l);
void rule_up_cycle(struct screen_lint *l);
void rule_unreachable(struct screen_lint *l);
void rule_far(struct screen_lint *l);

#endif
