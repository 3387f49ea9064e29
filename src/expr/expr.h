/*
 * expr.h - the expression language of tags, permissives, alarms and symbols.
 *
 *   || && ! == != < <= > >= + - * / % unary-  ? :  ( )  numbers  true false
 *   "text" or 'text' (no escapes; compared with text only, byte by byte)
 *   tag names (dotted; a leading dot is relative to the prefix given at compile)
 *   abs(x) min(a,b,...) max(a,b,...) avg(a,b,...) round(x[,n]) floor(x) ceil(x) sqrt(x)
 *   if_bad(x, y)  is_good(x)  is_bad(x)
 *
 * Precedence as in C, but a comparison cannot be chained: 0 < x < 5 is refused, not
 * misread. Whole numbers stay exact in 64 bits (+ - * % min max abs and comparisons);
 * "/" and everything with a decimal number is a double. A bool counts as 0 or 1, a
 * number that is not 0 as true.
 *
 * Compiled once to a small stack program; evaluated without allocation, but for the first
 * time and when its operands change their types (fast.h). The result
 * has the worst quality, all flags and the oldest times of its operands. An operand
 * that is bad makes the result bad (REASON_OPERAND), one that is uncertain makes it
 * uncertain: there is no short-circuit rescue. Both sides of && and ||, and the
 * condition and both branches of ?: count. if_bad() and is_good() say so explicitly:
 * if_bad(x, y) is y, with y's quality, only while x is bad; is_good() and is_bad()
 * are always good but keep the flags of x, so that a value typed by hand never passes
 * an interlock through them. Division by zero, overflow, NaN, an infinite operand and
 * a comparison of unlike types are bad (REASON_MATH), never a number.
 *
 * Pure. Not thread-safe per object.
 */
#ifndef SG_EXPR_EXPR_H
#define SG_EXPR_EXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/sample.h"

struct expr;
struct strbuf;

enum { EXPR_TEXT_MAX = 1024, EXPR_OPERANDS_MAX = 64, EXPR_DEPTH_MAX = 64 };

/* Compiles text. prefix ("intake.p101") is put before operands that begin with a
 * dot; NULL forbids those. On a mistake returns NULL, a sentence in why and the
 * column (characters, from 1) in *column. why and column may be NULL. Owned. */
struct expr *expr_compile(const char *text, const char *prefix, struct strbuf *why,
			  int *column);
void expr_free(struct expr *e); /* NULL is allowed */

/* The tag names it reads, each once, in order of appearance; borrowed. */
size_t expr_operand_count(const struct expr *e);
const char *expr_operand_name(const struct expr *e, size_t i);
int expr_operand_column(const struct expr *e, size_t i);
/* The caller binds each operand to a number of its own (a tag index). */
void expr_bind(struct expr *e, size_t i, uint32_t id);
/* Where the newest sample of operand i lies, until it is bound anew: evaluation looks
 * there and asks nobody. Borrowed; the place must not move while it is bound, what stands
 * in it may change in every way. NULL: nobody knows, it is asked for by its number. */
void expr_bind_place(struct expr *e, size_t i, const struct sample *place);
uint32_t expr_operand_id(const struct expr *e, size_t i);
const char *expr_text(const struct expr *e);

/* Static type where it is certain (VALUE_BOOL for comparisons), else VALUE_NONE. */
enum value_type expr_type(const struct expr *e);
/* The same once the types of the bound operands are known (VALUE_NONE = not known):
 * so a bare tag or "a + b" has a type too. False, with a sentence and its column, for
 * what can never have a value: text + number, text compared with a number. */
typedef enum value_type (*expr_type_of)(void *arg, uint32_t id);
bool expr_infer(const struct expr *e, expr_type_of type_of, void *arg,
		enum value_type *type, struct strbuf *why, int *column);

/* Reads operands where they are bound to. *out is no operand. A string result borrows
 * from the program or an operand. Without operands the times are 0. An operand that was
 * not bound has no value. */
void expr_eval_bound(const struct expr *e, struct sample *out);
/* The same, with what get(arg, id) answers for operands that were not bound. */
typedef const struct sample *(*expr_get)(void *arg, uint32_t id);
void expr_eval_to(const struct expr *e, expr_get get, void *arg, struct sample *out);

static inline struct sample expr_eval(const struct expr *e, expr_get get, void *arg)
{
	struct sample out;

	expr_eval_to(e, get, arg, &out);
	return out;
}

/* True only for a good, unflagged result that is true (a bool, or a number not 0). */
static inline bool expr_is_true(const struct sample *result)
{
	double v;

	if (!quality_is_interlock_grade(result->quality))
		return false;
	if (result->value.type == VALUE_BOOL)
		return result->value.u.b;
	return value_number(&result->value, &v) && v != 0;
}

/* "intake.p101.auto = false (good), ...": what a refusal shows. A bad operand shows
 * as "#### (bad: comm)". Cleaned. */
void expr_explain(const struct expr *e, expr_get get, void *arg, struct strbuf *out);

/* The functions for help and man page; NULL behind the last. */
const char *expr_function_name(size_t i);
const char *expr_function_help(size_t i);

#endif
