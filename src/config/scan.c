/* scan.c - splits a settings file into words and catches what libconfig misreads. */
#include "config/scan.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "util/diag.h"

#define DIGITS "0123456789"

enum { NUMBER_MAX = 400, SENTENCE_MAX = 512 };

void scan_init(struct scanner *s, const struct source *src, struct diag_list *diags)
{
	*s = (struct scanner){ .src = src,
			       .p = src->text.buf,
			       .end = src->text.buf + src->text.len,
			       .line_start = src->text.buf,
			       .seen = src->text.buf,
			       .line = 1,
			       .seen_column = 1,
			       .diags = diags };
}

void scan_error(const struct scanner *s, const struct token *at, const char *id,
		const char *fmt, ...)
{
	struct source_place place = source_at(s->src, at->line);
	char text[SENTENCE_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diag_add(s->diags, DIAG_ERROR, place.file, place.line, at->column, id, "%s",
		 text);
}

static void new_line(struct scanner *s)
{
	s->line++;
	s->line_start = s->seen = s->p + 1;
	s->seen_column = 1;
}

/* Counted on from the word before: a line's columns are counted once. */
static struct token token_here(struct scanner *s, enum token_kind kind, size_t len)
{
	for (; s->seen < s->p; s->seen++)
		s->seen_column += ((unsigned char)*s->seen & 0xC0) != 0x80;
	return (struct token){ kind, s->p, len, s->line, s->seen_column, false };
}

/* --- blanks and comments ---------------------------------------------------------- */

static bool starts(const struct scanner *s, const char *two)
{
	return s->end - s->p >= 2 && memcmp(s->p, two, 2) == 0;
}

static bool skip_comment(struct scanner *s)
{
	struct token open = token_here(s, TOKEN_BAD, 2);

	for (s->p += 2; s->p < s->end; s->p++) {
		if (*s->p == '\n')
			new_line(s);
		if (starts(s, "*/")) {
			s->p += 2;
			return true;
		}
	}
	scan_error(s, &open, "syntax", "the comment that begins here is never closed");
	return false;
}

/* False when a comment does not end. */
static bool skip_blanks(struct scanner *s)
{
	for (; s->p < s->end;) {
		if (*s->p == '\n') {
			new_line(s);
			s->p++;
		} else if (*s->p == ' ' || *s->p == '\t' || *s->p == '\r' ||
			   *s->p == '\f') {
			s->p++;
		} else if (*s->p == '#' || starts(s, "//")) {
			while (s->p < s->end && *s->p != '\n')
				s->p++;
		} else if (starts(s, "/*")) {
			if (!skip_comment(s))
				return false;
		} else {
			break;
		}
	}
	return true;
}

/* --- texts ------------------------------------------------------------------------ */

static void check_escape(struct scanner *s)
{
	char c = s->p + 1 < s->end ? s->p[1] : '\0';
	struct token at = token_here(s, TOKEN_BAD, 2);

	if (c == 'x')
		scan_error(s, &at, "escape",
			   "\\x puts an unseen byte into the text; write the character "
			   "itself");
	else if (c == 'r' || c == 'f')
		scan_error(s, &at, "escape",
			   "\\%c puts a control character into the text; remove it", c);
	else if (!c || !strchr("nt\\\"", c))
		scan_error(s, &at, "escape",
			   "\\%c means nothing; write \\\\ for a backslash", c ? c : ' ');
}

/* In a text drawn over several lines a backslash or tab would shift the picture. */
static void check_picture(struct scanner *s, const struct token *open, const char *end)
{
	struct scanner walk = *s;

	walk.line = open->line;
	walk.line_start = open->start - (open->column - 1);
	while (walk.line_start > s->src->text.buf && walk.line_start[-1] != '\n')
		walk.line_start--;
	walk.seen = walk.line_start;
	walk.seen_column = 1;
	for (walk.p = open->start + 1; walk.p < end; walk.p++) {
		struct token at = token_here(&walk, TOKEN_BAD, 1);
		if (*walk.p == '\n')
			new_line(&walk);
		else if (*walk.p == '\t')
			scan_error(s, &at, "picture-tab",
				   "a tab in a picture has no width; use blanks");
		else if (*walk.p == '\\')
			scan_error(s, &at, "picture-escape",
				   "a backslash or a quote cannot be drawn in a picture");
	}
}

/* Is it drawn over several lines? */
static bool is_picture(const struct scanner *s)
{
	for (const char *p = s->p + 1; p < s->end && *p != '"'; p++) {
		if (*p == '\n')
			return true;
		p += *p == '\\';
	}
	return false;
}

static struct token scan_text(struct scanner *s)
{
	struct token t = token_here(s, TOKEN_TEXT, 0);
	bool picture = is_picture(s);

	for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
		if (*s->p == '\\' && s->p + 1 < s->end) {
			if (!picture)
				check_escape(s);
			s->p++;
		}
		if (*s->p == '\n')
			new_line(s);
	}
	if (s->p >= s->end) {
		scan_error(s, &t, "syntax", "the text that begins here is never closed");
		t.kind = TOKEN_BAD;
		return t;
	}
	if (picture)
		check_picture(s, &t, s->p);
	s->p++;
	t.len = (size_t)(s->p - t.start);
	return t;
}

