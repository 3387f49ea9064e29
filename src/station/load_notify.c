/* load_notify.c - who outside is told of alarms: programs, syslog, MQTT. */
#include "station/load_alarm_rows.h"

#include <stdlib.h>
#include <string.h>

#include "alarm/journal.h"
#include "station/cross_int.h"
#include "util/xalloc.h"

enum { WAIT_MAX_S = 86400, FACILITY_LOCAL0 = 16 };

#define TOPIC_DEFAULT "sightglass/{station}/alarm/{alarm}"

static const char *const facility_words[] = { "local0", "local1", "local2",
					      "local3", "local4", "local5",
					      "local6", "local7", NULL };

const struct cfg_row station_notify_rows[] = {
	{ .name = "name",
	  .kind = CFG_K_TEXT,
	  .flags = CFG_REQUIRED,
	  .help = "what the log calls it" },
	{ .name = "command",
	  .kind = CFG_K_TEXTS,
	  .help = "program with its arguments; reads the alarm as JSON" },
	{ .name = "syslog",
	  .kind = CFG_K_TEXT,
	  .help = "/dev/log, or udp://HOST:PORT of a collector" },
	{ .name = "facility",
	  .kind = CFG_K_WORD,
	  .words = facility_words,
	  .help = "of syslog; local0 by default" },
	{ .name = "mqtt",
	  .kind = CFG_K_TEXT,
	  .help = "device whose broker keeps the state of each alarm" },
	{ .name = "topic",
	  .kind = CFG_K_TEXT,
	  .help = "of mqtt; " TOPIC_DEFAULT " by default" },
	{ .name = "priority",
	  .kind = CFG_K_WORD,
	  .words = load_priority_words,
	  .help = "only alarms of this priority or a more urgent one; low by default" },
	{ .name = "areas", .kind = CFG_K_TEXTS, .help = "only alarms in these areas" },
	{ .name = "classes",
	  .kind = CFG_K_TEXTS,
	  .help = "only alarms of these classes" },
	{ .name = "events",
	  .kind = CFG_K_TEXTS,
	  .help = "only these: came, cleared, acknowledged, ..., as the journal has "
		  "them" },
	{ .name = "after_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 1,
	  .hi = WAIT_MAX_S,
	  .help = "escalation: only if it is still unacknowledged after this time" },
	{ .name = "repeat_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 10,
	  .hi = WAIT_MAX_S,
	  .help = "again so often until it is acknowledged" },
	{ .name = "horn",
	  .kind = CFG_K_BOOL,
	  .help = "a sounder: silencing it ends its repetitions for what stands, and "
		  "runs "
		  "the command with the event \"silenced\"" },
	{ 0 },
};

static void free_list(char **list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(list[i]);
	free(list);
}

void notify_def_release(struct notify_def *d)
{
	for (char **word = d->command; word && *word; word++)
		free(*word);
	free(d->command);
	free_list(d->areas, d->n_areas);
	free_list(d->classes, d->n_classes);
	free(d->name);
	free(d->syslog);
	free(d->device);
	free(d->topic);
	*d = (struct notify_def){ 0 };
}

/* --- reading ---------------------------------------------------------------------- */

static void unknown_event(struct loader *l, const struct cfg_node *at, const char *word)
{
	const char *names[ALARM_E_COUNT];
	struct strbuf near = STRBUF_INIT;

	for (int e = 0; e < ALARM_E_COUNT; e++)
		names[e] = alarm_event_name((enum alarm_event)e);
	diag_suggest(&near, word, names, ALARM_E_COUNT);
	cfg_error(at, l->diags, "unknown-event",
		  "\"%s\" happens to no alarm; write it as the journal does: came, "
		  "cleared, "
		  "acknowledged%s",
		  word, near.len ? near.buf : "");
	strbuf_release(&near);
}

static void take_events(struct loader *l, const struct cfg_node *group,
			struct notify_def *d)
{
	const struct cfg_node *from = cfg_get(group, "events");
	enum alarm_event e;

	for (size_t i = 0; i < load_text_count(from); i++) {
		const char *word = cfg_as_text(load_text_at(from, i));

		if (word && alarm_event_parse(word, &e))
			d->events |= UINT64_C(1) << e;
		else if (word)
			unknown_event(l, load_text_at(from, i), word);
	}
}

/* Exactly one way out. */
static bool take_kind(struct loader *l, const struct cfg_node *group,
		      struct notify_def *d)
{
	const struct cfg_node *command = cfg_get(group, "command");
	const struct cfg_node *syslog = cfg_get(group, "syslog"),
			      *mqtt = cfg_get(group, "mqtt");
	size_t n = 0;

	if ((command != NULL) + (syslog != NULL) + (mqtt != NULL) != 1) {
		cfg_error(group, l->diags, "notify",
			  "notify \"%s\" needs exactly one of command, syslog and mqtt",
			  d->name);
		return false;
	}
	d->kind = command ? NOTIFY_COMMAND : syslog ? NOTIFY_SYSLOG : NOTIFY_MQTT;
	load_texts(command, &d->command, &n);
	if (n)
		*GROW(&d->command, &n) = NULL;
	d->syslog = load_text(group, "syslog", NULL);
	d->device = load_text(group, "mqtt", NULL);
	d->topic = load_text(group, "topic", TOPIC_DEFAULT);
	return true;
}

