/* test_lint.c - the rules that screens are held against: for each what it says, where it
 * says it, and when it is quiet. */
#include "support/test.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "screen/lint.h"
#include "screen/order.h"
#include "screen/screen.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const struct tag_meta tags[] = {
	{ .name = "in.level",
	  .unit = "m",
	  .type = VALUE_DOUBLE,
	  .has_range = true,
	  .hi = 6,
	  .decimals = 2 },
	{ .name = "in.fine",
	  .unit = "m",
	  .type = VALUE_DOUBLE,
	  .has_range = true,
	  .hi = 6,
	  .decimals = 6 },
	{ .name = "in.sp",
	  .unit = "%",
	  .type = VALUE_DOUBLE,
	  .has_range = true,
	  .hi = 100,
	  .decimals = 1,
	  .writable = true },
	{ .name = "in.on", .type = VALUE_BOOL },
};
enum { N_TAGS = sizeof(tags) / sizeof(tags[0]), SCREENS_MAX = 12 };

static const struct tag_meta *find_tag(void *arg, const char *name)
{
	(void)arg;
	for (size_t i = 0; i < N_TAGS; i++)
		if (strcmp(tags[i].name, name) == 0)
			return &tags[i];
	return NULL;
}

/* What is said of the screens, a line each; owned. */
static char *lint(const char *const *screens, bool notes)
{
	static const char *const areas[] = { "in", "out.north" };
	struct screen_file files[SCREENS_MAX];
	const char *names[N_TAGS];
	struct screen_lookup lookup = { .tag = find_tag,
					.names = names,
					.n_names = N_TAGS,
					.areas = areas,
					.n_areas = 2,
					.notes = notes,
					.files = files };
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf text = STRBUF_INIT;
	char paths[SCREENS_MAX][16];
	struct screen_set *set;
	size_t n = 0;

	for (size_t i = 0; i < N_TAGS; i++)
		names[i] = tags[i].name;
	for (; n < SCREENS_MAX && screens[n]; n++) {
		snprintf(paths[n], sizeof(paths[n]), "%c.cfg", (char)('a' + n));
		files[n] = (struct screen_file){ paths[n], screens[n] };
	}
	set = screen_set_load(files, n, &diags);
	lookup.incomplete = diags.errors > 0;
	lookup.n_files = n;
	screen_set_lint(set, &lookup, &diags);
	for (size_t i = 0; i < diags.n; i++) {
		diag_format(&diags.v[i], &text);
		strbuf_addch(&text, '\n');
	}
	screen_set_free(set);
	diag_list_release(&diags);
	return strbuf_detach(&text);
}

#define SCREEN(id, level, up, more)                                                      \
	"screen = { id = \"" id "\"; title = \"T\"; level = " level ";\nup = \"" up      \
	"\"; prefix = \"in.\";\n" more "};\n"
#define LOST(id, level, more)                                                            \
	"screen = { id = \"" id "\"; title = \"T\"; level = " level ";\n" more "};\n"
#define UNIT(id, more) SCREEN(id, "2", "a", more)
#define TOP(picture)                                                                     \
	"screen = { id = \"a\"; title = \"T\"; level = 1; prefix = \"in.\";\n\n"         \
	"size = [ 60, 3 ]; picture = \"\n" picture "\n\"; "
#define EMPTY "size = [ 9, 1 ]; picture = \"\nx\n\";"

/* 40 columns of line, ten times */
#define PIPE10 "──────────"
#define PIPE40 PIPE10 PIPE10 PIPE10 PIPE10 "\n"
#define F4     " {level  } {level  } {level  } {level  }\n"
#define F16    F4 F4 F4 F4

