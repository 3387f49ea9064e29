/*
 * link_int.h - what the files of link.h share: the connection, and one transaction as it
 * happens. Not for others.
 */
#ifndef SG_DRIVERS_MODBUS_LINK_INT_H
#define SG_DRIVERS_MODBUS_LINK_INT_H

#include "drivers/modbus/frame.h"
#include "drivers/modbus/link.h"

/* What libmodbus is told to be its descriptor, whatever number the real one has: it
 * waits with select(), which ends the program at 1024. The hooks know whom it means. */
enum { LINK_HANDLE = 0 };

struct _modbus; /* libmodbus' modbus_t: only link.c includes its header */

struct mb_link {
	struct _modbus *ctx;
	int fd; /* -1 = down */
	struct mb_endpoint to;
	const struct net_waiter *waiter;
	uint64_t duplicates, answers; /* answers: on this connection */
	uint8_t last[MB_ADU_MAX];     /* the last reply, to know it again */
	size_t last_n;
	/* TCP: what has come and belongs to no reply yet */
	uint8_t in[2 * MB_ADU_MAX];
	size_t in_n;
	bool blocks;        /* a read waits by itself, NET_BLOCK_MS at most */
	struct mono looked; /* when nothing stale was there the last time */
	/* a serial line */
	bool disturbed;        /* something may still arrive that nobody waits for */
	struct mono last_byte; /* either way */
};

/* One transaction as the hooks see it. */
struct exchange {
	struct mb_link *link;
	const struct mb_request *rq;
	struct mb_reply *reply;
	struct mono begun, deadline;
	uint8_t request[MB_ADU_MAX], answer[MB_ADU_MAX];
	size_t request_n, answer_n, served;
	uint8_t library_id[2]; /* TCP: libmodbus' own number of the transaction */
	bool stopping;         /* the driver stops: finish soon */
	bool trusting;         /* the socket was not looked at before the request */
	bool fetched, broken;
	enum frame_verdict verdict;
};

/* --- exchange.c --- */

/* Nothing may wait in the socket before a request, but for the rest of a doubled reply,
 * which fetching will know. False with a sentence in x->reply. */
bool exchange_is_clear(struct exchange *x);
/* Sends what libmodbus built; < 0 with errno set when it may not or does not leave. */
ssize_t exchange_send(struct exchange *x, const void *buf, size_t n);
/* Reads one whole reply and judges it, unless that has been done. */
void exchange_fetch(struct exchange *x);
/* Gives the library what it asks for of the judged reply. */
ssize_t exchange_hand_over(struct exchange *x, void *buf, size_t n);

/* What both kinds of line share. Waits on the socket or line; a write that is on the
 * wire outlives the stop of the driver for a moment. */
enum net_result exchange_wait(struct exchange *x, short events);
/* The transaction is over, without a proper answer: why may be NULL when it is said. */
void exchange_broke(struct exchange *x, const char *why);
/* The same for a reply that came and is not believed; fmt may be NULL. */
void exchange_refuse(struct exchange *x, enum refused_kind kind, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a wait that ended so, after got bytes. */
void exchange_late(struct exchange *x, enum net_result r, size_t got);
/* After a read that gave k <= 0, errno set: true = try again. */
bool exchange_outlives(struct exchange *x, ssize_t k, size_t got);

/* --- exchange_rtu.c --- */

/* 3.5 characters of silence; what arrives meanwhile belongs to nobody. */
bool exchange_await_silence(struct exchange *x);
/* What a line gives back of ourselves, when it is said to. */
bool exchange_swallow_echo(struct exchange *x);
bool exchange_receive_rtu(struct exchange *x);

/* --- hooks.c --- */

/* What the hooks of this thread serve; NULL ends it. */
void hooks_serve(struct exchange *x);

#endif
