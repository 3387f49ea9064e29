/* test_trend_page.c - the trend page under the keys: pens, rulers, zoom, history, and
 * what the server is asked for meanwhile. */
#include "unit/console/desk.h"

#include "console/view/trend_view.h"

/* A server with a past of all tags: the value is the second, modulo 100; the pump's is
 * gone for a while. */
struct past {
	struct desk d;
	size_t requests, buckets, subscribes, unsubscribes;
	size_t bytes; /* all that was sent */
	char names[16][128];
	size_t n_names; /* of the last SUBSCRIBE of pens */
};

static struct wire_trend_data data;

static void fill_bucket(struct trend_bucket *b, int64_t at_s, uint32_t length_s,
			const char *tag)
{
	bool gone = strcmp(tag, "intake.p101.speed") == 0 && at_s % 1000 < 100;

	*b = (struct trend_bucket){
		.known = true,
		.has_range = !gone,
		.has_last = true,
		.count = (uint16_t)length_s,
		.min = (double)(at_s % 100),
		.max = (double)(at_s % 100) + 1,
		.last = (double)(at_s % 100),
		.worst = gone ? QUALITY_MAKE(QUALITY_BAD, REASON_COMM) : 0,
		.end = gone ? QUALITY_MAKE(QUALITY_BAD, REASON_COMM) : 0,
	};
}

static void feed(struct past *p, const struct strbuf *w)
{
	const uint8_t *payload;
	uint16_t type;
	size_t len;

	for (size_t at = 0; at < w->len;) {
		int64_t used = wire_frame_next((const uint8_t *)w->buf + at, w->len - at,
					       &type, &payload, &len);
		const struct client_frame f = { type, payload, len };

		assert_true(used > 0);
		talk_frame(p->d.a, &f);
		at += (size_t)used;
	}
}

static void answer_trend(struct past *p, const struct wire_trend *m)
{
	int64_t now_s = p->d.a->now.wall.ms / 1000, first = m->from_ms / 1000;
	struct strbuf w = STRBUF_INIT;
	int64_t n = now_s / m->bucket_s - first / m->bucket_s;

	p->requests++;
	data = (struct wire_trend_data){ .req = m->req,
					 .bucket_s = m->bucket_s,
					 .first = first / m->bucket_s,
					 .began_ms = p->d.a->now.wall.ms - 50000000,
					 .n = n < m->count ? (uint16_t)n : m->count };
	for (int i = 0; i < data.n; i++)
		fill_bucket(&data.v[i], (data.first + i) * m->bucket_s, m->bucket_s,
			    m->tag);
	p->buckets += data.n;
	wire_put_trend_data(&w, &data);
	wire_put_reply(&w, m->req, WIRE_OK, "");
	feed(p, &w);
	strbuf_release(&w);
}

static void answer_subscribe(struct past *p, const struct wire_subscribe *m)
{
	struct strbuf w = STRBUF_INIT;
	size_t at;

	if (m->view != VIEW_PENS)
		return;
	p->subscribes++;
	p->n_names = m->n;
	for (size_t i = 0; i < m->n; i++) {
		struct wire_tag_info info = { .tag = (uint32_t)(100 + i),
					      .type = VALUE_DOUBLE,
					      .decimals = 1,
					      .has_range = 1,
					      .hi = 100,
					      .unit = "%" };

		snprintf(p->names[i], 128, "%s", m->names[i]);
		snprintf(info.name, sizeof(info.name), "%s", m->names[i]);
		wire_put_tag_info(&w, &info);
	}
	at = wire_begin(&w, WIRE_VALUES);
	for (size_t i = 0; i < m->n; i++)
		wire_put_value(&w, &(struct wire_value){
					   .tag = (uint32_t)(100 + i),
					   .value = value_double(40 + (double)i) });
	wire_end(&w, at);
	feed(p, &w);
	strbuf_release(&w);
}

