/* fuzzy.c - how well typed letters fit a name. */
#include "util/fuzzy.h"

#include <stdint.h>
#include <string.h>

enum {
	WHOLE = 4000,
	BEGINNING = 2000,
	PART = 1200,
	INSIDE = 800,
	WORD = 500,
	IN_TEXT = 300,
	SCATTERED = 100,
	SHORT = 200 /* of two that fit alike the shorter name comes first */
};

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool begins(const char *s, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (folded(s[i]) != folded(word[i])) /* its NUL differs, too */
			return false;
	return true;
}

/* Letters of one thing; another one begins a part. Bytes of UTF-8 are letters. */
static bool is_letter(char c)
{
	return (c >= '0' && c <= '9') || (folded(c) >= 'a' && folded(c) <= 'z') ||
	       (unsigned char)c >= 0x80;
}

static int found_in(const char *s, const char *word, size_t n, int at_part, int inside)
{
	int best = 0;

	for (const char *at = s; *at; at++) {
		if (folded(*at) != folded(word[0]) || !begins(at, word, n))
			continue;
		if (at == s || !is_letter(at[-1]))
			return at_part;
		best = inside;
	}
	return best;
}

static bool scattered(const char *s, const char *word, size_t n)
{
	size_t i = 0;

	for (; *s && i < n; s++)
		i += folded(*s) == folded(word[i]);
	return i == n;
}

static int word_score(const char *name, const char *text, const char *word, size_t n)
{
	int score;

	if (begins(name, word, n))
		return name[n] ? BEGINNING : WHOLE;
	score = found_in(name, word, n, PART, INSIDE);
	if (!score)
		score = found_in(text, word, n, WORD, IN_TEXT);
	if (!score && scattered(name, word, n))
		score = SCATTERED;
	return score;
}

/* The next word; its bytes in *n, 0 = there is none. */
static const char *next_word(const char *s, size_t *n)
{
	s += strspn(s, " ");
	*n = strcspn(s, " ");
	return s;
}

int fuzzy_score(const char *typed, const char *name, const char *text)
{
	size_t n, length = 0;
	int sum = 1;

	for (typed = next_word(typed, &n); n; typed = next_word(typed + n, &n)) {
		int score = word_score(name, text, typed, n);

		if (!score)
			return 0;
		sum += score;
	}
	while (length < SHORT && name[length])
		length++;
	return sum + SHORT - (int)length;
}

bool fuzzy_filter(const char *typed, const char *const *texts, size_t n)
{
	size_t used;

	for (typed = next_word(typed, &used); used;
	     typed = next_word(typed + used, &used)) {
		bool found = false;

		for (size_t i = 0; i < n && !found; i++)
			found = texts[i] && found_in(texts[i], typed, used, 1, 1);
		if (!found)
			return false;
	}
	return true;
}
