/* test_escape_oracle.c - whatever stands in the texts of what a server says, the terminal
 * gets our own small language only, on every kind of terminal; and a server that babbles
 * ends no console (SEC-15). SIGHTGLASS_SOAK: many more seeds. */
#include "support/test.h"

#include "screen/console_rig.h"
#include "screen/escapes.h"
#include "screen/hostile_proxy.h"
#include "screen/tour_rig.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static struct hostile_proxy *proxy;
static char proxy_path[300];

static const struct {
	const char *term, *locale;
} kinds[] = { { "xterm-256color", "C.UTF-8" }, { "linux", "C.UTF-8" },
	      { "vt100", "C.UTF-8" },          { "tmux-256color", "C.UTF-8" },
	      { "screen", "C.UTF-8" },         { "putty", "C.UTF-8" },
	      { "xterm-256color", "C" } };

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static int seeds(int soak)
{
	return getenv("SIGHTGLASS_SOAK") ? soak : 1;
}

static int open_all(void **state)
{
	tour_open(state);
	snprintf(proxy_path, sizeof(proxy_path), "%s/hostile.sock", test_tmpdir());
	proxy = hostile_proxy_start(tour_demo->socket, proxy_path);
	tour_fault("trip", "P101");
	return 0;
}

static int close_all(void **state)
{
	hostile_proxy_stop(proxy);
	return tour_close(state);
}

static struct tty *console_through(size_t kind, const char *option)
{
	char program[512], term[64], locale[64];
	char *argv[] = { program, (char[]){ "--socket" }, proxy_path,
			 (char *)(uintptr_t)option, NULL };
	const char *env[] = { term, locale, NULL };

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	snprintf(term, sizeof(term), "TERM=%s", kinds[kind].term);
	snprintf(locale, sizeof(locale), "LC_ALL=%s", kinds[kind].locale);
	return tty_start(argv, env, TOUR_COLS, TOUR_ROWS);
}

static void check(struct tty *t, size_t kind, uint64_t seed)
{
	size_t n, at;
	const char *bytes = tty_bytes(t, &n);

	if (escapes_allowed(bytes, n, &at))
		return;
	print_error("%s %s, seed %llu: not allowed at byte %zu of %zu:", kinds[kind].term,
		    kinds[kind].locale, (unsigned long long)seed, at, n);
	for (size_t i = at; i < n && i < at + 24; i++)
		print_error(" %02X", (unsigned char)bytes[i]);
	print_error("\n");
	fail();
}

/* Through all there is to see: screens, lists, details, dialogs, help, pages. */
static void walk(struct tty *t)
{
	static const char *const keys[] = {
		"2",      "\033[H",  "\033[B", "\r",     "\033",   "\t", "\r",
		"\033",   "4",       "\033[B", "\r",     "\033",   "w",  "\033",
		"t",      "\033[D",  "\033",   "5",      "6",      "3",  "\033[B",
		"c",      "\033",    "\033[C", "\033[D", "\r",     "d",  "\033[B",
		"\033[B", "j",       "\033[B", "/",      "a\r",    "f",  "\033[B",
		"v",      "\033[B",  "p",      "\033[B", "g",      "a",  "\033",
		"1",      "\033[6~", "?",      "2",      "\033[B", "\r", "1\r",
		"\r",     "\033",    "\014",
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (tty_wait_exit(t, 0) != -1)
			return;
		tty_type(t, keys[i]);
		pump_for(t, 60);
	}
}

