/* test_console_life.c - what comes from outside never harms the terminal, and every way
 * out gives it back as it was. */
#include "support/test.h"

#include "screen/console_rig.h"
#include "screen/escapes.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static void check_stream(struct tty *t)
{
	size_t n, at;
	const char *bytes;

	pump_for(t, 100);
	bytes = tty_bytes(t, &n);
	if (escapes_allowed(bytes, n, &at))
		return;
	print_error("not allowed at byte %zu of %zu:", at, n);
	for (size_t i = at; i < n && i < at + 24; i++)
		print_error(" %02X", (unsigned char)bytes[i]);
	print_error("\n");
	fail();
}

/* --- hostile text ---------------------------------------------------------------- */

static const char *const hostile[] = {
	"\033[31mred\033[2J",
	"\033]0;title\a",
	"\033P$q\033\\",
	"\033[6n\033[c\033[>c",
	"\033[?1049l\033c",
	"\x9B"
	"31m\x9D"
	"0;x\x9C",
	"\xC2\x9B"
	"31m", /* C1 as UTF-8 */
	"a\rb\nc\bd\te",
	"\xE2\x80\xAE"
	"evil\xE2\x80\x8B",
	"\xC0\x80\xFF\xED\xA0\x80",
	"\x0E\x0F",
	"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
	"%s%n%x",
	"\xE5\xAD\x97\xE5\xAD\x97\xE5\xAD\x97",
};

/* Every text of it is the attacker's. */
static const struct wire_device sick = {
	.name = "plc1",
	.link = WIRE_LINK_DOWN,
	.ne107 = WIRE_NE107_FAILURE,
	.has_stats = 1,
	.requests = 1,
	.max_us = 1,
	.n_classes = 1,
	.n_refused = 1,
	.n_holes = 1,
};

static void walk_everything(struct rig *r)
{
	static const char *const keys[] = { "\033[B", "\r",     "\033",   "1",  "\033[B",
					    "0",      "3",      "\033[B", "a",  "\033[B",
					    "\r",     "d",      "\033[B", "2",  "\t",
					    "*",      "\033[B", "\r",     "5\r" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		tty_type(r->t, keys[i]);
		pump_for(r->t, 80);
	}
	pump_for(r->t, 400);
	tty_type(r->t, "\r");
	pump_for(r->t, 120);
}

static void SEC_15_only_our_own_sequences_reach_the_terminal(void **state)
{
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		fake_hostile(r->f, hostile[i]);
		fake_alarm(r->f, "x.high", 2, 1, 0);
		fake_alarm(r->f, "y.low", 4, 1, 0);
		fake_device(r->f, &sick);
		r->t = fake_console(r->f, 80, 24, NULL, NULL);
		tty_expect(r->t, "server ok");
		walk_everything(r);
		check_stream(r->t);
		tty_free(r->t);
		r->t = NULL;
	}
}

static void AL_14_escapes_in_an_alarm_are_shown_not_obeyed(void **state)
{
	struct rig *r = *state;

	fake_hostile(r->f, "\033[31mtrip\007");
	fake_alarm(r->f, "x.high", 2, 1, 0);
	r->t = fake_console(r->f, 80, 24, NULL, NULL);
	tty_expect(r->t, "<U+001B>[31mtrip<U+0007>");
	check_stream(r->t);
}

static void SEC_29_refusals_are_cleaned_too(void **state)
{
	struct rig *r = *state;

	fake_refuse(r->f, "no: \033]52;c;xx\a \xE2\x80\xAE!");
	r->t = fake_console_ready(r->f);
	tty_type(r->t, "\033[B\r");
	tty_expect(r->t, "Write p.a");
	tty_type(r->t, "5\r");
	tty_expect(r->t, "<U+001B>]52");
	tty_expect(r->t, "<U+202E>");
	check_stream(r->t);
}

/* Someone else's reload was refused: it stands in the line for messages, cleaned. */
static void CF_07_a_notice_stands_on_every_engineers_console(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	fake_notice(r->f, "reload by eng refused: tags/a.cfg:14:3: \033[31munknown tag");
	tty_expect(r->t, "reload by eng refused: tags/a.cfg:14:3: <U+001B>[31munknown");
	check_stream(r->t);
}

/* --- terminals and environments -------------------------------------------------- */

