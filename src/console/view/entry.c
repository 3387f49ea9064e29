/* entry.c - a line of text while it is typed: the part around the cursor, which is the
 * terminal's own, so that readers for the blind follow it. */
#include "console/view/parts.h"

#include <string.h>

#include "util/strbuf.h"
#include "util/utf8.h"

static int cells_of(const char *s, size_t n)
{
	struct strbuf part = STRBUF_INIT;
	int cells;

	strbuf_add(&part, s, n);
	cells = utf8_cells(part.buf);
	strbuf_release(&part);
	return cells;
}

/* The byte from which the text is shown, so that the cursor stands inside. */
static size_t first_shown(const struct entry *e, int width)
{
	size_t from = 0;
	uint32_t cp;

	while (from < e->at && cells_of(e->text + from, e->at - from) >= width) {
		size_t used = utf8_decode(e->text + from, e->at - from, &cp);

		from += used ? used : 1;
	}
	return from;
}

void entry_paint(const struct canvas *c, const struct entry *e, bool typing)
{
	size_t from = first_shown(e, c->cols);

	canvas_fill(c, ' ', ROLE_ENTRY);
	canvas_text(c, 0, 0, e->text + from, ROLE_ENTRY);
	if (!typing || c->cols < 1)
		return;
	c->grid->cursor_col = c->col + cells_of(e->text + from, e->at - from);
	c->grid->cursor_row = c->row;
}
