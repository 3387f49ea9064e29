/* test_manifest.c - the list of a station's files, and a signature under it. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "station/manifest.h"
#include "util/strbuf.h"

enum { ROUNDS = 500, FILES = 12 };

/* --- differences against a naive comparison ---------------------------------------- */

struct seen {
	char sign[FILES];
	size_t n;
};

static void note(void *arg, char sign, const char *path)
{
	struct seen *s = arg;

	s->sign[atoi(path)] = sign;
	s->n++;
}

/* Contents 0 = the file is not there. */
static void fill(struct manifest *m, const int *contents)
{
	char path[16], text[16];

	for (int i = FILES - 1; i >= 0; i--) {
		snprintf(path, sizeof(path), "%02d", i);
		snprintf(text, sizeof(text), "%d", contents[i]);
		if (contents[i])
			manifest_add(m, path, text, strlen(text));
	}
	manifest_sort(m);
}

static void CF_11_differences_are_those_of_a_naive_comparison(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < ROUNDS; round++) {
		struct manifest a = { 0 }, b = { 0 };
		struct seen s = { 0 };
		int x[FILES], y[FILES];
		size_t want = 0;

		for (int i = 0; i < FILES; i++) {
			x[i] = rand() % 3;
			y[i] = rand() % 3;
			want += x[i] != y[i];
		}
		fill(&a, x);
		fill(&b, y);
		assert_int_equal(manifest_diff(&a, &b, note, &s), want);
		for (int i = 0; i < FILES; i++)
			assert_int_equal(s.sign[i], x[i] == y[i] ? 0
						    : !x[i]      ? '+'
						    : !y[i]      ? '-'
								 : '~');
		manifest_release(&a);
		manifest_release(&b);
	}
}

static void CF_11_the_hash_knows_names_sizes_and_bytes(void **state)
{
	static const struct {
		const char *path, *text;
	} files[] = { { "a", "xy" }, { "ax", "y" }, { "a", "xz" }, { "b", "xy" } };
	uint8_t hash[4][HASH_SIZE];

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct manifest m = { 0 };
		manifest_add(&m, files[i].path, files[i].text, strlen(files[i].text));
		manifest_hash(&m, hash[i]);
		for (size_t k = 0; k < i; k++)
			assert_memory_not_equal(hash[i], hash[k], HASH_SIZE);
		manifest_release(&m);
	}
}

static void CF_11_a_file_named_twice_counts_once(void **state)
{
	struct manifest m = { 0 };

	(void)state;
	manifest_add(&m, "b", "2", 1);
	manifest_add(&m, "a", "1", 1);
	manifest_add(&m, "b", "2", 1);
	manifest_sort(&m);
	assert_int_equal(m.n, 2);
	assert_non_null(manifest_find(&m, "a"));
	assert_non_null(manifest_find(&m, "b"));
	assert_null(manifest_find(&m, "c"));
	manifest_release(&m);
}

/* --- signatures --------------------------------------------------------------------- */

static void sign_some(struct strbuf *text, struct sign_keys *keys)
{
	struct manifest m = { 0 };

	sign_make_keys(keys);
	manifest_add(&m, "sightglass.cfg", "one", 3);
	manifest_add(&m, "tags/with space.cfg", "three", 5);
	manifest_sort(&m);
	manifest_sign(&m, 7, keys, text);
	manifest_release(&m);
}

static void CF_11_what_was_signed_is_read_again(void **state)
{
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	struct manifest_signed m;
	struct sign_keys keys;

	(void)state;
	sign_some(&text, &keys);
	assert_true(manifest_signed_read(text.buf, text.len, &m, &why));
	assert_int_equal(m.version, 7);
	assert_int_equal(m.files.n, 2);
	assert_string_equal(m.files.v[1].path, "tags/with space.cfg");
	assert_int_equal(m.files.v[1].size, 5);
	assert_memory_equal(m.key, keys.public, SIGN_PUBLIC_SIZE);
	manifest_signed_release(&m);
	strbuf_release(&text);
	strbuf_release(&why);
}

/* Whoever changes, cuts or adds a byte anywhere has made another file of it. */
static void CF_11_every_changed_byte_is_noticed(void **state)
{
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	struct manifest_signed m;
	struct sign_keys keys;

	(void)state;
	sign_some(&text, &keys);
	for (size_t i = 0; i < text.len; i++) {
		for (int bit = 0; bit < 8; bit++) {
			text.buf[i] ^= (char)(1 << bit);
			assert_false(manifest_signed_read(text.buf, text.len, &m, &why));
			assert_true(why.len > 0);
			text.buf[i] ^= (char)(1 << bit);
		}
		assert_false(manifest_signed_read(text.buf, i, &m, &why));
	}
	strbuf_adds(&text, "\n");
	assert_false(manifest_signed_read(text.buf, text.len, &m, &why));
	strbuf_release(&text);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(CF_11_differences_are_those_of_a_naive_comparison),
		cmocka_unit_test(CF_11_the_hash_knows_names_sizes_and_bytes),
		cmocka_unit_test(CF_11_a_file_named_twice_counts_once),
		cmocka_unit_test(CF_11_what_was_signed_is_read_again),
		cmocka_unit_test(CF_11_every_changed_byte_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
