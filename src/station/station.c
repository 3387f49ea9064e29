/*
 * station.c - the machine as a whole: made, stepped, asked when it is due again, stopped.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"
#include "write/change_set.h"

enum { STOP_LIMIT_MS = 5000, EPOCH_SHIFT = 10, FRAME_MAX = 64 << 20, SYNC_MS = 10000 };

/* --- start ----------------------------------------------------------------------- */

static void restore_alarm(struct station *s, const struct stored_alarm *stored)
{
	uint32_t alarm = alarm_engine_find(s->alarms, stored->name);
	struct alarm_stored got;

	if (!alarm_record_get(stored->record.buf, stored->record.len, &got)) {
		station_log(s, LOG_L_ERROR,
			    "the stored state of alarm %s is unreadable: "
			    "it begins anew",
			    stored->name);
		return;
	}
	if (alarm != UINT32_MAX) {
		alarm_engine_restore(s->alarms, alarm, &got.record, s->now);
		alarm_count(s, alarm, alarm_engine_record(s->alarms, alarm));
		return;
	}
	if (alarm_record_is_retained(&got.record))
		station_note(s, NULL, AUDIT_RELOAD, stored->name, "alarm closed",
			     "it was not normal and is no longer configured");
	txn_add(station_batch(s), TXN_ALARM_GONE, 0, stored->name);
}

static void note_start(struct station *s, const struct store_snapshot *snapshot)
{
	const char *walls = s->options.walls;
	char detail[1024];
	size_t writes = 0;

	for (size_t i = 0; i < snapshot->n_writes; i++)
		writes += strcmp(snapshot->writes[i].tag, WRITE_SET_KEY) != 0;
	snprintf(detail, sizeof(detail), "%s; %zu writes in doubt%s%s%s%.500s",
		 s->options.server, writes, walls ? "; walls: " : "", walls ? walls : "",
		 snapshot->notice ? "; " : "", snapshot->notice ? snapshot->notice : "");
	station_note(s, NULL, AUDIT_START, s->def->name, "started", detail);
}

/* The engine comes first, for alarms are restored before anything judges them. */
static void restore(struct station *s, const struct store_snapshot *snapshot)
{
	note_start(s, snapshot);
	for (size_t i = 0; i < snapshot->n_alarms; i++)
		restore_alarm(s, &snapshot->alarms[i]);
	for (size_t i = 0; i < snapshot->n_recent; i++)
		write_gate_recall(s->gate, &snapshot->recent[i], s->now);
	for (size_t i = 0; i < snapshot->n_writes; i++)
		write_gate_restore(s->gate, &snapshot->writes[i], s->now);
}

struct station *station_new(struct station_def *def,
			    const struct store_snapshot *snapshot,
			    const struct station_options *options, struct now now,
			    struct actions *out)
{
	struct station *s = xcalloc(1, sizeof(*s));

	s->options = *options;
	s->now = now;
	s->out = out;
	s->recording = s->reserve.there = true; /* until we are told otherwise */
	s->stop_by = MONO_NEVER;
	s->beat_due = now.mono;
	s->notifier.free = UINT32_MAX;
	s->sync_due = mono_add_ms(now.mono, SYNC_MS);
	strbuf_init(&s->frame, FRAME_MAX);
	strbuf_init(&s->text, FRAME_MAX);
	strbuf_init(&s->why, FRAME_MAX);
	s->last_epoch = (uint64_t)now.wall.ms << EPOCH_SHIFT;
	s->samples = xcalloc(1, sizeof(*s->samples));
	s->samples->text = (struct strbuf)STRBUF_INIT;
	s->db = tag_db_new();
	tag_db_set_owner(s->db, station_tag_name, s);
	s->alarms = alarm_engine_new(snapshot->next_occurrence);
	for (int i = 0; i < SYSTEM_TAG_COUNT; i++)
		s->system_tag[i] = TAG_NONE;
	s->alarm_watch = alarm_watch_new();
	s->identity = identity_new();
	sealing_start(s, snapshot);
	station_writes_open(s, snapshot);
	station_apply(s, def);
	restore(s, snapshot);
	sealing_started(s);
	alarm_watch_start(s);
	substitutions_restore(s, snapshot);
	accounts_restore(s, snapshot);
	notify_apply(s); /* again: alarms that stood are there now */
	system_count(s);
	station_propagate(s);
	station_flush_batch(s);
	return s;
}

void station_free(struct station *s)
{
	if (!s)
		return;
	sessions_release(s);
	handovers_release(s);
	identity_free(s->identity);
	write_gate_free(s->gate);
	station_records_release(s);
	vitals_release(s);
	suppress_release(s);
	notify_release(s);
	trends_release(s);
	station_tags_release(s);
	substitutions_free(s);
	tag_db_free(s->db);
	alarm_engine_free(s->alarms);
	alarm_watch_free(s->alarm_watch);
	for (size_t i = 0; i < s->n_drivers; i++)
		free(s->drivers[i].name);
	free(s->drivers);
	station_acts_release(s);
	free(s->explains);
	strbuf_release(&s->samples->text);
	free(s->samples);
	station_def_free(s->def);
	strbuf_release(&s->frame);
	strbuf_release(&s->text);
	strbuf_release(&s->why);
	free(s);
}

/* --- stop ------------------------------------------------------------------------ */

static void stop(struct station *s, const struct event *ev)
{
	(void)ev;
	if (s->stopping)
		return;
	s->stopping = true;
	s->stop_by = mono_add_ms(s->now.mono, STOP_LIMIT_MS);
	write_gate_stop(s->gate, s->now);
}

