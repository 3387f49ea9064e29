/* test_alarm_frames.c - the pages about alarms at the sizes people have, in each tier of
 * glyphs and without colour; with hostile texts; and at any size with anything. */
#include "support/test.h"

#include <locale.h>

#include "desk.h"
#include "screen/glyph.h"
#include "screen/theme.h"

static const struct size {
	int cols, rows;
} sizes[] = { { 80, 24 }, { 100, 30 }, { 160, 48 } };

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]), BAR_USED = 0x2585 };

/* --- what stands on the pages ------------------------------------------------------ */

static void put(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text);
}

static void tell_hidden(struct desk *d, const char *name, unsigned flags,
			const char *reason)
{
	struct wire_alarm_row r = desk_row(name, ALARM_MEDIUM, ALARM_S_UNACK, 1, 1);

	r.flags = (uint8_t)flags;
	r.shelf = flags & ALARM_F_SHELVED ? ALARM_SHELF_TIMED : 0;
	r.shelf_until_ms = r.shelf ? DESK_WALL_MS + 90 * 60000 : 0;
	r.hidden_since_ms = DESK_WALL_MS - 60000;
	put(r.hidden_by, sizeof(r.hidden_by), "petrow");
	put(r.hidden_reason, sizeof(r.hidden_reason), reason);
	desk_tell(d, r);
}

static void tell_alarms(struct desk *d)
{
	struct wire_alarm_row r = desk_row("intake.t101.level.lolo", ALARM_CRITICAL,
					   ALARM_S_UNACK, 1, DESK_WALL_MS);

	r.value = 0.41;
	r.limit = 0.5;
	put(r.type, sizeof(r.type), "low");
	put(r.unit, sizeof(r.unit), "m");
	put(r.cause, sizeof(r.cause), "Wells run dry");
	put(r.action, sizeof(r.action), "Stop the raw water pumps");
	desk_tell(d, r);
	desk_tell(d, desk_row("intake.p101.trip", ALARM_HIGH, ALARM_S_ACKED, 2, 1));
	desk_tell(d, desk_row("filters.f1.dp.hi", ALARM_LOW, ALARM_S_RTNUN, 3, 1));
	tell_hidden(d, "dosing.ph.hi", ALARM_F_SHELVED, "probe is cleaned");
	tell_hidden(d, "intake.p102.trip", ALARM_F_SUPPRESSED, "follows P101");
	tell_hidden(d, "network.flow.lo", ALARM_F_OUT_OF_SERVICE, "meter removed");
}

static void tell_journal(struct desk *d, uint64_t seq, const char *alarm,
			 enum alarm_event event, const char *text)
{
	struct alarm_journal j = { .occurrence = 4,
				   .at.ms = DESK_WALL_MS,
				   .event = event,
				   .to = ALARM_S_ACKED,
				   .priority = ALARM_HIGH,
				   .value = 0.41,
				   .limit = NAN,
				   .alarm = alarm,
				   .area = "intake",
				   .unit = "m",
				   .message = "Well pump tripped",
				   .by = text[0] ? "petrow" : "",
				   .place = "pts/1",
				   .text = text };

	model_journal_row(&d->a->model, seq, &j);
}

static void tell_report(struct desk *d, const char *const *fields, size_t n)
{
	char *copy[10] = { 0 };

	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(fields[i]);
	model_report_row(&d->a->model, copy, n);
	for (size_t i = 0; i < n; i++)
		free(copy[i]);
}

