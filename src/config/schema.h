/*
 * schema.h - which settings a group may hold: one row each, with its help.
 *
 * cfg_check() reports unknown settings (with "did you mean"), missing ones, wrong
 * kinds and numbers out of range, all at once; afterwards cfg_get() and cfg_as_*()
 * need no further tests. The rows are also the reference in sightglass.cfg(5).
 */
#ifndef SG_CONFIG_SCHEMA_H
#define SG_CONFIG_SCHEMA_H

#include <stdbool.h>

struct cfg_node;
struct diag_list;
struct strbuf;

enum cfg_kind {
	CFG_K_BOOL,
	CFG_K_INT,
	CFG_K_NUMBER,
	CFG_K_TEXT,   /* not empty */
	CFG_K_TEXT0,  /* may be empty */
	CFG_K_WORD,   /* one of words[] */
	CFG_K_TEXTS,  /* ( "a", "b" ) or [ ... ] or one "a" */
	CFG_K_PAIR,   /* ( lo, hi ), lo < hi */
	CFG_K_GROUP,  /* { }, held against members when given */
	CFG_K_GROUPS, /* ( { }, { } ), each held against members when given */
	CFG_K_SCALAR, /* text, number or true/false */
	CFG_K_ANY
};

enum {
	CFG_REQUIRED = 1,
	CFG_POSITIVE = 2 /* > 0 */,
	CFG_NOT_ZERO = 4,
	CFG_NOT_NEGATIVE = 8
};

struct cfg_row {
	const char *name;
	enum cfg_kind kind;
	unsigned flags;
	double lo, hi;                 /* both 0 = any number; inclusive */
	const char *const *words;      /* ends with NULL */
	const struct cfg_row *members; /* ends with a NULL name */
	const char *help;              /* one line */
};

/* what names the group in sentences: "device \"plc1\"". rows end with a NULL name.
 * extra settings (open = true) are left to the caller. Returns true when no error was
 * added. */
bool cfg_check(const struct cfg_node *group, const char *what, const struct cfg_row *rows,
	       bool open, struct diag_list *diags);
/* What cfg_check() says of one value, for files that are no tree. True: refused, with a
 * sentence. */
bool cfg_row_refuses_word(const struct cfg_row *row, const char *what, const char *word,
			  struct strbuf *why);
bool cfg_row_refuses_number(const struct cfg_row *row, const char *what, double v,
			    struct strbuf *why);
const char *cfg_kind_text(enum cfg_kind kind); /* "a whole number" */
/* One table as text: a row's name and help, and below what its value can be. */
void cfg_schema_help(const struct cfg_row *rows, struct strbuf *out);

#endif
