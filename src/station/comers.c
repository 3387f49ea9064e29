/*
 * comers.c - nobody fills the record by coming and going (AU-14): who opens sessions
 * faster than any person or script of his would need has them counted, not recorded one
 * by one; the next one that is recorded says how many. What is done in such a session is
 * recorded as ever, with who and from where, but its allowances start empty.
 *
 * There is no rotation: a flood costs disk, never an old record.
 */
#include <inttypes.h>
#include <stdio.h>

#include "station/station_int.h"

enum { COMINGS_PER_S = 10, COMINGS_BURST = 300 };

/* Its place; that of who has been away longest for one who is new. */
static struct comer *comer_of(struct station *s, uint32_t uid)
{
	struct comer *oldest = &s->comers[0];

	for (size_t i = 0; i < COMERS; i++) {
		struct comer *c = &s->comers[i];
		if (c->known && c->uid == uid)
			return c;
		if (c->comings.at.ns < oldest->comings.at.ns)
			oldest = c;
	}
	*oldest = (struct comer){ .known = true, .uid = uid };
	return oldest;
}

void station_note_coming(struct station *s, struct session *who)
{
	struct comer *c = comer_of(s, who->uid);
	char detail[160];

	who->unnoted =
		!bucket_take(&c->comings, s->now.mono, COMINGS_PER_S, COMINGS_BURST);
	if (who->unnoted) {
		c->unsaid++;
		who->requests.at = who->refusals.at = s->now.mono; /* of nothing */
		return;
	}
	snprintf(detail, sizeof(detail), "%s", who->program);
	if (c->unsaid)
		snprintf(detail, sizeof(detail),
			 "%s (and %" PRIu32
			 " sessions before it that were not recorded one by one)",
			 who->program, c->unsaid);
	c->unsaid = 0;
	station_note(s, who, AUDIT_SIGN_IN, who->name, "signed in", detail);
}

void station_note_going(struct station *s, const struct session *who, const char *why)
{
	if (!who->unnoted)
		station_note(s, who, AUDIT_SIGN_OUT, who->name, "signed out", why);
}