static void tell_figures(struct desk *d)
{
	static const char *const rows[][8] = {
		{ "kpi", "mean", "Alarms per 10 min, mean", "0.5", "", "at most 1", "2",
		  "ok" },
		{ "kpi", "worst", "Most in any 10 min", "5", "", "at most 10", "", "ok" },
		{ "kpi", "high", "Of these high", "100.0", "%", "at most 5", "",
		  "over target" },
		{ "kpi", "top", "Share of the ten", "100.0", "%", "at most 1", "5",
		  "over limit" },
		{ "kpi", "none", "Time to clear", "", "s", "", "", "" },
		{ "alarm", "intake.p101.trip", "intake", "high", "8", "80.0", "0", "0" },
		{ "alarm", "dosing.ph.hi", "dosing", "low", "2", "20.0", "0", "0" },
	};

	model_report_begin(&d->a->model);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		tell_report(d, rows[i], 8);
	model_report_end(&d->a->model, true, "");
}

static void open_full(struct desk *d, const struct size *size)
{
	desk_open(d);
	tell_alarms(d);
	model_journal_begin(&d->a->model, false);
	tell_journal(d, 9, "intake.p101.trip", ALARM_E_ACK, "");
	tell_journal(d, 8, "intake.p101.trip", ALARM_E_COMMENT, "fitter is called");
	tell_journal(d, 7, "intake.p101.trip", ALARM_E_COME, "");
	model_journal_end(&d->a->model, true, "3 rows; more");
	tell_figures(d);
	desk_resize(d, size->cols, size->rows);
}

/* --- the pages --------------------------------------------------------------------- */

static void each_tab_says_what_an_operator_needs(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		struct desk d;

		open_full(&d, &sizes[i]);
		assert_has(desk_line(&d, 3),
			   " Alarms 3   Shelved 1   Suppressed 1   Out of service 1");
		assert_has(desk_line(&d, 4), "1*");
		assert_has(desk_line(&d, 4), "active    intake.t101.level.lolo  ");
		assert_has(desk_line(&d, 4), "message of intake.t101");
		assert_has(desk_line(&d, 5), "returned  filters.f1.dp.hi ");
		assert_has(desk_line(&d, 6), "acked     intake.p101.trip ");
		desk_key(&d, TERM_KEY_DOWN);
		desk_shows(&d, "low 0.5 m, was 0.41 m");
		desk_shows(&d, "Stop the raw water pumps");
		desk_shows(&d, "a acknowledges");
		desk_key(&d, TERM_KEY_RIGHT);
		assert_has(desk_line(&d, 4), "1:30 h    dosing.ph.hi ");
		assert_has(desk_line(&d, 4), "petrow: probe is cleaned");
		desk_key(&d, TERM_KEY_RIGHT);
		assert_has(desk_line(&d, 4), "petrow: follows P101");
		desk_key(&d, TERM_KEY_RIGHT);
		assert_has(desk_line(&d, 4), "petrow: meter removed");
		desk_key(&d, TERM_KEY_RIGHT);
		assert_has(desk_line(&d, 4), "intake.t101.level.lolo");
		desk_close(&d);
	}
}

static void only_keys_that_do_something_are_named(void **state)
{
	struct wire_alarm_row r = desk_row("sup", ALARM_HIGH, ALARM_S_NORMAL, 0, 0);
	struct desk d;

	(void)state;
	desk_open(&d);
	r.flags = ALARM_F_SUPPRESSED;
	r.suppressed = ALARM_SUP_EXPRESSION;
	r.hidden_since_ms = DESK_WALL_MS;
	desk_tell(&d, r);
	desk_key(&d, TERM_KEY_LEFT);
	desk_key(&d, TERM_KEY_LEFT);
	desk_key(&d, TERM_KEY_DOWN);
	desk_shows(&d, "its expression is true");
	assert_int_equal(desk_find(&d, "u brings it back"), -1);
	assert_int_equal(desk_find(&d, "a acknowledges"), -1);
	assert_int_equal(desk_find(&d, "raised"), -1); /* it never came */
	desk_shows(&d, "j its journal");
	r.suppressed |= ALARM_SUP_MANUAL;
	desk_tell(&d, r);
	desk_paint(&d);
	desk_shows(&d, "u brings it back");
	desk_close(&d);
}

