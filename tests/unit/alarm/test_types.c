/* test_types.c - what each alarm type calls present, step by step; the table of types
 * is walked, and a type without steps here fails. */
#include "support/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/type.h"
#include "util/strbuf.h"

#define GOOD      QUALITY_MAKE(QUALITY_GOOD, REASON_NONE)
#define COMM      QUALITY_MAKE(QUALITY_BAD, REASON_COMM)
#define UNCERTAIN QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE)

struct step {
	struct value value;
	unsigned quality;
	enum alarm_verdict want;
};

#define D(v)                                                                             \
	{                                                                                \
		VALUE_DOUBLE,                                                            \
		{                                                                        \
			.d = (v)                                                         \
		}                                                                        \
	}
#define I(v)                                                                             \
	{                                                                                \
		VALUE_INT,                                                               \
		{                                                                        \
			.i = (v)                                                         \
		}                                                                        \
	}
#define B(v)                                                                             \
	{                                                                                \
		VALUE_BOOL,                                                              \
		{                                                                        \
			.b = (v)                                                         \
		}                                                                        \
	}
#define S(v)                                                                             \
	{                                                                                \
		VALUE_STRING,                                                            \
		{                                                                        \
			.s = (v)                                                         \
		}                                                                        \
	}

static const struct step high_steps[] = {
	/* limit 100, deadband 2 */
	{ D(99.9), GOOD, ALARM_CLEAR },
	{ D(100.0), GOOD, ALARM_PRESENT }, /* at the limit counts */
	{ D(98.0), GOOD, ALARM_PRESENT },  /* the lowest value still inside */
	{ D(97.0), COMM, ALARM_UNKNOWN },
	{ D(98.5), GOOD, ALARM_PRESENT },
	{ D(97.9), UNCERTAIN, ALARM_UNKNOWN },
	{ D(97.9), GOOD, ALARM_CLEAR },
	{ D(99.9), GOOD, ALARM_CLEAR }, /* and the limit is back in force */
	{ D(NAN), GOOD, ALARM_UNKNOWN },
	{ D(INFINITY), GOOD, ALARM_UNKNOWN },
	{ S("101"), GOOD, ALARM_UNKNOWN },
	{ { VALUE_NONE, { 0 } }, COMM, ALARM_UNKNOWN },
	{ I(100), GOOD, ALARM_PRESENT },
	{ I(INT64_MIN), GOOD, ALARM_CLEAR },
	{ D(200), QUALITY_SUBSTITUTED, ALARM_PRESENT }, /* runs alarms, is marked */
	{ D(0), QUALITY_SIMULATED | QUALITY_RETAINED, ALARM_CLEAR },
};

static const struct step low_steps[] = {
	/* limit 100, deadband 2 */
	{ D(100.1), GOOD, ALARM_CLEAR },    { D(100.0), GOOD, ALARM_PRESENT },
	{ D(102.0), GOOD, ALARM_PRESENT },  { D(103.0), COMM, ALARM_UNKNOWN },
	{ D(101.5), GOOD, ALARM_PRESENT },  { D(102.1), GOOD, ALARM_CLEAR },
	{ D(100.1), GOOD, ALARM_CLEAR },    { D(-INFINITY), GOOD, ALARM_UNKNOWN },
	{ D(NAN), GOOD, ALARM_UNKNOWN },    { I(-5), GOOD, ALARM_PRESENT },
	{ D(0), UNCERTAIN, ALARM_UNKNOWN },
};

static const struct step state_steps[] = {
	/* state = true */
	{ B(false), GOOD, ALARM_CLEAR },   { B(true), GOOD, ALARM_PRESENT },
	{ B(false), COMM, ALARM_UNKNOWN }, { B(true), GOOD, ALARM_PRESENT },
	{ B(false), GOOD, ALARM_CLEAR },   { I(3), GOOD, ALARM_PRESENT },
	{ I(0), GOOD, ALARM_CLEAR },       { D(-0.5), GOOD, ALARM_PRESENT },
	{ D(-0.0), GOOD, ALARM_CLEAR },    { S("true"), GOOD, ALARM_UNKNOWN },
	{ D(NAN), GOOD, ALARM_UNKNOWN },
};

static const struct step expression_steps[] = {
	{ B(true), GOOD, ALARM_PRESENT },      { B(false), GOOD, ALARM_CLEAR },
	{ B(true), COMM, ALARM_UNKNOWN },      { D(0.25), GOOD, ALARM_PRESENT },
	{ D(0), GOOD, ALARM_CLEAR },           { S("yes"), GOOD, ALARM_UNKNOWN },
	{ B(true), UNCERTAIN, ALARM_UNKNOWN },
};

