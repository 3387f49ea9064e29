/* header.c - row 0: what gives way first on a narrow terminal is the way to the title,
 * then the roles, then the title is cut; who sits here, clock, server state and alarm
 * counts stay. */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "alarm/def.h"
#include "screen/glyph.h"
#include "util/strbuf.h"
#include "util/utf8.h"

/* So much of the title is left before the person's name goes. */
enum { TITLE_MIN = 6, PERSON_MAX = 24, ROLES_MAX = 40 };
enum { HIDDEN_FROM = 80 }; /* columns; with fewer the hidden ones are one number */

static void lost_text(const struct frame_input *in, char *out, size_t size)
{
	int64_t s = mono_ms_between(in->m->lost_since, in->now.mono) / 1000;

	snprintf(out, size, "SERVER LOST %llds", (long long)(s < 0 ? 0 : s));
}

void header_link_text(const struct frame_input *in, char *out, size_t size,
		      bool *abnormal)
{
	const struct wire_beat *b = &in->m->beat;

	*abnormal = true;
	if (model_lost(in->m)) {
		lost_text(in, out, size);
	} else if (!in->m->has_beat) {
		*abnormal = false;
		snprintf(out, size, "joining");
	} else if (!b->recording) {
		snprintf(out, size, "NOT RECORDING");
	} else if (b->in_doubt) {
		snprintf(out, size, "%u IN DOUBT", b->in_doubt);
	} else if (b->devices_down) {
		snprintf(out, size, "%u/%u DEVICES DOWN", b->devices_down, b->devices);
	} else {
		*abnormal = false;
		snprintf(out, size, "server ok");
	}
}

int header_count_paint(const struct canvas *c, int col, const struct model *m,
		       int priority)
{
	struct model_count n = model_alarm_count(m, priority);
	enum role role = (enum role)(ROLE_ALARM_CRITICAL + priority - 1);
	char text[32];

	if (n.unacked)
		role = (enum role)(ROLE_ALARM_CRITICAL_UNACK + priority - 1);
	if (!n.unacked && !n.active)
		role = ROLE_BAR;
	snprintf(text, sizeof(text), "%u/%u", n.unacked, n.active);
	canvas_put(c, col, 0, glyph_alarm(priority), role);
	canvas_put(c, col + 1, 0, '0' + (uint32_t)priority, role);
	return 3 + canvas_text(c, col + 3, 0, text, ROLE_BAR);
}

static int count_cells(const struct model *m, int priority)
{
	struct model_count n = model_alarm_count(m, priority);
	char text[32];

	return 3 + snprintf(text, sizeof(text), "%u/%u", n.unacked, n.active);
}

/* The clock with a mark that moves only while the server's beats arrive. */
static int clock_paint(const struct canvas *c, int end, const struct frame_input *in)
{
	char text[CLOCK_LOCAL_SIZE];
	int cells;

	clock_local_hms(in->now.wall, text);
	cells = (int)strlen(text);
	canvas_text(c, end - cells - 1, 0, text, ROLE_BAR);
	canvas_put(c, end - 1, 0, in->m->ticking ? ':' : '.', ROLE_BAR);
	return end - cells - 1;
}

static int link_paint(const struct canvas *c, int end, const struct frame_input *in)
{
	bool abnormal;
	char text[64];
	int cells;

	header_link_text(in, text, sizeof(text), &abnormal);
	cells = utf8_cells(text);
	canvas_text(c, end - cells, 0, text, abnormal ? ROLE_REFUSED : ROLE_BAR);
	return end - cells;
}

/* Which priorities are shown, as bits, and the cells they take: all; without room for
 * them those that have alarms; and of these the highest that fit. */
static unsigned counts_shown(const struct model *m, int room, int *cells)
{
	unsigned all = 0, busy = 0;
	int all_cells = -1, busy_cells = -1;

	for (int p = ALARM_CRITICAL; p <= ALARM_DIAGNOSTIC; p++) {
		struct model_count n = model_alarm_count(m, p);
		int more = count_cells(m, p) + 1;

		if (p == ALARM_DIAGNOSTIC && !n.active && !n.unacked)
			break; /* most of the time there is none */
		all |= 1u << p;
		all_cells += more;
		if ((n.active || n.unacked) && busy_cells + more <= room) {
			busy |= 1u << p;
			busy_cells += more;
		}
	}
	*cells = all_cells <= room ? all_cells : busy_cells < 0 ? 0 : busy_cells;
	return all_cells <= room ? all : busy;
}

