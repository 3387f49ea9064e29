/* words.c - names of a tag's values, kept as one text. */
#include "tag/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/num.h"
#include "util/strbuf.h"
#include "util/utf8.h"

bool tag_words_next(const char **at, struct tag_word *out)
{
	const char *line = *at, *end, *equals;
	char number[32];
	int64_t value;
	size_t n;

	if (!line || !*line)
		return false;
	end = line + strcspn(line, "\n");
	equals = memchr(line, '=', (size_t)(end - line));
	n = equals ? (size_t)(equals - line) : sizeof(number);
	if (n >= sizeof(number) || (size_t)(end - equals - 1) > TAG_WORD_MAX)
		return false;
	memcpy(number, line, n);
	number[n] = '\0';
	if (!num_parse_int(number, INT32_MIN, INT32_MAX, &value))
		return false;
	out->value = (double)value;
	n = (size_t)(end - equals - 1);
	memcpy(out->text, equals + 1, n);
	out->text[n] = '\0';
	*at = *end ? end + 1 : end;
	return true;
}

bool tag_words_value(const char *words, const char *text, double *out)
{
	struct tag_word w;

	while (tag_words_next(&words, &w)) {
		if (strcmp(w.text, text) != 0)
			continue;
		*out = w.value;
		return true;
	}
	return false;
}

bool tag_words_text(const char *words, double v, char out[TAG_WORD_MAX + 1])
{
	struct tag_word w;

	while (tag_words_next(&words, &w)) {
		if (w.value != v)
			continue;
		memcpy(out, w.text, sizeof(w.text));
		return true;
	}
	return false;
}

void tag_words_format(const char *words, const struct value *v, int decimals, char *out,
		      size_t size)
{
	char word[TAG_WORD_MAX + 1];
	double number;

	if (words && value_number(v, &number) && tag_words_text(words, number, word))
		snprintf(out, size, "%s", word);
	else
		value_format(v, decimals, out, size);
}

bool tag_words_take(const char *words, enum value_type type, struct value *v)
{
	char word[TAG_WORD_MAX + 1];
	double number;

	if (!words || !*words)
		return true;
	if (v->type != VALUE_STRING)
		return value_number(v, &number) && tag_words_text(words, number, word);
	if (!tag_words_value(words, v->u.s, &number))
		return false;
	if (type != VALUE_STRING)
		*v = value_double(number);
	return true;
}

static size_t count(const char *words)
{
	struct tag_word w;
	size_t n = 0;

	while (tag_words_next(&words, &w))
		n++;
	return n;
}

void tag_words_list(const char *words, struct strbuf *out)
{
	size_t n = count(words), i = 0;
	struct tag_word w;

	while (tag_words_next(&words, &w)) {
		const char *between = i == 0 ? "" : i + 1 == n ? " or " : ", ";

		strbuf_addf(out, "%s%s", between, w.text);
		i++;
	}
}

static bool is_word(const char *text, struct strbuf *why)
{
	size_t n = strlen(text);

	if (n == 0 || text[0] == ' ' || text[n - 1] == ' ')
		strbuf_setf(why,
			    "a word may not be empty, nor begin or end with a space");
	else if (n > TAG_WORD_MAX)
		strbuf_setf(why, "\"%.40s...\" is longer than %d bytes", text,
			    TAG_WORD_MAX);
	else if (!utf8_is_clean(text))
		strbuf_setf(why, "it has characters that nobody can see or type");
	else
		return true;
	return false;
}

static bool is_new(const struct strbuf *words, const char *word, int64_t value,
		   struct strbuf *why)
{
	char other[TAG_WORD_MAX + 1];
	double number;

	if (count(words->buf) >= TAG_WORDS_MAX ||
	    words->len + strlen(word) + 16 > TAG_WORDS_TEXT_MAX)
		strbuf_setf(why, "there is room for %d words, of %d bytes in all",
			    TAG_WORDS_MAX, TAG_WORDS_TEXT_MAX);
	else if (tag_words_value(words->buf, word, &number))
		strbuf_setf(why, "\"%s\" is the word of %g already", word, number);
	else if (tag_words_text(words->buf, (double)value, other))
		strbuf_setf(why, "%" PRId64 " is \"%s\" already", value, other);
	else
		return true;
	return false;
}

bool tag_words_add(struct strbuf *words, const char *text, int64_t *next,
		   struct strbuf *why)
{
	const char *equals = strchr(text, '='), *word = text;
	int64_t value = *next;
	char number[16];

	if (equals) {
		snprintf(number, sizeof(number), "%.*s", (int)(equals - text), text);
		word = equals + 1;
		if ((size_t)(equals - text) >= sizeof(number) ||
		    !num_parse_int(number, INT32_MIN, INT32_MAX, &value)) {
			strbuf_setf(why,
				    "\"%.60s\" has no whole number before the =", text);
			return false;
		}
	}
	if (!is_word(word, why) || !is_new(words, word, value, why))
		return false;
	strbuf_addf(words, "%s%" PRId64 "=%s", words->len ? "\n" : "", value, word);
	*next = value + 1;
	return true;
}
