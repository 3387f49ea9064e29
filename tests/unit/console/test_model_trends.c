/* test_model_trends.c - what a console asks for of the past: the window once, then only
 * what is new, and nothing when no trend is on the glass. */
#include "support/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/view/model_trends.h"

enum { LENGTH_S = 10, WINDOW = 30, START_S = 1763776800 };

/* A server that has every bucket: its value is its number. */
struct world {
	struct model_trends t;
	struct now now;
	uint32_t last_req;
	size_t requests, buckets, bytes;
	bool mute;
	const char *refusal;
};

static struct wire_trend_data data;

static void answer(struct world *w, struct model_trend *s, const struct wire_trend *m)
{
	int64_t length_ms = (int64_t)m->bucket_s * 1000;
	int64_t first = m->from_ms / length_ms, end = w->now.wall.ms / length_ms;
	int64_t n = end - first < m->count ? end - first : m->count;

	s->req = ++w->last_req;
	w->requests++;
	if (w->mute)
		return;
	data = (struct wire_trend_data){ .req = s->req,
					 .bucket_s = m->bucket_s,
					 .first = first,
					 .began_ms = 1,
					 .n = (uint16_t)(n < 0 ? 0 : n) };
	for (int i = 0; i < data.n; i++)
		data.v[i] = (struct trend_bucket){ .known = true,
						   .has_last = true,
						   .last = (double)(first + i) };
	w->buckets += data.n;
	if (!w->refusal)
		assert_true(model_trends_data(&w->t, &data));
	assert_true(
		model_trends_reply(&w->t, s->req, w->refusal ? w->refusal : "", w->now));
}

static void exchange(struct world *w)
{
	struct model_trend *s;
	struct wire_trend m;

	while ((s = model_trends_due(&w->t, w->now, &m)))
		answer(w, s, &m);
}

static void pass(struct world *w, int64_t ms)
{
	w->now.mono = mono_add_ms(w->now.mono, ms);
	w->now.wall.ms += ms;
}

/* Paints a window that ends `back` buckets ago, as a widget would. */
static bool look(struct world *w, const char *tag, int64_t back, struct trend_bucket *v,
		 struct trend_about *about)
{
	const struct trend_ask ask = { tag, LENGTH_S,
				       w->now.wall.ms / 1000 / LENGTH_S - back, WINDOW };

	w->t.now = w->now;
	return model_trends_ask(&w->t, &ask, v, about);
}

static void open_world(struct world *w)
{
	*w = (struct world){ .now = { { INT64_C(5000000000) },
				      { START_S * INT64_C(1000) + 1 } } };
}

static void PR_08_the_window_is_asked_for_once_then_a_bucket_at_a_time(void **state)
{
	struct trend_bucket v[WINDOW];
	struct trend_about about;
	struct world w;

	(void)state;
	open_world(&w);
	assert_false(look(&w, "a", 0, v, &about));
	exchange(&w);
	assert_int_equal(w.requests, 1);
	assert_int_equal(w.buckets, WINDOW);
	assert_true(look(&w, "a", 0, v, &about));
	for (int i = 0; i < WINDOW; i++)
		assert_double(v[i].last, START_S / LENGTH_S - WINDOW + i, 0);
	/* frames come and go: nothing is asked for until a bucket has ended */
	for (int ms = 0; ms < 600000; ms += 250) {
		pass(&w, 250);
		look(&w, "a", 0, v, &about);
		exchange(&w);
	}
	look(&w, "a", 0, v, &about);
	assert_int_equal(w.requests, 1 + 60);
	assert_int_equal(w.buckets, WINDOW + 60);
	assert_int_equal(about.told_end, w.now.wall.ms / 1000 / LENGTH_S);
	for (int i = 0; i < WINDOW; i++)
		assert_double(v[i].last, START_S / LENGTH_S + 60 - WINDOW + i, 0);
	model_trends_release(&w.t);
}

static void PR_08_nothing_is_asked_for_while_no_trend_is_on_the_glass(void **state)
{
	struct trend_bucket v[WINDOW];
	struct trend_about about;
	struct world w;

	(void)state;
	open_world(&w);
	exchange(&w);
	assert_int_equal(w.requests, 0);
	look(&w, "a", 0, v, &about);
	exchange(&w);
	w.requests = w.buckets = 0;
	for (int s = 0; s < 200; s++) { /* another screen stands there */
		pass(&w, 1000);
		exchange(&w);
	}
	assert_in_range(w.requests, 0, 1); /* what was on the glass a moment ago */
	look(&w, "a", 0, v, &about);       /* back: only what is missing */
	exchange(&w);
	assert_int_equal(w.buckets, 20);
	look(&w, "a", 0, v, &about);
	assert_double(v[0].last, START_S / LENGTH_S + 20 - WINDOW, 0);
	assert_double(v[WINDOW - 1].last, START_S / LENGTH_S + 19, 0);
	model_trends_release(&w.t);
}

