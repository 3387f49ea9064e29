/* cmd_alarms.c - `sightglass alarms`: the alarms that ask for attention, and those that
 * are hidden. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "alarm/engine.h"
#include "cli/alarm_list.h"
#include "cli/args.h"
#include "cli/json_out.h"
#include "cli/remote.h"
#include "util/clock.h"

static const struct cli_option options[] = {
	{ "all", NULL, "also those that are hidden" },
	{ "shelved", NULL, "only those that are shelved" },
	{ "suppressed", NULL, "only those that are suppressed" },
	{ "out-of-service", NULL, "only those out of service" },
	{ "area", "AREA", "only those of the area, or of areas below it" },
	{ "json", NULL, "a JSON object a line" },
	{ NULL, NULL, NULL },
};

extern const struct cli_command cmd_alarms;

/* --- as JSON --------------------------------------------------------------------- */

static void add_flags(json_t *o, const struct wire_alarm_row *r)
{
	json_object_set_new(o, "shelved", json_boolean(r->flags & ALARM_F_SHELVED));
	json_object_set_new(o, "suppressed", json_boolean(r->flags & ALARM_F_SUPPRESSED));
	json_object_set_new(o, "out_of_service",
			    json_boolean(r->flags & ALARM_F_OUT_OF_SERVICE));
	json_object_set_new(o, "unconfirmed",
			    json_boolean(r->flags & ALARM_F_UNCONFIRMED));
	json_object_set_new(o, "shelved_until", json_time(r->shelf_until_ms));
	json_object_set_new(o, "hidden_by", json_words(r->hidden_by));
	json_object_set_new(o, "hidden_reason", json_words(r->hidden_reason));
	json_object_set_new(o, "hidden_since", json_time(r->hidden_since_ms));
}

static void add_beside(json_t *o, const struct wire_alarm_row *r)
{
	static const char *const places[] = { "", "first", "follower" };
	json_t *older = json_array();

	for (size_t i = 0; i < r->n_older; i++)
		json_array_append_new(older, json_pack("{s:I, s:o}", "occurrence",
						       (json_int_t)r->older[i].occurrence,
						       "raised",
						       json_time(r->older[i].raised_ms)));
	json_object_set_new(o, "older", older);
	json_object_set_new(o, "class", json_words(r->class_name));
	json_object_set_new(o, "group", json_words(r->group));
	json_object_set_new(
		o, "first_out",
		json_words(r->first_out <= WIRE_FOLLOWER ? places[r->first_out] : ""));
	json_object_set_new(o, "superseded", json_boolean(r->superseded));
	json_object_set_new(o, "comment", json_words(r->comment));
	json_object_set_new(o, "comment_by", json_words(r->comment_by));
	json_object_set_new(o, "realarms", json_integer(r->realarms));
}

static void print_json(const struct wire_alarm_row *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "alarm", json_words(r->name));
	json_object_set_new(o, "tag", json_words(r->tag));
	json_object_set_new(o, "area", json_words(r->area));
	json_object_set_new(o, "state",
			    json_string(alarm_state_name((enum alarm_state)r->state)));
	json_object_set_new(
		o, "priority",
		json_words(alarm_priority_name((enum alarm_priority)r->priority)));
	json_object_set_new(o, "occurrence",
			    r->occurrence ? json_integer((json_int_t)r->occurrence)
					  : json_null());
	json_object_set_new(o, "raised", json_time(r->raised_ms));
	json_object_set_new(o, "changed", json_time(r->changed_ms));
	json_object_set_new(o, "acknowledged", json_time(r->acked_ms));
	json_object_set_new(o, "acknowledged_by", json_words(r->acked_by));
	json_object_set_new(o, "source_bad", json_boolean(r->source_bad));
	json_object_set_new(o, "message", json_words(r->message));
	json_object_set_new(o, "value", json_number(r->value));
	json_object_set_new(o, "limit", json_number(r->limit));
	json_object_set_new(o, "unit", json_words(r->unit));
	add_flags(o, r);
	add_beside(o, r);
	remote_print_json(o);
}

/* --- for people ------------------------------------------------------------------ */

static bool is_unacked(const struct wire_alarm_row *r)
{
	return r->state == ALARM_S_UNACK || r->state == ALARM_S_RTNUN ||
	       r->state == ALARM_S_LTUNK;
}

static void add_hidden(struct strbuf *line, const struct wire_alarm_row *r)
{
	char until[CLOCK_LOCAL_SIZE];

	if (!(r->flags & ALARM_F_HIDDEN))
		return;
	if (r->flags & ALARM_F_OUT_OF_SERVICE) {
		strbuf_adds(line, "  out of service");
	} else if (r->flags & ALARM_F_SUPPRESSED) {
		strbuf_adds(line, "  suppressed");
	} else {
		clock_local((struct wall){ r->shelf_until_ms }, until);
		strbuf_addf(line, "  shelved%s until %s",
			    r->shelf == ALARM_SHELF_ONE_SHOT ? " once," : "", until);
	}
	if (r->hidden_by[0])
		strbuf_addf(line, " by %s", r->hidden_by);
	strbuf_addf(line, ": %s", r->hidden_reason);
}

