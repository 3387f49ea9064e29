/*
 * test_call_up.c - how soon an operator sees: a screen that is called up over a slow
 * line, a change of the plant, an alarm. The bench has the figures (docs/bench.md); here
 * are the limits that hold on a busy machine, too.
 */
#include "support/test.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "screen/tour_rig.h"

enum {
	SERIAL_BYTES = 960, /* a second of 9600 baud */
	CALL_UP_BYTES = 2 * SERIAL_BYTES,
	QUIET_MS = 40,
	FRAME_MS = 3000,
	SETTLE_MS = 1500
};

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* --- what leaves for a screen, counted as bytes: exact on any machine -------------- */

static pid_t pid;
static int pty;

static void start(const char *term, const char *glyphs)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	char path[512];

	snprintf(path, sizeof(path), "%s", test_program("sightglass"));
	pid = forkpty(&pty, NULL, NULL, &size);
	assert_true(pid >= 0);
	if (pid > 0)
		return;
	setenv("TERM", term, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	execl(path, path, "--socket", tour_demo->socket, "--glyphs", glyphs,
	      (char *)NULL);
	_exit(127);
}

/* Bytes until it has been quiet; text, when it is not NULL, must be among them. */
static size_t take(int ms, int quiet, const char *text)
{
	static char all[1 << 16];
	struct pollfd p = { .fd = pty, .events = POLLIN };
	double end = seconds() + ms / 1000.0;
	size_t n = 0;

	while (seconds() < end && n + 1 < sizeof(all)) {
		bool came = poll(&p, 1, n ? quiet : 20) > 0;
		ssize_t got = came ? read(pty, all + n, sizeof(all) - 1 - n) : 0;

		n += got > 0 ? (size_t)got : 0;
		if (!came && n && quiet)
			break;
	}
	all[n] = '\0';
	if (text && !memmem(all, n, text, strlen(text)))
		fail_msg("\"%s\" was not among %zu bytes", text, n);
	return n;
}

static void stop(void)
{
	kill(pid, SIGTERM);
	close(pty);
	waitpid(pid, NULL, 0);
}

/* The smallest of a few, because values move meanwhile: a frame of theirs may follow. */
static size_t bytes_of(const char *key, const char *last)
{
	size_t least = (size_t)-1;

	for (int i = 0; i < 3; i++) {
		size_t n;

		take(SETTLE_MS, 0, NULL);
		assert_int_equal(write(pty, "1", 1), 1); /* help: away from it */
		take(SETTLE_MS, 0, NULL);
		assert_int_equal(write(pty, key, 1), 1);
		n = take(FRAME_MS, QUIET_MS, last);
		least = n < least ? n : least;
	}
	return least;
}

static void HM_10_any_screen_takes_two_seconds_of_a_slow_line(void **state)
{
	static const char *const glyphs[] = { "vt100", "ascii" };
	static const struct {
		const char *key, *last; /* in the last row that is drawn */
	} screens[] = { { "2", "Overview" },
			{ "4", "intake" },
			{ "5", "filters" },
			{ "7", "network" },
			{ "8", "dosing" } };

	(void)state;
	for (size_t g = 0; g < 2; g++) {
		start("vt100", glyphs[g]);
		take(4000, 400, "^Q");
		for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
			size_t n = bytes_of(screens[i].key, screens[i].last);

			print_message("%s, key %s: %zu bytes\n", glyphs[g],
				      screens[i].key, n);
			assert_in_range(n, 400, CALL_UP_BYTES);
		}
		stop();
	}
}

/* --- what moves -------------------------------------------------------------------- */

/* Nothing but the plant changes the value: seconds from the command to the glass. */
static void HM_11_a_change_and_an_alarm_are_seen_within_a_second(void **state)
{
	struct tty *t = tour_console();
	double began, took;
	char out[1000];

	(void)state;
	tty_type(t, "4");
	tty_expect(t, "TANK T101");
	/* the server's own change: a value substituted by hand */
	began = seconds();
	if (DEMO_RUN(tour_demo, out, "substitute", "intake.temperature", "33.3",
		     "--reason", "test") != 0)
		fail_msg("%s", out);
	tty_expect(t, "33.3");
	took = seconds() - began;
	print_message("a change: %.0f ms\n", took * 1000);
	assert_true(took <= 1.0);
	/* an alarm, through the plant, its slave and a poll every half second */
	began = seconds();
	tour_fault("trip", "P101");
	tour_expect_in_row(t, 1, "Well pump P101 tripped");
	took = seconds() - began;
	print_message("an alarm: %.0f ms\n", took * 1000);
	assert_true(took <= 2.0);
	tty_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(HM_10_any_screen_takes_two_seconds_of_a_slow_line),
		cmocka_unit_test(HM_11_a_change_and_an_alarm_are_seen_within_a_second),
	};

	return cmocka_run_group_tests(tests, tour_open, tour_close);
}
