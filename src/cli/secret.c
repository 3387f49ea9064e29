/* secret.c - asking at /dev/tty; the terminal echoes again whatever ends the question. */
#include "cli/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

bool cli_has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static void put(int fd, const char *text)
{
	size_t n = strlen(text);
	ssize_t done;

	while (n > 0) {
		done = write(fd, text, n);
		if (done < 0 && errno != EINTR)
			return;
		if (done > 0) {
			text += done;
			n -= (size_t)done;
		}
	}
}

/* One byte at a time: what comes behind the line belongs to somebody else. */
static bool take(int fd, char *out, size_t size)
{
	size_t n = 0;
	bool fits = true;
	char c;

	for (;;) {
		ssize_t got = read(fd, &c, 1);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		if (c == '\n')
			break;
		if (n + 1 < size)
			out[n++] = c;
		else
			fits = false;
	}
	out[fits ? n : 0] = '\0';
	return fits;
}

static bool ask(const char *prompt, bool secret, char *out, size_t size)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	sigset_t hold, before;
	struct termios was, now;
	bool ok;

	out[0] = '\0';
	if (fd < 0)
		return false;
	put(fd, prompt);
	if (!secret || tcgetattr(fd, &was) != 0) {
		ok = !secret && take(fd, out, size); /* never in the open */
		close(fd);
		return ok;
	}
	/* an interruption must not leave a terminal that does not echo */
	sigemptyset(&hold);
	sigaddset(&hold, SIGINT);
	sigaddset(&hold, SIGTERM);
	sigaddset(&hold, SIGTSTP);
	sigaddset(&hold, SIGQUIT);
	sigprocmask(SIG_BLOCK, &hold, &before);
	now = was;
	now.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	now.c_lflag |= ICANON;
	tcsetattr(fd, TCSAFLUSH, &now);
	ok = take(fd, out, size) && !strchr(out, 3); /* Ctrl-C gives up */
	tcsetattr(fd, TCSAFLUSH, &was);
	sigprocmask(SIG_SETMASK, &before, NULL);
	put(fd, "\n");
	close(fd);
	return ok;
}

bool cli_ask_line(const char *prompt, char *out, size_t size)
{
	return ask(prompt, false, out, size);
}

bool cli_ask_secret(const char *prompt, char *out, size_t size)
{
	return ask(prompt, true, out, size);
}
