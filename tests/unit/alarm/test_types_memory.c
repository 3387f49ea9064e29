/*
 * test_types_memory.c - the types that remember, and those with a second tag: each
 * against a model that keeps the whole history and asks itself anew each millisecond.
 * The engine hears only of what changed and looks only when it asked to.
 */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "util/xalloc.h"

enum { RUN_MS = 6000, SEEDS = 12 };

#define BAD  QUALITY_MAKE(QUALITY_BAD, REASON_COMM)
#define GOOD QUALITY_MAKE(QUALITY_GOOD, REASON_NONE)

struct point {
	int64_t ms;
	double v;
	bool good, news;
};

struct history {
	struct point v[RUN_MS + 2];
	size_t n;
};

static struct now at_ms(int64_t ms)
{
	return (struct now){ mono_add_ms((struct mono){ 0 }, ms), { ms } };
}

/* --- the engine as the station drives it -------------------------------------------- */

struct plant {
	struct alarm_engine *engine;
	struct sample first, second;
	bool two;
	struct alarm_band band;
	unsigned notes, looks;
	struct alarm_transition last;
};

static void heard(void *arg, const struct alarm_transition *t)
{
	struct plant *p = arg;

	p->notes++;
	p->last = *t;
}

static void judge(struct plant *p, int64_t ms)
{
	alarm_engine_judge(p->engine, 0, &p->first, p->two ? &p->second : NULL, at_ms(ms),
			   &p->band, heard, p);
	if (p->two)
		p->band = ALARM_BAND_NONE;
}

static void timers(struct plant *p, int64_t ms)
{
	uint32_t alarm;

	alarm_engine_tick(p->engine, at_ms(ms), heard, p);
	while (alarm_engine_look_due(p->engine, at_ms(ms), &alarm)) {
		p->looks++;
		judge(p, ms);
	}
}

/* True when it is news: the tag database says so, whatever the band. */
static bool arrive(struct plant *p, struct sample *s, double v, bool good, int64_t ms)
{
	struct sample was = *s;
	bool banded = s == &p->first && was.quality == GOOD && good && v >= p->band.lo &&
		      v <= p->band.hi;
	bool news;

	*s = (struct sample){ .value = value_double(v),
			      .quality = good ? GOOD : BAD,
			      .source_time = { ms },
			      .taken = at_ms(ms).mono };
	news = was.value.type != VALUE_DOUBLE || was.value.u.d != v ||
	       was.quality != s->quality;
	if (news && !banded)
		judge(p, ms);
	return news;
}

static void plant_open(struct plant *p, const struct alarm_def *d)
{
	*p = (struct plant){ .engine = alarm_engine_new(1), .band = ALARM_BAND_NONE };
	p->two = d->type->second && (d->more->second || !d->type->needs_limit);
	p->first.quality = p->second.quality = QUALITY_MAKE(QUALITY_BAD, REASON_NO_VALUE);
	alarm_engine_add(p->engine, d);
}

static bool active(const struct plant *p)
{
	enum alarm_state s = alarm_engine_record(p->engine, 0)->state;

	return s == ALARM_S_UNACK || s == ALARM_S_ACKED;
}

/* --- the models ----------------------------------------------------------------- */

enum { UNKNOWN = -1, CLEAR, PRESENT, HELD };

struct model {
	const struct alarm_def *d;
	const struct history *a, *b; /* first tag, second tag */
	bool present, source_bad;
	size_t mark;   /* what was so when it came */
	int64_t begun; /* of looks: the first sample; -1 = none yet */
	int64_t now;
	bool timer; /* the samples of now are not there yet */
	bool news;  /* something changed now */
	/* of a condition that is counted: is it there, and when it came */
	bool inner, judged;
	int64_t came[RUN_MS];
	size_t comings;
};

static const struct point *newest(const struct history *h)
{
	return h->n ? &h->v[h->n - 1] : NULL;
}

static bool good(const struct history *h)
{
	return h->n && newest(h)->good;
}