static const struct row {
	const char *screens[SCREENS_MAX];
	const char *want;
} rows[] = {
	{ { TOP(" {level   } {fine          }") "};" },
	  "a.cfg:4:13: warning: {fine} shows tag \"in.fine\" to 6 decimals: 6000000 "
	  "steps over its range, and no instrument tells them apart; give the tag fewer "
	  "decimals [needless-precision]" },
	{ { TOP(" {level  }") "fields = { level = { show_unit = false; }; }; };" },
	  "a.cfg:4:2: warning: {level} leaves its unit out, and nothing on the screen "
	  "says \"m\"; write it over the column or beside the field [unit-hidden]" },
	{ { TOP("{b:nav }") "};",
	    UNIT("b", "size = [ 40, 2 ]; picture = \"\n {sp       }\n {x        }\n\"; "
		      "fields = { x = { tag = \"sp\"; }; };") },
	  "b.cfg:5:2: warning: {x} writes \"in.sp\" like {sp} in line 4; leave one of "
	  "them, or show a tag that reads it back [write-twice]" },
	{ { TOP(" {sp       }") "};" },
	  "a.cfg:4:2: error: {sp} can be written, and a screen of level 1 is for "
	  "looking: "
	  "move it to a unit screen [write-on-overview]" },
	{ { TOP("x") "area = \"inn\"; };" },
	  "a.cfg:1: error: area \"inn\" is none of this station's (did you mean \"in\"?) "
	  "[unknown-area]" },
	{ { TOP("x") "zones = \"\n\n AAAAAAAAAAAAAA\n\"; widgets = { A = { type = "
		     "\"alarms\"; area = \"out.nort\"; }; }; };" },
	  "a.cfg:7:2: error: area \"out.nort\" is none of this station's (did you mean "
	  "\"out.north\"?) [unknown-area]" },
	{ { TOP("x\n   y") "zones = \"\n\n AAAAAAAAAAAAAA\n\"; widgets = { A = { type = "
			   "\"alarms\"; }; }; };" },
	  "a.cfg:8:2: warning: widget A hides what is drawn in row 2, column 4 of the "
	  "picture; leave its zone blank there [zone-hides]" },
	{ { "screen = { id = \"a\"; title = \"T\"; level = 1; prefix = \"in.\"; size = [ "
	    "40, 19 ]; picture = \"\n" F16 F16 F16 F16 "\"; };" },
	  "a.cfg:2: warning: 64 live fields on a screen of level 1; above 60 on 40 by 19 "
	  "cells nobody takes it in at a glance: move some to a unit screen [density]" },
	{ { "screen = { id = \"a\"; title = \"T\"; level = 1; size = [ 80, 10 ]; picture "
	    "= \"\n" PIPE40 PIPE40 PIPE40 PIPE40 PIPE40 "\"; };" },
	  "a.cfg:2: warning: lines take 25 % of the picture; above 20 % they drown what "
	  "is "
	  "live: leave frames out, or draw shorter lines [pipes]" },
	{ { TOP("Becken für Öl, Бак") "};" }, /* ü and Ö lose their marks only */
	  "a.cfg:4:16: warning: Б а к: an ascii terminal shows ? there; spell it "
	  "otherwise where such terminals are used [glyph-tier]" },
	{ { TOP(" {on      }") "fields = { on = { use = \"s\"; }; }; };\nsymbols = { s = "
			       "( { when = \".x > 1\"; text = \"☠ dead\"; }, { text = "
			       "\"ok\"; } ); };" },
	  "a.cfg:4:2: error: the words of {on} hold the character U+2620, which is not "
	  "in "
	  "the glyph table or not one cell wide; write it otherwise [glyph]" },
	{ { TOP(" {on      }") "fields = { on = { use = \"s\"; }; }; };\nsymbols = { s = "
			       "( { when = \".x > 1\"; text = \"ok\"; } ); };" },
	  "a.cfg:4:2: warning: the last state of the symbol of {on} has a `when`: if "
	  "none "
	  "holds nothing is shown; end with a state without one [symbol-open]" },
	{ { TOP("{b:nav }") "};", UNIT("b", "size = [ 20, 1 ]; picture = \"\n{c:nav  }"
					    "\n\";") },
	  "b.cfg:4:1: error: {c} leads to screen \"c\", which there is not (did you mean "
	  "\"a\"?) [unknown-screen]" },
	{ { TOP("x") "};", UNIT("b", EMPTY) },
	  "b.cfg:1: warning: no way leads here from an overview: draw {b:nav  } on \"a\" "
	  "[unreachable]" },
	/* only b leads to c, and nothing to b */
	{ { TOP("x") "};", UNIT("b", "size = [ 20, 1 ]; picture = \"\n{c:nav  }\n\";"),
	    SCREEN("c", "3", "b", EMPTY) },
	  "c.cfg:1: warning: no way leads here from an overview: draw {c:nav  } on \"b\" "
	  "[unreachable]" },
	{ { TOP("{b:nav } {c:nav }") "};", SCREEN("b", "2", "c", EMPTY),
	    SCREEN("c", "2", "b", EMPTY) },
	  "b.cfg:2: error: `up` goes round in a circle (b > c > b) and never ends at an "
	  "overview [up-cycle]" },
	{ { TOP("{b:nav } {c:nav }") "};", SCREEN("b", "3", "c", EMPTY),
	    SCREEN("c", "3", "a", EMPTY) },
	  "b.cfg:2: error: up = \"c\" is of level 3; it must be above this one's 3 "
	  "[up-level]" },
	{ { TOP("{b:nav }{c:nav }{d:nav }{e:nav }{f:nav }{g:nav }") "};",
	    UNIT("b", EMPTY), UNIT("c", EMPTY), UNIT("d", EMPTY), UNIT("e", EMPTY),
	    UNIT("f", EMPTY), UNIT("g", "size = [ 20, 1 ]; picture = \"\n{h:nav  }\n\";"),
	    UNIT("h", EMPTY) },
	  "h.cfg:1: warning: more than 6 screens want a digit, and \"h\" gets none; draw "
	  "its way on the overview before theirs, or put units together under one of "
	  "level "
	  "2 and make this one level 3 [far]" },
	/* colours and what looks like one (HM-02) */
	{ { TOP("x") "};\nsymbols = { s = ( { text = \"x\"; role = \"red\"; } ); };" },
	  "a.cfg:6:33: error: \"red\" says how it looks; a role says what it is, such as "
	  "running, stopped, moving or fault: colour is left to alarms [colour]" },
	{ { TOP("x") "};\nsymbols = { s = ( { text = \"x\"; role = \"#ff0000\"; } ); "
		     "};" },
	  "error: \"#ff0000\" says how it looks" },
	{ { TOP("x") "zones = \"\n\n A\n\"; widgets = { A = { type = \"text\"; text = "
		     "\"x\"; role = \"Dark green\"; }; }; };" },
	  "error: \"Dark green\" says how it looks" },
	{ { "screen = { id = \"a\"; title = \"T\"; level = 1;\nsize = [ 9, 1, ]; picture "
	    "= \"x\"; };" },
	  "a.cfg:2:14: error: a comma stands before the closing ]; remove it "
	  "[trailing-comma]" },
};

