/*
 * changes.h - change sets: several setpoints that a person signs once and the server
 * writes in order (docs/console-protocol.md).
 *
 * CHANGES asks for all of them, as SELECT does for one. The answer is a CHANGE_LINE for
 * each and one CHANGE_SET; its token goes into CONFIRM or CANCEL like that of a single
 * select. From then on a CHANGE_LINE comes whenever a line's state changes, and a
 * CHANGE_SET at the end. CHANGE_SETS asks for sets of before, also of before a restart.
 * CHANGES_LOOK is judged and answered in the same way, and takes nothing. RECIPES asks
 * for the recipes in the station's folder.
 *
 * Ownership: wire_changes_release frees what wire_get_changes made. Pure bytes; any
 * thread.
 */
#ifndef SG_WIRE_CHANGES_H
#define SG_WIRE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tag/value.h"

struct strbuf;

enum { WIRE_CHANGES_MAX = 100 }; /* lines of one set */

struct wire_change {
	char tag[128];
	struct value value; /* string values borrow text */
	char text[VALUE_STRING_MAX + 1];
};

struct wire_changes {
	uint32_t req;
	bool look; /* CHANGES_LOOK; not in the bytes: who reads them knows the type */
	char title[64];
	char reason[256];
	size_t n;
	struct wire_change *lines; /* owned after wire_get_changes */
};

/* How far a set is. */
enum wire_set_phase {
	SET_LOOKED = 1,  /* the answer to look */
	SET_REFUSED = 2, /* nothing of it was sent: a check failed, or it was given up */
	SET_SELECTED = 3,
	SET_RUNNING = 4,
	SET_ENDED = 5,
	SET_APPROVAL = 6 /* signed; a second person is asked */
};

/* How far a line of it is. */
enum wire_change_state {
	CHANGE_READY = 1,   /* nothing speaks against it */
	CHANGE_BARRED = 2,  /* a check speaks against it: text says which */
	CHANGE_WAITING = 3, /* signed, not its turn yet */
	CHANGE_ACTIVE = 4,  /* being written */
	CHANGE_DONE = 5,
	CHANGE_MISMATCH = 6, /* accepted, but the device shows another value */
	CHANGE_UNREAD = 7,   /* accepted, but not read back */
	CHANGE_DECLINED = 8, /* the device refused it */
	CHANGE_NOT_SENT = 9,
	CHANGE_UNKNOWN = 10 /* in doubt until a person settles it */
};

struct wire_change_line {
	uint32_t req;
	uint16_t at; /* from 0 */
	uint8_t state;
	uint8_t same;     /* the new value is there already */
	uint64_t request; /* of the single write, as in the audit; 0 = none yet */
	char tag[128];
	char unit[32];
	char device[32];
	char old_value[300], new_value[300]; /* printed with the tag's decimals */
	uint8_t has_range;
	double lo, hi;
	char text[768];
};

struct wire_change_set {
	uint32_t req;
	uint8_t phase;
	uint64_t token;   /* 0 unless SET_SELECTED */
	uint64_t request; /* the set's lasting number, as in the audit; 0 = none yet */
	uint32_t expires_ms;
	uint16_t n, n_done, n_unknown; /* lines */
	int64_t signed_ms;             /* UTC; 0 = not signed */
	uint16_t wants;     /* bits of enum wire_wants (msg.h), of all its lines */
	char challenge[16]; /* exactly this is typed to confirm; "" = nothing */
	char who[64];
	char title[64];
	char reason[256];
	char text[768];
};

/* As those of msg.h: put appends one frame; get is false unless it is exactly one well
 * formed message. */
void wire_put_changes(struct strbuf *w, const struct wire_changes *m);
bool wire_get_changes(const uint8_t *p, size_t n, struct wire_changes *m);
void wire_changes_release(struct wire_changes *m);
void wire_put_change_line(struct strbuf *w, const struct wire_change_line *m);
bool wire_get_change_line(const uint8_t *p, size_t n, struct wire_change_line *m);
void wire_put_change_set(struct strbuf *w, const struct wire_change_set *m);
bool wire_get_change_set(const uint8_t *p, size_t n, struct wire_change_set *m);

/* "done", "not sent" ... */
const char *wire_change_state_name(enum wire_change_state state);
/* What stops a set: everything but done. */
bool wire_change_is_done(enum wire_change_state state);

#endif
