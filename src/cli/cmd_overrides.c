/* cmd_overrides.c - `sightglass overrides` and `sightglass people`: the console's pages
 * of the same names, for a terminal line or a script. */
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

static const char *const override_keys[] = {
	"kind", "what", "area", "is", "by", "since", "until", "reason", NULL,
};
static const char *const people_keys[] = {
	"session", "name",   "roles", "user", "from", "program", "page",
	"since",   "idle_s", "field", "does", "you",  "state",   NULL,
};

struct page {
	struct remote_table table;
	size_t fields;
	const struct column *column;
	const char *none; /* said without a row */
	void (*add)(struct columns *t, char *const *field);
};

/* "11-22 10:05": today or not, the day is said. */
static void add_time(struct columns *t, const char *ms)
{
	char when[CLOCK_LOCAL_SIZE] = "";
	int64_t at;

	if (num_parse_int(ms, 1, INT64_MAX, &at))
		clock_local((struct wall){ at }, when);
	columns_addf(t, "%.11s", strlen(when) > 16 ? when + 5 : "");
}

static void add_override(struct columns *t, char *const *field)
{
	columns_add(t, field[OVERRIDE_KIND]);
	columns_add(t, field[OVERRIDE_WHAT]);
	add_time(t, field[OVERRIDE_SINCE]);
	add_time(t, field[OVERRIDE_UNTIL]);
	columns_addf(t, "%s%s%s", field[OVERRIDE_BY], field[OVERRIDE_BY][0] ? ": " : "",
		     field[OVERRIDE_REASON]);
}

static void add_person(struct columns *t, char *const *field)
{
	int64_t s;

	columns_addf(t, "%s%s", field[PEOPLE_NAME], field[PEOPLE_YOU][0] ? " (you)" : "");
	columns_add(t, field[PEOPLE_ROLES]);
	columns_add(t, field[PEOPLE_STATE]);
	columns_addf(t, "%s%s%s", field[PEOPLE_PAGE],
		     field[PEOPLE_FIELD][0] ? ", writes " : "", field[PEOPLE_FIELD]);
	add_time(t, field[PEOPLE_SINCE]);
	if (num_parse_int(field[PEOPLE_IDLE], 0, INT64_MAX, &s))
		columns_addf(t, "%lld:%02d", (long long)(s / 60), (int)(s % 60));
	else
		columns_add(t, "");
	columns_add(t, field[PEOPLE_FROM]);
}

static const struct column override_columns[] = {
	{ "KIND", 14, false },  { "WHAT", 26, false },       { "SINCE", 11, false },
	{ "UNTIL", 11, false }, { "WHO AND WHY", 0, false }, { NULL, 0, false },
};
static const struct column people_columns[] = {
	{ "WHO", 16, false },      { "ROLE", 12, false },  { "IS", 9, false },
	{ "LOOKS AT", 24, false }, { "SINCE", 11, false }, { "IDLE", 8, true },
	{ "FROM", 0, false },      { NULL, 0, false },
};

struct rows {
	const struct page *page;
	struct columns table;
	size_t n;
};

static void keep(void *arg, const struct client_frame *f)
{
	struct rows *rows = arg;
	struct wire_row r;

	if (f->type != WIRE_ROW || !wire_get_row(f->payload, f->len, &r))
		return;
	if (r.n >= rows->page->fields) {
		rows->page->add(&rows->table, r.field);
		rows->n++;
	}
	wire_row_release(&r);
}

static int print(const char *program, const struct page *page)
{
	struct rows rows = { .page = page };
	struct wire_reply reply;
	int code = CLI_OK;
	struct client *c = remote_open(program, &code);

	if (!c)
		return code;
	columns_begin(&rows.table, page->column, "");
	uint32_t req = client_request(c, page->table.type, 0, 0, "");
	code = remote_wait(c, req, &reply, keep, &rows);
	if (code == CLI_OK && rows.n == 0)
		puts(page->none);
	else if (code == CLI_OK)
		columns_print(&rows.table);
	columns_release(&rows.table);
	client_close(c);
	return code;
}

static int run(const struct cli_command *command, const struct page *page, int argc,
	       char **argv)
{
	struct cli_args a;
	char program[64];
	int code = cli_args_parse(command, argc, argv, 0, 0, &a);

	if (code >= 0)
		return code;
	snprintf(program, sizeof(program), "cli %s", command->name);
	if (cli_arg(command, &a, "json"))
		return remote_rows(program, &page->table, 0, 0, "", true);
	return print(program, page);
}

extern const struct cli_command cmd_overrides, cmd_people;

static int run_overrides(int argc, char **argv)
{
	static const struct page page = {
		.table = { WIRE_OVERRIDES, override_keys, true },
		.fields = OVERRIDE_FIELDS,
		.column = override_columns,
		.none = "nothing is overridden",
		.add = add_override,
	};

	return run(&cmd_overrides, &page, argc, argv);
}

static int run_people(int argc, char **argv)
{
	static const struct page page = {
		.table = { WIRE_PEOPLE, people_keys, true },
		.fields = PEOPLE_FIELDS,
		.column = people_columns,
		.none = "nobody is here",
		.add = add_person,
	};

	return run(&cmd_people, &page, argc, argv);
}

const struct cli_command cmd_overrides = {
	.name = "overrides",
	.args = "[--json]",
	.help = "everything substituted, simulated, shelved, suppressed, out of service "
		"or "
		"blind",
	.options = options,
	.run = run_overrides,
};

const struct cli_command cmd_people = {
	.name = "people",
	.args = "[--json]",
	.help = "who is connected, from where, what they look at and write",
	.options = options,
	.run = run_people,
};
