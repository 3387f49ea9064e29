/* template.c - reads templates, and the calls that name them. */
#include "screen/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/schema.h"
#include "screen/schema.h"
#include "screen/scope.h"
#include "util/diag.h"
#include "util/intern.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* --- reading ------------------------------------------------------------------------ */

static void free_texts(struct template *t)
{
	for (size_t i = 0; i < t->n_parameters; i++)
		free(t->texts[i]);
}

static void read_parameter(struct template *t, const struct cfg_node *node,
			   const char *text, struct diag_list *diags)
{
	size_t i = t->n_parameters;
	char *copy = xstrdup(text), *equals = strchr(copy, '=');

	if (equals)
		*equals++ = '\0';
	for (size_t k = 0; k < t->n_parameters; k++)
		if (strcmp(t->parameters[k], copy) == 0)
			cfg_error(node, diags, "parameter",
				  "template \"%s\" has the parameter \"%s\" twice",
				  t->name, copy);
	if (!macro_name_valid(copy)) {
		cfg_error(node, diags, "parameter",
			  "\"%s\" is no parameter's name: a letter, then letters, digits "
			  "and _",
			  copy);
	} else if (i >= TEMPLATE_PARAMETERS_MAX) {
		cfg_error(node, diags, "parameter",
			  "template \"%s\" has more than %d parameters", t->name,
			  TEMPLATE_PARAMETERS_MAX);
	} else {
		t->parameters[i] = t->texts[i] = copy;
		t->defaults[i] = equals;
		t->n_parameters++;
		return;
	}
	free(copy);
}

static void read_parameters(struct template *t, struct diag_list *diags)
{
	const struct cfg_node *list = cfg_get(t->group, "parameters");

	if (list && cfg_as_text(list))
		read_parameter(t, list, cfg_as_text(list), diags);
	for (size_t i = 0; list && i < cfg_count(list); i++)
		read_parameter(t, cfg_at(list, i), cfg_as_text(cfg_at(list, i)), diags);
}

static void read_template(struct template_list *list, const struct cfg_node *group,
			  const char *owner, struct diag_list *diags)
{
	struct template t = { .name = cfg_name(group),
			      .owner = intern(owner),
			      .group = group },
			*kept;
	char *what = xasprintf("template \"%s\"", t.name);
	size_t errors = diags->errors;

	if (cfg_type(group) != CFG_GROUP)
		cfg_error(group, diags, "wrong-kind", "%s must be a group { }", what);
	else if (cfg_check(group, what, screen_template_rows, false, diags))
		read_parameters(&t, diags);
	free(what);
	if (diags->errors > errors) {
		free_texts(&t);
		return;
	}
	kept = GROW(&list->v, &list->n);
	*kept = t;
}

void templates_read(struct template_list *list, const struct cfg_node *group,
		    const char *owner, struct diag_list *diags)
{
	for (size_t i = 0; i < cfg_count(group); i++) {
		const struct cfg_node *node = cfg_at(group, i);
		const struct template *same = template_find(list, cfg_name(node));

		if (same)
			cfg_error(node, diags, "duplicate-template",
				  "template \"%s\" is already defined in %s:%d",
				  same->name, cfg_file(same->group),
				  cfg_line(same->group));
		else
			read_template(list, node, owner, diags);
	}
}

void templates_release(struct template_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free_texts(&list->v[i]);
	free(list->v);
	*list = (struct template_list){ 0 };
}

const struct template *template_find(const struct template_list *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->v[i].name, name) == 0)
			return &list->v[i];
	return NULL;
}

void template_suggest(const struct template_list *list, const char *wrong,
		      struct strbuf *out)
{
	const char **names = xreallocarray(NULL, list->n, sizeof(*names));

	for (size_t i = 0; i < list->n; i++)
		names[i] = list->v[i].name;
	diag_suggest(out, wrong, names, list->n);
	free(names);
}

/* --- arguments ---------------------------------------------------------------------- */

static bool has_parameter(const struct template *t, const char *name)
{
	for (size_t i = 0; i < t->n_parameters; i++)
		if (strcmp(t->parameters[i], name) == 0)
			return true;
	return false;
}

