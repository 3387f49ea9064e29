/* test_cfg.c - settings files: what libconfig would misread is refused with its place. */
#include "support/test.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/cfg.h"
#include "config/file.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* All diagnostics as lines. */
static void lines_of(struct diag_list *diags, struct strbuf *out)
{
	diag_sort(diags);
	strbuf_clear(out);
	for (size_t i = 0; i < diags->n; i++) {
		diag_format(&diags->v[i], out);
		strbuf_addch(out, '\n');
	}
}

static void assert_refused(const char *text, const char *want)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf got = STRBUF_INIT;

	cfg_free(cfg_parse(text, strlen(text), "f.cfg", &diags));
	lines_of(&diags, &got);
	assert_has(got.buf, want);
	assert_true(diags.errors > 0);
	strbuf_release(&got);
	diag_list_release(&diags);
}

static struct cfg *parse(const char *text)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf got = STRBUF_INIT;
	struct cfg *c = cfg_parse(text, strlen(text), "f.cfg", &diags);

	lines_of(&diags, &got);
	assert_string_equal(got.buf, "");
	assert_non_null(c);
	strbuf_release(&got);
	diag_list_release(&diags);
	return c;
}

static void numbers_mean_the_same_however_written(void **state)
{
	static const char *const written[] = { "100",   "100.0", "100L",
					       "100LL", "1.0e2", "+100" };

	(void)state;
	for (size_t i = 0; i < sizeof(written) / sizeof(written[0]); i++) {
		char text[64];
		double d = 0;
		int64_t n = 0;
		snprintf(text, sizeof(text), "limit = %s;", written[i]);
		struct cfg *c = parse(text);
		const struct cfg_node *node = cfg_get(cfg_root(c), "limit");
		assert_true(cfg_as_double(node, &d));
		assert_double(d, 100, 0);
		assert_true(cfg_as_int(node, &n));
		assert_int_equal(n, 100);
		assert_null(cfg_as_text(node));
		cfg_free(c);
	}
	struct cfg *c =
		parse("a = 1.5; b = 9007199254740993L; c = \"1\"; d = 2147483647;");
	int64_t n = 7;
	double d = 7;
	assert_false(cfg_as_int(cfg_get(cfg_root(c), "a"), &n));
	assert_false(cfg_as_double(cfg_get(cfg_root(c), "b"), &d));
	assert_false(cfg_as_int(cfg_get(cfg_root(c), "c"), &n));
	assert_false(cfg_as_int(cfg_get(cfg_root(c), "absent"), &n));
	assert_int_equal(n, 7);
	assert_double(d, 7, 0);
	assert_true(cfg_as_int(cfg_get(cfg_root(c), "d"), &n));
	assert_int_equal(n, 2147483647);
	cfg_free(c);
}

static void numbers_that_do_not_fit_are_errors(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "a = 5000000000;", "f.cfg:1:5: error: 5000000000 does not fit into 32 "
				     "bits; write 5000000000L [number]" },
		{ "a = 4294967295;", "does not fit into 32 bits" },
		{ "a =\n 0xFFFFFFFF;", "f.cfg:2:2: error: 0xFFFFFFFF does not fit" },
		{ "a = 99999999999999999999L;", "does not fit into 64 bits" },
		{ "a = 1e400;", "1e400 is too large for a number" },
		{ "a = -1.0e400;", "-1.0e400 is too large" },
		{ "a = 1.0e-400;", "too small" },
		{ "a = 12abc;", "f.cfg:1:5: error: \"12abc\" is not a number" },
		{ "a = 1.2.3;", "\"1.2.3\" is not a number" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_refused(row[i].text, row[i].want);
	cfg_free(parse("# 5000000000\n// 1e400\n/* 1e999 */ a = \"5000000000\";"));
}