/* At 80 by 24, with a reason: the last line of the words stands there, too. */
static void the_words_of_a_shelved_alarm_are_not_cut(void **state)
{
	struct wire_alarm_row r =
		desk_row("intake.p101.trip", ALARM_HIGH, ALARM_S_UNACK, 1, DESK_WALL_MS);
	struct desk d;

	(void)state;
	desk_open(&d);
	r.flags = ALARM_F_SHELVED;
	r.shelf_until_ms = DESK_WALL_MS + 3600000;
	r.hidden_since_ms = DESK_WALL_MS;
	r.respond_within_s = 900;
	put(r.cause, sizeof(r.cause), "Overload, phase loss, blocked impeller");
	put(r.action, sizeof(r.action), "Start P102; send a fitter");
	put(r.consequence, sizeof(r.consequence), "Half of the raw water is missing");
	put(r.hidden_by, sizeof(r.hidden_by), "petrow");
	put(r.hidden_reason, sizeof(r.hidden_reason), "pump is being mended");
	put(r.area, sizeof(r.area), "intake.wells");
	put(r.screen, sizeof(r.screen), "intake");
	desk_tell(&d, r);
	desk_key(&d, TERM_KEY_RIGHT);
	desk_key(&d, TERM_KEY_DOWN);
	desk_shows(&d, "shelved until");
	desk_shows(&d, "respond within 15 min");
	desk_shows(&d, "Enter its screen");
	desk_close(&d);
}

static void the_journal_says_who_and_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		struct desk d;

		open_full(&d, &sizes[i]);
		d.a->ui.page = UI_JOURNAL;
		desk_paint(&d);
		assert_has(desk_line(&d, 3), "3 rows, older ones follow");
		assert_has(desk_line(&d, 4), "acknowledged");
		assert_has(desk_line(&d, 5), "petrow: fitter is called");
		assert_has(desk_line(&d, 6), "came");
		desk_key(&d, TERM_KEY_DOWN);
		desk_shows(&d, "row 8, occurrence 4, area intake, by petrow pts/1");
		desk_shows(&d, "value 0.41 m");
		desk_close(&d);
	}
}

static int bar_cells(const struct desk *d, int row, uint32_t cp)
{
	int n = 0;

	for (int col = 0; col < d->a->grid.cols; col++)
		n += grid_at(&d->a->grid, col, row)->cp == cp;
	return n;
}

static void AM_11_figures_stand_beside_targets_and_bars(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		struct desk d;
		int row, full, rest, col = 0;

		open_full(&d, &sizes[i]);
		d.a->ui.page = UI_REPORT;
		desk_paint(&d);
		row = desk_find(&d, "Alarms per 10 min, mean");
		assert_has(desk_line(&d, row), "0.5      at most 1   ");
		full = bar_cells(&d, row, BAR_USED);
		rest = bar_cells(&d, row, GLYPH_LOW_EIGHTH);
		assert_true(full + rest >= 5 && full + rest <= 40);
		assert_int_equal(full, (full + rest + 2) / 4); /* 0.5 of 2 */
		/* without a limit it is the target that is used up */
		assert_int_equal(bar_cells(&d, row + 1, BAR_USED), (full + rest + 1) / 2);
		assert_has(desk_line(&d, row + 2), "100.0 %  at most 5");
		assert_has(desk_line(&d, row + 2), "over target");
		/* what is over is a bar that is seen, in a role of text */
		assert_int_equal(bar_cells(&d, row + 3, BAR_USED), full + rest);
		while (grid_at(&d.a->grid, col, row + 3)->cp != BAR_USED)
			col++;
		assert_int_equal(grid_at(&d.a->grid, col, row + 3)->role,
				 ROLE_ALARM_TEXT);
		assert_has(desk_line(&d, row + 3), "over limit");
		assert_int_equal(bar_cells(&d, row + 4, BAR_USED), 0);
		row = desk_find(&d, "most frequent alarms");
		assert_has(desk_line(&d, row + 1), "80.0 %");
		assert_true(bar_cells(&d, row + 1, BAR_USED) >
			    3 * bar_cells(&d, row + 2, BAR_USED));
		desk_close(&d);
	}
}

