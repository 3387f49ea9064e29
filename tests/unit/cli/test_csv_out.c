/* test_csv_out.c - cells of CSV: what is read back is what was written, and nothing that
 * a spreadsheet would run. */
#include "support/test.h"

#include <math.h>

#include "cli/csv_out.h"
#include "util/strbuf.h"

static void cells_are_quoted_where_they_need_it(void **state)
{
	struct strbuf line = STRBUF_INIT;

	(void)state;
	csv_text(&line, "plain");
	csv_text(&line, "a,b");
	csv_text(&line, "say \"no\"");
	csv_text(&line, "two\nlines");
	csv_text(&line, "");
	csv_int(&line, -17);
	csv_number(&line, -2.5);
	csv_number(&line, NAN);
	csv_text(&line, "end");
	csv_end(&line);
	csv_text(&line, "");
	csv_number(&line, 1e300);
	csv_end(&line);
	assert_string_equal(line.buf,
			    "plain,\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",,-17,-2.5,,"
			    "end\r\n\"\",1e+300\r\n");
	strbuf_release(&line);
}

static void no_text_becomes_a_formula(void **state)
{
	static const struct {
		const char *text, *cell;
	} step[] = {
		{ "=1+1", "\"'=1+1\"" },
		{ "+49 30", "\"'+49 30\"" },
		{ "-cmd|' /C calc'!A0", "\"'-cmd|' /C calc'!A0\"" },
		{ "@SUM(A1)", "\"'@SUM(A1)\"" },
		{ "\t=1", "\"'\t=1\"" },
		{ "\r=1", "\"'\r=1\"" },
		{ "a=1", "a=1" },
		{ "5-2", "5-2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		struct strbuf line = STRBUF_INIT;
		csv_text(&line, step[i].text);
		assert_string_equal(line.buf, step[i].cell);
		strbuf_release(&line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_are_quoted_where_they_need_it),
		cmocka_unit_test(no_text_becomes_a_formula),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
