/*
 * header.c - row 0: where we are, whether it is recorded, the server's state, alarms by
 * priority, who sits here, the clock. From the right each has its own place, which
 * nothing moves; what is abnormal takes its room from the title, whose way the message
 * line then tells.
 */
#include "console/view/parts.h"

#include <stdio.h>
#include <string.h>

#include "alarm/def.h"
#include "screen/glyph.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum {
	TITLE_MIN = 6,     /* cells of the title; with fewer the counts give way */
	PERSON_FROM = 60,  /* columns; a narrower terminal leaves who sits here out */
	PERSON_CELLS = 13, /* of the place for who sits here: name and role ... */
	NAME_MIN = 7,      /* ... of which the name keeps so many */
	ROLE_LETTERS = 4,  /* "oper": the role, where there is no room for more */
	LINK_FROM = 100,   /* columns; with fewer "server ok" yields to the state */
	ROLES_FROM = 120,  /* columns; all roles */
	PERSON_CELLS_ROLES = 26,
	ROLES_WIDE_FROM = 150,
	PERSON_CELLS_WIDE = 36,
	KINDS_FROM = 120, /* columns; with fewer the overrides are one number */
};

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
	} else if (b->recording == WIRE_RECORDING_NO) {
		snprintf(out, size, "NOT RECORDING");
	} else if (b->distrusted) {
		snprintf(out, size, "RECORD NOT BELIEVED");
	} else if (b->recording == WIRE_RECORDING_RESERVE) {
		snprintf(out, size, "RESERVE RECORDING");
	} else if (b->in_doubt) {
		snprintf(out, size, "%u IN DOUBT", b->in_doubt);
	} else if (b->devices_down) {
		snprintf(out, size, "%u/%u DEVICES DOWN", b->devices_down, b->devices);
	} else {
		*abnormal = false;
		snprintf(out, size, "server ok");
	}
}

/* "■1 0/2": of one priority; returns the cells used. */
static int header_count_paint(const struct canvas *c, int col, const struct model *m,
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

static int counts_paint(const struct canvas *c, int end, const struct frame_input *in)
{
	unsigned shown;
	int cells, col;

	if (!in->m->has_list) {
		canvas_text(c, end - 8, 0, "alarms ?", ROLE_BAR);
		return end - 8;
	}
	shown = counts_shown(in->m, end - TITLE_MIN - 2, &cells);
	col = end - cells;
	for (int p = ALARM_CRITICAL; p <= ALARM_DIAGNOSTIC; p++)
		if (shown & 1u << p)
			col += header_count_paint(c, col, in->m, p) + 1;
	return end - cells;
}

/* Its first letters; the first of several has a mark. */
static void first_role(const char *roles, char *out, size_t size)
{
	size_t n = strcspn(roles, ",");

	snprintf(out, size, "%.*s%s", (int)(n < ROLE_LETTERS ? n : ROLE_LETTERS), roles,
		 roles[n] ? "+" : "");
}

static int smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Name and role side by side: a long role leaves the name its share. */
static int person_narrow(const struct canvas *c, int end, const struct wire_who *w)
{
	char role[sizeof(w->roles) + 2];
	int role_cells, name_cells, room;

	first_role(w->roles, role, sizeof(role));
	role_cells = canvas_cells(role);
	room = PERSON_CELLS - (role_cells ? role_cells + 1 : 0);
	name_cells = smaller(canvas_cells(w->name), room > NAME_MIN ? room : NAME_MIN);
	role_cells = smaller(role_cells, PERSON_CELLS - name_cells - 1);
	canvas_text_fit(c, end - role_cells, 0, role_cells, role, ROLE_BAR);
	end -= role_cells + (role_cells ? 1 : 0);
	canvas_text_fit(c, end - name_cells, 0, name_cells, w->name, ROLE_BAR);
	return end - name_cells - 1;
}

/* Always at the same place, which is as wide as name and roles, or cuts them. */
static int person_paint(const struct canvas *c, int end, const struct frame_input *in)
{
	const struct wire_who *w = &in->m->who;
	char text[sizeof(w->name) + sizeof(w->roles) + 4];
	int cells;

	if (c->cols < PERSON_FROM)
		return end;
	if (c->cols < ROLES_FROM)
		return person_narrow(c, end, w);
	snprintf(text, sizeof(text), "%s%s%s%s", w->name, w->roles[0] ? " (" : "",
		 w->roles, w->roles[0] ? ")" : "");
	cells = smaller(canvas_cells(text), c->cols >= ROLES_WIDE_FROM
						    ? PERSON_CELLS_WIDE
						    : PERSON_CELLS_ROLES);
	canvas_text_fit(c, end - cells, 0, cells, text, ROLE_BAR);
	return end - cells - 1;
}

/* What is not as the plant would have it; nothing is no news (HM-17). */
static void overrides_text(const struct frame_input *in, bool kinds, char *out,
			   size_t size)
{
	const struct model *m = in->m;
	const struct {
		const char *word;
		size_t n;
	} all[] = {
		{ "sub", m->has_beat ? m->beat.substituted : 0 },
		{ "sim", m->has_beat ? m->beat.simulated : 0 },
		{ "shv", model_shelf_count(m, SHELF_SHELVED) },
		{ "sup", model_shelf_count(m, SHELF_SUPPRESSED) },
		{ "oos", model_shelf_count(m, SHELF_OUT) },
	};
	size_t sum = 0, used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		sum += all[i].n;
		if (!kinds || !all[i].n || used >= size)
			continue;
		used += (size_t)snprintf(out + used, size - used, "%s%s%zu",
					 used ? " " : "", all[i].word, all[i].n);
	}
	if (!kinds && sum)
		snprintf(out, size, "ovr%zu", sum);
}

