/* parse.c - recursive descent over the words; emits the stack program as it goes. */
#include "expr/program.h"

#include <stdlib.h>
#include <string.h>

#include "expr/fast.h"
#include "expr/lex.h"
#include "tag/def.h"
#include "util/diag.h"
#include "util/strbuf.h"
#include "util/utf8.h"
#include "util/xalloc.h"

enum { LEVELS = 6 };

struct parser {
	struct lexer lx;
	struct expr *e;
	const char *prefix; /* NULL: relative names are refused */
	struct strbuf *why; /* may be NULL */
	size_t fault_at;    /* byte where it went wrong */
	bool failed;
	int depth;         /* nesting of the text */
	int stack;         /* values on the stack here */
	const char *after; /* what a missing value should have followed; NULL: start */
};

/* Binary operators, weakest first. Comparisons cannot be chained. */
static const struct {
	const char *symbols[5];
	bool chains;
} levels[LEVELS] = {
	{ { "||" }, true },        { { "&&" }, true },
	{ { "==", "!=" }, false }, { { "<", "<=", ">", ">=" }, false },
	{ { "+", "-" }, true },    { { "*", "/", "%" }, true },
};

static void parse_choice(struct parser *p);

/* The first mistake wins. */
#define FAIL(p, at, ...)                                                                 \
	do {                                                                             \
		if (!(p)->failed)                                                        \
			strbuf_setf((p)->why, __VA_ARGS__);                              \
		fail_at((p), (at));                                                      \
	} while (0)

static void fail_at(struct parser *p, size_t at)
{
	if (!p->failed)
		p->fault_at = at;
	p->failed = true;
}

static bool at_symbol(const struct parser *p, const char *symbol)
{
	return !p->failed && p->lx.token.kind == TOKEN_SYMBOL &&
	       strcmp(p->lx.token.symbol, symbol) == 0;
}

static void advance(struct parser *p)
{
	lex_next(&p->lx);
	if (p->lx.token.kind == TOKEN_ERROR)
		FAIL(p, p->lx.token.at, "%s", p->lx.fault.buf);
}

static void emit(struct parser *p, struct expr_instr instr, int grows)
{
	struct expr *e = p->e;

	p->stack += grows;
	if (p->stack > EXPR_STACK_MAX)
		FAIL(p, instr.at, "the expression is nested too deeply");
	if (p->failed)
		return;
	struct expr_instr *slot = GROW(&e->code, &e->n_code);
	*slot = instr;
}

static void emit_call(struct parser *p, const struct expr_row *row, size_t argc,
		      size_t at)
{
	emit(p,
	     (struct expr_instr){ .opcode = EXPR_CALL,
				  .argc = (uint8_t)argc,
				  .at = (uint32_t)at,
				  .row = row },
	     1 - (int)argc);
}

static void emit_constant(struct parser *p, struct value v, size_t at)
{
	struct expr *e = p->e;
	struct value *slot = GROW(&e->constants, &e->n_constants);

	*slot = v;
	emit(p,
	     (struct expr_instr){ .opcode = EXPR_PUSH,
				  .index = (uint16_t)(e->n_constants - 1),
				  .at = (uint32_t)at },
	     1);
}

static size_t operand_index(struct parser *p, const char *name, size_t at)
{
	struct expr *e = p->e;

	for (size_t i = 0; i < e->n_operands; i++)
		if (strcmp(e->operands[i].name, name) == 0)
			return i;
	if (e->n_operands >= EXPR_OPERANDS_MAX) {
		FAIL(p, at, "an expression may read at most %d tags", EXPR_OPERANDS_MAX);
		return 0;
	}
	struct expr_operand *o = GROW(&e->operands, &e->n_operands);

	*o = (struct expr_operand){ .name = xstrdup(name),
				    .column = expr_column(e->text, at) };
	return e->n_operands - 1;
}

/* The tag name behind the token, a leading dot replaced by the prefix. */
static void operand_name(struct parser *p, const struct token *t, struct strbuf *name)
{
	const char *s = p->e->text + t->at;

	if (s[0] == '.') {
		if (!p->prefix)
			FAIL(p, t->at,
			     "\"%.*s\" begins with a dot, but there is nothing it could "
			     "be relative to: write the whole tag name",
			     (int)t->len, s);
		else
			strbuf_adds(name, p->prefix);
		if (name->len && name->buf[name->len - 1] == '.')
			s++; /* a prefix may end with its dot */
	}
	strbuf_add(name, s, t->len - (size_t)(s - p->e->text - (ptrdiff_t)t->at));
	if (!p->failed && !tag_name_valid(name->buf))
		FAIL(p, t->at, "\"%.*s\" is not a tag name", (int)t->len,
		     p->e->text + t->at);
}

