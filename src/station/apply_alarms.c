/*
 * apply_alarms.c - the alarms of a definition: who stays keeps its number and its state,
 * who goes is closed and the record says why. What a tag of it is called, measured in or
 * rounded to may have changed: rows that stand say so at once.
 */
#include "station/apply_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alarm/message.h"
#include "util/xalloc.h"

static const struct alarm_seldom alarm_seldom_none = { .second = TAG_NONE };

struct alarm_seldom *alarm_seldom(struct alarm_live *a)
{
	struct alarm_seldom *own;

	if (a->seldom == &alarm_seldom_none) {
		own = xcalloc(1, sizeof(*own));
		*own = alarm_seldom_none;
		a->seldom = own;
	}
	return (struct alarm_seldom *)a->seldom;
}

void alarm_seldom_release(struct alarm_live *a)
{
	if (a->seldom == &alarm_seldom_none)
		return;
	expr_free(a->seldom->expression);
	free(a->seldom->message);
	free((struct alarm_seldom *)a->seldom);
	a->seldom = &alarm_seldom_none;
}

static void make_alarm(struct station *s, uint32_t alarm)
{
	struct alarm_live *a = &s->alarm[alarm];
	const struct alarm_def *d = alarm_engine_def(s->alarms, alarm);
	const struct alarm_more *more = d ? alarm_more(d) : &alarm_more_none;

	if (a->seldom != &alarm_seldom_none) {
		expr_free(a->seldom->expression);
		alarm_seldom(a)->expression = NULL;
		alarm_seldom(a)->second = TAG_NONE;
	}
	a->tag = d && d->tag ? tag_db_find(s->db, d->tag) : TAG_NONE;
	if (more->second)
		alarm_seldom(a)->second = tag_db_find(s->db, more->second);
	if (more->expression)
		alarm_seldom(a)->expression = apply_compile(s, more->expression, d->name);
	if (a->seldom->expression)
		apply_depend(s, a->seldom->expression, TAG_DEP_ALARM, alarm);
	if (a->tag != TAG_NONE)
		tag_db_depend(s->db, a->tag, TAG_DEP_ALARM, alarm);
	if (a->seldom->second != TAG_NONE)
		tag_db_depend(s->db, a->seldom->second, TAG_DEP_ALARM, alarm);
}

/* Room for all at once, and no more: most of what a station has are alarms. */
static void make_room(struct station *s, size_t n)
{
	if (n <= s->n_alarms)
		return;
	s->alarm = xreallocarray(s->alarm, n, sizeof(*s->alarm));
	for (; s->n_alarms < n; s->n_alarms++)
		s->alarm[s->n_alarms] =
			(struct alarm_live){ .tag = TAG_NONE,
					     .seldom = &alarm_seldom_none };
}

/* A first-out group by its name; NULL = in none. */
static bool same_group(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Its row is told anew, and its message filled in anew when somebody asks for it. */
static void reword(struct station *s, uint32_t alarm)
{
	struct alarm_live *a = &s->alarm[alarm];

	a->redefined = true;
	if (a->seldom->message)
		alarm_seldom(a)->message_of = 0;
}

/* What it was in one group says nothing in another. */
static void take_alarm(struct station *s, const struct alarm_def *d)
{
	uint32_t alarm = alarm_engine_find(s->alarms, d->name);
	const struct alarm_def *was = alarm_engine_def(s->alarms, alarm);

	if (was && !same_group(alarm_more(was)->first_out, alarm_more(d)->first_out))
		alarm_engine_mark(s->alarms, alarm, ALARM_NOT_FIRST_OUT);
	if (alarm == UINT32_MAX) {
		alarm_engine_add(s->alarms, d);
	} else if (alarm_def_same(was, d)) {
		alarm_engine_rebind(s->alarms, alarm, d);
	} else {
		alarm_engine_redefine(s->alarms, alarm, d, s->now);
		reword(s, alarm);
	}
}

/* An alarm that stood is closed by no process and no operator: the record says why. */
static void note_closed(struct station *s, uint32_t alarm, const struct alarm_def *d)
{
	const struct alarm_record *was = alarm_engine_record(s->alarms, alarm);
	const char *gone = NULL, *second = alarm_more(d)->second;
	char detail[256];
	struct audit_record r = { .kind = AUDIT_RELOAD,
				  .uid = UINT32_MAX,
				  .actor = "system",
				  .subject = d->name,
				  .area = d->area,
				  .result = "alarm closed",
				  .detail = detail };

	if (!alarm_record_is_retained(was))
		return;
	if (d->tag && tag_db_find(s->db, d->tag) == TAG_NONE)
		gone = d->tag;
	else if (second && tag_db_find(s->db, second) == TAG_NONE)
		gone = second;
	snprintf(detail, sizeof(detail), "a reload removed %s%s; the alarm was %s",
		 gone ? "the tag " : "the alarm", gone ? gone : "",
		 alarm_state_name(was->state));
	station_audit(s, station_batch(s), &r);
	station_log(s, LOG_L_WARN, "%s is closed: %s", d->name, detail);
}

static void drop_alarms(struct station *s, const struct station_def *def)
{
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, i);

		if (!d || (d >= def->alarms && d < def->alarms + def->n_alarms))
			continue;
		note_closed(s, i, d);
		alarm_engine_remove(s->alarms, i, s->now, station_alarm_sink, s);
		txn_add(station_batch(s), TXN_ALARM_GONE, 0, d->name);
	}
}

void apply_take_alarms(struct station *s, struct station_def *def)
{
	for (size_t i = 0; i < def->n_alarms; i++)
		take_alarm(s, &def->alarms[i]);
	names_release(&def->alarm_names); /* the engine finds them from now on */
	make_room(s, alarm_engine_count(s->alarms));
	drop_alarms(s, def);
}

/* --- words of tags that changed --------------------------------------------------- */

static int by_number(const void *pa, const void *pb)
{
	uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;

	return (a > b) - (a < b);
}

static bool is_reworded(const struct station *s, uint32_t tag)
{
	return bsearch(&tag, s->reworded, s->n_reworded, sizeof(tag), by_number) != NULL;
}

/* Its message names one of them. */
static bool names_one(const struct station *s, const char *message)
{
	struct alarm_part part;
	const char *at = message;

	while (alarm_message_next(message, &at, &part, NULL))
		if ((part.kind == ALARM_PART_TAG || part.kind == ALARM_PART_TAG_UNIT) &&
		    is_reworded(s, station_named_tag(s, &part)))
			return true;
	return false;
}

static void reword_alarms(struct station *s)
{
	qsort(s->reworded, s->n_reworded, sizeof(*s->reworded), by_number);
	for (uint32_t i = 0; i < s->n_alarms; i++) {
		const struct alarm_def *d = alarm_engine_def(s->alarms, i);

		if (d && (is_reworded(s, s->alarm[i].tag) ||
			  (s->alarm[i].seldom->message && names_one(s, d->message))))
			reword(s, i);
	}
}

void apply_make_alarms(struct station *s)
{
	for (uint32_t i = 0; i < s->n_alarms; i++)
		make_alarm(s, i);
	if (s->n_reworded)
		reword_alarms(s);
	free(s->reworded);
	s->reworded = NULL;
	s->n_reworded = 0;
}
