/* ssh_rig.c - the world of the SSH kit, and calls of ssh into it. */
#include "screen/ssh_rig.h"

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

struct ssh_world ssh_world;

/* --- the world --------------------------------------------------------------------- */

void ssh_put(const char *name, const char *text)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/station/%s", ssh_world.dir, name);
	test_write_file(path, text);
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

	while (n + 1 < size && read(ssh_world.from, &line[n], 1) == 1 && line[n] != '\n')
		n++;
	line[n] = '\0';
	return n > 0;
}

/* A command to the world, as root would type it there; its output replaces said. */
int ssh_at_home(const char *command, char said[SSH_SAID])
{
	char line[64], path[300], *text;
	int code = -1;

	dprintf(ssh_world.to, "%s\n", command);
	assert_true(read_line(line, sizeof(line)));
	assert_int_equal(sscanf(line, "done %d", &code), 1);
	snprintf(path, sizeof(path), "%s/said", ssh_world.dir);
	text = test_read_file(path);
	snprintf(said, SSH_SAID, "%s", text);
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
	execl("/bin/sh", "sh", script, getenv("SIGHTGLASS_BIN"), test_top("."),
	      ssh_world.dir, ssh_world.port, (char *)NULL);
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

int ssh_world_open(void (*write_station)(void))
{
	int to[2], from[2];
	char line[64];

	if (!can_have_world())
		return 0;
	snprintf(ssh_world.dir, sizeof(ssh_world.dir), "%s", test_tmpdir());
	snprintf(ssh_world.port, sizeof(ssh_world.port), "%u", free_port());
	write_station();
	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
		return -1;
	ssh_world.pid = fork();
	if (ssh_world.pid == 0)
		become_world(to[0], from[1]);
	close(to[0]);
	close(from[1]);
	ssh_world.to = to[1];
	ssh_world.from = from[0];
	if (!read_line(line, sizeof(line)) || strcmp(line, "ready") != 0) {
		char log[300];

		snprintf(log, sizeof(log), "%s/server.log", ssh_world.dir);
		fail_msg("the world did not come up; its server said:\n%s",
			 test_read_file(log));
	}
	return 0;
}

int ssh_world_close(void **state)
{
	(void)state;
	int status;

	if (!ssh_world.pid)
		return 0;
	close(ssh_world.to);
	waitpid(ssh_world.pid, &status, 0);
	close(ssh_world.from);
	return 0;
}

void ssh_need_world(void)
{
	if (!ssh_world.pid) {
		print_message("needs root and mounts of its own: accounts and sshd are "
			      "real here\n");
		skip();
	}
}

/* --- ssh --------------------------------------------------------------------------- */

void ssh_add(struct ssh_call *c, const char *arg)
{
	assert_true(c->n + 1 < SSH_ARGS_MAX);
	c->argv[c->n++] = (char *)(uintptr_t)arg;
	c->argv[c->n] = NULL;
}

/* program: of the ssh family; all take the same options by -o. */
void ssh_begin_call(struct ssh_call *c, const char *program, const char *who)
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
	ssh_add(c, program);
	for (size_t i = 0; i < sizeof(always) / sizeof(always[0]); i++)
		ssh_add(c, always[i]);
	snprintf(c->key, sizeof(c->key), "%s/%s", ssh_world.dir, who);
	snprintf(c->port_option, sizeof(c->port_option), "Port=%s", ssh_world.port);
	ssh_add(c, "-i");
	ssh_add(c, c->key);
	ssh_add(c, "-o");
	ssh_add(c, c->port_option);
}

void ssh_add_all(struct ssh_call *c, const char *const args[])
{
	for (size_t i = 0; args && args[i]; i++)
		ssh_add(c, args[i]);
}

/* ssh OPTIONS WHO@here WORDS on a terminal. env: of the client. */
struct tty *ssh_tty(const char *who, const char *const options[],
		    const char *const words[], const char *const env[])
{
	char to[80];
	struct ssh_call c;

	ssh_begin_call(&c, "/usr/bin/ssh", who);
	ssh_add(&c, "-tt");
	ssh_add_all(&c, options);
	snprintf(to, sizeof(to), "%s@127.0.0.1", who);
	ssh_add(&c, to);
	ssh_add_all(&c, words);
	return tty_start(c.argv, env, SSH_COLS, SSH_ROWS);
}

/* Runs to its end without a terminal; the exit code, output in said. */
int ssh_run(struct ssh_call *c, char said[SSH_SAID])
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
	while ((got = read(fds[0], said + n, SSH_SAID - 1 - n)) > 0)
		n += (size_t)got;
	said[n] = '\0';
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}
