/* test_expr_random.c - seeded random expressions against a naive tree-walking model,
 * and random rubbish, which may be refused but never harms. */
#include "support/test.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "expr/fast_int.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	TREES = 20000,
	REBOUND = 6000,
	ROUNDS = 12,
	PLACES = 3,
	RUBBISH = 40000,
	NODES_MAX = 40,
	OPERANDS = 12
};

static uint64_t seed_state;

static uint32_t rnd(uint32_t below)
{
	seed_state = seed_state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed_state >> 33) % below;
}

/* --- the model: a tree, walked with the widest types at hand ----------------------- */

__extension__ typedef __int128 wide;

enum kind { NUM, OPERAND, BINARY, UNARY, CHOICE, FUNCTION };

struct node {
	enum kind kind;
	const char *op; /* BINARY, UNARY, FUNCTION */
	struct value number;
	uint32_t operand;
	struct node *kid[3];
	int kids;
};

static struct node pool[NODES_MAX * 4];
static size_t pool_used;
static struct sample operands[OPERANDS];

struct result {
	bool bad, uncertain, whole;
	quality flags;
	wide i;
	double d;
	int64_t source; /* INT64_MAX: none */
	bool boolean;
};

static double as_double(const struct result *r)
{
	return r->whole ? (double)(int64_t)r->i : r->d;
}

static struct result whole(wide i)
{
	return (struct result){ .whole = true,
				.i = i,
				.bad = i > INT64_MAX || i < INT64_MIN };
}

static struct result decimal(double d)
{
	return (struct result){ .d = d, .bad = !isfinite(d) };
}

static struct result truth(bool b)
{
	return (struct result){ .whole = true, .i = b, .boolean = true };
}

static struct result walk(const struct node *n);

static int order(const struct result *a, const struct result *b)
{
	if (a->whole && b->whole)
		return (a->i > b->i) - (a->i < b->i);
	return (as_double(a) > as_double(b)) - (as_double(a) < as_double(b));
}

static struct result arithmetic(char op, const struct result *a, const struct result *b)
{
	double x = as_double(a), y = as_double(b);

	if (op == '/')
		return y == 0 ? (struct result){ .bad = true } : decimal(x / y);
	if (op == '%' && y == 0)
		return (struct result){ .bad = true };
	if (a->whole && b->whole)
		return whole(op == '+'   ? a->i + b->i
			     : op == '-' ? a->i - b->i
			     : op == '*' ? a->i * b->i
					 : a->i % b->i);
	return decimal(op == '+'   ? x + y
		       : op == '-' ? x - y
		       : op == '*' ? x * y
				   : fmod(x, y));
}

static struct result binary(const char *op, const struct result *a,
			    const struct result *b)
{
	if (strcmp(op, "&&") == 0)
		return truth(as_double(a) != 0 && as_double(b) != 0);
	if (strcmp(op, "||") == 0)
		return truth(as_double(a) != 0 || as_double(b) != 0);
	if (strcmp(op, "==") == 0)
		return truth(order(a, b) == 0);
	if (strcmp(op, "!=") == 0)
		return truth(order(a, b) != 0);
	if (strcmp(op, "<") == 0)
		return truth(order(a, b) < 0);
	if (strcmp(op, ">=") == 0)
		return truth(order(a, b) >= 0);
	return arithmetic(op[0], a, b);
}

static struct result function(const char *op, const struct result *a, int n)
{
	struct result best = a[0];

	if (strcmp(op, "abs") == 0)
		return a->whole ? whole(a->i < 0 ? -a->i : a->i) : decimal(fabs(a->d));
	if (strcmp(op, "floor") == 0)
		return a->whole ? whole(a->i) : decimal(floor(a->d));
	if (strcmp(op, "sqrt") == 0)
		return decimal(sqrt(as_double(a)));
	for (int i = 1; i < n; i++)
		if (op[1] == 'i' ? order(&a[i], &best) < 0 : order(&a[i], &best) > 0)
			best = a[i];
	for (int i = 0; i < n; i++)
		if (!a[i].whole)
			return decimal(as_double(&best));
	return whole(best.i);
}

static struct result load(const struct sample *s)
{
	struct result r = { .source = s->source_time.ms };