static void the_same_picture_on_every_kind_of_terminal(void **state)
{
	static const char *const kinds[] = { "xterm-256color", "xterm", "linux",
					     "vt100",          "vt220", "tmux-256color",
					     "screen",         "putty" };
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		r->t = fake_console(r->f, 80, 24, kinds[i], NULL);
		tty_expect(r->t, "50.0");
		tty_expect(r->t, "2*");
		tty_expect(r->t, "1Help 2Overview 3Alarms");
		check_stream(r->t);
		/* where there are colours the ground is ours, also behind erased cells */
		if (!strstr(kinds[i], "vt"))
			assert_false(tty_cell(r->t, 70, 15).default_bg);
		tty_type(r->t, "\021\r");
		assert_int_equal(tty_wait_exit(r->t, 3000), 0);
		tty_free(r->t);
		r->t = NULL;
	}
}

static void SEC_16_a_hostile_environment_changes_nothing(void **state)
{
	static const char *const env[] = { "TERMINFO=/tmp",
					   "TERMINFO_DIRS=/tmp:/",
					   "TERMCAP=xterm:co#1:li#1:",
					   "TERMPATH=/tmp",
					   "LINES=2",
					   "COLUMNS=3",
					   "HOME=/nonexistent",
					   "NCURSES_NO_UTF8_ACS=1",
					   "ESCDELAY=99999",
					   "LC_ALL=xx_YY.bad",
					   "LANG=../../etc",
					   NULL };
	struct rig *r = *state;

	r->t = fake_console(r->f, 80, 24, NULL, env);
	tty_expect(r->t, "50.0 %");
	tty_expect(r->t, "1Help 2Overview 3Alarms");
	check_stream(r->t);
}

/* An entry for our own TERM that would paint rubbish, compiled into folder. */
static void compile_evil(const char *folder, const char *term)
{
	static const char entry[] =
		"|an evil one, am, cols#3, lines#2, colors#8, pairs#64,\n"
		"\tcup=EVIL%p1%d, clear=EVIL, smcup=EVIL, sgr0=EVIL,\n"
		"\tcuu1=EVIL, ed=EVIL, el=EVIL, kcuu1=A, kf1=A,\n";
	char source[600], text[600];
	char *argv[] = { (char[]){ "/usr/bin/tic" }, (char[]){ "-x" }, (char[]){ "-o" },
			 (char *)(uintptr_t)folder,  source,           NULL };
	struct tty *t;

	snprintf(source, sizeof(source), "%s.src", folder);
	snprintf(text, sizeof(text), "%s%s", term, entry);
	test_write_file(source, text);
	t = tty_start(argv, NULL, 80, 24);
	assert_int_equal(tty_wait_exit(t, 10000), 0);
	tty_free(t);
}

static bool wrote(struct tty *t, const char *text)
{
	size_t n;
	const char *bytes = tty_bytes(t, &n);

	return memmem(bytes, n, text, strlen(text)) != NULL;
}

/* It would be used: another program takes it. */
static void expect_it_bites(const char *terminfo)
{
	char *argv[] = { (char[]){ "/usr/bin/tput" }, (char[]){ "clear" }, NULL };
	const char *env[] = { terminfo, "TERM=xterm-256color", NULL };
	struct tty *t = tty_start(argv, env, 80, 24);

	tty_wait_exit(t, 5000);
	assert_true(wrote(t, "EVIL"));
	tty_free(t);
}

static void SEC_16_a_hostile_terminfo_in_every_place_changes_nothing(void **state)
{
	struct rig *r = *state;
	char home[300], terminfo[400], in_home[300], dirs[400], bare[300], search[400];
	const char *const env[] = { home, terminfo, dirs, bare, search, NULL };
	const char *tmp = test_tmpdir();

	snprintf(in_home, sizeof(in_home), "%s/.terminfo", tmp);
	snprintf(home, sizeof(home), "HOME=%s", tmp);
	snprintf(terminfo, sizeof(terminfo), "TERMINFO=%s", in_home);
	snprintf(dirs, sizeof(dirs), "TERMINFO_DIRS=%s:.", in_home);
	snprintf(bare, sizeof(bare),
		 "TERMCAP=xterm-256color|x:co#3:li#2:cl=EVIL:cm=EVIL:");
	snprintf(search, sizeof(search), "TERMPATH=%s", in_home);
	compile_evil(in_home, "xterm-256color");
	expect_it_bites(terminfo);
	expect_it_bites(home);
	expect_it_bites(dirs);
	for (size_t i = 0; i < 6; i++) { /* each alone, and all together */
		const char *const one[] = { env[i], NULL };

		r->t = fake_console(r->f, 80, 24, NULL, i < 5 ? one : env);
		tty_expect(r->t, "50.0 %");
		tty_expect(r->t, "1Help 2Overview 3Alarms");
		assert_false(wrote(r->t, "EVIL"));
		check_stream(r->t);
		tty_type(r->t, "A"); /* no arrow and no F1 */
		pump_for(r->t, 60);
		assert_false(tty_shows(r->t, "MARKS"));
		tty_free(r->t);
		r->t = NULL;
	}
}

