/* fast.c - makes the register program of fast.h out of the stack program. */
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
	{ "&&", 2, LOGIC, FAST_AND, FAST_AND },
	{ "||", 2, LOGIC, FAST_OR, FAST_OR },
	{ "!", 1, NOT, FAST_NOT, FAST_NOT },
	{ "-", 1, ONE, FAST_NEG_D, FAST_NEG_I },
	{ "abs", 1, ONE, FAST_ABS_D, FAST_ABS_I },
	{ "floor", 1, ROUNDED, FAST_FLOOR, FAST_FLOOR },
	{ "ceil", 1, ROUNDED, FAST_CEIL, FAST_CEIL },
	{ "sqrt", 1, ROOT, FAST_SQRT, FAST_SQRT },
	{ "min", 0, EXTREME, FAST_MIN_D, FAST_MIN_I },
	{ "max", 0, EXTREME, FAST_MAX_D, FAST_MAX_I },
	{ "?:", 3, SELECT, FAST_SELECT, FAST_SELECT },
	{ "is_good", 1, IS_GOOD, FAST_NOT, FAST_NOT },
	{ "is_bad", 1, IS_BAD, FAST_NOT, FAST_NOT },
	{ "if_bad", 2, FIRST, FAST_NOT, FAST_NOT },
};

struct item {       /* a value on the stack of the program being read */
	bool known; /* a constant, in no register yet */
	struct value value;
	enum value_type type;
	uint8_t reg;
};

struct maker {
	struct expr_fast *f;
	const struct expr *e;
	size_t n_code, n_regs, room;
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

/* Registers and instructions it can need at most: each argument may be a constant, or
 * converted, and each pair of them an instruction. */
static size_t room_of(const struct expr *e)
{
	size_t room = e->n_operands + 2;

	for (size_t i = 0; i < e->n_code; i++)
		room += e->code[i].opcode == EXPR_CALL ? 2 * (size_t)e->code[i].argc + 1
						       : 1;
	return room;
}

struct expr_fast *fast_new(const struct expr *e)
{
	size_t room = room_of(e);
	bool strict = false;

	for (size_t i = 0; i < e->n_code; i++) {
		const struct expr_instr *in = &e->code[i];

		if (in->opcode == EXPR_PUSH &&
		    e->constants[in->index].type == VALUE_STRING)
			return NULL;
		if (in->opcode == EXPR_CALL && !rule_of(in->row, in->argc))
			return NULL;
		strict |= in->opcode == EXPR_CALL && in->row->apply_quality;
	}
	if (room > FAST_REGS_MAX)
		return NULL;
	struct expr_fast *f = xcalloc(1, sizeof(*f) + room * sizeof(f->reg[0]) +
						 e->n_operands * sizeof(f->operands[0]) +
						 room * sizeof(f->code[0]));

