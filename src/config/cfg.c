/* cfg.c - the settings tree: libconfig behind our own checks, types and places. */
#include "config/cfg.h"

#include <libconfig.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "config/grammar.h"
#include "config/source.h"
#include "util/diag.h"
#include "util/intern.h"
#include "util/num.h"
#include "util/xalloc.h"

enum { SENTENCE_MAX = 900 };

struct cfg {
	config_t lib;
	struct source src;
	struct cfg_marks marks;
	struct cfg_mark root;
};

static const config_setting_t *setting_of(const struct cfg_node *n)
{
	return (const config_setting_t *)n;
}

static const struct cfg_node *node_of(const config_setting_t *s)
{
	return (const struct cfg_node *)s;
}

static const struct cfg_mark *mark_of(const struct cfg_node *n)
{
	return config_setting_get_hook(setting_of(n));
}

/* --- building ---------------------------------------------------------------------- */

/* Hands each setting its place; both sides are in the order of the file. */
static void place_all(struct cfg *c, config_setting_t *s, size_t *next)
{
	size_t n = cfg_count(node_of(s));

	for (size_t i = 0; i < n; i++) {
		config_setting_t *child = s->value.list->elements[i];
		bool known = *next < c->marks.n;
		config_setting_set_hook(child, known ? &c->marks.v[*next] : &c->root);
		(*next)++;
		place_all(c, child, next);
	}
}

/* libconfig refused what our own grammar let pass: its words, our place. */
static void report_libconfig(const struct cfg *c, struct diag_list *diags)
{
	struct source_place at = source_at(&c->src, config_error_line(&c->lib));

	diag_add(diags, DIAG_ERROR, at.file, at.line, 1, "syntax", "%s",
		 config_error_text(&c->lib));
}

static struct cfg *build_whole(const char *text, size_t len, const char *shown,
			       const char *path, const struct source_files *files,
			       struct diag_list *diags)
{
	struct cfg *c = xcalloc(1, sizeof(*c));
	size_t next = 0;

	config_init(&c->lib);
	c->root = (struct cfg_mark){ intern(shown), 1, 1, 1, 1, false };
	if (!source_build(&c->src, text, len, shown, path, files, diags) ||
	    !grammar_check(&c->src, &c->marks, diags))
		goto fail;
	if (!config_read_string(&c->lib, c->src.text.buf)) {
		report_libconfig(c, diags);
		goto fail;
	}
	config_setting_set_hook(config_root_setting(&c->lib), &c->root);
	place_all(c, config_root_setting(&c->lib), &next);
	return c;
fail:
	cfg_free(c);
	return NULL;
}

/* Without memory libconfig would lose texts without a word, or fall over. */
static struct cfg *build(const char *text, size_t len, const char *shown,
			 const char *path, const struct source_files *files,
			 struct diag_list *diags)
{
	bool before = xalloc_libraries_too;

	xalloc_libraries_too = true;
	struct cfg *c = build_whole(text, len, shown, path, files, diags);
	xalloc_libraries_too = before;
	return c;
}

struct cfg *cfg_parse(const char *text, size_t len, const char *shown,
		      struct diag_list *diags)
{
	return build(text, len, shown, NULL, NULL, diags);
}

struct cfg *cfg_parse_among(const char *text, size_t len, const char *shown,
			    cfg_find find, void *arg, struct diag_list *diags)
{
	const struct source_files files = { .find = find, .arg = arg };

	return build(text, len, shown, shown, &files, diags);
}

struct cfg *cfg_load(const char *dir, const char *name, const char *shown_dir,
		     struct diag_list *diags)
{
	char *shown = xasprintf("%s%s", shown_dir, name), *text;
	const struct cfg_wanted w = { dir, name, shown, CFG_FILE_MAX };
	struct strbuf why = STRBUF_INIT;
	struct cfg *c = NULL;
	size_t len;

	if (cfg_file_take(&w, &text, &len, diags, &why)) {
		const struct source_files files = { .dir = dir, .shown_dir = shown_dir };

		c = build(text, len, shown, name, &files, diags);
		free(text);
	} else {
		diag_add(diags, DIAG_ERROR, intern(shown), 0, 0, "unreadable", "%s",
			 why.buf);
	}
	strbuf_release(&why);
	free(shown);
	return c;
}

void cfg_free(struct cfg *c)
{
	if (!c)
		return;
	config_destroy(&c->lib);
	source_release(&c->src);
	free(c->marks.v);
	free(c);
}

const struct cfg_node *cfg_root(const struct cfg *c)
{
	return node_of(config_root_setting(&c->lib));
}

const char *cfg_text(const struct cfg *c, size_t *len)
{
	*len = c->src.text.len;
	return c->src.text.buf;
}

/* --- looking ----------------------------------------------------------------------- */

enum cfg_type cfg_type(const struct cfg_node *n)
{
	switch (config_setting_type(setting_of(n))) {
	case CONFIG_TYPE_BOOL:
		return CFG_BOOL;
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return CFG_INT;
	case CONFIG_TYPE_FLOAT:
		return CFG_FLOAT;
	case CONFIG_TYPE_STRING:
		return CFG_STRING;
	case CONFIG_TYPE_ARRAY:
		return CFG_ARRAY;
	case CONFIG_TYPE_LIST:
		return CFG_LIST;
	default:
		return CFG_GROUP;
	}
}

const char *cfg_type_text(enum cfg_type t)
{
	static const char *const texts[] = { "true or false", "a whole number",
					     "a number",      "a text",
					     "an array [ ]",  "a list ( )",
					     "a group { }" };

	return texts[t];
}

const char *cfg_name(const struct cfg_node *n)
{
	return config_setting_name(setting_of(n));
}

