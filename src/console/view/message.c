/* message.c - the line above the keys: the last answer, else a warning, else what is
 * selected, else the way to what is shown where the header has no room for it, and the
 * server's lasting notice. */
#include "console/view/parts.h"

#include <stdlib.h>
#include <string.h>

#include "console/view/picture.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum { WHOLE_FROM = 100 }; /* columns */

/* Who else is at the selected value, and how far. */
static void holder_text(const struct frame_input *in, struct strbuf *out)
{
	const struct ui_holder *h = &in->ui->holder;
	const struct model_tag *t = h->tag[0] ? model_tag_find(in->m, h->tag) : NULL;

	if (out->len && h->name[0] && in->ui->page == UI_PICTURE)
		strbuf_addf(out, "  (%s %s)", h->name,
			    h->writing ? model_lease_text(t ? t->leased : 0)
				       : "types a value for it");
}

/* On a narrow terminal, which may hang on a slow line: the way from below the station,
 * and of the notice what stands before its reason. */
static void shorten(const char *notice, struct strbuf *way)
{
	const char *below = strstr(way->buf, " > ");
	char *rest = below && strstr(below + 3, " > ") ? xstrdup(below + 3) : NULL;

	if (rest)
		strbuf_setf(way, "%s", rest);
	free(rest);
	strbuf_addf(way, "   %.*s", (int)strcspn(notice, "(:"), notice);
}

static void quiet_text(const struct canvas *c, const struct frame_input *in,
		       struct strbuf *out)
{
	bool plate = in->m->plate != NULL;
	struct picture_source src =
		plate ? model_plate_source(in->m, in->now) : model_source(in->m, in->now);

	if (in->m->link != LINK_UP) {
		strbuf_adds(out, in->m->link_text);
		return;
	}
	if (in->ui->page == UI_PICTURE && in->m->shown)
		picture_describe(plate ? in->m->plate : model_picture(in->m), &src,
				 plate ? in->ui->plate_selected : in->ui->selected, out);
	holder_text(in, out);
	if (out->len)
		return;
	if (!header_has_way(c, in))
		header_way(in, out);
	if (out->len && in->m->welcome.notice[0] && c->cols < WHOLE_FROM)
		shorten(in->m->welcome.notice, out);
	else if (in->m->welcome.notice[0])
		strbuf_addf(out, "%s%s", out->len ? "   " : "", in->m->welcome.notice);
}

/* On a picture what is looked for is typed here, before the field that was found. */
static void find_paint(const struct canvas *c, const struct frame_input *in)
{
	int col = canvas_text(c, 0, 0, "find ", ROLE_TITLE);
	int room = c->cols / 3;
	struct canvas box = canvas_sub(c, col, 0, room, 1);
	struct canvas rest =
		canvas_sub(c, col + room + 2, 0, c->cols - col - room - 2, 1);
	const struct ui_message *msg = &in->ui->message;
	struct strbuf text = STRBUF_INIT;

	if (msg->text[0] && !mono_reached(in->now.mono, msg->until))
		strbuf_adds(&text, msg->text);
	else if (ui_filter_on(&in->ui->filter))
		quiet_text(c, in, &text);
	else
		strbuf_adds(&text, "a part of a name, a tag or a description");
	canvas_text_fit(&rest, 0, 0, rest.cols, text.buf, ROLE_MESSAGE);
	entry_paint(&box, &in->ui->filter.words, true);
	strbuf_release(&text);
}

void message_paint(const struct canvas *c, const struct frame_input *in)
{
	const struct ui_message *msg = &in->ui->message;
	struct strbuf text = STRBUF_INIT;

	if (in->ui->dialog.stage == DIALOG_LEAVE) {
		canvas_text_fit(c, 0, 0, c->cols,
				"Leave the console? Enter leaves, any other key stays",
				ROLE_DIALOG_TITLE);
		return;
	}
	if (in->ui->page == UI_PICTURE && in->ui->filter.typing) {
		find_paint(c, in);
		return;
	}
	if (in->m->link == LINK_UP && !in->ui->approvals.open &&
	    (!msg->text[0] || mono_reached(in->now.mono, msg->first)))
		approval_hint(in, &text);
	if (text.len) { /* somebody waits, and not for long */
		canvas_text_fit(c, 0, 0, c->cols, text.buf, ROLE_REFUSED);
		strbuf_release(&text);
		return;
	}
	if (msg->text[0] && !mono_reached(in->now.mono, msg->until)) {
		canvas_text_fit(c, 0, 0, c->cols, msg->text, msg->role);
		return;
	}
	if (in->m->link == LINK_UP && in->ui->warning.text[0] &&
	    !mono_reached(in->now.mono, in->ui->warning.until)) {
		canvas_text_fit(c, 0, 0, c->cols, in->ui->warning.text,
				in->ui->warning.role);
		return;
	}
	quiet_text(c, in, &text);
	canvas_text_fit(c, 0, 0, c->cols, text.buf, ROLE_MESSAGE);
	strbuf_release(&text);
}
