/*
 * load_templates.c - templates of tags and their instances, nested if need be.
 *
 * A template is judged once, as it is written; what an instance gives wrong is said at
 * the instance.
 */
#include "station/load_tags_int.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum { NESTING_MAX = 8, PARAMETERS_MAX = 32 };

struct template
{
	const char *name; /* borrowed from the file, like all here */
	const struct cfg_node *node;
	const char *parameters[PARAMETERS_MAX];
	size_t n_parameters;
};

struct templates {
	struct template *v;
	size_t n;
};

const struct cfg_row station_template_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what instances call it" },
	{ .name = "parameters", .kind = CFG_K_TEXTS, .help = "names used in $( )" },
	{ .name = "tags", .kind = CFG_K_GROUPS, .help = "its tags" },
	{ .name = "instances",
	  .kind = CFG_K_GROUPS,
	  .help = "other templates it is made of" },
	{ 0 },
};

const struct cfg_row station_instance_rows[] = {
	{ .name = "template",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "its name" },
	{ .name = "args", .kind = CFG_K_GROUP, .help = "a value for each parameter" },
	{ 0 },
};

struct templates *templates_new(void)
{
	return xcalloc(1, sizeof(struct templates));
}

void templates_free(struct templates *t)
{
	free(t->v);
	free(t);
}

static const struct template *find(const struct templates *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->v[i].name, name) == 0)
			return &all->v[i];
	return NULL;
}

/* --- judging a template ---------------------------------------------------------- */

static bool has_parameter(const struct template *t, const char *name)
{
	for (size_t i = 0; i < t->n_parameters; i++)
		if (strcmp(t->parameters[i], name) == 0)
			return true;
	return false;
}

struct uses { /* walking the texts of a template */
	struct loader *l;
	const struct template *t;
	const struct cfg_node *at;
	const char *wanted; /* or NULL: report what is no parameter */
	bool found;
};

static void one_use(void *arg, const char *name, bool needed)
{
	struct uses *u = arg;
	struct strbuf text = STRBUF_INIT;

	if (u->wanted) {
		u->found |= needed && strcmp(name, u->wanted) == 0;
	} else if (needed && !has_parameter(u->t, name)) {
		strbuf_addf(&text, "$(%s) is no parameter of template \"%s\"", name,
			    u->t->name);
		diag_suggest(&text, name, u->t->parameters, u->t->n_parameters);
		cfg_error(u->at, u->l->diags, "macro", "%s", text.buf);
	}
	strbuf_release(&text);
}

static void walk_uses(struct uses *u, const struct cfg_node *n)
{
	const char *s = cfg_as_text(n);

	u->at = n;
	if (s)
		macro_each(s, one_use, u);
	for (size_t i = 0; i < cfg_count(n); i++)
		walk_uses(u, cfg_at(n, i));
}

static bool needs(const struct template *t, const char *parameter)
{
	struct uses u = { .t = t, .wanted = parameter };

	walk_uses(&u, t->node);
	return u.found;
}

static void take_parameters(struct loader *l, struct template *t)
{
	const struct cfg_node *list = cfg_get(t->node, "parameters");

	if (list && cfg_as_text(list))
		t->parameters[t->n_parameters++] = cfg_as_text(list);
	for (size_t i = 0; i < cfg_count(list); i++) {
		const char *name = cfg_as_text(cfg_at(list, i));
		if (!name)
			continue;
		if (!macro_name_valid(name) || t->n_parameters >= PARAMETERS_MAX) {
			cfg_error(cfg_at(list, i), l->diags, "bad-name",
				  "\"%s\" is no parameter's name: use letters, digits "
				  "and _; at most %d of them",
				  name, PARAMETERS_MAX);
			continue;
		}
		t->parameters[t->n_parameters++] = name;
	}
}

static void add_one(struct loader *l, struct templates *all, const struct cfg_node *node)
{
	const char *name = cfg_as_text(cfg_get(node, "name"));
	struct strbuf what = STRBUF_INIT;

	strbuf_addf(&what, name ? "template \"%s\"" : "this template", name);
	cfg_check(node, what.buf, station_template_rows, false, l->diags);
	strbuf_release(&what);
	if (!name)
		return;
	const struct template *first = find(all, name);
	if (first) {
		cfg_error(node, l->diags, "duplicate-template",
			  "template \"%s\" is defined twice; the first stands in %s line "
			  "%d",
			  name, cfg_file(first->node), cfg_line(first->node));
		return;
	}
	struct template *t = GROW(&all->v, &all->n);
	t->name = name;
	t->node = node;
	take_parameters(l, t);
	struct uses u = { .l = l, .t = t };
	walk_uses(&u, node);
	const struct cfg_node *tags = cfg_get(node, "tags");
	for (size_t i = 0; i < cfg_count(tags); i++)
		if (cfg_type(cfg_at(tags, i)) == CFG_GROUP)
			load_check_tag(l, cfg_at(tags, i));
}

void templates_add(struct loader *l, struct templates *t, const struct cfg_node *list)
{
	for (size_t i = 0; i < cfg_count(list); i++)
		if (cfg_type(cfg_at(list, i)) == CFG_GROUP)
			add_one(l, t, cfg_at(list, i));
}

/* --- instances ------------------------------------------------------------------- */

struct given { /* the arguments of one instance */
	struct macro_arg v[PARAMETERS_MAX];
	size_t n;
};

