/*
 * test.h - what every test file includes first: cmocka with what it needs before it.
 *
 * assert_double(): compares doubles by absolute difference (cmocka's own
 * assert_float_equal compares floats and lets 1e9 pass for 1e9 + 10).
 */
#ifndef SG_TESTS_SUPPORT_TEST_H
#define SG_TESTS_SUPPORT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_double(actual, expected, within)                                          \
	assert_double_at((actual), (expected), (within), __FILE__, __LINE__)
void assert_double_at(double actual, double expected, double within, const char *file,
		      int line);
/* needle must occur in text; both are printed when it does not. */
#define assert_has(text, needle) assert_has_at((text), (needle), __FILE__, __LINE__)
void assert_has_at(const char *text, const char *needle, const char *file, int line);

/* A path inside the checkout ("config/sightglass.cfg"); static storage. */
const char *test_top(const char *path);
/* A fresh private folder, removed at exit; owned by the harness. */
const char *test_tmpdir(void);
/* Writes a file (folders on the way are made); fails the test on error. */
void test_write_file(const char *path, const char *text);
/* The whole file, NUL-terminated; owned. */
char *test_read_file(const char *path);
/* A whole number above 0 from the environment. */
int64_t test_number(const char *name, int64_t otherwise);
/* A program under test ("sightglassd"), or what lies beside them ("../test/peers/x");
 * static storage, good for four calls. */
const char *test_program(const char *name);

#endif
