/* starter_exec.c - between fork and exec: descriptors, limits, the wall, and the program.
 */
#include "server/starter_int.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "util/num.h"

extern char **environ;

static int report_to;

/* One byte of errno, then a sentence: read by run() in starter_child.c. */
static _Noreturn void fail(int error, const char *what)
{
	char text[250];

	text[0] = (char)(error > 0 && error < 128 ? error : EIO);
	snprintf(text + 1, sizeof(text) - 1, "%s: %s", what, strerror(error));
	if (write(report_to, text, strlen(text)) < 0) {
		/* the starter is gone: so are we */
	}
	_exit(127);
}

static void place_fd(int from, int to)
{
	if (dup2(from, to) < 0)
		fail(errno, "its descriptors");
}

/* Out of the way of the first four; closes at exec. */
static int lift(int fd)
{
	int up = fcntl(fd, F_DUPFD_CLOEXEC, 10);

	if (up < 0)
		fail(errno, "its descriptors");
	return up;
}

static void place_descriptors(const struct start_packet *p, int kind)
{
	int fds[START_FDS_MAX] = { -1, -1, -1, -1 };

	report_to = lift(report_to);
	for (int i = 1; i < p->n_fds; i++)
		fds[i] = lift(p->fds[i]);
	int null = lift(open("/dev/null", O_RDWR | O_CLOEXEC));
	switch (kind) {
	case START_DRIVER:
		place_fd(null, 0);
		place_fd(null, 1);
		place_fd(fds[1], 3);
		break;
	case START_CHECK:
		for (int i = 0; i < 3; i++)
			place_fd(fds[i + 1], i);
		break;
	default:
		place_fd(fds[1], 0);
		place_fd(null, 1);
	}
	/* standard error is the server's: its lines go to our log */
	close_range(kind == START_DRIVER ? 4 : 3, ~0U, CLOSE_RANGE_CLOEXEC);
}

static void plain_signals(void)
{
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL); /* SIGKILL and SIGSTOP are */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The kernel adds so many thousandths of all memory to what it takes a driver for. */
enum { FIRST_TO_GO = 500, OOM_SCORE_MAX = 1000 };

/* When memory runs out, a driver ends and not the server: it costs its own tags their
 * quality until it is started again (PR-05). Nobody needs a right to ask for more, but
 * for a process that is not dumpable the file is root's. */
static void be_first_to_go(void)
{
	char text[24] = "";
	int64_t own = 0;

	prctl(PR_SET_DUMPABLE, 1);
	FILE *f = fopen("/proc/self/oom_score_adj", "re");
	if (f && fgets(text, sizeof(text), f)) {
		text[strcspn(text, "\n")] = '\0';
		num_parse_int(text, -OOM_SCORE_MAX, OOM_SCORE_MAX, &own);
	}
	if (f)
		fclose(f);
	own += FIRST_TO_GO;
	f = fopen("/proc/self/oom_score_adj", "we");
	if (f)
		fprintf(f, "%d", own > OOM_SCORE_MAX ? OOM_SCORE_MAX : (int)own);
	if (!f || fclose(f) != 0)
		fprintf(stderr,
			"cannot have a driver ended before the server when memory runs "
			"out (/proc/self/oom_score_adj): %s\n",
			strerror(errno));
	prctl(PR_SET_DUMPABLE, 0);
}

/* --- the wall ---------------------------------------------------------------------- */

static enum wall_program row_of(const struct start_packet *p, int kind)
{
	static const enum wall_program rows[] = {
		[START_CHECK] = WALL_DRIVER_CHECK, [START_NOTIFY] = WALL_NOTIFY
	};

	return kind == START_DRIVER ? wall_driver(p->words[0]) : rows[kind];
}

/* What the linker is told to load by who started the server. */
static void need_preloads(struct wall_needs *n)
{
	const char *list = getenv("LD_PRELOAD");
	char *copy = list ? strdup(list) : NULL, *save = NULL;

	for (char *one = copy ? strtok_r(copy, ": ", &save) : NULL; one;
	     one = strtok_r(NULL, ": ", &save))
		if (one[0] == '/')
			wall_needs_place(n, WALL_READ, one);
	free(copy);
}

/* Another driver may be a script with parts beside it. */
static void need_itself(struct wall_needs *n, enum wall_program row, const char *path)
{
	char *folder;

	wall_needs_place(n, WALL_READ | WALL_RUN, path);
	if (row == WALL_MODBUS || row == WALL_MQTT)
		return;
	folder = strdup(path);
	if (folder && strrchr(folder, '/')) {
		*strrchr(folder, '/') = '\0';
		wall_needs_place(n, WALL_READ | WALL_RUN, folder);
	}
	free(folder);
}

static void wall_in(const struct start_packet *p, int kind, const char *path,
		    enum wall_policy policy)
{
	enum wall_program row = row_of(p, kind);
	struct wall_needs needs = p->needs;
	struct wall_report report;
	struct strbuf why = STRBUF_INIT;

	wall_report_init(&report, policy);
	need_itself(&needs, row, path);
	need_preloads(&needs);
	if (wall_files(row, &needs, &report, &why) != SG_OK ||
	    (!wall_row(row)->calls && wall_calls(row, &report, &why) != SG_OK))
		fail(EPERM, why.buf);
	/* our own drivers put the rest up themselves: from there on they start nothing */
	setenv("SIGHTGLASS_WALLS", wall_policy_name(policy), 1);
	strbuf_release(&why);
	wall_report_release(&report);
}

/* --- becoming it ------------------------------------------------------------------- */

static _Noreturn void become_command(const struct start_packet *p)
{
	static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin",
		    lang[] = "LC_ALL=C.UTF-8";
	/* nothing but these reaches it: what it learns of the alarm comes by its input */
	char *env[] = { path, lang, NULL };

	if (chdir("/") < 0)
		fail(errno, "the root folder");
	execve(p->words[0], (char *const *)(uintptr_t)p->words, env);
	fail(errno, p->words[0]);
}

void starter_become(const struct start_packet *p, const char *path, int failed,
		    enum wall_policy policy)
{
	int kind = p->kind - '0';
	char *argv[] = { (char *)(uintptr_t)path, NULL, NULL };

	report_to = failed;
	if (kind != START_NOTIFY)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	place_descriptors(p, kind);
	plain_signals();
	if (kind == START_DRIVER)
		be_first_to_go();
	wall_limits(row_of(p, kind));
	wall_in(p, kind, kind == START_NOTIFY ? p->words[0] : path, policy);
	if (kind == START_NOTIFY)
		become_command(p);
	if (kind == START_CHECK)
		argv[1] = (char *)(uintptr_t)p->words[1];
	execve(path, argv, environ);
	fail(errno, path);
}
