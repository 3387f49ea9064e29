/* test_db_random.c - the tag database against a model that is too simple to be wrong:
 * no heap, no flags, every tag searched at every step. Seeded, so a failure repeats. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tag/db.h"

enum { SLOTS = 12, TAGS_MAX = 400, STEPS = 40000, SEEDS = 12 };
#define BAD(reason) QUALITY_MAKE(QUALITY_BAD, REASON_##reason)
#define NEVER       INT64_MAX

struct model_tag {
	bool there;
	struct tag_limits limits;
	struct sample now, good;
	char text[16], good_text[16];
	bool has_good, frozen, dirty, has_band;
	double lo, hi, reported;
	unsigned source_class; /* as it came */
	unsigned clock;
	int64_t moved_ns;
};

static struct model_tag model[TAGS_MAX];
static uint32_t count, dirty[TAGS_MAX];
static size_t n_dirty;
static unsigned model_clock;
static int64_t ms; /* the time of the run */
/* how often the run came to what it is there for */
static struct {
	unsigned refused, stale, frozen, still_frozen, left_band, in_deadband;
} hits;

/* --- the model -------------------------------------------------------------------- */

static void model_dirty(uint32_t tag)
{
	struct model_tag *m = &model[tag];

	value_number(&m->now.value, &m->reported);
	if (!m->dirty)
		dirty[n_dirty++] = tag;
	m->dirty = true;
}

static struct sample believed(const struct model_tag *m, struct sample s)
{
	quality flags = s.quality & QUALITY_FLAGS;
	double v;

	if (s.value.type == VALUE_NONE ||
	    (s.value.type == VALUE_DOUBLE && !isfinite(s.value.u.d))) {
		if (quality_class(s.quality) != QUALITY_BAD)
			s.quality = (quality)(flags |
					      (s.value.type == VALUE_NONE ? BAD(NO_VALUE)
									  : BAD(SENSOR)));
		s.value = (struct value){ 0 };
	} else if (m->limits.has_range && quality_is_good(s.quality) &&
		   value_number(&s.value, &v) && (v < m->limits.lo || v > m->limits.hi)) {
		s.quality =
			(quality)(flags | QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE));
	}
	return s;
}

static bool is_genuine(quality q)
{
	return quality_is_good(q) && !(q & QUALITY_SUBSTITUTED);
}

static bool worth_telling(const struct model_tag *m, const struct sample *s)
{
	double v;

	if (s->quality != m->now.quality || s->value.type != m->now.value.type)
		return true;
	if (value_equal(&s->value, &m->now.value))
		return false;
	if (!(m->limits.deadband > 0) || !value_number(&s->value, &v))
		return true;
	if (fabs(v - m->reported) >= m->limits.deadband)
		return true;
	if (m->has_band && quality_is_good(s->quality) && (v < m->lo || v > m->hi)) {
		hits.left_band++;
		return true;
	}
	hits.in_deadband++;
	return false;
}

static bool model_store(uint32_t tag, struct sample s)
{
	struct model_tag *m = &model[tag];
	bool news = worth_telling(m, &s), moved = !value_equal(&s.value, &m->now.value);

	if (!m->frozen && (moved || !quality_is_good(m->now.quality)))
		m->moved_ns = s.taken.ns;
	if (is_genuine(m->now.quality) && !is_genuine(s.quality))
		m->has_band = false; /* its place is the last good sample's */
	m->now = s;
	if (s.value.type == VALUE_STRING) {
		memmove(m->text, s.value.u.s, strlen(s.value.u.s) + 1);
		m->now.value.u.s = m->text;
	}
	if (is_genuine(s.quality)) {
		m->good = m->now;
		m->has_good = true;
		if (s.value.type == VALUE_STRING) {
			memcpy(m->good_text, m->text, sizeof(m->text));
			m->good.value.u.s = m->good_text;
		}
	}
	if (news)
		model_dirty(tag);
	return news;
}

static bool model_set(uint32_t tag, struct sample s)
{
	struct model_tag *m = &model[tag];
	unsigned cls = quality_class(s.quality);

	if (!m->there)
		return false;
	if (m->limits.stale_ms && s.source_time.ms < m->now.source_time.ms &&
	    cls == m->source_class && m->clock == model_clock &&
	    !((s.quality | m->now.quality) & (QUALITY_CLOCK | QUALITY_SUBSTITUTED))) {
		hits.refused++;
		return false;
	}
	m->source_class = cls;
	m->clock = model_clock;
	s = believed(m, s);
	if (m->frozen && quality_is_good(s.quality) &&
	    value_equal(&s.value, &m->now.value)) {
		s.quality = (quality)((s.quality & QUALITY_FLAGS) | BAD(FROZEN));
		hits.still_frozen++;
	} else {
		m->frozen = false;
	}
	return model_store(tag, s);
}

static bool model_set_quality(uint32_t tag, quality q)
{
	struct model_tag *m = &model[tag];
	struct sample s = m->now;

	if (!m->there)
		return false;
	m->source_class = quality_class(q);
	m->frozen = false;
	s.quality = q;
	if (quality_class(q) != QUALITY_BAD)
		s.taken = mono_add_ms((struct mono){ 0 }, ms);
	return model_store(tag, believed(m, s));
}

