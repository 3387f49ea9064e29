/* test_env.c - the environment that curses gets to see (SEC-16). */
#include "support/test.h"

#include "console/term/env.h"

#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"

static void SEC_16_what_would_lead_curses_astray_is_gone(void **state)
{
	static const char *const names[] = {
		"TERMINFO",
		"TERMINFO_DIRS",
		"TERMCAP",
		"TERMPATH",
		"HOME",
		"LINES",
		"COLUMNS",
		"ESCDELAY",
		"BAUDRATE",
		"CC",
		"LOCPATH",
		"GCONV_PATH",
		"NLSPATH",
		"LANGUAGE",
		"LS_COLORS",
		"NCURSES_TRACE",
		"NCURSES_NO_PADDING",
		"NCURSES_GPM_TERMS",
		"NCURSES_ASSUMED_COLORS",
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		setenv(names[i], "/tmp/evil", 1);
	setenv("TERM", "xterm", 1);
	setenv("NO_COLOR", "1", 1);
	assert_true(term_env_scrub(&why));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_null(getenv(names[i]));
	assert_string_equal(getenv("TERM"), "xterm");
	assert_string_equal(getenv("NO_COLOR"), "1"); /* it is for us */
	strbuf_release(&why);
}

static void SEC_16_only_a_name_is_a_terminal(void **state)
{
	static const struct {
		const char *name;
		bool good;
	} rows[] = { { "xterm-256color", true },
		     { "rxvt-unicode-256color", true },
		     { "screen.xterm-256color", true },
		     { "vt100+fnkeys", true },
		     { "", false },
		     { "../../evil", false },
		     { "/etc/passwd", false },
		     { "a..b", false },
		     { "x y", false },
		     { "x\033[2J", false },
		     { "\xC3\xA9", false },
		     { "12345678901234567890123456789012", true },
		     { "123456789012345678901234567890123", false } };
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setenv("TERM", rows[i].name, 1);
		assert_int_equal(term_env_scrub(&why), rows[i].good);
		if (!rows[i].good)
			assert_has(why.buf, "TERM=xterm-256color");
	}
	unsetenv("TERM");
	assert_false(term_env_scrub(&why));
	strbuf_release(&why);
}

static void ESCDELAY_is_honoured_within_bounds(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = { { "50", 50 },
		     { "500", 500 },
		     { "10", 10 },
		     { "1", 10 },
		     { "501", 500 },
		     { "99999", 500 },
		     { "0", 0 },
		     { "-5", 0 },
		     { "", 0 },
		     { "abc", 0 },
		     { "25ms", 0 },
		     { "1e3", 0 },
		     { "99999999999999999999", 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		setenv("ESCDELAY", rows[i].text, 1);
		assert_int_equal(term_env_escape_ms(), rows[i].ms);
	}
	unsetenv("ESCDELAY");
	assert_int_equal(term_env_escape_ms(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_16_what_would_lead_curses_astray_is_gone),
		cmocka_unit_test(SEC_16_only_a_name_is_a_terminal),
		cmocka_unit_test(ESCDELAY_is_honoured_within_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
