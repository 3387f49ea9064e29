/* audit_bundle.c - writing a bundle, and judging one that somebody else wrote. */
#include "cli/audit_bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/hash.h"
#include "audit/statement.h"
#include "audit/text.h"
#include "cli/audit_page.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "wire/audit.h"

#define MAGIC "sightglass_bundle"

enum {
	VERSION = 1,
	PAGE = 100,
	LINE_MAX_BYTES = 256 * 1024, /* a record's texts and body, both escaped */
	EXPORT_LOOKED_FOR = 50
};

/* --- one record as a line ---------------------------------------------------------- */

static json_t *record_json(const struct audit_page_record *r)
{
	struct audit_columns c;
	json_t *o = json_object();

	audit_columns_make(&c, r->head.seq, r->body.buf, r->body.len);
	json_object_set_new(o, "seq", json_integer((json_int_t)r->head.seq));
	for (size_t i = AUDIT_COL_SEQ + 1; i < AUDIT_COLUMNS; i++)
		if (c.v[i][0])
			json_object_set_new(o, audit_column_names[i],
					    json_stringn_nocheck(c.v[i], strlen(c.v[i])));
	audit_columns_release(&c);
	remote_set_hex(o, "body", r->body.buf, r->body.len);
	remote_set_hex(o, "hash", r->head.hash, AUDIT_HASH_SIZE);
	if (r->seal_n)
		remote_set_hex(o, "seal", r->seal, r->seal_n);
	return o;
}

/* --- writing ----------------------------------------------------------------------- */

struct writer {
	struct client *client;
	FILE *f;
	const char *path;
	struct hash_state digest; /* of all lines so far */
	uint64_t from, to;
	struct audit_head last;
};

static int failed(const struct writer *w, const char *what)
{
	char why[4400];

	snprintf(why, sizeof(why), "cannot %s %.4000s: %s", what, w->path,
		 strerror(errno));
	return remote_fail(CLI_FAILED, why);
}

/* Takes o. */
static int put_line(struct writer *w, json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER);
	int code = CLI_OK;

	hash_update(&w->digest, text, strlen(text));
	hash_update(&w->digest, "\n", 1);
	if (fprintf(w->f, "%s\n", text) < 0)
		code = failed(w, "write");
	free(text);
	json_decref(o);
	return code;
}

/* The number of the first record from that time on, or of the last before it; 0 = none.
 */
static int find_record(struct writer *w, int64_t from_ms, int64_t to_ms, bool oldest,
		       uint64_t *seq)
{
	struct wire_audit_search ask = {
		.from_ms = from_ms, .to_ms = to_ms, .count = 1, .oldest_first = oldest
	};
	struct wire_reply reply = { 0 };
	int code = CLI_OK;

	for (*seq = 0; code == CLI_OK && !*seq;) {
		struct audit_page p = { 0 };
		struct strbuf why = STRBUF_INIT;
		ask.req = client_next_req(w->client);
		wire_put_audit_search(client_out(w->client), &ask);
		code = client_flush(w->client, &why) == SG_OK
			       ? audit_page_fetch(w->client, ask.req, &p, &reply)
			       : remote_fail(CLI_NO_SERVER, why.buf);
		strbuf_release(&why);
		if (p.n)
			*seq = p.v[0].head.seq;
		audit_page_release(&p);
		uint64_t on = wire_audit_goes_on(reply.text);
		if (!on)
			break;
		ask.after = oldest ? on : ask.after;
		ask.before = oldest ? ask.before : on;
	}
	return code;
}

/* Which records: all from the first to the last of the time asked for. */
static int find_range(struct writer *w, const struct cli_command *c,
		      const struct cli_args *a)
{
	int64_t from_ms = 0, to_ms = 0, now = clock_now().wall.ms;
	int code = cli_arg_time(c, a, "from", now, &from_ms);

	if (code == CLI_OK)
		code = cli_arg_time(c, a, "to", now, &to_ms);
	w->from = 1;
	if (code == CLI_OK && from_ms)
		code = find_record(w, from_ms, to_ms, true, &w->from);
	if (code == CLI_OK)
		code = find_record(w, from_ms, to_ms, false, &w->to);
	if (code == CLI_OK && (!w->from || !w->to || w->to < w->from))
		return remote_fail(CLI_FAILED, "no record is of that time");
	return code;
}

