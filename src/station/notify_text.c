/* notify_text.c - the same facts for a program, a broker and a log. */
#include "station/notify_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "station/station_int.h"
#include "util/json_text.h"
#include "util/utf8.h"

/* What a reader may want to know of an alarm, in the order in which it is told. */
struct facts {
	const char *name;
	const char *text;
};

enum { FACTS_MAX = 16 };

static size_t texts_of(const struct station *s, uint32_t alarm,
		       const struct alarm_record *r, struct facts *f)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);
	uint32_t tag = s->alarm[alarm].tag;
	const char *unit =
		tag != TAG_NONE && s->tags[tag].def ? s->tags[tag].def->unit : "";
	const struct facts all[] = {
		{ "alarm", d->name },
		{ "station", s->def->name },
		{ "area", d->area },
		{ "tag", d->tag ? d->tag : "" },
		{ "type", d->type->name },
		{ "class", alarm_life(d)->class_name },
		{ "priority", alarm_priority_name(d->priority) },
		{ "state", alarm_state_name(r->state) },
		{ "message",
		  station_alarm_message(s, alarm, r, station_alarm_limit(s, alarm)) },
		{ "unit", unit },
		{ "consequence", d->consequence },
		{ "action", d->action },
	};

	memcpy(f, all, sizeof(all));
	return sizeof(all) / sizeof(all[0]);
}

static void put_bool(struct strbuf *out, const char *name, bool v)
{
	strbuf_addf(out, ",\"%s\":%s", name, v ? "true" : "false");
}

static void put_number(struct strbuf *out, const char *name, double v)
{
	strbuf_addf(out, ",\"%s\":", name);
	json_text_put_number(out, v);
}

static void put_time(struct strbuf *out, const char *name, struct wall t)
{
	char iso[CLOCK_ISO_SIZE];

	if (t.ms == 0)
		return;
	clock_iso_utc(t, iso);
	strbuf_addf(out, ",\"%s\":\"%s\"", name, iso);
}

static void put_text(struct strbuf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(out, ",\"%s\":", name);
	json_text_put(out, text);
}

/* The members of the object behind its first. */
static void put_alarm(struct strbuf *out, const struct station *s, uint32_t alarm,
		      const struct alarm_record *r)
{
	uint8_t flags = alarm_record_flags(r);
	struct facts f[FACTS_MAX];
	size_t n = texts_of(s, alarm, r, f);

	for (size_t i = 0; i < n; i++)
		put_text(out, f[i].name, f[i].text);
	strbuf_addf(out, ",\"occurrence\":%" PRIu64, r->occurrence);
	put_bool(out, "shelved", flags & ALARM_F_SHELVED);
	put_bool(out, "suppressed", flags & ALARM_F_SUPPRESSED);
	put_bool(out, "out_of_service", flags & ALARM_F_OUT_OF_SERVICE);
	put_bool(out, "source_bad", r->source_bad);
	put_number(out, "value", r->value);
	put_number(out, "limit", station_alarm_limit(s, alarm));
	put_time(out, "raised", r->raised);
	put_time(out, "changed", r->changed);
	put_time(out, "acknowledged", r->acked);
	put_text(out, "acknowledged_by", r->acked.ms ? r->acked_by : "");
}

void notify_put_state(struct strbuf *out, const struct station *s, uint32_t alarm,
		      const struct alarm_record *r)
{
	char now[CLOCK_ISO_SIZE];

	clock_iso_utc(s->now.wall, now);
	strbuf_addf(out, "{\"told\":\"%s\"", now);
	put_alarm(out, s, alarm, r);
	strbuf_addch(out, '}');
}

void notify_put_event(struct strbuf *out, const struct station *s,
		      const struct alarm_transition *t, int64_t waited_ms)
{
	strbuf_adds(out, "{\"event\":");
	json_text_put(out, waited_ms ? "not acknowledged" : alarm_event_name(t->event));
	put_time(out, "time", s->now.wall);
	if (waited_ms)
		put_number(out, "waits_s", (double)(waited_ms / 1000));
	put_text(out, "by", t->by);
	put_text(out, "reason", t->text);
	put_alarm(out, s, t->alarm, &t->record);
	strbuf_adds(out, "}\n");
}

