/*
 * scan.h - words of a settings file with their places. Inside config/ only.
 *
 * The scanner accepts what libconfig 1.5 accepts, less what libconfig would misread:
 * those are reported here, with line and column.
 */
#ifndef SG_CONFIG_SCAN_H
#define SG_CONFIG_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "config/source.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NAME,
	TOKEN_TEXT,
	TOKEN_BOOL,
	TOKEN_INT,
	TOKEN_INT64,
	TOKEN_FLOAT,
	TOKEN_MARK, /* one of = : ; , { } [ ] ( ) */
	TOKEN_BAD   /* reported already */
};

struct token {
	enum token_kind kind;
	const char *start; /* borrowed from the source */
	size_t len;
	int line, column; /* of the source's whole text */
	bool misread;     /* a number that means something else to libconfig */
};

struct scanner {
	const struct source *src;
	const char *p, *end, *line_start;
	const char *seen; /* of this line: columns are counted from here on */
	int line, seen_column;
	struct diag_list *diags;
};

void scan_init(struct scanner *s, const struct source *src, struct diag_list *diags);
struct token scan_next(struct scanner *s);
void scan_error(const struct scanner *s, const struct token *at, const char *id,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));

#endif
