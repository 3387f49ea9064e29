/*
 * fast.h - inside of expr/: the everyday case of an evaluation, compiled for speed.
 *
 * Nearly always every operand is a number that can be trusted and keeps its type. For
 * exactly that case a program is made over typed registers: operands and constants lie
 * in them already, two instructions that follow each other are fused, quality and times
 * are merged once an evaluation instead of once an operator. Whatever it does not
 * expect (a bad operand, another type, text, an overflow, a division by zero) it leaves
 * to the stack program in eval.c, which has the last word on every result: so the two
 * never differ.
 *
 * Made with room for the whole program, so that learning the types of the operands at
 * the first evaluation, or anew when they change, needs no memory.
 */
#ifndef SG_EXPR_FAST_H
#define SG_EXPR_FAST_H

#include "expr/expr.h"

struct expr_fast;

/* NULL when the expression is none for it. Owned. */
struct expr_fast *fast_new(const struct expr *e);
void fast_free(struct expr_fast *f); /* NULL is allowed */
void fast_bind(struct expr_fast *f, size_t operand, uint32_t id);

#endif