	r.flags = s->quality & QUALITY_FLAGS;
	r.bad = quality_class(s->quality) == QUALITY_BAD;
	r.uncertain = quality_class(s->quality) == QUALITY_UNCERTAIN;
	r.whole = s->value.type != VALUE_DOUBLE;
	r.boolean = s->value.type == VALUE_BOOL;
	if (s->value.type == VALUE_BOOL)
		r.i = s->value.u.b;
	else if (r.whole)
		r.i = s->value.u.i;
	else
		r.d = s->value.u.d;
	r.bad |= !r.whole && !isfinite(r.d);
	return r;
}

static struct result compute(const struct node *n, const struct result *a)
{
	struct result r, other;

	switch (n->kind) {
	case BINARY:
		return binary(n->op, &a[0], &a[1]);
	case UNARY:
		if (n->op[0] == '!')
			return truth(as_double(&a[0]) == 0);
		return a[0].whole ? whole(-a[0].i) : decimal(-a[0].d);
	case CHOICE:
		r = as_double(&a[0]) != 0 ? a[1] : a[2];
		other = as_double(&a[0]) != 0 ? a[2] : a[1];
		if (!r.whole || !other.whole)
			return decimal(as_double(&r));
		return r.boolean && other.boolean ? truth(r.i != 0) : whole(r.i);
	default:
		return function(n->op, a, n->kids);
	}
}

static struct result walk(const struct node *n)
{
	struct result kid[3], r;
	bool bad = false, uncertain = false;
	quality flags = 0;
	int64_t source = INT64_MAX;

	if (n->kind == OPERAND)
		return load(&operands[n->operand]);
	if (n->kind == NUM) {
		r = n->number.type == VALUE_INT ? whole(n->number.u.i)
						: decimal(n->number.u.d);
		r.source = INT64_MAX;
		return r;
	}
	for (int i = 0; i < n->kids; i++) {
		kid[i] = walk(n->kid[i]);
		bad |= kid[i].bad;
		uncertain |= kid[i].uncertain;
		flags |= kid[i].flags;
		source = kid[i].source < source ? kid[i].source : source;
	}
	if (n->kind == FUNCTION && strcmp(n->op, "is_good") == 0) {
		r = truth(!kid[0].bad && !kid[0].uncertain);
		r.flags = kid[0].flags;
	} else if (n->kind == FUNCTION && strcmp(n->op, "if_bad") == 0) {
		r = kid[0].bad ? kid[1] : kid[0];
	} else {
		r = bad ? (struct result){ .bad = true } : compute(n, kid);
		r.uncertain = uncertain;
		r.flags = flags;
	}
	r.source = source;
	return r;
}

/* --- random trees and their text ---------------------------------------------------- */

static struct node *leaf(void)
{
	struct node *n = &pool[pool_used++];
	static const int64_t numbers[] = { 0, 1, 2, 3, 10, 1000000007, INT64_MAX };

	*n = (struct node){ .kind = rnd(2) ? NUM : OPERAND, .operand = rnd(OPERANDS) };
	n->number = rnd(2) ? value_int(numbers[rnd(7)])
			   : value_double((double)numbers[rnd(6)] / 8);
	return n;
}

static struct node *grow(int depth)
{
	static const char *const ops[] = { "+",  "-",  "*",  "/", "%", "&&",
					   "||", "==", "!=", "<", ">=" };
	static const struct {
		const char *name;
		int kids;
	} fns[] = { { "abs", 1 }, { "floor", 1 },   { "sqrt", 1 },  { "min", 2 },
		    { "max", 3 }, { "is_good", 1 }, { "if_bad", 2 } };

	if (depth == 0 || pool_used > NODES_MAX)
		return leaf();
	struct node *n = &pool[pool_used++];
	*n = (struct node){ .kind = (enum kind)(BINARY + (int)rnd(4)) };
	uint32_t f = rnd(7);
	n->kids = n->kind == BINARY ? 2 : n->kind == UNARY ? 1 : 3;
	n->op = n->kind == BINARY ? ops[rnd(11)] : rnd(2) ? "!" : "-";
	if (n->kind == FUNCTION) {
		n->op = fns[f].name;
		n->kids = fns[f].kids;
	}
	for (int i = 0; i < n->kids; i++)
		n->kid[i] = grow(depth - 1);
	return n;
}

