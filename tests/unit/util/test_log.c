/* test_log.c - a log that somebody looks at with `cat` plays no tricks with his terminal:
 * one line an event, and nothing in it but printable text (SEC-24). */
#include "support/test.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/log.h"

/* What the line for text looks like; owned. */
static char *logged(const char *text)
{
	char path[300];
	int kept = dup(STDERR_FILENO), fd;

	snprintf(path, sizeof(path), "%s/log", test_tmpdir());
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0 && kept >= 0);
	dup2(fd, STDERR_FILENO);
	log_info("the device says: %s", text);
	dup2(kept, STDERR_FILENO);
	close(fd);
	close(kept);
	return test_read_file(path);
}

static void SEC_24_a_log_line_orders_no_terminal(void **state)
{
	static const char *const corpus[] = {
		"\033[2J\033[H all is well",          /* clears the screen */
		"\033]0;title\a\033]52;c;cm0gLXJm\a", /* title, clipboard */
		"\033P$q q\033\\\033[6n\033[c",       /* answers that become keys */
		"\x9b"
		"31m\x9d"
		"0;x\x9c", /* C1 as single bytes */
		"\xc2\x9b"
		"31m",                                  /* and as UTF-8 */
		"one\nERROR two\r\x08\x08\x7f three\t", /* another line, rubbed out */
		"\xe2\x80\xae"
		"gfc.erucs",                                /* right to left */
		"\xe2\x80\x8b\xe2\x81\xa6\xf3\xa0\x81\x81", /* invisible */
		"\xff\xfe\xc0\xaf\xed\xa0\x80",             /* no UTF-8 at all */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
		char *line = logged(corpus[i]);
		size_t n = strlen(line);

		assert_non_null(strstr(line, "the device says: "));
		assert_true(n > 0 && line[n - 1] == '\n');
		assert_ptr_equal(strchr(line, '\n'), line + n - 1);
		for (size_t k = 0; k + 1 < n; k++)
			assert_true((unsigned char)line[k] >= ' ' &&
				    (unsigned char)line[k] < 0x7f);
		free(line);
	}
}

/* What is honest stays as it is. */
static void SEC_24_words_of_all_languages_stay(void **state)
{
	char *line =
		logged("Zulauf \xc3\xbc"
		       "ber 5 m\xc2\xb3/h, \xd0\xbd\xd0\xb0\xd1\x81\xd0\xbe\xd1\x81");

	(void)state;
	assert_non_null(strstr(
		line, "Zulauf \xc3\xbc"
		      "ber 5 m\xc2\xb3/h, \xd0\xbd\xd0\xb0\xd1\x81\xd0\xbe\xd1\x81\n"));
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_24_a_log_line_orders_no_terminal),
		cmocka_unit_test(SEC_24_words_of_all_languages_stay),
	};

	setlocale(LC_CTYPE, "C.UTF-8"); /* as the programs do */
	log_open("test", LOG_L_INFO);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