static void syntax_errors_name_line_column_and_fix(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "a = ( 1, 2, );",
		  "f.cfg:1:11: error: a comma stands before the closing ); "
		  "remove it [trailing-comma]" },
		{ "a = [ 1, ];",
		  "f.cfg:1:8: error: a comma stands before the closing ]" },
		{ "a = [ 0, 100.0 ];",
		  "f.cfg:1:10: error: [ ] holds values of one kind" },
		{ "a = 1;\n  a = 2;",
		  "f.cfg:2:3: error: \"a\" is set twice; the first stands "
		  "in f.cfg line 1 [duplicate-setting]" },
		{ "a = intake;", "f.cfg:1:5: error: intake is no value; texts stand in" },
		{ "a 1;",
		  "f.cfg:1:3: error: expected \"=\" after the name, found \"1\"" },
		{ "a = { b = 1;\n", "f.cfg:1:5: error: the file ends before the \"{\"" },
		{ "a = \"x;\n",
		  "f.cfg:1:5: error: the text that begins here is never closed" },
		{ "/* x",
		  "f.cfg:1:1: error: the comment that begins here is never closed" },
		{ "a = 'x';", "f.cfg:1:5: error: unexpected character; texts stand in" },
		{ "a = ;", "f.cfg:1:5: error: expected a value, found \";\"" },
		{ "= 3;", "expected the name of a setting, found \"=\"" },
		{ "b = 1; }", "expected the name of a setting, found \"}\"" },
		{ "@include \"x.cfg\"\n",
		  "f.cfg:1:11: error: @include is not possible here" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_refused(row[i].text, row[i].want);
}

static void CF_13_hidden_and_foreign_bytes_are_refused_with_their_place(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ "\xEF\xBB\xBF"
		  "a = 1;",
		  "f.cfg:1:1: error: the file begins with a byte order" },
		{ "a = 1;\r\nb = 2;\r\n", "f.cfg:1:7: error: the line ends in CR LF" },
		{ "a = \"x\x1b[2J\";", "f.cfg:1:7: error: a control character (U+001B)" },
		{ "a = 1;\n# \xE2\x80\xAE",
		  "f.cfg:2:3: error: a character that reorders text "
		  "(U+202E) stands here" },
		{ "a = \"b\xE2\x80\x8B\";", "an invisible character (U+200B)" },
		{ "a = \"\xC3\xA9\xFF\";", "f.cfg:1:7: error: byte 0xFF is not UTF-8" },
		{ "a = \"\xC0\x80\";", "byte 0xC0 is not UTF-8" },
		{ "a = \"\xC2\x9B\";", "a control character (U+009B)" },
		{ "a = \"\\x41\";", "\\x puts an unseen byte into the text" },
		{ "a = \"\\q\";", "f.cfg:1:6: error: \\q means nothing" },
		{ "a = \"\\r\";", "\\r puts a control character" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_refused(row[i].text, row[i].want);
	cfg_free(parse("a = \"\xC2\xB0"
		       "C \xE2\x94\x80\";")); /* degree, box line */
}

static void a_nul_byte_is_refused(void **state)
{
	struct diag_list diags = DIAG_LIST_INIT;

	(void)state;
	assert_null(cfg_parse("a = 1;\0b", 8, "f.cfg", &diags));
	assert_has(diags.v[0].text, "(U+0000)");
	diag_list_release(&diags);
}

static void pictures_keep_their_columns(void **state)
{
	(void)state;
	assert_refused("p = \"\n  ab\tc\n\";", "f.cfg:2:5: error: a tab in a picture");
	assert_refused("p = \"\n  \\\\\n\";", "f.cfg:2:3: error: a backslash or a quote");
	assert_refused("p = \"\n a \\x41\n\";",
		       "f.cfg:2:4: error: a backslash or a quote");
}

static void each_setting_knows_its_place(void **state)
{
	struct cfg *c = parse("// c\nx = ( 1,\n  { b = \"t\"; },\n  3 );\n"
			      "  pic =\n \"\nrow\"; g = { k = [ 1,\n 2 ]; };");
	const struct cfg_node *x = cfg_get(cfg_root(c), "x");
	const struct cfg_node *pic = cfg_get(cfg_root(c), "pic");
	const struct cfg_node *k = cfg_get(cfg_get(cfg_root(c), "g"), "k");

	(void)state;
	assert_int_equal(cfg_line(x), 2);
	assert_int_equal(cfg_column(x), 1);
	assert_int_equal(cfg_line(cfg_at(x, 0)), 2);
	assert_int_equal(cfg_column(cfg_at(x, 0)), 7);
	assert_int_equal(cfg_line(cfg_get(cfg_at(x, 1), "b")), 3);
	assert_int_equal(cfg_column(cfg_get(cfg_at(x, 1), "b")), 5);
	assert_int_equal(cfg_line(cfg_at(x, 2)), 4); /* libconfig says a line too late */
	assert_int_equal(cfg_column(cfg_at(x, 2)), 3);
	assert_int_equal(cfg_line(pic), 5);
	assert_int_equal(cfg_column(pic), 3);
	assert_int_equal(cfg_value_line(pic), 6);
	assert_int_equal(cfg_value_column(pic), 2);
	assert_int_equal(cfg_line(cfg_at(k, 1)), 8);
	assert_string_equal(cfg_as_text(pic), "\nrow");
	assert_string_equal(cfg_file(pic), "f.cfg");
	cfg_free(c);
}

