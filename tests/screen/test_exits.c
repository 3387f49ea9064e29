/* test_exits.c - signals that mean nothing, a cut line, and stopping, which is for
 * engineers. What ends a console, in every place: test_exit_matrix.c. */
#include "support/test.h"

#include "screen/console_rig.h"
#include "screen/given_back.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPERATOR = 0xFF & ~(1u << WIRE_RIGHT_ENGINEER) };

/* Starts it, and tells how the terminal was before. */
static struct tty *started(struct rig *r, struct termios *found)
{
	static const char *const mouse[] = { "--mouse", NULL };
	static const struct fake_terminal at = { .args = mouse };
	struct tty *t = fake_console_on(r->f, &at);

	tty_expect(t, "50.0");
	tty_expect(t, "server ok");
	*found = tty_fresh_modes();
	assert_false(modes_are_back(t, found));
	return t;
}

/* --- places ---------------------------------------------------------------------- */

static const struct {
	const char *name, *keys, *shows; /* "|": when the frame stands there */
} places[] = {
	{ "the picture", "", "50.0" },
	{ "the alarm list", "3", "Alarms 1" },
	{ "help", "1", "MARKS" },
	{ "a dialog", "\033[B\r", "Write p.a" },
	{ "an entry", "\033[B\r5", "Write p.a" },
	{ "an alarm's dialog", "3|\033[B|c", "comment" },
	{ "the journal", "j", "searches" },
	{ "the audit", "J", "searches" },
	{ "the devices", "d", "evices" },
	{ "the question to leave", "\021", "Leave the console?" },
	{ "a paste", "\033[200~half a paste", "50.0" },
	{ "half a sequence", "\033[1;", "50.0" },
};

enum { PLACES = sizeof(places) / sizeof(places[0]) };

static void go_to(struct tty *t, size_t place)
{
	char keys[64], *rest = NULL;

	snprintf(keys, sizeof(keys), "%s", places[place].keys);
	for (char *k = strtok_r(keys, "|", &rest); k; k = strtok_r(NULL, "|", &rest)) {
		tty_type(t, k);
		pump_for(t, 80);
	}
	tty_expect(t, places[place].shows);
}

static void PR_11_signals_without_meaning_change_nothing_anywhere(void **state)
{
	static const int signals[] = {
		SIGINT, SIGQUIT, SIGTSTP, SIGPIPE, SIGTTIN, SIGTTOU
	};
	struct rig *r = *state;
	struct termios found;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	r->t = started(r, &found);
	for (size_t place = 0; place < 4; place++) {
		tty_type(r->t, "2"); /* from there */
		tty_expect(r->t, "50.0");
		go_to(r->t, place);
		for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
			kill(tty_pid(r->t), signals[i]);
		tty_type(r->t, "\014");
		tty_expect(r->t, places[place].shows);
	}
	tty_type(r->t, "\033");
	tty_expect_gone(r->t, "Write p.a");
	tty_type(r->t, "\021\r");
	assert_int_equal(tty_wait_exit(r->t, 2000), 0);
	expect_given_back(r->t, &found);
}

static void PR_11_a_cut_line_in_every_place_ends_it_within_a_second(void **state)
{
	struct rig *r = *state;
	struct termios found;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (size_t place = 0; place < PLACES; place++) {
		r->t = started(r, &found);
		go_to(r->t, place);
		tty_hang_up(r->t);
		assert_int_not_equal(tty_wait_exit(r->t, GONE_MS), -1);
		assert_true(tty_wait(r->t, session_is_empty, NULL, GONE_MS));
		tty_free(r->t);
		r->t = NULL;
	}
}

/* --- stopping -------------------------------------------------------------------- */

/* A shell that knows jobs, and the console its job. Without readline, which has modes of
 * its own. */
static struct tty *in_a_shell(struct rig *r)
{
	char script[700];
	char *argv[] = { (char[]){ "/bin/bash" },   (char[]){ "--norc" },
			 (char[]){ "--noprofile" }, (char[]){ "--noediting" },
			 (char[]){ "-i" },          NULL };
	struct tty *t = tty_start(argv, (const char *[]){ "PS1=shell> ", NULL }, 80, 24);

	tty_expect(t, "shell>");
	snprintf(script, sizeof(script), "%s/sightglass --socket %s\r",
		 getenv("SIGHTGLASS_BIN"), fake_socket(r->f));
	tty_type(t, script);
	tty_expect(t, "1Help 2Overview");
	tty_expect(t, "50.0");
	return t;
}

static bool shell_has_it(struct tty *t, void *arg)
{
	(void)arg;
	return (tty_modes(t).c_lflag & ISIG) && all_modes_off(t, NULL);
}

