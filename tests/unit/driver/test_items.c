/* test_items.c - what was last posted of a tag is kept packed and comes back as it was,
 * whatever its type was before and wherever it went. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver/child_int.h"
#include "util/xalloc.h"

enum { ITEMS = 6, STEPS = 20000 };

static uint64_t seed = 0x7461676974656d73;

static uint32_t roll(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 20) % below;
}

struct model { /* the sample as it was posted, with room for its text */
	bool posted;
	struct driver_sample s;
	char text[VALUE_STRING_MAX + 1];
};

static struct driver_sample any_sample(char *text, size_t size)
{
	struct driver_sample s = { .tag = 999, /* not ours to believe */
				   .quality = (quality)roll(65536),
				   .source_ms = (int64_t)roll(1u << 30) << 13,
				   .mono_ns = -(int64_t)roll(1u << 30) };
	size_t n = roll((uint32_t)size);

	switch (roll(5)) {
	case 0:
		break;
	case 1:
		s.value = value_bool(roll(2) != 0);
		break;
	case 2:
		s.value = value_int(roll(2) ? INT64_MIN : (int64_t)roll(1000));
		break;
	case 3:
		s.value = value_double((double)roll(1000) / 7 - 50);
		break;
	default:
		memset(text, 'a' + (int)roll(26), n);
		text[n] = '\0';
		s.value = value_string(text);
	}
	return s;
}

static void learn(struct model *m, const struct driver_sample *s, uint32_t id)
{
	m->posted = true;
	m->s = *s;
	m->s.tag = id;
	if (s->value.type == VALUE_STRING) /* longer ones are cut */
		snprintf(m->text, sizeof(m->text), "%.*s", VALUE_STRING_MAX,
			 s->value.u.s);
}

static void expect(const struct tag_item *item, const struct model *m)
{
	struct driver_sample s = item_sample(item);

	assert_int_equal(item->posted, m->posted);
	if (!m->posted)
		return;
	assert_int_equal(s.tag, m->s.tag);
	assert_int_equal(s.quality, m->s.quality);
	assert_int_equal(s.source_ms, m->s.source_ms);
	assert_int_equal(s.mono_ns, m->s.mono_ns);
	assert_int_equal(s.value.type, m->s.value.type);
	if (s.value.type == VALUE_STRING)
		assert_string_equal(s.value.u.s, m->text);
	else if (s.value.type != VALUE_NONE)
		assert_true(value_equal(&s.value, &m->s.value));
}

static struct tag_item *new_item(uint32_t id, const char *address)
{
	struct driver_tag t = { .id = id, .name = xstrdup("plant.some.tag") };

	settings_add(&t.settings, "address", address);
	return item_of_tag(item_new_tag(&t, 1));
}

static void what_was_posted_comes_back_as_it_was(void **state)
{
	static char text[2 * VALUE_STRING_MAX];
	struct driver_config *c = xcalloc(1, sizeof(*c));
	struct tag_item *items[ITEMS];
	struct model *m = xcalloc(ITEMS, sizeof(*m));

	(void)state;
	for (uint32_t i = 0; i < ITEMS; i++) {
		items[i] = new_item(i, "holding:1");
		*GROW(&c->tags, &c->n_tags) = &items[i]->def;
	}
	for (int step = 0; step < STEPS; step++) {
		uint32_t i = roll(ITEMS), k = roll(ITEMS);
		struct driver_sample s = any_sample(text, sizeof(text));

		if (roll(4) || i == k || !m[i].posted) {
			item_keep(items[i], &s);
			learn(&m[i], &s, i);
		} else {
			item_hand_over(items[i], items[k]);
			m[k] = m[i];
			m[k].s.tag = k;
			m[i].posted = false;
		}
		for (uint32_t j = 0; j < ITEMS; j++)
			expect(items[j], &m[j]);
	}
	driver_config_free(c);
	free(m);
}

static void an_item_keeps_its_settings_and_no_name(void **state)
{
	struct driver_config *c = xcalloc(1, sizeof(*c));

	(void)state;
	struct tag_item *item = new_item(7, "input:12:int16");
	*GROW(&c->tags, &c->n_tags) = &item->def;
	assert_string_equal(settings_get(&item->def.settings, "address"),
			    "input:12:int16");
	assert_string_equal(item->def.name, "");
	assert_int_equal(sizeof(*item) <= 112, 1);
	driver_config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_posted_comes_back_as_it_was),
		cmocka_unit_test(an_item_keeps_its_settings_and_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
