/* test_expr.c - what expressions mean, how they carry doubt, and what they refuse. */
#include "support/test.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "util/strbuf.h"

#define UNCERTAIN QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE)
#define BAD       QUALITY_MAKE(QUALITY_BAD, REASON_COMM)

/* The little world the expressions look at. */
static const struct {
	const char *name;
	struct sample s;
} world[] = {
	{ "one", { { VALUE_INT, { .i = 1 } }, 0, { 1000 }, { 10 } } },
	{ "seven", { { VALUE_INT, { .i = 7 } }, 0, { 2000 }, { 20 } } },
	{ "big", { { VALUE_INT, { .i = INT64_MAX } }, 0, { 3000 }, { 30 } } },
	{ "least", { { VALUE_INT, { .i = INT64_MIN } }, 0, { 3000 }, { 30 } } },
	{ "zero", { { VALUE_INT, { .i = 0 } }, 0, { 3000 }, { 30 } } },
	{ "half", { { VALUE_DOUBLE, { .d = 0.5 } }, 0, { 4000 }, { 40 } } },
	{ "huge", { { VALUE_DOUBLE, { .d = 1e308 } }, 0, { 4000 }, { 40 } } },
	{ "nan", { { VALUE_DOUBLE, { .d = NAN } }, 0, { 4000 }, { 40 } } },
	{ "inf", { { VALUE_DOUBLE, { .d = INFINITY } }, 0, { 4000 }, { 40 } } },
	{ "minus_inf", { { VALUE_DOUBLE, { .d = -INFINITY } }, 0, { 4000 }, { 40 } } },
	{ "tiny", { { VALUE_DOUBLE, { .d = 5e-324 } }, 0, { 4000 }, { 40 } } },
	{ "minus_zero", { { VALUE_DOUBLE, { .d = -0.0 } }, 0, { 4000 }, { 40 } } },
	{ "yes", { { VALUE_BOOL, { .b = true } }, 0, { 5000 }, { 50 } } },
	{ "no", { { VALUE_BOOL, { .b = false } }, 0, { 5000 }, { 50 } } },
	{ "mode", { { VALUE_STRING, { .s = "AUTO" } }, 0, { 6000 }, { 60 } } },
	{ "evil", { { VALUE_STRING, { .s = "\033[2J" } }, 0, { 6000 }, { 60 } } },
	{ "dead", { { VALUE_INT, { .i = 1 } }, BAD, { 500 }, { 5 } } },
	{ "dim", { { VALUE_INT, { .i = 3 } }, UNCERTAIN, { 700 }, { 7 } } },
	{ "typed", { { VALUE_INT, { .i = 5 } }, QUALITY_SUBSTITUTED, { 800 }, { 8 } } },
	{ "hollow", { { VALUE_NONE, { .i = 0 } }, 0, { 900 }, { 9 } } },
	{ "intake.p101.running", { { VALUE_BOOL, { .b = true } }, 0, { 9000 }, { 90 } } },
	{ "intake.p101.2nd", { { VALUE_INT, { .i = 2 } }, 0, { 9000 }, { 90 } } },
};

static const struct sample *look(void *arg, uint32_t id)
{
	(void)arg;
	return &world[id].s;
}

static enum value_type type_of(void *arg, uint32_t id)
{
	(void)arg;
	return world[id].s.value.type;
}

static void bind(struct expr *e)
{
	for (size_t i = 0; i < expr_operand_count(e); i++) {
		size_t k = 0;
		while (k < sizeof(world) / sizeof(world[0]) &&
		       strcmp(world[k].name, expr_operand_name(e, i)) != 0)
			k++;
		if (k == sizeof(world) / sizeof(world[0]))
			fail_msg("no operand %s in the test's world",
				 expr_operand_name(e, i));
		expr_bind(e, i, (uint32_t)k);
	}
}

static struct expr *compiled(const char *text)
{
	struct strbuf why = STRBUF_INIT;
	int column = 0;
	struct expr *e = expr_compile(text, "intake.p101", &why, &column);

	if (!e)
		fail_msg("%s: column %d: %s", text, column, why.buf);
	strbuf_release(&why);
	bind(e);
	return e;
}

