/* macro.c - $(p), $(p=text), $(base+10): replaced once, never twice. */
#include "config/macro.h"

#include <stdint.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"

enum { MACRO_NAME_MAX = 31, MACRO_TEXT_MAX = 200 };

struct sum { /* reading one "base*2+1" */
	const char *p;
	const struct macro_args *args;
	struct strbuf *why;
};

static bool name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

bool macro_name_valid(const char *name)
{
	size_t n = 0;

	while (name_byte(name[n]))
		n++;
	return n > 0 && n <= MACRO_NAME_MAX && name[n] == '\0' &&
	       !(name[0] >= '0' && name[0] <= '9');
}

const char *macro_get(const struct macro_args *args, const char *name)
{
	for (size_t i = 0; i < args->n; i++)
		if (strcmp(args->v[i].name, name) == 0)
			return args->v[i].text;
	return NULL;
}

bool macro_present(const char *s)
{
	return strstr(s, "$(") != NULL;
}

static const char *get_or_complain(const struct macro_args *args, const char *name,
				   struct strbuf *why)
{
	const char *text = macro_get(args, name);

	if (text)
		return text;
	strbuf_setf(why, "no parameter \"%s\" here", name);
	for (size_t i = 0; i < args->n; i++)
		strbuf_addf(why, "%s%s", i ? ", " : "; there is ", args->v[i].name);
	return NULL;
}

static void skip_spaces(struct sum *s)
{
	while (*s->p == ' ')
		s->p++;
}

/* A literal or a parameter that is a whole number. */
static bool factor(struct sum *s, int64_t *out)
{
	char word[MACRO_TEXT_MAX];
	const char *text = word;
	size_t n = 0;

	skip_spaces(s);
	while (n < sizeof(word) - 1 && name_byte(s->p[n]))
		n++;
	memcpy(word, s->p, n);
	word[n] = '\0';
	s->p += n;
	skip_spaces(s);
	if (macro_name_valid(word) && !(text = get_or_complain(s->args, word, s->why)))
		return false;
	if (num_parse_int(text, -INT32_MAX, INT32_MAX, out))
		return true;
	strbuf_setf(s->why, "\"%s\" is not a whole number", text);
	return false;
}

static bool term(struct sum *s, int64_t *out)
{
	int64_t next;

	if (!factor(s, out))
		return false;
	while (*s->p == '*') {
		s->p++;
		if (!factor(s, &next))
			return false;
		if (__builtin_mul_overflow(*out, next, out))
			goto overflow;
	}
	return true;
overflow:
	strbuf_setf(s->why, "the product does not fit into 64 bits");
	return false;
}

static bool sum(struct sum *s, int64_t *out)
{
	int64_t next;
	bool over;

	if (!term(s, out))
		return false;
	while (*s->p == '+' || *s->p == '-') {
		char op = *s->p++;
		if (!term(s, &next))
			return false;
		over = op == '+' ? __builtin_add_overflow(*out, next, out)
				 : __builtin_sub_overflow(*out, next, out);
		if (over) {
			strbuf_setf(s->why, "the sum does not fit into 64 bits");
			return false;
		}
	}
	if (!*s->p)
		return true;
	strbuf_setf(s->why, "\"%c\" is not understood in a $( ); it takes + - *", *s->p);
	return false;
}

/* body is what stands between "$(" and ")". */
static bool expand_body(char *body, const struct macro_args *args, struct strbuf *out,
			struct strbuf *why)
{
	char *equals = strchr(body, '=');
	struct sum s = { body, args, why };
	const char *text;
	int64_t v;

	if (equals) {
		*equals = '\0';
		if (!macro_name_valid(body)) {
			strbuf_setf(why, "\"%s\" is no parameter's name", body);
			return false;
		}
		text = macro_get(args, body);
		strbuf_adds(out, text ? text : equals + 1);
		return true;
	}
	if (macro_name_valid(body)) {
		if (!(text = get_or_complain(args, body, why)))
			return false;
		strbuf_adds(out, text);
		return true;
	}
	if (!sum(&s, &v))
		return false;
	strbuf_addf(out, "%lld", (long long)v);
	return true;
}

bool macro_expand(const char *s, const struct macro_args *args, struct strbuf *out,
		  struct strbuf *why, size_t *offset)
{
	const char *from = s, *open;
	char body[MACRO_TEXT_MAX];

	for (; (open = strstr(from, "$("));) {
		const char *close = strchr(open, ')');
		size_t n = close ? (size_t)(close - open - 2) : 0;

		if (offset)
			*offset = (size_t)(open - s);
		if (!close || n >= sizeof(body)) {
			strbuf_setf(why, close ? "the text in $( ) is too long"
					       : "\"$(\" has no closing \")\"");
			return false;
		}
		strbuf_add(out, from, (size_t)(open - from));
		memcpy(body, open + 2, n);
		body[n] = '\0';
		if (!expand_body(body, args, out, why))
			return false;
		from = close + 1;
	}
	strbuf_adds(out, from);
	return true;
}

/* The names in one body, literals left out. */
static void each_name(const char *body, size_t n, void (*fn)(void *, const char *, bool),
		      void *arg)
{
	bool needed = !memchr(body, '=', n);
	char name[MACRO_NAME_MAX + 1];

	for (size_t i = 0; i < n && (needed || body[i] != '=');) {
		size_t k = 0;
		while (i + k < n && name_byte(body[i + k]))
			k++;
		if (k > 0 && k < sizeof(name)) {
			memcpy(name, body + i, k);
			name[k] = '\0';
			if (macro_name_valid(name))
				fn(arg, name, needed);
		}
		i += k ? k : 1;
	}
}

void macro_each(const char *s, void (*fn)(void *arg, const char *name, bool needed),
		void *arg)
{
	const char *open, *close;

	for (; (open = strstr(s, "$(")) && (close = strchr(open, ')')); s = close + 1)
		each_name(open + 2, (size_t)(close - open - 2), fn, arg);
}
