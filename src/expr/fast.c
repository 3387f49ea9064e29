/* fast.c - makes the fast program of fast.h out of the stack program. */
#include "expr/fast_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

/* What a row becomes; rows that are not here stay with the stack program. */
enum how {
	ARITH,   /* of two: whole while both are */
	DIVIDE,  /* of two: always a double */
	COMPARE, /* of two */
	LOGIC,   /* of two truths */
	NOT,     /* of one */
	ONE,     /* of one; whole while it is */
	ROUNDED, /* of one; a whole number is itself */
	ROOT,    /* of one double */
	EXTREME, /* of many of one kind */
	SELECT,  /* a truth and two */
	IS_GOOD, /* known: operands are good here */
	IS_BAD,  /* the same */
	FIRST    /* if_bad(): the same */
};

static const struct rule {
	const char *name;
	uint8_t argc; /* 0 = any number */
	enum how how;
	enum fast_op d, i;
} rules[] = {
	{ "+", 2, ARITH, FAST_ADD_D, FAST_ADD_I },
	{ "-", 2, ARITH, FAST_SUB_D, FAST_SUB_I },
	{ "*", 2, ARITH, FAST_MUL_D, FAST_MUL_I },
	{ "%", 2, ARITH, FAST_REM_D, FAST_REM_I },
	{ "/", 2, DIVIDE, FAST_DIV_D, FAST_DIV_D },
	{ "==", 2, COMPARE, FAST_EQ_D, FAST_EQ_I },
	{ "!=", 2, COMPARE, FAST_NE_D, FAST_NE_I },
	{ "<", 2, COMPARE, FAST_LT_D, FAST_LT_I },
	{ "<=", 2, COMPARE, FAST_LE_D, FAST_LE_I },
	{ ">", 2, COMPARE, FAST_GT_D, FAST_GT_I },
	{ ">=", 2, COMPARE, FAST_GE_D, FAST_GE_I },
	{ "&&", 2, LOGIC, FAST_AND_B, FAST_AND_B },
	{ "||", 2, LOGIC, FAST_OR_B, FAST_OR_B },
	{ "!", 1, NOT, FAST_NOT_B, FAST_NOT_B },
	{ "-", 1, ONE, FAST_NEG_D, FAST_NEG_I },
	{ "abs", 1, ONE, FAST_ABS_D, FAST_ABS_I },
	{ "floor", 1, ROUNDED, FAST_FLOOR_D, FAST_FLOOR_D },
	{ "ceil", 1, ROUNDED, FAST_CEIL_D, FAST_CEIL_D },
	{ "sqrt", 1, ROOT, FAST_SQRT_D, FAST_SQRT_D },
	{ "min", 0, EXTREME, FAST_MIN_D, FAST_MIN_I },
	{ "max", 0, EXTREME, FAST_MAX_D, FAST_MAX_I },
	{ "?:", 3, SELECT, FAST_NOT_B, FAST_NOT_B },
	{ "is_good", 1, IS_GOOD, FAST_NOT_B, FAST_NOT_B },
	{ "is_bad", 1, IS_BAD, FAST_NOT_B, FAST_NOT_B },
	{ "if_bad", 2, FIRST, FAST_NOT_B, FAST_NOT_B },
};

struct item {       /* a value on the stack of the program being read */
	bool known; /* a constant, in no register yet */
	struct value value;
	enum value_type type;
	const void *at; /* a double, a whole number or a truth, as type says */
};

struct maker {
	const struct expr_fast *f;
	const struct expr *e;
	struct fast_instr *code;
	union fast_reg *regs;
	size_t n_code, n_regs;
	bool failed;
	struct item stack[EXPR_STACK_MAX];
	size_t top;
};

static const struct rule *rule_of(const struct expr_row *row, size_t argc)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].name, row->name) == 0 &&
		    (!rules[i].argc || rules[i].argc == argc))
			return &rules[i];
	return NULL;
}

void fast_free(struct expr_fast *f)
{
	if (!f)
		return;
	free(f->code);
	free(f);
}

