/*
 * test_ssh.c - the SSH kit against a real sshd on loopback: whatever a person asks for,
 * with whatever environment, they get the console and nothing else (SEC-23); and a cut
 * line ends it (PR-11). The machine is set up by ssh_world.sh in a mount namespace, as
 * docs/ssh.md says; needs root and is skipped without.
 */
#include "screen/ssh_rig.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { END_MS = 10000 };

static void write_station(void)
{
	ssh_put("sightglass.cfg",
		"station = { name = \"far\"; description = \"Far works\"; };\n"
		"devices = \"devices.cfg\"; tags = \"tags.cfg\"; access = "
		"\"access.cfg\"; alarms = \"alarms.cfg\"; screens = "
		"\"screens\";\n");
	ssh_put("devices.cfg", "devices = ();\n");
	ssh_put("alarms.cfg", "alarms = ();\n");
	ssh_put("tags.cfg",
		"tags = ( { name = \"far.flow\"; expression = \"40.0 + 2.0\"; "
		"unit = \"L/s\"; decimals = 1; } );\n");
	ssh_put("access.cfg",
		"unlisted = \"view\";\n"
		"roles = ( { name = \"operator\"; rights = ( \"view\", \"acknowledge\", "
		"\"operate\" ); } );\n"
		"operators = ( { name = \"ivan\"; unix_user = \"ivan\"; roles = ( "
		"\"operator\" ); } );\n");
	ssh_put("screens/home.cfg",
		"screen = { id = \"home\"; title = \"Far away\"; level = "
		"1; size = [ 40, 2 ];\n picture = \"\n flow {flow       "
		"     }\n\";\n fields = { flow = { tag = \"far.flow\"; }; "
		"};\n};\n");
}

static int open_world(void **state)
{
	(void)state;
	return ssh_world_open(write_station);
}

static void expect_console(struct tty *t)
{
	tty_expect(t, "Far away");
	tty_expect(t, "42.0 L/s");
}

/* Leaves as a person would; the exit is the console's own. */
static void leave(struct tty *t)
{
	int status;

	tty_type(t, "\x11"); /* Ctrl-Q */
	tty_expect(t, "eave");
	tty_type(t, "\r");
	status = tty_wait_exit(t, END_MS);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	tty_free(t);
}

/* --- what they prove ---------------------------------------------------------------- */

static void SEC_23_whoever_signs_in_has_the_console_before_them(void **state)
{
	struct tty *t;

	(void)state;
	ssh_need_world();
	t = ssh_tty("ivan", NULL, NULL, NULL);
	expect_console(t);
	tty_expect(t, "ivan");
	leave(t);
	t = ssh_tty("walter", NULL, NULL, NULL); /* named nowhere: may look */
	expect_console(t);
	tty_expect(t, "walter");
	leave(t);
}

static void SEC_23_whatever_command_is_asked_for_the_console_runs(void **state)
{
	static const char *const wanted[][6] = {
		{ "sh" },
		{ "bash", "-i" },
		{ "sh", "-c", "'id; exec sh'" },
		{ "sightglass", "status" },
		{ "$(id)", ";", "id" },
	};

	(void)state;
	ssh_need_world();
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		struct tty *t = ssh_tty("ivan", NULL, wanted[i], NULL);

		expect_console(t);
		assert_false(tty_shows(t, "uid="));
		leave(t);
	}
}

static void SEC_23_without_a_terminal_nothing_runs(void **state)
{
	static const char *const wanted[] = { "id", "cat /etc/passwd", "sh -s" };
	char said[SSH_SAID];
	struct ssh_call c;

	(void)state;
	ssh_need_world();
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		ssh_begin_call(&c, "/usr/bin/ssh", "ivan");
		ssh_add(&c, "ivan@127.0.0.1");
		ssh_add(&c, wanted[i]);
		assert_int_not_equal(ssh_run(&c, said), 0);
		assert_has(said, "terminal"); /* it asks for one */
		assert_null(strstr(said, "uid="));
		assert_null(strstr(said, "root:"));
	}
}

