/* diag.c - collecting, ordering and printing of mistakes found in files. */
#include "util/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { DIAG_TEXT_MAX = 1000 };

void diag_add(struct diag_list *list, enum diag_severity severity, const char *file,
	      int line, int column, const char *id, const char *fmt, ...)
{
	struct diag *d = GROW(&list->v, &list->n);
	char text[DIAG_TEXT_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*d = (struct diag){
		.severity = severity,
		.file = xstrdup(file ? file : ""),
		.line = line,
		.column = column,
		.id = id,
		.text = xstrdup(text),
	};
	list->errors += severity == DIAG_ERROR;
	list->notes += severity == DIAG_NOTE;
}

void diag_list_release(struct diag_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		free(list->v[i].file);
		free(list->v[i].text);
	}
	free(list->v);
	*list = (struct diag_list)DIAG_LIST_INIT;
}

size_t diag_raise(struct diag_list *list, const char *id)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++) {
		struct diag *d = &list->v[i];

		if (d->severity != DIAG_WARNING || strcmp(d->id, id) != 0)
			continue;
		d->severity = DIAG_ERROR;
		n++;
	}
	list->errors += n;
	return n;
}

const char *diag_severity_name(enum diag_severity s)
{
	static const char *const names[] = { "error", "warning", "note" };

	return names[s];
}

void diag_format(const struct diag *d, struct strbuf *out)
{
	if (d->file[0]) {
		utf8_clean(out, d->file, strlen(d->file));
		if (d->line > 0)
			strbuf_addf(out, ":%d", d->line);
		if (d->line > 0 && d->column > 0)
			strbuf_addf(out, ":%d", d->column);
		strbuf_adds(out, ": ");
	}
	strbuf_addf(out, "%s: ", diag_severity_name(d->severity));
	utf8_clean(out, d->text, strlen(d->text));
	strbuf_addf(out, " [%s]", d->id);
}

static int by_place(const void *a, const void *b)
{
	const struct diag *x = a, *y = b;
	int c = strcmp(x->file, y->file);

	if (c == 0)
		c = (x->line > y->line) - (x->line < y->line);
	if (c == 0)
		c = (x->column > y->column) - (x->column < y->column);
	return c ? c : strcmp(x->text, y->text);
}

void diag_sort(struct diag_list *list)
{
	if (list->n)
		qsort(list->v, list->n, sizeof(*list->v), by_place);
}

void diag_suggest(struct strbuf *out, const char *wrong, const char *const *names,
		  size_t n)
{
	size_t best = strlen(wrong) / 3 + 1, near = n;

	for (size_t i = 0; i < n; i++) {
		size_t d = num_edit_distance(wrong, names[i], best + 1);
		if (d <= best && (near == n || d < best)) {
			best = d;
			near = i;
		}
	}
	if (near < n)
		strbuf_addf(out, " (did you mean \"%s\"?)", names[near]);
}