static void set_code(struct expr_fast *f, struct fast_instr *code)
{
	free(f->code);
	f->code = code;
	f->begin = fast_begins(code ? f->n_operands : 0);
}

void fast_rebind(struct expr_fast *f, const struct expr *e)
{
	set_code(f, NULL);
	f->learnings = f->possible ? FAST_LEARN_MAX : 0;
	for (size_t i = 0; i < f->n_operands; i++)
		f->operands[i].at = e->operands[i].at;
}

/* Sets strict. False: text is in it, or a row that has no rule. */
static bool is_possible(const struct expr *e, bool *strict)
{
	for (size_t i = 0; i < e->n_code; i++) {
		const struct expr_instr *in = &e->code[i];

		if (in->opcode == EXPR_PUSH &&
		    e->constants[in->index].type == VALUE_STRING)
			return false;
		if (in->opcode == EXPR_CALL && !rule_of(in->row, in->argc))
			return false;
		*strict |= in->opcode == EXPR_CALL && in->row->apply_quality;
	}
	return e->n_operands > 0;
}

struct expr_fast *fast_new(const struct expr *e)
{
	struct expr_fast *f =
		xcalloc(1, sizeof(*f) + e->n_operands * sizeof(f->operands[0]));

	f->n_operands = (uint8_t)e->n_operands;
	f->possible = is_possible(e, &f->strict);
	fast_rebind(f, e);
	return f;
}

/* --- instructions ----------------------------------------------------------------- */

static union fast_reg *new_reg(struct maker *m)
{
	if (m->n_regs >= FAST_REGS_MAX) {
		m->failed = true;
		return m->regs;
	}
	return &m->regs[m->n_regs++];
}

/*
 * Two instructions that are one: the second takes what the first computes for nobody else
 * (a value of the stack program is taken once). The fused one takes the arguments and
 * constants of the first, then the others of the second.
 */
static const struct fusion {
	enum fast_op first, second, fused;
	int n_first, n_second; /* 4: a group, <, <=, >, >= */
} fusions[] = {
	{ FAST_MUL_D, FAST_ADD_D, FAST_MUL_ADD_D, 1, 1 },
	{ FAST_MUL_K, FAST_ADD_D, FAST_MUL_ADD_K, 1, 1 },
	{ FAST_MUL_ADD_K, FAST_LT_K, FAST_LINE_LT_K, 1, 4 },
	{ FAST_LT_D, FAST_AND_B, FAST_LT_AND_D, 4, 1 },
	{ FAST_LT_K, FAST_AND_B, FAST_LT_AND_K, 4, 1 },
	{ FAST_LINE_LT_K, FAST_AND_B, FAST_LINE_LT_AND_K, 4, 1 },
};

/* The one of both, -1 when they are none. */
static int fused(int first, int second)
{
	for (size_t i = 0; i < sizeof(fusions) / sizeof(fusions[0]); i++) {
		const struct fusion *u = &fusions[i];
		int a = first - (int)u->first, b = second - (int)u->second;

		if (a >= 0 && a < u->n_first && b >= 0 && b < u->n_second)
			return (int)u->fused + a + b;
	}
	return -1;
}

static bool takes(const struct fast_instr *in, const void *at)
{
	for (size_t i = 0; i < in->n_args; i++)
		if (in->arg[i] == at)
			return true;
	return false;
}

/* Makes next part of the instruction before it, where the two are one. */
static bool join(struct maker *m, const struct fast_instr *next)
{
	struct fast_instr *l = m->n_code ? &m->code[m->n_code - 1] : NULL;
	int op = l && takes(next, l->to) ? fused(l->op, next->op) : -1;

	if (op < 0)
		return false;
	l->op = (uint8_t)op;
	l->run = fast_runs[op].next;
	for (size_t i = 0; i < next->n_args; i++)
		if (next->arg[i] != l->to)
			l->arg[l->n_args++] = next->arg[i];
	for (size_t i = 0; i < next->n_k; i++)
		l->k[l->n_k++] = next->k[i];
	return true;
}

