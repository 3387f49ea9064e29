/*
 * records.c - transactions on their way to the store, and what happens when it fails.
 *
 * Tickets go out in order and are answered in order. What only documents (audit of
 * steps, process transitions) is kept when the store fails and stored later, in order;
 * what an operator waits for (intents, acknowledgements) fails at once and for good: an
 * intent that was stored later would look like a command that may have been sent.
 */
#include "station/station_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

enum {
	BACKLOG_MAX = 20000,
	TRIES_MAX = 5,
	PROBE_MS = 1000,
	REFUSALS_PER_S = 1,
	REFUSALS_BURST = 10
};

bool bucket_take(struct bucket *b, struct mono now, int per_second, int burst)
{
	int64_t full = (int64_t)burst * 1000;
	int64_t gained = mono_ms_between(b->at, now) * per_second;

	if (b->at.ns == 0 || gained > full) {
		b->tokens_milli = full;
		b->at = now;
	} else if (gained > 0) {
		b->tokens_milli += gained;
		b->at = now;
	}
	if (b->tokens_milli > full)
		b->tokens_milli = full;
	if (b->tokens_milli < 1000)
		return false;
	b->tokens_milli -= 1000;
	return true;
}

void station_audit(struct station *s, struct txn *t, struct audit_record *r)
{
	struct txn_op *op = txn_add(t, TXN_AUDIT, 0, NULL);

	r->wall_ms = s->now.wall.ms;
	r->mono_ns = s->now.mono.ns;
	memcpy(r->boot_id, s->options.boot_id, sizeof(r->boot_id));
	r->clock_synced = s->clock_synced;
	r->config = s->config;
	r->manifest = s->manifest;
	if (!r->actor) {
		r->actor = "system";
		r->uid = UINT32_MAX;
	}
	audit_record_put(&op->body, r);
	sealing_recorded(s);
}

void station_describe(struct audit_record *r, const struct session *who)
{
	if (!who)
		return;
	r->uid = who->uid;
	r->actor = who->user;
	r->person = who->name;
	r->roles = who->roles;
	r->session = who->id;
	r->from = who->from;
}

void station_note(struct station *s, const struct session *who, enum audit_kind kind,
		  const char *subject, const char *result, const char *detail)
{
	struct txn *t = txn_new(0, false);
	struct audit_record r = {
		.kind = kind, .subject = subject, .result = result, .detail = detail
	};

	station_describe(&r, who);
	station_audit(s, t, &r);
	station_commit(s, t, true, NULL, 0, 0);
}

/* A flood of refusals fills no disk: beyond a burst they are counted, and the next one
 * that is recorded says how many were not (WR-27). */
void station_refused_record(struct station *s, struct session *who,
			    struct audit_record *r)
{
	char detail[AUDIT_TEXT_MAX];
	struct txn *t;

	if (who &&
	    !bucket_take(&who->refusals, s->now.mono, REFUSALS_PER_S, REFUSALS_BURST)) {
		who->refusals_unsaid++;
		return;
	}
	if (who && who->refusals_unsaid) {
		snprintf(detail, sizeof(detail),
			 "%.800s (and %" PRIu32
			 " refusals before it that were not recorded one by one)",
			 r->detail, who->refusals_unsaid);
		r->detail = detail;
		who->refusals_unsaid = 0;
	}
	t = txn_new(0, false);
	station_audit(s, t, r);
	station_commit(s, t, true, NULL, 0, 0);
}

void station_note_refusal(struct station *s, struct session *who, const char *subject,
			  const char *area, const char *detail)
{
	struct audit_record r = {
		.kind = AUDIT_REFUSED,
		.subject = subject,
		.area = area,
		.result = "refused",
		.detail = detail,
	};

	station_describe(&r, who);
	station_refused_record(s, who, &r);
}

/* --- handing over ---------------------------------------------------------------- */