static int64_t model_stale_at(const struct model_tag *m)
{
	if (!m->there || !m->limits.stale_ms || m->now.quality & QUALITY_SUBSTITUTED ||
	    (quality_class(m->now.quality) == QUALITY_BAD && !m->frozen))
		return NEVER;
	return m->now.taken.ns + m->limits.stale_ms * 1000000;
}

static int64_t model_frozen_at(const struct model_tag *m)
{
	if (!m->there || !m->limits.frozen_ms || m->now.quality & QUALITY_SUBSTITUTED ||
	    !quality_is_good(m->now.quality))
		return NEVER;
	return m->moved_ns + m->limits.frozen_ms * 1000000;
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t model_next(uint32_t *tag)
{
	int64_t best = NEVER;

	for (uint32_t i = 0; i < count; i++) {
		int64_t at =
			earlier(model_stale_at(&model[i]), model_frozen_at(&model[i]));
		if (at < best) {
			best = at;
			*tag = i;
		}
	}
	return best;
}

static void model_expire(void)
{
	uint32_t tag = 0;

	while (model_next(&tag) <= ms * 1000000) {
		struct model_tag *m = &model[tag];
		bool stale = model_stale_at(m) <= model_frozen_at(m);
		quality flags = m->now.quality & QUALITY_FLAGS;
		struct sample s = m->now;

		s.quality = (quality)(flags | (stale ? BAD(STALE) : BAD(FROZEN)));
		m->frozen = !stale;
		hits.stale += stale;
		hits.frozen += !stale;
		if (stale)
			m->source_class = QUALITY_BAD;
		model_store(tag, s);
	}
}

/* --- the run ------------------------------------------------------------------------ */

static long pick(long n)
{
	return random() % n;
}

static struct tag_limits random_limits(void)
{
	return (struct tag_limits){ .stale_ms = pick(3) * 40,
				    .frozen_ms = pick(3) * 70,
				    .deadband = pick(2) ? 0.75 : 0,
				    .has_range = pick(2),
				    .lo = -2,
				    .hi = 3 };
}

static quality random_quality(void)
{
	static const quality kinds[] = {
		0,
		0,
		0,
		0,
		BAD(COMM),
		BAD(SENSOR),
		QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_AGE_UNKNOWN),
		QUALITY_SUBSTITUTED,
		QUALITY_CLOCK,
		QUALITY_SIMULATED,
	};

	return pick(3) ? 0 : kinds[pick(sizeof(kinds) / sizeof(kinds[0]))];
}

static struct sample random_sample(const struct model_tag *m, char text[16])
{
	struct sample s = { .quality = random_quality(),
			    .source_time = { ms - pick(8) },
			    .taken = mono_add_ms((struct mono){ 0 },
						 pick(10) ? ms : ms - pick(60)) };

	snprintf(text, 16, "%ld", pick(3));
	switch (pick(40)) {
	case 0:
		s.value = value_bool(pick(2));
		break;
	case 1:
		s.value = value_int(pick(7) - 3);
		break;
	case 2:
		s.value = value_string(text);
		break;
	case 3:
		s.value = value_double(pick(2) ? NAN : INFINITY);
		break;
	case 4:
		break;
	default:
		s.value = value_double((double)pick(30) / 4 - 3);
		if (pick(3) && m->now.value.type == VALUE_DOUBLE) /* near by */
			s.value.u.d = m->now.value.u.d + (double)(pick(3) - 1) / 4;
		if (pick(3) == 0 && m->now.value.type == VALUE_DOUBLE)
			s.value.u.d = m->now.value.u.d;
	}
	return s;
}

static void add_tag(struct tag_db *db)
{
	char name[32];
	struct tag_limits limits = random_limits();

	snprintf(name, sizeof(name), "tag%u", count);
	model[count] = (struct model_tag){ .there = true,
					   .limits = limits,
					   .source_class = QUALITY_BAD };
	model[count].now.quality = BAD(NO_VALUE);
	assert_int_equal(tag_db_add(db, name, &limits), count);
	count++;
}

static void replace_tag(struct tag_db *db, uint32_t tag)
{
	if (!model[tag].there || count == TAGS_MAX || pick(5))
		return;
	tag_db_remove(db, tag);
	bool was_dirty = model[tag].dirty;

	model[tag] = (struct model_tag){ .dirty = was_dirty };
	model[tag].now.quality = BAD(CONFIG);
	add_tag(db);
}

static void change_limits(struct tag_db *db, uint32_t tag)
{
	struct model_tag *m = &model[tag];
	struct tag_limits limits = random_limits();

	if (!m->there)
		return;
	tag_db_limits(db, tag, &limits);
	if (!m->limits.frozen_ms)
		m->moved_ns = m->now.taken.ns;
	if (!(m->limits.deadband > 0))
		value_number(&m->now.value, &m->reported);
	if (!limits.frozen_ms)
		m->frozen = false;
	m->limits = limits;
}

