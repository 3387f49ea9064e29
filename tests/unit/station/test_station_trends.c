/* test_station_trends.c - whose past a station keeps, and who is told it. */
#include "unit/station/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/count_allocs.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/xalloc.h"
#include "wire/trend.h"

static const struct store_snapshot nothing = { .next_occurrence = 1 };

/* A screen whose trends show these tags. */
static void add_screen(struct station_def *d, const char *const *pens, size_t n)
{
	struct station_file *f = GROW(&d->screens, &d->n_screens);

	f->path = xstrdup("screens/a.cfg");
	f->text = xstrdup("id = \"a\";");
	f->len = strlen(f->text);
	for (size_t i = 0; i < n; i++)
		*GROW(&f->pens, &f->n_pens) = xstrdup(pens[i]);
}

static void begin(struct rig *r, const char *const *pens, size_t n)
{
	struct station_def *d = rig_station(RIG_SAME);

	add_screen(d, pens, n);
	rig_release(r);
	rig_init_from(r, d, &nothing);
	rig_plant(r);
}

static const char *ask(struct rig *r, uint64_t who, const char *tag, uint32_t bucket_s,
		       int64_t back_s, uint16_t count, struct wire_trend_data *out)
{
	struct wire_trend m = { .req = 40,
				.bucket_s = bucket_s,
				.from_ms = r->now.wall.ms - back_s * 1000,
				.count = count };
	struct strbuf w = STRBUF_INIT;
	const uint8_t *p;
	size_t len;

	snprintf(m.tag, sizeof(m.tag), "%s", tag);
	rig_forget(r, who);
	wire_put_trend(&w, &m);
	rig_frame(r, who, &w);
	strbuf_release(&w);
	out->n = 0;
	if (rig_last(r, who, WIRE_TREND_DATA, &p, &len))
		assert_true(wire_get_trend_data(p, len, out));
	return rig_reply(r, who, 40, NULL);
}

static void sample_at(struct rig *r, int64_t wall_ms, double v)
{
	rig_wait(r, wall_ms - r->now.wall.ms);
	r->now.wall.ms = wall_ms; /* the rig's clock drops what is less than a ms */
	rig_number(r, "a.level", v);
}

static bool is_kept(const struct rig *r, const char *tag)
{
	return r->st->tags[rig_tag(r, tag)].rare->pen != NULL;
}

static void HM_06_a_console_that_just_came_sees_every_sample_of_the_past(void **state)
{
	static struct wire_trend_data d;
	static const char *const pens[] = { "a.level", "e.sum" };
	struct rig *r = *state;
	double worst = 0;
	int64_t begin_ms;
	uint64_t vera;

	begin(r, pens, 2);
	begin_ms = r->now.wall.ms + 1000 - r->now.wall.ms % 1000;
	for (int s = 0; s < 30; s++) {
		rig_beats(r);
		sample_at(r, begin_ms + s * 1000, 2);
		sample_at(r, begin_ms + s * 1000 + 300, s == 17 ? 5 : 2.5);
		sample_at(r, begin_ms + s * 1000 + 999, 2);
	}
	r->now.wall.ms = begin_ms + 30000;
	vera = rig_open(r, RIG_VERA); /* looks on, and connects only now */
	assert_string_equal(ask(r, vera, "a.level", 1, 30, 1500, &d), "");
	assert_int_equal(d.n, 30);
	assert_int_equal(d.origin, TREND_FROM_RESTART);
	for (int i = 0; i < 30; i++) {
		assert_true(d.v[i].has_range);
		assert_double(d.v[i].min, 2, 0);
		assert_double(d.v[i].max, i == 17 ? 5 : 2.5, 0);
		assert_int_equal(d.v[i].count, 3);
		worst = d.v[i].max > worst ? d.v[i].max : worst;
	}
	assert_double(worst, 5, 0);
	ask(r, vera, "e.sum", 1, 30, 1500, &d); /* what is computed is a pen like any */
	assert_double(d.v[17].max, 10, 0);
}

