/*
 * cfg.h - a file of settings as a tree that knows where each thing stands.
 *
 * libconfig parses; what it gets wrong is caught before it sees the text (traps.md
 * 12-14): numbers that do not fit, escapes that mean something else, duplicate
 * settings, mixed arrays, trailing commas, hidden characters. Each has file, line and
 * column. A file stops at its first syntax error; all other mistakes are reported at
 * once.
 *
 * A tree is immutable but for cfg_change() and frees with cfg_free(); nodes and texts
 * borrow from it. File names are shared: they live until the process ends
 * (util/intern.h), so a struct loc or a diagnostic may keep them. Any thread, one at a
 * time per tree.
 */
#ifndef SG_CONFIG_CFG_H
#define SG_CONFIG_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cfg;
struct cfg_node;
struct diag_list;
struct strbuf;

enum cfg_type {
	CFG_BOOL,
	CFG_INT,
	CFG_FLOAT,
	CFG_STRING,
	CFG_ARRAY, /* [ ]: values of one kind */
	CFG_LIST,  /* ( ): anything */
	CFG_GROUP  /* { } */
};

/* Parses text already in memory; an @include in it is an error. shown names it in
 * diagnostics. NULL when it cannot be parsed (at least one error was added). Errors
 * that leave a tree usable are added too: look at diags->errors. Owned. */
struct cfg *cfg_parse(const char *text, size_t len, const char *shown,
		      struct diag_list *diags);
/* The same for one of several files in memory: an @include names another, from the folder
 * of the file it stands in. find answers with a text that lives until the tree is built,
 * or NULL with a sentence in why. */
typedef const char *(*cfg_find)(void *arg, const char *path, struct strbuf *why);
struct cfg *cfg_parse_among(const char *text, size_t len, const char *shown,
			    cfg_find find, void *arg, struct diag_list *diags);
/* Reads dir/name (file.h's rules) with its includes, which lie below dir. shown_dir is
 * put before names in diagnostics ("" for none). Owned. */
struct cfg *cfg_load(const char *dir, const char *name, const char *shown_dir,
		     struct diag_list *diags);
void cfg_free(struct cfg *c); /* NULL is allowed */

const struct cfg_node *cfg_root(const struct cfg *c); /* a group */
/* The bytes parsed, includes expanded: what the station's hash covers. Borrowed. */
const char *cfg_text(const struct cfg *c, size_t *len);

enum cfg_type cfg_type(const struct cfg_node *n);
/* "true or false", "a whole number", "a number", "a text", "an array [ ]", ... */
const char *cfg_type_text(enum cfg_type t);
const char *cfg_name(const struct cfg_node *n); /* NULL inside ( ) and [ ] */
/* The member of a group, or NULL. */
const struct cfg_node *cfg_get(const struct cfg_node *group, const char *name);
/* Members of a group, list or array; 0 for the others. */
size_t cfg_count(const struct cfg_node *n);
const struct cfg_node *cfg_at(const struct cfg_node *n, size_t i);

/* Where the name stands (in lists: the value), and where the value begins: for a text
 * its first quote, so that row k of a picture is line cfg_value_line() + k. */
const char *cfg_file(const struct cfg_node *n); /* lives for ever */
int cfg_line(const struct cfg_node *n);
int cfg_column(const struct cfg_node *n);
int cfg_value_line(const struct cfg_node *n);
int cfg_value_column(const struct cfg_node *n);

/* A number that could not be kept, already reported: it has no value at all. */
bool cfg_misread(const struct cfg_node *n);

/* The value when the node has that kind, exactly: 100, 100.0 and 100L are all the
 * number 100; 1.5 is no whole number; 2^53 + 1 is no double. NULL is allowed and
 * answers false; *out is left alone then. */
bool cfg_as_bool(const struct cfg_node *n, bool *out);
bool cfg_as_int(const struct cfg_node *n, int64_t *out);
bool cfg_as_double(const struct cfg_node *n, double *out);
const char *cfg_as_text(const struct cfg_node *n); /* borrowed; NULL when not a text */
/* A scalar as the shortest text that means the same: "1", "0.1", "true". */
bool cfg_scalar_text(const struct cfg_node *n, struct strbuf *out);

/* Puts a scalar in the place of a member, or beside the others when there is none of that
 * name: for a caller that asks what would be if the file said something else. value is
 * read as it would be in a file; what is neither true, false nor a number is a text.
 * Nodes of group that were asked for before are void. False: a group, list or array
 * stands there. */
bool cfg_change(struct cfg *c, const struct cfg_node *group, const char *name,
		const char *value);

/* Adds a diagnostic at the node. */
void cfg_error(const struct cfg_node *n, struct diag_list *diags, const char *id,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
