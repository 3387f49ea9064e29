/* test_settings.c - packed settings say what was put in, whatever their names and sizes,
 * against a plain list; equal ones are equal bytes. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tag/def.h"
#include "util/arena.h"

enum { MANY = 700, LONG = 70000 };

static void what_was_put_in_comes_out_in_order(void **state)
{
	struct settings s = { 0 };
	struct setting one;
	uint32_t at = 0;

	(void)state;
	assert_null(settings_get(&s, "address"));
	assert_false(settings_next(&s, &at, &one));
	settings_add(&s, "address", "input:7");
	settings_add(&s, "empty", "");
	settings_add_bytes(&s, "scale and more", 5, "0.1 and more", 3);
	assert_int_equal(s.n, 3);
	assert_string_equal(settings_get(&s, "address"), "input:7");
	assert_string_equal(settings_get(&s, "empty"), "");
	assert_string_equal(settings_get(&s, "scale"), "0.1");
	assert_null(settings_get(&s, "scal"));
	assert_null(settings_get(&s, ""));
	assert_true(settings_next(&s, &at, &one));
	assert_string_equal(one.name, "address");
	assert_int_equal(one.value_len, 7);
	assert_true(settings_next(&s, &at, &one));
	assert_string_equal(one.name, "empty");
	assert_int_equal(one.value_len, 0);
	assert_true(settings_next(&s, &at, &one));
	assert_string_equal(one.value, "0.1");
	assert_false(settings_next(&s, &at, &one));
	settings_release(&s);
}

static void make_name(int i, char out[200])
{
	snprintf(out, 200, "setting%d%.*s", i, i % 90, /* some too long for a number */
		 "__________________________________________________"
		 "__________________________________________________");
}

/* More names than have numbers: those beyond stand in full, and mean the same. */
static struct settings many(void)
{
	struct settings s = { 0 };
	char name[200], value[300];

	for (int i = 0; i < MANY; i++) {
		make_name(i, name);
		snprintf(value, sizeof(value), "v%0*d", i % 9 == 8 ? 254 + i % 4 : 1, i);
		settings_add(&s, name, value);
	}
	return s;
}

static void more_names_than_have_numbers_are_told_apart(void **state)
{
	struct settings s = many(), again = many();
	int in_full = 0, i = 0;
	char name[200], value[300];
	struct setting one;

	(void)state;
	assert_true(settings_same(&s, &again));
	for (uint32_t at = 0; settings_next(&s, &at, &one); i++) {
		make_name(i, name);
		snprintf(value, sizeof(value), "v%0*d", i % 9 == 8 ? 254 + i % 4 : 1, i);
		assert_string_equal(one.name, name);
		assert_string_equal(one.value, value);
		assert_string_equal(settings_get(&s, name), value);
		in_full += one.word == 0;
	}
	assert_int_equal(i, MANY);
	assert_in_range(in_full, MANY - 255, MANY - 1);
	settings_release(&again);
	settings_release(&s);
}

static void a_value_is_cut_at_what_a_record_carries(void **state)
{
	struct settings s = { 0 };
	char *value = calloc(1, LONG + 1);

	(void)state;
	memset(value, 'x', LONG);
	settings_add(&s, "long", value);
	settings_add(&s, "next", "1");
	assert_int_equal(strlen(settings_get(&s, "long")), UINT16_MAX);
	assert_string_equal(settings_get(&s, "next"), "1");
	settings_release(&s);
	free(value);
}

static void a_kept_copy_outlives_the_memory_that_is_used_again(void **state)
{
	struct arena *a = arena_new();
	struct settings s = { 0 };

	(void)state;
	settings_add(&s, "address", "input:7");
	struct settings first = settings_keep(&s, a);
	s.len = s.n = 0;
	settings_add(&s, "address", "input:8");
	settings_add(&s, "scale", "2");
	struct settings second = settings_keep(&s, a);
	settings_release(&s);
	struct settings none = settings_keep(&s, a);
	assert_string_equal(settings_get(&first, "address"), "input:7");
	assert_null(settings_get(&first, "scale"));
	assert_string_equal(settings_get(&second, "address"), "input:8");
	assert_string_equal(settings_get(&second, "scale"), "2");
	assert_false(settings_same(&first, &second));
	assert_int_equal(none.n, 0);
	assert_true(settings_same(&none, &(struct settings){ 0 }));
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_put_in_comes_out_in_order),
		cmocka_unit_test(a_value_is_cut_at_what_a_record_carries),
		cmocka_unit_test(a_kept_copy_outlives_the_memory_that_is_used_again),
		cmocka_unit_test(more_names_than_have_numbers_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
