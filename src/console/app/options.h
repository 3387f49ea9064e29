/*
 * options.h - what may stand behind `sightglass` to open a console: one row an option;
 * the usage line, the manual's test and the parser read the same table.
 */
#ifndef SG_CONSOLE_APP_OPTIONS_H
#define SG_CONSOLE_APP_OPTIONS_H

#include "console/app/app_int.h"
#include "screen/theme.h"

struct console_start {
	struct app *app;
	struct term_options terminal;
	const char *log_file;
	struct theme theme; /* from a file; terminal.theme points here */
};

struct console_option {
	const char *name;  /* "--glyphs" */
	const char *value; /* what the usage line calls it; NULL: it takes none */
	/* False: refused; why says what is expected, or is empty and the row's value
	 * does. */
	bool (*take)(struct console_start *s, const char *value, struct strbuf *why);
};

/* Ends with a NULL name. */
extern const struct console_option console_options[];

/* False with a sentence and the usage line in why. */
bool options_parse(struct console_start *s, int argc, char **argv, struct strbuf *why);

#endif
