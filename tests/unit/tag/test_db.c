/* test_db.c - what a sample, a lost source and passing time do to a tag. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tag/db.h"
#include "util/names.h"

static const quality good, bad_comm = QUALITY_MAKE(QUALITY_BAD, REASON_COMM);

/* A sample that was taken and stamped at ms. */
static struct sample at(int64_t ms, struct value v, quality q)
{
	return (struct sample){ .value = v,
				.quality = q,
				.source_time = { ms },
				.taken = mono_add_ms((struct mono){ 0 }, ms) };
}

static bool put(struct tag_db *db, uint32_t tag, int64_t ms, double v)
{
	struct sample s = at(ms, value_double(v), good);

	return tag_db_set(db, tag, &s);
}

static struct now now_at(int64_t ms)
{
	return (struct now){ mono_add_ms((struct mono){ 0 }, ms), { ms } };
}

static void expire(struct tag_db *db, int64_t ms)
{
	tag_db_expire(db, now_at(ms).mono);
}

static void assert_quality(const struct tag_db *db, uint32_t tag, const char *want)
{
	char text[64];
	quality q = tag_db_get(db, tag)->quality;

	snprintf(text, sizeof(text), "%s %s", quality_class_name(q),
		 quality_reason_name(q));
	assert_string_equal(text, want);
}

static void assert_drained(struct tag_db *db, const char *want)
{
	char text[128] = "";
	size_t n;
	const uint32_t *list = tag_db_drain(db, &n);

	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%u ",
			 list[i]);
	assert_string_equal(text, want);
}

static void a_new_tag_is_bad_and_says_that_nothing_came(void **state)
{
	struct tag_db *db = tag_db_new();
	uint32_t t = tag_db_add(db, "intake.flow", &(struct tag_limits){ 0 });

	(void)state;
	assert_quality(db, t, "bad no_value");
	assert_int_equal(tag_db_get(db, t)->value.type, VALUE_NONE);
	assert_null(tag_db_last_good(db, t));
	assert_int_equal(tag_db_find(db, "intake.flow"), t);
	assert_int_equal(tag_db_find(db, "intake.flwo"), TAG_NONE);
	assert_string_equal(tag_db_name(db, t), "intake.flow");
	assert_drained(db, "");
	tag_db_free(db);
}

static void an_index_is_never_used_again(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits none = { 0 };
	uint32_t a = tag_db_add(db, "a", &none), b = tag_db_add(db, "b", &none);

	(void)state;
	assert_int_equal(tag_db_add(db, "a", &none), TAG_NONE); /* not new */
	put(db, a, 1, 5);
	tag_db_remove(db, a);
	tag_db_remove(db, a);
	assert_null(tag_db_name(db, a));
	assert_quality(db, a, "bad config");
	assert_null(tag_db_last_good(db, a));
	assert_false(put(db, a, 2, 6));
	assert_false(tag_db_set_quality(db, a, bad_comm, now_at(3)));
	assert_int_equal(tag_db_find(db, "a"), TAG_NONE);
	assert_drained(db, "0 "); /* it had changed before it went */

	uint32_t again = tag_db_add(db, "a", &none);

	assert_int_equal(again, 2);
	assert_int_equal(tag_db_find(db, "b"), b);
	assert_int_equal(tag_db_count(db), 3);
	assert_quality(db, 99, "bad config"); /* never given */
	tag_db_free(db);
}

static const char *const given[] = { "one", "two", "three", "four", "two" };

static const char *given_name(const void *owner, uint32_t id)
{
	(void)owner;
	return given[id];
}

static void a_table_of_names_is_taken_over(void **state)
{
	static const struct tag_limits none = { .stale_ms = 0 };
	struct names names = { .name_of = given_name };
	struct tag_db *db = tag_db_new();

	(void)state;
	for (uint32_t i = 0; i < 3; i++)
		names_add(&names, NULL, i);
	tag_db_set_owner(db, given_name, NULL);
	tag_db_take_names(db, &names);
	assert_int_equal(names.n, 0);
	assert_int_equal(tag_db_find(db, "two"), TAG_NONE); /* not added yet */
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(tag_db_add_borrowed(db, given[i], &none), i);
	assert_int_equal(tag_db_add_borrowed(db, "two", &none), TAG_NONE);
	assert_int_equal(tag_db_add_borrowed(db, "four", &none), 3);
	for (uint32_t i = 0; i < 3; i++)
		assert_int_equal(tag_db_find(db, given[i]), i);
	assert_int_equal(tag_db_find(db, "four"), 3);
	tag_db_remove(db, 1);
	assert_int_equal(tag_db_find(db, "two"), TAG_NONE);
	assert_int_equal(tag_db_add_borrowed(db, "two", &none), 4);
	assert_int_equal(tag_db_find(db, "two"), 4);
	assert_int_equal(tag_db_add(db, "five", &none), 5); /* with a copy */
	assert_int_equal(tag_db_find(db, "five"), 5);
	assert_string_equal(tag_db_name(db, 5), "five");
	assert_string_equal(tag_db_name(db, 4), "two");
	assert_null(tag_db_name(db, 1));
	names_release(&names);
	tag_db_free(db);
}

