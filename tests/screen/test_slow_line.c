/* test_slow_line.c - the console on a line of 9600 baud, and on one that takes nothing:
 * frames are dropped, never queued, and what is urgent comes soon. */
#include "support/test.h"

#include "screen/console_rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/escapes.h"
#include "support/stall.h"
#include "util/clock.h"

enum {
	FIRST_MS = 2000,
	ALARM_MS = 2000,
	KEY_MS = 1000,
	GIVE_UP_MS = 15000,
	FULL = 4000,        /* bytes after which a slow line is as full as it gets */
	KERNEL = 20 * 1024, /* a pseudo-terminal holds so much */
	FRAME_MS = 50,      /* frames of the console come no faster */
	FRAME_LEAST = 500,  /* a repaint has more, a request less */
	LEAST = 8 * 1024,
	STUCK = 3,
	FRAMES_MAX = 200
};

/* Thirty values, as a full screen has them. */
static const char busy_screen[] =
	"screen = { id = \"overview\"; title = \"Busy\"; level = 1;\n"
	"size = [ 78, 18 ];\n"
	"picture = \"\n"
	" A {p.a         } {p.a0     } {p.a1     } {p.a2     } {p.a3     }\n"
	" B {p.b         } {p.b0     } {p.b1     } {p.b2     } {p.b3     }\n"
	" C {p.c         } {p.c0     } {p.c1     } {p.c2     } {p.c3     }\n"
	" D {p.d         } {p.d0     } {p.d1     } {p.d2     } {p.d3     }\n"
	" E {p.e         } {p.e0     } {p.e1     } {p.e2     } {p.e3     }\n"
	" F {p.f         } {p.f0     } {p.f1     } {p.f2     } {p.f3     }\n"
	"\";\n"
	"};\n";

static void change_all(struct fake *f, int step)
{
	char name[16];

	for (char letter = 'a'; letter <= 'f'; letter++) {
		for (int i = -1; i < 4; i++) {
			snprintf(name, sizeof(name), i < 0 ? "p.%c" : "p.%c%d", letter,
				 i);
			fake_value(f, name, 10.0 + (step * 7 + letter + i) % 80, 0);
		}
	}
}

static struct tty *slow_console(struct fake *f)
{
	static const struct fake_terminal line = { .term = "vt100", .baud = 9600 };

	return fake_console_on(f, &line);
}

static bool modes_are_cooked(struct tty *t, void *arg)
{
	(void)arg;
	return (tty_modes(t).c_lflag & (ICANON | ECHO)) == (ICANON | ECHO);
}

static size_t bytes_so_far(struct tty *t)
{
	size_t n;

	tty_bytes(t, &n);
	return n;
}

/* Values change a hundred times a second while the line carries what it can. */
static void busy(struct rig *r)
{
	static int step;

	change_all(r->f, step++);
	tty_pump(r->t, 10);
}

/* Milliseconds until text stands there, less what this machine stood still. */
static int64_t until(struct rig *r, const char *text)
{
	struct stall_span start = stall_begin();

	while (!tty_shows(r->t, text)) {
		if (stall_own_ms(&start) > GIVE_UP_MS) {
			tty_dump(r->t);
			fail_msg("\"%s\" did not come", text);
		}
		busy(r);
	}
	return stall_own_ms(&start);
}

static void a_slow_line_shows_the_first_picture_within_two_seconds(void **state)
{
	struct rig *r = *state;
	struct stall_span start = stall_begin();

	r->t = slow_console(r->f);
	tty_expect(r->t, "1Help 2Overview 3Alarms");
	tty_expect(r->t, "50.0");
	print_message("first picture: %lld ms\n", (long long)stall_own_ms(&start));
	assert_in_range(stall_own_ms(&start), 0, FIRST_MS);
}

static void a_busy_slow_line_still_shows_alarms_and_answers_keys(void **state)
{
	struct rig *r = *state;
	int64_t alarm, key, page;

	fake_screen(r->f, busy_screen);
	r->t = slow_console(r->f);
	tty_expect(r->t, "1Help 2Overview");
	while (bytes_so_far(r->t) < FULL)
		busy(r);
	fake_alarm(r->f, "x.high", 2, 1, 0);
	alarm = until(r, "message of x.high");
	tty_type(r->t, "\033[B");
	key = until(r, "p.a  ");
	tty_type(r->t, "q");
	page = until(r, "this is the top");
	print_message("alarm %lld ms, keys %lld and %lld ms\n", (long long)alarm,
		      (long long)key, (long long)page);
	assert_in_range(alarm, 0, ALARM_MS);
	assert_in_range(key, 0, KEY_MS);
	assert_in_range(page, 0, KEY_MS);
}