/* Adds an instruction, or makes one of it and the one before; returns its register. */
static const void *emit(struct maker *m, enum fast_op op, struct fast_instr in)
{
	in.op = (uint8_t)op;
	in.run = fast_runs[op].next;
	if (join(m, &in))
		return m->code[m->n_code - 1].to;
	if (m->n_code >= FAST_CODE_MAX) {
		m->failed = true;
		return m->regs;
	}
	in.to = new_reg(m);
	m->code[m->n_code++] = in;
	return in.to;
}

static const void *emit_one(struct maker *m, enum fast_op op, const void *a)
{
	return emit(m, op, (struct fast_instr){ .n_args = 1, .arg = { a } });
}

static const void *emit_two(struct maker *m, enum fast_op op, const void *a,
			    const void *b)
{
	return emit(m, op, (struct fast_instr){ .n_args = 2, .arg = { a, b } });
}

static const void *emit_k(struct maker *m, enum fast_op op, const void *a, double k)
{
	return emit(
		m, op,
		(struct fast_instr){ .n_args = 1, .arg = { a }, .n_k = 1, .k = { k } });
}

static const void *known_at(struct maker *m, union fast_reg v)
{
	union fast_reg *reg = new_reg(m);

	*reg = v;
	return reg;
}

static const void *as_whole(struct maker *m, const struct item *x)
{
	if (x->known)
		return known_at(m, (union fast_reg){ .i = x->type == VALUE_BOOL
								  ? x->value.u.b
								  : x->value.u.i });
	return x->type == VALUE_BOOL ? emit_one(m, FAST_FROM_B, x->at) : x->at;
}

static double known_double(struct maker *m, const struct item *x)
{
	double d = 0;

	m->failed |= !value_number(&x->value, &d) || !isfinite(d);
	return d;
}

static const void *as_double(struct maker *m, const struct item *x)
{
	if (x->known)
		return known_at(m, (union fast_reg){ .d = known_double(m, x) });
	if (x->type == VALUE_DOUBLE)
		return x->at;
	return emit_one(m, FAST_TO_D, as_whole(m, x));
}

static const void *as_truth(struct maker *m, const struct item *x)
{
	double d = 0;

	if (x->known) {
		m->failed |= !value_number(&x->value, &d);
		return known_at(m, (union fast_reg){ .b = d != 0 });
	}
	if (x->type == VALUE_BOOL)
		return x->at;
	return emit_one(m, x->type == VALUE_DOUBLE ? FAST_TRUE_D : FAST_TRUE_I, x->at);
}

static const void *as_type(struct maker *m, const struct item *x, enum value_type type)
{
	return type == VALUE_DOUBLE ? as_double(m, x)
	       : type == VALUE_BOOL ? as_truth(m, x)
				    : as_whole(m, x);
}

/* --- rows ------------------------------------------------------------------------- */

static bool all_whole(const struct item *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x[i].type == VALUE_DOUBLE)
			return false;
	return true;
}

static struct item result(enum value_type type, const void *at)
{
	return (struct item){ .type = type, .at = at };
}

/* What takes a constant on its right; and what says the same of "k op x". */
static const struct with_constant {
	enum fast_op op, right, left;
} with_constant[] = {
	{ FAST_MUL_D, FAST_MUL_K, FAST_MUL_K }, { FAST_LT_D, FAST_LT_K, FAST_GT_K },
	{ FAST_LE_D, FAST_LE_K, FAST_GE_K },    { FAST_GT_D, FAST_GT_K, FAST_LT_K },
	{ FAST_GE_D, FAST_GE_K, FAST_LE_K },
};

static const void *double_pair(struct maker *m, enum fast_op op, const struct item *x)
{
	const void *a, *b;

	for (size_t i = 0; i < sizeof(with_constant) / sizeof(with_constant[0]); i++) {
		const struct with_constant *w = &with_constant[i];

		if (w->op == op && x[1].known)
			return emit_k(m, w->right, as_double(m, &x[0]),
				      known_double(m, &x[1]));
		if (w->op == op && x[0].known)
			return emit_k(m, w->left, as_double(m, &x[1]),
				      known_double(m, &x[0]));
	}
	a = as_double(m, &x[0]);
	b = as_double(m, &x[1]);
	return emit_two(m, op, a, b);
}