static void each_tag_has_its_own_limits_however_many_there_are(void **state)
{
	struct tag_db *db = tag_db_new();
	char name[32];

	(void)state;
	for (uint32_t i = 0; i < 3000; i++) { /* some alike, some not */
		const struct tag_limits l = { .has_range = true,
					      .lo = 0,
					      .hi = i % 1000 };

		snprintf(name, sizeof(name), "t%u", i);
		assert_int_equal(tag_db_add(db, name, &l), i);
	}
	for (uint32_t i = 0; i < 3000; i++) {
		put(db, i, 1, i % 1000);
		assert_quality(db, i, "good ");
		put(db, i, 2, i % 1000 + 1);
		assert_quality(db, i, "uncertain range");
	}
	tag_db_free(db);
}

static void what_a_tag_had_apart_goes_with_it(void **state)
{
	const struct tag_limits band = { .deadband = 5 }, none = { .stale_ms = 0 };
	struct tag_db *db = tag_db_new();
	size_t n;

	(void)state;
	for (uint32_t i = 0; i < 600; i++) {
		char name[32];

		snprintf(name, sizeof(name), "t%u", i);
		assert_int_equal(tag_db_add(db, name, i % 2 ? &band : &none), i);
		tag_db_depend(db, i, TAG_DEP_ALARM, i + 7);
		if (i < 300)
			continue;
		tag_db_remove(db, i - 300);
		assert_null(tag_db_dependents(db, i - 300, TAG_DEP_ALARM, &n));
		assert_int_equal(n, 0);
	}
	for (uint32_t i = 300; i < 600; i++) {
		const uint32_t *on = tag_db_dependents(db, i, TAG_DEP_ALARM, &n);

		assert_int_equal(n, 1);
		assert_int_equal(on[0], i + 7);
		put(db, i, 1, 10);
		tag_db_drain(db, &n);
		assert_int_equal(put(db, i, 2, 12), i % 2 == 0); /* inside the deadband */
		assert_int_equal(put(db, i, 3, 15), true);
	}
	tag_db_free(db);
}

static void a_borrowed_sample_survives_the_adding_of_tags(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits none = { 0 };
	char name[32];

	(void)state;
	tag_db_add(db, "first", &none);
	put(db, 0, 1, 42);
	const struct sample *s = tag_db_get(db, 0);

	for (int i = 0; i < 2000; i++) {
		snprintf(name, sizeof(name), "t%d", i);
		tag_db_add(db, name, &none);
	}
	assert_ptr_equal(tag_db_get(db, 0), s);
	assert_double(s->value.u.d, 42, 0);
	assert_int_equal(tag_db_find(db, "t1999"), 2000);
	for (uint32_t tag = 1; tag <= 2000; tag += 3)
		tag_db_remove(db, tag);
	assert_true(put(db, 0, 2, 43));
	assert_double(s->value.u.d, 43, 0); /* always the newest */
	tag_db_remove(db, 0);
	tag_db_add(db, "first", &none);
	assert_int_equal(s->value.type, VALUE_NONE); /* its own end shows too */
	assert_int_equal(s->quality, QUALITY_MAKE(QUALITY_BAD, REASON_CONFIG));
	tag_db_free(db);
}