/* One turn of the console's loop against that server, and a frame. */
static void turn(struct past *p)
{
	struct strbuf *out = client_out(p->d.a->client), sent = STRBUF_INIT;
	const uint8_t *payload;
	uint16_t type;
	size_t len;

	desk_paint(&p->d);
	pens_turn(p->d.a);
	trends_turn(p->d.a);
	strbuf_add(&sent, out->buf, out->len);
	strbuf_clear(out);
	p->bytes += sent.len;
	for (size_t at = 0; at < sent.len;) {
		int64_t used = wire_frame_next((const uint8_t *)sent.buf + at,
					       sent.len - at, &type, &payload, &len);
		struct wire_subscribe s;
		struct wire_trend t;

		assert_true(used > 0);
		at += (size_t)used;
		if (type == WIRE_TREND) {
			assert_true(wire_get_trend(payload, len, &t));
			answer_trend(p, &t);
		} else if (type == WIRE_SUBSCRIBE) {
			assert_true(wire_get_subscribe(payload, len, &s));
			answer_subscribe(p, &s);
			wire_subscribe_release(&s);
		} else if (type == WIRE_UNSUBSCRIBE) {
			p->unsubscribes++;
		}
	}
	strbuf_release(&sent);
	desk_paint(&p->d);
}

static void press(struct past *p, uint32_t key)
{
	desk_key(&p->d, key);
	turn(p);
	turn(p);
}

static void open_with(struct past *p, const char *tag)
{
	trend_open(p->d.a, tag);
	turn(p);
	turn(p);
}