/* A page that is longer than the glass says so, and all of it can be reached. */
static void figures_that_do_not_fit_are_announced(void **state)
{
	const struct size low = { 80, 12 };
	struct desk d;

	(void)state;
	open_full(&d, &low);
	d.a->ui.page = UI_REPORT;
	desk_paint(&d);
	assert_has(desk_line(&d, 3), "1 to 6 of 10");
	assert_int_equal(desk_find(&d, "dosing.ph.hi"), -1);
	desk_key(&d, TERM_KEY_END);
	desk_shows(&d, "dosing.ph.hi");
	assert_has(desk_line(&d, 3), "5 to 10 of 10");
	desk_key(&d, TERM_KEY_HOME);
	assert_has(desk_line(&d, 3), "1 to 6 of 10");
	desk_close(&d);
}

static void what_an_answer_refuses_is_said_and_nothing_old_is_shown(void **state)
{
	struct desk d;

	(void)state;
	open_full(&d, &sizes[0]);
	model_report_end(&d.a->model, false, "you may not read reports");
	d.a->ui.page = UI_REPORT;
	desk_paint(&d);
	assert_has(desk_line(&d, 3), "you may not read reports");
	assert_int_equal(desk_find(&d, "Most in any 10 min"), -1);
	model_journal_begin(&d.a->model, false);
	model_journal_end(&d.a->model, false, "you may not read the journal");
	d.a->ui.page = UI_JOURNAL;
	desk_paint(&d);
	assert_has(desk_line(&d, 3), "you may not read the journal");
	assert_int_equal(desk_find(&d, "fitter is called"), -1);
	desk_close(&d);
}

/* --- fewer glyphs, no colour ------------------------------------------------------- */

static const enum ui_page pages[] = { UI_ALARMS, UI_JOURNAL, UI_REPORT };

static void in_ascii_each_cell_is_ascii_and_priorities_are_digits(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIZES; i++) {
		for (size_t p = 0; p < 3; p++) {
			struct desk d;

			open_full(&d, &sizes[i]);
			d.a->ui.page = pages[p];
			desk_paint(&d);
			glyph_to_tier(&d.a->grid, GLYPHS_ASCII);
			for (int at = 0; at < sizes[i].cols * sizes[i].rows; at++) {
				uint32_t cp = grid_at(&d.a->grid, at % sizes[i].cols,
						      at / sizes[i].cols)
						      ->cp;

				assert_true(cp >= ' ' && cp < 0x7F);
			}
			/* shape, digit, star: what waits is told without a colour */
			assert_has(desk_line(&d, 1), "1*");
			desk_close(&d);
		}
	}
}

/* On a terminal without colours what asks for somebody still looks different. */
static void in_mono_attention_is_more_than_a_colour(void **state)
{
	static const enum role asking[] = { ROLE_ALARM_TEXT, ROLE_REFUSED,
					    ROLE_ALARM_CRITICAL_UNACK,
					    ROLE_ALARM_HIGH_UNACK };
	struct theme_attr quiet = theme_attr(theme_dark(), THEME_MONO, ROLE_LABEL, false);
	struct desk d;

	(void)state;
	for (size_t i = 0; i < sizeof(asking) / sizeof(asking[0]); i++) {
		struct theme_attr a =
			theme_attr(theme_dark(), THEME_MONO, asking[i], false);

		assert_true(memcmp(&a, &quiet, sizeof(a)) != 0);
	}
	open_full(&d, &sizes[0]);
	desk_key(&d, TERM_KEY_DOWN);
	struct strbuf bytes = STRBUF_INIT;

	theme_grid_ansi(&d.a->grid, theme_dark(), THEME_MONO, &bytes);
	assert_null(strstr(bytes.buf, "\033[3")); /* no colour is named */
	assert_has(bytes.buf, "intake.t101.level.lolo");
	strbuf_release(&bytes);
	desk_close(&d);
}

