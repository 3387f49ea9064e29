/*
 * plain.h - `sightglass --plain`: the console as lines of words, for screen readers,
 * terminals that can do no more, and scripts.
 *
 * Plain text only, no escape sequence ever; what is said once is not said again. Lines
 * come from standard input, on a pipe or a terminal; the end of it ends the program when
 * every question is answered. Exit codes as of the console (app.h).
 */
#ifndef SG_CONSOLE_PLAIN_PLAIN_H
#define SG_CONSOLE_PLAIN_PLAIN_H

/* socket, first (a screen's id): NULL = as found, the overview. */
int plain_main(const char *socket, const char *first);

#endif
