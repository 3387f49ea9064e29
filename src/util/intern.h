/*
 * intern.h - one copy of a text for the life of the process: file names in places and
 * diagnostics, which outlive the trees they came from. Any thread.
 */
#ifndef SG_UTIL_INTERN_H
#define SG_UTIL_INTERN_H

#include <stdint.h>

/* The same pointer for the same text, for ever. For few texts: nothing is freed. */
const char *intern(const char *text);
/* Its number, for who keeps many: 0 when more than 65,535 texts are kept. */
uint16_t intern_number(const char *text);
/* Of a number; NULL for 0. */
const char *intern_text(uint16_t number);

#endif
