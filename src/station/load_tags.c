/* load_tags.c - tags: the server's own settings are read here, the rest is the driver's.
 */
#include "station/load_tags_int.h"

#include <stdlib.h>
#include <string.h>

#include "driver/hint.h"
#include "util/xalloc.h"

enum { READBACK_DEFAULT_MS = 3000 };

static const char *const type_words[] = { "bool", "int64", "double", "string", NULL };
static const char *const right_words[] = { "operate", "approve", "engineer", "admin",
					   NULL };

const struct cfg_row station_write_rows[] = {
	{ .name = "permissive",
	  .kind = CFG_K_TEXT,
	  .help = "expression that must be true before anything is written" },
	{ .name = "right",
	  .kind = CFG_K_WORD,
	  .words = right_words,
	  .help = "right a person needs; operate by default" },
	{ .name = "tolerance",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "read-back matches within this; the deadband by default" },
	{ .name = "select_tolerance",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "the old value may move by this until the confirmation" },
	{ .name = "max_step",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_POSITIVE,
	  .help = "largest change in one write" },
	{ .name = "min_interval_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "shortest time between two writes" },
	{ .name = "readback_s",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_NEGATIVE,
	  .help = "time the device has to show the new value; 0 = it never does" },
	{ .name = "blind",
	  .kind = CFG_K_BOOL,
	  .help = "may be written while its own value is not good" },
	{ 0 },
};

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

const char *const station_tag_settings[] = { "name",       "device",
					     "expression", "type",
					     "area",       "description",
					     "unit",       "range",
					     "decimals",   "deadband",
					     "stale_s",    "frozen_s",
					     "write",      "history",
					     "permissive", "right",
					     "tolerance",  "select_tolerance",
					     "max_step",   "min_interval_s",
					     "readback_s", "blind",
					     NULL };

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

void load_check_tag(struct loader *l, const struct cfg_node *node)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	const struct cfg_node *write = cfg_get(node, "write");
	bool computed = cfg_get(node, "expression") && !cfg_get(node, "device");
	struct strbuf what = STRBUF_INIT, part = STRBUF_INIT;

	strbuf_addf(&what, name ? "tag \"%s\"" : "this tag", name);
	strbuf_addf(&part, "write of %s", what.buf);
	cfg_check(node, what.buf, station_tag_rows, !computed, l->diags);
	check_driver_settings(l, what.buf, node);
	check_source(l, what.buf, node);
	if (write && cfg_type(write) == CFG_GROUP)
		cfg_check(write, part.buf, station_write_rows, true, l->diags);
	strbuf_release(&part);
	strbuf_release(&what);
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

char *load_expand(const struct tag_scope *s, const struct cfg_node *at, const char *text)
{
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;

	if (!macro_present(text))
		return xstrdup(text);
	if (s->instance && macro_expand(text, &s->args, &out, &why, NULL)) {
		strbuf_release(&why);
		return strbuf_detach(&out);
	}
	if (s->instance && !names_nothing(s, text))
		cfg_error(s->instance, s->l->diags, "macro",
			  "\"%s\" (%s line %d) cannot be filled in: %s", text,
			  cfg_file(at), cfg_line(at), why.buf);
	else if (!s->instance)
		cfg_error(at, s->l->diags, "macro",
			  "\"%s\" has a $( ) outside a template", text);
	strbuf_release(&out);
	strbuf_release(&why);
	return NULL;
}

/* A text setting with its macros replaced; fallback when absent or broken. */
static char *text_of(const struct tag_scope *s, const struct cfg_node *group,
		     const char *name, const char *fallback)
{
	const struct cfg_node *node = cfg_get(group, name);
	const char *text = cfg_as_text(node);
	char *full = text ? load_expand(s, node, text) : NULL;

	if (full)
		return full;
	return fallback ? xstrdup(fallback) : NULL;
}

static bool is_own(const struct cfg_row *rows, const char *name)
{
	for (; rows->name; rows++)
		if (strcmp(rows->name, name) == 0)
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

/* Everything the server does not know itself. */
static void driver_settings(const struct tag_scope *s, const struct cfg_node *group,
			    const struct cfg_row *own, const char *prefix,
			    struct tag_def *t)
{
	for (size_t i = 0; i < cfg_count(group); i++) {
		const struct cfg_node *one = cfg_at(group, i);
		struct strbuf text = STRBUF_INIT;

		if (is_own(own, cfg_name(one)) || is_refused(one)) {
			continue;
		} else if (!cfg_scalar_text(one, &text)) {
			cfg_error(one, s->l->diags, "wrong-kind",
				  "%s of tag \"%s\" must be a text, a number or "
				  "true/false, not %s",
				  cfg_name(one), t->name, cfg_type_text(cfg_type(one)));
		} else {
			char *full = load_expand(s, one, text.buf);
			char *name = xasprintf("%s%s", prefix, cfg_name(one));
			if (full)
				settings_add(&t->settings, name, full);
			else /* reported: the driver is not asked about the rest */
				t->device = -1;
			free(name);
			free(full);
		}
		strbuf_release(&text);
	}
}

static void take_write(const struct tag_scope *s, const struct cfg_node *node,
		       struct tag_def *t)
{
	const struct cfg_node *write = cfg_get(node, "write");
	struct tag_write *w = &t->write;

	w->right = text_of(s, write, "right", "operate");
	w->tolerance = load_double(write, "tolerance", t->deadband);
	w->select_tolerance = load_double(write, "select_tolerance", t->deadband);
	w->readback_ms = load_ms(write, "readback_s", READBACK_DEFAULT_MS);
	if (!write || cfg_type(write) != CFG_GROUP)
		return;
	w->allowed = true;
	w->permissive = text_of(s, write, "permissive", NULL);
	w->max_step = load_double(write, "max_step", 0);
	w->min_interval_ms = load_ms(write, "min_interval_s", 0);
	cfg_as_bool(cfg_get(write, "blind"), &w->blind);
	if (w->permissive)
		load_place(s->l, t)->permissive =
			load_text_loc(cfg_get(write, "permissive"));
	driver_settings(s, write, station_write_rows, "write.", t);
}

static void take_source(const struct tag_scope *s, const struct cfg_node *node,
			struct tag_def *t)
{
	struct tag_place *place = load_place(s->l, t);

	t->kind = cfg_get(node, "expression") && !cfg_get(node, "device") ? TAG_EXPRESSION
									  : TAG_DEVICE;
	if (t->kind == TAG_EXPRESSION) {
		t->expression = text_of(s, node, "expression", "0");
		place->expression = load_text_loc(cfg_get(node, "expression"));
		return;
	}
	place->device_name = text_of(s, node, "device", NULL);
	if (place->device_name) {
		place->device = load_loc(cfg_get(node, "device"));
		t->device = (int)station_def_device(s->l->d, place->device_name);
	}
	driver_settings(s, node, station_tag_rows, "", t);
}

static void take_numbers(const struct cfg_node *node, struct tag_def *t,
			 struct tag_place *place)
{
	const struct cfg_node *range = cfg_get(node, "range");

	if (cfg_count(range) == 2 && cfg_as_double(cfg_at(range, 0), &t->lo) &&
	    cfg_as_double(cfg_at(range, 1), &t->hi) && t->lo < t->hi) {
		t->has_range = true;
		place->range = load_loc(range);
	}
	int64_t decimals = 0;
	place->decimals_given = cfg_as_int(cfg_get(node, "decimals"), &decimals) &&
				decimals >= 0 && decimals <= 9;
	t->decimals = place->decimals_given ? (int)decimals : 0;
	t->deadband = load_double(node, "deadband", 0);
	t->stale_ms = load_ms(node, "stale_s", 0);
	t->frozen_ms = load_ms(node, "frozen_s", 0);
}

/* The kind of value, where file or address tell; cross_tags() infers expressions. */
static void take_type(const struct cfg_node *node, struct tag_def *t,
		      struct tag_place *place)
{
	const char *type = cfg_as_text(cfg_get(node, "type"));

	place->type_given = type && value_type_parse(type, &t->type);
	if (place->type_given || t->kind != TAG_DEVICE)
		return;
	t->type = driver_type_hint(&t->settings);
	if (t->type == VALUE_NONE &&
	    (t->unit[0] || t->has_range || place->decimals_given))
		t->type = VALUE_DOUBLE;
}

void load_tag(const struct tag_scope *s, const struct cfg_node *node)
{
	char *name = text_of(s, node, "name", NULL);
	struct loc at = load_loc(node);

	if (!name || !*name || s->l->d->n_tags >= STATION_TAGS_MAX ||
	    !load_tag_name(s->l, name, &at)) {
		if (s->l->d->n_tags >= STATION_TAGS_MAX)
			load_error(s->l, &at, "too-many", "more than %d tags",
				   STATION_TAGS_MAX);
		free(name);
		return;
	}
	if (strncmp(name, "system.", 7) == 0)
		load_error(s->l, &at, "reserved-name",
			   "tag \"%s\" begins with \"system.\", which belongs to the "
			   "server",
			   name);
	struct tag_def *t = load_new_tag(s->l, name);
	char *area = load_area_of(name);
	t->loc = at;
	t->area = text_of(s, node, "area", area);
	t->description = text_of(s, node, "description", "");
	t->unit = text_of(s, node, "unit", "");
	take_source(s, node, t);
	take_numbers(node, t, load_place(s->l, t));
	take_type(node, t, load_place(s->l, t));
	take_write(s, node, t);
	free(area);
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

void load_tags(struct loader *l, const struct cfg_set *files)
{
	struct templates *templates = templates_new();

	for (size_t f = 0; f < files->n; f++) {
		const struct cfg_node *root = cfg_root(files->v[f]);
		cfg_check(root, "the tags file", station_tags_file_rows, false, l->diags);
		templates_add(l, templates, cfg_get(root, "templates"));
	}
	for (size_t f = 0; f < files->n; f++) {
		const struct cfg_node *root = cfg_root(files->v[f]);
		plain_tags(l, cfg_get(root, "tags"));
		templates_run(l, templates, cfg_get(root, "instances"));
	}
	templates_free(templates);
}
