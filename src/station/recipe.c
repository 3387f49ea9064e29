/* recipe.c - a recipe read from a file and written into one. */
#include "station/recipe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "util/diag.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

const struct cfg_row recipe_head_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what it is called; at most 63 bytes" },
	{ .name = "description", .kind = CFG_K_TEXT0, .help = "one line about it" },
	{ .name = "saved",
	  .kind = CFG_K_TEXT0,
	  .help = "when and by whom its values were taken" },
	{ 0 },
};

const struct cfg_row recipe_line_rows[] = {
	{ .name = "tag",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "tag to be written" },
	{ .name = "value",
	  .kind = CFG_K_SCALAR,
	  .flags = CFG_REQUIRED,
	  .help = "what it shall be, in its unit; a word where it has words" },
	{ .name = "unit", .kind = CFG_K_TEXT0, .help = "its unit, to be compared" },
	{ 0 },
};

const struct cfg_row recipe_file_rows[] = {
	{ .name = "recipe",
	  .kind = CFG_K_GROUP,
	  .flags = CFG_REQUIRED,
	  .members = recipe_head_rows,
	  .help = "name and description" },
	{ .name = "changes",
	  .kind = CFG_K_GROUPS,
	  .flags = CFG_REQUIRED,
	  .members = recipe_line_rows,
	  .help = "tags and values in the order they are written; 1 to 100" },
	{ 0 },
};

/* --- reading ----------------------------------------------------------------------- */

static struct loc loc_of(const struct cfg_node *n)
{
	return (struct loc){ cfg_file(n), cfg_line(n), cfg_column(n) };
}

static void take_text(const struct cfg_node *group, const char *name, char *out,
		      size_t size, struct diag_list *diags)
{
	const struct cfg_node *node = cfg_get(group, name);
	const char *text = cfg_as_text(node);

	if (!text)
		return;
	if (strlen(text) >= size)
		cfg_error(node, diags, "too-long", "%s is longer than %zu bytes", name,
			  size - 1);
	else
		snprintf(out, size, "%s", text);
}

static void take_value(const struct cfg_node *node, struct recipe_line *line,
		       struct diag_list *diags)
{
	const char *text = cfg_as_text(node);
	bool on;
	int64_t whole;
	double number;

	if (text && strlen(text) > VALUE_STRING_MAX) {
		cfg_error(node, diags, "too-long", "a value is longer than %d bytes",
			  VALUE_STRING_MAX);
	} else if (text) {
		snprintf(line->text, sizeof(line->text), "%s", text);
		line->value = value_string(line->text);
	} else if (cfg_as_bool(node, &on)) {
		line->value = value_bool(on);
	} else if (cfg_as_int(node, &whole)) {
		line->value = value_int(whole);
	} else if (cfg_as_double(node, &number) && isfinite(number)) {
		line->value = value_double(number);
	}
}

static void take_line(const struct cfg_node *node, struct recipe *r,
		      struct diag_list *diags)
{
	struct recipe_line *line = &r->lines[r->n];
	const struct cfg_node *value = cfg_get(node, "value");

	*line = (struct recipe_line){ .at = loc_of(node) };
	take_text(node, "tag", line->tag, sizeof(line->tag), diags);
	take_text(node, "unit", line->unit, sizeof(line->unit), diags);
	if (value) {
		line->value_at = loc_of(value);
		take_value(value, line, diags);
	}
	if (!line->tag[0] || line->value.type == VALUE_NONE)
		return; /* reported */
	for (size_t i = 0; i < r->n; i++) {
		if (strcmp(r->lines[i].tag, line->tag) != 0)
			continue;
		cfg_error(node, diags, "twice",
			  "%s is in this recipe twice; the first stands in line %d",
			  line->tag, r->lines[i].at.line);
		return;
	}
	r->n++;
}

static void take_lines(const struct cfg_node *list, struct recipe *r,
		       struct diag_list *diags)
{
	size_t n = cfg_count(list);

	if (!list)
		return;
	if (n < 1 || n > RECIPE_LINES_MAX) {
		cfg_error(list, diags, "line-count",
			  "a recipe has 1 to %d changes, this one has %zu",
			  RECIPE_LINES_MAX, n);
		return;
	}
	r->lines = xcalloc(n, sizeof(*r->lines));
	for (size_t i = 0; i < n; i++)
		take_line(cfg_at(list, i), r, diags);
	for (size_t i = 0; i < r->n; i++) /* lines may have moved */
		if (r->lines[i].value.type == VALUE_STRING)
			r->lines[i].value.u.s = r->lines[i].text;
}

