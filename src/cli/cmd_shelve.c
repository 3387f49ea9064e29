/* cmd_shelve.c - `sightglass shelve ALARM`: put aside for a time, with a reason. */
#include <ctype.h>
#include <string.h>

#include "alarm/engine.h"
#include "cli/alarm_act.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "util/when.h"

static const struct cli_option options[] = {
	{ "for", "TIME", "so long: 30m, 8h" },
	{ "until", "TIME", "until then: 18:00, \"2026-11-22 06:00\"" },
	{ "once", NULL, "until it clears; at the latest then, or when its class says" },
	{ "reason", "TEXT", "why: shown in the list and kept in the journal" },
	{ "json", NULL, "a JSON object" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_shelve;

/* "30m" is so long before now, to when_from_person(). */
static bool parse_for(const char *text, int64_t *ms)
{
	size_t n = strlen(text);
	int64_t at;

	if (n < 2 || !isdigit((unsigned char)text[0]) || !strchr("smhd", text[n - 1]) ||
	    !when_from_person(text, 0, &at))
		return false;
	*ms = -at;
	return *ms > 0;
}

/* "06:00" in the evening means tomorrow. */
static bool parse_until(const char *text, int64_t *ms)
{
	int64_t now = clock_now().wall.ms, at;
	bool of_day = strchr(text, ':') && strlen(text) <= 5;

	if (parse_for(text, &at) || !when_from_person(text, now, &at))
		return false;
	if (of_day && at <= now && !when_from_person(text, now + 86400000, &at))
		return false;
	*ms = at - now;
	return *ms > 0;
}

static bool take_time(const struct cli_args *a, struct wire_alarm_act *m, int *code)
{
	const char *length = cli_arg(&cmd_shelve, a, "for");
	const char *until = cli_arg(&cmd_shelve, a, "until");

	m->shelf = cli_arg(&cmd_shelve, a, "once") ? ALARM_SHELF_ONE_SHOT
						   : ALARM_SHELF_TIMED;
	if (length && !parse_for(length, &m->duration_ms))
		*code = remote_fail(CLI_USAGE, "--for takes a time like 30m or 8h");
	else if (until && !parse_until(until, &m->duration_ms))
		*code = remote_fail(CLI_USAGE,
				    "--until takes a time to come, like 18:00 or "
				    "\"2026-11-22 06:00\"");
	return *code == CLI_OK;
}

static bool fill(const struct cli_args *a, const struct wire_alarm_row *row,
		 struct wire_alarm_act *m, int *code)
{
	const char *reason = cli_arg(&cmd_shelve, a, "reason");

	(void)row;
	m->event = ALARM_E_SHELVE;
	return take_time(a, m, code) && (!reason || alarm_act_text(m, reason, code));
}

static int run(int argc, char **argv)
{
	struct cli_args a;
	int code = cli_args_parse(&cmd_shelve, argc, argv, 1, 1, &a);
	bool length, until, once;

	if (code >= 0)
		return code;
	length = cli_arg(&cmd_shelve, &a, "for");
	until = cli_arg(&cmd_shelve, &a, "until");
	once = cli_arg(&cmd_shelve, &a, "once");
	if ((length && until) || !(length || until || once))
		return cli_usage(&cmd_shelve);
	return alarm_act_send(&cmd_shelve, &a, fill);
}

const struct cli_command cmd_shelve = {
	.name = "shelve",
	.args = "ALARM (--for TIME | --until TIME | --once) --reason TEXT [--json]",
	.help = "put an alarm aside for a time, with a reason",
	.options = options,
	.run = run,
};