static const struct step bad_quality_steps[] = {
	{ D(1), GOOD, ALARM_CLEAR },
	{ D(1), COMM, ALARM_PRESENT }, /* here the bad sample is the answer */
	{ { VALUE_NONE, { 0 } }, COMM, ALARM_PRESENT },
	{ D(1), QUALITY_MAKE(QUALITY_BAD, REASON_FROZEN), ALARM_PRESENT },
	{ D(1), UNCERTAIN, ALARM_CLEAR },
	{ D(NAN), GOOD, ALARM_PRESENT },
	{ S("ok"), GOOD, ALARM_CLEAR },
	{ D(1), QUALITY_SUBSTITUTED, ALARM_CLEAR },
};

static const struct step deviation_steps[] = {
	/* setpoint 50, plus 10, minus 20, deadband 2 */
	{ D(59.9), GOOD, ALARM_CLEAR },      { D(60), GOOD, ALARM_PRESENT },
	{ D(58), GOOD, ALARM_PRESENT },      { D(40), COMM, ALARM_UNKNOWN },
	{ D(57.9), GOOD, ALARM_CLEAR },      { D(30.1), GOOD, ALARM_CLEAR },
	{ D(30), GOOD, ALARM_PRESENT },      { D(32), GOOD, ALARM_PRESENT },
	{ D(32.1), GOOD, ALARM_CLEAR },      { D(NAN), GOOD, ALARM_UNKNOWN },
	{ I(1000), GOOD, ALARM_PRESENT },    { D(-1000), GOOD, ALARM_PRESENT },
	{ D(50), UNCERTAIN, ALARM_UNKNOWN }, { D(50), GOOD, ALARM_CLEAR },
};

static const struct step count_steps[] = {
	/* state = true; how often is counted in test_types_memory.c */
	{ B(false), GOOD, ALARM_CLEAR },   { B(true), GOOD, ALARM_PRESENT },
	{ B(false), COMM, ALARM_UNKNOWN }, { I(3), GOOD, ALARM_PRESENT },
	{ D(NAN), GOOD, ALARM_UNKNOWN },
};

#define STEPS(list) list, sizeof(list) / sizeof((list)[0])
static const struct {
	const char *type;
	const struct step *steps;
	size_t n;
} covered[] = {
	{ "high", STEPS(high_steps) },
	{ "low", STEPS(low_steps) },
	{ "state", STEPS(state_steps) },
	{ "expression", STEPS(expression_steps) },
	{ "bad_quality", STEPS(bad_quality_steps) },
	{ "deviation", STEPS(deviation_steps) },
	{ "count", STEPS(count_steps) },
};
enum { COVERED = sizeof(covered) / sizeof(covered[0]) };

static struct alarm_more fifty = {
	.limit_min = -INFINITY,
	.limit_max = INFINITY,
	.setpoint = 50,
	.plus = 10,
	.minus = 20,
};

static struct sample sample_of(struct value v, unsigned q)
{
	return (struct sample){ .value = v, .quality = (quality)q };
}

static enum alarm_verdict eval(const struct alarm_def *d, const struct sample *s,
			       bool was, struct alarm_band *band)
{
	struct alarm_look l = { .s = s, .was = was, .quiet = ALARM_BAND_NONE };
	enum alarm_verdict verdict = d->type->eval(d, &l);

	*band = l.quiet;
	return verdict;
}

static void every_type_keeps_to_its_steps(void **state)
{
	(void)state;
	for (size_t t = 0; t < COVERED; t++) {
		struct alarm_def d = { .type = alarm_type_find(covered[t].type),
				       .limit = 100,
				       .deadband = 2,
				       .state = true,
				       .more = &fifty };
		struct alarm_band band;
		bool was = false;

		assert_non_null(d.type);
		for (size_t i = 0; i < covered[t].n; i++) {
			const struct step *step = &covered[t].steps[i];
			struct sample s = sample_of(step->value, step->quality);
			enum alarm_verdict got = eval(&d, &s, was, &band);

			if (got != step->want)
				fail_msg("%s, step %zu: %d instead of %d",
					 covered[t].type, i, got, step->want);
			if (got == ALARM_UNKNOWN)
				assert_true(band.lo > band.hi);
			else
				was = got == ALARM_PRESENT;
		}
	}
}

static bool fits(const char *type, struct alarm_more m, double deadband, const char *want)
{
	struct alarm_def d = { .type = alarm_type_find(type),
			       .limit = 5,
			       .deadband = deadband,
			       .more = &m };
	struct strbuf why = STRBUF_INIT;
	bool ok = d.type->check(&d, &why);

	assert_int_equal(ok, !want);
	if (want)
		assert_has(why.buf, want);
	strbuf_release(&why);
	return ok;
}