static void submit(struct station *s, struct txn *t, const struct ticket *form)
{
	struct ticket *slot;

	if (s->n_tickets == s->cap_tickets) {
		s->cap_tickets = s->cap_tickets ? 2 * s->cap_tickets : 64;
		s->tickets =
			xreallocarray(s->tickets, s->cap_tickets, sizeof(*s->tickets));
	}
	slot = &s->tickets[s->n_tickets++];
	*slot = *form;
	slot->ticket = t->ticket = ++s->last_ticket;
	station_emit(s, ACT_COMMIT)->txn = t;
}

/* What fails again and again while others are stored will never be. */
static void keep_for_later(struct station *s, struct txn *t, uint32_t tries)
{
	if (s->n_backlog >= BACKLOG_MAX || tries > TRIES_MAX) {
		s->unrecorded++;
		txn_free(t);
		return;
	}
	*GROW(&s->backlog, &s->n_backlog) = (struct kept){ t, tries };
}

struct txn *station_batch(struct station *s)
{
	if (!s->batch)
		s->batch = txn_new(0, false);
	return s->batch;
}

void station_flush_batch(struct station *s)
{
	struct txn *t = s->batch;

	s->batch = NULL;
	if (t && t->n)
		station_commit(s, t, true, NULL, 0, 0);
	else
		txn_free(t);
}

void station_commit(struct station *s, struct txn *t, bool keep, stored_fn fn,
		    uint32_t what, uint64_t id)
{
	struct ticket form = { .fn = fn, .what = what, .id = id, .keep = keep };

	station_flush_batch(s); /* what happened before is stored before */
	if (keep && !fn && s->n_backlog)
		keep_for_later(s, t, 0);
	else
		submit(s, t, &form);
}

/* --- answers --------------------------------------------------------------------- */

static void set_recording(struct station *s, bool on, const char *why)
{
	if (s->recording == on)
		return;
	s->recording = on;
	station_recording_tags(s);
	if (on)
		station_log(s, LOG_L_INFO, "records are stored again");
	else
		station_log(s, LOG_L_ERROR,
			    "records cannot be stored: %s; writes and "
			    "acknowledgements are refused",
			    why);
	s->probe_due = mono_add_ms(s->now.mono, PROBE_MS);
	sessions_beat(s);
}

uint8_t station_recording(const struct station *s)
{
	if (!s->recording)
		return WIRE_RECORDING_NO;
	return s->reserve.in_use ? WIRE_RECORDING_RESERVE : WIRE_RECORDING_YES;
}

void station_recording_tags(struct station *s)
{
	system_set_bool(s, s->system_tag[SYSTEM_RECORDING], s->recording);
	system_set_bool(s, s->system_tag[SYSTEM_RESERVE_IN_USE], s->reserve.in_use);
	system_set_int(s, s->system_tag[SYSTEM_RESERVE_USED], s->reserve.percent);
}

/* It took over, or station.db has what was in it. */
static void reserve_changed(struct station *s, uint64_t rows, const char *why)
{
	char detail[320];

	if (s->reserve.in_use) {
		station_note(s, NULL, AUDIT_RESERVE, "station.db", "reserve in use", why);
	} else {
		snprintf(detail, sizeof(detail),
			 "%" PRIu64 " rows of the reserve journal were merged", rows);
		station_note(s, NULL, AUDIT_RESERVE, "station.db", "reserve merged",
			     detail);
	}
	sessions_beat(s);
}

void station_reserve(struct station *s, const struct event *ev)
{
	uint64_t rows = s->reserve.rows;
	bool changed = ev->u.reserve.in_use != s->reserve.in_use;

	s->reserve.there = ev->u.reserve.there;
	s->reserve.in_use = ev->u.reserve.in_use;
	s->reserve.rows = ev->u.reserve.rows;
	s->reserve.percent = ev->u.reserve.percent;
	station_recording_tags(s);
	if (changed)
		reserve_changed(s, rows, ev->u.reserve.why);
}

