/*
 * lex.h - inside of expr/: the words of an expression, one at a time.
 *
 * A lexer borrows the text. After a mistake the token is TOKEN_ERROR and `fault`
 * holds the sentence.
 */
#ifndef SG_EXPR_LEX_H
#define SG_EXPR_LEX_H

#include <stddef.h>
#include <stdint.h>

#include "tag/value.h"
#include "util/strbuf.h"

enum token_kind {
	TOKEN_END,
	TOKEN_ERROR,
	TOKEN_NUMBER, /* number */
	TOKEN_TEXT,   /* start + 1 .. len - 2 */
	TOKEN_NAME,   /* start .. len; may begin with a dot */
	TOKEN_SYMBOL  /* symbol */
};

struct token {
	enum token_kind kind;
	size_t at, len;      /* bytes of the text */
	const char *symbol;  /* static spelling: "&&" */
	struct value number; /* TOKEN_NUMBER: int64 or double */
};

struct lexer {
	const char *text;
	size_t pos;
	struct token token;  /* the one to look at */
	struct strbuf fault; /* sentence of TOKEN_ERROR */
};

void lex_init(struct lexer *lx, const char *text);
void lex_release(struct lexer *lx);
/* Moves on to the next token. */
void lex_next(struct lexer *lx);

#endif
