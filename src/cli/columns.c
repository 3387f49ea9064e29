/* columns.c - see columns.h. */
#include "cli/columns.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { GAP = 2, CELL_TEXT = 1024 };

void columns_begin(struct columns *t, const struct column *column, const char *indent)
{
	*t = (struct columns){ .column = column, .indent = indent };
	while (t->n < COLUMNS_MAX && column[t->n].heading)
		t->n++;
	for (size_t i = 0; i < t->n; i++)
		columns_add(t, column[i].heading);
}

void columns_add(struct columns *t, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	utf8_clean(&clean, text, strlen(text));
	*GROW(&t->cell, &t->n_cells) = strbuf_detach(&clean);
}

void columns_addf(struct columns *t, const char *fmt, ...)
{
	char text[CELL_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	columns_add(t, text);
}

/* As many bytes of clean text as fill at most `cells` cells. */
static size_t fitting(const char *text, int cells)
{
	size_t n = 0, len = strlen(text);
	int used = 0;

	while (n < len) {
		uint32_t cp;
		size_t k = utf8_decode(text + n, len - n, &cp);

		if (k == 0 || used + utf8_width(cp) > cells)
			break;
		used += utf8_width(cp);
		n += k;
	}
	return n;
}

static void print_cell(const struct column *c, const char *text, int width, bool last)
{
	int cells = utf8_cells(text);
	size_t n = strlen(text);
	bool cut = c->max > 0 && cells > c->max;

	if (cut) {
		n = fitting(text, c->max - 1);
		cells = c->max;
	}
	if (c->right)
		printf("%*s", width - cells, "");
	printf("%.*s%s", (int)n, text, cut ? "\xe2\x80\xa6" : "");
	if (!last)
		printf("%*s", (c->right ? 0 : width - cells) + GAP, "");
}

static int width_of(const struct columns *t, size_t column)
{
	int width = 0;

	for (size_t i = column; i < t->n_cells; i += t->n) {
		int cells = utf8_cells(t->cell[i]);

		width = cells > width ? cells : width;
	}
	return t->column[column].max && width > t->column[column].max
		       ? t->column[column].max
		       : width;
}

void columns_print(struct columns *t)
{
	int width[COLUMNS_MAX] = { 0 };

	for (size_t i = 0; i < t->n; i++)
		width[i] = width_of(t, i);
	for (size_t i = 0; i < t->n_cells; i++) {
		size_t column = i % t->n;

		if (column == 0)
			fputs(t->indent, stdout);
		print_cell(&t->column[column], t->cell[i], width[column],
			   column + 1 == t->n);
		if (column + 1 == t->n)
			putchar('\n');
	}
	columns_release(t);
}

void columns_release(struct columns *t)
{
	for (size_t i = 0; i < t->n_cells; i++)
		free(t->cell[i]);
	free(t->cell);
	t->cell = NULL;
	t->n_cells = 0;
}

void columns_wrap(const char *head, const char *text, int indent, int width)
{
	struct strbuf clean = STRBUF_INIT;
	const char *at;

	utf8_clean(&clean, text, strlen(text));
	printf("%-*s", indent, head);
	for (at = clean.buf; utf8_cells(at) > width - indent;) {
		size_t n = fitting(at, width - indent), word = n;

		while (word > 0 && at[word] != ' ')
			word--;
		n = word ? word : n;
		if (n == 0)
			break;
		printf("%.*s\n%*s", (int)n, at, indent, "");
		at += n + (at[n] == ' ');
	}
	puts(at);
	strbuf_release(&clean);
}
