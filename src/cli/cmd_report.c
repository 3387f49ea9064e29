/* cmd_report.c - `sightglass report`: how the alarm system is doing, and what may mend
 * it, from the journal of a server or of a copy of its database. */
#include <stdio.h>
#include <string.h>

#include "alarm/report.h"
#include "cli/args.h"
#include "cli/remote.h"
#include "cli/report_out.h"
#include "store/store.h"
#include "util/clock.h"
#include "wire/report.h"

extern const struct cli_command cmd_report;

static const int64_t week_ms = INT64_C(7) * 24 * 3600 * 1000;

/* --- what is asked -------------------------------------------------------------- */

static int read_ask(const struct cli_args *a, struct wire_report *m)
{
	const struct cli_text texts[] = {
		{ "area", m->area, sizeof(m->area) },
		{ "class", m->class_name, sizeof(m->class_name) },
		{ "operator", m->operator_name, sizeof(m->operator_name) },
		{ "position", m->position, sizeof(m->position) },
	};
	int64_t now = clock_now().wall.ms;
	int code;

	m->to_ms = now;
	code = cli_arg_time(&cmd_report, a, "to", now, &m->to_ms);
	m->from_ms = m->to_ms - week_ms;
	if (code == CLI_OK)
		code = cli_arg_time(&cmd_report, a, "from", now, &m->from_ms);
	if (code == CLI_OK)
		code = cli_arg_texts(&cmd_report, a, texts,
				     sizeof(texts) / sizeof(texts[0]));
	if (code == CLI_OK && m->from_ms >= m->to_ms)
		code = remote_fail(CLI_USAGE, "the period ends before it begins");
	return code;
}

/* "area intake, class safety" */
static void say_scope(const struct wire_report *m, struct strbuf *out)
{
	const char *what[] = { "area", "operator", "position", "class" };
	const char *name[] = { m->area, m->operator_name, m->position, m->class_name };

	strbuf_clear(out);
	for (size_t i = 0; i < 4; i++)
		if (name[i][0])
			strbuf_addf(out, "%s%s %s", out->len ? ", " : "", what[i],
				    name[i]);
}

/* --- from a server -------------------------------------------------------------- */

static void take_row(void *arg, const struct client_frame *f)
{
	struct wire_row row;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &row))
		return;
	report_add(arg, (const char *const *)row.field, row.n);
	wire_row_release(&row);
}

static int ask_server(struct wire_report *m, struct report *out)
{
	struct wire_reply reply;
	int code = CLI_OK;
	struct client *c = remote_open("cli report", &code);

	if (!c)
		return code;
	m->req = client_next_req(c);
	wire_put_report(client_out(c), m);
	code = remote_wait(c, m->req, &reply, take_row, out);
	client_close(c);
	return code;
}

/* --- from a copy ---------------------------------------------------------------- */

static bool take_journal(void *arg, const struct alarm_journal *row)
{
	alarm_metrics_row(arg, row);
	return true;
}

static int read_copy(const char *path, const struct wire_report *m, struct report *out)
{
	const struct alarm_area_choice area = { m->area, true };
	const struct alarm_metrics_query q = {
		.from = { m->from_ms },
		.to = { m->to_ms },
		.areas = &area,
		.n_areas = m->area[0] ? 1 : 0,
		.class_name = m->class_name[0] ? m->class_name : NULL,
	};
	struct strbuf why = STRBUF_INIT;
	struct alarm_metrics_result r;
	int code = CLI_OK;

	if (m->operator_name[0] || m->position[0])
		return remote_fail(CLI_USAGE, "whose areas are meant only the server "
					      "knows: name them with --area");
	struct alarm_metrics *metrics = alarm_metrics_new(&q, &why);
	if (!metrics || store_copy_walk(path, take_journal, metrics, &why) != SG_OK) {
		code = remote_fail(CLI_FAILED, why.buf);
	} else {
		alarm_metrics_end(metrics, &r);
		if (m->kind == WIRE_REPORT_PROPOSALS)
			alarm_report_proposals(metrics, report_add, out);
		else
			alarm_report_rows(&r, report_add, out);
	}
	alarm_metrics_free(metrics);
	strbuf_release(&why);
	return code;
}

/* --- the subcommand ------------------------------------------------------------- */

static int make(const struct cli_args *a, struct wire_report *m, struct report *out)
{
	const char *file = cli_arg(&cmd_report, a, "file");
	int code = read_ask(a, m);

	if (code != CLI_OK)
		return code;
	return file ? read_copy(file, m, out) : ask_server(m, out);
}

static int run(int argc, char **argv)
{
	struct wire_report m = { 0 };
	struct report out = { 0 };
	struct strbuf scope = STRBUF_INIT;
	struct cli_args a;
	int code = cli_args_parse(&cmd_report, argc, argv, 1, 1, &a);

	if (code >= 0)
		return code;
	bool csv = cli_arg(&cmd_report, &a, "csv"),
	     json = cli_arg(&cmd_report, &a, "json");
	if (strcmp(a.arg[0], "alarms") == 0)
		m.kind = WIRE_REPORT_ALARMS;
	else if (strcmp(a.arg[0], "proposals") == 0)
		m.kind = WIRE_REPORT_PROPOSALS;
	else
		return cli_usage(&cmd_report);
	if (csv && json)
		return remote_fail(CLI_USAGE, "--csv and --json exclude each other");
	code = make(&a, &m, &out);
	say_scope(&m, &scope);
	out.scope = scope.buf;
	if (code == CLI_OK && csv)
		report_print_csv(&out);
	else if (code == CLI_OK && json)
		report_print_json(&out);
	else if (code == CLI_OK)
		report_print_text(&out);
	report_release(&out);
	strbuf_release(&scope);
	return code;
}

static const struct cli_option options[] = {
	{ "from", "TIME", "the period's begin: 2026-11-22T09:05, 09:05, 7d (7d)" },
	{ "to", "TIME", "the period's end (now)" },
	{ "area", "AREA", "alarms of an area and of what lies in it" },
	{ "operator", "NAME", "alarms of an operator's areas, as the access file says" },
	{ "position", "NAME", "alarms of the areas of an operator position" },
	{ "class", "CLASS", "alarms of a class" },
	{ "file", "FILE", "read a copy of station.db, without a server" },
	{ "csv", NULL, "as CSV, a heading before each kind of row" },
	{ "json", NULL, "as one JSON object" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_report = {
	.name = "report",
	.args = "alarms|proposals [--from TIME] [--to TIME] [--area AREA | --operator "
		"NAME | --position NAME] [--class CLASS] [--file FILE] [--csv | --json]",
	.help = "show how the alarm system is doing beside targets and limits, or what "
		"may mend its nuisances",
	.options = options,
	.run = run,
};
