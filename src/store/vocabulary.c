/* vocabulary.c - the words of the index: taken in once each, and found by how they begin.
 */
#include "store/vocabulary.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/db.h"
#include "util/strbuf.h"
#include "util/xalloc.h"

enum {
	SEEN = 4096,     /* words known to be there, a power of two */
	SEEN_WORD = 31,  /* longer ones are asked for each time */
	ASKED_MOST = 512 /* words that a beginning is asked as */
};

struct seen {
	uint8_t n;
	char word[SEEN_WORD];
};

struct vocabulary {
	struct db_words *words;
	struct db_stmt *put, *range;
	struct seen seen[SEEN];
};

enum sg_err vocabulary_open(struct db *db, struct vocabulary **out, struct strbuf *why)
{
	struct vocabulary *v = xcalloc(1, sizeof(*v));

	v->words = db_words_open(db, why);
	v->put = db_prepare(db, "INSERT OR IGNORE INTO term VALUES (?1)", why);
	v->range = db_prepare(db,
			      "SELECT word FROM term WHERE word >= ?1 AND word < ?2 "
			      "ORDER BY word LIMIT ?3",
			      why);
	if (!v->words || !v->put || !v->range) {
		vocabulary_close(v);
		return SG_EIO;
	}
	*out = v;
	return SG_OK;
}

void vocabulary_close(struct vocabulary *v)
{
	if (!v)
		return;
	db_words_close(v->words);
	db_finalize(v->put);
	db_finalize(v->range);
	free(v);
}

void vocabulary_forget(struct vocabulary *v)
{
	memset(v->seen, 0, sizeof(v->seen));
}

/* --- taking in ------------------------------------------------------------------ */

struct taking {
	struct vocabulary *v;
	struct strbuf *why;
	enum sg_err err;
};

static struct seen *place_of(struct vocabulary *v, const char *word, size_t n)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)word[i]) * 16777619u;
	return &v->seen[(h ^ h >> 16) % SEEN];
}

static bool take_word(void *arg, const char *word, size_t n)
{
	struct taking *t = arg;
	struct seen *seen = n <= SEEN_WORD ? place_of(t->v, word, n) : NULL;
	char *copy;

	if (seen && seen->n == n && memcmp(seen->word, word, n) == 0)
		return true;
	copy = xstrndup(word, n);
	db_bind_text(t->v->put, 1, copy);
	t->err = db_run(t->v->put, NULL, t->why);
	free(copy);
	if (seen && t->err == SG_OK) {
		seen->n = (uint8_t)n;
		memcpy(seen->word, word, n);
	}
	return t->err == SG_OK;
}

enum sg_err vocabulary_take(struct vocabulary *v, const char *text, struct strbuf *why)
{
	struct taking t = { v, why, SG_OK };

	if (text && text[0])
		db_words_each(v->words, text, strlen(text), take_word, &t);
	return t.err;
}

/* --- asking --------------------------------------------------------------------- */

/* A phrase cut into words: all but the last, with a space behind each, and the last. */
struct phrase {
	struct strbuf before, last;
};

static bool add_word(void *arg, const char *word, size_t n)
{
	struct phrase *p = arg;

	if (p->last.len)
		strbuf_addf(&p->before, "%s ", p->last.buf);
	strbuf_clear(&p->last);
	strbuf_add(&p->last, word, n);
	return true;
}

/* Words that begin like last, each behind what stands before it; how many there are, at
 * most ASKED_MOST + 1. < 0: they could not be read. */
static int add_words(struct vocabulary *v, struct strbuf *out, const struct phrase *p)
{
	/* no UTF-8 has a byte above this one */
	char *end = xasprintf("%s\xff", p->last.buf);
	int n = 0, rc;

	db_bind_text(v->range, 1, p->last.buf);
	db_bind_text(v->range, 2, end);
	db_bind_int(v->range, 3, ASKED_MOST + 1);
	while ((rc = db_row(v->range, NULL)) > 0) {
		strbuf_addf(out, "%s\"%s%s\" ", n++ ? "OR " : "", p->before.buf,
			    db_col_text(v->range, 0));
	}
	free(end);
	return rc < 0 ? rc : n;
}

/* Too many words are left to FTS5; none is a word that no row has. */
void vocabulary_ask(struct vocabulary *v, struct strbuf *out, const char *p, size_t n)
{
	struct phrase phrase = { STRBUF_INIT, STRBUF_INIT };
	struct strbuf words = STRBUF_INIT;
	int found = -1;

	db_words_each(v->words, p, n, add_word, &phrase);
	if (phrase.last.len)
		found = add_words(v, &words, &phrase);
	if (found > 0 && found <= ASKED_MOST) {
		strbuf_addf(out, "(%s) ", words.buf);
	} else {
		strbuf_adds(out, "\"");
		strbuf_add(out, p, n);
		strbuf_adds(out, found == 0 ? "\" " : "\" * ");
	}
	strbuf_release(&words);
	strbuf_release(&phrase.before);
	strbuf_release(&phrase.last);
}
