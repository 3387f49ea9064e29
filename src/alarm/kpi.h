/*
 * kpi.h - the figures of an alarm system beside their targets and limits: a table.
 *
 * A row a figure: what it is called, what it may be and who says so, how it comes from
 * the metrics. docs/alarm-management.md explains each (a test holds it to that). Pure.
 */
#ifndef SG_ALARM_KPI_H
#define SG_ALARM_KPI_H

#include <stddef.h>

#include "alarm/metrics.h"

enum alarm_kpi_rule {
	KPI_TOLD,    /* for information: no target */
	KPI_AT_MOST, /* target, limit */
	KPI_BELOW,   /* below target; at most limit */
	KPI_AT_LEAST
};

struct alarm_kpi {
	const char *id; /* "per_10min"; never changes */
	const char *name;
	const char *unit; /* "%", "s" or "" */
	int decimals;
	enum alarm_kpi_rule rule;
	double target, limit; /* NaN = none */
	const char *source;
	double (*value)(const struct alarm_metrics_result *r); /* NaN = nothing to say */
};

/* Ends with a NULL id. */
extern const struct alarm_kpi alarm_kpis[];

/* "ok", "below target", "over target", "over limit"; "" without a target or a value.
 */
const char *alarm_kpi_verdict(const struct alarm_kpi *k, double value);
/* "< 1", "at most 10", "at least 80"; "" when there is none. */
enum { ALARM_KPI_TEXT = 48 };
void alarm_kpi_target(const struct alarm_kpi *k, char out[ALARM_KPI_TEXT]);
void alarm_kpi_limit(const struct alarm_kpi *k, char out[ALARM_KPI_TEXT]);
void alarm_kpi_value(const struct alarm_kpi *k, double value, char out[ALARM_KPI_TEXT]);

#endif