static void set_band(struct tag_db *db, uint32_t tag)
{
	double lo = pick(4) ? (double)pick(8) - 4 : -INFINITY,
	       hi = pick(4) ? (double)pick(8) - 4 : (double)NAN;

	tag_db_set_band(db, tag, lo, hi);
	if (!model[tag].has_good || is_genuine(model[tag].now.quality))
		model[tag].has_band = lo <= hi;
	model[tag].lo = lo;
	model[tag].hi = hi;
}

static void drain(struct tag_db *db)
{
	size_t n;
	const uint32_t *list = tag_db_drain(db, &n);

	assert_int_equal(n, n_dirty);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(list[i], dirty[i]);
		model[dirty[i]].dirty = false;
	}
	n_dirty = 0;
}

static void assert_sample(const struct sample *a, const struct sample *b)
{
	assert_int_equal(a->quality, b->quality);
	assert_int_equal(a->value.type, b->value.type);
	assert_true(value_equal(&a->value, &b->value));
	assert_int_equal(a->source_time.ms, b->source_time.ms);
	assert_int_equal(a->taken.ns, b->taken.ns);
}

static void compare(const struct tag_db *db, uint32_t tag)
{
	const struct model_tag *m = &model[tag];
	const struct sample *good = tag_db_last_good(db, tag);
	double v;
	bool inside = m->has_band && quality_is_good(m->now.quality) &&
		      value_number(&m->now.value, &v) && v >= m->lo && v <= m->hi;

	assert_sample(tag_db_get(db, tag), &m->now);
	assert_int_equal(good != NULL, m->has_good);
	if (good) {
		struct sample want = m->good;
		want.taken = m->now.taken; /* the only one that is not kept */
		assert_sample(good, &want);
	}
	assert_int_equal(tag_db_in_band(db, tag), inside);
}

static void compare_deadline(const struct tag_db *db)
{
	uint32_t tag;
	int64_t want = model_next(&tag), got = tag_db_next_deadline(db).ns;

	assert_true(got <= want); /* it may wake for nothing, never too late */
	assert_int_equal(got == NEVER, want == NEVER);
}

/* Those that are bad or simulated, and no other: each is found by going on. */
static void compare_odd(const struct tag_db *db)
{
	uint32_t found = tag_db_next_odd(db, 0);

	for (uint32_t tag = 0; tag < tag_db_count(db); tag++) {
		quality q = tag_db_get(db, tag)->quality;
		bool odd = tag_db_name(db, tag) &&
			   (quality_class(q) == QUALITY_BAD || q & QUALITY_SIMULATED);

		assert_int_equal(found == tag, odd);
		if (odd)
			found = tag_db_next_odd(db, tag + 1);
	}
	assert_int_equal(found, TAG_NONE);
}

static void one_step(struct tag_db *db)
{
	uint32_t tag = count - 1 - (uint32_t)pick(SLOTS); /* the youngest */
	char text[16];
	quality q;

	switch (pick(40)) {
	case 0:
		replace_tag(db, tag);
		break;
	case 1:
		change_limits(db, tag);
		break;
	case 2:
		set_band(db, tag);
		break;
	case 3:
		drain(db);
		break;
	case 4:
		tag_db_clock_stepped(db);
		model_clock++;
		break;
	case 5:
	case 6:
		q = random_quality();
		assert_int_equal(
			tag_db_set_quality(db, tag, q,
					   (struct now){ .mono = { ms * 1000000 } }),
			model_set_quality(tag, q));
		break;
	default: {
		struct sample s = random_sample(&model[tag], text);

		assert_int_equal(tag_db_set(db, tag, &s), model_set(tag, s));
	}
	}
	compare(db, tag);
}

static void run(unsigned seed)
{
	struct tag_db *db = tag_db_new();

	srandom(seed);
	memset(model, 0, sizeof(model));
	count = 0;
	n_dirty = 0;
	model_clock = 0;
	ms = 1000;
	for (int i = 0; i < SLOTS; i++)
		add_tag(db);
	for (int step = 0; step < STEPS; step++) {
		if (pick(3) == 0) {
			ms += pick(12);
			tag_db_expire(db, mono_add_ms((struct mono){ 0 }, ms));
			model_expire();
			for (uint32_t tag = 0; tag < count; tag++)
				compare(db, tag);
		}
		one_step(db);
		compare_deadline(db);
		compare_odd(db);
	}
	drain(db);
	tag_db_free(db);
}

static void MQ_05_PLC_23_the_database_agrees_with_a_naive_model(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		print_message("seed %u\n", seed);
		run(seed);
	}
	print_message("refused %u, stale %u, frozen %u, still frozen %u, left band %u, "
		      "in deadband %u\n",
		      hits.refused, hits.stale, hits.frozen, hits.still_frozen,
		      hits.left_band, hits.in_deadband);
	assert_true(hits.refused > 100 && hits.stale > 100 && hits.frozen > 100 &&
		    hits.still_frozen > 100 && hits.left_band > 100 &&
		    hits.in_deadband > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(MQ_05_PLC_23_the_database_agrees_with_a_naive_model),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
