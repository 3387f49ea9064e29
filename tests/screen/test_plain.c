/* test_plain.c - the console as lines of words, on the real demonstration: over a pipe
 * and on terminals that can do nothing else. */
#include "support/test.h"

#include "screen/console_rig.h"
#include "screen/tour_rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLS = 200, ROWS = 140 };

/* No control character but the end of a line; the terminal's echo may add CR. */
static void only_lines(struct tty *t)
{
	size_t n;
	const char *bytes = tty_bytes(t, &n);

	for (size_t i = 0; i < n; i++)
		if ((unsigned char)bytes[i] < ' ' && bytes[i] != '\n' && bytes[i] != '\r')
			fail_msg("byte %zu is %02X", i, (unsigned char)bytes[i]);
}

static size_t times(struct tty *t, const char *text)
{
	size_t n, found = 0;
	const char *bytes = tty_bytes(t, &n), *end = bytes + n;

	for (const char *at = bytes;
	     (at = memmem(at, (size_t)(end - at), text, strlen(text))); at++)
		found++;
	return found;
}

/* As a script does: its words through a pipe, its answers too. */
static struct tty *piped(const char *words, int *code)
{
	char command[1500];
	char *argv[] = { (char[]){ "/bin/sh" }, (char[]){ "-c" }, command, NULL };
	struct tty *t;

	snprintf(command, sizeof(command),
		 "printf '%s' | %s/sightglass --socket %s --plain | cat", words,
		 getenv("SIGHTGLASS_BIN"), tour_demo->socket);
	t = tty_start(argv, NULL, COLS, ROWS);
	*code = tty_wait_exit(t, 30000);
	only_lines(t);
	return t;
}

static struct tty *on_terminal(const char *term, const char *option)
{
	char program[512], name[64];
	char *argv[] = { program, (char[]){ "--socket" }, tour_demo->socket,
			 (char *)(uintptr_t)option, NULL };
	const char *env[] = { name, NULL };
	struct tty *t;

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	snprintf(name, sizeof(name), "TERM=%s", term);
	t = tty_start(argv, env, COLS, ROWS);
	tty_expect(t, "screen overview:");
	return t;
}

static void leave(struct tty *t)
{
	tty_type(t, "quit\n");
	assert_int_equal(tty_wait_exit(t, 5000), 0);
	only_lines(t);
	tty_free(t);
}

static void a_pipe_gets_the_screen_the_alarms_and_the_answers(void **state)
{
	int code;
	struct tty *t =
		piped("value intake.t101.level\\nscreen intake\\nscreens\\nalarms\\n"
		      "value no.such\\nnonsense\\nhelp\\nack 99\\nset\\n",
		      &code);

	(void)state;
	assert_int_equal(code, 0);
	tty_expect(t, "station demo-waterworks, operator ");
	tty_expect(t, "screen overview: ");
	tty_expect(t, "screen intake: Raw water intake");
	tty_expect(t, "leads to screen ");
	/* name, value, unit, quality */
	tty_expect(t, "intake.t101.level (");
	assert_has(tty_row(t, tty_find_row(t, "intake.t101.level (")), " m, good");
	assert_true(times(t, "intake.t101.level (") >= 2);
	tty_expect(t, "screen filters: ");
	tty_expect(t, "refused: ");
	tty_expect(t, "\"nonsense\" is no word here; say help");
	tty_expect(t, "set TAG VALUE: write");
	tty_expect(t, "ack N: the number of an alarm");
	tty_free(t);
}

static void what_was_said_is_not_said_again(void **state)
{
	int code;
	struct tty *t = piped("screen diagnostics\\n\\n\\n\\n", &code);

	(void)state;
	assert_int_equal(code, 0);
	/* each line of a screen stands there once; the clock of nothing makes it change
	 */
	assert_true(times(t, "nothing has changed") >= 1);
	tty_free(t);
}

static void a_dumb_terminal_gets_lines_and_is_told_so(void **state)
{
	struct tty *t = on_terminal("dumb", NULL);

	(void)state;
	tty_expect(t, "TERM=dumb shows no screens: this is the line mode");
	leave(t);
}