static void changes_are_listed_once_in_order_of_the_first(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits none = { 0 };

	(void)state;
	for (int i = 0; i < 4; i++)
		tag_db_add(db, (const char *[]){ "a", "b", "c", "d" }[i], &none);
	assert_true(put(db, 2, 1, 1));
	assert_true(put(db, 0, 2, 1));
	assert_true(put(db, 2, 3, 7));
	assert_true(put(db, 3, 4, 1));
	assert_drained(db, "2 0 3 ");
	assert_drained(db, "");
	assert_false(put(db, 2, 5, 7));                         /* the same again */
	assert_int_equal(tag_db_get(db, 2)->source_time.ms, 5); /* but fresher */
	assert_drained(db, "");
	tag_db_free(db);
}

static void tags_may_be_set_while_the_drained_list_is_walked(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits none = { 0 };
	size_t n;

	(void)state;
	tag_db_add(db, "a", &none);
	tag_db_add(db, "b", &none);
	tag_db_add(db, "sum", &none);
	put(db, 0, 1, 1);
	put(db, 1, 1, 1);
	const uint32_t *list = tag_db_drain(db, &n);

	assert_int_equal(n, 2);
	put(db, 2, 1, 2);
	put(db, 0, 2, 9);
	assert_int_equal(list[0], 0);
	assert_int_equal(list[1], 1);
	assert_drained(db, "2 0 ");
	tag_db_free(db);
}

static void a_deadband_counts_from_what_was_reported(void **state)
{
	struct tag_db *db = tag_db_new();
	static const struct {
		double v;
		bool news;
	} step[] = {
		{ 10.0, true },   { 10.4, false }, { 9.6, false },
		{ 10.5, true }, /* a whole deadband away counts */
		{ 10.1, false },  { 10.9, false }, { 11.0, true },
		{ 10.75, false }, { 10.5, true },
	};

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ .deadband = 0.5 });
	for (size_t i = 0; i < sizeof(step) / sizeof(step[0]); i++) {
		assert_int_equal(put(db, 0, (int64_t)i, step[i].v), step[i].news);
		/* the newest value is there even when it is no news */
		assert_double(tag_db_get(db, 0)->value.u.d, step[i].v, 0);
	}
	tag_db_free(db);
}

static void leaving_the_quiet_band_is_news_inside_the_deadband(void **state)
{
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ .deadband = 0.5 });
	put(db, 0, 1, 4.9);
	assert_false(tag_db_in_band(db, 0)); /* none set yet */
	tag_db_set_band(db, 0, -INFINITY, 5.0);
	assert_true(tag_db_in_band(db, 0));
	assert_false(put(db, 0, 2, 5.0)); /* the edge is inside */
	assert_true(tag_db_in_band(db, 0));
	assert_true(put(db, 0, 3, nextafter(5.0, 6)));
	assert_false(tag_db_in_band(db, 0));
	tag_db_set_band(db, 0, NAN, NAN);
	assert_false(tag_db_in_band(db, 0));
	tag_db_set_band(db, 0, 1, -1); /* an empty intersection is no band */
	put(db, 0, 4, 0);
	assert_false(tag_db_in_band(db, 0));
	tag_db_free(db);
}

static void only_a_good_number_is_in_the_band(void **state)
{
	struct tag_db *db = tag_db_new();
	struct sample text = at(3, value_string("3"), good);

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ 0 });
	tag_db_set_band(db, 0, 0, 10);
	assert_false(tag_db_in_band(db, 0));
	put(db, 0, 1, 3);
	assert_true(tag_db_in_band(db, 0));
	tag_db_set_quality(db, 0, bad_comm, now_at(2));
	assert_false(tag_db_in_band(db, 0));
	tag_db_set(db, 0, &text);
	assert_false(tag_db_in_band(db, 0));
	tag_db_free(db);
}

static void PLC_17_what_is_no_number_is_bad_sensor_without_a_value(void **state)
{
	static const double none[] = { NAN, -NAN, INFINITY, -INFINITY };
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ 0 });
	put(db, 0, 1, 3.5);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		put(db, 0, 2 + (int64_t)i, none[i]);
		assert_quality(db, 0, "bad sensor");
		assert_int_equal(tag_db_get(db, 0)->value.type, VALUE_NONE);
		assert_double(tag_db_last_good(db, 0)->value.u.d, 3.5, 0);
	}
	struct sample s = at(9, value_double(NAN), bad_comm);

	tag_db_set(db, 0, &s);
	assert_quality(db, 0, "bad comm"); /* the driver knew better */
	tag_db_free(db);
}

