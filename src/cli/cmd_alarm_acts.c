/* cmd_alarm_acts.c - `sightglass confirm`, `comment`, `reset`, `unshelve`, `suppress` and
 * `out-of-service`: what a person does to an alarm, with a text and nothing more. */
#include <stdio.h>

#include "alarm/engine.h"
#include "cli/alarm_act.h"

/* --- with a comment ---------------------------------------------------------------- */

static const struct cli_option comment_options[] = {
	{ "comment", "TEXT", "what was done, or why; kept in the journal" },
	{ "json", NULL, "a JSON object" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_confirm, cmd_comment, cmd_reset, cmd_unshelve;
extern const struct cli_command cmd_suppress, cmd_out_of_service;

static bool take_comment(const struct cli_command *c, const struct cli_args *a,
			 struct wire_alarm_act *m, int *code)
{
	const char *text = cli_arg(c, a, "comment");

	return !text || alarm_act_text(m, text, code);
}

static bool fill_confirm(const struct cli_args *a, const struct wire_alarm_row *row,
			 struct wire_alarm_act *m, int *code)
{
	m->event = ALARM_E_CONFIRM;
	m->occurrence = row ? row->unconfirmed : 0;
	if (!m->occurrence)
		return alarm_act_refuse(m, cli_arg(&cmd_confirm, a, "json"),
					"nothing of it waits to be confirmed", code);
	return take_comment(&cmd_confirm, a, m, code);
}

static bool fill_reset(const struct cli_args *a, const struct wire_alarm_row *row,
		       struct wire_alarm_act *m, int *code)
{
	(void)row;
	m->event = ALARM_E_RESET;
	return take_comment(&cmd_reset, a, m, code);
}

static bool fill_unshelve(const struct cli_args *a, const struct wire_alarm_row *row,
			  struct wire_alarm_act *m, int *code)
{
	(void)row;
	m->event = ALARM_E_UNSHELVE;
	return take_comment(&cmd_unshelve, a, m, code);
}

static bool fill_comment(const struct cli_args *a, const struct wire_alarm_row *row,
			 struct wire_alarm_act *m, int *code)
{
	(void)row;
	m->event = ALARM_E_COMMENT;
	return alarm_act_text(m, a->arg[1], code);
}

/* --- begun and ended, with a reason ---------------------------------------------- */

static const struct cli_option until_ended[] = {
	{ "reason", "TEXT", "why: shown in the list and kept in the journal" },
	{ "end", NULL, "end it" },
	{ "json", NULL, "a JSON object" },
	{ NULL, NULL, NULL },
};

static bool begin_or_end(const struct cli_command *c, const struct cli_args *a,
			 enum alarm_event begin, enum alarm_event end,
			 struct wire_alarm_act *m, int *code)
{
	const char *reason = cli_arg(c, a, "reason");

	m->event = (uint8_t)(cli_arg(c, a, "end") ? end : begin);
	return !reason || alarm_act_text(m, reason, code);
}

static bool fill_suppress(const struct cli_args *a, const struct wire_alarm_row *row,
			  struct wire_alarm_act *m, int *code)
{
	(void)row;
	return begin_or_end(&cmd_suppress, a, ALARM_E_SUPPRESS, ALARM_E_UNSUPPRESS, m,
			    code);
}

static bool fill_out_of_service(const struct cli_args *a,
				const struct wire_alarm_row *row,
				struct wire_alarm_act *m, int *code)
{
	(void)row;
	return begin_or_end(&cmd_out_of_service, a, ALARM_E_OUT_OF_SERVICE,
			    ALARM_E_IN_SERVICE, m, code);
}

/* --- the commands ---------------------------------------------------------------- */

static int run(const struct cli_command *c, alarm_act_fill fill, int most, int argc,
	       char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(c, argc, argv, most, most, &a);

	return code >= 0 ? code : alarm_act_send(c, &a, fill);
}

static int run_confirm(int argc, char **argv)
{
	return run(&cmd_confirm, fill_confirm, 1, argc, argv);
}

static int run_comment(int argc, char **argv)
{
	return run(&cmd_comment, fill_comment, 2, argc, argv);
}

static int run_reset(int argc, char **argv)
{
	return run(&cmd_reset, fill_reset, 1, argc, argv);
}

static int run_unshelve(int argc, char **argv)
{
	return run(&cmd_unshelve, fill_unshelve, 1, argc, argv);
}

static int run_suppress(int argc, char **argv)
{
	return run(&cmd_suppress, fill_suppress, 1, argc, argv);
}

static int run_out_of_service(int argc, char **argv)
{
	return run(&cmd_out_of_service, fill_out_of_service, 1, argc, argv);
}

static const struct cli_option only_json[] = {
	{ "json", NULL, "a JSON object" },
	{ NULL, NULL, NULL },
};

const struct cli_command cmd_confirm = {
	.name = "confirm",
	.args = "ALARM [--comment TEXT] [--json]",
	.help = "say that what an acknowledged alarm asked for is done",
	.options = comment_options,
	.run = run_confirm,
};

const struct cli_command cmd_comment = {
	.name = "comment",
	.args = "ALARM TEXT [--json]",
	.help = "leave a comment with an alarm",
	.options = only_json,
	.run = run_comment,
};

const struct cli_command cmd_reset = {
	.name = "reset",
	.args = "ALARM [--comment TEXT] [--json]",
	.help = "let a latched alarm go whose cause has gone",
	.options = comment_options,
	.run = run_reset,
};

const struct cli_command cmd_unshelve = {
	.name = "unshelve",
	.args = "ALARM [--comment TEXT] [--json]",
	.help = "show a shelved alarm again",
	.options = comment_options,
	.run = run_unshelve,
};

const struct cli_command cmd_suppress = {
	.name = "suppress",
	.args = "ALARM --reason TEXT [--json] | ALARM --end [--reason TEXT] [--json]",
	.help = "suppress an alarm by hand, until you end it",
	.options = until_ended,
	.run = run_suppress,
};

const struct cli_command cmd_out_of_service = {
	.name = "out-of-service",
	.args = "ALARM --reason TEXT [--json] | ALARM --end [--reason TEXT] [--json]",
	.help = "take an alarm out of service, for maintenance, until you return it",
	.options = until_ended,
	.run = run_out_of_service,
};
