/* statement.c - statements as text, and their signatures. */
#include "audit/statement.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/hash.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* Before what is signed: nothing else that we sign begins with it. */
#define DOMAIN "sightglass-record-1 "

enum { CHAIN_HEX = 2 * AUDIT_CHAIN_ID_SIZE + 1 };

bool audit_kind_is_statement(enum audit_kind kind)
{
	return kind >= AUDIT_CHECKPOINT && kind <= AUDIT_EXPORT;
}

void audit_statement_put(struct strbuf *out, const struct audit_statement *s)
{
	char chain[CHAIN_HEX], hash[HASH_HEX_SIZE], journal[HASH_HEX_SIZE];
	char previous[HASH_HEX_SIZE], key[HASH_HEX_SIZE];

	hash_hex(s->at.chain_id, AUDIT_CHAIN_ID_SIZE, chain);
	hash_hex(s->at.hash, AUDIT_HASH_SIZE, hash);
	hash_hex(s->journal.hash, AUDIT_HASH_SIZE, journal);
	hash_hex(s->previous.hash, AUDIT_HASH_SIZE, previous);
	hash_hex(s->key, SIGN_PUBLIC_SIZE, key);
	strbuf_addf(out,
		    "%s chain=%s seq=%" PRIu64 " hash=%s rows=%" PRIu64 " epoch=%" PRIu64
		    " journal=%" PRIu64 ":%s time=%" PRId64 " config=%s previous=%" PRIu64
		    ":%s key=%s%s%.*s",
		    s->what, chain, s->at.seq, hash, s->rows, s->epoch, s->journal.seq,
		    journal, s->wall_ms, s->config[0] ? s->config : "-", s->previous.seq,
		    previous, key, s->more && s->more[0] ? " " : "", STATEMENT_MORE_MAX,
		    s->more ? s->more : "");
}

/* Words one after the other; what does not fit fails it for good. */
struct words {
	const char *p;
	bool failed;
};

/* "name=VALUE" and the space behind it; "" after a failure. */
static void value(struct words *w, const char *name, char end, char *out, size_t size)
{
	size_t n = strlen(name), len;

	out[0] = '\0';
	if (w->failed || strncmp(w->p, name, n) != 0) {
		w->failed = true;
		return;
	}
	len = strcspn(w->p + n, " :");
	if (len == 0 || len >= size ||
	    (w->p[n + len] != end && !(end == ' ' && w->p[n + len] == '\0'))) {
		w->failed = true;
		return;
	}
	memcpy(out, w->p + n, len);
	out[len] = '\0';
	w->p += n + len + (w->p[n + len] != '\0');
}

static uint64_t number(struct words *w, const char *name, char end)
{
	char text[24];
	int64_t v = 0;

	value(w, name, end, text, sizeof(text));
	if (!w->failed && !num_parse_int(text, 0, INT64_MAX, &v))
		w->failed = true;
	return (uint64_t)v;
}

static void hex(struct words *w, const char *name, uint8_t *out, size_t n)
{
	char text[HASH_HEX_SIZE];

	value(w, name, ' ', text, sizeof(text));
	if (!w->failed && hash_unhex(text, out, n) != 0)
		w->failed = true;
}

static void head(struct words *w, const char *name, struct audit_head *h)
{
	h->seq = number(w, name, ':');
	hex(w, "", h->hash, AUDIT_HASH_SIZE);
}

bool audit_statement_get(const char *text, struct audit_statement *s)
{
	struct words w = { .p = text };

	*s = (struct audit_statement){ 0 };
	value(&w, "", ' ', s->what, sizeof(s->what));
	hex(&w, "chain=", s->at.chain_id, AUDIT_CHAIN_ID_SIZE);
	s->at.seq = number(&w, "seq=", ' ');
	hex(&w, "hash=", s->at.hash, AUDIT_HASH_SIZE);
	s->rows = number(&w, "rows=", ' ');
	s->epoch = number(&w, "epoch=", ' ');
	head(&w, "journal=", &s->journal);
	s->wall_ms = (int64_t)number(&w, "time=", ' ');
	value(&w, "config=", ' ', s->config, sizeof(s->config));
	head(&w, "previous=", &s->previous);
	hex(&w, "key=", s->key, SIGN_PUBLIC_SIZE);
	s->more = w.p;
	return !w.failed;
}

/* Where " name=" is, or is at the beginning; NULL = nowhere. */
static const char *find(const char *more, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = more; p && *p; p = strchr(p, ' '), p = p ? p + 1 : NULL)
		if (strncmp(p, name, n) == 0 && p[n] == '=')
			return p + n + 1;
	return NULL;
}

bool audit_statement_hex(const char *more, const char *name, uint8_t *out, size_t n)
{
	const char *p = find(more, name);
	char text[HASH_HEX_SIZE];
	size_t len = p ? strcspn(p, " ") : 0;

	if (!p || len >= sizeof(text))
		return false;
	memcpy(text, p, len);
	text[len] = '\0';
	return hash_unhex(text, out, n) == 0;
}

bool audit_statement_number(const char *more, const char *name, uint64_t *out)
{
	const char *p = find(more, name);
	char text[24];
	size_t len = p ? strcspn(p, " :") : 0;
	int64_t v;

	if (!p || len >= sizeof(text))
		return false;
	memcpy(text, p, len);
	text[len] = '\0';
	if (!num_parse_int(text, 0, INT64_MAX, &v))
		return false;
	*out = (uint64_t)v;
	return true;
}

/* --- signatures -------------------------------------------------------------------- */

void audit_statement_sign(const struct sign_keys *k, const char *text,
			  char signature[STATEMENT_SIGNATURE_SIZE])
{
	char *said = xasprintf(DOMAIN "%s", text);
	uint8_t bytes[SIGN_SIZE];

	sign_bytes(k, said, strlen(said), bytes);
	hash_hex(bytes, sizeof(bytes), signature);
	free(said);
}

bool audit_statement_signed(const uint8_t key[SIGN_PUBLIC_SIZE], const char *text,
			    const char *signature)
{
	char said[sizeof(DOMAIN) + AUDIT_TEXT_MAX];
	uint8_t bytes[SIGN_SIZE];
	int n = snprintf(said, sizeof(said), DOMAIN "%s", text);

	return n > 0 && (size_t)n < sizeof(said) &&
	       hash_unhex(signature, bytes, sizeof(bytes)) == 0 &&
	       sign_is_good(key, said, (size_t)n, bytes);
}

void audit_key_fingerprint(const uint8_t key[SIGN_PUBLIC_SIZE],
			   char out[KEY_FINGERPRINT_SIZE])
{
	enum { SHOWN = 16, GROUP = 2 };
	struct hash_state h;
	uint8_t hash[HASH_SIZE];
	char *p = out;

	hash_init(&h);
	hash_update(&h, key, SIGN_PUBLIC_SIZE);
	hash_final(&h, hash);
	for (size_t i = 0; i < SHOWN; i += GROUP) {
		if (i)
			*p++ = ' ';
		hash_hex(hash + i, GROUP, p);
		p += 2 * GROUP;
	}
}
