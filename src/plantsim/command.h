/*
 * command.h - fault commands in words: one line in, one sentence out ("ok: ..." or
 * "error: ..."). `plc1 silent`, `frozen TAG`, `trip P101`, `clear`, ...
 */
#ifndef SG_PLANTSIM_COMMAND_H
#define SG_PLANTSIM_COMMAND_H

#include "plantsim/works.h"
#include "util/clock.h"

struct strbuf;

struct plant_command {
	const char *verb;
	const char *args; /* shown in help; "" for none */
	const char *help;
	int words; /* after the verb */
	/* word[0] is the verb. Fills out; false when it was refused. */
	bool (*run)(struct works *w, char *const *word, struct mono now,
		    struct strbuf *out);
};

extern const struct plant_command plant_commands[]; /* ends with a NULL verb */

/* Cuts line into words (in place), runs it and appends the answer, one line with its
 * newline, to out. */
void command_run(struct works *w, char *line, struct mono now, struct strbuf *out);

#endif
