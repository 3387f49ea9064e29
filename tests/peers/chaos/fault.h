/*
 * fault.h - what the chaos proxy does to a reply: one row a kind of fault.
 *
 * A transaction knows the client's request and the slave's reply, both in the TCP form
 * (also those of a serial line), and becomes a delivery: the bytes that travel, when, and
 * what happens to the connection. A reply with a wrong header also carries wrong values -
 * of the other unit, the other area or another address: the slave is really asked for
 * those - so that a client which believes it is caught by the values it shows. On a
 * serial line only faults that the check sum, the size or the silence can betray are
 * made. Everything is drawn from (seed, unit, how many-th request of the unit), so a seed
 * makes the same faults whatever the threads do. One transaction belongs to one thread.
 */
#ifndef SG_TESTS_PEERS_CHAOS_FAULT_H
#define SG_TESTS_PEERS_CHAOS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHAOS_ADU = 260, CHAOS_HEAD = 6, CHAOS_KINDS_MAX = 32 };

struct chaos_frame {
	uint8_t b[4 * CHAOS_ADU];
	size_t n;
};

struct chaos_delivery {
	struct chaos_frame bytes;
	int delay_ms;    /* before the first byte */
	int step_us;     /* between two bytes; 0 = all at once */
	char end;        /* then: 'f' FIN, 'r' RST, 0 = go on */
	bool hold;       /* not now: with the reply to the unit's next request */
	bool hold_first; /* and before it */
};

struct chaos_transaction {
	bool serial;
	int64_t timeout_ms; /* the client's */
	uint64_t random;
	struct chaos_frame request; /* as the client sent it */
	struct chaos_frame ask;     /* what the slave is asked */
	struct chaos_frame reply;   /* the slave's, with the client's transaction id */
	struct chaos_delivery out;
};

struct chaos_fault {
	const char *name;
	bool tcp, serial;                             /* makes sense there */
	void (*ask)(struct chaos_transaction *t);     /* may be NULL */
	void (*alter)(struct chaos_transaction *t);   /* the reply; may be NULL */
	void (*deliver)(struct chaos_transaction *t); /* may be NULL */
};

extern const struct chaos_fault chaos_faults[]; /* ends with a NULL name */

/* The next number of t's stream, 0 to below - 1. */
unsigned chaos_random(struct chaos_transaction *t, unsigned below);
/* NULL for no fault: percent of the transactions get one, all kinds alike. */
const struct chaos_fault *chaos_choose(struct chaos_transaction *t, unsigned percent);
/* t->reply as it travels on a line or a connection. */
void chaos_seal(const struct chaos_transaction *t, struct chaos_frame *out);
uint16_t chaos_crc(const uint8_t *p, size_t n);
unsigned chaos_u16(const uint8_t *p);
void chaos_put16(uint8_t *p, unsigned v);

#endif