static void give(const struct tag_scope *outer, const struct template *t,
		 const struct cfg_node *arg, struct given *g)
{
	struct strbuf text = STRBUF_INIT;
	const char *full = NULL;

	if (!has_parameter(t, cfg_name(arg))) {
		strbuf_addf(&text, "template \"%s\" has no parameter \"%s\"", t->name,
			    cfg_name(arg));
		diag_suggest(&text, cfg_name(arg), t->parameters, t->n_parameters);
		cfg_error(arg, outer->l->diags, "macro", "%s", text.buf);
	} else if (!cfg_scalar_text(arg, &text)) {
		cfg_error(arg, outer->l->diags, "wrong-kind",
			  "argument \"%s\" must be a text, a number or true/false",
			  cfg_name(arg));
	} else if ((full = load_expand(outer, arg, text.buf)) && g->n < PARAMETERS_MAX) {
		g->v[g->n++] = (struct macro_arg){ cfg_name(arg),
						   arena_keep(outer->l->scratch, full) };
	}
	strbuf_release(&text);
}

/* False when an argument is missing. */
static bool all_given(struct loader *l, const struct template *t,
		      const struct macro_args *args, const struct loc *at)
{
	bool whole = true;

	for (size_t i = 0; i < t->n_parameters; i++) {
		const char *p = t->parameters[i];
		if (macro_get(args, p) || !needs(t, p))
			continue;
		load_error(l, at, "missing-argument",
			   "template \"%s\" needs \"%s\"; add it to args", t->name, p);
		whole = false;
	}
	return whole;
}

static void run_list(const struct tag_scope *outer, const struct templates *all,
		     const struct cfg_node *list, int depth);

/* With the arguments and the place of inner. */
static void run_template(const struct tag_scope *inner, const struct templates *all,
			 const struct template *t, int depth)
{
	const struct cfg_node *tags = cfg_get(t->node, "tags");

	if (depth > NESTING_MAX) {
		load_error(inner->l, inner->instance, "template-nesting",
			   "templates nest deeper than %d; does \"%s\" contain itself?",
			   NESTING_MAX, t->name);
		return;
	}
	if (!all_given(inner->l, t, &inner->args, inner->instance)) {
		inner->l->d->tags_incomplete = true;
		return;
	}
	for (size_t i = 0; i < cfg_count(tags); i++)
		if (cfg_type(cfg_at(tags, i)) == CFG_GROUP)
			load_tag(inner, cfg_at(tags, i));
	run_list(inner, all, cfg_get(t->node, "instances"), depth + 1);
}

/* The template of that name; NULL when there is none (reported). */
static const struct template *find_or_complain(struct loader *l,
					       const struct templates *all,
					       const char *name, const struct loc *at)
{
	const struct template *t = find(all, name);

	if (t)
		return t;
	const char **names = xcalloc(all->n + 1, sizeof(*names));
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < all->n; i++)
		names[i] = all->v[i].name;
	strbuf_addf(&text, "unknown template \"%s\"", name);
	diag_suggest(&text, name, names, all->n);
	load_error(l, at, "unknown-template", "%s", text.buf);
	l->d->tags_incomplete = true; /* its tags are missing from here on */
	strbuf_release(&text);
	free(names);
	return NULL;
}

static void run_instance(const struct tag_scope *outer, const struct templates *all,
			 const struct cfg_node *node, int depth)
{
	const struct cfg_node *which = cfg_get(node, "template");
	const struct cfg_node *args = cfg_get(node, "args");
	struct given g = { .n = 0 };

	cfg_check(node, "this instance", station_instance_rows, false, outer->l->diags);
	if (!cfg_as_text(which))
		return;
	const struct loc at = load_loc(node), name_at = load_loc(which);
	const struct template *t =
		find_or_complain(outer->l, all, cfg_as_text(which), &name_at);
	if (!t)
		return;
	for (size_t i = 0; i < cfg_count(args); i++)
		if (cfg_name(cfg_at(args, i)))
			give(outer, t, cfg_at(args, i), &g);
	struct tag_scope inner = { outer->l, { g.v, g.n }, &at };
	run_template(&inner, all, t, depth);
}

void templates_run_row(struct loader *l, const struct templates *all, const char *name,
		       const struct macro_args *args, const struct loc *at)
{
	const struct template *t = find_or_complain(l, all, name, at);
	struct strbuf text = STRBUF_INIT;
	bool known = t != NULL;

	for (size_t i = 0; t && i < args->n; i++) {
		if (has_parameter(t, args->v[i].name))
			continue;
		strbuf_setf(&text, "template \"%s\" has no parameter \"%s\"", name,
			    args->v[i].name);
		diag_suggest(&text, args->v[i].name, t->parameters, t->n_parameters);
		load_error(l, at, "macro", "%s", text.buf);
		known = false;
	}
	strbuf_release(&text);
	if (known) {
		struct tag_scope inner = { l, *args, at };
		run_template(&inner, all, t, 0);
	}
}

static void run_list(const struct tag_scope *outer, const struct templates *all,
		     const struct cfg_node *list, int depth)
{
	for (size_t i = 0; i < cfg_count(list); i++)
		if (cfg_type(cfg_at(list, i)) == CFG_GROUP)
			run_instance(outer, all, cfg_at(list, i), depth);
}

void templates_run(struct loader *l, const struct templates *t,
		   const struct cfg_node *list)
{
	struct tag_scope outer = { .l = l };

	run_list(&outer, t, list, 0);
}