/* What this session is when it does not act; NULL: it does, or was not told. */
static const char *header_state_text(const struct model *m)
{
	static const char *const words[] = {
		[SESSION_VIEWING] = "VIEW ONLY",
		[SESSION_IDLE] = "IDLE",
		[SESSION_LOCKED] = "LOCKED",
		[SESSION_NOTICE] = "NOTICE",
	};

	return m->who.state < sizeof(words) / sizeof(words[0]) ? words[m->who.state]
							       : NULL;
}

static int word_paint(const struct canvas *c, int end, const char *word, bool abnormal)
{
	int cells = utf8_cells(word);

	canvas_text(c, end - cells, 0, word, abnormal ? ROLE_REFUSED : ROLE_BAR);
	return end - cells - 1;
}

/* The cells that the title would have: the whole way to it, or its own name. */
static int title_cells(const struct frame_input *in, bool way)
{
	struct strbuf text = STRBUF_INIT;
	int cells;

	if (way)
		header_way(in, &text);
	else
		strbuf_adds(&text, ui_page_title(in->m, in->ui->page));
	cells = canvas_cells(text.buf);
	strbuf_release(&text);
	return cells;
}

/* The newest anchor beside it, the number only where there is much room. */
static void anchored_text(const struct model *m, const char *text, bool with, char *out,
			  size_t size)
{
	const char *code = strchr(m->beat.anchor, ' ');
	bool is_short = strcmp(text, "rec") == 0 && code;

	snprintf(out, size, "%s%s%s", text, with ? " " : "",
		 !with      ? ""
		 : is_short ? code + 1
			    : m->beat.anchor);
}

/* What becomes of what happens, as long as that is as it should be: header_link_text()
 * says when it is not. There is no store of history: what trends show is what the server
 * remembers since it started. The longest words that leave the title its room. */
static int record_paint(const struct canvas *c, int end, const struct frame_input *in)
{
	static const struct {
		const char *text;
		int from; /* columns */
		bool way; /* and room for the whole way */
	} forms[] = {
		{ "trends in memory  recording", 150, true },
		{ "recording", 100, false },
		{ "rec", 72, false },
	};
	const struct model *m = in->m;
	char text[96];

	if (model_lost(m) || !m->has_beat || m->beat.recording != WIRE_RECORDING_YES)
		return end;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		if (c->cols < forms[i].from)
			continue;
		int cells = title_cells(in, forms[i].way);
		for (bool with = m->beat.anchor[0];; with = false) {
			anchored_text(m, forms[i].text, with, text, sizeof(text));
			if (end - utf8_cells(text) - 2 >= cells)
				return word_paint(c, end, text, false);
			if (!with)
				break;
		}
	}
	return end;
}

