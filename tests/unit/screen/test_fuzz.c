/* test_fuzz.c - valid screen files, spoiled at random: loading ends, what it reports has
 * a place, and what loads can be drawn in any size. SIGHTGLASS_SEED=n makes the same
 * mistakes again. */
#include "support/test.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "screen/lint.h"
#include "screen/screen.h"
#include "screen_rig.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

static const char library[] =
	"macros = { SITE = \"north\"; };\n"
	"symbols = { pump = ( { when = \".trip\"; text = \"x TRIP\"; role = \"fault\"; "
	"},\n"
	"                     { text = \"o\"; role = \"stopped\"; } ); };\n"
	"templates = {\n"
	" cell = { parameters = [ \"T\", \"N=the $(T)\" ]; size = [ 14, 2 ]; prefix = "
	"\"$(T).\";\n"
	"  picture = \"\n$(N         )\n{flow       }\n\";\n"
	"  grow = { columns = [ 1, 14 ]; }; };\n"
	" pair = { parameters = [ \"P\" ]; title = \"$(P)\"; size = [ 30, 4 ];\n"
	"  picture = \"\n┌────────────────────────────┐\n│\n\n└──\n\";\n"
	"  place = ( { use = \"cell\"; at = [ 2, 2 ]; args = { T = \"$(P)\"; }; },\n"
	"            { use = \"cell\"; at = [ 2, 16 ]; args = { T = \"$(P)\"; N = 7; }; "
	"} );\n"
	"  grow = { columns = [ 16, 29 ]; rows = [ 3, 3 ]; }; };\n};\n";

static const char unit[] =
	"screen = {\n id = \"a\"; title = \"A\"; level = 2; up = \"top\"; size = [ 60, "
	"12 ];\n"
	" prefix = \"intake.\"; macros = { W = \"word\"; };\n"
	" picture = \"\n"
	" WELLS ──┬──▶ {p101     } $(W    ) {{x}}\n"
	"         │    {t101.level   } {flow:gauge         }\n"
	"         └──  {sp         } {top       }\n"
	"\";\n"
	" zones = \"\n\n\n\n LLLLLLLLLL\n LLLLLLLLLL\n\";\n"
	" fields = {\n@include \"lib/fields.cfg\"\n"
	"  p101 = { use = \"pump\"; opens = \"pair(P=intake)\"; };\n"
	"  top = { type = \"nav\"; text = \"up\"; }; };\n"
	" widgets = { L = { type = \"tank\"; tag = \"t101.level\"; };\n"
	"             B = { type = \"bar\"; tag = \"flow\"; at = [ 5, 30 ]; size = [ 1, "
	"20 ]; }; "
	"};\n"
	" place = ( { use = \"pair\"; at = [ 7, 1 ]; args = { P = \"intake\"; }; },\n"
	"           { use = \"cell\"; at = [ 7, 40 ]; name = \"c\"; args = { T = "
	"\"intake\"; }; } "
	");\n"
	" grow = { columns = [ 50, 60 ]; rows = [ 5, 5 ]; };\n"
	" keys = { l = \"top\"; U = \"pair(P=intake)\"; };\n"
	" variants = ( { size = [ 90, 20 ]; picture = \"\n{p101    } {flow           "
	"}\n\";\n"
	"                grow = { columns = [ 80, 90 ]; }; } );\n};\n";

static const char fields[] = "sp = { tag = \"p101.speed_sp\"; };\n";

static unsigned seed, n_drawn;

static unsigned any(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return n ? (seed >> 8) % n : 0;
}

/* What means something somewhere, and may stand anywhere now. */
static const char *const words[] = {
	"{",
	"}",
	"$(",
	")",
	"$(P)",
	"\n",
	"\"",
	";",
	"[ 1, 1 ]",
	"0",
	"-1",
	"99999999999",
	"300",
	"100",
	"LLLL",
	"{x}",
	"{x:gauge}",
	"use = \"pair\";",
	"at = [ 1, 1 ];",
	"@include \"a.cfg\"\n",
	"grow = { };",
	"\xff",
	"\xe2\x94\x80",
	"place = (",
	"templates",
	"size = [ 300, 100 ];",
	"\xf0\x9f\x98\x80",
	"\t",
	"$(P=$(P))",
	"/../",
	"\"\"",
};
enum { WORDS = sizeof(words) / sizeof(words[0]) };

static void put(struct strbuf *out, const char *text, size_t at, size_t n)
{
	size_t len = strlen(text);

	if (at < len)
		strbuf_add(out, text + at, n < len - at ? n : len - at);
}

