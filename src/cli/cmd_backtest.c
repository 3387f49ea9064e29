/*
 * cmd_backtest.c - `sightglass backtest`: the server's own alarms over recorded values,
 * and what another limit, deadband or delay would have made of them. Needs no server.
 */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/args.h"
#include "cli/backtest.h"
#include "cli/backtest_figures.h"
#include "cli/columns.h"
#include "cli/json_out.h"
#include "cli/remote.h"
#include "util/diag.h"
#include "util/when.h"
#include "util/xalloc.h"

extern const struct cli_command cmd_backtest;

enum { CHANGES_MAX = 64, TIME_SIZE = 48, VALUE_SIZE = 40 };

struct request {
	const char *station, *data;
	struct backtest_period period;
	char *text; /* of the changes, cut into pieces; owned */
	struct station_change change[CHANGES_MAX];
	size_t n_changes;
	bool json, journal;
};

/* --- what was asked ---------------------------------------------------------------- */

/* "alarm.NAME.SETTING=VALUE"; the name has dots of its own. */
static bool take_change(struct request *q, char *text)
{
	const char *prefix = "alarm.";
	char *value = strchr(text, '='), *setting;
	struct station_change *c = &q->change[q->n_changes];

	if (q->n_changes == CHANGES_MAX || strncmp(text, prefix, strlen(prefix)) != 0 ||
	    !value)
		return false;
	*value++ = '\0';
	text += strlen(prefix);
	setting = strrchr(text, '.');
	if (!setting || setting == text || !setting[1] || !*value)
		return false;
	*setting++ = '\0';
	*c = (struct station_change){ .alarm = text, .setting = setting, .value = value };
	q->n_changes++;
	return true;
}

static bool take_changes(struct request *q, const char *list)
{
	char *at = q->text = xstrdup(list ? list : "");

	while (at && *at) {
		char *next = strchr(at, ',');

		if (next)
			*next++ = '\0';
		if (!take_change(q, at)) {
			fprintf(stderr,
				"sightglass: --change \"%s\" is not understood; write "
				"\"alarm.NAME.SETTING=VALUE\", several with commas "
				"between\n",
				at);
			return false;
		}
		at = next;
	}
	return true;
}

static bool take_time(const char *option, const char *text, bool *given, struct wall *out)
{
	if (!text)
		return true;
	*given = true;
	if (when_from_local(text, &out->ms))
		return true;
	fprintf(stderr,
		"sightglass: --%s \"%s\" is no time; write 2026-11-22, \"2026-11-22 "
		"09:05\" or 2026-11-22T09:05:00Z\n",
		option, text);
	return false;
}

static bool take_request(struct request *q, const struct cli_args *a)
{
	const char *station = cli_arg(&cmd_backtest, a, "station");

	*q = (struct request){
		.station = station ? station : "config/sightglass.cfg",
		.data = cli_arg(&cmd_backtest, a, "data"),
		.json = cli_arg(&cmd_backtest, a, "json") != NULL,
		.journal = !cli_arg(&cmd_backtest, a, "no-journal"),
	};
	if (!q->data) {
		fprintf(stderr, "sightglass: name the recording: --data FILE.csv\n");
		return false;
	}
	return take_time("from", cli_arg(&cmd_backtest, a, "from"), &q->period.has_from,
			 &q->period.from) &&
	       take_time("to", cli_arg(&cmd_backtest, a, "to"), &q->period.has_to,
			 &q->period.to) &&
	       take_changes(q, cli_arg(&cmd_backtest, a, "change"));
}

/* --- text -------------------------------------------------------------------------- */

/* "2026-11-22 10:05:03.120 +0100" */
static void time_text(int64_t ms, char out[TIME_SIZE])
{
	char local[CLOCK_LOCAL_SIZE];
	int64_t part = (ms % 1000 + 1000) % 1000;

	clock_local((struct wall){ ms }, local);
	if (strlen(local) < 20)
		snprintf(out, TIME_SIZE, "%s", local);
	else
		snprintf(out, TIME_SIZE, "%.19s.%03d%s", local, (int)part, local + 19);
}

