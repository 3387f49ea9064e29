/*
 * approval.h - a write that waits for a second person: what both of them see, on their
 * own sessions, and what became of it. Pure bytes; any thread.
 *
 * APPROVAL goes to everybody who may answer, to the one who asked, and to who comes
 * later; each of them hears once how it ended. The number stands for exactly this text:
 * what changes has another number.
 *
 * Of a change set the text only says how many lines it has: they follow, each in an
 * APPROVAL_LINE of its own, in order. Who says yes to them says their seal with it, so
 * that nobody approves a line that never reached him.
 */
#ifndef SG_WIRE_APPROVAL_H
#define SG_WIRE_APPROVAL_H

#include "wire/msg.h"

enum wire_approval_state {
	WIRE_APPROVAL_OPEN = 1,
	WIRE_APPROVAL_GIVEN = 2,
	WIRE_APPROVAL_DECLINED = 3,
	WIRE_APPROVAL_EXPIRED = 4,
	WIRE_APPROVAL_WITHDRAWN = 5, /* by who asked, or his session ended */
	WIRE_APPROVAL_VOID = 6       /* a reload, a restart, a value that moved */
};

struct wire_approval {
	uint64_t approval;
	uint8_t state; /* enum wire_approval_state */
	uint8_t yours; /* you asked */
	uint32_t left_ms;
	char tag[128];
	char text[800]; /* "dosing.cl2_sp: 0.60 -> 0.70 mg/L, limits 0 to 5 mg/L, on bus"
			 */
	char reason[256];
	char asker[64], from[192];
	char says[512]; /* open: who is asked; else how it ended */
	uint16_t lines; /* of a change set, to be read before a yes; 0 = text is all */
};

/* "dosing.cl2_sp: 0.60 -> 0.70 mg/L, limits 0 to 5 mg/L": in the order of writing. */
struct wire_approval_line {
	uint64_t approval;
	uint16_t at; /* from 0 */
	char text[960];
};

/* Fields of a row of APPROVALS. */
enum wire_approval_field {
	APPROVAL_NUMBER,
	APPROVAL_TAG,
	APPROVAL_TEXT,
	APPROVAL_REASON,
	APPROVAL_ASKER,
	APPROVAL_FROM,
	APPROVAL_LEFT_S,
	APPROVAL_ASKED,   /* who is asked */
	APPROVAL_WHY_NOT, /* why this session may not answer; "" = it may */
	APPROVAL_LINES,   /* so many lines; APPROVALS with the number tells them */
	APPROVAL_FIELDS
};

void wire_put_approval(struct strbuf *w, const struct wire_approval *m);
bool wire_get_approval(const uint8_t *p, size_t n, struct wire_approval *m);
void wire_put_approval_line(struct strbuf *w, const struct wire_approval_line *m);
bool wire_get_approval_line(const uint8_t *p, size_t n, struct wire_approval_line *m);

/* The seal over a request: its text and then each line, in order, into what
 * WIRE_APPROVAL_SEAL begins. It finds what was lost on the way; it is no secret. */
#define WIRE_APPROVAL_SEAL UINT64_C(0xcbf29ce484222325)
enum { WIRE_APPROVAL_SEAL_SIZE = 17 };
uint64_t wire_approval_seal(uint64_t seal, const char *text);
/* As an APPROVE says it. */
void wire_approval_seal_text(uint64_t seal, char out[WIRE_APPROVAL_SEAL_SIZE]);

#endif