/* "7 good", "0.5 good", "true good", "- bad:math", flags behind a comma. */
static void show(const struct sample *s, char *out, size_t size)
{
	char value[300] = "-", flags[64];

	if (s->value.type != VALUE_NONE)
		value_format(&s->value, -1, value, sizeof(value));
	quality_flags_text(s->quality, flags, sizeof(flags));
	snprintf(out, size, "%s %s %s%s%s%s%s", value_type_name(s->value.type), value,
		 quality_class_name(s->quality), quality_reason(s->quality) ? ":" : "",
		 quality_reason_name(s->quality), flags[0] ? "," : "", flags);
}

static void expect(const char *text, const char *want)
{
	struct expr *e = compiled(text);
	struct sample s = expr_eval(e, look, NULL);
	char got[400];

	show(&s, got, sizeof(got));
	if (strcmp(got, want) != 0)
		fail_msg("%s = %s, expected %s", text, got, want);
	expr_free(e);
}

static void values_of_good_operands(void **state)
{
	static const char *const cases[][2] = {
		{ "1", "int64 1 good" },
		{ "1.5e3", "double 1500 good" },
		{ "2E-1", "double 0.2 good" },
		{ "007", "int64 7 good" },
		{ "1+2*3", "int64 7 good" },
		{ "(1+2)*3", "int64 9 good" },
		{ "10-4-3", "int64 3 good" },
		{ "-2*-3", "int64 6 good" },
		{ "- -2", "int64 2 good" },
		{ "7/2", "double 3.5 good" },
		{ "6/2", "double 3 good" },
		{ "7%3", "int64 1 good" },
		{ "-7%3", "int64 -1 good" },
		{ "7.5%2", "double 1.5 good" },
		{ "least % -1", "int64 0 good" },
		{ "1+0.5", "double 1.5 good" },
		{ "yes+yes", "int64 2 good" },
		{ "-yes", "int64 -1 good" },
		{ "true", "bool true good" },
		{ "!true", "bool false good" },
		{ "!0", "bool true good" },
		{ "!!half", "bool true good" },
		{ "yes && no", "bool false good" },
		{ "no || 2", "bool true good" },
		{ "no && no || yes", "bool true good" },
		{ "yes || no && no", "bool true good" },
		{ "yes == 1", "bool true good" },
		{ "1 < 2 == true", "bool true good" },
		{ "big == 9223372036854775806", "bool false good" },
		{ "big > 9223372036854775806", "bool true good" },
		{ "1 == 1.0", "bool true good" },
		{ "half <= 0.5 && half >= 0.5", "bool true good" },
		{ "1 != 2", "bool true good" },
		{ "mode == \"AUTO\"", "bool true good" },
		{ "mode == 'AUTO'", "bool true good" },
		{ "mode != 'it said \"no\"'", "bool true good" },
		{ "mode < 'B'", "bool true good" },
		{ "\"Größe\"", "string Größe good" },
		{ "yes ? 'on' : 'off'", "string on good" },
		{ "no ? 1 : yes ? 2 : 3", "int64 2 good" },
		{ "yes ? 1 : 0.5", "double 1 good" },
		{ "no ? 7 : yes", "int64 1 good" },
		{ "yes ? yes : 0.5", "double 1 good" },
		{ "abs(-3)", "int64 3 good" },
		{ "abs(-0.25)", "double 0.25 good" },
		{ "min(3, 1, 2)", "int64 1 good" },
		{ "max(3, 1, 2.5)", "double 3 good" },
		{ "max(big, big - 1) == big", "bool true good" },
		{ "min(half)", "double 0.5 good" },
		{ "avg(1, 2)", "double 1.5 good" },
		{ "round(2.5)", "double 3 good" },
		{ "round(-2.5)", "double -3 good" },
		{ "round(3.14159, 2)", "double 3.14 good" },
		{ "round(1e300, 9)", "double 1e+300 good" },
		{ "round(big)", "int64 9223372036854775807 good" },
		{ "floor(-0.5)", "double -1 good" },
		{ "floor(seven)", "int64 7 good" },
		{ "ceil(0.2)", "double 1 good" },
		{ "sqrt(9)", "double 3 good" },
		{ "sqrt(min(max(9, 4), 16)) + abs(one - seven)", "double 9 good" },
		{ ".running && .2nd", "bool true good" },
		{ " \t1\r\n + 1 ", "int64 2 good" },
		{ "intake.p101.2nd", "int64 2 good" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i][0], cases[i][1]);
}

