/* model_journal.c - pages of the alarm journal as they were answered, newest first, and
 * the figures of a report: both are answers to a question, not live. */
#include "console/view/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/strbuf.h"
#include "util/xalloc.h"

void model_journal_begin(struct model *m, bool further)
{
	if (!further)
		m->journal.n = 0;
	m->journal.more = false;
	m->journal.refusal[0] = '\0';
}

static void keep(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text);
}

void model_journal_row(struct model *m, uint64_t seq, const struct alarm_journal *j)
{
	struct model_journal *all = &m->journal;
	struct journal_line *l;

	if (all->n == MODEL_JOURNAL_MAX)
		return;
	if (all->n == all->cap) {
		all->cap = all->cap ? 2 * all->cap : 64;
		all->v = xreallocarray(all->v, all->cap, sizeof(*all->v));
	}
	l = &all->v[all->n++];
	*l = (struct journal_line){
		.seq = seq,
		.occurrence = j->occurrence,
		.at_ms = j->at.ms,
		.event = j->event,
		.to = j->to,
		.priority =
			j->priority >= ALARM_CRITICAL && j->priority <= ALARM_DIAGNOSTIC
				? j->priority
				: ALARM_LOW,
		.value = j->value,
		.limit = j->limit,
	};
	keep(l->alarm, sizeof(l->alarm), j->alarm);
	keep(l->area, sizeof(l->area), j->area);
	keep(l->unit, sizeof(l->unit), j->unit);
	keep(l->message, sizeof(l->message), j->message);
	keep(l->by, sizeof(l->by), j->by);
	keep(l->place, sizeof(l->place), j->place);
	keep(l->text, sizeof(l->text), j->text);
}

void model_journal_end(struct model *m, bool ok, const char *text)
{
	m->journal.told = true;
	m->journal.more = ok && strstr(text, "; more") != NULL;
	if (!ok)
		keep(m->journal.refusal, sizeof(m->journal.refusal), text);
}

/* --- figures ------------------------------------------------------------------------ */

static void report_clear(struct model_report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		for (size_t k = 0; k < r->v[i].n; k++)
			free(r->v[i].field[k]);
		free(r->v[i].field);
	}
	free(r->v);
	r->v = NULL;
	r->n = 0;
}

void model_report_begin(struct model *m)
{
	report_clear(&m->report);
	m->report.told = false;
	m->report.refusal[0] = '\0';
}

void model_report_row(struct model *m, char *const *fields, size_t n)
{
	struct report_line *l;

	if (m->report.n == MODEL_REPORT_MAX || n == 0)
		return;
	l = GROW(&m->report.v, &m->report.n);
	for (size_t i = 0; i < n; i++)
		*GROW(&l->field, &l->n) = xstrdup(fields[i]);
}

void model_report_end(struct model *m, bool ok, const char *text)
{
	m->report.told = true;
	if (!ok)
		keep(m->report.refusal, sizeof(m->report.refusal), text);
}

const struct report_line *model_report_next(const struct model *m, const char *kind,
					    size_t least, size_t *at)
{
	while (*at < m->report.n) {
		const struct report_line *l = &m->report.v[(*at)++];

		if (l->n >= least && strcmp(l->field[0], kind) == 0)
			return l;
	}
	return NULL;
}

void model_answers_release(struct model *m)
{
	free(m->journal.v);
	report_clear(&m->report);
}
