/*
 * program.h - inside of expr/: the stack program and the one descriptor that
 * operators and functions share.
 *
 * A program knows three instructions only: push a constant, load an operand, call a
 * row. A row is an operator or a function; both live in const tables.
 */
#ifndef SG_EXPR_PROGRAM_H
#define SG_EXPR_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "expr/expr.h"

enum { EXPR_STACK_MAX = 160, EXPR_ARGS_MAX = 32 };

/* What a row accepts; checked where types are known, and again by apply(). */
enum expr_takes {
	TAKES_NUMBERS,
	TAKES_ALIKE,  /* all numbers or all text */
	TAKES_SELECT, /* a number, then two that are alike */
	TAKES_ANY
};

enum expr_gives {
	GIVES_BOOL,
	GIVES_DOUBLE,
	GIVES_ARITH,  /* int64 unless one is a double */
	GIVES_FIRST,  /* the type of the first operand, a bool as int64 */
	GIVES_COMMON, /* of the last two: the wider number type, or text */
	GIVES_SAME    /* of both when they are the same, else not known */
};

struct expr_cell {
	struct value value;
	quality quality;
	int64_t source_ms; /* INT64_MAX: no operand has given a time yet */
	int64_t taken_ns;
};

struct expr_row {
	const char *name; /* "+", "min" */
	const char *help; /* one line */
	uint8_t min_args, max_args;
	enum expr_takes takes;
	enum expr_gives gives;
	/* From arguments of which none is bad. False: no result (math). */
	bool (*apply)(const struct value *arg, size_t n, struct value *out);
	/* Instead of apply: looks at quality itself. Sets value and quality only. */
	void (*apply_quality)(const struct expr_cell *arg, size_t n,
			      struct expr_cell *out);
};

enum expr_opcode { EXPR_PUSH, EXPR_LOAD, EXPR_CALL };

struct expr_instr {
	uint8_t opcode;
	uint8_t argc;               /* CALL */
	uint16_t index;             /* PUSH: constant, LOAD: operand */
	uint32_t at;                /* byte offset in the text, for messages */
	const struct expr_row *row; /* CALL */
};

struct expr_operand {
	char *name;
	int column;
	uint32_t id;
	const struct sample *at; /* where it lies: bound, or own */
	struct sample own;       /* the answer to asking for it */
};

struct expr {
	char *text;
	struct expr_instr *code;
	size_t n_code;
	struct value *constants; /* strings among them are owned */
	size_t n_constants;
	struct expr_operand *operands;
	size_t n_operands;
	enum value_type type;
	struct expr_fast *fast; /* the everyday case; has the first word */
};

/* Runs the stack program: what every evaluation means. */
void expr_eval_stack(const struct expr *e, struct sample *out);

/* Tables end with a row whose name is NULL. */
extern const struct expr_row expr_binary[], expr_unary[], expr_functions[];
extern const struct expr_row expr_select;

const struct expr_row *expr_row_find(const struct expr_row *table, const char *name);
/* Column (characters, from 1) of a byte offset. */
int expr_column(const char *text, size_t at);

#endif
