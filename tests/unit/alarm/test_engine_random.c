/*
 * test_engine_random.c - the same random plant through three machines: the engine given
 * every sample, the engine behind deadbands and quiet bands as the station runs it, and
 * a model that only knows since when a condition and its state disagree. All three must
 * hand out the same transitions, in the same order, with the same values.
 */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/engine.h"
#include "tag/db.h"

enum { TAGS = 4, PER_TAG = 5, ALARMS = TAGS * PER_TAG, STEPS = 20000, SEEDS = 6 };
enum { LOG_MAX = 200000 };

/* Those that a sample alone decides; the others: test_types_memory.c. */
static const char *const types[PER_TAG] = { "bad_quality", "expression", "high", "low",
					    "state" };
static struct alarm_def defs[ALARMS];
static char names[ALARMS][16];

struct log {
	struct alarm_transition *v;
	size_t n;
};

static void log_add(void *arg, const struct alarm_transition *t)
{
	struct log *log = arg;

	assert_true(log->n < LOG_MAX);
	log->v[log->n++] = *t;
}

static long pick(long n)
{
	return random() % n;
}

/* --- the model -------------------------------------------------------------------- */

struct model_alarm {
	struct alarm_record r;
	uint64_t older[ALARM_OLDER_MAX];
	int n_older;
	bool was;      /* the condition's last verdict */
	int64_t since; /* when condition and state began to disagree; -1 = they agree */
	double value;  /* of the sample that began it */
	quality quality;
	struct wall source_time;
};

static struct model_alarm model[ALARMS];
static uint64_t model_occurrence;

static bool is_active(const struct model_alarm *m)
{
	return m->r.state == ALARM_S_UNACK || m->r.state == ALARM_S_ACKED;
}

static void model_emit(uint32_t i, enum alarm_state from, enum alarm_cause cause,
		       struct wall source_time, struct log *log)
{
	struct alarm_transition t = { .alarm = i,
				      .from = from,
				      .to = model[i].r.state,
				      .cause = cause,
				      .occurrence = model[i].r.occurrence,
				      .record = model[i].r,
				      .source_time = source_time };

	if (cause == ALARM_BY_OPERATOR)
		snprintf(t.by, sizeof(t.by), "%s", model[i].r.acked_by);
	log_add(log, &t);
}

/* An older occurrence ends: nothing else of the alarm changes. */
static void model_end(uint32_t i, int at, enum alarm_cause cause, const char *by,
		      int64_t ms, struct log *log)
{
	struct model_alarm *m = &model[i];
	struct alarm_transition t = { .alarm = i,
				      .from = ALARM_S_RTNUN,
				      .cause = cause,
				      .occurrence = m->older[at],
				      .record = m->r,
				      .source_time = { ms } };

	m->n_older--;
	memmove(m->older + at, m->older + at + 1,
		sizeof(m->older[0]) * (size_t)(m->n_older - at));
	snprintf(t.by, sizeof(t.by), "%s", by);
	log_add(log, &t);
}

static void model_change(uint32_t i, int64_t ms, struct log *log)
{
	struct model_alarm *m = &model[i];
	enum alarm_state from = m->r.state;

	if (m->was && from == ALARM_S_RTNUN && m->n_older == ALARM_OLDER_MAX)
		model_end(i, 0, ALARM_BY_SYSTEM, "", ms, log);
	if (m->was && from == ALARM_S_RTNUN)
		m->older[m->n_older++] = m->r.occurrence;

	m->since = -1;
	m->r.changed.ms = ms;
	m->r.value = m->value;
	m->r.quality = m->quality;
	if (m->was) {
		m->r.state = ALARM_S_UNACK;
		m->r.occurrence = model_occurrence++;
		m->r.raised.ms = ms;
		m->r.acked.ms = 0;
		m->r.acked_by = "";
	} else {
		m->r.state = from == ALARM_S_ACKED ? ALARM_S_NORMAL : ALARM_S_RTNUN;
	}
	model_emit(i, from, ALARM_BY_PROCESS, m->source_time, log);
}

/* Called at every millisecond: the earliest that is due first, then by number. */
static void model_tick(int64_t ms, struct log *log)
{
	for (uint32_t i = 0; i < ALARMS; i++) {
		struct model_alarm *m = &model[i];
		int64_t delay = m->was ? defs[i].on_delay_ms : defs[i].off_delay_ms;

		if (m->since >= 0 && ms - m->since >= delay)
			model_change(i, ms, log);
	}
}

