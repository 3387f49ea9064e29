/* render_watch.c - the loop of a preview: look at the files ten times a second, at the
 * values once, and write what is different. */
#include "cli/render_watch.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "cli/command.h"
#include "util/strbuf.h"

enum { LOOK_MS = 100, PLAIN_COLS = 80, PLAIN_ROWS = 24, OUT_MAX = 16 << 20 };

static volatile sig_atomic_t asked_to_end;

static void on_end(int signal)
{
	(void)signal;
	asked_to_end = 1;
}

static void catch_ends(void)
{
	struct sigaction end = { .sa_handler = on_end };

	sigaction(SIGINT, &end, NULL);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	signal(SIGPIPE, SIG_IGN);
}

/* file_write() that a signal asking to end may cut short: nobody may read this pipe. */
static bool write_frame(const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(STDOUT_FILENO, p, n);

		if (done < 0 && errno == EINTR && !asked_to_end)
			continue;
		if (done <= 0)
			return false;
		p += done;
		n -= (size_t)done;
	}
	return true;
}

static void size_of_glass(int *cols, int *rows)
{
	struct winsize w;

	*cols = PLAIN_COLS;
	*rows = PLAIN_ROWS;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 && w.ws_row > 0) {
		*cols = w.ws_col < GRID_MAX ? w.ws_col : GRID_MAX;
		*rows = w.ws_row < GRID_MAX ? w.ws_row : GRID_MAX;
	}
}

/* On a terminal in place, the last line without its newline: it would scroll. Elsewhere
 * one picture after the other, an empty line between them. */
static bool show(const struct strbuf *picture, bool terminal)
{
	struct strbuf out = STRBUF_INIT;
	bool ok;

	strbuf_init(&out, OUT_MAX);
	if (terminal)
		strbuf_adds(&out, "\x1b[H");
	for (const char *p = picture->buf; *p;) {
		size_t n = strcspn(p, "\n");

		strbuf_add(&out, p, n);
		p += n + (p[n] == '\n');
		if (terminal)
			strbuf_adds(&out, *p ? "\x1b[K\r\n" : "\x1b[K\x1b[J");
		else
			strbuf_addch(&out, '\n');
	}
	if (!terminal)
		strbuf_addch(&out, '\n');
	ok = write_frame(out.buf, out.len);
	strbuf_release(&out);
	return ok;
}

/* Waits; true when q was typed or there is nobody any more. */
static bool is_over(bool keys)
{
	struct pollfd p = { .fd = STDIN_FILENO, .events = POLLIN };
	char typed[64];
	ssize_t n;

	if (poll(&p, keys ? 1 : 0, LOOK_MS) <= 0 || asked_to_end)
		return asked_to_end;
	n = read(STDIN_FILENO, typed, sizeof(typed));
	return n <= 0 || memchr(typed, 'q', (size_t)n);
}

static void run_preview(struct preview *p, bool terminal, bool keys)
{
	struct strbuf was = STRBUF_INIT, now = STRBUF_INIT;
	bool painted = false, ok = true;
	int cols = 0, rows = 0;

	strbuf_init(&was, OUT_MAX);
	strbuf_init(&now, OUT_MAX);
	while (ok && !asked_to_end) {
		int w, h;
		bool due = preview_look(p);

		due |= preview_values(p, clock_now());
		size_of_glass(&w, &h);
		if (due || !painted || w != cols || h != rows) {
			strbuf_clear(&now);
			preview_paint(p, w, h, clock_now(), &now);
			if (!painted || strcmp(now.buf, was.buf) != 0)
				ok = show(&now, terminal);
			strbuf_clear(&was);
			strbuf_adds(&was, now.buf);
			painted = true;
			cols = w;
			rows = h;
		}
		ok = ok && !is_over(keys);
	}
	strbuf_release(&was);
	strbuf_release(&now);
}

int render_watch(const struct preview_look *look)
{
	bool terminal = isatty(STDOUT_FILENO), keys = isatty(STDIN_FILENO);
	struct preview_look mine = *look;
	struct termios modes, raw;
	struct preview *p;

	mine.ansi |= terminal;
	catch_ends();
	p = preview_new(&mine);
	keys = keys && tcgetattr(STDIN_FILENO, &modes) == 0;
	if (keys) {
		raw = modes;
		raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO);
		tcsetattr(STDIN_FILENO, TCSANOW, &raw);
	}
	if (terminal) /* another screen, no cursor */
		write_frame("\x1b[?1049h\x1b[?25l\x1b[2J", 18);
	run_preview(p, terminal, keys);
	if (terminal)
		write_frame("\x1b[0m\x1b[?25h\x1b[?1049l", 18);
	if (keys)
		tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	preview_free(p);
	return CLI_OK;
}
