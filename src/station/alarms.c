/*
 * alarms.c - between the alarm engine and the rest: samples in; transitions out to the
 * journal, the store and the consoles. A transition of the process shows at once and is
 * stored with the step's batch.
 */
#include "station/station_int.h"

#include <math.h>

#include "alarm/journal.h"
#include "alarm/type.h"

double station_alarm_limit(const struct station *s, uint32_t alarm)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);

	return alarm_has_scale_limit(d) ? d->limit : alarm_engine_limit(s->alarms, alarm);
}

static void station_journal_put(struct strbuf *w, const struct station *s,
				const struct alarm_def *d,
				const struct alarm_transition *t, const char *place)
{
	const struct alarm_live *a = &s->alarm[t->alarm];
	bool on_tag = a->tag != TAG_NONE && s->tags[a->tag].def;
	double limit = alarm_has_scale_limit(d) ? d->limit : t->limit;
	const struct alarm_journal row = {
		.occurrence = t->occurrence,
		.at = s->now.wall,
		.source_time = t->source_time,
		.clock_synced = s->clock_synced,
		.event = t->event,
		.from = t->from,
		.to = t->to,
		.cause = t->cause,
		.priority = d->priority,
		.quality = t->record.quality,
		.flags = alarm_record_flags(&t->record),
		.value = t->record.value,
		.limit = limit,
		.alarm = d->name,
		.tag = d->tag,
		.area = d->area,
		.unit = on_tag ? s->tags[a->tag].def->unit : "",
		.type = d->type->name,
		.class_name = alarm_life(d)->class_name,
		.message = station_alarm_message(s, t->alarm, &t->record, limit),
		.until = t->record.extra ? t->record.extra->shelf_until
					 : (struct wall){ 0 },
		.rule = t->rule,
		.by = t->by,
		.text = t->text,
		.place = place,
		.config = s->config,
	};

	alarm_journal_put(w, &row);
}

void station_journal_from(struct station *s, struct txn *t,
			  const struct alarm_transition *tr, const char *place)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, tr->alarm);
	struct txn_op *op = txn_add(t, TXN_JOURNAL, tr->occurrence, d->name);

	op->wall_ms = s->now.wall.ms;
	station_journal_put(&op->body, s, d, tr, place);
}

static void station_journal(struct station *s, struct txn *t,
			    const struct alarm_transition *tr)
{
	station_journal_from(s, t, tr, "");
}

void station_put_alarm(struct station *s, struct txn *t, uint32_t alarm,
		       const struct alarm_record *r)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);
	struct txn_op *op = txn_add(t, TXN_ALARM, r->occurrence, d->name);

	alarm_record_put(&op->body, r);
	s->alarm[alarm].puts++;
}

/* An alarm that stands carries source_bad; of one that does not only this would tell. */
static void say_blind(struct station *s, const struct alarm_transition *t)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, t->alarm);
	const struct sample *second =
		tag_db_get(s->db, s->alarm[t->alarm].seldom->second);

	if (!t->blind)
		station_log(s, LOG_L_INFO, "%s is judged again", d->name);
	else if (quality_is_good(second->quality))
		station_log(s, LOG_L_WARN,
			    "%s is not judged: the value of its %s \"%s\" is outside "
			    "its bounds",
			    d->name, d->type->second, alarm_more(d)->second);
	else
		station_log(s, LOG_L_WARN,
			    "%s is not judged: the value of its %s \"%s\" is not good",
			    d->name, d->type->second, alarm_more(d)->second);
}

/* What a person did was stored before it took effect (acts.c): it is only shown here. */
void station_alarm_sink(void *station, const struct alarm_transition *t)
{
	struct station *s = station;
	struct alarm_live *a = &s->alarm[t->alarm];
	struct alarm_record record = t->record;

	suppress_transition(s, t); /* marks what is stored with it */
	if (t->cause != ALARM_BY_OPERATOR) {
		record.first_out = alarm_engine_record(s->alarms, t->alarm)->first_out;
		station_put_alarm(s, station_batch(s), t->alarm, &record);
		station_journal(s, station_batch(s), t);
	}
	if (t->event == ALARM_E_BLIND || t->event == ALARM_E_JUDGED_AGAIN)
		say_blind(s, t);
	if (t->to == ALARM_S_UNACK && t->from != ALARM_S_UNACK)
		a->first_row = s->row_seq + 1;
	alarm_count(s, t->alarm, &t->record);
	alarm_watch_transition(s, t);
	station_tell_alarm(s, t->alarm);
	notify_transition(s, t);
	if (a->tag != TAG_NONE)
		watch_touch(s, a->tag);
}

/* Narrows band to what all alarms of the tag have in common. */
static void narrow(struct alarm_band *all, const struct alarm_band *one)
{
	if (!(one->lo <= one->hi)) { /* no band */
		*all = (struct alarm_band){ NAN, NAN };
	} else if (all->lo <= all->hi) {
		all->lo = fmax(all->lo, one->lo);
		all->hi = fmin(all->hi, one->hi);
	}
}

/* A band holds for one tag: an alarm that depends on more has none. */
static void judge_one(struct station *s, uint32_t alarm, struct alarm_band *band)
{
	const struct alarm_live *a = &s->alarm[alarm];
	bool two = a->seldom->second != TAG_NONE;
	struct sample sample;

	if (a->seldom->expression)
		expr_eval_bound(a->seldom->expression, &sample);
	else
		sample = *tag_db_get(s->db, a->tag);
	alarm_engine_judge(s->alarms, alarm, &sample,
			   two ? tag_db_get(s->db, a->seldom->second) : NULL, s->now,
			   band, station_alarm_sink, s);
	if (a->seldom->expression || two)
		*band = (struct alarm_band){ NAN, NAN };
}

void station_look(struct station *s)
{
	struct alarm_band unused;
	uint32_t alarm;

	while (alarm_engine_look_due(s->alarms, s->now, &alarm))
		judge_one(s, alarm, &unused);
}

void station_judge(struct station *s, uint32_t tag)
{
	struct alarm_band all = { -INFINITY, INFINITY }, one;
	const uint32_t *on;
	size_t n;

	if (tag_db_in_band(s->db, tag))
		return;
	on = tag_db_dependents(s->db, tag, TAG_DEP_ALARM, &n);
	for (size_t i = 0; i < n; i++) {
		judge_one(s, on[i], &one);
		if (s->alarm[on[i]].parent)
			suppress_judged(s, on[i]);
		narrow(&all, &one);
	}
	if (n)
		tag_db_set_band(s->db, tag, all.lo, all.hi);
}

/* The worst alarm on a tag, for the mark beside its value. */
void station_alarm_mark(const struct station *s, uint32_t tag, struct wire_value *v)
{
	size_t n;
	const uint32_t *on = tag_db_dependents(s->db, tag, TAG_DEP_ALARM, &n);

	for (size_t i = 0; i < n; i++) {
		const struct alarm_record *r = alarm_engine_record(s->alarms, on[i]);
		const struct alarm_def *d = alarm_engine_def(s->alarms, on[i]);

		if (!r || s->alarm[on[i]].tag != tag)
			continue;
		if (alarm_record_flags(r) & ALARM_F_HIDDEN) {
			v->alarm_hidden = 1;
			continue;
		}
		if (r->state == ALARM_S_NORMAL)
			continue;
		if (!v->alarm_priority || d->priority < v->alarm_priority)
			v->alarm_priority = (uint8_t)d->priority;
		if (r->state != ALARM_S_ACKED && r->state != ALARM_S_LTACK)
			v->alarm_unacked = 1;
	}
}
