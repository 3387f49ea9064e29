/* test_codec.c - tags share a codec when nothing but their place differs, and only then.
 */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/modbus/codec.h"
#include "util/xalloc.h"

enum { ROUNDS = 40, TAGS = 3000 };

static uint64_t seed = 0x5167687467;

static uint32_t roll(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % below;
}

/* An address as its words say, built again each time: texts lie elsewhere each time. */
static const char *const words[] = { "holding:%u",
				     "holding:%u:uint16",
				     "holding:%u:int16",
				     "input:%u:int16",
				     "holding:%u:float32",
				     "holding:%u:float32:cdab",
				     "holding:%u:float32:badc",
				     "holding:%u.3",
				     "holding:%u.4",
				     "holding:%u:uint8:high",
				     "holding:%u:uint8:low",
				     "holding:%u:string:4",
				     "holding:%u:string:5",
				     "coil:%u",
				     "coil:%u:bits:3",
				     "coil:%u:bits:4",
				     "discrete:%u" };
static const char *const scales[] = { NULL, "1", "0.1", "-0.1", "1e-300" };
static const char *const offsets[] = { NULL, "0", "-0.0", "5" };
static const char *const factors[] = { NULL, "holding:9", "holding:10", "input:9" };
static const char *const markers[] = { NULL, "0", "0x8000" };
static const char *const texts[] = { NULL, "0=off,1=run", "0=off,1=on" };

#define PICK(list) list[roll(sizeof(list) / sizeof(list[0]))]

static void say(struct settings *s, const char *name, const char *value)
{
	if (value)
		settings_add(s, name, value);
}

static bool make(struct settings *s, struct mb_address *out)
{
	struct strbuf why = STRBUF_INIT;
	char text[64];

	/* the words are of the table above */
	const char *word = PICK(words);
	size_t n = strcspn(word, "%");
	snprintf(text, sizeof(text), "%.*s%u%s", (int)n, word, roll(60000), word + n + 2);
	*s = (struct settings){ 0 };
	settings_add(s, "address", text);
	say(s, "scale", PICK(scales));
	say(s, "offset", PICK(offsets));
	say(s, "scale_register", PICK(factors));
	say(s, "not_implemented", PICK(markers));
	say(s, "texts", PICK(texts));
	bool ok = mb_address_parse(s, 0, out, &why);
	strbuf_release(&why);
	return ok;
}

static bool equal_text(const char *a, const char *b)
{
	return !a == !b && (!a || strcmp(a, b) == 0);
}

static bool alike_numbers(const struct mb_address *a, const struct mb_address *b)
{
	return memcmp(&a->scale, &b->scale, sizeof(a->scale)) == 0 &&
	       memcmp(&a->offset, &b->offset, sizeof(a->offset)) == 0 &&
	       a->scaled == b->scaled && a->has_marker == b->has_marker &&
	       a->marker == b->marker && a->factor.used == b->factor.used &&
	       a->factor.area == b->factor.area && a->factor.first == b->factor.first &&
	       a->factor.swap_bytes == b->factor.swap_bytes;
}

/* Written down once more, field by field. */
static bool alike(const struct mb_address *a, const struct mb_address *b)
{
	return equal_text(a->type, b->type) && equal_text(a->order, b->order) &&
	       equal_text(a->texts, b->texts) && alike_numbers(a, b) &&
	       a->area == b->area && a->kind == b->kind && a->count == b->count &&
	       a->bit == b->bit && a->bits == b->bits && a->shift == b->shift &&
	       a->swap_words == b->swap_words && a->swap_bytes == b->swap_bytes;
}

struct naive {
	struct mb_address at;
	enum mb_rate rate;
};

static void alike_tags_share_a_codec_and_no_others(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct mb_codecs c = { 0 };
		struct settings *s = xcalloc(TAGS, sizeof(*s));
		struct naive *v = xcalloc(TAGS, sizeof(*v));
		size_t n = 0, tags = 1 + roll(TAGS);
		uint32_t few = 1 + roll(MB_RATES);

		for (size_t i = 0; i < tags; i++) {
			struct mb_address at;
			enum mb_rate rate = (enum mb_rate)roll(few);
			size_t k = 0;

			if (!make(&s[i], &at))
				continue;
			while (k < n && !(v[k].rate == rate && alike(&v[k].at, &at)))
				k++;
			if (k == n)
				v[n++] = (struct naive){ at, rate };
			assert_int_equal(mb_codecs_add(&c, &at, rate), k);
			assert_int_equal(c.n, n);
		}
		mb_codecs_settle(&c);
		for (size_t k = 0; k < n; k++) {
			assert_true(alike(&c.v[k].at, &v[k].at));
			assert_int_equal(c.v[k].rate, v[k].rate);
			assert_int_equal(c.v[k].at.first, 0);
		}
		mb_codecs_release(&c);
		for (size_t i = 0; i < tags; i++)
			settings_release(&s[i]);
		free(s);
		free(v);
	}
}

/* A device reloaded: tags come to a table that had been settled. */
static void a_settled_table_still_finds_what_it_has(void **state)
{
	struct mb_codecs c = { 0 };
	struct mb_address at = { .bit = -1, .type = "uint16", .order = "", .count = 1 };

	(void)state;
	for (uint32_t i = 0; i < 100; i++) {
		at.bit = (int)i;
		assert_int_equal(mb_codecs_add(&c, &at, MB_NORMAL), i);
	}
	mb_codecs_settle(&c);
	for (uint32_t i = 0; i < 100; i++) {
		at.bit = (int)i;
		at.first = i;
		assert_int_equal(mb_codecs_add(&c, &at, MB_NORMAL), i);
	}
	assert_int_equal(c.n, 100);
	mb_codecs_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(alike_tags_share_a_codec_and_no_others),
		cmocka_unit_test(a_settled_table_still_finds_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
