/*
 * sign_in.h - before a command does anything: the notice of use is accepted, and somebody
 * signs in on top of the Unix user (`sightglass --as NAME COMMAND`).
 */
#ifndef SG_CLI_SIGN_IN_H
#define SG_CLI_SIGN_IN_H

#include <stdbool.h>
#include <stddef.h>

#include "wire/who.h"

struct client;

extern const char *cli_as;      /* --as NAME before the subcommand, or NULL */
extern bool cli_accept_notice;  /* --accept-notice */
extern struct wire_who cli_who; /* what the server has said of it meanwhile */

/* A line of standard input, without its end; the prompt only on a terminal. False at the
 * end of the input. What does not fit is left out. */
bool cli_ask_line(const char *prompt, char *out, size_t size);

/* As those two ask for, on a connection that was just greeted. An exit code; a failure is
 * explained. */
int cli_sign_in(struct client *c);

#endif