static int put_head(struct writer *w)
{
	struct audit_page p = { 0 };
	json_t *o = json_object();
	uint8_t before[AUDIT_HASH_SIZE] = { 0 };
	int code = audit_page_before(w->client, w->from + 1, 1, &p);

	if (code == CLI_OK && p.n)
		memcpy(w->last.chain_id, p.v[0].head.chain_id, AUDIT_CHAIN_ID_SIZE);
	audit_page_release(&p);
	if (code == CLI_OK && w->from > 1) {
		code = audit_page_before(w->client, w->from, 1, &p);
		if (p.n)
			memcpy(before, p.v[0].head.hash, AUDIT_HASH_SIZE);
		audit_page_release(&p);
	}
	json_object_set_new(o, MAGIC, json_integer(VERSION));
	remote_set_hex(o, "chain", w->last.chain_id, AUDIT_CHAIN_ID_SIZE);
	json_object_set_new(o, "from", json_integer((json_int_t)w->from));
	json_object_set_new(o, "to", json_integer((json_int_t)w->to));
	remote_set_hex(o, "before", before, sizeof(before));
	if (code == CLI_OK)
		return put_line(w, o);
	json_decref(o);
	return code;
}

/* Rows come newest first. */
static int put_page(struct writer *w, uint64_t from, uint64_t to)
{
	struct audit_page p = { 0 };
	int code = CLI_OK;

	for (uint64_t before = to + 1; code == CLI_OK && before > from;) {
		size_t had = p.n;
		code = audit_page_before(w->client, before, before - from, &p);
		if (p.n == had || p.v[p.n - 1].head.seq >= before)
			break;
		before = p.v[p.n - 1].head.seq;
	}
	if (code == CLI_OK && p.n < to - from + 1)
		code = remote_fail(CLI_FAILED, "the server does not hand out all of it");
	for (size_t i = p.n; i-- > 0 && code == CLI_OK;) {
		if (p.v[i].head.seq < from)
			continue;
		w->last = p.v[i].head;
		code = put_line(w, record_json(&p.v[i]));
	}
	audit_page_release(&p);
	return code;
}

/* Asks the server to sign what was written: the record of the export is the tail. */
static int sign(struct writer *w, char digest[HASH_HEX_SIZE])
{
	struct hash_state h = w->digest;
	uint8_t hash[HASH_SIZE];
	char last[HASH_HEX_SIZE], text[400];
	struct wire_reply reply;

	hash_final(&h, hash);
	hash_hex(hash, sizeof(hash), digest);
	hash_hex(w->last.hash, AUDIT_HASH_SIZE, last);
	snprintf(text, sizeof(text), "from=%" PRIu64 " to=%" PRIu64 ":%s digest=%s",
		 w->from, w->to, last, digest);
	return remote_wait(w->client, client_request(w->client, WIRE_SIGN, 0, 0, text),
			   &reply, NULL, NULL);
}

static int put_tail(struct writer *w)
{
	struct audit_page p = { 0 };
	char digest[HASH_HEX_SIZE];
	int code = sign(w, digest);
	bool put = false;

	if (code == CLI_OK)
		code = audit_page_before(w->client, 0, EXPORT_LOOKED_FOR, &p);
	for (size_t i = 0; i < p.n && code == CLI_OK && !put; i++) {
		struct audit_record r;
		struct strbuf text = STRBUF_INIT;
		if (audit_record_get(p.v[i].body.buf, p.v[i].body.len, &r, &text) &&
		    r.kind == AUDIT_EXPORT && strstr(r.detail, digest)) {
			json_t *o = json_object();
			json_object_set_new(o, "signed", record_json(&p.v[i]));
			code = put_line(w, o);
			put = true;
		}
		strbuf_release(&text);
	}
	audit_page_release(&p);
	if (code == CLI_OK && !put)
		code = remote_fail(CLI_FAILED, "the export was recorded, and its record "
					       "is not found");
	return code;
}

static int put_all(struct writer *w, const struct cli_command *c,
		   const struct cli_args *a)
{
	int code = find_range(w, c, a);

	if (code == CLI_OK)
		code = put_head(w);
	for (uint64_t from = w->from; code == CLI_OK && from <= w->to; from += PAGE)
		code = put_page(w, from, w->to - from < PAGE ? w->to : from + PAGE - 1);
	return code == CLI_OK ? put_tail(w) : code;
}

int audit_bundle_write(const struct cli_command *c, const struct cli_args *a,
		       const char *path)
{
	struct writer w = { .path = path };
	int code = CLI_OK;
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	w.f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (!w.f)
		return failed(&w, "make");
	hash_init(&w.digest);
	w.client = remote_open("cli audit", &code);
	if (w.client)
		code = put_all(&w, c, a);
	if (fclose(w.f) != 0 && code == CLI_OK)
		code = failed(&w, "write");
	client_close(w.client);
	if (code == CLI_OK)
		printf("records %" PRIu64 " to %" PRIu64 " are in %s\n", w.from, w.to,
		       path);
	else
		unlink(path);
	return code;
}

/* --- judging ----------------------------------------------------------------------- */

