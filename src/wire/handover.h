/*
 * handover.h - the hand-over of a shift: who goes and who comes both sign a summary that
 * the server makes, and it becomes part of the audit record.
 *
 * HANDOVER carries what is asked (enum wire_handover_act). DRAFT and WAITING answer with
 * rows (enum wire_shift_field), LIST and SHOW with rows of the record (audit/row.h), each
 * with a REPLY; the others with a REPLY alone. Pure bytes; any thread.
 */
#ifndef SG_WIRE_HANDOVER_H
#define SG_WIRE_HANDOVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire/accounts.h"

struct strbuf;

/* Never reuse a number. */
enum wire_handover_act {
	HANDOVER_DRAFT = 1,    /* the summary as it would be now */
	HANDOVER_GIVE = 2,     /* who goes signs; with name: who comes signs here, too */
	HANDOVER_TAKE = 3,     /* who comes signs, in a session of his own */
	HANDOVER_WITHDRAW = 4, /* who goes stays */
	HANDOVER_WAITING = 5,  /* what waits to be taken */
	HANDOVER_LIST = 6,     /* the last ones */
	HANDOVER_SHOW = 7,     /* name: which */
	HANDOVER_ACTS
};

enum { HANDOVER_NOTES_MAX = 2000 };

/* What stands behind the name of who goes in the notices to all that end an offer. */
#define HANDOVER_IS_TAKEN " has handed the shift over to "
#define HANDOVER_IS_KEPT  " keeps the shift: "

struct wire_handover {
	uint32_t req;
	uint8_t act;
	uint64_t number;                          /* TAKE: which; 0 = the oldest */
	char own_password[WIRE_PASSWORD_MAX + 1]; /* of who sends it, if one is set */
	char own_code[WIRE_CODE_MAX + 1];         /* "" = none */
	char name[WIRE_PERSON_MAX + 1];           /* GIVE: who comes; "" = elsewhere */
	char password[WIRE_PASSWORD_MAX + 1];     /* of who comes */
	char code[WIRE_CODE_MAX + 1];             /* */
	char notes[HANDOVER_NOTES_MAX + 1];       /* of who goes: lines */
};

enum wire_shift_field {
	SHIFT_SECTION, /* "alarm", "shelved", "override", "in doubt", "device", "write",
			  "note"; "from" names who goes */
	SHIFT_TEXT,
	SHIFT_NUMBER, /* for TAKE; "0" in a draft */
	SHIFT_FIELDS
};

void wire_put_handover(struct strbuf *w, const struct wire_handover *m);
bool wire_get_handover(const uint8_t *p, size_t n, struct wire_handover *m);

#endif
