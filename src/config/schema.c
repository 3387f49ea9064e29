/* schema.c - holds a group of settings against its table. */
#include "config/schema.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "util/diag.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

struct check {
	const char *what;
	struct diag_list *diags;
};

/* --- sentences --------------------------------------------------------------------- */

static const char *const kind_text[] = {
	[CFG_K_BOOL] = "true or false",
	[CFG_K_INT] = "a whole number",
	[CFG_K_NUMBER] = "a number",
	[CFG_K_TEXT] = "a text that is not empty",
	[CFG_K_TEXT0] = "a text",
	[CFG_K_WORD] = "a word",
	[CFG_K_TEXTS] = "a list of texts ( \"a\", \"b\" )",
	[CFG_K_PAIR] = "two numbers ( lo, hi )",
	[CFG_K_GROUP] = "a group { }",
	[CFG_K_GROUPS] = "a list of groups ( { }, { } )",
	[CFG_K_SCALAR] = "a text, a number or true/false",
	[CFG_K_ANY] = "anything",
};

static void wrong_kind(const struct cfg_node *n, const struct cfg_row *row,
		       const struct check *c)
{
	cfg_error(n, c->diags, "wrong-kind", "%s of %s must be %s, not %s", row->name,
		  c->what, kind_text[row->kind],
		  cfg_type(n) == CFG_FLOAT ? "a fraction" : cfg_type_text(cfg_type(n)));
}

bool cfg_row_refuses_word(const struct cfg_row *row, const char *what, const char *word,
			  struct strbuf *why)
{
	size_t count = 0;

	for (; row->words[count]; count++)
		if (strcmp(word, row->words[count]) == 0)
			return false;
	strbuf_addf(why, "%s of %s is \"%s\"; it can be", row->name, what, word);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(why, "%s %s", i ? "," : "", row->words[i]);
	diag_suggest(why, word, row->words, count);
	return true;
}

bool cfg_row_refuses_number(const struct cfg_row *row, const char *what, double v,
			    struct strbuf *why)
{
	char lo[40], hi[40], got[40];

	if ((row->flags & CFG_POSITIVE) && v <= 0) {
		num_format_exact(v, got, sizeof(got));
		strbuf_addf(why, "%s of %s is %s; it must be above 0", row->name, what,
			    got);
	} else if ((row->flags & CFG_NOT_NEGATIVE) && v < 0) {
		num_format_exact(v, got, sizeof(got));
		strbuf_addf(why, "%s of %s is %s; it must be 0 or more", row->name, what,
			    got);
	} else if ((row->flags & CFG_NOT_ZERO) && v == 0) {
		strbuf_addf(why, "%s of %s must not be 0", row->name, what);
	} else if ((row->lo != 0 || row->hi != 0) && (v < row->lo || v > row->hi)) {
		num_format_exact(row->lo, lo, sizeof(lo));
		num_format_exact(row->hi, hi, sizeof(hi));
		num_format_exact(v, got, sizeof(got));
		strbuf_addf(why, "%s of %s is %s; allowed is %s to %s", row->name, what,
			    got, lo, hi);
	} else {
		return false;
	}
	return true;
}

const char *cfg_kind_text(enum cfg_kind kind)
{
	return kind_text[kind];
}

/* --- one value ---------------------------------------------------------------------- */

static void check_limits(const struct cfg_node *n, const struct cfg_row *row, double v,
			 const struct check *c)
{
	struct strbuf why = STRBUF_INIT;

	if (cfg_row_refuses_number(row, c->what, v, &why))
		cfg_error(n, c->diags, "out-of-range", "%s", why.buf);
	strbuf_release(&why);
}

static void check_number(const struct cfg_node *n, const struct cfg_row *row,
			 const struct check *c)
{
	int64_t i;
	double d;

	if (row->kind == CFG_K_INT && cfg_as_int(n, &i))
		check_limits(n, row, (double)i, c);
	else if (row->kind == CFG_K_NUMBER && cfg_as_double(n, &d))
		check_limits(n, row, d, c);
	else
		wrong_kind(n, row, c);
}

static void check_word(const struct cfg_node *n, const struct cfg_row *row,
		       const struct check *c)
{
	const char *s = cfg_as_text(n);
	struct strbuf why = STRBUF_INIT;

	if (!s)
		wrong_kind(n, row, c);
	else if (cfg_row_refuses_word(row, c->what, s, &why))
		cfg_error(n, c->diags, "wrong-word", "%s", why.buf);
	strbuf_release(&why);
}

static void check_text(const struct cfg_node *n, const struct cfg_row *row,
		       const struct check *c)
{
	const char *s = cfg_as_text(n);

	if (!s || (row->kind == CFG_K_TEXT && !*s))
		wrong_kind(n, row, c);
}

static void check_texts(const struct cfg_node *n, const struct cfg_row *row,
			const struct check *c)
{
	if (cfg_type(n) == CFG_STRING)
		return;
	if (cfg_type(n) != CFG_LIST && cfg_type(n) != CFG_ARRAY) {
		wrong_kind(n, row, c);
		return;
	}
	for (size_t i = 0; i < cfg_count(n); i++)
		if (!cfg_as_text(cfg_at(n, i)))
			wrong_kind(cfg_at(n, i), row, c);
}

