/* cmd_audit.c - `sightglass audit list` and `audit verify`: the record, and the proof
 * that nobody altered it. Verification trusts no server: every hash is computed here,
 * from the bytes of a file or from the bodies a server hands out. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "audit/row.h"
#include "audit/walk.h"
#include "cli/args.h"
#include "cli/audit_page.h"
#include "cli/audit_search.h"
#include "cli/journal_rows.h"
#include "cli/remote.h"
#include "store/store.h"
#include "util/num.h"
#include "util/utf8.h"
#include "util/xalloc.h"
#include "wire/client.h"

enum { PAGE = 100, COUNT_DEFAULT = 50, COUNT_MAX = 1000000 };

extern const struct cli_command cmd_audit;

/* Adds at most count records with seq < before to p. Returns an exit code. */
static int fetch(struct client *c, uint64_t before, uint64_t count, struct audit_page *p)
{
	struct wire_reply reply;

	return audit_page_fetch(c, client_request(c, WIRE_AUDIT, before, count, ""), p,
				&reply);
}

/* --- list ------------------------------------------------------------------------ */

/* One page; *before moves to its last record, or to 1 when there is no more. */
static int list_page(struct client *c, uint64_t *before, uint64_t *count, bool json)
{
	struct audit_page p = { 0 };
	int code = fetch(c, *before, *count < PAGE ? *count : PAGE, &p);

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
	client_close(c);
	return code;
}

/* --- verify: a running server's chain, oldest first --------------------------------- */

/* Records [from, to] into p, newest first, however many the server gives at a time. */
static int fetch_range(struct client *c, uint64_t from, uint64_t to, struct audit_page *p)
{
	uint64_t before = to + 1;
	int code = CLI_OK;

	while (code == CLI_OK && before > from) {
		size_t had = p->n;
		code = fetch(c, before, before - from, p);
		if (p->n == had || p->v[p->n - 1].head.seq >= before)
			break;
		before = p->v[p->n - 1].head.seq;
	}
	return code;
}

static void walk_record(struct audit_walk *w, const struct audit_page_record *r)
{
	bool same_chain =
		memcmp(r->head.chain_id, w->v.head.chain_id, AUDIT_CHAIN_ID_SIZE) == 0;

	if (r->head.seq == w->v.head.seq + 1 && r->why.len)
		audit_walk_bad(w, r->why.buf);
	else if (r->head.seq == w->v.head.seq + 1 && !same_chain)
		audit_walk_bad(w, "it names another chain id");
	else
		audit_walk_row(w, &(struct audit_walk_row){ .seq = r->head.seq,
							    .body = r->body.buf,
							    .n = r->body.len,
							    .hash = r->head.hash,
							    .hash_n = AUDIT_HASH_SIZE,
							    .seal = r->seal,
							    .seal_n = r->seal_n });
}

/* Beyond a gap the server goes on below `from`: those were walked before. */
static void walk_page(struct audit_walk *w, const struct audit_page *p, uint64_t from)
{
	for (size_t i = p->n; i-- > 0 && w->v.good;)
		if (p->v[i].head.seq >= from)
			walk_record(w, &p->v[i]);
}

static int walk_server(struct client *c, struct audit_walk *w, uint64_t last)
{
	int code = CLI_OK;

	for (uint64_t from = 1; from <= last && code == CLI_OK && w->v.good;
	     from += PAGE) {
		struct audit_page p = { 0 };
		uint64_t to = last - from < PAGE ? last : from + PAGE - 1;
		code = fetch_range(c, from, to, &p);
		if (code == CLI_OK)
			walk_page(w, &p, from);
		audit_page_release(&p);
	}
	if (code == CLI_OK && w->v.good && w->v.head.seq < last)
		audit_walk_bad(w, "the server does not hand it out");
	return code;
}

/* Both chains: v[0] the audit, v[1] the journal. */
static int verify_server(const struct audit_head *noted,
			 const struct audit_head *noted_journal,
			 struct audit_verdict v[STORE_CHAINS])
{
	struct audit_page newest = { 0 };
	struct audit_head start = { 0 };
	struct audit_walk w;
	int code = CLI_OK;
	struct client *c = remote_open("cli audit", &code);

	if (!c)
		return code;
	code = fetch(c, 0, 1, &newest);
	if (newest.n)
		memcpy(start.chain_id, newest.v[0].head.chain_id, AUDIT_CHAIN_ID_SIZE);
	audit_walk_begin(&w, &start, noted);
	if (code == CLI_OK && newest.n)
		code = walk_server(c, &w, newest.v[0].head.seq);
	audit_walk_end(&w);
	v[0] = w.v;
	if (code == CLI_OK)
		code = journal_verify(c, start.chain_id, noted_journal, &v[1]);
	audit_page_release(&newest);
	client_close(c);
	return code;
}