static void PLC_17_minus_zero_is_zero_and_a_denormal_is_a_number(void **state)
{
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ 0 });
	put(db, 0, 1, -0.0);
	assert_false(signbit(tag_db_get(db, 0)->value.u.d));
	assert_false(put(db, 0, 2, 0.0));
	assert_true(put(db, 0, 3, 5e-324));
	assert_quality(db, 0, "good ");
	tag_db_free(db);
}

static void a_number_out_of_range_is_uncertain_and_keeps_its_flags(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits range = { .has_range = true, .lo = 0, .hi = 6 };
	struct sample s = at(5, value_int(7), QUALITY_SIMULATED);

	(void)state;
	tag_db_add(db, "level", &range);
	put(db, 0, 1, 6.0);
	assert_quality(db, 0, "good ");
	put(db, 0, 2, 6.01);
	assert_quality(db, 0, "uncertain range");
	assert_double(tag_db_get(db, 0)->value.u.d, 6.01, 0);
	assert_double(tag_db_last_good(db, 0)->value.u.d, 6.0, 0);
	tag_db_set(db, 0, &s);
	assert_quality(db, 0, "uncertain range");
	assert_true(tag_db_get(db, 0)->quality & QUALITY_SIMULATED);
	tag_db_free(db);
}

static void a_value_that_cannot_be_held_is_refused_not_cut(void **state)
{
	struct tag_db *db = tag_db_new();
	char text[VALUE_STRING_MAX + 2];
	struct sample s = at(1, value_string(text), good);

	(void)state;
	memset(text, 'x', sizeof(text));
	text[VALUE_STRING_MAX + 1] = '\0';
	tag_db_add(db, "text", &(struct tag_limits){ 0 });
	tag_db_set(db, 0, &s);
	assert_quality(db, 0, "bad format");
	text[VALUE_STRING_MAX] = '\0';
	tag_db_set(db, 0, &s);
	assert_quality(db, 0, "good ");
	assert_string_equal(tag_db_get(db, 0)->value.u.s, text);
	s = at(2, value_string(NULL), good);
	tag_db_set(db, 0, &s);
	assert_quality(db, 0, "bad format");
	s = at(3, (struct value){ 0 }, good); /* good, but nothing in it */
	tag_db_set(db, 0, &s);
	assert_quality(db, 0, "bad no_value");
	s = at(4, value_int(1), (quality)0x0003); /* no such class */
	tag_db_set(db, 0, &s);
	assert_quality(db, 0, "bad format");
	tag_db_free(db);
}

static void texts_are_copied_and_the_last_good_one_is_kept(void **state)
{
	struct tag_db *db = tag_db_new();
	char text[16] = "auto";
	struct sample s = at(1, value_string(text), good);

	(void)state;
	tag_db_add(db, "mode", &(struct tag_limits){ 0 });
	assert_true(tag_db_set(db, 0, &s));
	memcpy(text, "xxxx", 4);
	assert_string_equal(tag_db_get(db, 0)->value.u.s, "auto");
	tag_db_set_quality(db, 0, bad_comm, now_at(2));
	assert_string_equal(tag_db_get(db, 0)->value.u.s, "auto");
	for (int i = 0; i < 3; i++) { /* bad texts never touch the good one */
		s = at(3 + i, value_string((const char *[]){ "p", "q", "r" }[i]),
		       bad_comm);
		tag_db_set(db, 0, &s);
		assert_string_equal(tag_db_last_good(db, 0)->value.u.s, "auto");
	}
	assert_string_equal(tag_db_get(db, 0)->value.u.s, "r");
	s = *tag_db_last_good(db, 0); /* its own text comes back */
	s.source_time.ms = 9;
	tag_db_set(db, 0, &s);
	assert_string_equal(tag_db_get(db, 0)->value.u.s, "auto");
	assert_ptr_equal(tag_db_last_good(db, 0), tag_db_get(db, 0));
	tag_db_free(db);
}

static void a_lost_source_keeps_value_and_times(void **state)
{
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ .stale_ms = 1000 });
	put(db, 0, 100, 3);
	assert_true(tag_db_set_quality(db, 0, bad_comm, now_at(500)));
	assert_false(tag_db_set_quality(db, 0, bad_comm, now_at(600)));
	assert_double(tag_db_get(db, 0)->value.u.d, 3, 0);
	assert_int_equal(tag_db_get(db, 0)->source_time.ms, 100);
	assert_int_equal(tag_db_get(db, 0)->taken.ns, 100 * 1000000);
	expire(db, 5000); /* comm says more than stale */
	assert_quality(db, 0, "bad comm");
	assert_int_equal(tag_db_next_deadline(db).ns, INT64_MAX);
	assert_true(tag_db_set_quality(db, 0, good, now_at(6000)));
	expire(db, 6999);
	assert_quality(db, 0, "good "); /* vouched for anew: its age starts again */
	expire(db, 7000);
	assert_quality(db, 0, "bad stale");
	tag_db_free(db);
}

