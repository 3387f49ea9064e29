/* test_blink.c - the mark of what waits for an acknowledgement blinks, by our own hand:
 * what that costs on the line, and that it can be off (HM-04). */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/console_rig.h"

enum {
	LOOK_MS = 4000,
	BLINK_MAX = 120,
	STILL_MAX = 40,
	BANNER = 1,
	STAR = 2,
	QUIET_MS = 200
};

static struct tty *console(struct fake *f, const char *blink)
{
	static char program[512];
	char *argv[] = { program,
			 (char[]){ "--socket" },
			 (char *)(uintptr_t)fake_socket(f),
			 (char[]){ "--blink" },
			 (char *)(uintptr_t)blink,
			 NULL };
	const char *env[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", NULL };
	struct tty *t;

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	t = tty_start(argv, env, 80, 24);
	tty_expect(t, "server ok");
	tty_expect(t, "message of p.a");
	return t;
}

struct changes {
	bool lit;
	int n;
};

/* How often the ground of the star was another one. */
static bool count_changes(struct tty *t, void *arg)
{
	struct changes *c = arg;
	struct tty_cell star = tty_cell(t, STAR, BANNER),
			mark = tty_cell(t, STAR - 1, BANNER);
	bool lit = star.reverse == mark.reverse && memcmp(star.bg, mark.bg, 3) == 0;

	assert_int_equal(star.cp, '*'); /* the words never flash */
	c->n += lit != c->lit;
	c->lit = lit;
	return false;
}

static size_t bytes_a_second(struct tty *t, struct changes *c)
{
	size_t before, after;

	pump_for(t, 1200);
	count_changes(t, c);
	c->n = 0;
	tty_bytes(t, &before);
	tty_wait(t, count_changes, c, LOOK_MS);
	tty_bytes(t, &after);
	return (after - before) / (LOOK_MS / 1000);
}

static void HM_04_it_blinks_once_a_second_for_a_few_bytes(void **state)
{
	struct changes c = { .lit = true };
	struct rig *r = *state;
	uint64_t occurrence = fake_alarm(r->f, "p.a", 1, 1, 0);
	size_t bytes;
	const char *all;

	r->t = console(r->f, "on");
	bytes = bytes_a_second(r->t, &c);
	print_message("blinking: %zu bytes a second, %d changes in %d s\n", bytes, c.n,
		      LOOK_MS / 1000);
	assert_in_range(c.n, 2 * LOOK_MS / 1000 - 2, 2 * LOOK_MS / 1000 + 1);
	assert_in_range(bytes, 1, BLINK_MAX);
	/* never the terminal's own blinking */
	all = tty_bytes(r->t, &bytes);
	assert_null(memmem(all, bytes, "\033[5m", 4));
	assert_null(memmem(all, bytes, ";5m", 3));
	fake_alarm(r->f, "p.a", 1, 2, occurrence);
	tty_expect(r->t, "0/1");
	/* acknowledged it has no star, and nothing of it changes any more */
	pump_for(r->t, QUIET_MS);
	struct tty_cell was = tty_cell(r->t, STAR, BANNER);
	for (int i = 0; i < 6; i++) {
		pump_for(r->t, 250);
		struct tty_cell is = tty_cell(r->t, STAR, BANNER);

		assert_int_equal(is.cp, ' ');
		assert_int_equal(is.reverse, was.reverse);
		assert_memory_equal(is.bg, was.bg, 3);
	}
}

static void HM_04_off_it_stands_reversed(void **state)
{
	struct changes c = { .lit = true };
	struct rig *r = *state;
	size_t bytes;

	fake_alarm(r->f, "p.a", 1, 1, 0);
	r->t = console(r->f, "off");
	bytes = bytes_a_second(r->t, &c);
	assert_true(c.lit);
	assert_int_equal(c.n, 0);
	assert_in_range(bytes, 1, STILL_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RIG(HM_04_it_blinks_once_a_second_for_a_few_bytes),
		ON_RIG(HM_04_off_it_stands_reversed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