static void parse_operand(struct parser *p, const struct token *t)
{
	struct strbuf name;

	strbuf_init(&name, TAG_NAME_MAX + 1);
	operand_name(p, t, &name);
	size_t i = p->failed ? 0 : operand_index(p, name.buf, t->at);
	emit(p,
	     (struct expr_instr){
		     .opcode = EXPR_LOAD, .index = (uint16_t)i, .at = (uint32_t)t->at },
	     1);
	strbuf_release(&name);
}

static void unknown_function(struct parser *p, const char *name, size_t at)
{
	const char *names[32];
	struct strbuf hint = STRBUF_INIT;
	size_t n = 0;

	while (n < sizeof(names) / sizeof(names[0]) && expr_functions[n].name) {
		names[n] = expr_functions[n].name;
		n++;
	}
	diag_suggest(&hint, name, names, n);
	FAIL(p, at, "there is no function \"%s\"%s", name, hint.buf);
	strbuf_release(&hint);
}

static void check_argc(struct parser *p, const struct expr_row *f, size_t argc, size_t at)
{
	if (argc >= f->min_args && argc <= f->max_args)
		return;
	if (f->min_args == f->max_args)
		FAIL(p, at, "%s() takes %d argument%s, not %zu", f->name, f->min_args,
		     f->min_args == 1 ? "" : "s", argc);
	else
		FAIL(p, at, "%s() takes %d to %d arguments, not %zu", f->name,
		     f->min_args, f->max_args, argc);
}

static void close_bracket(struct parser *p, size_t opened)
{
	if (at_symbol(p, ")"))
		advance(p);
	else if (p->lx.token.kind == TOKEN_END)
		FAIL(p, opened, "this \"(\" is never closed");
	else
		FAIL(p, p->lx.token.at, "expected \")\" or an operator before \"%.*s\"",
		     (int)p->lx.token.len, p->e->text + p->lx.token.at);
}

/* The name has been read, the token is the bracket behind it. */
static void parse_call(struct parser *p, const struct token *name_token)
{
	char name[TAG_NAME_MAX + 1] = "";
	size_t opened = p->lx.token.at, argc = 0;

	if (name_token->len < sizeof(name))
		memcpy(name, p->e->text + name_token->at, name_token->len);
	const struct expr_row *f = expr_row_find(expr_functions, name);
	if (!f) {
		unknown_function(p, name, name_token->at);
		return;
	}
	p->after = "(";
	advance(p);
	if (!at_symbol(p, ")")) {
		parse_choice(p);
		argc++;
		while (at_symbol(p, ",") && argc < EXPR_ARGS_MAX) {
			p->after = ",";
			advance(p);
			parse_choice(p);
			argc++;
		}
	}
	if (at_symbol(p, ","))
		FAIL(p, p->lx.token.at, "%s() has too many arguments", name);
	close_bracket(p, opened);
	check_argc(p, f, argc, name_token->at);
	emit_call(p, f, argc, name_token->at);
}

static void parse_name(struct parser *p)
{
	struct token t = p->lx.token;
	const char *s = p->e->text + t.at;

	advance(p);
	if (t.len == 4 && strncmp(s, "true", 4) == 0)
		emit_constant(p, value_bool(true), t.at);
	else if (t.len == 5 && strncmp(s, "false", 5) == 0)
		emit_constant(p, value_bool(false), t.at);
	else if (at_symbol(p, "("))
		parse_call(p, &t);
	else
		parse_operand(p, &t);
}

static void missing_value(struct parser *p)
{
	const struct token *t = &p->lx.token;

	if (t->kind == TOKEN_END && !p->after)
		FAIL(p, t->at, "the expression is empty");
	else if (t->kind == TOKEN_END)
		FAIL(p, t->at, "a value must follow \"%s\"", p->after);
	else
		FAIL(p, t->at, "expected a tag, a number or \"(\" before \"%.*s\"",
		     (int)t->len, p->e->text + t->at);
}

static void parse_primary(struct parser *p)
{
	struct token t = p->lx.token;

	switch (t.kind) {
	case TOKEN_NUMBER:
		emit_constant(p, t.number, t.at);
		advance(p);
		return;
	case TOKEN_TEXT:
		emit_constant(p, value_string(xstrndup(p->e->text + t.at + 1, t.len - 2)),
			      t.at);
		advance(p);
		return;
	case TOKEN_NAME:
		parse_name(p);
		return;
	case TOKEN_SYMBOL:
	case TOKEN_END:
	case TOKEN_ERROR:
		break;
	}
	if (!at_symbol(p, "(")) {
		missing_value(p);
		return;
	}
	p->after = "(";
	advance(p);
	parse_choice(p);
	close_bracket(p, t.at);
}

