/*
 * metrics.h - the figures that ISA-18.2 and EEMUA 191 ask of alarms, from their journal.
 *
 * Rows go in as they stand in the journal, in the order of seq, from its first one on:
 * those before the period tell only what stood at its begin. Nothing else is asked, so
 * the same rows and period give the same figures at any time (AM-11). docs/
 * alarm-management.md has each figure's formula and source.
 *
 * What counts as annunciated is what alarm_journal_is_annunciated() says: diagnostic
 * alarms and what is hidden never. Diagnostic alarms count nowhere else either.
 *
 * Time is the wall clock of the rows. When it was set back, times between are 0, never
 * negative (flood.h says what the moving 10 minutes do). A row whose time is not before
 * the end of the period does not exist.
 *
 * Memory is bounded: by ALARM_METRICS_ALARMS and by the period, of at most
 * ALARM_METRICS_DAYS. Pure; one thread.
 */
#ifndef SG_ALARM_METRICS_H
#define SG_ALARM_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm/flood.h"
#include "alarm/journal.h"
#include "util/err.h"

struct alarm_metrics;
struct strbuf;

enum {
	ALARM_METRICS_ALARMS = 200000, /* different ones; those beyond count in no list */
	ALARM_METRICS_DAYS = 3660,
	ALARM_METRICS_TOP = 10,
	ALARM_METRICS_OPERATORS = 64,
	ALARM_METRICS_FLOODS = 10,
	ALARM_METRICS_WINDOW_MS = 600 * 1000
};

struct alarm_area_choice {
	const char *area; /* it, and what is below it; "*" = the whole station */
	bool in;
};

struct alarm_metrics_query {
	struct wall from, to; /* [from, to) */
	/* Whose alarms: of several that hold an alarm's area the longest decides, none is
	 * no. n_areas 0 = all. Borrowed during the call. */
	const struct alarm_area_choice *areas;
	size_t n_areas;
	const char *class_name; /* NULL = all; borrowed */
};

enum alarm_gauge {
	ALARM_G_STANDING, /* on the list with their condition present or latched */
	ALARM_G_SHELVED,
	ALARM_G_SUPPRESSED,
	ALARM_G_OUT_OF_SERVICE,
	ALARM_G_COUNT
};

struct alarm_level {
	double mean;       /* over the time of the period */
	uint32_t max, end; /* highest that lasted a moment; at the end of the period */
};

enum { ALARM_BANDS = 4 }; /* EEMUA 191: windows with 0-1, 2, 3-10, more alarms */

struct alarm_took {
	uint64_t n;
	double mean_ms, p95_ms; /* NaN when n is 0 */
};

struct alarm_actor { /* an alarm, and what it did in the period */
	const char *name, *area, *type, *unit;
	enum alarm_priority priority;
	uint64_t n;          /* annunciated */
	uint64_t n_chatter;  /* times it came that made 3 within 60 s */
	uint64_t n_fleeting; /* times it cleared by itself within seconds */
	uint64_t n_hidden;   /* shelved, suppressed or put out of service by a person */
	int64_t stale_ms;    /* longest that it stood beyond 24 h */
	int64_t longest_ms;  /* longest active, as it ended or at the end */
	const struct alarm_cycles *cycles; /* NULL: it was no nuisance */
};

enum { ALARM_CYCLES = 32 };

struct alarm_cycle {
	int64_t on_ms, off_ms; /* active; then not, until it came again. -1 = not known */
	double value, limit;   /* at its clearing; NaN = none */
};

struct alarm_cycles { /* the last that were chattering or fleeting: [0, n) */
	struct alarm_cycle v[ALARM_CYCLES];
	uint32_t n, next;
};

struct alarm_operator_count {
	const char *name;
	uint64_t n;
};

struct alarm_metrics_result {
	struct wall from, to;
	uint64_t rows, rows_before; /* in the period; before it */
	bool too_many;              /* alarms: see ALARM_METRICS_ALARMS */

	uint64_t annunciated;
	uint64_t by_priority[ALARM_DIAGNOSTIC]; /* [0] unused; 1..4 */
	double per_10min, per_hour, per_day;
	uint32_t windows, windows_over; /* of 10 min from the begin; with more than 10 */
	uint32_t hours, hours_over;     /* with more than 30 */
	uint32_t in_band[ALARM_BANDS];  /* windows by their count */
	uint32_t max_window;            /* most in a window */
	uint32_t max_10min; /* most in any 10 minutes that end in the period */
	double day_peak;    /* each day's worst window, their mean */

	uint32_t floods; /* that stood in the period, also in part */
	int64_t flood_ms, flood_longest_ms;
	uint32_t upset_peak; /* most in the 10 minutes from the start of a flood */
	struct alarm_flood_end largest[ALARM_METRICS_FLOODS]; /* by total; wall seconds */
	size_t n_largest;

	double top_share; /* of the ten most frequent, 0..1; NaN when nothing came */
	size_t n_top;
	struct alarm_actor top[ALARM_METRICS_TOP]; /* borrowed from the metrics */

	uint32_t chattering, fleeting;  /* alarms that did */
	uint64_t n_chatter, n_fleeting; /* times */
	uint32_t stale_day;             /* most stale alarms of any day */
	uint32_t stale, stale_end;      /* different ones; at the end */

	struct alarm_level gauge[ALARM_G_COUNT];
	uint32_t unacked_end;
	struct alarm_took to_ack, to_clear;
	uint64_t acks;
	size_t n_operators; /* by their count, then name */
	struct alarm_operator_count operators[ALARM_METRICS_OPERATORS];
	uint64_t other_acks; /* of operators beyond that */
	uint64_t hidden_by_hand, unauthorised;
};

/* NULL with a sentence when the period is empty or too long. */
struct alarm_metrics *alarm_metrics_new(const struct alarm_metrics_query *q,
					struct strbuf *why);
void alarm_metrics_free(struct alarm_metrics *m); /* NULL is allowed */
void alarm_metrics_row(struct alarm_metrics *m, const struct alarm_journal *row);
/* Once, after the last row. */
void alarm_metrics_end(struct alarm_metrics *m, struct alarm_metrics_result *out);
/* After the end: every alarm that was in a row, in the order in which they first were.
 * False beyond the last. */
bool alarm_metrics_actor(const struct alarm_metrics *m, size_t i,
			 struct alarm_actor *out);

/* What stands after some rows, for a report that begins later: one of these takes every
 * row, has no period and never ends. */
struct alarm_metrics *alarm_metrics_new_standing(void);
/* What it knows as bytes; false: too many alarms, it would not be all. */
bool alarm_metrics_put(const struct alarm_metrics *m, struct strbuf *w);
/* Newest time of its rows, and whether no flood was on: a choice of alarms can be taken
 * out of a calm one only. */
int64_t alarm_metrics_latest(const struct alarm_metrics *m);
bool alarm_metrics_is_calm(const struct alarm_metrics *m);
size_t alarm_metrics_alarms(const struct alarm_metrics *m);
/* Before the first row: as if m had been given all rows that these bytes know, which must
 * lie before its period. Exact, or false and nothing has changed: then it has to be given
 * the rows themselves. */
bool alarm_metrics_resume(struct alarm_metrics *m, const void *p, size_t n);
struct wall alarm_metrics_from(const struct alarm_metrics *m);
struct wall alarm_metrics_to(const struct alarm_metrics *m);
bool alarm_metrics_chooses(const struct alarm_metrics *m); /* by area or class */

#endif
