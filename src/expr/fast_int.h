/* fast_int.h - what fast.c (making) and fast_run.c (running) share. */
#ifndef SG_EXPR_FAST_INT_H
#define SG_EXPR_FAST_INT_H

#include "expr/fast.h"
#include "expr/program.h"

enum {
	FAST_CODE_MAX = 192,
	FAST_REGS_MAX = 255,
	FAST_LEARN_MAX = 64,
	FAST_ARGS_MAX = 3,
	FAST_K_MAX = 2,
	FAST_PACKED_MAX = 4
};

/* D: doubles, I: whole numbers, B: truths, K: a double and constants that the instruction
 * carries itself. The order of <, <=, >, >= is the same in each group of four: see
 * fusions in fast.c. */
enum fast_op {
	FAST_TO_D,   /* whole to double */
	FAST_FROM_B, /* truth to whole */
	FAST_FINITE, /* only looks whether it is a number */
	FAST_ADD_D,
	FAST_SUB_D,
	FAST_MUL_D,
	FAST_MUL_K,
	FAST_DIV_D,
	FAST_REM_D,
	FAST_MUL_ADD_D, /* a * b + c, rounded twice */
	FAST_MUL_ADD_K, /* a * k + b */
	FAST_ADD_I,
	FAST_SUB_I,
	FAST_MUL_I,
	FAST_REM_I,
	FAST_NEG_D,
	FAST_NEG_I,
	FAST_ABS_D,
	FAST_ABS_I,
	FAST_FLOOR_D,
	FAST_CEIL_D,
	FAST_SQRT_D,
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
	FAST_LT_K, /* a < k */
	FAST_LE_K,
	FAST_GT_K,
	FAST_GE_K,
	FAST_LT_AND_D, /* a < b && c, a truth */
	FAST_LE_AND_D,
	FAST_GT_AND_D,
	FAST_GE_AND_D,
	FAST_LT_AND_K, /* a < k && b */
	FAST_LE_AND_K,
	FAST_GT_AND_K,
	FAST_GE_AND_K,
	FAST_LINE_LT_K, /* a * k + b < l */
	FAST_LINE_LE_K,
	FAST_LINE_GT_K,
	FAST_LINE_GE_K,
	FAST_LINE_LT_AND_K, /* a * k + b < l && c */
	FAST_LINE_LE_AND_K,
	FAST_LINE_GT_AND_K,
	FAST_LINE_GE_AND_K,
	FAST_TRUE_D, /* is it not 0? */
	FAST_TRUE_I,
	FAST_NOT_B,
	FAST_AND_B,
	FAST_OR_B,
	FAST_SELECT_D, /* a ? b : c, a is a truth */
	FAST_SELECT_I,
	FAST_SELECT_B,
	FAST_COPY_D, /* the result, where no instruction computes it */
	FAST_COPY_I,
	FAST_COPY_B
};

union fast_reg {
	double d;
	int64_t i;
	bool b;
};

struct fast_instr;

/* Leaves value in *out, of this instruction and all behind it; where one has no number,
 * what the stack program makes of it. Whatever takes a double looks whether it is one. */
typedef void (*fast_run)(const struct expr *e, struct sample *out,
			 const struct fast_instr *in);

/*
 * An argument points at a double, an int64_t or a bool, as the operation wants it: in the
 * sample of an operand, or in a register (a constant, or what was computed before).
 * One cache line.
 */
struct fast_instr {
	fast_run run;
	union fast_reg *to;
	const void *arg[FAST_ARGS_MAX];
	double k[FAST_K_MAX];
	uint8_t op, n_args, n_k; /* for the maker */
};

/* By enum fast_op: into a register and on to the next, or into the result. */
extern const struct fast_runs {
	fast_run next, last;
} fast_runs[];

struct fast_operand {
	const struct sample *at;
	uint32_t type; /* enum value_type that the code is for */
};

/* An evaluation: looks at the operands, then runs the code. */
typedef void (*fast_begin)(const struct expr *e, struct sample *out, struct expr_fast *f);

/* For so many operands; for 0: nothing is learned. */
fast_begin fast_begins(size_t n_operands);

struct expr_fast {
	fast_begin begin;
	struct fast_instr *code; /* NULL: nothing learned; registers behind it */
	unsigned types;          /* of up to FAST_PACKED_MAX operands, four bits each */
	uint8_t n_operands;
	bool possible;     /* else the stack program does it all */
	bool strict;       /* looks at quality itself: only good, unflagged operands */
	uint8_t learnings; /* left; one that keeps changing its types stays slow */
	struct fast_operand operands[];
};

/* Compiles for the types the operands have now, so that the next evaluation is fast;
 * nothing when they are these already, or one of them is no number or bad. */
void fast_learn(struct expr_fast *f, const struct expr *e);

#endif
