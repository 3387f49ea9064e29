/* test_schema.c - settings tables and template macros. */
#include "support/test.h"

#include <string.h>

#include "config/cfg.h"
#include "config/macro.h"
#include "config/schema.h"
#include "util/diag.h"
#include "util/strbuf.h"

static const char *const colours[] = { "red", "green", NULL };
static const struct cfg_row inner[] = {
	{ .name = "depth", .kind = CFG_K_INT, .lo = 1, .hi = 9, .help = "how deep" },
	{ 0 },
};
static const struct cfg_row rows[] = {
	{ .name = "name", .kind = CFG_K_TEXT, .flags = CFG_REQUIRED, .help = "its name" },
	{ .name = "scan_ms", .kind = CFG_K_INT, .lo = 10, .hi = 1000, .help = "period" },
	{ .name = "scale",
	  .kind = CFG_K_NUMBER,
	  .flags = CFG_NOT_ZERO,
	  .help = "factor" },
	{ .name = "limit", .kind = CFG_K_NUMBER, .flags = CFG_POSITIVE, .help = "limit" },
	{ .name = "colour", .kind = CFG_K_WORD, .words = colours, .help = "colour" },
	{ .name = "on", .kind = CFG_K_BOOL, .help = "switch" },
	{ .name = "range", .kind = CFG_K_PAIR, .help = "range" },
	{ .name = "areas", .kind = CFG_K_TEXTS, .help = "areas" },
	{ .name = "well", .kind = CFG_K_GROUP, .members = inner, .help = "well" },
	{ .name = "wells", .kind = CFG_K_GROUPS, .members = inner, .help = "wells" },
	{ .name = "note", .kind = CFG_K_TEXT0, .help = "note" },
	{ .name = "any", .kind = CFG_K_SCALAR, .help = "scalar" },
	{ 0 },
};

static void check(const char *text, bool open, struct strbuf *out)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct cfg *c = cfg_parse(text, strlen(text), "f.cfg", &diags);

	assert_non_null(c);
	cfg_check(cfg_root(c), "device \"d\"", rows, open, &diags);
	diag_sort(&diags);
	strbuf_clear(out);
	for (size_t i = 0; i < diags.n; i++) {
		diag_format(&diags.v[i], out);
		strbuf_addch(out, '\n');
	}
	cfg_free(c);
	diag_list_release(&diags);
}

static void each_wrong_setting_has_its_sentence(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "", "f.cfg:1:1: error: device \"d\" has no name (its name); add it" },
		{ "name = \"\";",
		  "name of device \"d\" must be a text that is not empty" },
		{ "name = \"a\"; scna_ms = 5;",
		  "unknown setting \"scna_ms\" in device \"d\" "
		  "(did you mean \"scan_ms\"?)" },
		{ "name = \"a\"; scan_ms = 5;",
		  "scan_ms of device \"d\" is 5; allowed is 10 "
		  "to 1000" },
		{ "name = \"a\"; scan_ms = \"5\";",
		  "scan_ms of device \"d\" must be a whole "
		  "number, not a text" },
		{ "name = \"a\"; scan_ms = 50.5;",
		  "must be a whole number, not a fraction" },
		{ "name = \"a\"; scale = 0;", "scale of device \"d\" must not be 0" },
		{ "name = \"a\"; limit = -1;",
		  "limit of device \"d\" is -1; it must be above 0" },
		{ "name = \"a\"; colour = \"gren\";",
		  "colour of device \"d\" is \"gren\"; it can "
		  "be red, green (did you mean" },
		{ "name = \"a\"; on = 1;", "on of device \"d\" must be true or false" },
		{ "name = \"a\"; range = ( 5, 1 );", "range of device \"d\" is crossed" },
		{ "name = \"a\"; range = ( 5 );", "must be two numbers ( lo, hi )" },
		{ "name = \"a\"; areas = ( 5 );", "must be a list of texts" },
		{ "name = \"a\"; well = { depth = 10; };",
		  "depth of well of device \"d\" is 10" },
		{ "name = \"a\"; wells = ( { deepth = 1; } );",
		  "unknown setting \"deepth\" in "
		  "wells of device \"d\"" },
		{ "name = \"a\"; any = ( 1 );",
		  "must be a text, a number or true/false" },
	};
	struct strbuf got = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		check(row[i].text, false, &got);
		assert_has(got.buf, row[i].want);
	}
	check("name = \"a\"; scan_ms = 100.0; scale = 1L; colour = \"red\"; on = true;"
	      "range = ( 0, 1.5 ); areas = \"x\"; well = { depth = 1; }; note = \"\";",
	      false, &got);
	assert_string_equal(got.buf, "");
	check("name = \"a\"; driver_thing = 5;", true, &got);
	assert_string_equal(got.buf, "");
	strbuf_release(&got);
}

static void macros_are_replaced_once(void **state)
{
	static const struct macro_arg args[] = { { "p", "intake.p101" },
						 { "base", "100" },
						 { "n", "2" },
						 { "evil", "$(p)" } };
	static const struct {
		const char *text, *want, *why;
	} row[] = {
		{ "$(p).running", "intake.p101.running", NULL },
		{ "input:$(base+10):float32", "input:110:float32", NULL },
		{ "$(base*2+1) $(base + n * 3) $(base-1)", "201 106 99", NULL },
		{ "$(q=none) $(p=x) $(r=)", "none intake.p101 ", NULL },
		{ "$(evil)", "$(p)", NULL },
		{ "plain", "plain", NULL },
		{ "", "", NULL },
		{ "$(x)", NULL, "no parameter \"x\" here; there is p, base, n, evil" },
		{ "$(p+1)", NULL, "\"intake.p101\" is not a whole number" },
		{ "$(base/2)", NULL,
		  "\"/\" is not understood in a $( ); it takes + - *" },
		{ "$(base+)", NULL, "\"\" is not a whole number" },
		{ "a $(base", NULL, "\"$(\" has no closing \")\"" },
		{ "$(base*2000000000*2000000000*2000000000)", NULL,
		  "does not fit into 64 bits" },
		{ "$(1a=2)", NULL, "\"1a\" is no parameter's name" },
	};
	struct macro_args all = { args, 4 };
	struct strbuf out = STRBUF_INIT, why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		size_t offset = 0;
		strbuf_clear(&out);
		bool fine = macro_expand(row[i].text, &all, &out, &why, &offset);
		assert_int_equal(fine, row[i].why == NULL);
		if (fine)
			assert_string_equal(out.buf, row[i].want);
		else
			assert_has(why.buf, row[i].why);
	}
	strbuf_release(&out);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wrong_setting_has_its_sentence),
		cmocka_unit_test(macros_are_replaced_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
