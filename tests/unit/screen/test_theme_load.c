/*
 * test_theme_load.c - themes from files: what a good one becomes, each mistake with its
 * line and sentence, and what no theme may do.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "screen/theme_judge.h"
#include "screen/theme_load.h"
#include "screen/vision.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* All diagnostics of the text, one a line; the theme when it is good. */
static bool load(const char *text, struct theme *out, struct strbuf *said)
{
	struct diag_list diags = DIAG_LIST_INIT;
	bool ok = theme_read_text(text, strlen(text), "t.cfg", out, &diags);

	strbuf_clear(said);
	for (size_t i = 0; i < diags.n; i++) {
		diag_format(&diags.v[i], said);
		strbuf_addch(said, '\n');
	}
	assert_int_equal(ok, diags.errors == 0);
	diag_list_release(&diags);
	return ok;
}

static struct theme loaded(const char *text)
{
	struct strbuf said = STRBUF_INIT;
	struct theme t;

	if (!load(text, &t, &said))
		fail_msg("%s", said.buf);
	strbuf_release(&said);
	return t;
}

static void look_is(const struct theme *t, enum theme_depth d, int role, int32_t fg,
		    int32_t bg, uint8_t style)
{
	struct theme_attr a = theme_look(t, d, role);

	assert_int_equal(a.fg, fg);
	assert_int_equal(a.bg, bg);
	assert_int_equal(a.style, style);
}

static void a_theme_changes_what_it_names_and_no_more(void **state)
{
	struct theme t =
		loaded("theme = { name = \"mine\"; default = true;\n"
		       "colours256 = { setpoint = \"230 underline\";\n"
		       "  fault = \"16 on 250 bold\"; title = \"ground on 250\"; };\n"
		       "colours8 = { setpoint = \"white underline\"; };\n"
		       "mono = { title = \"plain\"; };\n"
		       "rgb = { value = \"#f0f0f0\"; };\n};");

	(void)state;
	assert_string_equal(t.name, "mine");
	assert_true(t.is_default);
	look_is(&t, THEME_256, ROLE_SETPOINT, 230, 233, THEME_UNDERLINE);
	look_is(&t, THEME_256, ROLE_FAULT, 16, 250, THEME_BOLD);
	look_is(&t, THEME_256, ROLE_TITLE, 233, 250, 0);
	look_is(&t, THEME_256, ROLE_ALARM_HIGH, 220, 233, THEME_BOLD); /* dark's */
	look_is(&t, THEME_8, ROLE_SETPOINT, 7, 0, THEME_UNDERLINE);
	look_is(&t, THEME_16, ROLE_SETPOINT, 7, 0, THEME_UNDERLINE); /* as in 8 */
	look_is(&t, THEME_MONO, ROLE_TITLE, -1, -1, 0);
	look_is(&t, THEME_RGB, ROLE_VALUE, 0xF0F0F0, 0x121212, 0);
	look_is(&t, THEME_RGB, ROLE_SETPOINT, 0xFFFFD7, 0x121212, THEME_UNDERLINE);
}

static void a_ground_of_its_own_leaves_nothing_to_the_dark_theme(void **state)
{
	struct strbuf said = STRBUF_INIT;
	struct theme t;

	(void)state;
	assert_false(load("theme = { name = \"mine\";\n\n"
			  "colours256 = { ground = \"255\"; label = \"238\"; }; };",
			  &t, &said));
	assert_has(said.buf, "t.cfg:3:");
	assert_has(said.buf, "colours256 has a ground of its own and says nothing of "
			     "bad, stale, uncertain, mark, alarm-critical, alarm-high");
	look_is(&t, THEME_256, ROLE_PIPE, 238, 255,
		0); /* calm ones look like the label */
	strbuf_release(&said);
}