static const char *given(const struct macro_arg *args, size_t n, const char *name)
{
	return macro_get(&(struct macro_args){ args, n }, name);
}

bool template_give(const struct template *t, const struct macro_arg *args, size_t n,
		   struct scope *sc, struct strbuf *why)
{
	for (size_t i = 0; i < n; i++) {
		if (!has_parameter(t, args[i].name)) {
			strbuf_setf(why,
				    "template \"%s\" of %s:%d has no parameter \"%s\"",
				    t->name, cfg_file(t->group), cfg_line(t->group),
				    args[i].name);
			diag_suggest(why, args[i].name, t->parameters, t->n_parameters);
			return false;
		}
		scope_give(sc, args[i].name, args[i].text);
	}
	for (size_t i = 0; i < t->n_parameters; i++) {
		const char *text = t->defaults[i];

		if (given(args, n, t->parameters[i]))
			continue;
		if (!text) {
			strbuf_setf(
				why,
				"template \"%s\" of %s:%d needs \"%s\"; add it to the "
				"arguments",
				t->name, cfg_file(t->group), cfg_line(t->group),
				t->parameters[i]);
			return false;
		}
		text = scope_expand(sc, text, cfg_file(t->group), cfg_line(t->group), 0);
		if (text)
			scope_give(sc, t->parameters[i], text);
	}
	return true;
}

/* --- calls -------------------------------------------------------------------------- */

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " ");
	n = strlen(s);
	while (n > 0 && s[n - 1] == ' ')
		s[--n] = '\0';
	return s;
}

static bool take_argument(struct template_call *call, char *text, struct strbuf *why)
{
	char *equals = strchr(text, '=');

	if (!equals) {
		strbuf_setf(why, "\"%s\" is no argument: write NAME=text", trim(text));
		return false;
	}
	if (call->n_args >= TEMPLATE_PARAMETERS_MAX) {
		strbuf_setf(why, "more than %d arguments", TEMPLATE_PARAMETERS_MAX);
		return false;
	}
	*equals = '\0';
	text = trim(text);
	if (given(call->args, call->n_args, text)) {
		strbuf_setf(why, "\"%s\" is given twice", text);
		return false;
	}
	call->args[call->n_args++] = (struct macro_arg){ text, trim(equals + 1) };
	return true;
}

bool template_call_parse(const char *text, struct template_call *call, struct strbuf *why)
{
	char *open, *close, *next;

	*call = (struct template_call){ .n_args = 0 };
	if ((size_t)snprintf(call->text, sizeof(call->text), "%s", text) >=
	    sizeof(call->text)) {
		strbuf_setf(why, "a call has at most %zu bytes", sizeof(call->text) - 1);
		return false;
	}
	open = strchr(call->text, '(');
	close = open ? strchr(open, ')') : NULL;
	if (!close || *trim(close + 1) || open == call->text) {
		strbuf_setf(why,
			    "\"%s\" is no faceplate: write it as pid(L=network.pc401)",
			    text);
		return false;
	}
	*open++ = *close = '\0';
	call->name = trim(call->text);
	if (!*trim(open))
		return true;
	for (char *at = open; at; at = next) {
		next = strchr(at, ',');
		if (next)
			*next++ = '\0';
		if (!take_argument(call, at, why))
			return false;
	}
	return true;
}

bool template_call_check(const struct template_list *list, const char *text,
			 struct strbuf *why)
{
	struct diag_list none = DIAG_LIST_INIT;
	struct scope sc = { .diags = &none };
	const struct template *t;
	struct template_call call;
	bool good = false;

	if (!template_call_parse(text, &call, why))
		return false;
	t = template_find(list, call.name);
	if (t) {
		good = template_give(t, call.args, call.n_args, &sc, why);
	} else {
		strbuf_setf(why, "there is no template \"%s\"", call.name);
		template_suggest(list, call.name, why);
	}
	scope_release(&sc);
	diag_list_release(&none);
	return good;
}