static int model_limit(struct model *m)
{
	const struct alarm_more *more = m->d->more;
	double limit;

	if (!good(m->a) || !good(m->b))
		return UNKNOWN;
	limit = newest(m->b)->v;
	if (limit < more->limit_min || limit > more->limit_max)
		return UNKNOWN;
	return newest(m->a)->v >= limit - (m->present ? m->d->deadband : 0);
}

static int model_deviation(struct model *m)
{
	const struct alarm_more *more = m->d->more;
	double back = m->present ? m->d->deadband : 0;

	if (!good(m->a) || !good(m->b))
		return UNKNOWN;
	return newest(m->a)->v >= newest(m->b)->v + more->plus - back ||
	       newest(m->a)->v <= newest(m->b)->v - more->minus + back;
}

static int model_mismatch(struct model *m)
{
	const struct point *command = NULL;
	int64_t given = 0;

	for (size_t i = 0; i < m->b->n; i++) {
		const struct point *p = &m->b->v[i];

		if (p->good && (!command || command->v != p->v))
			given = p->ms;
		if (p->good)
			command = p;
	}
	if (!good(m->a) || !good(m->b))
		return UNKNOWN;
	return newest(m->a)->v != command->v &&
	       (m->present || m->now - given >= m->d->more->travel_ms);
}

static int model_frozen(struct model *m)
{
	const struct point *stands = NULL, *before = NULL;
	int64_t since = 0;
	size_t moves = 0;

	for (size_t i = 0; i < m->a->n; before = &m->a->v[i++]) {
		const struct point *p = &m->a->v[i];

		if (!p->good)
			continue;
		if (!stands || fabs(p->v - stands->v) > m->d->deadband) {
			stands = p;
			since = p->ms;
			moves++;
		} else if (before && !before->good) {
			since = p->ms;
		}
	}
	if (!good(m->a))
		return UNKNOWN;
	if (m->present)
		return moves == m->mark;
	m->mark = moves;
	return m->now - since >= m->d->more->after_ms;
}

static int model_stale(struct model *m)
{
	int64_t last = 0;
	size_t arrivals = 0;

	if (!m->a->n)
		return HELD;
	last = m->a->v[0].ms;
	for (size_t i = 0; i < m->a->n; i++) {
		const struct point *p = &m->a->v[i];

		if (p->good || (i > 0 && p[-1].good))
			last = p->ms;
		arrivals += p->good;
	}
	if (m->now - last >= m->d->more->after_ms)
		return m->mark = arrivals, PRESENT;
	return m->present && arrivals == m->mark;
}

static int model_count(struct model *m)
{
	const struct alarm_more *more = m->d->more;
	bool counts_only = m->d->type->counts_only, was = false, known = false;
	int64_t n = 0;

	for (size_t i = 0; i < m->a->n; i++) {
		const struct point *p = &m->a->v[i];
		bool is;

		if (!p->good)
			continue;
		is = counts_only ? p->v != 0
				 : p->v >= m->d->limit - (was ? m->d->deadband : 0);
		n += known && is && !was && m->now - p->ms < more->within_ms;
		known = true;
		was = is;
	}
	if (!good(m->a))
		return UNKNOWN;
	return n >= more->times || (m->present && was && !counts_only);
}

/* Comes when its condition came so often within the time; what stood at first did not
 * come. */
static int counted(struct model *m, int (*condition)(struct model *m))
{
	const struct alarm_more *more = m->d->more;
	bool present = m->present;
	int64_t n = 0;
	int verdict;

	m->present = m->inner;
	verdict = condition(m);
	m->present = present;
	if (verdict < 0)
		return verdict;
	if (m->judged && verdict && !m->inner)
		m->came[m->comings++] = m->now;
	m->judged = true;
	m->inner = verdict;
	for (size_t i = 0; i < m->comings; i++)
		n += m->now - m->came[i] < more->within_ms;
	return n >= more->times || (present && verdict);
}

static int model_frozen_counted(struct model *m)
{
	return counted(m, model_frozen);
}

static int model_stale_counted(struct model *m)
{
	return counted(m, model_stale);
}