static void only_buckets_that_have_ended_are_told(void **state)
{
	static struct wire_trend_data d;
	static const char *const pens[] = { "a.level" };
	struct rig *r = *state;
	uint64_t vera;

	begin(r, pens, 1);
	vera = rig_open(r, RIG_VERA);
	rig_wait(r, 30000 - r->now.wall.ms % 30000);
	rig_wait(r, 29000);
	ask(r, vera, "a.level", 30, 0, 10, &d);
	assert_int_equal(d.n, 0);
	rig_wait(r, 1000);
	ask(r, vera, "a.level", 30, 30, 10, &d);
	assert_int_equal(d.n, 1);
	assert_int_equal(d.first, r->now.wall.ms / 30000 - 1);
	ask(r, vera, "a.level", 30, -3600, 10, &d); /* the future */
	assert_int_equal(d.n, 0);
}

static void PLC_01_silence_is_a_gap_with_its_reason(void **state)
{
	static struct wire_trend_data d;
	static const char *const pens[] = { "a.level" };
	struct rig *r = *state;
	uint64_t vera;

	begin(r, pens, 1);
	vera = rig_open(r, RIG_VERA);
	rig_number(r, "a.level", 3);
	rig_wait(r, 10000); /* nothing comes: it goes stale */
	ask(r, vera, "a.level", 1, 2, 1, &d);
	assert_int_equal(d.n, 1);
	assert_false(d.v[0].has_range);
	assert_true(quality_reason(d.v[0].end) != REASON_NONE);
	assert_double(d.v[0].last, 3, 0);
	rig_number(r, "a.level", 4);
	rig_wait(r, 1000);
	ask(r, vera, "a.level", 1, 1, 1, &d);
	assert_true(d.v[0].has_range);
	assert_double(d.v[0].min, 4, 0);
}

static void who_is_not_on_a_screen_is_kept_from_the_first_asking_on(void **state)
{
	static struct wire_trend_data d;
	struct rig *r = *state;
	uint64_t vera;

	begin(r, NULL, 0);
	vera = rig_open(r, RIG_VERA);
	rig_wait(r, 5000);
	rig_number(r, "a.level", 3);
	assert_false(is_kept(r, "a.level"));
	assert_string_equal(ask(r, vera, "a.level", 1, 3, 3, &d), "");
	assert_true(is_kept(r, "a.level"));
	assert_int_equal(d.n, 3);
	assert_false(d.v[0].known); /* nobody looked on */
	assert_int_equal(d.origin, TREND_FROM_ASKING);
	rig_wait(r, 2000);
	rig_number(r, "a.level", 4);
	rig_wait(r, 1000);
	ask(r, vera, "a.level", 1, 1, 1, &d);
	assert_double(d.v[0].max, 4, 0);
}

static void a_text_or_a_stranger_has_no_trend(void **state)
{
	static struct wire_trend_data d;
	struct rig *r = *state;
	uint64_t vera = rig_open(r, RIG_VERA);

	assert_has(ask(r, vera, "a.text", 1, 1, 1, &d), "only numbers and states");
	assert_has(ask(r, vera, "a.levl", 1, 1, 1, &d),
		   "there is no tag named \"a.levl\"");
	assert_int_equal(r->st->n_pens, 0);
	assert_has(ask(r, vera, "a.auto", 1, 1, 1, &d), "");
	assert_true(is_kept(r, "a.auto"));
}

static void CF_08_a_reload_keeps_the_past_of_tags_that_stay(void **state)
{
	static struct wire_trend_data d;
	static const char *const pens[] = { "a.level", "a.sp" };
	struct rig *r = *state;
	uint64_t vera;

	begin(r, pens, 2);
	vera = rig_open(r, RIG_VERA);
	rig_number(r, "a.level", 4.5);
	rig_wait(r, 5000);
	rig_reload(r, RIG_NO_SP, false, 0, 0); /* and no screen any more */
	assert_int_equal(r->st->n_pens, 1);
	ask(r, vera, "a.level", 1, 5, 1, &d);
	assert_int_equal(d.n, 1);
	assert_true(d.v[0].known);
	assert_double(d.v[0].last, 4.5, 0);
	assert_has(ask(r, vera, "a.sp", 1, 5, 1, &d), "there is no tag named");
	rig_reload(r, RIG_NO_LEVEL, false, 0, 0);
	assert_int_equal(r->st->n_pens, 0);
}