static void quality_alone_cannot_make_a_missing_value_good(void **state)
{
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ 0 });
	assert_false(tag_db_set_quality(db, 0, good, now_at(1)));
	assert_quality(db, 0, "bad no_value");
	tag_db_free(db);
}

static void a_value_goes_stale_at_its_age_limit(void **state)
{
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ .stale_ms = 3000 });
	tag_db_add(db, "forever", &(struct tag_limits){ 0 });
	expire(db, 10000);
	assert_quality(db, 0, "bad no_value"); /* says more than stale */
	put(db, 0, 10000, 3);
	put(db, 1, 10000, 3);
	put(db, 0, 12000, 3); /* the same value, but it came */
	tag_db_drain(db, &(size_t){ 0 });
	expire(db, 14999);
	assert_quality(db, 0, "good ");
	assert_drained(db, "");
	expire(db, 15000);
	assert_quality(db, 0, "bad stale");
	assert_quality(db, 1, "good ");
	assert_double(tag_db_get(db, 0)->value.u.d, 3, 0);
	assert_double(tag_db_last_good(db, 0)->value.u.d, 3, 0);
	assert_drained(db, "0 ");
	tag_db_free(db);
}

static void tags_go_stale_in_the_order_of_their_deadlines(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits second = { .stale_ms = 1000 };

	(void)state;
	for (int i = 0; i < 4; i++)
		tag_db_add(db, (const char *[]){ "a", "b", "c", "d" }[i], &second);
	put(db, 0, 0, 1);
	put(db, 1, 10, 1);
	put(db, 2, 5, 1);
	put(db, 3, 5, 1);
	put(db, 0, 400, 2); /* moved away while its old deadline still stands */
	tag_db_drain(db, &(size_t){ 0 });
	expire(db, 9999);
	assert_drained(db, "2 3 1 0 ");
	tag_db_free(db);
}

static void what_a_person_substituted_does_not_age(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits limits = { .stale_ms = 1000, .frozen_ms = 2000 };
	struct sample s = at(0, value_double(4), QUALITY_SUBSTITUTED);

	(void)state;
	tag_db_add(db, "level", &limits);
	put(db, 0, 50, 3);
	tag_db_set(db, 0, &s); /* an earlier stamp does not matter either */
	expire(db, 100000);
	assert_double(tag_db_get(db, 0)->value.u.d, 4, 0);
	assert_int_equal(tag_db_get(db, 0)->quality, QUALITY_SUBSTITUTED);
	tag_db_free(db);
}

static void PLC_23_a_value_that_does_not_move_is_frozen_until_it_moves(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits limits = { .stale_ms = 3000, .frozen_ms = 10000 };

	(void)state;
	tag_db_add(db, "level", &limits);
	for (int64_t ms = 0; ms < 10000; ms += 500) {
		put(db, 0, ms, 2.5);
		expire(db, ms);
		assert_quality(db, 0, "good ");
	}
	expire(db, 10000);
	assert_quality(db, 0, "bad frozen");
	assert_double(tag_db_last_good(db, 0)->value.u.d, 2.5, 0);
	tag_db_drain(db, &(size_t){ 0 });
	put(db, 0, 10500, 2.5);
	assert_quality(db, 0, "bad frozen"); /* communication is fine, the value not */
	assert_drained(db, "");
	put(db, 0, 11000, 2.500001);
	assert_quality(db, 0, "good ");
	assert_drained(db, "0 ");
	tag_db_free(db);
}

static void PLC_23_noise_within_the_deadband_is_movement(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits limits = { .frozen_ms = 1000, .deadband = 1 };

	(void)state;
	tag_db_add(db, "level", &limits);
	for (int i = 0; i < 50; i++) {
		put(db, 0, i * 100, 5 + (i % 2) * 0.01);
		expire(db, i * 100);
	}
	assert_quality(db, 0, "good ");
	tag_db_free(db);
}