static void value_text(double v, const char *unit, char out[VALUE_SIZE])
{
	if (isnan(v))
		snprintf(out, VALUE_SIZE, "%s", "");
	else
		snprintf(out, VALUE_SIZE, "%.6g%s%s", v, *unit ? " " : "", unit);
}

static void print_row(void *arg, char sign, const struct backtest_row *row)
{
	const struct backtest_run *run = arg;
	const struct backtest_info *v = &run->names->v[row->alarm];
	char at[TIME_SIZE], value[VALUE_SIZE], limit[VALUE_SIZE];
	struct strbuf line = STRBUF_INIT;

	time_text(row->at_ms, at);
	value_text(row->value, v->unit, value);
	value_text(row->limit, "", limit);
	strbuf_addf(&line, "%c %s  %-8s  %-11s  %s  %s", sign, at,
		    alarm_priority_name(v->priority),
		    alarm_event_name((enum alarm_event)row->event), v->name, value);
	if (*limit)
		strbuf_addf(&line, " (limit %s)", limit);
	strbuf_addf(&line, "  %s", v->message);
	remote_print(line.buf);
	putchar('\n');
	strbuf_release(&line);
}

static const struct backtest_alarm *alarm_of(const struct backtest_run *run, size_t i)
{
	static const struct backtest_alarm none;

	return i < run->n_alarms ? &run->alarms[i] : &none;
}

static void add_alarm(struct columns *t, const struct backtest_alarm *a)
{
	char active[CLOCK_SPAN_SIZE], longest[CLOCK_SPAN_SIZE];

	clock_span_hms(a->active_ms, active);
	clock_span_hms(a->longest_ms, longest);
	columns_addf(t, "%llu", (unsigned long long)a->came);
	columns_add(t, active);
	columns_add(t, longest);
}

static void print_alarms(const struct backtest_run *before,
			 const struct backtest_run *after)
{
	static const struct column one[] = { { "alarm", 40, false },
					     { "came", 8, true },
					     { "in alarm", 12, true },
					     { "longest", 12, true },
					     { NULL, 0, false } };
	static const struct column two[] = {
		{ "alarm", 26, false }, { "came", 6, true },    { "in alarm", 10, true },
		{ "longest", 9, true }, { "changed", 7, true }, { "in alarm", 10, true },
		{ "longest", 9, true }, { NULL, 0, false }
	};
	struct columns t;

	columns_begin(&t, after ? two : one, "");
	for (size_t i = 0; i < before->names->n; i++) {
		columns_add(&t, before->names->v[i].name);
		add_alarm(&t, alarm_of(before, i));
		if (after)
			add_alarm(&t, alarm_of(after, i));
	}
	columns_print(&t);
	columns_release(&t);
}

static void print_list(const char *head, const struct strbuf *text)
{
	if (!text->len)
		return;
	printf("\n%s:\n", head);
	columns_wrap("  ", text->buf, 2, 79);
}

static void print_unknown(const struct backtest_run *run)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < run->n_unknown; i++)
		strbuf_addf(&text, "%s%s", i ? ", " : "", run->unknown[i]);
	print_list("Columns that are no tag of a device", &text);
	strbuf_release(&text);
}

/* "a.twice.hi (a.level), ...": each with the tags it would have needed. */
static void print_blind(const struct backtest_run *run)
{
	struct strbuf text = STRBUF_INIT;

	for (size_t i = 0; i < run->n_blind; i++) {
		const struct backtest_blind *b = &run->blind[i];

		strbuf_addf(&text, "%s%s (", i ? ", " : "", b->alarm);
		for (size_t k = 0; k < b->n; k++)
			strbuf_addf(&text, "%s%s", k ? ", " : "", b->tags[k]);
		strbuf_adds(&text, ")");
	}
	print_list("Not judged, for the recording says nothing of these tags", &text);
	if (run->n_system)
		printf("\nNot judged either: %zu alarm%s of the server's own (system.*); "
		       "what it knows of its\ndevices is not in a recording.\n",
		       run->n_system, run->n_system == 1 ? "" : "s");
	strbuf_release(&text);
}

