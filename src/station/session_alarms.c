/*
 * session_alarms.c - the alarm list as a log: rows with rising versions within an epoch.
 *
 * Each session has its own epoch and version, so that the log of one that is too slow can
 * be dropped and begun again with a snapshot. row_seq counts the rows of all: it tells
 * which occurrence was in a list of a given version (acks.c).
 */
#include "station/station_int.h"

#include <math.h>
#include <stdio.h>

enum { SYNC_MS = 10000 };

static void make_row(const struct station *s, uint32_t alarm, struct wire_alarm_row *row)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);
	const struct alarm_live *a = &s->alarm[alarm];
	bool on_tag = a->tag != TAG_NONE && s->tags[a->tag].def;

	*row = (struct wire_alarm_row){
		.occurrence = r->occurrence,
		.state = (uint8_t)r->state,
		.priority = (uint8_t)d->priority,
		.source_bad = r->source_bad,
		.recording = a->recording,
		.raised_ms = r->raised.ms,
		.changed_ms = r->changed.ms,
		.acked_ms = r->acked.ms,
		.value = r->value,
		.limit = station_alarm_limit(s, alarm),
		.respond_within_s = d->respond_within_s,
		.flags = alarm_record_flags(r),
		.unconfirmed = r->unconfirmed,
		.realarms = r->realarms,
		.n_older = alarm_record_n_older(r),
	};
	for (uint8_t i = 0; i < row->n_older; i++) {
		row->older[i].occurrence = r->extra->older[i].occurrence;
		row->older[i].raised_ms = r->extra->older[i].raised.ms;
	}
	snprintf(row->name, sizeof(row->name), "%s", d->name);
	snprintf(row->tag, sizeof(row->tag), "%s", d->tag ? d->tag : "");
	snprintf(row->area, sizeof(row->area), "%s", d->area);
	snprintf(row->unit, sizeof(row->unit), "%s",
		 on_tag ? s->tags[a->tag].def->unit : "");
	snprintf(row->type, sizeof(row->type), "%s", d->type->name);
	snprintf(row->acked_by, sizeof(row->acked_by), "%s", r->acked_by);
	snprintf(row->message, sizeof(row->message), "%s",
		 station_alarm_message(s, alarm, r, row->limit));
	snprintf(row->cause, sizeof(row->cause), "%s", d->cause);
	snprintf(row->consequence, sizeof(row->consequence), "%s", d->consequence);
	snprintf(row->action, sizeof(row->action), "%s", d->action);
	snprintf(row->screen, sizeof(row->screen), "%s", d->screen);
}

static void put_row(struct station *s, struct session *who, struct wire_alarm_row *row)
{
	row->epoch = who->epoch;
	row->version = ++who->version;
	wire_put_alarm_row(&s->frame, row);
}

static void put_sync(struct station *s, const struct session *who)
{
	struct wire_alarm_sync m = {
		.epoch = who->epoch,
		.version = who->version,
		.hash = alarm_engine_hash(s->alarms),
	};

	wire_put_alarm_sync(&s->frame, &m);
}

static void snapshot(struct station *s, struct session *who)
{
	struct wire_alarm_row row;

	who->alarms_dropped = false;
	who->epoch = ++s->last_epoch;
	who->version = 0;
	strbuf_clear(&s->frame);
	wire_put_alarm_reset(&s->frame, who->epoch);
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_record *r = alarm_engine_record(s->alarms, i);

		if (!r || !alarm_record_is_retained(r))
			continue;
		make_row(s, i, &row);
		put_row(s, who, &row);
		if (s->frame.len < WIRE_VALUES_BYTES)
			continue;
		station_send(s, who, &s->frame);
		strbuf_clear(&s->frame);
	}
	who->snapshot_seq = s->row_seq;
	who->snapshot_version = who->version;
	put_sync(s, who);
	station_send(s, who, &s->frame);
}

void session_alarms_start(struct station *s, struct session *who)
{
	who->alarms_on = true;
	snapshot(s, who);
}

void session_alarms_queue(struct station *s, struct session *who)
{
	if (who->queued > SESSION_HARD)
		who->alarms_dropped = true;
	else if (who->alarms_on && who->alarms_dropped && who->queued <= SESSION_HIGH)
		snapshot(s, who);
}

void station_tell_alarm(struct station *s, uint32_t alarm)
{
	struct wire_alarm_row row;
	bool made = false;

	s->row_seq++;
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (!who->alarms_on || who->alarms_dropped)
			continue;
		if (!made)
			make_row(s, alarm, &row);
		made = true;
		strbuf_clear(&s->frame);
		put_row(s, who, &row);
		station_send(s, who, &s->frame);
	}
}

void station_sync_alarms(struct station *s)
{
	s->sync_due = mono_add_ms(s->now.mono, SYNC_MS);
	for (size_t i = 0; i < s->n_sessions; i++) {
		struct session *who = s->sessions[i];

		if (!who->alarms_on || who->alarms_dropped)
			continue;
		strbuf_clear(&s->frame);
		put_sync(s, who);
		station_send(s, who, &s->frame);
	}
}