/* What is not in the list: shelved, suppressed, out of service; nothing is no news. */
static int hidden_paint(const struct canvas *c, int end, const struct model *m, int room)
{
	size_t n[SHELVES], all = 0;
	char text[64] = "";
	static const char *const words[SHELVES] = { "", "shv", "sup", "oos" };

	for (int i = SHELF_SHELVED; i < SHELVES; i++) {
		size_t used = strlen(text);

		n[i] = model_shelf_count(m, (enum model_shelf)i);
		all += n[i];
		if (n[i])
			snprintf(text + used, sizeof(text) - used, "%s%s%zu",
				 used ? " " : "", words[i], n[i]);
	}
	if (all == 0)
		return end;
	if ((int)strlen(text) > room)
		snprintf(text, sizeof(text), "hid%zu", all);
	canvas_text(c, end - (int)strlen(text), 0, text, ROLE_BAR);
	return end - (int)strlen(text) - 1;
}

static int counts_paint(const struct canvas *c, int end, const struct frame_input *in)
{
	unsigned shown;
	int cells, col;

	if (!in->m->has_list) {
		canvas_text(c, end - 8, 0, "alarms ?", ROLE_BAR);
		return end - 8;
	}
	end = hidden_paint(c, end, in->m, c->cols - HIDDEN_FROM);
	shown = counts_shown(in->m, end - TITLE_MIN - 2, &cells);
	col = end - cells;
	for (int p = ALARM_CRITICAL; p <= ALARM_DIAGNOSTIC; p++)
		if (shown & 1u << p)
			col += header_count_paint(c, col, in->m, p) + 1;
	return end - cells;
}

static void title_text(const struct frame_input *in, struct strbuf *out)
{
	const struct screen *s = in->m->shown, *up = NULL;

	if (s && s->up[0] && in->m->screens)
		up = screen_set_find(in->m->screens, s->up);
	if (in->ui->page == UI_ALARMS)
		strbuf_adds(out, "Alarms");
	else if (in->ui->page == UI_DEVICES)
		strbuf_adds(out, "Devices");
	else if (in->ui->page == UI_JOURNAL)
		strbuf_adds(out, "Journal");
	else if (in->ui->page == UI_REPORT)
		strbuf_adds(out, "Figures");
	else if (in->ui->page == UI_HELP)
		strbuf_adds(out, "Help");
	else if (s)
		strbuf_addf(out, "%s%s%s", up ? up->title : "", up ? " > " : "",
			    s->title);
	else
		strbuf_adds(out, in->m->welcome.station);
}

static int person_paint(const struct canvas *c, int end, int title,
			const struct frame_input *in)
{
	const struct wire_welcome *w = &in->m->welcome;
	struct strbuf name = STRBUF_INIT, text = STRBUF_INIT;
	int cells;

	utf8_clean(&name, w->operator_name, WIRE_TEXT_MAX);
	strbuf_addf(&text, "%s (%.*s)", name.buf, ROLES_MAX, w->roles);
	if (!w->roles[0] || end - utf8_cells(text.buf) < title + 2)
		strbuf_setf(&text, "%s", name.buf);
	cells = utf8_cells(text.buf);
	if (text.len == name.len && cells > PERSON_MAX)
		cells = PERSON_MAX;
	if (end - cells >= TITLE_MIN + 2) {
		canvas_text_fit(c, end - cells, 0, cells, text.buf, ROLE_BAR);
		end -= cells + 2;
	}
	strbuf_release(&name);
	strbuf_release(&text);
	return end;
}

void header_paint(const struct canvas *c, const struct frame_input *in)
{
	struct strbuf title = STRBUF_INIT, whole = STRBUF_INIT;
	const char *text, *cut;
	int end;

	canvas_fill(c, ' ', ROLE_BAR);
	end = clock_paint(c, c->cols, in) - 2;
	end = link_paint(c, end, in) - 2;
	end = counts_paint(c, end, in) - 2;
	title_text(in, &whole);
	utf8_clean(&title, whole.buf, WIRE_TEXT_MAX);
	/* the screen's own title and who sits here matter more than the way to it */
	text = title.buf;
	cut = strstr(text, " > ");
	if (cut && utf8_cells(text) + 4 + utf8_cells(in->m->welcome.operator_name) > end)
		text = cut + 3;
	end = person_paint(c, end, utf8_cells(text) + 1, in);
	if (end > TITLE_MIN / 2)
		canvas_text_fit(c, 1, 0, end - 1, text, ROLE_BAR);
	strbuf_release(&title);
	strbuf_release(&whole);
}
