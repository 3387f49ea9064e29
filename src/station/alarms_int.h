/*
 * alarms_int.h - the alarms' part of station_int.h, which includes it: what the station
 * keeps beside each alarm of the engine, and what the files about alarms give each other.
 */
#ifndef SG_STATION_ALARMS_INT_H
#define SG_STATION_ALARMS_INT_H

#include "station/station_int.h"

/* What few alarms have. */
struct alarm_seldom {
	struct expr *expression; /* type "expression"; owned */
	char *message;       /* filled in; owned, NULL = it has no places for values */
	uint64_t message_of; /* the occurrence it was filled in for */
	uint32_t second;     /* its limit, setpoint or command; TAG_NONE = none */
	/* groups.c: numbers + 1, 0 = none */
	uint32_t first_group, exclusive_group;
	bool superseded; /* a worse one of its exclusive group stands */
};

struct alarm_live {         /* by alarm index; there may be a hundred thousand */
	uint32_t tag;       /* TAG_NONE for type "expression" */
	uint32_t parent;    /* suppress.c: number + 1 of whose communication it is, or
			       depends on; 0 = none */
	uint64_t first_row; /* row_seq when its present occurrence was first told */
	uint64_t acted_row; /* row_seq when a person's last act was told */
	const struct alarm_seldom *seldom; /* never NULL */
	uint32_t puts;                     /* times its record was handed to the store */
	bool recording;                    /* what a person did is being stored */
	bool leaving;                      /* waits in suppress.leaving */
	bool redefined;                    /* by a reload, and not told yet */
	uint8_t counted;                   /* alarm_counts.c: as what */
};

/* To be changed: its own from now on. */
struct alarm_seldom *alarm_seldom(struct alarm_live *a);
void alarm_seldom_release(struct alarm_live *a);

/* --- alarms.c, acts.c --- */
void station_alarm_sink(void *station, const struct alarm_transition *t);
void station_judge(struct station *s, uint32_t tag); /* the alarms on a tag */
/* The alarms that wanted to look again by now, though nothing changed. */
void station_look(struct station *s);
/* What the alarm's present or last condition crossed; NaN = no limit, or not known. */
double station_alarm_limit(const struct station *s, uint32_t alarm);
/* A tag that is the limit of alarms is written within their bounds only, and each alarm
 * whose limit moved is recorded (alarm_limits.c). r describes the write; it is changed.
 */
bool station_limit_suits(const struct station *s, uint32_t tag, double v,
			 struct strbuf *why);
void station_limit_changes(struct station *s, struct txn *t, uint32_t tag,
			   struct audit_record *r);
/* The tag that a part of a message names; TAG_NONE = there is none. (alarm_message.c) */
struct alarm_part;
uint32_t station_named_tag(const struct station *s, const struct alarm_part *part);
/* The message of the record's occurrence with its values, as it was when it came; limit
 * is what it crossed. Borrowed until the alarm comes again. */
const char *station_alarm_message(const struct station *s, uint32_t alarm,
				  const struct alarm_record *r, double limit);
void station_alarm_mark(const struct station *s, uint32_t tag, struct wire_value *v);
void station_put_alarm(struct station *s, struct txn *t, uint32_t alarm,
		       const struct alarm_record *r);
/* The same for what a person did at a place (console, remote address). */
void station_journal_from(struct station *s, struct txn *t,
			  const struct alarm_transition *tr, const char *place);
void station_alarm_act(struct station *s, struct session *who,
		       const struct wire_alarm_act *m);
void station_acts_release(struct station *s);

/* --- suppress.c, parents.c: what hides alarms by design --- */
void suppress_apply(struct station *s); /* after apply: built anew */
void suppress_release(struct station *s);
void suppress_pend(struct station *s, uint32_t rule); /* an operand has changed */
/* Why it is suppressed by design now: all that its bits say. */
void suppress_say_why(const struct station *s, uint32_t alarm, uint8_t bits, char *out,
		      size_t size);
void suppress_device(struct station *s, uint32_t device); /* it came or went */
void suppress_transition(struct station *s, const struct alarm_transition *t);
void suppress_judged(struct station *s, uint32_t alarm); /* one with a parent */
/* Around the judging of a step: what begins, then what ends. */
void suppress_before(struct station *s);
void suppress_after(struct station *s);
void suppress_tick(struct station *s);
struct mono suppress_deadline(const struct station *s);

/* --- alarm_counts.c --- */
void alarm_count(struct station *s, uint32_t alarm, const struct alarm_record *r);
void alarm_counts_show(struct station *s); /* as system tags */

#endif
