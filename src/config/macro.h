/*
 * macro.h - parameters of templates: $(p) inside texts, for tags and for screens.
 *
 *   $(p)            the parameter's text
 *   $(p=text)       the same, or text when p was not given
 *   $(base+10)      whole numbers: + - * in the usual order, parameters and literals
 *
 * Pure; what a parameter brings in is not expanded again.
 */
#ifndef SG_CONFIG_MACRO_H
#define SG_CONFIG_MACRO_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

struct macro_arg {
	const char *name, *text; /* borrowed */
};

struct macro_args {
	const struct macro_arg *v;
	size_t n;
};

/* The text of a parameter, or NULL. */
const char *macro_get(const struct macro_args *args, const char *name);
bool macro_present(const char *s);
/* Appends s with its macros replaced. false with a sentence in why and, when column is
 * not NULL, the byte offset (from 0) of the "$(" in *offset. */
bool macro_expand(const char *s, const struct macro_args *args, struct strbuf *out,
		  struct strbuf *why, size_t *offset);
/* Calls fn for each parameter s names; one inside "$(p=text)" is not needed. */
void macro_each(const char *s, void (*fn)(void *arg, const char *name, bool needed),
		void *arg);
/* A parameter's name: a letter, then letters, digits and _; at most 31 bytes. */
bool macro_name_valid(const char *name);

#endif
