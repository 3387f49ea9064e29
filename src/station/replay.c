/* replay.c - the station's own tags, expressions and alarms under a recorded clock. */
#include "station/replay.h"

#include <stdlib.h>
#include <string.h>

#include "station/replay_blind.h"
#include "station/station_int.h"
#include "util/xalloc.h"

struct replay {
	struct station *s;
	struct actions out;
	struct wall begin;
	replay_fn fn;
	void *arg;
	uint64_t seq;
	struct strbuf texts; /* of the row that is told */
};

/* Nothing is read from a device: no driver is wanted, no value ages. */
static void detach(struct station_def *def)
{
	for (size_t i = 0; i < def->n_devices; i++)
		device_def_release(&def->devices[i]);
	def->n_devices = 0;
	for (size_t i = 0; i < def->n_notify; i++)
		notify_def_release(&def->notify[i]);
	def->n_notify = 0;
	for (size_t i = 0; i < def->n_tags; i++)
		if (def->tags[i].kind == TAG_DEVICE) {
			def->tags[i].kind = TAG_RECORDED;
			def->tags[i].device = -1;
		}
}

static void tell(struct replay *r, const struct txn_op *op)
{
	struct alarm_journal row;

	if (op->kind != TXN_JOURNAL ||
	    !alarm_journal_get(op->body.buf, op->body.len, &row, &r->texts))
		return;
	row.seq = ++r->seq;
	row.alarm = op->key;
	row.occurrence = op->id;
	r->fn(r->arg, &row);
}

/* Stored at once, as far as the station can tell; all else it wants has no taker. */
static void carry_out(struct replay *r)
{
	for (size_t i = 0; i < r->out.n; i++) {
		struct txn *t = r->out.v[i].txn;
		struct event stored = { .kind = EV_COMMITTED };

		if (!t)
			continue;
		r->out.v[i].txn = NULL;
		for (size_t k = 0; k < t->n; k++)
			tell(r, &t->ops[k]);
		stored.u.committed.ticket = t->ticket;
		stored.u.committed.ok = true;
		txn_free(t);
		station_committed(r->s, &stored);
	}
	actions_clear(&r->out);
}

static struct now at(const struct replay *r, struct mono mono)
{
	return (struct now){ mono, { r->begin.ms + mono.ns / 1000000 } };
}

static void follow(struct replay *r)
{
	station_propagate(r->s);
	station_flush_batch(r->s);
	if (r->out.n)
		carry_out(r);
}

/* --- what it cannot judge --------------------------------------------------------- */

struct recorded {
	const struct station_def *def;
	replay_has_fn has;
	void *arg;
};

static const struct tag_def *find_configured(void *arg, const char *name)
{
	const struct recorded *r = arg;
	int64_t i = station_def_tag(r->def, name);

	return i < 0 ? NULL : &r->def->tags[i];
}

static bool is_recorded(void *arg, const struct tag_def *t)
{
	const struct recorded *r = arg;

	return t->kind == TAG_DEVICE && r->has(r->arg, t->name);
}

static void untold(void *arg, const struct replay_blind *b)
{
	(void)arg;
	(void)b;
}

size_t replay_leave_out(struct station_def *def, replay_has_fn has, replay_blind_fn fn,
			void *arg)
{
	struct recorded recorded = { def, has, arg };
	const struct blind_world world = { &recorded, find_configured, is_recorded };
	size_t n = 0, own = 0;

	for (size_t i = 0; i < def->n_alarms; i++) {
		const struct alarm_def *d = &def->alarms[i];
		bool blind = blind_alarm(&world, d, d->system ? untold : fn, arg);

		own += blind && d->system;
		if (!blind)
			def->alarms[n++] = *d;
	}
	def->n_alarms = n;
	names_release(&def->alarm_names); /* their numbers are others now */
	return own;
}

static const struct tag_def *find_running(void *arg, const char *name)
{
	const struct station *s = arg;
	uint32_t tag = tag_db_find(s->db, name);

	return tag == TAG_NONE ? NULL : s->tags[tag].def;
}

static bool had_a_value(void *arg, const struct tag_def *t)
{
	const struct station *s = arg;
	quality q = tag_db_get(s->db, tag_db_find(s->db, t->name))->quality;

	return quality_reason(q) != REASON_NO_VALUE;
}

void replay_unjudged(const struct replay *r, replay_blind_fn fn, void *arg)
{
	const struct station *s = r->s;
	const struct blind_world world = { r->s, find_running, had_a_value };

	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, i);

		if (d && !d->system)
			blind_alarm(&world, d, fn, arg);
	}
}

/* --- running ---------------------------------------------------------------------- */

struct replay *replay_new(struct station_def *def, struct wall begin, replay_fn fn,
			  void *arg)
{
	struct replay *r = xcalloc(1, sizeof(*r));
	const struct store_snapshot nothing = { .next_occurrence = 1, .next_request = 1 };
	const struct station_options options = { .server = "replay" };

	detach(def);
	r->begin = begin;
	r->fn = fn;
	r->arg = arg;
	r->texts = (struct strbuf)STRBUF_INIT;
	r->s = station_new(def, &nothing, &options, at(r, (struct mono){ 0 }), &r->out);
	r->s->out = &r->out;
	carry_out(r);
	return r;
}

void replay_free(struct replay *r)
{
	if (!r)
		return;
	station_free(r->s);
	actions_release(&r->out);
	strbuf_release(&r->texts);
	free(r);
}

uint32_t replay_tag(const struct replay *r, const char *name)
{
	uint32_t tag = tag_db_find(r->s->db, name);

	return tag != TAG_NONE && r->s->tags[tag].def->kind == TAG_RECORDED ? tag
									    : TAG_NONE;
}

enum value_type replay_type(const struct replay *r, uint32_t tag)
{
	return r->s->tags[tag].def->type;
}

void replay_to(struct replay *r, struct wall when)
{
	struct mono target = { (when.ms - r->begin.ms) * 1000000 };
	struct mono due = station_process_deadline(r->s);

	while (mono_reached(target, due)) {
		r->s->now = at(r, due);
		station_process_tick(r->s);
		follow(r);
		due = station_process_deadline(r->s);
	}
	r->s->now = at(r, target);
}

void replay_set(struct replay *r, uint32_t tag, const struct value *v)
{
	struct sample sample = {
		.value = *v,
		.source_time = r->s->now.wall,
		.taken = r->s->now.mono,
	};

	if (v->type == VALUE_NONE)
		station_set_quality(r->s, tag, QUALITY_MAKE(QUALITY_BAD, REASON_SENSOR));
	else
		tag_db_set(r->s->db, tag, &sample);
}

void replay_row(struct replay *r)
{
	follow(r);
}
