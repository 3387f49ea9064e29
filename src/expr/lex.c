/* lex.c - cuts an expression into words; every surprise becomes a sentence with a place.
 */
#include "expr/lex.h"

#include <stdbool.h>
#include <string.h>

#include "util/num.h"
#include "util/utf8.h"

enum { NUMBER_MAX = 64 };

/* Longer spellings first. */
static const char *const symbols[] = { "||", "&&", "==", "!=", "<=", ">=", "<",
				       ">",  "+",  "-",  "*",  "/",  "%",  "!",
				       "?",  ":",  "(",  ")",  "," };

/* What people write when they think in another language. */
static const struct {
	const char *wrong, *hint;
} habits[] = {
	{ "=", "a single = is not a comparison: write ==" },
	{ "&", "write && for \"and\"" },
	{ "|", "write || for \"or\"" },
	{ "^", "there is no power operator: multiply" },
	{ "~", "write ! for \"not\"" },
	{ ";", "an expression has no ;" },
	{ "[", "there are no arrays: write the tag's name" },
	{ "{", "a tag is written without braces here" },
	{ "$", "a template parameter was not replaced here" },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_name_char(char c)
{
	return is_name_start(c) || is_digit(c);
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

void lex_init(struct lexer *lx, const char *text)
{
	*lx = (struct lexer){ .text = text, .fault = STRBUF_INIT };
	lex_next(lx);
}

void lex_release(struct lexer *lx)
{
	strbuf_release(&lx->fault);
}

static void fail(struct lexer *lx, size_t at, const char *sentence)
{
	lx->token = (struct token){ .kind = TOKEN_ERROR, .at = at };
	strbuf_setf(&lx->fault, "%s", sentence);
}

/* Bytes of the number that s begins with; *whole when it has neither point nor
 * exponent. */
static size_t number_span(const char *s, bool *whole)
{
	size_t n = strspn(s, "0123456789");

	*whole = true;
	if (s[n] == '.' && is_digit(s[n + 1])) {
		*whole = false;
		n += 1 + strspn(s + n + 1, "0123456789");
	}
	if (s[n] == 'e' || s[n] == 'E') {
		size_t sign = s[n + 1] == '+' || s[n + 1] == '-';
		if (is_digit(s[n + 1 + sign])) {
			*whole = false;
			n += 1 + sign + strspn(s + n + 1 + sign, "0123456789");
		}
	}
	return n;
}

static void lex_number(struct lexer *lx)
{
	const char *s = lx->text + lx->pos;
	char digits[NUMBER_MAX];
	bool whole;
	int64_t i = 0;
	double d = 0;
	size_t n = number_span(s, &whole);

	if (is_name_char(s[n]) || is_upper(s[n]) || s[n] == '.') {
		fail(lx, lx->pos + n, "this does not belong to a number");
		return;
	}
	if (n >= sizeof(digits)) {
		fail(lx, lx->pos, "this number has too many digits");
		return;
	}
	memcpy(digits, s, n);
	digits[n] = '\0';
	lx->token = (struct token){ .kind = TOKEN_NUMBER, .at = lx->pos, .len = n };
	if (whole && num_parse_int(digits, 0, INT64_MAX, &i))
		lx->token.number = value_int(i);
	else if (!whole && num_parse_double(digits, &d))
		lx->token.number = value_double(d);
	else
		fail(lx, lx->pos,
		     whole ? "this whole number does not fit into 64 bits"
			   : "this number is too large");
	lx->pos += n;
}

static void lex_text(struct lexer *lx)
{
	const char *s = lx->text + lx->pos;
	const char *end = strchr(s + 1, s[0]);
	size_t n = end ? (size_t)(end - s) + 1 : 0;

	if (!end) {
		fail(lx, lx->pos, "the closing quote is missing");
		return;
	}
	for (size_t i = 1; i < n; i++) {
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f) {
			fail(lx, lx->pos + i, "a control character cannot stand in text");
			return;
		}
	}
	if (n - 2 > VALUE_STRING_MAX) {
		fail(lx, lx->pos, "this text is longer than 255 bytes");
		return;
	}
	lx->token = (struct token){ .kind = TOKEN_TEXT, .at = lx->pos, .len = n };
	lx->pos += n;
}

static void lex_name(struct lexer *lx)
{
	const char *s = lx->text + lx->pos;
	size_t n = s[0] == '.';

	for (;;) {
		size_t part = n;
		while (is_name_char(s[n]))
			n++;
		if (is_upper(s[n])) {
			fail(lx, lx->pos + n,
			     "names of tags and functions are lower case");
			return;
		}
		if (n == part) {
			fail(lx, lx->pos + (n ? n - 1 : 0),
			     "a name must follow this dot");
			return;
		}
		if (s[n] != '.')
			break;
		n++;
	}
	if (s[0] == '.' && strspn(s + 1, "0123456789") == n - 1) {
		fail(lx, lx->pos, "write a digit before the decimal point: 0.5");
		return;
	}
	lx->token = (struct token){ .kind = TOKEN_NAME, .at = lx->pos, .len = n };
	lx->pos += n;
}

static void lex_foreign(struct lexer *lx)
{
	const char *s = lx->text + lx->pos;
	uint32_t cp;
	size_t n = utf8_decode(s, strlen(s), &cp);

	for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++) {
		if (s[0] == habits[i].wrong[0]) {
			fail(lx, lx->pos, habits[i].hint);
			return;
		}
	}
	fail(lx, lx->pos, "");
	strbuf_adds(&lx->fault, "\"");
	utf8_clean(&lx->fault, s, n ? n : 1);
	strbuf_adds(&lx->fault, "\" has no meaning in an expression");
}

static void lex_symbol(struct lexer *lx)
{
	const char *s = lx->text + lx->pos;

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		size_t n = strlen(symbols[i]);
		if (strncmp(s, symbols[i], n) == 0) {
			lx->token = (struct token){ .kind = TOKEN_SYMBOL,
						    .at = lx->pos,
						    .len = n,
						    .symbol = symbols[i] };
			lx->pos += n;
			return;
		}
	}
	lex_foreign(lx);
}

void lex_next(struct lexer *lx)
{
	if (lx->token.kind == TOKEN_ERROR)
		return;
	lx->pos += strspn(lx->text + lx->pos, " \t\r\n");
	char c = lx->text[lx->pos];
	if (!c)
		lx->token = (struct token){ .kind = TOKEN_END, .at = lx->pos };
	else if (is_digit(c))
		lex_number(lx);
	else if (c == '"' || c == '\'')
		lex_text(lx);
	else if (is_name_start(c) || c == '.' || is_upper(c))
		lex_name(lx);
	else
		lex_symbol(lx);
}
