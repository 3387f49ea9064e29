/*
 * console_rig.h - the set-up of the console's tests: a server in the test's hand and the
 * console on a terminal joined to it.
 */
#ifndef SG_TESTS_SCREEN_CONSOLE_RIG_H
#define SG_TESTS_SCREEN_CONSOLE_RIG_H

#include "screen/fake_server.h"

struct rig {
	struct fake *f;
	struct tty *t; /* NULL: no console now; freed with the rig */
};

/* cmocka fixtures: the server alone, or with a console whose first picture stands. */
int console_rig(void **state);
int console_rig_ready(void **state);
int console_rig_free(void **state);

/* Looks at the terminal for ms, for what must not happen in that time. */
void pump_for(struct tty *t, int ms);

#define ON_RIG(fn) cmocka_unit_test_setup_teardown(fn, console_rig, console_rig_free)
#define ON_READY_RIG(fn)                                                                 \
	cmocka_unit_test_setup_teardown(fn, console_rig_ready, console_rig_free)

#endif