static void looking_back_fetches_what_lies_before(void **state)
{
	struct trend_bucket v[WINDOW];
	struct trend_about about;
	struct world w;

	(void)state;
	open_world(&w);
	look(&w, "a", 0, v, &about);
	exchange(&w);
	pass(&w, 100);
	look(&w, "a", 15, v, &about);
	exchange(&w);
	assert_int_equal(w.buckets, WINDOW + 15);
	look(&w, "a", 15, v, &about);
	assert_double(v[0].last, START_S / LENGTH_S - WINDOW - 15, 0);
	assert_double(v[WINDOW - 1].last, START_S / LENGTH_S - 16, 0);
	pass(&w, 100);
	look(&w, "a", 5000, v, &about); /* far away: fetched anew */
	exchange(&w);
	look(&w, "a", 5000, v, &about);
	assert_double(v[0].last, START_S / LENGTH_S - WINDOW - 5000, 0);
	pass(&w, 100);
	look(&w, "a", 0, v, &about);
	exchange(&w);
	look(&w, "a", 0, v, &about);
	assert_double(v[WINDOW - 1].last, START_S / LENGTH_S - 1, 0);
	model_trends_release(&w.t);
}

static void one_request_is_out_at_a_time_and_a_refusal_is_not_repeated(void **state)
{
	struct trend_bucket v[WINDOW];
	struct trend_about about;
	struct world w;

	(void)state;
	open_world(&w);
	w.mute = true;
	for (int i = 0; i < 20; i++) {
		look(&w, "a", 0, v, &about);
		exchange(&w);
		pass(&w, 1000);
	}
	assert_int_equal(w.requests, 1);
	model_trends_forget(&w.t); /* the connection went */
	w.mute = false;
	w.refusal = "all places are taken";
	for (int i = 0; i < 20; i++) {
		assert_false(look(&w, "a", 0, v, &about));
		exchange(&w);
		pass(&w, 1000);
	}
	assert_int_equal(w.requests, 2);
	assert_string_equal(about.refusal, "all places are taken");
	for (int i = 0; i < 120; i++) { /* nobody looks any more */
		pass(&w, 1000);
		exchange(&w);
	}
	assert_int_equal(w.requests, 2);
	look(&w, "a", 0, v, &about);
	exchange(&w);
	assert_int_equal(w.requests, 3);
	assert_false(model_trends_reply(&w.t, 99, "", w.now)); /* somebody else's */
	assert_false(model_trends_reply(&w.t, 0, "", w.now));
	model_trends_release(&w.t);
}

static void PR_08_what_is_kept_has_an_end(void **state)
{
	struct trend_bucket v[WINDOW];
	struct trend_about about;
	struct world w;
	char tag[16];

	(void)state;
	open_world(&w);
	for (int i = 0; i < 3 * MODEL_TRENDS_MAX; i++) {
		snprintf(tag, sizeof(tag), "t%d", i);
		look(&w, tag, 0, v, &about);
		exchange(&w);
		pass(&w, 10);
	}
	assert_int_equal(w.t.n, MODEL_TRENDS_MAX);
	model_trends_forget(&w.t);
	for (int i = 0; i < 20000; i++) { /* two days before one trend */
		pass(&w, LENGTH_S * 1000);
		look(&w, "a", 0, v, &about);
		exchange(&w);
		assert_true(w.t.v[0]->n < 1000);
	}
	look(&w, "a", 0, v, &about);
	assert_double(v[0].last, (double)(w.now.wall.ms / 1000 / LENGTH_S - WINDOW), 0);
	model_trends_release(&w.t);
}

static void PR_08_more_than_can_be_kept_push_nothing_off_the_glass(void **state)
{
	struct trend_bucket v[WINDOW];
	struct trend_about about;
	struct world w;
	char tag[16];
	size_t asked;

	(void)state;
	open_world(&w);
	for (int frame = 0; frame < 3; frame++) {
		for (int i = 0; i < MODEL_TRENDS_MAX + 5; i++) {
			v[0].known = true;
			snprintf(tag, sizeof(tag), "t%d", i);
			assert_int_equal(look(&w, tag, 0, v, &about),
					 frame > 0 && i < MODEL_TRENDS_MAX);
			if (i < MODEL_TRENDS_MAX)
				continue;
			assert_string_equal(about.refusal, "too many trends at a time");
			assert_false(v[0].known);
		}
		asked = w.requests;
		exchange(&w);
		assert_int_equal(w.requests - asked, frame ? 0 : MODEL_TRENDS_MAX);
		pass(&w, 10);
	}
	/* what stood there gives way to another screen */
	look(&w, "other", 0, v, &about);
	assert_string_equal(about.refusal, "");
	model_trends_release(&w.t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			PR_08_the_window_is_asked_for_once_then_a_bucket_at_a_time),
		cmocka_unit_test(
			PR_08_nothing_is_asked_for_while_no_trend_is_on_the_glass),
		cmocka_unit_test(looking_back_fetches_what_lies_before),
		cmocka_unit_test(
			one_request_is_out_at_a_time_and_a_refusal_is_not_repeated),
		cmocka_unit_test(PR_08_what_is_kept_has_an_end),
		cmocka_unit_test(PR_08_more_than_can_be_kept_push_nothing_off_the_glass),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
