/* test_update.c - what of a new configuration is what ran before, and what becomes of the
 * samples, states and commands of whoever is not. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "driver/child_int.h"
#include "util/xalloc.h"

/* --- a child without a server: only what waits to be sent ------------------------- */

static void reconfigure(void *running, const struct driver_config *config)
{
	(void)running, (void)config;
}

static const struct driver_ops updating = { .name = "fake", .reconfigure = reconfigure };
static const struct driver_ops beginning = { .name = "fake" };
static struct driver_child child;
static int running;

static int setup(void **state)
{
	(void)state;
	child = (struct driver_child){ .ops = &updating, .running = &running };
	child.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	post_init(&child);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	post_release(&child);
	close(child.wake);
	return 0;
}

/* --- configurations: "device 1 x; tag 1 of 1 a" in calls --------------------------- */

static struct driver_config *config;
static struct item_shelf *shelf; /* of the first one */

static void begin(uint32_t generation)
{
	config = xcalloc(1, sizeof(*config));
	config->generation = generation;
}

static void device(uint32_t id, const char *endpoint)
{
	struct driver_device d = { .id = id, .name = xstrdup("d") };

	settings_add(&d.settings, "endpoint", endpoint);
	*GROW(&config->devices, &config->n_devices) = item_new_device(&d);
}

static void tag_scaled(uint32_t id, uint32_t of, const char *address, const char *scale)
{
	struct driver_tag t = { .id = id, .device = of };

	settings_add(&t.settings, "address", address);
	if (scale)
		settings_add(&t.settings, "scale", scale);
	*GROW(&config->tags, &config->n_tags) =
		item_new_tag(&t, config->generation, child.config ? NULL : &shelf);
	settings_release(&t.settings);
}

static void tag(uint32_t id, uint32_t of, const char *address)
{
	tag_scaled(id, of, address, NULL);
}

/* As child.c does it. */
static void commit(void)
{
	uint32_t generation = config->generation;

	item_shelf_done(shelf);
	shelf = NULL;
	struct driver_config *remains = post_configure(&child, config);

	atomic_store(&child.generation, generation);
	post_retire(&child, remains, generation);
}

static void first(void)
{
	begin(1);
	device(1, "one");
	device(2, "two");
	tag(1, 1, "a");
	tag(2, 1, "b");
	tag(3, 2, "c");
	commit();
}

static const struct driver_tag *handle(uint32_t id)
{
	return driver_config_tag(child.config, id);
}

static enum driver_change change_of(uint32_t id)
{
	return driver_device_change(driver_config_device(child.config, id));
}

/* The tags whose samples go out now, in order, as digits; and their generation. */
static const char *collected(uint32_t *generation)
{
	static struct driver_sample_batch batch = { .text = STRBUF_INIT };
	static char ids[16];
	struct driver_record_view r;
	struct strbuf out = STRBUF_INIT;
	size_t n = 0, at = 0;
	int64_t k;

	post_collect(&child, &out, 1 << 20);
	while ((k = driver_record_next((uint8_t *)out.buf + at, out.len - at, &r)) > 0) {
		at += (size_t)k;
		if (r.type != DR_SAMPLES)
			continue;
		assert_true(driver_get_samples(&r, &batch));
		*generation = batch.generation;
		for (size_t i = 0; i < batch.n && n + 1 < sizeof(ids); i++)
			ids[n++] = (char)('0' + batch.v[i].tag);
	}
	ids[n] = '\0';
	strbuf_release(&out);
	return ids;
}

static void post(const struct driver_tag *t, double v)
{
	struct driver_sample s = { .value = value_double(v), .mono_ns = 1 };

	driver_post_scanned(&child, t, &s, 100);
}

/* --- tests ------------------------------------------------------------------------ */

static void CF_08_who_is_the_same_keeps_its_handle(void **state)
{
	(void)state;
	first();
	const struct driver_tag *a = handle(1), *b = handle(2), *c = handle(3);
	begin(2);
	device(1, "one");
	device(2, "two");
	device(3, "three");
	tag(1, 1, "a");
	tag(2, 1, "elsewhere");
	tag(3, 2, "c");
	tag(4, 3, "d");
	commit();
	assert_ptr_equal(handle(1), a);
	assert_ptr_not_equal(handle(2), b);
	assert_ptr_equal(handle(3), c);
	assert_int_equal(change_of(1), DRIVER_TAGS_CHANGED);
	assert_int_equal(change_of(2), DRIVER_KEPT);
	assert_int_equal(change_of(3), DRIVER_NEW);
}

static void a_device_that_changed_has_new_tags(void **state)
{
	size_t n;

	(void)state;
	first();
	const struct driver_tag *a = handle(1), *c = handle(3);
	begin(2);
	device(1, "moved");
	device(2, "two");
	tag(1, 1, "a");
	tag(3, 2, "c");
	commit();
	assert_ptr_not_equal(handle(1), a);
	assert_ptr_equal(handle(3), c);
	assert_null(handle(2));
	assert_int_equal(change_of(1), DRIVER_NEW);
	const struct driver_tag *const *tags =
		driver_device_tags(driver_config_device(child.config, 1), &n);
	assert_int_equal(n, 1);
	assert_ptr_equal(tags[0], handle(1));
}

