/*
 * source.c - checks the characters of each file and pastes its includes in.
 *
 * libconfig's own @include would follow links, wait on a FIFO and read devices, and
 * reports nothing useful about a file within a file.
 */
#include "config/source.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/file.h"
#include "util/diag.h"
#include "util/intern.h"
#include "util/utf8.h"
#include "util/xalloc.h"

struct paste { /* one file being pasted; the chain is the include stack */
	const struct paste *outer;
	const char *file; /* interned, as shown */
	const char *path; /* below dir; its includes are named from its folder */
	const char *text;
	size_t len;
	int depth;
};

struct builder {
	struct source *s;
	const struct source_files *files; /* NULL: no includes */
	struct diag_list *diags;
	bool failed;
};

/* --- characters ------------------------------------------------------------------ */

struct place {
	int line, column;
};

static const char *hidden_help(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0))
		return "a control character";
	if ((cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) ||
	    cp == 0x200E || cp == 0x200F || cp == 0x61C)
		return "a character that reorders text";
	return "an invisible character";
}

/* One character that may not stand in a file; true when it is fatal to go on. */
static bool report_character(struct builder *b, const char *file, struct place at,
			     uint32_t cp)
{
	diag_add(b->diags, DIAG_ERROR, file, at.line, at.column, "hidden-character",
		 "%s (U+%04X) stands here; remove it", hidden_help(cp), cp);
	return cp == 0;
}

/* How a line ends; reports CR LF once a file. */
static bool crlf_here(struct builder *b, const char *file, struct place at, bool *seen)
{
	if (!*seen)
		diag_add(b->diags, DIAG_ERROR, file, at.line, at.column, "crlf",
			 "the line ends in CR LF as on Windows; save the file with plain "
			 "line ends (LF)");
	*seen = true;
	return true;
}

static bool is_plain(char c)
{
	return c >= ' ' && c <= '~';
}

static bool check_characters(struct builder *b, const struct paste *p)
{
	struct place at = { 1, 1 };
	bool crlf = false;
	uint32_t cp;

	for (size_t i = 0, used; i < p->len; i += used, at.column++) {
		if (is_plain(p->text[i])) { /* nearly always */
			used = 1;
			continue;
		}
		used = utf8_decode(p->text + i, p->len - i, &cp);
		if (!used) {
			diag_add(b->diags, DIAG_ERROR, p->file, at.line, at.column,
				 "bad-utf8",
				 "byte 0x%02X is not UTF-8; save the file as UTF-8",
				 (unsigned char)p->text[i]);
			return false;
		}
		if (cp == '\n')
			at = (struct place){ at.line + 1, 0 };
		else if (i == 0 && cp == 0xFEFF)
			diag_add(b->diags, DIAG_ERROR, p->file, 1, 1, "bom",
				 "the file begins with a byte order mark; save it as "
				 "UTF-8 without BOM");
		else if (cp == '\r' && i + 1 < p->len && p->text[i + 1] == '\n')
			crlf_here(b, p->file, at, &crlf);
		else if (cp != '\t' && (cp < ' ' || cp > '~') && utf8_is_hidden(cp) &&
			 report_character(b, p->file, at, cp))
			return false;
	}
	return true;
}

/* --- includes --------------------------------------------------------------------- */

static void begin_segment(struct source *s, const char *file, int line)
{
	struct source_segment *seg = GROW(&s->seg, &s->n_seg);

	*seg = (struct source_segment){ s->lines + 1, file, line };
}

static void add_line(struct source *s, const char *line, size_t n)
{
	strbuf_add(&s->text, line, n);
	if (n == 0 || line[n - 1] != '\n')
		strbuf_addch(&s->text, '\n');
	s->lines++;
}

static void include_error(struct builder *b, const struct paste *p, int line, int column,
			  const char *why)
{
	diag_add(b->diags, DIAG_ERROR, p->file, line, column, "include", "%s", why);
	b->failed = true;
}

static void paste_file(struct builder *b, const struct paste *p);

static bool may_include(struct builder *b, const struct paste *p, const char *path,
			struct strbuf *why)
{
	for (const struct paste *q = p; q; q = q->outer)
		if (q->path && strcmp(q->path, path) == 0)
			strbuf_setf(why, "\"%s\" includes itself", path);
	if (!b->files)
		strbuf_setf(why, "@include is not possible here; write it out");
	else if (p->depth >= CFG_INCLUDE_DEPTH_MAX)
		strbuf_setf(why, "includes are nested deeper than %d",
			    CFG_INCLUDE_DEPTH_MAX);
	else if (++b->s->files > CFG_INCLUDES_MAX)
		strbuf_setf(why, "more than %d includes", CFG_INCLUDES_MAX);
	return why->len == 0;
}

/* "a/../b" becomes "b", so that one file has one name; a ".." that leads out stays. */
static void tidy(char *path)
{
	char *up;

	while ((up = strstr(path, "/../"))) {
		char *from = up;

		while (from > path && from[-1] != '/')
			from--;
		if (from == up || (up - from == 2 && from[0] == '.' && from[1] == '.'))
			return;
		memmove(from, up + 4, strlen(up + 4) + 1);
	}
}

/* The path below dir of what a file names; an absolute one stays, to be refused. */
static char *beside(const char *file, const char *name, size_t n)
{
	const char *slash = file && name[0] != '/' ? strrchr(file, '/') : NULL;

	return xasprintf("%.*s%.*s", slash ? (int)(slash - file + 1) : 0,
			 slash ? file : "", (int)n, name);
}

