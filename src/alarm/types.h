/*
 * types.h - the alarm types by name, one file each; types.c makes them a table.
 */
#ifndef SG_ALARM_TYPES_H
#define SG_ALARM_TYPES_H

#include "alarm/type.h"

extern const struct alarm_type alarm_type_bad_quality;
extern const struct alarm_type alarm_type_count;
extern const struct alarm_type alarm_type_deviation;
extern const struct alarm_type alarm_type_expression;
extern const struct alarm_type alarm_type_frozen;
extern const struct alarm_type alarm_type_high;
extern const struct alarm_type alarm_type_low;
extern const struct alarm_type alarm_type_mismatch;
extern const struct alarm_type alarm_type_rate;
extern const struct alarm_type alarm_type_stale;
extern const struct alarm_type alarm_type_state;
extern const struct alarm_type alarm_type_statistical;

#endif
