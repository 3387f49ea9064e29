/* tour_rig.c - brings up the demonstration and consoles on it. */
#include "screen/tour_rig.h"

#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct demo *tour_demo;

int tour_open(void **state)
{
	(void)state;
	/* other demonstrations of this user are not to be found */
	setenv("XDG_RUNTIME_DIR", test_tmpdir(), 1);
	tour_demo = demo_up();
	return 0;
}

int tour_close(void **state)
{
	(void)state;
	demo_down(tour_demo);
	return 0;
}

struct tty *tour_console(void)
{
	static char program[512];
	char *argv[] = { program, (char[]){ "--socket" }, tour_demo->socket, NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };
	struct tty *t;

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	t = tty_start(argv, env, TOUR_COLS, TOUR_ROWS);
	tty_expect(t, "server ok");
	return t;
}

void tour_fault(const char *part, const char *what)
{
	char out[1000];

	if (DEMO_RUN(tour_demo, out, "demo", "--dir", tour_demo->dir, "fault", part,
		     what) != 0)
		fail_msg("demo fault %s %s: %s", part, what, out);
}

bool tour_row_shows(struct tty *t, void *arg)
{
	const struct tour_wish *w = arg;

	return strstr(tty_row(t, w->row), w->text) != NULL;
}

void tour_expect_in_row(struct tty *t, int row, const char *text)
{
	struct tour_wish w = { row, text };

	if (tty_wait(t, tour_row_shows, &w, TOUR_SOON_MS))
		return;
	tty_dump(t);
	fail_msg("row %d never showed \"%s\"", row, text);
}
