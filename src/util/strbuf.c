/* strbuf.c - a growing string with a maximum; see the header for what it promises. */
#include "util/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

char strbuf_empty[1];

void strbuf_init(struct strbuf *sb, size_t max)
{
	*sb = (struct strbuf)STRBUF_INIT;
	sb->max = max;
}

void strbuf_release(struct strbuf *sb)
{
	if (sb->cap)
		free(sb->buf);
	strbuf_init(sb, sb->max);
}

void strbuf_clear(struct strbuf *sb)
{
	sb->len = 0;
	sb->truncated = false;
	if (sb->cap)
		sb->buf[0] = '\0';
}

/* Makes room for n more bytes and the NUL; returns how many of them may be written. */
static size_t make_room(struct strbuf *sb, size_t n)
{
	if (n > sb->max - sb->len) {
		n = sb->max - sb->len;
		sb->truncated = true;
	}
	if (sb->len + n + 1 <= sb->cap)
		return n;
	size_t cap = sb->cap ? sb->cap : 64;
	while (cap < sb->len + n + 1)
		cap *= 2;
	sb->buf = xrealloc(sb->cap ? sb->buf : NULL, cap);
	sb->cap = cap;
	return n;
}

static inline size_t reserve(struct strbuf *sb, size_t n)
{
	return sb->len + n < sb->cap && n <= sb->max - sb->len ? n : make_room(sb, n);
}

void strbuf_add(struct strbuf *sb, const void *data, size_t n)
{
	n = reserve(sb, n);
	if (n)
		memcpy(sb->buf + sb->len, data, n);
	sb->len += n;
	sb->buf[sb->len] = '\0';
}

char *strbuf_room(struct strbuf *sb, size_t n)
{
	if (n > sb->max - sb->len) {
		sb->truncated = true;
		return NULL;
	}
	reserve(sb, n);
	char *room = sb->buf + sb->len;
	sb->len += n;
	sb->buf[sb->len] = '\0';
	return room;
}

void strbuf_adds(struct strbuf *sb, const char *s)
{
	strbuf_add(sb, s, strlen(s));
}

void strbuf_addch(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

static void add_va(struct strbuf *sb, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		strbuf_add(sb, small, (size_t)n);
	} else if (n >= 0) {
		char *big = xmalloc((size_t)n + 1);
		vsnprintf(big, (size_t)n + 1, fmt, again);
		strbuf_add(sb, big, (size_t)n);
		free(big);
	}
	va_end(again);
}

void strbuf_addf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_va(sb, fmt, ap);
	va_end(ap);
}

void strbuf_setf(struct strbuf *sb, const char *fmt, ...)
{
	va_list ap;

	if (!sb)
		return;
	strbuf_clear(sb);
	va_start(ap, fmt);
	add_va(sb, fmt, ap);
	va_end(ap);
}

char *strbuf_detach(struct strbuf *sb)
{
	char *s = sb->cap ? sb->buf : xstrdup("");

	sb->cap = 0;
	strbuf_init(sb, sb->max);
	return s;
}
