/*
 * audit_search.h - `sightglass audit search` and `audit export`: records by time, person,
 * tag, area, kind and words, for people, spreadsheets and scripts.
 */
#ifndef SG_CLI_AUDIT_SEARCH_H
#define SG_CLI_AUDIT_SEARCH_H

#include "cli/args.h"

/* c: whose options a was read by. words: all of them must occur; NULL = any. Return an
 * exit code. */
int audit_search(const struct cli_command *c, const struct cli_args *a,
		 const char *words);
/* All records that fit, oldest first. */
int audit_export(const struct cli_command *c, const struct cli_args *a);

#endif
