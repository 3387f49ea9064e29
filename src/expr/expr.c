/* expr.c - what others may ask of a compiled expression, and what a refusal shows. */
#include "expr/program.h"

#include <stdlib.h>
#include <string.h>

#include "expr/fast.h"
#include "util/strbuf.h"
#include "util/utf8.h"

enum { SHOWN_TEXT_MAX = 40 };

int expr_column(const char *text, size_t at)
{
	int column = 1;

	for (size_t i = 0; i < at && text[i]; i++)
		column += ((unsigned char)text[i + 1] & 0xC0) != 0x80;
	return column;
}

const struct expr_row *expr_row_find(const struct expr_row *table, const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

void expr_free(struct expr *e)
{
	if (!e)
		return;
	for (size_t i = 0; i < e->n_constants; i++)
		if (e->constants[i].type == VALUE_STRING)
			free((char *)(uintptr_t)e->constants[i].u.s);
	for (size_t i = 0; i < e->n_operands; i++)
		free(e->operands[i].name);
	fast_free(e->fast);
	free(e->constants);
	free(e->operands);
	free(e->code);
	free(e->text);
	free(e);
}

size_t expr_operand_count(const struct expr *e)
{
	return e->n_operands;
}

const char *expr_operand_name(const struct expr *e, size_t i)
{
	return e->operands[i].name;
}

int expr_operand_column(const struct expr *e, size_t i)
{
	return e->operands[i].column;
}

void expr_bind(struct expr *e, size_t i, uint32_t id)
{
	e->operands[i].id = id;
	expr_bind_place(e, i, NULL);
}

void expr_bind_place(struct expr *e, size_t i, const struct sample *place)
{
	e->operands[i].at = place ? place : &e->operands[i].own;
	if (e->fast)
		fast_rebind(e->fast, e);
}

uint32_t expr_operand_id(const struct expr *e, size_t i)
{
	return e->operands[i].id;
}

const char *expr_text(const struct expr *e)
{
	return e->text;
}

enum value_type expr_type(const struct expr *e)
{
	return e->type;
}

static void explain_value(const struct sample *s, struct strbuf *out)
{
	char text[64];

	if (quality_class(s->quality) == QUALITY_BAD || s->value.type == VALUE_NONE) {
		strbuf_adds(out, "####");
	} else if (s->value.type == VALUE_STRING) {
		strbuf_addch(out, '"');
		utf8_clean(out, s->value.u.s, SHOWN_TEXT_MAX);
		strbuf_addch(out, '"');
	} else {
		value_format(&s->value, -1, text, sizeof(text));
		strbuf_adds(out, text);
	}
}

static void explain_quality(quality q, struct strbuf *out)
{
	char flags[64];

	quality_flags_text(q, flags, sizeof(flags));
	strbuf_addf(out, " (%s", quality_class_name(q));
	if (quality_reason(q) != REASON_NONE)
		strbuf_addf(out, ": %s", quality_reason_name(q));
	if (flags[0])
		strbuf_addf(out, ", %s", flags);
	strbuf_addch(out, ')');
}

void expr_explain(const struct expr *e, expr_get get, void *arg, struct strbuf *out)
{
	for (size_t i = 0; i < e->n_operands; i++) {
		const struct sample *s = get(arg, e->operands[i].id);
		strbuf_addf(out, "%s%s = ", i ? ", " : "", e->operands[i].name);
		explain_value(s, out);
		explain_quality(s->quality, out);
	}
}
