/*
 * grammar.h - checks the order of words before libconfig sees them and notes where each
 * setting stands, in the order libconfig will create them. Inside config/ only.
 */
#ifndef SG_CONFIG_GRAMMAR_H
#define SG_CONFIG_GRAMMAR_H

#include <stdbool.h>
#include <stddef.h>

struct diag_list;
struct source;

enum { CFG_DEPTH_MAX = 32 };

struct cfg_mark {
	const char *file;
	int line, column;             /* the name, or in a list the value */
	int value_line, value_column; /* the value */
	bool misread;
};

struct cfg_marks {
	struct cfg_mark *v;
	size_t n;
};

/* True when libconfig can be given the text. */
bool grammar_check(const struct source *src, struct cfg_marks *out,
		   struct diag_list *diags);

#endif