static const struct {
	const char *text, *said;
} mistakes[] = {
	{ "theme = {\n name = \"Mine\"; };",
	  "t.cfg:2:2: error: \"Mine\" cannot name a theme" },
	{ "theme = {\n name = \"dark\"; };", "\"dark\" is built in" },
	{ "theme = { mono = { }; };", "name" },
	{ "theme = { name = \"m\";\n colors8 = { }; };", "did you mean \"colours8\"?" },
	{ "theme = { name = \"m\"; colours8 = {\n setpiont = \"white\"; }; };",
	  "t.cfg:2:2: error: there is no role \"setpiont\" (did you mean "
	  "\"setpoint\"?)" },
	{ "theme = { name = \"m\"; colours8 = {\n title = \"whit\"; }; };",
	  "t.cfg:2:2: error: \"whit\" is no part of a look (did you mean \"white\"?); in "
	  "colours8 a colour is 0 to 7 or black" },
	{ "theme = { name = \"m\"; colours8 = { title = \"8\"; }; };",
	  "\"8\" is no part" },
	{ "theme = { name = \"m\"; colours8 = { title = \"bright-white\"; }; };",
	  "\"bright-white\" is no part of a look" },
	{ "theme = { name = \"m\"; colours16 = { title = \"16\"; }; };", "0 to 15" },
	{ "theme = { name = \"m\"; colours256 = { title = \"256\"; }; };", "0 to 255" },
	{ "theme = { name = \"m\"; colours256 = { title = \"#ffffff\"; }; };",
	  "0 to 255" },
	{ "theme = { name = \"m\"; rgb = { title = \"#fffff\"; }; };",
	  "a colour is #rrggbb" },
	{ "theme = { name = \"m\"; colours256 = { title = \"250 on\"; }; };",
	  "\"on\" is no part" },
	{ "theme = { name = \"m\"; colours256 = { title = \"250 bald\"; }; };",
	  "did you mean \"bold\"?" },
	{ "theme = { name = \"m\"; colours256 = { title = \"\"; }; };",
	  "\"\" is no part of a look" },
	{ "theme = { name = \"m\"; colours256 = { title = 250; }; };",
	  "a look is a text" },
	{ "theme = { name = \"m\"; colours256 = { ground = \"300\"; }; };", "\"300\"" },
	{ "theme = { name = \"m\"; mono = { ground = \"0\"; }; };", "no colour in mono" },
	{ "theme = { name = \"m\"; mono = { title = \"white\"; }; };",
	  "no colour in mono" },
	{ "screen = { };", "no `theme = { ... };` in this file" },
	{ "theme = {", "t.cfg:" },
};

static void each_mistake_has_its_line_and_sentence(void **state)
{
	struct strbuf said = STRBUF_INIT;
	struct theme t;

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		assert_false(load(mistakes[i].text, &t, &said));
		if (!strstr(said.buf, mistakes[i].said))
			fail_msg("%s\nsays %s\nnot   %s", mistakes[i].text, said.buf,
				 mistakes[i].said);
	}
	strbuf_release(&said);
}

#define IN256(looks) "theme = { name = \"m\"; colours256 = {\n " looks " }; };"
#define IN8(looks)   "theme = { name = \"m\"; colours8 = {\n " looks " }; };"

