/* act_kinds.c - the table of what a person may do to an alarm, and its sentences. */
#include "station/acts_int.h"

#include <inttypes.h>
#include <stdio.h>

#include "util/xalloc.h"

static const struct act_kind kinds[] = {
	{
		.event = ALARM_E_ACK,
		.right = RIGHT_ACKNOWLEDGE,
		.audit = AUDIT_ACK,
		.name = "acknowledge",
		.doing = "acknowledges",
		.did = "acknowledged",
		.result = "acknowledged",
		.stays = "it stays unacknowledged",
		.idle = "it needs no acknowledgement any more",
		.names_occurrence = true,
		.comments = true,
	},
	{
		.event = ALARM_E_CONFIRM,
		.right = RIGHT_ACKNOWLEDGE,
		.audit = AUDIT_ALARM_CONFIRM,
		.name = "confirm",
		.doing = "confirms",
		.did = "confirmed",
		.result = "confirmed",
		.stays = "it stays unconfirmed",
		.idle = "nothing of it waits to be confirmed",
		.names_occurrence = true,
		.comments = true,
	},
	{
		.event = ALARM_E_COMMENT,
		.right = RIGHT_ACKNOWLEDGE,
		.audit = AUDIT_ALARM_COMMENT,
		.name = "comment",
		.doing = "comments",
		.did = "commented",
		.result = "comment recorded",
		.stays = "the comment is lost",
		.idle = "there is nothing to comment",
		.comments = true,
	},
	{
		.event = ALARM_E_RESET,
		.right = RIGHT_ACKNOWLEDGE,
		.audit = AUDIT_ALARM_RESET,
		.name = "reset",
		.doing = "resets",
		.did = "reset",
		.result = "reset",
		.stays = "it stays latched",
		.idle = "it is not latched: there is nothing to reset",
		.comments = true,
	},
	{
		.event = ALARM_E_SHELVE,
		.right = RIGHT_SHELVE,
		.audit = AUDIT_SHELVE,
		.name = "shelve",
		.doing = "shelves",
		.did = "shelved",
		.result = "shelved",
		.stays = "it is not shelved",
		.idle = "it is shelved like that already",
		.replaces = true,
	},
	{
		.event = ALARM_E_UNSHELVE,
		.right = RIGHT_SHELVE,
		.audit = AUDIT_UNSHELVE,
		.name = "unshelve",
		.doing = "unshelves",
		.did = "unshelved",
		.result = "not shelved any more",
		.stays = "it stays shelved",
		.idle = "it is not shelved",
		.replaces = true,
	},
	{
		.event = ALARM_E_SUPPRESS,
		.right = RIGHT_APPROVE,
		.audit = AUDIT_SUPPRESS,
		.name = "suppress",
		.doing = "suppresses",
		.did = "suppressed",
		.result = "suppressed until somebody ends it",
		.stays = "it is not suppressed by hand",
		.idle = "it is suppressed by hand already",
		.replaces = true,
	},
	{
		.event = ALARM_E_UNSUPPRESS,
		.right = RIGHT_APPROVE,
		.audit = AUDIT_UNSUPPRESS,
		.name = "end the suppression of",
		.doing = "ends the suppression of",
		.did = "ended the suppression of",
		.result = "its suppression by hand is ended",
		.stays = "it stays suppressed",
		.idle = "nobody has suppressed it by hand",
		.replaces = true,
	},
	{
		.event = ALARM_E_OUT_OF_SERVICE,
		.right = RIGHT_APPROVE,
		.audit = AUDIT_OUT_OF_SERVICE,
		.name = "take out of service",
		.doing = "takes out of service",
		.did = "took out of service",
		.result = "out of service until somebody returns it",
		.stays = "it stays in service",
		.idle = "it is out of service already",
		.replaces = true,
	},
	{
		.event = ALARM_E_IN_SERVICE,
		.right = RIGHT_APPROVE,
		.audit = AUDIT_IN_SERVICE,
		.name = "return to service",
		.doing = "returns to service",
		.did = "returned to service",
		.result = "in service again",
		.stays = "it stays out of service",
		.idle = "it is in service",
		.replaces = true,
	},
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

const struct act_kind *act_kind_find(uint8_t event)
{
	for (size_t i = 0; i < KINDS; i++)
		if ((uint8_t)kinds[i].event == event)
			return &kinds[i];
	return NULL;
}

/* --- who was first ---------------------------------------------------------------- */

const struct acted *act_last(const struct station *s, uint32_t alarm,
			     enum alarm_event event)
{
	for (uint64_t i = 0; i < ACTED_KEPT && i < s->n_acted; i++) {
		const struct acted *a = &s->acted[(s->n_acted - 1 - i) % ACTED_KEPT];

		if (a->alarm == alarm && (event == ALARM_E_COUNT || a->event == event))
			return a;
	}
	return NULL;
}

void act_remember(struct station *s, const struct act *p)
{
	struct acted *a;

	if (!s->acted)
		s->acted = xcalloc(ACTED_KEPT, sizeof(*s->acted));
	a = &s->acted[s->n_acted++ % ACTED_KEPT];
	*a = (struct acted){ .alarm = p->alarm,
			     .event = p->what.event,
			     .session = p->session,
			     .at = p->at.wall };
	snprintf(a->by, sizeof(a->by), "%s", p->by);
}

/* --- sentences -------------------------------------------------------------------- */

static void explain_not_allowed(const struct station *s, const struct act *p,
				struct strbuf *why)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, p->alarm);
	const char *class_name = alarm_life(d)->class_name;

	if (p->what.event != ALARM_E_SHELVE)
		strbuf_setf(why, "%s", p->kind->idle);
	else if (class_name[0])
		strbuf_setf(why, "%s may not be shelved: its class %s forbids it",
			    d->name, class_name);
	else
		strbuf_setf(why, "%s may not be shelved", d->name);
}

