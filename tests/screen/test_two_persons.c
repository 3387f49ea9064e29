/*
 * test_two_persons.c - the demonstration's chlorine setpoint takes two persons: two Unix
 * users over two SSH sessions of the real kit, against the demonstration's plant; and
 * each way in which it has to fail (WR-25).
 */
#include "screen/ssh_rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/demo.h"

enum { EXPIRY_MS = 75000 };

static struct demo *demo;
static struct tty *ivan, *maria;

/* --- the station -------------------------------------------------------------------- */

static void shell(const char *command)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void copy(const char *from, const char *to)
{
	char command[900];

	snprintf(command, sizeof(command),
		 "mkdir -p %s/station/%s && cp -R %s/%s/. %s/station/%s", ssh_world.dir,
		 to, demo->dir, from, ssh_world.dir, to);
	shell(command);
}

static void write_station(void)
{
	char command[700];

	demo = demo_up();
	copy("config", ".");
	copy("alarms", "alarms");
	copy("screens", "screens");
	snprintf(command, sizeof(command),
		 "sed -i 's,\"\\.\\./,\",' %s/station/sightglass.cfg", ssh_world.dir);
	shell(command);
	/* the demonstration's own server is at the broker, too */
	snprintf(command, sizeof(command),
		 "sed -i 's,driver = \"mqtt\";,& client_id = \"two-persons\";,' "
		 "%s/station/devices.cfg",
		 ssh_world.dir);
	shell(command);
	ssh_put("access.cfg",
		"unlisted = \"view\";\n"
		"roles = ( { name = \"operator\"; rights = ( \"view\", \"acknowledge\", "
		"\"operate\", \"approve\" ); },\n"
		"\t{ name = \"auditor\"; rights = ( \"view\", \"audit\" ); } );\n"
		"operators = (\n"
		"\t{ name = \"ivan\"; unix_user = \"ivan\"; roles = ( \"operator\" ); "
		"},\n"
		"\t{ name = \"maria\"; unix_user = \"maria\"; roles = ( \"operator\" ); "
		"},\n"
		"\t{ name = \"root\"; unix_user = \"root\"; roles = ( \"auditor\" ); } "
		");\n");
}

/* --- two consoles ------------------------------------------------------------------- */

static struct tty *console(const char *who)
{
	struct tty *t = ssh_tty(who, NULL, NULL, NULL);

	tty_expect(t, "FLOWS");
	return t;
}

static int open_both(void **state)
{
	(void)state;
	if (ssh_world_open(write_station) < 0)
		return -1;
	if (!ssh_world.pid)
		return 0;
	ivan = console("ivan");
	maria = console("maria");
	return 0;
}

static int close_both(void **state)
{
	if (ivan)
		tty_free(ivan);
	if (maria)
		tty_free(maria);
	ssh_world_close(state);
	demo_down(demo);
	return 0;
}

/* Nothing is open on either glass, and nothing waits. */
static void begin(void)
{
	ssh_need_world();
	tty_expect_gone(ivan, "Write dosing.cl2_sp");
	tty_expect_gone(maria, "asks you to approve");
}

/* The dialog of the setpoint, whatever stands there. */
static void open_setpoint(struct tty *t)
{
	tty_type(t, "g");
	tty_expect(t, "go to");
	tty_type(t, "dosing.cl2_sp");
	tty_expect(t, "1 found");
	tty_type(t, "\r");
	tty_expect(t, "mg/L  good  Chlorine dose"); /* it is selected */
	tty_type(t, "w");
	tty_expect(t, "Write dosing.cl2_sp");
}

/* The value, why, and yes: then it waits for the second person. */
static void ask(struct tty *t, const char *value)
{
	open_setpoint(t);
	tty_type(t, value);
	tty_expect(t, value);
	tty_type(t, "\r");
	tty_expect(t, "it goes on record");
	tty_type(t, "the lab asks for it");
	tty_expect(t, "the lab asks for it");
	tty_type(t, "\r");
	tty_expect(t, "Enter or Y sends it");
	tty_type(t, "y");
	tty_expect(t, "waits for the second person");
}

