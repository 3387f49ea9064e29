/* model_journal.c - pages of the alarm journal and of the audit as they were answered,
 * newest first, and the figures of a report: answers to a question, not live. */
#include "console/view/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "wire/audit.h"

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

/* --- the audit ---------------------------------------------------------------------- */

static void lines_clear(struct report_line **v, size_t *n)
{
	for (size_t i = 0; i < *n; i++) {
		for (size_t k = 0; k < (*v)[i].n; k++)
			free((*v)[i].field[k]);
		free((*v)[i].field);
	}
	free(*v);
	*v = NULL;
	*n = 0;
}

static void lines_add(struct report_line **v, size_t *n, char *const *fields,
		      size_t count)
{
	struct report_line *l = GROW(v, n);

	for (size_t i = 0; i < count; i++)
		*GROW(&l->field, &l->n) = xstrdup(fields[i]);
}

void model_audit_begin(struct model *m, bool further)
{
	if (!further)
		lines_clear(&m->audit.v, &m->audit.n);
	m->audit.behind = 0;
	m->audit.refusal[0] = '\0';
}

void model_audit_row(struct model *m, char *const *fields, size_t n)
{
	if (m->audit.n < MODEL_JOURNAL_MAX && n >= WIRE_AUDIT_FIELDS)
		lines_add(&m->audit.v, &m->audit.n, fields, WIRE_AUDIT_FIELDS);
}

void model_audit_end(struct model *m, bool ok, uint64_t behind, const char *text)
{
	m->audit.told = true;
	m->audit.behind = ok ? behind : 0;
	if (!ok)
		keep(m->audit.refusal, sizeof(m->audit.refusal), text);
}

/* --- figures ------------------------------------------------------------------------ */

void model_report_begin(struct model *m)
{
	lines_clear(&m->report.v, &m->report.n);
	m->report.told = false;
	m->report.refusal[0] = '\0';
}

void model_report_row(struct model *m, char *const *fields, size_t n)
{
	if (m->report.n < MODEL_REPORT_MAX && n > 0)
		lines_add(&m->report.v, &m->report.n, fields, n);
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
	lines_clear(&m->audit.v, &m->audit.n);
	lines_clear(&m->report.v, &m->report.n);
}