static void PLC_23_a_gap_in_communication_starts_the_watch_again(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits limits = { .stale_ms = 3000, .frozen_ms = 10000 };

	(void)state;
	tag_db_add(db, "level", &limits);
	put(db, 0, 0, 1);
	expire(db, 9000);
	assert_quality(db, 0, "bad stale");
	put(db, 0, 9500, 1); /* was it the same all the time? nobody saw */
	expire(db, 11000);
	assert_quality(db, 0, "good ");
	for (int64_t ms = 10000; ms <= 19000; ms += 1000)
		put(db, 0, ms, 1);
	expire(db, 19500);
	assert_quality(db, 0, "bad frozen");
	expire(db, 22000); /* and when it stops coming it is stale, no longer frozen */
	assert_quality(db, 0, "bad stale");
	tag_db_free(db);
}

static void new_limits_hold_at_once(void **state)
{
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "level", &(struct tag_limits){ 0 });
	put(db, 0, 1000, 1);
	expire(db, 100000);
	assert_quality(db, 0, "good ");
	tag_db_limits(db, 0, &(struct tag_limits){ .stale_ms = 50000 });
	expire(db, 100000);
	assert_quality(db, 0, "bad stale");

	put(db, 0, 200000, 1);
	tag_db_limits(db, 0, &(struct tag_limits){ .frozen_ms = 1000 });
	expire(db, 201000);
	assert_quality(db, 0, "bad frozen");
	tag_db_limits(db, 0, &(struct tag_limits){ 0 });
	put(db, 0, 202000, 1); /* nobody asks for movement any more */
	assert_quality(db, 0, "good ");
	tag_db_free(db);
}

static void MQ_05_an_older_source_time_never_replaces_a_newer_one(void **state)
{
	struct tag_db *db = tag_db_new();

	(void)state;
	tag_db_add(db, "turbidity", &(struct tag_limits){ .stale_ms = 60000 });
	put(db, 0, 1000, 7);
	struct sample late = at(900, value_double(3), good);

	late.taken = now_at(1100).mono;
	assert_false(tag_db_set(db, 0, &late));
	assert_double(tag_db_get(db, 0)->value.u.d, 7, 0);
	assert_int_equal(tag_db_get(db, 0)->source_time.ms, 1000);

	struct sample again = at(1000, value_double(7), good); /* a duplicate */

	assert_false(tag_db_set(db, 0, &again));
	late.quality = QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR);
	assert_true(tag_db_set(db, 0, &late)); /* another class: never hidden */
	assert_quality(db, 0, "bad sensor");
	tag_db_free(db);
}

static void MQ_05_our_own_judgement_does_not_let_an_older_one_in(void **state)
{
	struct tag_db *db = tag_db_new();
	struct tag_limits range = { .stale_ms = 60000, .has_range = true, .hi = 5 };

	(void)state;
	tag_db_add(db, "turbidity", &range);
	put(db, 0, 1000, 7); /* came good, is uncertain(range) here */
	assert_false(put(db, 0, 900, 3));
	assert_quality(db, 0, "uncertain range");
	put(db, 0, 1100, NAN);
	assert_false(put(db, 0, 1050, 3));
	assert_quality(db, 0, "bad sensor");
	tag_db_free(db);
}

static void MQ_05_a_source_whose_clock_went_back_is_believed_once_stale(void **state)
{
	struct tag_db *db = tag_db_new();
	struct sample s = at(5000, value_double(7), good);

	(void)state;
	tag_db_add(db, "turbidity", &(struct tag_limits){ .stale_ms = 2000 });
	s.source_time.ms = 3600000;
	tag_db_set(db, 0, &s);
	assert_false(put(db, 0, 6000, 8)); /* stamped an hour earlier */
	expire(db, 7000);
	assert_quality(db, 0, "bad stale");
	assert_true(put(db, 0, 7500, 9));
	assert_quality(db, 0, "good ");
	assert_true(put(db, 0, 8000, 10));
	tag_db_free(db);
}

static void MQ_05_times_that_cannot_be_compared_are_not(void **state)
{
	struct tag_db *db = tag_db_new();
	struct sample s = at(900, value_double(3), QUALITY_CLOCK);

	(void)state;
	tag_db_add(db, "turbidity", &(struct tag_limits){ .stale_ms = 60000 });
	put(db, 0, 1000, 7);
	assert_true(tag_db_set(db, 0, &s)); /* its clock is not believed */
	assert_true(put(db, 0, 800, 5));    /* nor was the one before */
	tag_db_clock_stepped(db);           /* ours was set back */
	assert_true(put(db, 0, 100, 6));
	assert_false(put(db, 0, 50, 4)); /* from here on they compare again */
	tag_db_free(db);
}

