/* restore.c - every way out leaves the terminal as it was found. */
#include "console/term/restore.h"

#include <errno.h>
#include <fcntl.h>
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

/* What the keeper must know, too. */
struct shared {
	volatile sig_atomic_t armed; /* there is something to undo */
	volatile sig_atomic_t title_pushed;
};

static struct termios found;
static struct shared alone, *shared = &alone;
static volatile sig_atomic_t busy;
static int tty_fd;

void restore_title_pushed(bool pushed)
{
	shared->title_pushed = pushed;
}

static bool takes_bytes(void)
{
	struct pollfd p = { .fd = tty_fd, .events = POLLOUT };

	return poll(&p, 1, 0) > 0;
}

/* A terminal that takes nothing loses what it has not shown: nobody needs that frame any
 * more, and leaving must not wait for it. */
static void put(const char *bytes, size_t n)
{
	if (!takes_bytes())
		tcflush(tty_fd, TCOFLUSH);
	while (n > 0 && takes_bytes()) {
		ssize_t taken = write(tty_fd, bytes, n);

		if (taken <= 0 && errno != EINTR)
			return; /* the terminal is gone: nothing to restore */
		bytes += taken > 0 ? taken : 0;
		n -= taken > 0 ? (size_t)taken : 0;
	}
}

void restore_now(void)
{
	if (!shared->armed || busy)
		return;
	busy = 1;
	int saved = errno;
	put(undo, sizeof(undo) - 1);
	if (shared->title_pushed)
		put(pop_title, sizeof(pop_title) - 1);
	shared->title_pushed = 0;
	tcsetattr(tty_fd, TCSANOW, &found);
	/* killed before this, the keeper does it once more */
	shared->armed = 0;
	busy = 0;
	errno = saved;
}

void restore_again(void)
{
	shared->armed = 1;
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
	void *page = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (page != MAP_FAILED)
		shared = page;
	tty_fd = fcntl(fd, F_DUPFD_CLOEXEC, 3); /* not the one that frames go through */
	shared->armed = 1;
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
	signal(SIGTSTP, SIG_IGN); /* it watches a stopped console, too */
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
	if (keeper_pipe >= 0 && !shared->armed && write(keeper_pipe, "", 1) < 0) {
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