static void print_period(const struct request *q, const struct backtest_run *run)
{
	char from[TIME_SIZE], to[TIME_SIZE];

	time_text(run->from.ms, from);
	time_text(run->to.ms, to);
	printf("%s: %llu row%s from %s to %s\n", q->data, (unsigned long long)run->n_rows,
	       run->n_rows == 1 ? "" : "s", from, to);
	for (size_t i = 0; i < q->n_changes; i++)
		printf("%s of %s: %s\n", q->change[i].setting, q->change[i].alarm,
		       q->change[i].value);
}

static void print_text(const struct request *q, const struct backtest_run *before,
		       const struct backtest_run *after)
{
	struct backtest_run seen = *before;

	print_period(q, before);
	if (q->journal) {
		putchar('\n');
		backtest_compare(before, after ? after : before, print_row, &seen);
	}
	putchar('\n');
	print_alarms(before, after);
	backtest_figures_text(before, after);
	print_blind(before);
	print_unknown(before);
}

/* --- JSON -------------------------------------------------------------------------- */

static void json_row(void *arg, char sign, const struct backtest_row *row)
{
	const struct backtest_run *run = arg;
	const struct backtest_info *v = &run->names->v[row->alarm];
	const char *in = sign == '-' ? "before" : sign == '+' ? "after" : "both";
	json_t *o =
		json_pack("{s:s, s:s, s:o, s:s, s:s, s:s, s:s, s:s}", "kind", "journal",
			  "in", in, "time", json_time(row->at_ms), "alarm", v->name,
			  "event", alarm_event_name((enum alarm_event)row->event), "from",
			  alarm_state_name((enum alarm_state)row->from), "to",
			  alarm_state_name((enum alarm_state)row->to), "priority",
			  alarm_priority_name(v->priority));

	json_object_set_new(o, "value", json_number(row->value));
	json_object_set_new(o, "limit", json_number(row->limit));
	json_object_set_new(o, "unit", json_words(v->unit));
	json_object_set_new(o, "message", json_words(v->message));
	remote_print_json(o);
}

static json_t *alarm_json(const struct backtest_alarm *a)
{
	return json_pack("{s:I, s:I, s:I}", "came", (json_int_t)a->came, "active_ms",
			 (json_int_t)a->active_ms, "longest_ms",
			 (json_int_t)a->longest_ms);
}

static json_t *names_json(char *const *names, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, remote_json_text(names[i]));
	return list;
}

static json_t *blind_json(const struct backtest_run *run)
{
	json_t *list = json_array();

	for (size_t i = 0; i < run->n_blind; i++)
		json_array_append_new(
			list,
			json_pack("{s:s, s:o}", "alarm", run->blind[i].alarm, "missing",
				  names_json(run->blind[i].tags, run->blind[i].n)));
	return list;
}

static void print_json(const struct request *q, const struct backtest_run *before,
		       const struct backtest_run *after)
{
	struct backtest_run seen = *before;

	remote_print_json(json_pack(
		"{s:s, s:o, s:o, s:I, s:o, s:I, s:o}", "kind", "period", "from",
		json_time(before->from.ms), "to", json_time(before->to.ms), "rows",
		(json_int_t)before->n_rows, "not_judged", blind_json(before),
		"not_judged_system", (json_int_t)before->n_system, "not_a_tag",
		names_json(before->unknown, before->n_unknown)));
	if (q->journal)
		backtest_compare(before, after ? after : before, json_row, &seen);
	for (size_t i = 0; i < before->names->n; i++) {
		json_t *o = json_pack("{s:s, s:s, s:o}", "kind", "alarm", "alarm",
				      before->names->v[i].name, "before",
				      alarm_json(alarm_of(before, i)));
		if (after)
			json_object_set_new(o, "after", alarm_json(alarm_of(after, i)));
		remote_print_json(o);
	}
	backtest_figures_json(before, after);
}

