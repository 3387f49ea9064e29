/* commands.c - the table of subcommands, sorted by name: the one place to add yours. */
#include <stddef.h>

#include "cli/command.h"

extern const struct cli_command cmd_ack, cmd_alarms, cmd_approve, cmd_audit, cmd_backtest,
	cmd_backup, cmd_browse, cmd_check, cmd_comment, cmd_config, cmd_confirm, cmd_demo,
	cmd_edit, cmd_explain, cmd_get, cmd_glyphs, cmd_in_doubt, cmd_journal, cmd_modbus,
	cmd_out_of_service, cmd_overrides, cmd_people, cmd_recipe, cmd_reload, cmd_render,
	cmd_report, cmd_reset, cmd_sessions, cmd_set, cmd_settle, cmd_shelve, cmd_silence,
	cmd_status, cmd_substitute, cmd_suppress, cmd_tags, cmd_trend, cmd_unshelve,
	cmd_user, cmd_watch, cmd_where;

/* clang-format off */
const struct cli_command *const cli_commands[] = {
	&cmd_ack,
	&cmd_alarms,
	&cmd_approve,
	&cmd_audit,
	&cmd_backtest,
	&cmd_backup,
	&cmd_browse,
	&cmd_check,
	&cmd_comment,
	&cmd_config,
	&cmd_confirm,
	&cmd_demo,
	&cmd_edit,
	&cmd_explain,
	&cmd_get,
	&cmd_glyphs,
	&cmd_in_doubt,
	&cmd_journal,
	&cmd_modbus,
	&cmd_out_of_service,
	&cmd_overrides,
	&cmd_people,
	&cmd_recipe,
	&cmd_reload,
	&cmd_render,
	&cmd_report,
	&cmd_reset,
	&cmd_sessions,
	&cmd_set,
	&cmd_settle,
	&cmd_shelve,
	&cmd_silence,
	&cmd_status,
	&cmd_substitute,
	&cmd_suppress,
	&cmd_tags,
	&cmd_trend,
	&cmd_unshelve,
	&cmd_user,
	&cmd_watch,
	&cmd_where,
	NULL,
};
/* clang-format on */