static void expect_tags(uint32_t of, const char *ids)
{
	char text[64] = "";
	size_t n;
	const struct driver_tag *const *tags =
		driver_device_tags(driver_config_device(child.config, of), &n);

	for (size_t i = 0; i < n; i++) {
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%u ",
			 tags[i]->id);
		assert_ptr_equal(tags[i], handle(tags[i]->id));
	}
	assert_string_equal(text, ids);
}

/* Tags of a device that do not follow each other, then do, and then do not again. */
static void each_device_has_its_own_tags_in_order(void **state)
{
	(void)state;
	for (uint32_t g = 1; g < 8; g++) {
		const bool mixed = g % 3 != 2;

		begin(g);
		device(1, "one");
		device(2, "two");
		device(3, "none");
		tag(1, 1, "a");
		if (mixed)
			tag(2, 2, "b");
		tag(3, 1, "c");
		tag(4, 2, "d");
		tag(5, mixed ? 1 : 2, "e");
		commit();
		expect_tags(1, mixed ? "1 3 5 " : "1 3 ");
		expect_tags(2, mixed ? "2 4 " : "4 5 ");
		expect_tags(3, "");
		assert_int_equal(change_of(3), g == 1 ? DRIVER_NEW : DRIVER_KEPT);
		if (g > 1)
			assert_int_equal(change_of(1),
					 g % 3 == 1 ? DRIVER_KEPT : DRIVER_TAGS_CHANGED);
	}
}

static void each_part_of_a_tag_counts(void **state)
{
	static const struct driver_numbers half = { .deadband = 0.5 };

	(void)state;
	for (int part = 0; part < 7; part++) {
		begin((uint32_t)part * 2 + 1);
		device(1, "one");
		tag(1, 1, "a");
		commit();
		const struct driver_tag *before = handle(1);
		begin((uint32_t)part * 2 + 2);
		device(1, "one");
		tag_scaled(1, 1, part == 1 ? "b" : "a", part == 6 ? "2" : NULL);
		struct driver_tag *t = config->tags[0];
		t->type = part == 2 ? VALUE_BOOL : VALUE_NONE;
		t->numbers = part == 3 ? &half : NULL;
		t->writable = part == 4;
		t->has_range = part == 5;
		commit();
		if ((handle(1) == before) != (part == 0))
			fail_msg("part %d", part);
	}
}

static void CF_08_samples_of_the_unchanged_wait_on(void **state)
{
	uint32_t generation = 0;

	(void)state;
	first();
	const struct driver_tag *old = handle(2), *silent = handle(3);
	post(handle(1), 1);
	post(old, 2);
	begin(2);
	device(1, "one");
	device(2, "two");
	tag(1, 1, "a");
	tag(2, 1, "elsewhere");
	tag(3, 2, "elsewhere");
	commit();
	post(old, 9); /* threads that have not heard of it yet */
	post(silent, 9);
	post_credit(&child, 100);
	assert_string_equal(collected(&generation), "1");
	assert_int_equal(generation, 2);
	post(handle(1), 1); /* no news */
	post(handle(2), 2); /* the first of its kind */
	assert_string_equal(collected(&generation), "2");
}

/* Another range is another tag, but its register says what it said. */
static void CF_08_values_of_the_same_source_find_their_heir(void **state)
{
	static const struct driver_numbers upto[] = {
		[2] = { .hi = 2 }, [3] = { .hi = 3 }
	};
	uint32_t generation = 0;

	(void)state;
	first();
	const struct driver_tag *old = handle(2), *older = old;
	post(handle(1), 1);
	post(old, 2);
	post(handle(3), 3);
	for (uint32_t g = 2; g < 4; g++) {
		begin(g);
		device(1, "one");
		device(2, "two");
		tag(1, 1, "a");
		tag(2, 1, "b");
		tag(3, 2, "c");
		config->tags[1]->has_range = true;
		config->tags[1]->numbers = &upto[g];
		commit();
		assert_ptr_not_equal(handle(2), old);
		old = handle(2);
	}
	post_credit(&child, 100);
	assert_string_equal(collected(&generation), "123");
	post(older, 5); /* a thread that is two updates behind */
	assert_string_equal(collected(&generation), "2");
	post(old, 5); /* is no news any more */
	assert_string_equal(collected(&generation), "");
}

static void the_queue_holds_when_its_end_goes(void **state)
{
	uint32_t generation = 0;

	(void)state;
	first();
	post(handle(1), 1);
	post(handle(3), 3);
	begin(2);
	device(1, "one");
	tag(1, 1, "a");
	commit();
	begin(3);
	device(1, "one");
	tag(1, 1, "a");
	tag(5, 1, "e");
	commit();
	post(handle(5), 5);
	post_credit(&child, 100);
	assert_string_equal(collected(&generation), "15");
}

