/* restore.c - every way out leaves the terminal as it was found. */
#include "console/term/restore.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/* Synchronized frame closed, mouse and paste modes off, cursor on, attributes and
 * charset plain, keypad normal, alternate screen left. */
static const char undo[] =
	"\033[?2026l\033[?1006l\033[?1003l\033[?1002l\033[?1000l\033[?2004l"
	"\033[?1l\033>\033[?25h\033[0m\033(B\017\033[?1049l\r";
/* What xterm's alternate screen pushed; a pop too many would take somebody else's. */
static const char pop_title[] = "\033[23;0;0t";

static struct termios found;
static volatile sig_atomic_t *title_pushed; /* shared with the keeper; NULL: never */
static volatile sig_atomic_t armed;
static int tty_fd;

void restore_title_pushed(bool pushed)
{
	if (title_pushed)
		*title_pushed = pushed;
}

static void put(const char *bytes, size_t n)
{
	if (write(tty_fd, bytes, n) < 0) {
		/* the terminal is gone: nothing to restore */
	}
}

void restore_now(void)
{
	if (!armed)
		return;
	armed = 0;
	int saved = errno;
	put(undo, sizeof(undo) - 1);
	if (title_pushed && *title_pushed) {
		*title_pushed = 0; /* after a crash the keeper comes here, too */
		put(pop_title, sizeof(pop_title) - 1);
	}
	tcsetattr(tty_fd, TCSANOW, &found);
	errno = saved;
}

static void on_crash(int sig)
{
	restore_now();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void catch_crashes(void)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };
	static char stack[32768];
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };
	struct sigaction sa = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK };

	sigaltstack(&alternate, NULL);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &sa, NULL);
}

int restore_arm(int fd)
{
	if (tcgetattr(fd, &found) < 0)
		return -1;
	void *page = mmap(NULL, sizeof(*title_pushed), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	title_pushed = page == MAP_FAILED ? NULL : page;
	tty_fd = fd;
	armed = 1;
	catch_crashes();
	return 0;
}

/* The keeper: its pipe reads end-of-file when the console is gone, however it went. A
 * byte before that means the console restored the terminal itself. */
static void keep(int pipe_end)
{
	char byte;
	ssize_t n;

	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGTTOU, SIG_IGN); /* it is in the background by then */
	while ((n = read(pipe_end, &byte, 1)) < 0 && errno == EINTR)
		;
	if (n == 0)
		restore_now();
	_exit(0);
}

static int keeper_pipe = -1;

static void dismiss_keeper(void)
{
	if (keeper_pipe >= 0 && !armed && write(keeper_pipe, "", 1) < 0) {
		/* it has gone already */
	}
}

int restore_start_keeper(void)
{
	int fds[2];

	if (pipe(fds) < 0)
		return -1;
	pid_t pid = fork();
	if (pid < 0)
		return -1;
	if (pid == 0) {
		/* a grandchild, so that the console need not wait for it */
		if (fork() != 0)
			_exit(0);
		if (fds[0] != 3)
			dup2(fds[0], 3);
		if (tty_fd != 4)
			dup2(tty_fd, 4);
		tty_fd = 4;
		syscall(SYS_close_range, 5U, ~0U, 0U);
		close(STDIN_FILENO);
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		prctl(PR_SET_NAME, "sg-keeper");
		keep(3);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(fds[0]);
	keeper_pipe = fds[1];
	atexit(dismiss_keeper);
	return 0;
}
