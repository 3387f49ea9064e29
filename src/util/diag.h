/*
 * diag.h - what is wrong in a file, where, and what to do: the one form in which
 * loaders, `sightglass check` and reload report mistakes.
 *
 *   config/tags/intake.cfg:14:27: error: unknown tag "intake.flwo" (did you mean
 *   "intake.flow"?) [unknown-tag]
 */
#ifndef SG_UTIL_DIAG_H
#define SG_UTIL_DIAG_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/* A note is worth knowing and nothing to mend; only who asks for them gets any. */
enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_NOTE };

struct diag {
	enum diag_severity severity;
	char *file;     /* as given to the loader, "" when no file is meant */
	int line;       /* 0 = not known */
	int column;     /* 0 = not known */
	const char *id; /* static kebab-case: "unknown-tag" */
	char *text;
};

struct diag_list {
	struct diag *v;
	size_t n;
	size_t errors, notes;
};

#define DIAG_LIST_INIT                                                                   \
	{                                                                                \
		0                                                                        \
	}

void diag_add(struct diag_list *list, enum diag_severity severity, const char *file,
	      int line, int column, const char *id, const char *fmt, ...)
	__attribute__((format(printf, 7, 8)));
void diag_list_release(struct diag_list *list);
/* "error", "warning" or "note" */
const char *diag_severity_name(enum diag_severity s);
/* One line without newline, cleaned. */
void diag_format(const struct diag *d, struct strbuf *out);
/* Makes errors of the warnings with that id; returns how many there were. */
size_t diag_raise(struct diag_list *list, const char *id);
/* By file, line, column. */
void diag_sort(struct diag_list *list);

/* " (did you mean \"x\"?)" appended to out when one of names is near enough. */
void diag_suggest(struct strbuf *out, const char *wrong, const char *const *names,
		  size_t n);

#endif
