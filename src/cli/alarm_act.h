/*
 * alarm_act.h - what subcommands that do something to an alarm share: the list as it is
 * now, the act, its reply.
 */
#ifndef SG_CLI_ALARM_ACT_H
#define SG_CLI_ALARM_ACT_H

#include "cli/args.h"
#include "wire/msg.h"

/* Fetches the list, lets fill() complete the act (event, texts, occurrence) and sends it;
 * prints the reply, as JSON when --json was given. row: the alarm as it stands in the
 * list, NULL when it is not in it. fill returns false after it has set an exit code and
 * said why. Returns the exit code. */
typedef bool (*alarm_act_fill)(const struct cli_args *a, const struct wire_alarm_row *row,
			       struct wire_alarm_act *m, int *code);
int alarm_act_send(const struct cli_command *c, const struct cli_args *a,
		   alarm_act_fill fill);
/* For fill: there is nothing to send. Says why as the server's refusal would be said, and
 * returns false. */
bool alarm_act_refuse(const struct wire_alarm_act *m, bool json, const char *text,
		      int *code);
/* Copies text into m, or says that it is too long. */
bool alarm_act_text(struct wire_alarm_act *m, const char *text, int *code);

#endif