static struct item pair(struct maker *m, const struct rule *rule, const struct item *x,
			enum value_type whole_type, enum value_type double_type)
{
	const void *a, *b;

	if (rule->how == DIVIDE || !all_whole(x, 2))
		return result(double_type, double_pair(m, rule->d, x));
	a = as_whole(m, &x[0]);
	b = as_whole(m, &x[1]);
	return result(whole_type, emit_two(m, rule->i, a, b));
}

static struct item one(struct maker *m, const struct rule *rule, const struct item *x)
{
	if (x->type == VALUE_DOUBLE || rule->how == ROOT)
		return result(VALUE_DOUBLE, emit_one(m, rule->d, as_double(m, x)));
	if (rule->how == ROUNDED)
		return result(VALUE_INT, as_whole(m, x));
	return result(VALUE_INT, emit_one(m, rule->i, as_whole(m, x)));
}

/* Of mixed kinds the stack program compares each pair in its own way. */
static struct item extreme(struct maker *m, const struct rule *rule, const struct item *x,
			   size_t n)
{
	bool whole = all_whole(x, n);
	enum value_type type = whole ? VALUE_INT : VALUE_DOUBLE;
	const void *best = as_type(m, &x[0], type);

	for (size_t i = 0; i < n; i++)
		m->failed |= !whole && x[i].type != VALUE_DOUBLE;
	for (size_t i = 1; i < n; i++)
		best = emit_two(m, whole ? rule->i : rule->d, best,
				as_type(m, &x[i], type));
	return result(type, best);
}

static struct item choice(struct maker *m, const struct item *x)
{
	enum value_type type = x[1].type == x[2].type ? x[1].type
			       : all_whole(x + 1, 2)  ? VALUE_INT
						      : VALUE_DOUBLE;
	enum fast_op op = type == VALUE_DOUBLE ? FAST_SELECT_D
			  : type == VALUE_BOOL ? FAST_SELECT_B
					       : FAST_SELECT_I;
	struct fast_instr in = { .n_args = 3 };

	in.arg[0] = as_truth(m, &x[0]);
	in.arg[1] = as_type(m, &x[1], type);
	in.arg[2] = as_type(m, &x[2], type);
	return result(type, emit(m, op, in));
}

static struct item logic(struct maker *m, const struct rule *rule, const struct item *x)
{
	const void *a = as_truth(m, &x[0]), *b = as_truth(m, &x[1]);

	return result(VALUE_BOOL, emit_two(m, rule->d, a, b));
}

static struct item constant(struct value v)
{
	return (struct item){ .known = true, .value = v, .type = v.type };
}

static struct item apply(struct maker *m, const struct rule *rule, const struct item *x,
			 size_t n)
{
	switch (rule->how) {
	case ARITH:
	case DIVIDE:
		return pair(m, rule, x, VALUE_INT, VALUE_DOUBLE);
	case COMPARE:
		return pair(m, rule, x, VALUE_BOOL, VALUE_BOOL);
	case LOGIC:
		return logic(m, rule, x);
	case NOT:
		return result(VALUE_BOOL, emit_one(m, FAST_NOT_B, as_truth(m, &x[0])));
	case ONE:
	case ROUNDED:
	case ROOT:
		return one(m, rule, x);
	case EXTREME:
		return extreme(m, rule, x, n);
	case SELECT:
		return choice(m, x);
	case IS_GOOD:
		return constant(value_bool(true));
	case IS_BAD:
		return constant(value_bool(false));
	case FIRST:
		return x[0];
	}
	return x[0];
}

/* Everything known: the row itself says what it gives. */
static bool fold(struct maker *m, const struct expr_row *row, const struct item *x,
		 size_t n, struct item *out)
{
	struct value v[EXPR_ARGS_MAX], r;

	for (size_t i = 0; i < n; i++) {
		if (!x[i].known)
			return false;
		v[i] = x[i].value;
	}
	if (!row->apply)
		return false;
	m->failed |= !row->apply(v, n, &r); /* it never has a result */
	if (!m->failed)
		*out = constant(r);
	return true;
}

