/* preload.h - a library to be loaded before all others, for the program that this process
 * is about to become. */
#ifndef SG_TESTS_PRELOAD_H
#define SG_TESTS_PRELOAD_H

/* A shim of tests/shims by its name ("step_clock"). */
void preload_shim(const char *name);

#endif
