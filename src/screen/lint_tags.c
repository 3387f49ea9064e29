/* lint_tags.c - rules that hold fields against the tags and areas of the station. */
#include "screen/lint_int.h"

#include <math.h>
#include <string.h>

#include "expr/expr.h"
#include "util/area.h"
#include "util/strbuf.h"
#include "util/utf8.h"

/* --- unknown-tag ------------------------------------------------------------------- */

static void known(struct screen_lint *l, const struct screen_item *item, uint32_t tag,
		  const char *how)
{
	struct strbuf hint = STRBUF_INIT;
	const char *name;

	if (tag == SCREEN_NO_TAG || screen_lint_tag(l, tag))
		return;
	name = l->s->tags[tag];
	diag_suggest(&hint, name, l->lookup->names, l->lookup->n_names);
	SAY_ITEM(l, item,
		 item->is_zone ? "widget %s %s \"%s\", and there is no such tag%s"
			       : "{%s} %s \"%s\", and there is no such tag%s",
		 item->name, how, name, hint.buf);
	strbuf_release(&hint);
}

static bool reads(const struct expr *e, uint32_t tag)
{
	for (size_t k = 0; e && k < expr_operand_count(e); k++)
		if (expr_operand_id(e, k) == tag)
			return true;
	return false;
}

static bool read_before(const struct screen_item *item, size_t state, uint32_t tag)
{
	for (size_t i = 0; i < state; i++)
		if (reads(item->states[i].when, tag))
			return true;
	return false;
}

void rule_unknown_tag(struct screen_lint *l, const struct screen_item *item)
{
	known(l, item, item->tag, "shows");
	known(l, item, item->setpoint, "marks the setpoint");
	for (size_t i = 0; i < item->n_tags; i++)
		known(l, item, item->tags[i], "looks at");
	for (size_t i = 0; i < item->n_pens; i++)
		known(l, item, item->pens[i], "has the pen");
	for (size_t i = 0; i < item->n_states; i++) {
		const struct expr *e = item->states[i].when;

		for (size_t k = 0; e && k < expr_operand_count(e); k++)
			if (!read_before(item, i, expr_operand_id(e, k)))
				known(l, item, expr_operand_id(e, k),
				      "reads through its symbol");
	}
}

void rule_unknown_pen(struct screen_lint *l)
{
	for (size_t i = 0; i < l->s->n_keys; i++) {
		const struct screen_key *key = &l->s->keys[i];

		for (size_t k = 0; k < key->n_pens; k++) {
			const char *name = l->s->tags[key->pens[k]];
			struct strbuf hint = STRBUF_INIT;

			if (screen_lint_tag(l, key->pens[k]))
				continue;
			diag_suggest(&hint, name, l->lookup->names, l->lookup->n_names);
			screen_say(l, key->line, key->column,
				   "the key %c shows a trend of \"%s\", and there is no "
				   "such tag%s",
				   key->letter, name, hint.buf);
			strbuf_release(&hint);
		}
	}
}

/* --- scales ------------------------------------------------------------------------ */

void rule_no_range(struct screen_lint *l, const struct screen_item *item)
{
	const struct tag_meta *meta = screen_lint_tag(l, item->tag);

	if (meta && item->kind->needs_range && !meta->has_range)
		SAY_ITEM(l, item,
			 "a %s needs a scale: give tag \"%s\" a range = ( lo, hi )",
			 item->kind->name, meta->name);
}

void rule_not_a_number(struct screen_lint *l, const struct screen_item *item)
{
	const struct tag_meta *meta = screen_lint_tag(l, item->tag);

	if (meta && item->kind->needs_range &&
	    (meta->type == VALUE_STRING || meta->type == VALUE_BOOL))
		SAY_ITEM(l, item, "a %s shows numbers, and tag \"%s\" is a %s",
			 item->kind->name, meta->name, value_type_name(meta->type));
	for (size_t i = 0; i < item->n_pens; i++) {
		meta = screen_lint_tag(l, item->pens[i]);
		if (meta && meta->type == VALUE_STRING)
			SAY_ITEM(l, item,
				 "a pen is a number or a state, and tag \"%s\" is a text",
				 meta->name);
	}
}

/* HM-06: a unit's key values with where they come from. */
void rule_short_past(struct screen_lint *l, const struct screen_item *item)
{
	const int64_t hour_ms = 60 * 60 * 1000;

	if (item->kind->shows_past && item->n_pens == 0 && l->s->level == 2 &&
	    item->span_ms > 0 && item->span_ms < hour_ms)
		SAY_ITEM(l, item,
			 "{%s} looks back less than an hour; on a unit's screen one sees "
			 "from it where a value comes from: leave `span` out",
			 item->name);
}

/* --- writes ------------------------------------------------------------------------ */

void rule_not_writable(struct screen_lint *l, const struct screen_item *item)
{
	const struct tag_meta *meta = screen_lint_tag(l, item->tag);

	if (meta && !meta->writable && item->kind->needs_write)
		SAY_ITEM(l, item,
			 "{%s} offers to write tag \"%s\", which has no `write` group",
			 item->name, meta->name);
}

void rule_write_on_overview(struct screen_lint *l, const struct screen_item *item)
{
	if (l->s->level == 1 && screen_item_writes(l, item))
		SAY_ITEM(l, item,
			 "{%s} can be written, and a screen of level 1 is for looking: "
			 "move it to a unit screen",
			 item->name);
}