static void PR_12_an_engineer_stops_it_and_comes_back_to_the_whole_picture(void **state)
{
	struct rig *r = *state;
	unsigned asked;

	r->t = in_a_shell(r);
	tty_type(r->t, "\033[B\r5");
	tty_expect(r->t, "Write p.a");
	tty_type(r->t, "\032");
	tty_expect(r->t, "shell>");
	tty_expect(r->t, "Stopped");
	assert_true(tty_wait(r->t, shell_has_it, NULL, 2000));
	tty_type(r->t, "echo $((6*7)); stty -a | tr ';' '\\n' | grep -c '[^-]icanon'\r");
	tty_expect(r->t, "42");
	fake_value(r->f, "p.a", 61.5, 0);
	asked = fake_count(r->f, WIRE_SUBSCRIBE);
	tty_type(r->t, "fg\r");
	tty_expect(r->t, "1Help 2Overview 3Alarms");
	fake_expect(r->f, r->t, WIRE_SUBSCRIBE, asked + 1);
	tty_expect(r->t, "61.5");
	/* what was being written is not to be finished by a key of now */
	tty_expect_gone(r->t, "Write p.a");
	tty_expect_gone(r->t, "shell>");
	tty_type(r->t, "3");
	tty_expect(r->t, "Alarms 0");
	tty_type(r->t, "\021\r");
	tty_expect(r->t, "shell>");
	assert_true(tty_wait(r->t, shell_has_it, NULL, 2000));
}

/* In the background the terminal is the shell's: it stops again by itself. */
static void PR_12_a_stopped_one_keeps_off_the_shells_terminal(void **state)
{
	struct rig *r = *state;
	size_t before, after;

	r->t = in_a_shell(r);
	tty_type(r->t, "\032");
	tty_expect(r->t, "Stopped");
	tty_type(r->t, "clear; bg\r");
	tty_expect(r->t, "sightglass");
	pump_for(r->t, 200);
	tty_bytes(r->t, &before);
	fake_value(r->f, "p.a", 61.5, 0);
	pump_for(r->t, 300);
	tty_bytes(r->t, &after);
	assert_false(tty_shows(r->t, "1Help 2Overview"));
	tty_type(r->t, "fg\r");
	tty_expect(r->t, "1Help 2Overview 3Alarms");
	tty_expect(r->t, "61.5");
}

static void PR_12_an_operator_cannot_stop_it(void **state)
{
	struct rig *r = *state;

	fake_rights(r->f, OPERATOR);
	r->t = in_a_shell(r);
	tty_type(r->t, "\032");
	tty_expect(r->t, "Ctrl-Z is for engineers");
	fake_value(r->f, "p.a", 61.5, 0);
	tty_expect(r->t, "61.5");
}

/* Stopped and then killed: the terminal is the shell's by then, and stays so. */
static void a_console_killed_while_it_is_stopped_leaves_the_shell_alone(void **state)
{
	struct rig *r = *state;
	size_t before, after;
	const char *bytes;

	r->t = in_a_shell(r);
	tty_type(r->t, "\032");
	tty_expect(r->t, "Stopped");
	tty_type(r->t, "clear\r");
	tty_expect_gone(r->t, "Stopped");
	bytes = tty_bytes(r->t, &before);
	tty_type(r->t, "kill -9 $(jobs -p)\r"); /* it alone, not its keeper */
	/* a shell tells of it at one of its next prompts */
	for (int i = 0; i < 100 && !tty_shows(r->t, "Killed"); i++) {
		tty_type(r->t, "jobs\r");
		pump_for(r->t, 50);
	}
	tty_expect(r->t, "Killed");
	pump_for(r->t, 200);
	bytes = tty_bytes(r->t, &after);
	assert_null(memmem(bytes + before, after - before, "\033[?1049l", 8));
}

static void STOP_and_CONT_paint_anew_and_ask_anew(void **state)
{
	struct rig *r = *state;
	unsigned asked;

	r->t = fake_console_ready(r->f);
	asked = fake_count(r->f, WIRE_SUBSCRIBE);
	kill(tty_pid(r->t), SIGSTOP);
	fake_value(r->f, "p.a", 61.5, 0);
	kill(tty_pid(r->t), SIGCONT);
	fake_expect(r->f, r->t, WIRE_SUBSCRIBE, asked + 1);
	tty_expect(r->t, "61.5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RIG(PR_11_signals_without_meaning_change_nothing_anywhere),
		ON_RIG(PR_11_a_cut_line_in_every_place_ends_it_within_a_second),
		ON_RIG(PR_12_an_engineer_stops_it_and_comes_back_to_the_whole_picture),
		ON_RIG(PR_12_a_stopped_one_keeps_off_the_shells_terminal),
		ON_RIG(PR_12_an_operator_cannot_stop_it),
		ON_RIG(a_console_killed_while_it_is_stopped_leaves_the_shell_alone),
		ON_RIG(STOP_and_CONT_paint_anew_and_ask_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
