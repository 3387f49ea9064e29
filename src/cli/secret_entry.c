/* secret_entry.c - bytes one by one, so that no buffer of a library keeps a copy. */
#include "cli/secret_entry.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/remote.h"
#include "util/tty_silent.h"

enum { CTRL_C = 3, CTRL_D = 4, BACKSPACE = 8, CTRL_U = 21, DELETE = 127 };

/* One character of UTF-8 back. */
static size_t rub_out(const char *text, size_t n)
{
	while (n > 0 && ((unsigned char)text[--n] & 0xC0) == 0x80)
		;
	return n;
}

/* Of one key on the terminal: 1 goes on, 0 done, -1 given up. */
static int take_key(unsigned char c, char *out, size_t size, size_t *n)
{
	if (c == '\n' || c == '\r')
		return 0;
	if (c == CTRL_C || c == CTRL_D)
		return -1;
	if (c == CTRL_U)
		*n = 0;
	else if (c == BACKSPACE || c == DELETE)
		*n = rub_out(out, *n);
	else if (*n + 1 < size && c >= 0x20)
		out[(*n)++] = (char)c;
	else
		return c >= 0x20 ? -1 : 1;
	return 1;
}

static int take_byte(unsigned char c, char *out, size_t size, size_t *n)
{
	if (c == '\n')
		return 0;
	if (*n + 1 >= size)
		return -1;
	if (c != '\r')
		out[(*n)++] = (char)c;
	return 1;
}

enum line { LINE_WHOLE, LINE_NONE /* the end came first */, LINE_GIVEN_UP };

static enum line read_line(char *out, size_t size,
			   int (*take)(unsigned char c, char *out, size_t size,
				       size_t *n))
{
	unsigned char c;
	size_t n = 0;
	int more = 1;

	while (more > 0 && read(STDIN_FILENO, &c, 1) == 1)
		more = take(c, out, size, &n);
	out[n] = '\0';
	if (more == 0 || (more > 0 && n > 0)) /* the last line may have no end */
		return LINE_WHOLE;
	explicit_bzero(out, size);
	return more > 0 ? LINE_NONE : LINE_GIVEN_UP;
}

static enum line read_from_terminal(const char *prompt, char *out, size_t size)
{
	enum line got;

	if (!tty_silent_begin(STDIN_FILENO, ECHO | ICANON | ISIG, TCSAFLUSH))
		return LINE_GIVEN_UP;
	/* who sees it types silently; what was typed ahead is gone */
	fprintf(stderr, "%s: ", prompt);
	fflush(stderr);
	got = read_line(out, size, take_key);
	tty_silent_end(TCSAFLUSH);
	fputc('\n', stderr);
	return got == LINE_NONE ? LINE_GIVEN_UP : got; /* it was hung up */
}

static bool ask(const char *prompt, char *out, size_t size, bool may_be_none)
{
	enum line got = isatty(STDIN_FILENO) ? read_from_terminal(prompt, out, size)
					     : read_line(out, size, take_byte);

	if (got == LINE_WHOLE || (got == LINE_NONE && may_be_none))
		return true;
	remote_fail(0, "nothing was typed, or too much: nothing is changed");
	return false;
}

bool secret_ask(const char *prompt, char *out, size_t size)
{
	return ask(prompt, out, size, false);
}

bool secret_ask_code(const char *prompt, char *out, size_t size)
{
	return ask(prompt, out, size, true);
}

bool secret_ask_new(const char *prompt, char *out, size_t size)
{
	char again[512];
	bool same;

	if (!secret_ask(prompt, out, size))
		return false;
	if (!isatty(STDIN_FILENO))
		return true;
	same = secret_ask("the same again", again, sizeof(again)) &&
	       strcmp(out, again) == 0;
	explicit_bzero(again, sizeof(again));
	if (!same) {
		explicit_bzero(out, size);
		remote_fail(0, "that was not the same: nothing is changed");
	}
	return same;
}
