/* facts.c - a file of its own: <term.h> has a struct term, too. */
#include "console/term/facts.h"

#include <curses.h>
#include <stdlib.h>
#include <term.h>
#include <unistd.h>

#include "console/term/env.h"
#include "util/strbuf.h"

struct term_facts facts_of(const char *name, int colours)
{
	const char *no_color = getenv("NO_COLOR");

	return (struct term_facts){ .name = name,
				    .is_utf8 = term_env_is_utf8(),
				    .no_color = no_color && no_color[0],
				    .colours = colours > 0 ? colours : 0 };
}

void facts_say_unknown(const char *name, struct strbuf *why)
{
	strbuf_setf(why,
		    "the terminal type \"%s\" is not known on this machine: install "
		    "ncurses-term or set TERM=xterm-256color",
		    name);
}

bool facts_read(struct term_facts *out, struct strbuf *why)
{
	const char *name = getenv("TERM");
	int error;

	if (setupterm(name, STDOUT_FILENO, &error) == ERR) {
		facts_say_unknown(name, why);
		return false;
	}
	*out = facts_of(name, tigetnum("colors"));
	del_curterm(cur_term);
	return true;
}