static void call(struct maker *m, const struct expr_instr *in)
{
	struct item *x, out = { 0 };

	m->top -= in->argc;
	x = &m->stack[m->top];
	if (!fold(m, in->row, x, in->argc, &out))
		out = apply(m, rule_of(in->row, in->argc), x, in->argc);
	m->stack[m->top++] = out;
}

/* --- the program ------------------------------------------------------------------ */

static bool is_looked_at(const struct maker *m, const void *at)
{
	for (size_t i = 0; i < m->n_code; i++)
		if (takes(&m->code[i], at))
			return true;
	return false;
}

static const void *value_of(const struct sample *s)
{
	switch (s->value.type) {
	case VALUE_DOUBLE:
		return &s->value.u.d;
	case VALUE_BOOL:
		return &s->value.u.b;
	default:
		return &s->value.u.i;
	}
}

/* A double that no instruction takes, as "x" alone or y in if_bad(x, y), may be none. */
static void look_at_the_rest(struct maker *m)
{
	for (size_t i = 0; i < m->f->n_operands; i++) {
		const struct sample *s = m->f->operands[i].at;

		if (s->value.type == VALUE_DOUBLE && !is_looked_at(m, &s->value.u.d))
			emit_one(m, FAST_FINITE, &s->value.u.d);
	}
}

/* The result comes from the last instruction. */
static void give(struct maker *m, const struct item *x)
{
	const void *at = as_type(m, x, x->type);
	struct fast_instr *l;

	look_at_the_rest(m);
	l = m->n_code ? &m->code[m->n_code - 1] : NULL;
	if (!l || l->to != at || l->op == FAST_FINITE)
		emit_one(m,
			 x->type == VALUE_DOUBLE ? FAST_COPY_D
			 : x->type == VALUE_BOOL ? FAST_COPY_B
						 : FAST_COPY_I,
			 at);
	l = &m->code[m->n_code - 1];
	l->run = fast_runs[l->op].last;
}

static void make(struct maker *m)
{
	for (size_t i = 0; i < m->e->n_code && !m->failed; i++) {
		const struct expr_instr *in = &m->e->code[i];

		if (in->opcode == EXPR_PUSH) {
			m->stack[m->top++] = constant(m->e->constants[in->index]);
		} else if (in->opcode == EXPR_LOAD) {
			const struct sample *s = m->f->operands[in->index].at;

			m->stack[m->top++] = result(s->value.type, value_of(s));
		} else {
			call(m, in);
		}
	}
	if (m->failed)
		return;
	give(m, &m->stack[0]);
}

/* Made twice: once to know how much it is, once where it stays. */
static bool learn(struct expr_fast *f, const struct expr *e)
{
	struct fast_instr code[FAST_CODE_MAX];
	union fast_reg regs[FAST_REGS_MAX];
	struct maker m = { .f = f, .e = e, .code = code, .regs = regs };
	struct maker stays = { .f = f, .e = e };

	set_code(f, NULL);
	make(&m);
	if (m.failed)
		return false;
	stays.code = xcalloc(1, m.n_code * sizeof(code[0]) + m.n_regs * sizeof(regs[0]));
	stays.regs = (union fast_reg *)(stays.code + m.n_code);
	make(&stays);
	set_code(f, stays.code);
	return true;
}

void fast_learn(struct expr_fast *f, const struct expr *e)
{
	bool changed = !f->code;

	if (!f->learnings)
		return;
	for (size_t i = 0; i < f->n_operands; i++) {
		const struct sample *s = f->operands[i].at;

		if (quality_class(s->quality) >= QUALITY_BAD ||
		    s->value.type == VALUE_NONE || s->value.type == VALUE_STRING)
			return;
		changed |= f->operands[i].type != s->value.type;
	}
	if (!changed)
		return;
	f->types = 0;
	for (size_t i = 0; i < f->n_operands; i++) {
		f->operands[i].type = f->operands[i].at->value.type;
		if (i < FAST_PACKED_MAX)
			f->types |= f->operands[i].type << 4 * i;
	}
	f->learnings--;
	if (!learn(f, e))
		f->learnings = 0;
}
