/*
 * given_back.h - is the terminal as the console found it, and nothing of the console
 * left?
 */
#ifndef SG_TESTS_SCREEN_GIVEN_BACK_H
#define SG_TESTS_SCREEN_GIVEN_BACK_H

#include "support/tty.h"

enum { GONE_MS = 1000 }; /* the limit for all of it */

/* For tty_wait(). found: struct termios; the others take nothing. */
bool modes_are_back(struct tty *t, void *found);
/* Every mode that was switched on is off, the titles are given back, the cursor is in
 * sight, the keypad counts again, and it is the main screen that is seen. */
bool all_modes_off(struct tty *t, void *none);
/* Neither the console nor its keeper lives. */
bool session_is_empty(struct tty *t, void *none);

/* All three within the limit; fails the test otherwise. */
void expect_given_back(struct tty *t, struct termios *found);

#endif
