/*
 * hint.h - the type a device tag will have, as far as its address tells, where the
 * engineer named none. The driver has the last word. Pure.
 *
 *   coil, discrete, a bit (".3")       bool
 *   whole-number register, unscaled    int64
 *   float, or anything scaled          double
 *   string, or anything with texts     string
 */
#ifndef SG_DRIVER_HINT_H
#define SG_DRIVER_HINT_H

#include "tag/def.h"

/* VALUE_NONE when the settings do not tell. */
enum value_type driver_type_hint(const struct settings *s);

#endif