/* --- checking --------------------------------------------------------------------- */

static void not_with(struct loader *l, const struct cfg_node *group, const char *name,
		     const char *why)
{
	if (cfg_get(group, name))
		cfg_error(cfg_get(group, name), l->diags, "useless-setting",
			  "%s means nothing here: %s; remove it", name, why);
}

static void check_command(struct loader *l, const struct cfg_node *group,
			  const struct notify_def *d)
{
	if (!d->command || d->command[0][0] != '/')
		cfg_error(
			cfg_get(group, "command"), l->diags, "notify",
			"the program of notify \"%s\" needs its whole path: \"/usr/...\"",
			d->name);
}

static void check_syslog(struct loader *l, const struct cfg_node *group,
			 const struct notify_def *d)
{
	const char *host = "udp://", *port = strrchr(d->syslog, ':');
	bool udp = strncmp(d->syslog, host, strlen(host)) == 0;

	if (d->syslog[0] == '/' || (udp && port > d->syslog + strlen(host) && port[1]))
		return;
	cfg_error(cfg_get(group, "syslog"), l->diags, "notify",
		  "syslog of notify \"%s\" is a socket's whole path (\"/dev/log\") or "
		  "\"udp://HOST:PORT\"",
		  d->name);
}

static void check_mqtt(struct loader *l, const struct cfg_node *group,
		       const struct notify_def *d)
{
	if (strchr(d->topic, '+') || strchr(d->topic, '#'))
		cfg_error(
			cfg_get(group, "topic"), l->diags, "notify",
			"the topic of notify \"%s\" is published: it can hold no + and #",
			d->name);
	else if (!strstr(d->topic, "{alarm}"))
		cfg_error(cfg_get(group, "topic"), l->diags, "notify",
			  "the topic of notify \"%s\" lacks {alarm}: each alarm needs "
			  "one of "
			  "its own",
			  d->name);
}

static void check_rest(struct loader *l, const struct cfg_node *group,
		       const struct notify_def *d)
{
	if (d->kind != NOTIFY_SYSLOG)
		not_with(l, group, "facility", "it belongs to syslog");
	if (d->kind != NOTIFY_MQTT)
		not_with(l, group, "topic", "it belongs to mqtt");
	if (d->kind != NOTIFY_COMMAND)
		not_with(l, group, "horn", "it belongs to a command");
	if (d->kind == NOTIFY_MQTT) {
		not_with(l, group, "events", "mqtt tells each state");
		not_with(l, group, "after_s", "mqtt tells each state");
		not_with(l, group, "repeat_s", "mqtt keeps each state");
	}
	if (d->after_ms)
		not_with(l, group, "events", "after_s waits for an acknowledgement");
	else if (d->repeat_ms)
		not_with(l, group, "repeat_s", "it goes with after_s");
}

static void (*const checks[])(struct loader *l, const struct cfg_node *group,
			      const struct notify_def *d) = {
	[NOTIFY_COMMAND] = check_command,
	[NOTIFY_SYSLOG] = check_syslog,
	[NOTIFY_MQTT] = check_mqtt,
};

void load_notify(struct loader *l, const struct cfg_node *group)
{
	const char *name = cfg_as_text(cfg_get(group, "name"));
	const char *priority = cfg_as_text(cfg_get(group, "priority"));
	struct strbuf what = STRBUF_INIT;

	strbuf_addf(&what, name ? "notify \"%s\"" : "this notify", name);
	bool fine = cfg_check(group, what.buf, station_notify_rows, false, l->diags);
	strbuf_release(&what);
	if (!name)
		return;
	struct notify_def *d = GROW(&l->d->notify, &l->d->n_notify);
	d->name = xstrdup(name);
	d->loc = load_loc(group);
	d->priority = ALARM_LOW;
	if (priority)
		alarm_priority_parse(priority, &d->priority);
	d->facility =
		FACILITY_LOCAL0 +
		(int)load_word(facility_words, cfg_as_text(cfg_get(group, "facility")));
	d->after_ms = load_ms(group, "after_s", 0);
	d->repeat_ms = load_ms(group, "repeat_s", 0);
	cfg_as_bool(cfg_get(group, "horn"), &d->horn);
	load_texts(cfg_get(group, "areas"), &d->areas, &d->n_areas);
	load_texts(cfg_get(group, "classes"), &d->classes, &d->n_classes);
	take_events(l, group, d);
	if (!fine || !take_kind(l, group, d))
		return;
	checks[d->kind](l, group, d);
	check_rest(l, group, d);
}

void cross_notify(struct loader *l)
{
	for (size_t i = 0; i < l->d->n_notify; i++) {
		const struct notify_def *d = &l->d->notify[i];
		struct strbuf where = STRBUF_INIT;

		strbuf_addf(&where, "notify \"%s\"", d->name);
		if (d->device && station_def_device(l->d, d->device) < 0 &&
		    !l->devices_incomplete)
			load_error(l, &d->loc, "unknown-device",
				   "%s names the unknown device \"%s\"", where.buf,
				   d->device);
		for (size_t k = 0; k < d->n_classes; k++)
			if (!load_class_find(l, d->classes[k]))
				load_unknown_class(l, &d->loc, where.buf, d->classes[k]);
		strbuf_release(&where);
	}
}
