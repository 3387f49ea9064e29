/* audit_verify.c - the auditor's side: what a record is held against, and the verdict. */
#include "cli/audit_verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "audit/walk.h"
#include "cli/audit_bundle.h"
#include "cli/audit_page.h"
#include "cli/journal_rows.h"
#include "cli/remote.h"
#include "store/store.h"
#include "util/clock.h"
#include "util/num.h"
#include "util/xalloc.h"
#include "wire/client.h"

enum { PAGE = 100 };

/* Adds at most count records with seq < before to p. Returns an exit code. */
/* --- verify: a running server's chain, oldest first --------------------------------- */

/* Records [from, to] into p, newest first, however many the server gives at a time. */
static int fetch_range(struct client *c, uint64_t from, uint64_t to, struct audit_page *p)
{
	uint64_t before = to + 1;
	int code = CLI_OK;

	while (code == CLI_OK && before > from) {
		size_t had = p->n;
		code = audit_page_before(c, before, before - from, p);
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
static int verify_server(const struct store_question *q,
			 struct audit_verdict v[STORE_CHAINS])
{
	struct audit_page newest = { 0 };
	struct audit_head start = { 0 };
	struct audit_walk w;
	int code = CLI_OK;
	struct client *c = remote_open("cli audit", &code);

	if (!c)
		return code;
	code = audit_page_before(c, 0, 1, &newest);
	if (newest.n)
		memcpy(start.chain_id, newest.v[0].head.chain_id, AUDIT_CHAIN_ID_SIZE);
	audit_walk_begin(&w, &start, q->noted);
	w.proof = q->proof;
	if (code == CLI_OK && newest.n)
		code = walk_server(c, &w, newest.v[0].head.seq);
	audit_walk_end(&w);
	v[0] = w.v;
	if (code == CLI_OK)
		code = journal_verify(c, start.chain_id, q->noted_journal, &v[1]);
	audit_page_release(&newest);
	client_close(c);
	return code;
}

static int verify_file(const char *path, const struct store_question *q,
		       struct audit_verdict v[STORE_CHAINS])
{
	struct strbuf why = STRBUF_INIT;
	int code = CLI_OK;

	if (store_verify_all(path, q, v, &why) != SG_OK)
		code = remote_fail(CLI_FAILED, why.buf);
	strbuf_release(&why);
	return code;
}

static int verify_bundle(const char *path, const struct store_question *q,
			 struct audit_verdict v[STORE_CHAINS])
{
	FILE *f = fopen(path, "re");

	if (!f)
		return remote_fail(CLI_FAILED, "the bundle cannot be read");
	audit_bundle_judge(f, q->proof, &v[0]);
	fclose(f);
	v[1].good = true; /* the journal is no part of it */
	return CLI_OK;
}

static json_t *number_or_null(uint64_t v)
{
	return v ? json_integer((json_int_t)v) : json_null();
}

static json_t *verdict_json(const struct audit_verdict *v)
{
	json_t *o = json_object();

	json_object_set_new(o, "good", json_boolean(v->good));
	json_object_set_new(o, "records", json_integer((json_int_t)v->records));
	json_object_set_new(o, "first_bad", number_or_null(v->first_bad));
	json_object_set_new(o, "head_seq", json_integer((json_int_t)v->head.seq));
	remote_set_hex(o, "head_hash", v->head.hash, AUDIT_HASH_SIZE);
	remote_set_hex(o, "chain_id", v->head.chain_id, AUDIT_CHAIN_ID_SIZE);
	json_object_set_new(o, "text", json_stringn_nocheck(v->text, strlen(v->text)));
	return o;
}

static void print_verdicts(const struct audit_verdict v[STORE_CHAINS],
			   const struct audit_proof *p, bool json)
{
	struct strbuf told = STRBUF_INIT;

	audit_proof_tell(p, &told);
	if (!json) {
		printf("%s%s\n", v[0].good ? "" : "BAD: ", v[0].text);
		if (v[1].text[0])
			printf("%salarm journal: %s\n",
			       v[1].good ? "" : "BAD: ", v[1].text);
		fputs(told.buf, stdout);
	} else {
		json_t *o = verdict_json(&v[0]);
		json_object_set_new(o, "journal", verdict_json(&v[1]));
		json_object_set_new(o, "statements",
				    json_integer((json_int_t)p->statements));
		json_object_set_new(o, "sealed", json_integer((json_int_t)p->sealed));
		json_object_set_new(o, "seals_proved",
				    json_integer((json_int_t)p->proved));
		json_object_set_new(o, "odd_times",
				    json_integer((json_int_t)p->odd_times));
		json_object_set_new(o, "told", json_stringn_nocheck(told.buf, told.len));
		remote_print_json(o);
	}
	strbuf_release(&told);
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
static bool head_option(const struct cli_command *c, const struct cli_args *a,
			const char *name, struct audit_head *head,
			const struct audit_head **known)
{
	const char *text = cli_arg(c, a, name);
	char why[120];

	*known = text ? head : NULL;
	if (!text || parse_head(text, head))
		return true;
	snprintf(why, sizeof(why),
		 "--%s wants SEQ:HASH as an earlier \"audit verify\" printed them", name);
	remote_fail(CLI_USAGE, why);
	return false;
}

/* --- what others have of it -------------------------------------------------------- */

enum { PAPERS_MAX = 64, NOTES_BYTES = 64 << 20 };

struct notes {
	struct audit_noted *noted; /* owned */
	size_t n_noted;
	struct seal_paper papers[PAPERS_MAX];
	size_t n_papers;
};

/* The whole of a small text file; owned, NULL with the reason told. */
static char *read_text(const char *path)
{
	char why[4300], *text = NULL;
	FILE *f = fopen(path, "re");
	size_t cap = 0;
	ssize_t n = f ? getdelim(&text, &cap, '\0', f) : -1;

	if (f)
		fclose(f);
	if (n >= 0 && n <= NOTES_BYTES)
		return text;
	free(text);
	snprintf(why, sizeof(why), "cannot read %.4000s%s", path,
		 n > NOTES_BYTES ? ": it is too long" : "");
	remote_fail(CLI_FAILED, why);
	return NULL;
}

/* All anchors in it: a line of a log, of the second folder, of a broker. */
static bool read_anchors(const char *path, struct notes *n)
{
	char *text = read_text(path);
	const char *at = text;
	struct audit_anchor a;

	while (text && audit_anchor_get(at, &a, &at)) {
		struct audit_noted *noted = GROW(&n->noted, &n->n_noted);
		noted->seq = a.head.seq;
		noted->has_hash = noted->has_key = true;
		memcpy(noted->hash, a.head.hash, AUDIT_HASH_SIZE);
		memcpy(noted->key, a.key, SIGN_PUBLIC_SIZE);
	}
	free(text);
	if (text && n->n_noted)
		return true;
	if (text)
		remote_fail(CLI_USAGE,
			    "there is no whole anchor in the file of --anchor");
	return false;
}

static bool read_papers(const char *path, struct notes *n)
{
	char *text = read_text(path);
	const char *at = text;

	while (text && n->n_papers < PAPERS_MAX && (at = strstr(at, "sg-seal-key-1:"))) {
		if (seal_paper_get(at, &n->papers[n->n_papers]))
			n->n_papers++;
		at++;
	}
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
	if (text && n->n_papers)
		return true;
	if (text)
		remote_fail(CLI_USAGE,
			    "there is no whole seal key in the file of --seal-key: copy "
			    "the line \"sg-seal-key-1:...\" again");
	return false;
}

/* "812:K7QM2X", as consoles show it. */
static bool read_code(const char *text, struct notes *n)
{
	struct audit_noted *noted;
	char code[ANCHOR_CODE_SIZE], rest;
	uint64_t seq;

	if (sscanf(text, "%" SCNu64 ":%6[0-9A-Z]%c", &seq, code, &rest) != 2 ||
	    strlen(code) != ANCHOR_CODE_SIZE - 1) {
		remote_fail(CLI_USAGE, "--code wants SEQ:CODE as a console showed them");
		return false;
	}
	noted = GROW(&n->noted, &n->n_noted);
	noted->seq = seq;
	memcpy(noted->code, code, sizeof(code));
	return true;
}

static bool read_notes(const struct cli_command *c, const struct cli_args *a,
		       struct notes *n, struct audit_proof *p)
{
	const char *anchors = cli_arg(c, a, "anchor"), *code = cli_arg(c, a, "code");
	const char *seal = cli_arg(c, a, "seal-key"), *key = cli_arg(c, a, "key");

	if ((anchors && !read_anchors(anchors, n)) || (code && !read_code(code, n)) ||
	    (seal && !read_papers(seal, n)))
		return false;
	if (key && !audit_proof_know(p, key)) {
		remote_fail(CLI_USAGE, "--key wants a fingerprint of 32 digits, as "
				       "\"audit verify\" prints it");
		return false;
	}
	audit_noted_sort(n->noted, n->n_noted);
	p->noted = n->noted;
	p->n_noted = n->n_noted;
	p->papers = n->papers;
	p->n_papers = n->n_papers;
	return true;
}

static int judge(const struct cli_args *a, const struct store_question *q,
		 struct audit_verdict v[STORE_CHAINS])
{
	if (a->n < 2)
		return verify_server(q, v);
	return (audit_is_bundle(a->arg[1]) ? verify_bundle : verify_file)(a->arg[1], q,
									  v);
}

int audit_verify(const struct cli_command *c, const struct cli_args *a)
{
	struct audit_head audit, journal;
	struct audit_proof proof;
	struct notes notes = { 0 };
	struct store_question q = { .proof = &proof };
	struct audit_verdict v[STORE_CHAINS] = { 0 };
	int code = CLI_USAGE;

	audit_proof_begin(&proof);
	if (head_option(c, a, "head", &audit, &q.noted) &&
	    head_option(c, a, "journal-head", &journal, &q.noted_journal) &&
	    read_notes(c, a, &notes, &proof))
		code = cli_arg_time(c, a, "since", clock_now().wall.ms, &q.since_ms);
	if (code == CLI_OK && q.since_ms && a->n < 2)
		code = remote_fail(CLI_USAGE, "--since goes with a FILE");
	if (code == CLI_OK)
		code = judge(a, &q, v);
	if (code == CLI_OK) {
		print_verdicts(v, &proof, cli_arg(c, a, "json") != NULL);
		code = v[0].good && v[1].good ? CLI_OK : CLI_FAILED;
	}
	audit_proof_release(&proof);
	explicit_bzero(notes.papers, sizeof(notes.papers));
	free(notes.noted);
	return code;
}