/* --- hostile texts ----------------------------------------------------------------- */

static const char *const hostile[] = {
	"\033]0;title\a\033[2J",
	"\xE2\x80\xAE txt.exe\xE2\x80\xAC",
	"line\nbreak\r\ttab",
	"\xC2\x9B"
	"31m\x7F\x01",
	"broken \xC3 \xF0\x9F \xFF\xFE",
	"wide \xE6\xB0\xB4\xE6\xB0\xB4\xE6\xB0\xB4",
	"zero\xE2\x80\x8B width\xCC\x81\xEF\xBB\xBF",
	"%s%n%d",
};

enum { HOSTILE = sizeof(hostile) / sizeof(hostile[0]) };

static void all_cells_are_safe(const struct grid *g)
{
	for (int r = 0; r < g->rows; r++) {
		for (int c = 0; c < g->cols; c++) {
			const struct cell *cell = grid_at(g, c, r);
			uint32_t left = c ? grid_at(g, c - 1, r)->cp : 'x';

			if (cell->cp == 0) { /* the other half of a wide one */
				assert_int_equal(utf8_width(left), 2);
				continue;
			}
			assert_true(cell->cp >= ' ' && utf8_is_safe(cell->cp));
			assert_true(utf8_width(cell->cp) >= 1);
		}
	}
}

static void tell_hostile(struct desk *d, const char *text, unsigned flags)
{
	struct wire_alarm_row r =
		desk_row(text, ALARM_HIGH, ALARM_S_UNACK, 1, DESK_WALL_MS);

	r.flags = (uint8_t)flags;
	r.shelf_until_ms = DESK_WALL_MS + 1000;
	r.comment_ms = r.acked_ms = r.hidden_since_ms = DESK_WALL_MS;
	r.suppressed = 0xFF;
	put(r.tag, sizeof(r.tag), text);
	put(r.area, sizeof(r.area), text);
	put(r.unit, sizeof(r.unit), text);
	put(r.type, sizeof(r.type), text);
	put(r.message, sizeof(r.message), text);
	put(r.cause, sizeof(r.cause), text);
	put(r.action, sizeof(r.action), text);
	put(r.consequence, sizeof(r.consequence), text);
	put(r.acked_by, sizeof(r.acked_by), text);
	put(r.class_name, sizeof(r.class_name), text);
	put(r.owner, sizeof(r.owner), text);
	put(r.group, sizeof(r.group), text);
	put(r.comment, sizeof(r.comment), text);
	put(r.comment_by, sizeof(r.comment_by), text);
	put(r.hidden_by, sizeof(r.hidden_by), text);
	put(r.hidden_reason, sizeof(r.hidden_reason), text);
	r.value = r.limit = 1;
	desk_tell(d, r);
}

static void fill_hostile(struct desk *d, const char *text)
{
	const char *kpi[8] = { "kpi", "id", text, text, text, text, "1", text };
	const char *actor[8] = { "alarm", text, text, text, "3", text, text, text };

	tell_hostile(d, text, 0);
	model_journal_begin(&d->a->model, false);
	tell_journal(d, 1, text, ALARM_E_COMMENT, text);
	model_journal_end(&d->a->model, true, "");
	model_report_begin(&d->a->model);
	tell_report(d, kpi, 8);
	tell_report(d, actor, 8);
	model_report_end(&d->a->model, true, "");
	d->a->model.flood.on = 1;
	d->a->model.flood.n_areas = 1;
	put(d->a->model.flood.areas[0].area, sizeof(d->a->model.flood.areas[0].area),
	    text);
	put(d->a->ui.journal.of, sizeof(d->a->ui.journal.of), text);
}

