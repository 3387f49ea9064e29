/* grammar.c - the grammar of settings files, one function a rule. */
#include "config/grammar.h"

#include <stdlib.h>
#include <string.h>

#include "config/scan.h"
#include "util/diag.h"
#include "util/strmap.h"
#include "util/xalloc.h"

enum { SEEN_FEW = 12 };

struct grammar {
	struct scanner scan;
	struct token t; /* the word not yet taken */
	struct cfg_marks *marks;
	struct diag_list *diags;
	int depth;
	bool duplicate;
};

static void take(struct grammar *g)
{
	g->t = scan_next(&g->scan);
}

static bool is_mark(const struct grammar *g, char c)
{
	return g->t.kind == TOKEN_MARK && *g->t.start == c;
}

static bool take_mark(struct grammar *g, char c)
{
	if (!is_mark(g, c))
		return false;
	take(g);
	return true;
}

/* The word that stands where another was expected. */
static bool expected(struct grammar *g, const char *what, const struct token *after)
{
	if (g->t.kind == TOKEN_BAD)
		return false;
	if (g->t.kind == TOKEN_END && after)
		scan_error(&g->scan, after, "syntax",
			   "the file ends before the \"%.*s\" that begins here is closed",
			   1, after->start);
	else if (g->t.kind == TOKEN_END)
		scan_error(&g->scan, &g->t, "syntax",
			   "the file ends where %s is expected", what);
	else
		scan_error(&g->scan, &g->t, "syntax", "expected %s, found \"%.*s\"", what,
			   (int)(g->t.len > 40 ? 40 : g->t.len), g->t.start);
	return false;
}

static void mark(struct grammar *g, const struct token *name, const struct token *value)
{
	struct cfg_mark *m = GROW(&g->marks->v, &g->marks->n);
	const struct token *t = name ? name : value;
	struct source_place a = source_at(g->scan.src, t->line);
	struct source_place b = source_at(g->scan.src, value->line);

	*m = (struct cfg_mark){ a.file, a.line,        t->column,
				b.line, value->column, value->misread };
}

static bool value(struct grammar *g, const struct token *name);
static bool settings(struct grammar *g, const struct token *open);

static bool is_scalar(enum token_kind k)
{
	return k == TOKEN_TEXT || k == TOKEN_BOOL || k == TOKEN_INT || k == TOKEN_INT64 ||
	       k == TOKEN_FLOAT;
}

static void scalar(struct grammar *g, const struct token *name)
{
	bool text = g->t.kind == TOKEN_TEXT;

	mark(g, name, &g->t);
	take(g);
	while (text && g->t.kind == TOKEN_TEXT) /* "a" "b" is one text */
		take(g);
}

/* After a comma in ( ) or [ ]: libconfig wants another value. */
static bool comma_then_value(struct grammar *g, char close)
{
	struct token comma = g->t;

	take(g);
	if (!is_mark(g, close))
		return true;
	scan_error(&g->scan, &comma, "trailing-comma",
		   "a comma stands before the closing %c; remove it", close);
	return false;
}

static bool array(struct grammar *g, const struct token *open)
{
	enum token_kind first = TOKEN_END;

	while (!is_mark(g, ']')) {
		if (!is_scalar(g->t.kind))
			return expected(g, "a number, a text or true/false", open);
		if (first == TOKEN_END)
			first = g->t.kind;
		if (g->t.kind != first) {
			scan_error(&g->scan, &g->t, "mixed-array",
				   "[ ] holds values of one kind; write a list ( ) for a "
				   "mixture such as ( 0, 1.5 )");
			return false;
		}
		scalar(g, NULL);
		if (is_mark(g, ',')) {
			if (!comma_then_value(g, ']'))
				return false;
		} else if (!is_mark(g, ']')) {
			return expected(g, "\",\" or \"]\"", open);
		}
	}
	take(g);
	return true;
}

