/* type_mismatch.c - type "mismatch": what was commanded and what is fed back disagree
 * for longer than the equipment needs to travel. Once present it stays until they agree:
 * a new command alone cures nothing. */
#include "alarm/types.h"

#include "alarm/input.h"

struct memory {
	bool known;
	double command;
	struct mono given; /* when the command last changed, or was first seen */
};

static size_t memory(const struct alarm_def *d)
{
	(void)d;
	return sizeof(struct memory);
}

static bool agree(const struct alarm_look *l, double feedback, double command)
{
	if (l->s->value.type == VALUE_BOOL || l->second->value.type == VALUE_BOOL)
		return (feedback != 0) == (command != 0);
	return feedback == command;
}

static enum alarm_verdict eval(const struct alarm_def *d, struct alarm_look *l)
{
	struct memory *m = l->memory;
	double feedback, command;
	struct mono arrives;

	if (!l->second || !alarm_number(l->second, &command))
		return ALARM_UNKNOWN;
	if (!m->known || command != m->command)
		*m = (struct memory){ true, command, l->now };
	if (!alarm_number(l->s, &feedback))
		return ALARM_UNKNOWN;
	if (agree(l, feedback, command))
		return ALARM_CLEAR;
	arrives = mono_add_ms(m->given, alarm_more(d)->travel_ms);
	if (l->was || mono_reached(l->now, arrives))
		return ALARM_PRESENT;
	l->due = arrives;
	return ALARM_CLEAR;
}

static const char *const needs[] = { "command", "travel_s", NULL };

const struct alarm_type alarm_type_mismatch = {
	.name = "mismatch",
	.help = "the tag (feedback) disagrees with command, travel_s after the command "
		"changed or at any later time",
	.needs_tag = true,
	.second = "command",
	.needs = needs,
	.check = alarm_check_no_deadband,
	.memory = memory,
	.eval = eval,
};
