/* test_expr_fast.c - the fast program where it does more than one thing at once, and
 * where its operands lie. What it gives is compared with the stack program. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>

#include "expr/fast_int.h"

static const double numbers[] = { 3.5,   3.0,    1.75,   0.0,   -0.0, 7.0,
				  1e308, -1e308, 5e-324, 1e200, NAN,  INFINITY };
enum { NUMBERS = sizeof(numbers) / sizeof(numbers[0]) };

static struct sample world[4]; /* a, b, c (a truth), d (a whole number) */

static void set_world(double a, double b, bool c, int64_t d)
{
	world[0].value = value_double(a);
	world[1].value = value_double(b);
	world[2].value = value_bool(c);
	world[3].value = value_int(d);
	for (int i = 0; i < 4; i++) {
		world[i].quality = 0;
		world[i].source_time.ms = 1000 + i;
		world[i].taken.ns = 10 - i;
	}
}

static void bind(struct expr *e)
{
	for (size_t i = 0; i < expr_operand_count(e); i++)
		expr_bind_place(e, i, &world[expr_operand_name(e, i)[0] - 'a']);
}

static struct expr *bound(const char *text)
{
	struct expr *e = expr_compile(text, NULL, NULL, NULL);

	if (!e)
		fail_msg("%s does not compile", text);
	bind(e);
	return e;
}

static struct sample compare(const struct expr *e)
{
	struct sample s, plain;

	expr_eval_bound(e, &s);
	expr_eval_stack(e, &plain);
	if (!value_equal(&s.value, &plain.value) || s.quality != plain.quality ||
	    s.source_time.ms != plain.source_time.ms || s.taken.ns != plain.taken.ns ||
	    (s.value.type == VALUE_DOUBLE &&
	     signbit(s.value.u.d) != signbit(plain.value.u.d)))
		fail_msg("%s: fast and stack programs differ (a = %g, b = %g)",
			 expr_text(e), world[0].value.u.d, world[1].value.u.d);
	return s;
}

/* With all numbers on both sides, at limits, beside them and where there is none. */
static void compare_all(const struct expr *e)
{
	for (size_t i = 0; i < NUMBERS * NUMBERS; i++) {
		set_world(numbers[i / NUMBERS], numbers[i % NUMBERS], i & 1, 3);
		compare(e);
		set_world(numbers[i / NUMBERS], numbers[i % NUMBERS], ~i & 1, 3);
		compare(e);
	}
}

static void what_belongs_together_is_one_instruction(void **state)
{
	static const char *const compares[] = { "<", "<=", ">", ">=" };
	static const struct {
		const char *left, *right;
		enum fast_op less, more; /* for < and, the constant on the left, for > */
	} cases[] = {
		{ "a", "3.5", FAST_LT_K, FAST_GT_K },
		{ "3.5", "a", FAST_GT_K, FAST_LT_K },
		{ "a", "b", FAST_LT_D, FAST_GT_D },
		{ "a", "3.5 && c", FAST_LT_AND_K, FAST_GT_AND_K },
		{ "c && 3.5", "a", FAST_GT_AND_K, FAST_LT_AND_K },
		{ "c && a", "b", FAST_LT_AND_D, FAST_GT_AND_D },
		{ "a * 0.5 + b", "3.5", FAST_LINE_LT_K, FAST_LINE_GT_K },
		{ "3.5", "b + 0.5 * a", FAST_LINE_GT_K, FAST_LINE_LT_K },
		{ "a * 0.5 + b", "3.5 && c", FAST_LINE_LT_AND_K, FAST_LINE_GT_AND_K },
		{ "c && a * 2 + b", "10", FAST_LINE_LT_AND_K, FAST_LINE_GT_AND_K },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]) * 4; i++) {
		char text[64];
		int want = (int)(i % 4 < 2 ? cases[i / 4].less : cases[i / 4].more);

		snprintf(text, sizeof(text), "%s %s %s", cases[i / 4].left,
			 compares[i % 4], cases[i / 4].right);
		struct expr *e = bound(text);
		set_world(1, 1, true, 1);
		compare(e); /* learns */
		assert_non_null(e->fast->code);
		assert_int_equal(e->fast->code[0].op, want + (int)(i % 2));
		assert_ptr_equal(e->fast->code[0].run,
				 fast_runs[want + (int)(i % 2)].last);
		compare_all(e);
		expr_free(e);
	}
}

