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
	struct driver_tag t = { .id = id };

	settings_add(&t.settings, "address", address);
	struct tag_item *item = item_of_tag(item_new_tag(&t, 1, NULL));
	settings_release(&t.settings);
	return item;
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

/* One of a few sizes; a large one does not fit onto a shelf. */
static struct driver_tag *shelved(uint32_t id, struct item_shelf **on)
{
	static char large[65000];
	const struct driver_numbers numbers = { .deadband = id, .lo = 1, .hi = 2 };
	struct driver_tag t = { .id = id, .numbers = id % 3 ? &numbers : NULL };
	char address[40];

	snprintf(address, sizeof(address), "input:%u", id);
	settings_add(&t.settings, "address", address);
	memset(large, 'x', sizeof(large) - 1);
	for (int i = 0; id % 1000 == 999 && i < 5; i++)
		settings_add(&t.settings, "texts", large);
	struct driver_tag *made = item_new_tag(&t, 1, on);
	settings_release(&t.settings);
	return made;
}

static void expect_shelved(const struct driver_tag *t, uint32_t id)
{
	char address[40];

	snprintf(address, sizeof(address), "input:%u", id);
	assert_int_equal(t->id, id);
	assert_int_equal(t->since, 1);
	assert_string_equal(settings_get(&t->settings, "address"), address);
	if (id % 3)
		assert_double(t->numbers->deadband, id, 0);
	else
		assert_null(t->numbers);
}

/* The leak check of the sanitizer sees whether a shelf went with its last item. */
static void items_on_shelves_go_in_any_order(void **state)
{
	struct driver_config *first = xcalloc(1, sizeof(*first));
	struct driver_config *second = xcalloc(1, sizeof(*second));
	struct item_shelf *on = NULL;

	(void)state;
	for (uint32_t id = 0; id < 12000; id++) {
		struct driver_config *c = roll(3) ? first : second;

		*GROW(&c->tags, &c->n_tags) = shelved(id, &on);
	}
	driver_config_free(first); /* the shelf that is open stays */
	*GROW(&second->tags, &second->n_tags) = shelved(12000, &on);
	item_shelf_done(on);
	for (size_t i = 0; i < second->n_tags; i++)
		expect_shelved(second->tags[i], second->tags[i]->id);
	driver_config_free(second);
	item_shelf_done(NULL);
}

static void a_shelf_whose_items_all_went_goes_when_it_is_done(void **state)
{
	struct driver_config *c = xcalloc(1, sizeof(*c));
	struct item_shelf *on = NULL;

	(void)state;
	*GROW(&c->tags, &c->n_tags) = shelved(1, &on);
	driver_config_free(c);
	item_shelf_done(on);
}

static void an_item_keeps_its_settings_and_is_small(void **state)
{
	struct driver_config *c = xcalloc(1, sizeof(*c));

	(void)state;
	struct tag_item *item = new_item(7, "input:12:int16");
	*GROW(&c->tags, &c->n_tags) = &item->def;
	assert_string_equal(settings_get(&item->def.settings, "address"),
			    "input:12:int16");
	assert_int_equal(sizeof(*item) <= 80, 1);
	driver_config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_posted_comes_back_as_it_was),
		cmocka_unit_test(items_on_shelves_go_in_any_order),
		cmocka_unit_test(a_shelf_whose_items_all_went_goes_when_it_is_done),
		cmocka_unit_test(an_item_keeps_its_settings_and_is_small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
