/*
 * fast.h - inside of expr/: the everyday case of an evaluation, compiled for speed.
 *
 * Nearly always every operand is a number that can be trusted and keeps its type. For
 * exactly that case a program is made whose instructions know where their numbers lie: in
 * the operands' samples themselves, which the owner of the expression has bound, or in
 * registers. Instructions that follow each other are fused; quality, types and times of
 * all operands are looked at once an evaluation, not once an operator. Whatever it does
 * not expect (a bad operand, another type, text, an overflow, a division by zero) it
 * leaves to the stack program in eval.c, which has the last word on every result: so the
 * two never differ.
 *
 * Learning the types of the operands, at the first evaluation, when they change and
 * after they were bound anew, takes memory; evaluating takes none.
 */
#ifndef SG_EXPR_FAST_H
#define SG_EXPR_FAST_H

#include "expr/expr.h"

struct expr_fast;

/* Owned. */
struct expr_fast *fast_new(const struct expr *e);
void fast_free(struct expr_fast *f); /* NULL is allowed */
/* Forgets what was learned: operands lie elsewhere now, as e says. */
void fast_rebind(struct expr_fast *f, const struct expr *e);

#endif
