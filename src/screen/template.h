/*
 * template.h - templates: drawings with parameters, placed many times or opened as
 * faceplates; and the calls that name one with its arguments.
 *
 * Only for src/screen. Borrows from the cfg trees it was read from.
 */
#ifndef SG_SCREEN_TEMPLATE_H
#define SG_SCREEN_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>

#include "config/macro.h"

struct cfg_node;
struct diag_list;
struct scope;
struct strbuf;

enum { TEMPLATE_PARAMETERS_MAX = 16, TEMPLATE_CALL_MAX = 300 };

struct template
{
	const char *name;
	const char *owner; /* the file that was read: its symbols are seen. Interned */
	const struct cfg_node *group;
	const char *parameters[TEMPLATE_PARAMETERS_MAX];
	const char *defaults[TEMPLATE_PARAMETERS_MAX]; /* NULL: has to be given */
	char *texts[TEMPLATE_PARAMETERS_MAX];          /* owned: what the two lie in */
	size_t n_parameters;
};

struct template_list {
	struct template *v;
	size_t n;
};

/* Reads a `templates` group of a file; mistakes are reported and that one is left out. */
void templates_read(struct template_list *list, const struct cfg_node *group,
		    const char *owner, struct diag_list *diags);
void templates_release(struct template_list *list);
const struct template *template_find(const struct template_list *list, const char *name);
void template_suggest(const struct template_list *list, const char *wrong,
		      struct strbuf *out);

/* A call as it is written: "pid(L=network.pc401)"; without arguments "pump()". */
struct template_call {
	char text[TEMPLATE_CALL_MAX]; /* what the names below lie in */
	const char *name;
	struct macro_arg args[TEMPLATE_PARAMETERS_MAX];
	size_t n_args;
};
bool template_call_parse(const char *text, struct template_call *call,
			 struct strbuf *why);
/* Gives the arguments of a call to sc, then the defaults. False with a sentence when one
 * is unknown or missing. */
bool template_give(const struct template *t, const struct macro_arg *args, size_t n,
		   struct scope *sc, struct strbuf *why);
/* Is there such a template, with these parameters? */
bool template_call_check(const struct template_list *list, const char *text,
			 struct strbuf *why);

#endif
