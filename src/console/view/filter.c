/* filter.c - what a list is narrowed to, always in sight while it is. */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "util/fuzzy.h"

bool ui_filter_holds(const struct ui_filter *f, const char *const *texts, size_t n)
{
	return fuzzy_filter(f->words.text, texts, n);
}

int filter_paint(const struct canvas *c, int row, const struct ui_filter *f, size_t shown,
		 size_t all)
{
	struct canvas line = canvas_sub(c, 0, row, c->cols, 1);
	char text[ENTRY_MAX + 128];
	int col;

	if (!f->typing && !ui_filter_on(f))
		return 0;
	if (f->typing) {
		struct canvas box = canvas_sub(&line, 6, 0, 24, 1);

		col = 32;
		canvas_text(&line, 0, 0, "find", ROLE_TITLE);
		snprintf(text, sizeof(text), "%zu of %zu", shown, all);
		if (all)
			canvas_text_fit(&line, col, 0, line.cols - col, text, ROLE_UNIT);
		entry_paint(&box, &f->words, true);
		return 1;
	}
	if (all)
		snprintf(text, sizeof(text), "%zu of %zu, filter \"%s\"", shown, all,
			 f->words.text);
	else
		snprintf(text, sizeof(text), "filter \"%s\"", f->words.text);
	col = canvas_text(&line, 0, 0, text, ROLE_ENTRY) + 2;
	if (line.cols - col > 12)
		canvas_text_fit(&line, col, 0, line.cols - col, "Esc shows all",
				ROLE_UNIT);
	return 1;
}