struct reader {
	struct audit_walk walk;
	struct hash_state digest; /* of the lines before this one */
	struct strbuf body;
	uint64_t from, to;
	bool has_head, has_tail;
};

static bool bad(struct reader *r, const char *why)
{
	if (r->walk.v.good)
		snprintf(r->walk.v.text, sizeof(r->walk.v.text), "%s", why);
	r->walk.v.good = false;
	return false;
}

static bool get_hex(const json_t *o, const char *name, uint8_t *out, size_t n)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text && hash_unhex(text, out, n) == 0;
}

static bool read_head(struct reader *r, const json_t *o)
{
	struct audit_head start = { 0 };
	json_int_t from = json_integer_value(json_object_get(o, "from"));
	json_int_t to = json_integer_value(json_object_get(o, "to"));
	struct audit_proof *p = r->walk.proof;

	if (json_integer_value(json_object_get(o, MAGIC)) != VERSION)
		return bad(r, "this is no bundle that this Sightglass can read");
	if (!get_hex(o, "chain", start.chain_id, sizeof(start.chain_id)) ||
	    !get_hex(o, "before", start.hash, sizeof(start.hash)) || from < 1 ||
	    to < from)
		return bad(r, "its first line is malformed");
	r->from = (uint64_t)from;
	r->to = (uint64_t)to;
	start.seq = r->from - 1;
	p->from_middle = start.seq > 0;
	audit_walk_begin(&r->walk, &start, NULL);
	r->walk.proof = p;
	r->has_head = true;
	return true;
}

/* What is readable has to be what is proved (AU-09). */
static bool columns_agree(struct reader *r, const json_t *o, uint64_t seq)
{
	struct audit_columns c;
	char why[160];
	bool ok = true;

	audit_columns_make(&c, seq, r->body.buf, r->body.len);
	for (size_t i = AUDIT_COL_SEQ + 1; i < AUDIT_COLUMNS && ok; i++) {
		const char *text =
			json_string_value(json_object_get(o, audit_column_names[i]));
		ok = strcmp(text ? text : "", c.v[i]) == 0;
		if (!ok)
			snprintf(why, sizeof(why),
				 "its text \"%s\" does not say what its body says",
				 audit_column_names[i]);
	}
	audit_columns_release(&c);
	if (!ok)
		audit_walk_bad(&r->walk, why);
	return ok;
}

static bool read_body(struct reader *r, const json_t *o)
{
	const char *text = json_string_value(json_object_get(o, "body"));
	size_t n = text ? strlen(text) / 2 : 0;

	strbuf_clear(&r->body);
	if (!text || n > AUDIT_BODY_MAX)
		return false;
	char *to = strbuf_room(&r->body, n);
	if (hash_unhex(text, (uint8_t *)to, n) != 0)
		return false;
	return true;
}

static bool read_record(struct reader *r, const json_t *o)
{
	uint8_t hash[AUDIT_HASH_SIZE], seal[AUDIT_SEAL_SIZE];
	bool sealed = json_object_get(o, "seal") != NULL;
	json_int_t seq = json_integer_value(json_object_get(o, "seq"));
	struct audit_walk_row row = { .seq = (uint64_t)seq,
				      .hash = hash,
				      .hash_n = sizeof(hash),
				      .seal = seal,
				      .seal_n = sealed ? sizeof(seal) : 0 };

	if (seq < 1 || !read_body(r, o) || !get_hex(o, "hash", hash, sizeof(hash)) ||
	    (sealed && !get_hex(o, "seal", seal, sizeof(seal)))) {
		audit_walk_bad(&r->walk, "its line is malformed");
		return false;
	}
	row.body = r->body.buf;
	row.n = r->body.len;
	return columns_agree(r, o, row.seq) && audit_walk_row(&r->walk, &row);
}

/* The statement of the export: what it signs is what was read. */
static bool agrees(struct reader *r, const struct audit_statement *s)
{
	uint8_t digest[HASH_SIZE], own[HASH_SIZE];
	const struct audit_head *head = &r->walk.v.head;
	struct hash_state h = r->digest;
	char last[HASH_HEX_SIZE], to[HASH_HEX_SIZE + 32];
	uint64_t from = 0;

	hash_final(&h, own);
	hash_hex(head->hash, AUDIT_HASH_SIZE, last);
	snprintf(to, sizeof(to), " to=%" PRIu64 ":%s ", head->seq, last);
	if (!audit_statement_hex(s->more, "digest", digest, sizeof(digest)) ||
	    memcmp(digest, own, sizeof(own)) != 0)
		return bad(r,
			   "the file is not what was signed: a byte of it was changed");
	if (!audit_statement_number(s->more, "from", &from) || from != r->from ||
	    head->seq != r->to || !strstr(s->more, to) ||
	    memcmp(s->at.chain_id, head->chain_id, AUDIT_CHAIN_ID_SIZE) != 0)
		return bad(r, "the signature is of other records");
	return true;
}

