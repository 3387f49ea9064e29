/* test_outside.c - what is news about a setpoint, and what only looks so. */
#include "support/test.h"

#include <stdlib.h>

#include "write/outside.h"

enum { STANDS = 3000 };

static struct outside o;
static struct mono now;
static struct outside_change got;
static int news;

static int setup(void **state)
{
	(void)state;
	o = (struct outside){ .known = false };
	now = (struct mono){ 1000000000 };
	news = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	outside_release(&o);
	return 0;
}

static void due(void)
{
	news += outside_due(&o, STANDS, 0.0, now, &got);
}

/* So many seconds, each with a sample of v. */
static void shows(double v, int seconds)
{
	struct sample s = { .value = value_double(v) };

	for (int i = 0; i < seconds; i++) {
		outside_sample(&o, &s, 0.0, now);
		due();
		now = mono_add_ms(now, 1000);
		due();
	}
}

static void goes_bad(void)
{
	struct sample s = { .value = value_double(0),
			    .quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM) };

	outside_sample(&o, &s, 0.0, now);
}

static void WR_31_another_value_that_stands_is_news_once(void **state)
{
	(void)state;
	shows(40, 10);
	assert_int_equal(news, 0); /* what stood there at the start is none */
	shows(55, 2);
	assert_int_equal(news, 0);
	shows(55, 20);
	assert_int_equal(news, 1);
	assert_true(got.was.u.d == 40.0 && got.is.u.d == 55.0);
	assert_false(got.away);
}

static void WR_31_it_is_told_without_another_sample(void **state)
{
	struct sample s = { .value = value_double(55) };

	(void)state;
	shows(40, 5);
	outside_sample(&o, &s, 0.0, now);
	assert_true(outside_deadline(&o, STANDS).ns == mono_add_ms(now, STANDS).ns);
	now = mono_add_ms(now, STANDS - 1);
	due();
	assert_int_equal(news, 0);
	now = mono_add_ms(now, 1);
	due();
	assert_int_equal(news, 1);
	assert_true(outside_deadline(&o, STANDS).ns == INT64_MAX);
}

static void WR_31_a_value_that_comes_back_is_no_news(void **state)
{
	(void)state;
	shows(40, 5);
	shows(0, 2);
	shows(40, 10);
	assert_int_equal(news, 0);
}

static void WR_31_what_ramps_is_told_when_it_stands(void **state)
{
	(void)state;
	shows(40, 5);
	for (int i = 1; i < 200; i++)
		shows(40 + 0.1 * i, 1);
	assert_int_equal(news, 0);
	shows(60, 5);
	assert_int_equal(news, 1);
	assert_true(got.was.u.d == 40.0 && got.is.u.d == 60.0);
}

static void WR_31_what_never_stands_is_never_told(void **state)
{
	(void)state;
	shows(40, 5);
	for (int i = 0; i < 1000; i++)
		shows(i % 7, 1);
	assert_int_equal(news, 0);
}

static void WR_31_within_the_tolerance_nothing_changed(void **state)
{
	struct sample s = { .value = value_double(40) };

	(void)state;
	outside_sample(&o, &s, 0.5, now);
	now = mono_add_ms(now, STANDS);
	assert_false(outside_due(&o, STANDS, 0.5, now, &got));
	s.value = value_double(40.4);
	outside_sample(&o, &s, 0.5, now);
	assert_true(outside_deadline(&o, STANDS).ns == INT64_MAX);
	s.value = value_double(40.6);
	outside_sample(&o, &s, 0.5, now);
	assert_true(outside_deadline(&o, STANDS).ns != INT64_MAX);
}

static void WR_31_what_we_wrote_is_no_news(void **state)
{
	struct value v = value_double(55);

	(void)state;
	shows(40, 5);
	outside_write(&o, &v, now);
	shows(40, 2); /* not there yet */
	shows(55, 10);
	assert_int_equal(news, 0);
	shows(60, 5); /* and then somebody else */
	assert_int_equal(news, 1);
	assert_true(got.was.u.d == 55.0 && got.is.u.d == 60.0);
}

