/* find_tags.c - TAGS with typed words: the tags that fit best, as the console's go-to
 * list asks with each pause of typing. */
#include "station/station_int.h"

#include <string.h>

#include "util/fuzzy.h"

enum { FOUND_MAX = 100, FOUND_USUAL = 50 };

struct found {
	int score;
	const struct tag_def *def;
};

/* Keeps the best, the best first; of equals the one that comes first. */
static size_t keep(struct found *best, size_t n, size_t max, struct found one)
{
	size_t at = n;

	while (at > 0 && best[at - 1].score < one.score)
		at--;
	if (at == max)
		return n;
	n += n < max;
	memmove(best + at + 1, best + at, (n - at - 1) * sizeof(*best));
	best[at] = one;
	return n;
}

void query_find_tags(struct station *s, struct session *who, const struct wire_request *m)
{
	struct found best[FOUND_MAX];
	size_t max = m->num2 && m->num2 < FOUND_MAX ? m->num2 : FOUND_USUAL;
	size_t n = 0, all = 0;

	for (size_t i = 0; i < s->def->n_tags; i++) {
		const struct tag_def *d = &s->def->tags[i];
		int score = fuzzy_score(m->text, d->name, d->description);

		if (!score)
			continue;
		all++;
		n = keep(best, n, max, (struct found){ score, d });
	}
	for (size_t i = 0; i < n; i++)
		query_tag_row(s, who, m->req, best[i].def);
	station_reply(s, who, m->req, WIRE_OK, "%zu tags fit", all);
}