static void settings_that_contradict_each_other_are_refused(void **state)
{
	struct alarm_more m = alarm_more_none;

	(void)state;
	m.limit_min = 1;
	fits("high", m, 0, "limit_min and limit_max are for a limit that is a tag");
	m.second = (char[]){ "a.limit" };
	assert_true(fits("low", m, 0, NULL));
	m.limit_max = 0.5;
	fits("high", m, 0, "limit_min is above limit_max");
	fits("rate", m, 0, "the limit of type \"rate\" is a number");
	m.plus = 2;
	assert_true(fits("deviation", m, 1.9, NULL));
	fits("deviation", m, 2, "smaller than plus and minus");
	m.minus = 0;
	fits("deviation", m, 1, "plus and minus must be above 0");
	m.min_samples = 7;
	fits("statistical", m, 0, "min_samples must be 8 to 64");
	m.min_samples = 64;
	assert_true(fits("statistical", m, 0, NULL));
}

/* AL-10 and T20 for limits that are tags: not judged, whatever is wrong with them. */
static void T20_a_limit_tag_that_is_not_good_judges_nothing(void **state)
{
	static const struct {
		double limit;
		unsigned quality;
		enum alarm_verdict want;
	} rows[] = {
		{ 10, GOOD, ALARM_PRESENT },      { 10, COMM, ALARM_UNKNOWN },
		{ 10, UNCERTAIN, ALARM_UNKNOWN }, { NAN, GOOD, ALARM_UNKNOWN },
		{ 4.9, GOOD, ALARM_UNKNOWN },     { 5, GOOD, ALARM_PRESENT },
		{ 20, GOOD, ALARM_CLEAR },        { 20.1, GOOD, ALARM_UNKNOWN },
	};
	struct alarm_more m = alarm_more_none;
	struct alarm_def d = { .type = alarm_type_find("high"), .more = &m };
	struct sample s = sample_of(value_double(12), GOOD);
	struct alarm_look l = { .s = &s };

	(void)state;
	m.second = (char[]){ "a.limit" };
	m.limit_min = 5;
	m.limit_max = 20;
	assert_int_equal(d.type->eval(&d, &l), ALARM_UNKNOWN); /* none was given */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sample limit =
			sample_of(value_double(rows[i].limit), rows[i].quality);

		l = (struct alarm_look){ .s = &s, .second = &limit, .limit = NAN };
		assert_int_equal(d.type->eval(&d, &l), rows[i].want);
		if (rows[i].want != ALARM_UNKNOWN)
			assert_double(l.limit, rows[i].limit, 0);
	}
}

static void every_row_of_the_table_is_whole_and_covered(void **state)
{
	(void)state;
	for (size_t i = 0; alarm_types[i]; i++) {
		const struct alarm_type *t = alarm_types[i];
		bool found = false;

		assert_true(strlen(t->help) > 20);
		assert_null(strchr(t->help, '\n'));
		assert_non_null(t->eval);
		assert_true(t->needs_tag != t->needs_expression);
		assert_ptr_equal(alarm_type_find(t->name), t);
		if (i > 0)
			assert_true(strcmp(alarm_types[i - 1]->name, t->name) < 0);
		for (size_t c = 0; c < COVERED; c++)
			found |= strcmp(covered[c].type, t->name) == 0;
		if (t->memory) /* through the engine, with time: test_types_memory.c */
			found = true;
		if (!found)
			fail_msg("type \"%s\" has no steps in this file", t->name);
	}
	assert_null(alarm_type_find("hihi"));
	assert_null(alarm_type_find(""));
}

static void the_other_state_can_be_the_abnormal_one(void **state)
{
	struct alarm_def d = { .type = alarm_type_find("state"), .state = false };
	struct sample on = sample_of(value_bool(true), GOOD),
		      off = sample_of(value_bool(false), GOOD);
	struct alarm_band band;

	(void)state;
	assert_int_equal(eval(&d, &off, false, &band), ALARM_PRESENT);
	assert_int_equal(eval(&d, &on, true, &band), ALARM_CLEAR);
}