static void a_write_is_read_back_and_wants_a_yes(void **state)
{
	struct tty *t = on_terminal("xterm", "--plain");

	(void)state;
	tty_type(t, "set intake.p101.speed_sp 61\n");
	tty_expect(t, "say yes to write it");
	assert_int_equal(times(t, "write 1: "), 0);
	tty_type(t, "alarms\n"); /* anything else means no, and is done */
	tty_expect(t, "nothing was written");
	tty_type(t, "yes\n");
	tty_expect(t, "there is nothing to say yes to");
	tty_type(t, "set intake.p101.speed_sp 62\n");
	tty_expect(t, "to 62");
	tty_type(t, "yes\n");
	tty_expect(t, "accepted");
	tty_type(t, "set intake.p101.speed_sp 999\n");
	tty_expect(t, "refused: ");
	tty_type(t, "set intake.p101.speed_sp abc\n");
	pump_for(t, 300);
	assert_true(times(t, "refused: ") >= 2);
	leave(t);
}

/* In lines, too: why, who else, and back. */
static void WR_25_a_second_person_is_waited_for_in_lines(void **state)
{
	struct tty *t;

	(void)state;
	/* the dosing skid comes after the others */
	DEMO_UNTIL(tour_demo, "good", TOUR_SOON_MS, "get", "dosing.cl2_sp");
	t = on_terminal("xterm", "--plain");
	tty_type(t, "set dosing.cl2_sp 0.65\n");
	tty_expect(t, "refused: dosing.cl2_sp is not written without a reason");
	tty_type(t, "set dosing.cl2_sp 0.65 because the lab asks\n");
	tty_expect(t, "a second person is asked before it is sent");
	tty_expect(t, "say yes to write it");
	tty_type(t, "yes\n");
	tty_expect(t, "asked: nobody who may approve is here now; it waits for");
	tty_type(t, "value dosing.cl2_sp\n"); /* other words go on meanwhile */
	tty_expect(t, "dosing.cl2_sp (Chlorine dose setpoint)");
	tty_type(t, "approve 1\n");
	tty_expect(t, "that is no approval that was said here");
	tty_type(t, "withdraw\n");
	tty_expect(t, "not written: withdrawn");
	assert_int_equal(times(t, "accepted"), 0);
	leave(t);
}

/* The whole of a set in lines: the list, the plant beside it, a yes, how each went. */
static void WR_30_a_set_is_staged_compared_signed_and_told_in_lines(void **state)
{
	struct tty *t = on_terminal("xterm", "--plain");

	(void)state;
	tty_type(t, "staged\n");
	tty_expect(t, "nothing is staged");
	tty_type(t, "stage intake.p101.speed_sp 64\n");
	tty_expect(t, "intake.p101.speed_sp is staged, 1 in all, nothing is written");
	tty_type(t, "stage network.p401.speed_sp 999\n");
	tty_expect(t, "2 in all");
	tty_type(t, "sign\n");
	tty_expect(t, "say staged first");
	tty_type(t, "staged\n");
	tty_expect(t, "line 2: network.p401.speed_sp: ");
	tty_expect(t, "barred, ");
	tty_expect(t, "1 of 2 cannot be written");
	tty_type(t, "stage network.p401.speed_sp 66\n");
	tty_type(t, "staged\n");
	tty_expect(t, "to 66.0 %, limits 0 to 100: ready");
	tty_expect(t, "2 are staged; say sign because REASON");
	tty_type(t, "sign because less demand\n");
	tty_expect(t, "these 2, in this order");
	tty_expect(t, "say yes to write it");
	tty_type(t, "help\n"); /* anything else means no */
	tty_expect(t, "nothing was written");
	tty_type(t, "sign because less demand\n");
	pump_for(t, 1000);
	tty_type(t, "yes\n");
	tty_expect(t, "line 1: intake.p101.speed_sp: ");
	tty_expect(t, ": 2 of 2 done");
	tty_type(t, "value intake.p101.speed_sp\n");
	tty_expect(t, "64.0 %, good");
	tty_type(t, "staged\n");
	pump_for(t, 500);
	assert_int_equal(times(t, "nothing is staged"), 2);
	tty_type(t, "stage intake.p101.speed_sp 65\n");
	tty_type(t, "unstage all\n");
	tty_expect(t, "is not staged any more");
	tty_type(t, "stage intake.p101.speed_sp 65\nstage network.p401.speed_sp 67\n");
	tty_type(t, "staged\n");
	tty_expect(t, "2 are staged; say sign because REASON");
	tty_type(t, "sign\n");
	pump_for(t, 1000);
	tty_type(t, "yes\nwithdraw\n");
	tty_expect(t, "no further line is begun");
	tty_expect(t, "1 of 2 done, 1 not sent: the operator stopped it");
	leave(t);
}