/* A real file cut at each of its bytes: either whole settings, or an error with place. */
static void CF_01_a_file_cut_at_any_byte_is_answered_with_its_place(void **state)
{
	char *text = test_read_file(test_top("config/tags/pump.cfg"));
	size_t n = strlen(text), refused = 0;

	(void)state;
	assert_true(n > 500);
	for (size_t cut = 0; cut < n; cut++) {
		struct diag_list diags = DIAG_LIST_INIT;
		struct cfg *c = cfg_parse(text, cut, "f.cfg", &diags);
		assert_true((c == NULL) == (diags.errors > 0));
		for (size_t i = 0; i < diags.n; i++) {
			assert_string_equal(diags.v[i].file, "f.cfg");
			assert_true(diags.v[i].line >= 1 && diags.v[i].column >= 1);
		}
		refused += c == NULL;
		cfg_free(c);
		diag_list_release(&diags);
	}
	assert_true(refused > n / 2);
	free(text);
}

/* --- files and includes ---------------------------------------------------------- */

static void assert_load(const char *dir, const char *name, const char *want)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf got = STRBUF_INIT;
	struct cfg *c = cfg_load(dir, name, "conf/", &diags);

	lines_of(&diags, &got);
	if (want)
		assert_has(got.buf, want);
	else
		assert_string_equal(got.buf, "");
	assert_int_equal(c == NULL, want != NULL);
	cfg_free(c);
	strbuf_release(&got);
	diag_list_release(&diags);
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	test_write_file(path, text);
}