static void a_definition_without_sense_is_refused_in_words(void **state)
{
	static const struct {
		const char *type;
		double limit, deadband;
		const char *want; /* NULL = fine */
	} rows[] = {
		{ "high", 5, 0, NULL },
		{ "low", -5, 0.5, NULL },
		{ "high", INFINITY, 0, "the limit must be a finite number" },
		{ "low", NAN, 0, "the limit must be a finite number" },
		{ "high", 5, -0.1, "the deadband must be 0 or more" },
		{ "high", 5, NAN, "the deadband must be 0 or more" },
		{ "state", 0, 0, NULL },
		{ "state", 0, 1, "type \"state\" has no deadband: against chatter use" },
		{ "expression", 0, 1, "type \"expression\" has no deadband" },
		{ "bad_quality", 0, 1, "off_delay_s" },
		{ "count", 0, 1, "type \"count\" has no deadband" },
		{ "mismatch", 0, 1, "type \"mismatch\" has no deadband" },
		{ "stale", 0, 1, "type \"stale\" has no deadband" },
		{ "statistical", 0, 1, "type \"statistical\" has no deadband" },
		{ "frozen", 0, 0.5, NULL },
		{ "frozen", 0, -1, "the deadband must be 0 or more" },
		{ "rate", 0, 0, "the limit must be above 0; direction says" },
		{ "rate", 2, 2, "smaller than limit" },
		{ "rate", 2, 1, NULL },
		{ "deviation", 0, 0, "say how far from the setpoint is too far" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct alarm_def d = { .type = alarm_type_find(rows[i].type),
				       .limit = rows[i].limit,
				       .deadband = rows[i].deadband };
		struct strbuf why = STRBUF_INIT;
		bool ok = d.type->check(&d, &why);

		assert_int_equal(ok, !rows[i].want);
		if (rows[i].want)
			assert_has(why.buf, rows[i].want);
		strbuf_release(&why);
	}
}

/* Nothing inside the band may change the verdict; its edges are the hard part. */
static void probe_band(const struct alarm_def *d, double v, bool was)
{
	struct sample s = sample_of(value_double(v), GOOD);
	struct alarm_band band, again;
	enum alarm_verdict verdict = eval(d, &s, was, &band);

	assert_int_not_equal(verdict, ALARM_UNKNOWN);
	assert_true(band.lo <= v && v <= band.hi); /* it holds the value it came from */
	const double inside[] = { band.lo, band.hi, nextafter(band.lo, INFINITY),
				  nextafter(band.hi, -INFINITY),
				  (band.lo + band.hi) / 2 };

	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
		if (!isfinite(inside[i]) || inside[i] < band.lo || inside[i] > band.hi)
			continue;
		s.value.u.d = inside[i];
		assert_int_equal(eval(d, &s, verdict == ALARM_PRESENT, &again), verdict);
	}
	if (!d->type->needs_limit)
		return;
	const double outside[] = { nextafter(band.lo, -INFINITY),
				   nextafter(band.hi, INFINITY) };

	for (size_t i = 0; i < 2; i++) { /* nor is it smaller than it could be */
		if (!isfinite(outside[i]) ||
		    (outside[i] >= band.lo && outside[i] <= band.hi))
			continue;
		s.value.u.d = outside[i];
		assert_int_not_equal(eval(d, &s, verdict == ALARM_PRESENT, &again),
				     verdict);
	}
}

static void no_verdict_changes_inside_a_quiet_band(void **state)
{
	static const double values[] = { -1e308, -3,  -0.5, 0,   5e-324, 0.1,  0.3,
					 1,      2.9, 3,    7.7, 1e15,   1e308 };
	enum { VALUES = sizeof(values) / sizeof(values[0]) };

	(void)state;
	srandom(20261122);
	for (int round = 0; round < 20000; round++) {
		struct alarm_def d = { .type = alarm_type_find(
					       covered[random() % COVERED].type),
				       .more = &fifty,
				       .limit = values[random() % VALUES],
				       .deadband = (double)(random() % 3) * 0.35,
				       .state = random() % 2 };

		probe_band(&d, values[random() % VALUES] + (double)(random() % 7) * 0.05,
			   random() % 2);
		probe_band(&d, d.limit, random() % 2);
	}
}

static void bands_of_several_alarms_meet(void **state)
{
	struct alarm_band band = ALARM_BAND_ALL, none = ALARM_BAND_NONE;

	(void)state;
	alarm_band_meet(&band, &(struct alarm_band){ -INFINITY, 5 });
	alarm_band_meet(&band, &(struct alarm_band){ 1, INFINITY });
	assert_double(band.lo, 1, 0);
	assert_double(band.hi, 5, 0);
	alarm_band_meet(&band, &none);
	assert_true(band.lo > band.hi);
	alarm_band_meet(&band, &(struct alarm_band){ 1, 5 });
	assert_true(band.lo > band.hi); /* once nowhere, always nowhere */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_keeps_to_its_steps),
		cmocka_unit_test(every_row_of_the_table_is_whole_and_covered),
		cmocka_unit_test(settings_that_contradict_each_other_are_refused),
		cmocka_unit_test(T20_a_limit_tag_that_is_not_good_judges_nothing),
		cmocka_unit_test(the_other_state_can_be_the_abnormal_one),
		cmocka_unit_test(a_definition_without_sense_is_refused_in_words),
		cmocka_unit_test(no_verdict_changes_inside_a_quiet_band),
		cmocka_unit_test(bands_of_several_alarms_meet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
