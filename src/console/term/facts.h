/*
 * facts.h - what the environment and terminfo say of a terminal (choose.h judges it).
 * The environment has to be scrubbed before (env.h).
 */
#ifndef SG_CONSOLE_TERM_FACTS_H
#define SG_CONSOLE_TERM_FACTS_H

#include <stdbool.h>

#include "console/term/choose.h"

struct strbuf;

/* name is borrowed; colours: terminfo's. */
struct term_facts facts_of(const char *name, int colours);
/* From terminfo, for a program that draws nothing: the terminal is not touched. False
 * with a sentence when TERM is not known here. */
bool facts_read(struct term_facts *out, struct strbuf *why);
void facts_say_unknown(const char *name, struct strbuf *why);

#endif
