/* queries.c - questions of sessions that the station answers from what it knows. */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "util/xalloc.h"
#include "wire/audit.h"
#include "wire/journal.h"

enum {
	AUDIT_COUNT_MAX = 1000,
	SUGGEST_MAX = 4096,
	LOOKUPS_A_SESSION = 2,
	LOOKUPS_MAX = 32
};

/* " (did you mean ...?)": from the tags that begin alike, so a big station stays quick.
 */
static void suggest(const struct station *s, const char *wrong, struct strbuf *out)
{
	const char *names[SUGGEST_MAX];
	size_t n = 0;

	for (uint32_t i = 0; i < s->n_tags && n < SUGGEST_MAX; i++)
		if (s->tags[i].def && s->tags[i].def->name[0] == wrong[0])
			names[n++] = s->tags[i].def->name;
	diag_suggest(out, wrong, names, n);
}

uint32_t query_tag_named(struct station *s, struct session *who, uint32_t req,
			 const char *name)
{
	uint32_t tag = tag_db_find(s->db, name);

	if (tag != TAG_NONE)
		return tag;
	strbuf_setf(&s->why, "there is no tag named \"%s\"", name);
	suggest(s, name, &s->why);
	station_reply(s, who, req, WIRE_REFUSED, "%s", s->why.buf);
	return TAG_NONE;
}

uint32_t query_tag(struct station *s, struct session *who, const struct wire_request *m)
{
	return query_tag_named(s, who, m->req, m->text);
}

void query_get(struct station *s, struct session *who, const struct wire_request *m)
{
	uint32_t tag = query_tag(s, who, m);
	struct wire_tag_state state = { .req = m->req };
	const struct sample *good;

	if (tag == TAG_NONE)
		return;
	station_tag_info(s, tag, m->text, &state.info);
	station_wire_value(s, tag, &state.now);
	good = tag_db_last_good(s->db, tag);
	if (good) {
		state.has_last_good = 1;
		state.last_good_ms = good->source_time.ms;
		state.last_good = good->value;
	}
	strbuf_clear(&s->frame);
	wire_put_tag_state(&s->frame, &state);
	station_send(s, who, &s->frame);
	station_reply(s, who, m->req, WIRE_OK, "%s", "");
}

void query_tag_row(struct station *s, struct session *who, uint32_t req,
		   const struct tag_def *d)
{
	uint32_t tag = tag_db_find(s->db, d->name);
	const char *fields[] = {
		d->name,
		value_type_name(d->type),
		d->unit,
		d->area,
		tag != TAG_NONE && s->tags[tag].rare->point ? "writable" : "",
		d->description,
	};

	station_row(s, who, req, fields, sizeof(fields) / sizeof(fields[0]));
}

void query_tags(struct station *s, struct session *who, const struct wire_request *m)
{
	size_t len = strlen(m->text), n = 0;

	if (m->num == 1) {
		query_device_tags(s, who, m);
		return;
	}
	if (m->num == 2) {
		query_find_tags(s, who, m);
		return;
	}
	for (size_t i = 0; i < s->def->n_tags; i++) {
		const struct tag_def *d = &s->def->tags[i];

		if (strncmp(d->name, m->text, len) != 0)
			continue;
		query_tag_row(s, who, m->req, d);
		n++;
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu tags", n);
}

static void status_row(struct station *s, struct session *who, uint32_t req,
		       const char *name, const char *value)
{
	const char *fields[] = { name, value };

	station_row(s, who, req, fields, 2);
}

static void status_number(struct station *s, struct session *who, uint32_t req,
			  const char *name, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	status_row(s, who, req, name, text);
}

static size_t live_tags(const struct station *s)
{
	return s->def->n_tags;
}

static void status_devices(struct station *s, struct session *who, uint32_t req)
{
	char name[64], text[DRIVER_TEXT_MAX + 64];

	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device_live *d = &s->devices[i];

		if (!d->def)
			continue;
		snprintf(name, sizeof(name), "device %s", d->name);
		snprintf(text, sizeof(text), "%s%s%s",
			 d->connected ? "connected" : "not connected",
			 d->text[0] ? ": " : "", d->text);
		status_row(s, who, req, name, text);
	}
}

static void status_drivers(struct station *s, struct session *who, uint32_t req)
{
	static const char *const phases[] = {
		[DRIVER_OFF] = "off",
		[DRIVER_STARTING] = "starting",
		[DRIVER_GREETING] = "starting",
		[DRIVER_CONFIGURING] = "taking its configuration",
		[DRIVER_READY] = "ready",
		[DRIVER_DYING] = "ending",
		[DRIVER_WAITING] = "waiting to start again",
	};
	char name[64];

	for (size_t i = 0; i < s->n_drivers; i++) {
		snprintf(name, sizeof(name), "driver %s", s->drivers[i].name);
		status_row(s, who, req, name, phases[s->drivers[i].phase]);
	}
}

static void status_recording(struct station *s, struct session *who, uint32_t req)
{
	static const char *const words[] = {
		[WIRE_RECORDING_NO] = "no",
		[WIRE_RECORDING_YES] = "yes",
		[WIRE_RECORDING_RESERVE] = "in the reserve journal",
	};

	status_row(s, who, req, "recording", words[station_recording(s)]);
	status_row(s, who, req, "reserve journal", s->reserve.there ? "ready" : "none");
	status_number(s, who, req, "reserve used (%)", s->reserve.percent);
	if (s->reserve.in_use) /* `audit list` and `journal` say so, too */
		status_number(s, who, req, "records in the reserve", s->reserve.rows);
}