static int setup(void **state)
{
	struct past *p = calloc(1, sizeof(*p));

	setenv("TZ", "UTC0", 1);
	desk_open(&p->d);
	desk_resize(&p->d, 100, 30);
	desk_sent(&p->d);
	p->d.a->now.wall.ms = INT64_C(1763776840500);
	p->d.a->model.link = LINK_UP;
	p->d.a->ui.page = UI_PICTURE;
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct past *p = *state;

	desk_close(&p->d);
	free(p);
	return 0;
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

static void a_pen_brings_its_window_and_its_values(void **state)
{
	struct past *p = *state;

	open_with(p, "intake.flow");
	assert_int_equal(p->d.a->ui.page, UI_TREND);
	desk_shows(&p->d, "Trend  1h");
	desk_shows(&p->d, "live");
	desk_shows(&p->d, "1 intake.flow");
	desk_shows(&p->d, "40.0 %");
	assert_int_equal(p->subscribes, 1);
	assert_int_equal(p->requests, 1);
	assert_int_equal(p->buckets, p->d.a->ui.drawn.trend.slots);
}

static void PR_08_a_trend_that_stands_there_asks_once_a_bucket(void **state)
{
	struct past *p = *state;
	int64_t s = 0, step;
	size_t moves = 0, before;
	int64_t end;

	open_with(p, "intake.flow");
	step = p->d.a->ui.drawn.trend.bucket_ms * p->d.a->ui.drawn.trend.step / 1000;
	p->requests = p->bytes = 0;
	end = p->d.a->ui.drawn.trend.end_ms;
	for (s = 0; s < 20 * step; s++) {
		before = p->requests;
		desk_pass(&p->d, 1000);
		turn(p);
		assert_in_range(p->requests - before, 0, 1);
		moves += p->d.a->ui.drawn.trend.end_ms != end;
		end = p->d.a->ui.drawn.trend.end_ms;
	}
	assert_in_range(moves, 19, 21);
	assert_in_range(p->requests, 19, 21); /* a column each, not a second each */
	press(p, '0');
	p->requests = p->bytes = 0;
	for (s = 0; s < 300; s++) {
		desk_pass(&p->d, 1000);
		turn(p);
	}
	assert_int_equal(p->bytes, 0); /* no trend on the glass: not a byte */
	assert_int_equal(p->unsubscribes, 1);
}

static void pens_stay_while_the_console_runs_and_there_are_eight(void **state)
{
	struct past *p = *state;
	char name[32];

	for (int i = 0; i < 8; i++) {
		snprintf(name, sizeof(name), "a.t%d", i);
		open_with(p, name);
	}
	assert_int_equal(p->d.a->ui.trend.n_pens, 8);
	assert_int_equal(p->n_names, 8);
	desk_shows(&p->d, "8 a.t7");
	open_with(p, "a.t3"); /* one that is there is only selected */
	assert_int_equal(p->d.a->ui.trend.n_pens, 8);
	assert_int_equal(p->d.a->ui.trend.selected, 3);
	open_with(p, "a.other"); /* the ninth takes the selected one's place */
	assert_string_equal(p->d.a->ui.trend.pens[3], "a.other");
	assert_has(desk_message(&p->d), "took the selected one's place");
	press(p, '0');
	assert_int_equal(p->d.a->ui.page, UI_PICTURE);
	press(p, 't');
	assert_int_equal(p->d.a->ui.page, UI_TREND);
	desk_shows(&p->d, "4 a.other");
	press(p, 'x');
	assert_int_equal(p->d.a->ui.trend.n_pens, 7);
	assert_string_equal(p->d.a->ui.trend.pens[3], "a.t4");
	for (int i = 0; i < 9; i++)
		press(p, 'x');
	desk_shows(&p->d, "No pens yet");
	press(p, TERM_KEY_LEFT); /* and no key minds */
	press(p, 'm');
	press(p, '+');
	press(p, TERM_KEY_PAGE_UP);
	press(p, TERM_KEY_HOME);
	press(p, TERM_KEY_TAB);
	press(p, 'v');
	desk_shows(&p->d, "No pens yet");
}

static void HM_06_the_ruler_tells_value_and_time_to_the_second(void **state)
{
	struct past *p = *state;
	char want[64], at[CLOCK_LOCAL_SIZE];
	const struct drawn_trend *d = &p->d.a->ui.drawn.trend;
	int64_t ms;

	open_with(p, "intake.flow");
	press(p, TERM_KEY_LEFT);
	ms = d->end_ms - d->bucket_ms;
	assert_int_equal(p->d.a->ui.trend.ruler_ms, ms);
	clock_local((struct wall){ ms }, at);
	snprintf(want, sizeof(want), "ruler %.19s", at);
	desk_shows(&p->d, want);
	snprintf(want, sizeof(want), "%d.0 %%", (int)(ms / 1000 % 100));
	desk_shows(&p->d, want);
	press(p, TERM_KEY_LEFT);
	assert_int_equal(p->d.a->ui.trend.ruler_ms, ms - d->bucket_ms);
	press(p, TERM_KEY_RIGHT);
	assert_int_equal(p->d.a->ui.trend.ruler_ms, ms);
	press(p, TERM_KEY_ESC);
	assert_int_equal(p->d.a->ui.trend.ruler_ms, 0);
	assert_int_equal(p->d.a->ui.page, UI_TREND);
	press(p, TERM_KEY_ESC);
	assert_int_equal(p->d.a->ui.page, UI_PICTURE);
}

static void two_rulers_tell_what_lies_between(void **state)
{
	struct past *p = *state;
	const struct drawn_trend *d = &p->d.a->ui.drawn.trend;
	char want[80];
	int a, b;
	int64_t ms;

	open_with(p, "intake.flow");
	press(p, 'm');
	assert_has(desk_message(&p->d), "first the ruler");
	press(p, TERM_KEY_LEFT);
	ms = p->d.a->ui.trend.ruler_ms;
	press(p, 'm');
	for (int i = 0; i < 3; i++)
		press(p, TERM_KEY_LEFT);
	b = (int)(ms / 1000 % 100);
	a = (int)((ms - 3 * d->bucket_ms) / 1000 % 100);
	snprintf(want, sizeof(want), "between: 0:%02d:%02d  change %d.0",
		 (int)(3 * d->bucket_ms / 60000), (int)(3 * d->bucket_ms / 1000 % 60),
		 b - a);
	desk_shows(&p->d, want);
	desk_shows(&p->d, "%/h");
	desk_shows(&p->d, "average");
	press(p, 'm');
	assert_int_equal(p->d.a->ui.trend.ruler2_ms, 0);
}

static void HM_18_what_is_not_live_says_history_in_reverse(void **state)
{
	struct past *p = *state;
	const struct grid *g = &p->d.a->grid;
	int row;

	open_with(p, "intake.flow");
	row = desk_find(&p->d, "Trend  1h");
	assert_null(strstr(desk_line(&p->d, row), "HISTORY"));
	press(p, TERM_KEY_PAGE_UP);
	assert_has(desk_line(&p->d, row), "HISTORY");
	assert_true(grid_at(g, g->cols - 3, row)->selected);
	desk_pass(&p->d, 600000);
	turn(p);
	int64_t end = p->d.a->ui.drawn.trend.end_ms;

	desk_pass(&p->d, 600000);
	turn(p);
	assert_int_equal(p->d.a->ui.drawn.trend.end_ms, end); /* it stands */
	press(p, TERM_KEY_END);
	assert_null(strstr(desk_line(&p->d, row), "HISTORY"));
	assert_false(grid_at(g, g->cols - 3, row)->selected);
	/* back half a window and forth again is live again */
	press(p, TERM_KEY_PAGE_UP);
	press(p, TERM_KEY_PAGE_DOWN);
	assert_true(p->d.a->ui.trend.live);
	/* a ruler in a window that moves would be pushed out of it */
	press(p, TERM_KEY_LEFT);
	assert_has(desk_line(&p->d, row), "HISTORY");
}

static void zoom_goes_through_all_spans_around_the_ruler(void **state)
{
	static const char *const names[] = { "1m", "5m", "15m", "1h",
					     "2h", "4h", "8h",  "1d" };
	struct past *p = *state;
	const struct drawn_trend *d = &p->d.a->ui.drawn.trend;
	char want[32];
	int64_t at;

	open_with(p, "intake.flow");
	for (int i = 0; i < 10; i++)
		press(p, '+');
	for (int i = 0; i < 8; i++) {
		snprintf(want, sizeof(want), "Trend  %s ", names[i]);
		desk_shows(&p->d, want);
		press(p, '-');
	}
	desk_shows(&p->d, "Trend  1d");
	press(p, '-');
	desk_shows(&p->d, "Trend  1d");
	for (int i = 0; i < 30; i++)
		press(p, TERM_KEY_LEFT);
	at = p->d.a->ui.trend.ruler_ms;
	press(p, '+');
	assert_int_equal(p->d.a->ui.trend.ruler_ms, at);
	assert_true(d->end_ms - d->slots * d->bucket_ms <= at && at < d->end_ms);
	press(p, '+');
	assert_true(d->end_ms - d->slots * d->bucket_ms <= at && at < d->end_ms);
	/* in the middle, as far as a bucket goes */
	assert_true(llabs(d->end_ms - d->slots * d->bucket_ms / 2 - at) <
		    d->slots * d->bucket_ms / 8);
}

static void home_is_as_far_as_the_server_knows(void **state)
{
	struct past *p = *state;
	const struct drawn_trend *d = &p->d.a->ui.drawn.trend;
	int64_t began, first;

	open_with(p, "intake.flow");
	began = p->d.a->now.wall.ms - 50000000;
	press(p, TERM_KEY_HOME);
	first = d->end_ms - d->slots * d->bucket_ms;
	assert_true(llabs(first - began) <= 3 * d->bucket_ms);
	desk_shows(&p->d, "HISTORY");
}

static void the_table_has_the_window_as_numbers(void **state)
{
	struct past *p = *state;
	const struct drawn_trend *d = &p->d.a->ui.drawn.trend;
	char at[CLOCK_LOCAL_SIZE], want[64];
	int64_t ms;
	int row;

	open_with(p, "intake.p101.speed");
	open_with(p, "intake.flow");
	press(p, 'v');
	row = desk_find(&p->d, "2 min");
	assert_true(row > 0);
	assert_has(desk_line(&p->d, row), "2 max");
	assert_has(desk_line(&p->d, row), "1 last");
	ms = d->end_ms - d->bucket_ms;
	clock_local_hms((struct wall){ ms }, at);
	assert_has(desk_line(&p->d, row + 1), at); /* the newest first */
	snprintf(want, sizeof(want), "%d.0", (int)(ms / 1000 % 100) + 1);
	assert_has(desk_line(&p->d, row + 1), want);
	press(p, TERM_KEY_DOWN);
	clock_local_hms((struct wall){ ms - d->bucket_ms }, at);
	assert_has(desk_line(&p->d, row + 1), at);
	for (int i = 0; i < 500; i++)
		press(p, TERM_KEY_DOWN); /* to the end and no further */
	assert_int_equal(p->d.a->ui.trend.table_top + p->d.a->ui.drawn.list_rows,
			 d->slots);
	press(p, TERM_KEY_TAB);
	assert_int_equal(p->d.a->ui.trend.selected, 0);
	press(p, 'v');
	assert_int_equal(desk_find(&p->d, "2 min"), -1);
}

static void HM_14_a_gap_under_the_ruler_says_why(void **state)
{
	struct past *p = *state;

	/* at :00 of a thousand seconds the pump does not answer */
	p->d.a->now.wall.ms = INT64_C(1763777060000);
	open_with(p, "intake.p101.speed");
	press(p, TERM_KEY_LEFT);
	desk_shows(&p->d, "no value: ");
	desk_shows(&p->d, "####");
}

static void a_lost_connection_forgets_the_past_and_asks_anew(void **state)
{
	struct past *p = *state;

	open_with(p, "intake.flow");
	assert_int_equal(p->subscribes, 1);
	talk_subscribe(p->d.a); /* as after a reload: every value was forgotten */
	turn(p);
	assert_int_equal(p->subscribes, 2);
	model_trends_forget(&p->d.a->model.trends);
	p->requests = 0;
	turn(p);
	turn(p);
	assert_int_equal(p->requests, 1);
	p->d.a->model.link = LINK_SILENT;
	desk_paint(&p->d);
	desk_shows(&p->d, "~"); /* what stands there is not live */
}

static void t_on_an_alarm_is_its_tag(void **state)
{
	struct past *p = *state;
	struct wire_alarm_row r =
		desk_row("intake.flow.low", 2, ALARM_S_UNACK, 1, DESK_WALL_MS);

	snprintf(r.tag, sizeof(r.tag), "intake.flow");
	desk_tell(&p->d, r);
	p->d.a->ui.page = UI_ALARMS;
	desk_paint(&p->d);
	press(p, 't'); /* nothing is selected: the page, without pens */
	desk_shows(&p->d, "No pens yet");
	press(p, '0');
	assert_int_equal(p->d.a->ui.page, UI_ALARMS); /* where one came from */
	press(p, TERM_KEY_DOWN);
	press(p, 't');
	desk_shows(&p->d, "1 intake.flow");
	press(p, 't');
	assert_int_equal(p->d.a->ui.page, UI_ALARMS);
}

static void show_screen_of(struct past *p, const char *text)
{
	const struct screen_file file = { "s.cfg", text };
	struct strbuf why = STRBUF_INIT;

	model_screens(&p->d.a->model, &file, 1, &why);
	assert_string_equal(why.buf ? why.buf : "", "");
	strbuf_release(&why);
	show_screen(p->d.a, "s", false);
	turn(p);
}

static void t_on_a_field_is_its_tag_and_alone_the_trend_of_the_screen(void **state)
{
	struct past *p = *state;

	show_screen_of(
		p, "screen = { id = \"s\"; title = \"S\"; level = 1; size = [ 40, 6 ]; "
		   "picture = \"\n{a.x     } {a.y     }\n\"; zones = \"\n\n"
		   "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\nTTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n"
		   "TTTTTTTTTTTTTTTTTTTTTTTTTTTTTT\n\"; widgets = { T = { type = "
		   "\"trend\"; pens = ( \"a.p\", \"a.q\" ); }; }; };\n");
	press(p, 't');
	assert_int_equal(p->d.a->ui.trend.n_pens, 2);
	desk_shows(&p->d, "1 a.p");
	desk_shows(&p->d, "2 a.q");
	press(p, 't');
	assert_int_equal(p->d.a->ui.page, UI_PICTURE);
	press(p, TERM_KEY_RIGHT);
	press(p, TERM_KEY_RIGHT);
	press(p, 't');
	assert_int_equal(p->d.a->ui.trend.n_pens, 3);
	desk_shows(&p->d, "3 a.");
}

static void any_size_is_painted(void **state)
{
	struct past *p = *state;

	open_with(p, "intake.flow");
	open_with(p, "intake.p101.speed");
	press(p, TERM_KEY_LEFT);
	press(p, 'm');
	press(p, TERM_KEY_LEFT);
	for (int cols = 1; cols < 200; cols += 7)
		for (int rows = 1; rows < 60; rows += 3) {
			p->d.a->ui.trend.table = (cols + rows) % 3 == 0;
			desk_resize(&p->d, cols, rows);
			turn(p);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_pen_brings_its_window_and_its_values),
		T(PR_08_a_trend_that_stands_there_asks_once_a_bucket),
		T(pens_stay_while_the_console_runs_and_there_are_eight),
		T(HM_06_the_ruler_tells_value_and_time_to_the_second),
		T(two_rulers_tell_what_lies_between),
		T(HM_18_what_is_not_live_says_history_in_reverse),
		T(zoom_goes_through_all_spans_around_the_ruler),
		T(home_is_as_far_as_the_server_knows),
		T(the_table_has_the_window_as_numbers),
		T(HM_14_a_gap_under_the_ruler_says_why),
		T(a_lost_connection_forgets_the_past_and_asks_anew),
		T(t_on_an_alarm_is_its_tag),
		T(t_on_a_field_is_its_tag_and_alone_the_trend_of_the_screen),
		T(any_size_is_painted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