static bool enter(struct parser *p)
{
	if (++p->depth <= EXPR_DEPTH_MAX)
		return !p->failed;
	FAIL(p, p->lx.token.at, "the expression is nested too deeply");
	return false;
}

static void parse_unary(struct parser *p)
{
	const struct expr_row *row = NULL;
	size_t at = p->lx.token.at;

	if (!enter(p))
		return;
	if (p->lx.token.kind == TOKEN_SYMBOL)
		row = expr_row_find(expr_unary, p->lx.token.symbol);
	if (row) {
		p->after = row->name;
		advance(p);
		parse_unary(p);
		emit_call(p, row, 1, at);
	} else {
		parse_primary(p);
	}
	p->depth--;
}

static const char *level_symbol(const struct parser *p, int level)
{
	for (size_t i = 0; i < 5 && levels[level].symbols[i]; i++)
		if (at_symbol(p, levels[level].symbols[i]))
			return levels[level].symbols[i];
	return NULL;
}

static void parse_level(struct parser *p, int level)
{
	const char *symbol;
	bool had = false;

	if (level == LEVELS) {
		parse_unary(p);
		return;
	}
	parse_level(p, level + 1);
	while ((symbol = level_symbol(p, level)) != NULL) {
		size_t at = p->lx.token.at;
		if (had && !levels[level].chains) {
			FAIL(p, at,
			     "comparisons cannot be chained: write a < b && b < c, or "
			     "use brackets");
			return;
		}
		had = true;
		p->after = symbol;
		advance(p);
		parse_level(p, level + 1);
		emit_call(p, expr_row_find(expr_binary, symbol), 2, at);
	}
}

static void parse_choice(struct parser *p)
{
	if (!enter(p))
		return;
	parse_level(p, 0);
	if (at_symbol(p, "?")) {
		size_t at = p->lx.token.at;
		p->after = "?";
		advance(p);
		parse_choice(p);
		if (at_symbol(p, ":")) {
			p->after = ":";
			advance(p);
			parse_choice(p);
		} else {
			FAIL(p, at, "this \"?\" has no \":\" with the other value");
		}
		emit_call(p, &expr_select, 3, at);
	}
	p->depth--;
}

/* Something follows a whole expression: say what was probably meant. */
static void surplus(struct parser *p)
{
	static const struct {
		const char *word, *hint;
	} words[] = { { "and", "&&" }, { "or", "||" }, { "not", "!" }, { "mod", "%" } };
	const struct token *t = &p->lx.token;
	const char *s = p->e->text + t->at;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (t->len == strlen(words[i].word) &&
		    strncmp(s, words[i].word, t->len) == 0)
			FAIL(p, t->at, "\"%s\" is written %s", words[i].word,
			     words[i].hint);
	if (at_symbol(p, ")"))
		FAIL(p, t->at, "this \")\" was never opened");
	FAIL(p, t->at, "expected an operator before \"%.*s\"", (int)t->len, s);
}

static void parse_text(struct parser *p, size_t n)
{
	if (n > EXPR_TEXT_MAX)
		FAIL(p, 0, "an expression is limited to %d bytes, this has %zu",
		     EXPR_TEXT_MAX, n);
	else if (!utf8_valid(p->e->text, n))
		FAIL(p, 0, "the expression is not valid UTF-8");
	if (p->failed)
		return;
	lex_init(&p->lx, p->e->text);
	if (p->lx.token.kind == TOKEN_ERROR)
		FAIL(p, p->lx.token.at, "%s", p->lx.fault.buf);
	if (!p->failed)
		parse_choice(p);
	if (!p->failed && p->lx.token.kind != TOKEN_END)
		surplus(p);
	lex_release(&p->lx);
}

struct expr *expr_compile(const char *text, const char *prefix, struct strbuf *why,
			  int *column)
{
	struct expr *e = xcalloc(1, sizeof(*e));
	struct parser p = { .e = e, .prefix = prefix, .why = why };
	int where = 0;

	e->text = xstrdup(text);
	parse_text(&p, strlen(text));
	if (p.failed)
		where = expr_column(text, p.fault_at);
	else if (!expr_infer(e, NULL, NULL, &e->type, why, &where))
		p.failed = true;
	if (!p.failed) {
		for (size_t i = 0; i < e->n_operands; i++)
			expr_bind_place(e, i, NULL);
		e->fast = fast_new(e);
		return e;
	}
	if (column)
		*column = where;
	expr_free(e);
	return NULL;
}