static void every_instruction_gives_what_the_stack_program_gives(void **state)
{
	static const char *const texts[] = {
		"a",
		"c",
		"d",
		"a * b + a",
		"a * 2 + b",
		"a * b + a < b && c",
		"a + 3 * d",
		"a - b",
		"a / b",
		"d / a",
		"a % b",
		"d % 2",
		"-a",
		"-d",
		"-c",
		"abs(a)",
		"abs(d)",
		"floor(a)",
		"ceil(a)",
		"sqrt(a)",
		"sqrt(d)",
		"min(a, b)",
		"max(a, b, 3.5)",
		"min(d, 2)",
		"max(c, d)",
		"a == b",
		"a != b",
		"d == 3",
		"d != c",
		"d < 3",
		"d <= 3",
		"d > c",
		"d >= 4",
		"a && b",
		"a || d",
		"!a",
		"!d",
		"!c || a > b",
		"c ? a : b",
		"c ? a : d",
		"c ? d : 4",
		"c ? c : !c",
		"b ? c : d",
		"if_bad(a, b)",
		"is_good(a)",
		"is_bad(b) + d",
		"if_bad(c, a) + b",
		"c ? 1.5 : b",
		"d + c + 1",
		"d * d - c",
		"a + b * a + 1 > b * 0.5 + a && c",
		"d < a && c",
		"d * 0.5 + d < 3",
		"min(a)",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct expr *e = bound(texts[i]);

		set_world(1, 2, true, 1);
		compare(e); /* learns */
		assert_non_null(e->fast->code);
		compare_all(e);
		for (size_t k = 0; k < 4; k++) {
			static const int64_t whole[] = { INT64_MIN, INT64_MAX, 0, -1 };

			set_world(1, 2, k & 1, whole[k]);
			compare(e);
		}
		expr_free(e);
	}
}

static void quality_and_times_of_all_operands_count(void **state)
{
	static const quality qualities[] = {
		0, QUALITY_SIMULATED,
		QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE) | QUALITY_CLOCK,
		QUALITY_MAKE(QUALITY_BAD, REASON_COMM)
	};
	static const char *const texts[] = {
		"a > 1",          "a > 1 && c",      "a + b > 1 && c",
		"a + b > d && c", "is_good(a) && c", "if_bad(a, 1.0) > 2 && c"
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct expr *e = bound(texts[i]);

		set_world(2, 3, true, 4);
		compare(e); /* learns */
		for (unsigned k = 0; k < 256; k++) {
			set_world(2, 3, true, 4);
			for (unsigned o = 0; o < 4; o++) {
				world[o].quality = qualities[k >> 2 * o & 3];
				world[o].source_time.ms = k * (o + 3) % 7;
				world[o].taken.ns = k * (o + 5) % 11;
			}
			compare(e);
		}
		expr_free(e);
	}
}

/* More operands than are looked at without a loop. */
static void many_operands_are_all_looked_at(void **state)
{
	static const char text[] = "t0 + t1 + t2 + t3 + t4 + t5 + t6 > 20";
	struct expr *e = expr_compile(text, NULL, NULL, NULL);
	struct sample many[7], s;

	(void)state;
	assert_non_null(e);
	for (size_t i = 0; i < 7; i++) {
		many[i] = (struct sample){ .value = value_double((double)i),
					   .source_time = { 100 },
					   .taken = { 100 } };
		expr_bind_place(e, i, &many[i]);
	}
	compare(e); /* learns */
	for (size_t i = 0; i < 7; i++) {
		many[i].source_time.ms = 50;
		many[i].taken.ns = 40;
		s = compare(e);
		assert_int_equal(s.source_time.ms, 50);
		assert_int_equal(s.taken.ns, 40);
		assert_true(expr_is_true(&s)); /* 21 */
		many[i].quality = QUALITY_SIMULATED;
		assert_int_equal(compare(e).quality, QUALITY_SIMULATED);
		many[i].quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM);
		assert_int_equal(quality_class(compare(e).quality), QUALITY_BAD);
		many[i].quality = 0;
		many[i].value = value_int((int64_t)i + 1);
		s = compare(e);
		assert_true(expr_is_true(&s));
		many[i].value = value_double((double)i);
		compare(e);
		many[i].source_time.ms = many[i].taken.ns = 100;
	}
	expr_free(e);
}

static const struct sample *asked(void *arg, uint32_t id)
{
	int *times = arg;

	(*times)++;
	return &world[id];
}

static void an_operand_is_asked_for_until_it_is_bound(void **state)
{
	struct expr *e = expr_compile("a + b", NULL, NULL, NULL);
	struct sample elsewhere, s;
	int times = 0;

	(void)state;
	set_world(1, 2, true, 3);
	elsewhere = world[1];
	elsewhere.value = value_double(10);
	expr_eval_bound(e, &s);
	assert_int_equal(s.quality, QUALITY_MAKE(QUALITY_BAD, REASON_OPERAND));
	expr_bind(e, 0, 0);
	expr_bind(e, 1, 1);
	for (int i = 1; i <= 3; i++) {
		s = expr_eval(e, asked, &times);
		assert_double(s.value.u.d, 3, 0);
		assert_int_equal(times, 2 * i);
	}
	expr_bind_place(e, 1, &elsewhere);
	for (int i = 1; i <= 3; i++) {
		s = expr_eval(e, asked, &times);
		assert_double(s.value.u.d, 11, 0);
		assert_int_equal(times, 6 + i);
	}
	expr_bind(e, 1, 1); /* bound anew: its place is not known any more */
	s = expr_eval(e, asked, &times);
	assert_double(s.value.u.d, 3, 0);
	assert_int_equal(times, 11);
	expr_free(e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_belongs_together_is_one_instruction),
		cmocka_unit_test(every_instruction_gives_what_the_stack_program_gives),
		cmocka_unit_test(quality_and_times_of_all_operands_count),
		cmocka_unit_test(many_operands_are_all_looked_at),
		cmocka_unit_test(an_operand_is_asked_for_until_it_is_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