static char *spoiled(const char *text)
{
	struct strbuf out = STRBUF_INIT;
	unsigned len = (unsigned)strlen(text), at = any(len), n = any(12);

	put(&out, text, 0, at);
	switch (any(5)) {
	case 0: /* cut out */
		put(&out, text, at + n, len);
		break;
	case 1: /* twice */
		put(&out, text, at, n * 4);
		put(&out, text, at, len);
		break;
	case 2: /* from elsewhere */
		put(&out, text, any(len), n * 6);
		put(&out, text, at, len);
		break;
	case 3: /* something for something */
		strbuf_adds(&out, words[any(WORDS)]);
		put(&out, text, at + n, len);
		break;
	default:
		strbuf_adds(&out, words[any(WORDS)]);
		put(&out, text, at, len);
		break;
	}
	return strbuf_detach(&out);
}

/* Another number, letter or role where one stood: the syntax stays whole. */
static char *respelt(const char *text)
{
	char *copy = xstrdup(text);
	size_t len = strlen(copy), at = any((unsigned)len);

	for (size_t k = 0; k < len; k++, at = (at + 1) % len)
		if ((copy[at] >= '0' && copy[at] <= '9') ||
		    (any(20) == 0 && copy[at] == ' ')) {
			copy[at] = "0123456789 LB"[any(copy[at] == ' ' ? 13 : 10)];
			break;
		}
	return copy;
}

static void draw_all(const struct screen_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct screen *s =
			screen_for_size(set->v[i], (int)any(400), (int)any(200));

		assert_int_equal(s->n_tags, set->v[i]->n_tags);
		for (size_t k = 0; k < s->n_items; k++) {
			const struct screen_item *item = &s->items[k];

			assert_true(item->col >= 0 && item->row >= 0);
			assert_true(item->col + item->cols <= s->cols);
			assert_true(item->row + item->rows <= s->rows);
			assert_true(item->tag == SCREEN_NO_TAG || item->tag < s->n_tags);
		}
	}
}

static void try_files(char *texts[3])
{
	const struct screen_file files[] = { { "a.cfg", texts[0] },
					     { "lib/lib.cfg", texts[1] },
					     { "lib/fields.cfg", texts[2] },
					     { "top.cfg", rig_top } };
	struct loaded l = rig_load(files, 4);
	struct diag_list diags = DIAG_LIST_INIT;

	for (size_t i = 0; i < l.diags.n; i++)
		assert_true(l.diags.v[i].file[0] && l.diags.v[i].line >= 0);
	n_drawn += screen_set_find(l.set, "a") != NULL;
	draw_all(l.set);
	screen_free(screen_faceplate(l.set, "pair(P=intake)", &diags));
	screen_free(screen_faceplate(l.set, "tag(T=intake.flow)", &diags));
	diag_list_release(&diags);
	rig_unload(&l);
}

static void SEC_15_spoiled_screens_end_in_sentences(void **state)
{
	const char *given = getenv("SIGHTGLASS_SEED");
	char *texts[3];

	(void)state;
	seed = given ? (unsigned)strtoul(given, NULL, 10) : 20261122;
	for (int round = 0; round < 3000; round++) {

		texts[0] = xstrdup(unit);
		texts[1] = xstrdup(library);
		texts[2] = xstrdup(fields);
		for (unsigned k = 0, n = 1 + any(2); k < n; k++) {
			unsigned which = any(8);
			char **text = &texts[which < 4 ? 0 : which < 7 ? 1 : 2];
			char *spoilt = any(2) ? respelt(*text) : spoiled(*text);

			free(*text);
			*text = spoilt;
		}
		try_files(texts);
		for (int k = 0; k < 3; k++)
			free(texts[k]);
	}
	/* not only syntax errors: some were spoiled where it does not show */
	if (n_drawn < 100)
		fail_msg("only %u of them were drawn", n_drawn);
}

/* Unspoiled they load, or the test above would test nothing. */
static void what_is_spoiled_was_whole(void **state)
{
	char *texts[] = { xstrdup(unit), xstrdup(library), xstrdup(fields) };
	const struct screen_file files[] = { { "a.cfg", texts[0] },
					     { "lib/lib.cfg", texts[1] },
					     { "lib/fields.cfg", texts[2] },
					     { "top.cfg", rig_top } };
	struct loaded l = rig_load(files, 4);

	(void)state;
	assert_string_equal(l.text, "");
	assert_int_equal(l.set->n, 2);
	draw_all(l.set);
	rig_unload(&l);
	for (int k = 0; k < 3; k++)
		free(texts[k]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_spoiled_was_whole),
		cmocka_unit_test(SEC_15_spoiled_screens_end_in_sentences),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
