/* load_tags.c - tags: the server's own settings are read here, the rest is the driver's.
 */
#include "station/load_tags_int.h"

#include <stdio.h>
#include <string.h>

#include "util/secret.h"

enum { DRIVER_SETTING_MAX = 63, WHAT_MAX = 200 };

static const char *const type_words[] = { "bool", "int64", "double", "string", NULL };
const struct cfg_row station_history_rows[] = {
	{ .name = "deadband",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "smaller changes are not kept (history is not yet active)" },
	{ .name = "max_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "longest time between two kept values (history is not yet active)" },
	{ 0 },
};

const struct cfg_row station_tag_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "dotted name, lower case" },
	{ .name = "device", .kind = CFG_K_TEXT, .help = "device it is read from" },
	{ .name = "expression",
	  .kind = CFG_K_TEXT,
	  .help = "computed from other tags instead" },
	{ .name = "type",
	  .kind = CFG_K_WORD,
	  .words = type_words,
	  .help = "kind of its values, where the address does not tell" },
	{ .name = "area",
	  .kind = CFG_K_TEXT,
	  .help = "area of rights; the first part of the name by default" },
	{ .name = "description", .kind = CFG_K_TEXT0, .help = "one line about it" },
	{ .name = "unit", .kind = CFG_K_TEXT0, .help = "engineering unit" },
	{ .name = "range",
	  .kind = CFG_K_PAIR,
	  .help = "( lo, hi ): believable values, and what may be written" },
	{ .name = "decimals", .kind = CFG_K_INT, .hi = 9, .help = "digits shown" },
	{ .name = "deadband",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "smaller changes are not reported" },
	{ .name = "stale_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "older values are stale; 3 scans, at least 3 s, by default" },
	{ .name = "frozen_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "a value unchanged this long is frozen" },
	{ .name = "write", .kind = CFG_K_GROUP, .help = "an operator may write it" },
	{ .name = "history",
	  .kind = CFG_K_GROUP,
	  .members = station_history_rows,
	  .help = "what is kept of it (not yet active)" },
	{ 0 },
};

/* The driver's, but wrong for any driver. */
static const struct cfg_row driver_rows[] = {
	{ .name = "scale",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_ZERO,
	  .help = "factor of the raw number" },
	{ .name = "offset", .kind = CFG_K_NUMBER, .help = "added after the factor" },
	{ 0 },
};

const char *const station_tag_settings[] = {
	"name",     "device",         "expression",
	"type",     "area",           "description",
	"unit",     "range",          "decimals",
	"deadband", "stale_s",        "frozen_s",
	"write",    "history",        "permissive",
	"right",    "tolerance",      "select_tolerance",
	"max_step", "min_interval_s", "readback_s",
	"blind",    "challenge",      "reason",
	"approve",  "critical",       "pulse",
	"feedback", "words",          "max_change",
	NULL
};

/* --- checking -------------------------------------------------------------------- */

/* A number that a template brings in is a text here; the driver sees it replaced. */
static bool has_macro(const struct cfg_node *n)
{
	const char *s = cfg_as_text(n);

	return s && macro_present(s);
}

static void check_driver_settings(struct loader *l, const char *what,
				  const struct cfg_node *node)
{
	if (!has_macro(cfg_get(node, "scale")) && !has_macro(cfg_get(node, "offset")))
		cfg_check(node, what, driver_rows, true, l->diags);
}

static void check_source(struct loader *l, const char *what, const struct cfg_node *node)
{
	const struct cfg_node *device = cfg_get(node, "device");
	const struct cfg_node *expression = cfg_get(node, "expression");

	if (device && expression)
		cfg_error(expression, l->diags, "two-sources",
			  "%s has a device and an expression; keep one of them", what);
	else if (!device && !expression)
		cfg_error(node, l->diags, "no-source",
			  "%s has neither a device nor an expression; add one", what);
	if (expression && cfg_get(node, "write"))
		cfg_error(cfg_get(node, "write"), l->diags, "write-expression",
			  "%s is computed and cannot be written; remove write", what);
}

/* "tag \"x\"", cut at the size; without printf, for there are many. */
static void say_tag(char *out, size_t size, const char *name)
{
	size_t n = strnlen(name, size - sizeof("tag \"\""));

	memcpy(out, "tag \"", 5);
	memcpy(out + 5, name, n);
	memcpy(out + 5 + n, "\"", 2);
}

void load_check_tag(struct loader *l, const struct cfg_node *node)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	const struct cfg_node *write = cfg_get(node, "write");
	bool computed = cfg_get(node, "expression") && !cfg_get(node, "device");
	char what[WHAT_MAX] = "this tag", part[WHAT_MAX + 16];

	if (name)
		say_tag(what, sizeof(what), name);
	cfg_check(node, what, station_tag_rows, !computed, l->diags);
	check_driver_settings(l, what, node);
	check_source(l, what, node);
	if (write && cfg_type(write) == CFG_GROUP) {
		snprintf(part, sizeof(part), "write of %s", what);
		cfg_check(write, part, station_write_rows, true, l->diags);
	}
}

