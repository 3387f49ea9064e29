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
#include "cli/journal_rows.h"
#include "cli/remote.h"
#include "store/store.h"
#include "util/num.h"
#include "util/utf8.h"
#include "util/xalloc.h"
#include "wire/client.h"

enum { PAGE = 100, COUNT_DEFAULT = 50, COUNT_MAX = 1000000 };

extern const struct cli_command cmd_audit;

/* --- pages of records from the server -------------------------------------------- */

struct record {
	struct audit_head head; /* its seq, its hash, its chain */
	struct strbuf body;
	struct strbuf why; /* what was wrong with its row; "" = nothing */
};

struct page {
	struct record *v; /* newest first */
	size_t n;
};

static void record_release(struct record *r)
{
	strbuf_release(&r->body);
	strbuf_release(&r->why);
}

static void page_release(struct page *p)
{
	for (size_t i = 0; i < p->n; i++)
		record_release(&p->v[i]);
	free(p->v);
	*p = (struct page){ 0 };
}

static void take_row(void *arg, const struct client_frame *f)
{
	struct page *p = arg;
	struct wire_row row;
	struct record r = { .body = STRBUF_INIT, .why = STRBUF_INIT };

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &row))
		return;
	if (audit_row_read(row.field, row.n, &r.head, &r.body, &r.why) || r.head.seq) {
		struct record *kept = GROW(&p->v, &p->n);
		*kept = r;
	} else {
		record_release(&r); /* no number: it is missing where it should be */
	}
	wire_row_release(&row);
}

/* Adds at most count records with seq < before to p. Returns an exit code. */
static int fetch(struct client *c, uint64_t before, uint64_t count, struct page *p)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code = CLI_OK;
	uint32_t req = client_request(c, WIRE_AUDIT, before, count, "");

	if (client_wait_reply(c, req, &reply, take_row, p, &why) != SG_OK)
		code = remote_fail(CLI_NO_SERVER, why.buf);
	else if (reply.status != WIRE_OK)
		code = remote_fail(CLI_FAILED, reply.text);
	strbuf_release(&why);
	return code;
}

/* --- list ------------------------------------------------------------------------ */

static json_t *number_or_null(uint64_t v)
{
	return v ? json_integer((json_int_t)v) : json_null();
}

static void set_clean(json_t *o, const char *name, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, AUDIT_TEXT_MAX);
	json_object_set_new(o, name, json_stringn_nocheck(clean.buf, clean.len));
	strbuf_release(&clean);
}

static void set_hex(json_t *o, const char *name, const uint8_t *p, size_t n)
{
	char hex[HASH_HEX_SIZE];

	hash_hex(p, n, hex);
	json_object_set_new(o, name, json_string(hex));
}

static void set_columns(json_t *o, const struct record *r)
{
	struct audit_columns c;

	audit_columns_make(&c, r->head.seq, r->body.buf, r->body.len);
	for (size_t i = 0; i < AUDIT_COLUMNS; i++)
		json_object_set_new(o, audit_column_names[i],
				    json_stringn_nocheck(c.v[i], strlen(c.v[i])));
	audit_columns_release(&c);
}

static void print_json(const struct record *r, const struct audit_record *a)
{
	json_t *o = json_object();

	set_columns(o, r); /* then numbers take the place of texts */
	json_object_set_new(o, "seq", json_integer((json_int_t)r->head.seq));
	json_object_set_new(o, "time", json_integer(a->wall_ms));
	json_object_set_new(o, "session", number_or_null(a->session));
	json_object_set_new(o, "request", number_or_null(a->request));
	json_object_set_new(o, "uid",
			    a->uid == UINT32_MAX ? json_null() : json_integer(a->uid));
	set_clean(o, "roles", a->roles);
	set_clean(o, "config", a->config);
	set_clean(o, "old_raw", a->old_raw);
	set_clean(o, "new_raw", a->new_raw);
	set_clean(o, "manifest", a->manifest);
	json_object_set_new(o, "mono_ns", json_integer(a->mono_ns));
	set_hex(o, "boot_id", a->boot_id, AUDIT_BOOT_ID_SIZE);
	json_object_set_new(o, "clock_synced", json_boolean(a->clock_synced));
	set_hex(o, "hash", r->head.hash, AUDIT_HASH_SIZE);
	remote_print_json(o);
}

