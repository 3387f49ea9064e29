/*
 * signals.c - what comes from outside the conversation: another size, the end, a stop
 * and its end.
 *
 * Stopping (Ctrl-Z) is for who holds the right of an engineer; for an operator it has no
 * meaning. Afterwards nothing on the glass is believed: it is painted whole and all is
 * asked for anew.
 */
#include "console/app/app_int.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* INT, QUIT and TSTP may come from outside only (their keys are keys here) and have no
 * meaning for an operator. */
int signals_catch(void)
{
	static const int caught[] = { SIGWINCH, SIGCONT, SIGTERM, SIGHUP };
	static const int ignored[] = {
		SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE
	};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigaddset(&set, caught[i]);
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Sent on by `bg` the terminal is still somebody else's: stops again, until `fg`. Where
 * no shell can bring us back (an orphaned group), the kernel would not have stopped us.
 */
static void wait_for_foreground(struct app *a)
{
	pid_t owner;

	while ((owner = tcgetpgrp(term_fd(a->term))) > 0 && owner != getpgrp())
		kill(getpid(), SIGSTOP);
}

static void resume(struct app *a)
{
	wait_for_foreground(a);
	a->now = clock_now();
	term_resume(a->term);
	/* an order that was being given is not to be finished by a key of now */
	dialog_void(a);
	link_refresh(a);
	a->repaint = true;
}

void suspend(struct app *a, uint32_t key)
{
	(void)key;
	if (!(a->model.welcome.rights & 1u << WIRE_RIGHT_ENGINEER)) {
		app_say(a, ROLE_MESSAGE, "Ctrl-Z is for engineers; nothing was stopped");
		return;
	}
	term_suspend(a->term);
	signal(SIGTSTP, SIG_DFL);
	kill(0, SIGTSTP); /* the whole job, as the shell knows it */
	signal(SIGTSTP, SIG_IGN);
	resume(a);
}

void signals_take(struct app *a)
{
	struct signalfd_siginfo info;

	while (read(a->signal_fd, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGWINCH:
			if (term_resized(a->term))
				a->repaint = true;
			break;
		case SIGCONT:
			resume(a);
			break;
		default: /* TERM, HUP */
			a->leaving = true;
			break;
		}
	}
}
