/*
 * proxy.h - what the proxy's connections and lines share: the slave behind, the choice of
 * faults, the replies held back, and the counts. The functions may be called from any
 * thread.
 */
#ifndef SG_TESTS_PEERS_CHAOS_PROXY_H
#define SG_TESTS_PEERS_CHAOS_PROXY_H

#include "peers/chaos/fault.h"

/* How the bytes leave: false when the other end is gone. */
typedef bool (*chaos_send)(int fd, const uint8_t *p, size_t n);

/* A connection to the slave, of one thread; fd -1 = none yet. */
struct chaos_upstream {
	int fd;
};

/* t->request is set; asks the slave, chooses and makes the fault. False when the slave is
 * gone. */
bool chaos_transact(struct chaos_upstream *up, struct chaos_transaction *t);
/* False: the connection is to end (t->out.end says how). */
bool chaos_deliver(int fd, struct chaos_transaction *t, chaos_send send);
int64_t chaos_timeout_ms(void);

/* tcp.c: threads of their own. The port, 0 when it cannot listen. */
unsigned chaos_listen(void);
/* line.c: a pseudo terminal whose other end is found under path. */
bool chaos_open_line(const char *path);

#endif
