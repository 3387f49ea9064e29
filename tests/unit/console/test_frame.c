/* test_frame.c - the frame at every size, and the model behind it: alarm log and order.
 */
#include "support/test.h"

#include "console/view/frame.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "console/view/picture.h"
#include "util/strbuf.h"

static const struct ui_key no_keys[] = { { "1", "help", 7 }, { NULL, NULL, 0 } };

static struct wire_alarm_row row(const char *name, int priority, enum alarm_state state,
				 uint64_t occurrence, int64_t raised)
{
	struct wire_alarm_row r = { .epoch = 1,
				    .occurrence = occurrence,
				    .priority = (uint8_t)priority,
				    .state = (uint8_t)state,
				    .raised_ms = raised };

	snprintf(r.name, sizeof(r.name), "%s", name);
	snprintf(r.message, sizeof(r.message), "message of %s", name);
	return r;
}

static bool tell(struct model *m, struct wire_alarm_row r, uint64_t version)
{
	r.version = version;
	return model_alarm_row(m, &r);
}

/* An empty list of epoch 1, in sync. */
static void begin(struct model *m)
{
	struct wire_alarm_sync sync = { .epoch = 1 };

	model_init(m);
	m->link = LINK_UP;
	model_alarm_reset(m, 1);
	assert_true(model_alarm_sync(m, &sync));
}

static void the_order_is_unacknowledged_then_priority_then_newest(void **state)
{
	static const char *const expected[] = { "crit", "newer", "older", "acked" };
	const struct wire_alarm_row *rows[8];
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("acked", 1, ALARM_S_ACKED, 1, 50), 1));
	assert_true(tell(&m, row("older", 3, ALARM_S_UNACK, 2, 10), 2));
	assert_true(tell(&m, row("newer", 3, ALARM_S_RTNUN, 3, 20), 3));
	assert_true(tell(&m, row("crit", 1, ALARM_S_UNACK, 4, 5), 4));
	assert_int_equal(model_alarm_order(&m, NULL, rows, 8), 4);
	for (int i = 0; i < 4; i++)
		assert_string_equal(rows[i]->name, expected[i]);
	assert_int_equal(model_alarm_count(&m, 3).unacked, 2);
	assert_int_equal(model_alarm_count(&m, 3).active, 1);
	assert_int_equal(model_alarm_count(&m, 0).active, 3);
	model_release(&m);
}

static void a_missing_row_and_a_wrong_hash_are_noticed(void **state)
{
	struct wire_alarm_sync sync = { .epoch = 1, .version = 1 };
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 1));
	sync.hash = alarm_row_hash("a", 1, ALARM_S_UNACK, 0, 0);
	assert_true(model_alarm_sync(&m, &sync));
	sync.hash++;
	assert_false(model_alarm_sync(&m, &sync));
	assert_false(tell(&m, row("b", 1, ALARM_S_UNACK, 2, 1), 3));
	/* an older epoch says nothing any more */
	struct wire_alarm_row old = row("c", 1, ALARM_S_UNACK, 3, 1);
	old.epoch = 0;
	old.version = 9;
	assert_true(model_alarm_row(&m, &old));
	assert_null(model_alarm_find(&m, "c"));
	model_release(&m);
}

static void a_row_that_became_normal_leaves_the_list(void **state)
{
	struct model m;

	(void)state;
	begin(&m);
	for (uint64_t i = 1; i <= 3; i++) {
		char name[2] = { (char)('a' + (int)i), 0 };
		assert_true(tell(&m, row(name, 1, ALARM_S_UNACK, i, 1), i));
	}
	assert_true(tell(&m, row("b", 1, ALARM_S_NORMAL, 1, 1), 4));
	assert_null(model_alarm_find(&m, "b"));
	assert_non_null(model_alarm_find(&m, "d"));
	assert_int_equal(m.list.n, 2);
	model_release(&m);
}

static void the_shown_list_stays_until_the_new_one_is_whole(void **state)
{
	struct wire_alarm_sync sync = { .epoch = 2 };
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 1));
	model_alarm_reset(&m, 2);
	assert_non_null(model_alarm_find(&m, "a"));
	assert_true(model_alarm_sync(&m, &sync));
	assert_null(model_alarm_find(&m, "a"));
	model_release(&m);
}

static void the_bell_rings_for_a_new_occurrence_only(void **state)
{
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 1));
	assert_true(m.bell);
	m.bell = false;
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 1, 1), 2));
	assert_false(m.bell);
	assert_true(tell(&m, row("a", 1, ALARM_S_UNACK, 2, 1), 3));
	assert_true(m.bell);
	model_release(&m);
}

