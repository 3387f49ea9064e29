/*
 * math.h - inside of expr/: what operators and functions share about numbers.
 */
#ifndef SG_EXPR_MATH_H
#define SG_EXPR_MATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/value.h"

/* True when every argument is a bool or an int64: arithmetic then stays exact. */
bool math_whole(const struct value *arg, size_t n);
int64_t math_int(const struct value *v);
/* False for text. */
bool math_double(const struct value *v, double *out);
/* Sets *out; false when the number is NaN or infinite. */
bool math_result(double d, struct value *out);
/* -1, 0, 1 in *order; whole numbers exactly. False for unlike types. */
bool math_compare(const struct value *a, const struct value *b, int *order);

#endif