void notify_put_silence(struct strbuf *out, const struct station *s, const char *by)
{
	strbuf_adds(out, "{\"event\":\"silenced\"");
	put_time(out, "time", s->now.wall);
	put_text(out, "station", s->def->name);
	put_text(out, "by", by);
	strbuf_adds(out, "}\n");
}

/* --- syslog ------------------------------------------------------------------------ */

int notify_severity(const struct station *s, const struct alarm_transition *t)
{
	/* critical, error, warning, notice, informational */
	static const int severity[] = { 6, 2, 3, 4, 5, 6 };
	const struct alarm_def *d = alarm_engine_def(s->alarms, t->alarm);

	return t->to == ALARM_S_UNACK && d ? severity[d->priority] : 6;
}

/* RFC 5424 6.3.3: these three are escaped; the value is UTF-8. */
static void put_param(struct strbuf *out, const char *name, const char *text)
{
	struct strbuf clean = STRBUF_INIT;

	if (!text || !*text)
		return;
	utf8_clean(&clean, text, SIZE_MAX);
	strbuf_addf(out, " %s=\"", name);
	for (size_t i = 0; i < clean.len; i++) {
		if (strchr("\"\\]", clean.buf[i]))
			strbuf_addch(out, '\\');
		strbuf_addch(out, clean.buf[i]);
	}
	strbuf_addch(out, '"');
	strbuf_release(&clean);
}

/* MSGID: printable, no blank. */
static void put_id(struct strbuf *out, const char *event)
{
	for (; *event; event++)
		strbuf_addch(out, *event == ' ' ? '-' : *event);
}

void notify_put_syslog(struct strbuf *out, const struct station *s,
		       const struct alarm_transition *t, int64_t waited_ms)
{
	const char *event = waited_ms ? "not acknowledged" : alarm_event_name(t->event);
	struct strbuf message = STRBUF_INIT;
	struct facts f[FACTS_MAX];
	size_t n = texts_of(s, t->alarm, &t->record, f);

	put_id(out, event);
	/* 32473 is the number RFC 5612 keeps for examples: we have none of our own */
	strbuf_adds(out, " [alarm@32473");
	for (size_t i = 0; i < n; i++)
		if (strcmp(f[i].name, "consequence") != 0 &&
		    strcmp(f[i].name, "action") != 0)
			put_param(out, f[i].name, f[i].text);
	put_param(out, "by", t->by);
	put_param(out, "reason", t->text);
	strbuf_addf(out, " occurrence=\"%" PRIu64 "\"] ", t->record.occurrence);
	strbuf_addf(&message, "%s %s: %s", f[0].text, event,
		    station_alarm_message(s, t->alarm, &t->record,
					  station_alarm_limit(s, t->alarm)));
	if (isfinite(t->record.value))
		strbuf_addf(&message, " (%.6g)", t->record.value);
	if (waited_ms)
		strbuf_addf(&message, ", for %" PRId64 " s", waited_ms / 1000);
	utf8_clean(out, message.buf, SIZE_MAX);
	strbuf_release(&message);
}

/* --- topics ------------------------------------------------------------------------ */

static void put_levels(struct strbuf *out, const char *name)
{
	for (; *name; name++)
		strbuf_addch(out, *name == '.' ? '/' : *name);
}

void notify_put_topic(struct strbuf *out, const struct station *s,
		      const struct notify_def *d, uint32_t alarm)
{
	const struct alarm_def *a = alarm_engine_def(s->alarms, alarm);
	const struct {
		const char *word, *text;
	} parts[] = { { "{alarm}", a->name },
		      { "{area}", a->area },
		      { "{station}", s->def->name } };

	for (const char *p = d->topic; *p;) {
		size_t i = 0, n = sizeof(parts) / sizeof(parts[0]);

		while (i < n && strncmp(p, parts[i].word, strlen(parts[i].word)) != 0)
			i++;
		if (i < n) {
			put_levels(out, parts[i].text);
			p += strlen(parts[i].word);
		} else {
			strbuf_addch(out, *p++);
		}
	}
}