static void one_walk(size_t kind, uint64_t seed, unsigned per_mille)
{
	struct tty *t;
	size_t before = hostile_proxy_changed(proxy), n;

	hostile_proxy_set(proxy, HOSTILE_TEXT, seed, per_mille);
	t = console_through(kind, NULL);
	pump_for(t, 600);
	walk(t);
	assert_int_equal(tty_wait_exit(t, 0), -1); /* it lives */
	check(t, kind, seed);
	assert_true(hostile_proxy_changed(proxy) > before + 10);
	tty_type(t, "\033");
	pump_for(t, 60);
	tty_type(t, "\033");
	pump_for(t, 60);
	tty_type(t, "\021");
	pump_for(t, 120);
	tty_type(t, "\r");
	int status = tty_wait_exit(t, 3000);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		tty_dump(t);
		fail_msg("it did not leave: %d", status);
	}
	check(t, kind, seed);
	const char *bytes = tty_bytes(t, &n);
	assert_int_equal(escapes_mode_left_on(bytes, n), 0);
	tty_free(t);
}

/* A tenth of all texts: names still meet, and values, alarms and pictures stand there. */
static void SEC_15_hostile_texts_on_every_terminal(void **state)
{
	(void)state;
	for (int s = 0; s < seeds(40); s++)
		for (size_t kind = 0; kind < KINDS; kind++)
			one_walk(kind, 20261122 + 97 * (uint64_t)s + kind, 100);
}

/* Nearly all of them: little of the station is left but refusals. */
static void SEC_15_nothing_but_hostile_texts(void **state)
{
	(void)state;
	for (int s = 0; s < seeds(40); s++)
		one_walk((size_t)s % KINDS, 7 + (uint64_t)s, 900);
}

/* Frames that cannot be read: the console says so, joins again, lives. */
static void SEC_15_a_server_that_babbles_ends_no_console(void **state)
{
	(void)state;
	for (int s = 0; s < seeds(60); s++) {
		size_t kind = (size_t)s % KINDS;
		struct tty *t;

		hostile_proxy_set(proxy, HOSTILE_TEXT, 1, 0);
		t = console_through(kind, NULL);
		tty_expect(t, "server ok");
		hostile_proxy_set(proxy, HOSTILE_BYTES, 31 + (uint64_t)s, 3);
		walk(t);
		assert_int_equal(tty_wait_exit(t, 0), -1);
		check(t, kind, (uint64_t)s);
		/* and is well again as soon as the server is */
		hostile_proxy_set(proxy, HOSTILE_TEXT, 1, 0);
		tty_type(t, "\033");
		pump_for(t, 60);
		tty_type(t, "2");
		tty_expect(t, "server ok");
		tty_free(t);
	}
}

/* The line mode speaks no escape sequence at all. */
static void SEC_15_plain_lines_are_plain(void **state)
{
	static const char *const words[] = { "alarms\n",
					     "screens\n",
					     "screen intake\n",
					     "\n",
					     "follow on\n",
					     "value intake.flow\n",
					     "set intake.p101.speed_sp 60\n",
					     "no\n",
					     "help\n" };
	size_t n;

	(void)state;
	for (int s = 0; s < seeds(40); s++) {
		struct tty *t;

		hostile_proxy_set(proxy, HOSTILE_TEXT, 77 + (uint64_t)s, 150);
		t = console_through(s % 2 ? 6 : 0, "--plain");
		pump_for(t, 500);
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
			tty_type(t, words[i]);
			pump_for(t, 120);
		}
		const char *bytes = tty_bytes(t, &n);
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)bytes[i] < ' ' && !strchr("\r\n", bytes[i]))
				fail_msg("byte %zu is %02X", i, (unsigned char)bytes[i]);
		check(t, s % 2 ? 6 : 0, (uint64_t)s);
		tty_free(t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_15_hostile_texts_on_every_terminal),
		cmocka_unit_test(SEC_15_nothing_but_hostile_texts),
		cmocka_unit_test(SEC_15_a_server_that_babbles_ends_no_console),
		cmocka_unit_test(SEC_15_plain_lines_are_plain),
	};

	setlocale(LC_CTYPE, "C.UTF-8"); /* what is one cell wide is asked of it */
	return cmocka_run_group_tests(tests, open_all, close_all);
}