static void WR_31_what_we_wrote_may_come_late_and_slowly(void **state)
{
	struct value v = value_double(55);

	(void)state;
	shows(40, 5);
	outside_write(&o, &v, now);
	shows(40, 10); /* it takes its time */
	shows(45, 10); /* in steps that stand */
	shows(50, 10);
	shows(55, 10);
	assert_int_equal(news, 0);
	shows(50, 5); /* back: nobody here did that */
	assert_int_equal(news, 1);
}

static void WR_31_a_device_that_clamps_is_no_news_but_what_follows_is(void **state)
{
	struct value v = value_double(200);

	(void)state;
	shows(40, 5);
	outside_write(&o, &v, now);
	shows(100, 10);
	assert_int_equal(news, 0);
	shows(30, 10); /* not on its way to 200 */
	assert_int_equal(news, 1);
	assert_true(got.was.u.d == 100.0 && got.is.u.d == 30.0);
}

static void WR_31_an_old_write_excuses_nothing_on_its_way(void **state)
{
	struct value v = value_double(200);

	(void)state;
	shows(40, 5);
	outside_write(&o, &v, now);
	shows(100, 10);
	now = mono_add_ms(now, OUTSIDE_WAY_MS);
	shows(150, 10);
	assert_int_equal(news, 1);
}

static void WR_31_a_device_that_was_away_and_shows_the_same_is_no_news(void **state)
{
	(void)state;
	shows(40, 5);
	goes_bad();
	now = mono_add_ms(now, 60000);
	shows(0, 5); /* its program looks for its settings */
	shows(40, 20);
	assert_int_equal(news, 0);
}

static void WR_31_what_changed_while_the_device_was_away_is_told_as_that(void **state)
{
	(void)state;
	shows(40, 5);
	goes_bad();
	shows(55, OUTSIDE_AWAY_TIMES * STANDS / 1000 - 1);
	assert_int_equal(news, 0);
	shows(55, 2);
	assert_int_equal(news, 1);
	assert_true(got.away);
}

static void WR_31_what_began_before_it_went_away_is_judged_after(void **state)
{
	(void)state;
	shows(40, 5);
	shows(55, 2);
	goes_bad();
	now = mono_add_ms(now, 60000);
	due();
	assert_int_equal(news, 0);
}

static void WR_31_one_tag_is_told_of_once_a_minute(void **state)
{
	(void)state;
	shows(0, 5);
	for (int i = 1; i <= 60; i++)
		shows(i, 6); /* six minutes of somebody who turns a knob */
	assert_true(news >= 5 && news <= 7);
	shows(60, 60);
	assert_true(got.is.u.d == 60.0); /* the last one is told of in the end */
}

static void WR_31_texts_are_compared_too(void **state)
{
	struct sample s = { .value = value_string("auto") };

	(void)state;
	outside_sample(&o, &s, 0.0, now);
	now = mono_add_ms(now, STANDS);
	due();
	s.value = value_string("hand");
	outside_sample(&o, &s, 0.0, now);
	now = mono_add_ms(now, STANDS);
	due();
	assert_int_equal(news, 1);
	assert_string_equal(got.was.u.s, "auto");
	assert_string_equal(got.is.u.s, "hand");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(WR_31_another_value_that_stands_is_news_once),
		T(WR_31_it_is_told_without_another_sample),
		T(WR_31_a_value_that_comes_back_is_no_news),
		T(WR_31_what_ramps_is_told_when_it_stands),
		T(WR_31_what_never_stands_is_never_told),
		T(WR_31_within_the_tolerance_nothing_changed),
		T(WR_31_what_we_wrote_is_no_news),
		T(WR_31_what_we_wrote_may_come_late_and_slowly),
		T(WR_31_a_device_that_clamps_is_no_news_but_what_follows_is),
		T(WR_31_an_old_write_excuses_nothing_on_its_way),
		T(WR_31_a_device_that_was_away_and_shows_the_same_is_no_news),
		T(WR_31_what_changed_while_the_device_was_away_is_told_as_that),
		T(WR_31_what_began_before_it_went_away_is_judged_after),
		T(WR_31_one_tag_is_told_of_once_a_minute),
		T(WR_31_texts_are_compared_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