static void SEC_15_hostile_texts_never_reach_the_glass_raw(void **state)
{
	static const unsigned flags[] = { 0, ALARM_F_SHELVED, ALARM_F_SUPPRESSED,
					  ALARM_F_OUT_OF_SERVICE };
	static const uint32_t acts[] = { 'h', 'c', 'a', 'u', 'j' };

	(void)state;
	for (size_t i = 0; i < HOSTILE * SIZES; i++) {
		const char *text = hostile[i % HOSTILE];
		struct desk d;

		desk_open(&d);
		desk_resize(&d, sizes[i / HOSTILE].cols, sizes[i / HOSTILE].rows);
		fill_hostile(&d, text);
		for (size_t p = 0; p < 3; p++) {
			d.a->ui.page = pages[p];
			desk_paint(&d);
			all_cells_are_safe(&d.a->grid);
		}
		d.a->ui.page = UI_ALARMS;
		for (size_t f = 0; f < 4; f++) {
			tell_hostile(&d, text, flags[f]);
			desk_paint(&d);
			desk_key(&d, TERM_KEY_DOWN);
			assert_true(d.a->ui.drawn.selected.there);
			all_cells_are_safe(&d.a->grid);
			desk_key(&d, TERM_KEY_RIGHT);
		}
		tell_hostile(&d, text, 0);
		for (size_t k = 0; k < sizeof(acts) / sizeof(acts[0]); k++) {
			d.a->ui.page = UI_ALARMS;
			d.a->ui.list.selected = -1;
			desk_paint(&d);
			desk_key(&d, TERM_KEY_DOWN);
			desk_key(&d, acts[k]);
			all_cells_are_safe(&d.a->grid);
			d.a->ui.act.open = false;
		}
		desk_close(&d);
	}
}

/* --- anything at any size ---------------------------------------------------------- */

static uint64_t seed = 20;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static void random_text(char *to, size_t size)
{
	size_t n = rnd(3) ? rnd(20) : rnd((uint32_t)size - 1);

	if (n > size - 1)
		n = size - 1;
	for (size_t i = 0; i < n; i++)
		to[i] = (char)(rnd(4) ? 'a' + (int)rnd(26) : 1 + (int)rnd(255));
	to[n] = '\0';
}

static double random_number(void)
{
	static const double odd[] = { 0, -1, 1e300, -1e-300, INFINITY, NAN };

	return rnd(2) ? odd[rnd(6)] : (double)rnd(100000) / 7;
}

static struct wire_alarm_row random_row(void)
{
	struct wire_alarm_row r = { .epoch = 1, .occurrence = rnd(1000) };
	static const int64_t times[] = {
		0, 1, DESK_WALL_MS, DESK_WALL_MS + 60000, INT64_MAX / 2000000, -1
	};

	snprintf(r.name, sizeof(r.name), "n%u", rnd(60));
	r.state = (uint8_t)(1 + rnd(ALARM_S_COUNT - 1));
	r.flags = (uint8_t)(rnd(2) ? 0 : rnd(16));
	r.priority = (uint8_t)rnd(8);
	r.superseded = rnd(6) == 0;
	r.suppressed = (uint8_t)rnd(256);
	r.first_out = (uint8_t)rnd(3);
	r.habits = (uint8_t)rnd(256);
	r.life = (uint8_t)rnd(32);
	r.n_older = (uint8_t)rnd(WIRE_OLDER_MAX + 1);
	r.raised_ms = times[rnd(6)];
	r.shelf_until_ms = times[rnd(6)];
	r.hidden_since_ms = times[rnd(6)];
	r.comment_ms = times[rnd(6)];
	r.shelve_max_s = rnd(2) ? rnd(100000) : 0;
	r.respond_within_s = rnd(1000);
	r.value = random_number();
	r.limit = random_number();
	random_text(r.message, sizeof(r.message));
	random_text(r.cause, sizeof(r.cause));
	random_text(r.action, sizeof(r.action));
	random_text(r.comment, sizeof(r.comment));
	random_text(r.hidden_reason, sizeof(r.hidden_reason));
	snprintf(r.group, sizeof(r.group), "g%u", rnd(3));
	return r;
}