static int state_paint(const struct canvas *c, int end, const struct frame_input *in)
{
	bool abnormal;
	char text[64], overrides[64];
	int cells;

	header_link_text(in, text, sizeof(text), &abnormal);
	if (abnormal || !header_state_text(in->m) || c->cols >= LINK_FROM)
		end = word_paint(c, end, text, abnormal);
	if (header_state_text(in->m))
		end = word_paint(c, end, header_state_text(in->m), model_rests(in->m));
	overrides_text(in, c->cols >= KINDS_FROM, overrides, sizeof(overrides));
	cells = utf8_cells(overrides);
	if (cells && end - cells >= TITLE_MIN)
		end = word_paint(c, end, overrides, false);
	/* that all is well gives way to all that is not */
	if ((!abnormal && !header_state_text(in->m)) || c->cols >= LINK_FROM)
		end = record_paint(c, end, in);
	return end;
}

const char *ui_page_title(const struct model *m, enum ui_page page)
{
	static const char *const titles[UI_PAGES] = {
		[UI_ALARMS] = "Alarms",
		[UI_HELP] = "Help",
		[UI_DEVICES] = "Devices",
		[UI_JOURNAL] = "Journal",
		[UI_REPORT] = "Figures",
		[UI_OVERRIDES] = "Overrides",
		[UI_PEOPLE] = "People",
		[UI_GOTO] = "Go to",
		[UI_TREND] = "Trend",
		[UI_AUDIT] = "Audit",
		[UI_CHANGES] = "Staged changes",
		[UI_DOUBTS] = "In doubt",
	};

	if (titles[page])
		return titles[page];
	return m->shown ? m->shown->title : m->welcome.station;
}

/* The screens above one after the other; a loop of them ends. */
static void way_to(const struct model *m, const struct screen *s, int depth,
		   struct strbuf *out)
{
	const struct screen *up =
		s->up[0] && m->screens ? screen_set_find(m->screens, s->up) : NULL;

	if (up && up != s && depth < 4)
		way_to(m, up, depth + 1, out);
	else
		strbuf_addf(out, "%s > ", m->welcome.station);
	strbuf_adds(out, s->title);
	if (depth)
		strbuf_adds(out, " > ");
}

void header_way(const struct frame_input *in, struct strbuf *out)
{
	if (in->ui->page == UI_PICTURE && in->m->shown && in->m->welcome.station[0])
		way_to(in->m, in->m->shown, 0, out);
	else
		strbuf_adds(out, ui_page_title(in->m, in->ui->page));
}

bool header_has_way(const struct canvas *c, const struct frame_input *in)
{
	struct strbuf way = STRBUF_INIT;
	bool fits;

	header_way(in, &way);
	fits = canvas_cells(way.buf) <= in->ui->drawn.title_cells && c->cols > 0;
	strbuf_release(&way);
	return fits;
}

void header_paint(const struct canvas *c, const struct frame_input *in)
{
	struct strbuf way = STRBUF_INIT;
	const char *title;
	int end;

	canvas_fill(c, ' ', ROLE_BAR);
	end = clock_paint(c, c->cols, in) - 1;
	end = person_paint(c, end, in);
	end = counts_paint(c, end, in) - 1;
	end = state_paint(c, end, in);
	header_way(in, &way);
	title = way.buf;
	if (canvas_cells(title) > end - 1) /* its own name matters more than the way */
		title = ui_page_title(in->m, in->ui->page);
	in->ui->drawn.title_cells = end > 1 ? end - 1 : 0;
	if (end > 2)
		canvas_text_fit(c, 1, 0, end - 1, title, ROLE_BAR);
	strbuf_release(&way);
}
