/*
 * strbuf.h - a growing string with a maximum it is born with.
 *
 * buf is always NUL-terminated and never NULL. What would pass the maximum is cut
 * and `truncated` is set: nothing is ever written beyond, and no call fails.
 */
#ifndef SG_UTIL_STRBUF_H
#define SG_UTIL_STRBUF_H

#include <stdbool.h>
#include <stddef.h>

enum { STRBUF_DEFAULT_MAX = 1 << 20 };

struct strbuf {
	char *buf;
	size_t len, cap, max;
	bool truncated;
};

extern char strbuf_empty[1]; /* what buf points to before the first byte */
#define STRBUF_INIT                                                                      \
	{                                                                                \
		.buf = strbuf_empty, .max = STRBUF_DEFAULT_MAX                           \
	}

void strbuf_init(struct strbuf *sb, size_t max);
/* Back to STRBUF_INIT. Hidden: libconfig 1.5 exports a strbuf_release of its own and
 * would call ours instead. */
void strbuf_release(struct strbuf *sb) __attribute__((visibility("hidden")));
void strbuf_clear(struct strbuf *sb); /* keeps the memory */
void strbuf_add(struct strbuf *sb, const void *data, size_t n);
/* n more bytes, for the caller to fill in; valid until the next call. NULL (and
 * truncated) when they would pass the maximum. */
char *strbuf_room(struct strbuf *sb, size_t n);
void strbuf_adds(struct strbuf *sb, const char *s);
void strbuf_addch(struct strbuf *sb, char c);
void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Clears, then adds: the usual way to fill a `why`. sb may be NULL (nothing happens). */
void strbuf_setf(struct strbuf *sb, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The string becomes the caller's to free; sb is empty again. */
char *strbuf_detach(struct strbuf *sb);

#endif