static void open_request(struct tty *t)
{
	tty_expect(t, "asks you to approve dosing.cl2_sp");
	tty_type(t, "e");
	tty_expect(t, "because  the lab asks for it");
	tty_expect(t, "arrows and Enter");
}

static void approve(struct tty *t)
{
	tty_type(t, "\x1b[C");
	tty_expect(t, "> Approve");
	tty_type(t, "\r");
}

static void close_result(struct tty *t)
{
	tty_type(t, "\r");
	tty_expect_gone(t, "Write dosing.cl2_sp");
}

static double setpoint(void)
{
	return demo_number(demo, "dosing.cl2_sp");
}

/* Somebody turns it at the skid; the server of the two consoles has seen it. */
static void plant_is_set(const char *value)
{
	static char out[4096];
	char said[SSH_SAID], seen[200];

	if (DEMO_RUN(demo, out, "demo", "--dir", demo->dir, "fault", "set",
		     "dosing.cl2_sp", value) != 0)
		fail_msg("%s", out);
	snprintf(seen, sizeof(seen),
		 "timeout 20 sh -c 'until sightglass get dosing.cl2_sp | grep -q \"%s "
		 "mg/L  good\"; do sleep 0.1; done'",
		 value);
	assert_int_equal(ssh_at_home(seen, said), 0);
}

/* --- what they prove ---------------------------------------------------------------- */

static void WR_25_two_persons_over_ssh_write_the_chlorine_setpoint(void **state)
{
	char said[SSH_SAID];

	(void)state;
	begin();
	plant_is_set("0.60");
	ask(ivan, "0.7");
	tty_expect(ivan, "asked    maria");
	open_request(maria);
	tty_expect(
		maria,
		"dosing.cl2_sp: 0.60 \xe2\x86\x92 0.70 mg/L, limits 0 to 5 mg/L, on bus");
	tty_expect(ivan, "dosing.cl2_sp: 0.60 \xe2\x86\x92 0.70 mg/L");
	assert_double(setpoint(), 0.6, 1e-9); /* nothing was sent yet */
	approve(maria);
	tty_expect(ivan, "the device shows 0.70 mg/L");
	tty_expect(maria, "approved by you");
	assert_double(setpoint(), 0.7, 1e-9);
	close_result(ivan);
	assert_int_equal(ssh_at_home("sightglass audit list --count 40 --json | grep "
				     "'\"kind\": *\"intent\"'",
				     said),
			 0);
	assert_has(said, "approved by maria");
	assert_has(said, "the lab asks for it");
}

static void WR_25_enter_alone_approves_nothing(void **state)
{
	(void)state;
	begin();
	ask(ivan, "0.75");
	open_request(maria);
	tty_type(maria, "\r"); /* it rests on "Not now" */
	tty_expect_gone(maria, "because  the lab asks");
	tty_expect(maria, "asks you to approve dosing.cl2_sp");
	tty_type(ivan, "\x1b");
	tty_expect(ivan, "nothing was changed");
	tty_expect_gone(maria, "asks you to approve");
	assert_double(setpoint(), 0.7, 1e-9);
}

static void WR_25_the_same_person_on_a_second_session_is_not_asked(void **state)
{
	struct tty *again;
	char said[SSH_SAID];

	(void)state;
	begin();
	again = console("ivan");
	ask(ivan, "0.75");
	tty_expect(maria, "asks you to approve dosing.cl2_sp");
	tty_type(again, "e");
	tty_expect(again, "nobody waits for an approval of yours");
	/* a patched console or a command line does not help either */
	assert_int_not_equal(
		ssh_at_home("n=$(sightglass approve --json | sed "
			    "'s/.*\"request\": *\"\\([0-9]*\\)\".*/\\1/'); setpriv "
			    "--reuid ivan --regid sightglass-console --init-groups "
			    "sightglass approve $n --yes",
			    said),
		0);
	assert_has(said, "ivan asked for it: the second person must be somebody else");
	tty_type(ivan, "\x1b");
	tty_expect(ivan, "nothing was changed");
	assert_double(setpoint(), 0.7, 1e-9);
	tty_free(again);
}

