/*
 * report_out.h - the rows of a report (alarm/report.h), kept, then printed: as a page for
 * people, as CSV, as one JSON object.
 */
#ifndef SG_CLI_REPORT_OUT_H
#define SG_CLI_REPORT_OUT_H

#include <stddef.h>

struct report_row {
	char **field; /* owned */
	size_t n;
};

struct report {
	struct report_row *v;
	size_t n;
	const char *scope; /* "area intake"; "" = the whole station; borrowed */
};

/* An alarm_report_fn: arg is the report. Copied. */
void report_add(void *report, const char *const *fields, size_t n);
void report_release(struct report *r);

void report_print_text(const struct report *r);
void report_print_csv(const struct report *r);
void report_print_json(const struct report *r);

#endif
