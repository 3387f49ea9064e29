/*
 * test_ssh.c - the SSH kit against a real sshd on loopback: whatever a person asks for,
 * with whatever environment, they get the console and nothing else (SEC-23); and a cut
 * line ends it (PR-11). The machine is set up by ssh_world.sh in a mount namespace, as
 * docs/ssh.md says; needs root and is skipped without.
 */
#include "support/test.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/tty.h"

enum { COLS = 80, ROWS = 24, SAID = 16384, ARGS_MAX = 48, END_MS = 10000 };

static struct world {
	pid_t pid; /* 0 = there can be none here */
	int to, from;
	char dir[256], port[8];
} world;

/* --- the world --------------------------------------------------------------------- */

static void put(const char *name, const char *text)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/station/%s", world.dir, name);
	test_write_file(path, text);
}

static void write_station(void)
{
	put("sightglass.cfg",
	    "station = { name = \"far\"; description = \"Far works\"; };\n"
	    "devices = \"devices.cfg\"; tags = \"tags.cfg\"; access = "
	    "\"access.cfg\"; alarms = \"alarms.cfg\"; screens = "
	    "\"screens\";\n");
	put("devices.cfg", "devices = ();\n");
	put("alarms.cfg", "alarms = ();\n");
	put("tags.cfg", "tags = ( { name = \"far.flow\"; expression = \"40.0 + 2.0\"; "
			"unit = \"L/s\"; decimals = 1; } );\n");
	put("access.cfg",
	    "unlisted = \"view\";\n"
	    "roles = ( { name = \"operator\"; rights = ( \"view\", \"acknowledge\", "
	    "\"operate\" ); } );\n"
	    "operators = ( { name = \"ivan\"; unix_user = \"ivan\"; roles = ( "
	    "\"operator\" ); } );\n");
	put("screens/home.cfg",
	    "screen = { id = \"home\"; title = \"Far away\"; level = "
	    "1; size = [ 40, 2 ];\n picture = \"\n flow {flow       "
	    "     }\n\";\n fields = { flow = { tag = \"far.flow\"; }; "
	    "};\n};\n");
}

static unsigned free_port(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	getsockname(fd, (struct sockaddr *)&a, &n);
	close(fd);
	return ntohs(a.sin_port);
}