/* Returns an exit code: a row that contradicts itself is named, not shown. */
static int print_record(const struct record *r, bool json)
{
	struct strbuf text = STRBUF_INIT, line = STRBUF_INIT;
	struct audit_record a;
	int code = CLI_OK;

	if (!r->why.len && !audit_record_get(r->body.buf, r->body.len, &a, &text))
		strbuf_setf(&line, "record %" PRIu64 ": its body is malformed",
			    r->head.seq);
	else if (r->why.len)
		strbuf_setf(&line, "record %" PRIu64 ": %s", r->head.seq, r->why.buf);
	if (line.len) {
		code = remote_fail(CLI_FAILED, line.buf);
	} else if (json) {
		print_json(r, &a);
	} else {
		audit_line(&line, r->head.seq, &a);
		puts(line.buf);
	}
	strbuf_release(&line);
	strbuf_release(&text);
	return code;
}

/* One page; *before moves to its last record, or to 1 when there is no more. */
static int list_page(struct client *c, uint64_t *before, uint64_t *count, bool json)
{
	struct page p = { 0 };
	int code = fetch(c, *before, *count < PAGE ? *count : PAGE, &p);

	for (size_t i = 0; i < p.n; i++)
		if (print_record(&p.v[i], json) != CLI_OK)
			code = CLI_FAILED; /* and the others are shown */
	uint64_t last = p.n ? p.v[p.n - 1].head.seq : 1;
	bool goes_down = *before == 0 || last < *before;
	*before = goes_down ? last : 1; /* a server that does not ends it, too */
	*count -= p.n < *count ? p.n : *count;
	page_release(&p);
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
static int fetch_range(struct client *c, uint64_t from, uint64_t to, struct page *p)
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

static void walk_record(struct audit_walk *w, const struct record *r)
{
	bool same_chain =
		memcmp(r->head.chain_id, w->v.head.chain_id, AUDIT_CHAIN_ID_SIZE) == 0;

	if (r->head.seq == w->v.head.seq + 1 && r->why.len)
		audit_walk_bad(w, r->why.buf);
	else if (r->head.seq == w->v.head.seq + 1 && !same_chain)
		audit_walk_bad(w, "it names another chain id");
	else
		audit_walk_next(w, r->head.seq, r->body.buf, r->body.len, r->head.hash,
				AUDIT_HASH_SIZE);
}

/* Beyond a gap the server goes on below `from`: those were walked before. */
static void walk_page(struct audit_walk *w, const struct page *p, uint64_t from)
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
		struct page p = { 0 };
		uint64_t to = last - from < PAGE ? last : from + PAGE - 1;
		code = fetch_range(c, from, to, &p);
		if (code == CLI_OK)
			walk_page(w, &p, from);
		page_release(&p);
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
	struct page newest = { 0 };
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
	page_release(&newest);
	client_close(c);
	return code;
}

static int verify_file(const char *path, const struct audit_head *noted,
		       const struct audit_head *noted_journal,
		       struct audit_verdict v[STORE_CHAINS])
{
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;

	if (store_verify_all(path, noted, noted_journal, v, &why) != SG_OK)
		code = remote_fail(CLI_FAILED, why.buf);
	strbuf_release(&why);
	return code;
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
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_audit = {
	.name = "audit",
	.args = "list [--count N] [--before SEQ] [--json] | verify [FILE] [--head "
		"SEQ:HASH] "
		"[--journal-head SEQ:HASH] [--json]",
	.help = "show the record of who did what, or prove that nobody altered it (of "
		"the "
		"server, or of a copy)",
	.options = options,
	.run = run,
};