/* -1 unknown, 0 clear, 1 present; written as the manual says it. */
static int condition(const struct alarm_def *d, const struct sample *s, bool was)
{
	double v;
	bool number = value_number(&s->value, &v);

	if (strcmp(d->type->name, "bad_quality") == 0)
		return quality_class(s->quality) == QUALITY_BAD;
	if (!quality_is_good(s->quality) || !number)
		return -1;
	if (strcmp(d->type->name, "high") == 0)
		return v >= d->limit || (was && v >= d->limit - d->deadband);
	if (strcmp(d->type->name, "low") == 0)
		return v <= d->limit || (was && v <= d->limit + d->deadband);
	return strcmp(d->type->name, "state") == 0 ? (v != 0) == d->state : v != 0;
}

static void model_sample(uint32_t i, const struct sample *s, int64_t ms, struct log *log)
{
	struct model_alarm *m = &model[i];
	int verdict = condition(&defs[i], s, m->was);
	bool was_bad = m->r.source_bad;

	if (verdict < 0) {
		m->since = -1;
		m->was = is_active(m);
		if (m->was && !was_bad) {
			m->r.source_bad = true;
			m->r.quality = s->quality;
			model_emit(i, m->r.state, ALARM_BY_SYSTEM, s->source_time, log);
		}
		return;
	}
	m->was = verdict;
	m->r.source_bad = false;
	if (m->was == is_active(m)) {
		m->since = -1;
	} else if (m->since < 0) {
		m->since = ms;
		m->value = NAN;
		value_number(&s->value, &m->value);
		m->quality = s->quality;
		m->source_time = s->source_time;
		if ((m->was ? defs[i].on_delay_ms : defs[i].off_delay_ms) == 0) {
			model_change(i, ms, log);
			return;
		}
	}
	if (was_bad) {
		m->r.value = NAN;
		value_number(&s->value, &m->r.value);
		m->r.quality = s->quality;
		model_emit(i, m->r.state, ALARM_BY_SYSTEM, s->source_time, log);
	}
}

static enum alarm_act_result model_ack(uint32_t i, uint64_t occurrence, const char *by,
				       int64_t ms, struct log *log)
{
	struct model_alarm *m = &model[i];
	enum alarm_state from = m->r.state;

	if (!occurrence || occurrence > m->r.occurrence)
		return ALARM_ACT_UNKNOWN;
	for (int k = 0; k < m->n_older; k++) {
		if (m->older[k] != occurrence)
			continue;
		bool newer = k + 1 < m->n_older || from == ALARM_S_UNACK ||
			     from == ALARM_S_RTNUN;

		model_end(i, k, ALARM_BY_OPERATOR, by, ms, log);
		return newer ? ALARM_ACT_NEWER : ALARM_ACT_OK;
	}
	if (from == ALARM_S_NORMAL || from == ALARM_S_ACKED ||
	    occurrence < m->r.occurrence)
		return ALARM_ACT_NOT_NEEDED;
	m->r.state = from == ALARM_S_UNACK ? ALARM_S_ACKED : ALARM_S_NORMAL;
	m->r.changed.ms = m->r.acked.ms = ms;
	m->r.acked_by = by;
	model_emit(i, from, ALARM_BY_OPERATOR, (struct wall){ ms }, log);
	return ALARM_ACT_OK;
}

/* --- the two engines -------------------------------------------------------------- */

struct plant {
	struct tag_db *db;
	struct alarm_engine *engine;
	struct log log;
	unsigned long evals;
};

static struct now now_at(int64_t ms)
{
	return (struct now){ mono_add_ms((struct mono){ 0 }, ms), { ms } };
}

static void plant_open(struct plant *p, double deadband)
{
	struct tag_limits limits = { .deadband = deadband };

	p->db = tag_db_new();
	p->engine = alarm_engine_new(1);
	p->log.n = 0;
	p->evals = 0;
	for (int i = 0; i < TAGS; i++)
		tag_db_add(p->db, (const char *[]){ "a", "b", "c", "d" }[i], &limits);
	for (uint32_t i = 0; i < ALARMS; i++)
		assert_int_equal(alarm_engine_add(p->engine, &defs[i]), i);
}

