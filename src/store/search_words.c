/* search_words.c - rows and questions as words of the index. */
#include "store/search_words.h"

#include <inttypes.h>
#include <string.h>

#include "alarm/journal.h"
#include "store/store.h"
#include "store/vocabulary.h"
#include "util/strbuf.h"

enum key {
	KEY_AREA = 'a',
	KEY_EVENT = 'e',
	KEY_NAME = 'n',
	KEY_BY = 'o',
	KEY_PRIORITY = 'p',
	KEY_TAG = 't'
};

static uint64_t hash(const char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)p[i]) * 0x100000001b3u;
	return h;
}

static void add_name(struct strbuf *out, enum key key, const char *p, size_t n)
{
	strbuf_addf(out, "%c%016" PRIx64 " ", key, hash(p, n));
}

static void add_number(struct strbuf *out, enum key key, unsigned v)
{
	strbuf_addf(out, "%c%u ", key, v);
}

/* Calls fn for each area that area lies in, itself the last ("a.b" lies in "a"). */
static void each_area(const char *area, void (*fn)(void *arg, const char *p, size_t n),
		      void *arg)
{
	size_t n = strlen(area);

	for (size_t i = 1, depth = 1; i < n && depth < STORE_AREA_DEPTH; i++) {
		if (area[i] != '.')
			continue;
		fn(arg, area, i);
		depth++;
	}
	if (n)
		fn(arg, area, n);
}

static void add_area(void *out, const char *p, size_t n)
{
	add_name(out, KEY_AREA, p, n);
}

void search_keys(const struct alarm_journal *row, struct strbuf *out)
{
	strbuf_clear(out);
	add_number(out, KEY_PRIORITY, row->priority);
	add_number(out, KEY_EVENT, row->event);
	add_name(out, KEY_NAME, row->alarm, strlen(row->alarm));
	add_name(out, KEY_TAG, row->tag, strlen(row->tag));
	if (row->by[0])
		add_name(out, KEY_BY, row->by, strlen(row->by));
	each_area(row->area, add_area, out);
}

/* --- questions ------------------------------------------------------------------ */

static void begin_term(struct strbuf *out)
{
	strbuf_adds(out, out->len ? " AND k : " : "k : ");
}

static void ask_name(struct strbuf *out, enum key key, const char *name)
{
	if (!name || !name[0])
		return;
	begin_term(out);
	add_name(out, key, name, strlen(name));
}

static void ask_set(struct strbuf *out, enum key key, uint32_t bits)
{
	const char *before = "(";

	if (!bits)
		return;
	begin_term(out);
	for (unsigned i = 0; i < 32; i++) {
		if (!(bits >> i & 1u))
			continue;
		strbuf_adds(out, before);
		add_number(out, key, i);
		before = "OR ";
	}
	strbuf_adds(out, ")");
}

/* Marks of punctuation in UTF-8 (U+2000 to U+206F), which the index has no words for. */
static bool is_general_punctuation(const char *p)
{
	const unsigned char *u = (const unsigned char *)p;

	return u[0] == 0xE2 && (u[1] == 0x80 || u[1] == 0x81);
}

static bool says_something(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if ((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return true;
		if (c < 0x80)
			continue;
		if (!is_general_punctuation(p + i))
			return true;
		i += 2;
	}
	return false;
}

/* A word or phrase as a string of FTS5's: nothing in it has a meaning there, for
 * next_word() leaves no quote in it. */
static void ask_word(struct strbuf *out, const char *p, size_t n)
{
	strbuf_adds(out, "\"");
	strbuf_add(out, p, n);
	strbuf_adds(out, "\" ");
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word of *p, or the phrase in its quotes; false at the end. */
static bool next_word(const char **p, const char **word, size_t *n, bool *begins)
{
	const char *s = *p, *end;

	while (is_space(*s))
		s++;
	if (!*s)
		return false;
	*begins = false;
	if (*s == '"') {
		*word = s + 1;
		end = strchr(s + 1, '"');
		end = end ? end : s + strlen(s);
		*n = (size_t)(end - *word);
		*p = *end ? end + 1 : end;
		return true;
	}
	for (end = s; *end && !is_space(*end) && *end != '"'; end++)
		;
	*word = s;
	*n = (size_t)(end - s);
	*p = end;
	*begins = *n > 1 && end[-1] == '*';
	*n -= *begins;
	return true;
}

static enum sg_err ask_text(struct vocabulary *v, struct strbuf *out, const char *text,
			    struct strbuf *why)
{
	const char *word;
	size_t n, words = 0;
	bool begins;

	if (!text || !text[0])
		return SG_OK;
	if (strlen(text) > STORE_SEARCH_TEXT) {
		strbuf_setf(why, "a text to search for has at most %d bytes",
			    STORE_SEARCH_TEXT);
		return SG_EREFUSED;
	}
	strbuf_adds(out, out->len ? " AND - k : (" : "- k : (");
	while (next_word(&text, &word, &n, &begins)) {
		if (!says_something(word, n))
			continue;
		if (++words > STORE_SEARCH_WORDS)
			break;
		strbuf_adds(out, words > 1 ? "AND " : "");
		if (begins)
			vocabulary_ask(v, out, word, n);
		else
			ask_word(out, word, n);
	}
	strbuf_adds(out, ")");
	if (words > 0 && words <= STORE_SEARCH_WORDS)
		return SG_OK;
	if (words == 0)
		strbuf_setf(why, "the text to search for holds no letter and no digit");
	else
		strbuf_setf(why, "a text to search for has at most %d words",
			    STORE_SEARCH_WORDS);
	return SG_EREFUSED;
}

enum sg_err search_question(struct vocabulary *v, const struct store_search *ask,
			    struct strbuf *out, struct strbuf *why)
{
	strbuf_clear(out);
	ask_name(out, KEY_AREA, ask->area);
	ask_name(out, KEY_TAG, ask->tag);
	ask_name(out, KEY_NAME, ask->alarm);
	ask_name(out, KEY_BY, ask->by);
	ask_set(out, KEY_PRIORITY, ask->priorities);
	ask_set(out, KEY_EVENT, ask->events);
	return ask_text(v, out, ask->text, why);
}
