/*
 * test_glyph.c - every glyph that may be drawn, in every tier: its stand-in exists there,
 * and what must be told apart still is.
 */
#include "support/test.h"

#include <locale.h>
#include <string.h>

#include "screen/glyph.h"
#include "screen/grid.h"
#include "util/strbuf.h"
#include "util/utf8.h"

struct range {
	uint32_t first, last;
};

/* What all of Lat15-Fixed16, Lat15-Terminus16, Lat15-VGA16 and the Uni2 fonts of the same
 * names hold (console-setup-linux 1.221, read from their Unicode tables), as far as our
 * drawings could want it. */
static const struct range console_font[] = {
	{ 0x0020, 0x007E }, { 0x00A0, 0x00FF }, { 0x03BC, 0x03BC }, { 0x2010, 0x2015 },
	{ 0x2018, 0x201A }, { 0x201C, 0x201E }, { 0x2020, 0x2022 }, { 0x2026, 0x2026 },
	{ 0x2030, 0x2030 }, { 0x2190, 0x2193 }, { 0x2500, 0x257F }, { 0x2588, 0x2588 },
	{ 0x2591, 0x2592 }, { 0x25A0, 0x25A0 }, { 0x25AE, 0x25AE }, { 0x25B2, 0x25B2 },
	{ 0x25B4, 0x25B4 }, { 0x25B6, 0x25B6 }, { 0x25B8, 0x25B8 }, { 0x25BC, 0x25BC },
	{ 0x25BE, 0x25BE }, { 0x25C0, 0x25C0 }, { 0x25C2, 0x25C2 }, { 0x25C8, 0x25C8 },
	{ 0x25CF, 0x25CF },
};

/* In those fonts each of these rows is one and the same picture. */
static const char *const console_alike[] = {
	"─━┄┅┈┉╌╍═╴╶╸╺╼╾", "│┃┆┇┊┋╎╏║╵╷╹╻╽╿", "←◀", "↑▲", "→▶", "↓▼", "•●"
};

static bool in_console_font(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(console_font) / sizeof(console_font[0]); i++)
		if (cp >= console_font[i].first && cp <= console_font[i].last)
			return true;
	return false;
}

static bool is_ascii(uint32_t cp)
{
	return cp >= ' ' && cp < 0x7F;
}

static bool is_braille(uint32_t cp)
{
	return cp >= 0x2800 && cp <= 0x28FF;
}

static bool is_letter_of_a_label(uint32_t cp)
{
	return cp < 0x600 && cp != 0x394 && cp != 0x3A9 && cp != 0x3BC &&
	       !in_console_font(cp);
}

/* Can a terminal of the tier show it? */
static bool exists(uint32_t cp, enum glyph_tier tier)
{
	switch (tier) {
	case GLYPHS_FULL:
		return true;
	case GLYPHS_BLOCKS:
		return !is_braille(cp);
	case GLYPHS_CONSOLE:
		return in_console_font(cp) || is_letter_of_a_label(cp);
	case GLYPHS_VT100:
		return is_ascii(cp) || glyph_dec(cp) != 0;
	default:
		return is_ascii(cp);
	}
}

static bool is_drawn(uint32_t cp)
{
	return glyph_known(cp) || is_braille(cp) ||
	       (cp >= GLYPH_SCAN_TOP && cp < GLYPH_SCAN_TOP + 4);
}

static void every_stand_in_exists_in_its_tier(void **state)
{
	(void)state;
	for (uint32_t cp = ' '; cp < 0x3000; cp++) {
		for (int t = 0; t < GLYPHS_TIER_COUNT && is_drawn(cp); t++) {
			uint32_t got = glyph_in_tier(cp, (enum glyph_tier)t);

			if (!exists(got, (enum glyph_tier)t) || utf8_width(got) != 1)
				fail_msg("U+%04X becomes U+%04X, which tier %s lacks", cp,
					 got, glyph_tier_name((enum glyph_tier)t));
			/* what the tier has passes: but for what would look alike there
			 */
			if (exists(cp, (enum glyph_tier)t) && got != cp)
				assert_true(t == GLYPHS_CONSOLE &&
					    (cp == GLYPH_BAND ||
					     (cp >= 0x2571 && cp <= 0x2573)));
		}
	}
}