/* --- kinds of characters ----------------------------------------------------------- */

enum { BEGINS_NAME = 1, IN_NAME = 2, BEGINS_NUMBER = 4, IN_NUMBER = 8 };

static bool is_in(char c, unsigned kinds)
{
	bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
	bool digit = c >= '0' && c <= '9';
	unsigned is = 0;

	if (letter)
		is = BEGINS_NAME | IN_NAME | IN_NUMBER;
	else if (digit)
		is = IN_NAME | BEGINS_NUMBER | IN_NUMBER;
	else if (c == '*')
		is = BEGINS_NAME | IN_NAME;
	else if (c == '-')
		is = IN_NAME | BEGINS_NUMBER | IN_NUMBER;
	else if (c == '+' || c == '.')
		is = BEGINS_NUMBER | IN_NUMBER;
	else if (c == '_')
		is = IN_NAME | IN_NUMBER;
	return is & kinds;
}

static size_t run_of(const struct scanner *s, unsigned kind)
{
	const char *p = s->p;

	while (p < s->end && is_in(*p, kind))
		p++;
	return (size_t)(p - s->p);
}

/* --- numbers ---------------------------------------------------------------------- */

static size_t skip_sign(const char *w)
{
	return *w == '-' || *w == '+';
}

/* "" when the rest of a whole number is fine, its suffix otherwise. */
static bool is_long(const char *rest)
{
	return strcmp(rest, "L") == 0 || strcmp(rest, "LL") == 0;
}

static bool looks_float(const char *w)
{
	size_t i = skip_sign(w), n = strspn(w + i, DIGITS), m = 0;
	bool dot = w[i + n] == '.';

	i += n;
	if (dot)
		m = strspn(w + i + 1, DIGITS);
	i += dot ? m + 1 : 0;
	if (n + m == 0 || (!dot && w[i] != 'e' && w[i] != 'E'))
		return false;
	if (w[i] == 'e' || w[i] == 'E') {
		i += 1 + skip_sign(w + i + 1);
		if (!strspn(w + i, DIGITS))
			return false;
		i += strspn(w + i, DIGITS);
	}
	return w[i] == '\0';
}

static enum token_kind check_whole(struct scanner *s, struct token *t, const char *w,
				   int base, const char *rest)
{
	errno = 0;
	long long v = strtoll(w, NULL, base);
	bool wide = is_long(rest);

	if (errno == ERANGE) {
		scan_error(s, t, "number", "%s does not fit into 64 bits", w);
	} else if (!wide && (v > INT32_MAX || v < INT32_MIN)) {
		scan_error(s, t, "number", "%s does not fit into 32 bits; write %sL", w,
			   w);
	} else {
		return wide ? TOKEN_INT64 : TOKEN_INT;
	}
	t->misread = true; /* reported, and parsed on */
	return wide ? TOKEN_INT64 : TOKEN_INT;
}

