/*
 * secret.h - questions to the person at the terminal, past what is redirected: a line, or
 * a secret, which is not echoed. Without a terminal nothing is asked.
 */
#ifndef SG_CLI_SECRET_H
#define SG_CLI_SECRET_H

#include <stdbool.h>
#include <stddef.h>

/* False without a terminal, or at its end. Texts that are longer are refused whole; the
 * caller wipes a secret (wire_wipe). */
bool cli_ask_line(const char *prompt, char *out, size_t size);
bool cli_ask_secret(const char *prompt, char *out, size_t size);
bool cli_has_terminal(void);

#endif