static void whatever_is_asked_for_the_answer_can_be_shown(void **state)
{
	(void)state;
	for (uint32_t cp = 0xA0; cp < 0x3000; cp++) {
		assert_true(exists(glyph_in_tier(cp, GLYPHS_ASCII), GLYPHS_ASCII));
		assert_true(exists(glyph_in_tier(cp, GLYPHS_VT100), GLYPHS_VT100));
		assert_int_equal(glyph_in_tier(cp, GLYPHS_FULL), cp);
		if (glyph_known(cp))
			assert_int_equal(utf8_width(cp), 1);
	}
	assert_false(glyph_known(0x1F4A9));
	assert_false(glyph_known(GLYPH_BRAILLE));
	assert_false(glyph_known(GLYPH_SCAN_TOP));
	assert_false(glyph_known('\t'));
}

static bool console_draws_alike(uint32_t a, uint32_t b)
{
	char at[5] = "", bt[5] = "";

	at[utf8_encode(a, at)] = '\0';
	bt[utf8_encode(b, bt)] = '\0';
	for (size_t i = 0; i < sizeof(console_alike) / sizeof(console_alike[0]); i++)
		if (strstr(console_alike[i], at) && strstr(console_alike[i], bt))
			return true;
	return a == b;
}

/* Two glyphs that mean different things never become one. */
static void stay_apart(const uint32_t *cps, size_t n)
{
	for (int t = 0; t < GLYPHS_TIER_COUNT; t++) {
		for (size_t i = 0; i < n; i++) {
			for (size_t k = i + 1; k < n; k++) {
				uint32_t a = glyph_in_tier(cps[i], (enum glyph_tier)t);
				uint32_t b = glyph_in_tier(cps[k], (enum glyph_tier)t);

				if (a == b ||
				    (t == GLYPHS_CONSOLE && console_draws_alike(a, b)))
					fail_msg("U+%04X and U+%04X look alike in %s",
						 cps[i], cps[k],
						 glyph_tier_name((enum glyph_tier)t));
			}
		}
	}
}

static void HM_03_alarm_priorities_differ_in_every_tier(void **state)
{
	static const char ascii[] = "#^vod";
	uint32_t marks[GLYPH_PRIORITIES];

	(void)state;
	for (int p = 1; p <= GLYPH_PRIORITIES; p++) {
		marks[p - 1] = glyph_alarm(p);
		assert_int_equal(glyph_in_tier(marks[p - 1], GLYPHS_ASCII), ascii[p - 1]);
	}
	stay_apart(marks, GLYPH_PRIORITIES);
}

static void parts_of_a_gauge_differ_in_every_tier(void **state)
{
	static const uint32_t parts[] = { GLYPH_TRACK, GLYPH_BAND, GLYPH_POINTER,
					  GLYPH_POINTER_DOUBT };
	static const uint32_t ends[] = { GLYPH_TRACK, GLYPH_BELOW, GLYPH_ABOVE };
	static const uint32_t fill[] = { ' ', GLYPH_SHADE, GLYPH_BLOCK };

	(void)state;
	stay_apart(parts, 4);
	stay_apart(ends, 3);
	stay_apart(fill, 3);
}