static void CF_08_changed_screens_bring_and_keep_pens(void **state)
{
	static const char *const pens[] = { "a.level", "no.such", "a.text" };
	struct rig *r = *state;
	struct station_def *d = rig_station(RIG_SAME);
	struct event ev = { .kind = EV_SCREENS };

	begin(r, NULL, 0);
	assert_int_equal(r->st->n_pens, 0);
	add_screen(d, pens, 3);
	d->screens[0].text[0] = 'I'; /* another one */
	ev.u.screens.files = d->screens;
	ev.u.screens.n = 1;
	d->screens = NULL;
	d->n_screens = 0;
	rig_step(r, &ev);
	assert_int_equal(r->st->n_pens, 1);
	assert_true(is_kept(r, "a.level"));
	station_def_free(d);
	/* a broken one keeps its picture, and that one's pens */
	d = rig_station(RIG_SAME);
	add_screen(d, NULL, 0);
	d->screens[0].mistake = xstrdup("line 3: no");
	ev.u.screens.files = d->screens;
	d->screens = NULL;
	d->n_screens = 0;
	rig_step(r, &ev);
	assert_int_equal(r->st->n_pens_shown, 1);
	station_def_free(d);
}

/* --- too many ----------------------------------------------------------------------- */

/* A station with n more tags, x0, x1 ..., all of them on a screen. */
static void begin_crowded(struct rig *r, int n)
{
	struct station_def *d = rig_station(RIG_SAME);
	struct station_file *f;

	add_screen(d, NULL, 0);
	f = &d->screens[0];
	for (int i = 0; i < n; i++) {
		char name[16];
		struct tag_def *t;

		snprintf(name, sizeof(name), "x%d", i);
		t = station_def_add_tag(d, name);
		t->kind = TAG_SYSTEM;
		t->type = VALUE_DOUBLE;
		*GROW(&f->pens, &f->n_pens) = xstrdup(name);
	}
	rig_release(r);
	rig_init_from(r, d, &nothing);
	rig_plant(r);
}

static void PR_08_more_pens_than_places_are_said_in_the_log(void **state)
{
	struct rig *r = *state;

	begin_crowded(r, TRENDS_SHOWN_MAX);
	assert_int_equal(r->st->n_pens, TRENDS_SHOWN_MAX);
	assert_null(strstr(r->log.buf ? r->log.buf : "", "more trends than"));
	begin_crowded(r, TRENDS_SHOWN_MAX + 3);
	assert_int_equal(r->st->n_pens, TRENDS_SHOWN_MAX);
	assert_has(r->log.buf, "more trends than the server keeps: 400 tags have their "
			       "past, 3 more");
}

static void PR_08_places_end_and_go_on_to_who_asks(void **state)
{
	static struct wire_trend_data d;
	struct rig *r = *state;
	char name[16];
	uint64_t vera;

	begin_crowded(r, TRENDS_MAX);
	vera = rig_open(r, RIG_VERA);
	for (int i = TRENDS_SHOWN_MAX; i < TRENDS_MAX; i++) {
		snprintf(name, sizeof(name), "x%d", i);
		assert_string_equal(ask(r, vera, name, 1, 1, 1, &d), "");
	}
	assert_int_equal(r->st->n_pens, TRENDS_MAX);
	assert_has(ask(r, vera, "a.level", 1, 1, 1, &d), "all places are taken");
	assert_false(is_kept(r, "a.level"));
	rig_wait(r, 59 * 60 * 1000);
	assert_string_equal(ask(r, vera, "x400", 1, 1, 1, &d), "");
	rig_wait(r, 2 * 60 * 1000); /* nobody asked for the others again */
	assert_string_equal(ask(r, vera, "a.level", 1, 1, 1, &d), "");
	assert_true(is_kept(r, "a.level"));
	assert_true(is_kept(r, "x400"));
	assert_true(is_kept(r, "x0")); /* a screen's */
	assert_int_equal(r->st->n_pens, TRENDS_MAX);
	assert_int_equal(r->st->n_pens_shown, TRENDS_SHOWN_MAX);
}

/* --- from real screens -------------------------------------------------------------- */

