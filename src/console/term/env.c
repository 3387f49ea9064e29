/* env.c - scrubbing of the environment before curses reads it (SEC-16). */
#include "console/term/env.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum { TERM_NAME_MAX = 32, ESCAPE_MS_MIN = 10, ESCAPE_MS_MAX = 500 };

extern char **environ;

static const char *const unwanted[] = {
	"TERMINFO",  "TERMINFO_DIRS", "TERMCAP",    "TERMPATH", "HOME",
	"LINES",     "COLUMNS",       "ESCDELAY",   "BAUDRATE", "CC",
	"LS_COLORS", "LOCPATH",       "GCONV_PATH", "NLSPATH",  "LANGUAGE",
};

static void drop_ncurses(void)
{
	for (char **e = environ; *e;) {
		char name[64];
		size_t n = strcspn(*e, "=");
		if (strncmp(*e, "NCURSES_", 8) != 0 || n >= sizeof(name)) {
			e++;
			continue;
		}
		memcpy(name, *e, n);
		name[n] = '\0';
		unsetenv(name); /* moves the rest down: e stays */
	}
}

int64_t term_env_escape_ms(void)
{
	const char *text = getenv("ESCDELAY");
	int64_t ms;

	if (!text || !num_parse_int(text, 1, 1000000, &ms))
		return 0;
	return ms < ESCAPE_MS_MIN   ? ESCAPE_MS_MIN
	       : ms > ESCAPE_MS_MAX ? ESCAPE_MS_MAX
				    : ms;
}

bool term_env_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

/* LC_CTYPE alone: numbers are never read or printed by the locale. */
static void choose_locale(void)
{
	const char *given = getenv("LC_ALL");

	if (setlocale(LC_CTYPE, "") && term_env_is_utf8())
		return;
	utf8_know_widths(); /* what a tier has no glyph for still gets its stand-in */
	/* a person who asks for "C" by LC_ALL wants ASCII; an unset locale does not */
	if (given && (strcmp(given, "C") == 0 || strcmp(given, "POSIX") == 0))
		return;
	if (!setlocale(LC_CTYPE, "C.UTF-8"))
		setlocale(LC_CTYPE, "C");
}

static bool term_name_valid(const char *name)
{
	size_t n = name ? strlen(name) : 0;

	return n > 0 && n <= TERM_NAME_MAX &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789.+_-") == n &&
	       !strstr(name, "..");
}

bool term_env_scrub(struct strbuf *why)
{
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++)
		unsetenv(unwanted[i]);
	drop_ncurses();
	choose_locale();
	if (term_name_valid(getenv("TERM")))
		return true;
	strbuf_setf(why,
		    "TERM names no terminal: set it, for instance TERM=xterm-256color");
	return false;
}
