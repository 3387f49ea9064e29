/*
 * person.h - asking the person at the terminal. Secrets are asked for in sign_in.h.
 *
 * Main thread; waits for as long as the person does.
 */
#ifndef SG_CLI_PERSON_H
#define SG_CLI_PERSON_H

#include <stdbool.h>
#include <stddef.h>

/* A line, without its end; false at the end of input. */
bool person_typed(const char *question, char *line, size_t size);
/* True for y and nothing else. */
bool person_says_yes(const char *question);

#endif