	f->operands = (struct fast_operand *)(f->reg + room);
	f->code = (struct fast_instr *)(f->operands + e->n_operands);
	f->n_operands = (uint8_t)e->n_operands;
	f->strict = strict;
	f->learnings = FAST_LEARN_MAX;
	return f;
}

void fast_free(struct expr_fast *f)
{
	free(f);
}

void fast_bind(struct expr_fast *f, size_t operand, uint32_t id)
{
	f->operands[operand].id = id;
}

/* --- instructions ----------------------------------------------------------------- */

static uint8_t new_reg(struct maker *m)
{
	if (m->n_regs >= m->room) {
		m->failed = true;
		return 0;
	}
	return (uint8_t)m->n_regs++;
}

static struct fast_instr *last(struct maker *m)
{
	return m->n_code ? &m->f->code[m->n_code - 1] : NULL;
}

/* Does the last instruction compute one of these two for nobody else? Sets *other. */
static bool follows(struct maker *m, enum fast_op lo, enum fast_op hi, uint8_t a,
		    uint8_t b, uint8_t *other)
{
	const struct fast_instr *l = last(m);

	if (!l || l->op < lo || l->op > hi || a == b || (l->to != a && l->to != b))
		return false;
	*other = l->to == a ? b : a;
	return true;
}

/* Is what the last instruction compares a * b + c, of the one before? One of the two. */
static void join_line(struct maker *m)
{
	struct fast_instr *l = last(m), *line = l - 1;

	if (m->n_code < 2 || line->op != FAST_MUL_ADD_D || line->to != l->a ||
	    l->a == l->b || l->a == l->c)
		return;
	line->op = (uint8_t)(l->op - FAST_LT_AND + FAST_LINE_LT_AND);
	line->to = l->to;
	line->d = l->b;
	line->e = l->c;
	m->n_code--;
}

/* Adds an instruction, or makes one of it and the one before; returns its register. */
static uint8_t emit(struct maker *m, enum fast_op op, uint8_t a, uint8_t b, uint8_t c)
{
	uint8_t other;

	if (op == FAST_ADD_D && follows(m, FAST_MUL_D, FAST_MUL_D, a, b, &other)) {
		last(m)->op = FAST_MUL_ADD_D;
		last(m)->c = other;
		return last(m)->to;
	}
	if (op == FAST_AND && follows(m, FAST_LT_D, FAST_GE_D, a, b, &other)) {
		last(m)->op = (uint8_t)(last(m)->op - FAST_LT_D + FAST_LT_AND);
		last(m)->c = other;
		join_line(m);
		return last(m)->to;
	}
	if (m->n_code >= m->room) {
		m->failed = true;
		return 0;
	}
	uint8_t to = new_reg(m);
	m->f->code[m->n_code++] = (struct fast_instr){ (uint8_t)op, to, a, b, c, 0, 0 };
	return to;
}

static uint8_t known_reg(struct maker *m, union fast_reg v)
{
	uint8_t reg = new_reg(m);

	if (!m->failed)
		m->f->reg[reg] = v;
	return reg;
}

static uint8_t as_double(struct maker *m, const struct item *x)
{
	double d = 0;

	if (x->known) {
		m->failed |= !value_number(&x->value, &d) || !isfinite(d);
		return known_reg(m, (union fast_reg){ .d = d });
	}
	return x->type == VALUE_DOUBLE ? x->reg : emit(m, FAST_TO_D, x->reg, 0, 0);
}

static uint8_t as_whole(struct maker *m, const struct item *x)
{
	if (!x->known)
		return x->reg;
	return known_reg(m,
			 (union fast_reg){ .i = x->type == VALUE_BOOL ? x->value.u.b
								      : x->value.u.i });
}

static uint8_t as_truth(struct maker *m, const struct item *x)
{
	double d = 0;

	if (x->known) {
		m->failed |= !value_number(&x->value, &d);
		return known_reg(m, (union fast_reg){ .i = d != 0 });
	}
	if (x->type == VALUE_BOOL)
		return x->reg;
	return emit(m, x->type == VALUE_DOUBLE ? FAST_TRUE_D : FAST_TRUE_I, x->reg, 0, 0);
}

/* --- rows ------------------------------------------------------------------------- */

static bool all_whole(const struct item *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x[i].type == VALUE_DOUBLE)
			return false;
	return true;
}

static struct item result(enum value_type type, uint8_t reg)
{
	return (struct item){ .type = type, .reg = reg };
}

static struct item pair(struct maker *m, const struct rule *rule, const struct item *x,
			enum value_type whole_type, enum value_type double_type)
{
	uint8_t a, b;

	if (rule->how != DIVIDE && all_whole(x, 2)) {
		a = as_whole(m, &x[0]);
		b = as_whole(m, &x[1]);
		return result(whole_type, emit(m, rule->i, a, b, 0));
	}
	a = as_double(m, &x[0]);
	b = as_double(m, &x[1]);
	return result(double_type, emit(m, rule->d, a, b, 0));
}

