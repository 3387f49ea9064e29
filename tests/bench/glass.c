/* glass.c - pseudo-terminals and what comes out of them. */
#include "bench/glass.h"

#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"

enum { CHUNK = 65536, SLICE_MS = 10 };

const struct glass_kind glass_kinds[GLASS_KINDS] = {
	{ "full", "xterm-256color", NULL },
	{ "vt100", "vt100", "vt100" },
	{ "ascii", "vt100", "ascii" },
};

static bool begin(struct glass *g, const char *term, int cols, int rows)
{
	const struct winsize size = { .ws_row = (unsigned short)rows,
				      .ws_col = (unsigned short)cols };

	*g = (struct glass){ 0 };
	g->pid = forkpty(&g->pty, NULL, NULL, &size);
	if (g->pid < 0)
		bench_die("no pseudo-terminal: %s", strerror(errno));
	if (g->pid > 0)
		return false;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setenv("TERM", term, 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	return true;
}

void glass_run(struct glass *g, char *const argv[], const char *term, int cols, int rows)
{
	if (!begin(g, term, cols, rows))
		return;
	execvp(argv[0], argv);
	_exit(127);
}

void glass_fork(struct glass *g, void (*run)(void), const char *term)
{
	if (!begin(g, term, 80, 24))
		return;
	run();
	_exit(0);
}

void glass_console(struct glass *g, const char *socket, const struct glass_kind *kind,
		   int cols, int rows, const char *screen)
{
	const char *bin = getenv("SIGHTGLASS_BIN");
	char path[4200];
	char *argv[10] = { path, (char *)"--socket", (char *)socket };
	int n = 3;

	snprintf(path, sizeof(path), "%s/sightglass", bin ? bin : "build/bin");
	if (kind->glyphs) {
		argv[n++] = (char *)"--glyphs";
		argv[n++] = (char *)kind->glyphs;
	}
	if (screen) {
		argv[n++] = (char *)"--screen";
		argv[n++] = (char *)screen;
	}
	glass_run(g, argv, kind->term, cols, rows);
}

/* --- reading ------------------------------------------------------------------------ */

static void keep_tail(struct glass *g, const char *p, size_t n)
{
	size_t most = sizeof(g->tail) - 1, have = strlen(g->tail);

	for (size_t i = 0; i < n; i++) {
		char c = p[i] ? p[i] : ' ';

		if (have == most) {
			memmove(g->tail, g->tail + most / 2, most - most / 2);
			have = most - most / 2;
		}
		g->tail[have++] = c;
		g->tail[have] = '\0';
	}
}

/* What the line has carried since the last look, a slice later at the earliest; a line
 * that was quiet has saved nothing. */
static size_t due_by_now(struct glass *g)
{
	double now, due;

	bench_pause(SLICE_MS);
	now = bench_seconds();
	if (now - g->carried > 10 * SLICE_MS / 1000.0)
		g->carried = now - SLICE_MS / 1000.0;
	due = (now - g->carried) * g->bytes_a_second;
	due = due < 1 ? 1 : due < CHUNK ? due : CHUNK;
	g->carried += (double)(size_t)due / g->bytes_a_second;
	return (size_t)due;
}

/* What is there now, at most what the line carries in a slice. */
static size_t take(struct glass *g, char *chunk)
{
	size_t most = CHUNK;
	ssize_t n;

	if (g->bytes_a_second)
		most = due_by_now(g);
	n = read(g->pty, chunk, most);
	if (n <= 0) {
		int status = 0;

		bench_pause(100);
		waitpid(g->pid, &status, WNOHANG);
		bench_die("the program on the terminal ended (%#x): %s", status, g->tail);
	}
	return (size_t)n;
}

static bool wait_for(struct glass *g, int ms)
{
	struct pollfd p = { .fd = g->pty, .events = POLLIN };

	return poll(&p, 1, ms) > 0;
}

size_t glass_read(struct glass *g, int ms, int quiet)
{
	static char chunk[CHUNK];
	double end = bench_seconds() + ms / 1000.0, left;
	size_t bytes = 0;

	while ((left = end - bench_seconds()) > 0) {
		int wait = (int)(left * 1000) + 1;
		bool waited_quiet = quiet && bytes && quiet < wait;

		if (wait_for(g, waited_quiet ? quiet : wait))
			bytes += take(g, chunk);
		else if (waited_quiet)
			break;
	}
	return bytes;
}

double glass_painted(struct glass *g, double begin, size_t at_least, int ms)
{
	static char chunk[CHUNK];
	double end = bench_seconds() + ms / 1000.0, left;
	size_t bytes = 0;

	while (bytes < at_least && (left = end - bench_seconds()) > 0)
		if (wait_for(g, (int)(left * 1000) + 1))
			bytes += take(g, chunk);
	return bytes < at_least ? -1 : bench_seconds() - begin;
}

double glass_shows(struct glass *g, double begin, const char *text, int ms)
{
	static char chunk[CHUNK];
	double end = bench_seconds() + ms / 1000.0, left;

	g->tail[0] = '\0';
	while ((left = end - bench_seconds()) > 0) {
		size_t n, step;

		if (!wait_for(g, (int)(left * 1000) + 1))
			continue;
		n = take(g, chunk);
		for (size_t i = 0; i < n; i += step) { /* the tail is short */
			step = n - i < 100 ? n - i : 100;
			keep_tail(g, chunk + i, step);
			if (strstr(g->tail, text))
				return bench_seconds() - begin;
		}
	}
	return -1;
}

void glass_type(struct glass *g, const char *keys)
{
	size_t n = strlen(keys);

	if (write(g->pty, keys, n) != (ssize_t)n)
		bench_die("the terminal takes no keys");
}

void glass_close(struct glass *g)
{
	kill(g->pid, SIGTERM);
	close(g->pty);
	for (int i = 0; i < 200; i++) {
		if (waitpid(g->pid, NULL, WNOHANG) == g->pid)
			return;
		bench_pause(10);
	}
	kill(g->pid, SIGKILL);
	waitpid(g->pid, NULL, 0);
}
