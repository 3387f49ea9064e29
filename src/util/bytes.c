/* bytes.c - little-endian getters that cannot run past their end, and their writers. */
#include "util/bytes.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

const uint8_t *bytes_raw(struct bytes_reader *r, size_t n)
{
	const uint8_t *p = r->p;

	if (r->failed || n > r->left) {
		r->failed = true;
		return NULL;
	}
	r->p += n;
	r->left -= n;
	return p;
}

/* n is a constant where it is called: a load. */
static inline uint64_t get(struct bytes_reader *r, size_t n)
{
	const uint8_t *p = bytes_raw(r, n);

	return p ? bytes_from_le(p, n) : 0;
}

uint8_t bytes_u8(struct bytes_reader *r)
{
	return (uint8_t)get(r, 1);
}

uint16_t bytes_u16(struct bytes_reader *r)
{
	return (uint16_t)get(r, 2);
}

uint32_t bytes_u32(struct bytes_reader *r)
{
	return (uint32_t)get(r, 4);
}

uint64_t bytes_u64(struct bytes_reader *r)
{
	return get(r, 8);
}

int64_t bytes_i64(struct bytes_reader *r)
{
	return (int64_t)get(r, 8);
}

double bytes_f64(struct bytes_reader *r)
{
	uint64_t bits = get(r, 8);
	double v;

	memcpy(&v, &bits, sizeof(v));
	return v;
}

/* The bytes of a string, n set; NULL when it is cut or holds a NUL. */
static const uint8_t *str_bytes(struct bytes_reader *r, size_t max, size_t *n)
{
	*n = bytes_u16(r);
	const uint8_t *p = bytes_raw(r, *n);
	if (!p || *n > max || memchr(p, 0, *n)) {
		r->failed = true;
		return NULL;
	}
	return p;
}

void bytes_str(struct bytes_reader *r, char *out, size_t size)
{
	size_t n;
	const uint8_t *p = str_bytes(r, size - 1, &n);

	if (p)
		memcpy(out, p, n);
	out[p ? n : 0] = '\0';
}

const char *bytes_view(struct bytes_reader *r, size_t max, size_t *n)
{
	const uint8_t *p = str_bytes(r, max, n);

	if (!p)
		*n = 0;
	return p ? (const char *)p : "";
}

char *bytes_strdup(struct bytes_reader *r, size_t max)
{
	size_t n;
	const char *p = bytes_view(r, max, &n);

	return xstrndup(p, n);
}

const uint8_t *bytes_blob(struct bytes_reader *r, size_t *n)
{
	*n = bytes_u32(r);
	return bytes_raw(r, *n);
}

uint8_t bytes_count(struct bytes_reader *r, size_t max)
{
	uint8_t n = bytes_u8(r);

	if (n > max)
		r->failed = true;
	return r->failed ? 0 : n;
}

bool bytes_done(const struct bytes_reader *r)
{
	return !r->failed && r->left == 0;
}

static void put(struct strbuf *w, uint64_t v, size_t n)
{
	uint8_t b[8];

	bytes_le(b, v, n);
	strbuf_add(w, b, n);
}

void bytes_put_u8(struct strbuf *w, uint8_t v)
{
	put(w, v, 1);
}

void bytes_put_u16(struct strbuf *w, uint16_t v)
{
	put(w, v, 2);
}

void bytes_put_u32(struct strbuf *w, uint32_t v)
{
	put(w, v, 4);
}

void bytes_put_u64(struct strbuf *w, uint64_t v)
{
	put(w, v, 8);
}

void bytes_put_i64(struct strbuf *w, int64_t v)
{
	put(w, (uint64_t)v, 8);
}

void bytes_put_f64(struct strbuf *w, double v)
{
	uint64_t bits;

	memcpy(&bits, &v, sizeof(bits));
	put(w, bits, 8);
}

void bytes_put_str(struct strbuf *w, const char *s)
{
	size_t n = s ? strnlen(s, UINT16_MAX) : 0;

	bytes_put_u16(w, (uint16_t)n);
	if (n)
		strbuf_add(w, s, n);
}

void bytes_put_blob(struct strbuf *w, const void *p, size_t n)
{
	bytes_put_u32(w, (uint32_t)n);
	strbuf_add(w, p, n);
}

void bytes_patch_u32(struct strbuf *w, size_t at, uint32_t v)
{
	for (size_t i = 0; i < 4; i++)
		w->buf[at + i] = (char)(v >> (8 * i));
}
