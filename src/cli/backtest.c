/* backtest.c - a recording through a station's alarms, and two such runs side by side. */
#include "cli/backtest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/recording.h"
#include "station/replay.h"
#include "util/diag.h"
#include "util/strmap.h"
#include "util/xalloc.h"

/* --- names ------------------------------------------------------------------------ */

struct backtest_names *backtest_names_new(void)
{
	struct backtest_names *names = xcalloc(1, sizeof(*names));

	names->index = strmap_new();
	return names;
}

void backtest_names_free(struct backtest_names *names)
{
	if (!names)
		return;
	for (size_t i = 0; i < names->n; i++) {
		struct backtest_info *v = &names->v[i];

		free(v->name);
		free(v->tag);
		free(v->area);
		free(v->unit);
		free(v->type);
		free(v->class_name);
		free(v->message);
	}
	free(names->v);
	strmap_free(names->index);
	free(names);
}

static uint32_t name_of(struct backtest_names *names, const struct alarm_journal *row)
{
	struct backtest_info *v;
	int64_t at;

	if (strmap_get(names->index, row->alarm, &at))
		return (uint32_t)at;
	strmap_put(names->index, row->alarm, (int64_t)names->n);
	v = GROW(&names->v, &names->n);
	*v = (struct backtest_info){
		.name = xstrdup(row->alarm),
		.tag = xstrdup(row->tag),
		.area = xstrdup(row->area),
		.unit = xstrdup(row->unit),
		.type = xstrdup(row->type),
		.class_name = xstrdup(row->class_name),
		.message = xstrdup(row->message),
		.priority = row->priority,
	};
	return (uint32_t)(names->n - 1);
}

/* --- one run ---------------------------------------------------------------------- */

static struct backtest_alarm *tally(struct backtest_run *run, uint32_t alarm)
{
	while (run->n_alarms <= alarm)
		GROW(&run->alarms, &run->n_alarms)->since_ms = INT64_MIN;
	return &run->alarms[alarm];
}

/* Only what lies in the period counts. */
static void end_active(const struct backtest_run *run, struct backtest_alarm *a,
		       int64_t at_ms)
{
	int64_t since = a->since_ms > run->from.ms ? a->since_ms : run->from.ms;
	int64_t took = at_ms > since ? at_ms - since : 0;

	if (a->since_ms == INT64_MIN)
		return;
	a->active_ms += took;
	if (took > a->longest_ms)
		a->longest_ms = took;
	a->since_ms = INT64_MIN;
}

static void on_row(void *arg, const struct alarm_journal *row)
{
	struct backtest_run *run = arg;
	uint32_t alarm = name_of(run->names, row);
	struct backtest_alarm *a = tally(run, alarm);

	if (run->n == run->cap) {
		run->cap = run->cap ? 2 * run->cap : 256;
		run->rows = xreallocarray(run->rows, run->cap, sizeof(*run->rows));
	}
	run->rows[run->n++] = (struct backtest_row){
		.at_ms = row->at.ms,
		.alarm = alarm,
		.event = (uint8_t)row->event,
		.from = (uint8_t)row->from,
		.to = (uint8_t)row->to,
		.flags = row->flags,
		.quality = row->quality,
		.value = row->value,
		.limit = row->limit,
		.occurrence = row->occurrence,
	};
	if (row->at.ms >= run->from.ms)
		a->came += alarm_journal_is_annunciated(row);
	else
		run->n_before = run->n;
	if (row->event == ALARM_E_COME)
		a->since_ms = row->at.ms;
	else if (row->event == ALARM_E_GO)
		end_active(run, a, row->at.ms);
}

static void on_blind(void *arg, const struct replay_blind *b)
{
	struct backtest_run *run = arg;
	struct backtest_blind *to = GROW(&run->blind, &run->n_blind);

	to->alarm = xstrdup(b->alarm->name);
	to->n = b->n;
	to->tags = xcalloc(b->n, sizeof(*to->tags));
	for (size_t i = 0; i < b->n; i++)
		to->tags[i] = xstrdup(b->tags[i]);
}

static bool is_recorded(void *arg, const char *tag)
{
	const struct backtest_run *run = arg;

	return strmap_has(run->columns, tag);
}

/* What nothing is recorded of cannot be judged. */
static void leave_out(struct backtest_run *run, struct station_def *def,
		      const struct recording *data)
{
	run->columns = strmap_new();
	for (size_t i = 0; i < recording_columns(data); i++)
		strmap_put(run->columns, recording_name(data, i), (int64_t)i);
	run->n_system = replay_leave_out(def, is_recorded, on_blind, run);
	strmap_free(run->columns);
	run->columns = NULL;
}

/* What a column is to the station, once it is known when the recording begins. */
static uint32_t *bind(struct backtest_run *run, const struct replay *r,
		      struct recording *data)
{
	size_t n = recording_columns(data);
	uint32_t *tags = xcalloc(n, sizeof(*tags));

	for (size_t i = 0; i < n; i++) {
		tags[i] = replay_tag(r, recording_name(data, i));
		if (tags[i] != UINT32_MAX)
			recording_expect(data, i, replay_type(r, tags[i]));
		else
			*GROW(&run->unknown, &run->n_unknown) =
				xstrdup(recording_name(data, i));
	}
	return tags;
}

static void take_row(struct replay *r, struct recording *data, const uint32_t *tags,
		     size_t n)
{
	struct value v;

	for (size_t i = 0; i < n; i++)
		if (tags[i] != UINT32_MAX && recording_value(data, i, &v))
			replay_set(r, tags[i], &v);
	replay_row(r);
}

