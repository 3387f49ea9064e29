/* replay_blind.c - what a recording does not hold, followed from an alarm through its
 * expressions down to the tags that somebody would have had to record. */
#include "station/replay_blind.h"

#include <stdlib.h>
#include <string.h>

#include "expr/expr.h"
#include "util/xalloc.h"

enum { DEPTH_MAX = 64 }; /* the loader refuses circles; this ends them anyway */

struct search {
	const struct blind_world *world;
	const char **tags;
	size_t n;
	int depth;
};

static void add(struct search *s, const char *name)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->tags[i], name) == 0)
			return;
	*GROW(&s->tags, &s->n) = name;
}

static void look_in(struct search *s, const char *text);

static void look_at(struct search *s, const char *name)
{
	const struct tag_def *t = name ? s->world->find(s->world->arg, name) : NULL;

	if (!t)
		return;
	if (t->kind == TAG_EXPRESSION)
		look_in(s, tag_expression(t));
	else if (!s->world->has(s->world->arg, t))
		add(s, t->name);
}

static void look_in(struct search *s, const char *text)
{
	struct expr *e = text && s->depth < DEPTH_MAX
				 ? expr_compile(text, NULL, NULL, NULL)
				 : NULL;

	s->depth++;
	for (size_t i = 0; e && i < expr_operand_count(e); i++)
		look_at(s, expr_operand_name(e, i));
	s->depth--;
	expr_free(e);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

bool blind_alarm(const struct blind_world *world, const struct alarm_def *d,
		 replay_blind_fn fn, void *arg)
{
	struct search s = { .world = world };

	look_at(&s, d->tag);
	look_at(&s, alarm_more(d)->second);
	look_in(&s, alarm_more(d)->expression);
	if (s.n) {
		qsort(s.tags, s.n, sizeof(*s.tags), by_name);
		fn(arg, &(struct replay_blind){ d, s.tags, s.n });
	}
	free(s.tags);
	return s.n > 0;
}