/* Trends of eight pens each, A to Z: 208 tags from `first` on; only so many of them. */
static void add_trends(struct station_def *d, const char *id, int first, int letters)
{
	struct station_file *f = GROW(&d->screens, &d->n_screens);
	struct strbuf text = STRBUF_INIT;

	strbuf_addf(
		&text,
		"screen = { id = \"%s\"; title = \"T\"; level = 1; size = [ 12, 26 ]; "
		"picture = \"\n\"; zones = \"\n",
		id);
	for (int k = 0; k < letters; k++) {
		for (int i = 0; i < 12; i++)
			strbuf_addch(&text, (char)('A' + k));
		strbuf_addch(&text, '\n');
	}
	strbuf_adds(&text, "\"; widgets = { ");
	for (int k = 0; k < letters; k++) {
		strbuf_addf(&text, "%c = { type = \"trend\"; pens = ( ", 'A' + k);
		for (int i = 0; i < 8; i++)
			strbuf_addf(&text, "%s\"x%d\"", i ? ", " : "", first + 8 * k + i);
		strbuf_adds(&text, " ); }; ");
	}
	strbuf_adds(&text, "}; };\n");
	f->path = xasprintf("screens/%s.cfg", id);
	f->len = text.len;
	f->text = strbuf_detach(&text);
}

static struct station_def *drawn_station(int letters_of_second)
{
	struct station_def *d = rig_station(RIG_SAME);

	d->screens_dir = xstrdup("/nowhere/screens");
	for (int i = 0; i < 416; i++) {
		char name[16];
		struct tag_def *t;

		snprintf(name, sizeof(name), "x%d", i);
		t = station_def_add_tag(d, name);
		t->kind = TAG_SYSTEM;
		t->type = VALUE_DOUBLE;
	}
	add_trends(d, "one", 0, 26);
	add_trends(d, "two", 208, letters_of_second);
	return d;
}

static void HM_06_pens_are_those_of_the_trends_that_are_drawn(void **state)
{
	struct station_def *d = drawn_station(24);

	(void)state;
	station_judge_screens(d);
	assert_null(d->screens[0].mistake);
	assert_int_equal(d->screens[0].n_pens, 208);
	assert_int_equal(d->screens[1].n_pens, 192);
	assert_string_equal(d->screens[0].pens[0], "x0");
	assert_string_equal(d->screens[1].pens[191], "x399");
	station_judge_screens(d); /* each once, however often they are judged */
	assert_int_equal(d->screens[0].n_pens, 208);
	station_def_free(d);
}

static bool warns_of_trends(struct station_def *d)
{
	struct diag_list diags = DIAG_LIST_INIT;
	bool found = false;

	station_check_screens(d, false, &diags);
	for (size_t i = 0; i < diags.n; i++)
		if (strcmp(diags.v[i].id, "trends") == 0) {
			assert_int_equal(diags.v[i].severity, DIAG_WARNING);
			assert_string_equal(diags.v[i].file, "screens/two.cfg");
			assert_has(diags.v[i].text, "the past of more than 400 tags");
			found = true;
		}
	diag_list_release(&diags);
	station_def_free(d);
	return found;
}

static void PR_08_check_warns_of_more_pens_than_a_server_keeps(void **state)
{
	(void)state;
	assert_false(warns_of_trends(drawn_station(24))); /* 400 */
	assert_true(warns_of_trends(drawn_station(25)));
}

static void samples_of_a_pen_need_no_memory(void **state)
{
	static const char *const pens[] = { "a.level" };
	struct rig *r = *state;
	struct trend_pen *pen;
	unsigned long before;

	begin(r, pens, 1);
	pen = r->st->tags[rig_tag(r, "a.level")].rare->pen;
	before = alloc_count;
	for (int i = 0; i < 20000; i++) {
		r->st->now.wall.ms += 350;
		trends_sample(r->st, rig_tag(r, "a.level"));
	}
	assert_int_equal(alloc_count - before, 0);
	assert_int_equal(pen->fine.n, TREND_FINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RIG_TEST(HM_06_a_console_that_just_came_sees_every_sample_of_the_past),
		RIG_TEST(only_buckets_that_have_ended_are_told),
		RIG_TEST(PLC_01_silence_is_a_gap_with_its_reason),
		RIG_TEST(who_is_not_on_a_screen_is_kept_from_the_first_asking_on),
		RIG_TEST(a_text_or_a_stranger_has_no_trend),
		RIG_TEST(CF_08_a_reload_keeps_the_past_of_tags_that_stay),
		RIG_TEST(CF_08_changed_screens_bring_and_keep_pens),
		RIG_TEST(PR_08_more_pens_than_places_are_said_in_the_log),
		RIG_TEST(PR_08_places_end_and_go_on_to_who_asks),
		cmocka_unit_test(HM_06_pens_are_those_of_the_trends_that_are_drawn),
		cmocka_unit_test(PR_08_check_warns_of_more_pens_than_a_server_keeps),
		RIG_TEST(samples_of_a_pen_need_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
