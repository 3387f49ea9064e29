/* backtest_figures.c - the journal of a run through the metrics of a report. */
#include "cli/backtest_figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alarm/kpi.h"
#include "cli/columns.h"
#include "cli/json_out.h"
#include "cli/remote.h"

/* Nobody acts in a replay: what people do and how long they take is not judged. */
static bool is_of_people(const struct alarm_kpi *k)
{
	static const char *const ids[] = {
		"acks",        "ack_mean",     "ack_p95",
		"unacked_end", "unauthorised", "hidden_by_hand"
	};

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (strcmp(k->id, ids[i]) == 0)
			return true;
	return false;
}

/* The period with its last row. */
static bool figures_of(const struct backtest_run *run, struct alarm_metrics_result *out)
{
	const struct alarm_metrics_query q = { .from = run->from,
					       .to = { run->to.ms + 1 } };
	struct alarm_metrics *m = alarm_metrics_new(&q, NULL);

	if (!m)
		return false;
	for (size_t i = 0; i < run->n; i++) {
		struct alarm_journal row = backtest_journal(run, i);

		alarm_metrics_row(m, &row);
	}
	alarm_metrics_end(m, out);
	out->n_top = 0; /* they are the metrics' own */
	alarm_metrics_free(m);
	return true;
}

static void add_value(struct columns *t, const struct alarm_kpi *k, double v)
{
	char value[ALARM_KPI_TEXT];

	alarm_kpi_value(k, v, value);
	columns_addf(t, "%s%s%s", value[0] ? value : "-",
		     value[0] && k->unit[0] ? " " : "", value[0] ? k->unit : "");
}

static void add_figure(struct columns *t, const struct alarm_kpi *k,
		       const struct alarm_metrics_result *before,
		       const struct alarm_metrics_result *after)
{
	double now = k->value(before), changed = after ? k->value(after) : now;
	char target[ALARM_KPI_TEXT];

	columns_add(t, k->name);
	add_value(t, k, now);
	if (after)
		add_value(t, k, changed);
	alarm_kpi_target(k, target);
	columns_add(t, target);
	columns_add(t, alarm_kpi_verdict(k, changed));
}

void backtest_figures_text(const struct backtest_run *before,
			   const struct backtest_run *after)
{
	static const struct column one[] = { { "figure", 42, false },
					     { "value", 12, true },
					     { "target", 12, false },
					     { "verdict", 0, false },
					     { NULL, 0, false } };
	static const struct column two[] = {
		{ "figure", 42, false }, { "value", 12, true },   { "changed", 12, true },
		{ "target", 12, false }, { "verdict", 0, false }, { NULL, 0, false }
	};
	struct alarm_metrics_result b, a;
	struct columns t;

	if (!figures_of(before, &b) || (after && !figures_of(after, &a)))
		return;
	columns_begin(&t, after ? two : one, "");
	for (const struct alarm_kpi *k = alarm_kpis; k->id; k++)
		if (!is_of_people(k))
			add_figure(&t, k, &b, after ? &a : NULL);
	putchar('\n');
	columns_print(&t);
	columns_release(&t);
}

void backtest_figures_json(const struct backtest_run *before,
			   const struct backtest_run *after)
{
	struct alarm_metrics_result b, a;

	if (!figures_of(before, &b) || (after && !figures_of(after, &a)))
		return;
	for (const struct alarm_kpi *k = alarm_kpis; k->id; k++) {
		double v = k->value(&b);

		if (is_of_people(k))
			continue;
		json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:o}", "kind", "figure", "id",
				      k->id, "unit", json_words(k->unit), "before",
				      json_number(v), "verdict",
				      json_words(alarm_kpi_verdict(k, v)));
		if (after) {
			v = k->value(&a);
			json_object_set_new(o, "after", json_number(v));
			json_object_set_new(o, "verdict_after",
					    json_words(alarm_kpi_verdict(k, v)));
		}
		remote_print_json(o);
	}
}