static struct item one(struct maker *m, const struct rule *rule, const struct item *x)
{
	if (x->type == VALUE_DOUBLE || rule->how == ROOT)
		return result(VALUE_DOUBLE, emit(m, rule->d, as_double(m, x), 0, 0));
	if (rule->how == ROUNDED)
		return result(VALUE_INT, as_whole(m, x));
	return result(VALUE_INT, emit(m, rule->i, as_whole(m, x), 0, 0));
}

/* Of mixed kinds the stack program compares each pair in its own way. */
static struct item extreme(struct maker *m, const struct rule *rule, const struct item *x,
			   size_t n)
{
	bool whole = all_whole(x, n);
	uint8_t best = whole ? as_whole(m, &x[0]) : as_double(m, &x[0]);

	for (size_t i = 0; i < n; i++)
		m->failed |= !whole && x[i].type != VALUE_DOUBLE;
	for (size_t i = 1; i < n; i++)
		best = whole ? emit(m, rule->i, best, as_whole(m, &x[i]), 0)
			     : emit(m, rule->d, best, as_double(m, &x[i]), 0);
	return result(whole ? VALUE_INT : VALUE_DOUBLE, best);
}

static struct item choice(struct maker *m, const struct item *x)
{
	uint8_t a = as_truth(m, &x[0]), b, c;
	enum value_type type = x[1].type == x[2].type ? x[1].type
			       : all_whole(x + 1, 2)  ? VALUE_INT
						      : VALUE_DOUBLE;

	b = type == VALUE_DOUBLE ? as_double(m, &x[1]) : as_whole(m, &x[1]);
	c = type == VALUE_DOUBLE ? as_double(m, &x[2]) : as_whole(m, &x[2]);
	return result(type, emit(m, FAST_SELECT, a, b, c));
}

static struct item logic(struct maker *m, const struct rule *rule, const struct item *x)
{
	uint8_t a = as_truth(m, &x[0]), b = as_truth(m, &x[1]);

	return result(VALUE_BOOL, emit(m, rule->d, a, b, 0));
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
		return result(VALUE_BOOL, emit(m, FAST_NOT, as_truth(m, &x[0]), 0, 0));
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

static bool finish(struct maker *m)
{
	const struct item *x = &m->stack[0];

	if (m->failed)
		return false;
	m->f->result = x->type == VALUE_DOUBLE ? as_double(m, x) : as_whole(m, x);
	m->f->type = (uint8_t)x->type;
	m->f->end = m->f->code + m->n_code;
	return true;
}

static bool make(struct expr_fast *f, const struct expr *e)
{
	struct maker m = { .f = f, .e = e, .n_regs = e->n_operands, .room = room_of(e) };

	for (size_t i = 0; i < e->n_code && !m.failed; i++) {
		const struct expr_instr *in = &e->code[i];

		if (in->opcode == EXPR_PUSH)
			m.stack[m.top++] = constant(e->constants[in->index]);
		else if (in->opcode == EXPR_LOAD)
			m.stack[m.top++] =
				result((enum value_type)f->operands[in->index].type,
				       (uint8_t)in->index);
		else
			call(&m, in);
	}
	return finish(&m) && !m.failed;
}

void fast_learn(struct expr_fast *f, const struct expr *e, expr_get get, void *arg)
{
	bool changed = !f->learned;

	if (!f->learnings)
		return;
	for (size_t i = 0; i < f->n_operands; i++) {
		const struct sample *s = get(arg, e->operands[i].id);

		if (quality_class(s->quality) >= QUALITY_BAD ||
		    s->value.type == VALUE_NONE || s->value.type == VALUE_STRING)
			return;
		changed |= f->operands[i].type != s->value.type;
	}
	if (!changed)
		return;
	for (size_t i = 0; i < f->n_operands; i++)
		f->operands[i].type = get(arg, e->operands[i].id)->value.type;
	f->learnings--;
	f->learned = make(f, e);
	if (!f->learned)
		f->learnings = 0;
}
