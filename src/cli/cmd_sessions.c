/* cmd_sessions.c - `sightglass sessions`: who is connected and in which state; and the
 * end of somebody's session, by an administrator who says why. */
#include <stdio.h>
#include <string.h>

#include "cli/args.h"
#include "cli/columns.h"
#include "cli/remote.h"
#include "util/clock.h"
#include "util/num.h"
#include "wire/people.h"

static const struct cli_option options[] = {
	{ "json", NULL, "a JSON object a line, times in ms UTC" },
	{ NULL, NULL, NULL },
};

static const struct column column[] = {
	{ "ID", 8, true },    { "WHO", 16, false },   { "ROLE", 12, false },
	{ "IS", 9, false },   { "SINCE", 11, false }, { "IDLE", 8, true },
	{ "FROM", 0, false }, { NULL, 0, false },
};

extern const struct cli_command cmd_sessions;

static void keep(void *arg, const struct client_frame *f)
{
	struct columns *t = arg;
	char when[CLOCK_LOCAL_SIZE] = "";
	struct wire_row r;
	int64_t v;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n >= PEOPLE_FIELDS) {
		columns_add(t, r.field[PEOPLE_SESSION]);
		columns_addf(t, "%s%s", r.field[PEOPLE_NAME],
			     r.field[PEOPLE_YOU][0] ? " (you)" : "");
		columns_add(t, r.field[PEOPLE_ROLES]);
		columns_add(t, r.field[PEOPLE_STATE]);
		if (num_parse_int(r.field[PEOPLE_SINCE], 1, INT64_MAX, &v))
			clock_local((struct wall){ v }, when);
		columns_addf(t, "%.11s", strlen(when) > 16 ? when + 5 : "");
		if (num_parse_int(r.field[PEOPLE_IDLE], 0, INT64_MAX, &v))
			columns_addf(t, "%lld:%02d", (long long)(v / 60), (int)(v % 60));
		else
			columns_add(t, "");
		columns_add(t, r.field[PEOPLE_FROM]);
	}
	wire_row_release(&r);
}

static int list(void)
{
	struct columns table;
	struct wire_reply reply;
	int code = CLI_OK;
	struct client *c = remote_open("cli sessions", &code);

	if (!c)
		return code;
	columns_begin(&table, column, "");
	uint32_t req = client_request(c, WIRE_PEOPLE, 0, 0, "");
	code = remote_wait(c, req, &reply, keep, &table);
	if (code == CLI_OK)
		columns_print(&table);
	columns_release(&table);
	client_close(c);
	return code;
}

static int end(const char *id, const char *reason)
{
	int code = CLI_OK;
	int64_t session;

	if (!num_parse_int(id, 1, INT64_MAX, &session))
		return cli_mistake("ID", id, "the number of a session");
	struct client *c = remote_open("cli sessions", &code);
	if (!c)
		return code;
	code = remote_recorded(
		c, client_request(c, WIRE_TERMINATE, (uint64_t)session, 0, reason), "");
	client_close(c);
	return code;
}

static int run(int argc, char **argv)
{
	static const char *const keys[] = {
		"session", "name",   "roles", "user", "from", "program", "page",
		"since",   "idle_s", "field", "does", "you",  "state",   NULL,
	};
	static const struct remote_table table = { WIRE_PEOPLE, keys, true };
	struct cli_args a;
	int code = cli_args_parse(&cmd_sessions, argc, argv, 0, 3, &a);

	if (code >= 0)
		return code;
	if (a.n == 3 && strcmp(a.arg[0], "end") == 0)
		return end(a.arg[1], a.arg[2]);
	if (a.n != 0)
		return cli_usage(&cmd_sessions);
	return cli_arg(&cmd_sessions, &a, "json")
		       ? remote_rows("cli sessions", &table, 0, 0, "", true)
		       : list();
}

const struct cli_command cmd_sessions = {
	.name = "sessions",
	.args = "[--json] | end ID REASON",
	.help = "who is connected and may act; or end somebody's session",
	.options = options,
	.run = run,
};
