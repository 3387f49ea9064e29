/*
 * coerce.h - a value as another type, only when nothing is lost: what an operator types
 * and what a driver samples both have to become the type of their tag. Pure.
 */
#ifndef SG_WRITE_COERCE_H
#define SG_WRITE_COERCE_H

#include <stdbool.h>

#include "tag/value.h"

/* VALUE_NONE as the wanted type takes anything. A string stays borrowed. False when v
 * cannot be that type exactly: 2 as a bool, 1.5 as an int64, text as a number. */
bool value_coerce(const struct value *v, enum value_type type, struct value *out);

#endif