static int strength(const struct node *n)
{
	static const char *const weak_first[] = {
		"||", "&&", "==!=", "<>=", "+-", "*/%"
	};

	if (n->kind == CHOICE)
		return 0;
	if (n->kind != BINARY)
		return n->kind == UNARY ? 8 : 9;
	for (int i = 0; i < 6; i++)
		if (strstr(weak_first[i], n->op) && !(i == 2 && strcmp(n->op, "=") == 0))
			return i + 1;
	return 0;
}

static void print(const struct node *n, int at_least, struct strbuf *out);

static void print_list(const struct node *n, struct strbuf *out)
{
	strbuf_addf(out, "%s(", n->op);
	for (int i = 0; i < n->kids; i++) {
		strbuf_adds(out, i ? ", " : "");
		print(n->kid[i], 0, out);
	}
	strbuf_addch(out, ')');
}

static void print_bare(const struct node *n, struct strbuf *out)
{
	char number[64];
	int s = strength(n);

	switch (n->kind) {
	case NUM:
		value_format(&n->number, n->number.type == VALUE_INT ? -1 : 3, number,
			     sizeof(number));
		strbuf_adds(out, number);
		break;
	case OPERAND:
		strbuf_addf(out, "t.o%u", n->operand);
		break;
	case BINARY:
		/* comparisons do not chain, the others bind to the left */
		print(n->kid[0], s == 3 || s == 4 ? s + 1 : s, out);
		strbuf_addf(out, rnd(2) ? " %s " : "%s", n->op);
		print(n->kid[1], s + 1, out);
		break;
	case UNARY:
		strbuf_adds(out, n->op);
		print(n->kid[0], 8, out);
		break;
	case CHOICE:
		print(n->kid[0], 1, out);
		strbuf_adds(out, " ? ");
		print(n->kid[1], 0, out);
		strbuf_adds(out, " : ");
		print(n->kid[2], 0, out);
		break;
	case FUNCTION:
		print_list(n, out);
		break;
	}
}

/* Brackets only where the grammar needs them, and now and then one too many. */
static void print(const struct node *n, int at_least, struct strbuf *out)
{
	bool brackets = strength(n) < at_least || rnd(12) == 0;

	if (brackets)
		strbuf_addch(out, '(');
	print_bare(n, out);
	if (brackets)
		strbuf_addch(out, ')');
}

/* As in daily life: good numbers that keep their types; kinds changes them all. */
static void everyday_operands(uint32_t kinds)
{
	static const double doubles[] = { 0.0,    1.5, -2.25,    1e308,
					  1e-300, 7.0, INFINITY, NAN };
	static const int64_t ints[] = { 0, 1, -1, 42, INT64_MAX, INT64_MIN };
	bool odd = rnd(8) == 0;
	quality q = rnd(4)   ? 0
		    : rnd(2) ? QUALITY_SIMULATED
			     : QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_RANGE);

	for (uint32_t i = 0; i < OPERANDS; i++) {
		uint32_t kind = (kinds + i) % 4;
		operands[i] = (struct sample){
			.value = kind == 0   ? value_bool(rnd(2))
				 : kind == 1 ? value_int(ints[rnd(6)])
				 : rnd(2)    ? value_double(doubles[rnd(odd ? 8 : 6)])
					     : value_double((double)rnd(1000) / 8),
			.quality = rnd(3) ? 0 : q,
			.source_time = { 1000 + rnd(1000) },
			.taken = { 1000 + rnd(1000) },
		};
	}
}

static void random_operands(void)
{
	static const quality qualities[] = {
		0,
		0,
		0,
		0,
		QUALITY_MAKE(QUALITY_BAD, REASON_STALE),
		QUALITY_MAKE(QUALITY_UNCERTAIN, REASON_FROZEN),
		QUALITY_SIMULATED,
		QUALITY_MAKE(QUALITY_BAD, REASON_COMM) | QUALITY_CLOCK
	};
	static const double doubles[] = { 0.0,   -0.0, 1.5,      -2.25,
					  1e308, NAN,  INFINITY, 1e-300 };
	static const int64_t ints[] = { 0, 1, -1, 42, INT64_MAX, INT64_MIN };

	for (int i = 0; i < OPERANDS; i++) {
		uint32_t kind = rnd(3);
		operands[i] = (struct sample){
			.value = kind == 0   ? value_bool(rnd(2))
				 : kind == 1 ? value_int(ints[rnd(6)])
					     : value_double(doubles[rnd(8)]),
			.quality = qualities[rnd(8)],
			.source_time = { 1000 + rnd(1000) },
			.taken = { 1000 + rnd(1000) },
		};
	}
}