/* A value that is offered to write is one of the tag's. */
static void fits(struct screen_lint *l, const struct screen_item *item, const char *text)
{
	const struct tag_meta *meta = screen_lint_tag(l, item->tag);
	struct strbuf why = STRBUF_INIT;
	struct value v;
	double number;

	if (!meta || !text)
		return;
	if (!value_parse_operator(text, meta->type, &v, &why))
		SAY_ITEM(l, item, "{%s} offers a value to \"%s\": %s", item->name,
			 meta->name, why.buf);
	else if (meta->has_range && value_number(&v, &number) &&
		 (number < meta->lo || number > meta->hi))
		SAY_ITEM(l, item, "{%s} offers %s to \"%s\", whose range is %g to %g",
			 item->name, text, meta->name, meta->lo, meta->hi);
	strbuf_release(&why);
}

void rule_value_fits(struct screen_lint *l, const struct screen_item *item)
{
	fits(l, item, item->value);
	for (size_t i = 0; i < item->n_choices; i++)
		fits(l, item, item->choices[i].value);
}

/* Buttons write one value each: several of a tag are its choices. */
static const struct screen_item *written_before(struct screen_lint *l, size_t at)
{
	const struct screen_item *item = &l->s->items[at];

	for (size_t i = 0; i < at; i++)
		if (l->s->items[i].tag == item->tag &&
		    l->s->items[i].kind->enter != ENTER_BUTTON &&
		    screen_item_writes(l, &l->s->items[i]))
			return &l->s->items[i];
	return NULL;
}

void rule_write_twice(struct screen_lint *l)
{
	for (size_t i = 0; i < l->s->n_items; i++) {
		const struct screen_item *item = &l->s->items[i], *first;

		if (item->kind->enter == ENTER_BUTTON || !screen_item_writes(l, item))
			continue;
		first = written_before(l, i);
		if (first)
			SAY_ITEM(l, item,
				 "{%s} writes \"%s\" like {%s} in line %d; leave one of "
				 "them, or show a tag that reads it back",
				 item->name, l->s->tags[item->tag], first->name,
				 first->line);
	}
}

/* --- how numbers are shown (HM-16) ------------------------------------------------- */

enum { STEPS_OF_AN_INSTRUMENT = 100000 }; /* no field instrument tells more apart */

/* Said once a tag: on the first screen that shows it, at its first field. */
static bool shown_before(const struct screen_lint *l, const struct screen_item *item)
{
	const char *name = l->s->tags[item->tag];

	for (size_t i = 0; i < l->set->n; i++) {
		const struct screen *s = l->set->v[i];

		for (size_t k = 0; k < s->n_items; k++) {
			const struct screen_item *other = &s->items[k];

			if (other == item)
				return false;
			if (other->tag != SCREEN_NO_TAG && other->kind->shows_value &&
			    strcmp(s->tags[other->tag], name) == 0)
				return true;
		}
	}
	return false;
}

void rule_needless_precision(struct screen_lint *l, const struct screen_item *item)
{
	const struct tag_meta *m = screen_lint_tag(l, item->tag);
	double steps;

	if (!m || !item->kind->shows_value || m->type != VALUE_DOUBLE || !m->has_range)
		return;
	steps = (m->hi - m->lo) * pow(10, m->decimals);
	if (m->decimals > 0 && steps > STEPS_OF_AN_INSTRUMENT && !shown_before(l, item))
		SAY_ITEM(l, item,
			 "{%s} shows tag \"%s\" to %d decimals: %.0f steps over its "
			 "range, and no instrument tells them apart; give the tag fewer "
			 "decimals",
			 item->name, m->name, m->decimals, steps);
}

static bool is_heading(const struct screen *s, const char *text)
{
	for (size_t i = 0; i < s->n_items; i++)
		for (size_t k = 0; k < s->items[i].n_headings; k++)
			if (strstr(s->items[i].headings[k], text))
				return true;
	return false;
}

/* The unit stands somewhere in the drawing: a heading over a column. */
static bool is_written(const struct screen *s, const char *text)
{
	struct strbuf row = STRBUF_INIT;
	bool found = false;

	for (int r = 0; r < s->rows && !found; r++) {
		strbuf_clear(&row);
		for (int c = 0; c < s->cols; c++) {
			char utf8[4];
			uint32_t cp = s->cells[r * s->cols + c].cp;

			strbuf_add(&row, utf8, utf8_encode(cp, utf8));
		}
		found = strstr(row.buf, text) != NULL;
	}
	strbuf_release(&row);
	return found;
}

void rule_unit_hidden(struct screen_lint *l, const struct screen_item *item)
{
	const struct tag_meta *m = screen_lint_tag(l, item->tag);

	if (m && item->kind->shows_value && !item->show_unit && m->unit && m->unit[0] &&
	    !is_written(l->s, m->unit) && !is_heading(l->s, m->unit))
		SAY_ITEM(l, item,
			 "{%s} leaves its unit out, and nothing on the screen says "
			 "\"%s\"; write it over the column or beside the field",
			 item->name, m->unit);
}

/* --- areas ------------------------------------------------------------------------- */

static void known_area(struct screen_lint *l, int line, int column, const char *area)
{
	struct strbuf hint = STRBUF_INIT;

	if (!area || !area[0] || !l->lookup->areas)
		return;
	for (size_t i = 0; i < l->lookup->n_areas; i++)
		if (area_holds(area, l->lookup->areas[i]))
			return;
	diag_suggest(&hint, area, l->lookup->areas, l->lookup->n_areas);
	screen_say(l, line, column, "area \"%s\" is none of this station's%s", area,
		   hint.buf);
	strbuf_release(&hint);
}

void rule_unknown_area(struct screen_lint *l, const struct screen_item *item)
{
	known_area(l, item->line, item->column, item->area);
}

void rule_unknown_area_of_screen(struct screen_lint *l)
{
	known_area(l, l->s->line, 0, l->s->area);
}