static void add_beside_text(struct strbuf *line, const struct wire_alarm_row *r)
{
	if (r->first_out)
		strbuf_addf(line, "  (%s of %s)",
			    r->first_out == WIRE_FIRST ? "first" : "follower", r->group);
	if (r->superseded)
		strbuf_adds(line, "  (a worse one stands)");
	if (r->n_older)
		strbuf_addf(line, "  (%u older unacknowledged)", r->n_older);
	if (r->flags & ALARM_F_UNCONFIRMED)
		strbuf_adds(line, "  (to be confirmed)");
	if (r->acked_by[0])
		strbuf_addf(line, "  acknowledged by %s", r->acked_by);
	add_hidden(line, r);
	if (r->comment[0])
		strbuf_addf(line, "  \"%s\" (%s)", r->comment, r->comment_by);
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
	char when[CLOCK_LOCAL_SIZE] = "never came";

	if (r->raised_ms)
		clock_local((struct wall){ r->raised_ms }, when);
	strbuf_addf(&line, "%s%d%c %-25s  %-28s %-15s",
		    shapes[r->priority <= ALARM_DIAGNOSTIC ? r->priority : 0],
		    r->priority, is_unacked(r) || r->n_older ? '*' : ' ', when, r->name,
		    alarm_state_name((enum alarm_state)r->state));
	if (isfinite(r->value))
		strbuf_addf(&line, " %.4g %s", r->value, r->unit);
	strbuf_addf(&line, "  %s%s", r->message, r->source_bad ? "  (source lost)" : "");
	add_beside_text(&line, r);
	remote_print(line.buf);
	putchar('\n');
	strbuf_release(&line);
}

/* --- which ----------------------------------------------------------------------- */

struct wanted {
	uint8_t flags; /* one of these; 0 = not hidden */
	bool all;
	const char *area;
};

/* The flag that is shown of several (AM-01). */
static uint8_t shown_flag(const struct wire_alarm_row *r)
{
	if (r->flags & ALARM_F_OUT_OF_SERVICE)
		return ALARM_F_OUT_OF_SERVICE;
	return r->flags & ALARM_F_SUPPRESSED ? ALARM_F_SUPPRESSED
					     : r->flags & ALARM_F_SHELVED;
}

static bool in_area(const char *area, const char *wanted)
{
	size_t n = strlen(wanted);

	return strncmp(area, wanted, n) == 0 &&
	       (area[n] == '\0' || area[n] == '/' || area[n] == '.');
}

static bool is_wanted(const struct wire_alarm_row *r, const struct wanted *w)
{
	uint8_t hidden = shown_flag(r);

	if (w->area && !in_area(r->area, w->area))
		return false;
	return w->all || (w->flags ? (r->flags & w->flags) != 0 : !hidden);
}

/* What is not shown is never out of sight (AM-06). */
static void print_hidden(const struct alarm_list *l)
{
	unsigned shelved = 0, suppressed = 0, out = 0;

	for (size_t i = 0; i < l->n; i++) {
		uint8_t flag = shown_flag(&l->v[i]);

		shelved += flag == ALARM_F_SHELVED;
		suppressed += flag == ALARM_F_SUPPRESSED;
		out += flag == ALARM_F_OUT_OF_SERVICE;
	}
	if (shelved || suppressed || out)
		printf("hidden: %u shelved, %u suppressed, %u out of service (--all "
		       "shows them)\n",
		       shelved, suppressed, out);
}

static struct wanted wanted_by(const struct cli_args *a)
{
	struct wanted w = { .all = cli_arg(&cmd_alarms, a, "all"),
			    .area = cli_arg(&cmd_alarms, a, "area") };

	if (cli_arg(&cmd_alarms, a, "shelved"))
		w.flags |= ALARM_F_SHELVED;
	if (cli_arg(&cmd_alarms, a, "suppressed"))
		w.flags |= ALARM_F_SUPPRESSED;
	if (cli_arg(&cmd_alarms, a, "out-of-service"))
		w.flags |= ALARM_F_OUT_OF_SERVICE;
	return w;
}

static int run(int argc, char **argv)
{
	struct alarm_list list;
	struct wanted wanted;
	struct cli_args a;
	int code = cli_args_parse(&cmd_alarms, argc, argv, 0, 0, &a);
	bool json;

	if (code >= 0)
		return code;
	struct client *c = remote_open("cli alarms", &code);
	if (!c)
		return code;
	json = cli_arg(&cmd_alarms, &a, "json");
	wanted = wanted_by(&a);
	code = alarm_list_fetch(c, &list);
	for (size_t i = 0; i < list.n; i++)
		if (is_wanted(&list.v[i], &wanted))
			(json ? print_json : print_text)(&list.v[i]);
	if (!json && !wanted.all && !wanted.flags)
		print_hidden(&list);
	alarm_list_release(&list);
	client_close(c);
	return code;
}

const struct cli_command cmd_alarms = {
	.name = "alarms",
	.args = "[--all | --shelved | --suppressed | --out-of-service] [--area AREA] "
		"[--json]",
	.help = "the alarms that ask for attention, most urgent first",
	.options = options,
	.run = run,
};