static const struct {
	const char *text, *id, *said;
	bool refused;
} verdicts[] = {
	{ IN256("title = \"34\";"), "theme-calm-colour", "title is coloured", true },
	{ IN256("label = \"250 on 17\";"), "theme-calm-colour", "label is coloured",
	  true },
	{ IN8("running = \"green\";"), "theme-calm-colour", "running is coloured", true },
	{ "theme = { name = \"m\"; rgb = {\n value = \"#80ff80\"; }; };",
	  "theme-calm-colour", "value is coloured", true },
	{ IN256("selection = \"16 on 46\";"), "theme-calm-colour", "selection", true },
	{ IN256("bad = \"203 bold\";"), "theme-alarm-colour",
	  "bad has a colour of alarm-critical", true },
	{ IN256("refused = \"16 on 220\";"), "theme-alarm-colour",
	  "refused has a colour of alarm-high", true },
	{ IN256("alarm-medium-unack = \"16 on 250 bold\";"), "theme-pale-alarm",
	  "alarm-medium-unack has no colour", true },
	{ IN256("alarm-medium-unack = \"16 on 220 bold\";"), "theme-alike",
	  "alarm-high-unack and alarm-medium-unack look alike", true },
	{ IN256("alarm-low = \"16 on 111 bold\";"), "theme-alike",
	  "alarm-low and alarm-low-unack look alike", true },
	{ "theme = { name = \"m\"; mono = {\n setpoint = \"bold\"; }; };", "theme-alike",
	  "value and setpoint look alike", true },
	{ "theme = { name = \"m\"; mono = {\n stale = \"bold reverse underline\"; }; };",
	  "theme-alike", "stale looks like a selected value", true },
	{ IN256("label = \"235\";"), "theme-contrast", "label has a contrast of 1.",
	  true },
	{ IN256("label = \"242\";"), "theme-contrast", "it takes 4.5 to be read", false },
	{ IN256("pipe = \"235\";"), "theme-contrast", "it takes 2.0", true },
	{ IN8("fault = \"black on white bold\";"), "theme-bold-black", "bold black",
	  true },
	{ IN256("alarm-high = \"214 bold\"; alarm-high-unack = \"16 on 214 bold\";"),
	  "theme-vision", "with deuteranopia alarm-high and alarm-medium look alike",
	  false },
};

static void HM_01_HM_02_a_theme_that_would_lie_is_refused(void **state)
{
	struct strbuf said = STRBUF_INIT;
	char line[64];
	struct theme t;

	(void)state;
	for (size_t i = 0; i < sizeof(verdicts) / sizeof(verdicts[0]); i++) {
		bool ok = load(verdicts[i].text, &t, &said);

		snprintf(line, sizeof(line), "[%s]", verdicts[i].id);
		if (ok == verdicts[i].refused || !strstr(said.buf, line) ||
		    !strstr(said.buf, verdicts[i].said) ||
		    strncmp(said.buf, "t.cfg:2:", 8) != 0)
			fail_msg("%s\nsays %s\nnot   %s", verdicts[i].text, said.buf,
				 verdicts[i].said);
	}
	strbuf_release(&said);
}

static void is_judged_well(const struct theme *t, bool warnings)
{
	struct theme_places at = { .file = "theme", .depth_line = { 1, 1, 1, 1, 1 } };
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf text = STRBUF_INIT;

	theme_judge(t, &at, &diags);
	for (size_t i = 0; i < diags.n; i++)
		diag_format(&diags.v[i], &text);
	if (warnings ? diags.errors : diags.n)
		fail_msg("%s", text.buf);
	diag_list_release(&diags);
	strbuf_release(&text);
}

static void nothing_is_said_of(const struct theme *t)
{
	is_judged_well(t, false);
}

static void no_error_is_said_of(const struct theme *t)
{
	is_judged_well(t, true);
}

static void HM_01_HM_02_HM_03_the_themes_we_ship_keep_every_rule(void **state)
{
	char *text = test_read_file(test_top("screens/themes/paper.cfg"));
	struct theme paper = loaded(text);

	(void)state;
	nothing_is_said_of(theme_dark());
	nothing_is_said_of(&paper);
	assert_string_equal(paper.name, "paper");
	free(text);
}

/* `linux` and `putty` have 64 pairs of colours, and the first is not ours. */
static void few_colours_need_few_pairs(const struct theme *t, enum theme_depth d)
{
	struct theme_attr pairs[2 * ROLE_COUNT];
	int n = 0, k;

	for (int i = 0; i < 2 * ROLE_COUNT; i++) {
		struct theme_attr a = theme_attr(t, d, (enum role)(i / 2), i % 2);

		for (k = 0; k < n && (pairs[k].fg != a.fg || pairs[k].bg != a.bg); k++)
			;
		if (k == n)
			pairs[n++] = a;
	}
	assert_in_range(n, 2, 63);
}

