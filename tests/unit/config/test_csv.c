/* test_csv.c - rows and cells: by example, and seeded random files against a writer of
 * our own that knows what it wrote. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/csv.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

/* All rows as "a|b|c\n", then what was complained of as "line:column sentence\n". */
static char *read_all(const char *bytes, size_t n)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct strbuf out = STRBUF_INIT;
	char *text = xmalloc(n + 1);
	struct csv c;

	memcpy(text, bytes, n);
	text[n] = '\0';
	for (bool more = csv_open(&c, text, n, "x.csv", &diags); more;
	     more = csv_next(&c))
		for (size_t i = 0; i < c.n; i++)
			strbuf_addf(&out, "%s%s", c.cell[i], i + 1 < c.n ? "|" : "\n");
	for (size_t i = 0; i < diags.n; i++)
		strbuf_addf(&out, "%d:%d %s\n", diags.v[i].line, diags.v[i].column,
			    diags.v[i].text);
	diag_list_release(&diags);
	free(text);
	return strbuf_detach(&out);
}

static void cells_are_cut_as_spreadsheets_write_them(void **state)
{
	static const char *const row[][2] = {
		{ "a,b\n1,2\n", "a|b\n1|2\n" },
		{ "a,b\n1,2", "a|b\n1|2\n" },
		{ "\xEF\xBB\xBF"
		  "a;b\r\n1;2\r\n",
		  "a|b\n1|2\n" },
		{ "a\tb\n1\t 2 \n", "a|b\n1|2\n" },
		{ "# note\n\na,b\n,,\n#x\n,2\n", "a|b\n|2\n" },
		{ "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n", "a|b\nx, y|say \"hi\"\n" },
		{ "a,b\n \"x\" , y z \n", "a|b\nx|y z\n" },
		{ "a\n\"\"\n", "a\n\n" },
		{ "a,b\n5\" pipe,m\xC2\xB3/h\n", "a|b\n5\" pipe|m\xC2\xB3/h\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *got = read_all(row[i][0], strlen(row[i][0]));
		assert_string_equal(got, row[i][1]);
		free(got);
	}
}

static void mistakes_have_a_line_and_a_column_and_the_rest_is_read(void **state)
{
	static const char *const row[][2] = {
		{ "", "1:0 the file is empty" },
		{ "a,b\n1\n3,4\n",
		  "a|b\n3|4\n2:1 the row has 1 cell, the header names 2" },
		{ "a,b\n1,2,3\n", "a|b\n2:1 the row has 3 cells, the header names 2" },
		{ "a,b\nx,\"y\n3,4\n",
		  "a|b\n3|4\n2:3 the quote that begins here is not closed in this line" },
		{ "a,b\n\"x\"y,2\n", "a|b\n2:4 something follows the closing quote" },
		{ "a,b\n\xC3\xA4,\x01\n",
		  "a|b\n2:3 an invisible character (U+0001) stands here" },
		{ "a,b\n1,\xFF\n", "a|b\n2:3 byte 0xFF is not UTF-8" },
		{ "a,b\n1,\xE2\x80\xAE\n", "a|b\n2:3 an invisible character (U+202E)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char *got = read_all(row[i][0], strlen(row[i][0]));
		if (strncmp(got, row[i][1], strlen(row[i][1])) != 0)
			fail_msg("%s: %s", row[i][0], got);
		free(got);
	}
}

static void too_many_cells_and_too_long_ones_are_refused(void **state)
{
	char line[3 * CSV_CELL_MAX] = "a\n";
	char *got;

	(void)state;
	memset(line + 2, 'x', CSV_CELL_MAX + 1);
	got = read_all(line, CSV_CELL_MAX + 3);
	assert_string_equal(got, "a\n2:1 a cell is limited to 4095 bytes\n");
	free(got);
	memset(line, ',', CSV_COLUMNS_MAX + 5);
	line[0] = 'a';
	got = read_all(line, CSV_COLUMNS_MAX + 5);
	assert_string_equal(got, "1:1026 a row has at most 1024 cells\n");
	free(got);
}

static uint64_t seed;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* One cell as the reader should see it, and as it is written. */
static void random_cell(char separator, bool first, struct strbuf *cell,
			struct strbuf *file)
{
	static const char *const bits[] = { "a",  "7", " ",        "\"", ",", ";",
					    "\t", "#", "\xC2\xB0", "..", "$" };
	bool quote = rnd(3) == 0;
	size_t from = cell->len;

	for (uint32_t n = rnd(6); n; n--)
		strbuf_adds(cell, bits[rnd(sizeof(bits) / sizeof(bits[0]))]);
	const char *s = cell->buf + from;
	size_t len = cell->len - from;
	quote |= memchr(s, separator, len) || (len && (s[0] == '"' || s[0] == '#')) ||
		 strpbrk(s, " \t") || (first && !len);
	if (!quote) {
		strbuf_adds(file, s);
		return;
	}
	strbuf_addch(file, '"');
	for (; *s; s++)
		strbuf_adds(file, *s == '"' ? "\"\"" : (char[2]){ *s, 0 });
	strbuf_adds(file, rnd(4) ? "\"" : "\" ");
}

static void random_files_are_read_as_they_were_written(void **state)
{
	struct strbuf want = STRBUF_INIT, file = STRBUF_INIT;

	(void)state;
	for (seed = 1; seed < 4000; seed++) {
		uint64_t kept = seed;
		uint32_t columns = 1 + rnd(5), rows = rnd(8);
		char separator = ",;\t"[rnd(3)];

		strbuf_clear(&want);
		strbuf_clear(&file);
		for (uint32_t i = 0; i < columns; i++) {
			strbuf_addf(&want, "c%u%s", i, i + 1 < columns ? "|" : "\n");
			strbuf_addf(&file, "c%u", i);
			strbuf_addch(&file, i + 1 < columns ? separator : '\n');
		}
		if (columns == 1)
			separator = ','; /* nothing in the header tells */
		for (uint32_t r = 0; r < rows; r++) {
			for (uint32_t i = 0; i < columns; i++) {
				random_cell(separator, i == 0, &want, &file);
				strbuf_addch(&want, i + 1 < columns ? '|' : '\n');
				if (i + 1 < columns)
					strbuf_addch(&file, separator);
			}
			strbuf_adds(&file, rnd(2) ? "\n" : "\r\n");
		}
		char *got = read_all(file.buf, file.len);
		if (strcmp(got, want.buf) != 0)
			fail_msg("seed %d: wrote %s wanted %s got %s", (int)kept,
				 file.buf, want.buf, got);
		free(got);
		seed = kept;
	}
	strbuf_release(&want);
	strbuf_release(&file);
}

static void rubbish_never_harms(void **state)
{
	char text[200];

	(void)state;
	for (uint64_t i = 1; i < 20000; i++) {
		seed = i;
		size_t n = rnd(sizeof(text));
		for (size_t k = 0; k < n; k++)
			text[k] = rnd(3) ? ",;\"\n\r#\t x\xEF\xBB\xBF"[rnd(12)]
					 : (char)(rnd(256));
		free(read_all(text, n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_cut_as_spreadsheets_write_them),
		cmocka_unit_test(mistakes_have_a_line_and_a_column_and_the_rest_is_read),
		cmocka_unit_test(too_many_cells_and_too_long_ones_are_refused),
		cmocka_unit_test(random_files_are_read_as_they_were_written),
		cmocka_unit_test(rubbish_never_harms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