static bool read_line(char *line, size_t size)
{
	size_t n = 0;

	while (n + 1 < size && read(world.from, &line[n], 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	return n > 0;
}

/* A command to the world, as root would type it there; its output replaces said. */
static int at_home(const char *command, char said[SAID])
{
	char line[64], path[300], *text;
	int code = -1;

	dprintf(world.to, "%s\n", command);
	assert_true(read_line(line, sizeof(line)));
	assert_int_equal(sscanf(line, "done %d", &code), 1);
	snprintf(path, sizeof(path), "%s/said", world.dir);
	text = test_read_file(path);
	snprintf(said, SAID, "%s", text);
	free(text);
	return code;
}

/* False too where / is no mount (a plain chroot): what is mounted here would be seen
 * outside. */
static bool own_mounts(void)
{
	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static void become_world(int in, int out)
{
	char script[4096];

	snprintf(script, sizeof(script), "%s", test_top("tests/screen/ssh_world.sh"));
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (!own_mounts())
		_exit(126);
	execl("/bin/sh", "sh", script, getenv("SIGHTGLASS_BIN"), test_top("."), world.dir,
	      world.port, (char *)NULL);
	_exit(127);
}

static bool can_have_world(void)
{
	pid_t pid;
	int status;

	if (geteuid() != 0)
		return false;
	pid = fork();
	if (pid == 0)
		_exit(own_mounts() ? 0 : 1);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int open_world(void **state)
{
	int to[2], from[2];
	char line[64];

	(void)state;
	if (!can_have_world())
		return 0;
	snprintf(world.dir, sizeof(world.dir), "%s", test_tmpdir());
	snprintf(world.port, sizeof(world.port), "%u", free_port());
	write_station();
	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
		return -1;
	world.pid = fork();
	if (world.pid == 0)
		become_world(to[0], from[1]);
	close(to[0]);
	close(from[1]);
	world.to = to[1];
	world.from = from[0];
	if (!read_line(line, sizeof(line)) || strcmp(line, "ready") != 0) {
		char log[300];

		snprintf(log, sizeof(log), "%s/server.log", world.dir);
		fail_msg("the world did not come up; its server said:\n%s",
			 test_read_file(log));
	}
	return 0;
}

static int close_world(void **state)
{
	int status;

	(void)state;
	if (!world.pid)
		return 0;
	close(world.to);
	waitpid(world.pid, &status, 0);
	close(world.from);
	return 0;
}

static void need_world(void)
{
	if (!world.pid) {
		print_message("needs root and mounts of its own: accounts and sshd are "
			      "real here\n");
		skip();
	}
}

/* --- ssh --------------------------------------------------------------------------- */

struct call {
	char key[300], port_option[24];
	char *argv[ARGS_MAX];
	size_t n;
};

static void add(struct call *c, const char *arg)
{
	assert_true(c->n + 1 < ARGS_MAX);
	c->argv[c->n++] = (char *)(uintptr_t)arg;
	c->argv[c->n] = NULL;
}

/* program: of the ssh family; all take the same options by -o. */
static void begin_call(struct call *c, const char *program, const char *who)
{
	static const char *const always[] = {
		"-F", "none",
		"-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=/dev/null",
		"-o", "LogLevel=ERROR",
		"-o", "IdentitiesOnly=yes",
		"-o", "BatchMode=yes",
	};

	memset(c, 0, sizeof(*c));
	add(c, program);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		add(c, always[i]);
	snprintf(c->key, sizeof(c->key), "%s/%s", world.dir, who);
	snprintf(c->port_option, sizeof(c->port_option), "Port=%s", world.port);
	add(c, "-i");
	add(c, c->key);
	add(c, "-o");
	add(c, c->port_option);
}

static void add_all(struct call *c, const char *const args[])
{
	for (size_t i = 0; args && args[i]; i++)
		add(c, args[i]);
}

/* ssh OPTIONS WHO@here WORDS on a terminal. env: of the client. */
static struct tty *ssh_tty(const char *who, const char *const options[],
			   const char *const words[], const char *const env[])
{
	char to[80];
	struct call c;

	begin_call(&c, "/usr/bin/ssh", who);
	add(&c, "-tt");
	add_all(&c, options);
	snprintf(to, sizeof(to), "%s@127.0.0.1", who);
	add(&c, to);
	add_all(&c, words);
	return tty_start(c.argv, env, COLS, ROWS);
}

/* Runs to its end without a terminal; the exit code, output in said. */
static int run(struct call *c, char said[SAID])
{
	int fds[2], status, null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		fail();
	pid = fork();
	if (pid == 0) {
		dup2(null, STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		execv(c->argv[0], c->argv);
		_exit(127);
	}
	close(null);
	close(fds[1]);
	while ((got = read(fds[0], said + n, SAID - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
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
	need_world();
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
	need_world();
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
	char said[SAID];
	struct call c;

	(void)state;
	need_world();
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		begin_call(&c, "/usr/bin/ssh", "ivan");
		add(&c, "ivan@127.0.0.1");
		add(&c, wanted[i]);
		assert_int_not_equal(run(&c, said), 0);
		assert_has(said, "terminal"); /* it asks for one */
		assert_null(strstr(said, "uid="));
		assert_null(strstr(said, "root:"));
	}
}

static void SEC_23_no_file_goes_in_or_out(void **state)
{
	char said[SAID], from[300], batch[300];
	struct call c;

	(void)state;
	need_world();
	snprintf(batch, sizeof(batch), "%s/batch", world.dir);
	test_write_file(batch, "get /etc/passwd\n");
	begin_call(&c, "/usr/bin/sftp", "ivan");
	add(&c, "-b");
	add(&c, batch);
	add(&c, "ivan@127.0.0.1");
	assert_int_not_equal(run(&c, said), 0);
	for (int old = 0; old < 2; old++) {
		char to[300];

		snprintf(from, sizeof(from), "ivan@127.0.0.1:/etc/passwd");
		snprintf(to, sizeof(to), "%s/stolen", world.dir);
		begin_call(&c, "/usr/bin/scp", "ivan");
		if (old)
			add(&c, "-O");
		add(&c, from);
		add(&c, to);
		assert_int_not_equal(run(&c, said), 0);
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
	char said[SAID];
	struct call c;

	(void)state;
	need_world();
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		begin_call(&c, "/usr/bin/ssh", "ivan");
		for (size_t k = 0; k < 5 && refused[i][k]; k++)
			add(&c, refused[i][k]);
		add(&c, "ivan@127.0.0.1");
		assert_int_equal(run(&c, said), 255);
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
	need_world();
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
	return at_home("pgrep -u ivan -x sightglass", said) != 0;
}

static void PR_11_a_cut_ssh_session_ends_the_console(void **state)
{
	char said[SAID];
	struct tty *t;

	(void)state;
	need_world();
	t = ssh_tty("ivan", NULL, NULL, NULL);
	expect_console(t);
	assert_int_equal(at_home("pgrep -u ivan -x sightglass", said), 0);
	kill(tty_pid(t), SIGKILL);
	assert_true(tty_wait(t, no_console_of_ivan, said, END_MS));
	tty_free(t);
}

static void SEC_23_only_the_key_that_root_gave_opens_the_door(void **state)
{
	char said[SAID], log[300], *text;
	struct call c;

	(void)state;
	need_world();
	begin_call(&c, "/usr/bin/ssh", "walter"); /* walter's key, ivan's name */
	add(&c, "ivan@127.0.0.1");
	assert_int_equal(run(&c, said), 255);
	assert_has(said, "Permission denied");
	snprintf(log, sizeof(log), "%s/sshd.log", world.dir);
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
	char said[SAID];

	(void)state;
	need_world();
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_not_equal(at_home(wrong[i].command, said), 0);
		assert_has(said, wrong[i].says);
	}
	assert_int_not_equal(at_home("id olga", said), 0);
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
	char said[SAID];

	(void)state;
	need_world();
	for (size_t i = 0; i < sizeof(doors) / sizeof(doors[0]); i++) {
		assert_int_equal(at_home("sightglass-account check", said), 0);
		assert_int_equal(at_home(doors[i].open, said), 0);
		assert_int_not_equal(at_home("sightglass-account check", said), 0);
		assert_has(said, doors[i].says);
		assert_int_equal(at_home(doors[i].shut, said), 0);
	}
}

static void a_removed_account_is_gone_with_its_console(void **state)
{
	char said[SAID];
	struct tty *t;
	int status;

	(void)state;
	need_world();
	t = ssh_tty("walter", NULL, NULL, NULL);
	expect_console(t);
	assert_int_equal(at_home("sightglass-account remove walter", said), 0);
	status = tty_wait_exit(t, END_MS);
	assert_true(WIFEXITED(status));
	tty_free(t);
	assert_int_not_equal(at_home("id walter", said), 0);
	assert_int_equal(at_home("sightglass-account list", said), 0);
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

	return cmocka_run_group_tests(tests, open_world, close_world);
}
