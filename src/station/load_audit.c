/* load_audit.c - where the anchors of the record go. */
#include "station/load_audit.h"

#include <stdlib.h>
#include <string.h>

#include "station/cross_int.h"
#include "station/load_int.h"
#include "util/xalloc.h"

enum { FACILITY_LOCAL0 = 16, CHECKPOINT_MOST_S = 3600, UNANCHORED_MOST = 1000000 };

const struct cfg_row station_audit_rows[] = {
	{ .name = "checkpoint_s",
	  .kind = CFG_K_NUMBER,
	  .lo = 1,
	  .hi = CHECKPOINT_MOST_S,
	  .help = "a signed checkpoint so often, if there is anything new; 60 by "
		  "default" },
	{ .name = "folder",
	  .kind = CFG_K_TEXT,
	  .help = "a second place for anchors, best of another user or disk" },
	{ .name = "syslog",
	  .kind = CFG_K_TEXT,
	  .help = "/dev/log, or udp://HOST:PORT: each anchor is a line there" },
	{ .name = "mqtt",
	  .kind = CFG_K_TEXT,
	  .help = "device whose broker keeps the newest anchor (retained)" },
	{ .name = "topic",
	  .kind = CFG_K_TEXT,
	  .help = "of mqtt; sightglass/STATION/anchor by default" },
	{ .name = "unanchored_max",
	  .kind = CFG_K_NUMBER,
	  .lo = 1,
	  .hi = UNANCHORED_MOST,
	  .help = "more records than this without an anchor raise an alarm; 2000 by "
		  "default" },
	{ 0 },
};

void audit_def_release(struct audit_def *d)
{
	free(d->device);
	free(d->topic);
	free(d->syslog);
	free(d->folder);
	*d = (struct audit_def){ 0 };
}

static void check_syslog(struct loader *l, const struct cfg_node *at, const char *to)
{
	const char *udp = "udp://", *port = strrchr(to, ':');

	if (to[0] == '/' ||
	    (strncmp(to, udp, strlen(udp)) == 0 && port > to + strlen(udp) && port[1]))
		return;
	cfg_error(at, l->diags, "audit",
		  "syslog of audit is a socket's whole path (\"/dev/log\") or "
		  "\"udp://HOST:PORT\"");
}

static void check_topic(struct loader *l, const struct cfg_node *at, const char *topic)
{
	if (!strchr(topic, '+') && !strchr(topic, '#'))
		return;
	cfg_error(at, l->diags, "audit",
		  "the topic of audit is published: it can hold no + and #");
}

void load_audit(struct loader *l, const struct cfg_node *root)
{
	const struct cfg_node *group = cfg_get(root, "audit");
	struct audit_def *d = &l->d->audit;
	char *topic = xasprintf("sightglass/%s/anchor", l->d->name);

	d->checkpoint_ms = load_ms(group, "checkpoint_s", AUDIT_CHECKPOINT_MS);
	d->unanchored_max =
		(int64_t)load_double(group, "unanchored_max", AUDIT_UNANCHORED_MAX);
	d->device = load_text(group, "mqtt", NULL);
	d->topic = load_text(group, "topic", topic);
	d->syslog = load_text(group, "syslog", NULL);
	d->facility = FACILITY_LOCAL0;
	free(topic);
	const char *folder = cfg_as_text(cfg_get(group, "folder"));
	if (folder && folder[0])
		d->folder = folder[0] == '/' ? xstrdup(folder)
					     : xasprintf("%s/%s", l->d->dir, folder);
	if (d->syslog)
		check_syslog(l, cfg_get(group, "syslog"), d->syslog);
	check_topic(l, cfg_get(group, "topic"), d->topic);
	if (!d->device && cfg_get(group, "topic"))
		cfg_error(cfg_get(group, "topic"), l->diags, "useless-setting",
			  "topic means nothing here: it belongs to mqtt; remove it");
	if (d->device)
		l->audit_at = load_loc(cfg_get(group, "mqtt"));
}

/* What the broker keeps comes back as the value of a tag. */
void load_audit_tag(struct loader *l, const char *file)
{
	struct audit_def *d = &l->d->audit;
	int64_t device = d->device ? station_def_device(l->d, d->device) : -1;
	struct settings settings = { 0 };
	struct loc at = { file, 1, 1 };
	struct tag_def *t;

	if (device < 0 || station_def_tag(l->d, AUDIT_ECHO_TAG) >= 0)
		return;
	t = load_new_tag(l, AUDIT_ECHO_TAG, names_hash(AUDIT_ECHO_TAG));
	t->kind = TAG_DEVICE;
	t->device = (int)device;
	t->type = VALUE_STRING;
	load_note(l, t)->type_given = true;
	t->area = station_def_text(l->d, "system");
	t->unit = station_def_text(l->d, "");
	t->description = station_def_text(l->d, "The anchor that the broker keeps");
	tag_set_loc(t, &at, load_file_number(l, at.file));
	settings_add(&settings, "own", "true");
	settings_add(&settings, "topic", d->topic);
	t->settings = settings_keep(&settings, l->d->texts);
	settings_release(&settings);
}

void cross_audit(struct loader *l)
{
	const struct audit_def *d = &l->d->audit;
	int64_t device;

	if (!d->device || l->devices_incomplete)
		return;
	device = station_def_device(l->d, d->device);
	if (device < 0)
		load_error(l, &l->audit_at, "unknown-device",
			   "mqtt of audit names the device \"%s\", which there is not",
			   d->device);
	else if (strcmp(l->d->devices[device].driver, "mqtt") != 0)
		load_error(l, &l->audit_at, "audit",
			   "mqtt of audit names the device \"%s\", which is no broker",
			   d->device);
}