/* --- the runs ---------------------------------------------------------------------- */

static void print_diags(struct diag_list *diags)
{
	struct strbuf line = STRBUF_INIT;

	diag_sort(diags);
	for (size_t i = 0; i < diags->n; i++) {
		if (diags->v[i].severity != DIAG_ERROR)
			continue;
		strbuf_clear(&line);
		diag_format(&diags->v[i], &line);
		fprintf(stderr, "%s\n", line.buf);
	}
	strbuf_release(&line);
}

/* A change of an alarm that is not there would compare a thing with itself. */
static bool all_used(const struct request *q, const struct station_def *def)
{
	struct strbuf text = STRBUF_INIT;
	const char **names = xcalloc(def->n_alarms + 1, sizeof(*names));
	bool all = true;

	for (size_t i = 0; i < def->n_alarms; i++)
		names[i] = def->alarms[i].name;
	for (size_t i = 0; i < q->n_changes; i++) {
		if (q->change[i].used)
			continue;
		strbuf_clear(&text);
		strbuf_addf(&text, "--change: there is no alarm \"%s\"",
			    q->change[i].alarm);
		diag_suggest(&text, q->change[i].alarm, names, def->n_alarms);
		remote_fail(CLI_FAILED, text.buf);
		all = false;
	}
	free(names);
	strbuf_release(&text);
	return all;
}

static bool run_once(struct request *q, bool changed, struct backtest_run *run,
		     struct backtest_names *names)
{
	struct diag_list diags = DIAG_LIST_INIT;
	struct station_def *def = station_load_changed(
		q->station, q->change, changed ? q->n_changes : 0, &diags);
	bool ok = false;

	*run = (struct backtest_run){ 0 };
	if (def && changed && !all_used(q, def))
		station_def_free(def);
	else if (def)
		ok = backtest_run(run, names, def, q->data, &q->period, &diags);
	print_diags(&diags);
	diag_list_release(&diags);
	return ok;
}

static int run(int argc, char **argv)
{
	struct backtest_run before = { 0 }, after = { 0 };
	struct cli_args a;
	struct request q;
	int rc = cli_args_parse(&cmd_backtest, argc, argv, 0, 0, &a);
	bool two, ok;

	if (rc >= 0)
		return rc;
	if (!take_request(&q, &a)) {
		free(q.text);
		return CLI_USAGE;
	}
	struct backtest_names *names = backtest_names_new();
	two = q.n_changes > 0;
	ok = run_once(&q, false, &before, names) &&
	     (!two || run_once(&q, true, &after, names));
	if (ok)
		(q.json ? print_json : print_text)(&q, &before, two ? &after : NULL);
	backtest_release(&before);
	backtest_release(&after);
	backtest_names_free(names);
	free(q.text);
	return ok ? CLI_OK : CLI_FAILED;
}

static const struct cli_option options[] = {
	{ "station", "FILE", "the station file (config/sightglass.cfg)" },
	{ "data", "FILE",
	  "the recording: CSV, time in its first column, a tag a column" },
	{ "from", "TIME",
	  "count from here; what came before makes the state it begins in" },
	{ "to", "TIME", "stop before" },
	{ "change", "LIST", "alarm.NAME.SETTING=VALUE, ...: compare with this" },
	{ "no-journal", NULL, "only the figures" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_backtest = {
	.name = "backtest",
	.args = "--data FILE [--station FILE] [--from TIME] [--to TIME] [--change LIST] "
		"[--no-journal] [--json]",
	.help = "run a station's alarms over recorded values",
	.options = options,
	.run = run,
};
