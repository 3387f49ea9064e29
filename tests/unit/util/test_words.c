/* test_words.c - a word keeps its number, over all threads, and the table may be full. */
#include "support/test.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/intern.h"
#include "util/words.h"

enum { THREADS = 4, SHARED = 60, WORDS_MAX = 255 };

static uint8_t number_of(const char *text)
{
	return word_number(text, strlen(text));
}

static void a_word_keeps_its_number(void **state)
{
	uint8_t address = number_of("address"), scale = number_of("scale");

	(void)state;
	assert_int_not_equal(address, 0);
	assert_int_not_equal(address, scale);
	assert_int_equal(number_of("address"), address);
	assert_int_equal(word_number("addresses", 7), address); /* only so many bytes */
	assert_int_not_equal(number_of("addres"), address);
	assert_string_equal(word_text(address), "address");
	assert_string_equal(word_text(scale), "scale");
	assert_int_not_equal(word_number("", 0), 0);
}

struct numbers {
	uint8_t of[SHARED];
};

static void *ask_for_all(void *arg)
{
	struct numbers *all = arg;
	char text[32];

	for (int i = 0; i < SHARED; i++) {
		snprintf(text, sizeof(text), "shared%d", i);
		all->of[i] = number_of(text);
	}
	return NULL;
}

static void all_threads_are_given_the_same_numbers(void **state)
{
	static struct numbers all[THREADS];
	pthread_t thread[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask_for_all, &all[i]),
				 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	for (int i = 0; i < THREADS; i++)
		assert_memory_equal(&all[i], &all[0], sizeof(all[0]));
	for (int i = 0; i < SHARED; i++)
		for (int k = 0; k < i; k++)
			assert_int_not_equal(all[0].of[i], all[0].of[k]);
}

static void a_text_that_is_kept_has_a_number(void **state)
{
	const char *kept = intern("tags/plc1.cfg");
	uint16_t number = intern_number("tags/plc1.cfg");

	(void)state;
	assert_int_not_equal(number, 0);
	assert_ptr_equal(intern_text(number), kept);
	assert_int_equal(intern_number(kept), number);
	assert_int_not_equal(intern_number("tags/plc2.cfg"), number);
	assert_ptr_equal(intern("tags/plc2.cfg"),
			 intern_text(intern_number("tags/plc2.cfg")));
	assert_null(intern_text(0));
	assert_null(intern_text(UINT16_MAX));
}

/* Last: nothing is ever freed in it. */
static void a_full_table_gives_no_number_and_stays_right(void **state)
{
	uint8_t address = number_of("address"), of[400];
	char text[32], longest[WORD_BYTES_MAX + 2];
	int given = 0;

	(void)state;
	memset(longest, 'x', sizeof(longest));
	assert_int_equal(word_number(longest, WORD_BYTES_MAX + 1), 0);
	for (int i = 0; i < 400; i++) {
		snprintf(text, sizeof(text), "many%d", i);
		of[i] = number_of(text);
		given += of[i] != 0;
	}
	assert_in_range(given, 100, WORDS_MAX - 1);
	for (int i = 0; i < 400; i++) {
		snprintf(text, sizeof(text), "many%d", i);
		assert_int_equal(number_of(text), of[i]);
		if (of[i])
			assert_string_equal(word_text(of[i]), text);
	}
	assert_int_equal(number_of("address"), address);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_keeps_its_number),
		cmocka_unit_test(all_threads_are_given_the_same_numbers),
		cmocka_unit_test(a_text_that_is_kept_has_a_number),
		cmocka_unit_test(a_full_table_gives_no_number_and_stays_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
