/* test_words.c - names of a tag's values: built, walked, found; what is no word. */
#include "support/test.h"

#include <stdio.h>
#include <string.h>

#include "tag/words.h"
#include "util/strbuf.h"

static void words_are_counted_on_and_found_both_ways(void **state)
{
	struct strbuf words = STRBUF_INIT, why = STRBUF_INIT, list = STRBUF_INIT;
	char text[TAG_WORD_MAX + 1];
	const char *at;
	struct tag_word w;
	int64_t next = 0;
	double v;

	(void)state;
	assert_true(tag_words_add(&words, "off", &next, &why));
	assert_true(tag_words_add(&words, "7=by hand", &next, &why));
	assert_true(tag_words_add(&words, "remote", &next, &why)); /* 8 */
	assert_true(tag_words_add(&words, "-1=fault", &next, &why));
	assert_string_equal(words.buf, "0=off\n7=by hand\n8=remote\n-1=fault");
	assert_true(tag_words_value(words.buf, "remote", &v));
	assert_double(v, 8, 0);
	assert_false(tag_words_value(words.buf, "Remote", &v));
	assert_false(tag_words_value(words.buf, "by", &v));
	assert_true(tag_words_text(words.buf, -1, text));
	assert_string_equal(text, "fault");
	assert_false(tag_words_text(words.buf, 0.5, text));
	tag_words_list(words.buf, &list);
	assert_string_equal(list.buf, "off, by hand, remote or fault");
	at = words.buf;
	for (int i = 0; i < 4; i++)
		assert_true(tag_words_next(&at, &w));
	assert_false(tag_words_next(&at, &w));
	strbuf_release(&words);
	strbuf_release(&why);
	strbuf_release(&list);
}

static void what_is_no_word_is_refused_in_words(void **state)
{
	static const char *const wrong[][2] = {
		{ "", "may not be empty" },
		{ "3=", "may not be empty" },
		{ "a ", "end with a space" },
		{ "=x", "no whole number before the =" },
		{ "1.5=x", "no whole number before the =" },
		{ "99999999999=x", "no whole number before the =" },
		{ "abcdefghijklmnopqrstuvwxyz0123456789", "longer than 31 bytes" },
		{ "a\x1b[31m", "nobody can see or type" },
		{ "a\nb", "nobody can see or type" },
	};
	struct strbuf words = STRBUF_INIT, why = STRBUF_INIT;
	int64_t next = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(tag_words_add(&words, wrong[i][0], &next, &why));
		assert_has(why.buf, wrong[i][1]);
	}
	assert_int_equal(words.len, 0);
	for (int i = 0; i < TAG_WORDS_MAX; i++) {
		char word[16];

		snprintf(word, sizeof(word), "w%d", i);
		assert_true(tag_words_add(&words, word, &next, &why));
	}
	assert_false(tag_words_add(&words, "more", &next, &why));
	assert_has(why.buf, "there is room for 24 words");
	assert_true(words.len <= TAG_WORDS_TEXT_MAX);
	strbuf_release(&words);
	strbuf_release(&why);
}

/* What a wire brings may be anything. */
static void a_broken_text_ends_the_walk(void **state)
{
	static const char *const broken[] = { "=",
					      "x",
					      "1",
					      "1\n2=b",
					      "a=b",
					      "1==",
					      "1=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
					      "\n",
					      "999999999999999999999=a" };
	struct tag_word w;
	double v;

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		const char *at = broken[i];
		int n = 0;

		while (tag_words_next(&at, &w) && n < 10)
			n++;
		assert_true(n < 3);
		tag_words_value(broken[i], "b", &v);
	}
	assert_false(tag_words_value(NULL, "a", &v));
	assert_false(tag_words_value("", "", &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_counted_on_and_found_both_ways),
		cmocka_unit_test(what_is_no_word_is_refused_in_words),
		cmocka_unit_test(a_broken_text_ends_the_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
