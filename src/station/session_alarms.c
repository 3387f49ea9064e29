/*
 * session_alarms.c - the alarm list as a log: rows with rising versions within an epoch.
 *
 * Each session has its own epoch and version, so that the log of one that is too slow can
 * be dropped and begun again with a snapshot. row_seq counts the rows of all: it tells
 * which occurrence was in a list of a given version (acts.c).
 */
#include "station/station_int.h"

#include <math.h>
#include <stdio.h>

enum { SYNC_MS = 10000 };

/* What shows first of all that hides it: out of service, suppressed, shelved (AM-01). */
static void put_hidden(const struct station *s, uint32_t alarm,
		       const struct alarm_extra *x, struct wire_alarm_row *row)
{
	const char *by = x->shelf_by, *reason = x->shelf_reason;
	struct wall since = x->shelf_since;

	if (x->out_of_service) {
		by = x->out_by;
		reason = x->out_reason;
		since = x->out_since;
	} else if (x->suppressed) {
		by = x->suppressed_by;
		reason = x->suppressed_reason;
		since = x->suppressed_since;
	}
	if (!(row->flags & ALARM_F_HIDDEN))
		return;
	row->hidden_since_ms = since.ms;
	snprintf(row->hidden_by, sizeof(row->hidden_by), "%s", by);
	if (reason == x->suppressed_reason && !(x->suppressed & ALARM_SUP_MANUAL))
		suppress_say_why(s, alarm, x->suppressed, row->hidden_reason,
				 sizeof(row->hidden_reason));
	else
		snprintf(row->hidden_reason, sizeof(row->hidden_reason), "%s", reason);
}

static void put_extra(const struct station *s, uint32_t alarm,
		      const struct alarm_extra *x, struct wire_alarm_row *row)
{
	row->shelf = (uint8_t)x->shelf;
	row->shelf_until_ms = x->shelf == ALARM_SHELF_NONE ? 0 : x->shelf_until.ms;
	row->suppressed = x->suppressed;
	row->comment_ms = x->commented.ms;
	snprintf(row->comment_by, sizeof(row->comment_by), "%s", x->comment_by);
	snprintf(row->comment, sizeof(row->comment), "%s", x->comment);
	row->n_older = x->n_older;
	for (size_t i = 0; i < x->n_older; i++)
		row->older[i] = (struct wire_alarm_older){ x->older[i].occurrence,
							   x->older[i].raised.ms };
	put_hidden(s, alarm, x, row);
}

static uint8_t life_bits(const struct alarm_life *l)
{
	return (uint8_t)((l->latching ? WIRE_LIFE_LATCHING : 0) |
			 (l->confirm ? WIRE_LIFE_CONFIRM : 0) |
			 (l->silent ? WIRE_LIFE_SILENT : 0) |
			 (l->no_ack ? WIRE_LIFE_NO_ACK : 0) |
			 (l->highly_managed ? WIRE_LIFE_MANAGED : 0));
}

/* How it lives, and with which others. */
static void put_kind(const struct alarm_live *a, const struct alarm_def *d,
		     struct wire_alarm_row *row)
{
	const struct alarm_more *more = alarm_more(d);
	const struct alarm_life *life = alarm_life(d);

	row->life = life_bits(life);
	row->shelve_max_s = life->shelve_max_ms / 1000;
	row->superseded = a->seldom->superseded;
	snprintf(row->class_name, sizeof(row->class_name), "%s", life->class_name);
	snprintf(row->owner, sizeof(row->owner), "%s", more->owner ? more->owner : "");
	snprintf(row->reviewed, sizeof(row->reviewed), "%s",
		 more->reviewed ? more->reviewed : "");
	snprintf(row->group, sizeof(row->group), "%s",
		 more->first_out ? more->first_out : "");
}

static void make_row(const struct station *s, uint32_t alarm, struct wire_alarm_row *row)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);
	const struct alarm_live *a = &s->alarm[alarm];
	bool on_tag = a->tag != TAG_NONE && s->tags[a->tag].def;

	*row = (struct wire_alarm_row){
		.first_out = r->first_out,
		.occurrence = r->occurrence,
		.state = (uint8_t)r->state,
		.flags = alarm_record_flags(r),
		.priority = (uint8_t)d->priority,
		.source_bad = r->source_bad,
		.recording = a->recording,
		.raised_ms = r->raised.ms,
		.changed_ms = r->changed.ms,
		.acked_ms = r->acked.ms,
		.value = r->value,
		.limit = station_alarm_limit(s, alarm),
		.respond_within_s = d->respond_within_s,
		.realarms = r->realarms,
		.unconfirmed = r->unconfirmed,
		.habits = alarm_watch_habits(s, alarm),
	};
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
	put_kind(a, d, row);
	if (r->extra)
		put_extra(s, alarm, r->extra, row);
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
	alarm_flood_tell(s, who);
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
