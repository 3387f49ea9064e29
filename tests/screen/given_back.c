/* given_back.c - termios, modes and processes, as they were before the console. */
#include "support/test.h"

#include "screen/given_back.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "screen/escapes.h"

bool modes_are_back(struct tty *t, void *arg)
{
	const struct termios *found = arg;
	struct termios now = tty_modes(t);

	return now.c_lflag == found->c_lflag && now.c_iflag == found->c_iflag &&
	       now.c_oflag == found->c_oflag && now.c_cflag == found->c_cflag &&
	       memcmp(now.c_cc, found->c_cc, sizeof(now.c_cc)) == 0;
}

/* Where it stands last; 0 when it never came. */
static size_t last_of(const char *bytes, size_t n, const char *what)
{
	size_t len = strlen(what), last = 0;
	const char *at = bytes;

	while ((at = memmem(at, n - (size_t)(at - bytes), what, len)) != NULL)
		last = (size_t)(++at - bytes);
	return last;
}

bool all_modes_off(struct tty *t, void *arg)
{
	size_t n;
	const char *bytes = tty_bytes(t, &n);
	int col, row;

	(void)arg;
	return n > 0 && escapes_mode_left_on(bytes, n) == 0 &&
	       escapes_titles_kept(bytes, n) == 0 && tty_cursor(t, &col, &row) &&
	       last_of(bytes, n, "\033[?1049l") > last_of(bytes, n, "\033[?1049h") &&
	       last_of(bytes, n, "\033>") >= last_of(bytes, n, "\033=");
}

/* A process whose controlling terminal and session are of that console: its keeper. */
static bool is_of_session(const char *pid, pid_t session)
{
	char path[300], text[1024], *at;
	char status = 'Z';
	int of = -1;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return false;
	size_t n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	at = strrchr(text, ')');
	if (at)
		sscanf(at, ") %c %*d %*d %d", &status, &of);
	return of == session && status != 'Z'; /* only not yet fetched by init */
}

bool session_is_empty(struct tty *t, void *arg)
{
	DIR *d = opendir("/proc");
	bool empty = true;

	(void)arg;
	for (struct dirent *e; (e = readdir(d));)
		if (e->d_name[0] >= '1' && e->d_name[0] <= '9' &&
		    is_of_session(e->d_name, tty_pid(t)))
			empty = false;
	closedir(d);
	return empty;
}

void expect_given_back(struct tty *t, struct termios *found)
{
	assert_true(tty_wait(t, modes_are_back, found, GONE_MS));
	assert_true(tty_wait(t, all_modes_off, NULL, GONE_MS));
	assert_true(tty_wait(t, session_is_empty, NULL, GONE_MS));
}