static void AM_01_what_is_hidden_asks_for_no_attention(void **state)
{
	const struct wire_alarm_row *rows[4];
	struct wire_alarm_row r = row("a", 1, ALARM_S_UNACK, 1, 1);
	struct model m;

	(void)state;
	begin(&m);
	r.flags = ALARM_F_SHELVED;
	assert_true(tell(&m, r, 1));
	assert_false(m.bell);
	assert_int_equal(m.list.n, 1); /* it is in the list that is compared */
	assert_int_equal(model_alarm_order(&m, NULL, rows, 4), 0);
	assert_int_equal(model_alarm_count(&m, 0).active, 0);
	assert_int_equal(model_alarm_count(&m, 0).unacked, 0);
	r.flags = 0;
	assert_true(tell(&m, r, 2));
	assert_true(m.bell);
	assert_int_equal(model_alarm_order(&m, NULL, rows, 4), 1);
	assert_int_equal(model_alarm_count(&m, 0).unacked, 1);
	m.bell = false;
	r.life = WIRE_LIFE_SILENT;
	r.occurrence = 2;
	assert_true(tell(&m, r, 3));
	assert_false(m.bell);
	r.state = ALARM_S_NORMAL; /* an older occurrence still waits */
	r.n_older = 1;
	assert_true(tell(&m, r, 4));
	assert_int_equal(model_alarm_count(&m, 0).unacked, 1);
	r.n_older = 0;
	assert_true(tell(&m, r, 5));
	assert_int_equal(m.list.n, 0);
	model_release(&m);
}

static void HM_13_diagnostics_stand_apart_and_ring_no_bell(void **state)
{
	const struct wire_alarm_row *rows[8];
	struct model m;

	(void)state;
	begin(&m);
	assert_true(tell(&m, row("diag", 5, ALARM_S_UNACK, 1, 90), 1));
	assert_false(m.bell);
	assert_true(tell(&m, row("low", 4, ALARM_S_ACKED, 2, 10), 2));
	assert_int_equal(model_alarm_order(&m, NULL, rows, 8), 2);
	assert_string_equal(rows[0]->name, "low"); /* though the other waits */
	assert_int_equal(rows[1]->priority, 5);
	assert_int_equal(model_alarm_count(&m, 5).unacked, 1);
	model_release(&m);
}

static void an_area_is_shown_with_all_that_lies_in_it(void **state)
{
	const struct wire_alarm_row *rows[8];
	struct wire_alarm_row in = row("in", 4, ALARM_S_UNACK, 1, 1);
	struct wire_alarm_row out = row("out", 4, ALARM_S_UNACK, 2, 1);
	struct model m;

	(void)state;
	begin(&m);
	snprintf(in.area, sizeof(in.area), "intake.wells");
	snprintf(out.area, sizeof(out.area), "intake2");
	assert_true(tell(&m, in, 1));
	assert_true(tell(&m, out, 2));
	assert_int_equal(model_alarm_order(&m, "intake", rows, 8), 1);
	assert_string_equal(rows[0]->name, "in");
	model_release(&m);
}

static const char screen_text[] =
	"screen = { id = \"overview\"; title = \"Works\"; level = 1;\n"
	"size = [ 30, 4 ];\npicture = \"\n A {p.a         }\n\";\n};\n";

static void show(struct model *m)
{
	struct screen_file file = { "screens/overview.cfg", screen_text };
	struct strbuf why = STRBUF_INIT;

	model_screens(m, &file, 1, &why);
	assert_string_equal(why.buf, "");
	model_view(m, model_overview(m));
	strbuf_release(&why);
}

static bool frame_has(const struct grid *g, const char *text)
{
	struct strbuf line = STRBUF_INIT;
	bool found = false;

	for (int r = 0; r < g->rows && !found; r++) {
		strbuf_clear(&line);
		grid_row_text(g, r, &line);
		found = strstr(line.buf, text) != NULL;
	}
	strbuf_release(&line);
	return found;
}

