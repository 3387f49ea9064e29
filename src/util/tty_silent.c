/* tty_silent.c - modes of a terminal, kept where a signal handler finds them. */
#include "util/tty_silent.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* What ends or stops a process unless it is caught. */
static const int ends[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGILL,  SIGTRAP, SIGABRT,
			    SIGBUS,  SIGFPE,  SIGUSR1, SIGSEGV, SIGUSR2, SIGPIPE,
			    SIGALRM, SIGTERM, SIGXCPU, SIGXFSZ, SIGSYS,  SIGTSTP };
enum { ENDS = sizeof(ends) / sizeof(ends[0]) };

static struct termios found, silent;
static struct sigaction before[ENDS];
static bool is_silent;
static int tty = -1;

/* The default action is due as soon as the handler returns. */
static void on_end(int sig)
{
	tcsetattr(tty, TCSANOW, &found);
	signal(sig, SIG_DFL);
	raise(sig);
}

/* It may come again: its handler stays. Without a shell to continue it, nothing stops. */
static void on_stop(int sig)
{
	struct sigaction mine, by_default = { .sa_handler = SIG_DFL };
	sigset_t set, was;

	tcsetattr(tty, TCSANOW, &found);
	sigaction(sig, &by_default, &mine);
	raise(sig);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, &was); /* here it stops, and here it goes on */
	sigprocmask(SIG_SETMASK, &was, NULL);
	sigaction(sig, &mine, NULL);
	tcsetattr(tty, TCSANOW, &silent);
}

static void catch_all(void)
{
	struct sigaction a = { .sa_flags = SA_RESTART };

	sigfillset(&a.sa_mask);
	for (size_t i = 0; i < ENDS; i++) {
		a.sa_handler = ends[i] == SIGTSTP ? on_stop : on_end;
		sigaction(ends[i], NULL, &before[i]);
		if (before[i].sa_handler == SIG_DFL)
			sigaction(ends[i], &a, NULL);
	}
}

bool tty_silent_begin(int fd, tcflag_t off, int how)
{
	if (is_silent || tcgetattr(fd, &found) < 0)
		return false;
	silent = found;
	silent.c_lflag &= ~off;
	if (off & ICANON) {
		silent.c_cc[VMIN] = 1;
		silent.c_cc[VTIME] = 0;
	}
	tty = fd;
	catch_all();
	is_silent = true;
	tcsetattr(fd, how, &silent);
	return true;
}

void tty_silent_end(int how)
{
	if (!is_silent)
		return;
	is_silent = false;
	tcsetattr(tty, how, &found);
	for (size_t i = 0; i < ENDS; i++)
		sigaction(ends[i], &before[i], NULL);
}