static void random_answers(struct desk *d)
{
	char text[10][200] = { 0 };
	const char *field[10] = { rnd(2) ? "kpi" : "alarm" };
	size_t n = 1 + rnd(9);

	for (size_t i = 1; i < n; i++) {
		random_text(text[i], sizeof(text[i]));
		if (rnd(2))
			snprintf(text[i], sizeof(text[i]), "%g", random_number());
		field[i] = text[i];
	}
	tell_report(d, field, n);
	random_text(text[0], sizeof(text[0]));
	tell_journal(d, rnd(1000), text[0], (enum alarm_event)rnd(ALARM_E_COUNT),
		     text[0]);
}

static uint32_t random_key(void)
{
	static const char keys[] = "aAhucskroxjfd/3*?0q123456789 yx";

	if (rnd(2))
		return TERM_KEY_UP + rnd(TERM_KEY_DELETE - TERM_KEY_UP + 1);
	return rnd(8) ? (uint32_t)(unsigned char)keys[rnd(sizeof(keys) - 1)]
		      : (rnd(2) ? TERM_KEY_ESC : rnd(0x11FFFF));
}

/* Rows, answers, keys, seconds and sizes in any order: whatever is drawn is whole and
 * safe, and whatever is sent can be read. */
static void anything_at_any_size_is_drawn_safely(void **state)
{
	struct desk d;

	(void)state;
	desk_open(&d);
	model_report_begin(&d.a->model);
	model_journal_begin(&d.a->model, false);
	for (int i = 0; i < 3000; i++) {
		switch (rnd(6)) {
		case 0:
			desk_tell(&d, random_row());
			break;
		case 1:
			random_answers(&d);
			if (rnd(8) == 0) {
				model_report_end(&d.a->model, rnd(4) != 0, "refused");
				model_journal_end(&d.a->model, rnd(4) != 0, "; more");
			}
			break;
		case 2:
			desk_pass(&d, rnd(400000));
			shelves_turn(d.a);
			sound_turn(d.a);
			desk_rings(&d);
			d.a->model.flood.on = rnd(4) == 0;
			break;
		case 3:
			grid_resize(&d.a->grid, 1 + (int)rnd(200), 1 + (int)rnd(60));
			break;
		default:
			act_key(d.a, random_key());
			desk_sent(&d);
			break;
		}
		if (rnd(3))
			continue;
		desk_paint(&d);
		all_cells_are_safe(&d.a->grid);
		assert_true(d.a->grid.cursor_col < d.a->grid.cols);
		assert_true(d.a->grid.cursor_row < d.a->grid.rows);
	}
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_tab_says_what_an_operator_needs),
		cmocka_unit_test(only_keys_that_do_something_are_named),
		cmocka_unit_test(the_words_of_a_shelved_alarm_are_not_cut),
		cmocka_unit_test(the_journal_says_who_and_why),
		cmocka_unit_test(AM_11_figures_stand_beside_targets_and_bars),
		cmocka_unit_test(figures_that_do_not_fit_are_announced),
		cmocka_unit_test(what_an_answer_refuses_is_said_and_nothing_old_is_shown),
		cmocka_unit_test(in_ascii_each_cell_is_ascii_and_priorities_are_digits),
		cmocka_unit_test(in_mono_attention_is_more_than_a_colour),
		cmocka_unit_test(SEC_15_hostile_texts_never_reach_the_glass_raw),
		cmocka_unit_test(anything_at_any_size_is_drawn_safely),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
