/* demo_children.c - the programs a demonstration starts: none outlives it. */
#include "cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "util/utf8.h"

enum { RESTART_MS = 1000, LOG_TAIL = 600 };

static int open_log(const struct demo *d, const char *name)
{
	char path[PATH_MAX + 16], file[64];

	snprintf(file, sizeof(file), "log/%s.log", name);
	if (!demo_path(d, file, path, sizeof(path)))
		return -1;
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* In the child. The console keeps the terminal, its folder and, so that it can restore
 * the terminal, the gentle signal; the others get neither. */
static void become(const struct demo *d, enum demo_child_id id, char *const *argv,
		   int out, int log, pid_t parent)
{
	bool console = id == DEMO_CONSOLE;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, console ? SIGTERM : SIGKILL);
	if (getppid() != parent) /* it died before we asked to die with it */
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (!console) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);
		setpgid(0, 0); /* a Ctrl-C at the terminal is for us, not for them */
		if (null < 0 || dup2(null, 0) < 0 || dup2(out >= 0 ? out : log, 1) < 0 ||
		    dup2(log, 2) < 0 || chdir(d->dir) < 0)
			_exit(1);
	}
	close_range(3, ~0U, 0);
	execv(argv[0], argv);
	dprintf(2, "cannot run %s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

bool demo_spawn(struct demo *d, enum demo_child_id id, char *const *argv, int out)
{
	struct demo_child *c = &d->child[id];
	int log = open_log(d, c->name);
	pid_t self = getpid();
	long log_from = log < 0 ? 0 : (long)lseek(log, 0, SEEK_END);
	pid_t pid = log < 0 ? -1 : fork();

	if (pid == 0)
		become(d, id, argv, out, log, self);
	if (log >= 0)
		close(log);
	c->pid = pid > 0 ? pid : 0;
	c->wanted = true;
	c->log_from = log_from;
	return pid > 0;
}

static void note_end(struct demo *d, struct demo_child *c)
{
	c->pid = 0;
	c->restart_at = mono_add_ms(clock_mono(), RESTART_MS);
	if (!d->running || d->stopping || !c->wanted || c == &d->child[DEMO_CONSOLE])
		return;
	demo_say(d, "the %s ended (%s %d); starting it again in a second", c->name,
		 WIFSIGNALED(c->status) ? "signal" : "exit code",
		 WIFSIGNALED(c->status) ? WTERMSIG(c->status) : WEXITSTATUS(c->status));
}

void demo_reap(struct demo *d)
{
	for (int i = 0; i < DEMO_CHILDREN; i++) {
		struct demo_child *c = &d->child[i];
		if (c->pid > 0 && waitpid(c->pid, &c->status, WNOHANG) == c->pid)
			note_end(d, c);
	}
}

static bool gone_within(struct demo *d, struct demo_child *c, int ms)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);
	struct timespec pause = { .tv_nsec = 5000000 };

	for (;;) {
		demo_reap(d);
		if (c->pid == 0 || mono_reached(clock_mono(), deadline))
			return c->pid == 0;
		nanosleep(&pause, NULL);
	}
}

void demo_stop(struct demo *d, enum demo_child_id id, int ms)
{
	struct demo_child *c = &d->child[id];

	c->wanted = false;
	if (c->pid == 0)
		return;
	kill(c->pid, SIGTERM);
	if (gone_within(d, c, ms))
		return;
	demo_say(d, "the %s does not heed SIGTERM; killing it", c->name);
	kill(c->pid, SIGKILL);
	gone_within(d, c, ms);
}

static void add_log_tail(const struct demo *d, const char *name, struct strbuf *why)
{
	char path[PATH_MAX + 16], file[64], text[LOG_TAIL + 1];

	snprintf(file, sizeof(file), "log/%s.log", name);
	if (!demo_path(d, file, path, sizeof(path)))
		return;
	FILE *f = fopen(path, "re");
	if (!f)
		return;
	if (fseek(f, -LOG_TAIL, SEEK_END) < 0)
		rewind(f);
	size_t n = fread(text, 1, LOG_TAIL, f);
	fclose(f);
	text[n] = '\0';
	strbuf_addf(why, "; the end of %s:", path);
	char *rest = text;
	for (const char *line; (line = strsep(&rest, "\n")) != NULL;)
		if (*line) {
			strbuf_adds(why, "\n  ");
			utf8_clean(why, line, strlen(line));
		}
}

void demo_explain_end(const struct demo *d, enum demo_child_id id, struct strbuf *why)
{
	const struct demo_child *c = &d->child[id];

	strbuf_setf(why, "the %s ended with %s %d", c->name,
		    WIFSIGNALED(c->status) ? "signal" : "exit code",
		    WIFSIGNALED(c->status) ? WTERMSIG(c->status)
					   : WEXITSTATUS(c->status));
	add_log_tail(d, c->name, why);
}
