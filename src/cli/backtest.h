/*
 * backtest.h - one run of a station's alarms over a recording, kept so that two runs can
 * be compared: what a changed limit, deadband or delay would have made of the same
 * values.
 */
#ifndef SG_CLI_BACKTEST_H
#define SG_CLI_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alarm/journal.h"
#include "station/def.h"

struct strmap;

struct backtest_row {
	int64_t at_ms;
	uint32_t alarm; /* in backtest_names */
	uint8_t event, from, to, flags;
	quality quality;
	double value, limit;
	uint64_t occurrence;
};

/* What one alarm did in the period. */
struct backtest_alarm {
	uint64_t came;      /* annunciated */
	int64_t active_ms;  /* in all */
	int64_t longest_ms; /* one time */
	int64_t since_ms;   /* active since; INT64_MIN = it is not */
};

/* What is the same in all rows of an alarm. */
struct backtest_info {
	char *name, *tag, *area, *unit, *type, *class_name, *message; /* owned */
	enum alarm_priority priority;
};

/* An alarm that was not judged, and why: tags that the recording says nothing of. */
struct backtest_blind {
	char *alarm, **tags; /* owned */
	size_t n;
};

/* The alarms of both runs, in order of their first row. */
struct backtest_names {
	struct backtest_info *v;
	size_t n;
	struct strmap *index;
};

struct backtest_run {
	struct backtest_names *names; /* borrowed, shared */
	struct backtest_row *rows;
	size_t n, cap;
	size_t n_before; /* rows before the period: they tell only what stood */
	struct backtest_alarm *alarms; /* by name; names->n at its end */
	size_t n_alarms;
	struct strmap *columns;       /* of the recording, until it runs */
	struct backtest_blind *blind; /* owned */
	size_t n_blind;
	size_t n_system; /* alarms of the server's own, which no recording can judge */
	char **unknown;  /* columns that are no tag of a device; owned */
	size_t n_unknown;
	struct wall from, to; /* of the first and the last row, or as asked */
	uint64_t n_rows;      /* of the period */
	uint64_t n_samples;   /* in all */
};

struct backtest_names *backtest_names_new(void);
void backtest_names_free(struct backtest_names *n);

struct backtest_period {
	bool has_from, has_to;
	struct wall from, to; /* [from, to) */
};

/* def is taken. False when something of the recording could not be read, or no row lies
 * in the period: in diags. */
bool backtest_run(struct backtest_run *run, struct backtest_names *names,
		  struct station_def *def, const char *data,
		  const struct backtest_period *period, struct diag_list *diags);
void backtest_release(struct backtest_run *run);

/* The row as the server would have journaled it. Texts are borrowed from the names. */
struct alarm_journal backtest_journal(const struct backtest_run *run, size_t row);

/* The period of both journals as one, in order of time: sign ' ' = in both, '-' only
 * before, '+' only after. */
typedef void (*backtest_row_fn)(void *arg, char sign, const struct backtest_row *row);
void backtest_compare(const struct backtest_run *before, const struct backtest_run *after,
		      backtest_row_fn fn, void *arg);

#endif
