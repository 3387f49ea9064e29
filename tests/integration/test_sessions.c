/*
 * test_sessions.c - the life of a session on the real console and command line, against a
 * real server: the notice of use, idle, lock, act again, the end by somebody else, the
 * hand-over of a shift.
 */
#include "support/test.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "own_station.h"
#include "script.h"
#include "support/tty.h"
#include "wire/client.h"

#define OLGA "heron stands in rain"
#define ENG  "badger digs at noon"

enum { CROWD = 6 };

static struct own_station own;
static struct client *crowd[CROWD];
static size_t n_crowd;

/* --- the station ------------------------------------------------------------------- */

/* Who runs this is eng, who may do everything; olga has an account. An alarm comes when
 * many are connected. */
static void make(const char *sessions)
{
	const struct passwd *me = getpwuid(getuid());
	char access[900];

	assert_non_null(me);
	own_station_make(&own);
	snprintf(access, sizeof(access),
		 "allow_root = true;\n"
		 "sessions = { %s };\n"
		 "roles = ( { name = \"all\"; rights = ( \"view\", \"acknowledge\", "
		 "\"operate\", \"engineer\", \"admin\", \"audit\" ); } );\n"
		 "operators = ( { name = \"eng\"; unix_user = \"%.64s\"; roles = ( "
		 "\"all\" ); } );\n",
		 sessions, me->pw_name);
	own_station_put(&own, "access.cfg", access);
	own_station_put(&own, "alarms.cfg",
			"alarms = ( { name = \"crowd\"; type = \"high\"; tag = "
			"\"system.sessions\"; limit = 5; priority = \"high\"; message = "
			"\"A crowd is here\"; consequence = \"None\"; action = \"Look\"; "
			"} );\n");
	own_station_start(&own, "--cheap-hashes");
	setenv("SIGHTGLASS_SOCKET", own.as.socket, 1);
	DEMO_UNTIL(&own.as, "recording", 10000, "--accept-notice", "status");
}

static int stop(void **state)
{
	(void)state;
	while (n_crowd > 0)
		client_close(crowd[--n_crowd]);
	if (own.pid)
		own_station_stop(&own);
	return 0;
}

/* What a line of shell printed, with the words in it. */
static void says(const char *line, const char *words)
{
	char *out = script_run(line);

	assert_has(out, words);
	free(out);
}

static void says_not(const char *line, const char *words)
{
	char *out = script_run(line);

	if (strstr(out, words))
		fail_msg("%s", out);
	free(out);
}

static void add_accounts(void)
{
	says("printf '%s\\n' '" OLGA "' | sightglass --accept-notice user add olga all "
	     "--lasting",
	     "olga is added");
	says("printf '%s\\n' '" OLGA "' '' '" ENG "' | sightglass --accept-notice --as "
	     "olga user add eng all --lasting",
	     "eng is added");
}

static struct tty *console(int cols, int rows, const char *option)
{
	char program[4096];
	const char *env[] = { "TERM=xterm-256color", "LANG=C.UTF-8", NULL };
	char *argv[] = { program, (char *)"--socket", own.as.socket,
			 (char *)(uintptr_t)option, NULL };

	snprintf(program, sizeof(program), "%s", test_program("sightglass"));
	return tty_start(argv, env, cols, rows);
}

static void many_come(void)
{
	struct strbuf why = STRBUF_INIT;

	for (; n_crowd < CROWD; n_crowd++) {
		crowd[n_crowd] = client_open(own.as.socket, "test", &why);
		if (!crowd[n_crowd])
			fail_msg("%s", why.buf);
	}
	strbuf_release(&why);
}

/* --- tests ------------------------------------------------------------------------- */

static void SEC_12_an_idle_console_looks_on_and_acts_again(void **state)
{
	struct tty *t;

	(void)state;
	make("idle_min = 0.03");
	add_accounts();
	t = console(80, 24, NULL);
	tty_expect(t, "server ok");
	tty_expect(t, "eng all");
	tty_expect(t, "IDLE");
	tty_expect(t, "looking only: no key for 2 s; i: act again");
	tty_type(t, "3"); /* looking goes on */
	tty_expect(t, " Alarms");
	tty_type(t, "i");
	tty_expect(t, "Act again");
	tty_expect(t, "Prove that you are eng");
	tty_type(t, "wrong\r\r");
	tty_expect(t, "is wrong");
	tty_type(t, ENG);
	tty_expect(t, "*******************");
	tty_type(t, "\r\r");
	tty_expect_gone(t, "Act again");
	tty_expect_gone(t, "IDLE");
	tty_free(t);
	says("sightglass audit list", "idle");
	says("sightglass audit list", "acts again");
	says_not("sightglass audit list; cat $PWD/log 2>/dev/null", ENG);
}

