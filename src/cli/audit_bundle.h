/*
 * audit_bundle.h - a part of the record in one readable file, which proves itself without
 * a server: JSON lines - a head, a line a record, and the signed record of the export as
 * its tail. docs/audit.md has the format.
 */
#ifndef SG_CLI_AUDIT_BUNDLE_H
#define SG_CLI_AUDIT_BUNDLE_H

#include <stdbool.h>
#include <stdio.h>

#include "audit/walk.h"
#include "cli/args.h"

/* `audit export --bundle FILE [--from] [--to]`: a new file; an exit code. */
int audit_bundle_write(const struct cli_command *c, const struct cli_args *a,
		       const char *path);

bool audit_is_bundle(const char *path);
/* Judges a bundle nobody vouches for; p was begun and says what is asked of it. Bounded
 * by the file's size; reads it once. */
void audit_bundle_judge(FILE *f, struct audit_proof *p, struct audit_verdict *v);

#endif