/* --- reading --------------------------------------------------------------------- */

struct unknown {
	const struct macro_args *args;
	bool found;
};

static void one_name(void *arg, const char *name, bool needed)
{
	struct unknown *u = arg;

	u->found |= needed && !macro_get(u->args, name);
}

/* It uses what is no parameter: that was said of the template. */
static bool names_nothing(const struct tag_scope *s, const char *text)
{
	struct unknown u = { &s->args, false };

	macro_each(text, one_name, &u);
	return u.found;
}

const char *load_expand(const struct tag_scope *s, const struct cfg_node *at,
			const char *text)
{
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;
	const char *full = NULL;

	if (!macro_present(text))
		return text;
	if (s->instance && macro_expand(text, &s->args, &out, &why, NULL))
		full = arena_text(s->l->scratch, out.buf);
	else if (s->instance && !names_nothing(s, text))
		load_error(s->l, s->instance, "macro",
			   "\"%s\" (%s line %d) cannot be filled in: %s", text,
			   cfg_file(at), cfg_line(at), why.buf);
	else if (!s->instance)
		cfg_error(at, s->l->diags, "macro",
			  "\"%s\" has a $( ) outside a template", text);
	strbuf_release(&out);
	strbuf_release(&why);
	return full;
}

/* A text setting with its macros replaced; fallback when absent or broken. */
const char *load_expanded(const struct tag_scope *s, const struct cfg_node *group,
			  const char *name, const char *fallback)
{
	const struct cfg_node *node = cfg_get(group, name);
	const char *text = cfg_as_text(node);
	const char *full = text ? load_expand(s, node, text) : NULL;

	return full ? full : fallback;
}

static bool is_own(const struct cfg_row *rows, const char *name)
{
	for (; rows->name; rows++)
		if (rows->name[0] == name[0] && strcmp(rows->name, name) == 0)
			return true;
	return false;
}

/* Reported already: the driver need not say it again. */
static bool is_refused(const struct cfg_node *one)
{
	double v;

	return cfg_misread(one) ||
	       (strcmp(cfg_name(one), "scale") == 0 && cfg_as_double(one, &v) && v == 0);
}

/* One setting for the driver. */
static void driver_setting(const struct tag_scope *s, const struct cfg_node *one,
			   const char *prefix, struct tag_parts *p)
{
	struct strbuf number = STRBUF_INIT;
	const char *text = cfg_as_text(one), *full = NULL;
	char name[DRIVER_SETTING_MAX + 1];

	if (!text && cfg_scalar_text(one, &number))
		text = number.buf;
	if (!text)
		cfg_error(one, s->l->diags, "wrong-kind",
			  "%s of tag \"%s\" must be a text, a number or "
			  "true/false, not %s",
			  cfg_name(one), p->name, cfg_type_text(cfg_type(one)));
	else if (snprintf(name, sizeof(name), "%s%s", prefix, cfg_name(one)) >=
		 (int)sizeof(name))
		cfg_error(one, s->l->diags, "wrong-kind",
			  "%s of tag \"%s\": the name of a setting is limited to %d "
			  "characters",
			  cfg_name(one), p->name, DRIVER_SETTING_MAX);
	else if (secret_name(name))
		load_secret_error(s->l, one, "tag", p->name);
	else if ((full = load_expand(s, one, text)) != NULL)
		settings_add(&p->settings, name, full);
	p->broken |= text && !full; /* reported: the driver is not asked about the rest */
	strbuf_release(&number);
}

/* Everything the server does not know itself. */
static void driver_settings(const struct tag_scope *s, const struct cfg_node *group,
			    const struct cfg_row *own, const char *prefix,
			    struct tag_parts *p)
{
	for (size_t i = 0; i < cfg_count(group); i++) {
		const struct cfg_node *one = cfg_at(group, i);

		if (!is_own(own, cfg_name(one)) && !is_refused(one))
			driver_setting(s, one, prefix, p);
	}
}

static void take_write(const struct tag_scope *s, const struct cfg_node *node,
		       struct tag_parts *p)
{
	const struct cfg_node *write = cfg_get(node, "write");