static void what_a_shift_settles_and_hands_over_is_said(void **state)
{
	struct tty *t = on_terminal("xterm", "--plain");

	(void)state;
	tty_type(t, "doubts\n");
	tty_expect(t, "nothing is in doubt");
	tty_type(t, "settle 99\n");
	tty_expect(t, "say settle, the number as doubts says it");
	tty_type(t, "settle 99 the valve stands at 40\n");
	tty_expect(t, "refused: no write with the number 99 is in doubt");
	tty_type(t, "handover give all is well\n");
	tty_expect(t, "say handover first");
	tty_type(t, "handover take\n");
	tty_expect(t, "say handover waiting first");
	tty_type(t, "handover\n");
	tty_expect(t, "from: ");
	tty_type(t, "handover give all is well\n");
	pump_for(t, 1500);
	tty_type(t, "handover waiting\n");
	tty_expect(t, "note: all is well");
	tty_type(t, "handover take\n"); /* by who gives it */
	tty_expect(t, "refused: ");
	tty_type(t, "handover withdraw\n");
	pump_for(t, 1000);
	tty_type(t, "handover waiting\n");
	tty_expect(t, "no shift waits to be taken over");
	leave(t);
}

/* What was typed before the question stood there is no answer to it. */
static void SEC_18_a_yes_typed_ahead_writes_nothing(void **state)
{
	struct tty *t = on_terminal("xterm", "--plain");

	(void)state;
	tty_type(t, "set intake.p101.speed_sp 63\nyes\n");
	tty_expect(t, "say yes to write it");
	pump_for(t, 500);
	assert_int_equal(times(t, "accepted"), 0);
	tty_type(t, "no\n");
	tty_expect(t, "nothing was written");
	leave(t);
}

static void alarms_are_said_as_they_come_and_acknowledged_by_number(void **state)
{
	struct tty *t = on_terminal("xterm", "--plain");
	const char *line, *number;
	char text[64];

	(void)state;
	tour_fault("trip", "P101");
	tty_expect(t, "new: ");
	tty_expect(t, "p101.trip");
	line = tty_row(t, tty_find_row(t, "p101.trip"));
	assert_has(line, "unacknowledged");
	assert_true(strstr(line, "critical alarm ") || strstr(line, "high alarm ") ||
		    strstr(line, "medium alarm "));
	number = strstr(line, " alarm ") + 7;
	snprintf(text, sizeof(text), "ack %d\n", atoi(number));
	tty_type(t, text);
	tty_expect(t, "recording");
	tty_expect(t, ", acknowledged");
	tour_fault("reset", "P101");
	leave(t);
}

static void a_lost_server_is_said_and_found_again(void **state)
{
	struct tty *t = on_terminal("xterm", "--plain");

	(void)state;
	kill(demo_find_process(tour_demo, "sightglassd"), SIGKILL);
	tty_expect(t, "the server is lost: ");
	tty_expect(t, "nothing said before is live");
	tty_type(t, "alarms\n");
	tty_expect(t,
		   "not now: the server is lost"); /* the demonstration waits a second */
	tty_expect(t, "the server is back");
	tty_type(t, "value intake.t101.level\n");
	tty_expect(t, " m, good");
	leave(t);
}

static void hostile_lines_are_answered(void **state)
{
	struct tty *t = on_terminal("xterm", "--plain");
	char line[3000];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 2] = '\n';
	line[sizeof(line) - 1] = '\0';
	tty_type(t, "\001\002\033[31mset\n");
	tty_expect(t, "is no word here");
	tty_type(t, "value \xE2\x80\xAE"
		    "evil\n");
	tty_expect(t, "refused: ");
	tty_type(t, "screen ../../etc/passwd\n");
	tty_expect(t, "there is no screen \"../../etc/passwd\"");
	leave(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pipe_gets_the_screen_the_alarms_and_the_answers),
		cmocka_unit_test(what_was_said_is_not_said_again),
		cmocka_unit_test(a_dumb_terminal_gets_lines_and_is_told_so),
		cmocka_unit_test(a_write_is_read_back_and_wants_a_yes),
		cmocka_unit_test(WR_25_a_second_person_is_waited_for_in_lines),
		cmocka_unit_test(WR_30_a_set_is_staged_compared_signed_and_told_in_lines),
		cmocka_unit_test(what_a_shift_settles_and_hands_over_is_said),
		cmocka_unit_test(SEC_18_a_yes_typed_ahead_writes_nothing),
		cmocka_unit_test(alarms_are_said_as_they_come_and_acknowledged_by_number),
		cmocka_unit_test(hostile_lines_are_answered),
		cmocka_unit_test(a_lost_server_is_said_and_found_again),
	};

	return cmocka_run_group_tests(tests, tour_open, tour_close);
}
