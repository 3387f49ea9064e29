/*
 * people.h - what a console says of its place: which page stands on its glass, which
 * value is being typed there, and how long no key was pressed.
 *
 * PLACE has no answer. Others read it with PEOPLE (msg.h): rows of session, operator,
 * roles, Unix user, from where (as claimed), program, page, connected since (ms UTC),
 * seconds without a key, the tag being edited, "writing" or "editing" or "", "you" for
 * who asks, and the state of the session. Pure bytes; any thread.
 */
#ifndef SG_WIRE_PEOPLE_H
#define SG_WIRE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

struct wire_place {
	uint32_t req;
	uint32_t idle_s;
	char page[64];   /* the screen's title, "Alarms"; "" = none yet */
	char field[128]; /* tag whose value is being typed; "" = none */
};

enum wire_people_field {
	PEOPLE_SESSION,
	PEOPLE_NAME,
	PEOPLE_ROLES,
	PEOPLE_USER,
	PEOPLE_FROM,
	PEOPLE_PROGRAM,
	PEOPLE_PAGE,
	PEOPLE_SINCE,
	PEOPLE_IDLE, /* "" = it has never said */
	PEOPLE_FIELD,
	PEOPLE_DOES,
	PEOPLE_YOU,
	PEOPLE_STATE, /* "acting", "locked" ... (who.h) */
	PEOPLE_FIELDS
};

/* Of the rows that OVERRIDES (msg.h) is answered with. */
enum wire_override_field {
	OVERRIDE_KIND, /* "substituted", "simulated", "blind", "shelved", "suppressed",
			  "out of service" */
	OVERRIDE_WHAT, /* tag, device or alarm */
	OVERRIDE_AREA,
	OVERRIDE_IS, /* what stands there instead, or how much of it is blind */
	OVERRIDE_BY,
	OVERRIDE_SINCE,  /* ms UTC; "" = not known */
	OVERRIDE_UNTIL,  /* ms UTC; "" = until somebody ends it */
	OVERRIDE_REASON, /* */
	OVERRIDE_FIELDS
};

/* As those of msg.h: appends one frame; false unless it is exactly one message. */
void wire_put_place(struct strbuf *w, const struct wire_place *m);
bool wire_get_place(const uint8_t *p, size_t n, struct wire_place *m);

#endif
