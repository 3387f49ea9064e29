/* text.c - fixed words in a zone, broken at blanks. */
#include "console/widget/widgets.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

/* Bytes of s that fit on a row of `cols` cells, ending at a blank or a newline where
 * there is one; a longer word is cut by the canvas. */
static size_t row_bytes(const char *s, int cols)
{
	size_t n = strcspn(s, "\n"), blank = 0, used;
	int cells = 0;
	uint32_t cp;

	for (size_t i = 0; i < n; i += used) {
		if (!(used = utf8_decode(s + i, n - i, &cp)))
			used = 1;
		if (cp == ' ')
			blank = i;
		cells += utf8_width(cp) > 0 ? utf8_width(cp) : 0;
		if (cells > cols)
			return blank ? blank : i ? i : used;
	}
	return n;
}

static void text_draw(const struct widget_draw *d)
{
	struct strbuf clean = STRBUF_INIT, line = STRBUF_INIT;
	const char *s;

	/* clean row by row: a newline is the author's own */
	for (const char *p = d->item->text ? d->item->text : ""; *p;) {
		size_t n = strcspn(p, "\n");

		utf8_clean(&clean, p, n);
		if (p[n])
			strbuf_addch(&clean, '\n');
		p += n + (p[n] != '\0');
	}
	s = clean.buf;
	for (int row = 0; row < d->c.rows && *s; row++) {
		size_t n = row_bytes(s, d->c.cols);

		strbuf_clear(&line);
		strbuf_add(&line, s, n);
		canvas_text(&d->c, 0, row, line.buf, d->item->role);
		s += n;
		s += *s == '\n' || *s == ' ';
	}
	strbuf_release(&clean);
	strbuf_release(&line);
}

const struct widget_class widget_text = {
	.name = "text",
	.draw = text_draw,
};
