/*
 * tour_rig.h - the real demonstration and real consoles on it, for tests that do what an
 * operator does: one demonstration for all tests of a program, a terminal of 80x24 each.
 */
#ifndef SG_TESTS_TOUR_RIG_H
#define SG_TESTS_TOUR_RIG_H

#include "support/demo.h"
#include "support/tty.h"

enum { TOUR_COLS = 80, TOUR_ROWS = 24, TOUR_SOON_MS = 20000 };

extern struct demo *tour_demo;
int tour_open(void **state); /* group setup and teardown */
int tour_close(void **state);

/* A console that has joined the server. */
struct tty *tour_console(void);
/* `sightglass demo fault PART WHAT`; fails the test when it is refused. */
void tour_fault(const char *part, const char *what);

struct tour_wish {
	int row;
	const char *text;
};
bool tour_row_shows(struct tty *t, void *wish); /* for tty_wait() */
void tour_expect_in_row(struct tty *t, int row, const char *text);

#endif
