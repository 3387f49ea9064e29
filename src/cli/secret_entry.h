/*
 * secret_entry.h - a password or a code typed by a person: from the terminal without an
 * echo, or a line of standard input where that is no terminal. Never from the command
 * line, where every user of the machine could read it.
 */
#ifndef SG_CLI_SECRET_ENTRY_H
#define SG_CLI_SECRET_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

/* False after Ctrl-C, Ctrl-D, the end of the input or what is longer than size - 1 bytes
 * (it says so). Wipe out after use. */
bool secret_ask(const char *prompt, char *out, size_t size);
/* What may be left out: a pipe that has ended says nothing, as an empty line does. */
bool secret_ask_code(const char *prompt, char *out, size_t size);
/* The same twice on a terminal: what nobody sees is soon mistyped. */
bool secret_ask_new(const char *prompt, char *out, size_t size);

#endif
