/* manifest_signed.c - a manifest with an engineer's signature, as text: written by
 * `sightglass config sign`, read by whoever is told to run what it names. Every byte is
 * significant: the reader takes exactly what the writer makes. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "station/manifest.h"
#include "util/num.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char first_line[] = "sightglass-manifest 1";

void manifest_sign(const struct manifest *m, uint64_t version,
		   const struct sign_keys *keys, struct strbuf *out)
{
	char hex[2 * SIGN_SIZE + 1];
	uint8_t signature[SIGN_SIZE];

	strbuf_setf(out, "%s\nversion %" PRIu64 "\n", first_line, version);
	for (size_t i = 0; i < m->n; i++) {
		hash_hex(m->v[i].hash, HASH_SIZE, hex);
		strbuf_addf(out, "file %s %" PRIu64 " %s\n", hex, m->v[i].size,
			    m->v[i].path);
	}
	hash_hex(keys->public, SIGN_PUBLIC_SIZE, hex);
	strbuf_addf(out, "key %s\n", hex);
	sign_bytes(keys, out->buf, out->len, signature);
	hash_hex(signature, SIGN_SIZE, hex);
	strbuf_addf(out, "signature %s\n", hex);
}

struct reader {
	const char *at, *end;
	int line;
	struct strbuf word; /* the present line, NUL-terminated */
};

static bool next_line(struct reader *r)
{
	const char *end = memchr(r->at, '\n', (size_t)(r->end - r->at));

	if (!end || memchr(r->at, '\0', (size_t)(end - r->at)))
		return false;
	strbuf_clear(&r->word);
	strbuf_add(&r->word, r->at, (size_t)(end - r->at));
	r->at = end + 1;
	r->line++;
	return true;
}

/* What stands behind the keyword, NULL when the line is another one. */
static const char *after(const struct reader *r, const char *keyword)
{
	size_t n = strlen(keyword);

	return strncmp(r->word.buf, keyword, n) == 0 && r->word.buf[n] == ' '
		       ? r->word.buf + n + 1
		       : NULL;
}

static bool number(const char *text, uint64_t *v)
{
	int64_t n;

	if (!text || !num_parse_int(text, 0, INT64_MAX, &n))
		return false;
	*v = (uint64_t)n;
	return true;
}

/* "HASH SIZE PATH" */
static bool read_file(const char *text, struct manifest *m)
{
	struct manifest_file f = { 0 };
	char *own = xstrdup(text), *size, *path;
	bool good =
		(size = strchr(own, ' ')) && (path = strchr(size + 1, ' ')) && path[1];

	if (good) {
		*size++ = '\0';
		*path++ = '\0';
		good = hash_unhex(own, f.hash, HASH_SIZE) == 0 && number(size, &f.size) &&
		       (!m->n || strcmp(m->v[m->n - 1].path, path) < 0);
	}
	if (good) {
		f.path = xstrdup(path);
		*GROW(&m->v, &m->n) = f;
	}
	free(own);
	return good;
}

static bool read_body(struct reader *r, struct manifest_signed *out)
{
	const char *text;

	if (!next_line(r) || strcmp(r->word.buf, first_line) != 0)
		return false;
	if (!next_line(r) || !number(after(r, "version"), &out->version))
		return false;
	while (next_line(r) && (text = after(r, "file")))
		if (!read_file(text, &out->files))
			return false;
	return (text = after(r, "key")) &&
	       hash_unhex(text, out->key, SIGN_PUBLIC_SIZE) == 0;
}

bool manifest_signed_read(const char *text, size_t len, struct manifest_signed *out,
			  struct strbuf *why)
{
	struct reader r = { .at = text, .end = text + len, .word = STRBUF_INIT };
	uint8_t signature[SIGN_SIZE];
	const char *hex;
	size_t covered;
	bool good;

	*out = (struct manifest_signed){ 0 };
	good = read_body(&r, out);
	covered = (size_t)(r.at - text);
	good = good && next_line(&r) && (hex = after(&r, "signature")) &&
	       hash_unhex(hex, signature, SIGN_SIZE) == 0 && r.at == r.end;
	if (!good)
		strbuf_setf(why, "line %d is not as `sightglass config sign` writes it",
			    r.line);
	else if (!(good = sign_is_good(out->key, text, covered, signature)))
		strbuf_setf(why, "its signature is wrong: something in it was changed");
	if (!good)
		manifest_signed_release(out);
	strbuf_release(&r.word);
	return good;
}

void manifest_signed_release(struct manifest_signed *m)
{
	manifest_release(&m->files);
}
