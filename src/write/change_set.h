/*
 * change_set.h - several setpoints signed once and written in order, through the gate.
 *
 * Each line of a set is an operator write of its own: it has its select, its intent, its
 * outcome and its read-back on record, and is judged again when its turn comes. The set
 * only says whose turn it is. It goes on after a line that is done (accepted, and read
 * back as wanted where there is a read-back) and stops at the first that is not; nothing
 * is taken back by itself. What it is told then is "not sent" for every line behind.
 *
 *   phase     leaves by                                             to
 *   SELECTED  confirm                                               RUNNING, APPROVAL
 *             cancel, expiry, a line that is void                   REFUSED
 *   APPROVAL  a second person                                       RUNNING
 *             who declines, a minute, a line that is void           REFUSED
 *   RUNNING   the last line's end, the first that is not done,      ENDED
 *             session gone, reload, restart of a device, stop
 *
 * What any of its tags asks for, the whole set asks for: a reason, something typed, a
 * second person with the right approve in the area of each tag that wants one. Nobody
 * signs a set alone in an emergency; that goes one write at a time.
 *
 * A set that runs has a row among the stored intents, which each line's intent moves on
 * in its own transaction: a later start says which lines were never begun. It never goes
 * on with them.
 *
 * Pure, as the gate; main loop only.
 */
#ifndef SG_WRITE_CHANGE_SET_H
#define SG_WRITE_CHANGE_SET_H

#include "wire/changes.h"
#include "write/gate.h"

enum {
	WRITE_SET_LINE_MS = 1000, /* of its select's time, more for each line to read */
	WRITE_SET_WAIT_MS = 250,  /* between two looks at a device that is busy */
	WRITE_SETS_KEPT = 8       /* ended ones that can still be asked for */
};

/* Of the row of a set among the stored intents: never the name of a tag. */
#define WRITE_SET_KEY "change set"

/* m is borrowed. Judges all lines; selects them all or none. */
void write_gate_select_set(struct write_gate *g, const struct write_party *p,
			   const struct wire_changes *m, struct now now);
/* Sets of before: rows and a REPLY to the session. number 0 = the last ones. */
void write_gate_tell_sets(struct write_gate *g, uint64_t session, uint32_t req,
			  uint64_t number);

#endif
