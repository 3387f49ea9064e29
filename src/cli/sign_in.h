/*
 * sign_in.h - before a command does anything: the notice of use is accepted, and somebody
 * signs in on top of the Unix user (`sightglass --as NAME COMMAND`).
 */
#ifndef SG_CLI_SIGN_IN_H
#define SG_CLI_SIGN_IN_H

#include <stdbool.h>

struct client;

extern const char *cli_as;     /* --as NAME before the subcommand, or NULL */
extern bool cli_accept_notice; /* --accept-notice */

/* As those two ask for, on a connection that was just greeted. An exit code; a failure is
 * explained. */
int cli_sign_in(struct client *c);

#endif
