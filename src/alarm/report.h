/*
 * report.h - metrics as rows of texts, for the wire, a page or a file. The first field
 * says what a row is:
 *
 *   about     what, text                     from, to, what was read
 *   kpi       id, name, value, unit, target, limit, verdict, source
 *   alarm     name, area, priority, annunciated, share in %, chattered, fleeting,
 *             hidden by hand, longest active in ms     the ten most frequent, in order
 *   operator  name, acknowledgements         most first; "" = nobody's name
 *   flood     begin, end (ms since 1970), alarms, most in 10 min     largest first
 *   proposal  alarm, setting, value, text
 *
 * Numbers have "." always, "" = none. Texts are as they were: clean them when they are
 * shown. Pure.
 */
#ifndef SG_ALARM_REPORT_H
#define SG_ALARM_REPORT_H

#include <stddef.h>

#include "alarm/metrics.h"

enum { ALARM_REPORT_PROPOSALS = 50 }; /* alarms with proposals: the worst */

typedef void (*alarm_report_fn)(void *arg, const char *const *fields, size_t n);

/* Everything but the proposals, after alarm_metrics_end(). */
void alarm_report_rows(const struct alarm_metrics_result *r, alarm_report_fn fn,
		       void *arg);
void alarm_report_proposals(const struct alarm_metrics *m, alarm_report_fn fn, void *arg);

#endif