static void WR_24_a_locked_console_shows_alarms_and_acts_on_none(void **state)
{
	struct tty *t;

	(void)state;
	make("idle_min = 0");
	add_accounts();
	t = console(80, 24, NULL);
	tty_expect(t, "server ok");
	tty_expect(t, "no alarms");
	tty_type(t, "L");
	tty_expect(t, "LOCKED");
	many_come();
	tty_expect(t, "A crowd is here");
	tty_type(t, "3");
	tty_expect(t, " Alarms");
	tty_type(t, "\t");
	tty_expect(t, "consequence  None"); /* it is selected */
	tty_type(t, "a");
	tty_expect(t, "this session is locked (locked by eng)");
	says("sightglass alarms", "unacknowledged");
	says("sightglass audit list", "this session is locked");
	says("sightglass sessions", "locked");
	/* another person may take the console over */
	tty_type(t, "i");
	tty_expect(t, "Act again");
	tty_type(t, "\x1b[Z"); /* back to the name */
	tty_type(t, "\x7f\x7f\x7folga\r" OLGA "\r\r");
	tty_expect(t, "olga all");
	tty_expect_gone(t, "LOCKED");
	tty_type(t, "a");
	tty_expect_gone(t, "*");
	tty_free(t);
}

static void the_notice_of_use_stands_before_everything(void **state)
{
	struct tty *t;

	(void)state;
	make("notice = \"Authorised persons only. All is recorded.\"");
	says("sightglass silence; echo exit $?", "notice of use is not accepted yet");
	says("sightglass silence; echo exit $?", "exit 1");
	says("sightglass --accept-notice user list 2>&1", "Authorised persons only");
	t = console(160, 48, NULL);
	tty_expect(t, "Notice of use");
	tty_expect(t, "Authorised persons only. All is recorded.");
	tty_expect(t, "NOTICE");
	tty_type(t, "\x1b");
	tty_expect_gone(t, "Notice of use");
	tty_expect(t, "NOTICE");
	tty_type(t, "i");
	tty_expect(t, "Notice of use");
	tty_type(t, "\r");
	tty_expect_gone(t, "NOTICE");
	tty_free(t);
	says("sightglass --accept-notice audit list 2>/dev/null", "accepted");
}

static void who_is_sent_away_is_told_why_and_stays_away(void **state)
{
	struct tty *t;

	(void)state;
	make("idle_min = 0");
	t = console(80, 24, NULL);
	tty_expect(t, "server ok");
	says("sightglass sessions end $(sightglass sessions --json | grep console | "
	     "sed 's/.*\"session\":\"\\([0-9]*\\)\".*/\\1/') 'go home, eng'",
	     "of eng is ended");
	tty_expect(t, "SERVER LOST");
	tty_expect(t, "go home, eng");
	says_not("sleep 2; sightglass sessions", "console");
	tty_expect(t, "Enter joins again");
	tty_type(t, "\r");
	tty_expect(t, "server ok");
	says("sightglass audit list", "go home, eng");
	says("sightglass sessions end 4711 nobody 2>&1", "there is no session 4711");
	tty_free(t);
}

static void a_person_has_so_many_sessions(void **state)
{
	struct tty *t;

	(void)state;
	make("per_person = 1");
	t = console(80, 24, NULL);
	tty_expect(t, "server ok");
	says("sightglass status 2>&1; echo exit $?",
	     "1 sessions of eng are open already");
	tty_free(t);
	DEMO_UNTIL(&own.as, "recording", 10000, "status");
}