static const struct sample *look(void *arg, uint32_t id)
{
	(void)arg;
	return &operands[id];
}

static bool agrees(const struct sample *s, const struct result *r)
{
	enum quality_class class = r->bad         ? QUALITY_BAD
				   : r->uncertain ? QUALITY_UNCERTAIN
						  : QUALITY_GOOD;
	double d;

	if (quality_class(s->quality) != class ||
	    (s->quality & QUALITY_FLAGS) != r->flags ||
	    s->source_time.ms != (r->source == INT64_MAX ? 0 : r->source))
		return false;
	if (r->bad)
		return s->value.type == VALUE_NONE;
	if (!value_number(&s->value, &d))
		return false;
	if (r->whole)
		return s->value.type == (r->boolean ? VALUE_BOOL : VALUE_INT) &&
		       (r->boolean ? s->value.u.b == (r->i != 0) : s->value.u.i == r->i);
	return s->value.type == VALUE_DOUBLE && d == r->d;
}

static bool same_sample(const struct sample *a, const struct sample *b)
{
	return a->quality == b->quality && a->source_time.ms == b->source_time.ms &&
	       a->taken.ns == b->taken.ns && value_equal(&a->value, &b->value) &&
	       (a->value.type != VALUE_DOUBLE ||
		signbit(a->value.u.d) == signbit(b->value.u.d));
}

static uint32_t operand_of(const struct expr *e, size_t i)
{
	return (uint32_t)strtoul(expr_operand_name(e, i) + 3, NULL, 10);
}

static struct sample evaluate(const struct expr *e, const struct node *tree, int seed,
			      const char *text)
{
	struct sample s = expr_eval(e, look, NULL), plain;
	struct result r = walk(tree);

	expr_eval_stack(e, &plain);
	if (!agrees(&s, &r))
		fail_msg("seed %d: %s disagrees with the model", seed, text);
	if (!same_sample(&s, &plain))
		fail_msg("seed %d: %s: fast and stack programs differ", seed, text);
	return s;
}

static void random_expressions_agree_with_the_model(void **state)
{
	struct strbuf text = STRBUF_INIT, why = STRBUF_INIT;
	int column = 0, compared = 0, fast = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= TREES; seed++) {
		seed_state = seed;
		pool_used = 0;
		random_operands();
		struct node *tree = grow(1 + (int)rnd(4));
		strbuf_clear(&text);
		print(tree, 0, &text);
		if (text.len > EXPR_TEXT_MAX)
			continue;
		struct expr *e = expr_compile(text.buf, NULL, &why, &column);
		if (!e)
			fail_msg("seed %d: %s: column %d: %s", (int)seed, text.buf,
				 column, why.buf);
		for (size_t i = 0; i < expr_operand_count(e); i++)
			expr_bind(e, i, operand_of(e, i));
		struct sample s = evaluate(e, tree, (int)seed, text.buf);
		enum value_type t = expr_type(e);
		if (t != VALUE_NONE && s.value.type != VALUE_NONE && t != s.value.type)
			fail_msg("seed %d: %s has not the type it promised", (int)seed,
				 text.buf);
		/* learns, is fast, learns other types, is fast with those */
		for (uint32_t round = 0; round < 6; round++) {
			everyday_operands((uint32_t)seed + round / 3);
			evaluate(e, tree, (int)seed, text.buf);
		}
		fast += e->fast && e->fast->code;
		random_operands();
		evaluate(e, tree, (int)seed, text.buf);
		compared++;
		expr_free(e);
	}
	assert_true(compared > TREES * 9 / 10);
	assert_true(fast > TREES / 4); /* not the stack program alone */
	strbuf_release(&text);
	strbuf_release(&why);
}

/* --- operands that lie where they were bound ---------------------------------------- */

static struct sample places[PLACES][OPERANDS];

/* The operands into their places; what lies in all others would show in any result. */
static void settle(const struct expr *e, const uint32_t *where)
{
	const struct sample wrong = { .quality = QUALITY_MAKE(QUALITY_BAD, REASON_COMM),
				      .source_time = { -1 },
				      .taken = { -1 } };

	for (size_t p = 0; p < PLACES; p++)
		for (size_t k = 0; k < OPERANDS; k++)
			places[p][k] = wrong;
	for (size_t i = 0; i < expr_operand_count(e); i++) {
		uint32_t k = operand_of(e, i);

		places[where[i]][k] = operands[k];
	}
}

