/*
 * test_arithmetic.c - sums and sizes (SEC-25): the modules that count with numbers from
 * outside are built once more with -ftrapv and UBSan, where an overflow or an odd pointer
 * ends the program, and their tests run there.
 *
 * `make check-asan` does it to everything; this much fits into every run.
 */
#include "support/test.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/script.h"

static const char *const parts[] = { "lib/util.a", "lib/tag.a", "lib/expr.a",
				     "lib/wire.a", NULL };
static const char *const judged[] = { "expr/test_expr",
				      "expr/test_expr_random",
				      "util/test_num",
				      "util/test_when",
				      "tag/test_value",
				      "wire/test_wire",
				      NULL };

static bool is_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
	print_message("all of this build is under a sanitizer already\n");
	return true;
#else
	return false;
#endif
}

/* In pieces: each line of shell has a limit of time. */
static void build(const char *what)
{
	char line[9000];

	snprintf(line, sizeof(line),
		 "cd '%s' && make -s B='%s/../ub' SAN=undefined CFLAGS='-O1 -ftrapv "
		 "-fno-sanitize-recover=all' '%s/../ub/%s' >/dev/null && echo built",
		 getenv("SIGHTGLASS_TOP"), getenv("SIGHTGLASS_BIN"),
		 getenv("SIGHTGLASS_BIN"), what);
	char *out = script_run(line);
	if (!strstr(out, "built"))
		fail_msg("%s is not built: %s", what, out);
	free(out);
}

static void SEC_25_no_sum_overflows_unseen(void **state)
{
	char test[200], line[9000];

	(void)state;
	if (is_sanitized())
		return;
	for (size_t i = 0; parts[i]; i++)
		build(parts[i]);
	for (size_t i = 0; judged[i]; i++) {
		snprintf(test, sizeof(test), "test/unit/%s", judged[i]);
		build(test);
		snprintf(line, sizeof(line), "'%s/../ub/%s' && echo it is good",
			 getenv("SIGHTGLASS_BIN"), test);
		char *out = script_run(line);
		if (!strstr(out, "it is good"))
			fail_msg("%s:\n%s", judged[i], out);
		free(out);
	}
}

/* The means itself: an overflow there ends a program. */
static void SEC_25_the_build_finds_an_overflow(void **state)
{
	char line[1200];
	const char *bin = getenv("SIGHTGLASS_BIN");

	(void)state;
	if (is_sanitized())
		return;
	snprintf(line, sizeof(line),
		 "printf 'int main(int c,char**v){(void)v;int x=2147483646;x+=c+1;return "
		 "x==0;}' >'%s/../ub.c' && gcc -O1 -ftrapv -fsanitize=undefined "
		 "-fno-sanitize-recover=all '%s/../ub.c' -o '%s/../ub.one' && "
		 "{ env -u UBSAN_OPTIONS '%s/../ub.one' 2>&1 || echo ended; }",
		 bin, bin, bin, bin);
	char *out = script_run(line);
	assert_has(out, "signed integer overflow");
	assert_has(out, "ended");
	free(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(SEC_25_no_sum_overflows_unseen),
		cmocka_unit_test(SEC_25_the_build_finds_an_overflow),
	};

	return cmocka_run_group_tests_name("arithmetic", tests, NULL, NULL);
}