static void SEC_23_no_file_goes_in_or_out(void **state)
{
	char said[SSH_SAID], from[300], batch[300];
	struct ssh_call c;

	(void)state;
	ssh_need_world();
	snprintf(batch, sizeof(batch), "%s/batch", ssh_world.dir);
	test_write_file(batch, "get /etc/passwd\n");
	ssh_begin_call(&c, "/usr/bin/sftp", "ivan");
	ssh_add(&c, "-b");
	ssh_add(&c, batch);
	ssh_add(&c, "ivan@127.0.0.1");
	assert_int_not_equal(ssh_run(&c, said), 0);
	for (int old = 0; old < 2; old++) {
		char to[300];

		snprintf(from, sizeof(from), "ivan@127.0.0.1:/etc/passwd");
		snprintf(to, sizeof(to), "%s/stolen", ssh_world.dir);
		ssh_begin_call(&c, "/usr/bin/scp", "ivan");
		if (old)
			ssh_add(&c, "-O");
		ssh_add(&c, from);
		ssh_add(&c, to);
		assert_int_not_equal(ssh_run(&c, said), 0);
		assert_int_not_equal(access(to, F_OK), 0);
	}
}

static void SEC_23_no_port_socket_or_agent_is_forwarded(void **state)
{
	/* asked of the other end and refused there, each; ssh says so and ends */
	static const char *const refused[][5] = {
		{ "-W", "127.0.0.1:22" },
		{ "-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:22" },
		{ "-N", "-o", "ExitOnForwardFailure=yes", "-R", "/run/s:/run/t" },
	};
	char said[SSH_SAID];
	struct ssh_call c;

	(void)state;
	ssh_need_world();
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		ssh_begin_call(&c, "/usr/bin/ssh", "ivan");
		for (size_t k = 0; k < 5 && refused[i][k]; k++)
			ssh_add(&c, refused[i][k]);
		ssh_add(&c, "ivan@127.0.0.1");
		assert_int_equal(ssh_run(&c, said), 255);
		assert_non_null(strstr(said, "prohibited") ? strstr(said, "prohibited")
							   : strstr(said, "failed"));
	}
}

/* The environment of a client: what sshd lets through has no effect on the console. */
static void SEC_23_nothing_in_the_environment_changes_what_runs(void **state)
{
	static const char *const options[] = {
		"-o",
		"SetEnv=TERMINFO=/tmp LD_PRELOAD=/tmp/x.so "
		"BASH_ENV=/tmp/x ENV=/tmp/x "
		"SIGHTGLASS_SOCKET=/tmp/other.sock "
		"LC_ALL=C.UTF-8 LC_MESSAGES=../../x",
		NULL
	};
	static const char *const odd[] = { "TERM=../../../tmp/x", NULL };
	struct tty *t;
	int status;

	(void)state;
	ssh_need_world();
	t = ssh_tty("ivan", options, NULL, NULL);
	expect_console(t);
	leave(t);
	t = ssh_tty("ivan", NULL, NULL, odd);
	tty_expect(t, "TERM names no terminal");
	status = tty_wait_exit(t, END_MS);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) != 0);
	tty_free(t);
}

static bool no_console_of_ivan(struct tty *t, void *said)
{
	(void)t;
	return ssh_at_home("pgrep -u ivan -x sightglass", said) != 0;
}

static void PR_11_a_cut_ssh_session_ends_the_console(void **state)
{
	char said[SSH_SAID];
	struct tty *t;

	(void)state;
	ssh_need_world();
	t = ssh_tty("ivan", NULL, NULL, NULL);
	expect_console(t);
	assert_int_equal(ssh_at_home("pgrep -u ivan -x sightglass", said), 0);
	kill(tty_pid(t), SIGKILL);
	assert_true(tty_wait(t, no_console_of_ivan, said, END_MS));
	tty_free(t);
}

static void SEC_23_only_the_key_that_root_gave_opens_the_door(void **state)
{
	char said[SSH_SAID], log[300], *text;
	struct ssh_call c;

	(void)state;
	ssh_need_world();
	ssh_begin_call(&c, "/usr/bin/ssh", "walter"); /* walter's key, ivan's name */
	ssh_add(&c, "ivan@127.0.0.1");
	assert_int_equal(ssh_run(&c, said), 255);
	assert_has(said, "Permission denied");
	snprintf(log, sizeof(log), "%s/sshd.log", ssh_world.dir);
	text = test_read_file(log); /* who came stands in the log */
	assert_has(text, "Accepted publickey for ivan");
	assert_has(text, "SHA256:");
	free(text);
}