/* The sample that a look at ms saw; only the very first look saw one of its own time. */
static const struct point *seen_at(const struct model *m, int64_t ms)
{
	const struct point *seen = NULL;

	for (size_t i = 0; i < m->a->n; i++)
		if (m->a->v[i].ms < ms || ms == m->begun)
			if (m->a->v[i].ms <= ms)
				seen = &m->a->v[i];
	return seen;
}

struct kept {
	double at[RUN_MS], v[RUN_MS];
	size_t first, n;
};

static void keep(struct kept *k, int64_t ms, double v, size_t max)
{
	k->at[k->n] = (double)ms;
	k->v[k->n++] = v;
	if (k->n - k->first > max)
		k->first++;
}

static void age(struct kept *k, int64_t oldest)
{
	while (k->first < k->n && k->at[k->first] < (double)oldest)
		k->first++;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median_slope(const struct kept *k)
{
	double s[256];
	size_t n = 0;

	for (size_t i = k->first; i < k->n; i++)
		for (size_t j = i + 1; j < k->n; j++)
			s[n++] = (k->v[j] - k->v[i]) / (k->at[j] - k->at[i]);
	qsort(s, n, sizeof(s[0]), by_size);
	return n % 2 ? s[n / 2] : (s[n / 2 - 1] + s[n / 2]) / 2;
}

static int64_t last_look(const struct model *m, int64_t step)
{
	return m->begun + (m->now - m->begun) / step * step;
}

static int model_rate(struct model *m)
{
	static struct kept k;
	int64_t window = m->d->more->window_ms, step = window / 15, late;
	double rate;

	if (m->begun < 0)
		return HELD;
	k.first = k.n = 0;
	for (int64_t t = m->begun; t <= last_look(m, step); t += step) {
		const struct point *p = seen_at(m, t);

		age(&k, t - window - step);
		late = k.first < k.n ? (int64_t)k.at[k.n - 1] : -1;
		if (!p || !p->good)
			continue;
		if (p->ms > late && p->ms >= t - step)
			keep(&k, p->ms, p->v, 16);
		else if (t > late)
			keep(&k, t, p->v, 16);
	}
	if (!good(m->a))
		return UNKNOWN;
	if (k.n - k.first < 4 || k.at[k.n - 1] - k.at[k.first] < (double)(window / 2))
		return HELD;
	rate = median_slope(&k) * (double)m->d->more->per_ms;
	if (m->d->more->direction == ALARM_DOWN)
		rate = -rate;
	if (m->d->more->direction == ALARM_EITHER)
		rate = fabs(rate);
	return rate >= m->d->limit - (m->present ? m->d->deadband : 0);
}

/* The points of all looks so far, each sample once. */
static void gather(const struct model *m, int64_t window, int64_t step, struct kept *k)
{
	k->first = k->n = 0;
	for (int64_t t = m->begun; t <= last_look(m, step); t += step) {
		const struct point *p = seen_at(m, t);

		age(k, t - window - step);
		if (p && p->good && (k->first == k->n || k->at[k->n - 1] < (double)p->ms))
			keep(k, p->ms, p->v, 64);
	}
}

/* Copies all but the judged sample itself; returns how many. */
static size_t others(const struct kept *k, int64_t judged, double *v)
{
	size_t n = 0;

	for (size_t i = k->first; i < k->n; i++)
		if (k->at[i] != (double)judged)
			v[n++] = k->v[i];
	return n;
}

static int beyond(const struct alarm_more *more, const double *v, size_t n, double judged)
{
	double sum = 0, squares = 0, far;

	for (size_t i = 0; i < n; i++)
		sum += v[i];
	for (size_t i = 0; i < n; i++)
		squares += (v[i] - sum / (double)n) * (v[i] - sum / (double)n);
	far = fmax(more->sigmas * sqrt(squares / (double)(n - 1)), more->min_distance);
	return fabs(judged - sum / (double)n) > far;
}

static int model_statistical(struct model *m)
{
	static struct kept k;
	int64_t window = m->d->more->window_ms, step = window / 64;
	const struct point *judged = newest(m->a);
	double v[64];
	size_t n;
	bool look;

	if (m->begun < 0)
		return HELD;
	look = (m->timer || m->now == m->begun) && last_look(m, step) == m->now;
	if (!look && !m->news)
		return m->source_bad ? UNKNOWN : HELD; /* nobody asks */
	gather(m, window, step, &k);
	if (!good(m->a))
		return UNKNOWN;
	n = others(&k, judged->ms, v);
	if (n < (size_t)m->d->more->min_samples)
		return HELD;
	return beyond(m->d->more, v, n, judged->v);
}

static const struct kind {
	const char *type;
	int (*model)(struct model *m);
	int states; /* values are 0 .. states - 1; 0 = numbers that creep */
	bool counts, second;
} kinds[] = {
	{ "high", model_limit, 0, false, true },
	{ "deviation", model_deviation, 0, false, true },
	{ "mismatch", model_mismatch, 3, false, true },
	{ "frozen", model_frozen, 4, false, false },
	{ "stale", model_stale, 0, false, false },
	{ "count", model_count, 2, true, false },
	{ "high", model_count, 0, true, false },
	{ "frozen", model_frozen_counted, 4, true, false },
	{ "stale", model_stale_counted, 0, true, false },
	{ "rate", model_rate, 0, false, false },
	{ "statistical", model_statistical, 0, false, false },
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

/* --- the run -------------------------------------------------------------------- */

static long pick(long n)
{
	return random() % n;
}

static struct alarm_more random_more(const struct kind *kind)
{
	struct alarm_more m = alarm_more_none;

	if (kind->second)
		m.second = (char[]){ "second" };
	if (kind->second && pick(2)) {
		m.limit_min = -1;
		m.limit_max = 2;
	}
	m.plus = 0.5 + (double)pick(4) / 4;
	m.minus = 0.5 + (double)pick(4) / 4;
	m.sigmas = 1 + (double)pick(3) / 2;
	m.min_distance = (double)pick(3) / 4;
	m.min_samples = 8 + pick(10);
	m.per_ms = pick(2) ? 1000 : 60000;
	m.direction = pick(3);
	m.window_ms = 15 * 64 * (1 + pick(2));
	m.after_ms = 20 + pick(200);
	m.travel_ms = pick(120);
	m.times = kind->counts ? 1 + pick(5) : 0;
	m.within_ms = 100 + pick(900);
	return m;
}

static double next_value(const struct kind *kind, const struct history *h, int64_t ms)
{
	double v = h->n ? newest(h)->v : 0;

	if (strcmp(kind->type, "stale") == 0)
		return (double)ms; /* each is news */
	if (kind->states)
		return pick(3) ? v : (double)pick(kind->states);
	if (pick(4) == 0)
		return v;
	v += (double)(pick(21) - 10 + (ms / 1500 % 2 ? 1 : -1)) / (pick(20) ? 32 : 8);
	return fabs(v) < 4 ? v : 0;
}

static void model_step(const struct kind *kind, struct model *m)
{
	int verdict = kind->model(m);

	if (verdict == HELD)
		return;
	if (verdict == UNKNOWN) {
		m->source_bad |= m->present;
		return;
	}
	m->present = verdict;
	m->source_bad = false;
}

static void compare(const struct kind *kind, const struct model *m, const struct plant *p,
		    unsigned seed)
{
	if (active(p) != m->present ||
	    alarm_engine_record(p->engine, 0)->source_bad != m->source_bad)
		fail_msg("%s, seed %u, at %lld ms: active %d bad %d, the model %d %d",
			 kind->type, seed, (long long)m->now, active(p),
			 alarm_engine_record(p->engine, 0)->source_bad, m->present,
			 m->source_bad);
}

static bool random_arrival(const struct kind *kind, struct plant *p, struct sample *s,
			   struct history *h, int64_t ms)
{
	double v = next_value(kind, h, ms);
	bool ok = h->n && !newest(h)->good ? pick(4) == 0 : pick(40) != 0;

	h->v[h->n++] = (struct point){ ms, v, ok, false };
	return arrive(p, s, v, ok, ms);
}

/* Returns how often it came. */
static unsigned run(const struct kind *kind, unsigned seed)
{
	static struct history a, b;
	struct alarm_more more;
	struct alarm_def d = { .name = (char[]){ "x" },
			       .type = alarm_type_find(kind->type),
			       .state = true };
	static struct model m;
	struct plant p;
	unsigned came = 0;
	int often;

	m = (struct model){ .d = &d, .a = &a, .b = &b, .begun = -1 };
	srandom(seed);
	more = random_more(kind);
	d.more = &more;
	d.limit = kind->model == model_rate
			  ? (double)(1 + pick(8)) * (double)more.per_ms / 4000
			  : (double)(pick(5) - 2) / 2;
	d.deadband = d.type->needs_limit || pick(2) ? 0.25 : 0;
	often = strcmp(kind->type, "stale") == 0 ? 60 : 2 + (int)pick(12);
	a.n = b.n = 0;
	plant_open(&p, &d);
	for (m.now = 1; m.now <= RUN_MS; m.now++) {
		bool was = m.present;

		m.timer = true;
		m.news = false;
		timers(&p, m.now);
		model_step(kind, &m);
		compare(kind, &m, &p, seed);
		came += m.present && !was;
		was = m.present;
		m.timer = false;
		if (pick(often) == 0) {
			if (m.begun < 0)
				m.begun = m.now;
			m.news = random_arrival(kind, &p, &p.first, &a, m.now);
			model_step(kind, &m);
		}
		if (kind->second && pick(often) == 0) {
			m.news |= random_arrival(kind, &p, &p.second, &b, m.now);
			model_step(kind, &m);
		}
		compare(kind, &m, &p, seed);
		came += m.present && !was;
	}
	alarm_engine_free(p.engine);
	return came;
}

static void AM_08_each_type_does_what_its_whole_history_says(void **state)
{
	(void)state;
	for (size_t k = 0; k < KINDS; k++) {
		unsigned came = 0;

		for (unsigned seed = 1; seed <= SEEDS; seed++)
			came += run(&kinds[k], seed);
		print_message("%s: came %u times\n", kinds[k].type, came);
		assert_true(came > SEEDS);
	}
}

/* What stood before a restart stands until its type can know better. */
static void AL_06_a_restart_clears_nothing_it_cannot_know(void **state)
{
	static const struct {
		const char *type;
		int64_t goes; /* ms after the first sample; -1 = it does not by itself */
	} rows[] = {
		{ "frozen", -1 }, { "mismatch", -1 },     { "rate", 480 },
		{ "count", 900 }, { "statistical", 120 }, { "stale", 0 },
	};
	struct alarm_record stood = { .state = ALARM_S_ACKED, .occurrence = 7 };
	struct alarm_more more = alarm_more_none;

	(void)state;
	more.second = (char[]){ "second" };
	more.window_ms = 960;
	more.per_ms = more.within_ms = 900;
	more.after_ms = more.travel_ms = 300;
	more.min_samples = 8;
	more.times = 2;
	more.sigmas = 3;
	more.min_distance = 1;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct alarm_def d = { .name = (char[]){ "x" },
				       .type = alarm_type_find(rows[i].type),
				       .limit = 1,
				       .state = true,
				       .more = &more };
		bool mismatch = strcmp(rows[i].type, "mismatch") == 0;
		struct plant p;
		int64_t went = -1;

		more.times = strcmp(rows[i].type, "count") == 0 ? 2 : 0;
		plant_open(&p, &d);
		p.two = mismatch;
		alarm_engine_restore(p.engine, 0, &stood, at_ms(0));
		for (int64_t ms = 1000; ms < 3000; ms++) {
			timers(&p, ms);
			if (ms == 1000 && mismatch)
				arrive(&p, &p.second, 1, true, ms);
			if (ms % 10 == 0)
				arrive(&p, &p.first, 0, true, ms);
			if (went < 0 && !active(&p))
				went = ms - 1000;
		}
		if (rows[i].goes < 0 || rows[i].goes == 0 || went < 0)
			assert_int_equal(went, rows[i].goes);
		else
			assert_in_range(went, rows[i].goes, rows[i].goes + 100);
		alarm_engine_free(p.engine);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(AL_06_a_restart_clears_nothing_it_cannot_know),
		cmocka_unit_test(AM_08_each_type_does_what_its_whole_history_says),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
