/* fast_int.h - what fast.c (making) and fast_run.c (running) share. */
#ifndef SG_EXPR_FAST_INT_H
#define SG_EXPR_FAST_INT_H

#include "expr/fast.h"
#include "expr/program.h"

enum { FAST_REGS_MAX = 255, FAST_LEARN_MAX = 64 };

/* d: doubles, i: whole numbers and bools. The order within a group matters: see
 * comparison(). */
enum fast_op {
	FAST_TO_D, /* whole to double */
	FAST_ADD_D,
	FAST_SUB_D,
	FAST_MUL_D,
	FAST_DIV_D,
	FAST_REM_D,
	FAST_MUL_ADD_D, /* a * b + c, rounded twice */
	FAST_ADD_I,
	FAST_SUB_I,
	FAST_MUL_I,
	FAST_REM_I,
	FAST_NEG_D,
	FAST_NEG_I,
	FAST_ABS_D,
	FAST_ABS_I,
	FAST_FLOOR,
	FAST_CEIL,
	FAST_SQRT,
	FAST_MIN_D,
	FAST_MAX_D,
	FAST_MIN_I,
	FAST_MAX_I,
	FAST_EQ_D,
	FAST_NE_D,
	FAST_LT_D,
	FAST_LE_D,
	FAST_GT_D,
	FAST_GE_D,
	FAST_EQ_I,
	FAST_NE_I,
	FAST_LT_I,
	FAST_LE_I,
	FAST_GT_I,
	FAST_GE_I,
	FAST_LT_AND, /* a < b && c, of doubles and a truth */
	FAST_LE_AND,
	FAST_GT_AND,
	FAST_GE_AND,
	FAST_LINE_LT_AND, /* a * b + c < d && e */
	FAST_LINE_LE_AND,
	FAST_LINE_GT_AND,
	FAST_LINE_GE_AND,
	FAST_TRUE_D, /* is it not 0? */
	FAST_TRUE_I,
	FAST_NOT, /* of truths */
	FAST_AND,
	FAST_OR,
	FAST_SELECT /* a ? b : c, a is a truth */
};

union fast_reg {
	double d;
	int64_t i;
};

struct fast_instr {
	uint8_t op; /* enum fast_op */
	uint8_t to, a, b, c, d, e;
};

struct fast_operand {
	uint32_t id;
	uint32_t type; /* enum value_type */
};

/* Registers: the operands, then constants, then what is computed. */
struct expr_fast {
	bool learned; /* code stands, for the types of the operands */
	bool strict;  /* looks at quality itself: only good, unflagged operands */
	uint8_t n_operands;
	uint8_t learnings; /* left; one that keeps changing its types stays slow */
	uint8_t result;    /* register */
	uint8_t type;      /* of the result: enum value_type */
	struct fast_instr *code, *end;
	struct fast_operand *operands;
	union fast_reg reg[];
};

/* Compiles for the types the operands have now, so that the next evaluation is fast;
 * nothing when they are these
 * already, or one of them is no number or bad. */
void fast_learn(struct expr_fast *f, const struct expr *e, expr_get get, void *arg);

#endif
