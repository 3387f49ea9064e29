/*
 * bytes.h - bounds-checked little-endian reading and writing.
 *
 * Every protocol and stored body goes through these two; no buffer is ever cast.
 * A reader that runs past its end returns zeros and stays failed: check
 * bytes_ok() once, at the end.
 */
#ifndef SG_UTIL_BYTES_H
#define SG_UTIL_BYTES_H

#include <endian.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct strbuf;

struct bytes_reader {
	const uint8_t *p; /* borrowed */
	size_t left;
	bool failed;
};

static inline struct bytes_reader bytes_reader(const void *p, size_t n)
{
	return (struct bytes_reader){ .p = p, .left = n };
}

uint8_t bytes_u8(struct bytes_reader *r);
uint16_t bytes_u16(struct bytes_reader *r);
uint32_t bytes_u32(struct bytes_reader *r);
uint64_t bytes_u64(struct bytes_reader *r);
int64_t bytes_i64(struct bytes_reader *r);
double bytes_f64(struct bytes_reader *r);
/* u16 length, then the bytes: copied into out, NUL-terminated; fails when it does
 * not fit into size or holds a NUL. */
void bytes_str(struct bytes_reader *r, char *out, size_t size);
/* The same, borrowed from the buffer and not terminated; "" after a failure. */
const char *bytes_view(struct bytes_reader *r, size_t max, size_t *n);
/* The same into fresh memory (owned), at most max bytes; "" after a failure. */
char *bytes_strdup(struct bytes_reader *r, size_t max);
/* u32 length, then the bytes; borrowed from the buffer. NULL after a failure. */
const uint8_t *bytes_blob(struct bytes_reader *r, size_t *n);
/* n raw bytes; NULL after a failure. */
const uint8_t *bytes_raw(struct bytes_reader *r, size_t n);
/* u8, the number of rows of a list that follows; fails (and is 0) when it is more than
 * there is room for. */
uint8_t bytes_count(struct bytes_reader *r, size_t max);
/* True when nothing failed and nothing is left. */
bool bytes_done(const struct bytes_reader *r);

/* The low n bytes of v to p, which has the room; the place behind them. For records of
 * fixed length, made in one piece. */
static inline uint8_t *bytes_le(uint8_t *p, uint64_t v, size_t n)
{
	v = htole64(v);
	memcpy(p, &v, n); /* one store where n is a constant */
	return p + n;
}

/* n bytes from p as a number: of a piece whose length is known. */
static inline uint64_t bytes_from_le(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return le64toh(v);
}

void bytes_put_u8(struct strbuf *w, uint8_t v);
void bytes_put_u16(struct strbuf *w, uint16_t v);
void bytes_put_u32(struct strbuf *w, uint32_t v);
void bytes_put_u64(struct strbuf *w, uint64_t v);
void bytes_put_i64(struct strbuf *w, int64_t v);
void bytes_put_f64(struct strbuf *w, double v);
/* s may be NULL (as ""); longer than 65,535 bytes is cut. */
void bytes_put_str(struct strbuf *w, const char *s);
void bytes_put_blob(struct strbuf *w, const void *p, size_t n);
/* Overwrites four bytes at an offset already written: for lengths known later. */
void bytes_patch_u32(struct strbuf *w, size_t at, uint32_t v);

#endif
