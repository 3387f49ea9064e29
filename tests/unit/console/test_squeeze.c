/* test_squeeze.c - fewer bytes, the same glass: what a terminal shows after the squeezed
 * stream is what it shows after curses' own. */
#include "support/test.h"

#include <stdlib.h>
#include <string.h>

#include "console/term/squeeze.h"
#include "util/strbuf.h"

#define WHITE "\033[38;5;255m\033[48;5;233m"
#define GREY  "\033[38;5;246m\033[48;5;233m"
#define OFF   "\033(B\033[m"

static void squeezed(struct squeeze *s, const char *in, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	squeeze(s, in, strlen(in), &out);
	assert_string_equal(out.buf, expected);
	strbuf_release(&out);
}

/* A terminal that is known to be plain. */
static struct squeeze known(void)
{
	struct squeeze s = { 0 };

	squeeze_reset(&s);
	squeezed(&s, OFF, "\033(B\033[m");
	return s;
}

/* A VT100: nothing is taken back alone, and lines come from a second set. */
static void a_poor_terminal_begins_anew_and_shifts_when_it_matters(void **state)
{
	static const char *const pairs[][2] = {
		/* what curses writes for a bold word, blanks and a plain one */
		{ "\033[0;1m\017ABC\033[m\017  \033[0;1m\017D\033[m\017E",
		  "\033[1mABC  D\033[mE" },
		{ "\033[0;1;4m\017AB\033[0;1m\017C\033[m\017",
		  "\033[1;4mAB\033[0;1mC\033[m" },
		/* lines, blanks between them, a capital word: one way there, none back */
		{ "\033[0m\016qq\033[m\017  \033[0m\016x\033[m\017 P 7\033[0m\016x",
		  "\016qq  x P 7x" },
		/* a small letter and a figure that Linux draws otherwise come from G0 */
		{ "\016q\017p 0\016q", "\016q\017p 0\016q" },
		{ "\016q\0177.1", "\016q7\017.1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct squeeze s = { .poor = true };

		squeeze_reset(&s);
		squeezed(&s, "\033[m\017a", "\017\033[ma");
		squeezed(&s, pairs[i][0], pairs[i][1]);
	}
}

static void only_what_changes_is_sent(void **state)
{
	static const char *const pairs[][2] = {
		{ WHITE "a" GREY "b" WHITE "c" OFF,
		  "\033[38;5;255;48;5;233ma\033[38;5;246mb\033[38;5;255mc\033[m" },
		/* nobody sees a colour between two characters, or under a move */
		{ WHITE GREY "b" OFF, "\033[38;5;246;48;5;233mb\033[m" },
		{ WHITE "a" GREY "\033[3;4H" WHITE "b" OFF,
		  "\033[38;5;255;48;5;233ma\033[3;4Hb\033[m" },
		/* a blank and an erased row need their ground only */
		{ WHITE "a" GREY "  \033[K\033[5X" WHITE "b" OFF,
		  "\033[38;5;255;48;5;233ma  \033[K\033[5Xb\033[m" },
		{ WHITE "a\033[44m b" OFF, "\033[38;5;255;48;5;233ma\033[44m b\033[m" },
		/* but not under a line or in reverse */
		{ WHITE "a\033[4m b" OFF, "\033[38;5;255;48;5;233ma\033[4m b\033[m" },
		{ WHITE "a\033[7m b" OFF, "\033[38;5;255;48;5;233ma\033[7m b\033[m" },
		/* bold comes off alone, not with everything */
		{ WHITE "\033[1ma" OFF GREY "b" OFF,
		  "\033[1;38;5;255;48;5;233ma\033[22;38;5;246mb\033[m" },
		/* back to nothing is shorter than all the ways back */
		{ "\033[1;4;7;31ma" OFF "b", "\033[1;4;7;31ma\033[mb" },
		/* colours of eight and of sixteen */
		{ "\033[37m\033[40ma\033[97;100mb\033[39;49mc",
		  "\033[37;40ma\033[97;100mb\033[mc" },
		/* titles, modes and what else there is pass as they are */
		{ "\033[?25l\033[22;0;0t\033]0;x\007\033=",
		  "\033[?25l\033[22;0;0t\033]0;x\007\033=" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct squeeze s = known();

		squeezed(&s, pairs[i][0], pairs[i][1]);
	}
}

static void the_state_outlives_a_frame_and_a_reset_forgets_it(void **state)
{
	struct squeeze s = known();

	(void)state;
	squeezed(&s, GREY "a", "\033[38;5;246;48;5;233ma");
	squeezed(&s, GREY "b", "b");
	/* somebody else wrote: everything is said anew */
	squeeze_reset(&s);
	squeezed(&s, GREY "c", "\033[0;38;5;246;48;5;233mc");
	squeeze_reset(&s);
	squeezed(&s, "d", "\033[md");
}

static void an_attribute_it_does_not_know_passes_and_is_not_relied_on(void **state)
{
	struct squeeze s = known();

	(void)state;
	/* from there on everything passes as it is, until a reset */
	squeezed(&s, GREY "a\033[3mb" WHITE "c" OFF WHITE "d" GREY "e",
		 "\033[38;5;246;48;5;233ma\033[3mb" WHITE "c"
		 "\033[0;38;5;255;48;5;233md\033[38;5;246me");
	squeezed(&s, "\033[38;2;1;2;3mx\033[my", "\033[38;2;1;2;3mx\033[my");
	/* numbers without end are no numbers */
	squeezed(&s, "\033[99999999999999999999mx\033[m",
		 "\033[99999999999999999999mx\033[m");
	squeezed(&s, "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1mx\033[m",
		 "\033[1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1;1mx\033[m");
}

/* Indexes that stand for colours of 24 bits; those below 16 are the terminal's. */
static void indexes_are_written_as_the_colours_they_stand_for(void **state)
{
	uint32_t colours[256] = { [16] = 0x102030, [17] = 0xFFFEFD };
	struct squeeze s = known();

	(void)state;
	s.colours = colours;
	squeezed(&s, "\033[38;5;17m\033[48;5;16ma\033[38;5;17m\033[48;5;16mb",
		 "\033[38;2;255;254;253;48;2;16;32;48mab");
	squeezed(&s, "\033[37mc", "\033[37mc");
	squeeze_reset(&s); /* and they stay through a repaint */
	squeezed(&s, "\033[38;5;17md", "\033[0;38;2;255;254;253md");
}

/* Its resets name the font and shift back in; bold comes with one of them. */
static void the_linux_consoles_ways_are_understood(void **state)
{
	struct squeeze s = known();

	(void)state;
	squeezed(&s,
		 "\033[0;10;1m\033[37;40mWELL\033[0;10m\033[37;40m\x0F "
		 "x\033[m\x0F",
		 "\033[1;37;40mWELL \x0F\033[22mx\033[m");
}

/* Between ESC and what belongs to it nothing may come. */
static void no_sequence_is_ever_torn(void **state)
{
	static const char *const whole[] = { "\033D",          "\033M",
					     "\033=",          "\033)0",
					     "\033]0;t x\007", "\033P1$r0m\033\\",
					     "\033#8" };
	struct strbuf want = STRBUF_INIT, in = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		struct squeeze s = known();

		strbuf_setf(&in, "%s%s" OFF, WHITE, whole[i]);
		strbuf_setf(&want, "\033[38;5;255;48;5;233m%s\033[m", whole[i]);
		squeezed(&s, in.buf, want.buf);
	}
	strbuf_release(&in);
	strbuf_release(&want);
	/* a cursor that comes back brings attributes of its own */
	struct squeeze s = known();

	squeezed(&s, WHITE "a\0338b",
		 "\033[38;5;255;48;5;233ma\0338"
		 "\033[0;38;5;255;48;5;233mb");
}

static void half_a_sequence_at_the_end_passes(void **state)
{
	struct squeeze s = known();

	(void)state;
	squeezed(&s, "a\033[38;5", "a\033[38;5");
	squeezed(&s, "a\033", "a\033");
	squeezed(&s, "a\033[", "a\033[");
}

/* --- any stream -------------------------------------------------------------------- */

struct shown {
	char c;
	bool graphics;
	struct squeeze_attr a;
};

static void set_sgr(struct squeeze_attr *a, long v)
{
	const struct squeeze_attr plain = { .fg = -1, .bg = -1 };

	if (v == 0)
		*a = plain;
	else if (v == 1 || v == 22)
		a->bold = v == 1;
	else if (v == 4 || v == 24)
		a->underline = v == 4;
	else if (v == 7 || v == 27)
		a->reverse = v == 7;
	else if (v / 10 == 3)
		a->fg = v == 39 ? -1 : (int)v - 30;
	else if (v / 10 == 4)
		a->bg = v == 49 ? -1 : (int)v - 40;
}

static void read_sgr(const char *p, const char *end, struct squeeze_attr *a)
{
	for (char *next = NULL; !next || p <= end; p = next + 1) {
		long v = strtol(p, &next, 10); /* nothing at all is 0 */

		if (v == 38 || v == 48)
			*(v == 38 ? &a->fg : &a->bg) = (int)strtol(next + 3, &next, 10);
		else
			set_sgr(a, v);
	}
}

/* What a terminal would show: each character with its attributes, blanks by what can be
 * seen of them. Knows nothing of the code under test. */
static size_t show(const char *s, struct shown *out)
{
	struct squeeze_attr a = { .fg = -1, .bg = -1 };
	bool graphics = false;
	size_t n = 0;

	for (; *s; s++) {
		if (*s == '\016' || *s == '\017') {
			graphics = *s == '\016';
			continue;
		}
		if (s[0] == '\033' && s[1] == '(') {
			s += 2;
		} else if (s[0] == '\033') {
			const char *end = s + 2 + strcspn(s + 2, "mK");

			if (*end == 'm')
				read_sgr(s + 2, end - 1, &a);
			else
				out[n++] = (struct shown){ .c = ' ', .a = a };
			s = end;
		} else {
			/* capitals, most signs and blanks are in both sets */
			bool differs = strchr("+,-.0", *s) || (*s >= '_' && *s <= '~');

			out[n++] = (struct shown){ .c = *s, .a = a };
			out[n - 1].graphics = differs && graphics;
		}
		if (n && out[n - 1].c == ' ' && !out[n - 1].a.reverse &&
		    !out[n - 1].a.underline) {
			out[n - 1].a.fg = -1;
			out[n - 1].a.bold = false;
		}
	}
	return n;
}

static bool alike(const struct squeeze_attr *a, const struct squeeze_attr *b)
{
	return a->fg == b->fg && a->bg == b->bg && a->bold == b->bold &&
	       a->underline == b->underline && a->reverse == b->reverse;
}

static void add_random(struct strbuf *in, unsigned *seed)
{
	static const char *const parts[] = {
		"a",        "b",        " ",           "\033[K",
		OFF,        WHITE,      GREY,          "\033[1m",
		"\033[4m",  "\033[7m",  "\033[24m",    "\033[27m",
		"\033[31m", "\033[42m", "\033[39;49m", "\033[48;5;236m",
		"  ",       "\033[22m", "\016",        "\017",
		"x7",       "P.",
	};

	*seed = *seed * 1103515245u + 12345u;
	strbuf_adds(in, parts[(*seed >> 16) % (sizeof(parts) / sizeof(parts[0]))]);
}

static void any_stream_shows_the_same(void **state)
{
	static struct shown want[2000], got[2000];
	unsigned seed = 7;
	size_t before = 0, after = 0;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct strbuf in = STRBUF_INIT, out = STRBUF_INIT;
		struct squeeze s = { .poor = round % 2 };

		squeeze_reset(&s);
		for (int i = 0; i < 60; i++)
			add_random(&in, &seed);
		squeeze(&s, in.buf, in.len, &out);
		size_t n = show(in.buf, want);

		assert_int_equal(show(out.buf, got), n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(got[i].c, want[i].c);
			assert_int_equal(got[i].graphics, want[i].graphics);
			assert_true(alike(&got[i].a, &want[i].a));
		}
		if (s.poor) {
			assert_null(strstr(out.buf, "[22"));
			assert_null(strstr(out.buf, "[24"));
			assert_null(strstr(out.buf, "[27"));
		}
		before += in.len;
		after += out.len;
		strbuf_release(&in);
		strbuf_release(&out);
	}
	assert_in_range(after, 1, before * 3 / 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_poor_terminal_begins_anew_and_shifts_when_it_matters),
		cmocka_unit_test(only_what_changes_is_sent),
		cmocka_unit_test(the_state_outlives_a_frame_and_a_reset_forgets_it),
		cmocka_unit_test(
			an_attribute_it_does_not_know_passes_and_is_not_relied_on),
		cmocka_unit_test(indexes_are_written_as_the_colours_they_stand_for),
		cmocka_unit_test(the_linux_consoles_ways_are_understood),
		cmocka_unit_test(no_sequence_is_ever_torn),
		cmocka_unit_test(half_a_sequence_at_the_end_passes),
		cmocka_unit_test(any_stream_shows_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