void query_status(struct station *s, struct session *who, const struct wire_request *m)
{
	size_t sessions = 0;

	for (size_t i = 0; i < s->n_sessions; i++)
		sessions += s->sessions[i]->greeted && !s->sessions[i]->closing;
	status_row(s, who, m->req, "station", s->def->name);
	status_row(s, who, m->req, "server", s->options.server);
	if (s->options.file)
		status_row(s, who, m->req, "station file", s->options.file);
	if (s->options.walls)
		status_row(s, who, m->req, "walls", s->options.walls);
	status_row(s, who, m->req, "configuration", s->config);
	status_row(s, who, m->req, "manifest", s->manifest);
	status_row(s, who, m->req, "signed", control_vouched(s));
	status_recording(s, who, m->req);
	sealing_status(s, who, m->req);
	status_number(s, who, m->req, "sessions", sessions);
	status_number(s, who, m->req, "tags", live_tags(s));
	status_number(s, who, m->req, "alarms", s->def->n_alarms);
	status_number(s, who, m->req, "writes in doubt", write_gate_doubt_count(s->gate));
	status_number(s, who, m->req, "substituted values", s->n_substitutions);
	status_number(s, who, m->req, "trends kept", s->n_pens);
	status_number(s, who, m->req, "driver restarts", s->restarts);
	status_drivers(s, who, m->req);
	status_devices(s, who, m->req);
	station_reply(s, who, m->req, WIRE_OK, "%s", "");
}

/* Rows: request, tag, outcome, when (ms UTC), text, who, new value with unit. */
void query_in_doubt(struct station *s, struct session *who, const struct wire_request *m)
{
	const struct write_doubt *d;
	size_t n = 0;

	for (; (d = write_gate_doubt(s->gate, n)); n++) {
		char request[24], when[24], value[VALUE_STRING_MAX + 1];
		char wanted[VALUE_STRING_MAX + 40];
		const char *fields[] = { request, d->record.tag,   d->outcome, when,
					 d->text, d->record.actor, wanted };

		snprintf(request, sizeof(request), "%" PRIu64, d->request);
		snprintf(when, sizeof(when), "%" PRId64, d->record.wall_ms);
		value_format(&d->record.new_value, d->record.decimals, value,
			     sizeof(value));
		snprintf(wanted, sizeof(wanted), "%s%s%s", value,
			 d->record.unit[0] ? " " : "", d->record.unit);
		station_row(s, who, m->req, fields, sizeof(fields) / sizeof(fields[0]));
	}
	station_reply(s, who, m->req, WIRE_OK, "%zu writes in doubt", n);
}

/* --- what the shell has to look up ----------------------------------------------- */

/* The store does these between commits: a flood of them would hold up every intent, and
 * in the end the loop that hands them over. */
bool query_may_look_up(struct station *s, struct session *who, uint32_t req)
{
	if (who->lookups < LOOKUPS_A_SESSION && s->lookups < LOOKUPS_MAX) {
		who->lookups++;
		s->lookups++;
		return true;
	}
	station_reply(s, who, req, WIRE_REFUSED,
		      "the store is still busy with earlier lists or backups%s: wait for "
		      "their end",
		      who->lookups < LOOKUPS_A_SESSION ? "" : " of this session");
	return false;
}

void query_answered(struct station *s, const struct event *ev)
{
	struct session *who = session_find(s, ev->u.answer.session);

	s->lookups -= s->lookups > 0;
	if (handover_answered(s, ev) || !who)
		return;
	who->lookups -= who->lookups > 0;
	if (ev->u.answer.secret)
		station_send_secret(s, who, ev->u.answer.frames);
	else
		station_send(s, who, ev->u.answer.frames);
}

void query_audit(struct station *s, struct session *who, const struct wire_request *m)
{
	struct action *a;

	if (!query_may_look_up(s, who, m->req))
		return;
	a = station_emit(s, ACT_AUDIT_LIST);
	a->session = who->id;
	a->req = m->req;
	a->num = m->num;
	a->num2 = m->num2 && m->num2 < AUDIT_COUNT_MAX ? m->num2 : AUDIT_COUNT_MAX;
}

/* Hands a question on as it came. */
static void look_up(struct station *s, struct session *who, uint32_t req,
		    enum action_kind kind, const uint8_t *p, size_t n)
{
	struct action *a;

	if (!query_may_look_up(s, who, req))
		return;
	a = station_emit(s, kind);
	a->session = who->id;
	a->req = req;
	strbuf_add(&a->bytes, p, n);
}

bool query_audit_search(struct station *s, struct session *who, const uint8_t *p,
			size_t n)
{
	struct wire_audit_search m;

	if (!wire_get_audit_search(p, n, &m))
		return false;
	look_up(s, who, m.req, ACT_AUDIT_SEARCH, p, n);
	return true;
}

bool query_journal(struct station *s, struct session *who, const uint8_t *p, size_t n)
{
	struct wire_journal m;

	if (!wire_get_journal(p, n, &m))
		return false;
	look_up(s, who, m.req, ACT_JOURNAL, p, n);
	return true;
}

void query_backup(struct station *s, struct session *who, const struct wire_request *m)
{
	struct action *a;

	if (m->text[0] != '/') {
		station_reply(s, who, m->req, WIRE_REFUSED,
			      "the path of a backup must begin with \"/\"");
		return;
	}
	if (!query_may_look_up(s, who, m->req))
		return;
	station_note(s, who, AUDIT_BACKUP, m->text, "asked for", "");
	a = station_emit(s, ACT_BACKUP);
	a->session = who->id;
	a->req = m->req;
	a->name = xstrdup(m->text);
}
