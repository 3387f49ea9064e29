/*
 * intern.h - one copy of a text for the life of the process: file names in places and
 * diagnostics, which outlive the trees they came from. Any thread.
 */
#ifndef SG_UTIL_INTERN_H
#define SG_UTIL_INTERN_H

/* The same pointer for the same text, for ever. For few texts: nothing is freed. */
const char *intern(const char *text);

#endif
