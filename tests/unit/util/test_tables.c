/* test_tables.c - the open tables against lists that are searched from the front, over
 * seeded random operations; and the arena. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/arena.h"
#include "util/names.h"
#include "util/strmap.h"
#include "util/xalloc.h"

enum { KEYS = 300, STEPS = 60000 };

static uint64_t seed;

static uint32_t rnd(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

/* Short ones of few letters: many are near each other, some look alike. */
static void random_key(char out[8])
{
	static const char letters[] = "ab01lo.";
	uint32_t n = 1 + rnd(3);

	for (uint32_t i = 0; i < n; i++)
		out[i] = letters[rnd(sizeof(letters) - 1)];
	out[n] = '\0';
}

/* --- strmap ------------------------------------------------------------------------ */

static void a_map_agrees_with_a_list(void **state)
{
	static char keys[KEYS][8];
	static int64_t values[KEYS];
	struct strmap *map = strmap_new();
	size_t n = 0, found = 0, deleted = 0;

	(void)state;
	seed = 1;
	for (int step = 0; step < STEPS; step++) {
		char key[8];
		int64_t got;
		size_t at = 0;

		random_key(key);
		while (at < n && strcmp(keys[at], key) != 0)
			at++;
		if (rnd(3) == 0 && (at < n || n < KEYS)) {
			if (at == n)
				snprintf(keys[n++], 8, "%s", key);
			values[at] = step;
			strmap_put(map, key, step);
		} else if (rnd(2)) {
			strmap_del(map, key);
			if (at < n) {
				deleted++;
				n--;
				memmove(keys[at], keys[n], 8);
				values[at] = values[n];
			}
		} else {
			assert_int_equal(strmap_get(map, key, &got), at < n);
			if (at < n)
				assert_int_equal(got, values[at]);
			found += at < n;
		}
		assert_int_equal(strmap_count(map), n);
	}
	assert_true(found > 1000 && deleted > 1000);
	strmap_free(map);
}

/* --- names ------------------------------------------------------------------------- */

struct owner {
	char name[KEYS][8]; /* "" = free */
};

static const char *name_of(const void *owner, uint32_t id)
{
	return ((const struct owner *)owner)->name[id];
}

static bool alike(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char x = *a == '0' ? 'o' : *a == '1' ? 'l' : *a;
		char y = *b == '0' ? 'o' : *b == '1' ? 'l' : *b;
		if (x != y)
			return false;
	}
	return *a == *b;
}

/* The number of the first that is equal, KEYS when there is none. */
static uint32_t search(const struct owner *o, const char *name,
		       bool (*equal)(const char *, const char *))
{
	uint32_t i = 0;

	while (i < KEYS && !(o->name[i][0] && equal(o->name[i], name)))
		i++;
	return i;
}

static bool equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

static void names_agree_with_a_list(void **state)
{
	static struct owner o;
	struct names s = { .name_of = name_of };
	size_t removed = 0, looked_alike = 0;

	(void)state;
	seed = 2;
	for (int step = 0; step < STEPS; step++) {
		char key[8];
		uint32_t got = KEYS;

		random_key(key);
		uint32_t at = search(&o, key, equal), free_at = 0;
		assert_int_equal(names_find(&s, &o, key, &got), at < KEYS);
		if (at < KEYS)
			assert_int_equal(got, at);
		bool known = search(&o, key, alike) < KEYS;
		assert_int_equal(names_alike_hashed(&s, &o, key, names_hash(key), &got),
				 known);
		if (known)
			assert_true(alike(o.name[got], key));
		looked_alike += known && at == KEYS;
		while (free_at < KEYS && o.name[free_at][0])
			free_at++;
		if (rnd(3) && at == KEYS && free_at < KEYS) {
			snprintf(o.name[free_at], 8, "%s", key);
			names_add(&s, &o, free_at);
		} else if (rnd(2)) {
			names_remove(&s, &o, key);
			if (at < KEYS)
				o.name[at][0] = '\0';
			removed += at < KEYS;
		}
	}
	assert_true(removed > 1000 && looked_alike > 1000);
	names_release(&s);
}

/* --- arena ------------------------------------------------------------------------- */

static void equal_texts_share_a_place_and_others_do_not(void **state)
{
	struct arena *a = arena_new();
	static const char *kept[20000];
	char text[32];

	(void)state;
	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "t%d", i % 10000);
		kept[i] = arena_keep(a, text);
		assert_string_equal(kept[i], text);
	}
	for (int i = 0; i < 10000; i++)
		assert_ptr_equal(kept[i], kept[i + 10000]);
	assert_ptr_not_equal(arena_text(a, "t1"), kept[1]);
	arena_seal(a);
	snprintf(text, sizeof(text), "t%d", 9999);
	assert_string_equal(kept[9999], text); /* the texts stay */
	assert_true(arena_used(a) < 10000 * 16);
	arena_free(a);
}

static void an_arena_is_aligned_zeroed_and_takes_any_size(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t n = 1; n < 3000; n += 7) {
		arena_bytes(a, "x", 1); /* so that the next is not aligned by chance */
		unsigned char *p = arena_alloc(a, n);
		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xAA, n);
	}
	char *large = arena_alloc(a, 3 << 20);
	large[(3 << 20) - 1] = 1;
	const double d = 1.5;
	const void *kept = arena_keep_bytes(a, &d, sizeof(d));
	assert_int_equal((uintptr_t)kept % 16, 0);
	assert_ptr_equal(arena_keep_bytes(a, &d, sizeof(d)), kept);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_map_agrees_with_a_list),
		cmocka_unit_test(names_agree_with_a_list),
		cmocka_unit_test(equal_texts_share_a_place_and_others_do_not),
		cmocka_unit_test(an_arena_is_aligned_zeroed_and_takes_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