bool recipe_take(const struct cfg *file, struct recipe *r, struct diag_list *diags)
{
	const struct cfg_node *root = cfg_root(file), *head = cfg_get(root, "recipe");
	size_t before = diags->errors;

	*r = (struct recipe){ .at = loc_of(head ? head : root) };
	if (!cfg_check(root, "a recipe", recipe_file_rows, false, diags))
		return false;
	take_text(head, "name", r->name, sizeof(r->name), diags);
	take_text(head, "description", r->description, sizeof(r->description), diags);
	take_text(head, "saved", r->saved, sizeof(r->saved), diags);
	take_lines(cfg_get(root, "changes"), r, diags);
	return diags->errors == before;
}

bool recipe_parse(const char *text, size_t len, const char *shown, struct recipe *r,
		  struct diag_list *diags)
{
	size_t before = diags->errors;
	struct cfg *file = cfg_parse(text, len, shown, diags);

	*r = (struct recipe){ .n = 0 };
	if (file)
		recipe_take(file, r, diags);
	cfg_free(file);
	return file && diags->errors == before;
}

void recipe_release(struct recipe *r)
{
	free(r->lines);
	*r = (struct recipe){ .n = 0 };
}

bool recipe_same(const struct recipe *a, const struct recipe *b)
{
	if (a->n != b->n || strcmp(a->name, b->name) != 0 ||
	    strcmp(a->description, b->description) != 0 ||
	    strcmp(a->saved, b->saved) != 0)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->lines[i].tag, b->lines[i].tag) != 0 ||
		    strcmp(a->lines[i].unit, b->lines[i].unit) != 0 ||
		    a->lines[i].value.type != b->lines[i].value.type ||
		    !value_equal(&a->lines[i].value, &b->lines[i].value))
			return false;
	return true;
}

/* --- writing ----------------------------------------------------------------------- */

/* As libconfig reads it again: nothing in a text of ours is an escape. */
static void put_quoted(struct strbuf *out, const char *text)
{
	strbuf_addch(out, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			strbuf_addch(out, '\\');
		strbuf_addch(out, *text);
	}
	strbuf_addch(out, '"');
}

static void put_number(struct strbuf *out, double v)
{
	char number[64];

	num_format_exact(v, number, sizeof(number));
	strbuf_adds(out, number);
	if (!strpbrk(number, ".eE"))
		strbuf_adds(out, ".0");
}

static void put_value(struct strbuf *out, const struct value *v)
{
	switch (v->type) {
	case VALUE_BOOL:
		strbuf_adds(out, v->u.b ? "true" : "false");
		break;
	case VALUE_INT:
		strbuf_addf(out, "%lld%s", (long long)v->u.i,
			    v->u.i > INT32_MAX || v->u.i < INT32_MIN ? "L" : "");
		break;
	case VALUE_DOUBLE:
		put_number(out, v->u.d);
		break;
	case VALUE_STRING:
		put_quoted(out, v->u.s);
		break;
	case VALUE_NONE:
		break;
	}
}

static void put_setting(struct strbuf *out, const char *name, const char *text)
{
	if (!text[0])
		return;
	strbuf_addf(out, "\n\t%s = ", name);
	put_quoted(out, text);
	strbuf_addch(out, ';');
}

void recipe_put(struct strbuf *out, const struct recipe *r)
{
	strbuf_adds(out, "recipe = {");
	put_setting(out, "name", r->name);
	put_setting(out, "description", r->description);
	put_setting(out, "saved", r->saved);
	strbuf_adds(out, "\n};\n\nchanges = (\n");
	for (size_t i = 0; i < r->n; i++) {
		const struct recipe_line *l = &r->lines[i];

		strbuf_addf(out, "\t{ tag = \"%s\"; value = ", l->tag);
		put_value(out, &l->value);
		strbuf_addch(out, ';');
		if (l->unit[0]) {
			strbuf_adds(out, " unit = ");
			put_quoted(out, l->unit);
			strbuf_addch(out, ';');
		}
		strbuf_addf(out, " }%s\n", i + 1 < r->n ? "," : "");
	}
	strbuf_adds(out, ");\n");
}