static void bind_one(struct expr *e, size_t i, uint32_t *where)
{
	where[i] = rnd(PLACES);
	expr_bind_place(e, i, &places[where[i]][operand_of(e, i)]);
}

/* Values and qualities change, types now and then, operands move now and then. */
static int evaluate_bound(struct expr *e, const struct node *tree, int seed,
			  const char *text)
{
	uint32_t where[EXPR_OPERANDS_MAX];
	size_t n = expr_operand_count(e);
	int fast = 0;

	for (size_t i = 0; i < n; i++)
		bind_one(e, i, where);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		struct sample s, plain;
		struct result r;

		if (rnd(6) == 0)
			random_operands();
		else
			everyday_operands((uint32_t)seed + round / 4);
		if (n && rnd(4) == 0)
			bind_one(e, rnd((uint32_t)n), where);
		settle(e, where);
		fast += e->fast && e->fast->code;
		expr_eval_bound(e, &s);
		expr_eval_stack(e, &plain);
		r = walk(tree);
		if (!agrees(&s, &r))
			fail_msg("seed %d: %s disagrees with the model", seed, text);
		if (!same_sample(&s, &plain))
			fail_msg("seed %d: %s: fast and stack programs differ", seed,
				 text);
	}
	return fast;
}

static void bound_expressions_agree_wherever_their_operands_lie(void **state)
{
	struct strbuf text = STRBUF_INIT;
	int compared = 0, fast = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= REBOUND; seed++) {
		seed_state = seed + 1000000;
		pool_used = 0;
		struct node *tree = grow(1 + (int)rnd(4));
		strbuf_clear(&text);
		print(tree, 0, &text);
		struct expr *e = expr_compile(text.buf, NULL, NULL, NULL);
		if (!e)
			continue; /* too long */
		fast += evaluate_bound(e, tree, (int)seed, text.buf);
		compared += ROUNDS;
		expr_free(e);
	}
	assert_true(compared > REBOUND * ROUNDS * 9 / 10);
	assert_true(fast > compared / 4);
	strbuf_release(&text);
}

static void random_rubbish(char *out, size_t size)
{
	static const char *const bits[] = {
		"(",    ")",   "+",     "-",  "min(",  "a.b",      ".c",
		"1",    "1e9", "\"x\"", "'",  "&&",    "||",       "!",
		"?",    ":",   ",",     "==", "<",     "if_bad(",  "is_good(",
		" ",    "%",   "/",     "*",  "true",  "\xc3\xa4", "\xff",
		"\033", "A",   "0.5",   "$",  "round("
	};
	size_t used = 0;

	out[0] = '\0';
	for (uint32_t i = rnd(60); i > 0; i--) {
		const char *bit = bits[rnd(sizeof(bits) / sizeof(bits[0]))];
		size_t n = strlen(bit);
		if (used + n + 1 >= size)
			break;
		memcpy(out + used, bit, n + 1);
		used += n;
	}
	if (rnd(4) == 0 && used)
		out[rnd((uint32_t)used)] = (char)(1 + rnd(255));
}

static void rubbish_is_refused_with_a_place_or_has_a_value(void **state)
{
	struct strbuf why = STRBUF_INIT;
	char text[400];
	int accepted = 0;

	(void)state;
	seed_state = 7;
	random_operands();
	for (int i = 0; i < RUBBISH; i++) {
		int column = 0;
		random_rubbish(text, sizeof(text));
		strbuf_clear(&why);
		struct expr *e = expr_compile(text, rnd(2) ? "p" : NULL, &why, &column);
		if (e) {
			struct sample s = expr_eval(e, look, NULL);
			assert_true(quality_is_valid(s.quality));
			accepted++;
		} else {
			assert_true(why.len > 0);
			assert_in_range(column, 1, strlen(text) + 1);
		}
		expr_free(e);
	}
	assert_true(accepted > 100);
	strbuf_release(&why);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_expressions_agree_with_the_model),
		cmocka_unit_test(bound_expressions_agree_wherever_their_operands_lie),
		cmocka_unit_test(rubbish_is_refused_with_a_place_or_has_a_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