static void credit_goes_on_with_an_update_only(void **state)
{
	uint32_t generation = 0;

	(void)state;
	first();
	post_credit(&child, 100);
	begin(2);
	device(1, "one");
	tag(1, 1, "a");
	commit();
	post(handle(1), 1);
	assert_string_equal(collected(&generation), "1");
	child.ops = &beginning;
	const struct driver_tag *before = handle(1);
	begin(3);
	device(1, "one");
	tag(1, 1, "a");
	commit();
	assert_ptr_not_equal(handle(1), before); /* nothing is kept */
	post(handle(1), 1);
	assert_string_equal(collected(&generation), "");
}

static void WR_26_a_command_to_a_tag_that_changed_meanwhile_is_refused(void **state)
{
	struct driver_write w = { .generation = 1,
				  .deadline_ns = mono_add_ms(clock_mono(), 60000).ns };
	static const struct {
		uint32_t tag;
		bool refused;
	} row[] = { { 1, false }, { 2, true }, { 3, true }, { 4, true } };

	(void)state;
	first();
	begin(2);
	device(1, "one");
	device(2, "moved");
	tag(1, 1, "a");
	tag(2, 1, "elsewhere");
	tag(3, 2, "c");
	commit();
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		w.tag = row[i].tag;
		const char *why = driver_write_refusal(&child, &w);
		assert_int_equal(why != NULL, row[i].refused);
		if (why)
			assert_has(why, "the configuration changed");
	}
	w.tag = 1;
	w.generation = 3; /* of nobody yet */
	assert_non_null(driver_write_refusal(&child, &w));
}

static void an_outcome_outlives_its_device(void **state)
{
	struct driver_write w = { .generation = 1, .request = 7, .tag = 3 };
	struct strbuf out = STRBUF_INIT;
	struct driver_record_view r;
	struct driver_write_outcome m;

	(void)state;
	first();
	assert_true(post_write_begins(&child, handle(3), &w));
	begin(2);
	device(1, "one");
	commit();
	driver_post_write_outcome(&child, &w, WRITE_ACCEPTED, "");
	post_collect(&child, &out, 0);
	assert_true(driver_record_next((uint8_t *)out.buf, out.len, &r) > 0);
	assert_true(driver_get_write_outcome(&r, &m));
	assert_int_equal(m.request, 7);
	assert_int_equal(m.outcome, WRITE_ACCEPTED);
	strbuf_release(&out);
}

static size_t n_retired(void)
{
	size_t n = 0;

	for (const struct retired *r = child.retired; r; r = r->next)
		n++;
	return n;
}

/* Old handles stay readable until the slowest channel has let go of them. */
static void what_is_gone_waits_for_the_last_channel(void **state)
{
	(void)state;
	first();
	struct driver_channel *slow = driver_channel_open(&child);
	struct driver_channel *quick = driver_channel_open(&child);
	const struct driver_tag *old = handle(2);
	for (uint32_t g = 2; g < 5; g++) {
		begin(g);
		device(1, "one");
		tag(1, 1, "a");
		tag(2, 1, g % 2 ? "odd" : "even");
		commit();
		driver_channel_adopted(quick, g);
	}
	post_reclaim(&child);
	assert_int_equal(n_retired(), 3);
	assert_string_equal(settings_get(&old->settings, "address"), "b");
	driver_channel_adopted(slow, 3);
	post_reclaim(&child);
	assert_int_equal(n_retired(), 1);
	driver_channel_close(slow);
	post_reclaim(&child);
	assert_int_equal(n_retired(), 0);
	driver_channel_close(quick);
}

static void the_same_again_leaves_nothing_to_free(void **state)
{
	(void)state;
	first();
	struct driver_channel *ch = driver_channel_open(&child);
	for (uint32_t g = 2; g < 100; g++) {
		begin(g);
		device(1, "one");
		device(2, "two");
		tag(1, 1, "a");
		tag(2, 1, "b");
		tag(3, 2, "c");
		commit();
		assert_int_equal(n_retired(), 0);
	}
	driver_channel_close(ch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(CF_08_who_is_the_same_keeps_its_handle),
		T(a_device_that_changed_has_new_tags),
		T(each_device_has_its_own_tags_in_order),
		T(each_part_of_a_tag_counts),
		T(CF_08_samples_of_the_unchanged_wait_on),
		T(CF_08_values_of_the_same_source_find_their_heir),
		T(the_queue_holds_when_its_end_goes),
		T(credit_goes_on_with_an_update_only),
		T(WR_26_a_command_to_a_tag_that_changed_meanwhile_is_refused),
		T(an_outcome_outlives_its_device),
		T(what_is_gone_waits_for_the_last_channel),
		T(the_same_again_leaves_nothing_to_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
