/*
 * test_depths.c - on the real glass: the bytes of each glyph tier, the colours of each
 * depth and theme, and that nothing is sent that the terminal cannot show.
 */
#include "support/test.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "screen/console_rig.h"
#include "screen/theme.h"
#include "support/tty.h"

static bool all_ascii(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)bytes[i] >= 0x80)
			return false;
	return true;
}

static struct tty *console(struct rig *r, const char *term, const char *const more[])
{
	r->t = fake_console_on(r->f,
			       &(struct fake_terminal){ .term = term, .args = more });
	tty_expect(r->t, "50.0 %");
	tty_expect(r->t, "server ok");
	return r->t;
}

static void leave(struct rig *r)
{
	tty_free(r->t);
	r->t = NULL;
}

/* The rule below the list of alarms is a line in every tier that has one. */
static uint32_t line_seen(struct tty *t)
{
	for (int row = 0; row < 24; row++) {
		uint32_t cp = tty_cell(t, 40, row).cp;

		if (cp == tty_cell(t, 41, row).cp && cp == tty_cell(t, 42, row).cp &&
		    (cp == 0x2500 || cp == '-'))
			return cp;
	}
	return 0;
}

static void a_vt100_gets_ascii_and_its_line_drawing_set(void **state)
{
	struct rig *r = *state;
	const char *bytes;
	size_t n;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	console(r, "vt100", NULL);
	tty_type(r->t, "3");
	tty_expect(r->t, "x.high");
	bytes = tty_bytes(r->t, &n);
	assert_true(all_ascii(bytes, n));
	assert_non_null(memmem(bytes, n,
			       "\x0E"
			       "qqq",
			       4)); /* shift out, and lines */
	assert_int_equal(line_seen(r->t), 0x2500);
	assert_true(tty_find_row(r->t, "^2") >= 0); /* the mark of a high one */
	leave(r);
}

static void each_tier_sends_only_what_it_has(void **state)
{
	static const struct {
		const char *tier;
		uint32_t line;
		bool ascii;
		const char *mark;
	} tiers[] = {
		{ "full", 0x2500, false, "▲2" },    { "blocks", 0x2500, false, "▲2" },
		{ "console", 0x2500, false, "▲2" }, { "vt100", 0x2500, false, "^2" },
		{ "ascii", '-', true, "^2" },
	};
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (size_t i = 0; i < sizeof(tiers) / sizeof(tiers[0]); i++) {
		const char *more[] = { "--glyphs", tiers[i].tier, NULL };
		const char *bytes;
		size_t n;

		console(r, "xterm-256color", more);
		tty_type(r->t, "3");
		tty_expect(r->t, "x.high");
		assert_int_equal(line_seen(r->t), tiers[i].line);
		assert_true(tty_find_row(r->t, tiers[i].mark) >= 0);
		bytes = tty_bytes(r->t, &n);
		assert_int_equal(all_ascii(bytes, n), tiers[i].ascii);
		/* PuTTY shows letters for the line drawing set in UTF-8 */
		assert_null(memchr(bytes, '\x0E', n));
		leave(r);
	}
}

/* 220, 233 and 255 as libvterm has them; rgb leaves nothing to it. */
enum { YELLOW = 0xFFCC00, DARK = 0x0B0B0B, PAPER = 0xFFFFFF };

static uint32_t rgb_of(const uint8_t c[3])
{
	return (uint32_t)(c[0] << 16 | c[1] << 8 | c[2]);
}

static void rgb_is(const uint8_t got[3], uint32_t want)
{
	assert_int_equal(rgb_of(got), want);
}

/* The unacknowledged alarm's mark in the banner, and a plain label beside it. */
static void colours_are(struct tty *t, uint32_t mark_bg, uint32_t mark_fg,
			uint32_t ground)
{
	struct tty_cell mark = tty_cell(t, 1, 1), plain = tty_cell(t, 70, 3);

	rgb_is(mark.bg, mark_bg);
	rgb_is(mark.fg, mark_fg);
	rgb_is(plain.bg, ground);
}

static void HM_03_each_depth_shows_its_own_colours(void **state)
{
	struct rig *r = *state;
	const char *const deep[] = { "--color", "rgb", NULL };
	const char *const flat[] = { "--color", "never", NULL };
	const char *bytes;
	size_t n;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	console(r, "xterm-256color", NULL);
	colours_are(r->t, YELLOW, 0x000000, DARK);
	bytes = tty_bytes(r->t, &n);
	assert_null(memmem(bytes, n, "38;2;", 5)); /* 256 unless asked */
	leave(r);

	console(r, "xterm-256color", deep);
	colours_are(r->t, 0xFFD700, 0x000000, 0x121212);
	bytes = tty_bytes(r->t, &n);
	assert_non_null(memmem(bytes, n, "48;2;18;18;18", 13));
	assert_null(memmem(bytes, n, "8;5;", 4));
	assert_null(memmem(bytes, n, "\033]4;", 4)); /* no palette is touched */
	leave(r);

	console(r, "xterm-256color", flat);
	bytes = tty_bytes(r->t, &n);
	assert_null(memmem(bytes, n, "\033[3", 3));
	assert_null(memmem(bytes, n, ";38;", 4));
	assert_true(tty_cell(r->t, 1, 1).reverse);
	assert_true(tty_cell(r->t, 1, 1).default_fg);
	leave(r);
}