	if (!write || cfg_type(write) != CFG_GROUP)
		return;
	load_write(s, write, p);
	driver_settings(s, write, station_write_rows, "write.", p);
}

static void take_source(const struct tag_scope *s, const struct cfg_node *node,
			struct tag_parts *p)
{
	const struct cfg_node *device = cfg_get(node, "device");

	if (!device && cfg_get(node, "expression")) {
		p->expression = load_expanded(s, node, "expression", "0");
		p->expression_at = load_text_loc(cfg_get(node, "expression"));
		return;
	}
	p->device = load_expanded(s, node, "device", NULL);
	if (device)
		p->device_at = load_loc(device);
	driver_settings(s, node, station_tag_rows, "", p);
}

static void take_numbers(const struct cfg_node *node, struct tag_parts *p)
{
	const struct cfg_node *range = cfg_get(node, "range");
	struct tag_numbers *n = &p->numbers;
	int64_t decimals = 0;

	if (cfg_count(range) == 2 && cfg_as_double(cfg_at(range, 0), &n->lo) &&
	    cfg_as_double(cfg_at(range, 1), &n->hi) && n->lo < n->hi) {
		n->has_range = true;
		p->range_at = load_loc(range);
	}
	p->decimals_given = cfg_as_int(cfg_get(node, "decimals"), &decimals) &&
			    decimals >= 0 && decimals <= 9;
	p->decimals = p->decimals_given ? (unsigned)decimals : 0;
	n->deadband = load_double(node, "deadband", 0);
	n->stale_ms = load_ms(node, "stale_s", 0);
	n->frozen_ms = load_ms(node, "frozen_s", 0);
}

void load_tag(const struct tag_scope *s, const struct cfg_node *node)
{
	struct tag_parts p = { .settings = s->l->settings };

	p.name = load_expanded(s, node, "name", NULL);
	p.at = load_loc(node);
	if (!p.name || !*p.name)
		return;
	p.type = cfg_as_text(cfg_get(node, "type"));
	p.area = load_expanded(s, node, "area", NULL);
	p.description = load_expanded(s, node, "description", "");
	p.unit = load_expanded(s, node, "unit", "");
	p.settings.len = p.settings.n = 0;
	take_numbers(node, &p);
	take_source(s, node, &p);
	take_write(s, node, &p);
	load_parts(s->l, &p);
	s->l->settings = p.settings;
}

/* --- files ----------------------------------------------------------------------- */

const struct cfg_row station_tags_file_rows[] = {
	{ .name = "templates", .kind = CFG_K_GROUPS, .help = "many alike, with $(p)" },
	{ .name = "instances", .kind = CFG_K_GROUPS, .help = "uses of templates" },
	{ .name = "tags", .kind = CFG_K_GROUPS, .help = "the tags" },
	{ 0 },
};

static void plain_tags(struct loader *l, const struct cfg_node *list)
{
	struct tag_scope scope = { .l = l };

	for (size_t i = 0; i < cfg_count(list); i++) {
		if (cfg_type(cfg_at(list, i)) != CFG_GROUP)
			continue;
		load_check_tag(l, cfg_at(list, i));
		load_tag(&scope, cfg_at(list, i));
	}
}

struct tags_files { /* being read */
	struct templates *templates;
	struct cfg_set kept; /* those with templates or instances */
};

/* Most files hold nothing but tags: their tree goes before the next one is read, so that
 * a hundred thousand tags never stand in memory as settings. */
static void one_file(struct loader *l, struct cfg *c, void *arg)
{
	struct tags_files *f = arg;
	const struct cfg_node *root = cfg_root(c);

	cfg_check(root, "the tags file", station_tags_file_rows, false, l->diags);
	templates_add(l, f->templates, cfg_get(root, "templates"));
	plain_tags(l, cfg_get(root, "tags"));
	if (cfg_get(root, "templates") || cfg_get(root, "instances"))
		cfg_set_add(l, c, &f->kept);
	else
		cfg_free(c);
}

void load_tags(struct loader *l, const struct cfg_node *where, const struct cfg_node *csv)
{
	struct tags_files f = { .templates = templates_new() };

	if (cfg_as_text(where) && *cfg_as_text(where))
		load_each(l, where, &l->d->tags_incomplete, one_file, &f);
	for (size_t i = 0; i < f.kept.n; i++)
		templates_run(l, f.templates,
			      cfg_get(cfg_root(f.kept.v[i]), "instances"));
	load_csv_files(l, f.templates, csv);
	templates_free(f.templates);
	cfg_set_release(&f.kept);
}
