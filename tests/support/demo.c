/* demo.c - starting the demonstration, asking it, finding its processes. */
#include "support/demo.h"
#include "support/test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/stall.h"
#include "util/clock.h"
#include "util/xalloc.h"

enum {
	READY_MS = 60000,
	END_MS = 15000,
	PROCESS_MS = 20000,
	STEP_MS = 100, /* a look is a session: ten a second are no flood (AU-14) */
	ARGS_MAX = 80
};

static void pause_step(void)
{
	poll(NULL, 0, STEP_MS); /* between two looks at a condition with a deadline */
}

/* Reads lines until one begins with "ready "; its rest is the socket's path. */
static bool await_ready(struct demo *d)
{
	struct mono deadline = mono_add_ms(clock_mono(), READY_MS);
	char text[4096];
	size_t n = 0;

	while (n < sizeof(text) - 1 && !mono_reached(clock_mono(), deadline)) {
		struct pollfd p = { .fd = d->stdout_fd, .events = POLLIN };
		if (poll(&p, 1, STEP_MS) <= 0)
			continue;
		ssize_t got = read(d->stdout_fd, text + n, sizeof(text) - 1 - n);
		if (got <= 0)
			return false;
		n += (size_t)got;
		text[n] = '\0';
		char *ready = strstr(text, "ready ");
		if (ready && strchr(ready, '\n')) {
			*strchr(ready, '\n') = '\0';
			snprintf(d->socket, sizeof(d->socket), "%s", ready + 6);
			return true;
		}
	}
	return false;
}

static void show_logs(const struct demo *d)
{
	char dir[300];
	struct dirent *e;

	snprintf(dir, sizeof(dir), "%s/log", d->dir);
	DIR *logs = opendir(dir);
	while (logs && (e = readdir(logs))) {
		char path[600];
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		char *text = test_read_file(path);
		size_t n = strlen(text);
		print_error("--- %s\n%s\n", e->d_name, n > 3000 ? text + n - 3000 : text);
		free(text);
	}
	if (logs)
		closedir(logs);
}

struct demo *demo_up(void)
{
	struct demo *d = xcalloc(1, sizeof(*d));
	int in[2], out[2];

	snprintf(d->dir, sizeof(d->dir), "%s", test_tmpdir());
	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		fail_msg("pipe: %s", strerror(errno));
	d->pid = fork();
	if (d->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execl(test_program("sightglass"), "sightglass", "demo", "--headless",
		      "--dir", d->dir, (char *)NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	d->stdin_fd = in[1];
	d->stdout_fd = out[0];
	if (!await_ready(d)) {
		show_logs(d);
		kill(d->pid, SIGTERM);
		fail_msg("the demo did not become ready");
	}
	return d;
}

void demo_down(struct demo *d)
{
	struct mono deadline = mono_add_ms(clock_mono(), END_MS);
	int status = 0;
	pid_t ended;

	if (!d) /* it never came up, and has said why */
		return;
	close(d->stdin_fd);
	while ((ended = waitpid(d->pid, &status, WNOHANG)) == 0 &&
	       !mono_reached(clock_mono(), deadline))
		pause_step();
	close(d->stdout_fd);
	if (ended != d->pid) {
		kill(d->pid, SIGKILL);
		waitpid(d->pid, &status, 0);
		fail_msg("the demo did not end");
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		show_logs(d);
		fail_msg("the demo ended with wait status %d", status);
	}
	free(d);
}

static void exec_command(const struct demo *d, const char *const args[])
{
	char *argv[ARGS_MAX + 4];
	int n = 0;

	argv[n++] = (char *)(uintptr_t) "sightglass";
	argv[n++] = (char *)(uintptr_t) "--socket";
	argv[n++] = (char *)(uintptr_t)d->socket;
	for (int i = 0; args[i] && i < ARGS_MAX; i++)
		argv[n++] = (char *)(uintptr_t)args[i];
	argv[n] = NULL;
	/* `demo fault` finds its demo by folder, everything else by socket */
	execv(test_program("sightglass"), strcmp(args[0], "demo") == 0 ? argv + 2 : argv);
	_exit(127);
}

int demo_run(struct demo *d, char *out, size_t size, const char *const args[])
{
	int fds[2], status;
	char rest[4096];
	size_t n = 0;
	ssize_t got;

	if (pipe2(fds, O_CLOEXEC) < 0)
		fail_msg("pipe: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		dup2(null, STDIN_FILENO);
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		exec_command(d, args);
	}
	close(fds[1]);
	while ((got = read(fds[0], out + n, size - 1 - n)) > 0)
		n += (size_t)got;
	out[n] = '\0';
	while (read(fds[0], rest, sizeof(rest)) > 0)
		; /* what is cut is taken all the same: the program ends as it would */
	close(fds[0]);
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

pid_t demo_launch(struct demo *d, const char *path, const char *const args[])
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);
		int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		dup2(null, STDIN_FILENO);
		dup2(file, STDOUT_FILENO);
		dup2(file, STDERR_FILENO);
		exec_command(d, args);
	}
	return pid;
}

void demo_until(struct demo *d, const char *text, int limit_ms, const char *const args[])
{
	struct stall_span begun = stall_begin();
	static char out[65536];

	for (;;) {
		demo_run(d, out, sizeof(out), args);
		if (strstr(out, text))
			return;
		if (stall_own_ms(&begun) > limit_ms)
			break;
		pause_step();
	}
	show_logs(d);
	fail_msg("\"%s\" did not appear in `%s %s`:\n%s", text, args[0],
		 args[1] ? args[1] : "", out);
}

double demo_number(struct demo *d, const char *tag)
{
	char out[4096];

	if (DEMO_RUN(d, out, "get", tag, "--json") != 0 || !strstr(out, "\"good\""))
		fail_msg("%s is not good: %s", tag, out);
	const char *value = strstr(out, "\"value\":");
	return value ? strtod(value + 8, NULL) : 0;
}

/* Reads "comm" and the parent of a process. */
static bool process_is(pid_t pid, const char *name, pid_t *parent)
{
	char path[64], text[512], *close_paren;
	int ppid;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	close_paren = strrchr(text, ')');
	if (!close_paren || sscanf(close_paren + 1, " %*c %d", &ppid) != 1)
		return false;
	*close_paren = '\0';
	*parent = ppid;
	/* comm is cut to 15 characters */
	return strncmp(strchr(text, '(') + 1, name, 15) == 0 && close_paren[2] != 'Z';
}

static bool is_below(pid_t pid, pid_t ancestor)
{
	pid_t parent;

	for (int depth = 0; pid > 1 && depth < 8; depth++) {
		if (pid == ancestor)
			return true;
		process_is(pid, "", &parent);
		pid = parent;
	}
	return false;
}

pid_t demo_find_process(struct demo *d, const char *name)
{
	DIR *proc = opendir("/proc");
	struct dirent *e;
	pid_t found = 0, parent;

	while (proc && (e = readdir(proc))) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		if (pid > 0 && process_is(pid, name, &parent) && is_below(parent, d->pid))
			found = pid;
	}
	if (proc)
		closedir(proc);
	return found;
}

pid_t demo_wait_process(struct demo *d, const char *name, pid_t not_this)
{
	struct mono deadline = mono_add_ms(clock_mono(), PROCESS_MS);

	for (;;) {
		pid_t pid = demo_find_process(d, name);
		if (pid && pid != not_this)
			return pid;
		if (mono_reached(clock_mono(), deadline))
			fail_msg("no process %s came", name);
		pause_step();
	}
}