static void the_account_tool_names_what_is_wrong(void **state)
{
	static const struct {
		const char *command, *says;
	} wrong[] = {
		{ "sightglass-account add ivan $PWD/x", "already" },
		{ "sightglass-account add Ivan /etc/passwd", "no account name" },
		{ "sightglass-account add olga /etc/passwd", "no public key" },
		{ "sightglass-account add olga /nowhere", "cannot be read" },
		{ "(echo -n 'command=\"sh\" '; cat /etc/sightglass/ssh-keys/ivan) "
		  ">/run/k; "
		  "sightglass-account add olga /run/k",
		  "options before the key" },
		{ "cat /etc/sightglass/ssh-keys/* >/run/k; sightglass-account add olga "
		  "/run/k",
		  "more than one line" },
		{ "sightglass-account remove root", "no account of the console" },
		{ "sightglass-account", "usage" },
	};
	char said[SSH_SAID];

	(void)state;
	ssh_need_world();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_not_equal(ssh_at_home(wrong[i].command, said), 0);
		assert_has(said, wrong[i].says);
	}
	assert_int_not_equal(ssh_at_home("id olga", said), 0);
}

static void the_check_finds_each_door_left_open(void **state)
{
	static const struct {
		const char *open, *shut, *says;
	} doors[] = {
		{ "chmod g+w /etc/sightglass/ssh-keys/ivan",
		  "chmod g-w /etc/sightglass/ssh-keys/ivan", "may change it" },
		{ "usermod -s /bin/bash ivan", "usermod -s /bin/sh ivan",
		  "another shell" },
		{ "mv /etc/ssh/sshd_config.d/sightglass.conf /run/kept",
		  "mv /run/kept /etc/ssh/sshd_config.d/sightglass.conf", "sshd says" },
	};
	char said[SSH_SAID];

	(void)state;
	ssh_need_world();
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		assert_int_equal(ssh_at_home("sightglass-account check", said), 0);
		assert_int_equal(ssh_at_home(doors[i].open, said), 0);
		assert_int_not_equal(ssh_at_home("sightglass-account check", said), 0);
		assert_has(said, doors[i].says);
		assert_int_equal(ssh_at_home(doors[i].shut, said), 0);
	}
}

static void a_removed_account_is_gone_with_its_console(void **state)
{
	char said[SSH_SAID];
	struct tty *t;
	int status;

	(void)state;
	ssh_need_world();
	t = ssh_tty("walter", NULL, NULL, NULL);
	expect_console(t);
	assert_int_equal(ssh_at_home("sightglass-account remove walter", said), 0);
	status = tty_wait_exit(t, END_MS);
	assert_true(WIFEXITED(status));
	tty_free(t);
	assert_int_not_equal(ssh_at_home("id walter", said), 0);
	assert_int_equal(ssh_at_home("sightglass-account list", said), 0);
	assert_null(strstr(said, "walter"));
	assert_has(said, "ivan");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_23_whoever_signs_in_has_the_console_before_them),
		cmocka_unit_test(SEC_23_whatever_command_is_asked_for_the_console_runs),
		cmocka_unit_test(SEC_23_without_a_terminal_nothing_runs),
		cmocka_unit_test(SEC_23_no_file_goes_in_or_out),
		cmocka_unit_test(SEC_23_no_port_socket_or_agent_is_forwarded),
		cmocka_unit_test(SEC_23_nothing_in_the_environment_changes_what_runs),
		cmocka_unit_test(SEC_23_only_the_key_that_root_gave_opens_the_door),
		cmocka_unit_test(PR_11_a_cut_ssh_session_ends_the_console),
		cmocka_unit_test(the_account_tool_names_what_is_wrong),
		cmocka_unit_test(the_check_finds_each_door_left_open),
		cmocka_unit_test(a_removed_account_is_gone_with_its_console),
	};

	return cmocka_run_group_tests(tests, open_world, ssh_world_close);
}
