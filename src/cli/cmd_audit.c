/* cmd_audit.c - `sightglass audit`: the record, and the proof that nobody altered it. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/audit_bundle.h"
#include "cli/audit_page.h"
#include "cli/audit_search.h"
#include "cli/audit_verify.h"
#include "cli/remote.h"
#include "util/num.h"
#include "wire/client.h"

enum { PAGE = 100, COUNT_DEFAULT = 50, COUNT_MAX = 1000000 };

extern const struct cli_command cmd_audit;

/* Adds at most count records with seq < before to p. Returns an exit code. */
/* --- list ------------------------------------------------------------------------ */

/* One page; *before moves to its last record, or to 1 when there is no more. */
static int list_page(struct client *c, uint64_t *before, uint64_t *count, bool json)
{
	struct audit_page p = { 0 };
	int code = audit_page_before(c, *before, *count < PAGE ? *count : PAGE, &p);

	for (size_t i = 0; i < p.n; i++)
		if (audit_page_print(&p.v[i], json ? AUDIT_PRINT_JSON
						   : AUDIT_PRINT_TEXT) != CLI_OK)
			code = CLI_FAILED; /* and the others are shown */
	uint64_t last = p.n ? p.v[p.n - 1].head.seq : 1;
	bool goes_down = *before == 0 || last < *before;
	*before = goes_down ? last : 1; /* a server that does not ends it, too */
	*count -= p.n < *count ? p.n : *count;
	audit_page_release(&p);
	return code;
}

static int list_pages(struct client *c, uint64_t before, uint64_t count, bool json)
{
	int code = CLI_OK;

	while (code == CLI_OK && count > 0 && before != 1)
		code = list_page(c, &before, &count, json);
	return code;
}

static bool number_option(const struct cli_args *a, const char *name, int64_t most,
			  int64_t *v)
{
	const char *text = cli_arg(&cmd_audit, a, name);

	if (!text || num_parse_int(text, 1, most, v))
		return true;
	fprintf(stderr, "sightglass: --%s wants a whole number from 1 to %" PRId64 "\n",
		name, most);
	return false;
}

static int run_list(const struct cli_args *a)
{
	int64_t count = COUNT_DEFAULT, before = 0;
	int code = CLI_OK;

	if (a->n > 1)
		return cli_usage(&cmd_audit);
	if (!number_option(a, "count", COUNT_MAX, &count) ||
	    !number_option(a, "before", INT64_MAX, &before))
		return CLI_USAGE;
	struct client *c = remote_open("cli audit", &code);
	if (!c)
		return code;
	code = list_pages(c, (uint64_t)before, (uint64_t)count,
			  cli_arg(&cmd_audit, a, "json") != NULL);
	if (code == CLI_OK && before == 0)
		remote_tell_reserve(c);
	client_close(c);
	return code;
}

/* --- the subcommand -------------------------------------------------------------- */

static const struct {
	const char *name;
	int (*run)(const struct cli_command *c, const struct cli_args *a);
} acts[] = {
	{ "export", audit_export },
	{ "accept", audit_accept },
	{ "new-key", audit_new_key },
	{ "seal-key", audit_seal_key },
	{ NULL, NULL },
};

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_audit, argc, argv, 1, 2, &a);

	if (code >= 0)
		return code;
	if (strcmp(a.arg[0], "list") == 0)
		return run_list(&a);
	if (strcmp(a.arg[0], "search") == 0)
		return audit_search(&cmd_audit, &a, a.n > 1 ? a.arg[1] : NULL);
	if (strcmp(a.arg[0], "verify") == 0)
		return audit_verify(&cmd_audit, &a);
	if (a.n == 1 && strcmp(a.arg[0], "export") == 0 &&
	    cli_arg(&cmd_audit, &a, "bundle"))
		return audit_bundle_write(&cmd_audit, &a,
					  cli_arg(&cmd_audit, &a, "bundle"));
	for (size_t i = 0; a.n == 1 && acts[i].name; i++)
		if (strcmp(a.arg[0], acts[i].name) == 0)
			return acts[i].run(&cmd_audit, &a);
	return cli_usage(&cmd_audit);
}

static const struct cli_option options[] = {
	{ "count", "N", "list: how many records, newest first (50)" },
	{ "before", "SEQ", "list: only records before this one" },
	{ "head", "SEQ:HASH",
	  "verify: a head noted earlier; without one a cut-off end cannot be seen" },
	{ "journal-head", "SEQ:HASH", "verify: the same for the alarm journal" },
	{ "since", "TIME", "verify FILE: only records from then on" },
	{ "anchor", "FILE", "verify: what others kept: anchors, in any text" },
	{ "code", "SEQ:CODE", "verify: a number and a code that a console showed" },
	{ "seal-key", "FILE", "verify: the seal's first key, which proves old records" },
	{ "key", "FINGERPRINT", "verify: the key that signs, as it was noted" },
	{ "bundle", "FILE", "export: a signed file that proves itself" },
	{ "reason", "TEXT", "accept, new-key: why" },
	{ "yes", NULL, "seal-key: it is written down; forget it on this machine" },
	{ "from", "TIME",
	  "search, export: not before: 2026-11-22T09:05, 09:05, 2026-11-22, 8h (ago)" },
	{ "to", "TIME", "search, export: before" },
	{ "by", "NAME", "search, export: by this account, person or approver" },
	{ "subject", "NAME", "search, export: of this tag, alarm or file" },
	{ "area", "AREA", "search, export: of this area and all that lie in it" },
	{ "kind", "K,...", "search, export: select, intent, outcome, refused ..." },
	{ "reverse", NULL, "search: oldest first" },
	{ "csv", NULL, "search, export: CSV with a heading (RFC 4180)" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_audit = {
	.name = "audit",
	.args = "list [--count N] [--before SEQ] | search [WORDS] [--from TIME] [--to "
		"TIME] [--by NAME] [--subject NAME] [--area AREA] [--kind K,...] | "
		"export --csv|--json|--bundle FILE | verify [FILE] [--since TIME] "
		"[--head "
		"SEQ:HASH] [--journal-head SEQ:HASH] [--anchor FILE] [--code SEQ:CODE] "
		"[--seal-key FILE] [--key FINGERPRINT] | accept --reason TEXT | seal-key "
		"[--yes] | new-key --reason TEXT",
	.help = "show the record of who did what, or prove that nobody altered it (of "
		"the "
		"server, or of a copy)",
	.options = options,
	.run = run,
};