static void plant_close(struct plant *p)
{
	tag_db_free(p->db);
	alarm_engine_free(p->engine);
}

static void give_all(struct plant *p, uint32_t tag, int64_t ms, struct alarm_band *band)
{
	for (uint32_t i = tag * PER_TAG; i < (tag + 1) * PER_TAG; i++) {
		struct alarm_band quiet;

		p->evals++;
		alarm_engine_judge(p->engine, i, tag_db_get(p->db, tag), NULL, now_at(ms),
				   &quiet, log_add, &p->log);
		alarm_band_meet(band, &quiet);
	}
}

/* As the station does it: only what is news, and not inside the quiet band. */
static void give_news(struct plant *p, int64_t ms)
{
	size_t n;
	const uint32_t *dirty = tag_db_drain(p->db, &n);

	for (size_t i = 0; i < n; i++) {
		struct alarm_band band = ALARM_BAND_ALL;

		if (tag_db_in_band(p->db, dirty[i]))
			continue;
		give_all(p, dirty[i], ms, &band);
		tag_db_set_band(p->db, dirty[i], band.lo, band.hi);
	}
}

/* --- the run ------------------------------------------------------------------------ */

static void make_defs(void)
{
	for (uint32_t i = 0; i < ALARMS; i++) {
		snprintf(names[i], sizeof(names[i]), "alarm%u", i);
		defs[i] = (struct alarm_def){
			.name = names[i],
			.type = alarm_type_find(types[i % PER_TAG]),
			.limit = (double)(pick(13) - 6) / 2,
			.deadband = (double)pick(4) * 0.35,
			.state = pick(2),
			.on_delay_ms = (int32_t)(pick(2) * pick(30)),
			.off_delay_ms = (int32_t)(pick(2) * pick(30)),
		};
	}
}

static struct sample next_sample(const struct sample *last, int64_t ms)
{
	static const quality kinds[] = { QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
					 QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR),
					 QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE),
					 QUALITY_SUBSTITUTED, QUALITY_SIMULATED };
	struct sample s = { .source_time = { ms }, .taken = now_at(ms).mono };
	double v = 0;

	value_number(&last->value, &v);
	if (pick(25) == 0)
		s.quality = kinds[pick(sizeof(kinds) / sizeof(kinds[0]))];
	else if (pick(2) && !quality_is_good(last->quality))
		s.quality = last->quality;                 /* it stays lost for a while */
	v += (double)(pick(21) - 10) / (pick(8) ? 40 : 4); /* creeps, sometimes jumps */
	if (pick(10) == 0)
		v = (double)(pick(13) - 6) / 2; /* exactly on somebody's limit */
	s.value = value_double(fabs(v) < 8 ? v : 0);
	if (pick(60) == 0)
		s.value = value_double(NAN);
	if (pick(60) == 0)
		s.value = value_bool(pick(2));
	return s;
}

static void assert_same(const struct alarm_transition *a,
			const struct alarm_transition *b)
{
	assert_int_equal(a->alarm, b->alarm);
	assert_int_equal(a->from, b->from);
	assert_int_equal(a->to, b->to);
	assert_int_equal(a->cause, b->cause);
	assert_int_equal(a->occurrence, b->occurrence);
	assert_int_equal(a->source_time.ms, b->source_time.ms);
	assert_string_equal(a->by, b->by);
	assert_int_equal(a->record.state, b->record.state);
	assert_int_equal(a->record.occurrence, b->record.occurrence);
	assert_int_equal(a->record.raised.ms, b->record.raised.ms);
	assert_int_equal(a->record.changed.ms, b->record.changed.ms);
	assert_int_equal(a->record.acked.ms, b->record.acked.ms);
	assert_string_equal(a->record.acked_by, b->record.acked_by);
	assert_double(a->record.value, b->record.value, 0);
	assert_int_equal(a->record.quality, b->record.quality);
	assert_int_equal(a->record.source_bad, b->record.source_bad);
}

static void compare_logs(struct log *a, struct log *b, size_t from)
{
	assert_int_equal(a->n, b->n);
	for (size_t i = from; i < a->n; i++)
		assert_same(&a->v[i], &b->v[i]);
}

