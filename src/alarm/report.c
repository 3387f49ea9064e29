/* report.c - what the metrics say, a row a fact. */
#include "alarm/report.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/kpi.h"
#include "alarm/proposal.h"
#include "util/num.h"
#include "util/xalloc.h"

enum { NUMBER = 24 };

#define COUNT(fields) (sizeof(fields) / sizeof((fields)[0]))

static const char *number(uint64_t v, char out[NUMBER])
{
	snprintf(out, NUMBER, "%" PRIu64, v);
	return out;
}

static const char *ms(int64_t v, char out[NUMBER])
{
	snprintf(out, NUMBER, "%" PRId64, v);
	return out;
}

static void about(alarm_report_fn fn, void *arg, const char *what, const char *text)
{
	const char *fields[] = { "about", what, text };

	fn(arg, fields, COUNT(fields));
}

static void about_all(const struct alarm_metrics_result *r, alarm_report_fn fn, void *arg)
{
	char time[CLOCK_ISO_SIZE], n[NUMBER];

	clock_iso_utc(r->from, time);
	about(fn, arg, "from", time);
	clock_iso_utc(r->to, time);
	about(fn, arg, "to", time);
	about(fn, arg, "rows", number(r->rows, n));
	about(fn, arg, "rows before", number(r->rows_before, n));
	if (r->too_many)
		about(fn, arg, "incomplete",
		      "there are more alarms than are kept apart: the rates are whole, "
		      "the lists and levels are not");
}

static void kpi_rows(const struct alarm_metrics_result *r, alarm_report_fn fn, void *arg)
{
	char value[ALARM_KPI_TEXT], target[ALARM_KPI_TEXT], limit[ALARM_KPI_TEXT];

	for (const struct alarm_kpi *k = alarm_kpis; k->id; k++) {
		double v = k->value(r);
		const char *fields[] = { "kpi",    k->id,
					 k->name,  value,
					 k->unit,  target,
					 limit,    alarm_kpi_verdict(k, v),
					 k->source };

		alarm_kpi_value(k, v, value);
		alarm_kpi_target(k, target);
		alarm_kpi_limit(k, limit);
		fn(arg, fields, COUNT(fields));
	}
}

static void alarm_row(const struct alarm_metrics_result *r, const struct alarm_actor *a,
		      alarm_report_fn fn, void *arg)
{
	char n[NUMBER], share[NUMBER], chatter[NUMBER], fleeting[NUMBER], hidden[NUMBER],
		longest[NUMBER];
	const char *fields[] = {
		"alarm",
		a->name,
		a->area,
		alarm_priority_name(a->priority),
		number(a->n, n),
		share,
		number(a->n_chatter, chatter),
		number(a->n_fleeting, fleeting),
		number(a->n_hidden, hidden),
		ms(a->longest_ms, longest),
	};

	num_format(100.0 * (double)a->n / (double)r->annunciated, 1, share, NUMBER);
	fn(arg, fields, COUNT(fields));
}

static void operator_row(const char *name, uint64_t n, alarm_report_fn fn, void *arg)
{
	char count[NUMBER];
	const char *fields[] = { "operator", name, number(n, count) };

	fn(arg, fields, COUNT(fields));
}

static void flood_row(const struct alarm_flood_end *f, alarm_report_fn fn, void *arg)
{
	char since[NUMBER], until[NUMBER], total[NUMBER], peak[NUMBER];
	const char *fields[] = { "flood", ms(f->since * 1000, since),
				 ms(f->until * 1000, until), number(f->total, total),
				 number(f->peak, peak) };

	fn(arg, fields, COUNT(fields));
}

void alarm_report_rows(const struct alarm_metrics_result *r, alarm_report_fn fn,
		       void *arg)
{
	about_all(r, fn, arg);
	kpi_rows(r, fn, arg);
	for (size_t i = 0; i < r->n_top; i++)
		alarm_row(r, &r->top[i], fn, arg);
	for (size_t i = 0; i < r->n_operators; i++)
		operator_row(r->operators[i].name, r->operators[i].n, fn, arg);
	if (r->other_acks)
		operator_row("(others)", r->other_acks, fn, arg);
	for (size_t i = 0; i < r->n_largest; i++)
		flood_row(&r->largest[i], fn, arg);
}

/* --- proposals --------------------------------------------------------------------- */

static uint64_t nuisance(const struct alarm_actor *a)
{
	return a->n_chatter + a->n_fleeting;
}

static int by_nuisance(const void *pa, const void *pb)
{
	const struct alarm_actor *a = pa, *b = pb;

	if (nuisance(a) != nuisance(b))
		return nuisance(a) > nuisance(b) ? -1 : 1;
	if (a->stale_ms != b->stale_ms)
		return a->stale_ms > b->stale_ms ? -1 : 1;
	return strcmp(a->name, b->name);
}

/* False when there was nothing to propose. */
static bool proposal_rows(const struct alarm_actor *a, alarm_report_fn fn, void *arg)
{
	struct alarm_proposal p[ALARM_PROPOSALS_MAX];
	size_t n = alarm_proposals(a, p);

	for (size_t i = 0; i < n; i++) {
		char value[40] = "";
		const char *fields[] = { "proposal", a->name, p[i].setting, value,
					 p[i].text };

		if (!isnan(p[i].value))
			num_format_exact(p[i].value, value, sizeof(value));
		fn(arg, fields, COUNT(fields));
	}
	return n > 0;
}

void alarm_report_proposals(const struct alarm_metrics *m, alarm_report_fn fn, void *arg)
{
	struct alarm_actor *list = NULL, one;
	size_t n = 0, told = 0;

	for (size_t i = 0; alarm_metrics_actor(m, i, &one); i++)
		if (nuisance(&one) || one.stale_ms)
			*GROW(&list, &n) = one;
	if (n)
		qsort(list, n, sizeof(*list), by_nuisance);
	for (size_t i = 0; i < n && told < ALARM_REPORT_PROPOSALS; i++)
		told += proposal_rows(&list[i], fn, arg);
	free(list);
}