static void SEC_16_no_foreign_locale_is_read(void **state)
{
	static const char *const values[] = {
		"LC_ALL=xx_YY.bad",
		"LC_ALL=../../etc/passwd",
		"LC_ALL=C.UTF-8/../x",
		"LC_ALL=/tmp",
		"LC_CTYPE=%s%n%x",
		"LANG=\033[31m",
		"LANG=",
	};
	struct rig *r = *state;
	char locpath[300];

	snprintf(locpath, sizeof(locpath), "LOCPATH=%s", test_tmpdir());
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		const char *const env[] = { "LC_ALL=",
					    locpath,
					    "GCONV_PATH=/tmp",
					    "NLSPATH=/tmp/%N",
					    "LANGUAGE=../x",
					    values[i],
					    NULL };

		r->t = fake_console(r->f, 80, 24, NULL, env);
		tty_expect(r->t, "50.0 %");
		/* lines of boxes: UTF-8 was found all the same */
		tty_expect(r->t, "\xE2\x94\x80\xE2\x94\x80 alarms");
		check_stream(r->t);
		tty_free(r->t);
		r->t = NULL;
	}
}

static void SEC_16_a_terminal_type_that_is_none_is_refused_in_words(void **state)
{
	static const char *const kinds[] = { "../../evil",
					     "no-such-terminal",
					     "",
					     "/etc/passwd",
					     "xterm;ls",
					     "xterm\033[31m",
					     "x\ny",
					     "%s%n",
					     "a-name-that-is-longer-than-names-are" };
	struct rig *r = *state;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		r->t = fake_console(r->f, 80, 24, kinds[i], NULL);
		assert_int_equal(tty_wait_exit(r->t, 5000) >> 8, 1);
		tty_expect(r->t, "xterm-256color");
		tty_free(r->t);
		r->t = NULL;
	}
}

/* --- keys that stop programs ----------------------------------------------------- */

static void PR_12_stop_keys_are_harmless(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	tty_type(r->t, "\003\032\034\023");
	fake_value(r->f, "p.a", 33.3, 0);
	tty_expect(r->t, "33.3");
	kill(tty_pid(r->t), SIGINT);
	kill(tty_pid(r->t), SIGQUIT);
	kill(tty_pid(r->t), SIGTSTP);
	fake_value(r->f, "p.a", 34.4, 0);
	tty_expect(r->t, "34.4");
	kill(tty_pid(r->t), SIGSTOP);
	kill(tty_pid(r->t), SIGCONT);
	tty_type(r->t, "3");
	tty_expect(r->t, "Alarms 0");
}

static void PR_13_any_size_and_a_storm_of_them(void **state)
{
	static const int sizes[][2] = { { 1, 1 },    { 500, 200 }, { 10, 3 }, { 40, 8 },
					{ 39, 8 },   { 40, 7 },    { 2, 50 }, { 200, 2 },
					{ 160, 48 }, { 80, 24 } };
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	r->t = fake_console_ready(r->f);
	tty_type(r->t, "\033[B\r");
	tty_expect(r->t, "Write p.a");
	for (int i = 0; i < 200; i++) {
		const int *size = sizes[i % 10];
		tty_resize(r->t, size[0], size[1]);
		tty_pump(r->t, i % 10 == 0 ? 60 : 2);
	}
	tty_expect(r->t, "Write p.a");
	tty_resize(r->t, 30, 5);
	tty_expect(r->t, "too small");
	assert_has(tty_row(r->t, 0), "2*");
	tty_resize(r->t, 60, 12);
	tty_expect(r->t, "Write p.a");
	tty_expect(r->t, "message of x.high");
}

