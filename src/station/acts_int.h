/*
 * acts_int.h - what a person does to an alarm: the table of acts and one that is being
 * stored. For acts.c and act_kinds.c.
 */
#ifndef SG_STATION_ACTS_INT_H
#define SG_STATION_ACTS_INT_H

#include "station/station_int.h"

struct act_kind {
	enum alarm_event event;
	enum right right; /* in the alarm's area */
	enum audit_kind audit;
	const char *name;      /* "acknowledge": in refusals */
	const char *doing;     /* "bob acknowledges it just now" */
	const char *did;       /* "bob has acknowledged it already, at 10:11:12" */
	const char *result;    /* in the audit, and the reply unless say is given */
	const char *stays;     /* what is true when it could not be stored */
	const char *idle;      /* why there is nothing to do */
	bool names_occurrence; /* that has to be in the list that was drawn */
	bool replaces;         /* what another person did since the list was drawn */
	bool comments;         /* its text is a comment, not a reason */
};

/* NULL: no person does that. */
const struct act_kind *act_kind_find(uint8_t event);

struct act { /* being stored */
	uint64_t id, session;
	uint32_t req, alarm;
	const struct act_kind *kind;
	struct alarm_act what; /* its texts are the next two */
	char by[64], text[256];
	char from[192];
	uint64_t puts;       /* alarm_live.puts when its record was handed over */
	uint64_t occurrence; /* as stored in that record */
	struct now at;
};

/* Why the engine refuses; never empty. */
void act_explain(struct station *s, const struct act *p, enum alarm_act_result r,
		 struct strbuf *why);
/* What the person is told when it has taken effect. */
void act_say_done(const struct station *s, const struct act *p, enum alarm_act_result r,
		  struct strbuf *out);

/* Who did last what that kind says, to tell who comes second. */
struct acted {
	uint32_t alarm;
	enum alarm_event event;
	uint64_t session;
	struct wall at;
	char by[64];
};
enum { ACTED_KEPT = 256 };
/* The newest of an alarm; event ALARM_E_COUNT: of any event. NULL = not known any more.
 */
const struct acted *act_last(const struct station *s, uint32_t alarm,
			     enum alarm_event event);
void act_remember(struct station *s, const struct act *p);

#endif