static bool list(struct grammar *g, const struct token *open)
{
	while (!is_mark(g, ')')) {
		if (g->t.kind == TOKEN_END)
			return expected(g, "a value", open);
		if (!value(g, NULL))
			return false;
		if (is_mark(g, ',')) {
			if (!comma_then_value(g, ')'))
				return false;
		} else if (!is_mark(g, ')')) {
			return expected(g, "\",\" or \")\"", open);
		}
	}
	take(g);
	return true;
}

static bool nested(struct grammar *g, const struct token *name)
{
	struct token open = g->t;
	char c = *open.start;
	bool fine;

	if (++g->depth > CFG_DEPTH_MAX) {
		scan_error(&g->scan, &open, "syntax", "nested deeper than %d",
			   CFG_DEPTH_MAX);
		return false;
	}
	mark(g, name, &open);
	take(g);
	fine = c == '['   ? array(g, &open)
	       : c == '(' ? list(g, &open)
			  : settings(g, &open);
	g->depth--;
	return fine;
}

static bool value(struct grammar *g, const struct token *name)
{
	if (is_scalar(g->t.kind)) {
		scalar(g, name);
		return true;
	}
	if (is_mark(g, '[') || is_mark(g, '(') || is_mark(g, '{'))
		return nested(g, name);
	if (g->t.kind == TOKEN_NAME) {
		scan_error(&g->scan, &g->t, "syntax",
			   "%.*s is no value; texts stand in \"quotes\"",
			   (int)(g->t.len > 80 ? 80 : g->t.len), g->t.start);
		return false;
	}
	return expected(g, "a value", NULL);
}

/* The names in one group. Most groups have a handful: no map is made for those. */
struct seen {
	struct token few[SEEN_FEW];
	size_t n;
	struct strmap *more; /* name -> line; NULL while there are few */
};

static void seen_release(struct seen *s)
{
	strmap_free(s->more);
}

/* The line where it stood before; 0 = it is new, and noted. */
static int seen_before(struct seen *s, const struct token *name)
{
	int64_t line = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->few[i].len == name->len &&
		    memcmp(s->few[i].start, name->start, name->len) == 0)
			return s->few[i].line;
	if (s->n < SEEN_FEW) {
		s->few[s->n++] = *name;
		return 0;
	}
	char *key = xstrndup(name->start, name->len);
	if (!s->more)
		s->more = strmap_new();
	if (!strmap_get(s->more, key, &line))
		strmap_put(s->more, key, name->line);
	free(key);
	return (int)line;
}

static void note_name(struct grammar *g, struct seen *seen, const struct token *name)
{
	int line = seen_before(seen, name);

	if (!line)
		return;
	struct source_place first = source_at(g->scan.src, line);
	scan_error(&g->scan, name, "duplicate-setting",
		   "\"%.*s\" is set twice; the first stands in %s line %d",
		   (int)(name->len > 80 ? 80 : name->len), name->start, first.file,
		   first.line);
	g->duplicate = true;
}

static bool one_setting(struct grammar *g, struct seen *seen, const struct token *open)
{
	struct token name = g->t;

	if (name.kind != TOKEN_NAME)
		return expected(g, "the name of a setting", open);
	take(g);
	if (!is_mark(g, '=') && !is_mark(g, ':'))
		return expected(g, "\"=\" after the name", NULL);
	take(g);
	note_name(g, seen, &name);
	if (!value(g, &name))
		return false;
	if (!take_mark(g, ';'))
		take_mark(g, ',');
	return true;
}

/* Up to the closing brace, or to the end of the file when open is NULL. */
static bool settings(struct grammar *g, const struct token *open)
{
	struct seen seen;
	bool fine = true;

	seen.n = 0; /* few[] needs no zeros */
	seen.more = NULL;

	while (fine && !(open ? is_mark(g, '}') : g->t.kind == TOKEN_END))
		fine = one_setting(g, &seen, open);
	seen_release(&seen);
	if (fine && open)
		take(g);
	return fine;
}

bool grammar_check(const struct source *src, struct cfg_marks *out,
		   struct diag_list *diags)
{
	struct grammar g = { .marks = out, .diags = diags };

	scan_init(&g.scan, src, diags);
	take(&g);
	return settings(&g, NULL) && !g.duplicate;
}