static void what_has_no_result_is_bad_not_a_number(void **state)
{
	static const char *const cases[] = {
		"1/0",
		"1/0.0",
		"zero/zero",
		"1%0",
		"1.5%0",
		"big+1",
		"least-1",
		"big*2",
		"-least",
		"abs(least)",
		"huge*10",
		"huge+huge",
		"-huge*huge",
		"huge/tiny",
		"sqrt(-1)",
		"round(half, 10)",
		"round(half, 0.5)",
		"round(half, -1)",
		"mode + 1",
		"mode == 1",
		"1 < mode",
		"mode && yes",
		"!mode",
		"-mode",
		"mode ? 1 : 2",
		"yes ? mode : one",
		"no ? mode : one",
		"min(1, mode)",
		"avg(mode)",
		"abs(mode)",
		"sqrt(mode)",
		"floor(mode)",
		"round(mode)",
		"max(huge, huge*huge)",
		"if_bad(huge*10, 1/0)",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i], "none - bad:math");
}

static void PLC_17_odd_floats_never_become_verdicts(void **state)
{
	(void)state;
	expect("nan", "none - bad:math");
	expect("nan == nan", "none - bad:math");
	expect("nan < 5", "none - bad:math");
	expect("inf > 5", "none - bad:math");
	expect("minus_inf < 5 || yes", "none - bad:math");
	expect("min(1, nan)", "none - bad:math");
	expect("is_bad(inf)", "bool true good");
	expect("if_bad(nan, 4)", "int64 4 good");
	expect("tiny > 0", "bool true good");
	expect("tiny / 2 == 0", "bool true good");
	expect("minus_zero == 0", "bool true good");
	expect("1 / minus_zero", "none - bad:math");
	expect("!minus_zero", "bool true good");
}

