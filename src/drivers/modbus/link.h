/*
 * link.h - one connection to a Modbus endpoint, TCP or a serial line: libmodbus behind a
 * strict wrapper.
 *
 * libmodbus builds requests and takes replies apart; it resolves send, recv,
 * write, read and select to the driver program's own (main.c), which lead here. So each
 * transaction's bytes are kept, a reply is read whole and judged (frame.h) before the
 * library sees any of it, the total deadline holds however bytes trickle, and it is known
 * whether a byte left. After anything but a proper answer the connection is closed
 * (hazards 5.3).
 *
 * One thread at a time.
 */
#ifndef SG_DRIVERS_MODBUS_LINK_H
#define SG_DRIVERS_MODBUS_LINK_H

#include <sys/select.h>
#include <sys/types.h>

#include "driver/stats.h"
#include "drivers/modbus/address.h"
#include "drivers/modbus/net.h"
#include "util/strbuf.h"

struct mb_link;

enum mb_result {
	MB_ANSWERED,
	MB_REFUSED, /* a well-formed exception reply */
	MB_FAILED   /* no or no proper answer; the link is closed now */
};

struct mb_request {
	uint8_t unit; /* 1..247 or 255 */
	enum mb_area area;
	bool is_write; /* coil: function 5, or 15 for several; holding: 6, 16 or 23 */
	uint16_t mask; /* not 0: only these bits of one holding register (22) */
	uint32_t first, count;
	const uint16_t *write; /* count registers, or 0/1 */
	uint16_t *read;        /* room for MB_MAX_BITS; bits come as 0/1. Of a write: what
				* the registers hold after it, asked with it (23); NULL =
				* only written */
	int64_t timeout_ms;
	/* Asked right before the first byte of a write: a sentence stops it. */
	const char *(*gate)(void *arg);
	void *gate_arg;
};

struct mb_reply {
	enum mb_result result;
	uint8_t exception; /* MB_REFUSED */
	bool byte_left;    /* false: the device cannot have seen anything of it */
	bool held;         /* the gate said no: why is its sentence, the link stays up */
	bool timed_out;    /* nothing of a reply came in time */
	bool is_refused;   /* a reply came and was not believed, for this reason: */
	enum refused_kind refused;
	bool discarded;     /* before it, bytes nobody had asked for were thrown away */
	bool closed_before; /* the device had closed an idle connection: nobody's fault */
	struct strbuf why;  /* MB_FAILED; STRBUF_INIT before the first use */
};

/* NULL when libmodbus gives no context. Owned; w and its channel are borrowed. */
struct mb_link *mb_link_new(const struct mb_endpoint *to, const struct net_waiter *w);
void mb_link_free(struct mb_link *l);
bool mb_link_connect(struct mb_link *l, int64_t timeout_ms, struct strbuf *why);
bool mb_link_is_up(const struct mb_link *l);
void mb_link_close(struct mb_link *l);
/* One request, one answer. */
enum mb_result mb_link_transact(struct mb_link *l, const struct mb_request *rq,
				struct mb_reply *reply);
/* Replies that came twice and were dropped, since the start. */
uint64_t mb_link_duplicates(const struct mb_link *l);

/* What the program's send, recv, write, read and select do; without a transaction on this
 * thread they are the system's. */
ssize_t mb_hook_send(int fd, const void *buf, size_t n, int flags);
ssize_t mb_hook_recv(int fd, void *buf, size_t n, int flags);
ssize_t mb_hook_write(int fd, const void *buf, size_t n);
ssize_t mb_hook_read(int fd, void *buf, size_t n);
int mb_hook_select(int n, fd_set *r, fd_set *w, fd_set *e, struct timeval *timeout);

#endif