static void PR_13_at_every_size_the_worst_alarm_is_there(void **state)
{
	struct ui ui = { .selected = 0, .keys = no_keys, .list = { .selected = -1 } };
	struct model m;
	struct grid g;

	(void)state;
	begin(&m);
	show(&m);
	assert_true(tell(&m, row("crit", 1, ALARM_S_UNACK, 1, 1), 1));
	m.has_beat = true;
	m.beat.recording = 1;
	for (int cols = 1; cols <= 300; cols += cols < 90 ? 1 : 30) {
		for (int rows = 1; rows <= 100; rows += rows < 30 ? 1 : 20) {
			struct frame_input in = { .m = &m, .ui = &ui };
			ui.page = (enum ui_page)((cols + rows) % UI_PAGES);
			ui.dialog.stage = (enum dialog_stage)((cols * 7 + rows) % 7);
			grid_init(&g, cols, rows);
			frame_paint(&g, &in);
			/* shape of critical: first cell of the banner, or of all */
			bool full = cols >= FRAME_MIN_COLS && rows >= FRAME_MIN_ROWS;
			assert_int_equal(grid_at(&g, 0, full ? 1 : 0)->cp, 0x25A0);
			grid_release(&g);
		}
	}
	free(ui.list.names);
	model_release(&m);
}

static void values_of_a_former_view_are_never_shown(void **state)
{
	struct ui ui = { .selected = PICTURE_NOTHING,
			 .keys = no_keys,
			 .list = { .selected = -1 } };
	struct wire_tag_info info = { .tag = 3, .type = VALUE_DOUBLE, .decimals = 1 };
	struct wire_value v = { .tag = 3, .value = value_double(42.5) };
	struct model m;
	struct grid g;

	(void)state;
	begin(&m);
	show(&m);
	snprintf(info.name, sizeof(info.name), "p.a");
	model_tag_info(&m, &info);
	assert_false(model_view_complete(&m));
	model_value(&m, &v);
	assert_true(model_view_complete(&m));
	struct frame_input in = { .m = &m, .ui = &ui };
	grid_init(&g, 80, 24);
	frame_paint(&g, &in);
	assert_true(frame_has(&g, "42.5"));
	assert_false(frame_has(&g, "A x"));
	v.alarm_hidden = 1;
	model_value(&m, &v);
	frame_paint(&g, &in);
	assert_true(frame_has(&g, "A x"));
	model_view(&m, m.shown);
	frame_paint(&g, &in);
	assert_false(frame_has(&g, "42.5"));
	/* and an index of the old connection means nothing on the new one */
	model_value(&m, &v);
	frame_paint(&g, &in);
	assert_false(frame_has(&g, "42.5"));
	grid_release(&g);
	model_release(&m);
}

/* --- 80 columns, and fewer --------------------------------------------------------- */

/* A frame of a station with five unit screens, somebody at it and a device down. */
struct stage {
	struct model m;
	struct ui ui;
	struct grid g;
};

static const struct ui_key long_keys[] = {
	{ "Enter", "write it, go to the screen it names, or describe it in words", 7 },
	{ "Ctrl-Q Enter", "leave the console", 7 },
	{ NULL, NULL, 0 },
};

static void stage_screens(struct model *m)
{
	static const char *const ids[] = { "dosing",  "filters",  "intake",
					   "network", "overview", "reservoir" };
	enum { N = sizeof(ids) / sizeof(ids[0]) };
	struct strbuf text[N], why = STRBUF_INIT;
	struct screen_file files[N];

	for (size_t i = 0; i < N; i++) {
		bool top = strcmp(ids[i], "overview") == 0;

		text[i] = (struct strbuf)STRBUF_INIT;
		strbuf_addf(&text[i],
			    "screen = { id = \"%s\"; title = \"Clear-water %s\"; level = "
			    "%d;\n%ssize = [ 30, 4 ];\npicture = \"\n\n\";\n};\n",
			    ids[i], ids[i], top ? 1 : 2,
			    top ? "" : "up = \"overview\"; ");
		files[i] = (struct screen_file){ ids[i], text[i].buf };
	}
	model_screens(m, files, N, &why);
	assert_string_equal(why.buf, "");
	model_view(m, screen_set_find(m->screens, "reservoir"));
	for (size_t i = 0; i < N; i++)
		strbuf_release(&text[i]);
	strbuf_release(&why);
}

static void stage_open(struct stage *s, int cols, int rows)
{
	memset(s, 0, sizeof(*s));
	begin(&s->m);
	stage_screens(&s->m);
	s->ui = (struct ui){ .selected = PICTURE_NOTHING,
			     .keys = long_keys,
			     .list = { .selected = -1 } };
	s->m.has_beat = true;
	s->m.beat = (struct wire_beat){ .recording = 1, .devices = 4, .devices_down = 1 };
	snprintf(s->m.who.name, sizeof(s->m.who.name), "ivan.petrow");
	snprintf(s->m.welcome.station, sizeof(s->m.welcome.station), "Works");
	snprintf(s->m.who.roles, sizeof(s->m.who.roles), "operator,engineer");
	grid_init(&s->g, cols, rows);
}

