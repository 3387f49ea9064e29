/* model_rows.c - answers of rows that come again and again, each whole or not at all. */
#include "console/view/model.h"

#include <stdio.h>
#include <stdlib.h>

#include "util/xalloc.h"

enum { ROWS_MAX = 5000, OLD_MS = 7000 };

static void lines_free(struct report_line *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < v[i].n; k++)
			free(v[i].field[k]);
		free(v[i].field);
	}
	free(v);
}

void model_rows_begin(struct model_rows *r, size_t fields)
{
	lines_free(r->coming, r->n_coming);
	r->coming = NULL;
	r->n_coming = 0;
	r->fields = fields;
}

void model_rows_add(struct model_rows *r, char *const *fields, size_t n)
{
	struct report_line *l;

	if (r->n_coming == ROWS_MAX || n < r->fields)
		return;
	l = GROW(&r->coming, &r->n_coming);
	for (size_t i = 0; i < n; i++)
		*GROW(&l->field, &l->n) = xstrdup(fields[i]);
}

void model_rows_end(struct model_rows *r, struct now now, bool ok, const char *text)
{
	snprintf(r->refusal, sizeof(r->refusal), "%s", ok ? "" : text);
	if (!ok)
		return;
	lines_free(r->v, r->n);
	r->v = r->coming;
	r->n = r->n_coming;
	r->coming = NULL;
	r->n_coming = 0;
	r->answer++;
	r->told = true;
	r->at = now.mono;
	r->at_ms = now.wall.ms;
	snprintf(r->text, sizeof(r->text), "%s", text);
}

void model_rows_release(struct model_rows *r)
{
	lines_free(r->v, r->n);
	lines_free(r->coming, r->n_coming);
}

bool model_rows_live(const struct model *m, const struct model_rows *r, struct now now)
{
	return !model_lost(m) && r->told && mono_ms_between(r->at, now.mono) < OLD_MS;
}
