/*
 * who.h - what a session is at this moment: whose it is, what it may do, and in which
 * state it is. The server says it after WELCOME and whenever it changes; the line at the
 * top of a console follows it.
 *
 * Pure bytes; any thread.
 */
#ifndef SG_WIRE_WHO_H
#define SG_WIRE_WHO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

/* The numbers are on the wire. */
enum session_state {
	SESSION_VIEWING = 1, /* nobody here may act: a shared or an unlisted account */
	SESSION_ACTING = 2,
	SESSION_IDLE = 3, /* fell back to looking: no key for a while, or for too long */
	SESSION_LOCKED = 4, /* somebody locked it, or the machine slept */
	SESSION_NOTICE = 5  /* looks until it has accepted the notice of use */
};
enum { SESSION_STATES = 5 };

struct wire_who {
	uint8_t state;    /* enum session_state */
	uint32_t rights;  /* that count now: bit per enum right */
	uint8_t person;   /* 1: somebody signed in on top of the Unix user */
	uint8_t provable; /* 1: a password of the name says that it is him */
	char name[64];    /* of the person, or of the account nobody signed in over */
	char roles[128];  /* */
	char user[64];    /* the Unix user at the other end */
	char why[256];    /* it does not act, as a sentence; "" = it does, or may not */
};

/* As those of msg.h: appends one frame; false unless it is exactly one message. */
void wire_put_who(struct strbuf *w, const struct wire_who *m);
bool wire_get_who(const uint8_t *p, size_t n, struct wire_who *m);

/* USE_NOTICE: what has to be accepted (ACCEPT) before anybody acts here. */
void wire_put_use_notice(struct strbuf *w, const char *text);
bool wire_get_use_notice(const uint8_t *p, size_t n, char *text, size_t size);

/* It looks until its person does something about it. */
static inline bool session_state_rests(enum session_state state)
{
	return state >= SESSION_IDLE && state <= SESSION_NOTICE;
}

/* "view only", "acting", "idle", "locked", "notice"; "?" if there is no such state. */
const char *session_state_name(enum session_state state);

#endif
