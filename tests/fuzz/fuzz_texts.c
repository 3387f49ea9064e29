/* fuzz_texts.c - what an engineer writes: settings files, expressions, screens. */
#include "fuzz/target.h"

#include <stdlib.h>
#include <string.h>

#include "config/cfg.h"
#include "config/csv.h"
#include "expr/expr.h"
#include "screen/lint.h"
#include "screen/screen.h"
#include "util/diag.h"
#include "util/xalloc.h"

static char *as_text(const uint8_t *p, size_t n)
{
	char *text = xmalloc(n + 1);

	memcpy(text, p, n);
	text[n] = '\0';
	return text;
}

/* --- settings ---------------------------------------------------------------------- */

static void walk(const struct cfg_node *node, int depth)
{
	struct strbuf text = STRBUF_INIT;

	cfg_as_text(node);
	cfg_scalar_text(node, &text);
	strbuf_release(&text);
	for (size_t i = 0; depth < 40 && i < cfg_count(node); i++)
		walk(cfg_at(node, i), depth + 1);
}

static void run_csv(const uint8_t *p, size_t n)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char *text = as_text(p, n);
	struct csv c = { 0 };

	if (csv_open(&c, text, n, "f.csv", &diags))
		while (csv_next(&c))
			continue;
	diag_list_release(&diags);
	free(text);
}

static void run_config(const uint8_t *p, size_t n)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char *text = as_text(p, n);
	struct cfg *c = cfg_parse(text, n, "f.cfg", &diags);

	if (c)
		walk(cfg_root(c), 0);
	cfg_free(c);
	diag_list_release(&diags);
	free(text);
	run_csv(p, n);
}

static bool seed_config(size_t i, struct strbuf *out)
{
	static const char *const texts[] = {
		"station = { name = \"s\"; };\n",
		"tags = ( { name = \"a.b\"; range = ( 0, 100 ); limit = 1.5e3; on = "
		"true; "
		"n = 0x1F; big = 5000000000L; list = [ 1, 2 ]; }, { name = \"c\"; } );\n",
		"# remark\n// another\n/* more */ a = \"x\" \"y\"; b : 3,\n",
		"name,device,address\na.b,plc,holding:1\n\"q \"\"x\"\"\",plc,2\n",
		"a = \"\\x41\\n\\q\"; @include \"b.cfg\"\n",
	};

	return fuzz_text_seed(texts, sizeof(texts) / sizeof(texts[0]), i, out);
}

const struct fuzz_target fuzz_config = {
	.name = "config",
	.what = "settings files and lists of tags",
	.run = run_config,
	.seed = seed_config,
	.max = 2048,
	.runs = 60000,
};

/* --- expressions ------------------------------------------------------------------- */

static const struct sample *operand(void *arg, uint32_t id)
{
	static const struct sample v[] = {
		{ .value = { .type = VALUE_INT, .u.i = INT64_MIN } },
		{ .value = { .type = VALUE_DOUBLE, .u.d = 1e308 } },
		{ .value = { .type = VALUE_BOOL, .u.b = true } },
		{ .value = { .type = VALUE_INT, .u.i = -1 } },
	};

	(void)arg;
	return &v[id % 4];
}

static void run_expr(const uint8_t *p, size_t n)
{
	struct strbuf why = STRBUF_INIT, said = STRBUF_INIT;
	char *text = as_text(p, n);
	int column;
	struct expr *e = expr_compile(text, "a.b", &why, &column);

	for (size_t i = 0; e && i < expr_operand_count(e); i++)
		expr_bind(e, i, (uint32_t)i);
	if (e) {
		struct sample s = expr_eval(e, operand, NULL);
		expr_is_true(&s);
		expr_explain(e, operand, NULL, &said);
	}
	expr_free(e);
	strbuf_release(&why);
	strbuf_release(&said);
	free(text);
}

static bool seed_expr(size_t i, struct strbuf *out)
{
	static const char *const texts[] = {
		"a.b + 1 * (c.d - -2) / 3 % 4",
		"x > 1 && y <= 2 || !(z == 3)",
		"if_bad(x, 1) ? min(a, b, 3) : round(c, 2)",
		".trip && is_good(.speed)",
		"state == \"run\" || state != 'stop'",
		"abs(-9223372036854775808 % -1)",
	};

	return fuzz_text_seed(texts, sizeof(texts) / sizeof(texts[0]), i, out);
}

const struct fuzz_target fuzz_expr = {
	.name = "expr",
	.what = "expressions, compiled and evaluated at the ends of the numbers",
	.run = run_expr,
	.seed = seed_expr,
	.max = 512,
	.runs = 180000,
};

/* --- screens ----------------------------------------------------------------------- */

static void run_screen(const uint8_t *p, size_t n)
{
	struct diag_list diags = DIAG_LIST_INIT;
	char *text = as_text(p, n);
	const struct screen_file files[] = { { "a.cfg", text } };
	struct screen_set *set = screen_set_load(files, 1, &diags);

	for (size_t i = 0; i < set->n; i++) {
		screen_for_size(set->v[i], 80, 24);
		screen_for_size(set->v[i], 400, 120);
	}
	screen_set_free(set);
	diag_list_release(&diags);
	free(text);
}

static bool seed_screen(size_t i, struct strbuf *out)
{
	static const char *const texts[] = {
		"screen = { id = \"a\"; title = \"A\"; level = 1; size = [ 20, 3 ]; "
		"picture = "
		"\"\n{a.b  } {c:gauge }\nx\n\"; };\n",
		"screen = { id = \"a\"; title = \"A\"; size = [ 30, 5 ]; prefix = "
		"\"p.\"; "
		"picture = \"\n{v }\n\"; zones = \"\n\nLLLL\nLLLL\n\"; widgets = { L = { "
		"type "
		"= \"tank\"; tag = \"v\"; }; }; grow = { columns = [ 5, 9 ]; rows = [ 1, "
		"4 ]; "
		"}; fields = { v = { use = \"s\"; }; }; };\nsymbols = { s = ( { when = "
		"\".x\"; text = \"X\"; role = \"fault\"; }, { text = \"o\"; } ); };\n",
		"templates = { t = { parameters = [ \"P\" ]; size = [ 8, 1 ]; picture = "
		"\"\n$(P) {v }\n\"; }; };\nscreen = { id = \"b\"; title = \"B\"; size = "
		"[ 40, "
		"6 ]; picture = \"\n\"; place = ( { use = \"t\"; at = [ 1, 1 ]; args = { "
		"P = "
		"\"x\"; }; } ); };\n",
	};

	return fuzz_text_seed(texts, sizeof(texts) / sizeof(texts[0]), i, out);
}

const struct fuzz_target fuzz_screen = {
	.name = "screen",
	.what = "screen files, laid out to two sizes",
	.run = run_screen,
	.seed = seed_screen,
	.max = 2048,
	.runs = 18000,
};
