/* wrap.c - foreign text over several rows, cleaned first and broken at blanks. */
#include "console/view/parts.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

/* Bytes of s that go into width cells: to a blank where there is one. */
static size_t line_bytes(const char *s, int width)
{
	size_t n = strlen(s), at = 0, blank = 0;
	int cells = 0;

	while (at < n) {
		uint32_t cp;
		size_t used = utf8_decode(s + at, n - at, &cp);
		int w = used ? utf8_width(cp) : 1;

		used = used ? used : 1;
		w = w < 0 ? 1 : w;
		if (cells + w > width)
			return blank ? blank : (at ? at : used);
		if (s[at] == ' ')
			blank = at;
		cells += w;
		at += used;
	}
	return n;
}

int wrap_paint(const struct canvas *c, int col, int row, int width, const char *text,
	       enum role role)
{
	struct strbuf clean = STRBUF_INIT, line = STRBUF_INIT;
	int rows = 0;
	const char *s;

	utf8_clean(&clean, text, WIRE_TEXT_MAX);
	for (s = clean.buf; *s && width > 0; rows++) {
		size_t n = line_bytes(s, width);

		strbuf_clear(&line);
		strbuf_add(&line, s, n);
		canvas_text(c, col, row + rows, line.buf, role);
		s += n;
		while (*s == ' ')
			s++;
	}
	strbuf_release(&clean);
	strbuf_release(&line);
	return rows;
}

int wrap_pair_paint(const struct canvas *c, int label_cols, int row, const char *label,
		    const char *text)
{
	int used;

	canvas_text(c, 0, row, label, ROLE_DIALOG);
	used = wrap_paint(c, label_cols, row, c->cols - label_cols, text, ROLE_DIALOG);
	return row + (used ? used : 1);
}