static void stage_paint(struct stage *s)
{
	struct frame_input in = { .m = &s->m, .ui = &s->ui };

	frame_paint(&s->g, &in);
}

static void stage_close(struct stage *s)
{
	grid_release(&s->g);
	free(s->ui.list.names);
	model_release(&s->m);
}

static const char *row_text(const struct stage *s, int row)
{
	static struct strbuf line = STRBUF_INIT;

	strbuf_clear(&line);
	grid_row_text(&s->g, row, &line);
	return line.buf;
}

/* A photograph of the screen is an anchor; a record that is not believed is not missed.
 */
static void
AU_13_the_header_shows_the_newest_anchor_and_what_is_not_believed(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, 160, 48);
	s.m.beat.devices_down = 0;
	snprintf(s.m.beat.anchor, sizeof(s.m.beat.anchor), "4711 K7QM2X");
	stage_paint(&s);
	assert_has(row_text(&s, 0), "recording 4711 K7QM2X");
	stage_close(&s);
	stage_open(&s, 100, 24);
	s.m.beat.devices_down = 0;
	s.m.beat.distrusted = 1;
	stage_paint(&s);
	assert_has(row_text(&s, 0), "RECORD NOT BELIEVED");
	stage_close(&s);
}

static void at_80_columns_the_key_bar_loses_no_letter(void **state)
{
	static const struct {
		enum ui_page page;
		const char *bar;
	} pages[] = {
		{ UI_PICTURE, "1Help 2Overview 3Alarms 4dosing 5filters 6intake 7network "
			      "8reservoir 0Back ^Q" },
		/* where there is no room for all the way out goes, and help names it */
		{ UI_ALARMS, "1Help 2Overview 3Alarms 4dosing 5filters 6intake 7network "
			     "8reservoir 0Back aAck" },
	};
	struct stage s;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		stage_open(&s, 80, 24);
		s.ui.page = pages[i].page;
		stage_paint(&s);
		assert_string_equal(row_text(&s, 23), pages[i].bar);
		stage_close(&s);
	}
	stage_open(&s, 100, 24);
	stage_paint(&s);
	assert_has(row_text(&s, 23), "^QLeave");
	stage_close(&s);
}

#define CALM_COUNTS                                                                      \
	" \xE2\x96\xA0"                                                                  \
	"1 0/0 \xE2\x96\xB2"                                                             \
	"2 0/0 \xE2\x96\xBC"                                                             \
	"3 0/0 \xE2\x97\x8F"                                                             \
	"4 0/0 "
#define CLOCK "00:00:00."

static void with_a_device_down_the_title_gives_way_and_nothing_else_moves(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, 80, 24);
	stage_paint(&s);
	assert_string_equal(row_text(&s, 0), " Clear-wat> 1/4 DEVICES DOWN" CALM_COUNTS
					     "ivan.p> oper+ " CLOCK);
	s.m.beat.devices_down = 0;
	stage_paint(&s);
	assert_string_equal(row_text(&s, 0), " Clear-water rese> server ok" CALM_COUNTS
					     "ivan.p> oper+ " CLOCK);
	stage_close(&s);
	stage_open(&s, 160, 24);
	stage_paint(&s);
	assert_has(row_text(&s, 0),
		   " Works > Clear-water overview > Clear-water reservoir  ");
	assert_has(row_text(&s, 0), "ivan.petrow (operator,engineer)");
	stage_close(&s);
}

/* Row 0 with the beat's word on records and 1/4 devices down, or none. */
static const char *header_at(struct stage *s, int cols, enum wire_recording recording)
{
	stage_open(s, cols, 24);
	s->m.beat.recording = (uint8_t)recording;
	s->m.beat.devices_down = 0;
	stage_paint(s);
	return row_text(s, 0);
}