static void a_painted_grid_turns_into_its_tier(void **state)
{
	static const char drawn[] = "┌─╮│▶●○■▲▼◇◀═├┤█▁▄▌░½°³Ж⣀⠉⡇";
	static const char *const want[GLYPHS_TIER_COUNT] = {
		[GLYPHS_FULL] = "┌─╮│▶●○■▲▼◇◀═├┤█▁▄▌░½°³Ж⣀⠉⡇",
		[GLYPHS_BLOCKS] = "┌─╮│▶●○■▲▼◇◀═├┤█▁▄▌░½°³Ж▄▀▌",
		[GLYPHS_CONSOLE] = "┌─╮│▶●o■▲▼d◀=├┤█_▒▒░½°³Ж_¯│",
		[GLYPHS_VT100] = "┌─┐│>o-#^vd<=├┤#_==.?°3?⎽⎺│",
		[GLYPHS_ASCII] = "+-.|>o-#^vd<=++#_==.?o3?_\"|",
	};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (int t = 0; t < GLYPHS_TIER_COUNT; t++) {
		struct grid g;
		struct canvas c;

		grid_init(&g, 30, 1);
		c = grid_canvas(&g);
		canvas_text(&c, 0, 0, drawn, ROLE_PIPE);
		glyph_to_tier(&g, (enum glyph_tier)t);
		strbuf_clear(&text);
		grid_row_text(&g, 0, &text);
		assert_string_equal(text.buf, want[t]);
		grid_release(&g);
	}
	strbuf_release(&text);
}

static void letters_lose_their_marks_where_there_are_none(void **state)
{
	static const struct {
		const char *spelt, *ascii;
	} words[] = { { "Rohwasserbehälter Süd", "Rohwasserbehalter Sud" },
		      { "Größe", "Grose" },
		      { "Čerpadlo č. 2, hladina vysoká",
			"Cerpadlo c. 2, hladina vysoka" },
		      { "Łódź żuraw İzmir", "Lodz zuraw Izmir" },
		      { "Насос", "?????" } };
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct grid g;
		struct canvas c;

		grid_init(&g, 40, 1);
		c = grid_canvas(&g);
		canvas_text(&c, 0, 0, words[i].spelt, ROLE_LABEL);
		glyph_to_tier(&g, GLYPHS_CONSOLE);
		strbuf_clear(&text);
		grid_row_text(&g, 0, &text);
		assert_string_equal(text.buf, words[i].spelt);
		glyph_to_tier(&g, GLYPHS_VT100);
		strbuf_clear(&text);
		grid_row_text(&g, 0, &text);
		assert_string_equal(text.buf, words[i].ascii);
		grid_release(&g);
	}
	strbuf_release(&text);
}

/* Dots never vanish and never appear: a gap in a plot is a gap in every tier. */
static void a_plot_keeps_its_gaps(void **state)
{
	(void)state;
	for (uint32_t dots = 0; dots < 256; dots++)
		for (int t = GLYPHS_BLOCKS; t < GLYPHS_TIER_COUNT; t++)
			assert_int_equal(glyph_in_tier(GLYPH_BRAILLE + dots,
						       (enum glyph_tier)t) == ' ',
					 dots == 0);
}

static void tiers_are_called_by_name(void **state)
{
	enum glyph_tier tier;

	(void)state;
	for (int t = 0; t < GLYPHS_TIER_COUNT; t++) {
		assert_true(glyph_tier_parse(glyph_tier_name((enum glyph_tier)t), &tier));
		assert_int_equal(tier, t);
	}
	assert_false(glyph_tier_parse("fancy", &tier));
	assert_string_equal(glyph_tier_name(GLYPHS_TIER_COUNT), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_stand_in_exists_in_its_tier),
		cmocka_unit_test(whatever_is_asked_for_the_answer_can_be_shown),
		cmocka_unit_test(HM_03_alarm_priorities_differ_in_every_tier),
		cmocka_unit_test(parts_of_a_gauge_differ_in_every_tier),
		cmocka_unit_test(a_painted_grid_turns_into_its_tier),
		cmocka_unit_test(letters_lose_their_marks_where_there_are_none),
		cmocka_unit_test(a_plot_keeps_its_gaps),
		cmocka_unit_test(tiers_are_called_by_name),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
