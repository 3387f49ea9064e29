/*
 * restore.h - giving the terminal back, from anywhere: normal end, signal handler, or
 * the keeper process after a SIGKILL. Uses write(), tcsetattr() and memory taken
 * beforehand only.
 */
#ifndef SG_CONSOLE_TERM_RESTORE_H
#define SG_CONSOLE_TERM_RESTORE_H

#include <stdbool.h>

/* Remembers fd's modes and the bytes that undo ours, and installs the crash handlers
 * (SEGV BUS ILL FPE ABRT, on a stack of their own). 0, or -1 when fd is no terminal. */
int restore_arm(int fd);
/* Whether the terminal, by what is about to be written to it, holds a title that is to be
 * popped; the keeper knows it too. */
void restore_title_pushed(bool pushed);
/* Puts everything back; async-signal-safe; a second call does nothing. */
void restore_now(void);
/* After a stop: there is something to undo again. */
void restore_again(void);
/* Forks a process that waits for this one to end and then puts everything back:
 * nothing else survives SIGKILL. It holds only the terminal. Returns 0, or -1. */
int restore_start_keeper(void);

#endif