static void the_header_says_what_becomes_of_records_at_every_width(void **state)
{
	static const struct {
		int cols;
		const char *yes, *no, *reserve;
	} rows[] = {
		{ 40, "server ok", "NOT RECORDING", "RESERVE RECORDING" },
		{ 100, "recording server ok", "NOT RECORDING", "RESERVE RECORDING" },
		{ 200, "trends in memory  recording server ok", "NOT RECORDING",
		  "RESERVE RECORDING" },
	};
	struct stage s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_has(header_at(&s, rows[i].cols, WIRE_RECORDING_YES), rows[i].yes);
		assert_has(row_text(&s, 0), CLOCK);
		stage_close(&s);
		assert_has(header_at(&s, rows[i].cols, WIRE_RECORDING_NO), rows[i].no);
		stage_close(&s);
		assert_has(header_at(&s, rows[i].cols, WIRE_RECORDING_RESERVE),
			   rows[i].reserve);
		assert_null(strstr(row_text(&s, 0), "server ok"));
		assert_null(strstr(row_text(&s, 0), "recording "));
		stage_close(&s);
	}
}

/* Three letters at 80 columns, unless the screen's own name would be cut for them. */
static void that_it_records_cuts_no_title(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, 80, 24);
	s.m.beat.devices_down = 0;
	s.ui.page = UI_PEOPLE;
	stage_paint(&s);
	assert_has(row_text(&s, 0), " People ");
	assert_has(row_text(&s, 0), "rec server ok");
	s.ui.page = UI_PICTURE;
	stage_paint(&s);
	assert_has(row_text(&s, 0), " Clear-water rese> server ok");
	s.ui.page = UI_PEOPLE;
	s.m.welcome.station[0] = '\0';
	s.m.link = LINK_SILENT;
	stage_paint(&s);
	assert_has(row_text(&s, 0), "SERVER LOST");
	assert_null(strstr(row_text(&s, 0), "rec "));
	stage_close(&s);
	assert_has(header_at(&s, 200, WIRE_RECORDING_YES), "recording server ok");
	s.m.link = LINK_SILENT;
	stage_paint(&s);
	assert_null(strstr(row_text(&s, 0), "recording"));
	stage_close(&s);
}

static void SEC_12_the_header_says_name_role_and_that_nobody_acts_here(void **state)
{
	static const struct {
		enum session_state state;
		const char *at_80, *at_160;
	} rows[] = {
		{ SESSION_ACTING,
		  "server ok "
		  "\xE2\x96\xA0",
		  "server ok " },
		{ SESSION_VIEWING,
		  "VIEW ONLY "
		  "\xE2\x96\xA0",
		  "recording VIEW ONLY server ok" },
		{ SESSION_IDLE,
		  "IDLE "
		  "\xE2\x96\xA0",
		  "recording IDLE server ok" },
		{ SESSION_LOCKED,
		  "LOCKED "
		  "\xE2\x96\xA0",
		  "recording LOCKED server ok" },
	};
	struct stage s;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int cols = 80; cols <= 160; cols += 80) {
			stage_open(&s, cols, 24);
			s.m.beat.devices_down = 0;
			s.m.who.state = (uint8_t)rows[i].state;
			stage_paint(&s);
			assert_has(row_text(&s, 0),
				   cols == 80 ? rows[i].at_80 : rows[i].at_160);
			assert_has(row_text(&s, 0), cols == 80
							    ? "ivan.p> oper+ " CLOCK
							    : "ivan.petrow (operator,");
			stage_close(&s);
		}
	}
	/* what is wrong with the server is said besides */
	stage_open(&s, 80, 24);
	s.m.who.state = SESSION_LOCKED;
	stage_paint(&s);
	assert_has(row_text(&s, 0), "LOCKED 1/4 DEVICES DOWN");
	stage_close(&s);
}

static void a_narrow_header_keeps_the_priorities_that_have_alarms(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, 44, 12);
	assert_true(tell(&s.m, row("crit", 1, ALARM_S_UNACK, 1, 1), 1));
	stage_paint(&s);
	assert_has(row_text(&s, 0), "\xE2\x96\xA0"
				    "1 1/1");
	assert_has(row_text(&s, 0), "1/4 DEVICES DOWN");
	assert_null(strstr(row_text(&s, 0), "0/0"));
	stage_close(&s);
}

static void HM_13_header_counts_diagnostics_and_the_banner_leaves_them_out(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, 100, 24);
	s.m.beat.devices_down = 0;
	stage_paint(&s);
	assert_null(strstr(row_text(&s, 0), "\xE2\x97\x87"));
	assert_true(tell(&s.m, row("diag", 5, ALARM_S_UNACK, 1, 1), 1));
	stage_paint(&s);
	assert_has(row_text(&s, 0), "\xE2\x97\x87"
				    "5 1/1");
	assert_has(row_text(&s, 1), "no alarms");
	assert_true(frame_has(&s.g, "message of diag")); /* below, in the list */
	stage_close(&s);
}

