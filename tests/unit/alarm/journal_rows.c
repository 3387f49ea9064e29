/* journal_rows.c - a journal in memory. */
#include "support/test.h"

#include <math.h>

#include "unit/alarm/journal_rows.h"

int64_t row_time(int64_t ms)
{
	return INT64_C(90000000) + ms;
}

struct alarm_journal row_of(int64_t ms, const char *alarm, enum alarm_event event,
			    enum alarm_state from, enum alarm_state to,
			    uint64_t occurrence)
{
	return (struct alarm_journal){
		.occurrence = occurrence,
		.at = { row_time(ms) },
		.source_time = { row_time(ms) },
		.clock_synced = true,
		.event = event,
		.from = from,
		.to = to,
		.cause = event == ALARM_E_ACK ? ALARM_BY_OPERATOR : ALARM_BY_PROCESS,
		.priority = ALARM_LOW,
		.value = NAN,
		.limit = NAN,
		.rule = "",
		.alarm = alarm,
		.tag = "",
		.area = "intake",
		.unit = "",
		.type = "state",
		.class_name = "",
		.message = "",
		.by = event == ALARM_E_ACK ? "ivan" : "",
		.place = "",
		.text = "",
		.config = "",
	};
}

struct alarm_metrics *metrics_of(const struct alarm_journal *rows, size_t n, int64_t from,
				 int64_t to, struct alarm_metrics_result *r)
{
	struct alarm_metrics_query q = { .from = { row_time(from) },
					 .to = { row_time(to) } };
	struct alarm_metrics *m = alarm_metrics_new(&q, NULL);

	assert_non_null(m);
	for (size_t i = 0; i < n; i++)
		alarm_metrics_row(m, &rows[i]);
	alarm_metrics_end(m, r);
	return m;
}