/* The members themselves: a tag is asked for a score of names, and a hundred thousand
 * tags are. NULL when there are none. */
static const config_list_t *members(const struct cfg_node *n)
{
	const config_setting_t *s = setting_of(n);

	return n && config_setting_is_aggregate(s) ? s->value.list : NULL;
}

const struct cfg_node *cfg_get(const struct cfg_node *group, const char *name)
{
	const config_list_t *all = members(group);

	if (!all || cfg_type(group) != CFG_GROUP)
		return NULL;
	for (unsigned i = 0; i < all->length; i++) {
		const config_setting_t *one = all->elements[i];

		if (one->name[0] == name[0] && strcmp(one->name, name) == 0)
			return node_of(one);
	}
	return NULL;
}

size_t cfg_count(const struct cfg_node *n)
{
	const config_list_t *all = members(n);

	return all ? all->length : 0;
}

const struct cfg_node *cfg_at(const struct cfg_node *n, size_t i)
{
	const config_list_t *all = members(n);

	return all && i < all->length ? node_of(all->elements[i]) : NULL;
}

const char *cfg_file(const struct cfg_node *n)
{
	return mark_of(n)->file;
}

int cfg_line(const struct cfg_node *n)
{
	return mark_of(n)->line;
}

int cfg_column(const struct cfg_node *n)
{
	return mark_of(n)->column;
}

int cfg_value_line(const struct cfg_node *n)
{
	return mark_of(n)->value_line;
}

int cfg_value_column(const struct cfg_node *n)
{
	return mark_of(n)->value_column;
}

bool cfg_misread(const struct cfg_node *n)
{
	return mark_of(n)->misread;
}

/* --- values ------------------------------------------------------------------------ */

bool cfg_as_bool(const struct cfg_node *n, bool *out)
{
	if (!n || cfg_type(n) != CFG_BOOL)
		return false;
	*out = config_setting_get_bool(setting_of(n)) != 0;
	return true;
}

bool cfg_as_int(const struct cfg_node *n, int64_t *out)
{
	if (!n || cfg_misread(n))
		return false;
	switch (config_setting_type(setting_of(n))) {
	case CONFIG_TYPE_INT:
		*out = config_setting_get_int(setting_of(n));
		return true;
	case CONFIG_TYPE_INT64:
		*out = config_setting_get_int64(setting_of(n));
		return true;
	case CONFIG_TYPE_FLOAT: {
		double d = config_setting_get_float(setting_of(n));
		if (d != floor(d) || fabs(d) > 9007199254740992.0)
			return false;
		*out = (int64_t)d;
		return true;
	}
	default:
		return false;
	}
}

bool cfg_as_double(const struct cfg_node *n, double *out)
{
	int64_t i;

	if (!n || cfg_misread(n))
		return false;
	if (config_setting_type(setting_of(n)) == CONFIG_TYPE_FLOAT) {
		*out = config_setting_get_float(setting_of(n));
		return isfinite(*out);
	}
	if (!cfg_as_int(n, &i) || i > 9007199254740992 || i < -9007199254740992)
		return false;
	*out = (double)i;
	return true;
}

const char *cfg_as_text(const struct cfg_node *n)
{
	if (!n || cfg_type(n) != CFG_STRING)
		return NULL;
	const char *s = config_setting_get_string(setting_of(n));
	return s ? s : "";
}

bool cfg_scalar_text(const struct cfg_node *n, struct strbuf *out)
{
	char number[40];
	double d;
	int64_t i;
	bool b;

	if (cfg_as_text(n)) {
		strbuf_adds(out, cfg_as_text(n));
	} else if (cfg_as_bool(n, &b)) {
		strbuf_adds(out, b ? "true" : "false");
	} else if (cfg_as_int(n, &i)) {
		strbuf_addf(out, "%lld", (long long)i);
	} else if (cfg_as_double(n, &d)) {
		num_format_exact(d, number, sizeof(number));
		strbuf_adds(out, number);
	} else {
		return false;
	}
	return true;
}

/* --- diagnostics ------------------------------------------------------------------- */

void cfg_error(const struct cfg_node *n, struct diag_list *diags, const char *id,
	       const char *fmt, ...)
{
	const struct cfg_mark *m = mark_of(n);
	char text[SENTENCE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_add(diags, DIAG_ERROR, m->file, m->line, m->column, id, "%s", text);
}

/* --- changing ---------------------------------------------------------------------- */

static config_setting_t *add_scalar(config_setting_t *group, const char *name,
				    const char *value)
{
	bool truth = strcmp(value, "true") == 0;
	config_setting_t *s;
	double number;

	if (truth || strcmp(value, "false") == 0) {
		s = config_setting_add(group, name, CONFIG_TYPE_BOOL);
		config_setting_set_bool(s, truth);
	} else if (num_parse_double(value, &number)) {
		s = config_setting_add(group, name, CONFIG_TYPE_FLOAT);
		config_setting_set_float(s, number);
	} else {
		s = config_setting_add(group, name, CONFIG_TYPE_STRING);
		config_setting_set_string(s, value);
	}
	return s;
}

bool cfg_change(struct cfg *c, const struct cfg_node *group, const char *name,
		const char *value)
{
	const struct cfg_node *was = cfg_get(group, name);
	config_setting_t *at;
	void *mark = config_setting_get_hook(setting_of(was ? was : group));

	if (was && config_setting_is_aggregate(setting_of(was)))
		return false;
	/* the tree is c's, and c may be changed */
	(void)c;
	at = (config_setting_t *)(uintptr_t)setting_of(group);
	if (was)
		config_setting_remove(at, name);
	at = add_scalar(at, name, value);
	config_setting_set_hook(at, mark);
	return true;
}