static bool known_key(struct reader *r, const struct audit_statement *s)
{
	struct audit_proof *p = r->walk.proof;
	char fingerprint[KEY_FINGERPRINT_SIZE], why[200];
	bool same = p->has_key && memcmp(p->key, s->key, SIGN_PUBLIC_SIZE) == 0;

	audit_key_fingerprint(s->key, fingerprint);
	for (size_t i = 0; i < p->n_known; i++)
		same = same || strcmp(p->known[i], fingerprint) == 0;
	if (same || (!p->has_key && !p->n_known)) {
		memcpy(p->key, s->key, SIGN_PUBLIC_SIZE);
		p->has_key = true;
		return true;
	}
	snprintf(why, sizeof(why),
		 "the bundle is signed by the key %s, which is none of the known",
		 fingerprint);
	return bad(r, why);
}

/* The tail is a record as well: behind the one that its statement names. */
static bool is_next(struct reader *r, const json_t *o, const struct audit_statement *s)
{
	struct audit_head head = s->at;
	uint8_t hash[AUDIT_HASH_SIZE], seal[AUDIT_SEAL_SIZE], inner[AUDIT_HASH_SIZE];

	if (get_hex(o, "seal", seal, sizeof(seal))) {
		audit_chain_inner(&head, r->body.buf, r->body.len, inner);
		audit_chain_close(&head, inner, seal);
	} else {
		audit_chain_append(&head, r->body.buf, r->body.len);
	}
	if (get_hex(o, "hash", hash, sizeof(hash)) &&
	    memcmp(hash, head.hash, sizeof(hash)) == 0 &&
	    json_integer_value(json_object_get(o, "seq")) == (json_int_t)head.seq)
		return columns_agree(r, o, head.seq);
	return bad(r, "its last line is not the record that it says");
}

static bool read_tail(struct reader *r, const json_t *o)
{
	struct strbuf text = STRBUF_INIT;
	struct audit_statement s;
	struct audit_record a;
	bool ok = read_body(r, o) &&
		  audit_record_get(r->body.buf, r->body.len, &a, &text) &&
		  a.kind == AUDIT_EXPORT && audit_statement_get(a.detail, &s);

	if (!ok)
		bad(r, "its last line is malformed");
	else if (!audit_statement_signed(s.key, a.detail, a.result))
		ok = bad(r, "the signature of the bundle is wrong");
	else
		ok = agrees(r, &s) && known_key(r, &s) && is_next(r, o, &s);
	r->has_tail = ok;
	strbuf_release(&text);
	return ok;
}

static bool read_line(struct reader *r, const char *line, size_t n)
{
	json_error_t error;
	json_t *o = json_loadb(line, n, JSON_REJECT_DUPLICATES, &error);
	const json_t *tail = json_object_get(o, "signed");
	bool ok = false;

	if (!json_is_object(o))
		bad(r, "a line is no JSON object");
	else if (r->has_tail)
		bad(r, "something stands behind its signature");
	else if (!r->has_head)
		ok = read_head(r, o);
	else
		ok = tail ? read_tail(r, tail) : read_record(r, o);
	json_decref(o);
	hash_update(&r->digest, line, n);
	return ok;
}

static void complete(struct reader *r)
{
	if (r->walk.v.good && !r->has_tail)
		bad(r, "its signed end is missing: it was cut off");
	if (r->walk.v.good)
		audit_walk_end(&r->walk);
}

void audit_bundle_judge(FILE *f, struct audit_proof *p, struct audit_verdict *v)
{
	struct reader r = { .body = STRBUF_INIT };
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	audit_walk_begin(&r.walk, &(struct audit_head){ 0 }, NULL);
	r.walk.proof = p;
	hash_init(&r.digest);
	while ((n = getline(&line, &cap, f)) > 0) {
		if (n > LINE_MAX_BYTES) {
			bad(&r, "a line is longer than any record");
			break;
		}
		if (!read_line(&r, line, (size_t)n))
			break;
	}
	complete(&r);
	*v = r.walk.v;
	free(line);
	strbuf_release(&r.body);
}

bool audit_is_bundle(const char *path)
{
	char start[64] = "";
	FILE *f = fopen(path, "re");
	size_t n = f ? fread(start, 1, sizeof(start) - 1, f) : 0;

	start[n] = '\0';
	if (f)
		fclose(f);
	return strncmp(start, "{\"" MAGIC "\"", strlen(MAGIC) + 3) == 0;
}
