/*
 * input_int.h - what input.c and sequence.c share. Nobody else includes it.
 */
#ifndef SG_CONSOLE_TERM_INPUT_INT_H
#define SG_CONSOLE_TERM_INPUT_INT_H

#include "console/term/input.h"

enum { ESC = 033 };

/* --- input.c --- */
void input_drop(struct input *in, size_t n); /* the first n bytes */
/* The rest of a sequence has been waited for long enough. */
bool input_is_late(const struct input *in, struct mono now);
/* From now on what comes is thrown away. */
void input_skip(struct input *in, enum input_skip what, int64_t ms, struct mono now);

/* --- sequence.c --- */
/* The key of what the buffer begins with, which is ESC. *used: its bytes; 0 = not yet
 * whole; SIZE_MAX = they are dropped already. */
uint32_t input_escape(struct input *in, struct mono now, size_t *used);

#endif
