/*
 * escapes.h - the escape oracle: does a stream of bytes hold only what our console may
 * say to a terminal? Everything else came from outside and got through (SEC-15).
 */
#ifndef SG_TESTS_SCREEN_ESCAPES_H
#define SG_TESTS_SCREEN_ESCAPES_H

#include <stdbool.h>
#include <stddef.h>

struct tty;

/* Allowed: safe printable UTF-8, CR LF BS BEL SO SI, and the sequences of painting
 * (cursor, erase, attributes, scroll region, modes). On refusal *at is the offset. */
bool escapes_allowed(const char *bytes, size_t n, size_t *at);
/* Every private mode that was set ("?2004h") is reset after it, too; else the number of
 * the first that was left on. 0 = none. */
int escapes_mode_left_on(const char *bytes, size_t n);
/* Titles pushed on xterm's stack less those popped; 0 when every one was given back. */
int escapes_titles_kept(const char *bytes, size_t n);
/* For tty_wait(): no mode is on, no title kept. */
bool escapes_all_off(struct tty *t, void *arg);
#endif