static int verify_file(const char *path, const struct audit_head *noted,
		       const struct audit_head *noted_journal,
		       struct audit_verdict v[STORE_CHAINS])
{
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;

	if (store_verify_all(path,
			     &(struct store_question){ .noted = noted,
						       .noted_journal = noted_journal },
			     v, &why) != SG_OK)
		code = remote_fail(CLI_FAILED, why.buf);
	strbuf_release(&why);
	return code;
}

static json_t *number_or_null(uint64_t v)
{
	return v ? json_integer((json_int_t)v) : json_null();
}

static void set_hex(json_t *o, const char *name, const uint8_t *p, size_t n)
{
	char hex[HASH_HEX_SIZE];

	hash_hex(p, n, hex);
	json_object_set_new(o, name, json_string(hex));
}

static json_t *verdict_json(const struct audit_verdict *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "good", json_boolean(v->good));
	json_object_set_new(o, "records", json_integer((json_int_t)v->records));
	json_object_set_new(o, "first_bad", number_or_null(v->first_bad));
	json_object_set_new(o, "head_seq", json_integer((json_int_t)v->head.seq));
	set_hex(o, "head_hash", v->head.hash, AUDIT_HASH_SIZE);
	set_hex(o, "chain_id", v->head.chain_id, AUDIT_CHAIN_ID_SIZE);
	json_object_set_new(o, "text", json_stringn_nocheck(v->text, strlen(v->text)));
	return o;
}

static void print_verdicts(const struct audit_verdict v[STORE_CHAINS], bool json)
{
	if (!json) {
		printf("%s%s\n", v[0].good ? "" : "BAD: ", v[0].text);
		printf("%salarm journal: %s\n", v[1].good ? "" : "BAD: ", v[1].text);
		return;
	}
	json_t *o = verdict_json(&v[0]);
	json_object_set_new(o, "journal", verdict_json(&v[1]));
	remote_print_json(o);
}

/* "SEQ:HASH" as a good verdict printed them. */
static bool parse_head(const char *text, struct audit_head *head)
{
	const char *colon = strchr(text, ':');
	char seq[24];
	int64_t n;

	*head = (struct audit_head){ 0 };
	if (!colon || (size_t)(colon - text) >= sizeof(seq))
		return false;
	snprintf(seq, sizeof(seq), "%.*s", (int)(colon - text), text);
	if (!num_parse_int(seq, 1, INT64_MAX, &n))
		return false;
	head->seq = (uint64_t)n;
	return hash_unhex(colon + 1, head->hash, AUDIT_HASH_SIZE) == 0;
}

/* True when it was not given, or is a head. */
static bool head_option(const struct cli_args *a, const char *name,
			struct audit_head *head, const struct audit_head **known)
{
	const char *text = cli_arg(&cmd_audit, a, name);
	char why[120];

	*known = text ? head : NULL;
	if (!text || parse_head(text, head))
		return true;
	snprintf(why, sizeof(why),
		 "--%s wants SEQ:HASH as an earlier \"audit verify\" printed them", name);
	remote_fail(CLI_USAGE, why);
	return false;
}

static int run_verify(const struct cli_args *a)
{
	struct audit_head audit, journal;
	const struct audit_head *noted, *noted_journal;
	struct audit_verdict v[STORE_CHAINS] = { 0 };

	if (!head_option(a, "head", &audit, &noted) ||
	    !head_option(a, "journal-head", &journal, &noted_journal))
		return CLI_USAGE;
	int code = a->n == 2 ? verify_file(a->arg[1], noted, noted_journal, v)
			     : verify_server(noted, noted_journal, v);
	if (code != CLI_OK)
		return code;
	print_verdicts(v, cli_arg(&cmd_audit, a, "json") != NULL);
	return v[0].good && v[1].good ? CLI_OK : CLI_FAILED;
}

/* --- the subcommand -------------------------------------------------------------- */

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
	if (strcmp(a.arg[0], "export") == 0 && a.n == 1)
		return audit_export(&cmd_audit, &a);
	if (strcmp(a.arg[0], "verify") == 0)
		return run_verify(&a);
	return cli_usage(&cmd_audit);
}

static const struct cli_option options[] = {
	{ "count", "N", "list: how many records, newest first (50)" },
	{ "before", "SEQ", "list: only records before this one" },
	{ "head", "SEQ:HASH",
	  "verify: a head noted earlier; without one a cut-off end cannot be seen" },
	{ "journal-head", "SEQ:HASH", "verify: the same for the alarm journal" },
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
		"export --csv|--json | verify [FILE] [--head SEQ:HASH] [--journal-head "
		"SEQ:HASH]",
	.help = "show the record of who did what, or prove that nobody altered it (of "
		"the "
		"server, or of a copy)",
	.options = options,
	.run = run,
};