static void the_themes_we_ship_fit_into_63_pairs(void **state)
{
	char *text = test_read_file(test_top("screens/themes/paper.cfg"));
	struct theme paper = loaded(text);

	(void)state;
	for (int d = THEME_8; d <= THEME_16; d++) {
		few_colours_need_few_pairs(theme_dark(), (enum theme_depth)d);
		few_colours_need_few_pairs(&paper, (enum theme_depth)d);
	}
	free(text);
}

/* A new role needs a look in every group of the file that is everybody's example. */
static void paper_names_every_role(void **state)
{
	static const char *const groups[] = { "colours8", "colours16", "colours256" };
	char *text = test_read_file(test_top("screens/themes/paper.cfg"));
	struct diag_list diags = DIAG_LIST_INIT;
	struct cfg *tree = cfg_parse(text, strlen(text), "paper.cfg", &diags);

	(void)state;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		const struct cfg_node *group =
			cfg_get(cfg_get(cfg_root(tree), "theme"), groups[i]);

		assert_non_null(cfg_get(group, "selection"));
		for (int r = 0; r < ROLE_COUNT; r++)
			if (!cfg_get(group, role_name((enum role)r)))
				fail_msg("%s has no %s", groups[i],
					 role_name((enum role)r));
	}
	cfg_free(tree);
	diag_list_release(&diags);
	free(text);
}

/* Whatever stands in a file: it is refused with a sentence, or it keeps the rules. */
static void spoiled_themes_are_refused_or_keep_the_rules(void **state)
{
	static const char signs[] = "0123456789 #on{}\";=bdgr\n\\\x01\xff-";
	char *text = test_read_file(test_top("screens/themes/paper.cfg"));
	size_t len = strlen(text);
	struct strbuf said = STRBUF_INIT;
	int refused = 0, worn = 0;
	uint64_t seed = 20251122;

	(void)state;
	for (int i = 0; i < 1500; i++) {
		char *spoiled = xstrdup(text);
		struct theme t;

		for (int k = 0; k < 3; k++) {
			size_t at, sign;

			seed = seed * 6364136223846793005ull + 1442695040888963407ull;
			at = (size_t)(seed >> 33) % len;
			sign = (size_t)(seed >> 20) % (sizeof(signs) - 1);
			if (k == 0 || seed >> 63)
				spoiled[at] = signs[sign];
		}
		if (load(spoiled, &t, &said)) {
			worn++;
			assert_non_null(memchr(t.name, 0, sizeof(t.name)));
			no_error_is_said_of(&t);
		} else {
			refused++;
			assert_has(said.buf, "t.cfg:");
		}
		free(spoiled);
	}
	assert_in_range(worn, 40, 1460); /* comments and blanks are spoiled, too */
	assert_in_range(refused, 40, 1460);
	strbuf_release(&said);
	free(text);
}

static struct cfg *add(struct theme_set *set, const char *text, struct diag_list *diags)
{
	struct cfg *tree = cfg_parse(text, strlen(text), "set.cfg", diags);

	theme_set_add(set, cfg_get(cfg_root(tree), "theme"), diags);
	return tree;
}

static void a_set_has_one_of_each_name_and_one_default(void **state)
{
	static const char *const texts[] = {
		"theme = { name = \"a\"; };",
		"theme = { name = \"b\"; default = true; };",
		"theme = { name = \"a\"; };", "theme = { name = \"c\"; default = true; };"
	};
	struct theme_set set = { 0 };
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf why = STRBUF_INIT;

	(void)state;
	assert_ptr_equal(theme_set_find(&set, NULL, &why), theme_dark());
	for (size_t i = 0; i < 4; i++)
		cfg_free(add(&set, texts[i], &diags));
	assert_int_equal(set.n, 2);
	assert_int_equal(diags.errors, 2);
	assert_string_equal(diags.v[0].text, "another file has a theme \"a\"");
	assert_string_equal(diags.v[1].text, "the theme \"b\" is the default already");
	assert_string_equal(theme_set_find(&set, NULL, &why)->name, "b");
	assert_string_equal(theme_set_find(&set, "a", &why)->name, "a");
	assert_ptr_equal(theme_set_find(&set, "dark", &why), theme_dark());
	assert_null(theme_set_find(&set, "d", &why));
	assert_string_equal(why.buf,
			    "there is no theme \"d\": the station has dark, a, b");
	theme_set_release(&set);
	diag_list_release(&diags);
	strbuf_release(&why);
}

