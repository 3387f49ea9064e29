/*
 * journal_rows.h - a journal in memory for the tests of what is computed from one.
 */
#ifndef SG_TESTS_UNIT_ALARM_JOURNAL_ROWS_H
#define SG_TESTS_UNIT_ALARM_JOURNAL_ROWS_H

#include "alarm/metrics.h"

/* A row with every text set; change what matters. ms counts from an hour after 1970-01-02
 * on, so that there is a time before. */
struct alarm_journal row_of(int64_t ms, const char *alarm, enum alarm_event event,
			    enum alarm_state from, enum alarm_state to,
			    uint64_t occurrence);
int64_t row_time(int64_t ms); /* as wall ms */

/* Metrics of [from, to) ms, in one go. Free them; the result borrows. */
struct alarm_metrics *metrics_of(const struct alarm_journal *rows, size_t n, int64_t from,
				 int64_t to, struct alarm_metrics_result *r);

#endif
