/* scope.c - macros replaced where they stand; mistakes told with the line that placed
 * them. */
#include "screen/scope.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { SENTENCE_MAX = 900, EXPANDED_MAX = 4096 };

void scope_release(struct scope *sc)
{
	for (size_t i = 0; i < sc->n_kept; i++)
		free(sc->kept[i]);
	free(sc->kept);
	free(sc->args);
	free(sc->via);
	*sc = (struct scope){ 0 };
}

static const char *keep(struct scope *sc, char *text)
{
	char **kept = GROW(&sc->kept, &sc->n_kept);

	*kept = text;
	return text;
}

void scope_give(struct scope *sc, const char *name, const char *text)
{
	const char *copy = keep(sc, xstrdup(text));
	struct macro_arg *arg = GROW(&sc->args, &sc->n_args);

	*arg = (struct macro_arg){ name, copy };
}

void scope_inherit(struct scope *sc, const struct scope *outer)
{
	for (size_t i = 0; i < outer->n_args; i++)
		scope_give(sc, outer->args[i].name, outer->args[i].text);
}

/* --- mistakes ---------------------------------------------------------------------- */

static void verror(const struct scope *sc, const char *file, int line, int column,
		   const char *id, const char *fmt, va_list ap)
	__attribute__((format(printf, 6, 0)));

static void verror(const struct scope *sc, const char *file, int line, int column,
		   const char *id, const char *fmt, va_list ap)
{
	char text[SENTENCE_MAX];

	vsnprintf(text, sizeof(text), fmt, ap);
	diag_add(sc->diags, DIAG_ERROR, file, line, column, id, "%s%s%s%s", text,
		 sc->via ? " (" : "", sc->via ? sc->via : "", sc->via ? ")" : "");
}

void scope_error(const struct scope *sc, const char *file, int line, int column,
		 const char *id, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verror(sc, file, line, column, id, fmt, ap);
	va_end(ap);
}

void scope_error_at(const struct scope *sc, const struct cfg_node *node, const char *id,
		    const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	verror(sc, cfg_file(node), cfg_line(node), cfg_column(node), id, fmt, ap);
	va_end(ap);
}

/* --- macros ------------------------------------------------------------------------ */

/* "$(L.desc)" would need the station; a screen is read without one. */
static const char *attribute_help(const char *at)
{
	size_t name =
		strspn(at + 2, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			       "0123456789_");

	return at[2 + name] == '.'
		       ? "; what belongs to a tag is shown by a field, such as "
			 "{name:desc  }"
		       : "";
}

const char *scope_expand(struct scope *sc, const char *text, const char *file, int line,
			 int column)
{
	struct macro_args args = { sc->args, sc->n_args };
	struct strbuf out, why = STRBUF_INIT;
	size_t offset = 0;
	bool known;

	if (!macro_present(text))
		return text;
	strbuf_init(&out, EXPANDED_MAX);
	known = macro_expand(text, &args, &out, &why, &offset);
	if (known && out.truncated) { /* arguments made of arguments made of ... */
		known = false;
		strbuf_setf(&why, "the text gets longer than %d bytes", EXPANDED_MAX);
	}
	if (!known)
		scope_error(sc, file, line, column + (int)offset, "macro", "%s%s",
			    why.buf, attribute_help(text + offset));
	strbuf_release(&why);
	if (known)
		return keep(sc, strbuf_detach(&out));
	strbuf_release(&out);
	return NULL;
}

const char *scope_text(struct scope *sc, const struct cfg_node *node)
{
	const char *text = cfg_as_text(node);

	return text ? scope_expand(sc, text, cfg_file(node), cfg_value_line(node),
				   cfg_value_column(node) + 1)
		    : NULL;
}

void scope_give_group(struct scope *sc, const struct scope *outer,
		      const struct cfg_node *group)
{
	struct scope reading = { .diags = sc->diags, .via = sc->via };

	scope_inherit(&reading, outer);
	for (size_t i = 0; i < cfg_count(group); i++) {
		const struct cfg_node *node = cfg_at(group, i);
		struct strbuf text = STRBUF_INIT;
		const char *full = NULL;

		if (!cfg_scalar_text(node, &text))
			scope_error_at(sc, node, "wrong-kind",
				       "\"%s\" must be a text, a number or true/false",
				       cfg_name(node));
		else
			full = scope_expand(&reading, text.buf, cfg_file(node),
					    cfg_value_line(node),
					    cfg_value_column(node) + 1);
		if (full)
			scope_give(sc, cfg_name(node), full);
		strbuf_release(&text);
	}
	reading.via = NULL; /* borrowed */
	scope_release(&reading);
}