static void finish(struct backtest_run *run, struct replay *r, struct recording *data)
{
	for (size_t i = 0; i < run->n_alarms; i++)
		end_active(run, &run->alarms[i], run->to.ms);
	run->n_samples = recording_samples(data);
	replay_unjudged(r, on_blind, run);
}

/* at: of the first row, which has been read. What came before the period makes the state
 * in which it begins. */
static void run_rows(struct backtest_run *run, struct station_def *def,
		     struct recording *data, const struct backtest_period *period,
		     struct wall at)
{
	struct replay *r;
	uint32_t *tags;
	size_t n = recording_columns(data);

	leave_out(run, def, data);
	r = replay_new(def, at, on_row, run);
	tags = bind(run, r, data);
	run->from = period->has_from && period->from.ms > at.ms ? period->from : at;
	do {
		if (period->has_to && at.ms >= period->to.ms) {
			run->to = period->to; /* what was due until then happens */
			replay_to(r, (struct wall){ period->to.ms - 1 });
			break;
		}
		replay_to(r, at);
		take_row(r, data, tags, n);
		run->n_rows += at.ms >= run->from.ms;
		run->to = at;
	} while (recording_next(data, &at));
	finish(run, r, data);
	free(tags);
	replay_free(r);
}

bool backtest_run(struct backtest_run *run, struct backtest_names *names,
		  struct station_def *def, const char *path,
		  const struct backtest_period *period, struct diag_list *diags)
{
	size_t errors = diags->errors;
	struct recording *data = recording_open(path, diags);
	struct wall at;

	*run = (struct backtest_run){ .names = names };
	if (data && recording_next(data, &at))
		run_rows(run, def, data, period, at);
	else
		station_def_free(def);
	recording_close(data);
	if (diags->errors == errors && run->n_rows == 0)
		diag_add(diags, DIAG_ERROR, path, 0, 0, "no-rows",
			 "no row lies in the period");
	return diags->errors == errors;
}

void backtest_release(struct backtest_run *run)
{
	for (size_t i = 0; i < run->n_blind; i++) {
		for (size_t k = 0; k < run->blind[i].n; k++)
			free(run->blind[i].tags[k]);
		free(run->blind[i].tags);
		free(run->blind[i].alarm);
	}
	for (size_t i = 0; i < run->n_unknown; i++)
		free(run->unknown[i]);
	free(run->blind);
	free(run->unknown);
	free(run->rows);
	free(run->alarms);
	*run = (struct backtest_run){ 0 };
}

struct alarm_journal backtest_journal(const struct backtest_run *run, size_t i)
{
	const struct backtest_row *row = &run->rows[i];
	const struct backtest_info *v = &run->names->v[row->alarm];

	return (struct alarm_journal){
		.seq = i + 1,
		.occurrence = row->occurrence,
		.at = { row->at_ms },
		.source_time = { row->at_ms },
		.clock_synced = true,
		.event = (enum alarm_event)row->event,
		.from = (enum alarm_state)row->from,
		.to = (enum alarm_state)row->to,
		.flags = row->flags,
		.cause = ALARM_BY_PROCESS,
		.priority = v->priority,
		.quality = row->quality,
		.value = row->value,
		.limit = row->limit,
		.rule = "",
		.alarm = v->name,
		.tag = v->tag,
		.area = v->area,
		.unit = v->unit,
		.type = v->type,
		.class_name = v->class_name,
		.message = v->message,
		.by = "",
		.place = "",
		.text = "",
		.config = "",
	};
}

/* --- two runs --------------------------------------------------------------------- */

static bool same_row(const struct backtest_row *a, const struct backtest_row *b)
{
	return a->at_ms == b->at_ms && a->alarm == b->alarm && a->event == b->event &&
	       a->to == b->to;
}

static size_t rows_at(const struct backtest_run *run, size_t from)
{
	size_t n = from;

	while (n < run->n && run->rows[n].at_ms == run->rows[from].at_ms)
		n++;
	return n;
}

static bool among(const struct backtest_row *row, const struct backtest_run *run,
		  size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (same_row(row, &run->rows[i]))
			return true;
	return false;
}

/* All rows of one moment: those of before first, each once. */
static void compare_moment(const struct backtest_run *a, size_t ai, size_t an,
			   const struct backtest_run *b, size_t bi, size_t bn,
			   backtest_row_fn fn, void *arg)
{
	for (size_t i = ai; i < an; i++)
		fn(arg, among(&a->rows[i], b, bi, bn) ? ' ' : '-', &a->rows[i]);
	for (size_t i = bi; i < bn; i++)
		if (!among(&b->rows[i], a, ai, an))
			fn(arg, '+', &b->rows[i]);
}

void backtest_compare(const struct backtest_run *a, const struct backtest_run *b,
		      backtest_row_fn fn, void *arg)
{
	size_t i = a->n_before, k = b->n_before;

	while (i < a->n || k < b->n) {
		int64_t ta = i < a->n ? a->rows[i].at_ms : INT64_MAX;
		int64_t tb = k < b->n ? b->rows[k].at_ms : INT64_MAX;
		size_t an = ta <= tb ? rows_at(a, i) : i;
		size_t bn = tb <= ta ? rows_at(b, k) : k;

		compare_moment(a, i, an, b, k, bn, fn, arg);
		i = an;
		k = bn;
	}
}
