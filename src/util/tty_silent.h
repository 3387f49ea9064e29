/*
 * tty_silent.h - a terminal that shows nothing of what is typed, for as long as a secret
 * is typed, and that is given back whatever ends the program.
 *
 * Every signal that can be caught and ends or stops a process puts the terminal back
 * first and then does what it would have done; after a stop the terminal is silent again.
 * A signal that was ignored stays so. Nothing helps against SIGKILL.
 *
 * One terminal at a time; main thread only.
 */
#ifndef SG_UTIL_TTY_SILENT_H
#define SG_UTIL_TTY_SILENT_H

#include <stdbool.h>
#include <termios.h>

/* Takes these flags (ECHO, ICANON, ISIG) off c_lflag. how, both times: TCSAFLUSH when
 * what was typed ahead is to go, TCSADRAIN when not. False when fd is no terminal. */
bool tty_silent_begin(int fd, tcflag_t off, int how);
/* As it was. Without a begin it does nothing. */
void tty_silent_end(int how);

#endif