static void the_shift_goes_from_one_to_the_next_at_a_console(void **state)
{
	struct tty *t, *other;

	(void)state;
	make("idle_min = 0");
	add_accounts();
	t = console(80, 24, NULL);
	tty_expect(t, "server ok");
	many_come();
	tty_expect(t, "A crowd is here");
	tty_type(t, "H");
	tty_expect(t, "Hand over the shift");
	tty_expect(t, "A crowd is here (crowd)");
	tty_type(t, "valve V3 leaks\r");
	tty_expect(t, "note: valve V3 leaks");
	tty_type(t, "\r");
	tty_expect(t, "Sign the hand-over");
	tty_type(t, ENG "\r\r"
			"olga\r" OLGA "\r\r");
	tty_expect(t, "olga all");
	tty_expect(t, "eng has handed the shift over to olga");
	says("sightglass handover list", "handed over by eng (password), taken over by "
					 "olga (password)");
	says("sightglass handover show $(sightglass handover list --json | sed "
	     "'s/.*\"id\":\"\\([^\"]*\\)\".*/\\1/')",
	     "valve V3 leaks");
	/* olga gives it back: it waits, and eng takes it at a console of his own */
	tty_type(t, "H");
	tty_expect(t, "Hand over the shift");
	tty_type(t, "\r");
	tty_expect(t, "Sign the hand-over");
	tty_type(t, OLGA "\r\r\r\r\r");
	tty_expect(t, "waits up to 30 min");
	other = console(160, 48, NULL);
	tty_expect(other, "eng (all)");
	tty_type(other, "H");
	tty_expect(other, "Take the shift over from olga");
	tty_type(other, ENG "\r\r");
	tty_expect(other, "olga has handed the shift over to eng");
	tty_expect(t, "IDLE");
	tty_free(other);
	tty_free(t);
}

static void the_console_of_words_signs_locks_and_unlocks(void **state)
{
	(void)state;
	make("notice = \"Authorised persons only.\"");
	add_accounts();
	says("printf '%s\\n' accept lock 'signin olga' '" OLGA "' '' signout quit | "
	     "sightglass --plain",
	     "signed in as olga (all)");
	says("printf '%s\\n' lock quit | sightglass --plain", "say accept to accept it");
	says_not("printf '%s\\n' accept 'signin olga' '" OLGA "' '' quit | sightglass "
		 "--plain",
		 OLGA);
	says("printf '%s\\n' accept lock 'signin olga' 'nonsense' '' quit | sightglass "
	     "--plain",
	     "refused: name, password or code is wrong");
}

/* The offer of a command is there as long as the command is. */
static void the_shift_goes_from_one_command_to_another(void **state)
{
#define GIVE                                                                             \
	"cd $(mktemp -d)\n"                                                              \
	"(printf '%s\\n' '" ENG                                                          \
	"' '' | sightglass --accept-notice handover --notes hot "                        \
	">gave 2>&1; echo \"code $?\" >>gave) &\n"                                       \
	"for i in $(seq 200); do grep -q waiting gave && break; sleep 0.1; done\n"
#define GAVE "wait; tr '\\n' ' ' <gave"
	(void)state;
	make("idle_min = 0; notice = \"mind the plant\"");
	add_accounts();
	says(GIVE "printf '%s\\n' '" OLGA "' '' '" OLGA "' | "
		  "sightglass --accept-notice --as olga handover take 2>&1\n" GAVE,
	     "eng has handed the shift over to olga code 0");
	says(GIVE "sightglass --accept-notice handover withdraw 2>&1\n" GAVE,
	     "eng keeps the shift: it was withdrawn code 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(SEC_12_an_idle_console_looks_on_and_acts_again,
					  stop),
		cmocka_unit_test_teardown(
			WR_24_a_locked_console_shows_alarms_and_acts_on_none, stop),
		cmocka_unit_test_teardown(the_notice_of_use_stands_before_everything,
					  stop),
		cmocka_unit_test_teardown(who_is_sent_away_is_told_why_and_stays_away,
					  stop),
		cmocka_unit_test_teardown(a_person_has_so_many_sessions, stop),
		cmocka_unit_test_teardown(the_shift_goes_from_one_command_to_another,
					  stop),
		cmocka_unit_test_teardown(
			the_shift_goes_from_one_to_the_next_at_a_console, stop),
		cmocka_unit_test_teardown(the_console_of_words_signs_locks_and_unlocks,
					  stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
