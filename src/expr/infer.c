/* infer.c - runs a program over types instead of values: what is certain before any
 * value has arrived. */
#include "expr/program.h"

#include "util/strbuf.h"

static bool is_text(enum value_type t)
{
	return t == VALUE_STRING;
}

static bool is_number(enum value_type t)
{
	return t == VALUE_BOOL || t == VALUE_INT || t == VALUE_DOUBLE;
}

static bool unlike(enum value_type a, enum value_type b)
{
	return (is_text(a) && is_number(b)) || (is_number(a) && is_text(b));
}

/* A sentence when these types can never work; NULL otherwise. */
static const char *mismatch(const struct expr_row *row, const enum value_type *t,
			    size_t n)
{
	switch (row->takes) {
	case TAKES_NUMBERS:
		for (size_t i = 0; i < n; i++)
			if (is_text(t[i]))
				return "needs numbers, not text";
		break;
	case TAKES_ALIKE:
		for (size_t i = 1; i < n; i++)
			if (unlike(t[0], t[i]))
				return "cannot mix text and numbers";
		break;
	case TAKES_SELECT:
		if (is_text(t[0]))
			return "needs a condition that is true or false, not text";
		if (unlike(t[1], t[2]))
			return "cannot choose between text and a number";
		break;
	case TAKES_ANY:
		break;
	}
	return NULL;
}

static enum value_type widest(const enum value_type *t, size_t n)
{
	enum value_type wide = VALUE_INT;

	for (size_t i = 0; i < n; i++) {
		if (t[i] == VALUE_DOUBLE)
			return VALUE_DOUBLE;
		if (!is_number(t[i]))
			wide = VALUE_NONE;
	}
	return wide;
}

static enum value_type result_type(const struct expr_row *row, const enum value_type *t,
				   size_t n)
{
	switch (row->gives) {
	case GIVES_BOOL:
		return VALUE_BOOL;
	case GIVES_DOUBLE:
		return VALUE_DOUBLE;
	case GIVES_ARITH:
		return widest(t, n);
	case GIVES_FIRST:
		return t[0] == VALUE_BOOL ? VALUE_INT : t[0];
	case GIVES_COMMON:
		return t[n - 1] == t[n - 2] ? t[n - 1] : widest(t + n - 2, 2);
	case GIVES_SAME:
		return t[0] == t[1] ? t[0] : VALUE_NONE;
	}
	return VALUE_NONE;
}

static enum value_type operand_type(const struct expr *e, const struct expr_instr *in,
				    expr_type_of type_of, void *arg)
{
	return type_of ? type_of(arg, e->operands[in->index].id) : VALUE_NONE;
}

bool expr_infer(const struct expr *e, expr_type_of type_of, void *arg,
		enum value_type *type, struct strbuf *why, int *column)
{
	enum value_type stack[EXPR_STACK_MAX];
	size_t top = 0;

	stack[0] = VALUE_NONE;
	for (size_t i = 0; i < e->n_code; i++) {
		const struct expr_instr *in = &e->code[i];
		if (in->opcode == EXPR_PUSH) {
			stack[top++] = e->constants[in->index].type;
			continue;
		}
		if (in->opcode == EXPR_LOAD) {
			stack[top++] = operand_type(e, in, type_of, arg);
			continue;
		}
		top -= in->argc;
		const char *fault = mismatch(in->row, stack + top, in->argc);
		if (fault) {
			strbuf_setf(why, "\"%s\" %s", in->row->name, fault);
			if (column)
				*column = expr_column(e->text, in->at);
			return false;
		}
		stack[top] = result_type(in->row, stack + top, in->argc);
		top++;
	}
	*type = stack[0];
	return true;
}