/* The state of an alarm may have gone on since: the newest is stored. */
static void refresh(struct station *s, struct txn *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct txn_op *op = &t->ops[i];
		uint32_t alarm;

		if (op->kind != TXN_ALARM)
			continue;
		alarm = alarm_engine_find(s->alarms, op->key);
		if (alarm == UINT32_MAX)
			continue;
		strbuf_clear(&op->body);
		alarm_record_put(&op->body, alarm_engine_record(s->alarms, alarm));
		s->alarm[alarm].puts++;
	}
}

static void submit_kept(struct station *s, struct txn *t, uint32_t tries)
{
	struct ticket form = { .keep = true, .tries = tries };

	refresh(s, t);
	submit(s, t, &form);
}

static struct txn *gap_record(struct station *s)
{
	struct txn *t = txn_new(0, true);
	char detail[160];
	struct audit_record r = { .kind = AUDIT_GAP, .result = "recording again" };

	snprintf(detail, sizeof(detail),
		 "the store had failed: %zu transactions are stored late, %" PRIu64
		 " are lost",
		 s->n_backlog, s->unrecorded);
	r.detail = detail;
	station_audit(s, t, &r);
	return t;
}

static void store_the_kept(struct station *s)
{
	struct kept *v = s->backlog;
	size_t n = s->n_backlog;

	s->backlog = NULL;
	s->n_backlog = 0;
	s->unrecorded = 0;
	for (size_t i = 0; i < n; i++)
		submit_kept(s, v[i].txn, v[i].tries);
	free(v);
}

/* An outcome whose failure was told as "in doubt until a person settles it" is stored
 * late and settles nothing: after a restart it is in doubt still (WR-21). */
static void leave_open(struct txn *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->ops[i].kind == TXN_OUTCOME)
			t->ops[i].settled = false;
}

/* Whether it is stored or not has been told; what failed may come back. */
static void failed(struct station *s, const struct ticket *k, struct txn *back)
{
	if (k->fn && back)
		leave_open(back);
	if (k->keep && back)
		keep_for_later(s, back, k->tries + 1);
	else
		txn_free(back);
	if (k->keep && !back)
		s->unrecorded++;
}

static void answered(struct station *s, const struct ticket *k, struct txn *back, bool ok,
		     const char *why)
{
	set_recording(s, ok, why);
	if (k->probe)
		s->probing = false;
	if (!ok)
		failed(s, k, back);
	if (k->fn)
		k->fn(s, k->what, k->id, ok, why);
	if (!ok)
		return;
	if (s->unrecorded && !k->probe)
		submit_kept(s, gap_record(s), 0);
	if (s->n_backlog || s->unrecorded)
		store_the_kept(s);
}

void station_committed(struct station *s, const struct event *ev)
{
	struct ticket k;
	size_t i = 0;

	while (i < s->n_tickets && s->tickets[i].ticket != ev->u.committed.ticket)
		i++;
	if (i == s->n_tickets) {
		txn_free(ev->u.committed.back);
		return;
	}
	k = s->tickets[i];
	sealing_head(s, ev->u.committed.head);
	memmove(s->tickets + i, s->tickets + i + 1,
		(s->n_tickets - i - 1) * sizeof(*s->tickets));
	s->n_tickets--;
	answered(s, &k, ev->u.committed.back, ev->u.committed.ok, ev->u.committed.why);
}

/* One small record tells whether the store works again; then all that was kept follows.
 */
void station_records_tick(struct station *s)
{
	struct ticket probe = { .probe = true };

	if (!mono_reached(s->now.mono, station_records_deadline(s)))
		return;
	s->probe_due = mono_add_ms(s->now.mono, PROBE_MS);
	s->probing = true;
	submit(s, gap_record(s), &probe);
}

struct mono station_records_deadline(const struct station *s)
{
	return s->recording || s->probing || s->stopping ? MONO_NEVER : s->probe_due;
}

void station_records_release(struct station *s)
{
	txn_free(s->batch);
	for (size_t i = 0; i < s->n_backlog; i++)
		txn_free(s->backlog[i].txn);
	free(s->backlog);
	free(s->tickets);
}
