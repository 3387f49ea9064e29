/* cmd_alarms.c - `sightglass alarms`: the alarms that are active or not acknowledged. */
#include <math.h>
#include <stdio.h>

#include "alarm/engine.h"
#include "cli/alarm_list.h"
#include "cli/args.h"
#include "cli/remote.h"
#include "util/clock.h"

static const struct cli_option options[] = {
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_alarms;

static json_t *number_or_null(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static void print_json(const struct wire_alarm_row *r)
{
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:I, s:I, s:I, s:b}",
			      "alarm", r->name, "tag", r->tag, "area", r->area, "state",
			      alarm_state_name((enum alarm_state)r->state), "priority",
			      (int)r->priority, "occurrence", (json_int_t)r->occurrence,
			      "raised", (json_int_t)r->raised_ms, "changed",
			      (json_int_t)r->changed_ms, "acknowledged",
			      (json_int_t)r->acked_ms, "source_bad", (int)r->source_bad);

	if (!o)
		return; /* only text that is not UTF-8 fails, and names are ASCII */
	json_object_set_new(o, "acknowledged_by", json_string(r->acked_by));
	json_object_set_new(o, "message", json_string(r->message));
	json_object_set_new(o, "unit", json_string(r->unit));
	json_object_set_new(o, "value", number_or_null(r->value));
	json_object_set_new(o, "limit", number_or_null(r->limit));
	remote_print_json(o);
}

static void print_text(const struct wire_alarm_row *r)
{
	static const char *const shapes[] = { " ",
					      "\xe2\x96\xa0",
					      "\xe2\x96\xb2",
					      "\xe2\x96\xbc",
					      "\xe2\x97\x8f",
					      "\xe2\x97\x87" };
	struct strbuf line = STRBUF_INIT;
	char when[CLOCK_LOCAL_SIZE];
	bool unacked = r->state == ALARM_S_UNACK || r->state == ALARM_S_RTNUN;

	clock_local((struct wall){ r->raised_ms }, when);
	strbuf_addf(&line, "%s%d%c %s  %-28s %-15s",
		    shapes[r->priority <= ALARM_DIAGNOSTIC ? r->priority : 0],
		    r->priority, unacked ? '*' : ' ', when, r->name,
		    alarm_state_name((enum alarm_state)r->state));
	if (isfinite(r->value))
		strbuf_addf(&line, " %.4g %s", r->value, r->unit);
	strbuf_addf(&line, "  %s%s", r->message, r->source_bad ? "  (source lost)" : "");
	if (r->acked_by[0])
		strbuf_addf(&line, "  acknowledged by %s", r->acked_by);
	remote_print(line.buf);
	putchar('\n');
	strbuf_release(&line);
}

static int run(int argc, char **argv)
{
	struct alarm_list list;
	struct cli_args a;
	int code = cli_args_parse(&cmd_alarms, argc, argv, 0, 0, &a);

	if (code >= 0)
		return code;
	struct client *c = remote_open("cli alarms", &code);
	if (!c)
		return code;
	code = alarm_list_fetch(c, &list);
	for (size_t i = 0; i < list.n; i++)
		(cli_arg(&cmd_alarms, &a, "json") ? print_json : print_text)(&list.v[i]);
	alarm_list_release(&list);
	client_close(c);
	return code;
}

const struct cli_command cmd_alarms = {
	.name = "alarms",
	.args = "[--json]",
	.help = "the alarms that are active or not acknowledged, most urgent first",
	.options = options,
	.run = run,
};