/* What the program has written so far, whoever read it. */
static size_t written(const struct tty *t)
{
	char path[64], *text, *at;
	size_t n;

	snprintf(path, sizeof(path), "/proc/%d/io", (int)tty_pid(t));
	text = test_read_file(path);
	at = strstr(text, "wchar: ");
	assert_non_null(at);
	n = strtoul(at + 7, NULL, 10);
	free(text);
	return n;
}

/* Repaints on a line that takes nothing until the kernel takes nothing either; each key
 * is answered to the server all the while. Returns the frames asked for. */
static int fill_line(struct rig *r)
{
	unsigned asked = fake_count(r->f, WIRE_SUBSCRIBE);
	size_t before, begun = written(r->t);
	int frames = 0, same = 0;

	tty_hold(r->t, true);
	while (same < STUCK || written(r->t) < begun + LEAST) {
		assert_true(frames < FRAMES_MAX);
		before = written(r->t);
		tty_type(r->t, frames++ % 2 ? "2\014" : "4\014");
		fake_expect(r->f, r->t, WIRE_SUBSCRIBE, ++asked);
		pump_for(r->t, FRAME_MS + 20);
		/* keys, not frames: what it says to the server counts there, too */
		same = written(r->t) < before + FRAME_LEAST ? same + 1 : 0;
	}
	return frames;
}

/* The console says what it is asked for while its terminal takes nothing; afterwards the
 * newest state comes, and of all the frames between only what the kernel held. */
static void a_terminal_that_takes_nothing_holds_up_nothing(void **state)
{
	struct rig *r = *state;
	size_t before, after, bells = 0;
	int frames;

	r->t = fake_console_ready(r->f);
	before = bytes_so_far(r->t);
	frames = fill_line(r);
	fake_alarm(r->f, "x.high", 2, 1, 0);
	fake_value(r->f, "p.a", 77.7, 0);
	fake_value(r->f, "p.d", 77.7, 0);
	tty_hold(r->t, false);
	tty_expect(r->t, "message of x.high");
	tty_expect(r->t, "77.7");
	after = bytes_so_far(r->t);
	const char *bytes = tty_bytes(r->t, &after);
	for (size_t i = before; i < after; i++)
		bells += bytes[i] == '\a';
	print_message("%zu bytes of %d frames, %zu bells\n", after - before, frames,
		      bells);
	assert_in_range(after - before, 1, KERNEL + 8 * 1024);
	assert_true(bells >= 1);
	/* nothing was torn */
	assert_true(escapes_allowed(bytes, after, &after));
	tty_type(r->t, "\021\r");
	assert_int_equal(tty_wait_exit(r->t, 3000), 0);
}

static void told_place(struct rig *r, const char *page)
{
	struct mono limit = mono_add_ms(clock_mono(), 10000);

	while (strcmp(fake_last_place(r->f).page, page) != 0) {
		if (mono_reached(clock_mono(), limit))
			fail_msg("its place is \"%s\", not \"%s\"",
				 fake_last_place(r->f).page, page);
		pump_for(r->t, FRAME_MS);
	}
}

/* Nobody sees the alarms of such a terminal: the others have to know. */
static void a_terminal_that_takes_nothing_is_told_to_the_server(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	told_place(r, "Test works");
	fill_line(r);
	told_place(r, "stalled terminal");
	tty_hold(r->t, false);
	tty_expect(r->t, "what stands here is of now");
	tty_type(r->t, "2");
	told_place(r, "Test works");
}

static void leaving_does_not_wait_for_a_terminal_that_takes_nothing(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGSEGV, SIGKILL };
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		r->t = fake_console_ready(r->f);
		fill_line(r);
		kill(tty_pid(r->t), signals[i]);
		assert_int_not_equal(tty_wait_exit(r->t, 1000), -1);
		assert_true(tty_wait(r->t, modes_are_cooked, NULL, 2000));
		tty_hold(r->t, false);
		assert_true(tty_wait(r->t, escapes_all_off, NULL, 2000));
		tty_free(r->t);
		r->t = NULL;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RIG(a_slow_line_shows_the_first_picture_within_two_seconds),
		ON_RIG(a_busy_slow_line_still_shows_alarms_and_answers_keys),
		ON_RIG(a_terminal_that_takes_nothing_holds_up_nothing),
		ON_RIG(a_terminal_that_takes_nothing_is_told_to_the_server),
		ON_RIG(leaving_does_not_wait_for_a_terminal_that_takes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