static enum token_kind check_float(struct scanner *s, struct token *t, const char *w)
{
	double v = strtod(w, NULL);
	const char *digit = strpbrk(w, "123456789");

	t->misread = !isfinite(v) || (v == 0 && digit && digit < w + strcspn(w, "eE"));
	if (!isfinite(v))
		scan_error(s, t, "number", "%s is too large for a number", w);
	else if (t->misread)
		scan_error(s, t, "number", "%s is too small for a number", w);
	return TOKEN_FLOAT;
}

static enum token_kind number_kind(struct scanner *s, struct token *t, const char *w)
{
	size_t i = skip_sign(w), n = strspn(w + i, DIGITS);
	bool hex = w[0] == '0' && (w[1] == 'x' || w[1] == 'X');

	if (hex) {
		n = strspn(w + 2, DIGITS "abcdefABCDEF");
		if (n && (w[2 + n] == '\0' || is_long(w + 2 + n)))
			return check_whole(s, t, w, 16, w + 2 + n);
	} else if (n && (w[i + n] == '\0' || is_long(w + i + n))) {
		return check_whole(s, t, w, 10, w + i + n);
	} else if (looks_float(w)) {
		return check_float(s, t, w);
	}
	scan_error(s, t, "syntax", "\"%s\" is not a number", w);
	return TOKEN_BAD;
}

static struct token scan_number(struct scanner *s)
{
	char word[NUMBER_MAX];
	struct token t = token_here(s, TOKEN_BAD, 0);

	t.len = run_of(s, IN_NUMBER);
	if (t.len >= sizeof(word)) {
		scan_error(s, &t, "number", "a number of %zu characters is too long",
			   t.len);
	} else {
		memcpy(word, s->p, t.len);
		word[t.len] = '\0';
		t.kind = number_kind(s, &t, word);
	}
	s->p += t.len;
	return t;
}

/* --- all --------------------------------------------------------------------------- */

static struct token scan_name(struct scanner *s)
{
	struct token t = token_here(s, TOKEN_NAME, 0);

	t.len = run_of(s, IN_NAME);
	if ((t.len == 4 && strncasecmp(s->p, "true", 4) == 0) ||
	    (t.len == 5 && strncasecmp(s->p, "false", 5) == 0))
		t.kind = TOKEN_BOOL;
	s->p += t.len;
	return t;
}

static bool is_mark(char c)
{
	static const bool marks[128] = {
		['='] = true, [':'] = true, [';'] = true, [','] = true, ['{'] = true,
		['}'] = true, ['['] = true, [']'] = true, ['('] = true, [')'] = true,
	};

	return (unsigned char)c < sizeof(marks) && marks[(unsigned char)c];
}

static struct token scan_other(struct scanner *s)
{
	struct token t = token_here(s, TOKEN_MARK, 1);

	if (!is_mark(*s->p)) {
		t.kind = TOKEN_BAD;
		if (*s->p == '@')
			scan_error(s, &t, "syntax",
				   "an include stands alone in its line: @include "
				   "\"file.cfg\"");
		else
			scan_error(s, &t, "syntax",
				   "unexpected character; texts stand in \"quotes\"");
	}
	s->p++;
	return t;
}

struct token scan_next(struct scanner *s)
{
	if (!skip_blanks(s))
		return token_here(s, TOKEN_BAD, 0);
	if (s->p >= s->end)
		return token_here(s, TOKEN_END, 0);
	if (*s->p == '"')
		return scan_text(s);
	if (is_in(*s->p, BEGINS_NUMBER))
		return scan_number(s);
	if (is_in(*s->p, BEGINS_NAME))
		return scan_name(s);
	return scan_other(s);
}