/* Everything that was under way has its record, or the store has had its time. */
static void try_to_end(struct station *s)
{
	bool late = mono_reached(s->now.mono, s->stop_by);

	if (!s->stopping || s->stopped)
		return;
	if (!late && (!write_gate_idle(s->gate) || s->n_acts || s->n_substituting))
		return;
	if (!s->said_stop) {
		s->said_stop = true;
		for (size_t i = 0; i < s->n_sessions; i++)
			session_goodbye(s, s->sessions[i], "the server is stopping");
		station_note(s, NULL, AUDIT_STOP, s->def->name, "stopped", "");
		sealing_stop(s);
		drivers_stop(s);
	}
	if (s->n_tickets && !late)
		return;
	s->stopped = true;
	station_emit(s, ACT_STOPPED);
}

/* --- other events ---------------------------------------------------------------- */

static void clock_step(struct station *s, const struct event *ev)
{
	char detail[96];

	tag_db_clock_stepped(s->db);
	s->clock_known = true;
	s->clock_synced = ev->u.clock.synced;
	snprintf(detail, sizeof(detail), "by %" PRId64 " ms, %s", ev->u.clock.step_ms,
		 ev->u.clock.synced ? "synchronised" : "not synchronised");
	station_note(s, NULL, AUDIT_CLOCK, "clock", "stepped", detail);
}

/* Nobody knows what happened to the plant meanwhile, nor who stands at the console now:
 * every value waits to be told anew, and who could act proves who he is (ST-13). */
static void slept(struct station *s, const struct event *ev)
{
	char time[CLOCK_SPAN_SIZE], detail[96];

	clock_span(ev->u.clock.step_ms, time);
	snprintf(detail, sizeof(detail), "the machine slept for %s", time);
	station_note(s, NULL, AUDIT_CLOCK, "clock", "resumed", detail);
	for (uint32_t i = 0; i < s->n_tags; i++)
		if (s->tags[i].def && s->tags[i].device != NO_DEVICE &&
		    quality_class(tag_db_get(s->db, i)->quality) != QUALITY_BAD)
			station_set_quality(s, i,
					    QUALITY_MAKE(QUALITY_BAD, REASON_STALE));
	sessions_lock_all(s, detail);
}

static void nothing(struct station *s, const struct event *ev)
{
	(void)s;
	(void)ev;
}

static void (*const handlers[])(struct station *s, const struct event *ev) = {
	[EV_TIME] = nothing,
	[EV_DRIVER_STARTED] = drivers_started,
	[EV_DRIVER_RECORD] = drivers_record,
	[EV_DRIVER_SENT] = drivers_sent,
	[EV_DRIVER_EXITED] = drivers_exited,
	[EV_COMMITTED] = station_committed,
	[EV_RECORD] = sealing_record,
	[EV_CHECKED] = sealing_checked,
	[EV_RESERVE] = station_reserve,
	[EV_SESSION_OPEN] = sessions_open,
	[EV_SESSION_FRAME] = station_frame,
	[EV_SESSION_QUEUE] = sessions_queue,
	[EV_SESSION_CLOSED] = sessions_closed,
	[EV_SYSTEM] = system_measured,
	[EV_RELOADED] = station_reloaded,
	[EV_SCREENS] = station_screens,
	[EV_ANSWER] = query_answered,
	[EV_HASHED] = station_hashed,
	[EV_CLOCK_STEP] = clock_step,
	[EV_SLEPT] = slept,
	[EV_STOP] = stop,
};

/* --- the step -------------------------------------------------------------------- */

void station_process_tick(struct station *s)
{
	tag_db_expire(s->db, s->now.mono);
	alarm_engine_tick(s->alarms, s->now, station_alarm_sink, s);
	station_look(s);
	suppress_tick(s);
}

struct mono station_process_deadline(const struct station *s)
{
	return mono_earlier(mono_earlier(tag_db_next_deadline(s->db),
					 alarm_engine_next_deadline(s->alarms)),
			    suppress_deadline(s));
}

/* Due timers run before the event; what they change is judged before it, too. */
static void run_timers(struct station *s)
{
	bool beat = mono_reached(s->now.mono, s->beat_due);

	station_process_tick(s);
	notify_tick(s);
	write_gate_tick(s->gate, s->now);
	drivers_tick(s);
	vitals_tick(s);
	outside_tick(s);
	alarm_watch_tick(s);
	explains_tick(s);
	sealing_tick(s);
	station_records_tick(s);
	if (beat)
		system_count(s);
	station_propagate(s);
	sessions_tick(s);
}

void station_step(struct station *s, const struct event *ev, struct now now,
		  struct actions *out)
{
	s->now = now;
	s->out = out;
	run_timers(s);
	handlers[ev->kind](s, ev);
	station_propagate(s);
	station_flush_batch(s);
	try_to_end(s);
	sessions_sweep(s);
}

struct mono station_next_deadline(const struct station *s)
{
	struct mono next = station_process_deadline(s);

	next = mono_earlier(next, alarm_watch_deadline(s));
	next = mono_earlier(next, notify_deadline(s));
	next = mono_earlier(next, write_gate_next_deadline(s->gate));
	next = mono_earlier(next, drivers_deadline(s));
	next = mono_earlier(next, vitals_deadline(s));
	next = mono_earlier(next, outside_due_at(s));
	next = mono_earlier(next, explains_deadline(s));
	next = mono_earlier(next, sealing_deadline(s));
	next = mono_earlier(next, station_records_deadline(s));
	next = mono_earlier(next, sessions_deadline(s));
	return s->stopped ? MONO_NEVER : mono_earlier(next, s->stop_by);
}

const struct station_def *station_current_def(const struct station *s)
{
	return s->def;
}

const struct tag_db *station_tags(const struct station *s)
{
	return s->db;
}