static uint64_t recomputed_hash(const struct alarm_engine *e)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < alarm_engine_count(e); i++) {
		const struct alarm_record *r = alarm_engine_record(e, i);

		if (alarm_record_is_retained(r))
			sum += alarm_row_hash(alarm_engine_def(e, i)->name, r->occurrence,
					      r->state, alarm_record_flags(r),
					      alarm_record_n_older(r));
	}
	return sum;
}

static void random_ack(struct plant *every, struct plant *banded, struct log *want,
		       int64_t ms)
{
	uint32_t i = (uint32_t)pick(ALARMS);
	uint64_t occurrence = model[i].r.occurrence;
	const char *by = pick(2) ? "ivan" : "petra";

	if (pick(3) == 0)
		occurrence = (uint64_t)pick(1 + (long)model_occurrence);
	enum alarm_act_result result = model_ack(i, occurrence, by, ms, want);

	const struct alarm_act act = { .event = ALARM_E_ACK,
				       .occurrence = occurrence,
				       .by = by };

	assert_int_equal(alarm_engine_act_check(every->engine, i, &act, now_at(ms)),
			 result);
	assert_int_equal(alarm_engine_act_apply(every->engine, i, &act, now_at(ms),
						log_add, &every->log),
			 result);
	assert_int_equal(alarm_engine_act_apply(banded->engine, i, &act, now_at(ms),
						log_add, &banded->log),
			 result);
}

static void random_sample(struct plant *every, struct plant *banded, struct log *want,
			  int64_t ms)
{
	uint32_t tag = (uint32_t)pick(TAGS);
	struct sample s = next_sample(tag_db_get(every->db, tag), ms);
	struct alarm_band unused = ALARM_BAND_ALL;

	tag_db_set(every->db, tag, &s);
	tag_db_set(banded->db, tag, &s);
	for (uint32_t i = tag * PER_TAG; i < (tag + 1) * PER_TAG; i++)
		model_sample(i, tag_db_get(every->db, tag), ms, want);
	give_all(every, tag, ms, &unused);
	give_news(banded, ms);
}

static void run(unsigned seed, struct plant *every, struct plant *banded,
		struct log *want)
{
	size_t checked = 0;

	srandom(seed);
	make_defs();
	memset(model, 0, sizeof(model));
	for (int i = 0; i < ALARMS; i++) {
		model[i].since = -1;
		model[i].r.value = NAN;
		model[i].r.acked_by = "";
	}
	model_occurrence = 1;
	want->n = 0;
	plant_open(every, 0);
	plant_open(banded, 0.3);
	for (int64_t ms = 1; ms <= STEPS; ms++) {
		model_tick(ms, want);
		alarm_engine_tick(every->engine, now_at(ms), log_add, &every->log);
		alarm_engine_tick(banded->engine, now_at(ms), log_add, &banded->log);
		if (pick(3))
			random_sample(every, banded, want, ms);
		if (pick(12) == 0)
			random_ack(every, banded, want, ms);
		compare_logs(&every->log, want, checked);
		compare_logs(&banded->log, want, checked);
		checked = want->n;
		if (ms % 10 == 0)
			assert_int_equal(alarm_engine_hash(every->engine),
					 recomputed_hash(every->engine));
	}
	assert_int_equal(alarm_engine_hash(every->engine),
			 alarm_engine_hash(banded->engine));
	print_message("seed %u: %zu transitions, %lu of %lu evaluations behind bands\n",
		      seed, want->n, banded->evals, every->evals);
	assert_true(want->n > STEPS / 10);
	assert_true(banded->evals < every->evals);
	plant_close(every);
	plant_close(banded);
}

static void bands_and_deadbands_never_change_a_transition(void **state)
{
	struct plant every = { 0 }, banded = { 0 };
	struct log want = { 0 };

	(void)state;
	every.log.v = calloc(LOG_MAX, sizeof(*every.log.v));
	banded.log.v = calloc(LOG_MAX, sizeof(*banded.log.v));
	want.v = calloc(LOG_MAX, sizeof(*want.v));
	for (unsigned seed = 1; seed <= SEEDS; seed++)
		run(seed, &every, &banded, &want);
	free(every.log.v);
	free(banded.log.v);
	free(want.v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bands_and_deadbands_never_change_a_transition),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