/* The text of an included file: borrowed, or in *owned too. NULL with why. */
static const char *take(struct builder *b, const char *path, const char *shown,
			char **owned, size_t *len, struct strbuf *why)
{
	const struct cfg_wanted w = { b->files->dir, path, shown, CFG_FILE_MAX };
	const char *text;

	if (!b->files->find)
		return cfg_file_take(&w, owned, len, b->diags, why) ? *owned : NULL;
	text = b->files->find(b->files->arg, path, why);
	*len = text ? strlen(text) : 0;
	return text;
}

/* `@include "x"` in line number `line` of p; quote is where x's first quote stands. */
static void paste_include(struct builder *b, const struct paste *p, int line,
			  const char *start, const char *quote, const char *end)
{
	const char *close = memchr(quote + 1, '"', (size_t)(end - quote - 1));
	int column = (int)(quote - start) + 2;
	struct strbuf why = STRBUF_INIT;
	const char *text;
	char *owned = NULL;
	size_t len = 0;

	if (!close) {
		include_error(b, p, line, column, "the file name has no closing quote");
		return;
	}
	char *path = beside(p->path, quote + 1, (size_t)(close - quote - 1));
	if (b->files && b->files->find)
		tidy(path);
	char *shown = xasprintf(
		"%s%s", b->files && b->files->dir ? b->files->shown_dir : "", path);
	if (may_include(b, p, path, &why) &&
	    (text = take(b, path, shown, &owned, &len, &why))) {
		struct paste inner = { p, intern(shown), path, text, len, p->depth + 1 };
		paste_file(b, &inner);
	} else {
		include_error(b, p, line, column, why.buf);
	}
	free(owned);
	free(shown);
	free(path);
	strbuf_release(&why);
}

/* Where the file name's quote stands when the line is an include, else NULL. */
static const char *include_quote(const char *line, const char *end)
{
	static const char word[] = "@include";
	const char *p = line;

	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	if ((size_t)(end - p) < sizeof(word) || memcmp(p, word, sizeof(word) - 1) != 0)
		return NULL;
	p += sizeof(word) - 1;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p < end && *p == '"' ? p : NULL;
}

enum state { CODE, TEXT, COMMENT };

static bool starts(const char *p, const char *end, const char *two)
{
	return end - p >= 2 && memcmp(p, two, 2) == 0;
}

/* Behind a text or a comment that began before p; NULL when it goes on. */
static const char *skip_inside(enum state st, const char *p, const char *end)
{
	if (st == COMMENT) {
		while (p < end && !starts(p, end, "*/"))
			p++;
		return p < end ? p + 2 : NULL;
	}
	while (p < end && *p != '"')
		p += *p == '\\' && p + 1 < end ? 2 : 1;
	return p < end ? p + 1 : NULL;
}

/* What the next line begins in: an @include inside a text or a comment is none. */
static enum state state_after(enum state st, const char *p, const char *end)
{
	while (p < end) {
		if (st != CODE) {
			p = skip_inside(st, p, end);
			if (!p)
				return st;
			st = CODE;
		} else if (*p == '#' || starts(p, end, "//")) {
			return CODE;
		} else if (starts(p, end, "/*")) {
			st = COMMENT;
			p += 2;
		} else {
			st = *p++ == '"' ? TEXT : CODE;
		}
	}
	return st;
}

static void paste_file(struct builder *b, const struct paste *p)
{
	const char *end = p->text + p->len, *begin = p->text;
	enum state st = CODE;
	int line = 1;

	if (!check_characters(b, p)) {
		b->failed = true;
		return;
	}
	begin_segment(b->s, p->file, 1);
	if (starts(begin, end, "\xEF\xBB")) /* reported; the rest is worth reading */
		begin += 3;
	for (const char *at = begin; at < end; line++) {
		const char *nl = memchr(at, '\n', (size_t)(end - at));
		const char *next = nl ? nl + 1 : end;
		const char *quote = st == CODE ? include_quote(at, next) : NULL;

		if (quote) {
			paste_include(b, p, line, at, quote, next);
			begin_segment(b->s, p->file, line + 1);
		} else {
			st = state_after(st, at, next);
			add_line(b->s, at, (size_t)(next - at));
		}
		at = next;
	}
	if (st != CODE && p->outer) {
		diag_add(b->diags, DIAG_ERROR, p->file, line - 1, 0, "include",
			 "the included file ends inside a %s",
			 st == TEXT ? "text" : "comment");
		b->failed = true;
	}
}

bool source_build(struct source *s, const char *text, size_t len, const char *file,
		  const char *path, const struct source_files *files,
		  struct diag_list *diags)
{
	struct builder b = { s, files, diags, false };
	struct paste first = { NULL, intern(file), path, text, len, 0 };

	*s = (struct source){ .files = 0 };
	strbuf_init(&s->text, (size_t)CFG_FILE_MAX * 2);
	if (len > CFG_FILE_MAX) {
		diag_add(diags, DIAG_ERROR, file, 0, 0, "too-large",
			 "%zu bytes; at most 16 MiB are read", len);
		return false;
	}
	paste_file(&b, &first);
	if (s->text.truncated) {
		diag_add(diags, DIAG_ERROR, file, 0, 0, "too-large",
			 "with its includes the file passes 32 MiB");
		b.failed = true;
	}
	return !b.failed;
}

void source_release(struct source *s)
{
	strbuf_release(&s->text);
	free(s->seg);
	*s = (struct source){ .files = 0 };
}

struct source_place source_at(const struct source *s, int line)
{
	size_t lo = 0, hi = s->n_seg;

	if (hi == 0)
		return (struct source_place){ "", line };
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (s->seg[mid].first <= line)
			lo = mid;
		else
			hi = mid;
	}
	return (struct source_place){ s->seg[lo].file,
				      s->seg[lo].line + line - s->seg[lo].first };
}