static void WR_25_the_session_that_asked_cannot_answer_itself(void **state)
{
	(void)state;
	begin();
	ask(ivan, "0.75");
	tty_type(ivan, "e"); /* no key here answers */
	tty_type(ivan, "\r");
	tty_type(ivan, "y");
	tty_expect_read(ivan);
	tty_expect(ivan, "waits for the second person");
	assert_double(setpoint(), 0.7, 1e-9);
	tty_type(ivan, "\x1b");
	tty_expect(ivan, "nothing was changed");
}

static void WR_25_who_may_not_approve_is_not_asked_and_refused(void **state)
{
	struct tty *walter;
	char said[SSH_SAID];

	(void)state;
	begin();
	walter = console("walter");
	ask(ivan, "0.75");
	tty_expect(maria, "asks you to approve dosing.cl2_sp");
	assert_false(tty_shows(walter, "asks you to approve"));
	assert_int_not_equal(
		ssh_at_home("n=$(sightglass approve --json | sed "
			    "'s/.*\"request\": *\"\\([0-9]*\\)\".*/\\1/'); setpriv "
			    "--reuid walter --regid sightglass-console --init-groups "
			    "sightglass approve $n --yes",
			    said),
		0);
	assert_has(said, "walter may look only");
	tty_type(ivan, "\x1b");
	tty_expect(ivan, "nothing was changed");
	assert_double(setpoint(), 0.7, 1e-9);
	tty_free(walter);
}

static void WR_25_a_value_that_moved_meanwhile_is_not_written_over(void **state)
{
	(void)state;
	begin();
	ask(ivan, "0.75");
	open_request(maria);
	plant_is_set("1.20");
	approve(maria);
	tty_expect(ivan, "now 1.20 mg/L: look again");
	tty_expect(maria, "now 1.20 mg/L: look again");
	assert_double(setpoint(), 1.2, 1e-9);
	close_result(ivan);
	plant_is_set("0.70");
}

static void WR_25_a_no_is_told_with_its_reason(void **state)
{
	(void)state;
	begin();
	ask(ivan, "0.75");
	open_request(maria);
	tty_type(maria, "\x1b[D");
	tty_expect(maria, "> Decline");
	tty_type(maria, "\r");
	tty_expect(maria, "Enter declines");
	tty_type(maria, "the basin is being cleaned\r");
	tty_expect(ivan, "maria declined: the basin is being cleaned");
	assert_double(setpoint(), 0.7, 1e-9);
	close_result(ivan);
}

static void WR_25_who_asked_is_gone_and_so_is_the_request(void **state)
{
	(void)state;
	begin();
	ask(ivan, "0.75");
	open_request(maria);
	tty_free(ivan); /* the line is cut */
	tty_expect(maria, "the session that asked has ended");
	tty_expect_gone(maria, "because  the lab asks");
	ivan = console("ivan");
	assert_double(setpoint(), 0.7, 1e-9);
}

static bool said_that_nobody_did(struct tty *t, void *arg)
{
	(void)arg;
	return tty_shows(t, "nobody approved it within 60 s");
}

static void WR_25_after_a_minute_it_is_too_late(void **state)
{
	(void)state;
	begin();
	ask(ivan, "0.75");
	open_request(maria);
	assert_true(tty_wait(ivan, said_that_nobody_did, NULL, EXPIRY_MS));
	tty_expect_gone(maria, "because  the lab asks");
	tty_type(maria, "e");
	tty_expect(maria, "nobody waits for an approval of yours");
	close_result(ivan);
	assert_double(setpoint(), 0.7, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(WR_25_two_persons_over_ssh_write_the_chlorine_setpoint),
		cmocka_unit_test(WR_25_enter_alone_approves_nothing),
		cmocka_unit_test(WR_25_the_same_person_on_a_second_session_is_not_asked),
		cmocka_unit_test(WR_25_the_session_that_asked_cannot_answer_itself),
		cmocka_unit_test(WR_25_who_may_not_approve_is_not_asked_and_refused),
		cmocka_unit_test(WR_25_a_value_that_moved_meanwhile_is_not_written_over),
		cmocka_unit_test(WR_25_a_no_is_told_with_its_reason),
		cmocka_unit_test(WR_25_who_asked_is_gone_and_so_is_the_request),
		cmocka_unit_test(WR_25_after_a_minute_it_is_too_late),
	};

	return cmocka_run_group_tests(tests, open_both, close_both);
}
