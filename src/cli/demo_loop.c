/* demo_loop.c - what a demonstration waits for: signals, the end of its standard input,
 * commands, children that end. */
#include "cli/demo.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/utf8.h"
#include "wire/socket.h"

enum { LINE_MAX_BYTES = 512, LINE_PATIENCE_S = 1 };

void demo_say(const struct demo *d, const char *fmt, ...)
{
	char line[1024], path[PATH_MAX], at[CLOCK_ISO_SIZE];
	struct strbuf clean = STRBUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	utf8_clean(&clean, line, sizeof(line));
	FILE *f = demo_path(d, "log/demo.log", path, sizeof(path)) ? fopen(path, "ae")
								   : NULL;
	clock_iso_utc(clock_now().wall, at);
	if (f) {
		fprintf(f, "%s %s\n", at, clean.buf);
		fclose(f);
	}
	if (d->child[DEMO_CONSOLE].pid == 0)
		fprintf(stderr, "demo: %s\n", clean.buf);
	strbuf_release(&clean);
}

static bool open_signals(struct demo *d)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	d->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return d->signals >= 0;
}

/* Whoever started us through a pipe and goes away wants us gone. A terminal belongs to
 * the console, and /dev/null never "closes". */
static bool stdin_can_close(void)
{
	struct stat st;

	return fstat(0, &st) == 0 && (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode));
}

bool demo_loop_open(struct demo *d, struct strbuf *why)
{
	char path[PATH_MAX];

	if (!open_signals(d)) {
		strbuf_setf(why, "cannot watch signals: %s", strerror(errno));
		return false;
	}
	d->watch_stdin = d->headless && stdin_can_close();
	if (!demo_path(d, "run/demo.sock", path, sizeof(path))) {
		strbuf_setf(why, "the path of %s is too long", d->dir);
		return false;
	}
	d->listener = socket_listen(path, 0600, why);
	return d->listener >= 0;
}

void demo_loop_close(struct demo *d)
{
	char path[PATH_MAX];

	if (d->signals >= 0)
		close(d->signals);
	if (d->listener >= 0) {
		close(d->listener);
		if (demo_path(d, "run/demo.sock", path, sizeof(path)))
			unlink(path);
	}
	d->signals = d->listener = -1;
}

static void take_signals(struct demo *d)
{
	struct signalfd_siginfo info;

	while (read(d->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		if (info.ssi_signo != SIGCHLD)
			d->stopping = true;
}

static void take_stdin(struct demo *d)
{
	char ignored[256];
	ssize_t n = read(0, ignored, sizeof(ignored));

	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		d->stopping = true;
}

/* One connection, one line, one answer. Only our own user can connect. */
static void take_command(struct demo *d)
{
	struct timeval patience = { .tv_sec = LINE_PATIENCE_S };
	char line[LINE_MAX_BYTES] = "";
	size_t have = 0;
	ssize_t n = 1;
	int fd = accept4(d->listener, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	while (n > 0 && have < sizeof(line) - 1 && !memchr(line, '\n', have)) {
		n = recv(fd, line + have, sizeof(line) - 1 - have, 0);
		have += n > 0 ? (size_t)n : 0;
	}
	line[have] = '\0';
	char *end = strchr(line, '\n');
	if (end) {
		struct strbuf out = STRBUF_INIT;
		*end = '\0';
		demo_command(d, line, &out);
		(void)!send(fd, out.buf, out.len, MSG_NOSIGNAL);
		strbuf_release(&out);
	}
	close(fd);
}

static void restart_due(struct demo *d)
{
	struct mono now = clock_mono();

	for (int i = 0; i < DEMO_CHILDREN; i++) {
		struct demo_child *c = &d->child[i];
		if (!d->running || d->stopping || !c->wanted || c->pid > 0 ||
		    i == DEMO_CONSOLE || !mono_reached(now, c->restart_at))
			continue;
		if (demo_restart(d, (enum demo_child_id)i))
			demo_say(d, "the %s is started again", c->name);
		else
			c->restart_at = mono_add_ms(now, 1000);
	}
}

/* Until the next restart is due, or ms. */
static int turn_ms(const struct demo *d, int ms)
{
	for (int i = 0; i < DEMO_CHILDREN; i++)
		if (d->running && d->child[i].wanted && d->child[i].pid == 0 && ms > 100)
			return 100;
	return ms;
}

bool demo_turn(struct demo *d, int ms)
{
	struct pollfd p[] = { { .fd = d->signals, .events = POLLIN },
			      { .fd = d->listener, .events = POLLIN },
			      { .fd = d->watch_stdin ? 0 : -1, .events = POLLIN } };

	demo_reap(d); /* what ended before we began to wait */
	if (poll(p, 3, turn_ms(d, ms)) < 0 && errno != EINTR)
		d->stopping = true;
	if (p[0].revents)
		take_signals(d);
	if (p[2].revents)
		take_stdin(d);
	demo_reap(d);
	if (p[1].revents && !d->stopping)
		take_command(d);
	restart_due(d);
	return !d->stopping;
}

bool demo_wait(struct demo *d, bool (*ready)(struct demo *d), int ms)
{
	struct mono deadline = mono_add_ms(clock_mono(), ms);

	while (!ready(d))
		if (!demo_turn(d, 20) || mono_reached(clock_mono(), deadline))
			return false;
	return true;
}