static void quality_propagates_without_rescue(void **state)
{
	static const char *const cases[][2] = {
		{ "dead", "none - bad:operand" },
		{ "hollow", "none - bad:operand" },
		{ "dead + 1", "none - bad:operand" },
		{ "no && dead", "none - bad:operand" },
		{ "yes || dead", "none - bad:operand" },
		{ "yes ? 1 : dead", "none - bad:operand" },
		{ "dead ? 1 : 1", "none - bad:operand" },
		{ "dead * 0", "none - bad:operand" },
		{ "max(dead, 1)", "none - bad:operand" },
		{ "dim", "int64 3 uncertain:operand" },
		{ "dim > 2", "bool true uncertain:operand" },
		{ "dim + dead", "none - bad:operand" },
		{ "typed", "int64 5 good,substituted" },
		{ "typed > 2 && yes", "bool true good,substituted" },
		{ "typed + dim", "int64 8 uncertain:operand,substituted" },
		{ "typed / 0", "none - bad:math,substituted" },
		{ "if_bad(dead, 4)", "int64 4 good" },
		{ "if_bad(dead, dim)", "int64 3 uncertain:operand" },
		{ "if_bad(dead, typed)", "int64 5 good,substituted" },
		{ "if_bad(dead, dead)", "none - bad:operand" },
		{ "if_bad(dim, 4)", "int64 3 uncertain:operand" },
		{ "if_bad(one, dead)", "int64 1 good" },
		{ "if_bad(1/0, 2)", "int64 2 good" },
		{ "is_good(dead)", "bool false good" },
		{ "is_good(dim)", "bool false good" },
		{ "is_good(one)", "bool true good" },
		{ "is_good(typed)", "bool true good,substituted" },
		{ "is_good(mode)", "bool true good" },
		{ "is_bad(dead)", "bool true good" },
		{ "is_bad(dim)", "bool false good" },
		{ "is_bad(dead) || yes", "bool true good" },
		{ "is_good(dead) && if_bad(dead, 0) > 0", "bool false good" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		expect(cases[i][0], cases[i][1]);
}

static void times_are_the_oldest_of_the_operands(void **state)
{
	static const struct {
		const char *text;
		int64_t source_ms, taken_ns;
	} cases[] = {
		{ "one + seven", 1000, 10 },
		{ "seven + 5", 2000, 20 },
		{ "5", 0, 0 },
		{ "yes ? seven : one", 1000, 10 },
		{ "if_bad(seven, dead)", 500, 5 },
		{ "is_good(dead)", 500, 5 },
		{ "dead + 1", 500, 5 },
		{ "sqrt(half)", 4000, 40 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct expr *e = compiled(cases[i].text);
		struct sample s = expr_eval(e, look, NULL);
		assert_int_equal(s.source_time.ms, cases[i].source_ms);
		assert_int_equal(s.taken.ns, cases[i].taken_ns);
		expr_free(e);
	}
}

static void mistakes_are_sentences_with_a_column(void **state)
{
	static const struct {
		const char *text;
		int column;
		const char *sentence;
	} cases[] = {
		{ "", 1, "the expression is empty" },
		{ "   ", 4, "the expression is empty" },
		{ "1 +", 4, "a value must follow \"+\"" },
		{ "(", 2, "a value must follow \"(\"" },
		{ "min(1,", 7, "a value must follow \",\"" },
		{ "a ? b", 3, "this \"?\" has no \":\" with the other value" },
		{ "a ? b : ", 9, "a value must follow \":\"" },
		{ "!", 2, "a value must follow \"!\"" },
		{ "* 3", 1, "expected a tag, a number or \"(\" before \"*\"" },
		{ "1 + * 3", 5, "expected a tag, a number or \"(\" before \"*\"" },
		{ "(1 + 2", 1, "this \"(\" is never closed" },
		{ "min(1, 2", 4, "this \"(\" is never closed" },
		{ "(1 2)", 4, "expected \")\" or an operator before \"2\"" },
		{ "1)", 2, "this \")\" was never opened" },
		{ "a b", 3, "expected an operator before \"b\"" },
		{ "a and b", 3, "\"and\" is written &&" },
		{ "a or b", 3, "\"or\" is written ||" },
		{ "a = b", 3, "a single = is not a comparison: write ==" },
		{ "a & b", 3, "write && for \"and\"" },
		{ "a | b", 3, "write || for \"or\"" },
		{ "2 ^ 3", 3, "there is no power operator: multiply" },
		{ "$(p).auto", 1, "a template parameter was not replaced here" },
		{ "a # b", 3, "\"#\" has no meaning in an expression" },
		{ "a \xc3\x97 2", 3, "\"\xc3\x97\" has no meaning in an expression" },
		{ "\"\xc3\xb6\xc3\xb6\" = a", 6, "a single = is not a comparison" },
		{ "a \033 2", 3, "\"<U+001B>\" has no meaning" },
		{ "0 < a < 5", 7,
		  "comparisons cannot be chained: write a < b && b < c, or use "
		  "brackets" },
		{ "a == b == c", 8, "comparisons cannot be chained" },
		{ "mx(1, 2)", 1, "there is no function \"mx\" (did you mean \"max\"?)" },
		{ "1 + is_god(a)", 5,
		  "there is no function \"is_god\" (did you mean \"is_good\"?)" },
		{ "launch(1)", 1, "there is no function \"launch\"" },
		{ "abs(1, 2)", 1, "abs() takes 1 argument, not 2" },
		{ "abs()", 1, "abs() takes 1 argument, not 0" },
		{ "round(1, 2, 3)", 1, "round() takes 1 to 2 arguments, not 3" },
		{ "if_bad(1)", 1, "if_bad() takes 2 arguments, not 1" },
		{ "min()", 1, "min() takes 1 to 32 arguments, not 0" },
		{ "99999999999999999999", 1, "does not fit into 64 bits" },
		{ "1e999", 1, "this number is too large" },
		{ "12abc", 3, "this does not belong to a number" },
		{ "1.2.3", 4, "this does not belong to a number" },
		{ "1.", 2, "this does not belong to a number" },
		{ "0x10", 2, "this does not belong to a number" },
		{ "a + P101", 5, "names of tags and functions are lower case" },
		{ "intake.P101", 8, "names of tags and functions are lower case" },
		{ "intake..p", 7, "a name must follow this dot" },
		{ "intake. p", 7, "a name must follow this dot" },
		{ ".", 1, "a name must follow this dot" },
		{ "1 + .5", 5, "write a digit before the decimal point: 0.5" },
		{ "\"abc", 1, "the closing quote is missing" },
		{ "'abc\"", 1, "the closing quote is missing" },
		{ "\"a\tb\"", 3, "a control character cannot stand in text" },
		{ "\xff", 1, "the expression is not valid UTF-8" },
		{ "\"a\" + 1", 5, "\"+\" needs numbers, not text" },
		{ "1 == \"a\"", 3, "\"==\" cannot mix text and numbers" },
		{ "a ? 'x' : 1", 3, "\"?:\" cannot choose between text and a number" },
		{ "'x' ? 1 : 2", 5, "\"?:\" needs a condition that is true or false" },
		{ "sqrt('x')", 1, "\"sqrt\" needs numbers, not text" },
		{ "if_bad(a == 1, 'x')", 1, "\"if_bad\" cannot mix text and numbers" },
	};
	struct strbuf why = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int column = 0;
		struct expr *e = expr_compile(cases[i].text, "x", &why, &column);
		if (e)
			fail_msg("%s was accepted", cases[i].text);
		if (column != cases[i].column)
			fail_msg("%s: column %d, expected %d (%s)", cases[i].text, column,
				 cases[i].column, why.buf);
		assert_has(why.buf, cases[i].sentence);
		assert_null(expr_compile(cases[i].text, "x", NULL, NULL));
	}
	strbuf_release(&why);
}

static void a_leading_dot_needs_a_prefix(void **state)
{
	struct strbuf why = STRBUF_INIT;
	int column = 0;

	(void)state;
	assert_null(expr_compile("1 + .running", NULL, &why, &column));
	assert_int_equal(column, 5);
	assert_has(why.buf,
		   "\".running\" begins with a dot, but there is nothing it could "
		   "be relative to: write the whole tag name");
	static const char *const prefixes[] = { "intake.p101", "intake.p101." };
	for (size_t i = 0; i < 2; i++) {
		struct expr *e = expr_compile(".running", prefixes[i], &why, &column);
		assert_non_null(e);
		assert_string_equal(expr_operand_name(e, 0), "intake.p101.running");
		expr_free(e);
	}
	assert_null(expr_compile(".running", "not a name", &why, &column));
	assert_has(why.buf, "\".running\" is not a tag name");
	strbuf_release(&why);
}

static void operands_are_listed_once_in_order(void **state)
{
	struct expr *e = expr_compile("b.x + a.x*b.x > c ? .d : a.x", "p", NULL, NULL);
	static const struct {
		const char *name;
		int column;
	} want[] = { { "b.x", 1 }, { "a.x", 7 }, { "c", 17 }, { "p.d", 21 } };

	(void)state;
	assert_non_null(e);
	assert_int_equal(expr_operand_count(e), 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(expr_operand_name(e, i), want[i].name);
		assert_int_equal(expr_operand_column(e, i), want[i].column);
		expr_bind(e, i, (uint32_t)i + 40);
		assert_int_equal(expr_operand_id(e, i), i + 40);
	}
	assert_string_equal(expr_text(e), "b.x + a.x*b.x > c ? .d : a.x");
	expr_free(e);
}

static void types_are_known_where_they_are_certain(void **state)
{
	static const struct {
		const char *text;
		enum value_type alone, bound;
	} cases[] = {
		{ "one", VALUE_NONE, VALUE_INT },
		{ "one > 2", VALUE_BOOL, VALUE_BOOL },
		{ "yes && no", VALUE_BOOL, VALUE_BOOL },
		{ "yes", VALUE_NONE, VALUE_BOOL },
		{ "one + 1", VALUE_NONE, VALUE_INT },
		{ "one + 1.0", VALUE_DOUBLE, VALUE_DOUBLE },
		{ "one / 1", VALUE_DOUBLE, VALUE_DOUBLE },
		{ "yes + yes", VALUE_NONE, VALUE_INT },
		{ "mode", VALUE_NONE, VALUE_STRING },
		{ "yes ? 'a' : 'b'", VALUE_STRING, VALUE_STRING },
		{ "yes ? one : half", VALUE_NONE, VALUE_DOUBLE },
		{ "yes ? yes : no", VALUE_NONE, VALUE_BOOL },
		{ "if_bad(one, half)", VALUE_NONE, VALUE_NONE },
		{ "if_bad(half, 0.0)", VALUE_NONE, VALUE_DOUBLE },
		{ "is_good(mode)", VALUE_BOOL, VALUE_BOOL },
		{ "max(one, 2)", VALUE_NONE, VALUE_INT },
		{ "round(half, 1)", VALUE_NONE, VALUE_DOUBLE },
		{ "abs(yes)", VALUE_NONE, VALUE_INT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct expr *e = compiled(cases[i].text);
		enum value_type t = VALUE_NONE;
		assert_int_equal(expr_type(e), cases[i].alone);
		assert_true(expr_infer(e, type_of, NULL, &t, NULL, NULL));
		assert_int_equal(t, cases[i].bound);
		expr_free(e);
	}
}

static void a_type_mistake_shows_once_operands_are_bound(void **state)
{
	struct expr *e = compiled("yes && mode > 4");
	struct strbuf why = STRBUF_INIT;
	enum value_type t;
	int column = 0;

	(void)state;
	assert_false(expr_infer(e, type_of, NULL, &t, &why, &column));
	assert_int_equal(column, 13);
	assert_string_equal(why.buf, "\">\" cannot mix text and numbers");
	strbuf_release(&why);
	expr_free(e);
}

static void only_a_good_unflagged_truth_is_true(void **state)
{
	static const struct {
		const char *text;
		bool want;
	} cases[] = {
		{ "yes", true },    { "no", false },
		{ "seven", true },  { "half", true },
		{ "zero", false },  { "mode", false },
		{ "dead", false },  { "dim", false },
		{ "typed", false }, { "is_good(typed)", false },
		{ "nan", false },   { "1/0", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct expr *e = compiled(cases[i].text);
		struct sample s = expr_eval(e, look, NULL);
		assert_int_equal(expr_is_true(&s), cases[i].want);
		expr_free(e);
	}
}

static const struct sample *given(void *samples, uint32_t id)
{
	return (const struct sample *)samples + id;
}

static bool compared(size_t op, double a, double b)
{
	const bool is[] = { a<b, a <= b, a> b, a >= b };

	return is[op];
}

/* a * b + c OP d && e in one instruction: at the limit, beside it, and where the sum is
 * no number. */
static void a_sum_is_compared_only_when_it_is_a_number(void **state)
{
	static const char *const texts[] = { "a * b + c < d && e", "a * b + c <= d && e",
					     "a * b + c > d && e",
					     "a * b + c >= d && e" };
	static const double factor[] = { 1, 2, 3, 1e200, -1e200, INFINITY };

	(void)state;
	for (size_t i = 0; i < 4 * 6 * 2 * 2; i++) {
		struct expr *e = expr_compile(texts[i % 4], NULL, NULL, NULL);
		double x = factor[i / 4 % 6];
		bool truth = i / 24 % 2;
		struct sample v[] = { { .value = value_double(1) },
				      { .value = value_double(1) },
				      { .value = value_double(1) },
				      { .value = value_double(4) },
				      { .value = value_bool(truth) } };

		for (uint32_t k = 0; k < 5; k++)
			expr_bind(e, k, k);
		expr_eval(e, given, v); /* learns */
		v[0].value = value_double(x);
		v[1].value = value_double(i / 48 ? 1.5 : fabs(x));
		double sum = v[0].value.u.d * v[1].value.u.d + 1;
		struct sample s = expr_eval(e, given, v);
		if (isfinite(sum)) {
			assert_int_equal(s.value.type, VALUE_BOOL);
			assert_int_equal(s.value.u.b, compared(i % 4, sum, 4) && truth);
			assert_int_equal(s.quality, 0);
		} else {
			assert_int_equal(s.value.type, VALUE_NONE);
			assert_int_equal(s.quality,
					 QUALITY_MAKE(QUALITY_BAD, REASON_MATH));
		}
		expr_free(e);
	}
}

static void a_refusal_shows_each_operand(void **state)
{
	struct expr *e =
		compiled("intake.p101.running && dead > 1 && dim < 2 && typed != 5 "
			 "&& mode == 'x' && evil == 'y' && half > 1");
	struct strbuf out = STRBUF_INIT;

	(void)state;
	expr_explain(e, look, NULL, &out);
	assert_string_equal(
		out.buf,
		"intake.p101.running = true (good), dead = #### (bad: comm), "
		"dim = 3 (uncertain: range), typed = 5 (good, substituted), "
		"mode = \"AUTO\" (good), evil = \"<U+001B>[2J\" (good), half = 0.5 "
		"(good)");
	strbuf_release(&out);
	expr_free(e);
}

static void limits_are_sentences(void **state)
{
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	int column = 0;

	(void)state;
	for (int i = 0; i < 1025; i++)
		strbuf_addch(&text, '1');
	assert_null(expr_compile(text.buf, NULL, &why, &column));
	assert_has(why.buf, "an expression is limited to 1024 bytes, this has 1025");
	strbuf_clear(&text);
	for (int i = 0; i < 500; i++)
		strbuf_addch(&text, '(');
	assert_null(expr_compile(text.buf, NULL, &why, &column));
	assert_string_equal(why.buf, "the expression is nested too deeply");
	strbuf_clear(&text);
	for (int i = 0; i < 500; i++)
		strbuf_addch(&text, '!');
	assert_null(expr_compile(text.buf, NULL, &why, &column));
	assert_string_equal(why.buf, "the expression is nested too deeply");
	strbuf_clear(&text);
	for (int i = 0; i < 65; i++)
		strbuf_addf(&text, "%st%d", i ? "+" : "", i);
	assert_null(expr_compile(text.buf, NULL, &why, &column));
	assert_string_equal(why.buf, "an expression may read at most 64 tags");
	strbuf_clear(&text);
	strbuf_adds(&text, "min(");
	for (int i = 0; i < 40; i++)
		strbuf_adds(&text, i ? ",1" : "1");
	assert_null(expr_compile(text.buf, NULL, &why, &column));
	assert_string_equal(why.buf, "min() has too many arguments");
	strbuf_clear(&text);
	for (int i = 0; i < 120; i++)
		strbuf_addf(&text, "%s1", i ? "?1:" : "");
	assert_null(expr_compile(text.buf, NULL, &why, &column));
	assert_string_equal(why.buf, "the expression is nested too deeply");
	strbuf_release(&text);
	strbuf_release(&why);
}

static void every_function_has_help(void **state)
{
	size_t n = 0;

	(void)state;
	while (expr_function_name(n)) {
		const char *name = expr_function_name(n), *help = expr_function_help(n);
		assert_non_null(help);
		assert_int_equal(strncmp(help, name, strlen(name)), 0);
		assert_true(n == 0 || strcmp(expr_function_name(n - 1), name) < 0);
		n++;
	}
	assert_int_equal(n, 11);
	assert_null(expr_function_help(n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_of_good_operands),
		cmocka_unit_test(what_has_no_result_is_bad_not_a_number),
		cmocka_unit_test(PLC_17_odd_floats_never_become_verdicts),
		cmocka_unit_test(quality_propagates_without_rescue),
		cmocka_unit_test(times_are_the_oldest_of_the_operands),
		cmocka_unit_test(mistakes_are_sentences_with_a_column),
		cmocka_unit_test(a_leading_dot_needs_a_prefix),
		cmocka_unit_test(operands_are_listed_once_in_order),
		cmocka_unit_test(types_are_known_where_they_are_certain),
		cmocka_unit_test(a_type_mistake_shows_once_operands_are_bound),
		cmocka_unit_test(only_a_good_unflagged_truth_is_true),
		cmocka_unit_test(a_sum_is_compared_only_when_it_is_a_number),
		cmocka_unit_test(a_refusal_shows_each_operand),
		cmocka_unit_test(limits_are_sentences),
		cmocka_unit_test(every_function_has_help),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