static const char *at(const char *dir, const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void includes_keep_file_and_line(void **state)
{
	char *dir = xstrdup(test_tmpdir());

	(void)state;
	put(dir, "a.cfg",
	    "x = 1;\n@include \"sub/b.cfg\"\nz = 3;\n"
	    "t = \"\n@include \n\";\n/*\n@include \"none\"\n*/\n");
	put(dir, "sub/b.cfg", "\ny = 2;");
	struct diag_list diags = DIAG_LIST_INIT;
	struct cfg *c = cfg_load(dir, "a.cfg", "", &diags);
	assert_int_equal(diags.errors, 0);
	assert_string_equal(cfg_file(cfg_get(cfg_root(c), "y")), "sub/b.cfg");
	assert_int_equal(cfg_line(cfg_get(cfg_root(c), "y")), 2);
	assert_string_equal(cfg_file(cfg_get(cfg_root(c), "z")), "a.cfg");
	assert_int_equal(cfg_line(cfg_get(cfg_root(c), "z")), 3);
	cfg_free(c);
	diag_list_release(&diags);

	put(dir, "dup.cfg", "y = 1;\n@include \"sub/b.cfg\"\n");
	assert_load(dir, "dup.cfg",
		    "conf/sub/b.cfg:2:1: error: \"y\" is set twice; the first stands in "
		    "conf/dup.cfg line 1");
	put(dir, "sub/c.cfg", "@include \"b.cfg\"\n"); /* from its own folder */
	assert_load(dir, "sub/c.cfg", NULL);
	put(dir, "open.cfg", "@include \"half.cfg\"\n");
	put(dir, "half.cfg", "a = \"x\n");
	assert_load(dir, "open.cfg", "the included file ends inside a text");
	free(dir);
}

static void CF_02_cycles_depth_and_things_that_are_no_files_are_refused(void **state)
{
	char *dir = xstrdup(test_tmpdir()), name[32], text[64];

	(void)state;
	put(dir, "self.cfg", "@include \"a.cfg\"\n");
	put(dir, "a.cfg", "@include \"a.cfg\"\n");
	assert_load(dir, "self.cfg", "conf/a.cfg:1:11: error: \"a.cfg\" includes itself");
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "d%d.cfg", i);
		snprintf(text, sizeof(text), "@include \"d%d.cfg\"\n", i + 1);
		put(dir, name, text);
	}
	assert_load(dir, "d0.cfg", "includes are nested deeper than 8");
	put(dir, "m.cfg", "@include \"none.cfg\"\n");
	assert_load(dir, "m.cfg",
		    "conf/m.cfg:1:11: error: cannot read \"none.cfg\": No such");
	assert_load(dir, "none.cfg", "conf/none.cfg: error: cannot read \"none.cfg\"");

	assert_int_equal(mkfifo(at(dir, "pipe"), 0600), 0);
	put(dir, "p.cfg", "@include \"pipe\"\n");
	assert_load(dir, "p.cfg",
		    "\"pipe\" is no regular file (a pipe, socket or device)");
	mkdir(at(dir, "folder"), 0700);
	put(dir, "f.cfg", "@include \"folder\"\n");
	assert_load(dir, "f.cfg", "\"folder\" is a folder; name a file");

	int fd = open(at(dir, "huge"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_int_equal(ftruncate(fd, (off_t)10 << 30), 0);
	close(fd);
	put(dir, "h.cfg", "@include \"huge\"\n");
	assert_load(dir, "h.cfg",
		    "\"huge\" has 10737418240 bytes; at most 16 MiB are read");
	free(dir);

	assert_load("/dev", "null", "\"null\" is no regular file");
}

static void CF_03_an_include_cannot_leave_its_folder(void **state)
{
	char *dir = xstrdup(test_tmpdir());

	(void)state;
	put(dir, "up.cfg", "@include \"../x.cfg\"\n");
	assert_load(dir, "up.cfg",
		    "\"../x.cfg\" leaves the station's folder with \"..\"");
	put(dir, "abs.cfg", "@include \"/etc/passwd\"\n");
	assert_load(dir, "abs.cfg", "\"/etc/passwd\" is an absolute path");
	assert_int_equal(symlink("/etc/passwd", at(dir, "link")), 0);
	put(dir, "l.cfg", "@include \"link\"\n");
	assert_load(dir, "l.cfg",
		    "passes a symbolic link (link); links are not followed");
	assert_int_equal(symlink("/etc", at(dir, "etc")), 0);
	put(dir, "e.cfg", "@include \"etc/passwd\"\n");
	assert_load(dir, "e.cfg", "passes a symbolic link (etc)");
	put(dir, "sub/c.cfg", "a = 1;");
	put(dir, "dd.cfg", "@include \"sub/../sub/c.cfg\"\n");
	assert_load(dir, "dd.cfg", "leaves the station's folder");
	put(dir, "ok.cfg", "@include \"sub/c.cfg\"\n");
	assert_load(dir, "ok.cfg", NULL);
	free(dir);
}

static void a_folder_is_listed_in_order_without_hidden_files(void **state)
{
	char *dir = xstrdup(test_tmpdir());
	struct strbuf why = STRBUF_INIT;
	struct cfg_names names;

	(void)state;
	put(dir, "b.cfg", "");
	put(dir, "a.cfg", "");
	put(dir, "a.cfg~", "");
	put(dir, ".c.cfg", "");
	put(dir, "lib/s.cfg", "");
	assert_true(cfg_dir_list(dir, &names, &why));
	assert_int_equal(names.n, 3);
	assert_string_equal(names.v[0], "a.cfg");
	assert_string_equal(names.v[1], "b.cfg");
	assert_string_equal(names.v[2], "lib/s.cfg");
	cfg_names_release(&names);
	assert_false(cfg_dir_list("/nowhere", &names, &why));
	assert_has(why.buf, "cannot open the folder \"/nowhere\"");
	strbuf_release(&why);
	free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_mean_the_same_however_written),
		cmocka_unit_test(numbers_that_do_not_fit_are_errors),
		cmocka_unit_test(syntax_errors_name_line_column_and_fix),
		cmocka_unit_test(
			CF_13_hidden_and_foreign_bytes_are_refused_with_their_place),
		cmocka_unit_test(a_nul_byte_is_refused),
		cmocka_unit_test(pictures_keep_their_columns),
		cmocka_unit_test(each_setting_knows_its_place),
		cmocka_unit_test(CF_01_a_file_cut_at_any_byte_is_answered_with_its_place),
		cmocka_unit_test(includes_keep_file_and_line),
		cmocka_unit_test(
			CF_02_cycles_depth_and_things_that_are_no_files_are_refused),
		cmocka_unit_test(CF_03_an_include_cannot_leave_its_folder),
		cmocka_unit_test(a_folder_is_listed_in_order_without_hidden_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