static void each_rule_has_its_sentence(void **state)
{
	int missed = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *said = lint(rows[i].screens, false);

		if (!strstr(said, rows[i].want)) {
			print_error("row %zu says\n%snot\n%s\n", i, said, rows[i].want);
			missed++;
		}
		free(said);
	}
	assert_int_equal(missed, 0);
}

static const struct quiet {
	const char *screens[SCREENS_MAX];
} quiet[] = {
	/* a unit over the column will do */
	{ { TOP("level/m\n {level  }") "fields = { level = { show_unit = false; }; }; "
				       "};" } },
	/* an area that holds one of the station's */
	{ { TOP("x") "area = \"out\"; };" } },
	/* two looks at what may be written, one of them no way to write */
	{ { TOP("{b:nav }") "};",
	    UNIT("b",
		 "size = [ 40, 2 ]; picture = \"\n {sp       } {sp:gauge  }\n\";") } },
	/* shades fill a vessel; they are no pipes */
	{ { "screen = { id = \"a\"; title = \"T\"; level = 1; size = [ 40, 10 ]; picture "
	    "= "
	    "\"\n▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒"
	    "▒▒▒▒▒"
	    "▒▒▒▒▒\n▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\n\"; };" } },
	/* a second overview is a root as well */
	{ { TOP("x") "};",
	    LOST("b", "1",
		 "size = [ 20, 1 ]; picture = \"\n{c:nav }"
		 "\n\";"),
	    UNIT("c", EMPTY) } },
};

static void what_is_right_is_not_spoken_of(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
		char *said = lint(quiet[i].screens, false);

		assert_string_equal(said, "");
		free(said);
	}
}

/* While a file is broken, what it would have held is not called missing. */
static void a_broken_file_makes_no_second_mistake(void **state)
{
	const char *screens[SCREENS_MAX] = { TOP("{berta:nav   }") "};",
					     "screen = { id = \"berta\"; ",
					     SCREEN("c", "2", "berta", EMPTY) };
	char *said = lint(screens, false);

	(void)state;
	assert_has(said, "b.cfg:1:");
	assert_null(strstr(said, "a.cfg"));
	assert_null(strstr(said, "c.cfg"));
	free(said);
}

