/*
 * audit_verify.h - `sightglass audit verify`: of a running server, of a copy of
 * station.db, of a bundle. Verification trusts no server: every hash and every signature
 * is computed here.
 */
#ifndef SG_CLI_AUDIT_VERIFY_H
#define SG_CLI_AUDIT_VERIFY_H

#include "cli/args.h"

int audit_verify(const struct cli_command *c, const struct cli_args *a);

/* audit_seal.c: acts on the record itself, by an administrator. Exit codes. */
int audit_accept(const struct cli_command *c, const struct cli_args *a);
int audit_new_key(const struct cli_command *c, const struct cli_args *a);
int audit_seal_key(const struct cli_command *c, const struct cli_args *a);

#endif