/* --- ways out ---------------------------------------------------------------------- */

static bool modes_are(struct tty *t, void *arg)
{
	const struct termios *found = arg;
	struct termios now = tty_modes(t);

	return now.c_lflag == found->c_lflag && now.c_iflag == found->c_iflag &&
	       now.c_oflag == found->c_oflag;
}

static struct tty *console_and_modes(struct rig *r, struct termios *found)
{
	struct tty *t = fake_console(r->f, 80, 24, NULL, NULL);

	*found = tty_modes(t); /* canonical until the console takes it */
	found->c_lflag |= ICANON | ECHO;
	tty_expect(t, "50.0");
	assert_false(modes_are(t, found));
	return t;
}

static void PR_11_every_signal_gives_the_terminal_back(void **state)
{
	static const int signals[] = { SIGTERM, SIGHUP, SIGSEGV, SIGBUS,
				       SIGABRT, SIGILL, SIGFPE,  SIGKILL };
	struct rig *r = *state;
	struct termios found;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		r->t = console_and_modes(r, &found);
		kill(tty_pid(r->t), signals[i]);
		int status = tty_wait_exit(r->t, 1000);
		assert_int_not_equal(status, -1);
		if (signals[i] != SIGTERM && signals[i] != SIGHUP)
			assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
		assert_true(tty_wait(r->t, modes_are, &found, 2000));
		assert_true(tty_wait(r->t, escapes_all_off, NULL, 2000));
		tty_free(r->t);
		r->t = NULL;
	}
}

static bool alternate_screen_left(struct tty *t, void *arg)
{
	size_t n;
	const char *bytes = tty_bytes(t, &n);

	(void)arg;
	return memmem(bytes, n, "\033[?1049l", 8) != NULL;
}

static void a_title_that_was_not_pushed_is_not_popped(void **state)
{
	static const char *const kinds[] = { "linux", "vt220", "tmux-256color" };
	struct rig *r = *state;
	size_t n;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		r->t = fake_console(r->f, 80, 24, kinds[i], NULL);
		tty_expect(r->t, "50.0");
		kill(tty_pid(r->t), SIGKILL);
		tty_wait_exit(r->t, 1000);
		assert_true(tty_wait(r->t, alternate_screen_left, NULL, 2000));
		const char *bytes = tty_bytes(r->t, &n);
		assert_null(memmem(bytes, n, "\033[23;0;0t", 9));
		tty_free(r->t);
		r->t = NULL;
	}
}

static void PR_11_a_cut_line_ends_it_within_a_second(void **state)
{
	struct rig *r = *state;

	r->t = fake_console_ready(r->f);
	tty_hang_up(r->t);
	assert_int_not_equal(tty_wait_exit(r->t, 1000), -1);
}

static void leaving_gives_the_terminal_back(void **state)
{
	struct rig *r = *state;
	struct termios found;

	r->t = console_and_modes(r, &found);
	tty_type(r->t, "\021\r");
	assert_int_equal(tty_wait_exit(r->t, 2000), 0);
	assert_true(modes_are(r->t, &found));
	assert_true(escapes_all_off(r->t, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RIG(SEC_15_only_our_own_sequences_reach_the_terminal),
		ON_RIG(AL_14_escapes_in_an_alarm_are_shown_not_obeyed),
		ON_RIG(SEC_29_refusals_are_cleaned_too),
		ON_RIG(CF_07_a_notice_stands_on_every_engineers_console),
		ON_RIG(the_same_picture_on_every_kind_of_terminal),
		ON_RIG(SEC_16_a_hostile_environment_changes_nothing),
		ON_RIG(SEC_16_a_hostile_terminfo_in_every_place_changes_nothing),
		ON_RIG(SEC_16_no_foreign_locale_is_read),
		ON_RIG(SEC_16_a_terminal_type_that_is_none_is_refused_in_words),
		ON_RIG(PR_12_stop_keys_are_harmless),
		ON_RIG(PR_13_any_size_and_a_storm_of_them),
		ON_RIG(PR_11_every_signal_gives_the_terminal_back),
		ON_RIG(a_title_that_was_not_pushed_is_not_popped),
		ON_RIG(PR_11_a_cut_line_ends_it_within_a_second),
		ON_RIG(leaving_gives_the_terminal_back),
	};

	setlocale(LC_CTYPE, "C.UTF-8"); /* what is one cell wide is asked of it */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