static size_t bytes_of_first_picture(struct rig *r, const char *color)
{
	const char *more[] = { "--color", color, NULL };
	size_t n;

	console(r, "xterm-256color", more);
	tty_bytes(r->t, &n);
	leave(r);
	return n;
}

/* Why 24 bits are not taken unasked: docs/terminals.md. */
static void more_colours_cost_more_bytes(void **state)
{
	static const char *const depths[] = { "mono", "8", "16", "256", "rgb" };
	struct rig *r = *state;
	size_t n[5];

	fake_alarm(r->f, "x.high", 2, 1, 0);
	for (int i = 0; i < 5; i++) {
		n[i] = bytes_of_first_picture(r, depths[i]);
		print_message("%s: %zu bytes to the first picture\n", depths[i], n[i]);
		assert_true(i == 0 || i == 2 || n[i] >= n[i - 1]);
	}
	assert_true(n[4] < 2 * n[3]);
}

static void xterm_direct_is_given_colours_directly(void **state)
{
	struct rig *r = *state;

	fake_alarm(r->f, "x.high", 2, 1, 0);
	console(r, "xterm-direct", NULL);
	const char *bytes;
	size_t n;

	bytes = tty_bytes(r->t, &n);
	assert_non_null(memmem(bytes, n, "2::18:18:18", 11));
	leave(r);
}

static const char paper[] =
	"theme = { name = \"paper\"; colours256 = { ground = \"255\"; label = \"240\";\n"
	" bad = \"90\"; stale = \"244\"; uncertain = \"96\"; mark = \"231 on 240\";\n"
	" alarm-critical = \"203 on 236\"; alarm-high = \"220 on 236\";\n"
	" alarm-medium = \"208 on 236\"; alarm-low = \"111 on 236\";\n"
	" alarm-diagnostic = \"73 on 236\"; alarm-critical-unack = \"231 on 160\";\n"
	" alarm-high-unack = \"16 on 220\"; alarm-medium-unack = \"16 on 208\";\n"
	" alarm-low-unack = \"231 on 25\"; alarm-diagnostic-unack = \"16 on 73\";\n"
	" refused = \"231 on 236\"; }; };\n";

/* By its file from the first frame on, by its name as soon as the server has told. */
static void a_theme_is_worn_by_file_or_by_name(void **state)
{
	struct rig *r = *state;
	char path[256];
	const char *const by_file[] = { "--theme", path, NULL };
	const char *const by_name[] = { "--theme=paper", NULL };
	const char *const wrong[] = { "--theme", "papper", NULL };

	snprintf(path, sizeof(path), "%s/paper.cfg", test_tmpdir());
	test_write_file(path, paper);
	fake_alarm(r->f, "x.high", 2, 1, 0);
	console(r, "xterm-256color", by_file);
	colours_are(r->t, YELLOW, 0x000000, PAPER);
	leave(r);

	fake_more(r->f, paper);
	console(r, "xterm-256color", by_name);
	colours_are(r->t, YELLOW, 0x000000, PAPER);
	leave(r);

	console(r, "xterm-256color", wrong);
	tty_expect(r->t, "there is no theme \"papper\": the station has dark, paper");
	colours_are(r->t, YELLOW, 0x000000, DARK);
	leave(r);
}

static bool ground_is(struct tty *t, void *arg)
{
	return rgb_of(tty_cell(t, 70, 3).bg) == *(const uint32_t *)arg;
}

/* Saved while consoles run: worn at once; with a mistake in it the older one stays. */
static void a_saved_theme_is_worn_and_a_broken_one_is_not(void **state)
{
	struct rig *r = *state;
	uint32_t want = PAPER;

	console(r, "xterm-256color", NULL);
	assert_int_equal(rgb_of(tty_cell(r->t, 70, 3).bg), DARK);
	fake_more(r->f, "theme = { name = \"day\"; default = true; colours256 = {\n"
			"label = \"16 on 255\"; }; };\n");
	assert_true(tty_wait(r->t, ground_is, &want, 5000));
	fake_more(r->f, "theme2 = 1;");
	tty_expect(r->t, "the older picture is kept");
	assert_int_equal(rgb_of(tty_cell(r->t, 70, 3).bg), PAPER);
	leave(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_RIG(a_vt100_gets_ascii_and_its_line_drawing_set),
		ON_RIG(each_tier_sends_only_what_it_has),
		ON_RIG(HM_03_each_depth_shows_its_own_colours),
		ON_RIG(more_colours_cost_more_bytes),
		ON_RIG(xterm_direct_is_given_colours_directly),
		ON_RIG(a_theme_is_worn_by_file_or_by_name),
		ON_RIG(a_saved_theme_is_worn_and_a_broken_one_is_not),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
