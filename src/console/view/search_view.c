/* search_view.c - what the pages share that show answers to a search: the line that says
 * what was found, or takes the words, and keeping the selected row in sight. */
#include "console/view/parts.h"

#include "util/strbuf.h"

static void found_text(const struct ui_search *u, const struct search_title *t,
		       struct strbuf *text)
{
	if (t->refusal[0])
		strbuf_adds(text, t->refusal);
	else if (!t->told)
		strbuf_adds(text, "asking the server...");
	else
		strbuf_addf(text, "%zu %s%s%s", t->n, t->what, t->n == 1 ? "" : "s",
			    t->more ? ", older ones follow" : "");
	if (u->of[0])
		strbuf_addf(text, " of %s", u->of);
	if (u->words.text[0])
		strbuf_addf(text, " with \"%s\"", u->words.text);
	strbuf_adds(text, "  -  / searches, Home asks anew");
}

void search_title_paint(const struct canvas *c, struct ui_search *u,
			const struct search_title *t)
{
	struct strbuf text = STRBUF_INIT;

	if (u->typing) {
		int used = canvas_text(c, 0, 0, "search for: ", ROLE_TITLE);
		struct canvas box = canvas_sub(c, used, 0, UI_WORDS_MAX + 1, 1);

		entry_paint(&box, &u->words, true);
		return;
	}
	found_text(u, t, &text);
	canvas_text_fit(c, 0, 0, c->cols, text.buf,
			t->refusal[0] ? ROLE_REFUSED : ROLE_TITLE);
	strbuf_release(&text);
}

void search_keep_in_sight(struct ui_search *u, size_t n, size_t rows)
{
	if (u->selected >= n)
		u->selected = n ? n - 1 : 0;
	if (rows && u->selected >= u->top + rows)
		u->top = u->selected - rows + 1;
	if (u->selected < u->top)
		u->top = u->selected;
}