static void dependents_are_found_by_kind(void **state)
{
	struct tag_db *db = tag_db_new();
	size_t n;

	(void)state;
	tag_db_add(db, "a", &(struct tag_limits){ 0 });
	tag_db_depend(db, 0, TAG_DEP_EXPRESSION, 5);
	tag_db_depend(db, 0, TAG_DEP_ALARM, 8);
	tag_db_depend(db, 0, TAG_DEP_ALARM, 9);
	const uint32_t *v = tag_db_dependents(db, 0, TAG_DEP_ALARM, &n);

	assert_int_equal(n, 2);
	assert_int_equal(v[0], 8);
	assert_int_equal(v[1], 9);
	v = tag_db_dependents(db, 0, TAG_DEP_EXPRESSION, &n);
	assert_int_equal(n, 1);
	assert_int_equal(v[0], 5);
	tag_db_clear_depends(db);
	tag_db_dependents(db, 0, TAG_DEP_ALARM, &n);
	assert_int_equal(n, 0);
	tag_db_depend(db, 0, TAG_DEP_ALARM, 3);
	assert_int_equal(tag_db_dependents(db, 0, TAG_DEP_ALARM, &n)[0], 3);
	tag_db_remove(db, 0);
	tag_db_depend(db, 0, TAG_DEP_ALARM, 4); /* gone: nothing happens */
	assert_null(tag_db_dependents(db, 0, TAG_DEP_ALARM, &n));
	assert_int_equal(n, 0);
	tag_db_free(db);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_tag_is_bad_and_says_that_nothing_came),
		cmocka_unit_test(an_index_is_never_used_again),
		cmocka_unit_test(a_table_of_names_is_taken_over),
		cmocka_unit_test(each_tag_has_its_own_limits_however_many_there_are),
		cmocka_unit_test(what_a_tag_had_apart_goes_with_it),
		cmocka_unit_test(a_borrowed_sample_survives_the_adding_of_tags),
		cmocka_unit_test(changes_are_listed_once_in_order_of_the_first),
		cmocka_unit_test(tags_may_be_set_while_the_drained_list_is_walked),
		cmocka_unit_test(a_deadband_counts_from_what_was_reported),
		cmocka_unit_test(leaving_the_quiet_band_is_news_inside_the_deadband),
		cmocka_unit_test(only_a_good_number_is_in_the_band),
		cmocka_unit_test(PLC_17_what_is_no_number_is_bad_sensor_without_a_value),
		cmocka_unit_test(PLC_17_minus_zero_is_zero_and_a_denormal_is_a_number),
		cmocka_unit_test(a_number_out_of_range_is_uncertain_and_keeps_its_flags),
		cmocka_unit_test(a_value_that_cannot_be_held_is_refused_not_cut),
		cmocka_unit_test(texts_are_copied_and_the_last_good_one_is_kept),
		cmocka_unit_test(a_lost_source_keeps_value_and_times),
		cmocka_unit_test(quality_alone_cannot_make_a_missing_value_good),
		cmocka_unit_test(a_value_goes_stale_at_its_age_limit),
		cmocka_unit_test(tags_go_stale_in_the_order_of_their_deadlines),
		cmocka_unit_test(what_a_person_substituted_does_not_age),
		cmocka_unit_test(
			PLC_23_a_value_that_does_not_move_is_frozen_until_it_moves),
		cmocka_unit_test(PLC_23_noise_within_the_deadband_is_movement),
		cmocka_unit_test(PLC_23_a_gap_in_communication_starts_the_watch_again),
		cmocka_unit_test(new_limits_hold_at_once),
		cmocka_unit_test(MQ_05_an_older_source_time_never_replaces_a_newer_one),
		cmocka_unit_test(MQ_05_our_own_judgement_does_not_let_an_older_one_in),
		cmocka_unit_test(
			MQ_05_a_source_whose_clock_went_back_is_believed_once_stale),
		cmocka_unit_test(MQ_05_times_that_cannot_be_compared_are_not),
		cmocka_unit_test(dependents_are_found_by_kind),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
