/* alarm_act.c - one act on one alarm, bound to the list as it was fetched. */
#include "cli/alarm_act.h"

#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "cli/alarm_list.h"
#include "cli/remote.h"

static const struct wire_alarm_row *find(const struct alarm_list *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i].name, name) == 0)
			return &l->v[i];
	return NULL;
}

bool alarm_act_text(struct wire_alarm_act *m, const char *text, int *code)
{
	char why[80];

	if (strlen(text) >= sizeof(m->text)) {
		snprintf(why, sizeof(why), "the text has more than %zu bytes",
			 sizeof(m->text) - 1);
		*code = remote_fail(CLI_USAGE, why);
		return false;
	}
	snprintf(m->text, sizeof(m->text), "%s", text);
	return true;
}

static void print_json(const struct wire_alarm_act *m, bool ok, const char *text)
{
	json_t *o = json_object();

	json_object_set_new(o, "alarm", remote_json_text(m->alarm));
	json_object_set_new(o, "event",
			    json_string(alarm_event_name((enum alarm_event)m->event)));
	json_object_set_new(o, "done", json_boolean(ok));
	json_object_set_new(o, "text", remote_json_text(text));
	remote_print_json(o);
}

bool alarm_act_refuse(const struct wire_alarm_act *m, bool json, const char *text,
		      int *code)
{
	*code = CLI_FAILED;
	if (json)
		print_json(m, false, text);
	else
		remote_fail(CLI_FAILED, text);
	return false;
}

/* As remote_recorded(), with the reply as an object. */
static int recorded_json(struct client *c, const struct wire_alarm_act *m)
{
	struct strbuf why = STRBUF_INIT;
	struct wire_reply reply;
	int code;

	if (client_wait_reply(c, m->req, &reply, NULL, NULL, &why) != SG_OK) {
		strbuf_addf(&why, "; whether it was recorded is unknown");
		code = remote_fail(CLI_IN_DOUBT, why.buf);
	} else {
		print_json(m, reply.status == WIRE_OK, reply.text);
		code = reply.status == WIRE_OK ? CLI_OK : CLI_FAILED;
	}
	strbuf_release(&why);
	return code;
}

int alarm_act_send(const struct cli_command *cmd, const struct cli_args *a,
		   alarm_act_fill fill)
{
	struct wire_alarm_act m = { 0 };
	struct alarm_list list;
	char program[48];
	int code = CLI_OK;
	struct client *c;

	if (strlen(a->arg[0]) >= sizeof(m.alarm))
		return remote_fail(CLI_FAILED, "no alarm has so long a name");
	snprintf(program, sizeof(program), "cli %s", cmd->name);
	snprintf(m.alarm, sizeof(m.alarm), "%s", a->arg[0]);
	c = remote_open(program, &code);
	if (!c)
		return code;
	code = alarm_list_fetch(c, &list);
	if (code == CLI_OK && fill(a, find(&list, m.alarm), &m, &code)) {
		m.req = client_next_req(c);
		m.epoch = list.epoch;
		m.version = list.version;
		wire_put_alarm_act(client_out(c), &m);
		code = cli_arg(cmd, a, "json") ? recorded_json(c, &m)
					       : remote_recorded(c, m.req, "");
	}
	alarm_list_release(&list);
	client_close(c);
	return code;
}
