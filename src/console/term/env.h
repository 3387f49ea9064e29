/*
 * env.h - an environment that curses may be trusted with (SEC-16).
 */
#ifndef SG_CONSOLE_TERM_ENV_H
#define SG_CONSOLE_TERM_ENV_H

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

/* Unsets what would make curses read foreign terminfo (TERMINFO, TERMINFO_DIRS, TERMCAP,
 * TERMPATH, HOME's folder), override the size (LINES, COLUMNS) or its own behaviour
 * (NCURSES_*, ESCDELAY), and libc a foreign locale (LOCPATH and others), sets a UTF-8
 * locale where one can be had, and checks TERM against [A-Za-z0-9.+_-]{1,32}. */
bool term_env_scrub(struct strbuf *why);
/* ESCDELAY, before it is scrubbed, held to 10..500 ms; 0 = it says nothing. */
int64_t term_env_escape_ms(void);
/* True when the locale's character set is UTF-8. */
bool term_env_is_utf8(void);

#endif
