/*
 * input.h - what the types ask of a sample before they judge it: is there a good
 * number, or a good yes or no, in it? Flags (substituted, simulated ...) are no
 * obstacle: such a value runs alarms and is marked.
 */
#ifndef SG_ALARM_INPUT_H
#define SG_ALARM_INPUT_H

#include "alarm/type.h"

/* A good, finite number (bool counts as 0 or 1). */
bool alarm_number(const struct sample *s, double *v);
/* The number as yes or no (not 0), and the numbers that mean the same. */
bool alarm_truth(const struct sample *s, bool *truth, struct alarm_band *same);
/* Puts what counts as the limit now into l->limit; false: it is a tag whose value cannot
 * be used (not good, or outside its bounds). */
bool alarm_limit(const struct alarm_def *d, struct alarm_look *l);
/* When the sample arrived, never later than the look. */
struct mono alarm_arrival(const struct alarm_look *l);
/* For check(): limit types. */
bool alarm_check_limit(const struct alarm_def *d, struct strbuf *why);
/* For check(): types without numbers to compare. */
bool alarm_check_no_deadband(const struct alarm_def *d, struct strbuf *why);

#endif