static void check_pair(const struct cfg_node *n, const struct cfg_row *row,
		       const struct check *c)
{
	bool list = cfg_type(n) == CFG_LIST || cfg_type(n) == CFG_ARRAY;
	double lo, hi;

	if (!list || cfg_count(n) != 2 || !cfg_as_double(cfg_at(n, 0), &lo) ||
	    !cfg_as_double(cfg_at(n, 1), &hi)) {
		wrong_kind(n, row, c);
		return;
	}
	if (lo >= hi)
		cfg_error(
			n, c->diags, "crossed-limits",
			"%s of %s is crossed: the first number must be below the second",
			row->name, c->what);
}

static void check_group(const struct cfg_node *n, const struct cfg_row *row,
			const struct check *c)
{
	struct strbuf what = STRBUF_INIT;

	if (cfg_type(n) != CFG_GROUP) {
		wrong_kind(n, row, c);
		return;
	}
	strbuf_addf(&what, "%s of %s", row->name, c->what);
	if (row->members)
		cfg_check(n, what.buf, row->members, false, c->diags);
	strbuf_release(&what);
}

static void check_groups(const struct cfg_node *n, const struct cfg_row *row,
			 const struct check *c)
{
	if (cfg_type(n) != CFG_LIST) {
		wrong_kind(n, row, c);
		return;
	}
	for (size_t i = 0; i < cfg_count(n); i++)
		check_group(cfg_at(n, i), row, c);
}

static void check_scalar(const struct cfg_node *n, const struct cfg_row *row,
			 const struct check *c)
{
	if (cfg_type(n) >= CFG_ARRAY)
		wrong_kind(n, row, c);
}

static void check_bool(const struct cfg_node *n, const struct cfg_row *row,
		       const struct check *c)
{
	if (cfg_type(n) != CFG_BOOL)
		wrong_kind(n, row, c);
}

static void check_any(const struct cfg_node *n, const struct cfg_row *row,
		      const struct check *c)
{
	(void)n, (void)row, (void)c;
}

static void (*const checks[])(const struct cfg_node *, const struct cfg_row *,
			      const struct check *) = {
	[CFG_K_BOOL] = check_bool,     [CFG_K_INT] = check_number,
	[CFG_K_NUMBER] = check_number, [CFG_K_TEXT] = check_text,
	[CFG_K_TEXT0] = check_text,    [CFG_K_WORD] = check_word,
	[CFG_K_TEXTS] = check_texts,   [CFG_K_PAIR] = check_pair,
	[CFG_K_GROUP] = check_group,   [CFG_K_GROUPS] = check_groups,
	[CFG_K_SCALAR] = check_scalar, [CFG_K_ANY] = check_any,
};

/* --- a group ------------------------------------------------------------------------ */

static const struct cfg_row *row_find(const struct cfg_row *rows, const char *name)
{
	for (; rows->name; rows++)
		if (rows->name[0] == name[0] && strcmp(rows->name, name) == 0)
			return rows;
	return NULL;
}

static void unknown_setting(const struct cfg_node *n, const struct cfg_row *rows,
			    const struct check *c)
{
	struct strbuf text = STRBUF_INIT;
	const char **names = NULL;
	size_t count = 0;

	strbuf_addf(&text, "unknown setting \"%s\" in %s", cfg_name(n), c->what);
	for (; rows->name; rows++)
		*GROW(&names, &count) = rows->name;
	diag_suggest(&text, cfg_name(n), names, count);
	cfg_error(n, c->diags, "unknown-setting", "%s", text.buf);
	free(names);
	strbuf_release(&text);
}

static void check_required(const struct cfg_node *group, const struct cfg_row *rows,
			   const struct check *c)
{
	for (; rows->name; rows++)
		if ((rows->flags & CFG_REQUIRED) && !cfg_get(group, rows->name))
			cfg_error(group, c->diags, "missing-setting",
				  "%s has no %s (%s); add it", c->what, rows->name,
				  rows->help);
}

bool cfg_check(const struct cfg_node *group, const char *what, const struct cfg_row *rows,
	       bool open, struct diag_list *diags)
{
	struct check c = { what, diags };
	size_t before = diags->errors;

	if (cfg_type(group) != CFG_GROUP) {
		cfg_error(group, diags, "wrong-kind", "%s must be a group { }, not %s",
			  what, cfg_type_text(cfg_type(group)));
		return false;
	}
	for (size_t i = 0; i < cfg_count(group); i++) {
		const struct cfg_node *n = cfg_at(group, i);
		const struct cfg_row *row = row_find(rows, cfg_name(n));
		if (row && !cfg_misread(n))
			checks[row->kind](n, row, &c);
		else if (!row && !open)
			unknown_setting(n, rows, &c);
	}
	check_required(group, rows, &c);
	return diags->errors == before;
}

/* What the value can be: kind, words, limits. */
static void help_value(const struct cfg_row *row, struct strbuf *out)
{
	strbuf_adds(out, kind_text[row->kind]);
	for (size_t i = 0; row->kind == CFG_K_WORD && row->words[i]; i++)
		strbuf_addf(out, "%s %s", i ? "," : ":", row->words[i]);
	if (row->lo != 0 || row->hi != 0)
		strbuf_addf(out, ", %.0f to %.0f", row->lo, row->hi);
	if (row->flags & CFG_POSITIVE)
		strbuf_adds(out, " above 0");
	if (row->flags & CFG_NOT_NEGATIVE)
		strbuf_adds(out, ", 0 or more");
	if (row->flags & CFG_REQUIRED)
		strbuf_adds(out, ", required");
}

void cfg_schema_help(const struct cfg_row *rows, struct strbuf *out)
{
	for (; rows->name; rows++) {
		strbuf_addf(out, "  %-17s %s\n%20s", rows->name, rows->help, "");
		help_value(rows, out);
		strbuf_addch(out, '\n');
	}
}