static void help_is_never_cut_and_nothing_covers_it(void **state)
{
	struct stage s;
	bool above = false, end = false;

	(void)state;
	stage_open(&s, 80, 24);
	s.ui.page = UI_HELP;
	stage_paint(&s);
	assert_true(frame_has(&s.g, "write it, go to the"));
	assert_true(frame_has(&s.g, "describe it in words"));
	for (int top = 0; top < 60; top++) {
		s.ui.help_top = (size_t)top;
		stage_paint(&s);
		for (int r = 3; r < 21; r++)
			assert_null(strchr(row_text(&s, r), '>'));
		above |= strstr(row_text(&s, 21), "  more below: arrow down") != NULL;
		/* the row of the mark holds nothing else */
		assert_int_equal(row_text(&s, 21)[0], ' ');
		assert_int_equal(strspn(row_text(&s, 21), " "),
				 80 -
					 (int)strlen(row_text(&s, 21) +
						     strspn(row_text(&s, 21), " ")) -
					 1);
		end |= frame_has(&s.g, "gauge: the setpoint") &&
		       strstr(row_text(&s, 21), "the end") != NULL;
	}
	assert_true(above && end);
	assert_true(s.ui.help_top < 40); /* held to what there is */
	stage_close(&s);
}

static void what_to_do_about_an_alarm_is_not_cut(void **state)
{
	struct wire_alarm_row r = row("system.plc2.comm", 2, ALARM_S_UNACK, 1, 1);
	struct stage s;

	(void)state;
	snprintf(r.cause, sizeof(r.cause),
		 "Device without power or restarting, cable, "
		 "switch or broker down, wrong endpoint");
	snprintf(r.action, sizeof(r.action),
		 "Check power and network of the device; "
		 "watch the plant by other means");
	stage_open(&s, 80, 24);
	assert_true(tell(&s.m, r, 1));
	s.ui.page = UI_ALARMS;
	stage_paint(&s);
	s.ui.list.selected = 0;
	stage_paint(&s);
	assert_true(frame_has(&s.g, "wrong endpoint"));
	assert_true(frame_has(&s.g, "means"));
	assert_true(frame_has(&s.g, "a acknowledges"));
	/* the mark keeps its colour, the rest is one bar */
	assert_false(grid_at(&s.g, 0, 4)->selected);
	assert_true(grid_at(&s.g, 3, 4)->selected && grid_at(&s.g, 79, 4)->selected);
	stage_close(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_is_unacknowledged_then_priority_then_newest),
		cmocka_unit_test(a_missing_row_and_a_wrong_hash_are_noticed),
		cmocka_unit_test(a_row_that_became_normal_leaves_the_list),
		cmocka_unit_test(the_shown_list_stays_until_the_new_one_is_whole),
		cmocka_unit_test(the_bell_rings_for_a_new_occurrence_only),
		cmocka_unit_test(AM_01_what_is_hidden_asks_for_no_attention),
		cmocka_unit_test(HM_13_diagnostics_stand_apart_and_ring_no_bell),
		cmocka_unit_test(an_area_is_shown_with_all_that_lies_in_it),
		cmocka_unit_test(PR_13_at_every_size_the_worst_alarm_is_there),
		cmocka_unit_test(values_of_a_former_view_are_never_shown),
		cmocka_unit_test(at_80_columns_the_key_bar_loses_no_letter),
		cmocka_unit_test(
			AU_13_the_header_shows_the_newest_anchor_and_what_is_not_believed),
		cmocka_unit_test(
			with_a_device_down_the_title_gives_way_and_nothing_else_moves),
		cmocka_unit_test(the_header_says_what_becomes_of_records_at_every_width),
		cmocka_unit_test(that_it_records_cuts_no_title),
		cmocka_unit_test(
			SEC_12_the_header_says_name_role_and_that_nobody_acts_here),
		cmocka_unit_test(a_narrow_header_keeps_the_priorities_that_have_alarms),
		cmocka_unit_test(
			HM_13_header_counts_diagnostics_and_the_banner_leaves_them_out),
		cmocka_unit_test(help_is_never_cut_and_nothing_covers_it),
		cmocka_unit_test(what_to_do_about_an_alarm_is_not_cut),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