static void notes_come_when_asked_for_only(void **state)
{
	const char *screens[SCREENS_MAX] = { TOP("─▶ T1 ●") "};" };
	char *without = lint(screens, false), *with = lint(screens, true);

	(void)state;
	assert_string_equal(without, "");
	assert_has(with, "a.cfg:4:1: note: a terminal of glyphs ascii shows: ─=- ▶=> ●=");
	assert_has(with, "[glyph-stand-in]");
	free(without);
	free(with);
}

static void HM_08_no_screen_is_an_orphan(void **state)
{
	const char *screens[SCREENS_MAX] = { TOP("x") "};", LOST("b", "2", EMPTY),
					     SCREEN("c", "3", "bb", EMPTY) };
	char *said = lint(screens, false);

	(void)state;
	assert_has(said,
		   "b.cfg:1: error: a screen of level 2 needs `up`: the screen that "
		   "leads here [no-up]");
	assert_has(said, "c.cfg:2: error: up = \"bb\", and there is no such screen (did "
			 "you mean \"b\"?) [unknown-screen]");
	assert_has(said, "b.cfg:1: warning: no way leads here");
	free(said);
}

/* No role of an author has a colour of an alarm, and none can be named. */
static void HM_02_no_screen_names_a_colour(void **state)
{
	static const char *const words[] = { "red",    "Yellow",  "light-blue", "#00ff00",
					     "orange", "magenta", "blink",      "GREEN" };

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char *file = xasprintf("%s};\nsymbols = { s = ( { text = \"x\"; role = "
				       "\"%s\"; } ); };",
				       TOP("x"), words[i]);
		const char *screens[SCREENS_MAX] = { file };
		char *said = lint(screens, false);

		assert_has(said, "[colour]");
		free(said);
		free(file);
	}
}

static void HM_16_a_number_has_its_unit_and_no_needless_figures(void **state)
{
	const char *screens[SCREENS_MAX] = {
		TOP(" {fine          } {level  } {b:nav }") "fields = { level = { "
							    "show_unit = false; }; }; };",
		UNIT("b", "size = [ 20, 1 ]; picture = \"\n {fine          }\n\";")
	};
	char *said = lint(screens, false), *first = strstr(said, "[needless-precision]");

	(void)state;
	assert_has(said, "nothing on the screen says \"m\"");
	assert_non_null(first);
	assert_null(strstr(first + 1, "[needless-precision]")); /* once a tag */
	free(said);
}

static void the_digits_follow_the_ways_of_the_overview(void **state)
{
	static const char *const texts[] = { TOP("{c:nav } {b:nav } {c:nav }") "};",
					     UNIT("b", EMPTY), UNIT("c", EMPTY),
					     UNIT("d", EMPTY) };
	struct diag_list diags = DIAG_LIST_INIT;
	struct screen_file files[4];
	const struct screen *order[SCREEN_DIGITS];
	struct screen_set *set;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		files[i] = (struct screen_file){ "x.cfg", texts[i] };
	set = screen_set_load(files, 4, &diags);
	assert_string_equal(screen_set_overview(set)->id, "a");
	assert_int_equal(screen_set_order(set, order, SCREEN_DIGITS), 3);
	assert_string_equal(order[0]->id, "c");
	assert_string_equal(order[1]->id, "b");
	assert_string_equal(order[2]->id, "d");
	assert_int_equal(screen_set_order(set, order, 2), 2);
	assert_int_equal(screen_set_order(NULL, order, 2), 0);
	screen_set_free(set);
	diag_list_release(&diags);
}

/* Every row says what it wants and does it in one way. */
static void the_table_of_rules_is_whole(void **state)
{
	(void)state;
	for (const struct screen_rule *r = screen_rules; r->id; r++) {
		assert_true(r->help && strlen(r->help) > 15);
		assert_true(!r->item != !r->screen);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_has_its_sentence),
		cmocka_unit_test(what_is_right_is_not_spoken_of),
		cmocka_unit_test(a_broken_file_makes_no_second_mistake),
		cmocka_unit_test(notes_come_when_asked_for_only),
		cmocka_unit_test(HM_08_no_screen_is_an_orphan),
		cmocka_unit_test(HM_02_no_screen_names_a_colour),
		cmocka_unit_test(HM_16_a_number_has_its_unit_and_no_needless_figures),
		cmocka_unit_test(the_digits_follow_the_ways_of_the_overview),
		cmocka_unit_test(the_table_of_rules_is_whole),
	};

	setlocale(LC_ALL, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