/* --- eyes -------------------------------------------------------------------------- */

static void near_to(double got, double want)
{
	if (!(fabs(got - want) < 0.05))
		fail_msg("%.3f is not %.3f", got, want);
}

static void contrast_and_distance_are_those_of_their_standards(void **state)
{
	(void)state;
	near_to(vision_contrast(0, 0xFFFFFF, VISION_USUAL), 21);
	near_to(vision_contrast(0xFFFFFF, 0x767676, VISION_USUAL),
		4.54); /* WCAG's edge */
	near_to(vision_contrast(0x336699, 0x336699, VISION_USUAL), 1);
	near_to(vision_distance(0, 0xFFFFFF, VISION_USUAL), 100);
	/* sRGB red in L*a*b*: 53.24, 80.09, 67.20; blue: 32.30, 79.19, -107.86 */
	near_to(vision_distance(0xFF0000, 0, VISION_USUAL),
		sqrt(53.24 * 53.24 + 80.09 * 80.09 + 67.20 * 67.20));
	near_to(vision_distance(0xFF0000, 0x0000FF, VISION_USUAL),
		sqrt(20.94 * 20.94 + 0.90 * 0.90 + 175.06 * 175.06));
}

static void
colour_blind_eyes_see_greys_as_all_do_and_confuse_what_they_confuse(void **state)
{
	(void)state;
	for (int v = VISION_PROTANOPIA; v < VISION_COUNT; v++)
		for (uint32_t g = 0; g < 256; g += 15)
			assert_true(
				vision_distance(g * 0x010101, 0x808080, (enum vision)v) -
					vision_distance(g * 0x010101, 0x808080,
							VISION_USUAL) <
				0.1);
	/* traffic lights for those without red or green cones, sea for those without blue
	 */
	assert_true(vision_distance(0xB07000, 0x709000, VISION_USUAL) >
		    3 * vision_distance(0xB07000, 0x709000, VISION_DEUTERANOPIA));
	assert_true(vision_distance(0xC06060, 0x707060, VISION_USUAL) >
		    3 * vision_distance(0xC06060, 0x707060, VISION_PROTANOPIA));
	assert_true(vision_distance(0x5FAFAF, 0x87AFFF, VISION_USUAL) >
		    3 * vision_distance(0x5FAFAF, 0x87AFFF, VISION_TRITANOPIA));
	assert_string_equal(vision_name(VISION_DEUTERANOPIA), "deuteranopia");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_theme_changes_what_it_names_and_no_more),
		cmocka_unit_test(a_ground_of_its_own_leaves_nothing_to_the_dark_theme),
		cmocka_unit_test(each_mistake_has_its_line_and_sentence),
		cmocka_unit_test(HM_01_HM_02_a_theme_that_would_lie_is_refused),
		cmocka_unit_test(HM_01_HM_02_HM_03_the_themes_we_ship_keep_every_rule),
		cmocka_unit_test(the_themes_we_ship_fit_into_63_pairs),
		cmocka_unit_test(paper_names_every_role),
		cmocka_unit_test(spoiled_themes_are_refused_or_keep_the_rules),
		cmocka_unit_test(a_set_has_one_of_each_name_and_one_default),
		cmocka_unit_test(contrast_and_distance_are_those_of_their_standards),
		cmocka_unit_test(
			colour_blind_eyes_see_greys_as_all_do_and_confuse_what_they_confuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
