/* type_expression.c - type "expression": the result of an expression is true. */
#include "alarm/types.h"

#include "alarm/input.h"

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	bool yes;

	(void)d;
	if (!alarm_truth(l->s, &yes, &l->quiet))
		return ALARM_UNKNOWN;
	return yes ? ALARM_PRESENT : ALARM_CLEAR;
}

const struct alarm_type alarm_type_expression = {
	.name = "expression",
	.help = "the expression is true (or a number that is not 0)",
	.needs_expression = true,
	.check = alarm_check_no_deadband,
	.eval = eval,
};