static void explain_not_needed(const struct station *s, const struct act *p,
			       struct strbuf *why)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, p->alarm);
	const struct acted *first = act_last(s, p->alarm, p->what.event);
	bool is_ack = p->what.event == ALARM_E_ACK;
	char at[CLOCK_LOCAL_SIZE];

	if (is_ack && r->occurrence == p->what.occurrence && r->acked.ms != 0) {
		clock_local_hms(r->acked, at);
		strbuf_setf(why, "%s has acknowledged it already, at %s", r->acked_by,
			    at);
	} else if (first && !is_ack) {
		clock_local_hms(first->at, at);
		strbuf_setf(why, "%s: %s %s it at %s", p->kind->idle, first->by,
			    p->kind->did, at);
	} else {
		strbuf_setf(why, "%s", p->kind->idle);
	}
}

void act_explain(struct station *s, const struct act *p, enum alarm_act_result r,
		 struct strbuf *why)
{
	const struct alarm_def *d = alarm_engine_def(s->alarms, p->alarm);
	char most[CLOCK_SPAN_SIZE];

	switch (r) {
	case ALARM_ACT_NOT_NEEDED:
		explain_not_needed(s, p, why);
		break;
	case ALARM_ACT_UNKNOWN:
		strbuf_setf(why, "there is no such occurrence of %s", d->name);
		break;
	case ALARM_ACT_NOT_ALLOWED:
		explain_not_allowed(s, p, why);
		break;
	case ALARM_ACT_TOO_LONG:
		clock_span(alarm_life(d)->shelve_max_ms, most);
		strbuf_setf(why, "%s may be shelved for %s at most", d->name, most);
		break;
	case ALARM_ACT_STANDING:
		strbuf_setf(why, "what raised it still stands: it can be reset when that "
				 "has gone");
		break;
	case ALARM_ACT_ACK_FIRST:
		strbuf_setf(why, "nobody has acknowledged it: acknowledge it first");
		break;
	case ALARM_ACT_NO_REASON:
		strbuf_setf(why, p->kind->comments
					 ? "a comment needs a text"
					 : "this needs a reason: who looks at the list "
					   "will ask for it");
		break;
	default:
		strbuf_setf(why, "it cannot be done now");
	}
}

static void say_shelved(const struct act *p, struct strbuf *out)
{
	char until[CLOCK_LOCAL_SIZE];

	clock_local(p->what.until, until);
	if (p->what.shelf == ALARM_SHELF_ONE_SHOT)
		strbuf_setf(out, "shelved until it clears, at the latest until %s",
			    until);
	else
		strbuf_setf(out, "shelved until %s", until);
}

static bool is_hidden_still(const struct station *s, uint32_t alarm)
{
	const struct alarm_record *r = alarm_engine_record(s->alarms, alarm);

	return r && alarm_record_flags(r) & ALARM_F_HIDDEN;
}

void act_say_done(const struct station *s, const struct act *p, enum alarm_act_result r,
		  struct strbuf *out)
{
	static const char *const still = "; it stays hidden by something else";
	bool ends_hiding = p->what.event == ALARM_E_UNSHELVE ||
			   p->what.event == ALARM_E_UNSUPPRESS ||
			   p->what.event == ALARM_E_IN_SERVICE;

	if (r == ALARM_ACT_NEWER)
		strbuf_setf(out, "what you saw is acknowledged; it came again since and "
				 "stays unacknowledged");
	else if (p->what.event == ALARM_E_SHELVE)
		say_shelved(p, out);
	else
		strbuf_setf(out, "%s%s", p->kind->result,
			    ends_hiding && is_hidden_still(s, p->alarm) ? still : "");
}
